//! A SIP message as far as these phones need it (RFC 3261): a first line, headers, a body.

use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// `INVITE sip:… SIP/2.0`, or `SIP/2.0 200 OK`.
    pub(super) first: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Message {
    pub(super) fn new(first: String) -> Message {
        Message { first, ..Message::default() }
    }

    /// What stands in a datagram; `None` where it is no message.
    pub(super) fn read(bytes: &[u8]) -> Option<Message> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let first = lines.next()?.to_owned();
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        };
        Some(Message { first, headers: lines.filter_map(header).collect(), body: body.to_owned() })
    }

    #[must_use]
    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Message {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With a description of a session as its body.
    #[must_use]
    pub(super) fn offering(self, body: String) -> Message {
        Message { body, ..self.with("Content-Type", "application/sdp") }
    }

    /// The answer to a request: it repeats what says which request it answers.
    pub(super) fn answer(request: &Message, status: &str, tag: &str) -> Message {
        let mut answer = Message::new(format!("SIP/2.0 {status}"));
        for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
            for value in request.all(name) {
                let untagged = name == "To" && !value.contains(";tag=") && !status.starts_with("100");
                let value = if untagged { format!("{value};tag={tag}") } else { value.to_owned() };
                answer = answer.with(name, value);
            }
        }
        answer
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.first);
        for (name, value) in &self.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(text, "Content-Length: {}\r\n\r\n{}", self.body.len(), self.body);
        text.into_bytes()
    }

    /// The first value of a header; empty where there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    fn all<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m str> {
        let same = move |(found, _): &&(String, String)| found.eq_ignore_ascii_case(name);
        self.headers.iter().filter(same).map(|(_, value)| value.as_str())
    }

    /// The status, where this answers something.
    pub(super) fn status(&self) -> Option<u16> {
        self.first.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
    }

    /// How far a transfer is, where this tells of one: the first line of what its target answered.
    pub(super) fn progress(&self) -> Option<u16> {
        self.body.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
    }

    /// Where who sent this wants to hear the other end, where it says so.
    pub(super) fn hears_at(&self) -> Option<SocketAddr> {
        let line = |begins: &str| self.body.lines().find_map(|line| line.strip_prefix(begins));
        let address: IpAddr = line("c=IN IP4 ")?.trim().parse().ok()?;
        let port = line("m=audio ")?.split(' ').next()?.parse().ok()?;
        Some(SocketAddr::from((address, port)))
    }

    /// What is asked, or what the answer is to.
    pub(super) fn method(&self) -> &str {
        let asked = if self.status().is_some() {
            self.get("CSeq").split(' ').nth(1)
        } else {
            self.first.split(' ').next()
        };
        asked.unwrap_or_default()
    }

    /// The number of the request within its dialog.
    pub(super) fn sequence(&self) -> u32 {
        self.get("CSeq").split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
    }

    /// The tag that a header carries.
    pub(super) fn tag(&self, header: &str) -> Option<String> {
        let (_, tag) = self.get(header).split_once(";tag=")?;
        tag.split(';').next().map(str::to_owned)
    }

    /// The address between the angle brackets of a header.
    pub(super) fn address(&self, header: &str) -> Option<String> {
        let (_, rest) = self.get(header).split_once('<')?;
        rest.split_once('>').map(|(address, _)| address.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITE: &str = "INVITE sip:1001@127.0.0.1:5 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:6;branch=z9hG4bKa\r\n\
        Via: second\r\nFrom: \"Ana\" <sip:600@127.0.0.1>;tag=abc;x=y\r\nTo: <sip:1001@127.0.0.1>\r\n\
        CALL-ID: c\r\nCSeq: 7 INVITE\r\nContent-Length: 3\r\n\r\nv=0";

    #[test]
    fn a_request_is_read() {
        let message = Message::read(INVITE.as_bytes()).expect("a message");
        assert_eq!((message.method(), message.sequence(), message.status()), ("INVITE", 7, None));
        assert_eq!((message.tag("From").as_deref(), message.tag("To")), (Some("abc"), None));
        assert_eq!(message.address("From").as_deref(), Some("sip:600@127.0.0.1"));
        assert_eq!(message.get("call-id"), "c");
        assert_eq!(Message::read(b"keep-alive"), None);
    }

    #[test]
    fn a_description_says_where_its_end_hears() {
        let described = "v=0\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
        let message = Message::new("SIP/2.0 200 OK".to_owned()).offering(described.to_owned());
        assert_eq!(message.hears_at(), Some(SocketAddr::from(([127, 0, 0, 1], 4000))));
        assert_eq!(Message::new("SIP/2.0 180 Ringing".to_owned()).hears_at(), None);
    }

    #[test]
    fn an_answer_repeats_what_it_answers_and_names_this_end() {
        let request = Message::read(INVITE.as_bytes()).expect("a message");
        let answer = Message::answer(&request, "180 Ringing", "mine").offering("v=0".to_owned()).to_bytes();
        let answer = Message::read(&answer).expect("a message");
        assert_eq!(
            (answer.status(), answer.method(), answer.get("Content-Length")),
            (Some(180), "INVITE", "3")
        );
        assert_eq!(answer.all("Via").count(), 2);
        assert_eq!((answer.tag("To").as_deref(), answer.tag("From").as_deref()), (Some("mine"), Some("abc")));
        let trying = Message::answer(&request, "100 Trying", "mine");
        assert_eq!(trying.tag("To"), None);
    }
}
