//! The directory's operations: search, read, create.

use super::crm::named::{is_ours, there};
use super::crm::sharing::{shared, visible};
use super::submit_scene::json;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::view::{PersonView, UserNameView};
use domain::audit::{AuditEntry, AuditSubject};
use domain::commit::{Change, Commit, Precondition};
use domain::directory::{
    MAX_NAME_CHARS, MAX_PHONE_CHARS, MAX_PHONE_FIELDS, Person, PersonKind, PersonLine, PhoneText, RecordKeys,
};
use domain::id::{AuditId, PersonId, UserId};
use domain::mirror::Local;
use store::CommitError;

/// Most records a search answers with.
pub const MAX_SEARCH: usize = 50;
/// Most records that a search looks at where a CRM says which of them may be seen.
pub const MAX_LOOKED_AT: usize = 150;
/// Longest text searched for, in characters.
pub const MAX_SEARCH_CHARS: usize = 100;

/// A record to be made.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Contact, Lead, Account or Person Account.
    pub kind: PersonKind,
    /// Full name.
    pub name: String,
    /// The organisation.
    pub company: Option<String>,
    /// The Account it belongs to.
    pub account: Option<PersonId>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone fields.
    pub phones: Vec<PhoneText>,
}

/// What of a record changes; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct PersonChange {
    /// The version it was changed on.
    pub version: u64,
    /// New name.
    pub name: Option<String>,
    /// New organisation; `Some(None)` takes it away.
    pub company: Option<Option<String>>,
    /// New Account; `Some(None)` takes it away.
    pub account: Option<Option<PersonId>>,
    /// New e-mail address; `Some(None)` takes it away.
    pub email: Option<Option<String>>,
    /// New phone fields, all of them.
    pub phones: Option<Vec<PhoneText>>,
    /// New owner; `Some(None)` takes them away.
    pub owner: Option<Option<UserId>>,
}

/// A record as people see it, with the Account it belongs to and the user whose it is.
///
/// # Errors
/// The store cannot read.
pub async fn view(app: &App, tenant: &Tenant, person: &Person) -> Result<PersonView, OpError> {
    let account = match person.account {
        Some(account) => app.store.person_lines(tenant.id, &[account]).await?,
        None => Vec::new(),
    };
    let owner = match person.owner {
        Some(owner) => app.store.user(tenant.id, owner).await?,
        None => None,
    };
    let owner = owner.map(|user| UserNameView { id: user.id.0, name: user.name });
    let mut view = PersonView::of(person, account.first(), owner, tenant.settings.region);
    if let Some(there) = there(app, tenant, Local::Person(person.id)).await? {
        (view.line.crm_id, view.crm_url) = (Some(there.id), there.page);
    }
    Ok(view)
}

/// Makes a record.
///
/// # Errors
/// A field cannot be taken, or the store cannot write.
pub async fn create(app: &App, tenant: &Tenant, new: NewPerson) -> Result<Person, OpError> {
    let name = text("name", Some(new.name))?.ok_or(OpError::invalid("name", FieldFault::Empty))?;
    let phones = phone_fields(new.phones)?;
    let person = Person {
        id: PersonId(app.around.new_id()),
        kind: new.kind,
        name,
        company: text("company", new.company)?,
        email: text("email", new.email)?,
        phones,
        version: 1,
        created_by_call: None,
        account: new.account,
        owner: None,
    };
    let keys = RecordKeys::of(&person, tenant.settings.region);
    let change = Change::Person { person: Box::new(person.clone()), keys };
    let preconditions = person.account.map(|id| Precondition::PersonExists { id }).into_iter().collect();
    let commit = Commit { tenant: tenant.id, preconditions, changes: vec![change] };
    let number = app.store.commit(commit).await.map_err(|error| match error {
        CommitError::Refused { .. } => OpError::invalid("account", FieldFault::Unknown),
        error => error.into(),
    })?;
    // Anybody's open card may be about this person's number.
    app.hub.changed_for_all(tenant.id, number);
    Ok(person)
}

/// Changes a record.
///
/// # Errors
/// It is not there, is the CRM's, was changed meanwhile, a field cannot be taken, or the store cannot write.
pub async fn change(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: PersonId,
    said: PersonChange,
) -> Result<Person, OpError> {
    change_as(app, tenant, by, id, said, "changed").await
}

