//! The base of people and, over it, layers of those who changed since: main and delta.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, new_empty_array};
use datafusion::arrow::compute::{concat, interleave};
use datafusion::arrow::datatypes::UInt32Type;
use datafusion::error::Result;

use super::base::{BATCH, Base, BaseWriter, Housing, Validity};
use super::layer::{Layer, Layout};

/// Everybody in columns.
#[derive(Clone)]
pub(crate) struct Stock {
    pub(crate) layout: Arc<Layout>,
    base: Arc<Base>,
    layers: Vec<Arc<Layer>>,
}

/// The place of somebody who is nobody.
pub(super) const NOWHERE: u32 = u32::MAX;

impl Stock {
    pub(super) fn new(layout: Arc<Layout>, base: Base) -> Self {
        Self { layout, base: Arc::new(base), layers: Vec::new() }
    }

    /// The same people after a change of some. Layers of like size are made one, so that there are
    /// few of them however many changes there were.
    pub(super) fn with(&self, layer: Layer) -> Result<Self> {
        let mut layers = self.layers.clone();
        layers.push(Arc::new(layer));
        while let [.., one, other] = layers.as_slice()
            && one.len() <= 2 * other.len()
        {
            let merged = self.merged(&layers[layers.len() - 2..])?;
            layers.truncate(layers.len() - 2);
            layers.push(Arc::new(merged));
        }
        Ok(Self { layout: Arc::clone(&self.layout), base: Arc::clone(&self.base), layers })
    }

