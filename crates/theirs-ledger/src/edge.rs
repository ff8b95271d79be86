//! The right edge of the tree: every tile that is not full yet, and so all that growing needs.
//!
//! A tree of any size has at most 255 loose hashes on each level of tiles (RFC 6962, section 2.1;
//! C2SP tlog-tiles, "Partial Tiles"). From them follow both the root and every later tile, so
//! neither the writer nor the verifier ever holds more than a few tens of kilobytes.

use theirs_model::Digest;
use tlog_tiles::{EMPTY_HASH, Hash, node_hash, record_hash};

use crate::{
    Entry, bundle, digest,
    tile::{Content, Tile, WIDTH},
};

/// A file of the log with its content.
pub(crate) type TileBytes = (Tile, Vec<u8>);

/// The loose hashes of each level and the entries of the bundle that is not full.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
    bundle: Vec<u8>,
}

impl Edge {
    /// The number of entries to the left of the edge.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The files that a log of `size` entries has on its edge, hashes from the bottom up, then the
    /// bundle.
    pub(crate) fn tiles(size: u64) -> Vec<Tile> {
        let mut tiles = Vec::new();
        let mut count = size;
        let mut level = 0;
        while count > 0 {
            tiles.extend(partial(Content::Hashes(level), count));
            count /= WIDTH as u64;
            level += 1;
        }
        tiles.extend(partial(Content::Entries, size));
        tiles
    }

    /// Rebuilds the edge of a log of `size` entries from its files, given in the order of
    /// [`Edge::tiles`]; none if a file has not the length that its name claims.
    pub(crate) fn from_files(size: u64, files: &[TileBytes]) -> Option<Self> {
        let mut edge = Self { size, ..Self::default() };
        for (tile, bytes) in files {
            let Content::Hashes(level) = tile.content else {
                edge.bundle.clone_from(bytes);
                continue;
            };
            if bytes.len() != tile.width * 32 {
                return None;
            }
            *edge.level(level) = bytes.chunks_exact(32).map(hash).collect();
        }
        Some(edge)
    }

    /// Adds one entry, and hands every tile that became full to `full`.
    pub(crate) fn push(&mut self, entry: &[u8; Entry::LENGTH], full: &mut impl FnMut(TileBytes)) {
        let index = self.size / WIDTH as u64;
        bundle::push(&mut self.bundle, entry);
        self.size += 1;
        if self.size.is_multiple_of(WIDTH as u64) {
            let tile = Tile { content: Content::Entries, index, width: WIDTH };
            full((tile, std::mem::take(&mut self.bundle)));
        }
        self.carry(0, record_hash(entry), full);
    }

    /// Adds one hash to a level; a level that becomes full is one hash of the level above.
    fn carry(&mut self, level: u8, hash: Hash, full: &mut impl FnMut(TileBytes)) {
        let hashes = self.level(level);
        hashes.push(hash);
        if hashes.len() < WIDTH {
            return;
        }
        let data = concatenated(&std::mem::take(hashes));
        let span = (WIDTH as u64).pow(u32::from(level) + 1);
        let tile =
            Tile { content: Content::Hashes(level), index: self.size / span - 1, width: WIDTH };
        let root = tlog_tiles::Tile::subtree_hash(&data);
        full((tile, data));
        self.carry(level + 1, root, full);
    }

    fn level(&mut self, level: u8) -> &mut Vec<Hash> {
        let level = usize::from(level);
        if self.levels.len() <= level {
            self.levels.resize(level + 1, Vec::new());
        }
        &mut self.levels[level]
    }

    /// The partial files of this edge, in the order of [`Edge::tiles`].
    pub(crate) fn files(&self) -> Vec<TileBytes> {
        Self::tiles(self.size).into_iter().map(|tile| (tile, self.bytes(&tile))).collect()
    }

    /// The content of a partial file of this edge, empty if the file is none of this edge's.
    pub(crate) fn bytes(&self, tile: &Tile) -> Vec<u8> {
        match tile.content {
            Content::Entries => self.bundle.clone(),
            Content::Hashes(level) => {
                self.levels.get(usize::from(level)).map_or_else(Vec::new, |h| concatenated(h))
            }
        }
    }

    /// The root of the tree (RFC 6962, section 2.1): perfect subtrees joined from the smallest up.
    pub(crate) fn root(&self) -> Digest {
        let mut root = None;
        for hashes in &self.levels {
            let mut rest = hashes.as_slice();
            while !rest.is_empty() {
                let (left, subtree) = rest.split_at(rest.len() & (rest.len() - 1));
                let subtree = tlog_tiles::Tile::subtree_hash(&concatenated(subtree));
                root = Some(root.map_or(subtree, |right| node_hash(subtree, right)));
                rest = left;
            }
        }
        digest::from_hash(root.unwrap_or(EMPTY_HASH))
    }
}

/// The partial tile that `count` hashes or entries leave behind, if any.
fn partial(content: Content, count: u64) -> Option<Tile> {
    let width = usize::try_from(count % WIDTH as u64).unwrap_or(0);
    (width > 0).then_some(Tile { content, index: count / WIDTH as u64, width })
}

fn hash(bytes: &[u8]) -> Hash {
    let mut hash = Hash::default();
    hash.0.copy_from_slice(bytes);
    hash
}

fn concatenated(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves and roots of the Certificate Transparency project's tests of RFC 6962.
    const LEAVES: [&[u8]; 8] =
        [b"", b"\0", b"\x10", b"\x20\x21", b"\x30\x31", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn roots_are_those_known_for_rfc_6962() {
        let mut edge = Edge::default();
        assert_eq!(edge.root().to_string(), ROOTS[0]);
        for (leaf, root) in LEAVES.iter().zip(&ROOTS[1..]) {
            edge.size += 1;
            edge.carry(0, record_hash(leaf), &mut |_| ());
            assert_eq!(edge.root().to_string(), *root);
        }
    }

    #[test]
    fn tiles_of_the_edge_are_those_of_the_specification() {
        let paths = |size| Edge::tiles(size).iter().map(Tile::path).collect::<Vec<_>>();
        let of_70_000 =
            ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"];
        assert_eq!(paths(70_000), of_70_000);
        assert_eq!(paths(256), ["tile/1/000.p/1"]);
        assert_eq!(paths(0), [""; 0]);
    }
}
