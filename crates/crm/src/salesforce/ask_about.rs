//! Single questions: who has a number, what a record is, what a user may see.

use super::Salesforce;
use super::api::{Ask, Trouble, escaped, listed, quoted};
use super::governor::Purpose;
use super::reading::{self, Selection, object_name, of_id};
use crate::contract::{Access, AccessQuestion};
use crate::error::{CrmError, CrmErrorKind};
use domain::mirror::{Mirrored, News, RemoteId};
use domain::relate::opportunity::OPPORTUNITY;
use serde_json::Value;
use std::collections::BTreeSet;

/// Most spellings that are searched for with one call; those of several numbers.
const MAX_SPELLINGS: usize = 40;
/// Most records of one object that a search finds.
const FOUND_AN_OBJECT: usize = 50;
/// Most records of a search.
const FOUND_IN_ALL: usize = 200;
/// Most records that one question for access names. Salesforce takes 200; so many ids are still no 4,000 characters.
const RECORDS_A_QUESTION: usize = 170;
/// Fewest letters and digits of a spelling: Salesforce refuses a search for one.
const SHORTEST_SPELLING: usize = 2;
/// Most characters of a spelling that are searched for.
const MAX_SPELLING: usize = 80;

impl Salesforce {
    /// What is read of an object.
    pub(super) async fn selection(&self, of: Mirrored) -> Result<Selection, CrmError> {
        let object = self.describes.get(&self.api, object_name(of), Purpose::Rest).await?;
        let selection = reading::selection(of, &object, &self.phones_chosen());
        if selection.fields.iter().any(|field| field == "Id") {
            return Ok(selection);
        }
        let detail = format!("our user may not read {}", object_name(of));
        Err(self.api.error(CrmErrorKind::Forbidden, false, &detail))
    }

    /// Records whose phone fields may hold one of these spellings.
    pub(super) async fn with_number(&self, spellings: &[String]) -> Result<Vec<News>, CrmError> {
        let mut selections = Vec::new();
        for of in [Mirrored::Contacts, Mirrored::Leads, Mirrored::Accounts] {
            selections.push(self.selection(of).await?);
        }
        let returning: Vec<String> = selections.iter().map(returned).collect();
        let phrases: BTreeSet<String> = spellings.iter().filter_map(|spelling| phrase(spelling)).collect();
        let phrases: Vec<String> = phrases.into_iter().take(MAX_SPELLINGS).collect();
        if phrases.is_empty() {
            return Ok(Vec::new());
        }
        let sosl = format!(
            "FIND {{{}}} IN PHONE FIELDS RETURNING {} LIMIT {FOUND_IN_ALL}",
            phrases.join(" OR "),
            returning.join(", ")
        );
        let answer = self.api.ask(&Ask::get(format!("search/?q={}", escaped(&sosl)), Purpose::Rest)).await;
        let answer = answer.map_err(|trouble| self.api.unexpected(trouble))?;
        let found = answer.get("searchRecords").and_then(Value::as_array).into_iter().flatten();
        let news = found.filter_map(|record| {
            let id = record.get("Id").and_then(Value::as_str)?;
            let selection = selections.iter().find(|selection| of_id(id) == Some(selection.of))?;
            reading::news(selection, record)
        });
        Ok(news.collect())
    }

    /// The record with this id, or what became of it. The Contact half of a person who is an account leads to the account.
    pub(super) async fn one(&self, id: &RemoteId) -> Result<Option<News>, CrmError> {
        match self.shown(id).await? {
            Some(None) if of_id(&id.0) == Some(Mirrored::Contacts) => self.other_half(id).await,
            shown => Ok(shown.flatten()),
        }
    }

    async fn other_half(&self, contact: &RemoteId) -> Result<Option<News>, CrmError> {
        let selection = self.selection(Mirrored::Accounts).await?;
        let (fields, contact) = (selection.fields.join(","), quoted(&contact.0));
        let soql = format!("SELECT {fields} FROM Account WHERE PersonContactId = {contact} LIMIT 1");
        let found = self.api.query(&soql, false, Purpose::Rest).await;
        let found = found.map_err(|trouble| self.api.unexpected(trouble))?;
        Ok(found.first().and_then(|record| reading::news(&selection, record)))
    }

    /// The same, and apart from it whether there is a record at all: the Contact half of a person is one, and no news.
    pub(super) async fn shown(&self, id: &RemoteId) -> Result<Option<Option<News>>, CrmError> {
        let Some(of) = of_id(&id.0) else {
            return Ok(None);
        };
        let selection = self.selection(of).await?;
        let found = self.by_ids(&selection, &[id.0.as_str()]).await?;
        Ok(found.first().map(|record| reading::news(&selection, record)))
    }

