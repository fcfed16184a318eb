//! What every CRM does, done by an org of Salesforce.

use super::Salesforce;
use crate::contract::{
    Access, Budget, Carried, Changed, Crm, Examined, Filing, Made, NewCase, NewPerson, Place, Withdrawal,
    Withdrawn,
};
use crate::error::CrmError;
use async_trait::async_trait;
use domain::mirror::{Mirrored, News, RemoteId};

#[async_trait]
impl Crm for Salesforce {
    async fn file(&self, filings: &[Filing]) -> Vec<Carried> {
        self.carry(filings).await
    }

    async fn withdraw(&self, gone: &Withdrawal) -> Result<Withdrawn, CrmError> {
        self.take_away(gone).await
    }

    async fn make_person(&self, new: &NewPerson) -> Result<Made, CrmError> {
        self.person(new).await
    }

    async fn make_case(&self, new: &NewCase) -> Result<Made, CrmError> {
        self.case(new).await
    }

    async fn changed(&self, of: Mirrored, since: Option<&Place>) -> Result<Changed, CrmError> {
        self.changed_since(of, since).await
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

    async fn access(&self, user: &RemoteId, records: &[RemoteId]) -> Result<Vec<Access>, CrmError> {
        self.access_of(user, records).await
    }

    fn budget(&self) -> Option<Budget> {
        self.api.governor.budget()
    }

    async fn examine(&self, users: &[RemoteId]) -> Examined {
        self.doctor(users).await
    }
}
