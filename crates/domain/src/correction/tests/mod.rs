//! A call of two agents, both of whom logged it, and what becomes of it when somebody puts that right.

mod given;

use super::decide::{
    CaseCorrection, CorrectRefused, CorrectRequest, OpportunityCorrection, PartyCorrection, correct, undo,
};
use super::*;
use crate::call::Engagement;
use crate::call::sample::talked_part;
use crate::commit::{Change, Precondition};
use crate::disposition::CodeRefused;
use crate::id::{CaseId, CodeId, PersonId};
use crate::relate::NotRelated;
use crate::relate::opportunity::{OpportunityId, OpportunityRule};
use crate::wrapup::SettledBy;
use given::{Given, HOUR, existing, link, logged, notes, of, picked, related, uuid};

#[test]
fn the_activity_follows_from_the_wrapups_as_it_did_at_log() {
    let mut given = Given::new();
    given.corrected(&CorrectRequest { notes: notes(" better "), ..of(52) });
    assert_eq!((given.activity.notes.as_deref(), given.activity.revision), (Some("better"), 1));
    // The first agent's part is not the one that the Activity shows.
    given.corrected(&CorrectRequest { notes: notes("other"), party: existing(2), ..of(51) });
    assert_eq!((given.activity.notes.as_deref(), given.activity.revision), (Some("better"), 2));
    assert_eq!(given.activity.party, link(Some(1), SettledBy::OneMatch));
    let first = given.wrapups.iter().find(|wrapup| wrapup.key.0 == uuid(51)).expect("the first");
    assert_eq!((first.party, first.draft.notes.as_str()), (link(Some(2), SettledBy::Corrected), "first"));
    assert_eq!(first.closed_at, Some(At(HOUR)), "it was logged when it was");
}

#[test]
fn what_is_written_down_is_what_differed_as_people_read_it() {
    let mut given = Given::new();
    let request = CorrectRequest {
        party: existing(2),
        case: picked(12),
        code: Some(CodeId(uuid(21))),
        notes: notes("last"),
        reason: Some(" wrong one ".to_owned()),
        ..of(52)
    };
    let commit = given.correct(&request).expect("allowed").expect("a difference");
    let expected = [
        Precondition::activity(&given.activity),
        Precondition::PersonExists { id: PersonId(uuid(2)) },
        Precondition::CaseExists { id: CaseId(uuid(12)) },
        Precondition::wrapup(&given.wrapups[1]),
    ];
    assert_eq!(commit.preconditions, expected);
    let audit = commit.changes.iter().find_map(|change| match change {
        Change::Audit(entry) => Some(entry.clone()),
        _ => None,
    });
    let audit = audit.expect("an entry");
    let fields: Vec<(&str, Option<&str>, Option<&str>)> = audit
        .fields
        .iter()
        .map(|field| (field.field.as_str(), field.before.as_deref(), field.after.as_deref()))
        .collect();
    let expected = [
        ("party", Some("Ana"), Some("Bea")),
        ("case", Some("#7 Bill"), Some("#7 Bill")),
        ("code", Some("as it was"), Some("as it is")),
        ("reason", None, Some("wrong one")),
    ];
    assert_eq!((fields.as_slice(), audit.action.as_str()), (expected.as_slice(), "corrected"));
    given.write(commit);
    assert_eq!(given.corrections[0].fields, audit.fields[..3]);
    assert_eq!(given.activity.case(), Some(CaseId(uuid(12))));
}

#[test]
fn what_is_not_different_is_no_correction() {
    let given = Given::new();
    let same = CorrectRequest {
        party: existing(1),
        case: picked(11),
        code: Some(CodeId(uuid(22))),
        notes: notes("last  "),
        ..of(52)
    };
    assert_eq!(given.correct(&same), Ok(None), "a code that was retired since is no difference either");
    assert_eq!(given.correct(&of(52)), Ok(None));
}

