//! Average-link clustering over the sparse graph of links.
//!
//! Union–find lets one wrong link join two people for good. Here two clusters become one only
//! while the mean probability over *all* pairs between them, a pair that was never compared
//! counting as zero, reaches the threshold; the surest pair of clusters goes first. Work and memory
//! follow the number of links, not the square of the records.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use crate::settings::Constraint;

/// A probability between two records, smaller index first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) probability: f64,
}

/// Which cluster each record is in, named by its smallest record.
pub(crate) struct Clustering {
    pub(crate) cluster: Vec<u32>,
    pub(crate) refused: u64,
}

/// Clusters under construction.
struct Graph {
    /// Per living cluster: its neighbours with the sum of probabilities towards them.
    sums: Vec<BTreeMap<u32, f64>>,
    sizes: Vec<u32>,
    /// The cluster that absorbed this one, or itself.
    parents: Vec<u32>,
    heap: BinaryHeap<Candidate>,
    threshold: f64,
}

/// Two clusters that could become one.
#[derive(PartialEq)]
struct Candidate {
    mean: f64,
    a: u32,
    b: u32,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_mean = self.mean.total_cmp(&other.mean);
        by_mean.then_with(|| (other.a, other.b).cmp(&(self.a, self.b)))
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
    edges: &[Edge],
    constraints: &[Constraint],
    threshold: f64,
) -> Clustering {
    let mut graph = Graph::new(records, edges, threshold);
    let refused = graph.constrain(constraints);
    graph.fill_heap();
    graph.merge_all();
    Clustering { cluster: graph.smallest_members(), refused }
}

impl Graph {
    fn new(records: usize, edges: &[Edge], threshold: f64) -> Self {
        let mut sums = vec![BTreeMap::new(); records];
        for edge in edges {
            sums[edge.a as usize].insert(edge.b, edge.probability);
            sums[edge.b as usize].insert(edge.a, edge.probability);
        }
        let parents = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
        Self { sums, sizes: vec![1; records], parents, heap: BinaryHeap::new(), threshold }
    }

    /// Forbids first, then joins; returns how many constraints could not be honoured.
    fn constrain(&mut self, constraints: &[Constraint]) -> u64 {
        let mut refused = 0;
        let is_known = |graph: &Self, a: u32, b: u32| a.max(b) < graph.len() && a != b;
        for constraint in constraints {
            let &Constraint::CannotLink(a, b) = constraint else { continue };
            if is_known(self, a, b) {
                self.sums[a as usize].insert(b, f64::NEG_INFINITY);
                self.sums[b as usize].insert(a, f64::NEG_INFINITY);
            } else {
                refused += 1;
            }
        }
        for constraint in constraints {
            let &Constraint::MustLink(a, b) = constraint else { continue };
            let is_done = is_known(self, a, b) && self.must_link(a, b);
            refused += u64::from(!is_done);
        }
        refused
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
        while let Some(Candidate { mean, a, b }) = self.heap.pop() {
            let is_alive = self.parents[a as usize] == a && self.parents[b as usize] == b;
            if is_alive && self.mean(a, b) == Some(mean) {
                let kept = self.absorb(a, b);
                let neighbours: Vec<u32> = self.sums[kept as usize].keys().copied().collect();
                for neighbour in neighbours {
                    self.propose(kept.min(neighbour), kept.max(neighbour));
                }
            }
        }
    }

    fn propose(&mut self, a: u32, b: u32) {
        if let Some(mean) = self.mean(a, b)
            && mean >= self.threshold
        {
            self.heap.push(Candidate { mean, a, b });
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
        self.parents[gone as usize] = kept;
        kept
    }

    fn root(&self, mut record: u32) -> u32 {
        while self.parents[record as usize] != record {
            record = self.parents[record as usize];
        }
        record
    }

    fn smallest_members(&self) -> Vec<u32> {
        let mut smallest = vec![u32::MAX; self.sums.len()];
        (0..self.len())
            .map(|record| {
                let root = self.root(record) as usize;
                smallest[root] = smallest[root].min(record);
                smallest[root]
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
