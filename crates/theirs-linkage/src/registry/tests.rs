use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::sample::Index as Pick;
use theirs_words::Speech;

use super::*;
use crate::judgement::{Origin, Why};
use crate::{Field, FieldKind, Household, resolve, resolve_with};

const KINDS: [FieldKind; 6] = [
    FieldKind::GivenName,
    FieldKind::FamilyName,
    FieldKind::Email,
    FieldKind::Phone,
    FieldKind::Street,
    FieldKind::BirthDate,
];
type Row = [Option<String>; 6];

fn fields() -> Vec<Field> {
    KINDS.map(|kind| Field::new(format!("{kind:?}"), kind)).to_vec()
}

/// Small blocks, so that keys are split, grow and close even among few records.
fn settings() -> Settings {
    Settings { max_block: 4, threads: 1, ..Settings::default() }
}

/// How many people there are to learn from, half of them two in a household.
const PEOPLE: u64 = 150;
/// How many spellings each has.
const SPELLINGS: u64 = 64;

/// A word of two syllables, as different as the numbers are.
fn word(number: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "den", "fi", "gor", "hu", "kal", "lis", "mov", "ney", "pum", "ra", "sten", "ti",
        "vor", "wu", "zal",
    ];
    let at = |number: u64| SYLLABLES[usize::try_from(number % 16).unwrap()];
    format!("{}{}", at(number * 7 + number / 16), at(number * 3 + number / 5))
}

/// A record of a person. Which values are missing or mistyped follows from the spelling.
fn row(number: u64) -> Row {
    let (person, spelling) = (number / SPELLINGS, number % SPELLINGS);
    let household = if person < PEOPLE / 2 { person / 2 } else { person };
    let told = |hidden: u64, text: String| (spelling % 7 != hidden).then_some(text);
    let typo = |bit: u64, text: String| if spelling >> bit & 1 == 1 { text + "e" } else { text };
    let (given, family) = (word(person * 5), word(household + 3));
    [
        told(1, typo(0, given.clone())),
        told(2, typo(1, family.clone())),
        told(3, format!("{given}.{}@example.org", typo(2, family))),
        told(4, format!("020 5{:03} {:04}", household * 37 % 1_000, 1_000 + household * 91)),
        told(5, format!("{} {} Lane", household * 3 + spelling / 32, word(household))),
        told(6, format!("19{}-0{}-1{}", 40 + person % 50, 1 + person % 9, spelling / 16 % 2)),
    ]
}

/// All records to learn from: the plain one of each person and another.
fn known() -> impl Iterator<Item = (RecordId, Row)> {
    (0..PEOPLE * 2).map(|at| {
        let (person, is_other) = (at / 2, at % 2);
        (RecordId(1_000 + at * 3), row(person * SPELLINGS + is_other * (person * 11 % SPELLINGS)))
    })
}

fn push(records: &mut Records, id: RecordId, row: &Row) {
    records.push_as(id, &row.each_ref().map(Option::as_deref));
}

fn model() -> Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    let learn = || {
        let mut records = Records::new(fields());
        known().for_each(|(id, row)| push(&mut records, id, &row));
        resolve(&records, &[], &settings(), &mut |_, _, _| {}).model
    };
    MODEL.get_or_init(learn).clone()
}

fn empty() -> Registry {
    Registry::new(model(), Records::new(fields()), [], &settings()).unwrap()
}

/// What a person reads of a resolution, whichever way it was made.
#[derive(Debug, PartialEq)]
struct People {
    placed: Vec<(RecordId, RecordId, u64)>,
    links: Vec<(RecordId, RecordId, u64)>,
    households: Households,
    refused: Vec<Refusal>,
}

impl People {
    fn of(registry: &Registry) -> Self {
        let placed = registry.people().into_iter();
        let links = registry.links().into_iter();
        Self {
            placed: placed.map(|p| (p.record, p.cluster, p.confidence.to_bits())).collect(),
            links: links.map(|link| (link.a, link.b, link.weight.to_bits())).collect(),
            households: registry.households(),
            refused: registry.refused(),
        }
    }

