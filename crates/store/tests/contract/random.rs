//! Random Commits: every store answers as the one in memory does, and a change said twice is said once.

use crate::completeness::some_missing;
use crate::fixture::{OnSqlite, World};
use crate::imports::past;
use crate::observed::{IDS, observe, pages_of_list};
use crate::random_crm::some_crm_change;
use crate::random_notices::some_notice_change;
use crate::sample::*;
use crate::saved_reports::{mail, report, report_id};
use crate::views::{view, view_id};
use domain::activity::{Activity, ActivityStanding, Outcome};
use domain::audit::AuditSubject;
use domain::call::{CallRecord, CallType, NoActivity};
use domain::case::Case;
use domain::centre::Centre;
use domain::commit::{AgentStateEntry, Change, Commit, FrameChunk, Precondition};
use domain::dial::DialledFrom;
use domain::directory::{Person, PersonKind, RecordKeys};
use domain::disposition::DispositionSet;
use domain::duty::{AgentMode, AgentState, Mode};
use domain::matching::MatchRule;
use domain::message::Message;
use domain::phone::{KeyBasis, PhoneKey, Tier, WrittenNumber};
use domain::relate::{NotRelated, RelateDecision};
use domain::wrapup::{PartyLink, Released, SettledBy, Standing, Wrapup, WrapupState};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use store::{ActivityFilter, Carried, MemoryStore, Store, Within, note_query};

/// Random sequences tried in each test, unless the environment asks for more (`PROPTEST_CASES`).
const CASES: u32 = 48;

/// A Commit, and whether it is of the other tenant.
pub(crate) type Step = (bool, Vec<Precondition>, Vec<Change>);

pub(crate) fn id() -> std::ops::RangeInclusive<u32> {
    1..=IDS
}

pub(crate) fn some_key() -> impl Strategy<Value = PhoneKey> {
    let tier = prop_oneof![Just(Tier::E), Just(Tier::N), Just(Tier::L)];
    (tier, id()).prop_map(|(tier, n)| match tier {
        Tier::E => number(n),
        Tier::N => key(tier, &format!("60000{n:04}")),
        Tier::L => key(tier, &format!("34:0000{n:04}")),
    })
}

fn some_person() -> impl Strategy<Value = Change> {
    let name = prop_oneof![Just("Ana"), Just("Ñu A"), Just("Bea Acme"), Just("bea")];
    let keys = vec((some_key(), 0..3_usize), 0..4);
    let company = option::of(Just("Acmé".to_owned()));
    let kind = prop_oneof![Just(PersonKind::Contact), Just(PersonKind::Lead), Just(PersonKind::Account)];
    (id(), (name, kind), company, option::of(id()), 1..3_u64, some_basis(), keys).prop_map(
        |(n, (name, kind), company, account, version, basis, keys)| {
            let (owner, account) = (account.map(user_id), account.map(person_id));
            let made = person(n, name, &["one", "two", "three"]);
            let person = Person { kind, company, account, owner, version, ..made };
            Change::Person { person: Box::new(person), keys: RecordKeys { basis, keys } }
        },
    )
}

fn some_basis() -> impl Strategy<Value = KeyBasis> {
    (0..2_u32, prop_oneof![Just("ES"), Just("MX")])
        .prop_map(|(scheme, region)| KeyBasis { scheme, region: region.parse().unwrap() })
}

fn some_rekeyed() -> impl Strategy<Value = Change> {
    let keys = vec((some_key(), 0..3_usize), 0..4);
    (id(), 1..3_u64, some_basis(), keys).prop_map(|(n, version, basis, keys)| Change::PersonRekeyed {
        id: person_id(n),
        version,
        keys: RecordKeys { basis, keys },
    })
}

