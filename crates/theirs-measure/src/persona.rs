//! Personas: kinds of people found in the data, described in words.
//!
//! A latent class model (Lazarsfeld and Henry 1968): each person is of one hidden class, and within
//! a class columns are independent. It is fitted by expectation and maximisation on most rows, and
//! the number of classes is the one under which the rows left out are most likely. Starts are drawn
//! by a seed, so the same rows give the same personas. No library serves: linfa clusters numbers
//! (k-means, Gaussian mixtures) and has nothing for categories, the crates for k-modes have no
//! maintainer; and the codes of columns are categories. Price: columns that say the same twice pull
//! classes towards themselves, and fewer than three columns that tell kinds apart leave open how large
//! the kinds are (Goodman 1974).

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::coding::Coding;
use crate::sheet::Sheet;
use crate::{Error, Folds};

/// Kinds of people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Personas {
    /// The personas, the largest first.
    pub personas: Vec<Persona>,
    /// Per number of classes that was tried, the mean log-likelihood of a row left out, in nats.
    pub tried: Vec<(u8, f64)>,
}

/// One kind of people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Persona {
    /// The share of people of this kind.
    pub share: f64,
    /// Per column and bin, the chance to lie there.
    chances: Vec<Vec<f64>>,
    /// Per column and bin, the share of all people who lie there.
    usual: Vec<Vec<f64>>,
}

/// A bin that is more frequent in a persona than among all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trait {
    /// The name of the column.
    pub column: String,
    /// The bin in words.
    pub says: String,
    /// The share of the persona, and of all people, who lie there.
    pub share: f64,
    /// The same among all.
    pub usual: f64,
}

/// How many classes are tried at most, from how many starts, and how long one is improved.
const MOST_CLASSES: u8 = 12;
const STARTS: u64 = 5;
const ROUNDS: usize = 200;

/// Fitting rests when a round gains less than this per row, in nats.
const RESTS: f64 = 1e-8;

/// How many rows are learnt from at most; classes are few and need no more.
const MOST_ROWS: usize = 50_000;

/// What is added to the count of each bin, so that no chance is zero.
const PRIOR: f64 = 0.5;

/// By how much another class must improve the likelihood of a row left out, in standard errors.
const WORTH_IT: f64 = 2.0;

impl Personas {
    /// Finds personas in a sheet, 2 to `most` (at most 12) of them. `keys` tells who belongs
    /// together: rows of one household are left out together.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] below 100 rows or without columns, [`Error::Setting`] for `most`.
    pub fn find(sheet: &Sheet, keys: &[u64], most: u8, seed: u64) -> Result<Self, Error> {
        if !(2..=MOST_CLASSES).contains(&most) {
            let most = f64::from(MOST_CLASSES);
            return Err(Error::Setting { setting: "the number of personas", least: 2.0, most });
        }
        crate::gram::length("the keys", keys.len(), sheet.rows())?;
        if sheet.rows() < 100 || sheet.columns().is_empty() {
            return Err(Error::TooFew { what: "rows", found: sheet.rows(), least: 100 });
        }
        let folds = Folds::by_key(keys.iter().map(|key| key.to_le_bytes()), 5, seed)?;
        let (learnt, left) = (thinned(folds.without(0)), thinned(folds.within(0)));
        let (learnt, left) = (sheet.only(&learnt), sheet.only(&left));
        let mut best: Option<(Mixture, Vec<f64>)> = None;
        let mut tried = Vec::new();
        for classes in 1..=most {
            let mixture = Mixture::fit(&learnt, usize::from(classes), seed);
            let likely = mixture.likelihoods(&left);
            tried.push((classes, mean(&likely)));
            let better = best.as_ref().is_none_or(|(_, known)| gains(&likely, known));
            if better {
                best = Some((mixture, likely));
            } else if classes > 2 {
                break;
            }
        }
        let usual = Mixture::fit(&learnt, 1, seed).classes.swap_remove(0).1;
        let mixture = best.map_or_else(|| Mixture::fit(&learnt, 1, seed), |(mixture, _)| mixture);
        let persona = |(share, chances)| Persona { share, chances, usual: usual.clone() };
        Ok(Self { personas: mixture.classes.into_iter().map(persona).collect(), tried })
    }

    /// The persona of each row: the most likely one.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if the sheet has other columns.
    pub fn of(&self, sheet: &Sheet) -> Result<Vec<u8>, Error> {
        let bins: Vec<usize> = sheet.columns().iter().map(|column| column.shape().bins).collect();
        let known = self.personas.first().map_or_else(Vec::new, Persona::bins);
        if bins != known {
            return Err(Error::Shape { column: "of the personas".to_owned() });
        }
        let classes = self.personas.iter().map(|one| (one.share, one.chances.clone())).collect();
        let mixture = Mixture { classes };
        let logs = mixture.logs();
        let row = |row: usize| {
            let joint = logs.joint(sheet, row);
            let best =
                (0..joint.len()).max_by(|a, b| joint[*a].total_cmp(&joint[*b]).then(b.cmp(a)));
            best.unwrap_or(0) as u8
        };
        Ok((0..sheet.rows()).map(row).collect())
    }
}

