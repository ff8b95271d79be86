//! The words that give columns away, as tables that are part of the binary.
//!
//! Six tables: names of columns, beginnings and shortenings of words, words beside them that change
//! what they say, words that say what a table is of, words that stand in values, and common names of
//! people. All were written for this crate; they are short on purpose, so that one can read them, and
//! a column they miss is told by its values or not at all.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use deunicode::deunicode;
use theirs_charter::category;

/// A data category, and the part of it where it has several.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Meaning {
    /// Its key in the vocabulary, such as `identity.name`.
    pub category: &'static str,
    /// The part, such as `given`.
    pub part: Option<&'static str>,
}

impl Meaning {
    /// Reads `identity.name.given` as a category and its part; none for a word that is no category.
    pub fn of(text: &'static str) -> Option<Self> {
        if let Some(known) = category(text) {
            return Some(Self { category: &known.key, part: None });
        }
        let (head, part) = text.rsplit_once('.')?;
        category(head).map(|known| Self { category: &known.key, part: Some(part) })
    }
}

/// What the words of a column's name say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    /// The category and part as they stand in the table; a dash for nothing about a person.
    pub(crate) meaning: &'static str,
    /// From 1 (a hint) to 3 (plain).
    pub(crate) strength: u8,
}

/// Words that values are made of.
pub(crate) struct Words {
    /// The category and part that they point to.
    pub(crate) meaning: &'static str,
    /// Whether a value is one of them, or holds one of them.
    pub(crate) is_whole: bool,
    /// The least share of values, from 0 to 1.
    pub(crate) share: f64,
    /// The words, plain.
    pub(crate) known: HashSet<String>,
}

fn rows(csv: &'static str) -> Vec<Vec<&'static str>> {
    let lines = csv.lines().skip(1).filter(|line| !line.is_empty());
    lines.map(|line| line.split(',').collect()).collect()
}

/// By the words of a name, what they say. Names are at most four words long.
pub(crate) static NAMES: LazyLock<HashMap<Vec<String>, Said>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for row in rows(include_str!("../lexicon/names.csv")) {
        let [meaning, strength, list] = row[..] else { continue };
        let said = Said { meaning, strength: strength.parse().unwrap_or(1) };
        for name in list.split(';') {
            names.entry(name.split(' ').map(str::to_owned).collect()).or_insert(said);
        }
    }
    names
});

/// Beginnings of words that are never by the way, and words that are often shortened, by what they say.
pub(crate) struct Stems {
    /// The category.
    pub(crate) meaning: &'static str,
    /// How such words begin.
    pub(crate) begin: Vec<&'static str>,
    /// Words, each without its vowels and double letters.
    pub(crate) bare: Vec<String>,
}

/// What shortened words say.
pub(crate) static STEMS: LazyLock<Vec<Stems>> = LazyLock::new(|| {
    let row = |row: Vec<&'static str>| {
        let [meaning, begin, words] = row[..] else { return None };
        let begin = begin.split(';').collect();
        Some(Stems { meaning, begin, bare: words.split(';').map(bare).collect() })
    };
    rows(include_str!("../lexicon/stems.csv")).into_iter().filter_map(row).collect()
});

/// A word without its vowels, but for the first letter, and without double letters.
pub(crate) fn bare(word: &str) -> String {
    let mut bare = String::new();
    for letter in word.chars() {
        let is_vowel = "aeiouy".contains(letter);
        if bare.is_empty() || (!is_vowel && !bare.ends_with(letter)) {
            bare.push(letter);
        }
    }
    bare
}

/// Every single word that stands in a name, by which words run together are told apart.
pub(crate) static VOCABULARY: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let of_tables = TABLES.iter().flat_map(|(_, words)| words.iter().flatten().cloned());
    let particles = PARTICLES.values().flatten().map(|word| (*word).to_owned());
    NAMES.keys().flatten().cloned().chain(of_tables).chain(particles).collect()
});

/// Words that change what others say, by what they do.
static PARTICLES: LazyLock<HashMap<&'static str, HashSet<&'static str>>> = LazyLock::new(|| {
    let rows = rows(include_str!("../lexicon/particles.csv")).into_iter();
    rows.filter_map(|row| Some((row[0], row.get(1)?.split(';').collect()))).collect()
});

/// Whether a word does this to others.
pub(crate) fn is_particle(kind: &str, word: &str) -> bool {
    PARTICLES.get(kind).is_some_and(|words| words.contains(word))
}

/// What a table is of, and the names that say so, each in its words.
type Naming = (&'static str, HashSet<Vec<String>>);

/// What tables are of, and the words that say so.
pub(crate) static TABLES: LazyLock<Vec<Naming>> = LazyLock::new(|| {
    let row = |row: Vec<&'static str>| {
        let words = row.get(1)?.split(';');
        Some((row[0], words.map(|w| w.split(' ').map(str::to_owned).collect()).collect()))
    };
    rows(include_str!("../lexicon/tables.csv")).into_iter().filter_map(row).collect()
});

/// Words of values.
pub(crate) static WORDS: LazyLock<Vec<Words>> = LazyLock::new(|| {
    let row = |row: Vec<&'static str>| {
        let [meaning, place, share, list] = row[..] else { return None };
        let share = share.parse::<f64>().unwrap_or(100.0) / 100.0;
        let known = list.split(';').map(str::to_owned).collect();
        Some(Words { meaning, is_whole: place == "whole", share, known })
    };
    rows(include_str!("../lexicon/words.csv")).into_iter().filter_map(row).collect()
});

/// Common given names and family names.
pub(crate) static PEOPLE: LazyLock<(HashSet<String>, HashSet<String>)> = LazyLock::new(|| {
    let list = |kind: &str| -> HashSet<String> {
        let rows = rows(include_str!("../lexicon/people.csv"));
        let of_kind = rows.into_iter().filter(|row| row[0] == kind);
        of_kind.flat_map(|row| row[1].split(';').map(str::to_owned)).collect()
    };
    (list("given"), list("family"))
});

/// A value in small letters without accents, its words set apart by single spaces. A plus stays: it
/// is part of `65+`.
pub(crate) fn plain(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    for letter in deunicode(value).chars() {
        if letter.is_ascii_alphanumeric() || letter == '+' {
            plain.push(letter.to_ascii_lowercase());
        } else if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::words_of;

    #[test]
    fn every_line_of_every_table_names_a_category() {
        for said in NAMES.values().filter(|said| said.meaning != "-") {
            assert!(Meaning::of(said.meaning).is_some(), "{}", said.meaning);
        }
        assert!(WORDS.iter().all(|words| Meaning::of(words.meaning).is_some()));
        assert_eq!((WORDS.len(), TABLES.len()), (15, 8));
        assert!(NAMES.len() > 1_500 && PEOPLE.0.len() > 300, "{}", NAMES.len());
    }

    #[test]
    fn every_category_of_the_vocabulary_can_be_found_by_name() {
        let named: HashSet<_> =
            NAMES.values().filter_map(|s| Meaning::of(s.meaning)).map(|m| m.category).collect();
        let missing: Vec<_> = theirs_charter::categories()
            .iter()
            .filter(|category| !named.contains(category.key.as_str()))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn words_stand_in_the_tables_as_they_are_compared() {
        for words in NAMES.keys() {
            assert_eq!(words_of(&words.join(" ")), *words, "{words:?}");
        }
    }
}
