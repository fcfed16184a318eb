//! One Commit inside the writer's transaction: its preconditions, its changes, and what they add to the
//! census. Which Commits share a transaction is [`super::writer`]'s.

use super::fault::Fault;
use super::statement::{exists, run};
use super::{
    accounts, activities, agents, audit, bulks, calls, cases, centre, completeness, corrections, crm,
    crm_ledger, dispositions, fact_blobs, facts, follow_ups, frames, imports, late, ledger, lookup, messages,
    notices, outbox, people, rollups, saved_reports, views, wrapups,
};
use crate::contract::check_change;
use crate::errors::inconsistent;
use domain::commit::{Change, Commit, Precondition};
use domain::id::{CallKey, TenantId};
use domain::mirror::{Joined, Local};
use rusqlite::{Connection, params};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

const TENANT: &str = "SELECT 1 FROM tenant WHERE id = ?1";
const ADD_TO_CENSUS: &str = "UPDATE census SET live = live + ?2, ended = ended + ?3, \
    activities = activities + ?4, reasons = reasons + ?5, open_wrapups = open_wrapups + ?6 \
    WHERE tenant_id = ?1";

/// What a Commit adds to the counts of its tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CensusDelta {
    pub(super) live: i64,
    pub(super) ended: i64,
    pub(super) activities: i64,
    pub(super) reasons: i64,
    pub(super) open_wrapups: i64,
}

/// A Commit being written.
pub(super) struct Tx<'c> {
    pub(super) conn: &'c Connection,
    pub(super) tenant: TenantId,
    pub(super) census: CensusDelta,
    /// Row id of the call last asked for: the changes of a Commit are mostly about one.
    pub(super) last_call: Cell<Option<(CallKey, i64)>>,
    /// Whether the tenant mirrors a CRM, once it was asked for.
    pub(super) crm_followed: Cell<Option<bool>>,
    /// Row ids of calls of which reports may see something else by now.
    pub(super) touched: RefCell<BTreeSet<i64>>,
    /// What it adds to rollups.
    pub(super) rollups: RefCell<rollups::Changes>,
    pub(super) calendars: &'c rollups::Calendars,
    /// Calls of which others may have to be told something.
    pub(super) watched: RefCell<notices::Watched>,
    /// Where calls stood in the ledger of completeness that may stand otherwise by now.
    pub(super) stood: RefCell<ledger::Stood>,
}

impl Tx<'_> {
    /// Takes note that reports may see something else of this call.
    pub(super) fn touch(&self, call_id: i64) {
        self.touched.borrow_mut().insert(call_id);
    }
}

/// Writes a Commit: all of it or nothing, whatever becomes of the Commits it shares the transaction with. What it adds to
/// rollups is answered, to be written before the transaction ends.
pub(super) fn write(
    conn: &Connection,
    commit: &Commit,
    calendars: &rollups::Calendars,
) -> Result<rollups::Changes, Fault> {
    // Preconditions write nothing, so a Commit refused for one needs no savepoint.
    check(conn, commit)?;
    all_or_nothing(conn, || write_changes(conn, commit, calendars))
}

/// Runs `change` behind a savepoint of its own.
pub(super) fn all_or_nothing<T>(
    conn: &Connection,
    change: impl FnOnce() -> Result<T, Fault>,
) -> Result<T, Fault> {
    run(conn, "SAVEPOINT one_commit", [])?;
    let changed = change();
    // Where SQLite has rolled the whole transaction back by itself there is no savepoint left; the writer
    // finds that out by `is_autocommit`.
    if changed.is_err() && !conn.is_autocommit() {
        run(conn, "ROLLBACK TO one_commit", [])?;
    }
    if !conn.is_autocommit() {
        run(conn, "RELEASE one_commit", [])?;
    }
    changed
}

fn check(conn: &Connection, commit: &Commit) -> Result<(), Fault> {
    if !exists(conn, TENANT, params![commit.tenant.0])? {
        return Err(inconsistent("tenant", "id", &commit.tenant.0, "unknown tenant").into());
    }
    for (index, precondition) in commit.preconditions.iter().enumerate() {
        if !holds(conn, commit.tenant, precondition)? {
            return Err(Fault::Refused(index));
        }
    }
    Ok(())
}

