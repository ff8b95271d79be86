//! Requests that need somebody's answer, and the time that the law gives for it.
//!
//! What people can do on their page themselves is done at once and is no request. What cannot, a
//! colleague answers: a question, a claim of what is withheld, a complaint, a letter. Of the laws
//! that the charter names the one that gives the least time counts.

mod due;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use theirs_model::UseId;
use theirs_store::{NewRequest, Person, RequestId, Step, StoreError};
use theirs_uses::Act;

pub use self::due::{Due, Wait};

use crate::desk::{By, Desk, RightsError};
use crate::judge::Reason;

/// The longest text of a request, in characters.
const LONGEST: usize = 2_000;
/// How long ago a request may have come that is taken down now.
const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 366);

/// What people may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// To see their data, or a copy.
    Access,
    /// To have something put right.
    Correction,
    /// To have something erased.
    Erasure,
    /// To have something put on hold.
    Restriction,
    /// To have a use stopped.
    Objection,
    /// To have their data sent to another firm.
    Portability,
    /// What is withheld from their page.
    Claim,
    /// That a person looks at what a rule decided.
    Review,
    /// A complaint.
    Complaint,
    /// Anything else about their data.
    Question,
}

impl Asked {
    /// Everything that may be asked for, with its word.
    pub const ALL: [(&'static str, Self); 10] = [
        ("access", Self::Access),
        ("correction", Self::Correction),
        ("erasure", Self::Erasure),
        ("restriction", Self::Restriction),
        ("objection", Self::Objection),
        ("portability", Self::Portability),
        ("claim", Self::Claim),
        ("review", Self::Review),
        ("complaint", Self::Complaint),
        ("question", Self::Question),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }

    /// What a word stands for.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|known| known.0 == word).map(|known| known.1)
    }

    /// What the person who asked reads.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Access => "to see your data",
            Self::Correction => "to have something put right",
            Self::Erasure => "to have something erased",
            Self::Restriction => "to have something put on hold",
            Self::Objection => "to have a use stopped",
            Self::Portability => "to have your data sent to another firm",
            Self::Claim => "to see what is withheld from your page",
            Self::Review => "that a person looks at what a rule decided",
            Self::Complaint => "about something that you are not content with",
            Self::Question => "about your data",
        }
    }
}

/// A step that a colleague takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stepping {
    /// Tells the person that it was received.
    Confirm,
    /// Waits for something that only the person can say.
    Wait,
    /// Has heard it.
    Resume,
    /// Needs longer, and says why.
    Extend,
    /// It is done.
    Done,
    /// It is refused, and says why.
    Refuse,
}

