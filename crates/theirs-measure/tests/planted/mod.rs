//! Invented people with a known truth: what an outside block says of them is planted.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use theirs_measure::necessity::{ClosedTrial, Payoff, When};
use theirs_measure::{Coding, Column, Error, Sheet};

/// What the outside block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// Three numbers; the first has the effect given, per standard deviation on the logit scale.
    Numbers,
    /// The same, half of each number said by an inside one.
    Correlated,
    /// A copy of one inside column, a coarser copy of another, and a noisy one of a third.
    Duplicates,
    /// A number per household, where households differ in how they respond.
    Household,
    /// What only follows time, as response does.
    Time,
    /// Known after the outcome, and nearly telling it.
    Leak,
    /// Says something of those only whom nobody would ever act on.
    Elsewhere,
}

/// A population to draw.
#[derive(Clone, Copy, Debug)]
pub struct Population {
    pub people: usize,
    /// The share that responds.
    pub base: f64,
    pub plant: Plant,
    pub effect: f64,
    /// How many blocks like this there are: `outside_0`, `outside_1`, …
    pub blocks: usize,
}

/// The names of the outside blocks.
pub fn blocks(population: &Population) -> Vec<String> {
    (0..population.blocks).map(|block| format!("outside_{block}")).collect()
}

/// A trial of people drawn by a seed: a response is worth 1, acting costs the base rate.
pub fn trial(population: &Population, seed: u64) -> Result<ClosedTrial, Error> {
    let drawn = Drawn::new(*population, seed);
    let payoff =
        Payoff::Response { responded: drawn.responded.clone(), worth: 1.0, cost: population.base };
    let time = (population.plant == Plant::Time).then(|| (0..population.people as i64).collect());
    let batch = time.as_ref().map(|_| drawn.batch.clone());
    ClosedTrial::new(drawn.sheet()?, drawn.keys, payoff, &When { batch, time })
}

struct Drawn {
    inside: Vec<Vec<f64>>,
    city: Vec<Option<String>>,
    outside: Vec<Vec<Vec<f64>>>,
    responded: Vec<bool>,
    keys: Vec<u64>,
    batch: Vec<u32>,
}

/// How the six cities differ, on the logit scale.
const CITIES: [f64; 6] = [-0.5, -0.2, 0.0, 0.1, 0.2, 0.5];

/// How many people live together, and how many decision batches there are, where it matters.
const HOUSEHOLD: usize = 4;
const BATCHES: usize = 24;

