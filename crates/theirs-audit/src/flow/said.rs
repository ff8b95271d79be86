//! What a flow says of itself in its own sentence and its fields do not.
//!
//! A charter has no field for "the price depends on who you are"; its sentence may still say so, and
//! so may what a source says of how data was got. The words below are of things that are never by the
//! way. Price: a word is not a deed, so what it raises is a question with the sentence quoted, never a
//! hard stop; a sentence that denies something is passed over whole, and only English is read.

use super::{AfterNo, Basis, Decides, Flow, Grain, People};

/// Something that a sentence can be about.
pub(crate) struct Topic {
    /// What it is, in words.
    pub(crate) what: &'static str,
    /// Beginnings of words, or of runs of words, that speak of it.
    stems: &'static [&'static str],
    /// Others of which one has to stand in the same sentence; none if the first are enough.
    beside: &'static [&'static str],
    /// Whether the fields say it too.
    is_declared: fn(&Flow) -> bool,
}

const TOPICS: [Topic; 12] = [
    Topic {
        what: "prices that differ by person",
        stems: &[
            "higher price",
            "raises the price",
            "raise the price",
            "raises prices",
            "dearer",
            "personal price",
            "prices to",
            "price for each",
            "pay more",
            "asks more of",
            "charge more",
            "charges more",
        ],
        beside: &[],
        is_declared: |flow| flow.decides.contains(&Decides::Price),
    },
    Topic {
        what: "selling or swapping data",
        stems: &[
            "sell our list",
            "sells our list",
            "sell your",
            "sells your",
            "sells the list",
            "sells lists",
            "swap our",
            "swaps our",
            "sells data",
            "sell data",
            "sells their data",
            "share all with",
        ],
        beside: &[],
        is_declared: Flow::pays,
    },
    Topic {
        what: "selling, under the name of a service",
        stems: &[
            "sell more",
            "sells more",
            "sell you",
            "cross-sell",
            "upsell",
            "special offers",
            "our offers",
        ],
        beside: &[],
        is_declared: |flow| !flow.is_for(&["service."]),
    },
    Topic {
        what: "illness, pregnancy or weakness",
        stems: &[
            "ill",
            "illness",
            "sick",
            "disease",
            "diagnos",
            "pregnan",
            "addict",
            "depress",
            "cannot stop",
            "weakest",
            "grief",
            "bereave",
            "widow",
            "suicid",
            "disabled",
        ],
        beside: &[],
        is_declared: |flow| flow.tells(&["sensitive.health", "inferred.lifeevent"]),
    },
    Topic {
        what: "moods and feelings",
        stems: &["mood", "emotion", "feelings", "lonely", "stressed", "anxious", "sad "],
        beside: &[],
        is_declared: |flow| flow.tells(&["sensitive"]),
    },
    Topic {
        what: "cameras, microphones or faces",
        stems: &["camera", "microphone", "face", "eyes of", "selfie", "listens", "voice"],
        beside: &[],
        is_declared: |flow| flow.tells(&["sensitive.biometric"]),
    },
    Topic {
        what: "children",
        stems: &["children", "child", "kids", "minors", "pupils", "teenager"],
        beside: &[],
        is_declared: |flow| {
            flow.tells(&["household", "inferred.lifeevent"])
                || flow.is_of(&[People::Children, People::Teens])
        },
    },
    Topic {
        what: "watching one's own staff",
        stems: &[
            "each colleague",
            "our colleagues work",
            "each employee",
            "employees who",
            "each member of staff",
            "how fast each",
            "staff who",
        ],
        beside: &[],
        is_declared: |flow| flow.is_of(&[People::Employees]),
    },
    Topic {
        what: "belief, politics, origin or love life",
        stems: &[
            "religio",
            "belief",
            "muslim",
            "jewish",
            "politic",
            "how they vote",
            "orientation",
            "gay ",
            "ethnic",
            "race ",
            "nationalit",
        ],
        beside: &[],
        is_declared: |flow| flow.tells(&["sensitive", "demo.birthplace"]),
    },
    Topic {
        what: "doing it before people agreed, or whatever they say",
        stems: &[
            "without asking",
            "without telling",
            "without their",
            "without consent",
            "without permission",
            "without a yes",
            "did not agree",
            "do not agree",
            "never agreed",
            "nobody agreed",
            "nobody asked",
            "do not know that",
            "did not know that",
            "secretly",
            "in secret",
            "covertly",
            "unnoticed",
            "behind their back",
            "before they agree",
            "before they answer",
            "before they press",
            "before anybody",
            "before any consent",
            "before a yes",
            "before the banner",
            "after they said no",
            "after people said no",
            "after a no",
            "whatever they say",
            "whatever they chose",
            "whether or not they",
        ],
        beside: &[],
        is_declared: is_disregard_declared,
    },
    Topic {
        what: "what people typed and did not send",
        stems: &["typed", "type ", "typing", "a form", "forms", "keystroke", "key press"],
        beside: &[
            "took back",
            "take back",
            "never sent",
            "never send",
            "did not send",
            "not sent",
            "unsent",
            "before they send",
            "before they press",
            "abandon",
        ],
        is_declared: |flow| flow.has(|datum| datum.grain == Grain::Continuous),
    },
    Topic {
        what: "hurdles before people get out, or what they ask for",
        stems: &[
            "forgotten",
            "be deleted",
            "be erased",
            "deletion",
            "erasure",
            "unsubscribe",
            "a copy of their",
            "an opt-out",
            "opt out",
            "to object",
            "to say no",
        ],
        beside: &[
            "pays",
            "fee",
            "dollar",
            "euro",
            "pound",
            "passport",
            "identity card",
            "notary",
            "only by letter",
            "by letter only",
            "by post only",
            "registered letter",
            "fax",
            "has to ring",
            "must ring",
            "must call",
            "must telephone",
            "has to call",
            "is ignored",
            "unanswered",
        ],
        is_declared: |flow| flow.rights.refused || !flow.choice.hurdles.is_empty(),
    },
];

