//! How well a score ranks: AUC and log loss for responses, the Qini curve for uplift.
//!
//! Rows with one score are one step, whatever their order in the table, so a score that tells
//! nobody apart gains nothing by luck. Price: each score is sorted once.

use crate::Error;
use crate::gram::length;

/// A point of the Qini curve (Radcliffe 2007).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QiniPoint {
    /// The share of people treated, those with the highest score first.
    pub share: f64,
    /// The outcomes gained, per person of all.
    pub gained: f64,
}

/// The area under the receiver operating characteristic: the chance that somebody who responded
/// has a higher score than somebody who did not; ties count half. None if all or nobody did.
///
/// # Errors
///
/// [`Error::Length`].
pub fn auc(scores: &[f64], outcome: &[bool]) -> Result<Option<f64>, Error> {
    length("the outcome", outcome.len(), scores.len())?;
    let (mut wins, mut below, mut hits) = (0.0, 0.0, 0.0);
    for tied in ascending(scores) {
        let hit = tied.iter().filter(|row| outcome[**row]).count() as f64;
        let miss = tied.len() as f64 - hit;
        wins += hit * (below + miss / 2.0);
        below += miss;
        hits += hit;
    }
    Ok((hits > 0.0 && below > 0.0).then(|| wins / (hits * below)))
}

/// The mean logarithmic loss of chances, in nats; chances are held 1e-15 away from 0 and 1.
///
/// # Errors
///
/// [`Error::Length`], [`Error::TooFew`] without rows.
pub fn log_loss(chances: &[f64], outcome: &[bool]) -> Result<f64, Error> {
    length("the outcome", outcome.len(), chances.len())?;
    if chances.is_empty() {
        return Err(Error::TooFew { what: "rows", found: 0, least: 1 });
    }
    let loss = |(chance, hit): (&f64, &bool)| {
        let chance = chance.clamp(1e-15, 1.0 - 1e-15);
        -libm::log(if *hit { chance } else { 1.0 - chance })
    };
    Ok(chances.iter().zip(outcome).map(loss).sum::<f64>() / chances.len() as f64)
}

/// The Qini curve of a score, from nobody to everybody treated.
///
/// # Errors
///
/// [`Error::Length`], [`Error::TooFew`] without people in either arm.
pub fn qini_curve(
    scores: &[f64],
    treated: &[bool],
    outcome: &[f64],
) -> Result<Vec<QiniPoint>, Error> {
    length("the treatment", treated.len(), scores.len())?;
    length("the outcome", outcome.len(), scores.len())?;
    let arm = treated.iter().filter(|one| **one).count();
    let fewer = arm.min(treated.len() - arm);
    if fewer == 0 {
        return Err(Error::TooFew { what: "people in either arm", found: 0, least: 1 });
    }
    let people = scores.len() as f64;
    let (mut count, mut sum) = ([0.0; 2], [0.0; 2]);
    let mut curve = vec![QiniPoint { share: 0.0, gained: 0.0 }];
    for tied in ascending(scores).into_iter().rev() {
        for row in tied {
            let arm = usize::from(treated[row]);
            count[arm] += 1.0;
            sum[arm] += outcome[row];
        }
        let alike = if count[0] > 0.0 { sum[0] * count[1] / count[0] } else { 0.0 };
        let share = (count[0] + count[1]) / people;
        curve.push(QiniPoint { share, gained: (sum[1] - alike) / people });
    }
    Ok(curve)
}

/// The Qini coefficient: the area between the curve and the straight line to its end.
pub fn qini_coefficient(curve: &[QiniPoint]) -> f64 {
    let strip = |pair: &[QiniPoint]| {
        (pair[1].share - pair[0].share) * f64::midpoint(pair[0].gained, pair[1].gained)
    };
    let end = curve.last().map_or(0.0, |point| point.gained);
    curve.windows(2).map(strip).sum::<f64>() - end / 2.0
}

/// Rows in ascending order of their scores, those with one score together.
fn ascending(scores: &[f64]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    order.chunk_by(|a, b| scores[*a].total_cmp(&scores[*b]).is_eq()).map(<[_]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auc_is_the_share_of_pairs_in_the_right_order() {
        let area = auc(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]).unwrap();
        assert!((area.unwrap() - 0.75).abs() < 1e-12);
        let tied = auc(&[1.0; 4], &[false, true, true, false]).unwrap();
        assert!((tied.unwrap() - 0.5).abs() < 1e-12);
        assert!(auc(&[1.0, 2.0], &[true, true]).unwrap().is_none());
    }

    #[test]
    fn log_loss_of_even_chances_is_that_of_a_coin() {
        let loss = log_loss(&[0.5, 0.5], &[true, false]).unwrap();
        assert!((loss - std::f64::consts::LN_2).abs() < 1e-12);
        assert!(log_loss(&[0.0], &[true]).unwrap().is_finite());
    }

    #[test]
    fn a_score_that_finds_who_is_moved_has_a_positive_coefficient_and_its_opposite_a_negative_one()
    {
        let treated: Vec<bool> = (0..400).map(|row| row % 2 == 0).collect();
        let moved: Vec<f64> = (0..400).map(|row| f64::from(u8::from(row < 200))).collect();
        let outcome: Vec<f64> =
            moved.iter().zip(&treated).map(|(one, arm)| if *arm { *one } else { 0.0 }).collect();
        let coefficient =
            |scores: &[f64]| qini_coefficient(&qini_curve(scores, &treated, &outcome).unwrap());
        let opposite: Vec<f64> = moved.iter().map(|one| -one).collect();
        // Half of all gain 1/4 per person at once: the triangle above the line to the end.
        assert!((coefficient(&moved) - 0.0625).abs() < 1e-9, "{}", coefficient(&moved));
        assert!((coefficient(&opposite) + 0.0625).abs() < 1e-9);
        assert!(coefficient(&[1.0; 400]).abs() < 1e-12);
    }

    #[test]
    fn without_a_control_group_there_is_no_curve() {
        assert!(qini_curve(&[1.0, 2.0], &[true, true], &[0.0, 1.0]).is_err());
    }
}
