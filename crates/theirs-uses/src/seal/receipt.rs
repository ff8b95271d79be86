//! Makes the receipt of one person.
//!
//! The bitmaps say which lines concern them; everything else is computed: their commitments, the
//! paths in the batches, their place in the heads tree, the places in the log. Nothing is kept of a
//! receipt but the size of the log it was made for, so that the next one can prove that the log only
//! grew since.

use std::ops::Range;
use std::time::Duration;

use jiff::Timestamp;
use theirs_ledger::{LeafIndex, Prover};
use theirs_model::{Digest, Slot};
use theirs_receipt::{
    Before, Blob, Chain, Grown, History, Line as ShownLine, LogLeaf, Nodes, PersonKey, Receipt,
    Unsealed,
};
use theirs_store::{BatchRow, Tenure, Use};

use super::{Seals, by_line, line};
use crate::BookError;
use crate::batch::{path, place};

/// How long a receipt waits for witnesses that answer.
const FOR_WITNESSES: Duration = Duration::from_secs(3);

/// From how many earlier receipts the log is proved to have grown.
const EARLIER: u32 = 32;

impl Seals {
    /// The receipt of whoever has this slot now; it is noted that there is one.
    pub fn receipt(&self, slot: Slot, at: Timestamp) -> Result<Receipt, BookError> {
        let _alone = self.alone();
        let ledger = &self.book.ledger;
        let prover = ledger.witnessed_prover(FOR_WITNESSES)?;
        let mut receipt = Receipt::new(ledger.verifier_key(), prover.checkpoint().to_owned());
        receipt.witnesses = prover.witnesses().to_vec();
        let mut making = Making { seals: self, prover, nodes: Nodes::default(), receipt };
        let mut tenures = self.store.tenures(slot)?;
        tenures.sort_by_key(|tenure| tenure.slot);
        let last = self.store.last_epoch()?;
        if let Some(last) = last.as_ref().filter(|last| last.leaf < making.prover.size()) {
            making.receipt.heads = Some(making.leaf(last.leaf)?);
            for tenure in &tenures {
                making.history(tenure, last.number, last.people)?;
            }
        }
        making.unsealed(&tenures)?;
        for size in self.store.receipts_of(slot, EARLIER)? {
            making.grown(size)?;
        }
        let size = making.prover.size();
        making.receipt.nodes = making.nodes.blob();
        let receipt = making.receipt;
        self.store.note_receipt(slot, size, at)?;
        Ok(receipt)
    }
}

struct Making<'a> {
    seals: &'a Seals,
    prover: Prover<'a>,
    nodes: Nodes,
    receipt: Receipt,
}

