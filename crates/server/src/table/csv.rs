//! Comma-separated values as every file of ours has them: UTF-8 with a byte order mark, lines that end with CR LF, and no
//! cell that a spreadsheet would take for a formula.

use super::{Cell, Column, Row, text};

/// What a file begins with, so that spreadsheets read it as UTF-8.
pub const BYTE_ORDER_MARK: char = '\u{feff}';
/// What ends a line (RFC 4180).
const LINE_END: &str = "\r\n";
/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A file being written.
#[derive(Debug)]
pub struct CsvWriter {
    /// The first line, until it is written.
    heading: Option<String>,
}

impl CsvWriter {
    /// Of these columns.
    pub fn new(columns: &[Column]) -> Self {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_ref()).collect();
        CsvWriter { heading: Some(format!("{BYTE_ORDER_MARK}{}", line_of(&names))) }
    }

    /// Some more lines.
    pub fn rows(&mut self, rows: &[Row]) -> Vec<u8> {
        let mut lines = self.heading.take().unwrap_or_default();
        for row in rows {
            for (nth, one) in row.iter().enumerate() {
                if nth > 0 {
                    lines.push(',');
                }
                match one {
                    Cell::Text(text) => lines.push_str(&cell(text)),
                    // No formula begins with a digit, and a number below zero is one.
                    other => lines.push_str(&text(other)),
                }
            }
            lines.push_str(LINE_END);
        }
        lines.into_bytes()
    }
}

/// A line of cells.
pub fn line_of(cells: &[&str]) -> String {
    cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + LINE_END
}

/// A cell that is read as the text it is: quoted where it has to be, and with an apostrophe before what a spreadsheet
/// would take for a formula. Names of ring groups and agents are whatever somebody called them.
fn cell(text: &str) -> String {
    let guarded = if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}\"", guarded.replace('"', "\"\""));
    }
    guarded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Kind;

    #[test]
    fn a_cell_is_read_as_the_text_it_is() {
        for (text, written) in [
            ("Ventas", "Ventas"),
            ("", ""),
            ("Ventas, norte", "\"Ventas, norte\""),
            ("the \"gold\" line", "\"the \"\"gold\"\" line\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("+34600", "'+34600"),
            ("-1", "'-1"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
        assert_eq!(line_of(&["a", "b"]), "a,b\r\n");
    }

    #[test]
    fn a_file_has_its_heading_once_and_numbers_are_no_formulas() {
        let columns = [Column::new("name", Kind::Text, ""), Column::new("n", Kind::Integer, "")];
        let mut writer = CsvWriter::new(&columns);
        let mut file = writer.rows(&[vec!["=x".into(), Cell::Integer(-7)]]);
        file.extend(writer.rows(&[vec![Cell::None, Cell::None]]));
        assert_eq!(String::from_utf8(file).expect("text"), "\u{feff}name,n\r\n'=x,-7\r\n,\r\n");
    }
}
