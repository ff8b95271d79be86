use theirs_model::RecordId;

use super::*;
use crate::store::Store;

/// What the first version that landed wrote of a shop with three clients: two records of one person,
/// one of another, what she objected to, and a third who is nobody's yet.
const FIRST: &str = include_str!("tests/first.sql");

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "what is told of a step may say stop")]
fn quiet(_: Step) -> Result<(), UpgradeError> {
    Ok(())
}

/// A folder as the first version left it: the database in plain, with a log that is not folded in.
fn first(root: &Path) -> (Folder, Keys) {
    let folder = Folder::create(root).unwrap();
    let keys = Keys::create(&folder).unwrap();
    let connection = Connection::open(folder.database()).unwrap();
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    connection.execute_batch("pragma journal_mode = wal").unwrap();
    connection.execute_batch(FIRST).unwrap();
    (folder, keys)
}

fn upgrade(folder: &Folder, keys: &Keys, tell: Tell<'_>) -> Result<Upgraded, UpgradeError> {
    let draft = Draft::begin(folder, keys, tell)?.unwrap();
    draft.bring(tell)?;
    draft.publish(5, at(9), tell)
}

fn names(connection: &Connection) -> Vec<String> {
    let mut query = connection.prepare("select key || body from record order by id").unwrap();
    let found = query.query_map([], |row| row.get(0)).unwrap();
    found.map(Result::unwrap).collect()
}

fn open(folder: &Folder, keys: &Keys) -> Result<Store, StoreError> {
    Store::open(&folder.database(), &keys.database())
}

