//! Which column of a table names the people of another: by the values that both have.
//!
//! Counted keys (1, 2, 3 …) are within each other wherever there are enough of them, so that for
//! those the names must agree too.

use theirs_model::ColumnType;

use super::plan::is_key;
use crate::finding::{ScannedColumn, ScannedTable};
use crate::name::tokens;

/// A source of people, and the column by which others know them.
pub(super) struct Keyed<'t> {
    /// Its name.
    pub(super) source: String,
    /// Its table.
    pub(super) table: &'t ScannedTable,
    /// Its key.
    pub(super) key: &'t ScannedColumn,
}

/// So many of a column's values must be keys.
const SHARED: f64 = 0.5;

/// So many are enough where both columns are named alike, as the key's table may be an extract.
const SHARED_ALIKE: f64 = 0.1;

/// So many of a column that is named for people must be keys, whatever the key is called: `cust` of `Kd_Nr`.
const SHARED_OF_PEOPLE: f64 = 0.9;

/// By which names a column is of the people of another table.
const PEOPLE: [&str; 14] = [
    "cust", "customer", "client", "kd", "kunde", "kunden", "member", "mitglied", "buyer",
    "cliente", "membre", "patient", "guest", "gast",
];

/// The source of people that a table refers to, and by which column.
pub(super) fn refers<'p, 't>(
    table: &'t ScannedTable,
    people: &'p [Keyed<'t>],
) -> Option<(&'p Keyed<'t>, &'t ScannedColumn)> {
    let pairs =
        people.iter().flat_map(|keyed| table.columns.iter().map(move |column| (keyed, column)));
    pairs
        .filter_map(|(keyed, column)| Some((strength(keyed, column)?, keyed, column)))
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, keyed, column)| (keyed, column))
}

/// How plainly a column refers to a key; none if it does not.
fn strength(keyed: &Keyed<'_>, column: &ScannedColumn) -> Option<f64> {
    let named = ["id.customer", "contact.email", "contact.phone", "gov.id", "id.device"];
    let words = tokens(&column.name);
    let is_of_people = words.iter().any(|word| PEOPLE.contains(&word.as_str()));
    let could = is_key(&column.name)
        || is_of_people
        || column.best().is_some_and(|best| named.contains(&best.category));
    if !could || column.filled == 0 || column.kind.of == ColumnType::Boolean {
        return None;
    }
    let shared = column.sketch.share_in(&keyed.key.sketch);
    let is_alike = alike(keyed, &column.name);
    let is_counted = column.kind.of == ColumnType::Integer;
    let is_enough = match (is_alike, is_counted) {
        (true, _) => shared >= SHARED_ALIKE,
        (false, true) => is_of_people && !column.is_unique && shared >= SHARED_OF_PEOPLE,
        (false, false) => shared >= SHARED,
    };
    // Of an extract few keys may be there; then the names decide.
    is_enough.then_some(shared + if is_alike { 1.0 } else { 0.0 })
}

/// Whether a column is named like a key, or like the table that it names rows of.
fn alike(keyed: &Keyed<'_>, column: &str) -> bool {
    const SILENT: &[&str] = &["id", "key", "no", "nr", "number", "code", "ref", "uuid"];
    let stem = |word: &String| word.trim_end_matches('s').to_owned();
    let telling = |name: &str| -> Vec<String> {
        tokens(name).iter().filter(|word| !SILENT.contains(&word.as_str())).map(stem).collect()
    };
    let column = telling(column);
    let known = [telling(&keyed.key.name), telling(&keyed.table.name)].concat();
    !column.is_empty() && column.iter().any(|word| known.contains(word))
}
