//! `bitacora salesforce …`: what an admin does to an org once, from the command line (docs/salesforce-layouts.md).

mod layout_patch;
mod org;
mod package;
mod related_list;
mod soap;
#[cfg(test)]
mod tests;
mod words;

use super::{refuse, variables};
use crate::clock::Machine;
use crate::crms::{Rest, client};
use crate::settings::{SalesforceSettings, Settings, TenantSettings, load};
use clap::{Args, Subcommand};
use crm::salesforce::{Https, HttpsSettings, Secret, Transport};
use layout_patch::Wanted;
use org::{Access, Org};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use words::Language;

/// The variable with an access token of a user who may change metadata. It is no option: options are seen by all of a machine.
const TOKEN: &str = "SALESFORCE_ACCESS_TOKEN";
/// The variable that says where the org is.
const INSTANCE: &str = "SALESFORCE_INSTANCE_URL";

/// What is done to an org.
#[derive(Debug, Subcommand)]
pub(super) enum SalesforceVerb {
    /// Puts the list of calls into the page layouts of Contacts, Leads, Accounts and Cases (docs/salesforce-layouts.md). Shows what it
    /// would do and changes nothing, unless --apply is said. The connection is that of a settings file (--config), or an access token
    /// that is read from SALESFORCE_ACCESS_TOKEN.
    LayoutPatch(LayoutPatchArgs),
}

/// Which org, and how far it goes.
#[derive(Debug, Args)]
pub(super) struct LayoutPatchArgs {
    /// The server's settings file: its connection to the org is used.
    #[arg(long, value_name = "FILE", conflicts_with = "instance_url")]
    config: Option<PathBuf>,
    /// Whose org, where several tenants of the settings file have one.
    #[arg(long, value_name = "SLUG", requires = "config")]
    tenant: Option<String>,
    /// Where the org is, e.g. https://acme.my.salesforce.com; SALESFORCE_INSTANCE_URL unless said.
    #[arg(long, value_name = "URL")]
    instance_url: Option<String>,
    /// Changes the layouts.
    #[arg(long)]
    apply: bool,
    /// A layout that is left as it is, e.g. "Contact-Contact Layout"; may be said again.
    #[arg(long, value_name = "LAYOUT")]
    skip: Vec<String>,
    /// Where what the layouts were is kept before they are changed: a zip file that can be deployed.
    #[arg(long, value_name = "FILE", default_value = "layouts-before.zip")]
    keep: PathBuf,
    /// In which language it speaks; that of the machine unless said.
    #[arg(long, value_enum)]
    language: Option<Language>,
}

/// Does it.
pub(super) fn run(verb: &SalesforceVerb) -> ExitCode {
    let SalesforceVerb::LayoutPatch(args) = verb;
    let environment: BTreeMap<String, String> = variables().collect();
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| environment.get(*name).filter(|said| !said.is_empty()));
    let language = args.language.unwrap_or(Language::of_locale(locale.map_or("", String::as_str)));
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(error),
    };
    let wanted = Wanted { apply: args.apply, skip: &args.skip, keep: &args.keep, language };
    let done = match &args.config {
        Some(file) => runtime.block_on(patch_of_settings(file, args.tenant.as_deref(), &wanted)),
        None => runtime.block_on(patch_by_token(args.instance_url.as_deref(), &environment, &wanted)),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => refuse(why),
    }
}

/// With a token that the environment says.
async fn patch_by_token(
    instance: Option<&str>,
    environment: &BTreeMap<String, String>,
    wanted: &Wanted<'_>,
) -> Result<bool, String> {
    let access = access(instance, environment, wanted.language)?;
    let https = Https::new(&HttpsSettings::default(), Arc::new(Rest(Arc::new(Machine))));
    patch(&https.map_err(|error| error.to_string())?, access, wanted).await
}

/// With the connection of the server's settings.
async fn patch_of_settings(file: &Path, tenant: Option<&str>, wanted: &Wanted<'_>) -> Result<bool, String> {
    let settings = load(Some(file), variables()).map_err(|error| error.to_string())?;
    let (tenant, salesforce) = chosen(&settings, tenant, wanted.language)?;
    let client = client(salesforce, tenant, &settings.data.dir, Arc::new(Machine))?;
    let client = client.ok_or_else(|| wanted.language.which_tenant(&[]))?;
    let opened = client.org.open().await.map_err(|error| error.to_string())?;
    let access = Access { instance: opened.instance, token: opened.token };
    patch(client.way.as_ref(), access, wanted).await
}

/// The tenant that is meant, and its org: the only one with such, unless one is named.
fn chosen<'a>(
    settings: &'a Settings,
    named: Option<&str>,
    language: Language,
) -> Result<(&'a TenantSettings, &'a SalesforceSettings), String> {
    let connected = |tenant: &'a TenantSettings| {
        let salesforce = tenant.salesforce.as_ref().filter(|org| org.client_id.is_some())?;
        Some((tenant, salesforce))
    };
    let all: Vec<_> = settings.tenants.iter().filter_map(connected).collect();
    let meant = |(tenant, _): &&(&TenantSettings, _)| named.is_none_or(|named| tenant.slug == named);
    let mut found = all.iter().filter(meant);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(*one),
        _ => {
            let known: Vec<&str> = all.iter().map(|(tenant, _)| tenant.slug.as_str()).collect();
            Err(language.which_tenant(&known))
        }
    }
}

async fn patch(transport: &dyn Transport, access: Access, wanted: &Wanted<'_>) -> Result<bool, String> {
    let org = Org::reach(transport, access).await.map_err(|trouble| wanted.language.trouble(&trouble))?;
    layout_patch::run(&org, wanted, &mut std::io::stdout()).await
}

/// By what the org is asked, from an option and the environment.
fn access(
    said: Option<&str>,
    environment: &BTreeMap<String, String>,
    language: Language,
) -> Result<Access, String> {
    let set = |name: &str| environment.get(name).map(String::as_str).filter(|said| !said.is_empty());
    let (Some(instance), Some(token)) = (said.or(set(INSTANCE)), set(TOKEN)) else {
        return Err(language.no_access());
    };
    let instance = instance.trim_end_matches('/');
    // A token goes over no wire that others read.
    let is_here = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|here| instance.strip_prefix(here).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
    match instance.starts_with("https://") || is_here {
        true => Ok(Access { instance: instance.to_owned(), token: Secret::new(token) }),
        false => Err(language.not_https()),
    }
}
