//! The catalogue's tables as clients expect them: the library's with what they lack, and those that
//! it does not have. Each is a query over the library's, so it tells nothing that they do not.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use datafusion::arrow::array::{BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::{MemTable, SchemaProvider, TableProvider};
use datafusion::error::Result;
use datafusion::prelude::SessionContext;

use super::role::{OWNER, OWNER_NAME, SELF};
use crate::cursor::Cursors;
use crate::settings::Settings;

const SETTINGS: &str = "pg_settings";
const CURSORS: &str = "pg_cursors";

/// Tables of `pg_catalog`: their names, and what they hold. Privileges and options are lists that
/// nobody has set; sizes and counts are not told.
const PG_CATALOG: [(&str, &str); 20] = [
    (
        "pg_class",
        "select * replace ({owner} as relowner, cast(-1 as float) as reltuples,
                0 as relpages, 0 as reltype),
            {list} as relacl, {list} as reloptions
         from pg_catalog.pg_class",
    ),
    (
        "pg_namespace",
        "select oid, nspname, {owner} as nspowner, {list} as nspacl from pg_catalog.pg_namespace",
    ),
    (
        "pg_attribute",
        "select * replace ({list} as attacl, {list} as attoptions, {list} as attfdwoptions)
         from pg_catalog.pg_attribute",
    ),
    (
        "pg_database",
        "select * replace ({owner} as datdba, {list} as datacl, 'C' as datcollate, 'C' as datctype)
         from pg_catalog.pg_database where datname = 'theirs'",
    ),
    ("pg_tables", "select * replace ('{owner_name}' as tableowner) from pg_catalog.pg_tables"),
    (
        "pg_roles",
        "select column1 as rolname, false as rolsuper, true as rolinherit, false as rolcreaterole,
            false as rolcreatedb, column3 as rolcanlogin, false as rolreplication,
            cast(-1 as int) as rolconnlimit, '********' as rolpassword,
            arrow_cast(null, 'Timestamp(Microsecond, Some(\"UTC\"))') as rolvaliduntil,
            false as rolbypassrls, {list} as rolconfig, cast(column2 as int) as oid
         from (values ('{owner_name}', {owner}, false), ('{self}', {self_number}, true))",
    ),
    (
        "pg_constraint",
        "select * replace ({numbers} as conkey, {numbers} as confkey)
         from pg_catalog.pg_constraint where false",
    ),
    (
        "pg_index",
        "select * replace ({numbers} as indkey, {numbers} as indoption)
         from pg_catalog.pg_index where false",
    ),
    ("pg_authid", "select * from pg_catalog.pg_authid where false"),
    ("pg_auth_members", "select * from pg_catalog.pg_auth_members where false"),
    ("pg_extension", "select * from pg_catalog.pg_extension where false"),
    ("pg_rewrite", "select * from pg_catalog.pg_rewrite where false"),
    ("pg_collation", "select *, colllocale as colliculocale from pg_catalog.pg_collation"),
    (
        "pg_user",
        "select '{self}' as usename, {self_number} as usesysid, false as usecreatedb,
            false as usesuper, false as userepl, false as usebypassrls, '********' as passwd,
            {list} as useconfig",
    ),
    (CURSORS, "select '' as name where false"),
    (
        "pg_indexes",
        "select '' as schemaname, '' as tablename, '' as indexname, '' as tablespace,
            '' as indexdef where false",
    ),
    (
        "pg_sequences",
        "select '' as schemaname, '' as sequencename, '' as sequenceowner where false",
    ),
    ("pg_policies", "select '' as schemaname, '' as tablename, '' as policyname where false"),
    (
        "pg_user_mappings",
        "select 0 as umid, 0 as srvid, '' as srvname, 0 as umuser, '' as usename,
            {list} as umoptions where false",
    ),
    (
        "pg_locks",
        "select '' as locktype, 0 as database, 0 as relation, 0 as pid, '' as mode,
            true as granted where false",
    ),
];

