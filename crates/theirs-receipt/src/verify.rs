//! Checks a receipt, trusting nothing but the log's key.
//!
//! Everything is recomputed: the signature of the checkpoint, the place of each leaf in the log, the
//! commitment to each line from what is shown, its place in its batch, and the person's whole chain,
//! whose end must stand at their slot in the heads tree. Nothing in the file may be superfluous.

use std::collections::HashSet;

use theirs_ledger::{
    Batch, Checkpoint, Cosignature, Cosigned, Cosigner, Entry, Heads, Leaf, LeafIndex, digest,
    verify_growth, verify_inclusion,
};
use theirs_model::Digest;

use crate::{
    Blob, Chain, Grown, History, Line, LogLeaf, Receipt, Unsealed, commitment, head_leaf,
    leaf_hash, uses_digest,
};

/// What a receipt proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The name of the log.
    pub origin: String,
    /// How many entries the log had.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Digest,
    /// The last epoch, from one; none before the first.
    pub epoch: Option<u64>,
    /// The places in the tree of people whose histories are shown. Whose they are the log cannot
    /// say: a person knows theirs from an earlier receipt.
    pub places: Vec<u32>,
    /// How many uses are shown and sealed.
    pub uses: u64,
    /// In how many lines.
    pub lines: u64,
    /// How many uses are shown that no epoch has sealed yet.
    pub unsealed: u64,
    /// How many links of chains are there and not shown, because they are said to concern somebody
    /// else; zero for whoever was never split from another.
    pub withheld: u64,
    /// Who else signed the checkpoint, and when: this is the tree that they saw of the log.
    pub cosigned: Vec<Cosignature>,
}

/// Why a receipt is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is no receipt.
    #[error("this is not a receipt, or it was cut short or changed")]
    Unreadable,
    /// It is of another format.
    #[error("this receipt has a format that this version does not know")]
    Format,
    /// It is written otherwise than receipts are.
    #[error("this receipt was changed: it is not written as receipts are")]
    NotCanonical,
    /// The checkpoint is not signed by the key.
    #[error("the checkpoint is refused: {0}")]
    Checkpoint(String),
    /// A line below the log's signature is not that of the witness whose key is given for it.
    #[error("the cosignatures of the checkpoint are not those of the witnesses that are named")]
    Cosignatures,
    /// The witness that is asked for did not sign.
    #[error(
        "the witness {witness} did not cosign this receipt's checkpoint{}; ask for another receipt \
         once it has", who_did(.others)
    )]
    NotWitnessed {
        /// The key that was asked for.
        witness: String,
        /// The names of those who did.
        others: Vec<String>,
    },
    /// The key is not the one that is trusted.
    #[error("the receipt is for another log: its key is not the one given")]
    OtherKey,
    /// A leaf is not in the log.
    #[error("leaf {0} is not in the log as shown")]
    NotInLog(u64),
    /// A leaf is not what stands there.
    #[error("leaf {0} is not an entry of the kind that it should be")]
    WrongKind(u64),
    /// What is shown is not what was logged.
    #[error("what is told of the use at leaf {0} is not what was logged")]
    Told(u64),
    /// The uses of a line are not those of its batch.
    #[error("the uses that are shown for the batch at leaf {0} are not those that were sealed")]
    Uses(u64),
    /// A commitment is not in its batch.
    #[error("the batch at leaf {0} does not hold this person's commitment")]
    Batch(u64),
    /// The chain is another than the one committed to.
    #[error(
        "the history of slot {0} is not the one that was sealed: a use was left out, added, changed \
         or put in another order"
    )]
    Chain(u32),
    /// The order is wrong.
    #[error("the uses are not in the order of the log, or one is shown twice, at leaf {0}")]
    Order(u64),
    /// It shows nothing of anybody.
    #[error("this receipt shows nothing that was done with anybody's data, so it proves nothing")]
    Nothing,
    /// Something is there for nothing.
    #[error("the receipt holds {0} that nothing refers to")]
    Superfluous(&'static str),
    /// The log did not only grow.
    #[error("the log is not the one of the earlier receipt: it did not only grow since")]
    NotGrown,
    /// It bears no proof from the size that the earlier one is for.
    #[error(
        "this receipt does not know of the earlier one, when the log had {0} entries: either that is \
         another person's, or the log was restored from a backup since; the two cannot be compared"
    )]
    NotKnown(u64),
    /// It is older than the one before.
    #[error(
        "this receipt is older than the earlier one: the log had {size} entries, then {earlier}"
    )]
    Older {
        /// The size it is for.
        size: u64,
        /// The size that the earlier one is for.
        earlier: u64,
    },
    /// Something that was shown earlier is not shown any more.
    #[error("the earlier receipt shows a history of slot {0} of which this one is no continuation")]
    Gone(u32),
    /// A checkpoint from elsewhere contradicts it.
    #[error("the checkpoint of the receipt and the published one are of two different logs")]
    Forked,
    /// No proof leads from one to the other.
    #[error(
        "the published checkpoint is of {published} entries and this receipt's of {size}, and it bears \
         no proof from one to the other: that they cannot be compared says neither good nor bad. \
         Compare it with the checkpoint that was published for {size} entries, or have a witness \
         cosign"
    )]
    NoProof {
        /// The size the receipt is for.
        size: u64,
        /// The size that is published.
        published: u64,
    },
}

