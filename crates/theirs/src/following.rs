//! What follows the ledger in the background: whenever there is a new checkpoint, a step is taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use theirs_ledger::Ledger;

/// The shortest time between two steps, so that a busy log is followed about five times a second.
const REST: Duration = Duration::from_millis(200);

/// A thread that follows the ledger; it ends when this is dropped.
pub struct Follower {
    ledger: Arc<Ledger>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    /// Takes a step now, and then with every checkpoint, or after the time that the step gives.
    pub fn start(
        name: &str,
        ledger: &Arc<Ledger>,
        mut step: impl FnMut() -> Duration + Send + 'static,
    ) -> std::io::Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let (told, follows) = (Arc::clone(&is_over), Arc::clone(ledger));
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            while !told.load(Ordering::Relaxed) {
                let turn = follows.turn();
                let longest = step();
                if !told.load(Ordering::Relaxed) {
                    std::thread::sleep(REST);
                    follows.await_turn(turn, longest);
                }
            }
        })?;
        Ok(Self { ledger: Arc::clone(ledger), is_over, thread: Some(thread) })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.ledger.nudge();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// How long one waits after so many failures in a row: a second, doubled with each, a minute at most.
pub fn patience(failures: u32) -> Duration {
    doubling(failures, Duration::from_mins(1))
}

/// The same with another most.
pub fn doubling(failures: u32, longest: Duration) -> Duration {
    Duration::from_secs(1 << failures.saturating_sub(1).min(20)).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_doubles_up_to_a_minute() {
        let seconds: Vec<u64> = [1, 2, 3, 6, 7, 99].map(|n| patience(n).as_secs()).to_vec();
        assert_eq!(seconds, [1, 2, 4, 32, 60, 60]);
    }
}