impl Drawn {
    fn new(population: Population, seed: u64) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        let people = population.people;
        let inside: Vec<Vec<f64>> = (0..4).map(|_| normals(&mut source, people)).collect();
        let cities: Vec<usize> = (0..people).map(|_| source.random_range(0..6)).collect();
        let households = normals(&mut source, people.div_ceil(HOUSEHOLD));
        let together = population.plant == Plant::Household;
        let house = |row: usize| if together { row / HOUSEHOLD } else { row };
        let batch: Vec<u32> = (0..people).map(|row| (row * BATCHES / people) as u32).collect();
        let level = normals(&mut source, BATCHES);
        let outside: Vec<Vec<Vec<f64>>> = (0..population.blocks)
            .map(|_| block(population.plant, &inside, &batch, &level, &mut source))
            .collect();
        let mut score: Vec<f64> = (0..people)
            .map(|row| {
                let [a, b, c, _] = [0, 1, 2, 3].map(|column: usize| inside[column][row]);
                0.5 * a - 0.4 * b.abs() + 0.3 * c + CITIES[cities[row]]
            })
            .collect();
        for row in 0..people {
            let first = outside.first().map_or(0.0, |block| block[0][row]);
            score[row] += match population.plant {
                Plant::Household => 0.8 * households[house(row)],
                Plant::Time => level[batch[row] as usize],
                Plant::Elsewhere if score[row] > -0.6 => 0.0,
                Plant::Leak => 0.0,
                _ => population.effect * first,
            };
        }
        let start = intercept(&score, population.base);
        let responded: Vec<bool> =
            score.iter().map(|score| source.random::<f64>() < sigmoid(start + score)).collect();
        let mut drawn = Self {
            inside,
            city: cities.iter().map(|city| Some(format!("city {city}"))).collect(),
            outside,
            keys: (0..people).map(|row| house(row) as u64).collect(),
            responded,
            batch,
        };
        if population.plant == Plant::Leak {
            drawn.leak();
        }
        drawn
    }

    /// The first outside column becomes what happened after, blurred.
    fn leak(&mut self) {
        for block in &mut self.outside {
            for (value, hit) in block[0].iter_mut().zip(&self.responded) {
                *value += if *hit { 2.0 } else { 0.0 };
            }
        }
    }

    fn sheet(&self) -> Result<Sheet, Error> {
        let mut columns: Vec<Column> = self
            .inside
            .iter()
            .enumerate()
            .map(|(at, values)| Column::numbers(&format!("inside_{at}"), "inside", values.clone()))
            .collect();
        columns.push(Column::texts("city", "inside", self.city.clone()));
        for (block, values) in self.outside.iter().enumerate() {
            let named = values.iter().enumerate().map(|(at, values)| {
                let name = format!("outside_{block}_{at}");
                Column::numbers(&name, &format!("outside_{block}"), values.clone())
            });
            columns.extend(named);
        }
        let rows: Vec<u32> = (0..self.keys.len() as u32).collect();
        Coding::learn(&columns, &rows, 16)?.apply(&columns)
    }
}

fn block(
    plant: Plant,
    inside: &[Vec<f64>],
    batch: &[u32],
    level: &[f64],
    source: &mut ChaCha8Rng,
) -> Vec<Vec<f64>> {
    let people = batch.len();
    let mixed = |share: f64, known: &[f64], noise: Vec<f64>| -> Vec<f64> {
        let rest = (1.0 - share * share).sqrt();
        known.iter().zip(noise).map(|(known, noise)| share * known + rest * noise).collect()
    };
    match plant {
        Plant::Numbers | Plant::Leak | Plant::Elsewhere => {
            (0..3).map(|_| normals(source, people)).collect()
        }
        Plant::Correlated => {
            (0..3).map(|at| mixed(0.7, &inside[at], normals(source, people))).collect()
        }
        Plant::Duplicates => vec![
            inside[0].clone(),
            inside[1].iter().map(|value| (value * 2.0).round()).collect(),
            mixed(0.9, &inside[2], normals(source, people)),
        ],
        Plant::Household => {
            let values = normals(source, people.div_ceil(HOUSEHOLD));
            vec![(0..people).map(|row| values[row / HOUSEHOLD]).collect()]
        }
        Plant::Time => {
            let noise = normals(source, people);
            let follows = |row: usize| level[batch[row] as usize] + 0.02 * noise[row];
            let drifts = |row: usize| row as f64 / people as f64;
            vec![(0..people).map(follows).collect(), (0..people).map(drifts).collect()]
        }
    }
}

/// The intercept at which so large a share responds.
fn intercept(score: &[f64], base: f64) -> f64 {
    let (mut low, mut high) = (-20.0, 20.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let share = score.iter().map(|score| sigmoid(middle + score)).sum::<f64>();
        if share > base * score.len() as f64 {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}

fn sigmoid(score: f64) -> f64 {
    1.0 / (1.0 + (-score).exp())
}

fn normals(source: &mut ChaCha8Rng, count: usize) -> Vec<f64> {
    let one = |_| {
        let radius = (-2.0 * (1.0 - source.random::<f64>()).ln()).sqrt();
        radius * (std::f64::consts::TAU * source.random::<f64>()).cos()
    };
    (0..count).map(one).collect()
}
