//! Cases: make, read, change, search.

use super::crm::named::{is_ours, there};
use super::crm::sharing::{shared, visible};
use super::submit_scene::json;
use super::{FieldFault, OpError, lookup, read_activity};
use crate::app::{App, Tenant};
use crate::view::{ActivityLineView, CaseLineView, CaseView, People};
use domain::audit::{AuditEntry, AuditSubject};
use domain::call::CallType;
use domain::case::{Case, CasePriority, CaseStatus, MAX_DESCRIPTION_CHARS, MAX_SUBJECT_CHARS};
use domain::commit::{Change, Commit, Precondition};
use domain::id::{AuditId, CaseId, PersonId, UserId};
use domain::mirror::Local;
use std::collections::BTreeSet;
use store::CommitError;

/// Most Cases a list answers with.
pub const MAX_CASES: usize = 50;

/// What is said of a Case; what is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct CaseChange {
    /// What it is about.
    pub subject: Option<String>,
    /// The long of it; `Some(None)` takes it away.
    pub description: Option<Option<String>>,
    /// Where it stands.
    pub status: Option<CaseStatus>,
    /// How much it matters.
    pub priority: Option<CasePriority>,
    /// Its Contact; `Some(None)` takes it away.
    pub contact: Option<Option<PersonId>>,
    /// Its Account; `Some(None)` takes it away.
    pub account: Option<Option<PersonId>>,
}

/// An Activity on a Case's list.
#[derive(Debug)]
pub struct CaseActivity {
    /// The line.
    pub line: ActivityLineView,
    /// Whether it is there because it is a call of the Case's Contact while it was open.
    pub of_contact: bool,
}

/// Makes a Case.
///
/// # Errors
/// A field cannot be taken, or the store cannot write.
pub async fn create(app: &App, tenant: &Tenant, by: UserId, said: CaseChange) -> Result<CaseView, OpError> {
    let now = app.around.now();
    let begun = Case {
        id: CaseId(app.around.new_id()),
        number: 0,
        subject: String::new(),
        description: None,
        status: CaseStatus::New,
        priority: CasePriority::Medium,
        contact: None,
        account: None,
        owner: Some(by),
        created_by_call: None,
        opened_at: now,
        closed_at: None,
        version: 0,
    };
    let case = changed(app, &begun, said)?;
    let commit = Commit {
        tenant: tenant.id,
        preconditions: people_exist(&case),
        changes: vec![
            Change::Case(Box::new(case.clone())),
            Change::Audit(Box::new(entry(app, by, "created", &begun, &case))),
        ],
    };
    match app.store.commit(commit).await {
        Ok(number) => app.hub.changed_for_all(tenant.id, number),
        Err(CommitError::Refused { .. }) => return Err(OpError::invalid("contact", FieldFault::Unknown)),
        Err(error) => return Err(error.into()),
    }
    read(app, tenant, case.id).await
}

/// Changes a Case.
///
/// # Errors
/// There is none, it was changed meanwhile, a field cannot be taken, or the store cannot write.
pub async fn change(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: CaseId,
    version: u64,
    said: CaseChange,
) -> Result<CaseView, OpError> {
    change_as(app, tenant, by, id, version, said, "changed").await
}

/// The same, called `action` in the change log.
///
/// # Errors
/// As of [`change`].
pub(super) async fn change_as(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: CaseId,
    version: u64,
    said: CaseChange,
    action: &str,
) -> Result<CaseView, OpError> {
    let before = one(app, tenant, id).await?;
    is_ours(app, tenant, Local::Case(id)).await?;
    if before.version != version {
        return Err(OpError::Stale {
            current: json(&shared(app, tenant, by, read(app, tenant, id).await?).await?),
        });
    }
    let case = changed(app, &before, said)?;
    let mut preconditions = vec![Precondition::CaseVersion { id, version }];
    preconditions.extend(people_exist(&case));
    let commit = Commit {
        tenant: tenant.id,
        preconditions,
        changes: vec![
            Change::Case(Box::new(case.clone())),
            Change::Audit(Box::new(entry(app, by, action, &before, &case))),
        ],
    };
    match app.store.commit(commit).await {
        Ok(number) => {
            app.hub.changed_for_all(tenant.id, number);
            read(app, tenant, id).await
        }
        Err(CommitError::Refused { index: 0 }) => Err(OpError::Stale {
            current: json(&shared(app, tenant, by, read(app, tenant, id).await?).await?),
        }),
        Err(CommitError::Refused { .. }) => Err(OpError::invalid("contact", FieldFault::Unknown)),
        Err(error) => Err(error.into()),
    }
}

/// A Case.
///
/// # Errors
/// There is none, or the store cannot read.
pub async fn read(app: &App, tenant: &Tenant, id: CaseId) -> Result<CaseView, OpError> {
    let case = one(app, tenant, id).await?;
    let contact = match case.contact {
        Some(contact) => app.store.person(tenant.id, contact).await?,
        None => None,
    };
    let people = people_of(app, tenant, std::slice::from_ref(&case)).await?;
    let mut view = CaseView::of(&case, &people, contact.as_ref(), tenant.settings.region);
    if let Some(there) = there(app, tenant, Local::Case(id)).await? {
        (view.line.crm_id, view.crm_url) = (Some(there.id), there.page);
    }
    Ok(view)
}

