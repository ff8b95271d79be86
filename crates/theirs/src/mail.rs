//! Messages to clients: each is a file in `outbox/mail/`, as it goes over the wire (RFC 5322), for a
//! mail server to take from there.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use mail_builder::MessageBuilder;
use theirs_charter::Controller;
use theirs_model::UseId;

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
    let folder = outbox.join("mail");
    make_private(&folder)?;
    let path = folder.join(format!("{}.eml", mail.use_id));
    let part = path.with_extension("part");
    let mut file = private(&part)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(&part, &path)?;
    File::open(&folder)?.sync_all()?;
    Ok(path)
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
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
        let text = fs::read_to_string(path).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc:")), "{head}");
        assert!(head.contains("X-Theirs-Use: "), "{head}");
    }
}
