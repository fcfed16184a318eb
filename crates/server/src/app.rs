//! What every operation works with.

use crate::channels::Channels;
use crate::clock::Surroundings;
use crate::crms::Crms;
use crate::hooks::Hooks;
use crate::imports::ImportBell;
use crate::live::Hub;
use crate::ops::crm::consent::Consents;
use crate::ops::export::OpenFiles;
use crate::ops::review::REVIEWS_AT_A_TIME;
use crate::ops::session::{AccessTokens, Attempts};
use crate::ops::session_code::Codes;
use crate::ops::session_of_host::Spent;
use crate::phones::Phones;
use crate::settings::{Settings, TenantSettings};
use crate::source_health::SourceHealth;
use crate::suggestions::Suggestions;
use crate::webhooks::Webhooks;
use domain::centre::Centre;
use domain::id::TenantId;
use domain::phone::{NumberPolicy, OtherParty, other_party};
use domain::ring_group::GroupNumbers;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use store::{CommitError, Store};
use tokio::sync::{Notify, Semaphore};

/// A tenant as the running server knows it.
#[derive(Debug)]
pub struct Tenant {
    /// Its row.
    pub id: TenantId,
    /// What was set before the start.
    pub settings: TenantSettings,
    /// What admins have set since, as it is committed.
    rules: RwLock<Arc<Rules>>,
}

/// What admins set, and what follows from it.
#[derive(Debug)]
pub struct Rules {
    /// The settings.
    pub centre: Centre,
    /// Which numbers can be anybody's.
    pub numbers: NumberPolicy,
    /// Which ring group each number of ours belongs to.
    group_numbers: GroupNumbers,
    /// Numbers read lately. Reading one takes longer than looking it up, and each call's is read for every
    /// snapshot, submit and list that shows it.
    read: Mutex<HashMap<String, OtherParty>>,
}

/// How many numbers are remembered; then all are forgotten, and what is asked for again is read again.
const MAX_NUMBERS_REMEMBERED: usize = 10_000;

impl Tenant {
    fn new(id: TenantId, settings: TenantSettings, centre: Centre) -> Tenant {
        let rules = RwLock::new(Arc::new(Rules::of(&settings, centre)));
        Tenant { id, settings, rules }
    }

    /// The rules as they are now. Whoever decides takes them once, so that one decision rests on one set of rules.
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What follows from settings that somebody means, before they are saved.
    pub(crate) fn rules_with(&self, centre: Centre) -> Rules {
        Rules::of(&self.settings, centre)
    }

    /// Takes settings over that were committed.
    pub(crate) fn rules_are(&self, centre: Centre) {
        let rules = Arc::new(Rules::of(&self.settings, centre));
        let mut now = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        // Two changes may be told in another order than they were committed in.
        if now.centre.version <= rules.centre.version {
            *now = rules;
        }
    }
}

impl Rules {
    fn of(settings: &TenantSettings, centre: Centre) -> Rules {
        let numbers = NumberPolicy::new(settings.region).with_own(centre.numbers_of_ours());
        let group_numbers = GroupNumbers::of(&centre.ring_groups, settings.region);
        Rules { centre, numbers, group_numbers, read: Mutex::default() }
    }

    /// The ring group that a number of ours belongs to.
    pub fn ring_group_of(&self, number: &str) -> Option<String> {
        self.group_numbers.group(&self.party(number)).map(str::to_owned)
    }

    /// The other party that a number of a call means, by these rules.
    pub fn party(&self, number: &str) -> OtherParty {
        let remembered = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(party) = remembered().get(number) {
            return party.clone();
        }
        let party = other_party(number, &self.numbers);
        let mut read = remembered();
        if read.len() >= MAX_NUMBERS_REMEMBERED {
            read.clear();
        }
        read.insert(number.to_owned(), party.clone());
        party
    }
}

