//! Who may do what with a record: the org-wide defaults, who owns it, who sees everything, who may not read its object at all.
//! Not there: roles, sharing rules, teams, territories, queues, what was shared by hand, what the owner of an Account may
//! do with what hangs on it, restriction rules.

use super::data::{Data, Row};
use super::schema::ObjectType;
use std::collections::BTreeSet;

/// The profile of those who may read and change everything.
pub(crate) const ADMINISTRATOR: &str = "System Administrator";
/// The profile of those who may what the defaults allow them.
pub(crate) const STANDARD: &str = "Standard User";
/// Objects with a default, its field of the Organization, and the value of a new org.
pub(crate) const DEFAULTS: [(&str, &str, &str); 4] = [
    ("Account", "DefaultAccountAccess", "Edit"),
    ("Contact", "DefaultContactAccess", "ControlledByParent"),
    ("Lead", "DefaultLeadAccess", "ReadEditTransfer"),
    ("Case", "DefaultCaseAccess", "ReadEditTransfer"),
];
/// What hangs on an Account and has its owner read the Account.
const CHILDREN_OF_ACCOUNTS: [&str; 3] = ["Contact", "Case", "Opportunity"];

/// What is set of users by themselves, as permission sets do it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rights {
    /// Users who read every record of what they may read at all.
    pub(crate) view_all: BTreeSet<String>,
    /// Users, and objects of which they read nothing.
    pub(crate) without: BTreeSet<(String, String)>,
    /// Users, and records that they may not read for a reason that is not told.
    pub(crate) hidden: BTreeSet<(String, String)>,
}

/// How much somebody may do with a record; each holds what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    None,
    Read,
    Edit,
    Delete,
    Transfer,
    All,
}

impl Level {
    /// Its name in answers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Level::None => "None",
            Level::Read => "Read",
            Level::Edit => "Edit",
            Level::Delete => "Delete",
            Level::Transfer => "Transfer",
            Level::All => "All",
        }
    }
}

/// How much a user may do with a record, by their ids.
pub(crate) fn level(data: &Data, user: &str, record: &str) -> Level {
    let living = data.any(record).filter(|(_, row)| row.deleted_at.is_none());
    let (Some((object, row)), Some(who)) = (living, data.row("User", user)) else {
        return Level::None;
    };
    let pair = |other: &str| (user.to_owned(), other.to_owned());
    let rights = &data.rights;
    if !who.is("IsActive") || rights.hidden.contains(&pair(record)) {
        return Level::None;
    }
    if rights.without.contains(&pair(&object.name)) {
        return Level::None;
    }
    let profile = data.row("Profile", who.text("ProfileId"));
    if profile.is_some_and(|profile| profile.text("Name") == ADMINISTRATOR) {
        return Level::All;
    }
    let least = if rights.view_all.contains(user) { Level::Read } else { Level::None };
    least.max(granted(data, user, object, row))
}

/// What the defaults and ownership grant.
fn granted(data: &Data, user: &str, object: &ObjectType, row: &Row) -> Level {
    let Some((_, field, _)) = DEFAULTS.iter().find(|(name, _, _)| *name == object.name) else {
        // What has no default here is everybody's.
        return Level::All;
    };
    let account = row.text("AccountId");
    let owned = if row.text("OwnerId") == user { Level::All } else { Level::None };
    if object.name == "Contact" && account.is_empty() {
        // Whatever the default says.
        return owned;
    }
    let organization = data.living("Organization").next();
    let default = organization.map_or("", |organization| organization.text(field));
    let by_default = match default {
        "Read" => Level::Read,
        "Edit" => Level::Edit,
        "ReadEditTransfer" => Level::Transfer,
        "ControlledByParent" => level(data, user, account),
        _ => Level::None,
    };
    let by_child = if object.name == "Account" && owns_a_child(data, user, row.id()) {
        Level::Read
    } else {
        Level::None
    };
    owned.max(by_default).max(by_child)
}

/// Whether a user owns something that hangs on an Account.
fn owns_a_child(data: &Data, user: &str, account: &str) -> bool {
    CHILDREN_OF_ACCOUNTS.iter().any(|child| {
        let object = data.schema.object(child);
        let field = object.and_then(|object| Some((object, object.field("AccountId")?)));
        field.is_some_and(|(object, field)| {
            let children = data.leading_to(object, field, account);
            children.iter().any(|id| data.row(child, id).is_some_and(|row| row.text("OwnerId") == user))
        })
    })
}
