//! `cargo xtask test`: everything that has to hold, in one go. A step that fails does not stop the others, so
//! that one run tells all there is to tell; one whose ground is missing fails without being run.

use crate::child::{Aside, Ran, cargo, in_web, run, run_reading};
use crate::count::{Count, cargo_line, package_line, playwright_line};
use crate::stopwatch::{announce, now, spoken};
use crate::{Outcome, asterisk, kept, leftovers, root, secrets, tools, web};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Says to the tests which of them are wanted; `testkit::tier` reads it.
const TIER_VARIABLE: &str = "BITACORA_TIER";
/// Says to the tests of properties where to begin. In the full tier, and with a plain `cargo test`, they begin
/// anywhere; what runs on every commit is the same each time, so that it fails for what the commit changed.
const PROPERTIES_SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "2026");
/// Says to the browser tests which server to start.
pub(crate) const BINARY_VARIABLE: &str = "BITACORA_BIN";

/// The step that looks through what the others said, and says nothing that is kept.
const LAST_STEP: &str = "no secret was said";

/// Says to all tests where the browser is.
const BROWSER_VARIABLE: &str = "CHROMIUM";
/// Says to the tests that need no more of a browser than its pages where that is.
const SHELL_VARIABLE: &str = "CHROMIUM_SHELL";

/// What of the browser tests.
#[derive(Clone, Copy)]
enum Look {
    /// The pages in every state, beside other tests.
    Pages,
    /// The whole of it.
    Whole,
}

impl Look {
    fn projects(self) -> &'static [&'static str] {
        match self {
            Look::Pages => &["--project=ui", "--project=framed"],
            Look::Whole => &["--project=e2e"],
        }
    }
}

/// By how much the tests of the pages give way to those beside them, some of which play calls in real time: a quarter of a
/// processor where both want one.
const NICENESS: &str = "5";

/// Why browser tests were not run.
const UNBUILT: &str = "not run, because what they test could not be built";

/// How a step went.
enum Went {
    /// It was run; its tests counted what failed.
    Counted(Count),
    /// Badly as a whole.
    Failed(String),
    /// Not at all, for want of a tool.
    Skipped(String),
}

/// Where the browsers are.
struct Browsers {
    /// The browser itself.
    whole: PathBuf,
    /// One that draws pages and has no window.
    shell: PathBuf,
}

