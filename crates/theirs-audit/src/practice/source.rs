//! What lies in sources and is used by nothing, or less exactly than it is kept.

use theirs_charter::{Charter, Coarseness, Holds, IdentityColumn, Meaning, Outline, Source};
use theirs_model::{Attribute, Obtained};

use super::{add, datum, datum_of, line, said, used};
use crate::done::Done;
use crate::flow::{Counts, Flow, Grain, People, Told, words::listed};
use crate::report::grouped;
use crate::rule::is_risky;

/// One flow for each source that holds what no purpose uses, where it is from outside or private.
pub(super) fn unused(charter: &Charter, done: Option<&Done>, outline: &Outline) -> Vec<Flow> {
    charter.sources.iter().filter_map(|source| idle(charter, source, done, outline)).collect()
}

fn idle(
    charter: &Charter,
    source: &Source,
    done: Option<&Done>,
    outline: &Outline,
) -> Option<Flow> {
    let mut data = Vec::new();
    let is_of_devices = is_of_devices(charter, source);
    for (column, key, obtained) in unused_columns(charter, source) {
        let new = match attribute(source, &column) {
            Some(attribute) => datum_of(attribute, source.kind, obtained, Grain::Exact),
            None => datum(&key, source.kind, obtained, Grain::Exact),
        };
        let gives_away = new.as_ref().is_some_and(|datum| !datum.reveals.is_empty());
        if source.kind.is_outside() || is_risky(&key) || is_of_devices || gives_away {
            add(&mut data, new);
        }
    }
    if is_of_devices {
        add(&mut data, datum("id.device", source.kind, Obtained::Observed, Grain::Exact));
    }
    if data.is_empty() {
        return None;
    }
    Some(Flow {
        name: source.name.clone(),
        does: format!(
            "{}: {} No purpose uses it.{}",
            source.called,
            said(&source.acquired),
            share(source, done)
        ),
        of: vec![whose(source, is_of_devices)],
        data,
        told: Told::InNotice,
        done: Counts {
            people: done.and_then(|done| done.concerned.get(&source.name).copied()),
            ..Counts::default()
        },
        line: line(outline, &["sources", &source.name]),
        ..Flow::default()
    })
}

/// How many rows it has, and of how many people, where somebody counted.
fn share(source: &Source, done: Option<&Done>) -> String {
    let Some(done) = done else { return String::new() };
    let held = done.held.get(&source.name).copied().filter(|held| *held > 0);
    let concerned = done.concerned.get(&source.name).copied().filter(|concerned| *concerned > 0);
    match (held, concerned) {
        (Some(held), Some(people)) => {
            let (held, people, all) = (grouped(held), grouped(people), grouped(done.people));
            format!(" It has {held} rows, of {people} of {all} people.")
        }
        (Some(held), None) => format!(" It has {} rows.", grouped(held)),
        (None, _) => String::new(),
    }
}

/// Whose data a source holds, by what leads to them and by its words.
fn whose(source: &Source, is_of_devices: bool) -> People {
    match source.named().iter().any(|name| works_here(name)) || works_here(&source.name) {
        _ if is_of_devices => People::Strangers,
        true => People::Employees,
        false => People::Clients,
    }
}

/// Whether a name is of people who work here.
pub(crate) fn works_here(name: &str) -> bool {
    const WORDS: [&str; 8] = [
        "staff",
        "employee",
        "employees",
        "payroll",
        "personnel",
        "mitarbeiter",
        "salarie",
        "empleado",
    ];
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

/// Whether its rows are of devices whose owners nobody knows: nothing but a device leads to them.
pub(crate) fn is_of_devices(charter: &Charter, source: &Source) -> bool {
    let Holds::Activity(activity) = &source.holds else { return false };
    let of = charter.sources.iter().find(|other| other.name == activity.person.source);
    let Some(Source { holds: Holds::Identity(people), .. }) = of else { return false };
    let said: Vec<&Attribute> =
        people.columns.iter().filter_map(IdentityColumn::attribute).collect();
    !said.is_empty() && said.iter().all(|attribute| attribute.category.0 == "id.device")
}

/// The attribute that a column of people gives values of.
fn attribute<'c>(source: &'c Source, column: &str) -> Option<&'c Attribute> {
    let Holds::Identity(identity) = &source.holds else { return None };
    identity.columns.iter().find(|known| known.name == column)?.attribute()
}