    /// How many people lie in the base, and how many rows in the layers over it.
    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.base.slots().len(), self.layers.iter().map(|layer| layer.len()).sum())
    }

    pub(super) fn is_on_disk(&self) -> bool {
        self.base.is_file()
    }

    /// The place of every slot in the columns that [`Stock::column`] gives.
    pub(super) fn places(&self) -> Vec<u32> {
        let mut places = Vec::new();
        let mut put = |slot: u32, place: u32| {
            let at = slot as usize;
            if at >= places.len() {
                places.resize(at + 1, NOWHERE);
            }
            places[at] = place;
        };
        let mut next = 0;
        for slot in self.base.slots() {
            put(*slot, next);
            next += 1;
        }
        for layer in &self.layers {
            layer.gone.iter().for_each(|slot| put(*slot, NOWHERE));
            for slot in &layer.slots {
                put(*slot, next);
                next += 1;
            }
        }
        places
    }

    /// A column: of the base, then of each layer, superseded rows included.
    pub(super) fn column(&self, at: usize) -> Result<ArrayRef> {
        let base = self.base.column(at)?;
        if self.layers.is_empty() {
            return Ok(base);
        }
        let mut parts: Vec<&dyn Array> = vec![&base];
        parts.extend(self.layers.iter().map(|layer| &**layer.rows.column(at) as &dyn Array));
        Ok(concat(&parts)?)
    }

    /// The slots of everybody of whom a text of a column is such.
    pub(crate) fn slots_with(&self, at: usize, holds: impl Fn(&str) -> bool) -> Result<Vec<u32>> {
        let rows = crate::door::rows_with(&self.column(at)?, holds);
        let places = self.places();
        let mut found = Vec::new();
        for (slot, place) in (0_u32..).zip(places) {
            if place != NOWHERE && rows.binary_search(&(place as usize)).is_ok() {
                found.push(slot);
            }
        }
        Ok(found)
    }

    /// A column of people who are all in a layer; what changed is read without the base.
    pub(super) fn recent(&self, at: usize, slots: &[u32]) -> Result<Option<ArrayRef>> {
        let places: Option<Vec<(usize, usize)>> =
            slots.iter().map(|slot| in_layers(&self.layers, *slot)).collect();
        let Some(places) = places else { return Ok(None) };
        let columns: Vec<&dyn Array> =
            self.layers.iter().map(|layer| &**layer.rows.column(at) as &dyn Array).collect();
        if places.is_empty() {
            return Ok(Some(new_empty_array(self.layout.schema.field(at).data_type())));
        }
        Ok(Some(interleave(&columns, &places)?))
    }

    /// Writes everybody anew, without what was superseded.
    pub(super) fn folded(
        &self,
        housing: &Housing,
        valid: Validity,
        slot_of_record: &[u32],
    ) -> Result<Base> {
        let mut over = over(&self.layers).into_iter().peekable();
        let mut writer = BaseWriter::new(housing, &self.layout.schema);
        let all: Vec<usize> = (0..self.layout.schema.fields().len()).collect();
        self.base.each_batch(&all, |batch| {
            let slots = batch.column(0).as_primitive::<UInt32Type>();
            let mut rows: Vec<(usize, usize)> = Vec::with_capacity(batch.num_rows());
            for (row, slot) in slots.values().iter().enumerate() {
                while let Some((_, place)) = over.next_if(|(changed, _)| changed < slot) {
                    rows.extend(place.map(|(layer, row)| (layer + 1, row)));
                }
                match over.next_if(|(changed, _)| changed == slot) {
                    Some((_, place)) => rows.extend(place.map(|(layer, row)| (layer + 1, row))),
                    None => rows.push((0, row)),
                }
            }
            writer.write(self.picked(Some(batch), &rows)?)
        })?;
        let rest: Vec<(usize, usize)> =
            over.filter_map(|(_, place)| place.map(|(layer, row)| (layer + 1, row))).collect();
        for rows in rest.chunks(BATCH) {
            writer.write(self.picked(None, rows)?)?;
        }
        writer.finish(valid, slot_of_record)
    }

    /// These rows: of a batch, counted as 0, and of the layers, counted from 1.
    fn picked(&self, batch: Option<&RecordBatch>, rows: &[(usize, usize)]) -> Result<RecordBatch> {
        let schema = &self.layout.schema;
        let empty = RecordBatch::new_empty(Arc::clone(schema));
        let first = batch.unwrap_or(&empty);
        if rows.is_empty() {
            return Ok(empty);
        }
        let mut columns = Vec::with_capacity(schema.fields().len());
        for at in 0..schema.fields().len() {
            let mut parts: Vec<&dyn Array> = vec![first.column(at)];
            parts.extend(self.layers.iter().map(|layer| &**layer.rows.column(at) as &dyn Array));
            columns.push(interleave(&parts, rows)?);
        }
        Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
    }

    fn merged(&self, layers: &[Arc<Layer>]) -> Result<Layer> {
        let whole = Self {
            layout: Arc::clone(&self.layout),
            base: Arc::clone(&self.base),
            layers: layers.to_vec(),
        };
        let (mut slots, mut gone, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for (slot, place) in over(layers) {
            match place {
                Some((layer, row)) => {
                    slots.push(slot);
                    rows.push((layer + 1, row));
                }
                None => gone.push(slot),
            }
        }
        Ok(Layer { slots, rows: whole.picked(None, &rows)?, gone })
    }

    /// The stock over a base that was written from an earlier one; layers that are in it go. None if
    /// the two do not belong together.
    pub(super) fn rebased(&self, earlier: &Self, base: Arc<Base>) -> Option<Self> {
        let pairs = self.layers.iter().zip(&earlier.layers);
        let written = pairs.take_while(|(one, other)| Arc::ptr_eq(one, other)).count();
        Arc::ptr_eq(&self.base, &earlier.base).then(|| {
            let layers = self.layers[written..].to_vec();
            Self { layout: Arc::clone(&self.layout), base, layers }
        })
    }
}

/// Everybody in the layers, and in which row of which layer they are now.
fn over(layers: &[Arc<Layer>]) -> BTreeMap<u32, Option<(usize, usize)>> {
    let mut over = BTreeMap::new();
    for (at, layer) in layers.iter().enumerate() {
        over.extend(layer.gone.iter().map(|slot| (*slot, None)));
        over.extend(layer.slots.iter().enumerate().map(|(row, slot)| (*slot, Some((at, row)))));
    }
    over
}

/// Where the layers have a person; none if they say nothing of them, or that they are gone.
fn in_layers(layers: &[Arc<Layer>], slot: u32) -> Option<(usize, usize)> {
    let said = |(at, layer): (usize, &Arc<Layer>)| match layer.slots.binary_search(&slot) {
        Ok(row) => Some(Some((at, row))),
        Err(_) => layer.gone.binary_search(&slot).ok().map(|_| None),
    };
    layers.iter().enumerate().rev().find_map(said).flatten()
}
