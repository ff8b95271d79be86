//! What can be wrong with what the crate is given; never with a value of a person in the message.

/// What can be wrong with the input. Names of columns are quoted, values never.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The type of a column is neither number, text, boolean nor date.
    #[error("column {column}: values of type {found} can be neither counted nor ordered")]
    Type {
        /// The name of the column.
        column: String,
        /// The arrow type found.
        found: String,
    },
    /// Arrow could not convert a column.
    #[error("column {column}: {source}")]
    Arrow {
        /// The name of the column.
        column: String,
        /// What arrow said.
        source: arrow::error::ArrowError,
    },
    /// Two things that describe the same rows differ in length.
    #[error("{what} has {found} rows, the sheet has {expected}")]
    Length {
        /// What is too long or too short.
        what: &'static str,
        /// Its rows.
        found: usize,
        /// The rows of the sheet.
        expected: usize,
    },
    /// A column that the model was learnt with is missing, or has another shape.
    #[error("column {column} is not as it was when the model was learnt")]
    Shape {
        /// The name of the column.
        column: String,
    },
    /// A number is not finite, or too large for sums in fixed point.
    #[error("{what} must be finite and at most {most} in size")]
    Range {
        /// What is out of range.
        what: &'static str,
        /// The largest size permitted.
        most: f64,
    },
    /// There are too few rows, people or arms to say anything.
    #[error("too few {what}: {found}, at least {least} are needed")]
    TooFew {
        /// What there is too little of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many are needed.
        least: usize,
    },
    /// A setting is outside its bounds.
    #[error("{setting} must lie between {least} and {most}")]
    Setting {
        /// The setting.
        setting: &'static str,
        /// Its least value.
        least: f64,
        /// Its greatest value.
        most: f64,
    },
    /// The equations have no single solution.
    #[error("the equations of the model have no single solution")]
    Singular,
}
