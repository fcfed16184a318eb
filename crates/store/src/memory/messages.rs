//! Messages of a tenant: what changes do to them, and lists.

use super::tenant::Tenant;
use crate::answers::{MessageCount, MessagePage};
use crate::listing::ListPlace;
use crate::messages::{MessageFilter, MessageStates, Placed, page};
use domain::id::{AgentKey, CallKey};
use domain::message::{Message, MessageBox, MessageState};
use std::collections::BTreeMap;

/// A message, and whether its sound was copied or will not be.
#[derive(Clone, Debug)]
pub(super) struct MessageRow {
    pub(super) message: Message,
    pub(super) sound_settled: bool,
}

impl Tenant {
    pub(super) fn message_is(&mut self, message: Message) {
        let sound_settled = self.messages.get(&message.call).is_some_and(|row| row.sound_settled);
        self.messages.insert(message.call, MessageRow { message, sound_settled });
    }

    pub(super) fn message_left(&mut self, message: Message) {
        if !self.touched(message.call) {
            self.message_is(message);
        }
    }

    pub(super) fn message_withdrawn(&mut self, call: CallKey) {
        if !self.touched(call) {
            self.messages.remove(&call);
        }
    }

    pub(super) fn message_merged(&mut self, from: CallKey, into: CallKey) {
        let moved = self.messages.get(&from).cloned();
        self.messages.remove(&from);
        if let Some(row) = moved.filter(|row| !row.message.untouched() && !self.touched(into)) {
            let message = Message { call: into, ..row.message };
            self.messages.insert(into, MessageRow { message, sound_settled: false });
        }
    }

    pub(super) fn message_sound_settled(&mut self, call: CallKey) {
        if let Some(row) = self.messages.get(&call).cloned() {
            self.messages.insert(call, MessageRow { sound_settled: true, ..row });
        }
    }

    /// Whether somebody did something with the message of this call.
    fn touched(&self, call: CallKey) -> bool {
        self.messages.get(&call).is_some_and(|row| !row.message.untouched())
    }

    /// Each with its place: by when it was left, then by when its call was first heard of.
    fn placed(&self) -> impl Iterator<Item = Placed> {
        self.messages.values().map(|row| {
            let order = self.calls.get(&row.message.call).map_or(0, |made| made.order);
            let row_number = i64::try_from(order).unwrap_or(i64::MAX);
            (ListPlace { at: row.message.left_at, row: row_number }, row.message.clone())
        })
    }

    pub(super) fn message_page(&self, filter: &MessageFilter, after: ListPlace, limit: usize) -> MessagePage {
        let lies_in = |message: &Message| {
            let holds = |boxes: &Vec<MessageBox>| boxes.iter().any(|one| one.holds(message));
            filter.boxes.as_ref().is_none_or(holds)
        };
        let comes_after = |place: ListPlace| match filter.states {
            MessageStates::Done => place < after,
            _ => place > after,
        };
        let wanted = |(place, message): &Placed| {
            filter.states.has(&message.state) && lies_in(message) && comes_after(*place)
        };
        page(self.placed().filter(wanted).collect(), filter.states, limit)
    }

    pub(super) fn message_tally(&self) -> Vec<MessageCount> {
        let mut counts: BTreeMap<(Option<String>, Option<AgentKey>), (u64, u64)> = BTreeMap::new();
        for message in self.messages.values().map(|row| &row.message).filter(|message| message.waits()) {
            let count = counts.entry((message.ring_group.clone(), message.agent.clone())).or_default();
            match message.state {
                MessageState::Open => count.0 += 1,
                _ => count.1 += 1,
            }
        }
        let line = |((ring_group, agent), (open, taken))| MessageCount { ring_group, agent, open, taken };
        counts.into_iter().map(line).collect()
    }

    pub(super) fn message_sounds_wanted(&self, after: Option<CallKey>, limit: usize) -> Vec<CallKey> {
        let order = |call: &CallKey| self.calls.get(call).map_or(0, |made| made.order);
        let from = after.map_or(0, |call| self.calls.get(&call).map_or(u64::MAX, |made| made.order));
        let wanted = self.messages.values().filter(|row| !row.sound_settled).map(|row| row.message.call);
        let mut calls: Vec<CallKey> = wanted.filter(|call| order(call) > from).collect();
        calls.sort_by_key(order);
        calls.truncate(limit);
        calls
    }
}
