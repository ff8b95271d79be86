//! One run of a campaign: who is asked about, what is done for each, on record, and the lists.
//!
//! Everything of people comes through the door and goes back through it. What is decided is durable in
//! the ledger, with everybody's chance, before the first list begins; the lists go by `release`, which
//! asks once more who may still be written to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::SignedDuration;
use serde_json::{Map, Number, Value, json};
use theirs_model::UseId;
use theirs_query::{Asker, Door, Leaving, LeftOut, Made, Run, Whither, condition_statement};

use crate::assign::{Advice, Choice, Lot, Way};
use crate::audience::Contact;
use crate::campaign::{Action, Campaign, Cap, NONE, Via, contact};
use crate::decide::{DecideError, Decision, DecisionSink, people, rows};
use crate::result::{History, Terms, Yardstick, within};
use crate::score::Scores;

/// The most features that a decision looks at, and the longest of their texts.
const MOST_FEATURES: usize = 50;
const LONGEST_FEATURE: usize = 200;
/// Why somebody is on a list of those whom a recipient has to leave out.
const LEFT_OUT: &str =
    "You are one of those who get nothing, so that we can see if it does any good.";

/// Makes the list of an action.
pub type Lists<'l> = dyn FnMut(&Action) -> Box<dyn DecisionSink> + 'l;

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The use under which the decisions are on record; none if nobody was decided for.
    pub use_id: Option<UseId>,
    /// Whether scores chose, and not only the lot.
    pub by_scores: bool,
    /// How many people were asked about.
    pub considered: u64,
    /// Who may not be asked about, by clause.
    pub left_out: Vec<LeftOut>,
    /// How many were decided for, or written to, so lately that they are left alone.
    pub resting: usize,
    /// Whether a lot was drawn as what is looked at is not what earlier decisions looked at.
    pub looks_anew: bool,
    /// How many are control.
    pub control: usize,
    /// How many of the others get nothing.
    pub nothing: usize,
    /// How many said no between the question and the decision.
    pub dropped: usize,
    /// The lists that were given, in the order of the campaign's actions.
    pub lists: Vec<List>,
}

/// A list that was given to a recipient.
#[derive(Debug, Clone)]
pub struct List {
    /// The action.
    pub action: String,
    /// Whom it names.
    pub part: Part,
    /// The use under which it was given.
    pub use_id: UseId,
    /// The recipient's key; none where we write to people ourselves.
    pub recipient: Option<String>,
    /// The columns it was given.
    pub columns: Vec<String>,
    /// How many people are on it.
    pub people: usize,
    /// How many have no address that they can be written to.
    pub unreachable: usize,
    /// How many said no between the decision and the dispatch.
    pub dropped: usize,
}

/// Decides for everybody whom a campaign asks about, and gives the lists away.
///
/// # Errors
/// The door refuses or cannot answer; then what was done until then is on record.
pub fn send(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
    lists: &mut Lists<'_>,
) -> Result<Sent, DecideError> {
    // Nobody's data is looked at for lists that could not go.
    for to in campaign.actions.iter().filter_map(|action| action.to.as_ref()) {
        door.permit_share(asker, &campaign.purpose, to)?;
    }
    let audience = Audience::ask(door, asker, campaign, &listed(campaign))?;
    let Picked { places, ids, looked_at, learnt, advice, choices } =
        pick(door, asker, campaign, &audience)?;
    let chosen = ids.iter().zip(&choices).zip(&advice);
    let made: Vec<Made> = chosen
        .map(|((person, choice), advice)| {
            made(*person, campaign, *choice, advice, looked_at.get(person).cloned())
        })
        .collect();
    let mut sent = Sent {
        use_id: None,
        considered: audience.people.len() as u64,
        left_out: audience.left_out.clone(),
        by_scores: learnt.scores.is_some(),
        looks_anew: learnt.looks_anew,
        resting: audience.people.len() - ids.len(),
        control: choices.iter().filter(|choice| choice.control).count(),
        nothing: choices.iter().filter(|c| c.action.is_none() && !c.control).count(),
        dropped: 0,
        lists: Vec::new(),
    };
    if made.is_empty() {
        return Ok(sent);
    }
    let run = Run {
        campaign: &campaign.name,
        called: &campaign.called,
        actions: &words(campaign, &choices),
        costs: &costs(campaign),
    };
    let recorded = door.decide(asker, &campaign.purpose, &run, &made)?;
    sent.use_id = Some(recorded.use_id);
    sent.dropped = recorded.stands.iter().filter(|stands| !**stands).count();
    for (place, action) in campaign.actions.iter().enumerate() {
        let on_it = choices.iter().zip(&recorded.stands).zip(&places);
        let chosen: Vec<usize> = on_it
            .filter(|((choice, stands), _)| choice.action == Some(place) && **stands)
            .map(|(_, at)| *at)
            .collect();
        let Some(to) = action.whither().filter(|_| !chosen.is_empty()) else { continue };
        let why = recorded.use_id;
        let giving = Giving { campaign, action, to, why, chosen: &chosen, part: Part::Chosen };
        sent.lists.push(give(door, asker, &giving, &audience, lists)?);
        // Whoever is control must not be reached by looking like those who are not.
        let control: Vec<usize> = places
            .iter()
            .zip(choices.iter().zip(&recorded.stands))
            .filter(|(_, (choice, stands))| choice.control && **stands)
            .map(|(at, _)| *at)
            .collect();
        if action.via == Via::Audience && !control.is_empty() {
            let giving =
                Giving { campaign, action, to, why, chosen: &control, part: Part::LeftOut };
            sent.lists.push(give(door, asker, &giving, &audience, lists)?);
        }
    }
    Ok(sent)
}

