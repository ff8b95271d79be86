//! The log as others fetch it: C2SP tlog-tiles, "Parameters" and "Partial Tiles".
//!
//! A path is answered only if it is one that the specification gives for some size that the log has
//! had. A partial tile of an older size is a prefix of what is kept now, so it is cut from there.

use std::sync::Arc;

use crate::{
    Ledger, LedgerError, bundle,
    ledger::Head,
    proof::read,
    tile::{Content, Tile, WIDTH},
};

impl Ledger {
    /// The bytes of a tile or bundle by its path, such as `tile/0/000.p/3`; none if there is none.
    pub fn served(&self, path: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(tile) = parse(path) else { return Ok(None) };
        let head: Arc<Head> = self.log.head();
        let (count, stride) = match tile.content {
            Content::Entries => (head.edge.size(), bundle::STRIDE),
            Content::Hashes(level) if level < 8 => (head.edge.size() >> (8 * u32::from(level)), 32),
            Content::Hashes(_) => return Ok(None),
        };
        let end = tile.index.checked_mul(WIDTH as u64).map(|first| first + tile.width as u64);
        if end.is_none_or(|end| end > count) {
            return Ok(None);
        }
        let (_, mut bytes) = read(&self.log.folder, &head, tile.content, tile.index, count)?;
        bytes.truncate(tile.width * stride);
        Ok(Some(bytes))
    }
}

/// The tile of a path, if writing it gives the same path.
fn parse(path: &str) -> Option<Tile> {
    let rest = path.strip_prefix("tile/")?;
    let (content, rest) = rest.split_once('/')?;
    let content = match content {
        "entries" => Content::Entries,
        level => Content::Hashes(level.parse().ok()?),
    };
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok().filter(|width| *width < WIDTH)?),
        None => (rest, WIDTH),
    };
    let mut index = 0u64;
    for group in number.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        let part: u64 = digits.parse().ok().filter(|_| digits.len() == 3)?;
        index = index.checked_mul(1000)?.checked_add(part)?;
    }
    let tile = Tile { content, index, width };
    (width > 0 && tile.path() == path).then_some(tile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_as_the_specification_writes_them_are_read() {
        for path in ["tile/0/000", "tile/entries/x001/000.p/17", "tile/2/x001/x234/067.p/255"] {
            assert_eq!(parse(path).map(|tile| tile.path()), Some(path.to_owned()));
        }
        for path in [
            "tile/00/000",
            "tile/0/0",
            "tile/0/x000/001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/03",
            "tile/0/+00",
            "tile/0/../checkpoint",
            "tile/entries",
            "checkpoint",
            "tile/0/x001",
        ] {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}
