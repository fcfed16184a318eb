//! Log: codes, notes, what was submitted before, and what the decision rests on.

use super::super::submit::{SubmitRefused, Submitted, log};
use super::super::*;
use super::given::*;
use crate::activity::Outcome;
use crate::commit::Precondition;
use crate::disposition::CodeRefused;
use crate::relate::opportunity::{OpportunityId, OpportunityRule};
use crate::relate::{NotRelated, RelateRule, View};

#[test]
fn p01_log_closes_the_wrapup_and_files_code_notes_party_and_case() {
    let left = Given::new().log();
    let wrapup = &left.wrapup;
    assert_eq!(
        (wrapup.state, wrapup.closed_at, wrapup.closed_by),
        (WrapupState::Logged, Some(NOW), Some(USER))
    );
    assert_eq!(wrapup.code.as_ref().map(|code| (code.id, code.label.en.as_str())), Some((SOLD, "Sold")));
    assert_eq!(wrapup.notes.as_deref(), Some("called back"));
    assert_eq!(wrapup.draft.notes, " called back ", "what was typed stays as it was typed");
    assert_eq!((wrapup.draft.code, wrapup.draft.case), (Some(SOLD), CaseChoice::ByItself));
    let party = link(Some(person(1)), SettledBy::OneMatch);
    assert_eq!((wrapup.party, left.activity.party), (Some(party), Some(party)));
    let related = RelateDecision::Related { case: case_id(11), rule: RelateRule::InViewInbound };
    assert_eq!((wrapup.related, left.activity.related), (Some(related), Some(related)));
    assert_eq!((left.activity.outcome, left.activity.logged_at), (Outcome::Logged, Some(NOW)));
    assert_eq!(left.activity.candidates.len(), 1);
    assert_eq!(left.made, []);
}

#[test]
fn notes_of_spaces_are_no_notes() {
    let left = Given::new().with(|given| given.request.notes = " \n".to_owned()).log();
    assert_eq!((left.wrapup.notes, left.activity.notes), (None, None));
}

#[test]
fn p01_a_code_is_needed_one_of_the_call_that_is_in_use_and_its_notes() {
    let refused = |code, notes: &str| {
        let ask = |given: &mut Given| (given.request.code, given.request.notes) = (code, notes.to_owned());
        Given::new().with(ask).log_refused()
    };
    assert_eq!(refused(None, "x"), SubmitRefused::CodeRequired);
    assert_eq!(refused(Some(CodeId(uuid::Uuid::nil())), "x"), SubmitRefused::Code(CodeRefused::Unknown));
    assert_eq!(refused(Some(OF_OTHERS), "x"), SubmitRefused::Code(CodeRefused::OtherSet));
    assert_eq!(refused(Some(RETIRED), "x"), SubmitRefused::Code(CodeRefused::Retired));
    assert_eq!(refused(Some(COMPLAINT), " "), SubmitRefused::NotesRequired);
    let left = Given::new().with(|given| given.request.code = Some(COMPLAINT)).log();
    assert_eq!(left.activity.code.map(|code| code.id), Some(COMPLAINT));
}

#[test]
fn notes_have_a_limit() {
    let notes = |length| Given::new().with(|given| given.request.notes = "ñ".repeat(length));
    assert_eq!(notes(MAX_NOTES_CHARS).log().notes(), MAX_NOTES_CHARS);
    assert_eq!(notes(MAX_NOTES_CHARS + 1).log_refused(), SubmitRefused::NotesTooLong);
}

impl Left {
    fn notes(&self) -> usize {
        self.wrapup.notes.as_deref().unwrap_or_default().chars().count()
    }
}

#[test]
fn p13_with_codes_off_no_code_is_asked_for_or_kept_and_nothing_is_related() {
    for code in [None, Some(SOLD), Some(OF_OTHERS)] {
        let off = |given: &mut Given| (given.codes_enabled, given.request.code) = (false, code);
        let left = Given::new().with(off).log();
        assert_eq!((left.wrapup.code, left.activity.code), (None, None));
        assert_eq!(left.activity.related.and_then(|related| related.case()), None);
    }
}

#[test]
fn only_what_is_due_is_logged_and_what_the_timer_closed_still_can_be() {
    let in_state = |state| Given::new().with(|given| given.wrapup.state = state);
    assert_eq!(in_state(WrapupState::Early).log_refused(), SubmitRefused::NotDue);
    assert_eq!(in_state(WrapupState::Undispositioned).log().activity.outcome, Outcome::Logged);
}

#[test]
fn a_draft_that_was_saved_meanwhile_is_not_logged_over() {
    let stale = Given::new().with(|given| given.wrapup.draft.revision = 3);
    assert_eq!(stale.log_refused(), SubmitRefused::StaleRevision);
    let current = stale.with(|given| given.request.revision = 3).log();
    assert_eq!(current.wrapup.draft.revision, 3);
}

