//! Random statements over governed tables and over names that are hidden: none brings the engine
//! down, none gets what nobody may see, and none is answered otherwise in the other world.
//!
//! `THEIRS_FUZZ_SECONDS` says for how long, `THEIRS_FUZZ_SEED` where to begin.

use std::time::{Duration, Instant};

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::judge::Doors;
use super::verdict::same;
use crate::fixture::{SECRETS, asker};

const COLUMNS: [&str; 16] = [
    "person_id",
    "given_name",
    "birth_date",
    "email",
    "city",
    "city",
    "postcode",
    "points",
    "income_band",
    "newsletter",
    "at",
    "total",
    "town",
    "order_id",
    "latitude",
    "_record",
];
const TABLES: [&str; 10] = [
    "offer.person",
    "offer.person",
    "figures.person",
    "figures.person",
    "figures.orders",
    "figures.orders",
    "service.person",
    "figures.trail",
    "raw.person",
    "information_schema.columns",
];
const LITERALS: [&str; 18] = [
    "-9223372036854775808",
    "'%Q'",
    "'['",
    "1e308",
    "'CANARYTOWN'",
    "'Saltmouth'",
    "'SM21 1AA'",
    "1",
    "0",
    "-1",
    "10.99",
    "1234",
    "null",
    "true",
    "date '1985-03-05'",
    "''",
    "'x'",
    "9223372036854775807",
];
const OPERATORS: [&str; 18] = [
    "=",
    "<>",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "||",
    "and",
    "or",
    "~",
    "like",
    "is distinct from",
    "&",
    "<<",
    "ilike",
];
const CALLS: [&str; 30] = [
    "upper",
    "length",
    "abs",
    "sqrt",
    "ln",
    "coalesce",
    "nullif",
    "substr",
    "left",
    "ascii",
    "chr",
    "md5",
    "replace",
    "date_part",
    "to_timestamp",
    "concat",
    "reverse",
    "strpos",
    "round",
    "power",
    "regexp_replace",
    "date_trunc",
    "split_part",
    "encode",
    "greatest",
    "days_until",
    "factorial",
    "array_agg",
    "to_char",
    "translate",
];
const SUMS: [&str; 12] = [
    "count",
    "min",
    "max",
    "sum",
    "avg",
    "array_agg",
    "string_agg",
    "bool_or",
    "stddev",
    "median",
    "first_value",
    "approx_distinct",
];
const TYPES: [&str; 7] = ["int", "text", "date", "timestamp", "boolean", "double", "decimal(5,2)"];

/// Writes statements, some of which make sense.
struct Writer(ChaCha8Rng);

impl Writer {
    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.choose(&mut self.0).copied().unwrap()
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.0.random_range(0..3) {
                0 => self.one(&LITERALS).to_owned(),
                _ => self.one(&COLUMNS).to_owned(),
            };
        }
        let a = self.expression(depth - 1);
        match self.0.random_range(0..14) {
            0..4 => format!("({a} {} {})", self.one(&OPERATORS), self.expression(depth - 1)),
            4 => format!("case when {a} then {} else 0 end", self.expression(depth - 1)),
            5 => format!("cast({a} as {})", self.one(&TYPES)),
            6 => format!("{}({a})", self.one(&CALLS)),
            7 => format!("{}({a}, {})", self.one(&CALLS), self.expression(depth - 1)),
            8 => format!("{}({a}, {a}, {})", self.one(&CALLS), self.expression(depth - 1)),
            9 => format!("({a} in ({}, {}))", self.expression(0), self.expression(depth - 1)),
            10 => format!("({a} is null)"),
            11 => format!("1 / (case when {a} = {} then 0 else 1 end)", self.expression(0)),
            12 => format!("({})", self.select(depth - 1)),
            _ => format!("{a} between {} and {}", self.expression(0), self.expression(0)),
        }
    }

    fn table(&mut self, depth: usize) -> String {
        match self.0.random_range(0..6) {
            0 if depth > 0 => format!("({}) s", self.select(depth - 1)),
            1 if depth > 0 => {
                let (a, b) = (self.one(&TABLES), self.one(&TABLES));
                let on = ["on a.person_id = b.person_id", "using (city)", "on a.city < b.city", ""];
                let kind = ["join", "left join", "full join", "natural join", "left anti join"];
                format!("{a} a {} {b} b {}", self.one(&kind), self.one(&on))
            }
            _ => self.one(&TABLES).to_owned(),
        }
    }

    fn select(&mut self, depth: usize) -> String {
        let what = match self.0.random_range(0..6) {
            0 => "*".to_owned(),
            1 => "count(*)".to_owned(),
            2 => format!("{}({})", self.one(&SUMS), self.expression(depth)),
            3 => format!("{}({}) over (order by person_id)", self.one(&SUMS), self.expression(0)),
            4 => format!("{} as e, {} as f", self.expression(depth), self.expression(0)),
            _ => self.expression(depth),
        };
        let mut sql = format!("select {what} from {}", self.table(depth));
        if self.0.random_bool(0.6) {
            sql += &format!(" where {}", self.expression(depth));
        }
        match self.0.random_range(0..10) {
            0 => sql += &format!(" group by {}", self.expression(0)),
            1 => sql += &format!(" group by city having {}", self.expression(depth)),
            2 => sql += &format!(" union all {sql}"),
            3 if depth > 0 => sql += &format!(" except {}", self.select(depth - 1)),
            4 if depth > 0 => sql = format!("with t as ({sql}) select * from t"),
            _ => {}
        }
        sql
    }
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

#[test]
fn random_statements_neither_leak_nor_bring_the_engine_down() {
    let length = Duration::from_secs(number("THEIRS_FUZZ_SECONDS", 10));
    let mut writer = Writer(ChaCha8Rng::seed_from_u64(number("THEIRS_FUZZ_SEED", 1)));
    let doors = Doors::new();
    let (began, asker) = (Instant::now(), asker("marketing"));
    let (mut asked, mut answered) = (0, 0);
    while began.elapsed() < length {
        let depth = writer.0.random_range(0..4);
        let sql = writer.select(depth);
        let [here, elsewhere] = doors.replies(&asker, &sql);
        let is_sound = !here.contains("panic") && !here.contains("cannot be carried out");
        assert!(is_sound, "{sql}\n{here}");
        assert!(same(&here, &elsewhere), "{sql}\n{here}\n{elsewhere}");
        let leaked = SECRETS.iter().find(|text| here.contains(**text) && !sql.contains(**text));
        assert!(leaked.is_none(), "{sql}\n{here}");
        asked += 1;
        answered += usize::from(here.contains("\n+"));
    }
    println!("{asked} statements, {answered} of them answered with rows");
    assert!(answered > 0);
}
