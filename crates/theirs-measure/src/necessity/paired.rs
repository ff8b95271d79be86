//! The decisions with the block and without it, held against each other person by person.
//!
//! Nothing is modelled here: what those brought who are acted on only with the block, less what
//! those brought who are acted on only without it. The block's effects are learnt on other cells and
//! shrunk by what they were worth among those cells, so that noise changes few decisions. The folds
//! are dealt several times and the differences averaged. Price: it is far noisier than the gain at
//! the cut, since only few decisions change; so it is a witness, not the judge.

use std::collections::HashMap;

use nalgebra::DVector;

use super::basis::Basis;
use super::gain::{Family, Stakes};
use super::ground::Ground;
use super::score::Scores;
use super::verdict::Paired;
use crate::Error;

/// Compares decisions over all deals of the folds.
pub(super) fn compared(
    basis: &Basis,
    stakes: &Stakes,
    grounds: &[Ground],
) -> Result<Paired, Error> {
    let place: HashMap<u32, usize> =
        grounds[0].rows.iter().enumerate().map(|(place, row)| (*row, place)).collect();
    let mut differences = vec![0.0; grounds[0].len()];
    let mut changed = 0_usize;
    for ground in grounds {
        let at = |row: usize| place.get(&ground.rows[row]).copied();
        let acts = with_block(basis, stakes, ground, &at)?;
        for row in (0..ground.len()).filter(|row| acts[*row] != ground.acts[*row]) {
            let sign = if acts[row] { 1.0 } else { -1.0 };
            if let Some(place) = at(row) {
                differences[place] += sign * ground.payoff[row] / grounds.len() as f64;
                changed += 1;
            }
        }
    }
    Ok(summed(&grounds[0], &differences, changed as f64 / grounds.len() as f64))
}

/// Mean difference per judged row, with the error that households leave.
fn summed(ground: &Ground, differences: &[f64], changed: f64) -> Paired {
    let rows = ground.len().max(1) as f64;
    let mean = differences.iter().sum::<f64>() / rows;
    let mut households: HashMap<u64, f64> = HashMap::new();
    for (key, difference) in ground.key.iter().zip(differences) {
        *households.entry(*key).or_default() += difference - mean;
    }
    let mut sums: Vec<f64> = households.into_values().collect();
    sums.sort_by(f64::total_cmp);
    let square: f64 = sums.iter().map(|sum| sum * sum).sum();
    Paired::new(mean, libm::sqrt(square) / rows, changed / rows)
}

/// Who is acted on when the block is known: equally many per batch.
fn with_block(
    basis: &Basis,
    stakes: &Stakes,
    ground: &Ground,
    at: &dyn Fn(usize) -> Option<usize>,
) -> Result<Vec<bool>, Error> {
    let scores = Scores::summed(basis, ground, &|row| at(row).unwrap_or_default());
    let mut effects = Vec::new();
    for cell in 0..ground.trains.len() {
        effects.push(learnt(&scores, stakes, cell)?);
    }
    let shifted: Vec<f64> = (0..ground.len())
        .map(|row| {
            let cell = usize::from(ground.cell[row]);
            let shift = at(row).and_then(|place| {
                let (chosen, effect) = effects[cell].as_ref()?;
                let own = chosen.effects.iter().map(|effect| basis.row(place)[*effect]);
                Some(own.zip(effect.iter()).map(|(z, effect)| z * effect).sum::<f64>())
            });
            ground.expected[row] + ground.worth * ground.slope[row] * shift.unwrap_or_default()
        })
        .collect();
    let mut acts = vec![false; ground.len()];
    for rows in ground.batch_rows() {
        let many = rows.iter().filter(|row| ground.acts[**row]).count();
        ground.best(&rows, &shifted, many).into_iter().for_each(|row| acts[row] = true);
    }
    Ok(acts)
}

/// The effects for a cell, by the family that does better among the cells it learns from.
fn learnt<'a>(
    scores: &Scores,
    stakes: &'a Stakes,
    cell: usize,
) -> Result<Option<(&'a Family, DVector<f64>)>, Error> {
    let trains = &scores.trains[cell];
    let cells: Vec<usize> = (0..trains.len()).filter(|other| trains[*other]).collect();
    let mut best: Option<(f64, &Family, DVector<f64>)> = None;
    for family in stakes.families.iter().filter(|_| !cells.is_empty()) {
        let factor = scores.factor(&cells, &family.effects)?;
        let some: Vec<DVector<f64>> =
            cells.iter().map(|cell| scores.score[*cell].select_rows(&family.effects)).collect();
        let sum = some.iter().fold(DVector::zeros(family.effects.len()), |sum, one| sum + one);
        let effects = factor.solve(&sum);
        let whole = sum.dot(&effects);
        let own: f64 = some.iter().map(|one| one.dot(&factor.solve(one))).sum();
        // James and Stein: what is left after what each cell says of itself.
        let across = (whole - own).max(0.0);
        let strength = across / libm::sqrt(2.0 * family.effects.len() as f64);
        let share = across / whole.max(f64::MIN_POSITIVE);
        if best.as_ref().is_none_or(|(most, ..)| strength > *most) {
            best = Some((strength, family, effects * share.min(1.0)));
        }
    }
    Ok(best.map(|(_, family, effects)| (family, effects)))
}
