//! What leaves the house: which columns of whom go where, checked again at dispatch.

use std::collections::BTreeSet;
use std::sync::Arc;

use roaring::RoaringBitmap;
use theirs_charter::{Asker, Refusal};
use theirs_model::{Slot, UseId};
use theirs_uses::{Act, told_of};

use super::{Door, Now, Scene, telling};
use crate::error::QueryError;
use crate::release::{Leaving, Release, TakenBack, Whither};

impl Door {
    /// Logs that the columns of these people leave, and says who of them may go now.
    ///
    /// People are named by their pseudonyms in the purpose. What they chose in the meantime
    /// counts: this is the check when a list or a message is written.
    pub fn release(
        &self,
        asker: &Asker,
        leaving: &Leaving<'_>,
        people: &[i64],
    ) -> Result<Release, QueryError> {
        let now = self.now()?;
        let released = self.try_release(&now, asker, leaving, people);
        self.recorded(now.authority.charter(), asker, released)
    }

    fn try_release(
        &self,
        now: &Now,
        asker: &Asker,
        leaving: &Leaving<'_>,
        people: &[i64],
    ) -> Result<Release, QueryError> {
        let Now { authority, people: snapshot } = now;
        let Leaving { to, columns, reason, .. } = *leaving;
        let charter = authority.charter();
        let leave = authority.permit(asker, leaving.purpose)?;
        let purpose = &leave.purpose;
        if let Some(recipient) = to.recipient() {
            authority.permit_share(asker, purpose, recipient)?;
        }
        let named = to.recipient().and_then(|recipient| charter.recipient(recipient));
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
        let act = match to {
            Whither::Recipient(_) => Act::Share,
            Whither::Person { .. } => Act::Message,
        };
        let mut told = telling(act, &Scene { leave: Arc::clone(&leave), governor });
        told.columns = columns.to_vec();
        told.recipients = named.map(|recipient| recipient.name.clone()).into_iter().collect();
        told.reason = Some(reason.to_owned());
        let use_id = self
            .book
            .log(&told, &members, charter.digest, self.clock.now())
            .map_err(QueryError::unlogged)?;
        let reference =
            |slot: &Option<u32>| slot.map(|slot| self.keys.reference(use_id, Slot(slot)));
        let references = slots.iter().map(reference).collect();
        let unsubscribe = match to {
            Whither::Recipient(_) => Vec::new(),
            Whither::Person { .. } => self.refusals(&purpose.name, &slots)?,
        };
        let may_leave = slots.iter().map(Option::is_some).collect();
        Ok(Release { use_id, may_leave, references, unsubscribe })
    }

    /// For each of these people the token by which they say no to a purpose.
    fn refusals(
        &self,
        purpose: &str,
        slots: &[Option<u32>],
    ) -> Result<Vec<Option<String>>, QueryError> {
        let token = |slot: &Option<u32>| {
            slot.map(|slot| self.keys.unsubscribe(Slot(slot), purpose)).transpose()
        };
        let tokens: Result<_, _> = slots.iter().map(token).collect();
        tokens.map_err(QueryError::unlogged)
    }

    /// Of a release that waits for its dispatch, by the references of its people, whose data may leave
    /// still: who said no since, is on hold or gone is not among them, and nobody is if the charter in
    /// force permits it no more.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn may_still_leave(&self, use_id: UseId) -> Result<BTreeSet<String>, QueryError> {
        let standing = self.standing(use_id)?;
        Ok(standing.map_or_else(BTreeSet::new, |(open, _)| self.references(use_id, &open)))
    }

    /// The others of a release: whose data may leave no more, if anybody's may.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn taken_back(&self, use_id: UseId) -> Result<TakenBack, QueryError> {
        let standing = self.standing(use_id)?;
        Ok(standing.map_or(TakenBack::Everybody, |(open, members)| {
            TakenBack::These(self.references(use_id, &(members - open)))
        }))
    }

    /// Who of a release may leave still, and all who were in it; none if it may not itself.
    fn standing(
        &self,
        use_id: UseId,
    ) -> Result<Option<(RoaringBitmap, RoaringBitmap)>, QueryError> {
        let Some(used) = self.store.use_of(use_id).map_err(QueryError::unlogged)? else {
            return Ok(None);
        };
        let Some(told) = told_of(&used) else { return Ok(None) };
        let now = self.now()?;
        let charter = now.authority.charter();
        let name = told.purpose.as_deref().unwrap_or_default();
        let leaves = matches!(told.act, Act::Share | Act::Message);
        if !leaves || !now.authority.still_permits(name, &told.columns, &told.recipients) {
            return Ok(None);
        }
        let today = self.calendar(charter).today;
        let eligible = now.people.eligible(name, today).map_err(QueryError::unlogged)?;
        let members = used.bitmap().map_err(QueryError::unlogged)?;
        let mut open = &members & &*eligible;
        for slot in &members - &open {
            // Whoever was merged into somebody since is that one today.
            let today = self.store.today_of(Slot(slot)).map_err(QueryError::unlogged)?;
            if eligible.contains(today.0) {
                open.insert(slot);
            }
        }
        Ok(Some((open, members)))
    }

    fn references(&self, use_id: UseId, slots: &RoaringBitmap) -> BTreeSet<String> {
        slots.iter().map(|slot| self.keys.reference(use_id, Slot(slot))).collect()
    }
}
