//! A bar where work is long, for people at a terminal, here or at the other end of a socket.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far one piece of work is.
pub struct Progress(Shown);

enum Shown {
    /// A bar on this terminal.
    Bar(ProgressBar),
    /// Whoever is told of every step: what is being done, so much, of so much.
    Elsewhere(Box<dyn Fn(u64, u64)>),
}

impl Progress {
    /// A bar that says what is being done and how long is left.
    pub fn bar(what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
        if let Ok(style) =
            ProgressStyle::with_template("{msg:24} {wide_bar} {percent:>3} %, {eta} left")
        {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        Self(Shown::Bar(bar))
    }

    /// Progress that is told to somebody else.
    pub fn elsewhere(tell: impl Fn(u64, u64) + 'static) -> Self {
        Self(Shown::Elsewhere(Box::new(tell)))
    }

    /// So much is done of so much.
    pub fn at(&self, done: u64, total: u64) {
        match &self.0 {
            Shown::Bar(bar) => {
                bar.set_length(total.max(1));
                bar.set_position(done);
            }
            Shown::Elsewhere(tell) => tell(done, total),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Shown::Bar(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
