//! A campaign's text: every scalar with its place, and the numbers in it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::{Error, Location, Spanned};
use theirs_charter::{Place, Problem, nearest};

use super::{Action, Campaign, Cap, Letter, NONE, Outcome, Template, Via};

/// The most that an action may cost for one person.
const MOST_MONEY: f64 = 1e6;

/// The most actions of one campaign.
const MOST_ACTIONS: usize = 20;
/// The longest time in which an outcome is looked for, and over which letters are counted, in days.
const MOST_DAYS: u16 = 366;
/// What stays control, and what is drawn though scores would choose, if nothing is said.
const CONTROL: f64 = 0.1;
const EXPLORE: f64 = 0.1;
/// The least that may stay control, and the most.
const CONTROLS: (f64, f64) = (0.01, 0.9);

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) campaign: Spanned<u64>,
    pub(super) purpose: Spanned<String>,
    pub(super) called: Spanned<String>,
    pub(super) audience: Option<Spanned<String>>,
    pub(super) features: Option<Spanned<String>>,
    pub(super) actions: BTreeMap<String, Spanned<WrittenAction>>,
    pub(super) outcome: WrittenOutcome,
    pub(super) control: Option<Spanned<String>>,
    pub(super) explore: Option<Spanned<String>>,
    pub(super) at_most: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) translations: BTreeMap<String, Spanned<WrittenTranslation>>,
}

/// The same in another language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenTranslation {
    pub(super) called: String,
    pub(super) actions: BTreeMap<String, Wording>,
}

/// What people read of an action.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wording {
    pub(super) says: String,
    pub(super) reason: String,
}

/// An action as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenAction {
    pub(super) says: Spanned<String>,
    pub(super) reason: Spanned<String>,
    pub(super) costs: Spanned<f64>,
    pub(super) to: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) columns: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) via: Via,
    pub(super) subject: Option<Spanned<String>>,
    pub(super) body: Option<Spanned<String>>,
}

/// The outcome as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenOutcome {
    pub(super) activity: Spanned<String>,
    pub(super) at: Spanned<String>,
    pub(super) value: Option<Spanned<String>>,
    pub(super) within: Spanned<String>,
    pub(super) worth: Spanned<f64>,
}

/// Reads the text as far as its form goes.
pub(super) fn parse(text: &str) -> Result<Written, Problem> {
    serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let place = error.location().map_or(START, |at| place(&at));
        let (message, hint) = fault(error);
        Problem::at(place, message, hint)
    })
}

impl Written {
    /// The campaign that is written; nothing where a number does not read.
    pub(super) fn campaign(&self, name: &str, found: &mut Vec<Problem>) -> Option<Campaign> {
        if self.campaign.value != 1 {
            let message = format!("campaigns of form {} are not known here", self.campaign.value);
            wrong(found, &self.campaign, message, "write campaign: 1");
        }
        if self.actions.is_empty() || self.actions.len() > MOST_ACTIONS {
            let message = format!("a campaign has 1 to {MOST_ACTIONS} actions");
            wrong(found, &self.campaign, message, "list them under \"actions\"");
        }
        let actions = self.actions.iter().map(|(name, action)| action_of(name, action, found));
        Some(Campaign {
            name: name.to_owned(),
            purpose: self.purpose.value.clone(),
            called: self.called.value.clone(),
            audience: self.audience.as_ref().map(|sql| sql.value.clone()),
            features: self.features.as_ref().map(|sql| sql.value.clone()),
            actions: actions.collect(),
            outcome: self.outcome.outcome(found)?,
            control: share(self.control.as_ref(), CONTROL, CONTROLS, found)?,
            explore: share(self.explore.as_ref(), EXPLORE, (0.0, 1.0), found)?,
            translations: self.sentences(),
            at_most: self.at_most.as_ref().map(|text| cap(text, found)).unwrap_or_default(),
        })
    }
}

impl Written {
    /// Each sentence that people read, with the same in another language.
    fn sentences(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let of = |other: &WrittenTranslation| {
            let mut words = BTreeMap::from([(self.called.value.clone(), other.called.clone())]);
            for (name, own) in &self.actions {
                let Some(said) = other.actions.get(name) else { continue };
                words.insert(own.value.says.value.clone(), said.says.clone());
                words.insert(own.value.reason.value.clone(), said.reason.clone());
            }
            words
        };
        let all = self.translations.iter();
        all.map(|(language, other)| (language.clone(), of(&other.value))).collect()
    }
}

impl WrittenOutcome {
    fn outcome(&self, found: &mut Vec<Problem>) -> Option<Outcome> {
        let within = days(&self.within.value);
        if within.is_none() {
            let message = format!("{} is no time", quoted(&self.within.value));
            let hint = format!("write 28 days; at most {MOST_DAYS}");
            wrong(found, &self.within, message, &hint);
        }
        if !(self.worth.value.is_finite() && self.worth.value > 0.0) {
            let hint =
                "how much of the value is profit, as 0.4; without a value, the profit of one";
            wrong(found, &self.worth, "\"worth\" must be above 0".to_owned(), hint);
        }
        Some(Outcome {
            activity: self.activity.value.clone(),
            at: self.at.value.clone(),
            value: self.value.as_ref().map(|value| value.value.clone()),
            within_days: within?,
            worth: self.worth.value,
        })
    }
}

