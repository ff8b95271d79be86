//! A small language of questions, and its SQL.

use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::world::{COLUMNS, ORDERED, ROLES, World, value};

pub struct Question {
    pub role: &'static str,
    pub purpose: &'static str,
    pub from: From,
    pub wanted: Wanted,
    pub filter: Option<Filter>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum From {
    Person,
    Orders,
    /// Orders with the person who made them; columns are the person's.
    Both,
}

pub enum Wanted {
    /// These columns of each row.
    Rows(Vec<&'static str>),
    /// The first rows of these columns, in their order.
    First(Vec<&'static str>, usize),
    /// These columns, each combination once.
    Distinct(Vec<&'static str>),
    /// How many rows there are, for each value of a column or in all.
    Count(Option<&'static str>),
    /// How many different values a column has.
    Different(&'static str),
    /// The least and the greatest value of a column for each value of another.
    Range { of: &'static str, by: &'static str },
}

pub enum Filter {
    Is(&'static str, String),
    IsNot(&'static str, String),
    IsNull(&'static str),
    In(&'static str, Vec<String>),
    Like(&'static str, String),
    Not(Box<Filter>),
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
}

/// A question, mostly of columns that the purpose has.
pub fn random(world: &World, random: &mut ChaCha8Rng) -> Question {
    let purpose = &world.purposes[random.random_range(0..world.purposes.len())];
    let role = if random.random_bool(0.95) { ROLES[0] } else { ROLES[1] };
    let from = *[From::Person, From::Person, From::Orders, From::Both].choose(random).unwrap();
    let (granted, all) = match from {
        From::Orders => (&purpose.orders, &ORDERED[..]),
        From::Person | From::Both => (&purpose.columns, &COLUMNS[..]),
    };
    let column = |random: &mut ChaCha8Rng| match granted.choose(random) {
        Some((name, _)) if random.random_bool(0.97) => *name,
        _ => *all.choose(random).unwrap(),
    };
    let mut columns: Vec<&'static str> =
        (0..random.random_range(1..4)).map(|_| column(random)).collect();
    columns.sort_unstable();
    columns.dedup();
    let wanted = match random.random_range(0..6) {
        0 => Wanted::Rows(columns),
        1 => Wanted::First(columns, random.random_range(0..6)),
        2 => Wanted::Distinct(columns),
        3 => Wanted::Count(random.random_bool(0.6).then(|| column(random))),
        4 => Wanted::Different(column(random)),
        _ => Wanted::Range { of: column(random), by: column(random) },
    };
    let filter = random.random_bool(0.6).then(|| Filter::random(2, &column, random));
    Question { role, purpose: purpose.name, from, wanted, filter }
}

impl Filter {
    fn random(
        deep: usize,
        column: &impl Fn(&mut ChaCha8Rng) -> &'static str,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let below = |random: &mut ChaCha8Rng| Box::new(Self::random(deep - 1, column, random));
        let name = column(random);
        match random.random_range(0..if deep > 0 { 8 } else { 5 }) {
            0 => Self::Is(name, literal(name, random)),
            1 => Self::IsNot(name, literal(name, random)),
            2 => Self::IsNull(name),
            3 => Self::In(name, (0..3).map(|_| literal(name, random)).collect()),
            4 => Self::Like(
                name,
                ["S%", "%a%", "_d%", "1985%", "%0"].choose(random).unwrap().to_string(),
            ),
            5 => Self::Not(below(random)),
            6 => Self::And(below(random), below(random)),
            _ => Self::Or(below(random), below(random)),
        }
    }

    fn sql(&self, prefix: &str) -> String {
        let text = |name: &str| format!("cast({prefix}{name} as text)");
        let quoted = |value: &str| format!("'{}'", value.replace('\'', "''"));
        match self {
            Self::Is(name, value) => format!("{} = {}", text(name), quoted(value)),
            Self::IsNot(name, value) => format!("{} <> {}", text(name), quoted(value)),
            Self::IsNull(name) => format!("{prefix}{name} is null"),
            Self::In(name, values) => {
                let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
                format!("{} in ({})", text(name), values.join(", "))
            }
            Self::Like(name, pattern) => format!("{} like {}", text(name), quoted(pattern)),
            Self::Not(filter) => format!("not ({})", filter.sql(prefix)),
            Self::And(a, b) => format!("({}) and ({})", a.sql(prefix), b.sql(prefix)),
            Self::Or(a, b) => format!("({}) or ({})", a.sql(prefix), b.sql(prefix)),
        }
    }
}

/// Something that a column may hold, as it is or made coarse.
fn literal(column: &str, random: &mut ChaCha8Rng) -> String {
    let coarse: &[&str] = match column {
        "birth_date" => &["1985", "2004-02", "03-05", "40-49", "yes", "under 18"],
        "points" | "total" => &["0", "100", "5", "yes", "12.00"],
        "at" => &["2026", "2026-03", "2027-01"],
        _ => &["S", "SM21", "75", "yes", "Sa"],
    };
    if column == "at" || column == "total" || random.random_bool(0.5) {
        (*coarse.choose(random).unwrap()).to_owned()
    } else {
        value(column, random)
    }
}

impl Question {
    pub fn is_ordered(&self) -> bool {
        matches!(self.wanted, Wanted::First(..))
    }

    pub fn sql(&self, _: &World) -> String {
        let Self { purpose, from, .. } = self;
        let (tables, prefix) = match from {
            From::Person => (format!("{purpose}.person"), ""),
            From::Orders => (format!("{purpose}.orders"), ""),
            From::Both => (
                format!("{purpose}.orders o join {purpose}.person p on o.person_id = p.person_id"),
                "p.",
            ),
        };
        let list = |columns: &[&str]| {
            columns.iter().map(|name| format!("{prefix}{name}")).collect::<Vec<_>>().join(", ")
        };
        let filter = match &self.filter {
            Some(filter) => format!(" where {}", filter.sql(prefix)),
            None => String::new(),
        };
        match &self.wanted {
            Wanted::Rows(columns) => format!("select {} from {tables}{filter}", list(columns)),
            Wanted::First(columns, count) => {
                let order: Vec<String> = columns
                    .iter()
                    .map(|c| format!("cast({prefix}{c} as text) nulls first"))
                    .collect();
                let order = order.join(", ");
                format!(
                    "select {} from {tables}{filter} order by {order} limit {count}",
                    list(columns)
                )
            }
            Wanted::Distinct(columns) => {
                format!("select distinct {} from {tables}{filter}", list(columns))
            }
            Wanted::Count(None) => format!("select count(*) from {tables}{filter}"),
            Wanted::Count(Some(by)) => {
                format!("select {prefix}{by}, count(*) from {tables}{filter} group by {prefix}{by}")
            }
            Wanted::Different(of) => {
                format!("select count(distinct {prefix}{of}) from {tables}{filter}")
            }
            Wanted::Range { of, by } => format!(
                "select {prefix}{by} as g, min(cast({prefix}{of} as text)), \
                 max(cast({prefix}{of} as text)) from {tables}{filter} group by {prefix}{by}"
            ),
        }
    }
}
