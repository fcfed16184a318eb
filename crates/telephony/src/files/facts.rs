//! What a call was, by what files say of it: told in the facts about legs that a live connection tells, so that one place
//! alone decides what they add up to ([`domain::call`]).
//!
//! A call detail record knows less than a connection: when an agent of a queue picked up, and who hung up, stands in
//! `queue_log` alone. Where that is not there, an agent has talked from the moment at which the record's channel was answered,
//! and a caller who was in no other place after the queue has given up.

use super::grouping::whole_of;
use crate::ami::{dialled_number, id_time};
use crate::endpoints::EndpointMap;
use domain::call::{CallBook, CallPolicy, CallRecord, Explained, Finding, LATE_WINDOW_MS, SETTLE_MS};
use domain::completeness::missing::TIMES_OF_FILE;
use domain::completeness::told::{CdrRecord, QueueLine, Told};
use domain::event::{CallEvent, DialResult, Fact, LegRef, Role, SourceEvent};
use domain::id::{AgentKey, At, CallKey, EngagementKey, TenantId};
use std::collections::{BTreeMap, HashSet};

/// Before the id of a call of which no file tells the id.
const NO_ID: &str = "file-";
/// The cause of an end that was wished for.
const NORMAL: u16 = 16;
/// The application that takes messages.
const MAILBOX: &str = "VoiceMail";
/// What a record is that tells of a leg which somebody else called.
const CALLED_LEG: [&str; 3] = ["AppDial", "AppDial2", "AppQueue"];

/// What is known of a phone system besides its files.
pub struct Context<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The name of the source.
    pub source: &'a str,
    /// Its endpoints.
    pub map: &'a EndpointMap,
    /// Names of people by which queues may call them, and which agents these are.
    pub names: &'a BTreeMap<String, AgentKey>,
    /// What decides call types and wrap-up owners.
    pub policy: CallPolicy,
}

/// The id of a call, and whether it is the phone system's.
pub fn own_id(told: &Told) -> Option<(String, bool)> {
    let linked = told.records.iter().find(|record| !record.linkedid.is_empty());
    if let Some(record) = linked {
        return Some((record.linkedid.clone(), true));
    }
    let (first, named) = (first_record(told), |record: &&CdrRecord| !record.uniqueid.is_empty());
    let by_record = first.filter(named).or_else(|| told.records.iter().find(named));
    let by_line = told.queue.first().map(|line| &line.call);
    if let Some(id) = by_record.map(|record| &record.uniqueid).or(by_line) {
        return Some((id.clone(), true));
    }
    let first = first?;
    let second = first.start.0.div_euclid(1_000_000);
    Some((format!("{NO_ID}{}-{}-{second}.0", first.src, first.channel), false))
}

/// The record that a call began with: the first whose channel nobody else called.
fn first_record(told: &Told) -> Option<&CdrRecord> {
    let called: HashSet<&str> = told.records.iter().map(|record| record.dstchannel.as_str()).collect();
    told.records.iter().min_by_key(|record| {
        let is_half = whole_of(&record.channel) != record.channel;
        (
            called.contains(record.channel.as_str()),
            is_half,
            record.start,
            counter(&record.uniqueid),
            record.channel.clone(),
        )
    })
}

/// Which of the channels made in one second an id is of.
fn counter(id: &str) -> u64 {
    let own = id.split('#').next().unwrap_or(id);
    own.rsplit('.').next().and_then(|last| last.parse().ok()).unwrap_or_default()
}

/// Every id by which a call of ours may be this one.
pub fn ids(told: &Told, context: &Context<'_>) -> (Vec<CallKey>, Vec<EngagementKey>) {
    let mut ids: Vec<String> = own_id(told).map(|(id, _)| id).into_iter().collect();
    for record in &told.records {
        ids.extend([&record.linkedid, &record.uniqueid].into_iter().filter(|id| !id.is_empty()).cloned());
    }
    for line in &told.queue {
        ids.push(line.call.clone());
        ids.extend(leg_of(line).map(str::to_owned));
    }
    let mut seen = HashSet::new();
    let once: Vec<&String> = ids.iter().filter(|id| seen.insert(id.as_str())).collect();
    let call = |id: &String| CallKey::derived(context.tenant, context.source, id, id_time(id));
    let part = |id: &String| EngagementKey::derived(context.tenant, context.source, id, 0, id_time(id));
    (once.iter().copied().map(call).collect(), once.into_iter().map(part).collect())
}

