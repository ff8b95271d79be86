//! Who says which purposes are risky, and which data from outside are necessary.
//!
//! The press test marks purposes from the charter alone: what was really done changes no mark, so a
//! mark comes and goes with the clause that it is of. The test of necessity is still to come: nothing
//! is decided.

use std::sync::Arc;

use theirs_audit::audit;
use theirs_charter::{Charter, Judges, Marks};

/// Who judges what the charter alone does not say.
pub fn judges() -> Judges {
    Judges { press: Arc::new(press), ..Judges::default() }
}

/// The purposes that the press test marks, each with the rules that ask for a second person.
fn press(charter: &Charter) -> Marks {
    let marked = audit(charter, None, "charter.yaml").two_keys;
    let of_purposes = marked.iter().filter(|(flow, _)| charter.purpose(flow).is_some());
    of_purposes
        .flat_map(|(flow, rules)| rules.iter().map(move |rule| (flow, rule)))
        .fold(Marks::none(), |marks, (flow, rule)| marks.marking(flow, rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../../../samples/harbour_books/charter.yaml");

    #[test]
    fn a_purpose_is_marked_for_what_it_does_and_an_honest_one_is_not() {
        let sample = Charter::read("charter.yaml", SAMPLE).unwrap();
        for purpose in &sample.purposes {
            assert!(press(&sample).of(&purpose.name).is_none(), "{}", purpose.name);
        }
        let sold = "
  sale:
    category: share.sell
    basis: legitimate interest
    interest: We earn more.
    says: We sell your address.
    columns: [street, city, postcode]
    recipients: [royal_letters]
    keep: 12 months

  birthday_offer:
";
        let text = SAMPLE.replacen("\n  birthday_offer:\n", sold, 1);
        let text = text.replacen("    role: processor\n", "    role: controller\n", 1);
        let text = text.split("\n# The same to clients who read French").next().unwrap().to_owned();
        let charter = Charter::read("charter.yaml", &text).unwrap_or_else(|p| panic!("{p}"));
        assert!(press(&charter).of("sale").is_some());
    }
}
