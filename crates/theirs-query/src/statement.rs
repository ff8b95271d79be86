//! Which statements may run: reading ones, under one purpose that the role may use.

use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, Query, Select, SetExpr, Statement as Sql, Visit, Visitor,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use theirs_charter::{Asker, Authority, Leave, Refusal};

use crate::error::QueryError;

/// The longest statement that is read, in bytes.
const LONGEST: usize = 64 * 1024;
/// How deeply the queries of a statement may nest.
const DEEPEST: usize = 64;
/// How deeply its expressions may nest, and how many set operations a query may chain.
const LONGEST_CHAIN: usize = 256;
/// How deeply calls of functions may nest: with each, the parser takes twice as long.
const MOST_CALLS: usize = 10;
/// Words that stand before brackets and are no names of functions.
const BEFORE_BRACKETS: [Keyword; 30] = [
    Keyword::ALL,
    Keyword::AND,
    Keyword::ANY,
    Keyword::AS,
    Keyword::BETWEEN,
    Keyword::BY,
    Keyword::CASE,
    Keyword::CAST,
    Keyword::DISTINCT,
    Keyword::ELSE,
    Keyword::EXCEPT,
    Keyword::EXISTS,
    Keyword::FILTER,
    Keyword::FROM,
    Keyword::HAVING,
    Keyword::IN,
    Keyword::INTERSECT,
    Keyword::JOIN,
    Keyword::LATERAL,
    Keyword::LIKE,
    Keyword::LIMIT,
    Keyword::NOT,
    Keyword::ON,
    Keyword::OR,
    Keyword::OVER,
    Keyword::SELECT,
    Keyword::THEN,
    Keyword::UNION,
    Keyword::WHEN,
    Keyword::WHERE,
];
/// The stack for reading a statement, whose tree can be nearly as deep as its text is long.
const STACK: usize = 128 << 20;

/// A statement that may be planned.
pub(crate) struct Parsed {
    pub(crate) statement: Statement,
    /// The tables it names, without its own common table expressions.
    pub(crate) tables: Vec<TableReference>,
}

/// Parses a statement and refuses every kind that is not a query.
///
/// A chain of operators is a tree as deep as it is long, so it is measured, and if need be dropped,
/// on a stack that bears it.
pub(crate) fn parse(state: &SessionState, sql: &str) -> Result<Parsed, QueryError> {
    bounded(sql)?;
    on_a_deep_stack(|| read(state, sql))
}

/// The statements of a text, of whatever kind; none of them nests too deep to be looked at.
///
/// # Errors
/// The text is too long, no SQL, or nests too deep.
pub fn statements(sql: &str) -> Result<Vec<Sql>, QueryError> {
    bounded(sql)?;
    on_a_deep_stack(|| {
        let parsed = Parser::parse_sql(&PostgreSqlDialect {}, sql);
        let parsed =
            parsed.map_err(|error| unread(&DataFusionError::SQL(Box::new(error), None)))?;
        let is_deep = |statement: &Sql| {
            let found = statement.visit(&mut Careful { queries: 0, expressions: 0 });
            matches!(found, ControlFlow::Break(Objection::Deep))
        };
        if parsed.iter().any(is_deep) { Err(too_deep()) } else { Ok(parsed) }
    })
}

fn on_a_deep_stack<T: Send>(
    work: impl FnOnce() -> Result<T, QueryError> + Send,
) -> Result<T, QueryError> {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK);
        let worker = worker.spawn_scoped(scope, work).map_err(QueryError::unlogged)?;
        worker.join().unwrap_or_else(|_| {
            Err(QueryError::Statement { message: "the statement cannot be read".to_owned() })
        })
    })
}

fn bounded(sql: &str) -> Result<(), QueryError> {
    if sql.len() > LONGEST {
        let message = format!("a statement has at most {LONGEST} bytes");
        return Err(QueryError::Statement { message });
    }
    // Types of arrays nest too, and no visitor is asked about them.
    let arrays = sql.matches('[').count() + sql.to_ascii_lowercase().matches("array").count();
    if arrays > LONGEST_CHAIN || calls(sql) > MOST_CALLS { Err(too_deep()) } else { Ok(()) }
}

