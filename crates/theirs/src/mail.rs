//! Messages to clients: each is a file in `outbox/mail/`, as it goes over the wire (RFC 5322), for a
//! mail server to take from there.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use mail_builder::MessageBuilder;
use theirs_charter::Controller;
use theirs_model::UseId;
use theirs_store::put_private;

/// A message to one person.
pub struct Mail<'m> {
    /// Where to.
    pub to: &'m str,
    /// What it is about.
    pub subject: &'m str,
    /// What it says, in plain text.
    pub text: &'m str,
    /// The use under which it is on record.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
}

/// Puts a message into the outbox.
///
/// # Errors
/// It cannot be written; then there is no such message.
pub fn post(mail: &Mail<'_>, from: &Controller, outbox: &Path) -> std::io::Result<PathBuf> {
    let host = from.email.rsplit_once('@').map_or("localhost", |(_, host)| host);
    let bytes = MessageBuilder::new()
        .from((from.name.as_str(), from.email.as_str()))
        .to(mail.to)
        .subject(mail.subject)
        .date(mail.at.as_second())
        .message_id(format!("{}@{host}", mail.use_id))
        .header("Auto-Submitted", mail_builder::headers::raw::Raw::new("auto-generated"))
        .header("X-Theirs-Use", mail_builder::headers::raw::Raw::new(mail.use_id.to_string()))
        .text_body(format!("{}\n\nOn record as {}.\n", mail.text, mail.use_id))
        .write_to_vec()?;
    let path = path(outbox, mail.use_id);
    put_private(&path, &bytes)?;
    Ok(path)
}

/// Takes the message of a use out of the outbox, if it is there still.
///
/// # Errors
/// It cannot be removed.
pub fn take_back(outbox: &Path, use_id: UseId) -> std::io::Result<()> {
    match std::fs::remove_file(path(outbox, use_id)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn path(outbox: &Path, use_id: UseId) -> PathBuf {
    outbox.join("mail").join(format!("{use_id}.eml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_a_file_that_no_address_can_add_lines_to() {
        let folder = tempfile::tempdir().unwrap();
        let charter = include_str!("command/init/charter.yaml");
        let charter = theirs_charter::Charter::read("charter.yaml", charter).unwrap();
        let mail = Mail {
            to: "ada@mail.example\r\nBcc: everybody@mail.example",
            subject: "Your link",
            text: "Here it is.\r\n.\r\nRCPT TO:<x@y.example>",
            use_id: UseId([7; 16]),
            at: Timestamp::UNIX_EPOCH,
        };
        let path = post(&mail, &charter.controller, folder.path()).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc:")), "{head}");
        assert!(head.contains("X-Theirs-Use: "), "{head}");
    }
}
