//! What data are used for, purpose by purpose.

use jiff::civil::Date;
use serde::Serialize;
use theirs_charter::{Basis, Charter, Decide, Grant, Output, Purpose, Trial, purpose_term};
use theirs_words::Speech;

use super::Held;
use crate::practice::{Done, Practice};
use crate::rule::rule_in_words;
use crate::terms::{Sale, is_marketing, sale_of};

/// One purpose, as everybody is told of it.
#[derive(Debug, Serialize)]
pub struct PurposeTold {
    /// Its name in the charter.
    pub name: String,
    /// Its key in the vocabulary of purposes.
    pub category: String,
    /// Its term in the Data Privacy Vocabulary.
    pub dpv: String,
    /// The sentence said to people.
    pub says: String,
    /// Its legal basis, as a charter names it.
    pub basis: &'static str,
    /// The same in words.
    pub basis_in_words: &'static str,
    /// The fair reason it rests on, and whose it is.
    pub interest: Option<String>,
    /// What people must have said yes to.
    pub consent: Option<String>,
    /// Whether people may say no to it.
    pub may_object: bool,
    /// Whether it is marketing, to which anybody may say no without a reason.
    pub is_marketing: bool,
    /// Whether it counts as selling or sharing in law, and what a no to selling does to it.
    pub sale: Sale,
    /// The age from which people are in it.
    pub minimum_age: Option<u8>,
    /// The fewest people of a group, if it sees groups only.
    pub groups_of: Option<u32>,
    /// What it tests, if nothing but a verdict comes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tests: Option<TrialTold>,
    /// The columns of people that it sees.
    pub columns: Vec<Seen>,
    /// The activities that it sees.
    pub activities: Vec<SeenActivity>,
    /// Who may be given something, by name.
    pub recipients: Vec<String>,
    /// How people are picked by a rule, if they are.
    pub picks: Option<Picks>,
    /// How long what it makes is kept.
    pub keep: String,
    /// Who of us may use it.
    pub roles: Vec<String>,
    /// Why it is not done, if the engine refuses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// What was really done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
}

/// A test of whether data from outside are needed.
#[derive(Debug, Clone, Serialize)]
pub struct TrialTold {
    /// The source's name in the charter.
    pub source: String,
    /// What clients read for it.
    pub called: String,
    /// How much it has to add, such as `1 %`.
    pub margin: String,
    /// The first day on which the sample is not used any more.
    pub ends: Date,
}

impl TrialTold {
    fn of(charter: &Charter, trial: &Trial) -> Self {
        let called = charter.source(&trial.source).map(|source| source.called.clone());
        Self {
            called: called.unwrap_or_else(|| trial.source.clone()),
            source: trial.source.clone(),
            margin: trial.margin.to_string(),
            ends: trial.ends,
        }
    }
}

/// Something that a purpose sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The column.
    pub column: String,
    /// How exactly, in words; empty for the value itself.
    pub how: String,
}

/// An activity that a purpose sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenActivity {
    /// Its source, which is its table in SQL.
    pub source: String,
    /// What clients read for it.
    pub called: String,
    /// What of it.
    pub columns: Vec<Seen>,
}

/// How a rule picks people (GDPR Art. 13(2)(f)).
#[derive(Debug, Clone, Serialize)]
pub struct Picks {
    /// The rule.
    pub rule: String,
    /// What those who are picked are told.
    pub reason: String,
    /// Who gets the list, by name.
    pub to: String,
}

impl Picks {
    /// How a rule of a charter picks people.
    pub fn of(charter: &Charter, decide: &Decide) -> Self {
        let to = charter.recipient(&decide.to).map_or(&decide.to, |known| &known.name);
        Self { rule: decide.due.clone(), reason: decide.reason.clone(), to: to.clone() }
    }

    /// The rule, what it means and what can be done about it, in the language of `t`.
    pub(crate) fn in_words(&self, t: &Speech) -> String {
        let (reason, to) = (t.again(&self.reason), self.to.as_str());
        let then = t.with_two("report-picks-then", "reason", reason, "to", to);
        format!("{} {}. {then}", t.say("report-picks"), rule_in_words(&self.rule, t))
    }
}

pub(super) fn told(
    charter: &Charter,
    purpose: &Purpose,
    practice: Option<&Practice>,
) -> PurposeTold {
    let named =
        |key: &String| charter.recipient(key).map_or_else(|| key.clone(), |r| r.name.clone());
    let may = charter.roles.iter().filter(|role| role.purposes.contains(&purpose.name));
    PurposeTold {
        name: purpose.name.clone(),
        category: purpose.category.clone(),
        dpv: purpose_term(&purpose.category).map(|term| term.dpv.clone()).unwrap_or_default(),
        says: purpose.says.clone(),
        basis: purpose.basis.name(),
        basis_in_words: purpose.basis.in_words(),
        interest: purpose.interest.clone(),
        consent: purpose.consent.clone(),
        may_object: purpose.may_object,
        is_marketing: is_marketing(purpose),
        sale: sale_of(charter, purpose),
        minimum_age: purpose.minimum_age,
        groups_of: match purpose.output {
            Output::Rows | Output::Verdict(_) => None,
            Output::Aggregate { minimum_group, .. } => Some(minimum_group),
        },
        tests: purpose.tests().map(|trial| TrialTold::of(charter, trial)),
        columns: purpose
            .columns
            .iter()
            .filter(|grant| purpose.shows(&grant.column))
            .map(seen)
            .collect(),
        activities: purpose
            .activities
            .iter()
            .map(|granted| SeenActivity {
                source: granted.source.clone(),
                called: charter
                    .source(&granted.source)
                    .map_or_else(|| granted.source.clone(), |source| source.called.clone()),
                columns: granted.columns.iter().map(seen).collect(),
            })
            .collect(),
        recipients: purpose.recipients.iter().map(named).collect(),
        picks: purpose.decide.as_ref().map(|decide| Picks::of(charter, decide)),
        keep: purpose.keep.to_string(),
        roles: may.map(|role| role.says.clone()).collect(),
        held: None,
        done: practice.map(|all| all.purposes.get(&purpose.name).cloned().unwrap_or_default()),
    }
}

fn seen(grant: &Grant) -> Seen {
    Seen { column: grant.column.clone(), how: grant.coarseness.in_words() }
}

impl PurposeTold {
    /// Whether people must give what it needs, as said to them (GDPR Art. 13(2)(e)).
    pub fn needed(&self) -> &'static str {
        match self.basis {
            basis if basis == Basis::Contract.name() => "notice-needed-contract",
            basis if basis == Basis::LegalObligation.name() => "notice-needed-law",
            _ => "notice-needed-not",
        }
    }
}
