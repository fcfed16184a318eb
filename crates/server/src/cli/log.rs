//! Setting up the log.

use crate::settings::{LogFormat, LogSettings};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Begins logging to standard error.
///
/// # Errors
/// The level is not one.
pub(super) fn begin(settings: &LogSettings) -> Result<(), String> {
    let filter =
        EnvFilter::try_new(&settings.level).map_err(|error| format!("setting log.level: {error}"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = match settings.format {
        LogFormat::Json => log.json().flatten_event(true).try_init(),
        LogFormat::Text => log.with_target(false).with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
    begun.map_err(|error| error.to_string())
}
