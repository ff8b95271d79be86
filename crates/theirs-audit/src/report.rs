//! The outcome of a press test, and its words for a terminal.

mod beside;
mod check;

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use serde::Serialize;
use theirs_charter::Charter;
use theirs_words::{Speech, capital};

use crate::assumed::{self, Assumed};
use crate::done::Done;
use crate::finding::{Finding, Weight, judge, marks};
use crate::flow::{ASSUMED, Flow, Stands};
use crate::practice;
use crate::price;
use crate::rule::{OWN, OWN_BELOW};
use crate::treasure::{self, Treasure};
use crate::trust::{self, Acceptance, Trust};
use crate::unquestioned::Unquestioned;
use crate::unsaid::{self, Unsaid};

pub use self::beside::Beside;
pub use self::check::FailOn;

/// The outcome of a press test.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The firm whose practices they are.
    pub party: String,
    /// The file in which the lines are.
    pub file: String,
    /// Every practice with the judgement on trust, those without a finding too.
    pub practices: Vec<Placed>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// What lies there and could not be questioned.
    pub unquestioned: Vec<Unquestioned>,
    /// What a draft leaves for a human to say.
    pub unsaid: Vec<Unsaid>,
    /// What a file of flows leaves out, and was taken for what an honest shop would do.
    pub assumed: Vec<Assumed>,
    /// What lies unused and harmless.
    pub treasures: Vec<Treasure>,
    /// The practices that need two keys, each with the rules that ask for them.
    pub two_keys: BTreeMap<String, Vec<&'static str>>,
    /// What this is not.
    pub note: &'static str,
}

/// A practice by the two axes on which acceptance depends.
#[derive(Debug, Clone, Serialize)]
pub struct Placed {
    /// Its name.
    pub flow: String,
    /// What it is for, as a key of the vocabulary.
    pub purpose: Option<String>,
    /// What people accept.
    pub trust: Trust,
}

const NOTE: &str = "The law is judged by precedents of one table, trust by two studies and a survey's \
     order. No finding is no proof that a practice is lawful, and none says what would happen here.";

/// Audits a charter; with `done`, what was really done too. `file` is the charter's name.
pub fn audit(charter: &Charter, done: Option<&Done>, file: &str) -> Report {
    // As long as something is left to say, no notice can have been made of it.
    let is_draft = !unsaid::find(charter).is_empty();
    let stands = if is_draft { Stands::Draft } else { Stands::Charter };
    audited(charter, done, (file, stands), Beside::default())
}

/// Audits a draft of a charter, of which no notice tells yet, and what lies beside it.
pub fn audit_beside(charter: &Charter, done: Option<&Done>, file: &str, beside: Beside) -> Report {
    audited(charter, done, (file, Stands::Draft), beside)
}

fn audited(
    charter: &Charter,
    done: Option<&Done>,
    (file, stands): (&str, Stands),
    beside: Beside,
) -> Report {
    let mut flows = practice::flows(charter, done);
    flows.extend(beside.flows);
    for flow in &mut flows {
        flow.stands = stands;
    }
    let party = practice::said(&charter.brand.name);
    let party = if party.is_empty() { SOMEBODY } else { &party };
    let mut report = judged(&flows, party, file);
    if let Some(done) = done {
        for finding in &mut report.findings {
            let flow = flows.iter().find(|flow| flow.name == finding.flow);
            finding.costs = flow.map(|flow| price::of(flow, done)).unwrap_or_default();
        }
    }
    report.unquestioned = beside.unquestioned;
    report.unsaid = unsaid::find(charter);
    report.treasures = treasure::find(charter, done, &charter.outline(), &report.findings);
    report.point_at_treasures();
    report
}

/// What a draft that was not kept is called where a file would be named.
pub const DRAFT: &str = "the draft";

/// Who does what a draft describes, as long as nobody said who they are.
const SOMEBODY: &str = "This firm";

/// Audits flows that somebody wrote down.
pub fn audit_flows(flows: &[Flow], party: &str, file: &str) -> Report {
    let mut report = judged(flows, party, file);
    let is_judged = |flow: &Flow| report.findings.iter().any(|one| one.flow == flow.name);
    let silent = flows.iter().filter(|flow| flow.data.is_empty() && !is_judged(flow));
    report.unquestioned = silent.map(Unquestioned::silent).collect();
    report
}

