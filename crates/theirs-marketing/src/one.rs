//! What to do for one visitor, now: the same campaign, the same chances, asked for one person.
//!
//! Whoever asks again on the same day gets the same answer under the same use: a page that is loaded
//! twice is one decision. That holds for as long as the person is in the audience, what was looked at of
//! them is what it was, and the action is still there; otherwise they are decided for anew, and what they
//! were picked for before counts. Who is unknown, may not be seen or was written to enough gets no action,
//! and the answer does not tell which.
//!
//! Only what our own pages show is chosen: an action that sends something goes by a list or a message,
//! which a run gives to all of its people at once. Picked here it would be counted, and never be sent.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use theirs_charter::Charter;
use theirs_model::{Digest, Sequence, UseId};
use theirs_query::{Asker, Door, Made, Run};

use crate::assign::{Choice, Lot};
use crate::campaign::{Campaign, NONE};
use crate::decide::DecideError;
use crate::run::{Audience, advice, costs, features, made, scores, words};
use crate::score::Scores;

/// How long what was asked of everybody is kept, and for how many campaigns.
const LASTS: SignedDuration = SignedDuration::from_mins(10);
const MOST_KEPT: usize = 16;

/// What is done for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The action; [`NONE`] for none.
    pub action: String,
    /// The use under which it is on record; none if nobody was decided for.
    pub use_id: Option<UseId>,
}

impl Answer {
    fn nothing() -> Self {
        Self { action: NONE.to_owned(), use_id: None }
    }
}

impl Campaign {
    /// The same campaign with the actions that our own pages show at once, which alone can be chosen for
    /// a visitor.
    #[must_use]
    pub fn shown(&self) -> Self {
        let mut shown = self.clone();
        shown.actions.retain(|action| action.whither().is_none());
        shown
    }

    /// The other actions by name: they send something, and go to all of their people at once.
    pub fn sent(&self) -> Vec<&str> {
        let sent = self.actions.iter().filter(|action| action.whither().is_some());
        sent.map(|action| action.name.as_str()).collect()
    }
}

/// Decides for visitors one by one, with what was asked of everybody kept in memory.
///
/// A statement for one visitor would be slow and, as a statement may only overstate whom it touched,
/// would stand in the history of many. So everybody is asked about at once, as for lists, and that is
/// kept for some minutes; but never beyond a change to what is known of the visitor.
#[derive(Default)]
pub struct Online(Mutex<BTreeMap<String, Arc<Prepared>>>);

/// What is known of the people of a campaign, and since when.
struct Prepared {
    campaign: Campaign,
    charter: Digest,
    /// The change that it includes as the last one.
    moment: Sequence,
    at: Timestamp,
    /// Who is asked about, with what is looked at of them.
    people: HashMap<i64, Option<String>>,
    /// What earlier decisions taught, if anything, and when that was learnt. One visitor's change is no
    /// reason to learn it anew.
    scores: Option<Arc<Scores>>,
    learnt: Timestamp,
}

impl Online {
    /// Decides for the person of a source's record, among the actions that [`Campaign::shown`] leaves; it
    /// is on record before this returns.
    ///
    /// # Errors
    /// The door refuses or cannot answer.
    pub fn decide(
        &self,
        door: &Door,
        asker: &Asker,
        campaign: &Campaign,
        (source, key): (&str, &str),
    ) -> Result<Answer, DecideError> {
        let campaign = &campaign.shown();
        let (name, purpose) = (&campaign.name, &campaign.purpose);
        let charter = door.charter()?;
        let Some(person) = door.known_by(asker, purpose, source, key)? else {
            return Ok(Answer::nothing());
        };
        let (today, midnight) = today(&charter, door.clock());
        let prepared = self.prepared(door, asker, campaign, &charter, person)?;
        let Some(looked_at) = prepared.people.get(&person) else {
            return Ok(Answer::nothing());
        };
        let lately = door.decided_lately(asker, purpose, name, person, midnight)?;
        if let Some((use_id, known)) = lately
            && still_stands(campaign, &known.made, looked_at.as_deref())
        {
            return Ok(Answer { action: known.made.action, use_id: Some(use_id) });
        }
        if !may_be_picked(door, asker, campaign, person)? {
            return Ok(Answer::nothing());
        }
        let lot = lot(door, asker, campaign, person, today)?;
        let advice = advice(campaign, prepared.scores.as_deref(), looked_at.as_ref());
        let choice = Choice::of(campaign, advice.way, lot);
        let made = [made(person, campaign, choice, &advice, looked_at.clone())];
        let actions = &words(campaign, &[choice]);
        let costs = &costs(campaign);
        let run = Run { campaign: name, called: &campaign.called, actions, costs };
        let recorded = door.decide(asker, purpose, &run, &made)?;
        if recorded.stands != [true] {
            return Ok(Answer::nothing());
        }
        let [made] = made;
        Ok(Answer { action: made.action, use_id: Some(recorded.use_id) })
    }

