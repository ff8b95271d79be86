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

use arrow::array::{
    Array, ArrayData, ArrayRef, AsArray, DictionaryArray, RecordBatch, StringArray, UInt32Array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Int32Type, Schema, SchemaRef};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::Encoding;
use parquet::file::metadata::RowGroupMetaData;
use theirs_linkage::{Field, Known, Records, Settings, resolve_owned};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [input, output, columns @ ..] = arguments.as_slice() else {
        return Err("usage: link IN.parquet OUT.parquet KIND=COLUMN…".into());
    };
    let columns: Vec<Column> =
        columns.iter().map(|text| Column::read(text)).collect::<Result<_, _>>()?;
    let records = read(input, &columns)?;
    let mut by_stage = vec![("Read".to_owned(), cpu_seconds()?)];
    let mut note = |stage, done, total| {
        if let (true, Ok(seconds)) = (done == total, cpu_seconds()) {
            by_stage.push((format!("{stage:?}"), seconds));
        }
    };
    let settings = Settings { households: false, ..Settings::default() };
    let resolution = resolve_owned(records, &[], &settings, &mut note);
    write(output, &resolution.cluster)?;
    let mut told = serde_json::to_value(&resolution.report)?;
    told["cpu_seconds_at_the_end_of"] = serde_json::to_value(by_stage)?;
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
    let file = File::open(path)?;
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())?;
    let options = ArrowReaderOptions::new().with_schema(read_as(&metadata, columns));
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)?;
    let parts = columns.iter().flat_map(|column| &column.parts);
    let mask = ProjectionMask::columns(builder.parquet_schema(), parts.map(String::as_str));
    let reader = builder.with_projection(mask).with_batch_size(8_192).build()?;
    let mut records = Records::new(columns.iter().map(|column| column.field.clone()).collect());
    let mut lexicons: Vec<Lexicon> = columns.iter().map(|_| Lexicon::default()).collect();
    for batch in reader {
        let batch = batch?;
        let mut known = Vec::with_capacity(columns.len());
        for (at, (column, lexicon)) in columns.iter().zip(&mut lexicons).enumerate() {
            let values = values(&batch, column)?;
            known.push(match values.as_dictionary_opt::<Int32Type>() {
                Some(coded) => lexicon.look_up(&mut records, at, coded),
                None => records.know(at, values.as_string::<i32>()),
            });
        }
        records.push_known(&known.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }
    Ok(records)
}

/// The schema of a file, with codes in place of texts where the file holds nothing but codes.
fn read_as(metadata: &ArrowReaderMetadata, columns: &[Column]) -> SchemaRef {
    let is_coded = |name: &str| {
        let of_name = |group: &&RowGroupMetaData| {
            let column =
                group.columns().iter().find(|column| column.column_path().string() == name);
            let encodings = column.and_then(|column| column.page_encoding_stats_mask());
            encodings.is_some_and(|mask| mask.is_only(Encoding::RLE_DICTIONARY))
        };
        let groups = metadata.metadata().row_groups();
        groups.iter().all(|group| of_name(&group))
            && columns
                .iter()
                .all(|column| column.parts.len() == 1 || !column.parts.contains(&name.to_owned()))
    };
    let field = |field: &FieldRef| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 if is_coded(field.name()) => {
            let coded = DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into());
            Arc::new(field.as_ref().clone().with_data_type(coded))
        }
        DataType::LargeUtf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8)),
        _ => Arc::clone(field),
    };
    let schema = metadata.schema();
    let fields: Vec<FieldRef> = schema.fields().iter().map(field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// What the codes of a column mean, until its dictionary changes.
#[derive(Default)]
struct Lexicon {
    dictionary: Option<ArrayData>,
    known: Vec<Known>,
}

impl Lexicon {
    fn look_up(
        &mut self,
        records: &mut Records,
        field: usize,
        coded: &DictionaryArray<Int32Type>,
    ) -> Vec<Known> {
        let dictionary = coded.values().to_data();
        if !self.dictionary.as_ref().is_some_and(|known| known.ptr_eq(&dictionary)) {
            self.known = records.know(field, coded.values().as_string::<i32>());
            self.dictionary = Some(dictionary);
        }
        let known = |code: Option<usize>| code.map_or_else(Known::default, |code| self.known[code]);
        coded.keys_iter().map(known).collect()
    }
}

/// The values of a field: those of its column, or of two with a blank between.
fn values(batch: &RecordBatch, column: &Column) -> Outcome<ArrayRef> {
    let part = |name: &String| -> Outcome<ArrayRef> {
        let part = batch.column_by_name(name).ok_or_else(|| format!("no column {name}"))?;
        match part.data_type() {
            DataType::Dictionary(..) => Ok(Arc::clone(part)),
            _ => Ok(cast(part, &DataType::Utf8)?),
        }
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
