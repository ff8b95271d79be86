//! The notice in words: what matters most first, then everything.

mod purpose;

use jiff::tz::TimeZone;
use theirs_words::{Speech, capital};

use super::{Held, HeldKind, Notice, Origin, Receiver, ReceiverTold, protected};
use crate::paper::{Block, Paper, Section};
use crate::terms::Sale;

impl Notice {
    /// The notice in the language of `t`, with days as in `zone`.
    pub fn paper(&self, t: &Speech, zone: &TimeZone) -> Paper {
        let telling = Telling { notice: self, t, zone };
        let since = self.since.map(|at| t.day(at, zone));
        Paper {
            language: t.code(),
            title: t.say("notice"),
            lead: vec![t.with("notice-lead", "name", self.controller.name.as_str())],
            sections: vec![
                telling.short(),
                telling.no(),
                telling.who(),
                telling.kinds(),
                telling.sources(),
                telling.purposes(),
                telling.receivers(),
                telling.outside(),
                telling.rights(),
                telling.changes(),
            ],
            foot: match since {
                Some(since) => {
                    t.with_two("notice-foot", "charter", self.charter.short(), "since", since)
                }
                None => t.with("notice-foot-draft", "charter", self.charter.short()),
            },
        }
    }
}

impl Notice {
    /// The message that says whether data are sold, and what a no does to it.
    pub(crate) fn sold_in_words(&self) -> &'static str {
        match self.sale {
            Sale::None => "report-not-sold",
            Sale::EndsAtNo => "notice-sold",
            Sale::GoesOn => "notice-sold-partly",
        }
    }

    /// What is held from outside, and whether any use is made of it.
    pub(crate) fn outside_in_short(&self, t: &Speech) -> String {
        let used = self.outside.iter().filter(|one| one.is_admitted).count();
        let tested = self.outside.iter().any(|one| one.tested_for.is_some());
        match (self.outside.len(), used) {
            (0, _) => t.say("notice-short-inside"),
            (held, 0) if !tested => t.with("notice-short-outside", "count", held),
            (held, 0) => t.with("notice-short-tested", "count", held),
            (held, used) => t.with_two("notice-short-admitted", "count", held, "used", used),
        }
    }
}

/// A notice that is put into words.
struct Telling<'a> {
    notice: &'a Notice,
    t: &'a Speech,
    zone: &'a TimeZone,
}

