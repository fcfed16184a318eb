//! What goes wrong on purpose: as often, for which requests and how, a test says.

use super::refusal::{Code, Refusal};
use crate::dice::Dice;
use serde_json::{Value, json};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The session is no longer known; it ends.
    Unauthorized,
    /// The org has had all the calls of a day.
    Limit,
    /// The next row that is written is held by somebody else.
    Lock,
    /// The org is not there.
    Unavailable,
    /// The answer comes late.
    Slow,
    /// It is done, and the connection ends before the answer.
    Lost,
    /// Nothing is done, and the connection ends.
    Dropped,
}

impl Failure {
    const NAMES: [(Failure, &str); 7] = [
        (Failure::Unauthorized, "unauthorized"),
        (Failure::Limit, "limit"),
        (Failure::Lock, "lock"),
        (Failure::Unavailable, "unavailable"),
        (Failure::Slow, "slow"),
        (Failure::Lost, "lost"),
        (Failure::Dropped, "dropped"),
    ];

    /// By its name in the control routes.
    pub(crate) fn of_name(name: &str) -> Option<Failure> {
        Self::NAMES.into_iter().find(|(_, known)| *known == name).map(|(failure, _)| failure)
    }

    /// Its name in the control routes.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.into_iter().find(|(failure, _)| *failure == self).map_or("", |(_, name)| name)
    }
}

/// A failure, and when it happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) failure: Failure,
    /// How often still; `None`: for ever.
    pub(crate) times: Option<u64>,
    /// In how many of a hundred requests.
    pub(crate) percent: usize,
    /// What the address of a request must hold.
    pub(crate) path: String,
    /// What its method must be; empty: any.
    pub(crate) method: String,
    /// How much later a slow answer comes, in milliseconds.
    pub(crate) delay_ms: u64,
}

impl Fault {
    /// As the control routes show it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "fault": self.failure.name(), "times": self.times, "percent": self.percent, "path": self.path,
            "method": self.method, "delay_ms": self.delay_ms,
        })
    }
}

/// What goes wrong with one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Drawn {
    pub(crate) refused: Option<Refusal>,
    pub(crate) ends_session: bool,
    pub(crate) lock: bool,
    pub(crate) delay_ms: u64,
    pub(crate) lost: bool,
    pub(crate) dropped: bool,
}

/// What goes wrong with a request, and is used up by that.
pub(crate) fn draw(faults: &mut Vec<Fault>, dice: &mut Dice, method: &str, target: &str) -> Drawn {
    let mut drawn = Drawn::default();
    for fault in faults.iter_mut() {
        let meant = target.contains(&fault.path) && (fault.method.is_empty() || fault.method == method);
        if !meant || fault.times == Some(0) || !dice.percent(fault.percent) {
            continue;
        }
        fault.times = fault.times.map(|times| times - 1);
        match fault.failure {
            Failure::Unauthorized => {
                drawn.ends_session = true;
                drawn.refused = Some(expired());
            }
            Failure::Limit => drawn.refused = Some(limit()),
            Failure::Unavailable => {
                let message = "The server is temporarily unavailable. Please try again later.";
                drawn.refused = Some(Refusal::new(Code::ServerUnavailable, message));
            }
            Failure::Lock => drawn.lock = true,
            Failure::Slow => drawn.delay_ms += fault.delay_ms,
            Failure::Lost => drawn.lost = true,
            Failure::Dropped => drawn.dropped = true,
        }
    }
    faults.retain(|fault| fault.times != Some(0));
    drawn
}

/// A session that is not known, or no longer.
pub(crate) fn expired() -> Refusal {
    Refusal::new(Code::InvalidSession, "Session expired or invalid")
}

/// All calls of a day were used.
pub(crate) fn limit() -> Refusal {
    Refusal::new(Code::RequestLimit, "TotalRequests Limit exceeded.")
}
