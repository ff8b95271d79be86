//! Trees of RFC 6962, section 2.1, over hashes that are all in memory.
//!
//! Levels are paired from the left; a hash without a partner goes up as it is. That is the tree of
//! the definition, and the partners on the way up are the audit path of section 2.1.1.

use sha2::{Digest as _, Sha256};
use theirs_model::Digest;

/// A tree with all its levels, to make proofs from.
pub struct Tree {
    levels: Vec<Vec<Digest>>,
}

impl Tree {
    /// The tree over these leaf hashes.
    pub fn new(leaves: Vec<Digest>) -> Self {
        let mut levels = vec![leaves];
        while levels.last().is_some_and(|level| level.len() > 1) {
            let above = levels.last().map(|level| paired(level)).unwrap_or_default();
            levels.push(above);
        }
        Self { levels }
    }

    /// Its root.
    pub fn root(&self) -> Digest {
        match self.levels.last().map(Vec::as_slice) {
            Some([root]) => *root,
            _ => empty(),
        }
    }

    /// The audit path of a leaf, from the bottom up; none if there is no such leaf.
    pub fn path(&self, leaf: usize) -> Option<Vec<Digest>> {
        self.levels.first().filter(|leaves| leaf < leaves.len())?;
        let partner =
            |(height, level): (usize, &Vec<Digest>)| level.get(leaf >> height ^ 1).copied();
        Some(self.levels.iter().enumerate().filter_map(partner).collect())
    }
}

/// The root of the tree over these leaf hashes, which are used up.
pub fn root(mut level: Vec<Digest>) -> Digest {
    if level.is_empty() {
        return empty();
    }
    while level.len() > 1 {
        let pairs = level.len() / 2;
        for at in 0..pairs {
            level[at] = node(level[2 * at], level[2 * at + 1]);
        }
        if level.len() % 2 == 1 {
            level[pairs] = level[2 * pairs];
        }
        level.truncate(level.len().div_ceil(2));
    }
    level[0]
}

fn paired(level: &[Digest]) -> Vec<Digest> {
    let pair = |pair: &[Digest]| match pair {
        [left, right] => node(*left, *right),
        alone => alone[0],
    };
    level.chunks(2).map(pair).collect()
}

fn node(left: Digest, right: Digest) -> Digest {
    Digest(
        Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

fn empty() -> Digest {
    Digest(Sha256::digest(b"").into())
}

#[cfg(test)]
mod tests {
    use theirs_ledger::{LeafIndex, verify_inclusion};

    use super::*;
    use crate::leaf_hash;

    #[test]
    fn every_leaf_of_every_small_tree_has_a_path_that_the_log_s_verifier_takes() {
        for size in 0..40u64 {
            let data: Vec<_> = (0..size).map(u64::to_be_bytes).collect();
            let leaves: Vec<_> = data.iter().map(|bytes| leaf_hash(bytes)).collect();
            let tree = Tree::new(leaves.clone());
            assert_eq!(tree.root(), root(leaves));
            for (at, bytes) in data.iter().enumerate() {
                let path = tree.path(at).unwrap();
                let holds =
                    |index| verify_inclusion(bytes, LeafIndex(index), size, &path, tree.root());
                assert!(holds(at as u64));
                assert!(!holds(at as u64 + 1));
            }
            assert_eq!(tree.path(usize::try_from(size).unwrap()), None);
        }
    }
}
