//! The penalised least-squares problem that every fit comes down to.
//!
//! The intercept is profiled out and each column's mean over the rows is held at zero, so what is
//! left has one solution. Smoothing means the same at every granularity ([`crate::penalty`]), so
//! with many bins it is chosen on merged ones. Price: what only fine bins show does not make the
//! smoothing weaker.

use nalgebra::{DMatrix, DMatrixView, DVector, DVectorView};

use crate::Error;
use crate::merging::Merging;
use crate::penalty::{Shape, penalty};
use crate::smoothing::{Dispersion, chosen};
use crate::solver::Solver;

/// `½ bᵀ(M + Σ λ S) b − bᵀr`, in blocks of one column each.
#[derive(Clone)]
pub(crate) struct Quadratic {
    shapes: Vec<Shape>,
    /// The first bin of each column, and after them the number of all.
    starts: Vec<usize>,
    /// The cross-products of the bins, centred by the intercept.
    matrix: DMatrix<f64>,
    right: DVector<f64>,
    /// Per bin its share of the rows.
    share: DVector<f64>,
    /// The weight of all rows.
    total: f64,
    penalties: Vec<DMatrix<f64>>,
}

/// The sums that a problem is made of, per column and bin.
pub(crate) struct Sums<'a> {
    pub shapes: &'a [Shape],
    /// The share of rows in each bin, which scales penalties and centres effects.
    pub shares: &'a [Vec<f64>],
    /// The weight in each bin.
    pub masses: &'a [Vec<f64>],
    /// What the rows of each bin ask for.
    pub right: DVector<f64>,
}

/// Up to how many bins in all the smoothing is chosen on; above, neighbours are merged first.
const CHOSEN_ON: usize = 400;

impl Quadratic {
    /// A problem from sums, and per pair of columns the weight in each pair of bins.
    pub(crate) fn new(sums: Sums<'_>, pair: impl Fn(usize, usize) -> Vec<f64>) -> Self {
        let starts = starts(sums.shapes);
        let total = sums.masses.first().map_or(0.0, |bins| bins.iter().sum());
        let masses = flat(sums.masses);
        let matrix = centred(&starts, &masses, total, pair);
        let share = flat(sums.shares);
        let penalties = penalties(sums.shapes, &starts, &share);
        let (shapes, right) = (sums.shapes.to_vec(), sums.right);
        Self { shapes, starts, matrix, right, share, total, penalties }
    }

    /// The problem on merged bins, with at most so many in all if they merge so far.
    fn merged(&self, most: usize) -> Self {
        let share = |column| self.share(column).iter().copied().collect();
        let shares: Vec<Vec<f64>> = (0..self.columns()).map(share).collect();
        let Merging { shapes, maps } = Merging::by_mass(&self.shapes, &shares, most);
        let starts = starts(&shapes);
        let places = maps.iter().zip(&starts);
        let to: Vec<usize> = places
            .flat_map(|(map, start)| map.iter().map(move |bin| start + usize::from(*bin)))
            .collect();
        let size = starts[shapes.len()];
        let (mut matrix, mut right) = (DMatrix::zeros(size, size), DVector::zeros(size));
        let mut share = DVector::zeros(size);
        for (column, into) in to.iter().enumerate() {
            right[*into] += self.right[column];
            share[*into] += self.share[column];
            for (row, value) in to.iter().zip(self.matrix.column(column).iter()) {
                matrix[(*row, *into)] += value;
            }
        }
        let penalties = penalties(&shapes, &starts, &share);
        Self { shapes, starts, matrix, right, share, total: self.total, penalties }
    }

    /// Where the bins of a column lie.
    pub(crate) fn span(&self, column: usize) -> std::ops::Range<usize> {
        self.starts[column]..self.starts[column + 1]
    }

    pub(crate) fn matrix(&self) -> &DMatrix<f64> {
        &self.matrix
    }

