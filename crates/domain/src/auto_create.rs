//! Records made for callers nobody knows (P5): what is made for which type of call, and with what in it. For calls that
//! somebody sums up it is Log that makes them ([`crate::wrapup::submit`]); for those that nobody does,
//! [`for_unknown_caller`] decides once the call is over. A look-up never does (invariant 7).

use crate::activity::Activity;
use crate::call::{CallRecord, CallState, CallType, Direction};
use crate::commit::{Change, Precondition};
use crate::directory::{MAX_NAME_CHARS, Person, PersonKind, PersonLine, PhoneField, PhoneText, RecordKeys};
use crate::id::{PersonId, UserId};
use crate::late::{LateScene, file};
use crate::matching::{AutoCreate, Match, MatchKind, MatchRule, PhoneHit};
use crate::phone::{CallerNumber, OtherParty, Region, Tier};
use crate::wrapup::Wrapup;
use serde::de::value::MapAccessDeserializer;
use serde::de::{IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// What the number stands in for in a name.
pub const NUMBER_MARK: &str = "{number}";

/// Whose a new record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum NewOwner {
    /// Nobody's.
    #[default]
    Nobody,
    /// Of the agent who logs the call; nobody's where none does.
    Agent,
    /// Of this user.
    User {
        /// The user.
        user: UserId,
    },
}

/// What is made for calls of one type, where nobody has the number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateRule {
    /// Contact, Lead or nobody.
    pub make: AutoCreate,
    /// Its name, with [`NUMBER_MARK`] for the number; `None`: the number.
    pub name: Option<String>,
    /// The organisation.
    pub company: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whose it is.
    pub owner: NewOwner,
}

/// One that makes nobody.
const NOBODY: CreateRule =
    CreateRule { make: AutoCreate::None, name: None, company: None, email: None, owner: NewOwner::Nobody };

impl Default for CreateRule {
    fn default() -> Self {
        NOBODY
    }
}

/// What is made, by type of call. Calls among agents make nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AutoCreateRules(BTreeMap<CallType, CreateRule>);

/// The types of calls that may make somebody.
pub const CREATING_TYPES: [CallType; 7] = [
    CallType::Inbound,
    CallType::Outbound,
    CallType::OutboundMissed,
    CallType::Voicemail,
    CallType::ShortAbandoned,
    CallType::Abandoned,
    CallType::Missed,
];
/// Those that an agent sums up.
const HANDLED: [CallType; 3] = [CallType::Inbound, CallType::Outbound, CallType::OutboundMissed];

impl Default for AutoCreateRules {
    fn default() -> Self {
        AutoCreateRules::on_log(AutoCreate::Contact)
    }
}

impl AutoCreateRules {
    /// This is made on Log, and nobody without one.
    pub fn on_log(make: AutoCreate) -> Self {
        let rule = |kind: CallType| CreateRule {
            make: if HANDLED.contains(&kind) { make } else { AutoCreate::None },
            ..NOBODY
        };
        AutoCreateRules(CREATING_TYPES.into_iter().map(|kind| (kind, rule(kind))).collect())
    }

    /// The same with another rule for one type.
    #[must_use]
    pub fn with(mut self, kind: CallType, rule: CreateRule) -> Self {
        self.0.insert(kind, rule);
        self
    }

    /// The rule for calls of a type.
    pub fn of(&self, kind: CallType) -> &CreateRule {
        self.0.get(&kind).unwrap_or(&NOBODY)
    }

    /// The rule for a call. Of one that lives its type is not known yet: it is that of a call which an agent has by now.
    pub fn of_call(&self, call: &CallRecord) -> &CreateRule {
        let so_far = match call.direction {
            Direction::Inbound => CallType::Inbound,
            Direction::Outbound if call.answered_at.is_some() => CallType::Outbound,
            Direction::Outbound => CallType::OutboundMissed,
            Direction::Internal => CallType::Internal,
        };
        self.of(call.kind.unwrap_or(so_far))
    }

    /// Every type with its rule.
    pub fn all(&self) -> impl Iterator<Item = (CallType, &CreateRule)> {
        CREATING_TYPES.into_iter().map(|kind| (kind, self.of(kind)))
    }
}

/// A type that is absent is as it is unless set. One word stands for what Log makes: so it was stored before each type
/// had a rule of its own.
impl<'de> Deserialize<'de> for AutoCreateRules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rules;
        impl<'de> Visitor<'de> for Rules {
            type Value = AutoCreateRules;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a rule for each type of call")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<AutoCreateRules, E> {
                AutoCreate::deserialize(word.into_deserializer()).map(AutoCreateRules::on_log)
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<AutoCreateRules, M::Error> {
                let said = BTreeMap::<CallType, CreateRule>::deserialize(MapAccessDeserializer::new(map))?;
                let mut rules = AutoCreateRules::default();
                rules.0.extend(said.into_iter().filter(|(kind, _)| CREATING_TYPES.contains(kind)));
                Ok(rules)
            }
        }
        deserializer.deserialize_any(Rules)
    }
}

