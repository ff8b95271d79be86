//! Sends events as fast as they are taken, and says how many a second and how long each waited.
//!
//! `cargo run --example load -- PORT KEY [--clients 64] [--seconds 10] [--batch 1]`
//!
//! Each client keeps one connection and sends the next request once the last was answered. It prints
//! one line of JSON: requests and events a second, the median and 99th percentile of the time to an
//! answer in milliseconds, and how many answers were no 200.
#![allow(clippy::print_stdout, reason = "it is a program")]

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

struct Wish {
    port: u16,
    key: String,
    clients: u32,
    seconds: u64,
    batch: u32,
    stem: u64,
}

#[derive(Default)]
struct Found {
    waits: Vec<Duration>,
    refused: u64,
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|word| word == name)?;
        arguments.get(at + 1)?.parse::<u32>().ok()
    };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let wish = Wish {
        port: arguments.first().and_then(|port| port.parse().ok()).unwrap_or(8000),
        key: arguments.get(1).cloned().unwrap_or_default(),
        clients: after("--clients").unwrap_or(64),
        seconds: u64::from(after("--seconds").unwrap_or(10)),
        batch: after("--batch").unwrap_or(1),
        stem: now.map_or(0, |since| since.as_secs()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(&wish))
}

async fn run(wish: &Wish) -> std::io::Result<()> {
    let since = Instant::now();
    let until = since + Duration::from_secs(wish.seconds);
    let clients = (0..wish.clients).map(|client| {
        let (port, key, batch, stem) = (wish.port, wish.key.clone(), wish.batch, wish.stem);
        tokio::spawn(async move { client_of(port, &key, batch, stem, client, until).await })
    });
    let clients: Vec<_> = clients.collect();
    let mut all = Found::default();
    for client in clients {
        let found = client.await.map_err(std::io::Error::other)??;
        all.waits.extend(found.waits);
        all.refused += found.refused;
    }
    let seconds = since.elapsed().as_secs_f64();
    all.waits.sort_unstable();
    let at = |share: usize| {
        let place = (all.waits.len() * share / 1000).min(all.waits.len().saturating_sub(1));
        all.waits.get(place).map_or(0.0, |wait| wait.as_secs_f64() * 1000.0)
    };
    let requests = u32::try_from(all.waits.len()).unwrap_or(u32::MAX);
    let rate = f64::from(requests) / seconds;
    println!(
        "{}",
        json!({ "requests": requests, "events": u64::from(requests) * u64::from(wish.batch),
            "requests_per_second": rate.round(),
            "events_per_second": (rate * f64::from(wish.batch)).round(),
            "median_ms": at(500), "p99_ms": at(990), "refused": all.refused })
    );
    Ok(())
}

async fn client_of(
    port: u16,
    key: &str,
    batch: u32,
    stem: u64,
    client: u32,
    until: Instant,
) -> std::io::Result<Found> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let mut found = Found::default();
    let mut buffer = vec![0; 4096];
    let mut number = 0_u64;
    while Instant::now() < until {
        let request = request(key, batch, stem, client, &mut number);
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Err(std::io::Error::other("the server hung up"));
        }
        found.waits.push(began.elapsed());
        found.refused += u64::from(!buffer.starts_with(b"HTTP/1.1 200"));
    }
    Ok(found)
}

fn request(key: &str, batch: u32, stem: u64, client: u32, number: &mut u64) -> String {
    let mut event = || {
        *number += 1;
        json!({ "type": "track", "event": "Book Viewed", "anonymousId": format!("v{client}-{}", *number / 20),
            "messageId": format!("{stem}-{client}-{number}"), "timestamp": "2026-11-27T08:00:00.000Z",
            "properties": { "total": 12.5, "genre": "crime", "title": "The Long Tide", "path": "/books/7" },
            "context": { "page": { "path": "/books/7", "referrer": "", "title": "The Long Tide",
                "url": "https://shop.example/books/7" }, "library": { "name": "load", "version": "1" },
                "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36" } })
    };
    let (path, body) = if batch == 1 {
        let mut body = event();
        body["writeKey"] = json!(key);
        ("/v1/track", body.to_string())
    } else {
        let events: Vec<_> = (0..batch).map(|_| event()).collect();
        ("/v1/batch", json!({ "writeKey": key, "batch": events }).to_string())
    };
    format!(
        "POST {path} HTTP/1.1\r\nhost: events.example\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}
