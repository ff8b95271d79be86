//! What the statistics would be if the block said nothing: a parametric bootstrap.
//!
//! Under the null the scores of a cell are normal about zero with the variance that its households
//! show, and cells are independent. Scores are drawn so, and everything that was done with the real
//! ones is done with them, the choice of the best statistic included. Drawing scores in place of
//! outcomes costs the same for ten thousand people and for ten million. Price: none that the
//! simulations of `studies/necessity` could show.

use nalgebra::{Cholesky, DMatrix, DVector};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::gain::{Family, Stakes};
use super::score::Scores;
use super::verdict::Settings;
use crate::Error;

/// How many draws there are, and of which stream.
pub(super) struct Draws {
    count: usize,
    seed: u64,
    stream: u64,
}

/// What came out of the test.
pub(super) struct Tested {
    /// How often chance alone does as well.
    pub p_value: f64,
    /// Per family what it gains.
    pub gained: Vec<Gained>,
    /// The information that all effects add, over that of all judged rows.
    pub information: f64,
}

/// What a family of effects gains, in money over all judged rows.
#[derive(Clone, Copy)]
pub(super) struct Gained {
    pub money: f64,
    /// Its standard deviation if there is nothing to gain.
    pub noise: f64,
    /// Twice the greatest variance per money gained: Var ≈ noise² + 4 · scale · gain.
    pub scale: f64,
    /// The test statistic in standard deviations of its null law.
    pub strength: f64,
}

/// The bounds of how many draws there are.
const LEAST: usize = 999;
const MOST: usize = 9_999;

impl Tested {
    /// The family that shows most.
    pub fn strongest(&self) -> Option<usize> {
        let strength = |at: &usize| self.gained[*at].strength;
        (0..self.gained.len()).max_by(|one, other| strength(one).total_cmp(&strength(other)))
    }
}

impl Draws {
    /// Enough draws to tell a p-value at the first step of Holm's procedure.
    pub fn new(settings: &Settings, place: usize, of: usize) -> Self {
        let wanted = (20.0 * of as f64 / settings.level).ceil() as usize;
        Self { count: wanted.clamp(LEAST, MOST), seed: settings.seed, stream: place as u64 }
    }
}

/// Tests scores against their null law.
pub(super) fn tested(scores: &Scores, stakes: &Stakes, draws: &Draws) -> Result<Tested, Error> {
    if stakes.families.is_empty() {
        return Ok(Tested { p_value: 1.0, gained: Vec::new(), information: 0.0 });
    }
    let real = Statistics::of(scores, stakes, &scores.score);
    let factors: Vec<DMatrix<f64>> = scores.variance.iter().map(root).collect::<Result<_, _>>()?;
    let mut source = ChaCha8Rng::seed_from_u64(draws.seed);
    source.set_stream(draws.stream);
    let draw = |_| {
        let score = |factor: &DMatrix<f64>| factor * normals(&mut source, factor.ncols());
        Statistics::of(scores, stakes, &factors.iter().map(score).collect::<Vec<_>>())
    };
    let null: Vec<Statistics> = (0..draws.count).map(draw).collect();
    let variance = scores.variance.iter().fold(scores.total.clone() * 0.0, |sum, one| sum + one);
    let gained = |(at, family): (usize, &Family)| -> Result<Gained, Error> {
        let deviation =
            |of: fn(&Statistics) -> &Vec<f64>| spread(null.iter().map(|one| of(one)[at]));
        Ok(Gained {
            money: real.gain[at],
            noise: deviation(|one| &one.gain),
            scale: steepest(&family.gain, &super::score::picked(&variance, &family.effects))?,
            strength: real.test[at] / deviation(|one| &one.test).max(f64::MIN_POSITIVE),
        })
    };
    Ok(Tested {
        p_value: smallest(&real, &null),
        gained: stakes.families.iter().enumerate().map(gained).collect::<Result<_, _>>()?,
        information: real.test[stakes.families.len() - 1] / scores.seen,
    })
}

/// The statistics of one set of scores.
struct Statistics {
    /// Per family the information gained, then that of the best single column.
    test: Vec<f64>,
    /// Per family the money gained.
    gain: Vec<f64>,
}

