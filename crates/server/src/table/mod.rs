//! Tables that leave as files, written as they are read: a form writes some rows at a time, and no file is ever held as a
//! whole. What is in a table is said where it is read ([`crate::ops::export`]); who may have it, in `http`.

pub mod csv;
pub mod parquet;

use crate::clock::rfc3339;
use domain::id::At;
use std::borrow::Cow;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// Yes or no.
    Flag,
    /// A moment.
    Time,
}

impl Kind {
    /// Its name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "integer",
            Kind::Decimal => "decimal",
            Kind::Flag => "flag",
            Kind::Time => "time",
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, in the first line of a file.
    pub name: Cow<'static, str>,
    /// What its cells are.
    pub kind: Kind,
    /// What it says, with its unit.
    pub about: &'static str,
}

impl Column {
    /// A column of a table that is always the same.
    pub const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Column { name: Cow::Borrowed(name), kind, about }
    }
}

/// A cell; one that is of another kind than its column is written as none.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    None,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Decimal(f64),
    /// Yes or no.
    Flag(bool),
    /// A moment.
    Time(At),
}

impl Cell {
    /// Whether it may stand in a column of this kind.
    pub fn is_of(&self, kind: Kind) -> bool {
        match self {
            Cell::None => true,
            Cell::Text(_) => kind == Kind::Text,
            Cell::Integer(_) => matches!(kind, Kind::Integer | Kind::Decimal),
            Cell::Decimal(_) => kind == Kind::Decimal,
            Cell::Flag(_) => kind == Kind::Flag,
            Cell::Time(_) => kind == Kind::Time,
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Cell::Integer(number)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Cell::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Cell::Flag(flag)
    }
}

impl From<At> for Cell {
    fn from(at: At) -> Self {
        Cell::Time(at)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::None, Into::into)
    }
}

/// A row, a cell a column.
pub type Row = Vec<Cell>;

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It could not be compressed.
    #[error("a table could not be written: {0}")]
    Compress(#[from] std::io::Error),
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl Form {
    /// How names of such files end, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Parquet => "parquet",
        }
    }

    /// The form of files whose names end so.
    pub fn of_ending(ending: &str) -> Option<Self> {
        [Form::Csv, Form::Parquet].into_iter().find(|form| form.ending() == ending)
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Form::Csv => "text/csv; charset=utf-8",
            Form::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// A file being written.
pub enum TableWriter {
    /// As comma-separated values.
    Csv(csv::CsvWriter),
    /// As Parquet.
    Parquet(Box<parquet::ParquetWriter>),
}

impl TableWriter {
    /// Of these columns.
    pub fn new(form: Form, columns: &[Column]) -> Self {
        match form {
            Form::Csv => TableWriter::Csv(csv::CsvWriter::new(columns)),
            Form::Parquet => TableWriter::Parquet(Box::new(parquet::ParquetWriter::new(columns))),
        }
    }

    /// The bytes that some more rows make; none where the form waits for more of them.
    ///
    /// # Errors
    /// They cannot be compressed.
    pub fn rows(&mut self, rows: Vec<Row>) -> Result<Vec<u8>, TableError> {
        match self {
            TableWriter::Csv(writer) => Ok(writer.rows(&rows)),
            TableWriter::Parquet(writer) => writer.rows(rows),
        }
    }

    /// The last bytes.
    ///
    /// # Errors
    /// What is left cannot be compressed.
    pub fn end(self) -> Result<Vec<u8>, TableError> {
        match self {
            TableWriter::Csv(mut writer) => Ok(writer.rows(&[])),
            TableWriter::Parquet(writer) => writer.end(),
        }
    }
}

/// A cell as text, where the form has nothing better.
fn text(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::None => Cow::Borrowed(""),
        Cell::Text(text) => Cow::Borrowed(text),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Decimal(number) => Cow::Owned(number.to_string()),
        Cell::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        Cell::Time(at) => Cow::Owned(rfc3339(*at)),
    }
}
