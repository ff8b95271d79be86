//! Cuts people and what they did into cells of at least k people.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;
use roaring::RoaringBitmap;
use theirs_model::Slot;

use super::encode::Encoder;
use super::{CellTable, Cells, Layout};

/// People with their labels, in columns: who may be seen, as the purpose sees them.
pub(crate) struct Crowd {
    pub(crate) slots: Vec<Slot>,
    pub(crate) labels: Vec<ArrayRef>,
}

/// Rows of an activity: whose each is, then its labels and its measures in the order of the layout.
pub(crate) struct Event {
    pub(crate) slots: Vec<Option<Slot>>,
    pub(crate) labels: Vec<ArrayRef>,
    pub(crate) measures: Vec<ArrayRef>,
}

/// What falls together under one key.
#[derive(Clone, Default)]
struct Group {
    rows: u64,
    members: RoaringBitmap,
    sums: Vec<Sum>,
}

/// A measure of a group.
#[derive(Clone, Default)]
struct Sum {
    total: f64,
    known: u64,
    people: RoaringBitmap,
}

impl Group {
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.members |= &other.members;
        self.sums.resize(self.sums.len().max(other.sums.len()), Sum::default());
        for (sum, more) in self.sums.iter_mut().zip(&other.sums) {
            sum.total += more.total;
            sum.known += more.known;
            sum.people |= &more.people;
        }
    }
}

type Key = Vec<u32>;
type Groups = BTreeMap<Key, Group>;

/// Cuts everything that a purpose sees. `events` hands over the rows of an activity, by its place
/// among the layouts.
pub(crate) fn cut(
    layouts: &[Layout],
    least: u32,
    crowd: &Crowd,
    mut events: impl FnMut(usize, &mut dyn FnMut(Event) -> Result<()>) -> Result<()>,
) -> Result<Cells> {
    let Some((people, activities)) = layouts.split_first() else {
        return Ok(Cells { tables: Vec::new() });
    };
    let mut encoders = encoders(people)?;
    let cells = merged(people_by_key(crowd, &mut encoders)?, people.people.len(), least);
    let cell_of = cell_of_each(&cells);
    let mut tables = vec![table(people, &encoders, &cells, least)?];
    for (at, layout) in activities.iter().enumerate() {
        let mut own: Vec<Encoder> = Vec::new();
        for seen in &layout.own {
            own.push(Encoder::new(&seen.arrow_type())?);
        }
        let chosen = chosen(people, layout);
        let mut groups = HashMap::new();
        events(at + 1, &mut |event| {
            gather(&mut groups, &event, &mut own, |slot| {
                let key: &Key = cell_of.get(&slot.0)?;
                Some(chosen.iter().map(|at| key[*at]).collect())
            })
        })?;
        let groups: Groups = groups.into_iter().collect();
        let cells = merged(groups, layout.labels().count(), least);
        let mut all = Vec::new();
        for at in &chosen {
            all.push(&encoders[*at]);
        }
        all.extend(&own);
        tables.push(assembled(layout, &all, &cells, least)?);
    }
    Ok(Cells { tables })
}

/// The people of cells that are whole: each may still be seen, with the labels that the cell kept.
pub(crate) fn intact(cells: &Cells, layout: &Layout, now: &Crowd) -> Result<RoaringBitmap> {
    let mut alive = RoaringBitmap::new();
    let Some(table) = cells.tables.first() else { return Ok(alive) };
    let mut encoders = encoders(layout)?;
    let mut told: Vec<Vec<u32>> = Vec::new();
    for (encoder, column) in encoders.iter_mut().zip(&table.columns) {
        told.push(encoder.encode(column)?);
    }
    let mut labels: Vec<Vec<u32>> = Vec::new();
    for (encoder, column) in encoders.iter_mut().zip(&now.labels) {
        labels.push(encoder.encode(column)?);
    }
    let row_of: HashMap<u32, usize> =
        now.slots.iter().enumerate().map(|(row, slot)| (slot.0, row)).collect();
    for (cell, members) in table.members.iter().enumerate() {
        let kept = table.kept[cell] as usize;
        let is_same = |row: &usize| (0..kept).all(|at| labels[at][*row] == told[at][cell]);
        if members.iter().all(|slot| row_of.get(&slot).is_some_and(is_same)) {
            alive |= members;
        }
    }
    Ok(alive)
}

fn encoders(layout: &Layout) -> Result<Vec<Encoder>> {
    layout.people.iter().map(|seen| Encoder::new(&seen.arrow_type())).collect()
}

fn people_by_key(crowd: &Crowd, encoders: &mut [Encoder]) -> Result<Groups> {
    let mut columns = Vec::new();
    for (encoder, column) in encoders.iter_mut().zip(&crowd.labels) {
        columns.push(encoder.encode(column)?);
    }
    let mut groups = Groups::new();
    for (row, slot) in crowd.slots.iter().enumerate() {
        let key = columns.iter().map(|column| column[row]).collect();
        let group = groups.entry(key).or_default();
        group.rows += 1;
        group.members.insert(slot.0);
    }
    Ok(groups)
}

