//! The journal that the file layer keeps, read back. Its format is told in `powercut/powercut.c`.

/// What a program did to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Created,
    Written { offset: u64, bytes: &'a [u8] },
    Truncated { length: u64 },
    Synced,
    DirectorySynced,
    Unlinked,
    Renamed { to: &'a str },
}

const HEAD_BYTES: usize = 15;

/// Each step in order, with the file's path.
pub(super) fn steps(journal: &[u8]) -> Result<Vec<(&str, Step<'_>)>, String> {
    let mut steps = Vec::new();
    let mut rest = journal;
    while !rest.is_empty() {
        let (head, after) = rest.split_at_checked(HEAD_BYTES).ok_or("a record is cut short")?;
        let number = |from: usize, bytes: usize| {
            head[from..from + bytes].iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte))
        };
        let (path, after) = after.split_at_checked(number(1, 2) as usize).ok_or("a path is cut short")?;
        let (data, after) = after.split_at_checked(number(11, 4) as usize).ok_or("data are cut short")?;
        let text = |bytes| std::str::from_utf8(bytes).map_err(|error| error.to_string());
        let step = match head[0] {
            b'c' => Step::Created,
            b'w' => Step::Written { offset: number(3, 8), bytes: data },
            b't' => Step::Truncated { length: number(3, 8) },
            b's' => Step::Synced,
            b'd' => Step::DirectorySynced,
            b'u' => Step::Unlinked,
            b'r' => Step::Renamed { to: text(data)? },
            kind => return Err(format!("a record of kind {kind}")),
        };
        steps.push((text(path)?, step));
        rest = after;
    }
    Ok(steps)
}