#[test]
fn a_code_is_one_that_the_call_may_get_now_or_the_one_it_has() {
    let mut given = Given::new();
    let code = |n| CorrectRequest { code: Some(CodeId(uuid(n))), ..of(52) };
    assert_eq!(given.correct(&code(24)), Err(CorrectRefused::Code(CodeRefused::Retired)));
    assert_eq!(given.correct(&code(99)), Err(CorrectRefused::Code(CodeRefused::Unknown)));
    let silent = CorrectRequest { notes: Some(None), ..code(23) };
    assert_eq!(given.correct(&silent), Err(CorrectRefused::NotesRequired));
    given.corrected(&code(23));
    let silent = CorrectRequest { notes: notes("  "), ..of(52) };
    assert_eq!(given.correct(&silent), Err(CorrectRefused::NotesRequired));
    given.codes_enabled = false;
    assert_eq!(given.correct(&code(21)), Err(CorrectRefused::Code(CodeRefused::Unknown)));
    assert_eq!(given.correct(&code(23)), Ok(None));
    let long = "x".repeat(crate::wrapup::MAX_NOTES_CHARS + 1);
    assert_eq!(
        given.correct(&CorrectRequest { notes: notes(&long), ..of(52) }),
        Err(CorrectRefused::NotesTooLong)
    );
    let reason = Some("x".repeat(MAX_REASON_CHARS + 1));
    assert_eq!(given.correct(&CorrectRequest { reason, ..of(52) }), Err(CorrectRefused::ReasonTooLong));
}

#[test]
fn who_leaves_takes_a_case_of_theirs_along_unless_one_is_named() {
    let case_after = |request: CorrectRequest, before: u128| {
        let mut given = Given::new();
        given.wrapups[1].related = related(before);
        given.activity = given.activity.after_wrapups(&given.call, &given.wrapups);
        given.corrected(&request);
        given.activity.case().map(|case| case.0.as_u128())
    };
    let nobody = || CorrectRequest { party: Some(PartyCorrection::None), ..of(52) };
    assert_eq!(case_after(nobody(), 11), None);
    assert_eq!(case_after(CorrectRequest { case: picked(11), ..nobody() }, 11), Some(11));
    assert_eq!(case_after(nobody(), 12), Some(12), "it was another's before");
    let bea = || CorrectRequest { party: existing(2), ..of(52) };
    assert_eq!(case_after(bea(), 11), None);
    assert_eq!(case_after(bea(), 12), Some(12));
    assert_eq!(case_after(bea(), 13), Some(13), "both are of that Account");
    assert_eq!(case_after(CorrectRequest { case: picked(11), ..bea() }, 11), Some(11), "a person says so");
}

#[test]
fn p13_with_codes_off_no_case_is_given() {
    let mut given = Given::new();
    given.codes_enabled = false;
    let request = CorrectRequest { case: picked(12), ..of(52) };
    assert_eq!(given.correct(&request), Err(CorrectRefused::CaseUnknown));
    given.corrected(&CorrectRequest { case: Some(CaseCorrection::None), ..of(52) });
    let none = RelateDecision::NotRelated { why: NotRelated::SaidNone, offer: None };
    assert_eq!(given.activity.related, Some(none));
}

#[test]
fn agents_correct_their_own_for_as_long_as_the_settings_say() {
    let ask =
        |given: &Given, part| given.correct(&CorrectRequest { notes: notes("x"), ..of(part) }).map(|_| ());
    let mut given = Given::new().agent("1002");
    assert_eq!(ask(&given, 52), Ok(()));
    assert_eq!(ask(&given, 51), Err(CorrectRefused::Forbidden));
    given.now = At(25 * HOUR - 1);
    assert_eq!(ask(&given, 52), Ok(()));
    given.now = At(25 * HOUR);
    assert_eq!(ask(&given, 52), Err(CorrectRefused::Forbidden));
    assert!(!given.ask(|scene| scene.of.can_correct()));
    (given.now, given.agent_hours) = (At(HOUR), None);
    assert_eq!(ask(&given, 52), Err(CorrectRefused::Forbidden));
    given.agent_hours = Some(1);
    assert_eq!(ask(&given, 52), Ok(()));
    given.who = Corrector { agent: None, ..given.who };
    assert_eq!(ask(&given, 52), Err(CorrectRefused::Forbidden));
    assert_eq!(ask(&Given::new(), 51), Ok(()), "supervisors may");
}

