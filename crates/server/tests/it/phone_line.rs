//! A phone system as far as it is told something: what it was told, and what it answers.

use crate::world::World;
use domain::id::TenantId;
use server::phones::Telling;
use std::sync::{Arc, Mutex, PoisonError};
use telephony::ami::actions::Action;
use tokio::sync::mpsc;

/// A connection that keeps what it is told, and answers everything alike.
pub(crate) struct PhoneLine {
    told: Arc<Mutex<Vec<Action>>>,
}

impl PhoneLine {
    /// It does whatever it is told.
    pub(crate) fn obedient(world: &World, tenant: TenantId) -> PhoneLine {
        PhoneLine::answering(world, tenant, || Some(Ok(None)))
    }

    /// It refuses.
    pub(crate) fn refusing(world: &World, tenant: TenantId, why: &'static str) -> PhoneLine {
        PhoneLine::answering(world, tenant, move || Some(Err(why.to_owned())))
    }

    /// It breaks off instead of answering.
    pub(crate) fn breaking(world: &World, tenant: TenantId) -> PhoneLine {
        PhoneLine::answering(world, tenant, || None)
    }

    fn answering(
        world: &World,
        tenant: TenantId,
        answer: impl Fn() -> Option<server::phones::Answer> + Send + 'static,
    ) -> PhoneLine {
        let told: Arc<Mutex<Vec<Action>>> = Arc::default();
        let mut tellings: mpsc::Receiver<Telling> = world.app.phones.connected(tenant, "pbx");
        let kept = Arc::clone(&told);
        tokio::spawn(async move {
            while let Some(Telling { action, asker }) = tellings.recv().await {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(action);
                if let (Some(asker), Some(answer)) = (asker, answer()) {
                    let _ = asker.send(answer);
                }
            }
        });
        PhoneLine { told }
    }

    /// What it was told since this was asked last.
    pub(crate) fn told(&self) -> Vec<Action> {
        std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The one thing that it was told since this was asked last.
    pub(crate) fn told_one(&self) -> Action {
        let mut told = self.told();
        assert_eq!(told.len(), 1, "{told:?}");
        told.remove(0)
    }
}

/// An action as it goes over the line.
pub(crate) fn sent(action: &Action) -> Vec<u8> {
    action.bytes(action.id().unwrap_or("1")).expect("bytes")
}
