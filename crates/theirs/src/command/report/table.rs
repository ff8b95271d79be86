//! The report as one table: a line for each value, for programs that want no tree.

use theirs_rights::{Report, inert};

use super::super::spreadsheet::table;
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
    let lines = values(report).chain(activities(report)).chain(others(report));
    table(
        &HEAD,
        lines.map(|line| {
            let provided = if line.is_provided { "yes" } else { "no" };
            let (part, source, field, from) = (line.part, line.source, line.field, line.from);
            let value = inert(line.value);
            [part, source, &line.item, field, &value, &line.since, from, provided]
                .map(str::to_owned)
        }),
    )
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

fn decisions(report: &Report) -> impl Iterator<Item = Line<'_>> {
    report.decisions.iter().flat_map(|one| {
        let told = [
            ("action", Some(one.action.as_str())),
            ("reason", one.reason.as_deref()),
            ("because", one.because.as_deref()),
            ("would_change", one.would_change.as_deref()),
            ("without_outside", one.without_outside.as_deref()),
        ];
        told.into_iter().filter_map(move |(field, value)| {
            Some(Line {
                part: "decision",
                source: &one.campaign,
                item: one.use_id.to_string(),
                field,
                value: value?,
                since: one.at.to_string(),
                from: "from us",
                is_provided: false,
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
    choices.chain(asked).chain(decisions(report)).chain(uses)
}
