//! What reports say of many calls at once, as counts that can be added to and taken away from one another: a call that
//! changes takes away what it was and adds what it is, and any two halves make the whole. It holds no names and no calls.

use super::ReportColumn;
use super::calendar::{Calendar, HourOfWeek};
use super::counts::{Counts, NoCounts, Packed, each, keys};
use super::durations::{self, Step};
use super::fact::{Fact, Measure, Word};
use crate::call::CallType;

/// The first byte of what a store holds: which release's form it is in.
const FORM: u8 = 1;
/// Columns that are no code come before the codes.
const COLUMNS_WITHOUT_CODE: u64 = 5;
/// Types of call there is room for.
pub(super) const KINDS: u64 = 8;
/// Measures there is room for.
pub(super) const MEASURES: u64 = 8;
/// More columns than any centre has. Counts have places by number while they are added up: damaged ones must not take all memory.
const MOST_COLUMNS: u64 = 1 << 20;

/// Calls of a type that are counted as this.
pub type TypedColumn = (CallType, ReportColumn<Word>);
/// Calls of a type that have this measure.
pub type TypedMeasure = (CallType, Measure);

/// Calls counted by everything that reports count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aggregate {
    /// Calls by type and column.
    pub columns: Counts<TypedColumn>,
    /// Calls by type and the hour of the week in which they began.
    pub hours: Counts<(CallType, HourOfWeek)>,
    /// Milliseconds by type and measure.
    pub sums: Counts<TypedMeasure>,
    /// Calls by type, measure and how long it took.
    pub steps: Counts<(TypedMeasure, Step)>,
}

impl Aggregate {
    /// One more call, or with -1 one less.
    pub fn count(&mut self, fact: &Fact, calendar: &Calendar, by: i64) {
        self.columns.add((fact.kind, fact.column), by);
        self.hours.add((fact.kind, calendar.hour_of_week(fact.started_at)), by);
        for measure in Measure::ALL {
            if let Some(millis) = fact.times.of(measure) {
                let measured = (fact.kind, measure);
                self.sums.add(measured, by * millis);
                self.steps.add((measured, Step::of(millis)), by);
            }
        }
    }

    /// All that the other counts as well.
    pub fn merge(&mut self, other: &Aggregate) {
        self.columns.merge(&other.columns);
        self.hours.merge(&other.hours);
        self.sums.merge(&other.sums);
        self.steps.merge(&other.steps);
    }

    /// The same calls, each counted as what its column becomes.
    pub fn recounted(mut self, becomes: impl Fn(ReportColumn<Word>) -> ReportColumn<Word>) -> Aggregate {
        let mut columns = Counts::<TypedColumn>::default();
        for ((kind, column), count) in self.columns.iter() {
            columns.add((kind, becomes(column)), count);
        }
        self.columns = columns;
        self
    }

    /// Whether it counts nothing.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.hours.is_empty() && self.sums.is_empty() && self.steps.is_empty()
    }

    /// How many calls.
    pub fn calls(&self) -> i64 {
        self.columns.total()
    }

    /// How many calls are counted as this, whatever their type.
    pub fn counted_as(&self, column: ReportColumn<Word>) -> i64 {
        let first = column.pack() * KINDS;
        self.columns.between(first, first + KINDS).iter().map(|(_, count)| count).sum()
    }

    /// How many calls are of this type.
    pub fn of_kind(&self, kind: CallType) -> i64 {
        self.columns.iter().filter(|((one, _), _)| *one == kind).map(|(_, count)| count).sum()
    }

    /// Milliseconds of a measure in all calls.
    pub fn millis(&self, measure: Measure) -> i64 {
        self.sums.iter().filter(|((_, one), _)| *one == measure).map(|(_, millis)| millis).sum()
    }

    /// How long a measure took, over all calls of these types that have it.
    pub fn spread(&self, measure: Measure, of: impl Fn(CallType) -> bool + Copy) -> Spread {
        let mut by_step = [0; Step::COUNT];
        let mut sum_ms = 0;
        for kind in (0..KINDS).filter_map(CallType::unpack).filter(|kind| of(*kind)) {
            sum_ms += self.sums.get((kind, measure));
            let first = (kind, measure).pack() << u16::BITS;
            for (number, count) in self.steps.between(first, first + (1 << u16::BITS)) {
                by_step[(number - first) as usize] += count;
            }
        }
        let mut steps = Counts::<Step>::default();
        for (number, count) in (0..).zip(by_step).filter(|(_, count)| *count != 0) {
            if let Some(step) = Step::new(number) {
                steps.push(step, count);
            }
        }
        Spread { calls: steps.total(), sum_ms, steps }
    }

    /// As a store holds it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORM];
        self.columns.write(&mut bytes);
        self.hours.write(&mut bytes);
        self.sums.write(&mut bytes);
        self.steps.write(&mut bytes);
        bytes
    }

    /// What a store holds.
    ///
    /// # Errors
    /// It is in a form of another release, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Aggregate, NoCounts> {
        let mut bytes = after_form(bytes)?;
        let aggregate = Aggregate {
            columns: Counts::read(&mut bytes)?,
            hours: Counts::read(&mut bytes)?,
            sums: Counts::read(&mut bytes)?,
            steps: Counts::read(&mut bytes)?,
        };
        bytes.is_empty().then_some(aggregate).ok_or(NoCounts)
    }
}

