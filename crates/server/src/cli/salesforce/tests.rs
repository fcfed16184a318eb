//! The command against an emulated org: what it says, and what the org has afterwards.

use super::layout_patch::{Wanted, run};
use super::org::{Access, Org};
use super::words::Language;
use super::{INSTANCE, TOKEN, access, chosen, soap};
use async_trait::async_trait;
use crm::salesforce::{Request, Response, Secret, Transport, TransportError};
use domain::id::At;
use sandbox::salesforce::{Org as Emulated, Request as Asked};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

/// 2026-11-26T10:00:00Z.
const NOW: At = At(1_795_687_200_000_000);

/// An org in this process, and how many deployments were asked of it that would stay.
struct Near {
    org: Mutex<Emulated>,
    token: String,
    deployed: Mutex<usize>,
    folder: tempfile::TempDir,
}

#[async_trait]
impl Transport for Near {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let target = request.url.strip_prefix("https://org.example").expect("the org's own address");
        if String::from_utf8_lossy(&request.body).contains("<checkOnly>false</checkOnly>") {
            *self.deployed.lock().expect("unpoisoned") += 1;
        }
        let asked = Asked {
            method: request.method.name().to_owned(),
            target: target.to_owned(),
            origin: "https://org.example".to_owned(),
            headers: request.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            body: request.body,
        };
        let answer = self.org.lock().expect("unpoisoned").answer(&asked, NOW);
        Ok(Response { status: answer.status, headers: answer.headers, body: answer.body })
    }
}

