//! XML read into a tree, with where each element stood. Prefixes of names are left away: what the Metadata API reads is of one
//! namespace.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 64;

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// Its text without that of elements in it, trimmed.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
    /// The bytes that it stood in, tags and all.
    pub(crate) span: Range<usize>,
}

impl Element {
    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> + 'a {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of a name; empty where there is none.
    pub(crate) fn said(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }

    /// Whether the first child of a name says true.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.said(name) == "true"
    }

    /// The first element of a name, at any depth.
    pub(crate) fn find(&self, name: &str) -> Option<&Element> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }
}

/// Why a text is no XML, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) why: String,
    /// Counted from 1.
    pub(crate) line: usize,
    /// Counted from 1, in bytes.
    pub(crate) column: usize,
}

/// Reads a document; answers its root.
pub(crate) fn read(bytes: &[u8]) -> Result<Element, Unreadable> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| unreadable(bytes, error.valid_up_to(), "Invalid byte of a UTF-8 sequence."))?;
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader::from_str(&text[mark..]);
    // Below the root lies what holds it: nothing has no parent.
    let mut open = vec![Element::default()];
    loop {
        let from = position(reader.buffer_position()) + mark;
        let event = reader.read_event().map_err(|error| {
            unreadable(bytes, position(reader.error_position()) + mark, &error.to_string())
        })?;
        let until = position(reader.buffer_position()) + mark;
        match event {
            Event::Start(start) => {
                open.push(begun(&start, from));
                if open.len() > MAX_DEPTH {
                    return Err(unreadable(bytes, from, "Elements are nested too deeply."));
                }
            }
            Event::Empty(start) => close(&mut open, begun(&start, from), until),
            Event::End(_) => {
                if let Some(element) = open.pop() {
                    close(&mut open, element, until);
                }
            }
            Event::Text(text) => say(&mut open, &text.xml10_content()),
            Event::CData(data) => say(&mut open, &data.xml10_content()),
            Event::GeneralRef(reference) => {
                let meant = match reference.resolve_char_ref() {
                    Ok(Some(c)) => Some(c.to_string()),
                    _ => resolve_predefined_entity(&reference.xml10_content()).map(str::to_owned),
                };
                let meant = meant.ok_or_else(|| unreadable(bytes, from, "An entity is not declared."))?;
                say(&mut open, &meant);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (open.len(), open.pop().unwrap_or_default().children.pop()) {
        (1, Some(root)) => Ok(root),
        _ => {
            let why = "XML document structures must start and end within the same entity.";
            Err(unreadable(bytes, bytes.len(), why))
        }
    }
}

fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

fn begun(start: &BytesStart<'_>, from: usize) -> Element {
    let name = start.local_name().into_inner().to_owned();
    Element { name, span: from..from, ..Element::default() }
}

fn close(open: &mut [Element], mut element: Element, until: usize) {
    element.span.end = until;
    element.text = element.text.trim().to_owned();
    if let Some(parent) = open.last_mut() {
        parent.children.push(element);
    }
}

fn say(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn unreadable(bytes: &[u8], at: usize, why: &str) -> Unreadable {
    let before = &bytes[..at.min(bytes.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    Unreadable { why: why.to_owned(), line, column }
}

/// A text as XML writes it.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_their_text_and_the_place_they_stood_at() {
        let text = "<?xml version=\"1.0\"?>\r\n<m:A xmlns:m='u'><!-- x --><b>1 &amp; 2&#33;</b><b/></m:A>\n";
        let root = read(text.as_bytes()).expect("it is XML");
        assert_eq!((root.name.as_str(), root.said("b")), ("A", "1 & 2!"));
        let spans: Vec<&str> = root.children.iter().map(|child| &text[child.span.clone()]).collect();
        assert_eq!(spans, ["<b>1 &amp; 2&#33;</b>", "<b/>"]);
    }

    #[test]
    fn what_is_no_xml_is_told_with_its_place() {
        for (text, line) in
            [("<a>\n<b>\n</a>", 3), ("<a>", 1), ("", 1), ("<a>\n&nothing;</a>", 2), ("<a/>\n<b", 2)]
        {
            let told = read(text.as_bytes()).expect_err(text);
            assert_eq!(told.line, line, "{text}: {told:?}");
        }
        assert!(read("<a>".repeat(100).as_bytes()).is_err());
    }
}
