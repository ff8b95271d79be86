//! The files as files: the same bytes each time, the columns the charter names, no loose ends.

#![allow(clippy::unwrap_used, reason = "tests may")]

mod written;

use std::collections::{BTreeMap, BTreeSet};

use harbour_books::{CHARTER, SEED, TODAY, truth};
use written::{Row, Written};

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_gives_others() {
    let (first, second, other) = (Written::new(), Written::new(), Written::with(SEED + 1));
    assert_eq!(first.summary, second.summary);
    assert!(first.bytes() == second.bytes());
    assert!(first.bytes() != other.bytes());
}

#[test]
fn writing_over_an_old_sample_leaves_nothing_of_it() {
    let old = Written::with(SEED + 1);
    harbour_books::write(old.folder.path(), SEED, TODAY).unwrap();
    assert!(old.bytes() == Written::new().bytes());
}

#[test]
fn the_counts_of_the_summary_are_those_of_the_files() {
    let sample = Written::new();
    let counts = &sample.summary.counts;
    assert_eq!(counts.people, 2_000);
    assert_eq!(counts.crm, sample.csv("crm.csv").len());
    assert_eq!(counts.customers, sample.table("customers").len());
    assert_eq!(counts.orders, sample.table("orders").len());
    assert_eq!(counts.order_lines, sample.table("order_lines").len());
    assert_eq!(counts.newsletter, sample.csv("newsletter.csv").len());
    assert_eq!(counts.newsletter_opens, sample.csv("newsletter_opens.csv").len());
    assert_eq!(counts.support, sample.lines("support.jsonl"));
    assert_eq!(counts.tickets, sample.lines("tickets.jsonl"));
    assert_eq!(counts.events, sample.lines("events.jsonl"));
    assert_eq!(counts.broker, sample.csv("broker.csv").len());
    assert_eq!(counts.locations, sample.lines("locations.jsonl"));
    assert_eq!(counts.truth, sample.csv("truth.csv").len());
}

#[test]
fn the_sample_has_the_size_it_is_described_with() {
    let counts = Written::new().summary.counts;
    assert!((1_330..=1_470).contains(&counts.crm), "{counts:?}");
    assert!((1_230..=1_370).contains(&counts.customers), "{counts:?}");
    assert!((840..=960).contains(&counts.newsletter), "{counts:?}");
    assert!((310..=390).contains(&counts.support), "{counts:?}");
    assert!((640..=760).contains(&counts.broker), "{counts:?}");
    assert!((5_500..=6_500).contains(&counts.orders), "{counts:?}");
    assert!((13_000..=15_000).contains(&counts.order_lines), "{counts:?}");
    assert!((8_000..=10_000).contains(&counts.newsletter_opens), "{counts:?}");
    assert!((450..=550).contains(&counts.tickets), "{counts:?}");
    assert!((18_000..=22_000).contains(&counts.events), "{counts:?}");
    assert!((2_800..=3_200).contains(&counts.locations), "{counts:?}");
}

#[test]
fn every_source_of_the_charter_has_its_file_and_columns() {
    let sample = Written::new();
    let files = sample.bytes();
    let mut columns: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut note = |name, rows: Vec<Row>| {
        columns.insert(name, rows[0].keys().cloned().collect());
    };
    note("crm", sample.csv("crm.csv"));
    note("web_shop", sample.table("customers"));
    note("newsletter", sample.csv("newsletter.csv"));
    note("support", sample.json_lines("support.jsonl"));
    note("orders", sample.table("orders"));
    note("order_lines", sample.table("order_lines"));
    note("newsletter_opens", sample.csv("newsletter_opens.csv"));
    note("support_tickets", sample.json_lines("tickets.jsonl"));
    note("web_events", sample.json_lines("events.jsonl"));
    note("lifestyle_broker", sample.csv("broker.csv"));
    note("app_locations", sample.json_lines("locations.jsonl"));
    let promised = promised();
    assert_eq!(promised.len(), columns.len());
    for (source, (file, names)) in &promised {
        assert!(files.contains_key(file), "{file}");
        assert_eq!(names, &columns[&source[..]], "{source}");
    }
}

/// For each source of the charter its file, and its columns with time, key and person.
///
/// Reads only the layout that this one charter has: two, four and six spaces.
fn promised() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let sources = CHARTER.split("\nsources:\n").nth(1).unwrap();
    let sources = sources.split("\nsurvivorship:").next().unwrap();
    let mut promised: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    let mut current = String::new();
    for line in sources.lines().filter(|line| !line.trim().is_empty()) {
        let (name, value) = line.trim().split_once(':').unwrap();
        let value = value.trim();
        let depth = line.len() - line.trim_start().len();
        if depth == 2 {
            name.clone_into(&mut current);
        }
        let (file, columns) = promised.entry(current.clone()).or_default();
        match (depth, name) {
            (4, "file") => value.clone_into(file),
            (4, "time" | "key") | (6, _) => {
                columns.insert(if depth == 4 { value } else { name }.to_owned());
            }
            (4, "person") => {
                let column = value.trim_end_matches([' ', '}']).rsplit(' ').next().unwrap();
                columns.insert(column.to_owned());
            }
            _ => {}
        }
    }
    promised
}

