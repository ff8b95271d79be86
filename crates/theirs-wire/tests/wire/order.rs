//! Messages out of order, of wrong lengths, too early and too many: the server tells nothing, does
//! not fall, and serves the next client.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use postgres_protocol::authentication::sasl::{ChannelBinding, ScramSha256};

use crate::fixture::{SECRETS, World};
use crate::server::{Server, TOKEN, panics};

/// How long a client waits for what may not come.
const PATIENCE: Duration = Duration::from_millis(300);

/// A message of the protocol.
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as i32 + 4).to_be_bytes();
    [&[kind], &length[..], body].concat()
}

fn startup() -> Vec<u8> {
    let body = [&196_608_i32.to_be_bytes()[..], b"user\0marketing\0database\0theirs\0\0"].concat();
    message(0, &body)[1..].to_vec()
}

fn ssl_request() -> Vec<u8> {
    [8_i32.to_be_bytes(), 80_877_103_i32.to_be_bytes()].concat()
}

fn query(sql: &str) -> Vec<u8> {
    message(b'Q', format!("{sql}\0").as_bytes())
}

fn parse(name: &str, sql: &str) -> Vec<u8> {
    message(b'P', format!("{name}\0{sql}\0\0\0").as_bytes())
}

fn bind(portal: &str, name: &str) -> Vec<u8> {
    message(b'B', format!("{portal}\0{name}\0\0\0\0\0\0\0").as_bytes())
}

fn execute(portal: &str, rows: i32) -> Vec<u8> {
    message(b'E', &[portal.as_bytes(), &[0], &rows.to_be_bytes()].concat())
}

/// What is sent before anybody is known.
fn strangers() -> Vec<Vec<Vec<u8>>> {
    let huge = |kind: u8, length: i32| [&[kind][..], &length.to_be_bytes()].concat();
    let ask = query("select city from offer.person");
    vec![
        vec![ask.clone()],
        vec![bind("", "")],
        vec![execute("", 0)],
        vec![message(b'S', b""), startup()],
        vec![startup(), ask.clone()],
        vec![startup(), ask.clone(), ask.clone(), message(b'S', b"")],
        vec![startup(), parse("", "select city from offer.person"), bind("", ""), execute("", 0)],
        vec![startup(), message(b'p', b"theirs_token\0")],
        vec![startup(), message(b'p', b"")],
        vec![startup(), message(b'p', b"SCRAM-SHA-256\0\xff\xff\xff\xff")],
        vec![startup(), message(b'p', b"SCRAM-SHA-256\0\x7f\xff\xff\xffn,,n=,r=x")],
        vec![startup(), message(b'p', b"PLAIN\0\0\0\0\x05hello")],
        vec![startup(), message(b'p', b"SCRAM-SHA-256\0\0\0\0\x0bn,,n=a,r=abc"), ask.clone()],
        vec![startup(), message(b'p', b"\xff\xfe\xfd")],
        vec![startup(), startup()],
        vec![startup(), message(b'X', b"")],
        vec![ssl_request(), ssl_request()],
        vec![ssl_request(), startup()],
        vec![ssl_request(), vec![0x16, 3, 1, 0xff, 0xff, 1]],
        vec![huge(0, i32::MAX)[1..].to_vec()],
        vec![huge(0, -1)[1..].to_vec(), startup()],
        vec![huge(0, 0)[1..].to_vec(), startup()],
        vec![huge(0, 4)[1..].to_vec(), startup()],
        vec![startup(), huge(b'p', i32::MAX), vec![0; 4096]],
        vec![startup(), huge(b'p', -1), vec![0; 64]],
        vec![startup(), huge(b'p', 0), vec![0; 64]],
        vec![startup(), huge(b'Q', i32::MAX)],
        vec![[12_i32.to_be_bytes(), 196_608_i32.to_be_bytes(), *b"user"].concat()],
        vec![[9_i32.to_be_bytes().to_vec(), 131_072_i32.to_be_bytes().to_vec(), vec![0]].concat()],
        vec![[16_i32.to_be_bytes(), 80_877_102_i32.to_be_bytes(), [0; 4], [0; 4]].concat()],
        vec![b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()],
        vec![vec![0; 10_000]],
        vec![vec![0xff; 10_000]],
        vec![vec![]],
        (0..500).map(|_| ssl_request()).collect(),
    ]
}

