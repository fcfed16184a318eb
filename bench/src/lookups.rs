//! Look-ups in a large directory: what a call asks of the store, beside the least that SQLite can be asked.

use crate::process::own_usage;
use crate::report::{Aim, Report, Sorted, Times, median, rounded};
use crate::seeded::Seeded;
use crate::{Outcome, failure, progress};
use domain::id::TenantId;
use domain::phone::{NumberPolicy, OtherParty, PhoneKey, Region, other_party};
use rusqlite::{Connection, params};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{OpenOptions, SqliteStore, Store};

/// Look-ups of one measurement; reading the numbers, which is not timed, takes longer than looking them up.
const LOOKUPS: usize = 200_000;
const QUICK_LOOKUPS: usize = 50_000;
const ROUNDS: usize = 3;
/// Numbers a person has.
const EACH: usize = 2;
/// First number of the directory and the distance to the next; what lies between belongs to nobody. Ten
/// million of them are Spanish mobile numbers.
const FIRST: i64 = 600_000_000;
const STEP: i64 = 9;
const COUNTRY: i64 = 34_000_000_000;
/// One look-up in so many finds nobody.
const ONE_UNKNOWN_IN: usize = 5;
/// The bound, in microseconds.
const AIM_US: f64 = 50.0;

pub(crate) fn measure(report: &mut Report, dir: &Path, numbers: usize, quick: bool) -> Outcome {
    let path = dir.join("numbers.db");
    let began = Instant::now();
    let tenant = build(&path, numbers)?;
    let file_mb = std::fs::metadata(&path)?.len() / 1_000_000;
    progress(format!("{numbers} numbers, {file_mb} MB, in {:.0} s", began.elapsed().as_secs_f64()));
    let lookups = if quick { QUICK_LOOKUPS } else { LOOKUPS };
    let before = own_usage()?;
    let store = Arc::new(SqliteStore::open(&path, &OpenOptions::default())?);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(store.warm_up())?;
    let (mut p99, mut ratios) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let bare = bare_lookups(&path, tenant, numbers, lookups)?.sorted();
        let one = store_lookups(&store, tenant, numbers, lookups, round)?;
        let (store, other) = (Arc::clone(&store), Arc::clone(&store));
        let second = std::thread::spawn(move || store_lookups(&store, tenant, numbers, lookups, round + 10));
        let mut both = store_lookups(&other, tenant, numbers, lookups, round + 20)?;
        both.extend(second.join().map_err(|_| "a thread of look-ups broke")??);
        let (one, both) = (one.sorted(), both.sorted());
        let usage = own_usage()?;
        report.line(
            "lookups",
            json!({
                "round": round, "numbers": numbers, "lookups": lookups, "file_mb": file_mb,
                "store_one_thread_us": percentiles(&one), "store_two_threads_us": percentiles(&both),
                "bare_us": percentiles(&bare), "rss_mb": rounded(usage.rss_mb, 0),
                "anonymous_mb": rounded(usage.anonymous_mb - before.anonymous_mb, 0),
            }),
        );
        p99.push((one.micros(0.99), both.micros(0.99), bare.micros(0.99)));
        ratios.push(one.micros(0.5) / bare.micros(0.5));
    }
    runtime.block_on(store.close());
    let middle = |of: fn(&(f64, f64, f64)) -> f64| rounded(median(p99.iter().map(of).collect()), 1);
    let usage = own_usage()?;
    report.row(format!("look-up p99 of {numbers}, one thread"), middle(|p| p.0), "µs", Aim::Below(AIM_US));
    report.row("look-up p99, two threads", middle(|p| p.1), "µs", Aim::Below(AIM_US));
    report.row("look-up p99, bare statement", middle(|p| p.2), "µs", Aim::None);
    report.row("look-up p50, store over bare", rounded(median(ratios), 2), "", Aim::None);
    report.row(
        "look-up memory of its own",
        rounded(usage.anonymous_mb - before.anonymous_mb, 0),
        "MB",
        Aim::None,
    );
    Ok(())
}

fn percentiles(times: &Sorted) -> [f64; 3] {
    [0.5, 0.99, 0.999].map(|share| rounded(times.micros(share), 1))
}

