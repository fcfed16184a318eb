//! `panel`: all that an agent's panel shows, read anew from what is committed.

use super::control::controls;
use super::crm::named::name_records;
use super::crm::sharing::share_panel;
use super::relate_scene::{self, Naming, RelateRead};
use super::ring_groups::CodeGround;
use super::{OpError, dial, do_not_call, ear, lookup, messages, read_activity, web_phone};
use crate::app::{App, Rules, Tenant};
use crate::clock::rfc3339;
use crate::live::Instance;
use crate::view::{
    ActivityLineView, CallFactsView, CaseLineView, Cases, CodeChoiceView, CrmCountView, DraftView,
    InboxStandingView, LabelView, ListenerView, LiveCallView, MatchView, OpportunityView, PanelAgentView,
    PanelView, ReasonView, RelateView, WrapupView, word,
};
use domain::activity::Activity;
use domain::call::{CallRecord, Direction, Engagement, Via};
use domain::case::Case;
use domain::directory::PersonLine;
use domain::disposition::{CodeScope, DispositionSet, on_offer};
use domain::duty::{Duty, Mode, duty};
use domain::id::{AgentKey, EngagementKey, PersonId, UserId};
use domain::matching::{Match, MatchKind};
use domain::phone::OtherParty;
use domain::relate::RelateDecision;
use domain::relate::opportunity::RelatedOpportunity;
use domain::wrapup::submit::{LogRequest, Scene, preview};
use domain::wrapup::timer::{extend, is_late};
use domain::wrapup::{Draft, PartyChoice, Wrapup, WrapupState};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{AgentNames, ReadError, Snapshot};
use uuid::Uuid;

/// How many of the party's Cases a card offers.
const MAX_OPEN_CASES: usize = 20;
/// How many wrap-ups that the timer closed a panel shows. Each is a card that is read whole, and there may be any
/// number of them where nobody sums up: the others are in the inbox.
const MAX_CLOSED_BY_TIMER: usize = 10;
/// How many earlier calls of a person a card shows.
const LAST_CALLS: usize = 3;

/// Whose panel it is.
#[derive(Clone, Debug)]
pub struct PanelOwner {
    /// The user.
    pub user: UserId,
    /// The agent.
    pub agent: AgentKey,
    /// The user's name.
    pub name: String,
    /// The panel that shows it; `None`: asked for by a plain request, which says nothing of a screen.
    pub instance: Option<Instance>,
}

/// The panel of an agent; `version` is the number of the last commit that is known to be in it.
///
/// # Errors
/// The store cannot read.
pub async fn panel(
    app: &App,
    tenant: &Arc<Tenant>,
    owner: &PanelOwner,
    version: u64,
) -> Result<PanelView, OpError> {
    let mut reader = Reader::new(app, tenant, owner).await?;
    let live = reader.moment.live_calls(&owner.agent).await?;
    let owed = reader.moment.open_wrapups(&owner.agent).await?;
    let mut calls = Vec::new();
    let mut listens_to = None;
    for call in &live {
        let own = |part: &&Engagement| part.agent == owner.agent && part.ended_at.is_none();
        for part in call.engagements.iter().filter(own) {
            if part.via == Via::Listening {
                listens_to = Some(ear::listens(app, tenant, call, part, &reader.names));
                continue;
            }
            calls.push(reader.live_call(call, part).await?);
        }
    }
    let mut closed = reader.moment.undispositioned_wrapups(&owner.agent, MAX_CLOSED_BY_TIMER + 1).await?;
    let more_wrapups = closed.len() > MAX_CLOSED_BY_TIMER;
    closed.truncate(MAX_CLOSED_BY_TIMER);
    let mut wrapups = Vec::new();
    for wrapup in owed.iter().chain(&closed) {
        wrapups.extend(reader.owed(wrapup).await?);
    }
    let mode = reader.moment.mode(&owner.agent).await?;
    let rules = Arc::clone(&reader.rules);
    let inbox = &rules.centre.inbox;
    let duty = duty(&owner.agent, &live, &owed, &mode, (inbox, app.around.now()));
    let since = duty.since.unwrap_or_else(|| app.hub.idle_since(tenant.id, &owner.agent, app.around.now()));
    let (said, away_reason) = match mode.mode {
        Mode::Available => ("available", None),
        Mode::Away { reason } => ("away", Some(reason)),
        Mode::Holding => ("holding", None),
    };
    let agent = PanelAgentView {
        key: owner.agent.0.clone(),
        name: owner.name.clone(),
        state: word(&duty.state),
        since: rfc3339(since),
        mode: said.to_owned(),
        away_reason,
    };
    let centre = &rules.centre;
    let mut view = PanelView {
        version,
        now: rfc3339(app.around.now()),
        agent,
        codes_enabled: centre.codes_enabled,
        suggest_codes: centre.suggests_codes(),
        instances: app.hub.panels.count(tenant.id, &owner.agent),
        can_dial: dial::phone_of(app, tenant, &owner.agent).is_ok(),
        web_phone: web_phone::has(tenant, &owner.agent),
        dial: dial::last_dial(&mut *reader.moment, app, tenant, &owner.agent).await?,
        listens_to,
        away_reasons: centre.away_reasons.iter().map(LabelView::from).collect(),
        do_not_log_reasons: ReasonView::choices(&centre.do_not_log_reasons),
        pop_single_match: centre.pop_single_match,
        calls,
        wrapups,
        more_wrapups,
        inbox: InboxStandingView::of(inbox, &owed, duty.inbox_full),
        messages: messages::counts_of_agent(app, tenant, &owner.agent).await?,
        crm: crm_count(app, tenant, &owner.agent).await?,
    };
    name_records(app, tenant, &mut view).await?;
    do_not_call::mark(app, tenant, &mut view).await?;
    share_panel(app, tenant, owner, &mut view).await?;
    Ok(view)
}

