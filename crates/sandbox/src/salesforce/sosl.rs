//! Searches: `FIND {…} IN PHONE FIELDS RETURNING Contact(Id, Name WHERE … LIMIT 5)`, or the same as parameters.

use super::data::{Data, Row};
use super::refusal::{Code, Refusal};
use super::schema::{Field, FieldKind, ObjectType};
use super::soql::{Parser, Query, parse as parse_query, run as run_query};
use domain::id::At;
use serde_json::{Map, Value};

/// Most records of an answer.
const MAX_FOUND: usize = 2_000;
/// Most records of an object, unless the search says fewer.
const MAX_OF_OBJECT: usize = 250;
/// Fewest letters and digits of a search.
const SHORTEST: usize = 2;

/// Which fields are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    All,
    Email,
    Name,
    Phone,
}

impl Scope {
    fn of(word: &str) -> Option<Scope> {
        match word.to_uppercase().as_str() {
            "ALL" | "SIDEBAR" => Some(Scope::All),
            "EMAIL" => Some(Scope::Email),
            "NAME" => Some(Scope::Name),
            "PHONE" => Some(Scope::Phone),
            _ => None,
        }
    }

    fn holds(self, object: &ObjectType, field: &Field) -> bool {
        match self {
            Scope::All => field.kind.is_text(),
            Scope::Email => field.kind == FieldKind::Email,
            Scope::Name => field.name == object.name_field() || field.name.ends_with("Name"),
            Scope::Phone => field.kind == FieldKind::Phone || field.name == "SuppliedPhone",
        }
    }
}

/// What is looked for: words of which all, any or none must be there.
#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    Word(String),
    All(Vec<Wanted>),
    Any(Vec<Wanted>),
    Not(Box<Wanted>),
}

/// A search.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Search {
    wanted: Wanted,
    scope: Scope,
    /// For each object the query that says which fields of which records.
    returning: Vec<Query>,
    limit: usize,
}

fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::MalformedSearch, message)
}

/// Understands a search.
///
/// # Errors
/// `MALFORMED_SEARCH`.
pub(crate) fn parse(text: &str) -> Result<Search, Refusal> {
    let begin = text.trim_start();
    let rest = begin.get(..4).filter(|word| word.eq_ignore_ascii_case("FIND")).and_then(|_| begin.get(4..));
    let rest = rest.map(str::trim_start).and_then(|rest| rest.strip_prefix('{'));
    let rest = rest.ok_or_else(|| malformed("line 1:0 missing 'FIND' and a term between braces"))?;
    let close = closing(rest).ok_or_else(|| malformed("line 1: the brace behind the term is missing"))?;
    let (term, clauses) = rest.split_at(close);
    let mut parser = Parser::new(clauses.get(1..).unwrap_or_default(), Code::MalformedSearch)?;
    let mut search =
        Search { wanted: wanted(term)?, scope: Scope::All, returning: Vec::new(), limit: MAX_FOUND };
    if parser.word("IN") {
        let word = parser
            .name()
            .or_else(|refusal| if parser.word("ALL") { Ok("ALL".into()) } else { Err(refusal) })?;
        search.scope = Scope::of(&word).ok_or_else(|| parser.wrong())?;
        let fields = parser.word("FIELDS");
        parser.must(fields)?;
    }
    if parser.word("RETURNING") {
        search.returning.push(returned(&mut parser)?);
        while parser.sign(",") {
            search.returning.push(returned(&mut parser)?);
        }
    }
    if parser.word("LIMIT") {
        search.limit = parser.count()?.min(MAX_FOUND);
    }
    parser.end()?;
    Ok(search)
}

/// Where the brace is that ends the term; one behind a stroke does not.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '}' => return Some(at),
            _ => {}
        }
    }
    None
}

