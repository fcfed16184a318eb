//! Call detail records: `Master.csv` as `cdr_csv` writes it, which has no headings and between 16 and 21 columns, and tables
//! with headings as `cdr_adaptive_odbc`, FreePBX and others export them.
//!
//! Their times are those of the phone system's clock, without a zone. Where the file has ids of channels, which hold the
//! second in which each was made, that says how far that clock is from the world's.

use crate::ami::id_time;
use domain::completeness::told::CdrRecord;
use domain::id::At;
use std::collections::{BTreeMap, BTreeSet};

/// Fewest columns of a file without headings.
const BARE_COLUMNS: usize = 16;
/// Columns that `newcdrcolumns` adds: who the other side is charged to, the link, a sequence.
const NEW_COLUMNS: usize = 3;
/// Shifts of a clock are whole quarters of an hour.
const QUARTER_S: i64 = 15 * 60;
/// A channel and its first record begin within so many seconds.
const SAME_MOMENT_S: i64 = 2;
/// A shift that less than one in so many records speak for may be an accident: a part of a call that began so long after it.
const ONE_IN: usize = 5;
/// It is none where so many neighbouring records say the same: the last days of a month after summer time began or ended.
const NEIGHBOURS: usize = 3;
/// After summer time the clock shows as long a time again, in seconds.
const SHOWN_TWICE_S: i64 = 3_600;
/// No zone is further ahead or behind.
const MAX_SHIFT_S: i64 = 15 * 3_600;
/// Longest that a record's call may have lasted, in seconds: 30 days.
const MAX_DURATION_S: i64 = 30 * 86_400;

/// Why a row is no call detail record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CdrFault {
    /// It has no columns that are known.
    #[error("not a call detail record")]
    NotCdr,
    /// It has another number of columns than the rows before.
    #[error("another number of columns")]
    Columns,
    /// A time cannot be read.
    #[error("a time that cannot be read")]
    Time,
    /// A duration cannot be read.
    #[error("a duration that cannot be read")]
    Duration,
    /// It ends before it begins.
    #[error("it ends before it begins")]
    EndsBefore,
}

impl CdrFault {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            CdrFault::NotCdr => "not_cdr",
            CdrFault::Columns => "columns",
            CdrFault::Time => "time",
            CdrFault::Duration => "duration",
            CdrFault::EndsBefore => "ends_before",
        }
    }
}

/// In which column of a file each thing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    columns: usize,
    headed: bool,
    place: BTreeMap<&'static str, usize>,
}

/// What columns are called in exports, and what they are here.
const HEADINGS: [(&str, &str); 21] = [
    ("src", "src"),
    ("source", "src"),
    ("dst", "dst"),
    ("destination", "dst"),
    ("channel", "channel"),
    ("dstchannel", "dstchannel"),
    ("dst. channel", "dstchannel"),
    ("lastapp", "lastapp"),
    ("lastdata", "lastdata"),
    ("calldate", "start"),
    ("start", "start"),
    ("answer", "answer"),
    ("end", "end"),
    ("duration", "duration"),
    ("billsec", "billsec"),
    ("disposition", "disposition"),
    ("uniqueid", "uniqueid"),
    ("unique id", "uniqueid"),
    ("linkedid", "linkedid"),
    ("linked id", "linkedid"),
    ("dst channel", "dstchannel"),
];
/// Without these nothing can be said of a call.
const NEEDED: [&str; 5] = ["src", "dst", "channel", "start", "disposition"];
/// The columns of a file without headings.
const BARE: [(&str, usize); 12] = [
    ("src", 1),
    ("dst", 2),
    ("channel", 5),
    ("dstchannel", 6),
    ("lastapp", 7),
    ("lastdata", 8),
    ("start", 9),
    ("answer", 10),
    ("end", 11),
    ("duration", 12),
    ("billsec", 13),
    ("disposition", 14),
];

