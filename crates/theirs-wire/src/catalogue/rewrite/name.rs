//! Numbers that are written as names: `oid::regclass` and its like.

use datafusion::sql::sqlparser::ast::{
    CastKind, DataType, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName,
    SelectItem, Value,
};

use crate::dialect::parameter_within;
use crate::syntax::{call, last};

/// Types of numbers that PostgreSQL shows as names; the function of each adds `_name`.
pub(crate) const KINDS: [&str; 4] = ["regclass", "regnamespace", "regtype", "regrole"];

/// Those whose `to_…` the library looks up.
const LOOKED_UP: [&str; 2] = ["regnamespace", "regtype"];

/// In what is shown, a number cast to such a type is its name.
pub(super) fn shown(projection: &mut [SelectItem]) {
    for item in projection {
        let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item else {
            continue;
        };
        if let Some(name) = cast(expr) {
            *expr = name;
        }
    }
}

/// So it is where it is cast on to a text.
pub(super) fn written(expr: &Expr) -> Option<Expr> {
    let Expr::Cast { expr: inner, data_type, .. } = expr else { return None };
    let is_text = match data_type {
        DataType::Text | DataType::Varchar(_) => true,
        DataType::Custom(name, _) => last(name).as_deref() == Some("text"),
        _ => false,
    };
    if is_text { cast(inner) } else { None }
}

/// A name cast to such a type is its number. Functions are kept by their names alone.
pub(super) fn number(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Cast { expr: inner, data_type, .. } => match kind_of(data_type)?.as_str() {
            "regclass" => Some(call("regclass_number", [(**inner).clone()])),
            "regproc" => Some((**inner).clone()),
            _ => None,
        },
        Expr::Function(function) => {
            let called = last(&function.name)?;
            let kind = called.strip_prefix("to_").filter(|kind| LOOKED_UP.contains(kind))?;
            let FunctionArguments::List(list) = &function.args else { return None };
            let [FunctionArg::Unnamed(FunctionArgExpr::Expr(name))] = list.args.as_slice() else {
                return None;
            };
            Some(Expr::Cast {
                kind: CastKind::DoubleColon,
                expr: Box::new(parameter_within(name).unwrap_or_else(|| name.clone())),
                data_type: DataType::Custom(ObjectName::from(vec![Ident::new(kind)]), Vec::new()),
                array: false,
                format: None,
            })
        }
        _ => None,
    }
}

fn kind_of(data_type: &DataType) -> Option<String> {
    match data_type {
        DataType::Regclass => Some("regclass".to_owned()),
        DataType::Custom(name, _) => last(name),
        _ => None,
    }
}

/// The name for `expr::regclass`; a name that is cast so is looked up by the library.
fn cast(expr: &Expr) -> Option<Expr> {
    let Expr::Cast { expr: inner, data_type, .. } = expr else { return None };
    let kind = kind_of(data_type)?;
    let is_name =
        |value: &Value| matches!(value, Value::SingleQuotedString(_) | Value::Placeholder(_));
    match &**inner {
        Expr::Value(value) if is_name(&value.value) => None,
        _ if !KINDS.contains(&kind.as_str()) => None,
        // The library writes types itself.
        inner if kind == "regtype" => {
            Some(call("format_type", [inner.clone(), Expr::value(Value::Null)]))
        }
        inner => Some(call(&format!("{kind}_name"), [inner.clone()])),
    }
}
