//! Whether data from outside add anything to what a campaign decides, in money.
//!
//! The rows are read within a trial of the door and go into a [`ClosedTrial`], which lets nothing out but
//! its verdict. What is known of somebody is taken as of the first decision that is judged, so that
//! nothing of what came after it counts as knowledge. Where the campaign has run, what an action gained
//! is estimated for each person by what was drawn for them (inverse chances, less the mean of each arm);
//! where it has not, what people brought lately stands for it, and the outcome says that it is a
//! response and no gain.

mod rows;

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use serde::Serialize;
use theirs_charter::{Charter, Purpose, Trial};
use theirs_measure::necessity::{
    ClosedTrial, Finding, Margin, Payoff, Reach, Settings, Verdict, When,
};
use theirs_measure::{Coding, Column};
use theirs_model::UseId;
use theirs_query::{Asker, Decided, Door};

use self::rows::{Table, activities, person};
use crate::campaign::{Campaign, NONE};
use crate::decide::DecideError;
use crate::result::{Did, comparable, outcomes, within};
use crate::study::{Drawn, gained};

/// The fewest people of whom the source has to say something, and who have to have done something.
const LEAST_KNOWN: usize = 200;
const LEAST_DEEDS: usize = 20;

/// The most bins of a column.
const MOST_BINS: usize = 32;
/// How often folds are dealt anew, the error that is accepted, and what both are drawn by.
const DEALS: u8 = 5;
const LEVEL: f64 = 0.05;
const SEED: u64 = 8;

/// How many candidates a verdict counts with. Of ten that say nothing one looks as if it did, so a verdict
/// of *necessary* has to be sure over all of them (Holm 1979), whenever each of them is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Family {
    /// Those that were tested, and those that the charter has a trial for.
    pub candidates: u32,
    /// Those of them that were found necessary before: by Holm's procedure they count no more.
    pub necessary: u32,
}

impl Family {
    /// How many count beside the one that is tested.
    fn beside(self) -> u32 {
        self.candidates.saturating_sub(self.necessary).saturating_sub(1)
    }
}

/// What a test found about a source.
#[derive(Debug, Clone, Serialize)]
pub struct Needed {
    /// The source from outside.
    pub source: String,
    /// The campaign whose decisions it was tested on.
    pub campaign: String,
    /// What was tested with, so that it can be agreed on beforehand.
    pub margin: String,
    /// What was measured: what an action gained, or only who responded.
    pub measured: Measured,
    /// How many rows there were.
    pub rows: usize,
    /// The verdict; what cannot be judged is undecided.
    #[serde(serialize_with = "in_words")]
    pub verdict: theirs_charter::Necessity,
    /// What a test that knew of no other candidate would have said.
    #[serde(serialize_with = "in_words")]
    pub alone: theirs_charter::Necessity,
    /// The candidates that the verdict counts with.
    pub family: Family,
    /// What was found, in money for one person.
    pub finding: Option<Finding>,
    /// Why there is no finding.
    pub because: Option<String>,
    /// The use under which the rows were read.
    #[serde(rename = "use")]
    pub use_id: UseId,
}

/// What the test was made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// What an action gained over nothing, by decisions that were drawn by lot.
    Gain,
    /// What people brought by themselves; that an action brings more is not shown by it.
    Response,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn in_words<S: serde::Serializer>(
    verdict: &theirs_charter::Necessity,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.serialize_str(verdict.in_words())
}

/// Has a source tested that the charter has a trial for.
///
/// # Errors
/// A refusal of the door; a statement that does not run.
pub fn need(
    door: &Door,
    asker: &Asker,
    purpose: &Purpose,
    campaign: &Campaign,
    family: Family,
) -> Result<Needed, DecideError> {
    let charter = door.charter()?;
    let now = door.clock();
    let ask = |past: &[Decided]| {
        let cut = cut(past, campaign, now);
        statements(&charter, purpose, campaign, cut)
    };
    let tried = door.trial(asker, &purpose.name, &campaign.name, ask, |answers, past| {
        let Some(trial) = purpose.tests() else { return Err(DecideError::Shape) };
        let [came, known @ ..] = answers else { return Err(DecideError::Shape) };
        let came = outcomes(came, campaign)?;
        let tables = known.iter().map(|batches| Table::read(batches)).collect::<Result<_, _>>()?;
        Ok(judged(&charter, trial, campaign, &Known { came, tables, past, now, family }))
    })?;
    let (measured, rows, found) = tried.found?;
    let trial = &tried.trial;
    let (finding, because) = match found {
        Ok(finding) => (Some(finding), None),
        Err(error) => (None, Some(error.to_string())),
    };
    Ok(Needed {
        source: trial.source.clone(),
        campaign: campaign.name.clone(),
        margin: trial.margin.to_string(),
        measured,
        rows,
        verdict: finding.as_ref().map_or(theirs_charter::Necessity::Undecided, verdict),
        alone: finding.as_ref().map_or(theirs_charter::Necessity::Undecided, alone),
        family,
        finding,
        because,
        use_id: tried.use_id,
    })
}