/// How many of the agent's Activities are on their way to the CRM; `None` where none is connected.
async fn crm_count(app: &App, tenant: &Tenant, agent: &AgentKey) -> Result<Option<CrmCountView>, ReadError> {
    if app.crms.of(tenant.id).is_none() {
        return Ok(None);
    }
    let tally = app.store.outbox_of_agent(tenant.id, agent).await?;
    Ok(Some(CrmCountView { waiting: tally.waiting, stuck: tally.stuck }))
}

/// One wrap-up that the agent may submit, as their panel shows it.
///
/// # Errors
/// It is not there or another agent's, was submitted or is not due, or the store cannot read.
pub async fn wrapup(
    app: &App,
    tenant: &Arc<Tenant>,
    owner: &PanelOwner,
    key: EngagementKey,
) -> Result<WrapupView, OpError> {
    let mut reader = Reader::new(app, tenant, owner).await?;
    let wrapup = reader.moment.wrapup(key).await?.ok_or(OpError::NotFound)?;
    if wrapup.agent != owner.agent {
        return Err(OpError::Forbidden);
    }
    let view = if wrapup.owed() { reader.owed(&wrapup).await? } else { None };
    // Nobody waits for the CRM with a moment of the store in hand, nor a panel at all.
    drop(reader);
    let mut view = view.ok_or(OpError::NotFound)?;
    share_panel(app, tenant, owner, &mut view).await?;
    Ok(view)
}

/// What an agent is doing, read anew.
///
/// # Errors
/// The store cannot read.
pub async fn state_of(app: &App, tenant: &Tenant, agent: &AgentKey) -> Result<Duty, ReadError> {
    let mut moment = app.store.snapshot(tenant.id).await?;
    let live = moment.live_calls(agent).await?;
    let owed = moment.open_wrapups(agent).await?;
    let mode = moment.mode(agent).await?;
    Ok(duty(agent, &live, &owed, &mode, (&tenant.rules().centre.inbox, app.around.now())))
}

/// Whether the agent is dialling out: the agent's own phone is not ringing for anybody else.
fn dials(part: &Engagement) -> bool {
    part.via == Via::Outbound
}

struct Reader<'a> {
    app: &'a App,
    tenant: &'a Arc<Tenant>,
    owner: &'a PanelOwner,
    rules: Arc<Rules>,
    sets: Arc<Vec<DispositionSet>>,
    names: Arc<AgentNames>,
    /// All of the panel is of this one moment.
    moment: Box<dyn Snapshot>,
}

/// What the card of a live call and that of a wrap-up have in common.
struct Card {
    call: CallFactsView,
    matched: MatchView,
    last_calls: Vec<ActivityLineView>,
    codes: Vec<CodeChoiceView>,
    codes_from: Option<String>,
    relate: Option<RelateView>,
    opportunity: Option<OpportunityView>,
    cases: Vec<CaseLineView>,
}

impl<'a> Reader<'a> {
    async fn new(app: &'a App, tenant: &'a Arc<Tenant>, owner: &'a PanelOwner) -> Result<Self, OpError> {
        let sets = app.store.dispositions(tenant.id).await?;
        let names = app.store.agent_names(tenant.id).await?;
        let moment = app.store.snapshot(tenant.id).await?;
        Ok(Reader { app, tenant, owner, rules: tenant.rules(), sets, names, moment })
    }

