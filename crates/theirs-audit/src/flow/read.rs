//! From a file to flows: read whole or not at all, with the line and the nearest valid name.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::{Error, Spanned};
use theirs_charter::{Place, Problem, Problems, nearest};

use super::many::EXPECTED;
use super::{ASSUMED, Flow, Stands};

/// The longest file that is read, in bytes.
const LONGEST: usize = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    flows: Vec<Spanned<Flow>>,
}

/// The same file, as far as it tells which fields were written.
#[derive(Deserialize)]
struct Written {
    flows: Vec<BTreeMap<String, serde_json::Value>>,
}

/// Reads a file of flows; `file` is its name in messages.
///
/// # Errors
/// The first thing in it that is not understood.
pub fn read(file: &str, text: &str) -> Result<Vec<Flow>, Problems> {
    let whole =
        |problem| Problems { file: file.to_owned(), text: text.to_owned(), list: vec![problem] };
    if text.len() > LONGEST {
        let message =
            format!("a file of flows has at most {LONGEST} bytes, this has {}", text.len());
        return Err(whole(Problem::at(START, message, None)));
    }
    let read: File = serde_saphyr::from_str(text).map_err(|error| whole(explain(&error)))?;
    if read.flows.is_empty() {
        let hint = "write one as \"- name: receipts\"; docs/audit.md has the fields".to_owned();
        return Err(whole(Problem::at(START, "no flow stands here".to_owned(), Some(hint))));
    }
    let written: Written = serde_saphyr::from_str(text).map_err(|error| whole(explain(&error)))?;
    let mut flows: Vec<Flow> = Vec::new();
    for (spanned, written) in read.flows.into_iter().zip(written.flows) {
        let line = usize::try_from(spanned.defined.line()).unwrap_or(1);
        if flows.iter().any(|flow| flow.name == spanned.value.name) {
            let message = format!("two flows are called \"{}\"", spanned.value.name);
            return Err(whole(Problem::at(Place { line, ..START }, message, None)));
        }
        let assumed = ASSUMED.into_iter().filter(|field| !written.contains_key(*field)).collect();
        let stands = Stands::File;
        flows.push(Flow { line: Some(line), assumed, stands, ..spanned.value });
    }
    Ok(flows)
}

const START: Place = Place { line: 1, column: 1, width: 1 };

fn explain(error: &Error) -> Problem {
    let error = error.without_snippet();
    let place = error.location().map_or(START, |at| Place {
        line: usize::try_from(at.line()).unwrap_or(1).max(1),
        column: usize::try_from(at.column()).unwrap_or(1).max(1),
        width: 1,
    });
    let (message, hint, width) = match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            (format!("a flow has no \"{field}\" here"), Some(among(field, expected)), field.len())
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => (
            format!("\"{variant}\" is not known here"),
            Some(among(variant, expected)),
            variant.len(),
        ),
        Error::SerdeMissingField { field, .. } => (format!("\"{field}\" is missing"), None, 1),
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("a field");
            (format!("\"{key}\" stands here twice"), Some("keep one of them".to_owned()), key.len())
        }
        Error::Unexpected { expected, .. } => {
            let (message, hint) = mismatch(expected);
            (message.to_owned(), Some(hint.to_owned()), 1)
        }
        Error::SerdeInvalidType { expected, .. } => {
            let (message, hint) = mismatch(expected);
            (message.to_owned(), Some(hint.to_owned()), 1)
        }
        Error::MultipleDocuments { .. } => (
            "a second document begins here".to_owned(),
            Some("take out the line \"---\"".to_owned()),
            1,
        ),
        other => {
            let words = other.to_string();
            let first = words.lines().next().unwrap_or("this is not YAML");
            (first.split(" at line ").next().unwrap_or(first).to_owned(), None, 1)
        }
    };
    Problem::at(Place { width, ..place }, message, hint)
}