/// Checks a receipt alone. `key` is the verifier key that is trusted; without it the receipt's own
/// is taken, and then it only shows that the receipt agrees with itself.
pub fn verify(receipt: &Receipt, key: Option<&str>) -> Result<Verified, ReceiptError> {
    if key.is_some_and(|key| key.trim() != receipt.key) {
        return Err(ReceiptError::OtherKey);
    }
    let mut check = Check::new(receipt)?;
    let heads = check.heads()?;
    let mut found = Verified {
        origin: check.checkpoint.origin.clone(),
        size: check.checkpoint.size,
        root: check.checkpoint.root,
        epoch: heads.as_ref().map(|heads| heads.epoch),
        places: receipt.histories.iter().map(|history| history.slot).collect(),
        uses: 0,
        lines: 0,
        unsealed: receipt.unsealed.len() as u64,
        withheld: 0,
        cosigned: check.cosigned.clone(),
    };
    if found.places.is_empty() && found.unsealed == 0 {
        return Err(ReceiptError::Nothing);
    }
    for history in &receipt.histories {
        let heads = heads.as_ref().ok_or(ReceiptError::Chain(history.slot))?;
        check.history(history, heads)?;
        found.lines += history.lines.len() as u64;
        found.uses += history.lines.iter().map(|line| line.uses.len() as u64).sum::<u64>();
        found.withheld += history.before.count + history.after.0.len() as u64 / 32;
    }
    if receipt.histories.windows(2).any(|pair| pair[0].slot >= pair[1].slot) {
        return Err(ReceiptError::Superfluous("a history"));
    }
    check.unsealed(heads.map_or(0, |heads| heads.until))?;
    for grown in &receipt.grown {
        check.grown(grown)?;
    }
    check.nothing_superfluous()?;
    Ok(found)
}

/// Checks that a witness with this key cosigned what was found; says when.
pub fn verify_witness(found: &Verified, vkey: &str) -> Result<Cosignature, ReceiptError> {
    let is_asked = |one: &&Cosignature| one.vkey == vkey.trim();
    found.cosigned.iter().find(is_asked).cloned().ok_or_else(|| ReceiptError::NotWitnessed {
        witness: vkey.split('+').next().unwrap_or_default().to_owned(),
        others: found.cosigned.iter().map(|one| one.witness.clone()).collect(),
    })
}

/// Who else signed, as the end of a clause.
fn who_did(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(", only {} did", names.join(", ")) }
}