/// The call that these files tell of; `None` where no channel is of an endpoint that is listed.
pub fn call(told: &Told, context: &Context<'_>) -> Option<CallRecord> {
    let (link, _) = own_id(told)?;
    let key_of = |id: &str| CallKey::derived(context.tenant, context.source, id, id_time(id));
    let (key, told_key) = (key_of(&link), key_of(plain(&link)));
    let mut book = CallBook::new(context.tenant, context.source, id_time, context.policy);
    for event in events(told, plain(&link), context) {
        book.take(SourceEvent::Call(Box::new(event)), 1);
    }
    let end = told.ended_at()?.plus_millis(SETTLE_MS + LATE_WINDOW_MS);
    let mut found = book.settle(end).into_iter().filter_map(|finding| match finding {
        Finding::Changed(call) if call.key == told_key => Some(*call),
        _ => None,
    });
    let mut call = found.next_back()?;
    call.key = key;
    number_parts(&mut call, told, context);
    let exact = if told.queue.is_empty() { "cdr" } else { "queue_log" };
    call.explanation.push(Explained::new(TIMES_OF_FILE, &[("file", exact)]));
    Some(call)
}

/// An id without the number of its life, which a book of calls counts by itself.
fn plain(id: &str) -> &str {
    id.split('#').next().unwrap_or(id)
}

/// Parts of agents whose leg had an id that another leg had before.
fn number_parts(call: &mut CallRecord, told: &Told, context: &Context<'_>) {
    let key_of = |id: &str| EngagementKey::derived(context.tenant, context.source, id, 0, id_time(id));
    for id in told.records.iter().map(|record| &record.uniqueid).filter(|id| plain(id) != id.as_str()) {
        for part in call.engagements.iter_mut().filter(|part| part.key == key_of(plain(id))) {
            part.key = key_of(id);
        }
    }
}

/// Tells the facts of a call.
struct Teller<'a> {
    told: &'a Told,
    link: &'a str,
    context: &'a Context<'a>,
    legs: BTreeMap<String, Leg>,
    events: Vec<CallEvent>,
    bridges: usize,
}

struct Leg {
    leg: LegRef,
    from: At,
    until: At,
}

fn events(told: &Told, link: &str, context: &Context<'_>) -> Vec<CallEvent> {
    let mut teller = Teller { told, link, context, legs: BTreeMap::new(), events: Vec::new(), bridges: 0 };
    teller.name_legs();
    if told.records.is_empty() {
        teller.queue_alone();
    }
    for (nth, record) in told.records.iter().enumerate() {
        teller.record(record, nth);
    }
    teller.hang_ups();
    teller.begin_and_end();
    teller.events
}

