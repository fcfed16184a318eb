//! Nothing that opens something stands in what the tests say: whoever may read the log of a build machine must not find a way
//! in by it. What a step said is looked through line by line for tokens, keys, and the secrets that the tests themselves use;
//! those are no secrets of anybody, and stand for one: where they get out, a real one would.

use std::fs;
use std::io;
use std::path::Path;

/// Secrets and passwords that tests give. One that is used no more is found out by a test below.
const GIVEN: [&str; 6] = [
    "bitacora-secret",
    "no-secret-of-theirs-4711",
    "wrong-secret",
    "not-a-secret-demo",
    "correct horse",
    "una frase bastante larga",
];
/// What stands before a value that opens something, in JSON, in forms, in headers and in settings.
const NAMES: [&str; 8] = [
    "access_token",
    "refresh_token",
    "client_secret",
    "code_verifier",
    "assertion",
    "\"token\"",
    "__Host-bitacora",
    "__Host-bitacora-frame",
];
/// What ids of organisations begin with; a token of Salesforce is such an id, `!` and the rest.
const ORGANISATION: &str = "00D";
/// How long such an id is in a token.
const ORGANISATION_LENGTH: usize = 15;
/// Shortest value that is taken for one that opens something: anything shorter is a word.
const SHORTEST: usize = 12;
/// How many characters of a finding are shown.
const SHOWN: usize = 4;

/// Something that should not have been said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Which file.
    pub(crate) file: String,
    /// Which of its lines, from 1.
    pub(crate) line: usize,
    /// What it is.
    pub(crate) what: &'static str,
    /// Its beginning.
    pub(crate) masked: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {} ({})", self.file, self.line, self.what, self.masked)
    }
}

/// What stands in the files of a folder and should not.
pub(crate) fn in_folder(folder: &Path) -> io::Result<Vec<Finding>> {
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let mut findings = Vec::new();
    for file in files {
        let name = file.path().display().to_string();
        let bytes = fs::read(file.path())?;
        for (nth, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = String::from_utf8_lossy(line);
            let found = in_line(&line).into_iter();
            findings.extend(found.map(|(what, value)| Finding {
                file: name.clone(),
                line: nth + 1,
                what,
                masked: masked(value),
            }));
        }
    }
    Ok(findings)
}

/// Its first characters, which name a kind and open nothing.
fn masked(value: &str) -> String {
    let shown: String = value.chars().take(SHOWN).collect();
    format!("{shown}…, {} characters", value.chars().count())
}

/// What of a line opens something, each with what it is.
fn in_line(line: &str) -> Vec<(&'static str, &str)> {
    let mut found: Vec<(&'static str, &str)> =
        GIVEN.iter().filter_map(|given| Some(("a secret of the tests", part(line, given)?))).collect();
    found.extend(line.match_indices('!').filter_map(|(at, _)| Some(("a token of an org", token(line, at)?))));
    found.extend(
        line.match_indices("eyJ").filter_map(|(at, _)| Some(("a signed token", signed(&line[at..])?))),
    );
    if line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----") {
        found.push(("a private key", "-----BEGIN"));
    }
    for name in NAMES {
        let values = line.match_indices(name).filter_map(|(at, _)| value(&line[at + name.len()..]));
        found.extend(values.map(|value| ("the value of a name that opens", value)));
    }
    found
}

fn part<'a>(line: &'a str, wanted: &str) -> Option<&'a str> {
    let at = line.find(wanted)?;
    line.get(at..at + wanted.len())
}

