//! CRMs: how what was decided gets there and what changed there gets here. Nothing is decided here and nothing stored: the
//! rules are `domain`'s, the outbox and the mirror are the store's, and when to work is the server's.

mod contract;
mod error;
pub mod salesforce;

pub use contract::{
    Access, AccessQuestion, Budget, CallThere, CallsThere, Carried, Changed, Crm, Examined, Filing, Finding,
    FindingState, FollowUpCarried, FollowUpFiling, FollowUpWanted, Made, NewCase, NewPerson, OpenToAll,
    PhoneFieldThere, PicklistFieldThere, PicklistObjectThere, PicklistThere, Place, RemoteParty, Withdrawal,
    Withdrawn,
};
pub use error::{CrmError, CrmErrorKind, Retry};
