//! A statement from its text to rows: planned under one purpose, logged, and only then run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::arrow::array::RecordBatch;
use datafusion::common::ParamValues;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::prelude::SessionContext;
use futures::{FutureExt, StreamExt};
use theirs_charter::{Asker, Authority, Limits, Output, Purpose, Refusal};
use theirs_uses::Act;
use tokio::task::JoinSet;

use super::{Door, Now, Scene, telling};
use crate::answer::{Answer, Took};
use crate::catalogue::{SchemaView, of_asker};
use crate::error::QueryError;
use crate::question::{Question, Shape};
use crate::statement::Permit;
use crate::{hint, plain, session, statement};

/// A statement whose use is on record: all that is left is to run it.
pub(super) struct Staged {
    context: Arc<TaskContext>,
    plan: Arc<dyn ExecutionPlan>,
    patience: Duration,
    pub(super) most_rows: usize,
    pub(super) answer: Answer,
}

/// A planned statement, and what it was planned with.
struct Planned {
    state: SessionState,
    plan: LogicalPlan,
    scene: Scene,
}

impl Door {
    /// Answers a governed statement. Its use is durable in the ledger before the first row exists.
    ///
    /// # Errors
    /// A refusal names its clause and is on record; other errors leave no use behind.
    pub fn ask(&self, asker: &Asker, question: impl Into<Question>) -> Result<Answer, QueryError> {
        let staged = self.stage(asker, &question.into())?;
        let run = AssertUnwindSafe(staged.run()).catch_unwind();
        self.runtime.block_on(run).unwrap_or_else(|_| Err(stuck()))
    }

    /// As [`Door::ask`], for a caller that must not wait on a thread. The work stops when nobody
    /// waits for it any more.
    ///
    /// # Errors
    /// As [`Door::ask`].
    pub async fn answer(
        self: &Arc<Self>,
        asker: Asker,
        question: Question,
    ) -> Result<Answer, QueryError> {
        let door = Arc::clone(self);
        let staged = tokio::task::spawn_blocking(move || door.stage(&asker, &question));
        let staged = staged.await.map_err(QueryError::unlogged)??;
        let mut running = JoinSet::new();
        running.spawn_on(staged.run(), self.runtime.handle());
        match running.join_next().await {
            Some(done) => done.map_err(QueryError::unlogged)?,
            None => Err(QueryError::Statement { message: "the statement did not run".to_owned() }),
        }
    }

    /// What the answer to a statement would look like.
    ///
    /// # Errors
    /// As [`Door::ask`]: a statement that would be refused is refused here, and that is on record.
    pub fn describe(&self, asker: &Asker, question: &Question) -> Result<Shape, QueryError> {
        let now = self.now()?;
        let described = self.try_describe(&now, asker, question);
        self.recorded(now.authority.charter(), asker, described)
    }

    /// What the asker's roles may ask.
    ///
    /// # Errors
    /// No charter is in force, or the store cannot be read.
    pub fn catalogue(&self, asker: &Asker) -> Result<Vec<SchemaView>, QueryError> {
        Ok(of_asker(&*self.authority()?, asker))
    }

    fn try_describe(
        &self,
        now: &Now,
        asker: &Asker,
        question: &Question,
    ) -> Result<Shape, QueryError> {
        let furnish = |session: &SessionContext, scene: &Scene| {
            let charter = now.authority.charter();
            session::sketch(session, &scene.leave.purpose, charter).map_err(Into::into)
        };
        let Planned { plan, .. } = self.plan(now, asker, question, &Authority::permit, furnish)?;
        Shape::of(&plan)
    }

    fn stage(&self, asker: &Asker, question: &Question) -> Result<Staged, QueryError> {
        let now = self.now()?;
        // What the engine cannot plan is no reason for its caller to end.
        let stage = AssertUnwindSafe(|| self.try_stage(&now, asker, question, &Authority::permit));
        let staged = catch_unwind(stage).unwrap_or_else(|_| Err(stuck()));
        self.recorded(now.authority.charter(), asker, staged)
    }