impl Stepping {
    /// Every step with its word.
    pub const ALL: [(&'static str, Self); 6] = [
        ("confirm", Self::Confirm),
        ("wait", Self::Wait),
        ("resume", Self::Resume),
        ("extend", Self::Extend),
        ("done", Self::Done),
        ("refuse", Self::Refuse),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }

    fn ends(self) -> bool {
        matches!(self, Self::Done | Self::Refuse)
    }

    /// Whether the person must be told why.
    fn needs_reason(self) -> bool {
        matches!(self, Self::Wait | Self::Extend | Self::Refuse | Self::Done)
    }
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for us.
    Open,
    /// It waits for the person.
    Waiting,
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

/// A request, with when it is due.
#[derive(Debug, Serialize)]
pub struct Pending {
    /// Its number.
    pub number: i64,
    /// Whose it is, if that is known.
    pub person: Option<String>,
    /// What is asked for.
    pub asked: Asked,
    /// When it came.
    pub came: Timestamp,
    /// Who took it down.
    pub by: String,
    /// What they wrote.
    pub text: Option<String>,
    /// How far it has come.
    pub state: State,
    /// Whether more time was taken.
    pub is_extended: bool,
    /// By when.
    pub due: Due,
    /// Since when it is ended.
    pub ended: Option<Timestamp>,
    /// What was said to the person last.
    pub answer: Option<String>,
}

impl Pending {
    /// Whether it waits still after its last day.
    pub fn is_late(&self, today: Date) -> bool {
        self.ended.is_none() && self.due.answer < today
    }
}

impl Desk {
    /// Takes down a request. Of somebody who is not known yet a colleague does.
    pub fn take_down(
        &self,
        asked: Asked,
        whose: Option<&Person>,
        came: Timestamp,
        text: Option<&str>,
        by: By<'_>,
    ) -> Result<(Pending, UseId), RightsError> {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        let earliest = self.now().checked_sub(OLDEST).unwrap_or(Timestamp::MIN);
        let is_odd = !(earliest..=self.now()).contains(&came);
        if is_odd || text.is_some_and(|text| text.chars().count() > LONGEST) {
            return Err(RightsError::BadRequest);
        }
        let use_id = self.log_request(whose, asked, None, by)?;
        let anchor = whose.map(|person| self.anchor(person)).transpose()?;
        let new = NewRequest {
            anchor,
            kind: asked.word(),
            came,
            by: self.actor(by)?,
            text: text.map(str::to_owned),
        };
        Ok((self.one(self.store.record_request(&new)?)?, use_id))
    }

    /// Takes a step towards an answer; the person can read of it.
    pub fn step(
        &self,
        request: RequestId,
        step: Stepping,
        reason: Option<&str>,
        by: By<'_>,
    ) -> Result<Pending, RightsError> {
        self.permitted(by)?;
        let found = self.one(request)?;
        let reason = Reason { why: reason, at_their_request: false }.given()?;
        if step.needs_reason() && reason.is_none() {
            return Err(RightsError::NoReason);
        }
        let is_sound = match step {
            Stepping::Resume => found.state == State::Waiting,
            Stepping::Extend | Stepping::Wait => found.state == State::Open,
            _ => matches!(found.state, State::Open | State::Waiting),
        };
        if !is_sound {
            return Err(RightsError::NotNow { step: step.word() });
        }
        // Once, within the time there is, and where every law that counts gives more.
        if step == Stepping::Extend && (found.is_late(self.today()) || found.due.longest.is_none())
        {
            return Err(RightsError::NoMoreTime);
        }
        let whose = found.person.as_deref().map(|id| self.find(id, by)).transpose()?;
        self.log_request(whose.as_ref(), found.asked, Some(step), by)?;
        let new =
            Step { at: self.now(), what: step.word().to_owned(), by: self.actor(by)?, reason };
        self.store.record_step(request, &new, step.ends())?;
        self.one(request)
    }

    /// Every request, those that are due first at the front, then those that are ended.
    pub fn pending(&self, by: By<'_>) -> Result<Vec<Pending>, RightsError> {
        self.permitted(by)?;
        let mut all = self.every_request()?;
        all.sort_by_key(|one| (one.ended.is_some(), one.due.answer, one.number));
        Ok(all)
    }

    /// Every request, the first that came at the front.
    pub(crate) fn every_request(&self) -> Result<Vec<Pending>, RightsError> {
        self.store.requests()?.into_iter().map(|request| self.read_request(request)).collect()
    }

    /// The requests of a person, the latest first.
    pub fn pending_of(&self, person: &Person) -> Result<Vec<Pending>, RightsError> {
        let found = self.store.requests_of(person.slot)?.into_iter().rev();
        found.map(|request| self.read_request(request)).collect()
    }

    fn one(&self, id: RequestId) -> Result<Pending, RightsError> {
        self.read_request(self.store.request(id)?.ok_or(RightsError::UnknownRequest)?)
    }

    fn read_request(&self, request: theirs_store::Request) -> Result<Pending, RightsError> {
        const UNKNOWN: StoreError = StoreError::Damaged("a request of no known kind");
        let asked = Asked::named(&request.kind).ok_or(UNKNOWN)?;
        let zone = &self.charter.time_zone;
        let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
        let mut waits: Vec<Wait> = Vec::new();
        let (mut state, mut is_extended, mut ended) = (State::Open, false, None);
        let is_confirmed = request.by == "person" || !request.steps.is_empty();
        for step in &request.steps {
            match step.what.as_str() {
                "wait" => {
                    waits.push(Wait { from: day(step.at), until: None });
                    state = State::Waiting;
                }
                "resume" => {
                    for wait in &mut waits {
                        wait.until.get_or_insert(day(step.at));
                    }
                    state = State::Open;
                }
                "extend" => is_extended = true,
                "done" => (state, ended) = (State::Done, Some(step.at)),
                "refuse" => (state, ended) = (State::Refused, Some(step.at)),
                _ => {}
            }
        }
        let laws = &self.charter.controller.laws;
        let mut due = due::due(laws, day(request.came), &waits, is_extended);
        due.confirm = due.confirm.filter(|_| !is_confirmed);
        let slot = request.slot.map(|slot| self.store.person_at(slot)).transpose()?.flatten();
        Ok(Pending {
            number: request.id.0,
            person: slot.map(|person| person.id.to_string()),
            asked,
            came: request.came,
            by: request.by,
            text: request.text,
            state,
            is_extended,
            due,
            ended,
            answer: request.steps.into_iter().rev().find_map(|step| step.reason),
        })
    }

    fn log_request(
        &self,
        whose: Option<&Person>,
        asked: Asked,
        step: Option<Stepping>,
        by: By<'_>,
    ) -> Result<UseId, RightsError> {
        let mut told = self.telling(Act::Request, by)?;
        let what = asked.in_words();
        told.reason = Some(match step {
            None if by == By::Person => format!("asked {what}"),
            None => format!("took down that you asked {what}"),
            Some(Stepping::Confirm) => format!("confirmed the request {what}"),
            Some(Stepping::Wait) => format!("asked back about the request {what}"),
            Some(Stepping::Resume) => format!("took up again the request {what}"),
            Some(Stepping::Extend) => format!("needs longer for the request {what}"),
            Some(Stepping::Done) => format!("answered the request {what}"),
            Some(Stepping::Refuse) => format!("refused the request {what}"),
        });
        self.log(&told, whose)
    }
}
