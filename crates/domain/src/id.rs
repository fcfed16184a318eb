//! Ids and time as plain values. Nothing here makes a random id or reads a clock: ids of calls are
//! derived from their source, ids of what people create are handed in.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct At(pub i64);

impl At {
    /// Whole milliseconds from `earlier` to `self`; zero when `self` is not later.
    pub fn millis_since(self, earlier: At) -> i64 {
        (self.0 - earlier.0).max(0) / 1000
    }

    /// `self` moved by a number of milliseconds.
    pub fn plus_millis(self, millis: i64) -> At {
        At(self.0.saturating_add(millis.saturating_mul(1000)))
    }
}

/// A tenant: the boundary no row is read across (ARCHITECTURE.md, invariant 13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantId(pub u32);

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

uuid_id! {
    /// A call, and the one Activity that archives it.
    CallKey;
    /// One agent's part of a call, and the wrap-up it may owe.
    EngagementKey;
    /// A Contact, Lead, Account or Person Account of the directory.
    PersonId;
    /// A Case.
    CaseId;
    /// A click-to-dial.
    DialId;
    /// An entry of the change log.
    AuditId;
    /// A user of Bitácora.
    UserId;
    /// A disposition code.
    CodeId;
    /// A disposition set.
    SetId;
    /// An import of past calls.
    ImportId;
    /// Somebody's program that is told of calls.
    EndpointId;
    /// Something that such programs are told.
    NoticeId;
    /// A view of the list of Activities.
    ViewId;
    /// A correction of many Activities at once.
    BulkId;
    /// A saved report.
    ReportId;
    /// A file of a phone system that is compared with what is known.
    ReconciliationId;
}

/// Names the space that source-derived ids are hashed in. Changing it would give every call a new id.
const SOURCE_ID_SPACE: Uuid = Uuid::from_u128(0x6a2c_1f0e_6d1b_5b0f_9a53_b17a_c07a_0001);

/// An id that the same source input always yields again, and that sorts by `time` where the source
/// told one: 48 bits of Unix milliseconds, then 74 bits of hash (UUID version 8, RFC 9562).
fn derived(tenant: TenantId, source: &str, what: &str, own_id: &str, time: Option<At>) -> Uuid {
    let name = format!("{}\u{1f}{source}\u{1f}{what}\u{1f}{own_id}", tenant.0);
    let mut bytes = *Uuid::new_v5(&SOURCE_ID_SPACE, name.as_bytes()).as_bytes();
    let millis = time.map_or(0, |at| (at.0 / 1000).max(0) as u64);
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Uuid::from_bytes(bytes)
}

impl CallKey {
    /// The id of the call that `source` knows as `own_id`.
    pub fn derived(tenant: TenantId, source: &str, own_id: &str, time: Option<At>) -> Self {
        CallKey(derived(tenant, source, "call", own_id, time))
    }
}

impl EngagementKey {
    /// The id of the `nth` part (from 0) that the agent behind leg `own_id` had.
    pub fn derived(tenant: TenantId, source: &str, own_id: &str, nth: usize, time: Option<At>) -> Self {
        EngagementKey(derived(tenant, source, &format!("engagement{nth}"), own_id, time))
    }
}

impl NoticeId {
    /// The id of the tenant's `nth` notice, `what` of `subject` at `time`.
    pub fn derived(tenant: TenantId, what: &str, subject: Uuid, nth: u64, time: At) -> Self {
        NoticeId(derived(tenant, what, "notice", &format!("{subject}\u{1f}{nth}"), Some(time)))
    }
}

impl AuditId {
    /// The id of what a rule did to `subject` when that was at `version`: whoever does it at the same moment writes it down once.
    pub fn derived(tenant: TenantId, what: &str, subject: Uuid, version: u64) -> Self {
        AuditId(derived(tenant, what, "audit", &format!("{subject}\u{1f}{version}"), None))
    }
}

/// The key by which the phone system's endpoint map and a user agree on who an agent is, e.g. `1001`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentKey(pub String);

impl std::fmt::Display for AgentKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
