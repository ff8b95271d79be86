//! Two keys: what waits for them, and one turn of a key, for the command line and for the page.
//!
//! A turn is on record in the ledger, and told by role, before it acts. Whoever asks has proved again who
//! they are; that is checked before anything here is called. One person turns one key of a clause,
//! whatever roles they have.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use theirs_charter::{
    Asker, Authority, Charter, Gate, Key, Necessity, Outside, Purpose, Refusal, Subject,
    SubjectKind, Turning, country_name,
};
use theirs_model::{Digest, UseId};
use theirs_store::{KeptTurn, NewTurn};
use theirs_uses::{Act, Told};

use crate::calling::{call, waiting};
use crate::failure::Failure;
use crate::workspace::Workspace;

/// The most characters of a reason.
const LONGEST_REASON: usize = 500;

/// What somebody wants to do.
pub struct Wish<'a> {
    /// The subject, such as `purpose:birthday_offer`.
    pub subject: &'a str,
    /// What is to be done.
    pub turning: Turning,
    /// The digest of the clause they have read, or how it begins.
    pub digest: Option<&'a str>,
    /// Why.
    pub reason: &'a str,
}

/// What was done.
#[derive(Debug, Serialize)]
pub struct Done {
    /// The subject.
    pub subject: String,
    /// The key that was turned.
    pub key: &'static str,
    /// The keys that are missing now.
    pub missing: Vec<&'static str>,
    /// The use under which the ledger holds it.
    #[serde(rename = "use")]
    pub use_id: UseId,
}

/// A clause that waits, or that keys have opened.
#[derive(Debug, Serialize)]
pub struct Standing {
    /// The subject.
    pub subject: String,
    /// Its digest.
    pub digest: Digest,
    /// What it would do, in a sentence or two.
    pub does: String,
    /// Why it needs two keys.
    pub because: Option<String>,
    /// The keys that are missing.
    pub missing: Vec<&'static str>,
    /// Who has turned which key, when and why.
    pub turned: Vec<Turned>,
    /// The veto against it.
    pub veto: Option<Turned>,
    /// What it was vetoed as, under another name.
    pub vetoed_as: Vec<String>,
    /// Whether the people whom it concerns have to be told first.
    pub is_untold: bool,
    /// Whether it acts.
    pub is_open: bool,
    /// Since when the charter in force has it so.
    pub since: Timestamp,
}

