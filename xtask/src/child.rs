//! Child processes. All share this process's terminal and process group: Ctrl+C ends them together.

use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

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
    command.stdin(Stdio::null()).status().into()
}

/// Runs it to its end as [`run`] does, and shows each line of its output to `reader` as well.
pub(crate) fn run_reading(command: &mut Command, mut reader: impl FnMut(&str)) -> Ran {
    let mut child = match command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return Ran::Never(error.to_string()),
    };
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            reader(text.trim_end());
            line.clear();
        }
    }
    child.wait().into()
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
