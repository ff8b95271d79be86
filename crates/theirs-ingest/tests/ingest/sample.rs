//! What the tests share: a folder for files, short words for shapes, and a sink that keeps all.

use std::fs;
use std::path::PathBuf;

use arrow::array::ArrayRef;
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use arrow::util::display::array_value_to_string;
use tempfile::TempDir;
use theirs_ingest::{
    Aside, IngestError, Rows, SetAside, Shape, Sink, SinkError, Tally, Wanted, read,
};
use theirs_model::ColumnType;

pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::new().expect("a folder for the test"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn with(name: &str, content: impl AsRef<[u8]>) -> (Self, PathBuf) {
        let folder = Self::new();
        let file = folder.path(name);
        fs::write(&file, content).expect("a file for the test");
        (folder, file)
    }

    /// A message with the name of the folder left out, since it changes.
    pub fn without(&self, error: &IngestError) -> String {
        error.to_string().replace(&format!("{}/", self.0.path().display()), "")
    }
}

pub fn wanted(name: &str, kind: ColumnType) -> Wanted {
    Wanted { name: name.to_owned(), kind, format: None, required: false, unreadable: Aside::Row }
}

pub fn shape(file: PathBuf, columns: &[(&str, ColumnType)]) -> Shape {
    let columns = columns.iter().map(|(name, kind)| wanted(name, *kind)).collect();
    Shape { file, table: None, zone: None, columns }
}

#[derive(Default)]
pub struct Kept {
    pub batches: Vec<RecordBatch>,
    pub lines: Vec<u64>,
    pub set_aside: Vec<SetAside>,
    pub progress: Vec<(u64, u64)>,
}

impl Sink for Kept {
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError> {
        assert_eq!(rows.batch.num_rows(), rows.lines.len());
        self.batches.push(rows.batch);
        self.lines.extend(rows.lines);
        Ok(())
    }

    fn set_aside(&mut self, row: SetAside) -> Result<(), SinkError> {
        self.set_aside.push(row);
        Ok(())
    }

    fn progress(&mut self, done: u64, total: u64) {
        self.progress.push((done, total));
    }
}

impl Kept {
    pub fn of(shape: &Shape) -> Result<(Self, Tally), IngestError> {
        let mut kept = Self::default();
        let tally = read(shape, &mut kept)?;
        assert_eq!(tally.rows, kept.lines.len() as u64);
        assert_eq!(tally.set_aside + tally.values_set_aside, kept.set_aside.len() as u64);
        Ok((kept, tally))
    }

    pub fn batch(&self) -> RecordBatch {
        concat_batches(&self.batches[0].schema(), &self.batches).expect("batches of one schema")
    }

    /// The rows, one per line: the place, then the values.
    pub fn table(&self) -> String {
        if self.batches.is_empty() {
            return String::new();
        }
        let batch = self.batch();
        let rows = self.lines.iter().enumerate().map(|(row, line)| {
            let value = |column| told(column, row);
            let values: Vec<_> = batch.columns().iter().map(value).collect();
            format!("{line}: {}", values.join(" | ")).trim_end().to_owned()
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    /// The rows set aside, one per line.
    pub fn complaints(&self) -> String {
        let aside = self.set_aside.iter().map(|row| {
            format!("{}: {} {}", row.line, row.field.as_deref().unwrap_or("the row"), row.reason)
        });
        aside.collect::<Vec<_>>().join("\n")
    }
}

/// A value in words; arrow prints an instant in UTC only where the zone is an offset.
fn told(column: &ArrayRef, row: usize) -> String {
    let column = match column.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let zone = DataType::Timestamp(*unit, Some("+00:00".into()));
            &cast(column, &zone).expect("the same instants")
        }
        _ => column,
    };
    array_value_to_string(column, row).expect("a value that prints")
}
