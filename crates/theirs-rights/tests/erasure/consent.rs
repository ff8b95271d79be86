//! What a person agreed to, under which charter, as records.

use theirs_rights::{By, Choice, ConsentState};
use theirs_store::CharterVersion;
use theirs_words::Language;

use crate::world::*;

const FRENCH: &str = "translations:
  fr:
    sources:
      crm: { called: Notre caisse, acquired: Vous nous l'avez dit à la caisse. }
      news: { called: Notre lettre, acquired: Vous vous êtes inscrit. }
      orders: { called: Vos commandes, acquired: Vous avez acheté chez nous. }
      visits: { called: Vos visites, acquired: Vous avez regardé nos pages. }
    purposes:
      card: { says: Nous vous envoyons une carte. }
      figures: { says: Nous comptons les ventes. }
    roles:
      privacy: { says: notre responsable }
      marketing: { says: notre équipe de vente }
    names: { at: à, card: carte, client_number: numéro de client, figures: chiffres, newsletter: lettre,
      order_no: commande, ordered_at: commandé le, orders: commandes, page: page, title: titre,
      visit_no: visite, visits: visites }
";

fn say(world: &World, yes: bool) {
    let choice = Choice::Consent { topic: "newsletter".to_owned(), yes };
    world.desk().choose(&world.person(1), &choice, By::Person).unwrap();
    world.clock.pass(1);
}

#[test]
fn a_yes_to_another_text_is_another_record_and_a_no_ends_the_one_there_is() {
    let root = tempfile::tempdir().unwrap();
    let mut world = World::with_people(root.path(), CHARTER, 3);
    say(&world, true);
    say(&world, false);
    let old = world.charter.digest;
    let text = CHARTER.replace("We send you a card.", "We send you a card and a calendar.");
    world.charter = theirs_charter::Charter::read("charter.yaml", &text).unwrap().into();
    let version = CharterVersion {
        digest: world.charter.digest,
        policies: std::collections::BTreeMap::new(),
        text,
        applied: jiff::Timestamp::UNIX_EPOCH,
    };
    let brought = world.charter.adopted();
    world.store.apply_charter(&version, &brought, &world.keys).unwrap();
    say(&world, false);
    say(&world, true);
    let privacy = colleague("privacy");
    let (desk, by) = (world.desk(), By::Colleague(&privacy));
    let receipt = desk.consent_receipt(&world.person(1), by).unwrap();
    let [told, first, second] = receipt.consent_records.as_slice() else { panic!("three records") };
    assert_eq!((told.record.said.as_str(), first.record.said.as_str()), ("news", "you"));
    let states: Vec<ConsentState> = first.event.iter().map(|event| event.event_state).collect();
    assert_eq!(states, [ConsentState::Given, ConsentState::Withdrawn, ConsentState::Refused]);
    assert_eq!(first.pii_processing.privacy_notice, format!("sha256:{old}"));
    assert_eq!(first.pii_processing.purposes[0].purpose, "We send you a card.");
    assert_eq!(second.pii_processing.purposes[0].purpose, "We send you a card and a calendar.");
    assert_eq!(second.state(), Some(ConsentState::Given));
    let parties: Vec<&str> =
        second.party_identification.iter().map(|party| party.party_name.as_str()).collect();
    assert_eq!(parties, ["Quay Books", "Royal Printers"]);
    assert!(!serde_json::to_string(&receipt).unwrap().contains("zq"), "no value of theirs");
    let told = desk.uses(&world.person(1)).unwrap()[0].sentence.clone();
    assert!(told.ends_with("made you a receipt of what you agreed to."), "{told}");
}

#[test]
fn what_a_source_tells_is_a_record_that_names_it_and_stands_under_no_use() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    let records = || {
        let receipt = world.desk().consent_receipt(&world.person(1), By::Person).unwrap();
        receipt.consent_records
    };
    let [told] = &records()[..] else { panic!("one record") };
    let event = &told.event[0];
    assert_eq!((told.record.said.as_str(), event.noted_by.as_str()), ("news", "Our newsletter"));
    assert_eq!((event.event_state, event.use_id), (ConsentState::Given, None));
    assert_eq!(event.event_time.to_string(), "2026-01-02T00:00:00Z");
    assert_eq!(records()[0].record.record_id, told.record.record_id, "its number stays");
    let mut row = news(1);
    row.since = "2026-02-02T00:00:00Z".parse().ok();
    row.columns.insert("yes_to_news".to_owned(), "false".to_owned());
    world.load("news", &[row]);
    assert_eq!(records()[0].state(), Some(ConsentState::Refused));
    let mut row = crm(2);
    row.columns.remove("city");
    world.load("crm", &[row]);
    let person = world.person(2);
    world.delete(2, "email");
    let receipt = world.desk().consent_receipt(&person, By::Person).unwrap();
    assert!(receipt.consent_records.is_empty(), "the entry that told it went");
}

#[test]
fn a_yes_on_a_french_page_is_a_record_in_french_and_one_in_english_another() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), &format!("{CHARTER}{FRENCH}"), 3);
    for language in [Language::French, Language::English] {
        let choice = Choice::Consent { topic: "newsletter".to_owned(), yes: true };
        world.desk().choose_on_page(language, &world.person(1), &choice).unwrap();
        world.clock.pass(1);
    }
    let receipt = world.desk().consent_receipt(&world.person(1), By::Person).unwrap();
    let said = receipt.consent_records.iter().filter(|record| record.record.said == "you");
    let said: Vec<(&str, &str)> = said
        .map(|record| &record.pii_processing)
        .map(|processing| (processing.language, processing.purposes[0].purpose.as_str()))
        .collect();
    assert_eq!(said, [("fr", "Nous vous envoyons une carte."), ("en", "We send you a card.")]);
}
