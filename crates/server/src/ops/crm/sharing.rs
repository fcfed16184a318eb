//! What people see of the CRM's records is what the CRM shows their user. Matching and filing are not concerned: a call is
//! logged on whom it is with, seen or not, so nobody makes a second record of somebody whom they may not see. What is known
//! is in [`crate::sharing`]; which records a view shows in [`crate::view::records`].

use super::people::People;
use crate::app::{App, Tenant};
use crate::crms::CrmLink;
use crate::ops::OpError;
use crate::ops::panel::PanelOwner;
use crate::sharing::Hidden;
use crate::view::{ActivityView, Shown, ShowsRecords};
use crm::{AccessQuestion, CrmError, OpenToAll, Retry};
use domain::id::{AgentKey, PersonId, UserId};
use domain::mirror::{Joined, Local, Mirrored, RemoteId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use store::ReadError;
use tokio::time::timeout;

/// How long a request waits for what the CRM shows somebody. A panel waits for nothing: it is told.
pub const ASK_WITHIN: Duration = Duration::from_secs(2);
/// Fields of a correction whose texts name a record.
pub const NAMING_FIELDS: [&str; 2] = ["party", "case"];

/// Whether what the CRM shows somebody may be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// For as long as [`ASK_WITHIN`].
    Briefly,
    /// No: what is not known yet is hidden. A Log never waits for a network.
    Never,
}

/// Somebody who looks at records that a CRM may not show them.
struct Viewer {
    link: Arc<CrmLink>,
    /// Who they are there.
    theirs: Option<RemoteId>,
}

/// What is known of some of our records.
struct Seen {
    hidden: BTreeMap<Local, Hidden>,
    ask: Vec<RemoteId>,
}

impl Viewer {
    /// Whoever this is, where what they see depends on a CRM.
    async fn of(app: &App, tenant: &Tenant, user: UserId) -> Result<Option<Viewer>, ReadError> {
        let Some(link) = app.crms.of(tenant.id).filter(|link| link.sharing.policy.follow) else {
            return Ok(None);
        };
        let people = People::read(app, tenant).await?;
        let theirs = people.theirs(user).cloned();
        // Whoever is deactivated there sees nothing more of it, and not everything.
        let sees_all = !people.is_known(user) && link.sharing.policy.show_without_user;
        Ok((!sees_all).then_some(Viewer { link, theirs }))
    }

    async fn look(&self, app: &App, tenant: &Tenant, records: &BTreeSet<Local>) -> Result<Seen, ReadError> {
        let records: Vec<Local> = records.iter().copied().collect();
        let joined = app.store.joined(tenant.id, &records).await?;
        let Some(user) = &self.theirs else {
            let hidden = joined.into_iter().map(|joined| (joined.local, Hidden::NotShared)).collect();
            return Ok(Seen { hidden, ask: Vec::new() });
        };
        let asked = with_kinds(app, tenant, &self.link, &joined).await?;
        let look = self.link.sharing.look(user, &asked, app.around.now());
        let hidden = joined
            .into_iter()
            .filter_map(|joined| look.hidden.get(&joined.remote).map(|why| (joined.local, *why)))
            .collect();
        Ok(Seen { hidden, ask: look.ask })
    }

    /// The same, having asked for what is not known, for a while at most.
    async fn look_and_ask(
        &self,
        app: &App,
        tenant: &Tenant,
        records: &BTreeSet<Local>,
    ) -> Result<BTreeMap<Local, Hidden>, ReadError> {
        let seen = self.look(app, tenant, records).await?;
        let Some(user) = self.theirs.as_ref().filter(|_| !seen.ask.is_empty()) else {
            return Ok(seen.hidden);
        };
        let question = AccessQuestion { user: user.clone(), records: seen.ask };
        match timeout(ASK_WITHIN, ask(app, &self.link, &[question])).await {
            Ok(Ok(_)) => Ok(self.look(app, tenant, records).await?.hidden),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the CRM could not be asked what it shows a user");
                Ok(seen.hidden)
            }
            Err(_late) => Ok(seen.hidden),
        }
    }
}