pub(crate) fn some_call() -> impl Strategy<Value = Change> {
    let parts = vec((id(), id(), any::<bool>()), 0..3);
    // Some began at the same time, and some turn out to have begun earlier or to be of another number.
    let facts = (0..4_i64, id());
    let said = (any::<bool>(), any::<bool>(), any::<bool>());
    (id(), said, parts, facts).prop_map(|(n, (lives, internal, inferred), parts, (second, of))| {
        let (started_at, from) = (at(second), Some(format!("+3460000{of:04}")));
        let part = |(n, agent, lives)| if lives { engagement(n, agent) } else { ended_engagement(n, agent) };
        let parts = parts.into_iter().map(part).collect();
        let no_activity = internal.then_some(NoActivity::InternalCall);
        let record = if lives { live_call(n, "R", parts) } else { ended_call(n, "R", parts) };
        let no_activity = no_activity.filter(|_| !lives);
        call(CallRecord { no_activity, started_at, from, inferred, ..record })
    })
}

pub(crate) fn some_wrapup() -> impl Strategy<Value = Wrapup> {
    let all = vec![wrapup as fn(_, _, _) -> _, open_wrapup, logged_wrapup, undispositioned_wrapup];
    let made = proptest::sample::select(all);
    let revision = option::of(0..3_u64);
    let released = option::of((0..9_i64, option::of(id()))).prop_map(|released| {
        released.map(|(second, by)| Released { at: at(second), by: by.map(user_id), reason: None })
    });
    (made, id(), id(), id(), revision, released).prop_map(|(made, n, call, agent, revision, released)| {
        let wrapup = Wrapup { released, ..made(n, call, agent) };
        match revision {
            Some(revision) => Wrapup { draft: draft(revision, "typed"), ..wrapup },
            None => wrapup,
        }
    })
}

fn some_activity() -> impl Strategy<Value = Activity> {
    let outcome = prop_oneof![
        Just(Outcome::Open),
        Just(Outcome::Logged),
        Just(Outcome::NotLogged),
        Just(Outcome::Undispositioned),
        Just(Outcome::NoWrapup)
    ];
    let party = option::of(option::of(id()));
    let why = NotRelated::SomebodyElses;
    let related = option::of(prop_oneof![
        3 => id().prop_map(related_to),
        1 => id().prop_map(move |n| RelateDecision::NotRelated { why, offer: Some(case_id(n)) }),
    ]);
    let notes = option::of(prop_oneof![Just("Sold two"), Just("señal; sold"), Just("·")]);
    (id(), vec(id(), 0..3), outcome, any::<bool>(), party, (option::of(id()), notes), related).prop_map(
        |(call, candidates, outcome, archived, party, (code, notes), related)| Activity {
            related,
            opportunity: code.map(opportunity),
            revision: code.map_or(0, u64::from),
            notes: notes.map(str::to_owned),
            dialled_from: code.map(|n| DialledFrom::Person { person: person_id(n) }),
            outcome,
            archived,
            party: party.map(|person| PartyLink { person: person.map(person_id), by: SettledBy::Chosen }),
            code: code.map(|code| logged(code, "R")),
            ..open_activity(call, &candidates)
        },
    )
}

pub(crate) fn some_listed() -> impl Strategy<Value = Change> {
    some_activity().prop_map(|activity| Change::Activity(Box::new(activity)))
}

fn some_message() -> impl Strategy<Value = Message> {
    type Made = fn(u32, Option<&str>) -> Message;
    let all: Vec<Made> = vec![message, taken_message, done_message];
    let made = proptest::sample::select(all);
    (made, id(), option::of(Just("sales R")), option::of(id()), 0..4_i64).prop_map(
        |(made, n, group, of, second)| {
            let agent = of.filter(|_| group.is_none()).map(agent);
            Message { agent, left_at: at(second), ..made(n, group) }
        },
    )
}

fn some_message_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => some_message().prop_map(|message| Change::MessageLeft(Box::new(message))),
        3 => some_message().prop_map(|message| Change::Message(Box::new(message))),
        1 => id().prop_map(|n| Change::MessageWithdrawn(call_key(n))),
        1 => id().prop_map(|n| Change::MessageSoundSettled(call_key(n))),
    ]
}

