//! Messages to clients: each is a file in `outbox/mail/`, as it goes over the wire (RFC 5322).
//!
//! The file is the truth: it is there before anybody is told that a message was written, and goes
//! once a mail server has accepted it. Without a server in `theirs.yaml` it lies there for another
//! program to take. What is said to a person, and where to, stands in that file and nowhere else: no
//! error and no line of a log repeats it, nor the answer of a server, which may.

mod delivery;
mod letter;
mod paper;
mod server;

use std::collections::HashSet;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};
use theirs_charter::Controller;
use theirs_model::UseId;
use theirs_store::put_private;

pub use self::delivery::{Delivery, deliver};
pub use self::letter::{Standing, forget_old};
pub use self::paper::{lay_letter, letters, take_letters_back};

/// A message to one person.
pub struct Mail<'m> {
    /// Where to.
    pub to: &'m str,
    /// What it is about.
    pub subject: &'m str,
    /// What it says, in plain text.
    pub text: &'m str,
    /// What follows it: that it is on record.
    pub on_record: &'m str,
    /// That use.
    pub use_id: UseId,
    /// Which of several messages of that use it is.
    pub part: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// From when on it is of no use to anybody.
    pub until: Timestamp,
}

/// Puts a message into the outbox.
///
/// # Errors
/// It cannot be written, or no message can go to such an address; then there is no such message.
pub fn post(mail: &Mail<'_>, from: &Controller, outbox: &Path) -> std::io::Result<PathBuf> {
    let sender = address(&from.email)?;
    let on_one_line = |text: &str| text.replace(char::is_control, " ");
    let part = mail.part.map_or_else(String::new, |part| format!("-{part}"));
    let name = format!("{}{part}", mail.use_id);
    let id = format!("<{name}@{}>", sender.domain());
    let until = DateTimePrinter::new().timestamp_to_string(&mail.until);
    let message = Message::builder()
        .from(Mailbox::new(Some(on_one_line(&from.name)), sender))
        .to(Mailbox::new(None, address(mail.to)?))
        .subject(on_one_line(mail.subject))
        .date(SystemTime::from(mail.at.max(Timestamp::UNIX_EPOCH)))
        .message_id(Some(id))
        .raw_header(header("Expires", until.map_err(Error::other)?))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("X-Theirs-Use", mail.use_id.to_string()))
        .singlepart(SinglePart::plain(format!("{}\n\n{}\n", mail.text, mail.on_record)))
        .map_err(|_| Error::other("a message cannot be put together"))?;
    let path = waiting(outbox).join(format!("{name}.eml"));
    put_private(&path, &message.formatted())?;
    Ok(path)
}

/// Whether a message can go to an address.
pub fn can_reach(text: &str) -> bool {
    address(text).is_ok()
}

/// An address that a message can go to; one that cannot is not repeated.
fn address(text: &str) -> std::io::Result<lettre::Address> {
    let plain = text.parse().ok().filter(|_| !text.contains(char::is_control));
    plain.ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidInput,
            "there is an address on record that none can be sent to",
        )
    })
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// Takes the messages of these uses out of the outbox, if they are there still.
///
/// # Errors
/// One of them cannot be removed.
pub fn take_back(outbox: &Path, uses: &HashSet<UseId>) -> std::io::Result<()> {
    take_letters_back(outbox, uses)?;
    // In this order, as a message may be moved from the first to the second meanwhile.
    for folder in [waiting(outbox), refused(outbox)] {
        for path in letter::files(&folder)? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let use_id = name.split('-').next().and_then(|name| name.parse().ok());
            if use_id.is_some_and(|use_id| uses.contains(&use_id)) {
                remove(&path)?;
            }
        }
    }
    Ok(())
}

fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn waiting(outbox: &Path) -> PathBuf {
    outbox.join("mail")
}

fn refused(outbox: &Path) -> PathBuf {
    waiting(outbox).join("refused")
}

#[cfg(test)]
mod tests;
