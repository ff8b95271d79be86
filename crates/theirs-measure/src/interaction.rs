//! Which pairs of columns say together what neither says alone.
//!
//! As FAST does (Lou, Caruana, Gehrke & Hooker 2013, KDD), what an additive fit leaves is summed by
//! the cells of each crossing, and crossings are ranked by how far these sums depart from chance:
//! one pass, no refitting. A cell's squared sum over its weight is about χ² with one degree of
//! freedom, so a crossing is kept only if its total lies [`LEAST`] standard deviations above what
//! noise gives. Only rows that the model is fitted on are looked at. Price: a pair whose cells cancel in each margin
//! is found, one of three columns is not.

use crate::Error;
use crate::additive::Additive;
use crate::gram::couples;
use crate::pair::Crossing;
use crate::parallel::in_parallel;
use crate::sheet::Sheet;
use crate::squared::{Fit, Smoothing};

/// How many crossings are added at most, unless said otherwise.
pub const MOST_CROSSINGS: usize = 10;

/// How many standard deviations above noise a crossing must stand.
const LEAST: f64 = 4.0;

impl Sheet {
    /// Fits with logistic loss, and again with up to `most` crossings if some stand out.
    ///
    /// # Errors
    ///
    /// As [`Sheet::fit_logistic`].
    pub fn fit_logistic_crossed(
        &self,
        outcome: &[bool],
        smoothing: &Smoothing,
        most: usize,
    ) -> Result<Fit, Error> {
        let plain = self.fit_logistic(outcome, smoothing)?;
        let crossings = self.crossings(&plain.model, outcome, most)?;
        if crossings.is_empty() {
            return Ok(plain);
        }
        let fit = self.crossed(&crossings).fit_logistic(outcome, smoothing)?;
        Ok(Fit { model: fit.model.with_crossings(&crossings), ..fit })
    }

    /// The crossings that what a logistic fit leaves asks for, the most telling first.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if the model is of other columns.
    pub fn crossings(
        &self,
        model: &Additive,
        outcome: &[bool],
        most: usize,
    ) -> Result<Vec<Crossing>, Error> {
        let chances = model.predict(self)?;
        let rows = chances.iter().zip(outcome);
        let left: Vec<(f64, f64)> = rows
            .map(|(chance, hit)| (f64::from(u8::from(*hit)) - chance, chance * (1.0 - chance)))
            .collect();
        let shapes = self.shapes();
        let mut found = in_parallel(&couples(shapes.len()), self.rows(), |(one, other)| {
            let crossing = Crossing::new(&shapes, one, other);
            (departure(self, &crossing, &left), crossing)
        });
        found.retain(|(departure, _)| *departure > LEAST);
        found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        found.truncate(most);
        Ok(found.into_iter().map(|(_, crossing)| crossing).collect())
    }
}

/// How many standard deviations the cells' sums stand above what noise gives.
fn departure(sheet: &Sheet, crossing: &Crossing, left: &[(f64, f64)]) -> f64 {
    let mut cells = vec![(0.0, 0.0); crossing.shape().bins];
    for (code, (left, weight)) in crossing.column(sheet).codes().iter().zip(left) {
        let cell = &mut cells[usize::from(*code)];
        cell.0 += left;
        cell.1 += weight;
    }
    // In a cell with little weight the sum is far from normal.
    let solid = cells.iter().filter(|(_, weight)| *weight >= 1.0);
    let (mut total, mut count) = (0.0, 0.0);
    for (sum, weight) in solid {
        total += sum * sum / weight;
        count += 1.0;
    }
    if count < 2.0 { 0.0 } else { (total - count) / libm::sqrt(2.0 * count) }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::additive::sigmoid;
    use crate::{Coding, Column};

    fn invented(rows: usize, together: f64) -> (Sheet, Vec<bool>) {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut columns = vec![Vec::new(); 5];
        let outcome = (0..rows).map(|_| {
            let values: Vec<f64> = (0..5).map(|_| random.random()).collect();
            let corner = (values[1] > 0.5) == (values[3] > 0.5);
            let score = values[0] - 1.0 + if corner { together } else { -together };
            columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
            random.random::<f64>() < sigmoid(score)
        });
        let outcome: Vec<bool> = outcome.collect();
        let numbered = columns.into_iter().enumerate();
        let columns: Vec<Column> =
            numbered.map(|(at, values)| Column::numbers(&format!("c{at}"), "b", values)).collect();
        let all: Vec<u32> = (0..rows as u32).collect();
        (Coding::learn(&columns, &all, 32).unwrap().apply(&columns).unwrap(), outcome)
    }

    #[test]
    fn the_planted_pair_is_found_and_explained() {
        let (sheet, outcome) = invented(8_000, 0.6);
        let fit = sheet.fit_logistic_crossed(&outcome, &Smoothing::Automatic, 3).unwrap();
        assert_eq!(fit.model.terms[5].crossing.as_ref().unwrap().columns, (1, 3));
        for (row, score) in fit.model.scores(&sheet).unwrap().iter().enumerate() {
            let bins: Vec<u8> = (0..5).map(|column| sheet.code(row, column)).collect();
            let sum: f64 = fit.model.contributions(&bins).iter().sum();
            assert!((fit.model.intercept + sum - score).abs() < 1e-9);
        }
    }

    #[test]
    fn where_columns_act_alone_nothing_is_crossed() {
        let (sheet, outcome) = invented(8_000, 0.0);
        let fit = sheet.fit_logistic_crossed(&outcome, &Smoothing::Automatic, 3).unwrap();
        assert_eq!(fit.model.terms.len(), 5);
    }
}
