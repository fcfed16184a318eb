//! Child processes. All share this process's terminal and process group: Ctrl+C ends them together.

use crate::kept;
use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;

/// How a child ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ran {
    /// With success.
    Well,
    /// With a failure, which it has told on its own.
    Badly,
    /// Not at all: it could not be started.
    Never(String),
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ran::Well => f.write_str("went well"),
            Ran::Badly => f.write_str("it failed, see above"),
            Ran::Never(why) => write!(f, "it could not be started ({why})"),
        }
    }
}

impl From<std::io::Result<std::process::ExitStatus>> for Ran {
    fn from(ended: std::io::Result<std::process::ExitStatus>) -> Self {
        match ended {
            Ok(status) if status.success() => Ran::Well,
            Ok(_) => Ran::Badly,
            Err(error) => Ran::Never(error.to_string()),
        }
    }
}

/// The cargo that runs this, in the folder of the workspace.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::root());
    command
}

/// A program in the folder of the pages.
pub(crate) fn in_web(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::root().join("web"));
    command
}

/// Runs it to its end; it reads nothing, and writes where we do.
pub(crate) fn run(command: &mut Command) -> Ran {
    if kept::keeps() {
        return run_reading(command, |_| {});
    }
    command.stdin(Stdio::null()).status().into()
}

/// Runs it to its end as [`run`] does, and shows each line of its output to `reader` as well. All that it says is kept where
/// a step keeps it.
pub(crate) fn run_reading(command: &mut Command, mut reader: impl FnMut(&str)) -> Ran {
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return Ran::Never(error.to_string()),
    };
    let (output, errors) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|threads| {
        threads.spawn(|| each_line(errors, |text| eprint!("{text}")));
        each_line(output, |text| {
            print!("{text}");
            reader(text.trim_end());
        });
    });
    child.wait().into()
}

/// A program that runs beside the next steps, and says what it has to say when it is asked for.
pub(crate) struct Aside(JoinHandle<std::io::Result<Output>>);

impl Aside {
    /// Starts it; it reads nothing.
    pub(crate) fn begin(mut command: Command) -> Self {
        Aside(std::thread::spawn(move || command.stdin(Stdio::null()).output()))
    }

    /// Waits for its end, and shows each line of its output to `reader` as [`run_reading`] does: what it wrote, and then
    /// what it complained of.
    pub(crate) fn end(self, mut reader: impl FnMut(&str)) -> Ran {
        let ended = self.0.join().unwrap_or_else(|_| Err(std::io::Error::other("its thread panicked")));
        let output = match ended {
            Ok(output) => output,
            Err(error) => return Ran::Never(error.to_string()),
        };
        each_line(Some(output.stdout.as_slice()), |text| {
            print!("{text}");
            reader(text.trim_end());
        });
        each_line(Some(output.stderr.as_slice()), |text| eprint!("{text}"));
        Ok(output.status).into()
    }
}

/// Keeps every line and hands it on, as it comes.
fn each_line(from: Option<impl Read>, mut to: impl FnMut(&str)) {
    let Some(from) = from else { return };
    let (mut from, mut line) = (BufReader::new(from), Vec::new());
    while from.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
        kept::line(&line);
        to(&String::from_utf8_lossy(&line));
        line.clear();
    }
}

/// Whether it runs and ends well, silently; `None` where it cannot be started.
pub(crate) fn answers(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Becomes that program. Answers only where that is impossible.
pub(crate) fn become_it(command: &mut Command) -> String {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    format!("{} could not be started: {error}", command.get_program().display())
}