/// What is decided for the people of a campaign who may be decided for, before it is on record.
pub(crate) struct Picked {
    /// Their places in the audience, and who they are.
    places: Vec<usize>,
    pub(crate) ids: Vec<i64>,
    looked_at: HashMap<i64, String>,
    learnt: Knowledge,
    advice: Vec<Advice>,
    pub(crate) choices: Vec<Choice>,
}

/// Decides for everybody of an audience who may be decided for.
pub(crate) fn pick(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
    audience: &Audience,
) -> Result<Picked, DecideError> {
    let rested = rested(door, asker, campaign, &audience.people)?;
    let looked_at = features(door, asker, campaign)?;
    let places: Vec<usize> = (0..audience.people.len()).filter(|at| rested[*at]).collect();
    let ids: Vec<i64> = places.iter().map(|at| audience.people[*at]).collect();
    let learnt = knowledge(door, asker, campaign)?;
    let scores = learnt.scores.as_ref();
    let advice: Vec<Advice> =
        ids.iter().map(|one| advice(campaign, scores, looked_at.get(one))).collect();
    let choices = choose(door, asker, campaign, &ids, &advice)?;
    Ok(Picked { places, ids, looked_at, learnt, advice, choices })
}

/// The columns of all lists of a campaign.
fn listed(campaign: &Campaign) -> Vec<String> {
    let all = campaign.actions.iter().flat_map(|action| action.columns.iter().cloned());
    all.collect::<BTreeSet<String>>().into_iter().collect()
}

/// The people of a campaign, with what the lists may need of them.
pub(crate) struct Audience {
    pub(crate) people: Vec<i64>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    pub(crate) left_out: Vec<LeftOut>,
}

impl Audience {
    /// Asks who is in it, with these columns of each.
    pub(crate) fn ask(
        door: &Door,
        asker: &Asker,
        campaign: &Campaign,
        columns: &[String],
    ) -> Result<Self, DecideError> {
        let charter = door.charter()?;
        let purpose = charter.purpose(&campaign.purpose).ok_or(DecideError::Shape)?;
        let condition = campaign.audience.as_deref().unwrap_or("true");
        let sql = condition_statement(purpose, condition, columns);
        let answer = door.ask(asker, sql.as_str())?;
        let listed: Result<Vec<_>, _> = answer.batches.iter().map(rows).collect();
        Ok(Self {
            people: people(&answer.batches)?,
            columns: columns.to_vec(),
            rows: listed?.into_iter().flatten().collect(),
            left_out: answer.left_out,
        })
    }
}

/// For each of these people whether they may be decided for: not if they were written to as often as the
/// campaign's bound. What this campaign decided counts whatever the answer was, so that control rests as
/// those do who were written to, and a later run finds the same people of both; without a bound they
/// rest for as long as something may come of it.
pub(crate) fn rested(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
    people: &[i64],
) -> Result<Vec<bool>, DecideError> {
    let days = |cap: Cap| SignedDuration::from_hours(24 * i64::from(cap.days));
    let span = campaign.at_most.map_or_else(|| within(campaign), days);
    let since = door.clock().saturating_sub(span).unwrap_or(jiff::Timestamp::MIN);
    // Where nothing bounds how often people are written to, only decisions of this campaign count.
    let (but, most) = campaign.at_most.map_or((None, 1), |cap| (Some(NONE), cap.count));
    let counted = (but, campaign.name.as_str());
    let decided = door.picked_since(asker, &campaign.purpose, since, counted, people)?;
    Ok(decided.iter().map(|times| *times < most).collect())
}

