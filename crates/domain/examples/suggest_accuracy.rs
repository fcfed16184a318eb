//! How good suggestions are on labelled lines (bench/suggest/prepare.py says how they look): what is marked `train` is
//! learnt, what is marked `test` is asked. Answers how often the label was first and among the first three, the same of
//! what is logged most, of the first three words alone (as if the agent still typed), and how long an answer takes.
//!
//! ```text
//! cargo run --release --package bitacora-domain --example suggest_accuracy -- FILE…
//! ```

#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use domain::call::{CallType, Direction};
use domain::id::{At, CodeId};
use domain::suggest::{CallFacts, Example, History, MAX_NOTE_TERMS};
use std::collections::BTreeMap;
use std::time::Instant;
use uuid::Uuid;

const DAY_US: i64 = 86_400_000_000;
const TYPED_WORDS: usize = 3;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    for path in std::env::args().skip(1) {
        let name = std::path::Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        measure(&name, &std::fs::read_to_string(&path)?)?;
    }
    Ok(())
}

fn measure(name: &str, table: &str) -> Result<(), Failure> {
    let mut labels: BTreeMap<String, CodeId> = BTreeMap::new();
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for line in table.lines() {
        let [part, day, label, _, talk, group, hour, text] = fields(line)?;
        let next = CodeId(Uuid::from_u128(labels.len() as u128 + 1));
        let example = Example {
            at: At(day.parse::<i64>()? * DAY_US),
            code: *labels.entry(label.to_owned()).or_insert(next),
            notes: text.to_owned(),
            facts: CallFacts {
                direction: Direction::Inbound,
                kind: Some(CallType::Inbound),
                talk_ms: Some(talk.parse::<i64>()? * 1000),
                ring_group: (!group.is_empty()).then(|| group.to_owned()),
                hour: hour.parse()?,
                from_case: false,
            },
        };
        if part == "train" { train.push(example) } else { test.push(example) }
    }
    let mut history = History::new(train.iter().map(|example| example.at).max().unwrap_or_default());
    train.iter().for_each(|example| history.add(example));
    let offered: Vec<CodeId> = labels.values().copied().collect();
    let usual = history.most_logged(&offered);
    let (mut whole, mut begun, mut most, mut took) = ([0; 2], [0; 2], [0; 2], Vec::new());
    for example in &test {
        let start = Instant::now();
        let found = codes(&history, &offered, &example.notes, &example.facts);
        took.push(start.elapsed().as_micros());
        let typed: Vec<&str> = example.notes.split_whitespace().take(TYPED_WORDS).collect();
        count(&mut whole, &found, example.code);
        count(&mut begun, &codes(&history, &offered, &typed.join(" "), &example.facts), example.code);
        count(&mut most, &usual, example.code);
    }
    took.sort_unstable();
    let percent = |hits: usize| 100.0 * hits as f64 / test.len() as f64;
    for (who, [first, among]) in
        [("ours", whole), ("ours after three words", begun), ("what is logged most", most)]
    {
        println!("{name}\t{who}\ttop-1 {:.1}%\ttop-3 {:.1}%", percent(first), percent(among));
    }
    println!(
        "{name}\t{} learnt, {} asked, {} codes, {} terms and facts; an answer takes {} µs, p99 {} µs",
        train.len(),
        test.len(),
        labels.len(),
        history.size(),
        took[took.len() / 2],
        took[took.len() * 99 / 100],
    );
    println!(
        "{name}\tlong notes of words that nobody wrote take {} µs at most",
        dearest(&history, &offered, &test)
    );
    Ok(())
}

/// The longest that notes take of which no word is known: of as many words as are looked at, each spelt backwards.
fn dearest(history: &History, offered: &[CodeId], test: &[Example]) -> u128 {
    let words: Vec<String> = test
        .iter()
        .flat_map(|example| example.notes.split_whitespace())
        .map(|word| word.chars().rev().collect())
        .collect();
    let took = words.chunks(MAX_NOTE_TERMS).zip(test).map(|(notes, example)| {
        let notes = notes.join(" ");
        let start = Instant::now();
        codes(history, offered, &notes, &example.facts);
        start.elapsed().as_micros()
    });
    took.max().unwrap_or_default()
}

fn fields(line: &str) -> Result<[&str; 8], Failure> {
    line.split('\t')
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| format!("no line of eight fields: {line}").into())
}

fn codes(history: &History, offered: &[CodeId], notes: &str, facts: &CallFacts) -> Vec<CodeId> {
    history.suggest(offered, notes, facts).into_iter().map(|one| one.code).collect()
}

fn count(hits: &mut [usize; 2], found: &[CodeId], code: CodeId) {
    hits[0] += usize::from(found.first() == Some(&code));
    hits[1] += usize::from(found.contains(&code));
}
