//! What data are used for, in words: each purpose with what was really done for it.

use super::super::{Held, PurposeTold, Seen};
use super::Telling;
use crate::paper::Section;
use crate::terms::{Nearness, Sale};

impl Telling<'_> {
    pub(super) fn purposes(&self) -> Section {
        let t = self.t;
        let mut section = Section::new("used", t.say("used"));
        section.text(t.say("notice-used-lead"));
        for purpose in &self.notice.purposes {
            self.purpose(purpose, &mut section);
        }
        if !self.notice.former.is_empty() {
            section.heading(t.say("notice-former"));
            let names: Vec<String> = self.notice.former.iter().map(|name| t.title(name)).collect();
            section.text(t.with("notice-former-text", "names", t.list(&names)));
        }
        section.heading(t.say("notice-joining"));
        section.text(t.say("notice-joining-text"));
        section.heading(t.say("notice-machine"));
        section.text(t.say(self.machine()));
        section.text(t.say(match self.notice.nearness {
            Nearness::Nowhere => "report-not-located",
            Nearness::Address => "notice-located-address",
            Nearness::Area => "notice-located-area",
            Nearness::Exact => "report-located",
        }));
        section
    }

    /// What a machine decides. Of offers nobody is bound; of anything else a charter does not say whether
    /// what is decided costs somebody money, so that is not denied.
    fn machine(&self) -> &'static str {
        let picking = self.notice.purposes.iter().filter(|one| one.picks.is_some());
        let are_offers: Vec<bool> = picking.map(|one| one.is_marketing).collect();
        match (are_offers.is_empty(), are_offers.contains(&false)) {
            (true, _) => "notice-machine-none",
            (false, false) => "notice-machine-some",
            (false, true) => "notice-machine-other",
        }
    }

    fn purpose(&self, purpose: &PurposeTold, section: &mut Section) {
        let t = self.t;
        section.heading(t.title(&purpose.name));
        section.text(t.again(&purpose.says));
        if let Some(held) = purpose.held {
            section.strong(t.say(match held {
                Held::Stopped => "notice-held-stopped",
                Held::NotBegun => "notice-held-not-begun",
            }));
        }
        section.text(t.with("report-may", "basis", t.again(purpose.basis_in_words)));
        if let Some(interest) = &purpose.interest {
            section.text(t.with("report-interest", "interest", t.again(interest)));
        }
        if let Some(topic) = &purpose.consent {
            section.text(t.with("report-needs-yes", "topic", t.title(topic)));
        }
        section.text(self.sees(purpose));
        if let Some(age) = purpose.minimum_age {
            section.text(t.with("notice-age", "age", u64::from(age)));
        }
        if let Some(picks) = &purpose.picks {
            section.text(picks.in_words(t));
        }
        section.text(match purpose.recipients.as_slice() {
            [] => t.say("notice-to-nobody"),
            names => t.with("notice-to", "names", t.list(names)),
        });
        if purpose.may_object || purpose.is_marketing || purpose.consent.is_some() {
            section.text(t.say("notice-may-object"));
        }
        match purpose.sale {
            Sale::None => {}
            Sale::EndsAtNo => section.text(t.say("notice-purpose-sold")),
            Sale::GoesOn => section.text(t.say("notice-purpose-sold-on")),
        }
        section.text(t.say(purpose.needed()));
        section.small(t.with_two(
            "notice-keeps",
            "keep",
            t.again(&purpose.keep),
            "roles",
            self.roles(purpose),
        ));
        if let Some(done) = &purpose.done {
            let said = match done.last {
                None => t.say("notice-done-never"),
                Some(last) => t.fill(
                    "notice-done",
                    [
                        ("uses", done.uses.into()),
                        ("people", done.people.into()),
                        ("last", t.day(last, self.zone).into()),
                    ],
                ),
            };
            section.count(said);
        }
    }

    fn roles(&self, purpose: &PurposeTold) -> String {
        let roles: Vec<String> = purpose.roles.iter().map(|says| self.t.again(says)).collect();
        if roles.is_empty() { self.t.say("notice-no-role") } else { self.t.list(&roles) }
    }

    /// What a purpose looks at.
    fn sees(&self, purpose: &PurposeTold) -> String {
        let t = self.t;
        let mut parts = self.columns(&purpose.columns);
        for activity in &purpose.activities {
            let columns = self.columns(&activity.columns).join(", ");
            let called = t.again(&activity.called);
            parts.push(t.with_two("notice-sees-activity", "called", called, "columns", columns));
        }
        let list = parts.join("; ");
        if let Some(trial) = &purpose.tests {
            return t.fill(
                "notice-sees-trial",
                [
                    ("list", list.into()),
                    ("called", t.again(&trial.called).into()),
                    ("ends", t.date(trial.ends).into()),
                ],
            );
        }
        match (purpose.groups_of, parts.is_empty()) {
            (_, true) => t.say("notice-sees-nothing"),
            (Some(most), _) => {
                t.with_two("notice-sees-groups", "list", list, "count", u64::from(most))
            }
            (None, _) => t.with("notice-sees", "list", list),
        }
    }

    fn columns(&self, columns: &[Seen]) -> Vec<String> {
        let all = columns.iter().map(|seen| {
            let name = self.t.name(&seen.column);
            if seen.how.is_empty() { name } else { format!("{name} ({})", self.t.again(&seen.how)) }
        });
        all.collect()
    }
}
