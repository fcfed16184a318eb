//! The page layouts that a new org has, and one of a managed package: what an admin's org shows before anything was deployed.

use super::kept::Component;
use crate::salesforce::org::Org;
use domain::id::At;
use std::collections::BTreeMap;

/// Each layout: its name, the fields it shows, the lists below.
const LAYOUTS: [(&str, &[&str], &[&str]); 7] = [
    ("Account-Account Layout", &["Name", "Phone", "OwnerId"], &["RelatedContactList", "RelatedCaseList"]),
    (
        "Case-Case Layout",
        &["CaseNumber", "Status", "Subject"],
        &["RelatedCommentsList", "RelatedActivityList"],
    ),
    ("Contact-Contact Layout", &["Name", "Phone", "Email"], &["RelatedCaseList", "RelatedActivityList"]),
    ("Contact-acme__Acme Contact Layout", &["Name", "Phone"], &[]),
    ("Lead-Lead Layout", &["Name", "Company", "Status"], &["RelatedActivityList"]),
    ("Opportunity-Opportunity Layout", &["Name", "StageName"], &["RelatedActivityList"]),
    ("PersonAccount-Person Account Layout", &["Name", "PersonMobilePhone"], &["RelatedCaseList"]),
];

/// Gives a new org its layouts.
pub(crate) fn settle(org: &mut Org, now: At) {
    for (name, fields, lists) in LAYOUTS {
        let component = Component {
            id: org.data.new_id_of("00h"),
            files: BTreeMap::from([(format!("layouts/{name}.layout"), layout(fields, lists).into_bytes())]),
            created_at: now,
            changed_at: now,
            changed_by: org.admin.clone(),
        };
        org.metadata.components.entry("Layout".to_owned()).or_default().insert(name.to_owned(), component);
    }
}

fn layout(fields: &[&str], lists: &[&str]) -> String {
    let items: String = fields
        .iter()
        .map(|field| {
            format!(
                "            <layoutItems>\n                <behavior>Edit</behavior>\n                <field>{field}</field>\n            \
                 </layoutItems>\n"
            )
        })
        .collect();
    let lists: String = lists
        .iter()
        .map(|list| {
            format!("    <relatedLists>\n        <relatedList>{list}</relatedList>\n    </relatedLists>\n")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Layout xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <layoutSections>\n        \
         <customLabel>false</customLabel>\n        <detailHeading>true</detailHeading>\n        <editHeading>true</editHeading>\n        \
         <label>Information</label>\n        <layoutColumns>\n{items}        </layoutColumns>\n        <layoutColumns/>\n        \
         <style>TwoColumnsTopToBottom</style>\n    </layoutSections>\n{lists}    <showEmailCheckbox>false</showEmailCheckbox>\n    \
         <showHighlightsPanel>false</showHighlightsPanel>\n    <showInteractionLogPanel>false</showInteractionLogPanel>\n</Layout>\n"
    )
}
