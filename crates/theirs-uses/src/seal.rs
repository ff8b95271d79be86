//! Epochs: now and then, what was logged is sealed for each person.
//!
//! Before release a use costs one leaf. Later, when an epoch is closed, uses that tell the same people
//! the same become one line; each line gets a batch with one commitment per person, each person's
//! chain grows by their commitments, and the heads tree commits to everybody's chain. The leaves of
//! an epoch are one group of the log, with all that the store has to know of them beside the last:
//! if we crash before that, nothing happened, and the next close does it again; after it, the store
//! is brought up from the journal.

mod audit;
mod orphan;
mod receipt;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use roaring::RoaringBitmap;
use theirs_ledger::{Batch as BatchLeaf, Entry, Heads as HeadsLeaf, Leaf, LeafIndex, Record};
use theirs_model::{Digest, UseId};
use theirs_receipt::{leaf_hash, root, uses_digest};
use theirs_store::{BatchRow, EpochRow, NewUse, Orphan, PersonKeys, Sealing, Store, Use};

use crate::batch::{Batch, Line, commitments};
use crate::heads::{Heads, HeadsFile, file_in};
use crate::{Book, BookError};

pub use audit::Audit;
pub use orphan::Forgotten;

/// The most uses that one epoch seals.
const MOST_USES: usize = 1 << 16;

/// Seals the uses of one folder, and makes receipts from that.
pub struct Seals {
    store: Arc<Store>,
    book: Book,
    keys: PersonKeys,
    file: HeadsFile,
    /// Held by whoever closes an epoch or reads what the last one left.
    work: Mutex<()>,
}

/// What closing an epoch came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The number of the epoch, from one.
    pub epoch: u64,
    /// How many uses of people's data it sealed.
    pub uses: u64,
    /// In how many lines.
    pub lines: u64,
    /// How many commitments that took.
    pub commitments: u64,
    /// How many slots the heads tree has.
    pub people: u64,
}

/// Uses that tell the same people the same.
struct Group {
    line: Line,
    members: RoaringBitmap,
    uses: Vec<UseId>,
    /// How many people there were beside those in the bitmap: they were erased in between.
    cleared: u64,
}

impl Group {
    fn people(&self) -> u64 {
        self.members.len() + self.cleared
    }
}

impl Seals {
    /// Over an open folder; `data` is where the heads are kept.
    pub fn new(store: Arc<Store>, book: Book, keys: PersonKeys, data: &Path) -> Self {
        Self { store, book, keys, file: file_in(data), work: Mutex::new(()) }
    }

    /// The ledger's keys of people.
    pub fn keys(&self) -> &PersonKeys {
        &self.keys
    }

    /// Closes an epoch over all that was logged until now; none if there is nothing to seal.
    pub fn close(&self, at: Timestamp) -> Result<Option<Closed>, BookError> {
        let _alone = self.alone();
        self.close_alone(at)
    }

    fn close_alone(&self, at: Timestamp) -> Result<Option<Closed>, BookError> {
        let mut until = self.book.kept_until()?.0;
        let mut uses = self.store.unsealed_uses(until)?;
        if uses.len() > MOST_USES {
            uses.truncate(MOST_USES);
            until = uses.last().and_then(|used| used.leaf).map_or(until, |leaf| leaf + 1);
        }
        if uses.is_empty() {
            return Ok(None);
        }
        let last = self.store.last_epoch()?;
        let (groups, nobody) = grouped(&uses)?;
        let people = self.people(last.as_ref(), &groups)?;
        let keys = self.everybodys_keys(people)?;
        let mut heads = self.heads(last.as_ref(), &keys)?;
        heads.grow(people);
        heads.epoch += 1;
        let mut batches = Vec::with_capacity(groups.len());
        let mut changed = RoaringBitmap::new();
        self.store.drop_orphans_from(heads.epoch)?;
        for (group, line) in groups.iter().zip(0u32..) {
            let mut commitments = commitments(&group.line, &keys, &group.members, &[])?;
            heads.push(&group.members, &commitments);
            commitments.extend(self.unknown(group, heads.epoch, line)?);
            batches.push(Batch::over(&commitments));
            changed |= &group.members;
        }
        heads.refresh(&changed, &keys);
        let tops = heads.tops();
        let heads_root = root(tops.clone());
        let sealed = (uses.len() - nobody.len()) as u64;
        let closing = Closing { at, until, last: last.as_ref(), people: people as u64 };
        let sealing = self.append(&closing, &heads, heads_root, &groups, batches, nobody)?;
        // Derived: if it cannot be kept it is made again.
        let _ = self.file.write(&heads, &tops);
        self.store.record_epoch(&sealing)?;
        Ok(Some(Closed {
            epoch: heads.epoch,
            uses: sealed,
            lines: groups.len() as u64,
            commitments: groups.iter().map(Group::people).sum(),
            people: people as u64,
        }))
    }

