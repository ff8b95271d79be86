//! A list for a recipient: a CSV in `outbox/` that appears whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use theirs_marketing::{Decision, DecisionSink};
use theirs_model::UseId;
use theirs_rights::inert;

/// A list.
pub struct ListFile {
    folder: PathBuf,
    purpose: String,
    /// Where it is once it is whole.
    pub path: PathBuf,
    writer: Option<csv::Writer<File>>,
}

impl ListFile {
    /// A list for a purpose; its file is named by that and the use.
    pub fn new(folder: PathBuf, purpose: &str) -> Self {
        Self { folder, purpose: purpose.to_owned(), path: PathBuf::new(), writer: None }
    }

    fn draft(&self) -> PathBuf {
        self.path.with_extension("part")
    }
}

impl DecisionSink for ListFile {
    fn begin(&mut self, use_id: UseId, columns: &[String]) -> io::Result<()> {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        self.path = self.folder.join(format!("{}-{use_id}.csv", self.purpose));
        let mut options = std::fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(self.draft())?;
        let mut writer = csv::Writer::from_writer(file);
        let head = columns.iter().map(String::as_str).chain(["reason", "use_id", "reference"]);
        writer.write_record(head)?;
        self.writer = Some(writer);
        Ok(())
    }

    fn take(&mut self, decision: &Decision) -> io::Result<bool> {
        let Some(writer) = &mut self.writer else { return Ok(false) };
        let use_id = decision.use_id.to_string();
        let values = decision.values.iter().map(|value| inert(value).into_owned());
        let end = [decision.reason.clone(), use_id, decision.reference.clone()];
        writer.write_record(values.chain(end))?;
        Ok(true)
    }

    fn finish(&mut self) -> io::Result<()> {
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        writer.flush()?;
        let mut file = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        file.flush()?;
        file.sync_all()?;
        std::fs::rename(self.draft(), &self.path)?;
        File::open(&self.folder)?.sync_all()
    }
}
