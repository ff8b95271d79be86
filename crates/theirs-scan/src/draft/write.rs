//! Writes a plan as YAML, with what a human must decide said where it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use theirs_model::ColumnType;

use super::meaning::Meanings;
use super::plan::{Holds, Plan, Planned};
use super::word::{in_words, is_name, name_of, quoted};
use crate::finding::{ScannedColumn, ScannedTable};
use crate::table::Origin;

/// The zone that a draft begins with; a human says the right one.
const ZONE: &str = "Europe/London";

/// The charter of a plan.
pub(super) fn charter(plan: &Plan<'_>) -> String {
    let mut pen = Pen { text: String::new(), meanings: Meanings::default() };
    pen.top(plan);
    pen.sources(plan);
    pen.foot();
    pen.text
}

/// The sources of a plan, and first what should be known of them.
pub(super) fn section(plan: &Plan<'_>) -> String {
    let mut pen = Pen { text: String::new(), meanings: Meanings::default() };
    pen.line("# Guessed by `theirs source inspect`: put right what is wrong, and leave out what you do not need.");
    pen.warnings(plan);
    pen.sources(plan);
    pen.text
}

/// The folder that all files lie in.
fn root(plan: &Plan<'_>) -> PathBuf {
    let files = plan.tables.iter().filter_map(|table| match &table.origin {
        Origin::File { path, .. } | Origin::Sheet { path, .. } => {
            Path::new(path).parent().map(Path::to_owned)
        }
        Origin::Postgres { .. } | Origin::MariaDb { .. } => None,
    });
    files
        .reduce(|one, other| {
            one.ancestors()
                .find(|root| other.starts_with(root))
                .map_or_else(PathBuf::new, Path::to_owned)
        })
        .unwrap_or_default()
}

fn in_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What was written so far.
struct Pen {
    text: String,
    meanings: Meanings,
}

impl Pen {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn top(&mut self, plan: &Plan<'_>) {
        self.line("# A draft, made by `theirs scan --draft` from what was found. Nothing in it is promised yet:");
        self.line("# read it, put right what it guessed, and replace every sentence that begins with \"Say here\".");
        self.line("# It is inert until `theirs charter apply`.");
        self.warnings(plan);
        self.line("charter: 1");
        self.line(&format!("time_zone: {ZONE}        # the zone in which your days begin and end"));
        self.line("");
        self.line("controller:                     # who answers for the data");
        self.line("  name: Say here who you are");
        self.line("  email: hello@your-organisation.example");
        self.line("");
    }

    fn sources(&mut self, plan: &Plan<'_>) {
        if plan.sources.is_empty() {
            self.line("sources: {}                     # nothing was found that leads to a person");
        } else {
            self.line("sources:");
        }
        let root = root(plan);
        for planned in &plan.sources {
            self.source(planned, &root);
        }
        for (table, why) in &plan.left {
            self.line(&format!(
                "  # Left out: {}. {}.",
                in_one_line(&table.origin.to_string()),
                in_words(&in_one_line(why))
            ));
        }
    }

    fn warnings(&mut self, plan: &Plan<'_>) {
        let warned = plan.tables.iter().filter(|table| !table.warnings.is_empty());
        let mut is_first = true;
        for table in warned {
            if std::mem::take(&mut is_first) {
                self.line("#\n# Look at these first:");
            }
            for warning in &table.warnings {
                let warning = in_one_line(&warning.plain());
                self.line(&format!("#   {}: {warning}", in_one_line(&table.origin.to_string())));
            }
        }
    }

    fn source(&mut self, planned: &Planned<'_>, root: &Path) {
        let is_bought = planned.table.is_some_and(|table| table.is_bought);
        self.line(&format!("  {}:", planned.name));
        if is_bought {
            self.line("    kind: broker                # it looks bought; say partner or internal if it was not");
        } else {
            self.line("    kind: internal              # or subject, if people typed it in; partner, broker or public");
        }
        self.line(&format!("    called: {}", quoted(&in_words(&planned.name))));
        self.line(
            "    acquired: Say here how you got this, as you would say it to the people in it.",
        );
        if let Some(table) = planned.table {
            self.file(planned, table, root);
        }
        match &planned.holds {
            Holds::Identity { key } => self.identity(planned, key),
            Holds::Activity { .. } => self.activity(planned),
        }
    }

