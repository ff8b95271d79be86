//! `theirs notice`, `theirs ropa`, `theirs assess`: what the charter says to others, as papers.

use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use theirs_charter::{Charter, Outside};
use theirs_notice::{Assessment, Notice, Paper, Register, notice_ld, register, register_ld};
use theirs_rights::inert;
use theirs_store::put_private;
use theirs_words::Language;

use super::Output;
use super::charter::{purpose_of, read};
use super::report::speech;
use super::spreadsheet::table;
use crate::cli::{LanguageWord, PaperArgs, PaperForm};
use crate::failure::Failure;
use crate::paper::page;
use crate::promise;
use crate::workspace::Workspace;

/// The notice of the charter in force.
pub(super) fn notice(
    workspace: &Workspace,
    args: &PaperArgs,
    language: Option<LanguageWord>,
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = match workspace.charter() {
        Err(Failure::NoCharter) => return draft(workspace.folder.root(), args, language, out),
        charter => charter?,
    };
    let notice = promise::notice(workspace, &charter)?;
    write_notice(&charter, &notice, args, language, out)
}

/// The notice of charter.yaml as it stands.
pub(super) fn draft(
    root: &Path,
    args: &PaperArgs,
    language: Option<LanguageWord>,
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = read(root, Outside::AsApplied)?;
    write_notice(&charter, &Notice::of(&charter, None, None), args, language, out)
}

fn write_notice(
    charter: &Charter,
    notice: &Notice,
    args: &PaperArgs,
    language: Option<LanguageWord>,
    out: &mut Output,
) -> Result<(), Failure> {
    let speech = speech(charter, language.map(Language::from))?;
    let zone: &TimeZone = &charter.time_zone;
    let paper = || notice.paper(&speech, zone);
    let text = match form(args, out, &[PaperForm::Csv])? {
        PaperForm::Html => page(&paper())?,
        PaperForm::Json => pretty(&serde_json::to_value(notice).map_err(std::io::Error::from)?)?,
        PaperForm::Jsonld => pretty(&notice_ld(charter, notice))?,
        PaperForm::Md | PaperForm::Csv => paper().markdown(),
    };
    give(args, &text, out)
}

/// The record of processing activities.
pub(super) fn ropa(
    workspace: &Workspace,
    args: &PaperArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    let notice = promise::notice(workspace, &charter)?;
    let register = register(&charter, &notice);
    let text = match form(args, out, &[])? {
        PaperForm::Html => page(&register.paper())?,
        PaperForm::Md => register.paper().markdown(),
        PaperForm::Json => pretty(&serde_json::to_value(&register).map_err(std::io::Error::from)?)?,
        PaperForm::Jsonld => pretty(&register_ld(&charter, &notice))?,
        PaperForm::Csv => {
            let rows = register.rows().into_iter();
            table(&Register::HEADS, rows.map(|row| row.map(|cell| inert(&cell).into_owned())))?
        }
    };
    give(args, &text, out)
}

/// The draft of the assessments of a purpose.
pub(super) fn assess(
    workspace: &Workspace,
    name: &str,
    args: &PaperArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    let purpose = purpose_of(&charter, name)?;
    let practice = promise::practice(workspace)?;
    let coverage = workspace.desk()?.coverage(purpose)?;
    let paper: Paper = theirs_notice::assess(&Assessment {
        charter: &charter,
        purpose,
        practice: &practice,
        reached: coverage.reached,
        left_out: coverage.left_out,
    });
    let text = match form(args, out, &[PaperForm::Jsonld, PaperForm::Csv])? {
        PaperForm::Html => page(&paper)?,
        PaperForm::Json => pretty(&serde_json::to_value(&paper).map_err(std::io::Error::from)?)?,
        _ => paper.markdown(),
    };
    give(args, &text, out)
}

/// The form that is asked for, by its word or by the ending of the file.
fn form(args: &PaperArgs, out: &Output, not: &[PaperForm]) -> Result<PaperForm, Failure> {
    let ending = args.output.as_ref().and_then(|file| file.extension()).map(|ending| {
        let ending = ending.to_string_lossy().to_lowercase();
        match ending.as_str() {
            "html" => Ok(PaperForm::Html),
            "md" => Ok(PaperForm::Md),
            "json" => Ok(PaperForm::Json),
            "jsonld" => Ok(PaperForm::Jsonld),
            "csv" => Ok(PaperForm::Csv),
            other => Err(Failure::Usage(format!(
                "a paper is not written as .{other}; say --format html, md, json, jsonld or csv"
            ))),
        }
    });
    let form = match (args.format, ending) {
        (Some(form), Some(Ok(ending))) if form != ending => {
            return Err(Failure::Usage("--format and the ending of the file differ".to_owned()));
        }
        (Some(form), _) => form,
        (None, Some(form)) => form?,
        (None, None) if out.is_json() => PaperForm::Json,
        (None, None) => PaperForm::Md,
    };
    if not.contains(&form) {
        return Err(Failure::Usage("this paper is not written in that form".to_owned()));
    }
    Ok(form)
}

fn pretty(value: &Value) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(value).map_err(std::io::Error::from)?)
}

/// Writes the file, or prints the paper.
fn give(args: &PaperArgs, text: &str, out: &mut Output) -> Result<(), Failure> {
    let Some(file) = &args.output else { return Ok(out.raw(text)?) };
    put_private(file, text.as_bytes()).map_err(|error| Failure::file(file, error))?;
    out.data(&json!({ "file": file }))?;
    Ok(out.line(&format!("{} is written.", file.display()))?)
}
