//! What only tests need: the real binary as a process, phone systems made up and real, phones, a browser, a client, a mail server,
//! seeds, and a file layer under which the power goes. Nothing here knows what a test wants to prove.

pub mod acw;
pub mod asterisk;
pub mod browser;
pub mod dice;
pub mod http;
pub mod live;
pub mod pbx;
pub mod powercut;
pub mod relay;
pub mod server;
pub mod sip;
pub mod smtp;
pub mod tier;
pub mod time;
