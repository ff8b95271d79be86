//! PostgreSQL's words in a statement, put as the engine knows them: the types of parameters, which
//! the protocol tells apart from the text; collations, of which there is one; signs of escape;
//! patterns of dates. What a statement means, and which way it goes, stays the same.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    CastKind, DataType, ExactNumberInfo, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, LimitClause, ObjectName, Query, Statement as Sql, TimezoneInfo, Value,
    ValueWithSpan, VisitMut, VisitorMut,
};
use pgwire::api::Type;
use pgwire::error::PgWireResult;
use theirs_query::statements;

use crate::fault::of_query;
use crate::parameter::array;
use crate::syntax::{call, last};

/// Collations that compare byte by byte, as the engine does.
const COLLATIONS: [&str; 4] = ["c", "posix", "default", "ucs_basic"];

/// The statements of a text, whose parameters have these types as far as they are told.
pub(crate) fn read(sql: &str, types: &[Option<Type>]) -> PgWireResult<Vec<Sql>> {
    let mut read = statements(sql).map_err(|error| of_query(&error))?;
    for statement in &mut read {
        let _ = VisitMut::visit(statement, &mut Told { types, limits: Vec::new() });
    }
    Ok(read)
}

struct Told<'t> {
    types: &'t [Option<Type>],
    /// Limits of the queries around the place; a number of rows needs no type.
    limits: Vec<Option<LimitClause>>,
}

impl VisitorMut for Told<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        self.limits.push(query.limit_clause.take());
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        query.limit_clause = self.limits.pop().flatten();
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Some(typed) = self.typed(expr) {
            *expr = typed;
        } else if let Expr::Cast { expr: inner, data_type, .. } = expr {
            // What the statement says of a type goes before what the protocol does.
            if let Some(bare) = parameter_within(inner) {
                **inner = bare;
            } else if let (DataType::Array(_), Some(written)) = (data_type, array(inner)) {
                **inner = written;
            }
        } else if let Expr::AnyOp { right, .. } | Expr::AllOp { right, .. } = expr {
            if let Some(written) = array(right) {
                **right = written;
            }
        } else if let Expr::Like { pattern, escape_char, .. }
        | Expr::ILike { pattern, escape_char, .. } = expr
        {
            escape(pattern, escape_char);
        } else if let Expr::Function(function) = expr {
            date_pattern(function);
        } else if let Expr::Collate { expr: inner, collation } = expr
            && is_known(collation)
        {
            *expr = (**inner).clone();
        }
        ControlFlow::Continue(())
    }
}

impl Told<'_> {
    fn typed(&self, expr: &Expr) -> Option<Expr> {
        let number: usize = placeholder(expr)?.strip_prefix('$')?.parse().ok()?;
        let told = self.types.get(number.checked_sub(1)?)?.as_ref()?;
        Some(Expr::Cast {
            kind: CastKind::Cast,
            expr: Box::new(expr.clone()),
            data_type: named(told)?,
            array: false,
            format: None,
        })
    }
}

/// `like pattern escape '/'` with the engine's one sign of escape.
fn escape(pattern: &mut Expr, sign: &mut Option<ValueWithSpan>) {
    let Some(Value::SingleQuotedString(own)) = sign.as_ref().map(|sign| &sign.value) else {
        return;
    };
    let mut letters = own.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else { return };
    if letter == '\\' {
        return;
    }
    match pattern {
        Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) => {
            *text = escaped(text, letter);
        }
        other => {
            // A sign that is itself escaped is kept apart while the others are changed.
            let (twice, apart) = (format!("{own}{own}"), "\u{1}");
            let steps = [("\\", "\\\\"), (&twice, apart), (own, "\\"), (apart, own)];
            let changed =
                |text, (from, to): (&str, &str)| call("replace", [text, of(from), of(to)]);
            *other = steps.into_iter().fold(other.clone(), changed);
        }
    }
    *sign = None;
}

fn escaped(text: &str, sign: char) -> String {
    let mut written = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            letter if letter == sign => match letters.next() {
                Some(next) if next == sign => written.push(next),
                next => {
                    written.push('\\');
                    written.extend(next);
                }
            },
            '\\' => written.push_str("\\\\"),
            letter => written.push(letter),
        }
    }
    written
}

fn of(text: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(text.to_owned()))
}

