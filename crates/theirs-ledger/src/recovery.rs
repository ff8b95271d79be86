//! Opening a log after whatever happened to it: the checkpoint says what counts.
//!
//! The files at the tree's edge determine the root, and the root is signed; so what the next
//! append builds on is proved to be what was acknowledged, without reading the whole log.

use signed_note::StandardVerifier;
use tlog_tiles::record_hash;

use crate::{
    LeafIndex, LedgerError, bundle,
    edge::Edge,
    folder::Folder,
    ledger::{CHECKPOINT, Head},
    note::Claim,
    recent::{REMEMBERED, Recent},
    tile::{Content, Tile, WIDTH},
};

/// The head that the checkpoint claims, with the log's origin.
pub(crate) fn head(folder: &Folder, key: &StandardVerifier) -> Result<(Head, String), LedgerError> {
    let note = folder.read(CHECKPOINT)?;
    let refused =
        |reason: String| LedgerError::Checkpoint { file: folder.path(CHECKPOINT), reason };
    let claim = Claim::read(&note, key).map_err(|error| refused(error.to_string()))?;
    let checkpoint = String::from_utf8(note).map_err(|_| refused("it is not text".to_owned()))?;
    let mut files = Vec::new();
    for tile in Edge::tiles(claim.size) {
        files.push((tile, folder.read(&tile.path())?));
    }
    let edge = Edge::from_files(claim.size, &files)
        .filter(|edge| edge.root() == claim.root)
        .ok_or_else(|| refused("the tiles at the edge of the tree give another root".to_owned()))?;
    check_bundle(folder, &edge)?;
    Ok((Head { edge, root: claim.root, checkpoint }, claim.origin))
}

/// Checks the bundle at the edge against the hashes of the lowest level, which the root covers.
fn check_bundle(folder: &Folder, edge: &Edge) -> Result<(), LedgerError> {
    let tiles = Edge::tiles(edge.size());
    let Some(tile) = tiles.iter().find(|tile| tile.content == Content::Entries) else {
        return Ok(());
    };
    let changed = |reason: String| LedgerError::Changed { file: folder.path(&tile.path()), reason };
    let entries =
        bundle::read(&edge.bytes(tile), tile.width).map_err(|error| changed(error.to_string()))?;
    let hashes = edge.bytes(&Tile { content: Content::Hashes(0), ..*tile });
    let is_hashed = entries
        .iter()
        .zip(hashes.chunks_exact(32))
        .all(|((bytes, _), hash)| record_hash(bytes).0 == hash);
    if is_hashed { Ok(()) } else { Err(changed("its entries have other hashes".to_owned())) }
}

/// The latest entries by use id, read from the bundles.
pub(crate) fn recent(folder: &Folder, head: &Head) -> Result<Recent, LedgerError> {
    let mut recent = Recent::default();
    for index in remembered_bundles(head.edge.size()) {
        let first = index * WIDTH as u64;
        let left = head.edge.size() - first;
        let width = usize::try_from(left).unwrap_or(WIDTH).min(WIDTH);
        let tile = Tile { content: Content::Entries, index, width };
        let read = bundle::read(&folder.read(&tile.path())?, width).map_err(|error| {
            LedgerError::Changed { file: folder.path(&tile.path()), reason: error.to_string() }
        })?;
        for ((_, leaf), at) in read.into_iter().zip(first..) {
            recent.remember(leaf.id(), LeafIndex(at));
        }
    }
    Ok(recent)
}

/// The numbers of the bundles that hold the last entries.
fn remembered_bundles(size: u64) -> std::ops::Range<u64> {
    size.saturating_sub(REMEMBERED) / WIDTH as u64..size.div_ceil(WIDTH as u64)
}

/// Removes the partial files that a crash left below the checkpoint.
///
/// Files beyond the checkpoint stay: if the checkpoint came from a backup, they are evidence.
pub(crate) fn tidy(folder: &Folder, size: u64) {
    let full = |content, index| Tile { content, index, width: WIDTH };
    for index in remembered_bundles(size).take_while(|index| (index + 1) * WIDTH as u64 <= size) {
        drop(folder.tidy(&full(Content::Entries, index).partials(), None));
        drop(folder.tidy(&full(Content::Hashes(0), index).partials(), None));
    }
    for tile in Edge::tiles(size) {
        drop(folder.tidy(&tile.partials(), Some(&tile.width.to_string())));
        if let (Some(index), Content::Hashes(1..)) = (tile.index.checked_sub(1), tile.content) {
            drop(folder.tidy(&full(tile.content, index).partials(), None));
        }
    }
}
