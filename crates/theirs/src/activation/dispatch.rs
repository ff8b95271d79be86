//! What waits in the outbox is asked about once more when it goes, and goes back when somebody says no.
//!
//! A message may wait for a mail server for days. Whether it may still go is asked of the door by the use
//! on record and the reference by which the message names its person, so nothing more of them has to be
//! kept beside it. Where another program takes messages from the outbox, or a colleague a list, we do not
//! see the dispatch: there they are taken back within a second of the objection, or by the command that
//! records it. So is what a veto or a new charter permits no more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use theirs_model::{Digest, Sequence, UseId};
use theirs_query::TakenBack;

use super::{list, request};
use crate::errand::Errand;
use crate::failure::Failure;
use crate::mail::{take_back_if, wait_for_persons};
use crate::workspace::Workspace;

/// How often it is looked whether somebody said no.
const EVERY: Duration = Duration::from_secs(1);
/// How long an answer of the door is kept: a veto may come meanwhile. And of how many uses.
const LASTS: Duration = Duration::from_secs(5);
const MOST_KEPT: usize = 16;

/// Whether what was written to the person of a use and a reference may still go.
pub type Check = dyn Fn(UseId, &str) -> Result<bool, Failure> + Send + Sync;

/// Asks the door, and keeps what it said for as long as nothing of people changes.
pub struct Dispatch {
    workspace: Workspace,
    known: Mutex<BTreeMap<UseId, Known>>,
    /// Who was cut out of the lists that lie in the outbox.
    cut: Mutex<BTreeMap<UseId, BTreeSet<String>>>,
}

struct Known {
    sequence: Sequence,
    at: Instant,
    open: Arc<BTreeSet<String>>,
}

impl Dispatch {
    /// Over an open folder.
    pub fn of(workspace: Workspace) -> Self {
        Self { workspace, known: Mutex::default(), cut: Mutex::default() }
    }

    /// Whether the person of a use and a reference may still be written to.
    pub fn may_go(&self, use_id: UseId, reference: &str) -> Result<bool, Failure> {
        Ok(self.open(use_id)?.contains(reference))
    }

    /// The references of a use whose people's data may still leave.
    pub fn open(&self, use_id: UseId) -> Result<Arc<BTreeSet<String>>, Failure> {
        let sequence = self.workspace.store.people_sequence()?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |one: &&Known| one.sequence == sequence && one.at.elapsed() < LASTS;
        if let Some(one) = known.get(&use_id).filter(is_fresh) {
            return Ok(Arc::clone(&one.open));
        }
        let open = Arc::new(self.workspace.door()?.may_still_leave(use_id)?);
        while known.len() >= MOST_KEPT {
            known.pop_first();
        }
        known.insert(use_id, Known { sequence, at: Instant::now(), open: Arc::clone(&open) });
        Ok(open)
    }

    /// Who may be in a list no more.
    pub(super) fn taken_back(&self, use_id: UseId) -> Result<TakenBack, Failure> {
        Ok(self.workspace.door()?.taken_back(use_id)?)
    }

    /// Cuts people out of a list, unless all of them were before.
    pub(super) fn cut_once(
        &self,
        use_id: UseId,
        gone: BTreeSet<String>,
        cut: impl FnOnce(&BTreeSet<String>) -> std::io::Result<()>,
    ) -> Result<(), Failure> {
        let mut known = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.entry(use_id).or_default();
        if !gone.is_subset(before) {
            // What fails is tried again: nobody counts as cut out before they are.
            cut(&gone)?;
            *before = gone;
        }
        Ok(())
    }

    /// The folder.
    pub(super) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Takes back what waits of people whose data may not leave any more; says how many messages.
    pub fn withdraw(&self) -> Result<usize, Failure> {
        let outbox = self.workspace.folder.outbox();
        // What was answered before may be of before a veto.
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
        request::withdraw(self)?;
        list::withdraw(self)?;
        take_back_if(&outbox, |use_id, reference| Ok(!self.may_go(use_id, reference)?))
    }
}

/// What asks before a message goes.
pub fn check(workspace: Workspace) -> Arc<Check> {
    let dispatch = Dispatch::of(workspace);
    Arc::new(move |use_id: UseId, reference: &str| dispatch.may_go(use_id, reference))
}

/// Whether something waits that is asked about again.
fn waits(workspace: &Workspace) -> std::io::Result<bool> {
    let outbox = workspace.folder.outbox();
    Ok(wait_for_persons(&outbox)? || request::waiting(&outbox)? > 0 || list::any(&outbox)?)
}

/// What decides whether something may still leave: what is known of people, what was approved or vetoed,
/// and the charter with its policies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    people: Sequence,
    approvals: Sequence,
    charter: Option<(Digest, Timestamp)>,
}

/// How it stands now.
pub fn standing(workspace: &Workspace) -> Result<Standing, Failure> {
    let store = &workspace.store;
    let charter = store.charter_in_force()?.map(|version| (version.digest, version.applied));
    let (people, approvals) = (store.people_sequence()?, store.approvals_changed()?);
    Ok(Standing { people, approvals, charter })
}

/// Takes back what may not leave any more after a command that changed what decides it.
pub fn withdraw_after(workspace: &Workspace, before: Standing) -> Result<(), Failure> {
    if standing(workspace)? == before { Ok(()) } else { withdraw(workspace) }
}

/// Takes back what waits in the outbox and may not leave any more.
pub fn withdraw(workspace: &Workspace) -> Result<(), Failure> {
    if waits(workspace)? {
        Dispatch::of(workspace.for_asker(None)?).withdraw()?;
    }
    Ok(())
}

/// Takes back what waits as soon as somebody says no, and sends the requests that are due, for as long as
/// the errand is not dropped.
pub fn start(workspace: Workspace) -> std::io::Result<Errand> {
    let dispatch = Dispatch::of(workspace);
    Errand::start("dispatch", move || async move {
        let mut seen = None;
        loop {
            // What fails now is tried again.
            let _ = follow(&dispatch, &mut seen);
            let _ = request::send(&dispatch, Instant::now()).await;
            tokio::time::sleep(EVERY).await;
        }
    })
}

fn follow(dispatch: &Dispatch, seen: &mut Option<Standing>) -> Result<(), Failure> {
    let now = standing(&dispatch.workspace)?;
    if *seen != Some(now) {
        if waits(&dispatch.workspace)? {
            dispatch.withdraw()?;
        }
        *seen = Some(now);
    }
    Ok(())
}
