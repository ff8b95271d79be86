//! The charter in force, followed: its text, the policies beside it, and what people approved.
//!
//! Every door asks here before each statement, so that an approval, a withdrawal or a veto acts on the
//! next one, as a new charter does. What did not change is not read again: the price of a statement is
//! one number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use theirs_charter::{
    Admission, Authority, Charter, InForce, Judges, Key, Moment, OnRecord, Outside, Past,
    PolicyFault, Subject, Turn, Turning,
};
use theirs_model::{Digest, Sequence};
use theirs_store::{CharterVersion, KeptTurn, Keys, Lake, Store, StoreError};

use crate::concern::{concerned_by_source, without};

/// Follows the charter in force of one folder.
pub struct Following {
    keys: Keys,
    lake: Lake,
    in_force: InForce,
    /// What is on record, and of which charter in force, since when.
    record: Mutex<Option<(Digest, Timestamp, Arc<OnRecord>)>>,
    /// Of which sources everybody was told, and up to which changes that was looked at.
    told: Mutex<BTreeMap<String, (Seen, bool)>>,
}

/// Changes of approvals, of people and of what was loaded.
type Seen = (Sequence, Sequence, i64);

/// Why there is no authority.
#[derive(Debug, thiserror::Error)]
pub enum NotInForce {
    /// No charter was ever applied.
    #[error("no charter is in force; run `theirs charter apply`")]
    NoCharter,
    /// The charter in force, or a policy, does not read any more.
    #[error(transparent)]
    Policy(#[from] PolicyFault),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Following {
    /// Follows a folder of these keys and activities, and asks these judges.
    pub fn new(keys: &Keys, lake: &Lake, judges: Judges) -> Self {
        let in_force = InForce::judged_by(judges);
        let (keys, lake) = (keys.clone(), lake.clone());
        Self { keys, lake, in_force, record: Mutex::default(), told: Mutex::default() }
    }

    /// Who may do what at this moment.
    ///
    /// # Errors
    /// No charter is in force, it does not read, or the store failed.
    pub fn authority(&self, store: &Store, now: Timestamp) -> Result<Arc<Authority>, NotInForce> {
        let version = store.charter_in_force()?.ok_or(NotInForce::NoCharter)?;
        let record = self.record(store, &version)?;
        let is_told = |source: &Subject| self.is_told(store, &version, source);
        let moment = Moment { record: &record, now, is_told: &is_told };
        let policies = version.policies.clone();
        Ok(self.in_force.of(version.digest, &version.text, policies, &moment)?)
    }

    /// How each source from outside stands at this moment.
    ///
    /// # Errors
    /// As [`Following::authority`].
    pub fn admissions(&self, store: &Store, now: Timestamp) -> Result<Vec<Admission>, NotInForce> {
        let authority = self.authority(store, now)?;
        let version = store.charter_in_force()?.ok_or(NotInForce::NoCharter)?;
        let is_told = |source: &Subject| self.is_told(store, &version, source);
        let record = self.record(store, &version)?;
        let moment = Moment { record: &record, now, is_told: &is_told };
        Ok(self.in_force.admissions(&authority, &moment))
    }

    /// Whether everybody was told whom a source is about. A record that is nobody's yet is about somebody
    /// who was not; what cannot be found out was not done.
    fn is_told(&self, store: &Store, version: &CharterVersion, source: &Subject) -> bool {
        let look = || {
            let (people, loads) = store.concern_changed()?;
            let seen = (store.approvals_changed()?, people, loads);
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            let name = format!("{} {}", source.name, source.digest);
            if let Some((_, answer)) = told.get(&name).filter(|known| known.0 == seen) {
                return Ok::<_, StoreError>(*answer);
            }
            let answer = everybody_was_told(store, &self.lake, version, source)?;
            told.retain(|_, known| known.0 == seen);
            told.insert(name, (seen, answer));
            Ok(answer)
        };
        look().unwrap_or(false)
    }

    /// What is on record of approvals, read again when it changed.
    fn record(&self, store: &Store, version: &CharterVersion) -> Result<Arc<OnRecord>, NotInForce> {
        let mut last = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        let number = store.approvals_changed()?.0;
        let is_known = |(digest, applied, known): &&(Digest, Timestamp, Arc<OnRecord>)| {
            (known.number, *digest, *applied) == (number, version.digest, version.applied)
        };
        if let Some((.., known)) = last.as_ref().filter(is_known).filter(|_| number > 0) {
            return Ok(Arc::clone(known));
        }
        if store.has_to_adopt()? {
            let outside = Outside::AsApplied;
            let charter = Charter::read_with("charter.yaml", &version.text, outside);
            store.adopt(&charter.map_err(PolicyFault::from)?.adopted(), &self.keys)?;
        }
        let record = Arc::new(on_record(store, &self.keys)?);
        *last = Some((version.digest, version.applied, Arc::clone(&record)));
        Ok(record)
    }
}

/// All that is on record of approvals.
///
/// What stops something counts whoever wrote it. What opens something counts only if it is as it was
/// written, and if no restore lost what was said since.
fn on_record(store: &Store, keys: &Keys) -> Result<OnRecord, StoreError> {
    let number = store.approvals_changed()?.0;
    let lost = store.lost()?.into_iter().filter(|lost| lost.first < lost.until);
    let lost = lost.map(|lost| lost.at).max();
    let counts = |turn: &Turn, is_sound: bool| {
        !turn.turning.opens() || is_sound && lost.is_none_or(|lost| turn.at > lost)
    };
    let turns = store.turns(keys)?.into_iter().filter_map(|kept| {
        let is_sound = kept.is_sound;
        turn(kept).filter(|turn| counts(turn, is_sound))
    });
    let adopted = store.adopted(keys)?.into_iter().collect();
    let versions = versions(store)?;
    Ok(OnRecord {
        number,
        turns: turns.collect(),
        past: Past::of(&versions),
        first: first(store, versions, &adopted)?.map(Arc::new),
        adopted,
        told: store.told_all(keys)?.into_iter().collect(),
    })
}

/// Every version of the charter that was ever in force and reads still, as its text has it.
fn versions(store: &Store) -> Result<Vec<Charter>, StoreError> {
    let versions = store.charter_versions()?.into_iter().rev();
    let read = versions.filter_map(|version| {
        Charter::read_with("charter.yaml", &version.text, Outside::AsApplied).ok()
    });
    Ok(read.collect())
}

/// The first charter of a folder: the version that brought just what was adopted. Of several that did, it is
/// the one that was applied first as the uses on record have it: a version that is applied again is the
/// latest to the store, so that somebody could make another one the first.
fn first(
    store: &Store,
    versions: Vec<Charter>,
    adopted: &BTreeSet<(String, Digest)>,
) -> Result<Option<Charter>, StoreError> {
    let brought = |charter: &Charter| charter.adopted().into_iter().collect::<BTreeSet<_>>();
    let mut all: Vec<Charter> = versions;
    all.retain(|charter| brought(charter) == *adopted);
    if all.len() < 2 {
        return Ok(all.pop());
    }
    let at = applied_first(store, &all)?.unwrap_or(0);
    Ok(Some(all.swap_remove(at)))
}

/// Why a walk over the uses on record ends.
enum Stop {
    /// This one was applied.
    Applied(usize),
    /// The store failed.
    Failed(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Which of these charters was applied before the others, if the uses on record say so. The entry of a use
/// bears the digest of its charter.
fn applied_first(store: &Store, all: &[Charter]) -> Result<Option<usize>, StoreError> {
    let walked = store.each_use_after(Sequence(0), |used| {
        if !used.told.starts_with("{\"act\":\"charter\",") {
            return Ok(());
        }
        let bears = |charter: &Charter| used.entry.windows(32).any(|part| part == charter.digest.0);
        all.iter().position(bears).map_or(Ok(()), |at| Err(Stop::Applied(at)))
    });
    match walked {
        Ok(_) => Ok(None),
        Err(Stop::Applied(at)) => Ok(Some(at)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn everybody_was_told(
    store: &Store,
    lake: &Lake,
    version: &CharterVersion,
    source: &Subject,
) -> Result<bool, StoreError> {
    let charter = Charter::read_with("charter.yaml", &version.text, Outside::AsApplied);
    let Ok(charter) = charter else { return Ok(false) };
    let Some(clause) = charter.source(&source.name) else { return Ok(false) };
    let concerned = concerned_by_source(store, lake, clause)?;
    let informed = store.informed(&source.to_string(), &source.digest)?;
    Ok(!concerned.has_nobody && without(&concerned.slots, &informed).is_empty())
}

fn turn(kept: KeptTurn) -> Option<Turn> {
    let (turning, key) = (Turning::named(&kept.word)?, Key::named(&kept.key)?);
    let KeptTurn { subject, digest, principal, reason, at, .. } = kept;
    Some(Turn { subject, digest, turning, key, principal, reason, at })
}

#[cfg(test)]
mod tests;
