//! One agent in one round: watches the panel, types drafts, presses Log or Do not log, at times twice. What is
//! done follows from the seed and the part of the call; when, from the panel.

use crate::ledger::{Entry, Ledger, Press, cards, uuid};
use crate::session::sign_in;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use testkit::dice::Dice;
use testkit::http::{Answer, Client, NoAnswer};
use testkit::live::Live;
use tokio::sync::watch;
use uuid::Uuid;

/// How often a press is decided anew because something moved meanwhile.
const MAX_TRIES: usize = 6;
const REASONS: [Option<&str>; 3] = [Some("personal"), Some("wrong_number"), None];

/// Where an agent sits in a round.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) agent: String,
    pub(crate) address: SocketAddr,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) round: u64,
    /// The last round: nothing is left for later.
    pub(crate) last: bool,
    /// Whether it is time to go home.
    pub(crate) home: watch::Receiver<bool>,
}

/// What an agent does with a part of a call.
struct Habit {
    drafts: u64,
    drafts_early: bool,
    rounds_later: u64,
    logs: bool,
    names_party: bool,
    twice: bool,
    both_at_once: bool,
    reason: Option<&'static str>,
    code: u64,
}

impl Habit {
    fn of(seed: u64, id: Uuid) -> Habit {
        let (high, low) = id.as_u64_pair();
        let mut dice = Dice::new(seed, high ^ low);
        Habit {
            drafts: dice.below(3),
            drafts_early: dice.percent(40),
            rounds_later: dice.below(2),
            logs: dice.percent(75),
            names_party: dice.percent(25),
            twice: dice.percent(15),
            both_at_once: dice.percent(10),
            reason: dice.pick(&REASONS).copied().flatten(),
            code: dice.number(),
        }
    }
}

/// Works until the server is gone, which is an error, or it is time to go home and nothing is left to do.
pub(crate) async fn work(desk: Desk) -> Result<(), NoAnswer> {
    let mut client = Client::connect(desk.address).await?;
    let token = sign_in(&mut client, &desk.ledger, &desk.agent).await?;
    let mut live = Live::connect(desk.address, &token).await?;
    let mut panel = live.panel().await?;
    desk.ledger.found(&desk.agent, &panel, desk.round);
    let mut home = desk.home.clone();
    let mut at_work = AtWork { desk, client };
    at_work.press_again().await?;
    loop {
        at_work.act(&panel).await?;
        let nothing_left = ["calls", "wrapups"].iter().all(|list| cards(&panel, list).count() == 0);
        if *home.borrow_and_update() && nothing_left {
            return Ok(());
        }
        tokio::select! {
            next = live.panel() => {
                panel = next?;
                at_work.desk.ledger.shown(&at_work.desk.agent, &panel, at_work.desk.round);
            }
            // The test that says so has gone: then so may we.
            told = home.changed() => if told.is_err() { return Ok(()) },
        }
    }
}

struct AtWork {
    desk: Desk,
    client: Client,
}

impl AtWork {
    fn ledger(&self) -> &Ledger {
        &self.desk.ledger
    }

    async fn act(&mut self, panel: &Value) -> Result<(), NoAnswer> {
        for card in cards(panel, "calls") {
            let Some(id) = uuid(&card["engagement"]) else { continue };
            if Habit::of(self.ledger().seed, id).drafts_early && self.ledger().part(id).revision() == 0 {
                self.save(id, card).await?;
            }
        }
        for card in cards(panel, "wrapups") {
            let Some(id) = uuid(&card["id"]) else { continue };
            let part = self.ledger().part(id);
            if part.closed.is_some() {
                continue;
            }
            let habit = Habit::of(self.ledger().seed, id);
            let since = part.owed_since.unwrap_or(self.desk.round);
            if self.desk.last || self.desk.round >= since + habit.rounds_later {
                self.close(id, card.clone(), &habit).await?;
            } else if part.revision() < habit.drafts {
                self.save(id, card).await?;
            }
        }
        Ok(())
    }

    async fn save(&mut self, id: Uuid, card: &Value) -> Result<(), NoAnswer> {
        let on = self.ledger().part(id).revision();
        let revision = on + 1;
        let code = pick_code(card, &Habit::of(self.ledger().seed, id));
        let notes = format!("Borrador {revision} de {id}:\nllamará mañana, ¿sí? €");
        let entry = Entry { revision, code, notes, party: Value::Null };
        self.ledger().note(id, |part| part.saving = Some(entry.clone()));
        let path = format!("/api/v1/wrapups/{id}/draft");
        let answer = self.client.ask("PUT", &path, Some(&entry.body(on))).await?;
        self.ledger().note(id, |part| part.saving = None);
        match (answer.status, answer.body["revision"].as_u64()) {
            (200, Some(saved)) if saved == revision => {
                self.ledger().note(id, |part| part.draft = Some(entry));
            }
            // The call went on meanwhile; the next panel shows how.
            (404, _) => {}
            _ => self.ledger().fault(format!("draft of {id}: {} {}", answer.status, answer.text)),
        }
        Ok(())
    }