/// What follows the form, where this is one that is read here.
fn after_form(bytes: &[u8]) -> Result<&[u8], NoCounts> {
    bytes.split_first().filter(|(form, _)| **form == FORM).map(|(_, rest)| rest).ok_or(NoCounts)
}

/// Counts as a store holds them. What they say is read where it is wanted: thousands of them make one report.
#[derive(Clone, PartialEq, Eq)]
pub struct PackedAggregate(Vec<u8>);

impl std::fmt::Debug for PackedAggregate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PackedAggregate({} bytes)", self.0.len())
    }
}

impl PackedAggregate {
    /// What a store holds, whatever it is.
    pub fn new(bytes: Vec<u8>) -> Self {
        PackedAggregate(bytes)
    }

    /// What they say.
    ///
    /// # Errors
    /// They are in a form of another release, or damaged.
    pub fn read(&self) -> Result<Aggregate, NoCounts> {
        Aggregate::from_bytes(&self.0)
    }

    /// Hands over each count of those types that are kept, with the number of its key.
    pub(super) fn each(&self, kept: &Kinds, mut one: impl FnMut(Part, u64, i64)) -> Result<(), NoCounts> {
        let bytes = &mut after_form(&self.0)?;
        each_of::<TypedColumn>(bytes, kept, |number, count| one(Part::Columns, number, count))?;
        each_of::<(CallType, HourOfWeek)>(bytes, kept, |number, count| one(Part::Hours, number, count))?;
        each_of::<TypedMeasure>(bytes, kept, |number, count| one(Part::Sums, number, count))?;
        each_of::<(TypedMeasure, Step)>(bytes, kept, |number, count| one(Part::Steps, number, count))?;
        bytes.is_empty().then_some(()).ok_or(NoCounts)
    }
}

fn each_of<K: OfKind>(
    bytes: &mut &[u8],
    kept: &Kinds,
    mut one: impl FnMut(u64, i64),
) -> Result<(), NoCounts> {
    let keys = keys(bytes)?;
    each::<K>(bytes, keys, |number, count| {
        if kept.0[K::kind(number) as usize % kept.0.len()] {
            one(number, count);
        }
    })
}

/// Which of its counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Columns,
    Hours,
    Sums,
    Steps,
}

/// Types of call that are kept, by their numbers.
#[derive(Clone, Debug)]
pub(super) struct Kinds([bool; KINDS as usize]);

impl Kinds {
    pub(super) fn those(keep: impl Fn(CallType) -> bool) -> Kinds {
        Kinds(std::array::from_fn(|number| CallType::unpack(number as u64).is_some_and(&keep)))
    }
}

/// A key that says of which type its calls are.
trait OfKind: Packed {
    /// The number of the type in that of a key.
    fn kind(number: u64) -> u64;
}

impl OfKind for TypedColumn {
    fn kind(number: u64) -> u64 {
        number % KINDS
    }
}

impl OfKind for (CallType, HourOfWeek) {
    fn kind(number: u64) -> u64 {
        number / u64::from(HourOfWeek::COUNT)
    }
}

impl OfKind for TypedMeasure {
    fn kind(number: u64) -> u64 {
        number / MEASURES
    }
}

impl OfKind for (TypedMeasure, Step) {
    fn kind(number: u64) -> u64 {
        TypedMeasure::kind(number >> u16::BITS)
    }
}

/// How long something took over many calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// How many calls have it.
    pub calls: i64,
    /// Milliseconds in all of them.
    pub sum_ms: i64,
    /// Calls by how long it took.
    pub steps: Counts<Step>,
}

impl Spread {
    /// Milliseconds a call, exactly; `None` without calls.
    pub fn mean(&self) -> Option<i64> {
        (self.calls > 0).then(|| self.sum_ms / self.calls)
    }

