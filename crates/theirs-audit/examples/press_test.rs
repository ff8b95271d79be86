//! Holds the rules against the flows of `studies/press_test`: prints what each raised, as JSON.

use std::io::{Error, Write};
use std::path::Path;

use serde_json::json;
use theirs_audit::{judge, read};

fn main() -> Result<(), Error> {
    let mut cases = Vec::new();
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path)?;
        let flows = read(&path, &text).map_err(|problems| Error::other(problems.to_string()))?;
        for flow in flows {
            let findings = judge(std::slice::from_ref(&flow), "This firm");
            let raised: Vec<_> = findings
                .iter()
                .map(|one| {
                    let ids: Vec<_> = one.regulatory.precedents.iter().map(|p| &p.id).collect();
                    json!({ "finding": one.rule, "precedents": ids, "sentence": one.oppositional.sentence })
                })
                .collect();
            let file = Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned());
            cases.push(json!({ "file": file, "path": path, "flow": flow.name, "raised": raised }));
        }
    }
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &cases)?;
    writeln!(out)
}