impl Persona {
    /// What tells this persona from people at large, the most telling first, at most `most`.
    pub fn traits(&self, coding: &Coding, most: usize) -> Vec<Trait> {
        let mut found: Vec<(f64, Trait)> = Vec::new();
        for (column, coded) in coding.columns().iter().enumerate().take(self.chances.len()) {
            for bin in 0..self.chances[column].len() {
                let (share, usual) = (self.chances[column][bin], self.usual[column][bin]);
                let told = share * libm::log(share / usual);
                let says = coded.label(bin as u8);
                let column = coded.shape().name.clone();
                found.push((told, Trait { column, says, share, usual }));
            }
        }
        found.sort_by(|one, other| other.0.total_cmp(&one.0));
        let over = found.into_iter().filter(|(told, one)| *told > 0.01 && one.share > one.usual);
        over.take(most).map(|(_, one)| one).collect()
    }

    fn bins(&self) -> Vec<usize> {
        self.chances.iter().map(Vec::len).collect()
    }
}

impl std::fmt::Display for Trait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (share, usual) = (self.share * 100.0, self.usual * 100.0);
        write!(f, "{} {}: {share:.0} % ({usual:.0} % of all)", self.column, self.says)
    }
}

/// Classes with their shares and, per column and bin, chances.
struct Mixture {
    classes: Vec<(f64, Vec<Vec<f64>>)>,
}

/// The logarithms of a mixture.
struct Logs {
    shares: Vec<f64>,
    /// Per column and bin, one number per class.
    chances: Vec<Vec<f64>>,
}

impl Mixture {
    /// The most likely of several starts, the largest class first.
    fn fit(sheet: &Sheet, classes: usize, seed: u64) -> Self {
        let starts = if classes == 1 { 1 } else { STARTS };
        let mut best: Option<(f64, Self)> = None;
        for start in 0..starts {
            let (likelihood, mixture) = Self::climbed(sheet, classes, seed, start);
            if best.as_ref().is_none_or(|(most, _)| likelihood > *most) {
                best = Some((likelihood, mixture));
            }
        }
        let mut mixture = best.map_or(Self { classes: Vec::new() }, |(_, mixture)| mixture);
        mixture.classes.sort_by(|one, other| other.0.total_cmp(&one.0));
        mixture
    }

    fn climbed(sheet: &Sheet, classes: usize, seed: u64, start: u64) -> (f64, Self) {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(start * 100 + classes as u64);
        // Uneven from the start: from even parts the first steps gain too little to go on.
        let first: Vec<f64> =
            (0..sheet.rows() * classes).map(|_| libm::pow(source.random(), 8.0) + 1e-3).collect();
        let mut mixture = Self::from_parts(sheet, &first, classes);
        let mut before = f64::NEG_INFINITY;
        for _ in 0..ROUNDS {
            let (likelihood, parts) = mixture.parts(sheet);
            mixture = Self::from_parts(sheet, &parts, classes);
            if likelihood - before < RESTS {
                return (likelihood, mixture);
            }
            before = likelihood;
        }
        (before, mixture)
    }

    /// The maximisation: `parts` holds per row and class how much of the row is of the class.
    fn from_parts(sheet: &Sheet, parts: &[f64], classes: usize) -> Self {
        let mut mass = vec![0.0; classes];
        for part in parts.chunks_exact(classes) {
            let total: f64 = part.iter().sum();
            mass.iter_mut().zip(part).for_each(|(mass, part)| *mass += part / total);
        }
        let rows = sheet.rows() as f64;
        let mut found: Vec<(f64, Vec<Vec<f64>>)> =
            mass.iter().map(|mass| (mass / rows, Vec::new())).collect();
        for column in sheet.columns() {
            let bins = column.shape().bins;
            let mut sums = vec![PRIOR; bins * classes];
            for (code, part) in column.codes().iter().zip(parts.chunks_exact(classes)) {
                let total: f64 = part.iter().sum();
                let into = &mut sums[usize::from(*code) * classes..][..classes];
                into.iter_mut().zip(part).for_each(|(sum, part)| *sum += part / total);
            }
            for (class, (_, chances)) in found.iter_mut().enumerate() {
                let total = mass[class] + PRIOR * bins as f64;
                chances.push((0..bins).map(|bin| sums[bin * classes + class] / total).collect());
            }
        }
        Self { classes: found }
    }

    /// The expectation: the mean log-likelihood of a row, and its parts by class.
    fn parts(&self, sheet: &Sheet) -> (f64, Vec<f64>) {
        let logs = self.logs();
        let mut parts = Vec::with_capacity(sheet.rows() * self.classes.len());
        let mut likelihood = 0.0;
        for row in 0..sheet.rows() {
            let joint = logs.joint(sheet, row);
            let whole = log_sum(&joint);
            likelihood += whole;
            parts.extend(joint.iter().map(|one| libm::exp(one - whole)));
        }
        (likelihood / sheet.rows().max(1) as f64, parts)
    }

