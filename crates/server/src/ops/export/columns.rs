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
    integer("acw_ms", "its agents summing it up, milliseconds; empty while one is at it"),
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
    text("reason", "id of the reason why it was not logged"),
    text("reason_es", "its words when it was given, Spanish"),
    text("reason_en", "the same, English"),
    text("party_id", "record it is filed on, UUID"),
    text("party_kind", "contact, lead, account or person_account"),
    text("party_name", "its name now"),
    text("party_company", "its organisation now"),
    flag("possible", "whether several records could own it and that is unsettled"),
    text("settled_by", "how it was settled whose it is; empty while it is not"),
    text("case_id", "Case it is related to, UUID"),
    integer("case_number", "its number"),
    text("case_subject", "what it is about"),
    text("hung_up_by", "customer, agent or system"),
    flag("recorded", "whether it was recorded"),
    flag("voicemail", "whether a message was left"),
    flag("handed_over", "whether several agents had the customer"),
    integer("revision", "how often it was corrected"),
    time("logged_at", "when it was logged"),
    text("crm", "how it stands in the CRM; empty where there is none"),
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

const MESSAGES: &[Column] = &[
    text("activity_id", "the call that left it, UUID"),
    text("ring_group", "key of the ring group whose work it is"),
    text("agent", "key of the agent whose work it is, where it is no ring group's"),
    text("agent_name", "their name now"),
    time("left_at", "when it was left"),
    text("state", "open, taken or done"),
    text("by", "user who took it or was done with it, UUID"),
    text("by_name", "their name now"),
    time("at", "when they did"),
    text("how", "called_back, no_need or reached_otherwise, where it is done"),
    text("reason", "why it needed nothing, where they said so"),
    text("back_activity_id", "the call back that reached the caller, UUID"),
    time("called_back_at", "when the last call back was dialled from it"),
    text("called_back_by", "user who dialled it, UUID"),
    text("called_back_part", "the part of a call that this made, UUID"),
    integer("revision", "counts what people did with it"),
];

const FOLLOW_UPS: &[Column] = &[
    text("activity_id", "the call, UUID"),
    text("agent", "key of the agent whose it is"),
    text("agent_name", "their name now"),
    text("given_from", "key of the agent whose Log asked for it, where it was given to another"),
    text("due", "day on which it is due"),
    text("code_es", "label of the code that asked for it, Spanish"),
    text("code_en", "the same, English"),
    text("state", "open, done or withdrawn"),
    text("done_by", "user who did it, UUID"),
    text("done_by_name", "their name now"),
    time("done_at", "when"),
    integer("version", "counts changes"),
];

const DIALS: &[Column] = &[
    text("id", "id of the click, UUID"),
    text("part_id", "the part of a call that it asked for, UUID"),
    text("agent", "key of the agent who was to call"),
    text("agent_name", "their name now"),
    text("source", "phone system that was told"),
    text("number", "number as it was clicked or typed"),
    text("from", "where it was clicked: case, person, message, opportunity or typed"),
    text("from_id", "which: a UUID, of an Opportunity its id in the CRM"),
    text("by", "user who clicked, UUID"),
    text("by_name", "their name now"),
    time("at", "when"),
];

const AGENT_STATES: &[Column] = &[
    text("agent", "key of the agent"),
    text("agent_name", "their name now"),
    text("state", "what they did"),
    text("reason", "why they were away"),
    time("since", "since when"),
    time("until", "until when; empty: still"),
    integer("lasted_ms", "how long, milliseconds; empty while it lasts"),
];

const VIEWS: &[Column] = &[
    text("id", "id of the view, UUID"),
    text("name", "its name"),
    text("owner", "user who keeps it, UUID"),
    text("owner_name", "their name now"),
    flag("shared", "whether everybody sees it"),
    text("filters", "filters as the address of the list says them"),
    text("columns", "what is shown from left to right, a semicolon between"),
    integer("version", "counts changes"),
];

const SAVED_REPORTS: &[Column] = &[
    text("id", "id of the report, UUID"),
    text("name", "its name"),
    text("owner", "user who keeps it, UUID"),
    text("owner_name", "their name now"),
    flag("shared", "whether all who see reports see it"),
    text("report", "codes, calls, service or agents"),
    text("query", "what it is asked, as the address of its page says it"),
    text("mailed_every", "day, week or month; empty: never by itself"),
    integer("mailed_on", "of a week its day, 0 is Monday; of a month its day, from 1"),
    integer("mailed_at_hour", "hour of the centre's clocks"),
    text("recipients", "users it is mailed to, UUIDs, a semicolon between"),
    text("language", "of the mail: es or en"),
    text("form", "of the tables in it: csv or parquet"),
    integer("version", "counts changes"),
];

const REPORT_MAILS: &[Column] = &[
    text("report_id", "the saved report, UUID"),
    time("due", "when it was due, or somebody asked for it"),
    text("recipients", "users it was for, UUIDs, a semicolon between"),
    text("state", "waiting, sent or dead"),
    integer("tries", "how often it was tried"),
    time("next_at", "when it is tried next, while it waits"),
    text("fault", "why the last try came to nothing"),
    integer("code", "what the mail server answered to it"),
    flag("doubtful", "whether nobody knows how a try ended"),
    time("ended_at", "when it was sent or given up"),
    integer("sent_to", "to how many users it was sent"),
    text("sent_to_ids", "these users, as far as that is known, UUIDs, a semicolon between"),
    text("not_sent_to_ids", "users for whom the mail server did not take it, UUIDs, a semicolon between"),
];

