//! What every CRM does, done by an org of Salesforce.

use super::{Salesforce, reading};
use crate::contract::{
    Access, AccessQuestion, Budget, CallThere, CallsThere, Carried, Changed, Crm, Examined, Filing,
    FollowUpCarried, FollowUpFiling, Made, NewCase, NewPerson, OpenToAll, PhoneFieldThere,
    PicklistFieldThere, PicklistObjectThere, PicklistThere, Place, Withdrawal, Withdrawn,
};
use crate::error::CrmError;
use async_trait::async_trait;
use domain::id::{At, CallKey};
use domain::mirror::{Mirrored, News, PhoneChoice, RemoteId};

#[async_trait]
impl Crm for Salesforce {
    async fn file(&self, filings: &[Filing]) -> Vec<Carried> {
        self.carry(filings).await
    }

    async fn withdraw(&self, gone: &Withdrawal) -> Result<Withdrawn, CrmError> {
        self.take_away(gone).await
    }

    async fn follow_up(&self, filing: &FollowUpFiling) -> Result<FollowUpCarried, CrmError> {
        self.to_do(filing).await
    }

    async fn make_person(&self, new: &NewPerson) -> Result<Made, CrmError> {
        self.person(new).await
    }

    async fn make_case(&self, new: &NewCase) -> Result<Made, CrmError> {
        self.case(new).await
    }

    async fn calls_there(&self, from: At, until: At, after: Option<&Place>) -> Result<CallsThere, CrmError> {
        self.calls_between(from, until, after).await
    }

    async fn calls_of(&self, calls: &[CallKey]) -> Result<Vec<CallThere>, CrmError> {
        self.calls_by_id(calls).await
    }

    async fn changed(&self, of: Mirrored, since: Option<&Place>) -> Result<Changed, CrmError> {
        self.changed_since(of, since).await
    }

    async fn changed_together(&self, kinds: &[(Mirrored, Option<Place>)]) -> Vec<Result<Changed, CrmError>> {
        self.changed_of(kinds).await
    }

    async fn search_number(&self, spellings: &[String]) -> Result<Vec<News>, CrmError> {
        self.with_number(spellings).await
    }

    async fn record(&self, id: &RemoteId) -> Result<Option<News>, CrmError> {
        self.one(id).await
    }

    async fn opportunity_name(&self, id: &RemoteId) -> Result<Option<String>, CrmError> {
        self.name_of_opportunity(id).await
    }

    async fn access(&self, questions: &[AccessQuestion]) -> Result<Vec<Access>, CrmError> {
        self.access_of(questions).await
    }

    fn kind_of(&self, record: &RemoteId) -> Option<Mirrored> {
        reading::of_id(&record.0)
    }

    async fn open_to_all(&self) -> Result<OpenToAll, CrmError> {
        self.open_by_default().await
    }

    fn page_of(&self, id: &RemoteId) -> Option<String> {
        // The org leads on from there to the record's page, in whichever of its apps the reader works.
        self.api.instance().map(|instance| format!("{instance}/{}", id.0))
    }

    async fn phone_fields(&self) -> Result<Vec<PhoneFieldThere>, CrmError> {
        self.phones_there().await
    }

    fn choose_phones(&self, chosen: &[PhoneChoice]) {
        self.phones_are(chosen);
    }

    async fn picklist_objects(&self) -> Result<Vec<PicklistObjectThere>, CrmError> {
        self.objects_with_picklists().await
    }

    async fn picklist_fields(&self, object: &str) -> Result<Option<Vec<PicklistFieldThere>>, CrmError> {
        self.picklists_of(object).await
    }

    async fn picklist(&self, object: &str, field: &str) -> Result<Option<PicklistThere>, CrmError> {
        self.values_of(object, field).await
    }

    fn budget(&self) -> Option<Budget> {
        self.api.governor.budget()
    }

    async fn examine(&self, users: &[RemoteId]) -> Examined {
        self.doctor(users).await
    }
}