impl Layout {
    /// How a file is read, by its first row; `looks` are some of its rows, by which a column that may be one of two is told.
    ///
    /// # Errors
    /// No such file is known.
    pub fn of(first: &[&str], looks: &[Vec<String>]) -> Result<Layout, CdrFault> {
        let mut place = BTreeMap::new();
        for (nth, cell) in first.iter().enumerate() {
            let heading = cell.trim_start_matches('\u{feff}').trim().to_lowercase();
            if let Some((_, name)) = HEADINGS.iter().find(|(known, _)| *known == heading) {
                place.entry(*name).or_insert(nth);
            }
        }
        let ends = place.contains_key("end") || place.contains_key("duration");
        if ends && NEEDED.iter().all(|name| place.contains_key(name)) {
            return Ok(Layout { columns: first.len(), headed: true, place });
        }
        Layout::bare(first, looks)
    }

    fn bare(first: &[&str], looks: &[Vec<String>]) -> Result<Layout, CdrFault> {
        let columns = first.len();
        let mut place: BTreeMap<&'static str, usize> = BARE.into_iter().collect();
        if !(BARE_COLUMNS..=BARE_COLUMNS + 2 + NEW_COLUMNS).contains(&columns) || seconds(first[9]).is_none()
        {
            return Err(CdrFault::NotCdr);
        }
        let new = if columns >= BARE_COLUMNS + NEW_COLUMNS { NEW_COLUMNS } else { 0 };
        let own = columns - new;
        if new > 0 {
            place.insert("linkedid", own + 1);
        }
        let is_id = |row: &Vec<String>| row.get(BARE_COLUMNS).is_some_and(|cell| id_time(cell).is_some());
        match own - BARE_COLUMNS {
            2 => drop(place.insert("uniqueid", BARE_COLUMNS)),
            // One of loguniqueid and loguserfield.
            1 if looks.iter().any(is_id) => drop(place.insert("uniqueid", BARE_COLUMNS)),
            _ => {}
        }
        Ok(Layout { columns, headed: false, place })
    }

    /// Whether the first row is no record.
    pub fn has_headings(&self) -> bool {
        self.headed
    }

    /// Whether the file tells ids of channels.
    pub fn has_ids(&self) -> bool {
        self.place.contains_key("uniqueid")
    }

    /// A row as a record.
    ///
    /// # Errors
    /// See [`CdrFault`].
    pub fn record(&self, row: &[&str], line: u64, clock: &mut Clock) -> Result<CdrRecord, CdrFault> {
        if row.len() != self.columns {
            return Err(CdrFault::Columns);
        }
        let cell =
            |name: &str| self.place.get(name).and_then(|nth| row.get(*nth)).map_or("", |cell| cell.trim());
        let length = |name: &str| match cell(name) {
            "" => Ok(None),
            text => text
                .parse::<i64>()
                .ok()
                .filter(|s| (0..=MAX_DURATION_S).contains(s))
                .map(Some)
                .ok_or(CdrFault::Duration),
        };
        let time = |name: &str| match cell(name) {
            "" | "0000-00-00 00:00:00" => Ok(None),
            text => seconds(text).map(Some).ok_or(CdrFault::Time),
        };
        let start = time("start")?.ok_or(CdrFault::Time)?;
        let (duration, spoken) = (length("duration")?, length("billsec")?);
        let end = match (time("end")?, duration) {
            (Some(end), _) => end,
            (None, Some(duration)) => start + duration,
            (None, None) => return Err(CdrFault::Duration),
        };
        if end < start {
            return Err(CdrFault::EndsBefore);
        }
        let answer = match (time("answer")?, spoken) {
            (Some(answer), _) => Some(answer.clamp(start, end)),
            (None, Some(spoken)) if spoken > 0 => Some((end - spoken).max(start)),
            (None, _) => None,
        };
        let uniqueid = cell("uniqueid");
        let begin = clock.at(start, uniqueid);
        let after = |second: i64| At(begin.0 + (second - start) * 1_000_000);
        Ok(CdrRecord {
            line,
            src: cell("src").to_owned(),
            dst: cell("dst").to_owned(),
            channel: cell("channel").to_owned(),
            dstchannel: cell("dstchannel").to_owned(),
            app: cell("lastapp").to_owned(),
            data: cell("lastdata").to_owned(),
            start: begin,
            answer: answer.map(after),
            end: after(end),
            disposition: cell("disposition").to_uppercase(),
            uniqueid: uniqueid.to_owned(),
            linkedid: cell("linkedid").to_owned(),
        })
    }

