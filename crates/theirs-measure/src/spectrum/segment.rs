//! Segments: a tree that splits people by one column at a time.
//!
//! It grows leaf by leaf where a split explains most (Breiman et al. 1984), so the tree with four
//! leaves lies within the one with eight. Ordered columns are split between two bins, categories one
//! against the rest. Price: greedy; the best two segments may be in no best four.

use crate::penalty::Scale;
use crate::sheet::Sheet;

/// A tree whose leaves are segments.
pub(super) struct Tree {
    nodes: Vec<Node>,
}

/// A node: a leaf until it is split.
struct Node {
    mean: f64,
    split: Option<(Split, usize)>,
}

/// Where rows go to the first of two nodes.
#[derive(Clone, Copy)]
struct Split {
    column: usize,
    bin: u8,
    ordered: bool,
    gain: f64,
}

/// The fewest rows of a segment.
const LEAST: usize = 50;

impl Tree {
    /// Grows a tree of at most so many leaves.
    pub fn grown(sheet: &Sheet, payoff: &[f64], leaves: usize) -> Self {
        let all: Vec<u32> = (0..payoff.len() as u32).collect();
        let mut tree = Self { nodes: vec![Node { mean: mean(payoff, &all), split: None }] };
        let first = Split::best(sheet, payoff, &all);
        let mut open = vec![(0_usize, all, first)];
        while open.len() < leaves {
            let gain = |split: &Option<Split>| split.map_or(0.0, |split| split.gain);
            let best =
                (0..open.len()).max_by(|a, b| gain(&open[*a].2).total_cmp(&gain(&open[*b].2)));
            let Some(best) = best.filter(|at| open[*at].2.is_some()) else { break };
            let (node, rows, Some(split)) = open.swap_remove(best) else { break };
            let (left, right): (Vec<u32>, Vec<u32>) =
                rows.into_iter().partition(|row| split.first(sheet, *row as usize));
            tree.nodes[node].split = Some((split, tree.nodes.len()));
            for rows in [left, right] {
                tree.nodes.push(Node { mean: mean(payoff, &rows), split: None });
                let next = Split::best(sheet, payoff, &rows);
                open.push((tree.nodes.len() - 1, rows, next));
            }
        }
        tree
    }

    /// Whether the segment of a row is acted on.
    pub fn acts(&self, sheet: &Sheet, row: usize) -> bool {
        let mut at = 0;
        while let Some((split, children)) = &self.nodes[at].split {
            at = children + usize::from(!split.first(sheet, row));
        }
        self.nodes[at].mean > 0.0
    }
}

impl Split {
    fn first(&self, sheet: &Sheet, row: usize) -> bool {
        let code = sheet.code(row, self.column);
        if self.ordered { code <= self.bin } else { code == self.bin }
    }

    /// The split that explains most, if any leaves enough rows on both sides.
    fn best(sheet: &Sheet, payoff: &[f64], rows: &[u32]) -> Option<Self> {
        let mut best: Option<Self> = None;
        for (column, coded) in sheet.columns().iter().enumerate() {
            let bins = coded.shape().bins;
            let ordered = coded.shape().scale == Scale::Ordered;
            let (mut counts, mut sums) = (vec![0_usize; bins], vec![0.0; bins]);
            for row in rows {
                let bin = usize::from(coded.codes()[*row as usize]);
                counts[bin] += 1;
                sums[bin] += payoff[*row as usize];
            }
            let (total, whole): (usize, f64) = (rows.len(), sums.iter().sum());
            let (mut count, mut sum) = (0, 0.0);
            for bin in 0..bins {
                (count, sum) = if ordered {
                    (count + counts[bin], sum + sums[bin])
                } else {
                    (counts[bin], sums[bin])
                };
                if count < LEAST || total - count < LEAST {
                    continue;
                }
                let (one, other) = (count as f64, (total - count) as f64);
                let gain = sum * sum / one + (whole - sum) * (whole - sum) / other
                    - whole * whole / total as f64;
                if best.is_none_or(|best| gain > best.gain) {
                    best = Some(Self { column, bin: bin as u8, ordered, gain });
                }
            }
        }
        best
    }
}

fn mean(payoff: &[f64], rows: &[u32]) -> f64 {
    rows.iter().map(|row| payoff[*row as usize]).sum::<f64>() / rows.len().max(1) as f64
}
