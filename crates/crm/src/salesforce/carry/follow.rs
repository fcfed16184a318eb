//! What a call refers to may have been merged, converted or deleted since the mirror looked: when Salesforce refuses a
//! reference, each of them is asked for, and what took its place is put there.

use super::super::Salesforce;
use super::super::filing::OPPORTUNITY_ID;
use super::super::make::object_of;
use crate::contract::{Filing, RemoteParty};
use crate::error::CrmError;
use domain::directory::PersonKind;
use domain::mirror::{Fate, News, RemoteId};

/// How many merges behind one another are followed.
const MAX_STEPS: usize = 4;

/// What became of a record that is referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Became {
    /// It is there, by this id.
    Is(RemoteId),
    /// It was a Lead and is these.
    Converted { contact: Option<RemoteId>, account: Option<RemoteId> },
    /// It is no more.
    Gone,
}

/// A filing with references that lead somewhere, and the fields of those for which nothing took their place.
pub(super) struct Followed {
    pub(super) filing: Filing,
    pub(super) gone: Vec<String>,
}

impl Salesforce {
    /// Follows what a filing refers to.
    pub(super) async fn follow(&self, filing: &Filing) -> Result<Followed, CrmError> {
        let mut followed = Followed { filing: filing.clone(), gone: Vec::new() };
        if let Some(party) = &filing.party {
            match self.became(&party.id).await? {
                Became::Is(id) => {
                    let account = self.still(party.account.as_ref()).await?;
                    let twin = self.still(party.twin.as_ref()).await?;
                    followed.filing.party = Some(RemoteParty { kind: party.kind, id, account, twin });
                }
                Became::Converted { contact: Some(contact), account } => {
                    let kind = PersonKind::Contact;
                    followed.filing.party = Some(RemoteParty { kind, id: contact, account, twin: None });
                }
                Became::Converted { contact: None, account: Some(account) } => {
                    let kind = PersonKind::Account;
                    followed.filing.party =
                        Some(RemoteParty { kind, id: account, account: None, twin: None });
                }
                Became::Converted { contact: None, account: None } | Became::Gone => {
                    followed.gone.push(format!("{}__c", object_of(party.kind)));
                }
            }
        }
        if let Some(case) = &filing.case {
            match self.became(case).await? {
                Became::Is(id) => followed.filing.case = Some(id),
                _ => followed.gone.push("Case__c".to_owned()),
            }
        }
        if let Some(opportunity) = &filing.opportunity
            && self.name_of_opportunity(opportunity).await?.is_none()
        {
            followed.gone.push(OPPORTUNITY_ID.to_owned());
        }
        Ok(followed)
    }

    /// A record beside the party: without it the party is still the party.
    async fn still(&self, id: Option<&RemoteId>) -> Result<Option<RemoteId>, CrmError> {
        let Some(id) = id else {
            return Ok(None);
        };
        Ok(match self.became(id).await? {
            Became::Is(id) => Some(id),
            _ => None,
        })
    }

    async fn became(&self, id: &RemoteId) -> Result<Became, CrmError> {
        let mut at = id.clone();
        for _ in 0..MAX_STEPS {
            match self.fate(&at).await? {
                Some(None) => return Ok(Became::Is(at)),
                Some(Some(Fate::Merged { into })) => at = into,
                Some(Some(Fate::Converted { contact, account })) => {
                    return Ok(Became::Converted { contact, account });
                }
                Some(Some(Fate::Deleted)) | None => return Ok(Became::Gone),
            }
        }
        Ok(Became::Gone)
    }

    /// The end of a record, if it came to one; `None`: there is no such record.
    async fn fate(&self, id: &RemoteId) -> Result<Option<Option<Fate>>, CrmError> {
        Ok(match self.shown(id).await? {
            None => None,
            Some(None) => Some(None),
            Some(Some(News::Gone { fate, .. })) => Some(Some(fate)),
            Some(Some(_)) => Some(None),
        })
    }
}
