//! Days as spreadsheets save them: `2026-03-01` is written, and a spreadsheet makes `1/3/2026` or `3/1/2026` of it, by the country
//! of its computer. Which of the two is told by the dates of the table together, or not at all: nothing is guessed.

use super::LineFault;
use crate::report::calendar::Day;

/// The columns that have days.
const DAYS: [&str; 2] = ["valid_from", "valid_until"];
/// The greatest number of a month.
const MONTHS: u32 = 12;

/// How the dates with slashes of a table are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateOrder {
    /// The day is first.
    DayFirst,
    /// The month is first.
    MonthFirst,
    /// No date tells it, or they contradict each other.
    Unknown,
}

impl DateOrder {
    /// What the dates of a table say together.
    pub(super) fn of(headings: &[String], rows: &[(u64, Vec<String>)]) -> Self {
        let columns: Vec<usize> =
            (0..headings.len()).filter(|nth| DAYS.contains(&headings[*nth].as_str())).collect();
        let cells = rows.iter().flat_map(|(_, row)| columns.iter().filter_map(|nth| row.get(*nth)));
        let (mut day_first, mut month_first) = (false, false);
        for (first, second, _) in cells.filter_map(|cell| parts(cell.trim())) {
            day_first |= first > MONTHS;
            month_first |= second > MONTHS;
        }
        match (day_first, month_first) {
            (true, false) => DateOrder::DayFirst,
            (false, true) => DateOrder::MonthFirst,
            _ => DateOrder::Unknown,
        }
    }

    /// The day that a cell says.
    ///
    /// # Errors
    /// It is none, or might be two.
    pub(super) fn read(self, text: &str) -> Result<Day, LineFault> {
        let Some((first, second, year)) = parts(text) else { return Day::read(text).ok_or(LineFault::Date) };
        let (day, month) = match self {
            DateOrder::DayFirst => (first, second),
            DateOrder::MonthFirst => (second, first),
            DateOrder::Unknown if first == second => (first, second),
            DateOrder::Unknown => return Err(LineFault::DateOrder),
        };
        Day::read(&format!("{year:04}-{month:02}-{day:02}")).ok_or(LineFault::Date)
    }
}

/// The three numbers of a date with slashes or dots between them, the year last.
fn parts(text: &str) -> Option<(u32, u32, u32)> {
    let separator = ['/', '.'].into_iter().find(|separator| text.contains(*separator))?;
    let mut numbers = text.split(separator).map(|part| part.parse::<u32>().ok());
    let (first, second, year) = (numbers.next()??, numbers.next()??, numbers.next()??);
    (numbers.next().is_none() && (1_000..=9_999).contains(&year)).then_some((first, second, year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(dates: &[&str]) -> Vec<Result<String, LineFault>> {
        let headings = ["id", "valid_from"].map(str::to_owned);
        let rows: Vec<(u64, Vec<String>)> =
            dates.iter().map(|date| (1, vec!["9/30/2026".to_owned(), (*date).to_owned()])).collect();
        let order = DateOrder::of(&headings, &rows);
        dates.iter().map(|date| order.read(date).map(|day| day.to_string())).collect()
    }

    #[test]
    fn the_dates_of_a_table_tell_together_what_is_first() {
        let days = |days: &[&str]| days.iter().map(|day| Ok((*day).to_owned())).collect::<Vec<_>>();
        assert_eq!(
            read(&["2026-03-01", "1/3/2026", "13/03/2026"]),
            days(&["2026-03-01", "2026-03-01", "2026-03-13"])
        );
        assert_eq!(read(&["3/1/2026", "3.31.2026"]), days(&["2026-03-01", "2026-03-31"]));
        assert_eq!(read(&["5/5/2026"]), days(&["2026-05-05"]));
    }

    #[test]
    fn what_might_be_two_days_is_refused() {
        assert_eq!(read(&["1/3/2026"]), [Err(LineFault::DateOrder)]);
        assert_eq!(read(&["13/1/2026", "1/13/2026"]), [Err(LineFault::DateOrder), Err(LineFault::DateOrder)]);
        for none in ["31/2/2026", "0/0/2026", "1/3/26", "1/3", "1/3/2026/1", "x/y/2026", "soon"] {
            assert_eq!(read(&["13/1/2026", none])[1], Err(LineFault::Date), "{none}");
        }
    }
}
