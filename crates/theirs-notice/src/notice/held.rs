//! What the charter says and what is not done: it waits for somebody's word, or somebody stopped it.
//!
//! The engine refuses it, so the notice says so: who reads of a practice has to know whether it is one.

use serde::Serialize;
use theirs_charter::{Gate, SubjectKind};

use super::Notice;

/// Why something that the charter says is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// The privacy officer stopped it.
    Stopped,
    /// It has not begun: two people have to say yes, or people have to be told first.
    NotBegun,
}

impl Held {
    fn of(gate: &Gate) -> Option<Self> {
        match (gate.veto.is_some(), gate.is_open()) {
            (true, _) => Some(Self::Stopped),
            (false, true) => None,
            (false, false) => Some(Self::NotBegun),
        }
    }
}

impl Notice {
    /// The same notice, which says of everything that these gates hold back that it is not done.
    #[must_use]
    pub fn held_by(mut self, gates: &[Gate]) -> Self {
        let held = |kind: SubjectKind, name: &str| {
            let meant = |gate: &&Gate| gate.subject.kind == kind && gate.subject.name == name;
            gates.iter().find(meant).and_then(Held::of)
        };
        for purpose in &mut self.purposes {
            purpose.held = held(SubjectKind::Purpose, &purpose.name);
        }
        for told in &mut self.recipients {
            let key = told.key.as_deref();
            told.held = key.and_then(|key| held(SubjectKind::Recipient, key));
        }
        self
    }
}
