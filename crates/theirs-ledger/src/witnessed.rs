//! The log's side of C2SP [tlog-witness](https://c2sp.org/tlog-witness): what is sent to a witness,
//! and what becomes of its answer.
//!
//! Nothing here waits for a witness. A checkpoint is signed and published as ever; whoever carries
//! submissions to the witnesses brings their answers back when they come, and from then on the note
//! that others fetch bears them. While witnesses answer, what is published is the last checkpoint
//! that one of them cosigned; when none did for ten seconds, it is the present one without. The
//! cosignatures are kept in `cosigned` beside the checkpoint, and asked for again if that is lost.

use std::fmt::Write as _;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::{
    Cosignature, Cosigned, Cosigner, Ledger, LedgerError, NoteError, Prover,
    ledger::{Head, Log},
};

/// The name of the file with the last checkpoint that was cosigned.
pub(crate) const COSIGNED: &str = "cosigned";

/// How long a cosigned checkpoint stands for the present one while that is not cosigned.
const STANDS: Duration = Duration::from_secs(10);

/// The longest answer of a witness that is read, in bytes.
const LONGEST_ANSWER: usize = 16 << 10;

/// The witnesses that are trusted, and what they said last.
#[derive(Default)]
pub(crate) struct Witnessed {
    cosigners: Vec<Cosigner>,
    last: Option<Last>,
    /// How many of them can be expected to answer.
    expected: usize,
    /// The size of the last checkpoint that was published: nobody is shown a smaller one after it.
    shown: u64,
}

/// The last checkpoint that a witness cosigned.
struct Last {
    head: Arc<Head>,
    /// By witness, in the order in which they are trusted.
    lines: Vec<(usize, String)>,
    /// Since when there is a later checkpoint.
    superseded: Option<Instant>,
}

/// A checkpoint on its way to a witness.
pub struct Submission {
    head: Arc<Head>,
    /// The body of the request `add-checkpoint`.
    pub body: String,
}

impl Submission {
    /// How many entries the checkpoint covers.
    pub fn size(&self) -> u64 {
        self.head.edge.size()
    }
}

impl Ledger {
    /// Trusts these witnesses, in this order, and takes up what they cosigned before.
    pub fn trust(&self, cosigners: Vec<Cosigner>) {
        let log = &self.log;
        let mut witnessed = log.witnessed();
        let expected = cosigners.len();
        *witnessed = Witnessed { cosigners, expected, ..Witnessed::default() };
        if witnessed.cosigners.is_empty() {
            return;
        }
        // Whatever is wrong with the file: the witnesses are asked again.
        let Ok(note) = log.folder.read(COSIGNED) else { return };
        let Ok(note) = String::from_utf8(note) else { return };
        let Ok(note) = Cosigned::read(&note, &log.key.vkey) else { return };
        let head = log.head();
        if note.own == head.checkpoint {
            let lines = witnessed.cosigners.iter().enumerate();
            let lines = lines.filter_map(|(at, one)| Some((at, note.line_by(one)?))).collect();
            witnessed.last = Some(Last { head, lines, superseded: None });
        }
    }

    /// The last note that was cosigned, as it is kept in the folder of a log.
    pub fn kept_cosigned(&self) -> Option<String> {
        String::from_utf8(self.log.folder.read(COSIGNED).ok()?).ok()
    }

    /// The present checkpoint for a witness that knows of the first `old` entries.
    ///
    /// # Errors
    /// The log has fewer entries than `old`, or a tile cannot be read.
    pub fn submission(&self, old: u64) -> Result<Submission, LedgerError> {
        let head = self.log.head();
        let prover = Prover::new(&self.log.folder, Arc::clone(&head), None);
        let proof = if old == 0 { Vec::new() } else { prover.prove_growth(old)?.1 };
        let mut body = format!("old {old}\n");
        for hash in proof {
            let _ = writeln!(body, "{}", BASE64_STANDARD.encode(hash.0));
        }
        body.push('\n');
        body.push_str(&head.checkpoint);
        Ok(Submission { head, body })
    }

