//! The simulated phone system of `demo` and `simulate`: in this process, and reached over a socket like any other, so that what the
//! product tells it is really told and really obeyed. It takes one connection at a time.

use domain::id::At;
use sandbox::pbx::obedient::ObedientPbx;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
}

/// One that works. It is no more than looked at from outside, so that it goes on while somebody looks.
#[derive(Clone, Debug)]
pub struct Working {
    pbx: Arc<Mutex<ObedientPbx>>,
    clock: OwnClock,
}

/// As ours at the start, then whatever happens to that.
#[derive(Clone, Copy, Debug)]
struct OwnClock {
    began: (At, Instant),
}

impl OwnClock {
    fn now(&self) -> At {
        At(self.began.0.0 + (self.began.1.elapsed().as_secs_f64() * 1e6) as i64)
    }

    fn due(&self, at: At) -> Instant {
        let ahead = (at.0 - self.now().0).max(0) as f64 / 1e6;
        Instant::now() + Duration::from_secs_f64(ahead.min(IDLE.as_secs_f64()))
    }
}

impl PhoneSystem {
    /// A place on a port of its own.
    ///
    /// # Errors
    /// There is no port.
    pub async fn open() -> std::io::Result<PhoneSystem> {
        PhoneSystem::open_at(SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, 0))).await
    }

    /// A place at an address; port 0 takes any free one.
    ///
    /// # Errors
    /// The address is taken, or is none of this machine's.
    pub async fn open_at(address: SocketAddr) -> std::io::Result<PhoneSystem> {
        Ok(PhoneSystem { listener: TcpListener::bind(address).await? })
    }

    /// Where it is reached.
    ///
    /// # Errors
    /// The socket is gone.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Begins at `now`, and works until the future is dropped; beside it, the phone system to be looked at.
    /// Calls go on while nobody is connected, as they do.
    pub fn work(
        self,
        make: impl FnOnce(At) -> ObedientPbx,
        now: At,
    ) -> (Working, impl Future<Output = ()> + Send) {
        let clock = OwnClock { began: (now, Instant::now()) };
        let working = Working { pbx: Arc::new(Mutex::new(make(now))), clock };
        (working.clone(), working.go_on(self.listener))
    }
}

impl Working {
    /// The phone system and its own time, as they are at this moment.
    pub fn look(&self) -> (MutexGuard<'_, ObedientPbx>, At) {
        (self.pbx.lock().unwrap_or_else(PoisonError::into_inner), self.clock.now())
    }

    fn next_due(&self) -> Instant {
        let (pbx, _) = self.look();
        self.clock.due(pbx.next_due())
    }

    /// What happens up to now, as bytes.
    fn advance(&self) -> Vec<u8> {
        let (mut pbx, now) = self.look();
        pbx.advance(now).into_iter().flat_map(|(_, frame)| frame).collect()
    }

    async fn go_on(self, listener: TcpListener) {
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    if let Ok((socket, _)) = accepted
                        && let Err(error) = self.serve(socket).await
                    {
                        tracing::debug!(%error, "the simulated phone system lost its connection");
                    }
                }
                () = sleep_until(self.next_due()) => drop(self.advance()),
            }
        }
    }

    async fn serve(&self, mut socket: TcpStream) -> std::io::Result<()> {
        socket.set_nodelay(true)?;
        let greeting = {
            let (mut pbx, now) = self.look();
            pbx.connect(now)
        };
        socket.write_all(&greeting).await?;
        let mut bytes = vec![0; MAX_READ_BYTES];
        while self.look().0.connected() {
            let out = tokio::select! {
                read = socket.read(&mut bytes) => match read? {
                    0 => return Ok(()),
                    count => {
                        let (mut pbx, now) = self.look();
                        pbx.receive(now, &bytes[..count])
                    }
                },
                () = sleep_until(self.next_due()) => self.advance(),
            };
            socket.write_all(&out).await?;
        }
        Ok(())
    }
}
