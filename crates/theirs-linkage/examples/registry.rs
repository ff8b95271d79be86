//! Measures one new record against many: builds a registry and inserts records one at a time.
//!
//! `cargo run --release -p theirs-linkage --example registry -- [RECORDS] [INSERTS]`
//!
//! The people are made up from a seed: names with a long tail, households that share address,
//! telephone and family name, and a second record for most people with a gap or a typing error.

#![allow(clippy::print_stdout, reason = "this is a command-line program")]

use std::error::Error;
use std::time::{Duration, Instant};
use std::{env, fs};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use theirs_linkage::{Change, Field, FieldKind, RecordId, Records, Registry, Settings, resolve};

const KINDS: [(FieldKind, &str); 8] = [
    (FieldKind::GivenName, "given name"),
    (FieldKind::FamilyName, "family name"),
    (FieldKind::Email, "e-mail"),
    (FieldKind::Phone, "phone"),
    (FieldKind::Street, "street"),
    (FieldKind::Postcode, "postcode"),
    (FieldKind::City, "town"),
    (FieldKind::BirthDate, "birth date"),
];
type Row = [Option<String>; 8];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |text| text.parse());
    let (count, inserts) = (number(1_000_000)?, number(5_000)?);
    let mut town = Town::new(count);
    let fields = KINDS.map(|(kind, name)| Field::new(name, kind)).to_vec();
    let mut records = Records::new(fields);
    for id in 0..count {
        let row = town.record();
        records.push_as(RecordId(id), &row.each_ref().map(Option::as_deref));
    }
    let settings = Settings::default();
    let since = Instant::now();
    let resolution = resolve(&records, &[], &settings, &mut |_, _, _| {});
    let (report, model) = (resolution.report, resolution.model);
    println!(
        "{count} records are {} people, {} pairs compared, learnt in {:.1} s",
        report.clusters,
        report.pairs_compared,
        since.elapsed().as_secs_f64()
    );
    drop((resolution.cluster, resolution.links, resolution.households));
    let since = Instant::now();
    let mut registry = Registry::new(model, records, [], &settings)?;
    println!("registry built in {:.1} s, {}", since.elapsed().as_secs_f64(), memory()?);

    let (mut times, mut placed) = (Vec::new(), Vec::new());
    for id in count..count + inserts {
        let row = town.record();
        let values = row.each_ref().map(Option::as_deref);
        let since = Instant::now();
        let change = registry.upsert(&[(RecordId(id), &values)]);
        times.push(since.elapsed());
        placed.push(change.placed.len());
    }
    told("insert", &mut times);
    placed.sort_unstable();
    println!("  records placed again: half {}, most {:?}", placed[placed.len() / 2], placed.last());
    told("remove", &mut timed(inserts, |at| registry.remove(&[RecordId(count + at)])));
    println!("  {:?}, {}", registry.growth(), memory()?);
    let since = Instant::now();
    let found = registry.households();
    let seconds = since.elapsed().as_secs_f64();
    println!(
        "{} households, {} common contacts, {} too large, in {seconds:.1} s",
        found.households.len(),
        found.common_contacts,
        found.too_large
    );
    Ok(())
}

fn timed(count: u64, mut change: impl FnMut(u64) -> Change) -> Vec<Duration> {
    let mut time = |at| {
        let since = Instant::now();
        change(at);
        since.elapsed()
    };
    (0..count).map(&mut time).collect()
}

fn told(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 1_000).copied().unwrap_or_default();
    let most = times.last().copied().unwrap_or_default();
    println!(
        "{what}: {} times, p50 {:?}, p90 {:?}, p99 {:?}, p99.9 {:?}, most {most:?}",
        times.len(),
        at(500),
        at(900),
        at(990),
        at(999)
    );
}

/// Linux only.
fn memory() -> Result<String, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let find = |name| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    Ok(format!("resident {}, peak {}", find("VmRSS:").trim(), find("VmHWM:").trim()))
}

/// People of whom each record tells a part.
struct Town {
    random: ChaCha8Rng,
    people: u64,
}

impl Town {
    /// A town in which so many records are of about half as many people.
    fn new(records: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(20), people: records.max(2) * 10 / 21 }
    }

    /// A record of anybody.
    fn record(&mut self) -> Row {
        let person = self.random.random_range(0..self.people);
        let mut row = person_row(person);
        for (at, value) in row.iter_mut().enumerate() {
            let dice = self.random.random_range(0..100);
            match value {
                Some(_) if dice < [2, 2, 25, 35, 15, 12, 10, 30][at] => *value = None,
                Some(text) if dice < 45 && at < 2 => mistype(&mut self.random, text, dice < 38),
                _ => {}
            }
        }
        row
    }
}

/// Changes one letter, if `is_hit`.
fn mistype(random: &mut ChaCha8Rng, text: &mut String, is_hit: bool) {
    let at = random.random_range(0..text.len().max(1));
    if is_hit && text.is_char_boundary(at) && text.is_char_boundary(at + 1) && at < text.len() {
        text.replace_range(at..=at, "e");
    }
}

/// What is true of a person; everything follows from the number.
fn person_row(person: u64) -> Row {
    let household = person * 2 / 5;
    let mut of_person = ChaCha8Rng::seed_from_u64(person);
    let mut of_house = ChaCha8Rng::seed_from_u64(household | 1 << 40);
    let given = name(&mut of_person, 4_000, 1);
    let family = name(&mut of_house, 60_000, 2);
    let town: u64 = of_house.random_range(0..400);
    let street = name(&mut of_house, 3_000, 3);
    let email = format!("{given}.{family}{person}@mail.example");
    let own_phone = of_person.random_bool(0.5);
    let phone = of_house.random_range(100_000_000..1_000_000_000_u64)
        + if own_phone { of_person.random_range(0..1_000_000) } else { 0 };
    let (year, month) = (of_person.random_range(1930..2008), of_person.random_range(1..13));
    let birth = format!("{year}-{month:02}-{:02}", of_person.random_range(1..29));
    let house = of_house.random_range(1..240);
    let postcode = format!("{:05}", 10_000 + town * 200 + of_house.random_range(0..60));
    [
        Some(given),
        Some(family),
        Some(email),
        Some(format!("0{phone}")),
        Some(format!("{house} {street} street")),
        Some(postcode),
        Some(format!("town {town}")),
        Some(birth),
    ]
}

/// One of so many names, the first ones far commoner than the last.
fn name(random: &mut ChaCha8Rng, count: u32, list: u32) -> String {
    const SYLLABLES: [&str; 32] = [
        "ba", "den", "fi", "gor", "hu", "kal", "lis", "mov", "ney", "pum", "ra", "sten", "ti",
        "vor", "wu", "zal", "ce", "dro", "el", "fan", "gri", "hol", "jo", "ker", "lam", "min",
        "nor", "ol", "pet", "ros", "sul", "tam",
    ];
    let share: f64 = random.random();
    let at = (f64::from(count).powf(share) - 1.0).max(0.0);
    let mut left = (format!("{at:.0}").parse::<u32>().unwrap_or_default() + list * 977)
        .wrapping_mul(2_654_435_761)
        >> 8;
    (0..2 + list.min(2))
        .map(|_| {
            let syllable = SYLLABLES[usize::try_from(left % 32).unwrap_or_default()];
            left /= 32;
            syllable
        })
        .collect()
}
