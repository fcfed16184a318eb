//! Small rows to test with, named by numbers: `call_key(1)` is the same call wherever it is said.

pub(crate) use crate::sample_messages::{done_message, message, taken_message};
use domain::account::{LinkPurpose, OneTimeLink, Role, Session, TokenHash, User};
use domain::activity::{Activity, Outcome};
use domain::audit::{AuditEntry, AuditSubject, FieldChange};
use domain::call::{
    CallRecord, CallState, CallType, Direction, Engagement, Explained, HungUpBy, OfferResult, Via, Voicemail,
};
use domain::case::{Case, CasePriority, CaseStatus};
use domain::centre::Centre;
use domain::commit::{AgentStateEntry, Change, FrameChunk, Precondition};
use domain::correction::{Correction, Filed};
use domain::dial::{Dial, DialledFrom};
use domain::directory::{Person, PersonKind, PhoneField, PhoneText, RecordKeys};
use domain::disposition::{CodeTraits, DispositionCode, DispositionSet, Label, LoggedCode};
use domain::duty::{AgentMode, AgentState, Mode};
use domain::event::QueuePlace;
use domain::id::{
    AgentKey, At, AuditId, CallKey, CaseId, CodeId, DialId, EngagementKey, PersonId, SetId, UserId,
};
use domain::matching::{Candidate, MatchRule};
use domain::phone::{KeyBasis, PhoneKey, Tier};
use domain::relate::opportunity::{OpportunityId, OpportunityRule, RelatedOpportunity};
use domain::relate::{CaseChoice, RelateDecision, RelateRule};
use domain::wrapup::{Draft, PartyChoice, PartyLink, SettledBy, Wrapup, WrapupState};
use uuid::Uuid;

fn id(space: u128, n: u32) -> Uuid {
    Uuid::from_u128(0x0193_0000_0000_8000_8000_0000_0000_0000 | space << 32 | u128::from(n))
}

pub(crate) fn call_key(n: u32) -> CallKey {
    CallKey(id(1, n))
}

pub(crate) fn engagement_key(n: u32) -> EngagementKey {
    EngagementKey(id(2, n))
}

pub(crate) fn person_id(n: u32) -> PersonId {
    PersonId(id(3, n))
}

pub(crate) fn user_id(n: u32) -> UserId {
    UserId(id(4, n))
}

pub(crate) fn code_id(n: u32) -> CodeId {
    CodeId(id(5, n))
}

pub(crate) fn set_id(n: u32) -> SetId {
    SetId(id(6, n))
}

pub(crate) fn case_id(n: u32) -> CaseId {
    CaseId(id(7, n))
}

pub(crate) fn audit_id(n: u32) -> AuditId {
    AuditId(id(8, n))
}

pub(crate) fn token(n: u8) -> TokenHash {
    [n; 32]
}

pub(crate) fn agent(n: u32) -> AgentKey {
    AgentKey(format!("100{n}"))
}

pub(crate) fn at(second: i64) -> At {
    At(1_700_000_000_000_000 + second * 1_000_000)
}

/// The exact key of the `n`th number.
pub(crate) fn number(n: u32) -> PhoneKey {
    key(Tier::E, &format!("+3460000{n:04}"))
}

pub(crate) fn key(tier: Tier, key: &str) -> PhoneKey {
    PhoneKey { tier, key: key.to_owned() }
}

pub(crate) fn engagement(n: u32, agent_number: u32) -> Engagement {
    Engagement {
        key: engagement_key(n),
        agent: agent(agent_number),
        via: Via::Queue,
        result: None,
        offered_at: at(i64::from(n)),
        answered_at: None,
        ended_at: None,
        hold_ms: 0,
        on_hold: false,
        wrapup: false,
    }
}

