//! `report_file`: calls of each day, ring group, agent and what they are counted as, a day after the other, for whoever goes
//! on with them in a spreadsheet. They are read a slice at a time, and never held as a whole. What lines look like is the
//! view's.

use super::OpError;
use super::count_calls::Asked;
use super::merged_codes::MergedCodes;
use super::report::Names;
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
    /// What codes became, where calls are counted so.
    merged: Option<MergedCodes>,
    /// What is left; `None` at the end.
    left: Option<Left>,
}

#[derive(Debug)]
struct Left {
    cells: CellsByDay,
    after: Option<String>,
}

impl ReportFile {
    /// The file of what is asked; `names` are what codes are called today.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn of(app: &App, tenant: &Tenant, asked: Asked, names: &Names) -> Result<Self, OpError> {
        let merged = asked.merged(names);
        let words = app.store.report_names(tenant.id).await?;
        let calendar = zone::calendar(&asked.days.zone);
        // Where a name is asked for that no call has, nothing is left from the beginning.
        let left = asked.question(&words, merged.as_ref()).map(|question| question.filter);
        let left = left.map(|filter| Left { cells: CellsByDay::new(calendar, filter), after: None });
        Ok(ReportFile { asked, merged, left })
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
        let words = app.store.report_names(tenant.id).await?;
        let Some(merged) = &self.merged else { return Ok(Some((over, words))) };
        let words = Arc::new(merged.words(&words));
        let as_mapped = |day: DayCells| day.recounted(|column| merged.column(&words, column));
        Ok(Some((over.into_iter().map(as_mapped).collect(), words)))
    }
}
