//! Cases: their numbers, whose they are, the words they are found by, and the calls on their lists.

use crate::fixture::World;
use crate::observed::pages_of_case;
use crate::sample::*;
use domain::activity::Activity;
use domain::case::{Case, CasePriority, CaseStatus};
use domain::commit::{Change, Commit, Precondition};
use store::{CommitError, MAX_PAGE, ReadError};

for_each_store! {
    a_case_is_what_was_last_said_of_it,
    numbers_count_from_one_by_tenant_and_stay,
    a_number_that_was_brought_along_is_kept_and_counted_on_from,
    a_number_of_another_case_is_inconsistent,
    a_refused_commit_uses_up_no_number,
    cases_come_in_the_order_asked,
    cases_are_read_by_number_each_once_a_page_after_the_other,
    cases_of_a_person_are_open_ones_first,
    a_case_keeps_a_deleted_person,
    cases_are_found_by_number_and_by_beginnings_of_words,
    words_that_are_gone_find_no_case,
    the_case_preconditions_look_at_the_row,
    a_case_lists_what_is_related_to_it,
    a_case_lists_what_its_contact_did_while_it_was_open,
    a_case_lists_each_call_once_over_all_pages,
    a_merged_call_is_on_no_cases_list,
    a_case_that_does_not_exist_has_no_list,
}

fn saved(case: Case) -> Change {
    Change::Case(Box::new(case))
}

async fn cases_are_read_by_number_each_once_a_page_after_the_other(world: &World<'_>) {
    world.write((10..17).rev().map(|n| saved(case(n, "Something", None))).collect()).await;
    let whole = world.store.cases_after(world.tenant, 0, 50).await.unwrap();
    assert!(whole.len() >= 7 && whole.is_sorted_by(|a, b| a.number < b.number));
    let (mut pages, mut after) = (Vec::new(), 0);
    loop {
        let page = world.store.cases_after(world.tenant, after, 3).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = last.number;
        pages.extend(page);
    }
    assert_eq!(pages, whole);
}

fn related(call: u32, case: u32) -> Activity {
    Activity { related: Some(related_to(case)), ..logged_activity(call, &[], 5) }
}

fn activity(activity: Activity) -> Change {
    Change::Activity(Box::new(activity))
}

async fn read(world: &World<'_>, n: u32) -> Option<Case> {
    world.store.cases(world.tenant, &[case_id(n)]).await.unwrap().pop()
}

async fn number(world: &World<'_>, n: u32) -> u64 {
    read(world, n).await.unwrap().number
}

async fn of_person(world: &World<'_>, person: u32, limit: usize) -> Vec<u32> {
    let cases = world.store.cases_of_person(world.tenant, person_id(person), limit).await.unwrap();
    numbers_of(&cases)
}

async fn found(world: &World<'_>, text: &str) -> Vec<u32> {
    numbers_of(&world.store.search_cases(world.tenant, text, 50).await.unwrap())
}

/// The `n` of each `case_id(n)`.
fn numbers_of(cases: &[Case]) -> Vec<u32> {
    cases.iter().map(|case| (1..300).find(|n| case_id(*n) == case.id).unwrap()).collect()
}

/// The calls on a Case's list.
async fn list(world: &World<'_>, n: u32) -> Vec<u32> {
    let rows = pages_of_case(world.store, world.tenant, case_id(n)).await.concat();
    rows.iter().map(|row| (1..100).find(|n| call_key(*n) == row.call.key).unwrap()).collect()
}

async fn a_case_is_what_was_last_said_of_it(world: &World<'_>) {
    assert_eq!(read(world, 2).await, None);
    let full = Case {
        description: Some("It broke.\n\u{0}'\"".to_owned()),
        status: CaseStatus::Escalated,
        priority: CasePriority::High,
        account: Some(person_id(9)),
        owner: Some(user_id(1)),
        created_by_call: Some(call_key(2)),
        closed_at: Some(at(50)),
        version: 7,
        ..case(2, "Señal «rota»", Some(1))
    };
    let others = [CaseStatus::New, CaseStatus::Working, CaseStatus::Closed].into_iter();
    let others = others.zip([CasePriority::Low, CasePriority::Medium, CasePriority::High]);
    let others = others.map(|(status, priority)| Case { status, priority, ..case(2, "", None) });
    for step in [full].into_iter().chain(others) {
        world.write(vec![saved(step.clone())]).await;
        assert_eq!(read(world, 2).await, Some(Case { number: 2, ..step }));
    }
}

