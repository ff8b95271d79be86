//! A made-up town, written by a seeded generator: in the columns that anybody may look at.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::DataType;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const GIVEN: [&str; 12] =
    ["Ada", "Bruno", "Chloe", "Dev", "Edie", "Farid", "Gail", "Hugo", "Ines", "Jon", "Kim", "Lea"];
const FAMILY: [&str; 10] =
    ["Ash", "Birch", "Cole", "Drew", "Elm", "Frost", "Grey", "Hale", "Innes", "Jarvis"];
const GENDER: [&str; 3] = ["female", "male", "other"];
const LANGUAGE: [&str; 5] = ["en", "fr", "de", "es", "cy"];
const COUNTRY: [&str; 4] = ["GB", "IE", "FR", "DE"];
const INTEREST: [&str; 8] =
    ["poetry", "crime", "travel", "cooking", "history", "maps", "music", "science"];

/// How many people a batch holds.
pub const BATCH: usize = 8_192;

/// The people from one number up to another, of whom four in five agreed and one in twenty objects.
pub fn people(seed: u64, from: usize, until: usize) -> RecordBatch {
    let mut random: Vec<ChaCha8Rng> =
        (from..until).map(|at| ChaCha8Rng::seed_from_u64(seed ^ ((at as u64) << 20))).collect();
    let numbers = || from..until;
    let text = |values: Vec<String>| Arc::new(StringArray::from(values)) as ArrayRef;
    let mut pick = |most: usize| -> Vec<usize> {
        random.iter_mut().map(|random| random.random_range(0..most)).collect()
    };
    let of = |words: &[&str], picked: Vec<usize>| {
        text(picked.into_iter().map(|at| words[at].to_owned()).collect())
    };
    let whole = |picked: Vec<usize>| {
        Arc::new(picked.into_iter().map(|n| n as i64).collect::<Int64Array>()) as ArrayRef
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("person_id", Arc::new(numbers().map(|n| n as i64).collect::<Int64Array>())),
        ("number", text(numbers().map(|n| format!("{n:09}")).collect())),
        ("given_name", of(&GIVEN, pick(12))),
        ("family_name", of(&FAMILY, pick(10))),
        ("email", text(numbers().map(|n| format!("person.{n}@mail.example")).collect())),
        ("phone", text(pick(10_000_000).iter().map(|n| format!("+44 7700 {n:07}")).collect())),
        ("street", text(pick(5_000).iter().map(|n| format!("{} Street {}", n % 99, n)).collect())),
        ("city", text(pick(100).iter().map(|n| format!("City {n}")).collect())),
        ("postcode", text(pick(9_000).iter().map(|n| format!("SM{} {}AB", n % 90, n)).collect())),
        ("country", of(&COUNTRY, pick(4))),
        ("birth_date", {
            let days = pick(25_000).into_iter().map(|day| day as i32 - 10_000);
            Arc::new(Date32Array::from_iter_values(days))
        }),
        ("gender", of(&GENDER, pick(3))),
        ("language", of(&LANGUAGE, pick(5))),
        ("points", whole(pick(10_000))),
        ("orders_made", whole(pick(60))),
        ("spent", {
            let cents: Decimal128Array = pick(500_000).into_iter().map(|n| n as i128).collect();
            Arc::new(cents.with_data_type(DataType::Decimal128(18, 2)))
        }),
        ("basket", {
            let each = pick(20_000).into_iter().map(|n| n as f64 / 64.0);
            Arc::new(each.collect::<Float64Array>())
        }),
        ("segment", text(pick(12).iter().map(|n| format!("segment {n}")).collect())),
        ("location_store", text(pick(250).iter().map(|n| format!("store {n}")).collect())),
        ("opened", whole(pick(300))),
        ("interest", of(&INTEREST, pick(8))),
        ("newsletter", {
            let said = pick(10).into_iter().map(|n| Some(n < 8));
            Arc::new(said.collect::<BooleanArray>())
        }),
        ("no_marketing", {
            let said = pick(20).into_iter().map(|n| Some(n == 0));
            Arc::new(said.collect::<BooleanArray>())
        }),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

/// What people from one number up to another ordered: five times each, oldest first.
pub fn orders(seed: u64, from: usize, until: usize) -> RecordBatch {
    const EACH: usize = 5;
    let mut random = ChaCha8Rng::seed_from_u64(seed.wrapping_add(from as u64));
    let rows = (until - from) * EACH;
    let numbers = || (0..rows).map(|row| (from * EACH + row) as i64);
    let whose = numbers().map(|n| n / EACH as i64);
    let at = (0..rows).map(|row| {
        1_700_000_000_000_000 + (row % EACH) as i64 * 2_600_000_000_000 + row as i64 * 1_000_000
    });
    let cents: Decimal128Array = (0..rows).map(|_| random.random_range(99..20_000_i128)).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("order_id", Arc::new(numbers().collect::<Int64Array>())),
        ("at", Arc::new(TimestampMicrosecondArray::from_iter_values(at).with_timezone("UTC"))),
        ("total", Arc::new(cents.with_data_type(DataType::Decimal128(18, 2)))),
        ("items", {
            let items = (0..rows).map(|_| random.random_range(1..9_i64));
            Arc::new(items.collect::<Int64Array>())
        }),
        ("person", Arc::new(whose.collect::<Int64Array>())),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}
