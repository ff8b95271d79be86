//! Retention: what is past the time that the charter gives it goes (GDPR Art. 5(1)(e)).
//!
//! * An activity goes `keep` of its source after it happened, later where a duty of the charter sees
//!   that activity for longer.
//! * A record goes `keep` of its source after the latest of: what it says of its own age, what the
//!   same person did since, and what they did about their data. Whoever is still a client stays.
//! * A list in the outbox goes `keep` of its purpose after it was given; so does what a campaign decided.
//! * What was kept of erased people under a duty goes with the duty's end.
//! * A sample of data from outside goes on the day on which its trial ends, or once the verdict is that
//!   it is not needed, unless the source was admitted.
//!
//! It is on record first, with its counts; then it goes. If we crash between, the next run finds
//! the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::UInt64Type;
use jiff::Timestamp;
use roaring::RoaringBitmap;
use serde::Serialize;
use theirs_charter::{Asker, Basis, Charter, Retention, Source};
use theirs_model::{RecordId, UseId};
use theirs_store::{Doing, NewErasure, Record, StoreError};
use theirs_uses::{Act, Told};

use crate::desk::{By, Desk, RightsError};
use crate::erase::{FILES_WITHIN, Ground, began};

/// How many records are looked up in the lake at once.
const AT_ONCE: usize = 1_000;

/// What is past its time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Expired {
    /// Activities by source.
    pub activities: BTreeMap<String, u64>,
    /// Records by source.
    pub records: BTreeMap<String, u64>,
    /// What was kept of erased people under a duty.
    pub kept: u64,
    /// Lists in the outbox.
    pub lists: u64,
    /// What campaigns decided.
    pub decisions: u64,
    /// The use under which it is on record, if anything went.
    pub use_id: Option<UseId>,
}

/// The instant before which the activities of a source are no longer kept, if that is bounded.
pub fn kept_since(charter: &Charter, source: &str, now: Timestamp) -> Option<Timestamp> {
    let own = charter.source(source)?.keep?;
    let duties = charter.purposes.iter().filter(|purpose| {
        purpose.basis == Basis::LegalObligation
            && purpose.activities.iter().any(|grant| grant.source == source)
    });
    let keeps = duties.map(|purpose| purpose.keep).chain([own]);
    keeps.map(|keep| began(keep, now, &charter.time_zone)).min()
}

impl Expired {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn in_words(&self) -> String {
        let all = self.activities.iter().chain(&self.records);
        let mut parts: Vec<String> =
            all.map(|(source, count)| format!("{count} of {source}")).collect();
        for (count, what) in
            [(self.kept, "kept under a duty"), (self.lists, "lists"), (self.decisions, "decisions")]
        {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        parts.join(", ")
    }
}

impl Desk {
    /// Removes what is past its time, or only counts it. Nobody may write files of the lake
    /// meanwhile.
    pub fn expire(&self, doing: Doing, outbox: &Path) -> Result<Expired, RightsError> {
        let now = self.now();
        let old = self.old_records(now)?;
        let lists = self.old_lists(outbox, now)?;
        let mut expired = Expired {
            kept: self.store.kept_past(now)?,
            lists: lists.len() as u64,
            decisions: self.old_decisions(now)?,
            ..Expired::default()
        };
        for record in &old {
            *expired.records.entry(record.source.clone()).or_default() += 1;
        }
        for (source, time, cutoff) in self.cutoffs(now) {
            let rows = self.take_out(&source, &time, cutoff, Doing::Counting)?;
            if rows > 0 {
                expired.activities.insert(source, rows);
            }
        }
        if expired.is_empty() || doing == Doing::Counting {
            return Ok(expired);
        }
        let use_id = self.log_expiry(&expired, &old)?;
        for (source, time, cutoff) in self.cutoffs(now) {
            self.take_out(&source, &time, cutoff, Doing::Writing)?;
        }
        let due = now.saturating_add(FILES_WITHIN).unwrap_or(Timestamp::MAX);
        self.remove_records(&old, use_id)?;
        self.store.drop_kept_past(now, due)?;
        for purpose in &self.charter.purposes {
            let cutoff = began(purpose.keep, now, &self.charter.time_zone);
            self.store.forget_decisions_before(&purpose.name, cutoff)?;
        }
        for list in lists {
            std::fs::remove_file(list).map_err(StoreError::from)?;
        }
        expired.use_id = Some(use_id);
        Ok(expired)
    }

