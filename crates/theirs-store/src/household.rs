//! People who live together, as linkage found it: beside the people, never as people.

use rusqlite::{OptionalExtension, Transaction, params};
use theirs_model::{RecordId, Slot};

use crate::store::{Store, StoreError, unsigned};

/// A household that a clustering found.
#[derive(Debug, Clone)]
pub struct HouseholdRow {
    /// One record of each of its people.
    pub members: Vec<RecordId>,
    /// What they share, in words.
    pub shares: Vec<String>,
}

/// What is known of the household of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// How many others belong to it.
    pub others: u64,
    /// What they share, in words.
    pub shares: String,
}

impl Store {
    /// The household of a person, if one was found.
    pub fn household_of(&self, slot: Slot) -> Result<Option<Household>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select shares, (select count(*) - 1 from household all_of_it
             where all_of_it.household = own.household) from household own where slot = ?1",
        )?;
        let found = query.query_row([slot.0], |row| {
            Ok(Household { shares: row.get(0)?, others: unsigned(row, 1)? })
        });
        Ok(found.optional()?)
    }

    /// How many households were found.
    pub fn household_count(&self) -> Result<u64, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select count(distinct household) from household")?;
        Ok(query.query_row([], |row| unsigned(row, 0))?)
    }
}

/// Replaces the households by these; people who were joined since are one.
pub(crate) fn write(tx: &Transaction<'_>, households: &[HouseholdRow]) -> Result<(), StoreError> {
    tx.execute("delete from household", [])?;
    let mut insert = tx.prepare_cached(
        "insert or ignore into household (household, slot, shares)
         select ?1, slot, ?3 from assignment where record = ?2",
    )?;
    for (number, household) in (1_i64..).zip(households) {
        let shares = household.shares.join(" and ");
        for member in &household.members {
            insert.execute(params![number, member.0.cast_signed(), shares])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::keys::Keys;
    use crate::person::{Found, Placement};
    use crate::record::IncomingRecord;

    #[test]
    fn a_household_tells_how_many_others_and_never_who() {
        let store = Store::in_memory().unwrap();
        let records: Vec<IncomingRecord> = (0..3)
            .map(|n| IncomingRecord { key: n.to_string(), since: None, columns: BTreeMap::new() })
            .collect();
        store.upsert_records("crm", &records, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let placements: Vec<Placement> = (1..=3)
            .zip(0..)
            .map(|(id, cluster)| Placement { record: RecordId(id), cluster, confidence: 1.0 })
            .collect();
        let shares = vec!["an address".to_owned(), "a telephone number".to_owned()];
        let household = HouseholdRow { members: vec![RecordId(1), RecordId(3)], shares };
        let found = Found { placements: &placements, households: &[household], ..Found::default() };
        store.place(&found, "{}", &Keys::for_tests()).unwrap();
        let shares = "an address and a telephone number".to_owned();
        let household = store.household_of(Slot(2)).unwrap();
        assert_eq!(household, Some(Household { others: 1, shares }));
        assert_eq!(store.household_of(Slot(1)).unwrap(), None);
        assert_eq!(store.household_count().unwrap(), 1);
    }
}
