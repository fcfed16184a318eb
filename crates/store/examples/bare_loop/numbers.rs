//! Look-ups in a large directory: the bare index, and what a call's look-up asks of the store.

use crate::rows::random;
use crate::{bare, percentile};
use domain::id::TenantId;
use domain::phone::{PhoneKey, Tier};
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::{Duration, Instant};
use store::{OpenOptions, SqliteStore, Store};
use tempfile::TempDir;

/// Numbers a person has.
const EACH: usize = 2;
/// First number, as its key is packed, and how far apart they are: what lies between is unknown.
const FIRST: i64 = 34_600_000_000;
const STEP: i64 = 17;

pub(crate) fn measure(numbers: usize, lookups: usize) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("numbers.db");
    let began = Instant::now();
    let tenant = build(&path, numbers);
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!(
        "{{\"bench\":\"numbers\",\"what\":\"build\",\"numbers\":{numbers},\"seconds\":{:.0},\"file_mb\":{}}}",
        began.elapsed().as_secs_f64(),
        bytes / 1_000_000,
    );
    bare_lookups(&path, tenant, numbers, lookups);
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(store_lookups(&path, tenant, numbers, lookups));
}

/// Fills the file by plain SQL in the order of the index; through the store it would take an hour.
fn build(path: &Path, numbers: usize) -> TenantId {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let tenant = runtime.block_on(async {
        let store = SqliteStore::open(path, &OpenOptions::default()).unwrap();
        let tenant = store.tenant("acme").await.unwrap();
        store.close().await;
        tenant
    });
    let conn = Connection::open(path).unwrap();
    conn.execute_batch("PRAGMA synchronous = off; PRAGMA cache_size = -1000000; BEGIN").unwrap();
    let people = numbers / EACH;
    let mut person = conn
        .prepare(
            "INSERT INTO person (id, tenant_id, key, kind, name, company, email, phones, version, phone_keys, \
             key_scheme, search_words) VALUES (?1, ?2, ?3, 'contact', ?4, 'Acme S.A.', NULL, ?5, 1, ?6, 1, ?7)",
        )
        .unwrap();
    for id in 1..=people {
        let key = (0x0190_0000_0000_7000_8000_0000_0000_0000 + id as u128).to_be_bytes();
        let name = format!("Person {id} of Many");
        let phones =
            r#"[{"field":"phone","raw":"+34 600 00 00 00"},{"field":"mobile","raw":"+34 600 00 00 01"}]"#;
        let keys = "[[34600000000,0],[34600000017,1]]";
        person
            .execute(params![id as i64, tenant.0, key, name, phones, keys, "acme many of person s a"])
            .unwrap();
    }
    let mut key = conn.prepare("INSERT INTO phone_key VALUES (?1, ?2, ?3, ?4)").unwrap();
    for n in 0..numbers {
        // Neighbours in the index are far apart in the directory.
        let person = (n * 7_919) % people + 1;
        key.execute(params![tenant.0, packed(n), person as i64, (n % EACH) as i64]).unwrap();
    }
    conn.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    tenant
}

fn packed(n: usize) -> i64 {
    FIRST + n as i64 * STEP
}

/// What to look up: four of five are there.
fn wanted(numbers: usize, lookups: usize) -> Vec<(i64, bool)> {
    let mut state = 42;
    let one = |_| {
        let number = packed((random(&mut state) % numbers as u64) as usize);
        let known = !random(&mut state).is_multiple_of(5);
        (if known { number } else { number + 1 }, known)
    };
    (0..lookups).map(one).collect()
}

fn print(engine: &str, what: &str, numbers: usize, mut took: Vec<Duration>) {
    took.sort();
    let per_second = took.len() as f64 / took.iter().sum::<Duration>().as_secs_f64();
    println!(
        "{{\"bench\":\"numbers\",\"engine\":\"{engine}\",\"what\":\"{what}\",\"numbers\":{numbers},\"lookups\":{},\
         \"per_s\":{per_second:.0},\"p50_us\":{:.1},\"p99_us\":{:.1},\"p999_us\":{:.1}}}",
        took.len(),
        percentile(&took, 0.5),
        percentile(&took, 0.99),
        percentile(&took, 0.999),
    );
}

fn print_both(engine: &str, numbers: usize, took: Vec<(Duration, bool)>) {
    let (hits, misses): (Vec<_>, Vec<_>) = took.into_iter().partition(|(_, known)| *known);
    let times = |part: Vec<(Duration, bool)>| part.into_iter().map(|(took, _)| took).collect();
    print(engine, "hit", numbers, times(hits));
    print(engine, "miss", numbers, times(misses));
}

/// The index alone, one point read a look-up.
fn bare_lookups(path: &Path, tenant: TenantId, numbers: usize, lookups: usize) {
    let conn = bare::open(path);
    conn.query_row("SELECT SUM(key) FROM phone_key", [], |_| Ok(())).unwrap();
    let mut statement =
        conn.prepare("SELECT person_id FROM phone_key WHERE tenant_id = ?1 AND key = ?2").unwrap();
    let mut took = vec![];
    for (number, known) in wanted(numbers, lookups) {
        let start = Instant::now();
        let found = statement.exists(params![tenant.0, number]).unwrap();
        took.push((start.elapsed(), known));
        assert_eq!(found, known);
    }
    print_both("bare", numbers, took);
}

/// What a call's look-up asks: up to six keys, and the records found.
async fn store_lookups(path: &Path, tenant: TenantId, numbers: usize, lookups: usize) {
    let store = SqliteStore::open(path, &OpenOptions::default()).unwrap();
    store.warm_up().await.unwrap();
    let mut took = vec![];
    for (number, known) in wanted(numbers, lookups) {
        let digits = number.to_string();
        let key = |tier, key| PhoneKey { tier, key };
        let mut plan = vec![key(Tier::E, format!("+{digits}")), key(Tier::N, digits[2..].to_owned())];
        plan.extend(
            [9, 8, 7, 6].map(|length| key(Tier::L, format!("34:{}", &digits[digits.len() - length..]))),
        );
        let start = Instant::now();
        let hits = store.match_number(tenant, &plan).await.unwrap();
        took.push((start.elapsed(), known));
        assert_eq!(hits.len(), usize::from(known));
    }
    print_both("store", numbers, took);
    store.close().await;
}
