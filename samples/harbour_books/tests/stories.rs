//! Every planted truth stands in the files, and the README tells it.

#![allow(clippy::unwrap_used, reason = "tests may")]

mod written;

use std::collections::{BTreeMap, BTreeSet};

use harbour_books::{Client, SEED, Source, TODAY, write_next_crm};
use jiff::{ToSpan, civil::Date};
use written::{Row, Written, one};

fn key(client: &Client, source: Source) -> String {
    client.keys(source).next().unwrap().to_owned()
}

fn crm_born(row: &Row) -> Date {
    Date::strptime("%d/%m/%Y", &row["born"]).unwrap()
}

fn due(born: Date) -> bool {
    (0..14).any(|days| {
        let day = TODAY.saturating_add(days.days());
        (day.month(), day.day()) == (born.month(), born.day())
    })
}

#[test]
fn the_followed_person_gets_her_offer_in_the_wrong_month() {
    let sample = Written::new();
    let planted = &sample.summary.planted;
    let maud = &planted.followed;
    let crm = sample.csv("crm.csv");
    let crm = one(&crm, "client_no", &key(maud, Source::Crm));
    let letters = sample.csv("newsletter.csv");
    let letter = one(&letters, "email", &key(maud, Source::Newsletter));
    assert_eq!(crm_born(crm), planted.followed_wrong_born);
    assert_eq!(letter["born"], maud.born.to_string());
    assert!(due(planted.followed_wrong_born) && !due(maud.born));
    assert_eq!((&letter["consent"][..], &crm["no_marketing"][..]), ("yes", "no"));
}

#[test]
fn the_followed_person_has_two_names_and_left_traces_everywhere() {
    let sample = Written::new();
    let maud = &sample.summary.planted.followed;
    let account = key(maud, Source::WebShop);
    let crm = sample.csv("crm.csv");
    let shop = sample.table("customers");
    assert_eq!(one(&crm, "client_no", &key(maud, Source::Crm))["last_name"], "Ellery-Finch");
    assert_eq!(one(&shop, "customer_id", &account)["name"], "Maud Finch");
    assert_eq!(maud.records.len(), 5);
    assert_eq!(maud.emails.len(), 1);
    assert_eq!(with(&sample.table("orders"), "customer_id", &account), 9);
    let contact = key(maud, Source::Support);
    assert_eq!(with(&sample.json_lines("tickets.jsonl"), "contact_id", &contact), 3);
    let letter = key(maud, Source::Newsletter);
    assert!(with(&sample.csv("newsletter_opens.csv"), "email", &letter) >= 12);
    assert!(with(&sample.json_lines("events.jsonl"), "customer_id", &account) >= 16);
    assert_eq!(with(&sample.json_lines("locations.jsonl"), "customer_id", &account), 50);
}

fn with(rows: &[Row], column: &str, value: &str) -> usize {
    rows.iter().filter(|row| row[column] == value).count()
}

#[test]
fn mother_and_daughter_share_everything_but_name_and_birth_date() {
    let sample = Written::new();
    let (mother, daughter) = &sample.summary.planted.shared_email;
    let crm = sample.csv("crm.csv");
    let mothers = one(&crm, "client_no", &key(mother, Source::Crm));
    let daughters = one(&crm, "client_no", &key(daughter, Source::Crm));
    for column in ["email", "last_name", "city", "postcode"] {
        assert_eq!(mothers[column], daughters[column], "{column}");
    }
    assert_ne!(mothers["first_name"], daughters["first_name"]);
    assert_ne!(mothers["born"], daughters["born"]);
    assert_ne!(mother.person, daughter.person);
    assert_eq!(daughter.keys(Source::Newsletter).count(), 0);
}

