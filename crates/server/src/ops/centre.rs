//! The centre's settings: read, and changed by an admin; they hold from the Commit on.

use super::submit_scene::json;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::centre::{Centre, CentreRefused};
use domain::commit::{Change, Commit, Precondition};
use domain::id::{AuditId, UserId};
use serde_json::Value;
use store::{AuditPage, CommitError};

/// How many entries of the change log a page holds.
pub const AUDIT_PAGE: usize = 50;

/// Replaces the settings; `wanted.version` is the one they were changed on.
///
/// # Errors
/// They were changed meanwhile, a value is beyond its limit, or the store cannot write.
pub async fn change(app: &App, tenant: &Tenant, by: UserId, wanted: Centre) -> Result<Centre, OpError> {
    wanted.check().map_err(|refused| match refused {
        CentreRefused::TooMany { field, .. } | CentreRefused::TooLarge { field, .. } => {
            OpError::invalid(field, FieldFault::TooLong)
        }
        CentreRefused::Reason => OpError::invalid("away_reasons", FieldFault::Empty),
    })?;
    let before = tenant.rules().centre.clone();
    let stale = |now: &Centre| OpError::Stale { current: json(now) };
    if before.version != wanted.version {
        return Err(stale(&before));
    }
    let after = Centre { version: wanted.version + 1, ..wanted };
    let entry = AuditEntry {
        id: AuditId(app.around.new_id()),
        at: app.around.now(),
        by: Some(by),
        subject: AuditSubject::Centre,
        action: "changed".to_owned(),
        fields: differences(&before, &after),
    };
    let commit = Commit {
        tenant: tenant.id,
        preconditions: vec![Precondition::CentreVersion { version: before.version }],
        changes: vec![Change::Centre(Box::new(after.clone())), Change::Audit(Box::new(entry))],
    };
    match app.store.commit(commit).await {
        Ok(number) => {
            tenant.rules_are(after.clone());
            app.hub.changed_for_all(tenant.id, number);
            Ok(after)
        }
        Err(CommitError::Refused { .. }) => Err(stale(&tenant.rules().centre)),
        Err(error) => Err(error.into()),
    }
}

/// A page of the change log, newest first.
///
/// # Errors
/// The store cannot read, or `after` is no place it gave out.
pub async fn audit(app: &App, tenant: &Tenant, after: Option<&str>) -> Result<AuditPage, OpError> {
    Ok(app.store.audit(tenant.id, None, after, AUDIT_PAGE).await?)
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
