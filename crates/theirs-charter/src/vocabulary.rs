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
}