/// PostgreSQL's signs in patterns of dates, longest first, and the engine's.
const PATTERNS: [(&str, &str); 8] = [
    ("HH24", "%H"),
    ("YYYY", "%Y"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("MI", "%M"),
    ("SS", "%S"),
    ("US", "%6f"),
    ("MS", "%3f"),
];

/// `to_date('…', 'YYYY-MM-DD')` with a pattern that the engine knows.
fn date_pattern(function: &mut Function) {
    let name = last(&function.name).unwrap_or_default();
    let is_date = ["to_date", "to_timestamp"].contains(&name.as_str());
    let FunctionArguments::List(list) = &mut function.args else { return };
    let [_, FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(pattern)))] =
        list.args.as_mut_slice()
    else {
        return;
    };
    let Value::SingleQuotedString(text) = &mut pattern.value else { return };
    if !is_date || text.contains('%') {
        return;
    }
    let mut written = String::new();
    let mut rest = text.as_str();
    while let Some(letter) = rest.chars().next() {
        let sign = PATTERNS.iter().find(|(sign, _)| rest.starts_with(sign));
        let (taken, put) = match sign {
            Some((sign, put)) => (sign.len(), *put),
            // A sign that is not known here is left for the engine to refuse.
            None if letter.is_alphabetic() => return,
            None => (letter.len_utf8(), &rest[..letter.len_utf8()]),
        };
        written.push_str(put);
        rest = &rest[taken..];
    }
    *text = written;
}

fn placeholder(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Placeholder(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// The parameter in `cast($1 as type)`.
pub(crate) fn parameter_within(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Cast { expr: inner, .. } if placeholder(inner).is_some() => Some((**inner).clone()),
        _ => None,
    }
}

fn is_known(collation: &ObjectName) -> bool {
    let last = collation.0.last().and_then(|part| part.as_ident());
    last.is_some_and(|name| COLLATIONS.contains(&name.value.to_lowercase().as_str()))
}

/// The word for a type.
fn named(told: &Type) -> Option<DataType> {
    Some(match *told {
        Type::BOOL => DataType::Boolean,
        Type::INT2 => DataType::SmallInt(None),
        Type::INT4 => DataType::Integer(None),
        Type::INT8 => DataType::BigInt(None),
        Type::FLOAT4 => DataType::Real,
        Type::FLOAT8 => DataType::DoublePrecision,
        Type::NUMERIC => DataType::Numeric(ExactNumberInfo::None),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR => DataType::Text,
        Type::DATE => DataType::Date,
        Type::TIMESTAMP => DataType::Timestamp(None, TimezoneInfo::None),
        Type::TIMESTAMPTZ => DataType::Timestamp(None, TimezoneInfo::WithTimeZone),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_the_one_collation_are_put_into_the_words() {
        let types = [Some(Type::FLOAT8), None, Some(Type::TEXT), Some(Type::INT8)];
        for (from, to) in [
            ("select $1 + $2", "SELECT CAST($1 AS DOUBLE PRECISION) + $2"),
            ("select $3::regclass", "SELECT $3::REGCLASS"),
            ("select 1 limit $4", "SELECT 1 LIMIT $4"),
            ("select a = 'x' collate \"C\"", "SELECT a = 'x'"),
            (r"select a like 'x/_\' escape '/'", r"SELECT a LIKE 'x\_\\'"),
            (
                "select a like b || '%' escape '/'",
                "SELECT a LIKE replace(replace(replace(replace(b || '%', '\\', '\\\\'), '//', '\u{1}'), '/', '\\'), '\u{1}', '/')",
            ),
            (
                "select to_date(a, 'YYYY-MM-DD'), to_timestamp(a, 'HH24:MI:SS.US')",
                "SELECT to_date(a, '%Y-%m-%d'), to_timestamp(a, '%H:%M:%S.%6f')",
            ),
            ("select a = any('{x}')", "SELECT a = ANY(ARRAY['x'])"),
            ("select '{x,\"y z\"}'::text[]", "SELECT ARRAY['x', 'y z']::TEXT[]"),
            ("select to_date(a, 'Mon DD')", "SELECT to_date(a, 'Mon DD')"),
            ("select a collate \"de-x-icu\"", "SELECT a COLLATE \"de-x-icu\""),
        ] {
            assert_eq!(read(from, &types).unwrap()[0].to_string(), to);
        }
    }
}
