//! The whole sample in memory, before any byte is written.

use jiff::civil::Date;

use crate::{
    bad::{self, BadRow},
    broker::{self, BrokerRow},
    crm::{self, CrmRow},
    customers::{self, Customer},
    events::{self, Event},
    locations::{self, Fix},
    newsletter::{self, Open, Subscriber},
    orders::{self, Line, Order},
    person::Person,
    population,
    support::{self, Contact, Ticket},
};

/// The people, and what each source says of who they are.
pub(crate) struct Registers {
    pub(crate) people: Vec<Person>,
    pub(crate) crm: Vec<CrmRow>,
    pub(crate) customers: Vec<Customer>,
    pub(crate) newsletter: Vec<Subscriber>,
    pub(crate) support: Vec<Contact>,
    pub(crate) broker: Vec<BrokerRow>,
}

/// What the people did.
pub(crate) struct Activities {
    pub(crate) orders: Vec<Order>,
    pub(crate) lines: Vec<Line>,
    pub(crate) opens: Vec<Open>,
    pub(crate) tickets: Vec<Ticket>,
    /// The start of a last ticket that was never written to its end.
    pub(crate) broken_ticket: String,
    pub(crate) events: Vec<Event>,
    pub(crate) locations: Vec<Fix>,
}

impl Registers {
    pub(crate) fn invent(seed: u64, today: Date) -> (Self, Vec<BadRow>) {
        let people = population::invent(seed, today);
        let mut registers = Self {
            crm: crm::rows(&people, seed, today),
            customers: customers::rows(&people, seed, today),
            newsletter: newsletter::rows(&people, seed, today),
            support: support::contacts(&people, seed, today),
            broker: broker::rows(&people, seed, today),
            people,
        };
        let bad = bad::spoil_crm(&mut registers);
        (registers, bad)
    }
}

impl Activities {
    pub(crate) fn invent(registers: &Registers, seed: u64, today: Date) -> (Self, Vec<BadRow>) {
        let Registers { people, customers, newsletter, support, .. } = registers;
        let (orders, lines) = orders::rows(customers, people, seed, today);
        let mut activities = Self {
            orders,
            lines,
            opens: newsletter::opens(newsletter, seed, today),
            tickets: support::tickets(support, seed, today),
            broken_ticket: String::new(),
            events: events::rows(customers, people, seed, today),
            locations: locations::rows(customers, people, seed, today),
        };
        let bad = bad::spoil_activities(&mut activities, registers);
        (activities, bad)
    }
}