impl Making<'_> {
    /// One leaf of the log with its proof.
    fn leaf(&mut self, leaf: u64) -> Result<LogLeaf, BookError> {
        let entry = self.prover.entry(LeafIndex(leaf))?;
        let proof = self.prover.prove(LeafIndex(leaf))?;
        Ok(LogLeaf { leaf, entry: Blob(entry.to_vec()), proof: self.nodes.proof(&proof) })
    }

    /// The number of a text.
    fn told(&mut self, text: &str) -> u32 {
        let told = &mut self.receipt.told;
        let at = told.iter().position(|known| known == text).unwrap_or_else(|| {
            told.push(text.to_owned());
            told.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// What one slot's chain holds of the person.
    fn history(&mut self, tenure: &Tenure, epoch: u64, people: u64) -> Result<(), BookError> {
        let slot = tenure.slot;
        if u64::from(slot.0) >= people {
            return Ok(());
        }
        let Some(key) = self.seals.keys.key(slot)? else { return Ok(()) };
        let lines: Vec<_> = by_line(self.seals.store.uses_with(slot)?).into_iter().collect();
        let shown = shown(&lines, tenure);
        let mut chain = Chain::default();
        let mut before = Before::default();
        let mut history_lines = Vec::with_capacity(shown.len());
        let mut after = Vec::new();
        let mut batches: (u64, Vec<BatchRow>) = (0, Vec::new());
        for (at, ((number, _), uses)) in lines.iter().enumerate() {
            let all: Vec<_> = uses.iter().collect();
            let commitment = line(&all)?.commitment(&key);
            if at == shown.start && chain.count > 0 {
                before = Before { count: chain.count, head: Blob(chain.head.to_vec()) };
            }
            chain.push(commitment);
            if at >= shown.end {
                after.push(commitment);
            } else if at >= shown.start {
                if batches.0 != *number {
                    batches = (*number, self.seals.store.batches(*number)?);
                }
                history_lines.push(self.line(slot, &key, uses, &batches.1)?);
            }
        }
        let (kept, heads_path) = self.head(epoch, slot)?;
        if kept != chain {
            return Err(BookError::NotAsSealed);
        }
        self.receipt.histories.push(History {
            slot: slot.0,
            blind: (&PersonKey::new(&key).head_blind(chain.count)).into(),
            path: Blob::of(&heads_path),
            before,
            lines: history_lines,
            after: Blob::of(&after),
        });
        Ok(())
    }

    /// The chain and the path of a slot in the heads tree.
    fn head(&self, epoch: u64, slot: Slot) -> Result<(Chain, Vec<Digest>), BookError> {
        if let Some(found) = self.seals.file.prove(epoch, slot.0)? {
            return Ok(found);
        }
        // The file is lost or of another epoch: it is made again.
        let last = self.seals.store.last_epoch()?;
        let people = last.as_ref().map_or(0, |last| last.people);
        let people = usize::try_from(people).map_err(|_| BookError::Unreadable)?;
        let keys = self.seals.everybodys_keys(people)?;
        self.seals.heads(last.as_ref(), &keys)?;
        self.seals.file.prove(epoch, slot.0)?.ok_or(BookError::NotAsSealed)
    }

    fn line(
        &mut self,
        slot: Slot,
        key: &[u8; 32],
        uses: &[Use],
        batches: &[BatchRow],
    ) -> Result<ShownLine, BookError> {
        let first = uses.first().ok_or(BookError::Unreadable)?;
        let (Some(epoch), Some(number)) = (first.epoch, first.line) else {
            return Err(BookError::Unreadable);
        };
        let batch =
            batches.iter().find(|batch| batch.line == number).ok_or(BookError::Unreadable)?;
        let all: Vec<_> = uses.iter().collect();
        let (line, members) = (line(&all)?, first.bitmap()?);
        let orphans = self.seals.store.orphans(epoch, number)?;
        let at = place(members.rank(slot.0).saturating_sub(1), &orphans);
        let seals = self.seals;
        let keys = |slot| Ok(seals.keys.key(slot)?);
        let path = path(&line, &batch.tops, at, &members, &orphans, keys)?;
        let mut shown = Vec::with_capacity(uses.len());
        for used in uses {
            shown.push(self.leaf(used.leaf.ok_or(BookError::Unreadable)?)?);
        }
        Ok(ShownLine {
            told: self.told(&first.told),
            one: String::new(),
            blind: (&PersonKey::new(key).blind(line.first_use)).into(),
            uses: shown,
            batch: self.leaf(batch.leaf)?,
            at,
            path: Blob::of(&path),
        })
    }

    /// What concerns the person and is not sealed yet.
    fn unsealed(&mut self, tenures: &[Tenure]) -> Result<(), BookError> {
        let mut all = self.seals.store.unsealed_uses(self.prover.size())?;
        let concerned = |used: &Use| {
            let members = used.bitmap()?;
            Ok::<_, BookError>(
                tenures.iter().any(|tenure| holds(tenure, used) && members.contains(tenure.slot.0)),
            )
        };
        let mut kept = Vec::new();
        for used in all.drain(..).filter(|used| used.people > 0) {
            if concerned(&used)? {
                kept.push(used);
            }
        }
        for waiting in kept {
            let told = self.told(&waiting.told);
            let used = self.leaf(waiting.leaf.ok_or(BookError::Unreadable)?)?;
            self.receipt.unsealed.push(Unsealed { told, used });
        }
        Ok(())
    }

    fn grown(&mut self, size: u64) -> Result<(), BookError> {
        if size == 0 || size > self.prover.size() {
            return Ok(());
        }
        let (root, proof) = self.prover.prove_growth(size)?;
        let proof = self.nodes.proof(&proof);
        self.receipt.grown.push(Grown { size, root: (&root).into(), proof });
        Ok(())
    }
}

/// Whether a use fell into the time when the slot stood for the person.
fn holds(tenure: &Tenure, used: &Use) -> bool {
    (tenure.from..tenure.until).contains(&used.sequence)
}

/// Which lines are shown: from the first to the last that has a use within the time. What lies
/// between is shown too: a history may overstate, never leave out.
fn shown(lines: &[((u64, u32), Vec<Use>)], tenure: &Tenure) -> Range<usize> {
    let is_shown = |(_, uses): &((u64, u32), Vec<Use>)| uses.iter().any(|used| holds(tenure, used));
    let Some(first) = lines.iter().position(is_shown) else { return lines.len()..lines.len() };
    let last = lines.iter().rposition(is_shown).unwrap_or(first);
    first..last + 1
}
