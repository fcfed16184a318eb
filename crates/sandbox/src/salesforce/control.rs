//! `/emulator/…`: what tests do to the org that no client can. It has nothing to do with Salesforce's own paths, asks for no
//! token, and is counted nowhere.

use super::access::Client;
use super::calls::Kind;
use super::data::Mark;
use super::delete;
use super::faults::{Failure, Fault};
use super::ids;
use super::key;
use super::org::{Answer, Org, Request};
use super::people;
use super::refusal::Refusal;
use super::rules::{DuplicateAction, DuplicateRule, Rules, Validation};
use super::sharing;
use super::write::Desk;
use domain::id::At;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What was asked cannot be done; why.
type Done = Result<Value, String>;

/// Answers a control route.
pub(crate) fn answer(org: &mut Org, request: &Request, now: At) -> Answer {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let said = Said(&body);
    let done = match (request.method.as_str(), request.path().trim_end_matches('/')) {
        ("GET", "/emulator") => Ok(state(org)),
        ("GET", "/emulator/calls") => Ok(calls(org)),
        ("DELETE", "/emulator/calls") => {
            org.calls = Default::default();
            Ok(calls(org))
        }
        ("GET", "/emulator/faults") => Ok(org.faults.iter().map(Fault::to_json).collect()),
        ("POST", "/emulator/faults") => fault(org, &said),
        ("DELETE", "/emulator/faults") => {
            org.faults.clear();
            Ok(Value::Null)
        }
        ("POST", "/emulator/rules") => rule(org, &said),
        ("DELETE", "/emulator/rules") => {
            org.rules = Rules::default();
            Ok(Value::Null)
        }
        ("POST", "/emulator/clients") => client(org, &said),
        ("POST", "/emulator/expire") => {
            org.access.end_all();
            Ok(Value::Null)
        }
        ("POST", "/emulator/lock") => held(org, &said, true),
        ("POST", "/emulator/unlock") => held(org, &said, false),
        ("POST", "/emulator/sharing") => sharing_defaults(org, &said),
        ("POST", "/emulator/rights") => rights(org, &said),
        ("POST", "/emulator/hide") => hidden(org, &said, true),
        ("POST", "/emulator/show") => hidden(org, &said, false),
        ("POST", "/emulator/merge") => merge(org, &said, now),
        ("POST", "/emulator/convert") => convert(org, &said, now),
        ("POST", "/emulator/delete") => remove(org, &said, now),
        ("POST", "/emulator/undelete") => {
            let by = org.writer(now);
            delete::undelete(&mut org.data, said.text("id"), &by).map(|()| Value::Null).map_err(refused)
        }
        ("POST", "/emulator/limits") => limits(org, &said),
        ("POST", "/emulator/schema") => {
            let mut schema = org.data.schema.as_ref().clone();
            schema.add_noted(said.text("objects"));
            said.list("without").iter().for_each(|name| schema.remove(name));
            org.data.set_schema(schema);
            Ok(Value::Null)
        }
        _ => return Answer::json(404, &json!({ "error": "no such control route" })),
    };
    match done {
        Ok(body) => Answer::json(200, &body),
        Err(why) => Answer::json(400, &json!({ "error": why })),
    }
}

/// A body that says something.
struct Said<'a>(&'a Value);

