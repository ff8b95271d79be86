//! What is wrong with a charter: the place, the offending text and a hint.

use std::fmt;

use unicode_width::UnicodeWidthChar;

use crate::text::{Place, lines};

/// One fault in a charter, at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// How many characters are at fault.
    pub width: usize,
    /// What is wrong, quoting the offending text.
    pub message: String,
    /// What to do about it, often the nearest valid name.
    pub hint: Option<String>,
}

/// Every fault found in one charter, in the order of the lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// The file's name as the user gave it.
    pub file: String,
    /// The text in which the places lie.
    pub text: String,
    /// The faults.
    pub list: Vec<Problem>,
}

/// How many problems are shown; a reader mends the first ones first.
const SHOWN: usize = 50;

/// How many characters of a line are shown before and after the place.
const BEFORE: usize = 80;
const AFTER: usize = 80;

impl Problem {
    /// A fault at a place.
    pub fn at(place: Place, message: String, hint: Option<String>) -> Self {
        let Place { line, column, width } = place;
        Self { line, column, width, message, hint }
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources: Vec<&str> = lines(&self.text).collect();
        for (at, problem) in self.list.iter().take(SHOWN).enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            self.show(problem, &sources, f)?;
        }
        match self.list.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl Problems {
    fn show(&self, problem: &Problem, sources: &[&str], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { line, column, width, message, hint } = problem;
        write!(f, "{}:{line}:{column}: {}", self.file, plain(message))?;
        let hint = plain(hint.as_deref().unwrap_or(""));
        let gutter = line.to_string().len();
        match sources.get(line.saturating_sub(1)).filter(|source| !source.trim().is_empty()) {
            Some(source) => {
                let (shown, marks) = underline(source, column.saturating_sub(1), *width);
                write!(f, "\n  {line} | {shown}\n  {:gutter$} | {marks}", "")?;
                if hint.is_empty() { Ok(()) } else { write!(f, " {hint}") }
            }
            None if hint.is_empty() => Ok(()),
            None => write!(f, "\n  {hint}"),
        }
    }
}

/// The part of a line around a place, and the carets that stand under the place.
fn underline(line: &str, at: usize, width: usize) -> (String, String) {
    let from = at.saturating_sub(BEFORE);
    let mut rest = line.chars().skip(from);
    let left: String = rest.by_ref().take(at - from).map(printable).collect();
    let fault: String = rest.by_ref().take(width.clamp(1, AFTER)).map(printable).collect();
    let room = AFTER.saturating_sub(fault.chars().count());
    let right: String = rest.by_ref().take(room).map(printable).collect();
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    let (head, tail) = (cut(from > 0), cut(rest.next().is_some()));
    let indent: String = head.chars().chain(left.chars()).map(blank).collect();
    let marks = "^".repeat(fault.chars().map(cells).sum::<usize>().max(1));
    (format!("{head}{left}{fault}{right}{tail}"), format!("{indent}{marks}"))
}

/// How many cells of a terminal a character takes.
fn cells(c: char) -> usize {
    c.width().unwrap_or(1)
}

/// White space as wide as a character.
fn blank(c: char) -> String {
    if c == '\t' { c.to_string() } else { " ".repeat(cells(c)) }
}

/// A character that may be sent to a terminal: none that moves the cursor or turns the text.
fn printable(c: char) -> char {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if turns || (c.is_control() && c != '\t') { char::REPLACEMENT_CHARACTER } else { c }
}

fn plain(text: &str) -> String {
    text.chars().map(printable).collect()
}

/// A text as a message quotes it: on one line and of bounded length.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let on_one_line = |c: char| if c == '\n' { ' ' } else { printable(c) };
    let shown: String = text.chars().take(LONGEST).map(on_one_line).collect();
    let cut = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    format!("\"{shown}{cut}\"")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn shown(line: &str, column: usize, width: usize) -> String {
        let problem =
            Problem { line: 1, column, width, message: "wrong".into(), hint: Some("mend".into()) };
        Problems { file: "c.yaml".into(), text: line.into(), list: vec![problem] }.to_string()
    }

    #[test]
    fn caret_stands_under_the_place_whatever_the_width_of_the_letters() {
        assert_snapshot!(shown("日本: café x", 9, 1), @"
        c.yaml:1:9: wrong
          1 | 日本: café x
            |           ^ mend
        ");
        assert_snapshot!(shown("q\u{301}tq\u{301}: x", 7, 1), @"
        c.yaml:1:7: wrong
          1 | q́tq́: x
            |     ^ mend
        ");
        assert_snapshot!(shown("\ta: x", 5, 1), @"
        c.yaml:1:5: wrong
          1 | 	a: x
            | 	   ^ mend
        ");
    }

    #[test]
    fn long_line_is_cut_on_both_sides() {
        let line = format!("{}wrong{}", "a".repeat(500), "b".repeat(500));
        assert_snapshot!(shown(&line, 501, 5), @"
        c.yaml:1:501: wrong
          1 | …aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaawrongbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
            |                                                                                  ^^^^^ mend
        ");
    }

    #[test]
    fn place_outside_the_text_is_shown_without_a_line() {
        let problem = Problem { line: 9, column: 9, width: 9, message: "wrong".into(), hint: None };
        let problems = Problems { file: "c.yaml".into(), text: String::new(), list: vec![problem] };
        assert_eq!(problems.to_string(), "c.yaml:9:9: wrong");
    }

    #[test]
    fn what_would_move_the_cursor_is_not_shown() {
        assert_eq!(quoted("a\u{1b}[31m\u{202e}b\nc"), "\"a\u{fffd}[31m\u{fffd}b c\"");
        assert!(!shown("a\u{1b}[31m", 1, 1).contains('\u{1b}'));
    }

    #[test]
    fn only_the_first_fifty_problems_are_shown() {
        let problem = Problem { line: 1, column: 1, width: 1, message: "wrong".into(), hint: None };
        let list = vec![problem; 53];
        let shown = Problems { file: "c".into(), text: "a".into(), list }.to_string();
        assert_eq!(shown.matches("wrong").count(), 50);
        assert!(shown.ends_with("\nand 3 more"));
    }
}