/// Who said what of it.
#[derive(Debug, Serialize)]
pub struct Turned {
    /// Their key.
    pub key: &'static str,
    /// Whose it is, in words.
    #[serde(skip)]
    pub whose: &'static str,
    /// Their name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

impl From<&theirs_charter::Turn> for Turned {
    fn from(turn: &theirs_charter::Turn) -> Self {
        Self {
            key: turn.key.name(),
            whose: turn.key.in_words(),
            by: turn.principal.clone(),
            at: turn.at,
            reason: turn.reason.clone(),
        }
    }
}

/// Every clause that waits, is vetoed, or was opened by keys, in the order of the charter.
pub fn standings(workspace: &Workspace) -> Result<Vec<Standing>, Failure> {
    let authority = workspace.authority()?;
    let told_of = |gate: &&Gate| gate.need.is_some() || !gate.is_open();
    let gates: Vec<&Gate> = authority.gates().iter().filter(told_of).collect();
    let charter = authority.charter();
    let since = since(workspace, charter, &gates)?;
    let standing = |(gate, since): (&Gate, Timestamp)| Standing {
        subject: gate.subject.to_string(),
        digest: gate.subject.digest,
        does: does(charter, gate),
        because: gate.need.as_ref().map(theirs_charter::Need::in_words),
        missing: gate.missing().iter().map(|key| key.name()).collect(),
        turned: gate.turned.iter().map(Turned::from).collect(),
        veto: gate.veto.as_ref().map(Turned::from),
        vetoed_as: gate.vetoed_as.iter().cloned().collect(),
        is_untold: gate.is_untold,
        is_open: gate.is_open(),
        since,
    };
    Ok(gates.into_iter().zip(since).map(standing).collect())
}

/// Since when the charter has had these clauses as they are now.
fn since(
    workspace: &Workspace,
    charter: &Charter,
    gates: &[&Gate],
) -> Result<Vec<Timestamp>, Failure> {
    let mut since = vec![workspace.clock.now(); gates.len()];
    // What is withheld now is in no version's text: each is held against the text in force.
    let in_force = workspace.store.charter_version(&charter.digest)?;
    let in_force = in_force.and_then(|version| as_written(&version.text));
    let now: Vec<Option<Digest>> = gates
        .iter()
        .map(|gate| in_force.as_ref().and_then(|charter| charter.written(&gate.subject)))
        .collect();
    let mut open: BTreeSet<usize> = (0..gates.len()).collect();
    for version in workspace.store.charter_versions()? {
        if open.is_empty() {
            break;
        }
        let then = as_written(&version.text);
        open.retain(|at| {
            let then = then.as_ref().and_then(|charter| charter.written(&gates[*at].subject));
            then.is_some() && then == now[*at]
        });
        for at in &open {
            since[*at] = version.applied;
        }
    }
    Ok(since)
}

/// A charter as its text has it.
fn as_written(text: &str) -> Option<Charter> {
    Charter::read_with("charter.yaml", text, Outside::AsApplied).ok()
}

/// What a clause would do, in a sentence or two.
fn does(charter: &Charter, gate: &Gate) -> String {
    let name = &gate.subject.name;
    let found = match gate.subject.kind {
        SubjectKind::Source => charter.source(name).map(|source| {
            let columns = source.kept().join(", ");
            format!("{} ({}): {columns}", source.called, source.kind.in_words())
        }),
        SubjectKind::Recipient => charter.recipient(name).map(|recipient| {
            let lists_it = |purpose: &&Purpose| purpose.recipients.contains(&recipient.key);
            let of = charter.purposes.iter().filter(lists_it);
            let of: Vec<&str> = of.map(|purpose| purpose.name.as_str()).collect();
            let land = country_name(&recipient.country);
            let of = if of.is_empty() { "nothing yet".to_owned() } else { of.join(", ") };
            format!("{}, a {} in {land}, is given data for: {of}", recipient.name, recipient.role)
        }),
        SubjectKind::Purpose => charter.purpose(name).map(|purpose| {
            let columns = purpose.columns.iter().map(|grant| grant.column.as_str());
            let activities = purpose.activities.iter().map(|granted| granted.source.as_str());
            let seen: Vec<&str> = columns.chain(activities).collect();
            format!("{} It sees: {}", purpose.says, seen.join(", "))
        }),
        // The charter in force has the role as it acts, and the need says what it would be.
        SubjectKind::Role => charter.role(name).map(|role| {
            let may = role.purposes.join(", ");
            let may = if may.is_empty() { "nothing".to_owned() } else { may };
            let opens = if role.may_see_records { "; it may open whole records" } else { "" };
            let key = role.key.map(|key| format!("; it holds the key of {}", key.in_words()));
            let key = key.unwrap_or_default();
            format!("{}, who may use {may}{opens}{key}, as it is now", role.says)
        }),
    };
    found.unwrap_or_default()
}

/// Turns a key, turns it back, vetoes, or lifts a veto. It acts on the next statement.
pub fn turn(workspace: &Workspace, asker: &Asker, wish: &Wish<'_>) -> Result<Done, Failure> {
    let authority = workspace.authority()?;
    let reason = wish.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(usage("say why, in at most 500 characters: --reason \"…\""));
    }
    let gate = gate(&authority, wish.subject)?;
    is_the_one_read(gate, wish)?;
    let key = match key(&authority, asker, gate, wish.turning) {
        Ok(key) => key,
        Err(Failure::Refused(refusal)) => {
            record_refusal(workspace, &authority, asker, &refusal)?;
            return Err(refusal.into());
        }
        Err(other) => return Err(other),
    };
    let waited = waiting(&authority);
    let use_id = record(workspace, &authority, asker, &gate.subject, (wish.turning, key), reason)?;
    call(workspace, &waited)?;
    let after = workspace.authority()?;
    let missing = after.gate(wish.subject).map(Gate::missing).unwrap_or_default();
    let missing = missing.iter().map(|key| key.name()).collect();
    Ok(Done { subject: gate.subject.to_string(), key: key.name(), missing, use_id })
}

/// The clause that somebody names, if it is one that may need approval.
pub fn gate<'a>(authority: &'a Authority, given: &str) -> Result<&'a Gate, Failure> {
    authority.gate(given).map_err(|error| {
        let inside =
            given.strip_prefix("source:").and_then(|name| authority.charter().source(name));
        Failure::Usage(match inside {
            Some(source) => format!(
                "{given} needs no key, and nobody has to be told of it: it came {}, and only data \
                 from outside wait for that; the purposes that use it are `purpose:NAME`",
                source.kind.in_words()
            ),
            None => error.to_string(),
        })
    })
}

