//! The call that the tests correct, and what of it a test may change before it asks.

use super::super::decide::{
    CaseCorrection, CorrectRefused, CorrectRequest, CorrectionScene, PartyCorrection, correct, undo,
};
use super::super::*;
use crate::call::Direction;
use crate::call::sample::{ended_call, talked_part};
use crate::case::{Case, CasePriority, CaseStatus};
use crate::commit::{Change, Commit};
use crate::directory::{PersonKind, PersonLine};
use crate::disposition::{CodeScope, CodeTraits, DispositionCode, DispositionSet, Label};
use crate::id::{CaseId, CodeId, PersonId, SetId, TenantId};
use crate::relate::RelateRule;
use crate::relate::opportunity::OpportunityId;
use crate::report::calendar::Day;
use crate::wrapup::{Draft, SettledBy};
use uuid::Uuid;

pub(super) const HOUR: i64 = 3_600_000_000;

pub(super) fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub(super) fn label(text: &str) -> Label {
    Label { es: text.to_owned(), en: text.to_owned() }
}

pub(super) fn link(person: Option<u128>, by: SettledBy) -> Option<PartyLink> {
    Some(PartyLink { person: person.map(|n| PersonId(uuid(n))), by })
}

pub(super) fn related(case: u128) -> Option<RelateDecision> {
    Some(RelateDecision::Related { case: CaseId(uuid(case)), rule: RelateRule::InViewInbound })
}

pub(super) fn logged(n: u128, agent: &str, code: u128, notes: &str) -> Wrapup {
    Wrapup {
        state: WrapupState::Logged,
        closed_at: Some(At(HOUR)),
        code: Some(LoggedCode::plain(CodeId(uuid(code)), label("as it was"))),
        notes: Some(notes.to_owned()),
        party: link(Some(1), SettledBy::OneMatch),
        related: related(11),
        draft: Draft { revision: 2, notes: notes.to_owned(), ..Draft::default() },
        ..Wrapup::new(EngagementKey(uuid(n)), CallKey(uuid(100)), AgentKey(agent.to_owned()))
    }
}

/// Everything a test may change before it asks.
pub(super) struct Given {
    pub(super) call: CallRecord,
    pub(super) activity: Activity,
    pub(super) wrapups: Vec<Wrapup>,
    pub(super) corrections: Vec<Correction>,
    pub(super) agent_hours: Option<u32>,
    pub(super) who: Corrector,
    pub(super) now: At,
    pub(super) codes_enabled: bool,
    pub(super) entries: u128,
    pub(super) opportunities: Vec<(OpportunityId, String)>,
}

impl Given {
    /// Parts 51 of 1001 and 52 of 1002, logged on person 1 with Case 11, which is theirs.
    pub(super) fn new() -> Given {
        let call = ended_call(vec![talked_part(51, "1001"), talked_part(52, "1002")]);
        let wrapups = vec![logged(51, "1001", 21, "first"), logged(52, "1002", 22, "last")];
        let activity = Activity { archived: true, ..Activity::open(call.key, Vec::new()) };
        let activity = activity.after_wrapups(&call, &wrapups);
        let who = Corrector { user: UserId(uuid(4)), role: Role::Supervisor, agent: None };
        Given {
            call,
            activity,
            wrapups,
            corrections: Vec::new(),
            agent_hours: Some(24),
            who,
            now: At(2 * HOUR),
            codes_enabled: true,
            entries: 800,
            opportunities: Vec::new(),
        }
    }

    /// The same call, which nobody logged and which persons 1 and 2 could own.
    pub(super) fn not_logged() -> Given {
        let mut given = Given::new();
        given.wrapups.clear();
        given.activity = Activity {
            outcome: Outcome::NoWrapup,
            archived: true,
            ..Activity::open(given.call.key, Vec::new())
        };
        given.call.engagements.clear();
        given
    }

    pub(super) fn agent(mut self, key: &str) -> Given {
        self.who = Corrector { role: Role::Agent, agent: Some(AgentKey(key.to_owned())), ..self.who };
        self
    }

