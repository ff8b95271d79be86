//! The people whom one purpose may see, as it may see them: in blocks, in the order of their names
//! in that purpose.
//!
//! The order of the slots is the same in every purpose, and would tell who is who in another. A
//! change replaces only the blocks of those whom it touches; all others are shared with the state
//! before it, and by all statements. A column is read and made coarse when it is first asked for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, ListArray, UInt32Array, new_null_array,
};
use datafusion::arrow::compute::{concat, interleave, take};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use roaring::RoaringBitmap;
use theirs_charter::Coarseness;
use theirs_model::Slot;

use super::layer::item;
use super::stock::{NOWHERE, Stock};
use crate::mask::{Calendar, arrow_type};
use crate::pseudonym::Pseudonyms;
use crate::table::Seen;

/// How many people a block holds when it is made, and at most.
const BLOCK: usize = 8_192;
const MOST_IN_BLOCK: usize = 2 * BLOCK;

/// Counts uses, so that what was not used for longest can be let go.
static USES: AtomicU64 = AtomicU64::new(1);

/// The people of one purpose on one day.
pub(crate) struct Cut {
    /// The granted columns.
    pub(crate) seen: Vec<Seen>,
    calendar: Calendar,
    pseudonyms: Arc<Pseudonyms>,
    blocks: Vec<Arc<Block>>,
    columns: Mutex<BTreeMap<usize, Kept>>,
    /// The columns that were asked for by slot.
    by_slot: Mutex<BTreeMap<usize, ArrayRef>>,
}

/// Some neighbours in the order of names.
pub(crate) struct Block {
    /// Their names.
    pub(crate) names: ArrayRef,
    /// Their slots.
    pub(crate) slots: Vec<u32>,
}

/// A granted column, block by block.
pub(crate) type Column = Arc<Vec<ArrayRef>>;

struct Kept {
    column: Column,
    bytes: usize,
    used: u64,
}

impl Cut {
    pub(super) fn new(
        eligible: &RoaringBitmap,
        seen: Vec<Seen>,
        pseudonyms: &Arc<Pseudonyms>,
        calendar: &Calendar,
    ) -> Self {
        let named = |slot| (pseudonyms.name(Slot(slot)), slot);
        let mut people: Vec<(i64, u32)> = eligible.iter().map(named).collect();
        people.sort_unstable();
        Self {
            seen,
            calendar: calendar.clone(),
            pseudonyms: Arc::clone(pseudonyms),
            blocks: people.chunks(BLOCK).map(Block::of).collect(),
            columns: Mutex::default(),
            by_slot: Mutex::default(),
        }
    }

    /// The blocks, in the order of names.
    pub(crate) fn blocks(&self) -> &[Arc<Block>] {
        &self.blocks
    }

    /// The day on which the people of the cut are seen.
    pub(super) fn day(&self) -> jiff::civil::Date {
        self.calendar.today
    }

    /// Whether the columns are those of this day.
    pub(super) fn is_of(&self, calendar: &Calendar) -> bool {
        self.calendar.today == calendar.today
    }

    /// Whether its people have these names.
    pub(super) fn is_named_by(&self, pseudonyms: &Arc<Pseudonyms>) -> bool {
        Arc::ptr_eq(&self.pseudonyms, pseudonyms)
    }

    /// The same people on another day: only what depends on the day is made anew.
    pub(super) fn on(&self, calendar: &Calendar) -> Self {
        let stays = |at: &usize| self.seen[*at].coarseness != Coarseness::AgeBand;
        let kept = self.kept();
        let columns = kept.iter().filter(|(at, _)| stays(at)).map(|(at, kept)| (*at, kept.again()));
        Self {
            seen: self.seen.clone(),
            calendar: calendar.clone(),
            pseudonyms: Arc::clone(&self.pseudonyms),
            blocks: self.blocks.clone(),
            columns: Mutex::new(columns.collect()),
            by_slot: Mutex::default(),
        }
    }

    /// A granted column as it may be seen: a list of values where a person may have several.
    pub(crate) fn column(&self, at: usize, stock: &Stock) -> Result<Column> {
        if let Some(kept) = self.kept().get_mut(&at) {
            kept.used = USES.fetch_add(1, Ordering::Relaxed);
            return Ok(Arc::clone(&kept.column));
        }
        let whole = self.read(at, stock)?;
        let mut start = 0;
        let part = |block: &Arc<Block>| {
            let part = whole.slice(start, block.slots.len());
            start += block.slots.len();
            part
        };
        let column: Column = Arc::new(self.blocks.iter().map(part).collect());
        let kept = Kept::new(&column, whole.get_array_memory_size());
        self.kept().insert(at, kept);
        Ok(column)
    }

