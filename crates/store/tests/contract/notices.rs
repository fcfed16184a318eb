//! Outgoing webhooks: who is told what by which change, and what attempts leave of it.

use crate::fixture::World;
use crate::imports::past;
use crate::observed::pages_of_deliveries;
use crate::sample::*;
use crate::sample_notices::*;
use domain::activity::{Activity, Outcome};
use domain::call::CallRecord;
use domain::commit::{Change, Precondition};
use domain::id::At;
use domain::notice::delivery::{Attempted, Delivery, DeliveryState};
use domain::notice::endpoint::{Endpoint, Fared, Off, OffBecause, Secret};
use domain::notice::{NoticeBody, NoticeKind};
use std::collections::BTreeSet;
use store::DeliveryTally;

for_each_store! {
    a_tenant_without_an_endpoint_has_nothing_noted,
    a_call_that_is_logged_is_told_in_the_same_commit_and_once,
    a_call_that_lives_is_told_when_it_is_archived,
    a_call_that_was_missed_is_told_as_what_it_is,
    a_call_of_the_past_is_no_news,
    what_a_late_fact_makes_of_a_call_is_told_again,
    a_correction_is_told_with_what_it_left_and_once,
    a_call_that_is_part_of_another_is_told_where_it_was_told_before,
    a_refused_commit_tells_nothing,
    who_asks_is_told_and_nobody_else,
    a_test_is_told_to_one_alone,
    what_was_tried_is_due_again_when_it_says,
    what_was_never_tried_comes_first,
    what_was_given_up_is_listed_and_told_again_under_the_same_id,
    the_newest_is_listed_first_page_by_page,
    an_endpoint_that_is_gone_is_off_and_keeps_what_waits,
    whoever_changes_an_endpoint_saw_how_it_was,
    an_endpoint_that_is_removed_leaves_nothing,
    late_wrapups_are_told_up_to_a_moment_once,
    what_is_old_is_forgotten_the_oldest_first,
}

fn settled(n: u32) -> Activity {
    Activity { archived: true, ..logged_activity(n, &[], 1) }
}

fn saved(activity: Activity) -> Change {
    Change::Activity(Box::new(activity))
}

/// What endpoint 1 is told, the first first.
async fn told(world: &World<'_>) -> Vec<Delivery> {
    let pages = pages_of_deliveries(world.store, world.tenant, endpoint_id(1), None).await;
    pages.concat().into_iter().rev().collect()
}

