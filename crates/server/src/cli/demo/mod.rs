//! `bitacora demo`: a call centre to try out. People, Cases, codes and users are made once; the phone system is
//! simulated, is reached like any other, and obeys.

mod colleagues;
mod habit;
mod messages;
mod org;
mod past;
pub mod phone_system;

use super::folder::DataFolder;
use super::serve::{End, open};
use super::{log, refuse, variables};
use crate::app::DemoUser;
use crate::clock::{Machine, Surroundings};
use crate::ops::session::hash;
use crate::running::start;
use crate::settings::{
    AmiSettings, Control, FolderSettings, LogFormat, NotifyPhones, Settings, SourceKind, SourceSettings,
    TenantSettings, is_origin, load,
};
use crate::view::word;
use crate::worker::feed::Feed;
use clap::Args;
use domain::account::User;
use domain::centre::Centre;
use domain::commit::{Change, Commit};
use domain::directory::RecordKeys;
use domain::id::{At, TenantId};
use phone_system::PhoneSystem;
use sandbox::pbx::obedient::{ObedientPbx, PbxSettings};
use sandbox::pbx::{Floor, FloorSettings, greeting};
use sandbox::people::{Callers, DEMO_PEOPLE};
use sandbox::{DEMO_SEED, centre, people};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use store::{SqliteStore, Store};
use tokio::runtime::Runtime;

/// How many Cases the sample people have.
const DEMO_CASES: usize = 1_500;
/// How many records are written in one commit.
const PEOPLE_PER_COMMIT: usize = 500;

/// The folder of the mailboxes of the simulated phone system, in that of the data.
const MAILBOXES: &str = "mailboxes";
/// Where the simulated phone system's numbers lead outside.
const OUTSIDE: &str = "from-internal";

/// How the demo runs.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder of its database; made and filled at the first start.
    #[arg(long, value_name = "DIR", default_value = "bitacora-demo")]
    data: PathBuf,
    /// Calls a minute.
    #[arg(long, default_value_t = 6.0)]
    calls_per_minute: f64,
    /// How many times faster than in life calls come and everything in them happens; above 0.
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// How many days of past calls are made at the first start.
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    past_days: u16,
    /// Whose records the directory mirrors, instead of standing alone. What is emulated forgets everything when it ends, so
    /// it wants a new folder each time; there are no past calls with it.
    #[arg(long, value_enum, value_name = "CRM")]
    crm: Option<DemoCrm>,
    /// People of the sample directory in that org, as many as without one where not said.
    #[arg(long, value_name = "N", requires = "crm")]
    people: Option<usize>,
    /// The origin of a page that plays the Lightning Experience of that org: it may frame the panel, which loads Open CTI's
    /// script from there. Can be given several times.
    #[arg(long, value_name = "ORIGIN", requires = "crm", value_parser = origin)]
    lightning_origin: Vec<String>,
}

/// A CRM that a demo can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum DemoCrm {
    /// A Salesforce org in this process (docs/salesforce-emulator.md).
    SalesforceEmulator,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse::<f64>().ok().filter(|speed| speed.is_finite() && *speed > 0.0);
    speed.ok_or_else(|| "a number above 0 is needed".to_owned())
}

fn origin(text: &str) -> Result<String, String> {
    let said = is_origin(text).then(|| text.to_owned());
    said.ok_or_else(|| "an origin like https://acme.lightning.force.com is needed".to_owned())
}

/// The sandbox's floor from `start` on.
pub fn floor(start: At, calls_per_minute: f64, seed: u64) -> Box<dyn Feed> {
    let settings = FloorSettings {
        calls_per_minute,
        ..FloorSettings::demo(seed, Callers::of_sample(DEMO_SEED, DEMO_PEOPLE))
    };
    let hello = std::iter::once((start, greeting(start)));
    Box::new(hello.chain(Floor::new(settings, start)))
}

pub(super) fn run(args: &DemoArgs) -> ExitCode {
    let settings = match load(None, variables()) {
        Ok(settings) => settings,
        Err(error) => return refuse(error),
    };
    if let Err(error) = log::begin(&settings.log) {
        return refuse(error);
    }
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(error),
    };
    match runtime.block_on(demo(settings, args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(error),
    }
}

fn demo_settings(
    mut settings: Settings,
    args: &DemoArgs,
    pbx: &PbxSettings,
    address: SocketAddr,
) -> Settings {
    settings.data.dir.clone_from(&args.data);
    settings.log.format = LogFormat::Text;
    if let Some(tenant) = settings.tenants.first_mut() {
        let agents = centre::agents();
        tenant.own_numbers = centre::own_numbers(&agents);
        let phones = SourceSettings::new(
            "demo",
            SourceKind::Ami(AmiSettings {
                dial_context: OUTSIDE.to_owned(),
                // The simulated phone system plays no third voice into a call.
                controls: Control::ALL.into_iter().filter(|control| *control != Control::Listen).collect(),
                notify_phones: NotifyPhones::everybody(),
                ..AmiSettings::at(address.to_string(), &pbx.username, &pbx.secret)
            }),
            centre::endpoints(&agents),
        );
        // A whole path, as settings must name it; where there is none, messages cannot be heard.
        let data = std::path::absolute(&settings.data.dir).ok();
        let voicemails = data.map(|data| FolderSettings {
            folder: data.join(MAILBOXES),
            told_as: Some(PathBuf::from(messages::SPOOL)),
        });
        tenant.sources = vec![SourceSettings { voicemails, ..phones }];
    }
    settings
}

