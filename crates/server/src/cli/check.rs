//! `bitacora check`: whether it would start, without starting.

use super::folder::DATABASE;
use super::{check_asterisk, check_salesforce, refuse, serve, variables};
use crate::settings::{Settings, load};
use std::path::Path;
use std::process::ExitCode;

/// What is checked beside settings and database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum What {
    /// The manager interfaces of the phone systems.
    Asterisk,
    /// The org of Salesforce that each tenant mirrors.
    Salesforce,
}

pub(super) fn run(config: Option<&Path>, what: Option<What>, propose: bool) -> ExitCode {
    let settings = match load(config, variables()) {
        Ok(settings) => settings,
        Err(error) => return refuse(error),
    };
    println!("settings: good ({} tenants)", settings.tenants.len());
    match what {
        Some(What::Asterisk) => check_asterisk::run(&settings, propose),
        Some(What::Salesforce) => check_salesforce::run(&settings),
        None => database(&settings),
    }
}

fn database(settings: &Settings) -> ExitCode {
    let database = settings.data.dir.join(DATABASE);
    if !database.exists() {
        println!("database: none yet at {}; the first start makes it", database.display());
        return ExitCode::SUCCESS;
    }
    match serve::open(settings) {
        Ok(_) => {
            println!("database: good at {}", database.display());
            ExitCode::SUCCESS
        }
        Err(error) => refuse(error),
    }
}
