//! Who hears of a message: the panels of those whose work it is. Pages of supervisors ask by themselves.

use crate::app::{App, Tenant};
use crate::ops::ring_groups;
use domain::commit::Change;
use domain::message::Message;

/// What a Commit says of messages, to be told once it is written.
#[derive(Debug, Default)]
pub struct MessageNews {
    left: Vec<Message>,
    withdrawn: bool,
}

impl MessageNews {
    /// What these changes say.
    pub fn of(changes: &[Change]) -> MessageNews {
        let mut news = MessageNews::default();
        for change in changes {
            match change {
                Change::MessageLeft(message) => news.left.push((**message).clone()),
                Change::MessageWithdrawn(_) => news.withdrawn = true,
                _ => {}
            }
        }
        news
    }

    /// Tells it.
    pub fn tell(&self, app: &App, tenant: &Tenant, commit: u64) {
        for message in &self.left {
            tell(app, tenant, message, commit);
        }
        // Rare, and whose it was is known to nobody any more.
        if self.withdrawn {
            app.hub.changed_for_all(tenant.id, commit);
        }
    }
}

/// Lets the panels of those whose work it is read anew.
pub(super) fn tell(app: &App, tenant: &Tenant, message: &Message, commit: u64) {
    let agents = match &message.ring_group {
        Some(group) => ring_groups::agents_of(app, tenant, group),
        None => message.agent.iter().cloned().collect(),
    };
    for agent in &agents {
        app.hub.shown(tenant.id, agent, commit);
    }
}
