//! Objects and fields as lines of text. An object begins with `object Name prefix Label/Plural [read-only]`; a line for each
//! field follows: its name, its kind, and what else there is to say of it:
//!
//! * a number: most characters
//! * `!`: never empty; `ro`: written by nobody; `once`: written when the record is made; `computed`: when it is read
//! * `lookup`, `external`, `unique`, `case`: finds records; is an external id; twice never; capitals count
//! * `restricted`, `default=X`, `label=X`: `~` stands for a space in both
//! * `> Contact|Lead/Who:Tasks`: leads to these objects, is followed as `Who`, and back as `Tasks`
//! * `by=Field`: the field that says which of its values can be picked
//! * `= A;B|Label;-C;D@X,Y`: the values it offers; what one is called, where it is not its name; one that cannot be picked any
//!   more; one that can be picked with these values of the other field. The last thing of a line

use super::{Choice, Field, FieldKind, ObjectType, Writable};

/// Fields of every object that can be written.
const SYSTEM: [&str; 6] = [
    "IsDeleted boolean ! ro default=false",
    "CreatedDate datetime ! ro",
    "CreatedById reference ! ro > User/CreatedBy",
    "LastModifiedDate datetime ! ro",
    "LastModifiedById reference ! ro > User/LastModifiedBy",
    "SystemModstamp datetime ! ro",
];

/// The objects that a text notes.
pub(super) fn objects(text: &str) -> Vec<ObjectType> {
    let mut objects: Vec<ObjectType> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (line.strip_prefix("object "), objects.last_mut()) {
            (Some(head), _) => objects.extend(object(head)),
            (None, Some(object)) => object.fields.extend(field(line)),
            (None, None) => {}
        }
    }
    objects
}

fn object(head: &str) -> Option<ObjectType> {
    let mut words = head.split_whitespace();
    let (name, prefix) = (words.next()?, words.next()?);
    let (label, plural) = words.next()?.split_once('/')?;
    let writable = words.next() != Some("read-only");
    let mut fields: Vec<Field> = field("Id id 18 ! ro lookup default=auto").into_iter().collect();
    if writable {
        fields.extend(SYSTEM.iter().filter_map(|line| field(line)));
    }
    Some(ObjectType {
        name: name.to_owned(),
        label: label.replace('~', " "),
        plural: plural.replace('~', " "),
        prefix: if prefix == "-" { String::new() } else { prefix.to_owned() },
        writable,
        fields,
    })
}

/// One field; `None` where the line says none.
fn field(line: &str) -> Option<Field> {
    let (line, values) = match line.split_once(" = ") {
        Some((line, values)) => (line, values.split(';').map(choice).collect()),
        None => (line, Vec::new()),
    };
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let kind = FieldKind::of_word(words.next()?)?;
    let mut field = Field {
        name: name.to_owned(),
        label: label(name),
        kind,
        length: usual_length(kind),
        required: false,
        writable: Writable::Always,
        id_lookup: false,
        external_id: false,
        unique: false,
        case_sensitive: false,
        restricted: false,
        values,
        controller: None,
        refers_to: Vec::new(),
        relationship: None,
        children: None,
        default: (kind == FieldKind::Boolean).then(|| "false".to_owned()),
        computed: false,
    };
    while let Some(word) = words.next() {
        if word == ">" {
            refer(&mut field, words.next()?);
        } else {
            say(&mut field, word)?;
        }
    }
    Some(field)
}

fn say(field: &mut Field, word: &str) -> Option<()> {
    match word {
        "!" => field.required = true,
        "ro" => field.writable = Writable::Never,
        "once" => field.writable = Writable::Once,
        "computed" => (field.computed, field.writable) = (true, Writable::Never),
        "lookup" => field.id_lookup = true,
        "external" => field.external_id = true,
        "unique" => field.unique = true,
        "case" => field.case_sensitive = true,
        "restricted" => field.restricted = true,
        _ => match word.split_once('=') {
            Some(("default", value)) => field.default = Some(value.replace('~', " ")),
            Some(("label", value)) => field.label = value.replace('~', " "),
            Some(("by", value)) => field.controller = Some(value.to_owned()),
            _ => field.length = word.parse().ok()?,
        },
    }
    Some(())
}

