//! The same data in the engine as it comes: every column of everybody, and every statement.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::catalog::{MemorySchemaProvider, SchemaProvider, TableProvider};
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::dialect::dialect_from_str;
use tokio::runtime::Runtime;

use super::corpus::Attack;
use crate::fixture::World;

/// How long a statement may run.
const LONGEST: Duration = Duration::from_secs(20);
/// Schemas and what stands in them.
const SCHEMAS: [&str; 8] =
    ["offer", "figures", "service", "tasting", "crowd", "raw", "main", "public"];

/// An engine without any guard.
pub struct Unguarded {
    folder: tempfile::TempDir,
    runtime: Runtime,
    tables: Vec<(&'static str, Arc<dyn TableProvider>)>,
}

impl Unguarded {
    pub fn of(world: &World) -> Self {
        let folder = tempfile::tempdir().unwrap();
        lay_out(world, folder.path());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_stack_size(64 << 20)
            .enable_all()
            .build()
            .unwrap();
        let orders = runtime.block_on(async {
            let session = SessionContext::new();
            let path = folder.path().join("orders.parquet");
            let options = ParquetReadOptions::default();
            session.register_parquet("orders", path.to_str().unwrap(), options).await.unwrap();
            session.table_provider("orders").await.unwrap()
        });
        let tables = vec![
            ("person", in_memory(&person(world))),
            ("crm", in_memory(&person(world))),
            ("trail", in_memory(&with_person(&world.trail(), world))),
            ("orders", orders),
        ];
        Self { folder, runtime, tables }
    }

    /// Everything that comes back from an attack, in a dialect.
    pub fn reply(&self, attack: &Attack, dialect: &str) -> String {
        let session = self.session(dialect);
        let mut reply = String::new();
        for sql in attack.statements(self.folder.path()) {
            let session = session.clone();
            let run = async move { tokio::time::timeout(LONGEST, run(session, sql)).await };
            let told = match self.runtime.block_on(self.runtime.spawn(run)) {
                Ok(Ok(told)) => told,
                Ok(Err(_)) => "it takes too long".to_owned(),
                Err(_) => "panic".to_owned(),
            };
            reply.push_str(&told);
        }
        reply
    }

    fn session(&self, dialect: &str) -> SessionContext {
        let config = SessionConfig::new()
            .with_target_partitions(1)
            .with_default_catalog_and_schema("theirs", "public")
            .set_str("datafusion.sql_parser.dialect", dialect)
            .with_information_schema(true);
        let session = SessionContext::new_with_config(config).enable_url_table();
        let catalogue = session.catalog("theirs").unwrap();
        for name in SCHEMAS {
            let schema = MemorySchemaProvider::new();
            for (table, provider) in &self.tables {
                schema.register_table((*table).to_owned(), Arc::clone(provider)).unwrap();
            }
            catalogue.register_schema(name, Arc::new(schema)).unwrap();
        }
        session
    }
}

/// The statements of a text, in the dialect that is set.
fn parsed(session: &SessionContext, sql: &str) -> Result<VecDeque<Statement>> {
    let dialect = session.state().config().options().sql_parser.dialect.to_string();
    let dialect = dialect_from_str(dialect).unwrap();
    DFParserBuilder::new(sql).with_dialect(dialect.as_ref()).build()?.parse_statements()
}

/// Runs the statements of a text one after the other.
async fn run(session: SessionContext, sql: String) -> String {
    let statements = match parsed(&session, &sql) {
        Ok(statements) => statements,
        Err(error) => return format!("{error}\n"),
    };
    let mut reply = String::new();
    for statement in statements {
        let answer = async {
            let plan = session.state().statement_to_plan(statement).await?;
            let schema = plan.schema().as_arrow().clone();
            let batches = session.execute_logical_plan(plan).await?.collect().await?;
            Ok(rendered(&schema, &batches))
        };
        let told: Result<String> = answer.await;
        reply.push_str(&told.unwrap_or_else(|error| format!("{error}\n")));
    }
    reply
}

/// Rows under their columns.
pub fn rendered(schema: &Schema, batches: &[RecordBatch]) -> String {
    let columns: Vec<String> =
        schema.fields().iter().map(|f| format!("{} {}", f.name(), f.data_type())).collect();
    let rows = pretty_format_batches(batches);
    let rows = rows.map_or_else(|error| error.to_string(), |rows| rows.to_string());
    format!("{}\n{rows}\n", columns.join(", "))
}

/// Writes the files that an attack might read.
pub fn lay_out(world: &World, folder: &Path) {
    let mut csv = "number,given,born,email,city,postcode,newsletter,objects\n".to_owned();
    for (number, given, born, email, city, postcode, newsletter, objects) in &world.people {
        let row = [number, given, born, email, city, postcode, newsletter, objects];
        csv.push_str(&row.map(|cell| (*cell).to_owned()).join(","));
        csv.push('\n');
    }
    std::fs::write(folder.join("crm.csv"), csv).unwrap();
    let orders = with_person(&world.orders(), world);
    let file = std::fs::File::create(folder.join("orders.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, orders.schema(), None).unwrap();
    writer.write(&orders).unwrap();
    writer.close().unwrap();
}

fn in_memory(batch: &RecordBatch) -> Arc<dyn TableProvider> {
    Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch.clone()]]).unwrap())
}

pub fn person(world: &World) -> RecordBatch {
    let text = |see: &dyn Fn(&crate::fixture::Row) -> &'static str| -> ArrayRef {
        let told = |row| Some(see(row)).filter(|text| !text.is_empty());
        Arc::new(world.people.iter().map(told).collect::<StringArray>())
    };
    let flag = |see: &dyn Fn(&crate::fixture::Row) -> &'static str| -> ArrayRef {
        let flags: Vec<Option<bool>> = world.people.iter().map(|p| see(p).parse().ok()).collect();
        Arc::new(BooleanArray::from(flags))
    };
    let points: Int64Array =
        world.people.iter().map(|_| world.points.parse::<i64>().ok()).collect();
    let income = |at: usize| (at == 0).then_some(world.income);
    let income: StringArray = (0..world.people.len()).map(income).collect();
    RecordBatch::try_from_iter([
        ("person_id", ids(world.people.len(), 1)),
        ("given_name", text(&|p| p.1)),
        ("birth_date", cast(&text(&|p| p.2), &DataType::Date32).unwrap()),
        ("email", text(&|p| p.3)),
        ("city", text(&|p| p.4)),
        ("postcode", text(&|p| p.5)),
        ("points", Arc::new(points) as ArrayRef),
        ("income_band", Arc::new(income) as ArrayRef),
        ("newsletter", flag(&|p| p.6)),
        ("no_marketing", flag(&|p| p.7)),
    ])
    .unwrap()
}

/// Activities with the person of each, by number.
pub fn with_person(activity: &RecordBatch, world: &World) -> RecordBatch {
    let each = activity.num_rows() / world.people.len();
    let mut columns: Vec<(String, ArrayRef)> =
        vec![("person_id".to_owned(), ids(activity.num_rows(), each))];
    let named = activity.schema();
    for (field, column) in named.fields().iter().zip(activity.columns()) {
        columns.push((field.name().clone(), column.slice(0, column.len())));
    }
    RecordBatch::try_from_iter(columns).unwrap()
}

fn ids(rows: usize, each: usize) -> ArrayRef {
    Arc::new((0..rows).map(|row| Some((row / each) as i64)).collect::<Int64Array>())
}