    /// Takes note of what a row says of the phone system's clock.
    pub fn survey(&self, row: &[&str], shifts: &mut Shifts) {
        let cell = |name: &str| self.place.get(name).and_then(|nth| row.get(*nth)).copied().unwrap_or("");
        if let Some(start) = seconds(cell("start"))
            && let Some(shift) = shift(start, cell("uniqueid"))
        {
            shifts.note(shift);
        }
    }
}

/// What rows say of the phone system's clock: by how many seconds it is ahead, and how many say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shifts {
    counts: BTreeMap<i64, usize>,
    /// The last one, and how many rows said so one after another.
    row: Option<(i64, usize)>,
    /// Those that enough neighbouring rows say.
    in_a_row: BTreeSet<i64>,
}

impl Shifts {
    fn note(&mut self, shift: i64) {
        *self.counts.entry(shift).or_default() += 1;
        let before = self.row.filter(|(last, _)| *last == shift).map_or(0, |(_, count)| count);
        self.row = Some((shift, before + 1));
        if before + 1 >= NEIGHBOURS {
            self.in_a_row.insert(shift);
        }
    }
}

/// Which moment it is when the clock of a zone shows so many seconds since 1970.
pub type Zone = Box<dyn Fn(i64) -> At + Send>;

/// Tells which moment a time of the file is.
pub struct Clock {
    /// What the clock of a zone that shows so many seconds since 1970 means.
    zone: Zone,
    /// Shifts that the file's ids speak for.
    shifts: Vec<i64>,
    last: Option<i64>,
}

impl Clock {
    /// A clock by what the file's ids say of it, else by a zone.
    pub fn new(zone: Zone, found: &Shifts) -> Clock {
        let most = found.counts.values().copied().max().unwrap_or_default();
        let speaks =
            |(shift, count): &(&i64, &usize)| **count * ONE_IN >= most || found.in_a_row.contains(*shift);
        let shifts = found.counts.iter().filter(speaks).map(|(shift, _)| *shift).collect();
        Clock { zone, shifts, last: None }
    }

    fn at(&mut self, second: i64, uniqueid: &str) -> At {
        let told = shift(second, uniqueid)
            .filter(|shift| self.shifts.contains(shift) || self.is_of_zone(*shift, second));
        if told.is_some() {
            self.last = told;
        }
        match self.last.or_else(|| self.shifts.first().copied()) {
            Some(shift) => At((second - shift) * 1_000_000),
            None => (self.zone)(second),
        }
    }

    /// Whether a clock of the zone that shows this second is ahead by so much, the first time it shows it or the second.
    fn is_of_zone(&self, shift: i64, second: i64) -> bool {
        let ahead = |shown: i64| shown - (self.zone)(shown).0.div_euclid(1_000_000);
        [second, second + SHOWN_TWICE_S].into_iter().any(|shown| ahead(shown) == shift)
    }
}

/// By how much a clock that shows this second is ahead, where the id says when that was.
fn shift(second: i64, uniqueid: &str) -> Option<i64> {
    let made = id_time(uniqueid)?.0.div_euclid(1_000_000);
    let ahead = second - made;
    let shift = (ahead + QUARTER_S / 2).div_euclid(QUARTER_S) * QUARTER_S;
    ((ahead - shift).abs() <= SAME_MOMENT_S && shift.abs() <= MAX_SHIFT_S).then_some(shift)
}

