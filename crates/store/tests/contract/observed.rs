//! Everything a store answers about the ids of [`crate::sample`], to compare before with after, and one
//! store with another.

use crate::completeness::{Completeness, completeness};
use crate::crm_ledger::{CrmLedger, crm_ledger};
use crate::sample::*;
use crate::sample_crm::remote;
use crate::sample_notices::endpoint_id;
use crate::saved_reports::report_id;
use crate::whole::{Whole, whole};
use domain::account::{OneTimeLink, Session, User};
use domain::audit::{AuditEntry, AuditSubject};
use domain::call::CallRecord;
use domain::case::Case;
use domain::centre::Centre;
use domain::commit::{AgentStateEntry, FrameChunk};
use domain::correction::Correction;
use domain::dial::Dial;
use domain::directory::{Person, PersonLine};
use domain::disposition::DispositionSet;
use domain::duty::AgentMode;
use domain::event::QueuePlace;
use domain::id::{At, CallKey, CaseId, EndpointId, PersonId, TenantId};
use domain::matching::PhoneHit;
use domain::message::{Message, MessageBox};
use domain::mirror::{CrmUser, Joined, Local, MirroredUpTo};
use domain::notice::delivery::{Delivery, DeliveryState};
use domain::notice::endpoint::Endpoint;
use domain::outbox::{FiledState, FollowUpFiled, OutboxEntry};
use domain::phone::Tier;
use domain::report_mail::ReportMail;
use domain::saved_report::SavedReport;
use domain::wrapup::Wrapup;
use store::{
    ActivityFilter, ActivityRow, AgentNames, Census, DeliveryTally, FloorRows, LateOwner, MessageCount,
    MessageFilter, MessageStates, OutboxTally, SeenViews, SourceProgress, Store, WrapupPage, WrapupTally,
};

/// How many ids of each kind are asked for: 1 to this.
pub(crate) const IDS: u32 = 5;

/// The answers of one tenant.
#[derive(Debug, PartialEq)]
pub(crate) struct Observed {
    people: Vec<Option<Person>>,
    lines: Vec<PersonLine>,
    found: Vec<Vec<PersonLine>>,
    hits: Vec<Vec<PhoneHit>>,
    hits_by_rule: Vec<Vec<PhoneHit>>,
    callers_wanted: Vec<CallKey>,
    ring_groups: Vec<String>,
    to_rekey: Vec<Person>,
    late_owners: Vec<LateOwner>,
    calls: Vec<Option<CallRecord>>,
    live: Vec<Vec<CallRecord>>,
    wrapups: Vec<Option<Wrapup>>,
    of_calls: Vec<Vec<Wrapup>>,
    owed: Vec<Vec<Wrapup>>,
    inboxes: Vec<WrapupPage>,
    inbox: Vec<Vec<Wrapup>>,
    tallies: Vec<WrapupTally>,
    closed_by_timer: Vec<Vec<Wrapup>>,
    messages: Vec<Option<Message>>,
    message_lists: Vec<Vec<Vec<Message>>>,
    message_tally: Vec<MessageCount>,
    sounds_wanted: Vec<CallKey>,
    activities: Vec<Option<ActivityRow>>,
    corrections: Vec<Vec<Correction>>,
    lists: Vec<Vec<Vec<ActivityRow>>>,
    of_agents: Vec<Vec<ActivityRow>>,
    views: Vec<SeenViews>,
    saved_reports: Vec<Vec<SavedReport>>,
    report_mails: Vec<Vec<ReportMail>>,
    mails_to_send: Vec<ReportMail>,
    listed: Vec<Vec<ActivityRow>>,
    cases: Vec<Case>,
    cases_of_people: Vec<Vec<Case>>,
    cases_found: Vec<Vec<Case>>,
    of_cases: Vec<Vec<Vec<ActivityRow>>>,
    of_accounts: Vec<Vec<PersonLine>>,
    dials: Vec<Option<Dial>>,
    modes: Vec<AgentMode>,
    floor: FloorRows,
    histories: Vec<Vec<AgentStateEntry>>,
    centre: Option<Centre>,
    audit: Vec<Vec<AuditEntry>>,
    sets: Vec<DispositionSet>,
    code_uses: Vec<u64>,
    users: Vec<User>,
    names: AgentNames,
    users_by_id: Vec<Option<User>>,
    users_by_login: Vec<Option<User>>,
    sessions: Vec<Option<Session>>,
    links: Vec<Option<OneTimeLink>>,
    organisation: Option<String>,
    joined: Vec<Joined>,
    locals: Vec<Option<Local>>,
    crm_users: Vec<CrmUser>,
    mirrored: Vec<MirroredUpTo>,
    outbox: Vec<OutboxEntry>,
    stuck: Vec<Vec<OutboxEntry>>,
    outbox_tallies: Vec<OutboxTally>,
    filed: Vec<Option<FiledState>>,
    follow_up_filed: Vec<Option<FollowUpFiled>>,
    endpoints: Vec<Endpoint>,
    told: Vec<Vec<Vec<Delivery>>>,
    dead: Vec<Vec<Vec<Delivery>>>,
    to_tell: Vec<Vec<Delivery>>,
    next_due: Vec<Option<At>>,
    told_tallies: Vec<DeliveryTally>,
    notice_times: (Option<At>, Option<At>),
    progress: Vec<SourceProgress>,
    queue_members: Vec<Vec<QueuePlace>>,
    frames: Vec<Vec<FrameChunk>>,
    completeness: Completeness,
    crm_ledger: CrmLedger,
    whole: Whole,
    census: Census,
}

