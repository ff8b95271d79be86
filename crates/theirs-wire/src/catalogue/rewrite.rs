//! Rules that turn what clients of PostgreSQL write about the catalogue into what the engine knows.
//!
//! A rule knows a form of SQL, never a client's whole statement, and keeps what the statement means.
//! Where a form has no counterpart it may only become `NULL` when `NULL` is what PostgreSQL would
//! say: because it asks a table that has no rows here, or an option that nothing here has.
//! The library's own rules follow, without its list of whole statements, and without the one that
//! makes every subquery `NULL` that it cannot follow.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArguments, Ident, ObjectNamePart, Query, Select,
    SelectItem, SetExpr, Statement as Sql, TableAlias, TableFactor, TableFunctionArgs, Value,
    VisitMut, VisitorMut,
};
use datafusion_pg_catalog::sql::rules::{
    AliasDuplicatedProjectionRewrite, CurrentUserVariableToSessionUserFunctionCall,
    FixArrayLiteral, ResolveUnqualifiedIdentifier, RewriteArrayAnyAllOperation,
    RewritePgCatalogOperator, RewriteRegCastToSubquery, SqlStatementRewriteRule,
    StripCallableQualifier, StripCollate,
};

mod name;
mod subquery;

use crate::syntax::{folded, last};

#[cfg(test)]
pub(super) use self::subquery::EMPTY;

/// PostgreSQL's numbers for its catalogues, which `tableoid` of their rows is.
pub(super) const NUMBERS: [(&str, i32); 27] = [
    ("pg_am", 2601),
    ("pg_attribute", 1249),
    ("pg_authid", 1260),
    ("pg_cast", 2605),
    ("pg_class", super::comment::PG_CLASS),
    ("pg_collation", 3456),
    ("pg_constraint", 2606),
    ("pg_conversion", 2607),
    ("pg_database", 1262),
    ("pg_event_trigger", 3466),
    ("pg_extension", 3079),
    ("pg_foreign_data_wrapper", 2328),
    ("pg_foreign_server", 1417),
    ("pg_language", 2612),
    ("pg_namespace", super::comment::PG_NAMESPACE),
    ("pg_opclass", 2616),
    ("pg_operator", 2617),
    ("pg_opfamily", 2753),
    ("pg_proc", 1255),
    ("pg_publication", 6104),
    ("pg_rewrite", 2618),
    ("pg_tablespace", 1213),
    ("pg_trigger", 2620),
    ("pg_ts_config", 3602),
    ("pg_ts_dict", 3600),
    ("pg_ts_parser", 3601),
    ("pg_type", 1247),
];

/// The rules, in their order.
pub(super) struct Rules(Vec<Box<dyn SqlStatementRewriteRule>>);

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rules(..)")
    }
}

impl Rules {
    pub(super) fn new() -> Self {
        Self(vec![
            Box::new(AliasDuplicatedProjectionRewrite),
            Box::new(ResolveUnqualifiedIdentifier),
            Box::new(RewriteArrayAnyAllOperation),
            Box::new(StripCallableQualifier),
            Box::new(FixArrayLiteral),
            Box::new(CurrentUserVariableToSessionUserFunctionCall),
            Box::new(StripCollate),
            Box::new(RewritePgCatalogOperator),
            Box::new(RewriteRegCastToSubquery::new()),
        ])
    }

    /// The statement as the engine knows it.
    pub(super) fn applied(&self, mut statement: Sql) -> Sql {
        let _ = VisitMut::visit(&mut statement, &mut Own::default());
        self.0.iter().fold(statement, |statement, rule| rule.rewrite(statement))
    }
}

/// Our own rules, in one walk.
#[derive(Default)]
struct Own {
    /// For each select around the place: the names of its tables, with what they stand for.
    scopes: Vec<Vec<(String, Option<String>)>>,
}

impl VisitorMut for Own {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        qualify(factor);
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        self.scopes.push(tables(select));
        subquery::never_computed(select);
        name::shown(&mut select.projection);
        distinguish(&mut select.projection);
        if let Some(condition) = &mut select.selection {
            subquery::existing(condition);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &mut Select) -> ControlFlow<()> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Some(simpler) = subquery::simpler(expr) {
            *expr = simpler;
        } else if let Some(number) = self.tableoid(expr) {
            *expr = number;
        } else if let Some(number) = name::number(expr) {
            *expr = number;
        } else if let Some(text) = name::written(expr) {
            *expr = text;
        }
        ControlFlow::Continue(())
    }
}

impl Own {
    /// The number of the catalogue whose rows an expression `name.tableoid` speaks of.
    fn tableoid(&self, expr: &Expr) -> Option<Expr> {
        let Expr::CompoundIdentifier(parts) = expr else { return None };
        let [name, column] = parts.as_slice() else { return None };
        if folded(column) != "tableoid" {
            return None;
        }
        let name = folded(name);
        let scope = self.scopes.iter().rev().find_map(|scope| {
            scope.iter().find(|(alias, _)| *alias == name).map(|(_, table)| table.clone())
        });
        let table = scope??;
        let (_, number) = NUMBERS.iter().find(|(name, _)| *name == table)?;
        Some(Expr::value(Value::Number(number.to_string(), false)))
    }
}