impl Near {
    fn new() -> Near {
        let mut org = Emulated::new(7, NOW);
        let form = "grant_type=client_credentials&client_id=bitacora&client_secret=bitacora-secret";
        let login = Asked {
            method: "POST".to_owned(),
            target: "/services/oauth2/token".to_owned(),
            body: form.as_bytes().to_vec(),
            headers: vec![("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
            ..Asked::default()
        };
        let said: serde_json::Value = serde_json::from_slice(&org.answer(&login, NOW).body).expect("JSON");
        let token = said["access_token"].as_str().expect("a token").to_owned();
        let folder = tempfile::tempdir().expect("a folder");
        Near { org: Mutex::new(org), token, deployed: Mutex::new(0), folder }
    }

    fn kept(&self) -> PathBuf {
        self.folder.path().join("before.zip")
    }

    /// Runs the command; answers whether all went well, or why it was not done, and what it said.
    fn run(&self, apply: bool, skip: &[&str], language: Language) -> (Result<bool, String>, String) {
        let (mut said, skip): (_, Vec<String>) =
            (Vec::new(), skip.iter().map(|name| (*name).to_owned()).collect());
        let wanted = Wanted { apply, skip: &skip, keep: &self.kept(), language };
        let done = block_on(async {
            let org = self.reach().await;
            run(&org, &wanted, &mut said).await
        });
        (done, String::from_utf8(said).expect("text"))
    }

    async fn reach(&self) -> Org<'_> {
        let access = Access { instance: "https://org.example".to_owned(), token: Secret::new(&self.token) };
        Org::reach(self, access).await.expect("the org")
    }

    fn layout(&self, name: &str) -> String {
        let layouts = block_on(async { self.reach().await.retrieve(&[name]).await }).expect("layouts");
        String::from_utf8(layouts[name].clone()).expect("text")
    }

    /// Does to the org what no client can.
    fn control(&self, path: &str, body: &str) {
        let asked = Asked {
            method: "POST".to_owned(),
            target: format!("/emulator/{path}"),
            body: body.as_bytes().to_vec(),
            ..Asked::default()
        };
        let answer = self.org.lock().expect("unpoisoned").answer(&asked, NOW);
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    }

    fn deployed(&self) -> usize {
        *self.deployed.lock().expect("unpoisoned")
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

#[test]
fn without_apply_it_shows_what_it_would_do_and_changes_nothing() {
    let org = Near::new();
    let before = org.layout("Contact-Contact Layout");
    let (done, said) = org.run(false, &[], Language::En);
    assert_eq!(done, Ok(true), "{said}");
    for line in [
        "Contact-Contact Layout               gets the list of calls, after RelatedActivityList",
        "PersonAccount-Person Account Layout  gets the list of calls, after RelatedCaseList",
        "Contact-acme__Acme Contact Layout    left as it is: it belongs to the managed package acme",
        "Nothing was changed. The org looked at the 5 layout(s) and would take them",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert!(!said.contains("Opportunity"), "{said}");
    assert_eq!((org.layout("Contact-Contact Layout"), org.deployed()), (before, 0));
    assert!(!org.kept().exists());
}

#[test]
fn with_apply_each_layout_has_the_list_of_its_lookup_and_a_second_run_changes_nothing() {
    let org = Near::new();
    let before = org.layout("Account-Account Layout");
    let (done, said) = org.run(true, &[], Language::En);
    assert_eq!(done, Ok(true), "{said}");
    for (layout, lookup) in [
        ("Account-Account Layout", "Account__c"),
        ("Case-Case Layout", "Case__c"),
        ("Contact-Contact Layout", "Contact__c"),
        ("Lead-Lead Layout", "Lead__c"),
        ("PersonAccount-Person Account Layout", "Account__c"),
    ] {
        let list = format!("<relatedList>Call_Activity__c.{lookup}</relatedList>");
        assert_eq!(org.layout(layout).matches(&list).count(), 1, "{layout}");
    }
    let kept = super::package::unpack(&std::fs::read(org.kept()).expect("it is kept")).expect("a zip file");
    assert_eq!((kept.len(), kept["Account-Account Layout"].as_slice()), (5, before.as_bytes()));
    let after = org.layout("Account-Account Layout");
    let (done, said) = org.run(true, &[], Language::Es);
    assert_eq!(done, Ok(true));
    assert!(
        said.contains("ya tiene la lista de llamadas") && said.contains("No hay nada que cambiar."),
        "{said}"
    );
    assert_eq!((org.layout("Account-Account Layout"), org.deployed()), (after, 1));
}

#[test]
fn what_is_left_out_is_named_and_left_as_it_is() {
    let org = Near::new();
    let (done, said) = org.run(true, &["Lead-Lead Layout"], Language::En);
    assert_eq!(done, Ok(true), "{said}");
    assert!(said.contains("left as it is: --skip"), "{said}");
    assert!(!org.layout("Lead-Lead Layout").contains("Call_Activity__c"));
}

#[test]
fn one_layout_that_the_org_refuses_keeps_all_of_them_as_they_were_and_is_named() {
    let org = Near::new();
    let broken = "<Layout xmlns=\"http://soap.sforce.com/2006/04/metadata\"><layoutSections/></Layout>";
    let layouts = BTreeMap::from([("Case-Case Layout".to_owned(), broken.as_bytes().to_vec())]);
    assert!(
        block_on(async { org.reach().await.deploy(&layouts, false).await }).expect("deployed").is_empty()
    );
    // A field that goes while a layout still shows it is what an org refuses most often.
    let shown = broken.replace(
        "<layoutSections/>",
        "<layoutSections><layoutColumns><layoutItems><field>Gone__c</field></layoutItems></layoutColumns></layoutSections>",
    );
    org.control("schema", "{\"objects\":\"object Case 500 Case/Cases\\nGone__c string 5\"}");
    let layouts = BTreeMap::from([("Case-Case Layout".to_owned(), shown.into_bytes())]);
    assert!(
        block_on(async { org.reach().await.deploy(&layouts, false).await }).expect("deployed").is_empty()
    );
    let untouched = org.layout("Contact-Contact Layout");
    org.control("schema", "{\"without\":[\"Case.Gone__c\"]}");
    for language in [Language::En, Language::Es] {
        let (done, said) = org.run(true, &[], language);
        assert_eq!(done, Ok(false), "{said}");
        assert!(said.contains("no CustomField named Case.Gone__c found"), "{said}");
        std::fs::remove_file(org.kept()).expect("it was kept before");
    }
    assert_eq!(org.layout("Contact-Contact Layout"), untouched);
}

#[test]
fn a_file_that_is_there_is_not_replaced_and_then_nothing_is_changed() {
    let org = Near::new();
    std::fs::write(org.kept(), "mine").expect("written");
    let (done, said) = org.run(true, &[], Language::En);
    assert!(done.expect_err(&said).contains("nothing was changed"));
    assert_eq!((std::fs::read(org.kept()).expect("it is there"), org.deployed()), (b"mine".to_vec(), 0));
}

#[test]
fn an_org_that_refuses_is_quoted_and_one_without_the_package_named() {
    let mut org = Near::new();
    org.control("schema", "{\"without\":[\"Call_Activity__c\"]}");
    let (done, said) = org.run(true, &[], Language::En);
    assert!(done.expect_err(&said).contains("the org has no Call_Activity__c"));
    "expired".clone_into(&mut org.token);
    for (language, expected) in [
        (Language::En, "the org refuses: INVALID_SESSION_ID"),
        (Language::Es, "se niega: INVALID_SESSION_ID"),
    ] {
        let (done, said) = org.run(false, &[], language);
        assert!(done.expect_err(&said).contains(expected));
    }
}

#[test]
fn the_token_comes_from_the_environment_and_goes_over_https_alone() {
    let environment = |instance: &str| {
        BTreeMap::from([(TOKEN.to_owned(), "t&<".to_owned()), (INSTANCE.to_owned(), instance.to_owned())])
    };
    for (instance, is_taken) in [
        ("https://acme.my.salesforce.com/", true),
        ("http://127.0.0.1:8651", true),
        ("http://localhost", true),
        ("http://localhost.example", false),
        ("http://acme.my.salesforce.com", false),
        ("", false),
    ] {
        let taken = access(None, &environment(instance), Language::En);
        assert_eq!(taken.is_ok(), is_taken, "{instance}");
        assert!(!format!("{taken:?}").contains("t&<"), "a token shows nowhere");
    }
    assert!(access(Some("https://acme.example"), &BTreeMap::new(), Language::Es).is_err());
    assert!(String::from_utf8_lossy(&soap::envelope("t&<", "")).contains("t&amp;&lt;"));
}

#[test]
fn of_a_settings_file_the_only_org_is_meant_unless_one_is_named() {
    let tenant = |slug: &str, client_id: &str| {
        format!(
            "[[tenants]]\nslug = \"{slug}\"\nhosts = [\"{slug}.example\"]\n[tenants.salesforce]\n\
             organisation = \"00D000000000001\"\n{client_id}\n"
        )
    };
    let connected = "client_id = \"c\"\nflow = \"client_credentials\"\nclient_secret = \"s\"";
    let settings = |text: &str| toml::from_str::<crate::settings::Settings>(text).expect("settings");
    let slug = |text: &str, named: Option<&str>| {
        let settings = settings(text);
        chosen(&settings, named, Language::En).map(|(tenant, _)| tenant.slug.clone())
    };
    let one = tenant("a", connected) + &tenant("b", "");
    assert_eq!(slug(&one, None), Ok("a".to_owned()));
    assert!(slug(&one, Some("b")).is_err(), "it is not connected");
    let two = tenant("a", connected) + &tenant("b", connected);
    let said = slug(&two, None).expect_err("which one");
    assert!(said.ends_with("a, b"), "{said}");
    assert_eq!(slug(&two, Some("b")), Ok("b".to_owned()));
}
