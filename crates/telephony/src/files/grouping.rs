//! Which records and lines are of one call: those that share an id, and those that share a channel at the same time. It is fed
//! in the order of the file and holds no more than some hours of it.

use domain::completeness::told::{CdrRecord, QueueLine, Told};
use domain::id::At;
use std::collections::HashMap;

/// A call whose last word is older than this, by the words that come, is whole: six hours, in milliseconds. What is said of
/// it later is found to be of a call that is known, or missing, already.
const WHOLE_AFTER_MS: i64 = 6 * 3_600_000;
/// A channel's name is used again after a restart of the phone system; within so many milliseconds it is the same channel.
const SAME_CHANNEL_MS: i64 = 5_000;
/// Most records, and most lines, that are kept of one call; more say nothing that is needed.
const MAX_PER_CALL: usize = 1_000;
/// How many words are taken between two looks for calls that are whole.
const LOOK_EVERY: usize = 1_000;

/// Sorts what a file says into calls.
#[derive(Debug, Default)]
pub struct Grouping {
    groups: HashMap<usize, Group>,
    next: usize,
    by_id: HashMap<String, usize>,
    by_channel: HashMap<String, Seen>,
    /// How often an id was used by another channel than before.
    lives: HashMap<String, (String, usize)>,
    latest: At,
    taken: usize,
}

#[derive(Debug, Default)]
struct Group {
    told: Told,
    ids: Vec<String>,
    channels: Vec<String>,
    last: At,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    group: usize,
    from: At,
    until: At,
}

impl Grouping {
    /// Takes a record.
    pub fn record(&mut self, mut record: CdrRecord) {
        self.name_life(&mut record);
        let ids =
            [&record.uniqueid, &record.linkedid].into_iter().filter(|id| !id.is_empty()).cloned().collect();
        let named = [&record.channel, &record.dstchannel].into_iter().filter(|name| !name.is_empty());
        let channels: Vec<String> = named.map(|name| whole_of(name).to_owned()).collect();
        let (from, until) = (record.start, record.end);
        let group = self.group(ids, &channels, from, until);
        let fits = |group: &&mut Group| group.told.records.len() < MAX_PER_CALL;
        if let Some(group) = self.groups.get_mut(&group).filter(fits) {
            group.told.records.push(record);
        }
        self.went_on(until);
    }

    /// Takes a line.
    pub fn line(&mut self, line: QueueLine) {
        let at = line.at;
        let group = self.group(vec![line.call.clone()], &[], at, at);
        let fits = |group: &&mut Group| group.told.queue.len() < MAX_PER_CALL;
        if let Some(group) = self.groups.get_mut(&group).filter(fits) {
            group.told.queue.push(line);
        }
        self.went_on(at);
    }

    /// The calls that are whole by now, so many words at a time.
    pub fn whole(&mut self) -> Vec<Told> {
        if self.taken < LOOK_EVERY {
            return Vec::new();
        }
        self.taken = 0;
        let latest = self.latest;
        self.let_go(|group| group.last.plus_millis(WHOLE_AFTER_MS) < latest)
    }

    /// All that are left.
    pub fn rest(&mut self) -> Vec<Told> {
        self.let_go(|_| true)
    }

    /// An id that another channel had before is of another call: a click-to-dial may take one again.
    fn name_life(&mut self, record: &mut CdrRecord) {
        if record.uniqueid.is_empty() {
            return;
        }
        let channel = whole_of(&record.channel).to_owned();
        let (last, lives) = self.lives.entry(record.uniqueid.clone()).or_insert_with(|| (channel.clone(), 1));
        let over = self.by_channel.get(last.as_str()).is_none_or(|seen| seen.until <= record.start);
        if *last != channel && over {
            *last = channel;
            *lives += 1;
        }
        if *lives > 1 {
            let nth = *lives;
            if record.linkedid == record.uniqueid {
                record.linkedid = format!("{}#{nth}", record.linkedid);
            }
            record.uniqueid = format!("{}#{nth}", record.uniqueid);
        }
    }

    fn went_on(&mut self, at: At) {
        self.latest = self.latest.max(at);
        self.taken += 1;
    }

    /// The group of all these, made one where they are of several.
    fn group(&mut self, ids: Vec<String>, channels: &[String], from: At, until: At) -> usize {
        let near = |seen: &&Seen| {
            seen.from <= until.plus_millis(SAME_CHANNEL_MS) && from <= seen.until.plus_millis(SAME_CHANNEL_MS)
        };
        let of_ids = ids.iter().filter_map(|id| self.by_id.get(id).copied());
        let of_channels =
            channels.iter().filter_map(|name| self.by_channel.get(name).filter(near).map(|seen| seen.group));
        let mut found: Vec<usize> = of_ids.chain(of_channels).collect();
        found.sort_unstable();
        found.dedup();
        let into = found.first().copied().unwrap_or_else(|| {
            self.next += 1;
            self.groups.insert(self.next, Group::default());
            self.next
        });
        for other in found.into_iter().skip(1) {
            self.join(into, other);
        }
        let Some(group) = self.groups.get_mut(&into) else { return into };
        group.last = group.last.max(until);
        for id in ids {
            self.by_id.insert(id.clone(), into);
            group.ids.push(id);
        }
        for name in channels {
            let seen = self.by_channel.get(name).filter(|seen| seen.group == into);
            let (from, until) =
                seen.map_or((from, until), |seen| (seen.from.min(from), seen.until.max(until)));
            self.by_channel.insert(name.clone(), Seen { group: into, from, until });
            group.channels.push(name.clone());
        }
        into
    }

    fn join(&mut self, into: usize, other: usize) {
        let Some(other) = self.groups.remove(&other) else { return };
        for id in &other.ids {
            self.by_id.insert(id.clone(), into);
        }
        for name in &other.channels {
            if let Some(seen) = self.by_channel.get_mut(name) {
                seen.group = into;
            }
        }
        if let Some(group) = self.groups.get_mut(&into) {
            group.told = std::mem::take(&mut group.told).with(other.told);
            group.ids.extend(other.ids);
            group.channels.extend(other.channels);
            group.last = group.last.max(other.last);
        }
    }

    fn let_go(&mut self, gone: impl Fn(&Group) -> bool) -> Vec<Told> {
        let numbers: Vec<usize> =
            self.groups.iter().filter(|(_, group)| gone(group)).map(|(number, _)| *number).collect();
        let mut told = Vec::with_capacity(numbers.len());
        for number in numbers {
            let Some(group) = self.groups.remove(&number) else { continue };
            for id in &group.ids {
                self.by_id.remove(id);
            }
            for name in &group.channels {
                if self.by_channel.get(name).is_some_and(|seen| seen.group == number) {
                    self.by_channel.remove(name);
                }
            }
            told.push(Told::default().with(group.told));
        }
        told.sort_by_key(|told| (told.began_at(), told.records.first().map(|record| record.line)));
        told
    }
}

/// The name that both halves of a local pair have in common.
pub(super) fn whole_of(channel: &str) -> &str {
    channel.rsplit_once(';').map_or(channel, |(name, _)| name)
}
