//! Listening for HTTP: slow, wrong and too many clients are borne, and an end is a graceful one.
//!
//! The attacks: a request that never ends ("slowloris"), an answer that is never read, and more
//! connections than there is room for. Each has a bound in time or number, below; a proxy in front
//! may have narrower ones. Where there is no room, connections that rest are closed and those at work
//! are closed after their answer, so that whoever waits gets a place.
//!
//! When it is told to stop, nobody is let in any more, what was asked is answered, and what is not
//! done by then is cut off: an event that was acknowledged is on disk, whatever happens.

mod body;
mod pace;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep};

use crate::telemetry::Event;

pub use body::Unread;

use body::{Bodies, Timed};
use pace::{Pace, Paced};

/// How many bytes of a request's head are read.
const LARGEST_HEAD: usize = 128 * 1024;
/// How long to wait after no connection could be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// How much patience there is.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How many connections may be open at once.
    pub connections: usize,
    /// How long the head of a request may take, from its first byte.
    pub head: Duration,
    /// How long its body may take.
    pub body: Duration,
    /// How long an answer may wait for the other end to read on.
    pub stall: Duration,
    /// How long a connection may rest between two requests.
    pub rest: Duration,
    /// How long what is under way may take once it is told to stop.
    pub stop: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            // Fewer than the files that systems let a process open.
            connections: 512,
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            stall: Duration::from_secs(30),
            rest: Duration::from_secs(75),
            // Those who stop containers kill after ten seconds.
            stop: Duration::from_secs(8),
        }
    }
}

/// What all connections share.
#[derive(Clone)]
struct Shared {
    pages: Router,
    bounds: Bounds,
    bodies: Bodies,
    /// Counts up when connections are to end after what is under way.
    parting: watch::Receiver<u64>,
}

/// Serves pages until `stop` is done, and then what is under way, at most until `stop_at_once` is.
/// What cannot be accepted is tried again.
pub async fn serve(
    listener: TcpListener,
    pages: Router,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
    stop_at_once: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let (part, parting) = watch::channel(0);
    let shared = Shared { pages, bounds, bodies: Bodies::default(), parting };
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = place(&places, &part).await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        match accepted {
            Ok((socket, peer)) => {
                let shared = shared.clone();
                connections.spawn(async move {
                    connection(socket, peer, shared).await;
                    drop(place);
                });
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let began = Instant::now();
    while connections.try_join_next().is_some() {}
    Event::Stopping { connections: connections.len() }.tell();
    part.send_modify(|times| *times += 1);
    let last = async { while connections.join_next().await.is_some() {} };
    tokio::select! {
        _ = tokio::time::timeout(bounds.stop, last) => {}
        () = stop_at_once => {}
    }
    Event::Stopped { cut: connections.len(), after: began.elapsed() }.tell();
    connections.shutdown().await;
}

/// Whether a time is over that begins with the first call; if not, the task wakes once it is.
fn is_over(
    timer: &mut Option<Pin<Box<Sleep>>>,
    longest: Duration,
    cx: &mut task::Context<'_>,
) -> bool {
    let timer = timer.get_or_insert_with(|| Box::pin(sleep(longest)));
    timer.as_mut().poll(cx).is_ready()
}

/// A place for one more connection; where there is none, others are asked to part.
async fn place(places: &Arc<Semaphore>, part: &watch::Sender<u64>) -> Option<OwnedSemaphorePermit> {
    if let Ok(place) = Arc::clone(places).try_acquire_owned() {
        return Some(place);
    }
    part.send_modify(|times| *times += 1);
    Arc::clone(places).acquire_owned().await.ok()
}

/// Serves one client until it goes, is too slow, or is asked to part.
async fn connection(socket: TcpStream, peer: SocketAddr, shared: Shared) {
    let Shared { pages, bounds, bodies, mut parting } = shared;
    parting.mark_unchanged();
    // A small answer is not held back for a larger one.
    let _ = socket.set_nodelay(true);
    let pace = Arc::new(Pace::default());
    let io = TokioIo::new(Paced::new(socket, bounds, Arc::clone(&pace)));
    let pages = TowerToHyperService::new(pages);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        pace.work();
        let mut request =
            request.map(|body| Body::new(Timed::new(body, bounds.body, bodies.clone())));
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answer, pace) = (pages.call(request), Arc::clone(&pace));
        async move {
            let answer = answer.await;
            pace.rest();
            answer
        }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(bounds.rest).max_buf_size(LARGEST_HEAD);
    let mut talk = pin!(server.serve_connection(io, service));
    loop {
        tokio::select! {
            // Whatever ends a connection ends it alone.
            _ = &mut talk => return,
            Ok(()) = parting.changed() => talk.as_mut().graceful_shutdown(),
        }
    }
}

#[cfg(test)]
mod tests;
