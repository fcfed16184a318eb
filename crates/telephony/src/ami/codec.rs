//! The wire format: frames are blocks of `Name: value` lines, ended by an empty line. Headers repeat
//! (`ChanVariable`), an event may carry a `Response` header (`OriginateResponse`), and the first line of a
//! connection is a greeting without a colon. What frames mean is in [`super::derive`].

/// Longest frame read as one; what is longer is cut and told apart as malformed.
pub const MAX_FRAME_BYTES: usize = 256 * 1024;
/// Most headers read of one frame.
pub(super) const MAX_HEADERS: usize = 2_000;
/// What a greeting begins with; a connection sends it once, first.
const GREETING: &str = "Asterisk Call Manager/";

/// Cuts the bytes of a connection at frame ends.
#[derive(Debug, Default)]
pub struct Splitter {
    pending: Vec<u8>,
    /// So much of the front of `pending` was looked through, and no frame ends there.
    looked: usize,
    /// Inside a frame too long to be read: drop until its end.
    skipping: bool,
    dropped: u64,
}

impl Splitter {
    /// Takes in bytes as they came and hands out all whole frames there are now, as one piece.
    pub fn push(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.pending.extend_from_slice(bytes);
        if self.skipping {
            match first_end(&self.pending) {
                Some(end) => {
                    self.drop_front(end);
                    self.skipping = false;
                }
                None => {
                    // Keep the last bytes: the frame end may lie across two reads.
                    let keep = self.pending.len().min(3);
                    self.drop_front(self.pending.len() - keep);
                    return None;
                }
            }
        }
        // An end may lie across what was looked through and what was not.
        let from = self.looked.saturating_sub(3);
        let end = last_end(self.pending.get(from..).unwrap_or_default()).map(|end| from + end);
        self.looked = self.pending.len();
        if end.is_none() && self.pending.len() > MAX_FRAME_BYTES {
            self.skipping = true;
            self.drop_front(self.pending.len() - 3);
            return None;
        }
        let rest = self.pending.split_off(end?);
        self.looked = rest.len();
        Some(std::mem::replace(&mut self.pending, rest))
    }

    /// How many bytes are held back: of a frame that is not whole yet. Never more than [`MAX_FRAME_BYTES`] and what was pushed
    /// last.
    pub fn held_bytes(&self) -> usize {
        self.pending.len()
    }

    /// How many bytes of frames too long to be read were thrown away.
    pub fn dropped_bytes(&self) -> u64 {
        self.dropped
    }

    fn drop_front(&mut self, count: usize) {
        self.dropped += count as u64;
        self.pending.drain(..count);
        self.looked = 0;
    }
}

/// Where the frame that these bytes begin with ends: after the first empty line.
fn first_end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', bytes).find_map(|at| end_after(bytes, at))
}

/// Where the last whole frame ends.
fn last_end(bytes: &[u8]) -> Option<usize> {
    memchr::memrchr_iter(b'\n', bytes).find_map(|at| end_after(bytes, at))
}

/// The end of the frame whose last line ends at `newline`, if an empty line follows.
fn end_after(bytes: &[u8], newline: usize) -> Option<usize> {
    match bytes.get(newline + 1..)? {
        [b'\n', ..] => Some(newline + 2),
        [b'\r', b'\n', ..] => Some(newline + 3),
        _ => None,
    }
}

/// One frame: headers in order, repeated ones kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    text: String,
    /// Start and end of name and value of each header in `text`.
    headers: Vec<[u32; 4]>,
    greeting: bool,
}

