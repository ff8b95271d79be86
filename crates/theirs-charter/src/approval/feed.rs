//! Which columns of sources feed what a purpose sees and did not in the first charter.
//!
//! Which column stands under a name is all that tells a town from a telephone number: whoever may write
//! that down could otherwise put any column there, or what was bought under another name. A column
//! that feeds it no more is less. The file of a source does not count: whoever may lay another there needs no charter
//! for it.

use std::collections::BTreeSet;

use crate::charter::{Charter, Feeder, Purpose};

/// A column that feeds what a purpose sees, whatever became of its charter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Feed {
    fed: String,
    source: String,
    column: String,
}

impl From<Feeder<'_>> for Feed {
    fn from(feeder: Feeder<'_>) -> Self {
        let Feeder { fed, source, column } = feeder;
        Self { fed, source: source.name.clone(), column: column.to_owned() }
    }
}

impl Feed {
    /// All that it is: what it feeds, and where it stands.
    pub(super) fn parts(&self) -> [String; 3] {
        [self.fed.clone(), self.source.clone(), self.column.clone()]
    }
}

/// The columns that feed what a purpose sees; the purpose may be one of another version.
pub(super) fn feeds(charter: &Charter, purpose: &Purpose) -> BTreeSet<Feed> {
    charter.feeders(purpose).into_iter().map(Feed::from).collect()
}

/// Those that did not feed it in the first charter.
pub(super) fn more_feeds(first: &Charter, charter: &Charter, purpose: &Purpose) -> BTreeSet<Feed> {
    let before = feeds(first, purpose);
    feeds(charter, purpose).into_iter().filter(|feed| !before.contains(feed)).collect()
}

/// The same in words, each.
pub(super) fn fed(
    first: &Charter,
    charter: &Charter,
    purpose: &Purpose,
) -> impl Iterator<Item = String> {
    let before = feeds(first, purpose);
    let more = more_feeds(first, charter, purpose).into_iter();
    more.map(move |Feed { fed, source, column }| {
        let also = if before.iter().any(|known| known.fed == fed) { "also " } else { "" };
        format!("{fed} is {also}taken from {column} of {source}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests::{SMALL, small};

    fn told(right: &str, wrong: &str) -> Vec<String> {
        assert!(SMALL.contains(right), "the small charter has no {right}");
        let next = Charter::read("charter.yaml", &SMALL.replacen(right, wrong, 1));
        let (first, next) = (small(), next.unwrap_or_else(|problems| panic!("{problems}")));
        let card = next.purpose("card").expect("it is there");
        fed(&first, &next, card).collect()
    }

    #[test]
    fn a_column_that_is_taken_from_another_is_named_with_both() {
        let city = "city: contact.address.city";
        assert_eq!(
            told(city, "phone: contact.address.city"),
            ["city is also taken from phone of crm"]
        );
        let both = format!("{city}\n      phone: contact.address.city");
        assert_eq!(told(city, &both), ["city is also taken from phone of crm"]);
    }

    #[test]
    fn one_more_source_is_named_unless_it_is_outside_or_feeds_nothing_that_is_seen() {
        let more = |kind: &str, category: &str| {
            format!(
                "sources:\n  panel:\n    kind: {kind}\n    acquired: You told us.\n    file: panel.csv\n    holds: identity\n    key: ref\n    columns: {{ town: {category} }}\n"
            )
        };
        let inside = more("internal", "contact.address.city");
        assert_eq!(told("sources:\n", &inside), ["city is also taken from town of panel"]);
        assert!(told("sources:\n", &more("broker", "contact.address.city")).is_empty());
        assert!(told("sources:\n", &more("internal", "contact.email")).is_empty());
    }
}
