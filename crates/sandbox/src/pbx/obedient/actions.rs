//! What a client may ask for, and the answers that Asterisk gives. Manager classes are not checked: the
//! account may do all that is here.

use super::ObedientPbx;
use super::call::{CallId, DeskIndex, LegId, QueueIndex};
use super::frame::Frame;
use super::queue::Member;
use super::session::{Action, Stage};
use domain::id::At;
use std::fmt::Display;

impl ObedientPbx {
    /// Does what an action asks for.
    pub(super) fn act(&mut self, action: &Action) {
        let Some(name) = action.get("Action") else {
            return self.refuse_action(action, "Missing action in request");
        };
        match name.to_ascii_lowercase().as_str() {
            "login" => self.log_in(action),
            "logoff" => self.log_off(action),
            _ if !matches!(self.session.stage, Stage::LoggedIn { .. }) => {
                self.refuse_action(action, "Permission denied");
            }
            "ping" => self.pong(action),
            "coreshowchannels" => self.show_channels(action),
            "queuestatus" => self.queue_status(action),
            "queuepause" => self.pause(action),
            "originate" => self.originate(action),
            "hangup" => self.hang_up_channel(action),
            "blindtransfer" => self.transfer(action, false),
            "atxfer" => self.transfer(action, true),
            "cancelatxfer" => self.cancel_transfer(action),
            "pjsipnotify" => self.notify_phone(action),
            "getvar" => self.get_variable(action),
            "muteaudio" => self.mute(action),
            "mixmonitormute" => self.pause_recording(action),
            _ => {
                let message = format!(
                    "Invalid/unknown command: {name}. Use Action: ListCommands to show available commands."
                );
                self.refuse_action(action, &message);
            }
        }
    }

    /// Answers that an action is done, or will be.
    pub(super) fn accept_action(&mut self, action: &Action, message: &str) {
        self.respond(action, "Success", &[("Message", &message)]);
    }

    /// Answers that an action is not done.
    pub(super) fn refuse_action(&mut self, action: &Action, message: &str) {
        self.respond(action, "Error", &[("Message", &message)]);
    }

    fn respond(&mut self, action: &Action, outcome: &str, more: &[(&str, &dyn Display)]) {
        let frame = Frame::response(outcome, action.id()).put_all(more);
        self.wire.send(self.now, frame);
    }

    fn log_in(&mut self, action: &Action) {
        let secret = action.get("Secret").or(action.get("Password"));
        let known = action.get("Username") == Some(&self.settings.username);
        if !known || secret != Some(&self.settings.secret) {
            self.refuse_action(action, "Authentication failed");
            self.session.stage = Stage::Closed;
            return;
        }
        let events = action.get("Events").is_none_or(|events| !events.eq_ignore_ascii_case("off"));
        self.session.stage = Stage::LoggedIn { events };
        self.accept_action(action, "Authentication accepted");
        let up_s = (self.now.0 - self.started.0) / 1_000_000;
        let frame = Frame::listed("FullyBooted", None)
            .put("Privilege", &"system,all")
            .put("Uptime", &up_s)
            .put("LastReload", &up_s)
            .put("Status", &"Fully Booted");
        self.wire.send(self.now, frame);
        if events {
            self.begin_day();
        }
    }

    fn log_off(&mut self, action: &Action) {
        self.respond(action, "Goodbye", &[("Message", &"Thanks for all the fish.")]);
        self.session.stage = Stage::Closed;
    }

    fn pong(&mut self, action: &Action) {
        let at = self.now.0;
        let time = format!("{}.{:06}", at.div_euclid(1_000_000), at.rem_euclid(1_000_000));
        self.respond(action, "Success", &[("Ping", &"Pong"), ("Timestamp", &time)]);
    }

