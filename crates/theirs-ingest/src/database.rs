//! A table or view of a database server: PostgreSQL, `MariaDB` and `MySQL`.
//!
//! All of one reading happens in one transaction that writes nothing and sees one moment
//! (repeatable read), so that rows which change meanwhile are read once, as they were. Rows come in
//! pages of bounded size, as text in the server's own words, and are typed here as those of files are.
//! Price: the server keeps that moment for as long as the reading takes.

mod address;
mod cell;
mod mysql;
mod native;
mod patience;
mod peek;
mod postgres;

use std::path::PathBuf;

use crate::batch::Batch;
use crate::outlet::Outlet;
use crate::{IngestError, Shape, Sink, Tally, header};
use cell::cell;

pub use self::address::{AddressError, DatabaseAddress, Transport};
pub use self::native::{Class, Native};
pub use self::patience::{innermost, trusting};
pub use self::peek::DatabasePeek;

/// How far behind the last instant reading begins, for rows whose change was committed late.
const OVERLAP_SECONDS: i64 = 3_600;

/// How far behind the last number reading begins, for the same reason.
const OVERLAP_NUMBERS: i64 = 10_000;

/// A table of a database, as it is at one moment.
pub struct TableReader {
    link: Link,
    /// What messages call the table.
    label: PathBuf,
    columns: Vec<Native>,
    from: String,
}

/// Which rows are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span<'s> {
    /// The column by which rows are ordered, so that the place of a row means something.
    pub order: Option<&'s str>,
    /// Only rows from this on: the column, and the last value of it that was read.
    pub since: Option<(&'s str, &'s str)>,
}

/// One of the servers, in the middle of a transaction.
enum Link {
    Postgres(postgres::Link),
    MySql(mysql::Link),
}

/// Takes one row: the text of each column, none where there is nothing.
type See<'s> = dyn FnMut(&[Option<&[u8]>]) -> Result<(), IngestError> + 's;

impl TableReader {
    /// Opens a table or view; `label` is what messages call it.
    ///
    /// # Errors
    /// The server cannot be reached or does not let us in, or there is no such table.
    pub fn open(at: &DatabaseAddress, table: &str, label: &str) -> Result<Self, IngestError> {
        let label = PathBuf::from(label);
        let (link, columns, from) = match at.engine {
            address::Engine::Postgres => {
                let (link, columns, from) = postgres::Link::open(at, table, &label)?;
                (Link::Postgres(link), columns, from)
            }
            address::Engine::MySql => {
                let (link, columns, from) = mysql::Link::open(at, table, &label)?;
                (Link::MySql(link), columns, from)
            }
        };
        Ok(Self { link, label, columns, from })
    }

    /// The columns that the table has, in its order.
    pub fn columns(&self) -> &[Native] {
        &self.columns
    }

    /// The greatest value of a column by which reading may go on, in the server's own words.
    ///
    /// # Errors
    /// There is no such column, it neither grows nor is an instant, or the server failed.
    pub fn last(&mut self, column: &str) -> Result<Option<String>, IngestError> {
        self.grows(column)?;
        let column = self.link.quoted(column);
        let sql =
            format!("select {} from {}", self.link.as_text(&format!("max({column})")), self.from);
        let mut last = None;
        self.link.each(&sql, &mut |row| {
            let text =
                row.first().copied().flatten().and_then(|text| std::str::from_utf8(text).ok());
            last = text.map(str::to_owned);
            Ok(())
        })?;
        Ok(last)
    }

    /// Reads rows as the shape says and gives them to `sink`. The place of a row is its number in
    /// this reading.
    ///
    /// # Errors
    /// As for [`crate::read`], or the server failed.
    pub fn read(
        &mut self,
        shape: &Shape,
        span: Span<'_>,
        sink: &mut dyn Sink,
    ) -> Result<Tally, IngestError> {
        let present: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        let places = header::locate(&self.label, &shape.columns, &present)?;
        let classes: Vec<Class> = places.iter().map(|at| self.columns[*at].class).collect();
        let sql = self.select(shape, &classes, span)?;
        let mut outlet = Outlet::new(shape, sink);
        let mut batch = Batch::new(shape);
        let mut done = 0;
        self.link.each(&sql, &mut |row| {
            done += 1;
            batch.push(done, |at| {
                let raw = row.get(at).copied().flatten();
                cell(raw, classes[at], shape.columns[at].kind, shape.zone.as_ref())
            });
            if batch.is_full() { batch.deliver(&mut outlet, done, 0) } else { Ok(()) }
        })?;
        batch.deliver(&mut outlet, done, 0)?;
        Ok(outlet.tally(header::unread(&shape.columns, &present)))
    }

