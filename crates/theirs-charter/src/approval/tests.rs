//! An approval holds for one clause as it acts, and for nothing else.

use std::sync::Arc;

use std::collections::BTreeMap;

use insta::assert_snapshot;
use jiff::Timestamp;

use super::*;
use crate::admission::{Admission, Necessity, Outside};
use crate::asker::Asker;
use crate::authority::{Authority, InForce, Judges, Moment, Policies};
use crate::charter::Key;
use crate::read::tests::trial::TRIAL;
use crate::read::tests::{SMALL, sample, small};

fn read(text: &str) -> Charter {
    Charter::read("charter.yaml", text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The small charter with the first `right` changed to `wrong`.
fn with(right: &str, wrong: &str) -> Charter {
    assert!(SMALL.contains(right), "the small charter has no {right}");
    read(&SMALL.replacen(right, wrong, 1))
}

fn digest_in(charter: &Charter, subject: &str) -> Digest {
    let all = charter.subjects();
    all.iter().find(|one| one.to_string() == subject).expect("it is there").digest
}

fn turn(charter: &Charter, subject: &str, turning: Turning, key: Key, by: &str) -> Turn {
    Turn {
        subject: subject.to_owned(),
        digest: digest_in(charter, subject),
        turning,
        key,
        principal: by.to_owned(),
        reason: "we talked about it".to_owned(),
        at: Timestamp::UNIX_EPOCH,
    }
}

/// What is on record after the first charter, with these turns.
fn after(charter: &Charter, turns: Vec<Turn>) -> OnRecord {
    OnRecord { turns, ..OnRecord::first(charter) }
}

fn gate_of(charter: &Charter, marks: &Marks, record: &OnRecord, subject: &str) -> Gate {
    let all = gates(charter, marks, record);
    all.into_iter().find(|gate| gate.subject.to_string() == subject).expect("it is there")
}

#[test]
fn every_change_of_a_clause_is_another_digest() {
    let before = small();
    for (subject, changes) in [
        (
            "purpose:card",
            vec![
                ("category: marketing.offer", "category: marketing.direct"),
                ("says: We send you a card", "says: We post you a card"),
                ("[full_name, city, birth_date: birthday]", "[full_name, city, birth_date]"),
                (
                    "[full_name, city, birth_date: birthday]",
                    "[full_name, city: initial, birth_date: birthday]",
                ),
                ("[ordered_at: month, total: rounded 5]", "[ordered_at: month, total: rounded 10]"),
                ("[ordered_at: month, total: rounded 5]", "[ordered_at: month]"),
                ("keep: 12 months", "keep: 13 months"),
                ("due: birth_date is not null", "due: birth_date is null"),
                ("reason: Your birthday is near.", "reason: It is your birthday."),
                ("total: { type: decimal, category: purchase.value }", "total: decimal"),
                ("    keep: 12 months", "    minimum_age: 18\n    keep: 12 months"),
            ],
        ),
        (
            "recipient:printer",
            vec![
                ("name: Royal Printers", "name: Royal Posters"),
                ("country: GB", "country: FR"),
                ("role: processor", "role: controller"),
                ("dpo@printer.example", "dpo@posters.example"),
            ],
        ),
        (
            "source:broker",
            vec![
                ("kind: broker", "kind: partner"),
                ("acquired: We were offered this file.", "acquired: We bought this file."),
                ("income: inferred.income.income_band", "income: inferred.income.band"),
                (
                    "    file: broker.csv",
                    "    evidence: { says: a list of ticks, expires: 2027-03-01 }\n    file: broker.csv",
                ),
            ],
        ),
    ] {
        let mut seen = vec![digest_in(&before, subject)];
        for (right, wrong) in changes {
            let digest = digest_in(&with(right, wrong), subject);
            assert!(!seen.contains(&digest), "{subject}: {wrong}");
            seen.push(digest);
        }
    }
}

#[test]
fn an_edit_elsewhere_and_another_order_leave_a_digest_as_it_is() {
    let before = small();
    let all = |charter: &Charter| charter.subjects();
    for (right, wrong) in [
        ("email: hello@quay.example", "email: office@quay.example"),
        ("acquired: You told us at the till.", "acquired: You told us in the shop."),
        ("brand: { colour: '#14506b' }", "brand: { colour: '#14506c' }"),
        ("[full_name, city, birth_date: birthday]", "[city, birth_date: birthday, full_name]"),
        ("[ordered_at: month, total: rounded 5]", "[total: rounded 5, ordered_at: month]"),
        ("marketing: { purposes: [card] }", "marketing: { purposes: [card], key: marketing }"),
    ] {
        assert_eq!(all(&with(right, wrong)), all(&before), "{wrong}");
    }
}

const YES: &str = "      yes: { consent: newsletter }";

/// Both keys of a clause as it stands.
fn both_of(gate: &Gate) -> Vec<Turn> {
    let turned = |(key, by): (Key, &str)| Turn {
        subject: gate.subject.to_string(),
        digest: gate.subject.digest,
        turning: Turning::Approve,
        key,
        principal: by.to_owned(),
        reason: "we talked about it".to_owned(),
        at: Timestamp::UNIX_EPOCH,
    };
    [(Key::It, "ida"), (Key::Marketing, "ana")].map(turned).into()
}

#[test]
fn to_read_a_no_as_something_else_needs_two_keys_and_each_other_way_needs_them_anew() {
    let first = with(YES, &format!("{YES}\n      no_post: {{ objection: marketing }}"));
    let card = |charter: &Charter, turns: Vec<Turn>| {
        let record = OnRecord { turns, ..OnRecord::first(&first) };
        gate_of(charter, &Marks::none(), &record, "purpose:card")
    };
    assert_eq!(card(&first, Vec::new()).need, None);
    let other = |to: &str| read(&first.text.replacen("objection: marketing", to, 1));
    let (sale, yes) = (other("objection: sale"), other("consent: newsletter"));
    let closed = card(&sale, Vec::new());
    assert_eq!(closed.missing(), Key::TWO);
    let need = closed.need.clone().expect("it is wider");
    assert_eq!(
        need.in_words(),
        "it does more than in the first charter: what crm.no_post says of marketing is not heard any more"
    );
    let turns = both_of(&closed);
    assert!(card(&sale, turns.clone()).is_open());
    assert_eq!(card(&yes, turns.clone()).missing(), Key::TWO);
    assert_eq!(card(&first, turns).need, None);
}

#[test]
fn one_more_no_needs_no_key_and_leaves_what_was_approved_as_it_is() {
    let (first, next) = (small(), with(YES, &format!("{YES}\n      no: {{ objection: all }}")));
    let gate = gate_of(&next, &Marks::none(), &OnRecord::first(&first), "purpose:card");
    assert_eq!((gate.need, gate.subject.digest), (None, digest_in(&first, "purpose:card")));
    assert_ne!(first.written(&gate.subject), next.written(&gate.subject));
}

#[test]
fn to_feed_a_column_from_another_needs_two_keys_even_of_a_purpose_that_two_approved() {
    let first = small();
    let marks = Marks::none().marking("card", "a birthday is guessed from a till");
    let card = |charter: &Charter, marks: &Marks, turns: Vec<Turn>| {
        gate_of(charter, marks, &after(&first, turns), "purpose:card")
    };
    let approved = both_of(&card(&first, &marks, Vec::new()));
    assert!(card(&first, &marks, approved.clone()).is_open());
    let phone = with("city: contact.address.city", "phone: contact.address.city");
    assert_eq!(card(&phone, &marks, approved).missing(), Key::TWO);
    let waits = card(&phone, &Marks::none(), Vec::new());
    assert_eq!(
        waits.need.clone().expect("it is wider").in_words(),
        "it does more than in the first charter: city is also taken from phone of crm"
    );
    let approved = both_of(&waits);
    assert!(card(&phone, &Marks::none(), approved.clone()).is_open());
    let mobile = with("city: contact.address.city", "mobile: contact.address.city");
    assert_eq!(card(&mobile, &Marks::none(), approved).missing(), Key::TWO);
}

#[test]
fn what_was_bought_and_is_read_from_a_copy_feeds_nothing_without_two_keys() {
    let copy = "sources:\n  habits:\n    kind: internal\n    acquired: We noted it.\n    file: copy.csv\n    holds: identity\n    key: ref\n    columns: { income: contact.address.city }\n";
    let (first, next) = (small(), with("sources:\n", copy));
    let gate = gate_of(&next, &Marks::none(), &OnRecord::first(&first), "purpose:card");
    assert_eq!(gate.missing(), Key::TWO);
    let less = gate_of(&first, &Marks::none(), &OnRecord::first(&next), "purpose:card");
    assert_eq!((less.need, less.subject.digest), (None, digest_in(&first, "purpose:card")));
}

#[test]
fn a_recipient_that_one_more_purpose_lists_is_another() {
    let more = "  card2:\n    category: service.order\n    basis: contract\n    says: We post it.\n    recipients: [printer]\n    keep: 1 year\nroles:";
    let after = with("roles:", more);
    assert_ne!(digest_in(&small(), "recipient:printer"), digest_in(&after, "recipient:printer"));
    assert_eq!(digest_in(&small(), "purpose:card"), digest_in(&after, "purpose:card"));
}

#[test]
fn two_keys_open_and_either_closes_again() {
    let charter = small();
    let printer = "source:broker";
    let gate = |turns| gate_of(&charter, &Marks::none(), &after(&charter, turns), printer);
    let it = || turn(&charter, printer, Turning::Approve, Key::It, "ida");
    let marketing = || turn(&charter, printer, Turning::Approve, Key::Marketing, "ana");
    assert_eq!(gate(vec![]).missing(), Key::TWO);
    assert_eq!(gate(vec![it()]).missing(), [Key::Marketing]);
    assert!(gate(vec![it(), marketing()]).is_open());
    let withdrawn = turn(&charter, printer, Turning::Withdraw, Key::It, "ida");
    assert_eq!(gate(vec![it(), marketing(), withdrawn]).missing(), [Key::It]);
}

#[test]
fn one_person_cannot_turn_both_keys() {
    let charter = small();
    let turns = [Key::It, Key::Marketing]
        .map(|key| turn(&charter, "source:broker", Turning::Approve, key, "ana"));
    let gate = gate_of(&charter, &Marks::none(), &after(&charter, turns.into()), "source:broker");
    assert_eq!(gate.missing(), [Key::Marketing]);
}

#[test]
fn two_names_that_are_hardly_two_are_one_person() {
    let charter = small();
    let turned = |it: &str, marketing: &str| {
        let turns = [(Key::It, it), (Key::Marketing, marketing)]
            .map(|(key, by)| turn(&charter, "source:broker", Turning::Approve, key, by));
        let record = after(&charter, turns.into());
        gate_of(&charter, &Marks::none(), &record, "source:broker").missing()
    };
    for (it, marketing) in [("max", "Max"), ("max", "max."), ("Max_", "max-")] {
        assert_eq!(turned(it, marketing), [Key::Marketing], "{it} {marketing}");
    }
    assert!(turned("max", "maxi").is_empty());
}

#[test]
fn an_approval_of_another_digest_is_none() {
    let charter = small();
    let turns = [(Key::It, "ida"), (Key::Marketing, "ana")]
        .map(|(key, by)| turn(&charter, "source:broker", Turning::Approve, key, by));
    let record = after(&charter, turns.into());
    let changed = with("acquired: We were offered this file.", "acquired: We bought it.");
    assert!(gate_of(&charter, &Marks::none(), &record, "source:broker").is_open());
    assert!(!gate_of(&changed, &Marks::none(), &record, "source:broker").is_open());
}

#[test]
fn a_veto_stands_against_whatever_the_clause_says_until_it_is_lifted() {
    let charter = small();
    let say = |turning| turn(&charter, "purpose:card", turning, Key::Privacy, "noor");
    let vetoed = after(&charter, vec![say(Turning::Veto)]);
    let changed = with("keep: 12 months", "keep: 6 months");
    let gate = gate_of(&charter, &Marks::none(), &vetoed, "purpose:card");
    assert_snapshot!(gate.refusal().expect("vetoed"), @r#"refused: "card" is vetoed (clause purposes.card); its veto would have to be lifted (theirs veto purpose:card --withdraw)"#);
    assert!(!gate_of(&changed, &Marks::none(), &vetoed, "purpose:card").is_open());
    let lifted = after(&charter, vec![say(Turning::Veto), say(Turning::Lift)]);
    assert!(gate_of(&charter, &Marks::none(), &lifted, "purpose:card").is_open());
}

#[test]
fn a_veto_is_told_of_a_purpose_that_does_the_same_under_another_name() {
    let first = small();
    let vetoed = turn(&first, "purpose:card", Turning::Veto, Key::Privacy, "noor");
    let named = |changed: &str| {
        let next = read(
            &SMALL
                .replacen("  card:", "  post:", 1)
                .replace("[card]", "[post]")
                .replace("category: marketing.offer", changed),
        );
        let record = after(&first, vec![vetoed.clone()]);
        gate_of(&next, &Marks::none(), &record, "purpose:post").vetoed_as
    };
    assert_eq!(Vec::from_iter(named("category: marketing.offer")), ["card"]);
    assert!(named("category: marketing.direct").is_empty());
    let gate = gate_of(&first, &Marks::none(), &after(&first, vec![vetoed]), "purpose:card");
    assert!(gate.vetoed_as.is_empty(), "it is vetoed itself");
}

#[test]
fn a_mark_of_the_press_test_asks_for_two_keys() {
    let charter = small();
    let marks = Marks::none().marking("card", "a birthday is guessed from a till");
    let record = OnRecord::first(&charter);
    assert!(gate_of(&charter, &Marks::none(), &record, "purpose:card").is_open());
    let gate = gate_of(&charter, &marks, &record, "purpose:card");
    assert_snapshot!(gate.refusal().expect("it waits"), @"refused: \"card\" waits for the keys of IT and of marketing (clause purposes.card); theirs approve purpose:card turns one; theirs pending says why");
    assert_snapshot!(gate.need.expect("risky").in_words(), @"the press test marks it: a birthday is guessed from a till");
}

#[test]
fn a_recipient_is_new_unless_the_first_charter_had_it_so() {
    let first = small();
    let record = OnRecord::first(&first);
    assert!(gate_of(&first, &Marks::none(), &record, "recipient:printer").is_open());
    let moved = with("country: GB", "country: FR");
    let gate = gate_of(&moved, &Marks::none(), &record, "recipient:printer");
    let ways = ["its country is FR, and was GB".to_owned()].into();
    assert_eq!(gate.need.clone(), Some(Need::Otherwise(ways)));
    assert_eq!(gate.missing(), Key::TWO);
    let authority = Authority::new(Arc::new(moved.clone()), &Policies::none());
    let authority = authority.expect("sound").held_by(gates(&moved, &Marks::none(), &record));
    let ana = Asker::new("ana", ["marketing"]);
    let leave = authority.permit(&ana, "card").expect("the purpose itself is as it was");
    assert_snapshot!(authority.permit_share(&ana, &leave.purpose, "printer").expect_err("it waits"), @"refused: \"printer\" waits for the keys of IT and of marketing (clause recipients.printer); theirs approve recipient:printer turns one; theirs pending says why");
}

/// A purpose more than the first charter had.
const NEW: &str = "  tips:
    category: personalise.recommend
    basis: legitimate interest
    interest: You find more.
    says: We suggest books.
    columns: [city]
    keep: 1 year
roles:
  tipper: { purposes: [tips] }";

#[test]
fn a_new_purpose_waits_for_two_keys_and_until_its_people_were_told() {
    let (first, next) = (small(), with("roles:", NEW));
    let waiting = gate_of(&next, &Marks::none(), &OnRecord::first(&first), "purpose:tips");
    assert_eq!((waiting.need.clone(), waiting.missing()), (Some(Need::New), Key::TWO.into()));
    let turns = both_of(&waiting);
    let mut record = OnRecord { turns, ..OnRecord::first(&first) };
    let gate = gate_of(&next, &Marks::none(), &record, "purpose:tips");
    assert_snapshot!(gate.refusal().expect("untold"), @"refused: \"tips\" is new, and the people it concerns were not told (clause purposes.tips); theirs inform purpose:tips tells them");
    record.told.insert(("purpose:tips".to_owned(), next.announced(&gate.subject)));
    assert!(gate_of(&next, &Marks::none(), &record, "purpose:tips").is_open());
    let better = with("roles:", &NEW.replace("We suggest books.", "We suggest good books."));
    let better = gate_of(&better, &Marks::none(), &record, "purpose:tips");
    assert!(!better.is_untold, "they were told what it is for");
    assert!(!better.is_approved(), "who approved it read something else");
    let more = with("roles:", &format!("{NEW}\n  readers: {{ purposes: [tips] }}"));
    let more = gate_of(&more, &Marks::none(), &record, "purpose:tips");
    assert!(!more.is_approved(), "its keys were turned for another role");
    let other = with("roles:", &NEW.replace("personalise.recommend", "marketing.direct"));
    assert!(gate_of(&other, &Marks::none(), &record, "purpose:tips").is_untold);
}

#[test]
fn who_is_asked_for_consent_anew_is_told_by_that_and_a_duty_waits_for_nobody() {
    let first = small();
    let record = OnRecord::first(&first);
    let gate = |text: &str| {
        let text =
            NEW.replace("    basis: legitimate interest\n    interest: You find more.", text);
        gate_of(&with("roles:", &text), &Marks::none(), &record, "purpose:tips")
    };
    assert!(!gate("    basis: legal obligation").is_untold);
    assert!(gate("    basis: contract").is_untold);
    assert!(
        gate("    basis: consent\n    consent: newsletter").is_untold,
        "asked for another thing"
    );
}

#[test]
fn what_is_not_on_record_is_refused() {
    let authority = Authority::read(SMALL, &Policies::none()).expect("sound");
    let ana = Asker::new("ana", ["marketing"]);
    assert!(authority.permit(&ana, "card").is_err());
    assert!(authority.leaves(&ana).is_empty());
}

#[test]
fn a_subject_that_is_not_there_is_refused_with_the_nearest() {
    let authority = Authority::new(Arc::new(small()), &Policies::none()).expect("sound");
    let wrong = |given| authority.gate(given).expect_err("there is none").to_string();
    assert_snapshot!(wrong("purpose:cart"), @r#"the charter in force has no "purpose:cart"; did you mean "purpose:card"?"#);
    assert_snapshot!(wrong("x"), @r#"the charter in force has no "x"; write KIND:NAME, and it has source:broker, source:trail, recipient:printer, purpose:card, role:marketing, role:privacy"#);
}

/// The small charter with evidence, and a purpose that sees what the broker sold.
fn bought() -> String {
    SMALL
        .replacen(
            "    file: broker.csv",
            "    evidence: { says: a list of ticks, expires: 2027-03-01 }\n    file: broker.csv",
            1,
        )
        .replacen(
            "[full_name, city, birth_date: birthday]",
            "[full_name, city, birth_date: birthday, income_band]",
            1,
        )
}

/// Whether the income stands in the purpose, where these conditions are met.
fn sees(verdict: Necessity, has_keys: bool, now: &str, is_told: bool) -> bool {
    let text = bought();
    let written = Charter::read_with("charter.yaml", &text, Outside::AsApplied).expect("sound");
    let keys = [(Key::It, "ida"), (Key::Marketing, "ana")]
        .map(|(key, by)| turn(&written, "source:broker", Turning::Approve, key, by));
    let turns = if has_keys { keys.into() } else { Vec::new() };
    let record = after(&written, turns);
    let judges = Judges { necessity: Arc::new(move |_, _| verdict), ..Judges::default() };
    let now: Timestamp = now.parse().expect("an instant");
    let told = |_: &Subject| is_told;
    let moment = Moment { record: &record, now, is_told: &told };
    let in_force = InForce::judged_by(judges);
    let authority =
        in_force.of(written.digest, &text, BTreeMap::default(), &moment).expect("it is sound");
    let open = in_force.admissions(&authority, &moment);
    let is_open = open.iter().filter(|one| one.source.name == "broker").all(Admission::is_open);
    let leave = authority.permit(&Asker::new("ana", ["marketing"]), "card").expect("permitted");
    let seen = leave.purpose.columns.iter().any(|grant| grant.column == "income_band");
    assert_eq!(seen, is_open);
    assert_eq!(seen, authority.charter().admitted.contains("broker"));
    seen
}

#[test]
fn data_from_outside_need_all_four_conditions_at_once() {
    use Necessity::{Necessary, NotNecessary, Undecided};
    let (good, over) = ("2027-02-28T23:59:59Z", "2027-03-01T00:00:00Z");
    assert!(sees(Necessary, true, good, true));
    for verdict in [Undecided, NotNecessary] {
        assert!(!sees(verdict, true, good, true));
    }
    assert!(!sees(Necessary, false, good, true));
    assert!(!sees(Necessary, true, over, true));
    assert!(!sees(Necessary, true, good, false));
}

#[test]
fn evidence_that_expires_takes_the_data_out_again_without_any_act() {
    let text = bought();
    let written = Charter::read_with("charter.yaml", &text, Outside::AsApplied).expect("sound");
    let turns = [(Key::It, "ida"), (Key::Marketing, "ana")]
        .map(|(key, by)| turn(&written, "source:broker", Turning::Approve, key, by));
    let record = after(&written, turns.into());
    let judges = Judges { necessity: Arc::new(|_, _| Necessity::Necessary), ..Judges::default() };
    let in_force = InForce::judged_by(judges);
    let admitted = |now: &str| {
        let told = |_: &Subject| true;
        let now = now.parse().expect("an instant");
        let moment = Moment { record: &record, now, is_told: &told };
        let authority = in_force.of(written.digest, &text, BTreeMap::default(), &moment);
        authority.expect("sound").charter().admitted.len()
    };
    assert_eq!([admitted("2027-02-28T12:00:00Z"), admitted("2027-03-01T12:00:00Z")], [1, 0]);
}

#[test]
fn what_is_not_admitted_is_refused_when_a_charter_is_read_and_accepted_when_it_is() {
    let text = bought();
    assert!(Charter::read("charter.yaml", &text).is_err());
    let admitted = ["broker".to_owned()].into();
    assert!(Charter::read_with("charter.yaml", &text, Outside::Only(&admitted)).is_ok());
}

#[test]
fn the_sample_has_a_role_for_each_key() {
    let charter = sample();
    for key in [Key::It, Key::Marketing, Key::Privacy] {
        assert!(charter.roles.iter().any(|role| role.key == Some(key)), "{}", key.name());
    }
}

/// The small charter with a purpose that tests what the broker sold, and a role for it.
fn with_trial() -> Charter {
    let text = SMALL
        .replacen("purposes:\n", &TRIAL.replace("margin: 1.5 %", "margin: 1 %"), 1)
        .replacen("purposes: [card] }", "purposes: [card, try_broker] }", 1);
    read(&text)
}

fn day(text: &str) -> jiff::civil::Date {
    text.parse().expect("a day")
}

#[test]
fn a_trial_needs_two_keys_lasts_until_its_day_and_never_shows_a_row() {
    let charter = with_trial();
    let ana = Asker::new("ana", ["marketing"]);
    let (within, over) = (day("2027-02-28"), day("2027-03-01"));
    let standing = |turns: Vec<Turn>| {
        let found = gates(&charter, &Marks::none(), &after(&charter, turns));
        let authority = Authority::new(Arc::new(charter.clone()), &Policies::none());
        authority.expect("sound").held_by(found)
    };
    let closed = standing(Vec::new());
    assert_snapshot!(closed.permit(&ana, "try_broker").expect_err("rows"), @r#"refused: "try_broker" only tests data from outside, and shows no row of them (clause purposes.try_broker.output); `theirs need` has them tested"#);
    assert_snapshot!(closed.permit_trial(&ana, "try_broker", within).expect_err("keys"), @r#"refused: "try_broker" waits for the keys of IT and of marketing (clause purposes.try_broker); theirs approve purpose:try_broker turns one; theirs pending says why"#);
    let keys = [(Key::It, "ida"), (Key::Marketing, "ana")];
    let approved =
        keys.map(|(key, by)| turn(&charter, "purpose:try_broker", Turning::Approve, key, by));
    let open = standing(approved.to_vec());
    assert!(open.permit_trial(&ana, "try_broker", within).is_ok());
    assert!(open.permit(&ana, "try_broker").is_err());
    assert!(!open.leaves(&ana).iter().any(|leave| leave.purpose.name == "try_broker"));
    assert_snapshot!(open.permit_trial(&ana, "try_broker", over).expect_err("over"), @r#"refused: the trial ended on 2027-03-01 (clause purposes.try_broker.tests.ends); the charter would have to name a later day, and its keys be turned anew"#);
    assert_snapshot!(open.permit_trial(&ana, "card", within).expect_err("none"), @r#"refused: "card" tests no data from outside (clause purposes.card.tests); the charter would have to say "output: verdict" and "tests" there"#);
    let noor = Asker::new("noor", ["privacy"]);
    assert!(open.permit_trial(&noor, "try_broker", within).is_err());
    let veto = turn(&charter, "source:broker", Turning::Veto, Key::Privacy, "noor");
    let vetoed = standing([approved.to_vec(), vec![veto]].concat());
    assert_snapshot!(vetoed.permit_trial(&ana, "try_broker", within).expect_err("vetoed"), @r#"refused: "broker" is vetoed (clause sources.broker); its veto would have to be lifted (theirs veto source:broker --withdraw)"#);
}

#[test]
fn another_margin_needs_the_keys_anew() {
    let (one, two) =
        (with_trial(), read(&with_trial().text.replace("margin: 1 %", "margin: 0.5 %")));
    assert_ne!(digest_in(&one, "purpose:try_broker"), digest_in(&two, "purpose:try_broker"));
}

#[test]
fn the_last_verdict_counts_and_only_for_the_clause_that_was_tested() {
    use Necessity::{Necessary, NotNecessary, Undecided};
    let charter = small();
    let broker =
        charter.subjects().into_iter().find(|one| one.name == "broker").expect("it is there");
    let found = |verdict| turn(&charter, "source:broker", Turning::Found(verdict), Key::It, "ida");
    let verdict = |turns: Vec<Turn>| after(&charter, turns).verdict(&broker);
    assert_eq!(verdict(Vec::new()), Undecided);
    assert_eq!(verdict(vec![found(Necessary)]), Necessary);
    assert_eq!(verdict(vec![found(Necessary), found(NotNecessary)]), NotNecessary);
    let other = with("We were offered this file.", "We bought this file.");
    let other = other.subjects().into_iter().find(|one| one.name == "broker").expect("it is there");
    assert_eq!(after(&charter, vec![found(Necessary)]).verdict(&other), Undecided);
}

/// The small charter with both keys, and its first `right` changed to `wrong`.
fn keyed(right: &str, wrong: &str) -> Charter {
    let text = SMALL.replacen("purposes: [card] }", "purposes: [card], key: marketing }", 1);
    let text = format!("{text}  it: {{ purposes: [], key: it }}\n");
    assert!(text.contains(right), "it has no {right}");
    read(&text.replacen(right, wrong, 1))
}

/// The charter as it acts after the first one, with these turns.
fn acting(charter: &Charter, turns: Vec<Turn>) -> Authority {
    let record = OnRecord { turns, ..OnRecord::first(&keyed("", "")) };
    let now: Timestamp = "2026-03-02T09:00:00Z".parse().expect("an instant");
    let told = |_: &Subject| true;
    let moment = Moment { record: &record, now, is_told: &told };
    let found = InForce::default().of(charter.digest, &charter.text, BTreeMap::default(), &moment);
    Arc::into_inner(found.expect("it is sound")).expect("nobody else holds it")
}

#[test]
fn a_role_is_given_nothing_more_without_two_keys() {
    let (ida, noor) = (Asker::new("ida", ["it"]), Asker::new("noor", ["privacy"]));
    let more = keyed("it: { purposes: []", "it: { purposes: [card], may_see_records: true");
    let waits = acting(&more, Vec::new());
    assert!(waits.permit(&ida, "card").is_err());
    assert!(waits.permit_record(&ida).is_err());
    assert!(waits.permit_record(&noor).is_ok());
    let gate = waits.gate("role:it").expect("it is there").clone();
    assert_eq!(
        gate.need.clone().expect("it needs keys").in_words(),
        "it was not so in the first charter: it may open whole records; it may use card"
    );
    let open = acting(&more, both_of(&gate));
    assert!(open.permit(&ida, "card").is_ok());
    assert!(open.permit_record(&ida).is_ok());
}

#[test]
fn who_applies_a_charter_gives_nobody_a_key_and_takes_none_away() {
    let ida = Asker::new("ida", ["it"]);
    let both = Asker::new("eve", ["it", "privacy"]);
    let moved = keyed("may_see_records: true }", "may_see_records: true, key: marketing }");
    let waits = acting(&moved, Vec::new());
    assert_eq!(waits.keys(&both), [Key::It].into());
    let gate = waits.gate("role:privacy").expect("it is there").clone();
    let open = acting(&moved, both_of(&gate));
    assert_eq!(open.keys(&both), [Key::It, Key::Marketing].into());
    for (right, wrong) in [(", key: it }", " }"), ("  it: { purposes: [], key: it }\n", "")] {
        let gone = keyed(right, wrong);
        let waits = acting(&gone, Vec::new());
        assert_eq!(waits.keys(&ida), [Key::It].into());
        let gate = waits.gate("role:it").expect("it is there").clone();
        let open = acting(&gone, both_of(&gate));
        assert!(open.keys(&ida).is_empty());
    }
}

#[test]
fn a_key_that_nobody_held_on_the_first_day_may_be_given() {
    let officer = keyed("may_see_records: true }", "may_see_records: true, key: privacy }");
    let noor = Asker::new("noor", ["privacy"]);
    assert_eq!(acting(&officer, Vec::new()).keys(&noor), [Key::Privacy].into());
}

#[test]
fn what_reads_a_brokers_file_under_another_name_is_the_brokers_until_two_people_agree() {
    let source = "sources:\n  panel:\n    kind: internal\n    acquired: You told us.\n    file: ./broker.csv\n    holds: identity\n    key: ref\n    columns: { income: inferred.income.income_band }\n";
    let panel = keyed("sources:\n", source);
    let waits = acting(&panel, Vec::new());
    let kind = |authority: &Authority| authority.charter().source("panel").expect("there").kind;
    assert!(kind(&waits).is_outside());
    let gate = waits.gate("source:panel").expect("it is there").clone();
    assert_eq!(
        gate.need.clone().expect("it needs keys").in_words(),
        "it reads what broker reads or read, and that came from outside"
    );
    let keys = both_of(&gate);
    assert!(!kind(&acting(&panel, keys.clone())).is_outside());
    let broker = waits.gate("source:broker").expect("it is there").clone();
    let say = |gate: &Gate, turning| {
        let turn = turn(&keyed("", ""), "purpose:card", turning, Key::Privacy, "noor");
        Turn { subject: gate.subject.to_string(), digest: gate.subject.digest, ..turn }
    };
    let vetoed = [keys.clone(), vec![say(&broker, Turning::Veto)]].concat();
    assert!(kind(&acting(&panel, vetoed.clone())).is_outside());
    let lifted = [vetoed, vec![say(&gate, Turning::Lift)]].concat();
    assert!(!kind(&acting(&panel, lifted)).is_outside());
}
