//! What is known between records: links and kinship, by place.

use crate::estimate::probability;
use crate::kin::{self, Kin};
use crate::resolve::Link;
use crate::score::Scored;

/// All pairs that matter, from both sides.
pub(super) struct Graph(Vec<Vec<Neighbour>>);

/// The other side of a pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neighbour {
    pub(super) place: u32,
    /// In bits; the least there is if the pair is no link.
    weight: f64,
    pub(super) probability: f64,
    kinship: f64,
}

impl Neighbour {
    /// Whether the pair counts in clusters.
    pub(super) fn is_link(&self) -> bool {
        self.weight > f64::NEG_INFINITY
    }

    pub(super) fn link(&self, a: u32, b: u32) -> Link {
        Link { a, b, weight: self.weight, probability: self.probability }
    }
}

impl Graph {
    /// Takes pairs that were compared all at once.
    pub(super) fn new(places: usize, links: &[Link], kin: &[Kin]) -> Self {
        let mut graph = Self(vec![Vec::new(); places]);
        for link in links {
            graph.insert(link.a, link.b, link.weight, 0.0);
        }
        for pair in kin {
            let known = |side: &mut Vec<Neighbour>, place| {
                side.iter_mut().find(|neighbour| neighbour.place == place).map(|neighbour| {
                    neighbour.kinship = pair.probability;
                })
            };
            let is_known = known(&mut graph.0[pair.a as usize], pair.b).is_some();
            if is_known {
                known(&mut graph.0[pair.b as usize], pair.a);
            } else {
                graph.insert(pair.a, pair.b, f64::NEG_INFINITY, pair.probability);
            }
        }
        graph
    }

    /// Makes room for one more record.
    pub(super) fn open(&mut self) {
        self.0.push(Vec::new());
    }

    pub(super) fn of(&self, place: u32) -> impl Iterator<Item = &Neighbour> {
        self.0[place as usize].iter()
    }

    pub(super) fn are_connected(&self, a: u32, b: u32) -> bool {
        self.of(a).any(|neighbour| neighbour.place == b)
    }

    /// Connects two records that were not connected.
    pub(super) fn connect(&mut self, a: u32, b: u32, scored: Scored) {
        let weight = if scored.is_link() { scored.weight } else { f64::NEG_INFINITY };
        self.insert(a, b, weight, scored.kinship);
    }

    pub(super) fn disconnect(&mut self, a: u32, b: u32) {
        self.0[a as usize].retain(|neighbour| neighbour.place != b);
        self.0[b as usize].retain(|neighbour| neighbour.place != a);
    }

    /// Cuts a record off and returns what it was connected with.
    pub(super) fn isolate(&mut self, place: u32) -> Vec<Neighbour> {
        let neighbours = std::mem::take(&mut self.0[place as usize]);
        for neighbour in &neighbours {
            self.0[neighbour.place as usize].retain(|other| other.place != place);
        }
        neighbours
    }

    /// The pairs of relatives, each once.
    pub(super) fn kin(&self) -> impl Iterator<Item = Kin> + '_ {
        (0..).zip(&self.0).flat_map(|(a, neighbours)| {
            let kin = neighbours.iter().filter(move |n| a < n.place && n.kinship >= kin::LEAST);
            kin.map(move |n| Kin { a, b: n.place, probability: n.kinship })
        })
    }

    fn insert(&mut self, a: u32, b: u32, weight: f64, kinship: f64) {
        let probability = probability(weight);
        self.0[a as usize].push(Neighbour { place: b, weight, probability, kinship });
        self.0[b as usize].push(Neighbour { place: a, weight, probability, kinship });
    }
}
