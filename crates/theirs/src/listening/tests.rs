use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, oneshot};

use super::*;

/// Long enough for whoever is honest, short enough to wait for.
const SOON: Duration = Duration::from_millis(300);
/// What no test waits for unless it fails.
const LONG: Duration = Duration::from_secs(20);

fn bounds() -> Bounds {
    Bounds { connections: 64, head: SOON, body: SOON, stall: LONG, rest: LONG, stop: LONG }
}

/// Pages on a free port, until the sender says so or is dropped.
struct Site {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<()>,
}

async fn site(bounds: Bounds, pages: Router) -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let until = async {
        let _ = stopped.await;
    };
    let never = std::future::pending();
    let served = tokio::spawn(serve(listener, pages, bounds, until, never));
    Site { address, stop: Some(stop), served }
}

impl Site {
    async fn send(&self, bytes: &str) -> TcpStream {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(bytes.as_bytes()).await.unwrap();
        socket
    }

    /// What a request is answered with, up to the end of the connection.
    async fn ask(&self, bytes: &str) -> String {
        rest(self.send(bytes).await).await
    }
}

async fn rest(mut socket: TcpStream) -> String {
    let mut text = Vec::new();
    tokio::time::timeout(LONG, socket.read_to_end(&mut text)).await.unwrap().unwrap();
    String::from_utf8(text).unwrap()
}

const GET: &str = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

fn pages() -> Router {
    let read = async |body: Result<Bytes, BytesRejection>| match body {
        Ok(body) => format!("{} bytes", body.len()),
        Err(rejection) => format!("{:?}", Unread::of(&rejection)),
    };
    Router::new().route("/", get(async || "here").post(read))
}

#[tokio::test]
async fn whoever_begins_a_request_and_does_not_end_it_is_hung_up_on() {
    let site = site(bounds(), pages()).await;
    let began = Instant::now();
    let silent = site.send("").await;
    let slow = site.send("GET / HTTP/1.1\r\nhost: loc").await;
    assert_eq!((rest(silent).await.as_str(), rest(slow).await.as_str()), ("", ""));
    assert!(began.elapsed() >= SOON && began.elapsed() < LONG);
    assert!(site.ask(GET).await.ends_with("here"));
}

#[tokio::test]
async fn a_byte_now_and_then_is_not_enough() {
    let site = site(bounds(), pages()).await;
    let mut socket = site.send("GET / HTTP/1.1\r\nx: ").await;
    let mut is_open = true;
    for _ in 0..100 {
        is_open &= socket.write_all(b"x").await.is_ok();
        tokio::time::sleep(SOON / 10).await;
    }
    assert!(!is_open);
}

#[tokio::test]
async fn a_connection_may_rest_longer_than_a_request_may_take() {
    let site = site(bounds(), pages()).await;
    let mut socket = site.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let mut first = [0; 15];
    socket.read_exact(&mut first).await.unwrap();
    tokio::time::sleep(SOON * 2).await;
    socket.write_all(GET.as_bytes()).await.unwrap();
    let text = rest(socket).await;
    assert!(text.contains("HTTP/1.1 200 OK") && text.ends_with("here"), "{text}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_answered_as_too_slow() {
    let site = site(bounds(), pages()).await;
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n";
    let text = site.ask(&format!("{head}12345")).await;
    assert!(text.ends_with("Some(Slow)"), "{text}");
    let closing = head.replace("content-length", "connection: close\r\ncontent-length");
    assert!(site.ask(&format!("{closing}123456789")).await.ends_with("9 bytes"));
}

#[tokio::test]
async fn where_there_is_no_room_those_who_rest_make_some() {
    let site = site(Bounds { connections: 2, head: LONG, ..bounds() }, pages()).await;
    let keep = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut resting = Vec::new();
    for _ in 0..2 {
        let mut socket = site.send(keep).await;
        let mut first = [0; 15];
        socket.read_exact(&mut first).await.unwrap();
        resting.push(socket);
    }
    assert!(site.ask(GET).await.ends_with("here"));
    for socket in resting {
        assert!(rest(socket).await.ends_with("here"));
    }
}

#[tokio::test]
async fn what_was_asked_before_the_end_is_answered_and_nothing_after_it() {
    let (began, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, goes) = (Arc::clone(&began), Arc::clone(&go));
    let slow = async move || {
        begins.notify_one();
        goes.notified().await;
        "late"
    };
    let mut site = site(bounds(), Router::new().route("/", post(slow))).await;
    let asked = site.send("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n").await;
    began.notified().await;
    drop(site.stop.take());
    // It listens no more, and waits for what is under way.
    while TcpStream::connect(site.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!site.served.is_finished());
    go.notify_one();
    assert!(rest(asked).await.ends_with("late"));
    site.served.await.unwrap();
}
