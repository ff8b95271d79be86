//! What a column's name says of it.
//!
//! A name is taken apart into plain words (`dateNaissance`, `DATE_NAISSANCE` and `date naissance`
//! are the same), and the longest known runs of words are looked for. Words run together
//! (`lastname`) are told apart by the words that are known. The price of words over letters: an
//! abbreviation that nobody wrote down says nothing, unless it begins as a word does that is never
//! by the way, or is one without its vowels.

use deunicode::deunicode_char;

use crate::lexicon::{Meaning, NAMES, STEMS, Said, VOCABULARY, bare, is_particle};

/// The most words that a known name has.
const LONGEST_WORDS: usize = 4;

/// What one run of words in a name says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hint {
    /// What it means; none where the words say that it is nothing about a person.
    pub(crate) meaning: Option<Meaning>,
    /// How plainly, from 0 to 1.
    pub(crate) weight: f64,
    /// The words.
    pub(crate) words: String,
}

/// What a name says, the plainest first.
pub(crate) fn hints(name: &str) -> Vec<Hint> {
    let words = tokens(name);
    let mut runs = runs(&words);
    // A run within a longer one says nothing of its own.
    let all = runs.clone();
    runs.retain(|run| {
        !all.iter().any(|other| {
            other.len() > run.len() && other.start <= run.start && run.end() <= other.end()
        })
    });
    runs.retain(|run| speaks(run, &words));
    // A word such as "type" says that a column is nobody's only where nothing else is said.
    let says_more = runs.iter().any(|run| run.said.meaning != "-");
    runs.retain(|run| run.said.meaning != "-" || run.len() > 1 || !says_more);
    runs.sort_by_key(|run| std::cmp::Reverse((run.len(), run.said.strength, run.start)));
    let mut hints: Vec<Hint> = runs.iter().map(|run| run.hint(&words, &runs)).collect();
    if hints.iter().all(|hint| hint.weight < 0.6 && hint.meaning.is_some()) {
        hints.splice(0..0, key_of(&words));
    }
    if hints.iter().all(|hint| hint.weight < SHORTENED) {
        hints.splice(0..0, words.iter().find_map(|word| shortened(word)));
    }
    hints
}

/// How plainly a word speaks that was shortened.
const SHORTENED: f64 = 0.62;

/// A word that is in no list and begins as one does that is never by the way (`ethnos`, `diag`), or that
/// was written without its vowels (`dgns`, `cncr`).
fn shortened(word: &str) -> Option<Hint> {
    const SHORTEST: usize = 4;
    if word.len() < SHORTEST || VOCABULARY.contains(word) || is_number(word) {
        return None;
    }
    let consonants = bare(word);
    let vowels = word.chars().skip(1).filter(|letter| "aeiouy".contains(*letter)).count();
    let is_bare = |whole: &String| {
        let is_short = vowels <= 1 && consonants.len() >= SHORTEST;
        is_short && whole.len() > SHORTEST - 1 && whole.starts_with(&consonants)
    };
    let said = STEMS.iter().find(|stems| {
        stems.begin.iter().any(|begin| word.starts_with(begin)) || stems.bare.iter().any(is_bare)
    })?;
    Some(Hint { meaning: Meaning::of(said.meaning), weight: SHORTENED, words: word.to_owned() })
}