/// What earlier decisions taught.
#[derive(Default)]
pub(crate) struct Knowledge {
    scores: Option<Scores>,
    /// Whether nothing was learnt as they looked at something else than is looked at now.
    looks_anew: bool,
}

/// What was learnt from earlier decisions, if they are enough and there is something to look at. Only
/// those teach that looked at what is looked at now: of other columns nothing is known of anybody here.
fn knowledge(door: &Door, asker: &Asker, campaign: &Campaign) -> Result<Knowledge, DecideError> {
    if campaign.features.is_none() || door.runs(&campaign.name)?.count == 0 {
        return Ok(Knowledge::default());
    }
    let mut judged = History::read(door, asker, campaign, Yardstick::Now)?.judged;
    let before = judged.len();
    judged.retain(|one| one.is_like_now == Some(true));
    let scores = Scores::learn(campaign, &judged);
    let looks_anew = scores.is_none() && judged.len() < before;
    Ok(Knowledge { scores, looks_anew })
}

/// The scores that were learnt, if any were.
pub(crate) fn scores(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
) -> Result<Option<Scores>, DecideError> {
    Ok(knowledge(door, asker, campaign)?.scores)
}

/// What is advised for somebody of whom this was looked at: a lot where nothing was learnt.
pub(crate) fn advice(
    campaign: &Campaign,
    scores: Option<&Scores>,
    looked_at: Option<&String>,
) -> Advice {
    let seen = looked_at.and_then(|text| serde_json::from_str(text).ok());
    match (scores, seen) {
        (Some(scores), Some(seen)) => scores.advise(campaign, &seen),
        _ => Advice::lot(),
    }
}

/// What the campaign looks at of people, as JSON by pseudonym.
pub(crate) fn features(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
) -> Result<HashMap<i64, String>, DecideError> {
    let Some(sql) = &campaign.features else { return Ok(HashMap::new()) };
    let answer = door.ask(asker, sql.as_str())?;
    let names: Vec<&str> = answer.schema.fields().iter().map(|f| f.name().as_str()).collect();
    if names.len() > MOST_FEATURES + 1 {
        return Err(DecideError::Features(format!("more than {MOST_FEATURES} features")));
    }
    let mut found = HashMap::new();
    for batch in &answer.batches {
        let people = batch.column(0).as_primitive_opt::<Int64Type>().ok_or(DecideError::Shape)?;
        let seen = seen(batch, &names)?;
        for (person, seen) in people.values().iter().zip(seen) {
            if found.insert(*person, Value::Object(seen).to_string()).is_some() {
                let message = "the features have two rows of one person".to_owned();
                return Err(DecideError::Features(message));
            }
        }
    }
    Ok(found)
}

/// The features of each row: numbers as numbers, everything else as text.
fn seen(batch: &RecordBatch, names: &[&str]) -> Result<Vec<Map<String, Value>>, DecideError> {
    let options = FormatOptions::default();
    let mut all = vec![Map::new(); batch.num_rows()];
    for (column, name) in batch.columns().iter().zip(names).skip(1) {
        let format = ArrayFormatter::try_new(column, &options).map_err(|_| DecideError::Shape)?;
        let is_number = column.data_type().is_numeric();
        for (row, seen) in all.iter_mut().enumerate() {
            if column.is_null(row) {
                continue;
            }
            let text: String =
                format.value(row).to_string().chars().take(LONGEST_FEATURE).collect();
            let value = if is_number { number(&text) } else { None };
            seen.insert((*name).to_owned(), value.unwrap_or(Value::String(text)));
        }
    }
    Ok(all)
}

/// A number, whole if it is.
fn number(text: &str) -> Option<Value> {
    let whole = text.parse::<i64>().ok().map(Value::from);
    whole.or_else(|| text.parse().ok().and_then(Number::from_f64).map(Value::Number))
}

fn choose(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
    people: &[i64],
    advice: &[Advice],
) -> Result<Vec<Choice>, DecideError> {
    let (name, purpose) = (&campaign.name, &campaign.purpose);
    let earlier = door.runs(name)?.count;
    let control = door.draws(asker, purpose, &format!("control {name}"), people)?;
    let action = door.draws(asker, purpose, &format!("action {name} {earlier}"), people)?;
    let lots = control.into_iter().zip(action).map(|(control, action)| Lot { control, action });
    Ok(lots.zip(advice).map(|(lot, advice)| Choice::of(campaign, advice.way, lot)).collect())
}

