//! What a correction and an undoing leave behind: the wrap-up, the Activity that follows from it, the correction itself
//! and its entry in the change log, all in one Commit.

use super::{Correction, Corrigible, Field, Filed, MAX_REASON_CHARS};
use crate::activity::Activity;
use crate::audit::{AuditEntry, AuditSubject, FieldChange};
use crate::case::{Case, CaseParty};
use crate::commit::{Change, Commit, Precondition};
use crate::directory::{PersonKind, PersonLine};
use crate::disposition::{CodeRefused, CodeScope, DispositionCode, DispositionSet, LoggedCode, pick};
use crate::follow_up;
use crate::id::{AuditId, CaseId, CodeId, EngagementKey, PersonId, TenantId};
use crate::relate::opportunity::OpportunityId;
use crate::relate::{NotRelated, RelateDecision, RelateRule};
use crate::wrapup::{MAX_NOTES_CHARS, PartyLink, SettledBy, Wrapup};
use serde::{Deserialize, Serialize};

/// Whom a call is filed on instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "choice", rename_all = "snake_case")]
pub enum PartyCorrection {
    /// This record.
    Existing {
        /// The record.
        person: PersonId,
    },
    /// Nobody.
    None,
}

/// Which Case it is related to instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "choice", rename_all = "snake_case")]
pub enum CaseCorrection {
    /// This one, whosever it is: a person says so.
    Picked {
        /// The Case.
        case: CaseId,
    },
    /// None.
    None,
}

/// Which Opportunity it is related to instead: it can be taken away. None is picked here, because none is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "choice", rename_all = "snake_case")]
pub enum OpportunityCorrection {
    /// None.
    None,
}

/// What somebody wants to be put right; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrectRequest {
    /// The Activity's revision, as they saw it.
    pub revision: u64,
    /// Whose part; `None`: the call itself.
    pub engagement: Option<EngagementKey>,
    /// The person.
    pub party: Option<PartyCorrection>,
    /// The Case.
    pub case: Option<CaseCorrection>,
    /// The Opportunity.
    pub opportunity: Option<OpportunityCorrection>,
    /// The code.
    pub code: Option<CodeId>,
    /// The notes; `Some(None)` takes them away.
    pub notes: Option<Option<String>>,
    /// Why.
    pub reason: Option<String>,
}

/// Everything the decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct CorrectionScene<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The call.
    pub of: Corrigible<'a>,
    /// The disposition sets.
    pub sets: &'a [DispositionSet],
    /// Which of them the call and the agent of the part get.
    pub scope: CodeScope<'a>,
    /// Whether codes are on for the centre (P13).
    pub codes_enabled: bool,
    /// The records that are named, before or after, those that exist.
    pub people: &'a [PersonLine],
    /// The Account of each of them.
    pub accounts: &'a [(PersonId, Option<PersonId>)],
    /// The Cases that are named, before or after, those that exist.
    pub cases: &'a [Case],
    /// The names of the Opportunities that are named, as far as they are known.
    pub opportunities: &'a [(OpportunityId, String)],
    /// The id of the correction, if one is made.
    pub id: AuditId,
}

/// Why a correction is refused. Nothing is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorrectRefused {
    /// The call has no such part.
    #[error("the call has no such part")]
    PartUnknown,
    /// The part was not logged; or no part is named, and one was logged or is still owed.
    #[error("that part cannot be corrected")]
    NotCorrectable,
    /// Not for them.
    #[error("whoever asks may not correct this")]
    Forbidden,
    /// Somebody was faster.
    #[error("it was corrected meanwhile")]
    StaleRevision,
    /// The call itself has neither code nor notes.
    #[error("only a part that was logged has a {}", field.name())]
    NotOfTheCall {
        /// Which was given.
        field: Field,
    },
    /// The record does not exist.
    #[error("no such record")]
    PersonUnknown,
    /// The Case does not exist, or none may be related (P13).
    #[error("no such Case")]
    CaseUnknown,
    /// The code cannot be given.
    #[error(transparent)]
    Code(#[from] CodeRefused),
    /// The code demands notes.
    #[error("this disposition code requires notes")]
    NotesRequired,
    /// The notes are too long.
    #[error("the notes are too long")]
    NotesTooLong,
    /// The reason is too long.
    #[error("the reason is too long")]
    ReasonTooLong,
    /// There is no such correction.
    #[error("no such correction")]
    CorrectionUnknown,
    /// It was undone, or what it changed was changed since.
    #[error("there is nothing to undo")]
    NothingToUndo,
}

