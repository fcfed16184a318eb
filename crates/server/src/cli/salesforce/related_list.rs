//! One related list more in the XML of a page layout, and not a byte of the rest another. A layout is deployed whole, so whatever an
//! admin had in it has to be in what is deployed: that is why it is not read into data and written anew.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::ops::Range;

/// The object whose records are listed.
pub(super) const LISTED: &str = "Call_Activity__c";
/// What is shown of a call. The name of a record is called so in lists.
const COLUMNS: [&str; 5] = ["NAME", "Started_At__c", "Disposition__c", "Agent_Name__c", "Talk_Seconds__c"];
/// By what calls are ordered, the latest first.
const SORTED_BY: &str = "Started_At__c";
/// The element of a layout that is a related list.
const ELEMENT: &str = "relatedLists";
/// What the lines of a layout begin with, unless it shows otherwise.
const USUAL_INDENT: &str = "    ";

/// What becomes of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Patched {
    /// It has the list.
    AlreadyThere,
    /// The layout with the list, and the related list that it comes after; none: it is the first.
    With { bytes: Vec<u8>, after: Option<String> },
}

/// Why a layout cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PatchError {
    /// It is no XML, or not in UTF-8, as all metadata is.
    #[error("its XML cannot be read")]
    Unreadable,
    /// Its root is something else.
    #[error("it is no layout")]
    NoLayout,
}

/// A child of the layout.
struct Child {
    name: String,
    span: Range<usize>,
    /// What it says of the list that it is, where it is one.
    list: String,
}

/// What of a layout the place of a new list follows from.
struct Layout {
    /// The prefix of its names, with the colon; mostly none.
    prefix: String,
    /// Where the root's first tag ends.
    begin: usize,
    /// Whether that tag is all there is of it.
    is_empty: bool,
    children: Vec<Child>,
}

