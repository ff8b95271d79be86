//! A look into files that no charter names.

use theirs_ingest::{IngestError, Limit, Onlooker, Peeked, peek};

use crate::sample::Folder;

#[derive(Default)]
struct Seen {
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

impl Onlooker for Seen {
    fn columns(&mut self, names: &[String]) {
        self.columns = names.to_vec();
        self.rows.clear();
    }

    fn row(&mut self, values: &[Option<&str>]) {
        self.rows.push(values.iter().map(|value| value.map(str::to_owned)).collect());
    }
}

const ALL: Limit = Limit { rows: u64::MAX, bytes: u64::MAX };

fn look(name: &str, content: &str, limit: Limit) -> Result<(Peeked, Seen), IngestError> {
    let (_folder, file) = Folder::with(name, content);
    let mut seen = Seen::default();
    let peeked = peek(&file, None, limit, &mut seen)?;
    Ok((peeked, seen))
}

#[test]
fn every_column_is_seen_as_text_and_an_empty_field_as_nothing() {
    let (peeked, seen) = look("shop.csv", "id,born\n1,\n2,1980-01-31\n", ALL).unwrap();
    assert_eq!(seen.columns, ["id", "born"]);
    assert_eq!(seen.rows[0], [Some("1".to_owned()), None]);
    assert_eq!((peeked.rows, peeked.is_whole), (2, true));
}

#[test]
fn a_look_ends_at_its_bound() {
    let (peeked, seen) = look("shop.csv", "id\n1\n2\n3\n", Limit { rows: 2, bytes: 100 }).unwrap();
    assert_eq!((peeked.rows, peeked.is_whole, seen.rows.len()), (2, false, 2));
    let (peeked, _) = look("shop.csv", "id\n11\n22\n33\n", Limit { rows: 9, bytes: 3 }).unwrap();
    assert_eq!((peeked.rows, peeked.is_whole), (2, false));
}

#[test]
fn columns_that_cannot_be_seen_are_named_and_the_others_are_seen() {
    let line = "{\"id\": 1, \"basket\": [1, 2]}\n".repeat(30);
    let (peeked, seen) = look("events.jsonl", &line, ALL).unwrap();
    assert_eq!(peeked.unread, [("basket".to_owned(), "its values are not single")]);
    assert_eq!((seen.columns.len(), seen.rows.len()), (1, 30));
    let (peeked, _) = look("shop.csv", "id,note,note\n1,a,b\n", ALL).unwrap();
    assert_eq!(peeked.unread, [("note".to_owned(), "stands twice")]);
}

#[test]
fn a_first_line_of_values_is_not_taken_for_names() {
    let found = look("shop.csv", "Ann,ann@shop.example\nBob,bob@shop.example\n", ALL);
    assert!(matches!(found, Err(IngestError::NoHeader { .. })));
}
