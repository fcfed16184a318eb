//! Where a source's bytes come from when no socket brings them: recorded sessions, at their own pace.

use domain::id::At;
use std::collections::VecDeque;
use std::path::PathBuf;
use telephony::ami::{Splitter, frames};

/// Bytes in the order of time.
pub trait Feed: Send {
    /// The next piece, whole frames, and when it came by the source's clock; `None`: there is no more.
    fn next(&mut self) -> Option<(At, Vec<u8>)>;
}

impl<I: Iterator<Item = (At, Vec<u8>)> + Send> Feed for I {
    fn next(&mut self) -> Option<(At, Vec<u8>)> {
        Iterator::next(self)
    }
}

/// Recorded connections, one after the other.
///
/// # Errors
/// A file cannot be read.
pub fn recording(files: &[PathBuf]) -> std::io::Result<VecDeque<(At, Vec<u8>)>> {
    let mut pieces = VecDeque::new();
    for file in files {
        let bytes = std::fs::read(file)?;
        let whole = Splitter::default().push(&bytes).unwrap_or_default();
        let mut at = At(0);
        for frame in frames(&whole) {
            let told = frame.get("Timestamp").and_then(|text| text.parse::<f64>().ok());
            at = told.map_or(at, |seconds| At((seconds * 1e6) as i64));
            pieces.push_back((at, frame.to_bytes()));
        }
    }
    // What precedes the first time that is told belongs to it.
    let first = pieces.iter().map(|(at, _)| *at).find(|at| at.0 > 0).unwrap_or_default();
    for piece in pieces.iter_mut().take_while(|(at, _)| at.0 == 0) {
        piece.0 = first;
    }
    Ok(pieces)
}
