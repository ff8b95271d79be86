//! Log lines on their way to standard error: a thread of its own writes them, so that whoever reads
//! slowly, or not at all, holds up no request. What does not fit is lost and counted.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use super::Event;

/// How many lines may wait.
const MOST_LINES: usize = 8_192;
/// How long the end of the process waits for the last ones.
const LONGEST_GOODBYE: Duration = Duration::from_secs(1);

enum Piece {
    Line(Vec<u8>),
    /// Says when everything before it is written.
    End(SyncSender<()>),
}

/// Where lines go.
#[derive(Clone)]
pub(super) struct Lines {
    sender: SyncSender<Piece>,
    lost: Arc<AtomicU64>,
}

impl Lines {
    pub(super) fn start() -> io::Result<Self> {
        let (sender, receiver) = sync_channel(MOST_LINES);
        let lost = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&lost);
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write(&receiver, &told))?;
        Ok(Self { sender, lost })
    }

    /// Waits until what was told is written, but not for long.
    pub(super) fn flush(&self) {
        let (done, is_done) = sync_channel(1);
        if self.sender.try_send(Piece::End(done)).is_ok() {
            let _ = is_done.recv_timeout(LONGEST_GOODBYE);
        }
    }
}

fn write(receiver: &Receiver<Piece>, lost: &AtomicU64) {
    let mut to = io::stderr();
    while let Ok(piece) = receiver.recv() {
        match piece {
            // Nobody may be listening; it serves all the same.
            Piece::Line(line) => drop(to.write_all(&line)),
            Piece::End(done) => drop(done.send(())),
        }
        let lines = lost.swap(0, Ordering::Relaxed);
        if lines > 0 {
            Event::LinesLost { lines }.tell();
        }
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.sender.try_send(Piece::Line(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