#[test]
fn one_client_is_in_the_crm_under_the_surname_she_was_born_with() {
    let sample = Written::new();
    let clara = &sample.summary.planted.changed_surname;
    let crm = sample.csv("crm.csv");
    let shop = sample.table("customers");
    let letters = sample.csv("newsletter.csv");
    let crm = one(&crm, "client_no", &key(clara, Source::Crm));
    let shop = one(&shop, "customer_id", &key(clara, Source::WebShop));
    let letter = one(&letters, "email", &key(clara, Source::Newsletter));
    assert_eq!(crm["last_name"], sample.summary.planted.surname_at_birth);
    assert_eq!(shop["name"], clara.name);
    assert_eq!(crm_born(crm).to_string(), letter["born"]);
    assert_eq!(crm["email"], shop["email"]);
    let digits = |row: &Row| -> String {
        let digits: String = row["phone"].chars().filter(char::is_ascii_digit).collect();
        digits[digits.len() - 10..].to_owned()
    };
    assert_eq!(digits(crm), digits(shop));
}

#[test]
fn an_objection_and_a_withdrawal_stand_between_two_people_and_their_offer() {
    let sample = Written::new();
    let planted = &sample.summary.planted;
    let crm = sample.csv("crm.csv");
    let letters = sample.csv("newsletter.csv");
    let row = |client| one(&crm, "client_no", &key(client, Source::Crm));
    let consent = |client| &one(&letters, "email", &key(client, Source::Newsletter))["consent"];
    let objector = row(&planted.objector);
    assert!(due(crm_born(objector)));
    assert_eq!((&objector["no_marketing"][..], &consent(&planted.objector)[..]), ("yes", "yes"));
    let said_yes = one(&letters, "email", &key(&planted.objector, Source::Newsletter));
    assert!(objector["updated_at"] > said_yes["changed_at"], "the objection came last");
    let withdrawn = row(&planted.withdrawn);
    assert!(due(crm_born(withdrawn)));
    assert_eq!((&withdrawn["no_marketing"][..], &consent(&planted.withdrawn)[..]), ("no", "no"));
}

#[test]
fn ten_birth_dates_are_wrong_in_the_crm_and_right_in_the_newsletter() {
    let sample = Written::new();
    let crm = sample.csv("crm.csv");
    let letters = sample.csv("newsletter.csv");
    let wrong = &sample.summary.planted.wrong_birth_dates;
    assert_eq!(wrong.len(), 10);
    let truth = sample.csv("truth.csv");
    for mistake in wrong {
        let letter = truth.iter().find(|row| {
            row["source"] == "newsletter" && row["person"] == mistake.person.to_string()
        });
        let letter = one(&letters, "email", &letter.unwrap()["record_key"]);
        assert_eq!(crm_born(one(&crm, "client_no", &mistake.client_no)), mistake.wrong);
        assert_eq!(letter["born"], mistake.right.to_string());
        assert_ne!(mistake.wrong, mistake.right);
    }
    let swapped = wrong.iter().filter(|mistake| {
        (mistake.wrong.month(), mistake.wrong.day()) == (mistake.right.day(), mistake.right.month())
    });
    assert_eq!(swapped.count(), 7);
}

#[test]
fn sixty_consents_were_withdrawn_lately() {
    let sample = Written::new();
    let letters = sample.csv("newsletter.csv");
    let withdrawn = &sample.summary.planted.withdrawn_consents;
    assert_eq!(withdrawn.len(), 60);
    assert_eq!(with(&letters, "consent", "no"), 60);
    let oldest = TODAY.saturating_sub(61.days()).to_string();
    for email in withdrawn {
        let letter = one(&letters, "email", email);
        assert!(letter["changed_at"] > oldest, "{}", letter["changed_at"]);
    }
}

#[test]
fn some_clients_stand_twice_in_the_crm_and_most_in_several_sources() {
    let sample = Written::new();
    let pairs = &sample.summary.planted.crm_duplicates;
    assert!((25..=60).contains(&pairs.len()), "{}", pairs.len());
    let mut sources: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut person_of = BTreeMap::new();
    for row in sample.csv("truth.csv") {
        sources.entry(row["person"].clone()).or_default().insert(row["source"].clone());
        person_of.insert(row["record_key"].clone(), row["person"].clone());
    }
    assert!(pairs.iter().all(|(first, second)| person_of[first] == person_of[second]));
    let several = sources.values().filter(|sources| sources.len() > 1).count();
    assert!(several * 10 > sources.len() * 6, "{several} of {}", sources.len());
}

