//! The body of a request: it must be there in time, and all bodies that are coming in take a bounded
//! amount of memory together.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::Sleep;

use super::is_over;

/// How many bytes of bodies may be coming in at once.
const MOST_BYTES: usize = 256 << 20;

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It came too slowly.
    #[error("the request came too slowly")]
    Slow,
    /// There are too many at once.
    #[error("too much is coming in at once; send it again later")]
    Crowded,
}

impl Unread {
    /// Whether that is why something failed.
    pub fn of(failure: &(dyn Error + 'static)) -> Option<Self> {
        let mut cause = Some(failure);
        while let Some(error) = cause {
            if let Some(unread) = error.downcast_ref::<Self>() {
                return Some(*unread);
            }
            cause = error.source();
        }
        None
    }
}

/// How many bytes are coming in.
#[derive(Clone, Default)]
pub(super) struct Bodies(Arc<AtomicUsize>);

/// A body that has until then.
pub(super) struct Timed {
    body: Incoming,
    longest: Duration,
    bodies: Bodies,
    bytes: usize,
    /// Begins when somebody first waits for the body: most are there at once.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Timed {
    pub(super) fn new(body: Incoming, longest: Duration, bodies: Bodies) -> Self {
        Self { body, longest, bodies, bytes: 0, timer: None }
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        self.bodies.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                let came = frame.data_ref().map_or(0, Bytes::len);
                this.bytes += came;
                if this.bodies.0.fetch_add(came, Ordering::Relaxed) + came > MOST_BYTES {
                    return Poll::Ready(Some(Err(Unread::Crowded.into())));
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                let is_slow = is_over(&mut this.timer, this.longest, cx);
                if is_slow { Poll::Ready(Some(Err(Unread::Slow.into()))) } else { Poll::Pending }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
