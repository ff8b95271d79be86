//! From values to bins, learnt on some rows and applied to all.
//!
//! Numbers are cut at quantiles of the rows they are learnt on: a value that fills a bin on its own
//! has one, the others share the rest, and coarser levels merge neighbours ([`Shape::coarser`]).
//! Categories are counted: the most frequent have a bin each, the rare ones and those never seen
//! share one. Missing is a bin of its own. Price: learning sorts every column once.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::column::{Column, Values};
use crate::merging::breaks;
use crate::penalty::{Scale, Shape};
use crate::sheet::{Coded, Sheet};

/// How the columns of a sheet are coded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coding {
    columns: Vec<ColumnCoding>,
}

/// How one column is coded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnCoding {
    shape: Shape,
    edges: Edges,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Edges {
    /// The greatest value of each bin but the last, ascending.
    Cuts(Vec<f64>),
    /// The category of bin 2, 3, …
    Categories(Vec<String>),
}

/// How many bins a column has at most beside "missing" and, for categories, "rare".
pub const MOST_BINS: usize = 32;

/// A category with fewer rows than this is rare.
const RARE: usize = 10;

impl Coding {
    /// Learns the bins of columns on some of their rows, at most `most` (2 to 32) per column.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if `most` is out of bounds, [`Error::Length`] if columns differ in length.
    pub fn learn(columns: &[Column], rows: &[u32], most: usize) -> Result<Self, Error> {
        if !(2..=MOST_BINS).contains(&most) {
            let most = MOST_BINS as f64;
            return Err(Error::Setting { setting: "the number of bins", least: 2.0, most });
        }
        lengths(columns)?;
        Ok(Self { columns: columns.iter().map(|column| learnt(column, rows, most)).collect() })
    }

    /// Codes columns, which are found by name; others are left out.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if a column is missing or of the other kind, [`Error::Length`] if columns
    /// differ in length.
    pub fn apply(&self, columns: &[Column]) -> Result<Sheet, Error> {
        let rows = lengths(columns)?;
        let find = |coding: &ColumnCoding| {
            let found = columns.iter().find(|column| column.name() == coding.shape.name);
            found.map_or_else(|| Err(coding.unlike()), |column| coding.apply(column))
        };
        Sheet::new(self.columns.iter().map(find).collect::<Result<_, _>>()?, rows)
    }

    /// The coding of each column.
    pub fn columns(&self) -> &[ColumnCoding] {
        &self.columns
    }
}

impl ColumnCoding {
    /// Name and bins.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The bin of a number; NaN is missing. A column of categories has it in its rare bin.
    pub fn of_number(&self, number: f64) -> u8 {
        match &self.edges {
            _ if number.is_nan() => 0,
            Edges::Cuts(cuts) => 1 + cuts.partition_point(|cut| *cut < number) as u8,
            Edges::Categories(_) => 1,
        }
    }

    /// The bin of a text; an unseen one is rare. A column of numbers has it as missing.
    pub fn of_text(&self, text: Option<&str>) -> u8 {
        let (Some(text), Edges::Categories(names)) = (text, &self.edges) else { return 0 };
        names.iter().position(|name| name == text).map_or(1, |place| place as u8 + 2)
    }

    /// A bin in words: `missing`, `other`, a category, or a range of numbers.
    pub fn label(&self, bin: u8) -> String {
        if bin == 0 {
            return "missing".to_owned();
        }
        let place = usize::from(bin);
        match &self.edges {
            Edges::Categories(names) => {
                let name = place.checked_sub(2).and_then(|place| names.get(place));
                name.cloned().unwrap_or_else(|| "other".to_owned())
            }
            Edges::Cuts(cuts) => {
                let low = place.checked_sub(2).and_then(|place| cuts.get(place));
                match (low, cuts.get(place - 1)) {
                    (None, None) => "any".to_owned(),
                    (None, Some(high)) => format!("at most {high}"),
                    (Some(low), None) => format!("over {low}"),
                    (Some(low), Some(high)) => format!("over {low}, at most {high}"),
                }
            }
        }
    }

    fn apply(&self, column: &Column) -> Result<Coded, Error> {
        let codes = match (&column.values, &self.edges) {
            (Values::Number(values), Edges::Cuts(_)) => {
                values.iter().map(|number| self.of_number(*number)).collect()
            }
            (Values::Text(values), Edges::Categories(names)) => {
                let numbered = names.iter().zip(2_u8..).map(|(name, bin)| (name.as_str(), bin));
                let bins: HashMap<&str, u8> = numbered.collect();
                let code = |text: &Option<String>| {
                    text.as_deref().map_or(0, |text| bins.get(text).copied().unwrap_or(1))
                };
                values.iter().map(code).collect()
            }
            _ => return Err(self.unlike()),
        };
        Coded::new(self.shape.clone(), codes)
    }

    fn unlike(&self) -> Error {
        Error::Shape { column: self.shape.name.clone() }
    }
}

/// The one length of all columns.
fn lengths(columns: &[Column]) -> Result<usize, Error> {
    let expected = columns.first().map_or(0, Column::len);
    match columns.iter().find(|column| column.len() != expected) {
        Some(odd) => Err(Error::Length { what: "a column", found: odd.len(), expected }),
        None => Ok(expected),
    }
}

