//! What a call as it is now makes begin and end: its Activity, the wrap-ups that its agents owe, and what becomes of it once
//! it is over. What becomes of calls that turn out to be one is in [`super::one_call`].

use super::{Ingest, IngestError};
use crate::app::Rules;
use crate::ops::lookup;
use domain::activity::Activity;
use domain::auto_create::wants_caller;
use domain::call::{CallRecord, CallState, Direction};
use domain::commit::Change;
use domain::dial::DialledFrom;
use domain::id::{AgentKey, EngagementKey};
use domain::matching::AutoCreate;
use domain::message;
use domain::wrapup::{Wrapup, WrapupState};
use std::collections::BTreeSet;
use store::ReadError;

impl Ingest {
    /// Where the call was clicked, if it was.
    async fn dialled_from(&self, call: &CallRecord) -> Result<Option<DialledFrom>, ReadError> {
        if call.direction != Direction::Outbound {
            return Ok(None);
        }
        for part in &call.engagements {
            if let Some(dial) = self.app.store.dial(self.tenant.id, part.key).await? {
                return Ok(Some(dial.from));
            }
        }
        Ok(None)
    }

    /// The Activity of a call that nothing is stored of: whose it may be, and where it was clicked.
    async fn opened(&self, call: &CallRecord, rules: &Rules) -> Result<Activity, ReadError> {
        let party = lookup::party_of(rules, call);
        let rule = &rules.centre.matching;
        let matched = lookup::match_caller(&*self.app.store, self.tenant.id, &party, rule).await?;
        let dialled_from = self.dialled_from(call).await?;
        let clicked = match dialled_from {
            Some(_) => {
                lookup::clicked(&mut *self.app.store.snapshot(self.tenant.id).await?, dialled_from).await?
            }
            None => None,
        };
        let mut activity = Activity::open(call.key, matched.candidates());
        activity.dialled_from = dialled_from;
        activity.party = lookup::party_by_itself(clicked, &matched);
        Ok(activity)
    }

    pub(super) async fn changes_of(
        &mut self,
        call: CallRecord,
        changes: &mut Vec<Change>,
        agents: &mut BTreeSet<AgentKey>,
    ) -> Result<(), IngestError> {
        agents.extend(call.engagements.iter().map(|part| part.agent.clone()));
        let key = call.key;
        let due: Vec<Wrapup> = call
            .engagements
            .iter()
            .filter(|part| part.wrapup_due() && !self.opened_wrapups.contains(&part.key))
            .map(|part| Wrapup {
                state: WrapupState::Open,
                opened_at: part.ended_at,
                ..Wrapup::new(part.key, key, part.agent.clone())
            })
            .collect();
        let ended = call.state == CallState::Ended && call.has_customer();
        // Until an outbound call reaches somebody or is over, its number may be the keys that were pressed, the
        // digit for an outside line included; whom it is with would be asked of the wrong number.
        // And until it is known whether a caller wants their number shown, they are nobody's yet.
        let named = call.from.is_some() || call.ring_group.is_some() || !call.engagements.is_empty();
        let settled = call.answered_at.is_some() || ended || !due.is_empty();
        let told = settled || (call.direction != Direction::Outbound && named);
        let rules = self.tenant.rules();
        let opens = call.has_customer() && told && !self.opened_activities.contains(&key);
        let opened = if opens { Some(self.opened(&call, &rules).await?) } else { None };
        let owes_wrapup = call.engagements.iter().any(|part| part.wrapup);
        let makes = ended && rules.centre.auto_create.of_call(&call).make != AutoCreate::None;
        let wanted =
            makes && wants_caller(&call, &rules.centre.auto_create, &lookup::party_of(&rules, &call));
        let parts: Vec<EngagementKey> = call.engagements.iter().map(|part| part.key).collect();
        let left = message::settled(&call);
        changes.push(Change::Call(Box::new(call)));
        if let Some(activity) = opened {
            changes.push(Change::ActivityOpened(Box::new(activity)));
            self.opened_activities.insert(key);
        }
        for wrapup in due {
            self.opened_wrapups.insert(wrapup.key);
            changes.push(Change::WrapupOpened(Box::new(wrapup)));
        }
        if ended {
            changes.push(Change::ActivityArchived { key, owes_wrapup });
            changes.extend(wanted.then_some(Change::CallerWanted(key)));
            changes.extend(left);
            // What a late fact may still open is settled by the store, which opens nothing twice.
            self.opened_activities.remove(&key);
            self.opened_wrapups.retain(|wrapup| !parts.contains(wrapup));
        }
        Ok(())
    }
}
