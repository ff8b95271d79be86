//! The session that answers questions about the catalogue: it knows which purposes, tables and
//! columns a role may use and what they mean, and holds no row of anybody.

mod comment;
mod function;
mod mended;
mod rewrite;
mod role;
mod text;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList,
    MemorySchemaProvider, SchemaProvider,
};
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::Statement as Sql;
use datafusion_pg_catalog::pg_catalog::context::{EmptyContextProvider, PgCatalogContextProvider};
use datafusion_pg_catalog::pg_catalog::{PgCatalogSchemaProvider, PgCatalogStaticTables};
use datafusion_pg_catalog::setup_pg_catalog;
use futures::StreamExt;
use pgwire::error::PgWireResult;
use theirs_query::{Asker, SchemaView, Shape, TableView};

pub(crate) use self::mended::Live;
use self::mended::Mended;
use self::rewrite::Rules;
use crate::fault::{fault, of_engine};

/// The name of the one database.
const DATABASE: &str = "theirs";
/// Where clients look for tables that are named alone; there are none.
const PUBLIC: &str = "public";
/// The schema of PostgreSQL's own tables.
const PG_CATALOG: &str = "pg_catalog";
/// The norm's own.
const INFORMATION_SCHEMA: &str = "information_schema";
/// The memory that questions about the catalogue may use, in bytes.
const MEMORY: usize = 256 << 20;
/// How many rows an answer to them may have.
const MOST_ROWS: usize = 100_000;
/// Functions that make so much of little that there would not be enough memory.
const GREEDY: [&str; 7] =
    ["repeat", "lpad", "rpad", "array_repeat", "array_resize", "range", "generate_series"];
/// How long such a question may run.
const LONGEST: Duration = Duration::from_secs(30);

/// What the sessions of all connections start from; made when the first is needed.
#[derive(Default)]
pub(crate) struct Catalogue(OnceLock<Template>);

struct Template {
    session: SessionContext,
    tables: Arc<PgCatalogStaticTables>,
    rules: Arc<Rules>,
}

impl Template {
    fn new() -> Result<Self> {
        let no_disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_limit(MEMORY, 1.0)
            .with_disk_manager_builder(no_disk)
            .build_arc()?;
        let config = SessionConfig::new()
            .with_target_partitions(1)
            .with_information_schema(false)
            .with_default_catalog_and_schema(DATABASE, PUBLIC);
        let session = SessionContext::new_with_config_rt(config, runtime);
        setup_pg_catalog(&session, DATABASE, EmptyContextProvider).map_err(|error| *error)?;
        for greedy in GREEDY {
            session.deregister_udf(greedy);
        }
        let tables = Arc::new(PgCatalogStaticTables::try_new()?);
        Ok(Self { session, tables, rules: Arc::new(Rules::new()) })
    }
}

impl Catalogue {
    /// The names in `views`, for one connection.
    pub(crate) async fn names(
        &self,
        views: Vec<SchemaView>,
        asker: &Asker,
        live: Live,
    ) -> PgWireResult<Names> {
        let template = if let Some(template) = self.0.get() {
            template
        } else {
            let made = Template::new().map_err(|error| of_engine(&error))?;
            self.0.get_or_init(|| made)
        };
        let named = Names::new(template, views, asker, live).await;
        named.map_err(|error| of_engine(&error))
    }
}

/// The names that a role may use.
pub(crate) struct Names {
    views: Vec<SchemaView>,
    session: SessionContext,
    rules: Arc<Rules>,
}

