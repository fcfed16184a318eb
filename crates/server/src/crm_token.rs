//! The refresh token that an admin's consent left: a file of the data folder that nobody but the server's user may read, and
//! the only place where it stands. It is written whole or not at all, and what it says outlasts a restart: also that an admin
//! disconnected the org. A backup does not have it: whoever restores one connects anew.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crm::salesforce::{KeepsRefreshToken, Secret};
use domain::id::At;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use store::sync_folder_of;

/// Nobody else reads it.
const PRIVATE_FILE: u32 = 0o600;

/// What the file says.
#[derive(Clone, Serialize, Deserialize)]
struct Written {
    /// The org and the app that the token is good for, and the token of the settings that it stands in the place of: where any
    /// of these is another now, the file says nothing. Settings that say no token any more take nothing away.
    of: Of,
    /// None: an admin disconnected it.
    token: Option<String>,
    /// As whom we log in.
    user: Option<String>,
    /// When an admin connected or disconnected it, in microseconds.
    at: i64,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Of {
    organisation: String,
    client_id: String,
    /// SHA-256 of the token that settings say.
    given: Option<String>,
}

impl Of {
    fn is_of(&self, written: &Of) -> bool {
        let same_token = self.given.is_none() || self.given == written.given;
        (&self.organisation, &self.client_id) == (&written.organisation, &written.client_id) && same_token
    }
}

/// Where consent stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentStanding {
    /// Nobody has consented yet.
    Never,
    /// By a token of the settings file.
    BySettings,
    /// An admin consented.
    Consented {
        /// As whom we log in, in the CRM's word.
        user: Option<String>,
        /// When.
        at: At,
    },
    /// An admin took it back.
    Disconnected {
        /// When.
        at: At,
    },
    /// What is kept of it cannot be read: nothing is sent until the file can be, or an admin connects anew.
    Unreadable,
}

/// Keeps the token.
pub struct TokenFile {
    path: PathBuf,
    of: Of,
    given: Option<Secret>,
    writing: Mutex<()>,
}

impl TokenFile {
    /// The file of this tenant in the data folder; `given`: the token that settings say.
    pub fn new(
        data: &Path,
        slug: &str,
        organisation: &str,
        client_id: &str,
        given: Option<Secret>,
    ) -> TokenFile {
        let hash = given.as_ref().map(|token| crate::clock::hash_secret(token.reveal()));
        let of = Of {
            organisation: organisation.to_owned(),
            client_id: client_id.to_owned(),
            given: hash.map(|hash| URL_SAFE_NO_PAD.encode(hash)),
        };
        let path = data.join(format!("salesforce-token-{slug}.json"));
        TokenFile { path, of, given, writing: Mutex::default() }
    }

    /// How it stands.
    pub fn standing(&self) -> ConsentStanding {
        let Ok(written) = self.read() else { return ConsentStanding::Unreadable };
        match written {
            Some(Written { token: Some(_), user, at, .. }) => ConsentStanding::Consented { user, at: At(at) },
            Some(Written { at, .. }) => ConsentStanding::Disconnected { at: At(at) },
            None if self.given.is_some() => ConsentStanding::BySettings,
            None => ConsentStanding::Never,
        }
    }

    /// The token by which we log in.
    pub fn token(&self) -> Option<Secret> {
        match self.read() {
            Ok(Some(written)) => written.token.map(Secret::new),
            Ok(None) => self.given.clone(),
            // It may say that an admin disconnected the org.
            Err(_) => None,
        }
    }

    /// An admin consented, or (`None`) took it back.
    ///
    /// # Errors
    /// It cannot be written; then it is as before.
    pub fn set(&self, token: Option<&Secret>, user: Option<String>, at: At) -> io::Result<()> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let token = token.map(|token| token.reveal().to_owned());
        self.write(&Written { of: self.of.clone(), token, user, at: at.0 })
    }

    /// Another token came instead of the one that was shown; whatever else is kept by now stays.
    fn rotate(&self, shown: &Secret, instead: &Secret) -> io::Result<()> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.token().as_ref() != Some(shown) {
            return Ok(());
        }
        let before = self.read()?;
        let (user, at) = before.map_or((None, 0), |written| (written.user, written.at));
        self.write(&Written { of: self.of.clone(), token: Some(instead.reveal().to_owned()), user, at })
    }

    fn read(&self) -> io::Result<Option<Written>> {
        let read = match fs::read(&self.path) {
            Ok(text) => serde_json::from_slice::<Written>(&text).map_err(io::Error::from),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => Err(error),
        };
        let written = read.inspect_err(|error| {
            tracing::warn!(%error, "the token of the CRM cannot be read; an admin has to connect it anew");
        })?;
        Ok(Some(written).filter(|written| self.of.is_of(&written.of)))
    }

    fn write(&self, written: &Written) -> io::Result<()> {
        let partial = self.path.with_extension("partial");
        match fs::remove_file(&partial) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        let mut file: File = options.write(true).create_new(true).mode(PRIVATE_FILE).open(&partial)?;
        self.keeps_owner(&file)?;
        file.write_all(&serde_json::to_vec(written)?)?;
        file.sync_all()?;
        fs::rename(&partial, &self.path)?;
        sync_folder_of(&self.path)
    }

    /// A file that was there keeps whose it is and who may read it: a command that root runs must leave it to the server.
    fn keeps_owner(&self, file: &File) -> io::Result<()> {
        let before = match fs::metadata(&self.path) {
            Ok(before) => before,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let now = file.metadata()?;
        if (before.uid(), before.gid()) != (now.uid(), now.gid()) {
            fchown(file, Some(before.uid()), Some(before.gid()))?;
        }
        file.set_permissions(before.permissions())
    }
}

