//! What clients order in the weeks after the shop's letters: more than they would have, a little.
//!
//! The shop's lists are read as the printer would read them, by name and postcode. Everybody's chance is
//! drawn whether they are on a list or not, so that who buys without a letter buys with one too, and
//! what a letter adds can be known.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;
use rusqlite::{Connection, params};
use serde::Deserialize;

use crate::books::{choose, decimal};
use crate::calendar::{days_after, stamp};
use crate::dice::{Dice, Stream};
use crate::error::GenerateError;

/// Within how many days of the letters people answer.
const ANSWER_DAYS: i64 = 27;
/// From how many orders on somebody buys often.
const OFTEN: i64 = 4;
/// In how many of a thousand cases somebody orders anyway: who buys seldom, who buys often.
const ANYWAY: (u32, u32) = (50, 180);

/// A list that was posted, and in how many more of a thousand cases it brings an order.
pub struct Posted<'l> {
    /// The list, a CSV with `given_name`, `family_name` and `postcode`.
    pub list: &'l Path,
    /// Of those who buy seldom.
    pub seldom: u32,
    /// Of those who buy often.
    pub often: u32,
}

#[derive(Deserialize)]
struct Row {
    given_name: String,
    family_name: String,
    postcode: String,
}

/// A client of the web shop, and how often they bought.
struct Client {
    id: String,
    name: String,
    postcode: String,
    orders: i64,
}

/// Adds the orders of the weeks after `posted` to `shop.sqlite`; says how many they are.
pub(crate) fn add(
    folder: &Path,
    seed: u64,
    posted_on: Date,
    posted: &[Posted<'_>],
) -> Result<u64, GenerateError> {
    let lists = posted.iter().map(|one| Ok((one, read(one.list)?)));
    let lists: Vec<(&Posted<'_>, BTreeSet<(String, String)>)> =
        lists.collect::<Result<_, GenerateError>>()?;
    let mut shop = Connection::open(folder.join("shop.sqlite"))?;
    let clients = clients(&shop)?;
    let mut dice = Dice::new(seed, Stream::Responses);
    let all = shop.transaction()?;
    let mut count: u64 = 0;
    for client in clients {
        let (lot, day, book) =
            (dice.below(1000), dice.between(1, ANSWER_DAYS), choose(&mut dice, 0));
        let is_often = client.orders >= OFTEN;
        let key = (client.name, client.postcode);
        let on = lists.iter().find(|(_, people)| people.contains(&key));
        let more = on.map_or(0, |(one, _)| if is_often { one.often } else { one.seldom });
        let anyway = if is_often { ANYWAY.1 } else { ANYWAY.0 };
        if lot >= (anyway + more) as usize {
            continue;
        }
        count += 1;
        let (order, total) = (format!("R-{posted_on}-{count}"), decimal(book.pence));
        let at = stamp(days_after(posted_on, day).at(12, 0, 0, 0));
        all.execute(
            "insert into orders values (?1, ?2, ?3, ?4, 'web')",
            params![order, client.id, at, total],
        )?;
        all.execute(
            "insert into order_lines values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![format!("{order}-1"), order, client.id, at, book.genre, book.title, total],
        )?;
    }
    all.commit()?;
    Ok(count)
}

fn read(list: &Path) -> Result<BTreeSet<(String, String)>, GenerateError> {
    let mut rows = csv::Reader::from_path(list)?;
    let people = rows.deserialize().map(|row: Result<Row, csv::Error>| {
        let Row { given_name, family_name, postcode } = row?;
        Ok((format!("{given_name} {family_name}"), postcode))
    });
    people.collect()
}

fn clients(shop: &Connection) -> Result<Vec<Client>, GenerateError> {
    let mut query = shop.prepare(
        "select customers.customer_id, coalesce(name, ''), coalesce(postcode, ''), count(order_id)
         from customers left join orders using (customer_id) group by 1 order by 1",
    )?;
    let rows = query.query_map([], |row| {
        Ok(Client {
            id: row.get(0)?,
            name: row.get(1)?,
            postcode: row.get(2)?,
            orders: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
