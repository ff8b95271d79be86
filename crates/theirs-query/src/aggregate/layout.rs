//! Which columns the tables of groups have, and what they are made from.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use ring::digest::{SHA256, digest};
use theirs_charter::{Charter, Coarseness, Output, Purpose};
use theirs_model::{ColumnType, Digest};

use crate::session::seen_of;
use crate::table::Seen;

/// The columns of one table of groups.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// `person`, or the activity.
    pub(crate) name: String,
    /// What the people of a cell have in common; the last is given up first.
    pub(crate) people: Vec<Seen>,
    /// What their activities have in common; given up before what the people have.
    pub(crate) own: Vec<Seen>,
    /// Numbers of activities, of which a cell shows the mean.
    pub(crate) measures: Vec<Seen>,
}

impl Layout {
    /// Everything that a cell is told by, in the order in which it is kept.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &Seen> {
        self.people.iter().chain(&self.own)
    }

    /// Every column with its type, labels first.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&Seen, DataType)> {
        let labels = self.labels().map(|seen| (seen, seen.arrow_type()));
        labels.chain(self.measures.iter().map(|seen| (seen, DataType::Float64)))
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        let field = |(seen, kind): (&Seen, DataType)| Field::new(&seen.name, kind, true);
        Arc::new(Schema::new(self.columns().map(field).collect::<Vec<_>>()))
    }
}

/// The tables of a purpose of groups, `person` first; none of another purpose.
pub(crate) fn layouts(charter: &Charter, purpose: &Purpose) -> Vec<Layout> {
    let Output::Aggregate { cells, .. } = &purpose.output else { return Vec::new() };
    let granted = |name: &String| {
        let grant = purpose.columns.iter().find(|grant| grant.column == *name)?;
        let (_, kind) = charter.attribute(name)?;
        Some(Seen::new(grant, kind))
    };
    let people: Vec<Seen> = cells.iter().filter_map(granted).collect();
    let (own, measures) = (Vec::new(), Vec::new());
    let mut tables =
        vec![Layout { name: "person".to_owned(), people: people.clone(), own, measures }];
    for granted in &purpose.activities {
        let found = charter.activities().find(|(source, _)| source.name == granted.source);
        let Some((_, activity)) = found else { continue };
        let (measures, own): (Vec<Seen>, Vec<Seen>) =
            seen_of(granted, activity).into_iter().partition(is_measure);
        // Where both have a column of one name, the activity's is the one that is meant.
        let is_free = |seen: &&Seen| !own.iter().chain(&measures).any(|one| one.name == seen.name);
        let people = people.iter().filter(is_free).cloned().collect();
        tables.push(Layout { name: granted.source.clone(), people, own, measures });
    }
    tables
}

/// Whether a column of an activity is a number to be added up, and no label.
fn is_measure(seen: &Seen) -> bool {
    let is_number =
        matches!(seen.kind, ColumnType::Integer | ColumnType::Number | ColumnType::Decimal);
    is_number && matches!(seen.coarseness, Coarseness::Exact | Coarseness::Rounded(_))
}

/// The digest of everything but people and what they did that the cells of a purpose are made from.
pub(crate) fn made_from(charter: &Charter, purpose: &Purpose) -> Digest {
    let mut text = format!("{}\n{:?}\n{:?}\n", purpose.name, purpose.output, charter.time_zone);
    for layout in layouts(charter, purpose) {
        let _ = writeln!(text, "{layout:?}");
    }
    // What comes from outside may stand in them only while it is admitted.
    for source in &charter.admitted {
        let _ = writeln!(text, "{source}");
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    Digest(bytes)
}
