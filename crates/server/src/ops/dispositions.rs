//! The code book (P14): codes are added, renamed, reordered, retired and brought back; never deleted. What becomes of
//! whole sets is in [`super::disposition_sets`].

use super::submit_scene::json;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::view::LabelView;
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::call::Direction;
use domain::commit::{Change, Commit, Precondition};
use domain::disposition::{DispositionCode, DispositionSet, Label, MAX_CODES_PER_SET, MAX_LABEL_CHARS};
use domain::id::{AuditId, CodeId, SetId, UserId};
use serde::Serialize;
use std::collections::BTreeSet;
use store::CommitError;
use utoipa::ToSchema;
use uuid::Uuid;

/// A code as admins see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CodeView {
    /// Its id.
    pub id: Uuid,
    /// Its set.
    pub set: Uuid,
    /// Its label now.
    pub label: LabelView,
    /// Its place, from 0.
    pub position: u32,
    /// Whether a digit picks it.
    pub favourite: bool,
    /// Whether it demands notes.
    pub requires_notes: bool,
    /// Whether it can no longer be picked.
    pub retired: bool,
    /// How many Activities carry it.
    pub used: u64,
    /// Counts changes.
    pub version: u64,
}

/// A set as admins see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SetView {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The calls it is for.
    pub direction: String,
    /// Keys of the ring groups it is for; none: it is the direction's own.
    pub ring_groups: Vec<String>,
    /// Whether its codes are offered no more.
    pub retired: bool,
    /// Counts changes of its own row and of its order.
    pub version: u64,
    /// Its codes, retired ones last.
    pub codes: Vec<CodeView>,
}

/// What a new code is.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// Its label.
    pub label: LabelView,
    /// Whether a digit picks it.
    pub favourite: bool,
    /// Whether it demands notes.
    pub requires_notes: bool,
}

/// What of a code changes.
#[derive(Clone, Debug, Default)]
pub struct CodeChange {
    /// The version the change was made on.
    pub version: u64,
    /// New label.
    pub label: Option<LabelView>,
    /// Favourite or not.
    pub favourite: Option<bool>,
    /// Demanding notes or not.
    pub requires_notes: Option<bool>,
    /// Retired or brought back.
    pub retired: Option<bool>,
}

