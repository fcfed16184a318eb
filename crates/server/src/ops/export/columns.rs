//! What columns the tables have, each with its kind and, where it is a number, its unit. The order is that of the rows.

use super::Table;
use crate::table::{Column, Kind};

const fn text(name: &'static str, about: &'static str) -> Column {
    Column::new(name, Kind::Text, about)
}

const fn integer(name: &'static str, about: &'static str) -> Column {
    Column::new(name, Kind::Integer, about)
}

const fn flag(name: &'static str, about: &'static str) -> Column {
    Column::new(name, Kind::Flag, about)
}

const fn time(name: &'static str, about: &'static str) -> Column {
    Column::new(name, Kind::Time, about)
}

/// Of Activities.
pub const ACTIVITIES: &[Column] = &[
    text("id", "id of the call and its Activity, UUID"),
    text("source", "phone system or import that told of it"),
    text("type", "what it turned out to be; empty while it lives"),
    text("direction", "inbound or outbound"),
    text("outcome", "what became of its wrap-ups"),
    time("started_at", "when it began"),
    time("answered_at", "when an agent and the customer were first connected"),
    time("ended_at", "when it ended"),
    integer("wait_ms", "until it was answered or lost, milliseconds"),
    integer("talk_ms", "agent and customer connected, milliseconds"),
    integer("hold_ms", "of that, on hold, milliseconds"),
    text("number", "the other party's number, for reading"),
    text("from", "calling number as the phone system gave it"),
    text("to", "dialled number as the phone system gave it"),
    text("did", "number of ours that was called"),
    text("ring_group", "key of the ring group"),
    text("agent", "key of the agent it is filed with"),
    text("agent_name", "their name now"),
    text("code_id", "disposition code, UUID"),
    text("code_es", "its label when it was given, Spanish"),
    text("code_en", "the same, English"),
    text("follow_up", "day on which the agent was to follow up"),
    flag("do_not_call", "whether the code said that the person asked not to be called"),
    flag("not_final", "whether the matter was still open with the code"),
    text("notes", "what was noted"),
    text("party_id", "record it is filed on, UUID"),
    text("party_kind", "contact, lead, account or person_account"),
    text("party_name", "its name now"),
    text("party_company", "its organisation now"),
    flag("possible", "whether several records could own it and that is unsettled"),
    text("case_id", "Case it is related to, UUID"),
    integer("case_number", "its number"),
    text("case_subject", "what it is about"),
    text("hung_up_by", "customer, agent or system"),
    flag("recorded", "whether it was recorded"),
    flag("voicemail", "whether a message was left"),
    flag("handed_over", "whether several agents had the customer"),
    integer("revision", "how often it was corrected"),
    time("logged_at", "when it was logged"),
];

const PARTS: &[Column] = &[
    text("id", "id of the part and its wrap-up, UUID"),
    text("activity_id", "the call, UUID"),
    text("agent", "key of the agent"),
    text("agent_name", "their name now"),
    text("via", "how they came to be part of it"),
    text("result", "how the offer ended"),
    time("offered_at", "when their phone began to be called, or they to dial"),
    time("answered_at", "when they and the customer were connected"),
    time("ended_at", "when their part ended"),
    integer("hold_ms", "how long they kept the customer on hold, milliseconds"),
    text("wrapup", "where their wrap-up stands; empty where none is owed"),
    time("wrapup_opened_at", "when it became owed"),
    time("wrapup_closed_at", "when it was closed"),
    text("wrapup_closed_by", "user who closed it, UUID"),
    text("code_id", "code it was logged with, UUID"),
    text("code_es", "its label when it was given, Spanish"),
    text("code_en", "the same, English"),
    text("notes", "notes it was logged with"),
    text("reason", "id of the reason why it was not logged"),
    text("reason_es", "its words when it was given, Spanish"),
    text("reason_en", "the same, English"),
    integer("extensions", "how often its time was extended"),
    time("released_at", "since when it keeps no calls away, though owed"),
];

