//! `theirs receipt` and `theirs ledger verify RECEIPT`: what a person takes home, and how it is checked.

use std::path::Path;
use std::time::Instant;

use askama::Template;
use serde_json::json;
use theirs_ledger::{Cosignature, Cosigner, Leaf};
use theirs_receipt::{LogLeaf, Receipt, ReceiptError, Verified};
use theirs_rights::By;
use theirs_store::Person;
use theirs_uses::{Act, Told};
use theirs_words::Speech;

use super::Output;
use super::words::{count, moment, some};
use crate::failure::Failure;
use crate::witnessing::Witnessing;
use crate::workspace::Workspace;

/// What a receipt is held against.
pub struct Beside<'a> {
    /// An earlier receipt of the same person.
    pub previous: Option<&'a Path>,
    /// The log's key.
    pub key: Option<&'a str>,
    /// A checkpoint that came by another way.
    pub checkpoint: Option<&'a Path>,
    /// The keys of witnesses who must have cosigned it.
    pub witnesses: &'a [String],
}

/// The receipt of a person, made for `by`; that it was made is on record first.
pub fn make(workspace: &Workspace, person: &Person, by: &str) -> Result<Receipt, Failure> {
    let now = workspace.clock.now();
    let told = Told::new(Act::Receipt, by);
    workspace.book().log_one(&told, person.slot, workspace.charter_digest()?, now)?;
    Ok(workspace.seals()?.receipt(person.slot, now)?)
}

/// The last receipt of somebody who is about to be erased, while their keys are there.
pub fn last(workspace: &Workspace, person: &Person, by: &str) -> Result<String, Failure> {
    workspace.seals()?.close(workspace.clock.now())?;
    Ok(make(workspace, person, by)?.write()?)
}

pub(super) fn write(
    workspace: &Workspace,
    person: &str,
    output: Option<&Path>,
    page: Option<&Path>,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    if let Some(page) = page {
        may_be_page(page)?;
    }
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let person = desk.find(person, By::Colleague(&asker))?;
    let by = desk.permitted(By::Colleague(&asker))?;
    workspace.seals()?.close(workspace.clock.now())?;
    let receipt = {
        // While the folder is served they are asked all the time; else for this receipt.
        let _asked = Witnessing::start(&workspace.witnesses, &workspace.ledger)?;
        make(workspace, &person, &by)?
    };
    let default = workspace.folder.root().join("receipt.json");
    let file = output.unwrap_or(&default);
    let text = receipt.write()?;
    std::fs::write(file, &text).map_err(|error| Failure::file(file, error))?;
    if let Some(page) = page {
        let charter = workspace.charter()?;
        let speech = charter.speech(charter.language);
        let html = as_page(&receipt, &charter.controller.name, &speech, &charter.time_zone)?;
        std::fs::write(page, html).map_err(|error| Failure::file(page, error))?;
    }
    let found = theirs_receipt::verify(&receipt, None)?;
    out.data(&json!({
        "person": person.id, "file": file, "bytes": text.len(), "uses": found.uses,
        "unsealed": found.unsealed, "withheld": found.withheld, "size": found.size,
        "cosigned": found.cosigned.iter().map(|one| &one.witness).collect::<Vec<_>>(),
    }))?;
    out.line(&format!(
        "{} holds {} and the proofs, {} kB. Check it with `theirs ledger verify {}`.",
        file.display(),
        some(number(found.uses + found.unsealed), "use"),
        count(text.len() as u64 / 1000),
        file.display(),
    ))?;
    for one in &found.cosigned {
        out.line(&cosigned(one))?;
    }
    if found.cosigned.is_empty() && !workspace.witnesses.states().is_empty() {
        out.line("No witness has cosigned this state of the log; `theirs status` says why.")?;
    }
    Ok(())
}

/// Refuses a file whose ending promises something else than a page.
fn may_be_page(file: &Path) -> Result<(), Failure> {
    if file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("html")) {
        return Ok(());
    }
    let file = file.display();
    Err(Failure::Usage(format!("{file}: the page of a receipt is written as .html")))
}