fn some_case() -> impl Strategy<Value = Change> {
    let subject = prop_oneof![Just("Order"), Just("Señal: ord 2"), Just("1 2"), Just("")];
    let number = prop_oneof![4 => Just(0), 1 => 1..6_u64];
    let closed = option::of(0..7_i64);
    let whose = (option::of(id()), option::of(id()));
    (id(), number, subject, whose, 0..4_i64, closed, 1..3_u64).prop_map(
        |(n, number, subject, (contact, account), opened, closed, version)| {
            Change::Case(Box::new(Case {
                number,
                account: account.map(person_id),
                opened_at: at(opened),
                closed_at: closed.map(at),
                version,
                ..case(n, subject, contact)
            }))
        },
    )
}

fn some_duty() -> impl Strategy<Value = Change> {
    let reason = || option::of(prop_oneof![Just("Lunch".to_owned()), Just(String::new())]);
    let state = prop_oneof![Just(AgentState::Available), Just(AgentState::OnCall), Just(AgentState::Away)];
    prop_oneof![
        (id(), reason(), 0..3_u64).prop_map(|(n, reason, version)| {
            let mode = reason.map_or(Mode::Holding, |reason| Mode::Away { reason });
            Change::Mode(Box::new(AgentMode { mode, ..away(n, "", version) }))
        }),
        // Times go back as well: the clocks of phone systems are not ours.
        (1..3_u32, state, reason(), 0..9_i64).prop_map(|(n, state, reason, second)| {
            Change::AgentState(Box::new(AgentStateEntry { reason, ..does(n, state, second) }))
        }),
        (id(), 1..3_u32).prop_map(|(n, number)| Change::Dial(Box::new(dial(n, &format!("60{number}"))))),
    ]
}

fn some_setting() -> impl Strategy<Value = Change> {
    let subject = prop_oneof![
        Just(AuditSubject::Centre),
        id().prop_map(|n| AuditSubject::Case(case_id(n))),
        id().prop_map(|n| AuditSubject::Person(person_id(n))),
    ];
    prop_oneof![
        (0..3_u64, any::<bool>()).prop_map(|(version, codes_enabled)| {
            Change::Centre(Box::new(Centre { version, codes_enabled, ..Centre::default() }))
        }),
        (1..9_u32, subject).prop_map(|(n, subject)| Change::Audit(Box::new(audited(n, subject, "R")))),
    ]
}

fn some_frames() -> impl Strategy<Value = Change> {
    let source = prop_oneof![Just("pbx".to_owned()), Just("other".to_owned())];
    prop_oneof![
        (source.clone(), 1..6_u64).prop_map(|(source, n)| Change::Frames(chunk(&source, n, "bytes"))),
        // Where it does not go on without a gap, both stores must say so.
        (source.clone(), 1..4_u64, 0..9_i64).prop_map(|(source, n, second)| {
            Change::Frames(FrameChunk { received_at: at(second), ..chunk(&source, n, "R") })
        }),
        (source.clone(), 0..6_u64).prop_map(|(source, chunk)| Change::ResumeFrom { source, chunk }),
        (source.clone(), proptest::sample::subsequence(vec![("a", 1), ("b", 1), ("b", 2)], 0..=3))
            .prop_map(|(source, members)| in_queues(&source, &members)),
        (source, 0..9_i64).prop_map(|(source, second)| Change::ForgetFrames { source, before: at(second) }),
    ]
}

fn some_account() -> impl Strategy<Value = Change> {
    let login = prop_oneof![Just("Zoë"), Just("zoË"), Just("eva")];
    let previous = option::of(1..9_u8);
    prop_oneof![
        (id(), login).prop_map(|(n, login)| Change::User(Box::new(user(n, login)))),
        (1..9_u8, 1..9_u8, previous, id()).prop_map(|(n, current, previous, user)| {
            let (current, previous) = (token(current), previous.map(token));
            Change::Session(domain::account::Session { current, previous, ..session(n, user) })
        }),
        (1..9_u8).prop_map(|n| Change::SessionEnded(token(n))),
        (0..2_000_i64).prop_map(|n| Change::ForgetSessions { expired_before: at(n) }),
        id().prop_map(|n| Change::SessionsEnded(user_id(n))),
        (1..9_u8, option::of(id())).prop_map(|(n, user)| Change::Link(link(n, user))),
        (1..9_u8).prop_map(|n| Change::LinkUsed(token(n))),
    ]
}

