//! A session of the engine for one statement: only one purpose's tables are in it.

use std::sync::{Arc, LazyLock};

use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider,
    SchemaProvider, TableProvider,
};
use datafusion::error::Result;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionState, SessionStateBuilder, SessionStateDefaults};
use datafusion::logical_expr::planner::ExprPlanner;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::{SessionConfig, SessionContext};
use theirs_charter::{Activity, ActivityGrant, Charter, Grant, Output, Purpose};
use theirs_store::{Lake, Store};

use crate::aggregate::layouts;
use crate::function::{self, allowed};
use crate::mask::Calendar;
use crate::people::Snapshot;
use crate::table::{
    ActivityRows, Beside, Columns, CutRows, GovernedTable, Governor, NoRows, Seen, Touched,
    schema_of, schema_of_activity,
};

/// The one catalogue, in which the schemas of purposes stand.
pub(crate) const CATALOGUE: &str = "theirs";

/// Why a session cannot be furnished.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

/// What every session starts from: the rules of the engine and the functions that may be called,
/// gathered once.
static TEMPLATE: LazyLock<SessionState> = LazyLock::new(|| {
    SessionStateBuilder::new()
        .with_expr_planners(planners())
        .with_scalar_functions(allowed::scalar())
        .with_aggregate_functions(allowed::aggregate())
        .with_window_functions(allowed::window())
        .with_physical_optimizer_rules(steps())
        .build()
});

/// How a plan is made better: by what is known of governed tables first.
fn steps() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let first: Arc<dyn PhysicalOptimizerRule + Send + Sync> = Arc::new(Beside);
    std::iter::once(first).chain(PhysicalOptimizer::new().rules).collect()
}

/// How operators are read: texts are put together by what knows how long they may become.
fn planners() -> Vec<Arc<dyn ExprPlanner>> {
    let bounded: Arc<dyn ExprPlanner> = Arc::new(function::Joining);
    std::iter::once(bounded).chain(SessionStateDefaults::default_expr_planners()).collect()
}

/// What reads a statement before anybody's session is made.
pub(crate) fn reader() -> &'static SessionState {
    &TEMPLATE
}

/// A session without any table, where a table named alone is one of `purpose`, for a statement that
/// may use so much memory (in bytes). It writes nothing to disk, so nothing personal stays there.
pub(crate) fn empty(
    calendar: &Calendar,
    purpose: Option<&str>,
    memory: usize,
) -> Result<SessionContext> {
    let config = SessionConfig::new()
        .with_default_catalog_and_schema(CATALOGUE, purpose.unwrap_or_default())
        .with_target_partitions(2)
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(false);
    let no_disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_limit(memory, 1.0)
        .with_disk_manager_builder(no_disk)
        .build_arc()?;
    let state = SessionStateBuilder::new_from_existing(TEMPLATE.clone())
        .with_config(config)
        .with_runtime_env(runtime)
        .with_catalog_list(Arc::new(MemoryCatalogProviderList::new()))
        .build();
    let session = SessionContext::new_with_state(state);
    session.register_udf(function::days_until(calendar.today));
    for clock in function::clocks(calendar) {
        session.register_udf(clock);
    }
    Ok(session)
}

/// Puts the tables of one purpose into a session.
pub(crate) fn furnish(
    session: &SessionContext,
    purpose: &Purpose,
    snapshot: &Snapshot,
    governor: &Arc<Governor>,
    store: &Store,
    lake: &Lake,
) -> std::result::Result<(), Fault> {
    let schema = MemorySchemaProvider::new();
    for (name, seen, rows) in people(purpose, snapshot, governor)? {
        let table = GovernedTable::new(schema_of(&seen), Arc::new(rows), &governor.touched);
        schema.register_table(name, Arc::new(table))?;
    }
    for granted in &purpose.activities {
        let Some((_, activity)) =
            snapshot.charter.activities().find(|(source, _)| source.name == granted.source)
        else {
            continue;
        };
        let seen = seen_of(granted, activity);
        let rows = events(&granted.source, &seen, snapshot, governor, store, lake)?;
        let rows = Arc::new(rows);
        let table = GovernedTable::new(schema_of_activity(&seen), rows, &governor.touched);
        schema.register_table(granted.source.clone(), Arc::new(table))?;
    }
    Ok(put(session, purpose, schema)?)
}