/// Whether a run says something where it stands: `default` only alone, `ip` only at the end.
fn speaks(run: &Run, words: &[String]) -> bool {
    if run.len() > 1 {
        return true;
    }
    let word = words[run.start].as_str();
    let others = |at: &usize| *at != run.start && !is_number(&words[*at]);
    let is_whose = |word: &str| is_particle("silent", word) || is_particle("person", word);
    let is_alone = (0..words.len()).filter(others).all(|at| is_whose(&words[at]));
    let is_last = (run.end()..words.len())
        .filter(others)
        .all(|at| ["silent", "turning", "key"].iter().any(|kind| is_particle(kind, &words[at])));
    if is_particle("alone", word) {
        let only = (0..words.len()).filter(others).count();
        return only == 0 || is_alone && !is_particle("silent", word);
    }
    is_last || !is_particle("last", word)
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number of a person or of a purchase, whatever the words for it are: `pupil ref`, `id parent`.
fn key_of(words: &[String]) -> Option<Hint> {
    let telling: Vec<&String> = words.iter().filter(|word| !is_number(word)).collect();
    let (last, before) = telling.split_last()?;
    let (key, of) = match before.split_first() {
        Some((first, [])) if is_particle("key", first) => (*first, *last),
        Some(_) => (*last, *before.last()?),
        None => return None,
    };
    let is_of = |kind: &str| {
        is_particle(kind, of) || of.strip_suffix('s').is_some_and(|one| is_particle(kind, one))
    };
    let (category, weight) = match (is_particle("key", key), is_of("person"), is_of("purchase")) {
        (true, true, _) => ("id.customer", 0.8),
        (true, _, true) => ("purchase.history", 0.66),
        _ => return None,
    };
    let words = words.join(" ");
    Some(Hint { meaning: Meaning::of(category), weight, words })
}

#[derive(Clone)]
struct Run {
    start: usize,
    length: usize,
    said: Said,
}

impl Run {
    fn len(&self) -> usize {
        self.length
    }

    fn end(&self) -> usize {
        self.start + self.length
    }

    fn hint(&self, words: &[String], runs: &[Self]) -> Hint {
        let base: f64 = match self.said.strength {
            3 => 0.88,
            2 => 0.66,
            _ => 0.45,
        };
        let covered = |at: usize| runs.iter().any(|run| run.start <= at && at < run.end());
        let is_left = |at: &usize| {
            !covered(*at) && !is_number(&words[*at]) && !is_particle("silent", &words[*at])
        };
        let left = (0..words.len()).filter(is_left).count();
        let meaning = Meaning::of(self.said.meaning);
        // "Has children" and "is subscribed" say what the words beside them say.
        let flags = ["preference.", "household.", "sensitive.", "inferred.", "profile.", "gov."];
        let may_flag = meaning
            .as_ref()
            .is_some_and(|m| flags.iter().any(|family| m.category.starts_with(family)));
        let turns = |word: &str| {
            is_particle("turning", word) && !(may_flag && is_particle("flagging", word))
        };
        let outside = |at: &usize| *at < self.start || *at >= self.end();
        let is_turned = (0..words.len()).filter(outside).any(|at| turns(&words[at]));
        let turned = if is_turned { 0.35 } else { 1.0 };
        let weight = base * 0.88_f64.powi(i32::try_from(left).unwrap_or(9)) * turned;
        Hint { meaning, weight, words: words[self.range()].join(" ") }
    }

    fn range(&self) -> std::ops::Range<usize> {
        self.start..self.end()
    }
}

/// Every known run of words.
fn runs(words: &[String]) -> Vec<Run> {
    let mut runs = Vec::new();
    for start in 0..words.len() {
        for length in 1..=LONGEST_WORDS.min(words.len() - start) {
            if let Some(said) = known(&words[start..start + length]) {
                runs.push(Run { start, length, said });
            }
        }
    }
    runs
}

/// What these words say, the last of them in the plural too.
fn known(words: &[String]) -> Option<Said> {
    let found = NAMES.get(words).copied();
    found.or_else(|| {
        let (last, before) = words.split_last()?;
        let singular = last.strip_suffix('s').filter(|word| word.len() > 2)?;
        let shorter = singular.strip_suffix('e').into_iter();
        let mut forms = [singular].into_iter().chain(shorter);
        forms.find_map(|form| NAMES.get(&[before, &[form.to_owned()]].concat()).copied())
    })
}

/// The words of a name, with words run together told apart.
pub(crate) fn tokens(name: &str) -> Vec<String> {
    words_of(name).into_iter().flat_map(|word| apart(&word)).collect()
}

/// A text's words: small letters and digits without accents. A large letter behind a small one
/// begins a word, and so does the last of several large ones before a small one.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let letters: Vec<char> = text.chars().collect();
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let next = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
            || letter.is_uppercase()
                && before.is_some_and(char::is_uppercase)
                && next.is_some_and(|c| c.is_lowercase());
        if (begins || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            let plain = deunicode_char(letter).unwrap_or_default();
            word.extend(
                plain.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()),
            );
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

/// A word as the known words that it is run together from, or as it is.
fn apart(word: &str) -> Vec<String> {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if VOCABULARY.contains(word) || stem.is_empty() || word.len() > LONGEST_LETTERS {
        return vec![word.to_owned()];
    }
    let number = Some(word[stem.len()..].to_owned()).filter(|number| !number.is_empty());
    let known = VOCABULARY.contains(stem) || stem.len() < SHORTEST_LETTERS;
    let parts = Some(stem).filter(|_| !known).and_then(|stem| split(stem, 4));
    let parts = parts.unwrap_or_else(|| vec![stem.to_owned()]);
    parts.into_iter().chain(number).collect()
}

/// A word of fewer letters is not taken apart.
const SHORTEST_LETTERS: usize = 6;

/// Nor is one of more, which would take long.
const LONGEST_LETTERS: usize = 40;

/// Splits into at most `left` known words, the first as long as possible.
fn split(word: &str, left: usize) -> Option<Vec<String>> {
    const SHORT: &[&str] = &[
        "id", "no", "nr", "ip", "in", "out", "opt", "zip", "tel", "age", "sex", "job", "geo",
        "gps", "sms", "lat", "lon", "tax", "net", "num", "cust", "date", "of",
    ];
    let is_known =
        |part: &str| SHORT.contains(&part) || part.len() > 3 && VOCABULARY.contains(part);
    if word.is_empty() {
        return Some(Vec::new());
    }
    if left == 0 {
        return None;
    }
    (2..=word.len()).rev().filter(|end| word.is_char_boundary(*end)).find_map(|end| {
        let (first, rest) = word.split_at(end);
        let mut parts = split(rest, left - 1).filter(|_| is_known(first))?;
        parts.insert(0, first.to_owned());
        Some(parts)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(name: &str) -> String {
        let Some(hint) = hints(name).into_iter().next() else { return "nothing".to_owned() };
        let meaning = hint.meaning.map_or("-".to_owned(), |meaning| match meaning.part {
            Some(part) => format!("{}.{part}", meaning.category),
            None => meaning.category.to_owned(),
        });
        format!("{meaning} {:.2}", hint.weight)
    }

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        for name in ["date_naissance", "DateNaissance", "DATE NAISSANCE", "datenaissance"] {
            assert_eq!(first(name), "demo.birthdate 0.88", "{name}");
        }
        assert_eq!(tokens("HTTPReferer2"), ["http", "referer", "2"]);
        assert_eq!(tokens("customerEmailAddress"), ["customer", "email", "address"]);
        assert_eq!(tokens("Straße"), ["strasse"]);
    }

    #[test]
    fn the_longest_run_of_words_speaks() {
        assert_eq!(first("billing_last_name"), "identity.name.family 0.88");
        assert_eq!(first("email_opt_in"), "preference.consent 0.88");
        assert_eq!(first("product_name"), "purchase.history 0.66");
        assert_eq!(first("file name"), "- 0.88");
        assert_eq!(first("zipcode"), "contact.address.postcode 0.88");
    }

    #[test]
    fn a_word_that_is_never_by_the_way_is_known_when_it_was_shortened() {
        for name in ["diag_01", "ICD9_DGNS", "SP_DEPRESSN", "x_cncr", "deceased_reason"] {
            assert!(first(name).starts_with("sensitive.health"), "{name}: {}", first(name));
        }
        assert_eq!(first("ethnos"), "sensitive.ethnicity 0.62");
        assert_eq!(first("party_cd"), "sensitive.politics 0.88");
        for name in ["dialog", "surname_x", "policy", "center", "generator"] {
            assert!(!first(name).starts_with("sensitive"), "{name}: {}", first(name));
        }
    }

    #[test]
    fn a_word_beside_it_can_turn_a_word() {
        assert_eq!(first("email_verified"), "contact.email 0.27");
        assert_eq!(first("xyzzy"), "nothing");
    }

    #[test]
    fn four_languages_and_a_few_words_of_others_are_read() {
        let read = |names: &[&str]| names.iter().map(|name| first(name)).collect::<Vec<_>>();
        let of = |said: &str, count: usize| vec![format!("{said} 0.88"); count];
        assert_eq!(read(&["prénom", "Vorname", "nombre_pila"]), of("identity.name.given", 3));
        assert_eq!(
            read(&["code_postal", "PLZ", "código postal"]),
            of("contact.address.postcode", 3)
        );
        assert_eq!(
            read(&["Familienstand", "état_civil", "estado_civil"]),
            of("household.composition", 3)
        );
    }
}
