//! What people accept: a judgement by two axes that research found, and by a survey's order.
//!
//! Kim, Barasz and John (Journal of Consumer Research 45(5), 2019) found that two things decide
//! whether people accept what is done with their data: whether it was obtained inside or outside the
//! relationship, and whether they said it or it was guessed. The survey (Marigold; United States,
//! United Kingdom, France) is a vendor's, so only its order is used, never its level.

use serde::Serialize;

use crate::flow::words::SENSITIVE;
use crate::flow::{AfterNo, Datum, Flow, Offered, People, Source, Stands, Told};
use crate::rule::is_risky;

/// How far from what people accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    /// Against what people accept.
    Refused,
    /// It depends on how it is told.
    Doubtful,
    /// Within what people accept.
    Accepted,
    /// Nothing that was found bears on it.
    Unknown,
}

/// The judgement on trust, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trust {
    /// How far from what people accept.
    pub acceptance: Acceptance,
    /// Whether some of the data was got from outside the relationship.
    pub is_outside: bool,
    /// Whether some of it is a guess.
    pub is_guessed: bool,
    /// Why, in words.
    pub says: String,
    /// What that rests on.
    pub evidence: Vec<&'static str>,
}

const TWO_AXES: &str = "Kim, Barasz and John, Journal of Consumer Research 45(5), 2019: people accept \
     less what was obtained outside the relationship, and less what was inferred than what they said";
const SETTING: &str = "Nissenbaum, Washington Law Review 79(1), 2004: what was told in one setting is expected \
     to stay in it";
const HELD: &str =
    "Held for nothing that anybody said: what people accept, they accept for a purpose.";
const TELLING: &str = "the same: telling people of unacceptable flows lowers response, telling them \
     of acceptable ones on a trusted platform raises it";
const SURVEY: &str = "Marigold's survey (a vendor's: the order counts, not the level)";
const BROKERS: &str = "Rao, Schaub and Sadeh: brokers' profiles were up to 80 % wrong in a study of \
     100 people";

/// Judges what people would think of a flow.
pub(crate) fn judge(flow: &Flow) -> Trust {
    if flow.data.is_empty() {
        return silent();
    }
    let leaves = flow.leaves();
    // Who never dealt with a firm has no relationship with it, whatever it learns of them.
    let is_outside = leaves || flow.has(Datum::is_outside) || flow.is_of(&[People::Strangers]);
    let is_guessed = flow.has(|datum| datum.is_guessed() || !datum.reveals.is_empty());
    let mut evidence = vec![TWO_AXES];
    let mut says = corner(is_outside, is_guessed).to_owned();
    if hoards(flow) && !is_outside {
        HELD.clone_into(&mut says);
    }
    says.push_str(if leaves { " It leaves the relationship for others' ends." } else { "" });
    if turns_private(flow) {
        says.push_str(
            " What people say of their health, belief or love they say for what they came for.",
        );
        evidence.push(SETTING);
    }
    if let Some(order) = surveyed(flow) {
        says.push(' ');
        says.push_str(order);
        evidence.push(SURVEY);
    }
    says.push_str(if flow.is_idle() { " It is of no use to them." } else { choice(flow) });
    says.push(' ');
    says.push_str(told(flow));
    if !flow.is_hidden() || is_outside {
        evidence.push(TELLING);
    }
    if flow.has(|datum| datum.source() == Source::Broker) {
        says.push_str(" Much of what brokers say of people is wrong, and people notice.");
        evidence.push(BROKERS);
    }
    Trust {
        acceptance: acceptance(flow, is_outside, is_guessed),
        is_outside,
        is_guessed,
        says,
        evidence,
    }
}

/// What concerns no data of its own, such as who may look.
fn silent() -> Trust {
    Trust {
        acceptance: Acceptance::Unknown,
        is_outside: false,
        is_guessed: false,
        says: "None of the studies asked people about this.".to_owned(),
        evidence: Vec::new(),
    }
}

