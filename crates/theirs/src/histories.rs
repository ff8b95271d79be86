//! Random histories of a small shop, and every value followed through every place where it could be.
//!
//! After each step the people of each purpose are asked for in governed SQL and held against a model
//! of a few dozen lines that knows nothing of the code; so are the record of each person, as they are
//! told it, and each list that is given. After each sweep and each restore no byte of the folder holds
//! a value that was deleted or erased. Every value is a word that stands nowhere else, so that it is
//! found wherever it went.
//!
//! A few histories from a fixed seed run with the tests; `THEIRS_LONG` runs `THEIRS_HISTORIES` of them.

mod model;
mod shop;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use self::model::COLUMNS;
use self::shop::{Shop, Source};

/// How many people there are.
const PEOPLE: usize = 3;
/// How many steps a history has at most.
const LONGEST: usize = 28;

/// Something that happens.
#[derive(Debug, Clone)]
enum Step {
    /// A source says something new of somebody, and is loaded.
    Load { source: Source, person: usize, columns: [Said; 2], agrees: bool },
    /// A source is loaded as it was some loads ago.
    LoadOlder { source: Source, back: usize },
    /// Somebody says what a value is, or that there is none.
    Correct { person: usize, column: usize, takes_away: bool },
    /// Somebody says that a value may be wrong, takes it back, or a colleague decides.
    Contest { person: usize, column: usize, what: usize },
    /// Somebody says no to marketing or to all, or takes that back.
    Object { person: usize, to_all: bool, yes: bool },
    /// Somebody says yes to the newsletter, or no.
    Consent { person: usize, yes: bool },
    /// Somebody puts all use on hold, or that for the card, or ends that.
    Hold { person: usize, all: bool, yes: bool },
    /// Somebody has a value used for nothing, or used again.
    Stop { person: usize, column: usize, yes: bool },
    /// Somebody says that an entry is not theirs.
    Part { person: usize },
    /// Somebody says that it is theirs after all.
    Rejoin { person: usize },
    /// Somebody has a value deleted.
    Delete { person: usize, column: usize },
    /// Somebody is erased.
    Erase { person: usize },
    /// Somebody who was erased is let in again.
    Readmit { person: usize },
    /// Ten days pass, and what is past its time goes.
    Expire,
    /// Records are joined again.
    Resolve,
    /// A list is given to the printer.
    Decide,
    /// Files are freed of what is gone.
    Sweep,
    /// A backup is made.
    BackUp,
    /// The folder is lost and comes back from a backup.
    Restore { back: usize },
}

/// What a source says of a column.
#[derive(Debug, Clone, Copy)]
enum Said {
    /// A new value.
    New,
    /// What it said before.
    Same,
    /// Nothing.
    Nothing,
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![3 => Just(Said::Same), 3 => Just(Said::New), 1 => Just(Said::Nothing)]
}

fn step() -> impl Strategy<Value = Step> {
    let source = prop_oneof![Just(Source::Till), Just(Source::Web)];
    let person = 0..PEOPLE;
    let column = 0..COLUMNS.len();
    prop_oneof![
        5 => (source.clone(), person.clone(), [said(), said()], any::<bool>()).prop_map(
            |(source, person, columns, agrees)| Step::Load { source, person, columns, agrees }
        ),
        2 => (source, 1..4_usize).prop_map(|(source, back)| Step::LoadOlder { source, back }),
        3 => (person.clone(), column.clone(), prop::bool::weighted(0.2)).prop_map(
            |(person, column, takes_away)| Step::Correct { person, column, takes_away }
        ),
        3 => (person.clone(), column.clone(), 0..4_usize)
            .prop_map(|(person, column, what)| Step::Contest { person, column, what }),
        2 => (person.clone(), any::<bool>(), any::<bool>())
            .prop_map(|(person, to_all, yes)| Step::Object { person, to_all, yes }),
        2 => (person.clone(), any::<bool>()).prop_map(|(person, yes)| Step::Consent { person, yes }),
        2 => (person.clone(), any::<bool>(), prop::bool::weighted(0.6))
            .prop_map(|(person, all, yes)| Step::Hold { person, all, yes }),
        3 => (person.clone(), column.clone(), prop::bool::weighted(0.6))
            .prop_map(|(person, column, yes)| Step::Stop { person, column, yes }),
        3 => person.clone().prop_map(|person| Step::Part { person }),
        2 => person.clone().prop_map(|person| Step::Rejoin { person }),
        4 => (person.clone(), column).prop_map(|(person, column)| Step::Delete { person, column }),
        2 => person.clone().prop_map(|person| Step::Erase { person }),
        2 => person.prop_map(|person| Step::Readmit { person }),
        1 => Just(Step::Expire),
        1 => Just(Step::Resolve),
        2 => Just(Step::Decide),
        2 => Just(Step::Sweep),
        2 => Just(Step::BackUp),
        2 => (0..3_usize).prop_map(|back| Step::Restore { back }),
    ]
}

