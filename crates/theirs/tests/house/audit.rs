//! The press test, from the command line.

use std::fs;

use crate::shop::Shop;

#[test]
fn the_sample_is_found_to_have_its_six_planted_practices_and_no_other() {
    let shop = Shop::open();
    let report = shop.json(&["audit", "--html", &path(&shop, "press.html")]);
    let found: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}: {}", one["flow"], one["rule"]).replace('"', ""))
        .collect();
    assert_eq!(
        found,
        [
            "app_locations: location.unused",
            "lifestyle_broker: lifeevent.inferred",
            "lifestyle_broker: broker.consent_unchecked",
            "birthday_offer: consent.expired",
            "birth_date: held.finer_than_needed",
            "analyst: access.wide",
        ]
    );
    let page = fs::read_to_string(shop.path().join("press.html")).unwrap();
    assert!(page.contains("2 March 2026") && !page.contains("<script"));
    let treasure = report["treasures"].as_array().unwrap();
    let idle = treasure.iter().find(|one| one["source"] == "web_events").unwrap();
    assert!(idle["says_of"]["genre"].as_u64().unwrap() > 0, "{idle}");
}

#[test]
fn a_check_of_a_charter_alone_fails_on_what_it_is_asked_to() {
    let shop = Shop::empty();
    let charter = path(&shop, "charter.yaml");
    let sarif = path(&shop, "audit.sarif");
    shop.well(&["audit", "--charter", &charter]);
    let (code, said) = shop.ill(&["audit", "--charter", &charter, "--check", "--sarif", &sarif]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("1 hard stop and 2 findings that need two people found"), "{said}");
    let (_, said) = shop.ill(&["audit", "--charter", &charter, "--fail-on", "stop"]);
    assert!(said.contains("1 hard stop found"), "{said}");
    let (_, said) = shop.ill(&["audit", "--charter", &charter, "--fail-on", "any"]);
    assert!(said.contains("2 other findings"), "{said}");
    let sarif: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(sarif).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 5);
}

#[test]
fn a_flow_that_anybody_wrote_is_judged_and_a_slip_in_it_is_named() {
    let shop = Shop::empty();
    let file = path(&shop, "flow.yaml");
    fs::write(&file, "flows:\n- name: gym\n  purpose: share.sell\n  told: nowhere\n").unwrap();
    let report = shop.json(&["audit", "--flow", &file]);
    assert_eq!(report["findings"][0]["rule"], "sale.undisclosed");
    fs::write(&file, "flows:\n- name: gym\n  porpose: share.sell\n").unwrap();
    let (code, said) = shop.ill(&["audit", "--flow", &file]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("flow.yaml:3:3") && said.contains("did you mean \"purpose\"?"), "{said}");
}

fn path(shop: &Shop, name: &str) -> String {
    shop.path().join(name).display().to_string()
}

#[test]
fn files_that_nobody_described_are_questioned_on_the_first_day() {
    let shop = Shop::empty();
    let run = |arguments: &[&str]| -> crate::shop::Said {
        shop.command(arguments).current_dir(shop.path()).output().unwrap().into()
    };
    let files = ["audit", "crm.csv", "shop.sqlite", "locations.jsonl", "broker.csv"];
    let said = run(&[&files[..], &["--draft", "drafted.yaml"]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.starts_with("Look at these first:"), "{}", said.out);
    for told in ["Exact positions lie here", "what any of this is for", "This firm"] {
        assert!(said.out.contains(told), "{told}: {}", said.out);
    }
    for value in ["Ellery-Finch", "1961", "HB-11156"] {
        assert!(!said.out.contains(value), "{value}");
    }
    let drafted = run(&["audit", "--charter", "drafted.yaml", "--check"]);
    assert_eq!(drafted.code, 1, "{}", drafted.out);
    fs::write(
        shop.path().join("bare.csv"),
        "mail,religion\na@m.example,none\nb@m.example,hindu\nb@m.example,hindu\n",
    )
    .unwrap();
    let said = run(&["audit", "bare.csv", "--check"]);
    assert_eq!(said.code, 1, "{}", said.out);
    for told in ["Not questioned: bare.csv", "their belief", "(held.belief)"] {
        assert!(said.out.contains(told), "{told}: {}", said.out);
    }
    assert_eq!(run(&["audit", "nothing.csv"]).code, 1);
    assert_eq!(run(&["audit", "https://shop.example"]).code, 2);
}

#[test]
fn a_variant_has_the_price_that_a_frontier_found_and_what_nobody_uses_costs_nothing() {
    let shop = Shop::open();
    let kept = shop.path().join("data/frontiers");
    fs::create_dir(&kept).unwrap();
    // As `theirs campaign frontier` keeps it, and one that somebody wrote by hand.
    let measured = r#"{ "campaign": "Our birthday card", "purpose": "birthday_offer", "decisions": 1204,
        "at": "2026-03-01T09:00:00Z", "variants": [["Without city", [0.004, -0.01, 0.018]]] }"#;
    fs::write(kept.join("birthday.json"), measured).unwrap();
    fs::write(kept.join("other.json"), "{").unwrap();
    // As long as nobody used anything, that nothing is used says nothing.
    assert!(!shop.well(&["audit"]).contains("no result hangs on it"));
    shop.sql("select city, count(*) n from shop_figures.person group by city");
    let said = shop.well(&["audit"]);
    let told = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let price = "Measured for Our birthday card on 1 March 2026 (1,204 decisions): Without city: 0.4 % of \
                 its profit lost (-1.0 to 1.8).";
    assert!(told.contains(price), "{said}");
    assert!(told.contains("Nothing: no purpose uses it, so no result hangs on it."), "{said}");
}
