//! Calls that turn out to be one: what is stored of each is read, and the Activity that is left is decided anew by
//! [`domain::merged`].

use super::Ingest;
use domain::activity::Activity;
use domain::call::CallRecord;
use domain::commit::{Change, Precondition};
use domain::id::CallKey;
use domain::merged::{MergeScene, Piece, merge};
use std::collections::BTreeMap;
use store::{ReadError, Snapshot};

/// Which calls are part of which others.
#[derive(Debug, Default)]
pub(super) struct PartOf(BTreeMap<CallKey, CallKey>);

impl PartOf {
    pub(super) fn note(&mut self, from: CallKey, into: CallKey) {
        self.0.insert(from, into);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The calls that are left, each with those that are part of it.
    fn by_whole(&self) -> BTreeMap<CallKey, Vec<CallKey>> {
        let mut wholes = BTreeMap::<CallKey, Vec<CallKey>>::new();
        for (from, into) in &self.0 {
            // One may have been taken for a whole first that is a part itself; so many steps lead out of any ring.
            let mut whole = *into;
            for _ in 0..self.0.len() {
                whole = *self.0.get(&whole).unwrap_or(&whole);
            }
            wholes.entry(whole).or_default().push(*from);
        }
        wholes
    }
}

impl Ingest {
    /// What changes by it besides `changes`, and what that rests on.
    pub(super) async fn made_one(
        &self,
        part_of: &PartOf,
        changes: &[Change],
    ) -> Result<(Vec<Precondition>, Vec<Change>), ReadError> {
        let (mut preconditions, mut more) = (Vec::new(), Vec::new());
        let mut moment = self.app.store.snapshot(self.tenant.id).await?;
        for (into, from) in part_of.by_whole() {
            let stored = moment.call(into).await?;
            let Some(call) = call_in(changes, into).or(stored.as_ref()) else { continue };
            let kept = piece(&mut *moment, into).await?;
            let mut pieces = Vec::with_capacity(from.len());
            for key in from {
                pieces.push(piece(&mut *moment, key).await?);
            }
            let opened = opened_in(changes, into);
            let (rests_on, changed) = merge(&MergeScene { call, opened, kept: &kept, pieces: &pieces });
            preconditions.extend(rests_on);
            more.extend(changed);
        }
        Ok((preconditions, more))
    }
}

async fn piece(moment: &mut dyn Snapshot, key: CallKey) -> Result<Piece, ReadError> {
    let activity = moment.activity(key).await?.map(|row| row.activity);
    Ok(Piece { key, activity, wrapups: moment.wrapups_of_call(key).await? })
}

fn call_in(changes: &[Change], key: CallKey) -> Option<&CallRecord> {
    changes.iter().rev().find_map(|change| match change {
        Change::Call(call) if call.key == key => Some(&**call),
        _ => None,
    })
}

fn opened_in(changes: &[Change], key: CallKey) -> Option<&Activity> {
    changes.iter().find_map(|change| match change {
        Change::ActivityOpened(activity) if activity.key == key => Some(&**activity),
        _ => None,
    })
}