/// Every page of a list, for which `read` asks two rows at a time.
pub(crate) async fn every_page<T>(
    mut read: impl AsyncFnMut(Option<String>) -> (Vec<T>, Option<String>),
) -> Vec<Vec<T>> {
    let mut pages = vec![];
    let mut after = None;
    loop {
        let (rows, next) = read(after).await;
        pages.push(rows);
        after = next;
        if after.is_none() {
            return pages;
        }
    }
}

/// Every page of a person's list, two rows each.
pub(crate) async fn pages(store: &dyn Store, tenant: TenantId, person: PersonId) -> Vec<Vec<ActivityRow>> {
    every_page(async |after| {
        let page = store.activities_of_person(tenant, person, after.as_deref(), 2).await.unwrap();
        (page.rows, page.next)
    })
    .await
}

/// Every page of a Case's list, two rows each.
pub(crate) async fn pages_of_case(
    store: &dyn Store,
    tenant: TenantId,
    case: CaseId,
) -> Vec<Vec<ActivityRow>> {
    every_page(async |after| {
        let page = store.activities_of_case(tenant, case, after.as_deref(), 2).await.unwrap();
        (page.rows, page.next)
    })
    .await
}

/// Every page of the list of Activities, two rows each, looking at few calls a page.
pub(crate) async fn pages_of_list(
    store: &dyn Store,
    tenant: TenantId,
    filter: &ActivityFilter,
    look_at_most: usize,
) -> Vec<ActivityRow> {
    every_page(async |after| {
        let page = store.list_activities(tenant, filter, after.as_deref(), 2, look_at_most).await.unwrap();
        (page.rows, page.next)
    })
    .await
    .concat()
}

/// Every page of the change log, two entries each.
pub(crate) async fn pages_of_audit(
    store: &dyn Store,
    tenant: TenantId,
    subject: Option<AuditSubject>,
) -> Vec<Vec<AuditEntry>> {
    every_page(async |after| {
        let page = store.audit(tenant, subject, after.as_deref(), 2).await.unwrap();
        (page.entries, page.next)
    })
    .await
}

/// Every page of a list of messages, two each.
pub(crate) async fn pages_of_messages(
    store: &dyn Store,
    tenant: TenantId,
    states: MessageStates,
    boxes: Option<Vec<MessageBox>>,
) -> Vec<Vec<Message>> {
    let filter = MessageFilter { states, boxes };
    every_page(async |after| {
        let page = store.messages(tenant, &filter, after.as_deref(), 2).await.unwrap();
        (page.messages, page.next)
    })
    .await
}

/// Every page of what an endpoint is told, two each.
pub(crate) async fn pages_of_deliveries(
    store: &dyn Store,
    tenant: TenantId,
    endpoint: EndpointId,
    state: Option<DeliveryState>,
) -> Vec<Vec<Delivery>> {
    every_page(async |after| {
        let page = store.deliveries(tenant, endpoint, state, after.as_deref(), 2).await.unwrap();
        (page.deliveries, page.next)
    })
    .await
}

/// Every list of messages that tests ask for.
async fn message_lists(store: &dyn Store, tenant: TenantId) -> Vec<Vec<Vec<Message>>> {
    let group = |name: &str| MessageBox::RingGroup(name.to_owned());
    let boxes = [
        None,
        Some(vec![]),
        Some(vec![group("sales R"), MessageBox::Agent(agent(1))]),
        Some(vec![group("sales R"), group("sales A"), group("sales R")]),
        Some(vec![MessageBox::NoRingGroup]),
    ];
    let mut lists = vec![];
    for states in [MessageStates::Waiting, MessageStates::Open, MessageStates::Taken, MessageStates::Done] {
        for boxes in &boxes {
            lists.push(pages_of_messages(store, tenant, states, boxes.clone()).await);
        }
    }
    lists
}

