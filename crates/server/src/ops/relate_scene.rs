//! What Relate-to-Case rests on, read together: the record that was clicked, the Account of whoever may become the
//! party, the Cases that are named, and the agent's other panels. `domain::relate` decides.

use super::lookup;
use crate::app::{App, Tenant};
use domain::case::Case;
use domain::dial::DialledFrom;
use domain::directory::{Person, PersonKind};
use domain::id::{AgentKey, CaseId, PersonId};
use domain::matching::Match;
use domain::relate::{CaseChoice, View};
use domain::wrapup::PartyChoice;
use store::{ReadError, Snapshot};

/// What an agent says or shows that names records and Cases.
#[derive(Clone, Copy, Debug)]
pub struct Naming<'a> {
    /// Whom they chose.
    pub party: Option<&'a PartyChoice>,
    /// What they said about the Case.
    pub case: CaseChoice,
    /// What is on screen.
    pub view: View,
}

impl Naming<'_> {
    /// Nothing is named: Do not log relates nothing.
    pub const NOTHING: Naming<'static> =
        Naming { party: None, case: CaseChoice::ByItself, view: View::Silent };
}

/// What was read.
#[derive(Debug, Default)]
pub struct RelateRead {
    /// The record that was clicked to dial.
    pub clicked: Option<Person>,
    /// The Account of each record that may become the party.
    pub accounts: Vec<(PersonId, Option<PersonId>)>,
    /// The record that may become the party, where it is a Lead and an Opportunity is named.
    pub leads: Vec<PersonId>,
    /// The Cases that are named and exist.
    pub cases: Vec<Case>,
    /// How many panels the agent has open.
    pub instances: usize,
    /// The Case seen last in the panel that had the focus last.
    pub seen_last: Option<CaseId>,
}

/// Reads it.
///
/// # Errors
/// The store cannot read.
pub async fn read(
    moment: &mut dyn Snapshot,
    (app, tenant): (&App, &Tenant),
    agent: &AgentKey,
    dialled_from: Option<DialledFrom>,
    matched: &Match,
    naming: Naming<'_>,
) -> Result<RelateRead, ReadError> {
    let clicked = lookup::clicked(moment, dialled_from).await?;
    let seen_last = app.hub.panels.seen_last(tenant.id, agent);
    let mut cases: Vec<CaseId> =
        dialled_from.and_then(|from| from.case()).into_iter().chain(seen_last).collect();
    if let View::Case { case } = naming.view {
        cases.push(case);
    }
    if let CaseChoice::Picked { case } = naming.case {
        cases.push(case);
    }
    cases.sort_unstable();
    cases.dedup();
    let cases = if cases.is_empty() { Vec::new() } else { moment.cases(&cases).await? };
    let mut accounts = Vec::new();
    let party = match naming.party {
        Some(PartyChoice::Existing { person }) => Some(*person),
        Some(_) => None,
        None => clicked
            .as_ref()
            .map(|person| person.id)
            .or_else(|| matched.by_itself().and_then(|link| link.person)),
    };
    // Whose a Case is matters only where there is one; and whether they are a Lead, where there is an Opportunity.
    let mut leads = Vec::new();
    let with_opportunity = matches!(naming.view, View::Opportunity { .. })
        || matches!(dialled_from, Some(DialledFrom::Opportunity { .. }));
    if let Some(party) = party.filter(|_| with_opportunity || !cases.is_empty()) {
        let found = match clicked.as_ref().filter(|clicked| clicked.id == party) {
            Some(clicked) => Some(clicked.clone()),
            None => moment.person(party).await?,
        };
        leads.extend(found.iter().filter(|person| person.kind == PersonKind::Lead).map(|person| person.id));
        accounts.push((party, found.and_then(|person| person.account)));
    }
    let instances = app.hub.panels.count(tenant.id, agent);
    Ok(RelateRead { clicked, accounts, leads, cases, instances, seen_last })
}
