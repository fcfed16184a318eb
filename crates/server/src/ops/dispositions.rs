//! The code book (P14): codes are added, renamed, reordered, retired and brought back; never deleted. What becomes of
//! whole sets is in [`super::disposition_sets`].

use super::code_traits::{self, TraitsView, code_facts, differences};
use super::report::today;
use super::submit_scene::json;
use super::{FieldFault, OpError};
use crate::app::{App, Tenant};
use crate::view::LabelView;
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::call::Direction;
use domain::commit::{Change, Commit, Precondition};
use domain::disposition::{
    CodeTraits, DispositionCode, DispositionSet, Label, MAX_CODES_PER_SET, MAX_LABEL_CHARS,
};
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
    /// Its label with all that it stands under.
    pub path: LabelView,
    /// Whether codes stand under it, so that it is not picked itself.
    pub heading: bool,
    /// What it says besides.
    pub traits: TraitsView,
    /// The code that reports count it as, where they are asked to.
    pub merged_into: Option<Uuid>,
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
    /// Counts changes of its own row, of its order, and of where its codes stand and what they are called.
    pub version: u64,
    /// The first day, today or later, on which none of its codes can be picked; null: there is no such day.
    pub runs_out: Option<String>,
    /// Its codes, each followed by those under it, retired ones last.
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
    /// What it says besides.
    pub traits: TraitsView,
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
    /// What it says besides, all of it.
    pub traits: Option<TraitsView>,
    /// Retired or brought back.
    pub retired: Option<bool>,
}

/// How often a change is decided anew when others moved meanwhile.
pub(super) const MAX_DECISIONS: usize = 4;

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
                traits: CodeTraits::default(),
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
    let (label, id) = (label(&new.label)?, CodeId(app.around.new_id()));
    for _ in 0..MAX_DECISIONS {
        let set = find_set(app, tenant, set).await?;
        if set.codes.len() >= MAX_CODES_PER_SET {
            return Err(OpError::invalid("set", FieldFault::TooLong));
        }
        let traits = code_traits::traits(&set, id, &new.traits, &CodeTraits::default())?;
        unique(&set, None, traits.parent, &label)?;
        let code = DispositionCode {
            id,
            set: set.id,
            label: label.clone(),
            position: set.codes.iter().map(|code| code.position + 1).max().unwrap_or_default(),
            favourite: new.favourite,
            requires_notes: new.requires_notes,
            retired: false,
            traits,
            version: 1,
        };
        let fields = AuditEntry::differences(&code_facts(&set, None), &code_facts(&set, Some(&code)));
        let entry = audited(app, by, AuditSubject::Code(code.id), "created", fields);
        let (rests_on, placed) = placed(&set);
        match save(app, tenant, vec![rests_on], vec![placed, Change::Code(Box::new(code.clone())), entry])
            .await
        {
            // Another code of the set was given a place meanwhile: see which.
            Err(OpError::Stale { .. }) => {}
            Err(error) => return Err(error),
            Ok(()) => return code_view(app, tenant, &set, &code).await,
        }
    }
    Err(too_fast())
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
    for _ in 0..MAX_DECISIONS {
        let sets = app.store.dispositions(tenant.id).await?;
        let (set, before) = find_code(&sets, id).ok_or(OpError::NotFound)?;
        if before.version != change.version {
            return Err(OpError::Stale { current: json(&code_view(app, tenant, set, before).await?) });
        }
        let code = changed(set, before, &change)?;
        let mut rests_on = vec![Precondition::CodeVersion { id, version: before.version }];
        let mut changes = vec![Change::Code(Box::new(code.clone()))];
        if (code.traits.parent, &code.label) != (before.traits.parent, &before.label) {
            let (basis, placed) = placed(set);
            rests_on.push(basis);
            changes.push(placed);
        }
        let fields = differences(&sets, (set, Some(before)), (set, &code));
        changes.push(audited(app, by, AuditSubject::Code(id), "changed", fields));
        match save(app, tenant, rests_on, changes).await {
            // The code was changed meanwhile, or another one of the set was given a place: see which.
            Err(OpError::Stale { .. }) => {}
            Err(error) => return Err(error),
            Ok(()) => return code_view(app, tenant, set, &code).await,
        }
    }
    Err(too_fast())
}