/// How many histories there are.
fn histories() -> u32 {
    let wanted = std::env::var("THEIRS_HISTORIES").ok().and_then(|text| text.parse().ok());
    let is_long = std::env::var_os("THEIRS_LONG").is_some();
    wanted.unwrap_or(if is_long { 400 } else { 6 })
}

fn follow(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut shop = Shop::new(PEOPLE);
    shop.holds("at first")?;
    for step in steps {
        shop.pass_an_hour();
        shop.take(step);
        shop.holds(&format!("after {step:?}"))?;
    }
    shop.take(&Step::Sweep);
    shop.holds("at the end")
}

/// Histories that chance rarely finds.
fn rare() -> [Vec<Step>; 5] {
    let again = |source, person| Step::Load {
        source,
        person,
        columns: [Said::Same, Said::Same],
        agrees: true,
    };
    let both = |person| [again(Source::Till, person), again(Source::Web, person)];
    let gone = |person| [Step::Erase { person }, Step::Readmit { person }];
    let (lost, sweep) = (Step::Restore { back: 0 }, Step::Sweep);
    // Whom the backup does not know once the erasure is done again had a value deleted since.
    let mut deleted_after_coming_back = vec![Step::BackUp];
    deleted_after_coming_back.extend(gone(0));
    deleted_after_coming_back.extend(both(0));
    deleted_after_coming_back.push(Step::Delete { person: 0, column: 0 });
    deleted_after_coming_back.extend([lost.clone(), again(Source::Till, 0), sweep.clone()]);
    // Files that are as they were at the backup bring back whoever was let in again since.
    let mut let_in_since = vec![Step::BackUp];
    let_in_since.extend(gone(1));
    let_in_since.extend([lost.clone(), sweep.clone()]);
    // Of an old file that says what was deleted nothing comes in, before a restore and after it.
    let old = |source| Step::LoadOlder { source, back: 2 };
    let mut old_files = vec![Step::BackUp];
    old_files.extend(both(2));
    old_files.extend([Step::Delete { person: 2, column: 1 }, old(Source::Till), old(Source::Web)]);
    old_files.extend([Step::Resolve, lost, old(Source::Till), old(Source::Web), sweep]);
    // What was refused while an entry was theirs, whoever it is has refused too, and stays refused
    // when it comes back, though they took it back meanwhile.
    let refuse = |yes| {
        [
            Step::Hold { person: 0, all: true, yes },
            Step::Hold { person: 0, all: false, yes },
            Step::Object { person: 0, to_all: true, yes },
            Step::Consent { person: 0, yes: !yes },
        ]
    };
    let mut refused_by_both = refuse(true).to_vec();
    refused_by_both.push(Step::Part { person: 0 });
    refused_by_both.extend(refuse(false));
    refused_by_both.extend([Step::Decide, Step::Rejoin { person: 0 }]);
    refused_by_both.extend(refuse(false));
    // What was deleted while an entry was theirs stays out of it, alone and when it comes back.
    let mut deleted_of_both = vec![Step::Delete { person: 1, column: 0 }, Step::BackUp];
    deleted_of_both.extend([Step::Part { person: 1 }, again(Source::Web, 1), old(Source::Web)]);
    let correct = Step::Correct { person: 1, column: 0, takes_away: false };
    deleted_of_both.extend([correct, Step::Sweep, Step::Rejoin { person: 1 }, old(Source::Web)]);
    deleted_of_both.extend([Step::Part { person: 1 }, Step::Restore { back: 0 }, Step::Sweep]);
    [deleted_after_coming_back, let_in_since, old_files, refused_by_both, deleted_of_both]
}

#[test]
fn what_chance_rarely_finds_goes_right_too() {
    for steps in rare() {
        if let Err(error) = follow(&steps) {
            panic!("{error}");
        }
    }
}

#[test]
fn every_value_is_where_the_last_word_on_it_leaves_it_and_nowhere_else() {
    let config = Config {
        cases: histories(),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[27; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let steps = prop::collection::vec(step(), 8..LONGEST);
    if let Err(error) = runner.run(&steps, |steps| follow(&steps)) {
        panic!("{error}");
    }
}
