//! What Log and Do not log leave behind (P1–P10, P13), decided from what is there and from nothing else.
//! Writing it is the store's; who may press the button is the server's.

use super::reason::{DoNotLogReason, ReasonChoice};
use super::{Draft, MAX_NOTES_CHARS, PartyChoice, PartyLink, SettledBy, Wrapup, WrapupState};
use crate::activity::Activity;
use crate::auto_create::{CreateRule, NewRecord};
use crate::call::{CallRecord, Explained};
use crate::case::{Case, CaseParty};
use crate::commit::{Change, Commit, Precondition};
use crate::directory::{MAX_NAME_CHARS, PersonKind, RecordKeys};
use crate::disposition::{CodeRefused, CodeScope, DispositionSet, LoggedCode, pick};
use crate::id::{At, CaseId, CodeId, PersonId, TenantId, UserId};
use crate::matching::{Match, MatchKind, MatchRule};
use crate::phone::{OtherParty, Region};
use crate::relate::opportunity::{OpportunityScene, RelatedOpportunity, opportunity};
use crate::relate::{CaseChoice, RelateDecision, RelateScene, View, relate};
use serde::{Deserialize, Serialize};

/// What the agent submits with Log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRequest {
    /// Revision of the draft the agent saw last.
    pub revision: u64,
    /// The code picked.
    pub code: Option<CodeId>,
    /// The notes.
    pub notes: String,
    /// The person; `None`: the one that matches, or one made as the settings say, or nobody.
    pub party: Option<PartyChoice>,
    /// Whom the agent saw the call would be logged on, where they chose nobody themselves.
    pub shown: Option<ShownParty>,
    /// What the agent said about the Case.
    pub case: CaseChoice,
    /// What is on screen now, as what frames the panel says.
    pub view: View,
}

/// Whom a panel said that Log would file the call on, nobody having chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShownParty {
    /// The one record that has the number.
    Person {
        /// The record.
        person: PersonId,
    },
    /// A record that Log makes, since nobody has the number.
    Create {
        /// Contact or Lead.
        #[serde(rename = "as")]
        kind: PersonKind,
    },
    /// Nobody.
    Nobody,
}

/// Everything the decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The wrap-up that is submitted.
    pub wrapup: &'a Wrapup,
    /// Its call.
    pub call: &'a CallRecord,
    /// Every wrap-up of the call, this one included.
    pub wrapups: &'a [Wrapup],
    /// The Activity as it is.
    pub activity: &'a Activity,
    /// The other party's number.
    pub number: &'a OtherParty,
    /// What the directory says of it now.
    pub matched: &'a Match,
    /// The tenant's region, for the keys of a record that is made.
    pub region: Region,
    /// The disposition sets.
    pub sets: &'a [DispositionSet],
    /// Which of them the call and its agent get.
    pub scope: CodeScope<'a>,
    /// Whether codes are on for the centre (P13).
    pub codes_enabled: bool,
    /// Which records are matched.
    pub match_rule: &'a MatchRule,
    /// What is made where nobody matches, for calls of this type.
    pub create_rule: &'a CreateRule,
    /// The reasons of Do not log.
    pub reasons: &'a [ReasonChoice],
    /// The record that was clicked to dial, where it still exists.
    pub clicked: Option<PersonId>,
    /// The Account of each record that may become the party.
    pub accounts: &'a [(PersonId, Option<PersonId>)],
    /// The Leads among the records that may become the party.
    pub leads: &'a [PersonId],
    /// The Cases that may be related, those that exist.
    pub cases: &'a [Case],
    /// How many panels the agent has open.
    pub instances: usize,
    /// The Case that was on screen last in the panel that had the focus last.
    pub seen_last: Option<CaseId>,
    /// Who submits.
    pub user: UserId,
    /// When.
    pub now: At,
    /// The id of the record that is made, if one is.
    pub new_person: PersonId,
}

/// What a submit comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Submitted {
    /// It was submitted before, the same way: nothing is to be done.
    Already,
    /// This is to be committed.
    Now(Box<Commit>),
}

