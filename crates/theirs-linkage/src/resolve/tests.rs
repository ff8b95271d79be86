use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use theirs_words::Speech;

use super::*;
use crate::Waterfall;
use crate::judgement::{Origin, RecordId, Why};
use crate::{BlockingPart, BlockingRule, Field, FieldKind, Overrides, PartOf};

const KINDS: [FieldKind; 6] = [
    FieldKind::GivenName,
    FieldKind::FamilyName,
    FieldKind::Email,
    FieldKind::Phone,
    FieldKind::Street,
    FieldKind::BirthDate,
];
type Row = [Option<String>; 6];

fn run(rows: &[Row], judgements: &[Judgement], threads: usize) -> Resolution {
    let fields = KINDS.map(|kind| Field::new(format!("{kind:?}"), kind)).to_vec();
    let mut records = Records::new(fields);
    for row in rows {
        records.push(&row.each_ref().map(Option::as_deref));
    }
    let settings = Settings { threads, ..Settings::default() };
    resolve(&records, judgements, &settings, &mut |_, _, _| {})
}

fn row(values: [&str; 6]) -> Row {
    values.map(|value| Some(value.to_owned()).filter(|value| !value.is_empty()))
}

/// Two to four syllables, as a name or a mailbox.
fn invented(random: &mut ChaCha8Rng, syllables: usize) -> String {
    const ONSETS: [&str; 12] = ["b", "d", "f", "gr", "h", "k", "l", "m", "p", "r", "st", "v"];
    const RHYMES: [&str; 10] = ["a", "en", "i", "or", "u", "al", "is", "ov", "ey", "um"];
    (0..syllables)
        .map(|_| ONSETS[random.random_range(0..12)].to_owned() + RHYMES[random.random_range(0..10)])
        .collect()
}

/// Households of three, each with one phone and one address; every person has two records, the
/// second with a typing error or a gap. Record `2 * person` and the next are one person.
fn households(count: usize) -> Vec<Row> {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut rows = Vec::new();
    for _ in 0..count {
        let family = invented(&mut random, 3);
        let phone = format!("020 {}", random.random_range(1_000_000..9_999_999));
        let street = format!("{} {} Street", random.random_range(1..200), invented(&mut random, 3));
        for _ in 0..3 {
            let (given, other) = (invented(&mut random, 2), invented(&mut random, 3));
            let email = format!("{given}.{other}@example.org");
            let (year, month) = (random.random_range(1930..2005), random.random_range(1..13));
            let birth = format!("{year}-{month:02}-{:02}", random.random_range(1..29));
            let typo = format!("{family}e");
            let second = match random.random_range(0..3) {
                0 => [&given, &typo, &email, "", &street, &birth],
                1 => [&given, &family, "", &phone, &street, &birth],
                _ => [&given, &family, &email, &phone, "", ""],
            };
            rows.extend([row([&given, &family, &email, &phone, &street, &birth]), row(second)]);
        }
    }
    rows
}

#[test]
fn each_person_of_a_household_is_found_and_kept_apart() {
    let rows = households(150);
    let found = run(&rows, &[], 1).cluster;
    let apart = (0..found.len() / 2).filter(|person| found[2 * person] != found[2 * person + 1]);
    assert!(apart.count() <= 4, "records of one person fell apart");
    let merged = (1..found.len() / 2)
        .filter(|person| found[2 * person] < 2 * u32::try_from(*person).unwrap());
    assert_eq!(merged.count(), 0, "two people were merged");
}

/// Records of these rows under lasting ids, and followers of others that came between them.
fn led(rows: &[Row], followers: &[Row]) -> Records {
    let fields = KINDS.map(|kind| Field::new(format!("{kind:?}"), kind)).to_vec();
    let mut records = Records::new(fields);
    for (id, row) in (1000..).zip(followers) {
        records.push_follower(RecordId(id), &row.each_ref().map(Option::as_deref));
    }
    for (id, row) in (0..).zip(rows) {
        records.push_as(RecordId(id), &row.each_ref().map(Option::as_deref));
    }
    records
}

#[test]
fn whoever_only_follows_teaches_no_weight_and_changes_nobody_else() {
    let rows = households(60);
    // Somebody sold a list in which one name and one telephone number are everywhere.
    let mut sold: Vec<Row> = rows.iter().step_by(3).cloned().collect();
    for row in &mut sold {
        row[1] = Some("sold".to_owned());
        row[3] = Some("020 5550199".to_owned());
    }
    let settings = Settings::default();
    let found =
        |followers: &[Row]| resolve(&led(&rows, followers), &[], &settings, &mut |_, _, _| {});
    let (without, with) = (found(&[]), found(&sold));
    assert_eq!(with.model, without.model);
    // A cluster is named by the index of its first record, and the followers stand before the others here.
    let first = u32::try_from(sold.len()).unwrap();
    let own: Vec<u32> = with.cluster[sold.len()..].iter().map(|cluster| cluster - first).collect();
    assert_eq!(own, without.cluster);
    assert_eq!(with.households, without.households);
}

