//! What people are told, and whether it is so.

use super::{Keys, Law, Rule};
use crate::flow::{Datum, Offered, Settings, Told};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "notice.contradicts_practice",
        title: "The notice says otherwise",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P06", "P13", "P30"],
        gives_way_to: &[],
        applies: |flow| flow.told == Told::AgainstNotice,
        asks: |_| {
            "A promise that is not kept is deception, whatever else the law allows.".to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|_| true);
            let what = if what.is_empty() { "data".to_owned() } else { what };
            format!("promises one thing about {what} and does another.")
        },
        instead: &["Stop until the notice is true; do not change the notice first."],
    },
    Rule {
        name: "notice.sharing_unclear",
        title: "People cannot tell who is given what",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P43"],
        gives_way_to: &["sale.undisclosed"],
        applies: |flow| matches!(flow.told, Told::Unclear | Told::Nowhere) && flow.leaves(),
        asks: |_| {
            "Who is given what, and what for, must be said so that people understand it (GDPR Art. 12 to 14).".to_owned()
        },
        line: |flow| {
            format!("does not say plainly what it passes on to {}.", flow.others_in_words())
        },
        instead: &["Name each recipient with what it gets, one line each."],
    },
    Rule {
        name: "notice.unclear",
        title: "People cannot tell what is done",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P42", "P44"],
        gives_way_to: &["notice.sharing_unclear", "sale.undisclosed", "outside.untold"],
        applies: |flow| {
            matches!(flow.told, Told::Unclear | Told::Nowhere) && flow.purpose.is_some()
        },
        asks: |_| {
            "What is done with which data must be said, plainly and before (GDPR Art. 12 and 13)."
                .to_owned()
        },
        line: |_| "does not tell people what it does with their data.".to_owned(),
        instead: &["One sentence for each purpose, with its data; in the charter, `says`."],
    },
    Rule {
        name: "open_by_default",
        title: "It is open to everybody at first",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &["P50"],
        gives_way_to: &["children.open_by_default"],
        applies: |flow| flow.settings == Settings::Public && flow.offered() != Offered::OptIn,
        asks: |_| {
            "What is somebody's is not open to everybody before they open it (GDPR Art. 25(2)); the \
             case was about teenagers, the article is about all."
                .to_owned()
        },
        line: |_| "shows people to everybody until they change a setting.".to_owned(),
        instead: &["Begin closed."],
    },
    Rule {
        name: "notice.late",
        title: "People are told long after",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P37"],
        gives_way_to: &[],
        applies: |flow| flow.told == Told::Late && flow.has(Datum::is_outside),
        asks: |_| {
            "Whose data came from elsewhere is told within a month, in their language (GDPR Art. 14(3)).".to_owned()
        },
        line: |_| "tells people only long after that it got their data from others.".to_owned(),
        instead: &["Tell them with the first message, or within a month."],
    },
    Rule {
        name: "notice.after",
        title: "People are told when it has begun",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &[],
        gives_way_to: &["notice.late"],
        applies: |flow| flow.told == Told::Late && flow.purpose.is_some(),
        asks: |_| {
            "People are told what is done with their data when it is taken, and of another purpose before it begins \
             (GDPR Art. 13(1) and (3))."
                .to_owned()
        },
        line: |_| "tells people what it does with their data only when it has begun.".to_owned(),
        instead: &["Tell them first, leave time to say no, and begin then."],
    },
];