/// Who cosigned, and when.
pub(super) fn cosigned(one: &Cosignature) -> String {
    let at = moment(one.at, &jiff::tz::TimeZone::UTC);
    format!(
        "{} saw this state of the log too, on {at} UTC, and it continued what it had seen.",
        one.witness
    )
}

/// Checks a receipt; needs no working folder.
pub(super) fn verify(file: &Path, beside: &Beside<'_>, out: &mut Output) -> Result<(), Failure> {
    let begun = Instant::now();
    are_keys(beside)?;
    let receipt = read(file)?;
    let found =
        theirs_receipt::verify(&receipt, beside.key).map_err(|error| of_file(file, &error))?;
    if let Some(previous) = beside.previous {
        let earlier = read(previous)?;
        let before = theirs_receipt::verify(&earlier, Some(&receipt.key))
            .map_err(|error| of_file(previous, &error))?;
        theirs_receipt::verify_continuation((&receipt, &found), (&earlier, &before))?;
    }
    if let Some(checkpoint) = beside.checkpoint {
        let note = std::fs::read_to_string(checkpoint)
            .map_err(|error| Failure::file(checkpoint, error))?;
        theirs_receipt::verify_checkpoint(&receipt, &note)
            .map_err(|error| of_file(checkpoint, &error))?;
    }
    for witness in beside.witnesses {
        theirs_receipt::verify_witness(&found, witness)?;
    }
    out.data(&json!({
        "log": found.origin, "size": found.size, "root": found.root, "epoch": found.epoch,
        "places": found.places, "uses": found.uses, "lines": found.lines,
        "unsealed": found.unsealed, "withheld": found.withheld,
        "continues": beside.previous.map(|_| true),
        "cosigned": found.cosigned.iter().map(|one| json!({
            "witness": one.witness, "key": one.vkey, "at": one.at,
            "demanded": is_demanded(one, beside),
        })).collect::<Vec<_>>(),
        "seconds": begun.elapsed().as_secs_f64(),
    }))?;
    say(&found, beside, out)
}

/// That what is given as keys are keys.
fn are_keys(beside: &Beside<'_>) -> Result<(), Failure> {
    let no_key = |key: &str, whose| Failure::Usage(format!("\"{key}\" is no key of {whose}"));
    if let Some(key) = beside.key.filter(|key| !theirs_ledger::is_key(key.trim())) {
        return Err(no_key(key, "a log: give the line of the log's key whole, NAME+HASH+KEY"));
    }
    match beside.witnesses.iter().find(|key| Cosigner::new(key.trim()).is_err()) {
        Some(key) => Err(no_key(key, "a witness: give its line whole, NAME+HASH+KEY")),
        None => Ok(()),
    }
}

fn say(found: &Verified, beside: &Beside<'_>, out: &mut Output) -> Result<(), Failure> {
    let uses = some(number(found.uses), "sealed use");
    out.line(&format!("The receipt holds: {uses}, each in the log {}.", found.origin))?;
    if found.places.is_empty() {
        out.line(
            "It shows no sealed history. If this person has had one, it was cut out: an earlier \
             receipt, given with --previous, would show that.",
        )?;
    } else if found.withheld == 0 {
        let (place, them) = match found.places.as_slice() {
            [_] => ("place", "it"),
            _ => ("places", "them"),
        };
        let numbers: Vec<String> = found.places.iter().map(u32::to_string).collect();
        out.line(&format!(
            "Nothing that was sealed for {place} {} in the tree of people was left out. That {them} \
             is all of this person an earlier receipt shows, given with --previous.",
            numbers.join(" and ")
        ))?;
    } else {
        out.line(&format!(
            "Of the time when two people were taken for one {} not shown: said to concern somebody \
             else, which cannot be checked here.",
            match found.withheld {
                1 => "1 line is".to_owned(),
                more => format!("{} lines are", count(more)),
            }
        ))?;
    }
    if found.unsealed > 0 {
        out.line(&format!(
            "In the log and not sealed yet: {} since then. Ask for another receipt later.",
            some(number(found.unsealed), "use")
        ))?;
    }
    if beside.previous.is_some() {
        out.line("It continues the earlier receipt, and the log only grew since.")?;
    }
    for one in &found.cosigned {
        out.line(&cosigned(one))?;
        if !is_demanded(one, beside) {
            out.line(&format!(
                "Whose key that is, the receipt alone says: give it with --witness {}",
                one.vkey
            ))?;
        }
    }
    if beside.key.is_none() {
        out.line("It vouches for itself: give the published key of the log with --key.")?;
    }
    out.line(&format!("The log had {} entries, root {}.", count(found.size), found.root.short()))?;
    Ok(())
}