#[test]
fn about_eighty_birthdays_are_due_and_half_of_them_get_an_offer() {
    let planted = Written::new().summary.planted;
    assert!((70..=90).contains(&planted.birthdays_due), "{}", planted.birthdays_due);
    let share = planted.birthday_offers * 100 / planted.birthdays_due;
    assert!((38..=60).contains(&share), "{share} %");
}

#[test]
fn a_third_of_what_the_broker_says_is_plainly_wrong() {
    let sample = Written::new();
    let rows = sample.csv("broker.csv");
    let wrong = &sample.summary.planted.broker_wrong;
    let share = wrong.len() * 100 / rows.len();
    assert!((31..=39).contains(&share), "{share} %");
    let maud = key(&sample.summary.planted.followed, Source::Broker);
    assert!(wrong.contains(&maud));
    assert_eq!(one(&rows, "broker_ref", &maud)["household"], "1");
}

#[test]
fn what_the_broker_has_wrong_contradicts_the_persons_own_birth_date() {
    let sample = Written::new();
    let truth = sample.csv("truth.csv");
    let letters = sample.csv("newsletter.csv");
    let person_of: BTreeMap<&str, &str> =
        truth.iter().map(|row| (row["record_key"].as_str(), row["person"].as_str())).collect();
    let born: BTreeMap<&str, Date> = letters
        .iter()
        .filter_map(|row| Some((person_of[row["email"].as_str()], row["born"].parse().ok()?)))
        .collect();
    let mut compared = 0;
    for row in sample.csv("broker.csv") {
        let Some(born) = born.get(person_of[row["broker_ref"].as_str()]) else { continue };
        let pensioner = row["lifestyle"].contains("retired") || row["lifestyle"].contains("pens");
        let starter = row["lifestyle"].contains("student") || row["lifestyle"].contains("first");
        let age = TODAY.year() - born.year();
        let absurd = if age < 44 { pensioner } else { age > 45 && starter };
        let wrong = sample.summary.planted.broker_wrong.contains(&row["broker_ref"]);
        if !(44..=45).contains(&age) {
            assert_eq!(absurd, wrong, "{row:?}, born {born}");
            compared += 1;
        }
    }
    assert!(compared > 80, "{compared}");
}

#[test]
fn two_people_now_and_then_share_a_name() {
    let mut people: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let sample = Written::new();
    let crm = sample.csv("crm.csv");
    let truth = sample.csv("truth.csv");
    for row in truth.iter().filter(|row| row["source"] == "crm") {
        let client = one(&crm, "client_no", &row["record_key"]);
        let name = format!("{} {}", client["first_name"], client["last_name"]).to_lowercase();
        people.entry(name).or_default().insert(row["person"].clone());
    }
    assert!(people.values().filter(|people| people.len() > 1).count() > 10);
}

#[test]
fn every_bad_row_stands_where_the_summary_says() {
    let sample = Written::new();
    let bad = &sample.summary.bad_rows;
    assert_eq!(bad.len(), 6);
    let crm = sample.csv("crm.csv");
    assert_eq!(with(&crm, "born", "31/02/1990"), 1);
    assert_eq!(with(&crm, "client_no", ""), 1);
    assert_eq!(with(&sample.table("orders"), "total", "n/a"), 1);
    assert_eq!(with(&sample.json_lines("events.jsonl"), "customer_id", "C-99999"), 1);
    let opens = sample.csv("newsletter_opens.csv");
    assert_eq!(with(&opens, "opened_at", "2025-13-45T25:61:00Z"), 1);
    assert_eq!(sample.json_lines("tickets.jsonl").len() + 1, sample.lines("tickets.jsonl"));
}

