//! Reads records from a Parquet file, finds which are one person, and writes a Parquet file.
//!
//! `cargo run --release -p theirs-linkage --example link -- IN.parquet OUT.parquet KIND=COLUMN…`
//!
//! with KIND one of given, family, full, email, phone, street, postcode, city, address, birth,
//! identifier, other; columns not named are not read. `KIND=COLUMN+COLUMN` joins two columns with a
//! blank between. The output has a column `cluster`, in the order of the input; what was done is
//! printed as JSON, with the CPU-seconds and the peak memory of the whole process.

#![allow(clippy::print_stdout, reason = "this is a command-line program")]

use std::error::Error;
use std::fs::{self, File};
use std::sync::Arc;
use std::{env, io};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use theirs_linkage::{Field, Records, Settings, resolve};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [input, output, columns @ ..] = arguments.as_slice() else {
        return Err("usage: link IN.parquet OUT.parquet KIND=COLUMN…".into());
    };
    let columns: Vec<Column> =
        columns.iter().map(|text| Column::read(text)).collect::<Result<_, _>>()?;
    let records = read(input, &columns)?;
    let read_seconds = cpu_seconds()?;
    let resolution = resolve(&records, &[], &Settings::default(), &mut |_, _, _| {});
    write(output, &resolution.cluster)?;
    let mut told = serde_json::to_value(&resolution.report)?;
    told["cpu_seconds_to_read"] = read_seconds.into();
    told["cpu_seconds"] = cpu_seconds()?.into();
    told["peak_mib"] = peak_mib()?.into();
    println!("{}", serde_json::to_string(&told)?);
    Ok(())
}

/// One field and the columns that it is read from.
struct Column {
    field: Field,
    parts: Vec<String>,
}

impl Column {
    fn read(text: &str) -> Outcome<Self> {
        let (kind, name) = text.split_once('=').ok_or("a column needs KIND=COLUMN")?;
        let parts = name.split('+').map(str::to_owned).collect();
        Ok(Self { field: Field::new(name, kind.parse()?), parts })
    }
}

fn read(path: &str, columns: &[Column]) -> Outcome<Records> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let parts = columns.iter().flat_map(|column| &column.parts);
    let mask = ProjectionMask::columns(builder.parquet_schema(), parts.map(String::as_str));
    let reader = builder.with_projection(mask).with_batch_size(4_096).build()?;
    let mut records = Records::new(columns.iter().map(|column| column.field.clone()).collect());
    for batch in reader {
        let batch = batch?;
        let texts: Vec<ArrayRef> =
            columns.iter().map(|column| text(&batch, column)).collect::<Result<_, _>>()?;
        let texts: Vec<&StringArray> = texts.iter().map(AsArray::as_string).collect();
        let mut values = vec![None; texts.len()];
        for row in 0..batch.num_rows() {
            for (value, texts) in values.iter_mut().zip(&texts) {
                *value = (!texts.is_null(row)).then(|| texts.value(row));
            }
            records.push(&values);
        }
    }
    Ok(records)
}

/// The texts of a field: those of its column, or of two with a blank between.
fn text(batch: &RecordBatch, column: &Column) -> Outcome<ArrayRef> {
    let part = |name: &String| -> Outcome<ArrayRef> {
        let part = batch.column_by_name(name).ok_or_else(|| format!("no column {name}"))?;
        Ok(cast(part, &DataType::Utf8)?)
    };
    let parts: Vec<ArrayRef> = column.parts.iter().map(part).collect::<Result<_, _>>()?;
    let [left, right] = parts.as_slice() else { return Ok(Arc::clone(&parts[0])) };
    let both = left.as_string::<i32>().iter().zip(right.as_string::<i32>());
    let joined = both.map(|(left, right)| match (left, right) {
        (Some(left), Some(right)) => Some(format!("{left} {right}")),
        (one, other) => one.or(other).map(str::to_owned),
    });
    Ok(Arc::new(joined.collect::<StringArray>()))
}

fn write(path: &str, clusters: &[u32]) -> Outcome<()> {
    let field = arrow::datatypes::Field::new("cluster", DataType::UInt32, false);
    let schema = Arc::new(Schema::new(vec![field]));
    let column: ArrayRef = Arc::new(UInt32Array::from(clusters.to_vec()));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column])?;
    let mut writer = ArrowWriter::try_new(File::create(path)?, schema, None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}

/// Linux only: clock ticks are hundredths of a second.
fn cpu_seconds() -> Outcome<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let ticks = stat.split(' ').skip(13).take(2).map(str::parse::<u32>);
    Ok(f64::from(ticks.sum::<Result<u32, _>>()?) / 100.0)
}

fn peak_mib() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kib: u32 = kib.ok_or_else(|| io::Error::other("no VmHWM"))?.trim().parse()?;
    Ok(f64::from(kib) / 1024.0)
}
