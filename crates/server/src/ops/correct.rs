//! `correct`: what is filed of a call is put right, or put back. Who may is decided in `domain`, with everything else.

use super::ring_groups::CodeGround;
use super::submit_scene::json;
use super::{FieldFault, OpError, read_activity};
use crate::app::{App, Tenant};
use crate::view::ActivityView;
use domain::bulk::part_of;
use domain::case::Case;
use domain::commit::Commit;
use domain::correction::decide::{
    CaseCorrection, CorrectRefused, CorrectRequest, CorrectionScene, PartyCorrection, correct as rule,
    undo as put_back,
};
use domain::correction::{Correction, Corrector, Corrigible, Filed};
use domain::directory::PersonLine;
use domain::disposition::DispositionSet;
use domain::id::{AuditId, CallKey, CaseId, EngagementKey, PersonId};
use domain::relate::opportunity::OpportunityId;
use domain::wrapup::Wrapup;
use domain::wrapup::submit::SubmitRefused;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{ActivityRow, CommitError};

/// How often it is decided anew when something moved between reading and writing.
pub(super) const MAX_DECISIONS: usize = 8;

/// Puts right what is filed; answers the Activity as it then is. Where nothing would be different nothing is written.
///
/// # Errors
/// The Activity is not there, a rule refuses it, or the store cannot write.
pub async fn correct(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    key: CallKey,
    request: &CorrectRequest,
) -> Result<ActivityView, OpError> {
    let named = NamedIn::of(request.party, request.case);
    decided(app, tenant, who, key, (named, request.engagement), |scene| rule(scene, request)).await
}

/// Puts back what was filed before a correction, as a correction of its own.
///
/// # Errors
/// The Activity or the correction is not there, a rule refuses it, or the store cannot write.
pub async fn undo(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    key: CallKey,
    correction: AuditId,
    revision: u64,
) -> Result<ActivityView, OpError> {
    let decide = |scene: &CorrectionScene<'_>| put_back(scene, correction, revision).map(Some);
    decided(app, tenant, who, key, (NamedIn::default(), None), decide).await
}

/// Records and Cases that are named somewhere.
#[derive(Clone, Default)]
pub(super) struct NamedIn {
    people: BTreeSet<PersonId>,
    cases: BTreeSet<CaseId>,
}

impl NamedIn {
    /// Those that are to be filed.
    pub(super) fn of(party: Option<PartyCorrection>, case: Option<CaseCorrection>) -> Self {
        let mut named = NamedIn::default();
        named.people.extend(party.and_then(|party| match party {
            PartyCorrection::Existing { person } => Some(person),
            PartyCorrection::None => None,
        }));
        named.cases.extend(case.and_then(|case| match case {
            CaseCorrection::Picked { case } => Some(case),
            CaseCorrection::None => None,
        }));
        named
    }

    fn add(&mut self, filed: &Filed) {
        self.people.extend(filed.party.and_then(|party| party.person));
        self.cases.extend(filed.related.and_then(|related| related.case()));
    }
}

/// What was read.
struct Read {
    row: ActivityRow,
    wrapups: Vec<Wrapup>,
    corrections: Vec<Correction>,
    sets: Arc<Vec<DispositionSet>>,
    people: Vec<PersonLine>,
    accounts: Vec<(PersonId, Option<PersonId>)>,
    cases: Vec<Case>,
}

async fn read(app: &App, tenant: &Tenant, key: CallKey, mut named: NamedIn) -> Result<Read, OpError> {
    let row = app.store.activity(tenant.id, key).await?.ok_or(OpError::NotFound)?;
    let wrapups = app.store.wrapups_of_call(tenant.id, key).await?;
    let corrections = app.store.corrections(tenant.id, key).await?;
    named.add(&Filed::of_call(&row.activity));
    wrapups.iter().for_each(|wrapup| named.add(&Filed::of_wrapup(wrapup)));
    corrections.iter().for_each(|correction| named.add(&correction.before));
    let (mut people, mut accounts) = (Vec::new(), Vec::new());
    for id in named.people {
        if let Some(person) = app.store.person(tenant.id, id).await? {
            accounts.push((id, person.account));
            people.push(PersonLine::from(&person));
        }
    }
    let cases: Vec<CaseId> = named.cases.into_iter().collect();
    let cases = app.store.cases(tenant.id, &cases).await?;
    let sets = app.store.dispositions(tenant.id).await?;
    Ok(Read { row, wrapups, corrections, sets, people, accounts, cases })
}