/// The verdict that a finding stands for. What is too good to be true is not let in on its own word.
fn verdict(finding: &Finding) -> theirs_charter::Necessity {
    match finding.verdict {
        // A share of a loss is no margin.
        _ if finding.without <= 0.0 => theirs_charter::Necessity::Undecided,
        Verdict::Necessary if finding.admits() => theirs_charter::Necessity::Necessary,
        Verdict::NotNecessary => theirs_charter::Necessity::NotNecessary,
        Verdict::Necessary | Verdict::Undecided => theirs_charter::Necessity::Undecided,
    }
}

/// The verdict that a finding would stand for if there were no other candidate.
fn alone(finding: &Finding) -> theirs_charter::Necessity {
    verdict(&Finding { verdict: finding.alone(LEVEL), ..finding.clone() })
}

/// What the trial was given.
struct Known<'k> {
    came: Did,
    /// The people first, then their activities.
    tables: Vec<Table>,
    past: &'k [Decided],
    now: Timestamp,
    family: Family,
}

/// The moment as of which people are known: the first decision that is judged, else as long ago as an
/// outcome takes.
fn cut(past: &[Decided], campaign: &Campaign, now: Timestamp) -> Timestamp {
    let first = comparable(past, campaign, now).into_iter().map(|one| one.at).min();
    first.unwrap_or_else(|| now.saturating_sub(within(campaign)).unwrap_or(Timestamp::MIN))
}

/// What is asked: of people, of each activity until the cut, and the outcome since.
fn statements(
    charter: &Charter,
    purpose: &Purpose,
    campaign: &Campaign,
    cut: Timestamp,
) -> Vec<String> {
    let outcome = &campaign.outcome;
    let value = outcome.value.as_ref().map(|name| format!(", \"{name}\"")).unwrap_or_default();
    let came = format!(
        "select person_id, \"{at}\"{value} from \"{activity}\" where \"{at}\" >= timestamp '{cut}'",
        at = outcome.at,
        activity = outcome.activity,
    );
    let mut all = vec![came, person(charter, purpose)];
    all.extend(activities(charter, purpose, cut).into_iter().map(|(_, sql)| sql));
    all
}

/// Codes what is known, and has the source judged. `Err` within is a reason why nothing can be said.
fn judged(
    charter: &Charter,
    trial: &Trial,
    campaign: &Campaign,
    known: &Known<'_>,
) -> (Measured, usize, Result<Finding, theirs_measure::Error>) {
    let judged = Judged::of(campaign, known);
    let (measured, rows) = (judged.measured, judged.people.len());
    let tables = &known.tables;
    let is_known = |person: &i64| tables.iter().any(|table| table.knows(charter, trial, *person));
    let enough = |what: &'static str, found: usize, least: usize| {
        if found < least {
            Err(theirs_measure::Error::TooFew { what, found, least })
        } else {
            Ok(())
        }
    };
    let people: BTreeSet<i64> = judged.people.iter().copied().collect();
    let found = enough(
        "people of whom the source says something",
        people.iter().filter(|one| is_known(one)).count(),
        LEAST_KNOWN,
    )
    .and_then(|()| enough("people who did something", judged.deeds, LEAST_DEEDS))
    .and_then(|()| columns(charter, trial, tables, &judged.people))
    .and_then(|columns| judge(&columns, trial, judged, known.family));
    (measured, rows, found)
}