/// `Contact(Id, Name WHERE … ORDER BY … LIMIT 5)`.
fn returned(parser: &mut Parser) -> Result<Query, Refusal> {
    let mut query = Query { from: parser.name()?, ..Query::default() };
    if parser.sign("(") {
        query.columns = parser.columns()?;
        parser.rest(&mut query)?;
        let closed = parser.sign(")");
        parser.must(closed)?;
    }
    Ok(query)
}

/// The search that `parameterizedSearch` says. Its term has no operators.
///
/// # Errors
/// `MALFORMED_SEARCH`.
pub(crate) fn of_parameters(body: &Map<String, Value>) -> Result<Search, Refusal> {
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let words: Vec<Wanted> =
        text(body.get("q")).split_whitespace().map(|word| Wanted::Word(word.to_lowercase())).collect();
    long_enough(&Wanted::All(words.clone()))?;
    let scope = Scope::of(body.get("in").and_then(Value::as_str).unwrap_or("ALL"));
    let names = |value: Option<&Value>| -> Vec<String> {
        match value {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(list)) => list.split(',').map(|name| name.trim().to_owned()).collect(),
            _ => Vec::new(),
        }
    };
    let common = names(body.get("fields"));
    let mut returning = Vec::new();
    let objects = match body.get("sobjects").or_else(|| body.get("sobject")) {
        Some(Value::Array(objects)) => objects.clone(),
        Some(Value::String(name)) => vec![serde_json::json!({ "name": name })],
        _ => Vec::new(),
    };
    for object in &objects {
        let name = object
            .get("name")
            .and_then(Value::as_str)
            .ok_or_else(|| malformed("sobjects: name is missing"))?;
        let mut fields = names(object.get("fields"));
        fields.extend(common.iter().cloned());
        if fields.is_empty() {
            fields.push("Id".to_owned());
        }
        let mut soql = format!("SELECT {} FROM {name}", fields.join(", "));
        for (key, clause) in [("where", "WHERE"), ("orderBy", "ORDER BY"), ("limit", "LIMIT")] {
            let said = text(object.get(key));
            if !said.is_empty() {
                soql.push_str(&format!(" {clause} {said}"));
            }
        }
        returning.push(parse_query(&soql).map_err(|refusal| malformed(refusal.message))?);
    }
    let limit = text(body.get("overallLimit")).parse().unwrap_or(MAX_FOUND).min(MAX_FOUND);
    Ok(Search {
        wanted: Wanted::All(words),
        scope: scope.ok_or_else(|| malformed("in: no such fields"))?,
        returning,
        limit,
    })
}

/// Reads a term: words, `AND`, `OR`, `AND NOT`, brackets, quotes, and characters that a stroke takes their meaning from.
fn wanted(term: &str) -> Result<Wanted, Refusal> {
    let pieces = pieces(term);
    let mut at = 0;
    let wanted = any(&pieces, &mut at, 0)?;
    if at < pieces.len() {
        return Err(malformed(format!("unexpected {} in the term", pieces[at].1)));
    }
    long_enough(&wanted)?;
    Ok(wanted)
}

fn long_enough(wanted: &Wanted) -> Result<(), Refusal> {
    fn longest(wanted: &Wanted) -> usize {
        match wanted {
            Wanted::Word(word) => word.chars().filter(|c| c.is_alphanumeric()).count(),
            Wanted::All(parts) | Wanted::Any(parts) => parts.iter().map(longest).max().unwrap_or(0),
            Wanted::Not(_) => 0,
        }
    }
    match longest(wanted) >= SHORTEST {
        true => Ok(()),
        false => Err(malformed("search term must be longer than one character")),
    }
}

