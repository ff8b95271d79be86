//! Findings as SARIF 2.1.0, for whoever keeps a charter in a repository and checks it there.

use serde_sarif::sarif::{
    ArtifactLocation, Location, Message, MultiformatMessageString, PhysicalLocation, Region,
    ReportingDescriptor, Result as Outcome, ResultLevel, Run, Sarif, Tool, ToolComponent,
};

use crate::finding::{Finding, Weight};
use crate::report::Report;
use crate::rule;

impl Report {
    /// The findings as SARIF 2.1.0; `None` never leaves the library that writes it.
    ///
    /// # Errors
    /// The library could not write it.
    pub fn sarif(&self) -> Result<String, serde_json::Error> {
        let driver = ToolComponent::builder()
            .name("theirs audit")
            .version(env!("CARGO_PKG_VERSION"))
            .rules(rule::all().map(described).collect::<Vec<_>>())
            .build();
        let outcomes: Vec<Outcome> =
            self.findings.iter().map(|finding| outcome(finding, &self.file)).collect();
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

fn described(rule: &rule::Rule) -> ReportingDescriptor {
    let text = MultiformatMessageString::builder().text(rule.title).build();
    ReportingDescriptor::builder().id(rule.name).short_description(text).build()
}

fn outcome(finding: &Finding, file: &str) -> Outcome {
    let level = match finding.regulatory.weight {
        Weight::HardStop => ResultLevel::Error,
        Weight::Costly => ResultLevel::Warning,
        Weight::Duty => ResultLevel::Note,
    };
    let artifact = ArtifactLocation::builder().uri(file).build();
    let start = i64::try_from(finding.line.unwrap_or(1)).unwrap_or(1);
    let region = Region::builder().start_line(start).build();
    let place = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    Outcome::builder()
        .rule_id(finding.rule)
        .level(level)
        .message(Message::builder().text(said(finding)).build())
        .locations(vec![Location::builder().physical_location(place).build()])
        .build()
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
