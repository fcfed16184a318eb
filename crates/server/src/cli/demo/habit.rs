//! Closing a wrap-up of the demo as its agent is in the habit of, by the operations that a person would use.

use crate::app::{App, Tenant};
use crate::live::Instance;
use crate::ops::OpError;
use crate::ops::ring_groups::CodeGround;
use crate::ops::submit_scene::Submitter;
use crate::ops::{do_not_log, log, lookup};
use domain::id::CaseId;
use domain::matching::MatchKind;
use domain::relate::{CaseChoice, View};
use domain::wrapup::submit::LogRequest;
use domain::wrapup::{PartyChoice, Wrapup};
use sandbox::DEMO_SEED;
use sandbox::habits::{Closing, Press, closing};
use std::sync::Arc;

/// How many of a customer's Cases an agent looks through.
const MAX_CASES: usize = 20;

/// How the agent of this wrap-up closes it.
pub(super) async fn habit(app: &App, tenant: &Arc<Tenant>, wrapup: &Wrapup) -> Result<Closing, OpError> {
    let call = app.store.call(tenant.id, wrapup.call).await?.ok_or(OpError::NotFound)?;
    let sets = app.store.dispositions(tenant.id).await?;
    let ground = CodeGround::of(app, tenant, &tenant.rules(), &sets, &call, Some(&wrapup.agent));
    Ok(closing(DEMO_SEED, wrapup.key, &sets, &ground.scope()))
}

/// Closes it so.
pub(super) async fn close(
    app: &App,
    tenant: &Arc<Tenant>,
    by: &Submitter,
    wrapup: &Wrapup,
    habit: Closing,
) -> Result<(), OpError> {
    let revision = wrapup.draft.revision;
    match habit.press {
        Press::Log { code, notes } => {
            let scene = scene(app, tenant, wrapup, habit.candidate).await?;
            let view = match scene.case.filter(|_| habit.looks_at_case) {
                Some(case) => View::Case { case },
                None => View::Other,
            };
            let case = CaseChoice::ByItself;
            let request = LogRequest { revision, code, notes, party: scene.party, shown: None, case, view };
            // Cases are related where exactly one panel is open (P9): theirs, for as long as this takes.
            let panels = &app.hub.panels;
            let panel = panels.opened(tenant.id, &by.agent, Instance(wrapup.key.0), view);
            let logged = log::log(app, tenant, by, wrapup.key, &request).await;
            panels.closed(tenant.id, &by.agent, panel);
            logged?;
        }
        Press::DoNotLog(reason) => {
            do_not_log::do_not_log(app, tenant, by, wrapup.key, revision, reason).await?;
        }
    }
    Ok(())
}

/// What an agent sees of a call that they sum up.
struct Scene {
    /// Whom they choose, where several match.
    party: Option<PartyChoice>,
    /// A Case of the customer that is open.
    case: Option<CaseId>,
}

async fn scene(app: &App, tenant: &Arc<Tenant>, wrapup: &Wrapup, candidate: usize) -> Result<Scene, OpError> {
    let mut moment = app.store.snapshot(tenant.id).await?;
    let call = moment.call(wrapup.call).await?.ok_or(OpError::NotFound)?;
    let (_, matched) = lookup::match_call(&mut *moment, &tenant.rules(), &call).await?;
    let hit = matched.hits.get(candidate % matched.hits.len().max(1));
    let chosen = hit.filter(|_| matched.kind == MatchKind::Many).map(|hit| hit.person.id);
    let person = chosen.or_else(|| matched.by_itself().and_then(|link| link.person));
    let cases = match person {
        Some(person) => moment.cases_of_person(person, MAX_CASES).await?,
        None => Vec::new(),
    };
    let now = app.around.now();
    let case = cases.iter().find(|case| case.open_within(now, now)).map(|case| case.id);
    Ok(Scene { party: chosen.map(|person| PartyChoice::Existing { person }), case })
}
