//! The record of processing activities (GDPR Art. 30(1)), for whoever watches over the controller.
//!
//! Each purpose is one activity; so is each source that no purpose uses, as holding is processing (Art. 4(2)),
//! and the joining of entries to people. What the law asks to be stated is stated from the charter; the
//! measures are those that the engine takes by itself, whatever anybody remembers.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use theirs_charter::{Charter, Holds, Source, category};

use crate::answering::Answering;
use crate::notice::{Notice, PurposeTold, kept};
use crate::paper::{Block, Paper, Section};

/// The record of processing activities.
#[derive(Debug, Serialize)]
pub struct Register {
    /// The form of this value.
    pub form: &'static str,
    /// Who answers for the data.
    pub controller: Answering,
    /// The charter, by the SHA-256 of its text.
    pub charter: String,
    /// Since when it is in force.
    pub since: Option<Timestamp>,
    /// The activities, a line for each purpose, each source that none uses, and the joining.
    pub activities: Vec<Activity>,
    /// How data are guarded (Art. 30(1)(g), 32(1)).
    pub measures: Vec<&'static str>,
}

/// One processing activity.
#[derive(Debug, Serialize)]
pub struct Activity {
    /// Its name in the charter.
    pub name: String,
    /// What for (Art. 30(1)(b)).
    pub purpose: String,
    /// On which basis, which Art. 30 does not ask for and every reader does.
    pub basis: String,
    /// The interest, and whose it is.
    pub interest: Option<String>,
    /// Of whom (Art. 30(1)(c)).
    pub data_subjects: &'static str,
    /// Which kinds of data.
    pub categories: Vec<String>,
    /// Those that the law protects specially (Art. 9 and 10).
    pub special_categories: Vec<String>,
    /// Where the data come from.
    pub sources: Vec<String>,
    /// Who is given data (Art. 30(1)(d)).
    pub recipients: Vec<String>,
    /// Where data go abroad, and what protects them there (Art. 30(1)(e)).
    pub transfers: Vec<String>,
    /// By when what is made is gone (Art. 30(1)(f)).
    pub erased_after: String,
    /// By when what it is made from is gone.
    pub sources_erased_after: Vec<String>,
    /// Who may use it.
    pub roles: Vec<String>,
    /// How often it was used.
    pub uses: Option<u64>,
    /// Of how many people.
    pub people: Option<u64>,
}

/// The record of a charter.
pub fn register(charter: &Charter, notice: &Notice) -> Register {
    Register {
        form: "theirs-register/1",
        controller: Answering::of(charter),
        charter: format!("sha256:{}", charter.digest),
        since: notice.since,
        activities: activities(charter, notice),
        measures: MEASURES.to_vec(),
    }
}

/// What the engine does whatever the charter says.
const MEASURES: [&str; 8] = [
    "Every read needs somebody known by a secret token and a purpose of the charter; what the charter does not permit is refused (Art. 25).",
    "Purposes see people under pseudonyms of their own, and values only as exactly as the charter says (Art. 25, 32(1)(a)).",
    "Every use is on record before its result leaves, in a log that cannot be changed unseen (Art. 5(2)).",
    "Objections, holds and erasures act on the next query, and again when a list leaves.",
    "Data from outside are kept apart until they are needed, approved and told.",
    "Keys lie apart from the data and have backups of their own, which end before an erasure is due (Art. 32(1)(a)).",
    "The person's page shows private values only to whoever proves to be that person.",
    "Backups are made while the folder is in use, and a restore erases again whoever was erased since (Art. 32(1)(c)).",
];

/// What is said to be the purpose of what has none.
const HELD: &str = "Held, and used for nothing.";
/// Why entries are joined, and its name in the record.
const JOINING: (&str, &str) = ("joining_of_entries", "To keep one record per person.");
/// Of whom the data are.
const SUBJECTS: &str = "clients, and who signed up to become one";

fn activities(charter: &Charter, notice: &Notice) -> Vec<Activity> {
    let purposes = notice.purposes.iter().map(|one| activity(charter, one));
    let mut all: Vec<Activity> = purposes.collect();
    all.extend(beside(charter, notice));
    all
}

