//! What each table would be in a charter: who people are, what happened, or nobody's.

use std::collections::BTreeSet;

use theirs_model::ColumnType;

use super::reference::{Keyed, refers};
use super::word::{name_of, untaken};
use crate::finding::{ScannedColumn, ScannedTable};

/// A draft before it is written.
pub(super) struct Plan<'t> {
    /// The sources, those of people first.
    pub(super) sources: Vec<Planned<'t>>,
    /// Tables that are left out, and why.
    pub(super) left: Vec<(&'t ScannedTable, String)>,
    /// Every table, for what is said of all.
    pub(super) tables: &'t [ScannedTable],
}

/// A source to be.
pub(super) struct Planned<'t> {
    /// Its name.
    pub(super) name: String,
    /// Its table; none for people who are known from the activities of others alone.
    pub(super) table: Option<&'t ScannedTable>,
    /// What its rows are.
    pub(super) holds: Holds<'t>,
}

/// What rows are.
pub(super) enum Holds<'t> {
    /// Who somebody is; the column that names a row.
    Identity { key: &'t str },
    /// Something that happened.
    Activity {
        /// The column that names a row, if one does.
        key: Option<&'t str>,
        /// The column that says when.
        time: &'t ScannedColumn,
        /// The source of the people, and the column that names them.
        source: String,
        person: &'t str,
        /// Whether that source has no table of its own.
        is_unknown: bool,
    },
}

/// What each table would be.
pub(super) fn plan(tables: &[ScannedTable]) -> Plan<'_> {
    let mut taken = BTreeSet::from(["person".to_owned()]);
    let mut plan = Plan { sources: Vec::new(), left: Vec::new(), tables };
    let mut people: Vec<Keyed<'_>> = Vec::new();
    let mut rest = Vec::new();
    for table in tables {
        let Some(key) = identity_key(table) else {
            rest.push(table);
            continue;
        };
        let name = untaken(&name_of(&table.name), &mut taken);
        people.push(Keyed { source: name.clone(), table, key });
        let holds = Holds::Identity { key: &key.name };
        plan.sources.push(Planned { name, table: Some(table), holds });
    }
    for table in rest {
        match activity(table, &people, &mut taken) {
            Ok(planned) => plan.sources.extend(planned),
            Err(why) => plan.left.push((table, why)),
        }
    }
    plan.sources.sort_by_key(|planned| matches!(planned.holds, Holds::Activity { .. }));
    plan
}

/// What says who somebody is.
fn says_who(column: &ScannedColumn) -> bool {
    let families = ["identity.", "contact.", "demo.", "household.", "gov.", "work."];
    column
        .best()
        .is_some_and(|best| families.iter().any(|family| best.category.starts_with(family)))
}

/// The column that names a row, of a table whose rows say who somebody is.
fn identity_key(table: &ScannedTable) -> Option<&ScannedColumn> {
    let setting = &table.setting;
    let happens = ["purchase", "service", "browsing", "engagement", "place"];
    let is_happening = happens.iter().any(|kind| setting.is(kind)) && !setting.is("person");
    let who = table.columns.iter().filter(|column| says_who(column)).count();
    let is_of_people = setting.is_of_people || table.is_bought || who >= 3 || is_list(table);
    if who == 0 || !is_of_people {
        return None;
    }
    let unique = |wanted: &dyn Fn(&ScannedColumn) -> bool| {
        table.columns.iter().find(|column| {
            column.is_unique && column.filled * 50 >= table.rows * 49 && wanted(column)
        })
    };
    let own = unique(&|column| column.is("id.customer"));
    if is_happening {
        // A row of an order has a number of its own, and may have the buyer's name and address.
        return own.filter(|_| who >= 2);
    }
    own.or_else(|| unique(&|column| is_key(&column.name)))
        .or_else(|| unique(&|column| column.is("contact.email")))
        .or_else(|| unique(&|column| column.is("gov.id") || column.is("contact.phone")))
}

