//! The server under load: the release binary, in a process of its own, so that its CPU time and memory are
//! nobody else's.

use crate::{Outcome, failure};
use std::fmt::Write as _;
use std::fs::{read_to_string, write};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use telephony::endpoints::EndpointSettings;

/// Name of the database in the server's data folder.
pub(crate) const DATABASE: &str = "bitacora.db";
/// The one tenant.
pub(crate) const TENANT: &str = "bench";
/// Name of the phone system.
pub(crate) const SOURCE: &str = "pbx";
/// What the kernel counts CPU time in, on every Linux this may run on.
const TICKS_PER_SECOND: f64 = 100.0;

/// A phone system for the server to read.
pub(crate) struct Pbx {
    pub(crate) address: SocketAddr,
    pub(crate) username: &'static str,
    pub(crate) secret: &'static str,
    pub(crate) endpoints: EndpointSettings,
    pub(crate) own_numbers: Vec<String>,
}

/// A running server; it is killed when this goes.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    pub(crate) cpu_s: f64,
    pub(crate) rss_mb: f64,
    /// The most it ever had.
    pub(crate) peak_mb: f64,
    /// What is its own; the rest is mapped files, which the system may take back.
    pub(crate) anonymous_mb: f64,
}

/// Builds the server where cargo runs this, so that what is measured is what the tree says; answers where
/// it is.
pub(crate) fn build() -> Outcome<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name("bitacora");
    if let Some(cargo) = std::env::var_os("CARGO") {
        let build = ["build", "--release", "--quiet", "--package", "bitacora-server"];
        if !Command::new(cargo).args(build).status()?.success() {
            return failure("the server could not be built");
        }
    }
    if !binary.exists() {
        return failure(format!("there is no server at {}", binary.display()));
    }
    Ok(binary)
}

impl Server {
    /// Starts `binary` on the database in `dir`; when this returns it accepts requests.
    pub(crate) fn start(binary: &Path, dir: &Path, pbx: Option<&Pbx>) -> Outcome<Server> {
        Server::start_with(binary, dir, pbx, "")
    }

    /// The same with more settings of its tenant.
    pub(crate) fn start_with(binary: &Path, dir: &Path, pbx: Option<&Pbx>, more: &str) -> Outcome<Server> {
        let config = dir.join("bitacora.toml");
        write(&config, settings(dir, pbx)? + more)?;
        let mut serve = Command::new(binary);
        serve.arg("serve").arg("--config").arg(&config);
        Server::listening(&mut serve)
    }

    /// Starts what says on its output where it listens.
    pub(crate) fn listening(command: &mut Command) -> Outcome<Server> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().ok_or("the server has no stdout")?;
        let mut server = Server { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let mut lines = BufReader::new(out).lines();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, address) = line.split_once("http://")?;
            address.split(';').next()?.trim().parse().ok()
        });
        server.address = address.ok_or("the server ended before it listened")?;
        // Read on, or it would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(server)
    }

    /// What it has used so far.
    pub(crate) fn usage(&self) -> Outcome<Usage> {
        usage(&self.child.id().to_string())
    }
}

impl Drop for Server {
    /// As hard as a crash: what it acknowledged must be there all the same, and is counted afterwards.
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What this process has used so far.
pub(crate) fn own_usage() -> Outcome<Usage> {
    usage("self")
}

fn usage(process: &str) -> Outcome<Usage> {
    let stat = read_to_string(format!("/proc/{process}/stat"))?;
    // The name in brackets may hold spaces; user and system time are the 12th and 13th after it.
    let after_name = stat.rsplit_once(") ").ok_or("no such process")?.1;
    let ticks = |nth: usize| after_name.split(' ').nth(nth).and_then(|text| text.parse::<f64>().ok());
    let (user, system) = (ticks(11).ok_or("no user time")?, ticks(12).ok_or("no system time")?);
    let status = read_to_string(format!("/proc/{process}/status"))?;
    let megabytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|text| text.trim().trim_end_matches(" kB").parse::<f64>().ok());
        kib.map(|kib| kib / 1_024.0)
    };
    Ok(Usage {
        cpu_s: (user + system) / TICKS_PER_SECOND,
        rss_mb: megabytes("VmRSS:").ok_or("no VmRSS")?,
        peak_mb: megabytes("VmHWM:").ok_or("no VmHWM")?,
        anonymous_mb: megabytes("RssAnon:").ok_or("no RssAnon")?,
    })
}

fn settings(dir: &Path, pbx: Option<&Pbx>) -> Outcome<String> {
    let mut text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[data]\ndir = {dir:?}\n[log]\nlevel = \"warn\"\nformat = \"text\"\n\
         [[tenants]]\nslug = {TENANT:?}\n"
    );
    let Some(Pbx { address, username, secret, endpoints, own_numbers }) = pbx else { return Ok(text) };
    writeln!(text, "own_numbers = {own_numbers:?}")?;
    writeln!(text, "[[tenants.sources]]\nname = {SOURCE:?}\nkind = \"ami\"\naddress = \"{address}\"")?;
    writeln!(text, "username = {username:?}\nsecret = {secret:?}")?;
    writeln!(text, "[tenants.sources.endpoints]\ntrunks = {:?}", endpoints.trunks)?;
    writeln!(text, "[tenants.sources.endpoints.agents]")?;
    for (agent, own) in &endpoints.agents {
        writeln!(text, "{agent:?} = {own:?}")?;
    }
    writeln!(text, "[tenants.sources.endpoints.queues]")?;
    for (queue, group) in &endpoints.queues {
        writeln!(text, "{queue:?} = {group:?}")?;
    }
    Ok(text)
}
