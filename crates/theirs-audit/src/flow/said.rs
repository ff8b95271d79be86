//! What a flow says of itself in its own sentence and its fields do not.
//!
//! A charter has no field for "the price depends on who you are"; its sentence may still say so, and
//! so may what a source says of how data was got. The words in `topic` are of things that are never by the
//! way. Price: a word is not a deed, so what it raises is a question with the sentence quoted, never a
//! hard stop; a sentence that denies something is passed over whole, and only English is read.

mod topic;

use self::topic::{PASSING, SALE, TOPICS};
use super::Flow;

/// Something that a sentence can be about.
struct Topic {
    /// What it is, in words.
    what: &'static str,
    /// The ways in which a sentence speaks of it.
    said: &'static [Saying],
    /// Whether the fields say it too.
    is_declared: fn(&Flow) -> bool,
}

/// A way in which a sentence speaks of something.
enum Saying {
    /// A beginning of a word, or of a run of words, stands in it; and, if there are any, one of others.
    Words(&'static [&'static str], &'static [&'static str]),
    /// The same, where the sentence does not say that people asked for it, or told it themselves.
    Unasked(&'static [&'static str], &'static [&'static str]),
    /// A verb with its object at most so many words behind it: "sell each basket".
    Act {
        verbs: &'static [&'static str],
        objects: &'static [&'static str],
        apart: usize,
        /// Whether nothing but a few words that lead to nobody may stand between them: who sells at an
        /// address does not sell the address.
        is_direct: bool,
    },
    /// An object to which it is done: "your address is rented".
    Done { objects: &'static [&'static str], verbs: &'static [&'static str], apart: usize },
    /// A verb and its object with "on" or "over" beside them: "pass your name on".
    Onward { verbs: &'static [&'static str], objects: &'static [&'static str], apart: usize },
}

/// Parts of categories that say more than the category does.
const PARTS: [(&str, &[&str]); 7] = [
    (
        "sensitive.health",
        &[
            "illness",
            "ill",
            "disease",
            "diagnosis",
            "pregnant",
            "pregnancy",
            "medical",
            "medication",
            "disability",
            "mood",
            "weight",
            "addiction",
        ],
    ),
    ("sensitive.religion", &["religion", "faith", "belief"]),
    ("sensitive.politics", &["politics", "party", "vote", "voter"]),
    ("sensitive.sexuality", &["sexuality", "orientation"]),
    ("sensitive.ethnicity", &["ethnicity", "race", "nationality"]),
    ("sensitive.union", &["union"]),
    ("household.children", &["kids", "children", "child"]),
];

/// Words by which a sentence denies what it names.
const DENIALS: [&str; 8] = ["never", "not", "no", "nobody", "none", "without", "nor", "nothing"];

/// Words by which a sentence says that people asked for it, or told it themselves.
const ASKED_FOR: [&str; 9] = [
    "when you ask",
    "if you ask",
    "you asked for",
    "as you asked",
    "at your request",
    "as you told",
    "you told us",
    "you gave us",
    "as their parents",
];

/// How near a denial stands to an act that it denies: so many words before the verb, and behind it.
const DENIED_WITHIN: (usize, usize) = (6, 4);
/// What leads to somewhere or somebody: behind it stands no object.
const LEADS: [&str; 11] =
    ["to", "at", "by", "through", "from", "via", "with", "under", "for", "into", "about"];
/// What stands before a thing: "the rent" is no verb.
const BEFORE_A_THING: [&str; 11] =
    ["the", "a", "an", "your", "our", "their", "his", "her", "this", "of", "its"];

/// The category that the part of an attribute gives away, such as `preference.stated.pregnant`.
pub(crate) fn given_away(part: &str) -> Option<&'static str> {
    let words: Vec<&str> = part.split('_').collect();
    let (category, _) = PARTS.iter().find(|(_, known)| words.iter().any(|w| known.contains(w)))?;
    Some(category)
}

