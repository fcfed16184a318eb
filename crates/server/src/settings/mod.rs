//! Settings: a TOML file, then the environment on top, checked as a whole at start. A wrong one is refused
//! with its place and the reason. What each does is in docs/settings.md; settings that admins change while
//! it runs (codes, users) are not here, they are data.

mod control;
mod folder;
mod hook;
mod load;
mod mail;
mod outgoing;
mod panel_sign_in;
mod salesforce;
mod trust;
mod web_phone;
pub mod zone;

pub use control::{Control, NotifyPhones, PauseFrom};
pub use folder::FolderSettings;
pub use hook::{TwilioSettings, WebhookSettings, ZammadSettings};
pub use load::{SettingsError, is_origin, load};
pub use mail::{MailSettings, MailTls};
pub use outgoing::OutgoingWebhooks;
pub use panel_sign_in::signer;
pub use salesforce::{Flow, PhoneSetting, SalesforceSettings, Written};
pub use trust::trusted;
pub use web_phone::{TurnSettings, WebPhoneAccount, WebPhoneSettings};

use domain::auto_create::AutoCreateRules;
use domain::centre::Centre;
use domain::matching::AutoCreate;
use domain::phone::Region;
use domain::report::calendar::Calendar;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use store::CHECKPOINT_PAGES;
use telephony::endpoints::EndpointSettings;

/// Everything that is set before the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The network side.
    pub server: ServerSettings,
    /// Where data lies.
    pub data: DataSettings,
    /// The log.
    pub log: LogSettings,
    /// How other programs are told of calls.
    pub outgoing_webhooks: OutgoingWebhooks,
    /// The mail server that reports are sent by.
    pub mail: MailSettings,
    /// The tenants; one called `main` where none is listed.
    pub tenants: Vec<TenantSettings>,
}

/// The network side.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// How the world reaches this server, e.g. `https://calls.example.org`; the listen address where empty.
    pub public_url: Option<String>,
    /// Certificate chain, PEM; with `tls_key` the server speaks HTTPS itself.
    pub tls_certificate: Option<PathBuf>,
    /// Private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// Origins that may frame the panel, exact.
    pub panel_frame_ancestors: Vec<String>,
    /// How long open requests are given at shutdown, in seconds.
    pub shutdown_grace_s: u64,
    /// How long the head of a request may take to come, and then its body and its answer, in seconds.
    pub request_timeout_s: u64,
}

/// Where data lies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataSettings {
    /// Folder of the database.
    pub dir: PathBuf,
    /// How long raw frames of phone systems are kept, in days.
    pub frame_retention_days: u32,
    /// How long our copies of messages are kept, in days after they were left.
    pub message_retention_days: u32,
    /// Largest file of past calls that is taken, in MiB.
    pub import_max_mb: u32,
    /// How many pages of 4 KiB the database's log grows to before it is moved into the file.
    pub checkpoint_pages: u32,
    /// `false` gives up durability for tests that prove they notice; never set it.
    pub synchronous: bool,
}

/// The log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// Least level shown: `error`, `warn`, `info`, `debug`, or a filter such as `info,server::http=debug`.
    pub level: String,
    /// `json` or `text`.
    pub format: LogFormat,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// One tenant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TenantSettings {
    /// Short name, never changed once data exists.
    pub slug: String,
    /// Host names that mean this tenant; the first tenant also answers to all others.
    pub hosts: Vec<String>,
    /// Country whose numbering plan numbers without a country follow.
    #[serde(deserialize_with = "load::region")]
    pub region: Region,
    /// IANA name of the zone in which its days begin; that of the region where empty.
    pub time_zone: Option<String>,
    /// Numbers of our own, as people write them.
    pub own_numbers: Vec<String>,
    /// Whether disposition codes are on (P13).
    pub codes_enabled: bool,
    /// What Log makes where nobody matches (P5).
    pub auto_create: AutoCreate,
    /// Callers who give up within this many seconds are short abandons; never, where empty.
    pub short_abandon_s: Option<u32>,
    /// Whether an agent who dialled out and reached nobody owes a wrap-up.
    pub wrapup_unreached: bool,
    /// The org of Salesforce that its directory mirrors; without it the directory stands alone.
    pub salesforce: Option<SalesforceSettings>,
    /// Phone systems.
    pub sources: Vec<SourceSettings>,
}

