//! What Asterisk sends contradicts its manual and what one would expect in places; docs/verification/pitfalls.md
//! numbers them. Each test here shows first that the recorded session holds the pitfall, then that the calls made
//! from it are right all the same. Those that need a phone system that runs are in the live tests.

use domain::call::{CallPolicy, CallRecord, CallType, HungUpBy, NoActivity, OfferResult, Via};
use domain::event::{SourceEvent, Standing};
use domain::id::{At, TenantId};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use telephony::ami::{Deriver, Frame, frames};
use telephony::endpoints::{EndpointMap, EndpointSettings};
use telephony::replay::Replay;

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../captures")
}

fn endpoints() -> EndpointMap {
    let text = fs::read_to_string(captures().join("endpoints.toml")).expect("endpoints.toml");
    let settings: EndpointSettings = toml::from_str(&text).expect("a valid endpoint map");
    EndpointMap::try_from(&settings).expect("no endpoint listed twice")
}

fn calls(bytes: &[u8]) -> Vec<CallRecord> {
    let endpoints = endpoints();
    let policy = CallPolicy::default();
    Replay { tenant: TenantId(1), source: "pbx1", endpoints: &endpoints, policy }.calls([bytes])
}

/// A recorded session.
struct Session {
    frames: Vec<Frame>,
    calls: Vec<CallRecord>,
}

impl Session {
    fn of(name: &str) -> Session {
        let bytes = fs::read(captures().join(name).join("ami.raw")).expect("ami.raw");
        Session { frames: frames(&bytes).collect(), calls: calls(&bytes) }
    }

    /// The frames of an event.
    fn all<'s>(&'s self, event: &'s str) -> impl Iterator<Item = &'s Frame> {
        self.frames.iter().filter(move |frame| frame.event() == Some(event))
    }

    fn count(&self, event: &str) -> usize {
        self.all(event).count()
    }

    /// The only call.
    #[track_caller]
    fn call(&self) -> &CallRecord {
        assert_eq!(self.calls.len(), 1, "{:#?}", self.calls);
        &self.calls[0]
    }

    /// What became of each agent's part.
    fn results(&self) -> Vec<(&str, OfferResult)> {
        let parts = &self.call().engagements;
        parts.iter().map(|part| (part.agent.0.as_str(), part.result.expect("it is over"))).collect()
    }

    /// Values of a header of an event's frames, where they have it.
    fn values<'s>(&'s self, event: &'s str, header: &'s str) -> Vec<&'s str> {
        self.all(event).filter_map(|frame| frame.get(header)).collect()
    }
}

/// Holds all recorded sessions against themselves, with frames changed: `None` leaves one out.
#[track_caller]
fn nothing_rests_on(change: impl Fn(&Frame) -> Option<Frame>) {
    let mut changed = 0;
    for entry in fs::read_dir(captures()).expect("captures") {
        let file = entry.expect("an entry").path().join("ami.raw");
        let Ok(bytes) = fs::read(&file) else { continue };
        let edited: Vec<u8> = frames(&bytes)
            .filter_map(|frame| {
                let edited = change(&frame);
                changed += usize::from(edited.as_ref() != Some(&frame));
                edited
            })
            .flat_map(|frame| frame.to_bytes())
            .collect();
        assert_eq!(calls(&edited), calls(&bytes), "{}", file.display());
    }
    assert!(changed >= 10, "the ground of this test: {changed} frames changed");
}

/// The frame with each header's value as `becomes` says.
fn edited(frame: &Frame, becomes: impl Fn(&str, &str) -> Option<String>) -> Option<Frame> {
    let line = |(name, value): (&str, &str)| Some(format!("{name}: {}\r\n", becomes(name, value)?));
    let text: String = frame.pairs().filter_map(line).collect();
    frames(format!("{text}\r\n").as_bytes()).next()
}

fn without(event: &'static str) -> impl Fn(&Frame) -> Option<Frame> {
    move |frame| (frame.event() != Some(event)).then(|| frame.clone())
}

#[test]
fn pitfall_01_a_queue_says_abandoned_when_its_time_is_up() {
    let session = Session::of("s07_voicemail");
    assert_eq!(session.count("QueueCallerAbandon"), 1);
    assert_eq!(session.call().kind, Some(CallType::Voicemail));
    nothing_rests_on(without("QueueCallerAbandon"));
}

