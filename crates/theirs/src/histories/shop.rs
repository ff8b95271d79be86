//! A small shop in a folder of its own, its files as they were at each load, and the model beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use proptest::test_runner::TestCaseError;
use theirs_charter::{Asker, Authority, Charter, Outside, Policies};
use theirs_model::Clock;
use theirs_rights::{
    By, Choice, Contesting, Ground, Marker, Reason, RestoreError, Restoring, RightsError, Since,
    note_readmitted, restore,
};
use theirs_store::backup::{Head, KeysArtefact, write_data};
use theirs_store::{Doing, Keys, Person};

use super::model::{
    COLUMNS, Contested, Lasting, Model, Person as Expected, Refusal, Row, Spoken, standing,
};
use super::{Said, Step};
use crate::command::{decide_quietly, report, resolve_quietly};
use crate::progress::Progress;
use crate::sweeping::{self, forget_in_model};
use crate::telling::tell;
use crate::workspace::Workspace;

const CHARTER: &str = include_str!("charter.yaml");
/// The purposes of the charter.
const PURPOSES: [&str; 3] = ["parcel", "card", "figures"];
/// How long a backup of the keys lives; older ones are not restored.
const KEYS_LIVE: SignedDuration = SignedDuration::from_hours(24 * 13);

/// A file of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Till,
    Web,
}

impl Source {
    const ALL: [Self; 2] = [Self::Till, Self::Web];

    fn name(self) -> &'static str {
        match self {
            Self::Till => "till",
            Self::Web => "web",
        }
    }

    fn key(self, person: usize) -> String {
        match self {
            Self::Till => format!("Perq{person}x"),
            Self::Web => format!("Web{person}"),
        }
    }
}

/// What a file says, by person.
type File = BTreeMap<usize, Row>;