/// Direction, name, and the labels of the codes in Spanish and English.
type FirstSet = (Direction, &'static str, [(&'static str, &'static str); 4]);

/// The codes a new tenant begins with, to be renamed and added to: a set for each direction of calls.
const FIRST_SETS: [FirstSet; 2] = [
    (
        Direction::Inbound,
        "Entrantes / Inbound",
        [
            ("Resuelto", "Resolved"),
            ("Requiere seguimiento", "Needs follow-up"),
            ("Información facilitada", "Information given"),
            ("Otro", "Other"),
        ],
    ),
    (
        Direction::Outbound,
        "Salientes / Outbound",
        [
            ("Contactado", "Reached"),
            ("No contesta", "No answer"),
            ("Volver a llamar", "Call back"),
            ("Otro", "Other"),
        ],
    ),
];

/// Gives a tenant that has no sets the first ones.
///
/// # Errors
/// The store cannot be used.
pub async fn ensure_sets(app: &App, tenant: &Tenant) -> Result<(), OpError> {
    if !app.store.dispositions(tenant.id).await?.is_empty() {
        return Ok(());
    }
    let mut changes = Vec::new();
    for (direction, name, labels) in FIRST_SETS {
        let set = SetId(app.around.new_id());
        let empty = DispositionSet {
            id: set,
            name: name.to_owned(),
            direction,
            ring_groups: Vec::new(),
            retired: false,
            version: 1,
            codes: Vec::new(),
        };
        changes.push(Change::Set(Box::new(empty)));
        for (position, (es, en)) in (0..).zip(labels) {
            changes.push(Change::Code(Box::new(DispositionCode {
                id: CodeId(app.around.new_id()),
                set,
                label: Label { es: es.to_owned(), en: en.to_owned() },
                position,
                favourite: true,
                requires_notes: false,
                retired: false,
                version: 1,
            })));
        }
    }
    save(app, tenant, Vec::new(), changes).await
}

/// Every set, by direction and name, retired ones last.
///
/// # Errors
/// The store cannot read.
pub async fn list(app: &App, tenant: &Tenant) -> Result<Vec<SetView>, OpError> {
    let sets = app.store.dispositions(tenant.id).await?;
    let mut ordered: Vec<&DispositionSet> = sets.iter().collect();
    ordered.sort_by_cached_key(|set| (set.retired, set.direction, set.name.to_lowercase(), set.id));
    let mut views = Vec::new();
    for set in ordered {
        views.push(set_view(app, tenant, set).await?);
    }
    Ok(views)
}

/// Adds a code at the end of a set.
///
/// # Errors
/// There is no such set, it is full, a label cannot be taken, or the store cannot write.
pub async fn add(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    set: SetId,
    new: NewCode,
) -> Result<CodeView, OpError> {
    let label = label(&new.label)?;
    let set = find_set(app, tenant, set).await?;
    if set.codes.len() >= MAX_CODES_PER_SET {
        return Err(OpError::invalid("set", FieldFault::TooLong));
    }
    unique(&set, None, &label)?;
    let position = set.codes.iter().map(|code| code.position + 1).max().unwrap_or_default();
    let code = DispositionCode {
        id: CodeId(app.around.new_id()),
        set: set.id,
        label,
        position,
        favourite: new.favourite,
        requires_notes: new.requires_notes,
        retired: false,
        version: 1,
    };
    let fields = AuditEntry::differences(&code_facts(None), &code_facts(Some(&code)));
    let entry = audited(app, by, AuditSubject::Code(code.id), "created", fields);
    save(app, tenant, Vec::new(), vec![Change::Code(Box::new(code.clone())), entry]).await?;
    code_view(app, tenant, &code).await
}

/// Changes a code. What was logged with it keeps the label it had.
///
/// # Errors
/// There is no such code, it was changed meanwhile, a label cannot be taken, or the store cannot write.
pub async fn change(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: CodeId,
    change: CodeChange,
) -> Result<CodeView, OpError> {
    let sets = app.store.dispositions(tenant.id).await?;
    let found = sets.iter().find_map(|set| Some((set, set.codes.iter().find(|code| code.id == id)?)));
    let (set, before) = found.ok_or(OpError::NotFound)?;
    let label = change.label.as_ref().map(label).transpose()?;
    if let Some(label) = &label {
        unique(set, Some(id), label)?;
    }
    let code = DispositionCode {
        label: label.unwrap_or_else(|| before.label.clone()),
        favourite: change.favourite.unwrap_or(before.favourite),
        requires_notes: change.requires_notes.unwrap_or(before.requires_notes),
        retired: change.retired.unwrap_or(before.retired),
        version: change.version + 1,
        ..before.clone()
    };
    let rests_on = vec![Precondition::CodeVersion { id, version: change.version }];
    let fields = AuditEntry::differences(&code_facts(Some(before)), &code_facts(Some(&code)));
    let entry = audited(app, by, AuditSubject::Code(id), "changed", fields);
    match save(app, tenant, rests_on, vec![Change::Code(Box::new(code.clone())), entry]).await {
        Err(OpError::Stale { .. }) => {
            let now = app.store.dispositions(tenant.id).await?;
            let now = now.iter().flat_map(|set| &set.codes).find(|code| code.id == id);
            let now = now.ok_or(OpError::NotFound)?;
            Err(OpError::Stale { current: json(&code_view(app, tenant, now).await?) })
        }
        Err(error) => Err(error),
        Ok(()) => code_view(app, tenant, &code).await,
    }
}

/// Puts the codes of a set in this order.
///
/// # Errors
/// There is no such set, the list is not exactly its codes, it was changed meanwhile, or the store cannot write.
pub async fn reorder(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    id: SetId,
    version: u64,
    order: &[CodeId],
) -> Result<SetView, OpError> {
    let set = find_set(app, tenant, id).await?;
    let known: BTreeSet<CodeId> = set.codes.iter().map(|code| code.id).collect();
    let asked: BTreeSet<CodeId> = order.iter().copied().collect();
    if known != asked || order.len() != asked.len() {
        return Err(OpError::invalid("codes", FieldFault::Unknown));
    }
    let mut changes = vec![Change::Set(Box::new(DispositionSet { version: version + 1, ..set.clone() }))];
    for code in &set.codes {
        let place = order.iter().position(|id| *id == code.id).unwrap_or_default();
        let position = u32::try_from(place).unwrap_or(u32::MAX);
        if position != code.position {
            changes.push(Change::Code(Box::new(DispositionCode { position, ..code.clone() })));
        }
    }
    let labels = |ids: &mut dyn Iterator<Item = CodeId>| {
        let label =
            |id: CodeId| set.codes.iter().find(|code| code.id == id).map(|code| code.label.es.as_str());
        Some(ids.filter_map(label).collect::<Vec<_>>().join(", "))
    };
    let before = labels(&mut set.codes.iter().map(|code| code.id));
    let after = labels(&mut order.iter().copied());
    let fields = AuditEntry::differences(&[("codes", before)], &[("codes", after)]);
    changes.push(audited(app, by, AuditSubject::Set(id), "ordered", fields));
    let rests_on = vec![Precondition::SetVersion { id, version }];
    match save(app, tenant, rests_on, changes).await {
        Err(OpError::Stale { .. }) => {
            let now = find_set(app, tenant, id).await?;
            Err(OpError::Stale { current: json(&set_view(app, tenant, &now).await?) })
        }
        Err(error) => Err(error),
        Ok(()) => set_view(app, tenant, &find_set(app, tenant, id).await?).await,
    }
}

/// An entry of the change log.
pub(super) fn audited(
    app: &App,
    by: UserId,
    subject: AuditSubject,
    action: &str,
    fields: Vec<FieldChange>,
) -> Change {
    Change::Audit(Box::new(AuditEntry {
        id: AuditId(app.around.new_id()),
        at: app.around.now(),
        by: Some(by),
        subject,
        action: action.to_owned(),
        fields,
    }))
}

/// A code as the change log tells it; empty where there is none yet.
pub(super) fn code_facts(code: Option<&DispositionCode>) -> [(&'static str, Option<String>); 5] {
    [
        ("label.es", code.map(|code| code.label.es.clone())),
        ("label.en", code.map(|code| code.label.en.clone())),
        ("favourite", code.map(|code| code.favourite.to_string())),
        ("requires_notes", code.map(|code| code.requires_notes.to_string())),
        ("retired", code.map(|code| code.retired.to_string())),
    ]
}

pub(super) async fn save(
    app: &App,
    tenant: &Tenant,
    preconditions: Vec<Precondition>,
    changes: Vec<Change>,
) -> Result<(), OpError> {
    match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
        Ok(number) => {
            app.hub.changed_for_all(tenant.id, number);
            Ok(())
        }
        Err(CommitError::Refused { .. }) => Err(OpError::Stale { current: Box::default() }),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn find_set(app: &App, tenant: &Tenant, id: SetId) -> Result<DispositionSet, OpError> {
    let sets = app.store.dispositions(tenant.id).await?;
    sets.iter().find(|set| set.id == id).cloned().ok_or(OpError::NotFound)
}

async fn code_view(app: &App, tenant: &Tenant, code: &DispositionCode) -> Result<CodeView, OpError> {
    Ok(CodeView {
        id: code.id.0,
        set: code.set.0,
        label: LabelView::from(&code.label),
        position: code.position,
        favourite: code.favourite,
        requires_notes: code.requires_notes,
        retired: code.retired,
        used: app.store.code_uses(tenant.id, code.id).await?,
        version: code.version,
    })
}

pub(super) async fn set_view(app: &App, tenant: &Tenant, set: &DispositionSet) -> Result<SetView, OpError> {
    let mut ordered: Vec<&DispositionCode> = set.codes.iter().collect();
    ordered.sort_by_key(|code| (code.retired, code.position));
    let mut codes = Vec::new();
    for code in ordered {
        codes.push(code_view(app, tenant, code).await?);
    }
    Ok(SetView {
        id: set.id.0,
        name: set.name.clone(),
        direction: crate::view::word(&set.direction),
        ring_groups: set.ring_groups.clone(),
        retired: set.retired,
        version: set.version,
        codes,
    })
}

fn label(view: &LabelView) -> Result<Label, OpError> {
    let read = |field: &'static str, text: &str| {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(OpError::invalid(field, FieldFault::Empty)),
            count if count > MAX_LABEL_CHARS => Err(OpError::invalid(field, FieldFault::TooLong)),
            _ => Ok(text.to_owned()),
        }
    };
    Ok(Label { es: read("label.es", &view.es)?, en: read("label.en", &view.en)? })
}

/// Two codes that read the same could not be told apart in reports.
fn unique(set: &DispositionSet, except: Option<CodeId>, label: &Label) -> Result<(), OpError> {
    let others = || set.codes.iter().filter(|code| Some(code.id) != except);
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    if others().any(|code| same(&code.label.es, &label.es)) {
        return Err(OpError::invalid("label.es", FieldFault::Taken));
    }
    if others().any(|code| same(&code.label.en, &label.en)) {
        return Err(OpError::invalid("label.en", FieldFault::Taken));
    }
    Ok(())
}