/// The token whose `!` is at `at`.
fn token(line: &str, at: usize) -> Option<&str> {
    let from = at.checked_sub(ORGANISATION_LENGTH)?;
    let id = line.get(from..at).filter(|id| id.starts_with(ORGANISATION))?;
    let rest = leading(line.get(at + 1..)?, |c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let is_one = id.bytes().all(|byte| byte.is_ascii_alphanumeric()) && rest.len() >= SHORTEST;
    is_one.then(|| &line[from..at + 1 + rest.len()])
}

/// Three parts of base64 with a point between, of which the first is JSON.
fn signed(from: &str) -> Option<&str> {
    let whole = leading(from, |c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let parts: Vec<&str> = whole.split('.').collect();
    let is_one = parts.len() >= 3 && parts[..3].iter().all(|part| part.len() >= SHORTEST);
    is_one.then_some(whole)
}

/// The value behind a name, if it looks like one that nobody made up: long, and with a digit.
fn value(behind: &str) -> Option<&str> {
    let behind = behind.trim_start_matches(['"', '\\', ' ']);
    let behind = behind.strip_prefix([':', '='])?.trim_start_matches(['"', '\\', ' ']);
    let value = leading(behind, |c| c.is_ascii_alphanumeric() || "-_+/=%!".contains(c));
    let is_one = value.len() >= SHORTEST && value.bytes().any(|byte| byte.is_ascii_digit());
    is_one.then_some(value)
}

fn leading(text: &str, may: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !may(c)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root;
    use std::path::PathBuf;

    /// A token as an org gives it, which none gave.
    fn planted() -> String {
        format!("00D{}!{}", "5j000000abcd", "AQ4AQFzk9".repeat(4))
    }

    fn kinds(line: &str) -> Vec<&'static str> {
        in_line(line).into_iter().map(|(what, _)| what).collect()
    }

    #[test]
    fn what_opens_something_is_found_wherever_it_stands() {
        let part = "A1b2C3d4E5f6G7";
        for (line, what) in [
            (format!("Authorization: Bearer {}", planted()), "a token of an org"),
            (format!("sent eyJ{part}.eyJ{part}.{part} away"), "a signed token"),
            ("-----BEGIN RSA PRIVATE KEY-----".to_owned(), "a private key"),
            (format!("{{\"refresh_token\":\"5Aep{part}\"}}"), "the value of a name that opens"),
            (format!("grant_type=x&client_secret={part}&a=b"), "the value of a name that opens"),
            (format!("said \"{{\\\"access_token\\\": \\\"{part}\\\"}}\""), "the value of a name that opens"),
            (format!("Set-Cookie: __Host-bitacora={part}; Secure"), "the value of a name that opens"),
            (format!("secret: {}", GIVEN[0]), "a secret of the tests"),
        ] {
            assert!(kinds(&line).contains(&what), "{what}: {:?}", kinds(&line));
        }
    }

    #[test]
    fn what_only_looks_alike_is_no_alarm() {
        for line in [
            "assertion failed: left == right!",
            "test a_log_in_that_is_refused_says_why_and_nothing_that_is_secret ... ok",
            "  ✓  12 [e2e] › tests/e2e/panel.spec.ts:3:1 › refresh_token is no word of a page (1.2s)",
            "setting tenants.salesforce.client_secret: is needed with flow ClientCredentials",
            "expected `client_secret: Option<Secret>`, found `client_secret: String`",
            "org 00D5j000000abcd is meant! not another",
            "eyJ is what such a token begins with",
            "-----BEGIN CERTIFICATE-----",
        ] {
            assert_eq!(kinds(line), Vec::<&str>::new(), "{line}");
        }
    }

    #[test]
    fn a_finding_says_where_it_is_and_not_what() {
        let folder = std::env::temp_dir().join(format!("bitacora-secrets-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("1.txt"), format!("nothing\n{}\n", planted())).expect("a file");
        fs::write(folder.join("2.txt"), b"\xff\xfe nothing").expect("a file");
        let found = in_folder(&folder).expect("read");
        fs::remove_dir_all(&folder).expect("removed");
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((one.line, one.what), (2, "a token of an org"));
        assert!(one.file.ends_with("1.txt") && !one.to_string().contains(&planted()[..SHOWN + 1]), "{one}");
    }

    #[test]
    fn the_secrets_that_are_looked_for_are_those_that_tests_give() {
        let mut missing: Vec<&str> = GIVEN.to_vec();
        let mut folders: Vec<PathBuf> = ["crates", "web/tests"].map(|name| root().join(name)).to_vec();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                if entry.file_type().expect("a kind").is_dir() {
                    folders.push(entry.path());
                } else if let Ok(text) = fs::read_to_string(entry.path()) {
                    missing.retain(|given| !text.contains(given));
                }
            }
        }
        assert_eq!(missing, Vec::<&str>::new());
    }
}
