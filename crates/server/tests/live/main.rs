//! The real server against a real Asterisk and phones that speak SIP. What is looked at is what was stored. Each test
//! has a phone system of its own; where there is no Asterisk they say so and leave off (`testkit::pbx::found`).

mod centre;
mod stored;
mod system;

mod acw;
mod broken;
mod clicks;
mod direct;
mod queue;
mod transfers;
