//! Reads a file into nothing, to be timed: `speed FILE COLUMN:TYPE[:FORMAT]…` (zone: UTC).

use std::error::Error;

use jiff::tz::TimeZone;
use theirs_ingest::{Rows, SetAside, Shape, Sink, SinkError, Wanted, read};
use theirs_model::ColumnType;

struct Nothing;

impl Sink for Nothing {
    fn rows(&mut self, _: Rows) -> Result<(), SinkError> {
        Ok(())
    }

    fn set_aside(&mut self, _: SetAside) -> Result<(), SinkError> {
        Ok(())
    }
}

fn wanted(argument: &str) -> Option<Wanted> {
    let mut parts = argument.splitn(3, ':');
    let (name, kind, format) = (parts.next()?, parts.next()?, parts.next());
    let (_, kind) = ColumnType::ALL.iter().find(|(known, _)| *known == kind)?;
    Some(Wanted {
        name: name.to_owned(),
        kind: *kind,
        format: format.map(str::to_owned),
        required: false,
        unreadable: theirs_ingest::Aside::Row,
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?.into();
    let columns: Option<_> = arguments.map(|argument| wanted(&argument)).collect();
    let columns = columns.ok_or("a column is written NAME:TYPE or NAME:TYPE:FORMAT")?;
    let shape = Shape { file, table: None, zone: Some(TimeZone::UTC), columns };
    let tally = read(&shape, &mut Nothing)?;
    eprintln!("{} rows, {} set aside", tally.rows, tally.set_aside);
    Ok(())
}