fn holds(conn: &Connection, tenant: TenantId, precondition: &Precondition) -> Result<bool, Fault> {
    Ok(match precondition {
        Precondition::Wrapup { key, standing } => wrapups::standing(conn, tenant, *key)? == *standing,
        Precondition::ClosedWrapups { call, closed, submitted } => {
            wrapups::closed_of_call(conn, tenant, *call)? == (*closed as u64, *submitted as u64)
        }
        Precondition::Activity { key, standing } => activities::standing(conn, tenant, *key)? == *standing,
        Precondition::Call(read) => calls::call(conn, tenant, read.key)?.as_ref() == Some(&**read),
        Precondition::Message { call, revision } => messages::revision(conn, tenant, *call)? == *revision,
        Precondition::FollowUpVersion { call, version } => {
            follow_ups::version(conn, tenant, *call)? == *version
        }
        Precondition::CaseExists { id } => cases::is_there(conn, tenant, *id)?,
        Precondition::CaseVersion { id, version } => cases::version(conn, tenant, *id)? == *version,
        Precondition::ModeVersion { agent, version } => {
            agents::mode(conn, tenant, agent)?.version == *version
        }
        Precondition::CentreVersion { version } => centre::version(conn, tenant)? == *version,
        Precondition::NumberUnclaimed { keys, rule } => !lookup::any_claimed_by(conn, tenant, keys, rule)?,
        Precondition::PersonExists { id } => people::is_there(conn, tenant, *id)?,
        Precondition::PersonVersion { id, version } => people::version(conn, tenant, *id)? == *version,
        Precondition::CodeVersion { id, version } => {
            dispositions::code_version(conn, tenant, *id)? == *version
        }
        Precondition::SetVersion { id, version } => dispositions::set_version(conn, tenant, *id)? == *version,
        Precondition::BulkItem { bulk, call, became } => {
            bulks::became(conn, tenant, *bulk, *call)? == *became
        }
        Precondition::MissingVersion { key, version } => {
            completeness::missing_version(conn, tenant, *key)? == *version
        }
        Precondition::CallUnknown { key } => calls::row_id(conn, tenant, *key)?.is_none(),
        Precondition::ViewVersion { id, version } => views::version(conn, tenant, *id)? == *version,
        Precondition::ReportVersion { id, version } => saved_reports::version(conn, tenant, *id)? == *version,
        Precondition::ReportsKept { owner, count } => saved_reports::count(conn, tenant, *owner)? == *count,
        Precondition::ReportMailVersion { report, due, version } => {
            saved_reports::mail_version(conn, tenant, *report, *due)? == *version
        }
        Precondition::ViewsKept { owner, count } => views::count(conn, tenant, *owner)? == *count,
        Precondition::ImportVersion { id, version } => imports::version(conn, tenant, *id)? == *version,
        Precondition::UserVersion { id, version } => accounts::user_version(conn, tenant, *id)? == *version,
        Precondition::EndpointVersion { id, version } => notices::version(conn, tenant, *id)? == *version,
        Precondition::LateToldUpTo(at) => notices::late_up_to(conn, tenant)? == *at,
        Precondition::LoginFree { login, except } => accounts::login_is_free(conn, tenant, login, *except)?,
        Precondition::NoUsers => !accounts::any_user(conn, tenant)?,
        Precondition::AgentFree { agent, except } => accounts::agent_is_free(conn, tenant, agent, *except)?,
        Precondition::OtherAdmin { except } => accounts::other_admin(conn, tenant, *except)?,
        Precondition::LinkValid { hash, now } => accounts::link_is_valid(conn, tenant, *hash, *now)?,
        Precondition::SessionAt { id, current } => accounts::session_is_at(conn, tenant, *id, *current)?,
    })
}

fn write_changes(
    conn: &Connection,
    commit: &Commit,
    calendars: &rollups::Calendars,
) -> Result<rollups::Changes, Fault> {
    let mut tx = Tx {
        conn,
        tenant: commit.tenant,
        census: CensusDelta::default(),
        last_call: Cell::new(None),
        crm_followed: Cell::new(None),
        touched: RefCell::default(),
        rollups: RefCell::default(),
        calendars,
        watched: RefCell::default(),
        stood: RefCell::default(),
    };
    for change in &commit.changes {
        check_change(change)?;
        apply(&mut tx, change)?;
    }
    facts::settle(&tx)?;
    notices::settle(&tx)?;
    ledger::settle(&tx)?;
    let census = tx.census;
    if census != CensusDelta::default() {
        let delta = params![
            tx.tenant.0,
            census.live,
            census.ended,
            census.activities,
            census.reasons,
            census.open_wrapups,
        ];
        run(conn, ADD_TO_CENSUS, delta)?;
    }
    Ok(tx.rollups.into_inner())
}