    /// Milliseconds that a share of the calls did not exceed, within 3 %; `None` without calls.
    pub fn quantile(&self, share: f64) -> Option<i64> {
        durations::quantile(&self.steps.iter().collect::<Vec<_>>(), share)
    }
}

impl Packed for Step {
    fn pack(self) -> u64 {
        u64::from(self.number())
    }

    fn unpack(number: u64) -> Option<Self> {
        Step::new(u16::try_from(number).ok()?)
    }
}

impl Packed for CallType {
    fn pack(self) -> u64 {
        match self {
            CallType::Inbound => 0,
            CallType::Outbound => 1,
            CallType::OutboundMissed => 2,
            CallType::Voicemail => 3,
            CallType::ShortAbandoned => 4,
            CallType::Abandoned => 5,
            CallType::Missed => 6,
            CallType::Internal => 7,
        }
    }

    fn unpack(number: u64) -> Option<Self> {
        Some(match number {
            0 => CallType::Inbound,
            1 => CallType::Outbound,
            2 => CallType::OutboundMissed,
            3 => CallType::Voicemail,
            4 => CallType::ShortAbandoned,
            5 => CallType::Abandoned,
            6 => CallType::Missed,
            7 => CallType::Internal,
            _ => return None,
        })
    }
}

impl Packed for Measure {
    fn pack(self) -> u64 {
        match self {
            Measure::Wait => 0,
            Measure::Talk => 1,
            Measure::Hold => 2,
            Measure::AfterCallWork => 3,
        }
    }

    fn unpack(number: u64) -> Option<Self> {
        Some(match number {
            0 => Measure::Wait,
            1 => Measure::Talk,
            2 => Measure::Hold,
            3 => Measure::AfterCallWork,
            _ => return None,
        })
    }
}

impl Packed for ReportColumn<Word> {
    fn pack(self) -> u64 {
        match self {
            ReportColumn::NoCode => 0,
            ReportColumn::NotLogged => 1,
            ReportColumn::Undispositioned => 2,
            ReportColumn::Open => 3,
            ReportColumn::NoWrapup => 4,
            ReportColumn::Code(Word(word)) => COLUMNS_WITHOUT_CODE + u64::from(word),
        }
    }

    fn unpack(number: u64) -> Option<Self> {
        Some(match number {
            0 => ReportColumn::NoCode,
            1 => ReportColumn::NotLogged,
            2 => ReportColumn::Undispositioned,
            3 => ReportColumn::Open,
            4 => ReportColumn::NoWrapup,
            code => ReportColumn::Code(Word(u32::try_from(code - COLUMNS_WITHOUT_CODE).ok()?)),
        })
    }
}

impl Packed for TypedColumn {
    fn pack(self) -> u64 {
        self.1.pack() * KINDS + self.0.pack()
    }

    fn unpack(number: u64) -> Option<Self> {
        Some((CallType::unpack(number % KINDS)?, ReportColumn::unpack(number / KINDS)?))
    }

    fn is_key(number: u64) -> bool {
        // There is every type for which there is room.
        number / KINDS < MOST_COLUMNS
    }
}

impl Packed for (CallType, HourOfWeek) {
    fn pack(self) -> u64 {
        self.0.pack() * u64::from(HourOfWeek::COUNT) + u64::from(self.1.number())
    }

    fn unpack(number: u64) -> Option<Self> {
        let hour = number % u64::from(HourOfWeek::COUNT);
        let kind = CallType::unpack(number / u64::from(HourOfWeek::COUNT))?;
        Some((kind, HourOfWeek::new(u8::try_from(hour).ok()?)?))
    }

    fn is_key(number: u64) -> bool {
        number < KINDS * u64::from(HourOfWeek::COUNT)
    }
}

impl Packed for TypedMeasure {
    fn pack(self) -> u64 {
        self.0.pack() * MEASURES + self.1.pack()
    }

    fn unpack(number: u64) -> Option<Self> {
        Some((CallType::unpack(number / MEASURES)?, Measure::unpack(number % MEASURES)?))
    }
}

impl Packed for (TypedMeasure, Step) {
    fn pack(self) -> u64 {
        self.0.pack() << u16::BITS | self.1.pack()
    }

    fn unpack(number: u64) -> Option<Self> {
        let step = Step::unpack(number & u64::from(u16::MAX))?;
        Some((TypedMeasure::unpack(number >> u16::BITS)?, step))
    }

    fn is_key(number: u64) -> bool {
        let (measured, step) = (number >> u16::BITS, number & u64::from(u16::MAX));
        step < Step::COUNT as u64
            && measured < KINDS * MEASURES
            && measured % MEASURES < Measure::ALL.len() as u64
    }
}

#[cfg(test)]
mod tests;
