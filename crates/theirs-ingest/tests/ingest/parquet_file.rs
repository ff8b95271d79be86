//! Parquet, type by type.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    Float32Array, Float64Array, Int32Array, Int64Array, ListArray, StringArray,
    TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
};
use arrow::datatypes::{Int8Type, Int32Type};
use arrow::record_batch::RecordBatch;
use insta::assert_snapshot;
use jiff::tz::TimeZone;
use parquet::arrow::ArrowWriter;
use theirs_ingest::columns;
use theirs_model::ColumnType::{self, Boolean, Date, Decimal, Integer, Number, Text, Timestamp};

use crate::sample::{Folder, Kept, shape};

pub fn written(columns: &[(&str, ArrayRef)]) -> (Folder, PathBuf) {
    let folder = Folder::new();
    let file = folder.path("shop.parquet");
    let fields = columns.iter().map(|(name, array)| (*name, Arc::clone(array), true));
    let batch = RecordBatch::try_from_iter_with_nullable(fields).expect("a batch");
    let target = File::create(&file).expect("a file");
    let mut writer = ArrowWriter::try_new(target, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
    (folder, file)
}

fn told(array: impl arrow::array::Array + 'static, kind: ColumnType) -> String {
    let (_folder, file) = written(&[("v", Arc::new(array))]);
    let mut shape = shape(file, &[("v", kind)]);
    shape.zone = TimeZone::posix("CET-1").ok();
    let (kept, _) = Kept::of(&shape).expect("rows");
    format!("{}\n{}", kept.table(), kept.complaints()).trim().to_owned()
}

#[test]
fn whole_numbers_of_any_width_are_cast_and_what_does_not_fit_is_set_aside() {
    assert_snapshot!(told(Int32Array::from(vec![Some(1), None]), Integer), @r#"
    1: 1
    2:
    "#);
    assert_snapshot!(told(UInt64Array::from(vec![1, u64::MAX]), Integer), @r#"
    1: 1
    2: v is out of range
    "#);
    assert_snapshot!(told(UInt64Array::from(vec![1, u64::MAX]), Text), @r#"
    1: 1
    2: 18446744073709551615
    "#);
    assert_snapshot!(told(Float64Array::from(vec![1.0, 1.5, f64::NAN]), Integer), @r#"
    1: 1
    3:
    2: v is not a whole number
    "#);
    assert_snapshot!(told(Int64Array::from(vec![0, 1, 2]), Boolean), @r#"
    1: false
    2: true
    3: v is not yes or no
    "#);
}

#[test]
fn numbers_that_are_not_finite_are_no_numbers() {
    let numbers = || Float64Array::from(vec![1.5, f64::NAN, f64::INFINITY]);
    assert_snapshot!(told(numbers(), Number), @r#"
    1: 1.5
    2:
    3: v is out of range
    "#);
    assert_snapshot!(told(numbers(), Decimal), @r#"
    1: 1.50
    2:
    3: v is out of range
    "#);
    assert_snapshot!(told(Float32Array::from(vec![0.1]), Decimal), @"1: 0.10");
}

#[test]
fn decimals_are_rounded_half_away_from_zero_from_any_type() {
    assert_snapshot!(told(Float64Array::from(vec![1.005, -1.005, 1e17]), Decimal), @r#"
    1: 1.01
    2: -1.01
    3: v is out of range
    "#);
    let thousandths = Decimal128Array::from(vec![1005, -1005, 1004]);
    let thousandths = thousandths.with_precision_and_scale(20, 3).expect("a scale");
    assert_snapshot!(told(thousandths, Decimal), @r#"
    1: 1.01
    2: -1.01
    3: 1.00
    "#);
    assert_snapshot!(told(StringArray::from(vec!["1.005", "-1.005", "x"]), Decimal), @r#"
    1: 1.01
    2: -1.01
    3: v is not a decimal number
    "#);
    assert_snapshot!(told(Int64Array::from(vec![7, i64::MAX]), Decimal), @r#"
    1: 7.00
    2: v is out of range
    "#);
}

#[test]
fn instants_without_a_zone_are_read_in_the_zone_of_the_shape() {
    let seconds = |seconds| TimestampSecondArray::from(vec![seconds]);
    assert_snapshot!(told(seconds(3_600), Timestamp), @"1: 1970-01-01T00:00:00Z");
    assert_snapshot!(told(seconds(3_600).with_timezone("Europe/Rome"), Timestamp), @"1: 1970-01-01T01:00:00Z");
    assert_snapshot!(told(seconds(i64::MAX), Timestamp), @"1: v is out of range");
    assert_snapshot!(told(seconds(1 << 50), Timestamp), @"1: v is out of range");
    assert_snapshot!(told(seconds(3_600), Text), @"1: 1970-01-01T01:00:00");
    assert_snapshot!(told(seconds(3_600).with_timezone("Europe/Rome"), Text), @"1: 1970-01-01T01:00:00Z");
}

#[test]
fn days_may_be_instants_at_midnight_and_no_others() {
    let instants = TimestampNanosecondArray::from(vec![86_400_000_000_000, 1_000]);
    assert_snapshot!(told(instants, Date), @r#"
    1: 1970-01-02
    2: v is not a date written as YYYY-MM-DD
    "#);
    assert_snapshot!(told(Date32Array::from(vec![1, i32::MAX]), Date), @r#"
    1: 1970-01-02
    2: v is out of range
    "#);
    assert_snapshot!(told(Date32Array::from(vec![1]), Text), @"1: 1970-01-02");
}

#[test]
fn text_may_be_a_dictionary_or_bytes() {
    let dictionary: DictionaryArray<Int8Type> =
        vec![Some(" Ann "), None, Some(""), Some("Ann")].into_iter().collect();
    assert_snapshot!(told(dictionary, Text), @r#"
    1: Ann
    2:
    3:
    4: Ann
    "#);
    assert_snapshot!(told(BinaryArray::from_vec(vec![b"Ann", b"\xff"]), Text), @r#"
    1: Ann
    2: v is not valid UTF-8
    "#);
    assert_snapshot!(told(BooleanArray::from(vec![true]), Text), @"1: true");
}

#[test]
fn a_list_is_no_value() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)]), None]);
    assert_snapshot!(told(list, Integer), @r#"
    2:
    1: v is not a single value
    "#);
}

#[test]
fn a_required_column_sets_aside_the_rows_where_it_is_null() {
    let (_folder, file) = written(&[
        ("a", Arc::new(Int64Array::from(vec![Some(1), None, None]))),
        ("b", Arc::new(StringArray::from(vec![None, Some(" "), Some("x")]))),
        ("c", Arc::new(Int64Array::from(vec![1, 2, 3]))),
    ]);
    assert_eq!(columns(&file, None).expect("columns"), ["a", "b", "c"]);
    let mut shape = shape(file, &[("c", Integer), ("b", Text), ("a", Integer)]);
    let (kept, tally) = Kept::of(&shape).expect("rows");
    assert_snapshot!(kept.table(), @r#"
    1: 1 |  | 1
    2: 2 |  |
    3: 3 | x |
    "#);
    assert!(tally.unread_columns.is_empty());
    shape.columns[1].required = true;
    shape.columns[2].required = true;
    let (kept, _) = Kept::of(&shape).expect("rows");
    assert_snapshot!(kept.complaints(), @r#"
    1: b is empty and must not be
    2: b is empty and must not be
    3: a is empty and must not be
    "#);
}
