//! `export`: everything that is kept of a centre, as tables, for who goes on with it elsewhere. Each is read a page at a
//! time by a place that stands still: what was there from beginning to end is in it once, what changes meanwhile as it was
//! when its page was read, and what appears meanwhile or goes may be in it or not. Who may have it is `http`'s; what a CRM
//! does not show them is left out here. No table has secrets.

mod book;
mod calls;
mod columns;
mod kept;
mod open_files;
mod sources;
mod told;
mod work;

pub use columns::{ACTIVITIES, columns};
pub use open_files::{MAX_FILES_AT_A_TIME, OpenFile, OpenFiles};

use super::OpError;
use crate::app::{App, Tenant};
use crate::table::{Column, Row};
use domain::id::{At, CallKey, EndpointId, PersonId, UserId};
use std::collections::BTreeMap;
use store::ActivityFilter;

/// About how many calls are looked at for a page: a tenth of a second's work.
const LOOK_AT_MOST: usize = 20_000;
/// What stands between several values of a cell.
const BETWEEN: &str = "; ";

/// Names of users.
type Users = BTreeMap<UserId, String>;

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Activities with their calls.
    Activities,
    /// The agents' parts of the calls, and their wrap-ups.
    Parts,
    /// What was corrected.
    Corrections,
    /// What callers left, as work.
    Messages,
    /// What agents were to do after calls.
    FollowUps,
    /// Clicks to dial.
    Dials,
    /// The directory.
    People,
    /// Cases.
    Cases,
    /// Disposition sets and their codes.
    Codes,
    /// Ring groups that are set up.
    RingGroups,
    /// Users.
    Users,
    /// What agents did, and how long.
    AgentStates,
    /// Views of the list of Activities.
    Views,
    /// Saved reports.
    SavedReports,
    /// What became of their mails.
    ReportMails,
    /// Other programs that are told of calls.
    Webhooks,
    /// What they were told.
    Deliveries,
    /// Files of past calls.
    Imports,
    /// Files of phone systems that were compared.
    ComparedFiles,
    /// Calls that only these tell of.
    MissingCalls,
    /// Times in which a phone system was not heard.
    Silences,
    /// The change log.
    Changes,
}

impl Table {
    /// All of them.
    pub const ALL: [Table; 22] = [
        Table::Activities,
        Table::Parts,
        Table::Corrections,
        Table::Messages,
        Table::FollowUps,
        Table::Dials,
        Table::People,
        Table::Cases,
        Table::Codes,
        Table::RingGroups,
        Table::Users,
        Table::AgentStates,
        Table::Views,
        Table::SavedReports,
        Table::ReportMails,
        Table::Webhooks,
        Table::Deliveries,
        Table::Imports,
        Table::ComparedFiles,
        Table::MissingCalls,
        Table::Silences,
        Table::Changes,
    ];

    /// Its name, also that of its file.
    pub fn name(self) -> &'static str {
        match self {
            Table::Activities => "activities",
            Table::Parts => "parts",
            Table::Corrections => "corrections",
            Table::Messages => "messages",
            Table::FollowUps => "follow_ups",
            Table::Dials => "dials",
            Table::People => "people",
            Table::Cases => "cases",
            Table::Codes => "codes",
            Table::RingGroups => "ring_groups",
            Table::Users => "users",
            Table::AgentStates => "agent_states",
            Table::Views => "views",
            Table::SavedReports => "saved_reports",
            Table::ReportMails => "report_mails",
            Table::Webhooks => "webhooks",
            Table::Deliveries => "deliveries",
            Table::Imports => "imports",
            Table::ComparedFiles => "compared_files",
            Table::MissingCalls => "missing_calls",
            Table::Silences => "silences",
            Table::Changes => "changes",
        }
    }

    /// The table of this name.
    pub fn named(name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.name() == name)
    }
}

/// Where reading goes on.
#[derive(Debug)]
enum Place {
    /// With the first page.
    Start,
    /// Behind this place.
    After(String),
    /// Behind this record.
    AfterPerson(PersonId),
    /// Behind the Case of this number.
    AfterCase(u64),
    /// Behind the call that began then.
    AfterCall(At, CallKey),
    /// With what this endpoint is told, behind a place of that.
    OfEndpoint(EndpointId, Option<String>),
    /// Nowhere.
    End,
}