pub(crate) fn ended_engagement(n: u32, agent_number: u32) -> Engagement {
    Engagement {
        via: Via::Transfer,
        result: Some(OfferResult::Answered),
        answered_at: Some(at(i64::from(n) + 1)),
        ended_at: Some(at(i64::from(n) + 60)),
        hold_ms: 1_500,
        wrapup: true,
        ..engagement(n, agent_number)
    }
}

pub(crate) fn live_call(n: u32, tag: &str, engagements: Vec<Engagement>) -> CallRecord {
    CallRecord {
        key: call_key(n),
        source: format!("pbx {tag}"),
        state: CallState::Live,
        kind: None,
        direction: Direction::Inbound,
        from: Some(format!("+3460000{n:04}")),
        to: Some("8000".to_owned()),
        did: None,
        ring_group: None,
        started_at: at(i64::from(n)),
        answered_at: None,
        ended_at: None,
        waiting_since: Some(at(i64::from(n))),
        wait_ms: None,
        talk_ms: 0,
        hold_ms: 0,
        recording: None,
        voicemail: None,
        hung_up_by: None,
        no_activity: None,
        inferred: false,
        explanation: vec![],
        engagements,
    }
}

pub(crate) fn ended_call(n: u32, tag: &str, engagements: Vec<Engagement>) -> CallRecord {
    CallRecord {
        state: CallState::Ended,
        kind: Some(CallType::Voicemail),
        did: Some("+34910000000".to_owned()),
        ring_group: Some(format!("sales {tag}")),
        answered_at: Some(at(i64::from(n) + 1)),
        ended_at: Some(at(i64::from(n) + 60)),
        waiting_since: None,
        wait_ms: Some(1_000),
        talk_ms: 59_000,
        hold_ms: 1_500,
        recording: Some("/rec/1.wav".to_owned()),
        voicemail: Some(Voicemail { mailbox: "8000".to_owned(), path: None }),
        hung_up_by: Some(HungUpBy::Customer),
        inferred: true,
        explanation: vec![Explained::new("type.voicemail_left", &[("mailbox", "8000")])],
        ..live_call(n, tag, engagements)
    }
}

pub(crate) fn person(n: u32, name: &str, texts: &[&str]) -> Person {
    let fields = [PhoneField::Phone, PhoneField::Mobile, PhoneField::Home, PhoneField::Other];
    let phones = texts.iter().zip(fields.into_iter().cycle());
    Person {
        id: person_id(n),
        kind: PersonKind::Contact,
        name: name.to_owned(),
        company: None,
        account: None,
        email: None,
        phones: phones.map(|(raw, field)| PhoneText { field, raw: (*raw).to_owned() }).collect(),
        version: 1,
        created_by_call: None,
        owner: None,
    }
}

/// The change that makes `person` be found under the keys, of its first phone field all of them.
pub(crate) fn found_by(person: Person, keys: &[PhoneKey]) -> Change {
    Change::Person { person: Box::new(person), keys: made_by(spain(), keys) }
}

/// Nobody whom this rule matches has any of the keys.
pub(crate) fn unclaimed(keys: &[PhoneKey], rule: &MatchRule) -> Precondition {
    Precondition::NumberUnclaimed { keys: keys.to_vec(), rule: rule.clone() }
}

/// A rule that asks for Leads before Contacts, and looks at two of the fields.
pub(crate) fn leads_first() -> MatchRule {
    MatchRule {
        kinds: vec![PersonKind::Lead, PersonKind::Contact],
        fields: vec![PhoneField::Mobile, PhoneField::Home],
    }
}

/// What keys of these tests are made by, where none is named.
pub(crate) fn spain() -> KeyBasis {
    KeyBasis::of("ES".parse().unwrap())
}

/// Keys of the first phone field.
pub(crate) fn made_by(basis: KeyBasis, keys: &[PhoneKey]) -> RecordKeys {
    RecordKeys { basis, keys: keys.iter().map(|key| (key.clone(), 0)).collect() }
}

