//! Resolves a CSV file and scores the clusters against its `cluster` column.
//!
//! `cargo run --release -p theirs-linkage --example score -- FILE.csv`
//!
//! Line 1 names the columns `kind:name`, with kind one of given, family, full, email, phone,
//! street, postcode, city, address, birth, identifier, other. The truth is only used to score.

#![allow(clippy::print_stdout, reason = "this is a command-line program")]

use std::collections::HashMap;
use std::error::Error;
use std::{env, fs};

use theirs_linkage::{Field, Records, Settings, resolve};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: score FILE.csv")?;
    let (records, truth) = read(&path)?;
    let resolution = resolve(&records, &[], &Settings::default(), &mut |_, _, _| {});
    let report = &resolution.report;
    println!(
        "{path}: {} records, {} blocks, {} pairs, {} patterns, {} rounds, largest {:?}",
        report.records,
        report.blocks,
        report.pairs_compared,
        report.patterns,
        report.em_iterations,
        report.largest_clusters
    );
    println!("  seconds {:?} placeholders {:?}", report.seconds, report.placeholders);
    let set_aside: u64 = report.set_aside.iter().map(|aside| aside.count).sum();
    println!("  blocks set aside {set_aside}");
    print_quality(&truth, &resolution.cluster);
    print_cost()?;
    Ok(())
}

fn read(path: &str) -> Result<(Records, Vec<String>), Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let truth_at = header.iter().position(|name| name == "cluster").ok_or("no cluster column")?;
    let columns: Vec<usize> = (0..header.len()).filter(|&at| at != truth_at).collect();
    let fields = columns.iter().map(|&at| field(&header[at])).collect::<Result<_, _>>()?;
    let (mut records, mut truth) = (Records::new(fields), Vec::new());
    for row in reader.records() {
        let row = row?;
        let values: Vec<Option<&str>> =
            columns.iter().map(|&at| Some(&row[at]).filter(|text| !text.is_empty())).collect();
        records.push(&values);
        truth.push(row[truth_at].to_owned());
    }
    Ok((records, truth))
}

fn field(header: &str) -> Result<Field, Box<dyn Error>> {
    let (kind, name) = header.split_once(':').ok_or("a column needs kind:name")?;
    Ok(Field::new(name, kind.parse()?))
}

#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn print_quality(truth: &[String], found: &[u32]) {
    let mut both: HashMap<(&str, u32), u64> = HashMap::new();
    let mut by_truth: HashMap<&str, u64> = HashMap::new();
    let mut by_found: HashMap<u32, u64> = HashMap::new();
    for (truth, &found) in truth.iter().zip(found) {
        *both.entry((truth, found)).or_default() += 1;
        *by_truth.entry(truth).or_default() += 1;
        *by_found.entry(found).or_default() += 1;
    }
    let pairs = |counts: &mut dyn Iterator<Item = u64>| -> f64 {
        counts.map(|n| n * (n - 1) / 2).sum::<u64>() as f64
    };
    let right = pairs(&mut both.values().copied());
    let precision = right / pairs(&mut by_found.values().copied()).max(1.0);
    let recall = right / pairs(&mut by_truth.values().copied()).max(1.0);
    let total = truth.len() as f64;
    let square = |(&(truth, found), &n): (&(&str, u32), &u64)| {
        let n = n as f64;
        (n * n / by_found[&found] as f64, n * n / by_truth[truth] as f64)
    };
    let (bp, br) = both.iter().map(square).fold((0.0, 0.0), |sum, x| (sum.0 + x.0, sum.1 + x.1));
    let (bp, br) = (bp / total, br / total);
    println!(
        "  closure P {precision:.4} R {recall:.4} F1 {:.4}  B-cubed P {bp:.4} R {br:.4} F1 {:.4}  clusters {} (true {})",
        f1(precision, recall),
        f1(bp, br),
        by_found.len(),
        by_truth.len()
    );
}

fn f1(precision: f64, recall: f64) -> f64 {
    2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE)
}

/// Linux only: clock ticks are hundredths of a second.
fn print_cost() -> Result<(), Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let ticks: Vec<u32> =
        stat.split(' ').skip(13).take(2).map(str::parse).collect::<Result<_, _>>()?;
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    println!("  CPU {:.2} s, peak {}", f64::from(ticks.iter().sum::<u32>()) / 100.0, peak.trim());
    Ok(())
}
