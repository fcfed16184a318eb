//! Names of Opportunities, which are not mirrored: each is asked of the CRM once and kept in memory for as long as the process
//! lives. Nothing waits for one: where a name is not known, the id stands.

use super::resolve::ASK_WITHIN;
use crate::app::{App, Tenant};
use domain::relate::opportunity::OpportunityId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::time::timeout;

/// Most names that are kept of one CRM; when there are more it begins anew.
pub const MAX_NAMES: usize = 10_000;

/// The names that are known of a CRM's Opportunities.
#[derive(Default)]
pub struct OpportunityNames(Mutex<BTreeMap<OpportunityId, String>>);

impl OpportunityNames {
    fn get(&self, id: OpportunityId) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn keep(&self, id: OpportunityId, name: String) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= MAX_NAMES {
            names.clear();
        }
        names.insert(id, name);
    }
}

/// The name of an Opportunity, where it is known here. Asks nobody.
pub fn known(app: &App, tenant: &Tenant, id: OpportunityId) -> Option<String> {
    app.crms.of(tenant.id)?.opportunity_names.get(id)
}

/// Has the name of an Opportunity be known; answers whether it was learnt just now. An org that does not answer soon leaves it unknown.
pub async fn learn(app: &App, tenant: &Tenant, id: OpportunityId) -> bool {
    let Some(link) = app.crms.of(tenant.id) else { return false };
    if link.opportunity_names.get(id).is_some() {
        return false;
    }
    match timeout(ASK_WITHIN, link.crm.opportunity_name(&id.remote())).await {
        Ok(Ok(Some(name))) => {
            link.opportunity_names.keep(id, name);
            true
        }
        Ok(Ok(None)) | Err(_) => false,
        Ok(Err(error)) => {
            tracing::debug!(%error, "the name of an Opportunity could not be asked for");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_names_are_kept_than_the_limit() {
        let names = OpportunityNames::default();
        let id = |n: usize| OpportunityId::of(&format!("006{n:012}")).unwrap();
        (0..=MAX_NAMES).for_each(|n| names.keep(id(n), n.to_string()));
        assert_eq!((names.get(id(0)), names.get(id(MAX_NAMES))), (None, Some(MAX_NAMES.to_string())));
    }
}
