//! Whom events speak of: records of those who are signed in, and of browsers.
//!
//! What an event says of somebody is laid over what earlier ones said, column by column, whichever
//! came first: of two values the one that was said later stays. A browser belongs to whoever signs in
//! there, for as long as that is one person; once a second one does, it is nobody's but its own,
//! because what happens there before anybody signs in may be either's. An account is joined to records
//! of other sources by its number here; the rest that it says is compared behind (`joining/live.rs`).

mod draft;
mod typed;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use theirs_charter::{Charter, Collect, Holds, Identity, Source};
use theirs_collect::Taken;
use theirs_model::{RecordId, Sequence};
use theirs_people::{Choices, profile};
use theirs_store::{Admitted, Counts, IncomingRecord, Move, Person, Record, Store};

use crate::failure::Failure;
use crate::joining::ONE_USER;
use crate::load::RECORDS_PER_CHANGE;
use crate::load::gate::Gate;
use crate::workspace::Workspace;

use draft::Draft;
use typed::typed;

/// How many records are remembered; beyond that they are read again.
const MOST_REMEMBERED: usize = 200_000;
/// A source and a key.
type Name = (String, String);

/// Where records go, and how sure that is.
type Moves = Vec<(RecordId, Move, f64)>;

/// What is remembered of records between steps.
#[derive(Default)]
pub(super) struct People {
    records: HashMap<Name, Record>,
    /// The last change, if all since the last step were our own; otherwise nothing is remembered.
    seen: Option<Sequence>,
    /// What the last change is once this step has ended, if nobody else makes one meanwhile.
    expected: u64,
}

/// Whose events are.
pub(super) struct Whose {
    records: Vec<Option<RecordId>>,
    choices: HashMap<RecordId, Choices>,
}

impl Whose {
    /// The record with which an event comes; none if nobody is to be known by it.
    pub(super) fn of(&self, event: usize) -> Option<u64> {
        self.records[event].map(|record| record.0)
    }

    /// Whether the person of an event agreed to one of these, if that is asked.
    pub(super) fn agrees(&self, event: usize, topics: &[String]) -> bool {
        let choices = || self.choices.get(&self.records[event]?);
        topics.is_empty()
            || choices().is_some_and(|choices| {
                topics.iter().any(|topic| choices.consents.get(topic).is_some_and(|said| said.yes))
            })
    }
}

/// The sources of a stream that know people.
#[derive(Clone, Copy, Default)]
struct Sides<'c> {
    users: Option<(&'c Source, &'c Identity)>,
    visitors: Option<(&'c Source, &'c Identity)>,
}

/// The sides of each stream.
type Streams<'c> = BTreeMap<&'c str, Sides<'c>>;

/// Those that a charter has.
fn streams(charter: &Charter) -> Streams<'_> {
    let mut streams: Streams<'_> = BTreeMap::new();
    for (source, identity) in charter.identities() {
        let Some(collect) = &source.collect else { continue };
        let sides = streams.entry(&collect.stream).or_default();
        let side =
            if identity.key == Collect::USER { &mut sides.users } else { &mut sides.visitors };
        side.get_or_insert((source, identity));
    }
    streams
}

/// The sources of each stream that know who is signed in, and browsers.
pub(super) fn sides(charter: &Charter) -> HashMap<String, [Option<String>; 2]> {
    let name = |side: Option<(&Source, &Identity)>| side.map(|(source, _)| source.name.clone());
    let of = |sides: &Sides<'_>| [name(sides.users), name(sides.visitors)];
    streams(charter).iter().map(|(stream, sides)| ((*stream).to_owned(), of(sides))).collect()
}

impl<'c> Sides<'c> {
    /// Those of a stream; nobody's if there is no such stream any more.
    fn of(streams: &Streams<'c>, stream: &str) -> Self {
        streams.get(stream).copied().unwrap_or_default()
    }

    fn user(self, event: &Taken) -> Option<Name> {
        Some((self.users?.0.name.clone(), event.user.clone()?))
    }

    fn visitor(self, event: &Taken) -> Option<Name> {
        Some((self.visitors?.0.name.clone(), event.visitor.clone()?))
    }
}