struct Suite {
    /// What would be skipped is an error.
    strict: bool,
    /// The long runs as well.
    full: bool,
    /// What every child carries.
    mark: String,
    /// Where the Asterisk of the live tests is.
    asterisk: Option<PathBuf>,
    /// What the browser tests look through.
    browsers: Option<Browsers>,
    rows: Vec<(&'static str, Went, Duration)>,
}

/// Runs the tests.
pub(crate) fn run_all(args: &[String]) -> Outcome {
    if let Some(unknown) = args.iter().find(|arg| !["--full", "--ci"].contains(&arg.as_str())) {
        return Err(format!("test takes --full and --ci, not {unknown:?}"));
    }
    let asked = |flag: &str| args.iter().any(|arg| arg == flag);
    let suite = Suite {
        strict: asked("--ci") || std::env::var_os("CI").is_some_and(|value| value == "true"),
        full: asked("--full"),
        mark: leftovers::mark(),
        asterisk: None,
        browsers: None,
        rows: Vec::new(),
    };
    suite.run()
}

impl Suite {
    fn run(mut self) -> Outcome {
        kept::begin_anew().map_err(|error| format!("what the steps say cannot be kept: {error}"))?;
        self.step("format", |_| {
            let tool = tools::need_component("fmt", "rustfmt");
            tool.map_or_else(Went::Skipped, |()| check(cargo().args(["fmt", "--all", "--check"])))
        });
        let pages = self.step("pages: build", |_| {
            let built = tools::need_node().and_then(|()| web::install()).and_then(|()| web::build());
            built.map_or_else(Went::Failed, |()| Went::Counted(Count::default()))
        });
        let mut found = None;
        self.step("browsers", |_| match need_browsers() {
            Ok(browsers) => {
                found = Some(browsers);
                Went::Counted(Count::default())
            }
            Err(why) => Went::Skipped(format!("nothing is looked at in a browser: {why}")),
        });
        self.browsers = found;
        // Neither keeps two processors busy, and the lint is crates that wait for one another.
        let types = pages.then(|| Aside::begin(&mut self.counting(page_types())));
        let package = package_checks().map(|checks| Aside::begin(&mut self.counting(checks)));
        self.step("Rust: lint", |suite| {
            let tool = tools::need_component("clippy", "clippy");
            let mut lint = suite.on_workspace("clippy");
            tool.map_or_else(Went::Skipped, |()| check(lint.args(["--all-targets", "--", "-D", "warnings"])))
        });
        if let Some(types) = types {
            self.step("pages: types", |_| counted(|_| Count::default(), |reader| types.end(reader)));
        }
        self.step("Salesforce package", |_| match package {
            Ok(checks) => counted(package_line, |reader| checks.end(reader)),
            Err(why) => Went::Failed(why),
        });
        let binaries = self.step("Rust: build", |suite| check(suite.on_workspace("test").arg("--no-run")));
        if binaries {
            let mut found = None;
            self.step("Asterisk", |_| match asterisk::need() {
                Ok(tree) => {
                    found = Some(tree);
                    Went::Counted(Count::default())
                }
                Err(why) => Went::Skipped(format!("no live tests against a real phone system: {why}")),
            });
            self.asterisk = found;
        }
        // The tests of the server wait for phones and databases a third of their time.
        let looked_at = (pages && binaries)
            .then(|| self.looking_at(Look::Pages))
            .flatten()
            .map(|mut tests| Aside::begin(&mut tests));
        if binaries {
            self.step("Rust: tests", Suite::rust_tests);
        }
        if self.browsers.is_some() {
            self.step("browser: whole", |suite| match suite.looking_at(Look::Whole) {
                Some(mut tests) if pages && binaries => {
                    counted(playwright_line, |reader| run_reading(&mut tests, reader))
                }
                _ => Went::Failed(UNBUILT.to_owned()),
            });
            self.step("browser: pages", |_| match looked_at {
                Some(tests) => counted(playwright_line, |reader| tests.end(reader)),
                None => Went::Failed(UNBUILT.to_owned()),
            });
        }
        self.step("nothing left running", |suite| match leftovers::carrying(&suite.mark) {
            left if left.is_empty() => Went::Counted(Count::default()),
            left => Went::Failed(format!("still there: {}", left.join("; "))),
        });
        kept::end();
        self.step(LAST_STEP, |_| no_secret_was_said());
        self.tell()
    }

    fn rust_tests(&self) -> Went {
        let mut tests = self.on_workspace("test");
        // The phone in a browser is tested beside the phone system. Where there is no browser those tests say so.
        if let Some(browsers) = &self.browsers {
            tests.env(BROWSER_VARIABLE, &browsers.whole);
        }
        tests.arg("--no-fail-fast");
        let mut tests = self.counting(tests);
        counted(cargo_line, |reader| run_reading(&mut tests, reader))
    }

    fn on_workspace(&self, command: &str) -> Command {
        let mut cargo = cargo();
        cargo.args([command, "--workspace"]);
        if self.strict {
            // What is built has to be what was committed, the lock file included.
            cargo.arg("--locked");
        }
        cargo
    }

    /// The tests in the browser: the pages against the API in memory, or the whole of it against the server. `None` where
    /// there is no browser.
    fn looking_at(&self, what: Look) -> Option<Command> {
        let browsers = self.browsers.as_ref()?;
        let mut playwright = match what {
            Look::Pages => {
                let mut calm = in_web("nice");
                calm.args(["-n", NICENESS, "npx"]);
                calm
            }
            Look::Whole => in_web("npx"),
        };
        playwright.args(["--no-install", "playwright", "test"]).args(what.projects());
        playwright.env(BROWSER_VARIABLE, &browsers.whole).env(SHELL_VARIABLE, &browsers.shell);
        playwright.env(BINARY_VARIABLE, server_binary());
        Some(self.counting(playwright))
    }

    /// Says to a program of tests what all of them have to know.
    fn counting(&self, mut command: Command) -> Command {
        command.env(leftovers::VARIABLE, &self.mark);
        if let Some(tree) = &self.asterisk {
            command.env(asterisk::VARIABLE, tree);
        }
        command.env(TIER_VARIABLE, if self.full { "full" } else { "commit" });
        if !self.full && std::env::var_os(PROPERTIES_SEED.0).is_none() {
            command.env(PROPERTIES_SEED.0, PROPERTIES_SEED.1);
        }
        command
    }

