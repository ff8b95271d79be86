//! `orders` and `order_lines` in `shop.sqlite`: what the accounts bought.

use jiff::civil::{Date, DateTime};

use crate::{
    books::{Book, choose, decimal},
    calendar::{moment, stamp},
    customers::Customer,
    dice::{Dice, Stream},
    person::{Person, of},
    planted,
};

const FIRST_NUMBER: usize = 100_001;
/// Orders reach back about three years.
const OLDEST_DAYS: i64 = 1_100;

/// One row of `orders`.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) customer_id: String,
    pub(crate) ordered_at: String,
    pub(crate) total: String,
    pub(crate) channel: &'static str,
}

/// One row of `order_lines`.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) order_id: String,
    pub(crate) customer_id: String,
    pub(crate) ordered_at: String,
    pub(crate) genre: &'static str,
    pub(crate) title: &'static str,
    pub(crate) price: String,
}

/// All orders in the order they came, and their lines.
pub(crate) fn rows(
    customers: &[Customer],
    people: &[Person],
    seed: u64,
    today: Date,
) -> (Vec<Order>, Vec<Line>) {
    let mut dice = Dice::new(seed, Stream::Orders);
    let (mut orders, mut lines) = (Vec::new(), Vec::new());
    for (place, (ordered, customer)) in moments(&mut dice, customers, today).iter().enumerate() {
        let favourite = of(people, customer.person).map_or(0, |person| person.favourite);
        let (order, bought) =
            order(&mut dice, FIRST_NUMBER + place, (*ordered, customer), favourite);
        orders.push(order);
        lines.extend(bought);
    }
    (orders, lines)
}

/// When each customer ordered: few often, many seldom, some never; December twice as much.
fn moments<'a>(
    dice: &mut Dice,
    customers: &'a [Customer],
    today: Date,
) -> Vec<(DateTime, &'a Customer)> {
    let mut moments = Vec::new();
    for customer in customers {
        let usual = dice.weighted(&[(0, 8), (1, 22), (2, 14), (4, 22), (7, 20), (13, 10), (19, 4)]);
        let count = if customer.person == planted::FOLLOWED { 9 } else { usual };
        for _ in 0..count {
            let (first, second) = (draw(dice, today), draw(dice, today));
            moments.push((if second.month() == 12 { second } else { first }, customer));
        }
    }
    moments.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    moments
}

fn draw(dice: &mut Dice, today: Date) -> DateTime {
    moment(dice, today, OLDEST_DAYS, 1)
}

fn order(
    dice: &mut Dice,
    number: usize,
    (ordered, customer): (DateTime, &Customer),
    favourite: usize,
) -> (Order, Vec<Line>) {
    let order_id = format!("O-{number}");
    let count = dice.weighted(&[(1, 30), (2, 30), (3, 22), (4, 13), (5, 5)]);
    let books: Vec<Book> = (0..count).map(|_| choose(dice, favourite)).collect();
    let order = Order {
        id: order_id.clone(),
        customer_id: customer.id.clone(),
        ordered_at: stamp(ordered),
        total: decimal(books.iter().map(|book| book.pence).sum()),
        channel: dice.weighted(&[("web", 70), ("click and collect", 20), ("phone", 10)]),
    };
    let line = |(place, book): (usize, &Book)| Line {
        id: format!("{order_id}-{}", place + 1),
        order_id: order_id.clone(),
        customer_id: customer.id.clone(),
        ordered_at: stamp(ordered),
        genre: book.genre,
        title: book.title,
        price: decimal(book.pence),
    };
    let lines = books.iter().enumerate().map(line).collect();
    (order, lines)
}
