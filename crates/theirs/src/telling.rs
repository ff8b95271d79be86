//! Tells recipients and sources of erasures and corrections: by a file, a message, or a request.
//!
//! Files and messages are written at once, as they are durable then. Requests go out while the
//! folder is served: signed, over TLS, tried again ever later for a day, and then laid in the outbox
//! for a colleague. Whoever answers one with 2xx has confirmed it. What a notice says reaches no log
//! and no error, nor does what the other side answers.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use serde_json::{Map, Value, json};
use theirs_charter::Tell;
use theirs_rights::{Desk, SOURCE, rows_of};
use theirs_store::{Folder, Notice, NoticeKind, read_secret};
use theirs_words::Speech;

use crate::errand::Errand;
use crate::failure::Failure;
use crate::following::doubling;
use crate::mail::{Mail, post};
use crate::post::{Address, post_as};
use crate::workspace::Workspace;

/// How often it is looked whether there is something to tell.
const EVERY: Duration = Duration::from_secs(1);

/// The longest time between two tries of one request.
const LONGEST_REST: Duration = Duration::from_hours(1);

/// How long a request is tried, and how long a message is worth sending.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
const LASTS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// The header that proves where a request comes from.
const SIGNATURE: &str = "Theirs-Signature";

/// What requests are signed with, and how those do that were not accepted yet.
#[derive(Default)]
pub struct Webhooks {
    /// Files of secrets, by `recipients.NAME` or `sources.NAME`.
    secrets: BTreeMap<String, PathBuf>,
    failing: Mutex<BTreeMap<Parcel, Failing>>,
}

/// What goes by a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parcel {
    /// A notice, by its number.
    Notice(i64),
    /// Part of a list, by the name of its file.
    List(String),
}

struct Failing {
    failures: u32,
    again: Instant,
    why: String,
}

impl Webhooks {
    /// With the secrets of the settings.
    pub fn new(secrets: BTreeMap<String, PathBuf>) -> Self {
        Self { secrets, failing: Mutex::default() }
    }

    /// Why a notice could not be told when that was tried last.
    pub fn failure(&self, notice: i64) -> Option<String> {
        self.lock().get(&Parcel::Notice(notice)).map(|failing| failing.why.clone())
    }

    /// Why a list could not be sent when that was tried last, if one could not.
    pub fn failing_list(&self) -> Option<String> {
        let failing = self.lock();
        let mut lists = failing.iter().filter(|(parcel, _)| matches!(parcel, Parcel::List(_)));
        lists.next().map(|(_, failing)| failing.why.clone())
    }

    /// Whether there is a secret to sign with what goes to somebody.
    ///
    /// # Errors
    /// In words, what is missing.
    pub fn can_sign(&self, folder: &Folder, whose: &str) -> Result<(), String> {
        self.secret(folder, whose).map(|_| ())
    }

