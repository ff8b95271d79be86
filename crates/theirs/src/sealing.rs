//! Epochs close by themselves while the folder is served: ten minutes after the first use that is
//! not sealed, or once there are 4,096 of them.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::failure::Failure;
use crate::workspace::Workspace;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(15);
/// How long a use may wait, in seconds.
const LONGEST_SECONDS: i64 = 600;
/// How many uses may wait.
const MOST: u64 = 4_096;

/// The thread that closes epochs; it ends when this is dropped.
pub struct Sealing {
    over: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sealing {
    /// Starts it, with a connection of its own to the database.
    pub fn start(workspace: &Workspace) -> Result<Self, Failure> {
        let workspace = workspace.for_asker(None)?;
        let (over, ended) = channel::<()>();
        let thread = std::thread::Builder::new().name("epochs".to_owned()).spawn(move || {
            while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                // What fails now is tried again; `theirs status` shows how much waits.
                let _ = close_if_due(&workspace);
            }
        })?;
        Ok(Self { over: Some(over), thread: Some(thread) })
    }
}

/// Closes an epoch if uses have waited long enough; says whether it did.
fn close_if_due(workspace: &Workspace) -> Result<bool, Failure> {
    let now = workspace.clock.now();
    let (waiting, earliest) = workspace.store.unsealed()?;
    let has_waited = earliest.is_some_and(|at| now.as_second() - at.as_second() >= LONGEST_SECONDS);
    if waiting < MOST && !has_waited {
        return Ok(false);
    }
    Ok(workspace.seals()?.close(now)?.is_some())
}

impl Drop for Sealing {
    fn drop(&mut self) {
        drop(self.over.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
