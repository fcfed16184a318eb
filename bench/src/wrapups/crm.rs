//! The same wrap-ups with a Salesforce org behind the server: how long an agent waits for Log must not depend on how long
//! the org takes to answer. In turns: no org, one that answers at once, one that takes five seconds for everything.

use super::{Size, copy, prepare, served_by};
use crate::http::Client;
use crate::process::Server;
use crate::report::{Aim, Report, median, rounded};
use crate::{Outcome, progress};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

const ROUNDS: usize = 3;
/// How long the slow org takes for each answer, in milliseconds.
const SLOW_MS: u64 = 5_000;
/// The p99 of Log with the slow org, in terms of that with one that answers at once.
const AIM: f64 = 1.2;

/// What is behind the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behind {
    Nothing,
    Quick,
    Slow,
}

pub(crate) fn measure(report: &mut Report, dir: &Path, binary: &Path, quick: bool) -> Outcome {
    let size = if quick { Size { past: 2_000, owed: 2_000 } } else { Size { past: 50_000, owed: 15_000 } };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let template = runtime.block_on(prepare(dir, size))?;
    let (mut against_quick, mut against_none) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let mut p99 = Vec::new();
        let mut order = [Behind::Nothing, Behind::Quick, Behind::Slow];
        order.rotate_left(round % 3);
        for behind in order {
            let data = copy(dir, &template)?;
            let (at_half, at_most) = runtime.block_on(log_times(binary, &data, size, behind))?;
            progress(format!("{behind:?}: Log p50 {at_half:.2} ms, p99 {at_most:.2} ms"));
            report.line(
                "crm",
                json!({ "round": round, "behind": format!("{behind:?}"),
                "log_ms": [rounded(at_half, 2), rounded(at_most, 2)] }),
            );
            p99.push((behind, at_most));
        }
        let of =
            |wanted: Behind| p99.iter().find(|(behind, _)| *behind == wanted).map_or(f64::NAN, |(_, ms)| *ms);
        against_quick.push(of(Behind::Slow) / of(Behind::Quick));
        against_none.push(of(Behind::Slow) / of(Behind::Nothing));
    }
    let what = "p99 of Log with an org that takes 5 s over one that answers at once";
    report.row(what, rounded(median(against_quick), 2), "", Aim::Below(AIM));
    report.row("the same over no org at all", rounded(median(against_none), 2), "", Aim::None);
    Ok(())
}

/// Half of the Logs, and all but one in a hundred, took at most so long, in milliseconds.
async fn log_times(binary: &Path, data: &Path, size: Size, behind: Behind) -> Outcome<(f64, f64)> {
    let org = match behind {
        Behind::Nothing => None,
        Behind::Quick | Behind::Slow => Some(org(binary, behind == Behind::Slow).await?),
    };
    let more = match &org {
        Some((server, id)) => format!(
            "[tenants.salesforce]\norganisation = {id:?}\nlogin_url = \"http://{}\"\nflow = \"client_credentials\"\n\
             client_id = \"bitacora\"\nclient_secret = \"bitacora-secret\"\n",
            server.address
        ),
        None => String::new(),
    };
    let (round, _, _) = served_by(Server::start_with(binary, data, None, &more)?, size).await?;
    let log = round.log.sorted();
    Ok((log.millis(0.5), log.millis(0.99)))
}

/// An org in a process of its own, and its id.
async fn org(binary: &Path, slow: bool) -> Outcome<(Server, String)> {
    let mut command = Command::new(binary);
    command.args(["emulate", "salesforce", "--listen", "127.0.0.1:0", "--people", "0"]);
    let server = Server::listening(&mut command)?;
    let mut client = Client::connect(server.address).await?;
    let told: Value = client.ask("GET", "/emulator", "", "").await?;
    if slow {
        let fault = json!({ "fault": "slow", "percent": 100, "delay_ms": SLOW_MS, "path": "/services" });
        client.text("POST", "/emulator/faults", "", &fault.to_string()).await?;
    }
    let id = told["organization"].as_str().ok_or("an org without an id")?.to_owned();
    Ok((server, id))
}
