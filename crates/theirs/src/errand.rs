//! Work that is done in the background until nobody wants it any more.

use std::thread::JoinHandle;

use tokio::sync::oneshot::{Sender, channel};

/// A thread with a task of its own; the task ends when this is dropped, in the middle of a word if
/// need be, so it must be one that may be stopped anywhere and begun again.
pub struct Errand {
    over: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Errand {
    /// Begins the task that is made on the thread.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub fn start<F: Future<Output = ()>>(
        name: &str,
        task: impl FnOnce() -> F + Send + 'static,
    ) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (over, is_over) = channel();
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = is_over => {}
                    () = task() => {}
                }
            });
            // A name that is looked up just now is waited for by nobody.
            runtime.shutdown_background();
        })?;
        Ok(Self { over: Some(over), thread: Some(thread) })
    }
}

impl Drop for Errand {
    fn drop(&mut self) {
        drop(self.over.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
