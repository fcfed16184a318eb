//! What Log and Do not log rest on, read together; and the loop that decides again when something moved
//! between reading and writing.

use super::crm::sharing::{Wait, shared_activity, shared_now};
use super::read_activity::Parts;
use super::relate_scene::{self, Naming, RelateRead};
use super::ring_groups::CodeGround;
use super::{OpError, lookup, messages::CallBackEnd, read_activity};
use crate::app::{App, Rules, Tenant};
use crate::view::{ActivityView, DraftView, MatchView};
use domain::account::Role;
use domain::centre::AfterSubmit;
use domain::commit::{Change, Commit, Precondition};
use domain::correction::Corrector;
use domain::directory::PersonLine;
use domain::disposition::DispositionSet;
use domain::duty::{AgentMode, Mode};
use domain::id::{AgentKey, EngagementKey, PersonId, UserId};
use domain::matching::Match;
use domain::phone::OtherParty;
use domain::wrapup::submit::{Scene, SubmitRefused, Submitted};
use domain::wrapup::{Wrapup, WrapupState};
use std::sync::Arc;
use store::{ActivityRow, CommitError, Snapshot};

/// How often a decision is made anew when what it rested on moved under it. Each time somebody else got
/// ahead, so this many in a row are many.
const MAX_DECISIONS: usize = 8;

/// Who submits.
#[derive(Clone, Debug)]
pub struct Submitter {
    /// The user.
    pub user: UserId,
    /// The agent they are.
    pub agent: AgentKey,
    /// What they may do.
    pub role: Role,
}

impl Submitter {
    /// The same as one who may correct what is logged.
    pub fn corrector(&self) -> Corrector {
        Corrector { user: self.user, role: self.role, agent: Some(self.agent.clone()) }
    }
}

/// What was read.
struct Read {
    wrapup: Wrapup,
    row: ActivityRow,
    wrapups: Vec<Wrapup>,
    number: OtherParty,
    matched: Match,
    sets: Arc<Vec<DispositionSet>>,
    relate: RelateRead,
    rules: Arc<Rules>,
    ground: CodeGround,
}

impl Read {
    /// The Activity as it is.
    async fn now(
        &self,
        moment: &mut dyn Snapshot,
        app: &App,
        tenant: &Tenant,
        by: &Submitter,
    ) -> Result<ActivityView, OpError> {
        let view = read_activity::view_of(moment, app, tenant, self.parts(&by.corrector())).await?;
        shared_activity(app, tenant, by.user, view, Wait::Never).await
    }

    fn parts<'a>(&'a self, who: &'a Corrector) -> Parts<'a> {
        Parts { who, row: &self.row, wrapups: &self.wrapups, made: &[] }
    }

    fn scene(&self, app: &App, tenant: &Tenant, user: UserId) -> Scene<'_> {
        Scene {
            tenant: tenant.id,
            wrapup: &self.wrapup,
            call: &self.row.call,
            wrapups: &self.wrapups,
            activity: &self.row.activity,
            number: &self.number,
            matched: &self.matched,
            region: tenant.settings.region,
            sets: &self.sets,
            scope: self.ground.scope(),
            codes_enabled: self.rules.centre.codes_enabled,
            match_rule: &self.rules.centre.matching,
            create_rule: self.rules.centre.auto_create.of_call(&self.row.call),
            reasons: &self.rules.centre.do_not_log_reasons,
            clicked: self.relate.clicked.as_ref().map(|person| person.id),
            accounts: &self.relate.accounts,
            leads: &self.relate.leads,
            cases: &self.relate.cases,
            instances: self.relate.instances,
            seen_last: self.relate.seen_last,
            user,
            now: app.around.now(),
            new_person: PersonId(app.around.new_id()),
        }
    }
}

