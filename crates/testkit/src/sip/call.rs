//! A call as one phone sees it: where it stands, and what can be done with it.

use super::WITHIN;
use super::message::Message;
use super::phone::Line;
use super::voice::{Heard, SILENCE, TONE};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The first status that says that it rings at the other end.
const RINGING: u16 = 180;
/// The first status that accepts.
const ACCEPTED: u16 = 200;
/// The first status that does not.
const REFUSED: u16 = 300;

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Asked for; the other end has said nothing yet.
    Calling,
    /// It rings, at either end.
    Ringing,
    /// Both ends are connected.
    Up,
    /// Over.
    Ended,
}

/// What a phone that calls says of who calls (RFC 3325).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller<'a> {
    /// Nothing: whose phone it is.
    Unsaid,
    /// This number.
    Shown(&'a str),
    /// This number, which nobody is to be shown (RFC 3323).
    Withheld(&'a str),
}

/// What a phone knows of a call (RFC 3261, a dialog).
#[derive(Clone)]
pub(super) struct Dialog {
    pub(super) stage: Stage,
    /// Tag of this end.
    pub(super) here: String,
    there: Option<String>,
    /// How the ends are written in requests.
    ours: String,
    theirs: String,
    /// Where requests go.
    target: String,
    /// The request that began it, where that came from the other end.
    invite: Message,
    /// Of the last INVITE of this end.
    branch: String,
    /// Number of the last request of this end.
    sequence: u32,
    /// The last description of the session.
    version: u32,
    /// Statuses of answers to requests of this end, by number.
    answers: Vec<(u32, u16)>,
    /// What the target of a transfer answered last.
    transfer: Option<u16>,
    /// Where the other end hears what is said at this one.
    hears_at: Option<SocketAddr>,
}

impl Dialog {
    /// One that somebody else begins; `None` where the request lacks what every one has.
    pub(super) fn incoming(request: &Message, here: String) -> Option<Dialog> {
        let untagged = |header: &str| {
            let value = request.get(header);
            value.split_once(";tag=").map_or(value, |(address, _)| address).to_owned()
        };
        Some(Dialog {
            stage: Stage::Ringing,
            here,
            there: Some(request.tag("From")?),
            ours: untagged("To"),
            theirs: untagged("From"),
            target: request.address("Contact")?,
            invite: request.clone(),
            branch: String::new(),
            sequence: 0,
            version: 0,
            answers: Vec::new(),
            transfer: None,
            hears_at: request.hears_at(),
        })
    }

    fn outgoing(line: &Line, number: &str) -> Dialog {
        Dialog {
            stage: Stage::Calling,
            here: line.fresh(),
            there: None,
            ours: format!("<sip:{}@{}>", line.user, line.pbx.ip()),
            theirs: format!("<sip:{number}@{}>", line.pbx.ip()),
            target: format!("sip:{number}@{}", line.pbx),
            invite: Message::default(),
            branch: String::new(),
            sequence: 0,
            version: 0,
            answers: Vec::new(),
            transfer: None,
            hears_at: None,
        }
    }

    /// A request in this call, with what says so.
    fn carried(&self, request: Message, id: &str, sequence: u32) -> Message {
        let method = request.method().to_owned();
        let there = self.there.as_ref().map_or_else(String::new, |tag| format!(";tag={tag}"));
        let request = request.with("From", format!("{};tag={}", self.ours, self.here));
        let request = request.with("To", format!("{}{there}", self.theirs)).with("Call-ID", id);
        request.with("CSeq", format!("{sequence} {method}"))
    }
}

/// A call at a phone.
#[derive(Clone)]
pub struct PhoneCall {
    line: Arc<Line>,
    id: String,
}

impl PhoneCall {
    pub(super) fn new(line: &Arc<Line>, id: String) -> PhoneCall {
        PhoneCall { line: Arc::clone(line), id }
    }

    pub(super) fn begin(line: &Arc<Line>, number: &str, caller: &Caller<'_>) -> PhoneCall {
        let (id, dialog) = (line.fresh(), Dialog::outgoing(line, number));
        line.state().dialogs.insert(id.clone(), dialog);
        line.invite(&id, "sendrecv", caller);
        PhoneCall::new(line, id)
    }

    /// Waits until it rings at the other end, or here.
    pub async fn ringing(&self) {
        self.reaches(Stage::Ringing).await;
    }

    /// Waits until both ends are connected.
    pub async fn answered(&self) {
        self.reaches(Stage::Up).await;
    }

    /// Waits until it is over.
    pub async fn ended(&self) {
        self.reaches(Stage::Ended).await;
    }

    /// Where it stands now.
    pub fn stage(&self) -> Stage {
        self.line.state().dialogs.get(&self.id).map_or(Stage::Ended, |dialog| dialog.stage)
    }

    /// Picks up.
    pub fn answer(&self) {
        self.line.pick_up(&self.id);
        self.line.changed();
    }

    /// Says that it is engaged.
    pub fn reject(&self) {
        self.line.turn_down(&self.id, "486 Busy Here");
        self.line.changed();
    }

    /// Gives up a call that was not answered.
    pub fn cancel(&self) {
        let state = self.line.state();
        let Some(dialog) = state.dialogs.get(&self.id) else { return };
        let cancel = self.line.request_in(&dialog.branch, "CANCEL", &dialog.target);
        // A CANCEL carries what the INVITE carried, the missing tag of the other end included.
        let untold = Dialog { there: None, ..dialog.clone() };
        let cancel = untold.carried(cancel, &self.id, dialog.sequence);
        drop(state);
        self.line.send(&cancel);
    }

    /// Says something for as long as that.
    ///
    /// # Panics
    /// The call was not answered.
    pub async fn speak(&self, time: Duration) {
        self.send(time, TONE).await;
    }

    /// Says nothing for as long as that, which is sound as well: phones send it, and what a phone system mixes into a
    /// call travels with it.
    ///
    /// # Panics
    /// The call was not answered.
    pub async fn keep_quiet(&self, time: Duration) {
        self.send(time, SILENCE).await;
    }

    async fn send(&self, time: Duration, sound: [u8; 2]) {
        let hears_at = self.line.state().dialogs.get(&self.id).and_then(|dialog| dialog.hears_at);
        let Some(there) = hears_at else { panic!("phone {}: nobody hears this call", self.line.user) };
        self.line.voice.send(there, time, sound).await;
    }

    /// What was heard at this phone so far.
    pub fn heard(&self) -> Heard {
        self.line.voice.heard()
    }

    /// Waits until enough was heard at this phone.
    ///
    /// # Panics
    /// It was not, in time.
    pub async fn until_heard(&self, what: &str, enough: impl FnMut(&Heard) -> bool) -> Heard {
        match timeout(WITHIN, self.line.voice.until_heard(enough)).await {
            Ok(heard) => heard,
            Err(_) => panic!("phone {}: not heard in time: {what}; {:?}", self.line.user, self.heard()),
        }
    }

    /// Ends it.
    pub async fn hang_up(&self) {
        let bye = self.line.ask(&self.id, "BYE", |request| request, None);
        self.accepted(bye).await;
        if let Some(dialog) = self.line.state().dialogs.get_mut(&self.id) {
            dialog.stage = Stage::Ended;
        }
    }

    /// Puts the other end on hold.
    pub async fn hold(&self) {
        let held = self.line.invite(&self.id, "sendonly", &Caller::Unsaid);
        self.accepted(held).await;
    }

    /// Takes it back.
    pub async fn unhold(&self) {
        let back = self.line.invite(&self.id, "sendrecv", &Caller::Unsaid);
        self.accepted(back).await;
    }

    /// Hands the other end over to a number, without asking there (REFER).
    pub async fn transfer_to(&self, number: &str) {
        let to = format!("<sip:{number}@{}>", self.line.pbx);
        self.refer(to).await;
    }

    /// Connects the other ends of two calls of this phone, and leaves both (REFER with Replaces).
    pub async fn join(&self, other: &PhoneCall) {
        let to = {
            let state = self.line.state();
            let known = state.dialogs.get(&other.id);
            known.map(|dialog| {
                let there = dialog.there.as_deref().unwrap_or_default();
                let (id, here) = (&other.id, &dialog.here);
                format!("<{}?Replaces={id}%3Bto-tag%3D{there}%3Bfrom-tag%3D{here}>", dialog.target)
            })
        };
        self.refer(to.unwrap_or_default()).await;
    }

    async fn refer(&self, to: String) {
        let by = format!("<sip:{}@{}>", self.line.user, self.line.pbx.ip());
        let more = |request: Message| request.with("Refer-To", to).with("Referred-By", by);
        let asked = self.line.ask(&self.id, "REFER", more, None);
        self.accepted(asked).await;
        // As desk phones do: they leave when they hear that it rings at the target, or that somebody is there.
        let rings = |dialog: &Dialog| dialog.transfer.filter(|status| *status >= RINGING);
        let answer =
            self.line.until("a transfer is under way", |state| rings(state.dialogs.get(&self.id)?)).await;
        assert!(answer < REFUSED, "phone {}: a transfer failed with {answer}", self.line.user);
        if self.stage() == Stage::Up {
            self.hang_up().await;
        }
    }

    /// Waits until a request was accepted.
    async fn accepted(&self, sequence: u32) {
        let final_of = |dialog: &Dialog| {
            let mut finals =
                dialog.answers.iter().filter(|(of, status)| *of == sequence && *status >= ACCEPTED);
            finals.next().map(|(_, status)| *status)
        };
        let answer =
            self.line.until("a request is answered", |state| final_of(state.dialogs.get(&self.id)?)).await;
        assert!(answer < REFUSED, "phone {}: refused with {answer}", self.line.user);
    }

    async fn reaches(&self, stage: Stage) {
        let what = format!("a call is {stage:?}");
        let found = self.line.until(&what, |state| {
            let now = state.dialogs.get(&self.id)?.stage;
            (now >= stage).then_some(now)
        });
        let found = found.await;
        assert!(
            stage == Stage::Ended || found < Stage::Ended,
            "phone {}: it ended before {what}",
            self.line.user
        );
    }
}

impl Line {
    /// Answers a call that rings here.
    pub(super) fn pick_up(&self, id: &str) {
        self.settle(id, Stage::Up, |dialog| {
            let answer =
                Message::answer(&dialog.invite, "200 OK", &dialog.here).with("Contact", self.contact());
            answer.offering(self.session(dialog.version, "sendrecv"))
        });
    }

    /// Ends a call that rings here.
    pub(super) fn turn_down(&self, id: &str, status: &str) {
        self.settle(id, Stage::Ended, |dialog| Message::answer(&dialog.invite, status, &dialog.here));
    }

    fn settle(&self, id: &str, becomes: Stage, say: impl FnOnce(&Dialog) -> Message) {
        let answer = {
            let mut state = self.state();
            let ringing = state.dialogs.get_mut(id).filter(|dialog| dialog.stage == Stage::Ringing);
            ringing.map(|dialog| {
                dialog.stage = becomes;
                dialog.version += 1;
                say(dialog)
            })
        };
        if let Some(answer) = answer {
            self.send(&answer);
        }
    }

    /// An INVITE for a call that is known: the session is described anew, or the first one was said twice.
    pub(super) fn asked_again(&self, request: &Message) {
        let answer = {
            let mut state = self.state();
            let known = state.dialogs.get_mut(request.get("Call-ID")).filter(|_| request.tag("To").is_some());
            known.map(|dialog| {
                dialog.version += 1;
                let answer = Message::answer(request, "200 OK", &dialog.here).with("Contact", self.contact());
                answer.offering(self.session(dialog.version, "sendrecv"))
            })
        };
        if let Some(answer) = answer {
            self.send(&answer);
        }
    }

    /// How a transfer goes is told in the call that was handed over; and the phone system may press a key of this phone.
    pub(super) fn notified(&self, request: &Message) {
        self.send(&Message::answer(request, "200 OK", ""));
        let id = request.get("Call-ID");
        let up = self.state().dialogs.get(id).is_some_and(|dialog| dialog.stage == Stage::Up);
        match (request.get("Event"), up) {
            ("talk", false) => return self.pick_up(id),
            ("talk", true) => return self.asks_for(id, "sendrecv"),
            ("hold", true) => return self.asks_for(id, "sendonly"),
            _ => {}
        }
        if let Some(dialog) = self.state().dialogs.get_mut(request.get("Call-ID")) {
            dialog.transfer = request.progress().or(dialog.transfer);
        }
    }

    /// Describes the session of a call anew, and does not wait for what is said to that.
    fn asks_for(&self, id: &str, direction: &str) {
        self.invite(id, direction, &Caller::Unsaid);
    }

    /// Sends the INVITE of a call, or one that describes its session anew; answers its number.
    fn invite(&self, id: &str, direction: &str, caller: &Caller<'_>) -> u32 {
        let identity = |number: &str| format!("\"{number}\" <sip:{number}@{}>", self.pbx.ip());
        let more = |request: Message| match caller {
            Caller::Unsaid => request,
            Caller::Shown(number) => request.with("P-Asserted-Identity", identity(number)),
            Caller::Withheld(number) => {
                request.with("P-Asserted-Identity", identity(number)).with("Privacy", "id")
            }
        };
        self.ask(id, "INVITE", more, Some(direction))
    }

    /// Sends a request in a call; answers its number.
    fn ask(
        &self,
        id: &str,
        method: &str,
        more: impl FnOnce(Message) -> Message,
        session: Option<&str>,
    ) -> u32 {
        let branch = format!("z9hG4bK{}", self.fresh());
        let (request, sequence) = {
            let mut state = self.state();
            let Some(dialog) = state.dialogs.get_mut(id) else { return 0 };
            dialog.sequence += 1;
            let sequence = dialog.sequence;
            let mut request =
                more(dialog.carried(self.request_in(&branch, method, &dialog.target), id, sequence));
            if let Some(direction) = session {
                dialog.branch = branch;
                dialog.version += 1;
                request = request.offering(self.session(dialog.version, direction));
            }
            (request, sequence)
        };
        self.send(&request);
        sequence
    }

    /// Something that this phone asked for is answered.
    pub(super) fn answered(&self, answer: &Message, status: u16) {
        let id = answer.get("Call-ID");
        let branch = format!("z9hG4bK{}", self.fresh());
        let mut state = self.state();
        let Some(dialog) = state.dialogs.get_mut(id) else { return };
        dialog.answers.push((answer.sequence(), status));
        if answer.method() != "INVITE" || status <= 100 {
            return;
        }
        dialog.there = answer.tag("To").or(dialog.there.take());
        // A refusal is confirmed within the INVITE that was refused, an acceptance by a request of its own.
        let mut confirms = dialog.branch.clone();
        match status {
            ..ACCEPTED => dialog.stage = dialog.stage.max(Stage::Ringing),
            ACCEPTED..REFUSED => {
                confirms = branch;
                dialog.target = answer.address("Contact").unwrap_or_else(|| dialog.target.clone());
                dialog.stage = dialog.stage.max(Stage::Up);
                dialog.hears_at = answer.hears_at().or(dialog.hears_at);
            }
            // Of a call that is up only the new description was refused.
            _ if dialog.stage < Stage::Up => dialog.stage = Stage::Ended,
            _ => {}
        }
        if status >= ACCEPTED {
            let confirmation = self.request_in(&confirms, "ACK", &dialog.target);
            let confirmation = dialog.carried(confirmation, id, answer.sequence());
            drop(state);
            self.send(&confirmation);
        }
    }
}
