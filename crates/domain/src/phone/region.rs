//! The country whose rules a number without a country code is read by.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::parse;

/// ISO 3166 alpha-2 region, e.g. `ES`: the country assumed for a number that names none.
///
/// Only regions with a numbering plan in libphonenumber exist as values, so reading a number never
/// fails for want of a plan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(rlibphonenumber::Region);

/// The text names no region that libphonenumber has a numbering plan for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no numbering plan is known for region {0:?}; an ISO 3166 code of two letters is wanted")]
pub struct UnknownRegion(String);

/// Longest refused text that an [`UnknownRegion`] repeats.
const SHOWN_CHARS: usize = 16;

impl Region {
    /// The country calling code, e.g. 34 for `ES`.
    pub fn calling_code(self) -> u16 {
        parse::calling_code(self).unwrap_or_default()
    }

    pub(super) fn plan(self) -> rlibphonenumber::Region {
        self.0
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let refused = || UnknownRegion(code.chars().take(SHOWN_CHARS).collect());
        let region = rlibphonenumber::Region::from_str(code).map(Region).map_err(|_| refused())?;
        // Also refuses "001", which libphonenumber knows as the plan of no country.
        parse::calling_code(region).map(|_| region).ok_or_else(refused)
    }
}

impl TryFrom<&str> for Region {
    type Error = UnknownRegion;

    fn try_from(code: &str) -> Result<Self, Self::Error> {
        code.parse()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({self})")
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(D::Error::custom)
    }
}