    /// Where a file lies: below the folder of sources, or in a bucket.
    fn place(&mut self, path: &str, root: &Path) {
        let Some((bucket, file)) = path.strip_prefix("s3://").and_then(|path| path.split_once('/'))
        else {
            let below = Path::new(path).strip_prefix(root).unwrap_or(Path::new(path));
            return self.line(&format!("    file: {}", quoted(&below.display().to_string())));
        };
        let known = name_of(bucket);
        self.line(&format!(
            "    bucket: {known}    # theirs.yaml says where: buckets: {{ {known}: {{ url: s3://{bucket} }} }}"
        ));
        self.line(&format!("    file: {}", quoted(file)));
    }

    fn file(&mut self, planned: &Planned<'_>, table: &ScannedTable, root: &Path) {
        match &table.origin {
            Origin::File { path, table } => {
                self.place(path, root);
                if let Some(table) = table {
                    self.line(&format!("    table: {}", quoted(table)));
                }
            }
            Origin::Sheet { path, sheet } => {
                let is_read = path.to_ascii_lowercase().ends_with(".xlsx");
                if is_read {
                    self.place(path, root);
                    self.line(&format!("    sheet: {}", quoted(sheet)));
                } else {
                    let sheet = in_one_line(sheet);
                    self.line(&format!(
                        "    file: {}.csv  # save the sheet {sheet} so",
                        planned.name
                    ));
                }
            }
            Origin::Postgres { database, table: name }
            | Origin::MariaDb { database, table: name } => {
                let known = name_of(database);
                self.line(&format!(
                    "    database: {known}    # theirs.yaml says where: databases: {{ {known}: {{ url: … }} }}"
                ));
                self.line(&format!("    table: {}", quoted(name)));
                if let Some(cursor) = cursor(table) {
                    self.line(&format!(
                        "    cursor: {}    # only rows that changed since are read",
                        quoted(cursor)
                    ));
                }
            }
        }
        if table.columns.iter().any(|column| column.kind.needs_zone) {
            self.line(&format!("    time_zone: {ZONE}    # instants in it do not say in which zone they were written"));
        }
    }

    fn identity(&mut self, planned: &Planned<'_>, key: &str) {
        self.line("    holds: identity");
        self.line(&format!("    key: {}", quoted(key)));
        let Some(table) = planned.table else { return };
        self.line("    columns:");
        let mut within = BTreeSet::new();
        let mut left = Vec::new();
        for column in &table.columns {
            if let Some((meaning, why)) = self.meanings.of(planned, column, &mut within) {
                self.line(&format!("      {}: {meaning}{why}", quoted(&column.name)));
            } else {
                left.push(in_one_line(&column.name));
            }
        }
        if within.is_empty() {
            let name = name_of(key);
            self.line(&format!("      {}: id.customer.{name}", quoted(key)));
            left.retain(|column| column != key);
        }
        self.left(&left);
    }

    fn left(&mut self, left: &[String]) {
        if !left.is_empty() {
            self.line("      # Not read, as nothing says that they are about people; add them if they are:");
            self.line(&format!("      #   {}", left.join(", ")));
        }
    }