/// How deeply the calls of functions nest: the brackets after a name. Whatever a text cannot be
/// taken apart into is left to the parser.
fn calls(sql: &str) -> usize {
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize().unwrap_or_default();
    let words = tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_)));
    let (mut open, mut depth, mut deepest, mut is_name) = (Vec::new(), 0, 0, false);
    for token in words {
        match token {
            Token::LParen => {
                open.push(is_name);
                depth += usize::from(is_name);
                deepest = deepest.max(depth);
            }
            Token::RParen => depth -= usize::from(open.pop().unwrap_or(false)),
            _ => {}
        }
        is_name = matches!(token, Token::Word(word) if !BEFORE_BRACKETS.contains(&word.keyword));
    }
    deepest
}

fn read(state: &SessionState, sql: &str) -> Result<Parsed, QueryError> {
    let dialect = datafusion::config::Dialect::PostgreSQL;
    let statement = state.sql_to_statement(sql, &dialect).map_err(|error| unread(&error))?;
    only_reads(&statement)?;
    let tables =
        state.resolve_table_references(&statement).map_err(|error| QueryError::planning(&error))?;
    Ok(Parsed { statement, tables })
}

/// Why no single statement could be read from the text.
fn unread(error: &DataFusionError) -> QueryError {
    match error.find_root() {
        // This is what the engine says of more than one statement, and of nothing else.
        DataFusionError::NotImplemented(_) => {
            let because = "there is more than one statement".to_owned();
            let change = "ask one statement at a time".to_owned();
            Refusal::new("statements", because, change).into()
        }
        DataFusionError::SQL(error, _) => {
            let (ParserError::TokenizerError(what) | ParserError::ParserError(what)) = &**error
            else {
                return too_deep();
            };
            QueryError::Statement { message: format!("syntax error: {what}") }
        }
        _ => QueryError::planning(error),
    }
}

fn too_deep() -> QueryError {
    QueryError::Statement { message: "the statement nests too deep".to_owned() }
}

fn only_reads(statement: &Statement) -> Result<(), QueryError> {
    let refused = |what: &str| {
        let because = format!("{what} is not reading");
        let change = if asks_what_there_is(what) {
            "`theirs charter explain PURPOSE` lists the tables and columns of a purpose"
        } else {
            "write a SELECT; personal values change only by `theirs load` and `theirs correct`"
        };
        Err(Refusal::new("statements", because, change.to_owned()).into())
    };
    let Statement::Statement(sql) = statement else {
        return refused(&format!("{} …", first_words(&statement.to_string())));
    };
    let Sql::Query(query) = &**sql else {
        return refused(&first_words(&sql.to_string()));
    };
    match query.visit(&mut Careful { queries: 0, expressions: 0 }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(Objection::Deep) => Err(too_deep()),
        ControlFlow::Break(Objection::Writes(what)) => refused(what),
    }
}

/// Whether a statement of this kind asks which tables and columns there are, or how they are read.
fn asks_what_there_is(what: &str) -> bool {
    let verb = what.split_whitespace().next().unwrap_or_default();
    ["EXPLAIN", "DESCRIBE", "DESC", "SHOW"].contains(&verb)
}

/// The statement's kind, in capitals; never its values.
fn first_words(text: &str) -> String {
    let words: Vec<&str> = text
        .split_whitespace()
        .take(2)
        .take_while(|word| word.chars().all(|c| c.is_ascii_uppercase()))
        .collect();
    if words.is_empty() { "this statement".to_owned() } else { words.join(" ") }
}

/// Looks for what writes or locks inside a query, and for nesting without bound.
struct Careful {
    queries: usize,
    expressions: usize,
}

