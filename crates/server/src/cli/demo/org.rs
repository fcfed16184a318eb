//! The Salesforce org of a demo: emulated in this process, served on a free port, and mirrored like any other.

use super::DemoArgs;
use crate::cli::emulate::serve_org;
use crate::cli::folder::DATABASE;
use crate::clock::{Machine, Surroundings};
use crate::settings::{Flow, SalesforceSettings, Settings};
use axum_server::Handle;
use sandbox::DEMO_SEED;
use sandbox::people::DEMO_PEOPLE;
use sandbox::salesforce::{OPENING_PASSWORD, Org};
use std::net::TcpListener;
use tokio::task::JoinHandle;

/// The app by which every emulated org is reached, and its secret, which is none.
const APP: (&str, &str) = ("bitacora", "bitacora-secret");
/// How often changes are asked for, in seconds: whoever tries it out looks at once.
const POLL_S: u32 = 3;

/// An org that is served.
pub(super) struct ServedOrg {
    /// Where.
    pub(super) address: String,
    handle: Handle,
    serving: JoinHandle<()>,
}

/// Serves an org with the sample people, and has the first tenant mirror it; its pages are those of the origins that are named.
pub(super) fn serve(settings: &mut Settings, args: &DemoArgs) -> Result<ServedOrg, String> {
    let database = settings.data.dir.join(DATABASE);
    if database.exists() {
        let folder = settings.data.dir.display();
        return Err(format!(
            "--data {folder}: the emulated org begins anew, so this wants a folder that is new too"
        ));
    }
    let failed = |error: std::io::Error| format!("the emulated org cannot listen: {error}");
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let listens = listener.local_addr().map_err(failed)?;
    let now = Machine.now();
    let mut org = Org::new(DEMO_SEED, now);
    org.add_people(DEMO_SEED, args.people.unwrap_or(DEMO_PEOPLE), now);
    let address = format!("http://{listens}");
    let connection = SalesforceSettings {
        organisation: org.id().to_owned(),
        login_url: address.clone(),
        flow: Flow::ClientCredentials,
        client_id: Some(APP.0.to_owned()),
        client_secret: Some(APP.1.to_owned()),
        poll_s: POLL_S,
        quiet_poll_s: POLL_S,
        lightning_origins: args.lightning_origin.clone(),
        ..SalesforceSettings::default()
    };
    if let Some(tenant) = settings.tenants.first_mut() {
        tenant.salesforce = Some(connection);
    }
    let handle = Handle::new();
    let stops = handle.clone();
    let serving = tokio::spawn(async move {
        if let Err(error) = serve_org(org, listener, listens, None, stops).await {
            tracing::error!(%error, "the emulated org stopped serving");
        }
    });
    Ok(ServedOrg { address, handle, serving })
}

impl ServedOrg {
    /// How somebody looks into it.
    pub(super) fn how_to_look(&self) -> String {
        format!(
            "user admin@emulator.example, password {OPENING_PASSWORD}; what it holds: {}/emulator",
            self.address
        )
    }

    /// Stops serving.
    pub(super) async fn stop(self) {
        self.handle.shutdown();
        // Ended badly, the log has it.
        let _ = self.serving.await;
    }
}