/// Each record there with the kind whose records all are as open as it, if it is not one that is its owner's alone: a Contact of
/// no Account. The id says which kind it is; that of Contacts is read at once.
async fn with_kinds(
    app: &App,
    tenant: &Tenant,
    link: &CrmLink,
    joined: &[Joined],
) -> Result<Vec<(RemoteId, Option<Mirrored>)>, ReadError> {
    let kinds: Vec<_> = joined.iter().map(|joined| link.crm.kind_of(&joined.remote)).collect();
    let contacts = joined.iter().zip(&kinds).filter(|(_, kind)| **kind == Some(Mirrored::Contacts));
    let contacts: Vec<PersonId> = contacts.filter_map(|(joined, _)| person_of(joined.local)).collect();
    let of_accounts = match contacts.is_empty() {
        true => BTreeSet::new(),
        false => app.store.snapshot(tenant.id).await?.with_account(&contacts).await?,
    };
    let of_no_account = |local: Local| person_of(local).is_none_or(|person| !of_accounts.contains(&person));
    let asked = joined.iter().zip(kinds).map(|(joined, kind)| {
        let kind = kind.filter(|kind| *kind != Mirrored::Contacts || !of_no_account(joined.local));
        (joined.remote.clone(), kind)
    });
    Ok(asked.collect())
}

fn person_of(record: Local) -> Option<PersonId> {
    match record {
        Local::Person(person) => Some(person),
        Local::Case(_) => None,
    }
}

/// Asks the CRM; answers for which of its users it answered anything.
///
/// # Errors
/// It does not answer.
pub async fn ask(
    app: &App,
    link: &CrmLink,
    questions: &[AccessQuestion],
) -> Result<BTreeSet<RemoteId>, CrmError> {
    let now = app.around.now();
    if link.sharing.open_due(now) {
        let open = match link.crm.open_to_all().await {
            // Our user may not read it: then each record is asked about.
            Err(error) if error.retry == Retry::No => OpenToAll::default(),
            open => open?,
        };
        link.sharing.open_to_all(open, now);
    }
    let access = link.crm.access(questions).await?;
    let answered = access.iter().map(|one| one.user.clone()).collect();
    link.sharing.learn(access, |record| link.crm.kind_of(record), now);
    Ok(answered)
}

/// Asks what panels wait for, all of it at once, and tells them.
///
/// # Errors
/// The CRM does not answer; it is asked again.
pub async fn ask_wanted(app: &App, tenant: &Tenant, link: &CrmLink) -> Result<(), CrmError> {
    let (questions, agents) = link.sharing.take();
    if questions.is_empty() {
        return Ok(());
    }
    let answered = match ask(app, link, &questions).await {
        Ok(answered) => answered,
        Err(error) => {
            for question in questions {
                for agent in agents.get(&question.user).into_iter().flatten() {
                    link.sharing.want_later(&question.user, agent, question.records.clone());
                }
            }
            return Err(error);
        }
    };
    // Also where nothing is new: a page may have been answered the same a moment ago, and the panel not told.
    for user in answered {
        for agent in agents.get(&user).into_iter().flatten() {
            app.hub.seen(tenant.id, agent);
        }
    }
    Ok(())
}

/// The view without what `user` may not see.
///
/// # Errors
/// The store cannot read.
pub async fn shared<V: ShowsRecords>(
    app: &App,
    tenant: &Tenant,
    user: UserId,
    mut view: V,
) -> Result<V, OpError> {
    if let Some(viewer) = Viewer::of(app, tenant, user).await? {
        let hidden = viewer.look_and_ask(app, tenant, &shown(&mut view)).await?;
        hide(&mut view, &hidden);
    }
    Ok(view)
}

/// The same for an Activity, whose corrections name records in words: where one of those is hidden, the words are, too.
///
/// # Errors
/// The store cannot read.
pub async fn shared_activity(
    app: &App,
    tenant: &Tenant,
    user: UserId,
    mut view: ActivityView,
    wait: Wait,
) -> Result<ActivityView, OpError> {
    let Some(viewer) = Viewer::of(app, tenant, user).await? else { return Ok(view) };
    let mut records = shown(&mut view);
    records.extend(view.named_in_corrections.iter().copied());
    let hidden = match wait {
        Wait::Briefly => viewer.look_and_ask(app, tenant, &records).await?,
        Wait::Never => viewer.look(app, tenant, &records).await?.hidden,
    };
    hide(&mut view, &hidden);
    if view.named_in_corrections.iter().any(|record| hidden.contains_key(record)) {
        let fields = view.corrections.iter_mut().flat_map(|correction| &mut correction.fields);
        for field in fields.filter(|field| NAMING_FIELDS.contains(&field.field.as_str())) {
            (field.before, field.after) = (None, None);
        }
    }
    Ok(view)
}

