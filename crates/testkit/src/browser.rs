//! A browser that nobody sees, told what to do line by line: Chromium, driven by a script of the browser tests. Its
//! microphone beeps, and what it hears is counted.

use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// Names the browser, for all browser tests.
const VARIABLE: &str = "CHROMIUM";
/// Where it is, where nothing is said.
const USUAL: &str = "/usr/bin/chromium";
/// What drives it, from the folder of the pages.
const DRIVER: &str = "tests/e2e/browser-phone.mjs";
/// What has to be there for it.
const NEEDED: [&str; 2] = ["node_modules/@playwright/test", "dist/panel.html"];
/// How long a deed may take; what waits for something to show gives up before.
const WITHIN: Duration = Duration::from_secs(45);

/// What was carried between a browser and a phone system so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sound {
    /// Packets with what was said.
    pub sent: f64,
    /// Packets with what was heard.
    pub received: f64,
    /// How loud what was said is, summed up (`totalAudioEnergy` of WebRTC).
    pub said: f64,
    /// How loud what was heard is, likewise.
    pub heard: f64,
}

/// Whether a browser can be opened. Where it cannot the test leaves off, and says so.
///
/// # Panics
/// It cannot, and this is a build machine (`CI=true`), where nothing may be left out.
pub fn found() -> bool {
    let browser = variable(VARIABLE).map_or_else(|| PathBuf::from(USUAL), PathBuf::from);
    let needed = NEEDED.iter().map(|name| web().join(name)).chain([browser]);
    let missing: Vec<String> =
        needed.filter(|path| !path.exists()).map(|path| path.display().to_string()).collect();
    if missing.is_empty() {
        return true;
    }
    assert_ne!(
        variable("CI").as_deref(),
        Some("true"),
        "not there for the live tests: {}",
        missing.join(", ")
    );
    let sentence =
        format!("\nLEFT OUT: no live test of the phone in a browser, for want of {}\n", missing.join(", "));
    // Not by a macro: what those print is hidden unless the test fails.
    let _ = io::stderr().write_all(sentence.as_bytes());
    false
}

fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web")
}

/// A browser with one page. It dies with the test, because it ends with whoever drives it.
pub struct Browser {
    child: Child,
    input: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
}

impl Browser {
    /// Opens one.
    ///
    /// # Panics
    /// It does not start.
    pub async fn open() -> Browser {
        let mut command = Command::new("node");
        command.arg(DRIVER).current_dir(web()).kill_on_drop(true);
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("node does not start: {error}"));
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else { panic!("node has no stdin or stdout") };
        let mut browser = Browser { child, input, said: BufReader::new(output).lines() };
        browser.answer("it opens").await;
        browser
    }

    /// Closes it, and waits until all of it has ended.
    ///
    /// # Panics
    /// It does not end.
    pub async fn close(self) {
        let Browser { mut child, input, said } = self;
        drop((input, said));
        assert!(timeout(WITHIN, child.wait()).await.is_ok(), "the browser does not end");
    }

    /// Goes to a page.
    pub async fn goes_to(&mut self, url: &str) {
        self.does(json!({ "deed": "open", "url": url })).await;
    }

    /// Types into the field of this name.
    pub async fn types(&mut self, field: &str, text: &str) {
        self.does(json!({ "deed": "fill", "name": field, "text": text })).await;
    }

    /// Clicks the button of this name, as soon as it is there.
    pub async fn clicks(&mut self, button: &str) {
        self.does(json!({ "deed": "click", "name": button })).await;
    }

    /// Waits until the page shows this.
    pub async fn sees(&mut self, text: &str) {
        self.does(json!({ "deed": "see", "text": text })).await;
    }

    /// Presses a key where the focus is.
    pub async fn presses(&mut self, key: &str) {
        self.does(json!({ "deed": "press", "key": key })).await;
    }

    /// Loads the page anew; answers whether it asked first.
    pub async fn reloads(&mut self) -> bool {
        self.does(json!({ "deed": "reload" })).await == true
    }

    /// Ends it as a power cut would.
    pub async fn dies(&mut self) {
        self.does(json!({ "deed": "die" })).await;
    }

    /// What was carried so far in the newest call.
    pub async fn sound(&mut self) -> Sound {
        let sound = self.does(json!({ "deed": "sound" })).await;
        let of = |name: &str| sound[name].as_f64().unwrap_or_default();
        Sound { sent: of("sent"), received: of("received"), said: of("said"), heard: of("heard") }
    }

    async fn does(&mut self, deed: Value) -> Value {
        let line = format!("{deed}\n");
        if let Err(error) = self.input.write_all(line.as_bytes()).await {
            panic!("the browser went away before {deed}: {error}");
        }
        self.answer(&deed.to_string()).await
    }

    async fn answer(&mut self, what: &str) -> Value {
        let line = match timeout(WITHIN, self.said.next_line()).await {
            Ok(Ok(Some(line))) => line,
            Ok(other) => panic!("the browser went away at {what}: {other:?}"),
            Err(_) => panic!("the browser did not answer in time: {what}"),
        };
        let answer: Value = serde_json::from_str(&line).unwrap_or_default();
        assert_eq!(answer["done"], true, "{what}: {answer:#}");
        answer["value"].clone()
    }
}

#[expect(clippy::disallowed_methods, reason = "where the browser is, is told by the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
