//! What goes wrong, as the protocol says it: a code of PostgreSQL's list, a message, a hint.

use datafusion::error::DataFusionError;
use pgwire::error::{ErrorInfo, PgWireError};
use pgwire::messages::response::NoticeResponse;
use theirs_query::QueryError;

/// An error for the client.
pub(crate) fn fault(code: &str, message: impl Into<String>) -> PgWireError {
    PgWireError::UserError(Box::new(ErrorInfo::new(
        "ERROR".to_owned(),
        code.to_owned(),
        message.into(),
    )))
}

/// As `fault`, with a way out.
pub(crate) fn fault_with_hint(code: &str, message: String, hint: String) -> PgWireError {
    let mut info = ErrorInfo::new("ERROR".to_owned(), code.to_owned(), message);
    info.hint = Some(hint);
    PgWireError::UserError(Box::new(info))
}

/// Why the door gave no answer.
pub(crate) fn of_query(error: &QueryError) -> PgWireError {
    match error {
        QueryError::Refused(refusal) => {
            let message = format!("refused: {} (clause {})", refusal.because, refusal.clause);
            fault_with_hint("42501", message, refusal.change.clone())
        }
        QueryError::Statement { message } => fault(code_of(message), message.clone()),
        QueryError::Limit(message) if message.contains("longer") => fault("57014", message.clone()),
        QueryError::Limit(message) => fault("54000", message.clone()),
        QueryError::NoCharter | QueryError::Charter => fault("55000", error.to_string()),
        QueryError::Lake(message) => fault("58030", message.clone()),
        QueryError::Unlogged(_) => fault("58000", "nothing was released: the use was not logged"),
    }
}

/// That a use is on record: its name in the ledger, for whoever gets the rows.
pub(crate) fn of_use(id: &str) -> NoticeResponse {
    let mut info =
        ErrorInfo::new("NOTICE".to_owned(), "00000".to_owned(), format!("use {id} is on record"));
    info.detail = Some(id.to_owned());
    info.into()
}

/// What messages say, with PostgreSQL's codes; the first that fits counts.
const CODES: [(&str, &str); 15] = [
    ("syntax error", "42601"),
    ("Invalid function", "42883"),
    ("No function matches", "42883"),
    ("table function", "42883"),
    ("there is no table", "42P01"),
    ("table '", "42P01"),
    ("not found", "42703"),
    ("No field named", "42703"),
    ("Ambiguous", "42702"),
    ("must appear in the GROUP BY", "42803"),
    ("divide by zero", "22012"),
    ("a number is too large", "22003"),
    ("cannot be read as the type", "22P02"),
    ("not implemented", "0A000"),
    ("not supported", "0A000"),
];

/// The code for a message.
fn code_of(message: &str) -> &'static str {
    CODES.iter().find(|(sign, _)| message.contains(sign)).map_or("42000", |(_, code)| code)
}

/// Why the catalogue gave no answer; it holds nothing personal.
pub(crate) fn of_engine(error: &DataFusionError) -> PgWireError {
    let text = error.find_root().strip_backtrace();
    let line = text.lines().next().unwrap_or_default();
    fault(code_of(line), line)
}

/// The information in an error, for an answer that goes on after it.
pub(crate) fn info(error: PgWireError) -> Box<ErrorInfo> {
    match error {
        PgWireError::UserError(info) => info,
        other => Box::new(other.into()),
    }
}
