//! What people refused, in the journal beside erasures: a restore from an older backup does it again.
//!
//! A journal holds no value, so of a contest it says that there is one, and of a correction that a
//! value was found wrong: what the person said instead is lost with the folder, and until somebody says
//! it again the value is used for nothing. What was allowed since a backup is not done again either;
//! it is asked anew. So a restored folder may refuse more than was refused, never less.
//!
//! A file is written after the use is on record and before the act is: if we crash between the two, a
//! restore does what was never acknowledged. Price: a file for each act, of some hundred bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use theirs_model::{RecordId, Slot, UseId};
use theirs_store::{ActKind, Mark, NewAct, Person, StoreError};

use crate::change::Done;
use crate::delete::JournalledDeletion;
use crate::desk::{Desk, RightsError};
use crate::erase::{DAMAGED, Journalled, Marker, each_in, put};

/// The form that this version writes and reads.
const FORMAT: u32 = 1;
/// The ending of its files.
const ENDING: &str = "refused";
/// The ending of those that wait for somebody whom a restored folder does not know yet.
const WAITING: &str = "waiting";

/// So many records are looked at one by one.
const FEW: u64 = 10_000;

/// What an act was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Consent,
    Objection,
    Restriction,
    Contest,
    Correction,
}

/// An act that refused something, or that took that back, without any value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    format: u32,
    /// The use under which the ledger holds it.
    pub(crate) use_id: UseId,
    at: Timestamp,
    by: String,
    kind: Kind,
    topic: String,
    /// What is done again; none if it took a refusal back.
    again: Option<String>,
    /// The marks of the records that the person had.
    keys: Vec<UseId>,
    /// Of one that waits: the newest record that was looked at.
    seen: RecordId,
}

impl Refusal {
    /// What is to be kept of an act, if it refused something or took that back.
    fn of(use_id: UseId, at: Timestamp, by: &str, done: &Done<'_>) -> Option<Self> {
        let said = done.content.as_deref();
        let (kind, again) = match done.kind {
            ActKind::Consent => (Kind::Consent, (said != Some("yes")).then_some("no")),
            ActKind::Objection => (Kind::Objection, (said == Some("yes")).then_some("yes")),
            ActKind::Restriction => (Kind::Restriction, (said != Some("no")).then_some("yes")),
            ActKind::Contest => match said {
                Some("no" | "dismissed") => (Kind::Contest, None),
                Some("upheld") => (Kind::Contest, Some("upheld")),
                _ => (Kind::Contest, Some("yes")),
            },
            // What it says instead is a value, and is lost.
            ActKind::Correction => (Kind::Correction, Some("yes")),
            ActKind::Deletion => return None,
        };
        Some(Self {
            format: FORMAT,
            use_id,
            at,
            by: by.to_owned(),
            kind,
            topic: done.topic.to_owned(),
            again: again.map(str::to_owned),
            keys: Vec::new(),
            seen: RecordId(0),
        })
    }

    /// Whether what a person did later takes this back. No later word on a value takes back that the
    /// one before was wrong.
    fn is_taken_back_by(&self, later: &Self) -> bool {
        later.again.is_none() && later.kind == self.kind && later.topic == self.topic
    }

    /// Whether a deletion took it away.
    fn is_forgotten_by(&self, deletion: &JournalledDeletion) -> bool {
        matches!(self.kind, Kind::Contest | Kind::Correction)
            && deletion.column == self.topic
            && deletion.at >= self.at
    }

    fn act(&self, anchor: RecordId) -> NewAct {
        let kind = match self.kind {
            Kind::Consent => ActKind::Consent,
            Kind::Objection => ActKind::Objection,
            Kind::Restriction => ActKind::Restriction,
            Kind::Contest | Kind::Correction => ActKind::Contest,
        };
        let (topic, content) = (self.topic.clone(), self.again.clone());
        NewAct { anchor, kind, topic, content, at: self.at, by: self.by.clone(), reason: None }
    }
}

/// Everything in a journal that is done again, or that says what is not.
pub(crate) struct Known<'k> {
    /// Every act that refused something or took it back, the earliest first.
    pub(crate) refusals: &'k [Refusal],
    pub(crate) erasures: &'k [Journalled],
    pub(crate) deletions: &'k [JournalledDeletion],
}

/// What came of doing refusals again.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DoneAgain {
    /// How many were done again, or wait for whoever it is to come.
    pub(crate) refused: u64,
    /// How many of these are values that had been corrected.
    pub(crate) corrections: u64,
    /// How many of them wait.
    pub(crate) waiting: u64,
}