    /// Takes a step; answers whether the next ones can build on it.
    fn step(&mut self, name: &'static str, work: impl FnOnce(&Suite) -> Went) -> bool {
        announce(name);
        let begun = now();
        if let (true, Err(error)) = (name != LAST_STEP, kept::begin(self.rows.len() + 1, name)) {
            self.rows.push((
                name,
                Went::Failed(format!("what it says cannot be kept: {error}")),
                begun.elapsed(),
            ));
            return false;
        }
        let went = work(self);
        let good = matches!(went, Went::Counted(count) if count.failed == 0);
        self.rows.push((name, went, begun.elapsed()));
        good
    }

    /// Tells how it all went; the last line is for machines.
    fn tell(&self) -> Outcome {
        let mut total = Count::default();
        let mut left_out = 0;
        println!(
            "\n==> {}",
            if self.full { "all tests, the long runs among them" } else { "all tests of the commit tier" }
        );
        for (name, went, time) in &self.rows {
            let told = match went {
                Went::Counted(count) => {
                    total += *count;
                    left_out += count.skipped;
                    told(*count)
                }
                Went::Failed(why) => {
                    total.failed += 1;
                    format!("FAILED: {why}")
                }
                Went::Skipped(why) => {
                    left_out += 1;
                    format!("SKIPPED: {why}")
                }
            };
            println!("    {name:<22}{:>12}   {told}", spoken(*time));
        }
        if self.strict && left_out > 0 {
            println!("    left out: {left_out}, and here nothing may be");
            total.failed += left_out;
        }
        println!("{} passed, {} failed", total.passed, total.failed);
        if total.failed == 0 { Ok(()) } else { Err("not everything holds, see above".to_owned()) }
    }
}

/// What the browser tests need: the browsers, and the shell of the database, with which they look at it as an outsider would.
fn need_browsers() -> Result<Browsers, String> {
    tools::need_program("sqlite3")?;
    Ok(Browsers { whole: tools::need_browser()?, shell: tools::need_shell()? })
}

/// What looks at the types of the pages.
fn page_types() -> Command {
    let mut types = in_web("npm");
    types.args(["run", "check"]);
    types
}

/// What looks at the Salesforce package.
fn package_checks() -> Result<Command, String> {
    tools::need_node()?;
    // The script goes on with what needs no JDK, and says what it left out.
    if let Err(why) = tools::need_jdk() {
        println!("    {why}");
    }
    let mut checks = Command::new("salesforce/check/run.sh");
    checks.current_dir(root());
    Ok(checks)
}

/// Counts tests by what is printed while they run.
fn counted(reads: fn(&str) -> Count, tests: impl FnOnce(&mut dyn FnMut(&str)) -> Ran) -> Went {
    let mut count = Count::default();
    match tests(&mut |line| count += reads(line)) {
        // A runner that fails without a failed test has something to say that no count holds.
        Ran::Badly if count.failed == 0 => Went::Failed(Ran::Badly.to_string()),
        Ran::Well | Ran::Badly => Went::Counted(count),
        never @ Ran::Never(_) => Went::Failed(never.to_string()),
    }
}

/// Looks through all that the steps said.
fn no_secret_was_said() -> Went {
    match secrets::in_folder(&kept::folder()) {
        Ok(found) if found.is_empty() => Went::Counted(Count::default()),
        Ok(found) => {
            found.iter().for_each(|finding| println!("    {finding}"));
            Went::Failed(format!("said {} times, see above", found.len()))
        }
        Err(error) => Went::Failed(format!("what was said cannot be read: {error}")),
    }
}

fn told(count: Count) -> String {
    match count {
        Count { passed: 0, failed: 0, skipped: 0 } => "good".to_owned(),
        Count { passed, failed, skipped: 0 } => format!("{passed} passed, {failed} failed"),
        Count { passed, failed, skipped } => format!("{passed} passed, {failed} failed, {skipped} left out"),
    }
}

/// Runs what has no tests to count.
fn check(command: &mut Command) -> Went {
    match run(command) {
        Ran::Well => Went::Counted(Count::default()),
        other => Went::Failed(other.to_string()),
    }
}

/// The server that the Rust tests were built with: it lies beside this program.
pub(crate) fn server_binary() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    here.with_file_name("bitacora")
}
