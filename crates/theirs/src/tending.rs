//! What is done in the background while the portal is open: small files of the lake are merged, one
//! step at a time, whenever nobody else writes it.
//!
//! A step that is under way when the process is told to stop leaves nothing behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::command::layout;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// How long it rests when nothing was due.
const REST: Duration = Duration::from_secs(20);

/// The background work; it ends when this is dropped.
pub struct Tending {
    stop: Arc<AtomicBool>,
    wake: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Tending {
    /// Begins, on a thread of its own.
    pub fn start(workspace: Workspace) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (wake, woken) = channel();
        let told = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("tending".to_owned())
            .spawn(move || tend(&workspace, &told, &woken))?;
        Ok(Self { stop, wake: Some(wake), thread: Some(thread) })
    }
}

impl Drop for Tending {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.wake.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn tend(workspace: &Workspace, stop: &AtomicBool, woken: &Receiver<()>) {
    let goes_on = || !stop.load(Ordering::Relaxed);
    while goes_on() {
        // What fails now, as on a full disk, is tried again after a rest; `theirs compact` says why.
        if !step(workspace, &goes_on).unwrap_or(false)
            && woken.recv_timeout(REST) != Err(RecvTimeoutError::Timeout)
        {
            return;
        }
    }
}

/// Does one step; says whether there was one.
fn step(workspace: &Workspace, goes_on: &dyn Fn() -> bool) -> Result<bool, Failure> {
    let due = workspace.lake.layout(&workspace.store)?.values().any(|(_, due)| *due > 0);
    if !due {
        return Ok(false);
    }
    let layout = layout(workspace);
    let Some(turn) = workspace.lake.try_turn() else { return Ok(false) };
    Ok(workspace.lake.compact(&workspace.store, &layout, &turn, goes_on)?.is_some())
}
