//! The door: a question goes in under a purpose, an answer comes out after it was logged.

mod ask;
mod authority;
mod census;
mod decide;
mod group;
mod holder;
mod layout;
mod release;
mod trial;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use theirs_charter::{Asker, Authority, Charter, Judges, Leave, Purpose, Refusal};
use theirs_ledger::Ledger;
use theirs_model::Clock;
use theirs_people::{Following, NotInForce};
use theirs_store::{Folder, Keys, Lake, Store};
use theirs_uses::{Act, Book, Told};

use self::census::Census;
use self::group::Groups;
pub(crate) use self::holder::rows_with;
pub use self::trial::Tried;
use crate::error::QueryError;
use crate::mask::Calendar;
use crate::people::{Housing, Snapshot};
use crate::pseudonym::Pseudonyms;
use crate::table::{Governor, Touched};

/// The only door to personal values.
pub struct Door {
    store: Arc<Store>,
    lake: Lake,
    keys: Keys,
    book: Book,
    clock: Arc<dyn Clock>,
    census: Arc<Census>,
    following: Following,
    /// The groups of each purpose that sees only groups.
    groups: Mutex<BTreeMap<String, Groups>>,
    /// The pseudonyms of each purpose that was asked under; drawing them takes milliseconds.
    pseudonyms: Mutex<BTreeMap<String, Arc<Pseudonyms>>>,
    runtime: tokio::runtime::Runtime,
}

/// The promise and the people as of one moment.
struct Now {
    authority: Arc<Authority>,
    people: Arc<Snapshot>,
}

/// Everything that one statement is governed by, captured once.
struct Scene {
    leave: Arc<Leave>,
    governor: Arc<Governor>,
}

impl Door {
    /// Opens the door of a working folder, which this process must own, with its ledger.
    pub fn open(
        root: &Path,
        ledger: Arc<Ledger>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, QueryError> {
        Self::judged_by(root, ledger, clock, Judges::default())
    }

    /// The same, where these judges say what is risky and what is necessary.
    pub fn judged_by(
        root: &Path,
        ledger: Arc<Ledger>,
        clock: Arc<dyn Clock>,
        judges: Judges,
    ) -> Result<Self, QueryError> {
        let folder = Folder::create(root).map_err(QueryError::unlogged)?;
        let keys = Keys::of(&folder).map_err(QueryError::unlogged)?;
        let open = || Store::open(&folder.database(), &keys.database());
        let store = Arc::new(open().map_err(QueryError::unlogged)?);
        let reader = open().map_err(QueryError::unlogged)?;
        let census = Census::new(reader, Housing::of(&folder, &keys));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(QueryError::unlogged)?;
        let lake = Lake::of(&folder, &keys).map_err(QueryError::unlogged)?;
        Ok(Self {
            book: Book::new(Arc::clone(&store), ledger),
            store,
            clock,
            census: Arc::new(census),
            following: Following::new(&keys, &lake, judges),
            lake,
            keys,
            groups: Mutex::default(),
            pseudonyms: Mutex::default(),
            runtime,
        })
    }

    /// Puts a refusal on record, and gives it back as the answer.
    pub fn refuse(&self, asker: &Asker, refusal: Refusal) -> QueryError {
        let recorded =
            self.charter().and_then(|charter| self.record_refusal(&charter, asker, &refusal));
        recorded.err().unwrap_or(QueryError::Refused(refusal))
    }

    /// The charter in force.
    pub fn charter(&self) -> Result<Arc<Charter>, QueryError> {
        Ok(Arc::clone(self.authority()?.charter()))
    }

    /// The charter in force and everybody as of now: the last snapshot, or one that differs in whom
    /// a change touched since.
    fn now(&self) -> Result<Now, QueryError> {
        let authority = self.authority()?;
        let sequence = self.store.people_sequence().map_err(QueryError::unlogged)?;
        let people = self.census.as_of(authority.charter(), sequence);
        Ok(Now { authority, people: people.map_err(QueryError::unlogged)? })
    }

    /// Who may do what, by the charter in force, the policies beside it and what was approved.
    fn authority(&self) -> Result<Arc<Authority>, QueryError> {
        self.following.authority(&self.store, self.clock.now()).map_err(|fault| match fault {
            NotInForce::NoCharter => QueryError::NoCharter,
            NotInForce::Policy(_) => QueryError::Charter,
            NotInForce::Store(error) => QueryError::unlogged(error),
        })
    }

    fn calendar(&self, charter: &Charter) -> Calendar {
        Calendar::at(self.clock.now(), &charter.time_zone)
    }

    /// The pseudonyms of a purpose, with room for everybody there is now.
    fn pseudonyms(&self, purpose: &str) -> Result<Arc<Pseudonyms>, QueryError> {
        let width = Pseudonyms::width_for(self.store.slots().map_err(QueryError::unlogged)?);
        let mut drawn = self.pseudonyms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = drawn.get(purpose).filter(|known| known.width() >= width) {
            return Ok(Arc::clone(known));
        }
        let new = Arc::new(Pseudonyms::new(&self.keys.pseudonym(purpose), width));
        drawn.insert(purpose.to_owned(), Arc::clone(&new));
        Ok(new)
    }

    fn governor(
        &self,
        snapshot: &Snapshot,
        purpose: &Purpose,
        calendar: Calendar,
    ) -> Result<Governor, QueryError> {
        let pseudonyms = self.pseudonyms(&purpose.name)?;
        let eligible = snapshot.eligible(&purpose.name, calendar.today);
        let eligible = eligible.map_err(QueryError::unlogged)?;
        Ok(Governor { eligible, pseudonyms, calendar, touched: Arc::new(Touched::nobody()) })
    }

    /// Puts a refusal on record before it is given back.
    fn recorded<T>(
        &self,
        charter: &Charter,
        asker: &Asker,
        outcome: Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        if let Err(QueryError::Refused(refusal)) = &outcome {
            self.record_refusal(charter, asker, refusal)?;
        }
        outcome
    }

    fn record_refusal(
        &self,
        charter: &Charter,
        asker: &Asker,
        refusal: &Refusal,
    ) -> Result<(), QueryError> {
        let mut known = asker.roles.iter().filter_map(|name| charter.role(name));
        let by = known.next().map_or("a colleague", |role| &role.says);
        let mut told = Told::new(Act::Refusal, by);
        told.reason = Some(refusal.clause.to_string());
        self.book
            .log_none(&told, charter.digest, self.clock.now())
            .map_err(QueryError::unlogged)?;
        Ok(())
    }
}

fn telling(act: Act, scene: &Scene) -> Told {
    let Leave { role, purpose, .. } = &*scene.leave;
    let mut told = Told::new(act, &role.says);
    told.role = Some(role.name.clone());
    told.purpose = Some(purpose.name.clone());
    told.says = Some(purpose.says.clone());
    told.basis = Some(purpose.basis.in_words().to_owned());
    told
}
