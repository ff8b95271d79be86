//! What was loaded, held against what the charter says of it: columns that hold something more private.
//!
//! A bounded sample of each source is looked at as `theirs scan` looks at files, so that what came from a
//! database or a site is seen too; and once more as if no column had a name, as positions under `city` are
//! positions. Names of columns and words leave, never a value. Price: a sample may
//! miss what few rows have, and what it says are guesses, of which only the plain ones are told.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use jiff::civil::Date;
use theirs_charter::{Charter, Holds, Source};
use theirs_notice::Drift;
use theirs_scan::{Column, Difference, Finding, Origin, Table, compare_loaded, scan};
use theirs_store::{ActivityFile, RecordSet, StoreError};

use crate::failure::Failure;
use crate::looked::State;
use crate::workspace::Workspace;

/// So many rows of a source are looked at.
const ROWS: u32 = 2_000;
/// Of so many files, spread over all.
const FILES: usize = 4;

/// Columns of what was loaded that hold something more private than the charter says.
pub fn departures(workspace: &Workspace, charter: &Charter) -> Result<Vec<Drift>, Failure> {
    let now = workspace.clock.now();
    let (today, loads) = (charter.day(now), workspace.store.last_loads()?);
    let newest = workspace.store.newest_record()?.0;
    let mut list = Vec::new();
    for source in &charter.sources {
        let load = loads.iter().find(|load| load.source == source.name);
        let changed = load.map(|load| i128::from(load.at.as_microsecond()));
        let state = State { charter: charter.digest, size: newest, changed };
        list.extend(workspace.looked.found(&source.name, state, now, || {
            let columns = match &source.holds {
                Holds::Identity(_) => of_people(workspace, source)?,
                Holds::Activity(_) => of_activities(workspace, source)?,
            };
            let found = held(source, columns, today);
            Ok::<_, Failure>(found.iter().map(|found| drift(source, found)).collect())
        })?);
    }
    Ok(list)
}

/// What columns of a source hold otherwise than its charter says.
fn held(source: &Source, columns: Vec<Column>, today: Date) -> Vec<Difference> {
    let rows = columns.iter().map(|column| column.filled).max().unwrap_or(0);
    if rows == 0 {
        return Vec::new();
    }
    let table = Table {
        origin: Origin::File { path: source.place(), table: source.table.clone() },
        name: source.name.clone(),
        columns,
        unread: Vec::new(),
        rows,
        is_whole: false,
    };
    let mut found = compare_loaded(source, &scan(&table, today));
    let more = by_values(source, &table, today);
    let is_told = |one: &Difference| found.iter().any(|known| known.column() == one.column());
    let more: Vec<Difference> = more.into_iter().filter(|one| !is_told(one)).collect();
    found.extend(more);
    found
}

/// What values alone say plainly from here.
const PLAIN_FROM: f64 = 0.7;

/// A name that points to nothing.
const NAMELESS: &str = "zz";

/// Columns whose values alone plainly are something private, and something else than the charter says.
/// What a name promises counts for nothing here: whoever fills a column may fill it with anything.
fn by_values(source: &Source, table: &Table, today: Date) -> Vec<Difference> {
    let nameless = |column: &Column| {
        let mut column = column.clone();
        NAMELESS.clone_into(&mut column.name);
        column
    };
    let columns = table.columns.iter().map(nameless).collect();
    let unnamed = Table { name: NAMELESS.to_owned(), columns, ..table.clone() };
    let seen = scan(&unnamed, today);
    let both = table.columns.iter().zip(&seen.columns);
    both.filter_map(|(column, seen)| {
        let finding = seen.findings.first().filter(|finding| is_plain(finding))?;
        let said = category(source, &column.name).filter(|said| *said != finding.category)?;
        Some(Difference::Otherwise {
            source: source.name.clone(),
            column: column.name.clone(),
            said: said.to_owned(),
            finding: finding.clone(),
        })
    })
    .collect()
}

/// Whether a finding is plain, and of something that is known by how it is written or by its words.
fn is_plain(finding: &Finding) -> bool {
    let is_private = finding.category.starts_with("sensitive.")
        || ["contact.email", "contact.phone", "demo.birthdate", "location.precise"]
            .contains(&finding.category);
    is_private && finding.confidence >= PLAIN_FROM
}

/// What the charter says that a column is; none if it only says whose a row is, or when it was.
fn category<'s>(source: &'s Source, column: &str) -> Option<&'s str> {
    match &source.holds {
        Holds::Identity(identity) => Some(identity.attribute_of(column)?.category.0.as_str()),
        Holds::Activity(activity) => {
            let is_used = activity.person.column == column
                || activity.time == column
                || activity.key.as_deref() == Some(column);
            let known = activity.columns.iter().find(|known| known.name == column)?;
            (!is_used).then_some(known.category.as_str())
        }
    }
}

fn drift(source: &Source, found: &Difference) -> Drift {
    let column = found.column().map(|column| format!(".columns.{column}")).unwrap_or_default();
    Drift {
        clause: format!("sources.{}{column}", source.name),
        says: format!("what was loaded is not what the charter says: {}", found.plain()),
        way_out: "Say in the charter what it is, or leave the column out and load again."
            .to_owned(),
    }
}