#[test]
fn a_family_that_shares_one_email_address_stays_apart() {
    let mut rows = households(150);
    let family = ["thefamily@example.org", "020 5550123", "7 Quay Lane"];
    let [email, phone, street] = family;
    let mother = rows.len();
    rows.push(row(["Beatrice", "Quayle", email, phone, street, "1970-02-03"]));
    rows.push(row(["Winston", "Quayle", email, phone, street, "1968-09-21"]));
    rows.push(row(["Oluwaseun", "Quayle", email, "", "", ""]));
    rows.push(row(["Beatrice", "Quayle", email, "", "", ""]));
    let found = run(&rows, &[], 1).cluster;
    assert_ne!(found[mother], found[mother + 1]);
    assert_ne!(found[mother], found[mother + 2]);
    assert_ne!(found[mother + 1], found[mother + 2]);
    assert_eq!(found[mother], found[mother + 3]);
}

#[test]
fn placeholder_values_are_recognised_by_the_data() {
    let mut rows = households(150);
    for row in rows.iter_mut().step_by(5) {
        row[2] = Some("na@na.com".into());
    }
    for row in rows.iter_mut().step_by(4) {
        row[5] = Some("1900-01-01".into());
    }
    let found = run(&rows, &[], 1);
    let counts: Vec<(&str, u64)> =
        found.report.placeholders.iter().map(|p| (p.field.as_str(), p.values)).collect();
    assert_eq!(counts, [("Email", 1), ("BirthDate", 1)]);
    assert!(found.report.largest_clusters[0] <= 6, "a placeholder tied strangers");
}

#[test]
fn a_must_not_link_lasts_against_identical_records() {
    let mut rows = households(50);
    rows[1] = rows[0].clone();
    assert_eq!(run(&rows, &[], 1).cluster[1], 0);
    let found = run(&rows, &[Judgement::different(RecordId(0), RecordId(1), Origin::Person)], 1);
    assert_ne!(found.cluster[0], found.cluster[1]);
}

#[test]
fn a_must_link_is_certain() {
    let judgement = Judgement::same(RecordId(0), RecordId(17), Origin::Person);
    let found = run(&households(50), &[judgement], 1);
    assert_eq!(found.cluster[17], found.cluster[0]);
    assert_eq!((found.confidence[0], found.confidence[17]), (1.0, 1.0));
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
    let rows = households(120);
    let bytes = |threads| {
        let found = run(&rows, &[], threads);
        let model = serde_json::to_string(&found.model).unwrap();
        (found.cluster, format!("{:?}{:?}", found.confidence, found.links), model)
    };
    assert_eq!(bytes(1), bytes(1));
    assert_eq!(bytes(1), bytes(4));
}

#[test]
fn a_model_explains_each_link_with_the_weight_it_was_made_with() {
    let rows = households(100);
    let found = run(&rows, &[], 2);
    let model: Model = serde_json::from_str(&serde_json::to_string(&found.model).unwrap()).unwrap();
    for link in found.links.iter().take(50) {
        let values = |record: u32| rows[record as usize].each_ref().map(Option::as_deref);
        let waterfall = model.explain(&values(link.a), &values(link.b));
        let steps: f64 = waterfall.steps.iter().map(|s| s.weight + s.tf_adjustment).sum();
        assert!((waterfall.weight - link.weight).abs() < 1e-6);
        assert!((waterfall.prior + steps - waterfall.weight).abs() < 1e-6);
    }
}

#[test]
fn nothing_one_record_and_nulls_are_no_trouble() {
    let null: Row = Default::default();
    assert_eq!(run(&[], &[], 2).cluster, [0_u32; 0]);
    let one = run(std::slice::from_ref(&null), &[], 2);
    assert_eq!((one.cluster, one.confidence), (vec![0], vec![1.0]));
    assert_eq!(run(&vec![null; 40], &[], 2).report.clusters, 40);
}

