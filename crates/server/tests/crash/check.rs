//! What must hold after any crash. Everything that does not is said in words, none of it is asserted here: the
//! proof that a loss would be noticed uses the same check.

use crate::centre::SOURCE;
use crate::contents::{Call, Contents, Wrapup};
use crate::ledger::{Entry, Known, Part, Press};
use domain::id::{CallKey, TenantId};
use std::collections::BTreeMap;
use telephony::ami::id_time;
use testkit::asterisk::PlayedCall;
use uuid::Uuid;

/// Ended calls as an earlier check found them: nothing of them may change.
pub(crate) type Ended = BTreeMap<Uuid, String>;

/// All that is wrong.
pub(crate) fn check(
    contents: &Contents,
    known: &Known,
    played: &[PlayedCall],
    ended: &mut Ended,
) -> Vec<String> {
    let mut wrong = contents.broken.clone();
    wrong.extend(known.faults.iter().cloned());
    for (id, part) in &known.parts {
        part_is_there(contents, *id, part, &mut wrong);
    }
    calls(contents, known, played, &mut wrong);
    unchanged(contents, ended, &mut wrong);
    people(contents, &mut wrong);
    nobody_is_forgotten(contents, &mut wrong);
    books_agree(contents, &mut wrong);
    wrong
}

/// The id by which we know a call of the phone system.
pub(crate) fn key_of(contents: &Contents, call: &PlayedCall) -> Uuid {
    CallKey::derived(TenantId(contents.tenant), SOURCE, &call.link, id_time(&call.link)).0
}

fn part_is_there(contents: &Contents, id: Uuid, part: &Part, wrong: &mut Vec<String>) {
    if part.call == Uuid::nil() {
        return;
    }
    match contents.engagements.get(&id) {
        None => {
            let call = contents.calls.get(&part.call);
            wrong.push(format!("{part:?} ({id}) was shown and is lost; its call is {call:?}"));
        }
        Some(found) => {
            if (found.call, &found.agent) != (part.call, &part.agent) || (part.answered && !found.answered) {
                wrong.push(format!("part {id} is {found:?}, shown was {part:?}"));
            }
        }
    }
    let wrapup = contents.wrapups.get(&id);
    if part.owed_since.is_some() && wrapup.is_none_or(|wrapup| wrapup.state == "early") {
        wrong.push(format!("wrap-up {id} was owed and is lost"));
    }
    if let Some((press, person)) = &part.closed {
        match wrapup {
            Some(wrapup) => wrong.extend(closed_as(contents, id, wrapup, press, Some(*person))),
            None => wrong.push(format!("wrap-up {id} was closed by {press:?} and is lost")),
        }
    } else if let Some(wrapup) = wrapup {
        let is_closed = wrapup.state == "logged" || wrapup.state == "not_logged";
        match &part.closing {
            Some(press) if is_closed => wrong.extend(closed_as(contents, id, wrapup, press, None)),
            _ if is_closed => wrong.push(format!("{id} is {}, and nobody asked for it", wrapup.state)),
            _ => wrong.extend(draft_is_there(id, Some(wrapup), part)),
        }
    } else {
        wrong.extend(draft_is_there(id, None, part));
    }
}

/// The draft is the one that was saved, or the one after it that was sent.
fn draft_is_there(id: Uuid, wrapup: Option<&Wrapup>, part: &Part) -> Option<String> {
    let is = |entry: &Entry| wrapup.is_some_and(|wrapup| is_draft(wrapup, entry));
    let fits = match (&part.draft, &part.saving) {
        (None, None) => wrapup.is_none_or(|wrapup| wrapup.revision == 0),
        (Some(saved), None) => is(saved),
        (None, Some(sent)) => wrapup.is_none_or(|wrapup| wrapup.revision == 0) || is(sent),
        (Some(saved), Some(sent)) => is(saved) || is(sent),
    };
    (!fits)
        .then(|| format!("draft of {id}: saved {:?}, sent {:?}, found {wrapup:?}", part.draft, part.saving))
}

fn is_draft(wrapup: &Wrapup, entry: &Entry) -> bool {
    let found = (wrapup.revision, wrapup.draft_code, &wrapup.draft_notes);
    found == (entry.revision, entry.code, &entry.notes)
        && wrapup.draft_party.is_none() == entry.party.is_null()
}

/// The wrap-up and its Activity are exactly what was pressed.
fn closed_as(
    contents: &Contents,
    id: Uuid,
    wrapup: &Wrapup,
    press: &Press,
    person: Option<Option<Uuid>>,
) -> Option<String> {
    let activity = contents.activities.get(&wrapup.call)?;
    let notes = |entry: &Entry| (!entry.notes.is_empty()).then(|| entry.notes.clone());
    let right = match press {
        Press::Log(entry) => {
            wrapup.state == "logged"
                && activity.outcome == "logged"
                && [wrapup.code, activity.code] == [entry.code; 2]
                && [&wrapup.notes, &activity.notes] == [&notes(entry); 2]
        }
        Press::DoNotLog { reason, .. } => {
            wrapup.state == "not_logged"
                && activity.outcome == "not_logged"
                && [wrapup.code, activity.code, wrapup.draft_code] == [None; 3]
                && [&wrapup.notes, &activity.notes] == [&None; 2]
                && wrapup.draft_notes.is_empty()
                && wrapup.reason.as_deref() == *reason
        }
    };
    // One that nobody was found for may have been filed since, on the record that was made with its number.
    let late = wrapup.late && wrapup.person.is_some_and(|owner| has_number(contents, owner, wrapup.call));
    let as_answered = |person: Option<Uuid>| person == wrapup.person || (person.is_none() && late);
    let filed = wrapup.person == activity.person && person.is_none_or(as_answered);
    let fault = || format!("{id} was closed by {press:?} on {person:?}, found {wrapup:?} and {activity:?}");
    (!(right && filed)).then(fault)
}

