//! `panel`: all that an agent's panel shows, read anew from what is committed.

use super::{OpError, lookup, read_activity};
use crate::app::{App, Tenant};
use crate::clock::rfc3339;
use crate::view::{
    ActivityLineView, CallFactsView, CodeChoiceView, DraftView, LiveCallView, MatchView, PanelAgentView,
    PanelView, WrapupView, word,
};
use domain::call::{CallRecord, Direction, Engagement};
use domain::disposition::{DispositionSet, set_for};
use domain::id::{AgentKey, At};
use domain::matching::Match;
use domain::wrapup::{Draft, PartyChoice, Wrapup};
use std::sync::Arc;

/// How many earlier calls of a person a card shows.
const LAST_CALLS: usize = 3;

/// Whose panel it is.
#[derive(Clone, Debug)]
pub struct PanelOwner {
    /// The agent.
    pub agent: AgentKey,
    /// The user's name.
    pub name: String,
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
    let reader = Reader { app, tenant, sets: app.store.dispositions(tenant.id).await? };
    let live = app.store.live_calls(tenant.id, &owner.agent).await?;
    let owed = app.store.open_wrapups(tenant.id, &owner.agent).await?;
    let mut calls = Vec::new();
    for call in &live {
        for part in
            call.engagements.iter().filter(|part| part.agent == owner.agent && part.ended_at.is_none())
        {
            calls.push(reader.live_call(call, part).await?);
        }
    }
    let mut wrapups = Vec::new();
    for wrapup in &owed {
        wrapups.extend(reader.owed(wrapup).await?);
    }
    let (state, since) = state(&live, &owed, &owner.agent);
    let since = since.unwrap_or_else(|| app.hub.idle_since(tenant.id, &owner.agent, app.around.now()));
    let agent = PanelAgentView {
        key: owner.agent.0.clone(),
        name: owner.name.clone(),
        state: state.to_owned(),
        since: rfc3339(since),
    };
    Ok(PanelView {
        version,
        now: rfc3339(app.around.now()),
        agent,
        codes_enabled: tenant.settings.codes_enabled,
        calls,
        wrapups,
    })
}

/// The agent's state and since when; free agents have been so since their last work ended.
fn state(live: &[CallRecord], owed: &[Wrapup], agent: &AgentKey) -> (&'static str, Option<At>) {
    let parts = || {
        live.iter()
            .flat_map(|call| &call.engagements)
            .filter(|part| part.agent == *agent && part.ended_at.is_none())
    };
    if let Some(on) = parts().filter_map(|part| part.answered_at).min() {
        return ("on_call", Some(on));
    }
    if let Some(dialling) = parts().filter(|part| dials(part)).map(|part| part.offered_at).min() {
        return ("on_call", Some(dialling));
    }
    if let Some(rings) = parts().map(|part| part.offered_at).min() {
        return ("ringing", Some(rings));
    }
    match owed.iter().filter_map(|wrapup| wrapup.opened_at).min() {
        Some(since) => ("after_call_work", Some(since)),
        None => ("available", None),
    }
}

/// Whether the agent is dialling out: the agent's own phone is not ringing for anybody else.
fn dials(part: &Engagement) -> bool {
    part.via == domain::call::Via::Outbound
}

struct Reader<'a> {
    app: &'a App,
    tenant: &'a Arc<Tenant>,
    sets: Arc<Vec<DispositionSet>>,
}

/// What the card of a live call and that of a wrap-up have in common.
struct Card {
    call: CallFactsView,
    matched: MatchView,
    last_calls: Vec<ActivityLineView>,
    codes: Vec<CodeChoiceView>,
}

impl Reader<'_> {
    async fn live_call(&self, call: &CallRecord, part: &Engagement) -> Result<LiveCallView, OpError> {
        let draft = self.app.store.wrapup(self.tenant.id, part.key).await?.map(|wrapup| wrapup.draft);
        let draft = draft.unwrap_or_default();
        let card = self.card(call, &draft).await?;
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
            draft: DraftView::from(&draft),
            codes: card.codes,
        })
    }

    /// A wrap-up whose call is gone is an inconsistency that must not hide the others.
    async fn owed(&self, wrapup: &Wrapup) -> Result<Option<WrapupView>, OpError> {
        let Some(call) = self.app.store.call(self.tenant.id, wrapup.call).await? else {
            tracing::error!(wrapup = %wrapup.key, "a wrap-up is owed for a call that is not there");
            return Ok(None);
        };
        let card = self.card(&call, &wrapup.draft).await?;
        Ok(Some(WrapupView {
            id: wrapup.key.0,
            call: card.call,
            opened_at: rfc3339(wrapup.opened_at.unwrap_or(call.started_at)),
            matched: card.matched,
            draft: DraftView::from(&wrapup.draft),
            codes: card.codes,
            last_calls: card.last_calls,
        }))
    }

    async fn card(&self, call: &CallRecord, draft: &Draft) -> Result<Card, OpError> {
        let (party, matched) = lookup::match_call(self.app.store.as_ref(), self.tenant, call).await?;
        let set = set_for(&self.sets, call.direction).filter(|_| self.tenant.settings.codes_enabled);
        let codes = set.iter().flat_map(|set| &set.codes).filter(|code| !code.retired);
        Ok(Card {
            call: CallFactsView::of(call, &party),
            last_calls: self.last_calls(call, &matched, draft).await?,
            matched: MatchView::of(&matched, self.tenant.settings.auto_create),
            codes: codes.map(CodeChoiceView::from).collect(),
        })
    }

    /// Earlier calls of the person the agent chose, or of the only one who matches.
    async fn last_calls(
        &self,
        call: &CallRecord,
        matched: &Match,
        draft: &Draft,
    ) -> Result<Vec<ActivityLineView>, OpError> {
        let chosen = match &draft.party {
            Some(PartyChoice::Existing { person }) => Some(*person),
            Some(_) => None,
            None => matched.by_itself().and_then(|link| link.person),
        };
        let Some(person) = chosen.filter(|_| call.direction != Direction::Internal) else {
            return Ok(Vec::new());
        };
        let page = self.app.store.activities_of_person(self.tenant.id, person, None, LAST_CALLS + 1).await?;
        let mut rows = page.rows;
        rows.retain(|row| row.call.key != call.key);
        rows.truncate(LAST_CALLS);
        read_activity::lines(self.app, self.tenant, &rows).await
    }
}
