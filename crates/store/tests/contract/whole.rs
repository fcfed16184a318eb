//! Whole tables, a page at a time: everything that is there once, in an order that stands still.

use crate::fixture::World;
use crate::observed::every_page;
use crate::sample::*;
use crate::sample_messages::{done_message, message, taken_message};
use crate::saved_reports::{mail, report, report_id};
use crate::views::view;
use domain::activity::{Activity, Outcome};
use domain::commit::{AgentStateEntry, Change};
use domain::completeness::ledger::DeafSpan;
use domain::dial::Dial;
use domain::disposition::{CodeEffects, LoggedCode};
use domain::duty::AgentState::{AfterCallWork, Available, Away, OnCall};
use domain::follow_up::{FollowUp, FollowUpState};
use domain::id::{CallKey, TenantId};
use domain::list_view::ListView;
use domain::message::Message;
use domain::report::calendar::Day;
use domain::report_mail::ReportMail;
use domain::saved_report::SavedReport;
use store::{AgentSpell, ReadError, Store, WholePage};

for_each_store! {
    every_message_is_read_once_whatever_becomes_of_it_meanwhile,
    every_follow_up_is_read_also_one_that_was_withdrawn,
    what_agents_did_is_read_with_until_when,
    clicks_and_silences_are_read_in_a_fixed_order,
    of_views_and_reports_somebody_reads_their_own_and_those_that_are_shared,
    a_place_that_was_not_given_out_is_none,
}

/// All pages of two rows of each table.
#[derive(Debug, PartialEq)]
pub(crate) struct Whole {
    messages: Vec<Vec<Message>>,
    follow_ups: Vec<Vec<FollowUp>>,
    agent_states: Vec<Vec<AgentSpell>>,
    dials: Vec<Vec<Dial>>,
    deaf: Vec<Vec<DeafSpan>>,
    views: Vec<Vec<ListView>>,
    reports: Vec<Vec<SavedReport>>,
    mails: Vec<Vec<ReportMail>>,
}

/// Reads a table to its end.
macro_rules! pages {
    ($store:expr, $read:ident($($of:expr),+)) => {
        every_page(async |after| {
            let WholePage { rows, next } = $store.$read($($of),+, after.as_deref(), 2).await.unwrap();
            (rows, next)
        })
        .await
    };
}

pub(crate) async fn whole(store: &dyn Store, t: TenantId) -> Whole {
    Whole {
        messages: pages!(store, all_messages(t)),
        follow_ups: pages!(store, all_follow_ups(t)),
        agent_states: pages!(store, all_agent_states(t)),
        dials: pages!(store, all_dials(t)),
        deaf: pages!(store, all_deaf(t)),
        views: pages!(store, all_views(t, user_id(1))),
        reports: pages!(store, all_saved_reports(t, user_id(1))),
        mails: pages!(store, all_report_mails(t, user_id(1))),
    }
}

/// Calls that have no message and no follow-up yet.
async fn more_calls(world: &World<'_>) {
    world.write([6, 5, 4, 3].map(|n| call(ended_call(n, "A", vec![]))).to_vec()).await;
}

