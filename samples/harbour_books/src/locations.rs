//! `locations.jsonl`: the trail an old version of the app left behind, kept by nobody's decision.
//!
//! It knows where someone sleeps and where they go by day, which is why nobody should have it.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use serde::Serialize;

use crate::{
    calendar::{days_after, stamp},
    customers::Customer,
    dice::{Dice, Stream},
    person::{Person, of},
    places::TOWNS,
    planted,
};

const PHONES: usize = 60;
const FIXES_PER_PHONE: i64 = 50;
/// How long ago the old app was switched off.
const LAST_FIX_DAYS: i64 = 40;

/// One position of one phone.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fix {
    pub(crate) customer_id: String,
    pub(crate) at: String,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// Fifty fixes from each of sixty phones, the followed person's among them.
pub(crate) fn rows(customers: &[Customer], people: &[Person], seed: u64, today: Date) -> Vec<Fix> {
    let mut dice = Dice::new(seed, Stream::Locations);
    let mut carriers: Vec<&Customer> = customers.iter().collect();
    dice.shuffle(&mut carriers);
    carriers.sort_by_key(|customer| customer.person != planted::FOLLOWED);
    let mut fixes: Vec<(DateTime, Fix)> = Vec::new();
    for customer in carriers.into_iter().take(PHONES) {
        if let Some(person) = of(people, customer.person) {
            trail(&mut dice, customer, person, today, &mut fixes);
        }
    }
    fixes.sort_by(|a, b| (a.0, &a.1.customer_id).cmp(&(b.0, &b.1.customer_id)));
    fixes.into_iter().map(|(_, fix)| fix).collect()
}

/// Mornings and nights at home, days in one town, about every half day.
fn trail(
    dice: &mut Dice,
    customer: &Customer,
    person: &Person,
    today: Date,
    fixes: &mut Vec<(DateTime, Fix)>,
) {
    let by_day = dice.pick_sloped(TOWNS).centre();
    let start = days_after(today, -LAST_FIX_DAYS - FIXES_PER_PHONE / 2 - dice.between(0, 200));
    for half_day in 0..FIXES_PER_PHONE {
        let at_home = half_day % 2 == 0;
        let hour = if at_home { 0 } else { 11 * 3600 };
        let seconds = hour + dice.between(0, 4 * 3600);
        let at = days_after(start, half_day / 2).at(0, 0, 0, 0).saturating_add(seconds.seconds());
        let (north, east) = if at_home { person.home.position() } else { by_day };
        let blur = if at_home { 12 } else { 260 };
        let fix = Fix {
            customer_id: customer.id.clone(),
            at: stamp(at),
            latitude: degrees(dice, north, blur),
            longitude: degrees(dice, east, blur),
        };
        fixes.push((at, fix));
    }
}

fn degrees(dice: &mut Dice, hundred_thousandths: i32, blur: i64) -> f64 {
    let off = i32::try_from(dice.between(-blur, blur)).unwrap_or_default();
    f64::from(hundred_thousandths + off) / 100_000.0
}