/// Whether the fields say that people were not asked, could not know, or are not heard.
fn is_disregard_declared(flow: &Flow) -> bool {
    let goes_on = flow.choice.after_no != AfterNo::Stops;
    goes_on || !flow.choice.flaws.is_empty() || flow.is_hidden() || flow.basis == Some(Basis::None)
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
const DENIALS: [&str; 7] = ["never", "not", "no", "nobody", "none", "without", "nor"];

/// The category that the part of an attribute gives away, such as `preference.stated.pregnant`.
pub(crate) fn given_away(part: &str) -> Option<&'static str> {
    let words: Vec<&str> = part.split('_').collect();
    let (category, _) = PARTS.iter().find(|(_, known)| words.iter().any(|w| known.contains(w)))?;
    Some(category)
}

impl Flow {
    /// What its own words speak of and its fields do not say; each with the sentence.
    pub(crate) fn undeclared(&self) -> Vec<(&'static str, &str)> {
        let sentences = std::iter::once(&self.does).chain(&self.acquired);
        let mut found: Vec<(&'static str, &str)> = Vec::new();
        for sentence in sentences {
            let plain = format!(" {} ", sentence.to_lowercase());
            for topic in TOPICS.iter().filter(|topic| !(topic.is_declared)(self)) {
                let is_new = !found.iter().any(|(what, _)| *what == topic.what);
                if is_new && topic.is_spoken_of(&plain) {
                    found.push((topic.what, sentence));
                }
            }
        }
        found
    }
}

impl Topic {
    /// Whether a sentence speaks of it, and denies nothing besides: "nobody asked" is no denial where
    /// not asking is what it is about.
    fn is_spoken_of(&self, plain: &str) -> bool {
        let stem = self.stems.iter().find(|stem| speaks(plain, stem));
        let beside = self.beside.iter().find(|one| speaks(plain, one));
        let is_beside = self.beside.is_empty() || beside.is_some();
        let rest = |stem: &str| plain.replace(stem, " ").replace(beside.unwrap_or(&"\0"), " ");
        stem.is_some_and(|stem| is_beside && !denies(&rest(stem)))
    }
}

fn denies(sentence: &str) -> bool {
    let mut words = sentence.split(|c: char| !c.is_alphabetic());
    words.any(|word| DENIALS.contains(&word))
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
    fn a_denial_and_a_word_within_another_speak_of_nothing() {
        for quiet in [
            "We never guess who is ill.",
            "We fill your order still.",
            "We send a voucher before your birthday.",
            "Something on the wish list is cheaper.",
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
