//! Reading settings: file, environment, checks.

use super::trust::trusted;
use super::zone::zone;
use super::{FolderSettings, SalesforceSettings, Settings, SourceKind, TenantSettings};
use domain::phone::Region;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use telephony::endpoints::EndpointMap;

/// What every variable begins with; `BITACORA_SERVER__LISTEN` sets `server.listen`.
const PREFIX: &str = "BITACORA_";
/// Most pages of log, 400 MB: each commit and each reader searches an index of them.
const MAX_CHECKPOINT_PAGES: u32 = 100_000;
/// Longest time that copies of messages may be kept, in days: a century, so that no clock overflows.
const MAX_MESSAGE_RETENTION_DAYS: u32 = 36_500;
/// Longest time that a request may be given, in seconds: a connection is held as long.
const MAX_REQUEST_TIMEOUT_S: u64 = 600;
/// Calls a minute of the sandbox's floor, where not set.
const DEFAULT_CALLS_PER_MINUTE: f64 = 12.0;

/// Why the settings are refused.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("settings file {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not TOML, or something in it has no meaning or the wrong type.
    #[error("settings{place}: {reason}")]
    Malformed {
        /// File or variable, in words.
        place: String,
        /// What is wrong, with line and column where there is one.
        reason: String,
    },
    /// A value cannot be used.
    #[error("setting {setting}: {reason}")]
    Refused {
        /// Its path.
        setting: String,
        /// Why not.
        reason: String,
    },
}

