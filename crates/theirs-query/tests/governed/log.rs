//! Nothing leaves before it is on record.

use theirs_ledger::LeafIndex;
use theirs_query::QueryError;
use theirs_uses::Book;

use crate::fixture::{Fixture, asker, to_the_post};

const SQL: &str = "select city from figures.person";

#[test]
fn an_answer_is_in_the_ledger_with_everybody_it_concerns() {
    let fixture = Fixture::new();
    let answer = fixture.door.ask(&asker("analyst"), SQL).unwrap();
    assert_eq!((answer.people, fixture.ledger.size()), (9, 1));
    let entry = fixture.ledger.entry(LeafIndex(0)).unwrap();
    assert_eq!((entry.use_id, entry.people), (answer.use_id, 9));
    let used = fixture.store().all_uses().unwrap().remove(0);
    assert!(Book::is_as_committed(&used, &entry));
    assert!(used.told.contains("\"columns\":[\"city\"]"), "{}", used.told);
}

#[test]
fn a_use_names_whom_its_conditions_leave_and_nobody_else() {
    let fixture = Fixture::new();
    let people = |sql: &str| fixture.door.ask(&asker("analyst"), sql).unwrap().people;
    assert_eq!(people("select count(*) from figures.person where city = 'Oldhaven'"), 4);
    assert_eq!(people("select city from figures.person where city is null"), 1);
    assert_eq!(people("select city from figures.person where birth_date in ('18-29')"), 3);
    assert_eq!(people("select city from figures.person where city like 'Old%'"), 9);
    assert_eq!(people("select city from figures.person where upper(city) = 'OLDHAVEN'"), 9);
    assert_eq!(people("select count(*) from figures.person where false"), 0);
    let told = fixture.store().all_uses().unwrap().remove(0).told;
    assert!(told.contains("\"columns\":[\"city\"]"), "{told}");
    // Of two tables, those of both.
    let two = "select city from figures.person where city = 'Oldhaven' union all
               select at from figures.orders where total > 1";
    assert_eq!(people(two), 9);
}

#[test]
fn without_the_ledger_there_is_no_answer() {
    let fixture = Fixture::new();
    let ledger = fixture.folder.path().join("data/ledger");
    std::fs::rename(&ledger, fixture.folder.path().join("away")).unwrap();
    let answer = fixture.door.ask(&asker("analyst"), SQL);
    assert!(matches!(answer, Err(QueryError::Unlogged(_))));
    let columns = ["email".to_owned()];
    let release = fixture.door.release(&asker("marketing"), &to_the_post(&columns), &[]);
    assert!(matches!(release, Err(QueryError::Unlogged(_))));
}

#[test]
fn a_statement_that_fails_while_running_was_on_record_before() {
    let fixture = Fixture::new();
    let sql = "select 1 / (points - 1200) from figures.person";
    assert!(fixture.door.ask(&asker("analyst"), sql).is_err());
    assert_eq!(fixture.ledger.size(), 1);
}

#[test]
fn a_refusal_is_on_record_and_names_nobody() {
    let fixture = Fixture::new();
    let refused = fixture.door.ask(&asker("analyst"), "select given_name from offer.person");
    assert!(matches!(refused, Err(QueryError::Refused(_))));
    let entry = fixture.ledger.entry(LeafIndex(0)).unwrap();
    assert_eq!(entry.people, 0);
    let used = fixture.store().all_uses().unwrap().remove(0);
    assert!(used.told.contains("roles.analyst.purposes"), "{}", used.told);
}

#[test]
fn a_file_of_the_lake_that_is_gone_or_cut_is_named() {
    let fixture = Fixture::new();
    let lake = fixture.folder.path().join("data/lake");
    let mut files = std::fs::read_dir(&lake).unwrap().map(|file| file.unwrap().path());
    let file = files.find(|file| file.to_str().unwrap().contains("orders")).unwrap();
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    let ask =
        || fixture.door.ask(&asker("analyst"), "select count(*), sum(total) from figures.orders");
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let Err(QueryError::Lake(cut)) = ask() else { panic!("a cut file was read") };
    std::fs::remove_file(&file).unwrap();
    let Err(QueryError::Lake(gone)) = ask() else { panic!("a lost file was read") };
    for (message, what) in [(cut, "cannot be read"), (gone, "is missing")] {
        assert!(message.contains(&format!("data/lake/{name} {what}")), "{message}");
        assert!(message.contains("restore it from its backup"), "{message}");
    }
    // People do not lie in that file.
    assert!(fixture.door.ask(&asker("analyst"), SQL).is_ok());
}
