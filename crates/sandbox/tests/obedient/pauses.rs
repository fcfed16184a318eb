//! Ring groups leave alone whoever is paused, and nobody else; what is paused and why is told.

use crate::line::{Line, quiet};
use sandbox::centre::{RING_GROUPS, agents};
use sandbox::pbx::obedient::{Habits, PbxSettings, Times};
use std::collections::BTreeMap;
use telephony::ami::Frame;

/// How often an agent is paused.
const ROUNDS: usize = 1_000;
/// Callers who wait at any time.
const WAITING: usize = 2;
const HOUR_MS: i64 = 3_600_000;

/// One agent in one ring group, whose callers are patient.
fn one_agent(seed: u64) -> PbxSettings {
    PbxSettings {
        agents: agents().into_iter().take(1).collect(),
        groups: RING_GROUPS[..1].to_vec(),
        habits: Habits { agent_hangs_up: 50, ..Habits::PLAIN },
        times: Times {
            talk: 1_000..=12_000,
            patience: HOUR_MS..=HOUR_MS,
            queue_timeout: HOUR_MS,
            ..Times::default()
        },
        ..quiet(seed)
    }
}

fn pause(line: &mut Line, paused: bool) -> Vec<Frame> {
    line.send(&[
        ("Action", "QueuePause"),
        ("Interface", "PJSIP/1001"),
        ("Paused", if paused { "true" } else { "false" }),
        ("Reason", "bitacora:acw"),
    ])
}

/// Callers of whom the next is always there.
struct Callers {
    joined: usize,
    connected: usize,
}

impl Callers {
    fn top_up(&mut self, line: &mut Line) {
        while self.joined < self.connected + WAITING {
            let number = format!("6{:08}", self.joined);
            line.call_in(&number, 0);
            self.joined += 1;
        }
    }
}

fn is(name: &str) -> impl Fn(&Frame) -> bool {
    move |frame| frame.event() == Some(name)
}

fn any(frames: &[Frame], name: &str) -> bool {
    frames.iter().any(|frame| is(name)(frame))
}

#[test]
fn who_is_paused_at_connect_is_offered_nothing_until_they_are_unpaused() {
    let mut line = Line::logged_in(one_agent(1));
    let mut callers = Callers { joined: 0, connected: 0 };
    for round in 0..ROUNDS {
        callers.top_up(&mut line);
        line.until(is("AgentConnect"));
        callers.connected += 1;
        assert!(any(&pause(&mut line, true), "QueueMemberPause"));
        callers.top_up(&mut line);
        line.until(is("AgentComplete"));
        // From none to three looks of the ring group.
        let seen = line.pass((round as i64 * 37) % 15_000);
        assert!(!any(&seen, "AgentCalled"), "round {round}");
        assert!(!any(&pause(&mut line, false), "AgentCalled"), "a ring group looks when it looks");
        let unpaused = line.now;
        line.until(is("AgentCalled"));
        assert!(line.now <= unpaused.plus_millis(5_000), "round {round}");
    }
    let ledger = line.pbx.ledger();
    assert!(ledger.offers.len() >= ROUNDS);
    assert!(ledger.offers.iter().all(|offer| !offer.paused && !offer.engaged));
}

#[test]
fn a_pause_that_comes_after_the_call_may_come_too_late() {
    let mut lost = 0_usize;
    let mut line = Line::logged_in(one_agent(2));
    let mut callers = Callers { joined: 0, connected: 0 };
    for _ in 0..100 {
        callers.top_up(&mut line);
        line.until(is("AgentConnect"));
        callers.connected += 1;
        callers.top_up(&mut line);
        line.until(is("AgentComplete"));
        if any(&line.pass(500), "AgentCalled") {
            callers.connected += 1;
            lost += 1;
        }
        pause(&mut line, true);
        line.pass(20_000);
        pause(&mut line, false);
    }
    // Half a second of the five between two looks, for each caller who looks.
    assert!((5..50).contains(&lost), "{lost}");
}

#[test]
fn a_phone_that_rings_already_goes_on_ringing() {
    let mut line = Line::logged_in(one_agent(3));
    line.call_in("600111222", 0);
    assert_eq!(line.pbx.ledger().offers.len(), 1);
    pause(&mut line, true);
    line.until(is("AgentConnect"));
}

#[test]
fn an_agents_own_number_rings_even_when_they_are_paused() {
    let mut line = Line::logged_in(PbxSettings { habits: Habits::PLAIN, ..quiet(4) });
    pause(&mut line, true);
    let own = agents()[0].direct.clone();
    let bytes = line.pbx.call_in(line.now, "600111222", &own).expect("an agent's number");
    assert!(any(&line.read(&bytes), "DialBegin"));
    assert!(line.pbx.ledger().offers.is_empty());
}

