//! What the charters of a folder had that were ever in force, as far as it counts still: who said no, what
//! was read as data from outside, and what purposes there were.
//!
//! The version before is not enough: two changes in a row, each harmless beside the one before, would do
//! what neither may do alone.

use std::collections::BTreeSet;

use theirs_model::SourceKind;

use super::choice::{Spoken, all_voices};
use crate::charter::{Charter, Purpose, Source};

/// What the charters of a folder had that were ever in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    heard: BTreeSet<Spoken>,
    outside: BTreeSet<Outsider>,
    purposes: BTreeSet<Known>,
    versions: usize,
}

/// A purpose that there was: what it was for, and what it saw.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    name: String,
    category: String,
    seen: BTreeSet<String>,
}

/// A source that was outside, and where its rows were.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Outsider {
    pub(super) name: String,
    pub(super) kind: SourceKind,
    places: BTreeSet<Place>,
}

/// Where rows lie: the bucket, database or folder, the name there, and the table of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    within: String,
    path: String,
    table: String,
}

impl Past {
    /// What these charters had.
    pub fn of<'c>(charters: impl IntoIterator<Item = &'c Charter>) -> Self {
        let mut past = Self::default();
        for charter in charters {
            past.heard.extend(all_voices(charter));
            past.outside.extend(outsiders(charter));
            past.purposes.extend(charter.purposes.iter().map(Known::of));
            past.versions += 1;
        }
        past
    }

    /// How many charters these are. None ever goes, so that this says which.
    pub(super) fn versions(&self) -> usize {
        self.versions
    }

    /// The columns that ever said yes or no for people.
    pub(super) fn heard(&self) -> &BTreeSet<Spoken> {
        &self.heard
    }

    /// The names of the purposes of another name that were for the same, and saw something that this one
    /// sees too.
    pub(super) fn resembling(&self, purpose: &Purpose) -> BTreeSet<String> {
        let own = Known::of(purpose);
        let alike = self.purposes.iter().filter(|known| {
            known.name != own.name
                && known.category == own.category
                && !known.seen.is_disjoint(&own.seen)
        });
        alike.map(|known| known.name.clone()).collect()
    }

    /// The sources from outside, of this charter or of any before, that read what a source reads. One
    /// that is from outside itself is not among its own.
    pub(super) fn read_by(&self, source: &Source, charter: &Charter) -> BTreeSet<Outsider> {
        let own = places(source);
        let reads_it = |known: &Outsider| {
            (known.name != source.name || !source.kind.is_outside())
                && known.places.iter().any(|place| own.iter().any(|own| own.overlaps(place)))
        };
        let all = self.outside.iter().cloned().chain(outsiders(charter));
        all.filter(reads_it).collect()
    }
}

impl Known {
    fn of(purpose: &Purpose) -> Self {
        let columns = purpose.columns.iter().map(|grant| grant.column.clone());
        let activities = purpose.activities.iter().map(|granted| granted.source.clone());
        let seen = columns.chain(activities).collect();
        Self { name: purpose.name.clone(), category: purpose.category.clone(), seen }
    }
}

/// Whether two sources read from one place.
pub(super) fn is_one_place(one: &Source, other: &Source) -> bool {
    places(one) == places(other)
}

fn outsiders(charter: &Charter) -> Vec<Outsider> {
    let outside = charter.sources.iter().filter(|source| source.kind.is_outside());
    let outsider = |source: &Source| Outsider {
        name: source.name.clone(),
        kind: source.kind,
        places: places(source),
    };
    outside.map(outsider).collect()
}

/// Where the rows of a source lie.
fn places(source: &Source) -> BTreeSet<Place> {
    let pull = &source.pull;
    let table = source.table.clone().unwrap_or_default();
    let place =
        |within: String, path: &str| Place { within, path: plain(path), table: table.clone() };
    let file = source.file.as_deref().map(|file| match &pull.bucket {
        Some(bucket) => place(format!("bucket {bucket}"), file),
        None => place("folder".to_owned(), file),
    });
    let database = pull.database.as_ref().map(|name| place(format!("database {name}"), ""));
    let asked = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    let web = pull.web.as_ref().map(|web| place(asked(&web.url), ""));
    [file, database, web].into_iter().flatten().collect()
}

/// A path without what leads nowhere.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/").to_lowercase()
}

impl Place {
    /// Whether both may read the same: the same file, a folder and a file below it, or a pattern that
    /// begins as the other does.
    fn overlaps(&self, other: &Self) -> bool {
        if (&self.within, &self.table) != (&other.within, &other.table) {
            return false;
        }
        self.path == other.path || self.covers(&other.path) || other.covers(&self.path)
    }

    fn covers(&self, path: &str) -> bool {
        match self.path.split_once(['*', '?', '[']) {
            Some((begin, _)) => {
                let fixed = path.split(['*', '?', '[']).next().unwrap_or_default();
                path.starts_with(begin) || begin.starts_with(fixed) && fixed.len() < path.len()
            }
            None if self.path.is_empty() => true,
            None => path.strip_prefix(&self.path).is_some_and(|rest| rest.starts_with('/')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests::{SMALL, small};

    /// Whose data a new source from inside reads, from this place.
    fn read_from(place: &str) -> Vec<String> {
        let source = format!(
            "sources:\n  panel:\n    kind: internal\n    acquired: You told us.\n    {place}\n    holds: identity\n    key: ref\n    columns: {{ mail: contact.email }}\n"
        );
        let text = SMALL.replacen("sources:\n", &source, 1);
        let charter =
            Charter::read("charter.yaml", &text).unwrap_or_else(|found| panic!("{found}"));
        let panel = charter.source("panel").expect("it is there");
        let found = Past::of([&small()]).read_by(panel, &charter);
        found.into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn the_same_file_is_found_however_it_is_written() {
        for place in ["broker.csv", "./broker.csv", "some/../broker.csv", "b*.csv"] {
            assert_eq!(read_from(&format!("file: \"{place}\"")), ["broker"], "{place}");
        }
    }

    #[test]
    fn another_file_or_another_place_is_another_source() {
        for place in ["file: crm.csv", "file: brokers.csv", "file: old/broker.csv"] {
            assert!(read_from(place).is_empty(), "{place}");
        }
        assert!(read_from("file: broker.csv\n    bucket: vault").is_empty());
    }
}