    /// What stands for those who were erased between a use and this epoch: random hashes, at the
    /// end of the batch.
    fn unknown(&self, group: &Group, epoch: u64, line: u32) -> Result<Vec<Digest>, BookError> {
        if group.cleared == 0 {
            return Ok(Vec::new());
        }
        let mut orphans = Vec::new();
        for place in group.members.len()..group.people() {
            let hash = Digest(NewUse::draw()?.1);
            orphans.push(Orphan { epoch, line, place, hash });
        }
        self.store.keep_orphans(&orphans)?;
        Ok(orphans.iter().map(|orphan| orphan.hash).collect())
    }

    /// Appends the leaves of an epoch as one group.
    fn append(
        &self,
        closing: &Closing<'_>,
        heads: &Heads,
        heads_root: Digest,
        groups: &[Group],
        batches: Vec<Batch>,
        nobody: Vec<UseId>,
    ) -> Result<Sealing, BookError> {
        // Only this thread appends leaves of this kind, but uses may come between: the places are
        // known after the append, so what is journalled counts them from the heads leaf.
        let at = Timestamp::from_microsecond(closing.at.as_microsecond()).unwrap_or(closing.at);
        let mut records = Vec::with_capacity(groups.len() + 1);
        let mut sealing = Sealing {
            epoch: EpochRow {
                number: heads.epoch,
                first: closing.last.map_or(0, |last| last.until),
                until: closing.until,
                at,
                leaf: 0,
                people: closing.people,
                root: heads_root,
            },
            batches: Vec::with_capacity(groups.len()),
            nobody,
        };
        for ((group, batch), line) in groups.iter().zip(batches).zip(0u32..) {
            let row = BatchRow {
                line,
                leaf: 0,
                uses: group.uses.len() as u64,
                people: group.people(),
                root: batch.root,
                tops: batch.tops,
            };
            let leaf = Leaf::Batch(BatchLeaf {
                at,
                id: NewUse::draw()?.0,
                uses_digest: group.line.uses,
                people: row.people,
                root: row.root,
                epoch: heads.epoch,
                line: u64::from(line),
                uses: row.uses,
            });
            records.push(Record { leaf, payload: Vec::new() });
            sealing.batches.push((row, group.uses.clone()));
        }
        let leaf = Leaf::Heads(HeadsLeaf {
            at,
            id: NewUse::draw()?.0,
            previous: self.previous(closing.last)?,
            people: closing.people,
            root: heads_root,
            epoch: heads.epoch,
            first: sealing.epoch.first,
            until: closing.until,
            commitments: groups.iter().map(Group::people).sum(),
        });
        let payload = serde_json::to_vec(&sealing).map_err(|_| BookError::Unreadable)?;
        records.push(Record { leaf, payload });
        let places = self.book.ledger.append_records(records)?;
        place(&mut sealing, places.last().map_or(0, |leaf| leaf.0));
        Ok(sealing)
    }

    /// The leaf hash of the close of an epoch.
    fn previous(&self, last: Option<&EpochRow>) -> Result<Digest, BookError> {
        let Some(last) = last else { return Ok(Digest([0; 32])) };
        Ok(leaf_hash(&self.book.ledger.leaf(LeafIndex(last.leaf))?.encode()))
    }

    /// How many slots the heads tree has to have.
    fn people(&self, last: Option<&EpochRow>, groups: &[Group]) -> Result<usize, BookError> {
        let known = u64::from(self.store.slots()?).max(last.map_or(0, |last| last.people));
        let largest = groups.iter().filter_map(|group| group.members.max()).max();
        let people = known.max(largest.map_or(0, |slot| u64::from(slot) + 1));
        usize::try_from(people).map_err(|_| BookError::Unreadable)
    }