    /// Plans a statement and logs its use.
    pub(super) fn try_stage(
        &self,
        now: &Now,
        asker: &Asker,
        question: &Question,
        permit: Permit<'_>,
    ) -> Result<Staged, QueryError> {
        let began = Instant::now();
        let snapshot = &now.people;
        let furnish = |session: &SessionContext, scene: &Scene| {
            let (purpose, governor) = (&scene.leave.purpose, &scene.governor);
            if !matches!(purpose.output, Output::Aggregate { .. }) {
                let (store, lake) = (&self.store, &self.lake);
                return session::furnish(session, purpose, snapshot, governor, store, lake);
            }
            session::furnish_with(session, purpose, self.groups(snapshot, purpose, governor)?)
        };
        let Planned { state, plan, scene } = self.plan(now, asker, question, permit, furnish)?;
        let values = ParamValues::from(question.parameters.clone());
        let plan = plan
            .replace_params_with_values(&values)
            .and_then(|plan| state.optimize(&plan))
            .map_err(|error| QueryError::planning(&error))?;
        let mut told = telling(Act::Statement, &scene);
        let purpose = &scene.leave.purpose;
        (told.columns, told.activities) = reads(&plan, purpose);
        // Every table is opened here, and none later: whom they may show is known before one does.
        let physical =
            self.runtime.block_on(state.query_planner().create_physical_plan(&plan, &state));
        let physical =
            physical.and_then(interruptible).map_err(|error| QueryError::running(&error))?;
        let members = scene.governor.touched.close();
        let digest = snapshot.charter.digest;
        let planned = began.elapsed();
        let logged = self.book.log(&told, &members, digest, self.clock.now());
        let took =
            Took { plan: planned, log: began.elapsed().saturating_sub(planned), ..Took::default() };
        // How many are left out of groups changes with one person's choice, and would tell of it.
        let left_out = match purpose.output {
            Output::Rows | Output::Verdict(_) => {
                snapshot.left_out(&purpose.name, scene.governor.calendar.today)
            }
            Output::Aggregate { .. } => Ok(Vec::new()),
        };
        let left_out = left_out.map_err(QueryError::unlogged)?;
        let answer = Answer {
            schema: plain::schema(plan.schema().as_arrow()),
            batches: Vec::new(),
            use_id: logged.map_err(QueryError::unlogged)?,
            purpose: Some(purpose.name.clone()),
            role: scene.leave.role.name.clone(),
            took,
            people: members.len(),
            left_out,
        };
        let Limits { rows: most_rows, seconds, .. } = scene.leave.role.limits;
        let longest = Duration::from_secs(seconds);
        let patience = question.patience.unwrap_or(longest).min(longest);
        let context = Arc::new(TaskContext::from(&state));
        Ok(Staged { context, plan: physical, patience, most_rows, answer })
    }

    /// Plans a statement over the tables of the one purpose that it names.
    fn plan(
        &self,
        now: &Now,
        asker: &Asker,
        question: &Question,
        permit: Permit<'_>,
        furnish: impl FnOnce(&SessionContext, &Scene) -> Result<(), session::Fault>,
    ) -> Result<Planned, QueryError> {
        let Now { authority, people: snapshot } = now;
        let calendar = self.calendar(&snapshot.charter);
        let default = question.purpose.as_deref();
        let parsed = statement::parse(session::reader(), &question.sql)?;
        let Some(leave) = statement::leave_for(authority, asker, &parsed.tables, default, permit)?
        else {
            let because = "the statement reads no table of any purpose".to_owned();
            let change = "write select … from PURPOSE.person".to_owned();
            return Err(Refusal::new("purposes", because, change).into());
        };
        let (charter, purpose) = (&snapshot.charter, &leave.purpose);
        let session = session::empty(&calendar, default, leave.role.limits.bytes())
            .map_err(|error| QueryError::planning(&error))?;
        let governor = Arc::new(self.governor(snapshot, purpose, calendar)?);
        let scene = Scene { leave: Arc::clone(&leave), governor };
        furnish(&session, &scene).map_err(QueryError::Unlogged)?;
        for table in &parsed.tables {
            if table.catalog().is_some_and(|name| name != session::CATALOGUE) {
                return Err(hint::catalogue(table, purpose));
            }
            if !session.table_exist(table.clone()).unwrap_or(false) {
                return Err(hint::table(table.table(), charter, &leave));
            }
        }
        // Each time a session is asked for its state, it copies all of it.
        let state = session.state();
        let plan = self
            .runtime
            .block_on(state.statement_to_plan(parsed.statement))
            .map_err(|error| hint::explain(&error, charter, &leave))?;
        statement::only_known_nodes(&plan)?;
        Ok(Planned { state, plan, scene })
    }
}

