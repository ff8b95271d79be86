//! One pass over coded rows: what a logistic model leaves of each outcome.
//!
//! Rows are scored in blocks of a fixed size and sums are taken block by block, so they are the same
//! bits on any number of threads. Price: two numbers per row are kept until the next pass.

use crate::parallel::in_parallel;
use crate::sheet::Sheet;

/// Rows that one thread passes over at a time, summed in this order.
const BLOCK: usize = 1 << 12;

/// Logarithms are summed as that of a product of so many factors of at most 2.
const FACTORS: usize = 64;

/// What one pass over the rows gives: Σ loss, and per row what is left and its weight.
pub(crate) struct Pass {
    pub loss: f64,
    pub left: Vec<f64>,
    pub weight: Vec<f64>,
}

impl Pass {
    pub(crate) fn left_sum(&self) -> f64 {
        in_order(&self.left)
    }

    pub(crate) fn weight_sum(&self) -> f64 {
        in_order(&self.weight)
    }
}

/// Per column, Σ value by bin.
pub(crate) fn scattered(sheet: &Sheet, values: &[f64]) -> Vec<Vec<f64>> {
    let columns: Vec<usize> = (0..sheet.columns().len()).collect();
    in_parallel(&columns, sheet.rows(), |column| {
        let column = &sheet.columns()[column];
        let codes = column.codes().iter().map(|code| usize::from(*code));
        summed(column.shape().bins, codes, values)
    })
}

/// Σ value by cell. Every second row goes into sums of its own, so that rows of one cell need not
/// wait for each other.
pub(crate) fn summed(
    cells: usize,
    mut cell: impl Iterator<Item = usize>,
    values: &[f64],
) -> Vec<f64> {
    let (mut sums, mut second) = (vec![0.0; cells], vec![0.0; cells]);
    let pairs = values.chunks_exact(2);
    let last = pairs.remainder();
    for values in pairs {
        if let (Some(one), Some(other)) = (cell.next(), cell.next()) {
            sums[one] += values[0];
            second[other] += values[1];
        }
    }
    for (value, cell) in last.iter().zip(cell) {
        sums[cell] += value;
    }
    sums.iter_mut().zip(second).for_each(|(sum, second)| *sum += second);
    sums
}

/// One pass over the rows, in blocks.
pub(crate) fn passed(
    sheet: &Sheet,
    outcome: &[bool],
    intercept: f64,
    effects: &[Vec<f64>],
) -> Pass {
    let starts: Vec<usize> = (0..sheet.rows()).step_by(BLOCK).collect();
    let blocks = in_parallel(&starts, BLOCK * (sheet.columns().len() + 20), |start| {
        let end = (start + BLOCK).min(sheet.rows());
        let mut scores = vec![intercept; end - start];
        for (column, effects) in sheet.columns().iter().zip(effects) {
            for (score, code) in scores.iter_mut().zip(&column.codes()[start..end]) {
                *score += effects[usize::from(*code)];
            }
        }
        judged(scores, &outcome[start..end])
    });
    let mut whole = Pass { loss: 0.0, left: Vec::new(), weight: Vec::new() };
    whole.left.reserve_exact(sheet.rows());
    whole.weight.reserve_exact(sheet.rows());
    for block in blocks {
        whole.loss += block.loss;
        whole.left.extend(block.left);
        whole.weight.extend(block.weight);
    }
    whole
}

/// Loss, what is left and weight of rows with these scores.
fn judged(scores: Vec<f64>, outcome: &[bool]) -> Pass {
    let mut pass = Pass { loss: 0.0, left: scores, weight: Vec::with_capacity(outcome.len()) };
    for (scores, outcome) in pass.left.chunks_mut(FACTORS).zip(outcome.chunks(FACTORS)) {
        let mut product = 1.0;
        for (score, hit) in scores.iter_mut().zip(outcome) {
            let small = libm::exp(-score.abs());
            let less = small / (1.0 + small);
            let chance = if *score > 0.0 { 1.0 - less } else { less };
            let wrong = (*score > 0.0) != *hit;
            product *= 1.0 + small;
            pass.loss += if wrong { score.abs() } else { 0.0 };
            pass.weight.push((chance * (1.0 - chance)).max(1e-12));
            *score = f64::from(u8::from(*hit)) - chance;
        }
        pass.loss += libm::log(product);
    }
    pass
}

/// Σ in blocks, each in order.
fn in_order(values: &[f64]) -> f64 {
    values.chunks(BLOCK).map(|block| block.iter().sum::<f64>()).sum()
}
