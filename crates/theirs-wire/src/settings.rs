//! What a client may set for its connection, and what it is told.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use datafusion::sql::sqlparser::ast::{Expr, Ident, Reset, ResetStatement, Set, Statement as Sql};
use pgwire::api::portal::Format;
use pgwire::api::results::Response;
use pgwire::error::PgWireResult;
use theirs_query::nearest;

use crate::answer::{done, texts};
use crate::fault::{fault, fault_with_hint};

/// The version that clients are told; they choose their catalogue queries by it.
pub(crate) const SERVER_VERSION: &str = "16.6 (theirs)";

/// Settings with their defaults. What clients set for their own sake is kept and told again.
const KNOWN: [(&str, &str); 34] = [
    ("application_name", ""),
    ("bytea_output", "hex"),
    ("client_encoding", "UTF8"),
    ("client_min_messages", "notice"),
    ("cursor_tuple_fraction", "0.1"),
    ("datestyle", "ISO, MDY"),
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "on"),
    ("enable_nestloop", "on"),
    ("enable_seqscan", "on"),
    ("extra_float_digits", "1"),
    ("geqo", "on"),
    ("idle_in_transaction_session_timeout", "0"),
    ("integer_datetimes", "on"),
    ("intervalstyle", "postgres"),
    ("is_superuser", "off"),
    ("jit", "off"),
    ("lc_collate", "C"),
    ("lc_ctype", "C"),
    ("lc_messages", "C"),
    ("lock_timeout", "0"),
    ("max_identifier_length", "63"),
    ("max_index_keys", "32"),
    ("row_security", "on"),
    ("search_path", ""),
    ("server_encoding", "UTF8"),
    ("server_version", SERVER_VERSION),
    ("server_version_num", "160006"),
    ("standard_conforming_strings", "on"),
    ("statement_timeout", "0"),
    ("synchronize_seqscans", "on"),
    ("timezone", "UTC"),
    ("transaction_isolation", "read committed"),
    ("transaction_read_only", "on"),
];
/// Settings that tell what is, and cannot be set.
const FIXED: [&str; 12] = [
    "integer_datetimes",
    "is_superuser",
    "lc_collate",
    "lc_ctype",
    "max_identifier_length",
    "max_index_keys",
    "server_encoding",
    "server_version",
    "server_version_num",
    "default_transaction_read_only",
    "transaction_read_only",
    "row_security",
];
/// The longest value, in bytes.
const LONGEST: usize = 1024;

