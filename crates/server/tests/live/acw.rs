//! After Call Work (P12): a ring group leaves an agent alone from the moment they are connected until they logged the
//! call, though callers are always waiting.

use crate::centre::{AGENTS, Centre, log};
use crate::stored::count;
use domain::id::At;
use testkit::acw::offered_during_acw;
use testkit::dice::Dice;
use testkit::http::Client;
use testkit::sip::Habit;
use testkit::tier::{Seeded, rounds, seed};
use testkit::time;

/// Callers at any time: more than there are agents.
const CALLERS: usize = 4;
/// Longest talk, in microseconds.
const LONGEST_TALK_US: u64 = 200_000;
/// Longest work after a call, in microseconds: a ring group looks for an agent every second.
const LONGEST_WORK_US: u64 = 1_500_000;

/// One agent's shift.
struct Shift<'c> {
    centre: &'c Centre,
    agent: &'static str,
    desk: Client,
    dice: Dice,
}

impl<'c> Shift<'c> {
    async fn begin(centre: &'c Centre, agent: &'static str, seed: u64, purpose: u64) -> Shift<'c> {
        centre.system.phone(agent).when_called(Habit::Answers);
        Shift { centre, agent, desk: centre.desk(agent).await, dice: Dice::new(seed, purpose) }
    }

    /// Takes calls; the wrap-up of the last one is left open.
    async fn work(&mut self, rounds: usize) {
        let phone = self.centre.system.phone(self.agent);
        for round in 0..rounds {
            let call = phone.incoming(round).await;
            call.answered().await;
            self.centre.until_left_alone(self.agent, true).await;
            self.pass(LONGEST_TALK_US).await;
            call.hang_up().await;
            self.centre.until_owing(self.agent, 1).await;
            self.pass(LONGEST_WORK_US).await;
            assert_eq!(phone.offers().len(), round + 1, "{}: called during After Call Work", self.agent);
            assert!(self.centre.left_alone(self.agent), "{}", self.agent);
            if round + 1 < rounds {
                log(&mut self.desk).await;
            }
        }
    }

    async fn pass(&mut self, longest_us: u64) {
        let time = i64::try_from(self.dice.below(longest_us)).expect("a short time");
        time::until(At(time::now().0 + time)).await;
    }
}

/// Somebody is always waiting.
async fn keep_calling(centre: &Centre) {
    let mut calls: Vec<_> = (0..CALLERS).map(|_| centre.system.caller_calls("600")).collect();
    loop {
        for call in &mut calls {
            call.ended().await;
            *call = centre.system.caller_calls("600");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_no_call_is_offered_by_asterisk_during_after_call_work_with_callers_always_waiting() {
    let Some(centre) = Centre::open(&AGENTS).await else { return };
    let seeded = Seeded(seed());
    let mut first = Shift::begin(&centre, AGENTS[0], seeded.0, 1).await;
    let mut second = Shift::begin(&centre, AGENTS[1], seeded.0, 2).await;
    let wanted = rounds(5, 200);
    tokio::select! {
        _ = async { tokio::join!(first.work(wanted), second.work(wanted)) } => {}
        () = keep_calling(&centre) => {}
    }
    // Who still waits gives up, so that nobody is called any more.
    centre.system.outside.hang_up_all().await;
    for shift in [&mut first, &mut second] {
        log(&mut shift.desk).await;
        centre.until_left_alone(shift.agent, false).await;
    }
    let offers = AGENTS.into_iter().flat_map(|agent| {
        centre.system.phone(agent).offers().into_iter().map(move |at| (agent.to_owned(), at))
    });
    let offers: Vec<_> = offers.collect();
    assert_eq!(offers.len(), 2 * wanted);
    assert_eq!(offered_during_acw(&centre.database, offers).expect("the database"), []);
    let logged = count(&centre.database, "SELECT count(*) FROM wrapup WHERE state = 'logged'");
    assert_eq!(logged as usize, 2 * wanted);
    centre.close().await;
}
