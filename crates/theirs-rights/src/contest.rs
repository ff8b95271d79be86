//! Values that somebody says are wrong, or wants used for nothing (GDPR Art. 16, 18 and 21).
//!
//! Where it is theirs to say what is right, that counts at once; else the value is contested, and what
//! they say is kept for the colleague who decides.

use theirs_model::UseId;
use theirs_people::{Believed, Contest, Stage, proposing, stop_of};
use theirs_store::{ActKind, Person};
use theirs_uses::Act;

use crate::access::is_theirs;
use crate::change::{Done, reason_to};
use crate::desk::{By, Desk, RightsError};
use crate::judge::Reason;
use crate::tell::News;

/// What is done about a contested value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contesting {
    /// It is contested, and not used from now on.
    Begin,
    /// The person takes that back.
    TakeBack,
    /// A colleague decides that it is wrong.
    Uphold,
    /// A colleague decides that it is what the person says.
    Accept,
    /// A colleague decides that it is right.
    Dismiss,
}

/// What became of a value that somebody put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutRight {
    /// It is theirs to say, and counts.
    Changed,
    /// It is not: the value is contested until a colleague decides.
    Proposed,
}

impl Desk {
    /// Takes what the person says a value is: at once where it is theirs to say (GDPR Art. 16), else as
    /// a contest, with what they say kept for the colleague who decides; the value is used for nothing
    /// until then.
    pub fn put_right(
        &self,
        person: &Person,
        column: &str,
        value: &str,
    ) -> Result<PutRight, RightsError> {
        self.column(column)?;
        if self.may_say(person, column)? {
            let told = self.telling(Act::Correction, By::Person)?;
            self.set(person, column, Some(value), told, By::Person)?;
            return Ok(PutRight::Changed);
        }
        let value = self.acceptable(column, value)?;
        let (is_held, open) = self.contest_of(person, column)?;
        if !is_held && open.is_none() {
            return Err(RightsError::NotContested { column: column.to_owned() });
        }
        let mut told = self.telling(Act::Contest, By::Person)?;
        told.columns = vec![column.to_owned()];
        told.reason = Some("proposed".to_owned());
        let content = Some(proposing(&value));
        // What they said is wrong stands beside what they say is right.
        let reason = open.filter(|contest| contest.stage == Stage::Open).and_then(|one| one.reason);
        let done = Done { kind: ActKind::Contest, topic: column, content, reason };
        self.act(person, done, None, By::Person, &told)?;
        Ok(PutRight::Proposed)
    }

    /// Whether it is the person's to say what stands in a column.
    pub(crate) fn may_say(&self, person: &Person, column: &str) -> Result<bool, RightsError> {
        let (attribute, _) = self.column(column)?;
        let (profile, _) = self.profile(person)?;
        let by_kind = || theirs_charter::is_theirs_to_say(&attribute.category.0);
        Ok(profile.attribute(column).map_or_else(by_kind, is_theirs))
    }

    /// Whether anything is held in a column, and what stands of a contest of it.
    fn contest_of(
        &self,
        person: &Person,
        column: &str,
    ) -> Result<(bool, Option<Contest>), RightsError> {
        let (profile, _) = self.profile(person)?;
        let known = profile.attribute(column);
        let is_held = known.is_some_and(|one| one.deleted.is_none());
        Ok((is_held, known.and_then(|one| one.contest.clone())))
    }

    /// Has a value used for nothing, though it is right, or used again (GDPR Art. 18 and 21).
    ///
    /// It takes effect on the next query, in every purpose, and stands until it is taken back, whatever
    /// is corrected, decided or loaded meanwhile. A colleague who ends it says why.
    pub fn stop_using(
        &self,
        person: &Person,
        column: &str,
        yes: bool,
        reason: Reason<'_>,
        by: By<'_>,
    ) -> Result<UseId, RightsError> {
        let mut told = self.telling(Act::Restriction, by)?;
        self.column(column)?;
        let reason = reason_to(yes, reason, by)?;
        let (profile, _) = self.profile(person)?;
        let fits = |one: &Believed| {
            if yes { one.deleted.is_none() } else { one.stopped.is_some() }
        };
        if !profile.attribute(column).is_some_and(fits) {
            return Err(RightsError::NotContested { column: column.to_owned() });
        }
        told.columns = vec![column.to_owned()];
        self.restriction(person, (&stop_of(column), yes), reason, None, by, told)
    }

    /// Records that the value of a column is contested, or how that ended.
    ///
    /// A contested value is used for nothing from the next query on. Only a colleague decides, and
    /// says why; a colleague who writes down what the person asks for need not.
    pub fn contest(
        &self,
        person: &Person,
        column: &str,
        what: Contesting,
        reason: Reason<'_>,
        by: By<'_>,
    ) -> Result<UseId, RightsError> {
        let mut told = self.telling(Act::Contest, by)?;
        self.column(column)?;
        let decides = matches!(what, Contesting::Uphold | Contesting::Accept | Contesting::Dismiss);
        let reason = match (decides, by) {
            (true, By::Person) => return Err(RightsError::NotYours),
            (true, By::Colleague(_)) => Some(reason.given()?.ok_or(RightsError::NoReason)?),
            (false, _) => reason.given()?,
        };
        let (is_held, known) = self.contest_of(person, column)?;
        let stage = known.as_ref().map(|contest| contest.stage);
        let (before, proposed) = known.map(|one| (one.reason, one.proposed)).unwrap_or_default();
        let fits = match what {
            Contesting::Begin => is_held,
            Contesting::TakeBack => stage.is_some_and(Stage::forbids_use),
            Contesting::Accept => proposed.is_some(),
            Contesting::Uphold | Contesting::Dismiss => stage == Some(Stage::Open),
        };
        if !fits {
            return Err(RightsError::NotContested { column: column.to_owned() });
        }
        told.columns = vec![column.to_owned()];
        // Who says once more that it may be wrong, and nothing else, takes back nothing of what they said.
        let is_again = what == Contesting::Begin && stage == Some(Stage::Open) && reason.is_none();
        let reason = if is_again { before } else { reason };
        let stage = |stage: Stage| Some(stage.word().to_owned());
        let (content, in_words) = match what {
            Contesting::Begin if is_again && proposed.is_some() => {
                (proposed.as_deref().map(proposing), "contested")
            }
            Contesting::Begin => (stage(Stage::Open), "contested"),
            Contesting::TakeBack => (Some("no".to_owned()), "taken back"),
            Contesting::Uphold => (stage(Stage::Upheld), "upheld"),
            Contesting::Accept => (proposed.clone(), "accepted"),
            Contesting::Dismiss => (stage(Stage::Dismissed), "dismissed"),
        };
        let (kind, news) = match what {
            Contesting::Accept => {
                let value = proposed.as_deref();
                (ActKind::Correction, Some(News::Corrected { column, value }))
            }
            Contesting::Uphold => (ActKind::Contest, Some(News::Wrong { column })),
            _ => (ActKind::Contest, None),
        };
        told.reason = Some(in_words.to_owned());
        self.act(person, Done { kind, topic: column, content, reason }, news, by, &told)
    }
}