struct Hand(Mutex<Timestamp>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Backup {
    folder: PathBuf,
    at: Timestamp,
    model: Model,
    /// How much of what lasts had happened.
    lasting: usize,
}

pub struct Shop {
    home: tempfile::TempDir,
    clock: Arc<Hand>,
    workspace: Option<Workspace>,
    token: String,
    model: Model,
    /// What each file says, as of each load.
    files: BTreeMap<Source, Vec<File>>,
    backups: Vec<Backup>,
    lasting: Vec<Lasting>,
    /// The values that must be nowhere, by whose they were.
    gone: BTreeMap<String, usize>,
    /// Every value of each person.
    values: Vec<BTreeSet<String>>,
    words: u32,
    /// What the last step wants to be looked at beside what always is.
    swept: bool,
    list: Option<PathBuf>,
}

impl Shop {
    pub fn new(people: usize) -> Self {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("shop");
        Workspace::create(&root).unwrap();
        let clock = Arc::new(Hand(Mutex::new("2026-03-02T09:00:00Z".parse().unwrap())));
        let workspace = Workspace::open_at(&root, "test", Arc::clone(&clock) as _).unwrap();
        let charter = Charter::read("charter.yaml", CHARTER).unwrap();
        workspace.apply(&Authority::new(charter.into(), &Policies::none()).unwrap()).unwrap();
        let (roles, now) = (["work".to_owned()], workspace.clock.now());
        let ana = workspace.store.add_principal("ana", &roles, &workspace.keys, now).unwrap();
        let nobody = Expected::default();
        let model = Model { people: vec![nobody; people], apart: vec![None; people] };
        let mut shop = Self {
            home,
            clock,
            workspace: Some(workspace),
            token: ana.token,
            model,
            files: Source::ALL.map(|source| (source, vec![File::new()])).into(),
            backups: Vec::new(),
            lasting: Vec::new(),
            gone: BTreeMap::new(),
            values: vec![BTreeSet::new(); people],
            words: 0,
            swept: false,
            list: None,
        };
        for source in Source::ALL {
            let mut file = File::new();
            for person in 0..people {
                let values = [Some(shop.word(person)), Some(shop.word(person))];
                let agrees = source == Source::Till;
                file.insert(person, Row { since: Some(shop.clock.now()), values, agrees });
            }
            shop.load(source, file);
        }
        shop
    }

    fn workspace(&self) -> &Workspace {
        self.workspace.as_ref().unwrap()
    }

    fn root(&self) -> PathBuf {
        self.home.path().join("shop")
    }

    pub fn pass_an_hour(&self) {
        *self.clock.0.lock().unwrap() += SignedDuration::from_hours(1);
    }

    /// A word that stands nowhere else, of this person from now on.
    fn word(&mut self, person: usize) -> String {
        self.words += 1;
        let word = format!("Tokq{:05}z", self.words);
        self.values[person].insert(word.clone());
        word
    }

    fn person(&self, person: usize) -> Option<Person> {
        let held = self.model.people[person].held.keys().next()?;
        let name = format!("{}:{}", held.name(), held.key(person));
        Some(self.workspace().desk().unwrap().find(&name, By::Person).unwrap())
    }

    /// Whoever the entry is that a person sent away.
    fn other(&self, person: usize) -> Person {
        let name = format!("{}:{}", Source::Web.name(), Source::Web.key(person));
        self.workspace().desk().unwrap().find(&name, By::Person).unwrap()
    }

    /// Writes a file and loads it, and joins its records.
    fn load(&mut self, source: Source, file: File) {
        self.files.get_mut(&source).unwrap().push(file);
        self.load_again(source);
    }

    /// Loads a file as it is.
    fn load_again(&mut self, source: Source) {
        let file = self.files[&source].last().unwrap().clone();
        std::fs::write(self.root().join(format!("{}.csv", source.name())), text(source, &file))
            .unwrap();
        let workspace = self.workspace();
        let charter = workspace.charter().unwrap();
        let progress = Progress::bar(source.name());
        let known = charter.source(source.name()).unwrap();
        crate::load::load(workspace, &charter, known, &self.root(), &progress).unwrap();
        resolve_quietly(workspace).unwrap();
        let now = self.clock.now();
        for (person, row) in &file {
            self.model.load(source, *person, row, now);
        }
    }

    pub fn take(&mut self, step: &Step) {
        (self.swept, self.list) = (false, None);
        match *step {
            Step::Load { source, person, columns, agrees } => {
                self.say(source, person, columns, agrees);
            }
            Step::LoadOlder { source, back } => {
                let known = &self.files[&source];
                let file = known[known.len().saturating_sub(1 + back).max(1)].clone();
                self.load(source, file);
            }
            Step::Correct { person, column, takes_away } => {
                self.correct(person, column, takes_away);
            }
            Step::Contest { person, column, what } => self.contest(person, column, what),
            Step::Object { person, to_all, yes } => self.object(person, to_all, yes),
            Step::Consent { person, yes } => self.consent(person, yes),
            Step::Hold { person, all, yes } => self.hold(person, all, yes),
            Step::Stop { person, column, yes } => self.stop(person, column, yes),
            Step::Part { person } => self.part(person),
            Step::Rejoin { person } => self.rejoin(person),
            Step::Delete { person, column } => self.delete(person, column),
            Step::Erase { person } => self.erase(person),
            Step::Readmit { person } => self.readmit(person),
            Step::Expire => self.expire(),
            Step::Resolve => resolve_quietly(self.workspace()).unwrap(),
            Step::Decide => self.decide(),
            Step::Sweep => self.sweep(),
            Step::BackUp => self.back_up(),
            Step::Restore { back } => self.restore(back),
        }
    }

    fn say(&mut self, source: Source, person: usize, columns: [Said; 2], agrees: bool) {
        let mut file = self.files[&source].last().unwrap().clone();
        let mut row = file[&person].clone();
        for (value, said) in row.values.iter_mut().zip(columns) {
            match said {
                Said::New => *value = Some(self.word(person)),
                Said::Nothing => *value = None,
                Said::Same => {}
            }
        }
        (row.since, row.agrees) = (Some(self.clock.now()), agrees);
        file.insert(person, row);
        self.load(source, file);
    }

    fn correct(&mut self, person: usize, column: usize, takes_away: bool) {
        let Some(who) = self.person(person) else { return };
        let value = (!takes_away).then(|| self.word(person));
        let desk = self.workspace().desk().unwrap();
        desk.correct(&who, COLUMNS[column], value.as_deref(), By::Person).unwrap();
        tell(self.workspace()).unwrap();
        self.model.people[person].correct(column, value);
        self.outlasts(person, Spoken::Correction(column), true);
    }

    /// Notes what was said of whoever has these entries now, as a restore says it again.
    fn outlasts(&mut self, person: usize, spoken: Spoken, refuses: bool) {
        let sources = self.model.people[person].held.keys().copied().collect();
        self.lasting.push(Lasting::Said { person, spoken, refuses, sources });
    }

    /// Notes that somebody refused something, or took it back.
    fn refuse(&mut self, person: usize, what: Refusal, refuses: bool) {
        self.model.people[person].refuse(what, refuses);
        self.outlasts(person, Spoken::Refusal(what), refuses);
    }

    fn contest(&mut self, person: usize, column: usize, what: usize) {
        let Some(who) = self.person(person) else { return };
        let (what, then) = [
            (Contesting::Begin, Some(Contested::Open)),
            (Contesting::TakeBack, None),
            (Contesting::Uphold, Some(Contested::Upheld)),
            (Contesting::Dismiss, Some(Contested::Dismissed)),
        ][what];
        let privacy = Asker::new("noor", ["privacy"]);
        let by = match what {
            Contesting::Begin | Contesting::TakeBack => By::Person,
            _ => By::Colleague(&privacy),
        };
        let reason = Reason { why: Some("looked at"), at_their_request: false };
        let desk = self.workspace().desk().unwrap();
        match desk.contest(&who, COLUMNS[column], what, reason, by) {
            Ok(_) => {
                self.model.people[person].words[column].contest = then;
                let refuses = matches!(then, Some(Contested::Open | Contested::Upheld));
                self.outlasts(person, Spoken::Contest(column, then), refuses);
            }
            Err(RightsError::NotContested { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        tell(self.workspace()).unwrap();
    }

    fn object(&mut self, person: usize, to_all: bool, yes: bool) {
        let Some(who) = self.person(person) else { return };
        let topic = if to_all { "all" } else { "marketing" };
        let choice = Choice::Objection { topic: topic.to_owned(), yes };
        self.workspace().desk().unwrap().choose(&who, &choice, By::Person).unwrap();
        let what = if to_all { Refusal::All } else { Refusal::Marketing };
        self.refuse(person, what, yes);
    }

    fn consent(&mut self, person: usize, yes: bool) {
        let Some(who) = self.person(person) else { return };
        let choice = Choice::Consent { topic: "news".to_owned(), yes };
        self.workspace().desk().unwrap().choose(&who, &choice, By::Person).unwrap();
        self.refuse(person, Refusal::News, !yes);
    }

    fn hold(&mut self, person: usize, all: bool, yes: bool) {
        let Some(who) = self.person(person) else { return };
        let topic = if all { "all" } else { "card" };
        let desk = self.workspace().desk().unwrap();
        desk.restrict(&who, topic, yes, Reason::default(), By::Person).unwrap();
        tell(self.workspace()).unwrap();
        let what = if all { Refusal::Hold } else { Refusal::HoldOfCard };
        self.refuse(person, what, yes);
    }

    fn stop(&mut self, person: usize, column: usize, yes: bool) {
        let Some(who) = self.person(person) else { return };
        let desk = self.workspace().desk().unwrap();
        match desk.stop_using(&who, COLUMNS[column], yes, Reason::default(), By::Person) {
            Ok(_) => self.refuse(person, Refusal::Use(column), yes),
            Err(RightsError::NotContested { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }

    fn part(&mut self, person: usize) {
        if !self.model.people[person].may_part() {
            return;
        }
        let desk = self.workspace().desk().unwrap();
        let entry = desk.record(Source::Web.name(), &Source::Web.key(person)).unwrap();
        desk.split(entry.id, Reason::default(), By::Person).unwrap();
        self.model.apart[person] = Some(self.model.people[person].part());
    }

    fn rejoin(&mut self, person: usize) {
        let Some(other) = self.model.apart[person].take() else { return };
        let desk = self.workspace().desk().unwrap();
        let [till, web] =
            Source::ALL.map(|one| desk.record(one.name(), &one.key(person)).unwrap().id);
        desk.merge(till, web, Reason::default(), By::Person).unwrap();
        self.model.people[person].rejoin(other, self.clock.now());
    }

    fn delete(&mut self, person: usize, column: usize) {
        let Some(who) = self.person(person) else { return };
        let (desk, held) =
            (self.workspace().desk().unwrap(), self.model.people[person].holds(column));
        let done = desk.delete(&who, COLUMNS[column], Ground::Asked, By::Person);
        if held.is_empty() {
            assert!(matches!(done, Err(RightsError::NothingHeld { .. })), "{:?}", done.err());
            return;
        }
        done.unwrap();
        sweeping::follow(self.workspace()).unwrap();
        let at = self.clock.now();
        self.model.people[person].delete(column, at, BTreeSet::new());
        let deletion = self.model.people[person].words[column].deletion.as_ref().unwrap();
        let values = deletion.values.clone();
        self.gone.extend(values.iter().map(|value| (value.clone(), person)));
        let sources: BTreeSet<Source> = self.model.people[person].held.keys().copied().collect();
        let of_both = sources.contains(&Source::Web);
        self.lasting.push(Lasting::Deleted { person, column, at, values, of_both, sources });
    }

    fn erase(&mut self, person: usize) {
        let Some(who) = self.person(person) else { return };
        let desk = self.workspace().desk().unwrap();
        desk.erase(&who, Ground::Asked, By::Person).unwrap();
        if self.model.apart[person].is_some() {
            let other = self.other(person);
            desk.erase(&other, Ground::Asked, By::Person).unwrap();
        }
        sweeping::follow(self.workspace()).unwrap();
        self.model.erase(person);
        let values = self.values[person].iter().map(|value| (value.clone(), person));
        self.gone.extend(values);
        self.lasting.push(Lasting::Erased(person));
    }

    fn readmit(&mut self, person: usize) {
        if !self.model.people[person].is_blocked {
            return;
        }
        let workspace = self.workspace();
        let marker = Marker::new(&workspace.keys);
        let marks = Source::ALL.map(|source| marker.key(source.name(), &source.key(person)));
        let whose = workspace.store.readmit(&marks, self.clock.now()).unwrap();
        assert!(!whose.is_empty());
        note_readmitted(&workspace.store, &workspace.folder.erasures(), &whose).unwrap();
        self.model.people[person].is_blocked = false;
        self.gone.retain(|_, of| *of != person);
        self.lasting.push(Lasting::Readmitted(person));
    }

    fn expire(&mut self) {
        *self.clock.0.lock().unwrap() += SignedDuration::from_hours(240);
        let workspace = self.workspace();
        let outbox = workspace.folder.outbox();
        workspace.desk().unwrap().expire(Doing::Writing, &outbox).unwrap();
    }

    fn decide(&mut self) {
        let before = lists(&self.root());
        let workspace = self.workspace().for_asker(Some(self.token.clone())).unwrap();
        decide_quietly(&workspace, "card", "ana").unwrap();
        self.list = lists(&self.root()).into_iter().find(|path| !before.contains(path));
    }

    fn sweep(&mut self) {
        let swept = sweeping::sweep(self.workspace()).unwrap();
        assert!(!swept.is_hindered);
        self.swept = true;
    }

    fn back_up(&mut self) {
        let folder = self.home.path().join(format!("backup{}", self.backups.len()));
        std::fs::create_dir(&folder).unwrap();
        let workspace = self.workspace();
        let head = || {
            workspace.ledger.settle().unwrap();
            Head { size: workspace.ledger.size(), root: workspace.ledger.root() }
        };
        let at = self.clock.now();
        write_data(&workspace.folder, &workspace.keys, &folder.join("data"), at, &head).unwrap();
        let keys = folder.join("keys.json");
        KeysArtefact::write(&workspace.folder, &workspace.keys, &keys, at, 14, None).unwrap();
        let (model, lasting) = (self.model.clone(), self.lasting.len());
        self.backups.push(Backup { folder, at, model, lasting });
    }

    /// Loses the folder, and brings it back from one of the latest backups.
    fn restore(&mut self, back: usize) {
        let now = self.clock.now();
        let Some(backup) = self.backups.iter().rev().nth(back) else { return };
        if backup.at + KEYS_LIVE < now {
            return;
        }
        let root = self.root();
        self.workspace = None;
        let lost = self.home.path().join(format!("lost{now}"));
        std::fs::rename(root.join("data"), &lost).unwrap();
        let _ = std::fs::remove_dir_all(root.join("outbox"));
        let restoring = Restoring {
            data: &backup.folder.join("data"),
            keys: &backup.folder.join("keys.json"),
            passphrase: None,
            into: &root,
            since: Since::Log(&lost),
            clock: Arc::clone(&self.clock) as _,
        };
        restore(&restoring, &|store| {
            let version = store.charter_in_force()?.ok_or(RestoreError::NoCharter)?;
            let charter = Charter::read_with("charter.yaml", &version.text, Outside::AsApplied);
            Ok(forget_in_model(store, &charter.map_err(|_| RestoreError::NoCharter)?)?)
        })
        .unwrap();
        self.model = backup.model.clone();
        // What was said takes effect once all is erased and deleted again.
        let again = standing(&self.lasting[backup.lasting..]);
        let is_said = |one: &&Lasting| matches!(one, Lasting::Said { .. });
        again.iter().filter(|one| !is_said(one)).for_each(|one| self.model.take_again(one));
        again.iter().filter(is_said).for_each(|one| self.model.take_again(one));
        assert_eq!(self.first_gone_in(&root.join("data")), None, "after a restore");
        let workspace = Workspace::open_at(&root, "test", Arc::clone(&self.clock) as _).unwrap();
        self.workspace = Some(workspace);
        for source in Source::ALL {
            self.load_again(source);
        }
    }

    /// Whether everything is where the model says, and nothing where it must not be.
    pub fn holds(&self, when: &str) -> Result<(), TestCaseError> {
        let fail = |what: String| Err(TestCaseError::fail(format!("{when}: {what}")));
        for purpose in PURPOSES {
            let (seen, expected) = (self.seen_by(purpose), self.model.seen_by(purpose));
            if seen != expected {
                return fail(format!("{purpose} sees {seen:?}, not {expected:?}"));
            }
        }
        for person in 0..self.model.people.len() {
            let apart = self.model.apart[person].as_ref();
            let others = apart.and_then(|known| self.told_otherwise(&self.other(person), known));
            if let Some(what) = self.is_otherwise(person).or(others) {
                return fail(format!("{person} {what}"));
            }
        }
        if let Some(list) = &self.list {
            let (given, expected) = (rows(list), self.model.seen_by("card"));
            if given != expected {
                return fail(format!("the printer is given {given:?}, not {expected:?}"));
            }
        }
        if self.swept {
            for folder in ["data", "outbox"] {
                if let Some(value) = self.first_gone_in(&self.root().join(folder)) {
                    return fail(format!("{folder}/ holds {value}"));
                }
            }
        }
        Ok(())
    }

    /// What a purpose sees in governed SQL.
    fn seen_by(&self, purpose: &str) -> Vec<[Option<String>; 2]> {
        let statement = format!("select city, employer from {purpose}.person");
        let asker = Asker::new("ana", ["work"]);
        let answer = self.workspace().door().unwrap().ask(&asker, statement.as_str()).unwrap();
        let mut rows = Vec::new();
        for batch in &answer.batches {
            let texts = |at: usize| {
                let column =
                    arrow::compute::cast(batch.column(at), &arrow::datatypes::DataType::Utf8);
                let column = column.unwrap();
                let column = arrow::array::AsArray::as_string::<i32>(&column).clone();
                column.iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()
            };
            rows.extend(texts(0).into_iter().zip(texts(1)).map(|(one, two)| [one, two]));
        }
        rows.sort();
        rows
    }

    /// What is otherwise with a person than it ought to be, if anything.
    fn is_otherwise(&self, person: usize) -> Option<String> {
        let Some(who) = self.person(person) else {
            let name = format!("till:{}", Source::Till.key(person));
            let is_there = self.workspace().desk().unwrap().find(&name, By::Person).is_ok();
            return is_there.then(|| "is there".to_owned());
        };
        self.told_otherwise(&who, &self.model.people[person])
    }

    /// What somebody is told otherwise than it is, if anything.
    fn told_otherwise(&self, who: &Person, known: &Expected) -> Option<String> {
        let workspace = self.workspace();
        let desk = workspace.desk().unwrap();
        let report =
            report::make(workspace, &desk, who, By::Person, &theirs_words::Speech::default())
                .unwrap();
        let text = serde_json::to_string(&report).unwrap();
        if let Some(value) = self.gone.keys().find(|value| text.contains(value.as_str())) {
            return Some(format!("is told {value}, which is gone"));
        }
        if report.record.on_hold != (known.on_hold == Some(true)) {
            return Some(format!("is told that all is on hold: {}", report.record.on_hold));
        }
        for (at, column) in COLUMNS.iter().enumerate() {
            let entry = report.record.entries.iter().find(|entry| entry.column == *column);
            let told = entry.and_then(|entry| entry.value.clone());
            if told != known.believed(at) {
                return Some(format!("is told {told:?} as {column}, not {known:?}"));
            }
            let said: BTreeSet<&str> = entry
                .iter()
                .flat_map(|entry| &entry.said)
                .map(|said| said.value.as_str())
                .collect();
            let expected = known.told_of(at);
            if said != expected.values().map(String::as_str).collect() {
                return Some(format!("hears {said:?} of {column}, not {expected:?}"));
            }
        }
        None
    }

    /// A value that is gone and that some file below a folder holds, or a row of its database.
    fn first_gone_in(&self, folder: &Path) -> Option<&String> {
        let mut waiting = vec![folder.to_owned()];
        while let Some(here) = waiting.pop() {
            let Ok(listed) = std::fs::read_dir(&here) else { continue };
            for file in listed {
                let path = file.unwrap().path();
                if path.is_dir() {
                    waiting.push(path);
                    continue;
                }
                let mut bytes = std::fs::read(&path).unwrap();
                if path.file_name().is_some_and(|name| name == "store.sqlite") {
                    let plain = tempfile::tempdir().unwrap();
                    let plain = plain.path().join("store.sqlite");
                    let keys = Keys::open_or_create(&path.with_file_name("keys")).unwrap();
                    keys.database().write_plain(&path, &plain).unwrap();
                    bytes.extend(std::fs::read(plain).unwrap());
                }
                let text = String::from_utf8_lossy(&bytes).into_owned();
                if let Some(value) = self.gone.keys().find(|value| text.contains(value.as_str())) {
                    return Some(value);
                }
            }
        }
        None
    }
}

/// A file as the source writes it.
fn text(source: Source, file: &File) -> String {
    let mut text = match source {
        Source::Till => "client_no,updated_at,given,city,employer,news\n".to_owned(),
        Source::Web => "account,client_no,updated_at,city,employer\n".to_owned(),
    };
    for (person, row) in file {
        let [city, employer] = row.values.each_ref().map(|one| one.clone().unwrap_or_default());
        let since = row.since.unwrap();
        let number = Source::Till.key(*person);
        let news = if row.agrees { "yes" } else { "no" };
        let written = match source {
            Source::Till => {
                writeln!(text, "{number},{since},Given{person},{city},{employer},{news}")
            }
            Source::Web => {
                let account = Source::Web.key(*person);
                writeln!(text, "{account},{number},{since},{city},{employer}")
            }
        };
        written.unwrap();
    }
    text
}

/// The lists that lie in the outbox.
fn lists(root: &Path) -> BTreeSet<PathBuf> {
    let Ok(listed) = std::fs::read_dir(root.join("outbox")) else { return BTreeSet::new() };
    let paths = listed.map(|file| file.unwrap().path());
    let is_list = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("card-"))
    };
    paths.filter(is_list).collect()
}

/// What a list says of those in it.
fn rows(list: &Path) -> Vec<[Option<String>; 2]> {
    let mut reader = csv::Reader::from_path(list).unwrap();
    let head = reader.headers().unwrap().clone();
    let at = COLUMNS.map(|column| head.iter().position(|name| name == column).unwrap());
    let cell = |row: &csv::StringRecord, at: usize| {
        row.get(at).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let rows = reader.records().map(Result::unwrap);
    let mut rows: Vec<_> = rows.map(|row| at.map(|at| cell(&row, at))).collect();
    rows.sort();
    rows
}