/// Paused and why, by queue and interface.
fn status(line: &mut Line) -> BTreeMap<(String, String), (String, String)> {
    let listed = line.send(&[("Action", "QueueStatus"), ("ActionID", "q")]);
    assert!(listed.iter().all(|frame| frame.get("ActionID") == Some("q")));
    let last = listed.last().expect("an end");
    assert_eq!(last.event(), Some("QueueStatusComplete"));
    assert_eq!(last.get("ListItems"), Some((listed.len() - 2).to_string().as_str()));
    let members = listed.iter().filter(|frame| is("QueueMember")(frame)).map(|frame| {
        let get = |name: &str| frame.get(name).expect(name).to_owned();
        ((get("Queue"), get("Location")), (get("Paused"), get("PausedReason")))
    });
    members.collect()
}

#[test]
fn the_status_tells_pauses_and_their_reasons_and_those_of_others_stay() {
    let mut line = Line::logged_in(quiet(5));
    let key = |queue: &str, agent: &str| (queue.to_owned(), format!("PJSIP/{agent}"));
    let says = |paused: &str, reason: &str| (paused.to_owned(), reason.to_owned());
    // 1001 is in the first two ring groups, 1002 in the second and third.
    let pauses: [&[(&str, &str)]; 2] = [
        &[("Interface", "PJSIP/1001"), ("Queue", "ventas"), ("Paused", "1"), ("Reason", "lunch")],
        &[("Interface", "PJSIP/1002"), ("Paused", "yes"), ("Reason", "bitacora:acw")],
    ];
    let told = pauses.map(|headers| {
        let mut action = vec![("Action", "QueuePause")];
        action.extend_from_slice(headers);
        line.send(&action)
    });
    assert_eq!(told[0].iter().filter(|frame| is("QueueMemberPause")(frame)).count(), 1);
    let both: Vec<_> = told[1].iter().filter(|frame| is("QueueMemberPause")(frame)).collect();
    assert_eq!(
        both.iter().map(|frame| frame.get("Queue")).collect::<Vec<_>>(),
        [Some("soporte"), Some("facturacion")]
    );
    assert!(both.iter().all(|frame| frame.get("Paused") == Some("1")));
    assert!(both.iter().all(|frame| frame.get("PausedReason") == Some("bitacora:acw")));
    let seen = status(&mut line);
    assert_eq!(seen.len(), 20);
    assert_eq!(seen[&key("ventas", "1001")], says("1", "lunch"));
    assert_eq!(seen[&key("soporte", "1001")], says("0", ""));
    assert_eq!(seen[&key("soporte", "1002")], says("1", "bitacora:acw"));
    assert_eq!(seen.values().filter(|(paused, _)| paused == "1").count(), 3);
    let told = line.send(&[("Action", "QueuePause"), ("Interface", "PJSIP/1002"), ("Paused", "false")]);
    assert_eq!(told[0].get("Message"), Some("Interface unpaused successfully"));
    assert_eq!((told[1].get("Paused"), told[1].get("PausedReason")), (Some("0"), Some("")));
    // A new connection finds them as they are.
    crate::line::log_in(&mut line.pbx, line.now);
    let seen = status(&mut line);
    let left: Vec<_> = seen.into_iter().filter(|(_, (paused, _))| paused == "1").collect();
    assert_eq!(left, [(key("ventas", "1001"), says("1", "lunch"))]);
}

#[test]
fn pauses_that_make_no_sense_are_refused() {
    let mut line = Line::logged_in(quiet(6));
    let mut refused = |headers: &[(&str, &str)]| {
        let mut action = vec![("Action", "QueuePause")];
        action.extend_from_slice(headers);
        let answers = line.send(&action);
        assert_eq!((answers.len(), answers[0].response()), (1, Some("Error")));
        answers[0].get("Message").expect("a message").to_owned()
    };
    assert_eq!(refused(&[("Interface", "PJSIP/77"), ("Paused", "1")]), "Interface not found");
    let elsewhere = [("Interface", "PJSIP/1001"), ("Paused", "1"), ("Queue", "citas")];
    assert_eq!(refused(&elsewhere), "Interface not found");
    assert_eq!(refused(&[("Paused", "1")]), "Need 'Interface' parameter.");
    assert_eq!(refused(&[("Interface", "PJSIP/1001")]), "Need 'Paused' parameter.");
}

#[test]
fn callers_who_wait_are_listed_and_connected_in_order() {
    let mut line = Line::logged_in(one_agent(7));
    pause(&mut line, true);
    for number in ["600000001", "600000002", "600000003"] {
        line.call_in(number, 0);
        line.pass(1_700);
    }
    let listed = line.send(&[("Action", "QueueStatus"), ("Queue", "ventas"), ("Member", "PJSIP/1001")]);
    let entries = listed.iter().filter(|frame| is("QueueEntry")(frame));
    let entries: Vec<_> = entries.map(|frame| (frame.get("Position"), frame.get("CallerIDNum"))).collect();
    let in_order = [("1", "600000001"), ("2", "600000002"), ("3", "600000003")];
    assert_eq!(entries, in_order.map(|(place, number)| (Some(place), Some(number))));
    pause(&mut line, false);
    for (_, number) in in_order {
        assert_eq!(line.until(is("AgentConnect")).get("CallerIDNum"), Some(number));
    }
}
