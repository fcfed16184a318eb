//! A phone: its socket, its calls, and what it does by itself.

use super::WITHIN;
use super::call::{Caller, Dialog, PhoneCall, Stage};
use super::message::Message;
use super::voice::Voice;
use crate::time;
use domain::id::At;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longest datagram.
const MAX_DATAGRAM_BYTES: usize = 64 * 1024;
/// How long a registration lasts, in seconds: longer than any test.
const REGISTERED_S: u32 = 3_600;

/// What a phone does by itself when it is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Habit {
    /// It rings until it is told something.
    #[default]
    Rings,
    /// It picks up.
    Answers,
    /// It says that it is engaged (486).
    Rejects,
    /// There is nobody of that number (404).
    Unknown,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) dialogs: BTreeMap<String, Dialog>,
    /// Its calls from others, in the order in which they came.
    incoming: Vec<String>,
    offers: Vec<At>,
    habit: Habit,
    registered: bool,
    /// Counts what it made up: names of calls, tags, branches.
    made: u64,
    /// What came that no phone should be told.
    pub(super) faults: Vec<String>,
}

pub(super) struct Line {
    pub(super) user: String,
    pub(super) pbx: SocketAddr,
    pub(super) here: SocketAddr,
    pub(super) voice: Voice,
    socket: UdpSocket,
    state: Mutex<State>,
    news: watch::Sender<()>,
}

/// A phone that is on.
pub struct Phone {
    pub(super) line: Arc<Line>,
    listens: JoinHandle<()>,
}

impl Phone {
    /// Switches it on, as `user` of the phone system at `pbx`.
    ///
    /// # Errors
    /// No port is free.
    pub async fn new(pbx: SocketAddr, user: &str) -> io::Result<Phone> {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await?;
        // Before this is known nothing is sent.
        socket.writable().await?;
        let line = Arc::new(Line {
            user: user.to_owned(),
            pbx,
            here: socket.local_addr()?,
            voice: Voice::new().await?,
            socket,
            state: Mutex::default(),
            news: watch::channel(()).0,
        });
        let listens = tokio::spawn(listen(Arc::clone(&line)));
        Ok(Phone { line, listens })
    }

    /// Whose it is.
    pub fn user(&self) -> &str {
        &self.line.user
    }

    /// Says where it is, so that it can be called.
    pub async fn register(&self) {
        let (user, pbx) = (&self.line.user, self.line.pbx);
        self.line.state().registered = false;
        let ours = format!("<sip:{user}@{}>", pbx.ip());
        let register = self.line.request("REGISTER", &format!("sip:{pbx}"));
        let register = register.with("From", format!("{ours};tag={}", self.line.fresh())).with("To", ours);
        let register = register.with("Call-ID", self.line.fresh()).with("CSeq", "1 REGISTER");
        self.line.send(&register.with("Expires", REGISTERED_S.to_string()));
        self.line.until("it is registered", |state| state.registered.then_some(())).await;
    }

    /// Decides what it does when it is called.
    pub fn when_called(&self, habit: Habit) {
        self.line.state().habit = habit;
    }

    /// Calls a number; outside lines say who it is that calls.
    pub fn call(&self, number: &str, caller: &Caller<'_>) -> PhoneCall {
        PhoneCall::begin(&self.line, number, caller)
    }

    /// Waits for its next call from somebody: the first one is call 0.
    pub async fn incoming(&self, nth: usize) -> PhoneCall {
        let id = self.line.until("it is called", |state| state.incoming.get(nth).cloned()).await;
        PhoneCall::new(&self.line, id)
    }

    /// Ends all its calls.
    pub async fn hang_up_all(&self) {
        let ids: Vec<String> = self.line.state().dialogs.keys().cloned().collect();
        for call in ids.into_iter().map(|id| PhoneCall::new(&self.line, id)) {
            if call.stage() == Stage::Up {
                call.hang_up().await;
            }
        }
    }

    /// How many pieces of sound came in which something can be heard.
    pub fn heard(&self) -> u64 {
        self.line.voice.heard().loud
    }

    /// Waits until more than so many came.
    ///
    /// # Panics
    /// Nothing more is heard in time.
    pub async fn hears(&self, more_than: u64) {
        let heard = timeout(WITHIN, self.line.voice.until_heard(|heard| heard.loud > more_than)).await;
        assert!(heard.is_ok(), "phone {}: nothing more than {} is heard", self.line.user, self.heard());
    }

    /// When it was called.
    pub fn offers(&self) -> Vec<At> {
        self.line.state().offers.clone()
    }

    /// What it was told that no phone should be.
    pub fn faults(&self) -> Vec<String> {
        self.line.state().faults.clone()
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.listens.abort();
    }
}

impl Line {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A word that this phone did not use before, and no other one does.
    pub(super) fn fresh(&self) -> String {
        let mut state = self.state();
        state.made += 1;
        format!("{}x{}x{}", self.user, self.here.port(), state.made)
    }

