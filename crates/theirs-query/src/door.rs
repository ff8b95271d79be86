//! The door: a question goes in under a purpose, an answer comes out after it was logged.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use datafusion::arrow::array::RecordBatch;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use roaring::RoaringBitmap;
use theirs_charter::{Charter, Purpose, Refusal, Role};
use theirs_ledger::Ledger;
use theirs_model::Clock;
use theirs_store::{Folder, Keys, Lake, Store};
use theirs_uses::{Act, Book, Told};

use crate::answer::Answer;
use crate::asker::{Asker, Release};
use crate::error::QueryError;
use crate::mask::Calendar;
use crate::people::Snapshot;
use crate::pseudonym::Pseudonyms;
use crate::table::Governor;
use crate::{hint, session, statement};

/// How many rows an answer may have.
const MOST_ROWS: usize = 1_000_000;
/// How long a statement may run.
const LONGEST: Duration = Duration::from_mins(5);

/// The only door to personal values.
pub struct Door {
    store: Arc<Store>,
    lake: Lake,
    keys: Keys,
    book: Book,
    clock: Arc<dyn Clock>,
    last: Mutex<Option<Arc<Snapshot>>>,
    runtime: tokio::runtime::Runtime,
}

/// Everything that one statement is governed by, captured once.
struct Scene<'s> {
    snapshot: &'s Snapshot,
    purpose: &'s Purpose,
    role: &'s Role,
    governor: Arc<Governor>,
}

