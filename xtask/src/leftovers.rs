//! Tests leave no process behind. Every child of a test run inherits a variable with a mark of that run;
//! whoever still carries it when the run is over was left behind.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

/// The variable.
pub(crate) const VARIABLE: &str = "BITACORA_TEST_RUN";

/// A mark that no other run has.
#[expect(clippy::disallowed_methods, reason = "the mark has to differ between runs, and does nothing else")]
pub(crate) fn mark() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}", std::process::id(), since.as_nanos())
}

/// The processes that carry the mark, each with its command; none where the system does not tell.
pub(crate) fn carrying(mark: &str) -> Vec<String> {
    let wanted = format!("{VARIABLE}={mark}");
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let named = processes.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let ids = named.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    ids.filter_map(|id| {
        let environment = fs::read(format!("/proc/{id}/environ")).ok()?;
        environment.split(|byte| *byte == 0).find(|variable| *variable == wanted.as_bytes())?;
        let command = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        // One that has ended and waits to be collected has no command any more.
        (!command.is_empty())
            .then(|| format!("{id} {}", String::from_utf8_lossy(&command).replace('\0', " ")))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    #[test]
    fn a_process_that_carries_the_mark_is_found_while_it_lives() {
        let mark = mark();
        let mut child = Command::new("sh")
            .args(["-c", "echo begun; read line"])
            .env(VARIABLE, &mark)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh starts");
        // The system says that a process has started before its environment can be read: only the process
        // itself can say that it has begun.
        let mut begun = String::new();
        let said = BufReader::new(child.stdout.take().expect("its output is read")).read_line(&mut begun);
        let while_it_lives = carrying(&mark);
        drop(child.stdin.take());
        child.wait().expect("sh ends");
        assert_eq!(said.expect("it says so"), "begun\n".len());
        if std::path::Path::new("/proc/self/environ").exists() {
            assert_eq!(while_it_lives.len(), 1, "{while_it_lives:?}");
        }
        assert_eq!(carrying(&mark), Vec::<String>::new());
    }
}
