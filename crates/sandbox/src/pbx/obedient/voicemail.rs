//! The mailbox that answers when a ring group gives up. Playing messages back is not here.

use super::ObedientPbx;
use super::agenda::Due;
use super::call::{CallId, Deed};
use super::legs::Cause;
use domain::call::{CallType, HungUpBy};

/// Where messages are.
const SPOOL: &str = "/srv/ast/spool/voicemail/default";

impl ObedientPbx {
    /// The mailbox greets the caller, who hangs up in the greeting or leaves a message after it.
    pub(super) fn answer_mailbox(&mut self, id: CallId) {
        let times = &self.settings.times;
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.turn += 1;
        let leaves = call.dice.percent(self.settings.habits.leaves_message);
        let (after, deed) = match leaves {
            true => (times.greeting + call.dice.within(&times.message), Deed::LeaveMessage),
            false => (call.dice.within(&(500..=times.greeting.max(500))), Deed::LeaveMailbox),
        };
        let turn = call.turn;
        self.after(after, Due::Do(id, turn, deed));
    }

    /// The caller hangs up, with or without a message left; where nobody `asked`, a command did it for them.
    pub(super) fn leave_mailbox(&mut self, id: CallId, message: bool, asked: bool) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let leg = call.origin;
        call.past.hung_up_by = if asked { HungUpBy::Customer } else { HungUpBy::System };
        call.past.message_left = message;
        call.past.kind = match (message, asked) {
            (true, _) => CallType::Voicemail,
            (false, true) => CallType::Abandoned,
            (false, false) => CallType::Missed,
        };
        let queue = call.past.queue;
        if asked {
            self.tell_leg("HangupRequest", leg, &[]);
        }
        let box_of = self.queues.iter_mut().find(|of| Some(of.group.queue) == queue);
        if let Some(queue) = box_of.filter(|_| message) {
            let (number, mailbox) = (queue.messages, queue.group.mailbox);
            queue.messages += 1;
            if let Some(leg) = self.legs.get_mut(&leg) {
                leg.variables.message_file = format!("{SPOOL}/{mailbox}/INBOX/msg{number:04}");
            }
            self.tell_leg(
                "MessageWaiting",
                leg,
                &[
                    ("Mailbox", &format_args!("{mailbox}@default")),
                    ("Waiting", &1),
                    ("New", &(number + 1)),
                    ("Old", &0),
                ],
            );
        }
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.variables.voicemail_status = if message { "SUCCESS" } else { "FAILED" };
        }
        self.soft_hangup(leg);
        self.finish(id, leg, Cause::Unknown);
    }
}
