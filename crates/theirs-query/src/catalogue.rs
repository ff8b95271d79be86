//! What somebody may ask: purposes with their tables and columns, in types and in plain words.

use datafusion::arrow::datatypes::DataType;
use theirs_charter::{Asker, Authority, Charter, Grant, Output, Purpose};

use crate::aggregate::{Layout, layouts};
use crate::mask::arrow_type;
use crate::people::several;
use crate::session::seen_of;
use crate::table::{PERSON_ID, Seen};

/// A purpose as a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaView {
    /// Its name.
    pub name: String,
    /// What it is for, and why that may be.
    pub says: String,
    /// Its tables, `person` first.
    pub tables: Vec<TableView>,
}

/// A table of a purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableView {
    /// Its name.
    pub name: String,
    /// What a row of it is.
    pub says: String,
    /// Its columns, the pseudonym first.
    pub columns: Vec<ColumnView>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnView {
    /// Its name.
    pub name: String,
    /// Its type, after it was made coarse.
    pub kind: DataType,
    /// What it holds, and how exactly.
    pub says: String,
}

/// What somebody may ask by any of their roles, in the order of those roles.
pub(crate) fn of_asker(authority: &Authority, asker: &Asker) -> Vec<SchemaView> {
    let leaves = authority.leaves(asker).into_iter();
    leaves.map(|leave| schema(authority.charter(), &leave.purpose)).collect()
}

fn schema(charter: &Charter, purpose: &Purpose) -> SchemaView {
    if let Output::Aggregate { minimum_group, .. } = purpose.output {
        return groups(charter, purpose, minimum_group);
    }
    let several = several(charter);
    let is_many = |grant: &&Grant| several.contains(&grant.column);
    let one: Vec<&Grant> = purpose.columns.iter().filter(|grant| !is_many(grant)).collect();
    let mut tables = vec![TableView {
        name: "person".to_owned(),
        says: "One row for each person whose choices allow this purpose.".to_owned(),
        columns: columns(one.iter().filter_map(|grant| of_people(charter, grant))),
    }];
    for grant in purpose.columns.iter().filter(is_many) {
        tables.push(TableView {
            name: grant.column.clone(),
            says: "One row for each value; a person may have several.".to_owned(),
            columns: columns(of_people(charter, grant).into_iter()),
        });
    }
    for granted in &purpose.activities {
        let found = charter.activities().find(|(source, _)| source.name == granted.source);
        let Some((source, activity)) = found else { continue };
        let seen = seen_of(granted, activity);
        let told = seen.into_iter().map(|seen| {
            let says = exactness(&seen);
            (seen, says)
        });
        tables.push(TableView {
            name: granted.source.clone(),
            says: format!("What the people of this purpose did, from {}.", source.name),
            columns: columns(told),
        });
    }
    let says = format!("{} We may do this {}.", purpose.says, purpose.basis.in_words());
    SchemaView { name: purpose.name.clone(), says, tables }
}

/// The tables of a purpose that sees only groups.
fn groups(charter: &Charter, purpose: &Purpose, least: u32) -> SchemaView {
    let table = |layout: Layout| {
        let labels = layout.labels().map(|seen| {
            let label = charter.label(&seen.name).map(|label| format!("{label}; "));
            (seen, label.unwrap_or_default() + &exactness(seen))
        });
        let means = layout.measures.iter().map(|seen| (seen, "the mean of the group".to_owned()));
        let column = |((seen, says), (_, kind)): ((&Seen, String), (_, DataType))| ColumnView {
            name: seen.name.clone(),
            kind,
            says,
        };
        let columns = labels.chain(means).zip(layout.columns()).map(column).collect();
        let what = if layout.name == "person" { "person" } else { "entry" };
        let says = format!(
            "One row for each {what}, the same for all of a group of {least} people or more; groups \
             are fixed for a day."
        );
        TableView { name: layout.name.clone(), says, columns }
    };
    let tables = layouts(charter, purpose).into_iter().map(table).collect();
    let says = format!("{} We may do this {}.", purpose.says, purpose.basis.in_words());
    SchemaView { name: purpose.name.clone(), says, tables }
}

fn of_people(charter: &Charter, grant: &Grant) -> Option<(Seen, String)> {
    let (_, kind) = charter.attribute(&grant.column)?;
    let seen = Seen::new(grant, kind);
    let says = match charter.label(&grant.column) {
        Some(label) => format!("{label}; {}", exactness(&seen)),
        None => exactness(&seen),
    };
    Some((seen, says))
}

fn exactness(seen: &Seen) -> String {
    match seen.coarseness.in_words().as_str() {
        "" => "as it is".to_owned(),
        words => words.to_owned(),
    }
}

fn columns(seen: impl Iterator<Item = (Seen, String)>) -> Vec<ColumnView> {
    let id = ColumnView {
        name: PERSON_ID.to_owned(),
        kind: DataType::Int64,
        says: "A name for the person in this purpose alone; other purposes have others.".to_owned(),
    };
    let told = seen.map(|(seen, says)| ColumnView {
        kind: arrow_type(seen.coarseness.seen_as(seen.kind)),
        name: seen.name,
        says,
    });
    std::iter::once(id).chain(told).collect()
}