#[test]
fn next_months_export_repeats_the_corrected_mistake() {
    let sample = Written::new();
    let before = sample.csv("crm.csv");
    let next = write_next_crm(sample.folder.path(), SEED, TODAY).unwrap();
    let after = sample.csv("crm.csv");
    assert_eq!((after.len(), next.rows), (before.len() + 2, before.len() + 2));
    let (old, new) =
        (one(&before, "client_no", &next.followed), one(&after, "client_no", &next.followed));
    assert_eq!(old["born"], new["born"]);
    assert!(new["updated_at"] > old["updated_at"]);
    let changed: Vec<&Row> = after.iter().filter(|row| !before.contains(row)).collect();
    assert_eq!(changed.len(), next.changed.len() + next.added.len());
    assert_eq!(next.changed.len(), 6);
    assert!(changed.iter().all(|row| row["updated_at"] > TODAY.to_string()));
    assert_eq!(sample.csv("truth.csv").len(), sample.summary.counts.truth + 2);
}

#[test]
fn the_stories_hold_on_any_day() {
    let folder = tempfile::tempdir().unwrap();
    for today in ["2026-02-25", "2026-12-27", "2028-02-29", "2027-07-14"] {
        let today: Date = today.parse().unwrap();
        let planted = harbour_books::write(folder.path(), SEED, today).unwrap().planted;
        let days = |born: Date| {
            (0..14).any(|days| {
                let day = today.saturating_add(days.days());
                (day.month(), day.day()) == (born.month(), born.day())
            })
        };
        assert!(days(planted.followed_wrong_born), "{today}");
        assert!(!days(planted.followed.born), "{today}");
        assert!(days(planted.objector.born) && days(planted.withdrawn.born), "{today}");
    }
}

#[test]
fn the_readme_names_every_planted_record() {
    let readme = include_str!("../README.md");
    let summary = Written::new().summary;
    let planted = &summary.planted;
    let (mother, daughter) = &planted.shared_email;
    let clients = [
        &planted.followed,
        mother,
        daughter,
        &planted.changed_surname,
        &planted.objector,
        &planted.withdrawn,
    ];
    let keys = clients.iter().flat_map(|client| &client.records).map(|record| &record.record_key);
    let mistakes = planted.wrong_birth_dates.iter().map(|mistake| &mistake.client_no);
    let bad = summary.bad_rows.iter().map(|row| &row.place);
    let untold: Vec<&String> =
        keys.chain(mistakes).chain(bad).filter(|key| !readme.contains(&key[..])).collect();
    assert!(untold.is_empty(), "{untold:#?}");
}

#[test]
fn the_readme_counts_as_the_summary_does() {
    let readme = include_str!("../README.md");
    let summary = Written::new().summary;
    let (counts, planted) = (&summary.counts, &summary.planted);
    let numbers = [
        format!("| {} |\n", thousands(counts.crm)),
        format!("| {} |\n", thousands(counts.customers)),
        format!("| {} and {} |\n", thousands(counts.orders), thousands(counts.order_lines)),
        format!("| {} |\n", thousands(counts.newsletter)),
        format!("| {} |\n", thousands(counts.newsletter_opens)),
        format!("| {} |\n", thousands(counts.support)),
        format!("| {} |\n", thousands(counts.tickets)),
        format!("| {} |\n", thousands(counts.events)),
        format!("| {} |\n", thousands(counts.broker)),
        format!("| {} |\n", thousands(counts.locations)),
        format!("| {} |\n", thousands(counts.truth)),
        format!("{} stand twice", planted.crm_duplicates.len()),
        format!("**{} birthdays**", planted.birthdays_due),
        format!("{} of these people\n", planted.birthday_offers),
        format!("**{} wrong rows", planted.broker_wrong.len()),
    ];
    let untold: Vec<&String> = numbers.iter().filter(|told| !readme.contains(&told[..])).collect();
    assert!(untold.is_empty(), "{untold:#?}");
}

fn thousands(count: usize) -> String {
    if count < 1_000 {
        return count.to_string();
    }
    format!("{},{:03}", count / 1_000, count % 1_000)
}
