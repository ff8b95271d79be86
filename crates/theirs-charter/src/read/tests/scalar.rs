//! Scalars and lines mean what was written, whatever YAML would make of them.

use super::{SAMPLE, accepted};
use crate::charter::Charter;
use crate::coarseness::Coarseness;

#[test]
fn scalars_stay_the_text_they_are() {
    let file = |text: &str| {
        let charter = accepted("file: crm.csv", &format!("file: {text}"));
        charter.sources[0].file.clone().expect("the small charter gives one")
    };
    for text in [
        "no",
        "yes",
        "01",
        "1_000",
        "0x1F",
        "1e3",
        "1e999",
        ".nan",
        "-.inf",
        "+1",
        "012.50",
        "2026-01-31",
        "12:30",
        "True",
    ] {
        assert_eq!(file(text), text);
    }
    assert_eq!(file("\"01\""), "01");
    assert_eq!(file("'it''s'"), "it's");
    assert_eq!(file("!!str 007"), "007");
    assert_eq!(file("&anchor 08"), "08");
    assert_eq!(file("08 # a comment"), "08");
    assert_eq!(file("日本.csv"), "日本.csv");
}

#[test]
fn scalar_behind_an_alias_keeps_its_text_too() {
    let charter = accepted("file: crm.csv", "file: &no 010").text;
    let charter = charter.replace("file: orders.csv", "file: *no");
    let charter = Charter::read("charter.yaml", &charter).expect("it is read");
    assert_eq!(charter.sources[1].file.as_deref(), Some("010"));
}

#[test]
fn lines_may_end_in_any_way_and_the_text_may_begin_with_a_mark() {
    for text in
        [SAMPLE.replace('\n', "\r\n"), SAMPLE.replace('\n', "\r"), format!("\u{feff}{SAMPLE}")]
    {
        let charter = Charter::read("charter.yaml", &text).unwrap_or_else(|p| panic!("{p}"));
        let keep = &charter.purpose("fulfil_order").expect("the sample has it").keep;
        assert_eq!(keep.to_string(), "6 years");
        let orders = &charter.purpose("shop_figures").expect("the sample has it").activities[0];
        assert_eq!(orders.columns[1].coarseness, Coarseness::Rounded(5));
    }
}
