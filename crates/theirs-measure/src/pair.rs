//! Two columns crossed: a few terms for what two columns say only together.
//!
//! Both columns are merged to at most [`SIDE`] bins first, so that a crossing is one more column of
//! bytes, and everything that holds for columns holds for it. Price: fine interactions are missed.

use serde::{Deserialize, Serialize};

use crate::penalty::{Scale, Shape};
use crate::sheet::{Coded, Sheet};

/// How many bins each side of a crossing has at most.
const SIDE: usize = 9;

/// Two columns of a sheet, crossed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossing {
    /// The positions of the two columns.
    pub columns: (usize, usize),
    shape: Shape,
    maps: (Vec<u8>, Vec<u8>),
}

impl Crossing {
    /// Crosses two columns, each at the finest level with at most nine bins.
    pub fn new(shapes: &[Shape], one: usize, other: usize) -> Self {
        let (first, first_map) = side(&shapes[one]);
        let (second, second_map) = side(&shapes[other]);
        let shape = Shape {
            name: format!("{} × {}", first.name, second.name),
            block: first.block,
            scale: Scale::Grid { width: second.bins as u16 },
            bins: first.bins * second.bins,
        };
        Self { columns: (one, other), shape, maps: (first_map, second_map) }
    }

    /// Name and bins of the crossing.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The bin of the crossing for a bin of each side.
    pub fn code(&self, one: u8, other: u8) -> u8 {
        let Scale::Grid { width } = self.shape.scale else { return 0 };
        let row = u16::from(self.maps.0[usize::from(one)]);
        (row * width + u16::from(self.maps.1[usize::from(other)])) as u8
    }

    /// The crossing of merged columns as one of the columns that were merged.
    pub(crate) fn refined(&self, maps: &[Vec<u8>]) -> Self {
        let side = |column: usize, side: &[u8]| {
            maps[column].iter().map(|bin| side[usize::from(*bin)]).collect()
        };
        let (one, other) = self.columns;
        Self { maps: (side(one, &self.maps.0), side(other, &self.maps.1)), ..self.clone() }
    }

    /// The crossing of the two columns of a sheet.
    pub(crate) fn column(&self, sheet: &Sheet) -> Coded {
        let codes = |column: usize| sheet.columns()[column].codes();
        let both = codes(self.columns.0).iter().zip(codes(self.columns.1));
        let crossed = both.map(|(one, other)| self.code(*one, *other)).collect();
        Coded::crossed(self.shape.clone(), crossed)
    }
}

/// The finest level at which a column has at most nine bins.
fn side(shape: &Shape) -> (Shape, Vec<u8>) {
    let levels = (0..8).map(|level| shape.coarser(level));
    let fits = levels.into_iter().find(|(coarse, _)| coarse.bins <= SIDE);
    fits.unwrap_or_else(|| shape.coarser(8))
}
