//! Whom something concerns: a source from outside, everybody of whom it holds something; a purpose,
//! everybody whom it may see.

use jiff::civil::Date;
use theirs_charter::{Charter, Holds, Purpose, Source};
use theirs_model::Slot;
use theirs_store::{Dossier, Lake, Store, StoreError};

use crate::exclusion::exclusion;
use crate::profile::{is_known_inside, profile};

/// Whom something concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    /// The people, in the order of slots.
    pub slots: Vec<Slot>,
    /// Whether it holds something of somebody who is nobody yet.
    pub has_nobody: bool,
}

/// Whom a source is about.
///
/// # Errors
/// The store failed, or a file of the lake is gone.
pub fn concerned_by_source(
    store: &Store,
    lake: &Lake,
    source: &Source,
) -> Result<Concerned, StoreError> {
    match &source.holds {
        Holds::Identity(_) => Ok(Concerned {
            slots: store.people_of_source(&source.name)?,
            has_nobody: store.has_unassigned(&source.name)?,
        }),
        Holds::Activity(_) => {
            let (slots, has_nobody) = store.holders(&lake.records_of(store, &source.name)?)?;
            Ok(Concerned { slots, has_nobody })
        }
    }
}

/// Whom a purpose may see on a day. Whoever said no to it already needs not be told of it.
///
/// # Errors
/// The store failed.
pub fn concerned_by_purpose(
    store: &Store,
    charter: &Charter,
    purpose: &Purpose,
    today: Date,
) -> Result<Concerned, StoreError> {
    let mut slots = Vec::new();
    store.each_person(|Dossier { slot, records, acts }| {
        let is_seen = || exclusion(purpose, &profile(charter, &records, &acts), today).is_none();
        if is_known_inside(charter, &records) && is_seen() {
            slots.push(slot);
        }
        Ok::<(), StoreError>(())
    })?;
    Ok(Concerned { slots, has_nobody: false })
}

/// Those of some people who are not among others; both are in the order of slots.
pub fn without(all: &[Slot], some: &[Slot]) -> Vec<Slot> {
    all.iter().filter(|slot| some.binary_search(slot).is_err()).copied().collect()
}
