//! A headless Chromium, and the pipe on which it is spoken to.
//!
//! It reads messages on its descriptor 3 and writes them on 4, each ended by a zero byte. A shell
//! puts our two pipes there and gives way to it, so that no port is opened that others could use.
//! The crates that speak this protocol bring all of it as generated code, and ten of its commands are
//! asked here. Price: what else the protocol has would have to be added by hand.
//! Chromium will not sandbox itself for root; only then is its sandbox left off. The process ends
//! when this value goes, whatever happened.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::WebError;

/// Names under which it is looked for.
const NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// Where it lies on a Mac.
const ON_A_MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// A question is answered within this time, the first one also where a busy machine takes long to
/// start the browser.
const ANSWER: Duration = Duration::from_secs(90);

/// So many messages wait at most; the browser waits beyond that.
const WAITING: usize = 4_096;

/// The longest message that is taken, in bytes.
const LONGEST: usize = 32 << 20;

/// A running browser.
pub(super) struct Browser {
    child: Child,
    pipe: ChildStdin,
    messages: Receiver<Value>,
    /// Messages that came while an answer was awaited.
    pub(super) early: Vec<Value>,
    count: u64,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser with an empty profile.
    pub(super) fn start(given: Option<&Path>) -> Result<Self, WebError> {
        let program = given.map(Path::to_owned).or_else(found).ok_or(WebError::NoBrowser)?;
        let fault = |error: std::io::Error| WebError::Browser(error.to_string());
        let profile = tempfile::Builder::new().prefix("theirs-scan-").tempdir().map_err(fault)?;
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null", "sh"]);
        command.arg(program).arg("--headless=new").arg("--remote-debugging-pipe");
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        command.args([
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-extensions",
            "--disable-sync",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--metrics-recording-only",
            "--mute-audio",
        ]);
        if rustix::process::geteuid().is_root() {
            command.arg("--no-sandbox");
        }
        command
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(fault)?;
        let (Some(pipe), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(WebError::Browser("it has no pipes".to_owned()));
        };
        let (send, messages) = sync_channel(WAITING);
        std::thread::spawn(move || {
            let mut answers = BufReader::new(answers);
            let mut bytes = Vec::new();
            while answers.read_until(0, &mut bytes).is_ok_and(|read| read > 0) {
                bytes.pop();
                let message = (bytes.len() <= LONGEST).then(|| serde_json::from_slice(&bytes).ok());
                bytes.clear();
                if let Some(Some(message)) = message
                    && send.send(message).is_err()
                {
                    return;
                }
            }
        });
        Ok(Self { child, pipe, messages, early: Vec::new(), count: 0, _profile: profile })
    }

    /// Says something, to a page if one is named, and does not wait.
    pub(super) fn say(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Result<u64, WebError> {
        self.count += 1;
        let mut message = json!({ "id": self.count, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let text = format!("{message}\0");
        let gone = |_| WebError::Browser("it went away".to_owned());
        self.pipe.write_all(text.as_bytes()).and_then(|()| self.pipe.flush()).map_err(gone)?;
        Ok(self.count)
    }

    /// Asks something and waits for the answer.
    pub(super) fn ask(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Result<Value, WebError> {
        let id = self.say(session, method, parameters)?;
        let until = Instant::now() + ANSWER;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Some(mut message) = self.hear(left)? else {
                return Err(WebError::Browser(format!("no word on {method}")));
            };
            if message["id"] != id {
                self.early.push(message);
                continue;
            }
            if let Some(error) = message["error"]["message"].as_str() {
                return Err(WebError::Browser(format!("{method}: {error}")));
            }
            return Ok(message["result"].take());
        }
    }

    /// Waits for a message; none if time is up.
    pub(super) fn hear(&mut self, longest: Duration) -> Result<Option<Value>, WebError> {
        match self.messages.recv_timeout(longest) {
            Ok(message) => Ok(Some(message)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                Err(WebError::Browser("it went away".to_owned()))
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let closed = self.say(None, "Browser.close", &json!({})).is_ok();
        let until = Instant::now() + Duration::from_secs(3);
        while closed && Instant::now() < until {
            // The pipe closes with the browser.
            if self.hear(until.saturating_duration_since(Instant::now())).is_err() {
                break;
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser by its usual names.
fn found() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("THEIRS_CHROMIUM") {
        return Some(given.into());
    }
    let folders = std::env::var_os("PATH")?;
    let in_path = std::env::split_paths(&folders)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .find(|path| path.is_file());
    in_path.or_else(|| Some(PathBuf::from(ON_A_MAC)).filter(|path| path.is_file()))
}