/// Words of a term; true before one that is a text and no operator.
fn pieces(term: &str) -> Vec<(bool, String)> {
    let mut pieces = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut literal) = (false, false);
    let mut chars = term.chars();
    let mut end = |word: &mut String, literal: &mut bool| {
        if !word.is_empty() {
            pieces.push((*literal, std::mem::take(word)));
        }
        *literal = false;
    };
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                word.extend(chars.next());
                literal = true;
            }
            '"' => {
                end(&mut word, &mut literal);
                quoted = !quoted;
                literal = quoted;
            }
            c if quoted => word.push(c),
            '(' | ')' => {
                end(&mut word, &mut literal);
                word.push(c);
                end(&mut word, &mut literal);
            }
            c if c.is_whitespace() => end(&mut word, &mut literal),
            c => word.push(c),
        }
    }
    end(&mut word, &mut literal);
    pieces
}

/// Deepest nesting of brackets.
const MAX_DEPTH: usize = 20;

fn any(pieces: &[(bool, String)], at: &mut usize, depth: usize) -> Result<Wanted, Refusal> {
    if depth > MAX_DEPTH {
        return Err(malformed("too many brackets"));
    }
    let mut parts = vec![all(pieces, at, depth)?];
    while operator(pieces, *at) == Some("OR") {
        *at += 1;
        parts.push(all(pieces, at, depth)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Wanted::Any(parts) })
}

fn operator(pieces: &[(bool, String)], at: usize) -> Option<&str> {
    pieces.get(at).filter(|(literal, _)| !literal).map(|(_, word)| word.as_str())
}

fn all(pieces: &[(bool, String)], at: &mut usize, depth: usize) -> Result<Wanted, Refusal> {
    let mut parts = Vec::new();
    while let Some((_, word)) = pieces.get(*at) {
        match operator(pieces, *at) {
            Some("OR" | ")") => break,
            Some("AND") => *at += 1,
            Some("NOT") => {
                *at += 1;
                parts.push(Wanted::Not(Box::new(single(pieces, at, depth)?)));
            }
            Some("(") => parts.push(single(pieces, at, depth)?),
            _ => {
                *at += 1;
                parts.push(Wanted::Word(word.to_lowercase()));
            }
        }
    }
    match parts.len() {
        0 => Err(malformed("the term is empty")),
        1 => Ok(parts.remove(0)),
        _ => Ok(Wanted::All(parts)),
    }
}

fn single(pieces: &[(bool, String)], at: &mut usize, depth: usize) -> Result<Wanted, Refusal> {
    let Some((_, word)) = pieces.get(*at) else {
        return Err(malformed("the term ends too soon"));
    };
    *at += 1;
    if operator(pieces, *at - 1) != Some("(") {
        return Ok(Wanted::Word(word.to_lowercase()));
    }
    let inner = any(pieces, at, depth + 1)?;
    if operator(pieces, *at) != Some(")") {
        return Err(malformed("a bracket is not closed"));
    }
    *at += 1;
    Ok(inner)
}

/// Answers a search. A record that was written within `lag_ms` is not in the index yet.
///
/// # Errors
/// What it asks for is not there.
pub(crate) fn run(
    data: &Data,
    search: &Search,
    lag_ms: i64,
    now: At,
    root: &str,
) -> Result<Vec<Value>, Refusal> {
    let mut returning = search.returning.clone();
    if returning.is_empty() {
        let searched = ["Account", "Contact", "Lead", "Case", "Opportunity"];
        returning.extend(searched.map(|from| Query { from: from.to_owned(), ..Query::default() }));
    }
    let mut found = Vec::new();
    for query in &mut returning {
        if query.columns.is_empty() {
            query.columns = parse_query(&format!("SELECT Id FROM {}", query.from))?.columns;
        }
        let object = data.schema.object(&query.from).ok_or_else(|| {
            Refusal::new(Code::InvalidType, format!("sObject type '{}' is not supported.", query.from))
        })?;
        let indexed = |row: &&Row| now.millis_since(row.changed_at) >= lag_ms;
        let hits: Vec<&str> = data
            .living(&object.name)
            .filter(indexed)
            .filter(|row| holds(data, object, row, search.scope, &search.wanted))
            .map(|row| row.id())
            .collect();
        query.limit = Some(query.limit.unwrap_or(MAX_OF_OBJECT).min(MAX_FOUND));
        query.among_ids(&hits);
        found.extend(run_query(data, query, false, now, root)?.records);
    }
    found.truncate(search.limit);
    Ok(found)
}

