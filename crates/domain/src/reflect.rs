//! Reflection: what the directory is to hold of what a CRM told. Pure: the ids that the CRM names were looked up before. A
//! record that says what is known already changes nothing, so that reading the same news twice writes once.

use crate::case::{Case, CasePriority, CaseStatus};
use crate::directory::{MAX_NAME_CHARS, MAX_PHONE_CHARS, MAX_PHONE_FIELDS, Person, PersonKind, PhoneText};
use crate::id::{CaseId, PersonId, UserId};
use crate::mirror::{RemoteCase, RemotePerson, RemoteUser};

/// What the ids in the news of a person mean here.
#[derive(Clone, Copy, Debug)]
pub struct PersonMeans<'a> {
    /// The record, where it is known.
    pub known: Option<&'a Person>,
    /// The Account it belongs to.
    pub account: Option<(PersonId, &'a str)>,
    /// Whose record it is.
    pub owner: Option<UserId>,
    /// The id it gets where it is new.
    pub new_id: PersonId,
}

/// The record as it is to be here; `None`: it is so already.
pub fn person(told: &RemotePerson, means: &PersonMeans<'_>) -> Option<Person> {
    let of_account = || means.account.map(|(_, name)| name.to_owned());
    let company = told.company.clone().or_else(of_account).filter(|_| told.kind != PersonKind::Account);
    let mut reflected = Person {
        id: means.known.map_or(means.new_id, |known| known.id),
        kind: told.kind,
        name: cut(&told.name, MAX_NAME_CHARS),
        company: company.map(|company| cut(&company, MAX_NAME_CHARS)),
        account: means.account.map(|(account, _)| account),
        email: told.email.as_ref().map(|email| cut(email, MAX_NAME_CHARS)),
        phones: phones(&told.phones),
        version: means.known.map_or(1, |known| known.version),
        created_by_call: means.known.and_then(|known| known.created_by_call),
        owner: means.owner,
    };
    if means.known == Some(&reflected) {
        return None;
    }
    if let Some(known) = means.known {
        reflected.version = known.version + 1;
    }
    Some(reflected)
}

fn phones(told: &[PhoneText]) -> Vec<PhoneText> {
    let written = told.iter().filter(|phone| !phone.raw.trim().is_empty());
    let cut = |phone: &PhoneText| PhoneText { field: phone.field, raw: cut(&phone.raw, MAX_PHONE_CHARS) };
    written.take(MAX_PHONE_FIELDS).map(cut).collect()
}

fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

/// What the ids in the news of a Case mean here.
#[derive(Clone, Copy, Debug)]
pub struct CaseMeans<'a> {
    /// The Case, where it is known.
    pub known: Option<&'a Case>,
    /// Whose it is.
    pub contact: Option<PersonId>,
    /// The Account whose it is.
    pub account: Option<PersonId>,
    /// Who works on it.
    pub owner: Option<UserId>,
    /// The id it gets where it is new.
    pub new_id: CaseId,
}

/// The Case as it is to be here; `None`: it is so already.
pub fn case(told: &RemoteCase, means: &CaseMeans<'_>) -> Option<Case> {
    let digits = told.number.trim_start_matches('0');
    let mut reflected = Case {
        id: means.known.map_or(means.new_id, |known| known.id),
        // What is no number here gets the tenant's next one.
        number: digits.parse().ok().filter(|number| *number <= MAX_NUMBER).unwrap_or(0),
        subject: cut(&told.subject, crate::case::MAX_SUBJECT_CHARS),
        description: means.known.and_then(|known| known.description.clone()),
        status: status(told),
        priority: priority(told.priority.as_deref()),
        contact: means.contact,
        account: means.account,
        owner: means.owner,
        created_by_call: means.known.and_then(|known| known.created_by_call),
        opened_at: told.opened_at,
        closed_at: told.closed.then_some(told.closed_at.unwrap_or(told.modified)),
        version: means.known.map_or(1, |known| known.version),
    };
    let Some(known) = means.known else { return Some(reflected) };
    if *known == reflected
        || (*known == Case { number: known.number, ..reflected.clone() } && reflected.number == 0)
    {
        return None;
    }
    reflected.version = known.version + 1;
    Some(reflected)
}

/// Largest number a Case may have: what every store can hold.
const MAX_NUMBER: u64 = i64::MAX as u64;

/// Orgs name their own steps: what is not known is being worked on.
fn status(told: &RemoteCase) -> CaseStatus {
    match told.status.as_str() {
        _ if told.closed => CaseStatus::Closed,
        "New" => CaseStatus::New,
        "Escalated" => CaseStatus::Escalated,
        _ => CaseStatus::Working,
    }
}

fn priority(told: Option<&str>) -> CasePriority {
    match told {
        Some("High") => CasePriority::High,
        Some("Low") => CasePriority::Low,
        _ => CasePriority::Medium,
    }
}

