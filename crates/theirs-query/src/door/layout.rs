//! How activities are best laid out: the rows of people whom the same purposes may see together.
//!
//! A scan then passes over whole row groups of others. That is speed only: what may be seen is
//! decided row by row, whatever the layout, and the layout may be long out of date.

use std::collections::BTreeMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::Door;
use crate::error::QueryError;
use crate::people::Snapshot;

/// How many classes are told apart; all rarer ones are class 0.
const MOST_CLASSES: usize = 8;
/// How many purposes are told apart: one bit for each.
const MOST_PURPOSES: usize = 64;

impl Door {
    /// The class of each record by its number: those of people whom the same purposes may see have
    /// the same, if there are enough of them.
    ///
    /// # Errors
    /// No charter is in force, or the store cannot be read.
    pub fn classes(&self) -> Result<Arc<Vec<u8>>, QueryError> {
        let snapshot = self.now()?.people;
        let day = self.calendar(&snapshot.charter).today;
        let purposes = snapshot.charter.purposes.iter().take(MOST_PURPOSES);
        let eligible = purposes.map(|purpose| snapshot.eligible(&purpose.name, day));
        let eligible: Vec<_> = eligible.collect::<Result<_, _>>().map_err(QueryError::unlogged)?;
        Ok(Arc::new(classes(&snapshot, &eligible)))
    }
}

fn classes(snapshot: &Snapshot, eligible: &[Arc<RoaringBitmap>]) -> Vec<u8> {
    let sees = |slot: u32| {
        let bits = eligible.iter().enumerate();
        bits.fold(0_u64, |sees, (at, who)| sees | u64::from(who.contains(slot)) << at)
    };
    let seen_by: Vec<u64> = snapshot.slot_of_record.iter().map(|slot| sees(*slot)).collect();
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for set in &seen_by {
        *counts.entry(*set).or_default() += 1;
    }
    let mut frequent: Vec<(u64, u64)> = counts.into_iter().collect();
    frequent.sort_by_key(|(set, count)| (std::cmp::Reverse(*count), *set));
    frequent.truncate(MOST_CLASSES);
    let class_of = |set: &u64| {
        let at = frequent.iter().position(|(known, _)| known == set);
        at.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
    };
    seen_by.iter().map(class_of).collect()
}