    /// Sets the right side anew, for the next step of an iteration.
    pub(crate) fn aim(&mut self, right: DVector<f64>) {
        self.right = right;
    }

    /// `Σ λ S b`.
    pub(crate) fn pull(&self, smoothing: &[f64], bins: &DVector<f64>) -> DVector<f64> {
        let mut pull = DVector::zeros(bins.len());
        for (column, penalty) in self.penalties.iter().enumerate() {
            let span = self.span(column);
            let block = bins.rows(span.start, span.len());
            let mut into = pull.rows_mut(span.start, span.len());
            into.gemv(smoothing[column], penalty, &block, 0.0);
        }
        pull
    }

    /// What solves the problem at a smoothing, for any right side.
    pub(crate) fn solver(&self, smoothing: &[f64]) -> Result<Solver<'_>, Error> {
        Solver::new(self, smoothing)
    }

    /// The solution at a smoothing.
    pub(crate) fn solve(&self, smoothing: &[f64]) -> Result<DVector<f64>, Error> {
        self.solver(smoothing)?.solve(&self.right)
    }

    /// Chooses the smoothing of each column, on merged bins if there are many.
    pub(crate) fn smoothing(&self, dispersion: Dispersion) -> Vec<f64> {
        if self.right.len() > CHOSEN_ON {
            return chosen(&self.merged(CHOSEN_ON), dispersion);
        }
        chosen(self, dispersion)
    }

    /// The number of columns.
    pub(crate) fn columns(&self) -> usize {
        self.shapes.len()
    }

    /// The cross-products within a column.
    pub(crate) fn block(&self, column: usize) -> DMatrixView<'_, f64> {
        let span = self.span(column);
        self.matrix.view((span.start, span.start), (span.len(), span.len()))
    }

    /// The penalty of a column at smoothing 1.
    pub(crate) fn penalty(&self, column: usize) -> &DMatrix<f64> {
        &self.penalties[column]
    }

    /// The share of rows in each bin of a column.
    pub(crate) fn share(&self, column: usize) -> DVectorView<'_, f64> {
        let span = self.span(column);
        self.share.rows(span.start, span.len())
    }

    /// The weight of all rows.
    pub(crate) fn total(&self) -> f64 {
        self.total
    }

    /// What the rows of each bin ask for.
    pub(crate) fn right(&self) -> &DVector<f64> {
        &self.right
    }
}

/// The first bin of each column, and the number of all.
fn starts(shapes: &[Shape]) -> Vec<usize> {
    let mut starts = vec![0];
    for shape in shapes {
        starts.push(starts[starts.len() - 1] + shape.bins);
    }
    starts
}

fn flat(columns: &[Vec<f64>]) -> DVector<f64> {
    DVector::from_vec(columns.concat())
}

fn penalties(shapes: &[Shape], starts: &[usize], share: &DVector<f64>) -> Vec<DMatrix<f64>> {
    let numbered = shapes.iter().zip(starts);
    let one = |(shape, start): (&Shape, &usize)| {
        penalty(shape, &share.as_slice()[*start..start + shape.bins])
    };
    numbered.map(one).collect()
}

/// The counts of all pairs of bins, less what the intercept explains.
fn centred(
    starts: &[usize],
    masses: &DVector<f64>,
    total: f64,
    pair: impl Fn(usize, usize) -> Vec<f64>,
) -> DMatrix<f64> {
    let mut matrix = DMatrix::from_diagonal(masses);
    let columns = starts.len() - 1;
    for one in 0..columns {
        for other in one + 1..columns {
            let wide = starts[other + 1] - starts[other];
            for (cell, count) in pair(one, other).into_iter().enumerate() {
                let (row, column) = (starts[one] + cell / wide, starts[other] + cell % wide);
                matrix[(row, column)] = count;
                matrix[(column, row)] = count;
            }
        }
    }
    matrix.ger(-1.0 / total.max(f64::MIN_POSITIVE), masses, masses, 1.0);
    matrix
}
