//! Twelve invented people, some of whom no purpose of marketing may see; and the same people in a
//! world that differs in nothing but what is hidden.

use std::sync::Arc;

use datafusion::arrow::array::{
    Decimal128Array, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};

/// What only hidden people have; it must never leave.
pub const CANARY: &str = "CANARYTOWN";

/// What neither `offer` nor `figures` may show, of anybody.
pub const SECRETS: [&str; 14] = [
    CANARY,
    "Hidden",
    "Unasked",
    "Refuser",
    "hidden@",
    "unasked@",
    "refuser@",
    "XX1 1XX",
    "1980-03",
    "INCOMEBAND-71",
    "51.987654",
    "SM21 1AA",
    "1985-03-05",
    "O-6-0",
];

/// number, given name, birth date, e-mail, city, postcode, newsletter, objects
pub type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const PEOPLE: [Row; 12] = [
    ("1", "Ada", "1985-03-05", "ada@mail.example", "Saltmouth", "SM21 1AA", "true", ""),
    ("2", "Bruno", "1990-07-19", "bruno@mail.example", "Saltmouth", "SM21 1AB", "true", ""),
    ("3", "Chloe", "1972-03-09", "chloe@mail.example", "Oldhaven", "OH3 2CC", "true", ""),
    ("4", "Dev", "2001-12-30", "dev@mail.example", "Oldhaven", "OH3 2CD", "true", "false"),
    ("5", "Edie", "1961-03-15", "edie@mail.example", "Oldhaven", "OH3 9ZZ", "true", ""),
    ("6", "Farid", "1999-02-28", "farid@mail.example", "Saltmouth", "SM22 4EE", "true", ""),
    ("7", "Hidden", "1980-03-06", "hidden@mail.example", CANARY, "XX1 1XX", "true", "true"),
    ("8", "Unasked", "1980-03-06", "unasked@mail.example", CANARY, "XX1 1XX", "", "true"),
    ("9", "Refuser", "1980-03-06", "refuser@mail.example", CANARY, "XX1 1XX", "false", "true"),
    ("10", "Gail", "1955-11-11", "gail@mail.example", "Saltmouth", "SM21 5GG", "false", ""),
    ("11", "Hugo", "1988-08-08", "hugo@mail.example", "Oldhaven", "OH4 1HH", "", ""),
    ("12", "Ines", "2004-02-29", "ines@mail.example", "", "", "true", ""),
];

/// What a folder is filled with.
#[derive(Clone)]
pub struct World {
    pub people: [Row; 12],
    pub points: &'static str,
    /// What a broker sold about the first person.
    pub income: &'static str,
    /// What is added to the total of every order, in hundredths.
    cents: i128,
    /// What is added to the time of every order and place, in seconds.
    seconds: i64,
    latitude: f64,
}

impl World {
    /// The world that the tests speak of.
    pub fn here() -> Self {
        Self {
            people: PEOPLE,
            points: "1234",
            income: "INCOMEBAND-71",
            cents: 0,
            seconds: 0,
            latitude: 51.987_654,
        }
    }

    /// Another in which the purposes `offer` and `figures` show the same: it differs in people
    /// whom they hide, and in values that they coarsen.
    pub fn elsewhere() -> Self {
        let mut people = PEOPLE;
        people[0].2 = "1984-03-05";
        people[0].5 = "SM21 9QQ";
        people[6] = (
            "7",
            "Masked",
            "1979-05-07",
            "masked@post.example",
            "PLAINHAVEN",
            "YY2 2YY",
            "true",
            "true",
        );
        people[7] = (
            "8",
            "Nobody",
            "1979-05-07",
            "nobody@post.example",
            "PLAINHAVEN",
            "YY2 2YY",
            "",
            "true",
        );
        people[8] = ("9", "Sayno", "1979-05-07", "sayno@post.example", "", "", "false", "true");
        people[9].1 = "Gwen";
        people[9].3 = "gwen@post.example";
        Self {
            people,
            points: "1191",
            income: "INCOMEBAND-17",
            cents: 50,
            seconds: 3_600,
            latitude: 48.123_456,
        }
    }

    /// Two orders for each person; hidden people's carry the canary.
    pub fn orders(&self) -> RecordBatch {
        let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let schema = Schema::new(vec![
            Field::new("order_id", DataType::Utf8, true),
            Field::new("at", instant, true),
            Field::new("total", DataType::Decimal128(18, 2), true),
            Field::new("town", DataType::Utf8, true),
        ]);
        let each = || (0..self.people.len()).flat_map(|at| [(at, 0_i64), (at, 1)]);
        let names = each().map(|(at, turn)| Some(format!("O-{at}-{turn}")));
        let times = each().map(|(at, turn)| {
            let days = (at as i64 * 2 + turn) * 3;
            1_767_225_600_000_000 + (days * 86_400 + self.seconds) * 1_000_000
        });
        let totals =
            each().map(|(at, turn)| i128::from(turn) * 1_000 + at as i128 * 100 + 99 + self.cents);
        let towns = each().map(|(at, _)| Some(self.people[at].4));
        let times: TimestampMicrosecondArray = times.map(Some).collect();
        let totals: Decimal128Array = totals.map(Some).collect();
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(names.collect::<StringArray>()),
                Arc::new(times.with_timezone("UTC")),
                Arc::new(totals.with_precision_and_scale(18, 2).unwrap()),
                Arc::new(towns.collect::<StringArray>()),
            ],
        )
        .unwrap()
    }

    /// Where each person was once, as an app sent it.
    pub fn trail(&self) -> RecordBatch {
        let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let schema = Schema::new(vec![
            Field::new("at", instant, true),
            Field::new("latitude", DataType::Float64, true),
        ]);
        let rows = self.people.len() as i64;
        let times: TimestampMicrosecondArray = (0..rows)
            .map(|at| Some(1_767_225_600_000_000 + (at * 60 + self.seconds) * 1_000_000))
            .collect();
        let latitudes: Float64Array = (0..rows).map(|_| Some(self.latitude)).collect();
        RecordBatch::try_new(
            Arc::new(schema),
            vec![Arc::new(times.with_timezone("UTC")), Arc::new(latitudes)],
        )
        .unwrap()
    }
}