#[test]
fn a_call_that_nobody_logged_is_settled_by_who_took_part_or_by_anybody_where_none_did() {
    let settle = CorrectRequest { party: existing(2), ..CorrectRequest::default() };
    let mut given = Given::not_logged().agent("1009");
    given.corrected(&settle);
    assert_eq!((given.activity.party, given.activity.revision), (link(Some(2), SettledBy::Corrected), 1));
    given.call.engagements = vec![Engagement { answered_at: None, ..talked_part(51, "1001") }];
    assert!(given.ask(|scene| scene.of.can_correct()), "who only rang had no part in it");
    given.call.engagements = vec![talked_part(51, "1001")];
    let other = CorrectRequest { party: existing(1), ..CorrectRequest::default() };
    assert_eq!(given.correct(&other), Err(CorrectRefused::Forbidden));
    let mut given = given.agent("1001");
    given.corrected(&CorrectRequest { case: picked(11), ..other });
    assert_eq!(given.activity.case(), Some(CaseId(uuid(11))));
    for (request, field) in [
        (CorrectRequest { code: Some(CodeId(uuid(21))), ..CorrectRequest::default() }, Field::Code),
        (CorrectRequest { notes: notes("x"), ..CorrectRequest::default() }, Field::Notes),
    ] {
        assert_eq!(given.correct(&request), Err(CorrectRefused::NotOfTheCall { field }));
    }
}

#[test]
fn a_part_is_named_where_one_was_logged_and_waited_for_where_it_is_owed() {
    let settle = CorrectRequest { party: existing(2), ..CorrectRequest::default() };
    assert_eq!(Given::new().correct(&settle), Err(CorrectRefused::NotCorrectable));
    let mut given = Given::not_logged();
    for outcome in [Outcome::Open, Outcome::Logged] {
        given.activity.outcome = outcome;
        assert_eq!(given.correct(&settle), Err(CorrectRefused::NotCorrectable), "{outcome:?}");
    }
    assert_eq!(Given::new().correct(&of(99)), Err(CorrectRefused::PartUnknown));
    let mut given = Given::new();
    given.wrapups[0].state = WrapupState::NotLogged;
    assert_eq!(given.correct(&of(51)), Err(CorrectRefused::NotCorrectable));
}

#[test]
fn what_does_not_exist_is_refused_and_so_is_who_was_slower() {
    let given = Given::new();
    let request = CorrectRequest { party: existing(9), ..of(52) };
    assert_eq!(given.correct(&request), Err(CorrectRefused::PersonUnknown));
    let request = CorrectRequest { case: picked(99), ..of(52) };
    assert_eq!(given.correct(&request), Err(CorrectRefused::CaseUnknown));
    let stale = given.ask(|scene| correct(scene, &CorrectRequest { revision: 7, ..of(52) }));
    assert_eq!(stale, Err(CorrectRefused::StaleRevision));
}

#[test]
fn undoing_puts_back_what_was_there_and_can_be_undone() {
    let mut given = Given::new();
    let before = given.activity.clone();
    let first =
        given.corrected(&CorrectRequest { party: existing(2), code: Some(CodeId(uuid(21))), ..of(52) });
    let after = given.activity.clone();
    let second = given.undone(first);
    assert_eq!(given.activity, Activity { revision: 2, ..before }, "with a code that was retired since");
    assert_eq!(given.corrections[0].undoes, Some(first));
    assert_eq!(given.undoable(), [true, false]);
    let again = given.ask(|scene| undo(scene, first, 2));
    assert_eq!(again, Err(CorrectRefused::NothingToUndo));
    given.undone(second);
    assert_eq!(given.activity, Activity { revision: 3, ..after });
    let unknown = given.ask(|scene| undo(scene, AuditId(uuid(1)), 3));
    assert_eq!(unknown, Err(CorrectRefused::CorrectionUnknown));
}

