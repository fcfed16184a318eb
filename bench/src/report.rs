//! Figures: percentiles of what was timed, a line of JSON for each measurement on stdout, and the table at
//! the end, which says beside each aim whether it is met.

use serde_json::{Value, json};
use std::time::Duration;

/// How long things took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<u64>);

impl Times {
    pub(crate) fn push(&mut self, took: Duration) {
        self.0.push(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(crate) fn extend(&mut self, other: Times) {
        self.0.extend(other.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Puts them in order, so that they can be asked.
    pub(crate) fn sorted(mut self) -> Sorted {
        self.0.sort_unstable();
        Sorted(self.0)
    }
}

/// How long things took, in order.
#[derive(Clone, Debug)]
pub(crate) struct Sorted(Vec<u64>);

impl Sorted {
    /// The time that `share` of them did not exceed, in microseconds; 0 where there are none.
    pub(crate) fn micros(&self, share: f64) -> f64 {
        let place = ((self.0.len() as f64 * share) as usize).min(self.0.len().saturating_sub(1));
        self.0.get(place).map_or(0.0, |nanos| *nanos as f64 / 1_000.0)
    }

    /// The same in milliseconds.
    pub(crate) fn millis(&self, share: f64) -> f64 {
        self.micros(share) / 1_000.0
    }
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// So many places after the point.
pub(crate) fn rounded(value: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (value * scale).round() / scale
}

/// What a figure should be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Aim {
    /// So much or more.
    AtLeast(f64),
    /// Less than this.
    Below(f64),
    /// There is none.
    None,
}

struct Row {
    what: String,
    value: f64,
    unit: &'static str,
    aim: Aim,
    load: f64,
}

/// What was measured so far.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Prints a measurement for machines, with the load of the machine at its end: figures taken while others
    /// work on it are not the product's.
    pub(crate) fn line(&self, bench: &str, mut fields: Value) {
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("bench".to_owned(), json!(bench));
            fields.insert("load_1m".to_owned(), json!(crate::machine::load()));
        }
        println!("{fields}");
    }

    /// Keeps a figure for the table.
    pub(crate) fn row(&mut self, what: impl Into<String>, value: f64, unit: &'static str, aim: Aim) {
        self.rows.push(Row { what: what.into(), value, unit, aim, load: crate::machine::load() });
    }

    /// Prints the table.
    pub(crate) fn tell(&self) {
        let width = self.rows.iter().map(|row| row.what.chars().count()).max().unwrap_or_default();
        println!();
        for row in &self.rows {
            let (aim, met) = match row.aim {
                Aim::AtLeast(least) => (format!("aim ≥ {least}"), row.value >= least),
                Aim::Below(most) => (format!("aim < {most}"), row.value < most),
                Aim::None => (String::new(), true),
            };
            let missed = if met { "" } else { "  NOT MET" };
            let Row { what, value, unit, load, .. } = row;
            println!("{what:<width$}  {value:>12} {unit:<6} load {load:>5.2}  {aim}{missed}");
        }
    }
}
