//! The phone system: a manager interface that accepts anybody and sends the frames of a busy floor, each when
//! it is due, one write a frame.

use super::{Rang, Told, engagement_of};
use crate::Outcome;
use crate::agents::now;
use crate::login::let_in;
use domain::id::At;
use sandbox::DEMO_SEED;
use sandbox::centre::Agent;
use sandbox::pbx::{Floor, FloorSettings, greeting};
use sandbox::people::Callers;
use std::time::{Duration, Instant};
use telephony::ami::frames;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{sleep_until, timeout};

/// How long the server may take to connect.
const CONNECTED_WITHIN: Duration = Duration::from_secs(30);
/// What the frame that counts begins with.
const RINGS: &[u8] = b"Event: AgentCalled\r\n";

/// Plays until `last` after `began`.
pub(crate) async fn play(
    listener: TcpListener,
    centre: Vec<Agent>,
    began: Instant,
    last: Duration,
    told: UnboundedSender<Told>,
) -> Outcome {
    let (mut socket, _) = timeout(CONNECTED_WITHIN, listener.accept()).await??;
    socket.set_nodelay(true)?;
    let_in(&mut socket).await?;
    let (opens, starts) = (now(), Instant::now());
    socket.write_all(&greeting(opens)).await?;
    let callers = Callers::of_sample(DEMO_SEED, super::PEOPLE);
    let load = FloorSettings::load(DEMO_SEED, callers, centre.len(), super::CALLS_PER_SECOND);
    let mut floor = Floor::new(FloorSettings { agents: centre, ..load }, opens);
    let due = |at: At| starts + Duration::from_micros((at.0 - opens.0).max(0).unsigned_abs());
    let mut late = Duration::ZERO;
    for (at, bytes) in floor.by_ref() {
        let due = due(at);
        if due > began + last {
            break;
        }
        if due > Instant::now() {
            sleep_until(due.into()).await;
        }
        late = late.max(due.elapsed());
        let rings = bytes.starts_with(RINGS).then(|| frames(&bytes).next()).flatten();
        let start = Instant::now();
        socket.write_all(&bytes).await?;
        if let Some(leg) = rings.as_ref().and_then(|frame| frame.get("DestUniqueid")) {
            let rang = Rang { engagement: engagement_of(leg), at: start };
            told.send(Told::Rang(rang)).map_err(|_| "nobody counts the rings")?;
        }
    }
    let (calls, turned_away) = (floor.calls(), floor.turned_away());
    told.send(Told::Played { calls, turned_away, late }).map_err(|_| "nobody counts the calls")?;
    // Hanging up would end the calls; the last rings are still to be shown.
    tokio::spawn(async move {
        let mut rest = Vec::new();
        let _ = socket.read_to_end(&mut rest).await;
    });
    Ok(())
}