#[test]
fn what_was_changed_since_is_not_undone_and_the_rest_is() {
    let mut given = Given::new();
    let notes_changed = given.corrected(&CorrectRequest { notes: notes("one"), ..of(52) });
    given.corrected(&CorrectRequest { party: existing(2), ..of(52) });
    given.corrected(&CorrectRequest { notes: notes("of the other part"), ..of(51) });
    assert_eq!(given.undoable(), [true, true, true]);
    given.corrected(&CorrectRequest { notes: notes("two"), ..of(52) });
    assert_eq!(given.undoable(), [true, true, true, false]);
    // Also where it says again what it said then.
    given.corrected(&CorrectRequest { notes: notes("one"), ..of(52) });
    assert_eq!(given.undoable(), [true, false, true, true, false]);
    let refused = given.ask(|scene| undo(scene, notes_changed, given.activity.revision));
    assert_eq!(refused, Err(CorrectRefused::NothingToUndo));
    let stale = given.ask(|scene| undo(scene, notes_changed, 0));
    assert_eq!(stale, Err(CorrectRefused::StaleRevision));
}

#[test]
fn settling_can_be_undone_until_somebody_logs_the_call() {
    let mut given = Given::not_logged();
    let unsettled = given.activity.party;
    let settled = given.corrected(&CorrectRequest { party: existing(2), ..CorrectRequest::default() });
    given.undone(settled);
    assert_eq!(given.activity.party, unsettled);
    let settled = given.corrected(&CorrectRequest { party: existing(2), ..CorrectRequest::default() });
    given.activity.outcome = Outcome::Logged;
    assert!(!given.undoable()[0]);
    let refused = given.ask(|scene| undo(scene, settled, given.activity.revision));
    assert_eq!(refused, Err(CorrectRefused::NotCorrectable));
}

#[test]
fn do_not_log_of_another_part_leaves_what_was_corrected() {
    let mut given = Given::not_logged();
    given.call.engagements = vec![talked_part(51, "1001")];
    given.corrected(&CorrectRequest { party: existing(2), case: picked(12), ..CorrectRequest::default() });
    let not_logged = Wrapup {
        state: WrapupState::NotLogged,
        party: link(Some(1), SettledBy::OneMatch),
        related: None,
        ..logged(51, "1001", 21, "")
    };
    let after = given.activity.after_wrapups(&given.call, std::slice::from_ref(&not_logged));
    assert_eq!((after.party, after.case()), (link(Some(2), SettledBy::Corrected), Some(CaseId(uuid(12)))));
    // Log is another word on it, said later by whoever had the call.
    let after = given.activity.after_wrapups(&given.call, &[logged(51, "1001", 21, "")]);
    assert_eq!(after.party, link(Some(1), SettledBy::OneMatch));
}

/// The last part was related to an Opportunity as well.
fn related_to_an_opportunity() -> (Given, RelatedOpportunity) {
    let id = OpportunityId::of("006000000000001").expect("an id");
    let related = RelatedOpportunity { id, rule: OpportunityRule::InView };
    let mut given = Given::new();
    given.opportunities = vec![(id, "Fifty chairs".to_owned())];
    given.wrapups[1].opportunity = Some(related);
    given.activity = given.activity.after_wrapups(&given.call, &given.wrapups);
    assert_eq!(given.activity.opportunity, Some(related));
    (given, related)
}

#[test]
fn an_opportunity_can_be_taken_away_and_put_back_and_is_written_down_by_its_name() {
    let (mut given, related) = related_to_an_opportunity();
    let away = CorrectRequest { opportunity: Some(OpportunityCorrection::None), ..of(52) };
    let made = given.corrected(&away);
    assert_eq!((given.activity.opportunity, given.activity.case()), (None, Some(CaseId(uuid(11)))));
    let [field] = given.corrections[0].fields.as_slice() else { panic!("one field") };
    assert_eq!((field.field.as_str(), field.before.as_deref()), ("opportunity", Some("Fifty chairs")));
    assert_eq!(given.correct(&away), Ok(None), "there is none to take away");
    given.undone(made);
    assert_eq!(given.activity.opportunity, Some(related));
}

#[test]
fn a_call_that_is_a_leads_now_is_related_to_no_opportunity() {
    let (mut given, related) = related_to_an_opportunity();
    given.corrected(&CorrectRequest { party: existing(2), ..of(52) });
    assert_eq!(given.activity.opportunity, Some(related), "a Contact has it still");
    given.corrected(&CorrectRequest { party: existing(3), ..of(52) });
    assert_eq!(given.activity.opportunity, None);
}
