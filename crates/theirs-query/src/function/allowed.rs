//! Which of the engine's functions a statement may call: a list, and nothing that is not on it.
//!
//! The engine brings every function of its default features, and each version brings more. Listed
//! are the ordinary ones, of numbers, text, dates, arrays, groups and windows. Not listed is what
//! makes much of little, so that a few letters would ask for more memory than there is; what tells
//! of the machine, the session or its files; what is another at each call, as an answer is the same
//! for the same question; and what is of no use to count or to choose people with.

use std::sync::Arc;

use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use super::bounded::{Bounded, Growth};

/// Functions of values, by their first names.
const SCALAR: [&str; 121] = [
    "abs",
    "acos",
    "acosh",
    "array_any_value",
    "array_append",
    "array_distinct",
    "array_element",
    "array_except",
    "array_first",
    "array_has",
    "array_has_all",
    "array_has_any",
    "array_intersect",
    "array_length",
    "array_max",
    "array_min",
    "array_position",
    "array_prepend",
    "array_remove",
    "array_reverse",
    "array_slice",
    "array_sort",
    "array_to_string",
    "array_union",
    "ascii",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bit_length",
    "btrim",
    "cardinality",
    "cbrt",
    "ceil",
    "character_length",
    "chr",
    "coalesce",
    "concat",
    "concat_ws",
    "contains",
    "cos",
    "cosh",
    "cot",
    "date_bin",
    "date_part",
    "date_trunc",
    "degrees",
    "empty",
    "ends_with",
    "exp",
    "factorial",
    "find_in_set",
    "floor",
    "from_unixtime",
    "gcd",
    "get_field",
    "greatest",
    "initcap",
    "isnan",
    "iszero",
    "lcm",
    "least",
    "left",
    "levenshtein",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "make_array",
    "make_date",
    "make_time",
    "named_struct",
    "nanvl",
    "nullif",
    "nvl",
    "nvl2",
    "octet_length",
    "overlay",
    "pi",
    "power",
    "radians",
    "regexp_count",
    "regexp_instr",
    "regexp_like",
    "regexp_match",
    "regexp_replace",
    "replace",
    "reverse",
    "right",
    "round",
    "rtrim",
    "signum",
    "sin",
    "sinh",
    "split_part",
    "sqrt",
    "starts_with",
    "string_to_array",
    "strpos",
    "struct",
    "substr",
    "substr_index",
    "tan",
    "tanh",
    "to_char",
    "to_date",
    "to_hex",
    "to_local_time",
    "to_time",
    "to_timestamp",
    "to_timestamp_micros",
    "to_timestamp_millis",
    "to_timestamp_nanos",
    "to_timestamp_seconds",
    "to_unixtime",
    "translate",
    "trunc",
    "upper",
];

/// Functions of groups.
const AGGREGATE: [&str; 33] = [
    "any_value",
    "approx_distinct",
    "approx_median",
    "approx_percentile_cont",
    "approx_percentile_cont_with_weight",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "first_value",
    "grouping",
    "last_value",
    "max",
    "median",
    "min",
    "nth_value",
    "percentile_cont",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "stddev",
    "stddev_pop",
    "string_agg",
    "sum",
    "var",
    "var_pop",
];

/// Functions of windows.
const WINDOW: [&str; 11] = [
    "cume_dist",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
];

/// The functions of values that may be called.
pub(crate) fn scalar() -> Vec<Arc<ScalarUDF>> {
    let all = SessionStateDefaults::default_scalar_functions();
    let allowed = all.into_iter().filter(|function| SCALAR.contains(&function.name()));
    let bound = |function: Arc<ScalarUDF>| {
        let growth = match function.name() {
            "replace" | "regexp_replace" => Growth::Replacing,
            "concat" | "concat_ws" => Growth::Joining,
            _ => return function,
        };
        Arc::new(ScalarUDF::from(Bounded(growth, function)))
    };
    allowed.map(bound).collect()
}

/// The functions of groups that may be called.
pub(crate) fn aggregate() -> Vec<Arc<AggregateUDF>> {
    let all = SessionStateDefaults::default_aggregate_functions();
    all.into_iter().filter(|function| AGGREGATE.contains(&function.name())).collect()
}

/// The functions of windows that may be called.
pub(crate) fn window() -> Vec<Arc<WindowUDF>> {
    let all = SessionStateDefaults::default_window_functions();
    all.into_iter().filter(|function| WINDOW.contains(&function.name())).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What the engine brings beside the functions that may be called, each looked at.
    const TURNED_DOWN: [&str; 71] = [
        "array_add",
        "array_any_match",
        "array_avg",
        "array_compact",
        "array_concat",
        "array_dims",
        "array_distance",
        "array_filter",
        "array_ndims",
        "array_normalize",
        "array_pop_back",
        "array_pop_front",
        "array_positions",
        "array_product",
        "array_remove_all",
        "array_remove_n",
        "array_repeat",
        "array_replace",
        "array_replace_all",
        "array_replace_n",
        "array_resize",
        "array_scale",
        "array_subtract",
        "array_sum",
        "array_transform",
        "arrays_zip",
        "arrow_cast",
        "arrow_field",
        "arrow_metadata",
        "arrow_try_cast",
        "arrow_typeof",
        "cast_to_type",
        "cosine_distance",
        "current_date",
        "current_time",
        "decode",
        "digest",
        "encode",
        "file_row_index",
        "flatten",
        "generate_series",
        "inner_product",
        "input_file_name",
        "lpad",
        "map",
        "map_entries",
        "map_extract",
        "map_keys",
        "map_values",
        "md5",
        "now",
        "random",
        "range",
        "regr_avgx",
        "regr_avgy",
        "regr_count",
        "regr_sxx",
        "regr_sxy",
        "regr_syy",
        "repeat",
        "rpad",
        "sha224",
        "sha256",
        "sha384",
        "sha512",
        "try_cast_to_type",
        "union_extract",
        "union_tag",
        "uuid",
        "version",
        "with_metadata",
    ];

    #[test]
    fn a_function_that_nobody_looked_at_is_noticed() {
        let scalar = SessionStateDefaults::default_scalar_functions();
        let aggregate = SessionStateDefaults::default_aggregate_functions();
        let window = SessionStateDefaults::default_window_functions();
        let table = SessionStateDefaults::default_table_functions();
        let higher = SessionStateDefaults::default_higher_order_functions();
        let brought: BTreeSet<String> = (scalar.iter().map(|f| f.name().to_owned()))
            .chain(aggregate.iter().map(|f| f.name().to_owned()))
            .chain(window.iter().map(|f| f.name().to_owned()))
            .chain(table.iter().map(|f| f.name().to_owned()))
            .chain(higher.iter().map(|f| f.name().to_owned()))
            .collect();
        let listed = [&SCALAR[..], &AGGREGATE, &WINDOW].concat();
        let looked_at: BTreeSet<String> =
            listed.iter().chain(&TURNED_DOWN).map(|name| (*name).to_owned()).collect();
        let new: Vec<_> = brought.difference(&looked_at).collect();
        let gone: Vec<_> = looked_at.difference(&brought).collect();
        assert!(new.is_empty(), "decide on {new:?}");
        assert!(gone.is_empty(), "the engine does not bring {gone:?}");
        assert!(TURNED_DOWN.iter().all(|name| !listed.contains(name)));
    }
}
