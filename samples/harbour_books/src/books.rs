//! The stock: ten genres of ten titles, each with one price.

use crate::dice::Dice;

/// A genre and its titles; none of the books exists.
pub(crate) struct Genre {
    pub(crate) name: &'static str,
    titles: [&'static str; 10],
    /// Chances of being someone's favourite when under 35, under 60, and older.
    liking: [u32; 3],
}

pub(crate) const GENRES: [Genre; 10] = [
    Genre {
        name: "crime",
        titles: [
            "The Ferryman's Alibi",
            "Low Water at Wrackley",
            "A Body in the Bindery",
            "The Ninth Lock",
            "Salt on the Sill",
            "The Quiet Coroner",
            "Murder by Signal Lamp",
            "The Last Tide Table",
            "Nobody's Lodger",
            "The Chandler's Knot",
        ],
        liking: [12, 18, 22],
    },
    Genre {
        name: "fiction",
        titles: [
            "The Orchard We Sold",
            "Letters to a Lighthouse",
            "All the Slow Rivers",
            "A House Without Clocks",
            "The Year of Rain",
            "Small Harbours",
            "What the Gulls Saw",
            "An Ordinary Eclipse",
            "The Second Sister",
            "Half of Summer",
        ],
        liking: [16, 18, 16],
    },
    Genre {
        name: "history",
        titles: [
            "Rope, Tar and Empire",
            "The Herring Wars",
            "A Short History of Fog",
            "The Smugglers' Parliament",
            "Queens of the Narrow Sea",
            "The Weavers' Strike",
            "Roads the Romans Missed",
            "The Plague Ledger",
            "Ships of Oak",
            "The Lost Assizes",
        ],
        liking: [5, 11, 18],
    },
    Genre {
        name: "poetry",
        titles: [
            "Marram",
            "Poems for a Wet Sunday",
            "The Heron's Patience",
            "Nine Kinds of Grey",
            "Tidelines",
            "Small Hours, Large Sky",
            "Windfall",
            "A Grammar of Gulls",
            "The Kettle Sings",
            "Unposted",
        ],
        liking: [7, 4, 5],
    },
    Genre {
        name: "children",
        titles: [
            "Otter's First Umbrella",
            "The Dragon Who Alphabetised",
            "Pip and the Paper Boat",
            "Goodnight, Lighthouse",
            "The Very Slow Snail Race",
            "Captain Crumb",
            "Where Do Tides Sleep?",
            "Badger's Bus",
            "The Moon Next Door",
            "Ten Little Tugboats",
        ],
        liking: [12, 16, 5],
    },
    Genre {
        name: "gardening",
        titles: [
            "The Salt-Wind Garden",
            "Pruning Without Fear",
            "A Year in the Potting Shed",
            "Beans and Bravery",
            "The Hedge Book",
            "Roses by the Sea",
            "Compost, a Love Story",
            "The Small Greenhouse",
            "Herbs for Idle Gardeners",
            "Winter Colour",
        ],
        liking: [2, 7, 14],
    },
    Genre {
        name: "cookery",
        titles: [
            "Suppers by the Quay",
            "One Pan, Many Fish",
            "The Bread Year",
            "Pies of the Coast",
            "Vegetables First",
            "The Jam Cupboard",
            "Soup Is the Answer",
            "Baking in the Rain",
            "Curry on a Weeknight",
            "The Picnic Hamper",
        ],
        liking: [9, 11, 8],
    },
    Genre {
        name: "travel",
        titles: [
            "By Slow Train to Nowhere",
            "The Island Timetable",
            "Walking the Invented Coast",
            "Nine Ferries",
            "A Tent in the North",
            "The Border Cafes",
            "Rivers by Bicycle",
            "The Map Was Wrong",
            "Winter in the Lagoon",
            "Roads to the Salt",
        ],
        liking: [8, 6, 7],
    },
    Genre {
        name: "science",
        titles: [
            "How Tides Think",
            "The Curious Barnacle",
            "Weather in a Jar",
            "Counting Starlings",
            "The Physics of Tea",
            "Bones of the Cliff",
            "A Field Guide to Noise",
            "The Clever Octopus",
            "Small Numbers, Big Lies",
            "Under the Ice",
        ],
        liking: [11, 6, 4],
    },
    Genre {
        name: "fantasy",
        titles: [
            "The Cartographer of Ash",
            "Crown of Kelp",
            "The Bellfounder's Oath",
            "A Winter of Wolves and Glass",
            "The Seventh Harbour",
            "Daughters of the Fog",
            "The Lamplighter's War",
            "Thornroad",
            "The Salt Witch",
            "Kingdom of Moths",
        ],
        liking: [18, 3, 1],
    },
];

/// One book of the stock.
pub(crate) struct Book {
    pub(crate) genre: &'static str,
    pub(crate) title: &'static str,
    pub(crate) pence: u32,
}

/// The favourite genre of someone of this age, as a place in [`GENRES`].
pub(crate) fn favourite(dice: &mut Dice, age: i16) -> usize {
    let band = usize::from(age >= 35) + usize::from(age >= 60);
    let likings: Vec<(usize, u32)> =
        GENRES.iter().map(|genre| genre.liking[band]).enumerate().collect();
    dice.weighted(&likings)
}

/// A book, more often than not of the favourite genre.
pub(crate) fn choose(dice: &mut Dice, favourite: usize) -> Book {
    let genre = if dice.chance(580) { favourite } else { dice.below(GENRES.len()) };
    let shelf = &GENRES[genre];
    let place = dice.below(shelf.titles.len());
    Book { genre: shelf.name, title: shelf.titles[place], pence: pence(genre, place) }
}

/// Pounds and pence as decimal text with two places.
pub(crate) fn decimal(pence: u32) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}

fn pence(genre: usize, place: usize) -> u32 {
    const SHELF_PRICES: [u32; 9] = [499, 699, 799, 899, 999, 1099, 1299, 1699, 2250];
    SHELF_PRICES[(genre * 3 + place * 7) % SHELF_PRICES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_have_two_places() {
        assert_eq!(decimal(2250), "22.50");
        assert_eq!(decimal(1205), "12.05");
    }

    #[test]
    fn likings_add_to_a_hundred_in_each_band() {
        for band in 0..3 {
            assert_eq!(GENRES.iter().map(|genre| genre.liking[band]).sum::<u32>(), 100);
        }
    }
}