#[test]
fn identical_records_and_enormous_values_stay_bounded() {
    let same = row(["Ada", "Lovelace", "ada@example.org", "", "1 Mill Lane", "1815-12-10"]);
    let found = run(&vec![same; 500], &[], 2);
    assert_eq!(found.cluster.len(), 500);
    assert!(!found.report.set_aside.is_empty());
    let enormous = "é".repeat(50_000);
    let found = run(&vec![row([&enormous; 6]); 20], &[], 2);
    assert_eq!(found.cluster.len(), 20);
}

#[test]
fn progress_tells_every_stage() {
    let mut records = Records::new(vec![Field::new("name", FieldKind::FullName)]);
    records.push(&[Some("Ada Lovelace")]);
    let mut stages = Vec::new();
    resolve(&records, &[], &Settings::default(), &mut |stage, _, _| stages.push(stage));
    stages.dedup();
    let all = [Stage::Block, Stage::Compare, Stage::Weigh, Stage::Score, Stage::Cluster];
    assert_eq!(stages, all);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_resolves_without_panic(
        rows in proptest::collection::vec(proptest::array::uniform6(proptest::option::of(".{0,12}")), 0..12),
    ) {
        let found = run(&rows, &[], 1);
        prop_assert_eq!(found.cluster.len(), rows.len());
        for (record, &name) in (0..).zip(&found.cluster) {
            prop_assert!(name <= record);
            prop_assert_eq!(found.cluster[name as usize], name);
        }
    }
}

#[test]
fn mother_and_daughter_who_share_every_contact_stay_two_people() {
    let fields = [
        (FieldKind::GivenName, "given"),
        (FieldKind::FamilyName, "family"),
        (FieldKind::Email, "email"),
        (FieldKind::Phone, "phone"),
        (FieldKind::Postcode, "postcode"),
    ];
    let mut records =
        Records::new(fields.iter().map(|(kind, name)| Field::new(*name, *kind)).collect());
    for at in 0..200 {
        let (phone, email) = (format!("07700900{at:03}"), format!("person{at}@mail.example"));
        let (given, family) = (format!("Given{}", at % 40), format!("Family{}", at / 3));
        for _ in 0..2 {
            records.push(&[
                Some(&given),
                Some(&family),
                Some(&email),
                Some(&phone),
                Some("SM1 1AA"),
            ]);
        }
    }
    let shared =
        [Some("Thackery"), Some("family@mail.example"), Some("07700900999"), Some("SM2 2BB")];
    for given in ["Rosalind", "Imogen", "Rosalind", "Imogen"] {
        let [family, email, phone, postcode] = shared;
        records.push(&[Some(given), family, email, phone, postcode]);
    }
    let found = resolve(&records, &[], &Settings::default(), &mut |_, _, _| {});
    let [.., mother, daughter, mother_again, daughter_again] = found.cluster[..] else { panic!() };
    assert_eq!((mother, daughter), (mother_again, daughter_again));
    assert_ne!(mother, daughter);
}

/// Draws two records of each of so many people: the values of a small pool agree by chance at a
/// known rate, and a record keeps its person's value at another.
fn drawn(people: usize, pools: [usize; 2], keeps: [f64; 3]) -> Records {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let kinds = [FieldKind::Other, FieldKind::Other, FieldKind::Other, FieldKind::Email];
    let fields = kinds.iter().zip(["group", "colour", "animal", "email"]);
    let fields = fields.map(|(kind, name)| Field::new(name, *kind)).collect();
    let rule = BlockingPart { field: "group".into(), of: PartOf::Whole };
    let blocking_rules = vec![BlockingRule::BlockOn(vec![rule])];
    let mut records = Records::with(fields, Overrides { blocking_rules, ..Overrides::default() });
    let word = |number: usize| {
        const ENDS: [&str; 5] = ["mber", "obalt", "ndigo", "aroon", "iridian"];
        format!("{}{}", ["qu", "z", "tr", "w"][number / 5], ENDS[number % 5])
    };
    let mut mailboxes = 0;
    let mut mailbox = || {
        mailboxes += 1;
        let hash = crate::digest::mix(7, mailboxes);
        format!("{hash:016x}@mail.example")
    };
    for person in 0..people {
        let own = pools.map(|pool| random.random_range(0..pool));
        let address = mailbox();
        for _ in 0..2 {
            let mut texts = vec![format!("{}", 5_000 + person / 20 * 97)];
            for at in 0..2 {
                let kept = random.random_bool(keeps[at]);
                texts.push(word(if kept { own[at] } else { random.random_range(0..pools[at]) }));
            }
            texts.push(if random.random_bool(keeps[2]) { address.clone() } else { mailbox() });
            records.push(&texts.iter().map(|text| Some(text.as_str())).collect::<Vec<_>>());
        }
    }
    records
}

