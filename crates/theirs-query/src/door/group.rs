//! The groups that a purpose sees today: cut once a day, kept, and checked against what people chose
//! and said since.

use std::sync::{Arc, PoisonError};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, new_empty_array};
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::catalog::TableProvider;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use futures::StreamExt;
use jiff::civil::Date;
use roaring::RoaringBitmap;
use theirs_charter::{Output, Purpose};
use theirs_model::{Digest, Sequence, Slot};

use super::Door;
use crate::aggregate::{Cells, Crowd, Event, Layout, cut, intact, layouts, made_from};
use crate::people::Snapshot;
use crate::session::{self, Fault};
use crate::table::{Governor, Rows, Scan, Seen, schema_of};

/// Tables by their names.
type NamedTables = Vec<(String, Arc<dyn TableProvider>)>;

/// The groups of one purpose, and who of them is still there.
pub(super) struct Groups {
    made_from: Digest,
    day: Date,
    cells: Arc<Cells>,
    /// The change and the charter up to which `alive` was looked at.
    seen: Option<(Sequence, Digest)>,
    /// The people of cells that are whole.
    alive: Arc<RoaringBitmap>,
}

impl Door {
    /// The tables of a purpose of groups, as `shown` has them.
    pub(super) fn groups(
        &self,
        snapshot: &Snapshot,
        shown: &Purpose,
        governor: &Arc<Governor>,
    ) -> Result<NamedTables, Fault> {
        let charter = &snapshot.charter;
        let whole = charter.purpose(&shown.name).ok_or("the purpose is gone")?;
        let (layouts, day) = (layouts(charter, whole), governor.calendar.today);
        let crowd = || crowd(snapshot, whole, &layouts[0], governor);
        let made_from = made_from(charter, whole);
        let mut kept = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let is_of_today = |known: &Groups| known.made_from == made_from && known.day == day;
        if !kept.get(&whole.name).is_some_and(is_of_today) {
            let stored = self.store.cells(&whole.name, &made_from, &day.to_string())?;
            let cells = match stored {
                Some(bytes) => Cells::from_bytes(&bytes, &layouts)?,
                None => self.cut(snapshot, whole, &layouts, &crowd()?, governor)?,
            };
            let (cells, alive) = (Arc::new(cells), Arc::default());
            kept.insert(whole.name.clone(), Groups { made_from, day, cells, seen: None, alive });
        }
        let groups = kept.get_mut(&whole.name).ok_or("the groups are gone")?;
        let now = Some((snapshot.sequence, charter.acting()));
        if groups.seen != now {
            groups.alive = Arc::new(intact(&groups.cells, &layouts[0], &crowd()?)?);
            groups.seen = now;
        }
        let (cells, alive) = (Arc::clone(&groups.cells), Arc::clone(&groups.alive));
        drop(kept);
        Ok(cells.tables(charter, whole, shown, &alive, &governor.touched))
    }

    /// Cuts the groups of a day, and keeps them before anybody sees them.
    fn cut(
        &self,
        snapshot: &Snapshot,
        purpose: &Purpose,
        layouts: &[Layout],
        crowd: &Crowd,
        governor: &Arc<Governor>,
    ) -> Result<Cells, Fault> {
        let Output::Aggregate { minimum_group, .. } = purpose.output else {
            return Err("the purpose has no groups".into());
        };
        let cells = cut(layouts, minimum_group, crowd, |at, hand_over| {
            self.events(snapshot, &layouts[at], governor, hand_over)
                .map_err(DataFusionError::External)
        })?;
        let (bytes, day) = (cells.to_bytes()?, governor.calendar.today.to_string());
        let made_from = made_from(&snapshot.charter, purpose);
        self.store.keep_cells(&purpose.name, &made_from, &day, &bytes)?;
        Ok(cells)
    }

    /// Hands over the rows of an activity.
    fn events(
        &self,
        snapshot: &Snapshot,
        layout: &Layout,
        governor: &Arc<Governor>,
        hand_over: &mut dyn FnMut(Event) -> datafusion::error::Result<()>,
    ) -> Result<(), Fault> {
        let seen: Vec<Seen> = layout.own.iter().chain(&layout.measures).cloned().collect();
        let (store, lake) = (&self.store, &self.lake);
        let rows = session::events(&layout.name, &seen, snapshot, governor, store, lake)?;
        let columns: Vec<usize> = (0..=seen.len()).collect();
        let Scan { partitions, .. } = rows.scan(&columns, &schema_of(&seen), None)?;
        self.runtime.block_on(async {
            for partition in partitions {
                let mut batches = partition.execute(Arc::new(TaskContext::default()));
                while let Some(batch) = batches.next().await {
                    hand_over(event(&batch?, layout, governor))?;
                }
            }
            Ok(())
        })
    }
}

/// The rows of a batch: `person_id`, then the labels and the measures of the layout.
fn event(batch: &RecordBatch, layout: &Layout, governor: &Governor) -> Event {
    let names = batch.column(0).as_primitive::<Int64Type>();
    let slots = names.values().iter().map(|name| governor.pseudonyms.slot(*name)).collect();
    let labels = 1 + layout.own.len();
    let columns = batch.columns();
    Event { slots, labels: columns[1..labels].to_vec(), measures: columns[labels..].to_vec() }
}

/// Whoever may be seen, with what a cell is told by.
fn crowd(
    snapshot: &Snapshot,
    purpose: &Purpose,
    layout: &Layout,
    governor: &Governor,
) -> Result<Crowd, Fault> {
    let cut = snapshot.cut(purpose, &governor.pseudonyms, &governor.calendar)?;
    let slots =
        cut.blocks().iter().flat_map(|block| &block.slots).map(|slot| Slot(*slot)).collect();
    let mut labels: Vec<ArrayRef> = Vec::new();
    for seen in &layout.people {
        let at = cut.seen.iter().position(|one| one.name == seen.name).ok_or("a column is gone")?;
        let column = cut.column(at, &snapshot.stock)?;
        let parts: Vec<&dyn Array> = column.iter().map(|part| &**part as &dyn Array).collect();
        labels.push(if parts.is_empty() {
            new_empty_array(&seen.arrow_type())
        } else {
            concat(&parts)?
        });
    }
    Ok(Crowd { slots, labels })
}
