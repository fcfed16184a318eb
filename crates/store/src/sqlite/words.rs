//! The words that rows are found by, in a table beside theirs. Which words these are is said in
//! [`crate::search`].

use super::fault::Fault;
use super::statement::{all, int, run};
use super::transaction::Tx;
use domain::id::TenantId;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// Most rows looked through for one word typed; what is beyond is found by typing more of it.
const MAX_WORD_SCAN: usize = 100_000;

/// A table of words.
pub(super) struct WordIndex {
    table: &'static str,
    find: &'static str,
    add: &'static str,
    remove: &'static str,
}

macro_rules! word_index {
    ($table:literal, $id:literal) => {
        WordIndex {
            table: $table,
            find: concat!(
                "SELECT ",
                $id,
                " AS row_id FROM ",
                $table,
                " WHERE tenant_id = ?1 AND word >= ?2 AND word < ?3 LIMIT ?4"
            ),
            add: concat!("INSERT INTO ", $table, " (tenant_id, word, ", $id, ") VALUES (?1, ?2, ?3)"),
            remove: concat!("DELETE FROM ", $table, " WHERE tenant_id = ?1 AND word = ?2 AND ", $id, " = ?3"),
        }
    };
}

/// The words of records of the directory.
pub(super) const PERSON_WORDS: WordIndex = word_index!("person_word", "person_id");
/// The words of Cases.
pub(super) const CASE_WORDS: WordIndex = word_index!("case_word", "case_id");

impl WordIndex {
    /// Row ids of what each of the words finds. The longest go first: they find the fewest.
    pub(super) fn with_all_words(
        &self,
        conn: &Connection,
        tenant: TenantId,
        words: &[Vec<String>],
    ) -> Result<BTreeSet<i64>, Fault> {
        let mut words: Vec<&Vec<String>> = words.iter().collect();
        words.sort_by_key(|forms| std::cmp::Reverse(forms.iter().map(String::len).max()));
        let mut left: Option<BTreeSet<i64>> = None;
        for forms in words {
            let found = self.with_prefixes(conn, tenant, forms)?;
            let both = match left {
                Some(left) => &left & &found,
                None => found,
            };
            if both.is_empty() {
                return Ok(both);
            }
            left = Some(both);
        }
        Ok(left.unwrap_or_default())
    }

    /// Row ids of what has a word with one of these prefixes.
    pub(super) fn with_prefixes(
        &self,
        conn: &Connection,
        tenant: TenantId,
        prefixes: &[String],
    ) -> Result<BTreeSet<i64>, Fault> {
        let mut found = BTreeSet::new();
        for prefix in prefixes {
            // No word holds this letter, so what begins with the prefix sorts before it.
            let end = format!("{prefix}{}", char::MAX);
            let range = params![tenant.0, prefix, end, int(MAX_WORD_SCAN)];
            found.extend(all(conn, self.find, range, self.table, |row| row.get::<i64>("row_id"))?);
        }
        Ok(found)
    }

    /// The row that stood under the words `before` stands under the words `now`.
    pub(super) fn replace(
        &self,
        tx: &Tx<'_>,
        row_id: i64,
        before: &BTreeSet<String>,
        now: &BTreeSet<String>,
    ) -> Result<(), Fault> {
        for word in before.difference(now) {
            run(tx.conn, self.remove, params![tx.tenant.0, word, row_id])?;
        }
        for word in now.difference(before) {
            run(tx.conn, self.add, params![tx.tenant.0, word, row_id])?;
        }
        Ok(())
    }
}

/// Words as a row keeps them beside the index, to be taken out of it again.
pub(super) fn joined(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// What [`joined`] made.
pub(super) fn split(text: &str) -> BTreeSet<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
