//! Settings tried on past calls before they are saved: what the settings as they are, and those that are meant, each make of the
//! same calls. Both sides are replayed, so that what differs is the settings' doing and not that of what happened since.
//!
//! What is replayed: the call's type as far as settings decide it, whom the number matches (P2, P4), whom Log makes (P5), which
//! Case follows (P6–P13), how long After Call Work keeps agents from calls, and what the limits of the inbox add to that (P12). What nobody wrote down is not guessed: it is
//! counted as unknown. Not here: codes and their sets, which an agent chose from as they were; records as they were then; those of today are looked at, but for the ones that these very
//! calls made.

mod acw;
mod inbox;

pub use acw::{Acw, AcwTold, acw_of};

use crate::activity::{Activity, Outcome};
use crate::call::{CallRecord, CallType, Direction};
use crate::case::{Case, CaseParty};
use crate::centre::Centre;
use crate::directory::PersonKind;
use crate::id::{At, CaseId, PersonId};
use crate::matching::{AutoCreate, Match, MatchKind, PhoneHit};
use crate::phone::OtherParty;
use crate::relate::{CaseChoice, NotRelated, RelateDecision, RelateRule, RelateScene, View, relate};
use crate::wrapup::{SettledBy, Wrapup};
use std::collections::{BTreeMap, BTreeSet};

/// Both sides of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// With the settings as they are.
    pub before: T,
    /// With those that are meant.
    pub after: T,
}

/// What the directory says of a call's number today by the settings of a side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What the number is.
    pub number: OtherParty,
    /// Every record that has it, by the side's rule.
    pub hits: Vec<PhoneHit>,
}

/// A call that is replayed.
#[derive(Clone, Debug)]
pub struct PastCall {
    /// The call.
    pub call: CallRecord,
    /// Its Activity.
    pub activity: Activity,
    /// All of its wrap-ups.
    pub wrapups: Vec<Wrapup>,
    /// Who has its number.
    pub found: Sides<Found>,
    /// The Cases that its Activity names, those that exist.
    pub cases: Vec<Case>,
    /// The Account of each record that may be its party.
    pub accounts: Vec<(PersonId, Option<PersonId>)>,
}

/// Which Case a logged call is related to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaseTold {
    /// This one.
    Related(CaseId),
    /// None.
    NotRelated,
    /// What was on screen when it was logged is not known: nobody asked then.
    Unknown,
    /// It was not logged, and none is related.
    NotLogged,
}

/// What a side makes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its type.
    pub kind: Option<CallType>,
    /// What the agent has to do about the party.
    pub matched: MatchKind,
    /// The record that follows by itself.
    pub party: Option<PersonId>,
    /// How many records there are to choose from.
    pub candidates: usize,
    /// What kind of record is made for it.
    pub makes: Option<PersonKind>,
    /// Whether the record opens by itself.
    pub pops: bool,
    /// Its Case.
    pub case: CaseTold,
    /// What becomes of each of its wrap-ups.
    pub acw: Vec<Acw>,
}

/// What of a call differs between the sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Differs {
    /// Its type.
    Type,
    /// Whom its number matches.
    Party,
    /// Who is made for it.
    Makes,
    /// Whether the record opens by itself.
    Pops,
    /// Its Case.
    Case,
    /// What becomes of its wrap-ups.
    Acw,
}

impl Told {
    /// What differs from the other side.
    pub fn differs(&self, other: &Told) -> Vec<Differs> {
        let party = |told: &Told| (told.matched, told.party, told.candidates);
        [
            (Differs::Type, self.kind != other.kind),
            (Differs::Party, party(self) != party(other)),
            (Differs::Makes, self.makes != other.makes),
            (Differs::Pops, self.pops != other.pops),
            (Differs::Case, self.case != other.case),
            (Differs::Acw, self.acw != other.acw),
        ]
        .into_iter()
        .filter_map(|(what, differs)| differs.then_some(what))
        .collect()
    }
}

/// Replays calls with two sets of settings, and answers what each makes of each, in the order the calls are given in. `made` are the
/// records that these calls made; `now` is when it is asked: wrap-ups that are owed still have taken so long by then.
pub fn replay(
    calls: &[PastCall],
    made: &BTreeSet<PersonId>,
    centres: &Sides<&Centre>,
    now: At,
) -> Vec<Sides<Told>> {
    let mut order: Vec<usize> = (0..calls.len()).collect();
    order.sort_by_key(|&nth| (calls[nth].call.started_at, calls[nth].call.key));
    let mut told: Vec<Option<Sides<Told>>> = vec![None; calls.len()];
    let mut sides = Sides { before: Side::of(centres.before, made), after: Side::of(centres.after, made) };
    for nth in order {
        let call = &calls[nth];
        let before = sides.before.told(call, &call.found.before, now);
        let after = sides.after.told(call, &call.found.after, now);
        told[nth] = Some(Sides { before, after });
    }
    let mut told: Vec<Sides<Told>> = told.into_iter().flatten().collect();
    inbox::limit(calls, told.iter_mut().map(|sides| &mut sides.before), centres.before, now);
    inbox::limit(calls, told.iter_mut().map(|sides| &mut sides.after), centres.after, now);
    told
}

