//! The frames look like recorded ones: the same headers in the same order.

use crate::line::{Line, settings};
use domain::id::At;
use sandbox::pbx::obedient::{Habits, PbxSettings};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use telephony::ami::{Frame, frames};

/// Headers that depend on who hung up and over which technology.
const AT_TIMES: [&str; 2] = ["Cause", "TechCause"];

/// The names of a frame's headers, without what rides on it: variables, and the channel that their header
/// names.
fn shape(frame: &Frame) -> Vec<String> {
    let names = frame.pairs().map(|(name, _)| name.to_owned());
    names.filter(|name| !name.contains("ChanVariable") && !AT_TIMES.contains(&name.as_str())).collect()
}

fn shapes<'a>(frames: impl Iterator<Item = &'a Frame>) -> BTreeMap<String, BTreeSet<Vec<String>>> {
    let mut shapes: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
    for frame in frames {
        if let Some(event) = frame.event() {
            shapes.entry(event.to_owned()).or_default().insert(shape(frame));
        }
    }
    shapes
}

#[test]
fn events_have_the_headers_of_recorded_ones() {
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../captures");
    let mut recorded = Vec::new();
    for folder in std::fs::read_dir(captures).expect("the captures") {
        let raw = folder.expect("a folder").path().join("ami.raw");
        recorded.extend(std::fs::read(raw).iter().flat_map(|bytes| frames(bytes).collect::<Vec<_>>()));
    }
    let recorded = shapes(recorded.iter());
    let habits = Habits { attended: 15, blind: 15, holds: 30, ..Habits::default() };
    let mut line = Line::logged_in(PbxSettings { habits, calls_per_minute: 20.0, ..settings(21) });
    let mut sent = Vec::new();
    while line.now < At(crate::line::START.0 + 3_600_000_000) {
        sent.extend(line.step().iter().flat_map(|(_, bytes)| frames(bytes).collect::<Vec<_>>()));
        if sent.len() % 50 == 0 {
            let pause = [("Action", "QueuePause"), ("Interface", "PJSIP/1001"), ("Paused", "0")];
            sent.extend(line.send(&pause));
            let id = format!("cti-{}", sent.len());
            sent.extend(line.send(&[
                ("Action", "Originate"),
                ("ActionID", &id),
                ("Channel", "PJSIP/1004"),
                ("ChannelId", &id),
                ("Exten", "600111222"),
                ("Context", "agents"),
                ("Priority", "1"),
            ]));
        }
    }
    let seen = shapes(sent.iter());
    assert!(seen.len() >= 30, "{:?}", seen.keys());
    for (event, shapes) in seen {
        let known = recorded.get(&event).unwrap_or_else(|| panic!("{event} was never recorded"));
        for shape in shapes {
            assert!(known.contains(&shape), "{event} is {shape:#?}, recorded: {known:#?}");
        }
    }
    let variables: Vec<&str> = sent[0].all("ChanVariable").collect();
    assert_eq!(variables.len(), 5, "{:?}", sent[0]);
}
