//! What stands around a column: what its table is of, and whether its rows are about people.
//!
//! `name` beside `email` is a person's; `name` in a table of products is not. The words of the
//! table's name and of the other columns decide, never the values.

use std::collections::BTreeSet;

use crate::lexicon::TABLES;
use crate::name::{Hint, tokens};

/// What a table is of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Setting {
    kinds: BTreeSet<&'static str>,
    /// Whether its rows say who somebody is.
    pub(crate) is_of_people: bool,
    /// Whether its rows can be traced to somebody.
    pub(crate) names_somebody: bool,
    /// Whether several of its columns are of illness.
    pub(crate) is_of_health: bool,
}

/// A hint so plain counts for the whole table.
const PLAIN: f64 = 0.6;

/// What says who somebody is.
const OF_PEOPLE: [&str; 10] = [
    "household.children",
    "inferred.income",
    "contact.email",
    "contact.phone",
    "demo.birthdate",
    "demo.gender",
    "identity.name",
    "household.composition",
    "work.employer",
    "contact.address",
];

/// What a row can be traced by.
const TRACED_BY: [&str; 6] =
    ["id.customer", "contact.email", "id.device", "identity.name", "contact.phone", "gov.id"];

impl Setting {
    /// The setting of a table with this name, whose columns' names say this.
    pub(crate) fn new(table: &str, columns: &[Vec<Hint>]) -> Self {
        let kinds = kinds(table);
        let said: Vec<&str> = columns
            .iter()
            .filter_map(|hints| hints.first())
            .filter(|hint| hint.weight >= PLAIN)
            .filter_map(|hint| hint.meaning.as_ref().map(|meaning| meaning.category))
            .collect();
        let different: BTreeSet<&&str> =
            said.iter().filter(|category| OF_PEOPLE.contains(category)).collect();
        let is_of_people = kinds.contains("person") || different.len() >= 3;
        let names_somebody = is_of_people || said.iter().any(|said| TRACED_BY.contains(said));
        let health = |hints: &&Vec<Hint>| {
            let first = hints.first().and_then(|hint| hint.meaning.as_ref());
            first.is_some_and(|meaning| meaning.category == "sensitive.health")
        };
        let is_of_health = columns.iter().filter(health).count() >= 2;
        Self { kinds, is_of_people, names_somebody, is_of_health }
    }