/// Checks a receipt, and that it continues an earlier one of the same person.
pub fn verify_after(
    receipt: &Receipt,
    earlier: &Receipt,
    key: Option<&str>,
) -> Result<Verified, ReceiptError> {
    let (found, before) = (verify(receipt, key)?, verify(earlier, Some(&receipt.key))?);
    verify_continuation((receipt, &found), (earlier, &before))?;
    Ok(found)
}

/// Checks that a receipt continues an earlier one, both of which were verified under one key.
pub fn verify_continuation(
    (receipt, found): (&Receipt, &Verified),
    (earlier, before): (&Receipt, &Verified),
) -> Result<(), ReceiptError> {
    if found.size < before.size {
        return Err(ReceiptError::Older { size: found.size, earlier: before.size });
    }
    let is_continued = if found.size == before.size {
        found.root == before.root
    } else {
        let grown = grown_from(receipt, before.size);
        grown.ok_or(ReceiptError::NotKnown(before.size))?.root.digest() == Some(before.root)
    };
    if !is_continued {
        return Err(ReceiptError::NotGrown);
    }
    for history in &earlier.histories {
        let slot = history.slot;
        let now = receipt.histories.iter().find(|now| now.slot == slot);
        let now = now.ok_or(ReceiptError::Gone(slot))?;
        if now.lines.len() < history.lines.len()
            || now.before != history.before
            || !continues(now, history)
        {
            return Err(ReceiptError::Gone(slot));
        }
    }
    Ok(())
}

/// What a receipt says of the log at an earlier size.
fn grown_from(receipt: &Receipt, size: u64) -> Option<&Grown> {
    receipt.grown.iter().find(|grown| grown.size == size)
}

/// Checks that a receipt agrees with a checkpoint of the same log that came by another way.
pub fn verify_checkpoint(receipt: &Receipt, published: &str) -> Result<(), ReceiptError> {
    let open = |note: &str| {
        Cosigned::read(note, &receipt.key)
            .map(|note| note.checkpoint)
            .map_err(|error| ReceiptError::Checkpoint(error.to_string()))
    };
    let (ours, published) = (open(&receipt.checkpoint)?, open(published)?);
    let agrees = if ours.size == published.size {
        ours == published
    } else {
        let unproven = ReceiptError::NoProof { size: ours.size, published: published.size };
        grown_from(receipt, published.size).ok_or(unproven)?.root.digest() == Some(published.root)
    };
    if agrees { Ok(()) } else { Err(ReceiptError::Forked) }
}

/// Whether the lines of a history begin with those of an earlier one.
fn continues(now: &History, earlier: &History) -> bool {
    now.lines.iter().zip(&earlier.lines).all(|(now, then)| {
        let leaves = |line: &Line| {
            line.uses.iter().map(|used| (used.leaf, used.entry.clone())).collect::<Vec<_>>()
        };
        leaves(now) == leaves(then) && now.blind == then.blind && now.one == then.one
    })
}

/// The cosignatures of a checkpoint: one by each witness, in this order, and nothing else.
fn cosigned(note: &Cosigned, witnesses: &[String]) -> Result<Vec<Cosignature>, ReceiptError> {
    let is_twice = witnesses.iter().collect::<HashSet<_>>().len() != witnesses.len();
    if is_twice || note.others() != witnesses.len() {
        return Err(ReceiptError::Cosignatures);
    }
    let by = |(at, vkey): (usize, &String)| note.at(at, &Cosigner::new(vkey).ok()?);
    let found = witnesses.iter().enumerate().map(by).collect::<Option<Vec<_>>>();
    found.ok_or(ReceiptError::Cosignatures)
}

struct Check<'a> {
    receipt: &'a Receipt,
    checkpoint: Checkpoint,
    cosigned: Vec<Cosignature>,
    nodes: Vec<Digest>,
    used_nodes: HashSet<u32>,
    used_told: HashSet<u32>,
}

