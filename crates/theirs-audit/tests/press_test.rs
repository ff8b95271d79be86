//! The bars of `studies/press_test`: every precedent raises a finding that cites it, and nothing
//! that people accept raises any.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use theirs_audit::{Finding, Flow, judge, precedents, read};

fn study(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../studies/press_test").join(path)
}

fn flows(path: &Path) -> Vec<Flow> {
    let text = fs::read_to_string(path).expect("the file is there");
    read(&path.display().to_string(), &text).expect("the flows are sound")
}

fn judged(flow: &Flow) -> Vec<Finding> {
    judge(std::slice::from_ref(flow), "This firm")
}

/// The finding that each flow must raise.
fn expected() -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(study("expected.csv")).expect("the file is there");
    reader.deserialize().map(|row| row.expect("two columns")).collect()
}

fn raises(flow: &Flow, expected: &BTreeMap<String, String>) -> Option<Finding> {
    judged(flow)
        .into_iter()
        .find(|one| expected.get(&flow.name).is_some_and(|rule| one.rule == rule))
}

#[test]
fn every_precedent_raises_the_finding_of_its_kind_which_cites_it() {
    let folder = fs::read_dir(study("precedents")).expect("the folder is there");
    let files = folder.map(|entry| entry.expect("a file").path());
    let flows: Vec<Flow> = files.flat_map(|path| flows(&path)).collect();
    let expected = expected();
    for flow in &flows {
        let finding = raises(flow, &expected);
        let cited = finding.map(|one| one.regulatory.precedents).unwrap_or_default();
        assert!(cited.iter().any(|one| one.id == flow.name), "{} is not found", flow.name);
    }
    assert_eq!(flows.len(), precedents().iter().filter(|one| one.may_be_cited()).count());
}

#[test]
fn nothing_that_people_accept_raises_a_finding() {
    for file in [
        "accepted.yaml",
        "held_out/accepted.yaml",
        "held_out/second_accepted.yaml",
        "stranger/accepted.yaml",
        "stranger/sixth_accepted.yaml",
    ] {
        for flow in flows(&study(file)) {
            let rules: Vec<&str> = judged(&flow).iter().map(|one| one.rule).collect();
            assert_eq!(rules, [""; 0], "{}", flow.name);
        }
    }
}

#[test]
fn practices_of_no_table_raise_the_finding_of_their_kind() {
    let expected = expected();
    for flow in flows(&study("held_out/practices.yaml")) {
        assert!(raises(&flow, &expected).is_some(), "{} is not found", flow.name);
    }
    for file in [
        "held_out/second_practices.yaml",
        "stranger/practices.yaml",
        "stranger/sixth_practices.yaml",
        "stranger/sixth_sentences.yaml",
    ] {
        for flow in flows(&study(file)) {
            assert!(!judged(&flow).is_empty(), "{} is not found", flow.name);
        }
    }
}

/// Every bad flow of the study.
fn bad() -> Vec<Flow> {
    let folder = fs::read_dir(study("precedents")).expect("the folder is there");
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files.extend(
        ["held_out/practices.yaml", "held_out/second_practices.yaml", "stranger/practices.yaml"]
            .map(study),
    );
    files.iter().flat_map(|path| flows(path)).collect()
}

#[test]
fn no_sentence_of_a_competitor_is_torn() {
    for flow in bad() {
        for finding in judged(&flow) {
            let sentence = finding.oppositional.sentence;
            let is_whole = sentence.ends_with(['.', '\u{201d}'])
                && !sentence.contains("  ")
                && !sentence.contains(" .")
                && !sentence.contains(", .")
                && !sentence.contains("Say here");
            assert!(is_whole && sentence.starts_with("This firm "), "{sentence}");
        }
    }
}

