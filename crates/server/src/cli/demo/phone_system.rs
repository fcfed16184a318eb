//! The demo's phone system: simulated, in this process, and reached over a socket like any other, so that what the
//! product tells it is really told and really obeyed. It takes one connection at a time.

use domain::id::At;
use sandbox::pbx::obedient::ObedientPbx;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until};

/// Most bytes taken at once.
const MAX_READ_BYTES: usize = 16 * 1024;
/// How long nobody looks after a phone system to which nothing is due.
const IDLE: Duration = Duration::from_secs(1);

/// A place where a phone system will be reached.
#[derive(Debug)]
pub struct PhoneSystem {
    listener: TcpListener,
    speed: f64,
}

/// One that works.
struct Working {
    pbx: ObedientPbx,
    clock: SimulatedClock,
}

/// Simulated time: as ours at the start, then so many times faster.
struct SimulatedClock {
    began: (At, Instant),
    speed: f64,
}

impl SimulatedClock {
    fn now(&self) -> At {
        let passed = self.began.1.elapsed().as_secs_f64() * self.speed;
        At(self.began.0.0 + (passed * 1e6) as i64)
    }

    fn due(&self, at: At) -> Instant {
        let ahead = (at.0 - self.now().0).max(0) as f64 / 1e6 / self.speed.max(f64::MIN_POSITIVE);
        Instant::now() + Duration::from_secs_f64(ahead.min(IDLE.as_secs_f64()))
    }
}

impl PhoneSystem {
    /// A place on a port of its own, whose time will go so many times faster than ours.
    ///
    /// # Errors
    /// There is no port.
    pub async fn open(speed: f64) -> std::io::Result<PhoneSystem> {
        Ok(PhoneSystem { listener: TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?, speed })
    }

    /// Where it is reached.
    ///
    /// # Errors
    /// The socket is gone.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Begins at `now`, and works until it is dropped. Calls go on while nobody is connected, as they do.
    pub async fn work(self, make: impl FnOnce(At) -> ObedientPbx, now: At) {
        let clock = SimulatedClock { began: (now, Instant::now()), speed: self.speed };
        let mut working = Working { pbx: make(now), clock };
        loop {
            tokio::select! {
                accepted = self.listener.accept() => {
                    if let Ok((socket, _)) = accepted
                        && let Err(error) = working.serve(socket).await
                    {
                        tracing::debug!(%error, "the demo's phone system lost its connection");
                    }
                }
                () = sleep_until(working.clock.due(working.pbx.next_due())) => {
                    working.pbx.advance(working.clock.now());
                }
            }
        }
    }
}

impl Working {
    async fn serve(&mut self, mut socket: TcpStream) -> std::io::Result<()> {
        socket.set_nodelay(true)?;
        socket.write_all(&self.pbx.connect(self.clock.now())).await?;
        let mut bytes = vec![0; MAX_READ_BYTES];
        while self.pbx.connected() {
            let out = tokio::select! {
                read = socket.read(&mut bytes) => match read? {
                    0 => return Ok(()),
                    count => self.pbx.receive(self.clock.now(), &bytes[..count]),
                },
                () = sleep_until(self.clock.due(self.pbx.next_due())) => {
                    self.pbx.advance(self.clock.now()).into_iter().flat_map(|(_, frame)| frame).collect()
                }
            };
            socket.write_all(&out).await?;
        }
        Ok(())
    }
}
