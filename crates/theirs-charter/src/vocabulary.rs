//! The data categories and purposes that a charter may name.
//!
//! The tables in `vocabulary/` are part of the binary; their terms come from DPV and fideslang.

use std::sync::LazyLock;

/// A kind of personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its key, such as `contact.email`.
    pub key: String,
    /// What clients read, such as "Your email address".
    pub label: String,
    /// Its term in the Data Privacy Vocabulary.
    pub dpv: String,
    /// Its key in fideslang, where there is one.
    pub fideslang: String,
    /// From 0 (harmless) to 4 (refused unless argued).
    pub tier: u8,
    /// The law that protects it specially, if any.
    pub special: Option<String>,
}

/// A reason to use data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurposeTerm {
    /// Its key, such as `marketing.offer`.
    pub key: String,
    /// What clients read, such as "Give you personal offers or benefits".
    pub label: String,
    /// Its term in the Data Privacy Vocabulary.
    pub dpv: String,
    /// Its key in fideslang, where there is one.
    pub fideslang: String,
    /// The legal basis it usually rests on.
    pub usual_basis: String,
}

static CATEGORIES: LazyLock<Vec<Category>> = LazyLock::new(|| {
    rows(include_str!("../vocabulary/categories.csv"))
        .map(|f| Category {
            key: f[0].clone(),
            label: f[1].clone(),
            dpv: f[2].clone(),
            fideslang: f[3].clone(),
            tier: f[4].parse().unwrap_or(4),
            special: Some(f[5].clone()).filter(|s| !s.is_empty()),
        })
        .collect()
});

static PURPOSES: LazyLock<Vec<PurposeTerm>> = LazyLock::new(|| {
    rows(include_str!("../vocabulary/purposes.csv"))
        .map(|f| PurposeTerm {
            key: f[0].clone(),
            label: f[1].clone(),
            dpv: f[2].clone(),
            fideslang: f[3].clone(),
            usual_basis: f[4].clone(),
        })
        .collect()
});

/// All data categories.
pub fn categories() -> &'static [Category] {
    &CATEGORIES
}

/// All purposes of the vocabulary.
pub fn purposes() -> &'static [PurposeTerm] {
    &PURPOSES
}

/// The category with this key.
pub fn category(key: &str) -> Option<&'static Category> {
    CATEGORIES.iter().find(|category| category.key == key)
}

/// The purpose of the vocabulary with this key.
pub fn purpose_term(key: &str) -> Option<&'static PurposeTerm> {
    PURPOSES.iter().find(|purpose| purpose.key == key)
}

/// The name among `known` that `given` was probably meant to be, if one is near.
///
/// At most a third of its letters may be wrong, and of a short name one. If none is near, it is the
/// only name that begins so.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 100;
    const SHORTEST_BEGINNING: usize = 3;
    let length = given.chars().take(LONGEST + 1).count();
    let known: Vec<&str> = known.into_iter().collect();
    let near = known
        .iter()
        .copied()
        .filter(|_| length > 1 && length <= LONGEST)
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .filter(|(distance, name)| *distance <= 1.max(length.min(name.chars().count()) / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name);
    let mut begun = known.iter().copied().filter(|name| name.starts_with(given));
    match (near, begun.next(), begun.next()) {
        (None, Some(only), None) if length >= SHORTEST_BEGINNING => Some(only),
        _ => near,
    }
}

fn rows(csv: &'static str) -> impl Iterator<Item = Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv.as_bytes());
    let rows: Vec<Vec<String>> = reader
        .records()
        .filter_map(Result::ok)
        .map(|row| row.iter().map(str::to_owned).collect())
        .collect();
    rows.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vocabulary_is_whole() {
        assert_eq!(categories().len(), 43);
        assert_eq!(purposes().len(), 19);
        assert!(categories().iter().all(|c| c.dpv.starts_with("pd:") && c.tier <= 4));
    }

    #[test]
    fn nearest_name_is_found_and_far_names_are_not() {
        let known = || categories().iter().map(|c| c.key.as_str());
        assert_eq!(nearest("contact.emial", known()), Some("contact.email"));
        assert_eq!(nearest("zzzzzzzzzzzzzzzz", known()), None);
        assert_eq!(nearest("contact.email".repeat(9).as_str(), known()), None);
    }

    #[test]
    fn beginning_of_one_name_only_is_that_name() {
        let known = ["transactions", "products", "promotions"];
        assert_eq!(nearest("trans", known), Some("transactions"));
        assert_eq!(nearest("pro", known), None);
        assert_eq!(nearest("tr", known), None);
    }

    #[test]
    fn short_name_is_near_only_if_one_letter_is_wrong() {
        assert_eq!(nearest("crn", ["orders", "crm"]), Some("crm"));
        assert_eq!(nearest("cry", ["orders", "web"]), None);
        assert_eq!(nearest("a", ["b"]), None);
        assert_eq!(nearest("", ["a"]), None);
    }
}