fn action_of(name: &str, written: &Spanned<WrittenAction>, found: &mut Vec<Problem>) -> Action {
    let action = &written.value;
    if name == NONE {
        let hint = "it is always there, and costs nothing; take this out";
        wrong(found, written, format!("{} needs no entry", quoted(NONE)), hint);
    } else if !is_name(name) {
        let message = format!("{} cannot name an action", quoted(name));
        wrong(found, written, message, "use a to z, 0 to 9 and _, beginning with a letter");
    }
    if !(0.0..=MOST_MONEY).contains(&action.costs.value) {
        let message = "\"costs\" cannot be below 0, or above a million".to_owned();
        wrong(found, &action.costs, message, "write 0.60, or 0");
    }
    if action.to.is_none() && action.via != Via::Mail && !action.columns.is_empty() {
        let hint = "name the recipient under \"to\", or take the columns out";
        wrong(found, written, format!("{} gives columns to nobody", quoted(name)), hint);
    }
    Action {
        name: name.to_owned(),
        says: action.says.value.clone(),
        reason: action.reason.value.clone(),
        costs: action.costs.value,
        to: action.to.as_ref().map(|to| to.value.clone()),
        columns: action.columns.iter().map(|column| column.value.clone()).collect(),
        via: action.via,
        letter: letter(name, written, found),
    }
}

/// What the message of an action says, if it sends one.
fn letter(
    name: &str,
    written: &Spanned<WrittenAction>,
    found: &mut Vec<Problem>,
) -> Option<Letter> {
    let action = &written.value;
    if action.via != Via::Mail {
        if let Some(text) = action.subject.as_ref().or(action.body.as_ref()) {
            let message = format!("{} sends no message", quoted(name));
            wrong(found, text, message, "write \"via: mail\", or take this out");
        }
        return None;
    }
    let (Some(subject), Some(body)) = (&action.subject, &action.body) else {
        let message = format!("{} does not say what its message says", quoted(name));
        wrong(found, written, message, "add a \"subject\" and a \"body\"");
        return None;
    };
    if subject.value.trim().contains(char::is_control) {
        let message = "a subject is one line".to_owned();
        wrong(found, subject, message, "say the rest in the \"body\"");
    }
    let subject = template(subject, found)?;
    Some(Letter { subject, body: template(body, found)? })
}

fn template(written: &Spanned<String>, found: &mut Vec<Problem>) -> Option<Template> {
    match Template::parse(written.value.trim()) {
        Ok(template) => Some(template),
        Err(part) => {
            let hint = "write {{given_name}}, with a column between two braces on each side";
            wrong(found, written, format!("{} is not closed", quoted(&part)), hint);
            None
        }
    }
}

/// A share written as `10 %`, between two others.
fn share(
    written: Option<&Spanned<String>>,
    default: f64,
    (least, most): (f64, f64),
    found: &mut Vec<Problem>,
) -> Option<f64> {
    let Some(written) = written else { return Some(default) };
    let number = written.value.strip_suffix('%').and_then(|number| number.trim().parse().ok());
    let read = number.map(|percent: f64| percent / 100.0);
    let read = read.filter(|share| (least..=most).contains(share));
    if read.is_none() {
        let message = format!("{} is no such share", quoted(&written.value));
        let hint = format!("write 10 %; from {} % to {} %", least * 100.0, most * 100.0);
        wrong(found, written, message, &hint);
    }
    read
}

/// How often somebody may be written to: `1 in 30 days`.
fn cap(written: &Spanned<String>, found: &mut Vec<Problem>) -> Option<Cap> {
    let parts = written.value.split_once(" in ");
    let read = parts.and_then(|(count, time)| {
        let count = count.trim().parse().ok().filter(|count| (1..=1_000).contains(count))?;
        Some(Cap { count, days: days(time)? })
    });
    if read.is_none() {
        let message = format!("{} does not say how often", quoted(&written.value));
        wrong(found, written, message, &format!("write 1 in 30 days; at most {MOST_DAYS} days"));
    }
    read
}

/// A time written as `28 days`.
fn days(text: &str) -> Option<u16> {
    let (count, unit) = text.trim().split_once(' ')?;
    let is_days = matches!(unit.trim(), "day" | "days");
    count.parse().ok().filter(|count| is_days && (1..=MOST_DAYS).contains(count))
}

/// Notes what is wrong with a value.
pub(super) fn wrong<T>(found: &mut Vec<Problem>, at: &Spanned<T>, message: String, hint: &str) {
    found.push(Problem::at(place(&at.referenced), message, Some(hint.to_owned())));
}

/// A text as a message quotes it: on one line and of bounded length.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let shown: String = text.chars().take(LONGEST).collect();
    format!("\"{}\"", shown.replace(char::is_control, " "))
}

const START: Place = Place { line: 1, column: 1, width: 1 };

fn place(at: &Location) -> Place {
    let index = |number: u64| usize::try_from(number).unwrap_or(1).max(1);
    Place { line: index(at.line()), column: index(at.column()), width: index(at.span().len()) }
}

/// What is wrong with a line, and what would be right.
fn fault(error: &Error) -> (String, Option<String>) {
    match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            let meant = nearest(field, expected.iter().copied()).map_or_else(
                || format!("there may be {}", expected.join(", ")),
                |name| format!("did you mean \"{name}\"?"),
            );
            (format!("{} is not known here", quoted(field)), Some(meant))
        }
        Error::SerdeMissingField { field, .. } => (format!("{} is missing", quoted(field)), None),
        other => {
            let said = other.to_string();
            let said = said.split(" at line ").next().unwrap_or(&said).replace('`', "'");
            (format!("this does not read: {said}"), None)
        }
    }
}

fn is_name(text: &str) -> bool {
    const LONGEST: usize = 63;
    text.len() <= LONGEST
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
