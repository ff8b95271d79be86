//! Subqueries where one value, one list or one truth is wanted.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator, CastKind, DataType, Expr, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, Ident, OrderByKind, Query, Select, SelectItem, SetExpr, TableFactor,
    Value, Visit, Visitor,
};

use super::{and, array_of, named, select_of, tables};
use crate::syntax::{call, call_with, folded, last};

/// Tables that have no rows here.
pub(crate) const EMPTY: [&str; 23] = [
    "pg_attrdef",
    "pg_auth_members",
    "pg_constraint",
    "pg_db_role_setting",
    "pg_default_acl",
    "pg_enum",
    "pg_event_trigger",
    "pg_extension",
    "pg_foreign_server",
    "pg_foreign_table",
    "pg_index",
    "pg_inherits",
    "pg_partitioned_table",
    "pg_policy",
    "pg_publication",
    "pg_publication_namespace",
    "pg_publication_rel",
    "pg_rewrite",
    "pg_sequence",
    "pg_statistic_ext",
    "pg_subscription",
    "pg_subscription_rel",
    "pg_trigger",
];
/// Tables with rows that nothing of a purpose refers to.
const APART: [&str; 1] = ["pg_collation"];

/// What an expression becomes, if it is a subquery of a form that the engine lacks.
pub(super) fn simpler(expr: &Expr) -> Option<Expr> {
    if let Some(query) = array_of(expr) {
        return if is_empty(query) { Some(no_array()) } else { gathered(query) };
    }
    let Expr::Subquery(query) = expr else { return None };
    let select = select_of(query)?;
    if !reaches_out(query, select) {
        return None;
    }
    if is_empty(query) {
        return Some(Expr::Nested(Box::new(Expr::value(Value::Null))));
    }
    the_one(query, select)
}

/// A select from a table without rows computes nothing, so what it would compute may be dropped.
pub(super) fn never_computed(select: &mut Select) {
    let is_plain = |expr: &Expr| matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    if !finds_nothing(select) {
        return;
    }
    for (at, item) in select.projection.iter_mut().enumerate() {
        match item {
            SelectItem::UnnamedExpr(expr) if !is_plain(expr) => {
                let alias = Ident::new(format!("never_{at}"));
                *item = SelectItem::ExprWithAlias { expr: Expr::value(Value::Null), alias };
            }
            SelectItem::ExprWithAlias { expr, .. } if !is_plain(expr) => {
                *expr = Expr::value(Value::Null);
            }
            _ => {}
        }
    }
    select.selection = Some(Expr::value(Value::Boolean(false)));
}

/// Whether a select has no rows because it asks a table without any.
fn finds_nothing(select: &Select) -> bool {
    let has_one_row = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => aggregates(expr),
        _ => false,
    };
    let mut from = select.from.iter();
    let empty =
        from.any(|from| std::iter::once(&from.relation).chain(inner_joins(from)).any(has_no_rows));
    empty && select.having.is_none() && !select.projection.iter().any(has_one_row)
}

fn has_no_rows(factor: &TableFactor) -> bool {
    match factor {
        TableFactor::Table { name, args: None, .. } => {
            last(name).is_some_and(|name| EMPTY.contains(&name.as_str()))
        }
        TableFactor::Derived { subquery, .. } => select_of(subquery).is_some_and(finds_nothing),
        _ => false,
    }
}

/// Within a condition, `(select truth from … where …)` holds where `exists` does.
pub(super) fn existing(condition: &mut Expr) {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::And | BinaryOperator::Or, right } => {
            existing(left);
            existing(right);
        }
        Expr::Nested(inner) => existing(inner),
        Expr::Subquery(query) => {
            let Some(select) = select_of(query) else { return };
            let [SelectItem::UnnamedExpr(truth)] = select.projection.as_slice() else { return };
            let mut select = select.clone();
            select.selection = Some(and(select.selection.take(), truth.clone()));
            select.projection = vec![SelectItem::UnnamedExpr(number(1))];
            let mut subquery = query.clone();
            *subquery.body = SetExpr::Select(Box::new(select));
            *condition = Expr::Exists { subquery, negated: false };
        }
        _ => {}
    }
}

/// Whether a query finds nothing, because it asks a table without rows or options nobody set.
fn is_empty(query: &Query) -> bool {
    let Some(select) = select_of(query) else { return false };
    select.from.iter().any(|from| {
        let relations = std::iter::once(&from.relation);
        // What is joined from the left may be missing without emptying the rest.
        relations.chain(inner_joins(from)).any(is_empty_factor)
    })
}

