//! Searches the CRM for a number that nobody here has: whoever is made there counts before the mirror has read them. Whatever
//! is found becomes part of the mirror; who has the number is then asked there, by our keys.

use super::mirror::MirrorError;
use super::reflect::Reflecting;
use crate::app::{App, Tenant};
use crate::crms::CrmLink;
use crate::number_search::key;
use domain::phone::{CallerNumber, spellings};
use std::time::Duration;
use tokio::time::timeout;

/// How long a call that nobody answered waits for a search before its record is made.
const SEARCH_WITHIN: Duration = Duration::from_secs(10);

/// Searches for what panels wait for, and tells them.
///
/// # Errors
/// The CRM cannot be searched, or what it found not be kept.
pub async fn search_wanted(app: &App, tenant: &Tenant, link: &CrmLink) -> Result<(), MirrorError> {
    loop {
        let (wanted, all) = link.numbers.take();
        let spellings: Vec<String> = wanted.values().flatten().cloned().collect();
        if !spellings.is_empty() {
            if let Err(error) = search(app, tenant, link, &spellings).await {
                link.numbers.not_done(wanted.keys());
                return Err(error);
            }
            link.numbers.done(wanted.keys(), app.around.now());
        }
        if all {
            return Ok(());
        }
    }
}

/// Searches for a number before a record is made for it, where that was not done lately. A CRM that does not answer is
/// waited for no longer: a duplicate it refuses itself.
pub async fn search_first(app: &App, tenant: &Tenant, number: &CallerNumber) {
    let Some(link) = app.crms.of(tenant.id) else { return };
    if link.numbers.is_done(number, app.around.now()) {
        return;
    }
    let searched = timeout(SEARCH_WITHIN, search(app, tenant, &link, &spellings(number))).await;
    if matches!(searched, Ok(Ok(()))) {
        link.numbers.done([&key(number)], app.around.now());
    }
}

async fn search(app: &App, tenant: &Tenant, link: &CrmLink, spellings: &[String]) -> Result<(), MirrorError> {
    let found = link.crm.search_number(spellings).await?;
    let changed = Reflecting::new(app, tenant, link, true).await?.reflect(&found).await?;
    if changed > 0 {
        app.hub.changed_for_all(tenant.id, 0);
    }
    Ok(())
}
