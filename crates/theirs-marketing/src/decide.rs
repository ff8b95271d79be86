//! Picks the people who are due for a purpose and hands their list to a recipient.
//!
//! Two uses go on record: that many were looked at, and that some were given away. The second is
//! durable, and what people chose in the meantime is heeded, before the first row is handed over.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use theirs_charter::{Decide, Purpose, Refusal};
use theirs_model::UseId;
use theirs_query::{Asker, Door, Leaving, LeftOut, QueryError, Whither, due_fault, due_statement};

/// Takes a list away: to a file, a queue, a service. The wiring says which.
pub trait DecisionSink {
    /// Begins a list with these column names.
    fn begin(&mut self, use_id: UseId, columns: &[String]) -> std::io::Result<()>;
    /// Takes what is of one person; says whether it could, as somebody may have no address.
    fn take(&mut self, decision: &Decision) -> std::io::Result<bool>;
    /// Makes the list whole: after this it is where it should be.
    fn finish(&mut self) -> std::io::Result<()>;
}

/// What is handed over of one person.
pub struct Decision {
    /// The values of the list's columns.
    pub values: Vec<String>,
    /// Why this person.
    pub reason: String,
    /// The use in the ledger.
    pub use_id: UseId,
    /// The use whose page tells the person why: that of the decision, if a campaign decided.
    pub why: UseId,
    /// The token by which the person says no to the purpose, in a message to them.
    pub unsubscribe: Option<String>,
    /// What the recipient knows the person by, in this list alone: so that it can be told later what
    /// was corrected or erased, without a name.
    pub reference: String,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The use under which the list was given.
    pub use_id: UseId,
    /// The recipient's key.
    pub recipient: String,
    /// The columns it was given.
    pub columns: Vec<String>,
    /// How many people are on the list.
    pub chosen: usize,
    /// How many changed their minds between the choice and the dispatch.
    pub dropped: usize,
    /// How many were considered.
    pub considered: u64,
    /// Who may not be contacted, by clause.
    pub left_out: Vec<LeftOut>,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The door said no, or the purpose's condition does not run.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The purpose's condition cannot be asked.
    #[error(
        "the condition \"due\" of {purpose} (charter.yaml, line {line}) cannot be asked: {fault}"
    )]
    Due {
        /// The purpose.
        purpose: String,
        /// Where the condition stands in the charter.
        line: usize,
        /// What is wrong with it.
        fault: String,
    },
    /// What a campaign looks at cannot be looked at.
    #[error("the features of the campaign cannot be used: {0}")]
    Features(String),
    /// The list could not be written.
    #[error("the list could not be written")]
    Sink(#[from] std::io::Error),
    /// The answer is not what was asked for.
    #[error("the list cannot be read as columns")]
    Shape,
}

/// Picks the people due for a purpose and gives their list to `sink`.
pub fn decide(
    door: &Door,
    asker: &Asker,
    purpose: &str,
    sink: &mut dyn DecisionSink,
) -> Result<Decided, DecideError> {
    let charter = door.charter()?;
    door.permit(asker, purpose)?;
    let (purpose, rule) = rule(&charter, purpose).map_err(|refusal| door.refuse(asker, refusal))?;
    let columns = rule.columns.clone();
    if let Some(fault) = due_fault(&charter, purpose, rule) {
        let (purpose, line) = (purpose.name.clone(), rule.due_at.line);
        return Err(DecideError::Due { purpose, line, fault });
    }
    // Nobody's data is looked at for a list that could not go.
    door.permit_share(asker, &purpose.name, &rule.to)?;
    let sql = due_statement(purpose, rule);
    let answer = door.ask(asker, sql.as_str())?;
    let people = people(&answer.batches)?;
    let leaving = Leaving {
        purpose: &purpose.name,
        to: Whither::Recipient(&rule.to),
        columns: &columns,
        reason: &rule.reason,
    };
    let release = door.release(asker, &leaving, &people)?;
    sink.begin(release.use_id, &columns)?;
    let mut leave = release.references.into_iter();
    let mut chosen = 0;
    for batch in &answer.batches {
        for values in rows(batch)? {
            if let Some(Some(reference)) = leave.next() {
                let (reason, use_id) = (rule.reason.clone(), release.use_id);
                let (why, unsubscribe) = (use_id, None);
                let decision = Decision { values, reason, use_id, why, unsubscribe, reference };
                chosen += usize::from(sink.take(&decision)?);
            }
        }
    }
    sink.finish()?;
    Ok(Decided {
        use_id: release.use_id,
        recipient: rule.to.clone(),
        columns,
        chosen,
        dropped: people.len() - chosen,
        considered: answer.people,
        left_out: answer.left_out,
    })
}

fn rule<'c>(
    charter: &'c theirs_charter::Charter,
    purpose: &str,
) -> Result<(&'c Purpose, &'c Decide), Refusal> {
    let permitted = charter.purpose(purpose);
    permitted.and_then(|permitted| Some((permitted, permitted.decide.as_ref()?))).ok_or_else(|| {
        let because = format!("\"{purpose}\" picks nobody");
        let change = "the charter would have to say under \"decide\" who is due".to_owned();
        let clause = format!("purposes.{purpose}.decide");
        Refusal::new(&clause, because, change)
    })
}

pub(crate) fn people(batches: &[RecordBatch]) -> Result<Vec<i64>, DecideError> {
    let mut people = Vec::new();
    for batch in batches {
        let ids = batch.column(0).as_primitive_opt::<Int64Type>().ok_or(DecideError::Shape)?;
        people.extend(ids.values());
    }
    Ok(people)
}

/// The texts of every column after the pseudonym, row by row.
pub(crate) fn rows(batch: &RecordBatch) -> Result<Vec<Vec<String>>, DecideError> {
    let options = FormatOptions::default();
    let formatters = batch.columns()[1..]
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| DecideError::Shape)?;
    let row = |at| formatters.iter().map(|format| format.value(at).to_string()).collect();
    Ok((0..batch.num_rows()).map(row).collect())
}
