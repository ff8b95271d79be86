//! The authority of the version in force, made once for as long as nothing that it rests on changes.
//!
//! It rests on the text, the policies, what is on record of approvals, and, where something from outside
//! is admitted, on the time of day: evidence expires without anybody's act.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use theirs_model::Digest;

use super::{Authority, Policies, PolicyFault};
use crate::admission::{Admission, Necessity, Outside, admissions};
use crate::approval::{Gate, Marks, OnRecord, Subject, gates};
use crate::charter::Charter;

/// What is judged elsewhere: which purposes are risky, and which data from outside are necessary.
#[derive(Clone)]
pub struct Judges {
    /// The press test of a charter.
    pub press: Arc<dyn Fn(&Charter) -> Marks + Send + Sync>,
    /// The test of necessity of a source from outside, as its clause is now.
    pub necessity: Arc<NecessityTest>,
}

/// What says whether a source from outside is necessary, by what is on record.
pub type NecessityTest = dyn Fn(&Subject, &OnRecord) -> Necessity + Send + Sync;

/// Without a press test nothing is marked; what the test of necessity found stands on record.
impl Default for Judges {
    fn default() -> Self {
        let necessity = Arc::new(|source: &Subject, record: &OnRecord| record.verdict(source));
        Self { press: Arc::new(|_| Marks::none()), necessity }
    }
}

/// What decides at one moment beside the text and the policies.
pub struct Moment<'a> {
    /// What is on record of approvals.
    pub record: &'a OnRecord,
    /// When.
    pub now: Timestamp,
    /// Whether everybody was told whom a source from outside is about.
    pub is_told: &'a dyn Fn(&Subject) -> bool,
}

/// Keeps the authority that was asked for last.
#[derive(Default)]
pub struct InForce {
    judges: Judges,
    last: Mutex<Option<Known>>,
}

/// A version, how its clauses stand, and what follows of that.
struct Known {
    digest: Digest,
    /// As the text has it.
    written: Charter,
    /// The state of the record by which the gates were worked out.
    state: (u64, usize),
    gates: Vec<Gate>,
    authority: Arc<Authority>,
}

impl InForce {
    /// One that asks these judges.
    pub fn judged_by(judges: Judges) -> Self {
        Self { judges, last: Mutex::default() }
    }

    /// The authority of a version of the charter, by the digest of its text, with the policies
    /// beside it: the one of before, if nothing changed.
    ///
    /// # Errors
    /// The charter or a policy does not read.
    pub fn of(
        &self,
        digest: Digest,
        text: &str,
        policies: BTreeMap<String, String>,
        moment: &Moment<'_>,
    ) -> Result<Arc<Authority>, PolicyFault> {
        let policies = Policies::of(policies);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = |known: &Known| {
            known.digest == digest
                && *known.authority.policies() == policies
                && known.state == moment.record.state()
        };
        let known = match last.take().filter(is_known) {
            Some(known) => self.at(known, moment)?,
            None => self.read(digest, text, &policies, moment)?,
        };
        let authority = Arc::clone(&known.authority);
        *last = Some(known);
        Ok(authority)
    }

    /// How each source from outside stands.
    pub fn admissions(&self, authority: &Authority, moment: &Moment<'_>) -> Vec<Admission> {
        let verdict = |source: &Subject| (self.judges.necessity)(source, moment.record);
        let (charter, gates) = (authority.charter(), authority.gates());
        admissions(charter, gates, &verdict, moment.now, moment.is_told)
    }

    fn read(
        &self,
        digest: Digest,
        text: &str,
        policies: &Policies,
        moment: &Moment<'_>,
    ) -> Result<Known, PolicyFault> {
        let written = Charter::read_with("charter.yaml", text, Outside::AsApplied)?;
        let marks = (self.judges.press)(&written);
        let gates = gates(&written, &marks, moment.record);
        let admitted = self.admitted(&written, &gates, moment);
        let authority = standing(&written, policies, &gates, admitted)?;
        let state = moment.record.state();
        Ok(Known { digest, written, state, gates, authority })
    }

    /// The same version at another moment.
    fn at(&self, known: Known, moment: &Moment<'_>) -> Result<Known, PolicyFault> {
        let admitted = self.admitted(&known.written, &known.gates, moment);
        if admitted == known.authority.charter().admitted {
            return Ok(known);
        }
        let policies = known.authority.policies().clone();
        let authority = standing(&known.written, &policies, &known.gates, admitted)?;
        Ok(Known { authority, ..known })
    }

    fn admitted(&self, charter: &Charter, gates: &[Gate], at: &Moment<'_>) -> BTreeSet<String> {
        let verdict = |source: &Subject| (self.judges.necessity)(source, at.record);
        let all = admissions(charter, gates, &verdict, at.now, at.is_told);
        let open = all.into_iter().filter(Admission::is_open);
        open.map(|admission| admission.source.name).collect()
    }
}

/// The authority of a charter as it acts.
fn standing(
    written: &Charter,
    policies: &Policies,
    gates: &[Gate],
    admitted: BTreeSet<String>,
) -> Result<Arc<Authority>, PolicyFault> {
    let acting = Arc::new(written.waiting_for(gates).admitting(admitted));
    Ok(Arc::new(Authority::new(acting, policies)?.held_by(gates.to_vec())))
}