    /// Records by their ids, deleted ones as well.
    pub(super) async fn by_ids(&self, selection: &Selection, ids: &[&str]) -> Result<Vec<Value>, CrmError> {
        let (fields, object) = (selection.fields.join(","), object_name(selection.of));
        let ids = listed(ids.iter().copied());
        let soql = format!("SELECT {fields} FROM {object} WHERE Id IN ({ids})");
        match self.api.query(&soql, true, Purpose::Rest).await {
            Ok(found) => Ok(found),
            // Something that is no id leads to nobody.
            Err(Trouble::Refused(said))
                if said.iter().any(|one| one.message.contains("invalid ID field")) =>
            {
                Ok(Vec::new())
            }
            Err(trouble) => Err(self.api.unexpected(trouble)),
        }
    }

    /// The name of an Opportunity; `None`: our user sees none by this id, or no Opportunities at all.
    pub(super) async fn name_of_opportunity(&self, id: &RemoteId) -> Result<Option<String>, CrmError> {
        let soql = format!("SELECT Name FROM {OPPORTUNITY} WHERE Id = {} LIMIT 1", quoted(&id.0));
        let found = match self.api.query(&soql, false, Purpose::Rest).await {
            Ok(found) => found,
            Err(Trouble::Refused(_)) => Vec::new(),
            Err(trouble) => return Err(self.api.unexpected(trouble)),
        };
        Ok(found.first().and_then(|record| record.get("Name")?.as_str()).map(str::to_owned))
    }

    /// Who may see what.
    pub(super) async fn access_of(&self, questions: &[AccessQuestion]) -> Result<Vec<Access>, CrmError> {
        let parts = || {
            questions
                .iter()
                .flat_map(|one| one.records.chunks(RECORDS_A_QUESTION).map(|some| (&one.user, some)))
        };
        let soql = |(user, some): (&RemoteId, &[RemoteId])| {
            format!(
                "SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = {} AND RecordId IN ({})",
                quoted(&user.0),
                listed(some.iter().map(|id| id.0.as_str()))
            )
        };
        let asked: Vec<String> = parts().map(soql).collect();
        let found = self.api.query_together(&asked, false, Purpose::Rest).await?;
        let (mut access, mut refused) = (Vec::new(), None);
        for ((user, records), found) in parts().zip(found) {
            // What the org does not say of one user takes nothing from the others.
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    refused = Some(error);
                    continue;
                }
            };
            let readable = found.iter().filter(|one| one.get("HasReadAccess") == Some(&Value::Bool(true)));
            let may: BTreeSet<&str> = readable.filter_map(|one| one.get("RecordId")?.as_str()).collect();
            access.extend(records.iter().map(|record| Access {
                user: user.clone(),
                record: record.clone(),
                may_read: may.contains(record.0.as_str()),
            }));
        }
        match refused {
            Some(error) if access.is_empty() => Err(error),
            _ => Ok(access),
        }
    }
}

/// What a search answers of an object.
fn returned(selection: &Selection) -> String {
    let (object, fields) = (object_name(selection.of), selection.fields.join(","));
    let filter = if selection.of == Mirrored::Leads { " WHERE IsConverted = false" } else { "" };
    format!("{object}({fields}{filter} LIMIT {FOUND_AN_OBJECT})")
}

/// A spelling as a phrase of a search, of letters and digits alone: whatever else is in it ends a word for Salesforce too, and
/// could mean something in a search.
fn phrase(spelling: &str) -> Option<String> {
    let spelling: String = spelling.chars().take(MAX_SPELLING).collect();
    let words = spelling.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let length: usize = words.iter().map(|word| word.chars().count()).sum();
    (length >= SHORTEST_SPELLING).then(|| format!("\"{}\"", words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spelling_cannot_leave_its_quotes_nor_mean_anything_but_itself() {
        for (spelling, expected) in [
            ("+34 612-34.56 78", Some("\"34 612 34 56 78\"")),
            ("(415) 555-1212", Some("\"415 555 1212\"")),
            ("4155551212", Some("\"4155551212\"")),
            ("12\"} RETURNING User(Id) {*?\\", Some("\"12 RETURNING User Id\"")),
            ("7", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(phrase(spelling).as_deref(), expected, "{spelling}");
        }
    }
}
