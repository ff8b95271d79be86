//! Looks at a table and says what its columns look like.

use jiff::civil::Date;

use crate::finding::{ScannedColumn, ScannedTable};
use crate::name::{Hint, hints};
use crate::setting::Setting;
use crate::table::Table;
use crate::value::{Profile, look};
use crate::warning::warnings;
use crate::weigh::weigh;
use crate::yes::old_yeses;

/// What a scan found in all tables it was shown.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// The tables, in the order in which they were given.
    pub tables: Vec<ScannedTable>,
}

/// Looks at a table; `today` tells birth dates from other dates.
pub fn scan(table: &Table, today: Date) -> ScannedTable {
    let said: Vec<Vec<Hint>> = table.columns.iter().map(|column| hints(&column.name)).collect();
    let setting = Setting::new(&table.name, &said);
    let columns = table.columns.iter().zip(&said).map(|(column, hints)| {
        let profile = Profile::new(column, today.year());
        let found = look(&profile);
        let own_key = setting.own_key(&table.name, &column.name);
        ScannedColumn {
            name: column.name.clone(),
            kind: profile.kind,
            findings: weigh(hints, &found, own_key, setting.treated(&column.name), &setting),
            inside: found.inside,
            filled: column.filled,
            is_unique: column.is_unique(),
            sketch: column.sketch.clone(),
        }
    });
    let mut columns: Vec<ScannedColumn> = columns.collect();
    pair(&mut columns);
    if is_of_nobody(&columns, &setting) {
        for column in &mut columns {
            column.findings.clear();
        }
    }
    let warnings = warnings(&columns, setting.is("bought"));
    let old_yeses = old_yeses(table, &columns, today);
    let is_bought = setting.is("bought") || is_mostly_bought(&columns);
    ScannedTable {
        origin: table.origin.clone(),
        name: table.name.clone(),
        columns,
        unread: table.unread.clone(),
        rows: table.rows,
        is_whole: table.is_whole,
        is_bought,
        warnings,
        old_yeses,
        setting,
    }
}

/// What leads to somebody, or is said of somebody alone.
const OF_SOMEBODY: [&str; 12] = [
    "identity.",
    "contact.email",
    "id.",
    "demo.",
    "household.",
    "gov.",
    "payment.",
    "finance.",
    "work.",
    "inferred.",
    "preference.",
    "external.",
];

/// Whether a table is of shops, stations or goods, and nothing in it leads to anybody: where a shop stands is
/// no position of a person, and the weight of a chair no health. Its first column names the thing; a trail
/// begins with a trip, a person or a device.
fn is_of_nobody(columns: &[ScannedColumn], setting: &Setting) -> bool {
    let names_thing = columns.first().is_some_and(|first| is_thing(&first.name));
    let says_of_somebody = |column: &ScannedColumn| {
        let best = column.best();
        !column.inside.is_empty()
            || best.is_some_and(|b| OF_SOMEBODY.iter().any(|of| b.category.starts_with(of)))
    };
    names_thing
        && !setting.is("person")
        && !setting.is("bought")
        && !columns.iter().any(says_of_somebody)
}

/// Whether the name of a column is that of a thing, or of its number.
fn is_thing(name: &str) -> bool {
    const THINGS: [&str; 15] = [
        "store",
        "shop",
        "branch",
        "depot",
        "warehouse",
        "station",
        "sensor",
        "sku",
        "product",
        "article",
        "filiale",
        "magasin",
        "tienda",
        "produit",
        "producto",
    ];
    const BESIDE: [&str; 8] = ["id", "no", "nr", "number", "code", "key", "name", "ref"];
    let words = crate::name::tokens(name);
    let is_known =
        |word: &String| THINGS.contains(&word.as_str()) || BESIDE.contains(&word.as_str());
    words.iter().any(|word| THINGS.contains(&word.as_str())) && words.iter().all(is_known)
}

/// Whether most of what a table says of people looks bought. One bought column among one's own was
/// added to them; the others are what they were.
fn is_mostly_bought(columns: &[ScannedColumn]) -> bool {
    let finds = ["id.", "identity.", "contact."];
    let says = columns.iter().filter_map(ScannedColumn::best);
    let telling: Vec<_> =
        says.filter(|best| !finds.iter().any(|family| best.category.starts_with(family))).collect();
    let bought = telling.iter().filter(|best| best.category == "external.broker").count();
    bought * 2 > telling.len()
}

/// Coordinates come in pairs: two faint ones beside each other make each other plain, and one alone
/// is any number.
fn pair(columns: &mut [ScannedColumn]) {
    let faint = |column: &ScannedColumn| {
        column.findings.iter().position(|f| f.category == "location.precise" && f.confidence >= 0.2)
    };
    for at in 1..columns.len() {
        let (Some(one), Some(other)) = (faint(&columns[at - 1]), faint(&columns[at])) else {
            continue;
        };
        for (column, place) in [(at - 1, one), (at, other)] {
            let finding = &mut columns[column].findings[place];
            if finding.confidence < 0.55 {
                finding.confidence = 0.55;
                finding.why.push_str("; two such columns beside each other");
            }
            columns[column]
                .findings
                .sort_by(|one, next| next.confidence.total_cmp(&one.confidence));
        }
    }
}

#[cfg(test)]
mod tests;