impl Flow {
    /// What its own words speak of and its fields do not say; each with the sentence.
    pub(crate) fn undeclared(&self) -> Vec<(&'static str, &str)> {
        let mut found: Vec<(&'static str, &str)> = Vec::new();
        for sentence in self.sentences() {
            let plain = plain(sentence);
            for topic in TOPICS.iter().filter(|topic| !(topic.is_declared)(self)) {
                let is_new = !found.iter().any(|(what, _)| *what == topic.what);
                if is_new && topic.is_spoken_of(&plain) {
                    found.push((topic.what, sentence));
                }
            }
        }
        found
    }

    /// The sentence in which it says that data is sold, rented out, swapped or passed on, where its
    /// fields do not; with what that is.
    pub(crate) fn says_it_sells(&self) -> Option<(&'static str, &str)> {
        let open = [&SALE, &PASSING].into_iter().filter(|topic| !(topic.is_declared)(self));
        let open: Vec<&Topic> = open.collect();
        self.sentences().find_map(|sentence| {
            let plain = plain(sentence);
            let topic = open.iter().find(|topic| topic.is_spoken_of(&plain))?;
            Some((topic.what, sentence))
        })
    }

    /// What it says of itself, and what its sources say, sentence by sentence.
    fn sentences(&self) -> impl Iterator<Item = &str> {
        let texts = std::iter::once(&self.does).chain(&self.acquired);
        let ends = [". ", "! ", "? ", "; ", "\n"];
        texts.flat_map(move |text| pieces(text, &ends)).map(str::trim).filter(|one| !one.is_empty())
    }
}

/// A text cut behind each of these.
fn pieces<'t>(text: &'t str, ends: &[&str]) -> Vec<&'t str> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(at) = ends.iter().filter_map(|end| Some(rest.find(end)? + end.len())).min() {
        all.push(&rest[..at]);
        rest = &rest[at..];
    }
    all.push(rest);
    all
}

/// A sentence in small letters, with spaces around it and denials written out.
fn plain(sentence: &str) -> String {
    let small = sentence.to_lowercase().replace('\u{2019}', "'").replace("n't", " not");
    format!(" {small} ")
}

impl Topic {
    fn is_spoken_of(&self, plain: &str) -> bool {
        self.said.iter().any(|saying| saying.is_in(plain))
    }
}

impl Saying {
    /// Whether a sentence says it, and does not deny it.
    fn is_in(&self, plain: &str) -> bool {
        let words: Vec<&str> =
            plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        match self {
            Self::Words(stems, beside) => stand(plain, stems, beside),
            Self::Unasked(stems, beside) => {
                stand(plain, stems, beside) && !ASKED_FOR.iter().any(|asked| speaks(plain, asked))
            }
            Self::Act { verbs, objects, apart, is_direct } => acts(&words, verbs, objects, *apart)
                .any(|(at, to)| {
                    (!is_direct || leads_to_none(&words[at + 1..to])) && !is_denied(&words, at)
                }),
            Self::Done { objects, verbs, apart } => is_done(&words, objects, verbs, *apart),
            Self::Onward { verbs, objects, apart } => {
                let onward = |word: Option<&&str>| {
                    word.is_some_and(|word| ["on", "over", "along"].contains(word))
                };
                acts(&words, verbs, objects, *apart).any(|(at, to)| {
                    let is_onward = onward(words.get(at + 1))
                        || onward(words.get(to + 1))
                        || onward(words.get(to + 2));
                    is_onward && !is_denied(&words, at)
                })
            }
        }
    }
}

/// Whether a sentence has one of the stems, one of those beside it, and denies nothing besides: "nobody
/// asked" is no denial where not asking is what it is about.
fn stand(plain: &str, stems: &[&str], beside: &[&str]) -> bool {
    let stem = stems.iter().find(|stem| speaks(plain, stem));
    let other = beside.iter().find(|one| speaks(plain, one));
    let is_beside = beside.is_empty() || other.is_some();
    let rest = |stem: &str| plain.replace(stem, " ").replace(other.unwrap_or(&"\0"), " ");
    stem.is_some_and(|stem| is_beside && !denies(&rest(stem)))
}

