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
    /// The mean over all pairs between two clusters, where there is a sum.
    means: Vec<f64>,
    /// 0 for a cluster that was absorbed.
    sizes: Vec<u32>,
}

/// Clusters a few records without bonds.
pub(super) fn cluster(records: usize, links: &[Link], threshold: f64) -> Clustering {
    let (mut sums, sizes) = (vec![f64::NAN; records * records], vec![1; records]);
    for link in links {
        let (a, b) = (link.a.min(link.b) as usize, link.a.max(link.b) as usize);
        sums[a * records + b] = link.probability;
    }
    let mut table = Table { records, means: sums.clone(), sums, sizes };
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
        let (mut found, mut most) = (usize::MAX, threshold.next_down());
        // Which is the surest is hard to foresee, so that it takes no branch.
        for (at, &mean) in self.means.iter().enumerate() {
            let is_surer = mean > most;
            (found, most) = if is_surer { (at, mean) } else { (found, most) };
        }
        (found != usize::MAX).then(|| (found / self.records, found % self.records))
    }

    /// Joins two clusters into that of the smaller record.
    fn absorb(&mut self, kept: usize, gone: usize) {
        self.sizes[kept] += std::mem::take(&mut self.sizes[gone]);
        self.take(kept, gone);
        for other in (0..self.records).filter(|&other| other != kept && other != gone) {
            let more = self.take(gone.min(other), gone.max(other));
            let at = kept.min(other) * self.records + kept.max(other);
            let sum = &mut self.sums[at];
            match (sum.is_nan(), more.is_nan()) {
                (_, true) => {}
                (true, false) => *sum = more,
                (false, false) => *sum += more,
            }
            let pairs = f64::from(self.sizes[kept]) * f64::from(self.sizes[other]);
            self.means[at] = *sum / pairs;
        }
    }

    /// Takes the sum of two clusters away.
    fn take(&mut self, a: usize, b: usize) -> f64 {
        let at = a * self.records + b;
        self.means[at] = f64::NAN;
        std::mem::replace(&mut self.sums[at], f64::NAN)
    }
}
