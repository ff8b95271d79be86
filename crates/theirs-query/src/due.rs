//! Conditions and statements that are written down before they are asked, as under `decide` and in a
//! campaign: the statement they make, and whether that can be planned at all.
//!
//! They are planned against tables without rows, so a charter is checked before anything was loaded, and
//! what is wrong is found when it is written and not on the day of the mailing.

use datafusion::execution::SessionState;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Expr, SetExpr, Statement as Sql};
use jiff::Timestamp;
use theirs_charter::{Charter, Decide, Leave, Limits, Problem, Purpose};

use crate::error::QueryError;
use crate::mask::Calendar;
use crate::table::PERSON_ID;
use crate::{hint, session, statement};

/// The statement that picks the people of a purpose, in the order of their pseudonyms: `person_id`,
/// then the columns of the list.
pub fn due_statement(purpose: &Purpose, rule: &Decide) -> String {
    condition_statement(purpose, &rule.due, &rule.columns)
}

/// The same for a condition that does not stand in the charter. The condition stands on lines of its
/// own, so that nothing in it, a comment say, reaches further.
pub fn condition_statement(purpose: &Purpose, condition: &str, columns: &[String]) -> String {
    let listed: Vec<String> = columns.iter().map(|name| format!(", \"{name}\"")).collect();
    format!(
        "select person_id{} from \"{}\".person where (\n{condition}\n) order by person_id",
        listed.concat(),
        purpose.name,
    )
}

/// What is wrong with the conditions of a charter, each at its place.
pub fn due_problems(charter: &Charter) -> Vec<Problem> {
    let problem = |purpose: &Purpose| {
        let rule = purpose.decide.as_ref()?;
        let fault = due_fault(charter, purpose, rule)?;
        let message = format!("the condition \"due\" of {} cannot be asked: {fault}", purpose.name);
        let hint = "a condition in SQL on the columns that this purpose lists".to_owned();
        Some(Problem::at(rule.due_at, message, Some(hint)))
    };
    charter.purposes.iter().filter_map(problem).collect()
}

/// Why the condition of a purpose cannot be asked, if it cannot.
pub fn due_fault(charter: &Charter, purpose: &Purpose, rule: &Decide) -> Option<String> {
    fault(charter, purpose, &due_statement(purpose, rule), Form::Condition)
}

/// Why a condition on the people of a purpose cannot be asked, if it cannot.
pub fn condition_fault(charter: &Charter, purpose: &Purpose, condition: &str) -> Option<String> {
    let sql = condition_statement(purpose, condition, &[]);
    fault(charter, purpose, &sql, Form::Condition)
}

/// Why a statement whose first column is `person_id` cannot be asked for a purpose, if it cannot.
pub fn statement_fault(charter: &Charter, purpose: &Purpose, sql: &str) -> Option<String> {
    fault(charter, purpose, sql, Form::People)
}

/// What a statement has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One that a condition was put into, and did not leave.
    Condition,
    /// One whose first column is `person_id`.
    People,
}

fn fault(charter: &Charter, purpose: &Purpose, sql: &str, form: Form) -> Option<String> {
    plan(charter, purpose, sql, form).err().map(|error| without_place(&error.to_string()))
}

fn plan(charter: &Charter, purpose: &Purpose, sql: &str, form: Form) -> Result<(), QueryError> {
    let calendar = Calendar::at(Timestamp::UNIX_EPOCH, &charter.time_zone);
    let planning = |error| QueryError::planning(&error);
    let session = session::empty(&calendar, None, Limits::MOST.bytes()).map_err(planning)?;
    session::sketch(&session, purpose, charter).map_err(planning)?;
    let state = session.state();
    let parsed = statement::parse(session::reader(), sql)?;
    if form == Form::Condition && !is_one_condition(&parsed.statement) {
        let message = "it is more than one condition".to_owned();
        return Err(QueryError::Statement { message });
    }
    if let Some(table) = parsed.tables.iter().find(|t| t.schema() != Some(&purpose.name)) {
        let message = format!("it names {table}, which is not of this purpose");
        return Err(QueryError::Statement { message });
    }
    let plan = finished(&state, parsed.statement)
        .map_err(|error| hint::explain(&error, charter, &Leave::unnarrowed(purpose)))?;
    statement::only_known_nodes(&plan)?;
    let first = plan.schema().fields().first().map(|field| field.name().as_str());
    if form == Form::People && first != Some(PERSON_ID) {
        let message = format!("its first column must be {PERSON_ID}");
        return Err(QueryError::Statement { message });
    }
    state.optimize(&plan).map_err(planning)?;
    Ok(())
}

/// Plans a statement; nothing is waited for, as no table has rows.
fn finished(
    state: &SessionState,
    statement: Statement,
) -> datafusion::error::Result<datafusion::logical_expr::LogicalPlan> {
    futures::executor::block_on(state.statement_to_plan(statement))
}

/// Whether the condition stayed within its brackets.
fn is_one_condition(statement: &Statement) -> bool {
    let Statement::Statement(sql) = statement else { return false };
    let Sql::Query(query) = &**sql else { return false };
    let SetExpr::Select(select) = &*query.body else { return false };
    matches!(select.selection, Some(Expr::Nested(_)))
}

/// A message without the place in a statement that nobody wrote.
fn without_place(message: &str) -> String {
    message.split(" at Line: ").next().unwrap_or(message).to_owned()
}