/// Decides a correction; `None` where nothing would be different.
///
/// # Errors
/// See [`CorrectRefused`].
pub fn correct(
    scene: &CorrectionScene<'_>,
    request: &CorrectRequest,
) -> Result<Option<Commit>, CorrectRefused> {
    let before = part(scene, request.engagement, request.revision)?;
    let reason = request.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > MAX_REASON_CHARS) {
        return Err(CorrectRefused::ReasonTooLong);
    }
    let mut after = before.clone();
    if let Some(party) = request.party {
        after.party = Some(party_said(scene, party)?);
    }
    match request.case {
        Some(case) => after.related = Some(case_said(scene, case)?),
        None if takes_its_case_along(scene, &before, &after) => after.related = Some(NO_CASE),
        None => {}
    }
    if request.opportunity == Some(OpportunityCorrection::None) || becomes_a_leads(scene, &after) {
        after.opportunity = None;
    }
    if request.engagement.is_none() && request.code.is_some() {
        return Err(CorrectRefused::NotOfTheCall { field: Field::Code });
    }
    if request.engagement.is_none() && request.notes.is_some() {
        return Err(CorrectRefused::NotOfTheCall { field: Field::Notes });
    }
    if let Some(code) = request.code {
        after.code = Some(code_said(scene, code, &before)?);
    }
    if let Some(notes) = &request.notes {
        after.notes = notes_said(notes.as_deref())?;
    }
    // What says the same is what it was, label and rule included.
    for field in Field::ALL.into_iter().filter(|field| before.same(&after, *field)).collect::<Vec<_>>() {
        after.take(&before, field);
    }
    let changed = before.differing(&after);
    if changed.is_empty() {
        return Ok(None);
    }
    let sums_up_anew = changed.contains(&Field::Code) || changed.contains(&Field::Notes);
    if sums_up_anew && after.notes.is_none() && demands_notes(scene, after.code.as_ref()) {
        return Err(CorrectRefused::NotesRequired);
    }
    let reason = reason.map(str::to_owned);
    Ok(Some(commit(scene, request.engagement, before, after, reason, None)))
}

/// Decides to put back what was there before a correction.
///
/// # Errors
/// See [`CorrectRefused`].
pub fn undo(scene: &CorrectionScene<'_>, id: AuditId, revision: u64) -> Result<Commit, CorrectRefused> {
    let found = scene.of.corrections.iter().find(|correction| correction.id == id);
    let undone = found.ok_or(CorrectRefused::CorrectionUnknown)?;
    let before = part(scene, undone.engagement, revision)?;
    if !scene.of.is_undoable(undone) {
        return Err(CorrectRefused::NothingToUndo);
    }
    let mut after = before.clone();
    for field in undone.changed() {
        after.take(&undone.before, field);
    }
    Ok(commit(scene, undone.engagement, before, after, None, Some(id)))
}

const NO_CASE: RelateDecision = RelateDecision::NotRelated { why: NotRelated::SaidNone, offer: None };

/// What is filed of the part that is corrected.
fn part(
    scene: &CorrectionScene<'_>,
    engagement: Option<EngagementKey>,
    revision: u64,
) -> Result<Filed, CorrectRefused> {
    if engagement.is_some_and(|key| scene.of.call.engagement(key).is_none()) {
        return Err(CorrectRefused::PartUnknown);
    }
    let filed = scene.of.filed(engagement).ok_or(CorrectRefused::NotCorrectable)?;
    if !scene.of.may(engagement) {
        return Err(CorrectRefused::Forbidden);
    }
    if scene.of.activity.revision != revision {
        return Err(CorrectRefused::StaleRevision);
    }
    Ok(filed)
}