    fn activity(&mut self, planned: &Planned<'_>) {
        let Holds::Activity { key, time, source, person, is_unknown } = &planned.holds else {
            return;
        };
        let Some(table) = planned.table else { return };
        let category = category(table);
        self.line("    holds: activity");
        self.line(&format!("    category: {category}"));
        match key {
            Some(key) => self.line(&format!("    key: {}", quoted(key))),
            None => self.line("    # key: the column that names a row, if there is one"),
        }
        self.line(&format!("    time: {}", time.name));
        let unknown = if *is_unknown { ", unknown: create" } else { "" };
        self.line(&format!(
            "    person: {{ source: {source}, column: {}{unknown} }}",
            quoted(person)
        ));
        self.line("    columns:");
        let mut left = Vec::new();
        let mut misnamed = Vec::new();
        for column in &table.columns {
            let is_person = column.name == *person;
            let is_wanted = column.name == time.name
                || Some(column.name.as_str()) == *key
                || column.best().is_some();
            if is_person {
                continue;
            }
            match (is_wanted, is_name(&column.name)) {
                (true, true) => {
                    let typed = typed(column, category);
                    self.line(&format!("      {}: {typed}", column.name));
                }
                (true, false) => misnamed.push(in_one_line(&column.name)),
                (false, _) => left.push(in_one_line(&column.name)),
            }
        }
        self.left(&left);
        if !misnamed.is_empty() {
            self.line(
                "      # Rename these in the file to small letters, digits and _, then add them:",
            );
            self.line(&format!("      #   {}", misnamed.join(", ")));
        }
    }

    fn foot(&mut self) {
        self.line("");
        self.line("purposes:                       # what data may be used for: say yours; this one lets you answer people");
        self.line("  answer_you:");
        self.line("    category: service.support");
        self.line("    basis: contract");
        self.line("    says: We look up your details to answer you when you write to us.");
        if !self.meanings.reached.is_empty() {
            let columns: Vec<&str> = self.meanings.reached.iter().map(String::as_str).collect();
            let columns = columns.join(", ");
            self.line(&format!("    columns: [{columns}]"));
        }
        self.line("    keep: 24 months");
        self.line("");
        self.line("roles:                          # which colleagues may use which purposes");
        self.line("  service: { says: our customer service, purposes: [answer_you] }");
        self.line("  privacy: { says: our privacy officer, purposes: [], may_see_records: true }");
    }
}

/// The column by which reading a table could go on: when a row was last changed, by its name. How
/// servers write instants is not always known here, so that a text may be one.
fn cursor(table: &ScannedTable) -> Option<&str> {
    let said = ["updated", "modified", "changed"];
    let column = table.columns.iter().find(|column| {
        let words = crate::name::tokens(&column.name);
        let is_when = words.last().is_some_and(|last| {
            ["at", "on", "time"].contains(&last.as_str()) || said.contains(&last.as_str())
        });
        let is_instant = column.kind.of == ColumnType::Timestamp
            || (column.kind.of == ColumnType::Text && is_when);
        is_instant
            && column.filled == table.rows
            && words.iter().any(|word| said.contains(&word.as_str()))
    });
    column.map(|column| column.name.as_str())
}

/// The type of a column of an activity, with its category where that is another.
fn typed(column: &ScannedColumn, category: &str) -> String {
    let kind = column.kind.of.name();
    let own = column.best().map(|best| best.category).filter(|own| *own != category);
    let format = column.kind.format;
    if own.is_none() && format.is_none() {
        return kind.to_owned();
    }
    let mut fields = format!("type: {kind}");
    if let Some(own) = own {
        let _ = write!(fields, ", category: {own}");
    }
    if let Some(format) = format {
        let _ = write!(fields, ", format: \"{format}\"");
    }
    format!("{{ {fields} }}")
}

/// What the rows of an activity are, by its name or by most of its columns.
fn category(table: &ScannedTable) -> &'static str {
    if table.columns.iter().any(|column| column.is("location.precise")) {
        return "location.precise";
    }
    let kinds = [
        ("purchase", "purchase.history"),
        ("service", "behaviour.service"),
        ("engagement", "behaviour.engagement"),
        ("browsing", "behaviour.browsing_own"),
    ];
    if let Some((_, category)) = kinds.iter().find(|(kind, _)| table.setting.is(kind)) {
        return category;
    }
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for best in table.columns.iter().filter_map(ScannedColumn::best) {
        if !best.category.starts_with("id.") && !best.category.starts_with("contact.") {
            *counts.entry(best.category).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map_or("purchase.history", |(category, _)| category)
}
