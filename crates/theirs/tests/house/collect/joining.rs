//! Who is whom is found as they come: nobody has to ask for it, and asking changes nothing.

use super::*;

/// A site whose servers say who somebody is, beside a till with many customers, who are resolved.
fn known_site() -> (Site, String) {
    let charter = include_str!("../collect.yaml")
        .replace("{ stream: web, calls: identify }", "{ stream: web, calls: identify, by: server }")
        .replace(
            "      traits.city: contact.address.city\n",
            "      traits.city: contact.address.city\n      traits.name: identity.name.full\n",
        );
    assert!(charter.contains("by: server") && charter.contains("traits.name"));
    let mut site = Site::promising(&charter);
    std::fs::write(site.folder.path().join("till.csv"), till(0..60)).unwrap();
    site.well(&["load"]);
    site.well(&["resolve"]);
    let server = site.made_key(&["--server"]);
    site.serve();
    (site, server)
}

const GIVEN: [&str; 12] =
    ["Ann", "Bela", "Cyril", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivor", "Jun", "Kay", "Lou"];
const FAMILY: [&str; 11] =
    ["Reed", "Moor", "Vale", "Thorn", "Wicks", "Bray", "Holt", "Lund", "Pike", "Rowe", "Sand"];

/// The name and address of a customer; no two have the same.
fn customer(number: usize) -> (String, String) {
    let (given, family) = (GIVEN[number % GIVEN.len()], FAMILY[number % FAMILY.len()]);
    let email = format!("{}.{}@reader.example", given.to_lowercase(), family.to_lowercase());
    (format!("{given} {family}"), email)
}

fn till(numbers: std::ops::Range<usize>) -> String {
    let rows = numbers.map(|number| {
        let (name, email) = customer(number);
        format!("t{number},{name},{email}\n")
    });
    format!("account,name,email\n{}", rows.collect::<String>())
}

fn until_shown(site: &Site, record: &str, text: &str) -> String {
    let since = Instant::now();
    loop {
        let said: Said = site.command(&["show", record, "--as", "noor"]).output().unwrap().into();
        if said.code == 0 && said.out.contains(text) {
            return said.out;
        }
        assert!(since.elapsed() < Duration::from_secs(30), "{record}: {}{}", said.out, said.err);
    }
}

fn identify(site: &Site, key: &str, user: &str, number: usize) {
    let (name, email) = customer(number);
    let said = json!({ "userId": user, "traits": { "name": name, "email": email } });
    assert_eq!(site.send_with(key, "identify", &said, "").0, 200);
}

#[test]
fn an_account_joins_whom_the_till_knows_by_name_and_address() {
    let (site, server) = known_site();
    identify(&site, &server, "w7", 7);
    let person = until_shown(&site, "web_accounts:w7", "till");
    assert!(person.contains("t7") && person.contains("Hana Lund"), "{person}");
    // Their browser goes where they go, whichever came first.
    site.sends("track", &json!({ "anonymousId": "v8", "userId": "w8", "event": "A" }));
    identify(&site, &server, "w8", 8);
    let person = until_shown(&site, "till:t8", "web_events (1 entry)");
    assert!(person.contains("web_visitors"), "{person}");
    let again = site.well(&["--json", "resolve"]);
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!((again["opened"].as_u64(), again["closed"].as_u64()), (Some(0), Some(0)), "{again}");
}

#[test]
fn in_whatever_order_they_come_the_people_are_those_of_a_whole_resolution() {
    let (site, server) = known_site();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for turn in 0..60 {
        let number = rng.random_range(0..75);
        match rng.random_range(0..10) {
            0 => {
                let path = site.folder.path().join("till.csv");
                std::fs::write(path, till(0..60 + turn / 4)).unwrap();
                site.well(&["load", "till"]);
            }
            1 => site.sends(
                "track",
                &json!({ "anonymousId": format!("v{number}"), "userId": format!("w{number}"),
                    "event": "A" }),
            ),
            2 => identify(&site, &server, &format!("t{number}"), number),
            _ => identify(&site, &server, &format!("w{number}"), number),
        }
    }
    // What was taken over is joined within a second or so; then nothing is left to be done.
    std::thread::sleep(Duration::from_secs(4));
    let said: Value = serde_json::from_str(&site.well(&["--json", "resolve"])).unwrap();
    assert_eq!((said["opened"].as_u64(), said["closed"].as_u64()), (Some(0), Some(0)), "{said}");
    assert!(said["people"].as_u64().unwrap() >= 60, "{said}");
}