impl People {
    /// Notes by which change a step ended.
    pub(super) fn saw(&mut self, ended: Sequence) {
        self.seen = (ended.0 == self.expected).then_some(ended);
    }

    /// Keeps what events say of people, and finds whose the events are.
    pub(super) fn take_in(
        &mut self,
        workspace: &Workspace,
        charter: &Charter,
        events: &[Taken],
        counts: &mut Counts,
    ) -> Result<Whose, Failure> {
        let now = workspace.store.sequence()?;
        if Some(now) != self.seen || self.records.len() > MOST_REMEMBERED {
            self.records.clear();
        }
        // The change that ends the step is the last of our own.
        self.expected = now.0 + 1;
        let streams = streams(charter);
        let drafts = self.drafts(workspace, charter, &streams, events, counts)?;
        let moves = self.keep(workspace, charter, &streams, drafts)?;
        self.expected += u64::from(!moves.is_empty());
        workspace.store.move_records(&moves, &workspace.keys)?;
        let mut whose =
            Whose { records: Vec::with_capacity(events.len()), choices: HashMap::new() };
        for event in events {
            let sides = Sides::of(&streams, &event.stream);
            let known = |name: Option<Name>| Some(self.records.get(&name?)?.id);
            whose.records.push(known(sides.user(event)).or_else(|| {
                if sides.users.is_some() && event.user.is_some() {
                    return None;
                }
                known(sides.visitor(event))
            }));
        }
        choices(workspace, charter, events, &mut whose)?;
        Ok(whose)
    }

    /// What these events make of the records that they speak of.
    fn drafts(
        &mut self,
        workspace: &Workspace,
        charter: &Charter,
        streams: &Streams<'_>,
        events: &[Taken],
        counts: &mut Counts,
    ) -> Result<BTreeMap<Name, Draft>, Failure> {
        let now = workspace.clock.now();
        let today = charter.day(now);
        let mut drafts: BTreeMap<Name, Draft> = BTreeMap::new();
        for (source, identity) in charter.identities() {
            if source.collect.is_none() {
                continue;
            }
            for said in typed(source, identity, today, events, counts)? {
                let event = &events[said.event];
                let draft = self.draft(workspace, &mut drafts, (source, &said.key))?;
                draft.lay(identity, &said.values, event.at, now);
            }
        }
        for event in events {
            self.meet(workspace, streams, &mut drafts, event)?;
        }
        Ok(drafts)
    }

    /// Has everybody whom an event names, and notes who signed in on which browser.
    fn meet(
        &mut self,
        workspace: &Workspace,
        streams: &Streams<'_>,
        drafts: &mut BTreeMap<Name, Draft>,
        event: &Taken,
    ) -> Result<(), Failure> {
        let sides = Sides::of(streams, &event.stream);
        if let (Some((source, identity)), Some(user)) = (sides.users, &event.user) {
            let draft = self.draft(workspace, drafts, (source, user))?;
            draft.name(identity, user, event.at);
        }
        let Some((source, identity)) = sides.visitors else { return Ok(()) };
        let joins = identity.columns.iter().any(|column| column.name == Collect::USER);
        if let Some(visitor) = &event.visitor
            && (event.user.is_some() || !event.rows.is_empty())
        {
            let draft = self.draft(workspace, drafts, (source, visitor))?;
            draft.name(identity, visitor, event.at);
            if let Some(user) = event.user.as_ref().filter(|_| joins) {
                draft.used_by(user, event.at);
            }
            if let (Some((accounts, _)), Some(user)) = (sides.users, &event.user) {
                let refusals = draft.refusals(identity);
                let said = event.rows.iter().find(|row| row.source == source.name);
                let account = self.draft(workspace, drafts, (accounts, user))?;
                account.chooses(identity, said.map(|row| &row.cells), &refusals, event.at);
            }
        }
        let Some(previous) = event.previous.as_ref().filter(|_| joins) else { return Ok(()) };
        let draft = self.draft(workspace, drafts, (source, previous))?;
        if let Some(user) = event.user.as_ref().filter(|_| draft.is_known()) {
            draft.used_by(user, event.at);
        }
        Ok(())
    }

