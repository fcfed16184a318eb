//! The project's own commands: `cargo xtask run | test | web | screens | fmt | asterisk | bench`.

mod asterisk;
mod child;
mod count;
mod kept;
mod leftovers;
mod screens;
mod secrets;
mod stopwatch;
mod suite;
mod tools;
mod web;

use child::{Ran, cargo};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask run [ARGS…]          builds everything and serves the demo; ARGS go to `bitacora demo`
cargo xtask test [--full] [--ci] formats, lints, builds and runs all tests, setting up what they need
                                 --full: the long runs as well; --ci: what would be skipped is an error
cargo xtask web                  installs and builds the pages only
cargo xtask screens              pictures of every state of every page, and those of the READMEs
cargo xtask fmt                  formats the Rust code
cargo xtask asterisk             fetches the Asterisk that the live tests call on, and says where it is
cargo xtask bench [ARGS…]        runs the load driver; ARGS go to it";

/// Where the demo of `cargo xtask run` keeps its data; git ignores it.
const DEMO_DATA: &str = ".data/demo";

/// Why a command ended badly, in a sentence for the person who typed it.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = args.split_first().map_or(("", &[][..]), |(verb, rest)| (verb.as_str(), rest));
    let outcome = match verb {
        "run" => run(rest),
        "test" => suite::run_all(rest),
        "web" => tools::need_node().and_then(|()| web::install()).and_then(|()| web::build()),
        "screens" => screens::take_all(),
        "fmt" => fmt(),
        "asterisk" => asterisk::need().map(|tree| println!("{}={}", asterisk::VARIABLE, tree.display())),
        "bench" => bench(rest),
        "" | "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no command {other:?}\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

fn run(args: &[String]) -> Outcome {
    tools::need_node()?;
    web::install()?;
    web::build()?;
    stopwatch::announce("the server (the first time takes minutes, later ones seconds)");
    // Built first and then run: the build's time can be told, and a build that fails is not taken for a
    // server that did.
    stopwatch::timed("built the server", || {
        match child::run(cargo().args(["build", "--release", "-p", "bitacora-server"])) {
            Ran::Well => Ok(()),
            other => Err(format!("the server could not be built: {other}")),
        }
    })?;
    let mut demo = cargo();
    demo.args(["run", "--quiet", "--release", "-p", "bitacora-server", "--", "demo"]);
    if !args.iter().any(|arg| arg == "--data" || arg.starts_with("--data=")) {
        demo.arg("--data").arg(root().join(DEMO_DATA));
    }
    // This process becomes the server: whoever stops it stops the server, nothing is left behind.
    Err(child::become_it(demo.args(args)))
}

fn fmt() -> Outcome {
    tools::need_component("fmt", "rustfmt")?;
    match child::run(cargo().args(["fmt", "--all"])) {
        Ran::Well => Ok(()),
        other => Err(format!("cargo fmt: {other}")),
    }
}

fn bench(args: &[String]) -> Outcome {
    // The driver starts the release server, and a release server has the pages in it.
    if !web::is_built() {
        tools::need_node()?;
        web::install()?;
        web::build()?;
    }
    Err(child::become_it(cargo().args(["run", "--release", "-p", "bitacora-bench", "--"]).args(args)))
}
