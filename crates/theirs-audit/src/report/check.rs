//! What fails a check, so that a pipeline stops where a person must look.

use serde::Serialize;

use super::Report;

/// What fails a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailOn {
    /// A hard stop.
    Stop,
    /// A hard stop, whatever needs the agreement of two people, and whatever could not be questioned.
    #[default]
    Keys,
    /// Any finding, and whatever could not be questioned, was not said or was taken for granted.
    Any,
}

impl FailOn {
    /// Every value with its name on the command line.
    pub const ALL: [(&'static str, Self); 3] =
        [("stop", Self::Stop), ("keys", Self::Keys), ("any", Self::Any)];
}

impl Report {
    /// What fails a check, in words; nothing if it passes.
    pub fn failing(&self, on: FailOn) -> Option<String> {
        let stops = self.hard_stops();
        let keys = self.findings.iter().filter(|one| one.needs_two_keys).count();
        let softer = keys.saturating_sub(
            self.findings.iter().filter(|one| one.needs_two_keys && one.is_hard_stop()).count(),
        );
        let rest = self.findings.len() - stops - softer;
        let is_keys = on >= FailOn::Keys;
        let is_any = on == FailOn::Any;
        let parts = [
            (true, stops, "hard stop", "hard stops"),
            (is_keys, softer, "finding that needs two people", "findings that need two people"),
            (is_keys, self.unquestioned.len(), "thing not questioned", "things not questioned"),
            (is_any, rest, "other finding", "other findings"),
            (
                is_any,
                self.assumed.len(),
                "practice of which something was taken for granted",
                "practices of which something was taken for granted",
            ),
            (is_any, self.unsaid.len(), "thing not said yet", "things not said yet"),
        ];
        let said: Vec<String> = parts
            .iter()
            .filter(|(counts, number, ..)| *counts && *number > 0)
            .map(|(_, number, one, more)| {
                format!("{number} {}", if *number == 1 { one } else { more })
            })
            .collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        (!said.is_empty()).then(|| format!("{} found", crate::flow::words::listed(&said)))
    }
}
