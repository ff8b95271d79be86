//! The end that carries commands out.

use std::fs::Permissions;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use theirs_store::remove_if_there;

use super::{Reply, Request};
use crate::cli::{Cli, Verb, parse_from};
use crate::command::{Aside, Output, carry_out, invited, words::plain};
use crate::failure::Failure;
use crate::portal::Portal;
use crate::progress::Progress;
use crate::workspace::pretended_now;

/// The longest command line, in bytes.
const LONGEST_REQUEST: u64 = 1 << 20;
/// How many commands may be under way at once.
const MOST_AT_ONCE: usize = 16;
/// How long a command line may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of an answer is sent even if no line has ended, in bytes.
const LARGE_PIECE: usize = 32 * 1024;
/// How often progress is told.
const BETWEEN_TELLINGS: Duration = Duration::from_millis(125);

/// The socket of a folder that is being served; gone when dropped.
pub struct Listener {
    path: PathBuf,
    socket: UnixListener,
}

/// A command that is under way.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The line back to the asker.
#[derive(Clone)]
struct Line(Arc<Mutex<UnixStream>>);

impl Listener {
    /// Makes the socket; what an earlier process left there goes.
    pub fn bind(path: PathBuf) -> io::Result<Self> {
        remove_if_there(&path)?;
        let socket = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(Self { path, socket })
    }

    /// Carries out what comes, on threads of its own, until the process ends.
    pub fn listen(&self, portal: &Arc<Portal>, base: &str) -> io::Result<()> {
        let socket = self.socket.try_clone()?;
        let (portal, base) = (Arc::clone(portal), base.to_owned());
        let busy = Arc::new(AtomicUsize::new(0));
        std::thread::Builder::new().name("commands".to_owned()).spawn(move || {
            for stream in socket.incoming() {
                let Ok(stream) = stream else { continue };
                let place = Place(Arc::clone(&busy));
                let before = busy.fetch_add(1, Ordering::Relaxed);
                let (portal, base) = (Arc::clone(&portal), base.clone());
                let answer = move || {
                    let _place = place;
                    answer(&portal, &base, stream, before < MOST_AT_ONCE);
                };
                let _ = std::thread::Builder::new().name("command".to_owned()).spawn(answer);
            }
        })?;
        Ok(())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Line {
    fn tell(&self, reply: &Reply) -> io::Result<()> {
        let mut line = serde_json::to_vec(reply)?;
        line.push(b'\n');
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }
}

/// The answer on its way, in pieces that end with a line or are large enough.
struct Text {
    line: Line,
    piece: Vec<u8>,
}

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if bytes.ends_with(b"\n") || self.piece.len() >= LARGE_PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    /// Tells all but a character that has only begun.
    fn flush(&mut self) -> io::Result<()> {
        let whole = match std::str::from_utf8(&self.piece) {
            Ok(text) => text,
            Err(error) => {
                std::str::from_utf8(&self.piece[..error.valid_up_to()]).unwrap_or_default()
            }
        };
        if !whole.is_empty() {
            self.line.tell(&Reply::Text(whole.to_owned()))?;
            let told = whole.len();
            self.piece.drain(..told);
        }
        Ok(())
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

impl Aside for Line {
    fn note(&self, text: &str) {
        let _ = self.tell(&Reply::Note(text.to_owned()));
    }

    fn progress(&self, what: &str) -> Progress {
        let (line, what) = (self.clone(), what.to_owned());
        let told = std::cell::Cell::new(Instant::now());
        Progress::elsewhere(move |done, total| {
            if told.get().elapsed() >= BETWEEN_TELLINGS {
                told.set(Instant::now());
                let _ = line.tell(&Reply::Progress { what: what.clone(), done, total });
            }
        })
    }
}

fn answer(portal: &Portal, base: &str, stream: UnixStream, has_room: bool) {
    let done = read(&stream).and_then(|request| {
        if !has_room {
            let message = format!("{MOST_AT_ONCE} commands are under way already; ask again later");
            return Err(Failure::There { message, code: 5 });
        }
        let line = Line(Arc::new(Mutex::new(stream.try_clone()?)));
        carry_out_there(portal, base, &request, line)
    });
    let (code, message) = match done {
        Ok(()) => (0, None),
        Err(failure) => (failure.code(), Some(plain(&failure.to_string()))),
    };
    let _ = Line(Arc::new(Mutex::new(stream))).tell(&Reply::End { code, message });
}

fn read(stream: &UnixStream) -> Result<Request, Failure> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut text = String::new();
    BufReader::new(stream.take(LONGEST_REQUEST)).read_line(&mut text)?;
    let unreadable = "the command did not arrive whole; it may be longer than a mebibyte";
    let request: Request =
        serde_json::from_str(&text).map_err(|_| Failure::Usage(unreadable.to_owned()))?;
    if request.version != env!("CARGO_PKG_VERSION") {
        let message = format!(
            "the folder is being served by version {}; this is {}",
            env!("CARGO_PKG_VERSION"),
            request.version
        );
        return Err(Failure::There { message, code: 5 });
    }
    if request.now != pretended_now() {
        let message = "THEIRS_NOW has no effect on a folder that is being served";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(request)
}

fn carry_out_there(
    portal: &Portal,
    base: &str,
    request: &Request,
    line: Line,
) -> Result<(), Failure> {
    let Some(cli) = parse_from(&request.arguments, &request.folder) else {
        let message = "the process that serves the folder does not understand this command";
        return Err(Failure::Usage(message.to_owned()));
    };
    let workspace = portal.workspace().for_asker(request.token.clone())?;
    let text = Text { line: line.clone(), piece: Vec::new() };
    let mut out = Output::to(Box::new(text), Box::new(line), cli.json);
    match &cli {
        Cli { verb: Verb::Serve { link: Some(person), name: Some(name), .. }, .. } => {
            let person = invited(&workspace, person, name)?;
            let url = portal.link(&person, base)?;
            out.data(&serde_json::json!({ "address": base, "link": url }))?;
            out.line(&format!(
                "The portal runs already. One-time link, for ten minutes:\n  {url}"
            ))?;
            Ok(())
        }
        Cli { verb: Verb::Serve { .. }, .. } => {
            let message = format!("the portal runs already, at {base}");
            Err(Failure::There { message, code: 5 })
        }
        _ => carry_out(&cli, &workspace, &mut out),
    }
}
