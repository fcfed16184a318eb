//! The schema and its numbered steps. A step once released is never edited: the next one is added.

use super::backfill;
use super::options::OpenError;
use rusqlite::{Connection, TransactionBehavior};

/// Marks a file as one of ours ("Bita" in ASCII).
const APPLICATION_ID: i64 = 0x4269_7461;

/// Puts something into the rows that are there.
type Fill = fn(&Connection) -> Result<(), OpenError>;

/// A step.
struct Step {
    sql: &'static str,
    fill: Option<Fill>,
}

const fn step(sql: &'static str) -> Step {
    Step { sql, fill: None }
}

/// The steps, the first making version 1 of an empty file.
const STEPS: &[Step] = &[
    step(include_str!("../../migrations/0001_calls_people_and_frames.sql")),
    step(include_str!("../../migrations/0002_cases_agents_and_settings.sql")),
    step(include_str!("../../migrations/0003_basis_of_phone_keys.sql")),
    Step {
        sql: include_str!("../../migrations/0004_list_of_activities.sql"),
        fill: Some(backfill::numbers_and_notes),
    },
    step(include_str!("../../migrations/0005_corrections.sql")),
    step(include_str!("../../migrations/0006_late_owners.sql")),
    step(include_str!("../../migrations/0007_notes_to_index.sql")),
    step(include_str!("../../migrations/0008_sets_of_ring_groups_and_owners.sql")),
    step(include_str!("../../migrations/0009_queue_members.sql")),
    step(include_str!("../../migrations/0010_messages.sql")),
    step(include_str!("../../migrations/0011_floor.sql")),
    step(include_str!("../../migrations/0012_crm.sql")),
    step(include_str!("../../migrations/0013_opportunities.sql")),
    step(include_str!("../../migrations/0014_vanished_calls.sql")),
    step(include_str!("../../migrations/0015_rollups_of_reports.sql")),
    step(include_str!("../../migrations/0016_imports.sql")),
    step(include_str!("../../migrations/0017_outgoing_webhooks.sql")),
    step(include_str!("../../migrations/0018_packed_facts.sql")),
    step(include_str!("../../migrations/0019_lists_of_agents_and_views.sql")),
    step(include_str!("../../migrations/0020_code_traits_and_follow_ups.sql")),
    step(include_str!("../../migrations/0021_saved_reports_and_their_mails.sql")),
    step(include_str!("../../migrations/0022_completeness.sql")),
    step(include_str!("../../migrations/0023_completeness_of_the_crm.sql")),
    step(include_str!("../../migrations/0024_follow_ups_given_and_carried_out.sql")),
    step(include_str!("../../migrations/0025_whole_tables.sql")),
    step(include_str!("../../migrations/0026_days_not_compared_with_the_crm.sql")),
    step(include_str!("../../migrations/0027_follow_ups_behind.sql")),
];

/// The version this program reads and writes.
pub(super) const LATEST: usize = STEPS.len();

/// Brings the file up to version `to`, each step in a transaction of its own.
pub(super) fn migrate(conn: &mut Connection, to: usize) -> Result<(), OpenError> {
    loop {
        // Immediate: of two programs that open the same old file, one migrates and the other then sees it.
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = version(&tx)?;
        if found > LATEST {
            return Err(OpenError::Newer { found, known: LATEST });
        }
        let Some(step) = STEPS.get(found).filter(|_| found < to) else { return Ok(()) };
        tx.execute_batch(step.sql)?;
        if let Some(fill) = step.fill {
            fill(&tx)?;
        }
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(None, "user_version", found as i64 + 1)?;
        tx.commit()?;
    }
}

