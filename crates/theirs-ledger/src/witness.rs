//! A witness: C2SP [tlog-witness](https://c2sp.org/tlog-witness), `add-checkpoint`, for a second host.
//!
//! It remembers the latest checkpoint of each log that it was told of, and cosigns a later one only
//! with a proof that it continues that. Check and memory are one step under a lock, and the memory
//! is durable before the cosignature is given out: if we crash here, at worst nobody got the
//! cosignature of what is remembered. What is remembered bears the witness's own cosignature, so a
//! changed file is refused at start and not taken for a new beginning. If the file is lost, the
//! witness begins anew: whoever runs it keeps its folder on a disk of its own.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::Timestamp;
use signed_note::{Signature, StandardVerifier, Verifier};
use theirs_model::Digest;
use tlog_tiles::{Checkpoint as Body, EMPTY_HASH};

use crate::{
    LedgerError, NoteError,
    cosignature::{Secret, line, parts},
    digest::{digest, from_hash},
    folder::{Folder, failed},
    key::write,
    proof::verify_growth,
};

/// The name of the witness's key, in its folder.
const KEY: &str = "witness.key";

/// The longest request that is read, in bytes: 63 hashes and a note with some signatures.
pub const LONGEST_REQUEST: usize = 16 << 10;

/// The most hashes in a consistency proof.
const MOST_HASHES: usize = 63;

/// The most signatures on a checkpoint that are looked at.
const MOST_SIGNATURES: usize = 64;

/// A witness of some logs.
pub struct Witness {
    folder: Folder,
    secret: Secret,
    /// By origin.
    logs: BTreeMap<String, Watched>,
}

/// A log, by whose keys it may be signed, and what was seen of it.
struct Watched {
    keys: Vec<StandardVerifier>,
    seen: Mutex<Seen>,
}

/// The latest tree of a log.
struct Seen {
    size: u64,
    root: Digest,
    note: Option<String>,
    /// Set once it could not be written: then we do not know what is remembered.
    is_unsettled: bool,
}