    /// The draft of a record, begun from what is known of it.
    fn draft<'d>(
        &mut self,
        workspace: &Workspace,
        drafts: &'d mut BTreeMap<Name, Draft>,
        (source, key): (&Source, &str),
    ) -> Result<&'d mut Draft, Failure> {
        let name = (source.name.clone(), key.to_owned());
        let mut was_read = false;
        if !self.records.contains_key(&name)
            && !drafts.contains_key(&name)
            && let Some(record) = workspace.store.record(&source.name, key)?
        {
            self.records.insert(name.clone(), record);
            was_read = true;
        }
        let known = self.records.get(&name);
        Ok(drafts.entry(name).or_insert_with(|| Draft::of(known, was_read)))
    }

    /// Writes the drafts that say something new; says where records go.
    fn keep(
        &mut self,
        workspace: &Workspace,
        charter: &Charter,
        streams: &Streams<'_>,
        drafts: BTreeMap<Name, Draft>,
    ) -> Result<Moves, Failure> {
        let mut by_source: BTreeMap<String, Vec<(String, Draft)>> = BTreeMap::new();
        for ((source, key), draft) in drafts {
            if draft.may_move() {
                by_source.entry(source).or_default().push((key, draft));
            }
        }
        // Accounts come before the browsers that join them.
        let (browsers, accounts): (Vec<_>, Vec<_>) =
            by_source.into_iter().partition(|(source, _)| is_of_browsers(charter, source));
        let mut moves = Moves::new();
        for (source, drafts) in accounts.into_iter().chain(browsers) {
            let Some((source, identity)) = charter.identities().find(|(s, _)| s.name == source)
            else {
                continue;
            };
            let changed: Vec<&(String, Draft)> =
                drafts.iter().filter(|(_, draft)| draft.is_changed()).collect();
            for some in changed.chunks(RECORDS_PER_CHANGE) {
                self.keep_some(workspace, charter, (source, identity), some)?;
            }
            let stream = source.collect.as_ref().map(|collect| collect.stream.as_str());
            let users = Sides::of(streams, stream.unwrap_or_default()).users;
            for (key, draft) in &drafts {
                let Some(record) = self.records.get(&(source.name.clone(), key.clone())) else {
                    continue;
                };
                let one = (record.id, draft);
                if identity.key == Collect::USER {
                    place_account(workspace, charter, (source, identity), (key, one), &mut moves)?;
                } else {
                    self.place_browser(&workspace.store, users, one, &mut moves)?;
                }
            }
        }
        Ok(moves)
    }

    fn keep_some(
        &mut self,
        workspace: &Workspace,
        charter: &Charter,
        (source, identity): (&Source, &Identity),
        drafts: &[&(String, Draft)],
    ) -> Result<(), Failure> {
        let (store, now) = (&workspace.store, workspace.clock.now());
        let gate = Gate::of(workspace, charter, source);
        let mut drafts = drafts.to_vec();
        if identity.key == Collect::USER && store.has_tombstones()? {
            for at in (0..drafts.len()).rev() {
                if is_erased(workspace, charter, &gate, identity, &drafts[at].0)? {
                    let (key, _) = drafts.swap_remove(at);
                    self.records.remove(&(source.name.clone(), key.clone()));
                }
            }
        }
        let records: Vec<IncomingRecord> =
            drafts.iter().map(|(key, draft)| draft.record(key, identity)).collect();
        let admission = gate.admission(source, identity);
        self.expected += 1;
        let Admitted { blocked, .. } =
            store.upsert_unless_erased(&source.name, &records, now, &admission)?;
        for (at, (key, _)) in drafts.iter().enumerate() {
            let name = (source.name.clone(), key.clone());
            let is_blocked = blocked.iter().any(|(place, _)| *place == at);
            match store.record(&source.name, key)?.filter(|_| !is_blocked) {
                Some(record) => drop(self.records.insert(name, record)),
                None => drop(self.records.remove(&name)),
            }
        }
        Ok(())
    }

    /// Says where the record of a browser goes, if it does not stay.
    fn place_browser(
        &self,
        store: &Store,
        users: Option<(&Source, &Identity)>,
        (record, draft): (RecordId, &Draft),
        moves: &mut Moves,
    ) -> Result<(), Failure> {
        let person = person_of(store, record, draft)?;
        let account = draft.user().zip(users).and_then(|(user, (users, _))| {
            self.records.get(&(users.name.clone(), user.to_owned()))
        });
        let whose = account.map(|account| store.person_of(account.id)).transpose()?.flatten();
        let is_with = person.is_some() && person == whose;
        match (&person, account) {
            (_, Some(account)) if !is_with && !is_sent_away(store, record)? => {
                moves.push((record, Move::With(account.id), ONE_USER));
            }
            (None, _) => moves.push((record, Move::Alone, 1.0)),
            (Some(person), None) if draft.is_shared() => {
                let others = store.records_of(person.slot)?;
                let is_users = |other: &Record| users.is_some_and(|(u, _)| u.name == other.source);
                if others.iter().any(is_users) {
                    moves.push((record, Move::Apart, 1.0));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Says where the record of an account goes, if it is nobody's yet.
fn place_account(
    workspace: &Workspace,
    charter: &Charter,
    of: (&Source, &Identity),
    (key, (record, draft)): (&str, (RecordId, &Draft)),
    moves: &mut Moves,
) -> Result<(), Failure> {
    if person_of(&workspace.store, record, draft)?.is_none() {
        let other = namesake(workspace, charter, of, key)?;
        moves.extend(other.map(|other| (other, Move::Alone, 1.0)));
        moves.push((record, other.map_or(Move::Alone, Move::With), 1.0));
    }
    Ok(())
}

/// Whose a record is; one that is new is nobody's.
fn person_of(store: &Store, record: RecordId, draft: &Draft) -> Result<Option<Person>, Failure> {
    Ok(if draft.is_known() { store.person_of(record)? } else { None })
}

/// Whether somebody said of a record that it is not who it was taken for.
fn is_sent_away(store: &Store, record: RecordId) -> Result<bool, Failure> {
    Ok(store.verdicts_on(record)?.iter().any(|said| !said.same))
}

fn is_of_browsers(charter: &Charter, source: &str) -> bool {
    charter.source(source).is_some_and(
        |source| matches!(&source.holds, Holds::Identity(identity) if identity.key != Collect::USER),
    )
}

/// Whether whoever had this number in another source was erased.
fn is_erased(
    workspace: &Workspace,
    charter: &Charter,
    gate: &Gate,
    identity: &Identity,
    key: &str,
) -> Result<bool, Failure> {
    let Some(number) = identity.key_attribute() else { return Ok(false) };
    for (other, of_other) in charter.identities() {
        if of_other.key_attribute() == Some(number)
            && gate.blocked(workspace, &other.name, key)?.is_some()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The record of another source that is known by the same number of the same kind.
fn namesake(
    workspace: &Workspace,
    charter: &Charter,
    (source, identity): (&Source, &Identity),
    key: &str,
) -> Result<Option<RecordId>, Failure> {
    let Some(number) = identity.key_attribute() else { return Ok(None) };
    for (other, of_other) in charter.identities() {
        let is_same = other.name != source.name
            && !other.kind.is_outside()
            && of_other.key != Collect::VISITOR
            && of_other.key_attribute() == Some(number);
        if is_same && let Some(found) = workspace.store.record(&other.name, key)? {
            return Ok(Some(found.id));
        }
    }
    Ok(None)
}

/// What the people of those events chose on which that depends.
fn choices(
    workspace: &Workspace,
    charter: &Charter,
    events: &[Taken],
    whose: &mut Whose,
) -> Result<(), Failure> {
    let store = &workspace.store;
    for (place, event) in events.iter().enumerate() {
        let Some(record) = whose.records[place] else { continue };
        let is_asked = event.rows.iter().any(|row| !row.needs.is_empty());
        if !is_asked || whose.choices.contains_key(&record) {
            continue;
        }
        let Some(person) = store.person_of(record)? else { continue };
        let (records, acts) = (store.records_of(person.slot)?, store.acts_of(person.slot)?);
        whose.choices.insert(record, profile(charter, &records, &acts).choices);
    }
    Ok(())
}

/// The time from which a yes is too old to stand against a no that is there.
fn is_late(at: Timestamp, now: Timestamp) -> bool {
    const LATE: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);
    now.duration_since(at) > LATE
}
