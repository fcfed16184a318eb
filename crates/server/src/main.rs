//! Entry point of `bitacora`.

use clap::Parser;
use server::cli::Command;
use std::process::ExitCode;

fn main() -> ExitCode {
    Command::parse().run()
}
