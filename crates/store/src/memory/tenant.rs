//! The rows of one tenant, and what each precondition asks of them. How changes are applied is in
//! [`super::apply`].

use super::crm::{Noted, Part};
use super::messages::MessageRow;
use super::notices::Counted;
use super::table::Table;
use crate::contract::login_key;
use crate::imports::StoredImport;
use crate::phone_index::packed;
use domain::account::{OneTimeLink, Role, Session, TokenHash, User};
use domain::activity::{Activity, ActivityStanding};
use domain::audit::AuditEntry;
use domain::bulk::{Bulk, BulkItem};
use domain::call::CallRecord;
use domain::case::Case;
use domain::centre::Centre;
use domain::commit::{AgentStateEntry, FrameChunk, Precondition};
use domain::completeness::crm_check::{CrmCheck, CrmCheckFailure};
use domain::completeness::missing::MissingCall;
use domain::completeness::run::Reconciliation;
use domain::correction::Correction;
use domain::dial::Dial;
use domain::directory::{Person, RecordKeys};
use domain::disposition::{DispositionCode, DispositionSet};
use domain::duty::AgentMode;
use domain::event::QueuePlace;
use domain::follow_up::FollowUp;
use domain::id::{
    AgentKey, At, AuditId, BulkId, CallKey, CaseId, CodeId, EndpointId, EngagementKey, ImportId, NoticeId,
    PersonId, ReconciliationId, ReportId, SetId, UserId, ViewId,
};
use domain::list_view::ListView;
use domain::matching::MatchRule;
use domain::mirror::{CrmUser, Local, Mirrored, MirroredUpTo, RemoteId};
use domain::notice::delivery::Delivery;
use domain::notice::endpoint::Endpoint;
use domain::outbox::{FiledState, FollowUpFiled, Subject, Vanished};
use domain::phone::{KeyBasis, PhoneKey};
use domain::report::calendar::Calendar;
use domain::report_mail::ReportMail;
use domain::saved_report::SavedReport;
use domain::wrapup::{Standing, Wrapup};

/// A row, and when it was first written compared with its like.
#[derive(Clone, Debug)]
pub(super) struct Made<T> {
    pub(super) order: u64,
    pub(super) row: T,
}

#[derive(Clone, Debug)]
pub(super) struct PersonRow {
    pub(super) person: Person,
    /// Only those that the number index can hold.
    pub(super) keys: Vec<(PhoneKey, usize)>,
    pub(super) basis: KeyBasis,
}

