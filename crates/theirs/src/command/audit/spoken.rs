//! Of how many people a column of an activity says something: neither nothing, nor zero.
//!
//! It counts columns that no purpose uses, so no door leads there; nothing but the number leaves.

use std::collections::{BTreeSet, HashMap};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use theirs_model::Slot;
use theirs_store::{ActivityFile, RecordSet, StoreError};

use crate::workspace::Workspace;

/// Whose record each is.
pub(super) type Owners = HashMap<u64, Slot>;

/// The people of whom each of these columns says something, in the order of the columns.
pub(super) fn people(
    workspace: &Workspace,
    activity: &str,
    columns: &[&str],
    owners: &Owners,
) -> Result<Vec<u64>, StoreError> {
    let view = workspace.lake.view(&workspace.store, activity)?;
    let end = owners.keys().max().and_then(|last| usize::try_from(last + 1).ok()).unwrap_or(0);
    let is_shown = |record: usize| !view.erased.contains(record as u64);
    let shown = RecordSet::where_(end, is_shown);
    let mut found = vec![BTreeSet::new(); columns.len()];
    for file in &view.files {
        file.wait(look(file, &shown, columns, owners, &mut found))?;
    }
    Ok(found.iter().map(|people| people.len() as u64).collect())
}

async fn look(
    file: &ActivityFile,
    records: &RecordSet,
    columns: &[&str],
    owners: &Owners,
    found: &mut [BTreeSet<Slot>],
) -> Result<(), StoreError> {
    for group in 0..file.groups().await? {
        let shown = file.shown(group, records).await?;
        if shown.rows == 0 {
            continue;
        }
        let each = |(record, rows): &(u64, u32)| std::iter::repeat_n(*record, *rows as usize);
        let mut of = shown.runs.iter().flat_map(each);
        let mut reader = file.read(columns, group, &shown).await?;
        while let Some(batch) = reader.next().await? {
            let whose: Vec<u64> = of.by_ref().take(batch.num_rows()).collect();
            for (name, people) in columns.iter().zip(found.iter_mut()) {
                let Some(column) = batch.column_by_name(name) else { continue };
                let speaks = speaking(column);
                let rows = whose.iter().zip(speaks).filter(|(_, speaks)| *speaks);
                people.extend(rows.filter_map(|(record, _)| owners.get(record)).copied());
            }
        }
    }
    Ok(())
}

/// Whether each value says something.
fn speaking(column: &ArrayRef) -> Vec<bool> {
    let numbers = column.data_type().is_numeric().then(|| cast(column, &DataType::Float64));
    let present = |row: usize| column.is_valid(row);
    match numbers {
        Some(Ok(numbers)) => {
            let numbers = numbers.as_primitive::<Float64Type>();
            (0..column.len()).map(|row| present(row) && numbers.value(row) != 0.0).collect()
        }
        _ => (0..column.len()).map(present).collect(),
    }
}
