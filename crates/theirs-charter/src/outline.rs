//! Where an entry of a charter stands in its text, for whoever wants to point at it.
//!
//! The types keep few places, since most are of no use once the charter is read. Whoever needs them
//! reads the text again; the price is a second pass over at most a mebibyte.

use crate::charter::Charter;
use crate::text::{Node, Place, Tree, parse};

/// The text of a charter as a tree of names with their places.
pub struct Outline(Option<Node>);

impl Charter {
    /// The places of its entries.
    pub fn outline(&self) -> Outline {
        Outline(parse(&self.text).ok())
    }
}

impl Outline {
    /// Where the name stands to which these lead from the top: `["purposes", "birthday_offer"]`.
    pub fn place(&self, path: &[&str]) -> Option<Place> {
        let mut node = self.0.as_ref()?;
        let mut place = None;
        for name in path {
            let Tree::Map(entries) = &node.tree else { return None };
            let (key, value) = entries.iter().find(|(key, _)| key.text == *name)?;
            place = Some(key.place);
            node = value;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use crate::read::tests::small;

    #[test]
    fn an_entry_is_found_by_the_names_that_lead_to_it() {
        let charter = small();
        let outline = charter.outline();
        let purpose = &charter.purposes[0].name;
        let place = outline.place(&["purposes", purpose]).expect("it stands in the text");
        let line = charter.text.lines().nth(place.line - 1).expect("the text has that line");
        assert_eq!(line.trim_start(), format!("{purpose}:"));
        assert_eq!(outline.place(&["purposes", "nothing of the kind"]), None);
        assert_eq!(outline.place(&["purposes", purpose, "says", "deeper"]), None);
    }
}