const CORRECTIONS: &[Column] = &[
    text("id", "id of the correction, UUID"),
    text("activity_id", "the call, UUID"),
    text("part_id", "the part it is about, UUID; empty: the call itself"),
    time("at", "when"),
    text("by", "user who corrected it, UUID"),
    text("by_name", "their name now"),
    text("reason", "why, where they said so"),
    text("undoes", "the correction that this one undid, UUID"),
    text("field", "what was changed; a line each"),
    text("before", "what it said"),
    text("after", "what it says since"),
];

const PEOPLE: &[Column] = &[
    text("id", "id of the record, UUID"),
    text("kind", "contact, lead, account or person_account"),
    text("name", "full name"),
    text("company", "the organisation"),
    text("account_id", "the Account it belongs to, UUID"),
    text("email", "e-mail address as typed"),
    text("phone", "main numbers as typed, a semicolon between"),
    text("mobile", "mobile numbers"),
    text("home", "numbers at home"),
    text("other", "other numbers"),
    text("owner", "user whose record it is, UUID"),
    text("created_by_call", "call it was made for, UUID"),
    integer("version", "counts changes"),
];

const CASES: &[Column] = &[
    text("id", "id of the Case, UUID"),
    integer("number", "the number people say"),
    text("subject", "what it is about"),
    text("description", "the long of it"),
    text("status", "new, working, escalated or closed"),
    text("priority", "low, medium or high"),
    text("contact_id", "the record whose it is, UUID"),
    text("account_id", "the Account whose it is, UUID"),
    text("owner", "user who works on it, UUID"),
    text("created_by_call", "call during which it was made, UUID"),
    time("opened_at", "when it was made"),
    time("closed_at", "when it was closed last"),
    integer("version", "counts changes"),
];

const CODES: &[Column] = &[
    text("id", "id of the code, UUID"),
    text("set_id", "its set, UUID"),
    text("set_name", "name of the set"),
    text("set_direction", "calls the set is for"),
    text("set_ring_groups", "keys of ring groups the set is for, a semicolon between"),
    flag("set_retired", "whether the set is offered no more"),
    integer("position", "place in the set, from 0"),
    text("label_es", "label, Spanish"),
    text("label_en", "label, English"),
    text("parent_id", "code it stands under, UUID"),
    flag("favourite", "whether a digit key picks it"),
    flag("requires_notes", "whether Log demands notes with it"),
    integer("follow_up_days", "days after which the agent is to follow up"),
    flag("do_not_call", "whether it says that the person asked not to be called"),
    flag("not_final", "whether the matter is still open with it"),
    text("valid_from", "first day on which it can be picked"),
    text("valid_until", "last day on which it can be picked"),
    text("merged_into", "code that reports may count it as, UUID"),
    flag("retired", "whether it can no longer be picked"),
    integer("version", "counts changes"),
];

const RING_GROUPS: &[Column] = &[
    text("key", "name by which the phone system's calls come"),
    text("name", "what people read"),
    text("numbers", "numbers of ours that belong to it, a semicolon between"),
    text("agents", "keys of agents whom the settings put into it, a semicolon between"),
    integer("answer_within_s", "time to answer of its own, seconds"),
];

const USERS: &[Column] = &[
    text("id", "id of the user, UUID"),
    text("login", "what they sign in with"),
    text("name", "full name"),
    text("role", "agent, supervisor or admin"),
    text("agent", "key of the agent they are"),
    flag("active", "whether they may sign in"),
    integer("version", "counts changes"),
];

const CHANGES: &[Column] = &[
    text("id", "id of the entry, UUID"),
    time("at", "when"),
    text("by", "user, UUID; empty: a rule"),
    text("by_name", "their name now"),
    text("subject", "what kind of thing was changed"),
    text("subject_id", "which, UUID"),
    text("action", "which change"),
    text("field", "what was changed; a line each, empty where no field is named"),
    text("before", "what it was"),
    text("after", "what it is since"),
];

/// Those of a table.
pub fn columns(table: Table) -> &'static [Column] {
    match table {
        Table::Activities => ACTIVITIES,
        Table::Parts => PARTS,
        Table::Corrections => CORRECTIONS,
        Table::People => PEOPLE,
        Table::Cases => CASES,
        Table::Codes => CODES,
        Table::RingGroups => RING_GROUPS,
        Table::Users => USERS,
        Table::Changes => CHANGES,
    }
}
