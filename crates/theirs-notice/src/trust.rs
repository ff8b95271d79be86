//! The page that a brand can be proud of: what is held, done and refused, and how anybody checks it.

use jiff::tz::TimeZone;
use serde::Serialize;
use theirs_words::Speech;

use crate::approval::Approval;
use crate::notice::{Notice, PurposeTold};
use crate::paper::{Block, Paper, Section};
use crate::terms::Nearness;

/// What stands on the page beside the notice.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Trust {
    /// How requests were answered.
    pub answers: Answers,
    /// What two people had to say yes to before it began, and what was stopped.
    pub approvals: Vec<Approval>,
    /// The key that verifies the log.
    pub key: String,
    /// How many entries the log has.
    pub entries: u64,
    /// Who watches it from elsewhere, by name.
    pub witnesses: Vec<String>,
}

/// How requests were answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// How many were answered.
    pub answered: u64,
    /// In how many days half of them were.
    pub median_days: u64,
    /// In how many days the slowest was.
    pub longest_days: u64,
    /// How many wait.
    pub waiting: u64,
    /// How many wait beyond their last day.
    pub late: u64,
}

impl Trust {
    /// The page in the language of `t`.
    pub fn paper(&self, notice: &Notice, t: &Speech, zone: &TimeZone) -> Paper {
        let name = notice.controller.name.as_str();
        let since = notice.since.map_or_else(String::new, |at| t.day(at, zone));
        Paper {
            language: t.code(),
            title: t.say("trust"),
            lead: vec![t.with("trust-lead", "name", name)],
            sections: vec![
                held(notice, t),
                self.done(notice, t, zone),
                refused(notice, t),
                self.answered(t),
                self.checked(t),
            ],
            foot: t.with_two("notice-foot", "charter", notice.charter.short(), "since", since),
        }
    }

    fn done(&self, notice: &Notice, t: &Speech, zone: &TimeZone) -> Section {
        let mut section = Section::new("done", t.say("trust-done"));
        // What is held back is not done, and stands in the notice alone.
        let acting = notice.purposes.iter().filter(|one| one.held.is_none());
        let rows = acting.map(|one| {
            let done = one.done.as_ref();
            vec![
                t.again(&one.says),
                t.count(done.map_or(0, |done| done.uses)),
                t.count(done.map_or(0, |done| done.people)),
                given(one, t),
            ]
        });
        section.blocks.push(Block::Table {
            caption: t.say("trust-done"),
            head: ["trust-what", "trust-uses", "trust-people", "trust-to"]
                .map(|n| t.say(n))
                .to_vec(),
            rows: rows.collect(),
        });
        if !self.approvals.is_empty() {
            section.heading(t.say("trust-approvals"));
            section.text(t.say("trust-approvals-lead"));
            section.blocks.push(Block::Table {
                caption: t.say("trust-approvals"),
                head: Approval::heads(t),
                rows: self.approvals.iter().map(|one| one.row(t, zone)).collect(),
            });
        }
        section
    }

    fn answered(&self, t: &Speech) -> Section {
        let mut section = Section::new("answered", t.say("trust-answered"));
        section.text(t.say("trust-answered-lead"));
        let answers = &self.answers;
        section.count(if answers.answered == 0 {
            t.say("trust-answered-none")
        } else {
            t.fill(
                "trust-answered-count",
                [
                    ("count", answers.answered.into()),
                    ("median", answers.median_days.into()),
                    ("longest", answers.longest_days.into()),
                ],
            )
        });
        section.count(t.with_two("trust-waiting", "count", answers.waiting, "late", answers.late));
        section
    }

    fn checked(&self, t: &Speech) -> Section {
        let mut section = Section::new("checked", t.say("trust-checked"));
        section.text(t.with("trust-checked-lead", "count", self.entries));
        section.blocks.push(Block::Facts(vec![
            (t.say("trust-key"), self.key.clone()),
            (t.say("trust-checkpoint"), "/ledger/checkpoint".to_owned()),
            (t.say("trust-notice"), "/notice, /notice.json, /notice.jsonld".to_owned()),
        ]));
        section.text(match self.witnesses.as_slice() {
            [] => t.say("trust-no-witness"),
            names => t.with("trust-witness", "names", t.list(names)),
        });
        section.text(t.say("trust-how"));
        section
    }
}

/// Who was given what for a purpose, and who may be: how often, and the data of how many people.
fn given(purpose: &PurposeTold, t: &Speech) -> String {
    let given = purpose.done.as_ref().map(|done| &done.given);
    let to = |name: &String| match given.and_then(|given| given.get(name)) {
        Some(given) => t.fill(
            "trust-given",
            [("name", name.into()), ("times", given.lists.into()), ("people", given.people.into())],
        ),
        None => t.with("trust-given-never", "name", name),
    };
    // Whoever was given something and may be given nothing any more stands here too.
    let mut names: Vec<&String> = purpose.recipients.iter().collect();
    let former = given.into_iter().flat_map(|given| given.keys());
    names.extend(former.filter(|name| !purpose.recipients.contains(name)));
    if names.is_empty() {
        return t.say("trust-nobody");
    }
    names.into_iter().map(to).collect::<Vec<_>>().join("; ")
}

fn held(notice: &Notice, t: &Speech) -> Section {
    let mut section = Section::new("held", t.say("trust-held"));
    if let Some(practice) = &notice.practice {
        section.count(t.with("trust-held-people", "people", practice.people));
    }
    let mut labels: Vec<String> = notice.kinds.iter().map(|kind| t.again(&kind.label)).collect();
    labels.dedup();
    section.blocks.push(Block::List(labels));
    section.text(if notice.outside.is_empty() {
        t.say("notice-outside-none")
    } else {
        notice.outside_in_short(t)
    });
    section
}

fn refused(notice: &Notice, t: &Speech) -> Section {
    let mut section = Section::new("refused", t.say("trust-refused"));
    let mut points = vec![
        t.say(notice.sold_in_words()),
        t.say(match notice.nearness {
            Nearness::Nowhere => "trust-not-located",
            Nearness::Address => "trust-located-address",
            Nearness::Area => "trust-located-area",
            Nearness::Exact => "trust-located",
        }),
        t.say("trust-no-papers"),
    ];
    if let Some(practice) = &notice.practice {
        points.push(t.with("trust-refusals", "count", practice.refusals));
    }
    section.blocks.push(Block::List(points));
    section
}
