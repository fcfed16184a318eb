//! Agents who call out: by hand, or because a client asked for it. The agent's own phone comes first, then
//! the customer's.

use super::ObedientPbx;
use super::call::{CallId, DeskIndex, INSIDE, LegId, LegState, Originate, Ring, Unanswered, Why};
use super::frame::Frame;
use super::legs::{Cause, NewLeg, UNKNOWN, unknown};
use super::session::Action;
use crate::people::Line;
use domain::call::{CallType, OfferResult, Via};

/// What became of a click-to-dial, as `OriginateResponse` says it.
mod reason {
    pub(super) const FAILED: u8 = 0;
    pub(super) const NO_ANSWER: u8 = 3;
    pub(super) const ANSWERED: u8 = 4;
    pub(super) const BUSY: u8 = 5;
}

impl ObedientPbx {
    /// An agent dials by hand. False where there is nothing to dial.
    pub(super) fn dial_by_hand(&mut self, desk: DeskIndex, dialled: &str) -> bool {
        if dialled.is_empty() {
            return false;
        }
        let inside = self.desk_of(dialled).is_some();
        let (kind, via) = match inside {
            true => (CallType::Internal, Via::Internal),
            false => (CallType::OutboundMissed, Via::Outbound),
        };
        let (id, leg) = self.begin_inside(desk, dialled, kind, via);
        self.dial_out(id, leg);
        true
    }

