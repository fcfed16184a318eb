//! Replay: the calls in the stored bytes of a source's connections, by the very code that reads a live one.
//! Nothing is paced and nothing is stored here.

use crate::ami::{Deriver, Splitter, frames, id_time};
use crate::endpoints::EndpointMap;
use domain::call::{CallBook, CallPolicy, CallRecord, Finding};
use domain::event::SourceEvent;
use domain::id::{At, CallKey, TenantId};
use std::collections::{BTreeMap, HashSet};

/// How long the source's clock is let run after the last byte, so that what is over settles (milliseconds).
const AFTERMATH_MS: i64 = 120_000;

/// Who is asked what the bytes mean.
#[derive(Clone, Copy, Debug)]
pub struct Replay<'a> {
    /// The tenant the ids are derived for.
    pub tenant: TenantId,
    /// Name of the source.
    pub source: &'a str,
    /// Its endpoints.
    pub endpoints: &'a EndpointMap,
    /// The settings.
    pub policy: CallPolicy,
}

impl Replay<'_> {
    /// The calls in the bytes of successive connections, by start. Between two connections nobody listened:
    /// calls that lived then are marked as inferred.
    pub fn calls<'b>(&self, connections: impl IntoIterator<Item = &'b [u8]>) -> Vec<CallRecord> {
        let mut book = CallBook::new(self.tenant, self.source, id_time, self.policy);
        let mut calls: BTreeMap<CallKey, CallRecord> = BTreeMap::new();
        let mut over = HashSet::new();
        for (index, bytes) in connections.into_iter().enumerate() {
            let mut deriver = Deriver::default();
            let mut splitter = Splitter::default();
            for (nth, frame) in splitter.push(bytes).iter().flat_map(|piece| frames(piece)).enumerate() {
                let new_connection = if nth == 0 { index > 0 } else { frame.greeting() };
                if new_connection {
                    book.take(SourceEvent::Gap { at: book.clock() }, 0);
                }
                for event in deriver.derive(&frame, self.endpoints, book.clock()) {
                    book.take(event, index as u64);
                }
                keep(&mut calls, &mut over, book.settle(At(0)));
            }
        }
        let end = book.clock().plus_millis(AFTERMATH_MS);
        keep(&mut calls, &mut over, book.settle(end));
        let mut calls: Vec<CallRecord> = calls.into_values().collect();
        calls.sort_by_key(|call| (call.started_at, call.key));
        calls
    }
}

fn keep(calls: &mut BTreeMap<CallKey, CallRecord>, over: &mut HashSet<CallKey>, findings: Vec<Finding>) {
    for finding in findings {
        match finding {
            // A part of a call that was over long before does not take its place.
            Finding::Changed(record) if over.contains(&record.key) => {}
            Finding::Changed(record) => {
                calls.insert(record.key, *record);
            }
            Finding::Merged { from, .. } => {
                calls.remove(&from);
            }
            Finding::Forgotten(key) => {
                over.insert(key);
            }
        }
    }
}
