//! The CRMs that tenants' directories mirror: how each is reached, and how that goes. What is done with them is in
//! [`crate::ops::crm`], when in [`crate::worker::crm`].

use crate::clock;
use crate::crm_token::{Keeper, TokenFile};
use crate::ops::crm::people::KnownPeople;
use async_trait::async_trait;
use crm::salesforce::{Https, HttpsSettings, KeepsRefreshToken, Salesforce, Secret, Surroundings, Transport};
use crm::{Crm, CrmError};
use domain::id::{At, TenantId};
use domain::mirror::RemoteId;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::number_search::NumberSearch;
use crate::ops::crm::opportunities::OpportunityNames;
use crate::settings::{Flow, SalesforceSettings, TenantSettings};
use crate::sharing::{Sharing, SharingPolicy};

/// What goes on with a CRM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// What is carried out to it.
    Out,
    /// What is read from it.
    In,
}

/// How one of the two goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// When it last went well.
    pub well_at: Option<At>,
    /// Since when it does not, and why.
    pub failing: Option<(At, CrmError)>,
}

/// A CRM, and how that goes.
pub struct CrmLink {
    /// The CRM.
    pub crm: Arc<dyn Crm>,
    /// The organisation that is mirrored.
    pub organisation: RemoteId,
    /// Who may see which of its records, as far as is known.
    pub sharing: Sharing,
    /// Which numbers it was searched for.
    pub numbers: NumberSearch,
    /// What its Opportunities are called, as far as it was asked for.
    pub opportunity_names: OpportunityNames,
    /// How an admin consents to our logging in, where we log in by that.
    pub consent: Option<Arc<ConsentWay>>,
    /// Held by whoever has the directory hold news: of two at a time each would make the same record anew.
    pub(crate) reflecting: Arc<tokio::sync::Mutex<()>>,
    /// Held by whoever compares days with it: a second one would read the same records beside it.
    pub(crate) comparing: tokio::sync::Mutex<()>,
    standings: Mutex<[Standing; 2]>,
    /// Calls that were carried out, and records that had to be asked for, since changes were last asked for.
    paid: AtomicU64,
    /// Told when one more was paid.
    pays: Notify,
    wake: Notify,
}

/// What an admin's consent goes through.
pub struct ConsentWay {
    /// Where the org logs in.
    pub login_url: String,
    /// The organisation that is meant.
    pub organisation: String,
    /// The consumer key of the app.
    pub client_id: String,
    /// Its secret, where it asks for one.
    pub client_secret: Option<Secret>,
    /// The way to the org.
    pub transport: Arc<dyn Transport>,
    /// Where the token is kept.
    pub file: Arc<TokenFile>,
    /// Who logs in by it.
    pub salesforce: Arc<Salesforce>,
}

impl CrmLink {
    /// A CRM that was not asked anything yet.
    pub fn new(crm: Arc<dyn Crm>, organisation: RemoteId, sharing: SharingPolicy) -> CrmLink {
        let (sharing, numbers) = (Sharing::new(sharing), NumberSearch::default());
        let (paid, pays) = (AtomicU64::new(0), Notify::new());
        let opportunity_names = OpportunityNames::default();
        let (standings, wake) = (Mutex::default(), Notify::new());
        let (consent, reflecting) = (None, Arc::default());
        CrmLink {
            crm,
            organisation,
            sharing,
            numbers,
            opportunity_names,
            consent,
            reflecting,
            comparing: tokio::sync::Mutex::default(),
            standings,
            paid,
            pays,
            wake,
        }
    }

    /// So many calls pay for a look for changes ([`crate::ops::crm::pace`]).
    pub fn pay(&self, calls: u64) {
        self.paid.fetch_add(calls, Ordering::Relaxed);
        self.pays.notify_one();
    }

    /// How many paid since the last look.
    pub fn paid(&self) -> u64 {
        self.paid.load(Ordering::Relaxed)
    }

    /// A look begins: whatever is paid from now on is paid for the next one.
    pub(crate) fn spend(&self) {
        self.paid.store(0, Ordering::Relaxed);
    }

    /// Returns once more is paid.
    pub(crate) async fn until_paid(&self) {
        self.pays.notified().await;
    }

    /// The same, logged in to by an admin's consent.
    pub fn consented(self, consent: ConsentWay) -> CrmLink {
        CrmLink { consent: Some(Arc::new(consent)), ..self }
    }

    /// Whoever waits before the CRM is asked again need not: something changed here.
    pub(crate) fn wake(&self) {
        self.wake.notify_waiters();
    }

    /// Waits for that.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// How it goes.
    pub fn standing(&self, traffic: Traffic) -> Standing {
        self.standings.lock().unwrap_or_else(PoisonError::into_inner)[traffic as usize].clone()
    }

    /// It went well.
    pub(crate) fn went_well(&self, traffic: Traffic, now: At) {
        let mut standings = self.standings.lock().unwrap_or_else(PoisonError::into_inner);
        standings[traffic as usize] = Standing { well_at: Some(now), failing: None };
    }

