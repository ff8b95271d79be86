//! Killed at any point, nothing acknowledged is lost, and the next run goes on.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::shop::Shop;

/// How many kills; the long run asks for more.
pub fn rounds() -> u32 {
    std::env::var("THEIRS_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

/// Runs a command and kills it after a while; says whether it had ended by itself, and well.
pub fn run_and_kill(mut command: Command, after: Duration) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let since = Instant::now();
    while since.elapsed() < after {
        if let Some(status) = child.try_wait().unwrap() {
            return status.success();
        }
        std::hint::spin_loop();
    }
    let _ = child.kill();
    child.wait().unwrap().success()
}

fn whole(shop: &Shop) {
    shop.well(&["load"]);
    shop.well(&["resolve"]);
    let status = shop.json(&["status"]);
    assert_eq!(status["activities"]["order_lines"], 14_654);
    assert_eq!(status["activities"]["web_events"], 19_897);
    assert_eq!(status["records"]["crm"], 1_393);
    assert_eq!(status["records_without_person"], 0);
    shop.well(&["ledger", "verify"]);
}

#[test]
fn a_killed_load_or_resolve_is_made_whole_by_the_next() {
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    for verb in ["load", "resolve"] {
        for _ in 0..rounds() / 4 {
            let shop = Shop::empty();
            if verb == "resolve" {
                shop.well(&["load"]);
            }
            let after = Duration::from_millis(dice.random_range(1..250));
            run_and_kill(shop.command(&[verb]), after);
            whole(&shop);
        }
    }
}

#[test]
fn an_acknowledged_correction_survives_any_kill() {
    let shop = Shop::open();
    let maud = shop.maud();
    let mut dice = ChaCha8Rng::seed_from_u64(11);
    let mut last = shop.believed(&maud, "city");
    for round in 0..rounds() {
        let city = format!("Town{round}");
        let command = shop.command(&["correct", &maud, "city", &city, "--as", "noor"]);
        let acknowledged = run_and_kill(command, Duration::from_millis(dice.random_range(1..60)));
        let now = shop.believed(&maud, "city");
        assert!(
            now == city || (!acknowledged && now == last),
            "{now} after {last}, {acknowledged}"
        );
        last = now;
    }
    shop.well(&["ledger", "verify"]);
}

#[test]
fn an_answer_that_was_given_is_in_the_ledger_whenever_the_process_dies() {
    let shop = Shop::open();
    let mut dice = ChaCha8Rng::seed_from_u64(13);
    let mut given = 0;
    for _ in 0..rounds() {
        let sql = "select count(*) from shop_figures.person";
        let after = Duration::from_millis(dice.random_range(1..120));
        given += u64::from(run_and_kill(shop.command(&["sql", "--as", "ana", sql]), after));
    }
    let uses = shop.json(&["uses", &shop.maud(), "--as", "noor"]);
    assert!(uses.as_array().unwrap().len() as u64 >= given);
    shop.well(&["ledger", "verify"]);
}

#[test]
fn a_killed_compaction_leaves_every_row_and_no_file_too_many() {
    let shop = Shop::open();
    let sql = "select count(*) n, sum(price) s from shop_figures.order_lines";
    let counted = || shop.sql(sql)["rows"].clone();
    let before = (counted(), shop.json(&["status"])["activities"].clone());
    let mut dice = ChaCha8Rng::seed_from_u64(17);
    for _ in 0..rounds() {
        let after = Duration::from_millis(dice.random_range(1..300));
        run_and_kill(shop.command(&["compact", "--whole"]), after);
        let status = shop.json(&["status"]);
        assert_eq!((counted(), status["activities"].clone()), before);
        let lake = status["lake"].as_object().unwrap().values();
        let named: u64 = lake.map(|activity| activity["files"].as_u64().unwrap()).sum();
        let there = std::fs::read_dir(shop.path().join("data/lake")).unwrap().count();
        assert_eq!(named, there as u64);
    }
    let done = shop.well(&["compact", "--whole"]);
    assert!(done.contains("order_lines: "), "{done}");
    assert_eq!(counted(), before.0);
}

#[test]
fn a_killed_erasure_is_made_or_not_made_and_what_was_acknowledged_stays() {
    let shop = Shop::open();
    let mut dice = ChaCha8Rng::seed_from_u64(17);
    let mut rows = csv::Reader::from_path(shop.path().join("crm.csv")).unwrap();
    let keys: Vec<String> = rows.records().map(|row| format!("crm:{}", &row.unwrap()[0])).collect();
    for round in 0..rounds() / 3 {
        let person = &keys[round as usize * 7];
        let words = ["erase", person, "--at-their-request", "--now", "--as", "noor"];
        let after = Duration::from_millis(dice.random_range(1..400));
        let acknowledged = run_and_kill(shop.command(&words), after);
        let is_there = shop.say(&["show", person, "--as", "noor"]).code == 0;
        assert!(!(acknowledged && is_there), "{person} was erased and is there");
        shop.well(&["sweep"]);
        assert_eq!(shop.json(&["status"])["erasure"]["not_in_the_files"], 0);
    }
    shop.well(&["ledger", "verify"]);
    shop.well(&["load"]);
    shop.well(&["resolve"]);
}
