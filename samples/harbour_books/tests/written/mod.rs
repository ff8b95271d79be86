//! The sample as written to a folder, read back with readers of its own.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::{collections::BTreeMap, fs, path::PathBuf};

use harbour_books::{SEED, Summary, TODAY, write};
use serde_json::Value;
use tempfile::TempDir;

/// A row by column name.
pub type Row = BTreeMap<String, String>;

/// A folder with the sample in it.
pub struct Written {
    pub folder: TempDir,
    pub summary: Summary,
}

impl Written {
    pub fn new() -> Self {
        Self::with(SEED)
    }

    pub fn with(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let summary = write(folder.path(), seed, TODAY).unwrap();
        Self { folder, summary }
    }

    pub fn csv(&self, name: &str) -> Vec<Row> {
        let mut reader = csv::Reader::from_path(self.path(name)).unwrap();
        reader.deserialize().map(Result::unwrap).collect()
    }

    /// The lines that are JSON; nulls are empty.
    pub fn json_lines(&self, name: &str) -> Vec<Row> {
        let text = fs::read_to_string(self.path(name)).unwrap();
        let objects = text.lines().filter_map(|line| serde_json::from_str(line).ok());
        objects.map(|object: BTreeMap<String, Value>| plain(object)).collect()
    }

    pub fn lines(&self, name: &str) -> usize {
        fs::read_to_string(self.path(name)).unwrap().lines().count()
    }

    pub fn table(&self, table: &str) -> Vec<Row> {
        let shop = rusqlite::Connection::open(self.path("shop.sqlite")).unwrap();
        let mut select = shop.prepare(&format!("select * from {table}")).unwrap();
        let names: Vec<String> = select.column_names().map(str::to_owned).collect();
        let row = |row: &rusqlite::Row<'_>| {
            let value = |name: &String| {
                (name.clone(), row.get::<_, Option<String>>(&name[..]).unwrap().unwrap_or_default())
            };
            Ok(names.iter().map(value).collect())
        };
        select.query_map([], row).unwrap().map(Result::unwrap).collect()
    }

    /// Every source file by name.
    pub fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(self.folder.path()).unwrap().map(Result::unwrap);
        files
            .filter(|file| file.file_type().unwrap().is_file())
            .map(|file| {
                let name = file.file_name().into_string().unwrap();
                (name, fs::read(file.path()).unwrap())
            })
            .collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// The one row whose column has this value.
pub fn one<'a>(rows: &'a [Row], column: &str, value: &str) -> &'a Row {
    let mut found = rows.iter().filter(|row| row[column] == value);
    let row = found.next().unwrap_or_else(|| panic!("no row with {column} {value}"));
    assert!(found.next().is_none(), "two rows with {column} {value}");
    row
}

fn plain(object: BTreeMap<String, Value>) -> Row {
    let text = |value: Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    object.into_iter().map(|(name, value)| (name, text(value))).collect()
}
