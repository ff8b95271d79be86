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
use theirs_store::{put_private, remove_if_there};

use crate::failure::Failure;

pub use self::delivery::{Delivery, deliver};
pub use self::letter::{Standing, bytes, files_ending, forget_old};
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
    pub part: Option<&'m str>,
    /// Where its reader says no to more of them with one press, if they may.
    pub unsubscribe: Option<&'m str>,
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
        .raw_header(header("X-Theirs-Use", mail.use_id.to_string()));
    let message = match mail.unsubscribe {
        // One-click (RFC 8058): whoever shows the message may post there for its reader.
        Some(url) => message
            .raw_header(header("List-Unsubscribe", format!("<{url}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned())),
        None => message,
    };
    let message = message
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

/// Takes the messages of these uses out of the outbox, if they are there still; of a use that wrote to
/// many, only those to these people, by their references.
///
/// # Errors
/// One of them cannot be removed.
pub fn take_back(
    outbox: &Path,
    uses: &HashSet<UseId>,
    references: &HashSet<String>,
) -> std::io::Result<()> {
    take_letters_back(outbox, uses)?;
    // In this order, as a message may be moved from the first to the second meanwhile.
    for folder in [waiting(outbox), refused(outbox)] {
        for path in letter::files(&folder)? {
            let is_theirs = match person_of(&path) {
                Some((_, reference)) => references.contains(&reference),
                None => use_of(&path).is_some_and(|use_id| uses.contains(&use_id)),
            };
            if is_theirs {
                remove_if_there(&path)?;
            }
        }
    }
    Ok(())
}

/// What names a message to whoever a use erased, of several addresses.
pub fn own_part(number: usize) -> String {
    format!("own{number}")
}

/// Takes back what these erasures wrote to the erased themselves and no server took: what they tell
/// others has to arrive, and this bears an address that is to be forgotten.
///
/// # Errors
/// One of them cannot be removed.
pub fn take_back_own(outbox: &Path, erasures: &HashSet<UseId>) -> std::io::Result<()> {
    for folder in [waiting(outbox), refused(outbox)] {
        for path in letter::files(&folder)? {
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            let is_own = name.split_once("-own").is_some_and(|(use_id, _)| {
                use_id.parse().is_ok_and(|id: UseId| erasures.contains(&id))
            });
            if is_own {
                remove_if_there(&path)?;
            }
        }
    }
    Ok(())
}

/// Takes the messages out of the outbox whose people, by use and reference, are such; says how many.
///
/// # Errors
/// It cannot be told of one of them, or one cannot be removed.
pub fn take_back_if(
    outbox: &Path,
    is_such: impl Fn(UseId, &str) -> Result<bool, Failure>,
) -> Result<usize, Failure> {
    let mut taken = 0;
    for path in letter::files(&waiting(outbox))? {
        if let Some((use_id, reference)) = person_of(&path)
            && is_such(use_id, &reference)?
        {
            remove_if_there(&path)?;
            taken += 1;
        }
    }
    Ok(taken)
}

/// Whether a message of a use that wrote to many waits.
///
/// # Errors
/// The outbox cannot be read.
pub fn wait_for_persons(outbox: &Path) -> std::io::Result<bool> {
    Ok(letter::files(&waiting(outbox))?.iter().any(|path| person_of(path).is_some()))
}

/// What names the message of a use to somebody, by their reference.
pub fn part_of(reference: &str) -> String {
    format!("r{reference}")
}

/// Of a message to one of many its use and the reference of its reader.
fn person_of(path: &Path) -> Option<(UseId, String)> {
    let name = path.file_stem()?.to_str()?;
    let (use_id, reference) = name.split_once("-r")?;
    Some((use_id.parse().ok()?, reference.to_owned()))
}

/// The use of a message.
fn use_of(path: &Path) -> Option<UseId> {
    path.file_stem()?.to_str()?.split('-').next()?.parse().ok()
}

fn waiting(outbox: &Path) -> PathBuf {
    outbox.join("mail")
}

fn refused(outbox: &Path) -> PathBuf {
    waiting(outbox).join("refused")
}

#[cfg(test)]
mod tests;
