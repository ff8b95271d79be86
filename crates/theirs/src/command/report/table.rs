//! The report as one table: a line for each value, for programs that want no tree.

use std::borrow::Cow;

use theirs_rights::Report;

use crate::failure::Failure;

const HEAD: [&str; 8] =
    ["part", "source", "item", "field", "value", "since", "from", "provided_by_you"];

/// One line of the table.
struct Line<'r> {
    part: &'static str,
    source: &'r str,
    item: String,
    field: &'r str,
    value: &'r str,
    since: String,
    from: &'r str,
    /// Whether the person gave it, or it was noted while they dealt with us (GDPR Art. 20).
    is_provided: bool,
}

/// Writes the table.
pub(super) fn write(report: &Report) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let unsound = |error: csv::Error| Failure::Unsound(error.to_string());
    writer.write_record(HEAD).map_err(unsound)?;
    for line in values(report).chain(activities(report)).chain(others(report)) {
        let provided = if line.is_provided { "yes" } else { "no" };
        let value = inert(line.value);
        let cells = [
            line.part,
            line.source,
            &line.item,
            line.field,
            &value,
            &line.since,
            line.from,
            provided,
        ];
        writer.write_record(cells).map_err(unsound)?;
    }
    let bytes = writer.into_inner().map_err(|error| Failure::Unsound(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Failure::Unsound(error.to_string()))
}

/// A value that a spreadsheet takes for a text: one that it would take for a formula is led by an
/// apostrophe. Numbers, of telephones too, stay as they are.
fn inert(value: &str) -> Cow<'_, str> {
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || " .-()/".contains(c));
    let is_formula = match value.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => !is_number(&value[1..]),
        _ => false,
    };
    if is_formula { format!("'{value}").into() } else { value.into() }
}

fn values(report: &Report) -> impl Iterator<Item = Line<'_>> {
    report.record.entries.iter().flat_map(|entry| {
        let own = entry.from.iter().filter(|_| entry.corrected);
        own.chain(&entry.said).map(move |said| Line {
            part: "value",
            source: &said.source,
            item: String::new(),
            field: &entry.column,
            value: &said.value,
            since: said.since.to_string(),
            from: said.origin,
            is_provided: said.admitted && !entry.category.starts_with("inferred."),
        })
    })
}

fn activities(report: &Report) -> impl Iterator<Item = Line<'_>> {
    report.record.activities.iter().flat_map(|section| {
        section.rows.iter().enumerate().flat_map(move |(at, row)| {
            section.columns.iter().zip(row).map(move |(column, cell)| Line {
                part: "activity",
                source: &section.name,
                item: (at + 1).to_string(),
                field: column,
                value: cell,
                since: String::new(),
                from: &section.acquired,
                is_provided: !section.outside,
            })
        })
    })
}

fn others(report: &Report) -> impl Iterator<Item = Line<'_>> {
    let choices = report.choices.iter().map(|choice| Line {
        part: choice.kind,
        source: &choice.said,
        item: String::new(),
        field: &choice.topic,
        value: if choice.yes { "yes" } else { "no" },
        since: choice.at.to_string(),
        from: "from you",
        is_provided: true,
    });
    let uses = report.history.iter().flat_map(|deed| {
        let told = [
            ("by", Some(deed.told.by.as_str())),
            ("sentence", Some(deed.sentence.as_str())),
            ("why", deed.told.says.as_deref()),
        ];
        told.into_iter().filter_map(move |(field, value)| {
            Some(Line {
                part: "use",
                source: "ledger",
                item: deed.use_id.to_string(),
                field,
                value: value?,
                since: deed.at.to_string(),
                from: "",
                is_provided: false,
            })
        })
    });
    let asked = report.requests.iter().flat_map(|one| {
        let said = [
            ("asked", Some(one.asked.word())),
            ("text", one.text.as_deref()),
            ("answer", one.answer.as_deref()),
        ];
        said.into_iter().filter_map(move |(field, value)| {
            Some(Line {
                part: "request",
                source: "requests",
                item: one.number.to_string(),
                field,
                value: value?,
                since: one.came.to_string(),
                from: if field == "answer" { "from us" } else { "from you" },
                is_provided: field == "text",
            })
        })
    });
    choices.chain(asked).chain(uses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_a_formula_in_a_spreadsheet() {
        for formula in ["=1+1", "@sum(a1)", "-2+3+cmd|' /C calc'!A0", "+cmd", "\t=1"] {
            assert!(inert(formula).starts_with('\''), "{formula}");
        }
        for plain in ["+44 (1632) 960191", "-5.50", "Ada", "", "a=b"] {
            assert_eq!(inert(plain), plain);
        }
    }
}
