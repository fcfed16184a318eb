//! The wrap-up that the tests submit, and what of it a test may change before it asks.

use super::super::reason::{ReasonChoice, first_reasons};
use super::super::submit::{LogRequest, Scene, SubmitRefused, Submitted, do_not_log, log};
use super::super::*;
use crate::activity::Activity;
use crate::auto_create::CreateRule;
use crate::call::sample::{ended_call, talked_part};
use crate::call::{CallRecord, CallType, Direction};
use crate::case::{Case, CasePriority, CaseStatus};
use crate::commit::{Change, Commit, Precondition};
use crate::directory::{PersonLine, PhoneField};
use crate::disposition::{CodeScope, CodeTraits, DispositionCode, DispositionSet, Label};
use crate::id::{CaseId, SetId, TenantId};
use crate::matching::{AutoCreate, Match, MatchRule, PhoneHit};
use crate::phone::{NumberPolicy, OtherParty, Region, Tier, other_party};
use crate::relate::View;
use crate::report::calendar::Day;
use uuid::Uuid;

pub(super) const NOW: At = At(1_000_000_000);
pub(super) const NEW_PERSON: PersonId = PersonId(Uuid::from_u128(77));
pub(super) const USER: UserId = UserId(Uuid::from_u128(4));
/// A code that asks for nothing, one that requires notes, one that was retired, and one of another set.
pub(super) const SOLD: CodeId = CodeId(Uuid::from_u128(21));
pub(super) const COMPLAINT: CodeId = CodeId(Uuid::from_u128(22));
pub(super) const RETIRED: CodeId = CodeId(Uuid::from_u128(23));
pub(super) const OF_OTHERS: CodeId = CodeId(Uuid::from_u128(24));

pub(super) const fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

pub(super) const fn case_id(n: u128) -> CaseId {
    CaseId(Uuid::from_u128(n))
}

pub(super) fn link(person: Option<PersonId>, by: SettledBy) -> PartyLink {
    PartyLink { person, by }
}

pub(super) fn spain() -> Region {
    "ES".parse().expect("a region")
}

/// A record that has the number, surely or perhaps.
pub(super) fn hit(n: u128, tier: Tier) -> PhoneHit {
    let line = PersonLine {
        id: person(n),
        kind: PersonKind::Contact,
        name: format!("Person {n}"),
        company: None,
        phone: None,
    };
    PhoneHit { person: line, tier, field: PhoneField::Phone, stored_as: "600 111 222".to_owned() }
}

pub(super) fn call() -> CallRecord {
    CallRecord {
        kind: Some(CallType::Inbound),
        from: Some("+34600111222".to_owned()),
        answered_at: Some(At(1)),
        ..ended_call(vec![talked_part(51, "1001")])
    }
}

pub(super) fn wrapup(n: u128, agent: &str) -> Wrapup {
    let call = CallKey(Uuid::from_u128(100));
    Wrapup {
        state: WrapupState::Open,
        opened_at: Some(At(2)),
        ..Wrapup::new(EngagementKey(Uuid::from_u128(n)), call, AgentKey(agent.to_owned()))
    }
}

fn case(n: u128, contact: Option<PersonId>, account: Option<PersonId>) -> Case {
    Case {
        id: case_id(n),
        number: 1,
        subject: "Bill".to_owned(),
        description: None,
        status: CaseStatus::New,
        priority: CasePriority::Medium,
        contact,
        account,
        owner: None,
        created_by_call: None,
        opened_at: At(0),
        closed_at: None,
        version: 1,
    }
}

fn sets() -> Vec<DispositionSet> {
    let set = |n, direction, codes| DispositionSet {
        id: SetId(Uuid::from_u128(n)),
        name: format!("Set {n}"),
        direction,
        ring_groups: Vec::new(),
        retired: false,
        version: 1,
        codes,
    };
    let code = |set, id, requires_notes, retired| DispositionCode {
        id,
        set: SetId(Uuid::from_u128(set)),
        label: Label { es: "Vendido".to_owned(), en: "Sold".to_owned() },
        position: 0,
        favourite: false,
        requires_notes,
        retired,
        traits: CodeTraits::default(),
        version: 1,
    };
    let inbound =
        vec![code(60, SOLD, false, false), code(60, COMPLAINT, true, false), code(60, RETIRED, false, true)];
    vec![
        set(60, Direction::Inbound, inbound),
        set(61, Direction::Outbound, vec![code(61, OF_OTHERS, false, false)]),
    ]
}

