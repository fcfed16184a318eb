//! What settings would make of past calls, as the API shows it.

use super::{ActivityLineView, PersonLineView, word};
use domain::call::CallRecord;
use domain::dry_run::{Acw, AcwTold, CaseTold, Differs, Sides, Told, Totals};
use domain::id::PersonId;
use domain::matching::MatchKind;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What settings would make of the last calls.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DryRunView {
    /// How many calls they were tried on.
    pub calls: usize,
    /// When the first of them began.
    pub from: Option<String>,
    /// When the last of them began.
    pub until: Option<String>,
    /// Of how many something differs.
    pub differ: usize,
    /// With the settings as they are.
    pub before: DryTotalsView,
    /// With those that are meant.
    pub after: DryTotalsView,
    /// The newest of those of which something differs.
    pub lines: Vec<DryLineView>,
}

/// All calls together, on one side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct DryTotalsView {
    /// Calls by type.
    pub types: BTreeMap<String, u64>,
    /// Calls whose number exactly one record has.
    pub one: u64,
    /// Calls whose agent has to choose.
    pub several: u64,
    /// Calls whose number nobody has.
    pub nobody: u64,
    /// Calls of which the record opens by itself.
    pub pops: u64,
    /// Records that would be made, by kind: `contact`, `lead`.
    pub makes: BTreeMap<String, u64>,
    /// Logged calls related to a Case.
    pub related: u64,
    /// Logged calls of which it is not known what was on screen.
    pub relation_unknown: u64,
    /// Wrap-ups: `in_time`, `late`, `released`, `full`, `closed`, `unknown`, `owed`, `not_owed`.
    pub wrapups: BTreeMap<String, u64>,
    /// Seconds that wrap-ups keep agents from calls, as far as known.
    pub kept_s: i64,
}

/// A call of which something differs.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DryLineView {
    /// The Activity.
    pub activity: ActivityLineView,
    /// What differs: `type`, `party`, `makes`, `pops`, `case`, `wrapups`.
    pub differs: Vec<String>,
    /// With the settings as they are.
    pub before: DrySideView,
    /// With those that are meant.
    pub after: DrySideView,
}

/// What a side makes of a call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DrySideView {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `one`, `several` or `nobody`.
    pub matched: String,
    /// The record that follows by itself; null also where a record follows that is made only then.
    pub party: Option<PersonLineView>,
    /// How many records have the number.
    pub candidates: usize,
    /// `contact` or `lead`: what would be made.
    pub makes: Option<String>,
    /// Whether the record opens by itself.
    pub pops: bool,
    /// `related`, `not_related`, `unknown`, `not_logged`.
    pub case: String,
    /// Its wrap-ups.
    pub wrapups: Vec<DryWrapupView>,
}

/// What becomes of a wrap-up.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DryWrapupView {
    /// The agent.
    pub agent: Option<String>,
    /// `in_time`, `late`, `released`, `full`, `closed`, `unknown`, `owed`, `not_owed`.
    pub becomes: String,
    /// Seconds that it keeps them from calls, of a full inbox those that no earlier one does; null: not known.
    pub kept_s: Option<i64>,
}

impl DryTotalsView {
    /// Of these.
    pub fn of(totals: &Totals) -> Self {
        let [one, several, nobody] = totals.matched;
        DryTotalsView {
            types: totals.kinds.iter().map(|(kind, calls)| (word(kind), *calls)).collect(),
            one,
            several,
            nobody,
            pops: totals.pops,
            makes: totals.makes.iter().map(|(kind, made)| (word(kind), *made)).collect(),
            related: totals.related,
            relation_unknown: totals.relation_unknown,
            wrapups: totals.acw.iter().map(|(told, count)| (becomes(*told).to_owned(), *count)).collect(),
            kept_s: totals.kept_ms / 1000,
        }
    }
}

impl DryLineView {
    /// Of a call; `named` is what a record is called.
    pub fn of(
        activity: ActivityLineView,
        call: &CallRecord,
        sides: &Sides<Told>,
        named: impl Fn(Option<PersonId>) -> Option<PersonLineView>,
    ) -> Self {
        let differs = sides.before.differs(&sides.after).into_iter().map(|what| differs(what).to_owned());
        DryLineView {
            activity,
            differs: differs.collect(),
            before: side(call, &sides.before, &named),
            after: side(call, &sides.after, &named),
        }
    }
}

fn side(
    call: &CallRecord,
    told: &Told,
    named: &impl Fn(Option<PersonId>) -> Option<PersonLineView>,
) -> DrySideView {
    let wrapup = |acw: &Acw| DryWrapupView {
        agent: call.engagement(acw.key).map(|part| part.agent.to_string()),
        becomes: becomes(acw.told).to_owned(),
        kept_s: acw.kept_ms.map(|ms| ms / 1000),
    };
    DrySideView {
        kind: told.kind.as_ref().map(word),
        matched: matched(told.matched).to_owned(),
        party: named(told.party),
        candidates: told.candidates,
        makes: told.makes.as_ref().map(word),
        pops: told.pops,
        case: case(told.case).to_owned(),
        wrapups: told.acw.iter().map(wrapup).collect(),
    }
}

fn matched(kind: MatchKind) -> &'static str {
    match kind {
        MatchKind::One => "one",
        MatchKind::Many => "several",
        MatchKind::None => "nobody",
    }
}

fn case(told: CaseTold) -> &'static str {
    match told {
        CaseTold::Related(_) => "related",
        CaseTold::NotRelated => "not_related",
        CaseTold::Unknown => "unknown",
        CaseTold::NotLogged => "not_logged",
    }
}

fn becomes(told: AcwTold) -> &'static str {
    match told {
        AcwTold::InTime => "in_time",
        AcwTold::Late => "late",
        AcwTold::Released => "released",
        AcwTold::Full => "full",
        AcwTold::Closed => "closed",
        AcwTold::Unknown => "unknown",
        AcwTold::Owed => "owed",
        AcwTold::NotOwed => "not_owed",
    }
}

fn differs(what: Differs) -> &'static str {
    match what {
        Differs::Type => "type",
        Differs::Party => "party",
        Differs::Makes => "makes",
        Differs::Pops => "pops",
        Differs::Case => "case",
        Differs::Acw => "wrapups",
    }
}
