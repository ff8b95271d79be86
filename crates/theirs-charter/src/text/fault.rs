//! What to say when a text is not YAML, or not YAML that could be a charter.

use serde_saphyr::Error;
use serde_saphyr::budget::BudgetBreach;

use super::{Place, as_index, lines};
use crate::problem::{Problem, quoted};

/// What the library says, and what usually helps.
const ADVICE: [(&str, &str); 10] = [
    ("mapping values are not allowed", "is the indentation right? a text with \": \" needs quotes"),
    ("unexpected character: `\\u", "take it out: it is a character that cannot be seen"),
    ("unexpected character", "a text that begins with this character needs quotes"),
    ("unclosed quote", "close the quote on this line"),
    ("did not find expected", "is everything here indented as its neighbours are?"),
    ("illegal placement of ':'", "is a bracket left open above?"),
    ("unclosed bracket", "close it with ] or }"),
    ("misplaced bracket", "nothing is open that this could close; a text of it needs quotes"),
    ("unknown anchor", "a text that begins with * needs quotes"),
    ("trailing content", "put the whole text in one pair of quotes"),
];

/// Turns an error of the library into a problem of the charter.
pub(super) fn explain(error: &Error, text: &str) -> Problem {
    let error = error.without_snippet();
    let place = error.location().map_or(Place::START, |at| Place {
        line: as_index(at.line()).max(1),
        column: as_index(at.column()).max(1),
        width: 1,
    });
    if let Some(problem) = tab(place, text) {
        return problem;
    }
    let (message, hint) = in_words(error);
    let Place { line, column, width } = place;
    Problem { line, column, width, message, hint: hint.map(str::to_owned) }
}

fn in_words(error: &Error) -> (String, Option<&'static str>) {
    let (message, hint) = match error {
        Error::AliasError { error, .. } => return in_words(error),
        Error::MultipleDocuments { .. } => {
            ("a charter is one document, and a second begins here", "take out the line \"---\"")
        }
        Error::NullIntoString { .. } => ("a name is missing here", "write one before the colon"),
        Error::Unexpected { expected: "string scalar", .. } => {
            ("a name must be a single text", "a text in [ ] or { } needs quotes")
        }
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => {
            ("this is nested too deeply", "no part of a charter is deeper than six levels")
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. } => {
            ("this charter holds too many values", "write out what is repeated, or repeat less")
        }
        other => return syntax(&other.to_string()),
    };
    (message.to_owned(), Some(hint))
}

fn syntax(plain: &str) -> (String, Option<&'static str>) {
    if plain.contains("recursion limit") {
        return in_words(&Error::Budget {
            breach: BudgetBreach::Depth { depth: 0 },
            location: serde_saphyr::Location::UNKNOWN,
        });
    }
    let message = plain.split(" at line ").next().unwrap_or(plain).replace('`', "'");
    let hint = ADVICE.iter().find(|(said, _)| plain.contains(said)).map(|(_, hint)| *hint);
    (format!("this is not YAML: {message}"), hint)
}

/// A tab in the indentation, which the library reports in many ways and at many places.
fn tab(place: Place, text: &str) -> Option<Problem> {
    let mut near = lines(text).enumerate().skip(place.line.saturating_sub(1)).take(2);
    near.find_map(|(at, line)| {
        let tabbed = line.trim();
        let indent = line.split(tabbed).next().filter(|_| !tabbed.is_empty())?;
        let before = indent.chars().position(|c| c == '\t')?;
        let message = format!("a tab indents {}", quoted(tabbed));
        let hint = Some("YAML is indented with spaces only".to_owned());
        Some(Problem { line: at + 1, column: before + 1, width: 1, message, hint })
    })
}