/// A phone system. Unknown fields are refused by its kind, which gets all that is not read here.
#[derive(Clone, Debug, Deserialize)]
pub struct SourceSettings {
    /// Its name, part of every id derived from it: never changed once data exists.
    pub name: String,
    /// Where its bytes come from.
    #[serde(flatten)]
    pub kind: SourceKind,
    /// Its endpoints.
    #[serde(default)]
    pub endpoints: EndpointSettings,
    /// Where its recordings can be read; without it nobody can listen to them here.
    #[serde(default)]
    pub recordings: Option<FolderSettings>,
    /// Where the messages of its mailboxes can be read.
    #[serde(default)]
    pub voicemails: Option<FolderSettings>,
}

impl SourceSettings {
    /// A phone system of which nothing can be listened to.
    pub fn new(name: impl Into<String>, kind: SourceKind, endpoints: EndpointSettings) -> Self {
        SourceSettings { name: name.into(), kind, endpoints, recordings: None, voicemails: None }
    }
}

/// Where an Asterisk's manager interface is, and who we are to it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmiSettings {
    /// Host and port, e.g. `pbx.example:5038`.
    pub address: String,
    /// The manager user.
    pub username: String,
    /// Its secret.
    pub secret: String,
    /// The dialplan context in which a number that an agent clicks is dialled.
    #[serde(default = "load::dial_context")]
    pub dial_context: String,
    /// A file of certificates in PEM, one of which signed the phone system's own. With it the connection is encrypted
    /// (`tlsenable` in manager.conf, usually on port 5039); without it, it is not.
    #[serde(default)]
    pub tls_ca: Option<PathBuf>,
    /// The dialplan context in which an extension that a call is handed to is dialled; `dial_context` where empty.
    #[serde(default)]
    pub transfer_context: Option<String>,
    /// What agents may ask of their calls.
    #[serde(default = "control::default_controls")]
    pub controls: BTreeSet<Control>,
    /// The agents whose phones answer and hold when they are asked to by NOTIFY; `*`: everybody's.
    #[serde(default)]
    pub notify_phones: NotifyPhones,
    /// When queues are told to leave an agent alone.
    #[serde(default)]
    pub pause_from: PauseFrom,
    /// Phones in the browser; without it no agent has one.
    #[serde(default)]
    pub web_phone: Option<Box<WebPhoneSettings>>,
}

impl AmiSettings {
    /// An Asterisk at `address`, all else as it is where nothing is set.
    pub fn at(address: impl Into<String>, username: impl Into<String>, secret: impl Into<String>) -> Self {
        AmiSettings {
            address: address.into(),
            username: username.into(),
            secret: secret.into(),
            dial_context: load::dial_context(),
            tls_ca: None,
            transfer_context: None,
            controls: control::default_controls(),
            notify_phones: NotifyPhones::default(),
            pause_from: PauseFrom::default(),
            web_phone: None,
        }
    }

    /// The context in which an extension that a call is handed to is dialled.
    pub fn transfer_context(&self) -> &str {
        self.transfer_context.as_deref().unwrap_or(&self.dial_context)
    }

    /// The manager actions that what agents may ask of calls takes.
    pub fn actions_of_controls(&self) -> impl Iterator<Item = &'static str> {
        let notify = (self.notify_phones != NotifyPhones::default()).then_some("PJSIPNotify");
        self.controls.iter().map(|control| control.action()).chain(notify)
    }

    /// The host of the address, without brackets.
    pub fn host(&self) -> &str {
        let host = self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host);
        host.trim_start_matches('[').trim_end_matches(']')
    }
}