pub(crate) fn wrapup(n: u32, call: u32, agent_number: u32) -> Wrapup {
    Wrapup::new(engagement_key(n), call_key(call), agent(agent_number))
}

pub(crate) fn open_wrapup(n: u32, call: u32, agent_number: u32) -> Wrapup {
    Wrapup { state: WrapupState::Open, opened_at: Some(at(i64::from(n))), ..wrapup(n, call, agent_number) }
}

pub(crate) fn draft(revision: u64, notes: &str) -> Draft {
    Draft {
        revision,
        code: Some(code_id(1)),
        notes: notes.to_owned(),
        party: Some(PartyChoice::Create {
            kind: PersonKind::Lead,
            name: Some("Ñu".to_owned()),
            despite: vec![person_id(1)],
        }),
        case: CaseChoice::Picked { case: case_id(1) },
    }
}

pub(crate) fn logged_wrapup(n: u32, call: u32, agent_number: u32) -> Wrapup {
    Wrapup {
        state: WrapupState::Logged,
        closed_at: Some(at(100)),
        closed_by: Some(user_id(1)),
        draft: draft(3, "so far"),
        code: Some(logged(1, "sold")),
        notes: Some("sold two".to_owned()),
        party: Some(filed_on(1)),
        related: Some(related_to(1)),
        opportunity: Some(opportunity(1)),
        ..open_wrapup(n, call, agent_number)
    }
}

pub(crate) fn undispositioned_wrapup(n: u32, call: u32, agent_number: u32) -> Wrapup {
    Wrapup {
        state: WrapupState::Undispositioned,
        closed_at: Some(at(90)),
        draft: draft(2, "typed"),
        extensions: 2,
        ..open_wrapup(n, call, agent_number)
    }
}

pub(crate) fn opportunity(n: u32) -> RelatedOpportunity {
    let id = OpportunityId::of(&format!("006{n:012}")).expect("an id");
    RelatedOpportunity { id, rule: OpportunityRule::InView }
}

pub(crate) fn related_to(case: u32) -> RelateDecision {
    RelateDecision::Related { case: case_id(case), rule: RelateRule::InViewInbound }
}

pub(crate) fn logged(code: u32, label: &str) -> LoggedCode {
    LoggedCode::plain(code_id(code), Label { es: format!("{label} (es)"), en: label.to_owned() })
}

pub(crate) fn filed_on(person: u32) -> PartyLink {
    PartyLink { person: Some(person_id(person)), by: SettledBy::Chosen }
}

pub(crate) fn candidate(person: u32) -> Candidate {
    Candidate {
        person: person_id(person),
        tier: Tier::E,
        field: PhoneField::Mobile,
        stored_as: "600".to_owned(),
    }
}

pub(crate) fn open_activity(call: u32, candidates: &[u32]) -> Activity {
    Activity::open(call_key(call), candidates.iter().map(|person| candidate(*person)).collect())
}

pub(crate) fn logged_activity(call: u32, candidates: &[u32], person: u32) -> Activity {
    Activity {
        outcome: Outcome::Logged,
        agent: Some(agent(1)),
        code: Some(logged(1, "sold")),
        notes: Some("sold two".to_owned()),
        party: Some(filed_on(person)),
        logged_at: Some(at(100)),
        ..open_activity(call, candidates)
    }
}

/// The `n`th correction of a call's first part, which gave it another code.
pub(crate) fn correction(n: u32, call: u32, engagement: Option<u32>) -> Correction {
    let filed = |label| Filed { code: Some(logged(n, label)), ..Filed::default() };
    Correction {
        id: audit_id(n),
        call: call_key(call),
        engagement: engagement.map(engagement_key),
        at: at(i64::from(n)),
        by: user_id(1),
        reason: Some("sorry".to_owned()),
        before: filed("sold"),
        after: filed("lost"),
        fields: vec![FieldChange { field: "code".to_owned(), before: Some("sold".to_owned()), after: None }],
        undoes: engagement.map(audit_id),
    }
}

