//! What a client asks to be told: the living channels, and the ring groups with their members and callers.

use super::ObedientPbx;
use super::call::{CallId, Leg, LegId};
use super::frame::Frame;
use super::queue::{Member, Queue, seconds};
use super::session::Action;

/// Device states as the phone system numbers them.
mod device {
    pub(super) const FREE: u8 = 1;
    pub(super) const BUSY: u8 = 3;
}

impl ObedientPbx {
    /// `CoreShowChannels`: every living channel.
    pub(super) fn show_channels(&mut self, action: &Action) {
        self.begin_list(action, "Channels will follow");
        let legs: Vec<LegId> = self.legs.keys().copied().collect();
        for id in &legs {
            let Some(leg) = self.legs.get(id) else { continue };
            let frame = leg.write("", Frame::listed("CoreShowChannel", action.id()));
            let bridge = leg.bridge.and_then(|bridge| self.bridges.get(&bridge));
            let age = self.age_s(*id);
            let (application, data) = application(leg);
            let frame = frame
                .put("Application", &application)
                .put("ApplicationData", &data)
                .put("Duration", &format_args!("{:02}:{:02}:{:02}", age / 3_600, age / 60 % 60, age % 60))
                .put("BridgeId", &bridge.map_or("", |bridge| &bridge.id));
            self.wire.send(self.now, frame);
        }
        self.end_list(action, "CoreShowChannelsComplete", legs.len());
    }

    /// `QueueStatus`: ring groups, members and waiting callers, of one queue or one member where named.
    pub(super) fn queue_status(&mut self, action: &Action) {
        self.begin_list(action, "Queue status will follow");
        let mut frames = Vec::new();
        for queue in &self.queues {
            if action.get("Queue").is_some_and(|name| name != queue.group.queue) {
                continue;
            }
            frames.push(params(queue, action));
            let named = |member: &&Member| {
                action.get("Member").is_none_or(|interface| self.interface(member.desk) == interface)
            };
            frames.extend(
                queue
                    .members
                    .iter()
                    .filter(|member| member.present)
                    .filter(named)
                    .map(|member| self.member_line(queue, member, action)),
            );
            let callers = queue.waiting.iter().enumerate();
            frames
                .extend(callers.filter_map(|(place, call)| self.entry_line(queue, place + 1, *call, action)));
        }
        let count = frames.len();
        for frame in frames {
            self.wire.send(self.now, frame);
        }
        self.end_list(action, "QueueStatusComplete", count);
    }

    fn member_line(&self, queue: &Queue, member: &Member, action: &Action) -> Frame {
        let name = self.settings.agents.get(member.desk).map_or("", |agent| &agent.name);
        let interface = self.interface(member.desk);
        Frame::listed("QueueMember", action.id())
            .put("Queue", &queue.group.queue)
            .put("Name", &name)
            .put("Location", &interface)
            .put("StateInterface", &interface)
            .put("Membership", &self.membership())
            .put("Penalty", &0)
            .put("CallsTaken", &member.taken)
            .put("LastCall", &member.last_call)
            .put("LastPause", &member.last_pause)
            .put("LoginTime", &self.started.0.div_euclid(1_000_000))
            .put("InCall", &u8::from(self.served_by(queue.group.queue, member.desk)))
            .put("Status", &self.device_state(member.desk))
            .put("Paused", &u8::from(member.paused.is_some()))
            .put("PausedReason", &member.paused.as_deref().unwrap_or_default())
            .put("Wrapuptime", &0)
    }

    fn entry_line(&self, queue: &Queue, position: usize, call: CallId, action: &Action) -> Option<Frame> {
        let call = self.calls.get(&call)?;
        let (leg, visit) = (self.legs.get(&call.origin)?, call.waiting?);
        let frame = Frame::listed("QueueEntry", action.id())
            .put("Queue", &queue.group.queue)
            .put("Position", &position)
            .put("Channel", &leg.name)
            .put("Uniqueid", &leg.uniqueid)
            .put("CallerIDNum", &leg.caller.number)
            .put("CallerIDName", &leg.caller.name)
            .put("ConnectedLineNum", &leg.connected.number)
            .put("ConnectedLineName", &leg.connected.name)
            .put("Wait", &seconds(visit.joined, self.now))
            .put("Priority", &0);
        Some(frame)
    }

    /// Whether an agent talks to a caller whom this queue connected.
    pub(super) fn served_by(&self, queue: &str, desk: usize) -> bool {
        let mut served = self.calls.values().filter_map(|call| call.served);
        served.any(|served| {
            served.desk == desk && self.queues.get(served.queue).is_some_and(|of| of.group.queue == queue)
        })
    }

    /// The state of an agent's phone, as its number.
    pub(super) fn device_state(&self, desk: usize) -> u8 {
        if self.idle(desk) { device::FREE } else { device::BUSY }
    }

    fn begin_list(&mut self, action: &Action, message: &str) {
        let frame =
            Frame::response("Success", action.id()).put("EventList", &"start").put("Message", &message);
        self.wire.send(self.now, frame);
    }

    fn end_list(&mut self, action: &Action, event: &str, items: usize) {
        let frame = Frame::listed(event, action.id()).put("EventList", &"Complete").put("ListItems", &items);
        self.wire.send(self.now, frame);
    }
}

fn params(queue: &Queue, action: &Action) -> Frame {
    Frame::listed("QueueParams", action.id())
        .put("Queue", &queue.group.queue)
        .put("Max", &0)
        .put("Strategy", &"rrmemory")
        .put("Calls", &queue.waiting.len())
        .put("Holdtime", &0)
        .put("TalkTime", &0)
        .put("Completed", &queue.completed)
        .put("Abandoned", &queue.abandoned)
        .put("ServiceLevel", &0)
        .put("ServicelevelPerf", &"0.0")
        .put("ServicelevelPerf2", &"0.0")
        .put("Weight", &0)
}

/// The dialplan application that a leg is in.
fn application(leg: &Leg) -> (&'static str, &'static str) {
    match leg.desk {
        Some(_) if leg.exten.is_empty() => ("AppDial", "(Outgoing Line)"),
        Some(_) => ("AppQueue", "(Outgoing Line)"),
        None => ("Queue", ""),
    }
}
