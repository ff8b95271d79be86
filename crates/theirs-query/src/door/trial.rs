//! A test of data from outside: what it is tested with is read here, and only what was found leaves.
//!
//! The rows go to a function, and never into an answer, so that no caller can show them by mistake.
//! Whose function it is stands in the wiring; the price is that this is kept by whoever reads that
//! one place, as a function could keep what it was given.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use theirs_charter::{Asker, Authority, Leave, Refusal, Trial};
use theirs_model::UseId;

use super::decide::given;
use super::{Door, Now};
use crate::answer::Answer;
use crate::decision::Decided;
use crate::error::QueryError;
use crate::people::{Housing, Snapshot};
use crate::question::Question;

/// The most rows that a test is made with.
const MOST_ROWS: usize = 5_000_000;

/// What a test found, and the use under which it was made.
#[derive(Debug, Clone)]
pub struct Tried<T> {
    /// What was found.
    pub found: T,
    /// The name of the use in the ledger.
    pub use_id: UseId,
    /// How many people it concerns.
    pub people: u64,
    /// What was tested.
    pub trial: Trial,
}

impl Door {
    /// Has the data of a source from outside tested, for a purpose that is there for it: what a campaign
    /// decided goes to `ask`, the rows of each question that this asks go to `test`, and what that found
    /// comes back. People have the pseudonyms of the trial's purpose throughout.
    ///
    /// The source counts as admitted within this call alone. The first question's use is on record
    /// before the first row exists, and each of the others before its own.
    ///
    /// # Errors
    /// A refusal names its clause and is on record: the purpose tests nothing, waits for keys, or is
    /// over. A question that does not run.
    pub fn trial<T>(
        &self,
        asker: &Asker,
        purpose: &str,
        campaign: &str,
        ask: impl FnOnce(&[Decided]) -> Vec<String>,
        test: impl FnOnce(&[Vec<RecordBatch>], &[Decided]) -> T,
    ) -> Result<Tried<T>, QueryError> {
        let now = self.now()?;
        let charter = Arc::clone(now.authority.charter());
        let tried = self.try_trial(now, (asker, purpose, campaign), ask, test);
        self.recorded(&charter, asker, tried)
    }

    fn try_trial<T>(
        &self,
        now: Now,
        (asker, purpose, campaign): (&Asker, &str, &str),
        ask: impl FnOnce(&[Decided]) -> Vec<String>,
        test: impl FnOnce(&[Vec<RecordBatch>], &[Decided]) -> T,
    ) -> Result<Tried<T>, QueryError> {
        let Now { authority, .. } = now;
        let today = self.calendar(authority.charter()).today;
        let leave = authority.permit_trial(asker, purpose, today)?;
        let Some(trial) = leave.purpose.tests().cloned() else {
            return Err(QueryError::Statement { message: "there is nothing to test".to_owned() });
        };
        let within = Arc::new(authority.charter().within(&trial));
        // Nobody else may find these people in a file, so they stay in memory.
        let memory = Housing { most_in_memory: usize::MAX, ..self.census.housing().clone() };
        let people = Snapshot::read(&self.store, &within, &memory).map_err(QueryError::unlogged)?;
        let now = Now { authority, people: Arc::new(people) };
        let permit = |authority: &Authority, asker: &Asker, name: &str| {
            if name == purpose {
                return authority.permit_trial(asker, name, today);
            }
            let because = format!("a test for \"{purpose}\" reads nothing of \"{name}\"");
            let change = "name its tables alone, or as those of that purpose".to_owned();
            Err(Refusal::new("purposes", because, change))
        };
        let past = self.decided_of(&now, &leave, campaign)?;
        let (mut answers, mut use_id, mut most) = (Vec::new(), None, 0);
        for sql in ask(&past) {
            let question =
                Question { sql, purpose: Some(purpose.to_owned()), ..Question::default() };
            let mut staged = self.try_stage(&now, asker, &question, &permit)?;
            staged.most_rows = MOST_ROWS;
            use_id = use_id.or(Some(staged.answer.use_id));
            most = most.max(staged.answer.people);
            answers.push(rows_of(self.runtime.block_on(staged.run())?));
        }
        let Some(use_id) = use_id else {
            return Err(QueryError::Statement { message: "nothing is asked".to_owned() });
        };
        Ok(Tried { found: test(&answers, &past), use_id, people: most, trial })
    }

    /// What a campaign decided of people who may be seen for the trial now. It goes with the questions,
    /// whose use names everybody whom they touch.
    fn decided_of(
        &self,
        now: &Now,
        leave: &Arc<Leave>,
        campaign: &str,
    ) -> Result<Vec<Decided>, QueryError> {
        let governor = self.governor_of(now, leave)?;
        let all = self.store.decisions_of(campaign).map_err(QueryError::unlogged)?;
        let seen = all.into_iter().filter(|one| governor.eligible.contains(one.made.slot.0));
        let named = seen.map(|one| {
            let person = governor.pseudonyms.name(one.made.slot);
            let (use_id, at, cost) = (one.use_id, one.at, one.cost);
            Decided { use_id, at, cost, made: given(one.made, person) }
        });
        Ok(named.collect())
    }
}

/// The rows of an answer; one batch without any still tells its columns.
fn rows_of(answer: Answer) -> Vec<RecordBatch> {
    if answer.batches.is_empty() {
        return vec![RecordBatch::new_empty(answer.schema)];
    }
    answer.batches
}