fn some_disposition() -> impl Strategy<Value = Change> {
    prop_oneof![
        (id(), any::<bool>()).prop_map(|(n, retired)| {
            let ring_groups = vec![format!("group {n}")];
            Change::Set(Box::new(DispositionSet { ring_groups, retired, ..set(n, "R") }))
        }),
        (id(), id(), 0..4_u32)
            .prop_map(|(n, set, position)| Change::Code(Box::new(code(n, set, position, "R")))),
    ]
}

fn some_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => some_call(),
        1 => (id(), id(), any::<bool>()).prop_map(|(n, owner, shared)| Change::View(Box::new(view(n, owner, shared)))),
        1 => (id(), option::of(id())).prop_map(|(user, n)| Change::FirstView { user: user_id(user), view: n.map(view_id) }),
        1 => id().prop_map(|n| Change::ViewRemoved(view_id(n))),
        1 => (id(), id(), any::<bool>(), any::<bool>()).prop_map(|(n, owner, shared, scheduled)| {
            Change::Report(Box::new(report(n, owner, shared, scheduled)))
        }),
        1 => (id(), 0..5_i64, any::<bool>()).prop_map(|(n, due, begun)| {
            let mail = mail(n, due);
            Change::ReportMail(Box::new(if begun { mail.begin(at(due)) } else { mail }))
        }),
        1 => id().prop_map(|n| Change::ReportRemoved(report_id(n))),
        1 => (id(), id()).prop_map(|(from, into)| Change::CallMerged { from: call_key(from), into: call_key(into) }),
        2 => some_wrapup().prop_map(|wrapup| Change::WrapupOpened(Box::new(wrapup))),
        2 => some_wrapup().prop_map(|wrapup| Change::Wrapup(Box::new(wrapup))),
        2 => some_activity().prop_map(|activity| Change::ActivityOpened(Box::new(activity))),
        3 => some_activity().prop_map(|activity| Change::Activity(Box::new(activity))),
        2 => (id(), any::<bool>()).prop_map(|(n, owes_wrapup)| {
            Change::ActivityArchived { key: call_key(n), owes_wrapup }
        }),
        1 => (id(), id(), option::of(id())).prop_map(|(n, call, part)| {
            Change::Correction(Box::new(correction(n, call, part)))
        }),
        4 => some_person(),
        2 => some_rekeyed(),
        1 => id().prop_map(|n| Change::PersonDeleted(person_id(n))),
        1 => (id(), 1..3_u64).prop_map(|(n, version)| Change::LateOwnerDone { person: person_id(n), version }),
        1 => (id(), any::<bool>()).prop_map(|(n, wanted)| match wanted {
            true => Change::CallerWanted(call_key(n)),
            false => Change::CallerLookedAfter(call_key(n)),
        }),
        4 => some_crm_change(),
        2 => some_missing(),
        2 => id().prop_map(|n| past(n, "Sold long ago")),
        3 => some_notice_change(),
        3 => some_message_change(),
        4 => some_case(),
        3 => some_duty(),
        2 => some_setting(),
        2 => some_disposition(),
        3 => some_account(),
        3 => some_frames(),
    ]
}