impl Door {
    /// Opens the door of a working folder, which this process must own, with its ledger.
    pub fn open(
        root: &Path,
        ledger: Arc<Ledger>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, QueryError> {
        let folder = Folder::create(root).map_err(QueryError::unlogged)?;
        let store = Arc::new(Store::open(&folder.database()).map_err(QueryError::unlogged)?);
        let keys = Keys::open_or_create(&folder.keys()).map_err(QueryError::unlogged)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(QueryError::unlogged)?;
        Ok(Self {
            lake: Lake::new(&folder.lake()),
            book: Book::new(Arc::clone(&store), ledger),
            store,
            keys,
            clock,
            last: Mutex::new(None),
            runtime,
        })
    }

    /// Answers a governed statement. Its use is durable in the ledger before the first row exists.
    ///
    /// # Errors
    /// A refusal names its clause and is on record; other errors leave no use behind.
    pub fn ask(&self, asker: &Asker, sql: &str) -> Result<Answer, QueryError> {
        let snapshot = self.snapshot()?;
        let answer = self.try_ask(&snapshot, asker, sql);
        if let Err(QueryError::Refused(refusal)) = &answer {
            self.record_refusal(&snapshot, asker, refusal)?;
        }
        answer
    }

    fn try_ask(
        &self,
        snapshot: &Arc<Snapshot>,
        asker: &Asker,
        sql: &str,
    ) -> Result<Answer, QueryError> {
        let calendar = self.calendar(&snapshot.charter);
        let session = session::empty(&calendar).map_err(|error| QueryError::planning(&error))?;
        let parsed = statement::parse(&session.state(), sql)?;
        let Some((role, purpose)) =
            statement::purpose_of(&snapshot.charter, &asker.role, &parsed.tables)?
        else {
            let because = "the statement reads no table of any purpose".to_owned();
            let change = "write select … from PURPOSE.person".to_owned();
            return Err(Refusal::new("purposes", because, change).into());
        };
        let governor = Arc::new(self.governor(snapshot, purpose, calendar));
        let scene = Scene { snapshot, purpose, role, governor };
        session::furnish(&session, purpose, snapshot, &scene.governor, &self.store, &self.lake)
            .map_err(QueryError::Unlogged)?;
        for table in &parsed.tables {
            if table.catalog().is_some() {
                return Err(hint::catalogue(table, purpose));
            }
            if !session.table_exist(table.clone()).unwrap_or(false) {
                return Err(hint::table(table.table(), &snapshot.charter, purpose));
            }
        }
        let plan = self
            .runtime
            .block_on(session.state().statement_to_plan(parsed.statement))
            .map_err(|error| hint::explain(&error, &snapshot.charter, purpose))?;
        statement::only_known_nodes(&plan)?;
        self.run(&session, &plan, &scene)
    }

    /// Logs the use, then runs the plan.
    fn run(
        &self,
        session: &SessionContext,
        plan: &LogicalPlan,
        scene: &Scene<'_>,
    ) -> Result<Answer, QueryError> {
        let plan = session.state().optimize(plan).map_err(|e| QueryError::planning(&e))?;
        let mut told = telling(Act::Statement, scene);
        (told.columns, told.activities) = reads(&plan, scene.purpose);
        let members = &scene.governor.eligible;
        let digest = scene.snapshot.charter.digest;
        let use_id = self
            .book
            .log(&told, members, digest, self.clock.now())
            .map_err(QueryError::unlogged)?;
        let schema = Arc::new(plan.schema().as_arrow().clone());
        let batches = self.runtime.block_on(async {
            tokio::time::timeout(LONGEST, rows(session, plan)).await.unwrap_or_else(|_| {
                Err(QueryError::Limit(format!("a statement may run {} s", LONGEST.as_secs())))
            })
        })?;
        let left_out = scene.snapshot.left_out.get(&scene.purpose.name).cloned();
        Ok(Answer {
            schema,
            batches,
            use_id,
            purpose: Some(scene.purpose.name.clone()),
            people: members.len(),
            left_out: left_out.unwrap_or_default(),
        })
    }

    /// Logs that the columns of these people go to a recipient, and says who of them may go now.
    ///
    /// People are named by their pseudonyms in this purpose. What they chose in the meantime
    /// counts: this is the check at dispatch.
    pub fn release(
        &self,
        asker: &Asker,
        purpose: &str,
        recipient: &str,
        columns: &[String],
        reason: &str,
        people: &[i64],
    ) -> Result<Release, QueryError> {
        let snapshot = self.snapshot()?;
        let released =
            self.try_release(&snapshot, asker, purpose, recipient, columns, reason, people);
        if let Err(QueryError::Refused(refusal)) = &released {
            self.record_refusal(&snapshot, asker, refusal)?;
        }
        released
    }

    #[allow(clippy::too_many_arguments, reason = "each is one fact of what is released")]
    fn try_release(
        &self,
        snapshot: &Snapshot,
        asker: &Asker,
        purpose: &str,
        recipient: &str,
        columns: &[String],
        reason: &str,
        people: &[i64],
    ) -> Result<Release, QueryError> {
        let charter = &snapshot.charter;
        let (role, purpose) = charter.permit(&asker.role, purpose)?;
        let named = purpose.recipients.iter().find(|key| *key == recipient);
        let Some(recipient) = named.and_then(|key| charter.recipient(key)) else {
            let because = format!("\"{}\" may not give anything to \"{recipient}\"", purpose.name);
            let change = "the charter would have to list it there".to_owned();
            let clause = format!("purposes.{}.recipients", purpose.name);
            return Err(Refusal::new(&clause, because, change).into());
        };
        let granted = |column: &&String| purpose.columns.iter().any(|g| g.column == **column);
        if let Some(column) = columns.iter().find(|column| !granted(column)) {
            let because = format!("\"{}\" does not include the column \"{column}\"", purpose.name);
            let change = "the charter would have to list it there".to_owned();
            let clause = format!("purposes.{}.columns", purpose.name);
            return Err(Refusal::new(&clause, because, change).into());
        }
        let governor = Arc::new(self.governor(snapshot, purpose, self.calendar(charter)));
        let slots: Vec<Option<u32>> = people
            .iter()
            .map(|name| governor.pseudonyms.slot(*name).map(|slot| slot.0))
            .map(|slot| slot.filter(|slot| governor.eligible.contains(*slot)))
            .collect();
        let members: RoaringBitmap = slots.iter().flatten().copied().collect();
        let scene = Scene { snapshot, purpose, role, governor };
        let mut told = telling(Act::Share, &scene);
        told.columns = columns.to_vec();
        told.recipients = vec![recipient.name.clone()];
        told.reason = Some(reason.to_owned());
        let use_id = self
            .book
            .log(&told, &members, charter.digest, self.clock.now())
            .map_err(QueryError::unlogged)?;
        Ok(Release { use_id, may_leave: slots.iter().map(Option::is_some).collect() })
    }

    /// Puts a refusal on record, and gives it back as the answer.
    pub fn refuse(&self, asker: &Asker, refusal: Refusal) -> QueryError {
        let recorded = self.snapshot().and_then(|now| self.record_refusal(&now, asker, &refusal));
        recorded.err().unwrap_or(QueryError::Refused(refusal))
    }

    /// The charter in force.
    pub fn charter(&self) -> Result<Arc<Charter>, QueryError> {
        Ok(Arc::clone(&self.snapshot()?.charter))
    }

    /// Everybody as of now: the last snapshot if nothing changed since.
    fn snapshot(&self) -> Result<Arc<Snapshot>, QueryError> {
        let version = self.store.charter_in_force().map_err(QueryError::unlogged)?;
        let version = version.ok_or(QueryError::NoCharter)?;
        let sequence = self.store.people_sequence().map_err(QueryError::unlogged)?;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*last
            && known.sequence == sequence
            && known.charter.digest == version.digest
        {
            return Ok(Arc::clone(known));
        }
        let charter =
            Charter::read("charter.yaml", &version.text).map_err(|_| QueryError::Charter)?;
        let taken =
            Snapshot::take(&self.store, &Arc::new(charter)).map_err(QueryError::unlogged)?;
        let taken = Arc::new(taken);
        *last = Some(Arc::clone(&taken));
        Ok(taken)
    }

    fn calendar(&self, charter: &Charter) -> Calendar {
        Calendar::at(self.clock.now(), &charter.time_zone)
    }

    fn governor(&self, snapshot: &Snapshot, purpose: &Purpose, calendar: Calendar) -> Governor {
        let pseudonyms = Arc::new(Pseudonyms::new(&self.keys.pseudonym(&purpose.name)));
        Governor { eligible: snapshot.eligible(&purpose.name), pseudonyms, calendar }
    }

    fn record_refusal(
        &self,
        snapshot: &Snapshot,
        asker: &Asker,
        refusal: &Refusal,
    ) -> Result<(), QueryError> {
        let by = snapshot.charter.role(&asker.role).map_or("a colleague", |role| &role.says);
        let mut told = Told::new(Act::Refusal, by);
        told.reason = Some(refusal.clause.to_string());
        self.book
            .log_none(&told, snapshot.charter.digest, self.clock.now())
            .map_err(QueryError::unlogged)?;
        Ok(())
    }
}

fn telling(act: Act, scene: &Scene<'_>) -> Told {
    let mut told = Told::new(act, &scene.role.says);
    told.purpose = Some(scene.purpose.name.clone());
    told.says = Some(scene.purpose.says.clone());
    told.basis = Some(scene.purpose.basis.in_words().to_owned());
    told
}

/// The columns of people and the activities that a plan reads.
fn reads(plan: &LogicalPlan, purpose: &Purpose) -> (Vec<String>, Vec<String>) {
    use datafusion::common::tree_node::TreeNodeRecursion;
    let (mut columns, mut activities) = (Vec::new(), Vec::new());
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            let table = scan.table_name.table();
            if purpose.activities.iter().any(|granted| granted.source == table) {
                activities.push(table.to_owned());
            } else {
                columns.extend(scan.projected_schema.fields().iter().map(|f| f.name().clone()));
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

async fn rows(session: &SessionContext, plan: LogicalPlan) -> Result<Vec<RecordBatch>, QueryError> {
    let running = |error| QueryError::running(&error);
    let physical = session.state().create_physical_plan(&plan).await.map_err(running)?;
    let mut stream =
        datafusion::physical_plan::execute_stream(physical, session.task_ctx()).map_err(running)?;
    let (mut batches, mut count) = (Vec::new(), 0);
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(running)?;
        count += batch.num_rows();
        if count > MOST_ROWS {
            return Err(QueryError::Limit(format!("an answer has at most {MOST_ROWS} rows")));
        }
        batches.push(batch);
    }
    Ok(batches)
}
