//! One JSON object as cells, without building the object.

use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use theirs_model::Cell;

use crate::fault::{Fault, RowFault};

/// A cell, or why it cannot be read.
pub(super) type Read<'l> = Result<Cell<'l>, Fault>;

/// The keys that are wanted, each once.
pub(super) struct Keys<'s> {
    places: HashMap<&'s str, usize>,
    wanted: Vec<usize>,
}

impl<'s> Keys<'s> {
    /// The keys that the wanted columns name.
    pub(super) fn new(names: impl Iterator<Item = &'s str>) -> Self {
        let mut places = HashMap::new();
        let wanted = names
            .map(|name| {
                let next = places.len();
                *places.entry(name).or_insert(next)
            })
            .collect();
        Self { places, wanted }
    }

    /// Where in a row the cell of the wanted column at `at` stands.
    pub(super) fn place(&self, at: usize) -> usize {
        self.wanted[at]
    }

    /// Reads a line as one cell per key.
    pub(super) fn row<'l>(&self, line: &'l str) -> Result<Vec<Read<'l>>, RowFault> {
        let mut row = Vec::new();
        row.resize_with(self.places.len(), || None);
        object(
            line,
            |key| self.places.get(key).copied(),
            |place, cell| put(&mut row[place], cell),
        )?;
        Ok(row.into_iter().map(|cell| cell.unwrap_or(Ok(Cell::Empty))).collect())
    }
}

fn put<'l>(place: &mut Option<Read<'l>>, cell: Read<'l>) {
    *place = Some(if place.is_some() { Err(Fault::Repeated) } else { cell });
}

/// The same cell without its text being copied.
pub(super) fn lend<'r>(cell: &'r Read<'_>) -> Read<'r> {
    match cell {
        Ok(Cell::Text(text)) => Ok(Cell::Text(text.as_ref().into())),
        Ok(other) => Ok(other.clone()),
        Err(fault) => Err(*fault),
    }
}

/// The most keys that are listed; a row whose keys are data must not fill the memory.
const KEY_LIMIT: usize = 4_096;

/// Adds to `present` the keys of a line that it does not have.
pub(super) fn keys_of(line: &str, present: &mut Vec<String>) -> Result<(), RowFault> {
    let note = |key: &str| {
        if present.len() < KEY_LIMIT && !present.iter().any(|name| name == key) {
            present.push(key.to_owned());
        }
        None
    };
    object(line, note, |_, _| {})
}

/// Walks through the object on a line: `find` says where a key belongs, if anywhere.
fn object<'l>(
    line: &'l str,
    find: impl FnMut(&str) -> Option<usize>,
    put: impl FnMut(usize, Read<'l>),
) -> Result<(), RowFault> {
    let mut json = serde_json::Deserializer::from_str(line);
    let walked = json.deserialize_any(Object { find, put }).and_then(|()| json.end());
    walked.map_err(|error| if error.is_data() { RowFault::NoObject } else { RowFault::Json })
}

struct Object<F, P> {
    find: F,
    put: P,
}

impl<'l, F, P> Visitor<'l> for Object<F, P>
where
    F: FnMut(&str) -> Option<usize>,
    P: FnMut(usize, Read<'l>),
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(place) = map.next_key_seed(Key(&mut self.find))? {
            match place {
                Some(place) => (self.put)(place, map.next_value_seed(Value)?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Reads a key as the place where its value belongs.
struct Key<'f, F>(&'f mut F);

impl<'l, F: FnMut(&str) -> Option<usize>> DeserializeSeed<'l> for Key<'_, F> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'l>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_str(self)
    }
}

impl<F: FnMut(&str) -> Option<usize>> Visitor<'_> for Key<'_, F> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Option<usize>, E> {
        Ok((self.0)(key))
    }
}

/// Reads a value as a cell.
struct Value;

impl<'l> DeserializeSeed<'l> for Value {
    type Value = Read<'l>;

    fn deserialize<D: Deserializer<'l>>(self, from: D) -> Result<Read<'l>, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'l> Visitor<'l> for Value {
    type Value = Read<'l>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Read<'l>, E> {
        Ok(Ok(Cell::Empty))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Read<'l>, E> {
        Ok(Ok(Cell::Boolean(truth)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Read<'l>, E> {
        Ok(Ok(Cell::Integer(number)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Read<'l>, E> {
        let beyond = |_| Cell::Text(number.to_string().into());
        Ok(Ok(i64::try_from(number).map_or_else(beyond, Cell::Integer)))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Read<'l>, E> {
        Ok(Ok(Cell::Number(number)))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'l str) -> Result<Read<'l>, E> {
        Ok(Ok(Cell::Text(text.into())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Read<'l>, E> {
        Ok(Ok(Cell::Text(text.to_owned().into())))
    }

    fn visit_seq<A: SeqAccess<'l>>(self, mut list: A) -> Result<Read<'l>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err(Fault::Nested))
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Read<'l>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Err(Fault::Nested))
    }
}