/// The code as a change leaves it.
fn changed(
    set: &DispositionSet,
    before: &DispositionCode,
    change: &CodeChange,
) -> Result<DispositionCode, OpError> {
    let id = before.id;
    let label = change.label.as_ref().map(label).transpose()?.unwrap_or_else(|| before.label.clone());
    let mut traits = match &change.traits {
        Some(view) => code_traits::traits(set, id, view, &before.traits)?,
        None => before.traits.clone(),
    };
    if change.label.is_some() || traits.parent != before.traits.parent {
        unique(set, Some(id), traits.parent, &label)?;
    }
    // What is used again counts as itself.
    traits.merged_into = traits.merged_into.filter(|_| change.retired != Some(false));
    Ok(DispositionCode {
        label,
        traits,
        favourite: change.favourite.unwrap_or(before.favourite),
        requires_notes: change.requires_notes.unwrap_or(before.requires_notes),
        retired: change.retired.unwrap_or(before.retired),
        version: change.version + 1,
        ..before.clone()
    })
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

/// A code with its set.
pub(super) fn find_code(sets: &[DispositionSet], id: CodeId) -> Option<(&DispositionSet, &DispositionCode)> {
    sets.iter().find_map(|set| Some((set, set.code(id)?)))
}

/// What a code that gets another place or another label rests on, and what it leaves behind: two of them at once would see
/// each other neither as a label that is taken nor as a ring.
pub(super) fn placed(set: &DispositionSet) -> (Precondition, Change) {
    let counted = DispositionSet { version: set.version + 1, ..set.clone() };
    (Precondition::SetVersion { id: set.id, version: set.version }, Change::Set(Box::new(counted)))
}

pub(super) fn too_fast() -> OpError {
    OpError::Unavailable("the sets change faster than one can be changed".to_owned())
}

pub(super) async fn code_view(
    app: &App,
    tenant: &Tenant,
    set: &DispositionSet,
    code: &DispositionCode,
) -> Result<CodeView, OpError> {
    Ok(CodeView {
        path: LabelView::from(&set.path(code)),
        heading: set.is_heading(code.id),
        traits: TraitsView::from(&code.traits),
        merged_into: code.traits.merged_into.map(|id| id.0),
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
    let mut ordered = set.in_order();
    ordered.sort_by_key(|code| set.is_retired(code));
    let mut codes = Vec::new();
    for code in ordered {
        codes.push(code_view(app, tenant, set, code).await?);
    }
    Ok(SetView {
        id: set.id.0,
        name: set.name.clone(),
        direction: crate::view::word(&set.direction),
        ring_groups: set.ring_groups.clone(),
        retired: set.retired,
        version: set.version,
        runs_out: set.runs_out(today(app, tenant)).map(|day| day.to_string()),
        codes,
    })
}

pub(super) fn label(view: &LabelView) -> Result<Label, OpError> {
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

/// Two codes that read the same in one place could not be told apart in reports.
pub(super) fn unique(
    set: &DispositionSet,
    except: Option<CodeId>,
    parent: Option<CodeId>,
    label: &Label,
) -> Result<(), OpError> {
    let beside = |code: &&DispositionCode| Some(code.id) != except && code.traits.parent == parent;
    let others = || set.codes.iter().filter(beside);
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    if others().any(|code| same(&code.label.es, &label.es)) {
        return Err(OpError::invalid("label.es", FieldFault::Taken));
    }
    if others().any(|code| same(&code.label.en, &label.en)) {
        return Err(OpError::invalid("label.en", FieldFault::Taken));
    }
    Ok(())
}
