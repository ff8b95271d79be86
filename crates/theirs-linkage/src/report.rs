//! What a resolution did, in numbers that identify nobody.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The steps of a resolution, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// Finding values that identify nobody, and forming blocks.
    Block,
    /// Comparing the pairs of all blocks.
    Compare,
    /// Estimating the weights.
    Weigh,
    /// Scoring the pairs.
    Score,
    /// Forming clusters.
    Cluster,
}

impl fmt::Display for Stage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Block => "block",
            Self::Compare => "compare",
            Self::Weigh => "weigh",
            Self::Score => "score",
            Self::Cluster => "cluster",
        })
    }
}

/// What a resolution did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Records taken in.
    pub records: u64,
    /// Blocks of at least two records.
    pub blocks: u64,
    /// Distinct pairs compared.
    pub pairs_compared: u64,
    /// Distinct patterns of levels among them.
    pub patterns: u64,
    /// Rounds until the weights stood still.
    pub em_iterations: u32,
    /// Clusters, singletons included.
    pub clusters: u64,
    /// Sizes of the largest clusters, at most ten, largest first.
    pub largest_clusters: Vec<u32>,
    /// Blocks that stayed too large after every split, by rule and size.
    pub set_aside: Vec<SetAside>,
    /// Blocks whose pairs a sample found not to be worth comparing, by rule and size.
    #[serde(default)]
    pub left_out: Vec<SetAside>,
    /// Per field: values that are too common to identify anybody and were not used.
    pub placeholders: Vec<Placeholders>,
    /// Fields that no comparison had room for.
    pub fields_kept_out: u64,
    /// Constraints that name no record or contradict a `CannotLink`.
    pub constraints_refused: u64,
    /// Wall-clock seconds per stage. The only part that differs between runs.
    pub seconds: Vec<(Stage, f64)>,
}

/// Blocks that were not compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// The blocking rule.
    pub rule: String,
    /// Records in the block.
    pub block_size: u64,
    /// How many blocks of that rule and size.
    pub count: u64,
}

/// Values of a field that are no identification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placeholders {
    /// The field.
    pub field: String,
    /// Distinct values left out.
    pub values: u64,
    /// Records that carry one of them.
    pub records: u64,
}

impl SetAside {
    /// Counts one more block.
    pub(crate) fn note(list: &mut Vec<Self>, rule: &str, size: usize) {
        let block_size = size as u64;
        match list.iter_mut().find(|known| known.rule == rule && known.block_size == block_size) {
            Some(known) => known.count += 1,
            None => list.push(Self { rule: rule.to_owned(), block_size, count: 1 }),
        }
    }
}
