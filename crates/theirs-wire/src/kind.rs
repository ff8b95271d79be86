//! Which of the three ways a statement goes.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{ObjectName, Query, Statement as Sql, Visit, Visitor};

use crate::syntax::folded;

/// The schemas of the catalogue.
const CATALOGUE: [&str; 2] = ["pg_catalog", "information_schema"];
/// The engine's own settings, which are nobody's business.
const SETTINGS: &str = "df_settings";
/// Table functions that clients call beside the catalogue's tables.
const FUNCTIONS: [&str; 3] = ["generate_series", "unnest", "generate_subscripts"];

/// The way of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the door.
    Door,
    /// To the session that knows names only.
    Catalogue,
    /// It concerns this connection alone.
    Connection,
}

/// The way that a statement goes.
pub(crate) fn way(statement: &Sql) -> Way {
    match statement {
        Sql::Query(query) => {
            let mut seen = Relations::default();
            let _ = query.visit(&mut seen);
            let is_catalogue = |name: &ObjectName| of_catalogue(name, &seen.defined);
            if seen.named.iter().all(is_catalogue) { Way::Catalogue } else { Way::Door }
        }
        Sql::Set(_)
        | Sql::Reset { .. }
        | Sql::ShowVariable { .. }
        | Sql::StartTransaction { .. }
        | Sql::Commit { .. }
        | Sql::Rollback { .. }
        | Sql::Savepoint { .. }
        | Sql::ReleaseSavepoint { .. }
        | Sql::Discard { .. }
        | Sql::Deallocate { .. }
        | Sql::Copy { .. }
        | Sql::Declare { .. }
        | Sql::Fetch { .. }
        | Sql::Close { .. } => Way::Connection,
        _ => Way::Door,
    }
}

fn of_catalogue(name: &ObjectName, defined: &[String]) -> bool {
    let parts: Vec<String> = name.0.iter().filter_map(|part| part.as_ident()).map(folded).collect();
    match parts.as_slice() {
        [.., schema, table] => CATALOGUE.contains(&schema.as_str()) && table != SETTINGS,
        [alone] => {
            alone.starts_with("pg_")
                || FUNCTIONS.contains(&alone.as_str())
                || defined.contains(alone)
        }
        [] => false,
    }
}

/// The tables that a query names, and those that it defines itself.
#[derive(Default)]
struct Relations {
    named: Vec<ObjectName>,
    defined: Vec<String>,
}

impl Visitor for Relations {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        self.defined.extend(tables.map(|table| folded(&table.alias.name)));
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
        self.named.push(name.clone());
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> Way {
        way(&theirs_query::statements(sql).unwrap()[0])
    }

    #[test]
    fn what_names_no_table_of_the_catalogue_goes_to_the_door() {
        for sql in [
            "select * from offer.person",
            "select * from person",
            "select 1 from pg_class, offer.person",
            "select (select count(*) from offer.person)",
            "with a as (select * from offer.person) select * from a",
            "select * from \"PG_CATALOG\".pg_class",
            "create table a (b int)",
            "explain select 1",
            "select 1 from theirs.offer.person",
            "select * from information_schema.df_settings",
        ] {
            assert_eq!(of(sql), Way::Door, "{sql}");
        }
    }

    #[test]
    fn the_catalogue_and_the_connection_have_ways_of_their_own() {
        for sql in [
            "select 1",
            "select version()",
            "select * from pg_catalog.pg_class c join pg_namespace n on n.oid = c.relnamespace",
            "select * from information_schema.tables",
            "with a as (select 1) select * from a",
        ] {
            assert_eq!(of(sql), Way::Catalogue, "{sql}");
        }
        for sql in ["set search_path = offer", "show all", "begin", "copy (select 1) to stdout"] {
            assert_eq!(of(sql), Way::Connection, "{sql}");
        }
    }
}
