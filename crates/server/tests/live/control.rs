//! What an agent asks of their call by the API that the panel uses, and what a real Asterisk and a phone make of it.

use crate::centre::{AGENTS, Centre, talk};
use serde_json::{Value, json};
use telephony::ami::Frame;
use testkit::http::Client;
use testkit::sip::{PhoneCall, WITHIN};

/// An agent at their desk, who has one call.
struct Desk<'c> {
    centre: &'c Centre,
    client: Client,
    engagement: Value,
}

impl<'c> Desk<'c> {
    /// Agent 1001.
    async fn of(centre: &'c Centre) -> Desk<'c> {
        let mut client = centre.desk("1001").await;
        let engagement = panel_call(&mut client).await["engagement"].clone();
        Desk { centre, client, engagement }
    }

    async fn ask(&mut self, asked: Value) -> (u16, Value) {
        let mut body = asked;
        body["engagement"] = self.engagement.clone();
        let answer = self.client.ask("POST", "/api/v1/me/control", Some(&body)).await.expect("an answer");
        (answer.status, answer.body)
    }

    /// Asks, is obeyed, and waits until the phone system tells what comes of it.
    async fn does(&mut self, asked: Value, told: impl Fn(&Frame) -> bool) {
        let (status, body) = self.ask(asked.clone()).await;
        assert_eq!(status, 204, "{asked}: {body}\n{}", self.centre.system.told());
        self.centre.system.until_told(&asked.to_string(), told).await;
    }
}

async fn panel_call(client: &mut Client) -> Value {
    let answer = client.ask("GET", "/api/v1/me/panel", None).await.expect("a panel");
    answer.body["calls"][0].clone()
}

fn event(name: &'static str) -> impl Fn(&Frame) -> bool {
    move |frame| frame.event() == Some(name)
}

fn of_agent(name: &'static str, agent: &'static str) -> impl Fn(&Frame) -> bool {
    let leg = format!("PJSIP/{agent}-");
    move |frame| frame.event() == Some(name) && frame.get("Channel").is_some_and(|of| of.starts_with(&leg))
}

/// A caller of the number talks to 1001, who picked up by the panel.
async fn answered_by_the_panel(centre: &Centre, number: &str) -> (PhoneCall, PhoneCall) {
    let call = centre.system.caller_calls(number);
    let agent = centre.system.phone("1001").incoming(0).await;
    centre.until("the panel can answer", || centre.rings("1001")).await;
    let mut desk = Desk::of(centre).await;
    desk.does(json!({ "ask": "answer" }), event("AgentConnect")).await;
    agent.answered().await;
    centre.until("the call is connected", || centre.talks("1001")).await;
    (call, agent)
}

/// The agent asks 1002, who answers. Asterisk reads the digits of a transfer only while it hears whoever transfers.
async fn asks_1002(desk: &mut Desk<'_>, agent: &PhoneCall) {
    let centre = desk.centre;
    tokio::select! {
        () = agent.speak(WITHIN) => panic!("1002 was not asked"),
        () = async {
            desk.does(json!({ "ask": "ask_first", "to": "1002" }), of_agent("Hold", "1001")).await;
            centre.system.phone("1002").incoming(0).await.answer();
            centre.system.until_joined("1002", 1).await;
        } => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_takes_notify_answers_holds_and_takes_back() {
    let Some(centre) = Centre::open_to_command(&AGENTS).await else { return };
    let (call, agent) = answered_by_the_panel(&centre, "600").await;
    let mut desk = Desk::of(&centre).await;
    desk.does(json!({ "ask": "hold" }), of_agent("Hold", "1001")).await;
    desk.does(json!({ "ask": "resume" }), of_agent("Unhold", "1001")).await;
    talk().await;
    call.hang_up().await;
    agent.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, held, ended by customer",
        "  1001 queue answered, connected, held, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_handed_over_unannounced_by_the_panel() {
    let Some(centre) = Centre::open_to_command(&AGENTS).await else { return };
    let (call, first) = answered_by_the_panel(&centre, "600").await;
    let mut desk = Desk::of(&centre).await;
    talk().await;
    desk.does(json!({ "ask": "transfer", "to": "1002" }), event("BlindTransfer")).await;
    first.ended().await;
    let second = centre.system.phone("1002").incoming(0).await;
    second.answer();
    centre.until("the second one talks", || centre.talks("1002")).await;
    talk().await;
    call.hang_up().await;
    second.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, ended by customer",
        "  1001 queue answered, connected, wrap-up open",
        "  1002 transfer answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colleague_is_asked_first_and_hanging_up_hands_over() {
    let Some(centre) = Centre::open_to_command(&AGENTS).await else { return };
    let (call, first) = answered_by_the_panel(&centre, "600").await;
    let mut desk = Desk::of(&centre).await;
    talk().await;
    asks_1002(&mut desk, &first).await;
    let asking = panel_call(&mut desk.client).await;
    assert_eq!(asking["controls"]["asks"], "1002", "{asking}");
    let second = centre.system.phone("1002").incoming(0).await;
    talk().await;
    let body = json!({ "engagement": desk.engagement });
    let answer = desk.client.ask("POST", "/api/v1/me/hang-up", Some(&body)).await.expect("an answer");
    assert_eq!(answer.status, 204, "{}", answer.text);
    first.ended().await;
    centre.until("the second one talks", || centre.talks("1002")).await;
    talk().await;
    call.hang_up().await;
    second.ended().await;
    let expected = [
        "inbound +34600111222 > 600, did 600, group support, talked, held, ended by customer",
        "  1001 queue answered, connected, held, wrap-up open",
        "  1002 transfer answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asked_a_colleague_goes_back_to_the_caller() {
    let Some(centre) = Centre::open_to_command(&AGENTS).await else { return };
    let (call, first) = answered_by_the_panel(&centre, "600").await;
    let mut desk = Desk::of(&centre).await;
    talk().await;
    asks_1002(&mut desk, &first).await;
    let second = centre.system.phone("1002").incoming(0).await;
    talk().await;
    desk.does(json!({ "ask": "take_back" }), of_agent("Unhold", "1001")).await;
    second.ended().await;
    centre.until("nobody is asked any more", || centre.asks_nobody("1001")).await;
    talk().await;
    call.hang_up().await;
    first.ended().await;
    let stored = centre.stored(1).await;
    assert_eq!(
        stored[..2],
        [
            "inbound +34600111222 > 600, did 600, group support, talked, held, ended by customer",
            "  1001 queue answered, connected, held, wrap-up open",
        ],
        "{stored:#?}"
    );
    assert!(!stored.iter().any(|line| line.starts_with("  1002") && line.contains("wrap-up")), "{stored:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_agent_is_muted_and_the_recording_paused_and_both_go_on() {
    let Some(centre) = Centre::open_to_command(&AGENTS).await else { return };
    let (call, agent) = answered_by_the_panel(&centre, "611").await;
    let mut desk = Desk::of(&centre).await;
    let paused = |state: &'static str| {
        move |frame: &Frame| frame.event() == Some("MixMonitorMute") && frame.get("State") == Some(state)
    };
    desk.does(json!({ "ask": "pause_recording" }), paused("1")).await;
    desk.does(json!({ "ask": "resume_recording" }), paused("0")).await;
    for (asked, muted) in [("mute", true), ("unmute", false)] {
        let (status, body) = desk.ask(json!({ "ask": asked })).await;
        assert_eq!(status, 204, "{asked}: {body}\n{}", centre.system.told());
        assert_eq!(panel_call(&mut desk.client).await["controls"]["muted"], muted);
    }
    call.hang_up().await;
    agent.ended().await;
    let stored = centre.stored(1).await;
    assert_eq!(stored.len(), 2, "{stored:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_rights_do_not_allow_is_refused_and_said() {
    let Some(centre) = Centre::open(&AGENTS).await else { return };
    let (call, agent) = centre.talking().await;
    let mut desk = Desk::of(&centre).await;
    let (status, body) = desk.ask(json!({ "ask": "mute" })).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("not_possible")));
    // Asterisk itself would take it, and hang up on the caller.
    let (status, body) = desk.ask(json!({ "ask": "transfer", "to": "000" })).await;
    assert_eq!((status, &body["error"]["field"]), (422, &json!("to")), "no such extension");
    assert!(centre.talks("1001"));
    call.hang_up().await;
    agent.ended().await;
    centre.close().await;
}
