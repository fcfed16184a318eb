//! Settings tried on the last calls before they are saved. Nothing is written. What each side makes of a call is decided in
//! `domain::dry_run`; here is what it rests on: the calls, and who has their numbers today.

use super::centre::owners_known;
use super::crm::sharing::shared;
use super::lookup::{match_number, party_of};
use super::progress::Progress;
use super::{OpError, read_activity};
use crate::app::{App, Rules, Tenant};
use crate::view::{DryLineView, DryRunView, DryTotalsView, PersonLineView};
use domain::call::Direction;
use domain::centre::Centre;
use domain::directory::{Person, PersonLine};
use domain::dry_run::{Found, PastCall, Sides, Told, Totals, cases_named, is_replayed, parties, replay};
use domain::id::{CallKey, PersonId, UserId};
use domain::matching::PhoneHit;
use domain::phone::OtherParty;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::{ActivityFilter, ActivityRow, MAX_PAGE, Snapshot};

/// How many calls settings are tried on, unless more or fewer are asked for.
pub const CALLS: usize = 500;
/// Most calls that they are tried on.
pub const MAX_CALLS: usize = 2_000;
/// How many calls are read of one moment of the store: some milliseconds.
const READ_TOGETHER: usize = 50;
/// Most calls that are listed because something of them differs.
pub const MAX_LINES: usize = 100;

/// What the settings that are meant would make of the last calls, beside those as they are.
///
/// # Errors
/// A value is beyond its limit, or the store cannot read.
pub async fn try_out(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    (wanted, calls): (Centre, usize),
    progress: &Progress,
) -> Result<DryRunView, OpError> {
    wanted.check()?;
    owners_known(app, tenant, &wanted).await?;
    let rules = Sides { before: tenant.rules(), after: Arc::new(tenant.rules_with(wanted)) };
    rules.after.centre.check_after(&rules.before.centre)?;
    let rows = last_calls(app, tenant, calls.clamp(1, MAX_CALLS)).await?;
    let mut reading = Reading { rules: &rules, people: BTreeMap::new(), hits: Sides::default() };
    let mut past = Vec::new();
    for some in rows.chunks(READ_TOGETHER) {
        let moment = &mut *app.store.snapshot(tenant.id).await?;
        for row in some {
            past.push(reading.past(moment, row).await?);
        }
        progress.counted(past.len(), rows.len());
    }
    let of_these: BTreeSet<CallKey> = rows.iter().map(|row| row.call.key).collect();
    let made = |person: &Person| person.created_by_call.is_some_and(|call| of_these.contains(&call));
    let made: BTreeSet<PersonId> =
        reading.people.values().flatten().filter(|person| made(person)).map(|person| person.id).collect();
    let centres = Sides { before: &rules.before.centre, after: &rules.after.centre };
    let told = replay(&past, &made, &centres, app.around.now());
    let people = reading.people;
    view(app, tenant, by, &rows, &told, &people).await
}

/// The last calls with somebody outside that are over, newest first.
async fn last_calls(app: &App, tenant: &Tenant, calls: usize) -> Result<Vec<ActivityRow>, OpError> {
    let filter =
        ActivityFilter { directions: vec![Direction::Inbound, Direction::Outbound], ..Default::default() };
    let (mut rows, mut after) = (Vec::new(), None::<String>);
    loop {
        let (place, look_at_most) = (after.as_deref(), 2 * MAX_CALLS);
        let page = app.store.list_activities(tenant.id, &filter, place, MAX_PAGE, look_at_most).await?;
        rows.extend(page.rows.into_iter().filter(|row| is_replayed(&row.call)));
        after = page.next;
        if rows.len() >= calls || after.is_none() {
            rows.truncate(calls);
            return Ok(rows);
        }
    }
}

/// What calls are replayed with, as it is read.
struct Reading<'a> {
    rules: &'a Sides<Arc<Rules>>,
    /// The records that may be a party; `None`: it is no more.
    people: BTreeMap<PersonId, Option<Person>>,
    /// Who has each number that was looked up, as it is written: people call more than once.
    hits: Sides<HashMap<String, Vec<PhoneHit>>>,
}

impl Reading<'_> {
    async fn past(&mut self, moment: &mut dyn Snapshot, row: &ActivityRow) -> Result<PastCall, OpError> {
        let Sides { before, after } = self.rules;
        let before_found = found(moment, before, row, &mut self.hits.before).await?;
        let same = before.centre.matching == after.centre.matching;
        let after_found = match party_of(after, &row.call) {
            number if same && number == before_found.number => before_found.clone(),
            _ => found(moment, after, row, &mut self.hits.after).await?,
        };
        let found = Sides { before: before_found, after: after_found };
        let mut accounts = Vec::new();
        for id in parties(&row.activity, &found) {
            let person = match self.people.entry(id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(moment.person(id).await?),
            };
            accounts.push((id, person.as_ref().and_then(|person| person.account)));
        }
        let named = cases_named(&row.activity);
        Ok(PastCall {
            call: row.call.clone(),
            activity: row.activity.clone(),
            wrapups: moment.wrapups_of_call(row.call.key).await?,
            cases: if named.is_empty() { Vec::new() } else { moment.cases(&named).await? },
            found,
            accounts,
        })
    }
}

/// What the directory says of a call's number by the rules of a side.
async fn found(
    moment: &mut dyn Snapshot,
    rules: &Rules,
    row: &ActivityRow,
    known: &mut HashMap<String, Vec<PhoneHit>>,
) -> Result<Found, OpError> {
    let party = party_of(rules, &row.call);
    let OtherParty::Number(number) = &party else { return Ok(Found { number: party, hits: Vec::new() }) };
    let hits = match known.get(&number.display) {
        Some(hits) => hits.clone(),
        None => {
            let hits = match_number(moment, &party, &rules.centre.matching).await?.hits;
            known.insert(number.display.clone(), hits.clone());
            hits
        }
    };
    Ok(Found { number: party, hits })
}

async fn view(
    app: &App,
    tenant: &Tenant,
    by: UserId,
    rows: &[ActivityRow],
    told: &[Sides<Told>],
    people: &BTreeMap<PersonId, Option<Person>>,
) -> Result<DryRunView, OpError> {
    let differing: Vec<(&ActivityRow, &Sides<Told>)> =
        rows.iter().zip(told).filter(|(_, sides)| sides.before != sides.after).collect();
    let listed: Vec<ActivityRow> = differing.iter().take(MAX_LINES).map(|(row, _)| (*row).clone()).collect();
    let lines = {
        let moment = &mut *app.store.snapshot(tenant.id).await?;
        read_activity::lines(moment, app, tenant, &listed).await?
    };
    let named = |id: Option<PersonId>| {
        let person = id.and_then(|id| people.get(&id)?.as_ref());
        person.map(|person| PersonLineView::from(&PersonLine::from(person)))
    };
    let lines: Vec<DryLineView> = lines
        .into_iter()
        .zip(&differing)
        .map(|(line, (row, sides))| DryLineView::of(line, &row.call, sides, named))
        .collect();
    let began = |row: Option<&ActivityRow>| row.map(|row| crate::clock::rfc3339(row.call.started_at));
    Ok(DryRunView {
        calls: rows.len(),
        from: began(rows.last()),
        until: began(rows.first()),
        differ: differing.len(),
        before: DryTotalsView::of(&Totals::of(told.iter().map(|sides| &sides.before))),
        after: DryTotalsView::of(&Totals::of(told.iter().map(|sides| &sides.after))),
        lines: shared(app, tenant, by, lines).await?,
    })
}
