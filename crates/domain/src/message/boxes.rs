//! Whose work a message is, as lists ask it.

use super::Message;
use crate::id::AgentKey;

/// A box that messages lie in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageBox {
    /// That of a ring group.
    RingGroup(String),
    /// That of an agent who was called directly.
    Agent(AgentKey),
    /// Those of no ring group, whoever was called.
    NoRingGroup,
}

impl MessageBox {
    /// The boxes whose messages an agent deals with.
    pub fn of_agent(agent: &AgentKey, ring_groups: &[String]) -> Vec<MessageBox> {
        let groups = ring_groups.iter().cloned().map(MessageBox::RingGroup);
        groups.chain([MessageBox::Agent(agent.clone())]).collect()
    }

    /// Whether a message lies in it.
    pub fn holds(&self, message: &Message) -> bool {
        match self {
            MessageBox::RingGroup(group) => message.ring_group.as_ref() == Some(group),
            MessageBox::Agent(agent) => message.agent.as_ref() == Some(agent),
            MessageBox::NoRingGroup => message.ring_group.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::voicemail;
    use super::*;

    #[test]
    fn a_message_lies_in_the_box_of_its_ring_group_or_of_its_agent() {
        let message =
            |group, agents: &[&str]| Message::left_by(&voicemail(group, agents)).expect("a message");
        let ana = AgentKey("1001".to_owned());
        let boxes = MessageBox::of_agent(&ana, &["support".to_owned()]);
        let sees = |message: &Message| boxes.iter().any(|one| one.holds(message));
        assert!(sees(&message(Some("support"), &["1002"])));
        assert!(sees(&message(None, &["1001"])));
        assert!(!sees(&message(Some("sales"), &["1001"])));
        assert!(!sees(&message(None, &["1002"])));
        assert!(!sees(&message(None, &[])));
        assert!(MessageBox::NoRingGroup.holds(&message(None, &["1001"])));
        assert!(!MessageBox::NoRingGroup.holds(&message(Some("sales"), &[])));
    }
}
