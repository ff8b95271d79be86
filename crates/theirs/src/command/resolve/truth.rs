//! `theirs resolve --truth`: how the people found compare with those of a file that knows.

use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;

use crate::command::words::count;
use crate::failure::Failure;

/// How the result compares with the truth, over all pairs of records.
#[derive(Serialize)]
pub(super) struct Score {
    pub(super) precision: f64,
    pub(super) recall: f64,
    pub(super) f1: f64,
    pub(super) records: u64,
    pub(super) people: u64,
    /// Lines of the truth about records that are not here.
    pub(super) of_no_record: u64,
}

/// Which records are one person's in truth.
pub(super) struct Truth {
    /// Per record: the person, if the truth speaks of it.
    person: Vec<Option<u32>>,
    of_no_record: u64,
}

impl Truth {
    /// Reads a CSV whose columns are a source, a record's key and a person.
    pub(super) fn read(path: &Path, names: &[(String, String)]) -> Result<Self, Failure> {
        let wrong = |error: csv::Error| Failure::file(path, error.into());
        let mut truth: HashMap<(String, String), u32> = HashMap::new();
        let mut people: HashMap<String, u32> = HashMap::new();
        for row in csv::Reader::from_path(path).map_err(wrong)?.records() {
            let row = row.map_err(wrong)?;
            let [Some(source), Some(key), Some(person)] = [row.get(0), row.get(1), row.get(2)]
            else {
                continue;
            };
            let next = u32::try_from(people.len()).unwrap_or(u32::MAX);
            let person = *people.entry(person.to_owned()).or_insert(next);
            truth.insert((source.to_owned(), key.to_owned()), person);
        }
        let person: Vec<Option<u32>> = names.iter().map(|name| truth.get(name).copied()).collect();
        let scored = person.iter().flatten().count();
        if scored == 0 {
            return Err(Failure::Usage(format!(
                "{}: none of its {} lines names a record that is here; its columns must be a \
                 source, a record's key and a person",
                path.display(),
                count(truth.len() as u64)
            )));
        }
        Ok(Self { person, of_no_record: (truth.len() - scored) as u64 })
    }

    /// Precision and recall over all pairs that share a person, of the records the truth names.
    pub(super) fn score(&self, clusters: &[u32]) -> Score {
        let mut both: HashMap<(u32, u32), u64> = HashMap::new();
        let mut found: HashMap<u32, u64> = HashMap::new();
        let mut real: HashMap<u32, u64> = HashMap::new();
        for (person, cluster) in self.person.iter().zip(clusters) {
            let Some(person) = *person else { continue };
            *both.entry((*cluster, person)).or_default() += 1;
            *found.entry(*cluster).or_default() += 1;
            *real.entry(person).or_default() += 1;
        }
        let hits = pairs(both.values());
        let (precision, recall) = (hits / pairs(found.values()), hits / pairs(real.values()));
        let sum = precision + recall;
        Score {
            precision,
            recall,
            f1: if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 },
            records: real.values().sum(),
            people: real.len() as u64,
            of_no_record: self.of_no_record,
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of pairs stay far below 2^53")]
fn pairs<'n>(sizes: impl Iterator<Item = &'n u64>) -> f64 {
    sizes.map(|size| size * (size - 1) / 2).sum::<u64>().max(1) as f64
}