    /// A request with what every request carries.
    pub(super) fn request(&self, method: &str, to: &str) -> Message {
        self.request_in(&format!("z9hG4bK{}", self.fresh()), method, to)
    }

    /// The same as a part of another request's transaction.
    pub(super) fn request_in(&self, branch: &str, method: &str, to: &str) -> Message {
        let request = Message::new(format!("{method} {to} SIP/2.0"));
        let request = request.with("Via", format!("SIP/2.0/UDP {};branch={branch};rport", self.here));
        request.with("Max-Forwards", "70").with("Contact", self.contact())
    }

    pub(super) fn contact(&self) -> String {
        format!("<sip:{}@{}>", self.user, self.here)
    }

    /// What this phone says of itself where a session is described; `direction` is `sendrecv` or `sendonly`.
    pub(super) fn session(&self, version: u32, direction: &str) -> String {
        let port = self.voice.port();
        format!(
            "v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na={direction}\r\n"
        )
    }

    /// Sends it. On one machine a datagram is taken at once or not at all.
    pub(super) fn send(&self, message: &Message) {
        if let Err(error) = self.socket.try_send_to(&message.to_bytes(), self.pbx) {
            self.state().faults.push(format!("{} could not be sent: {error}", message.first));
        }
    }

    /// Something is other than before: those who wait look again.
    pub(super) fn changed(&self) {
        self.news.send_replace(());
    }

    /// Waits until there is what is looked for.
    pub(super) async fn until<T>(&self, what: &str, mut look: impl FnMut(&State) -> Option<T>) -> T {
        let mut news = self.news.subscribe();
        let waits = async {
            loop {
                news.mark_unchanged();
                let found = look(&self.state());
                match found {
                    Some(found) => return found,
                    // The sender lives as long as this line.
                    None => drop(news.changed().await),
                }
            }
        };
        match timeout(WITHIN, waits).await {
            Ok(found) => found,
            Err(_) => panic!("phone {}: not in time: {what}; {}", self.user, self.told()),
        }
    }

    /// How its calls stand, for whoever wonders.
    fn told(&self) -> String {
        let state = self.state();
        let calls: Vec<String> = state.dialogs.values().map(|dialog| format!("{:?}", dialog.stage)).collect();
        format!("its calls are {calls:?}, its faults {:?}", state.faults)
    }
}

async fn listen(line: Arc<Line>) {
    let mut bytes = vec![0; MAX_DATAGRAM_BYTES];
    while let Ok((count, _)) = line.socket.recv_from(&mut bytes).await {
        let Some(message) = Message::read(&bytes[..count]) else { continue };
        match message.status() {
            Some(status) if message.method() == "REGISTER" => line.state().registered = status == 200,
            Some(status) => line.answered(&message, status),
            None => line.asked(&message),
        }
        line.changed();
    }
}

impl Line {
    /// Somebody asks this phone for something.
    fn asked(&self, request: &Message) {
        let known = self.state().dialogs.contains_key(request.get("Call-ID"));
        match request.method() {
            "INVITE" if !known => self.called(request),
            // In the middle of a call, or said twice.
            "INVITE" => self.asked_again(request),
            "ACK" => {}
            "BYE" | "CANCEL" if known => self.ended_by_other(request),
            "NOTIFY" if known => self.notified(request),
            "OPTIONS" => self.send(&Message::answer(request, "200 OK", "")),
            other => {
                self.state().faults.push(format!("{other} outside of any call"));
                self.send(&Message::answer(request, "481 Call/Transaction Does Not Exist", "none"));
            }
        }
    }

    fn called(&self, request: &Message) {
        let Some(dialog) = Dialog::incoming(request, self.fresh()) else { return };
        let (tag, id) = (dialog.here.clone(), request.get("Call-ID").to_owned());
        let habit = {
            let mut state = self.state();
            state.offers.push(time::now());
            state.incoming.push(id.clone());
            state.dialogs.insert(id.clone(), dialog);
            state.habit
        };
        self.send(&Message::answer(request, "100 Trying", &tag));
        if matches!(habit, Habit::Rings | Habit::Answers) {
            self.send(&Message::answer(request, "180 Ringing", &tag).with("Contact", self.contact()));
        }
        match habit {
            Habit::Rings => {}
            Habit::Answers => self.pick_up(&id),
            Habit::Rejects => self.turn_down(&id, "486 Busy Here"),
            Habit::Unknown => self.turn_down(&id, "404 Not Found"),
        }
    }

    /// A call rings here no more, or is over, because the other end says so.
    fn ended_by_other(&self, request: &Message) {
        let id = request.get("Call-ID").to_owned();
        let (tag, ringing) = {
            let mut state = self.state();
            let Some(dialog) = state.dialogs.get_mut(&id) else { return };
            let ringing = dialog.stage == Stage::Ringing;
            if request.method() == "BYE" {
                dialog.stage = Stage::Ended;
            }
            (dialog.here.clone(), ringing)
        };
        self.send(&Message::answer(request, "200 OK", &tag));
        if request.method() == "CANCEL" && ringing {
            self.turn_down(&id, "487 Request Terminated");
        }
    }
}