/// The settings of one connection.
#[derive(Debug, Clone)]
pub(crate) struct Settings(BTreeMap<&'static str, String>);

impl Default for Settings {
    fn default() -> Self {
        Self(KNOWN.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
    }
}

impl Settings {
    /// The value of a setting.
    pub(crate) fn get(&self, name: &str) -> PgWireResult<&str> {
        let (name, _) = known(name)?;
        Ok(self.0.get(name).map_or("", String::as_str))
    }

    /// Every setting with its value.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Whether the client wants notices.
    pub(crate) fn hears_notices(&self) -> bool {
        let least = self.0.get("client_min_messages").map_or("", String::as_str).to_lowercase();
        !["warning", "error", "fatal", "panic"].contains(&least.as_str())
    }

    /// Changes a setting, or sets it back.
    pub(crate) fn set(&mut self, name: &str, value: Option<&str>) -> PgWireResult<()> {
        let (name, default) = known(name)?;
        let value = value.unwrap_or(default);
        if value.len() > LONGEST {
            return Err(fault("22023", format!("{name} has at most {LONGEST} bytes")));
        }
        let is_same = value.eq_ignore_ascii_case(default);
        if FIXED.contains(&name) && !is_same {
            let message = format!("{name} cannot be changed; it is {default}");
            return Err(fault("55P02", message));
        }
        match name {
            "client_encoding"
                if !["utf8", "utf-8", "unicode"].contains(&&*value.to_lowercase()) =>
            {
                return Err(fault("22023", "client_encoding is UTF8"));
            }
            "statement_timeout" => {
                milliseconds(value)?;
            }
            _ => {}
        }
        self.0.insert(name, value.to_owned());
        Ok(())
    }

    /// Changes what a client asks for as it comes in: by name, or in `options` as `-c name=value`.
    pub(crate) fn greet(&mut self, asked: &HashMap<String, String>) -> PgWireResult<()> {
        for (name, value) in asked {
            if known(name).is_ok() && !FIXED.contains(&&*name.to_lowercase()) {
                self.set(name, Some(value))?;
            }
        }
        let options = asked.get("options").map(String::as_str).unwrap_or_default();
        let mut words = options.split_whitespace();
        while let Some(word) = words.next() {
            let change = match word {
                "-c" => words.next(),
                word => word.strip_prefix("-c").or_else(|| word.strip_prefix("--")),
            };
            let Some((name, value)) = change.and_then(|change| change.split_once('=')) else {
                return Err(fault("42601", "options are written -c name=value"));
            };
            self.set(&name.replace('-', "_"), Some(value))?;
        }
        Ok(())
    }

    /// Sets everything back.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    /// The first purpose of the search path.
    pub(crate) fn purpose(&self) -> Option<String> {
        let path = self.0.get("search_path")?;
        let named = path.split(',').map(|part| part.trim().trim_matches('"'));
        let mut own = named.filter(|name| !name.is_empty() && *name != "$user");
        own.find(|name| !["public", "pg_catalog"].contains(name)).map(str::to_owned)
    }

    /// How long a statement may run, if the client set that.
    pub(crate) fn patience(&self) -> Option<Duration> {
        let text = self.0.get("statement_timeout")?;
        let length = milliseconds(text).ok().filter(|length| *length > 0)?;
        Some(Duration::from_millis(length))
    }
}

fn known(name: &str) -> PgWireResult<(&'static str, &'static str)> {
    let low = name.to_lowercase();
    KNOWN.into_iter().find(|(known, _)| *known == low).ok_or_else(|| {
        let names = KNOWN.iter().map(|(name, _)| *name);
        let hint = match nearest(&low, names) {
            Some(near) => format!("Did you mean \"{near}\"?"),
            None => "SHOW ALL lists the settings there are.".to_owned(),
        };
        fault_with_hint("42704", format!("there is no setting \"{name}\""), hint)
    })
}

/// The setting that `SHOW a` or `SHOW a b` names, as the column of its answer.
pub(crate) fn shown(variable: &[Ident]) -> Vec<String> {
    let words: Vec<String> = variable.iter().map(|word| word.value.to_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let columns: &[&str] = match words.as_slice() {
        ["all"] => &["name", "setting"],
        ["time", "zone"] => &["timezone"],
        ["transaction", "isolation", "level"] => &["transaction_isolation"],
        words => return vec![words.join(".")],
    };
    columns.iter().map(|column| (*column).to_owned()).collect()
}

/// Carries out `SET`, `RESET`, `SHOW`, `DISCARD` and `DEALLOCATE`.
pub(crate) fn change_or_show(
    settings: &mut Settings,
    statement: &Sql,
    format: &Format,
) -> PgWireResult<Response> {
    match statement {
        Sql::Set(change) => set(settings, change).map(|()| done("SET")),
        Sql::Reset(ResetStatement { reset: Reset::ConfigurationParameter(name) }) => {
            settings.set(&name.to_string(), None).map(|()| done("RESET"))
        }
        Sql::Reset(_) => {
            settings.reset();
            Ok(done("RESET"))
        }
        Sql::Discard { .. } => {
            settings.reset();
            Ok(done("DISCARD ALL"))
        }
        Sql::Deallocate { .. } => Ok(done("DEALLOCATE")),
        Sql::ShowVariable { variable } => {
            let names = shown(variable);
            let columns: Vec<&str> = names.iter().map(String::as_str).collect();
            let rows: Vec<Vec<&str>> = match columns.as_slice() {
                [name] => vec![vec![settings.get(name)?]],
                _ => settings.all().map(|(name, value)| vec![name, value]).collect(),
            };
            texts(&columns, &rows, format).map(Response::Query)
        }
        _ => Err(fault("0A000", "this statement is not known here")),
    }
}

fn set(settings: &mut Settings, change: &Set) -> PgWireResult<()> {
    match change {
        Set::SingleAssignment { variable, values, .. } => {
            let values: Vec<String> = values.iter().map(plain).collect();
            let value = values.join(", ");
            let value = Some(value.as_str()).filter(|value| !value.eq_ignore_ascii_case("default"));
            settings.set(&variable.to_string(), value)
        }
        Set::SetTimeZone { value, .. } => settings.set("timezone", Some(&plain(value))),
        Set::SetNames { charset_name, .. } => {
            settings.set("client_encoding", Some(&charset_name.value))
        }
        Set::SetNamesDefault {}
        | Set::SetTransaction { .. }
        | Set::SetRole { role_name: None, .. } => Ok(()),
        Set::SetRole { .. } | Set::SetSessionAuthorization(_) => {
            Err(fault("42501", "a principal has one role, which the charter knows"))
        }
        _ => Err(fault("0A000", "settings are set one at a time: SET name = value")),
    }
}

/// A value without its quotes.
fn plain(value: &Expr) -> String {
    let text = value.to_string();
    let bare = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    bare.map_or_else(|| text.clone(), |bare| bare.replace("''", "'"))
}

/// Reads `250`, `250ms`, `5s` or `2min`.
fn milliseconds(text: &str) -> PgWireResult<u64> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit.trim() {
        "" | "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => 0,
    };
    let length: Option<u64> = number.parse().ok().filter(|_| factor > 0);
    length
        .and_then(|length| length.checked_mul(factor))
        .ok_or_else(|| fault("22023", "a time is a number of milliseconds, or such as 5s or 2min"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_settings_are_kept_and_others_refused() {
        let mut settings = Settings::default();
        settings.set("SEARCH_PATH", Some("\"$user\", public, birthday_offer")).unwrap();
        assert_eq!(settings.purpose().as_deref(), Some("birthday_offer"));
        settings.set("search_path", None).unwrap();
        assert_eq!(settings.purpose(), None);
        settings.set("statement_timeout", Some("2min")).unwrap();
        assert_eq!(settings.patience(), Some(Duration::from_mins(2)));
        assert!(settings.set("statement_timeout", Some("soon")).is_err());
        assert!(settings.set("datafusion.explain.logical_plan_only", Some("off")).is_err());
        assert!(settings.set("row_security", Some("off")).is_err());
        assert!(settings.set("transaction_read_only", Some("off")).is_err());
        assert!(settings.set("client_encoding", Some("LATIN1")).is_err());
        settings.set("client_encoding", Some("utf-8")).unwrap();
    }

    #[test]
    fn a_client_may_ask_for_settings_as_it_comes_in() {
        let asked = |options: &str| HashMap::from([("options".to_owned(), options.to_owned())]);
        let mut settings = Settings::default();
        settings.greet(&asked("-csearch_path=offer -c statement_timeout=5s")).unwrap();
        assert_eq!(settings.purpose().as_deref(), Some("offer"));
        assert_eq!(settings.patience(), Some(Duration::from_secs(5)));
        assert!(settings.greet(&asked("-c nonsense=1")).is_err());
        assert!(settings.greet(&asked("-c row_security=off")).is_err());
        assert!(settings.greet(&asked("-P")).is_err());
    }
}
