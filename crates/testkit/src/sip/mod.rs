//! Phones that do as a test says: they register, call, ring, answer, hold and transfer, over UDP and without a
//! password. Nobody speaks unless told to: the phone system connects legs whether or not there is anything to hear.

mod call;
mod message;
mod phone;
mod voice;

pub use call::{Caller, PhoneCall, Stage};
pub use phone::{Habit, Phone};
pub use voice::Heard;

use std::time::Duration;

/// How long a phone waits for anything before the test fails. What is waited for takes milliseconds on a machine of
/// its own, and seconds where somebody has to let it ring.
pub const WITHIN: Duration = Duration::from_secs(30);
