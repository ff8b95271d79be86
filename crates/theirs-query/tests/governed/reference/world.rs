//! What is known of some invented people, what they chose, and what was promised to them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;

use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::group::Cut;

/// The sources of records; the last is from outside.
pub const SOURCES: [&str; 3] = ["crm", "shop", "broker"];
/// The columns of `person`.
pub const COLUMNS: [&str; 5] = ["given_name", "birth_date", "city", "postcode", "points"];
/// The columns of `orders`.
pub const ORDERED: [&str; 3] = ["town", "at", "total"];
/// The roles: what the first may use is chosen; the second may use nothing.
pub const ROLES: [&str; 2] = ["marketing", "nobody"];

pub struct World {
    pub people: Vec<Person>,
    pub purposes: Vec<Purpose>,
    /// Which source is believed for towns; none: the latest.
    pub order: Option<[&'static str; 2]>,
    /// The groups of purposes that see only groups, once somebody asked.
    pub cuts: RefCell<BTreeMap<&'static str, Cut>>,
}

#[derive(Default)]
pub struct Person {
    pub records: Vec<Record>,
    pub acts: Vec<Act>,
    pub orders: Vec<Order>,
}

pub struct Record {
    pub source: &'static str,
    /// Its place among all records, by which ties are broken.
    pub number: u64,
    pub since: i64,
    pub values: BTreeMap<&'static str, String>,
}

#[derive(Clone)]
pub struct Act {
    pub person: usize,
    pub kind: Kind,
    pub topic: String,
    pub content: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Correction,
    Consent,
    Objection,
    Contest,
    Restriction,
}

pub struct Order {
    pub town: String,
    /// The day, counted from 2026-01-01.
    pub day: i64,
    pub cents: i64,
}

pub struct Purpose {
    pub name: &'static str,
    pub category: &'static str,
    pub needs_consent: bool,
    pub may_object: bool,
    pub minimum_age: Option<i64>,
    pub usable: bool,
    /// The fewest people of a group, if it sees only groups.
    pub least: Option<usize>,
    pub columns: Vec<(&'static str, Coarse)>,
    pub orders: Vec<(&'static str, Coarse)>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Coarse {
    Exact,
    Year,
    Month,
    Birthday,
    AgeBand,
    Region,
    Initial,
    Rounded(i64),
    Known,
}

impl World {
    pub fn random(random: &mut ChaCha8Rng) -> Self {
        let count = random.random_range(3..25);
        let mut people: Vec<Person> = (0..count).map(|_| Person::random(random)).collect();
        // Records are kept source by source, so that is how they are numbered.
        let mut number = 0;
        for source in SOURCES {
            for person in &mut people {
                for record in person.records.iter_mut().filter(|r| r.source == source) {
                    number += 1;
                    record.number = number;
                }
            }
        }
        let purposes = ["offer", "figures", "tips"].map(|name| Purpose::random(name, random));
        let order = random.random_bool(0.5).then_some(["shop", "crm"]);
        Self { people, purposes: purposes.into(), order, cuts: RefCell::default() }
    }

    /// Something that one of the people does now.
    pub fn act(&mut self, random: &mut ChaCha8Rng) -> Act {
        let person = random.random_range(0..self.people.len());
        let yes = |random: &mut ChaCha8Rng| {
            Some(if random.random_bool(0.6) { "yes" } else { "no" }.to_owned())
        };
        let (kind, topic, content) = match random.random_range(0..6) {
            0 => (Kind::Consent, "newsletter".to_owned(), yes(random)),
            1 => {
                let topic = ["all", "marketing", "offer", "tips"].choose(random).unwrap();
                (Kind::Objection, (*topic).to_owned(), yes(random))
            }
            2 => {
                let topic = ["all", "offer", "figures", "tips"].choose(random).unwrap();
                (Kind::Restriction, (*topic).to_owned(), yes(random))
            }
            3 => {
                let column = *COLUMNS.choose(random).unwrap();
                let stage = ["yes", "yes", "no", "upheld", "dismissed"].choose(random).unwrap();
                (Kind::Contest, column.to_owned(), Some((*stage).to_owned()))
            }
            _ => {
                let column = *COLUMNS.choose(random).unwrap();
                let gone = random.random_bool(0.2);
                let content = (!gone).then(|| value(column, random));
                (Kind::Correction, column.to_owned(), content)
            }
        };
        let act = Act { person, kind, topic, content };
        self.people[person].acts.push(act.clone());
        act
    }

    pub fn purpose(&self, name: &str) -> &Purpose {
        self.purposes.iter().find(|purpose| purpose.name == name).unwrap()
    }

    pub fn charter(&self) -> String {
        let mut text = HEAD.to_owned();
        if let Some(order) = self.order {
            let _ = writeln!(text, "survivorship:\n  contact.address.city: [{}]", order.join(", "));
        }
        text.push_str("purposes:\n");
        for purpose in &self.purposes {
            let Purpose { name, category, may_object, .. } = purpose;
            let _ = writeln!(text, "  {name}:\n    category: {category}\n    says: We do {name}.");
            let basis = if purpose.needs_consent { "consent" } else { "legitimate interest" };
            let _ = writeln!(text, "    basis: {basis}\n    keep: 12 months");
            if purpose.needs_consent {
                text.push_str("    consent: newsletter\n");
            }
            let _ = writeln!(text, "    may_object: {may_object}");
            if let Some(age) = purpose.minimum_age {
                let _ = writeln!(text, "    minimum_age: {age}");
            }
            if let Some(least) = purpose.least {
                let _ = writeln!(text, "    output: aggregate\n    minimum_group: {least}");
            }
            let _ = writeln!(text, "    columns: [{}]", grants(&purpose.columns));
            if !purpose.orders.is_empty() {
                let orders = grants(&purpose.orders);
                let _ = writeln!(text, "    activities:\n      orders: [{orders}]");
            }
        }
        let usable = self.purposes.iter().filter(|p| p.usable).map(|p| p.name);
        let usable: Vec<&str> = usable.collect();
        let _ = writeln!(
            text,
            "roles:\n  marketing: {{ says: our team, purposes: [{}] }}\n  nobody: {{ says: others, \
             purposes: [] }}",
            usable.join(", ")
        );
        text
    }
}

const HEAD: &str = "\
charter: 1
time_zone: UTC
controller: { name: Test Shop, email: hello@test.example }
sources:
  crm:
    kind: internal
    acquired: You told us.
    file: crm.csv
    holds: identity
    key: number
    columns:
      number: id.customer.number
      given_name: identity.name.given
      birth_date: demo.birthdate
      city: contact.address.city
      postcode: contact.address.postcode
      points: { category: purchase.value, part: points, type: integer }
      newsletter: { consent: newsletter }
      objects: { objection: all }
  shop:
    kind: internal
    acquired: You told us.
    file: shop.csv
    holds: identity
    key: number
    columns:
      number: id.customer.number
      given_name: identity.name.given
      birth_date: demo.birthdate
      city: contact.address.city
      postcode: contact.address.postcode
      points: { category: purchase.value, part: points, type: integer }
      newsletter: { consent: newsletter }
      objects: { objection: all }
  broker:
    kind: broker
    acquired: Bought.
    file: broker.csv
    holds: identity
    key: number
    columns:
      number: id.customer.number
      given_name: identity.name.given
      birth_date: demo.birthdate
      city: contact.address.city
      postcode: contact.address.postcode
      points: { category: purchase.value, part: points, type: integer }
      newsletter: { consent: newsletter }
      objects: { objection: all }
  orders:
    kind: internal
    acquired: We note what you buy.
    file: orders.csv
    holds: activity
    category: purchase.history
    key: order_id
    time: at
    person: { source: crm, column: number }
    columns:
      order_id: { type: text }
      at: { type: timestamp }
      total: { type: decimal }
      town: { type: text }
";

fn grants(columns: &[(&str, Coarse)]) -> String {
    let grant = |(name, coarse): &(&str, Coarse)| match coarse.word() {
        None => (*name).to_owned(),
        Some(word) => format!("{{ {name}: {word} }}"),
    };
    columns.iter().map(grant).collect::<Vec<_>>().join(", ")
}

impl Coarse {
    fn word(self) -> Option<String> {
        Some(match self {
            Self::Exact => return None,
            Self::Year => "year".to_owned(),
            Self::Month => "month".to_owned(),
            Self::Birthday => "birthday".to_owned(),
            Self::AgeBand => "age_band".to_owned(),
            Self::Region => "region".to_owned(),
            Self::Initial => "initial".to_owned(),
            Self::Known => "known".to_owned(),
            Self::Rounded(step) => format!("rounded {step}"),
        })
    }

    fn random(column: &str, random: &mut ChaCha8Rng) -> Self {
        let choices: &[Self] = match column {
            "birth_date" => {
                &[Self::Exact, Self::Year, Self::Month, Self::Birthday, Self::AgeBand, Self::Known]
            }
            "points" | "total" => &[Self::Exact, Self::Rounded(5), Self::Rounded(100), Self::Known],
            "at" => &[Self::Year, Self::Month],
            _ => &[Self::Exact, Self::Region, Self::Initial, Self::Known],
        };
        *choices.choose(random).unwrap()
    }
}

impl Purpose {
    fn random(name: &'static str, random: &mut ChaCha8Rng) -> Self {
        let category = match name {
            "offer" => "marketing.offer",
            "tips" => "personalise.recommend",
            _ => "analytics.aggregate",
        };
        let mut some = |all: &[&'static str], least: usize| -> Vec<(&'static str, Coarse)> {
            let count = random.random_range(least..=all.len());
            let mut chosen: Vec<&'static str> =
                all.choose_multiple(random, count).copied().collect();
            chosen.shuffle(random);
            chosen.into_iter().map(|column| (column, Coarse::random(column, random))).collect()
        };
        let (columns, mut orders) = (some(&COLUMNS, 1), some(&ORDERED, 0));
        let needs_consent = random.random_bool(0.5);
        // Marketing may always be objected to (GDPR Art. 21(2)).
        let may_object = name != "figures" || random.random_bool(0.5);
        let usable = random.random_bool(0.8);
        let limit = *[14, 18, 22, 65].choose(random).unwrap();
        let minimum_age = random.random_bool(0.3).then_some(limit);
        let least =
            (name == "figures" && random.random_bool(0.6)).then(|| random.random_range(3..6));
        if least.is_some() {
            // A number that is added up is a mean; means are looked at elsewhere.
            let totals = orders.iter_mut().filter(|(column, _)| *column == "total");
            totals.for_each(|(_, coarse)| *coarse = Coarse::Known);
        }
        Self {
            name,
            category,
            needs_consent,
            may_object,
            minimum_age,
            usable,
            least,
            columns,
            orders,
        }
    }
}

impl Person {
    fn random(random: &mut ChaCha8Rng) -> Self {
        let mut records = Vec::new();
        for source in SOURCES {
            let count = if source == "crm" { 2 } else { 1 };
            for _ in 0..count {
                if random.random_bool(0.5) {
                    records.push(Record::random(source, random));
                }
            }
        }
        if records.is_empty() {
            records.push(Record::random("crm", random));
        }
        let buys = records.iter().any(|record| record.source == "crm");
        let orders = (0..random.random_range(0..4))
            .filter(|_| buys)
            .map(|_| Order {
                town: value("city", random),
                day: random.random_range(0..700),
                cents: random.random_range(0..5_000),
            })
            .collect();
        Self { records, acts: Vec::new(), orders }
    }
}

impl Record {
    fn random(source: &'static str, random: &mut ChaCha8Rng) -> Self {
        let mut values = BTreeMap::new();
        for column in COLUMNS {
            if random.random_bool(0.7) {
                values.insert(column, value(column, random));
            }
        }
        for column in ["newsletter", "objects"] {
            if random.random_bool(0.5) {
                let chance = if column == "newsletter" { 0.7 } else { 0.2 };
                values.insert(column, random.random_bool(chance).to_string());
            }
        }
        Self { source, number: 0, since: random.random_range(0..4), values }
    }
}

/// A value of a column; few different ones, so that they meet.
pub fn value(column: &str, random: &mut ChaCha8Rng) -> String {
    let choices: &[&str] = match column {
        "given_name" => &["Ada", "Bruno", "Chloe", "Ælfred", "O'Neil"],
        "birth_date" => {
            &["1985-03-05", "1961-12-31", "2004-02-29", "2008-03-02", "2008-03-03", "1930-01-15"]
        }
        "postcode" => &["SM21 1AA", "SM21 5GG", "OH3 2CC", "7531", "Ä1 9ZZ"],
        "points" => &["0", "3", "97", "150", "-8", "2500"],
        _ => &["Saltmouth", "Oldhaven", "Nether Oar", "Ærø"],
    };
    (*choices.choose(random).unwrap()).to_owned()
}