/// The same for whoever logs in, off the threads that serve.
pub struct Keeper(pub Arc<TokenFile>);

#[async_trait]
impl KeepsRefreshToken for Keeper {
    async fn kept(&self) -> Option<Secret> {
        let file = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || file.token()).await.ok().flatten()
    }

    async fn keep(&self, shown: &Secret, instead: &Secret) {
        let (file, shown, instead) = (Arc::clone(&self.0), shown.clone(), instead.clone());
        let kept = tokio::task::spawn_blocking(move || file.rotate(&shown, &instead)).await;
        if let Err(error) = kept.map_err(io::Error::other).and_then(|written| written) {
            tracing::error!(%error, "the CRM's new token cannot be kept: an admin will have to connect it anew");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn file(data: &Path, organisation: &str, given: Option<&str>) -> TokenFile {
        TokenFile::new(data, "main", organisation, "app", given.map(Secret::new))
    }

    #[test]
    fn a_token_is_kept_for_its_own_org_and_read_by_nobody_else() {
        let data = tempfile::tempdir().unwrap();
        let one = file(data.path(), "00D1", None);
        assert_eq!((one.token(), one.standing()), (None, ConsentStanding::Never));
        one.set(Some(&Secret::new("first")), Some("005x".to_owned()), At(7)).unwrap();
        let mode = fs::metadata(&one.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, PRIVATE_FILE);
        let again = file(data.path(), "00D1", None);
        assert_eq!(again.token(), Some(Secret::new("first")));
        let consented = ConsentStanding::Consented { user: Some("005x".to_owned()), at: At(7) };
        assert_eq!(again.standing(), consented);
        assert_eq!(file(data.path(), "00D2", None).token(), None);
    }

    #[test]
    fn a_file_that_is_written_anew_keeps_its_owner_and_who_may_read_it() {
        let data = tempfile::tempdir().unwrap();
        let one = file(data.path(), "00D1", None);
        one.set(Some(&Secret::new("first")), None, At(7)).unwrap();
        let shared_with_a_group = 0o640;
        fs::set_permissions(&one.path, fs::Permissions::from_mode(shared_with_a_group)).unwrap();
        // Only root may give a file away; as anybody else the owner is the same before and after.
        let is_root = fs::metadata(&one.path).unwrap().uid() == 0;
        let owner = if is_root { 12_345 } else { fs::metadata(&one.path).unwrap().uid() };
        if is_root {
            std::os::unix::fs::chown(&one.path, Some(owner), Some(owner)).unwrap();
        }
        one.rotate(&Secret::new("first"), &Secret::new("second")).unwrap();
        let after = fs::metadata(&one.path).unwrap();
        assert_eq!((after.uid(), after.permissions().mode() & 0o777), (owner, shared_with_a_group));
        assert_eq!(one.token(), Some(Secret::new("second")));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_said_to_be_so_and_opens_nothing() {
        let data = tempfile::tempdir().unwrap();
        let one = file(data.path(), "00D1", Some("given"));
        fs::write(&one.path, b"{ half of it").unwrap();
        assert_eq!((one.token(), one.standing()), (None, ConsentStanding::Unreadable));
        one.set(Some(&Secret::new("anew")), None, At(8)).unwrap();
        assert_eq!(one.token(), Some(Secret::new("anew")));
    }

    #[test]
    fn what_an_admin_did_meanwhile_is_not_undone_by_a_token_that_comes_late() {
        let data = tempfile::tempdir().unwrap();
        let one = file(data.path(), "00D1", Some("given"));
        assert_eq!(one.standing(), ConsentStanding::BySettings);
        one.rotate(&Secret::new("given"), &Secret::new("second")).unwrap();
        assert_eq!(file(data.path(), "00D1", Some("given")).token(), Some(Secret::new("second")));
        one.set(None, None, At(9)).unwrap();
        one.rotate(&Secret::new("second"), &Secret::new("third")).unwrap();
        assert_eq!((one.token(), one.standing()), (None, ConsentStanding::Disconnected { at: At(9) }));
        // Whoever writes another token into the settings means that one.
        assert_eq!(file(data.path(), "00D1", Some("other")).token(), Some(Secret::new("other")));
    }
}