/// What a witness answers, by the status of HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// 200: its cosignature.
    Cosigned(String),
    /// 400: it is no such request.
    Malformed(&'static str),
    /// 403: no key of the log signed it, or one of them signed something else.
    Untrusted,
    /// 404: the log is not one of those that are watched.
    Unknown,
    /// 409: another size was seen last.
    Conflict(u64),
    /// 422: it does not continue what was seen.
    Inconsistent(&'static str),
    /// 500: the disk failed, so it is not known what is remembered.
    Unsettled,
}

/// A request `add-checkpoint`, read.
struct Request {
    old: u64,
    proof: Vec<Digest>,
    text: Vec<u8>,
    signatures: Vec<Signature>,
    body: Body,
}

impl Witness {
    /// Opens a witness in a folder, or makes one named `name`, for the logs with these keys.
    ///
    /// # Errors
    /// The folder or a file in it cannot be used, or a key is none.
    pub fn open(folder: &Path, name: &str, vkeys: &[String]) -> Result<Self, LedgerError> {
        std::fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
        let folder = Folder::hold(folder)?;
        let file = folder.path(KEY);
        if !file.exists() {
            let refused = |_: NoteError| LedgerError::Origin { origin: name.to_owned() };
            let secret = Secret::draw(name).map_err(refused)?;
            write(&file, &secret).map_err(failed("write the key", &file))?;
        }
        let text = std::fs::read_to_string(&file).map_err(failed("read the key", &file))?;
        let secret = text.strip_suffix('\n').and_then(Secret::parse);
        let secret = secret.ok_or(LedgerError::Key { file })?;
        let mut logs: BTreeMap<String, Watched> = BTreeMap::new();
        for vkey in vkeys {
            let key = StandardVerifier::new(vkey)
                .map_err(|_| LedgerError::LogKey { vkey: vkey.clone() })?;
            let origin = key.name().to_owned();
            if let Some(watched) = logs.get_mut(&origin) {
                watched.keys.push(key);
                continue;
            }
            let seen = Mutex::new(Seen::read(&folder, &origin, &secret)?);
            logs.insert(origin, Watched { keys: vec![key], seen });
        }
        Ok(Self { folder, secret, logs })
    }

    /// The key that verifies its cosignatures.
    pub fn verifier_key(&self) -> String {
        self.secret.cosigner.vkey()
    }

    /// The names of the logs that it watches, with the size seen last.
    pub fn watched(&self) -> Vec<(String, u64)> {
        let size = |(origin, log): (&String, &Watched)| (origin.clone(), log.seen().size);
        self.logs.iter().map(size).collect()
    }

    /// Lets a test hear of every step on the disk from now on.
    #[cfg(test)]
    pub(crate) fn watch(&self, watch: Option<crate::folder::Watch>) {
        self.folder.watch(watch);
    }

    /// Answers `add-checkpoint` at a time.
    pub fn add_checkpoint(&self, request: &[u8], now: Timestamp) -> Answer {
        self.answer(request, now).unwrap_or_else(|refused| refused)
    }

    fn answer(&self, request: &[u8], now: Timestamp) -> Result<Answer, Answer> {
        let request = Request::read(request).map_err(Answer::Malformed)?;
        let watched = self.logs.get(request.body.origin()).ok_or(Answer::Unknown)?;
        let signed = watched.signed(&request)?;
        let (size, root) = (request.body.size(), from_hash(*request.body.hash()));
        if request.old > size {
            return Err(Answer::Malformed("the old size is larger than the checkpoint's"));
        }
        let mut seen = watched.seen();
        if seen.is_unsettled {
            return Err(Answer::Unsettled);
        }
        if request.old != seen.size {
            return Err(Answer::Conflict(seen.size));
        }
        seen.is_continued(size, root, &request.proof)?;
        let cosignature = self.secret.cosign(&request.text, now).map_err(|_| Answer::Unsettled)?;
        let mut note = String::from_utf8(request.text).map_err(|_| Answer::Unsettled)?;
        note.push('\n');
        for signature in &signed {
            note.push_str(&line(signature).map_err(|_| Answer::Unsettled)?);
        }
        note.push_str(&cosignature);
        let kept = self.folder.replace(&file_of(request.body.origin()), note.as_bytes());
        if kept.is_err() {
            seen.is_unsettled = true;
            return Err(Answer::Unsettled);
        }
        *seen = Seen { size, root, note: Some(note), is_unsettled: false };
        Ok(Answer::Cosigned(cosignature))
    }

    /// The latest checkpoint of the log whose origin has this SHA-256, in lower-case hexadecimal.
    pub fn checkpoint(&self, origin: &str) -> Option<String> {
        let mut logs = self.logs.iter();
        let found = logs.find(|(name, _)| digest(name.as_bytes()).to_string() == origin)?;
        found.1.seen().note.clone()
    }
}

impl Watched {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The signatures by the log's keys; one that claims to be and is not refuses the whole.
    fn signed(&self, request: &Request) -> Result<Vec<Signature>, Answer> {
        let mut signed: Vec<Signature> = Vec::new();
        for one in &request.signatures {
            let is_key =
                |key: &&StandardVerifier| key.name() == one.name() && key.key_id() == one.id();
            let Some(key) = self.keys.iter().find(is_key) else { continue };
            if !key.verify(&request.text, one.signature()) {
                return Err(Answer::Untrusted);
            }
            if !signed.contains(one) {
                signed.push(one.clone());
            }
        }
        if signed.is_empty() { Err(Answer::Untrusted) } else { Ok(signed) }
    }
}

impl Seen {
    fn read(folder: &Folder, origin: &str, secret: &Secret) -> Result<Self, LedgerError> {
        let file = folder.path(&file_of(origin));
        if !file.exists() {
            let root = from_hash(EMPTY_HASH);
            return Ok(Self { size: 0, root, note: None, is_unsettled: false });
        }
        // A crash may have come between the rename and the flush of the folder.
        let bytes = folder.read(&file_of(origin))?;
        folder.settle(&file_of(origin), &bytes)?;
        let read = || {
            let (text, signatures) = parts(&bytes)?;
            signatures.iter().find_map(|one| secret.cosigner.time(&text, one))?;
            let body = Body::from_bytes(&text).ok().filter(|body| body.origin() == origin)?;
            let note = Some(String::from_utf8(bytes.clone()).ok()?);
            let (size, root) = (body.size(), from_hash(*body.hash()));
            Some(Self { size, root, note, is_unsettled: false })
        };
        read().ok_or_else(|| LedgerError::Checkpoint {
            file,
            reason: "it is not as this witness cosigned it".to_owned(),
        })
    }

    /// Whether a tree continues what was seen, by the rules of the specification.
    fn is_continued(&self, size: u64, root: Digest, proof: &[Digest]) -> Result<(), Answer> {
        let wrong = |what| Err(Answer::Inconsistent(what));
        if size == 0 && root != from_hash(EMPTY_HASH) {
            return wrong("an empty tree has another root");
        }
        if self.size == 0 {
            let has_none = proof.is_empty();
            return if has_none { Ok(()) } else { wrong("there is nothing to prove") };
        }
        if self.size == size && self.root != root {
            return wrong("another tree of this size was seen");
        }
        if !verify_growth(self.size, self.root, size, root, proof) {
            return wrong("the proof does not show that the log only grew");
        }
        Ok(())
    }
}

impl Request {
    fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        if bytes.len() > LONGEST_REQUEST {
            return Err("the request is too long");
        }
        let text = std::str::from_utf8(bytes).map_err(|_| "the request is not text")?;
        let (head, note) = text.split_once("\n\n").ok_or("no empty line before the checkpoint")?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old = old.and_then(number).ok_or("the first line is not \"old\" and a size")?;
        let proof = lines.map(hash).collect::<Option<Vec<_>>>().ok_or("a hash is malformed")?;
        if proof.len() > MOST_HASHES {
            return Err("the proof is too long");
        }
        let (text, signatures) = parts(note.as_bytes()).ok_or("the checkpoint is no note")?;
        if signatures.len() > MOST_SIGNATURES {
            return Err("the checkpoint has too many signatures");
        }
        let body = Body::from_bytes(&text).map_err(|_| "the note is no checkpoint")?;
        Ok(Self { old, proof, text, signatures, body })
    }
}

/// A decimal number without leading zeros.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// A hash in base64.
fn hash(line: &str) -> Option<Digest> {
    Some(Digest(BASE64_STANDARD.decode(line).ok()?.try_into().ok()?))
}

/// The file that remembers a log.
fn file_of(origin: &str) -> String {
    format!("{}.checkpoint", digest(origin.as_bytes()))
}
