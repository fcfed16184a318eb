//! A file of a phone system that is compared with what is known: how far that is, and what came of it.

use super::told::FileKind;
use crate::id::{At, CallKey, ReconciliationId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest name of a file, in characters.
pub const MAX_NAME_CHARS: usize = 200;
/// Most files whose comparison a tenant keeps; the oldest goes with the next.
pub const MAX_RUNS: usize = 100;
/// Most calls that only we know which are named; how many there are is told of all.
pub const MAX_ONLY_OURS_NAMED: usize = 200;
/// Most endpoints that nobody listed which are named.
pub const MAX_ENDPOINTS_NAMED: usize = 20;

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It is being compared.
    Running,
    /// Every line was looked at.
    Done,
    /// It cannot be: its file is not where it was put.
    Failed,
}

/// What is compared, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// Its id; UUIDv7.
    pub id: ReconciliationId,
    /// Which kind of file.
    pub kind: FileKind,
    /// The phone system.
    pub source: String,
    /// What the file was called.
    pub file: String,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of it, in hexadecimal digits.
    pub hash: String,
    /// Whose clock it tells the time by, where it does not say so itself.
    pub zone: String,
    /// When it was uploaded last.
    pub at: At,
    /// By whom.
    pub by: UserId,
    /// How often it was uploaded.
    pub uploads: u64,
    /// Where it stands.
    pub state: RunState,
    /// How many bytes of it were looked at.
    pub byte: u64,
    /// What was found so far.
    pub found: Found,
    /// When it was done.
    pub ended_at: Option<At>,
}

/// What a file was found to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The first moment that it tells of.
    pub from: Option<At>,
    /// The last.
    pub until: Option<At>,
    /// How many records or lines it has.
    pub records: u64,
    /// How many calls they are.
    pub calls: u64,
    /// Calls that are known, by what they were recognised.
    pub known: BTreeMap<KnownBy, u64>,
    /// Calls that are not known and have somebody outside.
    pub missing: u64,
    /// Calls that are not known and need no Activity, by why.
    pub explained: BTreeMap<Explained, u64>,
    /// Records beside the one that a call is known by, by what they are.
    pub beside: BTreeMap<Beside, u64>,
    /// Endpoints that no list of the phone system's endpoints has.
    pub unlisted: Vec<String>,
    /// How many calls of that time we know and the file does not.
    pub only_ours: u64,
    /// The first of them.
    pub only_ours_named: Vec<CallKey>,
}

/// By what a call of a file was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// By the id of one of its channels.
    Id,
    /// By its time and both numbers.
    TimeAndNumbers,
    /// By its time and the customer's number: the other one is told otherwise after a transfer.
    TimeAndCustomer,
}

/// Why a call of a file that is not known needs no Activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Explained {
    /// Agent to agent.
    InternalCall,
    /// A click-to-dial whose agent never picked up.
    AgentDidNotPickUp,
    /// An agent's leg that never called anybody.
    NoCustomer,
    /// Somebody listened in.
    ListeningIn,
    /// None of its channels is of an endpoint that is listed.
    UnlistedEndpoint,
}

/// What a record is that stands beside another one of the same call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// The same caller at another place: the next agent, the next queue, the mailbox.
    FurtherPart,
    /// The leg of an agent of the call.
    AgentLeg,
    /// Half of a local pair.
    LocalHalf,
    /// A record of no length that failed at hanging up.
    Stray,
}

impl Found {
    /// How many calls are known.
    pub fn known_in_all(&self) -> u64 {
        self.known.values().sum()
    }

    /// The file tells of this time.
    pub fn spans(&mut self, from: At, until: At) {
        self.from = Some(self.from.map_or(from, |known| known.min(from)));
        self.until = Some(self.until.map_or(until, |known| known.max(until)));
    }

    /// An endpoint that is not listed.
    pub fn unlisted(&mut self, endpoint: &str) {
        if self.unlisted.len() < MAX_ENDPOINTS_NAMED && !self.unlisted.iter().any(|known| known == endpoint) {
            self.unlisted.push(endpoint.to_owned());
        }
    }
}
