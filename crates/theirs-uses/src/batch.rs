//! The batch of one line: a tree over one commitment per person, in the order of slots.
//!
//! Whole batches are computed when an epoch is closed and when the log is audited, on all processors.
//! For the proof of one person the roots of the subtrees of 256 are kept, so that it needs the keys
//! of 256 people and not of all. Erased people are orphans at their place.

use roaring::RoaringBitmap;
use theirs_model::{Digest, Slot, UseId};
use theirs_receipt::{PersonKey, Tree, commitment, leaf_hash, root};
use theirs_store::Orphan;

use crate::BookError;

/// The width of the subtrees whose roots are kept.
pub(crate) const WIDTH: usize = 256;

/// What all commitments of a line share.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub first_use: UseId,
    pub uses: Digest,
    pub told: Digest,
}

impl Line {
    /// The commitment to this line for the holder of a key.
    pub(crate) fn commitment(&self, key: &[u8; 32]) -> Digest {
        let blind = PersonKey::new(key).blind(self.first_use);
        commitment(blind, self.uses, self.told, nothing())
    }
}

/// The digest of what is told to one person alone, where that is nothing.
fn nothing() -> Digest {
    theirs_ledger::digest(b"")
}

/// A computed batch: its root and the roots of its subtrees.
pub(crate) struct Batch {
    pub root: Digest,
    pub tops: Vec<Digest>,
}

impl Batch {
    /// The batch over these commitments, in order of their places.
    pub(crate) fn over(commitments: &[Digest]) -> Self {
        let tops = in_parallel(commitments.chunks(WIDTH).collect(), |chunk: &[Digest]| {
            root(chunk.iter().map(|c| leaf_hash(&c.0)).collect())
        });
        Self { root: root(tops.clone()), tops }
    }
}

/// The commitments of all who have a key, and the orphans among them, in order of places.
pub(crate) fn commitments(
    line: &Line,
    keys: &[Option<[u8; 32]>],
    members: &RoaringBitmap,
    orphans: &[Orphan],
) -> Result<Vec<Digest>, BookError> {
    let slots: Vec<u32> = members.iter().collect();
    let computed = in_parallel(slots.chunks(4096).collect(), |slots: &[u32]| {
        let of = |slot: &u32| {
            let key = keys.get(usize::try_from(*slot).ok()?)?.as_ref()?;
            Some(line.commitment(key))
        };
        slots.iter().map(of).collect::<Option<Vec<_>>>()
    });
    let computed: Option<Vec<Vec<Digest>>> = computed.into_iter().collect();
    let mut computed = computed.ok_or(BookError::NoKey)?.into_iter().flatten();
    if orphans.is_empty() {
        return Ok(computed.collect());
    }
    let mut all = Vec::with_capacity(slots.len() + orphans.len());
    for orphan in orphans {
        let before = usize::try_from(orphan.place).unwrap_or(usize::MAX).saturating_sub(all.len());
        all.extend(computed.by_ref().take(before));
        all.push(orphan.hash);
    }
    all.extend(computed);
    Ok(all)
}

/// The place in its batch of the member number `rank`, from zero, among the orphans.
pub(crate) fn place(rank: u64, orphans: &[Orphan]) -> u64 {
    orphans.iter().fold(rank, |place, orphan| place + u64::from(orphan.place <= place))
}

/// The audit path of one place, of which the subtree is computed and all above it is kept.
pub(crate) fn path(
    line: &Line,
    tops: &[Digest],
    place: u64,
    members: &RoaringBitmap,
    orphans: &[Orphan],
    key: impl Fn(Slot) -> Result<Option<[u8; 32]>, BookError>,
) -> Result<Vec<Digest>, BookError> {
    let first = place / WIDTH as u64 * WIDTH as u64;
    let before = orphans.iter().filter(|orphan| orphan.place < first).count() as u64;
    let mut orphans = orphans.iter().filter(|orphan| orphan.place >= first).peekable();
    let rank = u32::try_from(first - before).map_err(|_| BookError::Unreadable)?;
    let mut slots = members.iter().skip(usize::try_from(rank).unwrap_or(usize::MAX));
    let mut leaves = Vec::with_capacity(WIDTH);
    while leaves.len() < WIDTH {
        let at = first + leaves.len() as u64;
        if let Some(orphan) = orphans.next_if(|orphan| orphan.place == at) {
            leaves.push(leaf_hash(&orphan.hash.0));
            continue;
        }
        let Some(slot) = slots.next() else { break };
        let key = key(Slot(slot))?.ok_or(BookError::NoKey)?;
        leaves.push(leaf_hash(&line.commitment(&key).0));
    }
    joined(leaves, tops, place)
}

/// The audit path through one subtree and the tree above it.
pub(crate) fn joined(
    leaves: Vec<Digest>,
    tops: &[Digest],
    place: u64,
) -> Result<Vec<Digest>, BookError> {
    let at = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let below = Tree::new(leaves);
    let top = at(place / WIDTH as u64);
    if tops.get(top) != Some(&below.root()) {
        return Err(BookError::NotAsSealed);
    }
    let mut path = below.path(at(place % WIDTH as u64)).ok_or(BookError::Unreadable)?;
    path.extend(Tree::new(tops.to_vec()).path(top).ok_or(BookError::Unreadable)?);
    Ok(path)
}

/// Works on all parts at once, as many at a time as there are processors, and keeps their order.
pub(crate) fn in_parallel<T: Send + Copy + Sync, A: Send>(
    parts: Vec<T>,
    work: impl Fn(T) -> A + Sync,
) -> Vec<A> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = parts.len().div_ceil(threads).max(1);
    if parts.len() < 2 || threads == 1 {
        return parts.into_iter().map(work).collect();
    }
    std::thread::scope(|scope| {
        let work = &work;
        let shares: Vec<_> = parts
            .chunks(share)
            .map(|share| scope.spawn(move || share.iter().map(|part| work(*part)).collect()))
            .collect();
        let joined = |share: std::thread::ScopedJoinHandle<'_, Vec<A>>| match share.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        shares.into_iter().flat_map(joined).collect()
    })
}