/// Why a submit is refused. Nothing is changed and nothing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitRefused {
    /// The call is not over for this agent.
    #[error("the wrap-up is not due yet")]
    NotDue,
    /// The wrap-up was closed before, in another way.
    #[error("the wrap-up was already closed, differently")]
    ClosedDifferently,
    /// Another tab saved the draft meanwhile.
    #[error("the draft was changed meanwhile")]
    StaleRevision,
    /// Log without a code while codes are on (P1).
    #[error("a disposition code is required")]
    CodeRequired,
    /// The code cannot be given.
    #[error(transparent)]
    Code(#[from] CodeRefused),
    /// The code demands notes.
    #[error("this disposition code requires notes")]
    NotesRequired,
    /// The notes are too long.
    #[error("the notes are too long")]
    NotesTooLong,
    /// Several records match and none was chosen (P4).
    #[error("a record must be chosen")]
    PartyRequired,
    /// The record to be made has a name that is too long.
    #[error("the name is too long")]
    NameTooLong,
    /// A record may be made as a Contact or a Lead only.
    #[error("only a Contact or a Lead can be created by a call")]
    KindRefused,
    /// The reason of Do not log is none of the centre's, or cannot be given any more.
    #[error("no such reason can be given")]
    ReasonUnknown,
    /// Who has the number is no longer what the agent saw.
    #[error("the records with this number changed meanwhile")]
    MatchChanged,
}

/// Decides Log.
///
/// # Errors
/// See [`SubmitRefused`].
pub fn log(scene: &Scene<'_>, request: &LogRequest) -> Result<Submitted, SubmitRefused> {
    if scene.wrapup.submitted() {
        return already_logged(scene, request);
    }
    due(scene, request.revision)?;
    let code = check_code(scene, request)?;
    if request.notes.chars().count() > MAX_NOTES_CHARS {
        return Err(SubmitRefused::NotesTooLong);
    }
    let (party, made, mut preconditions) = party(scene, request)?;
    let related = relate_call(scene, request, party);
    let opportunity = relate_opportunity(scene, request, party, made.as_ref());
    preconditions.extend(related.case().map(|id| Precondition::CaseExists { id }));
    let mut wrapup = scene.wrapup.clone();
    wrapup.state = WrapupState::Logged;
    wrapup.closed_at = Some(scene.now);
    wrapup.closed_by = Some(scene.user);
    wrapup.draft = Draft {
        revision: request.revision,
        code: request.code,
        notes: request.notes.clone(),
        party: request.party.clone(),
        case: request.case,
    };
    wrapup.code = code;
    let notes = request.notes.trim();
    wrapup.notes = (!notes.is_empty()).then(|| notes.to_owned());
    wrapup.party = Some(party);
    wrapup.related = Some(related);
    wrapup.opportunity = opportunity;
    let mut changes: Vec<Change> = made.into_iter().collect();
    close(scene, wrapup, &mut preconditions, &mut changes);
    Ok(Submitted::Now(Box::new(Commit { tenant: scene.tenant, preconditions, changes })))
}

