//! What admins set while the centre runs: it takes effect with the Commit that changes it. What an operator
//! sets before the start (addresses, folders, phone systems) is the server's settings file. [`check`] says what can be set.

mod alerts;
mod check;
pub mod inbox;
mod listening;
mod service;
mod targets;

pub use alerts::AlertPolicy;
pub use inbox::{InboxPolicy, MAX_WAITING};
pub use listening::{ListeningPolicy, WhoListens};
pub use service::{MAX_REPEAT_DAYS, ServicePolicy};
pub use targets::{MAX_PERCENT, ReportTargets};

pub use check::{CentreFault, CentreRefused, type_word};

use crate::auto_create::AutoCreateRules;
use crate::call::CallPolicy;
use crate::disposition::Label;
use crate::id::At;
use crate::matching::MatchRule;
use crate::mirror::PhoneChoice;
use crate::ring_group::RingGroup;
use crate::wrapup::Wrapup;
use crate::wrapup::reason::{ReasonChoice, first_reasons};
use serde::{Deserialize, Serialize};

/// Most numbers of our own that a centre may list.
pub const MAX_OWN_NUMBERS: usize = 2_000;
/// Most objects of a CRM of which phone fields may be chosen.
pub const MAX_PHONE_OBJECTS: usize = 3;
/// Longest name of an object or a field of a CRM, in characters.
pub const MAX_CRM_NAME_CHARS: usize = 80;
/// Most reasons for being away.
pub const MAX_AWAY_REASONS: usize = 50;
/// Longest time that any timer may be set to, in seconds: a day.
pub const MAX_SECONDS: u32 = 86_400;
/// Longest time after Log in which agents may correct, in hours: a year.
pub const MAX_CORRECTION_HOURS: u32 = 8_784;
/// The longest that a wrap-up keeps an agent from calls unless somebody says otherwise, in seconds: an hour. Who is
/// still at it then has left, or their browser has.
const LONGEST_S: u32 = 3_600;
/// Most times that the time for a wrap-up may be extended.
pub const MAX_EXTENSIONS: u32 = 10;

/// The settings of a centre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Centre {
    /// Counts changes, from 1; 0: never changed by anybody.
    pub version: u64,
    /// Whether disposition codes are on (P13).
    pub codes_enabled: bool,
    /// Whether codes are suggested to agents, from what was logged before.
    pub suggest_codes: bool,
    /// Numbers and extensions of our own, as people write them; they never match and never create.
    pub own_numbers: Vec<String>,
    /// Which records are matched (P2).
    pub matching: MatchRule,
    /// What is made where nobody has the number (P5).
    pub auto_create: AutoCreateRules,
    /// Callers who give up within this many seconds are short abandons; `None`: never.
    pub short_abandon_s: Option<u32>,
    /// Whether an agent who dialled out and reached nobody owes a wrap-up.
    pub wrapup_unreached: bool,
    /// Whether the record opens by itself where exactly one matches.
    pub pop_single_match: bool,
    /// After Call Work.
    pub acw: AcwPolicy,
    /// What agents may leave for later.
    pub inbox: InboxPolicy,
    /// Reasons for being away that agents can give.
    pub away_reasons: Vec<Label>,
    /// Reasons of Do not log.
    pub do_not_log_reasons: Vec<ReasonChoice>,
    /// What is said of ring groups.
    pub ring_groups: Vec<RingGroup>,
    /// Who may correct what was logged.
    pub corrections: CorrectionPolicy,
    /// What supervisors are warned of.
    pub alerts: AlertPolicy,
    /// Who may listen in on calls.
    pub listening: ListeningPolicy,
    /// What the centre means to reach, as reports show it.
    pub targets: ReportTargets,
    /// By what reports measure how callers are served.
    pub service: ServicePolicy,
    /// Which phone fields of the CRM are mirrored, in the order they are shown; none: those of the settings file.
    pub crm_phones: Vec<PhoneChoice>,
}

/// Who may correct what was logged. Supervisors may always.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CorrectionPolicy {
    /// How many hours after Log agents may correct their own wrap-ups; `None`: they may not.
    pub agent_hours: Option<u32>,
}

/// How many hours after Log agents may correct, unless somebody says otherwise.
const AGENT_HOURS: u32 = 24;

impl Default for CorrectionPolicy {
    fn default() -> Self {
        CorrectionPolicy { agent_hours: Some(AGENT_HOURS) }
    }
}

