//! What the org says of its objects, as far as we need it: which fields there are for our user, how long they are, which
//! can be written. Read once and kept for half a day, because an admin changes it seldom and calls are counted.

use super::api::{Api, Ask, Trouble};
use super::governor::Purpose;
use crate::error::{CrmError, CrmErrorKind};
use domain::id::At;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How long a describe is believed, in milliseconds: twelve hours.
const BELIEVED_MS: i64 = 12 * 3600 * 1000;

/// What fields are that offer values to pick one of them.
pub(crate) const PICKLIST: &str = "picklist";

/// A value that a field offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    /// As people read it, in the language of our user.
    pub(crate) label: String,
    pub(crate) active: bool,
    /// With which values of the controlling field it can be picked, a bit for each of them, in base 64.
    pub(crate) valid_for: Option<String>,
}

/// A field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// As people of the org read it, in the language of our user.
    pub(crate) label: String,
    /// Salesforce's word: `string`, `phone`, `reference`, `datetime`, …
    pub(crate) kind: String,
    /// Most characters, as Salesforce counts them (UTF-16); 0: it has no length.
    pub(crate) length: usize,
    pub(crate) createable: bool,
    pub(crate) updateable: bool,
    /// Whether a record is not taken without it, and nothing fills it by itself.
    pub(crate) required: bool,
    pub(crate) custom: bool,
    pub(crate) unique: bool,
    /// What it offers, if it is a picklist.
    pub(crate) choices: Vec<Choice>,
    /// The field that says which of them can be picked.
    pub(crate) controller: Option<String>,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) name: String,
    /// As people of the org read it.
    pub(crate) label: String,
    pub(crate) createable: bool,
    pub(crate) updateable: bool,
    pub(crate) queryable: bool,
    fields: BTreeMap<String, Field>,
    /// The order in which the org lists them.
    order: Vec<String>,
}

impl Object {
    /// An object as `describe` tells it.
    pub(crate) fn read(body: &Value) -> Object {
        let says = |value: &Value, key: &str| value.get(key) == Some(&Value::Bool(true));
        let text =
            |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let listed = body.get("fields").and_then(Value::as_array).into_iter().flatten();
        let fields: Vec<Field> = listed
            .map(|field| Field {
                name: text(field, "name"),
                label: text(field, "label"),
                kind: text(field, "type"),
                length: field.get("length").and_then(Value::as_u64).map_or(0, |length| length as usize),
                createable: says(field, "createable"),
                updateable: says(field, "updateable"),
                required: says(field, "createable")
                    && !says(field, "nillable")
                    && !says(field, "defaultedOnCreate")
                    && text(field, "type") != "boolean",
                custom: says(field, "custom"),
                unique: says(field, "unique"),
                choices: if text(field, "type") == PICKLIST { choices(field) } else { Vec::new() },
                controller: field.get("controllerName").and_then(Value::as_str).map(str::to_owned),
            })
            .collect();
        Object {
            name: text(body, "name"),
            label: text(body, "label"),
            createable: says(body, "createable"),
            updateable: says(body, "updateable"),
            queryable: says(body, "queryable"),
            order: fields.iter().map(|field| field.name.clone()).collect(),
            fields: fields.into_iter().map(|field| (field.name.clone(), field)).collect(),
        }
    }

    /// A field by its name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(name)
    }

    /// All fields, in the order of the org.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.order.iter().filter_map(|name| self.fields.get(name))
    }

    /// Those of these names that there are, in their order.
    pub(crate) fn among<'a>(&self, names: &[&'a str]) -> Vec<&'a str> {
        names.iter().copied().filter(|name| self.fields.contains_key(*name)).collect()
    }
}

fn choices(field: &Value) -> Vec<Choice> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let listed = field.get("picklistValues").and_then(Value::as_array).into_iter().flatten();
    let choice = |choice: &Value| Choice {
        value: text(choice, "value").unwrap_or_default(),
        label: text(choice, "label").or_else(|| text(choice, "value")).unwrap_or_default(),
        active: choice.get("active") == Some(&Value::Bool(true)),
        valid_for: text(choice, "validFor"),
    };
    listed.map(choice).collect()
}

/// The describes that were read.
#[derive(Debug, Default)]
pub(crate) struct Describes {
    known: Mutex<BTreeMap<String, (At, Arc<Object>)>>,
}

impl Describes {
    /// An object as the org describes it. `None`: it has none of that name, or none that our user may see.
    pub(crate) async fn find(
        &self,
        api: &Api,
        name: &str,
        purpose: Purpose,
    ) -> Result<Option<Arc<Object>>, CrmError> {
        let now = api.surroundings().now();
        let mut known = self.known.lock().await;
        if let Some((at, object)) = known.get(name)
            && now.millis_since(*at) < BELIEVED_MS
        {
            return Ok(Some(Arc::clone(object)));
        }
        match api.ask(&Ask::get(format!("sobjects/{name}/describe"), purpose)).await {
            Ok(body) => {
                let object = Arc::new(Object::read(&body));
                if object.name != name || object.field("Id").is_none() {
                    // Taken for what it says it would have every field left out.
                    return Err(api.error(
                        CrmErrorKind::NotUnderstood,
                        false,
                        "a describe of something else",
                    ));
                }
                known.insert(name.to_owned(), (now, Arc::clone(&object)));
                Ok(Some(object))
            }
            Err(Trouble::Refused(_)) => Ok(None),
            Err(Trouble::Crm(error)) => Err(error),
        }
    }

    /// An object that has to be there; where it is not, everything of it is missing.
    pub(crate) async fn get(&self, api: &Api, name: &str, purpose: Purpose) -> Result<Arc<Object>, CrmError> {
        let found = self.find(api, name, purpose).await?;
        Ok(found.unwrap_or_else(|| Arc::new(Object { name: name.to_owned(), ..Object::default() })))
    }

    /// Has this one read anew: somebody wants to see what there is now.
    pub(crate) async fn forget_one(&self, name: &str) {
        self.known.lock().await.remove(name);
    }

    /// Has them read anew: something was refused that should be there.
    pub(crate) async fn forget(&self) {
        self.known.lock().await.clear();
    }

    /// Has them read anew where an error says that a field is not what they say.
    pub(crate) async fn doubt(&self, error: &CrmError) {
        if error.code.as_deref() == Some("INVALID_FIELD") {
            self.forget().await;
        }
    }
}