    /// Everybody's key by slot; whoever has none gets one, unless theirs was destroyed.
    fn everybodys_keys(&self, people: usize) -> Result<Vec<Option<[u8; 32]>>, BookError> {
        let mut slots = RoaringBitmap::new();
        slots.insert_range(0..u32::try_from(people).unwrap_or(u32::MAX));
        self.keys.ensure(&slots)?;
        let mut keys = vec![None; people];
        self.keys.each(|slot, key| {
            if let Some(place) = keys.get_mut(slot.0 as usize) {
                *place = Some(key);
            }
        })?;
        Ok(keys)
    }

    /// Everybody's chains as of the last epoch: as they were kept, else replayed.
    fn heads(
        &self,
        last: Option<&EpochRow>,
        keys: &[Option<[u8; 32]>],
    ) -> Result<Heads, BookError> {
        let Some(last) = last else { return Ok(Heads::default()) };
        if let Some(kept) = self.file.read(last.number, last.root) {
            return Ok(kept);
        }
        let heads = self.replay(keys, &mut |_| Ok(()))?;
        let tops = heads.tops();
        if heads.epoch != last.number || root(tops.clone()) != last.root {
            return Err(BookError::NotAsSealed);
        }
        let _ = self.file.write(&heads, &tops);
        Ok(heads)
    }

    fn alone(&self) -> MutexGuard<'_, ()> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Closing<'a> {
    at: Timestamp,
    until: u64,
    last: Option<&'a EpochRow>,
    people: u64,
}

/// Fills in where the leaves of an epoch stand, from the last of them.
fn place(sealing: &mut Sealing, leaf: u64) {
    let count = sealing.batches.len() as u64;
    sealing.epoch.leaf = leaf;
    for ((batch, _), at) in sealing.batches.iter_mut().zip(leaf.saturating_sub(count)..) {
        batch.leaf = at;
    }
}

/// The epoch that the journal keeps with its last leaf.
pub(crate) fn journalled(index: LeafIndex, payload: &[u8]) -> Option<Sealing> {
    let mut sealing: Sealing = serde_json::from_slice(payload).ok()?;
    place(&mut sealing, index.0);
    Some(sealing)
}

/// The uses in lines, in the order of each line's first use, and those that concern nobody.
fn grouped(uses: &[Use]) -> Result<(Vec<Group>, Vec<UseId>), BookError> {
    let mut numbers: HashMap<(Digest, Digest, u8, u64, &[u8]), usize> = HashMap::new();
    let mut lines: Vec<Vec<&Use>> = Vec::new();
    let mut nobody = Vec::new();
    for used in uses {
        if used.people == 0 {
            nobody.push(used.id);
            continue;
        }
        let entry = Entry::decode(&used.entry).map_err(|_| BookError::Unreadable)?;
        let same = (entry.told, entry.charter, entry.kind as u8, used.people, &*used.members);
        let number = *numbers.entry(same).or_insert(lines.len());
        if number == lines.len() {
            lines.push(Vec::new());
        }
        lines[number].push(used);
    }
    let groups = lines.iter().map(|uses| group(uses)).collect::<Result<_, _>>()?;
    Ok((groups, nobody))
}

fn group(uses: &[&Use]) -> Result<Group, BookError> {
    let first = uses.first().ok_or(BookError::Unreadable)?;
    Ok(Group {
        line: line(uses)?,
        members: first.bitmap()?,
        uses: uses.iter().map(|used| used.id).collect(),
        cleared: first.cleared,
    })
}

/// What all commitments of a line share.
fn line(uses: &[&Use]) -> Result<Line, BookError> {
    let first = uses.first().ok_or(BookError::Unreadable)?;
    let entry = Entry::decode(&first.entry).map_err(|_| BookError::Unreadable)?;
    let hashes: Vec<Digest> = uses.iter().map(|used| leaf_hash(&used.entry)).collect();
    Ok(Line { first_use: first.id, uses: uses_digest(&hashes), told: entry.told })
}

/// The uses of one epoch by line.
fn by_line(uses: Vec<Use>) -> BTreeMap<(u64, u32), Vec<Use>> {
    let mut lines: BTreeMap<(u64, u32), Vec<Use>> = BTreeMap::new();
    for used in uses {
        if let (Some(epoch), Some(line)) = (used.epoch, used.line) {
            lines.entry((epoch, line)).or_default().push(used);
        }
    }
    for uses in lines.values_mut() {
        uses.sort_by_key(|used| used.leaf);
    }
    lines
}

#[cfg(test)]
mod tests;
