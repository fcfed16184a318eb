//! The phone in a browser: the real panel in a real Chromium, registered at a real Asterisk. What is heard is counted at
//! both ends: at the caller's phone, which is ours, and in the browser, which says it of itself.

use crate::centre::{AT_BROWSER, Centre, PASSWORD, talk};
use telephony::ami::Frame;
use testkit::browser::{Browser, Sound};
use testkit::sip::{PhoneCall, WITHIN};
use testkit::tier;
use tokio::time::timeout;

/// A ring group in which nobody but the agent at the browser is.
const GROUP: (&str, &str) = ("patient", "612");
const CUSTOMER: &str = "+34911222333";
/// Packets that are enough to have heard something: half a second.
const ENOUGH: f64 = 25.0;
/// The microphone of the browser beeps once a second; in as many packets there is one for sure.
const BEEP: u64 = 75;

/// The agent at the browser signed in, and can be called.
async fn at_their_desk(centre: &Centre) -> Browser {
    let mut browser = Browser::open().await;
    browser.goes_to(&format!("http://{}/panel.html?lang=en", centre.running.address)).await;
    browser.types("User name", AT_BROWSER).await;
    browser.types("Password", PASSWORD).await;
    browser.clicks("Sign in").await;
    browser.sees("Browser phone ready").await;
    browser
}

/// Somebody calls the ring group of the agent, who answers in the panel.
async fn talking(centre: &Centre, browser: &mut Browser) -> PhoneCall {
    centre.system.add_to(GROUP.0, &format!("PJSIP/{AT_BROWSER}"), AT_BROWSER).await;
    let call = centre.system.caller_calls(GROUP.1);
    browser.sees("Incoming call").await;
    browser.clicks("Answer").await;
    centre.system.until_connected().await;
    centre.until("the call is connected", || centre.talks(AT_BROWSER)).await;
    call
}

fn of_agent(event: &'static str) -> impl Fn(&Frame) -> bool {
    let leg = format!("PJSIP/{AT_BROWSER}-");
    move |frame| frame.event() == Some(event) && frame.get("Channel").is_some_and(|of| of.starts_with(&leg))
}

/// Both ends speak and hear each other.
async fn hear_each_other(browser: &mut Browser, other: &PhoneCall) {
    let hears = async {
        let mut sound = Sound::default();
        while sound.heard <= 0.0 || sound.received < ENOUGH || sound.sent < ENOUGH {
            sound = browser.sound().await;
        }
        sound
    };
    let sound = tokio::select! {
        () = other.speak(WITHIN) => panic!("the browser did not hear the other end"),
        sound = hears => sound,
    };
    assert!(sound.said > 0.0, "the microphone was heard: {sound:?}");
    other.until_heard("the agent, loud", |heard| heard.loud > 0 && heard.all as f64 > ENOUGH).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_answered_in_the_browser_and_both_ends_hear_each_other() {
    let Some(centre) = Centre::open_to_browser().await else { return };
    let mut browser = at_their_desk(&centre).await;
    let call = talking(&centre, &mut browser).await;
    hear_each_other(&mut browser, &call).await;
    browser.clicks("Hold").await;
    centre.system.until_told("it is held", of_agent("Hold")).await;
    browser.clicks("Take back").await;
    centre.system.until_told("it is taken back", of_agent("Unhold")).await;
    call.until_heard("the agent again", {
        let before = call.heard();
        move |heard| heard.all > before.all + BEEP && heard.loud > before.loud
    })
    .await;
    browser.clicks("Mute").await;
    browser.sees("You are muted").await;
    // What was said before is still under way.
    let muted = call.heard();
    let quiet = call.until_heard("what is under way", |heard| heard.all >= muted.all + 10).await;
    let later = call.until_heard("silence", |heard| heard.all >= quiet.all + BEEP).await;
    assert_eq!(later.loud, quiet.loud, "nothing is heard of who is muted");
    browser.clicks("Unmute").await;
    call.until_heard("the agent once more", |heard| heard.loud > later.loud).await;
    browser.clicks("Keypad").await;
    browser.presses("5").await;
    let five = of_agent("DTMFEnd");
    centre.system.until_told("a key", |frame| five(frame) && frame.get("Digit") == Some("5")).await;
    browser.clicks("Hang up").await;
    call.ended().await;
    centre.until_owing(AT_BROWSER, 1).await;
    browser.sees("Do not log").await;
    browser.close().await;
    let expected = [
        "inbound +34600111222 > 612, did 612, group patient, talked, held, ended by agent",
        "  1006 queue answered, connected, held, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_is_dialled_is_picked_up_by_the_phone_in_the_browser() {
    let Some(centre) = Centre::open_to_browser().await else { return };
    let mut browser = at_their_desk(&centre).await;
    browser.types("Number to call", CUSTOMER).await;
    browser.clicks("Call").await;
    let customer = centre.system.outside.incoming(0).await;
    customer.answer();
    centre.system.until_joined(AT_BROWSER, 1).await;
    hear_each_other(&mut browser, &customer).await;
    customer.hang_up().await;
    centre.until_owing(AT_BROWSER, 1).await;
    browser.sees("Do not log").await;
    browser.close().await;
    let expected = [
        "outbound 1006 > +34911222333, talked, ended by customer",
        "  1006 outbound answered, connected, wrap-up open",
    ];
    assert_eq!(centre.stored(1).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_reloaded_asks_first_ends_its_call_at_once_and_says_so() {
    let Some(centre) = Centre::open_to_browser().await else { return };
    let mut browser = at_their_desk(&centre).await;
    let call = talking(&centre, &mut browser).await;
    talk().await;
    assert!(browser.reloads().await, "whoever is about to end a call is asked");
    call.ended().await;
    browser.sees("which ended your call with").await;
    browser.sees("Do not log").await;
    centre.until_owing(AT_BROWSER, 1).await;
    browser.sees("Browser phone ready").await;
    browser.close().await;
    let stored = centre.stored(1).await;
    // The page's own word or the server's, whichever gets there first.
    let by = ["agent", "system"]
        .map(|by| format!("inbound +34600111222 > 612, did 612, group patient, talked, ended by {by}"));
    assert!(by.contains(&stored[0]), "{stored:#?}");
    assert_eq!(stored[1..], ["  1006 queue answered, connected, wrap-up open"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_dies_leaves_nobody_in_silence() {
    if !tier::full() {
        return;
    }
    let Some(centre) = Centre::open_to_browser().await else { return };
    let mut browser = at_their_desk(&centre).await;
    let call = talking(&centre, &mut browser).await;
    talk().await;
    browser.dies().await;
    // Nothing says so: the phone system notices that nothing is heard (`rtp_timeout`).
    assert!(timeout(WITHIN, call.ended()).await.is_ok(), "{}", centre.system.told());
    centre.until_owing(AT_BROWSER, 1).await;
    let stored = centre.stored(1).await;
    assert_eq!(stored[1], "  1006 queue answered, connected, wrap-up open", "{stored:#?}");
}
