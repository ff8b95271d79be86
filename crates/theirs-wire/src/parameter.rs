//! Values of `$1`, `$2` and so on, and arrays that are written as text.

use arrow_pg::datatypes::df::deserialize_parameters_with_server_types;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::sql::sqlparser::ast::{Array, Expr, Value};
use pgwire::api::Type;
use pgwire::api::portal::Portal;
use pgwire::error::PgWireResult;
use pgwire::types::FromSqlText;
use pgwire::types::format::FormatOptions;

/// The values of a portal, whose parameters are of these types as far as the statement tells them.
///
/// Where neither statement nor client tells a type, `{…}` sent as text is an array of texts, and
/// everything else a text.
pub(crate) fn values<S: Clone>(
    portal: &Portal<S>,
    kinds: &[Option<DataType>],
) -> PgWireResult<Vec<ScalarValue>> {
    let kinds: Vec<Option<&DataType>> = kinds.iter().map(Option::as_ref).collect();
    let types: Vec<Option<&Type>> = (0..portal.parameter_len())
        .map(|at| match kinds.get(at) {
            Some(Some(_)) => None,
            _ => Some(untold(portal, at)),
        })
        .collect();
    Ok(match deserialize_parameters_with_server_types(portal, &kinds, &types)? {
        ParamValues::List(values) => values.into_iter().map(|value| value.value).collect(),
        ParamValues::Map(_) => Vec::new(),
    })
}

fn untold<S: Clone>(portal: &Portal<S>, at: usize) -> &'static Type {
    let value = portal.parameters.get(at).and_then(Option::as_deref).unwrap_or_default();
    let is_array = value.starts_with(b"{") && value.ends_with(b"}");
    if is_array && portal.parameter_format.is_text(at) { &Type::TEXT_ARRAY } else { &Type::TEXT }
}

/// `'{a,"b c"}'` as `array['a', 'b c']`.
pub(crate) fn array(literal: &Expr) -> Option<Expr> {
    let Expr::Value(value) = literal else { return None };
    let Value::SingleQuotedString(text) = &value.value else { return None };
    let text = text.trim().as_bytes();
    let read: Vec<Option<String>> =
        Vec::from_sql_text(&Type::TEXT_ARRAY, text, &FormatOptions::default()).ok()?;
    let element =
        |text: Option<String>| Expr::value(text.map_or(Value::Null, Value::SingleQuotedString));
    Some(Expr::Array(Array { elem: read.into_iter().map(element).collect(), named: true }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pgwire::api::stmt::StoredStatement;
    use pgwire::messages::extendedquery::Bind;

    use super::*;

    fn read(texts: &[Option<&str>]) -> Vec<String> {
        let statement = StoredStatement::new(String::new(), (), vec![None; texts.len()]);
        let sent = texts.iter().map(|text| text.map(|text| text.to_owned().into())).collect();
        let bind = Bind::new(None, None, vec![], sent, vec![]);
        let portal = Portal::try_new(&bind, Arc::new(statement)).unwrap();
        let values = values(&portal, &vec![None; texts.len()]).unwrap();
        values.iter().map(|value| format!("{value:?}")).collect()
    }

    #[test]
    fn arrays_are_read_with_their_quotes_and_nothing_is_lost_between() {
        assert_eq!(
            read(&[Some(r#"{"a b",c,"d,e","f\"g\\h"}"#), None, Some("{x"), Some("{}")]),
            ["List([a b, c, d,e, f\"g\\h])", "Utf8(NULL)", "Utf8(\"{x\")", "List([])"]
        );
    }

    #[test]
    fn a_written_array_is_put_as_one() {
        let literal = |text: &str| Expr::value(Value::SingleQuotedString(text.to_owned()));
        assert_eq!(
            array(&literal(r#"{"a b",it's,NULL}"#)).unwrap().to_string(),
            "ARRAY['a b', 'it''s', NULL]"
        );
        assert!(array(&literal("a")).is_none());
    }
}
