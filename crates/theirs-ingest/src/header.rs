//! The header check: every wanted column is there before any row is read.

use std::collections::HashSet;
use std::path::Path;

use crate::error::Present;
use crate::{IngestError, Wanted};

/// How alike a name must be to be offered as the one that was meant.
const ALIKE: f64 = 0.6;

/// Finds the position of every wanted column among those present.
pub(crate) fn locate(
    file: &Path,
    wanted: &[Wanted],
    present: &[String],
) -> Result<Vec<usize>, IngestError> {
    wanted.iter().map(|wanted| place(file, &wanted.name, present)).collect()
}

/// The position of one column among those present.
pub(crate) fn place(file: &Path, column: &str, present: &[String]) -> Result<usize, IngestError> {
    let mut places = present.iter().enumerate().filter(|(_, name)| *name == column);
    match (places.next(), places.next()) {
        (Some((place, _)), None) => Ok(place),
        (Some(_), Some(_)) => {
            Err(IngestError::RepeatedColumn { file: file.into(), column: column.into() })
        }
        (None, _) => Err(IngestError::MissingColumn {
            file: file.into(),
            column: column.into(),
            nearest: nearest(column, present),
            present: Present::Names(present.to_vec()),
        }),
    }
}

/// The same error without names that may be values: of those only the nearest stays.
pub(crate) fn unquoted(error: IngestError) -> IngestError {
    match error {
        IngestError::MissingColumn { file, column, nearest, present: Present::Names(names) } => {
            let present = Present::Count(names.len());
            IngestError::MissingColumn { file, column, nearest, present }
        }
        other => other,
    }
}

/// The columns that are present and not wanted.
pub(crate) fn unread(wanted: &[Wanted], present: &[String]) -> Vec<String> {
    let wanted: HashSet<&str> = wanted.iter().map(|wanted| wanted.name.as_str()).collect();
    present.iter().filter(|name| !wanted.contains(name.as_str())).cloned().collect()
}

/// The present name most like `meant`, if any is like it; case and separators do not count.
pub(crate) fn nearest(meant: &str, present: &[String]) -> Option<String> {
    let meant = plain(meant);
    present
        .iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(&meant, &plain(name)), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, name)| name.clone())
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a first line seems to hold a person's values rather than names of columns.
///
/// Messages quote the names that a header has. A file without a header would have its first
/// person quoted; an address, a number or a date among the names gives it away.
pub fn holds_values(names: &[String]) -> bool {
    let numeric = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-')
            && name.chars().all(|c| !c.is_alphabetic())
    };
    names.iter().any(|name| name.contains('@') || numeric(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn the_nearest_name_ignores_case_and_separators() {
        let present = names(&["e_mail", "FirstName", "town"]);
        assert_eq!(nearest("first_name", &present).as_deref(), Some("FirstName"));
        assert_eq!(nearest("email", &present).as_deref(), Some("e_mail"));
        assert_eq!(nearest("basket", &present), None);
    }

    #[test]
    fn a_first_line_of_values_is_told_from_one_of_names() {
        assert!(holds_values(&names(&["Ann", "ann@shop.example"])));
        assert!(holds_values(&names(&["Ann", "1980-01-31"])));
        assert!(!holds_values(&names(&["first name", "2019_sales", "e-mail"])));
    }
}
