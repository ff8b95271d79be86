//! A campaign: who is asked about, what may be done for each, and by what it is judged.
//!
//! It is a file of the marketer's, `campaigns/NAME.yaml`, beside the charter and below it: it chooses
//! among what the purpose permits and can permit nothing. So it is no part of the promise and needs no
//! new version of it; the price is that everything it names is held against the charter each time it
//! is read, and again by the door when it acts.

mod check;
mod letter;
mod read;

pub(crate) use self::check::contact;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use theirs_charter::{Charter, Problems};
use theirs_query::Whither;

pub use self::letter::{Letter, Template};
use crate::audience::Contact;

/// The action that is always there, costs nothing and sends nothing.
pub const NONE: &str = "none";

/// What is done for people, and how it is found out whether that was worth it.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    /// Its name, which is its file's.
    pub name: String,
    /// The purpose under which it acts; everything is seen and given for that alone.
    pub purpose: String,
    /// What marketers call it, and people read.
    pub called: String,
    /// A condition in SQL on the purpose's `person`: who is asked about. Everybody if there is none.
    pub audience: Option<String>,
    /// A statement in SQL that gives one row for each `person_id`: what a score may look at. The
    /// purpose's columns if there is none.
    pub features: Option<String>,
    /// What may be done, by name; [`NONE`] is not among them.
    pub actions: Vec<Action>,
    /// By what it is judged.
    pub outcome: Outcome,
    /// The share of people for whom nothing is done, so that the others can be compared with them.
    pub control: f64,
    /// The share of the others whose action is drawn even where scores say which is best.
    pub explore: f64,
    /// How often somebody may be written to, by all campaigns together.
    pub at_most: Option<Cap>,
    /// By the code of a language, what people read of it, and the same in that language.
    pub translations: BTreeMap<String, BTreeMap<String, String>>,
}

/// Something that may be done for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// What it is, as said to the person: "a card with our books of the month".
    pub says: String,
    /// Why somebody gets it, as said to the person and to the recipient.
    pub reason: String,
    /// What it costs for one person, in the money of the outcome's value.
    pub costs: f64,
    /// The recipient of the charter who carries it out; none where our own pages show it, or where we
    /// write to people ourselves.
    pub to: Option<String>,
    /// The columns that the recipient is given.
    pub columns: Vec<String>,
    /// In which form.
    pub via: Via,
    /// What a message says, where people are written to.
    pub letter: Option<Letter>,
}

impl Action {
    /// Where it sends data of people; nowhere if our own pages show it.
    pub fn whither(&self) -> Option<Whither<'_>> {
        let to = self.to.as_deref();
        match self.via {
            Via::Mail => Some(Whither::Person { by: to }),
            Via::List | Via::Audience | Via::Webhook => to.map(Whither::Recipient),
        }
    }

    /// The place among its columns of the one that holds e-mail addresses.
    pub fn address(&self, charter: &Charter) -> Option<usize> {
        let is_address = |column: &String| contact(charter, column) == Some(Contact::Email);
        self.columns.iter().position(is_address)
    }
}

/// The form in which a recipient is given people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// A list of their columns.
    #[default]
    List,
    /// Hashes of their addresses, as ad platforms match them, and those of control to be left out.
    Audience,
    /// A message to each of them, which we send ourselves.
    Mail,
    /// A list of their columns, as signed JSON to the recipient's address of the web.
    Webhook,
}

/// By what a campaign is judged: what people did within some days of the decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The activity.
    pub activity: String,
    /// Its column that says when.
    pub at: String,
    /// Its column that says how much; each row counts alike if there is none.
    pub value: Option<String>,
    /// Within how many days of the decision.
    pub within_days: u16,
    /// The profit in one unit of the value, or in one row where there is no value.
    pub worth: f64,
}

/// So many times within so many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// How many times.
    pub count: u32,
    /// Within how many days.
    pub days: u16,
}

impl Campaign {
    /// Reads a campaign from its text and holds it against a charter.
    ///
    /// # Errors
    /// Every problem with its place: what does not read, what the charter does not permit, and SQL
    /// that cannot be planned. `file` is the name that they bear.
    pub fn read(name: &str, file: &str, text: &str, charter: &Charter) -> Result<Self, Problems> {
        let problems = |list| Problems { file: file.to_owned(), text: text.to_owned(), list };
        let written = read::parse(text).map_err(|problem| problems(vec![problem]))?;
        let mut list = check::problems(&written, charter);
        match written.campaign(name, &mut list) {
            Some(campaign) if list.is_empty() => Ok(campaign),
            _ => Err(problems(list)),
        }
    }

    /// What is permitted and still looks like a slip, or costs more than is seen at first: sentences.
    pub fn cautions(&self) -> Vec<String> {
        let mut found = Vec::new();
        let Outcome { value, worth, .. } = &self.outcome;
        if value.is_some() && *worth > 1.0 {
            let share = worth * 100.0;
            found.push(format!(
                "\"worth\" says that {share:.0} % of the value is profit; write 0.4 for 40 %."
            ));
        }
        if self.explore <= 0.0 && self.features.is_some() {
            let said = "\"explore\" is 0 %, so once scores choose, what they leave out has no chance: \
                        nobody can be compared, and nothing more is learnt.";
            found.push(said.to_owned());
        }
        found
    }

    /// An action by its name; nothing for [`NONE`].
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }
}

#[cfg(test)]
mod tests;
