//! A running server: everything is put together here, started, and stopped in order: no new requests, panels
//! let go, sources at rest, then the store.

use crate::app::{App, DemoUser};
use crate::cli::demo::floor;
use crate::clock::Surroundings;
use crate::crms::salesforce;
use crate::http::{self, FirstBytes};
use crate::mail::Mailer;
use crate::ops::OpError;
use crate::ops::crm::mirror::follow;
use crate::ops::crm::pace::Pace;
use crate::ops::dispositions::ensure_sets;
use crate::ops::rekey::rekey;
use crate::outgoing::send::Sender;
use crate::settings::{Settings, SourceKind};
use crate::worker::deliveries::{self, Pushed};
use crate::worker::feed::recording;
use crate::worker::line::Line;
use crate::worker::source::{Patience, Source};
use crate::worker::{
    crm, day_turns, duty, imports, late, report_mails, retention, rollups, sounds, source, suggestions,
    unknown_callers, webhooks,
};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use telephony::endpoints::EndpointMap;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("server.tls_certificate or server.tls_key: {0}")]
    Tls(std::io::Error),
    /// A recording cannot be read.
    #[error("source {name}: {reason}")]
    Source {
        /// The source.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A tenant cannot be given what it needs to begin with.
    #[error("a tenant cannot be prepared: {0}")]
    Prepare(String),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] store::CommitError),
}

/// A server that accepts requests.
pub struct Running {
    /// Its parts.
    pub app: Arc<App>,
    /// Where it listens.
    pub address: SocketAddr,
    handle: Handle,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Starts a server; when this returns it accepts requests. Given up half-way, it leaves nothing that the next start
/// does not make good.
///
/// # Errors
/// See [`StartError`].
pub async fn start(
    store: Arc<dyn Store>,
    around: Arc<dyn Surroundings>,
    settings: Settings,
    demo_users: Vec<DemoUser>,
) -> Result<Running, StartError> {
    let address = settings.server.listen;
    let listener = std::net::TcpListener::bind(address)
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
        .map_err(|source| StartError::Listen { address, source })?;
    let address = listener.local_addr().unwrap_or(address);
    let mut settings = settings;
    // Port 0 asks for any free port: links must name the one that was given.
    settings.server.listen = address;
    let tls = match (&settings.server.tls_certificate, &settings.server.tls_key) {
        (Some(certificate), Some(key)) => {
            Some(RustlsConfig::from_pem_file(certificate, key).await.map_err(StartError::Tls)?)
        }
        _ => None,
    };
    let app = Arc::new(App::new(store, around, settings, demo_users).await?);
    for tenant in &app.tenants {
        let failed = |error: OpError| StartError::Prepare(error.to_string());
        ensure_sets(&app, tenant).await.map_err(failed)?;
        rekey(&app, tenant).await.map_err(failed)?;
        if let Err(error) = imports::tidy(&app, tenant).await {
            tracing::warn!(%error, "files that no import has could not be taken away");
        }
    }
    let (stop, stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    start_sources(&app, &stopping, &mut tasks)?;
    for tenant in &app.tenants {
        tasks.spawn(duty::run(Arc::clone(&app), Arc::clone(tenant), stopping.clone()));
        tasks.spawn(late::run(Arc::clone(&app), Arc::clone(tenant), stopping.clone()));
        tasks.spawn(unknown_callers::run(Arc::clone(&app), Arc::clone(tenant), stopping.clone()));
        tasks.spawn(rollups::run(Arc::clone(&app), Arc::clone(tenant), stopping.clone()));
        tasks.spawn(suggestions::run(Arc::clone(&app), Arc::clone(tenant), stopping.clone()));
        tasks.spawn(imports::run(Arc::clone(&app), Arc::clone(tenant), stopping.clone()));
        tasks.spawn(day_turns::run(Arc::clone(&app), Arc::clone(tenant), stopping.clone()));
        tasks.spawn(sounds::run(Arc::clone(&app), Arc::clone(tenant), stopping.clone()));
    }
    start_crms(&app, &stopping, &mut tasks).await?;
    start_webhooks(&app, &stopping, &mut tasks)?;
    start_mails(&app, &stopping, &mut tasks)?;
    tasks.spawn(retention::run(Arc::clone(&app), stopping));
    let handle = Handle::new();
    let service = http::router(Arc::clone(&app)).into_make_service();
    let (serving, name) = (handle.clone(), address);
    let patience = Duration::from_secs(app.settings.server.request_timeout_s);
    tasks.spawn(async move {
        let served = match tls {
            Some(tls) => {
                let mut server = axum_server::from_tcp_rustls(listener, tls);
                bound_heads(server.http_builder(), patience);
                server
                    .map(|accepts| FirstBytes::within(accepts, patience))
                    .handle(serving)
                    .serve(service)
                    .await
            }
            None => {
                let mut server = axum_server::from_tcp(listener);
                bound_heads(server.http_builder(), patience);
                server
                    .map(|accepts| FirstBytes::within(accepts, patience))
                    .handle(serving)
                    .serve(service)
                    .await
            }
        };
        if let Err(error) = served {
            tracing::error!(%error, address = %name, "the server stopped serving");
        }
    });
    handle.listening().await;
    Ok(Running { app, address, handle, stop, tasks })
}

/// Has the HTTP library end connections on which a request's head does not come whole in time. Without a timer of its own
/// it would wait for ever.
fn bound_heads(builder: &mut Builder<TokioExecutor>, within: Duration) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(within);
}

/// Connects the CRMs that settings name. None of them needs to answer for the server to start.
async fn start_crms(
    app: &Arc<App>,
    stop: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> Result<(), StartError> {
    for tenant in &app.tenants {
        let Some(settings) = &tenant.settings.salesforce else { continue };
        let link = salesforce(settings, &tenant.settings, &app.settings.data.dir, Arc::clone(&app.around))
            .map_err(StartError::Prepare)?;
        let Some(link) = link else { continue };
        follow(app, tenant, &link).await?;
        let link = app.crms.connect(tenant.id, link);
        tasks.spawn(crm::share(Arc::clone(app), Arc::clone(tenant), Arc::clone(&link), stop.clone()));
        tasks.spawn(crm::search(Arc::clone(app), Arc::clone(tenant), Arc::clone(&link), stop.clone()));
        tasks.spawn(crm::check_days(Arc::clone(app), Arc::clone(tenant), stop.clone()));
        let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds));
        let pace = Pace { every: seconds(settings.poll_s), quiet: seconds(settings.quiet_poll_s) };
        let (carries, stopping) = (Arc::clone(&link), stop.clone());
        tasks.spawn(crm::carry(Arc::clone(app), Arc::clone(tenant), carries, stopping));
        tasks.spawn(crm::reflect(Arc::clone(app), Arc::clone(tenant), link, pace, stop.clone()));
    }
    Ok(())
}