fn learnt(column: &Column, rows: &[u32], most: usize) -> ColumnCoding {
    let (scale, bins, edges) = match &column.values {
        Values::Number(values) => {
            let cuts = cuts(values, rows, most);
            (Scale::Ordered, cuts.len() + 2, Edges::Cuts(cuts))
        }
        Values::Text(values) => {
            let names = categories(values, rows, most);
            (Scale::Nominal, names.len() + 2, Edges::Categories(names))
        }
    };
    let (name, block) = (column.name().to_owned(), column.block().to_owned());
    ColumnCoding { shape: Shape { name, block, scale, bins }, edges }
}

/// The categories by frequency, then by name; those with too few rows are left to the rare bin.
fn categories(values: &[Option<String>], rows: &[u32], most: usize) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for text in rows.iter().filter_map(|row| values[*row as usize].as_deref()) {
        *counts.entry(text).or_default() += 1;
    }
    let mut frequent: Vec<(&str, usize)> =
        counts.into_iter().filter(|(_, count)| *count >= RARE).collect();
    frequent.sort_unstable_by(|(a, many), (b, few)| few.cmp(many).then(a.cmp(b)));
    frequent.truncate(most);
    frequent.into_iter().map(|(name, _)| name.to_owned()).collect()
}

/// The cuts between at most `most` bins of about equal numbers of rows.
fn cuts(values: &[f64], rows: &[u32], most: usize) -> Vec<f64> {
    let groups = grouped(values, rows);
    let masses: Vec<f64> = groups.iter().map(|(_, count)| *count as f64).collect();
    breaks(&masses, most).into_iter().map(|at| groups[at].0).collect()
}

/// The distinct values with their numbers of rows, ascending.
fn grouped(values: &[f64], rows: &[u32]) -> Vec<(f64, usize)> {
    let picked = rows.iter().map(|row| values[*row as usize]);
    let mut sorted: Vec<f64> = picked.filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut groups: Vec<(f64, usize)> = Vec::new();
    for value in sorted {
        match groups.last_mut() {
            Some((last, count)) if *last >= value => *count += 1,
            _ => groups.push((value, 1)),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(column: &Column) -> Vec<u32> {
        (0..column.len() as u32).collect()
    }

    fn coded(column: Column, most: usize) -> Vec<u8> {
        let coding = Coding::learn(std::slice::from_ref(&column), &all(&column), most).unwrap();
        coding.apply(&[column]).unwrap().columns()[0].codes().to_vec()
    }

    fn within(codes: &[u8], bin: u8) -> usize {
        codes.iter().map(|code| usize::from(*code == bin)).sum()
    }

    #[test]
    fn numbers_are_cut_into_bins_of_equal_size() {
        let column = Column::numbers("n", "b", (0..6_400).map(f64::from).collect());
        let codes = coded(column, 32);
        for bin in 1..=32 {
            assert_eq!(within(&codes, bin), 200, "{bin}");
        }
    }

    #[test]
    fn a_value_that_many_share_has_a_bin_and_the_others_share_the_rest() {
        let spiked = (0..6_400).map(|n| if n % 4 == 0 { f64::from(n) } else { 3_000.5 });
        let codes = coded(Column::numbers("n", "b", spiked.collect()), 32);
        let at_spike = codes[1];
        assert_eq!(within(&codes, at_spike), 4_800);
        let bins = codes.iter().max().unwrap();
        assert!((28..=32).contains(bins), "{bins}");
    }

    #[test]
    fn a_new_category_is_rare_and_a_missing_one_is_missing() {
        let texts = |names: &[Option<&str>]| {
            let owned = names.iter().map(|name| name.map(str::to_owned)).collect();
            Column::texts("city", "b", owned)
        };
        let seen: Vec<Option<&str>> =
            [vec![Some("Bern"); 20], vec![Some("Ulm"); 12], vec![Some("Rye"); 3]].concat();
        let column = texts(&seen);
        let coding = Coding::learn(std::slice::from_ref(&column), &all(&column), 32).unwrap();
        let sheet =
            coding.apply(&[texts(&[Some("Ulm"), Some("Bern"), Some("Rye"), Some("Ely"), None])]);
        assert_eq!(sheet.unwrap().columns()[0].codes(), [3, 2, 1, 1, 0]);
        assert_eq!(coding.columns()[0].label(3), "Ulm");
    }

    #[test]
    fn a_column_of_another_kind_is_refused_by_name() {
        let numbers = Column::numbers("age", "b", vec![1.0; 20]);
        let coding = Coding::learn(std::slice::from_ref(&numbers), &all(&numbers), 32).unwrap();
        let texts = Column::texts("age", "b", vec![None]);
        assert!(coding.apply(&[texts]).unwrap_err().to_string().contains("age"));
        assert!(coding.apply(&[]).is_err());
    }

    #[test]
    fn values_beyond_what_was_learnt_lie_in_the_outer_bins() {
        let column = Column::numbers("n", "b", vec![1.0, 2.0, 3.0]);
        let coding = Coding::learn(std::slice::from_ref(&column), &all(&column), 32).unwrap();
        let one = &coding.columns()[0];
        assert_eq!([-9.0, 2.0, 2.5, 99.0, f64::NAN].map(|n| one.of_number(n)), [1, 2, 3, 3, 0]);
        assert_eq!(one.label(2), "over 1, at most 2");
    }
}
