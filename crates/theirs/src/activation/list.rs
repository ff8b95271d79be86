//! A list for a recipient: a CSV in `outbox/` that appears whole or not at all. For as long as it lies
//! there, whoever says no is cut out of it.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use theirs_marketing::{Decision, DecisionSink};
use theirs_model::UseId;
use theirs_query::TakenBack;
use theirs_rights::{cut, inert};
use theirs_store::remove_if_there;

use super::dispatch::Dispatch;
use crate::failure::Failure;
use crate::mail::files_ending;

/// A list.
pub struct ListFile {
    folder: PathBuf,
    purpose: String,
    /// How the world reaches the portal, where each row says where its person reads why.
    base: Option<String>,
    /// Where it is once it is whole.
    pub path: PathBuf,
    writer: Option<csv::Writer<File>>,
}

impl ListFile {
    /// A list for a purpose; its file is named by that and the use.
    pub fn new(folder: PathBuf, purpose: &str) -> Self {
        let (base, path) = (None, PathBuf::new());
        Self { folder, purpose: purpose.to_owned(), base, path, writer: None }
    }

    /// The same, whose rows bear a link for people to read why they are on it, if the world knows the
    /// portal by this address.
    #[must_use]
    pub fn leading_to(self, base: Option<String>) -> Self {
        Self { base, ..self }
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
        writer.write_record(head.chain(self.base.as_ref().map(|_| "why_me")))?;
        self.writer = Some(writer);
        Ok(())
    }

    fn take(&mut self, decision: &Decision) -> io::Result<bool> {
        let Some(writer) = &mut self.writer else { return Ok(false) };
        let use_id = decision.use_id.to_string();
        // What a marketer wrote may begin like a formula as well as what a client did.
        let said = decision.values.iter().chain([&decision.reason]);
        let said = said.map(|value| inert(value).into_owned());
        let why = self.base.as_ref().map(|base| format!("{base}/why/{}", decision.why));
        writer.write_record(said.chain([use_id, decision.reference.clone()]).chain(why))?;
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

/// The lists that lie in the outbox.
fn lying(outbox: &Path) -> io::Result<impl Iterator<Item = (PathBuf, UseId)>> {
    let named = |path: PathBuf| {
        let (_, use_id) = path.file_stem()?.to_str()?.rsplit_once('-')?;
        let use_id = use_id.parse().ok()?;
        Some((path, use_id))
    };
    Ok(files_ending(outbox, "csv")?.into_iter().filter_map(named))
}

/// Whether any list lies in the outbox.
pub(super) fn any(outbox: &Path) -> io::Result<bool> {
    Ok(lying(outbox)?.next().is_some())
}

/// Takes the rows of people who said no out of the lists that lie in the outbox.
pub(super) fn withdraw(dispatch: &Dispatch) -> Result<(), Failure> {
    for (path, use_id) in lying(&dispatch.workspace().folder.outbox())? {
        match dispatch.taken_back(use_id)? {
            TakenBack::Everybody => remove_if_there(&path)?,
            TakenBack::These(gone) => dispatch.cut_once(use_id, gone, |gone| {
                cut(&path, |reference| gone.contains(reference)).map(drop)
            })?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of one person, as it lies there.
    fn written(base: Option<&str>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let list = ListFile::new(folder.path().to_owned(), "book_card");
        let mut list = list.leading_to(base.map(str::to_owned));
        list.begin(UseId([1; 16]), &["city".to_owned()]).unwrap();
        let decision = Decision {
            values: vec!["=York".to_owned()],
            reason: "@you, as you bought".to_owned(),
            use_id: UseId([1; 16]),
            why: UseId([2; 16]),
            unsubscribe: None,
            reference: "abc".to_owned(),
        };
        assert!(list.take(&decision).unwrap());
        assert!(!list.path.exists(), "it is not whole yet");
        list.finish().unwrap();
        std::fs::read_to_string(&list.path).unwrap()
    }

    #[test]
    fn a_row_leads_its_person_to_why_where_the_portal_is_known() {
        let (used, why) = ("01".repeat(16), "02".repeat(16));
        let row = format!("'=York,\"'@you, as you bought\",{used},abc");
        assert_eq!(written(None), format!("city,reason,use_id,reference\n{row}\n"));
        let link = format!("https://privacy.shop.example/why/{why}");
        let told = format!("city,reason,use_id,reference,why_me\n{row},{link}\n");
        assert_eq!(written(Some("https://privacy.shop.example")), told);
    }
}