/// Whether a user of ours is this user of the CRM, as far as logins say: the same user name or the same e-mail address.
pub fn same_login(login: &str, told: &RemoteUser) -> bool {
    let login = login.to_lowercase();
    let says = |text: &str| text.to_lowercase() == login;
    says(&told.username) || told.email.as_deref().is_some_and(says)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::PhoneField;
    use crate::id::At;
    use crate::mirror::RemoteId;
    use uuid::Uuid;

    fn told() -> RemotePerson {
        RemotePerson {
            id: RemoteId("003000000000001AAA".to_owned()),
            kind: PersonKind::Contact,
            name: "Ana Ruiz".to_owned(),
            company: None,
            account: None,
            twin: None,
            email: Some("ana@example.org".to_owned()),
            phones: vec![
                PhoneText { field: PhoneField::Phone, raw: " ".to_owned() },
                PhoneText { field: PhoneField::Mobile, raw: "600 00 00 01".to_owned() },
            ],
            owner: None,
            ours: None,
            modified: At(7),
        }
    }

    fn id(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn means(known: Option<&Person>) -> PersonMeans<'_> {
        PersonMeans { known, account: Some((id(5), "Acme")), owner: None, new_id: id(1) }
    }

    #[test]
    fn a_person_told_anew_is_what_was_told_with_the_name_of_their_account() {
        let made = person(&told(), &means(None)).unwrap();
        assert_eq!((made.id, made.version, made.company.as_deref()), (id(1), 1, Some("Acme")));
        assert_eq!(made.phones.len(), 1, "an empty field is no number");
    }

    #[test]
    fn the_same_told_again_changes_nothing_and_another_name_is_a_new_version() {
        let made = person(&told(), &means(None)).unwrap();
        assert_eq!(person(&told(), &means(Some(&made))), None);
        let renamed = RemotePerson { name: "Ana Gil".to_owned(), ..told() };
        let after = person(&renamed, &means(Some(&made))).unwrap();
        assert_eq!((after.id, after.version, after.name.as_str()), (made.id, 2, "Ana Gil"));
    }

    #[test]
    fn what_a_record_was_made_for_is_not_forgotten_when_it_comes_back() {
        let call = Some(crate::id::CallKey(Uuid::from_u128(9)));
        let made = Person { created_by_call: call, ..person(&told(), &means(None)).unwrap() };
        assert_eq!(person(&told(), &means(Some(&made))), None);
    }

    fn told_case(number: &str, status: &str, closed: bool) -> RemoteCase {
        RemoteCase {
            id: RemoteId("500000000000001AAA".to_owned()),
            number: number.to_owned(),
            subject: "Pedido".to_owned(),
            closed,
            status: status.to_owned(),
            priority: Some("High".to_owned()),
            contact: None,
            account: None,
            owner: None,
            opened_at: At(1),
            closed_at: None,
            ours: None,
            modified: At(7),
        }
    }

    fn case_means(known: Option<&Case>) -> CaseMeans<'_> {
        let new_id = CaseId(Uuid::from_u128(1));
        CaseMeans { known, contact: Some(id(1)), account: None, owner: None, new_id }
    }

    #[test]
    fn a_case_has_the_number_and_the_step_that_it_has_there() {
        let steps = [
            ("00001026", "New", false, (1026, CaseStatus::New, None)),
            ("7", "On Hold", false, (7, CaseStatus::Working, None)),
            ("7", "Escalated", false, (7, CaseStatus::Escalated, None)),
            ("A-7", "Solved", true, (0, CaseStatus::Closed, Some(At(7)))),
        ];
        for (number, status, closed, expected) in steps {
            let made = case(&told_case(number, status, closed), &case_means(None)).unwrap();
            assert_eq!((made.number, made.status, made.closed_at), expected);
        }
    }

    #[test]
    fn the_same_case_told_again_changes_nothing_whatever_number_it_got_here() {
        for number in ["26", "A-7"] {
            let told = told_case(number, "New", false);
            let mut made = case(&told, &case_means(None)).unwrap();
            made.number = made.number.max(3);
            assert_eq!(case(&told, &case_means(Some(&made))), None, "{number}");
        }
    }

    #[test]
    fn a_login_is_a_user_name_or_an_address_in_any_case() {
        let user = RemoteUser {
            id: RemoteId("005000000000001AAA".to_owned()),
            username: "Ana@acme.example.sandbox".to_owned(),
            name: "Ana".to_owned(),
            email: Some("ana@acme.example".to_owned()),
            active: true,
            modified: At(0),
        };
        assert!(same_login("ANA@acme.example", &user) && same_login("ana@acme.example.SANDBOX", &user));
        assert!(!same_login("ana", &user));
    }
}
