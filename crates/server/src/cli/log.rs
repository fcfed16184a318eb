//! Setting up the log.

use crate::settings::{LogFormat, LogSettings};
use std::io::IsTerminal;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry;
use tracing_subscriber::util::SubscriberInitExt;

/// Begins logging to standard error.
///
/// # Errors
/// The level is not one.
pub(super) fn begin(settings: &LogSettings) -> Result<(), String> {
    let filter: Targets = settings.level.parse().map_err(|error| format!("setting log.level: {error}"))?;
    let log = fmt::layer().with_writer(std::io::stderr);
    let log = match settings.format {
        LogFormat::Json => log.json().flatten_event(true).with_filter(filter).boxed(),
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal();
            log.with_target(false).with_ansi(colours).with_filter(filter).boxed()
        }
    };
    registry().with(log).try_init().map_err(|error| error.to_string())
}