    /// Resolves all at once, the records in an order that has nothing to do with their ids.
    fn at_once(records: &BTreeMap<RecordId, Row>, judgements: &BTreeSet<Judgement>) -> Self {
        let mut order: Vec<RecordId> = records.keys().copied().collect();
        order.sort_by_key(|id| (id.0 * 7_919 % 101, id.0));
        let mut all = Records::new(fields());
        for id in &order {
            push(&mut all, *id, &records[id]);
        }
        let mut judgements: Vec<Judgement> = judgements.iter().cloned().collect();
        judgements.reverse();
        let found = resolve_with(model(), &all, &judgements, &settings(), &mut |_, _, _| {});
        let found = found.unwrap();
        let mut placed: Vec<_> = (0..)
            .zip(found.cluster.iter().zip(&found.confidence))
            .map(|(at, (&cluster, confidence))| (all.id(at), all.id(cluster), confidence.to_bits()))
            .collect();
        placed.sort_unstable();
        let ends = |a: u32, b: u32| (all.id(a).min(all.id(b)), all.id(a).max(all.id(b)));
        let links = found.links.iter().map(|link| (ends(link.a, link.b), link.weight.to_bits()));
        let mut links: Vec<_> = links.map(|((a, b), weight)| (a, b, weight)).collect();
        links.sort_unstable();
        let mut refused = found.refused;
        refused.sort_unstable();
        Self { placed, links, households: found.households, refused }
    }
}

/// Something that happens to a registry.
#[derive(Clone, Debug)]
enum Event {
    Upsert(Vec<(u64, u64)>),
    Remove(Vec<u64>),
    Judge(Judgement),
    Withdraw(Pick),
}

/// Records of the first four people: few enough to meet again and again.
const BUSY: u64 = 4 * SPELLINGS;
/// How many ids there are.
const IDS: u64 = 70;

fn events() -> impl Strategy<Value = Vec<Event>> {
    let id = || 0..IDS;
    let origins = prop_oneof![
        Just(Origin::Person),
        Just(Origin::Colleague { reason: "seen".into() }),
        Just(Origin::SharedNumber { field: "card".into() }),
    ];
    let judgement = (id(), id(), proptest::bool::ANY, origins).prop_map(|(a, b, same, origin)| {
        let make = if same { Judgement::same } else { Judgement::different };
        make(RecordId(a), RecordId(b), origin)
    });
    let upserts = proptest::collection::vec((id(), 0..BUSY), 1..24);
    let event = prop_oneof![
        6 => upserts.prop_map(Event::Upsert),
        2 => proptest::collection::vec(id(), 1..6).prop_map(Event::Remove),
        2 => judgement.prop_map(Event::Judge),
        1 => any::<Pick>().prop_map(Event::Withdraw),
    ];
    proptest::collection::vec(event, 1..14)
}

/// A registry, and beside it what it should hold.
struct Pair {
    registry: Registry,
    records: BTreeMap<RecordId, Row>,
    judgements: BTreeSet<Judgement>,
    /// Put together from the changes alone.
    told: BTreeMap<RecordId, (RecordId, u64)>,
}

impl Pair {
    fn new() -> Self {
        let (records, judgements, told) = Default::default();
        Self { registry: empty(), records, judgements, told }
    }

