//! What erasures and corrections still wait for: files, recipients and sources, and what a law keeps for how long.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use theirs_charter::{Authority, Gate};
use theirs_store::Use;
use theirs_uses::Told;

use crate::activation::waiting_requests;
use crate::calling::gates;
use crate::command::Output;
use crate::command::words::{count, day, moment, people, some};
use crate::failure::Failure;
use crate::workspace::Workspace;

/// What is not done yet.
pub(super) struct Waiting {
    erased: u64,
    /// How many erasures are not in the files yet, and until when the first of them has to be.
    files: Option<(u64, Timestamp)>,
    /// The same of values that were deleted.
    values: Option<(u64, Timestamp)>,
    /// How many notices are not confirmed.
    notices: u64,
    /// How many requests with lists wait, and why one could not be sent last.
    requests: usize,
    unsent: Option<String>,
    /// What is kept under a duty, with its last end.
    kept: Vec<(String, u64, Timestamp)>,
    /// What waits for keys, with the keys that are missing.
    keys: Vec<(String, Vec<&'static str>)>,
    /// When the folder last came back from a backup, and what that lost and did again.
    restored: Option<(Timestamp, String)>,
    /// When something past its time was last removed, and what.
    expired: Option<(Timestamp, String)>,
}

impl Waiting {
    pub(super) fn read(workspace: &Workspace) -> Result<Self, Failure> {
        let store = &workspace.store;
        let pending = store.pending_erasures()?;
        let first = pending.first().map(|erasure| (pending.len() as u64, erasure.due));
        let deletions = store.pending_deletions()?;
        let open = |notice: &&theirs_store::Notice| notice.confirmed.is_none() && !notice.is_void();
        let when_and_what = |used: Use| {
            let told: Option<Told> = serde_json::from_str(&used.told).ok();
            (used.at, told.and_then(|told| told.reason).unwrap_or_default())
        };
        let expired = store.latest_of("expiry")?.map(when_and_what);
        Ok(Self {
            erased: store.erasures()?.iter().filter(|one| !one.slots.is_empty()).count() as u64,
            files: first,
            values: deletions.first().map(|one| (deletions.len() as u64, one.due)),
            notices: store.notices()?.iter().filter(open).count() as u64,
            requests: waiting_requests(&workspace.folder.outbox())?,
            unsent: workspace.webhooks.failing_list(),
            kept: store.kept_counts()?,
            keys: workspace.authority().map(|now| keys(&now)).unwrap_or_default(),
            restored: store.latest_of("restoration")?.map(when_and_what),
            expired,
        })
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "erasures": self.erased,
            "not_in_the_files": self.files.map_or(0, |(number, _)| number),
            "until": self.files.map(|(_, until)| until),
            "values_in_the_files": self.values.map_or(0, |(number, _)| number),
            "notices_not_confirmed": self.notices,
            "requests_waiting": self.requests,
            "requests_failure": self.unsent,
            "kept": self.kept.iter().map(|(purpose, number, until)| json!({
                "purpose": purpose, "kept": number, "until": until,
            })).collect::<Vec<_>>(),
            "restored": self.restored.as_ref().map(|(at, what)| json!({ "at": at, "what": what })),
            "last_expiry": self.expired.as_ref().map(|(at, _)| at),
        })
    }

    /// What waits for keys, as programs read it.
    pub(super) fn keys_json(&self) -> Value {
        let rows = self.keys.iter();
        rows.map(|(subject, missing)| json!({ "subject": subject, "missing": missing })).collect()
    }

    pub(super) fn say(&self, zone: &TimeZone, out: &mut Output) -> Result<(), Failure> {
        if !self.keys.is_empty() {
            let wait = if self.keys.len() == 1 { "waits" } else { "wait" };
            out.line(&format!(
                "keys      {} {wait} for two people: `theirs pending`",
                some(self.keys.len(), "clause")
            ))?;
        }
        if let Some((at, what)) = &self.restored {
            out.line(&format!(
                "restored  on {} from a backup, {what}; what was refused since stands, what was \
                 allowed, asked or decided since is lost",
                moment(*at, zone)
            ))?;
        }
        if self.erased > 0 {
            out.line(&format!("erased    {}", people(self.erased)))?;
        }
        if let Some((number, until)) = self.files {
            out.line(&format!(
                "          {} still in the files, until {} at the latest: `theirs sweep`",
                people(number),
                moment(until, zone)
            ))?;
        }
        if let Some((number, until)) = self.values {
            out.line(&format!(
                "deleted   {} still in the files, until {} at the latest: `theirs sweep`",
                some(usize::try_from(number).unwrap_or(usize::MAX), "value"),
                moment(until, zone)
            ))?;
        }
        if self.notices > 0 {
            out.line(&format!(
                "notices   {} not confirmed: `theirs notice list`",
                count(self.notices)
            ))?;
        }
        if self.requests > 0 {
            let why = self.unsent.as_ref().map(|why| format!("; {why}")).unwrap_or_default();
            let requests = some(self.requests, "request");
            out.line(&format!("lists     {requests} to recipients in outbox/webhook/{why}"))?;
        }
        for (purpose, number, until) in &self.kept {
            out.line(&format!(
                "          {} kept for {purpose}, until {} at the latest: `theirs kept {purpose}`",
                count(*number),
                day(*until, zone)
            ))?;
        }
        if let Some((at, what)) = &self.expired {
            out.line(&format!("expired   on {}: {what}", day(*at, zone)))?;
        }
        Ok(())
    }
}

/// Each clause that waits, with the names of the keys that are missing.
fn keys(authority: &Authority) -> Vec<(String, Vec<&'static str>)> {
    let missing = |gate: &Gate| gate.missing().iter().map(|key| key.name()).collect();
    gates(authority).map(|gate| (gate.subject.to_string(), missing(gate))).collect()
}
