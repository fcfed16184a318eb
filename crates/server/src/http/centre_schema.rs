//! The settings as the OpenAPI document tells them. Nobody makes any of these: what is taken and answered is `domain`'s, and
//! a test compares the two.

#![expect(dead_code, reason = "read by the derivation of the document alone")]

use crate::view::LabelView;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// The settings.
#[derive(ToSchema)]
pub(super) struct CentreSchema {
    /// The version they were changed on.
    version: u64,
    /// Whether disposition codes are on (P13).
    codes_enabled: bool,
    /// Whether codes are suggested to agents, from what was logged before.
    suggest_codes: bool,
    /// Numbers and extensions of our own.
    own_numbers: Vec<String>,
    matching: MatchingSchema,
    /// By type of call: `inbound`, `outbound`, `outbound_missed`, `voicemail`, `short_abandoned`, `abandoned`, `missed`.
    auto_create: BTreeMap<String, CreateRuleSchema>,
    /// Callers who give up within this many seconds are short abandons; null: never.
    short_abandon_s: Option<u32>,
    /// Whether an agent who dialled out and reached nobody owes a wrap-up.
    wrapup_unreached: bool,
    /// Whether the record opens by itself where one matches.
    pop_single_match: bool,
    acw: AcwSchema,
    inbox: InboxSchema,
    /// Reasons for being away.
    away_reasons: Vec<LabelView>,
    /// Reasons of Do not log.
    do_not_log_reasons: Vec<ReasonSchema>,
    ring_groups: Vec<RingGroupSchema>,
    corrections: CorrectionsSchema,
    alerts: AlertsSchema,
    listening: ListeningSchema,
    targets: TargetsSchema,
    service: ServiceSchema,
    /// Which phone fields of the CRM are mirrored, in this order; none: those of the settings file.
    crm_phones: Vec<PhoneChoiceSchema>,
}

/// A phone field of the CRM.
#[derive(ToSchema)]
struct PhoneChoiceSchema {
    /// Its object there.
    object: String,
    /// Its name there.
    field: String,
    /// `phone`, `mobile`, `home` or `other`.
    r#as: String,
}

/// What agents may leave for later.
#[derive(ToSchema)]
struct InboxSchema {
    /// Whether agents may put a wrap-up aside themselves.
    put_aside: bool,
    /// How many may wait while their agent takes calls; null: any number.
    most: Option<u32>,
    /// How old the oldest of them may be, in seconds; null: any age.
    oldest_s: Option<u32>,
    /// From what age on agents are reminded, in seconds; null: never.
    remind_s: Option<u32>,
}

/// What supervisors are warned of.
#[derive(ToSchema)]
struct AlertsSchema {
    /// After Call Work of so many seconds; null: never.
    acw_s: Option<u32>,
    /// A caller's wait of so many seconds; null: never.
    wait_s: Option<u32>,
}

/// What the centre means to reach, as reports show it; null each: no line is drawn.
#[derive(ToSchema)]
struct TargetsSchema {
    /// Calls whose wrap-up is over without a code, in percent of all whose wrap-up is over.
    undispositioned_percent: Option<u32>,
    /// Lost calls, in percent of the calls of customers.
    lost_percent: Option<u32>,
    /// What nine of ten After Call Works are to stay below, in seconds.
    acw_p90_s: Option<u32>,
}

/// By what reports measure how callers are served.
#[derive(ToSchema)]
struct ServiceSchema {
    /// Within how many seconds a call is answered in time.
    answer_within_s: u32,
    /// How many days after a call another of the same number says that it settled nothing.
    repeat_days: u32,
}

/// Who may listen in on calls.
#[derive(ToSchema)]
struct ListeningSchema {
    /// `supervisors`, `admins` or `nobody`.
    who: String,
    /// Whether the agent who is listened to sees it.
    tell_agent: bool,
}

/// Which records are matched.
#[derive(ToSchema)]
struct MatchingSchema {
    /// `contact`, `lead`, `account`, `person_account`: those that are matched, in the order they are shown.
    kinds: Vec<String>,
    /// `phone`, `mobile`, `home`, `other`: those that are looked at.
    fields: Vec<String>,
}

/// What is made where nobody has the number.
#[derive(ToSchema)]
struct CreateRuleSchema {
    /// `none`, `contact` or `lead`.
    make: String,
    /// Its name, `{number}` replaced; null: the number.
    name: Option<String>,
    /// The organisation.
    company: Option<String>,
    /// E-mail address.
    email: Option<String>,
    owner: OwnerSchema,
}

/// Whose it is.
#[derive(ToSchema)]
struct OwnerSchema {
    /// `nobody`, `agent` or `user`.
    is: String,
    /// The user, where it is one.
    user: Option<Uuid>,
}

/// After Call Work.
#[derive(ToSchema)]
struct AcwSchema {
    /// How long an agent has; null: as long as it takes.
    seconds: Option<u32>,
    /// By how much it is extended at a time, in seconds.
    extension_s: u32,
    /// How often.
    max_extensions: u32,
    /// `stay`, `release` or `close`.
    on_expiry: String,
    /// The longest that a wrap-up keeps its agent from calls, in seconds; null: no limit.
    longest_s: Option<u32>,
    /// `available` or `hold`.
    after_submit: String,
    /// Whether an agent may dial out while they owe a wrap-up.
    dial_during: bool,
}

/// A reason of Do not log.
#[derive(ToSchema)]
struct ReasonSchema {
    /// 1 to 40 of `a-z0-9_`.
    id: String,
    /// Spanish.
    es: String,
    /// English.
    en: String,
    /// Whether it can no longer be given.
    retired: bool,
}

/// What is said of a ring group.
#[derive(ToSchema)]
struct RingGroupSchema {
    /// The name by which the phone system's calls come.
    key: String,
    /// What people read.
    name: String,
    /// Numbers of ours that belong to it.
    numbers: Vec<String>,
    /// Keys of agents who are in it besides those that the phone system says.
    agents: Vec<String>,
    /// Within how many seconds its calls are answered in time; null: as the centre's.
    answer_within_s: Option<u32>,
}

/// Who may correct what was logged.
#[derive(ToSchema)]
struct CorrectionsSchema {
    /// How many hours after Log agents may correct their own wrap-ups; null: they may not.
    agent_hours: Option<u32>,
}
