//! A purpose that sees groups only: people and what they did, in cells of at least k people.
//!
//! What the engine is given is safe already, so that every shape of query is. The rows of a cell are
//! alike: they carry the cell's labels and the mean of its measures, so counts, sums and averages
//! over cells are exact, and whatever else is asked is asked of cells. Cells too small are merged
//! into larger ones by giving up their last column, then the one before it; what is still too small
//! is left out. They are fixed for a day, and one that loses a member, or in which a member's label
//! changes, is left out whole until the next, so that asking twice does not tell who went. Price: a
//! new person is counted from the next day on, and outliers weigh on means. This is k-anonymity of
//! base cells (Sweeney, 2002) and not differential privacy.

mod cut;
mod encode;
mod kept;
mod layout;
mod rows;

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::catalog::TableProvider;
use roaring::RoaringBitmap;
use theirs_charter::{Charter, Purpose};

use crate::table::{GovernedTable, Touched};

pub(crate) use self::cut::{Crowd, Event, cut, intact};
pub(crate) use self::layout::{Layout, layouts, made_from};
use self::rows::GroupRows;

/// The cells of a purpose, fixed for a day.
pub(crate) struct Cells {
    /// One table of cells for `person` and each activity, in the order of their layouts.
    pub(crate) tables: Vec<CellTable>,
}

/// The cells of one table.
pub(crate) struct CellTable {
    /// One value for each cell: labels, then means, in the order of the layout.
    pub(crate) columns: Vec<ArrayRef>,
    /// How many rows each cell has.
    pub(crate) rows: Vec<u64>,
    /// Of each measure, in how many rows of each cell it is known.
    pub(crate) known: Vec<Vec<u64>>,
    /// The people of each cell.
    pub(crate) members: Vec<RoaringBitmap>,
    /// How many of its labels each cell kept.
    pub(crate) kept: Vec<u32>,
}

impl Cells {
    /// The tables as a purpose shows them, which a policy may have narrowed: only cells whose people
    /// are all among `alive`.
    pub(crate) fn tables(
        &self,
        charter: &Charter,
        whole: &Purpose,
        shown: &Purpose,
        alive: &RoaringBitmap,
        touched: &Arc<Touched>,
    ) -> Vec<(String, Arc<dyn TableProvider>)> {
        let shown = layouts(charter, shown);
        let all = layouts(charter, whole);
        let table = |layout: &Layout| {
            let at = all.iter().position(|one| one.name == layout.name)?;
            let rows = GroupRows::of(self.tables.get(at)?, &all[at], layout, alive);
            let table = GovernedTable::new(layout.schema(), Arc::new(rows), touched);
            Some((layout.name.clone(), Arc::new(table) as Arc<dyn TableProvider>))
        };
        shown.iter().filter_map(table).collect()
    }
}
