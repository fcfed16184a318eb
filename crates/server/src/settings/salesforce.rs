//! How the org is reached whose records a tenant's directory mirrors. Who may sign in by the org's word is in
//! [`super::panel_sign_in`].

use crate::sharing::SharingPolicy;
use crm::salesforce::{
    Config, DEFAULT_BULK_FROM, DEFAULT_CASE_DAYS, DEFAULT_CONCURRENCY, DEFAULT_RESERVE_PERCENT, Language,
    Login, Offset, Secret, SigningKey,
};
use domain::directory::PhoneField;
use domain::id::At;
use domain::mirror::{PhoneChoice, RemoteId};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;

/// Where production orgs log in.
const LOGIN_URL: &str = "https://login.salesforce.com";
/// What ids of organisations begin with.
const ORGANISATION: &str = "00D";
/// How often changes are asked for, in seconds, where not set.
const DEFAULT_POLL_S: u32 = 30;
/// How often changes are asked for where no calls pay for it, in seconds, where not set.
const DEFAULT_QUIET_POLL_S: u32 = 300;
/// Longest time between two looks for changes, in seconds.
const MAX_POLL_S: u32 = 3_600;
/// Most requests under way at one time: Salesforce refuses more than 25 that take long, those of all programs together.
const MAX_CONCURRENCY: usize = 20;
/// Most of a day's calls that can be kept for logging, in hundredths.
const MAX_RESERVE_PERCENT: u8 = 90;
/// Longest that closed Cases are mirrored after their last change, in days.
const MAX_CASE_DAYS: u16 = 3_650;

/// An org of Salesforce.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SalesforceSettings {
    /// The org's id (`00D…`), which every answer is compared with: another org's records would be no mirror of this one.
    pub organisation: String,
    /// Where we log in.
    pub login_url: String,
    /// How we log in.
    pub flow: Flow,
    /// The consumer key of the app. Without it nothing is mirrored and nothing carried out.
    pub client_id: Option<String>,
    /// The user who writes; with `jwt`.
    pub username: Option<String>,
    /// The key that signs, a PEM file; with `jwt`.
    pub private_key: Option<PathBuf>,
    /// The consumer secret; with `client_credentials`.
    pub client_secret: Option<String>,
    /// With `refresh`, a token that an admin's consent left elsewhere; without it an admin consents on the page.
    pub refresh_token: Option<String>,
    /// The language of labels and subjects there.
    pub language: Written,
    /// How often changes are asked for at most, in seconds: while calls pay for it.
    pub poll_s: u32,
    /// How often they are asked for whatever happens, in seconds.
    pub quiet_poll_s: u32,
    /// Most requests under way at one time.
    pub concurrency: usize,
    /// The part of a day's calls that is kept for logging, in hundredths.
    pub reserve_percent: u8,
    /// How long ago a closed Case may have been changed to be mirrored, in days.
    pub case_days: u16,
    /// Which phone fields are mirrored, in this order; all, without fax, where none is said.
    pub phones: Vec<PhoneSetting>,
    /// Whether people see of the org's records what the org shows their user there.
    pub follow_sharing: bool,
    /// Whether people who are no user of the org see its records.
    pub show_without_user: bool,
    /// Whether a call is related to the Opportunity that the agent has on screen, or dialled from.
    pub relate_opportunities: bool,
    /// Whether follow-ups are Tasks there.
    pub follow_up_tasks: bool,
    /// A file of certificates in PEM to trust besides those of the machine.
    pub tls_ca: Option<PathBuf>,
    /// A proxy that tunnels, e.g. `http://proxy:3128`.
    pub proxy: Option<String>,
    /// The org's certificate, a PEM file: what its word about its users is signed with. Without it nobody signs in by that.
    pub panel_certificate: Option<PathBuf>,
    /// Origins of the org's Lightning and Visualforce pages, exact: they may frame the panel, and Salesforce's own script is
    /// loaded from them.
    pub lightning_origins: Vec<String>,
}