#[test]
fn every_key_stands_once_and_every_reference_leads_somewhere() {
    let sample = Written::new();
    let customers = unique(&sample.table("customers"), "customer_id");
    let letters = unique(&sample.csv("newsletter.csv"), "email");
    let contacts = unique(&sample.json_lines("support.jsonl"), "contact_id");
    let orders = unique(&sample.table("orders"), "order_id");
    unique(&sample.csv("crm.csv"), "client_no");
    unique(&sample.csv("broker.csv"), "broker_ref");
    unique(&sample.table("order_lines"), "line_id");
    unique(&sample.json_lines("events.jsonl"), "event_id");
    unique(&sample.json_lines("tickets.jsonl"), "ticket_id");
    let strays = |rows: Vec<Row>, column: &str, keys: &BTreeSet<String>| -> Vec<String> {
        rows.iter().map(|row| row[column].clone()).filter(|key| !keys.contains(key)).collect()
    };
    let none: Vec<String> = Vec::new();
    assert_eq!(strays(sample.table("orders"), "customer_id", &customers), none);
    assert_eq!(strays(sample.table("order_lines"), "order_id", &orders), none);
    assert_eq!(strays(sample.table("order_lines"), "customer_id", &customers), none);
    assert_eq!(strays(sample.csv("newsletter_opens.csv"), "email", &letters), none);
    assert_eq!(strays(sample.json_lines("tickets.jsonl"), "contact_id", &contacts), none);
    assert_eq!(strays(sample.json_lines("locations.jsonl"), "customer_id", &customers), none);
    // The one stray event is a planted bad row.
    assert_eq!(strays(sample.json_lines("events.jsonl"), "customer_id", &customers), ["C-99999"]);
}

fn unique(rows: &[Row], column: &str) -> BTreeSet<String> {
    let keys: BTreeSet<String> = rows.iter().map(|row| row[column].clone()).collect();
    assert_eq!(keys.len(), rows.len(), "{column}");
    keys
}

#[test]
fn an_order_costs_what_its_lines_cost() {
    let sample = Written::new();
    let mut pence: BTreeMap<String, u64> = BTreeMap::new();
    for line in sample.table("order_lines") {
        *pence.entry(line["order_id"].clone()).or_default() += in_pence(&line["price"]).unwrap();
    }
    let orders = sample.table("orders");
    let differ = |order: &&Row| in_pence(&order["total"]) != Some(pence[&order["order_id"]]);
    let differing: Vec<&str> =
        orders.iter().filter(differ).map(|order| order["total"].as_str()).collect();
    assert_eq!(differing, ["n/a"]);
}

fn in_pence(decimal: &str) -> Option<u64> {
    let (pounds, pence) = decimal.split_once('.').filter(|(_, pence)| pence.len() == 2)?;
    Some(pounds.parse::<u64>().ok()? * 100 + pence.parse::<u64>().ok()?)
}

#[test]
fn moments_are_rfc_3339_and_past() {
    let sample = Written::new();
    let moments = [
        (sample.csv("crm.csv"), "updated_at"),
        (sample.table("customers"), "updated_at"),
        (sample.csv("newsletter.csv"), "changed_at"),
        (sample.json_lines("support.jsonl"), "updated_at"),
        (sample.table("orders"), "ordered_at"),
        (sample.table("order_lines"), "ordered_at"),
        (sample.csv("newsletter_opens.csv"), "opened_at"),
        (sample.json_lines("tickets.jsonl"), "opened_at"),
        (sample.json_lines("events.jsonl"), "at"),
        (sample.json_lines("locations.jsonl"), "at"),
    ];
    let start: jiff::Timestamp = format!("{TODAY}T00:00:00Z").parse().unwrap();
    let past = |text: &str| text.parse::<jiff::Timestamp>().is_ok_and(|moment| moment < start);
    let wrong: Vec<String> = moments
        .iter()
        .flat_map(|(rows, column)| rows.iter().map(|row| row[*column].clone()))
        .filter(|text| !past(text))
        .collect();
    assert_eq!(wrong, ["2025-13-45T25:61:00Z"]);
}

#[test]
fn no_email_leads_to_anybody() {
    let sample = Written::new();
    let registers = [
        sample.csv("crm.csv"),
        sample.table("customers"),
        sample.csv("newsletter.csv"),
        sample.json_lines("support.jsonl"),
        sample.csv("broker.csv"),
    ];
    for row in registers.iter().flatten() {
        let email = row["email"].trim().to_lowercase();
        assert!(email.is_empty() || email.ends_with(".example"), "{email}");
    }
    for (name, bytes) in sample.bytes() {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for domain in text.split('@').skip(1).filter(|_| name.ends_with('v') || name.ends_with('l'))
        {
            let end = domain.find([',', '"', '\n']).unwrap_or(domain.len());
            assert!(domain[..end].trim_end().ends_with(".example"), "{name}: {}", &domain[..end]);
        }
    }
}

#[test]
fn no_telephone_rings_anywhere() {
    let sample = Written::new();
    let registers =
        [sample.csv("crm.csv"), sample.table("customers"), sample.json_lines("support.jsonl")];
    for row in registers.iter().flatten().filter(|row| !row["phone"].is_empty()) {
        let digits: String = row["phone"].chars().filter(char::is_ascii_digit).collect();
        let national = digits.strip_prefix("44").map_or(digits.clone(), |rest| format!("0{rest}"));
        let drama = ["07700900", "01632960", "0207946 0".replace(' ', "").as_str()]
            .iter()
            .any(|range| national.starts_with(range));
        assert!(drama && national.len() == 11, "{}", row["phone"]);
    }
}

#[test]
fn the_truth_names_the_person_of_every_record() {
    let sample = Written::new();
    let rows = sample.csv("truth.csv");
    assert_eq!(rows.len(), truth(SEED, TODAY).len());
    let counts = &sample.summary.counts;
    let records =
        counts.crm + counts.customers + counts.newsletter + counts.support + counts.broker;
    assert_eq!(rows.len(), records - 1, "all but the row without a key");
    assert!(rows.iter().all(|row| (1..=2_000).contains(&row["person"].parse::<u32>().unwrap())));
}
