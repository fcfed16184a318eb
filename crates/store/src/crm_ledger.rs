//! How many Activities stand in the CRM as they do, by time, and what days that were compared with it were found to be like.
//! What is carried out, and what is there of one Activity, is in [`crate::crm`].

use crate::errors::ReadError;
use crate::listing::Carried;
use async_trait::async_trait;
use domain::completeness::crm_check::{CrmCheck, CrmCheckFailure};
use domain::completeness::ledger::LedgerEntry;
use domain::id::{At, CallKey, TenantId};
use domain::mirror::RemoteId;

/// How many Activities stand alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CrmCount {
    /// The slot of the ledger in which their calls began.
    pub slot: i64,
    /// How they stand. Those of which nothing is there or waits are not counted.
    pub state: Carried,
    /// How many.
    pub calls: u64,
}

/// An Activity as it is compared with what the CRM has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CrmStanding {
    /// When its call began.
    pub started_at: At,
    /// The call.
    pub key: CallKey,
    /// How it stands.
    pub carried: Carried,
    /// Its record there, as far as we know of one.
    pub record: Option<RemoteId>,
    /// Whether what became of the call is certain, so that it is carried out.
    pub settled: bool,
    /// Whether it came of an import, and is none of ours to carry out.
    pub imported: bool,
}

/// A slot, and how an Activity of it stands.
pub(crate) type CrmEntry = (i64, Carried);

/// Where an Activity is counted by how it stands in the CRM: where its call is in the ledger, unless it is not there and not
/// going to be.
pub(crate) fn counted(stands: Option<&LedgerEntry>, carried: Carried) -> Option<CrmEntry> {
    let stands = stands.filter(|entry| entry.class.has_activity() && carried != Carried::Never);
    stands.map(|entry| (entry.slot, carried))
}

/// The part of a [`Store`](crate::Store) that compares what is known with the CRM. Every method fails where the store cannot
/// read.
#[async_trait]
pub trait CrmLedgerRecords {
    /// How many Activities of calls that are over and began in slots from the first to before the other stand how, in order.
    async fn crm_ledger(&self, tenant: TenantId, from: i64, until: i64) -> Result<Vec<CrmCount>, ReadError>;

    /// Activities whose calls began after a place and before `until`, by time and id, at most `limit`; the next place is that
    /// of the last.
    async fn crm_standings(
        &self,
        tenant: TenantId,
        after: (At, Option<CallKey>),
        until: At,
        limit: usize,
    ) -> Result<Vec<CrmStanding>, ReadError>;

    /// One of them.
    async fn crm_standing(&self, tenant: TenantId, call: CallKey) -> Result<Option<CrmStanding>, ReadError>;

    /// Days that began from `from` to before `until` and were compared with the CRM, the first first.
    async fn crm_checks(&self, tenant: TenantId, from: At, until: At) -> Result<Vec<CrmCheck>, ReadError>;

    /// Days that could not be compared with the CRM and were not since, the last first.
    async fn crm_check_failures(&self, tenant: TenantId) -> Result<Vec<CrmCheckFailure>, ReadError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::completeness::ledger::LedgerClass;

    #[test]
    fn an_activity_is_counted_where_its_call_is_unless_nothing_of_it_is_there_or_waits() {
        let of = |class| LedgerEntry {
            slot: 7,
            source: "pbx".to_owned(),
            class,
            inferred: false,
            from_file: false,
        };
        for (class, carried, expected) in [
            (LedgerClass::Logged, Carried::Sent, Some((7, Carried::Sent))),
            (LedgerClass::Open, Carried::Waiting, Some((7, Carried::Waiting))),
            (LedgerClass::NoWrapup, Carried::DeletedThere, Some((7, Carried::DeletedThere))),
            (LedgerClass::Logged, Carried::Never, None),
            (LedgerClass::InternalCall, Carried::Sent, None),
            (LedgerClass::Gap, Carried::Refused, None),
        ] {
            assert_eq!(counted(Some(&of(class)), carried), expected, "{class:?} {carried:?}");
        }
        assert_eq!(counted(None, Carried::Sent), None, "a call that lives, or of another system");
    }
}