fn party_said(scene: &CorrectionScene<'_>, said: PartyCorrection) -> Result<PartyLink, CorrectRefused> {
    let person = match said {
        PartyCorrection::Existing { person } => {
            let exists = scene.people.iter().any(|line| line.id == person);
            Some(Some(person).filter(|_| exists).ok_or(CorrectRefused::PersonUnknown)?)
        }
        PartyCorrection::None => None,
    };
    Ok(PartyLink { person, by: SettledBy::Corrected })
}

fn case_said(scene: &CorrectionScene<'_>, said: CaseCorrection) -> Result<RelateDecision, CorrectRefused> {
    match said {
        CaseCorrection::None => Ok(NO_CASE),
        CaseCorrection::Picked { case } if scene.codes_enabled && scene.case(case).is_some() => {
            Ok(RelateDecision::Related { case, rule: RelateRule::Picked })
        }
        CaseCorrection::Picked { .. } => Err(CorrectRefused::CaseUnknown),
    }
}

/// A code that the call may get now, or the one it has.
fn code_said(scene: &CorrectionScene<'_>, id: CodeId, before: &Filed) -> Result<LoggedCode, CorrectRefused> {
    if let Some(code) = before.code.as_ref().filter(|code| code.id == id) {
        return Ok(code.clone());
    }
    if !scene.codes_enabled {
        return Err(CodeRefused::Unknown.into());
    }
    let (set, code) = pick(scene.sets, &scene.scope, id)?;
    Ok(LoggedCode::given(set, code, scene.scope.today))
}

fn notes_said(notes: Option<&str>) -> Result<Option<String>, CorrectRefused> {
    let notes = notes.map(str::trim).filter(|notes| !notes.is_empty());
    if notes.is_some_and(|notes| notes.chars().count() > MAX_NOTES_CHARS) {
        return Err(CorrectRefused::NotesTooLong);
    }
    Ok(notes.map(str::to_owned))
}

fn demands_notes(scene: &CorrectionScene<'_>, code: Option<&LoggedCode>) -> bool {
    let mut codes = scene.sets.iter().flat_map(|set| &set.codes);
    let found: Option<&DispositionCode> = code.and_then(|logged| codes.find(|code| code.id == logged.id));
    found.is_some_and(|code| code.requires_notes)
}

/// Whether the Case is that of the party who is no longer it, and not that of who is now: then it goes with them.
fn takes_its_case_along(scene: &CorrectionScene<'_>, before: &Filed, after: &Filed) -> bool {
    let person = |filed: &Filed| filed.party.and_then(|party| party.person);
    let (was, is) = (person(before), person(after));
    let case = before.related.and_then(|related| related.case()).and_then(|case| scene.case(case));
    let (Some(case), Some(was)) = (case, was) else { return false };
    Some(was) != is
        && case.belongs_to(scene.party(was))
        && !is.is_some_and(|is| case.belongs_to(scene.party(is)))
}

/// Whether it is filed on a Lead now, whose calls are related to no Opportunity.
fn becomes_a_leads(scene: &CorrectionScene<'_>, after: &Filed) -> bool {
    let is = after.party.and_then(|party| party.person);
    scene.people.iter().any(|line| Some(line.id) == is && line.kind == PersonKind::Lead)
}

impl CorrectionScene<'_> {
    fn case(&self, id: CaseId) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == id)
    }

    fn party(&self, person: PersonId) -> CaseParty {
        let account = self.accounts.iter().find(|(id, _)| *id == person).and_then(|(_, account)| *account);
        CaseParty::Person { person, account }
    }

    /// A field as people read it.
    fn worded(&self, filed: &Filed, field: Field) -> Option<String> {
        match field {
            Field::Party => filed.party.and_then(|party| party.person).map(|id| {
                let line = self.people.iter().find(|line| line.id == id);
                line.map_or_else(|| id.to_string(), |line| line.name.clone())
            }),
            Field::Case => filed.related.and_then(|related| related.case()).map(|id| {
                self.case(id)
                    .map_or_else(|| id.to_string(), |case| format!("#{} {}", case.number, case.subject))
            }),
            Field::Opportunity => filed.opportunity.map(|related| {
                let known = self.opportunities.iter().find(|(id, _)| *id == related.id);
                known.map_or_else(|| related.id.to_string(), |(_, name)| name.clone())
            }),
            Field::Code => filed.code.as_ref().map(|code| {
                let (es, en) = (&code.label.es, &code.label.en);
                if es == en { es.clone() } else { format!("{es} / {en}") }
            }),
            Field::Notes => filed.notes.clone(),
        }
    }
}