/// Every call is one that was played, with its Activity or a reason; every one that monitoring counted is there.
fn calls(contents: &Contents, known: &Known, played: &[PlayedCall], wrong: &mut Vec<String>) {
    let played: BTreeMap<Uuid, &PlayedCall> =
        played.iter().map(|call| (key_of(contents, call), call)).collect();
    for (key, call) in &contents.calls {
        match played.get(key) {
            None => wrong.push(format!("call {key} was never played: {call:?}")),
            Some(was) if !came_from(call, was) => wrong.push(format!("{was:?} is stored as {call:?}")),
            Some(_) => {}
        }
        let activity = contents.activities.get(key);
        let archived = activity.is_some_and(|activity| activity.archived);
        let accounted = archived || (call.no_activity && activity.is_none());
        if !call.live && !accounted {
            wrong.push(format!(
                "call {key} ended with neither an Activity nor a reason: {call:?} {activity:?}"
            ));
        }
    }
    let [live, ended, ..] = contents.census;
    if live + ended < known.calls || ended < known.ended {
        let told = (known.calls, known.ended);
        wrong.push(format!("monitoring was told of {told:?} calls and ended ones, found {live} + {ended}"));
    }
}

/// All calls that are played come in. One of which only the agent's end was heard may be nobody's, and a caller of whom no
/// more was heard than that they called may withhold their number still.
fn came_from(call: &Call, was: &PlayedCall) -> bool {
    let from = call.from.as_deref().unwrap_or_default();
    let untold = call.live && call.from.is_none();
    let right = call.all.starts_with("inbound") && (from == was.caller || untold);
    right || (call.inferred && call.all.starts_with("internal") && was.agents.contains(from))
}

/// A call that has ended stays as it is (invariant 5).
fn unchanged(contents: &Contents, ended: &mut Ended, wrong: &mut Vec<String>) {
    for (key, before) in ended.iter() {
        match contents.calls.get(key) {
            Some(call) if !call.live && call.all == *before => {}
            now => wrong.push(format!("call {key} had ended as {before}, and is now {now:?}")),
        }
    }
    let now = contents.calls.iter().filter(|(_, call)| !call.live);
    ended.extend(now.map(|(key, call)| (*key, call.all.clone())));
}

/// One record a number, made in the same breath as the Log that asked for it.
fn people(contents: &Contents, wrong: &mut Vec<String>) {
    let mut by_phone = BTreeMap::new();
    for person in &contents.people {
        if let Some(first) = by_phone.insert(&person.phones, person.id) {
            wrong.push(format!("{} and {first} have one number: {}", person.id, person.phones));
        }
        let activity = person.made_by.and_then(|call| contents.activities.get(&call));
        if !activity.is_some_and(|it| it.outcome == "logged" && it.person == Some(person.id)) {
            wrong.push(format!("person {} was made by a call that is {activity:?}", person.id));
        }
    }
}

/// Last digits of a number that all ways to write it have, whatever country or trunk digits stand before.
const ENDING: usize = 9;

/// Whether the record has the number of whoever called.
fn has_number(contents: &Contents, person: Uuid, call: Uuid) -> bool {
    let person = contents.people.iter().find(|one| one.id == person);
    let from = contents.calls.get(&call).and_then(|call| call.from.as_deref()).unwrap_or_default();
    let digits: String = from.chars().filter(char::is_ascii_digit).collect();
    let ending = digits.len().checked_sub(ENDING).map(|start| &digits[start..]);
    person.zip(ending).is_some_and(|(person, ending)| person.phones.contains(ending))
}

/// A call that nobody was found for is filed on the record that was made with its number, or somebody will look for it.
fn nobody_is_forgotten(contents: &Contents, wrong: &mut Vec<String>) {
    for (call, activity) in contents.activities.iter().filter(|(_, activity)| activity.of_nobody) {
        let owner = contents.people.iter().find(|person| has_number(contents, person.id, *call));
        if let Some(owner) = owner.filter(|owner| !contents.waited_for.contains(&owner.id)) {
            wrong.push(format!("call {call} is nobody's and {} has its number: {activity:?}", owner.id));
        }
    }
}

/// What is counted is what is there, and no chunk of frames is missing.
fn books_agree(contents: &Contents, wrong: &mut Vec<String>) {
    let count =
        |wanted: &dyn Fn(&Call) -> bool| contents.calls.values().filter(|call| wanted(call)).count() as u64;
    let counted = [
        count(&|call| call.live),
        count(&|call| !call.live),
        contents.activities.values().filter(|activity| activity.archived).count() as u64,
        count(&|call| !call.live && call.no_activity),
        contents.wrapups.values().filter(|wrapup| wrapup.state == "open").count() as u64,
    ];
    if counted != contents.census {
        wrong.push(format!("the census says {:?}, there are {counted:?}", contents.census));
    }
    let [source, chunks, last] = contents.chunks;
    if source != chunks || source != last {
        wrong.push(format!("the source got to chunk {source}; there are {chunks}, the last is {last}"));
    }
}