fn judge(
    columns: &[Column],
    trial: &Trial,
    judged: Judged,
    family: Family,
) -> Result<Finding, theirs_measure::Error> {
    let all: Vec<u32> = (0..u32::try_from(judged.people.len()).unwrap_or(u32::MAX)).collect();
    let sheet = Coding::learn(columns, &all, MOST_BINS)?.apply(columns)?;
    let keys = judged.people.iter().map(|person| person.cast_unsigned()).collect();
    let when = When { batch: Some(judged.batch), time: None };
    let closed = ClosedTrial::new(sheet, keys, Payoff::Gained(judged.gained), &when)?;
    let candidates = closed.sources(&[trial.source.as_str()])?;
    let settings = Settings {
        reach: Reach::WherePays,
        margin: Margin::Share(trial.margin.share()),
        level: LEVEL,
        deals: DEALS,
        seed: SEED,
        beside: family.beside(),
    };
    let mut found = closed.judge(&candidates, &settings)?.findings;
    let empty = || theirs_measure::Error::TooFew { what: "columns", found: 0, least: 1 };
    found.pop().ok_or_else(empty)
}

/// The columns of the people, each under the source that it comes from; all of ours are one block.
fn columns(
    charter: &Charter,
    trial: &Trial,
    tables: &[Table],
    people: &[i64],
) -> Result<Vec<Column>, theirs_measure::Error> {
    let mut columns = Vec::new();
    for table in tables {
        columns.extend(table.columns(charter, trial, people)?);
    }
    Ok(columns)
}

/// What each judged decision gained, with its person and its run.
struct Judged {
    measured: Measured,
    people: Vec<i64>,
    batch: Vec<u32>,
    gained: Vec<f64>,
    /// How many people did anything that the campaign is judged by.
    deeds: usize,
}

impl Judged {
    fn of(campaign: &Campaign, known: &Known<'_>) -> Self {
        let came = &known.came;
        let over = comparable(known.past, campaign, known.now);
        let cost = campaign.actions.first().map_or(0.0, |action| action.costs);
        let mut runs: Vec<Timestamp> = over.iter().map(|one| one.at).collect();
        runs.sort_unstable();
        runs.dedup();
        if runs.is_empty() {
            return Self::response(campaign, known, cost);
        }
        let brought = |one: &Decided| {
            let end = one.at.saturating_add(within(campaign)).unwrap_or(Timestamp::MAX);
            brought(came, one.made.person, one.at, end) * campaign.outcome.worth
        };
        let drawn: Vec<Drawn> = over
            .iter()
            .map(|one| Drawn {
                treated: one.made.action != NONE,
                value: brought(one),
                chance: chance_of_something(&one.made.chances, one.made.propensity),
            })
            .collect();
        let run = |one: &&Decided| {
            u32::try_from(runs.partition_point(|at| *at < one.at)).unwrap_or(u32::MAX)
        };
        Self {
            measured: Measured::Gain,
            people: over.iter().map(|one| one.made.person).collect(),
            batch: over.iter().map(run).collect(),
            gained: gained(&drawn, cost),
            deeds: came.len(),
        }
    }

    /// Where nothing was decided yet: what people brought lately, as if an action had brought it.
    fn response(campaign: &Campaign, known: &Known<'_>, cost: f64) -> Self {
        let came = &known.came;
        let people: Vec<i64> = known.tables.first().into_iter().flat_map(Table::people).collect();
        let all = |person: &i64| {
            brought(came, *person, Timestamp::MIN, Timestamp::MAX) * campaign.outcome.worth - cost
        };
        Self {
            measured: Measured::Response,
            batch: vec![0; people.len()],
            deeds: came.len(),
            gained: people.iter().map(all).collect(),
            people,
        }
    }
}

fn brought(came: &Did, person: i64, from: Timestamp, until: Timestamp) -> f64 {
    let (from, until) = (from.as_microsecond(), until.as_microsecond());
    let rows = came.get(&person).map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter(|(at, _)| (from..until).contains(at)).map(|(_, value)| value).sum()
}

/// The chance with which something was done for somebody, whatever it was.
fn chance_of_something(chances: &str, otherwise: f64) -> f64 {
    let read: HashMap<String, f64> = serde_json::from_str(chances).unwrap_or_default();
    let nothing = read.get(NONE).copied().unwrap_or(1.0 - otherwise);
    (1.0 - nothing).clamp(0.001, 0.999)
}