    /// Removes the sample of a source from outside that is not needed: everything that it said, now.
    ///
    /// # Errors
    /// The ledger or the store failed.
    pub fn drop_sample(&self, source: &Source) -> Result<Expired, RightsError> {
        let mut old = Vec::new();
        self.store.each_record(|record| {
            if record.source == source.name {
                old.push(record);
            }
            Ok(())
        })?;
        let found = self.charter.activities().find(|(known, _)| known.name == source.name);
        let time = found.map(|(_, activity)| activity.time.clone());
        let take_out = |doing| match &time {
            Some(time) => self.take_out(&source.name, time, Timestamp::MAX, doing),
            None => Ok(0),
        };
        let mut gone = Expired::default();
        for (rows, of) in [
            (old.len() as u64, &mut gone.records),
            (take_out(Doing::Counting)?, &mut gone.activities),
        ] {
            if rows > 0 {
                of.insert(source.name.clone(), rows);
            }
        }
        if gone.is_empty() {
            return Ok(gone);
        }
        let use_id = self.log_expiry(&gone, &old)?;
        take_out(Doing::Writing)?;
        self.remove_records(&old, use_id)?;
        gone.use_id = Some(use_id);
        Ok(gone)
    }

    pub(crate) fn remove_records(&self, old: &[Record], use_id: UseId) -> Result<(), RightsError> {
        if old.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let records: Vec<RecordId> = old.iter().map(|record| record.id).collect();
        self.store.hang_elsewhere(&records)?;
        let erasure = NewErasure {
            use_id,
            at: now,
            by: "charter".to_owned(),
            ground: Ground::NoLongerNeeded.word(),
            due: now.saturating_add(FILES_WITHIN).unwrap_or(Timestamp::MAX),
            tombstones: &[],
            kept: &[],
            notices: &[],
        };
        Ok(self.store.erase_records(&records, &erasure).map(drop)?)
    }

    /// Whether a source is a sample whose trial is over, and which was not admitted.
    fn is_spent(&self, source: &Source) -> bool {
        let trial = self.charter.trial_of(&source.name);
        let today = self.charter.day(self.now());
        !self.charter.admits(source) && trial.is_some_and(|(_, trial)| trial.ends <= today)
    }

    pub(crate) fn log_expiry(
        &self,
        expired: &Expired,
        old: &[Record],
    ) -> Result<UseId, RightsError> {
        let mut members = RoaringBitmap::new();
        for record in old {
            members.extend(self.store.person_of(record.id)?.map(|person| person.slot.0));
        }
        let mut told = Told::new(Act::Expiry, "our systems");
        told.reason = Some(expired.in_words());
        Ok(self.book.log(&told, &members, self.charter.digest, self.now())?)
    }

    /// For each source of activities with an end: its name, the column of its time, and the instant
    /// before which everything goes.
    fn cutoffs(&self, now: Timestamp) -> Vec<(String, String, Timestamp)> {
        let all = self.charter.activities();
        let bounded = all.filter_map(|(source, activity)| {
            let spent = self.is_spent(source).then_some(Timestamp::MAX);
            let cutoff = spent.or_else(|| kept_since(&self.charter, &source.name, now))?;
            Some((source.name.clone(), activity.time.clone(), cutoff))
        });
        bounded.collect()
    }

    /// The records that are past their time.
    fn old_records(&self, now: Timestamp) -> Result<Vec<Record>, RightsError> {
        let zone = &self.charter.time_zone;
        let bounded: BTreeMap<&str, Retention> = self
            .charter
            .identities()
            .filter_map(|(source, _)| Some((source.name.as_str(), source.keep?)))
            .collect();
        let spent: BTreeSet<&str> = self
            .charter
            .identities()
            .filter(|(source, _)| self.is_spent(source))
            .map(|(source, _)| source.name.as_str())
            .collect();
        let (mut old, mut gone): (Vec<(Record, Timestamp)>, Vec<Record>) = Default::default();
        if bounded.is_empty() && spent.is_empty() {
            return Ok(Vec::new());
        }
        self.store.each_record(|record| {
            if spent.contains(record.source.as_str()) {
                gone.push(record);
            } else if let Some(keep) = bounded.get(record.source.as_str()) {
                let cutoff = began(*keep, now, zone);
                if record.since < cutoff && record.loaded < cutoff {
                    old.push((record, cutoff));
                }
            }
            Ok(())
        })?;
        for some in old.chunks(AT_ONCE) {
            let last = self.last_deeds(some)?;
            let is_idle = |(record, cutoff): &&(Record, Timestamp)| {
                last.get(&record.id).is_none_or(|last| last < cutoff)
            };
            gone.extend(some.iter().filter(is_idle).map(|(record, _)| record.clone()));
        }
        Ok(gone)
    }

