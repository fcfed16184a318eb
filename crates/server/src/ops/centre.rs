//! The centre's settings, changed by an admin; they hold from the Commit on.

use super::crm::phones;
use super::submit_scene::json;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::auto_create::NewOwner;
use domain::centre::{Centre, type_word};
use domain::commit::{Change, Commit, Precondition};
use domain::id::{AuditId, UserId};
use serde_json::Value;
use store::CommitError;

/// Replaces the settings; `wanted.version` is the one they were changed on.
///
/// # Errors
/// They were changed meanwhile, a value is beyond its limit, or the store cannot write.
pub async fn change(app: &App, tenant: &Tenant, by: UserId, wanted: Centre) -> Result<Centre, OpError> {
    wanted.check()?;
    owners_known(app, tenant, &wanted).await?;
    let before = tenant.rules().centre.clone();
    let stale = |now: &Centre| OpError::Stale { current: json(now) };
    if before.version != wanted.version {
        return Err(stale(&before));
    }
    wanted.check_after(&before)?;
    let after = Centre { version: wanted.version + 1, ..wanted };
    let entry = AuditEntry {
        id: AuditId(app.around.new_id()),
        at: app.around.now(),
        by: Some(by),
        subject: AuditSubject::Centre,
        action: "changed".to_owned(),
        fields: differences(&before, &after),
    };
    let mut changes = vec![Change::Centre(Box::new(after.clone())), Change::Audit(Box::new(entry))];
    changes.extend(phones::read_anew(app, tenant, &before, &after).await?);
    let commit = Commit {
        tenant: tenant.id,
        preconditions: vec![Precondition::CentreVersion { version: before.version }],
        changes,
    };
    match app.store.commit(commit).await {
        Ok(number) => {
            tenant.rules_are(after.clone());
            if let Some(link) = app.crms.of(tenant.id).filter(|_| before.crm_phones != after.crm_phones) {
                link.wake();
            }
            app.hub.changed_for_all(tenant.id, number);
            Ok(after)
        }
        Err(CommitError::Refused { .. }) => Err(stale(&tenant.rules().centre)),
        Err(error) => Err(error.into()),
    }
}

/// Whether there is each user whom records that are made shall belong to.
pub(super) async fn owners_known(app: &App, tenant: &Tenant, wanted: &Centre) -> Result<(), OpError> {
    for (kind, rule) in wanted.auto_create.all() {
        let NewOwner::User { user } = rule.owner else { continue };
        if app.store.user(tenant.id, user).await?.is_none() {
            let field = format!("auto_create.{}.owner", type_word(kind));
            return Err(OpError::invalid(field, FieldFault::Unknown));
        }
    }
    Ok(())
}

/// The settings that differ, by their names in the API.
fn differences(before: &Centre, after: &Centre) -> Vec<FieldChange> {
    let (Value::Object(before), Value::Object(after)) = (*json(before), *json(after)) else {
        return Vec::new();
    };
    let differ = after.iter().filter(|(name, value)| *name != "version" && before.get(*name) != Some(*value));
    differ
        .map(|(name, value)| FieldChange {
            field: name.clone(),
            before: before.get(name).map(Value::to_string),
            after: Some(value.to_string()),
        })
        .collect()
}