    /// Takes the answer of a witness: one of its lines must be the right cosignature.
    ///
    /// # Errors
    /// None is, or it cannot be kept.
    pub fn cosigned_by(
        &self,
        submission: &Submission,
        cosigner: &Cosigner,
        answer: &str,
    ) -> Result<Cosignature, LedgerError> {
        let refused = || LedgerError::Cosignature { witness: cosigner.name().to_owned() };
        let head = &submission.head;
        if answer.len() > LONGEST_ANSWER {
            return Err(refused());
        }
        let note = Cosigned::read(&format!("{}{answer}", head.checkpoint), &self.log.key.vkey);
        let note = note.map_err(|_: NoteError| refused())?;
        let (cosignature, line) =
            note.by(cosigner).zip(note.line_by(cosigner)).ok_or_else(refused)?;
        let mut witnessed = self.log.witnessed();
        let at = witnessed.cosigners.iter().position(|one| one == cosigner).ok_or_else(refused)?;
        if witnessed.take(head, at, line, self.log.head().edge.size()) {
            let note = witnessed.last.as_ref().map_or_else(String::new, Last::note);
            self.log.folder.replace(COSIGNED, note.as_bytes())?;
        }
        drop(witnessed);
        self.log.turns.tick();
        Ok(cosignature)
    }

    /// Says how many witnesses can be expected to answer for now: nobody waits for more.
    pub fn expect_witnesses(&self, expected: usize) {
        self.log.witnessed().expected = expected;
        self.log.turns.tick();
    }

    /// The checkpoint that is shown to others, with the cosignatures that it has.
    pub fn published(&self) -> String {
        let mut witnessed = self.log.witnessed();
        let stands = |last: &Last| last.superseded.is_none_or(|since| since.elapsed() < STANDS);
        let (size, note) = match &witnessed.last {
            Some(last) if last.size() >= witnessed.shown && stands(last) => {
                (last.size(), last.note())
            }
            _ => {
                let head = self.log.head();
                (head.edge.size(), head.checkpoint.clone())
            }
        };
        witnessed.shown = size;
        note
    }

    /// Makes proofs for a checkpoint that covers all there is now: one that is cosigned by all who are
    /// expected to, or by those who answered within this time, if any did.
    ///
    /// # Errors
    /// The tiles cannot be written.
    pub fn witnessed_prover(&self, longest: Duration) -> Result<Prover<'_>, LedgerError> {
        self.settle()?;
        let (size, until) = (self.log.head().edge.size(), Instant::now() + longest);
        loop {
            let turn = self.log.turns.count();
            let witnessed = self.log.witnessed();
            let left = until.saturating_duration_since(Instant::now());
            let last = witnessed.last.as_ref().filter(|last| last.size() >= size);
            let has_all = last.is_some_and(|last| last.lines.len() >= witnessed.expected);
            let is_enough = has_all || witnessed.expected == 0 || left.is_zero();
            if let Some(last) = last.filter(|_| is_enough) {
                let by = last.lines.iter().filter_map(|(at, _)| witnessed.cosigners.get(*at));
                let note = (last.note(), by.map(Cosigner::vkey).collect());
                return Ok(Prover::new(&self.log.folder, Arc::clone(&last.head), Some(note)));
            }
            if is_enough {
                return Ok(self.prover());
            }
            drop(witnessed);
            self.log.turns.wait(turn, left);
        }
    }

    /// How much came until now: checkpoints, cosignatures on them, and nudges.
    pub fn turn(&self) -> u64 {
        self.log.turns.count()
    }

    /// Waits until more came than is known, but no longer than this; says how much did.
    pub fn await_turn(&self, known: u64, longest: Duration) -> u64 {
        self.log.turns.wait(known, longest)
    }

    /// Wakes whoever waits for a turn.
    pub fn nudge(&self) {
        self.log.turns.tick();
    }
}

impl Log {
    pub(crate) fn witnessed(&self) -> MutexGuard<'_, Witnessed> {
        self.witnessed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Witnessed {
    /// Notes that there is another checkpoint than the one that was cosigned.
    pub(crate) fn supersede(&mut self) {
        if let Some(last) = &mut self.last {
            last.superseded.get_or_insert_with(Instant::now);
        }
    }

    /// Keeps the line of a witness for a head; says whether that was news.
    fn take(&mut self, head: &Arc<Head>, at: usize, line: String, present: u64) -> bool {
        match &mut self.last {
            Some(last) if last.head.checkpoint == head.checkpoint => {
                last.lines.retain(|(other, _)| *other != at);
                last.lines.push((at, line));
                last.lines.sort_by_key(|(at, _)| *at);
            }
            Some(last) if last.size() > head.edge.size() => return false,
            _ => {
                let superseded = (present > head.edge.size()).then(Instant::now);
                let lines = vec![(at, line)];
                self.last = Some(Last { head: Arc::clone(head), lines, superseded });
            }
        }
        true
    }
}

impl Last {
    fn size(&self) -> u64 {
        self.head.edge.size()
    }

    fn note(&self) -> String {
        let lines = self.lines.iter().map(|(_, line)| line.as_str());
        std::iter::once(self.head.checkpoint.as_str()).chain(lines).collect()
    }
}
