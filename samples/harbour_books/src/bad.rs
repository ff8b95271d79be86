//! The bad rows: six faults of the kinds that real exports have, each in a known place.

use crate::{
    events::Event,
    person::{Person, Source, of},
    sample::{Activities, Registers},
};

const UNKNOWN_CUSTOMER: &str = "C-99999";

/// A row that no reader should swallow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The file it stands in.
    pub file: &'static str,
    /// Its key, or its line where it has none.
    pub place: String,
    /// What is wrong with it.
    pub fault: &'static str,
}

impl BadRow {
    fn new(file: &'static str, place: impl Into<String>, fault: &'static str) -> Self {
        Self { file, place: place.into(), fault }
    }
}

/// An unreadable birth date, and a row without its key.
pub(crate) fn spoil_crm(registers: &mut Registers) -> Vec<BadRow> {
    let Registers { people, crm, .. } = registers;
    let mut bad = Vec::new();
    let only_here = |person: &Person| !person.careful && !person.is_in(Source::Newsletter);
    let middle = crm.len() / 2;
    let unreadable =
        crm.iter_mut().skip(middle).find(|row| of(people, row.person).is_some_and(only_here));
    if let Some(row) = unreadable {
        "31/02/1990".clone_into(&mut row.born);
        let place = format!("client_no {}", row.client_no);
        bad.push(BadRow::new("crm.csv", place, "the birth date 31/02/1990 does not exist"));
    }
    if let Some(mut row) = crm.last().cloned() {
        row.person = 0;
        row.client_no = String::new();
        "Edwin".clone_into(&mut row.first_name);
        "Sallow".clone_into(&mut row.last_name);
        "04/07/1949".clone_into(&mut row.born);
        row.email = String::new();
        row.phone = String::new();
        crm.push(row);
        let place = format!("line {}", crm.len() + 1);
        bad.push(BadRow::new("crm.csv", place, "the key client_no is missing"));
    }
    bad
}

/// A total that is no number, an unreadable moment, half a line, and an unknown customer.
pub(crate) fn spoil_activities(activities: &mut Activities, registers: &Registers) -> Vec<BadRow> {
    let mut bad = spoil_order_and_open(activities, registers);
    if let Some(ticket) = activities.tickets.last() {
        activities.broken_ticket =
            format!(r#"{{"ticket_id":"T-9999","contact_id":"{}","opened_a"#, ticket.contact_id);
        let place = format!("line {}", activities.tickets.len() + 1);
        bad.push(BadRow::new("tickets.jsonl", place, "the line breaks off"));
    }
    let middle = activities.events.len() / 2;
    if let Some(event) = activities.events.get(middle) {
        let stray = Event {
            id: "E-9999999".to_owned(),
            customer_id: UNKNOWN_CUSTOMER.to_owned(),
            ..event.clone()
        };
        let place = format!("event_id {}", stray.id);
        activities.events.insert(middle, stray);
        bad.push(BadRow::new("events.jsonl", place, "nobody has the customer_id C-99999"));
    }
    bad
}

fn spoil_order_and_open(activities: &mut Activities, registers: &Registers) -> Vec<BadRow> {
    let planted = |key: &str| {
        registers.customers.iter().any(|row| {
            row.id == key && of(&registers.people, row.person).is_some_and(|p| p.careful)
        }) || registers.newsletter.iter().any(|row| {
            row.email == key && of(&registers.people, row.person).is_some_and(|p| p.careful)
        })
    };
    let mut bad = Vec::new();
    let middle = activities.orders.len() / 2;
    let order = activities.orders.iter_mut().skip(middle).find(|o| !planted(&o.customer_id));
    if let Some(order) = order {
        "n/a".clone_into(&mut order.total);
        let place = format!("order_id {}", order.id);
        bad.push(BadRow::new("shop.sqlite, orders", place, "the total n/a is no number"));
    }
    let middle = activities.opens.len() / 2;
    let mut rest = activities.opens.iter_mut().enumerate().skip(middle);
    if let Some((place, open)) = rest.find(|(_, open)| !planted(&open.email)) {
        "2025-13-45T25:61:00Z".clone_into(&mut open.opened_at);
        let place = format!("line {}", place + 2);
        bad.push(BadRow::new("newsletter_opens.csv", place, "the moment opened_at does not exist"));
    }
    bad
}
