//! Charters with one bad purpose each: what they say of it in fields or in words raises a finding.

use theirs_charter::Charter;

use crate::report::{Report, audit};

const SAMPLE: &str = include_str!("../../../../samples/harbour_books/charter.yaml");

/// The sample with one more purpose and one more recipient.
fn charter(purpose: &str, recipient: &str) -> Charter {
    let text = SAMPLE.split("\n# The same to clients who read French").next().unwrap_or_default();
    let text = text.replacen("\npurposes:\n", &format!("\npurposes:\n  odd:\n{purpose}\n\n"), 1);
    let text = text.replacen("\nrecipients:\n", &format!("\nrecipients:\n{recipient}"), 1);
    let text = text.replacen(
        "      consent: { consent: newsletter }\n",
        "      consent: { consent: newsletter }\n      friends: { consent: friends }\n",
        1,
    );
    read(&text)
}

fn read(text: &str) -> Charter {
    Charter::read("charter.yaml", text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn raised(purpose: &str, recipient: &str) -> Vec<&'static str> {
    let report = audit(&charter(purpose, recipient), None, "charter.yaml");
    report.findings.iter().filter(|one| one.flow == "odd").map(|one| one.rule).collect()
}

const FAIR: &str =
    "    basis: legitimate interest\n    interest: We sell more.\n    may_object: true\n";
const SWAP: &str = "  swap: { name: Swap Lists, country: GB, role: controller, contact: a@swap.example, does: sells lists }\n";

#[test]
fn what_the_notice_calls_a_sale_is_a_finding_on_any_basis() {
    let given =
        "    columns: [given_name, street, city]\n    recipients: [swap]\n    keep: 1 years";
    for (basis, category) in [
        ("    basis: contract\n", "service.order"),
        ("    basis: legal obligation\n", "legal.obligation"),
        ("    basis: consent\n    consent: newsletter\n", "marketing.direct"),
        ("    basis: consent\n    consent: friends\n", "marketing.direct"),
        (FAIR, "security.fraud"),
    ] {
        let purpose = format!("    category: {category}\n{basis}    says: We pass it on.\n{given}");
        let rules = raised(&purpose, SWAP);
        let is_sale = |rule: &&str| rule.starts_with("sale.") || rule.starts_with("given.");
        assert!(rules.iter().any(is_sale), "{basis}{category}: {rules:?}");
    }
}

#[test]
fn a_yes_to_letters_is_named_where_it_stands_for_a_sale() {
    let purpose = "    category: marketing.direct\n    basis: consent\n    consent: newsletter\n    says: We swap.\n    columns: [street]\n    recipients: [swap]\n    keep: 1 years";
    let report = audit(&charter(purpose, SWAP), None, "charter.yaml");
    let says = |report: &Report| {
        let one = report.findings.iter().find(|one| one.rule == "consent.for_another")?;
        Some(one.regulatory.says.contains("\"newsletter\""))
    };
    assert_eq!(says(&report), Some(true));
}

#[test]
fn who_shows_advertisements_elsewhere_is_no_processor_whatever_the_contract_calls_them() {
    let purpose = format!(
        "    category: measure.campaign\n{FAIR}    says: We measure.\n    columns: [email, phone]\n    activities: {{ web_events: [at, page] }}\n    recipients: [net]\n    keep: 1 years"
    );
    let net = "  net: { name: Net, country: GB, role: processor, contact: a@net.example, does: shows you ads on other sites }\n";
    assert!(raised(&purpose, net).contains(&"adplatform.upload"));
}

#[test]
fn what_a_purpose_sees_and_says_is_questioned_whatever_it_is_called() {
    for (purpose, rule) in [
        (format!("    category: marketing.offer\n{FAIR}    says: We pick offers.\n    columns: [email]\n    activities: {{ support_tickets: [opened_at, topic] }}\n    keep: 1 years"), "messages.turned"),
        (format!("    category: personalise.site\n{FAIR}    says: We show higher prices to those who pay more.\n    columns: [postcode]\n    keep: 1 years"), "said.undeclared"),
        (format!("    category: marketing.segment\n{FAIR}    says: We pick who may be ill by the books they buy.\n    columns: [email]\n    activities: {{ order_lines: [ordered_at, title] }}\n    keep: 1 years"), "said.undeclared"),
        (format!("    category: train.model\n{FAIR}    says: We learn from what you buy.\n    columns: [full_name, email]\n    keep: 1 years"), "train.identified"),
        (format!("    category: improve.product\n{FAIR}    says: We improve.\n    columns: [favourite_genre]\n    keep: 100 years"), "kept.too_long"),
        ("    category: service.message\n    basis: contract\n    says: We call you.\n    columns: [phone]\n    activities: { web_events: [at, page] }\n    keep: 1 years".to_owned(), "basis.contract_stretched"),
        (format!("    category: marketing.offer\n{FAIR}    says: We write about comics.\n    columns: [given_name, birth_date]\n    decide: {{ due: years_since(birth_date) < 12, reason: You like comics., to: royal_letters, columns: [given_name] }}\n    recipients: [royal_letters]\n    keep: 1 years"), "children.unasked"),
    ] {
        let rules = raised(&purpose, "");
        assert!(rules.contains(&rule), "{rule}: {rules:?}\n{purpose}");
    }
}

#[test]
fn a_mood_that_a_camera_read_is_no_stated_preference() {
    let source = "sources:\n  moods:\n    kind: internal\n    called: Moods\n    acquired: A camera in the shop reads faces.\n    file: m.csv\n    holds: identity\n    key: k\n    columns: { k: id.customer.mk, email: contact.email, mood: preference.stated.mood, pregnant: preference.stated.pregnant }\n\n";
    let purpose = format!(
        "    category: personalise.recommend\n{FAIR}    says: We suggest books.\n    columns: [favourite_genre]\n    keep: 1 years"
    );
    let text = charter(&purpose, "").text.replacen("\nsources:\n", &format!("\n{source}"), 1);
    let text = text.replacen("columns: [favourite_genre]", "columns: [mood]", 1);
    let report = audit(&read(&text), None, "charter.yaml");
    let rules = |flow: &str| -> Vec<&str> {
        report.findings.iter().filter(|one| one.flow == flow).map(|one| one.rule).collect()
    };
    assert!(rules("odd").contains(&"sensitive.without_yes"), "{:?}", rules("odd"));
    assert!(rules("odd").contains(&"said.undeclared"), "{:?}", rules("odd"));
    assert!(rules("moods").contains(&"held.health"), "{:?}", rules("moods"));
}

#[test]
fn what_a_draft_leaves_to_say_is_named_and_never_printed_as_said() {
    let text = charter(&format!("    category: improve.product\n{FAIR}    says: Say here what you do.\n    columns: [mobile]\n    keep: 1 years").replace("[mobile]", "[phone]"), "").text;
    let text = text.replace(
        "acquired: A data broker offered us this file. We did not ask you.",
        "acquired: Say here how you got this, as you would say it to the people in it.",
    );
    let report =
        audit(&Charter::read("charter.yaml", &text).expect("it is sound"), None, "charter.yaml");
    let paths: Vec<&str> = report.unsaid.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["sources.lifestyle_broker.acquired", "purposes.odd.says"]);
    let told = report.to_string();
    assert!(!told.contains("Say here") && told.contains("Not said yet:"), "{told}");
}

#[test]
fn a_sentence_of_a_purpose_that_speaks_of_more_than_its_fields_is_a_finding() {
    for (says, rule) in [
        ("We sell each basket to Data Traders for 0.20.", "sale.said"),
        ("We rent your address to other shops.", "sale.said"),
        ("We set prices for each of you by what we think you earn.", "said.undeclared"),
        ("We pass your name to debt collectors and insurers.", "said.undeclared"),
        ("We listen through your phone.", "said.undeclared"),
        ("We keep using your data after you say no.", "said.undeclared"),
        ("We write to players on the day after they lost most.", "said.undeclared"),
    ] {
        let purpose = format!(
            "    category: marketing.offer\n{FAIR}    says: {says}\n    columns: [email]\n    recipients: [royal_letters]\n    keep: 1 years"
        );
        let rules = raised(&purpose, "");
        assert!(rules.contains(&rule), "{says}: {rules:?}");
    }
    let honest = format!(
        "    category: marketing.offer\n{FAIR}    says: We do not sell or rent your address. We write to you of new books.\n    columns: [email]\n    keep: 1 years"
    );
    assert_eq!(raised(&honest, ""), [""; 0]);
}