async fn demo(settings: Settings, args: &DemoArgs) -> Result<(), String> {
    let end = End::listen()?;
    let callers = Callers::of_sample(DEMO_SEED, DEMO_PEOPLE);
    let pbx =
        PbxSettings { calls_per_minute: args.calls_per_minute, ..PbxSettings::demo(DEMO_SEED, callers) };
    let pbx = pbx.hastened(args.speed);
    let phones = PhoneSystem::open().await;
    let phones = phones.map_err(|error| error.to_string())?;
    let address = phones.address().map_err(|error| error.to_string())?;
    let mut settings = demo_settings(settings, args, &pbx, address);
    let org = match args.crm {
        Some(DemoCrm::SalesforceEmulator) => Some(org::serve(&mut settings, args)?),
        None => None,
    };
    let folder = DataFolder::to_serve(&settings.data.dir).map_err(|error| error.to_string())?;
    let store = open(&settings)?;
    let users = centre::users();
    if let Some(tenant) = settings.tenants.first() {
        let id = store.tenant(&tenant.slug).await.map_err(|error| error.to_string())?;
        match &org {
            Some(_) => fill_centre(&store, id, tenant).await?,
            None => fill(&store, id, tenant, &settings, args.past_days).await?,
        }
    }
    // It begins when somebody is about to listen: of a call that is under way nobody would know whose it is.
    let (_, works) = phones.work(|start| ObedientPbx::new(pbx, start), Machine.now());
    let phones = tokio::spawn(works);
    let shown = users.iter().map(|demo| DemoUser {
        login: demo.user.login.clone(),
        password: demo.password.to_owned(),
        name: demo.user.name.clone(),
        role: word(&demo.user.role),
    });
    let shared: Arc<dyn Store> = Arc::clone(&store) as _;
    let running = start(shared, Arc::new(Machine), settings, shown.collect())
        .await
        .map_err(|error| error.to_string())?;
    println!();
    println!("  Bitácora is ready: {}", running.app.public_url());
    println!("  Sign in as an agent, for example: {} / {}", users[0].user.login, users[0].password);
    if let Some(org) = &org {
        println!("  Its directory mirrors a Salesforce org at {} ({}).", org.address, org.how_to_look());
    }
    println!("  Stop it with Ctrl+C.");
    println!();
    let colleagues = users.into_iter().map(|demo| demo.user).collect();
    let colleagues = tokio::spawn(colleagues::work(Arc::clone(&running.app), colleagues, args.speed));
    end.serve(running).await;
    colleagues.abort();
    phones.abort();
    if let Some(org) = org {
        org.stop().await;
    }
    store.close().await;
    drop(folder);
    Ok(())
}

/// Makes the sample centre, where the database has no user yet.
async fn fill(
    store: &Arc<SqliteStore>,
    tenant: TenantId,
    of: &TenantSettings,
    settings: &Settings,
    past_days: u16,
) -> Result<(), String> {
    let failed = |error: store::CommitError| error.to_string();
    if !store.users(tenant).await.map_err(|error| error.to_string())?.is_empty() {
        return Ok(());
    }
    println!("First start: making a sample call centre with {DEMO_PEOPLE} people and {DEMO_CASES} Cases …");
    let sample = people::people(DEMO_SEED, DEMO_PEOPLE);
    for people in sample.chunks(PEOPLE_PER_COMMIT) {
        let changes = people.iter().map(|person| Change::Person {
            person: Box::new(person.clone()),
            keys: RecordKeys::of(person, of.region),
        });
        store.commit(Commit::of(tenant, changes.collect())).await.map_err(failed)?;
    }
    for cases in people::cases(DEMO_SEED, &sample, DEMO_CASES, Machine.now()).chunks(PEOPLE_PER_COMMIT) {
        let changes = cases.iter().map(|case| Change::Case(Box::new(case.clone()))).collect();
        store.commit(Commit::of(tenant, changes)).await.map_err(failed)?;
    }
    fill_centre(store, tenant, of).await?;
    println!("… and the calls of the last {past_days} days …");
    past::make(Arc::clone(store) as Arc<dyn Store>, settings, past_days)
        .await
        .map_err(|error| error.to_string())
}

/// Makes codes, ring groups and users, where the database has no user yet.
async fn fill_centre(store: &Arc<SqliteStore>, tenant: TenantId, of: &TenantSettings) -> Result<(), String> {
    let failed = |error: store::CommitError| error.to_string();
    if !store.users(tenant).await.map_err(|error| error.to_string())?.is_empty() {
        return Ok(());
    }
    let centre_of = Centre { version: 1, ring_groups: centre::ring_groups(), ..of.centre() };
    let mut changes = vec![Change::Centre(Box::new(centre_of))];
    for set in centre::disposition_sets() {
        changes.extend(set.codes.iter().map(|code| Change::Code(Box::new(code.clone()))));
        changes.insert(0, Change::Set(Box::new(set)));
    }
    // One hash for all: they share the one password that is no secret.
    let demo_users = centre::users();
    let password = demo_users.first().map(|demo| demo.password).unwrap_or_default();
    let password_hash = Some(hash(password).await.map_err(|error| error.to_string())?);
    changes.extend(
        demo_users
            .into_iter()
            .map(|demo| Change::User(Box::new(User { password_hash: password_hash.clone(), ..demo.user }))),
    );
    // Users come last: their presence says that all the rest is there. The past is for show only.
    store.commit(Commit::of(tenant, changes)).await.map_err(failed)?;
    Ok(())
}
