//! How strongly the bins of each column are held together, chosen by what the rows say.
//!
//! Restricted maximum likelihood with the update of Fellner and Schall (Wood & Fasiolo 2017,
//! Biometrics 73, eq. 4), one smoothing per column: no folds, no seed, and a column that says
//! nothing is smoothed away. Each column is turned once into modes in which data and penalty are
//! both diagonal; then a sweep over the columns (backfitting) and an update cost what a product of
//! the matrix costs. Price: how free a column is, is judged on its own, so columns that say the
//! same are smoothed a little more than they would be together.

use nalgebra::{DMatrix, DVector};

use crate::quadratic::Quadratic;

/// How the noise around the model is known.
#[derive(Clone, Copy)]
pub(crate) enum Dispersion {
    /// The variance of one row is given.
    Known(f64),
    /// It is estimated from what the model leaves: the sum of squares around the mean, and the
    /// number of rows.
    Estimated { square: f64, rows: f64 },
}

/// How often all columns are swept over and updated at most, and the change of the logarithm of a
/// smoothing at which it rests.
const SWEEPS: usize = 60;
const RESTS: f64 = 0.02;

/// By how much smoothing may differ from the scale of the data in each direction.
const SPREAD: f64 = 1e7;

/// A column in modes: its bins are `basis` times the modes, its penalty is the sum of their
/// squares, and the data weigh on each as `data` says.
struct Modes {
    basis: DMatrix<f64>,
    data: Vec<f64>,
    /// The smoothing at which data and penalty weigh alike.
    scale: f64,
}

/// The smoothing of each column.
pub(crate) fn chosen(quadratic: &Quadratic, dispersion: Dispersion) -> Vec<f64> {
    let modes: Vec<Modes> =
        (0..quadratic.columns()).map(|column| Modes::of(quadratic, column)).collect();
    let mut smoothing: Vec<f64> = modes.iter().map(|modes| modes.scale).collect();
    let mut fitted = Fitted::none(quadratic);
    for _ in 0..SWEEPS {
        let each = modes.iter().zip(&smoothing).enumerate();
        let costs: Vec<f64> = each
            .map(|(column, (modes, one))| fitted.refit(quadratic, column, modes, *one))
            .collect();
        let each = modes.iter().zip(&smoothing);
        let free: Vec<f64> = each.map(|(modes, one)| modes.free(*one)).collect();
        let noise = fitted.noise(quadratic, dispersion, 1.0 + free.iter().sum::<f64>());
        let mut moved = 0.0_f64;
        for (column, modes) in modes.iter().enumerate() {
            let next = noise * free[column].max(1e-9) / costs[column].max(1e-300);
            // A factor of 25 keeps the first steps, far from the solution, in bounds.
            let next = next.clamp(smoothing[column] / 25.0, smoothing[column] * 25.0);
            let next = next.clamp(modes.scale / SPREAD, modes.scale * SPREAD);
            moved = moved.max(libm::log(next / smoothing[column]).abs());
            smoothing[column] = next;
        }
        if moved < RESTS {
            break;
        }
    }
    smoothing
}

impl Modes {
    fn of(quadratic: &Quadratic, column: usize) -> Self {
        let penalty = quadratic.penalty(column).clone().symmetric_eigen();
        let greatest = penalty.eigenvalues.amax();
        let costly: Vec<usize> = (0..penalty.eigenvalues.len())
            .filter(|at| penalty.eigenvalues[*at] > 1e-9 * greatest)
            .collect();
        let mut basis = penalty.eigenvectors.select_columns(&costly);
        for (mut mode, at) in basis.column_iter_mut().zip(&costly) {
            mode /= libm::sqrt(penalty.eigenvalues[*at]);
        }
        let data = basis.tr_mul(&(quadratic.block(column) * &basis)).symmetric_eigen();
        let values: Vec<f64> = data.eigenvalues.iter().map(|value| value.max(0.0)).collect();
        let most = values.iter().copied().fold(0.0, f64::max);
        let scale = (most / 10.0).max(1e-9 * quadratic.total().max(1e-9));
        Self { basis: basis * data.eigenvectors, data: values, scale }
    }

    /// How many steps are free at a smoothing.
    fn free(&self, smoothing: f64) -> f64 {
        self.data.iter().map(|data| data / (data + smoothing)).sum()
    }
}

/// The effects while they are swept over, and their product with the matrix.
struct Fitted {
    bins: DVector<f64>,
    product: DVector<f64>,
}

impl Fitted {
    fn none(quadratic: &Quadratic) -> Self {
        let size = quadratic.right().len();
        Self { bins: DVector::zeros(size), product: DVector::zeros(size) }
    }

    /// Fits a column to what the others leave; gives the cost of its effects at smoothing 1.
    fn refit(
        &mut self,
        quadratic: &Quadratic,
        column: usize,
        modes: &Modes,
        smoothing: f64,
    ) -> f64 {
        let span = quadratic.span(column);
        let (start, size) = (span.start, span.len());
        let before = self.bins.rows(start, size).clone_owned();
        let left = quadratic.right().rows(start, size) - self.product.rows(start, size)
            + quadratic.block(column) * &before;
        let mut sizes = modes.basis.tr_mul(&left);
        for (size, data) in sizes.iter_mut().zip(&modes.data) {
            *size /= data + smoothing;
        }
        let after = &modes.basis * &sizes;
        let columns = quadratic.matrix().columns(start, size);
        self.product.gemv(1.0, &columns, &(&after - before), 1.0);
        self.bins.rows_mut(start, size).copy_from(&after);
        sizes.norm_squared()
    }

    fn noise(&self, quadratic: &Quadratic, dispersion: Dispersion, free: f64) -> f64 {
        match dispersion {
            Dispersion::Known(variance) => variance,
            Dispersion::Estimated { square, rows } => {
                let explained =
                    2.0 * self.bins.dot(quadratic.right()) - self.bins.dot(&self.product);
                (square - explained).max(1e-12 * square.abs()) / (rows - free).max(1.0)
            }
        }
    }
}