/// How long After Call Work may take, and what happens then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AcwPolicy {
    /// How long an agent has for a wrap-up, in seconds; `None`: as long as it takes.
    pub seconds: Option<u32>,
    /// By how much an agent may extend it at a time, in seconds.
    pub extension_s: u32,
    /// How often.
    pub max_extensions: u32,
    /// What happens when the time is up.
    pub on_expiry: OnExpiry,
    /// The longest that a wrap-up keeps its agent from calls, whatever the rest says, in seconds; `None`: no limit. It
    /// stays in their inbox.
    pub longest_s: Option<u32>,
    /// Whether submitting makes the agent available, or they say so themselves.
    pub after_submit: AfterSubmit,
    /// Whether an agent may dial out while they owe a wrap-up.
    pub dial_during: bool,
}

/// What happens when the time for a wrap-up is up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnExpiry {
    /// The agent stays until they submit; the wrap-up counts as late.
    #[default]
    Stay,
    /// Calls are offered again; the wrap-up stays in the agent's inbox.
    Release,
    /// The wrap-up is closed as undispositioned.
    Close,
}

/// What submitting does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterSubmit {
    /// The agent takes calls again.
    #[default]
    Available,
    /// The agent takes calls again once they say so.
    Hold,
}

impl Default for Centre {
    fn default() -> Self {
        let reason = |es: &str, en: &str| Label { es: es.to_owned(), en: en.to_owned() };
        Centre {
            version: 0,
            codes_enabled: true,
            suggest_codes: true,
            own_numbers: Vec::new(),
            matching: MatchRule::default(),
            auto_create: AutoCreateRules::default(),
            short_abandon_s: None,
            wrapup_unreached: true,
            pop_single_match: true,
            acw: AcwPolicy::default(),
            inbox: InboxPolicy::default(),
            away_reasons: vec![
                reason("Descanso", "Break"),
                reason("Comida", "Lunch"),
                reason("Reunión", "Meeting"),
                reason("Formación", "Training"),
            ],
            do_not_log_reasons: first_reasons(),
            ring_groups: Vec::new(),
            corrections: CorrectionPolicy::default(),
            alerts: AlertPolicy::default(),
            listening: ListeningPolicy::default(),
            targets: ReportTargets::default(),
            service: ServicePolicy::default(),
            crm_phones: Vec::new(),
        }
    }
}

impl Default for AcwPolicy {
    fn default() -> Self {
        AcwPolicy {
            seconds: None,
            extension_s: 60,
            max_extensions: 2,
            on_expiry: OnExpiry::Stay,
            longest_s: Some(LONGEST_S),
            after_submit: AfterSubmit::Available,
            dial_during: true,
        }
    }
}

impl Centre {
    /// What decides call types and wrap-up owners.
    pub fn call_policy(&self) -> CallPolicy {
        CallPolicy {
            short_abandon_ms: self.short_abandon_s.map(|seconds| i64::from(seconds) * 1000),
            wrapup_unreached: self.wrapup_unreached,
        }
    }

    /// Whether codes are suggested: only where there are any.
    pub fn suggests_codes(&self) -> bool {
        self.codes_enabled && self.suggest_codes
    }

    /// Every number of ours: those that are listed, and those of ring groups.
    pub fn numbers_of_ours(&self) -> impl Iterator<Item = &String> {
        self.own_numbers.iter().chain(self.ring_groups.iter().flat_map(|group| &group.numbers))
    }
}

impl AcwPolicy {
    /// When the time of a wrap-up that is owed since `opened_at` is up, extended so many times.
    pub fn deadline(&self, opened_at: At, extensions: u32) -> Option<At> {
        let seconds = u64::from(self.seconds?) + u64::from(self.extension_s) * u64::from(extensions);
        Some(opened_at.plus_millis(i64::try_from(seconds * 1000).unwrap_or(i64::MAX)))
    }

    /// Whether the time of a wrap-up that became owed at that time is up; without one there is no end to it.
    pub fn is_up(&self, opened_at: Option<At>, extensions: u32, now: At) -> bool {
        opened_at.and_then(|at| self.deadline(at, extensions)).is_some_and(|deadline| deadline <= now)
    }

    /// When the time of `wrapup` is up, as the settings are now.
    pub fn deadline_of(&self, wrapup: &Wrapup) -> Option<At> {
        self.deadline(wrapup.opened_at?, wrapup.extensions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_limit_a_wrapup_takes_as_long_as_it_takes() {
        assert_eq!(AcwPolicy::default().deadline(At(5), 2), None);
    }

    #[test]
    fn each_extension_adds_its_seconds() {
        let policy = AcwPolicy { seconds: Some(30), extension_s: 60, ..AcwPolicy::default() };
        assert_eq!(policy.deadline(At(0), 0), Some(At(30_000_000)));
        assert_eq!(policy.deadline(At(0), 2), Some(At(150_000_000)));
    }
}
