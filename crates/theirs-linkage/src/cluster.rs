//! Average-link clustering over the sparse graph of links.
//!
//! Union–find lets one wrong link join two people for good. Here two clusters become one only
//! while the mean probability over *all* pairs between them, a pair that was never compared
//! counting as zero, reaches the threshold; the surest pair of clusters goes first, of equally
//! sure ones that with the smallest members. Work and memory follow the number of links, not the
//! square of the records. The result depends on the order of the records' numbers, on nothing
//! else: neither the order of the links nor that of the bonds.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};

use crate::judgement::Verdict;
use crate::resolve::Link;

/// A judgement on two records. Of those that join, a lower rank goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bond {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) verdict: Verdict,
    pub(crate) rank: u8,
}

/// Which cluster each record is in, named by its smallest record.
#[derive(Debug)]
pub(crate) struct Clustering {
    pub(crate) cluster: Vec<u32>,
    /// The places of the bonds that could not be honoured, sorted.
    pub(crate) refused: Vec<usize>,
}

/// Clusters under construction, each called by one of its records.
struct Graph {
    /// Per living cluster: its neighbours with the sum of probabilities towards them.
    sums: Vec<BTreeMap<u32, f64>>,
    sizes: Vec<u32>,
    /// The smallest record of each living cluster.
    smallest: Vec<u32>,
    /// The cluster that absorbed this one, or itself.
    parents: Vec<u32>,
    heap: BinaryHeap<Candidate>,
    threshold: f64,
}

/// Two clusters that could become one.
struct Candidate {
    mean: f64,
    /// The smallest records of both, in order: of equal means the smaller goes first.
    order: (u32, u32),
    clusters: (u32, u32),
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_mean = self.mean.total_cmp(&other.mean);
        by_mean.then_with(|| Reverse(self.order).cmp(&Reverse(other.order)))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Clusters `records` records.
pub(crate) fn cluster(
    records: usize,
    links: &[Link],
    bonds: &[Bond],
    threshold: f64,
) -> Clustering {
    let mut graph = Graph::new(records, links, threshold);
    let refused = graph.constrain(bonds);
    graph.fill_heap();
    graph.merge_all();
    Clustering { cluster: graph.names(), refused }
}

impl Graph {
    fn new(records: usize, links: &[Link], threshold: f64) -> Self {
        let mut sums = vec![BTreeMap::new(); records];
        for link in links {
            sums[link.a as usize].insert(link.b, link.probability);
            sums[link.b as usize].insert(link.a, link.probability);
        }
        let parents: Vec<u32> = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
        let (sizes, heap) = (vec![1; records], BinaryHeap::new());
        Self { sums, sizes, smallest: parents.clone(), parents, heap, threshold }
    }

    /// Forbids first, then joins in the order of the ranks; returns what could not be honoured.
    fn constrain(&mut self, bonds: &[Bond]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..bonds.len()).collect();
        order.sort_by_key(|&at| {
            let bond = &bonds[at];
            (bond.verdict, bond.rank, bond.a.min(bond.b), bond.a.max(bond.b))
        });
        order.retain(|&at| !self.honour(&bonds[at]));
        order.sort_unstable();
        order
    }

    fn honour(&mut self, bond: &Bond) -> bool {
        if bond.a == bond.b || bond.a.max(bond.b) >= self.len() {
            return false;
        }
        match bond.verdict {
            Verdict::Different => {
                self.sums[bond.a as usize].insert(bond.b, f64::NEG_INFINITY);
                self.sums[bond.b as usize].insert(bond.a, f64::NEG_INFINITY);
                true
            }
            Verdict::Same => self.must_link(bond.a, bond.b),
        }
    }

    fn must_link(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return true;
        }
        let sum = self.sums[a as usize].get(&b).copied().unwrap_or_default();
        if sum == f64::NEG_INFINITY {
            return false;
        }
        self.absorb(a, b);
        true
    }

    fn len(&self) -> u32 {
        u32::try_from(self.sums.len()).unwrap_or(u32::MAX)
    }

    fn fill_heap(&mut self) {
        for a in 0..self.len() {
            let neighbours: Vec<u32> = self.sums[a as usize].range(a..).map(|(&b, _)| b).collect();
            for b in neighbours {
                self.propose(a, b);
            }
        }
    }

    fn merge_all(&mut self) {
        while let Some(Candidate { mean, clusters: (a, b), .. }) = self.heap.pop() {
            let is_alive = self.parents[a as usize] == a && self.parents[b as usize] == b;
            if is_alive && self.mean(a, b) == Some(mean) {
                let kept = self.absorb(a, b);
                let neighbours: Vec<u32> = self.sums[kept as usize].keys().copied().collect();
                for neighbour in neighbours {
                    self.propose(kept, neighbour);
                }
            }
        }
    }

    fn propose(&mut self, a: u32, b: u32) {
        if let Some(mean) = self.mean(a, b)
            && mean >= self.threshold
        {
            let (left, right) = (self.smallest[a as usize], self.smallest[b as usize]);
            let order = (left.min(right), left.max(right));
            self.heap.push(Candidate { mean, order, clusters: (a, b) });
        }
    }

    fn mean(&self, a: u32, b: u32) -> Option<f64> {
        let sum = self.sums[a as usize].get(&b)?;
        let pairs = f64::from(self.sizes[a as usize]) * f64::from(self.sizes[b as usize]);
        Some(sum / pairs)
    }

    /// Joins two living clusters into the one with more neighbours and returns it.
    fn absorb(&mut self, a: u32, b: u32) -> u32 {
        let keep_a = (self.sums[a as usize].len(), b) >= (self.sums[b as usize].len(), a);
        let (kept, gone) = if keep_a { (a, b) } else { (b, a) };
        let moved = std::mem::take(&mut self.sums[gone as usize]);
        for (neighbour, sum) in moved {
            self.sums[neighbour as usize].remove(&gone);
            if neighbour != kept {
                *self.sums[kept as usize].entry(neighbour).or_default() += sum;
                *self.sums[neighbour as usize].entry(kept).or_default() += sum;
            }
        }
        self.sizes[kept as usize] += self.sizes[gone as usize];
        self.smallest[kept as usize] =
            self.smallest[kept as usize].min(self.smallest[gone as usize]);
        self.parents[gone as usize] = kept;
        kept
    }

    fn root(&self, mut record: u32) -> u32 {
        while self.parents[record as usize] != record {
            record = self.parents[record as usize];
        }
        record
    }

    fn names(&self) -> Vec<u32> {
        (0..self.len()).map(|record| self.smallest[self.root(record) as usize]).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
