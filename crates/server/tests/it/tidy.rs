//! The shape of the tree: what no compiler looks after. Each test reads files of the repository and says which
//! of them is wrong and why.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders and files that are the project's own words; what a tool writes lies elsewhere.
const OWN: [&str; 21] = [
    ".cargo",
    ".ci",
    "bench",
    "crates",
    "docs",
    "salesforce",
    "web/build",
    "web/src",
    "web/tests",
    "web/package.json",
    "web/package-lock.json",
    "web/playwright.config.ts",
    "web/vite.config.ts",
    "xtask",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "Cargo.toml",
    "NOTICE",
    "README.es.md",
    "README.md",
    "deny.toml",
];
/// Endings of files that people read and write.
const WRITTEN: [&str; 11] = ["rs", "ts", "mjs", "svelte", "css", "html", "sql", "toml", "md", "py", "sh"];
/// Longest file that can be read in one go, in lines.
const MAX_LINES: usize = 500;
/// Most packages in the lock file: each is somebody's code in the one binary that holds customers' data.
const MAX_PACKAGES: usize = 300;

/// What each crate of the product may depend on: the picture in ARCHITECTURE.md. `sandbox` plays a phone
/// system and so speaks the frames of `telephony`; no other adapter knows another.
const ARROWS: [(&str, &[&str]); 6] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("telephony", &["domain"]),
    ("crm", &["domain"]),
    ("sandbox", &["domain", "telephony"]),
    ("server", &["crm", "domain", "store", "telephony", "sandbox"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every own text, by its path from the root.
fn texts() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    OWN.iter().for_each(|name| collect(&root().join(name), name, &mut found));
    assert!(found.len() > 100, "the tree was not found: {} files", found.len());
    found
}

fn collect(path: &Path, name: &str, found: &mut BTreeMap<String, String>) {
    if let Ok(entries) = fs::read_dir(path) {
        for entry in entries.flatten() {
            let inside = entry.file_name().to_string_lossy().into_owned();
            if !["node_modules", "target", "results"].contains(&inside.as_str()) {
                collect(&entry.path(), &format!("{name}/{inside}"), found);
            }
        }
    } else if let Ok(text) = fs::read_to_string(path) {
        found.insert(name.to_owned(), text);
    }
}

fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Fails with every line of `wrong`.
#[track_caller]
fn none(wrong: Vec<String>, what: &str) {
    assert!(wrong.is_empty(), "{what}:\n  {}", wrong.join("\n  "));
}

fn manifest(path: &str) -> toml::Table {
    read(path).parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Names in a table of dependencies.
fn names(manifest: &toml::Table, table: &str) -> BTreeSet<String> {
    let table = manifest.get(table).and_then(toml::Value::as_table);
    table.into_iter().flat_map(|table| table.keys().cloned()).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn invariant_1_domain_depends_on_nothing_that_reaches_outside() {
    let domain = manifest("crates/domain/Cargo.toml");
    let pure = set(&["rlibphonenumber", "serde", "thiserror", "uuid"]);
    let added: Vec<String> = names(&domain, "dependencies").difference(&pure).cloned().collect();
    none(added, "domain may only depend on crates that compute; judge these, and add them here if they do");
    let workspace = manifest("Cargo.toml");
    for (name, uuid) in [
        ("domain", &domain["dependencies"]["uuid"]),
        ("the workspace", &workspace["workspace"]["dependencies"]["uuid"]),
    ] {
        let features = uuid.get("features").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let random = features
            .iter()
            .filter_map(toml::Value::as_str)
            .find(|feature| ["v1", "v4", "v6", "v7"].contains(feature));
        assert_eq!(random, None, "{name}: uuid makes ids from clock or randomness there");
    }
}

#[test]
fn crates_depend_on_each_other_only_as_drawn() {
    let own: BTreeSet<String> =
        names(manifest("Cargo.toml")["workspace"].as_table().expect("a table"), "dependencies")
            .into_iter()
            .filter(|name| root().join("crates").join(name).exists())
            .collect();
    for (name, drawn) in ARROWS {
        let manifest = manifest(&format!("crates/{name}/Cargo.toml"));
        let used: BTreeSet<String> = names(&manifest, "dependencies").intersection(&own).cloned().collect();
        assert_eq!(used, set(drawn), "arrows of {name}");
    }
    let crates = fs::read_dir(root().join("crates")).expect("crates").flatten();
    let mut unknown: BTreeSet<String> =
        crates.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    ARROWS.iter().for_each(|(name, _)| assert!(unknown.remove(*name), "{name}"));
    assert_eq!(unknown, set(&["testkit"]), "a crate that no picture shows");
    assert_eq!(names(&manifest("xtask/Cargo.toml"), "dependencies"), set(&[]), "xtask has no dependency");
}

#[test]
fn invariant_1_only_server_reads_clock_environment_and_randomness() {
    let clippy = read("clippy.toml");
    let read_ways =
        ["SystemTime::now", "Instant::now", "env::var\"", "env::vars\"", "Uuid::now_v7", "Uuid::new_v4"];
    none(
        read_ways.iter().filter(|way| !clippy.contains(**way)).map(|&way| way.to_owned()).collect(),
        "clippy.toml no longer forbids",
    );
    // The lint cannot be allowed, only expected: each exception can be seen, and here is where they may be.
    let expects = concat!("expect(clippy::", "disallowed_methods");
    let library = |path: &str| {
        path.starts_with("crates/") && path.contains("/src/") && !path.starts_with("crates/testkit/")
    };
    let outside =
        texts().into_iter().filter(|(path, text)| library(path) && code_only(text).contains(expects));
    let outside = outside.map(|(path, _)| path).filter(|path| !path.starts_with("crates/server/"));
    none(outside.collect(), "reads clock, environment or randomness outside server");
    for (name, _) in ARROWS.iter().filter(|(name, _)| *name != "server") {
        let dependencies = names(&manifest(&format!("crates/{name}/Cargo.toml")), "dependencies");
        none(
            dependencies
                .intersection(&set(&["rand", "getrandom", "jiff", "chrono", "time"]))
                .cloned()
                .collect(),
            name,
        );
    }
}

/// The part of a Rust file before its tests.
fn code_only(text: &str) -> &str {
    text.split_once("#[cfg(test)]").map_or(text, |(code, _)| code)
}

#[test]
fn files_can_be_read_in_one_go() {
    let written = texts().into_iter().filter(|(path, _)| WRITTEN.contains(&ending(path)));
    let long =
        written.map(|(path, text)| (path, text.lines().count())).filter(|(_, lines)| *lines > MAX_LINES);
    none(long.map(|(path, lines)| format!("{path}: {lines} lines")).collect(), "longer than 500 lines");
}

#[test]
fn files_are_named_for_what_they_hold() {
    let empty = ["util", "utils", "helper", "helpers", "manager", "misc", "common", "stuff"];
    let says_nothing =
        |path: &String| path.split(['/', '.']).any(|part| empty.contains(&part.to_lowercase().as_str()));
    none(texts().into_keys().filter(says_nothing).collect(), "a name that says nothing");
}

#[test]
fn tests_are_neither_skipped_nor_slept_through_and_nothing_is_left_to_do() {
    let everywhere =
        [concat!("#[", "ignore"), concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[", "allow(")];
    let in_tests = [
        concat!("waitFor", "Timeout("),
        concat!("thread::", "sleep("),
        concat!("time::", "sleep("),
        concat!(".on", "ly("),
        concat!("test.", "skip("),
        concat!("test.", "fixme("),
    ];
    let mut wrong = Vec::new();
    for (path, text) in
        texts().iter().filter(|(path, _)| ["rs", "ts", "svelte", "css", "sql"].contains(&ending(path)))
    {
        let is_test = path.contains("/tests/");
        let forbidden = everywhere.iter().chain(in_tests.iter().filter(|_| is_test));
        wrong
            .extend(forbidden.filter(|words| text.contains(**words)).map(|words| format!("{path}: {words}")));
    }
    none(wrong, "must not be there");
}

#[test]
fn no_machine_and_no_registry_is_named() {
    let hosts = [
        concat!("registry.", "npmjs"),
        concat!("crates", ".io/api"),
        concat!("index.crates", ".io"),
        concat!("deb.", "debian.org"),
        concat!("pypi", ".org"),
    ];
    let folders =
        [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
    let mut wrong = Vec::new();
    for (path, text) in texts() {
        wrong.extend(
            hosts
                .iter()
                .chain(&folders)
                .filter(|word| text.contains(**word))
                .map(|word| format!("{path}: {word}")),
        );
    }
    none(wrong, "must not be there");
}

#[test]
fn the_lock_file_stays_small() {
    let packages = read("Cargo.lock").matches("[[package]]").count();
    assert!(packages < MAX_PACKAGES, "{packages} packages in Cargo.lock");
}

/// Names of all tests, and titles of those in the browser.
fn test_names(texts: &BTreeMap<String, String>) -> HashSet<String> {
    let mut names = HashSet::new();
    for (path, text) in texts {
        let (before, after): (&[&str], char) = match ending(path) {
            "rs" => (&["fn "], '('),
            "ts" if path.ends_with(".spec.ts") => (&["test('"], '\''),
            _ => continue,
        };
        for start in before {
            names.extend(
                text.split(start).skip(1).filter_map(|rest| rest.split(after).next()).map(str::to_owned),
            );
        }
    }
    names
}

#[test]
fn each_rule_of_the_mission_that_holds_today_has_tests_that_name_it() {
    let names = test_names(&texts());
    for rule in ["p01", "p02", "p03", "p04", "p05", "p11", "p13", "p14", "p15"] {
        let count = names
            .iter()
            .filter(|name| name.strip_prefix(rule).is_some_and(|rest| rest.starts_with(['_', ' '])))
            .count();
        // One that holds to the rule and one that would notice its opposite.
        assert!(count >= 2, "{rule} has {count} tests");
    }
}

#[test]
fn each_invariant_in_the_architecture_names_a_test_that_exists() {
    let document = read("ARCHITECTURE.md");
    let names = test_names(&texts());
    let invariants: Vec<&str> = document.split("Architecture invariant:").skip(1).collect();
    assert!(invariants.len() >= 10, "{} invariants", invariants.len());
    let mut wrong = Vec::new();
    for text in invariants {
        let invariant = text.split("\n\n").next().unwrap_or(text);
        let Some((_, tests)) = invariant.split_once("Test:") else {
            wrong.push(format!("without a test:{invariant}"));
            continue;
        };
        let named = tests.split('`').skip(1).step_by(2);
        wrong.extend(
            named.filter(|name| !names.contains(*name)).map(|name| format!("there is no test {name}")),
        );
    }
    none(wrong, "ARCHITECTURE.md");
}

/// The lines of the shell in the code blocks of a document, without what is said beside them.
fn commands(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines =
        blocks.flat_map(str::lines).map(|line| line.split('#').next().unwrap_or(line).trim().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

#[test]
fn each_pitfall_of_a_phone_system_names_tests_that_exist() {
    const PITFALLS: usize = 25;
    let (document, names) = (read("docs/verification/pitfalls.md"), test_names(&texts()));
    let mut wrong = Vec::new();
    for nr in 1..=PITFALLS {
        let row = document.lines().find_map(|line| line.strip_prefix(&format!("| {nr} |")));
        let tests =
            row.and_then(|row| row.trim_end_matches(" |").rsplit_once(" | ")).map_or("", |(_, tests)| tests);
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            wrong.push(format!("{nr} names no test"));
        }
        let missing = named.into_iter().filter(|name| !names.contains(*name));
        wrong.extend(missing.map(|name| format!("{nr}: there is no test {name}")));
    }
    none(wrong, "docs/verification/pitfalls.md");
}

#[test]
fn each_promise_of_lists_and_reports_names_tests_that_exist() {
    let (document, names) = (read("docs/verification/insight.md"), test_names(&texts()));
    let rows: Vec<(&str, &str)> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.rsplit_once(" | "))
        .skip(2)
        .collect();
    assert!(rows.len() >= 20, "{} promises", rows.len());
    let mut wrong = Vec::new();
    for (promise, tests) in rows {
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            wrong.push(format!("without a test: {promise}"));
        }
        let missing = named.into_iter().filter(|name| !names.contains(*name));
        wrong.extend(missing.map(|name| format!("{promise}: there is no test {name}")));
    }
    none(wrong, "docs/verification/insight.md");
}

#[test]
fn each_assumption_about_an_org_is_asserted_by_the_suite_against_a_real_one() {
    let document = read("docs/salesforce-emulator.md");
    let section = document.split_once("## What is assumed").expect("the section").1;
    let section = section.split("\n## ").next().unwrap_or_default();
    let told = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let told: BTreeSet<&str> = told.collect();
    let suite = read("salesforce/conformance/live_org.py");
    let asserted = suite.lines().filter_map(|line| line.strip_prefix("@assumed(\"")?.split('"').next());
    assert!(told.len() > 20, "{told:?}");
    assert_eq!(told, asserted.collect());
}

#[test]
fn both_readmes_say_the_same_commands_pictures_and_links() {
    let (english, spanish) = (read("README.md"), read("README.es.md"));
    assert_eq!(commands(&english), commands(&spanish));
    assert!(commands(&english).contains(&"cargo xtask run".to_owned()));
    let targets = |text: &str| {
        let links = links(text).into_iter().filter(|link| !link.starts_with("README"));
        // A picture of the pages is in the reader's language.
        links.map(|link| link.replace("-en.png", ".png")).collect::<Vec<_>>()
    };
    assert_eq!(targets(&english), targets(&spanish));
    assert_eq!(english.matches("\n## ").count(), spanish.matches("\n## ").count(), "chapters");
}

/// Where a document's links and pictures lead.
fn links(text: &str) -> Vec<String> {
    let until = |start: &'static str, end: char| {
        text.split(start).skip(1).filter_map(move |rest| rest.split(end).next())
    };
    let targets = until("](", ')').chain(until("src=\"", '"'));
    targets.map(|target| target.split('#').next().unwrap_or(target).to_owned()).collect()
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut wrong = Vec::new();
    for (path, text) in texts().iter().filter(|(path, _)| ending(path) == "md") {
        let folder = root().join(path);
        let folder = folder.parent().expect("a file lies in a folder");
        let inside = links(text).into_iter().filter(|link| !link.is_empty() && !link.contains("://"));
        wrong.extend(inside.filter(|link| !folder.join(link).exists()).map(|link| format!("{path}: {link}")));
    }
    none(wrong, "links to nothing");
}

#[test]
fn each_setting_is_explained() {
    let settings = read("crates/server/src/settings/mod.rs");
    let explained = read("docs/settings.md");
    let fields = settings
        .lines()
        .filter_map(|line| line.strip_prefix("    pub ")?.split_once(": ").map(|(name, _)| name));
    let fields: Vec<&str> =
        fields.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect();
    assert!(fields.len() >= 20, "{fields:?}");
    // Fields that only group others have a chapter instead.
    let missing =
        fields.into_iter().filter(|name| *name != "kind" && !explained.contains(&format!("{name}`")));
    none(
        missing
            .filter(|name| {
                !explained.contains(&format!("[{name}]")) && !explained.contains(&format!("[[{name}]]"))
            })
            .map(str::to_owned)
            .collect(),
        "docs/settings.md lacks",
    );
}

#[test]
fn each_text_of_the_catalogue_is_shown_somewhere() {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = |text: &str| text.split(|c| !is_word(c)).map(str::to_owned).collect::<Vec<_>>();
    let named = |path: &str, language: &str| {
        path.strip_prefix("web/src/lib/i18n/")
            .is_some_and(|file| file == format!("{language}.ts") || file.starts_with(&format!("{language}-")))
    };
    let of_catalogue = |path: &str| named(path, "en") || named(path, "es");
    let catalogue: String =
        texts().into_iter().filter(|(path, _)| named(path, "en")).map(|(_, text)| text).collect();
    let elsewhere =
        texts().into_iter().filter(|(path, _)| path.starts_with("web/src/") && !of_catalogue(path));
    let mut used: HashSet<String> = elsewhere.flat_map(|(_, text)| words(&text)).collect();
    // Some texts are picked by a word that the server says; those stand between backticks in its documents,
    // and between quotes in the rules that explain a call.
    let said = read("docs/api.md")
        + &read("docs/api-codes.md")
        + &read("docs/api-activities.md")
        + &read("docs/api-completeness.md")
        + &read("docs/api-phone.md")
        + &read("docs/api-floor.md")
        + &read("docs/api-export.md")
        + &read("docs/api-reports.md")
        + &read("docs/api-webhooks.md")
        + &read("docs/api-review.md")
        + &read("docs/replay.md")
        + &read("docs/salesforce.md");
    used.extend(said.split('`').skip(1).step_by(2).flat_map(words));
    let rules = texts().into_iter().filter(|(path, _)| path.starts_with("crates/domain/src/"));
    used.extend(
        rules.flat_map(|(_, text)| text.split('"').skip(1).step_by(2).flat_map(words).collect::<Vec<_>>()),
    );
    let keys = catalogue.lines().filter(|line| line.starts_with("    ")).filter_map(|line| {
        let (key, _) = line.trim_start().split_once(':')?;
        (!key.is_empty() && key.chars().all(is_word)).then(|| key.to_owned())
    });
    none(keys.filter(|key| !used.contains(key)).collect(), "texts that no page shows");
}
