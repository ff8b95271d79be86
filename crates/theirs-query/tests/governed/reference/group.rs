//! Groups of people, cut as the specification says: slowly, and by nothing but texts.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Row, believed, may_be_seen, ordered, see};
use super::world::{Coarse, Purpose, World};

type Labels = Vec<Option<String>>;

/// The groups of a purpose, as they were when somebody asked first.
pub struct Cut {
    people: Vec<Cell>,
    orders: Vec<Cell>,
}

struct Cell {
    labels: Labels,
    kept: usize,
    members: BTreeSet<usize>,
    rows: usize,
}

/// One row that is to be put into a group.
struct Item {
    labels: Labels,
    person: usize,
}

pub fn cut(world: &World, purpose: &Purpose) -> Cut {
    let least = purpose.least.unwrap();
    let everybody =
        (0..world.people.len()).filter(|at| may_be_seen(world, purpose, &world.people[*at]));
    let items = everybody.map(|person| Item { labels: labels(world, purpose, person), person });
    let people = grouped(items.collect(), purpose.columns.len(), least);
    let mut items = Vec::new();
    for cell in &people {
        for person in &cell.members {
            for order in &world.people[*person].orders {
                let own = purpose
                    .orders
                    .iter()
                    .map(|(column, coarse)| see(&ordered(order, column), column, *coarse));
                let labels = cell.labels.iter().cloned().chain(own).collect();
                items.push(Item { labels, person: *person });
            }
        }
    }
    let width = purpose.columns.len() + purpose.orders.len();
    Cut { people, orders: grouped(items, width, least) }
}

fn labels(world: &World, purpose: &Purpose, person: usize) -> Labels {
    let value = |(column, coarse): &(&'static str, Coarse)| {
        see(&believed(world, &world.people[person], column)?, column, *coarse)
    };
    purpose.columns.iter().map(value).collect()
}

/// Puts rows that agree in all labels together, then what is left by all but the last label, and so
/// on, wherever enough people come together.
fn grouped(mut items: Vec<Item>, width: usize, least: usize) -> Vec<Cell> {
    let mut cells = Vec::new();
    for kept in (0..=width).rev() {
        let mut together: BTreeMap<Labels, Vec<Item>> = BTreeMap::new();
        for item in items.drain(..) {
            together.entry(item.labels[..kept].to_vec()).or_default().push(item);
        }
        for (mut labels, group) in together {
            let members: BTreeSet<usize> = group.iter().map(|item| item.person).collect();
            if members.len() < least {
                items.extend(group);
                continue;
            }
            labels.resize(width, None);
            cells.push(Cell { labels, kept, members, rows: group.len() });
        }
    }
    cells
}

impl Cut {
    /// The rows of `person` as they may be shown now.
    pub fn people(&self, world: &World, purpose: &Purpose) -> Vec<(BTreeSet<usize>, Row)> {
        let columns: Vec<&'static str> = purpose.columns.iter().map(|(name, _)| *name).collect();
        rows(self.people.iter().filter(|cell| is_whole(world, purpose, cell)), &columns)
    }

    /// The rows of `orders`.
    pub fn orders(&self, world: &World, purpose: &Purpose) -> Vec<(BTreeSet<usize>, Row)> {
        let whole = self.people.iter().filter(|cell| is_whole(world, purpose, cell));
        let alive: BTreeSet<usize> = whole.flat_map(|cell| cell.members.iter().copied()).collect();
        let all = purpose.columns.iter().chain(&purpose.orders);
        let columns: Vec<&'static str> = all.map(|(name, _)| *name).collect();
        rows(self.orders.iter().filter(|cell| cell.members.is_subset(&alive)), &columns)
    }
}

/// Whether all of a group may still be seen, with the labels that it kept.
fn is_whole(world: &World, purpose: &Purpose, cell: &Cell) -> bool {
    cell.members.iter().all(|person| {
        may_be_seen(world, purpose, &world.people[*person])
            && labels(world, purpose, *person)[..cell.kept] == cell.labels[..cell.kept]
    })
}

/// As many rows as each group has, each with the people of the group.
fn rows<'c>(
    cells: impl Iterator<Item = &'c Cell>,
    columns: &[&'static str],
) -> Vec<(BTreeSet<usize>, Row)> {
    let row = |cell: &Cell| {
        let row: Row = columns.iter().copied().zip(cell.labels.iter().cloned()).collect();
        (cell.members.clone(), row)
    };
    cells.flat_map(|cell| std::iter::repeat_n(row(cell), cell.rows)).collect()
}