    /// `QueuePause`: ring groups leave an agent alone, or no longer; all of them where none is named. A phone
    /// that rings already goes on ringing.
    fn pause(&mut self, action: &Action) {
        let Some(interface) = action.get("Interface") else {
            return self.refuse_action(action, "Need 'Interface' parameter.");
        };
        if action.get("Paused").is_none() {
            return self.refuse_action(action, "Need 'Paused' parameter.");
        }
        let paused = action.truth("Paused");
        let reason = action.get("Reason").unwrap_or_default();
        let desk = (0..self.settings.agents.len()).find(|desk| self.interface(*desk) == interface);
        let changed = desk.map_or_else(Vec::new, |desk| {
            self.set_pause(desk, action.get("Queue"), paused.then_some(reason))
        });
        if changed.is_empty() {
            return self.refuse_action(action, "Interface not found");
        }
        let done = if paused { "Interface paused successfully" } else { "Interface unpaused successfully" };
        self.accept_action(action, done);
        self.tell_members("QueueMemberPause", changed);
    }

    /// Who works at the phone system itself has ring groups leave an agent alone: no client asked for it.
    pub fn pause_by_hand(&mut self, at: At, extension: &str, reason: &str) {
        self.run(at);
        let Some(desk) = self.desk_of(extension) else { return };
        let changed = self.set_pause(desk, None, Some(reason));
        self.tell_members("QueueMemberPause", changed);
    }

    /// Who works at the phone system has ring groups call an agent again, whoever asked for the pause; a phone system
    /// that starts anew forgets pauses as well.
    pub fn resume_by_hand(&mut self, at: At, extension: &str) {
        self.run(at);
        let Some(desk) = self.desk_of(extension) else { return };
        let changed = self.set_pause(desk, None, None);
        self.tell_members("QueueMemberPause", changed);
    }

    /// Pauses an agent in one queue or in all, or takes them back; the members that this concerns.
    pub(super) fn set_pause(
        &mut self,
        desk: DeskIndex,
        in_queue: Option<&str>,
        reason: Option<&str>,
    ) -> Vec<(QueueIndex, Member)> {
        let second = self.now.0.div_euclid(1_000_000);
        let mut changed = Vec::new();
        for (index, queue) in self.queues.iter_mut().enumerate() {
            if in_queue.is_some_and(|name| name != queue.group.queue) {
                continue;
            }
            for member in queue.members.iter_mut().filter(|member| member.desk == desk && member.present) {
                member.paused = reason.map(str::to_owned);
                if reason.is_some() {
                    member.last_pause = second;
                }
                changed.push((index, member.clone()));
            }
        }
        changed
    }

    /// An event about members of queues, one for each.
    pub(super) fn tell_members(&mut self, event: &str, changed: Vec<(QueueIndex, Member)>) {
        for (queue, member) in changed {
            let (queue, interface, name) = self.member_names(queue, member.desk);
            self.tell(event, |pbx, frame| {
                frame.put_all(&[
                    ("Queue", &queue),
                    ("MemberName", &name),
                    ("Interface", &interface),
                    ("StateInterface", &interface),
                    ("Membership", &pbx.membership()),
                    ("Penalty", &0),
                    ("CallsTaken", &member.taken),
                    ("LastCall", &member.last_call),
                    ("LastPause", &member.last_pause),
                    ("LoginTime", &pbx.started.0.div_euclid(1_000_000)),
                    ("InCall", &u8::from(pbx.served_by(queue, member.desk))),
                    ("Status", &pbx.device_state(member.desk)),
                    ("Paused", &u8::from(member.paused.is_some())),
                    ("PausedReason", &member.paused.as_deref().unwrap_or_default()),
                    ("Ringinuse", &0),
                    ("Wrapuptime", &0),
                ])
            });
        }
    }

    /// The leg that an action names by its channel.
    fn channel_of(&self, action: &Action) -> Option<LegId> {
        let wanted = action.get("Channel")?;
        self.legs.iter().find(|(_, leg)| leg.name == wanted || leg.uniqueid == wanted).map(|(id, _)| *id)
    }

    fn hang_up_channel(&mut self, action: &Action) {
        let Some(leg) = self.channel_of(action) else {
            return self.refuse_action(action, "No such channel");
        };
        self.accept_action(action, "Channel Hungup");
        self.end_by(leg, false);
    }

