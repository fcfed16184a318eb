//! Disposition sets (P14): made, renamed, given to ring groups, retired and brought back; never deleted.

use super::code_traits::code_facts;
use super::dispositions::{MAX_DECISIONS, SetView, audited, find_set, save, set_view, too_fast};
use super::submit_scene::json;
use super::{FieldFault, OpError, ring_groups};
use crate::app::{App, Tenant};
use domain::audit::{AuditEntry, AuditSubject};
use domain::call::Direction;
use domain::commit::{Change, Precondition};
use domain::disposition::{
    CodeTraits, DispositionCode, DispositionSet, MAX_SET_NAME_CHARS, MAX_SETS, is_last_of_direction,
};
use domain::id::{CodeId, SetId, UserId};
use domain::ring_group::MAX_RING_GROUPS;
use std::collections::BTreeMap;

/// What a new set is.
#[derive(Clone, Debug)]
pub struct NewSet {
    /// Its name.
    pub name: String,
    /// The calls it is for.
    pub direction: Direction,
    /// Keys of the ring groups it is for.
    pub ring_groups: Vec<String>,
    /// The set whose codes it begins with.
    pub copy_of: Option<SetId>,
}

/// What of a set changes.
#[derive(Clone, Debug, Default)]
pub struct SetChange {
    /// The version the change was made on.
    pub version: u64,
    /// New name.
    pub name: Option<String>,
    /// New ring groups, all of them.
    pub ring_groups: Option<Vec<String>>,
    /// Retired or brought back.
    pub retired: Option<bool>,
}

/// Makes a set.
///
/// # Errors
/// A field cannot be taken, there are too many sets, or the store cannot write.
pub async fn create(app: &App, tenant: &Tenant, by: UserId, new: NewSet) -> Result<SetView, OpError> {
    if new.direction == Direction::Internal {
        return Err(OpError::invalid("direction", FieldFault::Unknown));
    }
    let sets = app.store.dispositions(tenant.id).await?;
    if sets.len() >= MAX_SETS {
        return Err(OpError::invalid("set", FieldFault::TooLong));
    }
    let copied = match new.copy_of {
        Some(id) => Some(sets.iter().find(|set| set.id == id).ok_or(unknown("copy_of"))?),
        None => None,
    };
    let set = DispositionSet {
        id: SetId(app.around.new_id()),
        name: name(&new.name)?,
        direction: new.direction,
        ring_groups: groups(app, tenant, new.ring_groups).await?,
        retired: false,
        version: 1,
        codes: Vec::new(),
    };
    unique(&sets, &set)?;
    let (subject, fields) = (AuditSubject::Set(set.id), AuditEntry::differences(&NO_FACTS, &facts(&set)));
    let mut changes = vec![Change::Set(Box::new(set.clone()))];
    changes.push(audited(app, by, subject, "created", fields));
    let codes: Vec<&DispositionCode> = copied.iter().flat_map(|set| kept(set)).collect();
    let ids: BTreeMap<CodeId, CodeId> =
        codes.iter().map(|code| (code.id, CodeId(app.around.new_id()))).collect();
    for (position, code) in (0..).zip(codes) {
        let id = ids[&code.id];
        let parent = code.traits.parent.and_then(|parent| ids.get(&parent).copied());
        let traits = CodeTraits { parent, merged_into: None, ..code.traits.clone() };
        let code = DispositionCode { id, set: set.id, position, traits, version: 1, ..code.clone() };
        let fields = AuditEntry::differences(&code_facts(&set, None), &code_facts(&set, Some(&code)));
        changes.push(Change::Code(Box::new(code)));
        changes.push(audited(app, by, AuditSubject::Code(id), "created", fields));
    }
    save(app, tenant, Vec::new(), changes).await?;
    set_view(app, tenant, &find_set(app, tenant, set.id).await?).await
}