fn some_filter() -> impl Strategy<Value = ActivityFilter> {
    let often_none = |strategy: std::ops::RangeInclusive<u32>| option::weighted(0.2, strategy);
    let outcome = prop_oneof![Just(Outcome::Open), Just(Outcome::Logged), Just(Outcome::NoWrapup)];
    let kind = prop_oneof![Just(CallType::Voicemail), Just(CallType::Missed)];
    let words = prop_oneof![6 => Just(""), 1 => Just("sold"), 1 => Just("senal so"), 1 => Just("x")];
    let number =
        option::weighted(0.2, prop_oneof![Just("0001"), Just("+34 600 00 00 02"), Just("600 000 003")]);
    let said = || option::weighted(0.15, any::<bool>());
    let times = (option::weighted(0.2, 0..4_i64), option::weighted(0.2, 0..5_i64));
    let said = (said(), said(), said(), said(), said(), said(), said());
    let carried = prop_oneof![Just(Carried::Waiting), Just(Carried::Sent), Just(Carried::Never)];
    let carried_and_hold = (vec(carried, 0..2), option::weighted(0.1, 0..2_i64));
    let rows = (often_none(id()), often_none(id()), often_none(id()), often_none(id()));
    (times, rows, vec(outcome, 0..2), vec(kind, 0..2), words, number, said, carried_and_hold).prop_map(
        |(
            (from, until),
            (code, agent_number, party, case),
            outcomes,
            kinds,
            words,
            number,
            said,
            (carried, hold),
        )| {
            ActivityFilter {
                from: from.map(at),
                until: until.map(at),
                codes: code.map(code_id).into_iter().collect(),
                agent: agent_number.map(agent),
                party: party.map(person_id),
                case: case.map(case_id),
                outcomes,
                kinds,
                words: note_query(words),
                number: number.map(|text| WrittenNumber::read(text, "ES".parse().unwrap()).unwrap()),
                recording: said.0,
                voicemail: said.1,
                possible: said.2,
                matched: said.3,
                coded: said.4,
                handed_over: said.5,
                corrected: said.6,
                carried,
                hold: Within { least_s: hold, most_s: None },
                ..ActivityFilter::default()
            }
        },
    )
}

/// Both stores list the same, however few calls one of them looks at for a page.
async fn same_lists(steps: Vec<Step>, filters: Vec<ActivityFilter>, look_at_most: usize) {
    let (model, sqlite) = (MemoryStore::new(), OnSqlite::open());
    let (model, sqlite) = (World::new(&model).await, World::new(&sqlite.store).await);
    for step in steps {
        let expected = model.store.commit(commit(&model, step.clone())).await;
        assert_eq!(sqlite.store.commit(commit(&sqlite, step)).await, expected);
    }
    for filter in filters {
        for tenant in [model.tenant, model.other] {
            let expected = pages_of_list(model.store, tenant, &filter, look_at_most).await;
            assert_eq!(
                pages_of_list(sqlite.store, tenant, &filter, look_at_most).await,
                expected,
                "{filter:?}"
            );
        }
    }
    for tenant in [model.tenant, model.other] {
        let limit = look_at_most % 4 + 1;
        let past = async |store: &dyn Store| store.history(tenant, at(0), at(3), None, limit).await.unwrap();
        assert_eq!(past(sqlite.store).await.calls, past(model.store).await.calls);
    }
}

fn some_precondition() -> impl Strategy<Value = Precondition> {
    let state = prop_oneof![
        Just(WrapupState::Early),
        Just(WrapupState::Open),
        Just(WrapupState::Logged),
        Just(WrapupState::Undispositioned),
    ];
    prop_oneof![
        (id(), state, 0..3_u64, any::<bool>()).prop_map(|(n, state, revision, released)| {
            let standing = Standing { state, revision, released, ..Standing::NEW };
            Precondition::Wrapup { key: engagement_key(n), standing }
        }),
        (id(), 0..3_usize, 0..3_usize).prop_map(|(n, closed, submitted)| Precondition::ClosedWrapups {
            call: call_key(n),
            closed,
            submitted
        }),
        (id(), 0..2_u64, any::<bool>()).prop_map(|(n, revision, logged)| {
            let outcome = if logged { Outcome::Logged } else { Outcome::Open };
            let standing = ActivityStanding { revision, outcome, ..ActivityStanding::NEW };
            Precondition::Activity { key: call_key(n), standing }
        }),
        (id(), option::of(0..3_u64))
            .prop_map(|(n, revision)| Precondition::Message { call: call_key(n), revision }),
        id().prop_map(|n| Precondition::CaseExists { id: case_id(n) }),
        (id(), 0..3_u64).prop_map(|(n, version)| Precondition::CaseVersion { id: case_id(n), version }),
        (id(), 0..3_u64).prop_map(|(n, version)| Precondition::ModeVersion { agent: agent(n), version }),
        (0..3_u64).prop_map(|version| Precondition::CentreVersion { version }),
        (vec(some_key(), 0..3), any::<bool>()).prop_map(|(keys, all)| {
            unclaimed(&keys, &if all { MatchRule::default() } else { leads_first() })
        }),
        id().prop_map(|n| Precondition::PersonExists { id: person_id(n) }),
        (id(), 0..3_u64).prop_map(|(n, version)| Precondition::PersonVersion { id: person_id(n), version }),
        (id(), 0..2_u64).prop_map(|(n, version)| Precondition::CodeVersion { id: code_id(n), version }),
        (id(), 0..2_u64).prop_map(|(n, version)| Precondition::SetVersion { id: set_id(n), version }),
        (id(), 0..2_u64).prop_map(|(n, version)| Precondition::UserVersion { id: user_id(n), version }),
        option::of(id())
            .prop_map(|n| Precondition::LoginFree { login: "ZOË".to_owned(), except: n.map(user_id) }),
        Just(Precondition::NoUsers),
        (id(), id()).prop_map(|(n, m)| Precondition::AgentFree { agent: agent(n), except: user_id(m) }),
        id().prop_map(|n| Precondition::OtherAdmin { except: user_id(n) }),
        (1..9_u8, 0..2_000_i64).prop_map(|(n, now)| Precondition::LinkValid { hash: token(n), now: at(now) }),
        (1..9_u8, 1..9_u8)
            .prop_map(|(n, current)| Precondition::SessionAt { id: token(n), current: token(current) }),
    ]
}

