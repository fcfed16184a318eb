//! The directory's operations: search, read, create.

use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use domain::commit::{Change, Commit};
use domain::directory::{
    MAX_NAME_CHARS, MAX_PHONE_CHARS, MAX_PHONE_FIELDS, Person, PersonKind, PersonLine, PhoneText,
};
use domain::id::PersonId;
use domain::wrapup::submit::keys_of;

/// Most records a search answers with.
pub const MAX_SEARCH: usize = 50;
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
    /// E-mail address.
    pub email: Option<String>,
    /// Phone fields.
    pub phones: Vec<PhoneText>,
}

/// Makes a record.
///
/// # Errors
/// A field cannot be taken, or the store cannot write.
pub async fn create(app: &App, tenant: &Tenant, new: NewPerson) -> Result<Person, OpError> {
    let name = text("name", Some(new.name))?.ok_or(OpError::invalid("name", FieldFault::Empty))?;
    if new.phones.len() > MAX_PHONE_FIELDS {
        return Err(OpError::invalid("phones", FieldFault::TooLong));
    }
    if new.phones.iter().any(|phone| phone.raw.chars().count() > MAX_PHONE_CHARS) {
        return Err(OpError::invalid("phones", FieldFault::TooLong));
    }
    let mut phones = new.phones;
    phones.retain(|phone| !phone.raw.trim().is_empty());
    let person = Person {
        id: PersonId(app.around.new_id()),
        kind: new.kind,
        name,
        company: text("company", new.company)?,
        email: text("email", new.email)?,
        phones,
        version: 1,
        created_by_call: None,
        account: None,
    };
    let keys = keys_of(&person, tenant.settings.region);
    let change = Change::Person { person: Box::new(person.clone()), keys };
    let number = app.store.commit(Commit::of(tenant.id, vec![change])).await?;
    // Anybody's open card may be about this person's number.
    app.hub.changed_for_all(tenant.id, number);
    Ok(person)
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
    query: &str,
    limit: Option<usize>,
) -> Result<Vec<PersonLine>, OpError> {
    if query.chars().count() > MAX_SEARCH_CHARS {
        return Err(OpError::invalid("q", FieldFault::TooLong));
    }
    let limit = limit.unwrap_or(MAX_SEARCH).clamp(1, MAX_SEARCH);
    Ok(app.store.search_people(tenant.id, query, limit).await?)
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
