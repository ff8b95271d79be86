//! The report as a page that stands alone: nothing in it is fetched from anywhere.

use askama::Template;
use theirs_charter::Charter;
use theirs_notice::Receiver;
use theirs_rights::{Chosen, Entry, Given, Report};
use theirs_uses::seen;
use theirs_words::Speech;

use crate::failure::Failure;
use crate::reading::Reading;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    t: &'a Speech,
    r: Reading<'a>,
}

impl Page<'_> {
    /// What was worked out about the person, rather than told or seen.
    fn worked_out(&self) -> Vec<&Entry> {
        let all = self.report.record.entries.iter();
        all.filter(|entry| entry.category.starts_with("inferred.")).collect()
    }

    /// Something that the person said yes or no to.
    fn chosen(&self, choice: &Chosen) -> String {
        let said = if choice.yes { "yes" } else { "no" };
        let told = [
            ("topic", self.t.topic(&choice.topic)),
            ("day", self.r.day(&choice.at)),
            ("where", self.t.again(&choice.said)),
        ];
        // A source that says "no objection" took nothing back.
        let is_first = choice.kind == "objection" && !choice.yes && choice.said != "here, with us";
        let name = if is_first {
            "report-objection-none".to_owned()
        } else {
            format!("report-{}-{said}", choice.kind)
        };
        self.t.fill(&name, told.map(|(variable, text)| (variable, text.into())))
    }

    /// What somebody was given.
    fn given(&self, given: &Given) -> String {
        let what = seen(&given.columns, &given.activities, self.t);
        let why = given.why.as_ref().map_or_else(String::new, |why| self.t.again(why));
        let told = [("at", self.r.moment(&given.at)), ("what", what), ("why", why)];
        self.t.fill("report-given-one", told.map(|(variable, text)| (variable, text.into())))
    }

    /// The purposes for which somebody may be given data.
    fn purposes(&self, receiver: &Receiver) -> String {
        let all = receiver.may_receive_for.iter().map(|says| self.t.again(says));
        all.collect::<Vec<_>>().join(" ")
    }
}

/// Writes the page, in the language of `speech`.
pub(super) fn write(report: &Report, charter: &Charter, t: &Speech) -> Result<String, Failure> {
    let page = Page { report, t, r: Reading::new(t, charter) };
    page.render().map_err(|error| Failure::Unsound(error.to_string()))
}
