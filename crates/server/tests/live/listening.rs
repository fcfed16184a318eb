//! Somebody listens in on a call, as the floor's page asks for it: whom they hear, who hears them, and what is stored.

use crate::centre::{Centre, SUPERVISOR};
use crate::stored;
use serde_json::{Value, json};
use std::time::Duration;
use telephony::ami::Frame;
use testkit::http::Client;
use testkit::sip::PhoneCall;
use testkit::tier;
use tokio::time::timeout;

const PHONES: [&str; 3] = ["1001", "1002", SUPERVISOR];
/// How long somebody says something.
const SPEAKS: Duration = Duration::from_millis(1_000);
/// How long a leg may take to end.
const ENDS_WITHIN: Duration = Duration::from_secs(20);
/// So many pieces of sound are more than a crackle.
const A_FEW: u64 = 10;
/// The agents of the floor, by their key.
async fn on_floor(client: &mut Client, agent: &str) -> Value {
    let answer = client.ask("GET", "/api/v1/floor", None).await.expect("a floor");
    let agents = answer.body["floor"]["agents"].as_array().cloned().unwrap_or_default();
    agents.into_iter().find(|one| one["agent"] == agent).unwrap_or_default()
}

/// Asks to listen in on the call of 1001, picks up, and waits until it is heard; answers the leg.
async fn listens(centre: &Centre, client: &mut Client, how: &str, nth: usize) -> PhoneCall {
    let engagement = on_floor(client, "1001").await["calls"][0]["engagement"].clone();
    let body = json!({ "engagement": engagement, "how": how });
    let answer = client.ask("POST", "/api/v1/floor/listen", Some(&body)).await.expect("an answer");
    assert_eq!(answer.status, 202, "{}\n{}", answer.text, centre.system.told());
    let ear = centre.system.phone(SUPERVISOR).incoming(nth).await;
    ear.ringing().await;
    ear.answer();
    let spies = |frame: &Frame| frame.event() == Some("ChanSpyStart");
    centre.system.until_told_times(nth + 1, "somebody listens in", spies).await;
    ear
}

/// Waits until somebody no longer listens in. Asterisk looks only with each piece of sound whether listening is over: on the
/// call that is listened to, and on the leg that listens.
async fn ended(centre: &Centre, ear: &PhoneCall, call: &PhoneCall) {
    tokio::join!(ear.keep_quiet(SPEAKS), call.keep_quiet(SPEAKS));
    if timeout(ENDS_WITHIN, ear.ended()).await.is_err() {
        panic!("it did not end in time\n{}", centre.system.told());
    }
}

/// Waits until Asterisk says that a leg of the supervisor's listens in like this.
async fn runs(centre: &Centre, options: &str) {
    let wanted = format!(",{options}!");
    let spies = |line: &str| line.contains("!ChanSpy!") && line.contains(&wanted);
    centre.system.tell("Command", &[("Command", "core show channels concise")]).await;
    centre.system.until_told(&wanted, |frame: &Frame| frame.all("Output").any(spies)).await;
}

