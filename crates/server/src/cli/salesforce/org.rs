//! An org, asked by its Metadata API: which layouts there are, what they say, and whether it takes others.

use super::package::{self, BadPackage, Layouts};
use super::soap::{self, Said};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crm::salesforce::{Method, Request, Secret, Transport, TransportError};
use serde_json::Value;
use std::time::Duration;

/// Newest version of the API that this was written for.
const NEWEST: u32 = 67;
/// Oldest version that has all of it.
const OLDEST: u32 = 60;
/// How often is asked what became of a deployment or a retrieval.
const ASKED_EVERY: Duration = Duration::from_secs(2);
/// How often at most: half an hour, after which an org that is still busy is left to itself.
const MAX_ASKED: usize = 900;

/// By what an org is asked. Where it comes from is not looked at.
#[derive(Debug)]
pub(super) struct Access {
    /// Scheme, host and port.
    pub(super) instance: String,
    /// An access token of a user who may change metadata.
    pub(super) token: Secret,
}

/// Why an org did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// It was not reached, or nothing came back.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// It says no, in its own words.
    #[error("{0}")]
    Refused(String),
    /// What it answered is not what the documentation says.
    #[error("the answer is not understood")]
    NotUnderstood,
    /// It speaks no version of the API that this does.
    #[error("no common version of the API")]
    NoVersion,
    /// It was asked for half an hour and is still at it.
    #[error("no answer within half an hour")]
    Busy,
    /// The zip file of layouts is none.
    #[error(transparent)]
    Package(#[from] BadPackage),
}

/// A layout of the org.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listed {
    /// `Contact-Contact Layout`.
    pub(super) name: String,
    /// The managed package that it came with.
    pub(super) package: Option<String>,
}

/// A layout that the org did not take, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) name: String,
    pub(super) problem: String,
}

/// An org that is asked.
pub(super) struct Org<'a> {
    transport: &'a dyn Transport,
    access: Access,
    /// The version of the API that both sides speak, as `66.0`.
    pub(super) version: String,
}

impl<'a> Org<'a> {
    /// The org at the other end; it is asked which versions it speaks.
    pub(super) async fn reach(transport: &'a dyn Transport, access: Access) -> Result<Org<'a>, Trouble> {
        let url = format!("{}/services/data", access.instance);
        let headers = vec![("Accept", "application/json".to_owned())];
        let answer = transport.send(Request { method: Method::Get, url, headers, body: Vec::new() }).await?;
        let versions: Value = serde_json::from_slice(&answer.body).map_err(|_| Trouble::NotUnderstood)?;
        let spoken = versions.as_array().into_iter().flatten().filter_map(|one| one.get("version")?.as_str());
        let numbers = spoken.filter_map(|version| version.strip_suffix(".0")?.parse::<u32>().ok());
        let newest = numbers.filter(|number| (OLDEST..=NEWEST).contains(number)).max();
        let version = format!("{}.0", newest.ok_or(Trouble::NoVersion)?);
        Ok(Org { transport, access, version })
    }

    /// Where it is.
    pub(super) fn instance(&self) -> &str {
        &self.access.instance
    }

    /// Whether an object is there.
    pub(super) async fn has_object(&self, name: &str) -> Result<bool, Trouble> {
        let objects = self.results(&soap::list("CustomObject", &self.version)).await?;
        Ok(objects.iter().any(|object| object.get("fullName").is_some_and(|known| known == name)))
    }

    /// All layouts, by name.
    pub(super) async fn layouts(&self) -> Result<Vec<Listed>, Trouble> {
        let results = self.results(&soap::list("Layout", &self.version)).await?;
        let mut listed: Vec<Listed> = results
            .into_iter()
            .filter_map(|mut said| {
                let package = said.remove("namespacePrefix").filter(|prefix| !prefix.is_empty());
                Some(Listed { name: said.remove("fullName")?, package })
            })
            .collect();
        listed.sort();
        Ok(listed)
    }

    /// What layouts say, as they are.
    pub(super) async fn retrieve(&self, names: &[&str]) -> Result<Layouts, Trouble> {
        let queued = self.results(&soap::retrieve("Layout", names, &self.version)).await?;
        let (_, result) = self.done(&queued, soap::check_retrieve).await?;
        if result.get("success").is_some_and(|success| success == "false") {
            return Err(Trouble::Refused(result.get("errorMessage").cloned().unwrap_or_default()));
        }
        let packed = result.get("zipFile").ok_or(Trouble::NotUnderstood)?;
        let packed: String = packed.split_whitespace().collect();
        let zip = STANDARD.decode(packed).map_err(|_| Trouble::NotUnderstood)?;
        Ok(package::unpack(&zip)?)
    }

    /// Deploys layouts, all or none; answers those that were refused. `check_only`: they are looked at, and nothing is kept.
    pub(super) async fn deploy(&self, layouts: &Layouts, check_only: bool) -> Result<Vec<Failure>, Trouble> {
        let zip = STANDARD.encode(package::pack(layouts, &self.version)?);
        let queued = self.results(&soap::deploy(&zip, check_only)).await?;
        let (answer, result) = self.done(&queued, soap::check_deploy).await?;
        let failures = soap::elements(&answer, "componentFailures").ok_or(Trouble::NotUnderstood)?;
        let failures: Vec<Failure> = failures
            .into_iter()
            .map(|mut said| Failure {
                name: said.remove("fullName").unwrap_or_default(),
                problem: said.remove("problem").unwrap_or_default(),
            })
            .collect();
        if failures.is_empty() && result.get("success").is_none_or(|success| success != "true") {
            let said = result.get("errorMessage").or(result.get("status"));
            return Err(Trouble::Refused(said.cloned().unwrap_or_default()));
        }
        Ok(failures)
    }

    /// Asks after what was begun until it is done; answers the whole answer and its result.
    async fn done(&self, queued: &[Said], check: fn(&str) -> String) -> Result<(Vec<u8>, Said), Trouble> {
        let id = queued.first().and_then(|said| said.get("id")).ok_or(Trouble::NotUnderstood)?;
        let mut beat = tokio::time::interval(ASKED_EVERY);
        for _ in 0..MAX_ASKED {
            beat.tick().await;
            let answer = self.ask(&check(id)).await?;
            let results = soap::elements(&answer, "result").ok_or(Trouble::NotUnderstood)?;
            let result = results.into_iter().next().ok_or(Trouble::NotUnderstood)?;
            if result.get("done").is_some_and(|done| done == "true") {
                return Ok((answer, result));
            }
        }
        Err(Trouble::Busy)
    }

    async fn results(&self, call: &str) -> Result<Vec<Said>, Trouble> {
        let answer = self.ask(call).await?;
        soap::elements(&answer, "result").ok_or(Trouble::NotUnderstood)
    }

    /// A call, answered with whatever is no fault.
    async fn ask(&self, call: &str) -> Result<Vec<u8>, Trouble> {
        let url = format!("{}/services/Soap/m/{}", self.access.instance, self.version);
        let content = "text/xml; charset=UTF-8".to_owned();
        let headers = vec![("Content-Type", content), ("SOAPAction", "\"\"".to_owned())];
        let body = soap::envelope(self.access.token.reveal(), call);
        let answer = self.transport.send(Request { method: Method::Post, url, headers, body }).await?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        let faults = soap::elements(&answer.body, "Fault").unwrap_or_default();
        let said = faults.into_iter().next().and_then(|mut fault| fault.remove("faultstring"));
        Err(said.map_or_else(|| Trouble::Refused(format!("HTTP {}", answer.status)), Trouble::Refused))
    }
}