#[test]
fn known_m_and_u_are_recovered_from_simulated_records() {
    let (pools, keeps) = ([5, 20], [0.95, 0.9, 0.97]);
    let records = drawn(2_000, pools, keeps);
    let model = resolve(&records, &[], &Settings::default(), &mut |_, _, _| {}).model;
    let chart = model.chart();
    let same = |name: &str| {
        let chart = chart.iter().find(|chart| chart.comparison == name).unwrap();
        (chart.levels[0].m, chart.levels[0].u)
    };
    let near = |found: f64, truth: f64, what: &str| {
        assert!((found - truth).abs() < 0.02, "{what}: {found} is not {truth}");
    };
    for (at, (name, chance)) in [("colour", 1.0 / 5.0), ("animal", 1.0 / 20.0)].iter().enumerate() {
        let kept = keeps[at] * keeps[at];
        near(same(name).0, kept + (1.0 - kept) * chance, &format!("m of {name}"));
        near(same(name).1, *chance, &format!("u of {name}"));
    }
    near(same("email").0, keeps[2] * keeps[2], "m of email");
    near(same("email").1, 0.0, "u of email");
    let prior = 20.0 / (40.0 * 39.0 / 2.0);
    near(1.0 / (1.0 + (-model.prior()).exp2()), prior, "the share of matches");
}

/// Households with a loyalty card each person, and two more records that share a number.
fn with_numbers(pair: [[&str; 7]; 2]) -> (Records, Vec<Option<String>>, Vec<Option<String>>) {
    let mut fields = KINDS.map(|kind| Field::new(format!("{kind:?}"), kind)).to_vec();
    fields.push(Field::new("card", FieldKind::Identifier));
    let mut records = Records::new(fields);
    for (at, row) in households(120).iter().enumerate() {
        let card = format!("{}", 40_000_000 + at as u64 / 2 * 7_919);
        let mut values: Vec<Option<&str>> = row.iter().map(Option::as_deref).collect();
        values.push(Some(&card));
        records.push(&values);
    }
    let [one, other] = pair.map(|row| {
        row.map(|value| Some(value.to_owned()).filter(|value| !value.is_empty())).to_vec()
    });
    for row in [&one, &other] {
        records.push(&row.iter().map(Option::as_deref).collect::<Vec<_>>());
    }
    (records, one, other)
}

/// Resolves them, told that the two have one number; whether they are one person, and what they
/// are told.
fn joined_by_a_number(pair: [[&str; 7]; 2], origin: Origin) -> (bool, Vec<Refusal>, Waterfall) {
    let (records, one, other) = with_numbers(pair);
    let last = records.id(u32::try_from(records.len()).unwrap() - 1);
    let judgement = Judgement::same(RecordId(last.0 - 1), last, origin);
    let judgements = std::slice::from_ref(&judgement);
    let found = resolve(&records, judgements, &Settings::default(), &mut |_, _, _| {});
    let unjudged = resolve(&records, &[], &Settings::default(), &mut |_, _, _| {});
    let is_joined = |found: &Resolution| matches!(found.cluster[..], [.., a, b] if a == b);
    let values = |row: &[Option<String>]| row.to_vec();
    let (one, other) = (values(&one), values(&other));
    let one: Vec<Option<&str>> = one.iter().map(Option::as_deref).collect();
    let other: Vec<Option<&str>> = other.iter().map(Option::as_deref).collect();
    if matches!(judgement.origin, Origin::SharedNumber { .. }) {
        assert_eq!(is_joined(&found), is_joined(&unjudged), "with the judgement and without");
    }
    let told = found.model.explain_with(&one, &other, judgements);
    (is_joined(&found), found.refused, told)
}

const WIFE: [&str; 7] =
    ["Jane", "Grumalov", "grumalov@example.org", "020 5550123", "7 Stumen Street", "", "90817263"];

fn card() -> Origin {
    Origin::SharedNumber { field: "loyalty card".into() }
}

#[test]
fn spouses_with_one_number_stay_apart_and_it_is_said_why() {
    let husband = ["Frederick", WIFE[1], WIFE[2], WIFE[3], WIFE[4], "", WIFE[6]];
    let (is_joined, refused, told) = joined_by_a_number([WIFE, husband], card());
    assert!(!is_joined);
    assert!(matches!(refused[..], [Refusal { why: Why::AnotherName, .. }]), "{refused:?}");
    assert!(told.probability < 0.5);
    let words = told.for_client(&Speech::default());
    assert!(words.contains("the first name is another, and no date of birth shows"), "{words}");
    let (is_joined, refused, told) = joined_by_a_number([WIFE, husband], Origin::Person);
    assert!(is_joined && refused.is_empty() && told.probability > 0.99);
}

