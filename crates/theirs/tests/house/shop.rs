//! The sample shop in a folder of its own, and the command line to it.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;
use theirs_store::{Folder, Keys};

pub struct Shop {
    pub folder: TempDir,
    pub sample: harbour_books::Summary,
}

pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Whether any file below a folder holds these bytes.
pub fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let path = file.unwrap().path();
        if path.is_dir() {
            return holds(&path, text);
        }
        std::fs::read(&path).is_ok_and(|bytes| {
            bytes.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text.as_bytes()))
        })
    })
}

impl Shop {
    /// The sample's files, its charter in force, two principals; nothing loaded.
    pub fn empty() -> Self {
        Self::promising(|text| text)
    }

    /// The same under another charter, made of that of the sample.
    pub fn promising(charter: impl FnOnce(String) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sample =
            harbour_books::write(folder.path(), harbour_books::SEED, harbour_books::TODAY).unwrap();
        let shop = Self { folder, sample };
        shop.with_a_known_key();
        shop.well(&["init"]);
        let file = shop.path().join("charter.yaml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, charter(text)).unwrap();
        shop.well(&["charter", "apply"]);
        shop.well(&["principal", "add", "ana", "--role", "marketing", "--save"]);
        shop.well(&["principal", "add", "noor", "--role", "privacy", "--save"]);
        shop
    }

    /// The same with everything loaded and resolved.
    pub fn open() -> Self {
        let shop = Self::empty();
        shop.well(&["load"]);
        shop.well(&["resolve"]);
        shop
    }

    /// A key that is the same in every run, so that lots fall alike: a test that draws people would
    /// otherwise fail now and then.
    fn with_a_known_key(&self) {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        let keys = self.path().join("data/keys");
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&keys).unwrap();
        let key = keys.join("master.key");
        std::fs::write(&key, [7; 32]).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The database, behind the program's back.
    pub fn database(&self) -> rusqlite::Connection {
        let folder = Folder::create(self.path()).unwrap();
        Keys::of(&folder).unwrap().database().open(&folder.database()).unwrap()
    }

    /// Whether any file of `data/` holds these bytes, or a row of its database, which shows none.
    pub fn holds(&self, text: &str) -> bool {
        let folder = Folder::create(self.path()).unwrap();
        let plain = tempfile::tempdir().unwrap();
        let key = Keys::of(&folder).unwrap().database();
        key.write_plain(&folder.database(), &plain.path().join("store.sqlite")).unwrap();
        holds(&folder.data(), text) || holds(plain.path(), text)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_theirs"));
        command.arg("-C").arg(self.path()).args(arguments);
        command.env("THEIRS_NOW", "2026-03-02T09:00:00Z").env_remove("THEIRS_TOKEN");
        command.env_remove("THEIRS_KEYS");
        command
    }

    pub fn say(&self, arguments: &[&str]) -> Said {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs a command that must end well, and gives what it printed.
    pub fn well(&self, arguments: &[&str]) -> String {
        let said = self.say(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
        said.out
    }

    /// Runs a command that must not, and gives its exit code and message.
    pub fn ill(&self, arguments: &[&str]) -> (i32, String) {
        let said = self.say(arguments);
        assert_ne!(said.code, 0, "{arguments:?}: {}", said.out);
        (said.code, said.err)
    }

    pub fn sql(&self, statement: &str) -> serde_json::Value {
        let text = self.well(&["--json", "sql", "--as", "ana", statement]);
        serde_json::from_str(&text).unwrap()
    }

    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let with: Vec<&str> = std::iter::once("--json").chain(arguments.iter().copied()).collect();
        serde_json::from_str(&self.well(&with)).unwrap()
    }

    /// The followed person, by the till's record.
    pub fn maud(&self) -> String {
        let key = self.sample.planted.followed.keys(harbour_books::Source::Crm).next().unwrap();
        format!("crm:{key}")
    }

    /// A till's record of somebody who is not the followed person.
    pub fn some_record_of_somebody_else(&self) -> String {
        let mut rows = csv::Reader::from_path(self.path().join("crm.csv")).unwrap();
        let keys = rows.records().map(|row| format!("crm:{}", &row.unwrap()[0]));
        let person = |record: &str| self.json(&["show", record, "--as", "noor"])["person"].clone();
        let maud = person(&self.maud());
        keys.take(5).find(|record| person(record) != maud).unwrap()
    }

    /// What is believed of a column of the followed person.
    pub fn believed(&self, person: &str, column: &str) -> String {
        let record = self.json(&["show", person, "--as", "noor"]);
        let entries = record["entries"].as_array().unwrap();
        let entry = entries.iter().find(|entry| entry["column"] == column).unwrap();
        entry["value"].as_str().unwrap_or_default().to_owned()
    }
}