/// Reads the file, if one is named, puts `variables` on top and checks the whole.
///
/// # Errors
/// See [`SettingsError`].
pub fn load(
    file: Option<&Path>,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, SettingsError> {
    let mut place = String::new();
    let mut table = toml::Table::new();
    if let Some(path) = file {
        let unreadable = |source| SettingsError::Unreadable { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        place = format!(" in {}", path.display());
        // Parsed into its final form first: then an error names its line.
        let malformed = |error: toml::de::Error| SettingsError::Malformed {
            place: place.clone(),
            reason: error.to_string(),
        };
        toml::from_str::<Settings>(&text).map_err(malformed)?;
        table = toml::from_str(&text).map_err(malformed)?;
    }
    for (name, value) in variables {
        let Some(path) = name.strip_prefix(PREFIX).filter(|path| path.contains("__")) else { continue };
        place = format!(" in {name}");
        set(&mut table, &path.to_lowercase(), &value)
            .map_err(|reason| SettingsError::Malformed { place: place.clone(), reason })?;
    }
    let settings: Settings = table.try_into().map_err(|error: toml::de::Error| SettingsError::Malformed {
        place,
        reason: error.message().to_owned(),
    })?;
    check(&settings)?;
    Ok(settings)
}

/// Sets `a__b` to a value, read as TOML where it is any, else as text.
fn set(table: &mut toml::Table, path: &str, text: &str) -> Result<(), String> {
    let mut table = table;
    let (sections, name) = path.rsplit_once("__").unwrap_or(("", path));
    for section in sections.split("__").filter(|section| !section.is_empty()) {
        table = table
            .entry(section)
            .or_insert_with(|| toml::Value::Table(toml::Table::new()))
            .as_table_mut()
            .ok_or_else(|| format!("{section} is not a section"))?;
    }
    let parsed = format!("value = {text}").parse::<toml::Table>().ok();
    let value = parsed.and_then(|mut parsed| parsed.remove("value"));
    table.insert(name.to_owned(), value.unwrap_or_else(|| toml::Value::String(text.to_owned())));
    Ok(())
}

fn check(settings: &Settings) -> Result<(), SettingsError> {
    if settings.server.tls_certificate.is_some() != settings.server.tls_key.is_some() {
        return refuse("server.tls_key", "certificate and key are set together or not at all".to_owned());
    }
    if let Some(url) = &settings.server.public_url
        && !(url.starts_with("https://") || url.starts_with("http://"))
    {
        return refuse("server.public_url", format!("{url:?} does not begin with https:// or http://"));
    }
    if let Some(origin) = settings.server.panel_frame_ancestors.iter().find(|origin| !is_origin(origin)) {
        return refuse(
            "server.panel_frame_ancestors",
            format!("{origin:?} is not an origin like https://crm.example"),
        );
    }
    if !(1..=MAX_REQUEST_TIMEOUT_S).contains(&settings.server.request_timeout_s) {
        return refuse("server.request_timeout_s", format!("from 1 to {MAX_REQUEST_TIMEOUT_S}"));
    }
    if !(1..=MAX_CHECKPOINT_PAGES).contains(&settings.data.checkpoint_pages) {
        return refuse("data.checkpoint_pages", format!("from 1 to {MAX_CHECKPOINT_PAGES}"));
    }
    if !(1..=MAX_MESSAGE_RETENTION_DAYS).contains(&settings.data.message_retention_days) {
        return refuse("data.message_retention_days", format!("from 1 to {MAX_MESSAGE_RETENTION_DAYS}"));
    }
    if settings.data.import_max_mb == 0 {
        return refuse("data.import_max_mb", "at least 1".to_owned());
    }
    if let Some((field, reason)) = settings.outgoing_webhooks.fault() {
        return refuse(&format!("outgoing_webhooks.{field}"), reason);
    }
    if let Some((field, reason)) = settings.mail.fault() {
        return refuse(&format!("mail.{field}"), reason);
    }
    if settings.tenants.is_empty() {
        return refuse("tenants", "at least one is needed".to_owned());
    }
    let mut slugs = BTreeSet::new();
    let mut hosts = BTreeSet::new();
    for (index, tenant) in settings.tenants.iter().enumerate() {
        let at = |field: &str| format!("tenants[{index}].{field}");
        if !plain(&tenant.slug) {
            return refuse(&at("slug"), format!("{:?}: letters, digits and - only", tenant.slug));
        }
        if !slugs.insert(&tenant.slug) {
            return refuse(&at("slug"), format!("{:?} is used twice", tenant.slug));
        }
        if let Some(host) = tenant.hosts.iter().find(|host| !hosts.insert(host.to_lowercase())) {
            return refuse(&at("hosts"), format!("{host:?} is used twice"));
        }
        if let Some(name) = tenant.time_zone.as_ref().filter(|name| zone(name).is_none()) {
            return refuse(&at("time_zone"), format!("{name:?} is no zone's name, such as Europe/Madrid"));
        }
        if let Some((field, reason)) = tenant.salesforce.as_ref().and_then(SalesforceSettings::fault) {
            return refuse(&at(&format!("salesforce.{field}")), reason);
        }
        check_sources(index, tenant, settings.server.public_url.as_ref())?;
    }
    Ok(())
}

/// The phone systems of the tenant at this place of the list.
fn check_sources(
    index: usize,
    tenant: &TenantSettings,
    served_at: Option<&String>,
) -> Result<(), SettingsError> {
    let (mut names, mut tokens) = (BTreeSet::new(), BTreeSet::new());
    for (nth, source) in tenant.sources.iter().enumerate() {
        let at = |field: &str| format!("tenants[{index}].sources[{nth}].{field}");
        if !plain(&source.name) || !names.insert(&source.name) {
            return refuse(&at("name"), format!("{:?}: letters, digits and -, each name once", source.name));
        }
        if let Err(twice) = EndpointMap::try_from(&source.endpoints) {
            return refuse(&at("endpoints"), twice.to_string());
        }
        for (name, folder) in [("recordings", &source.recordings), ("voicemails", &source.voicemails)] {
            if let Some(reason) = folder.as_ref().and_then(FolderSettings::fault) {
                return refuse(&at(name), reason);
            }
        }
        match &source.kind {
            SourceKind::Recording { speed, .. } | SourceKind::Floor { speed, .. } => {
                if !speed.is_finite() || *speed < 0.0 {
                    return refuse(&at("speed"), format!("{speed} is not a speed"));
                }
            }
            SourceKind::Webhook(webhook) => {
                if let Some((field, reason)) = webhook.fault() {
                    return refuse(&at(field), reason);
                }
            }
            SourceKind::Twilio(twilio) => {
                if let Some((field, reason)) = twilio.fault(served_at) {
                    return refuse(&at(field), reason);
                }
            }
            SourceKind::Zammad(zammad) => {
                if let Some((field, reason)) = zammad.fault() {
                    return refuse(&at(field), reason);
                }
                if !tokens.insert(&zammad.token) {
                    return refuse(&at("token"), "another source has it".to_owned());
                }
            }
            SourceKind::Ami(ami) => {
                // A line break would smuggle an action of its own into the connection.
                if ![&ami.username, &ami.secret].iter().all(|text| is_line(text)) {
                    return refuse(&at("secret"), "no line breaks in username or secret".to_owned());
                }
                let known = |agent: &str| source.endpoints.agents.contains_key(agent);
                if let Some(name) = ami.notify_phones.stranger(known) {
                    let reason = format!("{name:?} is not listed in {}", at("endpoints.agents"));
                    return refuse(&at("notify_phones"), reason);
                }
                let contexts = [
                    ("dial_context", Some(&ami.dial_context)),
                    ("transfer_context", ami.transfer_context.as_ref()),
                ];
                let wrong = |context: &String| context.is_empty() || !is_line(context);
                if let Some((name, _)) = contexts.into_iter().find(|(_, context)| context.is_some_and(wrong))
                {
                    return refuse(&at(name), "a context's name, without line breaks".to_owned());
                }
                if let Some((field, reason)) = ami.web_phone.as_ref().and_then(|phones| phones.fault(known)) {
                    return refuse(&at(&format!("web_phone.{field}")), reason);
                }
                if let Some(Err(reason)) = ami.tls_ca.as_deref().map(trusted) {
                    return refuse(&at("tls_ca"), reason);
                }
            }
        }
    }
    Ok(())
}

fn is_line(text: &str) -> bool {
    !text.contains(['\r', '\n', '\0'])
}

fn plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn refuse(setting: &str, reason: String) -> Result<(), SettingsError> {
    Err(SettingsError::Refused { setting: setting.to_owned(), reason })
}

/// Whether this is an origin, such as `https://crm.example`: scheme and host, no path.
pub fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ', ';', ',', '\'']))
}