const WEBHOOKS: &[Column] = &[
    text("id", "id of the webhook, UUID"),
    text("name", "what admins call it"),
    text("url", "its address, without what may open something"),
    text("types", "what it is told, a semicolon between"),
    flag("with_notes", "whether it is told the notes of calls"),
    text("state", "on, or why not: off, gone or failing"),
    time("off_at", "since when it is not on"),
    time("failing_since", "since when it takes nothing, while it is tried"),
    time("made_at", "when it was made"),
    integer("version", "counts changes"),
];

const DELIVERIES: &[Column] = &[
    text("id", "id under which it was told, webhook-id"),
    text("webhook_id", "who was told, UUID"),
    text("webhook_name", "its name now"),
    text("type", "what was told"),
    time("at", "when it was so"),
    text("about", "call, correction or wrap-up that it is about, UUID"),
    text("state", "waiting, delivered or dead"),
    integer("tries", "how often it was tried since somebody last asked for it"),
    time("next_at", "when it is tried next, while it waits and was tried"),
    time("last_at", "when it was tried last"),
    integer("last_status", "HTTP status of that answer"),
    text("last_no_answer", "why there was none"),
    integer("last_took_ms", "how long that took, milliseconds"),
];

const IMPORTS: &[Column] = &[
    text("id", "id of the import, UUID"),
    text("file", "what the file was called"),
    text("source", "source of its calls"),
    integer("bytes", "length of the file"),
    text("state", "where it stands"),
    text("failure", "why it failed"),
    time("created_at", "when the file was uploaded"),
    text("created_by", "user who did, UUID"),
    text("created_by_name", "their name now"),
    time("started_at", "when calls were written first"),
    time("ended_at", "when it was done, cancelled or failed"),
    integer("new_calls", "rows that became calls in the last run, or would in the last check"),
    integer("known_calls", "rows whose call was there already"),
    integer("refused_rows", "rows that were refused"),
    integer("version", "counts changes"),
];

const COMPARED_FILES: &[Column] = &[
    text("id", "id of the comparison, UUID"),
    text("kind", "cdr or queue_log"),
    text("source", "phone system"),
    text("file", "what the file was called"),
    integer("bytes", "length of the file"),
    text("sha256", "SHA-256 of the file, hexadecimal"),
    text("zone", "time zone it was read by, where it does not say"),
    time("at", "when it was uploaded last"),
    text("by", "user who did, UUID"),
    text("by_name", "their name now"),
    integer("uploads", "how often it was uploaded"),
    text("state", "running, done or failed"),
    time("from", "first moment that it tells of"),
    time("until", "last moment that it tells of"),
    integer("records", "records or lines in it"),
    integer("calls", "calls that these are"),
    integer("known_calls", "of them, those that were known"),
    integer("missing_calls", "of them, those that were not known and have somebody outside"),
    integer("explained_calls", "of them, those that need no Activity"),
    integer("only_ours", "calls of that time that the file does not have"),
    time("ended_at", "when the comparison was done"),
];

const MISSING_CALLS: &[Column] = &[
    text("id", "id that the call has or would have, UUID"),
    text("source", "phone system"),
    text("found_by", "the comparison that found it first, UUID"),
    text("file", "name of its file"),
    text("type", "what the call turned out to be"),
    text("direction", "inbound or outbound"),
    time("started_at", "when it began"),
    time("answered_at", "when an agent and the customer were first connected"),
    time("ended_at", "when it ended"),
    integer("wait_ms", "until it was answered or lost, milliseconds"),
    integer("talk_ms", "agent and customer connected, milliseconds"),
    text("from", "calling number"),
    text("to", "dialled number"),
    text("did", "number of ours that was called"),
    text("ring_group", "key of the ring group"),
    text("agents", "names of agents who were part of it, else their keys, a semicolon between"),
    flag("known", "whether it is among the calls by now"),
    time("made_at", "when somebody made it one"),
    text("made_by", "user who did, UUID"),
    text("made_by_name", "their name now"),
    integer("version", "counts changes"),
];

const SILENCES: &[Column] = &[
    text("source", "phone system"),
    time("from", "when it was heard last"),
    time("until", "when it was heard again"),
    integer("lasted_ms", "how long that was, milliseconds"),
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
        Table::Messages => MESSAGES,
        Table::FollowUps => FOLLOW_UPS,
        Table::Dials => DIALS,
        Table::People => PEOPLE,
        Table::Cases => CASES,
        Table::Codes => CODES,
        Table::RingGroups => RING_GROUPS,
        Table::Users => USERS,
        Table::AgentStates => AGENT_STATES,
        Table::Views => VIEWS,
        Table::SavedReports => SAVED_REPORTS,
        Table::ReportMails => REPORT_MAILS,
        Table::Webhooks => WEBHOOKS,
        Table::Deliveries => DELIVERIES,
        Table::Imports => IMPORTS,
        Table::ComparedFiles => COMPARED_FILES,
        Table::MissingCalls => MISSING_CALLS,
        Table::Silences => SILENCES,
        Table::Changes => CHANGES,
    }
}
