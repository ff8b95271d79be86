//! What was really done, counted from the uses on record: the practice that stands beside the promise.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use roaring::RoaringBitmap;
use theirs_ledger::Entry;
use theirs_model::Sequence;
use theirs_notice::{Answers, Done, Practice, Waiting};
use theirs_store::{Doing, Store, StoreError, Walked};
use theirs_uses::{Act, Told};

use crate::desk::{Desk, RightsError};

/// A running count of the uses on record. Counting again looks only at what came since.
pub struct Tally {
    last: Sequence,
    erasures: usize,
    /// What was counted last, and the change up to which nothing else happened.
    counted: Option<(Sequence, Practice)>,
    /// What was held when that was last counted, and by which changes of people and loads it may not be
    /// so any more.
    holdings: Option<((Sequence, Option<Timestamp>), Timestamp, Holdings)>,
    practice: Practice,
    /// By purpose, whom it concerned.
    people: BTreeMap<String, RoaringBitmap>,
    /// By purpose and recipient, whose data was given.
    given: BTreeMap<(String, String), RoaringBitmap>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            last: Sequence(0),
            erasures: 0,
            counted: None,
            holdings: None,
            practice: Practice::default(),
            people: BTreeMap::new(),
            given: BTreeMap::new(),
        }
    }
}

impl Tally {
    /// Counts up to now. Whoever was erased is counted no more.
    pub fn count(&mut self, store: &Store, now: Timestamp) -> Result<Practice, RightsError> {
        let change = store.sequence()?;
        if let Some((known, practice)) = &self.counted
            && *known == change
        {
            return Ok(Practice { until: now, ..practice.clone() });
        }
        let erasures = store.erasures()?.len();
        if erasures != self.erasures {
            *self = Self { erasures, ..Self::default() };
        }
        let since = self.last;
        self.last = store.each_use_after(since, |used| self.take(used))?;
        let mut practice = self.practice.clone();
        practice.until = now;
        (practice.people, practice.held) = self.holdings(store, now)?;
        for (name, done) in &mut practice.purposes {
            done.people = self.people.get(name).map_or(0, RoaringBitmap::len);
            for (to, given) in &mut done.given {
                let key = (name.clone(), to.clone());
                given.people = self.given.get(&key).map_or(0, RoaringBitmap::len);
            }
        }
        self.counted = Some((change, practice.clone()));
        Ok(practice)
    }

    /// How many people are known, and how many entries each source holds. Counting them takes longer at a
    /// million people than a page may, so it is done again only when people or loads changed, or after
    /// an hour.
    fn holdings(&mut self, store: &Store, now: Timestamp) -> Result<Holdings, RightsError> {
        let loads = store.last_loads()?.iter().map(|load| load.at).max();
        let key = (store.people_sequence()?, loads);
        if let Some((known, at, holdings)) = &self.holdings
            && *known == key
            && now.duration_since(*at) < FRESH
        {
            return Ok(holdings.clone());
        }
        let held = store.record_counts()?.into_iter().chain(store.activity_counts()?).collect();
        let holdings = (store.count_people()?, held);
        self.holdings = Some((key, now, holdings.clone()));
        Ok(holdings)
    }

    fn take(&mut self, used: &Walked<'_>) -> Result<(), RightsError> {
        let told: Told = serde_json::from_str(used.told)
            .map_err(|_| StoreError::Damaged("a use on record cannot be read"))?;
        let practice = &mut self.practice;
        practice.uses += 1;
        practice.since.get_or_insert(used.at);
        match told.act {
            Act::Enrichment => practice.enrichments += 1,
            Act::Refusal => practice.refusals += 1,
            Act::Access => practice.opened += 1,
            _ if told.by == theirs_uses::YOU => practice.own_acts += 1,
            _ => {}
        }
        let leaves = matches!(told.act, Act::Share | Act::Message);
        let is_use = leaves || matches!(told.act, Act::Statement | Act::Decision);
        let Some(name) = told.purpose.clone().filter(|_| is_use) else { return Ok(()) };
        *self.people.entry(name.clone()).or_default() |= used.members;
        let done = practice.purposes.entry(name.clone()).or_default();
        note(done, &told, used);
        for to in told.recipients.iter().filter(|_| leaves) {
            let given = done.given.entry(to.clone()).or_default();
            given.lists += 1;
            given.last = given.last.max(Some(used.at));
            *self.given.entry((name.clone(), to.clone())).or_default() |= used.members;
        }
        Ok(())
    }
}