/// Whether this is the cosignature of a witness whose key was given.
fn is_demanded(one: &Cosignature, beside: &Beside<'_>) -> bool {
    beside.witnesses.iter().any(|key| key.trim() == one.vkey)
}

fn read(file: &Path) -> Result<Receipt, Failure> {
    let bytes = std::fs::read(file).map_err(|error| Failure::file(file, error))?;
    Receipt::read(&bytes).map_err(|error| of_file(file, &error))
}

/// A refusal that names the file.
fn of_file(file: &Path, error: &ReceiptError) -> Failure {
    Failure::Unsound(format!("{}: {error}", file.display()))
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct Page<'a> {
    t: &'a Speech,
    organisation: &'a str,
    deeds: Vec<Read>,
    found: Verified,
    key: &'a str,
    checkpoint: &'a str,
}

/// One line as it is read.
struct Read {
    when: String,
    sentence: String,
    why: Option<String>,
    place: String,
}

/// The receipt as a page: what was done, in words, and how to check it.
pub fn as_page(
    receipt: &Receipt,
    organisation: &str,
    speech: &Speech,
    zone: &jiff::tz::TimeZone,
) -> Result<String, Failure> {
    let found = theirs_receipt::verify(receipt, None)?;
    let mut deeds = Vec::new();
    for history in &receipt.histories {
        for line in &history.lines {
            deeds.push(deed(receipt, line.told, &line.uses, true, (speech, zone)));
        }
    }
    for unsealed in &receipt.unsealed {
        let uses = std::slice::from_ref(&unsealed.used);
        deeds.push(deed(receipt, unsealed.told, uses, false, (speech, zone)));
    }
    deeds.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let page = Page {
        t: speech,
        organisation,
        deeds: deeds.into_iter().map(|(_, read)| read).collect(),
        found,
        key: &receipt.key,
        checkpoint: &receipt.checkpoint,
    };
    page.render().map_err(|error| Failure::Unsound(error.to_string()))
}

fn deed(
    receipt: &Receipt,
    told: u32,
    uses: &[LogLeaf],
    is_sealed: bool,
    (speech, zone): (&Speech, &jiff::tz::TimeZone),
) -> (u64, Read) {
    let at = |used: Option<&LogLeaf>| match used.map(|used| Leaf::decode(&used.entry.0)) {
        Some(Ok(Leaf::Use(entry))) => speech.moment(entry.at, zone),
        _ => String::new(),
    };
    let text = receipt.told.get(usize::try_from(told).unwrap_or(usize::MAX));
    let told: Option<Told> = text.and_then(|text| serde_json::from_str(text).ok());
    let (first, last) = (at(uses.first()), at(uses.last()));
    let entry = if is_sealed { "receipt-entry" } else { "receipt-entry-unsealed" };
    let place = uses.first().map(|used| speech.with(entry, "leaf", used.leaf));
    let place = place.unwrap_or_default();
    let read = Read {
        when: if first == last {
            first
        } else {
            speech.with_two("receipt-from-to", "first", first, "last", last)
        },
        sentence: told.as_ref().map_or_else(String::new, |told| told.sentence(speech)),
        why: told.and_then(|told| told.why(speech)),
        place: match uses.len() {
            0 | 1 => place,
            times => speech.with_two("receipt-times", "times", times, "place", place),
        },
    };
    (uses.last().map_or(0, |used| used.leaf), read)
}

fn number(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