fn denies(sentence: &str) -> bool {
    let mut words = sentence.split(|c: char| !c.is_alphabetic());
    words.any(|word| DENIALS.contains(&word))
}

/// Where a verb stands that is none of a thing, and where its object does, at most so many words behind.
fn acts<'w>(
    words: &'w [&str],
    verbs: &'w [&str],
    objects: &'w [&str],
    apart: usize,
) -> impl Iterator<Item = (usize, usize)> + 'w {
    let is_thing = move |at: usize| at > 0 && BEFORE_A_THING.contains(&words[at - 1]);
    let found =
        words.iter().enumerate().filter(move |(at, word)| verbs.contains(*word) && !is_thing(*at));
    found.filter_map(move |(at, _)| {
        let mut behind = words.iter().enumerate().skip(at + 1).take(apart + 1);
        let object = behind.find(|(_, word)| objects.contains(*word));
        object.map(|(to, _)| (at, to))
    })
}

fn leads_to_none(between: &[&str]) -> bool {
    !between.iter().any(|word| LEADS.contains(word))
}

/// Whether something is done to an object before it: "each basket is sold".
fn is_done(words: &[&str], objects: &[&str], verbs: &[&str], apart: usize) -> bool {
    let is = ["is", "are", "was", "were", "be", "been", "being", "get", "gets"];
    words.iter().enumerate().any(|(at, word)| {
        let before = &words[at.saturating_sub(apart + 1)..at];
        let object = before.iter().position(|word| objects.contains(word));
        let is_done = object.is_some_and(|object| before[object..].iter().any(|w| is.contains(w)));
        verbs.contains(word)
            && is_done
            && words.get(at + 1) != Some(&"out")
            && !is_denied(words, at)
    })
}

/// Whether a denial stands near a verb.
fn is_denied(words: &[&str], at: usize) -> bool {
    let (before, behind) = DENIED_WITHIN;
    let mut near = words.iter().take(at + 1 + behind).skip(at.saturating_sub(before));
    near.any(|word| DENIALS.contains(word))
}