fn apply(tx: &mut Tx<'_>, change: &Change) -> Result<(), Fault> {
    match change {
        Change::Frames(chunk) => frames::receive(tx, chunk),
        Change::ResumeFrom { source, chunk } => frames::resume_from(tx, source, *chunk),
        Change::ForgetFrames { source, before } => frames::forget(tx, source, *before),
        Change::QueueMembers { source, members } => frames::save_queue_members(tx, source, members),
        Change::Call(record) => {
            outbox::call_changes(tx, record)?;
            notices::watch(tx, record.key)?;
            ledger::watch(tx, record.key)?;
            calls::save(tx, record)
        }
        Change::CallMerged { from, into } => merge(tx, *from, *into),
        Change::WrapupOpened(wrapup) => wrapups::open(tx, wrapup.as_ref().clone()),
        Change::Wrapup(wrapup) => wrapups::save(tx, wrapup),
        Change::ActivityOpened(activity) => {
            notices::watch(tx, activity.key)?;
            ledger::watch(tx, activity.key)?;
            activities::open(tx, activity)
        }
        Change::Activity(activity) => {
            notices::watch(tx, activity.key)?;
            ledger::watch(tx, activity.key)?;
            activities::save(tx, activity)?;
            follow_ups::follow(tx, activity)
        }
        Change::ActivityArchived { key, owes_wrapup } => {
            notices::watch(tx, *key)?;
            ledger::watch(tx, *key)?;
            activities::archive(tx, *key, *owes_wrapup)
        }
        Change::FollowUp(follow_up) => follow_ups::save(tx, follow_up),
        Change::FollowUpCarried { call, version, filed } => {
            outbox::follow_up_carried(tx, *call, *version, filed)
        }
        Change::Correction(correction) => corrections::add(tx, correction),
        Change::Person { person, keys } => people::save(tx, person, keys),
        Change::PersonRekeyed { id, version, keys } => people::rekey(tx, *id, *version, keys),
        Change::LateOwnerDone { person, version } => late::done(tx, *person, *version),
        Change::CallerWanted(call) => late::want(tx, *call),
        Change::CallerLookedAfter(call) => late::looked_after(tx, *call),
        Change::MessageLeft(message) => messages::left(tx, message),
        Change::MessageWithdrawn(call) => messages::withdraw(tx, *call),
        Change::Message(message) => messages::save(tx, message),
        Change::MessageSoundSettled(call) => messages::settle_sound(tx, *call),
        Change::PersonDeleted(id) => {
            crm::gone(tx, Local::Person(*id))?;
            people::delete(tx, *id)
        }
        Change::CrmFollowed { organisation } => crm::follow(tx, organisation),
        Change::PersonMirrored { person, keys, remote, twin, awaited } => {
            let (remote, twin) = (remote.clone(), twin.clone());
            let joined = Joined { local: Local::Person(person.id), remote, twin };
            crm::person_mirrored(tx, person, keys, &joined, *awaited)
        }
        Change::CaseMirrored { case, remote } => crm::case_mirrored(tx, case, remote),
        Change::Joined(joined) => crm::join(tx, joined),
        Change::PersonBecame { from, into } => crm::person_became(tx, *from, *into),
        Change::CrmUser(user) => crm::save_user(tx, user),
        Change::MirroredUpTo(place) => crm::save_place(tx, place),
        Change::CarriedOut { subject, version, filed } => {
            outbox::carried_out(tx, *subject, *version, filed.as_ref())
        }
        Change::OutboxTried(attempt) => outbox::tried(tx, attempt),
        Change::OutboxAgain { subject, despite_duplicates } => {
            outbox::again(tx, *subject, *despite_duplicates)
        }
        Change::OutboxLeft(subject) => outbox::remove(tx, *subject),
        Change::GoneThere { call, record } => outbox::gone_there(tx, *call, record),
        Change::FileAgain(call) => outbox::file_again(tx, *call),
        Change::CrmCheck(check) => crm_ledger::save(tx, check),
        Change::CrmCheckFailed(failure) => crm_ledger::save_failure(tx, failure),
        Change::Endpoint(endpoint) => notices::save_endpoint(tx, endpoint),
        Change::EndpointRemoved(id) => notices::remove_endpoint(tx, *id),
        Change::EndpointFared { endpoint, how, at } => notices::fared(tx, *endpoint, *how, *at),
        Change::Told { news, only } => notices::tell(tx, news.as_ref().clone(), *only),
        Change::LateToldUpTo(at) => notices::set_late_up_to(tx, *at),
        Change::DeliveryTried(attempted) => notices::tried(tx, attempted),
        Change::DeliveriesAgain { endpoint, notices, not_before } => {
            notices::again(tx, *endpoint, notices, *not_before)
        }
        Change::ForgetNotices { before, most } => notices::forget(tx, *before, *most),
        Change::Case(case) => cases::save(tx, case),
        Change::Dial(dial) => agents::add_dial(tx, dial),
        Change::Mode(mode) => agents::save_mode(tx, mode),
        Change::AgentState(entry) => agents::add_state(tx, entry),
        Change::Centre(centre) => centre::save(tx, centre),
        Change::ReportCalendar(calendar) => rollups::follow(tx, calendar),
        Change::ReportFill { calls } => rollups::fill(tx, *calls),
        Change::ReportPack { before, calls } => fact_blobs::pack(tx, *before, *calls),
        Change::Import(import) => imports::save(tx, import),
        Change::ImportWentOn { id, progress } => imports::go_on(tx, *id, progress),
        Change::ImportRemoved(id) => imports::remove(tx, *id),
        Change::Bulk(bulk) => bulks::save(tx, bulk),
        Change::BulkItem(item) => bulks::save_item(tx, item),
        Change::Report(report) => saved_reports::save(tx, report),
        Change::ReportRemoved(id) => saved_reports::remove(tx, *id),
        Change::ReportMail(mail) => saved_reports::save_mail(tx, mail),
        Change::Reconciliation(run) => completeness::save_run(tx, run),
        Change::ReconciliationRemoved(id) => completeness::remove_run(tx, *id),
        Change::MissingCall(missing) => completeness::save_missing(tx, missing),
        Change::MissingCallRemoved(key) => completeness::remove_missing(tx, *key),
        Change::View(view) => views::save(tx, view),
        Change::ViewRemoved(id) => views::remove(tx, *id),
        Change::FirstView { user, view } => views::begin_with(tx, *user, *view),
        Change::PastCall(past) => {
            ledger::watch(tx, past.call.key)?;
            imports::add_call(tx, past)
        }
        Change::Audit(entry) => audit::add(tx, entry),
        Change::Set(set) => dispositions::save_set(tx, set),
        Change::Code(code) => dispositions::save_code(tx, code),
        Change::User(user) => accounts::save_user(tx, user),
        Change::Session(session) => accounts::save_session(tx, session),
        Change::SessionEnded(id) => accounts::end_session(tx, *id),
        Change::ForgetSessions { expired_before } => accounts::forget_sessions(tx, *expired_before),
        Change::SessionsEnded(user) => accounts::end_sessions(tx, *user),
        Change::Link(link) => accounts::save_link(tx, link),
        Change::LinkUsed(hash) => accounts::use_link(tx, *hash),
    }
}

fn merge(tx: &mut Tx<'_>, from: CallKey, into: CallKey) -> Result<(), Fault> {
    if from == into {
        return Ok(());
    }
    let merged_call = from;
    let Some(from) = calls::known_row_id(tx, from)? else { return Ok(()) };
    notices::merges(tx, merged_call, into)?;
    ledger::watch(tx, merged_call)?;
    ledger::watch(tx, into)?;
    // The call last asked for is this one now; the row id of the other is asked for no more.
    let merged_into = into;
    let into = calls::row_id_for(tx, "call", into)?;
    wrapups::move_all(tx, from, into)?;
    corrections::move_all(tx, from, into)?;
    messages::merge(tx, from, into)?;
    follow_ups::merge(tx, from, into)?;
    outbox::follow_up_merged(tx, merged_call, merged_into)?;
    outbox::merged(tx, merged_call, from, merged_into)?;
    activities::delete(tx, from)?;
    imports::gone(tx, from)?;
    calls::delete(tx, from)
}
