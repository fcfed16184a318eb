//! Codes that become others (P14): one is merged into another, or split into several. What was logged keeps the code and the
//! label it had; reports count a merged code as what it became where they are asked to.

use super::code_traits::{code_facts, differences};
use super::dispositions::{CodeView, audited, code_view, find_code, label, placed, save, unique};
use super::submit_scene::json;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::view::LabelView;
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::commit::{Change, Precondition};
use domain::disposition::{CodeTraits, DispositionCode, DispositionSet, MAX_CODES_PER_SET};
use domain::id::{CodeId, UserId};

/// Fewest codes that one is split into.
pub const MIN_SPLIT: usize = 2;
/// Most codes that one is split into.
pub const MAX_SPLIT: usize = 20;

/// Retires a code in favour of another of the same direction.
///
/// # Errors
/// There is no such code, it was changed meanwhile, codes stand under it, the other one cannot be picked, or the store
/// cannot write.
pub async fn merge(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: CodeId,
    (version, into): (u64, CodeId),
) -> Result<CodeView, OpError> {
    let sets = app.store.dispositions(tenant.id).await?;
    let (set, before) = seen(app, tenant, &sets, id, version).await?;
    let unknown = || OpError::invalid("into", FieldFault::Unknown);
    let (other, target) = find_code(&sets, into).ok_or_else(unknown)?;
    let usable = !other.retired && !other.is_retired(target) && !other.is_heading(into);
    if into == id || other.direction != set.direction || !usable || set.is_heading(id) {
        return Err(unknown());
    }
    let traits = CodeTraits { merged_into: Some(into), ..before.traits.clone() };
    let after = DispositionCode { retired: true, traits, version: version + 1, ..before.clone() };
    let fields = differences(&sets, (set, Some(before)), (set, &after));
    let entry = audited(app, by, AuditSubject::Code(id), "merged", fields);
    let rests_on = [(id, version), (into, target.version)]
        .map(|(id, version)| Precondition::CodeVersion { id, version })
        .to_vec();
    save(app, tenant, rests_on, vec![Change::Code(Box::new(after.clone())), entry]).await?;
    code_view(app, tenant, set, &after).await
}

/// Retires a code in favour of new ones that say what it says, each under a label of its own.
///
/// # Errors
/// There is no such code, it was changed meanwhile, codes stand under it, it is retired, a label cannot be taken, there are too few
/// or too many, or the store cannot write.
pub async fn split(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: CodeId,
    (version, labels): (u64, &[LabelView]),
) -> Result<Vec<CodeView>, OpError> {
    let sets = app.store.dispositions(tenant.id).await?;
    let (set, before) = seen(app, tenant, &sets, id, version).await?;
    if set.is_heading(id) || before.retired {
        return Err(OpError::invalid("labels", FieldFault::Unknown));
    }
    if labels.len() < MIN_SPLIT {
        return Err(OpError::invalid("labels", FieldFault::TooShort));
    }
    if labels.len() > MAX_SPLIT || set.codes.len() + labels.len() > MAX_CODES_PER_SET {
        return Err(OpError::invalid("labels", FieldFault::TooLong));
    }
    let mut grown: DispositionSet = set.clone();
    let mut changes = Vec::new();
    let first = set.codes.iter().map(|code| code.position + 1).max().unwrap_or_default();
    for (position, text) in (first..).zip(labels) {
        let label = label(text)?;
        unique(&grown, None, before.traits.parent, &label)?;
        let new = CodeId(app.around.new_id());
        let code = DispositionCode { id: new, label, position, version: 1, ..before.clone() };
        let fields = AuditEntry::differences(&code_facts(set, None), &code_facts(set, Some(&code)));
        changes.push(Change::Code(Box::new(code.clone())));
        changes.push(audited(app, by, AuditSubject::Code(new), "created", fields));
        grown.codes.push(code);
    }
    let made = grown.codes[set.codes.len()..].to_vec();
    let after = DispositionCode { retired: true, version: version + 1, ..before.clone() };
    let mut fields = AuditEntry::differences(&code_facts(set, Some(before)), &code_facts(set, Some(&after)));
    let names = made.iter().map(|code| grown.path(code).es).collect::<Vec<_>>().join(", ");
    fields.push(FieldChange { field: "split_into".to_owned(), before: None, after: Some(names) });
    changes.push(Change::Code(Box::new(after)));
    changes.push(audited(app, by, AuditSubject::Code(id), "split", fields));
    let (basis, placed) = placed(set);
    changes.push(placed);
    save(app, tenant, vec![Precondition::CodeVersion { id, version }, basis], changes).await?;
    let mut views = Vec::new();
    for code in &made {
        views.push(code_view(app, tenant, &grown, code).await?);
    }
    Ok(views)
}

/// The code as it was seen at a version.
async fn seen<'a>(
    app: &App,
    tenant: &Tenant,
    sets: &'a [DispositionSet],
    id: CodeId,
    version: u64,
) -> Result<(&'a DispositionSet, &'a DispositionCode), OpError> {
    let (set, code) = find_code(sets, id).ok_or(OpError::NotFound)?;
    if code.version != version {
        return Err(OpError::Stale { current: json(&code_view(app, tenant, set, code).await?) });
    }
    Ok((set, code))
}
