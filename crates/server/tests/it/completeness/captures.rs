//! Each recorded session: heard, heard in part and not heard at all, against the files that the phone system wrote of it.

use super::{captures, compared, connected, counts, make, missing, recorded, says, world_of};
use crate::world::HERE;
use serde_json::Value;
use server::clock::Surroundings;

/// Of these sessions the phone system's file has channels of no endpoint: a recorder listens.
const WITH_A_RECORDER: [&str; 1] = ["s26_ari_nonstasis"];

/// What is not as it is to be, of all sessions.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless<T: PartialEq + std::fmt::Debug>(&mut self, name: &str, what: &str, is: &T, expected: &T) {
        if is != expected {
            self.0.push(format!("{name}, {what}: {is:?}, not {expected:?}"));
        }
    }

    fn none(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

/// How many calls of a session have somebody outside.
fn calls_with_a_customer(name: &str) -> u64 {
    let expected: Value = serde_json::from_str(&recorded(name, "expect.json")).expect("what is expected");
    let calls = expected["calls"].as_array().expect("calls").iter();
    calls.filter(|call| call["reason"].is_null()).count() as u64
}

/// The file without the columns that a stock Asterisk does not write.
fn without_ids(file: &str) -> String {
    let without = |line: &str| {
        let before = line.rfind(',').and_then(|last| line[..last].rfind(','));
        line[..before.expect("columns")].to_owned() + "\n"
    };
    file.lines().map(without).collect()
}

fn number(counts: &Value, name: &str) -> u64 {
    counts[name].as_u64().unwrap_or_else(|| panic!("{name} of {counts}"))
}

#[tokio::test]
async fn of_a_session_that_was_heard_no_file_tells_a_call_that_is_missing() {
    let (names, mut wrong) = (captures(), Wrong::default());
    let world = world_of(&names).await;
    let sam = world.sign_in(HERE, "sam").await;
    for name in &names {
        says(&world, name, recorded(name, "ami.raw").as_bytes()).await;
        let files = [
            ("cdr", recorded(name, "cdr.csv")),
            ("queue_log", recorded(name, "queue_log")),
            ("cdr", without_ids(&recorded(name, "cdr.csv"))),
        ];
        for (kind, text) in files {
            let found = compared(&world, &sam, name, kind, text).await;
            wrong.unless(name, &format!("missing by {kind}: {found}"), &number(&found, "missing"), &0);
            wrong.unless(name, &format!("only ours by {kind}: {found}"), &number(&found, "only_ours"), &0);
            let unlisted = found["unlisted"] != serde_json::json!([]);
            let expected = kind == "cdr" && WITH_A_RECORDER.contains(&name.as_str());
            wrong.unless(name, &format!("unlisted by {kind}: {found}"), &unlisted, &expected);
        }
        let counts = counts(&world, &sam, name).await;
        wrong.unless(name, "missing", &number(&counts, "missing"), &0);
        wrong.unless(name, "gaps", &number(&counts, "gaps"), &0);
        wrong.unless(name, "activities", &number(&counts, "activities"), &calls_with_a_customer(name));
    }
    wrong.none();
}

#[tokio::test]
async fn of_a_session_that_nobody_heard_each_call_is_missing_and_made_once() {
    let (names, mut wrong) = (captures(), Wrong::default());
    let world = world_of(&names).await;
    let sam = world.sign_in(HERE, "sam").await;
    for name in &names {
        let expected = calls_with_a_customer(name);
        let all = vec!["made".to_owned(); usize::try_from(expected).expect("a few")];
        for _ in 0..2 {
            compared(&world, &sam, name, "cdr", recorded(name, "cdr.csv")).await;
            compared(&world, &sam, name, "queue_log", recorded(name, "queue_log")).await;
            wrong.unless(name, "missing", &missing(&world, &sam, name).await.len(), &all.len());
        }
        let open = missing(&world, &sam, name).await;
        for _ in 0..2 {
            wrong.unless(name, "made", &make(&world, &sam, &open).await, &all);
        }
        wrong.unless(name, "missing then", &missing(&world, &sam, name).await, &vec![]);
        let made = counts(&world, &sam, name).await;
        wrong.unless(name, "activities", &number(&made, "activities"), &expected);
        wrong.unless(name, "from the file", &number(&made, "from_file"), &expected);
        let again = compared(&world, &sam, name, "cdr", recorded(name, "cdr.csv")).await;
        wrong.unless(name, "missing again", &number(&again, "missing"), &0);
        // What was lost comes after all.
        says(&world, name, recorded(name, "ami.raw").as_bytes()).await;
        let late = counts(&world, &sam, name).await;
        wrong.unless(name, "activities at last", &number(&late, "activities"), &expected);
        wrong.unless(name, "missing at last", &number(&late, "missing"), &0);
    }
    wrong.none();
}

#[tokio::test]
async fn of_a_file_without_ids_each_call_is_made_once_whatever_is_heard_later() {
    let (names, mut wrong) = (captures(), Wrong::default());
    let world = world_of(&names).await;
    let sam = world.sign_in(HERE, "sam").await;
    for name in &names {
        let expected = calls_with_a_customer(name);
        let all = vec!["made".to_owned(); usize::try_from(expected).expect("a few")];
        let file = without_ids(&recorded(name, "cdr.csv"));
        compared(&world, &sam, name, "cdr", file.clone()).await;
        let open = missing(&world, &sam, name).await;
        wrong.unless(name, "made", &make(&world, &sam, &open).await, &all);
        for (kind, text) in [("cdr", file), ("queue_log", recorded(name, "queue_log"))] {
            let again = compared(&world, &sam, name, kind, text).await;
            wrong.unless(name, &format!("missing again by {kind}: {again}"), &number(&again, "missing"), &0);
        }
        says(&world, name, recorded(name, "ami.raw").as_bytes()).await;
        let late = counts(&world, &sam, name).await;
        wrong.unless(name, "activities at last", &number(&late, "activities"), &expected);
    }
    wrong.none();
}

#[tokio::test]
async fn of_a_session_that_was_cut_the_calls_after_the_cut_are_missing() {
    let (names, mut wrong) = (captures(), Wrong::default());
    let world = world_of(&names).await;
    let sam = world.sign_in(HERE, "sam").await;
    let mut cut_off = 0;
    for name in &names {
        let expected = calls_with_a_customer(name);
        let bytes = recorded(name, "ami.raw").into_bytes();
        let (heard, lost) = bytes.split_at(bytes.len() / 2);
        let mut ingest = connected(&world, name).await;
        ingest.take(heard, world.clock.now()).await.expect("taken in");
        let of = format!("SELECT COUNT(*) FROM call WHERE source = '{name}'");
        let known = u64::try_from(world.count(&of)).expect("a count");
        let found = compared(&world, &sam, name, "cdr", recorded(name, "cdr.csv")).await;
        compared(&world, &sam, name, "queue_log", recorded(name, "queue_log")).await;
        let open = missing(&world, &sam, name).await;
        let count = open.len() as u64;
        let accounts = count <= expected && count + known >= expected;
        wrong.unless(
            name,
            &format!("{known} known and {count} missing of {expected}: {found}"),
            &accounts,
            &true,
        );
        cut_off += count;
        for _ in 0..2 {
            let all = vec!["made".to_owned(); open.len()];
            wrong.unless(name, "made", &make(&world, &sam, &open).await, &all);
        }
        // The connection goes on where it was.
        ingest.take(lost, world.clock.now()).await.expect("taken in");
        ingest.tick(domain::id::At(world.clock.now().0 + 120_000_000)).await.expect("settled");
        let whole = counts(&world, &sam, name).await;
        wrong.unless(name, "activities", &number(&whole, "activities"), &expected);
        wrong.unless(name, "gaps", &number(&whole, "gaps"), &0);
        wrong.unless(name, "missing", &number(&whole, "missing"), &0);
    }
    wrong.none();
    assert!(cut_off > 5, "sessions of several calls are cut between them");
}
