//! The command line.

mod backup;
mod check;
mod check_asterisk;
mod check_salesforce;
pub mod demo;
mod emulate;
mod folder;
mod log;
mod replay;
mod salesforce;
mod serve;
mod simulate;

use clap::{Parser, Subcommand};
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

/// Logs phone calls where the customer's record lives.
#[derive(Debug, Parser)]
#[command(name = "bitacora", version, about)]
pub struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serves: HTTP, panels, phone systems.
    Serve {
        /// Settings file (docs/settings.md); defaults and the environment where there is none.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Serves a call centre to try out: sample people, codes and users, and a phone system that never rests.
    Demo(demo::DemoArgs),
    /// Plays a call centre's day into any deployment: serves a simulated phone system, and prints what really happened
    /// (docs/simulate.md).
    Simulate(simulate::SimulateArgs),
    /// Serves a system of others to test and to try things out against.
    Emulate {
        /// Which.
        #[command(subcommand)]
        verb: emulate::EmulateVerb,
    },
    /// Prepares a Salesforce org.
    Salesforce {
        /// What is done to it.
        #[command(subcommand)]
        verb: salesforce::SalesforceVerb,
    },
    /// Prints the calls in recorded AMI sessions, one JSON object a line (docs/replay.md).
    Replay(replay::ReplayArgs),
    /// Copies the database into FILE, whole and checked, also while a server runs (docs/operations.md).
    Backup {
        /// The new file; one that is there is not replaced.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Settings file; it says where the data is.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Puts a backup in the place of the database, and keeps what it replaces. No server may run.
    Restore {
        /// The backup.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Settings file; it says where the data is.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Checks settings and database, and says what is wrong with them.
    Check {
        /// Also tries out on each Asterisk whether its manager interface allows and tells what is needed (nobody's phone rings),
        /// or looks whether each org of Salesforce has what logging needs.
        #[arg(value_name = "WHAT")]
        what: Option<check::What>,
        /// Prints what `endpoints` in the settings may say of each Asterisk: its trunks, agents and queues.
        #[arg(long, requires = "what")]
        propose_endpoints: bool,
        /// Settings file.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

impl Command {
    /// Does what was asked; answers how it went.
    pub fn run(self) -> ExitCode {
        match self.verb {
            Verb::Serve { config } => serve::run(config.as_deref()),
            Verb::Demo(args) => demo::run(&args),
            Verb::Simulate(args) => simulate::run(&args),
            Verb::Emulate { verb } => emulate::run(&verb),
            Verb::Salesforce { verb } => salesforce::run(&verb),
            Verb::Replay(args) => replay::run(&args),
            Verb::Backup { file, config } => backup::backup(config.as_deref(), &file),
            Verb::Restore { file, config } => backup::restore(config.as_deref(), &file),
            Verb::Check { what, propose_endpoints, config } => {
                check::run(config.as_deref(), what, propose_endpoints)
            }
        }
    }
}

/// Says why nothing was done.
fn refuse(why: impl Display) -> ExitCode {
    eprintln!("bitacora: {why}");
    ExitCode::FAILURE
}

/// The environment's variables, for the settings.
#[expect(clippy::disallowed_methods, reason = "settings are the one reader of the environment")]
fn variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars()
}