impl<'a> Check<'a> {
    fn new(receipt: &'a Receipt) -> Result<Self, ReceiptError> {
        let note = Cosigned::read(&receipt.checkpoint, &receipt.key)
            .map_err(|error| ReceiptError::Checkpoint(error.to_string()))?;
        let cosigned = cosigned(&note, &receipt.witnesses)?;
        let checkpoint = note.checkpoint;
        let nodes = receipt.nodes.digests().ok_or(ReceiptError::Unreadable)?;
        let (used_nodes, used_told) = (HashSet::new(), HashSet::new());
        Ok(Self { receipt, checkpoint, cosigned, nodes, used_nodes, used_told })
    }

    /// The close of the last epoch.
    fn heads(&mut self) -> Result<Option<Heads>, ReceiptError> {
        let Some(leaf) = &self.receipt.heads else { return Ok(None) };
        match self.leaf(leaf)? {
            Leaf::Heads(heads) if heads.until <= leaf.leaf => Ok(Some(heads)),
            _ => Err(ReceiptError::WrongKind(leaf.leaf)),
        }
    }

    /// A leaf that stands in the log where it is said to.
    fn leaf(&mut self, leaf: &LogLeaf) -> Result<Leaf, ReceiptError> {
        let missing = ReceiptError::NotInLog(leaf.leaf);
        let proof = self.proof(&leaf.proof).ok_or(missing.clone())?;
        let Checkpoint { size, root, .. } = self.checkpoint;
        if !verify_inclusion(&leaf.entry.0, LeafIndex(leaf.leaf), size, &proof, root) {
            return Err(missing);
        }
        Leaf::decode(&leaf.entry.0).map_err(|_| ReceiptError::WrongKind(leaf.leaf))
    }

    fn proof(&mut self, numbers: &[u32]) -> Option<Vec<Digest>> {
        self.used_nodes.extend(numbers);
        let node = |number: &u32| self.nodes.get(usize::try_from(*number).ok()?).copied();
        numbers.iter().map(node).collect()
    }

    /// The use at a leaf, of which the text with this number is told.
    fn used(&mut self, told: u32, leaf: &LogLeaf) -> Result<Entry, ReceiptError> {
        let Leaf::Use(entry) = self.leaf(leaf)? else {
            return Err(ReceiptError::WrongKind(leaf.leaf));
        };
        self.used_told.insert(told);
        let text = usize::try_from(told).ok().and_then(|told| self.receipt.told.get(told));
        match text {
            Some(text) if digest(text.as_bytes()) == entry.told => Ok(entry),
            _ => Err(ReceiptError::Told(leaf.leaf)),
        }
    }

    /// One history, from the first line to its head in the heads tree.
    fn history(&mut self, history: &History, heads: &Heads) -> Result<(), ReceiptError> {
        let wrong = ReceiptError::Chain(history.slot);
        let mut chain = Chain { count: history.before.count, head: [0; 32] };
        match (history.before.count, history.before.head.digest()) {
            (0, None) if history.before.head.0.is_empty() => {}
            (1.., Some(head)) => chain.head = head.0,
            _ => return Err(wrong),
        }
        let mut last = None;
        for line in &history.lines {
            let (commitment, place) = self.line(line, heads)?;
            if last.is_some_and(|last| last >= place) {
                return Err(ReceiptError::Order(line.batch.leaf));
            }
            last = Some(place);
            chain.push(commitment);
        }
        for commitment in history.after.digests().ok_or(wrong.clone())? {
            chain.push(commitment);
        }
        let blind = history.blind.digest().ok_or(wrong.clone())?;
        let path = history.path.digests().ok_or(wrong.clone())?;
        let leaf = head_leaf(blind, chain);
        let slot = LeafIndex(u64::from(history.slot));
        let holds = verify_inclusion(&leaf, slot, heads.people, &path, heads.root);
        if holds { Ok(()) } else { Err(wrong) }
    }

