//! What a real Asterisk 22 answered to the trial of its manager rights, and what is read from it. `minimal_rights` is a
//! user with the documented rights; `few_rights` one with `read = agent` and `write = originate,call`;
//! `bare_settings` the first again, without `timestampevents` and `channelvars`.

use telephony::ami::actions::{Action, queue_penalty};
use telephony::ami::trial::{Lacking, Trial};
use telephony::ami::{Splitter, frames};

const LEG: &str = "cti-trial";

/// What is found out from a session, and what was asked in it.
fn read(session: &[u8]) -> (Trial, Vec<Action>) {
    let (mut trial, mut asked) = (Trial::default(), Vec::new());
    let whole = Splitter::default().push(session).expect("whole frames");
    for frame in frames(&whole) {
        asked.extend(trial.read(&frame, LEG).expect("a question"));
    }
    (trial, asked)
}

#[test]
fn with_the_documented_rights_and_settings_nothing_lacks() {
    let (trial, asked) = read(include_bytes!("trial/minimal_rights.raw"));
    assert_eq!(trial.lacking(), []);
    assert!(trial.is_over() && !trial.has_no_members());
    // The penalty that the member has.
    assert_eq!(asked, [queue_penalty("short", "PJSIP/1003", "0").expect("a question")]);
}

#[test]
fn each_class_that_lacks_is_named_and_so_is_what_it_is_for() {
    let (trial, _) = read(include_bytes!("trial/few_rights.raw"));
    let expected = [
        Lacking::Write { class: "agent", action: "QueuePause" },
        Lacking::Write { class: "reporting", action: "CoreShowChannels" },
        Lacking::Read { class: "system" },
        Lacking::Read { class: "call" },
    ];
    assert_eq!(trial.lacking(), expected);
    let vital = trial.lacking().iter().map(Lacking::is_vital).collect::<Vec<_>>();
    assert_eq!(vital, [true, true, false, true]);
    assert!(trial.lacking()[0].to_string().contains("write lacks agent: QueuePause is not allowed"));
    assert!(!trial.is_over(), "there may be more to come, for all that is known");
}

#[test]
fn settings_without_which_something_is_lost_are_named() {
    let (trial, _) = read(include_bytes!("trial/bare_settings.raw"));
    let lacking = trial.lacking();
    assert_eq!(lacking[0], Lacking::Timestamps);
    let names = ["MIXMONITOR_FILENAME", "VM_MESSAGEFILE", "CALLERID(pres)"];
    let named =
        |lacking: &Lacking| matches!(lacking, Lacking::ChannelVariable { name, .. } if names.contains(name));
    assert_eq!(lacking.iter().filter(|lacking| named(lacking)).count(), 3);
    assert_eq!(lacking.len(), 4);
    assert!(!lacking.iter().any(Lacking::is_vital));
}

#[test]
fn what_only_agents_wishes_need_is_asked_for_where_they_are_set() {
    let (trial, _) = read(include_bytes!("trial/minimal_rights.raw"));
    assert_eq!(trial.lacking_of(["BlindTransfer", "Atxfer", "MixMonitorMute"]), []);
    let lacking = trial.lacking_of(["MuteAudio", "PJSIPNotify"]);
    let told: Vec<String> = lacking.iter().map(Lacking::to_string).collect();
    assert!(told[0].contains("write lacks system, or res_mutestream.so is not loaded"), "{told:?}");
    assert_eq!((told.len(), lacking.iter().any(Lacking::is_vital)), (2, false));
    assert_eq!(Trial::default().lacking_of(["MuteAudio"]), [], "nothing was heard of what is allowed");
}

#[test]
fn queues_without_wrapuptime_are_named() {
    let (trial, _) = read(include_bytes!("trial/minimal_rights.raw"));
    let unguarded: Vec<String> = trial.unguarded().map(|lacking| lacking.to_string()).collect();
    assert!(unguarded.iter().any(|told| told.contains("support has no wrapuptime")), "{unguarded:?}");
}

#[test]
fn whether_somebody_can_listen_in_is_found_out_where_it_may_be_asked() {
    let ear = |answer: &str| {
        let (trial, _) = read(format!("{answer}\r\nActionID: check-ear\r\n\r\n").as_bytes());
        (trial.lacking_ear(), trial.ear_unknown())
    };
    assert_eq!(ear("Response: Success\r\nVersion: "), (None, false));
    assert_eq!(ear("Response: Error\r\nMessage: Module not loaded"), (Some(Lacking::Ear), false));
    assert_eq!(ear("Response: Error\r\nMessage: Permission denied"), (None, true));
    assert!(!Lacking::Ear.is_vital());
    // An answer to anything else says nothing of it.
    let (trial, _) = read(b"Response: Success\r\nActionID: check-3\r\n\r\n");
    assert!(trial.ear_unknown());
}
