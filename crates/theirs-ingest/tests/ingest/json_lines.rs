//! JSON Lines.

use insta::assert_snapshot;
use theirs_ingest::columns;
use theirs_model::ColumnType::{Boolean, Integer, Text};

use crate::sample::{Folder, Kept, shape};

#[test]
fn a_broken_line_in_the_middle_is_set_aside_and_the_rest_is_read() {
    let mut content =
        b"\xef\xbb\xbf{\"id\": 1, \"name\": \"Ann\"}\r\n\r\n{\"id\": 2, \"name\"\n".to_vec();
    content.extend(b"[1, 2]\n{\"id\": 3, \"name\": \"C\xff\"}\n{\"id\": 4} {\"id\": 5}\n");
    content.extend(b"{\"id\": 6, \"name\": \"\\u00c9va \\ud83d\\ude00\"}\n{\"name\": null, \"extra\": {\"id\": 7}}");
    let (_folder, file) = Folder::with("crm.jsonl", content);
    let (kept, tally) = Kept::of(&shape(file, &[("id", Integer), ("name", Text)])).expect("rows");
    assert_snapshot!(kept.table(), @r#"
    1: 1 | Ann
    7: 6 | Éva 😀
    8:  |
    "#);
    assert_snapshot!(kept.complaints(), @r#"
    3: the row is not valid JSON
    4: the row is not a JSON object
    5: the row is not valid UTF-8
    6: the row is not valid JSON
    "#);
    assert_eq!(tally.unread_columns, ["extra"]);
}

#[test]
fn a_nested_or_repeated_value_matters_in_a_wanted_column_only() {
    let content = r#"{"id": 1, "tags": ["a", {"b": []}]}
{"id": {"$oid": "x"}, "tags": []}
{"id": [], "tags": []}
{"id": 4, "tags": 1, "tags": 2}
{"id": 5, "id": 5}
{"id": 6}"#;
    let (_folder, file) = Folder::with("crm.ndjson", content);
    let (kept, _) = Kept::of(&shape(file, &[("id", Integer)])).expect("rows");
    assert_eq!(kept.lines, [1, 4, 6]);
    assert_snapshot!(kept.complaints(), @r#"
    2: id is not a single value
    3: id is not a single value
    5: id stands twice in the row
    "#);
}

#[test]
fn numbers_keep_every_digit_or_are_set_aside() {
    let content = r#"{"a": 18446744073709551615, "b": true}
{"a": 123456789012345678901234, "b": 1}
{"a": 0.1, "b": "yes"}
{"a": true, "b": 2}"#;
    let (_folder, file) = Folder::with("crm.jsonl", content);
    let (kept, _) = Kept::of(&shape(file, &[("a", Text), ("b", Boolean)])).expect("rows");
    assert_snapshot!(kept.table(), @r#"
    1: 18446744073709551615 | true
    3: 0.1 | true
    "#);
    assert_snapshot!(kept.complaints(), @r#"
    2: a is out of range
    4: b is not yes or no
    "#);
}

#[test]
fn the_keys_of_the_first_thousand_rows_stand_for_the_header() {
    let rows = "{\"id\":1}\n".repeat(999);
    let (_folder, file) =
        Folder::with("crm.jsonl", format!("{rows}{{\"late\":1}}\n{{\"later\":1}}"));
    assert_eq!(columns(&file, None).expect("keys"), ["id", "late"]);
    let (kept, _) = Kept::of(&shape(file, &[("late", Integer)])).expect("rows");
    assert_eq!(kept.lines.len(), 1_001);
}

#[test]
fn a_line_beyond_a_mebibyte_is_set_aside() {
    let long = "x".repeat(1 << 20);
    let content = format!("{{\"id\":1}}\n{{\"id\":\"{long}\"}}\n{{\"id\":3}}\n");
    let (_folder, file) = Folder::with("crm.jsonl", content);
    let (kept, _) = Kept::of(&shape(file, &[("id", Integer)])).expect("rows");
    assert_eq!(kept.lines, [1, 3]);
    assert_snapshot!(kept.complaints(), @"2: the row does not end within 1 MiB");
}