impl Statistics {
    fn of(scores: &Scores, stakes: &Stakes, score: &[DVector<f64>]) -> Self {
        let learnt = scores.learnt(score);
        let (mut test, mut gain) = (Vec::new(), Vec::new());
        for family in &stakes.families {
            let whole = family.effects.len() == scores.total.nrows();
            let some = |all: &DVector<f64>| {
                if whole { all.clone() } else { all.select_rows(&family.effects) }
            };
            let (mut information, mut money) = (0.0, 0.0);
            for (own, learnt) in score.iter().zip(&learnt) {
                let (own, learnt) = (some(own), some(learnt));
                information += own.dot(&(&family.test * &learnt));
                money += own.dot(&(&family.gain * learnt));
            }
            test.push(information);
            gain.push(money);
        }
        test.push(stakes.best_column(scores, score, &learnt));
        Self { test, gain }
    }
}

impl Stakes {
    /// The most that a single column gains by its linear effects, in units of its own information.
    fn best_column(&self, scores: &Scores, score: &[DVector<f64>], learnt: &[DVector<f64>]) -> f64 {
        let mut columns: Vec<f64> = vec![0.0; self.columns.iter().max().map_or(0, |last| last + 1)];
        let mut sizes = vec![0.0_f64; columns.len()];
        for effect in &self.families[0].effects {
            let column = self.columns[*effect];
            let own = score.iter().zip(learnt).map(|(own, learnt)| own[*effect] * learnt[*effect]);
            columns[column] += own.sum::<f64>() / scores.total[(*effect, *effect)];
            sizes[column] += 1.0;
        }
        let scaled = columns.iter().zip(&sizes).filter(|(_, size)| **size > 0.0);
        scaled.map(|(sum, size)| sum / size.sqrt()).fold(f64::NEG_INFINITY, f64::max)
    }
}

/// The share of draws whose smallest p-value over all statistics is as small as the real one. Draws
/// and the real one are ranked alike, so that under the null each is the smallest as often.
fn smallest(real: &Statistics, null: &[Statistics]) -> f64 {
    let mut drawn = vec![usize::MAX; null.len()];
    let mut own = usize::MAX;
    for at in 0..real.test.len() {
        let mut sorted: Vec<f64> = null.iter().map(|one| one.test[at]).collect();
        sorted.push(real.test[at]);
        sorted.sort_by(f64::total_cmp);
        let as_great = |value: f64| sorted.len() - sorted.partition_point(|one| *one < value);
        own = own.min(as_great(real.test[at]));
        let ranks = null.iter().map(|one| as_great(one.test[at]));
        drawn.iter_mut().zip(ranks).for_each(|(least, rank)| *least = (*least).min(rank));
    }
    let as_small = drawn.iter().filter(|least| **least <= own).count();
    (as_small + 1) as f64 / (null.len() + 1) as f64
}

/// A root of a variance: `root rootᵀ` is the variance, a trifle added.
fn root(variance: &DMatrix<f64>) -> Result<DMatrix<f64>, Error> {
    let size = variance.nrows().max(1) as f64;
    let least = (1e-9 * variance.trace() / size).max(1e-300);
    let mut held = variance.clone();
    (0..held.nrows()).for_each(|at| held[(at, at)] += least);
    Ok(Cholesky::new(held).ok_or(Error::Singular)?.l())
}

/// The greatest variance of a form's value per unit of the value, over all directions.
fn steepest(form: &DMatrix<f64>, variance: &DMatrix<f64>) -> Result<f64, Error> {
    let root = root(variance)?;
    let turned = root.transpose() * form * root;
    Ok(turned.symmetric_eigenvalues().max().max(0.0))
}

/// The standard deviation about zero.
fn spread(values: impl Iterator<Item = f64>) -> f64 {
    let (count, square) = values.fold((0.0, 0.0), |(n, sum), value| (n + 1.0, sum + value * value));
    libm::sqrt(square / f64::max(count, 1.0))
}

/// Independent standard normal numbers (Box and Muller 1958).
pub(crate) fn normals(source: &mut ChaCha8Rng, count: usize) -> DVector<f64> {
    let mut values = Vec::with_capacity(count + 1);
    while values.len() < count {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - source.random::<f64>()));
        let angle = std::f64::consts::TAU * source.random::<f64>();
        values.push(radius * libm::cos(angle));
        values.push(radius * libm::sin(angle));
    }
    values.truncate(count);
    DVector::from_vec(values)
}