#[test]
fn pitfall_02_nothing_is_said_of_an_agent_at_whom_it_rang_when_the_caller_gave_up() {
    let session = Session::of("s05_abandoned_ringing");
    assert_eq!((session.count("AgentCalled"), session.count("AgentRingNoAnswer")), (1, 0));
    assert_eq!(session.call().kind, Some(CallType::Abandoned));
    assert_eq!(session.results(), [("1001", OfferResult::CancelledByCaller)]);
}

#[test]
fn pitfall_03_who_lost_against_a_colleague_missed_nothing() {
    let session = Session::of("s32_ringall_one_wins");
    assert_eq!((session.count("AgentCalled"), session.count("AgentRingNoAnswer")), (2, 0));
    assert!(session.values("Hangup", "Cause").contains(&"26"));
    let mut results = session.results();
    results.sort_unstable();
    assert_eq!(results, [("1001", OfferResult::AnsweredElsewhere), ("1002", OfferResult::Answered)]);
}

#[test]
fn pitfall_04_turned_down_and_not_answered_differ_by_the_cause_of_the_legs_end() {
    for (name, cause, result) in
        [("s04_rejected", "17", OfferResult::Rejected), ("s03_missed_rna", "0", OfferResult::Missed)]
    {
        let session = Session::of(name);
        let dial_ends = session.all("DialEnd").filter(|frame| frame.get("DestCallerIDNum") == Some("1001"));
        assert_eq!(dial_ends.filter_map(|frame| frame.get("DialStatus")).next(), Some("NOANSWER"));
        let mut ends = session.all("Hangup").filter(|frame| frame.get("CallerIDNum") == Some("1001"));
        assert_eq!(ends.next().and_then(|frame| frame.get("Cause")), Some(cause));
        assert_eq!(session.results(), [("1001", result), ("1002", OfferResult::Answered)]);
    }
}

#[test]
fn pitfall_05_of_two_ends_of_dialling_a_leg_the_first_counts() {
    let session = Session::of("s03_missed_rna");
    let of_first = session.all("DialEnd").filter(|frame| frame.get("DestCallerIDNum") == Some("1001"));
    let told: Vec<_> = of_first.filter_map(|frame| frame.get("DialStatus")).collect();
    assert_eq!(told, ["NOANSWER", "CANCEL"]);
    assert_eq!(session.results()[0], ("1001", OfferResult::Missed));
}

#[test]
fn pitfall_06_no_duration_is_taken_from_a_frame_because_their_units_differ() {
    let session = Session::of("s03_missed_rna");
    assert_eq!(session.values("AgentRingNoAnswer", "RingTime"), ["5000"], "milliseconds");
    assert_eq!(session.values("AgentConnect", "RingTime"), ["1"], "seconds");
    let durations = ["RingTime", "HoldTime", "TalkTime", "Duration", "BillableSeconds"];
    nothing_rests_on(|frame| {
        edited(frame, |name, value| {
            let value = if durations.contains(&name) { "77" } else { value };
            Some(value.to_owned())
        })
    });
}

#[test]
fn pitfall_07_records_of_accounting_decide_nothing() {
    let session = Session::of("s06_abandoned_waiting");
    assert_eq!(session.values("Cdr", "Disposition"), ["ANSWERED"], "of a call that nobody answered");
    assert_eq!(session.call().kind, Some(CallType::Abandoned));
    nothing_rests_on(without("Cdr"));
}

#[test]
fn pitfall_08_the_end_of_an_originate_is_an_event_though_it_says_response() {
    let session = Session::of("s11b_click_to_dial_agent_noanswer");
    assert_eq!(session.values("OriginateResponse", "Response"), ["Failure"]);
    let queued = session.frames.iter().filter(|frame| frame.event().is_none());
    let queued = queued.filter_map(|frame| frame.get("Message"));
    assert!(queued.into_iter().any(|message| message == "Originate successfully queued"));
    assert_eq!(session.call().no_activity, Some(NoActivity::AgentDidNotPickUp));
}