/// Changes a set.
///
/// # Errors
/// There is no such set, it was changed meanwhile, a field cannot be taken, its direction would have no set left for calls
/// of no ring group, or the store cannot write.
pub async fn change(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: SetId,
    said: SetChange,
) -> Result<SetView, OpError> {
    let new_name = said.name.as_deref().map(name).transpose()?;
    let new_groups = match said.ring_groups.clone() {
        Some(keys) => Some(groups(app, tenant, keys).await?),
        None => None,
    };
    for _ in 0..MAX_DECISIONS {
        let sets = app.store.dispositions(tenant.id).await?;
        let before = sets.iter().find(|set| set.id == id).ok_or(OpError::NotFound)?;
        if before.version != said.version {
            return Err(OpError::Stale { current: json(&set_view(app, tenant, before).await?) });
        }
        let after = DispositionSet {
            name: new_name.clone().unwrap_or_else(|| before.name.clone()),
            ring_groups: new_groups.clone().unwrap_or_else(|| before.ring_groups.clone()),
            retired: said.retired.unwrap_or(before.retired),
            version: before.version + 1,
            ..before.clone()
        };
        unique(&sets, &after)?;
        let stays = !after.retired && after.ring_groups.is_empty();
        if !stays && is_last_of_direction(&sets, before) {
            return Err(OpError::LastSet);
        }
        // Two who take the last two away at once would leave none.
        let of_direction = |set: &&DispositionSet| set.direction == before.direction && set.id != id;
        let others = sets.iter().filter(|_| !stays).filter(of_direction);
        let version = |set: &DispositionSet| Precondition::SetVersion { id: set.id, version: set.version };
        let rests_on = std::iter::once(version(before)).chain(others.map(version)).collect();
        let fields = AuditEntry::differences(&facts(before), &facts(&after));
        let entry = audited(app, by, AuditSubject::Set(id), "changed", fields);
        match save(app, tenant, rests_on, vec![Change::Set(Box::new(after)), entry]).await {
            // This set or another one was changed meanwhile: see which.
            Err(OpError::Stale { .. }) => {}
            Err(error) => return Err(error),
            Ok(()) => return set_view(app, tenant, &find_set(app, tenant, id).await?).await,
        }
    }
    Err(too_fast())
}

/// The codes that a copy begins with, in order.
fn kept(set: &DispositionSet) -> Vec<&DispositionCode> {
    set.in_order().into_iter().filter(|code| !set.is_retired(code)).collect()
}

/// A set as the change log tells it.
type Facts = [(&'static str, Option<String>); 4];

const NO_FACTS: Facts = [("name", None), ("direction", None), ("ring_groups", None), ("retired", None)];

fn facts(set: &DispositionSet) -> Facts {
    let groups = Some(set.ring_groups.join(", ")).filter(|groups| !groups.is_empty());
    [
        ("name", Some(set.name.clone())),
        ("direction", Some(crate::view::word(&set.direction))),
        ("ring_groups", groups),
        ("retired", Some(set.retired.to_string())),
    ]
}

fn unknown(field: impl Into<String>) -> OpError {
    OpError::invalid(field.into(), FieldFault::Unknown)
}

fn name(text: &str) -> Result<String, OpError> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(OpError::invalid("name", FieldFault::Empty)),
        count if count > MAX_SET_NAME_CHARS => Err(OpError::invalid("name", FieldFault::TooLong)),
        _ => Ok(text.to_owned()),
    }
}

/// Ring groups that there are, each once.
async fn groups(app: &App, tenant: &Tenant, mut keys: Vec<String>) -> Result<Vec<String>, OpError> {
    if keys.len() > MAX_RING_GROUPS {
        return Err(OpError::invalid("ring_groups", FieldFault::TooLong));
    }
    if keys.is_empty() {
        return Ok(keys);
    }
    let known = ring_groups::known(app, tenant).await?;
    if let Some(nth) = keys.iter().position(|key| !known.contains(key)) {
        return Err(unknown(format!("ring_groups.{nth}")));
    }
    keys.sort();
    keys.dedup();
    Ok(keys)
}

/// Two sets that are called the same could not be told apart.
fn unique(sets: &[DispositionSet], set: &DispositionSet) -> Result<(), OpError> {
    let name = set.name.to_lowercase();
    let mut others = sets.iter().filter(|other| other.id != set.id && !other.retired);
    if !set.retired && others.any(|other| other.name.to_lowercase() == name) {
        return Err(OpError::invalid("name", FieldFault::Taken));
    }
    Ok(())
}
