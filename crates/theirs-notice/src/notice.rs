//! The privacy notice: what everybody must be told before and while their data are held (GDPR Art. 13
//! and 14, CCPA 1798.100 and 1798.130, PIPEDA 4.8, Quebec s. 8).
//!
//! It is compiled, never written: from the charter in force, with the practice beside it.

mod held;
mod kind;
mod purpose;
mod receiver;
mod told;

use jiff::Timestamp;
use serde::Serialize;
use theirs_charter::{Charter, Holds, Source};
use theirs_model::Digest;

pub use self::held::Held;
pub use self::kind::{HeldKind, Origin, UNBOUNDED, kept, origin};
pub(crate) use self::kind::{categories, columns, protected, seen};
pub use self::purpose::{Picks, PurposeTold, Seen, SeenActivity, TrialTold};
pub use self::receiver::{Receiver, ReceiverTold};
use crate::answering::Answering;
use crate::practice::Practice;
use crate::right::{Right, rights};
use crate::terms::{Nearness, Sale, has_children, is_located, is_sold, nearness, sale};

/// The form of the notice as JSON.
const FORM: &str = "theirs-notice/1";

/// What everybody is told.
#[derive(Debug, Serialize)]
pub struct Notice {
    /// The form of this value.
    pub form: &'static str,
    /// The charter that it tells.
    pub charter: Digest,
    /// Since when that charter is in force.
    pub since: Option<Timestamp>,
    /// Who answers for the data.
    pub controller: Answering,
    /// The kinds of data, where each is from, how long it is kept and what it is used for.
    pub kinds: Vec<HeldKind>,
    /// What data are used for.
    pub purposes: Vec<PurposeTold>,
    /// Who is given data.
    pub recipients: Vec<ReceiverTold>,
    /// What is held from outside the relationship.
    pub outside: Vec<OutsideTold>,
    /// Sources that no purpose uses.
    pub unused: Vec<Unused>,
    /// Purposes that the ledger knows and the charter has no longer.
    pub former: Vec<String>,
    /// Whether data are sold or shared.
    pub is_sold: bool,
    /// What a no to selling does to that.
    pub sale: Sale,
    /// Whether a purpose uses where somebody is.
    pub is_located: bool,
    /// How near the purposes look.
    pub nearness: Nearness,
    /// Whether data about children are held.
    pub has_children: bool,
    /// What people may ask for.
    pub rights: Vec<Right>,
    /// What was really done.
    pub practice: Option<Practice>,
}

/// A source from outside the relationship.
#[derive(Debug, Serialize)]
pub struct OutsideTold {
    /// The source's name in the charter.
    pub source: String,
    /// What clients read for it.
    pub called: String,
    /// Who stands behind it, in words.
    pub kind: &'static str,
    /// How the data was got.
    pub acquired: String,
    /// Whether it is admitted: no purpose sees it before that but one that tests it.
    pub is_admitted: bool,
    /// The purpose that tests whether it is needed, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tested_for: Option<String>,
    /// How many records or activities of it are held, if that was counted.
    pub held: Option<u64>,
}

/// A source that no purpose uses.
#[derive(Debug, Serialize)]
pub struct Unused {
    /// The source's name in the charter.
    pub source: String,
    /// What clients read for it.
    pub called: String,
}

impl Notice {
    /// The notice of a charter, in force since then, with the practice if that is known.
    pub fn of(charter: &Charter, since: Option<Timestamp>, practice: Option<Practice>) -> Self {
        let outside = charter.sources.iter().filter(|source| source.kind.is_outside());
        let held = |source: &Source| practice.as_ref()?.held.get(&source.name).copied();
        let is_gone = |name: &&String| charter.purpose(name).is_none();
        let former = practice.iter().flat_map(|practice| practice.purposes.keys());
        Self {
            form: FORM,
            charter: charter.digest,
            since,
            controller: Answering::of(charter),
            kinds: kind::held(charter),
            purposes: charter
                .purposes
                .iter()
                .map(|one| purpose::told(charter, one, practice.as_ref()))
                .collect(),
            recipients: receiver::told(charter, practice.as_ref()),
            outside: outside
                .map(|source| OutsideTold {
                    source: source.name.clone(),
                    called: source.called.clone(),
                    kind: source.kind.in_words(),
                    acquired: source.acquired.clone(),
                    is_admitted: charter.admits(source),
                    tested_for: charter.trial_of(&source.name).map(|found| found.0.name.clone()),
                    held: held(source),
                })
                .collect(),
            unused: unused(charter),
            former: former.filter(is_gone).cloned().collect(),
            is_sold: is_sold(charter),
            sale: sale(charter),
            is_located: is_located(charter),
            nearness: nearness(charter),
            has_children: has_children(charter),
            rights: rights(charter),
            practice,
        }
    }
}

/// The sources of which no purpose sees anything.
fn unused(charter: &Charter) -> Vec<Unused> {
    let all = charter.sources.iter().filter(|source| !is_used(charter, source));
    all.map(|source| Unused { source: source.name.clone(), called: source.called.clone() })
        .collect()
}

/// Whether some purpose may see something that this source says. What comes from outside and is not
/// admitted is seen by none but one that tests it.
fn is_used(charter: &Charter, source: &Source) -> bool {
    if !charter.admits(source) {
        return charter.trial_of(&source.name).is_some();
    }
    match &source.holds {
        Holds::Identity(_) => {
            let columns = kind::columns(source);
            let mut all = charter.purposes.iter();
            all.any(|purpose| purpose.columns.iter().any(|grant| columns.contains(&grant.column)))
                || kind::has_choice(source)
        }
        Holds::Activity(_) => {
            let mut all = charter.purposes.iter().flat_map(|purpose| &purpose.activities);
            all.any(|grant| grant.source == source.name)
        }
    }
}
