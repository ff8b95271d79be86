//! Makes a ledger grow, for the tests of what follows it.

use jiff::Timestamp;
use theirs_ledger::{Entry, EntryKind, Ledger, digest};
use theirs_model::UseId;

/// Appends so many entries, and waits until the checkpoint covers them.
pub fn grow(ledger: &Ledger, count: u64) {
    let entry = |number: u64| Entry {
        kind: EntryKind::Use,
        at: Timestamp::UNIX_EPOCH,
        use_id: UseId(u128::from(number).to_be_bytes()),
        charter: digest(b"charter"),
        people: 0,
        told: digest(b"told"),
        members: digest(b"members"),
    };
    let first = ledger.size();
    ledger.append_all(&(first..first + count).map(entry).collect::<Vec<_>>()).unwrap();
    ledger.settle().unwrap();
}
