//! Who asked not to be called: shown with their records, and asked about before they are dialled. Nobody sets the mark by
//! hand: it stands as long as a call that is filed on the record has a code that says so.

use super::{OpError, lookup};
use crate::app::{App, Tenant};
use crate::view::ShowsRecords;
use domain::dial::DialledFrom;
use domain::id::PersonId;
use domain::mirror::Local;
use std::collections::BTreeSet;
use store::ReadError;

/// Says of each record of a view whether it asked not to be called.
///
/// # Errors
/// The store cannot read.
pub async fn mark<V: ShowsRecords>(app: &App, tenant: &Tenant, view: &mut V) -> Result<(), ReadError> {
    let mut people = BTreeSet::new();
    view.records(&mut |record| {
        if let Local::Person(person) = record.local() {
            people.insert(person);
        }
    });
    let asked = asked(app, tenant, people.into_iter().collect()).await?;
    if asked.is_empty() {
        return Ok(());
    }
    view.records(&mut |record| {
        if let Local::Person(person) = record.local() {
            record.mark_do_not_call(asked.contains(&person));
        }
    });
    Ok(())
}

/// Refuses to dial somebody who asked not to be called: the record that was clicked, or any that has the number.
///
/// # Errors
/// One of them did, or the store cannot read.
pub async fn may_be_dialled(
    app: &App,
    tenant: &Tenant,
    number: &str,
    from: &DialledFrom,
) -> Result<(), OpError> {
    let rules = tenant.rules();
    let found =
        lookup::match_caller(&*app.store, tenant.id, &rules.party(number), &rules.centre.matching).await?;
    let mut people: Vec<PersonId> = found.hits.iter().map(|hit| hit.person.id).collect();
    people.extend(from.person());
    if asked(app, tenant, people).await?.is_empty() { Ok(()) } else { Err(OpError::DoNotCall) }
}

async fn asked(app: &App, tenant: &Tenant, people: Vec<PersonId>) -> Result<BTreeSet<PersonId>, ReadError> {
    if people.is_empty() {
        return Ok(BTreeSet::new());
    }
    let calls = app.store.asked_not_to_be_called(tenant.id, &people).await?;
    Ok(people.into_iter().zip(calls).filter(|(_, call)| call.is_some()).map(|(person, _)| person).collect())
}
