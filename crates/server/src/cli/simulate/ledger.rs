//! The ledger of a day that was played, as tables and as JSON (docs/simulate.md): what really happened, to hold a
//! deployment's reports against.

use crate::clock::rfc3339;
use crate::view::word;
use domain::id::At;
use sandbox::day::{Counted, DAY_MIN, Day, HourTally, Tally};
use sandbox::pbx::obedient::PastCall;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// A day, as far as it was played.
pub(super) struct Played {
    /// The day.
    pub(super) day: Day,
    /// When it began; `None` while nobody has logged in.
    pub(super) began: Option<At>,
    /// When it was looked at last.
    pub(super) ended: At,
    /// How many calls were under way then.
    pub(super) living: usize,
    /// The calls that are over.
    pub(super) calls: Vec<PastCall>,
}

impl Played {
    fn tally(&self) -> Option<Tally> {
        self.began.map(|began| Tally::of(&self.day, began, &self.calls))
    }
}

/// `HH:MM`.
fn time_of_day(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The ledger as JSON.
pub(super) fn json(played: &Played) -> Value {
    let settings = played.day.settings();
    let tally = played.tally();
    let counts = tally.iter().flat_map(|tally| &tally.calls);
    let by_type: Map<String, Value> = counts.map(|(kind, count)| (word(kind), json!(count))).collect();
    let groups = tally.iter().flat_map(|tally| &tally.ring_groups);
    let groups = groups.map(|group| {
        let mut line = counted(&group.counted);
        line["ring_group"] = json!(group.label);
        line["queue"] = json!(group.queue);
        line["hours"] = group.hours.iter().map(hour).collect();
        line
    });
    json!({
        "seed": settings.seed,
        "from": time_of_day(settings.from_min),
        "to": time_of_day(settings.to_min),
        "speed": settings.speed,
        "answer_within_s": settings.answer_within_s,
        "began_at": played.began.map(rfc3339),
        "ended_at": rfc3339(played.ended),
        "under_way": played.living,
        "calls_by_type": by_type,
        "ring_groups": groups.collect::<Vec<_>>(),
        "calls": played.calls.iter().map(call).collect::<Vec<_>>(),
    })
}

fn hour(tally: &HourTally) -> Value {
    let mut line = counted(&tally.counted);
    line["hour"] = json!(time_of_day(tally.hour * 60));
    line["began_at"] = json!(rfc3339(tally.began_at));
    line
}

fn counted(counted: &Counted) -> Value {
    json!({
        "offered": counted.offered,
        "answered": counted.answered,
        "answered_in_time": counted.in_time,
        "abandoned": counted.abandoned,
        "voicemail": counted.voicemail,
        "missed": counted.missed,
        "service_level": counted.service_level(),
        "mean_wait_ms": counted.mean_wait_ms(),
    })
}

fn call(call: &PastCall) -> Value {
    let engagements = call.parts.iter().map(|part| {
        json!({
            "agent": part.agent,
            "leg": part.leg,
            "via": word(&part.via),
            "result": word(&part.result),
            "offered_at": rfc3339(part.offered_at),
            "answered_at": part.answered_at.map(rfc3339),
            "ended_at": rfc3339(part.ended_at),
            "wrapup": part.sums_up,
        })
    });
    json!({
        "leg": call.leg,
        "type": word(&call.kind),
        "from": call.from,
        "to": call.to,
        "queue": call.queue,
        "started_at": rfc3339(call.started_at),
        "ended_at": rfc3339(call.ended_at),
        "engagements": engagements.collect::<Vec<_>>(),
    })
}

/// The ledger as tables.
pub(super) fn text(played: &Played) -> String {
    let settings = played.day.settings();
    let mut out = format!(
        "\nThe day from {} to {} at speed {}, seed {}: {} calls are over",
        time_of_day(settings.from_min),
        time_of_day(settings.to_min),
        settings.speed,
        settings.seed,
        played.calls.len(),
    );
    let Some(tally) = played.tally() else {
        out.push_str(". It has not begun: nobody logged in to the phone system.\n");
        return out;
    };
    match played.living {
        0 => out.push_str(".\n\n"),
        living => drop(writeln!(out, ", {living} were under way.\n")),
    }
    for (kind, count) in &tally.calls {
        let _ = writeln!(out, "  {:<18}{count:>7}", word(kind));
    }
    let within = settings.answer_within_s;
    let _ = writeln!(
        out,
        "\n  {:<14}{:>6}{:>9}{:>10}{:>11}{:>11}{:>8}{:>14}{:>11}   really began",
        "ring group",
        "hour",
        "offered",
        "answered",
        "abandoned",
        "voicemail",
        "missed",
        format!("in {within} s"),
        "mean wait",
    );
    for group in &tally.ring_groups {
        for hour in &group.hours {
            let name = time_of_day((hour.hour * 60).min(DAY_MIN));
            line(&mut out, played, (group.label, &name), &hour.counted);
            let _ = writeln!(out, "   {}", rfc3339(hour.began_at));
        }
        line(&mut out, played, (group.label, "day"), &group.counted);
        out.push('\n');
    }
    line(&mut out, played, ("all", "day"), &tally.all_groups());
    out.push('\n');
    out
}

fn line(out: &mut String, played: &Played, (group, hour): (&str, &str), counted: &Counted) {
    let level = counted.service_level().map_or("-".to_owned(), |level| format!("{:.1} %", level * 100.0));
    let waited_s = |ms: i64| format!("{:.0} s", ms as f64 * played.day.settings().speed / 1_000.0);
    let waited = counted.mean_wait_ms().map_or("-".to_owned(), waited_s);
    let Counted { offered, answered, abandoned, voicemail, missed, .. } = counted;
    let _ = write!(
        out,
        "  {group:<14}{hour:>6}{offered:>9}{answered:>10}{abandoned:>11}{voicemail:>11}{missed:>8}{level:>14}{waited:>11}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use sandbox::day::DaySettings;
    use sandbox::pbx::obedient::{ObedientPbx, PbxSettings};
    use sandbox::people::Callers;

    fn played() -> Played {
        let day = Day::new(DaySettings { calls: 120, ..DaySettings::default() });
        let settings = PbxSettings::of_day(day.clone(), Callers::of_sample(1, 50));
        let login = format!(
            "Action: Login\r\nUsername: {}\r\nSecret: {}\r\n\r\n",
            settings.username, settings.secret
        );
        let start = At(1_795_350_690_000_000);
        let mut pbx = ObedientPbx::new(settings, start);
        pbx.connect(start);
        pbx.receive(start, login.as_bytes());
        while !pbx.day_is_over() {
            let next = pbx.next_due();
            pbx.advance(next);
        }
        Played { began: pbx.day_began(), ended: start, living: 0, calls: pbx.take_past_calls(), day }
    }

    #[test]
    fn both_forms_say_the_same_of_each_ring_group_and_every_call_is_in_the_json() {
        let played = played();
        let (json, text) = (json(&played), text(&played));
        assert_eq!(json["calls"].as_array().map(Vec::len), Some(played.calls.len()));
        let groups = json["ring_groups"].as_array().expect("ring groups");
        assert_eq!(groups.len(), sandbox::centre::RING_GROUPS.len());
        for group in groups {
            let name = group["ring_group"].as_str().expect("a name");
            let row = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
            let row = row.into_iter().find(|row| row.starts_with(&[name, "day"])).expect("a row");
            let count = |field: &str| group[field].to_string();
            let fields = ["offered", "answered", "abandoned", "voicemail", "missed"].map(count);
            assert_eq!(row[2..7], fields.each_ref().map(String::as_str), "{text}");
        }
        assert!(text.contains("09:00 to 18:00") && text.contains("in 20 s"), "{text}");
    }

    #[test]
    fn a_day_that_has_not_begun_says_so() {
        let day = Day::new(DaySettings::default());
        let played = Played { day, began: None, ended: At(0), living: 0, calls: Vec::new() };
        assert!(text(&played).contains("nobody logged in"));
        assert_eq!(json(&played)["ring_groups"], json!([]));
    }
}
