//! Which phone fields the org has, and which of them are mirrored. How they are read is in `reading.rs`.

use super::Salesforce;
use super::governor::Purpose;
use super::reading::{PHONE, is_usual, object_name, taken_for};
use crate::contract::PhoneFieldThere;
use crate::error::CrmError;
use domain::mirror::{Mirrored, PhoneChoice};
use std::sync::{Arc, PoisonError};

/// What has phone fields that are mirrored, in the order in which it is shown.
const WITH_PHONES: [Mirrored; 3] = [Mirrored::Contacts, Mirrored::Leads, Mirrored::Accounts];

impl Salesforce {
    /// The phone fields that the org has now, object by object, in its own order.
    pub(super) async fn phones_there(&self) -> Result<Vec<PhoneFieldThere>, CrmError> {
        let mut there = Vec::new();
        for of in WITH_PHONES {
            let name = object_name(of);
            self.describes.forget_one(name).await;
            let object = self.describes.get(&self.api, name, Purpose::Rest).await?;
            let fields = object.fields().filter(|field| field.kind == PHONE);
            there.extend(fields.map(|field| PhoneFieldThere {
                of,
                object: name.to_owned(),
                object_label: object.label.clone(),
                field: field.name.clone(),
                label: field.label.clone(),
                taken_for: taken_for(&field.name),
                is_usual: is_usual(field),
            }));
        }
        Ok(there)
    }

    /// Which are mirrored from now on.
    pub(super) fn phones_are(&self, chosen: &[PhoneChoice]) {
        let mut phones = self.phones.write().unwrap_or_else(PoisonError::into_inner);
        if phones.as_slice() != chosen {
            *phones = Arc::new(chosen.to_vec());
        }
    }

    /// Which are mirrored.
    pub(super) fn phones_chosen(&self) -> Arc<Vec<PhoneChoice>> {
        Arc::clone(&self.phones.read().unwrap_or_else(PoisonError::into_inner))
    }
}
