//! Values as they may stand in a sentence: each keeps its own writing direction, and what would turn
//! that of its neighbours is shown instead of obeyed (Unicode Standard Annex #9).
//!
//! A value that runs from right to left stands between marks that isolate it, so that a day or a price
//! beside it stays where it is. They work in a sentence, an attribute and a title alike, where an
//! element would not. Price: whoever copies the value copies the marks.

use std::fmt::Write as _;

/// Begins a stretch that takes its direction from what it holds, and ends it.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

/// A value as it may stand on a page.
pub fn isolated(text: &str) -> String {
    if !text.chars().any(|one| steers(one) || runs_left(one)) {
        return text.to_owned();
    }
    let runs_left = text.chars().any(runs_left);
    let mut shown = String::with_capacity(text.len() + 6);
    shown.extend(runs_left.then_some(ISOLATE.0));
    for one in text.chars() {
        match one {
            '\t' | '\n' | '\r' => shown.push(' '),
            one if steers(one) => drop(write!(shown, "[U+{:04X}]", u32::from(one))),
            one => shown.push(one),
        }
    }
    shown.extend(runs_left.then_some(ISOLATE.1));
    shown
}

/// Whether a character is none to read: it controls, or it turns the order of others.
fn steers(one: char) -> bool {
    one.is_control()
        || matches!(one, '\u{61c}' | '\u{200e}' | '\u{200f}')
        || matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is of a script that runs from right to left.
fn runs_left(one: char) -> bool {
    matches!(one, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        || matches!(one, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_leaves_the_order_of_its_neighbours_alone() {
        assert_eq!(isolated("Ada Löwe, 12 rue d'Été"), "Ada Löwe, 12 rue d'Été");
        assert_eq!(isolated("שלום 12"), "\u{2068}שלום 12\u{2069}");
        assert_eq!(isolated("Ada\u{202e}evil"), "Ada[U+202E]evil");
        assert_eq!(isolated("a\nb\u{7}"), "a b[U+0007]");
        let turned = isolated("\u{2069}\u{2067}ع\u{2069}");
        assert_eq!(turned, "\u{2068}[U+2069][U+2067]ع[U+2069]\u{2069}");
    }
}