    /// The same column in the order of slots, for those who know whose a row is: null for whoever is
    /// not in the cut.
    pub(crate) fn by_slot(&self, at: usize, stock: &Stock) -> Result<ArrayRef> {
        if let Some(known) = self.by_slots().get(&at) {
            return Ok(Arc::clone(known));
        }
        let column = self.column(at, stock)?;
        let parts: Vec<&dyn Array> = column.iter().map(|part| &**part as &dyn Array).collect();
        let found = if parts.is_empty() {
            new_null_array(&self.seen[at].arrow_type(), 0)
        } else {
            take(&concat(&parts)?, &self.rows_by_slot(), None)?
        };
        self.by_slots().insert(at, Arc::clone(&found));
        Ok(found)
    }

    /// In which row each slot is.
    fn rows_by_slot(&self) -> UInt32Array {
        let slots = || self.blocks.iter().flat_map(|block| &block.slots);
        let end = slots().max().map_or(0, |last| *last as usize + 1);
        let mut rows = vec![None; end];
        for (row, slot) in (0_u32..).zip(slots()) {
            rows[*slot as usize] = Some(row);
        }
        rows.into()
    }

    fn read(&self, at: usize, stock: &Stock) -> Result<ArrayRef> {
        let slots = self.blocks.iter().flat_map(|block| &block.slots);
        let Some(column) = stock.layout.column(&self.seen[at].name) else {
            return Ok(new_null_array(&arrow_type(self.seen[at].kind), slots.count()));
        };
        let places = stock.places();
        let place = |slot: &u32| places.get(*slot as usize).copied().filter(|at| *at != NOWHERE);
        let places: UInt32Array = slots.map(place).collect();
        self.see(at, &take(&stock.column(column)?, &places, None)?)
    }

    fn see(&self, at: usize, raw: &ArrayRef) -> Result<ArrayRef> {
        let seen = &self.seen[at];
        let Some(list) = raw.as_list_opt::<i32>() else { return Ok(seen.see(raw, &self.calendar)) };
        let values = seen.see(list.values(), &self.calendar);
        let field = Arc::new(item(values.data_type().clone()));
        let nulls = list.nulls().cloned();
        Ok(Arc::new(ListArray::try_new(field, list.offsets().clone(), values, nulls)?))
    }

    /// The people after a change of some, all of whom the layers of the stock have. None if that
    /// would be more work than to begin again, or somebody has no name yet.
    pub(super) fn changed(
        &self,
        changed: &RoaringBitmap,
        eligible: &RoaringBitmap,
        stock: &Stock,
    ) -> Result<Option<Self>> {
        if changed.max().is_some_and(|last| !self.pseudonyms.covers(Slot(last))) {
            return Ok(None);
        }
        let named = |slot| (self.pseudonyms.name(Slot(slot)), slot, eligible.contains(slot));
        let mut people: Vec<(i64, u32, bool)> = changed.iter().map(named).collect();
        people.sort_unstable();
        let coming: Vec<u32> = people.iter().filter(|one| one.2).map(|one| one.1).collect();
        let kept: Vec<(usize, Kept)> =
            self.kept().iter().map(|(at, kept)| (*at, kept.again())).collect();
        let mut news = Vec::with_capacity(kept.len());
        for (at, _) in &kept {
            let Some(column) = stock.layout.column(&self.seen[*at].name) else {
                let kind = arrow_type(self.seen[*at].kind);
                news.push(new_null_array(&kind, coming.len()));
                continue;
            };
            let Some(raw) = stock.recent(column, &coming)? else { return Ok(None) };
            news.push(self.see(*at, &raw)?);
        }
        let mut edit = Edit { blocks: Vec::new(), columns: vec![Vec::new(); kept.len()], news };
        let (mut left, mut came) = (&people[..], 0);
        for (at, block) in self.blocks.iter().enumerate() {
            let next = self.blocks.get(at + 1).map(|next| next.first());
            let own = left.partition_point(|(name, ..)| next.is_none_or(|next| *name < next));
            let (here, rest) = left.split_at(own);
            left = rest;
            let old: Vec<&ArrayRef> = kept.iter().map(|(_, kept)| &kept.column[at]).collect();
            edit.block(block, &old, here, &mut came)?;
        }
        if self.blocks.is_empty() {
            let kinds = edit.news.iter().map(|new| new.slice(0, 0)).collect::<Vec<_>>();
            edit.block(&Block::of(&[]), &kinds.iter().collect::<Vec<_>>(), left, &mut came)?;
        }
        let columns = kept
            .into_iter()
            .zip(edit.columns)
            .map(|((at, kept), column)| (at, Kept { column: Arc::new(column), ..kept }));
        Ok(Some(Self {
            seen: self.seen.clone(),
            calendar: self.calendar.clone(),
            pseudonyms: Arc::clone(&self.pseudonyms),
            blocks: edit.blocks,
            columns: Mutex::new(columns.collect()),
            by_slot: Mutex::default(),
        }))
    }