/// A Case that is open since second 0 and has no number yet.
pub(crate) fn case(n: u32, subject: &str, contact: Option<u32>) -> Case {
    Case {
        id: case_id(n),
        number: 0,
        subject: subject.to_owned(),
        description: None,
        status: CaseStatus::New,
        priority: CasePriority::Medium,
        contact: contact.map(person_id),
        account: None,
        owner: None,
        created_by_call: None,
        opened_at: at(0),
        closed_at: None,
        version: 1,
    }
}

/// The click that makes the `n`th engagement.
pub(crate) fn dial(n: u32, number: &str) -> Dial {
    Dial {
        id: DialId(id(9, n)),
        engagement: engagement_key(n),
        agent: agent(1),
        source: "pbx".to_owned(),
        number: number.to_owned(),
        from: DialledFrom::Case { case: case_id(1), contact: Some(person_id(1)) },
        by: user_id(1),
        at: at(i64::from(n)),
    }
}

pub(crate) fn away(agent_number: u32, reason: &str, version: u64) -> AgentMode {
    let mode = Mode::Away { reason: reason.to_owned() };
    AgentMode { agent: agent(agent_number), mode, since: at(5), version }
}

pub(crate) fn does(agent_number: u32, state: AgentState, second: i64) -> AgentStateEntry {
    AgentStateEntry { agent: agent(agent_number), state, reason: None, since: at(second) }
}

/// An entry that says that the subject was renamed.
pub(crate) fn audited(n: u32, subject: AuditSubject, after: &str) -> AuditEntry {
    AuditEntry {
        id: audit_id(n),
        at: at(i64::from(n)),
        by: Some(user_id(1)),
        subject,
        action: "changed".to_owned(),
        fields: vec![FieldChange { field: "name".to_owned(), before: None, after: Some(after.to_owned()) }],
    }
}

pub(crate) fn set(n: u32, name: &str) -> DispositionSet {
    DispositionSet {
        id: set_id(n),
        name: name.to_owned(),
        direction: Direction::Inbound,
        ring_groups: vec![],
        retired: false,
        version: 1,
        codes: vec![],
    }
}

pub(crate) fn code(n: u32, of_set: u32, position: u32, label: &str) -> DispositionCode {
    DispositionCode {
        id: code_id(n),
        set: set_id(of_set),
        label: Label { es: format!("{label} (es)"), en: label.to_owned() },
        position,
        favourite: n % 2 == 1,
        requires_notes: n.is_multiple_of(2),
        retired: false,
        traits: CodeTraits::default(),
        version: 1,
    }
}

pub(crate) fn user(n: u32, login: &str) -> User {
    User {
        id: user_id(n),
        login: login.to_owned(),
        name: format!("User {n}"),
        role: Role::Agent,
        agent: Some(agent(n)),
        email: (n.is_multiple_of(2)).then(|| format!("user{n}@example.org")),
        active: true,
        password_hash: None,
        version: 1,
    }
}

pub(crate) fn session(n: u8, user: u32) -> Session {
    Session {
        id: token(n),
        current: token(n),
        previous: None,
        rotated_at: at(0),
        user: user_id(user),
        expires_at: at(1_000),
    }
}

pub(crate) fn link(n: u8, user: Option<u32>) -> OneTimeLink {
    let purpose = if user.is_some() { LinkPurpose::Password } else { LinkPurpose::FirstAdmin };
    OneTimeLink { hash: token(n), purpose, user: user.map(user_id), expires_at: at(1_000) }
}

pub(crate) fn in_queues(source: &str, members: &[(&str, u32)]) -> Change {
    let place = |(queue, n): &(&str, u32)| QueuePlace {
        queue: (*queue).to_owned(),
        interface: format!("PJSIP/{n}"),
        agent: agent(*n),
    };
    Change::QueueMembers { source: source.to_owned(), members: members.iter().map(place).collect() }
}