impl Place {
    fn next(next: Option<String>) -> Place {
        next.map_or(Place::End, Place::After)
    }

    fn text(&self) -> Option<&str> {
        if let Place::After(place) = self { Some(place) } else { None }
    }
}

/// A table being read.
#[derive(Debug)]
pub struct Export {
    table: Table,
    /// Of Activities, which.
    filter: ActivityFilter,
    /// Who reads it.
    reader: UserId,
    place: Place,
}

impl Export {
    /// The whole of a table.
    pub fn whole(table: Table, reader: UserId) -> Self {
        let corrected = (table == Table::Corrections).then_some(true);
        let filter = ActivityFilter { corrected, ..ActivityFilter::default() };
        Export { table, filter, reader, place: Place::Start }
    }

    /// The Activities that a filter keeps.
    pub fn filtered(filter: ActivityFilter, reader: UserId) -> Self {
        Export { table: Table::Activities, filter, reader, place: Place::Start }
    }

    /// Who reads it.
    pub fn reader(&self) -> UserId {
        self.reader
    }

    /// Some more rows, at times none of them; `None` at the end.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn next(&mut self, app: &App, tenant: &Tenant) -> Result<Option<Vec<Row>>, OpError> {
        let place = std::mem::replace(&mut self.place, Place::End);
        if matches!(place, Place::End) {
            return Ok(None);
        }
        let (rows, next) = self.page(app, tenant, &place).await?;
        debug_assert!(rows.iter().all(|row| fits(row, columns(self.table))), "{:?}", self.table);
        self.place = next;
        Ok(Some(rows))
    }

    async fn page(&self, app: &App, tenant: &Tenant, place: &Place) -> Result<(Vec<Row>, Place), OpError> {
        let (reader, after) = (self.reader, place.text());
        Ok(match self.table {
            Table::Activities | Table::Parts | Table::Corrections => {
                calls::page(app, tenant, self, after).await?
            }
            Table::Messages => work::messages(app, tenant, after).await?,
            Table::FollowUps => work::follow_ups(app, tenant, after).await?,
            Table::Dials => work::dials(app, tenant, reader, after).await?,
            Table::AgentStates => work::agent_states(app, tenant, after).await?,
            Table::People => book::people(app, tenant, reader, place).await?,
            Table::Cases => book::cases(app, tenant, reader, place).await?,
            Table::Codes => (book::codes(app, tenant).await?, Place::End),
            Table::RingGroups => (book::ring_groups(tenant), Place::End),
            Table::Users => (book::users(app, tenant).await?, Place::End),
            Table::Changes => book::changes(app, tenant, reader, after).await?,
            Table::Views => kept::views(app, tenant, reader, after).await?,
            Table::SavedReports => kept::saved_reports(app, tenant, reader, after).await?,
            Table::ReportMails => kept::report_mails(app, tenant, reader, after).await?,
            Table::Webhooks => (told::webhooks(app, tenant).await?, Place::End),
            Table::Deliveries => told::deliveries(app, tenant, place).await?,
            Table::Imports => (sources::imports(app, tenant).await?, Place::End),
            Table::ComparedFiles => (sources::compared_files(app, tenant).await?, Place::End),
            Table::MissingCalls => sources::missing_calls(app, tenant, place).await?,
            Table::Silences => sources::silences(app, tenant, after).await?,
        })
    }
}

/// Whether a row has a cell for each column, and each of its column's kind: one of another kind would be written as none.
fn fits(row: &Row, columns: &[Column]) -> bool {
    row.len() == columns.len() && row.iter().zip(columns).all(|(cell, column)| cell.is_of(column.kind))
}

async fn user_names(app: &App, tenant: &Tenant) -> Result<Users, OpError> {
    let users = app.store.users(tenant.id).await?;
    Ok(users.into_iter().map(|user| (user.id, user.name)).collect())
}