/// Has other programs told of calls.
fn start_webhooks(
    app: &Arc<App>,
    stop: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> Result<(), StartError> {
    let refused = |reason| StartError::Prepare(format!("outgoing_webhooks.certificates: {reason}"));
    let sender = Arc::new(Sender::new(&app.settings.outgoing_webhooks).map_err(refused)?);
    for tenant in &app.tenants {
        let (app, tenant, sender) = (Arc::clone(app), Arc::clone(tenant), Arc::clone(&sender));
        tasks.spawn(webhooks::run(app, tenant, sender, stop.clone()));
    }
    Ok(())
}

/// Has reports mailed. The mail server need not answer for the server to start.
fn start_mails(
    app: &Arc<App>,
    stop: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> Result<(), StartError> {
    let refused = |reason| StartError::Prepare(format!("mail: {reason}"));
    let mailer = Mailer::of(&app.settings.mail).map_err(refused)?;
    for tenant in &app.tenants {
        tasks.spawn(report_mails::run(Arc::clone(app), Arc::clone(tenant), mailer.clone(), stop.clone()));
    }
    Ok(())
}

fn start_sources(
    app: &Arc<App>,
    stop: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> Result<(), StartError> {
    for tenant in &app.tenants {
        for settings in &tenant.settings.sources {
            let refused = |reason: String| StartError::Source { name: settings.name.clone(), reason };
            let endpoints =
                EndpointMap::try_from(&settings.endpoints).map_err(|twice| refused(twice.to_string()))?;
            let (tenant, name) = (Arc::clone(tenant), settings.name.clone());
            let Some(line) = line(app, &settings.kind).map_err(refused)? else {
                let waiting = app.hooks.open(tenant.id, &name);
                let pushed = Pushed { tenant, name, endpoints, waiting };
                tasks.spawn(deliveries::run(Arc::clone(app), pushed, stop.clone()));
                continue;
            };
            let source = Source { tenant, name, endpoints, patience: Patience::default() };
            tasks.spawn(source::run(Arc::clone(app), source, line, stop.clone()));
        }
    }
    Ok(())
}

/// What is read of a source; `None` where it pushes.
fn line(app: &App, kind: &SourceKind) -> Result<Option<Line>, String> {
    Ok(Some(match kind {
        SourceKind::Ami(settings) => Line::ami(settings.clone()),
        SourceKind::Recording { files, speed } => {
            let pieces = recording(files).map_err(|error| error.to_string())?;
            Line::feed(Box::new(pieces.into_iter()), *speed)
        }
        SourceKind::Floor { calls_per_minute, speed, seed } => {
            Line::feed(floor(app.around.now(), *calls_per_minute, *seed), *speed)
        }
        SourceKind::Webhook(_) | SourceKind::Zammad(_) | SourceKind::Twilio(_) => return Ok(None),
    }))
}

impl Running {
    /// Stops: requests that are under way get their time, everything else ends at once.
    pub async fn stop(mut self) {
        let grace = Duration::from_secs(self.app.settings.server.shutdown_grace_s);
        self.app.hub.stop();
        self.handle.graceful_shutdown(Some(grace));
        self.stop.send_replace(true);
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a task ended badly");
            }
        }
    }
}
