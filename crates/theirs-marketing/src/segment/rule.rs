//! One rule about one column.

use jiff::civil::Date;

use super::{named, text};

/// A rule about one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The column, as the purpose shows it.
    pub column: String,
    /// What has to be true of it.
    pub test: Test,
}

/// What has to be true of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It is one of these.
    Is(Vec<String>),
    /// It lies between these two, numbers or days, the ends included.
    Between(Option<String>, Option<String>),
    /// It is known.
    Known,
    /// It is not known.
    Unknown,
}

/// The condition that all of these rules make.
pub(super) fn condition(rules: &[Rule]) -> String {
    let parts: Vec<String> = rules.iter().flat_map(Rule::parts).collect();
    if parts.is_empty() { "true".to_owned() } else { parts.join("\nand ") }
}

impl Rule {
    fn parts(&self) -> Vec<String> {
        let column = named(&self.column);
        match &self.test {
            Test::Is(values) if values.is_empty() => Vec::new(),
            Test::Is(values) => {
                let values: Vec<String> = values.iter().map(|value| text(value)).collect();
                vec![format!("{column} in ({})", values.join(", "))]
            }
            Test::Between(least, most) => {
                let bound = |sign: &str, end: &Option<String>| {
                    Some(format!("{column} {sign} {}", bound(end.as_deref()?)?))
                };
                [bound(">=", least), bound("<=", most)].into_iter().flatten().collect()
            }
            Test::Known => vec![format!("{column} is not null")],
            Test::Unknown => vec![format!("{column} is null")],
        }
    }
}

/// A number or a day as SQL writes it; nothing else is a bound.
fn bound(written: &str) -> Option<String> {
    let written = written.trim();
    let digits = written.strip_prefix('-').unwrap_or(written);
    let is_number = digits.parse::<f64>().is_ok_and(f64::is_finite)
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_number {
        return Some(written.to_owned());
    }
    written.parse::<Date>().ok().map(|day| text(&day.to_string()))
}
