//! Judges invented people with a known truth many times, and tells how often each verdict came out.
//!
//!     cargo run --release -p theirs-measure --example planted -- PLANT PEOPLE EFFECT BASE SHARE BLOCKS MARGIN RUNS FIRST_SEED

#![allow(clippy::print_stdout, reason = "this is a command")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "counts are small"
)]

use std::error::Error;
use std::time::Instant;

use theirs_measure::necessity::{Finding, Margin, Reach, Settings, Verdict, Warning};

#[path = "../tests/planted/mod.rs"]
mod planted;

use planted::{Plant, Population};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [plant, people, effect, base, share, blocks, margin, runs, first] = &words[..] else {
        return Err("PLANT PEOPLE EFFECT BASE SHARE BLOCKS MARGIN RUNS FIRST_SEED".into());
    };
    let plant = match &plant[..] {
        "numbers" => Plant::Numbers,
        "correlated" => Plant::Correlated,
        "duplicates" => Plant::Duplicates,
        "household" => Plant::Household,
        "time" => Plant::Time,
        "leak" => Plant::Leak,
        "elsewhere" => Plant::Elsewhere,
        _ => return Err("no such plant".into()),
    };
    let population = Population {
        people: people.parse()?,
        base: base.parse()?,
        plant,
        effect: effect.parse()?,
        blocks: blocks.parse()?,
    };
    let share: f64 = share.parse()?;
    let reach = if share > 0.0 { Reach::Share(share) } else { Reach::WherePays };
    let (runs, first): (u64, u64) = (runs.parse()?, first.parse()?);
    let since = Instant::now();
    let mut told = Told::default();
    for seed in first..first + runs {
        let trial = planted::trial(&population, seed)?;
        let names = planted::blocks(&population);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let settings = Settings::new(reach, Margin::Share(margin.parse()?), seed);
        let necessity = trial.judge(&trial.sources(&names)?, &settings)?;
        if std::env::var_os("VERBOSE").is_some() {
            necessity.findings.iter().for_each(|finding| eprintln!("{finding}"));
        }
        told.add(&necessity.findings);
    }
    println!("{}", told.json(runs, since.elapsed().as_secs_f64()));
    Ok(())
}

#[derive(Default)]
struct Told {
    rejected: u64,
    necessary: u64,
    any_necessary: u64,
    not_necessary: u64,
    too_good: u64,
    contradicted: u64,
    gain: f64,
    high: f64,
    paired: f64,
    without: f64,
    findings: u64,
}

impl Told {
    fn add(&mut self, findings: &[Finding]) {
        let is = |verdict| findings.iter().filter(|one| one.verdict == verdict).count() as u64;
        self.rejected += findings.iter().filter(|one| one.p_value <= 0.05).count() as u64;
        self.necessary += is(Verdict::Necessary);
        self.any_necessary += u64::from(is(Verdict::Necessary) > 0);
        self.not_necessary += is(Verdict::NotNecessary);
        for one in findings {
            let warned = |wanted: fn(&Warning) -> bool| u64::from(one.warnings.iter().any(wanted));
            self.too_good += warned(|warning| matches!(warning, Warning::TooGood { .. }));
            self.contradicted += warned(|warning| *warning == Warning::Contradicted);
            self.gain += one.gain.point;
            self.high += one.gain.high;
            self.paired += one.paired.difference;
            self.without += one.without;
            self.findings += 1;
        }
    }

    fn json(&self, runs: u64, seconds: f64) -> String {
        let share = |count: u64| count as f64 / self.findings as f64;
        serde_json::json!({
            "runs": runs,
            "seconds_per_run": (seconds / runs as f64 * 1000.0).round() / 1000.0,
            "p_at_most_5_percent": share(self.rejected),
            "necessary": share(self.necessary),
            "runs_with_any_necessary": self.any_necessary as f64 / runs as f64,
            "not_necessary": share(self.not_necessary),
            "too_good": share(self.too_good),
            "contradicted": share(self.contradicted),
            "gain_of_value": self.gain / self.without,
            "bound_of_value": self.high / self.without,
            "paired_of_value": self.paired / self.without,
        })
        .to_string()
    }
}
