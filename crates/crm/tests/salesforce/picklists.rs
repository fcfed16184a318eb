//! What fields of the org offer to pick from, as a code book is made of it.

use super::org::{World, client, run};
use crm::{Crm, CrmErrorKind};
use domain::code_file::PicklistValue;
use serde_json::json;

const FIELDS: &str = "object Task 00T Task/Tasks\nTopic__c picklist label=Topic = sales|Ventas;-fax|Fax;help|Soporte;none|Nada\n\
    Result__c picklist by=Topic__c label=Result = sold|Vendido@sales,fax;lost|Perdido@sales,help;-gone@help\n\
    Urgent__c boolean\nBy_Box__c picklist by=Urgent__c = now@checked;later@unchecked\n\
    object Visit__c a0V Visit/Visits\nOutcome__c picklist = met;missed\n\
    object Setup__mdt m0V Setup/Setups read-only\nKind__c picklist = one\n";

fn value(name: &str, label: &str, below: &[PicklistValue]) -> PicklistValue {
    PicklistValue { value: name.to_owned(), label: label.to_owned(), below: below.to_vec() }
}

#[test]
fn the_objects_are_those_of_calls_and_cases_and_those_that_the_org_made() {
    run(async {
        let world = World::new(1);
        world.post("schema", json!({ "objects": FIELDS }));
        let crm = client(&world);
        let objects = crm.picklist_objects().await.expect("an answer");
        let names: Vec<&str> = objects.iter().map(|one| one.object.as_str()).collect();
        assert_eq!(names, ["Task", "Call_Activity__c", "Case", "Lead", "Visit__c"]);
        let visit = crm.picklist_fields("Visit__c").await.expect("an answer").expect("the object");
        assert_eq!(visit.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["Outcome__c"]);
        for hidden in ["User", "Nothing__c", "Visit__c/describe?", ""] {
            assert_eq!(crm.picklist_fields(hidden).await, Ok(None), "{hidden}");
        }
    });
}

#[test]
fn a_picklist_offers_what_is_active_below_what_it_depends_on() {
    run(async {
        let world = World::new(1);
        world.post("schema", json!({ "objects": FIELDS }));
        let crm = client(&world);
        let fields = crm.picklist_fields("Task").await.expect("an answer").expect("the object");
        let result = fields.iter().find(|one| one.field == "Result__c").expect("the field");
        assert_eq!((result.label.as_str(), result.depends_on.as_deref()), ("Result", Some("Topic")));
        let told = crm.picklist("Task", "Result__c").await.expect("an answer").expect("the field");
        let (sold, lost) = (value("sold", "Vendido", &[]), value("lost", "Perdido", &[]));
        let expected = [value("sales", "Ventas", &[sold, lost.clone()]), value("help", "Soporte", &[lost])];
        assert_eq!(told.values, expected, "in the order of the org, without headings of nothing");
        assert_eq!((told.object_label.as_str(), told.field_label.as_str()), ("Task", "Result"));
        assert_eq!(told.locale.as_deref(), Some("es"), "that of our user");
        let box_ = crm.picklist("Task", "By_Box__c").await.expect("an answer").expect("the field");
        assert_eq!(box_.values, [value("now", "now", &[]), value("later", "later", &[])]);
    });
}

#[test]
fn a_picklist_that_is_gone_or_none_is_not_there_and_one_that_changed_is_read_anew() {
    run(async {
        let world = World::new(1);
        world.post("schema", json!({ "objects": FIELDS }));
        let crm = client(&world);
        let labels = async |field: &str| {
            let told = crm.picklist("Visit__c", field).await.expect("an answer")?;
            Some(told.values.into_iter().map(|one| one.label).collect::<Vec<_>>())
        };
        assert_eq!(labels("Outcome__c").await, Some(vec!["met".to_owned(), "missed".to_owned()]));
        assert_eq!(labels("Name").await, None, "a text is no picklist");
        let more = "object Visit__c a0V Visit/Visits\nOutcome__c picklist = met;-missed;late";
        world.post("schema", json!({ "objects": more }));
        assert_eq!(labels("Outcome__c").await, Some(vec!["met".to_owned(), "late".to_owned()]));
        world.post("schema", json!({ "without": ["Visit__c.Outcome__c"] }));
        assert_eq!(labels("Outcome__c").await, None);
        world.cut_off(true);
        let error = crm.picklist("Visit__c", "Outcome__c").await.expect_err("nobody is there");
        assert_eq!(error.kind, CrmErrorKind::Unreachable);
    });
}
