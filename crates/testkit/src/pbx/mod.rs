//! A real Asterisk that runs for a test: Debian's packages as `cargo xtask test` unpacks them, started by their own
//! loader, with settings of the test's own. (The one in [`crate::asterisk`] is made up.) It dies with the test.

mod onlooker;
mod place;
mod tree;

pub use onlooker::Onlooker;
pub use place::{COMMANDER, SECRET, USERNAME, WEB_PASSWORD};
pub use tree::found;

use place::Place;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::time::{interval, timeout};

/// How long it may take from its start until calls can be made. Alone on a machine it takes half a second.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// How often one who waits for it looks whether it is there.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Why it does not run.
#[derive(Debug, thiserror::Error)]
pub enum NotRunning {
    /// Its settings cannot be written, or its program not started.
    #[error("Asterisk cannot be started: {0}")]
    Start(#[from] io::Error),
    /// It was started and does not take calls.
    #[error("Asterisk ended, or was not ready in time; it said:\n{said}")]
    NotReady {
        /// Its log.
        said: String,
    },
}

/// An Asterisk that runs.
pub struct Pbx {
    place: Place,
    child: Child,
}

impl Pbx {
    /// Starts one from the packages unpacked at `tree`; `name` is what its ids begin with. When this returns it
    /// takes calls.
    ///
    /// # Errors
    /// See [`NotRunning`].
    pub async fn start(tree: &Path, name: &str) -> Result<Pbx, NotRunning> {
        let place = Place::new(tree, name)?;
        let child = spawn(&place)?;
        let mut pbx = Pbx { place, child };
        pbx.until_ready().await?;
        Ok(pbx)
    }

    /// Ends it as a power cut would, with all calls.
    pub fn kill(&mut self) {
        // An error here means that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits until it has ended by itself, because somebody told it to.
    ///
    /// # Errors
    /// It did not end in time.
    pub async fn until_ended(&mut self) -> Result<(), NotRunning> {
        let child = &mut self.child;
        let ended = async {
            let mut look = interval(LOOK_EVERY);
            while let Ok(None) = child.try_wait() {
                look.tick().await;
            }
        };
        let ended = timeout(READY_WITHIN, ended).await;
        ended.map_err(|_| NotRunning::NotReady { said: self.place.said() })
    }

    /// Starts it anew after [`Pbx::kill`] or [`Pbx::until_ended`], at the same addresses.
    ///
    /// # Errors
    /// See [`NotRunning`].
    pub async fn start_again(&mut self) -> Result<(), NotRunning> {
        self.child = spawn(&self.place)?;
        self.until_ready().await
    }

    /// Where phones register and call.
    pub fn sip(&self) -> SocketAddr {
        self.place.sip
    }

    /// Where it keeps what people leave and what it records.
    pub fn spool(&self) -> PathBuf {
        self.place.work().join("spool")
    }

    /// Where its manager interface is.
    pub fn ami(&self) -> SocketAddr {
        self.place.ami
    }

    /// Where phones in a browser register and are called.
    pub fn web(&self) -> SocketAddr {
        self.place.web
    }

    /// Somebody who is told what happens, as the product is.
    ///
    /// # Errors
    /// It does not listen any more.
    pub async fn onlooker(&self) -> io::Result<Onlooker> {
        Onlooker::connect(self.place.ami).await
    }

    async fn until_ready(&mut self) -> Result<(), NotRunning> {
        let (ami, child) = (self.place.ami, &mut self.child);
        let ready = async {
            let onlooker = Onlooker::when_it_listens(ami).await;
            onlooker.saw(|frame| frame.event() == Some("FullyBooted")).await;
        };
        let ended = async {
            let mut look = interval(LOOK_EVERY);
            while let Ok(None) = child.try_wait() {
                look.tick().await;
            }
        };
        let is_ready = tokio::select! {
            ready = timeout(READY_WITHIN, ready) => ready.is_ok(),
            () = ended => false,
        };
        if is_ready { Ok(()) } else { Err(NotRunning::NotReady { said: self.place.said() }) }
    }
}

impl Drop for Pbx {
    fn drop(&mut self) {
        self.kill();
    }
}

/// It stays in the foreground and starts nothing else, so that whoever kills this child has killed all.
fn spawn(place: &Place) -> io::Result<Child> {
    let mut command = Command::new(&place.tree.loader);
    command.arg("--library-path").arg(&place.tree.libraries).arg(&place.tree.program);
    command.arg("-f").arg("-C").arg(place.work().join("etc/asterisk.conf"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(place.errors()?);
    command.spawn()
}
