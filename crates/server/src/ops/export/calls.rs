//! Activities, the agents' parts of their calls, and what was corrected of them: newest calls first, as the list has them.
//! Calls among agents are in none.

use super::{Export, LOOK_AT_MOST, Place, Table, user_names};
use crate::app::{App, Tenant};
use crate::ops::OpError;
use crate::ops::crm::sharing::{NAMING_FIELDS, sees_everything, shared};
use crate::ops::list_activities::listed;
use crate::table::Row;
use crate::view::{ListedActivityView, word};
use domain::call::{CallType, Engagement};
use domain::disposition::LoggedCode;
use domain::id::{CallKey, EngagementKey, UserId};
use domain::wrapup::Wrapup;
use std::collections::BTreeMap;
use store::{ActivityRow, AgentNames, MAX_PAGE};

/// A page of one of these.
pub(super) async fn page(
    app: &App,
    tenant: &Tenant,
    export: &Export,
    after: Option<&str>,
) -> Result<(Vec<Row>, Place), OpError> {
    let page = app.store.list_activities(tenant.id, &export.filter, after, MAX_PAGE, LOOK_AT_MOST).await?;
    let of_customers = page.rows.into_iter().filter(|row| row.call.kind != Some(CallType::Internal));
    let rows: Vec<ActivityRow> = of_customers.collect();
    let rows = match export.table {
        Table::Parts => parts(app, tenant, &rows).await?,
        Table::Corrections => corrections(app, tenant, export.reader, &rows).await?,
        _ => activities(app, tenant, export.reader, &rows).await?,
    };
    Ok((rows, Place::next(page.next)))
}

async fn activities(
    app: &App,
    tenant: &Tenant,
    reader: UserId,
    rows: &[ActivityRow],
) -> Result<Vec<Row>, OpError> {
    let lines = {
        let moment = &mut *app.store.snapshot(tenant.id).await?;
        listed(moment, app, tenant, rows).await?
    };
    let lines = shared(app, tenant, reader, lines).await?;
    let of: BTreeMap<CallKey, &ActivityRow> = rows.iter().map(|row| (row.call.key, row)).collect();
    let row = |one: ListedActivityView| of.get(&CallKey(one.line.id)).map(|row| activity(row, one));
    Ok(lines.into_iter().filter_map(row).collect())
}

fn activity(row: &ActivityRow, listed: ListedActivityView) -> Row {
    let ListedActivityView { line, acw_ms, reason, settled_by, crm } = listed;
    let call = &row.call;
    let code = line.code;
    let party = line.party;
    let case = line.case;
    vec![
        line.id.to_string().into(),
        call.source.as_str().into(),
        line.kind.into(),
        line.direction.into(),
        line.outcome.into(),
        call.started_at.into(),
        call.answered_at.into(),
        call.ended_at.into(),
        call.wait_ms.into(),
        call.talk_ms.into(),
        call.hold_ms.into(),
        acw_ms.into(),
        line.number_display.into(),
        call.from.clone().into(),
        call.to.clone().into(),
        line.did.into(),
        line.ring_group.into(),
        line.agent.into(),
        line.agent_name.into(),
        code.as_ref().map(|code| code.id.to_string()).into(),
        code.as_ref().map(|code| code.label.es.clone()).into(),
        code.as_ref().map(|code| code.label.en.clone()).into(),
        code.as_ref().and_then(|code| code.follow_up.clone()).into(),
        code.as_ref().map(|code| code.do_not_call).into(),
        code.as_ref().map(|code| code.not_final).into(),
        line.notes.into(),
        reason.as_ref().map(|reason| reason.id.clone()).into(),
        reason.as_ref().map(|reason| reason.es.clone()).into(),
        reason.map(|reason| reason.en).into(),
        party.as_ref().map(|party| party.id.to_string()).into(),
        party.as_ref().map(|party| party.kind.clone()).into(),
        party.as_ref().map(|party| party.name.clone()).into(),
        party.and_then(|party| party.company).into(),
        line.possible.into(),
        settled_by.into(),
        case.as_ref().map(|case| case.id.to_string()).into(),
        case.as_ref().map(|case| case.number).into(),
        case.map(|case| case.subject).into(),
        line.hung_up_by.into(),
        line.recorded.into(),
        line.voicemail.into(),
        line.handed_over.into(),
        line.revision.into(),
        row.activity.logged_at.into(),
        crm.into(),
    ]
}