impl Teller<'_> {
    fn say(&mut self, at: At, fact: Fact, on: &str, with: Option<&str>) {
        let leg = |name: &str| self.legs.get(name).map(|leg| leg.leg.clone());
        let Some(on) = leg(on) else { return };
        let with = with.and_then(leg);
        self.events.push(CallEvent { at, fact, on, with });
    }

    fn add_leg(&mut self, name: &str, id: &str, role: Role, number: Option<&str>, (from, until): (At, At)) {
        let link = self.link.to_owned();
        let number = number.filter(|number| !number.is_empty()).map(str::to_owned);
        let known = self.legs.entry(name.to_owned()).or_insert_with(|| Leg {
            leg: LegRef { leg: id.to_owned(), link, name: name.to_owned(), role, number: number.clone() },
            from,
            until,
        });
        known.from = known.from.min(from);
        known.until = known.until.max(until);
        if known.leg.number.is_none() {
            known.leg.number = number;
        }
    }

    /// Each channel once, by the best id that is told of it.
    fn name_legs(&mut self) {
        let told = self.told;
        // The channel that the call began with has the call's id, where no file tells any.
        let unnamed = first_record(told).filter(|_| self.link.starts_with(NO_ID));
        for record in &told.records {
            let spans = (record.start, record.end);
            let id = if record.uniqueid.is_empty() { &record.channel } else { &record.uniqueid };
            let is_first = unnamed.is_some_and(|first| first.channel == record.channel);
            let id = if is_first { self.link } else { plain(id) }.to_owned();
            let role = self.context.map.role(&record.channel);
            self.add_leg(&record.channel, &id, role, Some(&record.src), spans);
        }
        for record in told.records.iter().filter(|record| !record.dstchannel.is_empty()) {
            let connected = self.connected(record);
            let id = connected.and_then(leg_of).unwrap_or(&record.dstchannel).to_owned();
            let role = self.context.map.role(&record.dstchannel);
            self.add_leg(&record.dstchannel, &id, role, None, (record.start, record.end));
        }
    }

    /// What `queue_log` says of an agent of a queue who picked up within a record.
    fn connected(&self, record: &CdrRecord) -> Option<&QueueLine> {
        if record.app != "Queue" || record.disposition != "ANSWERED" || record.dstchannel.is_empty() {
            return None;
        }
        let second = |at: At| at.0.div_euclid(1_000_000);
        let within = |at: At| second(record.start) <= second(at) && second(at) <= second(record.end) + 1;
        let of_channel = |line: &&QueueLine| record.uniqueid.is_empty() || line.call == record.uniqueid;
        let mut lines = self.told.queue.iter().filter(|line| line.event == "CONNECT").filter(of_channel);
        lines.find(|line| within(line.at))
    }

    fn record(&mut self, record: &CdrRecord, nth: usize) {
        let (caller, called) = (record.channel.as_str(), record.dstchannel.as_str());
        let answered = record.disposition == "ANSWERED";
        if record.app == "Queue" {
            self.in_queue(record, nth);
        }
        if !called.is_empty() && !CALLED_LEG.contains(&record.app.as_str()) {
            let target = if record.app == "Queue" { None } else { dialled_number(first_of(&record.data)) };
            self.say(record.start, Fact::DialBegan { target }, called, Some(caller));
            let line = self.connected(record).map(|line| line.at);
            let picked_up = line.or(record.answer).unwrap_or(record.start).clamp(record.start, record.end);
            let (at, result) =
                if answered { (picked_up, DialResult::Answered) } else { (record.end, result(record)) };
            if answered {
                self.say(at, Fact::Up, called, None);
            }
            self.say(at, Fact::DialEnded { result }, called, Some(caller));
            if answered {
                self.talk(caller, called, at, record.end);
            }
        } else if !called.is_empty() && answered && record.start < record.end {
            self.talk(caller, called, record.start, record.end);
        }
        if record.app == "AppDial2" && !answered {
            self.say(record.end, Fact::OriginateFailed { dialled: None }, caller, None);
        }
        if record.app == MAILBOX && answered && record.start < record.end {
            self.say(record.start, Fact::Up, caller, None);
            let mailbox = first_of(&record.data).to_owned();
            self.say(record.end, Fact::VoicemailLeft { mailbox }, caller, None);
        }
    }

    fn in_queue(&mut self, record: &CdrRecord, nth: usize) {
        let told = self.told;
        let (caller, called) = (record.channel.as_str(), record.dstchannel.as_str());
        let queue = self.context.map.ring_group(first_of(&record.data));
        let before = |other: &CdrRecord| other.app == "Queue" && other.channel == record.channel;
        if !told.records[..nth].iter().any(before) {
            self.say(record.start, Fact::Up, caller, None);
            self.say(record.start, Fact::QueueJoined { queue: queue.clone() }, caller, None);
        }
        if let Role::Agent(agent) = self.context.map.role(called) {
            self.say(record.start, Fact::Offered { queue, agent }, called, Some(caller));
        }
        // Whoever goes on to another place was not taken by anybody here.
        let goes_on = told.records[nth + 1..].iter().any(|other| other.channel == record.channel);
        if goes_on && (record.disposition != "ANSWERED" || called.is_empty()) {
            self.say(At(record.end.0.max(record.start.0 + 1)), Fact::QueueLeft, caller, None);
        }
    }

    fn talk(&mut self, one: &str, other: &str, from: At, until: At) {
        self.bridges += 1;
        let bridge = format!("file-{}", self.bridges);
        for leg in [one, other] {
            self.say(from, Fact::BridgeEntered { bridge: bridge.clone(), shared: true }, leg, None);
            self.say(until, Fact::BridgeLeft { bridge: bridge.clone() }, leg, None);
        }
    }

    /// A call of which `queue_log` alone tells.
    fn queue_alone(&mut self) {
        let told = self.told;
        let (Some(from), Some(until)) = (told.began_at(), told.ended_at()) else { return };
        let entered = told.queue.iter().find(|line| line.event == "ENTERQUEUE");
        let number = entered.and_then(|line| line.data.get(1)).map(String::as_str);
        let caller = "caller";
        self.add_leg(caller, self.link, Role::Customer, number, (from, until));
        for (nth, line) in told.queue.iter().enumerate() {
            let agent = self.agent(&line.agent);
            let queue = self.context.map.ring_group(&line.queue);
            match line.event.as_str() {
                "ENTERQUEUE" => self.say(line.at, Fact::QueueJoined { queue }, caller, None),
                "CONNECT" => {
                    let name = format!("agent-{nth}");
                    let rang = line.data.get(2).and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
                    let rang = rang.clamp(0, (line.at.0 - from.0) / 1_000_000);
                    let left = told.queue[nth + 1..].iter().find(|next| ends_part(&next.event));
                    let ends = left.map_or(until, |next| next.at);
                    let id = leg_of(line).unwrap_or(&name).to_owned();
                    let offered = line.at.plus_millis(-rang * 1_000);
                    self.add_leg(&name, &id, Role::Agent(agent.clone()), None, (offered, ends));
                    self.say(offered, Fact::Offered { queue, agent }, &name, Some(caller));
                    self.say(line.at, Fact::DialEnded { result: DialResult::Answered }, &name, Some(caller));
                    self.talk(caller, &name, line.at, ends);
                }
                "RINGNOANSWER" | "RINGCANCELED" => {
                    let name = format!("agent-{nth}");
                    let rang_ms =
                        line.data.first().and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
                    let rang_ms = rang_ms.clamp(0, (line.at.0 - from.0) / 1_000);
                    let offered = line.at.plus_millis(-rang_ms);
                    self.add_leg(&name, &name.clone(), Role::Agent(agent.clone()), None, (offered, line.at));
                    self.say(offered, Fact::Offered { queue, agent }, &name, Some(caller));
                    let result = if line.event == "RINGCANCELED" {
                        DialResult::Cancelled
                    } else {
                        DialResult::NoAnswer
                    };
                    self.say(line.at, Fact::DialEnded { result }, &name, Some(caller));
                }
                "EXITWITHTIMEOUT" | "EXITEMPTY" | "EXITWITHKEY" => {
                    self.say(At(line.at.0.max(from.0 + 1)), Fact::QueueLeft, caller, None);
                }
                _ => {}
            }
        }
    }

    /// The agent whom a queue calls so.
    fn agent(&self, name: &str) -> AgentKey {
        let map = self.context.map;
        let listed = map.listed_agent(name).or_else(|| self.context.names.get(&name.to_lowercase()).cloned());
        listed.or_else(|| map.agent_named(name)).unwrap_or_else(|| map.agent(name))
    }

    /// Who asked to hang up.
    fn hang_ups(&mut self) {
        let told = self.told;
        let first = if told.records.is_empty() { Some("caller".to_owned()) } else { self.customers_first() };
        let Some(caller) = first else { return };
        let end = told.ended_at().unwrap_or_default();
        for line in &told.queue {
            match line.event.as_str() {
                "COMPLETECALLER" | "ABANDON" => self.say(line.at, Fact::HangupRequested, &caller, None),
                "COMPLETEAGENT" => {
                    let talked = self.legs.values().filter(|leg| matches!(leg.leg.role, Role::Agent(_)));
                    let last = talked.max_by_key(|leg| leg.from).map(|leg| leg.leg.name.clone());
                    if let Some(agent) = last {
                        self.say(line.at, Fact::HangupRequested, &agent, None);
                    }
                }
                _ => {}
            }
        }
        // Without such a word: whoever was in a queue to the end, and reached nobody, gave up.
        let last =
            told.records.iter().filter(|record| record.channel == caller).max_by_key(|record| record.end);
        let gave_up = last.is_some_and(|record| {
            record.app == "Queue" && (record.disposition != "ANSWERED" || record.dstchannel.is_empty())
        });
        if told.queue.is_empty() && gave_up {
            self.say(end, Fact::HangupRequested, &caller, None);
        }
    }

    /// The first channel of somebody outside.
    fn customers_first(&self) -> Option<String> {
        let outside = self.legs.values().filter(|leg| leg.leg.role == Role::Customer);
        outside.min_by_key(|leg| leg.from).map(|leg| leg.leg.name.clone())
    }

    /// Every leg began and ended; the one that began it all asked for a number.
    fn begin_and_end(&mut self) {
        let first = first_record(self.told);
        let names: Vec<(String, At, At)> =
            self.legs.iter().map(|(name, leg)| (name.clone(), leg.from, leg.until)).collect();
        for (name, from, until) in names {
            let asked = first.filter(|record| record.channel == name).map(|record| record.dst.clone());
            let dialled = asked.filter(|dst| !dst.is_empty() && dst != "s");
            self.say(from, Fact::Started { dialled }, &name, None);
            self.say(until, Fact::Ended { cause: NORMAL }, &name, None);
        }
    }
}