async fn kinds(world: &World<'_>) -> Vec<&'static str> {
    told(world).await.into_iter().map(|delivery| delivery.notice.kind.word()).collect()
}

async fn due(world: &World<'_>, second: i64) -> Vec<Delivery> {
    world.store.deliveries_due(world.tenant, endpoint_id(1), at(second), 9).await.unwrap()
}

/// Endpoint 1 is there, and calls 3 to 5 are logged.
async fn three_told(world: &World<'_>) {
    world.write(vec![endpoint_is(endpoint(1))]).await;
    for n in 3..=5 {
        world.write(vec![call(ended_call(n, "A", vec![])), saved(settled(n))]).await;
    }
}

async fn a_tenant_without_an_endpoint_has_nothing_noted(world: &World<'_>) {
    world.write(vec![call(ended_call(3, "A", vec![])), saved(settled(3))]).await;
    assert_eq!(world.store.oldest_notice(world.tenant).await.unwrap(), None);
    // What was so before there was anybody to tell is never told.
    world.write(vec![endpoint_is(endpoint(1))]).await;
    world.write(vec![saved(Activity { notes: Some("x".to_owned()), ..settled(3) })]).await;
    assert_eq!(kinds(world).await, [] as [&str; 0]);
}

async fn a_call_that_is_logged_is_told_in_the_same_commit_and_once(world: &World<'_>) {
    three_told(world).await;
    assert_eq!(kinds(world).await, ["activity.logged"; 3]);
    let first = &told(world).await[0];
    let NoticeBody::Activity(activity) = &first.notice.body else { panic!("{first:?}") };
    assert_eq!((activity.call, activity.person), (call_key(3), Some(person_id(1))));
    assert_eq!((first.state, first.tries, first.not_before), (DeliveryState::Waiting, 0, At(0)));
    world.write(vec![saved(settled(3))]).await;
    world.write(vec![saved(Activity { party: None, ..settled(3) })]).await;
    assert_eq!(kinds(world).await.len(), 3, "how it stands is the same");
}

async fn a_call_that_lives_is_told_when_it_is_archived(world: &World<'_>) {
    world.write(vec![endpoint_is(endpoint(1)), call(live_call(3, "A", vec![]))]).await;
    world.write(vec![saved(Activity { archived: false, ..settled(3) })]).await;
    assert_eq!(kinds(world).await, [] as [&str; 0]);
    let archived = Change::ActivityArchived { key: call_key(3), owes_wrapup: true };
    world.write(vec![call(ended_call(3, "A", vec![])), archived]).await;
    assert_eq!(kinds(world).await, ["activity.logged"]);
}

fn missed(n: u32, kind: domain::call::CallType) -> Change {
    call(CallRecord { kind: Some(kind), ..ended_call(n, "A", vec![]) })
}

async fn a_call_that_was_missed_is_told_as_what_it_is(world: &World<'_>) {
    use domain::call::CallType::{Abandoned, Missed, OutboundMissed, ShortAbandoned, Voicemail};
    world.write(vec![endpoint_is(endpoint(1))]).await;
    for (n, kind) in [Missed, Abandoned, ShortAbandoned, Voicemail, OutboundMissed].into_iter().enumerate() {
        let n = 11 + n as u32;
        let opened = Change::ActivityOpened(Box::new(open_activity(n, &[])));
        let archived = Change::ActivityArchived { key: call_key(n), owes_wrapup: false };
        world.write(vec![missed(n, kind), opened, archived]).await;
    }
    assert_eq!(kinds(world).await, ["call.missed", "call.abandoned", "call.abandoned", "call.voicemail"]);
}

async fn a_call_of_the_past_is_no_news(world: &World<'_>) {
    world.write(vec![endpoint_is(endpoint(1))]).await;
    world.write(vec![past(3, "sold long ago")]).await;
    assert_eq!(kinds(world).await, Vec::<&str>::new());
    world.write(vec![past(4, "lost long ago"), saved(Activity { notes: None, ..settled(4) })]).await;
    assert_eq!(kinds(world).await, Vec::<&str>::new());
}

async fn what_a_late_fact_makes_of_a_call_is_told_again(world: &World<'_>) {
    use domain::call::CallType::{Abandoned, Missed};
    world.write(vec![endpoint_is(endpoint(1))]).await;
    let unwrapped = Activity { archived: true, outcome: Outcome::NoWrapup, ..open_activity(3, &[]) };
    world.write(vec![missed(3, Missed), saved(unwrapped)]).await;
    world.write(vec![missed(3, Abandoned)]).await;
    assert_eq!(kinds(world).await, ["call.missed", "call.abandoned"]);
    let ids: BTreeSet<_> = told(world).await.into_iter().map(|delivery| delivery.notice.id).collect();
    assert_eq!(ids.len(), 2);
}

async fn a_correction_is_told_with_what_it_left_and_once(world: &World<'_>) {
    three_told(world).await;
    let correction = correction(7, 3, None);
    let written = || Change::Correction(Box::new(correction.clone()));
    let corrected = Activity { revision: 1, party: Some(filed_on(2)), ..settled(3) };
    world.write(vec![saved(corrected.clone()), written()]).await;
    let last = told(world).await.pop().unwrap();
    let NoticeBody::Correction(told_of) = &last.notice.body else { panic!("{last:?}") };
    assert_eq!((told_of.id, last.notice.at), (correction.id, correction.at));
    assert_eq!((told_of.activity.person, told_of.activity.revision), (Some(person_id(2)), 1));
    world.write(vec![saved(corrected), written()]).await;
    assert_eq!(kinds(world).await.len(), 4);
}

async fn a_call_that_is_part_of_another_is_told_where_it_was_told_before(world: &World<'_>) {
    three_told(world).await;
    world.write(vec![call(ended_call(6, "A", vec![]))]).await;
    world.write(vec![Change::CallMerged { from: call_key(6), into: call_key(3) }]).await;
    assert_eq!(kinds(world).await.len(), 3, "nobody was told of it");
    world.write(vec![Change::CallMerged { from: call_key(4), into: call_key(3) }]).await;
    let last = told(world).await.pop().unwrap();
    assert_eq!(last.notice.kind, NoticeKind::CallMerged);
    assert_eq!(last.notice.body, NoticeBody::Merged { from: call_key(4), into: call_key(3) });
}

async fn a_refused_commit_tells_nothing(world: &World<'_>) {
    world.write(vec![endpoint_is(endpoint(1)), call(ended_call(3, "A", vec![]))]).await;
    let refused = world.write_if(Precondition::NoUsers, vec![saved(settled(3))]).await;
    assert!(refused.is_err());
    let half = vec![saved(settled(3)), saved(settled(9))];
    assert!(world.write_if(Precondition::CentreVersion { version: 1 }, half).await.is_err());
    assert_eq!(kinds(world).await, [] as [&str; 0]);
}

async fn who_asks_is_told_and_nobody_else(world: &World<'_>) {
    let only_missed = Endpoint { kinds: BTreeSet::from([NoticeKind::CallMissed]), ..endpoint(2) };
    let off = Some(Off { at: at(1), because: OffBecause::Admin });
    let failing = Some(Off { at: at(1), because: OffBecause::Failing });
    let endpoints = [only_missed, Endpoint { off, ..endpoint(3) }, Endpoint { off: failing, ..endpoint(4) }];
    world.write(endpoints.into_iter().map(endpoint_is).collect()).await;
    three_told(world).await;
    let count = async |n| {
        let tally = world.store.delivery_tally(world.tenant, endpoint_id(n)).await.unwrap();
        tally.waiting
    };
    assert_eq!([count(1).await, count(2).await, count(3).await, count(4).await], [3, 0, 0, 3]);
    let other = world.store.delivery_tally(world.other, endpoint_id(1)).await.unwrap();
    assert_eq!(other, DeliveryTally::default());
}

async fn a_test_is_told_to_one_alone(world: &World<'_>) {
    let off = Some(Off { at: at(1), because: OffBecause::Admin });
    world.write(vec![endpoint_is(Endpoint { off, ..endpoint(1) }), endpoint_is(endpoint(2))]).await;
    world.write(vec![test_of(1, 5), test_of(9, 5)]).await;
    assert_eq!(kinds(world).await, ["webhook.test"]);
    assert_eq!(pages_of_deliveries(world.store, world.tenant, endpoint_id(2), None).await.concat(), []);
}

async fn what_was_tried_is_due_again_when_it_says(world: &World<'_>) {
    three_told(world).await;
    let ids: Vec<_> = told(world).await.into_iter().map(|delivery| delivery.notice.id).collect();
    let (waiting, taken) = (DeliveryState::Waiting, DeliveryState::Delivered);
    for (id, state) in [(ids[0], waiting), (ids[1], taken), (ids[2], taken)] {
        world.write(vec![tried(attempted(1, id, state, 10))]).await;
    }
    assert_eq!(due(world, 14).await, []);
    let next = async || world.store.next_delivery(world.tenant, endpoint_id(1)).await.unwrap();
    assert_eq!(next().await, Some(at(15)));
    let again = due(world, 15).await;
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].notice.id, again[0].tries), (ids[0], 1));
    assert_eq!(again[0].last.and_then(|last| last.status), Some(500));
    world.write(vec![tried(attempted(1, ids[0], taken, 15))]).await;
    assert_eq!(next().await, None);
}

