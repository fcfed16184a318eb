//! The CRMs that tenants' directories mirror: how each is reached, and how that goes. What is done with them is in
//! [`crate::ops::crm`], when in [`crate::worker::crm`].

use crate::clock;
use crate::ops::crm::people::KnownPeople;
use async_trait::async_trait;
use crm::salesforce::{Https, HttpsSettings, Salesforce, Secret, Surroundings};
use crm::{Crm, CrmError};
use domain::id::{At, TenantId};
use domain::mirror::RemoteId;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::settings::{SalesforceSettings, TenantSettings};

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
    standings: Mutex<[Standing; 2]>,
    /// Calls that were carried out, and records that had to be asked for, since changes were last asked for.
    paid: AtomicU64,
    /// Told when one more was paid.
    pays: Notify,
}

impl CrmLink {
    /// A CRM that was not asked anything yet.
    pub fn new(crm: Arc<dyn Crm>, organisation: RemoteId) -> CrmLink {
        let (paid, pays) = (AtomicU64::new(0), Notify::new());
        CrmLink { crm, organisation, standings: Mutex::default(), paid, pays }
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

/// The org of a tenant's settings, where they say how it is reached.
///
/// # Errors
/// The setting that cannot be used, and why.
pub fn salesforce(
    settings: &SalesforceSettings,
    tenant: &TenantSettings,
    around: Arc<dyn clock::Surroundings>,
) -> Result<Option<CrmLink>, String> {
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
    let crm = Salesforce::new(config, Arc::new(https), around, None);
    Ok(Some(CrmLink::new(Arc::new(crm), organisation)))
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
