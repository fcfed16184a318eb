//! `learn`: reads what was logged with a code, the newest first and a page at a time, and learns what codes are suggested
//! by. Between two pages whoever else waits for the same connection is served; what is computed is computed on a thread
//! that nobody waits for.

use super::OpError;
use crate::app::{App, Tenant};
use crate::suggestions::Learnt;
use domain::activity::{Activity, Outcome};
use domain::call::{CallRecord, CallState};
use domain::dial::DialledFrom;
use domain::disposition::DispositionSet;
use domain::id::{At, CodeId, SetId};
use domain::suggest::{CallFacts, Example, HeldOut, History, MAX_EXAMPLES, held_out};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::{ActivityFilter, ActivityRow};

/// How far back calls are learnt from: by then an example counts less than a quarter.
const LEARN_DAYS: i64 = 400;
/// How many weeks are held out to see how good suggestions would have been.
pub const HELD_OUT_WEEKS: u32 = 8;
/// How many calls are read at a time.
const PAGE: usize = 200;
/// About how many calls are looked at for a page.
const LOOK_AT_MOST: usize = 5_000;
const DAY_MS: i64 = 86_400_000;

/// Learns from what is stored now, in place of what was learnt before.
///
/// # Errors
/// The store cannot read.
pub async fn learn(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    let now = app.around.now();
    let examples = examples(app, tenant, now).await?;
    let sets = app.store.dispositions(tenant.id).await?;
    let computed = tokio::task::spawn_blocking(move || computed(&examples, &sets, now)).await;
    let learnt = computed.map_err(|error| OpError::Unavailable(error.to_string()))?;
    app.suggestions.learnt(tenant.id, learnt);
    Ok(())
}

/// The calls that are learnt from.
async fn examples(app: &App, tenant: &Tenant, now: At) -> Result<Vec<Example>, OpError> {
    let filter = ActivityFilter {
        from: Some(now.plus_millis(-LEARN_DAYS * DAY_MS)),
        outcomes: vec![Outcome::Logged],
        ..ActivityFilter::default()
    };
    let (zone, mut found, mut after) = (tenant.settings.zone(), Vec::new(), None::<String>);
    loop {
        let page =
            app.store.list_activities(tenant.id, &filter, after.as_deref(), PAGE, LOOK_AT_MOST).await?;
        found.extend(page.rows.into_iter().filter_map(|row| example(row, &zone)));
        after = page.next;
        if after.is_none() || found.len() >= MAX_EXAMPLES {
            found.truncate(MAX_EXAMPLES);
            return Ok(found);
        }
    }
}

fn example(row: ActivityRow, zone: &TimeZone) -> Option<Example> {
    let code = row.activity.code.as_ref()?.id;
    let facts = facts(&row.call, Some(&row.activity), zone);
    Some(Example { at: row.call.started_at, code, notes: row.activity.notes.unwrap_or_default(), facts })
}

/// What is known of a call besides its notes.
pub(super) fn facts(call: &CallRecord, activity: Option<&Activity>, zone: &TimeZone) -> CallFacts {
    let hour = Timestamp::from_microsecond(call.started_at.0).map(|at| at.to_zoned(zone.clone()).hour());
    CallFacts {
        direction: call.direction,
        kind: call.kind,
        talk_ms: (call.state == CallState::Ended).then_some(call.talk_ms),
        ring_group: call.ring_group.clone(),
        hour: hour.ok().and_then(|hour| u8::try_from(hour).ok()).unwrap_or_default(),
        from_case: activity
            .is_some_and(|activity| matches!(activity.dialled_from, Some(DialledFrom::Case { .. }))),
    }
}

fn computed(examples: &[Example], sets: &[DispositionSet], now: At) -> Learnt {
    let on_offer: Vec<(SetId, Vec<CodeId>)> = sets
        .iter()
        .filter(|set| !set.retired)
        .map(|set| {
            (set.id, set.codes.iter().filter(|code| !set.is_retired(code)).map(|code| code.id).collect())
        })
        .collect();
    let held_out_from = now.plus_millis(-i64::from(HELD_OUT_WEEKS) * 7 * DAY_MS);
    let what = HeldOut { from: held_out_from, weeks: HELD_OUT_WEEKS };
    let accuracy = held_out(examples, &on_offer, what);
    let mut history = History::new(now);
    examples.iter().for_each(|example| history.add(example));
    Learnt { at: now, held_out_from, accuracy, history }
}
