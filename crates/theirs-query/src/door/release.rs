//! What leaves the house: which columns of whom go to a recipient, checked again at dispatch.

use std::sync::Arc;

use roaring::RoaringBitmap;
use theirs_charter::{Asker, Refusal};
use theirs_model::Slot;
use theirs_uses::Act;

use super::{Door, Now, Scene, telling};
use crate::error::QueryError;
use crate::release::Release;

impl Door {
    /// Logs that the columns of these people go to a recipient, and says who of them may go now.
    ///
    /// People are named by their pseudonyms in this purpose. What they chose in the meantime
    /// counts: this is the check at dispatch.
    pub fn release(
        &self,
        asker: &Asker,
        purpose: &str,
        recipient: &str,
        columns: &[String],
        reason: &str,
        people: &[i64],
    ) -> Result<Release, QueryError> {
        let now = self.now()?;
        let released = self.try_release(&now, asker, purpose, recipient, columns, reason, people);
        self.recorded(now.authority.charter(), asker, released)
    }

    #[allow(clippy::too_many_arguments, reason = "each is one fact of what is released")]
    fn try_release(
        &self,
        now: &Now,
        asker: &Asker,
        purpose: &str,
        recipient: &str,
        columns: &[String],
        reason: &str,
        people: &[i64],
    ) -> Result<Release, QueryError> {
        let Now { authority, people: snapshot } = now;
        let charter = authority.charter();
        let leave = authority.permit(asker, purpose)?;
        let purpose = &leave.purpose;
        authority.permit_share(asker, purpose, recipient)?;
        let named = charter.recipient(recipient).map(|recipient| recipient.name.clone());
        let granted = |column: &&String| purpose.columns.iter().any(|g| g.column == **column);
        if let Some(column) = columns.iter().find(|column| !granted(column)) {
            let because = format!("\"{}\" does not include the column \"{column}\"", purpose.name);
            let change = "the charter would have to list it there".to_owned();
            let clause = format!("purposes.{}.columns", purpose.name);
            return Err(Refusal::new(&clause, because, change).into());
        }
        let governor = Arc::new(self.governor(snapshot, purpose, self.calendar(charter))?);
        let slots: Vec<Option<u32>> = people
            .iter()
            .map(|name| governor.pseudonyms.slot(*name).map(|slot| slot.0))
            .map(|slot| slot.filter(|slot| governor.eligible.contains(*slot)))
            .collect();
        let members: RoaringBitmap = slots.iter().flatten().copied().collect();
        let scene = Scene { leave: Arc::clone(&leave), governor };
        let mut told = telling(Act::Share, &scene);
        told.columns = columns.to_vec();
        told.recipients = named.into_iter().collect();
        told.reason = Some(reason.to_owned());
        let use_id = self
            .book
            .log(&told, &members, charter.digest, self.clock.now())
            .map_err(QueryError::unlogged)?;
        let reference =
            |slot: &Option<u32>| slot.map(|slot| self.keys.reference(use_id, Slot(slot)));
        let references = slots.iter().map(reference).collect();
        Ok(Release { use_id, may_leave: slots.iter().map(Option::is_some).collect(), references })
    }
}
