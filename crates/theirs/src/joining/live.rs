//! Who is whom while the folder is served: records are joined as they come, under the weights that
//! `theirs resolve` learnt.
//!
//! All that linkage compares is held in memory from the first change on. What came since is compared
//! alone, with the same result that `theirs resolve` would give over everything, and laid over the
//! people in one change. Where much came at once, as with a first load, everything is compared again
//! instead. Before the first `theirs resolve` there are no weights, and nothing is joined here.
//! Killed at any point it begins again from the last resolution; what was laid stands.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use theirs_charter::Charter;
use theirs_linkage::{Change, Hop, Judgement, Origin, Registry, Settings};
use theirs_model::{Digest, RecordId, Sequence, Slot};
use theirs_store::{Found, Held, LinkRow, Placement, Record, Store};
use theirs_uses::{Act, Told};

use super::browsers::{Browsers, ONE_USER, goes_with};
use super::numbers::{KnownNumbers, Turn};
use super::{Comparable, add, certain, number, only_follows, said};
use crate::command::resolve_quietly;
use crate::failure::Failure;
use crate::telemetry::{Event, Work};
use crate::workspace::Workspace;

/// How often it looks whether anything changed.
const REST: Duration = Duration::from_millis(300);
/// How long it waits after a failure, as on a full disk.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(5);
/// So many records are compared one by one; beyond that, and beyond a part of all, everything is
/// compared again at once.
const FEW: usize = 2_000;
/// The part of all, as one in so many.
const PART: usize = 20;

