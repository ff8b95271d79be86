//! Words that only some columns hold: kinds of marriage, faiths, parties, illnesses.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{Found, Profile, of_values};
use crate::lexicon::{Meaning, WORDS, Words};

/// Words of illness and cure, as they stand within texts.
static HEALTH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = WORDS.iter().find(|words| !words.is_whole)?;
    let forms = words.known.iter().flat_map(|word| [format!(" {word} "), format!(" {word}s ")]);
    AhoCorasick::new(forms).ok()
});

/// Whether a plain text has a word of illness or cure in it.
pub(super) fn tells_health(plain: &str) -> bool {
    HEALTH.as_ref().is_some_and(|words| words.is_match(&format!(" {plain} ")))
}

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    for words in WORDS.iter().filter(|words| words.is_whole) {
        whole(profile, words, found);
    }
    let health = share(profile, tells_health);
    let tongue = share(profile, is_language);
    if tongue >= 0.9 && (3..=40).contains(&profile.different()) {
        found.see("demo.language", 0.55, "its values name languages".to_owned());
    }
    let locales = profile.share(is_locale);
    if locales >= 0.9 {
        found.see("demo.language", 0.75, "its values are a language with a country".to_owned());
    }
    if health >= 0.1 && profile.share(|value| value.split_whitespace().count() >= 5) < 0.5 {
        let why = format!("{} have words of illness or cure", of_values(health));
        found.see("sensitive.health", 0.5 + 0.45 * health.min(1.0), why);
    }
}

fn share(profile: &Profile<'_>, holds: impl Fn(&str) -> bool) -> f64 {
    let plain: Vec<&str> = profile.plain.iter().map(String::as_str).collect();
    crate::kind::share(&plain, &holds)
}

/// Words of which a column has few, each of them known.
fn whole(profile: &Profile<'_>, words: &Words, found: &mut Found) {
    const VAGUE: &[&str] = &["unknown", "other", "none", "not stated", "u", "x", "autre"];
    let share = share(profile, |plain| words.known.contains(plain));
    let mut telling: Vec<&str> = profile
        .plain
        .iter()
        .map(String::as_str)
        .filter(|plain| words.known.contains(*plain) && !VAGUE.contains(plain))
        .collect();
    let count = telling.len();
    telling.sort_unstable();
    telling.dedup();
    if share < words.share || telling.len() < 2 || count * 2 < profile.plain.len() {
        return;
    }
    let Some(Meaning { category, part }) = Meaning::of(words.meaning) else { return };
    let what = what(category, part);
    // Single letters can stand for anything.
    let letters = telling.iter().all(|word| word.len() < 3);
    let weight = if letters { 0.6 } else { 0.88 };
    found.see(words.meaning, weight * share, format!("{} are {what}", of_values(share)));
}

fn what(category: &str, part: Option<&str>) -> &'static str {
    match (category, part) {
        ("demo.gender", _) => "words for sex or gender",
        ("identity.name", _) => "forms of address",
        ("household.composition", Some("marital_status")) => "kinds of marriage",
        ("household.composition", _) => "words for who lives together, and how",
        ("sensitive.religion", _) => "names of faiths",
        ("sensitive.ethnicity", _) => "names of ethnic groups",
        ("sensitive.politics", _) => "political parties or leanings",
        ("sensitive.sexuality", _) => "words for sexual orientation",
        ("sensitive.health", _) => "blood groups",
        ("inferred.lifeevent", _) => "turns of people's lives",
        ("demo.age_range", _) => "ranges of age",
        ("payment.instrument", _) => "brands of cards",
        ("work.employer", _) => "occupations",
        ("preference.consent", _) => "words of agreeing and refusing",
        _ => "words that point to it",
    }
}

fn is_language(plain: &str) -> bool {
    const NAMES: &[&str] = &[
        "en",
        "fr",
        "de",
        "es",
        "it",
        "pt",
        "nl",
        "pl",
        "sv",
        "da",
        "no",
        "fi",
        "ru",
        "ja",
        "zh",
        "ar",
        "tr",
        "cs",
        "hu",
        "ro",
        "el",
        "he",
        "ko",
        "uk",
        "cy",
        "ga",
        "ca",
        "eu",
        "gl",
        "eng",
        "fra",
        "deu",
        "spa",
        "ita",
        "english",
        "french",
        "german",
        "spanish",
        "italian",
        "welsh",
        "portuguese",
        "dutch",
        "polish",
        "mandarin",
        "japanese",
        "chinese",
        "arabic",
        "francais",
        "allemand",
        "anglais",
        "espagnol",
        "deutsch",
        "englisch",
        "franzosisch",
        "spanisch",
        "espanol",
        "ingles",
        "frances",
        "aleman",
        "castellano",
        "turkish",
        "russian",
        "hindi",
    ];
    NAMES.contains(&plain)
}

fn is_locale(value: &str) -> bool {
    let bytes = value.as_bytes();
    matches!(bytes, [a, b, b'-' | b'_', c, d] if a.is_ascii_lowercase() && b.is_ascii_lowercase()
        && c.is_ascii_uppercase() && d.is_ascii_uppercase())
}