fn inner_joins(
    from: &datafusion::sql::sqlparser::ast::TableWithJoins,
) -> impl Iterator<Item = &TableFactor> {
    use datafusion::sql::sqlparser::ast::JoinOperator::{CrossJoin, Inner, Join};
    let inner = from
        .joins
        .iter()
        .filter(|join| matches!(join.join_operator, Inner(_) | Join(_) | CrossJoin(_)));
    inner.map(|join| &join.relation)
}

fn is_empty_factor(factor: &TableFactor) -> bool {
    match factor {
        TableFactor::Table { name, args: None, .. } => last(name)
            .is_some_and(|name| EMPTY.contains(&name.as_str()) || APART.contains(&name.as_str())),
        TableFactor::Table { name, args: Some(args), .. } => {
            last(name).as_deref() == Some("unnest") && args.args.iter().any(of_options)
        }
        TableFactor::Function { name, args, .. } => {
            last(name).as_deref() == Some("unnest") && args.iter().any(of_options)
        }
        TableFactor::UNNEST { array_exprs, .. } => array_exprs.iter().any(is_option),
        _ => false,
    }
}

fn of_options(arg: &FunctionArg) -> bool {
    matches!(arg, FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) if is_option(expr))
}

/// Whether this is a column of options or of privileges; nothing here has any.
fn is_option(expr: &Expr) -> bool {
    let name = match expr {
        Expr::Identifier(name) => folded(name),
        Expr::CompoundIdentifier(parts) => parts.last().map(folded).unwrap_or_default(),
        _ => return false,
    };
    name.ends_with("options") || name.ends_with("acl")
}

/// Whether a query names a table that stands around it.
fn reaches_out(query: &Query, select: &Select) -> bool {
    let mut own = Outside { own: tables(select).into_iter().map(|(name, _)| name).collect() };
    query.visit(&mut own).is_break()
}

struct Outside {
    own: Vec<String>,
}

impl Visitor for Outside {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        self.own.extend(named(factor).map(|(name, _)| name));
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::CompoundIdentifier(parts) if parts.len() > 1 => {
                let is_own = self.own.contains(&folded(&parts[parts.len() - 2]));
                if is_own { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

/// `(select value from … where …)`, which has one row or none, as an aggregate of it: the engine
/// wants to see that there is one.
fn the_one(query: &Query, select: &Select) -> Option<Expr> {
    let [SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. }] =
        select.projection.as_slice()
    else {
        return None;
    };
    if aggregates(value) || query.limit_clause.is_some() || select.having.is_some() {
        return None;
    }
    let mut select = select.clone();
    select.projection = vec![SelectItem::UnnamedExpr(call("min", [value.clone()]))];
    let mut query = query.clone();
    query.order_by = None;
    *query.body = SetExpr::Select(Box::new(select));
    Some(Expr::Subquery(Box::new(query)))
}

/// Whether an expression calls an aggregate, which gives a row where there is none.
fn aggregates(expr: &Expr) -> bool {
    /// The depth of queries around the place; what is counted within one is that query's.
    struct Calls(usize);
    impl Visitor for Calls {
        type Break = ();
        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.0 += 1;
            ControlFlow::Continue(())
        }
        fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.0 -= 1;
            ControlFlow::Continue(())
        }
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            let aggregate = ["min", "max", "count", "sum", "avg", "array_agg", "string_agg"];
            match expr {
                Expr::Function(function) if self.0 == 0 => match last(&function.name) {
                    Some(name) if aggregate.contains(&name.as_str()) => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                },
                _ => ControlFlow::Continue(()),
            }
        }
    }
    expr.visit(&mut Calls(0)).is_break()
}

/// `array(select value … order by …)` as `(select array_agg(value order by …) …)`.
fn gathered(query: &Query) -> Option<Expr> {
    let select = select_of(query)?;
    let [SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. }] =
        select.projection.as_slice()
    else {
        return None;
    };
    let mut clauses = Vec::new();
    if let Some(order) = &query.order_by
        && let OrderByKind::Expressions(by) = &order.kind
    {
        let mut by = by.clone();
        for order in &mut by {
            if order.expr == number(1) {
                order.expr = value.clone();
            }
        }
        clauses.push(FunctionArgumentClause::OrderBy(by));
    }
    let mut inner = select.clone();
    inner.projection =
        vec![SelectItem::UnnamedExpr(call_with("array_agg", [value.clone()], clauses))];
    let mut query = query.clone();
    query.order_by = None;
    *query.body = SetExpr::Select(Box::new(inner));
    Some(Expr::Subquery(Box::new(query)))
}

fn number(number: u8) -> Expr {
    Expr::value(Value::Number(number.to_string(), false))
}

/// No list of texts.
fn no_array() -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(Expr::value(Value::Null)),
        data_type: DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(DataType::Text), None)),
        array: false,
        format: None,
    }
}
