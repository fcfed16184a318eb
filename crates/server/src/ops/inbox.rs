//! `inbox`: the wrap-ups that are there to submit, of one agent or of all. Who may see whose is checked in `http`; what
//! releases one is in [`super::release`].

use super::{OpError, lookup, read_activity};
use crate::app::{App, Tenant};
use crate::view::{InboxCounts, InboxLineView, InboxState, PersonLineView};
use domain::centre::InboxPolicy;
use domain::directory::PersonLine;
use domain::id::{AgentKey, At, EngagementKey, PersonId, UserId};
use domain::wrapup::{PartyChoice, SettledBy, Wrapup};
use std::collections::{BTreeMap, BTreeSet};
use store::Snapshot;

/// How many lines a page holds.
pub const INBOX_PAGE: usize = 25;
/// Most pages that are read for one of the list that shows one state only: where nothing of that state is near, the
/// page comes back with fewer lines, and whoever asks goes on.
const MAX_READS: usize = 40;

/// Which wrap-ups are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this agent; `None`: of all.
    pub agent: Option<AgentKey>,
    /// In this state; `None`: in any.
    pub state: Option<InboxState>,
}

/// A page, oldest first, and where the next begins.
///
/// # Errors
/// The store cannot read, or `after` is no place it gave out.
pub async fn inbox(
    app: &App,
    tenant: &Tenant,
    wanted: &Wanted,
    after: Option<&str>,
) -> Result<(Vec<InboxLineView>, Option<String>), OpError> {
    let rules = tenant.rules();
    let now = app.around.now();
    let mut found: Vec<Wrapup> = Vec::new();
    let mut next = after.map(str::to_owned);
    for _ in 0..MAX_READS {
        let room = INBOX_PAGE - found.len();
        let page = app.store.wrapup_inbox(tenant.id, wanted.agent.as_ref(), next.as_deref(), room).await?;
        let is_wanted = |wrapup: &Wrapup| {
            wanted.state.is_none_or(|state| state == InboxState::of(wrapup, &rules.centre.acw, now))
        };
        found.extend(page.wrapups.into_iter().filter(is_wanted));
        next = page.next;
        if next.is_none() || found.len() == INBOX_PAGE {
            break;
        }
    }
    Ok((lines(app, tenant, &found).await?, next))
}

/// How many there are in each state: of this agent, or of all.
///
/// # Errors
/// The store cannot read.
pub async fn counts(app: &App, tenant: &Tenant, agent: Option<&AgentKey>) -> Result<InboxCounts, OpError> {
    let tally = app.store.wrapup_tally(tenant.id, agent).await?;
    Ok(InboxCounts::of(&tally, &tenant.rules().centre.acw, app.around.now()))
}

/// Wrap-ups as lines. One whose call is gone is an inconsistency that must not hide the others.
///
/// # Errors
/// The store cannot read.
pub async fn lines(app: &App, tenant: &Tenant, wrapups: &[Wrapup]) -> Result<Vec<InboxLineView>, OpError> {
    let rules = tenant.rules();
    let names = app.store.agent_names(tenant.id).await?;
    let users: BTreeMap<UserId, String> = match wrapups.iter().any(|wrapup| wrapup.released.is_some()) {
        true => app.store.users(tenant.id).await?.into_iter().map(|user| (user.id, user.name)).collect(),
        false => BTreeMap::new(),
    };
    let moment = &mut *app.store.snapshot(tenant.id).await?;
    let full = full_with(moment, &rules.centre.inbox, wrapups, app.around.now()).await?;
    let mut read = Vec::new();
    for wrapup in wrapups {
        match moment.activity(wrapup.call).await? {
            Some(row) => {
                let (number, matched) = lookup::match_call(moment, &tenant.rules(), &row.call).await?;
                let clicked = lookup::clicked(moment, row.activity.dialled_from).await?;
                read.push((
                    wrapup,
                    row.call,
                    number,
                    party(wrapup, lookup::party_by_itself(clicked, &matched)),
                ));
            }
            None => tracing::error!(wrapup = %wrapup.key, "a wrap-up is owed for a call that is not there"),
        }
    }
    let people: BTreeSet<PersonId> = read.iter().filter_map(|(.., party)| Some(party.as_ref()?.0)).collect();
    let people = read_activity::named(moment, app, tenant, people, BTreeSet::new()).await?.people;
    let line = |person: PersonId| people.get(&person).map(|line: &PersonLine| PersonLineView::from(line));
    let views = read.iter().map(|(wrapup, call, number, party)| {
        let mut view = InboxLineView::of(wrapup, call, number, &rules.centre.acw, app.around.now());
        view.agent_name = names.get(&wrapup.agent).cloned();
        view.inbox_full = full.contains(&wrapup.key);
        if let Some((shown, by)) = party.as_ref().and_then(|(person, by)| Some((line(*person)?, *by))) {
            (view.party, view.party_by) = (Some(shown), Some(by.to_owned()));
        }
        view.released_by(|user| users.get(&user).cloned().unwrap_or_default());
        view
    });
    Ok(views.collect())
}

/// Those of these of which freeing their agent brings no calls, as too many wait or wait for too long.
async fn full_with(
    moment: &mut dyn Snapshot,
    policy: &InboxPolicy,
    wrapups: &[Wrapup],
    now: At,
) -> Result<BTreeSet<EngagementKey>, OpError> {
    let mut full = BTreeSet::new();
    if policy.most.is_none() && policy.oldest_s.is_none() {
        return Ok(full);
    }
    let mut owed = BTreeMap::<&AgentKey, Vec<Wrapup>>::new();
    for wrapup in wrapups.iter().filter(|wrapup| wrapup.owed()) {
        if !owed.contains_key(&wrapup.agent) {
            owed.insert(&wrapup.agent, moment.open_wrapups(&wrapup.agent).await?);
        }
        if owed.get(&wrapup.agent).is_some_and(|owed| policy.is_full_with(owed, wrapup.key, now)) {
            full.insert(wrapup.key);
        }
    }
    Ok(full)
}

/// Whom it would be logged on as it stands, and by what.
fn party(wrapup: &Wrapup, by_itself: Option<domain::wrapup::PartyLink>) -> Option<(PersonId, &'static str)> {
    match &wrapup.draft.party {
        Some(PartyChoice::Existing { person }) => Some((*person, "chosen")),
        Some(PartyChoice::Create { .. } | PartyChoice::None) => None,
        None => {
            let link = by_itself?;
            let by = if link.by == SettledBy::Clicked { "clicked" } else { "matched" };
            link.person.map(|person| (person, by))
        }
    }
}
