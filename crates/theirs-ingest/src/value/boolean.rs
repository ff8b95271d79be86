//! Truth values.

use theirs_model::Cell;

use super::integer;
use crate::fault::Fault;

/// Every way of writing a truth value that is understood; upper and lower case are alike.
const WRITTEN: [(&str, bool); 8] = [
    ("true", true),
    ("false", false),
    ("1", true),
    ("0", false),
    ("yes", true),
    ("no", false),
    ("y", true),
    ("n", false),
];

/// Reads a cell as a truth value.
pub(crate) fn boolean(cell: &Cell<'_>) -> Result<bool, Fault> {
    match cell {
        Cell::Boolean(truth) => Ok(*truth),
        Cell::Integer(_) | Cell::Number(_) => match integer(cell) {
            Ok(1) => Ok(true),
            Ok(0) => Ok(false),
            _ => Err(Fault::Unlike),
        },
        Cell::Text(text) => WRITTEN
            .iter()
            .find(|(written, _)| text.eq_ignore_ascii_case(written))
            .map(|(_, truth)| *truth)
            .ok_or(Fault::Unlike),
        _ => Err(Fault::Unlike),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_understood_in_eight_spellings_and_no_others() {
        let of = |text: &'static str| boolean(&Cell::Text(text.into()));
        assert!(["YES", "y", "True", "1"].iter().all(|text| of(text) == Ok(true)));
        assert!(["No", "N", "false", "0"].iter().all(|text| of(text) == Ok(false)));
        assert!(["2", "ja", "on", "01", "yes."].iter().all(|text| of(text).is_err()));
    }

    #[test]
    fn only_zero_and_one_are_truth_values_among_numbers() {
        assert_eq!(boolean(&Cell::Integer(1)), Ok(true));
        assert_eq!(boolean(&Cell::Number(0.0)), Ok(false));
        assert_eq!(boolean(&Cell::Integer(2)), Err(Fault::Unlike));
        assert_eq!(boolean(&Cell::Number(0.5)), Err(Fault::Unlike));
    }
}