/// Which labels of people an activity shows, by their places.
fn chosen(people: &Layout, layout: &Layout) -> Vec<usize> {
    let is_shown =
        |at: &usize| layout.people.iter().any(|seen| seen.name == people.people[*at].name);
    (0..people.people.len()).filter(is_shown).collect()
}

/// The key of the cell of each person who is in one.
fn cell_of_each(cells: &[(Key, usize, Group)]) -> HashMap<u32, Key> {
    let each = cells
        .iter()
        .flat_map(|(key, _, group)| group.members.iter().map(move |slot| (slot, key.clone())));
    each.collect()
}

/// Adds rows of an activity to their groups; those of people who are in no cell are left out.
fn gather(
    groups: &mut HashMap<Key, Group>,
    event: &Event,
    own: &mut [Encoder],
    key_of: impl Fn(Slot) -> Option<Key>,
) -> Result<()> {
    let mut columns = Vec::new();
    for (encoder, column) in own.iter_mut().zip(&event.labels) {
        columns.push(encoder.encode(column)?);
    }
    let mut measures = Vec::new();
    for column in &event.measures {
        measures.push(cast(column, &DataType::Float64)?);
    }
    for (row, slot) in event.slots.iter().enumerate() {
        let Some((slot, mut key)) = slot.and_then(|slot| Some((slot, key_of(slot)?))) else {
            continue;
        };
        key.extend(columns.iter().map(|column| column[row]));
        let group = groups.entry(key).or_default();
        group.rows += 1;
        group.members.insert(slot.0);
        group.sums.resize(measures.len(), Sum::default());
        for (sum, column) in group.sums.iter_mut().zip(&measures) {
            let column = column.as_primitive::<Float64Type>();
            if datafusion::arrow::array::Array::is_valid(column, row) {
                sum.total += column.value(row);
                sum.known += 1;
                sum.people.insert(slot.0);
            }
        }
    }
    Ok(())
}

/// Groups of at least so many people, each with how many of its labels it kept: those too small are
/// merged by giving up the last label, then the one before it, and so on; what is left is left out.
fn merged(groups: Groups, labels: usize, least: u32) -> Vec<(Key, usize, Group)> {
    let mut waiting = groups;
    let mut done = Vec::new();
    for kept in (0..=labels).rev() {
        let mut together: BTreeMap<Key, (Group, Vec<Key>)> = BTreeMap::new();
        for (key, group) in &waiting {
            let (all, parts) = together.entry(key[..kept].to_vec()).or_default();
            all.add(group);
            parts.push(key.clone());
        }
        for (mut key, (group, parts)) in together {
            if group.members.len() < u64::from(least) {
                continue;
            }
            for part in parts {
                waiting.remove(&part);
            }
            key.resize(labels, 0);
            done.push((key, kept, group));
        }
    }
    done.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    done
}

fn table(
    layout: &Layout,
    encoders: &[Encoder],
    cells: &[(Key, usize, Group)],
    least: u32,
) -> Result<CellTable> {
    assembled(layout, &encoders.iter().collect::<Vec<_>>(), cells, least)
}

fn assembled(
    layout: &Layout,
    encoders: &[&Encoder],
    cells: &[(Key, usize, Group)],
    least: u32,
) -> Result<CellTable> {
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (at, encoder) in encoders.iter().enumerate() {
        columns.push(encoder.decode(cells.iter().map(|(key, ..)| key[at]))?);
    }
    let mut known: Vec<Vec<u64>> = Vec::new();
    for at in 0..layout.measures.len() {
        // A number of fewer people than that would be theirs.
        let sums: Vec<Option<&Sum>> = cells
            .iter()
            .map(|(.., group)| group.sums.get(at))
            .map(|sum| sum.filter(|sum| sum.people.len() >= u64::from(least)))
            .collect();
        #[allow(clippy::cast_precision_loss, reason = "a mean of so many rows is no more exact")]
        let mean = |sum: Option<&Sum>| sum.map(|sum| sum.total / sum.known as f64);
        columns.push(Arc::new(sums.iter().copied().map(mean).collect::<Float64Array>()));
        known.push(sums.iter().map(|sum| sum.map_or(0, |sum| sum.known)).collect());
    }
    Ok(CellTable {
        columns,
        rows: cells.iter().map(|(.., group)| group.rows).collect(),
        known,
        members: cells.iter().map(|(.., group)| group.members.clone()).collect(),
        kept: cells.iter().map(|(_, kept, _)| u32::try_from(*kept).unwrap_or(u32::MAX)).collect(),
    })
}

#[cfg(test)]
mod tests;
