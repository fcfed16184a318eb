//! How many requests of which kind an org answered: what a logged call costs is asserted by it.

use std::collections::BTreeMap;

macro_rules! kinds {
    ($($kind:ident $name:literal $counts:literal;)+) => {
        /// What a request was for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $(#[doc = $name] $kind,)+ }

        impl Kind {
            /// All of them.
            pub const ALL: &[Kind] = &[$(Kind::$kind,)+];

            /// Its name in answers of the control routes.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name,)+ }
            }

            /// Whether it counts against the daily limit.
            pub(crate) fn is_limited(self) -> bool {
                match self { $(Kind::$kind => $counts,)+ }
            }
        }
    };
}

kinds! {
    Login "login" false;
    Versions "versions" false;
    Record "record" true;
    Query "query" true;
    Search "search" true;
    Composite "composite" true;
    Collection "collection" true;
    Describe "describe" true;
    Changes "changes" true;
    Limits "limits" true;
    Bulk "bulk" true;
    Soap "soap" true;
    Other "other" true;
}

/// Requests that were counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls(BTreeMap<Kind, u64>);

impl Calls {
    pub(crate) fn count(&mut self, kind: Kind) {
        *self.0.entry(kind).or_default() += 1;
    }

    /// How many of a kind.
    pub fn of(&self, kind: Kind) -> u64 {
        self.0.get(&kind).copied().unwrap_or_default()
    }

    /// How many count against the daily limit.
    pub fn limited(&self) -> u64 {
        self.0.iter().filter(|(kind, _)| kind.is_limited()).map(|(_, count)| count).sum()
    }
}
