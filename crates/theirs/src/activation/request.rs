//! A list that goes to a recipient's own address of the web, as JSON, in requests of at most a thousand
//! people.
//!
//! Each request waits as a file in `outbox/webhook/` until the recipient took it, so that neither a crash
//! nor a recipient that is away loses one; the file has the form of a list, so that whoever is erased or
//! has a value deleted is cut out of it like out of any. What it says is asked about again when its turn
//! comes, and rows of people who said no since go. Requests are signed and tried again as those are that
//! tell of corrections; after a day what is left is laid in `outbox/` for a colleague.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use theirs_charter::{Charter, Tell};
use theirs_marketing::{Action, Campaign, Decision, DecisionSink};
use theirs_model::UseId;
use theirs_rights::inert;
use theirs_store::{put_private, remove_if_there};

use super::dispatch::Dispatch;
use crate::failure::Failure;
use crate::mail::{bytes, files_ending};
use crate::telling::{Parcel, deliver};
use crate::workspace::Workspace;

/// The most people of one request.
const MOST_ROWS: usize = 1_000;
/// How many requests go in one step.
const MOST_AT_ONCE: usize = 20;
/// How long one is tried.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// What stands in each row behind the columns of the list.
const TAIL: [&str; 7] =
    ["reason", "use_id", "reference", "why_me", "recipient", "campaign", "action"];

/// The requests of one action.
pub(super) struct Requests {
    folder: PathBuf,
    /// The purpose, and what each row says at its end: the recipient, the campaign and the action.
    purpose: String,
    end: [String; 3],
    /// How the world reaches the portal, if it does.
    base: Option<String>,
    columns: Vec<String>,
    use_id: UseId,
    drafts: Vec<PathBuf>,
    rows: usize,
    writer: Option<csv::Writer<Vec<u8>>>,
}

impl Requests {
    /// Those of an action that has a recipient.
    pub(super) fn of(workspace: &Workspace, campaign: &Campaign, action: &Action) -> Option<Self> {
        let end = [action.to.clone()?, campaign.name.clone(), action.name.clone()];
        Some(Self {
            folder: workspace.folder.outbox().join(FOLDER),
            purpose: campaign.purpose.clone(),
            end,
            base: workspace.public(),
            columns: Vec::new(),
            use_id: UseId([0; 16]),
            drafts: Vec::new(),
            rows: 0,
            writer: None,
        })
    }

    /// Writes what was taken until now as a draft.
    fn put_down(&mut self) -> io::Result<()> {
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        writer.flush()?;
        let text = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        let name = format!("{}.{}-{}.part", self.purpose, self.drafts.len() + 1, self.use_id);
        let path = self.folder.join(name);
        put_private(&path, &text)?;
        self.drafts.push(path);
        self.rows = 0;
        Ok(())
    }
}

/// Where requests wait, within the outbox.
const FOLDER: &str = "webhook";

impl DecisionSink for Requests {
    fn begin(&mut self, use_id: UseId, columns: &[String]) -> io::Result<()> {
        (self.use_id, self.columns) = (use_id, columns.to_vec());
        Ok(())
    }

    fn take(&mut self, decision: &Decision) -> io::Result<bool> {
        if self.rows == MOST_ROWS {
            self.put_down()?;
        }
        if self.writer.is_none() {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(self.columns.iter().map(String::as_str).chain(TAIL))?;
            self.writer = Some(writer);
        }
        let Some(writer) = &mut self.writer else { return Ok(false) };
        let why = self.base.as_ref().map(|base| format!("{base}/why/{}", decision.why));
        let (use_id, why) = (decision.use_id.to_string(), why.unwrap_or_default());
        let own = [decision.reason.as_str(), &use_id, &decision.reference, &why];
        let values = decision.values.iter().map(String::as_str).chain(own);
        writer.write_record(values.chain(self.end.iter().map(String::as_str)))?;
        self.rows += 1;
        Ok(true)
    }

