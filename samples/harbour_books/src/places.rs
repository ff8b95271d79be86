//! The invented coast: towns, streets and postcodes that do not exist.
//!
//! No postcode here is allocated: the areas are unused letter pairs, and `SM` is used only with
//! districts above the real ones. The towns lie in open water in Lyme Bay, so that a location
//! trail never points at anybody's real door.

use crate::dice::Dice;

const INWARD_LETTERS: &[char] =
    &['A', 'B', 'D', 'E', 'F', 'G', 'H', 'J', 'L', 'N', 'P', 'Q', 'R', 'S', 'T', 'U', 'W', 'X'];

/// A town, the front half of its postcodes, and how many of a hundred people live there.
pub(crate) struct Town {
    pub(crate) name: &'static str,
    area: &'static str,
    first_district: usize,
    share: u32,
    /// Thousandths of a degree north.
    latitude: i32,
    /// Thousandths of a degree east.
    longitude: i32,
}

pub(crate) const TOWNS: &[Town] = &[
    town("Saltmouth", "SM", 21, 30, 50_460, -2_950),
    town("Havenbridge", "HB", 1, 14, 50_500, -2_880),
    town("Thornquay", "HB", 5, 9, 50_520, -2_820),
    town("Gullhaven", "HB", 9, 6, 50_540, -2_760),
    town("Wrackley", "WK", 1, 8, 50_420, -3_020),
    town("Eelmere", "WK", 4, 5, 50_400, -3_060),
    town("Kettlesands", "EK", 1, 6, 50_440, -2_800),
    town("Marl Staithe", "EK", 6, 4, 50_410, -2_760),
    town("Tiddenbury", "TB", 1, 5, 50_570, -2_900),
    town("Pebblecombe", "TB", 4, 4, 50_560, -2_980),
    town("Nether Oar", "NK", 2, 3, 50_380, -2_900),
    town("Brackholm", "NK", 7, 3, 50_360, -2_840),
    town("Pilot's Rest", "PB", 1, 2, 50_350, -2_980),
    town("Little Orrin", "PB", 3, 1, 50_340, -3_040),
];

const STREETS: &[&str] = &[
    "Quay Street",
    "Lantern Street",
    "Ropewalk Lane",
    "Chandler's Road",
    "Anchor Terrace",
    "Harbour View",
    "Lighthouse Road",
    "Gannet Close",
    "Cormorant Way",
    "Sailmaker Street",
    "Old Customs Road",
    "Capstan Lane",
    "Bellbuoy Avenue",
    "Tern Gardens",
    "Herring Street",
    "Fishmarket Lane",
    "Chapel Street",
    "Mill Lane",
    "Orchard Road",
    "Vicarage Avenue",
    "Larkfield Road",
    "Elder Grove",
    "Hawthorn Avenue",
    "Willowbrook Close",
    "Cobbler Street",
    "Tannery Lane",
    "Priory Road",
    "Abbot's Walk",
    "Market Street",
    "Weaver Street",
    "Glebe Road",
    "Paddock Close",
    "Fennel Lane",
    "Saffron Street",
    "Barley Road",
    "Oatfield Avenue",
    "Smuggler's Row",
    "Beacon Road",
    "Cliff Street",
    "Sandpiper Drive",
    "Marram Close",
    "Samphire Road",
    "Driftwood Lane",
    "Pilot Street",
    "Windlass Road",
    "Mainsail Avenue",
    "Spinnaker Close",
    "Topmast Street",
    "Halyard Lane",
    "Ferryman Road",
    "Lock Street",
    "Tollgate Road",
    "Station Road",
    "Viaduct Street",
    "Signal Lane",
    "Foundry Street",
    "Kiln Road",
    "Potter's Lane",
    "Glover Street",
    "Almoner Road",
    "Magpie Lane",
    "Rook Street",
    "Fieldfare Avenue",
    "Dunnock Close",
    "Heron Road",
    "Otter Lane",
    "Badger's Close",
    "Juniper Street",
    "Rowan Road",
    "Medlar Avenue",
    "Quince Lane",
    "Damson Close",
];

const fn town(
    name: &'static str,
    area: &'static str,
    first_district: usize,
    share: u32,
    latitude: i32,
    longitude: i32,
) -> Town {
    Town { name, area, first_district, share, latitude, longitude }
}

impl Town {
    /// Hundred-thousandths of a degree north and east.
    pub(crate) fn centre(&self) -> (i32, i32) {
        (self.latitude * 100, self.longitude * 100)
    }
}

/// A house on the invented coast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    town: usize,
    street: usize,
    house: usize,
}

impl Address {
    /// The house with this number in a street and town of the lists.
    pub(crate) const fn new(town: usize, street: usize, house: usize) -> Self {
        Self { town, street, house }
    }

    /// Some house, in a town drawn by its share of the people.
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let towns: Vec<(usize, u32)> = TOWNS.iter().map(|town| town.share).enumerate().collect();
        let town = dice.weighted(&towns);
        Self::new(town, dice.below(STREETS.len()), 1 + dice.below(118))
    }

    pub(crate) fn town(&self) -> &'static Town {
        &TOWNS[self.town % TOWNS.len()]
    }

    /// House number and street, in full.
    pub(crate) fn street(&self) -> String {
        format!("{} {}", self.house, STREETS[self.street % STREETS.len()])
    }

    /// Hundred-thousandths of a degree north and east, about a metre each.
    pub(crate) fn position(&self) -> (i32, i32) {
        let (north, east) = self.town().centre();
        let spread = |salt: usize| (self.street * salt + self.house * 7) % 1600;
        let metres = |salt| i32::try_from(spread(salt)).unwrap_or_default() - 800;
        (north + metres(211), east + metres(397))
    }

    /// The same for all houses of a stretch of street, as with real postcodes.
    pub(crate) fn postcode(&self) -> String {
        let town = self.town();
        let district = town.first_district + self.street % 3;
        let block = self.street * 5 + self.house / 24;
        let count = INWARD_LETTERS.len();
        let (first, second) =
            (INWARD_LETTERS[block / count % count], INWARD_LETTERS[block % count]);
        format!("{}{district} {}{first}{second}", town.area, 1 + self.street % 9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_postcode_and_towns_do_not() {
        assert_eq!(Address::new(0, 1, 5).postcode(), Address::new(0, 1, 7).postcode());
        assert_ne!(Address::new(0, 1, 5).postcode(), Address::new(4, 1, 5).postcode());
    }

    #[test]
    fn a_hundred_of_a_hundred_live_somewhere() {
        assert_eq!(TOWNS.iter().map(|town| town.share).sum::<u32>(), 100);
    }
}
