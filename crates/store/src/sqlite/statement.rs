//! Running prepared statements and reading their rows, column by column. What the columns mean is said
//! beside each table's SQL.

use super::codes::Code;
use super::fault::Fault;
use crate::errors::{Inconsistency, inconsistent};
use domain::id::At;
use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, Params, Row, Statement, StatementStatus};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::ControlFlow;
use uuid::Uuid;

/// Runs a statement that answers nothing; says how many rows it changed.
pub(super) fn run(conn: &Connection, sql: &str, params: impl Params) -> Result<usize, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    let changed = statement.execute(params)?;
    is_cheap(&statement, sql);
    Ok(changed)
}

/// The first row of the answer, if there is one.
pub(super) fn first<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    table: &'static str,
    read: impl Fn(&mut Fields<'_, '_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    let answer = match statement.query(params)?.next()? {
        Some(row) => Some(read(&mut Fields::new(row, table))?),
        None => None,
    };
    is_cheap(&statement, sql);
    Ok(answer)
}

/// Every row of the answer.
pub(super) fn all<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    table: &'static str,
    read: impl Fn(&mut Fields<'_, '_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_and_then(params, |row| read(&mut Fields::new(row, table)))?;
    let answer = rows.collect();
    is_cheap(&statement, sql);
    answer
}

/// Rows of the answer one after the other, as long as `look` goes on.
pub(super) fn walk(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    table: &'static str,
    mut look: impl FnMut(&mut Fields<'_, '_>) -> Result<ControlFlow<()>, Fault>,
) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        if look(&mut Fields::new(row, table))?.is_break() {
            break;
        }
    }
    drop(rows);
    is_cheap(&statement, sql);
    Ok(())
}

/// Whether there is any row.
pub(super) fn exists(conn: &Connection, sql: &str, params: impl Params) -> Result<bool, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    let exists = statement.exists(params)?;
    is_cheap(&statement, sql);
    Ok(exists)
}

/// Two things no statement may do, which nobody would notice on the rows of a test: walk a whole table, and
/// be prepared anew because other values were bound to it. Every test in a debug build checks that for
/// the statements it runs.
fn is_cheap(statement: &Statement<'_>, sql: &str) {
    let status = |what| statement.get_status(what);
    debug_assert_eq!(status(StatementStatus::FullscanStep), 0, "a whole table was walked by: {sql}");
    debug_assert_eq!(status(StatementStatus::RePrepare), 0, "prepared again: {sql}");
}

/// A count as SQLite holds it. Nothing here counts to 2^63.
pub(super) fn int(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// A value as opaque JSON text.
pub(super) fn json(table: &'static str, value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value)
        .map_err(|error| inconsistent(table, "json", &"a change", &error.to_string()).into())
}

/// Ids as one value of a statement, which looks each up by `unhex(value)` in the order of `json_each`.
pub(super) fn ids(ids: impl Iterator<Item = Uuid>) -> String {
    let each: Vec<String> = ids.map(|id| format!("\"{}\"", id.simple())).collect();
    format!("[{}]", each.join(","))
}

/// The columns of a row, taken from left to right.
pub(super) struct Fields<'r, 's> {
    row: &'r Row<'s>,
    next: usize,
    table: &'static str,
}

impl<'r, 's> Fields<'r, 's> {
    fn new(row: &'r Row<'s>, table: &'static str) -> Self {
        Fields { row, next: 0, table }
    }

    /// The next column as SQLite holds it.
    pub(super) fn get<T: FromSql>(&mut self, column: &'static str) -> Result<T, Fault> {
        let index = self.next;
        self.next += 1;
        debug_assert_eq!(self.row.as_ref().column_name(index).ok(), Some(column), "column {index}");
        self.row.get(index).map_err(|error| match error {
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => self.bad(column, &error.to_string()).into(),
            other => Fault::Database(other),
        })
    }

    pub(super) fn count(&mut self, column: &'static str) -> Result<u64, Fault> {
        let count: i64 = self.get(column)?;
        u64::try_from(count).map_err(|_| self.bad(column, "a negative count").into())
    }

    pub(super) fn uuid(&mut self, column: &'static str) -> Result<Uuid, Fault> {
        Ok(Uuid::from_bytes(self.get(column)?))
    }

    pub(super) fn opt_uuid(&mut self, column: &'static str) -> Result<Option<Uuid>, Fault> {
        Ok(self.get::<Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
    }

    pub(super) fn at(&mut self, column: &'static str) -> Result<At, Fault> {
        Ok(At(self.get(column)?))
    }

    pub(super) fn opt_at(&mut self, column: &'static str) -> Result<Option<At>, Fault> {
        Ok(self.get::<Option<i64>>(column)?.map(At))
    }

    pub(super) fn code<C: Code>(&mut self, column: &'static str) -> Result<C, Fault> {
        self.opt_code(column)?.ok_or_else(|| self.bad(column, "empty").into())
    }

    pub(super) fn opt_code<C: Code>(&mut self, column: &'static str) -> Result<Option<C>, Fault> {
        let Some(code) = self.get::<Option<String>>(column)? else { return Ok(None) };
        let unknown = || self.bad(column, &format!("unknown value {code:?}"));
        Ok(Some(C::from_code(&code).ok_or_else(unknown)?))
    }

    pub(super) fn json<T: DeserializeOwned>(&mut self, column: &'static str) -> Result<T, Fault> {
        self.opt_json(column)?.ok_or_else(|| self.bad(column, "empty").into())
    }

    pub(super) fn opt_json<T: DeserializeOwned>(&mut self, column: &'static str) -> Result<Option<T>, Fault> {
        let Some(text) = self.get::<Option<String>>(column)? else { return Ok(None) };
        let read = serde_json::from_str(&text).map_err(|error| self.bad(column, &error.to_string()))?;
        Ok(Some(read))
    }

    /// What is wrong with the column, of the row that the first column names.
    pub(super) fn bad(&self, column: &'static str, reason: &str) -> Inconsistency {
        let row = match self.row.get_ref(0) {
            Ok(ValueRef::Integer(id)) => id.to_string(),
            Ok(ValueRef::Blob(bytes)) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            _ => String::new(),
        };
        inconsistent(self.table, column, &row, reason)
    }
}