/// Adds the list of calls whose `lookup` leads to the record that the layout shows.
///
/// # Errors
/// It is no layout that can be read.
pub(super) fn with_list(layout: &[u8], lookup: &str) -> Result<Patched, PatchError> {
    let text = std::str::from_utf8(layout).map_err(|_| PatchError::Unreadable)?;
    let read = read(text)?;
    let list = format!("{LISTED}.{lookup}");
    if read.children.iter().any(|child| child.list.eq_ignore_ascii_case(&list)) {
        return Ok(Patched::AlreadyThere);
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let indent = indent(text, &read);
    let element = element(&list, &read.prefix, newline, &indent);
    let last = read.children.iter().rev().find(|child| child.name == ELEMENT);
    // Elements of one name stand together, and those of others are in the order of their names.
    let behind = read.children.iter().find(|child| child.name.as_str() > ELEMENT);
    let (at, inserted) = match (last, behind) {
        (Some(last), _) => (last.span.end, format!("{newline}{indent}{element}")),
        (None, Some(behind)) => (behind.span.start, format!("{element}{newline}{indent}")),
        (None, None) => {
            let at = read.children.last().map_or(read.begin, |child| child.span.end);
            (at, format!("{newline}{indent}{element}"))
        }
    };
    let (before, rest) = text.split_at(at);
    let bytes = match (read.is_empty, before.strip_suffix("/>")) {
        (true, Some(open)) => format!("{open}>{inserted}{newline}</{}Layout>{rest}", read.prefix),
        _ => format!("{before}{inserted}{rest}"),
    };
    Ok(Patched::With { bytes: bytes.into_bytes(), after: last.map(|last| last.list.clone()) })
}

/// What stands before the first child on its line, if nothing but space does.
fn indent(text: &str, layout: &Layout) -> String {
    let Some(first) = layout.children.first() else {
        return USUAL_INDENT.to_owned();
    };
    let line = text[..first.span.start].rsplit('\n').next().unwrap_or_default();
    match line.chars().all(|c| c == ' ' || c == '\t') {
        true => line.to_owned(),
        false => USUAL_INDENT.to_owned(),
    }
}

fn element(list: &str, prefix: &str, newline: &str, indent: &str) -> String {
    let inner = if indent.is_empty() { USUAL_INDENT.to_owned() } else { indent.repeat(2) };
    let mut lines = vec![format!("<{prefix}{ELEMENT}>")];
    let mut say =
        |name: &str, text: &str| lines.push(format!("{inner}<{prefix}{name}>{text}</{prefix}{name}>"));
    COLUMNS.iter().for_each(|column| say("fields", column));
    say("relatedList", list);
    say("sortField", SORTED_BY);
    say("sortOrder", "Desc");
    lines.push(format!("{indent}</{prefix}{ELEMENT}>"));
    lines.join(newline)
}

fn read(text: &str) -> Result<Layout, PatchError> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader::from_str(&text[mark..]);
    let mut layout: Option<Layout> = None;
    let mut path: Vec<String> = Vec::new();
    loop {
        let from = position(&reader) + mark;
        let event = reader.read_event().map_err(|_| PatchError::Unreadable)?;
        let until = position(&reader) + mark;
        match event {
            Event::Start(tag) | Event::Empty(tag) if layout.is_none() => {
                if tag.local_name().into_inner() != "Layout" {
                    return Err(PatchError::NoLayout);
                }
                let prefix = tag
                    .name()
                    .prefix()
                    .map_or_else(String::new, |prefix| format!("{}:", prefix.into_inner()));
                let is_empty = text[..until].ends_with("/>");
                layout = Some(Layout { prefix, begin: until, is_empty, children: Vec::new() });
                if !is_empty {
                    path.push("Layout".to_owned());
                }
            }
            Event::Start(tag) => {
                let name = tag.local_name().into_inner().to_owned();
                begin(&mut layout, &path, &name, from..until);
                path.push(name);
            }
            Event::Empty(tag) => begin(&mut layout, &path, tag.local_name().into_inner(), from..until),
            Event::End(_) => {
                path.pop();
                if path.len() == 1
                    && let Some(child) = layout.as_mut().and_then(|layout| layout.children.last_mut())
                {
                    child.span.end = until;
                }
            }
            Event::Text(said) => {
                if matches!(path.as_slice(), [_, list, name] if list == ELEMENT && name == "relatedList")
                    && let Some(child) = layout.as_mut().and_then(|layout| layout.children.last_mut())
                {
                    child.list.push_str(said.xml10_content().trim());
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match path.is_empty() {
        true => layout.ok_or(PatchError::NoLayout),
        false => Err(PatchError::Unreadable),
    }
}

/// Notes an element if it is a child of the layout.
fn begin(layout: &mut Option<Layout>, path: &[String], name: &str, span: Range<usize>) {
    if let (Some(layout), 1) = (layout.as_mut(), path.len()) {
        layout.children.push(Child { name: name.to_owned(), span, list: String::new() });
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Layout xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n";
    const LIST: &str = "    <relatedLists>\n        <fields>NAME</fields>\n        <fields>Started_At__c</fields>\n        \
        <fields>Disposition__c</fields>\n        <fields>Agent_Name__c</fields>\n        <fields>Talk_Seconds__c</fields>\n        \
        <relatedList>Call_Activity__c.Contact__c</relatedList>\n        <sortField>Started_At__c</sortField>\n        \
        <sortOrder>Desc</sortOrder>\n    </relatedLists>\n";

    fn patched(layout: &str) -> String {
        match with_list(layout.as_bytes(), "Contact__c") {
            Ok(Patched::With { bytes, .. }) => String::from_utf8(bytes).expect("text"),
            other => panic!("{layout}: {other:?}"),
        }
    }

    /// What is left where the list was put in, and what was put in.
    fn difference(before: &str, after: &str) -> (String, String) {
        let same = before.bytes().zip(after.bytes()).take_while(|(one, two)| one == two).count();
        let added = after.len() - before.len();
        // A list may end as what follows it begins: any place that leaves the rest the same will do.
        let at = (0..=same).rev().find(|at| after[at + added..] == before[*at..]).expect("one place");
        (format!("{}{}", &after[..at], &after[at + added..]), after[at..at + added].to_owned())
    }

    #[test]
    fn the_list_comes_after_the_last_one_there_is() {
        let other =
            "    <relatedLists>\n        <relatedList>RelatedCaseList</relatedList>\n    </relatedLists>\n";
        let (above, below) =
            ("    <layoutSections/>\n", "    <showEmailCheckbox>false</showEmailCheckbox>\n</Layout>\n");
        let layout = format!("{HEAD}{above}{other}{below}");
        assert_eq!(patched(&layout), format!("{HEAD}{above}{other}{LIST}{below}"));
        let told = with_list(layout.as_bytes(), "Contact__c");
        assert!(matches!(told, Ok(Patched::With { after: Some(after), .. }) if after == "RelatedCaseList"));
    }

    #[test]
    fn without_any_list_it_stands_where_its_name_belongs() {
        let (above, below) = (
            "    <layoutSections/>\n    <relatedContent/>\n",
            "    <relatedObjects>AccountId</relatedObjects>\n",
        );
        let layout = format!("{HEAD}{above}{below}</Layout>\n");
        assert_eq!(patched(&layout), format!("{HEAD}{above}{LIST}{below}</Layout>\n"));
        let layout = format!("{HEAD}{above}</Layout>\n");
        assert_eq!(patched(&layout), format!("{HEAD}{above}{LIST}</Layout>\n"));
    }

    #[test]
    fn a_layout_that_has_it_is_left_alone() {
        let layout = format!("{HEAD}{LIST}</Layout>\n");
        assert_eq!(with_list(layout.as_bytes(), "Contact__c"), Ok(Patched::AlreadyThere));
        let again = patched(&format!("{HEAD}    <layoutSections/>\n</Layout>\n"));
        assert_eq!(with_list(again.as_bytes(), "contact__c"), Ok(Patched::AlreadyThere));
        let Ok(Patched::With { .. }) = with_list(layout.as_bytes(), "Account__c") else {
            panic!("the list of another lookup is another list");
        };
    }

    #[test]
    fn nothing_else_of_a_layout_is_another_byte() {
        let lists = "<relatedLists><relatedList>RelatedCaseList</relatedList></relatedLists>";
        for layout in [
            format!("{HEAD}    {lists}\n</Layout>\n").replace('\n', "\r\n"),
            format!("\u{feff}{HEAD}<!-- <relatedLists> --><layoutSections a='1'/>\n\t{lists}<!-- end -->\n</Layout>\n<!-- after -->"),
            format!("{HEAD}\t{lists}\n\t<zz>&lt;relatedLists&gt; <![CDATA[</Layout>]]></zz>\n</Layout>"),
            format!("<Layout>{lists}<sort/></Layout>"),
            "<Layout xmlns:x='y'><x:a/><zz></zz></Layout>".to_owned(),
            "<Layout></Layout>".to_owned(),
            "<Layout><layoutSections><relatedLists><relatedList>Call_Activity__c.Contact__c</relatedList></relatedLists></layoutSections></Layout>".to_owned(),
        ] {
            let after = patched(&layout);
            let (rest, added) = difference(&layout, &after);
            assert_eq!(rest, layout);
            assert_eq!(added.contains("\r\n"), layout.contains("\r\n"), "{after}");
            assert_eq!(with_list(after.as_bytes(), "Contact__c"), Ok(Patched::AlreadyThere), "{after}");
        }
    }

    #[test]
    fn names_with_a_prefix_get_a_list_with_that_prefix() {
        let layout = "<m:Layout xmlns:m=\"http://soap.sforce.com/2006/04/metadata\">\n <m:relatedLists><m:relatedList>RelatedCaseList</m:relatedList></m:relatedLists>\n</m:Layout>";
        let after = patched(layout);
        assert!(after.contains("<m:relatedList>Call_Activity__c.Contact__c</m:relatedList>"), "{after}");
        assert_eq!(difference(layout, &after).0, layout);
        let empty = patched("<m:Layout xmlns:m=\"u\"/>");
        assert!(empty.starts_with("<m:Layout xmlns:m=\"u\">\n    <m:relatedLists>"), "{empty}");
        assert!(empty.ends_with("</m:relatedLists>\n</m:Layout>"), "{empty}");
    }

    #[test]
    fn what_is_no_layout_is_refused() {
        for (text, expected) in [
            ("<Report/>", PatchError::NoLayout),
            ("", PatchError::NoLayout),
            ("<Layout><a></Layout>", PatchError::Unreadable),
            ("<Layout><a/>", PatchError::Unreadable),
        ] {
            assert_eq!(with_list(text.as_bytes(), "Case__c"), Err(expected), "{text}");
        }
        assert_eq!(with_list(b"<Layout>\xff</Layout>", "Case__c"), Err(PatchError::Unreadable));
    }
}
