//! Single questions: who has a number, what a record is, what a user may see.

use super::Salesforce;
use super::api::{Ask, Trouble, listed, quoted};
use super::governor::Purpose;
use super::reading::{self, Selection, object_name, of_id};
use crate::contract::Access;
use crate::error::{CrmError, CrmErrorKind};
use domain::mirror::{Mirrored, News, RemoteId};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Most spellings of a number that are searched for: each is a call.
const MAX_SPELLINGS: usize = 4;
/// Most records of one object that a search finds.
const FOUND_AN_OBJECT: &str = "50";
/// Most records of a search.
const FOUND_IN_ALL: &str = "200";
/// Most records that one question for access names. Salesforce takes 200; so many ids are still no 4,000 characters.
const RECORDS_A_QUESTION: usize = 170;
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
        let sobjects: Vec<Value> = selections
            .iter()
            .map(|selection| {
                let mut wanted = json!({
                    "name": object_name(selection.of), "fields": selection.fields, "limit": FOUND_AN_OBJECT,
                });
                if selection.of == Mirrored::Leads {
                    wanted["where"] = json!("IsConverted = false");
                }
                wanted
            })
            .collect();
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let spellings: BTreeSet<String> =
            spellings.iter().map(|text| text.chars().take(MAX_SPELLING).collect()).collect();
        for spelling in spellings.iter().filter(|text| text.trim().chars().count() > 1).take(MAX_SPELLINGS) {
            let body = json!({
                "q": spelling, "in": "PHONE", "sobjects": sobjects, "overallLimit": FOUND_IN_ALL,
                "spellCorrection": false,
            });
            let answer = self.api.ask(&Ask::post("parameterizedSearch", body, Purpose::Rest, false)).await;
            let answer = answer.map_err(|trouble| self.api.unexpected(trouble))?;
            for record in answer.get("searchRecords").and_then(Value::as_array).into_iter().flatten() {
                let id = record.get("Id").and_then(Value::as_str).unwrap_or_default();
                let selection = selections.iter().find(|selection| of_id(id) == Some(selection.of));
                if seen.insert(id.to_owned()) {
                    found.extend(selection.and_then(|selection| reading::news(selection, record)));
                }
            }
        }
        Ok(found)
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

    /// Which of these records a user may see.
    pub(super) async fn access_of(
        &self,
        user: &RemoteId,
        records: &[RemoteId],
    ) -> Result<Vec<Access>, CrmError> {
        let mut may = BTreeSet::new();
        for some in records.chunks(RECORDS_A_QUESTION) {
            let ids = listed(some.iter().map(|id| id.0.as_str()));
            let soql = format!(
                "SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = {} AND RecordId IN ({ids})",
                quoted(&user.0)
            );
            let found = self.api.query(&soql, false, Purpose::Rest).await;
            let found = found.map_err(|trouble| self.api.unexpected(trouble))?;
            let readable = found.iter().filter(|one| one.get("HasReadAccess") == Some(&Value::Bool(true)));
            may.extend(readable.filter_map(|one| one.get("RecordId")?.as_str().map(str::to_owned)));
        }
        let access = |record: &RemoteId| Access { record: record.clone(), may_read: may.contains(&record.0) };
        Ok(records.iter().map(access).collect())
    }
}
