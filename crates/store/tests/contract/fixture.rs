//! The stores under test, and the two tenants each test finds in them.

use crate::observed::observe;
use crate::sample;
use domain::commit::{Change, Commit, Precondition};
use domain::id::TenantId;
use std::path::PathBuf;
use store::{CommitError, MemoryStore, OpenOptions, SqliteStore, Store};
use tempfile::TempDir;

/// A store to test.
pub(crate) trait Fixture {
    /// The store.
    fn store(&self) -> &dyn Store;
}

/// A store in memory.
pub(crate) struct InMemory(MemoryStore);

impl InMemory {
    pub(crate) fn open() -> Self {
        InMemory(MemoryStore::new())
    }
}

impl Fixture for InMemory {
    fn store(&self) -> &dyn Store {
        &self.0
    }
}

/// A store on a new SQLite file.
pub(crate) struct OnSqlite {
    pub(crate) store: SqliteStore,
    pub(crate) dir: TempDir,
}

impl OnSqlite {
    pub(crate) fn open() -> Self {
        Self::with(&OpenOptions::default())
    }

    pub(crate) fn with(options: &OpenOptions) -> Self {
        let dir = TempDir::new().unwrap();
        let store = SqliteStore::open(&dir.path().join("store.db"), options).unwrap();
        OnSqlite { store, dir }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("store.db")
    }
}

impl Fixture for OnSqlite {
    fn store(&self) -> &dyn Store {
        &self.store
    }
}

/// A store with two tenants that hold rows of the same ids ([`sample::base`]).
pub(crate) struct World<'s> {
    pub(crate) store: &'s dyn Store,
    /// The tenant of the test. Texts of its rows hold an A.
    pub(crate) tenant: TenantId,
    /// The other one. Texts of its rows hold a B.
    pub(crate) other: TenantId,
}

impl<'s> World<'s> {
    pub(crate) async fn new(store: &'s dyn Store) -> Self {
        let tenant = store.tenant("acme").await.unwrap();
        let other = store.tenant("bolts").await.unwrap();
        store.commit(Commit::of(tenant, sample::base("A"))).await.unwrap();
        store.commit(Commit::of(other, sample::base("B"))).await.unwrap();
        World { store, tenant, other }
    }

    /// Commits changes that rest on nothing.
    pub(crate) async fn write(&self, changes: Vec<Change>) -> u64 {
        self.store.commit(Commit::of(self.tenant, changes)).await.unwrap()
    }

    /// Commits changes that rest on one precondition.
    pub(crate) async fn write_if(&self, on: Precondition, changes: Vec<Change>) -> Result<u64, CommitError> {
        self.store.commit(Commit { tenant: self.tenant, preconditions: vec![on], changes }).await
    }

    /// Whether a precondition holds.
    pub(crate) async fn holds(&self, on: Precondition) -> bool {
        match self.write_if(on, vec![]).await {
            Ok(_) => true,
            Err(CommitError::Refused { index: 0 }) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Runs a test in a world of its own, and sees to it that the other tenant's answers stay what they were.
pub(crate) async fn run(fixture: impl Fixture, test: impl AsyncFnOnce(&World<'_>)) {
    let world = World::new(fixture.store()).await;
    let before = observe(world.store, world.other).await;
    test(&world).await;
    let after = observe(world.store, world.other).await;
    assert_eq!(before, after, "the other tenant's rows changed");
}
