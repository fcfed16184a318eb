//! A call that a file of the phone system tells of and nobody heard: what it would be, and what becomes of it. Making it
//! one of our calls takes the way of every call; here is what that leaves behind.

use super::gap::activity_of;
use super::told::Told;
use crate::activity::Activity;
use crate::call::{CallRecord, Explained};
use crate::commit::{Change, Precondition};
use crate::id::{At, CallKey, ReconciliationId, UserId};
use serde::{Deserialize, Serialize};

/// The rule that says from which file a call was made.
pub const FROM_FILE: &str = "source.from_file";
/// The rule that says of which kind what is told of it is.
pub const TIMES_OF_FILE: &str = "source.times_of_file";

/// A call that a file tells of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingCall {
    /// The id that it has, or will have.
    pub key: CallKey,
    /// Counts changes.
    pub version: u64,
    /// Whether its id is that of the phone system: then what is heard of it later is of the same call by itself.
    pub named: bool,
    /// The comparison that found it first.
    pub run: ReconciliationId,
    /// The name of that one's file.
    pub file: String,
    /// All that files say of it.
    pub told: Told,
    /// What that makes of it.
    pub call: CallRecord,
    /// Who made it one of our calls, and when.
    pub made: Option<Made>,
}

impl MissingCall {
    /// What takes it away, and what that rests on: that it is as it was read, and nobody made it meanwhile.
    pub fn removal(&self) -> (Precondition, Change) {
        let (key, version) = (self.key, self.version);
        (Precondition::MissingVersion { key, version }, Change::MissingCallRemoved(key))
    }
}

/// Who made a call of what a file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// When.
    pub at: At,
    /// Who.
    pub by: UserId,
}

/// What is needed to make a call of what a file says.
#[derive(Clone, Debug)]
pub struct Making<'a> {
    /// The call that is missing, as it was read.
    pub missing: &'a MissingCall,
    /// Its Activity as it is opened: whose it may be is known.
    pub opened: Activity,
    /// Who makes it.
    pub by: UserId,
    /// The name of who makes it.
    pub by_name: &'a str,
    /// When.
    pub now: At,
}

impl Making<'_> {
    /// The call as it is stored.
    pub fn call(&self) -> CallRecord {
        let mut call = self.missing.call.clone();
        let at = self.now.0.to_string();
        let facts = [("file", self.missing.file.as_str()), ("by", self.by_name), ("at_us", at.as_str())];
        call.explanation.push(Explained::new(FROM_FILE, &facts));
        call
    }

    /// What makes the call one of ours, and what that rests on: that nothing of it was stored since. Agents are asked
    /// nothing now: what they would have owed is in their inboxes as what nobody summed up in time.
    pub fn decide(&self) -> (Vec<Precondition>, Vec<Change>) {
        let (call, key) = (self.call(), self.missing.key);
        let made = Some(Made { at: self.now, by: self.by });
        let after = MissingCall { version: self.missing.version + 1, made, ..self.missing.clone() };
        let preconditions = vec![
            Precondition::MissingVersion { key, version: self.missing.version },
            Precondition::CallUnknown { key },
        ];
        let mut changes = vec![Change::Call(Box::new(call.clone())), Change::MissingCall(Box::new(after))];
        if !call.has_customer() {
            return (preconditions, changes);
        }
        changes.extend(activity_of(&call, &self.opened, &[], self.now));
        (preconditions, changes)
    }
}