    fn likelihoods(&self, sheet: &Sheet) -> Vec<f64> {
        let logs = self.logs();
        (0..sheet.rows()).map(|row| log_sum(&logs.joint(sheet, row))).collect()
    }

    fn logs(&self) -> Logs {
        let columns = self.classes.first().map_or(0, |(_, chances)| chances.len());
        let shares = self.classes.iter().map(|(share, _)| libm::log(share.max(1e-12))).collect();
        let column = |column: usize| {
            let bins = self.classes[0].1[column].len();
            let by_bin = (0..bins).flat_map(|bin| {
                self.classes.iter().map(move |(_, chances)| libm::log(chances[column][bin]))
            });
            by_bin.collect()
        };
        Logs { shares, chances: (0..columns).map(column).collect() }
    }
}

impl Logs {
    /// Per class, the logarithm of the chance of being of it and looking like this row.
    fn joint(&self, sheet: &Sheet, row: usize) -> Vec<f64> {
        let mut joint = self.shares.clone();
        for (column, logs) in sheet.columns().iter().zip(&self.chances) {
            let bin = usize::from(column.codes()[row]);
            let by_class = &logs[bin * joint.len()..][..joint.len()];
            joint.iter_mut().zip(by_class).for_each(|(joint, log)| *joint += log);
        }
        joint
    }
}

/// Evenly spaced rows, at most so many.
fn thinned(rows: Vec<u32>) -> Vec<u32> {
    let every = rows.len().div_ceil(MOST_ROWS).max(1);
    rows.into_iter().step_by(every).collect()
}

/// Whether rows left out are clearly more likely than they were.
fn gains(likely: &[f64], known: &[f64]) -> bool {
    let gained: Vec<f64> = likely.iter().zip(known).map(|(one, other)| one - other).collect();
    let middle = mean(&gained);
    let square: f64 = gained.iter().map(|gain| (gain - middle) * (gain - middle)).sum();
    middle > WORTH_IT * libm::sqrt(square) / gained.len().max(1) as f64
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn log_sum(values: &[f64]) -> f64 {
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + libm::log(values.iter().map(|value| libm::exp(value - most)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Column;

    /// Two invented kinds: young people who buy online, and old ones who buy in shops.
    fn invented(people: usize) -> (Vec<Column>, Vec<u64>) {
        let mut source = ChaCha8Rng::seed_from_u64(4);
        let (mut age, mut channel, mut noise) = (Vec::new(), Vec::new(), Vec::new());
        let mut basket = Vec::new();
        for person in 0..people {
            let young = person % 3 == 0;
            let often = source.random::<f64>() < 0.85;
            age.push(if young { 20.0 } else { 55.0 } + 20.0 * source.random::<f64>());
            channel.push(Some(if young == often { "web" } else { "shop" }.to_owned()));
            basket.push(if young { 10.0 } else { 30.0 } + 25.0 * source.random::<f64>());
            noise.push(source.random::<f64>());
        }
        let columns = vec![
            Column::numbers("age", "b", age),
            Column::texts("channel", "b", channel),
            Column::numbers("noise", "b", noise),
            Column::numbers("basket", "b", basket),
        ];
        (columns, (0..people as u64).collect())
    }

    #[test]
    fn two_planted_kinds_are_found_and_described() {
        let (columns, keys) = invented(3_000);
        let rows: Vec<u32> = (0..3_000).collect();
        let coding = Coding::learn(&columns, &rows, 6).unwrap();
        let sheet = coding.apply(&columns).unwrap();
        let found = Personas::find(&sheet, &keys, 6, 1).unwrap();
        assert_eq!(found.personas.len(), 2, "{:?}", found.tried);
        assert!((found.personas[0].share - 2.0 / 3.0).abs() < 0.03);
        let of = found.of(&sheet).unwrap();
        let right = (0..3_000).filter(|row| (of[*row] == 1) == (row % 3 == 0)).count();
        assert!(right > 2_900, "{right}");
        let told = found.personas[1].traits(&coding, 4);
        assert!(told.iter().any(|one| one.column == "channel" && one.says == "web"), "{told:?}");
        assert!(told.iter().all(|one| one.column != "noise"), "{told:?}");
        assert_eq!(found, Personas::find(&sheet, &keys, 6, 1).unwrap());
    }

    #[test]
    fn people_of_one_kind_are_one_persona() {
        let (mut columns, keys) = invented(2_000);
        let sheet = {
            columns.truncate(3);
            columns.remove(1);
            let rows: Vec<u32> = (0..2_000).collect();
            Coding::learn(&columns[1..], &rows, 8).unwrap().apply(&columns[1..]).unwrap()
        };
        assert_eq!(Personas::find(&sheet, &keys, 6, 1).unwrap().personas.len(), 1);
    }
}
