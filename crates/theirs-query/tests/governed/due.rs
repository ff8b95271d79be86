//! The conditions under `decide`, checked before anything is loaded.

use theirs_charter::Charter;
use theirs_query::{due_fault, due_problems};

use crate::fixture::CHARTER;

const DUE: &str = "days_until(birth_date) between 0 and 13";

fn charter(due: &str) -> Charter {
    assert!(CHARTER.contains(DUE));
    let quoted = format!("\"{}\"", due.replace('"', "\\\""));
    Charter::read("charter.yaml", &CHARTER.replace(DUE, &quoted)).unwrap()
}

fn fault(due: &str) -> Option<String> {
    let charter = charter(due);
    let purpose = charter.purpose("offer").unwrap();
    due_fault(&charter, purpose, purpose.decide.as_ref().unwrap())
}

#[test]
fn conditions_that_can_be_asked_are_sound() {
    for due in [
        DUE,
        "city = 'Saltmouth' -- the town of the shop",
        "city is null or (given_name like 'A%' and true)",
        "birth_date = '03-02' and today() > date '2026-01-01'",
        "person_id in (select person_id from offer.person where city = 'Oldhaven')",
    ] {
        assert_eq!(fault(due), None, "{due}");
    }
}

#[test]
fn conditions_that_cannot_be_asked_are_told_at_their_line() {
    for (due, told) in [
        ("days_untl(birth_date) < 9", "days_untl"),
        ("birth_dat = '03-02'", "did you mean \\\"birth_date\\\""),
        ("postcode = 'SM21'", "clause purposes.offer.columns"),
        ("city =", "syntax error"),
        ("city", "boolean"),
        ("true) or (false", "more than one condition"),
        ("true) union select person_id, email from offer.person where (true", "one condition"),
        ("city in (select city from figures.person)", "not of this purpose"),
    ] {
        let charter = charter(due);
        let problems = due_problems(&charter);
        let line = charter.text.lines().position(|l| l.contains("due:")).unwrap() + 1;
        assert_eq!(problems.len(), 1, "{due}");
        assert_eq!(problems[0].line, line, "{due}");
        let message = problems[0].message.to_lowercase();
        let told = told.replace("\\\"", "\"");
        assert!(message.contains(&told), "{due}: {message}");
        assert!(!message.contains("line: "), "{due}: {message}");
    }
}
