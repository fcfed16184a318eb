//! Bodies of all kinds, read as every form: nothing panics, nothing is made of little, and what is read reads the same
//! again. Bodies that once were trouble, or are near it, are kept in `corpus/`.

use domain::call::{CallBook, CallPolicy};
use domain::id::{At, TenantId};
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};
use std::path::{Path, PathBuf};
use telephony::endpoints::EndpointMap;
use telephony::hook::{Delivery, Form, Understood, deliveries, id_time};
use telephony::reader::Reader;
use testkit::tier::rounds;

const NOW: At = At(1_795_400_000_000_000);
/// Longer after than anything is remembered, and no time of a body comes near it.
const MUCH_LATER: At = At(400_000_000_000_000_000);
/// Most facts that one delivery may tell: a user each of a hundred fields, and a few of the call.
const MAX_FACTS: usize = 500;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/hooks/corpus")
}

fn kept() -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(corpus()).expect("the corpus");
    let bodies = files.map(|file| std::fs::read(file.expect("a file").path()).expect("read"));
    let bodies: Vec<Vec<u8>> = bodies.collect();
    assert!(bodies.len() >= 8, "{} bodies are kept", bodies.len());
    bodies
}

fn read(body: &[u8]) {
    for form in Form::ALL {
        let delivery = Delivery { form, body: body.to_vec() };
        let piece = delivery.to_bytes();
        assert_eq!(deliveries(&piece).next().as_ref(), Some(&delivery));
        let Ok(understood) = Understood::of(&delivery) else { continue };
        assert_eq!(understood, Understood::of(&delivery).expect("understood again"));
        let map = EndpointMap::default();
        let reading = Reader::Hook.read(&piece, &map, NOW);
        assert!(reading.events.len() <= MAX_FACTS, "{} facts", reading.events.len());
        let mut book = CallBook::new(TenantId(1), "pbx", id_time, CallPolicy::default());
        reading.events.into_iter().for_each(|event| book.take(event, 1));
        book.settle(NOW.plus_millis(120_000));
        book.give_up_silent(MUCH_LATER, 1);
        book.settle(MUCH_LATER);
    }
    // As a stored piece it may be anything as well.
    Reader::Hook.read(body, &EndpointMap::default(), NOW);
}

fn runner(short: usize, long: usize) -> TestRunner {
    let cases = u32::try_from(rounds(short, long)).expect("so many");
    let failed = FileFailurePersistence::WithSource("regressions");
    TestRunner::new(Config { cases, failure_persistence: Some(Box::new(failed)), ..Config::default() })
}

#[test]
fn every_body_that_is_kept_can_be_read() {
    kept().iter().for_each(|body| read(body));
}

#[test]
fn any_bytes_can_be_read() {
    let bytes = prop::collection::vec(any::<u8>(), 0..600);
    runner(300, 100_000)
        .run(&bytes, |body| {
            read(&body);
            Ok(())
        })
        .expect("read");
}

#[test]
fn bodies_that_are_nearly_right_can_be_read() {
    let kept = kept();
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    let changes = (any::<prop::sample::Index>(), prop::collection::vec(change, 1..12));
    runner(600, 200_000)
        .run(&changes, |(which, changes)| {
            let mut body = which.get(&kept).clone();
            for (place, other, byte, how) in changes {
                if body.is_empty() {
                    break;
                }
                let (place, other) = (place.index(body.len()), other.index(body.len()));
                match how {
                    0 => body[place] = byte,
                    1 => body.insert(place, byte),
                    2 => {
                        body.remove(place);
                    }
                    _ => {
                        let part = body[place.min(other)..place.max(other)].to_vec();
                        body.extend(part.iter().take(300));
                    }
                }
            }
            read(&body);
            Ok(())
        })
        .expect("read");
}
