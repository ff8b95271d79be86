//! Parts of statements: names as SQL understands them, and calls that are put in their place.

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArgumentList,
    FunctionArguments, Ident, ObjectName,
};

/// A name as SQL understands it: in small letters unless it is quoted.
pub(crate) fn folded(name: &Ident) -> String {
    if name.quote_style.is_some() { name.value.clone() } else { name.value.to_lowercase() }
}

/// The last part of a name.
pub(crate) fn last(name: &ObjectName) -> Option<String> {
    name.0.last()?.as_ident().map(folded)
}

/// `name(given, …)`.
pub(crate) fn call<const N: usize>(name: &str, given: [Expr; N]) -> Expr {
    call_with(name, given, Vec::new())
}

/// `name(given, … clauses)`, such as `array_agg(a order by b)`.
pub(crate) fn call_with<const N: usize>(
    name: &str,
    given: [Expr; N],
    clauses: Vec<FunctionArgumentClause>,
) -> Expr {
    let given = given.into_iter().map(|expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)));
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: given.collect(),
            clauses,
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}