/// The id of the agent's channel that a line tells.
fn leg_of(line: &QueueLine) -> Option<&str> {
    let id = line.data.get(1).filter(|_| line.event == "CONNECT")?;
    Some(id.as_str()).filter(|id| !id.is_empty())
}

fn ends_part(event: &str) -> bool {
    matches!(
        event,
        "COMPLETECALLER" | "COMPLETEAGENT" | "ATTENDEDTRANSFER" | "BLINDTRANSFER" | "TRANSFER" | "CONNECT"
    )
}

fn result(record: &CdrRecord) -> DialResult {
    match record.disposition.as_str() {
        "BUSY" => DialResult::Busy,
        "NO ANSWER" => DialResult::NoAnswer,
        _ => DialResult::Unreachable,
    }
}

/// The queue that a record is of.
pub fn queue_of(record: &CdrRecord) -> Option<String> {
    let queue = first_of(&record.data);
    (record.app == "Queue" && !queue.is_empty()).then(|| queue.to_owned())
}

/// What stands before the first comma, or the first of several that are called at once.
fn first_of(data: &str) -> &str {
    data.split([',', '&']).next().unwrap_or(data)
}

/// What each record of a call is beside the first.
pub fn beside(told: &Told, map: &EndpointMap) -> Vec<domain::completeness::run::Beside> {
    use domain::completeness::run::Beside;
    let mut first = true;
    let mut found = Vec::new();
    for record in &told.records {
        let stray = record.app == "Hangup" && record.disposition == "FAILED" && record.start == record.end;
        if std::mem::take(&mut first) {
            continue;
        }
        found.push(if stray {
            Beside::Stray
        } else if whole_of(&record.channel) != record.channel {
            Beside::LocalHalf
        } else if matches!(map.role(&record.channel), Role::Agent(_)) {
            Beside::AgentLeg
        } else {
            Beside::FurtherPart
        });
    }
    found
}
