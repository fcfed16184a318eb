//! `report_file`: calls of each day, ring group, agent and what they are counted as, a day after the other, for whoever goes
//! on with them in a spreadsheet. They are read a slice at a time, and never held as a whole. What lines look like is the
//! view's.

use super::OpError;
use super::count_calls::Asked;
use crate::app::{App, Tenant};
use crate::settings::zone;
use domain::report::cells::{CellsByDay, DayCells};
use std::sync::Arc;
use store::ReportNames;

/// How many calls are read at a time: some tens of milliseconds' work.
const CALLS_AT_A_TIME: usize = 10_000;

/// The days of a file, as far as it is.
#[derive(Debug)]
pub struct ReportFile {
    asked: Asked,
    /// What is left; `None` at the end.
    left: Option<Left>,
}

#[derive(Debug)]
struct Left {
    cells: CellsByDay,
    after: Option<String>,
}

impl ReportFile {
    /// The file of what is asked.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn of(app: &App, tenant: &Tenant, asked: Asked) -> Result<Self, OpError> {
        let words = app.store.report_names(tenant.id).await?;
        let calendar = zone::calendar(&asked.days.zone);
        // Where a name is asked for that no call has, nothing is left from the beginning.
        let left = asked.question(&words).map(|question| question.filter);
        let left = left.map(|filter| Left { cells: CellsByDay::new(calendar, filter), after: None });
        Ok(ReportFile { asked, left })
    }

    /// The days that are over by some more calls, and what words in them stand for; `None` at the end.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn next(
        &mut self,
        app: &App,
        tenant: &Tenant,
    ) -> Result<Option<(Vec<DayCells>, Arc<ReportNames>)>, OpError> {
        let Some(mut left) = self.left.take() else { return Ok(None) };
        let (begin, end) = (self.asked.days.begin, self.asked.days.end);
        let slice = app.store.facts(tenant.id, begin, end, left.after.as_deref(), CALLS_AT_A_TIME).await?;
        let mut over: Vec<DayCells> = slice.facts.iter().filter_map(|fact| left.cells.add(fact)).collect();
        left.after = slice.next;
        if left.after.is_some() {
            self.left = Some(left);
        } else {
            over.extend(left.cells.take());
        }
        // A name may be newer than the file.
        Ok(Some((over, app.store.report_names(tenant.id).await?)))
    }
}