/// Decides Do not log (P3): code and notes stay empty; the party stays only where exactly one record
/// matches or the agent had chosen one; nobody is made (invariant 8).
///
/// # Errors
/// See [`SubmitRefused`].
pub fn do_not_log(
    scene: &Scene<'_>,
    revision: u64,
    reason: Option<&str>,
) -> Result<Submitted, SubmitRefused> {
    if scene.wrapup.submitted() {
        let before = scene.wrapup.reason.as_ref().map(|reason| reason.id.as_str());
        let same = scene.wrapup.state == WrapupState::NotLogged && before == reason;
        return if same { Ok(Submitted::Already) } else { Err(SubmitRefused::ClosedDifferently) };
    }
    due(scene, revision)?;
    let given = |id: &str| DoNotLogReason::given(scene.reasons, id).ok_or(SubmitRefused::ReasonUnknown);
    let reason = reason.map(given).transpose()?;
    let mut preconditions = Vec::new();
    let chosen = match scene.wrapup.draft.party {
        Some(PartyChoice::Existing { person }) => {
            preconditions.push(Precondition::PersonExists { id: person });
            Some(PartyLink { person: Some(person), by: SettledBy::Chosen })
        }
        Some(PartyChoice::None) => Some(PartyLink { person: None, by: SettledBy::Chosen }),
        Some(PartyChoice::Create { .. }) | None => None,
    };
    let mut wrapup = scene.wrapup.clone();
    wrapup.state = WrapupState::NotLogged;
    wrapup.closed_at = Some(scene.now);
    wrapup.closed_by = Some(scene.user);
    wrapup.draft = Draft { revision, ..Draft::default() };
    wrapup.code = None;
    wrapup.notes = None;
    wrapup.party = chosen.or_else(|| by_itself(scene));
    wrapup.related = None;
    wrapup.opportunity = None;
    wrapup.reason = reason;
    let mut changes = Vec::new();
    close(scene, wrapup, &mut preconditions, &mut changes);
    Ok(Submitted::Now(Box::new(Commit { tenant: scene.tenant, preconditions, changes })))
}

/// Why the party is who they are, for the Activity's page.
pub fn explain_party(activity: &Activity) -> Explained {
    let count = activity.candidates.len().to_string();
    let facts = [("count", count.as_str())];
    match activity.party.map(|link| link.by) {
        Some(SettledBy::OneMatch) => Explained::new("party.one_match", &facts),
        Some(SettledBy::Chosen) => Explained::new("party.chosen", &facts),
        Some(SettledBy::Clicked) => Explained::new("party.clicked", &facts),
        Some(SettledBy::Created) => Explained::new("party.created", &facts),
        Some(SettledBy::NobodyMatches) => Explained::new("party.none", &facts),
        Some(SettledBy::Corrected) => Explained::new("party.corrected", &facts),
        Some(SettledBy::Late) => Explained::new("party_late", &facts),
        None if activity.candidates.is_empty() => Explained::new("party.none", &facts),
        None => Explained::new("party.several_unsettled", &facts),
    }
}

fn due(scene: &Scene<'_>, revision: u64) -> Result<(), SubmitRefused> {
    if !scene.wrapup.owed() {
        return Err(SubmitRefused::NotDue);
    }
    if scene.wrapup.draft.revision != revision {
        return Err(SubmitRefused::StaleRevision);
    }
    Ok(())
}

/// The same Log again answers the same; a different one is told apart. It is compared with what was logged, whatever was
/// corrected since.
fn already_logged(scene: &Scene<'_>, request: &LogRequest) -> Result<Submitted, SubmitRefused> {
    let wrapup = scene.wrapup;
    let notes = request.notes.trim();
    let same = wrapup.state == WrapupState::Logged
        && wrapup.draft.code == request.code
        && wrapup.draft.notes.trim() == notes
        && wrapup.draft.party == request.party
        && wrapup.draft.case == request.case;
    if same { Ok(Submitted::Already) } else { Err(SubmitRefused::ClosedDifferently) }
}

fn check_code(scene: &Scene<'_>, request: &LogRequest) -> Result<Option<LoggedCode>, SubmitRefused> {
    if !scene.codes_enabled {
        return Ok(None);
    }
    let id = request.code.ok_or(SubmitRefused::CodeRequired)?;
    let (set, code) = pick(scene.sets, &scene.scope, id)?;
    if code.requires_notes && request.notes.trim().is_empty() {
        return Err(SubmitRefused::NotesRequired);
    }
    Ok(Some(LoggedCode::given(set, code, scene.scope.today)))
}

type Party = (PartyLink, Option<Change>, Vec<Precondition>);