    /// It did not; the log says so once, until it goes well or fails otherwise.
    pub(crate) fn failed(&self, traffic: Traffic, now: At, error: &CrmError) {
        let mut standings = self.standings.lock().unwrap_or_else(PoisonError::into_inner);
        let standing = &mut standings[traffic as usize];
        let before = standing.failing.as_ref();
        if before.is_none_or(|(_, before)| before.kind != error.kind) {
            tracing::warn!(?traffic, %error, "the CRM does not answer as it should; what waits is kept");
        }
        let since = before.map_or(now, |(since, _)| *since);
        standing.failing = Some((since, error.clone()));
    }
}

/// The CRMs by tenant.
#[derive(Default)]
pub struct Crms {
    links: RwLock<BTreeMap<TenantId, Arc<CrmLink>>>,
    /// Who is who there and here, where it was worked out.
    pub(crate) people: KnownPeople,
}

impl Crms {
    /// The tenant's CRM, where it has one.
    pub fn of(&self, tenant: TenantId) -> Option<Arc<CrmLink>> {
        self.links.read().unwrap_or_else(PoisonError::into_inner).get(&tenant).cloned()
    }

    /// The tenant has this one.
    pub fn connect(&self, tenant: TenantId, link: CrmLink) -> Arc<CrmLink> {
        let link = Arc::new(link);
        self.links.write().unwrap_or_else(PoisonError::into_inner).insert(tenant, Arc::clone(&link));
        link
    }
}

/// The org of a tenant's settings, where they say how it is reached. `data`: the folder that keeps what an admin's consent
/// leaves.
///
/// # Errors
/// The setting that cannot be used, and why.
pub fn salesforce(
    settings: &SalesforceSettings,
    tenant: &TenantSettings,
    data: &Path,
    around: Arc<dyn clock::Surroundings>,
) -> Result<Option<CrmLink>, String> {
    let Some(client) = client(settings, tenant, data, around)? else { return Ok(None) };
    let OrgClient { org, organisation, way, login_url, file } = client;
    let link = CrmLink::new(Arc::clone(&org) as Arc<dyn Crm>, organisation.clone(), settings.sharing());
    let Some(file) = file else { return Ok(Some(link)) };
    Ok(Some(link.consented(ConsentWay {
        login_url,
        organisation: organisation.0,
        client_id: settings.client_id.clone().unwrap_or_default(),
        client_secret: settings.client_secret.clone().map(Secret::new),
        transport: way,
        file,
        salesforce: org,
    })))
}

/// A client of an org, and the way that it goes.
pub struct OrgClient {
    /// The client.
    pub org: Arc<Salesforce>,
    /// The org that is meant.
    pub organisation: RemoteId,
    /// What carries its requests, with the certificates and the proxy of the settings.
    pub way: Arc<Https>,
    /// Where it logs in.
    pub login_url: String,
    /// Where the token is kept by which we log in, where an admin's consent left one.
    pub file: Option<Arc<TokenFile>>,
}

/// The client of the org of a tenant's settings, where they say how it is reached.
///
/// # Errors
/// The setting that cannot be used, and why.
pub fn client(
    settings: &SalesforceSettings,
    tenant: &TenantSettings,
    data: &Path,
    around: Arc<dyn clock::Surroundings>,
) -> Result<Option<OrgClient>, String> {
    if settings.client_id.is_none() {
        return Ok(None);
    }
    let refused = |(field, reason): (&str, String)| format!("setting tenants.salesforce.{field}: {reason}");
    let organisation = settings.organisation_id();
    let organisation = organisation.ok_or_else(|| refused(("organisation", "is no id".to_owned())))?;
    let around: Arc<dyn Surroundings> = Arc::new(Rest(around));
    let certificates = match &settings.tls_ca {
        Some(file) => Some(std::fs::read(file).map_err(|error| refused(("tls_ca", error.to_string())))?),
        None => None,
    };
    let way =
        HttpsSettings { certificates, proxy: settings.proxy.clone().map(Secret::new), answer_timeout: None };
    let https =
        Https::new(&way, Arc::clone(&around)).map_err(|error| refused(("proxy", error.to_string())))?;
    let config = settings.config(tenant.zone()).map_err(refused)?;
    let way = Arc::new(https);
    let transport: Arc<dyn Transport> = Arc::<Https>::clone(&way);
    let file = (settings.flow == Flow::Refresh).then(|| {
        let (client_id, given) = (settings.client_id.clone().unwrap_or_default(), settings.given_token());
        Arc::new(TokenFile::new(data, &tenant.slug, &organisation.0, &client_id, given))
    });
    let login_url = config.login_url.clone();
    let keeper = file.clone().map(|file| Arc::new(Keeper(file)) as Arc<dyn KeepsRefreshToken>);
    let org = Arc::new(Salesforce::new(config, transport, around, keeper));
    Ok(Some(OrgClient { org, organisation, way, login_url, file }))
}

/// The server's clock and chance, with a rest between tries.
pub(crate) struct Rest(pub(crate) Arc<dyn clock::Surroundings>);

#[async_trait]
impl Surroundings for Rest {
    fn now(&self) -> At {
        self.0.now()
    }

    async fn sleep(&self, how_long: Duration) {
        sleep_until(Instant::now() + how_long).await;
    }

    fn jitter(&self) -> f64 {
        f64::from(u16::from_be_bytes([self.0.random()[0], self.0.random()[1]])) / 65_536.0
    }
}
