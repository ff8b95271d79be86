//! A data category and its part: what a column means.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The key of a data category in the vocabulary, such as `contact.email`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CategoryKey(pub String);

impl fmt::Display for CategoryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing that can be known about a person: a category and, where it has several, the part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Attribute {
    /// The category it belongs to.
    pub category: CategoryKey,
    /// The part within the category, such as `given` of `identity.name`.
    pub part: Option<String>,
}

/// Parts whose column has a customary name of its own.
const CUSTOMARY: [(&str, &str, &str); 4] = [
    ("identity.name", "given", "given_name"),
    ("identity.name", "family", "family_name"),
    ("identity.name", "full", "full_name"),
    ("demo.birthdate", "", "birth_date"),
];

impl Attribute {
    /// An attribute of `category`, or of one `part` of it.
    pub fn new(category: &str, part: Option<&str>) -> Self {
        Self { category: CategoryKey(category.to_owned()), part: part.map(str::to_owned) }
    }

    /// The name of its column in SQL: the customary one, else the part, else the category's tail.
    pub fn column(&self) -> &str {
        let part = self.part.as_deref().unwrap_or("");
        let customary =
            CUSTOMARY.iter().find(|(category, p, _)| *category == self.category.0 && *p == part);
        match (customary, part) {
            (Some((_, _, column)), _) => column,
            (None, "") => self.category.0.rsplit('.').next().unwrap_or(&self.category.0),
            (None, part) => part,
        }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Some(part) => write!(f, "{}.{part}", self.category),
            None => self.category.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_is_customary_then_part_then_tail_of_the_category() {
        assert_eq!(Attribute::new("identity.name", Some("given")).column(), "given_name");
        assert_eq!(Attribute::new("contact.address", Some("city")).column(), "city");
        assert_eq!(Attribute::new("contact.email", None).column(), "email");
        assert_eq!(Attribute::new("demo.birthdate", None).column(), "birth_date");
    }
}
