//! A query understood: `SELECT … FROM … WHERE … GROUP BY … ORDER BY … LIMIT … OFFSET …`.

use super::tokens::{Piece, Token, cut};
use crate::salesforce::refusal::{Code, Refusal};

/// A query.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Query {
    pub(crate) columns: Vec<Column>,
    pub(crate) from: String,
    pub(crate) filter: Option<Filter>,
    pub(crate) groups: Vec<Path>,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
    /// Whether deleted records are asked for too.
    pub(crate) all_rows: bool,
}

impl Query {
    /// Whether it is records that are asked for, and not what is computed over all of them.
    pub(crate) fn counts_nothing(&self) -> bool {
        self.groups.is_empty()
            && !self.columns.iter().any(|column| matches!(column, Column::Aggregate { .. }))
    }

    /// Asks of these records alone, besides what is asked already.
    pub(crate) fn among_ids(&mut self, ids: &[&str]) {
        let values = ids.iter().map(|id| Literal::Text((*id).to_owned())).collect();
        let among = Filter::In { path: vec!["Id".to_owned()], values, negated: false };
        self.filter = Some(match self.filter.take() {
            Some(filter) => Filter::All(vec![among, filter]),
            None => among,
        });
    }
}

/// A field, by way of the references that lead to it.
pub(crate) type Path = Vec<String>;

/// One thing a query selects.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Column {
    Field {
        path: Path,
        alias: Option<String>,
    },
    /// `FIELDS(ALL)`, `FIELDS(STANDARD)`, `FIELDS(CUSTOM)`.
    Fields(String),
    /// A function over a group; no path: `COUNT()`.
    Aggregate {
        function: String,
        path: Option<Path>,
        alias: Option<String>,
    },
    /// Records that hang on the one selected.
    Children(Query),
}

/// What a query asks of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Is { path: Path, comparison: Comparison, value: Literal },
    In { path: Path, values: Vec<Literal>, negated: bool },
    InQuery { path: Path, query: Box<Query>, negated: bool },
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Like,
}

/// A value that a query says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Null,
    Text(String),
    Number(f64),
    Boolean(bool),
    /// A day or a moment, as it was written.
    Time(String),
    /// `TODAY`, `LAST_N_DAYS:7`: the name, and the number where there is one.
    Range(String, i64),
}

/// By what results are ordered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Order {
    pub(crate) path: Path,
    pub(crate) descending: bool,
    pub(crate) nulls_last: bool,
}

/// Words that end a list of columns or a name.
const WORDS: [&str; 14] = [
    "SELECT", "FROM", "WHERE", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR", "ALL", "USING",
    "ASC", "DESC",
];
/// Most days or months that the name of a range counts.
const MAX_RANGE: usize = 100_000;
/// Deepest nesting of brackets and of queries.
const MAX_DEPTH: usize = 40;

/// Understands a query.
///
/// # Errors
/// `MALFORMED_QUERY`, with the place.
pub(crate) fn parse(query: &str) -> Result<Query, Refusal> {
    let mut parser = Parser::new(query, Code::MalformedQuery)?;
    let parsed = parser.query()?;
    parser.end()?;
    Ok(parsed)
}

/// Reads pieces one after the other; queries and searches share it.
pub(crate) struct Parser {
    pieces: Vec<Piece>,
    next: usize,
    code: Code,
    alias: Option<String>,
    depth: usize,
}

impl Parser {
    /// What can be read of `text`.
    pub(crate) fn new(text: &str, code: Code) -> Result<Parser, Refusal> {
        let unreadable = |at| Refusal::new(code, format!("unexpected character at position {at} of: {text}"));
        Ok(Parser { pieces: cut(text).map_err(unreadable)?, next: 0, code, alias: None, depth: 0 })
    }

    fn peek(&self) -> Option<&Token> {
        self.pieces.get(self.next).map(|piece| &piece.token)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.next += 1;
        token
    }

    pub(crate) fn wrong(&self) -> Refusal {
        let said = match self.peek() {
            None => "unexpected end of the query".to_owned(),
            Some(Token::Word(word) | Token::Figure(word)) => format!("unexpected token: '{word}'"),
            Some(Token::Text(text)) => format!("unexpected token: '{text}'"),
            Some(Token::Sign(sign)) => format!("unexpected token: '{sign}'"),
        };
        let at = self.pieces.get(self.next).or(self.pieces.last()).map_or(0, |piece| piece.at);
        Refusal::new(self.code, format!("\nERROR at Row:1:Column:{}\n{said}", at + 1))
    }

