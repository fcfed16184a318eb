//! Tables as text: fields between commas, in quotes where they need them.

/// Rows of fields. What stands between quotes may hold commas, lines and doubled quotes.
pub(crate) fn read(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut field) = (Vec::new(), String::new());
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            c if quoted => field.push(c),
            c if c == delimiter => row.push(std::mem::take(&mut field)),
            '\r' => {}
            '\n' => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows.retain(|row| row.len() > 1 || row.iter().any(|field| !field.is_empty()));
    rows
}

/// A row, each field in quotes, as Salesforce writes results.
pub(crate) fn row<T: AsRef<str>>(fields: &[T]) -> String {
    let quoted = fields.iter().map(|field| format!("\"{}\"", field.as_ref().replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let rows = [["Id", "Name"], ["1", "a \"b\", c\nd"], ["", "ñ"]];
        let text: String = rows.iter().map(|fields| row(fields)).collect();
        assert_eq!(read(&text, ','), rows.map(|fields| fields.map(str::to_owned).to_vec()));
        assert_eq!(read("a,b\r\n1,2", ','), [["a", "b"], ["1", "2"]]);
    }
}