async fn numbers_count_from_one_by_tenant_and_stay(world: &World<'_>) {
    assert_eq!(number(world, 1).await, 1);
    world.write(vec![saved(case(3, "Third", None)), saved(case(2, "Second", None))]).await;
    assert_eq!((number(world, 3).await, number(world, 2).await), (2, 3), "in the order they were made");
    // Whatever number it is said to have.
    for said in [0, 3, 9] {
        world.write(vec![saved(Case { number: said, ..case(2, &format!("Again {said}"), None) })]).await;
        assert_eq!(number(world, 2).await, 3);
    }
    world.write(vec![saved(case(4, "Fourth", None))]).await;
    assert_eq!(number(world, 4).await, 4);
    let third = world.store.tenant("third").await.unwrap();
    world.store.commit(Commit::of(third, vec![saved(case(5, "Theirs", None))])).await.unwrap();
    assert_eq!(world.store.cases(third, &[case_id(5)]).await.unwrap()[0].number, 1);
    assert_eq!(read(world, 5).await, None);
    // A number of theirs is neither found here nor taken.
    let theirs = Case { number: 77, ..case(6, "Theirs", None) };
    world.store.commit(Commit::of(third, vec![saved(theirs.clone())])).await.unwrap();
    assert_eq!(found(world, "77").await, [0; 0]);
    world.write(vec![saved(theirs)]).await;
    assert_eq!(found(world, "77").await, [6]);
}

async fn a_number_that_was_brought_along_is_kept_and_counted_on_from(world: &World<'_>) {
    world.write(vec![saved(Case { number: 1_000, ..case(2, "From elsewhere", None) })]).await;
    world.write(vec![saved(case(3, "Next", None)), saved(Case { number: 5, ..case(4, "Low", None) })]).await;
    world.write(vec![saved(case(5, "Last", None))]).await;
    let numbers = [number(world, 2).await, number(world, 3).await, number(world, 4).await];
    assert_eq!((numbers, number(world, 5).await), ([1_000, 1_001, 5], 1_002));
}

async fn a_number_of_another_case_is_inconsistent(world: &World<'_>) {
    let taken = saved(Case { number: 1, ..case(2, "Taken", None) });
    let answer = world.store.commit(Commit::of(world.tenant, vec![taken])).await;
    assert!(matches!(answer, Err(CommitError::Inconsistent(_))), "{answer:?}");
    assert_eq!(read(world, 2).await, None);
}

async fn a_refused_commit_uses_up_no_number(world: &World<'_>) {
    let broken = vec![saved(case(2, "Broken", None)), activity(related(99, 2))];
    assert!(world.store.commit(Commit::of(world.tenant, broken)).await.is_err());
    let on = Precondition::CaseVersion { id: case_id(1), version: 9 };
    assert!(world.write_if(on, vec![saved(case(2, "Refused", None))]).await.is_err());
    world.write(vec![saved(case(3, "Written", None))]).await;
    assert_eq!((read(world, 2).await, number(world, 3).await), (None, 2));
}

async fn cases_come_in_the_order_asked(world: &World<'_>) {
    world.write(vec![saved(case(2, "Second", None))]).await;
    let ids = [2, 4, 1, 2].map(case_id);
    let cases = world.store.cases(world.tenant, &ids).await.unwrap();
    assert_eq!(numbers_of(&cases), [2, 1, 2]);
    assert_eq!(cases[1].subject, "Order A");
}

async fn cases_of_a_person_are_open_ones_first(world: &World<'_>) {
    let closed = |row| Case { closed_at: Some(at(9)), status: CaseStatus::Closed, ..row };
    let of_account = |n| Case { account: Some(person_id(1)), ..case(n, "Account", None) };
    let both = Case { account: Some(person_id(1)), ..case(6, "Both", Some(1)) };
    let cases = [
        closed(case(2, "Closed", Some(1))),
        of_account(3),
        closed(of_account(4)),
        case(5, "Bea's", Some(2)),
        both,
    ];
    world.write(cases.map(saved).to_vec()).await;
    assert_eq!(of_person(world, 1, 9).await, [6, 3, 1, 4, 2]);
    assert_eq!(of_person(world, 1, 2).await, [6, 3]);
    assert_eq!(of_person(world, 2, 9).await, [5]);
    assert_eq!(of_person(world, 3, 9).await, [0; 0]);
    // One is opened again, one is closed, one is given to somebody else.
    let changed = [case(2, "Reopened", Some(1)), closed(of_account(3)), case(6, "Given", Some(2))];
    world.write(changed.map(saved).to_vec()).await;
    assert_eq!((of_person(world, 1, 9).await, of_person(world, 2, 9).await), (vec![2, 1, 4, 3], vec![6, 5]));
    world.write((20..=20 + MAX_PAGE as u32).map(|n| saved(case(n, "Many", Some(4)))).collect()).await;
    assert_eq!(of_person(world, 4, 1_000).await.len(), MAX_PAGE);
}

