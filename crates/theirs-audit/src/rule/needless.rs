//! More than what it is for needs: traits, papers, trails, guesses at riches, posts for machines.

use super::{Keys, Law, Rule};
use crate::flow::{Basis, Datum, Flow, Grain, Period};

const BORN_SO: [&str; 2] = ["demo.gender", "demo.birthplace"];
const PAPERS: [&str; 1] = ["gov.id"];
const PRECISE: [&str; 1] = ["location.precise"];
const RICHES: [&str; 1] = ["inferred.income"];
const WRITTEN: [&str; 1] = ["social.media"];

/// How many days a paper that was looked at once is of use without a law that asks to keep it.
const PAPER_DAYS: u32 = 365;
/// How many days a position is of use to whoever was served there.
const TRAIL_DAYS: u32 = 92;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "trait.needless",
        title: "People must say what they are, and the order does not need it",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &[],
        gives_way_to: &["decides.by_trait", "staff.private_lives"],
        applies: |flow| {
            let asked = |d: &Datum| d.is(&BORN_SO) && d.is_of_one() && !d.is_outside();
            flow.basis == Some(Basis::Contract) && flow.is_for(&["service."]) && flow.has(asked)
        },
        asks: |_| {
            "A contract allows what it cannot be done without; a form of address is none of it (GDPR Art. 5(1)(c) \
             and 6(1)(b); Court of Justice of the EU, C-394/23)."
                .to_owned()
        },
        line: |flow| {
            format!("serves people only if they tell {}.", flow.data_in_words(|d| d.is(&BORN_SO)))
        },
        instead: &[
            "Leave the field out, or let people leave it empty.",
            "Write to people by their name.",
        ],
    },
    Rule {
        name: "identity.kept",
        title: "Identity numbers are kept long after they were looked at",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &[],
        gives_way_to: &["private.for_marketing"],
        applies: |flow| {
            !is_bound(flow)
                && flow.purpose.is_some()
                && flow.has(|d| d.is(&PAPERS) && d.is_of_one())
                && is_kept_beyond(flow, PAPER_DAYS)
        },
        asks: |_| {
            "Who must know whom they serve looks at a paper, notes that they did, and keeps its number only where a \
             law asks for it (GDPR Art. 5(1)(c) and (e), 87)."
                .to_owned()
        },
        line: |flow| format!("keeps the identity numbers of {} for years.", flow.people_in_words()),
        instead: &[
            "Look, note the day, and keep no number.",
            "Ask for less: a name and a code that was sent to them.",
        ],
    },
    Rule {
        name: "location.kept",
        title: "Exact positions are kept long after the service",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P10", "P11"],
        gives_way_to: &["location.precise.shared", "location.after_no"],
        applies: |flow| {
            let exact = |d: &Datum| d.tells(&PRECISE) && d.grain < Grain::Coarse;
            !is_bound(flow)
                && flow.purpose.is_some()
                && flow.has(exact)
                && is_kept_beyond(flow, TRAIL_DAYS)
                && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "Where somebody was serves them that day; a trail of months says where they sleep, pray and are treated \
             (GDPR Art. 5(1)(c) and (e))."
                .to_owned()
        },
        line: |flow| format!("keeps for months where exactly {} were.", flow.people_in_words()),
        instead: &[
            "Keep where it began and ended, and delete the way between on the same day.",
            "Keep what is owed, and no position.",
        ],
    },
    Rule {
        name: "wealth.guessed",
        title: "What people own or earn is guessed to sell to them",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P39", "P31"],
        gives_way_to: &["price.by_person", "profiles.sold", "enriched.sold", "guess.passed_on"],
        applies: |flow| {
            let guessed = |d: &Datum| d.is(&RICHES) && d.is_worked_out() && d.is_of_one();
            flow.is_marketing() && flow.has(guessed) && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "People who buy or give do not expect to be ranked by how rich they seem; each must be told of it, and \
             can say no (GDPR Art. 5(1)(a), 14 and 21)."
                .to_owned()
        },
        line: |flow| format!("goes by guesses at how rich {} are.", flow.people_in_words()),
        instead: &[
            "Go by what each of them gave or bought before.",
            "Ask everybody the same, and let them choose how much.",
        ],
    },
    Rule {
        name: "posts.taught",
        title: "What people posted teaches models, and they were not asked",
        law: Law::Duty,
        keys: Keys::Two,
        precedents: &[],
        gives_way_to: &["messages.turned"],
        applies: |flow| {
            let written = |d: &Datum| {
                (d.is(&WRITTEN) || d.comes_from(&WRITTEN)) && d.is_of_one() && !d.is_outside()
            };
            flow.is_for(&["train."]) && flow.has(written) && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "People post for those who read them. Whoever teaches a machine with it tells each of them before, and \
             lets them say no before it begins (GDPR Art. 5(1)(b), 13(3) and 21)."
                .to_owned()
        },
        line: |_| "teaches its models with what people posted.".to_owned(),
        instead: &[
            "Ask first, and begin with those who said yes.",
            "Teach with texts that were written for it.",
        ],
    },
];

/// Whether a law or somebody's life asks for it.
fn is_bound(flow: &Flow) -> bool {
    let bound = [Basis::LegalObligation, Basis::VitalInterests];
    flow.is_for(&["legal."]) || flow.basis.is_some_and(|basis| bound.contains(&basis))
}

/// Whether it is kept longer than so many days, by promise or in truth.
fn is_kept_beyond(flow: &Flow, days: u32) -> bool {
    let longest = flow.keep.promised.max(flow.keep.really);
    longest.is_some_and(|longest| longest > Period::Days(days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::raised_of;

    /// The rules of this file that hold of a flow.
    fn raised(text: &str) -> Vec<&'static str> {
        raised_of(RULES, text)
    }

    #[test]
    fn what_is_looked_at_and_deleted_is_no_finding_and_what_is_kept_is() {
        for (category, rule) in [("gov.id", "identity.kept"), ("location.precise", "location.kept")]
        {
            let short = format!(
                "purpose: service.order\n  basis: contract\n  data: [{{ category: {category} }}]"
            );
            assert_eq!(raised(&short), [""; 0], "{category}");
            let long = format!("{short}\n  keep: {{ promised: 6 years }}");
            assert_eq!(raised(&long), [rule], "{category}");
        }
    }

    #[test]
    fn a_title_before_a_ticket_and_a_rank_of_donors_are_findings() {
        let title =
            "purpose: service.order\n  basis: contract\n  data: [{ category: demo.gender }]";
        assert_eq!(raised(title), ["trait.needless"]);
        let rank = "purpose: marketing.segment\n  basis: legitimate_interest\n  \
                    data: [{ category: inferred.income }]";
        assert_eq!(raised(rank), ["wealth.guessed"]);
        let posts = "purpose: train.model\n  basis: legitimate_interest\n  told: late\n  \
                     data: [{ category: social.media, source: person }]";
        assert_eq!(raised(posts), ["posts.taught"]);
    }
}
