//! Records of different sources that carry the same number of the same kind: the organisation
//! itself says that they are one person's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use theirs_linkage::{Judgement, Origin};
use theirs_model::RecordId;
use theirs_store::Record;

use super::{Comparable, Values, number};

/// More records than this with one number are a placeholder's, not a person's.
const MOST_OF_ONE_NUMBER: usize = 20;

/// A number, after the column that it stands in.
type Number = (String, String);
/// The records that carry a number, in the order of their ids, each with its source.
type Carriers = BTreeMap<RecordId, String>;

/// Which records carry which numbers.
#[derive(Default)]
pub struct SameNumbers(HashMap<Number, Carriers>);

/// The same, kept up to date one record at a time.
#[derive(Default)]
pub struct KnownNumbers {
    numbers: SameNumbers,
    of: HashMap<RecordId, Vec<Number>>,
}

/// What a record that came, changed or went makes of the judgements.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Those that hold no more.
    pub withdrawn: Vec<Judgement>,
    /// Those that are new.
    pub said: Vec<Judgement>,
}

impl SameNumbers {
    /// Takes in a record.
    pub fn note(&mut self, comparable: &Comparable, values: &Values<'_>, record: &Record) {
        for (column, text) in comparable.numbers(values) {
            self.put((column.to_owned(), text.to_owned()), record.id, &record.source);
        }
    }

    /// The judgements that follow, sorted.
    pub fn judgements(&self) -> Vec<Judgement> {
        let all: BTreeSet<Judgement> =
            self.0.iter().flat_map(|((column, _), carriers)| judged(column, carriers)).collect();
        all.into_iter().collect()
    }

    fn put(&mut self, number: Number, record: RecordId, source: &str) {
        self.0.entry(number).or_default().insert(record, source.to_owned());
    }

    fn judgements_of<'n>(&self, numbers: impl Iterator<Item = &'n Number>) -> BTreeSet<Judgement> {
        let carried = numbers.filter_map(|number| Some((&number.0, self.0.get(number)?)));
        carried.flat_map(|(column, carriers)| judged(column, carriers)).collect()
    }
}

impl KnownNumbers {
    /// Takes in a record, of which nothing is known yet.
    pub fn note(&mut self, comparable: &Comparable, values: &Values<'_>, record: &Record) {
        let carried = carried(comparable, values);
        for number in &carried {
            self.numbers.put(number.clone(), record.id, &record.source);
        }
        self.carries(record.id, carried);
    }

    /// The judgements that follow, sorted.
    pub fn judgements(&self) -> Vec<Judgement> {
        self.numbers.judgements()
    }

    /// Takes in a record that is new or says something else.
    pub fn change(
        &mut self,
        comparable: &Comparable,
        values: &Values<'_>,
        record: &Record,
    ) -> Turn {
        self.turn(record.id, &record.source, &carried(comparable, values))
    }

    /// Takes a record away.
    pub fn forget(&mut self, record: RecordId) -> Turn {
        self.turn(record, "", &[])
    }

    /// Notes which numbers a record carries; gives back those that it carried before.
    fn carries(&mut self, record: RecordId, numbers: Vec<Number>) -> Vec<Number> {
        let before = if numbers.is_empty() {
            self.of.remove(&record)
        } else {
            self.of.insert(record, numbers)
        };
        before.unwrap_or_default()
    }

    fn turn(&mut self, record: RecordId, source: &str, after: &[Number]) -> Turn {
        let before = self.carries(record, after.to_vec());
        if before == after {
            return Turn::default();
        }
        let touched = || before.iter().chain(after);
        let before_it = self.numbers.judgements_of(touched());
        for number in &before {
            if let Some(carriers) = self.numbers.0.get_mut(number) {
                carriers.remove(&record);
                if carriers.is_empty() {
                    self.numbers.0.remove(number);
                }
            }
        }
        for number in after {
            self.numbers.put(number.clone(), record, source);
        }
        let after_it = self.numbers.judgements_of(touched());
        Turn {
            withdrawn: before_it.difference(&after_it).cloned().collect(),
            said: after_it.difference(&before_it).cloned().collect(),
        }
    }
}

/// The numbers of a record.
fn carried(comparable: &Comparable, values: &Values<'_>) -> Vec<Number> {
    let numbers = comparable.numbers(values);
    numbers.map(|(column, number)| (column.to_owned(), number.to_owned())).collect()
}

/// The judgements of one number: each record goes with the last before it that another source gives,
/// else with the first after it.
fn judged(column: &str, carriers: &Carriers) -> Vec<Judgement> {
    if carriers.len() > MOST_OF_ONE_NUMBER {
        return Vec::new();
    }
    let pairs = carriers.iter().filter_map(|(record, source)| {
        let is_of_another = |other: &(&RecordId, &String)| other.1 != source;
        let before = carriers.range(..record).rev().find(is_of_another);
        let other = before.or_else(|| carriers.range(record..).find(is_of_another))?;
        Some(same_number(column, *record, *other.0))
    });
    pairs.collect()
}

/// That two records carry one number.
pub fn same_number(column: &str, a: RecordId, b: RecordId) -> Judgement {
    Judgement::same(number(a), number(b), Origin::SharedNumber { field: column.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carriers(sources: &[&str]) -> Carriers {
        let named = sources.iter().zip(1..);
        named.map(|(source, id)| (RecordId(id), (*source).to_owned())).collect()
    }

    fn pairs(judgements: &[Judgement]) -> BTreeSet<(u64, u64)> {
        judgements.iter().map(|judgement| (judgement.a.0, judgement.b.0)).collect()
    }

    #[test]
    fn every_record_goes_with_one_of_another_source() {
        let of = |sources: &[&str]| pairs(&judged("account", &carriers(sources)));
        assert_eq!(of(&["till", "till"]), BTreeSet::new(), "one source gives nobody two");
        assert_eq!(of(&["till", "web"]), BTreeSet::from([(1, 2)]));
        assert_eq!(of(&["till", "web", "web"]), BTreeSet::from([(1, 2), (1, 3)]));
        assert_eq!(of(&["web", "web", "till"]), BTreeSet::from([(1, 3), (2, 3)]));
        let many = ["till", "web"].repeat(MOST_OF_ONE_NUMBER);
        assert_eq!(of(&many), BTreeSet::new(), "so many are nobody's");
    }

    #[test]
    fn a_turn_leaves_what_follows_from_all_of_them() {
        let number = |text: &str| vec![("account".to_owned(), text.to_owned())];
        let mut known = KnownNumbers::default();
        let mut hold = BTreeSet::new();
        let turns = [
            (1, "till", number("7")),
            (2, "web", number("7")),
            (3, "web", number("8")),
            (3, "web", number("7")),
            (1, "till", number("9")),
            (4, "till", number("7")),
            (2, "", Vec::new()),
        ];
        for (record, source, numbers) in turns {
            let turn = known.turn(RecordId(record), source, &numbers);
            for gone in &turn.withdrawn {
                assert!(hold.remove(gone));
            }
            hold.extend(turn.said);
            assert_eq!(hold.iter().cloned().collect::<Vec<_>>(), known.judgements());
        }
        assert_eq!(pairs(&known.judgements()), BTreeSet::from([(3, 4)]));
    }
}
