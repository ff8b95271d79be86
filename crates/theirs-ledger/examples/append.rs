//! Measures appends per second on a disk: `cargo run -p theirs-ledger --example append <folder>`.
//!
//! Without a folder it uses a new one in the system's temporary folder.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use theirs_ledger::{Entry, EntryKind, Ledger, digest, verify};
use theirs_model::UseId;

#[allow(clippy::print_stdout, reason = "a measurement is printed")]
fn main() -> Result<(), Box<dyn Error>> {
    let place = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let home = tempfile::tempdir_in(place)?;
    let folder = home.path().join("log");
    let ledger = Ledger::create(&folder, "bench.example/ledger", &home.path().join("key"))?;
    for group in [1, 64, 4096] {
        println!("groups of {group}: {:.0} entries per second", measure(&ledger, group)?);
    }
    let start = Instant::now();
    let verified = verify(&folder, &ledger.verifier_key(), &mut |_, _| Ok(()))?;
    println!("verified {} entries in {:.2?}", verified.size, start.elapsed());
    drop(ledger);
    let start = Instant::now();
    Ledger::open(&folder, &home.path().join("key"))?;
    println!("opened in {:.2?}", start.elapsed());
    Ok(())
}

/// Appends groups of entries for five seconds.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn measure(ledger: &Ledger, group: u64) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    let first = ledger.size();
    while start.elapsed() < Duration::from_secs(5) {
        let size = ledger.size();
        let entries: Vec<_> = (size..size + group).map(entry).collect();
        ledger.append_all(&entries)?;
    }
    Ok((ledger.size() - first) as f64 / start.elapsed().as_secs_f64())
}

fn entry(number: u64) -> Entry {
    Entry {
        kind: EntryKind::Use,
        at: Timestamp::UNIX_EPOCH,
        use_id: UseId(u128::from(number).to_be_bytes()),
        charter: digest(b"charter"),
        people: number,
        told: digest(b"told"),
        members: digest(b"members"),
    }
}