impl Frame {
    /// The first value of a header.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// Every value of a header.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs().filter(move |(found, _)| *found == name).map(|(_, value)| value)
    }

    /// The event's name. Asked before [`Frame::response`]: some events carry a `Response` header.
    pub fn event(&self) -> Option<&str> {
        self.get("Event")
    }

    /// The outcome, where this answers an action.
    pub fn response(&self) -> Option<&str> {
        if self.event().is_some() { None } else { self.get("Response") }
    }

    /// Whether a connection began with this frame.
    pub fn greeting(&self) -> bool {
        self.greeting
    }

    /// The bytes of the frame, its end included; what was no text stays replaced.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.text.as_bytes().to_vec()
    }

    /// Names and values in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|[a, b, c, d]| (self.slice(*a, *b), self.slice(*c, *d)))
    }

    fn slice(&self, from: u32, to: u32) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }

    fn read(bytes: &[u8]) -> Frame {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let mut headers = Vec::with_capacity(32);
        let mut greeting = false;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let line = line.trim_end_matches(['\r', '\n']);
            let Some(colon) = line.find(':') else {
                greeting |= line.starts_with(GREETING);
                continue;
            };
            if headers.len() >= MAX_HEADERS {
                break;
            }
            let value = line[colon + 1..].strip_prefix(' ').unwrap_or(&line[colon + 1..]);
            let end = start + line.len();
            // A frame is at most MAX_FRAME_BYTES long, replacement characters at most triple it.
            headers.push([start, start + colon, end - value.len(), end].map(|place| place as u32));
        }
        Frame { text, headers, greeting }
    }
}

/// The frames of a piece that [`Splitter::push`] handed out. A last frame without its end is left out.
pub fn frames(bytes: &[u8]) -> impl Iterator<Item = Frame> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let end = first_end(rest)?;
            let (frame, after) = rest.split_at(end);
            rest = after;
            if frame.iter().any(|byte| !byte.is_ascii_whitespace()) {
                return Some(Frame::read(&frame[..frame.len().min(MAX_FRAME_BYTES)]));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Frame> {
        frames(text.as_bytes()).collect()
    }

    #[test]
    fn repeated_headers_are_all_kept() {
        let frame = &read("Event: Hangup\r\nChanVariable: A=1\r\nChanVariable: B=2\r\n\r\n")[0];
        assert_eq!(frame.all("ChanVariable").collect::<Vec<_>>(), ["A=1", "B=2"]);
    }

    #[test]
    fn originate_response_is_an_event_though_it_has_a_response_header() {
        let frame = &read("Event: OriginateResponse\r\nResponse: Failure\r\n\r\n")[0];
        assert_eq!(frame.event(), Some("OriginateResponse"));
        assert_eq!(frame.response(), None);
    }

    #[test]
    fn the_greeting_marks_a_new_connection_and_hides_no_header() {
        let frame = &read("Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n")[0];
        assert!(frame.greeting());
        assert_eq!(frame.response(), Some("Success"));
    }

    #[test]
    fn values_keep_colons_and_may_be_empty() {
        let frame = &read("Event: X\r\nAppData: a: b\r\nEmpty:\r\nBlank: \r\n\r\n")[0];
        assert_eq!(frame.get("AppData"), Some("a: b"));
        assert_eq!(frame.get("Empty"), Some(""));
        assert_eq!(frame.get("Blank"), Some(""));
    }

    #[test]
    fn a_frame_cut_anywhere_is_handed_out_once_and_whole() {
        let text = b"Event: A\r\n\r\nEvent: B\r\nX: 1\r\n\r\n";
        for cut in 0..text.len() {
            let mut splitter = Splitter::default();
            let mut names = Vec::new();
            for part in [&text[..cut], &text[cut..]] {
                if let Some(piece) = splitter.push(part) {
                    names.extend(frames(&piece).filter_map(|frame| frame.event().map(str::to_owned)));
                }
            }
            assert_eq!(names, ["A", "B"], "cut at {cut}");
        }
    }

    #[test]
    fn a_frame_too_long_is_dropped_and_the_next_one_read() {
        let mut splitter = Splitter::default();
        let long = vec![b'x'; MAX_FRAME_BYTES + 10];
        assert_eq!(splitter.push(&long), None);
        assert_eq!(splitter.push(&long), None);
        let piece = splitter.push(b"\r\n\r\nEvent: After\r\n\r\n").expect("the frame after the long one");
        let frames: Vec<Frame> = frames(&piece).collect();
        assert_eq!(frames.len(), 1);
        assert_eq!(frames[0].event(), Some("After"));
        assert!(splitter.dropped_bytes() >= 2 * MAX_FRAME_BYTES as u64);
    }

    #[test]
    fn bytes_that_are_no_text_do_not_stop_the_reader() {
        let frame = frames(b"Event: \xff\xfe\r\nNo colon here\r\n\r\n").next().expect("a frame");
        assert!(frame.event().is_some());
    }
}
