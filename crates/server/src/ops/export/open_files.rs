//! How many files somebody has sent to them at a time: each takes a connection, and one of Parquet some memory, for as long as its
//! reader takes. How fast its pages are read is the store's to limit.

use crate::ops::OpError;
use domain::id::{TenantId, UserId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Most files that are sent to one user at a time.
pub const MAX_FILES_AT_A_TIME: usize = 4;

/// The files that are being sent.
#[derive(Clone, Debug, Default)]
pub struct OpenFiles(Arc<Mutex<HashMap<(TenantId, UserId), usize>>>);

/// A file that is being sent, until this is dropped.
#[derive(Debug)]
pub struct OpenFile {
    among: OpenFiles,
    to: (TenantId, UserId),
}

impl OpenFiles {
    /// Another file to a user.
    ///
    /// # Errors
    /// [`OpError::TooManyFiles`]: they have [`MAX_FILES_AT_A_TIME`] coming.
    pub fn open(&self, tenant: TenantId, user: UserId) -> Result<OpenFile, OpError> {
        let to = (tenant, user);
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = open.entry(to).or_default();
        if *theirs >= MAX_FILES_AT_A_TIME {
            return Err(OpError::TooManyFiles);
        }
        *theirs += 1;
        Ok(OpenFile { among: self.clone(), to })
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let mut open = self.among.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(theirs) = open.get_mut(&self.to) {
            *theirs = theirs.saturating_sub(1);
            if *theirs == 0 {
                open.remove(&self.to);
            }
        }
    }
}
