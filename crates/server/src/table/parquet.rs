//! Apache Parquet (format 2.9), for who goes on with a table in a program: every column has its type, and cells may be
//! none. Rows wait until there are enough for a group; no more than that is held. Of what the format offers it is the
//! least that every reader knows: one page a column and group, plain values, compressed with gzip. A library would bring
//! thirty packages for it. Reading is not here.

mod thrift;

use self::thrift::{Struct, varint};
use super::{Cell, Column, Kind, Row, TableError, text};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeSet;
use std::io::Write as _;

/// Most rows of a group; a million calls are a hundred groups.
const ROWS_A_GROUP: usize = 10_000;
/// Most bytes of text of a group, but for those of its last row: so much is held at a time, however long notes are.
const TEXT_A_GROUP: usize = 16 * 1024 * 1024;
/// How a file begins and ends.
const MAGIC: &[u8; 4] = b"PAR1";
const CREATED_BY: &str = concat!("bitacora version ", env!("CARGO_PKG_VERSION"));

// Numbers of parquet.thrift.
const BOOLEAN: i32 = 0;
const INT64: i32 = 2;
const DOUBLE: i32 = 5;
const BYTE_ARRAY: i32 = 6;
const OPTIONAL: i32 = 1;
const UTF8: i32 = 0;
const TIMESTAMP_MICROS: i32 = 10;
const PLAIN: i32 = 0;
const RLE: i32 = 3;
const GZIP: i32 = 2;
const DATA_PAGE: i32 = 0;

/// A file being written.
#[derive(Debug)]
pub struct ParquetWriter {
    columns: Vec<(String, Kind)>,
    waiting: Vec<Row>,
    /// Bytes of text in them.
    held: usize,
    groups: Vec<Group>,
    /// What was not handed on yet.
    bytes: Vec<u8>,
    /// How many bytes the file has.
    length: i64,
}

/// Where the columns of some rows are.
#[derive(Debug)]
struct Group {
    rows: i64,
    chunks: Vec<Chunk>,
}

/// Where the cells of a column are.
#[derive(Debug)]
struct Chunk {
    offset: i64,
    cells: i64,
    uncompressed: i64,
    compressed: i64,
}

impl ParquetWriter {
    /// Of these columns; one that is called like another gets a number.
    pub fn new(columns: &[Column]) -> Self {
        let mut taken = BTreeSet::new();
        let columns = columns.iter().map(|column| {
            let name = unlike(&column.name, &taken);
            taken.insert(name.clone());
            (name, column.kind)
        });
        let columns = columns.collect();
        let length = MAGIC.len() as i64;
        ParquetWriter {
            columns,
            waiting: Vec::new(),
            held: 0,
            groups: Vec::new(),
            bytes: MAGIC.to_vec(),
            length,
        }
    }

    /// The bytes of the groups that are full with these.
    ///
    /// # Errors
    /// They cannot be compressed.
    pub fn rows(&mut self, rows: Vec<Row>) -> Result<Vec<u8>, TableError> {
        let length = |cell: &Cell| if let Cell::Text(text) = cell { text.len() } else { 0 };
        for row in rows {
            self.held += row.iter().map(length).sum::<usize>();
            self.waiting.push(row);
            if self.waiting.len() >= ROWS_A_GROUP || self.held >= TEXT_A_GROUP {
                self.group()?;
            }
        }
        Ok(std::mem::take(&mut self.bytes))
    }

    /// The last group, and what tells readers where everything is.
    ///
    /// # Errors
    /// They cannot be compressed.
    pub fn end(mut self) -> Result<Vec<u8>, TableError> {
        if !self.waiting.is_empty() {
            self.group()?;
        }
        let footer = self.footer();
        // A footer is a few bytes a column and group.
        let length = u32::try_from(footer.len()).unwrap_or(u32::MAX).to_le_bytes();
        self.bytes.extend(footer);
        self.bytes.extend(length);
        self.bytes.extend(MAGIC);
        Ok(self.bytes)
    }

    fn group(&mut self) -> Result<(), TableError> {
        let rows = std::mem::take(&mut self.waiting);
        self.held = 0;
        let kinds: Vec<Kind> = self.columns.iter().map(|(_, kind)| *kind).collect();
        let mut chunks = Vec::new();
        for (nth, kind) in kinds.into_iter().enumerate() {
            let plain = page(kind, rows.iter().map(|row| row.get(nth).unwrap_or(&Cell::None)));
            let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
            gzip.write_all(&plain)?;
            let packed = gzip.finish()?;
            let cells = rows.len() as i64;
            let header = Struct::default()
                .i32(1, DATA_PAGE)
                .i32(2, size(plain.len()))
                .i32(3, size(packed.len()))
                .nested(5, Struct::default().i32(1, size(rows.len())).i32(2, PLAIN).i32(3, RLE).i32(4, RLE))
                .end();
            let offset = self.length;
            let (uncompressed, compressed) = (header.len() + plain.len(), header.len() + packed.len());
            self.bytes.extend(header);
            self.bytes.extend(packed);
            self.length += compressed as i64;
            chunks.push(Chunk {
                offset,
                cells,
                uncompressed: uncompressed as i64,
                compressed: compressed as i64,
            });
        }
        self.groups.push(Group { rows: rows.len() as i64, chunks });
        Ok(())
    }

