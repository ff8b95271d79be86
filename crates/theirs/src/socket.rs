//! Commands while `serve` runs: they go to the process that owns the folder, and it carries them out.
//!
//! The socket is `data/theirs.sock`, in a folder that only its owner may enter. A command is one
//! line of JSON, and so is everything that comes back; the asker's token travels with it, so that
//! whoever asks is authenticated there as here.

mod client;
mod server;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use client::ask;
pub use server::Listener;

/// A command line, as it was typed elsewhere.
#[derive(Serialize, Deserialize)]
struct Request {
    /// The version that asks; both ends must be of one.
    version: String,
    /// The words of the command line, the program's name first.
    arguments: Vec<String>,
    /// The folder in which it was typed.
    folder: PathBuf,
    /// The asker's token, if it is not in `tokens/`.
    token: Option<String>,
    /// The instant that the asker takes for the present.
    now: Option<String>,
}

/// What comes back, piece by piece.
#[derive(Serialize, Deserialize)]
enum Reply {
    /// A part of the answer.
    Text(String),
    /// A line about something that went wrong while the rest went on.
    Note(String),
    /// How far a piece of work is.
    Progress { what: String, done: u64, total: u64 },
    /// It is over; with a message if it failed.
    End { code: u8, message: Option<String> },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_one_line() {
        let reply = Reply::Text("two\nlines".to_owned());
        assert!(!serde_json::to_string(&reply).unwrap().contains('\n'));
    }
}
