//! Taking out of effects what the columns beside the block say, and what only tells batches apart.
//!
//! This is a regression within batches, weighted by how far each expected outcome can move, whose
//! residual is kept. The outcome plays no part in it, so it may use all rows. Price: one system of
//! equations in all bins of the other columns.

use nalgebra::{Cholesky, DMatrix, Dyn};

use super::ground::Ground;
use crate::Error;
use crate::sheet::Sheet;

impl Ground {
    /// Takes from the effects of each row (`wide` of them, row by row) what the columns beside say,
    /// and then the mean of its batch.
    pub fn beyond(&self, effects: &mut [f64], wide: usize) -> Result<(), Error> {
        let spots = Spots::of(&self.beside);
        if spots.wide > 0 && wide > 0 {
            let (own, cross) = self.moments(&spots, effects, wide);
            let said = factor(own)?.solve(&cross).transpose();
            for (row, effect) in effects.chunks_exact_mut(wide).enumerate() {
                for spot in spots.row(&self.beside, row) {
                    let said = said.column(spot);
                    effect.iter_mut().zip(said.iter()).for_each(|(effect, said)| *effect -= said);
                }
            }
        }
        self.centre(effects, wide, &|row| self.slope[row]);
        Ok(())
    }

    /// Takes the weighted mean of each batch out.
    pub fn centre(&self, effects: &mut [f64], wide: usize, weight: &dyn Fn(usize) -> f64) {
        if wide == 0 {
            return;
        }
        let total = self.batch_sums(weight);
        let mut means = vec![0.0; self.batches * wide];
        for (row, effect) in effects.chunks_exact(wide).enumerate() {
            let (batch, weight) = (self.batch[row] as usize, weight(row));
            let mean = &mut means[batch * wide..(batch + 1) * wide];
            mean.iter_mut().zip(effect).for_each(|(mean, effect)| *mean += weight * effect);
        }
        for (mean, total) in means.chunks_exact_mut(wide).zip(&total) {
            for mean in mean {
                *mean /= total.max(f64::MIN_POSITIVE);
            }
        }
        for (row, effect) in effects.chunks_exact_mut(wide).enumerate() {
            let batch = self.batch[row] as usize;
            let mean = &means[batch * wide..(batch + 1) * wide];
            effect.iter_mut().zip(mean).for_each(|(effect, mean)| *effect -= mean);
        }
    }

    /// Per effect, Σ slope · effect².
    pub fn squares(&self, effects: &[f64], wide: usize) -> Vec<f64> {
        let mut squares = vec![0.0; wide];
        for (row, effect) in effects.chunks_exact(wide.max(1)).enumerate() {
            let weighed = squares.iter_mut().zip(effect);
            weighed.for_each(|(square, effect)| *square += self.slope[row] * effect * effect);
        }
        squares
    }

    /// The cross-products within batches of the columns beside, and of them with the effects.
    fn moments(&self, spots: &Spots, effects: &[f64], wide: usize) -> (DMatrix<f64>, DMatrix<f64>) {
        let mut own = DMatrix::zeros(spots.wide, spots.wide);
        let mut cross = DMatrix::<f64>::zeros(wide, spots.wide);
        let mut masses = DMatrix::zeros(spots.wide, self.batches);
        let mut sums = DMatrix::<f64>::zeros(wide, self.batches);
        for (row, effect) in effects.chunks_exact(wide).enumerate() {
            let (weight, batch) = (self.slope[row], self.batch[row] as usize);
            let here: Vec<usize> = spots.row(&self.beside, row).collect();
            for (at, one) in here.iter().enumerate() {
                here[at..].iter().for_each(|other| own[(*one, *other)] += weight);
                masses[(*one, batch)] += weight;
                let mut into = cross.column_mut(*one);
                into.iter_mut().zip(effect).for_each(|(sum, effect)| *sum += weight * effect);
            }
            let mut into = sums.column_mut(batch);
            into.iter_mut().zip(effect).for_each(|(sum, effect)| *sum += weight * effect);
        }
        own.fill_lower_triangle_with_upper_triangle();
        let total = self.batch_sums(&|row| self.slope[row]);
        for (batch, total) in total.iter().enumerate().filter(|(_, total)| **total > 0.0) {
            let (mass, sum) = (masses.column(batch), sums.column(batch));
            own.ger(-1.0 / total, &mass, &mass, 1.0);
            cross.ger(-1.0 / total, &sum, &mass, 1.0);
        }
        (own, cross.transpose())
    }
}

/// Where the bins of several columns lie beside each other.
struct Spots {
    starts: Vec<usize>,
    wide: usize,
}

impl Spots {
    fn of(sheet: &Sheet) -> Self {
        let mut starts = vec![0];
        for column in sheet.columns() {
            starts.push(starts[starts.len() - 1] + column.shape().bins);
        }
        let wide = starts[starts.len() - 1];
        Self { starts, wide }
    }

    /// The bins that a row lies in, ascending.
    fn row<'a>(&'a self, sheet: &'a Sheet, row: usize) -> impl Iterator<Item = usize> + 'a {
        let columns = sheet.columns().iter().zip(&self.starts);
        columns.map(move |(column, start)| start + usize::from(column.codes()[row]))
    }
}

/// The factor of cross-products. The bins of a column sum to one, so a little is added to each.
fn factor(mut own: DMatrix<f64>) -> Result<Cholesky<f64, Dyn>, Error> {
    let least = 1e-6 * (own.trace() / own.nrows() as f64).max(f64::MIN_POSITIVE);
    (0..own.nrows()).for_each(|spot| own[(spot, spot)] += least);
    Cholesky::new(own).ok_or(Error::Singular)
}
