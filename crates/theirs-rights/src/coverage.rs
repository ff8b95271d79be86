//! How many people a purpose may see, and whom it leaves out.

use std::collections::BTreeMap;

use theirs_charter::Purpose;
use theirs_people::{Exclusion, exclusion, is_known_inside, profile};

use crate::desk::{Desk, RightsError};

/// How far a purpose reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many people it may see now.
    pub reached: u64,
    /// Why it leaves others out, in words that follow "people who", and how many.
    pub left_out: Vec<(String, u64)>,
}

impl Desk {
    /// How far a purpose reaches now. It reads what everybody chose, and counts.
    pub fn coverage(&self, purpose: &Purpose) -> Result<Coverage, RightsError> {
        let today = self.today();
        let mut reached = 0;
        let mut left_out: BTreeMap<Exclusion, u64> = BTreeMap::new();
        self.store.each_person(|dossier| -> Result<(), RightsError> {
            if !is_known_inside(&self.charter, &dossier.records) {
                return Ok(());
            }
            let profile = profile(&self.charter, &dossier.records, &dossier.acts);
            match exclusion(purpose, &profile, today) {
                None => reached += 1,
                Some(why) => *left_out.entry(why).or_default() += 1,
            }
            Ok(())
        })?;
        let left_out =
            left_out.into_iter().map(|(why, count)| (why.in_words().to_owned(), count)).collect();
        Ok(Coverage { reached, left_out })
    }
}