/// What is done beside the purposes: holding what none uses, and joining entries to people.
pub(crate) fn beside(charter: &Charter, notice: &Notice) -> Vec<Activity> {
    let unused = notice.unused.iter().filter_map(|one| charter.source(&one.source));
    let mut all: Vec<Activity> = unused.map(|source| holding(charter, notice, source)).collect();
    all.extend(joining(charter, notice));
    all
}

/// A source that no purpose uses.
fn holding(charter: &Charter, notice: &Notice, source: &Source) -> Activity {
    let held = notice.practice.as_ref().and_then(|done| done.held.get(&source.name).copied());
    let rows = held.map_or_else(String::new, |held| format!(" {held} entries are held now."));
    Activity {
        purpose: format!("{HELD}{rows}"),
        basis: "none: no purpose of the charter needs it".to_owned(),
        uses: notice.practice.as_ref().map(|_| 0),
        ..of_sources(charter, &source.name, &[source], &crate::notice::categories(source))
    }
}

/// The joining of entries to people, where there is something to join.
fn joining(charter: &Charter, notice: &Notice) -> Option<Activity> {
    let identities: Vec<&Source> =
        charter.sources.iter().filter(|one| matches!(one.holds, Holds::Identity(_))).collect();
    let compared: BTreeSet<String> =
        charter.compared().into_iter().map(|(attribute, ..)| attribute.category.0).collect();
    if identities.is_empty() || compared.is_empty() {
        return None;
    }
    Some(Activity {
        purpose: JOINING.1.to_owned(),
        basis: "legitimate interest".to_owned(),
        interest: Some(
            "Whoever asks for their data gets all of it, and whose no was said once is heard everywhere."
                .to_owned(),
        ),
        people: notice.practice.as_ref().map(|done| done.people),
        ..of_sources(charter, JOINING.0, &identities, &compared)
    })
}

/// An activity that gives nothing to anybody, on these sources and categories.
fn of_sources(
    charter: &Charter,
    name: &str,
    sources: &[&Source],
    keys: &BTreeSet<String>,
) -> Activity {
    let terms: Vec<_> = keys.iter().filter_map(|key| category(key)).collect();
    let special = terms.iter().filter(|term| term.special.is_some());
    let told = |source: &&Source| format!("{} ({})", source.called, source.in_words());
    let until = |source: &&Source| format!("{}: {}", source.called, kept(charter, source));
    Activity {
        name: name.to_owned(),
        purpose: String::new(),
        basis: String::new(),
        interest: None,
        data_subjects: SUBJECTS,
        special_categories: special.map(|term| term.key.clone()).collect(),
        categories: terms.iter().map(|term| term.key.clone()).collect(),
        sources: sources.iter().map(told).collect(),
        recipients: Vec::new(),
        transfers: Vec::new(),
        erased_after: "nothing is made of it".to_owned(),
        sources_erased_after: sources.iter().map(until).collect(),
        roles: Vec::new(),
        uses: None,
        people: None,
    }
}

fn activity(charter: &Charter, one: &PurposeTold) -> Activity {
    let purpose = charter.purpose(&one.name);
    let keys = purpose.map(|known| crate::notice::seen(charter, known)).unwrap_or_default();
    let terms: Vec<_> = keys.iter().filter_map(|key| category(key)).collect();
    let special = terms.iter().filter(|term| term.special.is_some());
    let feeding: Vec<_> = charter
        .sources
        .iter()
        .filter(|source| !source.kind.is_outside() && feeds(one, source))
        .collect();
    let named = purpose.iter().flat_map(|known| &known.recipients);
    let recipients: Vec<_> = named.filter_map(|key| charter.recipient(key)).collect();
    let abroad = recipients.iter().filter_map(|one| {
        let safeguard = one.safeguard.as_ref()?;
        Some(format!("{}, {}: {safeguard}", one.name, one.country))
    });
    Activity {
        name: one.name.clone(),
        purpose: one.says.clone(),
        basis: one.basis.to_owned(),
        interest: one.interest.clone(),
        data_subjects: SUBJECTS,
        categories: terms.iter().map(|term| term.key.clone()).collect(),
        special_categories: special.map(|term| term.key.clone()).collect(),
        sources: feeding.iter().map(|source| source.called.clone()).collect(),
        recipients: recipients.iter().map(|one| format!("{} ({})", one.name, one.role)).collect(),
        transfers: abroad.collect(),
        erased_after: one.keep.clone(),
        sources_erased_after: feeding
            .iter()
            .map(|source| format!("{}: {}", source.called, kept(charter, source)))
            .collect(),
        roles: one.roles.clone(),
        uses: one.done.as_ref().map(|done| done.uses),
        people: one.done.as_ref().map(|done| done.people),
    }
}

