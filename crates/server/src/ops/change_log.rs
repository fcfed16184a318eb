//! The change log as it is read: who changed what, and what it is called now.

use super::OpError;
use crate::app::{App, Tenant};
use crate::view::LabelView;
use domain::audit::{AuditEntry, AuditSubject};
use domain::id::{CaseId, PersonId, UserId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use store::AuditPage;
use utoipa::ToSchema;

/// How many entries of the change log a page holds.
pub const AUDIT_PAGE: usize = 50;

/// What something is called: a code in both languages, anything else as people wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SubjectName {
    /// A text.
    Text(String),
    /// A label.
    Label(LabelView),
}

/// What the subjects of a page are called now. What is gone, and what has no name, is not among them.
pub type SubjectNames = BTreeMap<AuditSubject, SubjectName>;

/// A page of the change log, newest first, with the names of users.
///
/// # Errors
/// The store cannot read, or `after` is no place it gave out.
pub async fn audit(
    app: &App,
    tenant: &Tenant,
    after: Option<&str>,
) -> Result<(AuditPage, BTreeMap<UserId, String>, SubjectNames), OpError> {
    let page = app.store.audit(tenant.id, None, after, AUDIT_PAGE).await?;
    let users = app.store.users(tenant.id).await?;
    let users: BTreeMap<UserId, String> = users.into_iter().map(|user| (user.id, user.name)).collect();
    let names = names(app, tenant, &page.entries, &users).await?;
    Ok((page, users, names))
}

async fn names(
    app: &App,
    tenant: &Tenant,
    entries: &[AuditEntry],
    users: &BTreeMap<UserId, String>,
) -> Result<SubjectNames, OpError> {
    let (mut people, mut cases): (Vec<PersonId>, Vec<CaseId>) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry.subject {
            AuditSubject::Person(id) => people.push(id),
            AuditSubject::Case(id) => cases.push(id),
            _ => {}
        }
    }
    let text = |text: &String| SubjectName::Text(text.clone());
    let mut names: SubjectNames =
        users.iter().map(|(id, name)| (AuditSubject::User(*id), text(name))).collect();
    for person in app.store.person_lines(tenant.id, &people).await? {
        names.insert(AuditSubject::Person(person.id), text(&person.name));
    }
    for case in app.store.cases(tenant.id, &cases).await? {
        names.insert(AuditSubject::Case(case.id), text(&case.subject));
    }
    let subjects: BTreeSet<AuditSubject> = entries.iter().map(|entry| entry.subject).collect();
    for subject in subjects {
        // What is shared no more has no name for others.
        match subject {
            AuditSubject::View(id) => {
                let view = app.store.view(tenant.id, id).await?.filter(|view| view.shared);
                names.extend(view.map(|view| (subject, text(&view.name))));
            }
            AuditSubject::Report(id) => {
                let report = app.store.saved_report(tenant.id, id).await?.filter(|report| report.shared);
                names.extend(report.map(|report| (subject, text(&report.name))));
            }
            AuditSubject::Import(id) => {
                let import = app.store.import(tenant.id, id).await?;
                names.extend(import.map(|stored| (subject, text(&stored.import.file))));
            }
            _ => {}
        }
    }
    for endpoint in app.store.endpoints(tenant.id).await? {
        names.insert(AuditSubject::Endpoint(endpoint.id), text(&endpoint.name));
    }
    for set in app.store.dispositions(tenant.id).await?.iter() {
        names.insert(AuditSubject::Set(set.id), text(&set.name));
        let labels = set.codes.iter().map(|code| (code.id, LabelView::from(&set.path(code))));
        names.extend(labels.map(|(id, label)| (AuditSubject::Code(id), SubjectName::Label(label))));
    }
    Ok(names)
}