fn party(scene: &Scene<'_>, request: &LogRequest) -> Result<Party, SubmitRefused> {
    let nobody = |by| (PartyLink { person: None, by }, None, Vec::new());
    match &request.party {
        Some(PartyChoice::Existing { person }) => {
            let link = PartyLink { person: Some(*person), by: SettledBy::Chosen };
            Ok((link, None, vec![Precondition::PersonExists { id: *person }]))
        }
        Some(PartyChoice::None) => Ok(nobody(SettledBy::Chosen)),
        Some(PartyChoice::Create { kind, name, despite }) => {
            let unseen = scene.matched.hits.iter().any(|hit| !despite.contains(&hit.person.id));
            if unseen {
                return Err(SubmitRefused::MatchChanged);
            }
            create(scene, *kind, name.as_deref(), despite.is_empty())
        }
        None if scene.clicked.is_none() && scene.matched.kind == MatchKind::Many => {
            Err(SubmitRefused::PartyRequired)
        }
        None => {
            let link = by_itself(scene);
            let makes = scene.matched.will_create(scene.create_rule.make);
            if request.shown.is_some_and(|shown| surprises(shown, link, makes)) {
                return Err(SubmitRefused::MatchChanged);
            }
            match (link, makes) {
                (Some(link), _) => {
                    let exists = link.person.map(|id| Precondition::PersonExists { id });
                    Ok((link, None, exists.into_iter().collect()))
                }
                (None, Some(kind)) => create(scene, kind, None, true),
                // A record that appears meanwhile has the calls filed that are there: this one would be missed.
                (None, None) => {
                    let (link, made, _) = nobody(SettledBy::NobodyMatches);
                    Ok((link, made, still_nobodys(scene)))
                }
            }
        }
    }
}

/// Nobody has the number yet, which was found out before this is asked.
fn still_nobodys(scene: &Scene<'_>) -> Vec<Precondition> {
    match scene.number {
        OtherParty::Number(number) => {
            vec![Precondition::NumberUnclaimed { keys: number.plan.clone(), rule: scene.match_rule.clone() }]
        }
        _ => Vec::new(),
    }
}

/// The party that follows without anybody choosing: the record that was clicked, whatever else has the number,
/// else the only one that has it.
fn by_itself(scene: &Scene<'_>) -> Option<PartyLink> {
    let clicked = scene.clicked.map(|person| PartyLink { person: Some(person), by: SettledBy::Clicked });
    clicked.or_else(|| scene.matched.by_itself())
}

/// Reads the table of [`relate`](crate::relate) for what is submitted.
fn relate_call(scene: &Scene<'_>, request: &LogRequest, link: PartyLink) -> RelateDecision {
    let account =
        |person| scene.accounts.iter().find(|(id, _)| *id == person).and_then(|(_, account)| *account);
    let party = match (link.by, link.person) {
        (SettledBy::Created, _) => CaseParty::New,
        (_, Some(person)) => CaseParty::Person { person, account: account(person) },
        (_, None) => CaseParty::Nobody,
    };
    relate(&RelateScene {
        codes_enabled: scene.codes_enabled,
        direction: scene.call.direction,
        choice: request.case,
        dialled_from: scene.activity.dialled_from.and_then(|from| from.case()),
        party,
        party_chosen: request.party.is_some(),
        view: request.view,
        instances: scene.instances,
        seen_last: scene.seen_last,
        cases: scene.cases,
    })
}

/// Reads the table of [`opportunity`](crate::relate::opportunity) for what is submitted.
fn relate_opportunity(
    scene: &Scene<'_>,
    request: &LogRequest,
    link: PartyLink,
    made: Option<&Change>,
) -> Option<RelatedOpportunity> {
    let is_leads = match made {
        Some(Change::Person { person, .. }) => person.kind == PersonKind::Lead,
        _ => link.person.is_some_and(|person| scene.leads.contains(&person)),
    };
    opportunity(&OpportunityScene {
        codes_enabled: scene.codes_enabled,
        dialled_from: scene.activity.dialled_from,
        is_leads,
        view: request.view,
        instances: scene.instances,
    })
}