    async fn live_call(&mut self, call: &CallRecord, part: &Engagement) -> Result<LiveCallView, OpError> {
        let wrapup = self.moment.wrapup(part.key).await?;
        let wrapup = wrapup.unwrap_or_else(|| Wrapup::new(part.key, call.key, part.agent.clone()));
        let row = self.moment.activity(call.key).await?;
        let card = self.card(call, row.as_ref().map(|row| &row.activity), &wrapup).await?;
        let state = match part.answered_at {
            Some(_) if part.on_hold => "held",
            Some(_) => "connected",
            None if dials(part) => "connected",
            None => "ringing",
        };
        Ok(LiveCallView {
            engagement: part.key.0,
            call: card.call,
            state: state.to_owned(),
            via: word(&part.via),
            offered_at: rfc3339(part.offered_at),
            answered_at: part.answered_at.map(rfc3339),
            matched: card.matched,
            last_calls: card.last_calls,
            draft: DraftView::from(&wrapup.draft),
            codes: card.codes,
            codes_from: card.codes_from,
            relate: card.relate,
            opportunity: card.opportunity,
            cases: card.cases,
            controls: controls(self.app, self.tenant, call, part).into(),
            listeners: self.listeners(call, part),
        })
    }

    /// Who listens in, where the agent is to know.
    fn listeners(&self, call: &CallRecord, part: &Engagement) -> Vec<ListenerView> {
        if !self.rules.centre.listening.tell_agent {
            return Vec::new();
        }
        let keys = (call.key, part.key);
        let channel = self.app.channels.of_part(self.tenant.id, &call.source, &part.agent, keys);
        let heard =
            channel.map(|channel| ear::listeners(self.app, self.tenant, &call.source, &channel, &self.names));
        heard.into_iter().flatten().map(|(_, listener)| listener).collect()
    }

    /// A wrap-up whose call is gone is an inconsistency that must not hide the others.
    async fn owed(&mut self, wrapup: &Wrapup) -> Result<Option<WrapupView>, OpError> {
        let Some(row) = self.moment.activity(wrapup.call).await? else {
            tracing::error!(wrapup = %wrapup.key, "a wrap-up is owed for a call that is not there");
            return Ok(None);
        };
        let call = &row.call;
        let card = self.card(call, Some(&row.activity), wrapup).await?;
        let policy = &self.rules.centre.acw;
        Ok(Some(WrapupView {
            id: wrapup.key.0,
            state: word(&wrapup.state),
            call: card.call,
            opened_at: rfc3339(wrapup.opened_at.unwrap_or(call.started_at)),
            matched: card.matched,
            draft: DraftView::from(&wrapup.draft),
            codes: card.codes,
            codes_from: card.codes_from,
            last_calls: card.last_calls,
            relate: card.relate,
            opportunity: card.opportunity,
            cases: card.cases,
            deadline: policy.deadline_of(wrapup).map(rfc3339),
            late: is_late(wrapup, policy, self.app.around.now()),
            can_extend: extend(wrapup, policy).is_ok(),
            released: wrapup.released.is_some(),
        }))
    }

    async fn card(
        &mut self,
        call: &CallRecord,
        activity: Option<&Activity>,
        wrapup: &Wrapup,
    ) -> Result<Card, OpError> {
        let (party, matched) = lookup::match_call(&mut *self.moment, &self.rules, call).await?;
        if wrapup.state != WrapupState::Undispositioned {
            self.search_for(&party, &matched);
        }
        let agent = Some(&self.owner.agent);
        let ground = CodeGround::of(self.app, self.tenant, &self.rules, &self.sets, call, agent);
        let offer = on_offer(&self.sets, &ground.scope()).filter(|_| self.rules.centre.codes_enabled);
        let codes_from = offer.as_ref().map(|offer| word(&offer.by));
        let codes = offer.map_or_else(Vec::new, |offer| CodeChoiceView::all(&offer, ground.today));
        let dialled_from = activity.and_then(|activity| activity.dialled_from);
        let view = self
            .owner
            .instance
            .map(|panel| self.app.hub.panels.view(self.tenant.id, &self.owner.agent, panel));
        let naming = Naming {
            party: wrapup.draft.party.as_ref(),
            case: wrapup.draft.case,
            view: view.unwrap_or_default(),
        };
        let read = relate_scene::read(
            &mut *self.moment,
            (self.app, self.tenant),
            &self.owner.agent,
            dialled_from,
            &matched,
            naming,
        )
        .await?;
        let clicked = read.clicked.as_ref().map(PersonLine::from);
        let chosen = self.chosen(&wrapup.draft, clicked.as_ref(), &matched);
        let decision = match (activity, view) {
            (Some(activity), Some(_)) => {
                self.preview(wrapup, call, activity, &party, &matched, &read, naming, ground.scope())
            }
            _ => None,
        };
        let (decision, opportunity) = decision.unzip();
        let opportunity = opportunity.flatten().map(|related| {
            let names = [related.id].into_iter().collect();
            OpportunityView::of(&related, &read_activity::opportunity_names(self.app, self.tenant, &names))
        });
        let open = self.open_cases(chosen).await?;
        let (relate, cases) = self.case_views(decision, &read, &open).await?;
        Ok(Card {
            call: CallFactsView::of(call, &party),
            last_calls: self.last_calls(call, chosen).await?,
            matched: MatchView::of(
                &matched,
                clicked.as_ref(),
                self.rules.centre.auto_create.of_call(call).make,
            ),
            codes,
            codes_from,
            relate,
            opportunity,
            cases,
        })
    }