/// Decides by `decide` and commits, again where something moved; answers the Activity as it then is.
///
/// # Errors
/// The wrap-up is not there or another agent's, a rule refuses it, or the store cannot write.
pub async fn submit(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    key: EngagementKey,
    naming: Naming<'_>,
    decide: impl Fn(&Scene<'_>) -> Result<Submitted, SubmitRefused>,
) -> Result<ActivityView, OpError> {
    for _ in 0..MAX_DECISIONS {
        let sets = app.store.dispositions(tenant.id).await?;
        let mut moment = app.store.snapshot(tenant.id).await?;
        let read = read(&mut *moment, app, tenant, by, key, naming, sets).await?;
        let scene = read.scene(app, tenant, by.user);
        let mut commit = match decide(&scene) {
            Ok(Submitted::Already) => {
                return read.now(&mut *moment, app, tenant, by).await;
            }
            Ok(Submitted::Now(commit)) => commit,
            Err(refused) => return Err(explain_refusal(&mut *moment, app, tenant, by, &read, refused).await?),
        };
        commit.changes.extend(holds(&mut *moment, app, by, &read).await?);
        let call_back = CallBackEnd::of(&mut *moment, app, &by.corrector(), &read.row, &commit).await?;
        if let Some(end) = &call_back {
            commit.preconditions.extend(end.preconditions.iter().cloned());
            commit.changes.extend(end.changes.iter().cloned());
        }
        let answer = answer(&mut *moment, app, tenant, by, &read, &commit).await?;
        // Nothing is read while the disk is waited for.
        drop(moment);
        let preconditions = commit.preconditions.clone();
        match app.store.commit(*commit).await {
            Ok(number) => {
                app.suggestions.touch(tenant.id);
                app.hub.changed(tenant.id, [&by.agent], number);
                if let Some(end) = call_back {
                    end.tell(app, tenant, number);
                }
                return Ok(answer);
            }
            Err(CommitError::Refused { index }) => {
                if let Some(Precondition::PersonExists { .. }) = preconditions.get(index) {
                    return Err(match_moved(app, tenant, by, "party_gone", &read).await?);
                }
                // Somebody was faster with the wrap-up, the number or the call: see what is there now.
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("the call changes faster than it can be logged".to_owned()))
}

/// The Activity as it is once `commit` is written; made before, so that nothing has to be read again, and told after.
async fn answer(
    moment: &mut dyn Snapshot,
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    read: &Read,
    commit: &Commit,
) -> Result<ActivityView, OpError> {
    let (mut row, mut wrapups, mut made) = (read.row.clone(), read.wrapups.clone(), Vec::new());
    for change in &commit.changes {
        match change {
            Change::Activity(now) => row.activity = (**now).clone(),
            Change::Wrapup(now) => {
                if let Some(wrapup) = wrapups.iter_mut().find(|wrapup| wrapup.key == now.key) {
                    *wrapup = (**now).clone();
                }
            }
            Change::Person { person, .. } => made.push(PersonLine::from(&**person)),
            _ => {}
        }
    }
    let who = &by.corrector();
    let parts = Parts { who, row: &row, wrapups: &wrapups, made: &made };
    let view = read_activity::view_of(moment, app, tenant, parts).await?;
    shared_activity(app, tenant, by.user, view, Wait::Never).await
}

/// Where the settings say so, whoever submits takes calls again only when they say so.
async fn holds(
    moment: &mut dyn Snapshot,
    app: &App,
    by: &Submitter,
    read: &Read,
) -> Result<Option<Change>, OpError> {
    // Who was released takes calls already.
    let kept_away = read.wrapup.state == WrapupState::Open && read.wrapup.released.is_none();
    if read.rules.centre.acw.after_submit != AfterSubmit::Hold || !kept_away {
        return Ok(None);
    }
    let before = moment.mode(&by.agent).await?;
    let holding = AgentMode {
        mode: Mode::Holding,
        since: app.around.now(),
        version: before.version + 1,
        agent: before.agent,
    };
    Ok((before.mode == Mode::Available).then(|| Change::Mode(Box::new(holding))))
}

async fn read(
    moment: &mut dyn Snapshot,
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    key: EngagementKey,
    naming: Naming<'_>,
    sets: Arc<Vec<DispositionSet>>,
) -> Result<Read, OpError> {
    let wrapup = moment.wrapup(key).await?.ok_or(OpError::NotFound)?;
    if wrapup.agent != by.agent {
        return Err(OpError::Forbidden);
    }
    let row = moment.activity(wrapup.call).await?;
    let row = row.ok_or_else(|| OpError::Internal(format!("wrap-up {key} has no Activity")))?;
    let several = row.call.engagements.len() > 1;
    let wrapups = if several { moment.wrapups_of_call(wrapup.call).await? } else { vec![wrapup.clone()] };
    let rules = tenant.rules();
    let (number, matched) = lookup::match_call(moment, &rules, &row.call).await?;
    let dialled_from = row.activity.dialled_from;
    let relate = relate_scene::read(moment, (app, tenant), &by.agent, dialled_from, &matched, naming).await?;
    let ground = CodeGround::of(app, tenant, &rules, &sets, &row.call, Some(&by.agent));
    Ok(Read { wrapup, row, wrapups, number, matched, sets, relate, rules, ground })
}

async fn explain_refusal(
    moment: &mut dyn Snapshot,
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    read: &Read,
    refused: SubmitRefused,
) -> Result<OpError, OpError> {
    Ok(match refused {
        SubmitRefused::StaleRevision => {
            OpError::Stale { current: json(&DraftView::from(&read.wrapup.draft)) }
        }
        SubmitRefused::ClosedDifferently => {
            OpError::ClosedDifferently { activity: json(&read.now(moment, app, tenant, by).await?) }
        }
        SubmitRefused::MatchChanged => match_moved(app, tenant, by, "match_changed", read).await?,
        refused => OpError::Refused(refused),
    })
}

async fn match_moved(
    app: &App,
    tenant: &Tenant,
    by: &Submitter,
    code: &'static str,
    read: &Read,
) -> Result<OpError, OpError> {
    let clicked = read.relate.clicked.as_ref().map(PersonLine::from);
    let view = MatchView::of(
        &read.matched,
        clicked.as_ref(),
        read.rules.centre.auto_create.of_call(&read.row.call).make,
    );
    let view = shared_now(app, tenant, by.user, view).await?;
    Ok(OpError::MatchMoved { code, current: json(&view) })
}

/// A view as a value; views are plain data and always become one.
pub(super) fn json<T: serde::Serialize>(view: &T) -> Box<serde_json::Value> {
    Box::new(serde_json::to_value(view).unwrap_or_default())
}