/// Tables of `information_schema`, in the norm's words (ISO/IEC 9075-11).
const INFORMATION_SCHEMA: [(&str, &str); 10] = [
    (
        "schemata",
        "select 'theirs' as catalog_name, nspname as schema_name, '{owner_name}' as schema_owner,
            {text} as default_character_set_catalog, {text} as default_character_set_schema,
            {text} as default_character_set_name, {text} as sql_path
         from pg_catalog.pg_namespace",
    ),
    (
        "tables",
        "select 'theirs' as table_catalog, n.nspname as table_schema, c.relname as table_name,
            case c.relkind when 'v' then 'VIEW' else 'BASE TABLE' end as table_type,
            {text} as self_referencing_column_name, {text} as reference_generation,
            {text} as user_defined_type_catalog, {text} as user_defined_type_schema,
            {text} as user_defined_type_name, 'NO' as is_insertable_into, 'NO' as is_typed,
            {text} as commit_action
         from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'v')",
    ),
    (
        "columns",
        "select 'theirs' as table_catalog, n.nspname as table_schema, c.relname as table_name,
            a.attname as column_name, cast(a.attnum as int) as ordinal_position,
            {text} as column_default,
            case when a.attnotnull then 'NO' else 'YES' end as is_nullable,
            format_type(a.atttypid, cast(null as int)) as data_type,
            {number} as character_maximum_length, {number} as character_octet_length,
            case t.typname when 'int2' then 16 when 'int4' then 32 when 'int8' then 64
                when 'float4' then 24 when 'float8' then 53 end as numeric_precision,
            case when t.typname like 'int_' or t.typname like 'float_' then 2
                end as numeric_precision_radix,
            case when t.typname like 'int_' then 0 end as numeric_scale,
            case when t.typname like 'time%' then 6 when t.typname = 'date' then 0
                end as datetime_precision,
            {text} as interval_type, {number} as interval_precision,
            {text} as character_set_catalog, {text} as character_set_schema,
            {text} as character_set_name, {text} as collation_catalog,
            {text} as collation_schema, {text} as collation_name, {text} as domain_catalog,
            {text} as domain_schema, {text} as domain_name, 'theirs' as udt_catalog,
            'pg_catalog' as udt_schema, t.typname as udt_name, {text} as scope_catalog,
            {text} as scope_schema, {text} as scope_name, {number} as maximum_cardinality,
            cast(a.attnum as varchar) as dtd_identifier, 'NO' as is_self_referencing,
            'NO' as is_identity, {text} as identity_generation, {text} as identity_start,
            {text} as identity_increment, {text} as identity_maximum,
            {text} as identity_minimum, 'NO' as identity_cycle, 'NEVER' as is_generated,
            {text} as generation_expression, 'NO' as is_updatable
         from pg_catalog.pg_attribute a
         join pg_catalog.pg_class c on c.oid = a.attrelid
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         left join pg_catalog.pg_type t on t.oid = a.atttypid
         where a.attnum > 0",
    ),
    (
        "views",
        "select '' as table_catalog, '' as table_schema, '' as table_name, '' as view_definition,
            '' as check_option, 'NO' as is_updatable, 'NO' as is_insertable_into where false",
    ),
    ("table_constraints", "select {of_constraint}, {of_table}, '' as constraint_type where false"),
    (
        "key_column_usage",
        "select {of_constraint}, {of_table}, '' as column_name, 0 as ordinal_position,
            0 as position_in_unique_constraint where false",
    ),
    (
        "constraint_column_usage",
        "select {of_table}, '' as column_name, {of_constraint} where false",
    ),
    (
        "referential_constraints",
        "select {of_constraint}, '' as unique_constraint_catalog,
            '' as unique_constraint_schema, '' as unique_constraint_name, '' as match_option,
            '' as update_rule, '' as delete_rule where false",
    ),
    (
        "routines",
        "select '' as specific_catalog, '' as specific_schema, '' as specific_name,
            '' as routine_catalog, '' as routine_schema, '' as routine_name,
            '' as routine_type, '' as data_type, '' as routine_definition where false",
    ),
    (
        "parameters",
        "select '' as specific_catalog, '' as specific_schema, '' as specific_name,
            0 as ordinal_position, '' as parameter_mode, '' as parameter_name,
            '' as data_type where false",
    ),
];