#[test]
fn pitfall_09_a_refused_originate_has_the_id_of_the_call_that_lives() {
    let session = Session::of("s25_originate_same_id");
    let refusal = session.all("OriginateResponse").find(|frame| frame.get("Response") == Some("Failure"));
    let refusal = refusal.expect("a refusal");
    assert!(session.all("Newchannel").any(|frame| frame.get("Uniqueid") == refusal.get("Uniqueid")));
    let kinds: Vec<_> = session.calls.iter().map(|call| (call.kind, call.engagements[0].result)).collect();
    let reached = (Some(CallType::Outbound), Some(OfferResult::Answered));
    assert_eq!(kinds, [reached, reached]);
    assert_ne!(session.calls[0].key, session.calls[1].key, "one id in two lives");
    // Where no call lives under it, it is all there is: the number in it is whom the agent was to call.
    let shows_customer =
        |name: &str, value: &str| Some(if name == "CallerIDNum" { "+34911222333" } else { value }.to_owned());
    let alone = edited(refusal, shows_customer).map(|frame| calls(&frame.to_bytes())).expect("a frame");
    assert_eq!(alone.len(), 1, "{alone:#?}");
    assert_eq!((alone[0].from.as_deref(), alone[0].kind), (Some("1001"), Some(CallType::OutboundMissed)));
    assert_eq!((alone[0].no_activity, alone[0].inferred), (Some(NoActivity::AgentDidNotPickUp), false));
}

#[test]
fn pitfall_10_a_click_rings_the_agent_first_and_that_is_no_call_to_the_customer() {
    let session = Session::of("s11_click_to_dial");
    let callers: Vec<_> = session.all("DialBegin").map(|frame| frame.get("Uniqueid").is_some()).collect();
    assert_eq!(callers, [false, true], "the first one has no caller");
    let call = session.call();
    assert_eq!((call.kind, call.to.as_deref()), (Some(CallType::Outbound), Some("5550200")));
    assert_eq!(call.engagements.len(), 1);
    let nobody = Session::of("s11b_click_to_dial_agent_noanswer");
    assert_eq!(nobody.values("OriginateResponse", "Reason"), ["3"]);
    assert_eq!(nobody.results(), [("1001", OfferResult::Missed)]);
}

#[test]
fn pitfall_11_an_external_transfer_need_not_lead_outside() {
    let session = Session::of("s08_blind_transfer_refer");
    assert_eq!(session.values("BlindTransfer", "IsExternal"), ["Yes"]);
    let vias: Vec<_> = session.call().engagements.iter().map(|part| part.via).collect();
    assert_eq!(vias, [Via::Queue, Via::Transfer], "to a colleague");
    nothing_rests_on(|frame| {
        edited(frame, |name, value| Some(if name == "IsExternal" { "No" } else { value }.to_owned()))
    });
}

#[test]
fn pitfall_12_who_hung_up_is_not_taken_from_what_the_queue_says() {
    let session = Session::of("s29_hangup_ami");
    assert_eq!(session.values("AgentComplete", "Reason"), ["caller"], "whom the manager interface cut off");
    assert_eq!(session.call().hung_up_by, Some(HungUpBy::System));
    nothing_rests_on(without("AgentComplete"));
}

#[test]
fn pitfall_13_the_end_of_an_agents_part_may_not_name_their_leg() {
    let session = Session::of("s08_blind_transfer_refer");
    assert_eq!(session.values("AgentComplete", "DestUniqueid"), Vec::<&str>::new());
    assert_eq!(session.values("AgentComplete", "Interface"), ["PJSIP/1001"]);
    assert_eq!(session.results(), [("1001", OfferResult::Answered), ("1002", OfferResult::Answered)]);
}

#[test]
fn pitfall_14_a_transfer_ends_a_hold_that_never_began() {
    let session = Session::of("s08_blind_transfer_refer");
    assert_eq!((session.count("Hold"), session.count("Unhold")), (0, 1));
    assert_eq!(session.call().hold_ms, 0);
    assert!(session.call().engagements.iter().all(|part| part.hold_ms == 0));
}

