//! A column of another type than wanted is told from bad rows.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{StringArray, TimestampSecondArray};
use insta::assert_snapshot;
use rusqlite::Connection;
use theirs_ingest::{Aside, IngestError, read};
use theirs_model::ColumnType::{Date, Integer, Timestamp};

use crate::parquet_file::written;
use crate::sample::{Folder, Kept, shape};

fn csv(rows: usize, bad: usize) -> (Folder, PathBuf) {
    let mut content = "born\n".to_owned();
    for row in 0..rows {
        let born = if row < bad { "31/01/1980" } else { "1980-01-31" };
        writeln!(content, "{born}").expect("a row");
    }
    Folder::with("crm.csv", content)
}

#[test]
fn more_than_half_of_the_rows_is_a_column_and_half_is_bad_rows() {
    let (folder, file) = csv(40, 21);
    let mut kept = Kept::default();
    let error = read(&shape(file, &[("born", Date)]), &mut kept).expect_err("wrong type");
    assert_snapshot!(folder.without(&error), @r#"crm.csv: column "born" does not read as date: in 52 % of its first rows it is not a date written as YYYY-MM-DD"#);
    assert!(kept.set_aside.is_empty(), "the sink has seen nothing");

    let (_folder, file) = csv(40, 20);
    let (kept, _) = Kept::of(&shape(file, &[("born", Date)])).expect("rows");
    assert_eq!((kept.lines.len(), kept.set_aside.len()), (20, 20));
}

#[test]
fn a_column_of_another_type_is_told_also_where_only_its_values_would_be_lost() {
    let (_folder, file) = csv(40, 21);
    let mut shape = shape(file, &[("born", Date)]);
    shape.columns[0].unreadable = Aside::Value;
    assert!(matches!(Kept::of(&shape).map(|_| ()), Err(IngestError::WrongType { .. })));
    let (_folder, file) = csv(40, 20);
    shape.file = file;
    let (_, tally) = Kept::of(&shape).expect("rows");
    assert_eq!((tally.rows, tally.set_aside, tally.values_set_aside), (40, 0, 20));
}

#[test]
fn a_handful_of_rows_is_taken_as_it_comes() {
    let (_folder, file) = csv(19, 19);
    let (kept, _) = Kept::of(&shape(file, &[("born", Date)])).expect("rows");
    assert_eq!(kept.set_aside.len(), 19);
}

#[test]
fn only_the_first_ten_thousand_rows_are_judged() {
    let (_folder, file) = csv(20_000, 5_001);
    let result = Kept::of(&shape(file, &[("born", Date)])).map(|_| ());
    let Err(IngestError::WrongType { share, .. }) = result else { panic!("not refused") };
    assert!((share - 0.5001).abs() < 1e-9);
    let (_folder, file) = csv(20_000, 5_000);
    assert!(Kept::of(&shape(file, &[("born", Date)])).is_ok());
}

#[test]
fn required_fields_that_are_empty_say_nothing_about_the_type() {
    let (_folder, file) = Folder::with("crm.csv", format!("id,x\n{}", ",1\n".repeat(50)));
    let mut shape = shape(file, &[("id", Integer)]);
    shape.columns[0].required = true;
    let (_, tally) = Kept::of(&shape).expect("no rows");
    assert_eq!((tally.rows, tally.set_aside), (0, 50));
}

#[test]
fn every_format_is_judged_alike() {
    let json = "{\"id\":\"x\"}\n".repeat(30);
    let (_json, json) = Folder::with("crm.jsonl", json);
    let (_parquet, parquet) = written(&[("id", Arc::new(StringArray::from(vec!["x"; 30])))]);
    let folder = Folder::new();
    let sqlite = folder.path("crm.db");
    let sql = format!("create table t (id); insert into t values {} ('x')", "('x'),".repeat(29));
    Connection::open(&sqlite).and_then(|db| db.execute_batch(&sql)).expect("a database");
    for file in [json, parquet, sqlite] {
        let mut shape = shape(file, &[("id", Integer)]);
        shape.table = Some("t".into());
        let result = Kept::of(&shape).map(|_| ());
        assert!(matches!(result, Err(IngestError::WrongType { .. })), "{}", shape.file.display());
    }
}

#[test]
fn instants_without_a_zone_ask_for_one() {
    let (folder, file) = written(&[("at", Arc::new(TimestampSecondArray::from(vec![0; 30])))]);
    let error = Kept::of(&shape(file, &[("at", Timestamp)])).map(|_| ()).expect_err("no zone");
    assert_snapshot!(folder.without(&error), @r#"shop.parquet: column "at" does not read as timestamp: in 100 % of its first rows it is not an instant with an offset; give the source a time_zone"#);
}
