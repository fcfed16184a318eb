//! What a call costs from bytes to facts, without disk and network: frames are cut and read, events derived,
//! calls folded. One thread, one frame at a time, as a phone system sends them.

use crate::report::{Aim, Report, rounded};
use crate::{Outcome, failure};
use domain::call::{CallBook, CallPolicy, CallState, Finding};
use domain::id::{At, TenantId};
use sandbox::pbx::{Floor, FloorSettings};
use sandbox::people::Callers;
use sandbox::{DEMO_SEED, centre};
use serde_json::json;
use std::collections::HashSet;
use std::time::{Duration, Instant};
use telephony::ami::{Deriver, Splitter, frames, id_time};
use telephony::endpoints::EndpointMap;

const CALLS: u64 = 5_000;
const QUICK_CALLS: u64 = 500;
const PEOPLE: usize = 1_000;
const AGENTS: usize = 600;
const CALLS_PER_SECOND: f64 = 50.0;
/// When the floor opens; any time does.
const OPENS: At = At(1_795_350_000_000_000);

/// Time spent in each part.
#[derive(Default)]
struct Spent {
    read: Duration,
    derive: Duration,
    settle: Duration,
}

pub(crate) fn measure(report: &mut Report, quick: bool) -> Outcome {
    let calls = if quick { QUICK_CALLS } else { CALLS };
    let callers = Callers::of_sample(DEMO_SEED, PEOPLE);
    let load = FloorSettings::load(DEMO_SEED, callers, AGENTS, CALLS_PER_SECOND);
    let endpoints = EndpointMap::try_from(&centre::endpoints(&load.agents))?;
    let mut floor = Floor::new(load, OPENS);
    let mut book = CallBook::new(TenantId(1), "pbx", id_time, CallPolicy::default());
    let (mut splitter, mut deriver) = (Splitter::default(), Deriver::default());
    let (mut spent, mut sent, mut events, mut changed) = (Spent::default(), 0u64, 0u64, 0u64);
    let mut ended = HashSet::new();
    while let Some((at, bytes)) = floor.next() {
        if floor.calls() >= calls {
            floor.close();
        }
        sent += 1;
        let start = Instant::now();
        let read: Vec<_> = splitter.push(&bytes).iter().flat_map(|piece| frames(piece)).collect();
        let was_read = Instant::now();
        for frame in &read {
            for event in deriver.derive(frame, &endpoints, at) {
                events += 1;
                book.take(event, sent);
            }
        }
        let derived = Instant::now();
        let findings = book.settle(at);
        let settled = Instant::now();
        spent.read += was_read - start;
        spent.derive += derived - was_read;
        spent.settle += settled - derived;
        changed += findings.len() as u64;
        note_ended(&findings, &mut ended);
    }
    note_ended(&book.settle(OPENS.plus_millis(i64::MAX / 4_000_000)), &mut ended);
    if ended.len() as u64 != floor.calls() {
        return failure(format!("{} calls were played and {} ended", floor.calls(), ended.len()));
    }
    let per_call = |time: Duration| rounded(time.as_nanos() as f64 / 1_000.0 / calls as f64, 1);
    let each = |count: u64| rounded(count as f64 / calls as f64, 1);
    let all = per_call(spent.read + spent.derive + spent.settle);
    report.line(
        "fold",
        json!({
            "calls": calls, "frames_per_call": each(sent), "events_per_call": each(events),
            "changes_per_call": each(changed), "read_us_per_call": per_call(spent.read),
            "derive_us_per_call": per_call(spent.derive), "settle_us_per_call": per_call(spent.settle),
            "us_per_call": all,
        }),
    );
    report.row("bytes to facts, CPU a call", all, "µs", Aim::None);
    report.row("of it folding", per_call(spent.settle), "µs", Aim::None);
    Ok(())
}

fn note_ended(findings: &[Finding], ended: &mut HashSet<domain::id::CallKey>) {
    for finding in findings {
        match finding {
            Finding::Changed(call) if call.state == CallState::Ended => {
                ended.insert(call.key);
            }
            _ => {}
        }
    }
}
