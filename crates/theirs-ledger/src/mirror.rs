//! Which files a copy of the log needs: for whoever lays them where others fetch them.
//!
//! A copy is made in the order of the log itself: files first, then the checkpoint that claims them.
//! If it stops in between, the copy is the older log, whole. Full files never change, and a partial
//! file is a prefix of every later one, so laying a file twice does no harm.

use crate::{
    edge::Edge,
    tile::{Content, Tile, WIDTH},
};

/// The paths of all files that a checkpoint of `size` entries claims and one of `old` does not, hashes
/// first, then entries.
pub fn files_between(old: u64, size: u64) -> Vec<String> {
    let mut tiles = Vec::new();
    let (mut before, mut count, mut level) = (old, size, 0);
    while count > 0 {
        tiles.extend(full(Content::Hashes(level), before, count));
        (before, count) = (before / WIDTH as u64, count / WIDTH as u64);
        level += 1;
    }
    tiles.extend(full(Content::Entries, old, size));
    let had = Edge::tiles(old);
    tiles.extend(Edge::tiles(size).into_iter().filter(|tile| !had.contains(tile)));
    tiles.iter().map(Tile::path).collect()
}

/// The folders of partial files that nobody needs once a log of `old` entries has `size`: their full
/// files are there.
pub fn superseded(old: u64, size: u64) -> Vec<String> {
    let is_full = |tile: &Tile| {
        let count = match tile.content {
            Content::Entries => size,
            Content::Hashes(level) => size.checked_shr(8 * u32::from(level)).unwrap_or(0),
        };
        (tile.index + 1) * WIDTH as u64 <= count
    };
    Edge::tiles(old).iter().filter(|tile| is_full(tile)).map(Tile::partials).collect()
}

/// The files of a kind that become full while it grows from `before` to `count`.
fn full(content: Content, before: u64, count: u64) -> impl Iterator<Item = Tile> {
    let width = WIDTH as u64;
    (before / width..count / width).map(move |index| Tile { content, index, width: WIDTH })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_a_growing_log_is_named_once() {
        let all = files_between(0, 70_000);
        assert_eq!(all.len(), 273 + 1 + 273 + 4);
        assert_eq!(all[0], "tile/0/000");
        assert_eq!(&all[all.len() - 2..], ["tile/2/000.p/1", "tile/entries/273.p/112"]);
        let grown = files_between(600, 601);
        assert_eq!(grown, ["tile/0/002.p/89", "tile/entries/002.p/89"]);
        assert_eq!(files_between(767, 768), ["tile/0/002", "tile/entries/002", "tile/1/000.p/3"]);
        assert!(files_between(600, 600).is_empty());
        assert_eq!(superseded(767, 768), ["tile/0/002.p", "tile/entries/002.p"]);
        assert!(superseded(600, 601).is_empty());
    }
}
