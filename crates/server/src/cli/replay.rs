//! `bitacora replay` (docs/replay.md).

use super::refuse;
use crate::clock::rfc3339;
use crate::view::word;
use clap::{Args, ValueEnum};
use domain::call::{CallPolicy, CallRecord};
use domain::id::TenantId;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use telephony::ami::{Frame, Splitter, frames};
use telephony::endpoints::{EndpointMap, EndpointSettings, infer};
use telephony::replay::Replay;

/// What to replay, and how.
#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// Recorded bytes, each file one connection, in order.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Endpoint map; guessed from the frames where none is given.
    #[arg(long, value_name = "FILE")]
    endpoints: Option<PathBuf>,
    /// Says on standard error which endpoint map was used, and adds to each call why its type is what it is.
    #[arg(long)]
    explain: bool,
    /// Name of the source that ids are derived from.
    #[arg(long, default_value = "pbx1")]
    source: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One JSON object a line.
    Json,
}

pub(super) fn run(args: &ReplayArgs) -> ExitCode {
    match replay(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(error),
    }
}

fn replay(args: &ReplayArgs) -> Result<(), String> {
    let Format::Json = args.format;
    let read = |path: &PathBuf| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let connections: Vec<Vec<u8>> = args.files.iter().map(read).collect::<Result<_, _>>()?;
    let settings = match &args.endpoints {
        Some(path) => {
            let text =
                String::from_utf8(read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
            toml::from_str::<EndpointSettings>(&text)
                .map_err(|error| format!("{}: {error}", path.display()))?
        }
        None => {
            let all: Vec<Frame> = connections
                .iter()
                .filter_map(|bytes| Splitter::default().push(bytes))
                .flat_map(|piece| frames(&piece).collect::<Vec<_>>())
                .collect();
            infer(all.iter())
        }
    };
    if args.explain {
        let origin = if args.endpoints.is_some() { "given" } else { "guessed from the frames" };
        let map = toml::to_string(&settings).map_err(|error| error.to_string())?;
        eprintln!("# endpoint map, {origin}\n{map}");
    }
    let endpoints = EndpointMap::try_from(&settings).map_err(|twice| twice.to_string())?;
    let replay = Replay {
        tenant: TenantId(1),
        source: &args.source,
        endpoints: &endpoints,
        policy: CallPolicy::default(),
    };
    let calls = replay.calls(connections.iter().map(Vec::as_slice));
    let mut out = std::io::stdout().lock();
    for call in &calls {
        writeln!(out, "{}", line(call, args.explain)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn line(call: &CallRecord, explain: bool) -> Value {
    let engagements = call.engagements.iter().map(|part| {
        json!({
            "agent": part.agent.0,
            "via": word(&part.via),
            "result": part.result.map(|result| word(&result)),
            "offered_at": rfc3339(part.offered_at),
            "answered_at": part.answered_at.map(rfc3339),
            "ended_at": part.ended_at.map(rfc3339),
            "wrapup": part.wrapup,
        })
    });
    let mut line = json!({
        "id": call.key.to_string(),
        "type": call.kind.map(|kind| word(&kind)),
        "direction": word(&call.direction),
        "from": call.from,
        "to": call.to,
        "did": call.did,
        "ring_group": call.ring_group,
        "started_at": rfc3339(call.started_at),
        "answered_at": call.answered_at.map(rfc3339),
        "ended_at": call.ended_at.map(rfc3339),
        "wait_ms": call.wait_ms,
        "talk_ms": call.talk_ms,
        "hold_ms": call.hold_ms,
        "recording": call.recording,
        "voicemail": call.voicemail,
        "engagements": engagements.collect::<Vec<_>>(),
        "reason": call.no_activity.map(|why| word(&why)),
        "inferred": call.inferred,
    });
    if explain {
        line["explanation"] = json!(call.explanation);
    }
    line
}
