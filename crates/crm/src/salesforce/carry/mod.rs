//! Has Activities be there, each exactly once. `look.rs` asks what is there already, `plan.rs` says what is to be written,
//! `alone.rs` writes one call and `together.rs` many; `follow.rs` finds what took the place of a record that is no more;
//! `withdraw.rs` takes a call away that turned out to be part of another; `to_do.rs` has follow-ups be Tasks.
//!
//! What is sent for the first time is made, not upserted: the unique id of the call then makes a second attempt at the whole
//! transaction fail, whoever it is by, and a human's change in between is not written over. A record that is there says so
//! by `DUPLICATE_VALUE`; it is looked at then, and changed like any that was in doubt. What a person sends once more is looked at
//! first: it may be there, and where it is not, its Task may be.

mod alone;
mod follow;
mod look;
mod plan;
mod to_do;
mod together;
mod withdraw;

use super::Salesforce;
use super::api::{Api, Trouble};
use super::filing::{CALL_ACTIVITY, Shapes, Sheet, TASK, TaskStatuses, sheet};
use super::governor::Purpose;
use super::refused::{self, Meaning, Said};
use crate::contract::{Carried, Filing};
use crate::error::{CrmError, CrmErrorKind, Retry};
use domain::outbox::{Filed, Refusal, RefusalKind};
use look::Wanted;
use plan::{Plan, Write};

/// Most calls of one request: what a collection takes.
const CALLS_A_REQUEST: usize = 200;
/// Most bytes of one request. Salesforce reads a body into memory of which a transaction has 6 MB.
const BYTES_A_REQUEST: usize = 2 * 1024 * 1024;

/// What came of writing one call.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    Done(Filed),
    /// What was to be made is there.
    Exists,
    Refused(Refusal),
    Failed(CrmError),
}

/// What a refusal of one record comes to; `None`: it was taken back for another's sake.
fn judged(api: &Api, status: u16, said: Vec<Said>, object: &str) -> Option<Outcome> {
    let meant = |one: &Said| refused::meaning(status, &one.code);
    let own: Vec<Said> = said.into_iter().filter(|one| meant(one) != Meaning::TakenBack).collect();
    let first = own.first()?.clone();
    Some(match api.judge(status, own, true) {
        Trouble::Crm(error) => Outcome::Failed(error),
        Trouble::Refused(_) => match meant(&first) {
            Meaning::Exists => Outcome::Exists,
            Meaning::Refused(kind) => Outcome::Refused(first.refusal(kind, object)),
            _ => Outcome::Refused(first.refusal(RefusalKind::Other, object)),
        },
    })
}

impl Salesforce {
    /// Has these Activities be there as they stand, and answers for each, in their order.
    pub(super) async fn carry(&self, filings: &[Filing]) -> Vec<Carried> {
        let shapes = match self.shapes().await {
            Ok(shapes) => shapes,
            Err(error) => return filings.iter().map(|filing| failed(filing, &error)).collect(),
        };
        let sheets: Vec<Sheet> = filings.iter().map(|filing| sheet(filing, &self.config, &shapes)).collect();
        let mut carried = Vec::with_capacity(filings.len());
        let mut down: Option<CrmError> = None;
        let mut from = 0;
        while from < filings.len() {
            let until = from + fitting(&sheets[from..]);
            let (some, theirs) = (&filings[from..until], &sheets[from..until]);
            match &down {
                Some(error) => carried.extend(some.iter().map(|filing| failed(filing, error))),
                None => {
                    let answers = self.carry_some(some, theirs, &shapes).await;
                    carried.extend(self.carry_followed(some, answers, &shapes).await);
                }
            }
            down = down.or_else(|| carried.iter().rev().find_map(stops_all));
            from = until;
        }
        carried
    }

