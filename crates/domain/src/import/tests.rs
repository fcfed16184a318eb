//! Tables: what a cell, a heading and a row become.

use super::row::Reader;
use super::value::time;
use super::*;
use crate::activity::Outcome;
use crate::call::{CallType, Direction, OfferResult, Via};
use crate::disposition::{CodeTraits, DispositionCode, DispositionSet, Label};
use crate::id::{AgentKey, CodeId, SetId, TenantId};
use crate::report::calendar::Calendar;
use std::collections::BTreeMap;
use uuid::Uuid;

const HEADINGS: [&str; 13] = [
    "call_id",
    "type",
    "start_at",
    "end_at",
    "contact_phone_number",
    "talkdesk_phone_number",
    "user_name",
    "ring_groups",
    "wait_time",
    "talk_time",
    "disposition_code",
    "notes",
    "recording_url",
];

const INBOUND: [&str; 13] = [
    "c1",
    "inbound",
    "2026-04-23T10:22:00Z",
    "2026-04-23T10:25:00Z",
    "+34600111222",
    "+34911000001",
    "Ana Ruiz",
    "ventas",
    "30",
    "150",
    "Interesado",
    "Llama otra vez",
    "https://there.example/r/1",
];

fn headings(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn set(n: u128, direction: Direction, codes: &[(u128, &str, &str, bool)]) -> DispositionSet {
    let code = |&(id, es, en, retired): &(u128, &str, &str, bool)| DispositionCode {
        id: CodeId(Uuid::from_u128(id)),
        set: SetId(Uuid::from_u128(n)),
        label: Label { es: es.to_owned(), en: en.to_owned() },
        position: 0,
        favourite: false,
        requires_notes: false,
        retired,
        traits: CodeTraits::default(),
        version: 1,
    };
    DispositionSet {
        id: SetId(Uuid::from_u128(n)),
        name: n.to_string(),
        direction,
        ring_groups: Vec::new(),
        retired: false,
        version: 1,
        codes: codes.iter().map(code).collect(),
    }
}

fn sets() -> Vec<DispositionSet> {
    vec![
        set(1, Direction::Inbound, &[(11, "Interesado", "Interested", false), (12, "Viejo", "Old", true)]),
        set(2, Direction::Inbound, &[(21, "Otro", "Other", false), (22, "Viejo", "Old", false)]),
        set(3, Direction::Inbound, &[(31, "Otro", "Other", false)]),
        set(4, Direction::Outbound, &[(41, "Interesado", "Interested", false)]),
    ]
}

fn users() -> Vec<(String, AgentKey)> {
    let user = |word: &str, agent: &str| (word.to_owned(), AgentKey(agent.to_owned()));
    vec![
        user("Ana Ruiz", "1001"),
        user("ana@here.example", "1001"),
        user("Juan Gil", "1002"),
        user("Juan Gil", "1003"),
    ]
}

fn import(change: impl FnOnce(&mut Mapping)) -> Import {
    let mut mapping = propose(&headings(&HEADINGS), "UTC");
    change(&mut mapping);
    Import {
        id: ImportId(Uuid::from_u128(7)),
        version: 1,
        state: ImportState::Uploaded,
        failure: None,
        file: "calls.csv".to_owned(),
        source: DEFAULT_SOURCE.to_owned(),
        bytes: 1_000,
        created_at: At(0),
        created_by: UserId(Uuid::from_u128(8)),
        book: Book::of(&mapping, &users(), &sets()),
        mapping,
        findings: None,
        started_at: None,
        ended_at: None,
    }
}

fn read(import: &Import, cells: &[&str]) -> row::Row {
    let columns = Columns::of(&import.mapping, &headings(&HEADINGS)).expect("columns");
    let calendar = Calendar::new("UTC", Vec::new());
    let now = at("2026-05-01T00:00:00Z");
    Reader { tenant: TenantId(1), import, columns: &columns, calendar: &calendar, now }.read(17, cells)
}

fn call(import: &Import, cells: &[&str]) -> PastCall {
    *read(import, cells).outcome.unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

fn at(text: &str) -> At {
    time(text, TimeOrder::DayFirst, &Calendar::new("UTC", Vec::new())).expect("a time")
}

/// The inbound row with other cells.
fn with(changes: &[(&str, &'static str)]) -> [&'static str; 13] {
    let mut cells = INBOUND;
    for (heading, text) in changes {
        cells[HEADINGS.iter().position(|one| one == heading).expect("a heading")] = text;
    }
    cells
}

#[test]
fn columns_are_proposed_by_the_headings_that_talkdesk_documents() {
    let explore = headings(&[
        "Interaction Id",
        "Call Type",
        "Start Time",
        "End Time",
        "Talkdesk Phone Number",
        "Customer Phone Number",
        "Talk Time",
        "Waiting Time",
        "Holding Time",
        "Agent Name",
        "Disposition Code",
        "Description",
        "Record",
    ]);
    let mapping = propose(&explore, "Europe/Madrid");
    let column = |field| mapping.columns.get(&field).map(String::as_str);
    assert_eq!((column(Field::Id), column(Field::Notes)), (Some("Interaction Id"), Some("Description")));
    assert_eq!(
        (column(Field::CustomerNumber), column(Field::Recording)),
        (Some("Customer Phone Number"), Some("Record"))
    );
    assert_eq!((mapping.durations, mapping.zone.as_str()), (Durations::Days, "Europe/Madrid"));
    let package = headings(&[
        "Id",
        "talkdesk__Type__c",
        "talkdesk__Start_Time__c",
        "talkdesk__Talk_Time_sec__c",
        "talkdesk__Phone__c",
        "talkdesk__DispositionCode__r.talkdesk__Label__c",
        "talkdesk__Interaction_ID__c",
        "talkdesk__Notes__c",
    ]);
    let mapping = propose(&package, "UTC");
    let column = |field| mapping.columns.get(&field).map(String::as_str);
    assert_eq!((column(Field::Id), column(Field::Record)), (Some("talkdesk__Interaction_ID__c"), Some("Id")));
    assert_eq!(column(Field::Code), Some("talkdesk__DispositionCode__r.talkdesk__Label__c"));
    assert_eq!((mapping.durations, mapping.check(&package, &[])), (Durations::Seconds, Ok(())));
    // Without an id of the interaction the record's own is as good: it is never given twice.
    assert_eq!(
        propose(&headings(&["Id", "Type"]), "UTC").columns.get(&Field::Id).map(String::as_str),
        Some("Id")
    );
}

#[test]
fn a_mapping_names_what_is_there_and_all_that_is_needed() {
    let check = |change: &dyn Fn(&mut Mapping)| {
        let mut mapping = propose(&headings(&HEADINGS), "UTC");
        change(&mut mapping);
        mapping.check(&headings(&HEADINGS), &sets()).map_err(|refused| (refused.place, refused.fault))
    };
    assert_eq!(check(&|_| {}), Ok(()));
    let refused = |place: &str, fault| Err((place.to_owned(), fault));
    let removed = check(&|mapping| {
        mapping.columns.remove(&Field::Type);
    });
    assert_eq!(removed, refused("columns.type", MappingFault::Empty));
    let unknown = check(&|mapping| {
        mapping.columns.insert(Field::Notes, "nothing".to_owned());
    });
    assert_eq!(unknown, refused("columns.notes", MappingFault::Unknown));
    let twice = check(&|mapping| {
        mapping.columns.insert(Field::Type, "call_id".to_owned());
    });
    assert_eq!(twice, refused("columns.id", MappingFault::Taken));
    let code = check(&|mapping| {
        mapping.codes.insert("x".to_owned(), Some(CodeId(Uuid::from_u128(99))));
    });
    assert_eq!(code, refused("codes", MappingFault::Unknown));
    let internal = check(&|mapping| {
        mapping.types.insert("x".to_owned(), CallType::Internal);
    });
    assert_eq!(internal, refused("types", MappingFault::Unknown));
    let long = check(&|mapping| {
        mapping.agents.insert("x".repeat(501), None);
    });
    assert_eq!(long, refused("agents", MappingFault::TooLong));
}

#[test]
fn a_row_becomes_a_call_that_is_over_and_owes_nothing() {
    let import = import(|_| {});
    let PastCall { call, activity, line, .. } = call(&import, &INBOUND);
    assert_eq!((line, call.kind, call.direction), (17, Some(CallType::Inbound), Direction::Inbound));
    assert_eq!((call.from.as_deref(), call.did.as_deref()), (Some("+34600111222"), Some("+34911000001")));
    assert_eq!((call.started_at, call.ended_at), (at(INBOUND[2]), Some(at(INBOUND[3]))));
    assert_eq!(call.answered_at, Some(at("2026-04-23T10:22:30Z")));
    assert_eq!((call.wait_ms, call.talk_ms, call.recording.as_deref()), (Some(30_000), 150_000, Some("")));
    assert_eq!((call.source.as_str(), call.ring_group.as_deref()), ("import:talkdesk", Some("ventas")));
    let part = &call.engagements[0];
    assert_eq!(
        (part.agent.0.as_str(), part.via, part.result),
        ("1001", Via::Queue, Some(OfferResult::Answered))
    );
    assert!(!part.wrapup && !part.wrapup_due());
    assert_eq!((activity.outcome, activity.archived), (Outcome::Logged, true));
    assert_eq!(activity.code.map(|code| code.id), Some(CodeId(Uuid::from_u128(11))));
    assert_eq!((activity.notes.as_deref(), activity.logged_at), (Some("Llama otra vez"), call.ended_at));
    let told: BTreeMap<String, String> = call.explanation[0].facts.iter().cloned().collect();
    assert_eq!(
        (told["file"].as_str(), told["line"].as_str(), told["their_id"].as_str()),
        ("calls.csv", "17", "c1")
    );
}

#[test]
fn the_same_row_is_the_same_call_however_its_times_are_read_and_in_each_tenant_another() {
    let first = call(&import(|_| {}), &INBOUND).call.key;
    let moved = call(&import(|_| {}), &with(&[("start_at", "2026-04-23T09:22:00Z")])).call.key;
    assert_eq!(first, moved);
    assert_ne!(first, call(&import(|_| {}), &with(&[("call_id", "c2")])).call.key);
    let mut other = import(|_| {});
    other.source = "older".to_owned();
    assert_ne!(first, call(&other, &INBOUND).call.key);
}

#[test]
fn what_became_of_it_follows_from_its_type_and_from_what_was_entered() {
    let import = import(|_| {});
    let empty = [("disposition_code", ""), ("notes", "")];
    let outcome = |changes: &[(&str, &'static str)]| {
        let all: Vec<_> = empty.iter().chain(changes).copied().collect();
        let call = call(&import, &with(&all));
        (call.activity.outcome, call.call.engagements.first().map(|part| part.via), call.call.wait_ms)
    };
    assert_eq!(outcome(&[]), (Outcome::Undispositioned, Some(Via::Queue), Some(30_000)));
    assert_eq!(outcome(&[("user_name", "")]), (Outcome::NoWrapup, None, Some(30_000)));
    assert_eq!(outcome(&[("type", "abandoned"), ("user_name", "")]).0, Outcome::NoWrapup);
    assert_eq!(outcome(&[("notes", "x")]).0, Outcome::Logged);
    assert_eq!(outcome(&[("type", "outbound")]), (Outcome::Undispositioned, Some(Via::Outbound), None));
    assert_eq!(outcome(&[("ring_groups", "")]).1, Some(Via::Direct));
    let missed = call(&import, &with(&[("type", "outbound_missed"), ("disposition_code", "")]));
    assert_eq!((missed.call.answered_at, missed.call.talk_ms), (None, 0));
    assert_eq!(missed.call.to.as_deref(), Some("+34600111222"));
}

#[test]
fn what_a_row_lacks_follows_from_what_it_has() {
    let import = import(|_| {});
    let no_end = call(&import, &with(&[("end_at", "")])).call;
    assert_eq!(no_end.ended_at, Some(at("2026-04-23T10:25:00Z")));
    let no_talk = call(&import, &with(&[("talk_time", "")])).call;
    assert_eq!(no_talk.talk_ms, 150_000);
    let no_wait = call(&import, &with(&[("wait_time", "")])).call;
    assert_eq!((no_wait.wait_ms, no_wait.answered_at), (None, Some(at("2026-04-23T10:22:30Z"))));
}

#[test]
fn a_row_that_cannot_be_read_is_refused_with_its_column_and_the_reason() {
    let import = import(|_| {});
    for (heading, text, field, reason) in [
        ("call_id", "", Field::Id, Reason::Missing),
        ("type", "", Field::Type, Reason::Missing),
        ("type", "chat", Field::Type, Reason::UnknownType),
        ("start_at", "", Field::StartedAt, Reason::Missing),
        ("start_at", "last week", Field::StartedAt, Reason::NotATime),
        ("start_at", "2026-06-01", Field::StartedAt, Reason::InFuture),
        ("end_at", "2026-04-23T10:21:59Z", Field::EndedAt, Reason::EndsBeforeStart),
        ("talk_time", "much", Field::TalkTime, Reason::NotADuration),
        ("user_name", "Nobody", Field::Agent, Reason::UnknownAgent),
        ("user_name", "Juan Gil", Field::Agent, Reason::UnknownAgent),
        ("disposition_code", "Never heard", Field::Code, Reason::UnknownCode),
        ("disposition_code", "Other", Field::Code, Reason::UnknownCode),
    ] {
        let refusal = read(&import, &with(&[(heading, text)])).outcome.expect_err(text);
        assert_eq!((refusal.field, refusal.reason, refusal.value.as_str()), (Some(field), reason, text));
    }
    let narrow = read(&import, &INBOUND[..12]).outcome.expect_err("a narrow row");
    assert_eq!((narrow.field, narrow.reason), (None, Reason::WrongWidth));
    let long = "x".repeat(32_001);
    let mut cells = INBOUND;
    cells[11] = &long;
    let too_long = read(&import, &cells).outcome.expect_err("long notes");
    assert_eq!((too_long.field, too_long.reason), (Some(Field::Notes), Reason::TooLong));
}

#[test]
fn words_that_nobody_knows_are_told_whatever_becomes_of_their_row() {
    let cells = with(&[("user_name", "Eva Paz"), ("disposition_code", "Rare")]);
    let words = vec![(Field::Agent, "Eva Paz".to_owned()), (Field::Code, "Rare".to_owned())];
    let strict = import(|_| {});
    assert_eq!(read(&strict, &cells).unknown, words);
    let lenient = import(|mapping| {
        mapping.unknown_agents = UnknownAgent::Keep;
        mapping.unknown_codes = UnknownCode::LeaveOut;
    });
    let row = read(&lenient, &cells);
    assert_eq!(row.unknown, words);
    let past = row.outcome.expect("a call");
    assert_eq!(past.activity.agent, Some(AgentKey("Eva Paz".to_owned())));
    assert_eq!((past.activity.code, past.activity.outcome), (None, Outcome::Logged));
    assert!(past.call.explanation[0].facts.contains(&("their_code".to_owned(), "Rare".to_owned())));
}

#[test]
fn what_an_admin_says_goes_before_what_is_known() {
    let import = import(|mapping| {
        mapping.agents.insert("Eva Paz".to_owned(), Some(AgentKey("1009".to_owned())));
        mapping.agents.insert("Ana Ruiz".to_owned(), None);
        mapping.codes.insert("rare".to_owned(), Some(CodeId(Uuid::from_u128(21))));
        mapping.types.insert("callback".to_owned(), CallType::Outbound);
        mapping.ring_groups.insert("VENTAS".to_owned(), "sales".to_owned());
    });
    let eva = call(&import, &with(&[("user_name", "eva paz"), ("disposition_code", "Rare")]));
    assert_eq!(eva.activity.agent, Some(AgentKey("1009".to_owned())));
    assert_eq!(eva.activity.code.map(|code| code.label.en), Some("Other".to_owned()));
    assert_eq!(eva.call.ring_group.as_deref(), Some("sales"));
    assert_eq!(call(&import, &INBOUND).activity.agent, None);
    let back = call(&import, &with(&[("type", "Callback")]));
    assert_eq!(
        (back.call.kind, back.activity.code.map(|code| code.id.0.as_u128())),
        (Some(CallType::Outbound), Some(41))
    );
}

#[test]
fn a_label_that_several_codes_have_means_the_one_that_can_be_picked_or_none() {
    let book = Book::of(&Mapping::default(), &users(), &sets());
    let id = |word: &str| book.inbound.get(word).and_then(Option::as_ref).map(|code| code.id.0.as_u128());
    assert_eq!((id("viejo"), id("old"), id("otro"), id("interested")), (Some(22), Some(22), None, Some(11)));
    assert_eq!(book.agents.get("juan gil"), None);
}

#[test]
fn an_apostrophe_that_guards_a_formula_is_no_part_of_what_a_cell_says() {
    let import = import(|_| {});
    let past = call(&import, &with(&[("contact_phone_number", "'+34600111222"), ("notes", "'quoted'")]));
    assert_eq!(past.call.from.as_deref(), Some("+34600111222"));
    assert_eq!(past.activity.notes.as_deref(), Some("'quoted'"));
}

#[test]
fn an_import_goes_from_one_state_to_another_only_as_drawn() {
    use ImportState::{Cancelled, Checked, Checking, Done, Failed, Paused, Running, Uploaded};
    use ImportStep::{Cancel, Check, Pause, Start};
    let allowed = [
        (Uploaded, Check, Checking),
        (Checked, Check, Checking),
        (Checked, Start, Running),
        (Paused, Start, Running),
        (Running, Pause, Paused),
        (Checking, Pause, Uploaded),
        (Checking, Cancel, Uploaded),
        (Running, Cancel, Cancelled),
        (Paused, Cancel, Cancelled),
    ];
    for state in [Uploaded, Checking, Checked, Running, Paused, Done, Cancelled, Failed] {
        for step in [Check, Start, Pause, Cancel] {
            let expected = allowed.iter().find(|one| (one.0, one.1) == (state, step)).map(|one| one.2);
            assert_eq!(Import { state, ..import(|_| {}) }.after(step), expected, "{state:?} {step:?}");
        }
    }
}

#[test]
fn the_pace_is_that_of_this_run() {
    let second = |n: i64| At(n * 1_000_000);
    let mut progress = Progress::begun(second(0));
    progress.tally.rows = 500;
    progress.byte = 5_000;
    let mut progress = progress.taken_up(second(100));
    assert_eq!((progress.rows_a_second(), progress.seconds_left(10_000)), (None, None));
    progress = Progress { byte: 6_000, at: second(102), ..progress };
    progress.tally.rows = 700;
    assert_eq!((progress.rows_a_second(), progress.seconds_left(10_000)), (Some(100), Some(8)));
}

#[test]
fn what_a_check_tells_has_a_limit_and_says_so() {
    let mut findings = Findings::default();
    for nth in 0..=MAX_WORDS_TOLD {
        findings.unknown(Field::Agent, &nth.to_string());
    }
    findings.unknown(Field::Agent, "0");
    assert_eq!((findings.agents.len(), findings.agents["0"], findings.more_words), (MAX_WORDS_TOLD, 2, true));
    for line in 0..=MAX_REFUSED_TOLD as u64 {
        findings.refuse(line, Refusal { field: None, reason: Reason::WrongWidth, value: String::new() });
    }
    assert_eq!(findings.refused.len(), MAX_REFUSED_TOLD);
}
