//! Names the clause when something "does not exist" because the charter does not permit it.

use datafusion::common::{SchemaError, TableReference};
use datafusion::error::DataFusionError;
use theirs_charter::{Charter, Coarseness, Leave, Output, Purpose, Refusal, nearest};

use crate::error::QueryError;
use crate::table::PERSON_ID;

/// What the engine said while planning, as a refusal where the charter is the cause.
pub(crate) fn explain(error: &DataFusionError, charter: &Charter, leave: &Leave) -> QueryError {
    match error.find_root() {
        DataFusionError::SchemaError(schema, _) => match &**schema {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let valid: Vec<&str> = valid_fields.iter().map(|f| f.name.as_str()).collect();
                column(&field.name, &valid, charter, leave)
            }
            _ => QueryError::planning(error),
        },
        _ => QueryError::planning(error),
    }
}

/// That a name of three parts is one too many: there is one catalogue, and it is not to be named.
pub(crate) fn catalogue(table: &TableReference, purpose: &Purpose) -> QueryError {
    let message = format!("write {}.{}, with nothing before it", purpose.name, table.table());
    QueryError::Statement { message }
}

/// Why a table does not exist in a purpose.
pub(crate) fn table(name: &str, charter: &Charter, leave: &Leave) -> QueryError {
    let purpose = &leave.purpose;
    let clause = format!("purposes.{}.activities", purpose.name);
    if charter.activities().any(|(source, _)| source.name == name) {
        let because = format!("\"{}\" may not use the activity \"{name}\"", purpose.name);
        let change = format!("the charter would have to list {name} there");
        return Refusal::new(&clause, because, change).into();
    }
    let granted = purpose.activities.iter().map(|granted| granted.source.as_str());
    let known: Vec<&str> = std::iter::once("person").chain(granted).collect();
    let hint = nearest(name, known.iter().copied()).map_or_else(
        || format!("it has {}", known.join(", ")),
        |n| format!("did you mean \"{n}\"?"),
    );
    let message = format!("there is no table \"{name}\" in {}; {hint}", purpose.name);
    QueryError::Statement { message }
}

fn column(name: &str, valid: &[&str], charter: &Charter, leave: &Leave) -> QueryError {
    let purpose = &leave.purpose;
    if let Some(refusal) = of_nobody_alone(name, purpose) {
        return refusal.into();
    }
    if let Some(refusal) = person_column(name, charter, purpose) {
        return refusal.into();
    }
    if let Some(refusal) = activity_column(name, charter, purpose) {
        return refusal.into();
    }
    let hint = match nearest(name, valid.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("there are: {}", valid.join(", ")),
    };
    QueryError::Statement { message: format!("column \"{name}\" not found; {hint}") }
}

/// What a purpose of groups does not tell of anybody.
fn of_nobody_alone(name: &str, purpose: &Purpose) -> Option<Refusal> {
    let told = |field: &str, change: &str| {
        let clause = format!("purposes.{}.{field}", purpose.name);
        let because = format!("column \"{name}\" not found: {} sees only groups", purpose.name);
        Refusal::new(&clause, because, change.to_owned())
    };
    if matches!(purpose.output, Output::Aggregate { .. }) && name == PERSON_ID {
        return Some(told("output", "count(*) counts people; nobody has a name here"));
    }
    let is_granted = purpose.columns.iter().any(|grant| grant.column == name);
    let change = "the charter would have to list it among the cells";
    (is_granted && !purpose.shows(name)).then(|| told("cells", change))
}

fn person_column(name: &str, charter: &Charter, purpose: &Purpose) -> Option<Refusal> {
    let (attribute, _) = charter.attribute(name)?;
    let clause = format!("purposes.{}.columns", purpose.name);
    if let Some(grant) = purpose.columns.iter().find(|grant| grant.column == name) {
        let exact = grant.coarseness == Coarseness::Exact;
        let because =
            format!("column \"{name}\" not found here; it stands in {}.person", purpose.name);
        let change = if exact { "ask it there" } else { "ask it there; it is made coarse" };
        return Some(Refusal::new(&clause, because, change.to_owned()));
    }
    let inside = charter.identities().any(|(source, identity)| {
        charter.admits(source)
            && identity.columns.iter().any(|column| {
                column.meaning == theirs_charter::Meaning::Attribute(attribute.clone())
            })
    });
    let because = format!("column \"{name}\" not found: {} does not include it", purpose.name);
    let change = if inside {
        format!("the charter would have to list {name} there")
    } else {
        "it comes only from outside, and that source is not admitted (theirs outside)".to_owned()
    };
    Some(Refusal::new(&clause, because, change))
}

fn activity_column(name: &str, charter: &Charter, purpose: &Purpose) -> Option<Refusal> {
    let (source, _) = charter.activities().find(|(source, activity)| {
        let granted = purpose.activities.iter().any(|granted| granted.source == source.name);
        granted && activity.columns.iter().any(|column| column.name == name)
    })?;
    let grant = purpose.activities.iter().find(|granted| granted.source == source.name)?;
    if grant.columns.iter().any(|column| column.column == name) {
        return None;
    }
    let clause = format!("purposes.{}.activities.{}", purpose.name, source.name);
    let because = format!("column \"{name}\" not found: {} does not include it", purpose.name);
    Some(Refusal::new(&clause, because, format!("the charter would have to list {name} there")))
}
