//! Who may talk to the org: apps, sessions, and what they are exchanged for.

use super::key;
use crate::dice::Dice;
use domain::id::At;
use std::collections::BTreeMap;

/// How long a session lasts, in microseconds: two hours.
pub(crate) const SESSION: i64 = 2 * 3600 * 1_000_000;
/// How long a code can be exchanged, in microseconds: fifteen minutes.
const CODE: i64 = 15 * 60 * 1_000_000;
/// Random bytes in a token.
const TOKEN_BYTES: usize = 48;

/// An External Client App.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Client {
    pub(crate) secret: String,
    /// The RSA key that its assertions are signed with; `None`: it has none.
    pub(crate) key: Option<Vec<u8>>,
    /// As whom it runs without a user.
    pub(crate) run_as: Option<String>,
    /// Users that an admin authorised beforehand; `None`: all.
    pub(crate) authorised: Option<Vec<String>>,
    /// Where codes may be sent; none: anywhere.
    pub(crate) callbacks: Vec<String>,
    /// Whether a refresh token is exchanged for another one each time it is used.
    pub(crate) rotates: bool,
    /// Whether whoever is asked for consent says no.
    pub(crate) denied: bool,
}

/// A session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Session {
    pub(crate) user: String,
    pub(crate) client: String,
    pub(crate) began: At,
    pub(crate) ends: At,
}

/// A code on its way to become a session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pending {
    pub(crate) user: String,
    pub(crate) client: String,
    pub(crate) callback: String,
    pub(crate) challenge: Option<String>,
    ends: At,
}

/// All of it.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) clients: BTreeMap<String, Client>,
    sessions: BTreeMap<String, Session>,
    refresh: BTreeMap<String, (String, String)>,
    codes: BTreeMap<String, Pending>,
    dice: Dice,
}

impl Access {
    /// Nobody yet; tokens follow from the dice.
    pub(crate) fn new(dice: Dice) -> Access {
        Access {
            clients: BTreeMap::new(),
            sessions: BTreeMap::new(),
            refresh: BTreeMap::new(),
            codes: BTreeMap::new(),
            dice,
        }
    }

    /// Text that nobody guesses who does not know the seed.
    fn token(&mut self) -> String {
        let bytes: Vec<u8> = (0..TOKEN_BYTES / 8).flat_map(|_| self.dice.next().to_le_bytes()).collect();
        key::packed(&bytes)
    }

    /// A new session of a user; answers its token.
    pub(crate) fn begin(&mut self, org: &str, user: &str, client: &str, now: At) -> String {
        let token = format!("{}!{}", org.get(..15).unwrap_or(org), self.token());
        let session = Session {
            user: user.to_owned(),
            client: client.to_owned(),
            began: now,
            ends: At(now.0 + SESSION),
        };
        self.sessions.insert(token.clone(), session);
        token
    }

    /// The session of a token that still lasts.
    pub(crate) fn session(&self, token: &str, now: At) -> Option<&Session> {
        self.sessions.get(token).filter(|session| session.ends > now)
    }

    /// Ends what a token stands for; whether there was something.
    pub(crate) fn end(&mut self, token: &str) -> bool {
        self.sessions.remove(token).is_some() | self.refresh.remove(token).is_some()
    }

    /// Ends every session; refresh tokens stay.
    pub(crate) fn end_all(&mut self) {
        self.sessions.clear();
    }

    /// A token that begins sessions of a user again and again.
    pub(crate) fn keep(&mut self, user: &str, client: &str) -> String {
        let token = format!("5Aep{}", self.token());
        self.refresh.insert(token.clone(), (user.to_owned(), client.to_owned()));
        token
    }

    /// The user of a refresh token of this client.
    pub(crate) fn kept(&self, token: &str, client: &str) -> Option<String> {
        self.refresh.get(token).filter(|(_, of)| of == client).map(|(user, _)| user.clone())
    }

    /// Another token instead of this one, which is good for nothing any more.
    pub(crate) fn rotate(&mut self, token: &str) -> Option<String> {
        let (user, client) = self.refresh.remove(token)?;
        Some(self.keep(&user, &client))
    }

    /// A code for a user who approved a client.
    pub(crate) fn approve(
        &mut self,
        user: &str,
        client: &str,
        callback: &str,
        challenge: Option<String>,
        now: At,
    ) -> String {
        let code = format!("aPrx{}", self.token());
        let (user, client, callback) = (user.to_owned(), client.to_owned(), callback.to_owned());
        self.codes
            .insert(code.clone(), Pending { user, client, callback, challenge, ends: At(now.0 + CODE) });
        code
    }

    /// What a code stands for, once.
    pub(crate) fn exchange(&mut self, code: &str, now: At) -> Option<Pending> {
        self.codes.remove(code).filter(|pending| pending.ends > now)
    }
}