/// Whether the agent and the caller hear what the supervisor says, while they say nothing themselves.
async fn hear(centre: &Centre, ear: &PhoneCall, [agent, caller]: [&PhoneCall; 2]) -> [bool; 2] {
    let heard = || [centre.system.phone("1001").heard(), centre.system.outside.heard()];
    let before = heard();
    tokio::join!(ear.speak(SPEAKS), agent.keep_quiet(SPEAKS), caller.keep_quiet(SPEAKS));
    let after = heard();
    [0, 1].map(|who| after[who] - before[who] > A_FEW)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_listens_hears_both_and_nobody_hears_them_and_the_call_is_what_it_was() {
    let Some(centre) = Centre::open_to_command(&PHONES).await else { return };
    let (call, agent) = centre.talking().await;
    centre.until("it is stored", || centre.talks("1001")).await;
    let mut client = centre.desk(SUPERVISOR).await;
    let supervisor = centre.system.phone(SUPERVISOR);

    let ear = listens(&centre, &mut client, "listen", 0).await;
    for speaker in [&call, &agent] {
        let before = supervisor.heard();
        speaker.speak(SPEAKS).await;
        supervisor.hears(before + A_FEW).await;
    }
    assert_eq!(hear(&centre, &ear, [&agent, &call]).await, [false, false], "nobody hears who listens");
    runs(&centre, "qESu").await;
    let listener = on_floor(&mut client, "1001").await["calls"][0]["listeners"][0].clone();
    assert_eq!((&listener["agent"], &listener["how"]), (&json!(SUPERVISOR), &json!("listen")));

    call.hang_up().await;
    agent.ended().await;
    ended(&centre, &ear, &call).await;
    let listened = stored::count(&centre.database, "SELECT count(*) FROM audit WHERE action = 'listened'");
    let owed = stored::count(&centre.database, "SELECT count(*) FROM wrapup WHERE agent = '1003'");
    assert_eq!((listened, owed), (1, 0));
    let stored = centre.stored(2).await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up open",
        "internal 1003 > 1001, ended by system, no activity: listening_in",
        "  1003 listening answered, connected",
    ];
    assert_eq!(stored, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_agent_hears_who_whispers_and_both_hear_who_barges_in() {
    let Some(centre) = Centre::open_to_command(&PHONES).await else { return };
    let (call, agent) = centre.talking().await;
    centre.until("it is stored", || centre.talks("1001")).await;
    let mut client = centre.desk(SUPERVISOR).await;
    let ways = [("whisper", "qESuw", [true, false]), ("barge", "qESuB", [true, true])];
    for (nth, (how, options, hears)) in ways.into_iter().enumerate() {
        let ear = listens(&centre, &mut client, how, nth).await;
        runs(&centre, options).await;
        assert_eq!(hear(&centre, &ear, [&agent, &call]).await, hears, "{how}");
        ear.hang_up().await;
        tokio::join!(call.keep_quiet(SPEAKS), agent.keep_quiet(SPEAKS));
        centre.until("it is over", || !centre.talks(SUPERVISOR)).await;
        let listened =
            stored::count(&centre.database, "SELECT count(*) FROM audit WHERE action = 'listened'");
        assert_eq!(listened as usize, nth + 1);
    }
    assert!(centre.talks("1001"));
    centre.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hangs_up_listens_no_more_and_who_does_not_pick_up_never_did() {
    let Some(centre) = Centre::open_to_command(&PHONES).await else { return };
    let (call, agent) = centre.talking().await;
    centre.until("it is stored", || centre.talks("1001")).await;
    let mut client = centre.desk(SUPERVISOR).await;
    let ear = listens(&centre, &mut client, "listen", 0).await;
    centre.until("it is stored that they hear", || centre.talks(SUPERVISOR)).await;
    let own = on_floor(&mut client, SUPERVISOR).await["listens_to"]["engagement"].clone();
    let body = json!({ "engagement": own });
    let answer = client.ask("POST", "/api/v1/me/hang-up", Some(&body)).await.expect("an answer");
    assert_eq!(answer.status, 204, "{}", answer.text);
    ended(&centre, &ear, &call).await;
    assert!(centre.talks("1001"), "the call goes on");
    centre.until("it is over", || !centre.talks(SUPERVISOR)).await;

    let engagement = on_floor(&mut client, "1001").await["calls"][0]["engagement"].clone();
    let body = json!({ "engagement": engagement, "how": "whisper" });
    let answer = client.ask("POST", "/api/v1/floor/listen", Some(&body)).await.expect("an answer");
    assert_eq!(answer.status, 202, "{}", answer.text);
    let refused = centre.system.phone(SUPERVISOR).incoming(1).await;
    // What is turned down before it was told that it rings looks engaged.
    let leg = format!("PJSIP/{SUPERVISOR}-");
    let rings = |frame: &Frame| {
        frame.get("ChannelStateDesc") == Some("Ringing")
            && frame.event() == Some("Newstate")
            && frame.get("Channel").is_some_and(|of| of.starts_with(&leg))
    };
    centre.system.until_told_times(2, "it rings", rings).await;
    refused.reject();
    refused.ended().await;
    call.hang_up().await;
    agent.ended().await;
    let stored = centre.stored(3).await;
    assert_eq!(
        stored[2..],
        [
            "internal 1003 > 1001, ended by system, no activity: listening_in",
            "  1003 listening answered, connected",
            "internal 1003 > ?, ended by agent, no activity: listening_in",
            "  1003 listening rejected",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_behind_a_local_leg_is_listened_to_on_their_own() {
    if !tier::full() {
        return;
    }
    let Some(centre) = Centre::open_to_command(&PHONES).await else { return };
    centre.system.add_to("behind", "Local/1001@from-internal/n", "1001").await;
    let call = centre.system.caller_calls("610");
    centre.system.phone("1001").incoming(0).await.answer();
    centre.system.until_connected().await;
    centre.until("it is stored", || centre.talks("1001")).await;
    let mut client = centre.desk(SUPERVISOR).await;
    let ear = listens(&centre, &mut client, "listen", 0).await;
    let supervisor = centre.system.phone(SUPERVISOR);
    let before = supervisor.heard();
    call.speak(SPEAKS).await;
    supervisor.hears(before + A_FEW).await;
    call.hang_up().await;
    ended(&centre, &ear, &call).await;
    let stored = centre.stored(2).await;
    assert_eq!(
        stored[..2],
        [
            "inbound +34600111222 > 610, did 610, group behind, talked, ended by customer",
            "  1001 queue answered, connected, wrap-up open",
        ]
    );
}