    pub(super) fn ask<T>(&self, ask: impl FnOnce(&CorrectionScene<'_>) -> T) -> T {
        let code = |n, requires_notes, retired| DispositionCode {
            id: CodeId(uuid(n)),
            set: SetId(uuid(60)),
            label: label("as it is"),
            position: 0,
            favourite: false,
            requires_notes,
            retired,
            traits: CodeTraits::default(),
            version: 1,
        };
        let sets = [DispositionSet {
            id: SetId(uuid(60)),
            name: String::new(),
            direction: Direction::Inbound,
            ring_groups: Vec::new(),
            retired: false,
            version: 1,
            codes: vec![
                code(21, false, false),
                code(22, false, true),
                code(23, true, false),
                code(24, false, true),
            ],
        }];
        let line = |n: u128, name: &str| PersonLine {
            id: PersonId(uuid(n)),
            kind: PersonKind::Contact,
            name: name.to_owned(),
            company: None,
            phone: None,
        };
        let lead = PersonLine { kind: PersonKind::Lead, ..line(3, "Cid") };
        let people = [line(1, "Ana"), line(2, "Bea"), lead];
        let cases = [case(11, Some(1), None), case(12, Some(2), None), case(13, None, Some(8))];
        let accounts =
            [(PersonId(uuid(1)), Some(PersonId(uuid(8)))), (PersonId(uuid(2)), Some(PersonId(uuid(8))))];
        ask(&CorrectionScene {
            tenant: TenantId(1),
            of: Corrigible {
                call: &self.call,
                activity: &self.activity,
                wrapups: &self.wrapups,
                corrections: &self.corrections,
                agent_hours: self.agent_hours,
                who: &self.who,
                now: self.now,
            },
            sets: &sets,
            scope: CodeScope {
                direction: self.call.direction,
                ring_group: None,
                of_agent: &[],
                today: Day(20_000),
            },
            codes_enabled: self.codes_enabled,
            people: &people,
            opportunities: &self.opportunities,
            accounts: &accounts,
            cases: &cases,
            id: AuditId(uuid(self.entries)),
        })
    }

    pub(super) fn correct(&self, request: &CorrectRequest) -> Result<Option<Commit>, CorrectRefused> {
        let request = CorrectRequest { revision: self.activity.revision, ..request.clone() };
        self.ask(|scene| correct(scene, &request))
    }

    /// Writes what was decided, as a store would.
    pub(super) fn write(&mut self, commit: Commit) -> AuditId {
        self.entries += 1;
        let mut made = None;
        for change in commit.changes {
            match change {
                Change::Wrapup(now) => {
                    self.wrapups.retain(|wrapup| wrapup.key != now.key);
                    self.wrapups.push(*now);
                }
                Change::Activity(now) => self.activity = *now,
                Change::Correction(correction) => {
                    made = Some(correction.id);
                    self.corrections.insert(0, *correction);
                }
                Change::Audit(entry) => assert_eq!(entry.by, Some(self.who.user)),
                other => panic!("{other:?}"),
            }
        }
        made.expect("a correction")
    }

    #[track_caller]
    pub(super) fn corrected(&mut self, request: &CorrectRequest) -> AuditId {
        let commit = self.correct(request).expect("allowed").expect("a difference");
        self.write(commit)
    }

    #[track_caller]
    pub(super) fn undone(&mut self, id: AuditId) -> AuditId {
        let commit = self.ask(|scene| undo(scene, id, self.activity.revision)).expect("undone");
        self.write(commit)
    }

    pub(super) fn undoable(&self) -> Vec<bool> {
        self.ask(|scene| self.corrections.iter().map(|correction| scene.of.can_undo(correction)).collect())
    }
}

pub(super) fn case(n: u128, contact: Option<u128>, account: Option<u128>) -> Case {
    Case {
        id: CaseId(uuid(n)),
        number: 7,
        subject: "Bill".to_owned(),
        description: None,
        status: CaseStatus::New,
        priority: CasePriority::Low,
        contact: contact.map(|n| PersonId(uuid(n))),
        account: account.map(|n| PersonId(uuid(n))),
        owner: None,
        created_by_call: None,
        opened_at: At(0),
        closed_at: None,
        version: 1,
    }
}

pub(super) fn of(part: u128) -> CorrectRequest {
    CorrectRequest { engagement: Some(EngagementKey(uuid(part))), ..CorrectRequest::default() }
}

pub(super) fn existing(n: u128) -> Option<PartyCorrection> {
    Some(PartyCorrection::Existing { person: PersonId(uuid(n)) })
}

pub(super) fn picked(n: u128) -> Option<CaseCorrection> {
    Some(CaseCorrection::Picked { case: CaseId(uuid(n)) })
}

pub(super) fn notes(text: &str) -> Option<Option<String>> {
    Some(Some(text.to_owned()))
}