/// The tables of a select by the names they have in it; none for what is no table of a catalogue.
fn tables(select: &Select) -> Vec<(String, Option<String>)> {
    let joined = |from: &datafusion::sql::sqlparser::ast::TableWithJoins| {
        let joins = from.joins.iter().map(|join| named(&join.relation));
        std::iter::once(named(&from.relation)).chain(joins).flatten().collect::<Vec<_>>()
    };
    select.from.iter().flat_map(joined).collect()
}

fn named(factor: &TableFactor) -> Option<(String, Option<String>)> {
    match factor {
        TableFactor::Table { name, alias, .. } => {
            let table = last(name);
            let known = alias.as_ref().map(|alias| folded(&alias.name));
            Some((known.or_else(|| table.clone())?, table))
        }
        TableFactor::Derived { alias: Some(alias), .. } => Some((folded(&alias.name), None)),
        _ => None,
    }
}

/// `pg_class` is `pg_catalog.pg_class`.
fn qualify(factor: &mut TableFactor) {
    let TableFactor::Table { name, args: None::<TableFunctionArgs>, alias, .. } = factor else {
        return;
    };
    let [ObjectNamePart::Identifier(alone)] = name.0.as_slice() else { return };
    if !folded(alone).starts_with("pg_") {
        return;
    }
    let was = alone.clone();
    name.0.insert(0, ObjectNamePart::Identifier(Ident::new("pg_catalog")));
    alias.get_or_insert_with(|| TableAlias {
        explicit: true,
        name: was,
        columns: Vec::new(),
        at: None,
    });
}

/// Expressions that stand twice in a projection get names of their own; the engine wants that.
fn distinguish(projection: &mut [SelectItem]) {
    let mut seen: Vec<String> = Vec::new();
    for (at, item) in projection.iter_mut().enumerate() {
        let SelectItem::UnnamedExpr(expr) = item else { continue };
        let text = expr.to_string();
        if seen.contains(&text) {
            let alias = Ident::new(format!("again_{at}"));
            *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
        } else {
            seen.push(text);
        }
    }
}

/// The one select of a query, if it is one.
fn select_of(query: &Query) -> Option<&Select> {
    match &*query.body {
        SetExpr::Select(select) if query.with.is_none() => Some(select),
        _ => None,
    }
}

fn and(left: Option<Expr>, right: Expr) -> Expr {
    let nested = |expr: Expr| Box::new(Expr::Nested(Box::new(expr)));
    match left {
        Some(left) => {
            Expr::BinaryOp { left: nested(left), op: BinaryOperator::And, right: nested(right) }
        }
        None => right,
    }
}

/// Whether a function is called by this name, with or without its schema.
fn is_called(function: &Function, name: &str) -> bool {
    last(&function.name).as_deref() == Some(name)
}

/// The query in `array(select …)`.
fn array_of(expr: &Expr) -> Option<&Query> {
    let Expr::Function(function) = expr else { return None };
    match &function.args {
        FunctionArguments::Subquery(query) if is_called(function, "array") => Some(query),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> String {
        let statement = theirs_query::statements(sql).unwrap().remove(0);
        Rules::new().applied(statement).to_string()
    }

    #[test]
    fn forms_that_the_engine_lacks_become_forms_that_it_has() {
        for (from, to) in [
            (
                "select array(select b.rolname from pg_auth_members m join pg_roles b on true)",
                "SELECT CAST(NULL AS TEXT[])",
            ),
            (
                "select array(select a.attname from pg_catalog.pg_attribute a where a.attrelid = c.oid) from pg_catalog.pg_class c",
                "SELECT (SELECT array_agg(a.attname) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid) FROM pg_catalog.pg_class c",
            ),
            ("select c.tableoid from pg_class c", "SELECT 1259 FROM pg_catalog.pg_class c"),
            (
                "select 1 from pg_catalog.pg_type t where t.typrelid = 0 or (select c.relkind = 'c' from pg_catalog.pg_class c where c.oid = t.typrelid)",
                "SELECT 1 FROM pg_catalog.pg_type t WHERE t.typrelid = 0 OR EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE (c.oid = t.typrelid) AND (c.relkind = 'c'))",
            ),
            (
                "select c.oid::regclass::text from pg_catalog.pg_class c where c.oid::regclass = 5",
                "SELECT regclass_name(c.oid) FROM pg_catalog.pg_class c WHERE regclass_number(c.oid) = 5",
            ),
            (
                "select p.polname, '{0}' = any(p.polroles), null as a from pg_catalog.pg_policy p where p.polrelid = array(select 1)",
                "SELECT p.polname, NULL AS never_1, NULL AS a FROM pg_catalog.pg_policy p WHERE false",
            ),
            (
                "select count(*) from pg_catalog.pg_policy p",
                "SELECT count(*) FROM pg_catalog.pg_policy p",
            ),
            ("select null, null", "SELECT NULL, NULL AS again_1"),
        ] {
            assert_eq!(of(from), to, "{from}");
        }
    }
}
