//! Messages to test with, named by the numbers of the calls that left them.

use crate::sample::{at, call_key, engagement_key, user_id};
use domain::message::{CalledBack, How, Message, MessageState};

/// The message that call `n` left in the box of this ring group, not touched yet.
pub(crate) fn message(n: u32, ring_group: Option<&str>) -> Message {
    Message {
        call: call_key(n),
        ring_group: ring_group.map(str::to_owned),
        agent: None,
        left_at: at(i64::from(n)),
        state: MessageState::Open,
        called_back: None,
        revision: 0,
    }
}

pub(crate) fn taken_message(n: u32, ring_group: Option<&str>) -> Message {
    Message {
        state: MessageState::Taken { by: user_id(1), at: at(70) },
        revision: 1,
        ..message(n, ring_group)
    }
}

pub(crate) fn done_message(n: u32, ring_group: Option<&str>) -> Message {
    let how = How::CalledBack { call: Some(call_key(1)) };
    Message {
        state: MessageState::Done { by: user_id(1), at: at(80), how },
        called_back: Some(CalledBack { engagement: engagement_key(1), by: user_id(1), at: at(75) }),
        revision: 2,
        ..message(n, ring_group)
    }
}