pub(crate) fn chunk(source: &str, n: u64, bytes: &str) -> FrameChunk {
    FrameChunk {
        source: source.to_owned(),
        chunk: n,
        connection: 1 + n / 3,
        first_frame: 10 * n,
        received_at: at(n as i64),
        bytes: bytes.as_bytes().to_vec(),
    }
}

pub(crate) fn call(record: CallRecord) -> Change {
    Change::Call(Box::new(record))
}

/// What every tenant of the tests holds: the same ids with other texts.
///
/// Call 1 lives, with agent 1. Call 2 ended; agent 1 owes wrap-up 2, agent 2 has logged wrap-up 3. People 1
/// and 2 share number 1, and person 2 is of Account 5. Call 2 left a message. Case 1 is person 1's. Agent 1 is away, and rang before.
/// Set 1 holds codes 1 and 2. User 1 has session 1; link 1 is unused.
pub(crate) fn base(tag: &str) -> Vec<Change> {
    vec![
        found_by(person(1, &format!("Ana {tag}"), &["600 00 00 01"]), &[number(1)]),
        found_by(
            Person { account: Some(person_id(5)), ..person(2, &format!("Bea {tag}"), &["600000001", "91"]) },
            &[number(1)],
        ),
        call(live_call(1, tag, vec![engagement(1, 1)])),
        call(ended_call(2, tag, vec![ended_engagement(2, 1), ended_engagement(3, 2)])),
        Change::Wrapup(Box::new(Wrapup { draft: draft(1, &format!("early {tag}")), ..wrapup(1, 1, 1) })),
        Change::WrapupOpened(Box::new(open_wrapup(2, 2, 1))),
        Change::Wrapup(Box::new(logged_wrapup(3, 2, 2))),
        Change::ActivityOpened(Box::new(open_activity(1, &[1, 2]))),
        Change::Activity(Box::new(logged_activity(2, &[1, 2], 1))),
        Change::ActivityArchived { key: call_key(2), owes_wrapup: true },
        Change::MessageLeft(Box::new(message(2, Some(&format!("sales {tag}"))))),
        Change::Case(Box::new(case(1, &format!("Order {tag}"), Some(1)))),
        Change::Dial(Box::new(dial(1, &format!("600 {tag}")))),
        Change::Mode(Box::new(away(1, &format!("Lunch {tag}"), 1))),
        Change::AgentState(Box::new(does(1, AgentState::Ringing, 1))),
        Change::AgentState(Box::new(AgentStateEntry {
            reason: Some(format!("Lunch {tag}")),
            ..does(1, AgentState::Away, 5)
        })),
        Change::Centre(Box::new(Centre {
            version: 1,
            own_numbers: vec![tag.to_owned()],
            ..Centre::default()
        })),
        Change::Audit(Box::new(audited(1, AuditSubject::Centre, &format!("one {tag}")))),
        Change::Audit(Box::new(audited(2, AuditSubject::Case(case_id(1)), &format!("two {tag}")))),
        Change::Set(Box::new(set(1, &format!("Inbound {tag}")))),
        Change::Code(Box::new(code(1, 1, 1, &format!("sold {tag}")))),
        Change::Code(Box::new(code(2, 1, 0, &format!("lost {tag}")))),
        Change::User(Box::new(user(1, &format!("Ana.{tag}@example.org")))),
        Change::Session(session(1, 1)),
        Change::Link(link(1, Some(1))),
        Change::Frames(chunk("pbx", 1, &format!("one {tag}"))),
        Change::Frames(chunk("pbx", 2, &format!("two {tag}"))),
        Change::ResumeFrom { source: "pbx".to_owned(), chunk: 2 },
        in_queues("pbx", &[("sales", 1), ("help", 2)]),
    ]
}