    /// When whoever has each record last did something, with us or about their data.
    fn last_deeds(
        &self,
        some: &[(Record, Timestamp)],
    ) -> Result<BTreeMap<RecordId, Timestamp>, RightsError> {
        let mut all: BTreeSet<RecordId> = BTreeSet::new();
        let mut of: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
        let mut last: BTreeMap<RecordId, Timestamp> = BTreeMap::new();
        for (record, _) in some {
            let person = self.store.person_of(record.id)?;
            let theirs = match &person {
                Some(person) => self.store.records_of(person.slot)?.iter().map(|r| r.id).collect(),
                None => vec![record.id],
            };
            if let Some(person) = person {
                let acts = self.store.acts_of(person.slot)?;
                last.extend(acts.iter().map(|act| act.at).max().map(|at| (record.id, at)));
            }
            all.extend(&theirs);
            of.insert(record.id, theirs);
        }
        let latest = self.latest_activities(&all.into_iter().collect::<Vec<_>>())?;
        for (record, theirs) in of {
            let at = theirs.iter().filter_map(|one| latest.get(one)).max().copied();
            if at > last.get(&record).copied() {
                last.extend(at.map(|at| (record, at)));
            }
        }
        Ok(last)
    }

    fn latest_activities(
        &self,
        records: &[RecordId],
    ) -> Result<BTreeMap<RecordId, Timestamp>, RightsError> {
        let mut latest: BTreeMap<RecordId, Timestamp> = BTreeMap::new();
        for (source, activity) in self.charter.activities() {
            let rows = self.lake.rows_of(&self.store, &source.name, records)?;
            let whose: Vec<RecordId> = rows.0.iter().flat_map(record_numbers).collect();
            for (record, at) in whose.into_iter().zip(rows.times(&activity.time)) {
                let Some(at) = at else { continue };
                let known = latest.entry(record).or_insert(at);
                *known = at.max(*known);
            }
        }
        Ok(latest)
    }

    /// How many decisions of campaigns there are whose purpose keeps them no longer.
    fn old_decisions(&self, now: Timestamp) -> Result<u64, RightsError> {
        let mut old = 0;
        for purpose in &self.charter.purposes {
            let cutoff = began(purpose.keep, now, &self.charter.time_zone);
            old += self.store.decisions_before(&purpose.name, cutoff)?;
        }
        Ok(old)
    }

    /// The lists in the outbox whose purpose keeps them no longer.
    fn old_lists(
        &self,
        outbox: &Path,
        now: Timestamp,
    ) -> Result<Vec<std::path::PathBuf>, RightsError> {
        let mut old = Vec::new();
        let folders = [outbox.to_owned(), outbox.join("webhook")];
        let listed = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        for file in listed {
            let path = file.map_err(StoreError::from)?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let Some((purpose, use_id)) = name.rsplit_once('-') else { continue };
            // Part of a list that goes by requests bears its number, too.
            let purpose = self.charter.purpose(purpose.split('.').next().unwrap_or(purpose));
            let (Some(purpose), Ok(use_id)) = (purpose, use_id.parse()) else { continue };
            let Some(at) = self.store.time_of_use(use_id)? else { continue };
            if at < began(purpose.keep, now, &self.charter.time_zone) {
                old.push(path);
            }
        }
        Ok(old)
    }

    /// What is kept of erased people for a duty, for a role that may use its purpose; reading it is
    /// on record.
    pub fn read_kept(
        &self,
        purpose: &str,
        asker: &Asker,
    ) -> Result<Vec<theirs_store::Kept>, RightsError> {
        let leave = match self.authority.permit(asker, purpose) {
            Ok(leave) => leave,
            Err(refusal) => return Err(self.refused(By::Colleague(asker), refusal)?),
        };
        let (role, purpose) = (&leave.role, &leave.purpose);
        let kept = self.store.kept(&purpose.name)?;
        let members = kept.iter().flat_map(|one| one.slots.iter().map(|slot| slot.0)).collect();
        let mut told = Told::new(Act::Kept, &role.says);
        told.role = Some(role.name.clone());
        told.purpose = Some(purpose.name.clone());
        told.says = Some(purpose.says.clone());
        told.basis = Some(purpose.basis.in_words().to_owned());
        self.book.log(&told, &members, self.charter.digest, self.now())?;
        Ok(kept)
    }
}

fn record_numbers(batch: &RecordBatch) -> Vec<RecordId> {
    let column = batch.column_by_name("_record");
    let numbers = column.and_then(|column| column.as_primitive_opt::<UInt64Type>());
    numbers.map_or_else(Vec::new, |all| all.values().iter().map(|one| RecordId(*one)).collect())
}