async fn a_case_keeps_a_deleted_person(world: &World<'_>) {
    let before = read(world, 1).await;
    let calls = list(world, 1).await;
    world.write(vec![Change::PersonDeleted(person_id(1))]).await;
    assert_eq!(read(world, 1).await, before);
    assert_eq!(before.unwrap().contact, Some(person_id(1)));
    assert_eq!((of_person(world, 1, 9).await, list(world, 1).await), (vec![1], calls));
}

async fn cases_are_found_by_number_and_by_beginnings_of_words(world: &World<'_>) {
    let subjects = ["Señal débil en Málaga", "No llega el pedido 1", "señal: NO", "2024, factura"];
    let rows = subjects.iter().zip(2..).map(|(subject, n)| saved(case(n, subject, None)));
    world.write(rows.collect()).await;
    let cases: &[(&str, &[u32])] = &[
        ("señal", &[4, 2]),
        ("SENAL", &[4, 2]),
        ("no se", &[4]),
        ("mal deb", &[2]),
        ("order", &[1]),
        ("1", &[1, 3]),
        ("#1", &[1, 3]),
        ("00002", &[2]),
        ("2", &[2, 5]),
        ("202", &[5]),
        ("4", &[4]),
        ("9", &[]),
        ("alaga", &[]),
        ("señal x", &[]),
        ("", &[]),
        (" -'\"%_* ", &[]),
    ];
    for (text, ids) in cases {
        assert_eq!(found(world, text).await, *ids, "{text:?}");
    }
    let one = world.store.search_cases(world.tenant, "2", 1).await.unwrap();
    assert_eq!(numbers_of(&one), [2], "the number comes first");
    let newest = world.store.search_cases(world.tenant, "señal", 1).await.unwrap();
    assert_eq!(numbers_of(&newest), [4]);
}

async fn words_that_are_gone_find_no_case(world: &World<'_>) {
    world.write(vec![saved(Case { version: 2, ..case(1, "Refund twice, refund", Some(1)) })]).await;
    assert_eq!((found(world, "order").await, found(world, "refund").await), (vec![], vec![1]));
    world.write(vec![saved(Case { version: 3, ..case(1, "", Some(1)) })]).await;
    assert_eq!((found(world, "refund").await, found(world, "1").await), (vec![], vec![1]));
}

async fn the_case_preconditions_look_at_the_row(world: &World<'_>) {
    let exists = |n| Precondition::CaseExists { id: case_id(n) };
    let at_version = |n, version| Precondition::CaseVersion { id: case_id(n), version };
    assert!(world.holds(exists(1)).await && !world.holds(exists(2)).await);
    assert!(world.holds(at_version(1, 1)).await && !world.holds(at_version(1, 0)).await);
    assert!(world.holds(at_version(2, 0)).await && !world.holds(at_version(2, 1)).await);
    world.write(vec![saved(Case { version: 2, ..case(1, "Order", None) }), saved(case(2, "", None))]).await;
    assert!(world.holds(at_version(1, 2)).await && !world.holds(at_version(1, 1)).await);
    assert!(world.holds(exists(2)).await && world.holds(at_version(2, 1)).await);
}

async fn a_case_lists_what_is_related_to_it(world: &World<'_>) {
    // Nobody's, so that only what is related stands on its list; and closed long before.
    world.write(vec![saved(Case { closed_at: Some(at(-9)), ..case(2, "Nobody's", None) })]).await;
    world.write(vec![saved(Case { closed_at: Some(at(-9)), ..case(3, "Other", None) })]).await;
    assert_eq!(list(world, 2).await, [0; 0]);
    world.write(vec![activity(related(1, 2)), activity(related(2, 2))]).await;
    assert_eq!(list(world, 2).await, [2, 1]);
    // Related to another one, to none, and corrected back.
    world.write(vec![activity(related(2, 3)), activity(logged_activity(1, &[], 5))]).await;
    assert_eq!((list(world, 2).await, list(world, 3).await), (vec![], vec![2]));
    world.write(vec![activity(related(1, 3)), activity(related(1, 2))]).await;
    assert_eq!((list(world, 2).await, list(world, 3).await), (vec![1], vec![2]));
    let rows = pages_of_case(world.store, world.tenant, case_id(2)).await.concat();
    assert_eq!(rows[0].activity, related(1, 2));
    assert_eq!(rows[0].call, live_call(1, "A", vec![engagement(1, 1)]));
}

