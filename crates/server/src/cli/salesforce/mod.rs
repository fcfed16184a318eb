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
use crate::crms::Rest;
use clap::{Args, Subcommand};
use crm::salesforce::{Https, HttpsSettings, Secret, Transport};
use layout_patch::Wanted;
use org::{Access, Org};
use std::collections::BTreeMap;
use std::path::PathBuf;
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
    /// would do and changes nothing, unless --apply is said. The access token is read from SALESFORCE_ACCESS_TOKEN.
    LayoutPatch(LayoutPatchArgs),
}

/// Which org, and how far it goes.
#[derive(Debug, Args)]
pub(super) struct LayoutPatchArgs {
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
    let access = match access(args.instance_url.as_deref(), &environment, language) {
        Ok(access) => access,
        Err(why) => return refuse(why),
    };
    let https = match Https::new(&HttpsSettings::default(), Arc::new(Rest(Arc::new(Machine)))) {
        Ok(https) => https,
        Err(error) => return refuse(error),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(error),
    };
    let wanted = Wanted { apply: args.apply, skip: &args.skip, keep: &args.keep, language };
    match runtime.block_on(patch(&https, access, &wanted)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => refuse(why),
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