fn judged(flows: &[Flow], party: &str, file: &str) -> Report {
    let findings = judge(flows, party);
    let moves_data = |flow: &&Flow| !flow.data.is_empty();
    let place = |flow: &Flow| Placed {
        flow: flow.name.clone(),
        purpose: flow.purpose.as_ref().map(|name| name.key().to_owned()),
        trust: trust::judge(flow),
    };
    let two_keys = marks(&findings).into_iter().map(|(flow, rules)| (flow.to_owned(), rules));
    Report {
        party: party.to_owned(),
        file: file.to_owned(),
        practices: flows.iter().filter(moves_data).map(place).collect(),
        two_keys: two_keys.collect(),
        findings,
        unquestioned: Vec::new(),
        unsaid: Vec::new(),
        assumed: flows.iter().filter_map(Assumed::of).collect(),
        treasures: Vec::new(),
        note: NOTE,
    }
}

impl Report {
    /// Says of what was bought that something of one's own stands below for it, where it does.
    fn point_at_treasures(&mut self) {
        for finding in &mut self.findings {
            let column = format!("{}.", finding.flow);
            let stands_for = |treasure: &Treasure| {
                treasure.instead_of.iter().any(|bought| bought.starts_with(&column))
            };
            if self.treasures.iter().any(stands_for) {
                for line in finding.instead.iter_mut().filter(|line| **line == OWN) {
                    *line = OWN_BELOW;
                }
            }
        }
    }

    /// How many findings stop a practice, whatever it would earn.
    pub fn hard_stops(&self) -> usize {
        self.count(Weight::HardStop)
    }

    /// How many findings weigh so.
    pub fn count(&self, weight: Weight) -> usize {
        self.findings.iter().filter(|one| one.regulatory.weight == weight).count()
    }

    /// The summary in one sentence.
    pub fn summary(&self) -> String {
        let number = |count: usize, one: &str, more: &str| {
            format!("{count} {}", if count == 1 { one } else { more })
        };
        let unquestioned = match self.unquestioned.len() {
            0 => String::new(),
            1 => " 1 thing could not be questioned.".to_owned(),
            more => format!(" {more} things could not be questioned."),
        };
        if self.findings.is_empty() {
            if self.practices.is_empty() {
                let why =
                    if self.unquestioned.is_empty() { "there is none" } else { "none could be" };
                return format!("{}: no practice was judged; {why}.{unquestioned}", self.party);
            }
            let practices = number(self.practices.len(), "practice", "practices");
            return format!("Nothing was found in {practices} of {}.{unquestioned}", self.party);
        }
        let mut parts = Vec::new();
        for (weight, one, more) in [
            (Weight::HardStop, "hard stop", "hard stops"),
            (
                Weight::Costly,
                "practice that was costly for others",
                "practices that were costly for others",
            ),
            (Weight::Duty, "duty not kept", "duties not kept"),
        ] {
            match self.count(weight) {
                0 => {}
                count => parts.push(number(count, one, more)),
            }
        }
        let names: Vec<&str> = parts.iter().map(String::as_str).collect();
        format!("{}: {}.{unquestioned}", self.party, crate::flow::words::listed(&names))
    }
}

impl Acceptance {
    /// The words for it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Refused => "people refuse it",
            Self::Doubtful => "people doubt it",
            Self::Accepted => "people accept it",
            Self::Unknown => "nothing is known",
        }
    }
}

/// How many precedents are told of a finding; JSON and the page have all.
const PRECEDENTS_SHOWN: usize = 2;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.summary())?;
        if !self.unquestioned.is_empty() {
            writeln!(f)?;
        }
        for one in &self.unquestioned {
            f.write_str(&wrapped("", &one.in_words()))?;
        }
        if !self.unsaid.is_empty() {
            writeln!(f)?;
            f.write_str(&wrapped("", &unsaid_in_words(&self.unsaid)))?;
        }
        for (at, finding) in self.findings.iter().enumerate() {
            writeln!(f)?;
            f.write_str(&told(at + 1, finding, &self.file))?;
        }
        if !self.assumed.is_empty() {
            let head = "Taken for granted, as nobody wrote it; judge again once it is written:";
            writeln!(f, "\n{head}")?;
        }
        f.write_str(&assumed_in_words(&self.assumed))?;
        if !self.treasures.is_empty() {
            writeln!(f, "\nUnused treasure")?;
        }
        for treasure in &self.treasures {
            f.write_str(&offered(treasure))?;
        }
        writeln!(f)?;
        f.write_str(&wrapped("", self.note))
    }
}