/// A side as it goes through the calls: it makes records of its own in place of those that were made.
struct Side<'a> {
    centre: &'a Centre,
    made: &'a BTreeSet<PersonId>,
    /// The numbers that a record was made for on this side, and of which kind.
    own: BTreeMap<String, PersonKind>,
}

impl<'a> Side<'a> {
    fn of(centre: &'a Centre, made: &'a BTreeSet<PersonId>) -> Self {
        Side { centre, made, own: BTreeMap::new() }
    }

    fn told(&mut self, past: &PastCall, found: &Found, now: At) -> Told {
        let kind = self.kind(&past.call);
        let hits = found.hits.iter().filter(|hit| !self.made.contains(&hit.person.id)).cloned().collect();
        let matched = Match::of(&found.number, hits);
        let number = match &found.number {
            OtherParty::Number(number) => Some(number.display.as_str()),
            _ => None,
        };
        // A record that this side made for the number earlier is one more that has it.
        let own = number.and_then(|number| self.own.get(number)).copied();
        let own = own.filter(|kind| self.centre.matching.place(*kind).is_some());
        let (state, candidates) = match (matched.kind, own) {
            (MatchKind::None, Some(_)) => (MatchKind::One, 1),
            (_, Some(_)) => (MatchKind::Many, matched.hits.len() + 1),
            (state, None) => (state, matched.hits.len()),
        };
        let party = matched.by_itself().filter(|_| own.is_none()).and_then(|link| link.person);
        let makes = if state == MatchKind::None { self.makes(past, kind, &matched) } else { None };
        if let (Some(kind), Some(number)) = (makes, number) {
            self.own.insert(number.to_owned(), kind);
        }
        Told {
            kind,
            matched: state,
            party,
            candidates,
            makes,
            pops: state == MatchKind::One && self.centre.pop_single_match && past.call.has_customer(),
            case: self.case(past, party, own.or(makes)),
            acw: acw_of(past, kind, self.centre, now),
        }
    }

    fn kind(&self, call: &CallRecord) -> Option<CallType> {
        let abandoned = matches!(call.kind, Some(CallType::Abandoned | CallType::ShortAbandoned));
        if !abandoned {
            return call.kind;
        }
        let limit = self.centre.call_policy().short_abandon_ms;
        let short = limit.is_some_and(|limit| call.wait_ms.is_some_and(|ms| ms <= limit));
        Some(if short { CallType::ShortAbandoned } else { CallType::Abandoned })
    }

    /// Whom this call would make: Log does where the call was logged, and the rule of its type where nobody sums it up.
    fn makes(&self, past: &PastCall, kind: Option<CallType>, matched: &Match) -> Option<PersonKind> {
        let summed_up = past.call.engagements.iter().any(|part| part.wrapup);
        let chosen = past.activity.party.is_some_and(|link| {
            matches!(link.by, SettledBy::Chosen | SettledBy::Clicked | SettledBy::Corrected)
        });
        let asks =
            if summed_up { past.activity.outcome == Outcome::Logged } else { past.call.has_customer() };
        if !asks || chosen {
            return None;
        }
        let rule = kind.map(|kind| self.centre.auto_create.of(kind).make).unwrap_or(AutoCreate::None);
        matched.will_create(rule)
    }