/// Hides of a panel, or of what one shows, what its owner may not see. Nothing is waited for: what the CRM has to be asked for first is hidden until it
/// has answered, and then the panel is told.
///
/// # Errors
/// The store cannot read.
pub async fn share_panel(
    app: &App,
    tenant: &Tenant,
    owner: &PanelOwner,
    panel: &mut impl ShowsRecords,
) -> Result<(), ReadError> {
    let Some(viewer) = Viewer::of(app, tenant, owner.user).await? else { return Ok(()) };
    let seen = viewer.look(app, tenant, &shown(panel)).await?;
    hide(panel, &seen.hidden);
    want(&viewer, &owner.agent, seen.ask);
    Ok(())
}

fn want(viewer: &Viewer, agent: &AgentKey, records: Vec<RemoteId>) {
    if let Some(user) = viewer.theirs.as_ref().filter(|_| !records.is_empty()) {
        viewer.link.sharing.want(user, agent, records);
    }
}

/// The view as far as is known now what its owner may see of it.
///
/// # Errors
/// The store cannot read.
pub async fn shared_now<V: ShowsRecords>(
    app: &App,
    tenant: &Tenant,
    user: UserId,
    mut view: V,
) -> Result<V, OpError> {
    if let Some(viewer) = Viewer::of(app, tenant, user).await? {
        let hidden = viewer.look(app, tenant, &shown(&mut view)).await?.hidden;
        hide(&mut view, &hidden);
    }
    Ok(view)
}

/// The records of a list that `user` may see.
///
/// # Errors
/// The store cannot read.
pub async fn visible<T>(
    app: &App,
    tenant: &Tenant,
    user: UserId,
    records: Vec<T>,
    local: impl Fn(&T) -> Local,
) -> Result<Vec<T>, OpError> {
    let Some(viewer) = Viewer::of(app, tenant, user).await? else { return Ok(records) };
    let all = records.iter().map(&local).collect();
    let hidden = viewer.look_and_ask(app, tenant, &all).await?;
    Ok(records.into_iter().filter(|record| !hidden.contains_key(&local(record))).collect())
}

/// How often a CRM is asked for a page of a file before the file ends there.
const ASKED_FOR_A_FILE: usize = 5;

/// The same for a file, out of which nothing may be left because a CRM did not answer in time.
///
/// # Errors
/// The CRM does not say, or the store cannot read.
pub async fn visible_for_certain<T>(
    app: &App,
    tenant: &Tenant,
    user: UserId,
    records: Vec<T>,
    local: impl Fn(&T) -> Local,
) -> Result<Vec<T>, OpError> {
    let Some(viewer) = Viewer::of(app, tenant, user).await? else { return Ok(records) };
    let all: BTreeSet<Local> = records.iter().map(&local).collect();
    for _ in 0..ASKED_FOR_A_FILE {
        let hidden = viewer.look_and_ask(app, tenant, &all).await?;
        if hidden.values().all(|why| *why != Hidden::Asking) {
            return Ok(records.into_iter().filter(|record| !hidden.contains_key(&local(record))).collect());
        }
    }
    Err(OpError::SharingUnknown)
}

/// Whether nothing is hidden from `user`.
///
/// # Errors
/// The store cannot read.
pub async fn sees_everything(app: &App, tenant: &Tenant, user: UserId) -> Result<bool, ReadError> {
    Ok(Viewer::of(app, tenant, user).await?.is_none())
}

/// That `user` may see this record.
///
/// # Errors
/// They may not, or the CRM does not say, or the store cannot read.
pub async fn may_see(app: &App, tenant: &Tenant, user: UserId, record: Local) -> Result<(), OpError> {
    let Some(viewer) = Viewer::of(app, tenant, user).await? else { return Ok(()) };
    let hidden = viewer.look_and_ask(app, tenant, &BTreeSet::from([record])).await?;
    match hidden.get(&record) {
        None => Ok(()),
        Some(Hidden::NotShared) => Err(OpError::NotShared),
        Some(Hidden::Asking) => Err(OpError::SharingUnknown),
    }
}

fn shown(view: &mut impl ShowsRecords) -> BTreeSet<Local> {
    let mut shown = BTreeSet::new();
    view.records(&mut |record: Shown<'_>| _ = shown.insert(record.local()));
    shown
}

fn hide(view: &mut impl ShowsRecords, hidden: &BTreeMap<Local, Hidden>) {
    if hidden.is_empty() {
        return;
    }
    view.records(&mut |record: Shown<'_>| {
        if let Some(why) = hidden.get(&record.local()) {
            record.hide(*why);
        }
    });
}
