//! Rows that are gone from a table, where the charter says that deletions are followed.
//!
//! Which keys the table has now is asked in the same moment that its rows are read, of all rows: one
//! that was set aside is not gone. A table that is empty, or lost more than half, is taken for a
//! mistake, as of a table that is being filled anew, unless whoever runs the load says otherwise.

use std::collections::HashSet;

use theirs_charter::{Charter, Deletes, Holds, Identity, Source, UnknownPerson};
use theirs_ingest::IngestError;
use theirs_model::RecordId;

use super::How;
use super::feed::Feed;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// What is gone, or how many rows are that were not taken out.
pub(super) enum Gone<T> {
    /// These are gone.
    Taken(Vec<T>),
    /// So many seem to be, which is too many to believe.
    Doubted(u64),
}

/// The rows that are known and not there any more.
pub(super) fn gone<T>(
    feed: &mut Feed,
    source: &Source,
    how: How,
    known: impl FnOnce() -> Vec<(T, u128)>,
    hash: &dyn Fn(&str) -> u128,
) -> Result<Gone<T>, IngestError> {
    if source.pull.deletes != Deletes::Follow || !matches!(feed, Feed::Table(_)) {
        return Ok(Gone::Taken(Vec::new()));
    }
    let mut present: HashSet<u128> = HashSet::new();
    feed.each_key(source, &mut |key| {
        present.insert(hash(key));
    })?;
    let known = known();
    let before = known.len();
    let missing: Vec<T> =
        known.into_iter().filter(|(_, key)| !present.contains(key)).map(|(row, _)| row).collect();
    Ok(if missing.is_empty() || how.force || is_likely(missing.len(), before, present.len()) {
        Gone::Taken(missing)
    } else {
        Gone::Doubted(missing.len() as u64)
    })
}

/// Whether so many rows are likely to have been deleted.
fn is_likely(missing: usize, before: usize, present: usize) -> bool {
    present > 0 && missing * 2 <= before
}

/// The records of a source that may be gone. Those that activities of others brought were never rows
/// of it.
pub(super) fn records(
    workspace: &Workspace,
    charter: &Charter,
    source: &Source,
    identity: &Identity,
) -> Result<Vec<(String, RecordId)>, Failure> {
    if source.pull.deletes != Deletes::Follow {
        return Ok(Vec::new());
    }
    let mut activities = charter.activities().filter(|(_, one)| one.person.source == source.name);
    let are_brought = activities.any(|(_, one)| one.person.unknown == UnknownPerson::Create);
    let alone = are_brought.then_some(identity.key.as_str());
    Ok(workspace.store.records_that_say(&source.name, alone)?)
}

/// Takes records out after the load that found them gone. Activities that hang on them are read anew
/// by the next load, as if these records had never been there.
pub(super) fn take_out(
    workspace: &Workspace,
    charter: &Charter,
    source: &Source,
    records: &[RecordId],
) -> Result<(), Failure> {
    if records.is_empty() {
        return Ok(());
    }
    workspace.desk()?.take_out_gone(source, records)?;
    let hang_on_it = |one: &&Source| match &one.holds {
        Holds::Activity(activity) => activity.person.source == source.name,
        Holds::Identity(_) => false,
    };
    let sources: Vec<&str> =
        charter.sources.iter().filter(hang_on_it).map(|one| one.name.as_str()).collect();
    Ok(workspace.store.read_anew(&sources)?)
}

#[cfg(test)]
mod tests {
    use super::is_likely;

    #[test]
    fn an_empty_table_and_one_that_lost_more_than_half_are_doubted() {
        assert!(is_likely(1, 10, 9) && is_likely(5, 10, 5));
        assert!(!is_likely(6, 10, 4) && !is_likely(10, 10, 0));
        assert!(!is_likely(1, 1, 0), "the only row: then the table is empty");
        assert!(!is_likely(10, 10, 12), "other rows altogether");
    }
}