impl Desk {
    /// A desk that keeps what is refused at it in a journal too.
    #[must_use]
    pub fn journalling(self, journal: &Path) -> Self {
        Self { journal: Some(journal.to_owned()), ..self }
    }

    /// Writes what a person did into the journal, if it refuses something or takes that back.
    pub(crate) fn journal_refusal(
        &self,
        person: &Person,
        use_id: UseId,
        (at, by): (Timestamp, &str),
        done: &Done<'_>,
    ) -> Result<(), RightsError> {
        let Some(journal) = &self.journal else { return Ok(()) };
        let Some(mut refusal) = Refusal::of(use_id, at, by, done) else { return Ok(()) };
        let marker = Marker::new(&self.keys);
        let records = self.store.records_of(person.slot)?;
        let keys = records.iter().map(|one| marker.key(&one.source, &one.key));
        refusal.keys = keys.map(|mark| UseId(mark.0)).collect();
        put(&journal.join(format!("{use_id}.{ENDING}")), &refusal)
    }

    /// Does again what was refused since a backup: `is_since` says of a use whether it was. What is of
    /// somebody who is not here waits in the journal.
    pub(crate) fn refuse_again(
        &self,
        known: &Known<'_>,
        is_since: &dyn Fn(UseId, Timestamp) -> bool,
        journal: &Path,
    ) -> Result<DoneAgain, RightsError> {
        let mut done = DoneAgain::default();
        let standing: Vec<Refusal> =
            standing(known).into_iter().filter(|one| is_since(one.use_id, one.at)).collect();
        let by_key = self.records_by_key(&standing.iter().flat_map(keys_of).collect())?;
        let newest = self.store.newest_record()?;
        for one in &standing {
            let path = journal.join(format!("{}.{WAITING}", one.use_id));
            match self.refuse_once_more(one, &by_key)? {
                None => {
                    let is_nobody_yet = keys_of(one).any(|key| by_key.contains_key(&key));
                    let seen = if is_nobody_yet { RecordId(0) } else { newest };
                    put(&path, &Refusal { seen, ..one.clone() })?;
                    done.waiting += 1;
                }
                Some(0) => continue,
                Some(_) => {}
            }
            done.refused += 1;
            done.corrections += u64::from(one.kind == Kind::Correction);
        }
        Ok(done)
    }

    /// Lets refusals act that waited for whoever came meanwhile.
    pub(crate) fn refuse_for_newcomers(&self) -> Result<(), RightsError> {
        let Some(journal) = &self.journal else { return Ok(()) };
        let newest = self.store.newest_record()?;
        let mut waiting: Vec<Refusal> = each_in(journal, WAITING)?;
        waiting.retain(|one| one.seen < newest);
        let Some(from) = waiting.iter().map(|one| one.seen).min() else { return Ok(()) };
        let wanted = waiting.iter().flat_map(keys_of).collect();
        let by_key = self.came_since(from, newest, &wanted)?;
        for mut one in waiting {
            let path = journal.join(format!("{}.{WAITING}", one.use_id));
            if self.refuse_once_more(&one, &by_key)?.is_some() {
                std::fs::remove_file(path).map_err(StoreError::from)?;
            } else if !keys_of(&one).any(|key| by_key.contains_key(&key)) {
                // Who came and is nobody yet is looked at again.
                one.seen = newest;
                put(&path, &one)?;
            }
        }
        Ok(())
    }

    /// The records with these marks that came after one and up to another. Of few each is looked at, so
    /// that whoever never comes back costs nothing while events come in.
    fn came_since(
        &self,
        from: RecordId,
        until: RecordId,
        wanted: &HashSet<Mark>,
    ) -> Result<HashMap<Mark, RecordId>, RightsError> {
        if until.0 - from.0 > FEW {
            return self.records_by_key(wanted);
        }
        let marker = Marker::new(&self.keys);
        let mut found = HashMap::new();
        for id in from.0 + 1..=until.0 {
            let Some(record) = self.store.record_by_id(RecordId(id))? else { continue };
            let mark = marker.key(&record.source, &record.key);
            if wanted.contains(&mark) {
                found.insert(mark, record.id);
            }
        }
        Ok(found)
    }