fn corner(is_outside: bool, is_guessed: bool) -> &'static str {
    match (is_outside, is_guessed) {
        (false, false) => {
            "Inside the relationship, and said or seen there: what people accept best."
        }
        (false, true) => {
            "Inside the relationship, but guessed: people accept that less than what they said."
        }
        (true, false) => {
            "Outside the relationship: people accept that less than what a firm learns from them."
        }
        (true, true) => {
            "Outside the relationship and guessed: the corner that people accept least."
        }
    }
}

/// The nearest practice of the survey, from the most accepted to the least.
fn surveyed(flow: &Flow) -> Option<&'static str> {
    let precise = flow.tells(&["location.precise"]);
    Some(if precise && flow.leaves() {
        "Of six practices in a survey, advertisements by position from an unknown brand came last."
    } else if flow.tells(&["behaviour.browsing_other"]) || flow.is_advertising() {
        "Of six practices in a survey, advertisements by what people did elsewhere came next to last."
    } else if precise {
        "Of six practices in a survey, a message that names a place one visited came fourth, the first \
         that more people found creepy than welcome."
    } else if flow.tells(&["demo.birthdate"]) && flow.is_for(&["marketing."]) {
        "Of six practices in a survey, the birthday offer was the most welcome."
    } else if flow.tells(&["purchase"]) && flow.is_for(&["personalise.", "marketing."]) {
        "Of six practices in a survey, a recommendation from past purchases was the second most welcome."
    } else {
        return None;
    })
}

fn choice(flow: &Flow) -> &'static str {
    match (flow.offered(), flow.choice.after_no) {
        (_, AfterNo::GoesOn | AfterNo::Broken) => " Their no does nothing.",
        (_, AfterNo::OneDevice) => " Their no counts on one device only.",
        (Offered::OptIn, _) if !flow.choice.flaws.is_empty() => " Their yes was not a real one.",
        (Offered::OptIn, _) if flow.choice.expired > 0 => " They were asked first, some long ago.",
        (Offered::OptIn, _) => " They are asked first.",
        (Offered::OptOut, _) => " They can say no.",
        (Offered::Nothing, _) => " They have no say.",
    }
}

fn told(flow: &Flow) -> &'static str {
    match flow.told {
        Told::Individually => "Each of them is told.",
        Told::InNotice if flow.stands == Stands::Draft => "No notice tells it yet.",
        Told::InNotice if flow.assumed.contains(&"told") => {
            "Whether a notice tells it, nobody wrote."
        }
        Told::InNotice => "A notice tells it.",
        Told::Late => "They are told long after.",
        Told::Unclear => "They cannot tell from the notice.",
        Told::Nowhere => "They do not know.",
        Told::AgainstNotice => "They were told otherwise.",
    }
}

/// Whether something private lies there for nothing.
fn hoards(flow: &Flow) -> bool {
    let is_private = |datum: &Datum| {
        is_risky(datum.category.key()) || datum.reveals.iter().any(|told| is_risky(told.key()))
    };
    flow.is_idle() && flow.has(is_private)
}

/// What most shops hold of people, and what embarrasses nobody by itself.
fn is_common(datum: &Datum) -> bool {
    datum.is(&["demo.birthdate", "id", "payment.instrument"])
}

/// Whether what laws protect specially, such as an illness that people told, serves to sell to them.
fn turns_private(flow: &Flow) -> bool {
    let sells = flow.is_marketing() && flow.purpose() != "advertise.suppress";
    sells && flow.tells(&SENSITIVE)
}

/// Whether faces, voices or bodies are read of people who did not each say yes to it.
fn reads_bodies(flow: &Flow) -> bool {
    flow.tells(&["sensitive.biometric"]) && !flow.is_knowingly_agreed()
}

