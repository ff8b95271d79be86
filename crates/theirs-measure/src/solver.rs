//! Solves the penalised problem: conjugate gradients, each column its own preconditioner.
//!
//! Columns of one table overlap little, so a few dozen products of the matrix do what a factor of
//! all of it would, at a tenth of the time. The order of sums is fixed, so the bits are. Where they
//! do not settle, because columns repeat each other, the whole matrix is factored. Price: two ways
//! to one solution, which agree to about ten digits.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use crate::Error;
use crate::quadratic::Quadratic;

/// The remaining error, relative to the right side, at which the solution is taken.
const RESTS: f64 = 1e-11;

/// How many products are tried before the matrix is factored.
const PRODUCTS: usize = 250;

/// A problem at a smoothing.
pub(crate) struct Solver<'a> {
    quadratic: &'a Quadratic,
    /// Per column what smoothing and centring add to its cross-products.
    added: Vec<DMatrix<f64>>,
    /// Per column the factor of its own block.
    blocks: Vec<Cholesky<f64, Dyn>>,
}

impl<'a> Solver<'a> {
    pub(crate) fn new(quadratic: &'a Quadratic, smoothing: &[f64]) -> Result<Self, Error> {
        let added: Vec<DMatrix<f64>> =
            (0..quadratic.columns()).map(|at| added(quadratic, at, smoothing[at])).collect();
        let block = |(column, added): (usize, &DMatrix<f64>)| {
            Cholesky::new(quadratic.block(column) + added).ok_or(Error::Singular)
        };
        let blocks = added.iter().enumerate().map(block).collect::<Result<_, _>>()?;
        Ok(Self { quadratic, added, blocks })
    }

    /// The bins that solve the problem for a right side.
    pub(crate) fn solve(&self, right: &DVector<f64>) -> Result<DVector<f64>, Error> {
        self.solve_to(right, RESTS)
    }

    /// The same with this much of an error left, relative to the right side.
    pub(crate) fn solve_to(&self, right: &DVector<f64>, rests: f64) -> Result<DVector<f64>, Error> {
        let mut bins = DVector::zeros(right.len());
        let mut left = right.clone();
        let mut way = self.preconditioned(&left);
        let mut gain = left.dot(&way);
        let enough = rests * rests * gain;
        for _ in 0..PRODUCTS {
            if gain <= enough || gain <= 0.0 {
                return Ok(bins);
            }
            let product = self.product(&way);
            let far = gain / way.dot(&product);
            bins.axpy(far, &way, 1.0);
            left.axpy(-far, &product, 1.0);
            let towards = self.preconditioned(&left);
            let next = left.dot(&towards);
            way = towards + way * (next / gain);
            gain = next;
        }
        self.factored(right)
    }

    fn product(&self, way: &DVector<f64>) -> DVector<f64> {
        let mut product = self.quadratic.matrix() * way;
        for (column, added) in self.added.iter().enumerate() {
            let span = self.quadratic.span(column);
            let mut into = product.rows_mut(span.start, span.len());
            into.gemv(1.0, added, &way.rows(span.start, span.len()), 1.0);
        }
        product
    }

    fn preconditioned(&self, left: &DVector<f64>) -> DVector<f64> {
        let mut towards = left.clone();
        for (column, block) in self.blocks.iter().enumerate() {
            let span = self.quadratic.span(column);
            block.solve_mut(&mut towards.rows_mut(span.start, span.len()));
        }
        towards
    }

    fn factored(&self, right: &DVector<f64>) -> Result<DVector<f64>, Error> {
        let mut matrix = self.quadratic.matrix().clone();
        for (column, added) in self.added.iter().enumerate() {
            let span = self.quadratic.span(column);
            let mut block = matrix.view_mut((span.start, span.start), (span.len(), span.len()));
            block += added;
        }
        Ok(Cholesky::new(matrix).ok_or(Error::Singular)?.solve(right))
    }
}

/// The penalty of a column, its centring, and a trace on the diagonal that keeps a bin without
/// rows, which no penalty ties, from making the equations singular.
fn added(quadratic: &Quadratic, column: usize, smoothing: f64) -> DMatrix<f64> {
    let (share, total) = (quadratic.share(column), quadratic.total());
    let mut added = quadratic.penalty(column) * smoothing;
    added.ger(total, &share, &share, 1.0);
    let trace = 1e-10 * total.max(f64::MIN_POSITIVE);
    (0..added.nrows()).for_each(|bin| added[(bin, bin)] += trace);
    added
}