/// Whether each row is another address, and nothing in it happened but that the row was kept: who gets
/// the newsletter, with when that changed last.
fn is_list(table: &ScannedTable) -> bool {
    let upkeep = [
        "updated",
        "modified",
        "changed",
        "created",
        "inserted",
        "added",
        "synced",
        "loaded",
        "deleted",
        "joined",
        "registered",
        "subscribed",
        "since",
        "geaendert",
        "angelegt",
        "modifie",
        "cree",
        "inscrit",
        "actualizado",
        "creado",
        "modificado",
        "alta",
    ];
    let is_upkeep = |column: &ScannedColumn| {
        crate::name::tokens(&column.name).iter().any(|word| upkeep.contains(&word.as_str()))
    };
    let is_address = |column: &&ScannedColumn| {
        (column.is("contact.email") || column.is("contact.phone"))
            && column.is_unique
            && column.filled * 50 >= table.rows * 49
    };
    table.columns.iter().any(|column| is_address(&column))
        && table.columns.iter().filter(|column| is_time(column)).all(is_upkeep)
}

/// Whether a column's name says that it names its rows.
pub(super) fn is_key(name: &str) -> bool {
    let words = crate::name::tokens(name);
    let keys =
        ["id", "key", "no", "nr", "number", "ref", "code", "uuid", "guid", "numero", "nummer"];
    words.last().is_some_and(|last| keys.contains(&last.as_str()))
        || words.first().is_some_and(|first| ["id", "numero"].contains(&first.as_str()))
}

fn is_time(column: &ScannedColumn) -> bool {
    matches!(column.kind.of, ColumnType::Date | ColumnType::Timestamp)
        && !column.is("demo.birthdate")
}

/// The time of a row: an instant before a day, and what happened before what was noted later.
fn time(table: &ScannedTable) -> Option<&ScannedColumn> {
    let technical = ["updated", "modified", "deleted", "inserted", "loaded", "synced"];
    table.columns.iter().filter(|column| is_time(column)).min_by_key(|column| {
        let words = crate::name::tokens(&column.name);
        let is_late = words.iter().any(|word| technical.contains(&word.as_str()));
        (is_late, column.filled * 50 < table.rows * 49, column.kind.of == ColumnType::Date)
    })
}

fn activity<'t>(
    table: &'t ScannedTable,
    people: &[Keyed<'t>],
    taken: &mut BTreeSet<String>,
) -> Result<Vec<Planned<'t>>, String> {
    let reference = refers(table, people);
    let own = || {
        table.columns.iter().find(|column| {
            ["id.customer", "contact.email", "id.device"].iter().any(|category| column.is(category))
        })
    };
    let Some(person) = reference.as_ref().map(|found| found.1).or_else(own) else {
        return Err("nothing in it leads to a person".to_owned());
    };
    let Some(time) = time(table) else {
        return Err(format!("{} leads to a person, but no column says when", person.name));
    };
    if !super::word::is_name(&time.name) {
        return Err(format!(
            "{} says when, and a charter needs a name of small letters for it, such as {}: rename it in the file",
            time.name,
            name_of(&time.name)
        ));
    }
    let key = table.columns.iter().find(|column| {
        column.is_unique
            && is_key(&column.name)
            && column.name != person.name
            && column.filled == table.rows
    });
    let name = untaken(&name_of(&table.name), taken);
    let mut planned = Vec::new();
    let (source, is_unknown) = match reference {
        Some((keyed, _)) => (keyed.source.clone(), false),
        None => (untaken(&format!("{name}_people"), taken), true),
    };
    if is_unknown {
        let holds = Holds::Identity { key: &person.name };
        planned.push(Planned { name: source.clone(), table: None, holds });
    }
    let key = key.map(|column| column.name.as_str());
    let holds = Holds::Activity { key, time, source, person: &person.name, is_unknown };
    planned.push(Planned { name, table: Some(table), holds });
    Ok(planned)
}