/// So many flows have a line of their own for what was taken for granted of them; of more there is one for all.
const ASSUMED_APART: usize = 3;

fn assumed_in_words(assumed: &[Assumed]) -> String {
    if assumed.len() <= ASSUMED_APART {
        let lines = assumed.iter().map(|one| wrapped("   ", &format!("{}.", one.in_words())));
        return lines.collect();
    }
    let of = |field: &&str| assumed.iter().filter(|one| one.fields.contains(field)).count();
    let parts: Vec<String> = ASSUMED
        .iter()
        .filter(|field| of(field) > 0)
        .map(|field| format!("{} (of {})", assumed::taken(field), of(field)))
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let listed = crate::flow::words::listed(&parts);
    wrapped("   ", &format!("Of {} flows: {listed}. `--json` names them.", assumed.len()))
}

fn unsaid_in_words(unsaid: &[Unsaid]) -> String {
    let place = |one: &Unsaid| {
        let line = one.line.map(|line| format!(" (line {line})")).unwrap_or_default();
        format!("{}{line}", one.path)
    };
    let places: Vec<String> = unsaid.iter().map(place).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    format!("Not said yet: {}.", crate::flow::words::listed(&places))
}

fn told(number: usize, finding: &Finding, file: &str) -> String {
    let line = finding.line.map(|line| format!(", {file}:{line}")).unwrap_or_default();
    let mut text =
        format!("{number}. {}\n   {}{line} ({})\n", finding.title, finding.flow, finding.rule);
    if !finding.does.is_empty() {
        text.push_str(&wrapped("   what     ", &finding.does));
    }
    let law = &finding.regulatory;
    text.push_str(&wrapped(
        "   law      ",
        &format!("{}. {}", capital(law.weight.in_words()), law.says),
    ));
    for one in law.precedents.iter().take(PRECEDENTS_SHOWN) {
        text.push_str(&wrapped(
            "            ",
            &format!(
                "{}, {} ({}): {}; {}.",
                one.party, one.year, one.authority, one.practice, one.cost
            ),
        ));
    }
    let trust = &finding.trust;
    text.push_str(&wrapped(
        "   trust    ",
        &format!("{}. {}", capital(trust.acceptance.in_words()), trust.says),
    ));
    text.push_str(&wrapped("   press    ", &format!("\"{}\"", finding.oppositional.sentence)));
    for (at, instead) in finding.instead.iter().enumerate() {
        text.push_str(&wrapped(if at == 0 { "   instead  " } else { "            " }, instead));
    }
    for (at, costs) in finding.costs.iter().enumerate() {
        text.push_str(&wrapped(if at == 0 { "   costs    " } else { "            " }, costs));
    }
    text
}

fn offered(treasure: &Treasure) -> String {
    let columns = treasure.columns.join(", ");
    let mut text = String::new();
    let rows = |held: Option<u64>| held.map(|held| format!(", {} rows", grouped(held)));
    let held = rows(treasure.held).unwrap_or_default();
    let _ = writeln!(text, "   {}: {columns} ({}{held})", treasure.source, treasure.what);
    if !treasure.instead_of.is_empty() {
        let outside = rows(treasure.held_outside).unwrap_or_default();
        let _ = writeln!(text, "     instead of {}{outside}", treasure.instead_of.join(", "));
    }
    for (column, people) in &treasure.says_of {
        let of = treasure.people.map(|all| format!(" of {}", grouped(all))).unwrap_or_default();
        let _ = writeln!(text, "     {column} says something of {}{of} people", grouped(*people));
    }
    for idea in &treasure.serves {
        text.push_str(&wrapped("     - ", idea));
    }
    text
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    Speech::default().count(number)
}

/// A paragraph of at most a hundred columns, after a head on its first line.
fn wrapped(head: &str, text: &str) -> String {
    const WIDTH: usize = 100;
    let indent = " ".repeat(head.chars().count());
    let mut lines = String::new();
    let mut line = head.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(lines, "{}", line.trim_end());
            line.clone_from(&indent);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    let _ = writeln!(lines, "{}", line.trim_end());
    lines
}

#[cfg(test)]
mod tests;
