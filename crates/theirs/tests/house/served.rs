//! A folder that is being served: other processes ask through its socket, and one alone owns it.

use std::io::BufRead;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};

use crate::shop::{Said, Shop};

/// A shop whose portal is open.
struct Served {
    shop: Shop,
    server: Child,
}

impl Served {
    fn open() -> Self {
        let shop = Shop::open();
        let mut server = shop.command(&["serve", "--port", "0"]);
        let mut server = server.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut reader = std::io::BufReader::new(server.stdout.take().unwrap());
        reader.read_line(&mut line).unwrap();
        assert!(line.contains("The portal is at"), "{line}");
        Self { shop, server }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn commands_are_carried_out_by_the_process_that_serves() {
    let served = Served::open();
    let shop = &served.shop;
    let socket = shop.path().join("data/theirs.sock");
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(shop.well(&["status"]).contains("crm"));
    let answer = shop.sql("select count(*) n from shop_figures.person");
    assert!(answer["people"].as_u64().unwrap() > 1_000);
    shop.well(&["correct", &shop.maud(), "city", "Oldhaven", "--as", "noor"]);
    assert!(shop.well(&["show", &shop.maud(), "--as", "noor"]).contains("Oldhaven"));
    assert!(shop.well(&["load"]).contains("the same as last time"));
    assert!(shop.well(&["resolve"]).contains("0 new"));
    assert!(shop.well(&["ledger", "verify"]).contains("The ledger is sound"));
}

#[test]
fn a_refusal_and_a_wrong_token_mean_the_same_through_the_socket() {
    let served = Served::open();
    let shop = &served.shop;
    let (code, message) =
        shop.ill(&["sql", "--as", "ana", "select email from shop_figures.person"]);
    assert_eq!(code, 3);
    assert!(message.contains("clause purposes.shop_figures.columns"), "{message}");
    let mut command = shop.command(&["show", &shop.maud(), "--as", "noor"]);
    let output = command.env("THEIRS_TOKEN", "theirs_wrong").output().unwrap();
    assert_eq!(Said::from(output).code, 4);
    let mut command = shop.command(&["status"]);
    let said = Said::from(command.env("THEIRS_NOW", "2020-01-01T00:00:00Z").output().unwrap());
    assert_eq!(said.code, 2);
    assert!(said.err.contains("THEIRS_NOW"), "{}", said.err);
}

#[test]
fn a_second_server_is_refused_and_a_link_comes_from_the_first() {
    let served = Served::open();
    let shop = &served.shop;
    let (code, message) = shop.ill(&["serve", "--port", "0"]);
    assert_eq!(code, 5);
    assert!(message.contains("the portal runs already, at http://localhost:"), "{message}");
    let said = shop.well(&["serve", "--link", &shop.maud(), "--as", "noor"]);
    assert!(said.contains("/open/"), "{said}");
    assert_eq!(shop.ill(&["serve", "--link", &shop.maud(), "--as", "ana"]).0, 3);
}

#[test]
fn many_may_ask_at_once() {
    let served = Served::open();
    let shop = &served.shop;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                shop.sql("select city, count(*) n from shop_figures.person group by city");
                shop.well(&["show", &shop.maud(), "--as", "noor"]);
            });
        }
    });
    assert!(shop.well(&["ledger", "verify"]).contains("The ledger is sound"));
}

#[test]
fn a_server_that_was_killed_leaves_nothing_in_the_way() {
    let mut served = Served::open();
    served.server.kill().unwrap();
    served.server.wait().unwrap();
    assert!(served.shop.path().join("data/theirs.sock").exists());
    assert!(served.shop.well(&["status"]).contains("crm"));
}

#[test]
fn a_second_process_is_told_who_has_the_folder_if_nobody_serves_it() {
    let shop = Shop::empty();
    let lock = std::fs::File::open(shop.path().join("data/lock")).unwrap();
    lock.lock().unwrap();
    let (code, message) = shop.ill(&["status"]);
    assert_eq!(code, 5);
    assert!(message.contains("in use by another process"), "{message}");
}
