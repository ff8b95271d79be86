//! `theirs consent`: the records of what a person agreed to and took back, and a receipt to keep.

use std::path::{Path, PathBuf};

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use theirs_rights::{By, ConsentEvent, ConsentReceipt, ConsentRecord, PurposeOfConsent};
use theirs_store::put_private;
use theirs_words::Speech;

use super::Output;
use super::report::may_write;
use super::words::day;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// A form that a receipt is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One page without anything outside it, to read and to print.
    Page,
    /// JSON, as `docs/consent.schema.json` says.
    Json,
}

impl Form {
    fn of(file: &Path) -> Result<Self, Failure> {
        match file.extension().unwrap_or_default().to_string_lossy().to_lowercase().as_str() {
            "html" => Ok(Self::Page),
            "json" => Ok(Self::Json),
            _ => {
                let file = file.display();
                let text = format!("{file}: a receipt of consent is written as .html or .json");
                Err(Failure::Usage(text))
            }
        }
    }

    /// The receipt in this form.
    pub fn write(
        self,
        receipt: &ConsentReceipt,
        workspace: &Workspace,
        speech: &Speech,
    ) -> Result<String, Failure> {
        match self {
            Self::Json => serde_json::to_string_pretty(receipt)
                .map_err(|error| Failure::Unsound(error.to_string())),
            Self::Page => {
                let charter = workspace.charter()?;
                let page = Page {
                    t: speech,
                    organisation: &charter.controller.name,
                    contact: &charter.controller.privacy_contact,
                    receipt,
                    zone: charter.time_zone.clone(),
                };
                page.render().map_err(|error| Failure::Unsound(error.to_string()))
            }
        }
    }
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Page<'a> {
    t: &'a Speech,
    organisation: &'a str,
    contact: &'a str,
    receipt: &'a ConsentReceipt,
    zone: TimeZone,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "templates call methods with references")]
impl Page<'_> {
    fn moment(&self, at: &Timestamp) -> String {
        self.t.moment(*at, &self.zone)
    }

    /// The numbers under which a record can be found.
    fn numbers(&self, record: &ConsentRecord) -> String {
        let told = [
            ("person", record.record.pii_principal_id.clone()),
            ("charter", record.pii_processing.privacy_notice.clone()),
            ("number", record.record.record_id.to_string()),
        ];
        self.t.fill("agreed-numbers", told.map(|(variable, text)| (variable, text.into())))
    }

    /// Where something that was said is on record, or who says so.
    fn place(&self, event: &ConsentEvent) -> String {
        match (event.use_id, event.ledger_entry) {
            (Some(used), Some(leaf)) => {
                self.t.with_two("agreed-logged", "use", used.to_string(), "leaf", leaf)
            }
            (Some(used), None) => self.t.with("agreed-noted", "use", used.to_string()),
            (None, _) => self.t.with("agreed-told", "source", self.t.again(&event.noted_by)),
        }
    }

    /// The language in which the sentence of a purpose is shown: the reader's, if there are words.
    fn language(&self, record: &ConsentRecord, purpose: &PurposeOfConsent) -> &'static str {
        let is_as_said = self.t.again(&purpose.purpose) == purpose.purpose;
        if is_as_said { record.pii_processing.language } else { self.t.code() }
    }

    /// The names of those who may be given the data.
    fn recipients(&self, record: &ConsentRecord) -> String {
        let others = record.party_identification.iter().skip(1);
        self.t.list(&others.map(|party| party.party_name.clone()).collect::<Vec<_>>())
    }

    fn data(&self, record: &ConsentRecord) -> String {
        let purposes = record.pii_processing.purposes.iter();
        let mut names: Vec<String> = purposes
            .flat_map(|purpose| &purpose.pii_information)
            .map(|one| self.t.name(&one.pii_attribute_id))
            .collect();
        names.sort();
        names.dedup();
        names.join(", ")
    }
}

pub(super) fn run(
    workspace: &Workspace,
    person: &str,
    outputs: &[PathBuf],
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let forms: Vec<Form> = outputs.iter().map(|file| Form::of(file)).collect::<Result<_, _>>()?;
    for file in outputs {
        may_write(workspace, file)?;
    }
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let person = desk.find(person, By::Colleague(&asker))?;
    let receipt = desk.consent_receipt(&person, By::Colleague(&asker))?;
    let charter = workspace.charter()?;
    let speech = &charter.speech(charter.language);
    for (file, form) in outputs.iter().zip(forms) {
        let text = form.write(&receipt, workspace, speech)?;
        put_private(file, text.as_bytes()).map_err(|error| Failure::file(file, error))?;
    }
    if outputs.is_empty() {
        out.data(&receipt)?;
    } else {
        out.data(&json!({
            "person": person.id, "use_id": receipt.receipt.receipt_id, "files": outputs,
            "records": receipt.consent_records.len(),
        }))?;
    }
    let zone = charter.time_zone.clone();
    for record in &receipt.consent_records {
        out.line(&record.record.topic.replace('_', " "))?;
        for event in &record.event {
            let (on, what) = (day(event.event_time, &zone), event.event_state.in_words());
            let noted_by = &event.noted_by;
            out.line(&match event.use_id {
                Some(used) => format!("  {on}: {what}, noted by {noted_by}. Use {used}."),
                None => format!("  {on}: {what}, as \"{noted_by}\" tells."),
            })?;
        }
    }
    if receipt.consent_records.is_empty() {
        out.line("They agreed to nothing, and took nothing back.")?;
    }
    for file in outputs {
        out.line(&format!("{} is written. Only you can read it.", file.display()))?;
    }
    Ok(())
}
