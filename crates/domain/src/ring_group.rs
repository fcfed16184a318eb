//! Ring groups: what admins say of the groups that calls come through. Which of them there are, and who is in them, the
//! phone system says as well.

use crate::id::AgentKey;
use crate::phone::{OtherParty, Region, stored_numbers};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most ring groups that a centre may set up.
pub const MAX_RING_GROUPS: usize = 500;
/// Longest key or name of a ring group, in characters.
pub const MAX_GROUP_CHARS: usize = 80;
/// Most numbers of ours that belong to one ring group.
pub const MAX_GROUP_NUMBERS: usize = 500;
/// Most agents that settings put into one ring group.
pub const MAX_GROUP_AGENTS: usize = 2_000;
/// Longest key of an agent that settings name, in characters.
pub const MAX_AGENT_CHARS: usize = 80;

/// What admins say of a ring group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingGroup {
    /// The name by which the phone system's calls come; never shown where there is a name.
    pub key: String,
    /// What people read.
    pub name: String,
    /// Numbers of ours that belong to it, as people write them.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Agents who are in it besides those that the phone system says.
    #[serde(default)]
    pub agents: Vec<AgentKey>,
    /// Within how many seconds its calls are answered in time; `None`: as the centre's.
    #[serde(default)]
    pub answer_within_s: Option<u32>,
}

/// Which ring group each number of ours belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupNumbers(BTreeMap<String, String>);

impl GroupNumbers {
    /// Of these ring groups, their numbers read by the plan of `region`. A number that two have is the first one's.
    pub fn of(groups: &[RingGroup], region: Region) -> Self {
        let mut numbers = BTreeMap::new();
        for group in groups {
            let written = group.numbers.iter().flat_map(|text| stored_numbers(text, region));
            for e164 in written.filter_map(|number| number.e164) {
                numbers.entry(e164).or_insert_with(|| group.key.clone());
            }
        }
        GroupNumbers(numbers)
    }

    /// The ring group of a number of ours.
    pub fn group(&self, number: &OtherParty) -> Option<&str> {
        let e164 = match number {
            OtherParty::Own { e164 } => e164.as_deref(),
            OtherParty::Number(number) => number.e164.as_deref(),
            _ => None,
        };
        self.0.get(e164?).map(String::as_str)
    }
}

/// The ring groups an agent is in: those that the phone system says, and those of the settings.
pub fn groups_of(groups: &[RingGroup], agent: &AgentKey, told: BTreeSet<String>) -> Vec<String> {
    let set = groups.iter().filter(|group| group.agents.contains(agent)).map(|group| group.key.clone());
    told.into_iter().chain(set).collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::{NumberPolicy, other_party};

    fn group(key: &str, numbers: &[&str], agents: &[&str]) -> RingGroup {
        RingGroup {
            key: key.to_owned(),
            name: key.to_uppercase(),
            numbers: numbers.iter().map(|&number| number.to_owned()).collect(),
            agents: agents.iter().map(|&agent| AgentKey(agent.to_owned())).collect(),
            answer_within_s: None,
        }
    }

    #[test]
    fn a_number_of_ours_is_its_ring_groups_however_it_is_written() {
        let spain = "ES".parse().expect("a region");
        let groups =
            [group("sales", &["911 00 00 01"], &[]), group("help", &["+34911000001", "911000002"], &[])];
        let numbers = GroupNumbers::of(&groups, spain);
        let policy = NumberPolicy::new(spain).with_own(groups.iter().flat_map(|group| &group.numbers));
        for (text, expected) in [
            ("+34911000001", Some("sales")),
            ("911000002", Some("help")),
            ("911000003", None),
            ("1001", None),
            ("anonymous", None),
        ] {
            assert_eq!(numbers.group(&other_party(text, &policy)), expected, "{text}");
        }
    }

    #[test]
    fn an_agent_is_in_what_the_phone_system_and_the_settings_say() {
        let groups = [group("sales", &[], &["1001"]), group("help", &[], &["1002"])];
        let agent = AgentKey("1001".to_owned());
        let told = BTreeSet::from(["visits".to_owned(), "sales".to_owned()]);
        assert_eq!(groups_of(&groups, &agent, told), ["sales", "visits"]);
        assert_eq!(groups_of(&groups, &AgentKey("9".to_owned()), BTreeSet::new()), Vec::<String>::new());
    }
}
