//! Which neighbouring bins are put together when there are too many.
//!
//! Levels ([`Shape::coarser`]) merge by position and are the same for everybody. Here bins are merged
//! by the rows in them: a bin that is heavy on its own stays alone, the light ones between are put
//! together, so a value that many share is never lost among its neighbours. Price: the result
//! depends on the rows, so it must be kept with the model.

use crate::penalty::{Scale, Shape};

/// Bins of columns and where each goes.
pub(crate) struct Merging {
    pub shapes: Vec<Shape>,
    pub maps: Vec<Vec<u8>>,
}

/// No column is merged to fewer bins than this, "missing" and "rare" not counted.
const FEWEST: usize = 3;

impl Merging {
    /// Merges columns to the largest common number of bins with which there are at most `most` in
    /// all, grids not counted, but not below three each. `masses` is the weight in each bin.
    pub(crate) fn by_mass(shapes: &[Shape], masses: &[Vec<f64>], most: usize) -> Self {
        let widest = shapes.iter().map(|shape| shape.bins).max().unwrap_or(FEWEST).max(FEWEST);
        let (mut low, mut high) = (FEWEST, widest);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if Self::to(shapes, masses, middle).mergeable() <= most {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Self::to(shapes, masses, low)
    }

    /// How many bins there are, those of grids not counted, since they do not merge.
    fn mergeable(&self) -> usize {
        let grid = |shape: &&Shape| matches!(shape.scale, Scale::Grid { .. });
        self.shapes.iter().filter(|shape| !grid(shape)).map(|shape| shape.bins).sum()
    }

    /// Merges each column to at most so many bins, "missing" and "rare" not counted.
    pub(crate) fn to(shapes: &[Shape], masses: &[Vec<f64>], most: usize) -> Self {
        let merged = shapes.iter().zip(masses).map(|(shape, masses)| merged(shape, masses, most));
        let (shapes, maps) = merged.unzip();
        Self { shapes, maps }
    }
}

fn merged(shape: &Shape, masses: &[f64], most: usize) -> (Shape, Vec<u8>) {
    let map: Vec<u8> = match shape.scale {
        Scale::Ordered if shape.bins > most + 1 => {
            let breaks = breaks(&masses[1..], most);
            let place = |bin: usize| 1 + breaks.partition_point(|end| *end < bin) as u8;
            std::iter::once(0).chain((0..shape.bins - 1).map(place)).collect()
        }
        Scale::Nominal if shape.bins > most + 2 => {
            (0..shape.bins).map(|bin| if bin < most + 2 { bin as u8 } else { 1 }).collect()
        }
        _ => (0..shape.bins).map(|bin| bin as u8).collect(),
    };
    let bins = map.iter().map(|bin| usize::from(*bin) + 1).max().unwrap_or(2).max(2);
    (Shape { bins, ..shape.clone() }, map)
}

/// After which of a row of neighbours to cut, ascending, so that at most `most` parts of about
/// equal mass come out. Who has the mass of a part alone is a part alone, and the others share
/// what parts are left.
pub(crate) fn breaks(masses: &[f64], most: usize) -> Vec<usize> {
    if masses.len() <= most {
        return (0..masses.len().saturating_sub(1)).collect();
    }
    let total: f64 = masses.iter().sum();
    let heavy = |mass: f64| mass * most as f64 >= total;
    let (mut rest, mut parts) = (total, most);
    for mass in masses.iter().filter(|mass| heavy(**mass)) {
        (rest, parts) = (rest - mass, parts - 1);
    }
    let (mut breaks, mut within) = (Vec::new(), 0.0);
    for (at, pair) in masses.windows(2).enumerate() {
        let alone = heavy(pair[0]);
        if !alone {
            within += pair[0];
            rest -= pair[0];
        }
        let full = !alone && within * parts.max(1) as f64 >= rest + within;
        if alone || full || heavy(pair[1]) {
            parts = if alone { parts } else { parts.saturating_sub(1) };
            breaks.push(at);
            within = 0.0;
        }
        if breaks.len() + 1 == most {
            break;
        }
    }
    breaks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(scale: Scale, bins: usize) -> Shape {
        Shape { name: "c".to_owned(), block: "b".to_owned(), scale, bins }
    }

    #[test]
    fn equal_neighbours_are_cut_evenly_and_a_heavy_one_stays_alone() {
        assert_eq!(breaks(&[1.0; 8], 4), [1, 3, 5]);
        let breaks = breaks(&[1.0, 1.0, 1.0, 9.0, 1.0, 1.0, 1.0], 4);
        assert!(breaks.contains(&2) && breaks.contains(&3), "{breaks:?}");
        assert!(breaks.len() < 4);
    }

    #[test]
    fn missing_stays_alone_and_order_is_kept() {
        let masses = [[0.1, 0.1], [0.3, 0.05], [0.05, 0.1], [0.2, 0.1]].concat();
        let (coarse, map) = merged(&shape(Scale::Ordered, 8), &masses, 4);
        assert_eq!(map[0], 0);
        assert!(map.is_sorted() && coarse.bins <= 5 && map[1] > 0);
    }

    #[test]
    fn a_grid_costs_the_other_columns_no_bin() {
        let shapes = vec![shape(Scale::Ordered, 20), shape(Scale::Grid { width: 9 }, 81)];
        let masses = vec![vec![0.05; 20], vec![1.0 / 81.0; 81]];
        assert_eq!(Merging::by_mass(&shapes, &masses, 20).shapes, shapes);
    }

    #[test]
    fn as_few_bins_as_asked_for_are_left() {
        let shapes = vec![shape(Scale::Ordered, 33), shape(Scale::Nominal, 20)];
        let masses = vec![vec![1.0 / 33.0; 33], vec![1.0 / 20.0; 20]];
        let merging = Merging::by_mass(&shapes, &masses, 20);
        assert!(merging.shapes.iter().map(|shape| shape.bins).sum::<usize>() <= 20);
        let untouched = Merging::by_mass(&shapes, &masses, 60);
        assert_eq!(untouched.shapes, shapes);
    }
}
