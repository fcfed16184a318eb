//! Reading Activities: one with all there is, and lists (P11).

use super::crm::opportunities;
use super::crm::sharing::{Wait, shared_activity};
use super::listen::audible;
use super::{OpError, ear, lookup};
use crate::app::{App, Tenant};
use crate::view::{
    ActivityLineView, ActivityScene, ActivityView, CaseLineView, Named, Opportunities, People, UserNames,
};
use domain::account::Role;
use domain::activity::Activity;
use domain::call::CallType;
use domain::correction::{Correction, Corrector, Corrigible};
use domain::directory::PersonLine;
use domain::id::{AgentKey, CallKey, CaseId, PersonId};
use domain::relate::RelateDecision;
use domain::relate::opportunity::OpportunityId;
use domain::wrapup::Wrapup;
use domain::wrapup::submit::explain_party;
use std::collections::BTreeSet;
use store::{ActivityRow, Snapshot};

/// How many Activities a page of a person's list holds.
pub const PAGE: usize = 25;
/// How many recent Activities a panel shows.
pub const RECENT: usize = 20;

/// What a view of an Activity is made of.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// Whose view it is: what they may correct is part of it.
    pub who: &'a Corrector,
    /// The Activity and its call.
    pub row: &'a ActivityRow,
    /// The wrap-ups of the call.
    pub wrapups: &'a [Wrapup],
    /// Records that are about to be written with it.
    pub made: &'a [PersonLine],
}

/// One Activity, and what of it `who` may correct.
///
/// # Errors
/// It is not there, or the store cannot read.
pub async fn read_activity(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    key: CallKey,
) -> Result<ActivityView, OpError> {
    let view = {
        let moment = &mut *app.store.snapshot(tenant.id).await?;
        let row = moment.activity(key).await?.ok_or(OpError::NotFound)?;
        let wrapups = moment.wrapups_of_call(key).await?;
        view_of(moment, app, tenant, Parts { who, row: &row, wrapups: &wrapups, made: &[] }).await?
    };
    shared_activity(app, tenant, who.user, view, Wait::Briefly).await
}

/// The same for its page: what its Opportunity is called is asked for where nobody knows it yet, once and not for long.
///
/// # Errors
/// It is not there, or the store cannot read.
pub async fn read_page(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    key: CallKey,
) -> Result<ActivityView, OpError> {
    let view = read_activity(app, tenant, who, key).await?;
    let parts = view.engagements.iter().filter_map(|part| part.wrapup.as_ref()?.opportunity.as_ref());
    let unnamed = parts.chain(&view.opportunity).filter(|related| related.name.is_none());
    let unnamed: BTreeSet<OpportunityId> =
        unnamed.filter_map(|related| OpportunityId::of(&related.id)).collect();
    let mut learnt = false;
    for id in unnamed {
        learnt |= opportunities::learn(app, tenant, id).await;
    }
    if learnt { read_activity(app, tenant, who, key).await } else { Ok(view) }
}

/// The Opportunities that an Activity and its wrap-ups are related to.
pub fn opportunities_of(activity: &Activity, wrapups: &[Wrapup]) -> BTreeSet<OpportunityId> {
    let of_parts = wrapups.iter().filter_map(|wrapup| wrapup.opportunity);
    of_parts.chain(activity.opportunity).map(|related| related.id).collect()
}

/// What of these is known here by name.
pub fn opportunity_names(app: &App, tenant: &Tenant, ids: &BTreeSet<OpportunityId>) -> Opportunities {
    ids.iter().filter_map(|id| Some((*id, opportunities::known(app, tenant, *id)?))).collect()
}

/// An Activity as people see it, with what it and its wrap-ups name.
///
/// # Errors
/// The store cannot read.
pub async fn view_of(
    moment: &mut dyn Snapshot,
    app: &App,
    tenant: &Tenant,
    parts: Parts<'_>,
) -> Result<ActivityView, OpError> {
    let Parts { who, row, wrapups, made } = parts;
    let mut ids: BTreeSet<PersonId> = people_of(std::slice::from_ref(row));
    ids.extend(row.activity.candidates.iter().map(|candidate| candidate.person));
    ids.extend(wrapups.iter().filter_map(|wrapup| wrapup.party?.person));
    let related = wrapups.iter().filter_map(|wrapup| wrapup.related).chain(row.activity.related);
    let cases: BTreeSet<CaseId> = related.flat_map(|decision| named_by(&decision)).collect();
    let mut named = named(moment, app, tenant, ids, cases).await?;
    named.opportunities = opportunity_names(app, tenant, &opportunities_of(&row.activity, wrapups));
    named.people.extend(made.iter().map(|line| (line.id, line.clone())));
    let party = lookup::party_of(&tenant.rules(), &row.call);
    let mut explanation = row.call.explanation.clone();
    explanation.push(explain_party(&row.activity));
    explanation.extend(row.activity.related.map(|decision| decision.explained()));
    explanation.extend(row.activity.opportunity.map(|related| related.explained()));
    let (corrections, users) = corrected(app, tenant, row).await?;
    let listened = match who.role {
        Role::Agent => Vec::new(),
        Role::Supervisor | Role::Admin => ear::listened(moment, app, tenant, &row.call).await?,
    };
    Ok(ActivityView::of(&ActivityScene {
        corrigible: Corrigible {
            call: &row.call,
            activity: &row.activity,
            wrapups,
            corrections: &corrections,
            agent_hours: tenant.rules().centre.corrections.agent_hours,
            who,
            now: app.around.now(),
        },
        users: &users,
        audible: audible(app, tenant, who, &row.call),
        activity: &row.activity,
        call: &row.call,
        party: &party,
        named: &named,
        wrapups,
        explanation,
        listened,
    }))
}