/// Puts on record what a test of necessity found about a source from outside, with the key of whoever
/// had it done. It acts on the next statement, as a turn of a key does.
///
/// # Errors
/// A refusal when they hold no key.
pub fn found(
    workspace: &Workspace,
    asker: &Asker,
    subject: &Subject,
    verdict: Necessity,
    summary: &str,
) -> Result<UseId, Failure> {
    let authority = workspace.authority()?;
    let Some(key) = authority.keys(asker).into_iter().next() else {
        let refusal = no_key(&authority, asker, &[Key::It, Key::Marketing, Key::Privacy]);
        record_refusal(workspace, &authority, asker, &refusal)?;
        return Err(refusal.into());
    };
    record(workspace, &authority, asker, subject, (Turning::Found(verdict), key), summary)
}

/// Puts on record what was done about a clause: in the ledger, then in the store.
fn record(
    workspace: &Workspace,
    authority: &Authority,
    asker: &Asker,
    subject: &Subject,
    (turning, key): (Turning, Key),
    reason: &str,
) -> Result<UseId, Failure> {
    let now = workspace.clock.now();
    let charter = authority.charter();
    let role =
        charter.roles.iter().find(|role| role.key == Some(key) && asker.roles.contains(&role.name));
    let mut told = Told::new(Act::Approval, role.map_or("a colleague", |role| &role.says));
    told.role = role.map(|role| role.name.clone());
    let (word, short) = (turning.word(), subject.digest.short());
    told.reason =
        Some(format!("{word} {subject} ({short}) with the key of {}: {reason}", key.name()));
    let use_id = workspace.book().log_none(&told, charter.digest, now)?;
    let turn = NewTurn {
        subject: subject.to_string(),
        digest: subject.digest,
        word,
        key: key.name(),
        principal: asker.name.clone(),
        reason: reason.to_owned(),
        at: now,
        use_id,
    };
    workspace.store.record_turn(&turn, &workspace.keys)?;
    Ok(use_id)
}