    /// Whether the table's name says that it is of this kind.
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.kinds.contains(kind)
    }

    /// Whether its rows are of things alone: products, shops, campaigns.
    pub(crate) fn is_of_things(&self) -> bool {
        let happenings = ["person", "purchase", "service", "browsing", "engagement", "bought"];
        self.is("thing") && !self.names_somebody && !happenings.iter().any(|kind| self.is(kind))
    }

    /// How much a hint counts in this table: more or less than one.
    pub(crate) fn counts(&self, hint: &Hint) -> f64 {
        let Some(meaning) = &hint.meaning else { return 1.0 };
        let is_bare = ["name", "nom", "nombre", "naam"].contains(&hint.words.as_str());
        match meaning.category {
            "identity.name" if is_bare && self.is("thing") && !self.is("person") => 0.4,
            "identity.name" if is_bare && self.is_of_people => 1.8,
            "identity.name" if is_bare && self.names_somebody => 1.5,
            // An order's state is how far it has come.
            "contact.address" if hint.words == "state" && self.is("purchase") => 0.6,
            "purchase.history" | "purchase.value" if self.is("purchase") => 1.2,
            "purchase.history" | "purchase.value" if self.is_of_things() => 0.4,
            "purchase.history" | "purchase.value" if self.names_somebody => 1.1,
            "purchase.history" | "purchase.value" => 0.8,
            "behaviour.browsing_own" if self.is("browsing") => 1.2,
            "behaviour.engagement" if self.is("engagement") => 1.2,
            "behaviour.service" if self.is("service") => 1.2,
            "behaviour.service" if self.is("purchase") => 0.9,
            category if self.is_of_things() && !category.starts_with("sensitive") => 0.4,
            _ => 1.0,
        }
    }

    /// What words that say nothing elsewhere say in a table of what people bought.
    pub(crate) fn bought(&self, hint: &Hint) -> Option<(&'static str, f64)> {
        const THINGS: &[&str] = &[
            "title",
            "genre",
            "brand",
            "description",
            "category",
            "category name",
            "product category",
            "product type",
            "artist",
            "album",
            "track",
            "film",
            "film title",
            "movie",
            "manufacturer",
            "label",
            "product description",
            "package size",
            "isbn",
            "publisher",
        ];
        let is_of_purchases = self.is("purchase") && self.names_somebody;
        let is_thing = hint.meaning.is_none() && THINGS.contains(&hint.words.as_str());
        (is_of_purchases && is_thing).then_some(("purchase.history", 0.55))
    }

    /// What words that say nothing elsewhere say in a table of treatments: when somebody came in, why, and
    /// how they left.
    pub(crate) fn treated(&self, column: &str) -> Option<(&'static str, f64)> {
        const SAID: &[&str] = &[
            "admi",
            "admsn",
            "disch",
            "dischg",
            "ward",
            "proced",
            "prcdr",
            "oper",
            "episode",
            "provid",
            "physic",
            "insur",
            "refer",
            "death",
            "died",
            "expire",
            "birthw",
            "deliv",
            "baby",
            "cause",
            "pharm",
            "claim",
            "clm",
            "triage",
            "encounter",
            "clinic",
            "days",
            "supl",
            "sply",
            "srvc",
            "esrd",
        ];
        let is_said = |word: &String| SAID.iter().any(|said| word.starts_with(said));
        let is_treated = self.is_of_health && tokens(column).iter().any(is_said);
        is_treated.then_some(("sensitive.health", 0.55))
    }

    /// What a column named `id`, or as its table with `id`, identifies.
    pub(crate) fn own_key(&self, table: &str, column: &str) -> Option<(&'static str, f64)> {
        let (table, column) = (tokens(table), tokens(column));
        let (last, before) = column.split_last()?;
        let is_key = ["id", "no", "nr", "number", "key", "sk", "code"].contains(&last.as_str());
        let is_own = before.is_empty() && last == "id"
            || !before.is_empty() && before.iter().all(|word| table.iter().any(|t| alike(t, word)));
        match (is_key && is_own, self.is("person") || self.is_of_people, self.is("purchase")) {
            (true, true, _) => Some(("id.customer", 0.66)),
            (true, false, true) => Some(("purchase.history", 0.6)),
            _ => None,
        }
    }
}

fn alike(one: &str, other: &str) -> bool {
    one.trim_end_matches('s') == other.trim_end_matches('s')
}

/// What the words of a table's name say that it is of.
fn kinds(table: &str) -> BTreeSet<&'static str> {
    let words = tokens(table);
    let mut kinds = BTreeSet::new();
    for (kind, known) in TABLES.iter() {
        let is_known = |run: &[String]| {
            let singular: Vec<String> =
                run.iter().map(|w| w.trim_end_matches('s').to_owned()).collect();
            known.contains(run) || known.contains(&singular)
        };
        let mut runs = (1..=2).flat_map(|length| words.windows(length));
        if runs.any(is_known) {
            kinds.insert(*kind);
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::hints;

    #[test]
    fn a_table_is_of_people_by_its_name_or_by_its_columns() {
        let of = |table: &str, columns: &[&str]| {
            Setting::new(table, &columns.iter().map(|name| hints(name)).collect::<Vec<_>>())
        };
        assert!(of("Kunden", &[]).is_of_people);
        assert!(of("export_2024", &["email", "first_name", "dob"]).is_of_people);
        assert!(of("products", &["name", "price"]).is_of_things());
        assert!(!of("orders", &["customer_id", "total"]).is_of_things());
        assert!(of("orders", &["customer_id", "total"]).names_somebody);
    }
}