pub(crate) fn made(
    person: i64,
    campaign: &Campaign,
    choice: Choice,
    advice: &Advice,
    looked_at: Option<String>,
) -> Made {
    // What was drawn has no reason but the lot.
    let is_advised = !choice.control && advice.way == Way::Best(choice.action);
    Made {
        person,
        action: choice.name(campaign).to_owned(),
        propensity: choice.propensity,
        chances: Choice::chances(campaign, advice.way),
        control: choice.control,
        score: advice.score,
        looked_at,
        because: advice.because.clone().filter(|_| is_advised),
        would_change: advice.would_change.clone().filter(|_| is_advised),
        without_outside: None,
    }
}

/// What people are told of the actions, how many were picked for each, and by what it is judged.
pub(crate) fn words(campaign: &Campaign, choices: &[Choice]) -> String {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for choice in choices {
        *counts.entry(choice.name(campaign)).or_default() += 1;
    }
    let of = |name: &str| counts.get(name).copied().unwrap_or(0);
    let mut all = Map::new();
    for action in &campaign.actions {
        let told =
            json!({ "says": action.says, "reason": action.reason, "people": of(&action.name) });
        all.insert(action.name.clone(), told);
    }
    all.insert(NONE.to_owned(), json!({ "people": of(NONE), "control": campaign.control }));
    let terms = Terms::of(campaign);
    json!({ "actions": all, "words": campaign.translations, "terms": terms }).to_string()
}

/// What each action costs now, which is kept with what is decided.
pub(crate) fn costs(campaign: &Campaign) -> String {
    let all = campaign.actions.iter().map(|action| (action.name.clone(), json!(action.costs)));
    Value::Object(all.collect()).to_string()
}

/// What is given to whom.
struct Giving<'g> {
    campaign: &'g Campaign,
    action: &'g Action,
    to: Whither<'g>,
    /// The use under which it was decided.
    why: UseId,
    /// The places of its people in the audience.
    chosen: &'g [usize],
    part: Part,
}

/// Whom a list names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Those for whom the action was chosen.
    Chosen,
    /// Those whom the recipient has to leave out.
    LeftOut,
}

/// Gives the list of an action away.
fn give(
    door: &Door,
    asker: &Asker,
    giving: &Giving<'_>,
    audience: &Audience,
    lists: &mut Lists<'_>,
) -> Result<List, DecideError> {
    let Giving { campaign, action, to, why, chosen, part } = *giving;
    let ids: Vec<i64> = chosen.iter().map(|at| audience.people[*at]).collect();
    let columns = &action.columns;
    let charter = door.charter()?;
    let form = |name: &String| match action.via {
        Via::List | Via::Mail | Via::Webhook => None,
        Via::Audience => contact(&charter, name),
    };
    let forms: Vec<Option<Contact>> = columns.iter().map(form).collect();
    let reason = match part {
        Part::Chosen => action.reason.as_str(),
        Part::LeftOut => LEFT_OUT,
    };
    let leaving = Leaving { purpose: &campaign.purpose, to, columns, reason };
    let release = door.release(asker, &leaving, &ids)?;
    let at = |name: &String| audience.columns.iter().position(|known| known == name);
    let places: Vec<usize> = columns.iter().filter_map(at).collect();
    let mut sink = lists(action);
    sink.begin(release.use_id, columns)?;
    let (mut given, mut dropped) = (0, 0);
    let mut tokens = release.unsubscribe.into_iter();
    for (row, reference) in chosen.iter().zip(release.references) {
        let unsubscribe = tokens.next().flatten();
        let Some(reference) = reference else {
            dropped += 1;
            continue;
        };
        let values = places.iter().zip(&forms).map(|(place, form)| {
            let value = &audience.rows[*row][*place];
            form.map_or_else(|| value.clone(), |form| form.hashed(value))
        });
        let (values, reason) = (values.collect(), reason.to_owned());
        let use_id = release.use_id;
        let decision = Decision { values, reason, use_id, why, unsubscribe, reference };
        given += usize::from(sink.take(&decision)?);
    }
    sink.finish()?;
    Ok(List {
        action: action.name.clone(),
        part,
        use_id: release.use_id,
        recipient: to.recipient().map(str::to_owned),
        columns: columns.clone(),
        people: given,
        unreachable: chosen.len() - given - dropped,
        dropped,
    })
}