fn note(done: &mut Done, told: &Told, used: &Walked<'_>) {
    done.uses += 1;
    done.last = done.last.max(Some(used.at));
    done.columns.extend(told.columns.iter().cloned());
    done.activities.extend(told.activities.iter().cloned());
    done.charters.extend(Entry::decode(used.entry).ok().map(|entry| entry.charter));
    if let Some(role) = &told.role {
        let last = done.roles.entry(role.clone()).or_insert(used.at);
        *last = (*last).max(used.at);
    }
}

impl Desk {
    /// What is promised and late: values past their time, answers past theirs, others not told yet.
    pub fn late(&self, outbox: &Path, today: Date) -> Result<Vec<Waiting>, RightsError> {
        let now = self.now();
        let mut late = Vec::new();
        let expired = self.expire(Doing::Counting, outbox)?;
        for (source, count) in expired.activities.iter().chain(&expired.records) {
            late.push(Waiting {
                what: format!("entries of {source} that are kept beyond their time"),
                count: *count,
                way_out: "theirs expire".to_owned(),
            });
        }
        let others = [
            (expired.lists, "lists in the outbox that are kept beyond their time", "theirs expire"),
            (
                expired.kept,
                "entries kept of erased people beyond what the law asks",
                "theirs expire",
            ),
            (
                self.answers(today)?.late,
                "requests that wait beyond their last day",
                "theirs request list",
            ),
            (
                self.unswept(now)?,
                "erasures that are not through all files after 24 hours",
                "theirs sweep",
            ),
            (
                self.untold(now)?,
                "recipients or sources that were not told within three days",
                "theirs notice list",
            ),
        ];
        let others = others.into_iter().filter(|(count, ..)| *count > 0);
        late.extend(others.map(|(count, what, way_out)| Waiting {
            what: what.to_owned(),
            count,
            way_out: way_out.to_owned(),
        }));
        Ok(late)
    }

    /// How requests were answered, as everybody may read.
    pub fn answers(&self, today: Date) -> Result<Answers, RightsError> {
        let all = self.every_request()?;
        let ended = all.iter().filter_map(|one| Some(one.ended?.duration_since(one.came)));
        let mut days: Vec<u64> =
            ended.map(|took| u64::try_from(took.as_hours() / 24).unwrap_or(0)).collect();
        days.sort_unstable();
        Ok(Answers {
            answered: days.len() as u64,
            median_days: days.get(days.len() / 2).copied().unwrap_or(0),
            longest_days: days.last().copied().unwrap_or(0),
            waiting: all.iter().filter(|one| one.ended.is_none()).count() as u64,
            late: all.iter().filter(|one| one.is_late(today)).count() as u64,
        })
    }

    fn unswept(&self, now: Timestamp) -> Result<u64, RightsError> {
        let erasures = self.store.pending_erasures()?.iter().filter(|one| one.due < now).count();
        let values = self.store.pending_deletions()?.iter().filter(|one| one.due < now).count();
        Ok((erasures + values) as u64)
    }

    fn untold(&self, now: Timestamp) -> Result<u64, RightsError> {
        let since = now.checked_sub(UNTOLD).unwrap_or(Timestamp::MIN);
        let notices = self.store.notices()?;
        let late = notices.iter().filter(|one| one.told.is_none() && one.laid.is_none());
        let late = late.filter(|one| !one.is_void() && one.confirmed.is_none());
        Ok(late.filter(|one| one.at < since).count() as u64)
    }
}

/// How many people are known, and how many entries each source holds.
type Holdings = (u64, BTreeMap<String, u64>);

/// How long what was counted of holdings is good for.
const FRESH: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// How long a recipient may be left untold before that is drift.
const UNTOLD: jiff::SignedDuration = jiff::SignedDuration::from_hours(72);
