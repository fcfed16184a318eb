//! How long a start takes after the region of a tenant changed: the keys of so many people are made anew, as the
//! server's `rekey` does it.

use domain::commit::{Change, Commit};
use domain::directory::{Person, PersonKind, PhoneField, PhoneText, RecordKeys};
use domain::id::{PersonId, TenantId};
use domain::phone::{KeyBasis, Region};
use std::time::Instant;
use store::{OpenOptions, SqliteStore, Store};
use uuid::Uuid;

/// As many as the server takes in one Commit.
const BATCH: usize = 200;
/// Ids count from here, as those of people who are made one after the other do.
const FIRST_ID: u128 = 0x0190_0000_0000_7000_8000_0000_0000_0000;

pub(crate) fn measure(people: usize) {
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open(&dir.path().join("rekey.db"), &OpenOptions::default()).unwrap();
        let tenant = store.tenant("acme").await.unwrap();
        let (spain, france) = (Region::try_from("ES").unwrap(), Region::try_from("FR").unwrap());
        for first in (0..people).step_by(BATCH) {
            let some = (first..people.min(first + BATCH)).map(|n| {
                let person = person(n);
                let keys = RecordKeys::of(&person, spain);
                Change::Person { person: Box::new(person), keys }
            });
            store.commit(Commit::of(tenant, some.collect())).await.unwrap();
        }
        let began = Instant::now();
        let done = rekey(&store, tenant, france).await;
        let seconds = began.elapsed().as_secs_f64();
        let began = Instant::now();
        assert_eq!(rekey(&store, tenant, france).await, 0);
        let nothing_ms = began.elapsed().as_secs_f64() * 1_000.0;
        println!("{{\"rekeyed\":{done},\"seconds\":{seconds:.1},\"nothing_to_do_ms\":{nothing_ms:.2}}}");
        store.close().await;
    });
}

async fn rekey(store: &SqliteStore, tenant: TenantId, region: Region) -> usize {
    let mut done = 0;
    loop {
        let people = store.people_to_rekey(tenant, &KeyBasis::of(region), BATCH).await.unwrap();
        if people.is_empty() {
            return done;
        }
        done += people.len();
        let anew = people.iter().map(|person| Change::PersonRekeyed {
            id: person.id,
            version: person.version,
            keys: RecordKeys::of(person, region),
        });
        store.commit(Commit::of(tenant, anew.collect())).await.unwrap();
    }
}

/// Somebody with a number that says its country and one that does not.
fn person(n: usize) -> Person {
    let phone = |field, raw| PhoneText { field, raw };
    Person {
        id: PersonId(Uuid::from_u128(FIRST_ID + n as u128)),
        kind: PersonKind::Contact,
        name: format!("Person {n} of Many"),
        company: Some("Acme S.A.".to_owned()),
        account: None,
        email: None,
        phones: vec![
            phone(PhoneField::Phone, format!("6{:08}", n * 7 % 100_000_000)),
            phone(PhoneField::Mobile, format!("+34 7{:08}", n * 11 % 100_000_000)),
        ],
        version: 1,
        created_by_call: None,
        owner: None,
    }
}
