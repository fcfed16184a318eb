//! What is written is read back, by a reader that knows no more than the format: the footer says where everything is.

use super::*;
use domain::id::At;
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read as _;

/// A value of the compact protocol.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<Value>),
    Struct(BTreeMap<u8, Value>),
}

impl Value {
    fn at(&self, id: u8) -> &Value {
        let Value::Struct(fields) = self else { panic!("no struct: {self:?}") };
        fields.get(&id).unwrap_or_else(|| panic!("no field {id} in {self:?}"))
    }

    fn number(&self) -> i64 {
        if let Value::Number(number) = self { *number } else { panic!("no number: {self:?}") }
    }

    fn list(&self) -> &[Value] {
        if let Value::List(all) = self { all } else { panic!("no list: {self:?}") }
    }
}

fn varint_of(bytes: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = byte_of(bytes);
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            return number;
        }
    }
}

fn byte_of(bytes: &mut &[u8]) -> u8 {
    let (first, rest) = bytes.split_first().expect("a byte");
    *bytes = rest;
    *first
}

fn number_of(bytes: &mut &[u8]) -> i64 {
    let number = varint_of(bytes);
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

fn value_of(bytes: &mut &[u8], kind: u8) -> Value {
    match kind {
        1 | 2 => Value::Flag(kind == 1),
        5 | 6 => Value::Number(number_of(bytes)),
        8 => {
            let length = varint_of(bytes) as usize;
            let (text, rest) = bytes.split_at(length);
            *bytes = rest;
            Value::Text(String::from_utf8(text.to_vec()).expect("UTF-8"))
        }
        9 => {
            let head = byte_of(bytes);
            let size = if head >> 4 == 15 { varint_of(bytes) } else { u64::from(head >> 4) };
            Value::List((0..size).map(|_| value_of(bytes, head & 15)).collect())
        }
        12 => {
            let (mut fields, mut id) = (BTreeMap::new(), 0);
            loop {
                let head = byte_of(bytes);
                if head == 0 {
                    return Value::Struct(fields);
                }
                id += head >> 4;
                fields.insert(id, value_of(bytes, head & 15));
            }
        }
        other => panic!("no kind {other}"),
    }
}

/// What is in a file: names of its columns, how many groups it has, and its cells by column.
struct Read {
    names: Vec<String>,
    groups: usize,
    columns: Vec<Vec<Cell>>,
}

fn read(file: &[u8]) -> Read {
    assert_eq!((&file[..4], &file[file.len() - 4..]), (&MAGIC[..], &MAGIC[..]));
    let end = file.len() - 8;
    let length = u32::from_le_bytes(file[end..end + 4].try_into().expect("four bytes")) as usize;
    let footer = value_of(&mut &file[end - length..end], 12);
    let schema = &footer.at(2).list()[1..];
    let name =
        |column: &Value| if let Value::Text(name) = column.at(4) { name.clone() } else { String::new() };
    let mut columns = vec![Vec::new(); schema.len()];
    let groups = footer.at(4).list();
    for group in groups {
        for (nth, chunk) in group.at(1).list().iter().enumerate() {
            let meta = chunk.at(3);
            let offset = meta.at(9).number() as usize;
            let mut bytes = &file[offset..offset + meta.at(7).number() as usize];
            let header = value_of(&mut bytes, 12);
            assert_eq!(header.at(3).number() as usize, bytes.len());
            let mut plain = Vec::new();
            GzDecoder::new(bytes).read_to_end(&mut plain).expect("a page");
            assert_eq!(header.at(2).number() as usize, plain.len());
            let cells = cells_of(&schema[nth], &plain);
            assert_eq!((cells.len() as i64, cells.len() as i64), (meta.at(5).number(), group.at(3).number()));
            columns[nth].extend(cells);
        }
    }
    let rows = columns.first().map_or(0, Vec::len);
    assert_eq!(footer.at(3).number() as usize, rows);
    Read { names: schema.iter().map(name).collect(), groups: groups.len(), columns }
}

fn cells_of(column: &Value, page: &[u8]) -> Vec<Cell> {
    let (length, rest) = page.split_at(4);
    let (mut levels, mut values) =
        rest.split_at(u32::from_le_bytes(length.try_into().expect("four bytes")) as usize);
    let mut there = Vec::new();
    while !levels.is_empty() {
        let count = varint_of(&mut levels) >> 1;
        let value = byte_of(&mut levels) == 1;
        there.extend((0..count).map(|_| value));
    }
    let mut flags = 0;
    let mut next = || match column.at(1).number() as i32 {
        BYTE_ARRAY => {
            let (length, rest) = values.split_at(4);
            let length = u32::from_le_bytes(length.try_into().expect("four bytes")) as usize;
            let (text, rest) = rest.split_at(length);
            values = rest;
            Cell::Text(String::from_utf8(text.to_vec()).expect("UTF-8"))
        }
        BOOLEAN => {
            flags += 1;
            Cell::Flag(values[(flags - 1) / 8] >> ((flags - 1) % 8) & 1 == 1)
        }
        physical => {
            let (eight, rest) = values.split_at(8);
            values = rest;
            let eight: [u8; 8] = eight.try_into().expect("eight bytes");
            let Value::Struct(fields) = column else { panic!("no struct") };
            match (physical, fields.contains_key(&10)) {
                (DOUBLE, _) => Cell::Decimal(f64::from_le_bytes(eight)),
                (_, true) => Cell::Time(At(i64::from_le_bytes(eight))),
                (_, false) => Cell::Integer(i64::from_le_bytes(eight)),
            }
        }
    };
    there.into_iter().map(|there| if there { next() } else { Cell::None }).collect()
}

fn written(columns: &[Column], rows: Vec<Row>) -> Vec<u8> {
    let mut writer = ParquetWriter::new(columns);
    let mut file = writer.rows(rows).expect("rows");
    file.extend(writer.end().expect("an end"));
    file
}

#[test]
fn every_cell_is_read_as_what_it_was_and_none_stays_none() {
    let columns = [
        Column::new("text", Kind::Text, ""),
        Column::new("n", Kind::Integer, ""),
        Column::new("n", Kind::Decimal, ""),
        Column::new("flag", Kind::Flag, ""),
        Column::new("at", Kind::Time, ""),
    ];
    let at = Cell::Time(At(-1_700_000_000_123_456));
    let rows = vec![
        vec!["=Ñandú".into(), Cell::Integer(i64::MIN), Cell::Decimal(0.5), Cell::Flag(true), at.clone()],
        vec![Cell::None; 5],
        // What is of another kind than its column is none, but every cell has a text; so is what a row lacks.
        vec![Cell::Integer(1), Cell::Flag(true), Cell::Integer(2), Cell::Flag(false)],
    ];
    let file = read(&written(&columns, rows));
    assert_eq!(file.names, ["text", "n", "n (2)", "flag", "at"]);
    assert_eq!(file.groups, 1);
    let none = Cell::None;
    let expected = [
        ["=Ñandú".into(), none.clone(), "1".into()],
        [Cell::Integer(i64::MIN), none.clone(), none.clone()],
        [Cell::Decimal(0.5), none.clone(), Cell::Decimal(2.0)],
        [Cell::Flag(true), none.clone(), Cell::Flag(false)],
        [at, none.clone(), none],
    ];
    assert_eq!(file.columns, expected);
}

#[test]
fn rows_leave_a_group_at_a_time_and_a_table_without_any_is_a_file() {
    let columns = [Column::new("n", Kind::Integer, ""), Column::new("odd", Kind::Flag, "")];
    let mut writer = ParquetWriter::new(&columns);
    let mut file = Vec::new();
    let all = 2 * ROWS_A_GROUP as i64 + 5;
    for n in 0..all {
        file.extend(writer.rows(vec![vec![Cell::Integer(n), Cell::Flag(n % 2 == 1)]]).expect("a row"));
        assert!(writer.waiting.len() < ROWS_A_GROUP && writer.bytes.is_empty());
    }
    file.extend(writer.end().expect("an end"));
    let file = read(&file);
    assert_eq!(file.groups, 3);
    assert!(file.columns[0].iter().zip(0..).all(|(cell, n)| *cell == Cell::Integer(n)));
    assert!(file.columns[1].iter().zip(0..).all(|(cell, n)| *cell == Cell::Flag(n % 2 == 1)));
    assert_eq!((file.columns[0].len() as i64, read(&written(&columns, Vec::new())).groups), (all, 0));
}

#[test]
fn a_table_of_many_columns_is_read_back() {
    let columns: Vec<Column> = (0..40).map(|_| Column::new("x", Kind::Text, "")).collect();
    let row = (0..40).map(|n| format!("{n}").into()).collect();
    let file = read(&written(&columns, vec![row]));
    assert_eq!(file.names.len(), 40);
    assert_eq!(file.columns[39], [Cell::from("39")]);
}

#[test]
fn long_texts_leave_before_there_are_many_rows() {
    let columns = [Column::new("notes", Kind::Text, "")];
    let long = "ñ".repeat(TEXT_A_GROUP / 8);
    let file = read(&written(&columns, vec![vec![long.as_str().into()]; 9]));
    assert_eq!((file.groups, file.columns[0].len()), (3, 9));
    assert!(file.columns[0].iter().all(|cell| *cell == Cell::from(long.as_str())));
}
