//! The compact protocol of Thrift, as far as the headers and the footer of a Parquet file need it: structs of numbers,
//! texts, lists and structs. Reading is not here.

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;
/// Sizes of lists and distances of fields from here on are written apart.
const LONG: usize = 15;

/// A struct being written: fields in the order of their ids.
#[derive(Debug, Default)]
pub(super) struct Struct {
    bytes: Vec<u8>,
    last: u8,
}

impl Struct {
    /// Its bytes, with what ends a struct.
    pub(super) fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }

    /// The ids of structs here are below sixteen and each after the other, so every distance is short.
    fn field(&mut self, id: u8, kind: u8) {
        let distance = id - self.last;
        self.bytes.push(distance << 4 | kind);
        self.last = id;
    }

    pub(super) fn flag(mut self, id: u8, value: bool) -> Self {
        self.field(id, if value { TRUE } else { FALSE });
        self
    }

    pub(super) fn i32(mut self, id: u8, value: i32) -> Self {
        self.field(id, I32);
        zigzag(&mut self.bytes, i64::from(value));
        self
    }

    pub(super) fn i64(mut self, id: u8, value: i64) -> Self {
        self.field(id, I64);
        zigzag(&mut self.bytes, value);
        self
    }

    pub(super) fn text(mut self, id: u8, value: &str) -> Self {
        self.field(id, BINARY);
        text(&mut self.bytes, value);
        self
    }

    pub(super) fn nested(mut self, id: u8, value: Struct) -> Self {
        self.field(id, STRUCT);
        self.bytes.extend(value.end());
        self
    }

    pub(super) fn i32s(mut self, id: u8, values: &[i32]) -> Self {
        self.list(id, I32, values.len());
        values.iter().for_each(|value| zigzag(&mut self.bytes, i64::from(*value)));
        self
    }

    pub(super) fn texts(mut self, id: u8, values: &[&str]) -> Self {
        self.list(id, BINARY, values.len());
        values.iter().for_each(|value| text(&mut self.bytes, value));
        self
    }

    pub(super) fn structs(mut self, id: u8, values: impl ExactSizeIterator<Item = Struct>) -> Self {
        self.list(id, STRUCT, values.len());
        values.for_each(|value| self.bytes.extend(value.end()));
        self
    }

    fn list(&mut self, id: u8, kind: u8, size: usize) {
        self.field(id, LIST);
        if size < LONG {
            // Below fifteen.
            self.bytes.push((size as u8) << 4 | kind);
        } else {
            self.bytes.push(0xf0 | kind);
            varint(&mut self.bytes, size as u64);
        }
    }
}

/// A number in as few bytes as it takes, seven bits each.
pub(super) fn varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn zigzag(bytes: &mut Vec<u8>, number: i64) {
    varint(bytes, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    varint(bytes, text.len() as u64);
    bytes.extend(text.as_bytes());
}