    /// `BlindTransfer` and `Atxfer`: the agent behind the channel hands their customer over.
    fn transfer(&mut self, action: &Action, attended: bool) {
        let Some(leg) = self.channel_of(action) else {
            return self.refuse_action(action, "Channel specified does not exist");
        };
        let target = action.get("Exten").and_then(|exten| self.desk_of(exten));
        let call = self.legs.get(&leg).map(|leg| leg.call);
        let talks = call.and_then(|call| self.calls.get(&call)).is_some_and(|call| {
            call.talk.is_some_and(|talk| talk.agent == leg && call.customer == Some(talk.other))
                && call.consult.is_none()
        });
        let (Some(target), Some(call), true) = (target, call, talks) else {
            return self.refuse_action(action, "Transfer failed");
        };
        if attended {
            self.accept_action(action, "Atxfer successfully queued");
            self.stop_plan(call);
            self.consult(call, target);
        } else {
            self.accept_action(action, "Transfer succeeded");
            self.blind_transfer(call, target);
        }
    }

    /// What the agent was about to do in a call no longer holds: a client decides now.
    fn stop_plan(&mut self, call: CallId) {
        if let Some(call) = self.calls.get_mut(&call) {
            call.turn += 1;
        }
    }

    fn cancel_transfer(&mut self, action: &Action) {
        let call = self.channel_of(action).and_then(|leg| self.legs.get(&leg)).map(|leg| leg.call);
        let question = call.and_then(|call| self.calls.get(&call)).and_then(|call| call.consult);
        match question {
            Some(question) => {
                self.accept_action(action, "CancelAtxfer successfully queued");
                self.take_back(question);
            }
            None => self.refuse_action(action, "No transfer in progress"),
        }
    }

    /// `Getvar`: whether the dialplan has an extension; nothing else is known here.
    fn get_variable(&mut self, action: &Action) {
        let variable = action.get("Variable").unwrap_or_default().to_owned();
        let asked = variable.strip_prefix("DIALPLAN_EXISTS(").and_then(|rest| rest.split(',').nth(1));
        // Anybody outside can be dialled, and who works here.
        let exists = asked.is_some_and(|exten| exten.len() > 4 || self.desk_of(exten).is_some());
        self.respond(action, "Success", &[("Variable", &variable), ("Value", &u8::from(exists))]);
    }

    /// `MuteAudio`: nothing is told of it.
    fn mute(&mut self, action: &Action) {
        match self.channel_of(action) {
            Some(_) => self.respond(action, "Success", &[]),
            None => self.refuse_action(action, "Channel not found"),
        }
    }

    /// `MixMonitorMute`: everybody is told that a recording is paused, or goes on.
    fn pause_recording(&mut self, action: &Action) {
        let recorded =
            |leg: &LegId| self.legs.get(leg).is_some_and(|leg| !leg.variables.recording.is_empty());
        let Some(leg) = self.channel_of(action).filter(recorded) else {
            return self.refuse_action(action, "Cannot set mute flag");
        };
        let state = action.get("State").unwrap_or_default().to_owned();
        self.respond(action, "Success", &[]);
        self.tell_leg("MixMonitorMute", leg, &[("Direction", &"both"), ("State", &state)]);
    }

    /// `PJSIPNotify` in a call: `talk` answers a phone that rings and takes back whom it put on hold, `hold` puts the
    /// other side on hold.
    fn notify_phone(&mut self, action: &Action) {
        let Some(leg) = self.channel_of(action) else {
            return self.refuse_action(action, "Channel not found");
        };
        self.accept_action(action, "NOTIFY sent");
        let asks = |event: &str| action.all("Variable").any(|pair| pair.eq_ignore_ascii_case(event));
        let held = self.legs.get(&leg).and_then(|leg| self.calls.get(&leg.call)).and_then(|call| call.talk);
        let held = held.is_some_and(|talk| talk.held.is_some());
        if asks("Event=talk") && held || asks("Event=hold") && !held {
            self.toggle_hold(leg);
        } else if asks("Event=talk") {
            self.pick_up(leg);
        }
    }
}