    /// An agent's leg that is up, or dials, calls the extension it shows.
    fn dial_out(&mut self, id: CallId, by: LegId) {
        let Some(exten) = self.legs.get(&by).map(|leg| leg.exten.clone()) else { return };
        if let Some(desk) = self.desk_of(&exten) {
            return self.dial_agent(id, by, desk, Via::Internal);
        }
        let number = exten.strip_prefix(self.settings.outside_prefix.as_str()).unwrap_or(&exten).to_owned();
        self.record(by);
        let new = NewLeg { call: id, state: LegState::Down, exten: "s", linked: Some(by), uniqueid: None };
        let leg = self.outside_leg(unknown(), &new);
        if let Some(call) = self.calls.get_mut(&id) {
            call.customer = Some(leg);
            call.past.to.clone_from(&number);
            if let Some(part) = call.past.part(by) {
                part.result = OfferResult::Unreachable;
                part.sums_up = true;
            }
        }
        let request_id = self.legs.get(&by).map(|leg| leg.variables.request_id.clone());
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.caller.number.clone_from(&exten);
            leg.exten = exten;
            leg.variables.request_id = request_id.unwrap_or_default();
        }
        self.connect_lines(by, leg);
        self.tell_caller_id(leg);
        let dial_string = format!("{number}@trunk");
        self.ring(id, Some(by), leg, Why::Dial, &dial_string, self.settings.times.outside_ring);
    }

    /// Whether a call went outside.
    pub(super) fn dialled_outside(&self, id: CallId) -> bool {
        self.calls.get(&id).is_some_and(|call| call.customer.is_some())
    }

    fn tell_caller_id(&mut self, leg: LegId) {
        self.tell_leg("NewCallerid", leg, &[("CID-CallingPres", &"0 (Presentation Allowed, Not Screened)")]);
    }

    /// `Originate`: calls an agent's phone, then the number. The answer is only that it will be tried.
    pub(super) fn originate(&mut self, action: &Action) {
        let Some(channel) = action.get("Channel") else {
            return self.refuse_action(action, "Channel not specified");
        };
        let Some(number) = number_of(action) else {
            return self.refuse_action(action, "Originate with 'Exten' requires 'Context' and 'Priority'");
        };
        self.accept_action(action, "Originate successfully queued");
        let originate = Originate {
            action_id: action.id().map(str::to_owned),
            number: number.to_owned(),
            context: action.get("Context").unwrap_or(INSIDE).to_owned(),
        };
        let wanted = action.get("ChannelId");
        let taken = wanted.is_some_and(|id| self.legs.values().any(|leg| leg.uniqueid == id));
        let desk = channel.strip_prefix("PJSIP/").and_then(|extension| self.desk_of(extension));
        let (Some(desk), false) = (desk, taken) else {
            // An id that lives is refused under that very id: readers have to go by ActionID.
            let uniqueid = wanted.unwrap_or(UNKNOWN);
            return self.tell_originated(&originate, None, (channel, uniqueid), reason::FAILED);
        };
        let id = self.next_call();
        let engaged = !self.idle(desk);
        let new = NewLeg { call: id, state: LegState::Down, exten: "s", linked: None, uniqueid: wanted };
        let leg = self.agent_leg(desk, &new);
        let inside = self.desk_of(number).is_some();
        let kind = if inside { CallType::Internal } else { CallType::OutboundMissed };
        self.begin_call(id, leg, kind, number);
        self.begin_part(id, desk, leg, if inside { Via::Internal } else { Via::Outbound }, self.now);
        if let Some(call) = self.calls.get_mut(&id) {
            call.originate = Some(originate);
        }
        self.take_variables(leg, action);
        let extension = channel.trim_start_matches("PJSIP/");
        let limit = action.get("Timeout").and_then(|ms| ms.parse().ok());
        let limit = limit.unwrap_or(self.settings.times.click_ring);
        if !engaged {
            self.ring(id, None, leg, Why::PickUp, extension, limit);
            return;
        }
        self.tell_dial("DialBegin", None, leg, &[("DialString", &extension)]);
        if let Some(call) = self.calls.get_mut(&id) {
            call.ringing = Some(Ring { leg, by: None, why: Why::PickUp, since: self.now });
        }
        self.unanswered(id, Unanswered::Rejected);
    }

    /// Caller id and variables that the client gave the leg.
    fn take_variables(&mut self, leg: LegId, action: &Action) {
        let pairs =
            action.all("Variable").flat_map(|list| list.split(',')).filter_map(|pair| pair.split_once('='));
        // Underscores before a name say that called legs inherit it.
        let request_id = pairs
            .filter(|(name, _)| name.trim().trim_start_matches('_') == "CTI_REQUEST_ID")
            .map(|(_, value)| value.trim().to_owned())
            .last();
        let caller = action.get("CallerID").map(caller_id);
        let told = caller.is_some();
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.variables.request_id = request_id.unwrap_or_default();
            if let Some(caller) = caller {
                leg.connected = caller.clone();
                leg.caller = caller;
            }
        }
        if told {
            self.tell_caller_id(leg);
        }
    }

    /// The agent picked up after a click-to-dial: the customer is called.
    pub(super) fn picked_up(&mut self, id: CallId, leg: LegId) {
        let Some(originate) = self.calls.get_mut(&id).and_then(|call| call.originate.take()) else { return };
        self.tell_originated(&originate, Some(leg), (UNKNOWN, UNKNOWN), reason::ANSWERED);
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.exten.clone_from(&originate.number);
        }
        self.dial_out(id, leg);
    }

    /// The agent did not pick up: nobody is called.
    pub(super) fn not_picked_up(&mut self, id: CallId, leg: LegId, how: Unanswered) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.ringing = None;
        let Some(originate) = call.originate.take() else { return };
        let rejected = how == Unanswered::Rejected;
        if rejected && let Some(part) = call.past.part(leg) {
            part.result = OfferResult::Rejected;
        }
        let (code, cause) = match rejected {
            true => (reason::BUSY, Cause::UserBusy),
            false => (reason::NO_ANSWER, Cause::NoAnswer),
        };
        let ids = self.legs.get(&leg).map(|leg| (leg.name.clone(), leg.uniqueid.clone())).unwrap_or_default();
        let endpoint = ids.0.rsplit_once('-').map_or(ids.0.as_str(), |(endpoint, _)| endpoint);
        self.tell_originated(&originate, None, (endpoint, &ids.1), code);
        self.finish(id, leg, cause);
    }

    /// Tells what became of it: of `leg`, or of the channel and id that were wanted.
    fn tell_originated(
        &mut self,
        originate: &Originate,
        leg: Option<LegId>,
        wanted: (&str, &str),
        reason: u8,
    ) {
        self.tell("OriginateResponse", |pbx, frame: Frame| {
            let leg = leg.and_then(|leg| pbx.legs.get(&leg));
            let nobody = unknown();
            let line = leg.map_or(&nobody, |leg| &leg.caller);
            let frame = match &originate.action_id {
                Some(id) => frame.put("ActionID", id),
                None => frame,
            };
            let frame = frame
                .put("Response", &if leg.is_some() { "Success" } else { "Failure" })
                .put("Channel", &leg.map_or(wanted.0, |leg| &leg.name))
                .put("Context", &originate.context)
                .put("Exten", &originate.number)
                .put("Reason", &reason)
                .put("Uniqueid", &leg.map_or(wanted.1, |leg| &leg.uniqueid))
                .put("CallerIDNum", &line.number)
                .put("CallerIDName", &line.name);
            match leg {
                Some(leg) => leg.write_variables(&format!("ChanVariable({})", leg.name), frame),
                None => frame,
            }
        });
    }
}

/// The number to call: an extension of a context, or what `Dial` is given (`PJSIP/5550200@trunk`).
fn number_of(action: &Action) -> Option<&str> {
    if let Some(exten) = action.get("Exten") {
        return action.get("Context").and(action.get("Priority")).and(Some(exten));
    }
    action.get("Application").filter(|application| application.eq_ignore_ascii_case("Dial"))?;
    let first = action.get("Data")?.split([',', '&']).next()?;
    let number = first.split('@').next()?;
    number.rsplit('/').next().filter(|number| !number.is_empty())
}

/// `"Click to dial" <5550200>`, or a number alone.
fn caller_id(text: &str) -> Line {
    let line = |name: &str, number: &str| Line {
        number: number.trim().to_owned(),
        name: name.trim().trim_matches('"').to_owned(),
    };
    match text.split_once('<') {
        Some((name, number)) => line(name, number.trim_end_matches('>')),
        None => line(UNKNOWN, text),
    }
}