impl Names {
    async fn new(
        template: &Template,
        views: Vec<SchemaView>,
        asker: &Asker,
        live: Live,
    ) -> Result<Self> {
        let catalogues = Arc::new(MemoryCatalogProviderList::new());
        let catalogue = Arc::new(MemoryCatalogProvider::new());
        catalogues.register_catalog(DATABASE.to_owned(), Arc::clone(&catalogue) as _);
        catalogue.register_schema(PUBLIC, Arc::new(MemorySchemaProvider::new()))?;
        for view in &views {
            let schema = MemorySchemaProvider::new();
            for table in &view.tables {
                let empty = Arc::new(EmptyTable::new(columns(table)));
                schema.register_table(table.name.clone(), empty)?;
            }
            catalogue.register_schema(&view.name, Arc::new(schema))?;
        }
        let listed: Arc<dyn CatalogProviderList> = catalogues;
        let own = PgCatalogSchemaProvider::try_new(
            Arc::clone(&listed),
            Arc::clone(&template.tables),
            Principal(asker.name.clone()),
        )?;
        let own: Arc<dyn SchemaProvider> = Arc::new(own);
        catalogue.register_schema(PG_CATALOG, Arc::clone(&own))?;
        let state = SessionStateBuilder::new_from_existing(template.session.state())
            .with_catalog_list(listed)
            .build();
        let session = SessionContext::new_with_state(state);
        let comments = comment::Comments::read(&session, &views).await?;
        let mut tables = mended::of_pg_catalog(&session, &asker.name).await?;
        tables.insert(comment::TABLE, comments.table()?);
        catalogue
            .register_schema(PG_CATALOG, Arc::new(Mended { own, tables, live: live.clone() }))?;
        let own = Arc::new(MemorySchemaProvider::new());
        let tables = mended::of_information_schema(&session, &asker.name).await?;
        catalogue.register_schema(
            INFORMATION_SCHEMA,
            Arc::new(Mended { own, tables, live: live.clone() }),
        )?;
        for function in function::all(asker, &live.settings, &comments, comments.places()) {
            session.register_udf(function);
        }
        Ok(Self { views, session, rules: Arc::clone(&template.rules) })
    }

    /// What these names were made from.
    pub(crate) fn views(&self) -> &[SchemaView] {
        &self.views
    }

    async fn plan(&self, statement: &Sql) -> Result<LogicalPlan> {
        let statement = Box::new(self.rules.applied(statement.clone()));
        self.session.state().statement_to_plan(Statement::Statement(statement)).await
    }

    /// What the answer to a question would look like.
    pub(crate) async fn shape(&self, statement: &Sql) -> PgWireResult<Shape> {
        let plan = self.plan(statement).await.map_err(|error| of_engine(&error))?;
        Shape::of(&plan).map_err(|error| crate::fault::of_query(&error))
    }

    /// The answer to a question.
    pub(crate) async fn rows(
        &self,
        statement: &Sql,
        parameters: Vec<ScalarValue>,
    ) -> PgWireResult<(SchemaRef, Vec<RecordBatch>)> {
        let answered = tokio::time::timeout(LONGEST, self.answer(statement, parameters)).await;
        let too_long = || fault("57014", "the question about the catalogue ran too long");
        answered.map_err(|_| too_long())?.map_err(|error| of_engine(&error))
    }

    async fn answer(
        &self,
        statement: &Sql,
        parameters: Vec<ScalarValue>,
    ) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        let plan = self.plan(statement).await?;
        let plan = plan.replace_params_with_values(&ParamValues::from(parameters))?;
        let schema = Arc::new(plan.schema().as_arrow().clone());
        let mut stream = self.session.execute_logical_plan(plan).await?.execute_stream().await?;
        let (mut rows, mut count) = (Vec::new(), 0);
        while let Some(batch) = stream.next().await {
            rows.push(batch?);
            count += rows.last().map_or(0, RecordBatch::num_rows);
            if count > MOST_ROWS {
                let message = format!("an answer about the catalogue has at most {MOST_ROWS} rows");
                return Err(DataFusionError::ResourcesExhausted(message));
            }
        }
        Ok((schema, rows))
    }
}

fn columns(table: &TableView) -> SchemaRef {
    let field = |column: &theirs_query::ColumnView| {
        Field::new(&column.name, column.kind.clone(), column.name != "person_id")
    };
    Arc::new(Schema::new(table.columns.iter().map(field).collect::<Vec<_>>()))
}

/// The one role that a client is told of: its own.
#[derive(Debug, Clone)]
struct Principal(String);

#[async_trait]
impl PgCatalogContextProvider for Principal {
    async fn roles(&self) -> Vec<String> {
        vec![self.0.clone()]
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::Int64Type;
    use theirs_query::statements;

    use super::*;

    #[test]
    fn tables_that_are_taken_for_empty_are_empty() {
        let asker = Asker::new("ana", ["marketing"]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let catalogue = Catalogue::default();
            let names = catalogue.names(Vec::new(), &asker, Live::default()).await.unwrap();
            for table in rewrite::EMPTY {
                let counted = format!("select count(*) from pg_catalog.{table}");
                let statement = statements(&counted).unwrap().remove(0);
                let (_, rows) = names.rows(&statement, Vec::new()).await.unwrap();
                let count = rows[0].column(0).as_primitive::<Int64Type>().value(0);
                assert_eq!(count, 0, "{table}");
            }
        });
    }
}
