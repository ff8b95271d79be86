//! What people asked for that needs somebody's answer, and each step on the way to it.
//!
//! A request is anchored to a record, as an act is: a split gives each back their own. What was
//! written in it goes with the person, and what stays is that there was one, and how long it took.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use theirs_model::{RecordId, Slot};

use crate::store::{Store, StoreError, instant};

/// The number of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub i64);

/// A request that is about to be recorded.
#[derive(Clone)]
pub struct NewRequest<'r> {
    /// The record through which the person is known; none while it is not known who asks.
    pub anchor: Option<RecordId>,
    /// What they ask for, in one word.
    pub kind: &'r str,
    /// When they asked.
    pub came: Timestamp,
    /// Who took it down: `person`, or a role.
    pub by: String,
    /// What they wrote, or what a colleague noted.
    pub text: Option<String>,
}

/// A step in the life of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// What, in one word.
    pub what: String,
    /// Who: `person`, or a role.
    pub by: String,
    /// What was said to the person.
    pub reason: Option<String>,
}

/// A request on record.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// Whose it is now, if that is known.
    pub slot: Option<Slot>,
    /// What they ask for, in one word.
    pub kind: String,
    /// When they asked.
    pub came: Timestamp,
    /// Who took it down.
    pub by: String,
    /// What they wrote; gone once the person is.
    pub text: Option<String>,
    /// What was done about it, the earliest first.
    pub steps: Vec<Step>,
}

const READ: &str = "select request.id, assignment.slot, kind, came, by, text from request
    left join assignment on assignment.record = request.anchor";

impl Store {
    /// Records a request; it is on disk when this returns.
    pub fn record_request(&self, new: &NewRequest<'_>) -> Result<RequestId, StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "insert into request (anchor, kind, came, by, text) values (?1, ?2, ?3, ?4, ?5)",
                params![
                    new.anchor.map(|record| record.0.cast_signed()),
                    new.kind,
                    new.came.as_microsecond(),
                    new.by,
                    new.text
                ],
            )?;
            Ok(RequestId(tx.last_insert_rowid()))
        })
    }

    /// Records a step of a request. One that ends a request of nobody who is known drops its text.
    pub fn record_step(&self, of: RequestId, step: &Step, ends: bool) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "insert into request_step (request, at, what, by, reason) values (?1, ?2, ?3, ?4, ?5)",
                params![of.0, step.at.as_microsecond(), step.what, step.by, step.reason],
            )?;
            if ends {
                let forget = "update request set text = null where id = ?1 and anchor is null";
                tx.execute(forget, [of.0])?;
            }
            Ok(())
        })
    }

    /// Every request, the earliest first.
    pub fn requests(&self) -> Result<Vec<Request>, StoreError> {
        all(&self.connection(), "order by request.id", [])
    }

    /// The requests of a person, the earliest first.
    pub fn requests_of(&self, slot: Slot) -> Result<Vec<Request>, StoreError> {
        let which = "where assignment.slot = ?1 order by request.id";
        all(&self.connection(), which, [slot.0])
    }

    /// One request.
    pub fn request(&self, id: RequestId) -> Result<Option<Request>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!("{READ} where request.id = ?1"))?;
        let found = query.query_row([id.0], read).optional()?;
        found.map(|request| with_steps(&connection, request)).transpose()
    }
}

fn all(
    connection: &Connection,
    which: &str,
    given: impl rusqlite::Params,
) -> Result<Vec<Request>, StoreError> {
    let mut query = connection.prepare_cached(&format!("{READ} {which}"))?;
    let found: Vec<Request> = query.query_map(given, read)?.collect::<Result<_, _>>()?;
    found.into_iter().map(|request| with_steps(connection, request)).collect()
}

fn with_steps(connection: &Connection, mut request: Request) -> Result<Request, StoreError> {
    let mut query = connection.prepare_cached(
        "select at, what, by, reason from request_step where request = ?1 order by id",
    )?;
    let step = |row: &Row<'_>| {
        Ok(Step { at: instant(row, 0)?, what: row.get(1)?, by: row.get(2)?, reason: row.get(3)? })
    };
    request.steps = query.query_map([request.id.0], step)?.collect::<Result<_, _>>()?;
    Ok(request)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Request> {
    Ok(Request {
        id: RequestId(row.get(0)?),
        slot: row.get::<_, Option<u32>>(1)?.map(Slot),
        kind: row.get(2)?,
        came: instant(row, 3)?,
        by: row.get(4)?,
        text: row.get(5)?,
        steps: Vec::new(),
    })
}