/// Everything that operations share.
pub struct App {
    /// Durable state.
    pub store: Arc<dyn Store>,
    /// Clock and randomness.
    pub around: Arc<dyn Surroundings>,
    /// The settings.
    pub settings: Settings,
    /// The tenants, in the order of the settings.
    pub tenants: Vec<Arc<Tenant>>,
    /// Who is told of changes.
    pub hub: Hub,
    /// Access tokens that are valid now.
    pub tokens: AccessTokens,
    /// Log-in attempts that failed lately.
    pub attempts: Attempts,
    /// One-time codes for panels in frames.
    pub codes: Codes,
    /// Assertions of a CRM that were taken.
    pub assertions: Spent,
    /// What the sign-in page says of demo users.
    pub demo_users: Vec<DemoUser>,
    /// Phone systems that can be told something.
    pub phones: Phones,
    /// The legs that live now.
    pub channels: Channels,
    /// Where phone systems that push are heard.
    pub hooks: Hooks,
    /// How each of them stands.
    pub source_health: SourceHealth,
    /// Consents to log in to a CRM that are under way.
    pub consents: Consents,
    /// What was learnt for the suggestion of codes.
    pub suggestions: Suggestions,
    /// Wakes those who import.
    pub imports: ImportBell,
    /// The CRMs that directories mirror.
    pub crms: Crms,
    /// Who asked for other programs to be told something.
    pub webhooks: Webhooks,
    /// Wakes those who mail reports.
    pub report_mails: Notify,
    /// Room for reviews of code sets.
    pub reviews: Semaphore,
    /// Files that are being sent.
    pub files: OpenFiles,
    by_host: HashMap<String, usize>,
}

/// A user of the demo, shown on its sign-in page.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct DemoUser {
    /// Login.
    pub login: String,
    /// Password: no secret, everybody may play.
    pub password: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
}

impl App {
    /// Puts the parts together; a tenant that is new gets its row.
    ///
    /// # Errors
    /// The store cannot write.
    pub async fn new(
        store: Arc<dyn Store>,
        around: Arc<dyn Surroundings>,
        settings: Settings,
        demo_users: Vec<DemoUser>,
    ) -> Result<App, CommitError> {
        let mut tenants = Vec::new();
        let mut by_host = HashMap::new();
        for (index, tenant) in settings.tenants.iter().enumerate() {
            let id = store.tenant(&tenant.slug).await?;
            let stored =
                store.centre(id).await.map_err(|error| CommitError::Unavailable(error.to_string()))?;
            let centre = stored.unwrap_or_else(|| tenant.centre());
            tenants.push(Arc::new(Tenant::new(id, tenant.clone(), centre)));
            by_host.extend(tenant.hosts.iter().map(|host| (host.to_lowercase(), index)));
        }
        Ok(App {
            store,
            around,
            settings,
            tenants,
            hub: Hub::default(),
            tokens: AccessTokens::default(),
            attempts: Attempts::default(),
            codes: Codes::default(),
            assertions: Spent::default(),
            demo_users,
            phones: Phones::default(),
            channels: Channels::default(),
            hooks: Hooks::default(),
            source_health: SourceHealth::default(),
            consents: Consents::default(),
            suggestions: Suggestions::default(),
            imports: ImportBell::default(),
            crms: Crms::default(),
            webhooks: Webhooks::default(),
            report_mails: Notify::new(),
            reviews: Semaphore::new(REVIEWS_AT_A_TIME),
            files: OpenFiles::default(),
            by_host,
        })
    }

    /// The tenant that a host name means; the first one where none lists it.
    pub fn tenant_at(&self, host: Option<&str>) -> &Arc<Tenant> {
        let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name).to_lowercase());
        let index = name.and_then(|name| self.by_host.get(&name)).copied().unwrap_or_default();
        &self.tenants[index]
    }

    /// The tenant with this id.
    pub fn tenant(&self, id: TenantId) -> Option<&Arc<Tenant>> {
        self.tenants.iter().find(|tenant| tenant.id == id)
    }

    /// How the world reaches this server, without a slash at the end.
    pub fn public_url(&self) -> String {
        let server = &self.settings.server;
        let scheme = if server.tls_key.is_some() { "https" } else { "http" };
        let listens = || format!("{scheme}://{}", server.listen);
        server.public_url.clone().map_or_else(listens, |url| url.trim_end_matches('/').to_owned())
    }
}