pub(super) fn region<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Region, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

#[expect(clippy::expect_used, reason = "Spain has a numbering plan; a test reads the default settings")]
pub(super) fn default_region() -> Region {
    "ES".parse().expect("ES is a region")
}

/// Where agents' phones of an ordinary dialplan dial out.
pub(super) fn dial_context() -> String {
    "from-internal".to_owned()
}

pub(super) fn calls_per_minute() -> f64 {
    DEFAULT_CALLS_PER_MINUTE
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn refused(text: &str, variables: &[(&str, &str)]) -> String {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        load(Some(file.path()), variables).expect_err("refused").to_string()
    }

    #[test]
    fn nothing_set_is_a_working_setting() {
        let settings = load(None, Vec::new()).expect("defaults");
        assert_eq!(settings.tenants[0].slug, "main");
        assert!(settings.data.synchronous);
    }

    #[test]
    fn a_request_is_given_some_time_and_not_all() {
        for time in [0, MAX_REQUEST_TIMEOUT_S + 1] {
            let said = refused(&format!("[server]\nrequest_timeout_s = {time}"), &[]);
            assert!(said.contains("server.request_timeout_s") && said.contains("from 1 to 600"), "{said}");
        }
    }

    #[test]
    fn what_agents_may_ask_of_calls_is_refused_where_it_can_mean_nothing() {
        let pbx = "[[tenants]]\n[[tenants.sources]]\nname = 'pbx'\nkind = 'ami'\naddress = 'pbx:5038'\n\
            username = 'cti'\nsecret = 's'\n";
        for (set, said_of) in [
            ("notify_phones = ['1001']", "tenants[0].sources[0].notify_phones"),
            ("transfer_context = ''", "tenants[0].sources[0].transfer_context"),
            ("dial_context = \"out\\nAction: Logoff\"", "tenants[0].sources[0].dial_context"),
            ("controls = ['dance']", "dance"),
            ("pause_from = 'never'", "never"),
            ("recordings = { folder = 'monitor' }", "tenants[0].sources[0].recordings"),
            ("voicemails = { folder = '/a', told_as = 'b' }", "tenants[0].sources[0].voicemails"),
            ("web_phone = { url = 'ws://pbx.example' }", "tenants[0].sources[0].web_phone.url"),
            ("web_phone = { url = 'wss://pbx.example', uri = 'x' }", "uri"),
            (
                "web_phone = { url = 'wss://pbx', agents.1001 = { username = '1001', password = 'p' } }",
                "tenants[0].sources[0].web_phone.agents.1001",
            ),
        ] {
            let said = refused(&format!("{pbx}{set}\n"), &[]);
            assert!(said.contains(said_of), "{set}: {said}");
        }
    }

    #[test]
    fn an_org_is_refused_where_its_word_could_not_be_checked() {
        let mut empty = tempfile::NamedTempFile::new().expect("a file");
        empty.write_all(b"no certificate").expect("written");
        let file = format!("organisation = '00D000000000001'\npanel_certificate = {:?}", empty.path());
        for (set, said_of) in [
            ("panel_certificate = 'org.pem'", "organisation"),
            ("organisation = '001000000000001'\npanel_certificate = 'org.pem'", "organisation"),
            (
                "organisation = '00D000000000001'\npanel_certificate = 'no-such.pem'",
                "panel_certificate: no-such.pem",
            ),
            (&file, "panel_certificate"),
            ("lightning_origins = ['https://acme.lightning.force.com/']", "lightning_origins"),
            ("lightning_origins = ['acme.lightning.force.com']", "lightning_origins"),
            ("organization = '00D000000000001'", "organization"),
        ] {
            let said = refused(&format!("[[tenants]]\n[tenants.salesforce]\n{set}\n"), &[]);
            assert!(said.contains(said_of), "{set}: {said}");
        }
    }

    #[test]
    fn a_log_of_no_page_or_too_many_is_refused() {
        for pages in [0, MAX_CHECKPOINT_PAGES + 1] {
            let said = refused(&format!("[data]\ncheckpoint_pages = {pages}"), &[]);
            assert!(said.contains("data.checkpoint_pages") && said.contains("from 1 to 100000"), "{said}");
        }
    }

    #[test]
    fn copies_of_messages_are_kept_for_a_day_at_least_and_not_for_ever() {
        for days in [0, MAX_MESSAGE_RETENTION_DAYS + 1] {
            let said = refused(&format!("[data]\nmessage_retention_days = {days}"), &[]);
            assert!(
                said.contains("data.message_retention_days") && said.contains("from 1 to 36500"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_phone_system_of_each_kind_is_read_and_its_unknown_fields_refused() {
        for kind in [
            "kind = 'ami'\naddress = 'pbx:5038'\nusername = 'cti'\nsecret = 's'",
            "kind = 'recording'\nfiles = ['ami.raw']",
            "kind = 'floor'\ncalls_per_minute = 30",
            "kind = 'webhook'\nsecrets = ['0123456789abcdef01234567']",
            "kind = 'zammad'\ntoken = '0123456789abcdef01234567'",
            "kind = 'twilio'\nauth_tokens = ['0123456789abcdef01234567']\npublic_url = 'https://x.example'",
        ] {
            let source = |extra: &str| {
                format!(
                    "[[tenants]]\n[[tenants.sources]]\nname = 'pbx'\n{kind}\n{extra}\n\
                     [tenants.sources.endpoints]\ntrunks = ['PJSIP/trunk']"
                )
            };
            let mut file = tempfile::NamedTempFile::new().expect("a file");
            file.write_all(source("").as_bytes()).expect("written");
            let settings = load(Some(file.path()), Vec::new()).expect(kind);
            assert_eq!(settings.tenants[0].sources[0].endpoints.trunks, ["PJSIP/trunk"]);
            assert!(refused(&source("adress = 'x'"), &[]).contains("adress"), "{kind}");
        }
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let variables = vec![("BITACORA_SERVER__LISTEN".to_owned(), "127.0.0.1:1".to_owned())];
        assert_eq!(load(None, variables).expect("settings").server.listen.port(), 1);
    }

    #[test]
    fn a_wrong_setting_is_refused_with_its_place_and_the_reason() {
        assert!(refused("[server]\nlistn = 1", &[]).contains("line 2"));
        assert!(refused("[server]\nlisten = 'nowhere'", &[]).contains("listen"));
        assert!(
            refused("", &[("BITACORA_DATA__FRAME_RETENTION_DAYS", "-1")]).contains("FRAME_RETENTION_DAYS")
        );
        assert!(refused("[[tenants]]\nslug = 'a b'", &[]).contains("tenants[0].slug"));
        assert!(refused("[[tenants]]\nregion = 'XX'", &[]).contains("XX"));
        assert!(refused("[[tenants]]\ntime_zone = 'Europe/Madird'", &[]).contains("tenants[0].time_zone"));
        assert!(refused("[server]\ntls_key = 'k.pem'", &[]).contains("tls_key"));
        let source = |fields: &str| format!("[[tenants]]\n[[tenants.sources]]\nname = 'p'\n{fields}");
        for (fields, place) in [
            ("kind = 'webhook'\nsecrets = []", "sources[0].secrets"),
            ("kind = 'webhook'\nsecrets = ['short']", "sources[0].secrets"),
            ("kind = 'twilio'\nauth_tokens = ['0123456789abcdef01234567']", "sources[0].public_url"),
            ("kind = 'twilio'\nauth_tokens = ['short']", "sources[0].auth_tokens"),
            ("kind = 'zammad'\ntoken = 'short'", "sources[0].token"),
            ("kind = 'zammad'\ntoken = '0123456789abcdef/1234567'", "sources[0].token"),
        ] {
            let said = refused(&source(fields), &[]);
            assert!(said.contains(place) && !said.contains("short"), "{said}");
        }
        assert!(refused("[server]\npanel_frame_ancestors = ['*']", &[]).contains("origin"));
    }
}
