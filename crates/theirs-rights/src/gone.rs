//! Records whose row is gone from its source go too (GDPR Art. 5(1)(d)): a source that follows
//! deletions is believed when it says no more of somebody.
//!
//! What the person said of themselves is not the source's to take back. It moves to another record
//! of theirs; where there is none, the record stays and says nothing any more, so that an objection
//! or a correction stands when the row comes back. It is on record first.

use std::collections::BTreeMap;

use theirs_charter::Source;
use theirs_model::RecordId;

use crate::desk::{Desk, RightsError};
use crate::expire::Expired;

impl Desk {
    /// Takes out these records of a source.
    ///
    /// # Errors
    /// The ledger or the store failed.
    pub fn take_out_gone(&self, source: &Source, gone: &[RecordId]) -> Result<(), RightsError> {
        if gone.is_empty() {
            return Ok(());
        }
        let mut records = Vec::with_capacity(gone.len());
        for id in gone {
            records.extend(self.store.record_by_id(*id)?);
        }
        let counts = BTreeMap::from([(source.name.clone(), records.len() as u64)]);
        let use_id =
            self.log_expiry(&Expired { records: counts, ..Expired::default() }, &records)?;
        self.store.hang_elsewhere(gone)?;
        let stay = self.store.spoken_through(gone)?;
        self.store.empty_records(&stay)?;
        records.retain(|record| !stay.contains(&record.id));
        self.remove_records(&records, use_id)
    }
}
