//! What is wrong with a file as a whole, in the words that a person reads.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use theirs_ingest::{IngestError, Rows, SetAside, Sink, SinkError, columns, read};
use theirs_model::ColumnType::{self, Text};

use crate::sample::{Folder, Kept, shape};

fn message(name: &str, content: impl AsRef<[u8]>, column: &str) -> String {
    missing(name, content, &[(column, Text)])
}

fn missing(name: &str, content: impl AsRef<[u8]>, columns: &[(&str, ColumnType)]) -> String {
    let (folder, file) = Folder::with(name, content);
    folder.without(&Kept::of(&shape(file, columns)).map(|_| ()).expect_err("an error"))
}

#[test]
fn a_missing_column_names_the_nearest_and_those_present() {
    let csv = "id,first_name,last_name\n1,Ann,Ox\n";
    let of_id = |column| missing("crm.csv", csv, &[("id", Text), (column, Text)]);
    assert_snapshot!(of_id("first_nam"), @r#"crm.csv has no column "first_nam"; did you mean "first_name"? (it has: id, first_name, last_name)"#);
    assert_snapshot!(of_id("basket"), @r#"crm.csv has no column "basket" (it has: id, first_name, last_name)"#);
    assert_snapshot!(message("crm.jsonl", "{\"id\":1}\n{\"First Name\":2}", "first_name"), @r#"crm.jsonl has no column "first_name"; did you mean "First Name"? (it has: id, First Name)"#);
    let wide: Vec<_> = (0..50).map(|at| format!("c{at}")).collect();
    let columns = [("c0", Text), ("basket", Text)];
    assert_snapshot!(missing("crm.csv", wide.join(","), &columns), @r#"crm.csv has no column "basket" (it has: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, c24, c25, c26, c27, c28, c29, c30, c31, c32, c33, c34, c35, c36, c37, c38, c39 and 10 more)"#);
}

#[test]
fn a_first_line_that_holds_values_is_not_quoted() {
    assert_snapshot!(message("crm.csv", "Ann,ann@shop.example\n", "name"), @"crm.csv has no header: its first line should name the columns");
    assert_snapshot!(message("crm.csv", "Ann,+39 06 555\n", "name"), @"crm.csv has no header: its first line should name the columns");
}

#[test]
fn a_first_line_without_any_wanted_name_is_counted_and_not_quoted() {
    let csv = "Ann,Ox,Saltmouth\nBo,Elm,Oldhaven\n";
    assert_snapshot!(message("crm.csv", csv, "basket"), @r#"crm.csv has no column "basket" (its first line has 3 fields)"#);
    assert_snapshot!(message("crm.csv", "frist_name\nAnn\n", "first_name"), @r#"crm.csv has no column "first_name"; did you mean "frist_name"? (its first line has 1 field)"#);
}

#[test]
fn a_column_that_stands_twice_is_ambiguous_where_it_is_wanted() {
    assert_snapshot!(message("crm.csv", "id,id\n1,2\n", "id"), @r#"crm.csv has more than one column "id": rename all but one"#);
    let (_folder, file) = Folder::with("crm.csv", "id,x,x\n1,2,3\n");
    assert!(Kept::of(&shape(file, &[("id", Text)])).is_ok());
}

#[test]
fn what_is_not_a_readable_file_says_so() {
    assert_snapshot!(message("crm.xlsx", "x", "id"), @"crm.xlsx does not read as an Excel workbook");
    assert_snapshot!(message("crm", "x", "id"), @r#"crm has no known format: its name should end in .csv, .tsv, .jsonl, .ndjson, .parquet, .sqlite, .sqlite3, .db, .xlsx"#);
    assert_snapshot!(message("crm.csv", "", "id"), @"crm.csv is empty: not even a header or a first row stands in it");
    assert_snapshot!(message("crm.csv", "\n\r\n", "id"), @"crm.csv is empty: not even a header or a first row stands in it");
    assert_snapshot!(message("crm.jsonl", "\n", "id"), @"crm.jsonl is empty: not even a header or a first row stands in it");
    assert_snapshot!(message("crm.jsonl", "[\n{}\n]", "id"), @r#"crm.jsonl has no column "id" (it has: none)"#);
    assert_snapshot!(message("crm.csv", b"\xff\xfei\0d\0", "id"), @"crm.csv is written in UTF-16: save it as UTF-8");
    assert_snapshot!(message("crm.parquet", "not one at all", "id"), @"crm.parquet does not read as Parquet");
    let folder = Folder::new();
    let say = |error: &IngestError| folder.without(error);
    assert_snapshot!(say(&columns(&folder.path("crm.csv"), None).expect_err("missing")), @"there is no file crm.csv");
    fs::create_dir(folder.path("in.csv")).expect("a folder");
    assert_snapshot!(say(&columns(&folder.path("in.csv"), None).expect_err("a folder")), @"in.csv is a folder: name one file in it");
    fs::write(folder.path("crm.db"), "not a database").expect("a file");
    assert_snapshot!(say(&columns(&folder.path("crm.db"), None).expect_err("no database")), @"crm.db does not read as a SQLite database");
}

struct Full;

impl Sink for Full {
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
        Err(format!("no room for {rows:?}").into())
    }

    fn set_aside(&mut self, _: SetAside) -> Result<(), SinkError> {
        Ok(())
    }
}

#[test]
fn an_error_of_the_sink_is_passed_on_and_debug_shows_no_value() {
    let (_folder, file) = Folder::with("crm.csv", "name\nAnn\n");
    let error = read(&shape(file, &[("name", Text)]), &mut Full).expect_err("full");
    assert_snapshot!(format!("{error:?}"), @r#"Sink("no room for Rows { count: 1, .. }")"#);
}

#[test]
fn a_file_below_a_file_is_not_found() {
    let error = columns(Path::new("/dev/null/crm.csv"), None).expect_err("missing");
    assert!(matches!(error, IngestError::NotFound { .. }));
}
