//! Measures the ledger: `cargo run -p theirs-uses --example ledger -- FOLDER PEOPLE`, as JSON.
//!
//! How fast the disk flushes and the log appends, how far the checkpoint is behind, how long an epoch
//! over all people takes, and how large and fast a receipt of a thousand uses is. `studies/ledger`
//! says what came of it.

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use roaring::RoaringBitmap;
use theirs_ledger::{Entry, EntryKind, Ledger, digest};
use theirs_model::{Digest, Slot, UseId};
use theirs_store::{Keys, PersonKeys, Store};
use theirs_uses::{Act, Book, Seals, Told};

type Done<T> = Result<T, Box<dyn Error>>;

/// How long each rate is measured.
const SPELL: Duration = Duration::from_secs(4);
/// Epochs, uses in each, and how many of those concern everybody.
const EPOCHS: u32 = 5;
const USES: u32 = 200;
const WIDE: u32 = 4;

#[allow(clippy::print_stdout, reason = "a measurement is printed")]
fn main() -> Done<()> {
    let mut given = std::env::args().skip(1);
    let home = tempfile::tempdir_in(given.next().ok_or("a folder")?)?;
    let people: u32 = given.next().ok_or("a number of people")?.parse()?;
    let flushes = flushes(home.path())?;
    let (groups, single, lag) = appends(home.path())?;
    let (logging, epochs, receipt) = receipts(home.path(), people)?;
    println!(
        "{}",
        serde_json::json!({
            "people": people, "flushes_per_second": flushes,
            "leaves_per_second_in_groups_of_64": groups,
            "leaves_per_second_of_8_callers_one_by_one": single,
            "checkpoint_lag_seconds": lag, "log_a_use_of_all": logging, "epochs": epochs,
            "receipt": receipt,
        })
    );
    Ok(())
}

/// Flushes per second of a file that grows by what a group of 64 is.
fn flushes(home: &Path) -> Done<f64> {
    let mut file = File::create(home.join("flushes"))?;
    let bytes = vec![7; 64 * 134 + 80];
    let (start, mut count) = (Instant::now(), 0.0);
    while start.elapsed() < SPELL {
        file.write_all(&bytes)?;
        file.sync_data()?;
        count += 1.0;
    }
    Ok(count / start.elapsed().as_secs_f64())
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

/// Leaves per second in groups, of callers at once, and the 99th percentile of the lag meanwhile.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn appends(home: &Path) -> Done<(f64, f64, serde_json::Value)> {
    let ledger = Ledger::create(&home.join("log"), "bench.example/ledger", &home.join("key"))?;
    let is_over = AtomicBool::new(false);
    let mut lags = Vec::new();
    let rates = std::thread::scope(|scope| {
        let lag = scope.spawn(|| {
            let mut lags = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                lags.push(ledger.behind().waiting.as_secs_f64());
                std::thread::sleep(Duration::from_millis(5));
            }
            lags
        });
        let start = Instant::now();
        let mut next = 0;
        while start.elapsed() < SPELL {
            let group: Vec<_> = (next..next + 64).map(entry).collect();
            ledger.append_all(&group)?;
            next += 64;
        }
        let groups = next as f64 / start.elapsed().as_secs_f64();
        let start = Instant::now();
        let callers: Vec<_> = (1..9u64)
            .map(|caller| {
                let ledger = &ledger;
                scope.spawn(move || {
                    let (start, mut count) = (Instant::now(), 0);
                    while start.elapsed() < SPELL {
                        let _ = ledger.append(&entry(caller << 40 | count));
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        let count: u64 = callers.into_iter().filter_map(|caller| caller.join().ok()).sum();
        let single = count as f64 / start.elapsed().as_secs_f64();
        is_over.store(true, Ordering::Relaxed);
        lags = lag.join().unwrap_or_default();
        Ok::<_, Box<dyn Error>>((groups, single))
    })?;
    lags.sort_by(f64::total_cmp);
    let at = |part: usize| lags.get(lags.len() * part / 100).copied();
    Ok((rates.0, rates.1, serde_json::json!({ "median": at(50), "p99": at(99) })))
}

type Measured = (serde_json::Value, serde_json::Value, serde_json::Value);

/// Logs and seals a thousand uses, some of which concern everybody; then makes one receipt.
fn receipts(home: &Path, people: u32) -> Done<Measured> {
    let keys = Keys::open_or_create(home)?;
    let log = home.join("sealed");
    let ledger = Arc::new(Ledger::create(&log, "bench.example/ledger", &home.join("key"))?);
    let store = Arc::new(Store::open(&home.join("store.sqlite"), &keys.database())?);
    let book = || Book::new(Arc::clone(&store), Arc::clone(&ledger));
    // One person, who is in every use, so that the store knows whom the receipt is for.
    let slots = keys.database().open(&home.join("store.sqlite"))?;
    slots.execute("insert into slot (slot, person, opened) values (?1, 'p', 0)", [people / 2])?;
    let seals = Seals::new(Arc::clone(&store), book(), PersonKeys::open(&keys)?, home);
    let book = book();
    let (mut logging, mut epochs) = (Vec::new(), Vec::new());
    for epoch in 0..EPOCHS {
        for number in 0..USES {
            let told = Told::new(Act::Statement, &format!("team {epoch} {number}"));
            let step = if number < WIDE { 1 } else { 97 };
            let members: RoaringBitmap =
                (0..people).step_by(step).chain([people / 2, people - 1]).collect();
            let (start, before) = (Instant::now(), thread_seconds());
            book.log(&told, &members, Digest([0; 32]), Timestamp::UNIX_EPOCH)?;
            if number < WIDE {
                logging.push((thread_seconds() - before, start.elapsed().as_secs_f64()));
            }
        }
        let (start, before) = (Instant::now(), process_seconds());
        let closed = seals.close(Timestamp::UNIX_EPOCH)?.ok_or("an epoch")?;
        epochs.push(serde_json::json!({
            "seconds": start.elapsed().as_secs_f64(), "cpu_seconds": process_seconds() - before,
            "lines": closed.lines,
            "commitments": closed.commitments,
        }));
    }
    let (start, before) = (Instant::now(), process_seconds());
    let receipt = seals.receipt(Slot(people / 2), Timestamp::UNIX_EPOCH)?;
    let (made, made_cpu) = (start.elapsed().as_secs_f64(), process_seconds() - before);
    let text = receipt.write()?;
    let start = Instant::now();
    let read = theirs_receipt::Receipt::read(text.as_bytes())?;
    let found = theirs_receipt::verify(&read, Some(&ledger.verifier_key()))?;
    let receipt = serde_json::json!({
        "uses": found.uses, "bytes": text.len(), "made_in_seconds": made,
        "made_in_cpu_seconds": made_cpu,
        "verified_in_seconds": start.elapsed().as_secs_f64(),
    });
    logging.sort_by(|one, two| one.0.total_cmp(&two.0));
    let median = logging.get(logging.len() / 2);
    let logging = serde_json::json!({
        "median_cpu_seconds": median.map(|(cpu, _)| cpu),
        "seconds_of_that_call": median.map(|(_, seconds)| seconds),
    });
    Ok((logging, epochs.into(), receipt))
}

/// The seconds that this thread has run (Linux).
fn thread_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|word| word.parse::<f64>().ok());
    nanoseconds.unwrap_or_default() / 1e9
}

/// The seconds that this process has run, in user and system mode, in hundredths (Linux).
fn process_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let words = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = words.skip(11).take(2).filter_map(|word| word.parse::<f64>().ok()).sum();
    ticks / 100.0
}