fn choice(noted: &str) -> Choice {
    let (noted, valid_for) = noted.trim().split_once('@').unwrap_or((noted.trim(), ""));
    let (noted, active) = noted.strip_prefix('-').map_or((noted, true), |noted| (noted, false));
    let (value, label) = noted.split_once('|').unwrap_or((noted, noted));
    let valid_for = valid_for.split(',').filter(|value| !value.is_empty()).map(str::to_owned).collect();
    Choice { label: label.to_owned(), active, valid_for, ..Choice::plain(value) }
}

fn refer(field: &mut Field, to: &str) {
    let (objects, names) = to.split_once('/').unwrap_or((to, ""));
    field.refers_to = objects.split('|').map(str::to_owned).collect();
    let (relationship, children) = names.split_once(':').unwrap_or((names, ""));
    let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    (field.relationship, field.children) = (named(relationship), named(children));
}

fn usual_length(kind: FieldKind) -> usize {
    match kind {
        FieldKind::Reference => 18,
        FieldKind::Phone | FieldKind::Picklist => 40,
        FieldKind::Email => 80,
        FieldKind::Combobox | FieldKind::Url | FieldKind::TextArea | FieldKind::Text => 255,
        _ => 0,
    }
}

/// `MobilePhone` as people read it: `Mobile Phone`. A reference is called as what it leads to.
fn label(name: &str) -> String {
    let name = name.strip_suffix("__c").unwrap_or(name);
    let mut label = String::new();
    let mut before = ' ';
    for c in name.chars() {
        match c {
            '_' => label.push(' '),
            _ if c.is_ascii_uppercase() && before.is_ascii_lowercase() => label.extend([' ', c]),
            _ => label.push(c),
        }
        before = c;
    }
    match label.strip_suffix(" Id") {
        Some(short) => format!("{short} ID"),
        None => label,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::salesforce::schema::{call_activity, standard};

    #[test]
    fn every_line_of_the_objects_that_are_there_is_understood() {
        for text in [
            standard::PEOPLE,
            standard::WORK,
            standard::SETUP,
            call_activity::CALL_ACTIVITY,
            call_activity::OWN_IDS,
        ] {
            for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let understood = match line.strip_prefix("object ") {
                    Some(head) => object(head).is_some(),
                    None => field(line).is_some(),
                };
                assert!(understood, "{line}");
            }
        }
    }

    #[test]
    fn a_line_says_all_there_is_to_say() {
        let who = field("WhoId reference > Contact|Lead/Who:Tasks").expect("a field");
        assert_eq!((who.refers_to.len(), who.relationship.as_deref()), (2, Some("Who")));
        assert_eq!(who.children.as_deref(), Some("Tasks"));
        let status =
            field("Status picklist ! restricted default=Not~Started = Not Started;Completed").expect("one");
        assert_eq!((status.default.as_deref(), status.values.len()), (Some("Not Started"), 2));
        assert!(status.required && status.restricted);
        let result = field("Result__c picklist by=Topic__c = sold|Vendido@sales,both;-fax").expect("one");
        assert_eq!(result.controller.as_deref(), Some("Topic__c"));
        let valid_for = vec!["sales".to_owned(), "both".to_owned()];
        let sold = Choice { label: "Vendido".to_owned(), valid_for, ..Choice::plain("sold") };
        assert_eq!(result.values, [sold, Choice { active: false, ..Choice::plain("fax") }]);
        assert_eq!(field("Name nothing"), None);
        assert_eq!((label("MobilePhone"), label("AccountId")), ("Mobile Phone".into(), "Account ID".into()));
    }
}