/// Everything that a correction changes, and what it rests on.
fn commit(
    scene: &CorrectionScene<'_>,
    engagement: Option<EngagementKey>,
    before: Filed,
    after: Filed,
    reason: Option<String>,
    undoes: Option<AuditId>,
) -> Commit {
    let Corrigible { call, activity, .. } = scene.of;
    let mut fields: Vec<FieldChange> = before
        .differing(&after)
        .into_iter()
        .map(|field| FieldChange {
            field: field.name().to_owned(),
            before: scene.worded(&before, field),
            after: scene.worded(&after, field),
        })
        .collect();
    let mut preconditions = vec![Precondition::activity(activity)];
    preconditions.extend(newly_named(&before, &after, undoes.is_some()));
    let mut changes = Vec::new();
    let corrected = match engagement.and_then(|key| scene.of.logged(key)) {
        Some(wrapup) => {
            preconditions.push(Precondition::wrapup(wrapup));
            let wrapup = refiled(wrapup, &after);
            let mut wrapups: Vec<Wrapup> =
                scene.of.wrapups.iter().filter(|other| other.key != wrapup.key).cloned().collect();
            wrapups.push(wrapup.clone());
            changes.push(Change::Wrapup(Box::new(wrapup)));
            activity.after_wrapups(call, &wrapups)
        }
        None => Activity {
            party: after.party,
            related: after.related,
            opportunity: after.opportunity,
            ..activity.clone()
        },
    };
    let asked = |activity: &Activity| activity.code.as_ref().map(|code| code.effects);
    fields.extend(follow_up::differences(asked(activity), asked(&corrected)));
    let corrected = Activity { revision: activity.revision + 1, ..corrected };
    changes.push(Change::Activity(Box::new(corrected)));
    let made = Correction {
        id: scene.id,
        call: call.key,
        engagement,
        at: scene.of.now,
        by: scene.of.who.user,
        reason,
        before,
        after,
        fields,
        undoes,
    };
    changes.push(Change::Audit(Box::new(entry(&made))));
    changes.push(Change::Correction(Box::new(made)));
    Commit { tenant: scene.tenant, preconditions, changes }
}

/// The correction's entry in the change log.
fn entry(made: &Correction) -> AuditEntry {
    let action = if made.undoes.is_some() { "undone" } else { "corrected" };
    let why = made.reason.clone().map(|reason| FieldChange {
        field: "reason".to_owned(),
        before: None,
        after: Some(reason),
    });
    AuditEntry {
        id: made.id,
        at: made.at,
        by: Some(made.by),
        subject: AuditSubject::Activity(made.call),
        action: action.to_owned(),
        fields: made.fields.iter().cloned().chain(why).collect(),
    }
}

/// The wrap-up with what is filed of it now. What was entered before Log stays as it was, so that the same Log told
/// again is still known.
fn refiled(wrapup: &Wrapup, filed: &Filed) -> Wrapup {
    Wrapup {
        party: filed.party,
        related: filed.related,
        opportunity: filed.opportunity,
        code: filed.code.clone(),
        notes: filed.notes.clone(),
        ..wrapup.clone()
    }
}

/// What is named anew must still be there. An undoing puts back what was there once, whatever became of it.
fn newly_named(before: &Filed, after: &Filed, undoing: bool) -> Vec<Precondition> {
    if undoing {
        return Vec::new();
    }
    let person = after.party.and_then(|party| party.person).filter(|_| !before.same(after, Field::Party));
    let case = after.related.and_then(|related| related.case()).filter(|_| !before.same(after, Field::Case));
    let person = person.map(|id| Precondition::PersonExists { id });
    person.into_iter().chain(case.map(|id| Precondition::CaseExists { id })).collect()
}