    /// Carries out once more what was refused for a reference, with what took its place.
    async fn carry_followed(
        &self,
        filings: &[Filing],
        mut answers: Vec<Carried>,
        shapes: &Shapes,
    ) -> Vec<Carried> {
        let (mut again, mut which) = (Vec::new(), Vec::new());
        for (nth, filing) in filings.iter().enumerate() {
            let Carried::Refused(refusal) = &mut answers[nth] else {
                continue;
            };
            if refusal.kind != RefusalKind::Reference {
                continue;
            }
            match self.follow(filing).await {
                Ok(followed)
                    if followed.gone.is_empty() && (followed.filing != *filing || may_be_there(filing)) =>
                {
                    // What is no more may also be the record itself: it is looked at.
                    again.push(followed.filing);
                    which.push(nth);
                }
                Ok(followed) if !followed.gone.is_empty() => refusal.fields = followed.gone,
                Ok(_) => {}
                Err(error) => answers[nth] = failed(filing, &error),
            }
        }
        if !again.is_empty() {
            let sheets: Vec<Sheet> = again.iter().map(|one| sheet(one, &self.config, shapes)).collect();
            for (nth, carried) in which.into_iter().zip(self.carry_some(&again, &sheets, shapes).await) {
                answers[nth] = carried;
            }
        }
        answers
    }

    async fn shapes(&self) -> Result<Shapes, CrmError> {
        let call = self.describes.get(&self.api, CALL_ACTIVITY, Purpose::Logging).await?;
        let task = self.describes.get(&self.api, TASK, Purpose::Logging).await?;
        Ok(Shapes { call, task, done: self.task_statuses().await?.done })
    }

    /// What the org calls Tasks that are done or not; asked for once. An org whose language is another has words of its own.
    async fn task_statuses(&self) -> Result<TaskStatuses, CrmError> {
        let mut known = self.task_statuses.lock().await;
        if let Some(known) = known.as_ref() {
            return Ok(known.clone());
        }
        let soql = "SELECT ApiName, IsClosed, IsDefault FROM TaskStatus ORDER BY SortOrder LIMIT 100";
        let found = match self.api.query(soql, false, Purpose::Logging).await {
            Ok(found) => found,
            // Our user may not see them: the usual words, and the org says so if they are none.
            Err(Trouble::Refused(_)) => Vec::new(),
            Err(Trouble::Crm(error)) => return Err(error),
        };
        let statuses = TaskStatuses::of(&found);
        *known = Some(statuses.clone());
        Ok(statuses)
    }

    /// Carries out what fits into one request.
    async fn carry_some(&self, filings: &[Filing], sheets: &[Sheet], shapes: &Shapes) -> Vec<Carried> {
        let (mut answers, mut open): (Vec<Option<Carried>>, Vec<(usize, Write)>) =
            (filings.iter().map(|_| None).collect(), Vec::new());
        let known = |nth: &usize| may_be_there(&filings[*nth]);
        let (asked, new): (Vec<usize>, Vec<usize>) = (0..filings.len()).partition(known);
        for nth in new {
            take(plan::make(&sheets[nth], shapes), nth, &mut answers, &mut open);
        }
        self.look_at(&asked, filings, sheets, shapes, &mut answers, &mut open).await;
        // What turns out to be there is looked at and written once more; that it is there cannot be news twice.
        for is_last in [false, true] {
            let mut there = Vec::new();
            let writes: Vec<Write> = open.iter().map(|(_, write)| write.clone()).collect();
            let outcomes = self.write(&writes).await;
            for ((nth, write), outcome) in open.drain(..).zip(outcomes) {
                let is_new = write.record.is_none();
                match outcome {
                    Outcome::Exists if is_new && !is_last => there.push(nth),
                    outcome => answers[nth] = Some(self.answer(outcome).await),
                }
            }
            self.look_at(&there, filings, sheets, shapes, &mut answers, &mut open).await;
        }
        let unsaid = || self.api.error(CrmErrorKind::NotUnderstood, true, "no answer for a record");
        answers.into_iter().map(|answer| answer.unwrap_or_else(|| Carried::Failed(unsaid()))).collect()
    }