async fn a_case_lists_what_its_contact_did_while_it_was_open(world: &World<'_>) {
    // Call `n` began in second `n`.
    for n in 3..=6 {
        world.write(vec![call(live_call(n, "A", vec![])), activity(open_activity(n, &[4]))]).await;
    }
    let open = |from, until: Option<i64>| Case {
        opened_at: at(from),
        closed_at: until.map(at),
        ..case(2, "Eva's", Some(4))
    };
    let windows: [(_, _, &[u32]); 6] = [
        (0, None, &[6, 5, 4, 3]),
        (4, None, &[6, 5, 4]),
        (4, Some(5), &[5, 4]),
        (5, Some(5), &[5]),
        (5, Some(4), &[]),
        (7, None, &[]),
    ];
    for (from, until, calls) in windows {
        world.write(vec![saved(open(from, until))]).await;
        assert_eq!(list(world, 2).await, *calls, "{from} to {until:?}");
    }
    // Filed on somebody else it is not the Contact's any more, and the list of an Account is not looked at.
    world.write(vec![saved(open(0, None)), activity(logged_activity(4, &[4], 2))]).await;
    assert_eq!(list(world, 2).await, [6, 5, 3]);
    world.write(vec![saved(Case { account: Some(person_id(4)), ..case(2, "Account", None) })]).await;
    assert_eq!(list(world, 2).await, [0; 0]);
}

async fn a_case_lists_each_call_once_over_all_pages(world: &World<'_>) {
    world.write(vec![saved(case(2, "Eva's", Some(4)))]).await;
    let begin = async |n: u32| {
        let candidates: &[u32] = if n.is_multiple_of(3) { &[] } else { &[4] };
        let mut begun = open_activity(n, candidates);
        if n.is_multiple_of(2) {
            begun.related = Some(related_to(2));
        }
        world.write(vec![call(live_call(n, "A", vec![])), activity(begun)]).await;
    };
    for n in 10..24 {
        begin(n).await;
    }
    let mut read = vec![];
    let mut after: Option<String> = None;
    let mut begun = 40;
    loop {
        let page =
            world.store.activities_of_case(world.tenant, case_id(2), after.as_deref(), 3).await.unwrap();
        assert!(page.rows.len() <= 3);
        read.extend(page.rows.iter().map(|row| row.call.key));
        begin(begun).await;
        begun += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    // 15 and 21 are neither related nor of the Contact.
    let expected = (10..24).rev().filter(|n| n % 2 == 0 || n % 3 != 0).map(call_key).collect::<Vec<_>>();
    assert_eq!(read, expected);
    let one = world.store.activities_of_case(world.tenant, case_id(2), None, 0).await.unwrap();
    assert_eq!(one.rows.len(), 1);
}

async fn a_merged_call_is_on_no_cases_list(world: &World<'_>) {
    world.write(vec![saved(case(2, "Nobody's", None)), activity(related(2, 2))]).await;
    world.write(vec![Change::CallMerged { from: call_key(2), into: call_key(1) }]).await;
    assert_eq!((list(world, 2).await, list(world, 1).await), (vec![], vec![1]));
    // And can be said again of what takes its place.
    world.write(vec![call(live_call(2, "A", vec![])), activity(related(2, 2))]).await;
    assert_eq!(list(world, 2).await, [2]);
}

async fn a_case_that_does_not_exist_has_no_list(world: &World<'_>) {
    world.write(vec![activity(related(1, 4))]).await;
    assert_eq!(list(world, 4).await, [0; 0]);
    world.write(vec![saved(case(4, "Late", None))]).await;
    assert_eq!(list(world, 4).await, [1], "it was related before the Case was heard of");
    for after in ["", "x", "1;", "١"] {
        let page = world.store.activities_of_case(world.tenant, case_id(4), Some(after), 3).await;
        assert_eq!(page, Err(ReadError::BadCursor), "{after:?}");
    }
}