    fn secret(&self, folder: &Folder, whose: &str) -> Result<String, String> {
        let secret = self.secrets.get(whose);
        let secret = secret.ok_or_else(|| format!("theirs.yaml has no secret for {whose}"))?;
        read_secret(folder, secret).map_err(|error| error.to_string())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Parcel, Failing>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is too early to try something again.
    pub fn rests(&self, parcel: &Parcel, at: Instant) -> bool {
        self.lock().get(parcel).is_some_and(|failing| failing.again > at)
    }

    /// Notes a failure.
    pub fn fail(&self, parcel: Parcel, why: String, at: Instant) {
        let mut failing = self.lock();
        let failures = failing.get(&parcel).map_or(1, |one| one.failures + 1);
        let again = at + doubling(failures, LONGEST_REST);
        failing.insert(parcel, Failing { failures, again, why });
    }

    /// Notes that something waits no more.
    pub fn forget(&self, parcel: &Parcel) {
        self.lock().remove(parcel);
    }

    /// Whether something was tried before.
    pub fn has_failed(&self, parcel: &Parcel) -> bool {
        self.lock().contains_key(parcel)
    }
}

/// Writes the files and the messages of notices that are not on their way yet.
pub fn tell(workspace: &Workspace) -> Result<(), Failure> {
    let _following = workspace.following();
    let untold = workspace.store.untold_notices()?;
    if untold.is_empty() {
        return Ok(());
    }
    let (desk, outbox) = (workspace.desk()?, workspace.folder.outbox());
    desk.post(&outbox)?;
    for notice in untold {
        let Tell::Mail(to) = desk.way_to(&notice) else { continue };
        match write(workspace, &notice, &to) {
            Ok(path) if !desk.note_sent(&notice)? => std::fs::remove_file(path)?,
            Ok(_) => {}
            // No message can go there; a colleague has to.
            Err(Failure::Io(error)) if error.kind() == ErrorKind::InvalidInput => {
                desk.lay(&notice, &outbox)?;
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// Tells what there is to tell, for as long as the errand is not dropped.
pub fn start(workspace: Workspace) -> std::io::Result<Errand> {
    Errand::start("notices", move || async move {
        loop {
            // What fails now is tried again; `theirs notice list` shows what waits.
            let _ = tell(&workspace);
            let _ = request(&workspace, Instant::now()).await;
            tokio::time::sleep(EVERY).await;
        }
    })
}

/// Sends the requests that are due.
async fn request(workspace: &Workspace, at: Instant) -> Result<(), Failure> {
    let webhooks = &workspace.webhooks;
    let untold = workspace.store.untold_notices()?;
    webhooks.lock().retain(|parcel, _| match parcel {
        Parcel::Notice(id) => untold.iter().any(|notice| notice.id == *id),
        Parcel::List(_) => true,
    });
    if untold.is_empty() {
        return Ok(());
    }
    let desk = workspace.desk()?;
    for notice in untold {
        let Tell::Webhook(url) = desk.way_to(&notice) else { continue };
        let parcel = Parcel::Notice(notice.id);
        if webhooks.rests(&parcel, at) {
            continue;
        }
        let now = workspace.clock.now();
        if webhooks.has_failed(&parcel) && now.duration_since(notice.at) > LONGEST {
            desk.lay(&notice, &workspace.folder.outbox())?;
            continue;
        }
        match deliver(workspace, &path_of(&notice), &url, &[], body(&notice), now).await {
            Ok(()) => accepted(&desk, &notice, workspace)?,
            Err(why) => webhooks.fail(parcel, why, at),
        }
    }
    Ok(())
}

fn accepted(desk: &Desk, notice: &Notice, workspace: &Workspace) -> Result<(), Failure> {
    desk.note_sent(notice)?;
    desk.confirm(notice.id, &workspace.folder.outbox())?;
    Ok(())
}

/// Sends a signed text to somebody's address, with these headers beside; otherwise in words why they
/// did not take it.
pub async fn deliver(
    workspace: &Workspace,
    whose: &str,
    url: &str,
    beside: &[(&str, &str)],
    body: String,
    now: Timestamp,
) -> Result<(), String> {
    let secret = workspace.webhooks.secret(&workspace.folder, whose)?;
    let address = Address::at(url)?;
    let signature = signature(&secret, now.as_second(), &body);
    let own = [("Content-Type", "application/json"), (SIGNATURE, signature.as_str())];
    let headers = [&own[..], beside].concat();
    match post_as(&address, &headers, body).await {
        Ok((200..=299, _)) => Ok(()),
        Ok((status, _)) => Err(format!("it answers with status {status}")),
        Err(why) => Err(why.to_owned()),
    }
}

/// Where the charter says how whoever gets a notice is told.
fn path_of(notice: &Notice) -> String {
    match notice.recipient.strip_prefix(SOURCE) {
        Some(source) => format!("sources.{source}"),
        None => format!("recipients.{}", notice.recipient),
    }
}

/// What proves that we said this, and when.
fn signature(secret: &str, at: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{at}.{body}").as_bytes());
    format!("t={at},v1={}", hex::encode(tag))
}

/// What a notice says, as JSON.
fn body(notice: &Notice) -> String {
    let fields = |row: Vec<(String, String)>| -> Map<String, Value> {
        row.into_iter().map(|(name, text)| (name, Value::from(text))).collect()
    };
    let rows = rows_of(notice.body.as_deref().unwrap_or_default());
    let rows: Vec<Map<String, Value>> = rows.into_iter().map(fields).collect();
    json!({
        "notice": notice.id, "what": notice.kind.word(), "use_id": notice.use_id,
        "at": notice.at, "rows": rows,
    })
    .to_string()
}

/// Writes the message of a notice.
fn write(workspace: &Workspace, notice: &Notice, to: &str) -> Result<PathBuf, Failure> {
    let controller = workspace.charter()?.controller.clone();
    let what = match notice.kind {
        NoticeKind::Erase => "Please erase what you hold of somebody",
        NoticeKind::Correct | NoticeKind::Wrong => "Please put right what you hold of somebody",
        NoticeKind::Delete => "Please delete a value that you hold of somebody",
        NoticeKind::Hold => "Please use for nothing what you hold of somebody",
        NoticeKind::Release => "You may use again what you hold of somebody",
    };
    let text = format!(
        "{what}. The lines below name them as you know them: by the reference in a list that you \
         had from {}, or by the key of your own record.\n\n{}\n\
         correct: the value is this; without one, there is none.\n\
         wrong: the value is not right; use it no more.\n\
         delete: keep no value of this column.\n\
         erase, hold, release: everything that you hold of them.\n\n\
         Answer to {} when it is done, with the number of this notice: {}.",
        controller.name,
        notice.body.as_deref().unwrap_or_default(),
        controller.privacy_contact,
        notice.id
    );
    let until = notice.at.max(workspace.clock.now()).saturating_add(LASTS);
    let part = notice.id.to_string();
    let mail = Mail {
        to,
        subject: what,
        text: &text,
        on_record: &Speech::default().with("mail-on-record", "use", notice.use_id.to_string()),
        use_id: notice.use_id,
        part: Some(&part),
        unsubscribe: None,
        at: workspace.clock.now(),
        until: until.unwrap_or(Timestamp::MAX),
    };
    Ok(post(&mail, &controller, &workspace.folder.outbox())?)
}

#[cfg(test)]
mod tests;
