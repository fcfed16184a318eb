//! Lists of messages: what may be asked of them, and where a page goes on. How the rows are found is each store's.

use crate::answers::MessagePage;
use crate::listing::ListPlace;
use domain::id::At;
use domain::message::{Message, MessageBox, MessageState};

/// Which messages are wanted, by where the work on them stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageStates {
    /// Those that are not dealt with.
    #[default]
    Waiting,
    /// Those that nobody took.
    Open,
    /// Those that somebody deals with.
    Taken,
    /// Those that are dealt with.
    Done,
}

impl MessageStates {
    /// Whether a message that stands like this is wanted.
    pub fn has(self, state: &MessageState) -> bool {
        match state {
            MessageState::Open => matches!(self, MessageStates::Waiting | MessageStates::Open),
            MessageState::Taken { .. } => matches!(self, MessageStates::Waiting | MessageStates::Taken),
            MessageState::Done { .. } => self == MessageStates::Done,
        }
    }

    /// Before the first of a list: what waits comes oldest first, what is done newest first.
    pub(crate) fn start(self) -> ListPlace {
        match self {
            MessageStates::Done => ListPlace::START,
            _ => ListPlace::before(At(i64::MIN)),
        }
    }
}

/// Which messages are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// By where the work stands.
    pub states: MessageStates,
    /// Those in one of these boxes; `None`: in any.
    pub boxes: Option<Vec<MessageBox>>,
}

/// A message, and its place in lists.
pub(crate) type Placed = (ListPlace, Message);

/// The first `limit` of what was found after the place before, once each and in the order of the list; more than fit were
/// looked for in each box.
pub(crate) fn page(mut found: Vec<Placed>, states: MessageStates, limit: usize) -> MessagePage {
    found.sort_by_key(|(place, _)| *place);
    found.dedup_by_key(|(place, _)| *place);
    if states == MessageStates::Done {
        found.reverse();
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(place, _)| place.to_string());
    MessagePage { messages: found.into_iter().map(|(_, message)| message).collect(), next }
}