/// Whether a source brings something that a purpose sees.
fn feeds(one: &PurposeTold, source: &theirs_charter::Source) -> bool {
    let columns = crate::notice::columns(source);
    one.columns.iter().any(|seen| columns.contains(&seen.column))
        || one.activities.iter().any(|seen| seen.source == source.name)
}

impl Activity {
    /// Whether it is the joining of entries to people.
    pub(crate) fn is_joining(&self) -> bool {
        self.name == JOINING.0
    }
}

impl Register {
    /// The heads of the table, in the order of [`Register::rows`].
    pub const HEADS: [&'static str; 15] = [
        "name",
        "purpose",
        "basis",
        "interest",
        "data subjects",
        "categories",
        "special categories",
        "sources",
        "recipients",
        "transfers abroad",
        "results erased after",
        "sources erased after",
        "roles",
        "uses on record",
        "people concerned",
    ];

    /// A line for each activity.
    pub fn rows(&self) -> Vec<[String; 15]> {
        let number = |of: Option<u64>| of.map(|n| n.to_string()).unwrap_or_default();
        let row = |one: &Activity| {
            [
                one.name.clone(),
                one.purpose.clone(),
                one.basis.clone(),
                one.interest.clone().unwrap_or_default(),
                one.data_subjects.to_owned(),
                one.categories.join("; "),
                one.special_categories.join("; "),
                one.sources.join("; "),
                one.recipients.join("; "),
                one.transfers.join("; "),
                one.erased_after.clone(),
                one.sources_erased_after.join("; "),
                one.roles.join("; "),
                number(one.uses),
                number(one.people),
            ]
        };
        self.activities.iter().map(row).collect()
    }

    /// The record to be read.
    pub fn paper(&self) -> Paper {
        let mut sections = vec![self.who()];
        sections.extend(self.rows().into_iter().zip(&self.activities).map(|(row, one)| {
            let mut section = Section::new(one.name.as_str(), one.name.replace('_', " "));
            let facts = Self::HEADS.iter().zip(row).skip(1).map(|(head, cell)| {
                ((*head).to_owned(), if cell.is_empty() { "none".to_owned() } else { cell })
            });
            section.blocks.push(Block::Facts(facts.collect()));
            section
        }));
        let mut measures = Section::new("measures", "How data are guarded".to_owned());
        let all = self.measures.iter().map(|one| (*one).to_owned());
        measures.blocks.push(Block::List(all.collect()));
        sections.push(measures);
        Paper {
            language: "en",
            title: format!("Record of processing activities of {}", self.controller.name),
            lead: vec![
                "Under Article 30(1) of the General Data Protection Regulation. It is compiled from the charter that is enforced; the figures are those of the ledger.".to_owned(),
            ],
            sections,
            foot: format!("Charter {}.", self.charter),
        }
    }

    fn who(&self) -> Section {
        let own = &self.controller;
        let unsaid = || "none".to_owned();
        let mut section = Section::new("controller", "Controller".to_owned());
        section.blocks.push(Block::Facts(vec![
            ("name".to_owned(), own.name.clone()),
            ("address".to_owned(), own.address.clone().unwrap_or_else(unsaid)),
            ("country".to_owned(), own.country.clone().unwrap_or_else(unsaid)),
            ("contact".to_owned(), own.privacy_contact.clone()),
            (
                "data protection officer".to_owned(),
                own.data_protection_officer.clone().unwrap_or_else(unsaid),
            ),
            ("representative".to_owned(), own.representative.clone().unwrap_or_else(unsaid)),
        ]));
        section
    }
}
