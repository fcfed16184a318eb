//! Who may listen in on calls that go on, as admins set it. What listening in is, [`crate::ear`] says.

use crate::account::Role;
use serde::{Deserialize, Serialize};

/// Who may listen in, and who hears of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListeningPolicy {
    /// Who may.
    pub who: WhoListens,
    /// Whether the agent who is listened to sees it.
    pub tell_agent: bool,
}

/// Who may listen in. Everybody needs a phone of their own for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoListens {
    /// Supervisors and admins.
    #[default]
    Supervisors,
    /// Admins.
    Admins,
    /// Nobody.
    Nobody,
}

impl Default for ListeningPolicy {
    fn default() -> Self {
        ListeningPolicy { who: WhoListens::default(), tell_agent: true }
    }
}

impl WhoListens {
    /// Whether one of this role may.
    pub fn has(self, role: Role) -> bool {
        match self {
            WhoListens::Supervisors => role >= Role::Supervisor,
            WhoListens::Admins => role >= Role::Admin,
            WhoListens::Nobody => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_never_listen_in_and_others_as_it_is_set() {
        // who may: an agent, a supervisor, an admin
        let table = [
            (WhoListens::Supervisors, [false, true, true]),
            (WhoListens::Admins, [false, false, true]),
            (WhoListens::Nobody, [false, false, false]),
        ];
        for (who, expected) in table {
            assert_eq!(
                [Role::Agent, Role::Supervisor, Role::Admin].map(|role| who.has(role)),
                expected,
                "{who:?}"
            );
        }
    }
}
