//! Rows of binned columns: all that the models ever see.
//!
//! One byte per value, one vector per column, so that a model is gathers and scatters over bytes
//! and the raw values can be dropped. Price: what lies within a bin is alike, for good.

use crate::merging::Merging;
use crate::penalty::{Scale, Shape};
use crate::{Error, pair};

/// A column of codes.
#[derive(Clone, Debug)]
pub struct Coded {
    shape: Shape,
    codes: Vec<u8>,
}

/// Rows of binned columns.
#[derive(Clone, Debug)]
pub struct Sheet {
    columns: Vec<Coded>,
    rows: usize,
}

impl Coded {
    /// A column from codes.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if the shape has fewer than two or more than 256 bins, or a code is not
    /// below their number.
    pub fn new(shape: Shape, codes: Vec<u8>) -> Result<Self, Error> {
        let fits = (2..=256).contains(&shape.bins)
            && codes.iter().all(|code| usize::from(*code) < shape.bins);
        if fits { Ok(Self { shape, codes }) } else { Err(Error::Shape { column: shape.name }) }
    }

    /// The name and the bins.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The bin of each row.
    pub fn codes(&self) -> &[u8] {
        &self.codes
    }

    /// A crossing, whose codes are below the number of its bins by construction.
    pub(crate) fn crossed(shape: Shape, codes: Vec<u8>) -> Self {
        Self { shape, codes }
    }

    /// Merges bins: bin `b` becomes `map[b]`. Used with [`Shape::coarser`].
    fn merged(&self, shape: Shape, map: &[u8]) -> Self {
        Self { shape, codes: self.codes.iter().map(|code| map[usize::from(*code)]).collect() }
    }
}

impl Sheet {
    /// A sheet of columns of one length.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if they differ in length.
    pub fn new(columns: Vec<Coded>, rows: usize) -> Result<Self, Error> {
        match columns.iter().find(|column| column.codes.len() != rows) {
            Some(odd) => {
                Err(Error::Length { what: "a column", found: odd.codes.len(), expected: rows })
            }
            None => Ok(Self { columns, rows }),
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns.
    pub fn columns(&self) -> &[Coded] {
        &self.columns
    }

    /// The shapes of all columns.
    pub fn shapes(&self) -> Vec<Shape> {
        self.columns.iter().map(|column| column.shape.clone()).collect()
    }

    /// The position of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.shape.name == name)
    }

    /// The bin of one row in one column.
    pub fn code(&self, row: usize, column: usize) -> u8 {
        self.columns[column].codes[row]
    }

    /// Some of the rows, in the order given.
    #[must_use]
    pub fn only(&self, rows: &[u32]) -> Self {
        let pick = |column: &Coded| Coded {
            shape: column.shape.clone(),
            codes: rows.iter().map(|row| column.codes[*row as usize]).collect(),
        };
        Self { columns: self.columns.iter().map(pick).collect(), rows: rows.len() }
    }

    /// Some of the columns, in the order given.
    #[must_use]
    pub fn select(&self, columns: &[usize]) -> Self {
        let columns = columns.iter().map(|column| self.columns[*column].clone()).collect();
        Self { columns, rows: self.rows }
    }

    /// All columns with neighbouring bins merged: at level 1 two to one, at level 2 four to one.
    /// One level per column; a sheet has the levels that its columns' codings are nested in.
    #[must_use]
    pub fn coarser(&self, levels: &[u8]) -> Self {
        let merge = |(column, level): (&Coded, &u8)| {
            let (shape, map) = column.shape.coarser(*level);
            column.merged(shape, &map)
        };
        let columns = self.columns.iter().zip(levels).map(merge).collect();
        Self { columns, rows: self.rows }
    }

    /// All columns with bins merged.
    pub(crate) fn merged(&self, merging: &Merging) -> Self {
        let columns = self.columns.iter().zip(merging.shapes.iter().zip(&merging.maps));
        let merge = |(column, (shape, map)): (&Coded, (&Shape, &Vec<u8>))| {
            column.merged(shape.clone(), map)
        };
        Self { columns: columns.map(merge).collect(), rows: self.rows }
    }

    /// The number of rows in each bin of each column.
    pub(crate) fn counts(&self) -> Vec<Vec<f64>> {
        let count = |column: &Coded| {
            let mut counts = vec![0.0; column.shape.bins];
            for code in &column.codes {
                counts[usize::from(*code)] += 1.0;
            }
            counts
        };
        self.columns.iter().map(count).collect()
    }

    /// The sheet with crossings of pairs of its columns appended.
    #[must_use]
    pub fn crossed(&self, crossings: &[pair::Crossing]) -> Self {
        let crossed = crossings.iter().map(|crossing| crossing.column(self));
        Self { columns: self.columns.iter().cloned().chain(crossed).collect(), rows: self.rows }
    }
}

impl Shape {
    /// The shape with neighbouring bins merged `level` times, and where each bin goes. "Missing"
    /// stays alone; of categories the rarest are merged into the rare bin; grids stay as they are.
    pub fn coarser(&self, level: u8) -> (Self, Vec<u8>) {
        let level = u32::from(level.min(8));
        let kept = match self.scale {
            Scale::Nominal => 2 + (self.bins - 2).div_ceil(1 << level),
            _ => self.bins,
        };
        let place = |bin: usize| match self.scale {
            Scale::Ordered if bin > 0 => 1 + ((bin - 1) >> level),
            Scale::Nominal if level > 0 && bin >= kept => 1,
            Scale::Nominal if level >= 6 && bin > 0 => 1,
            _ => bin,
        };
        let map: Vec<u8> = (0..self.bins).map(|bin| place(bin) as u8).collect();
        let bins = map.iter().map(|bin| usize::from(*bin) + 1).max().unwrap_or(2).max(2);
        (Self { bins, ..self.clone() }, map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(scale: Scale, bins: usize) -> Shape {
        Shape { name: "c".to_owned(), block: "b".to_owned(), scale, bins }
    }

    #[test]
    fn coarser_levels_merge_neighbours_and_leave_missing_alone() {
        let (coarse, map) = shape(Scale::Ordered, 6).coarser(1);
        assert_eq!((coarse.bins, map), (4, vec![0, 1, 1, 2, 2, 3]));
        let (coarse, map) = shape(Scale::Nominal, 6).coarser(1);
        assert_eq!((coarse.bins, map), (4, vec![0, 1, 2, 3, 1, 1]));
    }

    #[test]
    fn levels_are_nested() {
        for scale in [Scale::Ordered, Scale::Nominal] {
            let fine = shape(scale, 33);
            let (mut at, mut composed) = (fine.clone(), (0..33).collect::<Vec<u8>>());
            for level in 1..=6 {
                let (next, step) = at.coarser(1);
                composed = composed.iter().map(|bin| step[usize::from(*bin)]).collect();
                let (direct, map) = fine.coarser(level);
                if scale == Scale::Ordered {
                    assert_eq!(composed, map, "{level}");
                }
                let pairs = (0..33).flat_map(|a| (0..33).map(move |b| (a, b)));
                let (before, _) = (fine.coarser(level - 1).1, 0);
                for (a, b) in pairs.filter(|(a, b)| before[*a] == before[*b]) {
                    assert_eq!(map[a], map[b], "{scale:?} {level} {a} {b}");
                }
                assert!(direct.bins <= at.bins);
                at = next;
            }
        }
    }

    #[test]
    fn a_code_beyond_the_bins_is_refused() {
        assert!(Coded::new(shape(Scale::Ordered, 3), vec![0, 3]).is_err());
    }
}
