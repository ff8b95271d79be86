//! What was erased, what is kept and who is told, in sentences to the person.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use theirs_charter::Charter;
use theirs_rights::Confirmation;
use theirs_store::put_private;
use theirs_words::Speech;

/// The confirmation, sentence by sentence.
pub fn sentences(done: &Confirmation, t: &Speech, zone: &TimeZone) -> Vec<String> {
    let ground = t.again(done.ground.in_words());
    let at = t.moment(done.at, zone);
    let mut text = vec![t.with_two("erased-on", "at", at, "ground", ground)];
    for (source, number) in &done.records {
        text.push(t.with_two("erased-records", "source", t.again(source), "count", number));
    }
    for (activity, number) in &done.activities {
        text.push(t.with_two("erased-activities", "activity", t.again(activity), "count", number));
    }
    if done.acts > 0 {
        text.push(t.with("erased-acts", "count", done.acts));
    }
    text.push(t.with("erased-until", "until", t.moment(done.files_until, zone)));
    for duty in &done.kept {
        let of: Vec<String> = duty.of.iter().map(|name| t.name(name)).collect();
        let kept = [
            ("until", t.day(duty.until, zone)),
            ("what", of.join(", ")),
            ("says", t.again(&duty.says)),
        ];
        text.push(t.fill("erased-kept", kept.map(|(variable, said)| (variable, said.into()))));
    }
    for recipient in &done.recipients {
        text.push(t.with("erased-tell-recipient", "recipient", t.again(recipient)));
    }
    for source in &done.sources {
        text.push(t.with("erased-tell-source", "source", t.again(source)));
    }
    let rest = if done.kept.is_empty() { "erased-return" } else { "erased-return-kept" };
    text.push(t.say(rest));
    text.push(t.with("erased-record", "use", done.use_id.to_string()));
    text
}

/// Writes the confirmation into the outbox, and beside it the last receipt of what was done with
/// their data, to be handed to the person; neither holds a value of theirs.
pub fn write(
    done: &Confirmation,
    charter: &Charter,
    t: &Speech,
    receipt: &str,
    outbox: &Path,
) -> std::io::Result<PathBuf> {
    let path = outbox.join(format!("erased-{}.txt", done.use_id));
    let beside = path.with_extension("receipt.json");
    put_private(&beside, receipt.as_bytes())?;
    let name = beside.file_name().unwrap_or_default().to_string_lossy();
    let text = format!(
        "{}\n\n{}\n{}\n\n{} {}\n",
        charter.controller.name,
        sentences(done, t, &charter.time_zone).join("\n"),
        t.with("erased-beside", "file", name.as_ref()),
        t.say("foot-questions"),
        charter.controller.privacy_contact
    );
    put_private(&path, text.as_bytes())?;
    Ok(path)
}
