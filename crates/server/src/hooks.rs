//! Where deliveries of phone systems that push are handed over: from the request that brings one to the one task that
//! reads its source. Who waits here is told once it is on disk. A queue that is full takes nothing more: the sender is
//! told to come again. How many were taken and refused is counted for monitors.

use domain::id::TenantId;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use telephony::hook::Delivery;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Deliveries of one source that may wait to be read.
pub const MAX_WAITING_DELIVERIES: usize = 256;
/// How long a request waits until its delivery is on disk. Senders give up after 15 s.
const TAKEN_WITHIN: Duration = Duration::from_secs(10);

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is on disk.
    Stored,
    /// It was on disk before, and changed nothing.
    Known,
}

/// A delivery was not taken; the sender should bring it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Too many wait already.
    #[error("too many deliveries wait")]
    Full,
    /// Nobody reads the source now, or it could not be stored.
    #[error("it cannot be stored now")]
    Unavailable,
}

/// A delivery on its way.
#[derive(Debug)]
pub struct Handed {
    /// What came.
    pub delivery: Delivery,
    /// What makes it the same delivery when it is sent again.
    pub identity: String,
    /// Told once it is on disk.
    pub taken: oneshot::Sender<Taken>,
}

/// Why deliveries were refused, as monitors see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// No signature or token.
    Missing,
    /// A signature or token that is not right.
    Forged,
    /// A signature that is too old, or ahead of our clock.
    Expired,
    /// Too large.
    TooLarge,
    /// A form that nothing here reads.
    MediaType,
    /// Not understood.
    NotUnderstood,
    /// Not taken: the sender should come again.
    Unavailable,
}

impl Refusal {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Refusal::Missing => "missing",
            Refusal::Forged => "forged",
            Refusal::Expired => "expired",
            Refusal::TooLarge => "too_large",
            Refusal::MediaType => "media_type",
            Refusal::NotUnderstood => "not_understood",
            Refusal::Unavailable => "unavailable",
        }
    }
}

/// How often something became of deliveries: by tenant, source (none where it is not known), and what.
type Counts = BTreeMap<(TenantId, Option<String>, &'static str), u64>;

/// Every source that takes deliveries.
#[derive(Debug, Default)]
pub struct Hooks {
    sources: Mutex<HashMap<(TenantId, String), mpsc::Sender<Handed>>>,
    counts: Mutex<Counts>,
}

impl Hooks {
    /// The source takes deliveries from now on; they are received here, until the receiver is gone.
    pub fn open(&self, tenant: TenantId, source: &str) -> mpsc::Receiver<Handed> {
        let (sender, receiver) = mpsc::channel(MAX_WAITING_DELIVERIES);
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        sources.insert((tenant, source.to_owned()), sender);
        receiver
    }

    /// Hands a delivery over and waits until it is on disk.
    ///
    /// # Errors
    /// See [`NotTaken`]. What was given up here may be on disk all the same: brought again, it is known.
    pub async fn hand_over(
        &self,
        tenant: TenantId,
        source: &str,
        delivery: Delivery,
        identity: String,
    ) -> Result<Taken, NotTaken> {
        let sender = {
            let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
            sources.get(&(tenant, source.to_owned())).cloned().ok_or(NotTaken::Unavailable)?
        };
        let (taken, told) = oneshot::channel();
        sender.try_send(Handed { delivery, identity, taken }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NotTaken::Full,
            mpsc::error::TrySendError::Closed(_) => NotTaken::Unavailable,
        })?;
        match timeout(TAKEN_WITHIN, told).await {
            Ok(Ok(taken)) => Ok(taken),
            Ok(Err(_)) | Err(_) => Err(NotTaken::Unavailable),
        }
    }

    /// One was taken.
    pub fn was_taken(&self, tenant: TenantId, source: &str, taken: Taken) {
        let what = match taken {
            Taken::Stored => "stored",
            Taken::Known => "known",
        };
        *self.counts().entry((tenant, Some(source.to_owned()), what)).or_default() += 1;
    }

    /// One was refused.
    pub fn was_refused(&self, tenant: TenantId, source: Option<&str>, why: Refusal) {
        *self.counts().entry((tenant, source.map(str::to_owned), why.word())).or_default() += 1;
    }

    /// How often what became of deliveries of this source, or of those that named none.
    pub fn counted(&self, tenant: TenantId, source: Option<&str>) -> Vec<(&'static str, u64)> {
        let counts = self.counts();
        let of = counts.iter().filter(|((of, named, _), _)| *of == tenant && named.as_deref() == source);
        of.map(|((_, _, what), count)| (*what, *count)).collect()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
