//! Findings as SARIF 2.1.0, for whoever keeps a charter in a repository and checks it there.

use std::fmt::Write;

use serde_sarif::sarif::{
    ArtifactLocation, Location, Message, MultiformatMessageString, PhysicalLocation, Region,
    ReportingDescriptor, Result as Outcome, ResultLevel, Run, Sarif, Tool, ToolComponent,
};

use crate::finding::{Finding, Weight};
use crate::report::{DRAFT, Report};
use crate::rule;
use crate::unquestioned::Unquestioned;

/// What is said of things that could not be questioned, beside the rules.
const UNQUESTIONED: &str = "not.questioned";
/// What is said of what a draft leaves for a human to say.
const UNSAID: &str = "not.said";
/// What is said of what a flow leaves out and was believed.
const ASSUMED: &str = "not.written";

impl Report {
    /// The findings as SARIF 2.1.0; `None` never leaves the library that writes it.
    ///
    /// # Errors
    /// The library could not write it.
    pub fn sarif(&self) -> Result<String, serde_json::Error> {
        let driver = ToolComponent::builder()
            .name("theirs audit")
            .version(env!("CARGO_PKG_VERSION"))
            .rules(rules())
            .build();
        let found = self.findings.iter().map(|finding| outcome(finding, &self.file));
        let open = self.unquestioned.iter().map(|one| unquestioned(one, &self.file));
        let unsaid = self.unsaid.iter().map(|one| {
            let words = format!("{} is not said yet.", one.path);
            told(UNSAID, ResultLevel::Note, words, place(&self.file, one.line))
        });
        let assumed = self.assumed.iter().map(|one| {
            let words = format!("Taken for granted of {}.", one.in_words());
            told(ASSUMED, ResultLevel::Note, words, place(&self.file, one.line))
        });
        let outcomes: Vec<Outcome> = found.chain(open).chain(unsaid).chain(assumed).collect();
        let run =
            Run::builder().tool(Tool::builder().driver(driver).build()).results(outcomes).build();
        let sarif = Sarif::builder()
            .schema("https://json.schemastore.org/sarif-2.1.0.json")
            .version(serde_json::json!("2.1.0"))
            .runs(vec![run])
            .build();
        serde_json::to_string_pretty(&sarif)
    }
}

fn rules() -> Vec<ReportingDescriptor> {
    let beside = [
        (UNQUESTIONED, "Not questioned"),
        (UNSAID, "Not said yet"),
        (ASSUMED, "Taken for granted"),
    ];
    rule::all().map(|rule| (rule.name, rule.title)).chain(beside).map(described).collect()
}

fn described((name, title): (&str, &str)) -> ReportingDescriptor {
    let text = MultiformatMessageString::builder().text(title).build();
    ReportingDescriptor::builder().id(name).short_description(text).build()
}

/// What could not be questioned stands in its own file, unless it has a line in the one that was read.
fn unquestioned(one: &Unquestioned, file: &str) -> Outcome {
    let file = if one.line.is_some() { file } else { &one.what };
    told(UNQUESTIONED, ResultLevel::Error, one.in_words(), place(file, one.line))
}

fn outcome(finding: &Finding, file: &str) -> Outcome {
    let level = match finding.regulatory.weight {
        Weight::HardStop => ResultLevel::Error,
        Weight::Costly => ResultLevel::Warning,
        Weight::Duty => ResultLevel::Note,
    };
    told(finding.rule, level, said(finding), place(file, finding.line))
}

fn told(rule: &str, level: ResultLevel, words: String, place: Option<Location>) -> Outcome {
    Outcome::builder()
        .rule_id(rule)
        .level(level)
        .message(Message::builder().text(words).build())
        .locations(place.into_iter().collect::<Vec<_>>())
        .build()
}

/// Where something stands; a draft that was not kept is no place.
fn place(file: &str, line: Option<usize>) -> Option<Location> {
    if file == DRAFT {
        return None;
    }
    let artifact = ArtifactLocation::builder().uri(uri(file)).build();
    let start = i64::try_from(line.unwrap_or(1)).unwrap_or(1);
    let region = Region::builder().start_line(start).build();
    let place = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    Some(Location::builder().physical_location(place).build())
}

/// A path as an address (RFC 3986): whatever is not unreserved is written in percent, byte by byte.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.trim_start_matches("./").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn said(finding: &Finding) -> String {
    format!(
        "{}: {}. Law: {} Trust: {} Press: \"{}\" Instead: {}",
        finding.flow,
        finding.title,
        finding.regulatory.says,
        finding.trust.says,
        finding.oppositional.sentence,
        finding.instead.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_becomes_an_address_that_any_reader_takes() {
        assert_eq!(uri("./my charter #2 100%.yaml"), "my%20charter%20%232%20100%25.yaml");
        assert_eq!(uri("/srv/müll.yaml"), "file:///srv/m%C3%BCll.yaml");
    }
}
