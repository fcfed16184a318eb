//! What lets the panel live in pages of a Salesforce org: whose word about its users counts, and from where its
//! script may come. How the org itself is reached is not here.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// How long an id of Salesforce's is: 15 characters that tell upper from lower case, and three that make up for
/// systems that do not.
const ID_LENGTHS: [usize; 2] = [15, 18];
/// What ids of organisations begin with.
const ORGANISATION: &str = "00D";

/// The panel inside Salesforce.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PanelSignIn {
    /// The org's id (`00D…`): whose word counts.
    pub organisation: String,
    /// The org's certificate, a PEM file: what its word is signed with. Without it nobody signs in by the org's word.
    pub panel_certificate: Option<PathBuf>,
    /// Origins of the org's Lightning and Visualforce pages, exact: they may frame the panel, and Salesforce's own
    /// script is loaded from them.
    pub lightning_origins: Vec<String>,
}

impl PanelSignIn {
    /// The field that cannot be used, and why.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        let certificate = self.panel_certificate.as_deref();
        if let Some(origin) = self.lightning_origins.iter().find(|origin| !super::load::is_origin(origin)) {
            let reason = format!("{origin:?} is not an origin like https://acme.lightning.force.com");
            return Some(("lightning_origins", reason));
        }
        if certificate.is_some() && !is_organisation(&self.organisation) {
            let reason =
                format!("{:?} is no id of an organisation, such as 00D000000000001", self.organisation);
            return Some(("organisation", reason));
        }
        certificate.and_then(|file| signer(file).err()).map(|reason| ("panel_certificate", reason))
    }
}

fn is_organisation(id: &str) -> bool {
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain && id.starts_with(ORGANISATION) && ID_LENGTHS.contains(&id.len())
}

/// The certificate of a PEM file, to check signatures against. It is trusted because it is named: neither who signed
/// it counts nor how long it says it is valid.
///
/// # Errors
/// What is wrong with the file.
pub fn signer(file: &Path) -> Result<CertificateDer<'static>, String> {
    let unusable = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let certificate = CertificateDer::from_pem_file(file).map_err(|error| unusable(&error))?;
    match webpki::EndEntityCert::try_from(&certificate) {
        Ok(_) => Ok(certificate),
        Err(error) => Err(unusable(&error)),
    }
}