    fn footer(&self) -> Vec<u8> {
        let root = Struct::default().text(4, "table").i32(5, size(self.columns.len()));
        let columns = self.columns.iter().map(|(name, kind)| element(name, *kind));
        let schema: Vec<Struct> = [root].into_iter().chain(columns).collect();
        let groups = self.groups.iter().map(|group| {
            let bytes = group.chunks.iter().map(|chunk| chunk.uncompressed).sum();
            let chunks = group.chunks.iter().zip(&self.columns).map(|(chunk, (name, kind))| {
                let meta = Struct::default()
                    .i32(1, physical(*kind))
                    .i32s(2, &[PLAIN, RLE])
                    .texts(3, &[name])
                    .i32(4, GZIP)
                    .i64(5, chunk.cells)
                    .i64(6, chunk.uncompressed)
                    .i64(7, chunk.compressed)
                    .i64(9, chunk.offset);
                Struct::default().i64(2, chunk.offset).nested(3, meta)
            });
            Struct::default().structs(1, chunks).i64(2, bytes).i64(3, group.rows)
        });
        Struct::default()
            .i32(1, 1)
            .structs(2, schema.into_iter())
            .i64(3, self.groups.iter().map(|group| group.rows).sum())
            .structs(4, groups)
            .text(6, CREATED_BY)
            .end()
    }
}

/// Sizes of pages and counts are far below two billion.
fn size(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

/// The name, or with a number behind it one that is not taken.
fn unlike(name: &str, taken: &BTreeSet<String>) -> String {
    let mut numbered = (2..).map(|n: usize| format!("{name} ({n})"));
    let free = |name: &String| !taken.contains(name);
    Some(name.to_owned()).filter(free).or_else(|| numbered.find(free)).unwrap_or_default()
}

fn physical(kind: Kind) -> i32 {
    match kind {
        Kind::Text => BYTE_ARRAY,
        Kind::Integer | Kind::Time => INT64,
        Kind::Decimal => DOUBLE,
        Kind::Flag => BOOLEAN,
    }
}

/// What a footer says of a column: its type as files hold it, and what that means.
fn element(name: &str, kind: Kind) -> Struct {
    let element = Struct::default().i32(1, physical(kind)).i32(3, OPTIONAL).text(4, name);
    match kind {
        Kind::Text => element.i32(6, UTF8).nested(10, Struct::default().nested(1, Struct::default())),
        Kind::Time => {
            let micros = Struct::default().nested(2, Struct::default());
            let timestamp = Struct::default().flag(1, true).nested(2, micros);
            element.i32(6, TIMESTAMP_MICROS).nested(10, Struct::default().nested(8, timestamp))
        }
        Kind::Integer | Kind::Decimal | Kind::Flag => element,
    }
}

/// A page before it is compressed: which cells are there, as runs, then those that are.
fn page<'c>(kind: Kind, cells: impl Iterator<Item = &'c Cell>) -> Vec<u8> {
    let (mut runs, mut values, mut flags) = (Runs::default(), Vec::new(), Vec::new());
    for cell in cells {
        let there = match (kind, cell) {
            (_, Cell::None) => false,
            (Kind::Text, cell) => {
                let text = text(cell);
                values.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
                values.extend(text.as_bytes());
                true
            }
            (Kind::Integer, Cell::Integer(number)) => put(&mut values, number.to_le_bytes()),
            (Kind::Time, Cell::Time(at)) => put(&mut values, at.0.to_le_bytes()),
            (Kind::Decimal, Cell::Decimal(number)) => put(&mut values, number.to_le_bytes()),
            // Exact up to 2^53.
            (Kind::Decimal, Cell::Integer(number)) => put(&mut values, (*number as f64).to_le_bytes()),
            (Kind::Flag, Cell::Flag(flag)) => {
                flags.push(*flag);
                true
            }
            _ => false,
        };
        runs.add(there);
    }
    let bits = |eight: &[bool]| eight.iter().rev().fold(0, |byte, flag| byte << 1 | u8::from(*flag));
    values.extend(flags.chunks(8).map(bits));
    let levels = runs.end();
    let mut page = u32::try_from(levels.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    page.extend(levels);
    page.extend(values);
    page
}

fn put(values: &mut Vec<u8>, bytes: [u8; 8]) -> bool {
    values.extend(bytes);
    true
}

/// Whether cells are there, as runs of the same.
#[derive(Debug, Default)]
struct Runs {
    bytes: Vec<u8>,
    run: Option<(bool, u64)>,
}

impl Runs {
    fn add(&mut self, there: bool) {
        match &mut self.run {
            Some((same, count)) if *same == there => *count += 1,
            _ => {
                self.end_run();
                self.run = Some((there, 1));
            }
        }
    }

    fn end_run(&mut self) {
        if let Some((there, count)) = self.run.take() {
            varint(&mut self.bytes, count << 1);
            self.bytes.push(u8::from(there));
        }
    }

    fn end(mut self) -> Vec<u8> {
        self.end_run();
        self.bytes
    }
}

#[cfg(test)]
mod tests;
