//! How a delivery of a phone system that pushes is kept: the body as it came, after a line that says what it is.
//! Several may lie behind one another. What a body means is read by the module of its form.
//!
//! ```text
//! hook/1 signed 137\n
//! <137 bytes>
//! ```

/// What every piece begins with; the number is that of this format.
const MARK: &str = "hook/1";
/// Longest line before a body, in bytes: a mark, a form and a length.
const MAX_LINE_BYTES: usize = 64;

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// A CloudEvent in JSON ([`super::event`]).
    Signed,
    /// A JSON object of the generic CTI that Zammad reads ([`super::zammad`]).
    ZammadJson,
    /// The same as an HTML form.
    ZammadForm,
    /// A status or recording callback of Twilio Voice ([`super::twilio`]).
    TwilioVoice,
    /// The same where reservations tell of agents: their legs tell nothing.
    TwilioCustomers,
    /// An event of Twilio's TaskRouter.
    TwilioTask,
}

impl Form {
    /// All of them.
    pub const ALL: [Form; 6] = [
        Form::Signed,
        Form::ZammadJson,
        Form::ZammadForm,
        Form::TwilioVoice,
        Form::TwilioCustomers,
        Form::TwilioTask,
    ];

    fn word(self) -> &'static str {
        match self {
            Form::Signed => "signed",
            Form::ZammadJson => "zammad-json",
            Form::ZammadForm => "zammad-form",
            Form::TwilioVoice => "twilio-voice",
            Form::TwilioCustomers => "twilio-customers",
            Form::TwilioTask => "twilio-task",
        }
    }
}

/// One delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What its body is.
    pub form: Form,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Delivery {
    /// As it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{MARK} {} {}\n", self.form.word(), self.body.len()).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// The deliveries in a piece as it is kept. What is none ends them: such a piece was not written by
/// [`Delivery::to_bytes`].
pub fn deliveries(bytes: &[u8]) -> impl Iterator<Item = Delivery> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (delivery, after) = first(rest)?;
        rest = after;
        Some(delivery)
    })
}

fn first(bytes: &[u8]) -> Option<(Delivery, &[u8])> {
    let end = memchr::memchr(b'\n', bytes.get(..MAX_LINE_BYTES.min(bytes.len()))?)?;
    let mut words = std::str::from_utf8(&bytes[..end]).ok()?.split(' ');
    if words.next() != Some(MARK) {
        return None;
    }
    let word = words.next()?;
    let form = Form::ALL.into_iter().find(|form| form.word() == word)?;
    let length: usize = words.next()?.parse().ok()?;
    let (body, after) = bytes[end + 1..].split_at_checked(length)?;
    Some((Delivery { form, body: body.to_vec() }, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_behind_one_another_are_read_as_they_were_written() {
        let all = Form::ALL.map(|form| Delivery { form, body: b"hook/1 signed 3\nabc\n".to_vec() });
        let bytes: Vec<u8> = all.iter().flat_map(Delivery::to_bytes).collect();
        assert_eq!(deliveries(&bytes).collect::<Vec<_>>(), all);
    }

    #[test]
    fn what_is_no_delivery_ends_them() {
        for bad in [
            "",
            "hook/1",
            "hook/2 signed 1\na",
            "hook/1 other 1\na",
            "hook/1 signed x\na",
            "hook/1 signed 9\na",
        ] {
            assert_eq!(deliveries(bad.as_bytes()).count(), 0, "{bad:?}");
        }
        let mut one = Delivery { form: Form::Signed, body: b"{}".to_vec() }.to_bytes();
        one.extend_from_slice(b"garbage");
        assert_eq!(deliveries(&one).count(), 1);
    }
}