/// The version of the file; 0 for an empty one.
pub(super) fn version(conn: &Connection) -> Result<usize, OpenError> {
    let pragma = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = conn.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match usize::try_from(version) {
        Ok(version) if application == APPLICATION_ID => Ok(version),
        Ok(0) if application == 0 && tables == 0 => Ok(0),
        _ => Err(OpenError::NotOurs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ActivityFilter, BulkRecords, Carried, CompletenessRecords, CrmLedgerRecords, CrmRecords,
        FollowUpRecords, ImportRecords, OpenOptions, SqliteStore, Store, ViewRecords, note_query,
    };
    use domain::activity::Activity;
    use domain::audit::AuditSubject;
    use domain::bulk::Became;
    use domain::case::{Case, CasePriority, CaseStatus};
    use domain::centre::Centre;
    use domain::commit::{Change, Commit};
    use domain::completeness::ledger::{LedgerClass, SLOT_US};
    use domain::duty::Mode;
    use domain::id::{AgentKey, At, CallKey, CaseId, EngagementKey, ImportId, PersonId, TenantId, UserId};
    use domain::message::{How, MessageState};
    use domain::phone::{KeyBasis, PhoneKey, Tier, WrittenNumber};
    use domain::relate::{CaseChoice, RelateDecision, RelateRule};
    use domain::wrapup::reason::DoNotLogReason;
    use domain::wrapup::{Draft, SettledBy};
    use tempfile::TempDir;
    use uuid::Uuid;

    /// Rows as each version held them.
    const SAMPLES: &[&str] = &[
        include_str!("../../migrations/samples/0001.sql"),
        include_str!("../../migrations/samples/0002.sql"),
        include_str!("../../migrations/samples/0003.sql"),
        include_str!("../../migrations/samples/0004.sql"),
        include_str!("../../migrations/samples/0005.sql"),
        include_str!("../../migrations/samples/0006.sql"),
        include_str!("../../migrations/samples/0007.sql"),
        include_str!("../../migrations/samples/0008.sql"),
        include_str!("../../migrations/samples/0009.sql"),
        include_str!("../../migrations/samples/0010.sql"),
        include_str!("../../migrations/samples/0011.sql"),
        include_str!("../../migrations/samples/0012.sql"),
        include_str!("../../migrations/samples/0013.sql"),
        include_str!("../../migrations/samples/0014.sql"),
        include_str!("../../migrations/samples/0015.sql"),
        include_str!("../../migrations/samples/0016.sql"),
        include_str!("../../migrations/samples/0017.sql"),
        include_str!("../../migrations/samples/0018.sql"),
        include_str!("../../migrations/samples/0019.sql"),
        include_str!("../../migrations/samples/0020.sql"),
        include_str!("../../migrations/samples/0021.sql"),
        include_str!("../../migrations/samples/0022.sql"),
        include_str!("../../migrations/samples/0023.sql"),
        include_str!("../../migrations/samples/0024.sql"),
        include_str!("../../migrations/samples/0025.sql"),
        include_str!("../../migrations/samples/0026.sql"),
        include_str!("../../migrations/samples/0027.sql"),
    ];

    const TENANT: TenantId = TenantId(1);

    /// The first id of a space, as the samples write it.
    fn id(space: u128) -> Uuid {
        Uuid::from_u128(0x0193_0000_0000_8000_8000_0000_0000_0001 | space << 32)
    }

    fn agent() -> AgentKey {
        AgentKey("1001".to_owned())
    }

    /// A file of version `version` with its rows, opened by this program.
    fn from_version(version: usize) -> (TempDir, SqliteStore) {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("store.db");
        let mut conn = Connection::open(&path).unwrap();
        migrate(&mut conn, version).unwrap();
        conn.pragma_update(None, "foreign_keys", true).unwrap();
        conn.execute_batch(SAMPLES[version - 1]).unwrap();
        drop(conn);
        let store = SqliteStore::open(&path, &OpenOptions::default()).unwrap();
        (dir, store)
    }

    #[tokio::test]
    async fn rows_of_every_version_are_read_and_written_by_this_one() {
        assert_eq!(SAMPLES.len(), LATEST, "each version has its rows");
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let tenant = TENANT;
            let row = store.activity(tenant, CallKey(id(1))).await.unwrap().unwrap();
            assert_eq!((row.activity.candidates.len(), row.call.engagements.len()), (1, 1));
            let owed = store.open_wrapups(tenant, &agent()).await.unwrap();
            assert_eq!(owed[0].draft.notes, "typed");
            let page = store.activities_of_person(tenant, PersonId(id(3)), None, 9).await.unwrap();
            assert_eq!(page.rows, vec![row]);
            let key = PhoneKey { tier: Tier::E, key: "+34600000001".to_owned() };
            assert_eq!(store.match_number(tenant, &[key]).await.unwrap()[0].person.name, "Ana");
            assert_eq!(store.search_people(tenant, "6000", 9).await.unwrap().len(), 1);
            assert_eq!(store.dispositions(tenant).await.unwrap()[0].codes.len(), 1);
            assert!(store.user_by_login(tenant, "ANA").await.unwrap().is_some());
            assert!(store.session(tenant, [0; 32]).await.unwrap().is_some());
            assert!(store.link(tenant, [0; 32]).await.unwrap().is_some());
            assert_eq!(store.frame_chunks(tenant, "pbx", 1, 9).await.unwrap().len(), 1);
            assert_eq!(store.census(tenant).await.unwrap().open_wrapups, 1);
            let wrapup = Box::new(domain::wrapup::Wrapup { opened_at: Some(At(1)), ..owed[0].clone() });
            let merged = Change::PersonDeleted(PersonId(id(3)));
            let number =
                store.commit(Commit::of(tenant, vec![Change::Wrapup(wrapup), merged])).await.unwrap();
            assert_eq!(number, 42);
            assert!(store.search_people(tenant, "ana", 9).await.unwrap().is_empty());
        }
    }

    #[tokio::test]
    async fn rows_of_version_1_say_nothing_of_what_version_2_added() {
        let (_dir, store) = from_version(1);
        let wrapup = store.wrapup(TENANT, EngagementKey(id(2))).await.unwrap().unwrap();
        let expected = Draft { revision: 2, notes: "typed".to_owned(), ..Draft::default() };
        assert_eq!(Draft { code: None, party: None, ..wrapup.draft.clone() }, expected);
        assert_eq!((wrapup.related, wrapup.extensions, &wrapup.released), (None, 0, &None));
        assert_eq!(store.wrapup_inbox(TENANT, None, None, 9).await.unwrap().wrapups, vec![wrapup]);
        let activity = store.activity(TENANT, CallKey(id(1))).await.unwrap().unwrap().activity;
        assert_eq!((activity.dialled_from, activity.related), (None, None));
        assert_eq!(store.person(TENANT, PersonId(id(3))).await.unwrap().unwrap().account, None);
        assert_eq!(store.centre(TENANT).await.unwrap(), None);
        assert_eq!(store.mode(TENANT, &agent()).await.unwrap().version, 0);
        // And take it.
        let picked = RelateDecision::Related { case: CaseId(id(7)), rule: RelateRule::Picked };
        let related = Activity { related: Some(picked), ..activity };
        let changes = vec![Change::Case(Box::new(first_case())), Change::Activity(Box::new(related.clone()))];
        store.commit(Commit::of(TENANT, changes)).await.unwrap();
        assert_eq!(store.cases(TENANT, &[CaseId(id(7))]).await.unwrap()[0].number, 1);
        let list = store.activities_of_case(TENANT, CaseId(id(7)), None, 9).await.unwrap();
        assert_eq!(list.rows[0].activity, related);
    }

    fn first_case() -> Case {
        Case {
            id: CaseId(id(7)),
            number: 0,
            subject: "Pedido".to_owned(),
            description: None,
            status: CaseStatus::New,
            priority: CasePriority::Low,
            contact: Some(PersonId(id(3))),
            account: None,
            owner: None,
            created_by_call: None,
            opened_at: At(0),
            closed_at: None,
            version: 1,
        }
    }

    #[tokio::test]
    async fn a_message_of_version_10_is_work_and_those_before_are_not() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let message = store.message(TENANT, CallKey(id(1))).await.unwrap();
            assert_eq!(message.is_some(), version >= 10, "{version}");
            let Some(message) = message else { continue };
            let how = How::NoNeed { reason: Some("spam".to_owned()) };
            let by = UserId(id(4));
            assert_eq!(message.state, MessageState::Done { by, at: At(1_700_000_070_000_000), how });
            assert_eq!((message.revision, message.ring_group.as_deref()), (3, Some("sales")));
            assert!(message.called_back.is_some_and(|back| back.engagement == EngagementKey(id(2))));
        }
    }

    #[tokio::test]
    async fn an_activity_of_version_13_may_name_an_opportunity_and_earlier_ones_do_not() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let row = store.activity(TENANT, CallKey(id(1))).await.unwrap().unwrap();
            let name = row.activity.opportunity.map(|related| related.id.to_string());
            assert_eq!(name.as_deref(), (version >= 13).then_some("006000000000001AAA"), "{version}");
        }
    }

    #[tokio::test]
    async fn an_import_of_version_16_goes_on_and_earlier_ones_have_none() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let imports = store.imports(TENANT).await.unwrap();
            assert_eq!(imports.len(), usize::from(version >= 16), "{version}");
            let Some(stored) = imports.first() else { continue };
            assert_eq!((stored.import.id, stored.import.is_at_work()), (ImportId(id(9)), true));
            assert_eq!((stored.progress.line, stored.progress.tally.new), (4, 2));
        }
    }

    #[tokio::test]
    async fn a_view_of_version_19_is_seen_and_calls_of_earlier_ones_are_on_their_agents_list() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let seen = store.views(TENANT, UserId(id(4))).await.unwrap();
            assert_eq!((seen.views.len(), seen.first.is_some()), (usize::from(version >= 19), version >= 19));
            let bulks = store.bulks(TENANT, 9).await.unwrap();
            assert_eq!(bulks.len(), usize::from(version >= 19));
            if let Some(bulk) = bulks.first() {
                assert_eq!(store.bulk_items(TENANT, bulk.id).await.unwrap()[0].became, Became::Unchanged);
            }
            let of_agent = ActivityFilter { agent: Some(agent()), ..ActivityFilter::default() };
            let listed = store.list_activities(TENANT, &of_agent, None, 9, 9).await.unwrap();
            assert_eq!(listed.rows.len(), 1, "{version}");
        }
    }

    #[tokio::test]
    async fn a_code_of_version_20_asks_for_a_follow_up_and_earlier_ones_for_nothing() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let traits = store.dispositions(TENANT).await.unwrap()[0].codes[0].traits.clone();
            let asks = version >= 20;
            assert_eq!((traits.follow_up_days, traits.do_not_call), (asks.then_some(3), asks), "{version}");
            let follow_up = store.follow_up(TENANT, CallKey(id(1))).await.unwrap();
            assert_eq!(follow_up.as_ref().map(|found| found.due.0), asks.then_some(20_000), "{version}");
            let given = follow_up.and_then(|found| found.given_from);
            let filed = store.follow_up_filed(TENANT, CallKey(id(1))).await.unwrap();
            assert_eq!(filed.is_some(), version >= 24, "{version}");
            assert_eq!(given, (version >= 24).then(|| AgentKey("1002".to_owned())), "{version}");
        }
    }

    #[tokio::test]
    async fn the_ledger_of_version_22_counts_the_calls_that_earlier_ones_hold() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let counts = store.ledger(TENANT, 0, i64::MAX / SLOT_US).await.unwrap();
            let classes: Vec<_> = counts.iter().map(|count| (count.entry.class, count.calls)).collect();
            assert_eq!(classes, [(LedgerClass::Open, 1)], "version {version}");
            let missing = store.missing_calls(TENANT, true, (At(0), None), At(i64::MAX), 9).await.unwrap();
            assert_eq!(missing.len(), usize::from(version >= 22), "version {version}");
            assert_eq!(store.reconciliations(TENANT).await.unwrap().len(), missing.len());
        }
    }

    #[tokio::test]
    async fn what_waits_in_the_outbox_of_version_12_is_counted_as_version_23_does() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let counts = store.crm_ledger(TENANT, 0, i64::MAX / SLOT_US).await.unwrap();
            let states: Vec<_> = counts.iter().map(|count| (count.state, count.calls)).collect();
            let expected = if version >= 12 { vec![(Carried::Waiting, 1)] } else { vec![] };
            assert_eq!(states, expected, "version {version}");
            let checks = store.crm_checks(TENANT, At(0), At(i64::MAX)).await.unwrap();
            let failures = store.crm_check_failures(TENANT).await.unwrap();
            assert_eq!(checks.len(), usize::from(version >= 23), "version {version}");
            assert_eq!(failures.len(), usize::from(version >= 26), "version {version}");
        }
    }

    #[tokio::test]
    async fn rows_of_version_9_say_who_is_in_which_queue() {
        let (_dir, store) = from_version(9);
        let members = store.queue_members(TENANT, "pbx").await.unwrap();
        assert_eq!((members.len(), members[0].queue.as_str(), &members[0].agent), (1, "sales", &agent()));
    }

    #[tokio::test]
    async fn rows_of_version_2_are_read_and_written_by_this_one() {
        let (_dir, store) = from_version(2);
        let wrapup = store.wrapup(TENANT, EngagementKey(id(2))).await.unwrap().unwrap();
        assert_eq!(wrapup.draft.case, CaseChoice::Picked { case: CaseId(id(7)) });
        assert_eq!((wrapup.extensions, wrapup.released.unwrap().by), (1, Some(UserId(id(4)))));
        let list = store.activities_of_case(TENANT, CaseId(id(7)), None, 9).await.unwrap();
        assert_eq!(list.rows[0].activity.case(), Some(CaseId(id(7))));
        assert_eq!(list.rows[0].activity.dialled_from.and_then(|from| from.case()), Some(CaseId(id(7))));
        let account = store.person(TENANT, PersonId(id(3))).await.unwrap().unwrap().account.unwrap();
        assert_eq!(store.people_of_account(TENANT, account, 9).await.unwrap()[0].name, "Ana");
        let of_account = store.cases_of_person(TENANT, account, 9).await.unwrap();
        assert_eq!((of_account[0].number, of_account[0].subject.as_str()), (12, "Pedido"));
        assert_eq!(store.search_cases(TENANT, "ped", 9).await.unwrap(), of_account);
        assert!(store.dial(TENANT, EngagementKey(id(2))).await.unwrap().is_some());
        let mode = store.mode(TENANT, &agent()).await.unwrap();
        assert_eq!((mode.mode, mode.version), (Mode::Away { reason: "Comida".to_owned() }, 2));
        assert_eq!(store.agent_history(TENANT, &agent(), At(0), At(i64::MAX)).await.unwrap().len(), 1);
        let centre = store.centre(TENANT).await.unwrap().unwrap();
        assert_eq!(centre, Centre { version: 5, codes_enabled: false, ..Centre::default() });
        let log = store.audit(TENANT, Some(AuditSubject::Centre), None, 9).await.unwrap();
        assert_eq!(log.entries[0].fields[0].field, "codes_enabled");
        let renamed = Case { subject: "Otro".to_owned(), ..of_account[0].clone() };
        store.commit(Commit::of(TENANT, vec![Change::Case(Box::new(renamed.clone()))])).await.unwrap();
        assert_eq!(store.search_cases(TENANT, "ped", 9).await.unwrap(), vec![]);
        assert_eq!(store.search_cases(TENANT, "otro", 9).await.unwrap(), vec![renamed]);
    }

    #[tokio::test]
    async fn keys_of_rows_before_version_3_are_of_no_basis() {
        let spain = KeyBasis::of("ES".parse().unwrap());
        for (version, stale) in [(1, 1), (2, 1), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0)] {
            let (_dir, store) = from_version(version);
            assert_eq!(store.people_to_rekey(TENANT, &spain, 9).await.unwrap().len(), stale, "{version}");
        }
    }

    #[tokio::test]
    async fn a_record_of_version_6_may_be_waited_for_and_earlier_ones_are_not() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let owners = store.late_owners(TENANT, 9).await.unwrap();
            assert_eq!(owners.len(), usize::from(version >= 6));
            let person = PersonId(id(3));
            let done = Change::LateOwnerDone { person, version: 1 };
            store.commit(Commit::of(TENANT, vec![done])).await.unwrap();
            assert_eq!(store.late_owners(TENANT, 9).await.unwrap(), []);
        }
    }

    #[tokio::test]
    async fn rows_of_version_8_say_whom_sets_and_records_are_for_and_earlier_ones_nothing() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let groups = store.dispositions(TENANT).await.unwrap()[0].ring_groups.clone();
            let owner = store.person(TENANT, PersonId(id(3))).await.unwrap().unwrap().owner;
            let wanted = store.callers_wanted(TENANT, 9).await.unwrap();
            let is_new = version >= 8;
            assert_eq!(groups, if is_new { vec!["sales".to_owned()] } else { Vec::new() });
            assert_eq!((owner.is_some(), wanted.len()), (is_new, usize::from(is_new)));
            assert_eq!(store.ring_groups(TENANT).await.unwrap(), ["sales"], "{version}");
        }
    }

    #[tokio::test]
    async fn reasons_of_rows_before_version_8_read_as_a_centre_begins() {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("store.db");
        let mut conn = Connection::open(&path).unwrap();
        migrate(&mut conn, 7).unwrap();
        conn.execute_batch(SAMPLES[6]).unwrap();
        conn.execute("UPDATE wrapup SET state = 'not_logged', reason = 'wrong_number'", []).unwrap();
        drop(conn);
        let store = SqliteStore::open(&path, &OpenOptions::default()).unwrap();
        let wrapup = store.wrapup(TENANT, EngagementKey(id(2))).await.unwrap().unwrap();
        let reason = DoNotLogReason::as_first_worded("wrong_number".to_owned());
        assert_eq!((reason.label.en.as_str(), wrapup.reason), ("Wrong number", Some(reason.clone())));
    }

    #[tokio::test]
    async fn rows_of_version_5_say_what_was_corrected_and_earlier_ones_nothing() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let revision = store.activity(TENANT, CallKey(id(1))).await.unwrap().unwrap().activity.revision;
            let corrections = store.corrections(TENANT, CallKey(id(1))).await.unwrap();
            assert_eq!((revision, corrections.len()), if version < 5 { (0, 0) } else { (1, 1) });
            if let Some(made) = corrections.first() {
                assert_eq!((made.reason.as_deref(), made.undoes), (Some("wrong one"), None));
                assert_eq!(made.after.party.map(|party| party.by), Some(SettledBy::Corrected));
                assert_eq!(made.fields[0].before.as_deref(), Some("Ana"));
            }
        }
    }

    #[tokio::test]
    async fn calls_of_rows_before_version_4_are_found_by_number_and_notes() {
        for version in 1..=LATEST {
            let (_dir, store) = from_version(version);
            let found = async |filter: &ActivityFilter| {
                store.list_activities(TENANT, filter, None, 9, 100).await.unwrap().rows.len()
            };
            let number = |text: &str| {
                let number = WrittenNumber::read(text, "ES".parse().unwrap()).unwrap();
                ActivityFilter { number: Some(number), ..ActivityFilter::default() }
            };
            assert_eq!((found(&number("600 000 001")).await, found(&number("0002")).await), (1, 0));
            // A sample's notes are none: what is logged is found by them, whichever version the row is of.
            let words = ActivityFilter { words: note_query("senal"), ..ActivityFilter::default() };
            assert_eq!(found(&words).await, usize::from(version >= 4));
            let before = store.activity(TENANT, CallKey(id(1))).await.unwrap().unwrap().activity;
            let noted = Activity { notes: Some("La señal".to_owned()), ..before };
            store.commit(Commit::of(TENANT, vec![Change::Activity(Box::new(noted.clone()))])).await.unwrap();
            assert_eq!(found(&words).await, 1);
            let silent = Activity { notes: None, ..noted };
            store.commit(Commit::of(TENANT, vec![Change::Activity(Box::new(silent))])).await.unwrap();
            assert_eq!(found(&words).await, 0);
        }
    }

    #[test]
    fn notes_of_rows_before_version_4_get_their_words() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, 3).unwrap();
        conn.execute_batch(SAMPLES[2]).unwrap();
        conn.execute("UPDATE activity SET notes = 'La señal; la SEÑAL'", []).unwrap();
        migrate(&mut conn, LATEST).unwrap();
        let words: String = conn
            .query_row("SELECT group_concat(word, ' ') FROM activity_word", [], |row| row.get(0))
            .unwrap();
        assert_eq!(words, "la senal");
    }

    #[test]
    fn a_step_is_taken_once() {
        let mut conn = Connection::open_in_memory().unwrap();
        for to in [0, LATEST, LATEST, 1] {
            migrate(&mut conn, to).unwrap();
        }
        assert_eq!(version(&conn), Ok(LATEST));
    }
}