/// What was corrected, and the names of users where anything was. Most Activities never are.
async fn corrected(
    app: &App,
    tenant: &Tenant,
    row: &ActivityRow,
) -> Result<(Vec<Correction>, UserNames), OpError> {
    if row.activity.revision == 0 {
        return Ok((Vec::new(), UserNames::new()));
    }
    let corrections = app.store.corrections(tenant.id, row.call.key).await?;
    let users = app.store.users(tenant.id).await?;
    Ok((corrections, users.into_iter().map(|user| (user.id, user.name)).collect()))
}

/// A page of the Activities of a record, newest first, and where the next begins.
///
/// # Errors
/// The record is not there, or the store cannot read.
pub async fn of_person(
    app: &App,
    tenant: &Tenant,
    person: PersonId,
    after: Option<&str>,
) -> Result<(Vec<ActivityLineView>, Option<String>), OpError> {
    app.store.person(tenant.id, person).await?.ok_or(OpError::NotFound)?;
    let page = app.store.activities_of_person(tenant.id, person, after, PAGE).await?;
    let moment = &mut *app.store.snapshot(tenant.id).await?;
    Ok((lines(moment, app, tenant, &page.rows).await?, page.next))
}

/// The last Activities that an agent was part of.
///
/// # Errors
/// The store cannot read.
pub async fn of_agent(
    app: &App,
    tenant: &Tenant,
    agent: &AgentKey,
) -> Result<Vec<ActivityLineView>, OpError> {
    let rows = app.store.activities_of_agent(tenant.id, agent, RECENT).await?;
    let moment = &mut *app.store.snapshot(tenant.id).await?;
    lines(moment, app, tenant, &rows).await
}

/// Rows as lines.
///
/// # Errors
/// The store cannot read.
pub async fn lines(
    moment: &mut dyn Snapshot,
    app: &App,
    tenant: &Tenant,
    rows: &[ActivityRow],
) -> Result<Vec<ActivityLineView>, OpError> {
    let cases = rows.iter().filter_map(|row| row.activity.case()).collect();
    let named = named(moment, app, tenant, people_of(rows), cases).await?;
    let line = |row: &ActivityRow| {
        let party = lookup::party_of(&tenant.rules(), &row.call);
        ActivityLineView::of(&row.activity, &row.call, &party, &named)
    };
    Ok(rows.iter().filter(|row| row.call.kind != Some(CallType::Internal)).map(line).collect())
}

fn people_of(rows: &[ActivityRow]) -> BTreeSet<PersonId> {
    rows.iter().filter_map(|row| row.activity.party?.person).collect()
}

fn named_by(decision: &RelateDecision) -> Vec<CaseId> {
    match decision {
        RelateDecision::Related { case, .. } => vec![*case],
        RelateDecision::NotRelated { offer, .. } => offer.iter().copied().collect(),
    }
}

/// What views name, by id.
///
/// # Errors
/// The store cannot read.
pub async fn named(
    moment: &mut dyn Snapshot,
    app: &App,
    tenant: &Tenant,
    mut people: BTreeSet<PersonId>,
    cases: BTreeSet<CaseId>,
) -> Result<Named, OpError> {
    let ids: Vec<CaseId> = cases.into_iter().collect();
    let cases = if ids.is_empty() { Vec::new() } else { moment.cases(&ids).await? };
    people.extend(cases.iter().flat_map(|case| [case.contact, case.account]).flatten());
    let ids: Vec<PersonId> = people.into_iter().collect();
    let lines = if ids.is_empty() { Vec::new() } else { moment.person_lines(&ids).await? };
    let people: People = lines.into_iter().map(|line| (line.id, line)).collect();
    let cases = cases.iter().map(|case| (case.id, CaseLineView::of(case, &people))).collect();
    let agents = app.store.agent_names(tenant.id).await?;
    Ok(Named { people, agents, cases, opportunities: Opportunities::new() })
}
