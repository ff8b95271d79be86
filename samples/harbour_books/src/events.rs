//! `events.jsonl`: the pages that signed-in customers looked at.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use serde::Serialize;

use crate::{
    books::{Book, choose},
    calendar::{moment, stamp},
    customers::Customer,
    dice::{Dice, Stream},
    person::{Person, of},
    planted,
};

const FIRST_NUMBER: usize = 1_000_001;

/// One page looked at.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Event {
    #[serde(rename = "event_id")]
    pub(crate) id: String,
    pub(crate) customer_id: String,
    pub(crate) at: String,
    pub(crate) page: String,
    /// Nothing on pages that belong to no genre.
    pub(crate) genre: Option<&'static str>,
}

struct View<'a> {
    at: DateTime,
    customer: &'a Customer,
    page: String,
    genre: Option<&'static str>,
}

/// Visits of the last twelve months, page by page.
pub(crate) fn rows(
    customers: &[Customer],
    people: &[Person],
    seed: u64,
    today: Date,
) -> Vec<Event> {
    let mut dice = Dice::new(seed, Stream::Events);
    let mut views: Vec<View<'_>> = Vec::new();
    for customer in customers {
        let favourite = of(people, customer.person).map_or(0, |person| person.favourite);
        let usual = dice.weighted(&[(0, 20), (1, 28), (3, 26), (6, 18), (12, 8)]);
        let visits = if customer.person == planted::FOLLOWED { 8 } else { usual };
        for _ in 0..visits {
            visit(&mut dice, (customer, favourite), today, &mut views);
        }
    }
    views.sort_by(|a, b| (a.at, &a.customer.id).cmp(&(b.at, &b.customer.id)));
    views.into_iter().enumerate().map(|(place, view)| event(FIRST_NUMBER + place, view)).collect()
}

fn visit<'a>(
    dice: &mut Dice,
    (customer, favourite): (&'a Customer, usize),
    today: Date,
    views: &mut Vec<View<'a>>,
) {
    let mut at = moment(dice, today, 365, 1);
    for _ in 0..dice.between(2, 8) {
        let (page, genre) = page(dice, favourite);
        views.push(View { at, customer, page, genre });
        at = at.saturating_add(dice.between(8, 240).seconds());
    }
}

fn page(dice: &mut Dice, favourite: usize) -> (String, Option<&'static str>) {
    let Book { genre, title, .. } = choose(dice, favourite);
    match dice.below(10) {
        0 => ("/".to_owned(), None),
        1 => ("/basket".to_owned(), None),
        2 => ("/account".to_owned(), None),
        3..6 => (format!("/genre/{genre}"), Some(genre)),
        _ => (format!("/book/{}", path(title)), Some(genre)),
    }
}

fn path(title: &str) -> String {
    let words: Vec<String> = title
        .split_whitespace()
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .collect();
    words.join("-").to_lowercase()
}

fn event(number: usize, view: View<'_>) -> Event {
    Event {
        id: format!("E-{number}"),
        customer_id: view.customer.id.clone(),
        at: stamp(view.at),
        page: view.page,
        genre: view.genre,
    }
}
