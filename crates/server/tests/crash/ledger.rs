//! What clients were told, and what they asked for and were not answered. Whatever is kept here as told must be
//! in the database after any crash.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use uuid::Uuid;

/// What an agent entered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) revision: u64,
    pub(crate) code: Option<Uuid>,
    pub(crate) notes: String,
    /// The choice as the API takes it, or null.
    pub(crate) party: Value,
}

impl Entry {
    /// As a card of the panel shows it.
    fn of_card(card: &Value) -> Entry {
        let draft = &card["draft"];
        Entry {
            revision: draft["revision"].as_u64().unwrap_or_default(),
            code: uuid(&draft["code"]),
            notes: draft["notes"].as_str().unwrap_or_default().to_owned(),
            party: draft["party"].clone(),
        }
    }

    fn same_content(&self, other: &Entry) -> bool {
        (self.code, &self.notes, &self.party) == (other.code, &other.notes, &other.party)
    }

    /// The body that saves or logs it; `revision` is the one it was entered on.
    pub(crate) fn body(&self, revision: u64) -> Value {
        json!({ "revision": revision, "code": self.code, "notes": self.notes, "party": self.party })
    }
}

/// A button that was pressed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Press {
    Log(Entry),
    DoNotLog { revision: u64, reason: Option<&'static str> },
}

impl Press {
    /// The end of the path, and the body.
    pub(crate) fn request(&self) -> (&'static str, Value) {
        match self {
            Press::Log(entry) => ("log", entry.body(entry.revision)),
            Press::DoNotLog { revision, reason } => {
                ("do-not-log", json!({ "revision": revision, "reason": reason }))
            }
        }
    }
}

/// What is known of one agent's part of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    pub(crate) agent: String,
    pub(crate) call: Uuid,
    /// A panel showed the customer connected.
    pub(crate) answered: bool,
    /// A panel showed the wrap-up as owed, in this round first.
    pub(crate) owed_since: Option<u64>,
    /// The draft that was acknowledged, and one that was sent and not answered.
    pub(crate) draft: Option<Entry>,
    pub(crate) saving: Option<Entry>,
    /// How it was closed with acknowledgement and on whom it was filed, and a press that was not answered.
    pub(crate) closed: Option<(Press, Option<Uuid>)>,
    pub(crate) closing: Option<Press>,
}

impl Part {
    /// The draft's revision as far as it is known.
    pub(crate) fn revision(&self) -> u64 {
        self.draft.as_ref().map_or(0, |draft| draft.revision)
    }
}

/// An agent's session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seat {
    pub(crate) cookie: Option<String>,
    /// A renewal was sent and not answered.
    pub(crate) unsure: bool,
}

/// Everything that was told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) parts: BTreeMap<Uuid, Part>,
    pub(crate) seats: BTreeMap<String, Seat>,
    /// Most calls that monitoring was told of, and most that had ended.
    pub(crate) calls: u64,
    pub(crate) ended: u64,
    /// Answers that no crash excuses.
    pub(crate) faults: Vec<String>,
}

/// [`Known`], shared by all clients.
pub(crate) struct Ledger {
    pub(crate) seed: u64,
    known: Mutex<Known>,
    closed: watch::Sender<usize>,
}

impl Ledger {
    pub(crate) fn new(seed: u64) -> Ledger {
        Ledger { seed, known: Mutex::default(), closed: watch::channel(0).0 }
    }

    /// Notes that a wrap-up was closed, and on whom it was filed.
    pub(crate) fn closed(&self, id: Uuid, press: Press, party: Option<Uuid>) {
        let mut fresh = false;
        self.note(id, |part| fresh = part.closed.replace((press, party)).is_none());
        self.closed.send_modify(|count| *count += usize::from(fresh));
    }

    /// Waits until so many more were closed.
    pub(crate) async fn until_more_are_closed(&self, more: usize) {
        let wanted = *self.closed.borrow() + more;
        // The sender lives as long as this: waiting cannot fail.
        let _ = self.closed.subscribe().wait_for(|count| *count >= wanted).await;
    }

    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn fault(&self, text: String) {
        self.known().faults.push(text);
    }