    /// The table of Relate-to-Case, read again with what was written down of it.
    fn case(&self, past: &PastCall, party: Option<PersonId>, new: Option<PersonKind>) -> CaseTold {
        if past.activity.outcome != Outcome::Logged {
            return CaseTold::NotLogged;
        }
        let Some(decision) = past.activity.related else { return CaseTold::Unknown };
        if !self.centre.codes_enabled {
            return CaseTold::NotRelated;
        }
        let Some(said) = Said::of(decision) else { return CaseTold::Unknown };
        let link = past.activity.party;
        let stays = link.filter(|link| {
            !matches!(link.by, SettledBy::OneMatch | SettledBy::Created | SettledBy::NobodyMatches)
        });
        let account =
            |person| past.accounts.iter().find(|(id, _)| *id == person).and_then(|(_, account)| *account);
        let known = |person| CaseParty::Person { person, account: account(person) };
        let party = match (stays, party, new) {
            (Some(link), _, _) => link.person.map_or(CaseParty::Nobody, known),
            (None, Some(person), _) => known(person),
            (None, None, Some(_)) => CaseParty::New,
            (None, None, None) => CaseParty::Nobody,
        };
        let chosen = link.is_some_and(|link| matches!(link.by, SettledBy::Chosen | SettledBy::Corrected));
        let decided = relate(&RelateScene {
            codes_enabled: true,
            direction: past.call.direction,
            choice: said.choice,
            dialled_from: said.dialled_from,
            party,
            party_chosen: chosen,
            view: said.view,
            instances: 1,
            seen_last: None,
            cases: &past.cases,
        });
        decided.case().map_or(CaseTold::NotRelated, CaseTold::Related)
    }
}

/// What a decision tells of what it rested on.
struct Said {
    choice: CaseChoice,
    dialled_from: Option<CaseId>,
    view: View,
}

impl Said {
    /// `None`: it does not tell.
    fn of(decision: RelateDecision) -> Option<Said> {
        let said = |choice, dialled_from, view| Some(Said { choice, dialled_from, view });
        match decision {
            RelateDecision::Related { case, rule: RelateRule::Picked } => {
                said(CaseChoice::Picked { case }, None, View::Other)
            }
            RelateDecision::Related { case, rule: RelateRule::DialledFromCase } => {
                said(CaseChoice::ByItself, Some(case), View::Other)
            }
            RelateDecision::Related {
                case,
                rule: RelateRule::InViewInbound | RelateRule::InViewOutbound,
            }
            | RelateDecision::NotRelated { why: NotRelated::SomebodyElses, offer: Some(case) } => {
                said(CaseChoice::ByItself, None, View::Case { case })
            }
            RelateDecision::NotRelated { why: NotRelated::CodesOff, .. } => None,
            RelateDecision::NotRelated { .. } => said(CaseChoice::None, None, View::Other),
        }
    }
}

/// What a side makes of all the calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Calls by their type.
    pub kinds: BTreeMap<CallType, u64>,
    /// Calls with exactly one record, several, none.
    pub matched: [u64; 3],
    /// Calls of which the record opens by itself.
    pub pops: u64,
    /// Records that would be made, by their kind.
    pub makes: BTreeMap<PersonKind, u64>,
    /// Logged calls that are related to a Case.
    pub related: u64,
    /// Logged calls of which that is not known.
    pub relation_unknown: u64,
    /// Wrap-ups by what becomes of them.
    pub acw: BTreeMap<AcwTold, u64>,
    /// How long wrap-ups keep agents from calls, in milliseconds, of those where it is known.
    pub kept_ms: i64,
}

impl Totals {
    /// Those of these.
    pub fn of<'a>(all: impl IntoIterator<Item = &'a Told>) -> Totals {
        let mut totals = Totals::default();
        for told in all {
            if let Some(kind) = told.kind {
                *totals.kinds.entry(kind).or_default() += 1;
            }
            let nth = match told.matched {
                MatchKind::One => 0,
                MatchKind::Many => 1,
                MatchKind::None => 2,
            };
            totals.matched[nth] += 1;
            totals.pops += u64::from(told.pops);
            if let Some(kind) = told.makes {
                *totals.makes.entry(kind).or_default() += 1;
            }
            totals.related += u64::from(matches!(told.case, CaseTold::Related(_)));
            totals.relation_unknown += u64::from(told.case == CaseTold::Unknown);
            for acw in &told.acw {
                *totals.acw.entry(acw.told).or_default() += 1;
                totals.kept_ms += acw.kept_ms.unwrap_or_default();
            }
        }
        totals
    }
}

/// The records that may be the party of a call on either side, whose Accounts are asked for.
pub fn parties(activity: &Activity, found: &Sides<Found>) -> BTreeSet<PersonId> {
    let hits = found.before.hits.iter().chain(&found.after.hits).map(|hit| hit.person.id);
    hits.chain(activity.party.and_then(|link| link.person)).collect()
}

/// The Cases that an Activity names.
pub fn cases_named(activity: &Activity) -> Vec<CaseId> {
    match activity.related {
        Some(RelateDecision::Related { case, .. } | RelateDecision::NotRelated { offer: Some(case), .. }) => {
            vec![case]
        }
        _ => Vec::new(),
    }
}

/// Whether a call is replayed: those among agents are not, nor those that live.
pub fn is_replayed(call: &CallRecord) -> bool {
    call.direction != Direction::Internal && call.kind.is_some()
}

#[cfg(test)]
mod tests;