/// The governed rows of an activity.
pub(crate) fn events(
    source: &str,
    seen: &[Seen],
    snapshot: &Snapshot,
    governor: &Arc<Governor>,
    store: &Store,
    lake: &Lake,
) -> std::result::Result<ActivityRows, Fault> {
    let view = lake.view(store, source)?;
    let reading = crate::table::Reading::of(view, &snapshot.slot_of_record, seen, governor);
    Ok(ActivityRows(Arc::new(reading)))
}

/// Puts tables into a session as those of one purpose.
pub(crate) fn furnish_with(
    session: &SessionContext,
    purpose: &Purpose,
    tables: Vec<(String, Arc<dyn TableProvider>)>,
) -> std::result::Result<(), Fault> {
    let schema = MemorySchemaProvider::new();
    for (name, table) in tables {
        schema.register_table(name, table)?;
    }
    Ok(put(session, purpose, schema)?)
}

/// Puts the tables of one purpose into a session, without any rows: to see whether something could
/// be asked.
pub(crate) fn sketch(session: &SessionContext, purpose: &Purpose, charter: &Charter) -> Result<()> {
    let schema = MemorySchemaProvider::new();
    let touched = Arc::new(Touched::nobody());
    for layout in layouts(charter, purpose) {
        let table = GovernedTable::new(layout.schema(), Arc::new(NoRows), &touched);
        schema.register_table(layout.name, Arc::new(table))?;
    }
    if matches!(purpose.output, Output::Aggregate { .. }) {
        return put(session, purpose, schema);
    }
    let several = crate::people::several(charter);
    let granted = purpose.columns.iter().filter_map(|grant| {
        charter.attribute(&grant.column).map(|(_, kind)| Seen::new(grant, kind))
    });
    let (many, one): (Vec<Seen>, Vec<Seen>) =
        granted.partition(|seen| several.contains(&seen.name));
    let table =
        |seen: &[Seen]| Arc::new(GovernedTable::new(schema_of(seen), Arc::new(NoRows), &touched));
    for seen in &many {
        schema.register_table(seen.name.clone(), table(std::slice::from_ref(seen)))?;
    }
    schema.register_table("person".to_owned(), table(&one))?;
    for granted in &purpose.activities {
        let found = charter.activities().find(|(source, _)| source.name == granted.source);
        let Some((_, activity)) = found else { continue };
        let columns = schema_of_activity(&seen_of(granted, activity));
        let table = GovernedTable::new(columns, Arc::new(NoRows), &touched);
        schema.register_table(granted.source.clone(), Arc::new(table))?;
    }
    put(session, purpose, schema)
}

/// Makes a schema the only one of a session.
fn put(session: &SessionContext, purpose: &Purpose, schema: MemorySchemaProvider) -> Result<()> {
    let catalog = MemoryCatalogProvider::new();
    catalog.register_schema(&purpose.name, Arc::new(schema))?;
    session.register_catalog(CATALOGUE, Arc::new(catalog));
    Ok(())
}

/// The granted columns of an activity.
pub(crate) fn seen_of(granted: &ActivityGrant, activity: &Activity) -> Vec<Seen> {
    let seen = |grant: &Grant| {
        let column = activity.columns.iter().find(|c| c.name == grant.column)?;
        Some(Seen::new(grant, column.kind))
    };
    granted.columns.iter().filter_map(seen).collect()
}

/// The tables of people of a purpose, by name.
fn people(
    purpose: &Purpose,
    snapshot: &Snapshot,
    governor: &Governor,
) -> std::result::Result<Vec<(String, Vec<Seen>, CutRows)>, Fault> {
    let cut = snapshot.cut(purpose, &governor.pseudonyms, &governor.calendar)?;
    let several = crate::people::several(&snapshot.charter);
    let rows = |columns| CutRows {
        cut: Arc::clone(&cut),
        stock: Arc::clone(&snapshot.stock),
        eligible: Arc::clone(&governor.eligible),
        columns,
    };
    let (mut tables, mut one) = (Vec::new(), Vec::new());
    for (at, seen) in cut.seen.iter().enumerate() {
        if several.contains(&seen.name) {
            tables.push((seen.name.clone(), vec![seen.clone()], rows(Columns::Several(at))));
        } else {
            one.push(at);
        }
    }
    let seen = one.iter().map(|at| cut.seen[*at].clone()).collect();
    tables.push(("person".to_owned(), seen, rows(Columns::One(one))));
    Ok(tables)
}