async fn what_was_never_tried_comes_first(world: &World<'_>) {
    three_told(world).await;
    let first = told(world).await[0].notice.id;
    world.write(vec![tried(attempted(1, first, DeliveryState::Waiting, 1))]).await;
    let order: Vec<_> = due(world, 100).await.into_iter().map(|delivery| delivery.tries).collect();
    assert_eq!(order, [0, 0, 1]);
}

async fn what_was_given_up_is_listed_and_told_again_under_the_same_id(world: &World<'_>) {
    three_told(world).await;
    let id = told(world).await[1].notice.id;
    let dead = Attempted { tries: 10, ..attempted(1, id, DeliveryState::Dead, 10) };
    world.write(vec![tried(dead)]).await;
    let tally = async || world.store.delivery_tally(world.tenant, endpoint_id(1)).await.unwrap();
    assert_eq!(tally().await, DeliveryTally { waiting: 2, dead: 1 });
    let listed = pages_of_deliveries(world.store, world.tenant, endpoint_id(1), Some(DeliveryState::Dead))
        .await
        .concat();
    assert_eq!((listed.len(), listed[0].notice.id), (1, id));
    let again =
        |n| Change::DeliveriesAgain { endpoint: endpoint_id(n), notices: vec![id], not_before: at(50) };
    world.write(vec![again(2)]).await;
    assert_eq!(tally().await.dead, 1, "it is another endpoint's");
    world.write(vec![again(1)]).await;
    let now = world.store.delivery(world.tenant, endpoint_id(1), id).await.unwrap().unwrap();
    assert_eq!((now.state, now.tries, now.not_before), (DeliveryState::Waiting, 0, at(50)));
    assert_eq!(world.store.delivery(world.other, endpoint_id(1), id).await.unwrap(), None);
}

