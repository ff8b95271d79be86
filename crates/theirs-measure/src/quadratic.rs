//! The penalised least-squares problem that every fit comes down to, and its smoothing.
//!
//! The intercept is profiled out and each column's mean over the rows is held at zero, so what is
//! left has one solution. Smoothing is chosen per column by restricted maximum likelihood with the
//! update of Fellner and Schall (Wood & Fasiolo 2017, Biometrics 73, eq. 4): no folds, no seed, and
//! a column that says nothing is smoothed away. With many bins it is chosen on merged ones, where
//! it means the same ([`crate::penalty`]). Price: it assumes that effects are about normal.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use crate::Error;
use crate::penalty::{Shape, penalty};

/// `½ bᵀ(M + Σ λ S) b − bᵀr`, in blocks of one column each.
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

/// How the noise around the model is known.
#[derive(Clone, Copy)]
pub(crate) enum Dispersion {
    /// The variance of one row is given.
    Known(f64),
    /// It is estimated from what the model leaves: the sum of squares around the mean, and the
    /// number of rows.
    Estimated { square: f64, rows: f64 },
}

/// How often smoothing is updated at most, and the change of its logarithm at which it rests.
const UPDATES: usize = 40;
const RESTS: f64 = 0.02;

/// Up to how many bins in all the smoothing is chosen on; above, neighbours are merged first.
const CHOSEN_ON: usize = 260;

/// By how much smoothing may differ from the scale of the data in each direction.
const SPREAD: f64 = 1e7;

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
        let levels = coarse_enough(&self.shapes, most);
        let coarser = self.shapes.iter().zip(&levels).map(|(shape, level)| shape.coarser(*level));
        let (shapes, maps): (Vec<Shape>, Vec<Vec<u8>>) = coarser.unzip();
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

    /// The factor of the penalised matrix.
    pub(crate) fn factor(&self, smoothing: &[f64]) -> Result<Cholesky<f64, Dyn>, Error> {
        let mut matrix = self.matrix.clone();
        for (column, penalty) in self.penalties.iter().enumerate() {
            let span = self.span(column);
            let share = self.share.rows(span.start, span.len());
            let mut block = matrix.view_mut((span.start, span.start), (span.len(), span.len()));
            block += penalty * smoothing[column];
            block.ger(self.total, &share, &share, 1.0);
        }
        // A bin without rows that no penalty ties would leave a zero on the diagonal.
        let least = 1e-10 * self.total.max(f64::MIN_POSITIVE);
        (0..matrix.nrows()).for_each(|bin| matrix[(bin, bin)] += least);
        Cholesky::new(matrix).ok_or(Error::Singular)
    }

    /// The solution for a smoothing.
    pub(crate) fn solve(&self, smoothing: &[f64]) -> Result<DVector<f64>, Error> {
        Ok(self.factor(smoothing)?.solve(&self.right))
    }

    /// Chooses the smoothing of each column, on merged bins if there are many.
    pub(crate) fn smoothing(&self, dispersion: Dispersion) -> Result<Vec<f64>, Error> {
        if self.right.len() > CHOSEN_ON {
            return self.merged(CHOSEN_ON).chosen(dispersion);
        }
        self.chosen(dispersion)
    }

    fn chosen(&self, dispersion: Dispersion) -> Result<Vec<f64>, Error> {
        let scale: Vec<f64> = (0..self.shapes.len()).map(|column| self.scale(column)).collect();
        let mut smoothing = scale.clone();
        for _ in 0..UPDATES {
            let next = self.updated(&smoothing, dispersion)?;
            let mut moved = 0.0_f64;
            for (column, value) in next.into_iter().enumerate() {
                let value = value.clamp(scale[column] / SPREAD, scale[column] * SPREAD);
                moved = moved.max(libm::log(value / smoothing[column]).abs());
                smoothing[column] = value;
            }
            if moved < RESTS {
                break;
            }
        }
        Ok(smoothing)
    }

    /// One update: λ φ (rank/λ − tr(V S)) / bᵀSb, per column.
    fn updated(&self, smoothing: &[f64], dispersion: Dispersion) -> Result<Vec<f64>, Error> {
        let factor = self.factor(smoothing)?;
        let bins = factor.solve(&self.right);
        let inverse = factor.inverse();
        let traces: Vec<f64> =
            (0..self.shapes.len()).map(|column| self.trace(&inverse, column)).collect();
        let free =
            |column: usize| (self.rank(column) - smoothing[column] * traces[column]).max(0.0);
        let used: f64 = 1.0 + (0..self.shapes.len()).map(free).sum::<f64>();
        let noise = match dispersion {
            Dispersion::Known(variance) => variance,
            Dispersion::Estimated { square, rows } => {
                let left = square - 2.0 * bins.dot(&self.right) + bins.dot(&(&self.matrix * &bins));
                left.max(1e-12 * square.abs()) / (rows - used).max(1.0)
            }
        };
        let update = |column: usize| {
            let span = self.span(column);
            let block = bins.rows(span.start, span.len());
            let cost = block.dot(&(&self.penalties[column] * block));
            // A factor of 25 per update keeps the first steps, far from the solution, in bounds.
            let grows = noise * free(column).max(1e-9) / cost.max(1e-300) / smoothing[column];
            smoothing[column] * grows.clamp(0.04, 25.0)
        };
        Ok((0..self.shapes.len()).map(update).collect())
    }

    /// The smoothing at which data and penalty weigh alike.
    fn scale(&self, column: usize) -> f64 {
        let span = self.span(column);
        let data: f64 = span.map(|bin| self.matrix[(bin, bin)]).sum();
        (data / self.penalties[column].trace()).max(1e-9 * self.total.max(1e-9))
    }

    fn rank(&self, column: usize) -> f64 {
        (self.shapes[column].bins - 1) as f64
    }

    /// tr(V S) over the block of a column.
    fn trace(&self, inverse: &DMatrix<f64>, column: usize) -> f64 {
        let span = self.span(column);
        let block = inverse.view((span.start, span.start), (span.len(), span.len()));
        block.dot(&self.penalties[column])
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

/// The levels at which columns have at most so many bins in all, the widest merged first.
pub(crate) fn coarse_enough(shapes: &[Shape], most: usize) -> Vec<u8> {
    let mut levels = vec![0_u8; shapes.len()];
    let bins = |(shape, level): (&Shape, &u8)| shape.coarser(*level).0.bins;
    loop {
        let now: Vec<usize> = shapes.iter().zip(&levels).map(bins).collect();
        let widest = now.iter().copied().max().unwrap_or(0);
        // Below five bins a smoothing cannot be told from none.
        if now.iter().sum::<usize>() <= most || widest <= 6 {
            return levels;
        }
        let mut merged = false;
        for (column, level) in levels.iter_mut().enumerate() {
            let next = shapes[column].coarser(*level + 1).0.bins;
            if now[column] == widest && next < widest {
                *level += 1;
                merged = true;
            }
        }
        if !merged {
            return levels;
        }
    }
}