/// What would be related if the agent submitted now, where the party is settled: the same tables, asked before.
pub fn preview(
    scene: &Scene<'_>,
    request: &LogRequest,
) -> Option<(RelateDecision, Option<RelatedOpportunity>)> {
    let (link, made, _) = party(scene, request).ok()?;
    Some((relate_call(scene, request, link), relate_opportunity(scene, request, link, made.as_ref())))
}

/// Whether what would be written is not what the agent saw. A record that appeared where one was to be made is
/// no surprise: two calls of one unknown caller make one person, and both are filed on it.
fn surprises(shown: ShownParty, link: Option<PartyLink>, makes: Option<PersonKind>) -> bool {
    match shown {
        ShownParty::Person { person } => link.and_then(|link| link.person) != Some(person),
        ShownParty::Create { kind } => link.is_none() && makes != Some(kind),
        ShownParty::Nobody => link.is_some() || makes.is_some(),
    }
}

/// A record for the number of the call; `lock` where it is made because nobody has that number, so that
/// two calls of one unknown caller make one person.
fn create(
    scene: &Scene<'_>,
    kind: PersonKind,
    name: Option<&str>,
    lock: bool,
) -> Result<Party, SubmitRefused> {
    if !matches!(kind, PersonKind::Contact | PersonKind::Lead) {
        return Err(SubmitRefused::KindRefused);
    }
    let number = match scene.number {
        OtherParty::Number(number) => Some(number),
        _ => None,
    };
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    if name.is_some_and(|name| name.chars().count() > MAX_NAME_CHARS) {
        return Err(SubmitRefused::NameTooLong);
    }
    let (call, rule, user) = (scene.call, scene.create_rule, Some(scene.user));
    let person = NewRecord { id: scene.new_person, kind, name, number, call, rule, user }.person();
    let keys = RecordKeys::of(&person, scene.region);
    let plan = number.map(|number| number.plan.clone()).unwrap_or_default();
    let rule = scene.match_rule.clone();
    let lock = (lock && !plan.is_empty()).then_some(Precondition::NumberUnclaimed { keys: plan, rule });
    let link = PartyLink { person: Some(person.id), by: SettledBy::Created };
    Ok((link, Some(Change::Person { person: Box::new(person), keys }), lock.into_iter().collect()))
}

/// Whether anybody else may have changed the Activity meanwhile in a way that this submit would undo. Of a call with one
/// wrap-up, which is open, nobody corrects anything before Log: most submits ask nothing more of the store.
fn rests_on_the_activity(scene: &Scene<'_>, closed: &Wrapup) -> bool {
    let alone = scene.call.engagements.iter().filter(|part| part.wrapup).count() <= 1;
    let was_open = scene.wrapup.state == WrapupState::Open;
    let logs = closed.state == WrapupState::Logged;
    !(alone && was_open && logs && scene.activity.revision == 0)
}

/// Adds what closing a wrap-up changes, and what it rests on.
fn close(
    scene: &Scene<'_>,
    wrapup: Wrapup,
    preconditions: &mut Vec<Precondition>,
    changes: &mut Vec<Change>,
) {
    preconditions.push(Precondition::wrapup(scene.wrapup));
    let mut wrapups: Vec<Wrapup> =
        scene.wrapups.iter().filter(|other| other.key != wrapup.key).cloned().collect();
    if scene.call.engagements.iter().filter(|part| part.wrapup).count() > 1 {
        let (mut closed, mut submitted) = (0, 0);
        for other in scene.wrapups {
            closed += usize::from(other.closed());
            submitted += usize::from(other.submitted());
        }
        preconditions.push(Precondition::ClosedWrapups { call: wrapup.call, closed, submitted });
    }
    if rests_on_the_activity(scene, &wrapup) {
        preconditions.push(Precondition::activity(scene.activity));
    }
    wrapups.push(wrapup.clone());
    let mut activity = scene.activity.after_wrapups(scene.call, &wrapups);
    activity.candidates = scene.matched.candidates();
    changes.push(Change::Wrapup(Box::new(wrapup)));
    changes.push(Change::Activity(Box::new(activity)));
}