    /// Nothing is sent before all of it is there.
    fn finish(&mut self) -> io::Result<()> {
        self.put_down()?;
        for draft in self.drafts.drain(..) {
            std::fs::rename(&draft, draft.with_extension("csv"))?;
        }
        if self.folder.is_dir() {
            std::fs::File::open(&self.folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// A request that waits.
struct Waiting {
    path: PathBuf,
    use_id: UseId,
    /// Which of its list it is, from 1.
    part: String,
    purpose: String,
    head: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl Waiting {
    /// The request in a file; none if it is none, or was taken back meanwhile.
    fn read(path: &Path) -> io::Result<Option<Self>> {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((front, use_id)) = name.rsplit_once('-') else { return Ok(None) };
        let (Some((purpose, part)), Ok(use_id)) = (front.split_once('.'), use_id.parse()) else {
            return Ok(None);
        };
        let Some(bytes) = bytes(path)? else { return Ok(None) };
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let head = reader.headers()?.clone();
        let rows = reader.records().collect::<Result<Vec<_>, _>>()?;
        let (part, purpose) = (part.to_owned(), purpose.to_owned());
        Ok(Some(Self { path: path.to_owned(), use_id, part, purpose, head, rows }))
    }

    /// How many columns of the list there are.
    fn width(&self) -> usize {
        self.head.len().saturating_sub(TAIL.len())
    }

    /// What a row says at its end.
    fn end<'r>(&self, row: &'r csv::StringRecord, name: &str) -> &'r str {
        let at = TAIL.iter().position(|known| *known == name).unwrap_or(TAIL.len());
        row.get(self.width() + at).unwrap_or_default()
    }

    fn recipient(&self) -> &str {
        self.rows.first().map_or("", |row| self.end(row, "recipient"))
    }

    /// Lets go of whoever said no since; says whether anybody is left.
    fn prune(&mut self, dispatch: &Dispatch) -> Result<bool, Failure> {
        let open = dispatch.open(self.use_id)?;
        let mut rows = std::mem::take(&mut self.rows);
        let before = rows.len();
        rows.retain(|row| open.contains(self.end(row, "reference")));
        self.rows = rows;
        if self.rows.is_empty() {
            remove_if_there(&self.path)?;
        } else if self.rows.len() < before {
            let text = table(self.head.iter(), self.rows.iter().map(csv::StringRecord::iter))?;
            put_private(&self.path, &text)?;
        }
        Ok(!self.rows.is_empty())
    }

    fn body(&self, at: Timestamp) -> String {
        let row = |row: &csv::StringRecord| {
            let values = self.head.iter().zip(row).take(self.width());
            let values: Map<String, Value> =
                values.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
            let why = Some(self.end(row, "why_me")).filter(|why| !why.is_empty());
            json!({
                "reference": self.end(row, "reference"), "reason": self.end(row, "reason"),
                "why_me": why, "values": values,
            })
        };
        let of = |name: &str| self.rows.first().map(|row| self.end(row, name));
        json!({
            "list": self.use_id, "part": self.part.parse::<u64>().ok(), "at": at,
            "purpose": self.purpose, "campaign": of("campaign"), "action": of("action"),
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
        })
        .to_string()
    }

    /// Lays it in the outbox as a list, for a colleague to hand over.
    fn lay(&self, outbox: &Path) -> Result<(), Failure> {
        let width = self.width() + TAIL.len() - 3;
        let cells = |row: &csv::StringRecord| -> Vec<String> {
            row.iter().take(width).map(|cell| inert(cell).into_owned()).collect()
        };
        let rows: Vec<Vec<String>> = self.rows.iter().map(cells).collect();
        let rows = rows.iter().map(|row| row.iter().map(String::as_str));
        let text = table(self.head.iter().take(width), rows)?;
        let name = self.path.file_name().unwrap_or_default();
        put_private(&outbox.join(name), &text)?;
        Ok(remove_if_there(&self.path)?)
    }
}

/// Sends the requests that are due.
pub(super) async fn send(dispatch: &Dispatch, at: Instant) -> Result<(), Failure> {
    let workspace = dispatch.workspace();
    let (outbox, mut sent) = (workspace.folder.outbox(), 0);
    for path in files(&outbox)? {
        let parcel = Parcel::List(name(&path));
        if sent == MOST_AT_ONCE || workspace.webhooks.rests(&parcel, at) {
            continue;
        }
        let Some(mut waiting) = Waiting::read(&path)? else { continue };
        if !waiting.prune(dispatch)? {
            workspace.webhooks.forget(&parcel);
            continue;
        }
        let now = workspace.clock.now();
        let given = workspace.store.use_of(waiting.use_id)?.map_or(now, |used| used.at);
        let is_late = now.duration_since(given) > LONGEST;
        if is_late && workspace.webhooks.has_failed(&parcel) {
            waiting.lay(&outbox)?;
            workspace.webhooks.forget(&parcel);
            continue;
        }
        sent += 1;
        match request(workspace, &waiting, given, now).await {
            Ok(()) => {
                remove_if_there(&path)?;
                workspace.webhooks.forget(&parcel);
            }
            Err(why) => workspace.webhooks.fail(parcel, why, at),
        }
    }
    Ok(())
}

async fn request(
    workspace: &Workspace,
    waiting: &Waiting,
    given: Timestamp,
    now: Timestamp,
) -> Result<(), String> {
    let recipient = waiting.recipient();
    let charter = workspace.charter().map_err(|failure| failure.to_string())?;
    let url = address(&charter, recipient).ok_or("the charter names no address of it any more")?;
    // One that comes twice has the same key (draft-ietf-httpapi-idempotency-key-header).
    let key = format!("\"{}-{}\"", waiting.use_id, waiting.part);
    let whose = format!("recipients.{recipient}");
    let headers = [("Idempotency-Key", key.as_str())];
    deliver(workspace, &whose, &url, &headers, waiting.body(given), now).await
}

/// Where a recipient is sent its lists, if the charter says so.
pub(super) fn address(charter: &Charter, recipient: &str) -> Option<String> {
    match &charter.recipient(recipient)?.tell {
        Tell::Webhook(url) => Some(url.clone()),
        Tell::File | Tell::Mail(_) => None,
    }
}

/// Takes the rows of people who said no out of what waits.
pub(super) fn withdraw(dispatch: &Dispatch) -> Result<(), Failure> {
    for path in files(&dispatch.workspace().folder.outbox())? {
        if let Some(mut waiting) = Waiting::read(&path)? {
            waiting.prune(dispatch)?;
        }
    }
    Ok(())
}

/// How many requests wait.
pub fn waiting(outbox: &Path) -> io::Result<usize> {
    Ok(files(outbox)?.len())
}

/// The files of what waits, by name.
fn files(outbox: &Path) -> io::Result<Vec<PathBuf>> {
    files_ending(&outbox.join(FOLDER), "csv")
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A table as CSV.
fn table<'r, R: Iterator<Item = &'r str>>(
    head: impl Iterator<Item = &'r str>,
    rows: impl Iterator<Item = R>,
) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer.flush()?;
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