impl<'a> Said<'a> {
    fn text(&self, key: &str) -> &'a str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.0.get(key).and_then(Value::as_u64)
    }

    fn is(&self, key: &str) -> bool {
        self.0.get(key).and_then(Value::as_bool).unwrap_or_default()
    }

    fn list(&self, key: &str) -> Vec<String> {
        let list = self.0.get(key).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

fn refused(refusal: Refusal) -> String {
    format!("{}: {}", refusal.code.name(), refusal.message)
}

fn state(org: &Org) -> Value {
    let counts: Map<String, Value> = org
        .data
        .schema
        .objects()
        .map(|object| (object.name.clone(), json!(org.data.living(&object.name).count())))
        .collect();
    let users: Vec<Value> = org
        .data
        .living("User")
        .map(|user| json!({ "id": user.id(), "username": user.get("Username") }))
        .collect();
    json!({ "organization": org.id, "records": counts, "users": users, "clients": org.access.clients.keys().collect::<Vec<_>>() })
}

fn calls(org: &Org) -> Value {
    let kinds = Kind::ALL.iter().map(|kind| (kind.name().to_owned(), json!(org.calls.of(*kind))));
    json!({ "limited": org.calls.limited(), "by_kind": kinds.collect::<Map<String, Value>>() })
}

fn fault(org: &mut Org, said: &Said<'_>) -> Done {
    let name = said.text("fault");
    let failure = Failure::of_name(name).ok_or_else(|| format!("fault: no such fault: {name}"))?;
    let percent = said.number("percent").unwrap_or(100).min(100);
    org.faults.push(Fault {
        failure,
        times: said.number("times"),
        percent: usize::try_from(percent).unwrap_or(100),
        path: said.text("path").to_owned(),
        method: said.text("method").to_owned(),
        delay_ms: said.number("delay_ms").unwrap_or(0),
    });
    Ok(Value::Null)
}

/// `{"validation": {"object", "field", "forbidden", "message", "at"}}` or `{"duplicates": {"object", "fields", "action"}}`.
fn rule(org: &mut Org, said: &Said<'_>) -> Done {
    let object = |rule: &Said<'_>| match org.data.schema.object(rule.text("object")) {
        Some(object) => Ok(object.name.clone()),
        None => Err(format!("object: no such object: {}", rule.text("object"))),
    };
    if let Some(rule) = said.0.get("validation") {
        let rule = Said(rule);
        let validation = Validation {
            object: object(&rule)?,
            field: rule.text("field").to_owned(),
            forbidden: rule.0.get("forbidden").cloned().unwrap_or_default(),
            message: rule.text("message").to_owned(),
            at: rule.text("at").to_owned(),
        };
        org.rules.validations.push(validation);
        return Ok(Value::Null);
    }
    let rule = Said(said.0.get("duplicates").ok_or("validation or duplicates is expected")?);
    let action = match rule.text("action") {
        "block" => DuplicateAction::Block,
        "alert" => DuplicateAction::Alert,
        other => return Err(format!("action: block or alert, not {other}")),
    };
    let duplicates = DuplicateRule { object: object(&rule)?, fields: rule.list("fields"), action };
    org.rules.duplicates.push(duplicates);
    Ok(Value::Null)
}

/// An app: `{"id", "secret", "key" (PEM), "run_as" (username), "authorised" (usernames), "callbacks", "rotates",
/// "denied"}`.
fn client(org: &mut Org, said: &Said<'_>) -> Done {
    let user = |name: &str| org.user_by_name(name).ok_or_else(|| format!("no such user: {name}"));
    let key = match said.text("key") {
        "" => None,
        pem => Some(key::of_pem(pem).ok_or("key: no PEM of an RSA public key or of a certificate")?),
    };
    let run_as = match said.text("run_as") {
        "" => None,
        name => Some(user(name)?),
    };
    let authorised = match said.0.get("authorised") {
        Some(Value::Array(_)) => {
            Some(said.list("authorised").iter().map(|name| user(name)).collect::<Result<Vec<_>, String>>()?)
        }
        _ => None,
    };
    if said.text("id").is_empty() {
        return Err("id: the consumer key is missing".into());
    }
    let client = Client {
        secret: said.text("secret").to_owned(),
        key,
        run_as,
        authorised,
        callbacks: said.list("callbacks"),
        rotates: said.is("rotates"),
        denied: said.is("denied"),
    };
    org.access.clients.insert(said.text("id").to_owned(), client);
    Ok(Value::Null)
}

fn held(org: &mut Org, said: &Said<'_>, lock: bool) -> Done {
    for id in said.list("ids") {
        let id = ids::full(&id).ok_or_else(|| format!("ids: no id: {id}"))?;
        let _ = if lock { org.data.locked.insert(id) } else { org.data.locked.remove(&id) };
    }
    Ok(Value::Null)
}

