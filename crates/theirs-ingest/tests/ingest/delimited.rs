//! CSV and TSV.

use arrow::record_batch::RecordBatch;
use insta::assert_snapshot;
use theirs_ingest::Aside;
use theirs_model::ColumnType::{Date, Integer, Text};

use crate::sample::{Folder, Kept, shape, wanted};

#[test]
fn wanted_columns_come_in_the_order_of_the_shape_and_the_rest_is_unread() {
    let (_folder, file) = Folder::with("crm.csv", "id,name,note\n1, Ann ,x\n2,,y\n");
    let (kept, tally) = Kept::of(&shape(file, &[("name", Text), ("id", Integer)])).expect("rows");
    assert_snapshot!(kept.table(), @r#"
    2: Ann | 1
    3:  | 2
    "#);
    assert_eq!(tally.unread_columns, ["note"]);
    assert_eq!(kept.progress, [(28, 28)]);
}

#[test]
fn a_bad_row_is_set_aside_and_its_neighbours_are_kept() {
    let mut content =
        b"id,name,born\n1,Ann,1980-01-31\nx,Bo,1980-01-31\n3,Cy\n4,Di,1980-01-31,\n".to_vec();
    content.extend(b"5,E\xff,1980-01-31\n6,F\0,1980-01-31\n7,Gus,31/01/1980\n8,,1980-01-31\n");
    content.extend(b"99999999999999999999,Ida,\n10,Jo,\n");
    let (_folder, file) = Folder::with("crm.csv", content);
    let mut shape = shape(file, &[("id", Integer), ("name", Text), ("born", Date)]);
    shape.columns[1].required = true;
    let (kept, _) = Kept::of(&shape).expect("rows");
    assert_snapshot!(kept.table(), @r#"
    2: 1 | Ann | 1980-01-31
    11: 10 | Jo |
    "#);
    assert_snapshot!(kept.complaints(), @r#"
    3: id is not a whole number
    4: the row has 2 fields where the header has 3
    5: the row has 4 fields where the header has 3
    6: name is not valid UTF-8
    7: name holds a NUL character
    8: born is not a date written as YYYY-MM-DD
    9: name is empty and must not be
    10: id is out of range
    "#);
}

#[test]
fn a_bad_value_that_may_be_missing_is_set_aside_alone() {
    let content = "id,born,points,note\n1,31/02/1990,n/a,a\nx,31/02/1990,7,b\n,n/a,8,c\n4,,9,d\n";
    let (_folder, file) = Folder::with("crm.csv", content);
    let columns = [("id", Integer), ("born", Date), ("points", Integer), ("note", Text)];
    let mut shape = shape(file, &columns);
    shape.columns[0].required = true;
    shape.columns[1].unreadable = Aside::Value;
    shape.columns[2].unreadable = Aside::Value;
    let (kept, tally) = Kept::of(&shape).expect("rows");
    assert_eq!((tally.rows, tally.set_aside, tally.values_set_aside), (2, 2, 2));
    assert_snapshot!(kept.table(), @r#"
    2: 1 |  |  | a
    5: 4 |  | 9 | d
    "#);
    assert_snapshot!(kept.complaints(), @r#"
    2: born is not a date written as YYYY-MM-DD
    2: points is not a whole number
    3: id is not a whole number
    4: id is empty and must not be
    "#);
    let aside: Vec<Aside> = kept.set_aside.iter().map(|row| row.aside).collect();
    assert_eq!(aside, [Aside::Value, Aside::Value, Aside::Row, Aside::Row]);
}

#[test]
fn a_bad_value_in_an_unwanted_column_harms_nothing() {
    let (_folder, file) = Folder::with("crm.csv", b"id,note\n1,\xff\0\n");
    let (kept, _) = Kept::of(&shape(file, &[("id", Integer)])).expect("rows");
    assert_eq!(kept.lines, [2]);
}

#[test]
fn lines_are_counted_through_quoted_breaks_blank_lines_and_carriage_returns() {
    let content = "\u{feff}id,name\r\n\r\n1,\"An\r\nna\"\r\n\r\n2,\"B \"\"o\"\"\"\r\n3,\"C,y\"";
    let (_folder, file) = Folder::with("crm.csv", content);
    let (kept, _) = Kept::of(&shape(file, &[("id", Integer), ("name", Text)])).expect("rows");
    assert_eq!(kept.lines, [3, 6, 7]);
    assert_snapshot!(kept.table().replace("\r\n", "⏎"), @r#"
    3: 1 | An⏎na
    6: 2 | B "o"
    7: 3 | C,y
    "#);
}

#[test]
fn a_stray_quote_costs_its_own_line_only() {
    let content = "id,name,town\n1,\"Ann,Rome\n2,Bo,Oslo\n3,\"Cy\",Rome\n4,\"Di,Oslo\n5,Eve,Rome\n";
    let (_folder, file) = Folder::with("crm.csv", content);
    let (kept, _) = Kept::of(&shape(file, &[("id", Integer), ("name", Text)])).expect("rows");
    assert_snapshot!(kept.table(), @r#"
    3: 2 | Bo
    4: 3 | Cy
    6: 5 | Eve
    "#);
    assert_snapshot!(kept.complaints(), @r#"
    2: the row has a quote out of place
    5: the row has a quote out of place
    "#);
}

#[test]
fn a_quote_left_open_in_the_last_column_costs_its_own_line_only() {
    let (_folder, file) = Folder::with("crm.csv", "id,name\n1,Ann\n2,\"Bo\n3,Cy\n4,Di\n");
    let (kept, _) = Kept::of(&shape(file, &[("id", Integer)])).expect("rows");
    assert_eq!(kept.lines, [2, 4, 5]);
    assert_snapshot!(kept.complaints(), @"3: the row has a quote out of place");
}

#[test]
fn a_row_beyond_a_mebibyte_is_set_aside_and_reading_goes_on() {
    let long = "x".repeat(3 << 20);
    let open = "y\n".repeat(1 << 20);
    let content = format!("id,name\n1,Ann\n2,{long}\n3,Cy\n4,\"{open}5,Eve\n");
    let (_folder, file) = Folder::with("crm.csv", content);
    let (kept, tally) = Kept::of(&shape(file, &[("id", Integer)])).expect("rows");
    assert_eq!(kept.lines, [2, 4, (1 << 20) + 5]);
    assert_eq!(kept.set_aside[0].line, 3);
    assert_eq!(kept.set_aside[0].reason, "does not end within 1 MiB");
    assert_eq!(tally.set_aside, (1 << 20) + 1);
}

#[test]
fn text_of_a_hundred_thousand_bytes_is_the_longest_that_is_kept() {
    let (longest, longer) = ("x".repeat(100_000), "x".repeat(100_001));
    let (_folder, file) = Folder::with("crm.csv", format!("a\n{longest}\n{longer}\n"));
    let (kept, _) = Kept::of(&shape(file, &[("a", Text)])).expect("rows");
    assert_eq!(kept.lines, [2]);
    assert_snapshot!(kept.complaints(), @"3: a is longer than 100,000 bytes");
}

#[test]
fn tabs_part_the_fields_of_a_tsv() {
    let (_folder, file) = Folder::with("CRM.TSV", "id\tname\n1\tAnn, the first\n");
    let (kept, _) = Kept::of(&shape(file, &[("id", Integer), ("name", Text)])).expect("rows");
    assert_snapshot!(kept.table(), @"2: 1 | Ann, the first");
}

#[test]
fn semicolons_part_the_fields_where_the_header_has_nothing_else() {
    let (_folder, file) =
        Folder::with("kunden.csv", "id;name\r\n1;\"Ann; the\nfirst\"\r\n2;B, C\r\n");
    let (kept, _) = Kept::of(&shape(file, &[("id", Integer), ("name", Text)])).expect("rows");
    assert_eq!(kept.table(), "2: 1 | Ann; the\nfirst\n4: 2 | B, C");
    let (_folder, file) = Folder::with("notes.csv", "\"a;b\"\n1\n");
    let (kept, _) = Kept::of(&shape(file, &[("a;b", Integer)])).expect("one column");
    assert_snapshot!(kept.table(), @"2: 1");
}

#[test]
fn a_header_without_rows_and_a_shape_without_columns_are_fine() {
    let (_folder, file) = Folder::with("crm.csv", "id,name\n");
    let (kept, tally) = Kept::of(&shape(file, &[("id", Integer)])).expect("no rows");
    assert_eq!((kept.batches.len(), tally.rows), (0, 0));
    let (_folder, file) = Folder::with("crm.csv", "id,name\n1,Ann\n2\n");
    let (kept, tally) = Kept::of(&shape(file, &[])).expect("rows of nothing");
    assert_eq!((kept.lines, tally.set_aside), (vec![2], 1));
}

#[test]
fn one_column_may_be_wanted_twice_as_two_types() {
    let (_folder, file) = Folder::with("crm.csv", "born\n31/01/1980\n");
    let mut shape = shape(file, &[("born", Text)]);
    let format = Some("%d/%m/%Y".to_owned());
    shape.columns.push(theirs_ingest::Wanted { format, ..wanted("born", Date) });
    let (kept, _) = Kept::of(&shape).expect("rows");
    assert_snapshot!(kept.table(), @"2: 31/01/1980 | 1980-01-31");
}

#[test]
fn batches_end_at_65536_source_rows() {
    let (_folder, file) = Folder::with("crm.csv", format!("id\n{}", "7\n".repeat(70_000)));
    let (kept, _) = Kept::of(&shape(file, &[("id", Integer)])).expect("rows");
    let sizes: Vec<_> = kept.batches.iter().map(RecordBatch::num_rows).collect();
    assert_eq!(sizes, [65_536, 4_464]);
}
