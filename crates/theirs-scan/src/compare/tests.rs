//! What a charter leaves unsaid is told, and what it says is not told again.

use jiff::civil::date;
use tempfile::tempdir;
use theirs_charter::Charter;

use super::compare;
use crate::scan::{Scan, scan};
use crate::table::{Column, Origin, Table};
use crate::{Difference, open};

const CHARTER: &str = r"
charter: 1
time_zone: Europe/London
controller: { name: Quay Books, email: hello@quay.example }
sources:
  crm:
    kind: internal
    acquired: You told us at the till.
    file: crm.csv
    holds: identity
    key: client_no
    columns: { client_no: id.customer.client_number, name: identity.name.full, note: preference.stated }
  tickets:
    kind: subject
    acquired: You wrote to us.
    file: tickets.csv
    holds: activity
    category: behaviour.service
    time: at
    person: { source: crm, column: client_no }
    columns: { at: timestamp, topic: text }
purposes:
  answer_you: { category: service.support, basis: contract, says: We answer you., columns: [full_name], keep: 1 year }
roles:
  service: { purposes: [answer_you] }
";

fn table(name: &str, columns: &[(&str, &[&str])]) -> Table {
    let column = |(name, values): &(&str, &[&str])| Column::new(name, values.iter().copied());
    let origin = Origin::File { path: format!("exports/{name}.csv"), table: None };
    let columns = columns.iter().map(column).collect();
    Table { origin, name: name.to_owned(), columns, unread: Vec::new(), rows: 4, is_whole: true }
}

fn differences(tables: &[Table]) -> String {
    let charter = Charter::read("charter.yaml", CHARTER).unwrap();
    let tables = tables.iter().map(|table| scan(table, date(2026, 3, 2))).collect();
    let differences = compare(&Scan { tables }, &charter);
    differences.iter().map(Difference::plain).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_the_charter_does_not_say_is_told() {
    let told = differences(&[
        table(
            "crm",
            &[
                ("client_no", &["K-1", "K-2", "K-3", "K-4"]),
                ("name", &["Emma Smith", "Hans Jones", "Ada Quux", "Paul Weber"]),
                ("religion", &["Catholic", "Muslim", "Hindu", "Jewish"]),
                ("note", &["asthma", "diabetes", "none", "asthma"]),
                ("mosaic_group", &["A", "B", "A", "C"]),
            ],
        ),
        table(
            "tickets",
            &[
                ("client_no", &["K-1", "K-2"]),
                ("at", &["2026-01-01T00:00:00Z"]),
                (
                    "topic",
                    &[
                        "I am pregnant and the parcel came late",
                        "Please call 020 7946 0001 about my order",
                    ],
                ),
            ],
        ),
        table("leads", &[("email", &["a@shop.example", "b@shop.example"])]),
    ]);
    insta::assert_snapshot!(told, @r#"
    crm has a column religion that the charter leaves out: religious or philosophical belief (named "religion"; its values are names of faiths)
    crm.note is preference.stated in the charter and looks like health (75 % of its values have words of illness or cure)
    crm has a column mosaic_group that the charter leaves out: data bought from a data broker (named "mosaic group")
    crm is ours in the charter, and looks bought: mosaic_group
    tickets.topic is behaviour.service in the charter and has telephone numbers in it
    tickets.topic is behaviour.service in the charter and has words of illness or cure in it
    no source of the charter is exports/leads.csv, which looks to hold email address
    "#);
}

#[test]
fn a_charter_that_says_all_is_left_alone() {
    let folder = tempdir().unwrap();
    harbour_books::write(folder.path(), harbour_books::SEED, harbour_books::TODAY).unwrap();
    std::fs::remove_file(folder.path().join("truth.csv")).unwrap();
    let text = std::fs::read_to_string(folder.path().join("charter.yaml")).unwrap();
    let charter = Charter::read("charter.yaml", &text).unwrap();
    let shown = open(folder.path().to_str().unwrap()).unwrap();
    let tables = shown.tables.iter().map(|table| scan(table, date(2026, 3, 2))).collect();
    let told: Vec<String> =
        compare(&Scan { tables }, &charter).iter().map(Difference::plain).collect();
    insta::assert_snapshot!(told.join("\n"), @"");
}
