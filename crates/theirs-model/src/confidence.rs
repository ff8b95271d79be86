//! How sure it has to be that what is held belongs to somebody.

/// The probability from which on a record counts as surely a person's: from there it is shown to them, and
/// used, and others are held against it when records are joined. It stands here, as what is joined and
/// what is shown must not draw that line at two places.
pub const SURE_ENOUGH: f64 = 0.9;
