//! What was erased, what is kept and who is told, in sentences to the person.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use theirs_charter::Charter;
use theirs_rights::Confirmation;
use theirs_store::put_private;

use crate::command::words::{count, day, entries, moment};

/// The confirmation, sentence by sentence.
pub fn sentences(done: &Confirmation, zone: &TimeZone) -> Vec<String> {
    let mut text = vec![format!(
        "We erased your data on {}, because {}.",
        moment(done.at, zone),
        done.ground.in_words()
    )];
    for (source, number) in &done.records {
        text.push(format!("{source}: {} erased.", entries(*number)));
    }
    for (activity, number) in &done.activities {
        text.push(format!("{activity}: {} erased.", count(*number)));
    }
    if done.acts > 0 {
        text.push(format!("Your corrections and choices: {} erased.", count(done.acts)));
    }
    text.push(format!(
        "Nothing we do uses your data any more. The last byte is gone from our files by {}.",
        moment(done.files_until, zone)
    ));
    for duty in &done.kept {
        text.push(format!(
            "We have to keep some of it until {}: {}. {} We use it for nothing else.",
            day(duty.until, zone),
            duty.of.join(", ").replace('_', " "),
            duty.says
        ));
    }
    for recipient in &done.recipients {
        text.push(format!("We tell {recipient}, whom we gave your data, to erase it too."));
    }
    for source in &done.sources {
        text.push(format!("We tell those who keep \"{source}\" to erase it there too."));
    }
    text.push(
        "We keep no data about you, only a code that keeps our files from bringing you back by \
         mistake. If you want to come back, tell us, and we let you in again."
            .to_owned(),
    );
    text.push(format!("This is on record as {} in our log, which nobody can change.", done.use_id));
    text
}

/// Writes the confirmation into the outbox, and beside it the last receipt of what was done with
/// their data, to be handed to the person; neither holds a value of theirs.
pub fn write(
    done: &Confirmation,
    charter: &Charter,
    receipt: &str,
    outbox: &Path,
) -> std::io::Result<PathBuf> {
    let path = outbox.join(format!("erased-{}.txt", done.use_id));
    let beside = path.with_extension("receipt.json");
    put_private(&beside, receipt.as_bytes())?;
    let name = beside.file_name().unwrap_or_default().to_string_lossy();
    let text = format!(
        "{}\n\n{}\nWhat was done with your data until then stands in {name}.\n\nQuestions: {}\n",
        charter.controller.name,
        sentences(done, &charter.time_zone).join("\n"),
        charter.controller.privacy_contact
    );
    put_private(&path, text.as_bytes())?;
    Ok(path)
}