#[test]
fn the_same_log_again_is_no_second_one_and_another_is_told() {
    let first = Given::new();
    let logged = first.log().wrapup;
    let again = |change: fn(&mut Given)| {
        let given = Given::new().with(|given| given.wrapup = logged.clone()).with(change);
        given.ask(|scene| log(scene, &given.request))
    };
    assert_eq!(again(|_| ()), Ok(Submitted::Already));
    assert_eq!(again(|given| given.request.notes = "called back".to_owned()), Ok(Submitted::Already));
    assert_eq!(again(|given| given.wrapup.notes = None), Ok(Submitted::Already), "corrected since");
    let others: [fn(&mut Given); 5] = [
        |given| given.request.code = Some(COMPLAINT),
        |given| given.request.notes = "other".to_owned(),
        |given| given.request.party = Some(PartyChoice::None),
        |given| given.request.case = CaseChoice::None,
        |given| given.wrapup.state = WrapupState::NotLogged,
    ];
    for other in others {
        assert_eq!(again(other), Err(SubmitRefused::ClosedDifferently));
    }
}

#[test]
fn most_logs_rest_on_their_own_wrapup_and_what_they_name() {
    let given = Given::new();
    let on_wrapup = Precondition::wrapup(&given.wrapup);
    let (exists, case) =
        (Precondition::PersonExists { id: person(1) }, Precondition::CaseExists { id: case_id(11) });
    assert_eq!(given.log().rests_on, [exists, case, on_wrapup]);
}

#[test]
fn a_log_rests_on_the_activity_where_somebody_else_may_have_changed_it() {
    let rests = |given: Given| {
        let on = Precondition::activity(&given.activity);
        given.log().rests_on.contains(&on)
    };
    assert!(!rests(Given::new()));
    assert!(rests(Given::new().transferred()));
    assert!(rests(Given::new().with(|given| given.wrapup.state = WrapupState::Undispositioned)));
    assert!(rests(Given::new().with(|given| given.activity.revision = 1)));
    // A part of the call that owes nothing changes nothing.
    let helped = Given::new().transferred().with(|given| {
        given.call.engagements[1].wrapup = false;
        given.others.clear();
    });
    assert!(!rests(helped));
}

#[test]
fn of_two_agents_the_last_to_have_the_customer_names_the_activity() {
    let both = Given::new().transferred();
    let counted = |closed, submitted| Precondition::ClosedWrapups { call: both.call.key, closed, submitted };
    let first = both.log();
    assert_eq!(first.activity.agent, Some(AgentKey("1001".to_owned())));
    assert!(first.rests_on.contains(&counted(0, 0)));
    let closed_by = |state| {
        Given::new().transferred().with(|given| {
            given.others[0].state = state;
            given.others[0].notes = Some("theirs".to_owned());
        })
    };
    let after_a_log = closed_by(WrapupState::Logged).log();
    assert_eq!(after_a_log.activity.agent, Some(AgentKey("1002".to_owned())));
    assert_eq!(after_a_log.activity.notes.as_deref(), Some("theirs"));
    assert!(after_a_log.rests_on.contains(&counted(1, 1)));
    let after_the_timer = closed_by(WrapupState::Undispositioned).log();
    assert_eq!(after_the_timer.activity.agent, Some(AgentKey("1001".to_owned())));
    assert!(after_the_timer.rests_on.contains(&counted(1, 0)));
}

#[test]
fn a_case_of_somebody_else_is_not_related_by_itself() {
    let other =
        Given::new().with(|given| given.request.party = Some(PartyChoice::Existing { person: person(2) }));
    let related = other.log().activity.related;
    assert!(
        matches!(related, Some(RelateDecision::NotRelated { why: NotRelated::SomebodyElses, .. })),
        "{related:?}"
    );
    // Case 12 is of the Account of person 1.
    let of_account = Given::new().with(|given| given.request.view = View::Case { case: case_id(12) });
    assert_eq!(of_account.log().activity.case(), Some(case_id(12)));
    let of_nobodys =
        of_account.with(|given| given.request.party = Some(PartyChoice::Existing { person: person(2) }));
    assert_eq!(of_nobodys.log().activity.case(), None);
}

#[test]
fn an_opportunity_on_screen_is_filed_with_the_call_unless_that_is_a_leads() {
    let id = OpportunityId::of("006000000000001").expect("an id");
    let seen = |given: &mut Given| given.request.view = View::Opportunity { opportunity: id };
    let left = Given::new().with(seen).log();
    let related = Some(RelatedOpportunity { id, rule: OpportunityRule::InView });
    assert_eq!((left.wrapup.opportunity, left.activity.opportunity), (related, related));
    assert_eq!(left.activity.case(), None, "it is no Case");
    let leads = Given::new().with(seen).with(|given| given.leads = vec![person(1)]).log();
    assert_eq!((leads.wrapup.opportunity, leads.activity.opportunity), (None, None));
    let new = |kind| PartyChoice::Create { kind, name: None, despite: vec![person(1)] };
    let made = |kind| Given::new().with(seen).with(|given| given.request.party = Some(new(kind))).log();
    assert_eq!(made(PersonKind::Lead).activity.opportunity, None);
    assert_eq!(made(PersonKind::Contact).activity.opportunity, related);
    let not_logged = Given::new().with(seen).do_not_log(None);
    assert_eq!((not_logged.wrapup.opportunity, not_logged.activity.opportunity), (None, None));
}
