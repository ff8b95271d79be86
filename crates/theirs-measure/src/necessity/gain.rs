//! What a shift of expected payoffs is worth at the cut.
//!
//! Whoever is near the cut is decided on differently once the block is known. With a density of
//! people `f` at the cut and shifts δ, the gain per person is ½ f E δ² to second order, less what
//! shifts a whole batch alike. The density is a normal kernel about the cut, one standard deviation
//! of expected payoffs wide: the gain is an average over costs so far around the stated one. It is a
//! quadratic form of the effects of the block, so it is estimated without bias by products of
//! scores of different cells. Effects are taken to be the same on the scale of the model for all
//! people; so as a witness the same gain is measured by the outcomes of those near the cut alone.
//! Price: that witness is noisier than the gain, and a block that speaks only of people near the cut
//! is seen with less power than it could be.

use nalgebra::{DMatrix, DVector};

use super::basis::Basis;
use super::ground::Ground;
use super::score::{Scores, picked, ridged};
use crate::Error;

/// Quadratic forms of the scores, for linear effects and for all.
pub(super) struct Stakes {
    pub families: Vec<Family>,
    /// Per effect the column of the block.
    pub columns: Vec<usize>,
    /// The effects near the cut, centred in batches, row by row, and the weight of each row there.
    centred: Vec<f64>,
    weight: Vec<f64>,
}

/// Effects that are tried together.
pub(super) struct Family {
    pub effects: Vec<usize>,
    /// The form whose value is the information that the block adds.
    pub test: DMatrix<f64>,
    /// The form whose value is the money that it gains, over all judged rows.
    pub gain: DMatrix<f64>,
}

impl Stakes {
    pub fn of(basis: &Basis, scores: &Scores, ground: &Ground) -> Result<Self, Error> {
        let all: Vec<usize> = (0..basis.wide).collect();
        let linear = basis.linear.clone();
        let kinds = if linear.is_empty() || linear == all { vec![all] } else { vec![linear, all] };
        let mut families = Vec::new();
        for effects in kinds.into_iter().filter(|effects| !effects.is_empty()) {
            let test = ridged(picked(&scores.total, &effects))?.inverse();
            families.push(Family { effects, gain: test.clone(), test });
        }
        let shift = families.iter().map(|family| scores.form(family, &family.test)).collect();
        let weight = near(ground, shifted(ground, scores, shift));
        let centred = basis.centred(ground, &|row| weight[row]);
        let worth = squares(basis, &centred, &weight);
        for family in &mut families {
            let money = &family.test * picked(&worth, &family.effects) * &family.test;
            family.gain = money * (0.5 / scores.seen);
        }
        Ok(Self { families, columns: basis.column.clone(), centred, weight })
    }

    /// The gain by the outcomes of those near the cut, in money per judged row, and its standard
    /// error by household. Effects are learnt from other cells.
    pub fn nearby(
        &self,
        family: usize,
        scores: &Scores,
        ground: &Ground,
    ) -> Result<(f64, f64), Error> {
        let (family, wide) = (&self.families[family], scores.total.nrows());
        let mut effects = Vec::new();
        for trains in &scores.trains {
            let cells: Vec<usize> = (0..trains.len()).filter(|cell| trains[*cell]).collect();
            let sum = cells.iter().fold(DVector::zeros(family.effects.len()), |sum, cell| {
                sum + scores.score[*cell].select_rows(&family.effects)
            });
            effects.push(scores.factor(&cells, &family.effects)?.solve(&sum));
        }
        let brought = |row: usize| {
            let effects = &effects[usize::from(ground.cell[row])];
            let own = family.effects.iter().map(|effect| self.centred[row * wide + effect]);
            let shift: f64 = own.zip(effects.iter()).map(|(z, effect)| z * effect).sum();
            0.5 * self.weight[row] * ground.left[row] / ground.slope[row] * shift
        };
        let households = ground.runs(|row| (ground.cell[row], ground.key[row]));
        let sums = households.into_iter().map(|rows| rows.map(brought).sum::<f64>());
        let (sum, square) =
            sums.fold((0.0, 0.0), |(sum, square), one| (sum + one, square + one * one));
        let rows = ground.len().max(1) as f64;
        Ok((sum / rows, libm::sqrt(square) / rows))
    }
}

impl Scores {
    /// Σ over cells of `u · form · (sum of the cells it is judged by)`.
    pub fn form(&self, family: &Family, form: &DMatrix<f64>) -> f64 {
        let learnt = self.learnt(&self.score);
        let part = |(own, learnt): (&DVector<f64>, &DVector<f64>)| {
            let some = |all: &DVector<f64>| all.select_rows(&family.effects);
            some(own).dot(&(form * some(learnt)))
        };
        self.score.iter().zip(&learnt).map(part).sum()
    }
}

/// The standard deviation of the shifts of expected payoffs, as far as they are seen.
fn shifted(ground: &Ground, scores: &Scores, information: Vec<f64>) -> f64 {
    let rows = ground.len().max(1) as f64;
    let most = information.into_iter().fold(0.0, f64::max);
    let slope = ground.slope.iter().sum::<f64>() / rows;
    ground.worth * libm::sqrt(slope * most / scores.seen / rows)
}

/// Per row the kernel about the cut times the square of how far a step moves its payoff.
fn near(ground: &Ground, shift: f64) -> Vec<f64> {
    let slope = ground.slope.iter().sum::<f64>() / ground.len().max(1) as f64;
    let least = 1e-3 * ground.worth * libm::sqrt(slope);
    let wide = libm::hypot(ground.spread, shift).max(least);
    let weight = |row: usize| {
        let off = (ground.expected[row] - ground.cut[row]) / wide;
        let kernel = libm::exp(-0.5 * off * off) / (wide * libm::sqrt(std::f64::consts::TAU));
        let moved = ground.worth * ground.slope[row];
        kernel * moved * moved
    };
    (0..ground.len()).map(weight).collect()
}

/// Σ weight z zᵀ: twice the gain is its form.
fn squares(basis: &Basis, centred: &[f64], weight: &[f64]) -> DMatrix<f64> {
    let mut sum = DMatrix::zeros(basis.wide, basis.wide);
    for (effects, weight) in centred.chunks_exact(basis.wide.max(1)).zip(weight) {
        super::score::add_square(&mut sum, effects, *weight);
    }
    sum.fill_lower_triangle_with_upper_triangle();
    sum
}
