//! `bitacora check`: whether it would start, without starting.

use super::folder::DATABASE;
use super::{refuse, serve, variables};
use crate::settings::load;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(config: Option<&Path>) -> ExitCode {
    let settings = match load(config, variables()) {
        Ok(settings) => settings,
        Err(error) => return refuse(error),
    };
    println!("settings: good ({} tenants)", settings.tenants.len());
    let database = settings.data.dir.join(DATABASE);
    if !database.exists() {
        println!("database: none yet at {}; the first start makes it", database.display());
        return ExitCode::SUCCESS;
    }
    match serve::open(&settings) {
        Ok(_) => {
            println!("database: good at {}", database.display());
            ExitCode::SUCCESS
        }
        Err(error) => refuse(error),
    }
}