/// Whose part of a call is looked at.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// This one; `None`: the call itself.
    Named(Option<EngagementKey>),
    /// That whose sum is the Activity's.
    Shown,
}

/// What `decide` says of the call as it is now.
pub(super) async fn looked_at<T>(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    key: CallKey,
    (named, part): (NamedIn, Part),
    decide: impl FnOnce(&CorrectionScene<'_>) -> T,
) -> Result<T, OpError> {
    let read = read(app, tenant, key, named).await?;
    let rules = tenant.rules();
    let of = Corrigible {
        call: &read.row.call,
        activity: &read.row.activity,
        wrapups: &read.wrapups,
        corrections: &read.corrections,
        agent_hours: rules.centre.corrections.agent_hours,
        who,
        now: app.around.now(),
    };
    let part = match part {
        Part::Named(part) => part,
        Part::Shown => part_of(&of),
    };
    let agent = part.and_then(|part| read.row.call.engagement(part)).map(|part| &part.agent);
    let ground = CodeGround::of(app, tenant, &rules, &read.sets, &read.row.call, agent);
    let ids = read_activity::opportunities_of(&read.row.activity, &read.wrapups);
    let before = read.corrections.iter().filter_map(|made| made.before.opportunity).map(|one| one.id);
    let names = read_activity::opportunity_names(app, tenant, &ids.into_iter().chain(before).collect());
    let opportunities: Vec<(OpportunityId, String)> = names.into_iter().collect();
    Ok(decide(&CorrectionScene {
        tenant: tenant.id,
        of,
        sets: &read.sets,
        scope: ground.scope(),
        codes_enabled: rules.centre.codes_enabled,
        people: &read.people,
        accounts: &read.accounts,
        cases: &read.cases,
        opportunities: &opportunities,
        id: AuditId(app.around.new_id()),
    }))
}

async fn decided(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    key: CallKey,
    (named, part): (NamedIn, Option<EngagementKey>),
    decide: impl Fn(&CorrectionScene<'_>) -> Result<Option<Commit>, CorrectRefused>,
) -> Result<ActivityView, OpError> {
    for _ in 0..MAX_DECISIONS {
        let of = (named.clone(), Part::Named(part));
        let commit = match looked_at(app, tenant, who, key, of, &decide).await? {
            Ok(Some(commit)) => commit,
            Ok(None) => return read_activity::read_activity(app, tenant, who, key).await,
            Err(refused) => return Err(explained(app, tenant, who, key, refused).await?),
        };
        match app.store.commit(commit).await {
            Ok(number) => {
                app.suggestions.touch(tenant.id);
                // The call may be among the last ones of whoever is on somebody's panel.
                app.hub.changed_for_all(tenant.id, number);
                return read_activity::read_activity(app, tenant, who, key).await;
            }
            // Somebody was faster with the call, the record or the Case: see what is there now.
            Err(CommitError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(OpError::Unavailable("the call changes faster than it can be corrected".to_owned()))
}

async fn explained(
    app: &App,
    tenant: &Tenant,
    who: &Corrector,
    key: CallKey,
    refused: CorrectRefused,
) -> Result<OpError, OpError> {
    let unknown = |field: &'static str| OpError::invalid(field, FieldFault::Unknown);
    Ok(match refused {
        CorrectRefused::StaleRevision => {
            OpError::Stale { current: json(&read_activity::read_activity(app, tenant, who, key).await?) }
        }
        CorrectRefused::PartUnknown => unknown("engagement"),
        CorrectRefused::NotCorrectable => OpError::NotCorrectable,
        CorrectRefused::Forbidden => OpError::Forbidden,
        CorrectRefused::NotOfTheCall { field } => unknown(field.name()),
        CorrectRefused::PersonUnknown => unknown("party"),
        CorrectRefused::CaseUnknown => unknown("case"),
        CorrectRefused::Code(code) => OpError::Refused(SubmitRefused::Code(code)),
        CorrectRefused::NotesRequired => OpError::Refused(SubmitRefused::NotesRequired),
        CorrectRefused::NotesTooLong => OpError::Refused(SubmitRefused::NotesTooLong),
        CorrectRefused::ReasonTooLong => OpError::invalid("reason", FieldFault::TooLong),
        CorrectRefused::CorrectionUnknown => OpError::NotFound,
        CorrectRefused::NothingToUndo => OpError::NothingToUndo,
    })
}