fn acceptance(flow: &Flow, is_outside: bool, is_guessed: bool) -> Acceptance {
    if hoards(flow) && flow.has(|datum| is_risky(datum.category.key()) && !is_common(datum)) {
        return Acceptance::Refused;
    }
    if reads_bodies(flow) || turns_private(flow) && !flow.is_agreed() {
        return Acceptance::Refused;
    }
    // A yes that was forced, bundled or got by a trick is no say.
    let no_real_yes = flow.offered() == Offered::OptIn && !flow.choice.flaws.is_empty();
    let powerless = flow.is_hidden()
        || no_real_yes
        || flow.choice.after_no != AfterNo::Stops
        || flow.is_idle() && is_outside
        || flow.offered() == Offered::Nothing && flow.is_marketing();
    // Its own sentence says more than what was judged, or speaks of what is told for something else.
    let is_of_children = flow.is_of(&[People::Children]) && flow.tells(&SENSITIVE);
    let is_open = turns_private(flow)
        || is_of_children
        || flow.choice.expired > 0
        || hoards(flow)
        || flow.says_it_sells().is_some()
        || flow.purpose.is_some() && !flow.undeclared().is_empty();
    match (is_outside, is_guessed, powerless) {
        (false, false, false) if !is_open => Acceptance::Accepted,
        (true, _, true) | (_, true, true) | (true, true, _) => Acceptance::Refused,
        _ => Acceptance::Doubtful,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::read;

    fn judged(text: &str) -> Trust {
        judge(&read("flow.yaml", &format!("flows:\n- name: one\n  {text}\n")).expect("a flow")[0])
    }

    #[test]
    fn inside_and_said_is_accepted_and_outside_and_guessed_is_not() {
        let inside = judged("data: [{ category: preference.stated }]");
        let outside = judged("data: [{ category: inferred.lifeevent, source: broker }]");
        assert_eq!(inside.acceptance, Acceptance::Accepted);
        assert_eq!(outside.acceptance, Acceptance::Refused);
        assert!(outside.says.contains("accept least") && outside.evidence.contains(&BROKERS));
    }

    #[test]
    fn a_camera_on_strangers_an_illness_for_offers_and_a_forced_yes_are_not_accepted() {
        for (flow, acceptance) in [
            (
                "of: [strangers]\n  purpose: marketing.segment\n  does: A camera reads moods.\n  \
                 data: [{ category: sensitive.biometric }]",
                Acceptance::Refused,
            ),
            (
                "of: [strangers]\n  purpose: marketing.segment\n  does: A camera reads moods.\n  \
                 data: [{ category: preference.stated }]",
                Acceptance::Doubtful,
            ),
            (
                "purpose: marketing.offer\n  data: [{ category: sensitive.health, origin: stated }]",
                Acceptance::Refused,
            ),
            (
                "purpose: marketing.offer\n  basis: consent\n  told: individually\n  \
                 data: [{ category: sensitive.health, origin: stated }]",
                Acceptance::Doubtful,
            ),
            (
                "purpose: marketing.offer\n  basis: consent\n  choice: { flaws: [forced] }\n  \
                 data: [{ category: purchase.history }]",
                Acceptance::Doubtful,
            ),
        ] {
            assert_eq!(judged(flow).acceptance, acceptance, "{flow}");
        }
        let of_a_child = "of: [children]\n  purpose: service.order\n  basis: consent\n  \
                          told: individually\n  \
                          data: [{ category: sensitive.health, origin: stated }]";
        assert_eq!(judged(of_a_child).acceptance, Acceptance::Doubtful);
        let asked_for = "purpose: service.order\n  basis: consent\n  told: individually\n  \
                         data: [{ category: sensitive.health, origin: stated }]";
        assert_eq!(judged(asked_for).acceptance, Acceptance::Accepted);
    }

    #[test]
    fn that_a_notice_tells_it_is_said_where_somebody_wrote_so() {
        let text = "data: [{ category: preference.stated }]";
        assert!(judged(text).says.ends_with("Whether a notice tells it, nobody wrote."));
        let told = judged(&format!("told: in_notice\n  {text}"));
        assert!(told.says.ends_with("A notice tells it."));
    }

    #[test]
    fn a_guess_inside_depends_on_how_it_is_told() {
        let text = "data: [{ category: inferred.interest }]";
        assert_eq!(judged(text).acceptance, Acceptance::Doubtful);
        assert_eq!(judged(&format!("told: nowhere\n  {text}")).acceptance, Acceptance::Refused);
    }
}
