//! What campaigns decide goes on record through the door, and is read back through it.
//!
//! Marketing knows people by pseudonyms of the purpose, here as in answers, and gets back what was
//! decided of those who may be seen now. Of the others it learns how many they are by action, which is
//! the price of a letter that nobody wanted, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use ring::hmac;
use roaring::RoaringBitmap;
use theirs_charter::{Asker, Leave};
use theirs_model::{Sequence, Slot, UseId};
use theirs_store::{DecisionRun, KeptDecision, NewDecision};
use theirs_uses::Act;

use super::{Door, Now, Scene, telling};
use crate::decision::{Decided, Made, Past, Recorded, Run, Runs};
use crate::error::QueryError;
use crate::table::Governor;

impl Door {
    /// Puts what a campaign decides on record, in the ledger and then in the store. Who said no since
    /// they were asked about is not decided for.
    ///
    /// # Errors
    /// A refusal names its clause and is on record; nothing is decided then.
    pub fn decide(
        &self,
        asker: &Asker,
        purpose: &str,
        run: &Run<'_>,
        made: &[Made],
    ) -> Result<Recorded, QueryError> {
        let leave = self.permit(asker, purpose)?;
        let now = self.now()?;
        let governor = self.governor_of(&now, &leave)?;
        let slots: Vec<Option<Slot>> =
            made.iter().map(|one| governor.slot_of(one.person)).collect();
        let members: RoaringBitmap = slots.iter().flatten().map(|slot| slot.0).collect();
        let mut told = telling(Act::Decision, &Scene { leave: Arc::clone(&leave), governor });
        told.reason = Some(run.called.to_owned());
        let (digest, at) = (now.authority.charter().digest, self.clock.now());
        let logged = self.book.log(&told, &members, digest, at);
        let use_id = logged.map_err(QueryError::unlogged)?;
        let kept: Vec<NewDecision> =
            made.iter().zip(&slots).filter_map(|(one, slot)| Some(kept(one, (*slot)?))).collect();
        let run = DecisionRun {
            use_id,
            campaign: run.campaign.to_owned(),
            purpose: leave.purpose.name.clone(),
            called: run.called.to_owned(),
            at,
            actions: run.actions.to_owned(),
            costs: Some(run.costs.to_owned()),
        };
        self.store.keep_decisions(&run, &kept).map_err(QueryError::unlogged)?;
        Ok(Recorded { use_id, stands: slots.iter().map(Option::is_some).collect() })
    }

    /// What a campaign decided until now; that it was read is on record.
    ///
    /// # Errors
    /// As [`Door::decide`].
    pub fn decisions(
        &self,
        asker: &Asker,
        purpose: &str,
        campaign: &str,
    ) -> Result<Past, QueryError> {
        let leave = self.permit(asker, purpose)?;
        let now = self.now()?;
        let governor = self.governor_of(&now, &leave)?;
        let all = self.store.decisions_of(campaign).map_err(QueryError::unlogged)?;
        let (mut decisions, mut gone) = (Vec::new(), BTreeMap::new());
        let mut members = RoaringBitmap::new();
        for one in all {
            let KeptDecision { use_id, at, cost, made } = one;
            if governor.eligible.contains(made.slot.0) {
                members.insert(made.slot.0);
                let person = governor.pseudonyms.name(made.slot);
                decisions.push(Decided { use_id, at, cost, made: given(made, person) });
            } else {
                *gone.entry(made.action).or_default() += 1;
            }
        }
        let mut told = telling(Act::Statement, &Scene { leave, governor });
        told.activities = vec!["decisions".to_owned()];
        let (digest, at) = (now.authority.charter().digest, self.clock.now());
        let logged = self.book.log(&told, &members, digest, at);
        let use_id = logged.map_err(QueryError::unlogged)?;
        let terms = self.store.decision_terms(campaign).map_err(QueryError::unlogged)?;
        Ok(Past { use_id, decisions, gone, terms })
    }

