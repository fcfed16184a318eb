//! What calls name: people, Cases, codes, ring groups and users; and the change log.

use super::calls::names_a_record;
use super::{BETWEEN, Place, Users, user_names};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::crm::sharing::{sees_everything, visible_for_certain};
use crate::table::Row;
use crate::view::word;
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::case::Case;
use domain::directory::{Person, PhoneField};
use domain::disposition::{DispositionCode, DispositionSet};
use domain::id::UserId;
use domain::mirror::Local;
use store::MAX_PAGE;

pub(super) async fn people(
    app: &App,
    tenant: &Tenant,
    reader: UserId,
    place: &Place,
) -> Result<(Vec<Row>, Place), OpError> {
    let after = if let Place::AfterPerson(id) = place { Some(*id) } else { None };
    let people = app.store.people_after(tenant.id, after, MAX_PAGE).await?;
    let next = people.last().map_or(Place::End, |last| Place::AfterPerson(last.id));
    let seen = visible_for_certain(app, tenant, reader, people, |person| Local::Person(person.id)).await?;
    Ok((seen.iter().map(person).collect(), next))
}

fn person(person: &Person) -> Row {
    let phones = |field: PhoneField| {
        let of_field = person.phones.iter().filter(|phone| phone.field == field);
        let typed: Vec<&str> = of_field.map(|phone| phone.raw.as_str()).collect();
        (!typed.is_empty()).then(|| typed.join(BETWEEN))
    };
    vec![
        person.id.0.to_string().into(),
        word(&person.kind).into(),
        person.name.as_str().into(),
        person.company.clone().into(),
        person.account.map(|account| account.0.to_string()).into(),
        person.email.clone().into(),
        phones(PhoneField::Phone).into(),
        phones(PhoneField::Mobile).into(),
        phones(PhoneField::Home).into(),
        phones(PhoneField::Other).into(),
        person.owner.map(|owner| owner.0.to_string()).into(),
        person.created_by_call.map(|call| call.0.to_string()).into(),
        person.version.into(),
    ]
}

pub(super) async fn cases(
    app: &App,
    tenant: &Tenant,
    reader: UserId,
    place: &Place,
) -> Result<(Vec<Row>, Place), OpError> {
    let after = if let Place::AfterCase(number) = place { *number } else { 0 };
    let cases = app.store.cases_after(tenant.id, after, MAX_PAGE).await?;
    let next = cases.last().map_or(Place::End, |last| Place::AfterCase(last.number));
    let seen = visible_for_certain(app, tenant, reader, cases, |case| Local::Case(case.id)).await?;
    Ok((seen.iter().map(case).collect(), next))
}

fn case(case: &Case) -> Row {
    vec![
        case.id.0.to_string().into(),
        case.number.into(),
        case.subject.as_str().into(),
        case.description.clone().into(),
        word(&case.status).into(),
        word(&case.priority).into(),
        case.contact.map(|contact| contact.to_string()).into(),
        case.account.map(|account| account.to_string()).into(),
        case.owner.map(|owner| owner.to_string()).into(),
        case.created_by_call.map(|call| call.to_string()).into(),
        case.opened_at.into(),
        case.closed_at.into(),
        case.version.into(),
    ]
}

pub(super) async fn codes(app: &App, tenant: &Tenant) -> Result<Vec<Row>, OpError> {
    let sets = app.store.dispositions(tenant.id).await?;
    Ok(sets.iter().flat_map(|set| set.codes.iter().map(move |one| code(set, one))).collect())
}

fn code(set: &DispositionSet, code: &DispositionCode) -> Row {
    let traits = &code.traits;
    vec![
        code.id.to_string().into(),
        set.id.0.to_string().into(),
        set.name.as_str().into(),
        word(&set.direction).into(),
        set.ring_groups.join(BETWEEN).into(),
        set.retired.into(),
        i64::from(code.position).into(),
        code.label.es.as_str().into(),
        code.label.en.as_str().into(),
        traits.parent.map(|parent| parent.to_string()).into(),
        code.favourite.into(),
        code.requires_notes.into(),
        traits.follow_up_days.map(i64::from).into(),
        traits.do_not_call.into(),
        traits.not_final.into(),
        traits.valid_from.map(|day| day.to_string()).into(),
        traits.valid_until.map(|day| day.to_string()).into(),
        traits.merged_into.map(|into| into.to_string()).into(),
        code.retired.into(),
        code.version.into(),
    ]
}

