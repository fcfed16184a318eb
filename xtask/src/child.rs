//! Child processes. All share this process's terminal and process group: Ctrl+C ends them together.

use crate::kept;
use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

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
pub(crate) fn run_reading(command: &mut Command, reader: impl FnMut(&str)) -> Ran {
    Aside::begin(command).end(reader)
}

/// Where a line was written.
enum Line {
    /// To the output.
    Said(Vec<u8>),
    /// To the errors.
    Complained(Vec<u8>),
}

/// A program that runs beside the next steps, and is heard from when it is asked for.
pub(crate) struct Aside {
    child: std::io::Result<Child>,
    lines: Receiver<Line>,
}

impl Aside {
    /// Starts it; it reads nothing.
    pub(crate) fn begin(command: &mut Command) -> Self {
        let (to, lines) = mpsc::channel();
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = child.map(|mut child| {
            let (output, errors) = (child.stdout.take(), child.stderr.take());
            let heard = to.clone();
            std::thread::spawn(move || each_line(output, |line| drop(heard.send(Line::Said(line)))));
            std::thread::spawn(move || each_line(errors, |line| drop(to.send(Line::Complained(line)))));
            child
        });
        Aside { child, lines }
    }

    /// Says what it has said so far and what it goes on to say, to its end; each line of its output is shown to `reader` as
    /// well, and all is kept where a step keeps it.
    pub(crate) fn end(self, mut reader: impl FnMut(&str)) -> Ran {
        let mut child = match self.child {
            Ok(child) => child,
            Err(error) => return Ran::Never(error.to_string()),
        };
        for line in self.lines {
            match line {
                Line::Said(bytes) => {
                    kept::line(&bytes);
                    let text = String::from_utf8_lossy(&bytes);
                    print!("{text}");
                    reader(text.trim_end());
                }
                Line::Complained(bytes) => {
                    kept::line(&bytes);
                    eprint!("{}", String::from_utf8_lossy(&bytes));
                }
            }
        }
        child.wait().into()
    }
}

/// Hands on every line, with its end, as it comes.
fn each_line(from: Option<impl Read>, mut to: impl FnMut(Vec<u8>)) {
    let Some(from) = from else { return };
    let mut from = BufReader::new(from);
    loop {
        let mut line = Vec::new();
        if !from.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
            return;
        }
        to(line);
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
