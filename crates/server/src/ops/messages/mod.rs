//! `messages`: what callers left is dealt with by their ring groups: taken, given back, called back, done, reopened. What
//! may be done is `domain::message`'s; lists are in [`lines`].

pub mod lines;
mod news;

pub use lines::{MESSAGES_PAGE, Wanted, counts, counts_of_agent, list};
pub use news::MessageNews;

use super::submit_scene::json;
use super::{FieldFault, OpError, ring_groups};
use crate::app::{App, Tenant};
use crate::view::MessageLineView;
use domain::account::Role;
use domain::call::CallRecord;
use domain::commit::{Change, Commit, Precondition};
use domain::correction::Corrector;
use domain::dial::Dial;
use domain::id::{AuditId, CallKey};
use domain::listen::Listener;
use domain::message::work::{self, Doer, MessageRefused, Step};
use domain::message::{Message, MessageState};
use domain::wrapup::WrapupState;
use std::sync::Arc;
use store::{ActivityRow, CommitError, Snapshot};

/// How often a step is decided anew when somebody was faster.
const MAX_DECISIONS: usize = 8;

/// Does a step with the message of a call, which was seen at this revision; answers it as it then is.
///
/// # Errors
/// There is no such message, it is not for `who`, another one deals with it, it was changed meanwhile, or the store cannot
/// write.
pub async fn step(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    key: CallKey,
    asked: &Step,
    revision: u64,
) -> Result<MessageLineView, OpError> {
    for _ in 0..MAX_DECISIONS {
        let (message, _) = theirs(app, tenant, who, key).await?;
        let doer = doer(app, who);
        let today = done_today(app, tenant, &message);
        let decided = match work::step(&message, asked, &doer, revision, today) {
            Ok(decided) => decided,
            Err(refused) => return Err(explained(app, tenant, who, &message, refused).await?),
        };
        let Some((after, preconditions, changes)) = decided else {
            return lines::line(app, tenant, who, &message).await;
        };
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(number) => {
                news::tell(app, tenant, &after, number);
                return lines::line(app, tenant, who, &after).await;
            }
            // Somebody was faster: see what is there now.
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("the message changes faster than it can be dealt with".to_owned()))
}

/// Stores a click on a message, which is `who`'s from then on.
///
/// # Errors
/// There is no such message, another one deals with it, it is dealt with, or the store cannot write.
pub async fn call_back(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    key: CallKey,
    dial: &Dial,
) -> Result<(), OpError> {
    for _ in 0..MAX_DECISIONS {
        let (message, _) = theirs(app, tenant, who, key).await?;
        let (after, preconditions, mut changes) =
            match work::call_back(&message, dial.engagement, &doer(app, who)) {
                Ok(decided) => decided,
                Err(refused) => return Err(explained(app, tenant, who, &message, refused).await?),
            };
        changes.push(Change::Dial(Box::new(dial.clone())));
        match app.store.commit(Commit { tenant: tenant.id, preconditions, changes }).await {
            Ok(number) => {
                news::tell(app, tenant, &after, number);
                return Ok(());
            }
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("the message changes faster than it can be called back".to_owned()))
}

/// The message of a call and the call's Activity, where `who` may deal with it: whoever may hear it.
///
/// # Errors
/// There is none, or it is not for `who`.
pub async fn theirs(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    key: CallKey,
) -> Result<(Message, ActivityRow), OpError> {
    let mut moment = app.store.snapshot(tenant.id).await?;
    let message = moment.message(key).await?.ok_or(OpError::NotFound)?;
    let row = moment.activity(key).await?.ok_or(OpError::NotFound)?;
    match may_deal_with(app, tenant, who, &row.call) {
        true => Ok((message, row)),
        false => Err(OpError::Forbidden),
    }
}

fn may_deal_with(app: &App, tenant: &Tenant, who: &Corrector, call: &CallRecord) -> bool {
    let ring_groups = ring_groups_of(app, tenant, who);
    let listener = Listener { role: who.role, agent: who.agent.as_ref(), ring_groups: &ring_groups };
    listener.may_hear_voicemail(call)
}

/// The ring groups that narrow what `who` sees; a supervisor sees all.
fn ring_groups_of(app: &App, tenant: &Tenant, who: &Corrector) -> Vec<String> {
    match &who.agent {
        Some(agent) if who.role < Role::Supervisor => {
            ring_groups::of_agent(app, tenant, &tenant.rules(), agent)
        }
        _ => Vec::new(),
    }
}

/// What a Log adds where the call was dialled from a message: the caller was reached, and that is the end of it.
pub(super) struct CallBackEnd {
    after: Message,
    /// What that rests on.
    pub(super) preconditions: Vec<Precondition>,
    /// What changes.
    pub(super) changes: Vec<Change>,
}

impl CallBackEnd {
    /// That of a Log that is about to be committed, if there is one.
    ///
    /// # Errors
    /// The store cannot read.
    pub(super) async fn of(
        moment: &mut dyn Snapshot,
        app: &App,
        who: &Corrector,
        row: &ActivityRow,
        commit: &Commit,
    ) -> Result<Option<CallBackEnd>, OpError> {
        let Some(key) = row.activity.dialled_from.and_then(|from| from.message()) else { return Ok(None) };
        let logs =
            |change: &Change| matches!(change, Change::Wrapup(wrapup) if wrapup.state == WrapupState::Logged);
        if !commit.changes.iter().any(logs) {
            return Ok(None);
        }
        let Some(message) = moment.message(key).await? else { return Ok(None) };
        let decided = work::call_back_logged(&message, &row.call, &doer(app, who));
        Ok(decided.map(|(after, preconditions, changes)| CallBackEnd { after, preconditions, changes }))
    }

    /// Tells whoever sees the message, now that it is committed.
    pub(super) fn tell(&self, app: &App, tenant: &Tenant, number: u64) {
        news::tell(app, tenant, &self.after, number);
    }
}

fn doer(app: &App, who: &Corrector) -> Doer {
    Doer { user: who.user, role: who.role, at: app.around.now(), entry: AuditId(app.around.new_id()) }
}

/// Whether it is still the day, in the tenant's zone, on which somebody was done with it.
fn done_today(app: &App, tenant: &Tenant, message: &Message) -> bool {
    let MessageState::Done { at, .. } = message.state else { return false };
    let zone = tenant.settings.zone();
    let day =
        |micros| jiff::Timestamp::from_microsecond(micros).map(|time| time.to_zoned(zone.clone()).date());
    day(at.0).ok() == day(app.around.now().0).ok()
}

async fn explained(
    app: &App,
    tenant: &Arc<Tenant>,
    who: &Corrector,
    message: &Message,
    refused: MessageRefused,
) -> Result<OpError, OpError> {
    let current = match refused {
        MessageRefused::NotTheirs => return Ok(OpError::Forbidden),
        MessageRefused::ReasonTooLong => return Ok(OpError::invalid("reason", FieldFault::TooLong)),
        _ => json(&lines::line(app, tenant, who, message).await?),
    };
    Ok(match refused {
        MessageRefused::Taken => OpError::MessageMoved { code: "message_taken", current },
        MessageRefused::Done => OpError::MessageMoved { code: "message_done", current },
        _ => OpError::Stale { current },
    })
}
