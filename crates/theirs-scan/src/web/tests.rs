//! A shop with a tracker, both on this machine, under names of their own.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use super::{PageScan, Party, Visit, WebError, visit};

/// A busy machine takes its time.
fn patient() -> Visit {
    Visit { longest: Duration::from_mins(5), quiet: Duration::from_secs(5), ..Visit::default() }
}

/// Answers until the process ends: a page for the shop, and what it loads from elsewhere.
fn server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream, port));
        }
    });
    port
}

fn answer(mut stream: TcpStream, port: u16) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let first = lines.next()?.ok()?;
    let path = first.split([' ', '?']).nth(1)?.to_owned();
    let rest: Vec<String> =
        lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let host = rest.iter().find_map(|line| line.strip_prefix("Host: "))?.to_owned();
    let (kind, cookie, body) = page(&host, &path, port);
    let cookie = cookie.map(|cookie| format!("Set-Cookie: {cookie}\r\n")).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{cookie}Access-Control-Allow-Origin: *\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).ok()
}

fn page(host: &str, path: &str, port: u16) -> (&'static str, Option<&'static str>, String) {
    let from = |host: &str, path: &str| format!("http://{host}.localhost:{port}/{path}");
    match (host.split('.').next().unwrap_or_default(), path) {
        ("shop", "/") => {
            let body = format!(
                "<!doctype html><title>Shop</title><link rel=icon href='data:,'>\
                 <style>@font-face {{ font-family: F; src: url({font}) }} body {{ font-family: F }}</style>\
                 <p>Books<img src='{logo}'><script src='{script}'></script><iframe src='{frame}'></iframe>\
                 <script>localStorage.setItem('basket', 'secret'); navigator.sendBeacon('{beacon}', 'x')</script>",
                font = from("fonts", "f.woff2"),
                logo = from("img.shop", "logo.svg"),
                script = from("tracker", "t.js"),
                frame = from("frame", "ad.html"),
                beacon = from("tracker", "b"),
            );
            ("text/html", Some("visit=secret; Max-Age=3600"), body)
        }
        ("tracker", "/t.js") => {
            let cookie = "uid=secret; Max-Age=31536000; SameSite=None; Secure";
            ("text/javascript", Some(cookie), "sessionStorage.setItem('seen', 'secret')".to_owned())
        }
        ("frame", "/ad.html") => {
            ("text/html", None, format!("<img src='{}'>", from("deep", "pixel.svg")))
        }
        _ => ("image/svg+xml", None, "<svg xmlns='http://www.w3.org/2000/svg'/>".to_owned()),
    }
}

fn told(page: &PageScan) -> String {
    let hosts = page.hosts.iter().map(|host| {
        let kinds: Vec<&str> = host.kinds.iter().map(String::as_str).collect();
        format!("{:?} {}: {}", host.party, host.name, kinds.join(", "))
    });
    let cookies = page.cookies.iter().map(|cookie| {
        format!(
            "{:?} cookie {} of {}: {:?} days",
            cookie.party, cookie.name, cookie.host, cookie.days
        )
    });
    let kept = page
        .storage
        .iter()
        .map(|kept| format!("{} keeps {}, stays: {}", kept.site, kept.key, kept.stays));
    hosts.chain(cookies).chain(kept).collect::<Vec<_>>().join("\n")
}

#[test]
fn whom_a_page_contacts_and_what_it_leaves_behind_is_listed() {
    let port = server();
    let page = visit(&format!("http://shop.localhost:{port}/?email=secret"), &patient()).unwrap();
    insta::assert_snapshot!(told(&page), @r#"
    Third deep.localhost: image
    Third fonts.localhost: font
    Third frame.localhost: page
    Third tracker.localhost: beacon, script
    First img.shop.localhost: image
    First shop.localhost: page
    Third cookie uid of tracker.localhost: Some(365) days
    First cookie visit of shop.localhost: Some(0) days
    shop.localhost keeps basket, stays: true
    shop.localhost keeps seen, stays: false
    "#);
    assert!(!format!("{page:?}").contains("secret"));
    assert!(page.hosts[0].party == Party::Third && !page.is_cut_short);
}

#[test]
fn a_page_that_does_not_come_is_told() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let gone = visit(&format!("http://shop.localhost:{closed}/"), &patient()).unwrap_err();
    assert!(matches!(gone, WebError::Page { .. }), "{gone}");
    let file = visit("file:///etc/hosts", &patient()).unwrap_err();
    assert!(matches!(file, WebError::Address(_)), "{file}");
}