impl Telling<'_> {
    /// What everybody should know, even who reads nothing else.
    fn short(&self) -> Section {
        let (t, notice) = (self.t, self.notice);
        let mut section = Section::new("short", t.say("notice-short"));
        let mut points = vec![t.with("notice-short-uses", "count", notice.purposes.len())];
        points.push(match self.declared().count() {
            0 => t.say("notice-short-nobody"),
            _ => t.with("notice-short-given", "names", self.names()),
        });
        points.push(t.say(notice.sold_in_words()));
        points.push(notice.outside_in_short(t));
        points.push(t.say("notice-short-page"));
        section.blocks.push(Block::List(points));
        section
    }

    /// Those who may be given data by the charter in force, and as nobody holds it back.
    fn declared(&self) -> impl Iterator<Item = &Receiver> {
        let all = self.notice.recipients.iter().filter(|one| one.held.is_none());
        all.map(|one| &one.receiver).filter(|one| one.country.is_some())
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.declared().map(|one| one.name.clone()).collect();
        self.t.list(&names)
    }

    /// The right to say no, clearly and apart from everything else (GDPR Art. 21(4)).
    fn no(&self) -> Section {
        let mut section = Section::new("no", self.t.say("notice-no"));
        section.strong(self.t.say("notice-no-text"));
        section.text(self.t.say("notice-no-signal"));
        section
    }

    fn who(&self) -> Section {
        let (t, own) = (self.t, &self.notice.controller);
        let mut section = Section::new("who", t.say("report-who"));
        let mut answers = vec![own.name.clone()];
        answers.extend(own.address.clone());
        answers.extend(own.country.as_ref().map(|country| t.again(country)));
        answers.push(own.email.clone());
        let mut facts = vec![(t.say("report-answers"), answers.join(", "))];
        facts.extend(own.representative.clone().map(|one| (t.say("report-stands"), one)));
        let officer = own.data_protection_officer.as_ref();
        let officer = officer.map(|one| t.with("report-officer", "officer", one));
        let asked = [officer, Some(own.privacy_contact.clone())];
        facts.push((
            t.say("report-questions"),
            asked.into_iter().flatten().collect::<Vec<_>>().join(" "),
        ));
        if let Some(authority) = &own.authority {
            facts.push((
                t.say("notice-complain"),
                format!("{}, {}", t.again(&authority.name), authority.contact),
            ));
        }
        section.blocks.push(Block::Facts(facts));
        section
    }

    fn kinds(&self) -> Section {
        let t = self.t;
        let mut section = Section::new("kinds", t.say("notice-kinds"));
        section.text(t.say("notice-kinds-lead"));
        section.blocks.push(Block::Table {
            caption: t.say("report-kinds-table"),
            head: ["report-kind", "report-from", "notice-used"].map(|name| t.say(name)).to_vec(),
            rows: self
                .notice
                .kinds
                .iter()
                .map(|kind| vec![t.again(&kind.label), self.places(kind), self.used(kind)])
                .collect(),
        });
        for kind in &self.notice.kinds {
            let Some(law) = &kind.special else { continue };
            section.text(protected(&kind.label, law, t));
        }
        section
    }

    /// The sources of a kind, by name; those from outside say so.
    fn places(&self, kind: &HeldKind) -> String {
        let t = self.t;
        let names = kind.from.iter().map(|origin| {
            let called = t.again(&origin.called);
            if !origin.outside {
                return called;
            }
            let place =
                if origin.locked { "notice-place-outside" } else { "notice-place-admitted" };
            t.with_two(place, "called", called, "kind", t.again(origin.kind))
        });
        names.collect::<Vec<_>>().join("; ")
    }

    fn used(&self, kind: &HeldKind) -> String {
        let t = self.t;
        let mut names: Vec<String> = kind.used_for.iter().map(|name| t.name(name)).collect();
        if kind.key == "preference.consent" {
            names.push(t.say("notice-used-choices"));
        }
        if kind.joins {
            names.push(t.say("notice-used-joining"));
        }
        if names.is_empty() { t.say("notice-used-nothing") } else { names.join(", ") }
    }

    /// Each source: how it was got, and how long it is kept.
    fn sources(&self) -> Section {
        let t = self.t;
        let mut section = Section::new("from", t.say("me-from"));
        let mut seen: Vec<&Origin> = Vec::new();
        for origin in self.notice.kinds.iter().flat_map(|kind| &kind.from) {
            if !seen.contains(&origin) {
                seen.push(origin);
            }
        }
        let rows = seen.into_iter().map(|origin| {
            let got = format!("{}. {}", capital(&t.again(origin.kind)), t.again(&origin.acquired));
            vec![t.again(&origin.called), got, t.again(&origin.kept)]
        });
        section.blocks.push(Block::Table {
            caption: t.say("me-from"),
            head: ["report-from", "notice-got", "report-how-long"].map(|name| t.say(name)).to_vec(),
            rows: rows.collect(),
        });
        section
    }

    fn receivers(&self) -> Section {
        let t = self.t;
        let mut section = Section::new("given", t.say("notice-given"));
        if self.notice.recipients.is_empty() {
            section.text(t.say("notice-no-receivers"));
        }
        for one in &self.notice.recipients {
            self.receiver(one, &mut section);
        }
        section.text(t.say(self.notice.sold_in_words()));
        section.text(t.say("notice-law-may-ask"));
        section
    }

    fn receiver(&self, told: &ReceiverTold, section: &mut Section) {
        let (t, one) = (self.t, &told.receiver);
        section.heading(one.name.clone());
        let mut said = Vec::new();
        said.extend(one.does.as_ref().map(|does| t.with("report-does", "does", t.again(does))));
        said.extend(one.role.as_ref().map(|role| t.with("report-role", "role", t.again(role))));
        said.extend(one.contact.as_ref().map(|at| t.with("report-ask-at", "contact", at)));
        match &one.country {
            None => said.push(t.say("notice-former-receiver")),
            Some(country) => said.push(match &one.safeguard {
                Some(safeguard) => t.with_two(
                    "report-country-safe",
                    "country",
                    t.again(country),
                    "safeguard",
                    t.again(safeguard),
                ),
                None => t.with("report-country", "country", t.again(country)),
            }),
        }
        section.text(said.join(" "));
        if let Some(held) = told.held {
            section.strong(t.say(match held {
                Held::Stopped => "notice-receiver-stopped",
                Held::NotBegun => "notice-receiver-not-begun",
            }));
        }
        if !one.may_receive_for.is_empty() {
            let says: Vec<String> = one.may_receive_for.iter().map(|says| t.again(says)).collect();
            section.text(t.with("report-may-receive", "purposes", says.join(" ")));
        }
        if let Some(given) = &told.given {
            section.count(match given.last {
                None => t.say("notice-given-never"),
                Some(last) => t.fill(
                    "notice-given-count",
                    [
                        ("lists", given.lists.into()),
                        ("people", given.people.into()),
                        ("last", t.day(last, self.zone).into()),
                    ],
                ),
            });
        }
    }

    fn outside(&self) -> Section {
        let t = self.t;
        let mut section = Section::new("outside", t.say("notice-outside"));
        if self.notice.outside.is_empty() {
            section.text(t.say("notice-outside-none"));
        }
        for one in &self.notice.outside {
            section.heading(t.again(&one.called));
            let kind = t.again(one.kind);
            section.text(format!(
                "{} {}",
                t.with("notice-outside-kind", "kind", kind),
                t.again(&one.acquired)
            ));
            section.strong(t.say(match (one.is_admitted, &one.tested_for) {
                (true, _) => "notice-outside-used",
                (false, Some(_)) => "notice-outside-tested",
                (false, None) => "notice-outside-unused",
            }));
            if let Some(held) = one.held {
                section.count(t.with("notice-outside-held", "count", held));
            }
        }
        if !self.notice.outside.is_empty() {
            section.text(t.say("notice-outside-told"));
        }
        let idle: Vec<String> = self.notice.unused.iter().map(|one| t.again(&one.called)).collect();
        if !idle.is_empty() {
            section.heading(t.say("notice-idle"));
            section.text(t.with("notice-idle-text", "names", t.list(&idle)));
        }
        section
    }

    fn rights(&self) -> Section {
        let t = self.t;
        let mut section = Section::new("rights", t.say("report-rights"));
        section.text(t.say("notice-rights-lead"));
        for right in &self.notice.rights {
            section.heading(t.again(right.name));
            section.text(t.again(&right.how));
            section.small(t.again(right.law));
        }
        section
    }

    fn changes(&self) -> Section {
        let t = self.t;
        let mut section = Section::new("changes", t.say("notice-changes"));
        section.text(t.say("notice-changes-text"));
        let children =
            if self.notice.has_children { "notice-children-held" } else { "notice-children" };
        section.text(t.say(children));
        if let Some(practice) = &self.notice.practice {
            section.heading(t.say("notice-practice"));
            section.count(t.fill(
                "notice-practice-count",
                [
                    ("uses", practice.uses.into()),
                    ("people", practice.people.into()),
                    ("refusals", practice.refusals.into()),
                ],
            ));
        }
        section.text(t.say("notice-log"));
        section
    }
}