fn holds(data: &Data, object: &ObjectType, row: &Row, scope: Scope, wanted: &Wanted) -> bool {
    match wanted {
        Wanted::All(parts) => parts.iter().all(|part| holds(data, object, row, scope, part)),
        Wanted::Any(parts) => parts.iter().any(|part| holds(data, object, row, scope, part)),
        Wanted::Not(part) => !holds(data, object, row, scope, part),
        Wanted::Word(word) => object.fields.iter().filter(|field| scope.holds(object, field)).any(|field| {
            let read = data.read(object, row, &field.name);
            read.as_str().is_some_and(|text| says(text, word, field.kind == FieldKind::Phone))
        }),
    }
}

/// Whether a text has a word. A number is found by its digits, however they are grouped, and by any group of them; a star at the
/// end stands for what follows.
fn says(text: &str, word: &str, is_number: bool) -> bool {
    let text = text.to_lowercase();
    let (word, open) = match word.strip_suffix('*') {
        Some(begin) => (begin, true),
        None => (word, false),
    };
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (has, asked) = (words(&text), words(word));
    if asked.is_empty() {
        return false;
    }
    let fits = |has: &str, asked: &str, last: bool| has == asked || (open && last && has.starts_with(asked));
    let run = has.windows(asked.len()).any(|part| {
        part.iter().zip(&asked).enumerate().all(|(nth, (has, asked))| fits(has, asked, nth + 1 == part.len()))
    });
    if run || !is_number {
        return run;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (has, asked) = (digits(&text), digits(word));
    !asked.is_empty() && fits(&has, &asked, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_by_its_digits_and_by_its_groups() {
        for (text, word, expected) in [
            ("(415) 555-1212", "4155551212", true),
            ("(415) 555-1212", "555", true),
            ("(415) 555-1212", "5551212", false),
            ("+34 612 34 56 78", "34612345678", true),
            ("+34 612 34 56 78", "612345678", false),
            ("+34 612 34 56 78", "3461*", true),
        ] {
            assert_eq!(says(text, word, true), expected, "{text} {word}");
        }
    }

    #[test]
    fn terms_are_words_operators_quotes_and_brackets() {
        let word = |text: &str| Wanted::Word(text.to_owned());
        for (term, expected) in [
            ("Ana", word("ana")),
            ("Ana Ruiz", Wanted::All(vec![word("ana"), word("ruiz")])),
            ("Ana OR \"Luis Paz\"", Wanted::Any(vec![word("ana"), word("luis paz")])),
            ("Ana AND NOT Ruiz", Wanted::All(vec![word("ana"), Wanted::Not(Box::new(word("ruiz")))])),
            ("(ab OR cd) ef", Wanted::All(vec![Wanted::Any(vec![word("ab"), word("cd")]), word("ef")])),
            ("612\\-34", word("612-34")),
        ] {
            assert_eq!(wanted(term), Ok(expected), "{term}");
        }
        for term in ["", "a", "(ab", "ab )", "OR"] {
            assert!(wanted(term).is_err(), "{term}");
        }
    }

    #[test]
    fn a_search_says_fields_objects_and_limits() {
        let search = parse(
            "FIND {ab\\}c} IN PHONE FIELDS RETURNING Contact(Id, Name WHERE IsDeleted = false LIMIT 5), Lead LIMIT 9",
        );
        let search = search.expect("it can be read");
        assert_eq!((search.scope, search.returning.len(), search.limit), (Scope::Phone, 2, 9));
        for text in ["", "FIND ab", "FIND {ab", "FIND {ab} IN NOTHING FIELDS", "FIND {ab} RETURNING"] {
            assert_eq!(parse(text).map_err(|refusal| refusal.code), Err(Code::MalformedSearch), "{text}");
        }
    }
}