/// Cases by number or subject.
///
/// # Errors
/// The text is too long, or the store cannot read.
pub async fn search(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    text: &str,
    limit: Option<usize>,
) -> Result<Vec<CaseLineView>, OpError> {
    if text.chars().count() > super::people::MAX_SEARCH_CHARS {
        return Err(OpError::invalid("q", FieldFault::TooLong));
    }
    let limit = limit.unwrap_or(MAX_CASES).clamp(1, MAX_CASES);
    // Of those that are found first they may see none.
    let most = if app.crms.of(tenant.id).is_some() { super::people::MAX_LOOKED_AT } else { limit };
    let found = app.store.search_cases(tenant.id, text, most).await?;
    let mut found = visible(app, tenant, by, found, |case| Local::Case(case.id)).await?;
    found.truncate(limit);
    lines(app, tenant, &found).await
}

/// Cases of a record, open ones first.
///
/// # Errors
/// The record is not there, or the store cannot read.
pub async fn of_person(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    person: PersonId,
) -> Result<Vec<CaseLineView>, OpError> {
    app.store.person(tenant.id, person).await?.ok_or(OpError::NotFound)?;
    let cases = app.store.cases_of_person(tenant.id, person, MAX_CASES).await?;
    let cases = visible(app, tenant, by, cases, |case| Local::Case(case.id)).await?;
    lines(app, tenant, &cases).await
}

/// A page of a Case's list: its own calls, and its Contact's others while it was open.
///
/// # Errors
/// There is no such Case, or the store cannot read.
pub async fn activities(
    app: &App,
    tenant: &Tenant,
    id: CaseId,
    after: Option<&str>,
) -> Result<(Vec<CaseActivity>, Option<String>), OpError> {
    one(app, tenant, id).await?;
    let page = app.store.activities_of_case(tenant.id, id, after, read_activity::PAGE).await?;
    let rows: Vec<_> =
        page.rows.into_iter().filter(|row| row.call.kind != Some(CallType::Internal)).collect();
    let moment = &mut *app.store.snapshot(tenant.id).await?;
    let lines = read_activity::lines(moment, app, tenant, &rows).await?;
    let marked = rows.iter().zip(lines);
    let activities =
        marked.map(|(row, line)| CaseActivity { line, of_contact: row.activity.case() != Some(id) });
    Ok((activities.collect(), page.next))
}

async fn one(app: &App, tenant: &Tenant, id: CaseId) -> Result<Case, OpError> {
    app.store.cases(tenant.id, &[id]).await?.into_iter().next().ok_or(OpError::NotFound)
}

async fn lines(app: &App, tenant: &Tenant, cases: &[Case]) -> Result<Vec<CaseLineView>, OpError> {
    let people = people_of(app, tenant, cases).await?;
    Ok(cases.iter().map(|case| CaseLineView::of(case, &people)).collect())
}

async fn people_of(app: &App, tenant: &Tenant, cases: &[Case]) -> Result<People, OpError> {
    let people = cases.iter().flat_map(|case| [case.contact, case.account]).flatten().collect();
    let moment = &mut *app.store.snapshot(tenant.id).await?;
    Ok(read_activity::named(moment, app, tenant, people, BTreeSet::new()).await?.people)
}

/// The Case as it is after what was said, every field looked at.
fn changed(app: &App, before: &Case, said: CaseChange) -> Result<Case, OpError> {
    let mut case = before.clone();
    if let Some(subject) = said.subject {
        case.subject = subject.trim().to_owned();
    }
    match case.subject.chars().count() {
        0 => return Err(OpError::invalid("subject", FieldFault::Empty)),
        count if count > MAX_SUBJECT_CHARS => return Err(OpError::invalid("subject", FieldFault::TooLong)),
        _ => {}
    }
    if let Some(description) = said.description {
        let text = description.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if text.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION_CHARS) {
            return Err(OpError::invalid("description", FieldFault::TooLong));
        }
        case.description = text;
    }
    case.priority = said.priority.unwrap_or(case.priority);
    case.contact = said.contact.unwrap_or(case.contact);
    case.account = said.account.unwrap_or(case.account);
    if case.contact.is_none() && case.account.is_none() {
        return Err(OpError::invalid("contact", FieldFault::Empty));
    }
    let status = said.status.unwrap_or(case.status);
    let closes = status == CaseStatus::Closed;
    if closes != (case.status == CaseStatus::Closed) || (closes && case.closed_at.is_none()) {
        case.closed_at = closes.then(|| app.around.now());
    }
    case.status = status;
    case.version = before.version + 1;
    Ok(case)
}

fn people_exist(case: &Case) -> Vec<Precondition> {
    let people = [case.contact, case.account].into_iter().flatten();
    people.map(|id| Precondition::PersonExists { id }).collect()
}

fn entry(app: &App, by: UserId, action: &str, before: &Case, after: &Case) -> AuditEntry {
    AuditEntry {
        id: AuditId(app.around.new_id()),
        at: app.around.now(),
        by: Some(by),
        subject: AuditSubject::Case(after.id),
        action: action.to_owned(),
        fields: AuditEntry::differences(&facts(before), &facts(after)),
    }
}

fn facts(case: &Case) -> [(&'static str, Option<String>); 6] {
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    [
        ("subject", text(&case.subject)),
        ("description", case.description.clone()),
        ("status", Some(crate::view::word(&case.status))),
        ("priority", Some(crate::view::word(&case.priority))),
        ("contact", case.contact.map(|id| id.to_string())),
        ("account", case.account.map(|id| id.to_string())),
    ]
}

/// The number of a Case's Contact that was clicked is one of theirs.
///
/// # Errors
/// There is no such Case, or the store cannot read.
pub async fn contact_of(app: &App, tenant: &Tenant, id: CaseId) -> Result<Option<PersonId>, OpError> {
    let case = one(app, tenant, id).await?;
    let from = case.contact.map(|contact| domain::dial::DialledFrom::Person { person: contact });
    let moment = &mut *app.store.snapshot(tenant.id).await?;
    Ok(lookup::clicked(moment, from).await?.map(|person| person.id))
}
