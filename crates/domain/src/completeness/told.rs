//! What files of a phone system say of a call: records of Asterisk's CDR and lines of its `queue_log`, as plain data. What
//! they mean is `telephony`'s.

use crate::id::At;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Call detail records, such as `Master.csv`.
    Cdr,
    /// Asterisk's `queue_log`.
    QueueLog,
}

/// A call detail record.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CdrRecord {
    /// The line of the file in which it begins, from 1.
    pub line: u64,
    /// The number that called.
    pub src: String,
    /// The number that was called.
    pub dst: String,
    /// The channel that called.
    pub channel: String,
    /// The channel that was called, if one was.
    pub dstchannel: String,
    /// The last application of the dialplan.
    pub app: String,
    /// What that was given.
    pub data: String,
    /// When it began.
    pub start: At,
    /// When the channel was answered, by whatever answered it.
    pub answer: Option<At>,
    /// When it ended.
    pub end: At,
    /// `ANSWERED`, `NO ANSWER`, `BUSY`, `FAILED`, `CONGESTION`.
    pub disposition: String,
    /// The id of the channel, where the file tells it.
    pub uniqueid: String,
    /// The id of what the channel was part of, where the file tells it.
    pub linkedid: String,
}

/// A line of `queue_log` that is about a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QueueLine {
    /// The line of the file, from 1.
    pub line: u64,
    /// When.
    pub at: At,
    /// The id of the caller's channel.
    pub call: String,
    /// The queue.
    pub queue: String,
    /// The member, as the queue calls it.
    pub agent: String,
    /// What happened, e.g. `ENTERQUEUE`.
    pub event: String,
    /// What else is said.
    pub data: Vec<String>,
}

/// All that files say of one call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Its records.
    pub records: Vec<CdrRecord>,
    /// Its lines.
    pub queue: Vec<QueueLine>,
}

impl Told {
    /// The same with what another file says of it. What both say is there once, whatever line of which it stood in.
    #[must_use]
    pub fn with(mut self, other: Told) -> Told {
        let of_record = |record: &CdrRecord| CdrRecord { line: 0, ..record.clone() };
        let mut known: BTreeSet<CdrRecord> = self.records.iter().map(of_record).collect();
        self.records.extend(other.records.into_iter().filter(|record| known.insert(of_record(record))));
        let of_line = |line: &QueueLine| QueueLine { line: 0, ..line.clone() };
        let mut known: BTreeSet<QueueLine> = self.queue.iter().map(of_line).collect();
        self.queue.extend(other.queue.into_iter().filter(|line| known.insert(of_line(line))));
        self.records.sort_by(|a, b| (a.start, a.end, &a.uniqueid).cmp(&(b.start, b.end, &b.uniqueid)));
        self.queue.sort_by_key(|line| line.at);
        self
    }

    /// When it began, as far as is told.
    pub fn began_at(&self) -> Option<At> {
        let records = self.records.iter().map(|record| record.start);
        records.chain(self.queue.iter().map(|line| line.at)).min()
    }

    /// When it was over, as far as is told.
    pub fn ended_at(&self) -> Option<At> {
        let records = self.records.iter().map(|record| record.end);
        records.chain(self.queue.iter().map(|line| line.at)).max()
    }
}