/// What stands in the wrong form, and how to write it.
fn mismatch(expected: &str) -> (&'static str, &'static str) {
    if expected.contains("seq") || expected == EXPECTED {
        (
            "a list belongs here",
            "write it in [ ], or each on a line of its own that begins with \"- \"",
        )
    } else if expected.contains("map") || expected.contains("struct") {
        ("fields belong here", "write them as { field: value }, or each on a line of its own")
    } else if expected.contains("scalar") || expected.contains("string") {
        ("a single text belongs here", "a text in [ ] or { } needs quotes")
    } else {
        ("this is of the wrong kind", "docs/audit.md says what each field takes")
    }
}

fn among(given: &str, known: &[&'static str]) -> String {
    match nearest(given, known.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("known are: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn refused(text: &str) -> String {
        read("flows.yaml", text).expect_err("this is no flow").to_string()
    }

    #[test]
    fn a_flow_of_three_lines_is_whole() {
        let flows = read(
            "flows.yaml",
            "flows:\n- name: tips\n  purpose: personalise.recommend\n  data: [{ category: purchase.history }]\n",
        )
        .expect("this is a flow");
        assert_eq!((flows.len(), flows[0].line), (1, Some(2)));
    }

    #[test]
    fn what_is_left_out_is_known_to_be_taken_for_granted() {
        let flows = read(
            "flows.yaml",
            "flows:\n- name: a\n  told: individually\n- name: b\n  basis: consent\n  choice: {}\n  \
             keep: { promised: 1 day }\n  told: late\n",
        );
        let assumed = flows.expect("flows").into_iter().map(|flow| flow.assumed);
        assert_eq!(assumed.collect::<Vec<_>>(), [vec!["basis", "choice", "keep"], vec![]]);
    }

    #[test]
    fn what_is_not_known_is_refused_with_its_line_and_the_nearest_name() {
        assert_snapshot!(refused("flows:\n- name: tips\n  chioce: { offered: opt_in }\n"), @r#"
        flows.yaml:3:3: a flow has no "chioce" here
          3 |   chioce: { offered: opt_in }
            |   ^^^^^^ did you mean "choice"?
        "#);
        assert_snapshot!(refused("flows:\n- name: tips\n  choice: { offered: optin }\n"), @r#"
        flows.yaml:3:22: "optin" is not known here
          3 |   choice: { offered: optin }
            |                      ^^^^^ did you mean "opt_in"?
        "#);
        assert_snapshot!(refused("flows:\n- name: tips\n  data:\n  - category: contact.emial\n"), @r#"
        flows.yaml:4:15: unknown data category "contact.emial"; did you mean "contact.email"?
          4 |   - category: contact.emial
            |               ^
        "#);
        assert_snapshot!(refused("flows:\n- purpose: service.order\n"), @r#"
        flows.yaml:2:3: "name" is missing
          2 | - purpose: service.order
            |   ^
        "#);
        assert_snapshot!(refused("flows:\n- name: a\n- name: a\n"), @r#"
        flows.yaml:3:1: two flows are called "a"
          3 | - name: a
            | ^
        "#);
    }

    #[test]
    fn what_has_the_wrong_form_is_told_in_words_of_the_file() {
        let told = refused("flows: { name: a }\n");
        for part in ["flows.yaml:1:", "a list belongs here", "begins with \"- \""] {
            assert!(told.contains(part), "{told}");
        }
        assert_snapshot!(refused("flows:\n- name: a\n  name: b\n"), @r#"
        flows.yaml:3:3: "name" stands here twice
          3 |   name: b
            |   ^^^^ keep one of them
        "#);
        assert_snapshot!(refused("flows: []\n"), @r#"
        flows.yaml:1:1: no flow stands here
          1 | flows: []
            | ^ write one as "- name: receipts"; docs/audit.md has the fields
        "#);
        assert_snapshot!(refused("flows:\n- name: a\n  choice: yes\n"), @r#"
        flows.yaml:3:11: fields belong here
          3 |   choice: yes
            |           ^ write them as { field: value }, or each on a line of its own
        "#);
    }

    #[test]
    fn a_period_is_a_number_and_a_unit() {
        assert_snapshot!(refused("flows:\n- name: a\n  keep: { promised: a while }\n"), @r#"
        flows.yaml:3:21: "a while" is no period: write 90 days, 12 months, 6 years or for ever
          3 |   keep: { promised: a while }
            |                     ^
        "#);
    }
}