    /// The columns that are in memory: when each was last used, which it is, and its size in bytes.
    pub(super) fn in_memory(&self) -> Vec<(u64, usize, usize)> {
        let by_slot = self.by_slots();
        let twice = |at: &usize| by_slot.get(at).map_or(0, ArrayRef::get_array_memory_size);
        let size = |(at, kept): (&usize, &Kept)| (kept.used, *at, kept.bytes + twice(at));
        self.kept().iter().map(size).collect()
    }

    /// Lets a column go; who holds it still has it.
    pub(super) fn let_go(&self, at: usize) {
        self.kept().remove(&at);
        self.by_slots().remove(&at);
    }

    fn by_slots(&self) -> MutexGuard<'_, BTreeMap<usize, ArrayRef>> {
        self.by_slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<usize, Kept>> {
        self.columns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn new(column: &Column, bytes: usize) -> Self {
        let used = USES.fetch_add(1, Ordering::Relaxed);
        Self { column: Arc::clone(column), bytes, used }
    }

    fn again(&self) -> Self {
        Self { column: Arc::clone(&self.column), bytes: self.bytes, used: self.used }
    }
}

impl Block {
    fn of(people: &[(i64, u32)]) -> Arc<Self> {
        let names: Int64Array = people.iter().map(|(name, _)| *name).collect();
        Arc::new(Self {
            names: Arc::new(names),
            slots: people.iter().map(|(_, slot)| *slot).collect(),
        })
    }

    fn names(&self) -> &[i64] {
        self.names.as_primitive::<datafusion::arrow::datatypes::Int64Type>().values()
    }

    fn first(&self) -> i64 {
        self.names().first().copied().unwrap_or(i64::MAX)
    }
}

/// Blocks that are being made from those before, and their columns.
struct Edit {
    blocks: Vec<Arc<Block>>,
    columns: Vec<Vec<ArrayRef>>,
    /// What is new of everybody who comes, in their order, column by column.
    news: Vec<ArrayRef>,
}

impl Edit {
    /// Takes over a block with what changed in it; `came` counts who came so far.
    fn block(
        &mut self,
        block: &Arc<Block>,
        old: &[&ArrayRef],
        changed: &[(i64, u32, bool)],
        came: &mut usize,
    ) -> Result<()> {
        if changed.is_empty() {
            self.blocks.push(Arc::clone(block));
            for (column, old) in self.columns.iter_mut().zip(old) {
                column.push(Arc::clone(old));
            }
            return Ok(());
        }
        let mut changed = changed.iter().peekable();
        let (mut people, mut rows) = (Vec::new(), Vec::new());
        let mut enter = |(name, slot, here): &(i64, u32, bool), people: &mut Vec<(i64, u32)>| {
            if *here {
                people.push((*name, *slot));
                *came += 1;
            }
            here.then(|| (1, *came - 1))
        };
        for (row, (name, slot)) in block.names().iter().zip(&block.slots).enumerate() {
            while let Some(one) = changed.next_if(|(new, ..)| new < name) {
                rows.extend(enter(one, &mut people));
            }
            if let Some(one) = changed.next_if(|(new, ..)| new == name) {
                rows.extend(enter(one, &mut people));
            } else {
                people.push((*name, *slot));
                rows.push((0, row));
            }
        }
        for one in changed {
            rows.extend(enter(one, &mut people));
        }
        let size = if people.len() > MOST_IN_BLOCK { BLOCK } else { MOST_IN_BLOCK };
        for (people, rows) in people.chunks(size).zip(rows.chunks(size)) {
            self.blocks.push(Block::of(people));
            for ((column, old), new) in self.columns.iter_mut().zip(old).zip(&self.news) {
                column.push(interleave(&[*old as &dyn Array, new], rows)?);
            }
        }
        Ok(())
    }
}

/// The type of the values of a column that may be a list.
pub(crate) fn value_type(kind: &DataType) -> &DataType {
    match kind {
        DataType::List(item) => item.data_type(),
        other => other,
    }
}
