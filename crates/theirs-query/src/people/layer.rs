//! What is believed of some people, as columns of one layout that the charter fixes.
//!
//! A row is one person: the slot, each attribute (a list where a person may have several values),
//! and for each purpose whether it may see the person, and if not, why.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListArray, RecordBatch, UInt8Array, UInt32Array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::error::Result;
use theirs_charter::{Charter, Meaning};
use theirs_model::{ColumnType, Value};
use theirs_people::{Believed, Exclusion, Profile, is_known_inside, permitted, profile};
use theirs_store::Dossier;

use super::column::ColumnBuilder;
use super::standing;
use crate::mask::arrow_type;

/// The columns that every layer of people under one charter has.
pub(crate) struct Layout {
    pub(super) schema: SchemaRef,
    attributes: Vec<Attribute>,
    /// The purposes, in the order of the charter.
    pub(super) purposes: Vec<String>,
}

struct Attribute {
    name: String,
    kind: ColumnType,
    several: bool,
}

impl Layout {
    pub(super) fn of(charter: &Charter) -> Self {
        let several = several(charter);
        let attribute = |(attribute, kind): (theirs_model::Attribute, ColumnType)| Attribute {
            name: attribute.column().to_owned(),
            kind,
            several: several.iter().any(|name| name == attribute.column()),
        };
        let attributes: Vec<Attribute> = charter.attributes().into_iter().map(attribute).collect();
        let purposes: Vec<String> = charter.purposes.iter().map(|p| p.name.clone()).collect();
        let slot = Field::new("_slot", DataType::UInt32, false);
        let seen =
            purposes.iter().map(|name| Field::new(format!("_out.{name}"), DataType::UInt8, false));
        let fields: Vec<Field> = std::iter::once(slot)
            .chain(attributes.iter().map(Attribute::field))
            .chain(seen)
            .collect();
        Self { schema: Arc::new(Schema::new(fields)), attributes, purposes }
    }

    /// The column of an attribute.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.attributes.iter().position(|attribute| attribute.name == name).map(|at| at + 1)
    }

    /// The columns that say whether each purpose may see somebody.
    pub(super) fn codes(&self) -> std::ops::Range<usize> {
        1 + self.attributes.len()..self.schema.fields().len()
    }
}

impl Attribute {
    fn field(&self) -> Field {
        let kind = arrow_type(self.kind);
        let kind = if self.several { DataType::List(Arc::new(item(kind))) } else { kind };
        Field::new(&self.name, kind, true)
    }
}

/// A value among several.
pub(crate) fn item(kind: DataType) -> Field {
    Field::new("item", kind, true)
}

/// The columns of which some source says that a person may have several.
pub(crate) fn several(charter: &Charter) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (_, identity) in charter.identities() {
        for column in identity.columns.iter().filter(|column| column.many) {
            if let Meaning::Attribute(attribute) = &column.meaning {
                names.push(attribute.column().to_owned());
            }
        }
    }
    names
}

/// Some people in columns, in the order of their slots, and those of them who are nobody any more.
pub(crate) struct Layer {
    pub(super) slots: Vec<u32>,
    pub(super) rows: RecordBatch,
    pub(super) gone: Vec<u32>,
}

impl Layer {
    /// Of how many people it says something.
    pub(super) fn len(&self) -> usize {
        self.slots.len() + self.gone.len()
    }

    /// For each purpose, the code of each person.
    pub(super) fn codes(&self, layout: &Layout) -> &[ArrayRef] {
        &self.rows.columns()[layout.codes()]
    }
}

/// A layer that is being built.
pub(super) struct LayerBuilder<'c> {
    charter: &'c Charter,
    layout: &'c Layout,
    slots: Vec<u32>,
    gone: Vec<u32>,
    columns: Vec<(ColumnBuilder, Vec<i32>)>,
    standing: Vec<Vec<u8>>,
}

impl<'c> LayerBuilder<'c> {
    pub(super) fn new(charter: &'c Charter, layout: &'c Layout) -> Self {
        let builder = |attribute: &Attribute| (ColumnBuilder::new(attribute.kind), vec![0]);
        Self {
            charter,
            layout,
            slots: Vec::new(),
            gone: Vec::new(),
            columns: layout.attributes.iter().map(builder).collect(),
            standing: vec![Vec::new(); layout.purposes.len()],
        }
    }

    /// How many people it holds.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Adds the next person, whose slot is higher than those before.
    pub(super) fn add(&mut self, dossier: &Dossier) {
        let Dossier { slot, records, acts } = dossier;
        if !is_known_inside(self.charter, records) {
            self.gone.push(slot.0);
            return;
        }
        self.slots.push(slot.0);
        let person = profile(self.charter, records, acts);
        for (purpose, codes) in self.charter.purposes.iter().zip(&mut self.standing) {
            // Whether they are old enough changes by the day, and is looked at when it is asked.
            let out = permitted(purpose, &person).err();
            codes.push(standing::code(out.filter(|why| *why != Exclusion::AgeUnknown)));
        }
        self.add_values(&person);
    }

    fn add_values(&mut self, person: &Profile) {
        let believed: BTreeMap<&str, &Believed> =
            person.attributes.iter().map(|a| (a.attribute.column(), a)).collect();
        for (attribute, (builder, ends)) in self.layout.attributes.iter().zip(&mut self.columns) {
            let known = believed.get(attribute.name.as_str()).copied();
            if !attribute.several {
                builder.append(known.and_then(|a| a.current.as_ref()).map(Value::content));
                continue;
            }
            let values = known.map(all_values).unwrap_or_default();
            let end = ends.last().copied().unwrap_or(0);
            ends.push(end + i32::try_from(values.len()).unwrap_or(0));
            for value in values {
                builder.append(Some(value));
            }
        }
    }

    pub(super) fn finish(self) -> Result<Layer> {
        let mut columns: Vec<ArrayRef> = vec![Arc::new(UInt32Array::from(self.slots.clone()))];
        for (attribute, (builder, ends)) in self.layout.attributes.iter().zip(self.columns) {
            let values = builder.finish();
            if attribute.several {
                let field = Arc::new(item(values.data_type().clone()));
                let offsets = OffsetBuffer::new(ends.into());
                columns.push(Arc::new(ListArray::try_new(field, offsets, values, None)?));
            } else {
                columns.push(values);
            }
        }
        columns.extend(self.standing.into_iter().map(|codes| {
            let codes: ArrayRef = Arc::new(UInt8Array::from(codes));
            codes
        }));
        let rows = RecordBatch::try_new(Arc::clone(&self.layout.schema), columns)?;
        Ok(Layer { slots: self.slots, rows, gone: self.gone })
    }
}

/// Each different value that is believed: none that is contested or whose use is stopped, the person's own word alone,
/// else all admitted ones.
fn all_values(attribute: &Believed) -> Vec<&str> {
    if attribute.is_kept_out() {
        return Vec::new();
    }
    if attribute.corrected {
        return attribute.current.iter().map(Value::content).collect();
    }
    let mut values: Vec<&str> = attribute
        .held
        .iter()
        .filter(|held| held.admitted)
        .map(|held| held.value.content())
        .collect();
    values.sort_unstable();
    values.dedup();
    values
}
