//! What the effects of a block and the outcome have in common, cell by cell.
//!
//! Per cell: the scores `u = Σ z e` (z: effects of a row, e: what the model without them leaves),
//! the information `S = Σ w z zᵀ`, and the variance of the scores, `V = Σ h hᵀ` over households with
//! h the sum of a household's `z e`; so people of one household count as the few they are. Nothing
//! else of the rows is needed to test. Price: the law of a cell's scores is taken to be normal,
//! which it is by their number.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::basis::Basis;
use super::ground::Ground;
use crate::Error;

/// Scores of all cells.
pub(super) struct Scores {
    /// Per cell: scores, information, variance of the scores.
    pub score: Vec<DVector<f64>>,
    pub information: Vec<DMatrix<f64>>,
    pub variance: Vec<DMatrix<f64>>,
    /// The information of all cells.
    pub total: DMatrix<f64>,
    /// Per cell, which cells it is judged by.
    pub trains: Vec<Vec<bool>>,
    /// The share of pairs of rows in which one judges the other.
    pub seen: f64,
}

/// How much of the mean information is added, so that effects nearly alike do not break equations.
const RIDGE: f64 = 1e-3;

impl Scores {
    /// Sums over rows in the order of the ground that the basis was made on.
    pub fn of(basis: &Basis, ground: &Ground) -> Self {
        let mut scores = Self::summed(basis, ground, &|row| row);
        let households = ground.runs(|row| (ground.cell[row], ground.key[row]));
        for rows in households {
            let cell = usize::from(ground.cell[rows.start]);
            let mut sum = DVector::zeros(basis.wide);
            for row in rows {
                let effects = basis.row(row).iter();
                sum.iter_mut().zip(effects).for_each(|(sum, z)| *sum += z * ground.left[row]);
            }
            add_square(&mut scores.variance[cell], sum.as_slice(), 1.0);
        }
        scores.variance.iter_mut().for_each(DMatrix::fill_lower_triangle_with_upper_triangle);
        scores
    }

    /// Scores and information only; `place` tells where in the basis a row of the ground lies.
    pub fn summed(basis: &Basis, ground: &Ground, place: &dyn Fn(usize) -> usize) -> Self {
        let (cells, wide) = (ground.trains.len(), basis.wide);
        let mut score = vec![DVector::zeros(wide); cells];
        let mut information = vec![DMatrix::zeros(wide, wide); cells];
        let mut weight = vec![0.0; cells];
        for row in 0..ground.len() {
            let (cell, effects) = (usize::from(ground.cell[row]), basis.row(place(row)));
            let sums: &mut DVector<f64> = &mut score[cell];
            sums.iter_mut().zip(effects).for_each(|(sum, z)| *sum += z * ground.left[row]);
            add_square(&mut information[cell], effects, ground.slope[row]);
            weight[cell] += ground.slope[row];
        }
        information.iter_mut().for_each(DMatrix::fill_lower_triangle_with_upper_triangle);
        let total = information.iter().fold(DMatrix::zeros(wide, wide), |sum, one| sum + one);
        let all: f64 = weight.iter().sum();
        let pairs = ground.trains.iter().zip(&weight).map(|(trains, own)| {
            let learnt = trains.iter().zip(&weight).filter(|(trains, _)| **trains);
            own * learnt.map(|(_, weight)| weight).sum::<f64>()
        });
        let seen = pairs.sum::<f64>() / (all * all).max(f64::MIN_POSITIVE);
        let variance = vec![DMatrix::zeros(wide, wide); cells];
        Self { score, information, variance, total, trains: ground.trains.clone(), seen }
    }

    /// Per cell the sum of what the cells it is judged by have.
    pub fn learnt(&self, score: &[DVector<f64>]) -> Vec<DVector<f64>> {
        let one = |trains: &Vec<bool>| {
            let mut sum = DVector::zeros(self.total.nrows());
            let learnt = trains.iter().zip(score).filter(|(trains, _)| **trains);
            learnt.for_each(|(_, score)| sum += score);
            sum
        };
        self.trains.iter().map(one).collect()
    }

    /// The factor of the information of some cells, for some effects.
    pub fn factor(&self, cells: &[usize], effects: &[usize]) -> Result<Cholesky<f64, Dyn>, Error> {
        let mut sum = DMatrix::zeros(effects.len(), effects.len());
        for cell in cells {
            sum += picked(&self.information[*cell], effects);
        }
        ridged(sum)
    }
}

/// Adds `weight · z zᵀ` to the upper triangle.
pub(crate) fn add_square(into: &mut DMatrix<f64>, effects: &[f64], weight: f64) {
    for (column, other) in effects.iter().enumerate() {
        let scaled = weight * other;
        let mut upper = into.view_mut((0, column), (column + 1, 1));
        upper.iter_mut().zip(effects).for_each(|(sum, one)| *sum += scaled * one);
    }
}

/// Rows and columns of some effects.
pub(super) fn picked(matrix: &DMatrix<f64>, effects: &[usize]) -> DMatrix<f64> {
    matrix.select_rows(effects).select_columns(effects)
}

/// The factor of an information, held away from being singular.
pub(super) fn ridged(mut information: DMatrix<f64>) -> Result<Cholesky<f64, Dyn>, Error> {
    let size = information.nrows().max(1) as f64;
    let least = (RIDGE * information.trace() / size).max(1e-12);
    (0..information.nrows()).for_each(|at| information[(at, at)] += least);
    Cholesky::new(information).ok_or(Error::Singular)
}