/// How we log in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// By an assertion that our key signs.
    #[default]
    Jwt,
    /// By the secret of the app.
    ClientCredentials,
    /// By a token that an admin's consent left.
    Refresh,
}

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// Spanish.
    #[default]
    Es,
    /// English.
    En,
}

/// A phone field that is mirrored.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhoneSetting {
    /// The object, e.g. `Contact`.
    pub object: String,
    /// The field, e.g. `Second_Mobile__c`.
    pub field: String,
    /// What it is taken for here.
    #[serde(rename = "as")]
    pub as_field: PhoneField,
}

impl Default for SalesforceSettings {
    fn default() -> Self {
        SalesforceSettings {
            organisation: String::new(),
            login_url: LOGIN_URL.to_owned(),
            flow: Flow::default(),
            client_id: None,
            username: None,
            private_key: None,
            client_secret: None,
            refresh_token: None,
            language: Written::default(),
            poll_s: DEFAULT_POLL_S,
            quiet_poll_s: DEFAULT_QUIET_POLL_S,
            concurrency: DEFAULT_CONCURRENCY,
            reserve_percent: DEFAULT_RESERVE_PERCENT,
            case_days: DEFAULT_CASE_DAYS,
            phones: Vec::new(),
            follow_sharing: SharingPolicy::default().follow,
            show_without_user: SharingPolicy::default().show_without_user,
            relate_opportunities: false,
            follow_up_tasks: true,
            tls_ca: None,
            proxy: None,
            panel_certificate: None,
            lightning_origins: Vec::new(),
        }
    }
}