/// Ends the approvals of clauses that the charter in force does not have, or has otherwise. Whoever
/// applies a charter does this first, so that an approval does not come back with the text that it was of:
/// one that counts was of every charter since it was given.
///
/// # Errors
/// The ledger or the store failed.
pub fn end_lapsed(workspace: &Workspace) -> Result<(), Failure> {
    let Some(in_force) = workspace.store.charter_in_force()? else { return Ok(()) };
    // A charter that does not read any more lets nothing act, and keeps no approval.
    let authority = workspace.authority().ok();
    let gates = authority.as_ref().map(|known| known.gates()).unwrap_or_default();
    let stands = |turn: &KeptTurn| {
        gates.iter().any(|gate| {
            gate.subject.digest == turn.digest && gate.subject.to_string() == turn.subject
        })
    };
    let mut lapsed = turned(workspace.store.turns(&workspace.keys)?);
    lapsed.retain(|turn| !stands(turn));
    if lapsed.is_empty() {
        return Ok(());
    }
    let names: BTreeSet<&str> = lapsed.iter().map(|turn| turn.subject.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let mut told = Told::new(Act::Approval, "our organisation");
    let of = names.join(", ");
    told.reason = Some(format!("ended approvals of what the charter says otherwise since: {of}"));
    let now = workspace.clock.now();
    let use_id = workspace.book().log_none(&told, in_force.digest, now)?;
    for turn in lapsed {
        let Some(key) = Key::named(&turn.key) else { continue };
        let ended = NewTurn {
            subject: turn.subject,
            digest: turn.digest,
            word: Turning::Withdraw.word(),
            key: key.name(),
            principal: ENDED_BY.to_owned(),
            reason: "the charter said something else since".to_owned(),
            at: now,
            use_id,
        };
        workspace.store.record_turn(&ended, &workspace.keys)?;
    }
    Ok(())
}

/// Who ends an approval that lapsed: nobody of this name can be a principal.
pub const ENDED_BY: &str = "charter apply";

/// The approvals that were not turned back.
fn turned(turns: Vec<KeptTurn>) -> Vec<KeptTurn> {
    let mut turned: Vec<KeptTurn> = Vec::new();
    for turn in turns {
        let turning = Turning::named(&turn.word);
        if !matches!(turning, Some(Turning::Approve | Turning::Withdraw)) {
            continue;
        }
        turned.retain(|known| {
            (&known.subject, known.digest, &known.key) != (&turn.subject, turn.digest, &turn.key)
        });
        if turning == Some(Turning::Approve) {
            turned.push(turn);
        }
    }
    turned
}

/// Somebody approves what they have read, not what it became meanwhile.
fn is_the_one_read(gate: &Gate, wish: &Wish<'_>) -> Result<(), Failure> {
    let given = wish.digest.unwrap_or_default().trim();
    if wish.digest.is_none()
        || given.len() >= 12 && gate.subject.digest.to_string().starts_with(given)
    {
        return Ok(());
    }
    let subject = &gate.subject;
    if given.len() < 12 {
        let message =
            "a digest is given with its first 12 digits or more, as `theirs pending` shows it";
        return Err(usage(message));
    }
    let message = format!(
        "\"{}\" is not the digest of {subject}, which is {}: either it was typed wrong, or {subject} \
         says something else by now; `theirs pending --all` shows what",
        given.chars().take(80).collect::<String>(),
        subject.digest.short()
    );
    Err(Failure::Usage(message))
}

/// The key with which somebody does this.
fn key(
    authority: &Authority,
    asker: &Asker,
    gate: &Gate,
    turning: Turning,
) -> Result<Key, Failure> {
    let held = authority.keys(asker);
    let two: Vec<Key> = Key::TWO.into_iter().filter(|key| held.contains(key)).collect();
    let subject = &gate.subject;
    match turning {
        Turning::Approve => {
            let missing = gate.missing();
            let fits = two.iter().find(|key| missing.contains(key));
            if gate.need.is_none() {
                return Err(Failure::Usage(format!(
                    "{subject} needs no key: the first charter had it as it is, and nothing marks it \
                     as risky; `theirs pending` lists what waits for two people"
                )));
            }
            if missing.is_empty() {
                return Err(Failure::Usage(format!("both keys of {subject} are turned already")));
            }
            if gate.turned.iter().any(|turn| turn.is_by(&asker.name)) {
                return Err(only_one(gate, &missing).into());
            }
            fits.copied().ok_or_else(|| no_key(authority, asker, &missing).into())
        }
        Turning::Withdraw => {
            if two.is_empty() {
                return Err(no_key(authority, asker, &Key::TWO).into());
            }
            let own = gate.turned.iter().find(|turn| turn.is_by(&asker.name));
            let same = gate.turned.iter().find(|turn| two.contains(&turn.key));
            let turned = own.filter(|turn| two.contains(&turn.key)).or(same);
            let message = format!("no key that you hold of {subject} is turned");
            turned.map(|turn| turn.key).ok_or(Failure::Usage(message))
        }
        Turning::Found(_) => Err(usage("a verdict comes of a test: theirs need")),
        Turning::Veto | Turning::Lift => {
            if !held.contains(&Key::Privacy) {
                return Err(no_key(authority, asker, &[Key::Privacy]).into());
            }
            match (turning, gate.veto.is_some()) {
                (Turning::Veto, false)
                    if subject.kind == SubjectKind::Role && gate.need.is_none() =>
                {
                    Err(Failure::Usage(format!(
                        "{subject} lets its people do no more than in the first charter: there is \
                         nothing to veto"
                    )))
                }
                (Turning::Veto, true) => {
                    Err(Failure::Usage(format!("{subject} is vetoed already")))
                }
                (Turning::Lift, false) => {
                    Err(Failure::Usage(format!("no veto stands against {subject}")))
                }
                _ => Ok(Key::Privacy),
            }
        }
    }
}

fn usage(message: &str) -> Failure {
    Failure::Usage(message.to_owned())
}

fn in_words(keys: &[Key]) -> String {
    keys.iter().map(|key| key.in_words()).collect::<Vec<_>>().join(" or ")
}

/// That nobody turns both keys.
fn only_one(gate: &Gate, missing: &[Key]) -> Refusal {
    let because = format!("one person cannot turn both keys of {}", gate.subject);
    let change = format!("somebody else of {} would have to", in_words(missing));
    Refusal::new(&gate.subject.clause(), because, change)
}

/// That somebody holds none of these keys.
pub fn no_key(authority: &Authority, asker: &Asker, keys: &[Key]) -> Refusal {
    let known = |name: &&String| authority.charter().role(name).is_some();
    let role = asker.roles.iter().find(known).map_or("", String::as_str);
    let because = format!("the role \"{role}\" does not hold the key of {}", in_words(keys));
    let names: Vec<&str> = keys.iter().map(|key| key.name()).collect();
    let change = format!("the charter would have to say key: {} there", names.join(" or "));
    Refusal::new(&format!("roles.{role}.key"), because, change)
}

/// Puts a refusal on record before it is given back.
pub fn record_refusal(
    workspace: &Workspace,
    authority: &Authority,
    asker: &Asker,
    refusal: &Refusal,
) -> Result<(), Failure> {
    let mut known = asker.roles.iter().filter_map(|name| authority.charter().role(name));
    let mut told = Told::new(Act::Refusal, known.next().map_or("a colleague", |role| &role.says));
    told.reason = Some(refusal.clause.to_string());
    let digest = authority.charter().digest;
    workspace.book().log_none(&told, digest, workspace.clock.now())?;
    Ok(())
}

#[cfg(test)]
mod tests;