    fn select(
        &self,
        shape: &Shape,
        classes: &[Class],
        span: Span<'_>,
    ) -> Result<String, IngestError> {
        let wanted = shape.columns.iter().zip(classes);
        let columns: Vec<String> =
            wanted.map(|(wanted, class)| self.link.selected(&wanted.name, *class)).collect();
        let columns = if columns.is_empty() { "null".to_owned() } else { columns.join(", ") };
        let mut sql = format!("select {columns} from {}", self.from);
        let since = span.since.map(|(column, last)| self.since(column, last)).transpose()?;
        if let Some(since) = since.flatten() {
            sql.push_str(&since);
        }
        let order: Vec<String> = span
            .since
            .iter()
            .map(|(column, _)| *column)
            .chain(span.order)
            .map(|name| self.link.quoted(name))
            .collect();
        if !order.is_empty() {
            sql.push_str(" order by ");
            sql.push_str(&order.join(", "));
        }
        Ok(sql)
    }

    /// The condition for rows from the last value on, with the overlap; rows without a value, of
    /// which nobody can say when they changed, are always read. None where the last value says nothing,
    /// as infinity does: then all rows are read.
    fn since(&self, column: &str, last: &str) -> Result<Option<String>, IngestError> {
        let class = self.grows(column)?;
        let name = self.link.quoted(column);
        let plain = last.chars().all(|c| c.is_ascii_digit() || "+-:. T".contains(c));
        let from = match class {
            Class::Integer => {
                last.parse().ok().map(|last: i64| last.saturating_sub(OVERLAP_NUMBERS).to_string())
            }
            _ if plain => Some(self.link.earlier(last, class, OVERLAP_SECONDS)),
            _ => None,
        };
        Ok(from.map(|from| format!(" where ({name} >= {from} or {name} is null)")))
    }

    /// The class of a column by which reading may go on.
    fn grows(&self, column: &str) -> Result<Class, IngestError> {
        let present: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        let at = header::place(&self.label, column, &present)?;
        let Native { class, kind, .. } = &self.columns[at];
        match class {
            Class::Integer | Class::Day | Class::Instant | Class::Civil => Ok(*class),
            _ => Err(self.fault(&format!(
                "the cursor \"{column}\" is of type {kind}; it must be a whole number, a date or an instant"
            ))),
        }
    }

    fn fault(&self, reason: &str) -> IngestError {
        IngestError::Database { at: self.label.clone(), reason: reason.to_owned() }
    }
}

impl Link {
    fn each(&mut self, sql: &str, see: &mut See<'_>) -> Result<(), IngestError> {
        match self {
            Self::Postgres(link) => link.each(sql, see),
            Self::MySql(link) => link.each(sql, see),
        }
    }

    fn quoted(&self, name: &str) -> String {
        match self {
            Self::Postgres(_) => postgres::quoted(name),
            Self::MySql(_) => mysql::quoted(name),
        }
    }

    fn as_text(&self, expression: &str) -> String {
        match self {
            Self::Postgres(_) => format!("({expression})::text"),
            Self::MySql(_) => expression.to_owned(),
        }
    }

    /// How a column is asked for: of what is not a single value only whether it is there, and of a
    /// text no more than is needed to see that it is too long.
    fn selected(&self, column: &str, class: Class) -> String {
        let name = self.quoted(column);
        let letters = crate::fault::TEXT_LIMIT_BYTES + 1;
        match class {
            Class::Opaque => format!("case when {name} is null then null else '' end"),
            Class::Text => format!("left({}, {letters})", self.as_text(&name)),
            _ => self.as_text(&name),
        }
    }

    /// An instant or day somewhat before another.
    fn earlier(&self, last: &str, class: Class, seconds: i64) -> String {
        let kind = match (self, class) {
            (_, Class::Day) => "date",
            (Self::Postgres(_), Class::Instant) => "timestamptz",
            _ => "timestamp",
        };
        let back = match (self, class) {
            (Self::Postgres(_), Class::Day) => "1".to_owned(),
            (Self::MySql(_), Class::Day) => "interval 1 day".to_owned(),
            (Self::Postgres(_), _) => format!("interval '{seconds} seconds'"),
            (Self::MySql(_), _) => format!("interval {seconds} second"),
        };
        format!("{kind} '{last}' - {back}")
    }
}
