//! Whom an encrypted connection to a phone system trusts. The system's own list is left aside: a phone system's
//! certificate is usually its owner's own.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::path::Path;

/// The certificates of a PEM file, as those that others may be signed by.
///
/// # Errors
/// What is wrong with the file.
pub fn trusted(file: &Path) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let unusable = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))? {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        roots.add(certificate).map_err(|error| unusable(&error))?;
    }
    if roots.is_empty() { Err(unusable(&"there is no certificate in it")) } else { Ok(roots) }
}