    /// What is known of a part.
    pub(crate) fn part(&self, id: Uuid) -> Part {
        self.known().parts.get(&id).cloned().unwrap_or_default()
    }

    /// Changes what is known of a part.
    pub(crate) fn note(&self, id: Uuid, change: impl FnOnce(&mut Part)) {
        change(self.known().parts.entry(id).or_default());
    }

    /// The first panel that a client sees after everything it was told before: nothing of that may be missing.
    pub(crate) fn found(&self, agent: &str, panel: &Value, round: u64) {
        let owed: Vec<Uuid> = cards(panel, "wrapups").filter_map(|card| uuid(&card["id"])).collect();
        let mut known = self.known();
        let mut faults = Vec::new();
        for (id, part) in known.parts.iter().filter(|(_, part)| part.agent == agent) {
            let shown = owed.contains(id);
            if part.closed.is_some() && shown {
                faults.push(format!("wrap-up {id} was closed and is owed again"));
            }
            if part.owed_since.is_some() && part.closed.is_none() && part.closing.is_none() && !shown {
                faults.push(format!("wrap-up {id} was owed and is not any more"));
            }
        }
        for (id, card) in with_drafts(panel) {
            let told = known.parts.get(&id).map_or(0, Part::revision);
            if Entry::of_card(card).revision < told {
                faults.push(format!("draft {told} of {id} was saved and an older one is shown"));
            }
        }
        known.faults.append(&mut faults);
        drop(known);
        self.shown(agent, panel, round);
    }

    /// A panel that a client sees; it may be older than what that client was answered since.
    pub(crate) fn shown(&self, agent: &str, panel: &Value, round: u64) {
        let mut known = self.known();
        let mut faults = Vec::new();
        for (id, card) in with_drafts(panel) {
            let part = known.parts.entry(id).or_default();
            part.agent = agent.to_owned();
            part.call = uuid(&card["call"]["id"]).unwrap_or_default();
            part.answered |= !card["answered_at"].is_null() || !card["call"]["answered_at"].is_null();
            if !card["opened_at"].is_null() {
                part.owed_since.get_or_insert(round);
            }
            let shown = Entry::of_card(card);
            if part.closed.is_none()
                && let Err(fault) = part.saw_draft(shown)
            {
                faults.push(format!("draft of {id}: {fault}"));
            }
        }
        known.faults.append(&mut faults);
    }
}

impl Part {
    fn saw_draft(&mut self, shown: Entry) -> Result<(), String> {
        let told = self.revision();
        if shown.revision == told
            && told > 0
            && !self.draft.as_ref().is_some_and(|it| it.same_content(&shown))
        {
            return Err(format!("{:?} was saved and {shown:?} is shown", self.draft));
        }
        if shown.revision > told {
            // What was sent and not answered has arrived, then; nobody else saves.
            if !self.saving.as_ref().is_some_and(|sent| *sent == shown) {
                return Err(format!("{shown:?} is shown, {:?} was sent", self.saving));
            }
            self.draft = self.saving.take();
        }
        Ok(())
    }
}

/// The cards of a panel, by the id of their part.
fn with_drafts(panel: &Value) -> impl Iterator<Item = (Uuid, &Value)> {
    let live = cards(panel, "calls").map(|card| (&card["engagement"], card));
    let owed = cards(panel, "wrapups").map(|card| (&card["id"], card));
    live.chain(owed).filter_map(|(id, card)| Some((uuid(id)?, card)))
}

/// The cards of a list of a panel.
pub(crate) fn cards<'p>(panel: &'p Value, list: &str) -> impl Iterator<Item = &'p Value> + use<'p> {
    panel[list].as_array().into_iter().flatten()
}

/// An id in an answer.
pub(crate) fn uuid(value: &Value) -> Option<Uuid> {
    value.as_str().and_then(|text| text.parse().ok())
}
