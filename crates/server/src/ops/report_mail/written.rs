//! A report as a letter: sums and tables as text and as HTML, and every table whole in a file. Bars are cells of tables
//! with a colour: what mail programs draw of themselves.

use super::content::{Content, MailTable, Words};
use crate::mail::Attached;
use crate::table::{Cell, Form, Kind, TableError, TableWriter};
use domain::saved_report::{MailForm, MailLanguage};

/// Rows of a table that stand in a letter; its file has all.
const ROWS_SHOWN: usize = 40;
/// Width of the longest bar, in points.
const BAR_WIDTH: f64 = 100.0;
const BAR: &str = "#0b5cab";

/// What of a letter is the report's.
pub(super) struct Written {
    /// As plain text.
    pub(super) text: String,
    /// As HTML.
    pub(super) html: String,
    /// Its tables.
    pub(super) files: Vec<Attached>,
}

/// What stands around a report.
pub(super) struct Frame<'f> {
    /// What it is called.
    pub(super) name: &'f str,
    /// Of which days it is, in words.
    pub(super) period: &'f str,
    /// Where the same is seen again.
    pub(super) link: &'f str,
}

/// Writes a report.
///
/// # Errors
/// A table cannot be written in the form.
pub(super) fn written(
    frame: &Frame<'_>,
    content: &Content,
    (language, form): (MailLanguage, MailForm),
) -> Result<Written, TableError> {
    let words = Words(language);
    let form = match form {
        MailForm::Csv => Form::Csv,
        MailForm::Parquet => Form::Parquet,
    };
    let files = content.tables.iter().map(|table| file(table, form)).collect::<Result<_, _>>()?;
    Ok(Written { text: text(frame, content, words), html: html(frame, content, words), files })
}

fn file(table: &MailTable, form: Form) -> Result<Attached, TableError> {
    let mut writer = TableWriter::new(form, &table.columns);
    let mut bytes = writer.rows(table.rows.clone())?;
    bytes.extend(writer.end()?);
    let name = format!("bitacora-{}.{}", table.file, form.ending());
    Ok(Attached { name, media_type: form.media_type(), bytes })
}

fn shown(cell: &Cell, kind: Kind) -> String {
    match cell {
        Cell::None => "–".to_owned(),
        // Of shares.
        Cell::Decimal(share) if kind == Kind::Decimal => format!("{:.1} %", share * 100.0),
        Cell::Decimal(number) => number.to_string(),
        Cell::Text(text) => text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
        Cell::Integer(number) => number.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Time(at) => crate::clock::rfc3339(*at),
    }
}

fn more(table: &MailTable, words: Words) -> Option<String> {
    let left = table.rows.len().checked_sub(ROWS_SHOWN).filter(|left| *left > 0)?;
    Some(match words.0 {
        MailLanguage::Es => format!("Y {left} más, en el archivo adjunto."),
        MailLanguage::En => format!("And {left} more, in the file attached."),
    })
}

fn text(frame: &Frame<'_>, content: &Content, words: Words) -> String {
    let mut lines = vec![frame.name.to_owned(), frame.period.to_owned(), String::new()];
    lines.extend(content.sums.iter().map(|(name, value)| format!("{name}: {value}")));
    for table in &content.tables {
        lines.extend([String::new(), table.title.to_owned()]);
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_ref()).collect();
        lines.push(names.join(" | "));
        for row in table.rows.iter().take(ROWS_SHOWN) {
            let cells = row.iter().zip(&table.columns).map(|(cell, column)| shown(cell, column.kind));
            lines.push(cells.collect::<Vec<_>>().join(" | "));
        }
        if table.rows.is_empty() {
            lines.push(nothing(words).to_owned());
        }
        lines.extend(more(table, words));
    }
    lines.extend([String::new(), again(words).to_owned(), frame.link.to_owned(), String::new()]);
    lines.join("\n")
}

fn nothing(words: Words) -> &'static str {
    words.of("No hay llamadas en este tiempo.", "There are no calls in this time.")
}

fn again(words: Words) -> &'static str {
    words.of("Ver el informe:", "See the report:")
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
    html
}

fn html(frame: &Frame<'_>, content: &Content, words: Words) -> String {
    let lang = words.of("es", "en");
    let mut html = format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{name}</title></head>\
        <body style=\"font-family:Arial,sans-serif;font-size:14px;color:#181818\">\
        <h1 style=\"font-size:20px;margin:0\">{name}</h1><p style=\"margin:4px 0 12px;color:#5c5c5c\">{period}</p>",
        name = escaped(frame.name),
        period = escaped(frame.period),
    );
    for (name, value) in &content.sums {
        html += &format!("<p style=\"margin:0\">{}: <strong>{}</strong></p>", escaped(name), escaped(value));
    }
    for table in &content.tables {
        html += &table_html(table, words);
    }
    let link = escaped(frame.link);
    html + &format!(
        "<p style=\"margin-top:16px\"><a href=\"{link}\">{}</a></p></body></html>",
        words.of("Ver el informe", "See the report")
    )
}

fn table_html(table: &MailTable, words: Words) -> String {
    let number = |cell: Option<&Cell>| match cell {
        // Counts are far below 2^53.
        Some(Cell::Integer(number)) => (*number).max(0) as f64,
        Some(Cell::Decimal(number)) => number.max(0.0),
        _ => 0.0,
    };
    let most = table.rows.iter().map(|row| number(row.get(table.drawn))).fold(0.0, f64::max);
    let style = "padding:4px 8px;border-bottom:1px solid #e5e5e5";
    let mut html = format!("<h2 style=\"font-size:16px;margin:16px 0 4px\">{}</h2>", escaped(table.title));
    if table.rows.is_empty() {
        return html + &format!("<p style=\"margin:0\">{}</p>", nothing(words));
    }
    html += "<table cellspacing=\"0\" cellpadding=\"0\" style=\"border-collapse:collapse\"><tr>";
    for (nth, column) in table.columns.iter().enumerate() {
        let align = if nth == 0 { "left" } else { "right" };
        html += &format!("<th align=\"{align}\" style=\"{style}\">{}</th>", escaped(&column.name));
    }
    html += "<th></th></tr>";
    for row in table.rows.iter().take(ROWS_SHOWN) {
        html += "<tr>";
        for (nth, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
            let align = if nth == 0 { "left" } else { "right" };
            let text = escaped(&shown(cell, column.kind));
            html += &format!("<td align=\"{align}\" style=\"{style};white-space:nowrap\">{text}</td>");
        }
        let width = if most > 0.0 { (number(row.get(table.drawn)) / most * BAR_WIDTH).round() } else { 0.0 };
        html += &format!("<td style=\"{style}\">{}</td></tr>", bar(width));
    }
    html += "</table>";
    if let Some(more) = more(table, words) {
        html += &format!("<p style=\"margin:4px 0\">{}</p>", escaped(&more));
    }
    html
}

fn bar(width: f64) -> String {
    if width < 1.0 {
        return String::new();
    }
    format!(
        "<table cellspacing=\"0\" cellpadding=\"0\" style=\"width:{width}px;min-width:{width}px\"><tr><td bgcolor=\"{BAR}\" width=\"{width}\" height=\"10\" \
        style=\"font-size:0;line-height:0\">&nbsp;</td></tr></table>"
    )
}
