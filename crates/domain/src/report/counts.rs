//! Counts by key that can be added to and taken away from one another, and their form in a store. Which keys there are
//! is [`super::aggregate`]'s.

use std::marker::PhantomData;

/// What is counted by: a key that is a number too, the same one in every release.
pub trait Packed: Copy {
    /// Its number.
    fn pack(self) -> u64;
    /// The key of this number; `None` where there is none.
    fn unpack(number: u64) -> Option<Self>;
    /// Whether there is a key of this number.
    fn is_key(number: u64) -> bool {
        Self::unpack(number).is_some()
    }
}

/// Bytes that are no counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no counts that this release can read")]
pub struct NoCounts;

/// So many of each key. A count may be below zero: then it is to be taken away from others. What is zero is not there, so
/// that equal counts are equal values and equal bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts<K> {
    /// By the number of the key, none of them zero.
    entries: Vec<(u64, i64)>,
    keys: PhantomData<K>,
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Counts { entries: Vec::new(), keys: PhantomData }
    }
}

impl<K: Packed> Counts<K> {
    /// One more key, which comes after all that there are.
    pub(super) fn push(&mut self, key: K, count: i64) {
        let number = key.pack();
        debug_assert!(self.entries.last().is_none_or(|(last, _)| *last < number), "keys come in order");
        if count != 0 {
            self.entries.push((number, count));
        }
    }

    /// How many there are of a key.
    pub fn get(&self, key: K) -> i64 {
        self.place(key.pack()).map_or(0, |place| self.entries[place].1)
    }

    /// So many more of a key.
    pub fn add(&mut self, key: K, by: i64) {
        let number = key.pack();
        match self.place(number) {
            Ok(place) => {
                self.entries[place].1 += by;
                if self.entries[place].1 == 0 {
                    self.entries.remove(place);
                }
            }
            Err(place) if by != 0 => self.entries.insert(place, (number, by)),
            Err(_) => {}
        }
    }

    /// So many more of every key as the others hold.
    pub fn merge(&mut self, others: &Self) {
        if self.entries.is_empty() {
            self.entries.clone_from(&others.entries);
        } else if !others.entries.is_empty() {
            let ours = std::mem::take(&mut self.entries);
            self.entries = merged(ours, &others.entries);
        }
    }

    /// Keys and how many there are of each, by the number of the key.
    pub fn iter(&self) -> impl Iterator<Item = (K, i64)> + '_ {
        self.entries.iter().filter_map(|(number, count)| Some((K::unpack(*number)?, *count)))
    }

    /// All of them.
    pub fn total(&self) -> i64 {
        self.entries.iter().map(|(_, count)| count).sum()
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts them behind `bytes`: how many keys, then for each how far its number is from the one before, and its count.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        put(bytes, self.entries.len() as u64);
        let mut before = 0;
        for (number, count) in &self.entries {
            put(bytes, number - before);
            put(bytes, zigzag(*count));
            before = *number;
        }
    }

    /// Takes them from the front of `bytes`.
    ///
    /// # Errors
    /// The bytes are no counts.
    pub fn read(bytes: &mut &[u8]) -> Result<Self, NoCounts> {
        let keys = keys(bytes)?;
        let mut entries = Vec::with_capacity(keys);
        each::<K>(bytes, keys, |number, count| entries.push((number, count)))?;
        Ok(Counts { entries, keys: PhantomData })
    }

    /// Those whose keys have numbers from the first to before the other, by number.
    pub(super) fn between(&self, from: u64, until: u64) -> &[(u64, i64)] {
        let place = |number| self.entries.partition_point(|(one, _)| *one < number);
        &self.entries[place(from)..place(until).max(place(from))]
    }

    fn place(&self, number: u64) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&number, |(number, _)| *number)
    }
}

/// Takes from the front of `bytes` how many keys follow.
pub(super) fn keys(bytes: &mut &[u8]) -> Result<usize, NoCounts> {
    let keys = take(bytes)?;
    // Each takes two bytes at least.
    usize::try_from(keys).ok().filter(|keys| *keys <= bytes.len() / 2).ok_or(NoCounts)
}

/// Takes so many counts from the front of `bytes`: the number of each key and its count, in the order of the numbers.
pub(super) fn each<K: Packed>(
    bytes: &mut &[u8],
    keys: usize,
    mut one: impl FnMut(u64, i64),
) -> Result<(), NoCounts> {
    let mut number = 0_u64;
    for place in 0..keys {
        let further = take(bytes)?;
        number = number.checked_add(further).ok_or(NoCounts)?;
        let count = unzigzag(take(bytes)?);
        if count == 0 || (place > 0 && further == 0) || !K::is_key(number) {
            return Err(NoCounts);
        }
        one(number, count);
    }
    Ok(())
}

fn merged(ours: Vec<(u64, i64)>, others: &[(u64, i64)]) -> Vec<(u64, i64)> {
    let mut all = Vec::with_capacity(ours.len() + others.len());
    let (mut ours, mut others) = (ours.into_iter().peekable(), others.iter().copied().peekable());
    loop {
        let entry = match (ours.peek(), others.peek()) {
            (None, None) => return all,
            (Some(_), None) => ours.next(),
            (None, Some(_)) => others.next(),
            (Some((our, _)), Some((other, _))) if our < other => ours.next(),
            (Some((our, _)), Some((other, _))) if our > other => others.next(),
            (Some(_), Some(_)) => {
                ours.next().zip(others.next()).map(|((number, one), (_, other))| (number, one + other))
            }
        };
        all.extend(entry.filter(|(_, count)| *count != 0));
    }
}

/// Small numbers, whatever their sign, have few bytes.
fn zigzag(count: i64) -> u64 {
    ((count << 1) ^ (count >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Most numbers have one byte.
#[inline]
fn take(bytes: &mut &[u8]) -> Result<u64, NoCounts> {
    match bytes.split_first() {
        Some((byte @ 0..0x80, rest)) => {
            *bytes = rest;
            Ok(u64::from(*byte))
        }
        _ => take_long(bytes),
    }
}

fn take_long(bytes: &mut &[u8]) -> Result<u64, NoCounts> {
    let mut number = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(NoCounts)?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        if bits.leading_zeros() < shift {
            return Err(NoCounts);
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(NoCounts)
}
