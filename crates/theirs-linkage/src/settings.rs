//! The few numbers that steer a resolution. The defaults serve every data set; none is tuned to one.

use std::num::NonZero;
use std::thread;

/// Steers a resolution.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The mean match probability from which two clusters become one, over all pairs between them.
    pub threshold: f64,
    /// The most records in a block; a larger one is split by further keys or set aside. In a
    /// large data set the blocks of all but near-unique keys are kept smaller still.
    pub max_block: usize,
    /// The most rounds of expectation and maximisation.
    pub max_iterations: u32,
    /// How many threads compare pairs; the result does not depend on it.
    pub threads: usize,
    /// Whether to tell the clusters at other thresholds too.
    pub curve: bool,
    /// Whether to find who lives together; clusters do not depend on it.
    pub households: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            threshold: 0.5,
            max_block: 60,
            max_iterations: 60,
            threads,
            curve: false,
            households: true,
        }
    }
}