    /// The commitment to a line, and its place in the order of all lines: epoch and number.
    fn line(&mut self, line: &Line, heads: &Heads) -> Result<(Digest, (u64, u64)), ReceiptError> {
        let wrong = ReceiptError::Batch(line.batch.leaf);
        let Leaf::Batch(batch) = self.leaf(&line.batch)? else {
            return Err(ReceiptError::WrongKind(line.batch.leaf));
        };
        let uses = self.uses(line, &batch)?;
        if batch.epoch == 0 || batch.epoch > heads.epoch {
            return Err(wrong);
        }
        let blind = line.blind.digest().ok_or(wrong.clone())?;
        let path = line.path.digests().ok_or(wrong.clone())?;
        let found = commitment(blind, uses, self.told(line), digest(line.one.as_bytes()));
        let at = LeafIndex(line.at);
        if !verify_inclusion(&found.0, at, batch.people, &path, batch.root) {
            return Err(wrong);
        }
        Ok((found, (batch.epoch, batch.line)))
    }

    /// The digest of the uses of a line, each of which is in the log, in order, and tells the same.
    fn uses(&mut self, line: &Line, batch: &Batch) -> Result<Digest, ReceiptError> {
        let wrong = ReceiptError::Uses(line.batch.leaf);
        let mut hashes = Vec::with_capacity(line.uses.len());
        let mut last = None;
        for used in &line.uses {
            let entry = self.used(line.told, used)?;
            if entry.people != batch.people {
                return Err(wrong);
            }
            if used.leaf >= line.batch.leaf || last.is_some_and(|last| last >= used.leaf) {
                return Err(ReceiptError::Order(used.leaf));
            }
            last = Some(used.leaf);
            hashes.push(leaf_hash(&used.entry.0));
        }
        let found = uses_digest(&hashes);
        let agrees = batch.uses == hashes.len() as u64 && batch.uses_digest == found;
        if agrees && !hashes.is_empty() { Ok(found) } else { Err(wrong) }
    }

    fn told(&self, line: &Line) -> Digest {
        let text = usize::try_from(line.told).ok().and_then(|told| self.receipt.told.get(told));
        digest(text.map_or(&[], String::as_bytes))
    }

    /// What happened since the last epoch: each use is in the log, after what that epoch covers.
    fn unsealed(&mut self, from: u64) -> Result<(), ReceiptError> {
        let mut next = from;
        for Unsealed { told, used } in &self.receipt.unsealed {
            if used.leaf < next {
                return Err(ReceiptError::Order(used.leaf));
            }
            next = used.leaf + 1;
            self.used(*told, used)?;
        }
        Ok(())
    }

    fn grown(&mut self, grown: &Grown) -> Result<(), ReceiptError> {
        let proof = self.proof(&grown.proof).ok_or(ReceiptError::NotGrown)?;
        let before = grown.root.digest().ok_or(ReceiptError::NotGrown)?;
        let Checkpoint { size, root, .. } = self.checkpoint;
        let holds = verify_growth(grown.size, before, size, root, &proof);
        if holds { Ok(()) } else { Err(ReceiptError::NotGrown) }
    }

    fn nothing_superfluous(&self) -> Result<(), ReceiptError> {
        let distinct: HashSet<_> = self.nodes.iter().collect();
        if self.used_nodes.len() != self.nodes.len() || distinct.len() != self.nodes.len() {
            return Err(ReceiptError::Superfluous("a hash"));
        }
        let texts: HashSet<_> = self.receipt.told.iter().collect();
        if self.used_told.len() != texts.len() || texts.len() != self.receipt.told.len() {
            return Err(ReceiptError::Superfluous("a text"));
        }
        Ok(())
    }
}

impl From<&Digest> for Blob {
    fn from(digest: &Digest) -> Self {
        Self(digest.0.to_vec())
    }
}
