//! The report as a page that stands alone: nothing in it is fetched from anywhere.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use theirs_rights::{Entry, Informed, Report};

use crate::command::words;
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    zone: &'a TimeZone,
}

#[allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods with references"
)]
impl Page<'_> {
    fn day(&self, at: &Timestamp) -> String {
        words::day(*at, self.zone)
    }

    fn moment(&self, at: &Timestamp) -> String {
        words::moment(*at, self.zone)
    }

    fn readable(&self, name: &str) -> String {
        words::readable(name)
    }

    fn told(&self, one: &Informed) -> String {
        words::informed(one, self.zone)
    }

    fn list(&self, names: &[String]) -> String {
        names.iter().map(|name| name.replace('_', " ")).collect::<Vec<_>>().join(", ")
    }

    /// What was worked out about the person, rather than told or seen.
    fn worked_out(&self) -> Vec<&Entry> {
        let all = self.report.record.entries.iter();
        all.filter(|entry| entry.category.starts_with("inferred.")).collect()
    }
}

/// Writes the page; days are those of `zone`.
pub(super) fn write(report: &Report, zone: &TimeZone) -> Result<String, Failure> {
    Page { report, zone }.render().map_err(|error| Failure::Unsound(error.to_string()))
}