    /// For each of these people a number from 0 up to 1 that looks drawn by lot and is the same each
    /// time for the same label: a keyed hash of both.
    ///
    /// # Errors
    /// As [`Door::decide`].
    pub fn draws(
        &self,
        asker: &Asker,
        purpose: &str,
        label: &str,
        people: &[i64],
    ) -> Result<Vec<f64>, QueryError> {
        let leave = self.permit(asker, purpose)?;
        let pseudonyms = self.pseudonyms(&leave.purpose.name)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.keys.derive(&format!("draw {label}")));
        let slot = |person: &i64| pseudonyms.slot(*person).map_or(u32::MAX, |slot| slot.0);
        Ok(people.iter().map(|person| draw(&key, slot(person))).collect())
    }

    /// How often something was decided for each of these people since an instant: what is not the action
    /// `but`, by all campaigns together, and whatever it is by the campaign `of`.
    ///
    /// # Errors
    /// As [`Door::decide`].
    pub fn picked_since(
        &self,
        asker: &Asker,
        purpose: &str,
        since: Timestamp,
        (but, of): (Option<&str>, &str),
        people: &[i64],
    ) -> Result<Vec<u32>, QueryError> {
        let leave = self.permit(asker, purpose)?;
        let pseudonyms = self.pseudonyms(&leave.purpose.name)?;
        if let [person] = people {
            let Some(slot) = pseudonyms.slot(*person) else { return Ok(vec![0]) };
            let count = self.store.decided_for_since(slot, since, but, of);
            return Ok(vec![count.map_err(QueryError::unlogged)?]);
        }
        let counts = self.store.decided_since(since, but, of).map_err(QueryError::unlogged)?;
        let count = |person: &i64| {
            let slot = pseudonyms.slot(*person);
            slot.and_then(|slot| counts.get(&slot).copied()).unwrap_or(0)
        };
        Ok(people.iter().map(count).collect())
    }

    /// The person of a source's record, if the purpose may see them now. Nobody learns whether there is
    /// such a record: who may not be seen is as unknown as who is not there.
    ///
    /// # Errors
    /// As [`Door::decide`].
    pub fn known_by(
        &self,
        asker: &Asker,
        purpose: &str,
        source: &str,
        key: &str,
    ) -> Result<Option<i64>, QueryError> {
        let leave = self.permit(asker, purpose)?;
        let now = self.now()?;
        let governor = self.governor_of(&now, &leave)?;
        let record = self.store.record(source, key).map_err(QueryError::unlogged)?;
        let Some(record) = record else { return Ok(None) };
        let person = self.store.person_of(record.id).map_err(QueryError::unlogged)?;
        let slot = person.map(|person| person.slot);
        let slot = slot.filter(|slot| governor.eligible.contains(slot.0));
        Ok(slot.map(|slot| governor.pseudonyms.name(slot)))
    }

    /// The last change to what is known of people.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn moment(&self) -> Result<Sequence, QueryError> {
        self.store.people_sequence().map_err(QueryError::unlogged)
    }

    /// Whether what is known of a person changed after that change.
    ///
    /// # Errors
    /// As [`Door::decide`].
    pub fn changed_after(
        &self,
        asker: &Asker,
        purpose: &str,
        person: i64,
        moment: Sequence,
    ) -> Result<bool, QueryError> {
        let leave = self.permit(asker, purpose)?;
        let pseudonyms = self.pseudonyms(&leave.purpose.name)?;
        let Some(slot) = pseudonyms.slot(person) else { return Ok(true) };
        self.store.has_changed(slot, moment).map_err(QueryError::unlogged)
    }

    /// What a campaign decided last for a person since an instant, if it did, with the use under which
    /// that is on record.
    ///
    /// # Errors
    /// As [`Door::decide`].
    pub fn decided_lately(
        &self,
        asker: &Asker,
        purpose: &str,
        campaign: &str,
        person: i64,
        since: Timestamp,
    ) -> Result<Option<(UseId, Decided)>, QueryError> {
        let leave = self.permit(asker, purpose)?;
        let pseudonyms = self.pseudonyms(&leave.purpose.name)?;
        let Some(slot) = pseudonyms.slot(person) else { return Ok(None) };
        let found = self.store.latest_decision(slot, campaign, since);
        let found = found.map_err(QueryError::unlogged)?;
        Ok(found.map(|one| {
            let KeptDecision { use_id, at, cost, made } = one;
            (use_id, Decided { use_id, at, cost, made: given(made, person) })
        }))
    }

    /// How often a campaign ran; nothing of anybody.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn runs(&self, campaign: &str) -> Result<Runs, QueryError> {
        let (count, last, decisions) =
            self.store.decision_runs(campaign).map_err(QueryError::unlogged)?;
        Ok(Runs { count, last, decisions })
    }

    /// The present.
    pub fn clock(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn governor_of(
        &self,
        now: &Now,
        leave: &Leave,
    ) -> Result<Arc<Governor>, QueryError> {
        let calendar = self.calendar(now.authority.charter());
        Ok(Arc::new(self.governor(&now.people, &leave.purpose, calendar)?))
    }
}

impl Governor {
    /// The slot behind a pseudonym, if its person may be seen now.
    fn slot_of(&self, person: i64) -> Option<Slot> {
        self.pseudonyms.slot(person).filter(|slot| self.eligible.contains(slot.0))
    }
}

/// The first 53 bits of a keyed hash, as a number from 0 up to 1.
fn draw(key: &hmac::Key, slot: u32) -> f64 {
    let tag = hmac::sign(key, &slot.to_be_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&tag.as_ref()[..8]);
    #[allow(clippy::cast_precision_loss, reason = "53 bits are what a double holds exactly")]
    let number = (u64::from_be_bytes(bytes) >> 11) as f64;
    number / 2_f64.powi(53)
}

fn kept(made: &Made, slot: Slot) -> NewDecision {
    let made = made.clone();
    NewDecision {
        slot,
        action: made.action,
        propensity: made.propensity,
        chances: made.chances,
        control: made.control,
        score: made.score,
        looked_at: made.looked_at,
        because: made.because,
        would_change: made.would_change,
        without_outside: made.without_outside,
    }
}

pub(super) fn given(made: NewDecision, person: i64) -> Made {
    Made {
        person,
        action: made.action,
        propensity: made.propensity,
        chances: made.chances,
        control: made.control,
        score: made.score,
        looked_at: made.looked_at,
        because: made.because,
        would_change: made.would_change,
        without_outside: made.without_outside,
    }
}