/// Whether a text has a word that begins so; stems of three letters or fewer stand for the whole word.
fn speaks(plain: &str, stem: &str) -> bool {
    let begins = |at: usize| !plain[..at].ends_with(char::is_alphanumeric);
    let ends =
        |at: usize| stem.len() > 3 || !plain[at + stem.len()..].starts_with(char::is_alphanumeric);
    plain.match_indices(stem).any(|(at, _)| begins(at) && ends(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(does: &str) -> Vec<&'static str> {
        let flow = Flow { does: does.to_owned(), ..Flow::default() };
        flow.undeclared().into_iter().map(|(what, _)| what).collect()
    }

    #[test]
    fn a_sentence_speaks_of_what_its_fields_leave_out() {
        assert_eq!(
            spoken("We raise the price for whoever asks twice."),
            ["prices that differ by person"]
        );
        assert_eq!(
            spoken("We see who may be ill by what they read."),
            ["illness, pregnancy or weakness"]
        );
        assert_eq!(spoken("A camera tells moods.").len(), 2);
    }

    #[test]
    fn not_asking_is_told_and_never_doing_so_is_not() {
        let unasked = "doing it before people agreed, or whatever they say";
        assert_eq!(spoken("Follows visitors, and nobody asked them."), [unasked]);
        assert_eq!(spoken("Tells others what is read before anybody has answered."), [unasked]);
        assert_eq!(spoken("We never follow you without asking."), [""; 0]);
        assert_eq!(
            spoken("Whoever wants to be forgotten pays a fee."),
            ["hurdles before people get out, or what they ask for"]
        );
        assert_eq!(spoken("Whoever wants to be forgotten presses a button."), [""; 0]);
    }

    #[test]
    fn what_a_charter_says_in_plain_words_is_heard() {
        for (does, what) in [
            (
                "We set prices for each of you by what we think you earn.",
                "prices that differ by person",
            ),
            (
                "We pass your name to debt collectors and insurers.",
                "giving data to those who decide about people's lives, or deal in data",
            ),
            ("We listen through your phone.", "listening to what people say"),
            (
                "We keep using your data after you say no.",
                "doing it before people agreed, or whatever they say",
            ),
            ("We go on with it even if you object.", "going on after a no"),
            ("We write to players on the day after they lost most.", "people in a weak moment"),
            ("Offers credit to people in debt.", "people in a weak moment"),
        ] {
            let spoken = spoken(does);
            assert!(spoken.contains(&what), "{does}: {spoken:?}");
        }
    }

    fn sold(does: &str) -> bool {
        let flow = Flow { does: does.to_owned(), ..Flow::default() };
        flow.says_it_sells().is_some()
    }

    #[test]
    fn a_sale_of_data_is_heard_and_a_sale_of_things_is_not() {
        for does in [
            "We sell each basket to Data Traders for 0.20.",
            "We rent your address.",
            "Leases out the addresses of its readers.",
            "Your name is sold to whoever asks.",
            "We trade lists with other shops.",
            "We pass your details on to our friends.",
            "It does no harm; we sell your data.",
        ] {
            assert!(sold(does), "{does}");
        }
        for does in [
            "We do not sell, rent, lease or trade your data.",
            "We never sell or pass on your address.",
            "We sell your data to nobody.",
            "We don\u{2019}t sell your data.",
            "We count what is sold, by shop and day, so that we know what to stock.",
            "We sell books at any address.",
            "Reminds people of the rent.",
            "We sell you the books on your list.",
            "A seller of tickets sends them by name.",
        ] {
            assert!(!sold(does), "{does}");
        }
    }

    #[test]
    fn what_a_second_stranger_wrote_in_plain_words_is_heard() {
        for does in [
            "Loyal clients pay a little more than new ones.",
            "We find out how much you earn from your street.",
            "Our app hears what you say at home and picks offers from it.",
            "We send you offers when your spouse has died.",
            "Leaving the club costs ten pounds.",
            "You have to agree to letters before you can order.",
            "We call you until you buy.",
            "We follow your phone when you walk past our shop.",
            "We add what your friends post about you.",
            "We look at your photographs to see who is in them.",
            "We guess whether a baby is on its way from what you buy.",
            "Records what passengers say in each taxi.",
            "Takes money from whoever wants to see their own credit record.",
        ] {
            assert!(!spoken(does).is_empty(), "{does}");
        }
        for does in [
            "Selected third parties may use your details for their own offers.",
            "We monetise our audience with trusted partners.",
        ] {
            assert!(sold(does), "{does}");
        }
    }

    #[test]
    fn what_people_asked_for_or_told_is_no_more_than_the_fields_say() {
        for quiet in [
            "We remember your children's sizes, as you told us, for the school uniform.",
            "We give you the receipt for your insurer when you ask.",
            "Cancelling costs nothing.",
            "You must agree to the terms before you can order.",
            "Our partners never use your details for their own offers.",
        ] {
            assert!(spoken(quiet).is_empty() && !sold(quiet), "{quiet}: {:?}", spoken(quiet));
        }
    }

    #[test]
    fn a_denial_and_a_word_within_another_speak_of_nothing() {
        for quiet in [
            "We never guess who is ill.",
            "We fill your order still.",
            "We send a voucher before your birthday.",
            "Something on the wish list is cheaper.",
            "The price is the same for everybody.",
            "Suggests songs like those that people listen to on their phones.",
            "We stop at once when you say no.",
            "We never write to people in debt.",
        ] {
            assert_eq!(spoken(quiet), [""; 0], "{quiet}");
        }
    }

    #[test]
    fn the_part_of_an_attribute_gives_away_more_than_its_category() {
        assert_eq!(given_away("pregnant"), Some("sensitive.health"));
        assert_eq!(given_away("kids_ages"), Some("household.children"));
        assert_eq!(given_away("favourite_genre"), None);
    }
}