/// The same, called `action` in the change log.
///
/// # Errors
/// As of [`change`].
pub(super) async fn change_as(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: PersonId,
    said: PersonChange,
    action: &str,
) -> Result<Person, OpError> {
    let before = read(app, tenant, id).await?;
    is_ours(app, tenant, Local::Person(id)).await?;
    if before.version != said.version {
        return Err(OpError::Stale {
            current: json(&shared(app, tenant, by, view(app, tenant, &before).await?).await?),
        });
    }
    let mut after = before.clone();
    if let Some(name) = said.name {
        after.name = text("name", Some(name))?.ok_or(OpError::invalid("name", FieldFault::Empty))?;
    }
    if let Some(company) = said.company {
        after.company = text("company", company)?;
    }
    if let Some(email) = said.email {
        after.email = text("email", email)?;
    }
    after.account = said.account.unwrap_or(after.account);
    if let Some(phones) = said.phones {
        after.phones = phone_fields(phones)?;
    }
    if let Some(owner) = said.owner {
        if let Some(user) = owner
            && app.store.user(tenant.id, user).await?.is_none()
        {
            return Err(OpError::invalid("owner", FieldFault::Unknown));
        }
        after.owner = owner;
    }
    after.version = before.version + 1;
    let entry = AuditEntry {
        id: AuditId(app.around.new_id()),
        at: app.around.now(),
        by: Some(by),
        subject: AuditSubject::Person(id),
        action: action.to_owned(),
        fields: AuditEntry::differences(&facts(&before), &facts(&after)),
    };
    let mut preconditions = vec![Precondition::PersonVersion { id, version: said.version }];
    preconditions.extend(after.account.map(|id| Precondition::PersonExists { id }));
    let keys = RecordKeys::of(&after, tenant.settings.region);
    let changes =
        vec![Change::Person { person: Box::new(after.clone()), keys }, Change::Audit(Box::new(entry))];
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Ok(number) => {
            app.hub.changed_for_all(tenant.id, number);
            Ok(after)
        }
        Err(CommitError::Refused { index: 0 }) => {
            let now = read(app, tenant, id).await?;
            Err(OpError::Stale {
                current: json(&shared(app, tenant, by, view(app, tenant, &now).await?).await?),
            })
        }
        Err(CommitError::Refused { .. }) => Err(OpError::invalid("account", FieldFault::Unknown)),
        Err(error) => Err(error.into()),
    }
}

/// The records that belong to an Account.
///
/// # Errors
/// It is not there, or the store cannot read.
pub async fn contacts(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    account: PersonId,
) -> Result<Vec<PersonLine>, OpError> {
    read(app, tenant, account).await?;
    let found = app.store.people_of_account(tenant.id, account, MAX_SEARCH).await?;
    visible(app, tenant, by, found, |line| Local::Person(line.id)).await
}

fn facts(person: &Person) -> [(&'static str, Option<String>); 6] {
    let phones: Vec<&str> = person.phones.iter().map(|phone| phone.raw.as_str()).collect();
    [
        ("name", Some(person.name.clone())),
        ("company", person.company.clone()),
        ("account", person.account.map(|id| id.to_string())),
        ("email", person.email.clone()),
        ("phones", Some(phones.join(", "))),
        ("owner", person.owner.map(|id| id.to_string())),
    ]
}

fn phone_fields(mut phones: Vec<PhoneText>) -> Result<Vec<PhoneText>, OpError> {
    let too_long = phones.iter().any(|phone| phone.raw.chars().count() > MAX_PHONE_CHARS);
    if too_long || phones.len() > MAX_PHONE_FIELDS {
        return Err(OpError::invalid("phones", FieldFault::TooLong));
    }
    phones.retain(|phone| !phone.raw.trim().is_empty());
    Ok(phones)
}

/// A record.
///
/// # Errors
/// It is not there, or the store cannot read.
pub async fn read(app: &App, tenant: &Tenant, id: PersonId) -> Result<Person, OpError> {
    app.store.person(tenant.id, id).await?.ok_or(OpError::NotFound)
}

/// Records by name, company or number.
///
/// # Errors
/// The text is too long, or the store cannot read.
pub async fn search(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    query: &str,
    limit: Option<usize>,
) -> Result<Vec<PersonLine>, OpError> {
    if query.chars().count() > MAX_SEARCH_CHARS {
        return Err(OpError::invalid("q", FieldFault::TooLong));
    }
    let limit = limit.unwrap_or(MAX_SEARCH).clamp(1, MAX_SEARCH);
    // Of those that are found first they may see none.
    let most = if app.crms.of(tenant.id).is_some() { MAX_LOOKED_AT } else { limit };
    let found = app.store.search_people(tenant.id, query, most).await?;
    let mut found = visible(app, tenant, by, found, |line| Local::Person(line.id)).await?;
    found.truncate(limit);
    Ok(found)
}

fn text(field: &'static str, value: Option<String>) -> Result<Option<String>, OpError> {
    let value = value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    match value {
        Some(value) if value.chars().count() > MAX_NAME_CHARS => {
            Err(OpError::invalid(field, FieldFault::TooLong))
        }
        value => Ok(value),
    }
}
