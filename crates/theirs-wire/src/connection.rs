//! One connection: its statements go to the door, to the catalogue, or change the connection alone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::Statement as Sql;
use pgwire::api::portal::Format;
use pgwire::api::results::{Response, Tag};
use pgwire::api::{ClientInfo, METADATA_USER};
use pgwire::error::PgWireResult;
use pgwire::messages::response::NoticeResponse;
use theirs_query::{Answer, Asker, Question, Shape};

use crate::answer::{done, rows};
use crate::catalogue::{Live, Names};
use crate::cursor::Cursors;
use crate::fault::{fault, of_query, of_use};
use crate::kind::{Way, way};
use crate::left_open::LeftOpen;
use crate::server::Shared;
use crate::settings::Settings;
use crate::{column_name, copy, cursor, settings};

/// What one client has set, asked for and left open.
pub(crate) struct Connection {
    shared: Arc<Shared>,
    live: Live,
    /// Whether the settings that the client came in with are set.
    greeted: AtomicBool,
    names: tokio::sync::Mutex<Option<Arc<Names>>>,
    left_open: Mutex<LeftOpen>,
    /// The uses on record of which the client was not told yet.
    uses: Mutex<Vec<String>>,
}

impl Connection {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            live: Live::default(),
            greeted: AtomicBool::new(false),
            names: tokio::sync::Mutex::default(),
            left_open: Mutex::default(),
            uses: Mutex::default(),
        }
    }

    pub(crate) fn settings(&self) -> MutexGuard<'_, Settings> {
        self.live.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn cursors(&self) -> MutexGuard<'_, Cursors> {
        self.live.cursors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn left_open(&self) -> MutexGuard<'_, LeftOpen> {
        self.left_open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the client has to be told of the uses that its statements made: one notice for each, which
    /// goes before the rows. A client that wants no notices (`client_min_messages`) gets none.
    pub(crate) fn uses(&self) -> Vec<NoticeResponse> {
        let uses = std::mem::take(&mut *self.uses.lock().unwrap_or_else(PoisonError::into_inner));
        let is_told = self.settings().hears_notices();
        uses.iter().filter(|_| is_told).map(|id| of_use(id)).collect()
    }

    /// The principal as of now: whoever lost its leave in the meantime asks nothing more.
    pub(crate) async fn asker(&self, client: &(impl ClientInfo + Sync)) -> PgWireResult<Asker> {
        if !self.greeted.load(Ordering::Acquire) {
            self.settings().greet(client.metadata())?;
            self.greeted.store(true, Ordering::Release);
        }
        let name = client.metadata().get(METADATA_USER).cloned().unwrap_or_default();
        let keeper = Arc::clone(&self.shared.keeper);
        let known = tokio::task::spawn_blocking(move || keeper.asker(&name)).await;
        known.ok().flatten().ok_or_else(|| fault("28000", "this name may no longer ask"))
    }

    /// The names that the asker's role may use now.
    async fn names(&self, asker: &Asker) -> PgWireResult<Arc<Names>> {
        let (door, who) = (Arc::clone(&self.shared.door), asker.clone());
        let views = tokio::task::spawn_blocking(move || door.catalogue(&who)).await;
        let views = views.map_err(|_| fault("58000", "the catalogue cannot be read"))?;
        let views = views.map_err(|error| of_query(&error))?;
        let mut kept = self.names.lock().await;
        if let Some(names) = kept.as_ref().filter(|names| names.views() == views) {
            return Ok(Arc::clone(names));
        }
        let live = self.live.clone();
        let names = Arc::new(self.shared.catalogue.names(views, asker, live).await?);
        *kept = Some(Arc::clone(&names));
        Ok(names)
    }

    fn question(&self, sql: String, parameters: Vec<ScalarValue>) -> Question {
        let settings = self.settings();
        Question { sql, purpose: settings.purpose(), parameters, patience: settings.patience() }
    }

    /// Has the rows of a query fetched, by whichever way it goes.
    pub(crate) async fn fetch(
        &self,
        asker: &Asker,
        query: &Sql,
        parameters: Vec<ScalarValue>,
    ) -> PgWireResult<(SchemaRef, Vec<RecordBatch>)> {
        let (schema, batches) = match way(query) {
            Way::Catalogue => {
                let names = self.names(asker).await?;
                names.rows(query, parameters).await?
            }
            Way::Door | Way::Connection => {
                let question = self.question(query.to_string(), parameters);
                let began = Instant::now();
                let answer = self.shared.door.answer(asker.clone(), question).await;
                self.shared.keeper.asked(answer.as_ref(), began.elapsed());
                let answer = answer.map_err(|error| of_query(&error))?;
                let Answer { schema, batches, use_id, .. } = answer;
                let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
                uses.push(use_id.to_string());
                (schema, batches)
            }
        };
        Ok((column_name::renamed(query, schema), batches))
    }

    /// What the answer to a statement will look like.
    pub(crate) async fn shape(&self, asker: &Asker, statement: &Sql) -> PgWireResult<Shape> {
        let shape = match way(statement) {
            Way::Door => {
                let question = self.question(statement.to_string(), Vec::new());
                let (door, who) = (Arc::clone(&self.shared.door), asker.clone());
                let shape = tokio::task::spawn_blocking(move || door.describe(&who, &question));
                let shape = shape.await.map_err(|_| fault("58000", "it cannot be described"))?;
                shape.map_err(|error| of_query(&error))?
            }
            Way::Catalogue => self.names(asker).await?.shape(statement).await?,
            Way::Connection => Shape {
                schema: match statement {
                    Sql::Fetch { name, .. } => self.cursors().schema(&name.value)?,
                    Sql::ShowVariable { variable } => text_schema(&settings::shown(variable)),
                    _ => text_schema(&[]),
                },
                parameters: Vec::new(),
            },
        };
        Ok(Shape { schema: column_name::told(statement, &shape.schema), ..shape })
    }

    pub(crate) async fn run(
        &self,
        asker: &Asker,
        statement: &Sql,
        parameters: Vec<ScalarValue>,
        format: &Format,
    ) -> PgWireResult<Response> {
        if way(statement) != Way::Connection {
            let (schema, batches) = self.fetch(asker, statement, parameters).await?;
            return Ok(Response::Query(rows(&schema, batches, format)?));
        }
        match statement {
            Sql::StartTransaction { .. } => Ok(Response::TransactionStart(Tag::new("BEGIN"))),
            Sql::Rollback { savepoint: Some(_), .. } => Ok(done("ROLLBACK")),
            Sql::Commit { .. } | Sql::Rollback { .. } => {
                self.cursors().end_of_transaction();
                let what =
                    if matches!(statement, Sql::Commit { .. }) { "COMMIT" } else { "ROLLBACK" };
                Ok(Response::TransactionEnd(Tag::new(what)))
            }
            Sql::Savepoint { .. } => Ok(done("SAVEPOINT")),
            Sql::ReleaseSavepoint { .. } => Ok(done("RELEASE")),
            Sql::Copy { .. } => copy::out(self, asker, statement).await,
            Sql::Declare { stmts } => cursor::declare(self, asker, stmts, parameters).await,
            Sql::Fetch { name, direction, .. } => {
                self.cursors().fetch(&name.value, direction, format)
            }
            Sql::Close { cursor } => self.cursors().close(cursor),
            other => settings::change_or_show(&mut self.settings(), other, format),
        }
    }
}

/// Columns of text.
fn text_schema(names: &[String]) -> SchemaRef {
    let field = |name: &String| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(names.iter().map(field).collect::<Vec<_>>()))
}
