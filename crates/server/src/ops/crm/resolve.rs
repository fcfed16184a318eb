//! Which of our records one of the CRM's is. The mirror knows nearly all of them; one that was made there a moment ago is
//! asked for, once and not for long: a Log never waits for a network longer than a panel waits for what frames it.

use super::phones;
use super::reflect::Reflecting;
use crate::app::{App, Tenant};
use crate::crms::CrmLink;
use crate::view::{CrmRecord, OnScreen};
use domain::mirror::{Local, RemoteId};
use domain::relate::View;
use domain::relate::opportunity::{OPPORTUNITY, OpportunityId};
use std::time::Duration;
use store::ReadError;
use tokio::time::timeout;

/// How long a record may be asked for that the mirror does not know.
pub const ASK_WITHIN: Duration = Duration::from_millis(500);
/// What the CRM calls a Case.
const CASE: &str = "Case";

/// What is on screen, in our terms. A Case that nobody can tell which it is counts as silence: none is related by itself, and
/// the agent is told.
///
/// # Errors
/// The store cannot read.
pub async fn view(app: &App, tenant: &Tenant, said: OnScreen) -> Result<View, ReadError> {
    Ok(match said {
        OnScreen::CrmRecord(record) if record.object == CASE => match local(app, tenant, &record).await? {
            Some(Local::Case(case)) => View::Case { case },
            _ => View::Silent,
        },
        other => as_known(tenant, &other),
    })
}

/// The same without asking the CRM; `None`: a Case that only the CRM can tell.
///
/// # Errors
/// The store cannot read.
pub async fn view_known(app: &App, tenant: &Tenant, said: &OnScreen) -> Result<Option<View>, ReadError> {
    match said {
        OnScreen::CrmRecord(record) if record.object == CASE => {
            Ok(match known(app, tenant, record).await? {
                Some(Local::Case(case)) => Some(View::Case { case }),
                _ => None,
            })
        }
        other => Ok(Some(as_known(tenant, other))),
    }
}

fn as_known(tenant: &Tenant, said: &OnScreen) -> View {
    match said {
        OnScreen::Silent => View::Silent,
        OnScreen::NoConsole => View::NoConsole,
        OnScreen::Case { case } => View::Case { case: *case },
        OnScreen::UnsavedCase => View::UnsavedCase,
        OnScreen::CrmRecord(record) => match opportunity(tenant, record) {
            Some(opportunity) => View::Opportunity { opportunity },
            None => View::Other,
        },
        OnScreen::Other => View::Other,
    }
}

/// The Opportunity that a record is, where calls are to be related to such.
pub fn opportunity(tenant: &Tenant, record: &CrmRecord) -> Option<OpportunityId> {
    let wanted = tenant.settings.salesforce.as_ref().is_some_and(|settings| settings.relate_opportunities);
    (wanted && record.object == OPPORTUNITY).then(|| OpportunityId::of(&record.id)).flatten()
}

/// Which of our records it is; asked for where the mirror does not know it.
///
/// # Errors
/// The store cannot read.
pub async fn local(app: &App, tenant: &Tenant, record: &CrmRecord) -> Result<Option<Local>, ReadError> {
    if let Some(known) = known(app, tenant, record).await? {
        return Ok(Some(known));
    }
    let (Some(id), Some(link)) = (RemoteId::salesforce(&record.id), app.crms.of(tenant.id)) else {
        return Ok(None);
    };
    match timeout(ASK_WITHIN, fetch(app, tenant, &link, &id)).await {
        Ok(fetched) => fetched,
        Err(_late) => Ok(None),
    }
}

async fn known(app: &App, tenant: &Tenant, record: &CrmRecord) -> Result<Option<Local>, ReadError> {
    let Some(id) = RemoteId::salesforce(&record.id) else { return Ok(None) };
    Ok(app.store.locals(tenant.id, &[id]).await?.into_iter().next().flatten())
}

/// Takes a record over that the mirror does not know yet.
///
/// # Errors
/// The store cannot read.
pub async fn fetch(
    app: &App,
    tenant: &Tenant,
    link: &CrmLink,
    id: &RemoteId,
) -> Result<Option<Local>, ReadError> {
    // What is asked for the mirror does not have yet: others like it may be there.
    link.pay(1);
    link.crm.choose_phones(&phones::chosen(tenant));
    let news = match link.crm.record(id).await {
        Ok(Some(news)) => news,
        Ok(None) => return Ok(None),
        Err(error) => {
            tracing::debug!(%error, "a record on screen could not be asked for");
            return Ok(None);
        }
    };
    let mut reflecting = Reflecting::new(app, tenant, link, true).await?;
    if let Err(error) = reflecting.reflect(&[news]).await {
        tracing::warn!(%error, "a record on screen could not be taken over");
        return Ok(None);
    }
    Ok(app.store.locals(tenant.id, std::slice::from_ref(id)).await?.into_iter().next().flatten())
}
