//! Which files are due to be merged.

use std::collections::BTreeMap;

use crate::lake::ActivityFile;

/// How many runs of one tier are due.
const DUE_RUNS: usize = 4;
/// How many runs are merged at once, at most: each is read at its own place.
const MOST_RUNS: usize = 64;
/// How many rows are merged at once, at most; larger runs stay as they are.
const MOST_ROWS: u64 = 1 << 27;
/// The rows of the smallest tier; each tier is of four times the rows of the one below.
const SMALLEST_TIER_ROWS: u64 = 1 << 16;

/// The files of the lowest tier that has runs enough; else those of a run of which a quarter is
/// hidden.
pub(super) fn due(files: &[ActivityFile]) -> Vec<ActivityFile> {
    let mut runs: BTreeMap<&str, Vec<&ActivityFile>> = BTreeMap::new();
    for file in files {
        runs.entry(&file.run).or_default().push(file);
    }
    let mut tiers: BTreeMap<u32, Vec<(u64, Vec<&ActivityFile>)>> = BTreeMap::new();
    for run in runs.into_values() {
        let rows = run.iter().map(|file| file.rows).sum();
        tiers.entry(tier(rows)).or_default().push((rows, run));
    }
    for runs in tiers.values_mut() {
        runs.sort_by_key(|(rows, _)| *rows);
        let mut total = 0;
        let fits = |(rows, _): &&(u64, Vec<&ActivityFile>)| {
            total += rows;
            total <= MOST_ROWS
        };
        let picked: Vec<_> = runs.iter().take_while(fits).take(MOST_RUNS).collect();
        if picked.len() >= DUE_RUNS {
            return picked.iter().flat_map(|(_, run)| run.iter().copied().cloned()).collect();
        }
    }
    let all = tiers.into_values().flatten();
    let mut worn = all.filter(|(rows, run)| *rows <= MOST_ROWS && hidden(run) * 4 >= *rows);
    worn.next().map(|(_, run)| run.into_iter().cloned().collect()).unwrap_or_default()
}

fn hidden(run: &[&ActivityFile]) -> u64 {
    run.iter().filter_map(|file| file.hidden.as_ref()).map(|hidden| hidden.len()).sum()
}

fn tier(rows: u64) -> u32 {
    (rows / SMALLEST_TIER_ROWS).checked_ilog2().map_or(0, |log| log / 2 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_four_times_the_one_below() {
        assert_eq!(tier(0), 0);
        assert_eq!(tier(SMALLEST_TIER_ROWS - 1), 0);
        assert_eq!(tier(SMALLEST_TIER_ROWS), 1);
        assert_eq!(tier(4 * SMALLEST_TIER_ROWS - 1), 1);
        assert_eq!(tier(4 * SMALLEST_TIER_ROWS), 2);
    }
}
