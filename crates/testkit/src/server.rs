//! The real binary as a process of its own, on a free port. It never outlives the test.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, watch};

/// What stands before the address in the line that says that requests are accepted.
const LISTENS: &str = "listens on http://";
/// Last lines kept for whoever wonders why.
const KEPT_LINES: usize = 60;

/// Why it does not serve.
#[derive(Debug, thiserror::Error)]
pub enum NotServing {
    /// It could not be started.
    #[error("it cannot be started: {0}")]
    Start(#[from] std::io::Error),
    /// It ended before it accepted requests.
    #[error("it ended with {status} before it served:\n{output}")]
    Ended {
        /// How.
        status: ExitStatus,
        /// What it said last.
        output: String,
    },
}

/// A server that accepts requests.
pub struct ServerProcess {
    child: Child,
    address: SocketAddr,
    said: Arc<Mutex<VecDeque<String>>>,
    ended: watch::Receiver<bool>,
    readers: Vec<JoinHandle<()>>,
}

impl ServerProcess {
    /// Starts `program serve --config <config>` and waits until it says that it listens.
    ///
    /// # Errors
    /// See [`NotServing`].
    pub async fn start(
        program: &Path,
        config: &Path,
        variables: &[(&str, OsString)],
    ) -> Result<ServerProcess, NotServing> {
        let mut command = Command::new(program);
        command.arg("serve").arg("--config").arg(config).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).env_remove("RUST_LOG");
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let mut child = command.spawn()?;
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let (tell, mut told) = mpsc::unbounded_channel();
        let (over, ended) = watch::channel(false);
        let mut readers = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            readers.push(keep_lines(stdout, Arc::clone(&said), Some(tell), Some(over)));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.push(keep_lines(stderr, Arc::clone(&said), None, None));
        }
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut server = ServerProcess { child, address: unknown, said, ended, readers };
        while let Some(line) = told.recv().await {
            let named = line.split_once(LISTENS).and_then(|(_, address)| address.trim().parse().ok());
            if let Some(address) = named {
                server.address = address;
                return Ok(server);
            }
        }
        let status = server.kill();
        Err(NotServing::Ended { status, output: server.output() })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self) {
        // The sender goes when there is no more output: that is the end as well.
        let _ = self.ended.wait_for(|over| *over).await;
    }

    /// Ends it with SIGKILL, unless it has ended; answers how it ended.
    pub fn kill(&mut self) -> ExitStatus {
        // An error here means that it is gone already.
        let _ = self.child.kill();
        let status = self.child.wait();
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        status.unwrap_or_default()
    }

    /// What it said last, on either stream.
    pub fn output(&self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Reads a stream to its end, so that the process is never held back by a full pipe.
fn keep_lines(
    stream: impl Read + Send + 'static,
    said: Arc<Mutex<VecDeque<String>>>,
    tell: Option<mpsc::UnboundedSender<String>>,
    over: Option<watch::Sender<bool>>,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut kept = said.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == KEPT_LINES {
                kept.pop_front();
            }
            kept.push_back(line.clone());
            drop(kept);
            if let Some(tell) = &tell {
                let _ = tell.send(line);
            }
        }
        if let Some(over) = over {
            over.send_replace(true);
        }
    })
}
