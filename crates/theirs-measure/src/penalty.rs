//! How a column's bins are held together: what a step between them costs.
//!
//! Ordered bins are penalised for the squared step to their neighbour over the distance between
//! the two *in ranks* (half the share of rows in both), which is the integral of the squared slope;
//! so one smoothing means the same at every granularity. Bins without an order, and the missing
//! bin, are drawn to nothing. Every penalty vanishes on constants only, which the intercept has, so
//! a column that says nothing is smoothed away entirely. Price: a true jump is somewhat rounded.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

/// How the bins of a column stand to each other. Bin 0 is always "missing".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// Bins 1, 2, … lie in order.
    Ordered,
    /// Bin 1 holds what is rare or new, 2, 3, … the categories, the most frequent first.
    Nominal,
    /// Two columns crossed: bin `a * width + b`.
    Grid {
        /// How many bins the second column has.
        width: u16,
    },
}

/// The name and the shape of a coded column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// The name of the column.
    pub name: String,
    /// The source or data category it belongs to.
    pub block: String,
    /// How its bins stand to each other.
    pub scale: Scale,
    /// How many bins there are, "missing" included; at most 256.
    pub bins: usize,
}

/// The least distance in ranks between two bins, so that an empty bin stays tied to its neighbour
/// without breaking the equations.
const LEAST_DISTANCE: f64 = 1.0 / 512.0;

/// The matrix of a column's penalty at smoothing 1, for the shares of rows in its bins (which sum
/// to 1). What is penalised is the departure from the column's mean over the rows.
pub(crate) fn penalty(shape: &Shape, shares: &[f64]) -> DMatrix<f64> {
    let mut matrix = DMatrix::zeros(shape.bins, shape.bins);
    match shape.scale {
        Scale::Ordered => {
            matrix[(0, 0)] = 1.0;
            for bin in 1..shape.bins - 1 {
                let distance = f64::midpoint(shares[bin], shares[bin + 1]).max(LEAST_DISTANCE);
                tie(&mut matrix, bin, bin + 1, 1.0 / distance);
            }
        }
        Scale::Nominal => matrix.fill_diagonal(1.0),
        Scale::Grid { width } => grid(&mut matrix, usize::from(width)),
    }
    centred(&matrix, shares)
}

/// `(I - 1pᵀ)ᵀ M (I - 1pᵀ)`: the same penalty, blind to constants.
fn centred(matrix: &DMatrix<f64>, shares: &[f64]) -> DMatrix<f64> {
    let size = matrix.nrows();
    let sums: Vec<f64> = (0..size).map(|row| matrix.row(row).sum()).collect();
    let total: f64 = sums.iter().sum();
    DMatrix::from_fn(size, size, |a, b| {
        matrix[(a, b)] - shares[a] * sums[b] - sums[a] * shares[b] + shares[a] * shares[b] * total
    })
}

/// A grid's cells are drawn to nothing, and to the cells beside them.
fn grid(matrix: &mut DMatrix<f64>, width: usize) {
    matrix.fill_diagonal(1.0);
    let cells = matrix.nrows();
    for cell in 0..cells {
        if cell % width + 1 < width {
            tie(matrix, cell, cell + 1, 1.0);
        }
        if cell + width < cells {
            tie(matrix, cell, cell + width, 1.0);
        }
    }
}

/// Adds the cost of a step between two bins.
fn tie(matrix: &mut DMatrix<f64>, one: usize, other: usize, cost: f64) {
    matrix[(one, one)] += cost;
    matrix[(other, other)] += cost;
    matrix[(one, other)] -= cost;
    matrix[(other, one)] -= cost;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(scale: Scale, bins: usize) -> Shape {
        Shape { name: "c".to_owned(), block: "b".to_owned(), scale, bins }
    }

    #[test]
    fn constants_cost_nothing_and_all_else_costs_something() {
        let shares = [0.1, 0.2, 0.0, 0.3, 0.25, 0.15];
        for scale in [Scale::Ordered, Scale::Nominal, Scale::Grid { width: 3 }] {
            let values = penalty(&shape(scale, 6), &shares).symmetric_eigenvalues();
            let near_nothing = values.iter().filter(|value| value.abs() < 1e-9).count();
            assert_eq!(near_nothing, 1, "{scale:?}: {values}");
            assert!(values.iter().all(|value| *value > -1e-9));
        }
    }

    #[test]
    fn a_slope_costs_the_same_at_every_granularity() {
        let cost = |bins: usize| {
            let mut shares = vec![1.0 / bins as f64; bins + 1];
            shares[0] = 0.0;
            let slope: Vec<f64> = (0..=bins)
                .map(|bin| if bin == 0 { 0.0 } else { (bin as f64 - 0.5) / bins as f64 - 0.5 })
                .collect();
            let slope = nalgebra::DVector::from_vec(slope);
            slope.dot(&(penalty(&shape(Scale::Ordered, bins + 1), &shares) * &slope))
        };
        assert!((cost(32) - 31.0 / 32.0).abs() < 1e-9);
        assert!((cost(8) - 7.0 / 8.0).abs() < 1e-9);
    }
}
