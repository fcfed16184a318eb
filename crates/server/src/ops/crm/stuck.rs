//! What the CRM refused for good, and what people do about it: put it right, try it again, make it although others are like it,
//! take one of those instead, or leave it. Each is written into the change log. An Activity is put right by a correction.

use super::resolve;
use crate::app::{App, Tenant};
use crate::ops::cases::{self, CaseChange};
use crate::ops::people::{self, PersonChange};
use crate::ops::{FieldFault, OpError};
use crate::view::CaseView;
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::commit::{Change, Commit};
use domain::directory::Person;
use domain::id::{AuditId, CaseId, PersonId, UserId};
use domain::mirror::{Local, RemoteId};
use domain::outbox::{OutboxEntry, RefusalKind, Subject};

/// What the change log calls it when a record was put right and tried again.
const MENDED: &str = "crm_mended";
/// Most entries that are shown together.
pub const STUCK_PAGE: usize = 50;

/// What is stuck, and what it is called.
pub struct Stuck {
    /// How it stands.
    pub entry: OutboxEntry,
    /// A person's name, a Case's number and subject, a call's customer number.
    pub name: Option<String>,
}

/// A page of what is stuck.
///
/// # Errors
/// The store cannot read, or `after` is no place it gave out.
pub async fn list(
    app: &App,
    tenant: &Tenant,
    after: Option<&str>,
) -> Result<(Vec<Stuck>, Option<String>), OpError> {
    let page = app.store.outbox_stuck(tenant.id, after, STUCK_PAGE).await?;
    let mut stuck = Vec::new();
    for entry in page.entries {
        let name = name_of(app, tenant, entry.subject).await?;
        stuck.push(Stuck { entry, name });
    }
    Ok((stuck, page.next))
}

async fn name_of(app: &App, tenant: &Tenant, subject: Subject) -> Result<Option<String>, OpError> {
    Ok(match subject {
        Subject::Person(id) => app.store.person(tenant.id, id).await?.map(|person| person.name),
        Subject::Case(id) => {
            let case = app.store.cases(tenant.id, &[id]).await?.into_iter().next();
            case.map(|case| format!("#{:08} {}", case.number, case.subject))
        }
        // The call is no more; its id is what stands in its record there.
        Subject::Vanished(call) => Some(call.to_string()),
        Subject::Activity(call) | Subject::FollowUp(call) => {
            let call = app.store.call(tenant.id, call).await?;
            call.and_then(|call| call.customer_number().map(str::to_owned))
        }
    })
}

/// Tries it again; `despite_duplicates`: makes it although others are like it.
///
/// # Errors
/// It is not stuck, or the store cannot write.
pub async fn again(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    subject: Subject,
    despite_duplicates: bool,
) -> Result<(), OpError> {
    let entry = stuck(app, tenant, subject).await?;
    let action = if despite_duplicates { "crm_made_anyway" } else { "crm_tried_again" };
    let change = Change::OutboxAgain { subject, despite_duplicates };
    commit(app, tenant, vec![change, audit(app, by, &entry, action)]).await
}

/// Puts a person right. What changes is noted in the outbox by the same Commit, so it is tried again without waiting.
///
/// # Errors
/// It is not stuck, was changed meanwhile, a field cannot be taken, or the store cannot write.
pub async fn mend_person(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: PersonId,
    said: PersonChange,
) -> Result<Person, OpError> {
    stuck(app, tenant, Subject::Person(id)).await?;
    people::change_as(app, tenant, by, id, said, MENDED).await
}

/// Puts a Case right, as [`mend_person`] does a person.
///
/// # Errors
/// As of [`mend_person`].
pub async fn mend_case(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: CaseId,
    version: u64,
    said: CaseChange,
) -> Result<CaseView, OpError> {
    stuck(app, tenant, Subject::Case(id)).await?;
    cases::change_as(app, tenant, by, id, version, said, MENDED).await
}

/// Leaves it: it is not carried out, unless it changes again.
///
/// # Errors
/// It is not stuck, or the store cannot write.
pub async fn leave(app: &App, tenant: &Tenant, by: UserId, subject: Subject) -> Result<(), OpError> {
    let entry = stuck(app, tenant, subject).await?;
    commit(app, tenant, vec![Change::OutboxLeft(subject), audit(app, by, &entry, "crm_left")]).await
}

/// Takes one of the records that are like it instead of making another: what hangs on ours hangs on that from now on.
///
/// # Errors
/// It is not stuck for being like others, the record is none of these or cannot be read now, or the store cannot write.
pub async fn take(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    person: PersonId,
    instead: &RemoteId,
) -> Result<PersonId, OpError> {
    let entry = stuck(app, tenant, Subject::Person(person)).await?;
    let refusal = entry.refusal.as_ref().filter(|refusal| refusal.kind == RefusalKind::Duplicates);
    let offered = refusal.ok_or(OpError::NotFound)?.duplicates.iter().any(|one| one.id == *instead);
    if !offered {
        return Err(OpError::invalid("record", FieldFault::Unknown));
    }
    let unreachable = || OpError::Unavailable("the CRM cannot say what that record is".to_owned());
    let known =
        app.store.locals(tenant.id, std::slice::from_ref(instead)).await?.into_iter().next().flatten();
    let local = match known {
        Some(local) => local,
        None => {
            let link = app.crms.of(tenant.id).ok_or_else(unreachable)?;
            resolve::fetch(app, tenant, &link, instead).await?.ok_or_else(unreachable)?
        }
    };
    let Local::Person(into) = local else { return Err(OpError::invalid("record", FieldFault::Unknown)) };
    let became = Change::PersonBecame { from: person, into };
    commit(app, tenant, vec![became, audit(app, by, &entry, "crm_taken_instead")]).await?;
    Ok(into)
}

async fn stuck(app: &App, tenant: &Tenant, subject: Subject) -> Result<OutboxEntry, OpError> {
    let entry = app.store.outbox_entry(tenant.id, subject).await?;
    entry.filter(OutboxEntry::stuck).ok_or(OpError::NotFound)
}

fn audit(app: &App, by: UserId, entry: &OutboxEntry, action: &str) -> Change {
    let subject = match entry.subject {
        Subject::Person(id) => AuditSubject::Person(id),
        Subject::Case(id) => AuditSubject::Case(id),
        Subject::Activity(call) | Subject::Vanished(call) | Subject::FollowUp(call) => {
            AuditSubject::Activity(call)
        }
    };
    let before = entry.refusal.as_ref().map(|refusal| refusal.code.clone());
    let fields = vec![FieldChange { field: "refusal".to_owned(), before, after: None }];
    let (id, at) = (AuditId(app.around.new_id()), app.around.now());
    Change::Audit(Box::new(AuditEntry { id, at, by: Some(by), subject, action: action.to_owned(), fields }))
}

async fn commit(app: &App, tenant: &Tenant, changes: Vec<Change>) -> Result<(), OpError> {
    let number = app.store.commit(Commit::of(tenant.id, changes)).await?;
    app.hub.changed_for_all(tenant.id, number);
    Ok(())
}