impl std::fmt::Debug for AmiSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (address, username) = (&self.address, &self.username);
        f.debug_struct("AmiSettings")
            .field("address", address)
            .field("username", username)
            .field("dial_context", &self.dial_context)
            .field("tls_ca", &self.tls_ca)
            .field("transfer_context", &self.transfer_context)
            .field("controls", &self.controls)
            .field("notify_phones", &self.notify_phones)
            .field("pause_from", &self.pause_from)
            .field("web_phone", &self.web_phone)
            .finish_non_exhaustive()
    }
}

/// Where the bytes of a phone system come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SourceKind {
    /// An Asterisk, read over its manager interface.
    Ami(AmiSettings),
    /// A phone system that pushes signed events (docs/webhooks.md).
    Webhook(WebhookSettings),
    /// A connector that speaks the generic CTI of Zammad.
    Zammad(ZammadSettings),
    /// Twilio Voice.
    Twilio(TwilioSettings),
    /// Recorded AMI sessions, played once at their own pace times `speed`.
    Recording {
        /// Files, each one connection.
        files: Vec<PathBuf>,
        /// How many times faster than they were recorded; 0: as fast as they can be read.
        #[serde(default = "one")]
        speed: f64,
    },
    /// The sandbox's call centre: recorded sessions rearranged into a busy floor that never ends.
    Floor {
        /// Calls a minute.
        #[serde(default = "load::calls_per_minute")]
        calls_per_minute: f64,
        /// How many times faster than real time.
        #[serde(default = "one")]
        speed: f64,
        /// Decides what happens when.
        #[serde(default)]
        seed: u64,
    },
}

fn one() -> f64 {
    1.0
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            server: ServerSettings::default(),
            data: DataSettings::default(),
            log: LogSettings::default(),
            outgoing_webhooks: OutgoingWebhooks::default(),
            mail: MailSettings::default(),
            tenants: vec![TenantSettings::default()],
        }
    }
}

impl Default for ServerSettings {
    fn default() -> Self {
        ServerSettings {
            listen: SocketAddr::from(([127, 0, 0, 1], 8650)),
            public_url: None,
            tls_certificate: None,
            tls_key: None,
            panel_frame_ancestors: Vec::new(),
            shutdown_grace_s: 10,
            request_timeout_s: 30,
        }
    }
}

impl Default for DataSettings {
    fn default() -> Self {
        DataSettings {
            dir: PathBuf::from("bitacora-data"),
            frame_retention_days: 30,
            message_retention_days: 365,
            import_max_mb: 2_048,
            checkpoint_pages: CHECKPOINT_PAGES,
            synchronous: true,
        }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        LogSettings { level: "info".to_owned(), format: LogFormat::Json }
    }
}

impl Default for TenantSettings {
    fn default() -> Self {
        TenantSettings {
            slug: "main".to_owned(),
            hosts: Vec::new(),
            region: load::default_region(),
            time_zone: None,
            own_numbers: Vec::new(),
            codes_enabled: true,
            auto_create: AutoCreate::Contact,
            short_abandon_s: None,
            wrapup_unreached: true,
            salesforce: None,
            sources: Vec::new(),
        }
    }
}

impl TenantSettings {
    /// The zone in which its days begin.
    pub fn zone(&self) -> TimeZone {
        self.time_zone.as_deref().and_then(zone::zone).unwrap_or_else(|| zone::zone_of(self.region))
    }

    /// The clock by which its days and months are counted.
    pub fn calendar(&self) -> Calendar {
        zone::calendar(&self.zone())
    }

    /// What a centre begins with, until an admin changes it.
    pub fn centre(&self) -> Centre {
        Centre {
            own_numbers: self.own_numbers.clone(),
            codes_enabled: self.codes_enabled,
            auto_create: AutoCreateRules::on_log(self.auto_create),
            short_abandon_s: self.short_abandon_s,
            wrapup_unreached: self.wrapup_unreached,
            ..Centre::default()
        }
    }
}
