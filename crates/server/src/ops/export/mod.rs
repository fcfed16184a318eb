//! `export`: everything that is kept of a centre, as tables, for who goes on with it elsewhere. Each is read a page at a
//! time by a place that stands still: what was there from beginning to end is in it once, what changes meanwhile as it was
//! when its page was read, and what appears meanwhile or goes may be in it or not. Who may have it is `http`'s; what a CRM
//! does not show them is left out here. No table has secrets.

mod book;
mod calls;
mod columns;

pub use columns::{ACTIVITIES, columns};

use super::OpError;
use crate::app::{App, Tenant};
use crate::table::Row;
use domain::id::{PersonId, UserId};
use store::ActivityFilter;

/// About how many calls are looked at for a page: a tenth of a second's work.
const LOOK_AT_MOST: usize = 20_000;

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Activities with their calls.
    Activities,
    /// The agents' parts of the calls, and their wrap-ups.
    Parts,
    /// What was corrected.
    Corrections,
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
    /// The change log.
    Changes,
}

impl Table {
    /// All of them.
    pub const ALL: [Table; 9] = [
        Table::Activities,
        Table::Parts,
        Table::Corrections,
        Table::People,
        Table::Cases,
        Table::Codes,
        Table::RingGroups,
        Table::Users,
        Table::Changes,
    ];

    /// Its name, also that of its file.
    pub fn name(self) -> &'static str {
        match self {
            Table::Activities => "activities",
            Table::Parts => "parts",
            Table::Corrections => "corrections",
            Table::People => "people",
            Table::Cases => "cases",
            Table::Codes => "codes",
            Table::RingGroups => "ring_groups",
            Table::Users => "users",
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

    /// Some more rows, at times none of them; `None` at the end.
    ///
    /// # Errors
    /// The store cannot read.
    pub async fn next(&mut self, app: &App, tenant: &Tenant) -> Result<Option<Vec<Row>>, OpError> {
        let place = std::mem::replace(&mut self.place, Place::End);
        if matches!(place, Place::End) {
            return Ok(None);
        }
        let (rows, next) = match self.table {
            Table::Activities | Table::Parts | Table::Corrections => {
                calls::page(app, tenant, self, place.text()).await?
            }
            Table::People => book::people(app, tenant, self.reader, &place).await?,
            Table::Cases => book::cases(app, tenant, self.reader, &place).await?,
            Table::Codes => (book::codes(app, tenant).await?, Place::End),
            Table::RingGroups => (book::ring_groups(tenant), Place::End),
            Table::Users => (book::users(app, tenant).await?, Place::End),
            Table::Changes => book::changes(app, tenant, self.reader, place.text()).await?,
        };
        self.place = next;
        Ok(Some(rows))
    }
}
