//! People of the sample directory: Contacts, Leads, Accounts and Person Accounts of six countries, with phone
//! fields as people type them. Numbers are shared as they are in life: a company's switchboard by those who
//! work there, a landline by those who live there. Cases are not here.

mod cases;
mod lines;
mod names;
mod numbers;

pub use cases::cases;
pub use lines::{Callers, Line};

use crate::dice::Dice;
use domain::directory::{Person, PersonKind, PhoneField, PhoneText};
use domain::id::PersonId;
use numbers::{Country, Number};
use uuid::Uuid;

/// How many people the demo has.
pub const DEMO_PEOPLE: usize = 5_000;

/// Space of the ids of sample people: the id is UUID version 5 of `person/<seed>/<place in the list>`.
pub(crate) const SAMPLE_SPACE: Uuid = Uuid::from_u128(0x0b17_ac07_a5a4_5d1e_8000_5a3d_b0c5_0001);

const PURPOSE: u64 = 1;

/// The first `count` people of the endless list that `seed` gives.
pub fn people(seed: u64, count: usize) -> Vec<Person> {
    sample(seed, count).into_iter().map(|sampled| sampled.person).collect()
}

/// A person and the numbers that their phone fields are meant to say, as far as they still do.
pub(crate) struct Sampled {
    pub(crate) person: Person,
    pub(crate) numbers: Vec<Number>,
}

pub(crate) fn sample(seed: u64, count: usize) -> Vec<Sampled> {
    let mut town = Town { seed, dice: Dice::new(seed, PURPOSE), people: Vec::with_capacity(count + 8) };
    while town.people.len() < count {
        let country = country(&mut town.dice);
        match town.dice.below(100) {
            0..22 => town.company(country),
            22..32 => town.household(country),
            _ => town.single(country),
        }
    }
    town.people.truncate(count);
    town.people
}

fn country(dice: &mut Dice) -> Country {
    match dice.below(100) {
        0..62 => Country::Spain,
        62..74 => Country::Mexico,
        74..82 => Country::Argentina,
        82..89 => Country::Colombia,
        89..94 => Country::Chile,
        _ => Country::UnitedStates,
    }
}

struct Town {
    seed: u64,
    dice: Dice,
    people: Vec<Sampled>,
}

/// What a record says before it has an id.
struct Draft {
    kind: PersonKind,
    name: String,
    company: Option<String>,
    account: Option<PersonId>,
    email: Option<String>,
    phones: Vec<PhoneText>,
    numbers: Vec<Number>,
}

impl Draft {
    fn new(kind: PersonKind, name: String, company: Option<&str>) -> Draft {
        let company = company.map(str::to_owned);
        Draft { kind, name, company, account: None, email: None, phones: Vec::new(), numbers: Vec::new() }
    }

    fn phone(&mut self, field: PhoneField, number: &Number, dice: &mut Dice) {
        let (raw, readable) = number.typed(dice);
        self.text(field, raw, readable.then(|| number.clone()));
    }

    fn text(&mut self, field: PhoneField, raw: String, numbers: impl IntoIterator<Item = Number>) {
        self.phones.push(PhoneText { field, raw });
        self.numbers.extend(numbers);
    }
}

impl Town {
    /// The id that the next record gets.
    fn next_id(&self) -> PersonId {
        let name = format!("person/{}/{}", self.seed, self.people.len());
        PersonId(Uuid::new_v5(&SAMPLE_SPACE, name.as_bytes()))
    }

    fn settle(&mut self, draft: Draft) {
        let person = Person {
            id: self.next_id(),
            kind: draft.kind,
            name: draft.name,
            company: draft.company,
            email: draft.email,
            phones: draft.phones,
            version: 1,
            created_by_call: None,
            owner: None,
            account: draft.account,
        };
        self.people.push(Sampled { person, numbers: draft.numbers });
    }

