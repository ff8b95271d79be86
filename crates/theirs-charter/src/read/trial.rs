//! Reads what a trial tests: which source from outside, how much it has to add, and until when.

use jiff::civil::Date;

use super::fields::Fields;
use super::found::Problems;
use super::grant::Scope;
use super::scalar::scalar;
use crate::charter::{Margin, Trial};
use crate::problem::quoted;
use crate::text::Node;

/// The largest margin: as much again as without the data.
const LARGEST: Margin = Margin(10_000);

/// What is tested, and the source of it even where the rest does not read: its columns are not to
/// blame for that.
pub(super) fn trial(
    node: &Node,
    scope: &Scope,
    found: &Problems,
) -> (Option<String>, Option<Trial>) {
    const FIELDS: &[&str] = &["source", "margin", "ends"];
    let Some(mut fields) = Fields::open(node, "\"tests\"", FIELDS, found) else {
        return (None, None);
    };
    let source = fields.required("source").and_then(|node| outsider(node, scope, found));
    let margin = fields.required("margin").and_then(|node| margin(node, found));
    let ends = fields.required("ends").and_then(|node| day(node, found));
    fields.close();
    let whole = source.clone().zip(margin).zip(ends);
    (source, whole.map(|((source, margin), ends)| Trial { source, margin, ends }))
}

fn outsider(node: &Node, scope: &Scope, found: &Problems) -> Option<String> {
    let name = scalar(node, "source", found)?;
    if !scope.outsiders.contains(&name.as_str()) {
        if !found.in_doubt() {
            found.unknown(node.place, "source from outside", &name, &scope.outsiders);
        }
        return None;
    }
    Some(name)
}

/// A share above nothing, such as `1 %` or `0.25 %`.
fn margin(node: &Node, found: &Problems) -> Option<Margin> {
    let text = scalar(node, "margin", found)?;
    let parsed = text.strip_suffix('%').and_then(|number| hundredths(number.trim()));
    let margin = parsed.map(Margin).filter(|margin| (Margin(1)..=LARGEST).contains(margin));
    if margin.is_none() {
        let hint = "write a share of what is brought without the data, as \"1 %\" or \"0.25 %\"; \
                    from 0.01 % to 100 %";
        found.add(node.place, format!("{} is no margin", quoted(&text)), hint);
    }
    margin
}

/// A number with at most two decimals, times a hundred.
fn hundredths(number: &str) -> Option<u32> {
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let is_short = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let part: u32 = format!("{part:0<2}").parse().ok().filter(|_| is_short)?;
    let whole: u32 = whole.parse().ok()?;
    whole.checked_mul(100)?.checked_add(part)
}

fn day(node: &Node, found: &Problems) -> Option<Date> {
    let text = scalar(node, "ends", found)?;
    let day = text.parse().ok();
    if day.is_none() {
        let hint = "write the first day on which it is over, as 2027-03-01";
        found.add(node.place, format!("{} is no day", quoted(&text)), hint);
    }
    day
}