/// A record to be made for the number of a call.
#[derive(Clone, Copy, Debug)]
pub struct NewRecord<'a> {
    /// Its id.
    pub id: PersonId,
    /// Contact or Lead.
    pub kind: PersonKind,
    /// The name that somebody typed.
    pub name: Option<&'a str>,
    /// The number; `None` where the call has none.
    pub number: Option<&'a CallerNumber>,
    /// The call.
    pub call: &'a CallRecord,
    /// What its type says of its other fields.
    pub rule: &'a CreateRule,
    /// Who logs the call.
    pub user: Option<UserId>,
}

impl NewRecord<'_> {
    /// The record.
    pub fn person(&self) -> Person {
        let raw = self.number.map(|number| number.e164.clone().unwrap_or_else(|| number.raw.clone()));
        let phones = raw.into_iter().map(|raw| PhoneText { field: PhoneField::Phone, raw });
        Person {
            id: self.id,
            kind: self.kind,
            name: self.full_name(),
            company: said(self.rule.company.as_deref()),
            account: None,
            email: said(self.rule.email.as_deref()),
            phones: phones.collect(),
            version: 1,
            created_by_call: Some(self.call.key),
            owner: match self.rule.owner {
                NewOwner::Nobody => None,
                NewOwner::Agent => self.user,
                NewOwner::User { user } => Some(user),
            },
        }
    }

    fn full_name(&self) -> String {
        if let Some(typed) = said(self.name) {
            return typed;
        }
        let number = self.number.map_or("?", |number| number.display.as_str());
        match said(self.rule.name.as_deref()) {
            Some(pattern) => pattern.replace(NUMBER_MARK, number).chars().take(MAX_NAME_CHARS).collect(),
            None => number.to_owned(),
        }
    }
}

fn said(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Whether a call that ended is one that nobody will sum up and whose type makes somebody.
pub fn wants_caller(call: &CallRecord, rules: &AutoCreateRules, number: &OtherParty) -> bool {
    let can = matches!(number, OtherParty::Number(number) if number.can_create);
    call.state == CallState::Ended
        && call.has_customer()
        && can
        && rules.of_call(call).make != AutoCreate::None
        && !call.engagements.iter().any(|part| part.wrapup)
}

/// A call that nobody sums up, and who has its number now.
#[derive(Clone, Copy, Debug)]
pub struct UnknownCaller<'a> {
    /// The call.
    pub call: &'a CallRecord,
    /// Its Activity.
    pub activity: &'a Activity,
    /// All of its wrap-ups.
    pub wrapups: &'a [Wrapup],
    /// Its number.
    pub number: &'a OtherParty,
    /// What the directory says of it now.
    pub matched: &'a Match,
    /// Which records are matched.
    pub match_rule: &'a MatchRule,
    /// What is made for which type of call.
    pub rules: &'a AutoCreateRules,
    /// The tenant's region, for the keys of the record.
    pub region: Region,
    /// The id of the record that is made, if one is.
    pub new_person: PersonId,
}

/// The record that is made, with the call filed on it as on one that appeared later; `None` where nobody is to be made:
/// somebody has the number, somebody said whose the call is, or settings changed.
pub fn for_unknown_caller(scene: &UnknownCaller<'_>) -> Option<(Vec<Precondition>, Vec<Change>)> {
    let OtherParty::Number(number) = scene.number else { return None };
    let rule = scene.rules.of_call(scene.call);
    let kind = rule.make.kind()?;
    if scene.matched.kind != MatchKind::None || !wants_caller(scene.call, scene.rules, scene.number) {
        return None;
    }
    let new = NewRecord {
        id: scene.new_person,
        kind,
        name: None,
        number: Some(number),
        call: scene.call,
        rule,
        user: None,
    };
    let person = new.person();
    let matched = Match { kind: MatchKind::One, hits: vec![hit(&person)], ..scene.matched.clone() };
    let (mut preconditions, filed) = file(&LateScene {
        call: scene.call,
        activity: scene.activity,
        wrapups: scene.wrapups,
        matched: &matched,
    })?;
    let (keys, rule) = (number.plan.clone(), scene.match_rule.clone());
    preconditions.push(Precondition::NumberUnclaimed { keys, rule });
    let keys = RecordKeys::of(&person, scene.region);
    let mut changes = vec![Change::Person { person: Box::new(person), keys }];
    changes.extend(filed);
    Some((preconditions, changes))
}

/// The record as a look-up of its own number finds it.
fn hit(person: &Person) -> PhoneHit {
    let stored_as = person.phones.first().map(|phone| phone.raw.clone()).unwrap_or_default();
    PhoneHit { person: PersonLine::from(person), tier: Tier::E, field: PhoneField::Phone, stored_as }
}

#[cfg(test)]
mod tests;