/// Why a query may not be planned.
enum Objection {
    Writes(&'static str),
    Deep,
}

impl Visitor for Careful {
    type Break = Objection;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Objection> {
        self.queries += 1;
        if self.queries > DEEPEST || set_operations(&query.body) > LONGEST_CHAIN {
            return ControlFlow::Break(Objection::Deep);
        }
        if !query.locks.is_empty() {
            return ControlFlow::Break(Objection::Writes("SELECT FOR UPDATE"));
        }
        writes(&query.body)
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<Objection> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Objection> {
        match select.into {
            Some(_) => ControlFlow::Break(Objection::Writes("SELECT INTO")),
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<Objection> {
        self.expressions += 1;
        if self.expressions > LONGEST_CHAIN {
            return ControlFlow::Break(Objection::Deep);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<Objection> {
        self.expressions -= 1;
        ControlFlow::Continue(())
    }
}

fn writes(body: &SetExpr) -> ControlFlow<Objection> {
    let what = match body {
        SetExpr::Insert(_) => "INSERT",
        SetExpr::Update(_) => "UPDATE",
        SetExpr::Delete(_) => "DELETE",
        SetExpr::Merge(_) => "MERGE",
        _ => return ControlFlow::Continue(()),
    };
    ControlFlow::Break(Objection::Writes(what))
}

/// How many set operations a query chains; counted without recursion.
fn set_operations(body: &SetExpr) -> usize {
    let (mut count, mut rest) = (0, vec![body]);
    while let Some(body) = rest.pop() {
        if let SetExpr::SetOperation { left, right, .. } = body {
            count += 1;
            rest.extend([&**left, &**right]);
        }
    }
    count
}

/// Who gives leave to use a purpose.
pub(crate) type Permit<'p> = &'p dyn Fn(&Authority, &Asker, &str) -> Result<Arc<Leave>, Refusal>;

/// The leave to use the one purpose whose tables a statement names; none if it names no table. A
/// table that is named alone is one of `default`.
pub(crate) fn leave_for(
    authority: &Authority,
    asker: &Asker,
    tables: &[TableReference],
    default: Option<&str>,
    permit: Permit<'_>,
) -> Result<Option<Arc<Leave>>, QueryError> {
    let mut found: Option<Arc<Leave>> = None;
    for table in tables {
        let Some(schema) = table.schema().or(default) else {
            return Err(no_purpose(authority, asker, table));
        };
        let permitted = permit(authority, asker, schema)?;
        match &found {
            Some(first) if first.purpose.name != permitted.purpose.name => {
                let because = format!(
                    "one statement uses one purpose, this names {} and {}",
                    first.purpose.name, schema
                );
                let change = "ask one purpose at a time; two cannot be joined".to_owned();
                return Err(Refusal::new("purposes", because, change).into());
            }
            _ => found = Some(permitted),
        }
    }
    Ok(found)
}

fn no_purpose(authority: &Authority, asker: &Asker, table: &TableReference) -> QueryError {
    let leaves = authority.leaves(asker);
    let names: Vec<&str> = leaves.iter().map(|leave| leave.purpose.name.as_str()).collect();
    let usable = names.join(", ");
    let because = format!("\"{}\" names no purpose", table.table());
    let change = format!("write PURPOSE.{}; your role may use: {usable}", table.table());
    Refusal::new("purposes", because, change).into()
}

/// Refuses every node of a plan that is not known to be harmless.
pub(crate) fn only_known_nodes(plan: &LogicalPlan) -> Result<(), QueryError> {
    let mut unknown = None;
    let walked = plan.apply_with_subqueries(|node| {
        if is_known(node) {
            return Ok(TreeNodeRecursion::Continue);
        }
        unknown = Some(first_words(&node.display().to_string().to_uppercase()));
        Ok(TreeNodeRecursion::Stop)
    });
    walked.map_err(|error| QueryError::planning(&error))?;
    match unknown {
        None => Ok(()),
        Some(node) => {
            let because = format!("the statement needs the step {node}");
            let change = "this version knows only steps that read".to_owned();
            Err(Refusal::new("statements", because, change).into())
        }
    }
}

fn is_known(node: &LogicalPlan) -> bool {
    use LogicalPlan::{
        Aggregate, Distinct, EmptyRelation, Filter, Join, Limit, Projection, Repartition, Sort,
        Subquery, SubqueryAlias, TableScan, Union, Unnest, Values, Window,
    };
    matches!(
        node,
        Projection(_)
            | Filter(_)
            | Window(_)
            | Aggregate(_)
            | Sort(_)
            | Join(_)
            | Repartition(_)
            | Union(_)
            | TableScan(_)
            | EmptyRelation(_)
            | Subquery(_)
            | SubqueryAlias(_)
            | Limit(_)
            | Values(_)
            | Unnest(_)
            | Distinct(_)
    )
}