async fn the_newest_is_listed_first_page_by_page(world: &World<'_>) {
    three_told(world).await;
    let page = world.store.deliveries(world.tenant, endpoint_id(1), None, None, 2).await.unwrap();
    world.write(vec![call(ended_call(6, "A", vec![])), saved(settled(6))]).await;
    let after = page.next.as_deref();
    let rest = world.store.deliveries(world.tenant, endpoint_id(1), None, after, 2).await.unwrap();
    let calls: Vec<_> =
        page.deliveries.iter().chain(&rest.deliveries).map(|one| one.notice.body.subject()).collect();
    assert_eq!(calls, [call_key(5).0, call_key(4).0, call_key(3).0]);
    assert_eq!(rest.next, None);
}

async fn an_endpoint_that_is_gone_is_off_and_keeps_what_waits(world: &World<'_>) {
    three_told(world).await;
    let fared = |how| Change::EndpointFared { endpoint: endpoint_id(1), how, at: at(9) };
    let now = async || world.store.endpoints(world.tenant).await.unwrap().remove(0);
    world.write(vec![fared(Fared::Failed)]).await;
    assert_eq!((now().await.failing_since, now().await.version), (Some(at(9)), 1));
    world.write(vec![fared(Fared::Gone)]).await;
    assert_eq!(now().await.off, Some(Off { at: at(9), because: OffBecause::Gone }));
    world.write(vec![call(ended_call(6, "A", vec![])), saved(settled(6))]).await;
    let tally = world.store.delivery_tally(world.tenant, endpoint_id(1)).await.unwrap();
    assert_eq!(tally.waiting, 3, "what was to be told waits, and nothing is added");
}

async fn whoever_changes_an_endpoint_saw_how_it_was(world: &World<'_>) {
    let at_version = |version| Precondition::EndpointVersion { id: endpoint_id(1), version };
    assert!(world.holds(at_version(0)).await);
    world.write(vec![endpoint_is(endpoint(1)), endpoint_is(endpoint(2))]).await;
    assert!(!world.holds(at_version(0)).await);
    let secret = Secret("whsec_other".to_owned());
    let changed = endpoint(1).rotated(secret, at(3));
    world.write_if(at_version(1), vec![endpoint_is(changed.clone())]).await.unwrap();
    assert_eq!(world.store.endpoints(world.tenant).await.unwrap(), [changed, endpoint(2)]);
    assert!(world.holds(at_version(2)).await);
}

async fn an_endpoint_that_is_removed_leaves_nothing(world: &World<'_>) {
    three_told(world).await;
    world.write(vec![Change::EndpointRemoved(endpoint_id(1))]).await;
    assert_eq!(world.store.endpoints(world.tenant).await.unwrap(), []);
    assert_eq!((told(world).await, due(world, 100).await), (vec![], vec![]));
    // What was decided before it was removed does not bring it back.
    world.write(vec![endpoint_is(Endpoint { version: 2, ..endpoint(1) })]).await;
    assert_eq!(world.store.endpoints(world.tenant).await.unwrap(), []);
}

async fn late_wrapups_are_told_up_to_a_moment_once(world: &World<'_>) {
    assert!(world.holds(Precondition::LateToldUpTo(None)).await);
    world.write(vec![Change::LateToldUpTo(at(5))]).await;
    assert!(!world.holds(Precondition::LateToldUpTo(None)).await);
    assert!(world.holds(Precondition::LateToldUpTo(Some(at(5)))).await);
    assert_eq!(world.store.late_told_up_to(world.tenant).await.unwrap(), Some(at(5)));
    assert_eq!(world.store.late_told_up_to(world.other).await.unwrap(), None);
}

async fn what_is_old_is_forgotten_the_oldest_first(world: &World<'_>) {
    world.write(vec![endpoint_is(endpoint(1))]).await;
    world.write((1..=4).map(|second| test_of(1, second)).collect()).await;
    let forget = |before, most| Change::ForgetNotices { before: at(before), most };
    let left = async || told(world).await.into_iter().map(|one| one.notice.at).collect::<Vec<_>>();
    world.write(vec![forget(4, 2)]).await;
    assert_eq!(left().await, [at(3), at(4)]);
    world.write(vec![forget(4, 9)]).await;
    assert_eq!(left().await, [at(4)]);
    assert_eq!(world.store.oldest_notice(world.tenant).await.unwrap(), Some(at(4)));
}