fn of_people(workspace: &Workspace, source: &Source) -> Result<Vec<Column>, StoreError> {
    let records = workspace.store.some_records(&source.name, ROWS)?;
    let column = |name: &&str| {
        let values = records.iter().filter_map(|record| record.columns.get(*name));
        Column::new(name, values.map(String::as_str))
    };
    Ok(source.kept().iter().map(column).collect())
}

fn of_activities(workspace: &Workspace, source: &Source) -> Result<Vec<Column>, StoreError> {
    let view = workspace.lake.view(&workspace.store, &source.name)?;
    let end = workspace.store.newest_record()?.0 + 1;
    let is_shown = |record: usize| !view.erased.contains(record as u64);
    let shown = RecordSet::where_(usize::try_from(end).unwrap_or(usize::MAX), is_shown);
    let names = source.kept();
    let mut values: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    let step = view.files.len().div_ceil(FILES).max(1);
    let files: Vec<&ActivityFile> = view.files.iter().step_by(step).collect();
    let each = ROWS as usize / files.len().max(1);
    for file in files {
        file.wait(look(file, &shown, (&names, each), &mut values))?;
    }
    let columns = names.iter().zip(&values);
    Ok(columns.map(|(name, values)| Column::new(name, values.iter().map(String::as_str))).collect())
}

/// Adds values of the first rows of a file.
async fn look(
    file: &ActivityFile,
    records: &RecordSet,
    (names, most): (&[&str], usize),
    values: &mut [Vec<String>],
) -> Result<(), StoreError> {
    let mut seen = 0;
    for group in 0..file.groups().await? {
        let shown = file.shown(group, records).await?;
        if shown.rows == 0 {
            continue;
        }
        let mut reader = file.read(names, group, &shown).await?;
        while let Some(batch) = reader.next().await? {
            let rows = batch.num_rows().min(most - seen);
            for (name, values) in names.iter().zip(values.iter_mut()) {
                let Some(column) = batch.column_by_name(name) else { continue };
                values.extend(texts(&column.slice(0, rows)));
            }
            seen += rows;
            if seen >= most {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The values of a column as text; what cannot be text is none.
fn texts(column: &ArrayRef) -> Vec<String> {
    let Ok(plain) = cast(column, &DataType::Utf8) else { return Vec::new() };
    let plain = plain.as_string::<i32>();
    plain.iter().flatten().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use theirs_charter::Charter;

    use super::*;

    const CHARTER: &str = "
charter: 1
time_zone: UTC
controller: { name: Shop, email: hello@shop.example }
sources:
  till: { kind: internal, acquired: At the till., holds: identity, key: k,
          columns: { city: contact.address.city, colour: preference.stated.colour } }
purposes:
  count: { category: analytics.aggregate, basis: legitimate interest, says: We count., columns: [city], keep: 1 year }
roles: { analyst: { purposes: [count] } }
";

    fn said(columns: &[(&str, &[&str])]) -> Vec<String> {
        let charter = Charter::read("charter.yaml", CHARTER).unwrap();
        let source = charter.source("till").unwrap();
        let columns =
            columns.iter().map(|(name, values)| Column::new(name, values.iter().copied()));
        let found = held(source, columns.collect(), date(2026, 3, 2));
        found.iter().map(|one| drift(source, one).says).collect()
    }

    #[test]
    fn a_column_that_holds_more_than_is_said_is_told_and_one_that_does_not_is_not() {
        let towns = ["Oldhaven", "Saltmouth", "Greyport", "Oldhaven", "Saltmouth"];
        assert_eq!(
            said(&[("city", &towns), ("colour", &["red", "blue", "red", "green", "red"])]),
            [""; 0]
        );
        let ills: &[&str] = &["E11.9", "I10", "J45.0", "E11.9", "F32.1"];
        let told = said(&[("city", &towns), ("colour", ills)]).join(" ");
        assert!(told.contains("till.colour") && told.contains("ealth"), "{told}");
        assert!(!told.contains("E11"), "{told}");
        let mails: &[&str] = &["a@b.example", "c@d.example", "e@f.example", "g@h.example"];
        assert!(!said(&[("colour", mails)]).is_empty());
        assert_eq!(said(&[("colour", &[])]), [""; 0]);
    }

    #[test]
    fn what_a_column_is_called_hides_nothing_that_its_values_plainly_are() {
        let places: &[&str] =
            &["51.50123,-0.12123", "51.50456,-0.12456", "51.50789,-0.12789", "51.51,-0.13"];
        let faiths: &[&str] = &["Catholic", "Muslim", "Jewish", "Hindu", "Catholic", "Muslim"];
        let mails: &[&str] = &["a@b.example", "c@d.example", "e@f.example", "g@h.example"];
        for (values, told) in [
            (places, "pairs of coordinates"),
            (faiths, "names of faiths"),
            (mails, "e-mail addresses"),
        ] {
            let said = said(&[("city", values)]).join(" ");
            assert!(said.contains("till.city") && said.contains(told), "{said}");
            assert!(values.iter().all(|value| !said.contains(value)), "{said}");
        }
    }
}