    fn happen(&mut self, event: &Event) {
        let change = match event {
            Event::Upsert(rows) => {
                let rows: Vec<(RecordId, Row)> =
                    rows.iter().map(|&(id, number)| (RecordId(id), row(number))).collect();
                self.records.extend(rows.iter().cloned());
                let values: Vec<(RecordId, [Option<&str>; 6])> = rows
                    .iter()
                    .map(|(id, row)| (*id, row.each_ref().map(Option::as_deref)))
                    .collect();
                let values: Vec<(RecordId, &[Option<&str>])> =
                    values.iter().map(|(id, values)| (*id, &values[..])).collect();
                self.registry.upsert(&values)
            }
            Event::Remove(ids) => {
                let ids: Vec<RecordId> = ids.iter().map(|&id| RecordId(id)).collect();
                self.records.retain(|id, _| !ids.contains(id));
                self.registry.remove(&ids)
            }
            Event::Judge(judgement) => {
                self.judgements.insert(judgement.clone());
                self.registry.judge(std::slice::from_ref(judgement))
            }
            Event::Withdraw(pick) => {
                let all: Vec<Judgement> = self.judgements.iter().cloned().collect();
                if all.is_empty() {
                    return;
                }
                let judgement = pick.get(&all);
                self.judgements.remove(judgement);
                self.registry.withdraw(std::slice::from_ref(judgement))
            }
        };
        for placed in change.placed {
            let before =
                self.told.insert(placed.record, (placed.cluster, placed.confidence.to_bits()));
            assert_eq!(before.map(|(cluster, _)| cluster), placed.before);
        }
        for id in change.removed {
            self.told.remove(&id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn any_order_and_any_batches_give_the_people_of_one_run(events in events()) {
        let mut pair = Pair::new();
        for event in &events {
            pair.happen(event);
        }
        let found = People::of(&pair.registry);
        prop_assert_eq!(&found, &People::at_once(&pair.records, &pair.judgements));
        let told: Vec<_> = pair.told.iter().map(|(id, (cluster, bits))| (*id, *cluster, *bits)).collect();
        prop_assert_eq!(told, found.placed, "the changes do not add up to the people");
    }

    #[test]
    fn a_registry_built_at_once_goes_on_like_one_that_grew(
        before in events(),
        after in events(),
    ) {
        let mut grown = Pair::new();
        for event in &before {
            grown.happen(event);
        }
        let mut all = Records::new(fields());
        for (id, row) in grown.records.iter().rev() {
            push(&mut all, *id, row);
        }
        let judgements = grown.judgements.clone();
        let registry = Registry::new(model(), all, judgements, &settings()).unwrap();
        prop_assert_eq!(People::of(&grown.registry), People::of(&registry));
        prop_assert_eq!(grown.registry.growth(), registry.growth());
        let mut built = Pair { registry, ..Pair::new() };
        (built.records, built.judgements) = (grown.records.clone(), grown.judgements.clone());
        built.told = grown.told.clone();
        for event in &after {
            built.happen(event);
            grown.happen(event);
        }
        prop_assert_eq!(People::of(&grown.registry), People::of(&built.registry));
        prop_assert_eq!(grown.registry.growth(), built.registry.growth());
    }
}

#[test]
fn the_records_of_these_tests_reach_every_corner() {
    let model = serde_json::to_value(model()).unwrap();
    let oversized = model["blocking"]["oversized"].as_array().unwrap();
    assert!(oversized.iter().any(|keys| !keys.as_array().unwrap().is_empty()), "no key is split");
    let mut pair = Pair::new();
    let people = |pair: &Pair| -> usize {
        let people = pair.registry.people().into_iter().map(|placed| placed.cluster);
        people.collect::<BTreeSet<_>>().len()
    };
    for id in 0..24 {
        pair.happen(&Event::Upsert(vec![(id, id * 29 % BUSY)]));
    }
    assert!((4..16).contains(&people(&pair)), "{} people", people(&pair));
    for id in 24..IDS {
        pair.happen(&Event::Upsert(vec![(id, id * 29 % BUSY)]));
    }
    let growth = pair.registry.growth();
    assert!(growth.grown > 0 && growth.set_aside > 0, "{growth:?}");
    assert!(people(&pair) > 60, "{} people: nothing is too large", people(&pair));
    let plain = |id, person| Event::Upsert(vec![(id, person * SPELLINGS)]);
    let mut couple = Pair::new();
    couple.happen(&plain(1, 0));
    couple.happen(&plain(2, 1));
    let [household] = &couple.registry.households().households[..] else { panic!("no couple") };
    assert_eq!(household.people, [RecordId(1), RecordId(2)]);
    let mut undated = Pair::new();
    undated.happen(&Event::Upsert(vec![(1, 6), (2, SPELLINGS + 6)]));
    let card = Origin::SharedNumber { field: "card".into() };
    undated.happen(&Event::Judge(Judgement::same(RecordId(1), RecordId(2), card)));
    let [refusal] = &undated.registry.refused()[..] else { panic!("not refused") };
    assert_eq!(refusal.why, Why::AnotherName);
    assert_eq!(
        People::of(&undated.registry),
        People::at_once(&undated.records, &undated.judgements)
    );
}

#[test]
fn learning_and_applying_give_the_same_people() {
    let mut records = Records::new(fields());
    known().for_each(|(id, row)| push(&mut records, id, &row));
    let learnt = resolve(&records, &[], &settings(), &mut |_, _, _| {});
    let json = serde_json::to_string(&learnt.model).unwrap();
    let kept: Model = serde_json::from_str(&json).unwrap();
    assert!(kept == learnt.model, "a model changes when it is kept");
    let applied = resolve_with(kept, &records, &[], &settings(), &mut |_, _, _| {}).unwrap();
    assert_eq!(applied.cluster, learnt.cluster);
    assert_eq!(applied.confidence, learnt.confidence);
    assert_eq!(applied.links, learnt.links);
    assert_eq!(applied.households, learnt.households);
    assert_eq!(applied.report.pairs_compared, learnt.report.pairs_compared);
}

#[test]
fn a_judgement_waits_for_its_record_and_says_so() {
    let (known, awaited) = (RecordId(1), RecordId(2));
    let mut registry = empty();
    let null: Row = Default::default();
    let null = null.each_ref().map(Option::as_deref);
    registry.upsert(&[(known, &null)]);
    let judgement = Judgement::same(known, awaited, Origin::Person);
    registry.judge(std::slice::from_ref(&judgement));
    assert_eq!(registry.refused(), [Refusal { judgement, why: Why::UnknownRecord }]);
    let change = registry.upsert(&[(awaited, &null)]);
    assert_eq!(change.placed.len(), 2);
    for placed in &change.placed {
        assert_eq!((placed.cluster, placed.confidence.to_bits()), (known, 1.0_f64.to_bits()));
    }
    assert!(registry.refused().is_empty());
    let [hop] = &registry.links_of(awaited)[..] else { panic!("one link") };
    assert_eq!(hop.origin, Some(Origin::Person));
    let change = registry.remove(&[known]);
    assert_eq!(change.removed, [known]);
    assert_eq!(registry.person_of(awaited).unwrap().cluster, awaited);
}

#[test]
fn a_number_that_only_a_follower_shares_with_two_joins_neither_and_has_a_reason_of_its_own() {
    let [one, other, led] = [1, 2, 3].map(RecordId);
    let null: Row = Default::default();
    let null = null.each_ref().map(Option::as_deref);
    let mut registry = empty();
    registry.follow(led);
    registry.upsert(&[(one, &null), (other, &null), (led, &null)]);
    let card = || Origin::SharedNumber { field: "card".into() };
    let judgements = [one, other].map(|own| Judgement::same(own, led, card()));
    registry.judge(&judgements);
    let cluster = |id| registry.person_of(id).unwrap().cluster;
    assert_ne!(cluster(one), cluster(other));
    let refused = registry.refused();
    let [Refusal { why: Why::Follows, .. }] = &refused[..] else { panic!("{refused:?}") };
    let mut records = Records::new(fields());
    records.push_as(one, &null);
    records.push_as(other, &null);
    records.push_follower(led, &null);
    let found = resolve_with(model(), &records, &judgements, &settings(), &mut |_, _, _| {});
    assert_eq!(found.unwrap().refused, refused);
}

#[test]
fn that_is_not_me_outranks_everybody_and_the_refused_are_named() {
    let mut registry = empty();
    let same = row(0);
    let same = same.each_ref().map(Option::as_deref);
    let [a, b] = [RecordId(1), RecordId(2)];
    registry.upsert(&[(a, &same), (b, &same)]);
    assert_eq!(registry.person_of(b).unwrap().cluster, a);
    let joins = Judgement::same(a, b, Origin::SharedNumber { field: "card".into() });
    let apart = Judgement::different(a, b, Origin::Person);
    registry.judge(&[joins.clone(), apart.clone()]);
    assert_eq!(registry.person_of(b).unwrap().cluster, b);
    assert_eq!(registry.refused(), [Refusal { judgement: joins, why: Why::KeptApart }]);
    let waterfall = registry.explain(a, b).unwrap();
    assert!(waterfall.probability < 0.01);
    assert_eq!(
        waterfall.for_client(&Speech::default()),
        "These two entries were kept apart because you told us that one of them is not yours."
    );
    registry.withdraw(&[apart]);
    assert_eq!(registry.person_of(b).unwrap().cluster, a);
    assert!(registry.refused().is_empty());
}

#[test]
fn a_model_of_another_form_or_other_fields_is_refused() {
    let other = Records::new(vec![Field::new("name", FieldKind::FullName)]);
    assert_eq!(Registry::new(model(), other, [], &settings()).unwrap_err(), Unfit::Fields);
    let mut json = serde_json::to_value(model()).unwrap();
    json.as_object_mut().unwrap().remove("version");
    json.as_object_mut().unwrap().remove("blocking");
    let old: Model = serde_json::from_value(json).unwrap();
    let unfit = Registry::new(old, Records::new(fields()), [], &settings()).unwrap_err();
    assert_eq!(unfit, Unfit::Version { found: 0, expected: model().version() });
    let mut twice = Records::new(fields());
    push(&mut twice, RecordId(1), &row(1));
    push(&mut twice, RecordId(1), &row(2));
    assert_eq!(Registry::new(model(), twice, [], &settings()).unwrap_err(), Unfit::RepeatedId);
}

#[test]
fn nothing_identical_records_and_enormous_values_are_no_trouble() {
    let mut registry = empty();
    assert!(registry.is_empty() && registry.people().is_empty());
    assert_eq!(registry.upsert(&[]), Change::default());
    assert_eq!(registry.remove(&[RecordId(9)]), Change::default());
    let one = row(3);
    let one = one.each_ref().map(Option::as_deref);
    for id in 0..300 {
        registry.upsert(&[(RecordId(id), &one)]);
    }
    assert!(registry.growth().set_aside > 0);
    let enormous = "é".repeat(50_000);
    let enormous = [Some(enormous.as_str()); 6];
    for id in 300..320 {
        registry.upsert(&[(RecordId(id), &enormous)]);
    }
    registry.upsert(&[(RecordId(400), &[]), (RecordId(401), &[None; 9])]);
    assert_eq!(registry.len(), 322);
    assert_eq!(registry.person_of(RecordId(401)).unwrap().cluster, RecordId(401));
}

#[test]
fn debug_shows_no_value_of_any_record() {
    let mut registry = empty();
    let one = row(0);
    registry.upsert(&[(RecordId(1), &one.each_ref().map(Option::as_deref))]);
    let shown = format!("{registry:?} {:?}", registry.people()).to_lowercase();
    assert!(!shown.contains(&word(0)) && !shown.contains("example.org"), "{shown}");
    assert!(registry.households().households.iter().all(|h: &Household| h.people.len() > 1));
}