    /// An Account and those who work there; most of them are reached by its switchboard.
    fn company(&mut self, country: Country) {
        let name = names::company(&mut self.dice, country);
        let switchboard = Number::landline(&mut self.dice, country);
        let mut account = Draft::new(PersonKind::Account, name.clone(), None);
        let of = self.next_id();
        account.phone(PhoneField::Phone, &switchboard, &mut self.dice);
        if self.dice.percent(20) {
            let fax = Number::landline(&mut self.dice, country);
            account.phone(PhoneField::Other, &fax, &mut self.dice);
        }
        self.settle(account);
        for _ in 0..self.dice.below(6) {
            let (first, last) = names::person(&mut self.dice, country);
            let mut contact = Draft::new(PersonKind::Contact, format!("{first} {last}"), Some(&name));
            contact.account = Some(of);
            contact.email = Some(names::email(&first, &last, &mut self.dice));
            if self.dice.percent(60) {
                let (raw, readable) = switchboard.typed(&mut self.dice);
                let extension = 100 + self.dice.below(400);
                let word = self.dice.pick(&["ext.", "ext", "x", "extensión"]);
                let raw = format!("{} {word} {extension}", raw.trim());
                contact.text(PhoneField::Phone, raw, readable.then(|| switchboard.clone()));
            }
            if contact.phones.is_empty() || self.dice.percent(60) {
                let mobile = Number::mobile(&mut self.dice, country);
                contact.phone(PhoneField::Mobile, &mobile, &mut self.dice);
            }
            self.settle(contact);
        }
    }

    /// People of one name who share a landline.
    fn household(&mut self, country: Country) {
        let surname = names::surname(&mut self.dice, country);
        let landline = Number::landline(&mut self.dice, country);
        for _ in 0..2 + self.dice.below(3) {
            let first = names::first(&mut self.dice, country);
            let kind = if self.dice.percent(70) { PersonKind::PersonAccount } else { PersonKind::Contact };
            let mut draft = Draft::new(kind, format!("{first} {surname}"), None);
            draft.phone(PhoneField::Home, &landline, &mut self.dice);
            if self.dice.percent(50) {
                let mobile = Number::mobile(&mut self.dice, country);
                draft.phone(PhoneField::Mobile, &mobile, &mut self.dice);
            }
            self.settle(draft);
        }
    }

    fn single(&mut self, country: Country) {
        let (first, last) = names::person(&mut self.dice, country);
        let name = format!("{first} {last}");
        let mut draft = match self.dice.below(10) {
            0..4 => Draft::new(PersonKind::Lead, name, Some(&names::company(&mut self.dice, country))),
            4..6 => Draft::new(PersonKind::Lead, name, None),
            6..8 => Draft::new(PersonKind::PersonAccount, name, None),
            _ => Draft::new(PersonKind::Contact, name, None),
        };
        if self.dice.percent(70) {
            draft.email = Some(names::email(&first, &last, &mut self.dice));
        }
        let mobile = Number::mobile(&mut self.dice, country);
        match self.dice.below(100) {
            0..60 => draft.phone(PhoneField::Phone, &mobile, &mut self.dice),
            60..72 => {
                let landline = Number::landline(&mut self.dice, country);
                draft.phone(PhoneField::Phone, &landline, &mut self.dice);
                draft.phone(PhoneField::Mobile, &mobile, &mut self.dice);
            }
            72..84 => self.two_in_one(&mut draft, country, mobile),
            84..94 => draft.phone(PhoneField::Mobile, &mobile, &mut self.dice),
            94..97 => {
                draft.text(PhoneField::Phone, self.dice.pick(&["-", "n/a", "no tiene", "?"]).into(), [])
            }
            _ => {}
        }
        self.settle(draft);
    }

    /// Two numbers in one field, each in its own spelling.
    fn two_in_one(&mut self, draft: &mut Draft, country: Country, mobile: Number) {
        let landline = Number::landline(&mut self.dice, country);
        let texts = [landline.typed(&mut self.dice), mobile.typed(&mut self.dice)];
        let between = self.dice.pick(&[" / ", "; ", " y ", " o "]);
        let raw = texts.each_ref().map(|(text, _)| text.trim()).join(between);
        // Where one is not readable alone, the pair may be read as anything.
        let readable = texts.iter().all(|(_, readable)| *readable);
        draft.text(PhoneField::Phone, raw, [landline, mobile].into_iter().filter(|_| readable));
    }
}