/// Fills the file by plain SQL in the order of the index; through the store it would take an hour. Search
/// words are left out: no look-up by number reads them.
fn build(path: &Path, numbers: usize) -> Outcome<TenantId> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let tenant = runtime.block_on(async {
        let store = SqliteStore::open(path, &OpenOptions::default())?;
        let tenant = store.tenant("bench").await?;
        store.close().await;
        Outcome::Ok(tenant)
    })?;
    let conn = Connection::open(path)?;
    conn.execute_batch("PRAGMA synchronous = off; PRAGMA cache_size = -1000000; BEGIN")?;
    let people = (numbers / EACH).max(1);
    let mut person = conn.prepare(
        "INSERT INTO person (id, tenant_id, key, kind, name, company, email, phones, version, phone_keys, \
         key_scheme, search_words) VALUES (?1, ?2, ?3, 'contact', ?4, 'Acme S.A.', NULL, ?5, 1, '[]', 1, '')",
    )?;
    let phones =
        r#"[{"field":"phone","raw":"+34 600 00 00 00"},{"field":"mobile","raw":"+34 600 00 00 01"}]"#;
    for id in 1..=people {
        let key = (0x0190_0000_0000_7000_8000_0000_0000_0000 + id as u128).to_be_bytes();
        person.execute(params![id as i64, tenant.0, key, format!("Person {id} of Many"), phones])?;
    }
    let mut key = conn.prepare("INSERT INTO phone_key VALUES (?1, ?2, ?3, ?4)")?;
    for n in 0..numbers {
        // Neighbours in the index are far apart in the directory.
        let person = (n * 7_919) % people + 1;
        key.execute(params![tenant.0, COUNTRY + national(n), person as i64, (n % EACH) as i64])?;
    }
    conn.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(tenant)
}

fn national(n: usize) -> i64 {
    FIRST + n as i64 * STEP
}

/// What is looked up: the number in its country, and whether anybody has it.
fn wanted(seed: usize, numbers: usize) -> impl Iterator<Item = (i64, bool)> {
    let mut dice = Seeded(seed as u64);
    std::iter::repeat_with(move || {
        let number = national(dice.below(numbers));
        let known = dice.below(ONE_UNKNOWN_IN) > 0;
        (if known { number } else { number + 1 }, known)
    })
}

/// One point read of the index and no more: no tiers, no records.
fn bare_lookups(path: &Path, tenant: TenantId, numbers: usize, lookups: usize) -> Outcome<Times> {
    let conn = Connection::open(path)?;
    conn.execute_batch("PRAGMA mmap_size = 2147418112")?;
    let mut statement = conn.prepare("SELECT person_id FROM phone_key WHERE tenant_id = ?1 AND key = ?2")?;
    let mut times = Times::default();
    for (number, known) in wanted(0, numbers).take(lookups) {
        let start = Instant::now();
        let found = statement.exists(params![tenant.0, COUNTRY + number])?;
        times.push(start.elapsed());
        if found != known {
            return failure(format!("{number} is found by the bare statement: {found}"));
        }
    }
    Ok(times)
}

/// What a call's look-up asks: each key of the number's plan until one finds somebody, and their record.
fn store_lookups(
    store: &SqliteStore,
    tenant: TenantId,
    numbers: usize,
    lookups: usize,
    seed: usize,
) -> Outcome<Times> {
    let policy = NumberPolicy::new("ES".parse::<Region>()?);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        let mut times = Times::default();
        for (number, known) in wanted(seed, numbers).take(lookups) {
            // Reading the number is the caller's work and is not timed.
            let plan = plan(number, &policy)?;
            let start = Instant::now();
            let hits = store.match_number(tenant, &plan).await?;
            let took: Duration = start.elapsed();
            times.push(took);
            if hits.len() != usize::from(known) {
                return failure(format!("{number} is found {} times", hits.len()));
            }
        }
        Ok(times)
    })
}

fn plan(number: i64, policy: &NumberPolicy) -> Outcome<Vec<PhoneKey>> {
    match other_party(&number.to_string(), policy) {
        OtherParty::Number(number) => Ok(number.plan),
        other => failure(format!("{number} is read as {other:?}")),
    }
}
