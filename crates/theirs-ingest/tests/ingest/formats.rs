//! The same rows in the four formats are the same rows.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use insta::assert_snapshot;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use theirs_ingest::Shape;
use theirs_model::ColumnType::{Boolean, Date, Decimal, Integer, Number, Text, Timestamp};

use crate::parquet_file::written;
use crate::sample::{Folder, Kept, shape};

const CSV: &str = "id,name,member,score,paid,born,seen
1,Ann,yes,0.5,12.345,1980-01-31,2024-01-31T12:00:00Z
2, Bo ,no,1e3,1.005,1969-12-31,2024-07-01 12:00:00.25
3,,,,,,
";

const JSON: &str = r#"{"id":1,"name":"Ann","member":true,"score":0.5,"paid":12.345,"born":"1980-01-31","seen":"2024-01-31T12:00:00Z"}
{"id":2.0,"name":" Bo ","member":false,"score":1000,"paid":1.005,"born":"1969-12-31","seen":"2024-07-01 12:00:00.25"}
{"id":"3","name":"","seen":null}
"#;

const SQL: &str = "create table client (id, name, member, score, paid, born, seen);
    insert into client values
        (1, 'Ann', 1, 0.5, 12.345, '1980-01-31', '2024-01-31T12:00:00Z'),
        ('2', ' Bo ', 'no', 1000, 1.005, '1969-12-31', '2024-07-01 12:00:00.25'),
        (3, '', null, null, null, null, null);";

fn parquet() -> Vec<(&'static str, ArrayRef)> {
    let seen = vec![Some(1_706_702_400_000_000), Some(1_719_831_600_250_000), None];
    vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3]))),
        ("name", Arc::new(StringArray::from(vec!["Ann", " Bo ", ""]))),
        ("member", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
        ("score", Arc::new(Float64Array::from(vec![Some(0.5), Some(1e3), None]))),
        ("paid", Arc::new(Float64Array::from(vec![Some(12.345), Some(1.005), None]))),
        ("born", Arc::new(Date32Array::from(vec![Some(3_682), Some(-1), None]))),
        ("seen", Arc::new(TimestampMicrosecondArray::from(seen).with_timezone("UTC"))),
    ]
}

fn client(file: std::path::PathBuf) -> Shape {
    let columns = [
        ("id", Integer),
        ("name", Text),
        ("member", Boolean),
        ("score", Number),
        ("paid", Decimal),
        ("born", Date),
        ("seen", Timestamp),
    ];
    let zone = TimeZone::posix("CET-1").ok();
    Shape { zone, table: Some("client".into()), ..shape(file, &columns) }
}

#[test]
fn four_formats_give_equal_batches() {
    let (_csv, csv) = Folder::with("crm.csv", CSV);
    let (_json, json) = Folder::with("crm.jsonl", JSON);
    let (_parquet, parquet) = written(&parquet());
    let folder = Folder::new();
    let sqlite = folder.path("crm.db");
    Connection::open(&sqlite).and_then(|db| db.execute_batch(SQL)).expect("a database");

    let (first, _) = Kept::of(&client(csv)).expect("rows");
    assert_snapshot!(first.table(), @r#"
    2: 1 | Ann | true | 0.5 | 12.35 | 1980-01-31 | 2024-01-31T12:00:00Z
    3: 2 | Bo | false | 1000.0 | 1.01 | 1969-12-31 | 2024-07-01T11:00:00.250Z
    4: 3 |  |  |  |  |  |
    "#);
    for file in [json, parquet, sqlite] {
        let (kept, _) = Kept::of(&client(file.clone())).expect("rows");
        assert_eq!(kept.complaints(), "", "{}", file.display());
        assert_eq!(kept.batch(), first.batch(), "{}", file.display());
        assert_eq!(kept.lines, [1, 2, 3], "{}", file.display());
    }
}

#[test]
fn a_shape_without_columns_counts_the_rows() {
    let (_csv, csv) = Folder::with("crm.csv", CSV);
    let (_json, json) = Folder::with("crm.jsonl", JSON);
    let (_parquet, parquet) = written(&parquet());
    let folder = Folder::new();
    let sqlite = folder.path("crm.db");
    Connection::open(&sqlite).and_then(|db| db.execute_batch(SQL)).expect("a database");
    for file in [csv, json, parquet, sqlite] {
        let shape = Shape { columns: vec![], ..client(file) };
        let (_, tally) = Kept::of(&shape).expect("rows");
        assert_eq!((tally.rows, tally.unread_columns.len()), (3, 7), "{}", shape.file.display());
    }
}