async fn every_message_is_read_once_whatever_becomes_of_it_meanwhile(world: &World<'_>) {
    more_calls(world).await;
    let made = [message(4, Some("sales")), taken_message(6, None), done_message(5, None)];
    world.write(made.clone().map(|one| Change::Message(Box::new(one))).to_vec()).await;
    let of_others = |one: &Message| ![4, 5, 6].map(call_key).contains(&one.call);
    // In the order in which the store heard of the calls.
    let [fourth, sixth, fifth] = made;
    let read: Vec<Message> = whole(world.store, world.tenant).await.messages.concat();
    let ours: Vec<&Message> = read.iter().filter(|one| !of_others(one)).collect();
    assert_eq!(ours, [&sixth, &fifth, &fourth]);
    let mut after: Option<String> = None;
    let mut found: Vec<CallKey> = vec![];
    loop {
        let page = world.store.all_messages(world.tenant, after.as_deref(), 1).await.unwrap();
        found.extend(page.rows.iter().map(|one| one.call));
        // What is read already, and what is still to be read, changes its list.
        world.write([4, 6].map(|n| Change::Message(Box::new(done_message(n, None)))).to_vec()).await;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let calls: Vec<CallKey> = read.iter().map(|one| one.call).collect();
    assert_eq!(found, calls);
}

async fn every_follow_up_is_read_also_one_that_was_withdrawn(world: &World<'_>) {
    more_calls(world).await;
    let coded = |n: u32, effects: CodeEffects| {
        Change::Activity(Box::new(Activity {
            outcome: Outcome::Logged,
            agent: Some(agent(1)),
            code: Some(LoggedCode { effects, ..logged(1, "sold") }),
            logged_at: Some(at(60)),
            ..Activity::open(call_key(n), Vec::new())
        }))
    };
    let due = |day: i32| CodeEffects { follow_up: Some(Day(day)), ..CodeEffects::default() };
    world.write(vec![coded(4, due(9)), coded(5, due(7)), coded(6, due(8))]).await;
    world.write(vec![coded(5, CodeEffects::default())]).await;
    let read: Vec<_> = whole(world.store, world.tenant).await.follow_ups.concat();
    let read: Vec<_> = read.iter().map(|one| (one.call, one.due.0, one.state)).collect();
    let (open, withdrawn) = (FollowUpState::Open, FollowUpState::Withdrawn);
    assert_eq!(read, [(call_key(6), 8, open), (call_key(5), 7, withdrawn), (call_key(4), 9, open)]);
}

async fn what_agents_did_is_read_with_until_when(world: &World<'_>) {
    let begins =
        [(3, Available, 10), (2, OnCall, 12), (3, OnCall, 20), (3, Away, 20), (2, AfterCallWork, 15)];
    let entries = begins.map(|(n, state, second)| does(n, state, second));
    world.write(entries.map(|entry| Change::AgentState(Box::new(entry))).to_vec()).await;
    let read: Vec<AgentSpell> = whole(world.store, world.tenant).await.agent_states.concat();
    let read: Vec<AgentSpell> = read.into_iter().filter(|spell| spell.entry.agent != agent(1)).collect();
    let spell = |entry: AgentStateEntry, until: Option<i64>| AgentSpell { entry, until: until.map(at) };
    let expected = [
        spell(does(2, OnCall, 12), Some(15)),
        spell(does(2, AfterCallWork, 15), None),
        spell(does(3, Available, 10), Some(20)),
        spell(does(3, OnCall, 20), Some(20)),
        spell(does(3, Away, 20), None),
    ];
    assert_eq!(read, expected);
}

async fn clicks_and_silences_are_read_in_a_fixed_order(world: &World<'_>) {
    let clicks = [4, 2, 3].map(|n| dial(n, "600"));
    world.write(clicks.map(|click| Change::Dial(Box::new(click))).to_vec()).await;
    let read = whole(world.store, world.tenant).await;
    let parts: Vec<_> = read.dials.concat().iter().map(|click| click.engagement).collect();
    assert_eq!(parts, [1, 2, 3, 4].map(engagement_key));
    let of_all = world.store.deaf(world.tenant, at(0), at(1_000_000)).await.unwrap();
    assert_eq!(read.deaf.concat().into_iter().rev().collect::<Vec<_>>(), of_all);
}

async fn of_views_and_reports_somebody_reads_their_own_and_those_that_are_shared(world: &World<'_>) {
    let views = [view(4, 1, false), view(1, 2, true), view(3, 2, false), view(2, 1, true)];
    world.write(views.clone().map(|one| Change::View(Box::new(one))).to_vec()).await;
    let reports = [report(3, 1, false, true), report(1, 2, true, false), report(2, 2, false, false)];
    world.write(reports.clone().map(|one| Change::Report(Box::new(one))).to_vec()).await;
    let mails = [mail(1, 9), mail(3, 5), mail(2, 7), mail(1, 8)];
    world.write(mails.map(|one| Change::ReportMail(Box::new(one))).to_vec()).await;
    let read = whole(world.store, world.tenant).await;
    let [fourth, first, _, second] = views;
    assert_eq!(read.views.concat(), [first, second, fourth]);
    let [third, first, _] = reports;
    assert_eq!(read.reports.concat(), [first, third]);
    let due: Vec<_> = read.mails.concat().iter().map(|mail| (mail.report, mail.due)).collect();
    assert_eq!(due, [(report_id(1), at(8)), (report_id(1), at(9)), (report_id(3), at(5))]);
}

async fn a_place_that_was_not_given_out_is_none(world: &World<'_>) {
    let (store, t) = (world.store, world.tenant);
    for text in ["", "x", "-"] {
        let after = Some(text);
        let is_none = |error: Option<ReadError>| matches!(error, Some(ReadError::BadCursor));
        assert!(is_none(store.all_messages(t, after, 2).await.err()), "{text}");
        assert!(is_none(store.all_follow_ups(t, after, 2).await.err()), "{text}");
        assert!(is_none(store.all_agent_states(t, after, 2).await.err()), "{text}");
        assert!(is_none(store.all_dials(t, after, 2).await.err()), "{text}");
        assert!(is_none(store.all_deaf(t, after, 2).await.err()), "{text}");
        assert!(is_none(store.all_views(t, user_id(1), after, 2).await.err()), "{text}");
        assert!(is_none(store.all_saved_reports(t, user_id(1), after, 2).await.err()), "{text}");
        assert!(is_none(store.all_report_mails(t, user_id(1), after, 2).await.err()), "{text}");
    }
}