#[test]
fn a_changed_family_name_and_the_same_number_are_one_person() {
    let married = ["Jane", "Pelovis", "", "", "31 Kalor Street", "", WIFE[6]];
    let (is_joined, refused, told) = joined_by_a_number([WIFE, married], card());
    assert!(is_joined && refused.is_empty() && told.probability > 0.99);
}

#[test]
fn an_initial_and_the_same_number_are_one_person() {
    let short = ["J.", WIFE[1], "", WIFE[3], "", "", WIFE[6]];
    let (is_joined, refused, told) = joined_by_a_number([WIFE, short], card());
    assert!(is_joined && refused.is_empty() && told.probability > 0.99);
}

#[test]
fn the_curve_holds_the_resolution_and_fewer_join_the_higher_the_threshold() {
    let rows = households(60);
    let fields = KINDS.map(|kind| Field::new(format!("{kind:?}"), kind)).to_vec();
    let mut records = Records::new(fields);
    for (id, row) in (0..).zip(&rows) {
        let backwards = RecordId(1_000 - id);
        records.push_as(backwards, &row.each_ref().map(Option::as_deref));
    }
    let settings = Settings { curve: true, ..Settings::default() };
    let judgement = Judgement::same(RecordId(1_000), RecordId(990), Origin::Person);
    let found = resolve(&records, &[judgement], &settings, &mut |_, _, _| {});
    assert_eq!(found.curve.len(), 19);
    let (_, same) = found.curve.iter().find(|(at, _)| (at - 0.5).abs() < 1e-9).unwrap();
    assert_eq!(same, &found.cluster);
    let people = |cluster: &[u32]| (0..).zip(cluster).filter(|(at, name)| at == *name).count();
    let counts: Vec<usize> = found.curve.iter().map(|(_, cluster)| people(cluster)).collect();
    assert!(counts.first() <= counts.last() && counts[9] == people(&found.cluster), "{counts:?}");
    let told: u64 = found.spectrum.pairs.iter().sum();
    assert!(told >= found.links.len() as u64 && told <= found.report.pairs_compared);
    assert!(run(&rows, &[], 1).curve.is_empty());
}

#[test]
fn records_that_are_given_away_make_the_same_people() {
    let rows = households(40);
    let records = || {
        let fields = KINDS.map(|kind| Field::new(format!("{kind:?}"), kind)).to_vec();
        let mut records = Records::new(fields);
        for (id, row) in (0..).zip(&rows) {
            records.push_as(RecordId(1_000 - id), &row.each_ref().map(Option::as_deref));
        }
        records
    };
    let settings = Settings { households: false, ..Settings::default() };
    let lent = resolve(&records(), &[], &Settings::default(), &mut |_, _, _| {});
    let given = resolve_owned(records(), &[], &settings, &mut |_, _, _| {});
    assert_eq!((&lent.cluster, &lent.links), (&given.cluster, &given.links));
    assert_eq!((&lent.confidence, &lent.model), (&given.confidence, &given.model));
    assert!(!lent.households.households.is_empty() && given.households.households.is_empty());
}

#[test]
fn no_pair_that_matters_is_left_out_before_its_texts_are_read() {
    let fields = KINDS.map(|kind| Field::new(format!("{kind:?}"), kind)).to_vec();
    let mut records = Records::new(fields);
    for row in &households(120) {
        records.push(&row.each_ref().map(Option::as_deref));
    }
    let model = resolve(&records, &[], &Settings::default(), &mut |_, _, _| {}).model;
    let Records { layout, table, .. } = &records;
    let mut counts = vec![Vec::new(); table.width()];
    model.note_counts(table, &mut counts);
    let weights = Weights::new(&model.parameters);
    let kinship = Kinship::new(layout, &model.parameters);
    let scorer = Scorer::new(&model, &weights, &kinship, &layout.comparisons, table, &counts);
    let (mut mattering, mut left_out, mut all) = (0, 0, 0);
    for a in 0..u32::try_from(table.len).unwrap() {
        for b in 0..a {
            let (matters, may_matter) = (scorer.score(b, a).is_some(), scorer.may_matter(b, a));
            assert!(may_matter || !matters, "{b} and {a}");
            mattering += u32::from(matters);
            left_out += u32::from(!may_matter);
            all += 1;
        }
    }
    assert!(mattering > 500 && left_out > all * 9 / 10, "{mattering} {left_out} {all}");
}
