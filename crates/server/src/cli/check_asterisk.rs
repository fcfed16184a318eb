//! `bitacora check asterisk`: what each Asterisk lacks for us, tried out on it and named by the line of its settings.

use super::refuse;
use crate::clock::{Machine, Surroundings};
use crate::settings::{AmiSettings, Control, PauseFrom, Settings, SourceKind};
use crate::worker::connection::{Connection, LineError};
use std::process::ExitCode;
use std::time::Duration;
use telephony::ami::actions::{Action, list_devices, snapshot};
use telephony::ami::trial::{Trial, ask_for_ear, trial};
use telephony::ami::{Splitter, frames};
use telephony::endpoints::{EndpointSettings, infer};
use tokio::time::timeout;

/// What was not answered by then is not going to be.
const TRIED_WITHIN: Duration = Duration::from_secs(5);

/// Tries each out; with `propose`, prints what `endpoints` of the settings may say of it.
pub(super) fn run(settings: &Settings, propose: bool) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(error),
    };
    let mut tried = 0;
    let mut vital = 0;
    for source in settings.tenants.iter().flat_map(|tenant| &tenant.sources) {
        let SourceKind::Ami(ami) = &source.kind else { continue };
        tried += 1;
        print!("{} at {}: ", source.name, ami.address);
        match runtime.block_on(try_out(ami)) {
            Ok((trial, endpoints)) => {
                vital += tell(&trial, ami);
                if propose {
                    print_endpoints(&endpoints);
                }
            }
            Err(error) => {
                println!("{error}");
                vital += 1;
            }
        }
    }
    match (tried, vital) {
        (0, _) => refuse("no source of kind \"ami\" is in the settings"),
        (_, 0) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Prints what was found out; answers how much of it keeps calls from being logged.
fn tell(trial: &Trial, settings: &AmiSettings) -> usize {
    let mut lacking = trial.lacking();
    lacking.extend(trial.lacking_of(settings.actions_of_controls()));
    let listens = settings.controls.contains(&Control::Listen);
    lacking.extend(trial.lacking_ear().filter(|_| listens));
    if settings.pause_from == PauseFrom::End {
        lacking.extend(trial.unguarded());
    }
    println!("{}", if lacking.is_empty() { "good" } else { "connected" });
    for lacking in &lacking {
        println!("  {}: {lacking}", if lacking.is_vital() { "needed" } else { "advised" });
    }
    if trial.has_no_members() {
        println!("  no queue has a member: whether queues are heard (read = agent) could not be tried");
    }
    if listens && trial.ear_unknown() {
        println!("  whether app_chanspy.so is loaded, to listen in, could not be tried: write lacks system");
    }
    lacking.iter().filter(|lacking| lacking.is_vital()).count()
}

/// Who is an agent and what leads outside can only be guessed, so it is said that it must be looked at.
fn print_endpoints(endpoints: &EndpointSettings) {
    let mut sources = toml::Table::new();
    let written = toml::Value::try_from(endpoints);
    sources.extend(written.ok().map(|endpoints| ("endpoints".to_owned(), endpoints)));
    println!("  # A proposal by what it lists; look whether each agent and each trunk is one:");
    for line in sources.to_string().replace("[endpoints", "[tenants.sources.endpoints").lines() {
        println!("  {line}");
    }
}

async fn try_out(settings: &AmiSettings) -> Result<(Trial, EndpointSettings), LineError> {
    let mut connection = Connection::open(settings).await?;
    let (mut listed, mut devices_listed) = (Vec::new(), false);
    let leg = format!("bitacora-check-{}", Machine.new_id());
    let mut asked = 0;
    let mut questions: Vec<Action> =
        snapshot().into_iter().chain(trial(&leg)?).chain([list_devices()]).collect();
    if settings.controls.contains(&Control::Listen) {
        questions.push(ask_for_ear()?);
    }
    let (mut trial, mut splitter) = (Trial::default(), Splitter::default());
    let trying = async {
        while !trial.is_over() || !devices_listed {
            for question in questions.drain(..) {
                asked += 1;
                let id = question.id().map_or_else(|| format!("check-{asked}"), str::to_owned);
                connection.send(&question.bytes(&id)?).await?;
            }
            let Some(whole) = splitter.push(&connection.next().await?) else { continue };
            for frame in frames(&whole) {
                questions.extend(trial.read(&frame, &leg)?);
                devices_listed |= frame.event() == Some("DeviceStateListComplete");
                if ["QueueParams", "QueueMember", "DeviceStateChange"].map(Some).contains(&frame.event()) {
                    listed.push(frame);
                }
            }
        }
        Ok::<_, LineError>(())
    };
    // What does not come in time is what is lacking.
    if let Ok(tried) = timeout(TRIED_WITHIN, trying).await {
        tried?;
    }
    // The call to nowhere is a device of its own.
    let mut endpoints = infer(listed.iter());
    endpoints.trunks.retain(|trunk| !trunk.contains("bitacora-check"));
    Ok((trial, endpoints))
}