#[test]
fn a_folder_of_the_first_layout_is_refused_until_it_is_upgraded_and_then_has_all_it_had() {
    let root = tempfile::tempdir().unwrap();
    let (folder, keys) = first(root.path());
    let before = names(&Connection::open(folder.database()).unwrap());
    assert_eq!(before.len(), 4);
    let message = open(&folder, &keys).err().unwrap().to_string();
    let says = ["layout 1 in plain", "layout 24, encrypted", "`theirs upgrade`"];
    let says = says.map(|said| said.replace("24", &schema::known().to_string()));
    assert!(says.iter().all(|said| message.contains(said)), "{message}");
    assert_eq!(Standing::of(&folder, &keys).unwrap(), Standing { layout: 1, encrypted: false });
    let mut steps = Vec::new();
    let done = upgrade(&folder, &keys, &mut |step| {
        steps.push(step);
        Ok(())
    });
    let done = done.unwrap();
    assert_eq!((done.from.layout, done.to), (1, Standing::current()));
    let layouts = steps.iter().filter(|step| matches!(step, Step::Layout(..))).count();
    assert_eq!(i64::try_from(layouts).unwrap(), schema::known() - 1);
    let store = open(&folder, &keys).unwrap();
    assert_eq!(names(&store.connection()), before);
    assert_eq!(store.sequence().unwrap(), Sequence(7));
    assert_eq!(store.person_of(RecordId(2)).unwrap().unwrap().id.0, "p-ada");
    assert_eq!(store.person_of(RecordId(4)).unwrap(), None);
    let place = folder.before_upgrade();
    assert_eq!(place.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    for file in [place.join(OLD), place.join(NOTE), folder.database()] {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
    assert_eq!(kept(&folder).unwrap(), Some(done));
    assert!(Draft::begin(&folder, &keys, &mut quiet).unwrap().is_none(), "nothing is left to do");
}

#[test]
fn nothing_of_anybody_is_in_plain_after_an_upgrade() {
    let root = tempfile::tempdir().unwrap();
    let (folder, keys) = first(root.path());
    let holds = || {
        let places = [folder.data(), folder.before_upgrade()];
        let files = places.iter().filter_map(|place| std::fs::read_dir(place).ok()).flatten();
        let mut files = files.map(|file| file.unwrap().path()).filter(|path| path.is_file());
        files.any(|path| memchr::memmem::find(&std::fs::read(path).unwrap(), b"Lovelace").is_some())
    };
    assert!(holds());
    upgrade(&folder, &keys, &mut quiet).unwrap();
    assert!(!holds());
    back(&folder, &keys, 5, &mut quiet).unwrap();
    assert!(holds(), "an older version reads it again");
}

#[test]
fn going_back_gives_the_old_database_as_it_was_and_forward_goes_again() {
    let root = tempfile::tempdir().unwrap();
    let (folder, keys) = first(root.path());
    let before = names(&Connection::open(folder.database()).unwrap());
    upgrade(&folder, &keys, &mut quiet).unwrap();
    // Looked at, and left as it is.
    open(&folder, &keys).unwrap().people_sequence().unwrap();
    back(&folder, &keys, 5, &mut quiet).unwrap();
    assert!(!folder.before_upgrade().exists());
    let old = Connection::open(folder.database()).unwrap();
    assert_eq!((schema::layout(&old).unwrap(), names(&old)), (1, before.clone()));
    assert_eq!(Form::of(&folder.database()).unwrap(), Form::Plain);
    drop(old);
    assert!(matches!(back(&folder, &keys, 5, &mut quiet), Err(UpgradeError::NothingKept)));
    upgrade(&folder, &keys, &mut quiet).unwrap();
    assert_eq!(names(&open(&folder, &keys).unwrap().connection()), before);
}

#[test]
fn an_encrypted_database_of_an_earlier_layout_goes_forward_and_back_encrypted() {
    let root = tempfile::tempdir().unwrap();
    let folder = Folder::create(root.path()).unwrap();
    let keys = Keys::create(&folder).unwrap();
    let connection = keys.database().open(&folder.database()).unwrap();
    connection.execute_batch(FIRST).unwrap();
    drop(connection);
    assert!(matches!(open(&folder, &keys), Err(StoreError::Older { encrypted: true, .. })));
    upgrade(&folder, &keys, &mut quiet).unwrap();
    assert_eq!(open(&folder, &keys).unwrap().sequence().unwrap(), Sequence(7));
    back(&folder, &keys, 5, &mut quiet).unwrap();
    let old = keys.database().open(&folder.database()).unwrap();
    assert_eq!((schema::layout(&old).unwrap(), names(&old).len()), (1, 4));
}

#[test]
fn whoever_changed_anything_since_does_not_go_back() {
    let root = tempfile::tempdir().unwrap();
    let (folder, keys) = first(root.path());
    upgrade(&folder, &keys, &mut quiet).unwrap();
    let refused =
        |ledger| matches!(back(&folder, &keys, ledger, &mut quiet), Err(UpgradeError::Changed(_)));
    assert!(refused(6), "something was logged");
    let store = open(&folder, &keys).unwrap();
    store.connection().execute_batch("update meta set value = value + 1").unwrap();
    assert!(refused(5), "its log is not empty");
    store.connection().query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    drop(store);
    assert!(refused(5), "nor is the file as it was");
    assert!(forget(&folder).unwrap() && !forget(&folder).unwrap());
    assert!(matches!(back(&folder, &keys, 5, &mut quiet), Err(UpgradeError::NothingKept)));
}

/// A crash before the step of this number; says whether there was one.
fn crash(number: usize) -> impl FnMut(Step) -> Result<(), UpgradeError> {
    let mut seen = 0;
    move |_| {
        seen += 1;
        let stops = seen > number;
        if stops { Err(UpgradeError::Check("here it stops".to_owned())) } else { Ok(()) }
    }
}

#[test]
fn wherever_it_stops_the_old_or_the_new_is_whole_and_the_next_run_ends_it() {
    for number in 0..64 {
        let root = tempfile::tempdir().unwrap();
        let (folder, keys) = first(root.path());
        let done = upgrade(&folder, &keys, &mut crash(number));
        match Standing::of(&folder, &keys).unwrap() {
            Standing { layout: 1, encrypted: false } => {
                let old = Connection::open(folder.database()).unwrap();
                assert_eq!(names(&old).len(), 4);
                check::whole(&old).unwrap();
                drop(old);
                assert!(kept(&folder).unwrap().is_none(), "what is half is nothing to go back to");
                upgrade(&folder, &keys, &mut quiet).unwrap();
            }
            standing => assert_eq!(standing, Standing::current()),
        }
        assert_eq!(names(&open(&folder, &keys).unwrap().connection()).len(), 4);
        back(&folder, &keys, 5, &mut quiet).unwrap();
        if done.is_ok() {
            assert!(number > 26, "every step was stopped at");
            return;
        }
    }
    panic!("it never ends");
}

#[test]
fn wherever_going_back_stops_the_next_run_ends_it() {
    for number in 0..4 {
        let root = tempfile::tempdir().unwrap();
        let (folder, keys) = first(root.path());
        upgrade(&folder, &keys, &mut quiet).unwrap();
        let done = back(&folder, &keys, 5, &mut crash(number));
        assert_eq!(done.is_ok(), number == 3);
        if done.is_err() && folder.before_upgrade().exists() {
            back(&folder, &keys, 5, &mut quiet).unwrap();
        }
        let old = Connection::open(folder.database()).unwrap();
        assert_eq!((schema::layout(&old).unwrap(), names(&old).len()), (1, 4));
        assert!(!folder.before_upgrade().exists());
    }
}

#[test]
fn a_copy_that_lost_a_row_or_a_reference_never_gets_the_name() {
    let root = tempfile::tempdir().unwrap();
    let (folder, keys) = first(root.path());
    let connection = Connection::open(folder.database()).unwrap();
    let lost = "pragma foreign_keys = off; insert into assignment values (99, 0, 1.0, 1)";
    connection.execute_batch(lost).unwrap();
    drop(connection);
    let refused = upgrade(&folder, &keys, &mut quiet).unwrap_err().to_string();
    assert!(refused.contains("assignment refers to one that is not there"), "{refused}");
    assert_eq!(Standing::of(&folder, &keys).unwrap().layout, 1);
    let had = check::Rows::from([("act".to_owned(), 2), ("meta".to_owned(), 2)]);
    let has = |acts, meta| check::Rows::from([("act".to_owned(), acts), ("meta".to_owned(), meta)]);
    check::kept(&had, &has(2, 3), &["meta"], 9).unwrap();
    assert!(check::kept(&had, &has(1, 2), &["meta"], 9).is_err());
    assert!(check::kept(&had, &has(3, 2), &["meta"], 9).is_err());
    assert!(check::kept(&had, &check::Rows::new(), &[], 9).is_err());
}