async fn parts(app: &App, tenant: &Tenant, rows: &[ActivityRow]) -> Result<Vec<Row>, OpError> {
    let names = app.store.agent_names(tenant.id).await?;
    let moment = &mut *app.store.snapshot(tenant.id).await?;
    let calls: Vec<CallKey> = rows.iter().map(|row| row.call.key).collect();
    let wrapups = moment.wrapups_of_calls(&calls).await?;
    let wrapups: BTreeMap<EngagementKey, &Wrapup> =
        wrapups.iter().map(|wrapup| (wrapup.key, wrapup)).collect();
    let mut parts = Vec::new();
    for row in rows {
        for engagement in &row.call.engagements {
            let wrapup = wrapups.get(&engagement.key).copied();
            parts.push(part(row.call.key, engagement, wrapup, &names));
        }
    }
    Ok(parts)
}

fn part(call: CallKey, part: &Engagement, wrapup: Option<&Wrapup>, names: &AgentNames) -> Row {
    let code = wrapup.and_then(|wrapup| wrapup.code.as_ref());
    let label = |text: fn(&LoggedCode) -> &String| code.map(|code| text(code).clone());
    let reason = wrapup.and_then(|wrapup| wrapup.reason.as_ref());
    vec![
        part.key.0.to_string().into(),
        call.0.to_string().into(),
        part.agent.0.as_str().into(),
        names.get(&part.agent).cloned().into(),
        word(&part.via).into(),
        part.result.map(|result| word(&result)).into(),
        part.offered_at.into(),
        part.answered_at.into(),
        part.ended_at.into(),
        part.hold_ms.into(),
        wrapup.map(|wrapup| word(&wrapup.state)).into(),
        wrapup.and_then(|wrapup| wrapup.opened_at).into(),
        wrapup.and_then(|wrapup| wrapup.closed_at).into(),
        wrapup.and_then(|wrapup| wrapup.closed_by).map(|user| user.0.to_string()).into(),
        code.map(|code| code.id.to_string()).into(),
        label(|code| &code.label.es).into(),
        label(|code| &code.label.en).into(),
        wrapup.and_then(|wrapup| wrapup.notes.clone()).into(),
        reason.map(|reason| reason.id.clone()).into(),
        reason.map(|reason| reason.label.es.clone()).into(),
        reason.map(|reason| reason.label.en.clone()).into(),
        wrapup.map(|wrapup| i64::from(wrapup.extensions)).into(),
        wrapup.and_then(|wrapup| wrapup.released.as_ref()).map(|released| released.at).into(),
    ]
}

async fn corrections(
    app: &App,
    tenant: &Tenant,
    reader: UserId,
    rows: &[ActivityRow],
) -> Result<Vec<Row>, OpError> {
    let sees_all = sees_everything(app, tenant, reader).await?;
    let names = user_names(app, tenant).await?;
    let mut made = Vec::new();
    for row in rows {
        for correction in app.store.corrections(tenant.id, row.call.key).await? {
            made.extend(correction.fields.iter().map(|field| {
                let told = sees_all || !names_a_record(&field.field);
                vec![
                    correction.id.0.to_string().into(),
                    correction.call.0.to_string().into(),
                    correction.engagement.map(|part| part.0.to_string()).into(),
                    correction.at.into(),
                    correction.by.0.to_string().into(),
                    names.get(&correction.by).cloned().into(),
                    correction.reason.clone().into(),
                    correction.undoes.map(|undone| undone.0.to_string()).into(),
                    field.field.as_str().into(),
                    field.before.clone().filter(|_| told).into(),
                    field.after.clone().filter(|_| told).into(),
                ]
            }));
        }
    }
    Ok(made)
}

/// Whether a field says in words which record it was: told to whom nothing is hidden.
pub(super) fn names_a_record(field: &str) -> bool {
    NAMING_FIELDS.contains(&field)
}
