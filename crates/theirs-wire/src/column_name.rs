//! What PostgreSQL calls a column that its statement does not name (`FigureColname` in its
//! `parse_target.c`); the engine would call it by the whole expression.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType as Kind, Field, Schema, SchemaRef};
use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Query, SelectItem, SetExpr, Statement as Sql,
};

use crate::syntax::{folded, last};

/// As `renamed`, for an answer that is not there yet: a value of no type will be a text.
pub(crate) fn told(statement: &Sql, schema: &Schema) -> SchemaRef {
    let field = |field: &Arc<Field>| match field.data_type() {
        Kind::Null => Arc::new(field.as_ref().clone().with_data_type(Kind::Utf8)),
        _ => Arc::clone(field),
    };
    let fields: Vec<Arc<Field>> = schema.fields().iter().map(field).collect();
    renamed(statement, Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone())))
}

/// The columns of an answer to a statement, named as PostgreSQL names them.
pub(crate) fn renamed(statement: &Sql, schema: SchemaRef) -> SchemaRef {
    let Sql::Query(query) = statement else { return schema };
    let Some(items) = first_projection(&query.body) else { return schema };
    let is_wild = |item: &SelectItem| {
        matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..))
    };
    let wild = items.iter().filter(|item| is_wild(item)).count();
    let count = schema.fields().len();
    if wild > 1 || (wild == 0 && items.len() != count) || items.len() > count + wild {
        return schema;
    }
    let before = items.iter().position(is_wild).unwrap_or(items.len());
    let after = items.len() - before;
    let name = |at: usize| {
        let item = if at < before {
            items.get(at)
        } else if count - at < after {
            items.get(items.len() - (count - at))
        } else {
            None
        };
        item.and_then(of_item)
    };
    let field = |(at, field): (usize, &Arc<Field>)| match name(at) {
        Some(name) if *field.name() != name => Arc::new(field.as_ref().clone().with_name(name)),
        _ => Arc::clone(field),
    };
    let fields: Vec<Arc<Field>> = schema.fields().iter().enumerate().map(field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// The projection that names the columns: of several queries together, the first.
fn first_projection(body: &SetExpr) -> Option<&[SelectItem]> {
    match body {
        SetExpr::Select(select) => Some(&select.projection),
        SetExpr::Query(query) => first_projection(&query.body),
        SetExpr::SetOperation { left, .. } => first_projection(left),
        _ => None,
    }
}

fn of_item(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::UnnamedExpr(expr) => Some(of(expr)),
        SelectItem::ExprWithAlias { alias, .. } => Some(folded(alias)),
        _ => None,
    }
}

/// The name of an expression.
fn of(expr: &Expr) -> String {
    figured(expr).map_or_else(|| "?column?".to_owned(), |(name, _)| name)
}

/// How good a name is: a type's gives way to what is cast, any other to nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Worth {
    Weak,
    Good,
}

fn figured(expr: &Expr) -> Option<(String, Worth)> {
    let good = |name: &str| Some((name.to_owned(), Worth::Good));
    match expr {
        Expr::Identifier(name) => good(&folded(name)),
        Expr::CompoundIdentifier(parts) => good(&parts.last().map(folded)?),
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => figured(inner),
        Expr::Function(function) => good(&last(&function.name)?),
        Expr::Cast { expr, data_type, .. } => match figured(expr) {
            Some((name, Worth::Good)) => good(&name),
            _ => Some((of_type(data_type), Worth::Weak)),
        },
        Expr::TypedString(typed) => Some((of_type(&typed.data_type), Worth::Weak)),
        Expr::Case { else_result, .. } => match else_result.as_deref().and_then(figured) {
            Some((name, Worth::Good)) => good(&name),
            _ => Some(("case".to_owned(), Worth::Weak)),
        },
        Expr::Exists { .. } => good("exists"),
        Expr::Array(_) => good("array"),
        Expr::Interval(_) => Some(("interval".to_owned(), Worth::Weak)),
        Expr::Extract { .. } => good("extract"),
        Expr::Substring { .. } => good("substring"),
        Expr::Trim { .. } => good("btrim"),
        Expr::Position { .. } => good("position"),
        Expr::Overlay { .. } => good("overlay"),
        Expr::Ceil { .. } => good("ceil"),
        Expr::Floor { .. } => good("floor"),
        Expr::AtTimeZone { .. } => good("timezone"),
        Expr::Subquery(query) => of_query(query).map(|name| (name, Worth::Good)),
        _ => None,
    }
}

fn of_query(query: &Query) -> Option<String> {
    first_projection(&query.body)?.first().and_then(of_item)
}

/// The name of a type in PostgreSQL's catalogue.
fn of_type(kind: &DataType) -> String {
    match kind {
        DataType::Int(_) | DataType::Integer(_) | DataType::Int4(_) => "int4".to_owned(),
        DataType::BigInt(_) | DataType::Int8(_) => "int8".to_owned(),
        DataType::SmallInt(_) | DataType::Int2(_) => "int2".to_owned(),
        DataType::Boolean | DataType::Bool => "bool".to_owned(),
        DataType::Real | DataType::Float4 => "float4".to_owned(),
        DataType::Double(_) | DataType::DoublePrecision | DataType::Float8 => "float8".to_owned(),
        DataType::Varchar(_) | DataType::CharacterVarying(_) => "varchar".to_owned(),
        DataType::Numeric(_) | DataType::Decimal(_) => "numeric".to_owned(),
        DataType::Timestamp(_, zone) => {
            let zone = zone.to_string();
            if zone.contains("WITH TIME") || zone == "TZ" { "timestamptz" } else { "timestamp" }
                .to_owned()
        }
        DataType::Array(_) => {
            let text = kind.to_string().to_lowercase();
            text.trim_end_matches("[]").to_owned()
        }
        DataType::Custom(name, _) => last(name).unwrap_or_default(),
        other => other.to_string().to_lowercase().split('(').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sql: &str, columns: usize) -> Vec<String> {
        let statement = theirs_query::statements(sql).unwrap().remove(0);
        let field = |at: usize| Field::new(format!("engine {at}"), Kind::Utf8, true);
        let schema = Arc::new(Schema::new((0..columns).map(field).collect::<Vec<_>>()));
        let renamed = renamed(&statement, schema);
        renamed.fields().iter().map(|field| field.name().clone()).collect()
    }

    #[test]
    fn columns_are_named_as_postgresql_names_them() {
        let sql = "select 1, count(*), SUM(price), a.city, City, 1::bigint, price::text, 'a' as \"A\", \
                   case when true then 1 end, case a when 1 then 2 else b end, exists (select 1), \
                   (select max(x) from t), 1 + 1, pg_catalog.upper(x), date '2026-01-01', -price";
        let expected = [
            "?column?", "count", "sum", "city", "city", "int8", "price", "A", "case", "b",
            "exists", "max", "?column?", "upper", "date", "?column?",
        ];
        assert_eq!(names(sql, 16), expected);
        assert_eq!(names("select count(*) union all select 2 as two", 1), ["count"]);
    }

    #[test]
    fn a_wildcard_keeps_its_names_and_moves_the_rest() {
        let got = names("select now(), *, count(*) over () from t", 4);
        assert_eq!(got, ["now", "engine 1", "engine 2", "count"]);
        assert_eq!(names("select a.*, b.* from a, b", 2), ["engine 0", "engine 1"]);
    }
}