pub(super) fn ring_groups(tenant: &Tenant) -> Vec<Row> {
    let rules = tenant.rules();
    let row = |group: &domain::ring_group::RingGroup| {
        let agents: Vec<&str> = group.agents.iter().map(|agent| agent.0.as_str()).collect();
        vec![
            group.key.as_str().into(),
            group.name.as_str().into(),
            group.numbers.join(BETWEEN).into(),
            agents.join(BETWEEN).into(),
            group.answer_within_s.map(i64::from).into(),
        ]
    };
    rules.centre.ring_groups.iter().map(row).collect()
}

/// Never their passwords, not even what these are hashed to.
pub(super) async fn users(app: &App, tenant: &Tenant) -> Result<Vec<Row>, OpError> {
    let users = app.store.users(tenant.id).await?;
    let rows = users.into_iter().map(|user| {
        vec![
            user.id.0.to_string().into(),
            user.login.into(),
            user.name.into(),
            word(&user.role).into(),
            user.agent.map(|agent| agent.0).into(),
            user.active.into(),
            user.version.into(),
        ]
    });
    Ok(rows.collect())
}

pub(super) async fn changes(
    app: &App,
    tenant: &Tenant,
    reader: UserId,
    after: Option<&str>,
) -> Result<(Vec<Row>, Place), OpError> {
    let names = user_names(app, tenant).await?;
    let sees_all = sees_everything(app, tenant, reader).await?;
    let page = app.store.audit(tenant.id, None, after, MAX_PAGE).await?;
    let rows = page.entries.iter().flat_map(|entry| {
        // An entry without fields is a line all the same.
        let none = entry.fields.is_empty().then_some(None);
        let fields = entry.fields.iter().map(Some).chain(none);
        fields.map(|field| change(entry, field, &names, sees_all)).collect::<Vec<_>>()
    });
    Ok((rows.collect(), Place::next(page.next)))
}

fn change(entry: &AuditEntry, field: Option<&FieldChange>, names: &Users, sees_all: bool) -> Row {
    // What is said of a record itself is in words, too.
    let of_record = matches!(entry.subject, AuditSubject::Person(_) | AuditSubject::Case(_));
    let asked_for = |field: &str| {
        matches!(entry.subject, AuditSubject::View(_) | AuditSubject::Report(_))
            && matches!(field, "filters" | "query")
    };
    let names_one = |field: &str| of_record || names_a_record(field) || asked_for(field);
    let told = |field: &&FieldChange| sees_all || !names_one(&field.field);
    let (kind, id) = subject(entry.subject);
    vec![
        entry.id.0.to_string().into(),
        entry.at.into(),
        entry.by.map(|user| user.0.to_string()).into(),
        entry.by.and_then(|user| names.get(&user).cloned()).into(),
        kind.into(),
        id.into(),
        entry.action.as_str().into(),
        field.map(|field| field.field.clone()).into(),
        field.filter(told).and_then(|field| field.before.clone()).into(),
        field.filter(told).and_then(|field| field.after.clone()).into(),
    ]
}

fn subject(subject: AuditSubject) -> (&'static str, Option<String>) {
    let (kind, id) = match subject {
        AuditSubject::Activity(call) => ("activity", call.0),
        AuditSubject::Person(person) => ("person", person.0),
        AuditSubject::Case(case) => ("case", case.0),
        AuditSubject::Code(code) => ("code", code.0),
        AuditSubject::Set(set) => ("set", set.0),
        AuditSubject::User(user) => ("user", user.0),
        AuditSubject::Wrapup(part) => ("wrapup", part.0),
        AuditSubject::Message(call) => ("message", call.0),
        AuditSubject::Endpoint(endpoint) => ("endpoint", endpoint.0),
        AuditSubject::Import(import) => ("import", import.0),
        AuditSubject::View(view) => ("view", view.0),
        AuditSubject::Report(report) => ("report", report.0),
        AuditSubject::Centre => return ("centre", None),
    };
    (kind, Some(id.to_string()))
}
