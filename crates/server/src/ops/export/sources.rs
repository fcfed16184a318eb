//! What files and phone systems were found to say: files of past calls that were imported, files of phone systems that were
//! compared, the calls that only these tell of, and times in which nobody listened.

use super::{BETWEEN, Place, Users, user_names};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::table::Row;
use crate::view::word;
use domain::completeness::missing::MissingCall;
use domain::completeness::run::Reconciliation;
use domain::id::{AgentKey, At, CallKey};
use store::{MAX_PAGE, StoredImport};

pub(super) async fn imports(app: &App, tenant: &Tenant) -> Result<Vec<Row>, OpError> {
    let users = user_names(app, tenant).await?;
    Ok(app.store.imports(tenant.id).await?.iter().map(|one| import(one, &users)).collect())
}

fn import(StoredImport { import, progress }: &StoredImport, users: &Users) -> Row {
    let tally = &progress.tally;
    vec![
        import.id.0.to_string().into(),
        import.file.as_str().into(),
        import.source_of_calls().into(),
        import.bytes.into(),
        word(&import.state).into(),
        import.failure.map(|failure| word(&failure)).into(),
        import.created_at.into(),
        import.created_by.0.to_string().into(),
        users.get(&import.created_by).cloned().into(),
        import.started_at.into(),
        import.ended_at.into(),
        tally.new.into(),
        tally.there.into(),
        tally.refused.into(),
        import.version.into(),
    ]
}

pub(super) async fn compared_files(app: &App, tenant: &Tenant) -> Result<Vec<Row>, OpError> {
    let users = user_names(app, tenant).await?;
    Ok(app.store.reconciliations(tenant.id).await?.iter().map(|one| compared(one, &users)).collect())
}

fn compared(run: &Reconciliation, users: &Users) -> Row {
    let found = &run.found;
    vec![
        run.id.0.to_string().into(),
        word(&run.kind).into(),
        run.source.as_str().into(),
        run.file.as_str().into(),
        run.bytes.into(),
        run.hash.as_str().into(),
        run.zone.as_str().into(),
        run.at.into(),
        run.by.0.to_string().into(),
        users.get(&run.by).cloned().into(),
        run.uploads.into(),
        word(&run.state).into(),
        found.from.into(),
        found.until.into(),
        found.records.into(),
        found.calls.into(),
        found.known.values().sum::<u64>().into(),
        found.missing.into(),
        found.explained.values().sum::<u64>().into(),
        found.only_ours.into(),
        run.ended_at.into(),
    ]
}

pub(super) async fn missing_calls(
    app: &App,
    tenant: &Tenant,
    place: &Place,
) -> Result<(Vec<Row>, Place), OpError> {
    let after = match place {
        Place::AfterCall(at, call) => (*at, Some(*call)),
        _ => (At(i64::MIN), None),
    };
    let (agents, users) = (app.store.agent_names(tenant.id).await?, user_names(app, tenant).await?);
    let found = app.store.missing_calls(tenant.id, false, after, At(i64::MAX), MAX_PAGE).await?;
    let keys: Vec<CallKey> = found.iter().map(|missing| missing.key).collect();
    let known = app.store.known_calls(tenant.id, &keys).await?;
    let name = |agent: &AgentKey| agents.get(agent).cloned().unwrap_or_else(|| agent.0.clone());
    let row = |(missing, known): (&MissingCall, bool)| {
        let names: Vec<String> = missing.call.engagements.iter().map(|part| name(&part.agent)).collect();
        missing_call(missing, known, &names, &users)
    };
    let rows = found.iter().zip(known).map(row).collect();
    let next = found.last().map_or(Place::End, |last| Place::AfterCall(last.call.started_at, last.key));
    Ok((rows, next))
}

fn missing_call(missing: &MissingCall, known: bool, agents: &[String], users: &Users) -> Row {
    let call = &missing.call;
    vec![
        missing.key.0.to_string().into(),
        call.source.as_str().into(),
        missing.run.0.to_string().into(),
        missing.file.as_str().into(),
        call.kind.map(|kind| word(&kind)).into(),
        word(&call.direction).into(),
        call.started_at.into(),
        call.answered_at.into(),
        call.ended_at.into(),
        call.wait_ms.into(),
        call.talk_ms.into(),
        call.from.clone().into(),
        call.to.clone().into(),
        call.did.clone().into(),
        call.ring_group.clone().into(),
        agents.join(BETWEEN).into(),
        known.into(),
        missing.made.map(|made| made.at).into(),
        missing.made.map(|made| made.by.0.to_string()).into(),
        missing.made.and_then(|made| users.get(&made.by).cloned()).into(),
        missing.version.into(),
    ]
}

pub(super) async fn silences(
    app: &App,
    tenant: &Tenant,
    after: Option<&str>,
) -> Result<(Vec<Row>, Place), OpError> {
    let page = app.store.all_deaf(tenant.id, after, MAX_PAGE).await?;
    let rows = page.rows.into_iter().map(|span| {
        let lasted = span.until.millis_since(span.from);
        vec![span.source.into(), span.from.into(), span.until.into(), lasted.into()]
    });
    Ok((rows.collect(), Place::next(page.next)))
}