/// Everything a test may change before it asks: one open wrap-up of an inbound call from a Spanish mobile that one
/// record has, Case 11 of theirs on screen.
pub(super) struct Given {
    pub(super) call: CallRecord,
    pub(super) wrapup: Wrapup,
    /// Those of the other agents of the call.
    pub(super) others: Vec<Wrapup>,
    pub(super) activity: Activity,
    pub(super) number: String,
    pub(super) hits: Vec<PhoneHit>,
    pub(super) create: AutoCreate,
    pub(super) codes_enabled: bool,
    pub(super) clicked: Option<PersonId>,
    pub(super) leads: Vec<PersonId>,
    pub(super) reasons: Vec<ReasonChoice>,
    pub(super) request: LogRequest,
}

impl Given {
    pub(super) fn new() -> Given {
        let call = call();
        Given {
            activity: Activity::open(call.key, Vec::new()),
            call,
            wrapup: wrapup(51, "1001"),
            others: Vec::new(),
            number: "+34600111222".to_owned(),
            hits: vec![hit(1, Tier::E)],
            create: AutoCreate::Contact,
            codes_enabled: true,
            clicked: None,
            leads: Vec::new(),
            reasons: first_reasons(),
            request: LogRequest {
                revision: 0,
                code: Some(SOLD),
                notes: " called back ".to_owned(),
                party: None,
                shown: None,
                case: CaseChoice::ByItself,
                view: View::Case { case: case_id(11) },
            },
        }
    }

    /// A call that a second agent took part in.
    pub(super) fn transferred(mut self) -> Given {
        self.call.engagements.push(talked_part(52, "1002"));
        self.others = vec![wrapup(52, "1002")];
        self
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Given)) -> Given {
        change(&mut self);
        self
    }

    pub(super) fn number(&self) -> OtherParty {
        let policy = NumberPolicy::new(spain());
        other_party(&self.number, &policy)
    }

    pub(super) fn ask<T>(&self, ask: impl FnOnce(&Scene<'_>) -> T) -> T {
        let (number, sets) = (self.number(), sets());
        let matched = Match::of(&number, self.hits.clone());
        let wrapups: Vec<Wrapup> = std::iter::once(&self.wrapup).chain(&self.others).cloned().collect();
        let cases = [case(11, Some(person(1)), None), case(12, None, Some(person(8)))];
        let accounts = [(person(1), Some(person(8)))];
        let (match_rule, create_rule) =
            (MatchRule::default(), CreateRule { make: self.create, ..CreateRule::default() });
        ask(&Scene {
            tenant: TenantId(1),
            wrapup: &self.wrapup,
            call: &self.call,
            wrapups: &wrapups,
            activity: &self.activity,
            number: &number,
            matched: &matched,
            region: spain(),
            sets: &sets,
            scope: CodeScope {
                direction: self.call.direction,
                ring_group: None,
                of_agent: &[],
                today: Day(20_000),
            },
            codes_enabled: self.codes_enabled,
            match_rule: &match_rule,
            create_rule: &create_rule,
            reasons: &self.reasons,
            clicked: self.clicked,
            accounts: &accounts,
            leads: &self.leads,
            cases: &cases,
            instances: 1,
            seen_last: None,
            user: USER,
            now: NOW,
            new_person: NEW_PERSON,
        })
    }

    /// What Log is to commit.
    pub(super) fn log(&self) -> Left {
        Left::of(self.ask(|scene| log(scene, &self.request)).expect("it is logged"))
    }

    pub(super) fn log_refused(&self) -> SubmitRefused {
        self.ask(|scene| log(scene, &self.request)).expect_err("it is refused")
    }

    pub(super) fn do_not_log(&self, reason: Option<&str>) -> Left {
        Left::of(self.ask(|scene| do_not_log(scene, self.request.revision, reason)).expect("it is closed"))
    }
}

/// What a submit leaves behind.
pub(super) struct Left {
    pub(super) wrapup: Wrapup,
    pub(super) activity: Activity,
    /// The records it makes.
    pub(super) made: Vec<crate::directory::Person>,
    pub(super) rests_on: Vec<Precondition>,
}

impl Left {
    fn of(submitted: Submitted) -> Left {
        let Submitted::Now(commit) = submitted else { panic!("it was submitted before") };
        let Commit { preconditions, changes, .. } = *commit;
        let (mut wrapups, mut activities, mut made) = (Vec::new(), Vec::new(), Vec::new());
        for change in changes {
            match change {
                Change::Wrapup(wrapup) => wrapups.push(*wrapup),
                Change::Activity(activity) => activities.push(*activity),
                Change::Person { person, .. } => made.push(*person),
                other => panic!("a submit does not change {other:?}"),
            }
        }
        let (Some(wrapup), Some(activity)) = (wrapups.pop(), activities.pop()) else {
            panic!("a submit changes a wrap-up and an Activity")
        };
        assert!(wrapups.is_empty() && activities.is_empty());
        Left { wrapup, activity, made, rests_on: preconditions }
    }
}
