//! What is stored of a source is read again, and what that tells of calls that were over is left as it is stored.

use super::{FIRST_CHUNK, Ingest, IngestError, RESUME_PAGE};
use crate::ops::completeness::{around, is_made_of};
use domain::call::{CallRecord, CallState, Finding};
use domain::id::CallKey;
use std::collections::{BTreeMap, HashSet};
use store::ReadError;

impl Ingest {
    pub(super) async fn read_again(&mut self, from: u64) -> Result<(), IngestError> {
        let (mut next, mut connection) = (from, None);
        loop {
            let chunks = self.app.store.frame_chunks(self.tenant.id, &self.source, next, RESUME_PAGE).await?;
            let Some(last) = chunks.last() else { break };
            next = last.chunk + 1;
            for chunk in &chunks {
                if connection.replace(chunk.connection).is_some_and(|before| before != chunk.connection) {
                    self.gap(chunk.received_at);
                }
                self.heard_at = chunk.received_at;
                self.read_frames(&chunk.bytes, chunk.chunk, chunk.received_at);
                // As it was done when they came: what a call is may depend on when it was looked at.
                self.found.extend(self.book.settle(self.book.clock()));
            }
        }
        // Time has passed since: a call that was over then does not live again.
        self.tick(self.app.around.now()).await?;
        self.app.channels.read_again(self.tenant.id, &self.source, &std::mem::take(&mut self.heard));
        self.reading_again = false;
        Ok(())
    }

    /// What reading again found out of calls that live in the store. All others were over by frames that are read
    /// again now, and need nothing; those of which the first frames are behind the point that reading began at are
    /// another call than they were, and are noted.
    pub(super) async fn of_living(&mut self, found: Vec<Finding>) -> Result<Vec<Finding>, ReadError> {
        let (mut last, mut over) = (BTreeMap::<CallKey, Box<CallRecord>>::new(), HashSet::new());
        for finding in found {
            match finding {
                Finding::Changed(call) if over.contains(&call.key) => {
                    self.parts_of_old.insert(call.key);
                }
                Finding::Changed(call) => {
                    last.insert(call.key, call);
                }
                Finding::Merged { from, .. } => {
                    last.remove(&from);
                }
                Finding::Forgotten(key) => {
                    over.insert(key);
                }
            }
        }
        let from_the_first = self.resume_from <= FIRST_CHUNK;
        let mut living = Vec::new();
        for (key, call) in last {
            match self.app.store.call(self.tenant.id, key).await? {
                Some(stored) if stored.state == CallState::Live => living.push(Finding::Changed(call)),
                Some(stored) if stored == *call => {
                    self.whole.insert(key);
                }
                None if from_the_first => living.push(Finding::Changed(call)),
                _ => {
                    self.parts_of_old.insert(key);
                }
            }
        }
        living.extend(over.into_iter().map(Finding::Forgotten));
        Ok(living)
    }

    /// Leaves out what was found of calls that were over before, by a part of their frames.
    pub(super) async fn of_whole(&mut self, found: Vec<Finding>) -> Result<Vec<Finding>, ReadError> {
        let mut kept = Vec::with_capacity(found.len());
        for finding in found {
            match &finding {
                Finding::Changed(call) if self.parts_of_old.contains(&call.key) => continue,
                Finding::Changed(call) if !self.whole.contains(&call.key) => {
                    let stored = self.app.store.call(self.tenant.id, call.key).await?;
                    let known = stored.is_none() && self.is_made_from_a_file(call).await?;
                    if known || stored.is_some_and(|stored| stored.state == CallState::Ended) {
                        self.parts_of_old.insert(call.key);
                        continue;
                    }
                    self.whole.insert(call.key);
                }
                Finding::Changed(_) => {}
                Finding::Merged { from, .. } if self.parts_of_old.contains(from) => continue,
                Finding::Merged { from, into } => {
                    self.whole.remove(from);
                    // A call that lives is part of the old one after all.
                    if self.parts_of_old.remove(into) {
                        self.whole.insert(*into);
                    }
                }
                Finding::Forgotten(key) => {
                    self.whole.remove(key);
                    self.parts_of_old.remove(key);
                }
            }
            kept.push(finding);
        }
        Ok(kept)
    }

    /// Whether somebody made this call of what a file says, of which nothing had been heard, and the file told no id: then it
    /// is known by another id, and what is heard now makes no second one. A call that began since, or of a withheld number, is
    /// never taken for it.
    async fn is_made_from_a_file(&self, call: &CallRecord) -> Result<bool, ReadError> {
        let (from, until) = around(call.started_at);
        let made = self.app.store.made_without_id(self.tenant.id, &self.source, from, until).await?;
        Ok(made.iter().any(|made| is_made_of(made, call)))
    }
}