pub(crate) fn some_step() -> impl Strategy<Value = Step> {
    // Mostly none: most preconditions made at random do not hold.
    let preconditions = prop_oneof![4 => Just(vec![]), 1 => vec(some_precondition(), 1..3)];
    (any::<bool>(), preconditions, vec(some_change(), 1..5))
}

pub(crate) fn commit(world: &World<'_>, (other, preconditions, changes): Step) -> Commit {
    let tenant = if other { world.other } else { world.tenant };
    Commit { tenant, preconditions, changes }
}

pub(crate) fn wait<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(test)
}

async fn same_answers(steps: Vec<Step>) {
    let (model, sqlite) = (MemoryStore::new(), OnSqlite::open());
    let (model, sqlite) = (World::new(&model).await, World::new(&sqlite.store).await);
    for step in steps {
        let expected = model.store.commit(commit(&model, step.clone())).await;
        assert_eq!(sqlite.store.commit(commit(&sqlite, step.clone())).await, expected, "{step:?}");
    }
    for tenant in [model.tenant, model.other] {
        assert_eq!(observe(sqlite.store, tenant).await, observe(model.store, tenant).await);
    }
}

async fn once_and_twice(store: &dyn Store, steps: &[Step], change: &Change) {
    let world = World::new(store).await;
    for step in steps {
        // Whether it was written matters to the other test.
        let _ = store.commit(commit(&world, step.clone())).await;
    }
    let once = store.commit(Commit::of(world.tenant, vec![change.clone()])).await;
    let (seen, of_other) = (observe(store, world.tenant).await, observe(store, world.other).await);
    let twice = store.commit(Commit::of(world.tenant, vec![change.clone()])).await;
    assert_eq!(once.is_ok(), twice.is_ok(), "{once:?}, then {twice:?}");
    assert_eq!(observe(store, world.tenant).await, seen);
    assert_eq!(observe(store, world.other).await, of_other);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn sqlite_answers_as_memory_does(steps in vec(some_step(), 1..40)) {
        wait(same_answers(steps));
    }

    #[test]
    fn any_filter_lists_on_sqlite_what_it_lists_in_memory(
        steps in vec((any::<bool>(), Just(vec![]), vec(prop_oneof![some_call(), some_listed()], 1..5)), 1..25),
        filters in vec(some_filter(), 1..12),
        look_at_most in 1..30_usize,
    ) {
        wait(same_lists(steps, filters, look_at_most));
    }

    #[test]
    fn a_change_said_twice_is_said_once(steps in vec(some_step(), 0..10), change in some_change()) {
        wait(async {
            once_and_twice(&MemoryStore::new(), &steps, &change).await;
            once_and_twice(&OnSqlite::open().store, &steps, &change).await;
        });
    }
}