/// Columns that no purpose uses, with category and origin; without what only holds a row together.
pub(crate) fn unused_columns(
    charter: &Charter,
    source: &Source,
) -> Vec<(String, String, Obtained)> {
    let used = used(charter, source);
    match &source.holds {
        Holds::Identity(identity) => {
            let plumbing =
                |name: &str| name == identity.key || identity.time.as_deref() == Some(name);
            let unused =
                identity.columns.iter().filter(|c| !used.contains(&c.name) && !plumbing(&c.name));
            unused
                .filter_map(|column| match &column.meaning {
                    Meaning::Attribute(attribute) => {
                        Some((column.name.clone(), attribute.category.0.clone(), column.obtained))
                    }
                    Meaning::Consent(_) | Meaning::Objection(_) => None,
                })
                .collect()
        }
        Holds::Activity(activity) => {
            let plumbing = |name: &str| {
                activity.key.as_deref() == Some(name)
                    || name == activity.time
                    || name == activity.person.column
            };
            let unused =
                activity.columns.iter().filter(|c| !used.contains(&c.name) && !plumbing(&c.name));
            unused.map(|c| (c.name.clone(), c.category.clone(), Obtained::Observed)).collect()
        }
    }
}

/// One flow for each attribute of people that every purpose sees less exactly than it is kept.
pub(super) fn finer(charter: &Charter, outline: &Outline) -> Vec<Flow> {
    charter
        .attributes()
        .iter()
        .filter_map(|(attribute, _)| too_fine(charter, attribute, outline))
        .collect()
}

fn too_fine(charter: &Charter, attribute: &Attribute, outline: &Outline) -> Option<Flow> {
    let column = attribute.column();
    let grants = charter.purposes.iter().flat_map(|purpose| &purpose.columns);
    let seen: Vec<Coarseness> =
        grants.filter(|grant| grant.column == column).map(|grant| grant.coarseness).collect();
    // Whether somebody is old enough needs the whole date.
    let asks_age = charter.purposes.iter().any(|purpose| purpose.minimum_age.is_some());
    if seen.is_empty() || seen.contains(&Coarseness::Exact) || asks_age {
        return None;
    }
    let from = feeding(charter, attribute);
    let (source, fed) = from.first()?;
    let mut datum = datum(&attribute.category.0, source.kind, fed.obtained, Grain::Exact)?;
    datum.needed = Some(Grain::Coarse);
    Some(Flow {
        name: column.to_owned(),
        does: told(charter, attribute, &from, &seen),
        of: vec![People::Clients],
        data: vec![datum],
        line: line(outline, &["sources", &source.name, "columns", &fed.name]),
        ..Flow::default()
    })
}

/// The columns of one's own sources that feed an attribute.
fn feeding<'c>(
    charter: &'c Charter,
    attribute: &Attribute,
) -> Vec<(&'c Source, &'c IdentityColumn)> {
    let own = charter.identities().filter(|(source, _)| !source.kind.is_outside());
    own.filter_map(|(source, identity)| {
        let is_meant = |column: &&IdentityColumn| {
            matches!(&column.meaning, Meaning::Attribute(known) if known == attribute)
        };
        identity.columns.iter().find(is_meant).map(|column| (source, column))
    })
    .collect()
}

fn told(
    charter: &Charter,
    attribute: &Attribute,
    from: &[(&Source, &IdentityColumn)],
    seen: &[Coarseness],
) -> String {
    let mut words: Vec<String> = seen.iter().map(|coarseness| coarseness.in_words()).collect();
    words.sort();
    words.dedup();
    let joins = charter.compared().iter().any(|(compared, ..)| compared == attribute);
    let also = if joins {
        " Joining records compares it whole; a keyed digest would do for that."
    } else {
        ""
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let from: Vec<&str> = from.iter().map(|(source, _)| source.name.as_str()).collect();
    format!(
        "{} is kept whole, from {}. The purposes see it {}.{also}",
        attribute.column(),
        listed(&from),
        words.join("; ")
    )
}
