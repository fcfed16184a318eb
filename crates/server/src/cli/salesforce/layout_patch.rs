//! Puts the list of calls into the page layouts of an org. Without `apply` the org is asked whether it would take them, and nothing
//! is changed. Everything a layout says stays as it is; what it was is kept in a file before anything is changed.

use super::org::{Failure, Listed, Org, Trouble};
use super::package::{self, Layouts};
use super::related_list::{LISTED, Patched, with_list};
use super::words::Language;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// What layouts are of, and the lookup of a call that leads to it. The layouts of people who are Accounts are named for themselves.
const LOOKUPS: [(&str, &str); 5] = [
    ("Account", "Account__c"),
    ("Case", "Case__c"),
    ("Contact", "Contact__c"),
    ("Lead", "Lead__c"),
    ("PersonAccount", "Account__c"),
];

/// What is to be done.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// Whether layouts are changed, and not only looked at.
    pub(super) apply: bool,
    /// Layouts that are left as they are.
    pub(super) skip: &'a [String],
    /// Where what the layouts were is kept; no file that is there is replaced.
    pub(super) keep: &'a Path,
    pub(super) language: Language,
}

/// What becomes of one layout.
enum Fate {
    Gets { bytes: Vec<u8>, after: Option<String> },
    AlreadyThere,
    OfPackage(String),
    LeftOut,
    Unreadable(String),
}

/// Does it, and writes what it did line by line; answers whether all went well.
///
/// # Errors
/// The org was not reached or refused the call, in words for whoever runs it.
pub(super) async fn run(org: &Org<'_>, wanted: &Wanted<'_>, out: &mut dyn Write) -> Result<bool, String> {
    let words = wanted.language;
    let said = |trouble: Trouble| words.trouble(&trouble);
    tell(out, &words.org(org.instance(), &org.version));
    if !org.has_object(LISTED).await.map_err(said)? {
        return Err(words.no_object(LISTED));
    }
    let listed = org.layouts().await.map_err(said)?;
    let listed: Vec<(Listed, &str)> =
        listed.into_iter().filter_map(|one| Some((one.clone(), lookup(&one)?))).collect();
    let names: Vec<&str> =
        listed.iter().filter(|(one, _)| is_open(one, wanted)).map(|(one, _)| one.name.as_str()).collect();
    let before = if names.is_empty() { Layouts::new() } else { org.retrieve(&names).await.map_err(said)? };
    let fates: BTreeMap<&str, Fate> =
        listed.iter().map(|(one, lookup)| (one.name.as_str(), fate(one, lookup, wanted, &before))).collect();
    let after: Layouts = fates
        .iter()
        .filter_map(|(name, fate)| match fate {
            Fate::Gets { bytes, .. } => Some(((*name).to_owned(), bytes.clone())),
            _ => None,
        })
        .collect();
    let all_read = !fates.values().any(|fate| matches!(fate, Fate::Unreadable(_)));
    if after.is_empty() {
        report(out, words, &fates, &[]);
        tell(out, &words.nothing_to_do());
        return Ok(all_read);
    }
    if wanted.apply {
        keep(org, wanted, &before, &after)?;
    }
    let failures = org.deploy(&after, !wanted.apply).await.map_err(said)?;
    report(out, words, &fates, &failures);
    match (failures.is_empty(), wanted.apply) {
        (false, _) => tell(out, &words.none_changed()),
        (true, false) => tell(out, &words.would_change(after.len())),
        (true, true) => {
            tell(out, &words.changed(after.len()));
            tell(out, &words.kept(&wanted.keep.display().to_string()));
        }
    }
    Ok(failures.is_empty() && all_read)
}

/// The lookup that leads to what a layout is of, if calls are listed there.
fn lookup(layout: &Listed) -> Option<&'static str> {
    let (object, _) = layout.name.split_once('-')?;
    LOOKUPS.iter().find(|(of, _)| *of == object).map(|(_, lookup)| *lookup)
}

fn is_open(layout: &Listed, wanted: &Wanted<'_>) -> bool {
    layout.package.is_none() && !wanted.skip.contains(&layout.name)
}

fn fate(layout: &Listed, lookup: &str, wanted: &Wanted<'_>, before: &Layouts) -> Fate {
    if let Some(package) = &layout.package {
        return Fate::OfPackage(package.clone());
    }
    if wanted.skip.contains(&layout.name) {
        return Fate::LeftOut;
    }
    // What was listed and is gone by now has nothing that could be read.
    let content = before.get(&layout.name).map_or(&[] as &[u8], Vec::as_slice);
    match with_list(content, lookup) {
        Ok(Patched::With { bytes, after }) => Fate::Gets { bytes, after },
        Ok(Patched::AlreadyThere) => Fate::AlreadyThere,
        Err(error) => Fate::Unreadable(error.to_string()),
    }
}

/// Keeps what the layouts are in a file that can be deployed as it is.
fn keep(org: &Org<'_>, wanted: &Wanted<'_>, before: &Layouts, after: &Layouts) -> Result<(), String> {
    let file = wanted.keep.display().to_string();
    let changed = before.iter().filter(|(name, _)| after.contains_key(*name));
    let changed: Layouts = changed.map(|(name, bytes)| (name.clone(), bytes.clone())).collect();
    let zip = package::pack(&changed, &org.version)
        .map_err(|error| wanted.language.not_kept(&file, &error.to_string()))?;
    let written = std::fs::File::create_new(wanted.keep).and_then(|mut file| {
        file.write_all(&zip)?;
        file.sync_all()
    });
    written.map_err(|error| wanted.language.not_kept(&file, &error.to_string()))
}

fn report(out: &mut dyn Write, words: Language, fates: &BTreeMap<&str, Fate>, failures: &[Failure]) {
    let width = fates.keys().map(|name| name.chars().count()).max().unwrap_or_default();
    for (name, fate) in fates {
        let told = match fate {
            Fate::Gets { after, .. } => match failures.iter().find(|failure| failure.name == *name) {
                Some(failure) => words.refused(&failure.problem),
                None => words.gets(after.as_deref()),
            },
            Fate::AlreadyThere => words.already_there(),
            Fate::OfPackage(package) => words.of_package(package),
            Fate::LeftOut => words.left_out(),
            Fate::Unreadable(why) => words.unreadable(why),
        };
        tell(out, &format!("  {name:<width$}  {told}"));
    }
    // What is wrong with the deployment and with no layout of it.
    for failure in failures.iter().filter(|failure| !fates.contains_key(failure.name.as_str())) {
        tell(out, &format!("  {}  {}", failure.name, words.refused(&failure.problem)));
    }
}

/// Writes a line. Where nobody reads it any more, what is done goes on.
fn tell(out: &mut dyn Write, line: &str) {
    let _ = writeln!(out, "{line}");
}
