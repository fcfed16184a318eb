//! A Salesforce org as far as its word counts: a certificate, and assertions that its code would sign. The keys are made
//! for the test.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use server::settings::SalesforceSettings;
use std::path::PathBuf;
use std::process::Command;

/// Its id.
pub(crate) const ORGANISATION: &str = "00D000000000001";

/// The org.
pub(crate) struct Org {
    key: RsaKeyPair,
    certificate: PathBuf,
    _dir: tempfile::TempDir,
}

impl Org {
    pub(crate) fn new() -> Org {
        let dir = tempfile::tempdir().expect("a folder");
        let (certificate, key) = (dir.path().join("org.pem"), dir.path().join("org.key"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=panel"])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .output()
            .expect("openssl runs; install the package openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let der = PrivatePkcs8KeyDer::from_pem_file(&key).expect("a key");
        let key = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).expect("an RSA key");
        Org { key, certificate, _dir: dir }
    }

    /// What is set of it.
    pub(crate) fn settings(&self) -> SalesforceSettings {
        SalesforceSettings {
            organisation: ORGANISATION.to_owned(),
            panel_certificate: Some(self.certificate.clone()),
            lightning_origins: vec!["https://acme.lightning.force.com".to_owned()],
            ..SalesforceSettings::default()
        }
    }

    /// An assertion that says this.
    pub(crate) fn says(&self, claims: &Value) -> String {
        self.signs(&json!({ "alg": "RS256" }), claims)
    }

    /// An assertion with this head, whatever it promises.
    pub(crate) fn signs(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .expect("signed");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