/// What is sent by a client that came in.
fn guests() -> Vec<Vec<Vec<u8>>> {
    let hidden = "select postcode from offer.person";
    let sync = || message(b'S', b"");
    let many = |count: usize, one: Vec<u8>| vec![one.repeat(count)];
    let short =
        |kind: u8, length: i32, body: &[u8]| [&[kind], &length.to_be_bytes()[..], body].concat();
    vec![
        vec![bind("", "nobody"), sync()],
        vec![execute("nobody", 0), sync()],
        vec![execute("", -1), sync()],
        vec![message(b'D', b"Snobody\0"), message(b'D', b"Pnobody\0"), sync()],
        vec![message(b'D', b"Xnobody\0"), sync()],
        vec![message(b'C', b"Snobody\0"), message(b'C', b"?x\0"), sync()],
        many(10_000, sync()),
        many(10_000, message(b'H', b"")),
        vec![message(b'd', b"data"), message(b'c', b""), message(b'f', b"no\0"), sync()],
        vec![message(b'F', b"\0\0\0\x01\0\0\0\0\0\0"), sync()],
        vec![message(b'z', b"what"), sync()],
        vec![message(b'p', b"theirs_token\0"), query(hidden)],
        vec![startup(), query(hidden)],
        vec![ssl_request(), query(hidden)],
        vec![message(b'Q', b"select 1")],
        vec![message(b'Q', b"\xff\xfe\0")],
        vec![message(b'Q', b"")],
        vec![query(""), query(";"), query(";;;")],
        vec![short(b'Q', 3, b"select 1\0")],
        vec![short(b'Q', 0, b"select 1\0")],
        vec![short(b'Q', -5, b"select 1\0")],
        vec![short(b'Q', i32::MAX, b"select 1\0")],
        vec![short(b'Q', 6, b"select city from offer.person\0")],
        vec![parse("a", hidden), bind("", "a"), execute("", 0), sync()],
        vec![parse("a", "select city from offer.person"), message(b'X', b"")],
        vec![parse("a", "select city from offer.person"), execute("", 0), bind("", "a"), sync()],
        vec![parse("a", "select 1; select 2"), sync()],
        vec![parse("a", "select city from offer.person"), parse("a", hidden), sync()],
        vec![message(b'P', b"a\0select $1\0\xff\xff"), sync()],
        vec![message(b'P', b"a\0select 1"), sync()],
        vec![parse("a", "select $1::int from offer.person"), bind("", "a"), execute("", 1), sync()],
        vec![parse("a", "select city from offer.person where city = $1000"), bind("", "a"), sync()],
        vec![parse("a", "select city from offer.person where city = $70000"), sync()],
        vec![
            parse("a", "select city from offer.person where city = $1"),
            message(b'B', b"\0a\0\0\0\0\x01\xff\xff\xff\xf0\0\0"),
            execute("", 0),
            sync(),
        ],
        vec![
            parse("a", "select city from offer.person where person_id = $1"),
            message(b'B', b"\0a\0\0\x01\0\x01\0\x01\0\0\0\x02\xff\xff\0\0"),
            execute("", 0),
            sync(),
        ],
        vec![
            parse("a", "select city from offer.person"),
            message(b'B', b"\0a\0\0\0\0\0\0\x01\0\x09"),
            execute("", 0),
            sync(),
        ],
        vec![parse("a", "select city from offer.person"), bind("", "a"), execute("", 1), sync()],
        vec![query("begin"), query("select nothing"), query(hidden), query("commit")],
        vec![query("copy offer.person from stdin"), message(b'd', b"x\n"), message(b'c', b"")],
        many(200, query("select 1 from offer.person where false")),
        vec![query("select 1"), vec![b'Q', 0, 0]],
    ]
}

/// Everything that a server says until it hangs up or falls silent.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut said = Vec::new();
    let mut part = vec![0; 65_536];
    while let Ok(length @ 1..) = stream.read(&mut part) {
        said.extend_from_slice(&part[..length]);
    }
    said
}

fn stranger(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

/// A client that proved its token.
fn guest(server: &Server) -> TcpStream {
    let mut stream = stranger(server);
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(&startup()).unwrap();
    said(&mut stream, 10);
    let mut scram = ScramSha256::new(TOKEN.as_bytes(), ChannelBinding::unsupported());
    let first = scram.message().to_vec();
    let length = (first.len() as i32).to_be_bytes();
    let first = [b"SCRAM-SHA-256\0", &length[..], &first].concat();
    stream.write_all(&message(b'p', &first)).unwrap();
    scram.update(&said(&mut stream, 11)).unwrap();
    stream.write_all(&message(b'p', scram.message())).unwrap();
    scram.finish(&said(&mut stream, 12)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    assert!(rest(&mut stream).ends_with(b"Z\0\0\0\x05I"));
    stream
}

/// The body of the next message of authentication.
fn said(stream: &mut TcpStream, step: i32) -> Vec<u8> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).unwrap();
    assert_eq!((head[0], i32::from_be_bytes(head[5..].try_into().unwrap())), (b'R', step));
    let length = u32::from_be_bytes(head[1..5].try_into().unwrap()) as usize - 8;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    body
}

/// Sends all messages, whether or not the server listens to the end, and gives what it says.
fn told(mut stream: TcpStream, script: &[Vec<u8>]) -> String {
    for part in script {
        if stream.write_all(part).is_err() {
            break;
        }
    }
    String::from_utf8_lossy(&rest(&mut stream)).into_owned()
}

async fn each(scripts: Vec<Vec<Vec<u8>>>, greet: fn(&Server) -> TcpStream, may_see: bool) {
    let server = Server::of(&World::here()).await;
    for (at, script) in scripts.into_iter().enumerate() {
        let talk = || told(greet(&server), &script);
        let told = tokio::task::block_in_place(talk);
        let leaked = SECRETS.iter().find(|secret| told.contains(**secret));
        assert!(leaked.is_none(), "script {at}: {told}");
        assert!(may_see || !told.contains("Saltmouth"), "script {at}: {told}");
        assert_eq!(panics(), 0, "script {at}: {told}");
        let client = server.client("marketing").await;
        let rows = client.query("select city from offer.person", &[]).await.unwrap();
        assert_eq!(rows.len(), 7, "script {at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn strangers_out_of_order_are_told_nothing_and_harm_nobody() {
    each(strangers(), stranger, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guests_out_of_order_are_told_no_more_than_others_and_harm_nobody() {
    each(guests(), guest, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_that_end_badly_leave_their_places_to_others() {
    let broken = [startup(), message(b'p', b"theirs_token\0")].concat();
    each((0..80).map(|_| vec![broken.clone()]).collect(), stranger, false).await;
}
