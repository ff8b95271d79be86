//! The same clusters of a few records, by a table of all pairs.
//!
//! Most components have a handful of members; for them a table that is searched whole at every
//! step is far cheaper than a heap and a map for each record.

use super::Clustering;
use crate::resolve::Link;

/// Up to so many records a table is searched whole.
pub(super) const MOST_RECORDS: usize = 16;

/// The clusters under construction; each is called by its smallest record.
struct Table {
    records: usize,
    /// The sum of probabilities between two clusters, the smaller first; no number where no link
    /// is.
    sums: Vec<f64>,
    /// 0 for a cluster that was absorbed.
    sizes: Vec<u32>,
}

/// Clusters a few records without bonds.
pub(super) fn cluster(records: usize, links: &[Link], threshold: f64) -> Clustering {
    let (sums, sizes) = (vec![f64::NAN; records * records], vec![1; records]);
    let mut table = Table { records, sums, sizes };
    for link in links {
        *table.sum(link.a.min(link.b) as usize, link.a.max(link.b) as usize) = link.probability;
    }
    let mut cluster: Vec<u32> = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
    while let Some((kept, gone)) = table.surest(threshold) {
        table.absorb(kept, gone);
        for name in cluster.iter_mut().filter(|name| **name as usize == gone) {
            *name = u32::try_from(kept).unwrap_or(u32::MAX);
        }
    }
    Clustering { parts: cluster.clone(), cluster, refused: Vec::new() }
}

impl Table {
    /// The two clusters of the highest mean from the threshold on, the first of equal ones.
    fn surest(&self, threshold: f64) -> Option<(usize, usize)> {
        let (mut found, mut most) = (None, threshold);
        for a in 0..self.records {
            for b in a + 1..self.records {
                let pairs = f64::from(self.sizes[a]) * f64::from(self.sizes[b]);
                // An absorbed cluster gives no number here, and neither does a missing sum.
                let mean = self.sums[a * self.records + b] / pairs;
                if mean > most || (found.is_none() && mean >= most) {
                    (found, most) = (Some((a, b)), mean);
                }
            }
        }
        found
    }

    /// Joins two clusters into that of the smaller record.
    fn absorb(&mut self, kept: usize, gone: usize) {
        self.sizes[kept] += std::mem::take(&mut self.sizes[gone]);
        *self.sum(kept, gone) = f64::NAN;
        for other in (0..self.records).filter(|&other| other != kept && other != gone) {
            let more = std::mem::replace(self.sum(gone.min(other), gone.max(other)), f64::NAN);
            let sum = self.sum(kept.min(other), kept.max(other));
            match (sum.is_nan(), more.is_nan()) {
                (_, true) => {}
                (true, false) => *sum = more,
                (false, false) => *sum += more,
            }
        }
    }

    fn sum(&mut self, a: usize, b: usize) -> &mut f64 {
        &mut self.sums[a * self.records + b]
    }
}
