//! The asking end.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use theirs_store::Folder;

use super::{Reply, Request};
use crate::cli::Cli;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::workspace::{given_token, pretended_now};

/// Has the process that serves the folder carry out this command line; nothing if none listens.
/// `anew` is the token of whoever had to prove again who they are.
pub fn ask(cli: &Cli, anew: Option<String>) -> Option<Result<(), Failure>> {
    let stream = UnixStream::connect(Folder::socket_of(&cli.folder)).ok()?;
    Some(converse(&stream, anew))
}

fn converse(mut stream: &UnixStream, anew: Option<String>) -> Result<(), Failure> {
    let mut request = serde_json::to_vec(&request(anew)?).map_err(std::io::Error::from)?;
    request.push(b'\n');
    stream.write_all(&request)?;
    let mut out = std::io::stdout().lock();
    let mut bar: Option<(String, Progress)> = None;
    for line in BufReader::new(stream).lines() {
        let reply: Reply = serde_json::from_str(&line?).map_err(std::io::Error::from)?;
        match reply {
            Reply::Progress { what, done, total } => {
                if bar.as_ref().is_none_or(|(shown, _)| *shown != what) {
                    bar = Some((what.clone(), Progress::bar(&what)));
                }
                if let Some((_, bar)) = &bar {
                    bar.at(done, total);
                }
            }
            Reply::Text(text) => {
                bar = None;
                out.write_all(text.as_bytes())?;
                out.flush()?;
            }
            Reply::Note(text) => {
                bar = None;
                eprintln!("theirs: {text}");
            }
            Reply::End { message: None, .. } => return Ok(()),
            Reply::End { message: Some(message), code } => {
                return Err(Failure::There { message, code });
            }
        }
    }
    let message = "the process that serves the folder ended before it answered; ask again";
    Err(Failure::There { message: message.to_owned(), code: 1 })
}

fn request(anew: Option<String>) -> Result<Request, Failure> {
    let words = std::env::args_os().map(std::ffi::OsString::into_string);
    let arguments = words.collect::<Result<Vec<_>, _>>().map_err(|_| {
        let message = "while the folder is being served, every word must be Unicode text";
        Failure::Usage(message.to_owned())
    })?;
    Ok(Request {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        arguments,
        folder: std::env::current_dir()?,
        token: anew.or_else(given_token),
        now: pretended_now(),
    })
}