/// Collects the answer to a question for each id.
macro_rules! each {
    ($ids:expr; |$id:ident| $answer:expr) => {{
        let mut answers = vec![];
        for $id in $ids {
            answers.push($answer.await.unwrap());
        }
        answers
    }};
}

fn locals_of(n: u32) -> [Local; 2] {
    [Local::Person(person_id(n)), Local::Case(case_id(n))]
}

/// Asks everything.
pub(crate) async fn observe(store: &dyn Store, t: TenantId) -> Observed {
    let everyone: Vec<PersonId> = (1..=IDS).rev().map(person_id).collect();
    let mut lists = vec![];
    for n in 1..=IDS {
        lists.push(pages(store, t, person_id(n)).await);
    }
    let mut of_cases = vec![];
    for n in 1..=IDS {
        of_cases.push(pages_of_case(store, t, case_id(n)).await);
    }
    let mut audit = vec![];
    let subjects = [AuditSubject::Centre, AuditSubject::Case(case_id(1)), AuditSubject::Person(person_id(1))];
    for subject in [None].into_iter().chain(subjects.map(Some)) {
        audit.extend(pages_of_audit(store, t, subject).await);
    }
    let cases: Vec<CaseId> = (1..=IDS).rev().map(case_id).collect();
    let inbox = every_page(async |after| {
        let page = store.wrapup_inbox(t, None, after.as_deref(), 2).await.unwrap();
        (page.wrapups, page.next)
    })
    .await;
    let mut tallies = vec![store.wrapup_tally(t, None).await.unwrap()];
    for n in 1..=IDS {
        tallies.push(store.wrapup_tally(t, Some(&agent(n))).await.unwrap());
    }
    let mut to_rekey = store.people_to_rekey(t, &spain(), 99).await.unwrap();
    to_rekey.sort_by_key(|person| person.id);
    let texts = ["an", "bea a", "6000", "0001", "+34 600 00 00 03", "ñu", "acme"];
    let local = |n: u32| key(Tier::L, &format!("34:0000{n:04}"));
    let national = |n: u32| key(Tier::N, &format!("60000{n:04}"));
    let mut hits_by_rule = vec![];
    let mut moment = store.snapshot(t).await.unwrap();
    for n in 1..=IDS {
        let plan = [number(n), national(n), local(n), local(n + 1)];
        hits_by_rule.push(moment.match_by_rule(&plan, &leads_first()).await.unwrap());
    }
    drop(moment);
    let stuck = every_page(async |after| {
        let page = store.outbox_stuck(t, after.as_deref(), 2).await.unwrap();
        (page.entries, page.next)
    })
    .await;
    let (mut told, mut dead) = (vec![], vec![]);
    for n in 1..=IDS {
        told.push(pages_of_deliveries(store, t, endpoint_id(n), None).await);
        dead.push(pages_of_deliveries(store, t, endpoint_id(n), Some(DeliveryState::Dead)).await);
    }
    Observed {
        people: each!(1..=IDS; |n| store.person(t, person_id(n))),
        lines: store.person_lines(t, &everyone).await.unwrap(),
        found: each!(texts; |text| store.search_people(t, text, 10)),
        hits: each!(1..=IDS; |n| store.match_number(t, &[number(n), national(n), local(n), local(n + 1)])),
        hits_by_rule,
        callers_wanted: store.callers_wanted(t, 9).await.unwrap(),
        ring_groups: store.ring_groups(t).await.unwrap(),
        to_rekey,
        late_owners: store.late_owners(t, 9).await.unwrap(),
        calls: each!(1..=IDS; |n| store.call(t, call_key(n))),
        live: each!(1..=IDS; |n| store.live_calls(t, &agent(n))),
        wrapups: each!(1..=IDS; |n| store.wrapup(t, engagement_key(n))),
        of_calls: each!(1..=IDS; |n| store.wrapups_of_call(t, call_key(n))),
        owed: each!(1..=IDS; |n| store.open_wrapups(t, &agent(n))),
        inboxes: each!([1, 2, 3, 4, 5].map(agent); |agent| store.wrapup_inbox(t, Some(&agent), None, 3)),
        inbox,
        tallies,
        closed_by_timer: each!(1..=IDS; |n| store.undispositioned_wrapups(t, &agent(n), 3)),
        messages: each!(1..=IDS; |n| store.message(t, call_key(n))),
        message_lists: message_lists(store, t).await,
        message_tally: store.message_tally(t).await.unwrap(),
        sounds_wanted: store.message_sounds_wanted(t, None, 9).await.unwrap(),
        corrections: each!(1..=IDS; |n| store.corrections(t, call_key(n))),
        activities: each!(1..=IDS; |n| store.activity(t, call_key(n))),
        lists,
        listed: vec![pages_of_list(store, t, &ActivityFilter::default(), 3).await],
        of_agents: each!(1..=IDS; |n| store.activities_of_agent(t, &agent(n), 3)),
        views: each!(1..=IDS; |n| store.views(t, user_id(n))),
        saved_reports: each!(1..=IDS; |n| store.saved_reports(t, user_id(n))),
        report_mails: each!(1..=IDS; |n| store.report_mails(t, report_id(n), 50)),
        mails_to_send: store.report_mails_to_send(t, At(i64::MAX), 50).await.unwrap(),
        cases: store.cases(t, &cases).await.unwrap(),
        cases_of_people: each!(1..=IDS; |n| store.cases_of_person(t, person_id(n), 3)),
        cases_found: each!(["ord", "1", "#0002", "señal ord", "an"]; |text| store.search_cases(t, text, 3)),
        of_cases,
        of_accounts: each!(1..=IDS; |n| store.people_of_account(t, person_id(n), 2)),
        dials: each!(1..=IDS; |n| store.dial(t, engagement_key(n))),
        modes: each!(1..=IDS; |n| store.mode(t, &agent(n))),
        floor: store.snapshot(t).await.unwrap().floor(9).await.unwrap(),
        histories: each!(1..=IDS; |n| store.agent_history(t, &agent(n), at(3), at(i64::from(n) + 6))),
        centre: store.centre(t).await.unwrap(),
        audit,
        sets: store.dispositions(t).await.unwrap().to_vec(),
        code_uses: each!(1..=IDS; |n| store.code_uses(t, code_id(n))),
        users: store.users(t).await.unwrap(),
        names: store.agent_names(t).await.unwrap().as_ref().clone(),
        users_by_id: each!(1..=IDS; |n| store.user(t, user_id(n))),
        users_by_login: each!(["ana.a@EXAMPLE.org", "ana.b@example.org", "Zoë"]; |l| store.user_by_login(t, l)),
        sessions: each!(1..=9; |n| store.session(t, token(n))),
        links: each!(1..=9; |n| store.link(t, token(n))),
        organisation: store.crm_organisation(t).await.unwrap(),
        joined: store.joined(t, &(1..=IDS).flat_map(locals_of).collect::<Vec<_>>()).await.unwrap(),
        locals: store.locals(t, &(1..=9).map(remote).collect::<Vec<_>>()).await.unwrap(),
        crm_users: store.crm_users(t).await.unwrap(),
        mirrored: store.mirrored(t).await.unwrap(),
        outbox: store.outbox_due(t, at(5), 99).await.unwrap(),
        stuck,
        outbox_tallies: each!([1, 2, 3, 4, 5].map(agent); |agent| store.outbox_of_agent(t, &agent)),
        filed: each!(1..=IDS; |n| store.filed(t, call_key(n))),
        follow_up_filed: each!(1..=IDS; |n| store.follow_up_filed(t, call_key(n))),
        endpoints: store.endpoints(t).await.unwrap(),
        told,
        dead,
        to_tell: each!(1..=IDS; |n| store.deliveries_due(t, endpoint_id(n), at(5), 9)),
        next_due: each!(1..=IDS; |n| store.next_delivery(t, endpoint_id(n))),
        told_tallies: each!(1..=IDS; |n| store.delivery_tally(t, endpoint_id(n))),
        notice_times: (store.late_told_up_to(t).await.unwrap(), store.oldest_notice(t).await.unwrap()),
        progress: each!(["pbx", "other"]; |source| store.source_progress(t, source)),
        queue_members: each!(["pbx", "other"]; |source| store.queue_members(t, source)),
        frames: each!(["pbx", "other"]; |source| store.frame_chunks(t, source, 1, 100)),
        completeness: completeness(store, t).await,
        crm_ledger: crm_ledger(store, t).await,
        whole: whole(store, t).await,
        census: store.census(t).await.unwrap(),
    }
}