fn hidden(org: &mut Org, said: &Said<'_>, hide: bool) -> Done {
    let user = ids::full(said.text("user")).ok_or("user: no id")?;
    let hidden = &mut org.data.rights.hidden;
    for id in said.list("ids") {
        let pair = (user.clone(), ids::full(&id).ok_or_else(|| format!("ids: no id: {id}"))?);
        let _ = if hide { hidden.insert(pair) } else { hidden.remove(&pair) };
    }
    Ok(Value::Null)
}

/// `{"Account", "Contact", "Lead", "Case"}`: what the Organization says that everybody may.
fn sharing_defaults(org: &mut Org, said: &Said<'_>) -> Done {
    let schema = Arc::clone(&org.data.schema);
    let organization = schema.object("Organization").ok_or("no such object: Organization")?;
    for (object, access) in said.0.as_object().into_iter().flatten() {
        let field = sharing::DEFAULTS.iter().find(|(name, _, _)| name == object);
        let (_, field, _) = field.ok_or_else(|| format!("{object}: has no default"))?;
        let values = organization.field(field).map(|field| field.values.as_slice()).unwrap_or_default();
        let values: Vec<&str> = values.iter().map(|choice| choice.value.as_str()).collect();
        let access = access.as_str().filter(|access| values.contains(access));
        let access = access.ok_or_else(|| format!("{object}: one of {}", values.join(", ")))?;
        let id = org.id.clone();
        org.data.change("Organization", &id, |row| row.set(field, access));
    }
    Ok(Value::Null)
}

/// `{"user", "view_all", "without": objects}`: what is not said of the two stays.
fn rights(org: &mut Org, said: &Said<'_>) -> Done {
    let user = ids::full(said.text("user")).ok_or("user: no id")?;
    let rights = &mut org.data.rights;
    match said.0.get("view_all") {
        Some(Value::Bool(true)) => drop(rights.view_all.insert(user.clone())),
        Some(_) => drop(rights.view_all.remove(&user)),
        None => {}
    }
    if said.0.get("without").is_some() {
        rights.without.retain(|(of, _)| *of != user);
        rights.without.extend(said.list("without").into_iter().map(|object| (user.clone(), object)));
    }
    Ok(Value::Null)
}

fn merge(org: &mut Org, said: &Said<'_>, now: At) -> Done {
    let (mark, mut by) = (org.data.mark(), org.writer(now));
    let merged = people::merge(&mut org.data, said.text("master"), &said.list("ids"), &mut by);
    whole(org, mark, merged).map(|()| Value::Null)
}

fn convert(org: &mut Org, said: &Said<'_>, now: At) -> Done {
    let (mark, mut by) = (org.data.mark(), org.writer(now));
    let named = |key: &str| Some(said.text(key)).filter(|id| !id.is_empty());
    let mut desk = Desk { data: &mut org.data, rules: &org.rules };
    let converted =
        people::convert(&mut desk, said.text("lead"), named("account"), named("contact"), &mut by);
    let converted = whole(org, mark, converted)?;
    Ok(json!({ "account": converted.account, "contact": converted.contact }))
}

/// All of what was done, or nothing of it where it was refused.
fn whole<T>(org: &mut Org, mark: Mark, done: Result<T, Refusal>) -> Result<T, String> {
    match &done {
        Ok(_) => org.data.keep(mark),
        Err(_) => org.data.take_back(mark),
    }
    done.map_err(refused)
}

fn remove(org: &mut Org, said: &Said<'_>, now: At) -> Done {
    let id = ids::full(said.text("id")).ok_or("id: no id")?;
    let object = org.data.schema.of_id(&id).map(|object| object.name.clone()).ok_or("id: of no object")?;
    let mut by = org.writer(now);
    delete::delete(&mut org.data, &object, &id, &mut by).map(|()| Value::Null).map_err(refused)
}

/// `{"daily_calls", "search_lag_ms"}`.
fn limits(org: &mut Org, said: &Said<'_>) -> Done {
    if let Some(calls) = said.number("daily_calls") {
        org.daily_calls = calls;
    }
    if let Some(lag) = said.number("search_lag_ms") {
        org.search_lag_ms = i64::try_from(lag).map_err(|_| "search_lag_ms: too long")?;
    }
    Ok(Value::Null)
}
