//! Which columns of sources say for people whether a purpose may see them, and whom a change there frees.
//!
//! A no that is not heard any more frees whoever said it, and a yes that is taken from elsewhere is not
//! the one that was given. Of several columns the latest statement counts, so that one more source may
//! overrule the others: that frees people too.

use std::collections::BTreeSet;

use crate::charter::{Charter, Purpose, Voice};
use crate::topic::concerns;

/// A column that says for people whether they agree or object to something, whatever became of its charter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spoken {
    is_objection: bool,
    topic: String,
    source: String,
    column: String,
}

impl Spoken {
    /// All that it is: what it says, of which topic, and where it stands.
    pub(super) fn parts(&self) -> [String; 4] {
        let says = if self.is_objection { "objection" } else { "consent" };
        [says.to_owned(), self.topic.clone(), self.source.clone(), self.column.clone()]
    }

    fn place(&self) -> String {
        format!("{}.{}", self.source, self.column)
    }
}

/// The columns of a charter that say yes or no for people.
pub(super) fn all_voices(charter: &Charter) -> BTreeSet<Spoken> {
    let spoken = |voice: Voice<'_>| Spoken {
        is_objection: voice.is_objection,
        topic: voice.topic.to_owned(),
        source: voice.source.name.clone(),
        column: voice.column.to_owned(),
    };
    charter.voices().into_iter().map(spoken).collect()
}

/// The columns that a purpose heeds.
pub(super) fn voices(charter: &Charter, purpose: &Purpose) -> BTreeSet<Spoken> {
    all_voices(charter).into_iter().filter(|voice| heeds(purpose, voice)).collect()
}

fn heeds(purpose: &Purpose, voice: &Spoken) -> bool {
    if !voice.is_objection {
        return purpose.consent.as_ref() == Some(&voice.topic);
    }
    purpose.may_object && concerns(&voice.topic, &purpose.name, &purpose.category)
}

/// Each way in which a purpose may see somebody now whom a column kept out of it before: a column of the
/// first charter, or, of those that say no, of any charter that was in force since (`heard`). To go back to
/// the first yes is free, so that whoever tried another can.
///
/// Who was not asked before and is now, by whatever column, is not freed; and data from outside can
/// only refuse.
pub(super) fn freed(
    (first, was): (&Charter, &Purpose),
    (charter, is): (&Charter, &Purpose),
    heard: &BTreeSet<Spoken>,
) -> BTreeSet<String> {
    let (before, now) = (voices(first, was), voices(charter, is));
    let noes = heard.iter().filter(|voice| voice.is_objection && heeds(was, voice));
    let ever: BTreeSet<Spoken> = noes.chain(&before).cloned().collect();
    let is_same_topic = was.consent == is.consent;
    let is_compared = |voice: &&Spoken| voice.is_objection || is_same_topic;
    let is_inside = |voice: &&Spoken| {
        charter.source(&voice.source).is_some_and(|source| !source.kind.is_outside())
    };
    let gone = ever.difference(&now).filter(is_compared).map(|voice| {
        format!("what {} says of {} is not heard any more", voice.place(), voice.topic)
    });
    let more = now.difference(&before).filter(is_compared).filter(is_inside);
    let more = more.filter_map(|voice| {
        let (place, topic) = (voice.place(), &voice.topic);
        if !voice.is_objection {
            return Some(format!("a yes to {topic} is taken from {place}"));
        }
        let overruled = |known: &Spoken| {
            known.is_objection && known.topic == *topic && known.source != voice.source
        };
        let is_more = ever.iter().any(overruled);
        is_more.then(|| format!("{place} may overrule a no to {topic} that stands elsewhere"))
    });
    gone.chain(more).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests::SMALL;

    const YES: &str = "      yes: { consent: newsletter }\n";

    /// The small charter with columns that say no, and with one line of it written otherwise.
    fn charter(columns: &str, right: &str, wrong: &str) -> Charter {
        let text = SMALL.replacen(YES, &format!("{YES}{columns}"), 1);
        assert!(text.contains(right), "it has no {right}");
        let text = text.replacen(right, wrong, 1);
        Charter::read("charter.yaml", &text).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn freed_by(columns: &str, right: &str, wrong: &str) -> Vec<String> {
        let (first, next) = (charter(columns, "", ""), charter(columns, right, wrong));
        let card = |charter: &Charter| charter.purpose("card").cloned().expect("it is there");
        let (was, is) = (card(&first), card(&next));
        freed((&first, &was), (&next, &is), &BTreeSet::new()).into_iter().collect()
    }

    const NO_WORD: &str = "no_post: { category: preference.stated, part: posted }";
    #[test]
    fn a_no_that_only_a_later_charter_heard_is_missed_too() {
        let (first, later) = (charter("", "", ""), charter(NO, "", ""));
        let card = first.purpose("card").expect("it is there");
        let heard = all_voices(&later);
        let freed = freed((&first, card), (&first, card), &heard);
        assert_eq!(
            Vec::from_iter(freed),
            ["what crm.no_post says of marketing is not heard any more"]
        );
    }

    const NO: &str = "      no_post: { objection: marketing }\n";

    #[test]
    fn a_no_that_is_read_as_something_else_frees_whoever_said_it() {
        let gone = "what crm.no_post says of marketing is not heard any more";
        assert_eq!(freed_by(NO, "no_post: { objection: marketing }", NO_WORD), [gone]);
        assert_eq!(freed_by(NO, NO, ""), [gone]);
        assert_eq!(freed_by(NO, "objection: marketing", "objection: sale"), [gone]);
        assert_eq!(
            freed_by(NO, "objection: marketing", "consent: newsletter"),
            ["a yes to newsletter is taken from crm.no_post", gone]
        );
    }

    #[test]
    fn a_yes_from_another_column_or_from_more_is_another_yes() {
        assert_eq!(
            freed_by("", "yes: { consent: newsletter }", "tick: { consent: newsletter }"),
            [
                "a yes to newsletter is taken from crm.tick",
                "what crm.yes says of newsletter is not heard any more"
            ]
        );
        let both = format!("{YES}      tick: {{ consent: newsletter }}\n");
        assert_eq!(freed_by("", YES, &both), ["a yes to newsletter is taken from crm.tick"]);
    }

    #[test]
    fn one_more_no_frees_nobody_unless_another_source_may_overrule_with_it() {
        assert!(freed_by("", YES, &format!("{YES}{NO}")).is_empty());
        let two = format!("{NO}      no_card: {{ objection: card }}\n");
        assert!(freed_by(NO, NO, &two).is_empty());
        let other = "  till:\n    kind: internal\n    acquired: You told us.\n    file: till.csv\n    holds: identity\n    key: no\n    columns: { never: { objection: marketing } }\nsurvivorship:";
        assert_eq!(
            freed_by(NO, "survivorship:", other),
            ["till.never may overrule a no to marketing that stands elsewhere"]
        );
        let outside = other.replace("kind: internal", "kind: broker");
        assert!(freed_by(NO, "survivorship:", &outside).is_empty());
        assert!(freed_by("", "survivorship:", other).is_empty());
    }
}