#[derive(Clone, Debug)]
pub(super) struct LinkRow {
    pub(super) link: OneTimeLink,
    pub(super) used: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SourceRow {
    pub(super) last_chunk: u64,
    pub(super) last_connection: u64,
    pub(super) resume_from: u64,
    pub(super) heard_at: Option<At>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Tenant {
    pub(super) people: Table<PersonId, Made<PersonRow>>,
    /// The version of the record.
    pub(super) late_owners: Table<PersonId, u64>,
    pub(super) queue_members: Table<String, Vec<QueuePlace>>,
    pub(super) callers_wanted: Table<CallKey, ()>,
    pub(super) messages: Table<CallKey, MessageRow>,
    pub(super) follow_ups: Table<CallKey, FollowUp>,
    pub(super) ring_groups: Table<String, ()>,
    pub(super) calls: Table<CallKey, Made<CallRecord>>,
    pub(super) wrapups: Table<EngagementKey, Wrapup>,
    pub(super) activities: Table<CallKey, Activity>,
    pub(super) cases: Table<CaseId, Made<Case>>,
    pub(super) dials: Table<EngagementKey, Dial>,
    pub(super) modes: Table<AgentKey, AgentMode>,
    /// By agent, in the order they were stored.
    pub(super) states: Table<(AgentKey, u64), AgentStateEntry>,
    pub(super) centre: Table<(), Centre>,
    pub(super) audit: Table<AuditId, Made<AuditEntry>>,
    pub(super) corrections: Table<AuditId, Made<Correction>>,
    pub(super) sets: Table<SetId, DispositionSet>,
    pub(super) codes: Table<CodeId, DispositionCode>,
    pub(super) users: Table<UserId, User>,
    pub(super) sessions: Table<TokenHash, Session>,
    pub(super) links: Table<TokenHash, LinkRow>,
    /// The organisation that is mirrored.
    pub(super) crm: Table<(), String>,
    pub(super) crm_links: Table<RemoteId, (Local, Part)>,
    pub(super) crm_users: Table<RemoteId, CrmUser>,
    pub(super) mirrored: Table<Mirrored, MirroredUpTo>,
    pub(super) outbox: Table<Subject, Noted>,
    /// How many things were ever noted in it.
    pub(super) noted: Table<(), u64>,
    pub(super) filed: Table<CallKey, FiledState>,
    pub(super) vanished: Table<CallKey, Vanished>,
    /// By when the day began.
    pub(super) crm_checks: Table<At, CrmCheck>,
    pub(super) crm_check_failures: Table<At, CrmCheckFailure>,
    pub(super) follow_up_filed: Table<CallKey, FollowUpFiled>,
    pub(super) endpoints: Table<EndpointId, Made<Endpoint>>,
    /// Those that were removed, for good.
    pub(super) endpoints_gone: Table<EndpointId, ()>,
    /// When each was so.
    pub(super) notices: Table<NoticeId, Made<At>>,
    pub(super) notices_counted: Table<(), Counted>,
    /// By endpoint, in the order they became so.
    pub(super) deliveries: Table<(EndpointId, u64), Delivery>,
    pub(super) report_calendar: Table<(), Calendar>,
    pub(super) imports: Table<ImportId, StoredImport>,
    pub(super) imported: Table<CallKey, (ImportId, u64)>,
    /// When each source was heard last before it was not, and when again.
    pub(super) deaf: Table<(At, String), At>,
    pub(super) reconciliations: Table<ReconciliationId, Reconciliation>,
    pub(super) missing: Table<CallKey, MissingCall>,
    pub(super) views: Table<ViewId, ListView>,
    pub(super) saved_reports: Table<ReportId, SavedReport>,
    pub(super) report_mails: Table<(ReportId, At), ReportMail>,
    pub(super) bulks: Table<BulkId, Bulk>,
    pub(super) bulk_items: Table<(BulkId, CallKey), BulkItem>,
    pub(super) first_views: Table<UserId, ViewId>,
    pub(super) sources: Table<String, SourceRow>,
    pub(super) frames: Table<(String, u64), FrameChunk>,
}

/// Calls a method of every table.
macro_rules! each_table {
    ($tenant:expr, $method:ident) => {{
        $tenant.people.$method();
        $tenant.late_owners.$method();
        $tenant.queue_members.$method();
        $tenant.callers_wanted.$method();
        $tenant.messages.$method();
        $tenant.follow_ups.$method();
        $tenant.ring_groups.$method();
        $tenant.calls.$method();
        $tenant.wrapups.$method();
        $tenant.activities.$method();
        $tenant.cases.$method();
        $tenant.dials.$method();
        $tenant.modes.$method();
        $tenant.states.$method();
        $tenant.centre.$method();
        $tenant.audit.$method();
        $tenant.corrections.$method();
        $tenant.sets.$method();
        $tenant.codes.$method();
        $tenant.users.$method();
        $tenant.sessions.$method();
        $tenant.links.$method();
        $tenant.crm.$method();
        $tenant.crm_links.$method();
        $tenant.crm_users.$method();
        $tenant.mirrored.$method();
        $tenant.outbox.$method();
        $tenant.noted.$method();
        $tenant.filed.$method();
        $tenant.vanished.$method();
        $tenant.crm_checks.$method();
        $tenant.crm_check_failures.$method();
        $tenant.follow_up_filed.$method();
        $tenant.endpoints.$method();
        $tenant.endpoints_gone.$method();
        $tenant.notices.$method();
        $tenant.notices_counted.$method();
        $tenant.deliveries.$method();
        $tenant.report_calendar.$method();
        $tenant.imports.$method();
        $tenant.imported.$method();
        $tenant.deaf.$method();
        $tenant.reconciliations.$method();
        $tenant.missing.$method();
        $tenant.views.$method();
        $tenant.saved_reports.$method();
        $tenant.report_mails.$method();
        $tenant.bulks.$method();
        $tenant.bulk_items.$method();
        $tenant.first_views.$method();
        $tenant.sources.$method();
        $tenant.frames.$method();
    }};
}

impl Tenant {
    pub(super) fn settle(&mut self) {
        each_table!(self, settle);
    }

    pub(super) fn roll_back(&mut self) {
        each_table!(self, roll_back);
    }

    /// Whether the precondition holds.
    pub(super) fn holds(&self, precondition: &Precondition) -> bool {
        match precondition {
            Precondition::Wrapup { key, standing } => {
                self.wrapups.get(key).map_or(Standing::NEW, Wrapup::standing) == *standing
            }
            Precondition::ClosedWrapups { call, closed, submitted } => {
                let of_call = || self.wrapups.values().filter(|wrapup| wrapup.call == *call);
                of_call().filter(|wrapup| wrapup.closed()).count() == *closed
                    && of_call().filter(|wrapup| wrapup.submitted()).count() == *submitted
            }
            Precondition::Activity { key, standing } => {
                self.activities.get(key).map_or(ActivityStanding::NEW, Activity::standing) == *standing
            }
            Precondition::FollowUpVersion { call, version } => {
                self.follow_ups.get(call).map_or(0, |found| found.version) == *version
            }
            Precondition::Call(call) => self.calls.get(&call.key).is_some_and(|made| made.row == **call),
            Precondition::Message { call, revision } => {
                self.messages.get(call).map(|row| row.message.revision) == *revision
            }
            Precondition::CaseExists { id } => self.cases.get(id).is_some(),
            Precondition::CaseVersion { id, version } => {
                self.cases.get(id).map_or(0, |made| made.row.version) == *version
            }
            Precondition::ModeVersion { agent, version } => {
                self.modes.get(agent).map_or(0, |mode| mode.version) == *version
            }
            Precondition::CentreVersion { version } => {
                self.centre.get(&()).map_or(0, |centre| centre.version) == *version
            }
            Precondition::NumberUnclaimed { keys, rule } => {
                self.people_by_keys(&keys.iter().collect::<Vec<_>>(), rule).is_empty()
            }
            Precondition::PersonExists { id } => self.people.get(id).is_some(),
            Precondition::PersonVersion { id, version } => {
                self.people.get(id).map_or(0, |made| made.row.person.version) == *version
            }
            Precondition::CodeVersion { id, version } => {
                self.codes.get(id).map_or(0, |code| code.version) == *version
            }
            Precondition::SetVersion { id, version } => {
                self.sets.get(id).map_or(0, |set| set.version) == *version
            }
            Precondition::ImportVersion { id, version } => {
                self.imports.get(id).map_or(0, |stored| stored.import.version) == *version
            }
            Precondition::BulkItem { bulk, call, became } => {
                self.bulk_items.get(&(*bulk, *call)).map(|item| &item.became) == became.as_ref()
            }
            Precondition::MissingVersion { key, version } => {
                self.missing.get(key).map_or(0, |missing| missing.version) == *version
            }
            Precondition::CallUnknown { key } => self.calls.get(key).is_none(),
            Precondition::ViewVersion { id, version } => {
                self.views.get(id).map_or(0, |view| view.version) == *version
            }
            Precondition::ReportVersion { id, version } => {
                self.saved_reports.get(id).map_or(0, |report| report.version) == *version
            }
            Precondition::ReportsKept { owner, count } => {
                self.saved_reports.values().filter(|report| report.owner == *owner).count() as u64 == *count
            }
            Precondition::ReportMailVersion { report, due, version } => {
                self.report_mails.get(&(*report, *due)).map_or(0, |mail| mail.version) == *version
            }
            Precondition::ViewsKept { owner, count } => {
                self.views.values().filter(|view| view.owner == *owner).count() as u64 == *count
            }
            Precondition::UserVersion { id, version } => {
                self.users.get(id).map_or(0, |user| user.version) == *version
            }
            Precondition::EndpointVersion { id, version } => {
                self.endpoints.get(id).map_or(0, |made| made.row.version) == *version
            }
            Precondition::LateToldUpTo(at) => self.late_up_to() == *at,
            Precondition::LoginFree { login, except } => {
                !self.users.values().any(|user| same_login(user, login) && Some(user.id) != *except)
            }
            Precondition::NoUsers => self.users.values().next().is_none(),
            Precondition::AgentFree { agent, except } => !self
                .users
                .values()
                .any(|user| user.active && user.agent.as_ref() == Some(agent) && user.id != *except),
            Precondition::OtherAdmin { except } => {
                self.users.values().any(|user| user.active && user.role == Role::Admin && user.id != *except)
            }
            Precondition::LinkValid { hash, now } => {
                self.links.get(hash).is_some_and(|row| !row.used && *now < row.link.expires_at)
            }
            Precondition::SessionAt { id, current } => {
                self.sessions.get(id).is_some_and(|session| session.current == *current)
            }
        }
    }

    /// The people who have one of these keys and whom the rule matches, each with its first field that has and is
    /// looked at; by the order of kinds, then by name and id.
    pub(super) fn people_by_keys(&self, keys: &[&PhoneKey], rule: &MatchRule) -> Vec<(&Person, usize)> {
        let has = |row: &PersonRow, key: &PhoneKey| row.keys.iter().any(|(own, _)| own == key);
        let mut chosen: Vec<PersonId> = Vec::new();
        for key in keys {
            let mut rows: Vec<_> = self.people.values().filter(|made| has(&made.row, key)).collect();
            rows.sort_by_key(|made| made.order);
            chosen
                .extend(rows.iter().take(crate::contract::SHARED_NUMBER_SCAN).map(|made| made.row.person.id));
        }
        let mut hits: Vec<(&Person, usize)> = Vec::new();
        for made in self.people.values().filter(|made| chosen.contains(&made.row.person.id)) {
            let person = &made.row.person;
            let looked_at =
                |field: usize| person.phones.get(field).is_some_and(|text| rule.looks_at(text.field));
            let fields = made.row.keys.iter().filter(|(own, _)| keys.contains(&own)).map(|(_, field)| *field);
            let first = fields.filter(|field| looked_at(*field)).min();
            hits.extend(first.filter(|_| rule.place(person.kind).is_some()).map(|field| (person, field)));
        }
        let place = |person: &Person| rule.place(person.kind);
        hits.sort_by(|(a, _), (b, _)| (place(a), &a.name, a.id).cmp(&(place(b), &b.name, b.id)));
        hits
    }
}

impl PersonRow {
    pub(super) fn new(person: Person, keys: &RecordKeys) -> Self {
        let indexed = keys.keys.iter().filter(|(key, _)| packed(key).is_some()).cloned().collect();
        PersonRow { person, keys: indexed, basis: keys.basis }
    }
}

pub(super) fn same_login(user: &User, login: &str) -> bool {
    login_key(&user.login) == login_key(login)
}