    /// What is kept of a campaign, or asked anew where that is too old for this person.
    fn prepared(
        &self,
        door: &Door,
        asker: &Asker,
        campaign: &Campaign,
        charter: &Charter,
        person: i64,
    ) -> Result<Arc<Prepared>, DecideError> {
        // Whoever comes while it is asked waits for the same answer.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get(&campaign.name)
            && known.campaign == *campaign
            && known.charter == charter.acting()
            && door.clock().duration_since(known.at) < LASTS
            && !door.changed_after(asker, &campaign.purpose, person, known.moment)?
        {
            return Ok(Arc::clone(known));
        }
        let before = all.get(&campaign.name).map(Arc::as_ref);
        let prepared = Arc::new(Prepared::ask(door, asker, campaign, charter, before)?);
        while all.len() >= MOST_KEPT {
            all.pop_first();
        }
        all.insert(campaign.name.clone(), Arc::clone(&prepared));
        Ok(prepared)
    }
}

impl Prepared {
    fn ask(
        door: &Door,
        asker: &Asker,
        campaign: &Campaign,
        charter: &Charter,
        before: Option<&Self>,
    ) -> Result<Self, DecideError> {
        let (moment, at, charter) = (door.moment()?, door.clock(), charter.acting());
        let audience = Audience::ask(door, asker, campaign, &[])?;
        let mut looked_at = features(door, asker, campaign)?;
        let with = |person: &i64| (*person, looked_at.remove(person));
        let people = audience.people.iter().map(with).collect();
        let known = before.filter(|known| {
            known.campaign == *campaign
                && known.charter == charter
                && at.duration_since(known.learnt) < LASTS
        });
        let (scores, learnt) = match known {
            Some(known) => (known.scores.clone(), known.learnt),
            None => (scores(door, asker, campaign)?.map(Arc::new), at),
        };
        Ok(Self { campaign: campaign.clone(), charter, moment, at, people, scores, learnt })
    }
}

/// Whether a decision of today is one of here, and was made of what is known now.
fn still_stands(campaign: &Campaign, made: &Made, looked_at: Option<&str>) -> bool {
    let is_here = made.action == NONE || campaign.action(&made.action).is_some();
    is_here && made.looked_at.as_deref() == looked_at
}

/// Whether somebody was picked less often than the campaign's bound, by all campaigns together. Unlike a
/// run it leaves nobody alone for as long as an outcome takes: a page is shown to whoever comes, and what
/// came after the first decision is not judged.
fn may_be_picked(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
    person: i64,
) -> Result<bool, DecideError> {
    let Some(cap) = campaign.at_most else { return Ok(true) };
    let span = SignedDuration::from_hours(24 * i64::from(cap.days));
    let since = door.clock().saturating_sub(span).unwrap_or(Timestamp::MIN);
    let picked = door.picked_since(asker, &campaign.purpose, since, (Some(NONE), ""), &[person])?;
    Ok(picked.first().is_none_or(|times| *times < cap.count))
}

/// The present day of the controller's calendar, and when it began.
fn today(charter: &Charter, now: Timestamp) -> (Date, Timestamp) {
    let today = now.to_zoned(charter.time_zone.clone()).date();
    let midnight = today.to_zoned(charter.time_zone.clone()).map(|zoned| zoned.timestamp());
    let day = SignedDuration::from_hours(24);
    (today, midnight.unwrap_or_else(|_| now.saturating_sub(day).unwrap_or(Timestamp::MIN)))
}

fn lot(
    door: &Door,
    asker: &Asker,
    campaign: &Campaign,
    person: i64,
    today: Date,
) -> Result<Lot, DecideError> {
    let name = &campaign.name;
    let draw = |label: String| -> Result<f64, DecideError> {
        let drawn = door.draws(asker, &campaign.purpose, &label, &[person])?;
        drawn.first().copied().ok_or(DecideError::Shape)
    };
    Ok(Lot {
        control: draw(format!("control {name}"))?,
        action: draw(format!("action {name} {today}"))?,
    })
}