#[test]
fn pitfall_15_a_leg_is_linked_otherwise_after_an_attended_transfer_and_it_is_one_call() {
    let session = Session::of("s09_attended_transfer_refer");
    let target = session.values("AttendedTransfer", "TransferTargetUniqueid");
    let links: BTreeSet<_> = session
        .frames
        .iter()
        .filter(|frame| frame.get("Uniqueid") == Some(target[0]))
        .filter_map(|frame| frame.get("Linkedid"))
        .collect();
    assert_eq!(links.len(), 2, "{links:?}");
    assert_eq!(session.results(), [("1001", OfferResult::Answered), ("1002", OfferResult::Answered)]);
}

#[test]
fn pitfall_16_the_agent_behind_a_local_leg_is_known_by_the_interface() {
    let session = Session::of("s31_local_member_n");
    let called = session.values("AgentCalled", "DestChannel");
    assert!(
        called.iter().all(|leg| leg.starts_with("Local/1001@agents") && leg.ends_with(";1")),
        "{called:?}"
    );
    assert_eq!(session.results(), [("1001", OfferResult::Answered)]);
}

#[test]
fn pitfall_18_a_message_was_left_where_the_mailbox_says_so() {
    let session = Session::of("min_s07_voicemail");
    assert_eq!(session.count("MessageWaiting"), 1);
    let voicemail = session.call().voicemail.as_ref().expect("a message");
    assert_eq!(voicemail.mailbox, "600@default");
    assert!(voicemail.path.as_ref().is_some_and(|path| path.contains("/600/INBOX/msg")), "{voicemail:?}");
    let others = session.frames.iter().filter(|frame| frame.event() != Some("MessageWaiting"));
    let none_left = calls(&others.flat_map(Frame::to_bytes).collect::<Vec<u8>>());
    assert_eq!(none_left[0].kind, Some(CallType::Abandoned), "a path alone is no message");
}

#[test]
fn pitfall_19_the_start_of_a_recording_does_not_say_where_it_is() {
    let session = Session::of("s39_channelvars_filter");
    let start = session.all("MixMonitorStart").next().expect("a start");
    assert!(start.pairs().all(|(name, value)| name == "ChanVariable" || !value.contains(".wav")));
    let path = session.call().recording.as_deref().expect("a recording");
    assert!(path.ends_with(".wav"), "{path}");
}

#[test]
fn pitfall_20_a_number_that_may_not_be_shown_is_known_with_the_second_event_of_its_leg() {
    let told = include_bytes!("sessions/withheld.raw");
    let session = Session { frames: frames(told).collect(), calls: calls(told) };
    let first = session.all("Newchannel").next().expect("a leg");
    assert_eq!(first.get("CallerIDNum"), Some("+34600111222"), "the number is told all the same");
    assert!(first.all("ChanVariable").any(|pair| pair == "CALLERID(pres)=allowed_not_screened"));
    let call = session.call();
    assert_eq!((call.from.as_deref(), call.kind), (None, Some(CallType::Abandoned)));
    assert!(call.explanation.iter().any(|why| why.rule == "caller.withheld"));
    // Where `channelvars` does not name it, nothing says that the caller withheld it.
    let unsaid =
        String::from_utf8_lossy(told).replace("ChanVariable: CALLERID(pres)=", "ChanVariable: OTHER=");
    assert_eq!(calls(unsaid.as_bytes())[0].from.as_deref(), Some("+34600111222"));
}

#[test]
fn pitfall_25_who_is_called_again_has_no_reason_and_both_versions_say_the_same() {
    let session = Session::of("s12_acw_pause");
    let lifted = session.all("QueueMemberPause").filter(|frame| frame.get("Paused") == Some("0"));
    assert!(lifted.into_iter().all(|frame| frame.get("PausedReason") == Some("")));
    let (endpoints, mut deriver) = (endpoints(), Deriver::default());
    let pauses = session.all("QueueMemberPause").flat_map(|frame| deriver.derive(frame, &endpoints, At(0)));
    let standings: Vec<_> = pauses
        .filter_map(|event| match event {
            SourceEvent::Member(member) if member.interface == "PJSIP/1001" => Some(member.standing),
            _ => None,
        })
        .collect();
    let paused = Standing::Paused { reason: "ACW".to_owned() };
    assert!(standings.contains(&paused), "{standings:?}");
    assert_eq!(standings.last(), Some(&Standing::Offered));
    // What only the newer version says of a leg's end.
    nothing_rests_on(|frame| edited(frame, |name, value| (name != "TechCause").then(|| value.to_owned())));
}
