//! Arbitrary bytes never panic, and every row is either kept or set aside.

use std::fs;
use std::sync::Arc;

use arrow::array::{Int64Array, StringArray};
use proptest::prelude::*;
use rusqlite::Connection;
use theirs_model::ColumnType;

use crate::parquet_file::written;
use crate::sample::{Folder, Kept, shape};

const EXTENSIONS: [&str; 5] = ["csv", "tsv", "jsonl", "parquet", "db"];

/// Reads `content` as every type; whether that succeeds does not matter.
fn read_as(name: &str, content: &[u8]) {
    let (_folder, file) = Folder::with(name, content);
    for (_, kind) in ColumnType::ALL {
        let mut shape = shape(file.clone(), &[("a", kind), ("b", kind)]);
        shape.table = Some("t".into());
        drop(Kept::of(&shape));
    }
}

/// Bytes in which structure is likely.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\"".to_vec()),
        Just(b",".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"{\"a\":".to_vec()),
        Just(b"}".to_vec()),
        Just(b"\xff".to_vec()),
        Just("é".as_bytes().to_vec()),
        "[-+0-9.eE:TZ ]{1,12}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Counts the rows of a CSV without quotes the plain way.
fn plain_rows(content: &str) -> usize {
    content.split(['\n', '\r']).filter(|line| !line.is_empty()).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_in_any_format_are_read_or_refused(
        extension in prop::sample::select(EXTENSIONS.to_vec()),
        content in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        read_as(&format!("x.{extension}"), &content);
    }

    #[test]
    fn nearly_right_text_is_read_or_refused(content in text()) {
        read_as("x.csv", &[b"a,b\n", content.as_slice()].concat());
        read_as("x.jsonl", &[b"{\"a\":1,\"b\":2}\n", content.as_slice()].concat());
    }

    #[test]
    fn kept_and_set_aside_add_up_to_the_rows(content in "[0-9a,\r\n \u{e9}-]{0,300}") {
        let (_folder, file) = Folder::with("x.csv", format!("a,b\n{content}"));
        let columns = [("a", ColumnType::Integer), ("b", ColumnType::Text)];
        if let Ok((_, tally)) = Kept::of(&shape(file, &columns)) {
            let rows = plain_rows(&content) as u64;
            prop_assert_eq!(tally.rows + tally.set_aside, rows);
        }
    }

    #[test]
    fn json_kept_and_set_aside_add_up_to_the_lines(content in text()) {
        let (_folder, file) = Folder::with("x.jsonl", [b"{\"a\":1}\n", content.as_slice()].concat());
        if let Ok((_, tally)) = Kept::of(&shape(file, &[("a", ColumnType::Integer)])) {
            let is_row = |line: &&[u8]| !line.trim_ascii().is_empty();
            let rows = content.split(|byte| *byte == b'\n').filter(is_row).count() as u64;
            prop_assert_eq!(tally.rows + tally.set_aside, rows + 1);
        }
    }

    #[test]
    fn damaged_binary_files_are_read_or_refused(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let a = Arc::new(Int64Array::from_iter_values(0..200));
        let b = Arc::new(StringArray::from_iter_values((0..200).map(|at| format!("row {}", at % 7))));
        let (_folder, parquet) = written(&[("a", a), ("b", b)]);
        let folder = Folder::new();
        let sqlite = folder.path("t.db");
        let sql = "create table t (a, b); insert into t values (1, 'x'), (2, 'y')";
        Connection::open(&sqlite).and_then(|db| db.execute_batch(sql)).expect("a database");
        for file in [parquet, sqlite] {
            let mut content = fs::read(&file).expect("the file");
            for (at, byte) in &damage {
                let at = at.index(content.len());
                content[at] = *byte;
            }
            let extension = file.extension().and_then(|name| name.to_str()).unwrap_or_default();
            read_as(&format!("x.{extension}"), &content);
        }
    }
}