    /// Has the CRM searched for a number that nobody here has. Nobody waits for it: the panel is told.
    fn search_for(&self, party: &OtherParty, matched: &Match) {
        if let (OtherParty::Number(number), MatchKind::None) = (party, matched.kind)
            && let Some(link) = self.app.crms.of(self.tenant.id)
        {
            link.numbers.want(number, self.app.around.now());
        }
    }

    /// What Log would relate now, by the very rule that Log asks.
    #[expect(clippy::too_many_arguments, reason = "all that was read for one card, and nothing else")]
    fn preview(
        &self,
        wrapup: &Wrapup,
        call: &CallRecord,
        activity: &Activity,
        number: &OtherParty,
        matched: &Match,
        read: &RelateRead,
        naming: Naming<'_>,
        scope: CodeScope<'_>,
    ) -> Option<(RelateDecision, Option<RelatedOpportunity>)> {
        let request = LogRequest {
            revision: wrapup.draft.revision,
            code: wrapup.draft.code,
            notes: String::new(),
            party: wrapup.draft.party.clone(),
            shown: None,
            case: naming.case,
            view: naming.view,
        };
        let scene = Scene {
            tenant: self.tenant.id,
            wrapup,
            call,
            wrapups: std::slice::from_ref(wrapup),
            activity,
            number,
            matched,
            region: self.tenant.settings.region,
            sets: &self.sets,
            scope,
            codes_enabled: self.rules.centre.codes_enabled,
            match_rule: &self.rules.centre.matching,
            create_rule: self.rules.centre.auto_create.of_call(call),
            reasons: &self.rules.centre.do_not_log_reasons,
            clicked: read.clicked.as_ref().map(|person| person.id),
            accounts: &read.accounts,
            leads: &read.leads,
            cases: &read.cases,
            instances: read.instances,
            seen_last: read.seen_last,
            user: UserId(Uuid::nil()),
            now: self.app.around.now(),
            new_person: PersonId(Uuid::nil()),
        };
        preview(&scene, &request)
    }

    /// The record that the agent chose, or that follows without anybody choosing.
    fn chosen(&self, draft: &Draft, clicked: Option<&PersonLine>, matched: &Match) -> Option<PersonId> {
        match &draft.party {
            Some(PartyChoice::Existing { person }) => Some(*person),
            Some(_) => None,
            None => {
                clicked.map(|person| person.id).or_else(|| matched.by_itself().and_then(|link| link.person))
            }
        }
    }

    async fn open_cases(&mut self, party: Option<PersonId>) -> Result<Vec<Case>, OpError> {
        let Some(party) = party.filter(|_| self.rules.centre.codes_enabled) else { return Ok(Vec::new()) };
        let mut cases = self.moment.cases_of_person(party, MAX_OPEN_CASES).await?;
        cases.retain(|case| case.closed_at.is_none());
        Ok(cases)
    }

    async fn case_views(
        &mut self,
        decision: Option<RelateDecision>,
        read: &RelateRead,
        open: &[Case],
    ) -> Result<(Option<RelateView>, Vec<CaseLineView>), OpError> {
        if decision.is_none() && open.is_empty() {
            return Ok((None, Vec::new()));
        }
        let all = || read.cases.iter().chain(open);
        let people: BTreeSet<PersonId> =
            all().flat_map(|case| [case.contact, case.account]).flatten().collect();
        let named =
            read_activity::named(&mut *self.moment, self.app, self.tenant, people, BTreeSet::new()).await?;
        let lines: Cases = all().map(|case| (case.id, CaseLineView::of(case, &named.people))).collect();
        let relate = decision.map(|decision| RelateView::of(&decision, &lines));
        Ok((relate, open.iter().filter_map(|case| lines.get(&case.id).cloned()).collect()))
    }

    /// Earlier calls of that person.
    async fn last_calls(
        &mut self,
        call: &CallRecord,
        person: Option<PersonId>,
    ) -> Result<Vec<ActivityLineView>, OpError> {
        let Some(person) = person.filter(|_| call.direction != Direction::Internal) else {
            return Ok(Vec::new());
        };
        let mut rows = self.moment.last_activities(person, LAST_CALLS + 1).await?;
        rows.retain(|row| row.call.key != call.key);
        rows.truncate(LAST_CALLS);
        read_activity::lines(&mut *self.moment, self.app, self.tenant, &rows).await
    }
}