/// The sentence of each rule on the first flow of the study that raises it, to be read by whoever
/// changes a rule: it may say nothing that the flow does not.
#[test]
fn each_sentence_follows_from_the_facts_of_the_flow_that_raised_it() {
    let mut said: BTreeMap<&str, String> = BTreeMap::new();
    for flow in bad() {
        for finding in judged(&flow) {
            let sentence = finding.oppositional.sentence.replacen("This firm", "", 1);
            said.entry(finding.rule).or_insert(format!("[{}]{sentence}", flow.name));
        }
    }
    let lines: Vec<String> = said.iter().map(|(rule, line)| format!("{rule} {line}")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    access.incomplete [P37] answers people who ask, but leaves out where it is from.
    adplatform.upload [P31] tells advertising firms who its clients are.
    auction.kept [P05] keeps what advertising auctions told it of people.
    basis.contract_for_ads [P45] says that advertising by what people do is part of their contract.
    basis.contract_stretched [P48] says that it must use what they post to serve people.
    basis.missing_for_ads [P22] shows its clients advertisements by what they did, without asking.
    basis.none [pixels in letters] uses which letters they opened and cannot say what allows it.
    biometric.taken [P55] measures the faces, voices or bodies of people who never dealt with it, who did not knowingly say yes.
    broker.consent_unchecked [P16] holds what data dealers say of people who never dealt with it: their health and postal addresses.
    broker.unregistered [P16] deals in people's data and has not even registered for it.
    browsing.sold [P31] sells what people look at elsewhere to advertising firms.
    children.open_by_default [P50] shows teenagers to everybody until they change a setting.
    children.shared [school photographs] sells the data of children.
    children.targeted [mood ads] uses what it knows of teenagers to sell to them.
    children.unasked [game that counts children] uses children's data and does not ask their parents.
    consent.expired [old yes] counts on 412 yeses that people gave long ago.
    consent.uninformed [P34] counts a yes that nobody knowingly gave.
    consent.unproved [P28] claims a yes that it cannot show.
    consent.withdrawn [P28] does not stop when people take their yes back.
    device.without_yes [wifi shoppers] tells people who never dealt with it apart by device identifiers without asking.
    eligibility.marketing_data [P60] lets what people do decide who gets work.
    enriched.sold [P31] adds age groups and who lives with them that others gave it to what people do, and sells both.
    forms.deceptive [P34] uses telephone numbers that people were tricked into giving.
    given.for_their_ends [hotel to airline] passes e-mail addresses and names on to other firms for ends of their own.
    guess.passed_on [list of bad returners] passes scores of what they will do on to other firms.
    health.inferred_from_purchases [P15] guesses who among its clients is ill by what they buy.
    health.to_ads [P02] lets advertising firms know about the health of people who never dealt with it.
    identity.too_much [P23] wants a copy of people's identity card before it answers them.
    kept.too_long [P37] begins the time for deleting people's data again at every update.
    lifeevent.inferred [P31] holds what others say of the families and lives of its clients.
    location.after_no [P08] goes on with where its clients are after their no.
    location.audiences [P03] sorts its clients by where exactly they were.
    location.precise.shared [P01] sells the whereabouts of people who never dealt with it to data brokers.
    location.supplier_unchecked [P01] gets the whereabouts of people who never dealt with it from others, and did not check whether they had agreed.
    location.tracked [P03] notes where exactly its clients are.
    mailbox.unasked [P52] puts advertisements among people's own messages.
    message.unasked [P58] writes to people who never bought there, who did not ask for it.
    messages.turned [P26] takes what people asked for or used, and uses it to sell.
    notice.contradicts_practice [P06] promises one thing about where exactly they were and what they asked for or used and does another.
    notice.late [P37] tells people only long after that it got their data from others.
    notice.sharing_unclear [P43] does not say plainly what it passes on to other firms of its group.
    notice.unclear [P08] does not tell people what it does with their data.
    nudged.unasked [offers to whoever cannot stop] messages people because of scores of what they will do.
    open_by_default [heat map] shows people to everybody until they change a setting.
    optout.broken [P23] offers a way to say no that does not work.
    optout.friction [P22] lets people out only after they fill in a long form and click more often than for a yes.
    optout.ignored [P14] goes on when people say no.
    optout.one_device [P25] lets a no count on one device only.
    optout.signal_ignored [P24] ignores people whose browser says no for them.
    outside.untold [P16] got their health and postal addresses from others and has not told each of them so.
    price.by_person [income for prices] makes prices person by person, by guesses at their income.
    private.for_marketing [debt list] uses their credit and debts for its marketing.
    profiles.sold [P18] sells profiles of people, with what others say of them, to anybody who looks.
    purpose.changed [hotel letters] takes e-mail addresses for one thing and uses them for its marketing.
    recipient.no_contract [P22] hands data out without even a contract.
    record.wrong [P35] keeps its books on people's data wrong.
    rights.refused [P55] does not answer people who ask what it has on them.
    said.undeclared [P52] says of itself: “Shows advertisements among the messages of people's mailboxes without asking”.
    sale.exchange [P21] gives other firms its clients' data in return for data of theirs.
    sale.undisclosed [P16] sells their health and postal addresses to other firms and does not say so.
    sale.without_yes [P17] sells where they work unless people stop it.
    scraped [P37] collects e-mail addresses, telephone numbers and where they work off the web by machine.
    sensitive.inferred [P04] looks at people who never dealt with it and guesses their health, their belief and their politics.
    sensitive.shared [P16] sells the most private things about people who never dealt with it to other firms: their health.
    sensitive.without_yes [halal] makes use of what it knows of its clients: their belief.
    sorted.by_trait [group of young women] sorts its clients by sex.
    special.basis [P15] uses the most private things about its clients on a ground that does not carry it: their health.
    staff.private_lives [P56] has its own staff on file with their health, their belief and who lives with them.
    state.unasked [P02] hands where exactly they were to the state, and names no law that asks for it.
    strangers.watched [P16] has people who never dealt with it on file with their health and postal addresses.
    transfer.no_safeguard [P48] sends people's data abroad with nothing to protect it there.
    unsubscribe.broken [P58] keeps writing to people who unsubscribed.
    unsubscribe.hidden [P59] hides the way out of its letters.
    watched.continuous [P31] records what they looked at elsewhere without a pause.
    watched.elsewhere [P46] watches what its clients do on the pages of others.
    wealth.guessed [charity wealth] goes by guesses at how rich its clients are.
    "#);
}
