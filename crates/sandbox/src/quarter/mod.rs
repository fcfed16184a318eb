//! Quarters of calls to try the review of the code book on: healthy ones, and ones with one fault each that is known.
//! They are made from what calls are about, which the review never sees. None of its assumptions holds exactly: weeks hang
//! on the weeks before, seasons change the mix, incidents make bursts, agents have unequal shares of the work, habits and
//! slips of their own, callers come back about the same or the next matter, talk has heavy tails, lines drop.

mod maker;
mod score;
mod topics;

pub use score::{Score, scored};

use domain::call::Direction;
use domain::disposition::{CodeTraits, DispositionCode, DispositionSet, Label};
use domain::history::HistoryCall;
use domain::id::{At, CodeId, SetId};
use maker::Maker;
use topics::{OTHER_LABEL, TOPICS};
use uuid::Uuid;

/// What is wrong with a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A code whose matter does not come up any more.
    DeadCode,
    /// Two codes for one matter, of which agents take either.
    DuplicatePair,
    /// Ever more calls end up under "Other".
    DriftingOther,
    /// An agent who gives half of their calls the same code.
    DeviatingAgent,
    /// Calls of two to four seconds that have a code of long ones.
    ImplausibleTalk,
    /// A matter that no code is about.
    UncoveredWord,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 6] = [
        Fault::DeadCode,
        Fault::DuplicatePair,
        Fault::DriftingOther,
        Fault::DeviatingAgent,
        Fault::ImplausibleTalk,
        Fault::UncoveredWord,
    ];
}

/// How much of it there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// As much as [`Fault`] says.
    Plain,
    /// Half of that: what nobody sees by looking.
    Faint,
}

/// A quarter.
#[derive(Clone, Debug)]
pub struct Quarter {
    /// Its codes.
    pub set: DispositionSet,
    /// Its calls, in the order they began.
    pub calls: Vec<HistoryCall>,
    /// When it begins.
    pub from: At,
    /// When it is over.
    pub until: At,
    /// Where its fault is, if it has one.
    planted: Planted,
}

/// Where a fault is, by places of codes and of agents.
#[derive(Clone, Copy, Debug)]
struct Planted {
    /// The code that is dead, or the second of the pair.
    stricken: usize,
    /// The code that it is the double of.
    twin: usize,
    /// The code that the agent takes, and that of implausible calls.
    taken: usize,
    /// The agent who differs.
    deviant: usize,
}

const BEGINS: At = At(1_767_222_000_000_000);
const DAYS: usize = 91;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// A set with the codes of these matters, and one for whatever fits nowhere at the end.
fn set_of(matters: &[usize]) -> DispositionSet {
    let (id, code_id) =
        (SetId(Uuid::from_u128(1)), |place: usize| CodeId(Uuid::from_u128(100 + place as u128)));
    let labels = matters.iter().map(|matter| TOPICS[*matter].label).chain([OTHER_LABEL]);
    let code = |(place, (es, en)): (usize, (&str, &str))| DispositionCode {
        id: code_id(place),
        set: id,
        label: Label { es: es.to_owned(), en: en.to_owned() },
        position: place as u32,
        favourite: false,
        requires_notes: false,
        retired: false,
        traits: CodeTraits::default(),
        version: 1,
    };
    DispositionSet {
        id,
        name: "Quarter".to_owned(),
        direction: Direction::Inbound,
        ring_groups: Vec::new(),
        retired: false,
        version: 1,
        codes: labels.enumerate().map(code).collect(),
    }
}

/// A quarter of so many calls that follows from a seed.
pub fn quarter(seed: u64, calls: usize, fault: Option<Fault>, strength: Strength) -> Quarter {
    let mut maker = Maker::new(seed, calls, fault, strength);
    let calls = maker.calls();
    let (set, planted) = (maker.set, maker.planted);
    Quarter { set, calls, from: BEGINS, until: BEGINS.plus_millis(DAYS as i64 * DAY_MS), planted }
}