    /// Asks what of these is there, and plans accordingly.
    async fn look_at(
        &self,
        which: &[usize],
        filings: &[Filing],
        sheets: &[Sheet],
        shapes: &Shapes,
        answers: &mut [Option<Carried>],
        open: &mut Vec<(usize, Write)>,
    ) {
        if which.is_empty() {
            return;
        }
        let task = |nth: usize| filings[nth].before.as_ref()?.task.as_ref().map(|task| task.0.as_str());
        let wanted: Vec<Wanted<'_>> = which
            .iter()
            .map(|&nth| Wanted {
                key: &sheets[nth].key,
                task: task(nth),
                has_task: sheets[nth].task.is_some(),
            })
            .collect();
        let looked = match look::look(&self.api, shapes, &wanted).await {
            Ok(looked) => looked,
            Err(error) => {
                self.describes.doubt(&error).await;
                which.iter().for_each(|&nth| answers[nth] = Some(failed(&filings[nth], &error)));
                return;
            }
        };
        let ours = self.api.session().await.ok().and_then(|session| session.user.clone());
        for (&nth, looked) in which.iter().zip(&looked) {
            let plan = plan::amend(&filings[nth], &sheets[nth], shapes, looked, ours.as_deref());
            take(plan, nth, answers, open);
        }
    }

    async fn write(&self, writes: &[Write]) -> Vec<Outcome> {
        match writes {
            [] => Vec::new(),
            [one] => vec![alone::write(&self.api, one).await],
            several => together::write(&self.api, several).await,
        }
    }

    async fn answer(&self, outcome: Outcome) -> Carried {
        match outcome {
            Outcome::Done(filed) => Carried::Filed(filed),
            Outcome::Refused(refusal) => {
                if refusal.kind == RefusalKind::Access {
                    // What the describes promised is no longer so.
                    self.describes.forget().await;
                }
                Carried::Refused(refusal)
            }
            Outcome::Exists => Carried::Refused(Refusal {
                kind: RefusalKind::Value,
                code: "DUPLICATE_VALUE".to_owned(),
                object: CALL_ACTIVITY.to_owned(),
                fields: Vec::new(),
                said: "Another record has the same value in a field that is unique.".to_owned(),
                duplicates: Vec::new(),
            }),
            Outcome::Failed(error) => Carried::Failed(error),
        }
    }
}

/// Whether it is to be looked at before it is written.
fn may_be_there(filing: &Filing) -> bool {
    filing.in_doubt || filing.again || filing.before.is_some()
}

/// How many of these fit into one request; one always does.
fn fitting(sheets: &[Sheet]) -> usize {
    let mut bytes = 0;
    let fits = |sheet: &&Sheet| {
        bytes += sheet.bytes();
        bytes <= BYTES_A_REQUEST
    };
    sheets.iter().take(CALLS_A_REQUEST).take_while(fits).count().max(1)
}

fn take(plan: Plan, nth: usize, answers: &mut [Option<Carried>], open: &mut Vec<(usize, Write)>) {
    match plan {
        Plan::Write(write) => open.push((nth, *write)),
        Plan::Settled(carried) => answers[nth] = Some(*carried),
    }
}

/// It was not tried. What was in doubt before still is.
fn failed(filing: &Filing, error: &CrmError) -> Carried {
    let retry = match error.retry {
        Retry::After(after) if filing.in_doubt => Retry::InDoubt(after),
        Retry::InDoubt(after) if !filing.in_doubt => Retry::After(after),
        retry => retry,
    };
    Carried::Failed(CrmError { retry, ..error.clone() })
}

/// An error that the next request would meet as well.
fn stops_all(carried: &Carried) -> Option<CrmError> {
    use CrmErrorKind::{Credentials, Forbidden, LimitReached, Unavailable, Unreachable};
    match carried {
        Carried::Failed(error) => {
            let all = [Credentials, Forbidden, LimitReached, Unavailable, Unreachable];
            all.contains(&error.kind).then(|| error.clone())
        }
        _ => None,
    }
}
