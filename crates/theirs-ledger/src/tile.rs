//! The names of the files that make up a log: C2SP tlog-tiles, "Merkle Tree" and "Log entries".
//!
//! `tlog_tiles::Tile` writes the paths of the older Go layout (with a height, and `data` for
//! entries), so the C2SP paths are spelled here.

/// How many hashes, or entries, a full tile holds.
pub(crate) const WIDTH: usize = 256;

/// What a file of the log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Content {
    /// Hashes of the given level, 32 bytes each.
    Hashes(u8),
    /// Entries, each after its length.
    Entries,
}

/// One file of the log, full or partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Tile {
    /// What it holds.
    pub content: Content,
    /// Its number among its like, from zero.
    pub index: u64,
    /// How many hashes or entries it holds, from 1 to [`WIDTH`].
    pub width: usize,
}

impl Tile {
    /// Its path below the log's folder.
    pub(crate) fn path(&self) -> String {
        if self.width == WIDTH {
            return self.full_path();
        }
        format!("{}/{}", self.partials(), self.width)
    }

    /// The folder in which its partial forms lie.
    pub(crate) fn partials(&self) -> String {
        format!("{}.p", self.full_path())
    }

    fn full_path(&self) -> String {
        let folder = match self.content {
            Content::Hashes(level) => level.to_string(),
            Content::Entries => "entries".to_owned(),
        };
        format!("tile/{folder}/{}", numbered(self.index))
    }
}

/// A tile's number in groups of three digits, all but the last marked with an `x`.
fn numbered(index: u64) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let path = |content, index, width| Tile { content, index, width }.path();
        assert_eq!(path(Content::Hashes(0), 1_234_067, WIDTH), "tile/0/x001/x234/067");
        assert_eq!(path(Content::Hashes(0), 273, 112), "tile/0/273.p/112");
        assert_eq!(path(Content::Hashes(2), 0, 1), "tile/2/000.p/1");
        assert_eq!(path(Content::Entries, 1000, 17), "tile/entries/x001/000.p/17");
        assert_eq!(path(Content::Entries, 999, WIDTH), "tile/entries/999");
    }
}
