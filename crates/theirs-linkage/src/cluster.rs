//! Average-link clustering over the sparse graph of links.
//!
//! Union–find lets one wrong link join two people for good. Here two clusters become one only
//! while the mean probability over *all* pairs between them, a pair that was never compared
//! counting as zero, reaches the threshold; the surest pair of clusters goes first, of equally
//! sure ones that with the smallest members. Work and memory follow the number of links, not the
//! square of the records. The result depends on the order of the records' numbers, on nothing
//! else: neither the order of the links nor that of the bonds.
//!
//! A number that the organisation gave two records is about records: they are one from the start.
//! A judgement of the person or a colleague is about people: were it made to one record first, its
//! mean towards the others of either person would tear both apart. So clusters are formed without
//! it, only what it keeps apart stays apart; then the clusters of its two ends are joined, unless
//! that would put together what is kept apart, and then the judgement is refused.

mod apart;
mod dense;

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};

use crate::judgement::{SHARED_NUMBER, Verdict};
use crate::resolve::Link;
use apart::Apart;

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
    /// The same before judgements about people joined whole clusters.
    pub(crate) parts: Vec<u32>,
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
    if bonds.is_empty() && records <= dense::MOST_RECORDS {
        return dense::cluster(records, links, threshold);
    }
    cluster_graph(records, links, bonds, threshold)
}

fn cluster_graph(records: usize, links: &[Link], bonds: &[Bond], threshold: f64) -> Clustering {
    let mut graph = Graph::new(records, links, threshold);
    let mut taken = graph.take(bonds);
    graph.fill_heap();
    graph.merge_all();
    let parts = graph.names();
    let cluster = graph.join_people(&parts, bonds, &mut taken);
    taken.refused.sort_unstable();
    Clustering { cluster, parts, refused: taken.refused }
}

/// What became of bonds, by their places.
#[derive(Default)]
struct Taken {
    /// Those about people that do not contradict others, in the order of the ranks.
    joining: Vec<usize>,
    refused: Vec<usize>,
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

    /// Takes what keeps apart first, then what joins in the order of the ranks, as far as nothing
    /// contradicts it, and keeps apart what all of it together does.
    fn take(&mut self, bonds: &[Bond]) -> Taken {
        let mut taken = Taken::default();
        if bonds.is_empty() {
            return taken;
        }
        let mut order: Vec<usize> = (0..bonds.len()).collect();
        order.sort_by_key(|&at| {
            let bond = &bonds[at];
            (bond.verdict, bond.rank, bond.a.min(bond.b), bond.a.max(bond.b))
        });
        let mut people = Apart::new(self.len());
        for at in order {
            let bond = &bonds[at];
            let is_known = bond.a != bond.b && bond.a.max(bond.b) < self.len();
            match bond.verdict {
                Verdict::Different if is_known => people.keep_apart(bond.a, bond.b),
                Verdict::Same if is_known && people.join(bond.a, bond.b) => {
                    if bond.rank < SHARED_NUMBER {
                        taken.joining.push(at);
                    } else {
                        self.contract(bond.a, bond.b);
                    }
                }
                _ => taken.refused.push(at),
            }
        }
        for (a, b) in people.pairs() {
            let (a, b) = (self.root(a), self.root(b));
            self.sums[a as usize].insert(b, f64::NEG_INFINITY);
            self.sums[b as usize].insert(a, f64::NEG_INFINITY);
        }
        taken
    }

    fn contract(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.absorb(a, b);
        }
    }

    /// Joins whole clusters by the bonds about people; those that cannot be honoured are refused.
    fn join_people(&self, parts: &[u32], bonds: &[Bond], taken: &mut Taken) -> Vec<u32> {
        if taken.joining.is_empty() {
            return parts.to_vec();
        }
        let mut people = Apart::new(self.len());
        for (record, &part) in (0..).zip(parts) {
            people.join(record, part);
        }
        for (cluster, sums) in (0..).zip(&self.sums) {
            for (&other, _) in sums.iter().filter(|(_, sum)| **sum == f64::NEG_INFINITY) {
                people.keep_apart(cluster, other);
            }
        }
        let Taken { joining, refused } = taken;
        let is_refused = |at: &&usize| !people.join(bonds[**at].a, bonds[**at].b);
        refused.extend(joining.iter().filter(is_refused));
        (0..self.len()).map(|record| people.name(record)).collect()
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
