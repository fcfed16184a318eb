//! The real server against a real Asterisk and phones that speak SIP. What is looked at is what was stored. Each test
//! has a phone system of its own; where there is no Asterisk they say so and leave off (`testkit::pbx::found`).
//! Most kinds of call are played by the full tier only (`Centre::open_for_long`).

mod centre;
mod stored;
mod system;

mod acw;
mod broken;
mod browser_phone;
mod callers;
mod clicks;
mod conference;
mod control;
mod dialled;
mod direct;
mod handed_on;
mod hold;
mod internal;
mod listening;
mod local_members;
mod queue;
mod several;
mod transfers;
mod voicemail;