/// `2026-11-22 12:31:30` as seconds since 1970 by whatever clock it is of; fractions are left off.
fn seconds(text: &str) -> Option<i64> {
    let text = text.trim().replace('T', " ");
    let (date, time) = text.split_once(' ')?;
    let numbers = |text: &str, by: char| {
        let parts: Vec<i64> = text.split(by).map(|part| part.parse().ok()).collect::<Option<_>>()?;
        <[i64; 3]>::try_from(parts).ok()
    };
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time.split('.').next()?, ':')?;
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let is_one = (1970..2100).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    if !is_one {
        return None;
    }
    // Days from civil, by years that begin in March.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let of_days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some((era * 146_097 + of_days - 719_468) * 86_400 + hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE_ROW: [&str; 18] = [
        "",
        "5550100",
        "600",
        "from-trunk",
        "\"Ana\" <5550100>",
        "PJSIP/trunk-00000002",
        "PJSIP/1001-00000003",
        "Queue",
        "support,tT,,,20",
        "2026-11-22 12:31:30",
        "2026-11-22 12:31:30",
        "2026-11-22 12:31:35",
        "4",
        "4",
        "ANSWERED",
        "DOCUMENTATION",
        "pbx1-1795350690.3",
        "did:600",
    ];

    fn utc(second: i64) -> At {
        At(second * 1_000_000)
    }

    fn read(row: &[&str], looks: &[Vec<String>]) -> Result<CdrRecord, CdrFault> {
        let layout = Layout::of(row, looks)?;
        let mut shifts = Shifts::default();
        layout.survey(row, &mut shifts);
        layout.record(row, 7, &mut Clock::new(Box::new(utc), &shifts))
    }

    #[test]
    fn a_file_without_headings_has_ids_or_not() {
        let with = read(&BARE_ROW, &[]).unwrap();
        assert_eq!(with.start, At(1_795_350_690_000_000));
        assert_eq!((with.uniqueid.as_str(), with.app.as_str(), with.line), ("pbx1-1795350690.3", "Queue", 7));
        assert_eq!(read(&BARE_ROW[..16], &[]).unwrap().uniqueid, "");
        let looks = |nth: usize| {
            vec![BARE_ROW[..16].iter().chain([&BARE_ROW[nth]]).map(|s| (*s).to_owned()).collect()]
        };
        let ids: Vec<&str> = BARE_ROW[..17].to_vec();
        assert_eq!(read(&ids, &looks(16)).unwrap().uniqueid, "pbx1-1795350690.3");
        let fields: Vec<&str> = BARE_ROW[..16].iter().copied().chain(["did:600"]).collect();
        assert_eq!(read(&fields, &looks(17)).unwrap().uniqueid, "");
        let new: Vec<&str> = BARE_ROW.iter().copied().chain(["", "pbx1-1795350690.1", "7"]).collect();
        assert_eq!(read(&new, &[]).unwrap().linkedid, "pbx1-1795350690.1");
        assert_eq!(read(&["a", "b"], &[]), Err(CdrFault::NotCdr));
    }

    #[test]
    fn a_table_with_headings_is_read_by_them() {
        let headings =
            ["calldate", "clid", "src", "dst", "channel", "duration", "billsec", "disposition", "linkedid"];
        let layout = Layout::of(&headings, &[]).unwrap();
        assert!(layout.has_headings() && !layout.has_ids());
        let row = ["2026-11-22 12:31:30", "", "1", "2", "SIP/a-1", "10", "4", "answered", "x"];
        let read = layout.record(&row, 2, &mut Clock::new(Box::new(utc), &Shifts::default())).unwrap();
        assert_eq!((read.end.0 - read.start.0, read.disposition.as_str()), (10_000_000, "ANSWERED"));
        assert_eq!(read.answer, Some(At(read.start.0 + 6_000_000)));
    }

    #[test]
    fn ids_say_how_far_the_clock_is_ahead_and_a_zone_where_there_are_none() {
        let ahead = |start: &'static str| {
            let mut row = BARE_ROW;
            (row[9], row[10], row[11]) = (start, start, start);
            read(&row, &[]).unwrap().start
        };
        assert_eq!(ahead("2026-11-22 13:31:30"), At(1_795_350_690_000_000));
        assert_eq!(ahead("2026-11-22 07:01:31"), At(1_795_350_691_000_000));
        let hour_ahead = |second: i64| At((second - 3_600) * 1_000_000);
        let layout = Layout::of(&BARE_ROW[..16], &[]).unwrap();
        let read =
            layout.record(&BARE_ROW[..16], 1, &mut Clock::new(Box::new(hour_ahead), &Shifts::default()));
        assert_eq!(read.unwrap().start, At(1_795_347_090_000_000));
    }

    /// A month of a clock that is ahead by these hours on each day, ten calls a day and two on the last two days: by how
    /// many seconds each is read wrong.
    fn month(zone: Zone, ahead_h: impl Fn(usize) -> i64) -> Vec<i64> {
        let rows: Vec<[String; 18]> = (0..30_usize)
            .flat_map(|day| (0..if day < 28 { 10 } else { 2 }).map(move |nth| (day, nth)))
            .map(|(day, nth)| {
                let made = 1_793_491_200 + i64::try_from(day).unwrap() * 86_400 + nth * 600;
                let shown =
                    format!("2026-11-{:02} {:02}:{:02}:00", day + 1, nth / 6 + ahead_h(day), nth % 6 * 10);
                let mut row = BARE_ROW.map(str::to_owned);
                (row[9], row[10], row[11]) = (shown.clone(), shown.clone(), shown);
                row[16] = format!("pbx1-{made}.{day}");
                row
            })
            .collect();
        let layout = Layout::of(&BARE_ROW, &[]).unwrap();
        let mut shifts = Shifts::default();
        for row in &rows {
            layout.survey(&row.each_ref().map(String::as_str), &mut shifts);
        }
        let mut clock = Clock::new(zone, &shifts);
        let off = |row: &[String; 18]| {
            let record = layout.record(&row.each_ref().map(String::as_str), 1, &mut clock).unwrap();
            record.start.0 / 1_000_000 - row[16][5..15].parse::<i64>().unwrap()
        };
        rows.iter().map(off).collect()
    }

    #[test]
    fn the_last_days_of_a_month_after_the_clock_was_moved_are_read_by_what_they_say() {
        let moved = month(Box::new(utc), |day| if day < 28 { 1 } else { 2 });
        assert_eq!((moved.len(), moved.iter().all(|off| *off == 0)), (284, true), "{moved:?}");
        // One day alone says it twice, and its zone as well.
        let change = 1_793_491_200 + 29 * 86_400;
        let zone = move |shown: i64| At((shown - if shown < change { 3_600 } else { 7_200 }) * 1_000_000);
        let by_zone = month(Box::new(zone), |day| if day < 29 { 1 } else { 2 });
        assert!(by_zone.iter().all(|off| *off == 0), "{by_zone:?}");
        // Two rows that nothing else speaks for are an accident.
        let accident = month(Box::new(utc), |day| if day == 29 { 2 } else { 1 });
        assert_eq!(accident.iter().filter(|off| **off != 0).count(), 2, "{accident:?}");
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_what_is_wrong() {
        let with = |nth: usize, cell: &'static str| {
            let layout = Layout::of(&BARE_ROW, &[]).unwrap();
            let mut row = BARE_ROW.to_vec();
            row[nth] = cell;
            layout.record(&row, 1, &mut Clock::new(Box::new(utc), &Shifts::default())).map(|_| ())
        };
        assert_eq!(with(9, "yesterday"), Err(CdrFault::Time));
        assert_eq!(with(9, "2026-02-30 00:00:00"), Err(CdrFault::Time));
        assert_eq!(with(11, "2026-11-22 12:31:29"), Err(CdrFault::EndsBefore));
        assert_eq!(with(12, "-4"), Err(CdrFault::Duration));
        assert_eq!(with(10, ""), Ok(()));
        let layout = Layout::of(&BARE_ROW, &[]).unwrap();
        let cut = layout.record(&BARE_ROW[..17], 1, &mut Clock::new(Box::new(utc), &Shifts::default()));
        assert_eq!(cut, Err(CdrFault::Columns));
    }
}