/// Joins records while this is held.
pub struct Joining {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Joining {
    /// Begins, on a thread of its own.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub fn start(workspace: Workspace) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("joining".to_owned()).spawn(move || {
            let mut joins = Joins::default();
            while !told.load(Ordering::Relaxed) {
                let rest = match joins.follow(&workspace) {
                    Ok(()) => REST,
                    Err(failure) => {
                        Event::Failed { work: Work::Joining, of: None, how: (&failure).into() }
                            .tell();
                        joins = Joins::default();
                        REST_AFTER_FAILURE
                    }
                };
                std::thread::park_timeout(rest);
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Joining {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

/// What is known of joins, and up to where.
#[derive(Default)]
pub struct Joins {
    /// Up to which change of people everything was joined, and the newest record at that change.
    seen: Option<(Sequence, RecordId)>,
    /// Nothing until something has to be joined.
    known: Option<Known>,
}

/// Everything that linkage compares.
struct Known {
    /// The charter by which it was read, and the change that brought the weights.
    basis: (Digest, Sequence),
    comparable: Comparable,
    browsers: Browsers,
    registry: Registry,
    numbers: KnownNumbers,
    verdicts: BTreeSet<Judgement>,
}

impl Joins {
    /// Joins what came or changed since it was called last.
    ///
    /// # Errors
    /// The store or the ledger cannot be read or written.
    pub fn follow(&mut self, workspace: &Workspace) -> Result<(), Failure> {
        let store = &workspace.store;
        let sequence = store.people_sequence()?;
        if self.seen.is_some_and(|(seen, _)| seen == sequence) {
            return Ok(());
        }
        // Nothing is loaded or resolved meanwhile.
        let _alone = workspace.alone();
        let now = (store.people_sequence()?, store.newest_record()?);
        let Some(learnt) = store.model_since()? else {
            self.seen = Some(now);
            return Ok(());
        };
        let charter = workspace.charter()?;
        let basis = (charter.acting(), learnt);
        let since = match (&self.known, self.seen) {
            (Some(known), Some(seen)) if known.basis == basis => seen,
            _ => {
                if self.is_idle(workspace, &charter, learnt)? {
                    self.seen = Some(now);
                    return Ok(());
                }
                self.known = Known::read(workspace, &charter, basis)?;
                // Who is nobody's yet is taken for new.
                let unplaced = store.first_unplaced()?;
                (learnt, unplaced.map_or(now.1, |first| RecordId(first.0 - 1)))
            }
        };
        // What cannot be followed waits for `theirs resolve`, which learns new weights.
        if let Some(known) = &mut self.known
            && !known.join(workspace, &charter, since)?
        {
            self.known = None;
            resolve_quietly(workspace)?;
        }
        self.seen = Some(now);
        Ok(())
    }

    /// Whether nothing came that could be joined: then nothing is held in memory either.
    fn is_idle(
        &self,
        workspace: &Workspace,
        charter: &Charter,
        learnt: Sequence,
    ) -> Result<bool, Failure> {
        let store = &workspace.store;
        let browsers = Browsers::of(charter);
        let (since, newest) = match self.seen {
            Some((seen, newest)) => (seen.max(learnt), newest),
            None if store.first_unplaced()?.is_some() => return Ok(false),
            None => (learnt, store.newest_record()?),
        };
        Ok(!store.has_changed_records(since, newest, &browsers.sources())?)
    }
}

impl Known {
    /// Reads all records; nothing if the weights do not fit them.
    fn read(
        workspace: &Workspace,
        charter: &Charter,
        basis: (Digest, Sequence),
    ) -> Result<Option<Self>, Failure> {
        let Ok(Some(model)) = workspace.model() else { return Ok(None) };
        let (comparable, browsers) = (Comparable::of(charter), Browsers::of(charter));
        let mut records = comparable.records(charter);
        let mut numbers = KnownNumbers::default();
        workspace.store.each_record(|record| {
            if !browsers.has(&record) {
                let values = comparable.values(charter, &record);
                add(&mut records, charter, &record, &values);
                numbers.note(&comparable, &values, &record);
            }
            Ok(())
        })?;
        let verdicts: BTreeSet<Judgement> = workspace.store.verdicts()?.iter().map(said).collect();
        let judgements: Vec<Judgement> =
            numbers.judgements().into_iter().chain(verdicts.iter().cloned()).collect();
        let settings = Settings { threshold: charter.linkage.threshold, ..Settings::default() };
        let registry = Registry::new((*model).clone(), records, judgements, &settings).ok();
        let known = |registry| Self { basis, comparable, browsers, registry, numbers, verdicts };
        Ok(registry.map(known))
    }

    /// Joins what came or changed after a change, at which this was the newest record; says no if that is
    /// too much to do one by one.
    fn join(
        &mut self,
        workspace: &Workspace,
        charter: &Charter,
        (since, newest): (Sequence, RecordId),
    ) -> Result<bool, Failure> {
        let store = &workspace.store;
        let changed = store.changed_records(since, newest, &self.browsers.sources())?;
        if changed.len() > FEW.max(self.registry.len() / PART) {
            return Ok(false);
        }
        let mut touched: BTreeSet<RecordId> = changed.iter().copied().collect();
        let mut take = |change: Change| touched.extend(change.placed.iter().map(|p| own(p.record)));
        for record in store.records_erased(since)? {
            let turn = self.numbers.forget(record);
            take(self.registry.remove(&[number(record)]));
            turned(&mut self.registry, &turn, &mut take);
        }
        for id in changed {
            let Some(record) = store.record_by_id(id)? else { continue };
            let values = self.comparable.values(charter, &record);
            let turn = self.numbers.change(&self.comparable, &values, &record);
            if only_follows(charter, &record) {
                self.registry.follow(number(id));
            }
            take(self.registry.upsert(&[(number(id), &values.texts())]));
            turned(&mut self.registry, &turn, &mut take);
        }
        let verdicts: BTreeSet<Judgement> = store.verdicts()?.iter().map(said).collect();
        let turn = Turn {
            withdrawn: self.verdicts.difference(&verdicts).cloned().collect(),
            said: verdicts.difference(&self.verdicts).cloned().collect(),
        };
        turned(&mut self.registry, &turn, &mut take);
        self.verdicts = verdicts;
        self.lay(workspace, charter, touched)?;
        Ok(true)
    }

    /// Lays the people of these records over those that there are.
    fn lay(
        &self,
        workspace: &Workspace,
        charter: &Charter,
        touched: BTreeSet<RecordId>,
    ) -> Result<(), Failure> {
        let store = &workspace.store;
        let mut links = Vec::new();
        let held = self.circle(&workspace.store, touched, &mut links)?;
        let mut placements: Vec<Placement> = Vec::with_capacity(held.len());
        let mut clusters = Clusters::default();
        for record in held.keys() {
            let Some(placed) = self.registry.person_of(number(*record)) else { continue };
            let cluster = clusters.of(own(placed.cluster));
            placements.push(Placement { record: *record, cluster, confidence: placed.confidence });
        }
        if is_as_before(&placements, &held) {
            return Ok(());
        }
        self.browsers_follow(store, &held, &mut clusters, &mut placements, &mut links)?;
        if joins_anybody(&placements, &held) {
            let told = Told::new(Act::Resolution, "our systems");
            workspace.book().log_none(&told, charter.digest, workspace.clock.now())?;
        }
        let found = Found { placements: &placements, links: &links, households: &[] };
        store.place_some(&found, &workspace.keys)?;
        workspace.desk()?.keep_deleted_out()?;
        Ok(())
    }

    /// These records, all that are in a cluster or of a person with any of them, and so on; and the
    /// links inside the clusters.
    fn circle(
        &self,
        store: &Store,
        touched: BTreeSet<RecordId>,
        links: &mut Vec<LinkRow>,
    ) -> Result<Held, Failure> {
        let (mut held, mut clusters, mut slots) = (Held::new(), BTreeSet::new(), BTreeSet::new());
        let mut waiting: Vec<RecordId> = touched.into_iter().collect();
        while let Some(record) = waiting.pop() {
            if held.contains_key(&record) {
                continue;
            }
            let Some((_, whose)) = store.held([record])?.pop_first() else { continue };
            held.insert(record, whose);
            if let Some((slot, _)) = whose.filter(|(slot, _)| slots.insert(*slot)) {
                waiting.extend(store.records_of(slot)?.iter().map(|record| record.id));
            }
            if let Some(placed) = self.registry.person_of(number(record))
                && clusters.insert(placed.cluster)
            {
                let hops = self.registry.links_of(number(record));
                waiting.extend(hops.iter().flat_map(|hop| [own(hop.a), own(hop.b)]));
                links.extend(hops.iter().filter_map(link));
            }
        }
        Ok(held)
    }

    /// Browsers of people who were settled anew stay with who signed in there.
    fn browsers_follow(
        &self,
        store: &Store,
        held: &Held,
        clusters: &mut Clusters,
        placements: &mut Vec<Placement>,
        links: &mut Vec<LinkRow>,
    ) -> Result<(), Failure> {
        let whose: HashMap<RecordId, u32> =
            placements.iter().map(|placement| (placement.record, placement.cluster)).collect();
        for id in held.keys().filter(|id| !whose.contains_key(id)) {
            let Some(record) = store.record_by_id(*id)?.filter(|one| self.browsers.has(one)) else {
                continue;
            };
            let user = self.user(store, &record)?;
            let verdicts = store.verdicts_on(record.id)?;
            let verdicts: Vec<_> = verdicts.iter().collect();
            let cluster = |id: RecordId| whose.get(&id).copied();
            let with = goes_with(record.id, user, &verdicts, &cluster);
            let (cluster, confidence) = match with.and_then(cluster) {
                Some(cluster) => (cluster, ONE_USER),
                None => (clusters.of(record.id), 1.0),
            };
            placements.push(Placement { record: record.id, cluster, confidence });
            links.extend(with.map(|with| certain(record.id, with)));
        }
        Ok(())
    }

    /// The record by which the only user of a browser is known.
    fn user(&self, store: &Store, browser: &Record) -> Result<Option<RecordId>, Failure> {
        let (sources, key) = self.browsers.user(browser).unwrap_or_default();
        for source in sources {
            if let Some(record) = store.record(source, key)? {
                return Ok(Some(record.id));
            }
        }
        Ok(None)
    }
}

/// Numbers of clusters, by the record that each is called after.
#[derive(Default)]
struct Clusters(BTreeMap<RecordId, u32>);

impl Clusters {
    fn of(&mut self, record: RecordId) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(record).or_insert(next)
    }
}

/// Has the registry follow a turn of judgements.
fn turned(registry: &mut Registry, turn: &Turn, take: &mut impl FnMut(Change)) {
    if !turn.withdrawn.is_empty() {
        take(registry.withdraw(&turn.withdrawn));
    }
    if !turn.said.is_empty() {
        take(registry.judge(&turn.said));
    }
}

/// Whether these people are there already, as surely.
fn is_as_before(placements: &[Placement], held: &Held) -> bool {
    let mut slots: HashMap<u32, Slot> = HashMap::new();
    let mut clusters: HashMap<Slot, u32> = HashMap::new();
    placements.iter().all(|placement| {
        held.get(&placement.record).copied().flatten().is_some_and(|(slot, confidence)| {
            *slots.entry(placement.cluster).or_insert(slot) == slot
                && *clusters.entry(slot).or_insert(placement.cluster) == placement.cluster
                && confidence.to_bits() == placement.confidence.to_bits()
        })
    })
}

/// Whether a person is joined to another, or parted, and not just new or as they were.
fn joins_anybody(placements: &[Placement], held: &Held) -> bool {
    let mut members: HashMap<u32, (usize, BTreeSet<Option<Slot>>)> = HashMap::new();
    let mut parts: HashMap<Slot, BTreeSet<u32>> = HashMap::new();
    for placement in placements {
        let slot = held.get(&placement.record).copied().flatten().map(|(slot, _)| slot);
        let (count, slots) = members.entry(placement.cluster).or_default();
        *count += 1;
        slots.insert(slot);
        if let Some(slot) = slot {
            parts.entry(slot).or_default().insert(placement.cluster);
        }
    }
    members.values().any(|(count, slots)| *count > 1 && (slots.len() > 1 || slots.contains(&None)))
        || parts.values().any(|clusters| clusters.len() > 1)
}

/// A link as the store keeps it; what people said is kept as their verdict.
fn link(hop: &Hop) -> Option<LinkRow> {
    let (a, b) = (own(hop.a), own(hop.b));
    match &hop.origin {
        None => Some(LinkRow {
            a: a.min(b),
            b: a.max(b),
            weight: hop.weight,
            probability: hop.probability,
        }),
        Some(Origin::SharedNumber { .. }) => Some(certain(a, b)),
        Some(Origin::Person | Origin::Colleague { .. }) => None,
    }
}

/// A record's id as the store knows it.
fn own(record: theirs_linkage::RecordId) -> RecordId {
    RecordId(record.0)
}
