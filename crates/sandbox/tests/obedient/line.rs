//! A client at the end of a manager connection, that reads as the product does.

use domain::call::{CallBook, CallPolicy, CallRecord, Finding};
use domain::id::{At, CallKey, TenantId};
use sandbox::centre::{self, RING_GROUPS};
use sandbox::pbx::obedient::{ObedientPbx, PbxSettings};
use sandbox::people::Callers;
use std::collections::BTreeMap;
use telephony::ami::{Deriver, Frame, Splitter, frames, id_time};
use telephony::endpoints::EndpointMap;

pub(crate) const TENANT: TenantId = TenantId(1);
pub(crate) const SOURCE: &str = "demo";
pub(crate) const START: At = At(1_900_000_000_000_000);

/// The demo's centre.
pub(crate) fn settings(seed: u64) -> PbxSettings {
    PbxSettings::demo(seed, Callers::of_sample(seed, 300))
}

/// The same, where nobody calls by themselves.
pub(crate) fn quiet(seed: u64) -> PbxSettings {
    PbxSettings { calls_per_minute: 0.0, ..settings(seed) }
}

/// The name that people see of a queue's ring group.
pub(crate) fn label(queue: &str) -> String {
    let group = RING_GROUPS.iter().find(|group| group.queue == queue);
    group.expect("a ring group of the demo").label.to_owned()
}

/// Connects and logs in.
pub(crate) fn log_in(pbx: &mut ObedientPbx, at: At) -> Vec<u8> {
    let mut out = pbx.connect(at);
    out.extend(pbx.receive(
        at,
        b"Action: Login\r\nUsername: bitacora\r\nSecret: not-a-secret-demo\r\nActionID: in\r\n\r\n",
    ));
    out
}

/// A phone system, a connection to it, and what was read from it.
pub(crate) struct Line {
    pub(crate) pbx: ObedientPbx,
    pub(crate) now: At,
    endpoints: EndpointMap,
    splitter: Splitter,
    deriver: Deriver,
    book: CallBook,
    calls: BTreeMap<CallKey, CallRecord>,
}

impl Line {
    /// A connection that has logged in at the start.
    pub(crate) fn logged_in(settings: PbxSettings) -> Line {
        let endpoints = centre::endpoints(&settings.agents);
        let mut line = Line {
            pbx: ObedientPbx::new(settings, START),
            now: START,
            endpoints: EndpointMap::try_from(&endpoints).expect("no endpoint listed twice"),
            splitter: Splitter::default(),
            deriver: Deriver::default(),
            book: CallBook::new(TENANT, SOURCE, id_time, CallPolicy::default()),
            calls: BTreeMap::new(),
        };
        let bytes = log_in(&mut line.pbx, START);
        let answers = line.read(&bytes);
        assert!(answers.iter().any(|frame| frame.response() == Some("Success")));
        line
    }

    /// Reads bytes as they came.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Vec<Frame> {
        let read: Vec<Frame> =
            self.splitter.push(bytes).iter().flat_map(|piece| frames(piece).collect::<Vec<_>>()).collect();
        for frame in &read {
            for event in self.deriver.derive(frame, &self.endpoints, self.now) {
                self.book.take(event, 0);
            }
        }
        let found = self.book.settle(self.now);
        self.keep(found);
        read
    }

    fn keep(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            match finding {
                Finding::Changed(record) => drop(self.calls.insert(record.key, *record)),
                Finding::Merged { from, .. } => drop(self.calls.remove(&from)),
                Finding::Forgotten(_) => {}
            }
        }
    }

    /// Lets time pass to the next thing that happens.
    pub(crate) fn step(&mut self) -> Vec<(At, Vec<u8>)> {
        let due = self.pbx.next_due();
        assert!(due < At(i64::MAX), "nothing happens any more");
        self.pass_to(due)
    }

    /// Lets time pass.
    pub(crate) fn pass_to(&mut self, to: At) -> Vec<(At, Vec<u8>)> {
        self.now = self.now.max(to);
        let sent = self.pbx.advance(to);
        for (_, bytes) in &sent {
            self.read(bytes);
        }
        sent
    }

    /// Lets so many milliseconds pass; the frames of what happened.
    pub(crate) fn pass(&mut self, millis: i64) -> Vec<Frame> {
        let sent = self.pass_to(self.now.plus_millis(millis));
        sent.iter().flat_map(|(_, bytes)| frames(bytes).collect::<Vec<_>>()).collect()
    }

    /// Lets time pass until a frame is the one looked for.
    pub(crate) fn until(&mut self, wanted: impl Fn(&Frame) -> bool) -> Frame {
        loop {
            let sent = self.step();
            let mut read = sent.iter().flat_map(|(_, bytes)| frames(bytes).collect::<Vec<_>>());
            if let Some(frame) = read.find(|frame| wanted(frame)) {
                return frame;
            }
        }
    }

    /// Sends an action; what comes back.
    pub(crate) fn send(&mut self, headers: &[(&str, &str)]) -> Vec<Frame> {
        let text: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let bytes = self.pbx.receive(self.now, format!("{text}\r\n").as_bytes());
        self.read(&bytes)
    }

    /// Somebody calls ring group `group`.
    pub(crate) fn call_in(&mut self, number: &str, group: usize) -> Vec<Frame> {
        let bytes = self.pbx.call_in(self.now, number, RING_GROUPS[group].did).expect("a ring group");
        self.read(&bytes)
    }

    /// The calls, long after the last frame.
    pub(crate) fn settled(&mut self) -> BTreeMap<CallKey, CallRecord> {
        let found = self.book.settle(self.book.clock().plus_millis(120_000));
        self.keep(found);
        self.calls.clone()
    }
}
