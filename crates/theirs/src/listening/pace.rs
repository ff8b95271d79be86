//! A connection whose other end must keep a pace: the head of a request comes soon after its first
//! byte, and an answer is read on.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use super::{Bounds, is_over};

/// The head of a request is coming, or the first one is awaited.
const HEAD: u8 = 0;
/// A request is being answered.
const WORK: u8 = 1;
/// The last one was answered.
const REST: u8 = 2;

/// What a connection is at.
#[derive(Default)]
pub(super) struct Pace(AtomicU8);

impl Pace {
    /// A request came whole as to its head.
    pub(super) fn work(&self) {
        self.0.store(WORK, Ordering::Release);
    }

    /// It was answered: the next byte begins another.
    pub(super) fn rest(&self) {
        self.0.store(REST, Ordering::Release);
    }
}

/// The connection.
pub(super) struct Paced {
    socket: TcpStream,
    bounds: Bounds,
    pace: Arc<Pace>,
    head: Option<Pin<Box<Sleep>>>,
    stall: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    pub(super) fn new(socket: TcpStream, bounds: Bounds, pace: Arc<Pace>) -> Self {
        Self { socket, bounds, pace, head: None, stall: None }
    }

    /// Lets a write through that went on; one that waits too long fails.
    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stall = None;
            return polled;
        }
        late(&mut self.stall, self.bounds.stall, cx)
    }
}

/// Fails once a time is over that begins with the first call.
fn late<T>(
    timer: &mut Option<Pin<Box<Sleep>>>,
    longest: Duration,
    cx: &mut Context<'_>,
) -> Poll<io::Result<T>> {
    if is_over(timer, longest, cx) {
        return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
    }
    Poll::Pending
}

impl AsyncRead for Paced {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let polled = Pin::new(&mut this.socket).poll_read(cx, buffer);
        let came = buffer.filled().len() > before;
        let at = this.pace.0.load(Ordering::Acquire);
        if at != HEAD {
            this.head = None;
        }
        if at == REST && came {
            this.pace.0.store(HEAD, Ordering::Release);
        }
        if at == HEAD && polled.is_pending() {
            return late(&mut this.head, this.bounds.head, cx);
        }
        polled
    }
}

impl AsyncWrite for Paced {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.written(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write_vectored(cx, pieces);
        self.written(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