    /// Presses that were not answered are made again, as a person would.
    async fn press_again(&mut self) -> Result<(), NoAnswer> {
        let open: Vec<(Uuid, Press)> = {
            let known = self.desk.ledger.known();
            let mine = known.parts.iter().filter(|(_, part)| part.agent == self.desk.agent);
            mine.filter_map(|(id, part)| Some((*id, part.closing.clone()?))).collect()
        };
        for (id, press) in open {
            let answer = press_on(&mut self.client, id, &press).await?;
            self.answered(id, press, answer);
        }
        Ok(())
    }

    async fn close(&mut self, id: Uuid, card: Value, habit: &Habit) -> Result<(), NoAnswer> {
        let mut card = card;
        for _ in 0..MAX_TRIES {
            let press = self.decide(id, &card, habit);
            self.ledger().note(id, |part| part.closing = Some(press.clone()));
            let first = if habit.both_at_once {
                let mut other = Client::connect(self.desk.address).await?;
                other.token.clone_from(&self.client.token);
                let pressed =
                    tokio::join!(press_on(&mut self.client, id, &press), press_on(&mut other, id, &press));
                let (one, two) = (pressed.0?, pressed.1?);
                if one.status != two.status {
                    self.ledger().fault(format!("{id} at once: {} and {}", one.text, two.text));
                }
                one
            } else {
                press_on(&mut self.client, id, &press).await?
            };
            if self.answered(id, press.clone(), first) {
                if habit.twice {
                    let again = press_on(&mut self.client, id, &press).await?;
                    self.answered(id, press, again);
                }
                return Ok(());
            }
            let panel = self.client.ask("GET", "/api/v1/me/panel", None).await?.body;
            self.desk.ledger.shown(&self.desk.agent, &panel, self.desk.round);
            let Some(again) = cards(&panel, "wrapups").find(|card| uuid(&card["id"]) == Some(id)) else {
                return Ok(());
            };
            card = again.clone();
        }
        self.ledger().fault(format!("{id} could not be closed in {MAX_TRIES} tries"));
        Ok(())
    }

    fn decide(&self, id: Uuid, card: &Value, habit: &Habit) -> Press {
        let revision = self.ledger().part(id).revision();
        if !habit.logs {
            return Press::DoNotLog { revision, reason: habit.reason };
        }
        let party = match card["match"]["kind"].as_str() {
            Some("many") => {
                json!({ "choice": "existing", "person": card["match"]["candidates"][0]["person"]["id"] })
            }
            Some("none") if habit.names_party && card["match"]["will_create"] == "contact" => {
                json!({ "choice": "create", "kind": "contact", "name": format!("Nueva {id}"), "despite": [] })
            }
            _ => Value::Null,
        };
        let notes = if habit.twice { String::new() } else { format!("Nota final de {id} — ñandú") };
        Press::Log(Entry { revision, code: pick_code(card, habit), notes, party })
    }

    /// Notes an answer; says whether the wrap-up is closed.
    fn answered(&self, id: Uuid, press: Press, answer: Answer) -> bool {
        let party = uuid(&answer.body["activity"]["party"]["id"]);
        self.ledger().note(id, |part| part.closing = None);
        match answer.status {
            200 => {
                if let Err(fault) = shows(&press, &answer.body["activity"]) {
                    self.ledger().fault(format!("{id} was answered with {fault}: {}", answer.text));
                }
                let before = self.ledger().part(id).closed;
                // What nobody was found for may have been filed since.
                let same =
                    |(pressed, on): (Press, Option<Uuid>)| pressed == press && (on == party || on.is_none());
                if !before.is_none_or(same) {
                    self.ledger().fault(format!("{id} was answered differently: {}", answer.text));
                }
                self.ledger().closed(id, press, party);
                true
            }
            // Somebody else was faster with the number, or nothing can be stored now: decide again.
            409 if answer.code() == "match_changed" => false,
            422 if answer.code() == "party_required" => false,
            503 => false,
            status => {
                self.ledger().fault(format!("{id} cannot be closed by {press:?}: {status} {}", answer.text));
                false
            }
        }
    }
}

async fn press_on(client: &mut Client, id: Uuid, press: &Press) -> Result<Answer, NoAnswer> {
    let (verb, body) = press.request();
    client.ask("POST", &format!("/api/v1/wrapups/{id}/{verb}"), Some(&body)).await
}

fn pick_code(card: &Value, habit: &Habit) -> Option<Uuid> {
    let codes: Vec<&Value> = cards(card, "codes").collect();
    let nth = habit.code.checked_rem(codes.len() as u64)?;
    uuid(&codes[nth as usize]["id"])
}

/// Whether the Activity of an answer is what was pressed.
fn shows(press: &Press, activity: &Value) -> Result<(), String> {
    let is = |what: &str, found: &Value, wanted: Value| {
        if *found == wanted { Ok(()) } else { Err(format!("{what} {found} instead of {wanted}")) }
    };
    match press {
        Press::Log(entry) => {
            is("outcome", &activity["outcome"], json!("logged"))?;
            is("code", &activity["code"]["id"], json!(entry.code))?;
            let notes = (!entry.notes.is_empty()).then_some(&entry.notes);
            is("notes", &activity["notes"], json!(notes))
        }
        Press::DoNotLog { .. } => {
            is("outcome", &activity["outcome"], json!("not_logged"))?;
            is("code", &activity["code"], Value::Null)?;
            is("notes", &activity["notes"], Value::Null)
        }
    }
}