impl std::fmt::Debug for SalesforceSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SalesforceSettings")
            .field("organisation", &self.organisation)
            .field("login_url", &self.login_url)
            .field("flow", &self.flow)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl SalesforceSettings {
    /// The org's id in full; `None` where it is none.
    pub fn organisation_id(&self) -> Option<RemoteId> {
        RemoteId::salesforce(&self.organisation).filter(|id| id.0.starts_with(ORGANISATION))
    }

    /// How far what people see follows the org's sharing.
    pub fn sharing(&self) -> SharingPolicy {
        SharingPolicy { follow: self.follow_sharing, show_without_user: self.show_without_user }
    }

    /// The field that cannot be used, and why.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        let needed = self.client_id.is_some() || self.panel_certificate.is_some();
        if needed && self.organisation_id().is_none() {
            let said = &self.organisation;
            return Some((
                "organisation",
                format!("{said:?} is no id of an organisation, such as 00D000000000001"),
            ));
        }
        if let Some(fault) = self.panel_fault() {
            return Some(fault);
        }
        self.client_id.as_ref()?;
        if !is_login_url(&self.login_url) {
            let said = &self.login_url;
            return Some(("login_url", format!("{said:?} is not like https://login.salesforce.com")));
        }
        let ranges = [
            ("poll_s", (1..=MAX_POLL_S).contains(&self.poll_s), format!("from 1 to {MAX_POLL_S}")),
            (
                "quiet_poll_s",
                (1..=MAX_POLL_S).contains(&self.quiet_poll_s),
                format!("from 1 to {MAX_POLL_S}"),
            ),
            (
                "concurrency",
                (1..=MAX_CONCURRENCY).contains(&self.concurrency),
                format!("from 1 to {MAX_CONCURRENCY}"),
            ),
            (
                "reserve_percent",
                self.reserve_percent <= MAX_RESERVE_PERCENT,
                format!("up to {MAX_RESERVE_PERCENT}"),
            ),
            (
                "case_days",
                (1..=MAX_CASE_DAYS).contains(&self.case_days),
                format!("from 1 to {MAX_CASE_DAYS}"),
            ),
        ];
        if let Some((field, _, reason)) = ranges.into_iter().find(|(_, holds, _)| !holds) {
            return Some((field, reason));
        }
        if let Some(file) = &self.tls_ca
            && let Err(error) = super::trusted(file)
        {
            return Some(("tls_ca", error));
        }
        self.login().err()
    }

    /// How we log in, with its key read.
    ///
    /// # Errors
    /// The field that is missing or cannot be used, and why.
    pub fn login(&self) -> Result<Login, (&'static str, String)> {
        let wanted = |field: &'static str, value: &Option<String>| {
            let value = value.clone().filter(|value| !value.is_empty());
            value.ok_or_else(|| (field, format!("is needed with flow {:?}", self.flow)))
        };
        let client_id = wanted("client_id", &self.client_id)?;
        Ok(match self.flow {
            Flow::Jwt => Login::Assertion {
                client_id,
                username: wanted("username", &self.username)?,
                key: self.key()?,
            },
            Flow::ClientCredentials => Login::ClientCredentials {
                client_id,
                client_secret: Secret::new(wanted("client_secret", &self.client_secret)?),
            },
            Flow::Refresh => Login::Refresh {
                client_id,
                client_secret: self.client_secret.clone().map(Secret::new),
                refresh_token: self.given_token(),
            },
        })
    }

    /// The refresh token that is written here; without one an admin consents on the page.
    pub fn given_token(&self) -> Option<Secret> {
        self.refresh_token.clone().filter(|token| !token.is_empty()).map(Secret::new)
    }

    fn key(&self) -> Result<SigningKey, (&'static str, String)> {
        let refuse = |reason: String| ("private_key", reason);
        let file = self.private_key.as_ref().ok_or_else(|| refuse("is needed with flow Jwt".to_owned()))?;
        let unusable = |error: &dyn std::fmt::Display| refuse(format!("{}: {error}", file.display()));
        let pem = std::fs::read_to_string(file).map_err(|error| unusable(&error))?;
        SigningKey::of_pem(&Secret::new(pem)).map_err(|error| unusable(&error))
    }

    /// Which phone fields are mirrored, until an admin chooses others.
    pub fn phone_choices(&self) -> Vec<PhoneChoice> {
        let choice = |phone: &PhoneSetting| PhoneChoice {
            object: phone.object.clone(),
            field: phone.field.clone(),
            as_field: phone.as_field,
        };
        self.phones.iter().map(choice).collect()
    }

    /// What the client is told, for a centre in this zone.
    ///
    /// # Errors
    /// How we log in cannot be used any more.
    pub fn config(&self, zone: TimeZone) -> Result<Config, (&'static str, String)> {
        let (language, unknown_company) = match self.language {
            Written::Es => (Language::Spanish, "[desconocida]"),
            Written::En => (Language::English, "[unknown]"),
        };
        Ok(Config {
            login_url: self.login_url.trim_end_matches('/').to_owned(),
            organisation: self.organisation_id(),
            login: self.login()?,
            language,
            offset: Offset(Arc::new(move |at| minutes_east(&zone, at))),
            unknown_company: unknown_company.to_owned(),
            concurrency: self.concurrency,
            reserve_percent: self.reserve_percent,
            case_days: self.case_days,
            bulk_from: DEFAULT_BULK_FROM,
            phones: self.phone_choices(),
            relate_opportunities: self.relate_opportunities,
        })
    }
}

/// Minutes east of Greenwich in a zone at a moment.
fn minutes_east(zone: &TimeZone, at: At) -> i32 {
    let moment = jiff::Timestamp::from_microsecond(at.0).unwrap_or_default();
    zone.to_offset(moment).seconds() / 60
}

/// HTTPS, or HTTP to this very machine, where nobody listens on the way.
fn is_login_url(url: &str) -> bool {
    let host = |rest: &str| rest.split(['/', ':']).next().unwrap_or_default().to_owned();
    if let Some(rest) = url.strip_prefix("https://") {
        return !host(rest).is_empty();
    }
    url.strip_prefix("http://").is_some_and(|rest| ["127.0.0.1", "localhost"].contains(&host(rest).as_str()))
}