    pub(crate) fn end(&self) -> Result<(), Refusal> {
        if self.peek().is_none() { Ok(()) } else { Err(self.wrong()) }
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(said)) if said.eq_ignore_ascii_case(word))
    }

    /// Takes a word where it is next.
    pub(crate) fn word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.next += usize::from(is);
        is
    }

    /// Takes a sign where it is next.
    pub(crate) fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(said)) if *said == sign);
        self.next += usize::from(is);
        is
    }

    pub(crate) fn must(&mut self, taken: bool) -> Result<(), Refusal> {
        if taken { Ok(()) } else { Err(self.wrong()) }
    }

    pub(crate) fn name(&mut self) -> Result<String, Refusal> {
        match self.peek() {
            Some(Token::Word(word)) if !WORDS.contains(&word.to_uppercase().as_str()) => {
                let name = word.clone();
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.wrong()),
        }
    }

    fn path(&mut self) -> Result<Path, Refusal> {
        let mut path: Path = self.name()?.split('.').map(str::to_owned).collect();
        let by_alias = |alias: &String| path.len() > 1 && path[0].eq_ignore_ascii_case(alias);
        if self.alias.as_ref().is_some_and(by_alias) {
            path.remove(0);
        }
        if path.iter().any(String::is_empty) { Err(self.wrong()) } else { Ok(path) }
    }

    fn query(&mut self) -> Result<Query, Refusal> {
        self.depth += 1;
        let shallow = self.depth <= MAX_DEPTH;
        self.must(shallow)?;
        let query = self.select();
        self.depth -= 1;
        query
    }

    fn select(&mut self) -> Result<Query, Refusal> {
        let selects = self.word("SELECT");
        self.must(selects)?;
        // The name by which the object is called comes behind the columns that use it.
        let columns_at = self.next;
        let mut query = Query { columns: self.columns()?, ..Query::default() };
        let from = self.word("FROM");
        self.must(from)?;
        query.from = self.name()?;
        let outer = self.alias.take();
        self.word("AS");
        if let Ok(alias) = self.name() {
            let after = self.next;
            (self.alias, self.next) = (Some(alias), columns_at);
            query.columns = self.columns()?;
            self.next = after;
        }
        if self.word("USING") {
            let scope = self.word("SCOPE");
            self.must(scope)?;
            self.name()?;
        }
        self.rest(&mut query)?;
        self.alias = outer;
        Ok(query)
    }

    pub(crate) fn columns(&mut self) -> Result<Vec<Column>, Refusal> {
        let mut columns = vec![self.column()?];
        while self.sign(",") {
            columns.push(self.column()?);
        }
        Ok(columns)
    }

    fn column(&mut self) -> Result<Column, Refusal> {
        if self.sign("(") {
            let query = self.query()?;
            let closed = self.sign(")");
            self.must(closed)?;
            return Ok(Column::Children(query));
        }
        let path = self.path()?;
        if !self.sign("(") {
            return Ok(Column::Field { path, alias: self.name().ok() });
        }
        let function = path.join(".").to_uppercase();
        let column = match function.as_str() {
            "COUNT" | "COUNT_DISTINCT" | "MIN" | "MAX" | "SUM" | "AVG" => {
                let path = if self.sign(")") { None } else { Some(self.path()?) };
                let closed = path.is_none() || self.sign(")");
                self.must(closed)?;
                return Ok(Column::Aggregate { function, path, alias: self.name().ok() });
            }
            "FIELDS" => match self.take() {
                Some(Token::Word(which)) => Column::Fields(which.to_uppercase()),
                _ => return Err(self.wrong()),
            },
            "TOLABEL" => Column::Field { path: self.path()?, alias: None },
            _ => return Err(self.wrong()),
        };
        let closed = self.sign(")");
        self.must(closed)?;
        match column {
            Column::Field { path, .. } => Ok(Column::Field { path, alias: self.name().ok() }),
            column => Ok(column),
        }
    }

    /// What may follow the object: filter, groups, order, how many. A search's `RETURNING` says it too.
    pub(crate) fn rest(&mut self, query: &mut Query) -> Result<(), Refusal> {
        if self.word("WHERE") {
            query.filter = Some(self.filter()?);
        }
        if self.word("WITH") {
            self.name()?;
        }
        if self.word("GROUP") {
            let by = self.word("BY");
            self.must(by)?;
            query.groups.push(self.path()?);
            while self.sign(",") {
                query.groups.push(self.path()?);
            }
        }
        if self.word("ORDER") {
            let by = self.word("BY");
            self.must(by)?;
            query.order.push(self.order()?);
            while self.sign(",") {
                query.order.push(self.order()?);
            }
        }
        if self.word("LIMIT") {
            query.limit = Some(self.count()?);
        }
        if self.word("OFFSET") {
            query.offset = self.count()?;
        }
        if self.word("FOR") {
            self.name()?;
        }
        if self.word("ALL") {
            let rows = self.word("ROWS");
            self.must(rows)?;
            query.all_rows = true;
        }
        Ok(())
    }

    fn order(&mut self) -> Result<Order, Refusal> {
        let path = self.path()?;
        let descending = !self.word("ASC") && self.word("DESC");
        let mut order = Order { path, descending, nulls_last: false };
        if self.word("NULLS") {
            order.nulls_last = self.word("LAST");
            let said = order.nulls_last || self.word("FIRST");
            self.must(said)?;
        }
        Ok(order)
    }

    pub(crate) fn count(&mut self) -> Result<usize, Refusal> {
        let count = match self.peek() {
            Some(Token::Figure(figure)) => figure.parse().ok(),
            _ => None,
        };
        let count = count.ok_or_else(|| self.wrong())?;
        self.next += 1;
        Ok(count)
    }

    /// `a AND b AND NOT c`, or `a OR b`; the two are not mixed without brackets.
    pub(crate) fn filter(&mut self) -> Result<Filter, Refusal> {
        let mut filters = vec![self.condition()?];
        let (both, either) = (self.is_word("AND"), self.is_word("OR"));
        while (both && self.word("AND")) || (either && self.word("OR")) {
            filters.push(self.condition()?);
        }
        if self.is_word("AND") || self.is_word("OR") {
            return Err(self.wrong());
        }
        Ok(match filters.len() {
            1 => filters.remove(0),
            _ if either => Filter::Any(filters),
            _ => Filter::All(filters),
        })
    }

    fn condition(&mut self) -> Result<Filter, Refusal> {
        self.depth += 1;
        let shallow = self.depth <= MAX_DEPTH;
        self.must(shallow)?;
        let condition = self.bracketed();
        self.depth -= 1;
        condition
    }

    fn bracketed(&mut self) -> Result<Filter, Refusal> {
        if self.word("NOT") {
            return Ok(Filter::Not(Box::new(self.condition()?)));
        }
        if self.sign("(") {
            let filter = self.filter()?;
            let closed = self.sign(")");
            self.must(closed)?;
            return Ok(filter);
        }
        let path = self.path()?;
        let negated = self.word("NOT");
        if self.word("IN") {
            return self.among(path, negated);
        }
        let is_comparison = !negated;
        self.must(is_comparison)?;
        let comparison = self.comparison()?;
        Ok(Filter::Is { path, comparison, value: self.literal()? })
    }

    fn among(&mut self, path: Path, negated: bool) -> Result<Filter, Refusal> {
        let opened = self.sign("(");
        self.must(opened)?;
        if self.is_word("SELECT") {
            let query = self.query()?;
            let closed = self.sign(")");
            self.must(closed)?;
            return Ok(Filter::InQuery { path, query: Box::new(query), negated });
        }
        let mut values = vec![self.literal()?];
        while self.sign(",") {
            values.push(self.literal()?);
        }
        let closed = self.sign(")");
        self.must(closed)?;
        Ok(Filter::In { path, values, negated })
    }

    fn comparison(&mut self) -> Result<Comparison, Refusal> {
        let comparison = match self.peek() {
            Some(Token::Sign("=")) => Comparison::Equal,
            Some(Token::Sign("!=" | "<>")) => Comparison::Unequal,
            Some(Token::Sign("<")) => Comparison::Less,
            Some(Token::Sign("<=")) => Comparison::LessOrEqual,
            Some(Token::Sign(">")) => Comparison::More,
            Some(Token::Sign(">=")) => Comparison::MoreOrEqual,
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("LIKE") => Comparison::Like,
            _ => return Err(self.wrong()),
        };
        self.next += 1;
        Ok(comparison)
    }

    fn literal(&mut self) -> Result<Literal, Refusal> {
        let literal = match self.peek() {
            Some(Token::Text(text)) => Literal::Text(text.clone()),
            Some(Token::Figure(figure))
                if figure.get(1..).is_some_and(|rest| rest.contains(['-', 'T', ':'])) =>
            {
                Literal::Time(figure.clone())
            }
            Some(Token::Figure(figure)) => match figure.parse() {
                Ok(number) => Literal::Number(number),
                Err(_) => return Err(self.wrong()),
            },
            Some(Token::Word(word)) => match word.to_uppercase().as_str() {
                "NULL" => Literal::Null,
                "TRUE" => Literal::Boolean(true),
                "FALSE" => Literal::Boolean(false),
                name if super::days::is_range(name) => {
                    let name = name.to_owned();
                    self.next += 1;
                    let count = if self.sign(":") { self.count()?.min(MAX_RANGE) as i64 } else { 0 };
                    return Ok(Literal::Range(name, count));
                }
                _ => return Err(self.wrong()),
            },
            _ => return Err(self.wrong()),
        };
        self.next += 1;
        Ok(literal)
    }
}
