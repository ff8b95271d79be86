//! What a draft has no place for and is held all the same: said aloud, so that nobody takes the draft
//! for the whole.

use serde::Serialize;

use super::plan::{Holds, plan};
use super::word::is_name;
use crate::finding::{Finding, ScannedColumn, ScannedTable};
use crate::value::Inside;

/// From this tier on a column of a table that leads to nobody is worth a word all the same.
const TELLING_TIER: u8 = 2;

/// Something that looks like personal data and has no place in a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unplaced {
    /// The file or table.
    pub what: String,
    /// Why it has none.
    pub because: String,
    /// Its columns that say something of people, with the category of each.
    pub holds: Vec<(String, &'static str)>,
}

/// A column of texts that gives away more than it is there for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slip {
    /// The file or table.
    pub what: String,
    /// The column.
    pub column: String,
    /// What its texts give away, as a category.
    pub gives_away: &'static str,
}

/// What a draft of these tables has no place for.
pub fn unplaced(tables: &[ScannedTable]) -> Vec<Unplaced> {
    let plan = plan(tables);
    let left = plan.left.iter().filter_map(|(table, why)| {
        let holds = held(table.columns.iter());
        is_of_people(table).then(|| Unplaced {
            what: table.origin.to_string(),
            because: why.clone(),
            holds,
        })
    });
    let misnamed = plan.sources.iter().filter_map(|planned| {
        let table = planned.table.filter(|_| matches!(planned.holds, Holds::Activity { .. }))?;
        let holds = held(table.columns.iter().filter(|column| !is_name(&column.name)));
        let because =
            "a charter needs names of small letters, digits and _ for its columns".to_owned();
        (!holds.is_empty()).then(|| Unplaced { what: table.origin.to_string(), because, holds })
    });
    let unread = tables.iter().filter(|table| !table.unread.is_empty()).map(|table| {
        let columns: Vec<String> =
            table.unread.iter().map(|(column, why)| format!("{column}: {why}")).collect();
        let because = format!("some columns could not be looked into ({})", columns.join("; "));
        Unplaced { what: table.origin.to_string(), because, holds: Vec::new() }
    });
    left.chain(misnamed).chain(unread).collect()
}

/// The files and tables that have no place in a draft and need none: nothing in them tells of people.
pub fn of_nobody(tables: &[ScannedTable]) -> Vec<String> {
    let plan = plan(tables);
    let left = plan.left.iter().filter(|(table, _)| !is_of_people(table));
    left.map(|(table, _)| table.origin.to_string()).collect()
}

/// The texts of these tables that give away more than they are there for.
pub fn slips(tables: &[ScannedTable]) -> Vec<Slip> {
    let of = |table: &ScannedTable| -> Vec<Slip> {
        let told = table.columns.iter().filter(|column| !column.is(Inside::Health.category()));
        let slips = told.filter(|column| column.inside.contains(&Inside::Health));
        slips
            .map(|column| Slip {
                what: table.origin.to_string(),
                column: column.name.clone(),
                gives_away: Inside::Health.category(),
            })
            .collect()
    };
    tables.iter().flat_map(of).collect()
}

fn held<'t>(columns: impl Iterator<Item = &'t ScannedColumn>) -> Vec<(String, &'static str)> {
    columns.filter_map(|column| Some((column.name.clone(), column.best()?.category))).collect()
}

/// Whether a table that has no place leads to people, or says something private.
fn is_of_people(table: &ScannedTable) -> bool {
    let leads = ["identity.", "contact.", "id.", "demo.", "household.", "gov."];
    let is_telling = |best: &Finding| {
        best.tier() >= TELLING_TIER || leads.iter().any(|family| best.category.starts_with(family))
    };
    let slips = table.columns.iter().any(|column| !column.inside.is_empty());
    slips || table.columns.iter().filter_map(ScannedColumn::best).any(is_telling)
}
