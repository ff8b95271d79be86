//! Values that somebody says are wrong and on which nobody has decided: they are used for nothing
//! meanwhile, so somebody has to see that they wait. The list names columns, never a value.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use theirs_model::Slot;
use theirs_people::Stage;
use theirs_store::ActKind;

use crate::desk::{By, Desk, RightsError};

/// A value that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disputed {
    /// Whose it is.
    pub person: String,
    /// Its column.
    pub column: String,
    /// Since when it is used for nothing.
    pub since: Timestamp,
    /// Whether the person said what is right, which their record shows.
    pub has_proposal: bool,
}

impl Desk {
    /// The values that wait for a decision, the longest first.
    pub fn disputed(&self, by: By<'_>) -> Result<Vec<Disputed>, RightsError> {
        self.permitted(by)?;
        let contests = self.store.acts_of_kind(ActKind::Contest)?;
        let slots: BTreeSet<u32> = contests.iter().map(|act| act.slot.0).collect();
        let mut found = Vec::new();
        for slot in slots {
            let Some(person) = self.store.person_at(Slot(slot))? else { continue };
            for known in self.profile(&person)?.0.attributes {
                let contest = known.contest.as_ref();
                let Some(open) = contest.filter(|contest| contest.stage == Stage::Open) else {
                    continue;
                };
                let column = known.attribute.column().to_owned();
                found.push(Disputed {
                    person: person.id.to_string(),
                    column,
                    since: open.at,
                    has_proposal: open.proposed.is_some(),
                });
            }
        }
        found.sort_by_key(|one| one.since);
        Ok(found)
    }
}