/// What stands for the words in braces.
fn words(name: &str) -> [(&'static str, String); 9] {
    let text = |text: &str| text.to_owned();
    [
        ("{owner}", format!("cast({OWNER} as int)")),
        ("{owner_name}", text(OWNER_NAME)),
        ("{self}", name.replace('\'', "''")),
        ("{self_number}", format!("cast({SELF} as int)")),
        ("{list}", text("arrow_cast(null, 'List(Utf8)')")),
        ("{numbers}", text("arrow_cast(null, 'List(Int16)')")),
        ("{text}", text("cast(null as varchar)")),
        ("{number}", text("cast(null as int)")),
        ("{of_constraint}", of("constraint")),
    ]
}

/// The three columns that name something.
fn of(what: &str) -> String {
    ["catalog", "schema", "name"].map(|part| format!("'' as {what}_{part}")).join(", ")
}

type Tables = HashMap<&'static str, Arc<dyn TableProvider>>;

/// The tables of `pg_catalog` that are not the library's own.
pub(super) async fn of_pg_catalog(session: &SessionContext, name: &str) -> Result<Tables> {
    made(session, &PG_CATALOG, name).await
}

/// The tables of `information_schema`.
pub(super) async fn of_information_schema(session: &SessionContext, name: &str) -> Result<Tables> {
    made(session, &INFORMATION_SCHEMA, name).await
}

async fn made(
    session: &SessionContext,
    queries: &[(&'static str, &str)],
    name: &str,
) -> Result<Tables> {
    let mut tables = Tables::new();
    for (table, query) in queries {
        let query = query.replace("{of_table}", &of("table"));
        let words = words(name);
        let query = words.iter().fold(query, |query, (word, what)| query.replace(word, what));
        let rows = session.sql(&query).await?;
        let schema = Arc::new(rows.schema().as_arrow().clone());
        let rows = MemTable::try_new(schema, vec![rows.collect().await?])?;
        tables.insert(*table, Arc::new(rows));
    }
    Ok(tables)
}

/// A schema with some tables put in the place of its own, or added.
pub(super) struct Mended {
    pub(super) own: Arc<dyn SchemaProvider>,
    pub(super) tables: Tables,
    pub(super) live: Live,
}

/// What changes as a client talks.
#[derive(Clone, Default)]
pub(crate) struct Live {
    pub(crate) settings: Arc<Mutex<Settings>>,
    pub(crate) cursors: Arc<Mutex<Cursors>>,
}

impl Mended {
    /// The settings of the connection as they are now.
    fn settings(&self) -> Result<Arc<dyn TableProvider>> {
        let settings = self.live.settings.lock().unwrap_or_else(PoisonError::into_inner);
        let (names, values): (Vec<&str>, Vec<&str>) = settings.all().unzip();
        let text = |name: &str| Field::new(name, DataType::Utf8, true);
        let schema = Arc::new(Schema::new(
            ["name", "setting", "unit", "category", "short_desc", "vartype"].map(text).to_vec(),
        ));
        let nothing = || Arc::new(StringArray::new_null(names.len()));
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![
                Arc::new(StringArray::from(names.clone())),
                Arc::new(StringArray::from(values)),
                nothing(),
                nothing(),
                nothing(),
                Arc::new(StringArray::from(vec!["string"; names.len()])),
            ],
        )?;
        Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
    }

    /// The open cursors of the connection.
    fn cursors(&self) -> Result<Arc<dyn TableProvider>> {
        let cursors = self.live.cursors.lock().unwrap_or_else(PoisonError::into_inner);
        let (names, holds): (Vec<&str>, Vec<bool>) = cursors.open().unzip();
        let truth = |name: &str| Field::new(name, DataType::Boolean, false);
        let schema = Arc::new(Schema::new(vec![
            Field::new("name", DataType::Utf8, false),
            Field::new("statement", DataType::Utf8, true),
            truth("is_holdable"),
            truth("is_binary"),
            truth("is_scrollable"),
        ]));
        let no = || Arc::new(BooleanArray::from(vec![false; names.len()]));
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![
                Arc::new(StringArray::from(names.clone())),
                Arc::new(StringArray::new_null(names.len())),
                Arc::new(BooleanArray::from(holds)),
                no(),
                no(),
            ],
        )?;
        Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
    }
}

impl fmt::Debug for Mended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mended(..)")
    }
}

#[async_trait]
impl SchemaProvider for Mended {
    fn table_names(&self) -> Vec<String> {
        let mut names = self.own.table_names();
        let added = self.tables.keys().filter(|name| !self.own.table_exist(name));
        names.extend(added.map(|name| (*name).to_owned()));
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if name.eq_ignore_ascii_case(SETTINGS) && self.own.table_exist(SETTINGS) {
            return self.settings().map(Some);
        }
        if name.eq_ignore_ascii_case(CURSORS) && self.tables.contains_key(CURSORS) {
            return self.cursors().map(Some);
        }
        match self.tables.get(name.to_lowercase().as_str()) {
            Some(table) => Ok(Some(Arc::clone(table))),
            None => self.own.table(name).await,
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.tables.contains_key(name.to_lowercase().as_str()) || self.own.table_exist(name)
    }
}
