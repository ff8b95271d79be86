//! Yeses that people gave long ago: a column that says yes beside one that says when.
//!
//! Only rows that were kept are counted, so the number is a least one. Price: a time that stands in
//! another table is not seen.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::Serialize;
use theirs_model::ColumnType;

use crate::finding::ScannedColumn;
use crate::kind::{Kind, days};
use crate::lexicon::plain;
use crate::name::tokens;
use crate::table::{Column, Table};

/// How old a yes may be before it counts as forgotten, in months: what Canada's law gives an implied
/// yes after the last purchase.
const YES_LASTS_MONTHS: i32 = 24;

/// Yeses of one column that are older than that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OldYeses {
    /// The column that says yes.
    pub column: String,
    /// The column that says when.
    pub since: String,
    /// At least so many are too old.
    pub too_old: u64,
}

/// The old yeses of a table, on a day.
pub(crate) fn old_yeses(table: &Table, columns: &[ScannedColumn], today: Date) -> Vec<OldYeses> {
    let span: Span = YES_LASTS_MONTHS.months();
    let Ok(oldest) = today.checked_sub(span) else { return Vec::new() };
    let asked = columns.iter().enumerate().filter(|(_, column)| column.is("preference.consent"));
    let of = |(at, column): (usize, &ScannedColumn)| {
        let said = &table.columns[at];
        let (when, kind) = since(table, columns, at)?;
        let too_old = count(said, when, kind, oldest);
        let (column, since) = (column.name.clone(), when.name.clone());
        (too_old > 0).then_some(OldYeses { column, since, too_old })
    };
    asked.filter_map(of).collect()
}

/// The column of days that says when a yes was given: one whose name shares a word with it, or speaks
/// of consent. Its values must stand beside those of the yes.
fn since<'t>(
    table: &'t Table,
    columns: &'t [ScannedColumn],
    yes: usize,
) -> Option<(&'t Column, &'t Kind)> {
    let said = &table.columns[yes];
    let words = tokens(&said.name);
    let of_consent = [
        "consent",
        "optin",
        "opt",
        "signup",
        "subscribed",
        "agreed",
        "einwilligung",
        "eingewilligt",
        "zustimmung",
        "zugestimmt",
        "anmeldung",
        "angemeldet",
        "consentement",
        "accord",
        "inscription",
        "consentimiento",
    ];
    let speaks = |name: &str| {
        tokens(name).iter().any(|word| words.contains(word) || of_consent.contains(&word.as_str()))
    };
    let is_day = |column: &ScannedColumn| {
        matches!(column.kind.of, ColumnType::Date | ColumnType::Timestamp)
            && !column.is("demo.birthdate")
    };
    let beside = columns.iter().zip(&table.columns).enumerate().find(|(at, (seen, column))| {
        *at != yes
            && is_day(seen)
            && speaks(&column.name)
            && column.values.len() == said.values.len()
            && column.filled == said.filled
    });
    beside.map(|(_, (seen, column))| (column, &seen.kind))
}

fn count(said: &Column, when: &Column, kind: &Kind, oldest: Date) -> u64 {
    let yes = ["yes", "y", "true", "1", "ja", "oui", "si", "opted in", "subscribed", "consented"];
    let is_yes = |value: &str| yes.contains(&plain(value).as_str());
    // Days are written in many ways; instants in a few more, of which the day alone counts.
    let is_old = |value: &String| {
        let iso = || value.get(..10).and_then(|day| day.parse::<Date>().ok());
        let read = days(std::slice::from_ref(value), kind).first().copied();
        read.or_else(iso).is_some_and(|day| day < oldest)
    };
    let rows = said.values.iter().zip(&when.values);
    rows.filter(|(value, day)| is_yes(value) && is_old(day)).count() as u64
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::scan;
    use crate::table::{Column, Origin, Table};

    #[test]
    fn days_are_read_as_they_are_written() {
        let columns = vec![
            Column::new("email", ["a@m.example", "b@m.example", "c@m.example", "d@m.example"]),
            Column::new("newsletter_optin", ["ja", "nein", "ja", "ja"]),
            Column::new(
                "einwilligung_am",
                ["31.03.2019", "01.03.2019", "01.12.2025", "24.05.2018"],
            ),
        ];
        let origin = Origin::File { path: "kunden.csv".to_owned(), table: None };
        let name = "kunden".to_owned();
        let table = Table { origin, name, columns, unread: Vec::new(), rows: 4, is_whole: true };
        let found = scan(&table, date(2026, 3, 2)).old_yeses;
        assert_eq!(found.iter().map(|one| one.too_old).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn yeses_of_years_ago_are_counted_and_the_noes_beside_them_are_not() {
        let columns = vec![
            Column::new("email", ["a@m.example", "b@m.example", "c@m.example", "d@m.example"]),
            Column::new("newsletter_optin", ["yes", "no", "yes", "yes"]),
            Column::new("optin_date", ["2019-03-01", "2019-03-01", "2025-12-01", "2018-05-24"]),
        ];
        let origin = Origin::File { path: "clients.csv".to_owned(), table: None };
        let name = "clients".to_owned();
        let table = Table { origin, name, columns, unread: Vec::new(), rows: 4, is_whole: true };
        let found = scan(&table, date(2026, 3, 2)).old_yeses;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].column.as_str(), found[0].too_old), ("newsletter_optin", 2));
    }
}