    /// Records a refusal of everybody who has one of its records now; says of how many who had not
    /// refused it so, or that nobody is here.
    fn refuse_once_more(
        &self,
        one: &Refusal,
        by_key: &HashMap<Mark, RecordId>,
    ) -> Result<Option<u64>, RightsError> {
        let mut whose: BTreeMap<Slot, Person> = BTreeMap::new();
        for record in keys_of(one).filter_map(|key| by_key.get(&key).copied()) {
            whose.extend(self.store.person_of(record)?.map(|person| (person.slot, person)));
        }
        if whose.is_empty() {
            return Ok(None);
        }
        let mut done = 0;
        for (slot, person) in &whose {
            let act = one.act(self.anchor(person)?);
            let is_there = self.store.acts_of(*slot)?.iter().any(|known| {
                let is_whole = one.kind == Kind::Correction && known.kind == ActKind::Correction;
                (known.kind == act.kind || is_whole)
                    && known.topic == act.topic
                    && known.at.as_microsecond() == act.at.as_microsecond()
            });
            if !is_there {
                self.store.record_act(&act)?;
                done += 1;
            }
        }
        Ok(Some(done))
    }
}

/// Every act that refused something or took that back, in a journal, the earliest first: in the order
/// of the log, where it has them, since a clock may tell two the same time.
pub(crate) fn read_refusals(
    journal: &Path,
    place: impl Fn(UseId) -> Option<u64>,
) -> Result<Vec<Refusal>, RightsError> {
    let mut found: Vec<Refusal> = each_in(journal, ENDING)?;
    if found.iter().any(|one| one.format != FORMAT) {
        return Err(DAMAGED.into());
    }
    found.sort_by_key(|one| (place(one.use_id).unwrap_or(u64::MAX), one.at, one.use_id));
    Ok(found)
}

fn keys_of(one: &Refusal) -> impl Iterator<Item = Mark> + '_ {
    one.keys.iter().map(|key| Mark(key.0))
}

/// The refusals that stand, each of the records of which nobody took it back and that were neither
/// erased nor freed of the value since.
fn standing(known: &Known<'_>) -> Vec<Refusal> {
    let mut found = Vec::new();
    let numbered = || known.refusals.iter().enumerate();
    let taken_back: Vec<_> = numbered().filter(|(_, one)| one.again.is_none()).collect();
    for (at, one) in numbered().filter(|(_, one)| one.again.is_some()) {
        let mut lifted: HashSet<Mark> = HashSet::new();
        let later = &taken_back[taken_back.partition_point(|(place, _)| *place < at)..];
        let later = later.iter().filter(|(_, later)| one.is_taken_back_by(later));
        lifted.extend(later.flat_map(|(_, later)| keys_of(later)));
        let erased = known.erasures.iter().filter(|erasure| erasure.at >= one.at);
        lifted.extend(erased.flat_map(Journalled::keys));
        let deleted = known.deletions.iter().filter(|deletion| one.is_forgotten_by(deletion));
        lifted.extend(deleted.flat_map(JournalledDeletion::keys));
        let left: BTreeSet<UseId> =
            one.keys.iter().copied().filter(|key| !lifted.contains(&Mark(key.0))).collect();
        if !left.is_empty() {
            found.push(Refusal { keys: left.into_iter().collect(), ..one.clone() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(at: i64, kind: Kind, again: Option<&str>, keys: &[u8]) -> Refusal {
        let id = |byte: u8| UseId([byte; 16]);
        Refusal {
            format: FORMAT,
            use_id: id(u8::try_from(at).unwrap()),
            at: Timestamp::from_second(at).unwrap(),
            by: "person".to_owned(),
            kind,
            topic: "city".to_owned(),
            again: again.map(str::to_owned),
            keys: keys.iter().map(|byte| id(*byte)).collect(),
            seen: RecordId(0),
        }
    }

    fn stand(refusals: &[Refusal]) -> Vec<(i64, usize)> {
        let known = Known { refusals, erasures: &[], deletions: &[] };
        let all = standing(&known).into_iter();
        all.map(|one| (one.at.as_second(), one.keys.len())).collect()
    }

    #[test]
    fn what_was_taken_back_since_is_not_refused_again_but_of_whoever_did_not() {
        let stop = |at, keys: &[u8]| act(at, Kind::Restriction, Some("yes"), keys);
        let go = |at, keys: &[u8]| act(at, Kind::Restriction, None, keys);
        assert_eq!(stand(&[stop(1, &[1, 2])]), [(1, 2)]);
        assert_eq!(stand(&[stop(1, &[1, 2]), go(2, &[1, 2])]), []);
        assert_eq!(stand(&[stop(1, &[1, 2]), go(2, &[1])]), [(1, 1)]);
        assert_eq!(stand(&[go(1, &[1]), stop(2, &[1])]), [(2, 1)]);
        let contest = act(1, Kind::Contest, Some("yes"), &[1]);
        let correction = act(2, Kind::Correction, Some("yes"), &[1]);
        let dismissed = act(3, Kind::Contest, None, &[1]);
        assert_eq!(stand(&[contest, correction, dismissed]), [(2, 1)], "a wrong value stays wrong");
    }
}
