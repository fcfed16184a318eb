//! What lets the panel live in pages of a Salesforce org: whose word about its users counts, and from where its
//! script may come. How the org itself is reached is not here.

use super::SalesforceSettings;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::path::Path;

impl SalesforceSettings {
    /// The field of those about the panel that cannot be used, and why.
    pub(super) fn panel_fault(&self) -> Option<(&'static str, String)> {
        let certificate = self.panel_certificate.as_deref();
        if let Some(origin) = self.lightning_origins.iter().find(|origin| !super::load::is_origin(origin)) {
            let reason = format!("{origin:?} is not an origin like https://acme.lightning.force.com");
            return Some(("lightning_origins", reason));
        }
        certificate.and_then(|file| signer(file).err()).map(|reason| ("panel_certificate", reason))
    }
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