impl Staged {
    /// Runs the plan for as long as it may.
    pub(super) async fn run(self) -> Result<Answer, QueryError> {
        let Self { context, plan, patience, most_rows, mut answer } = self;
        let began = Instant::now();
        let rows = tokio::time::timeout(patience, rows(context, plan, most_rows)).await;
        answer.took.run = began.elapsed();
        answer.batches = rows.unwrap_or_else(|_| Err(too_long(patience)))?;
        Ok(answer)
    }
}

/// The plan, in which every join pauses now and then: rows that are multiplied within one are taken
/// without a look at its inputs, which are all that pauses otherwise, and the statement could not be
/// stopped.
fn interruptible(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
    let paused = plan.transform_up(|node| {
        let is_join = node.children().len() > 1;
        let pausing = |node| Arc::new(CooperativeExec::new(node)) as Arc<dyn ExecutionPlan>;
        Ok(if is_join { Transformed::yes(pausing(node)) } else { Transformed::no(node) })
    })?;
    Ok(paused.data)
}

fn stuck() -> QueryError {
    QueryError::Statement { message: "the statement cannot be carried out".to_owned() }
}

fn too_long(patience: Duration) -> QueryError {
    QueryError::Limit(format!("the statement ran longer than {patience:?}, and was stopped"))
}

async fn rows(
    context: Arc<TaskContext>,
    plan: Arc<dyn ExecutionPlan>,
    most: usize,
) -> Result<Vec<RecordBatch>, QueryError> {
    let running = |error| QueryError::running(&error);
    let mut stream = datafusion::physical_plan::execute_stream(plan, context).map_err(running)?;
    let (mut batches, mut count) = (Vec::new(), 0);
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(running)?;
        count += batch.num_rows();
        if count > most {
            return Err(QueryError::Limit(format!("an answer has at most {most} rows")));
        }
        batches.push(plain::batch(batch).map_err(running)?);
    }
    Ok(batches)
}

/// The columns of people and the activities that a plan reads.
fn reads(plan: &LogicalPlan, purpose: &Purpose) -> (Vec<String>, Vec<String>) {
    let (mut columns, mut activities) = (Vec::new(), Vec::new());
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            let table = scan.table_name.table();
            if purpose.activities.iter().any(|granted| granted.source == table) {
                activities.push(table.to_owned());
                if matches!(purpose.output, Output::Aggregate { .. }) {
                    let read = scan.projected_schema.fields().iter().map(|f| f.name().clone());
                    columns.extend(read.filter(|name| purpose.shows(name)));
                }
            } else {
                columns.extend(scan.projected_schema.fields().iter().map(|f| f.name().clone()));
                let asked = scan.filters.iter().flat_map(Expr::column_refs);
                columns.extend(asked.map(|column| column.name.clone()));
            }
        }
        Ok(TreeNodeRecursion::Continue)
    });
    columns.retain(|column| column != crate::table::PERSON_ID);
    for list in [&mut columns, &mut activities] {
        list.sort_unstable();
        list.dedup();
    }
    (columns, activities)
}
