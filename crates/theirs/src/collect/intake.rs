//! Takes events over from the journal: to whom they belong, and what they leave behind.
//!
//! A step reads what waits, makes records and activities of it, and ends with one change that also
//! says up to where the journal was taken over. Whatever stops it before leaves the journal's place,
//! and the step is made again: records say the same a second time, files that no change names do not
//! exist, messages that were taken over are known.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use theirs_charter::Charter;
use theirs_collect::{Entry, Taken};
use theirs_model::Sequence;
use theirs_store::{Collected, Counts};
use theirs_uses::{Act, Told};

use super::people::People;
use super::{Collector, activities};
use crate::command::words::count;
use crate::failure::Failure;
use crate::telemetry::{Attribute, Event, Name, Span, Work};
use crate::workspace::Workspace;

/// How many events one step takes.
const MOST_AT_ONCE: usize = 50_000;
/// How long it waits for events, and how often it follows the charter and the keys.
const REST: Duration = Duration::from_millis(250);
/// How long it waits after a failure, as on a full disk.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(2);
/// The least time between two steps, so that their files are not too many.
const BETWEEN_STEPS: Duration = Duration::from_millis(300);
/// How long nothing comes before the journal is cleared of what was taken over.
const BEFORE_REST: Duration = Duration::from_secs(10);
/// How often the ledger is told how many events came.
const BETWEEN_TELLINGS: Duration = Duration::from_mins(1);

/// What takes events over.
pub(super) struct Intake {
    workspace: Workspace,
    collector: Arc<Collector>,
    place: u64,
    people: People,
    /// The charter in force, as of a change.
    charter: Option<(Sequence, Arc<Charter>)>,
    /// What came since the ledger was told, by stream.
    untold: BTreeMap<String, u64>,
    told: Instant,
    /// When events were last taken over, until the journal was cleared of them.
    stepped: Option<Instant>,
}

impl Intake {
    pub(super) fn new(workspace: Workspace, collector: Arc<Collector>, place: u64) -> Self {
        let (untold, told) = (BTreeMap::new(), Instant::now());
        let (people, charter, stepped) = (People::default(), None, Some(told));
        Self { workspace, collector, place, people, charter, untold, told, stepped }
    }

    /// Takes over what comes until it is told to stop, and then what is still there.
    pub(super) fn run(mut self, stop: &AtomicBool) {
        loop {
            let began = Instant::now();
            let is_last = stop.load(Ordering::Acquire);
            match self.step() {
                Ok(true) => {
                    if !is_last {
                        std::thread::sleep(BETWEEN_STEPS.saturating_sub(began.elapsed()));
                    }
                }
                Ok(false) if is_last => break,
                Ok(false) => self.collector.journal.wait(self.place, REST),
                Err(failure) => {
                    // Nothing is lost: it is tried again from the same place.
                    failed(&failure);
                    if is_last {
                        break;
                    }
                    std::thread::sleep(REST_AFTER_FAILURE);
                }
            }
        }
        if let Err(failure) = self.tell(true) {
            failed(&failure);
        }
    }

    /// Takes over what waits; says whether anything did.
    fn step(&mut self) -> Result<bool, Failure> {
        let charter = self.follow()?;
        let entries = self.collector.journal.read(self.place, MOST_AT_ONCE)?;
        let counts = self.collector.take_counts();
        let again = counts.clone();
        let done = self.step_with(&charter, entries, counts);
        if done.is_err() {
            self.collector.count_again(again);
        }
        done
    }

    /// The charter in force; it and the keys are read again once anything changed in the store.
    fn follow(&mut self) -> Result<Arc<Charter>, Failure> {
        let now = self.workspace.store.sequence()?;
        if let Some((seen, charter)) = &self.charter
            && *seen == now
        {
            return Ok(Arc::clone(charter));
        }
        let charter = self.workspace.charter()?;
        self.collector.follow(&charter, &self.workspace)?;
        self.charter = Some((now, Arc::clone(&charter)));
        Ok(charter)
    }

    fn step_with(
        &mut self,
        charter: &Charter,
        entries: Vec<Entry>,
        mut counts: Counts,
    ) -> Result<bool, Failure> {
        let now = self.workspace.clock.now();
        let day = charter.day(now).to_string();
        let Some(last) = entries.last() else {
            if !counts.is_empty() {
                self.workspace.store.count_collected(&counts, &day)?;
                self.collector.metrics.came_to(&counts);
            }
            if self.stepped.is_some_and(|stepped| stepped.elapsed() >= BEFORE_REST) {
                self.stepped = None;
                self.collector.journal.rest();
            }
            self.tell(false)?;
            return Ok(false);
        };
        let (place, began, taken) = (last.after, Instant::now(), entries.len());
        let span = Span::begin("intake");
        let _within = span.enter();
        span.note(Attribute::Events(taken));
        let events: Vec<Taken> = entries.into_iter().map(|entry| entry.event).collect();
        let (events, messages) = self.new_ones(events, &mut counts)?;
        let mut done = Collected { place, messages, counts, ..Collected::default() };
        self.take_over(charter, &events, &mut done)?;
        self.collector.metrics.came_to(&done.counts);
        let finishing = Span::begin("intake change");
        self.people.saw(self.workspace.store.finish_collecting(&done, &day, now)?);
        drop(finishing);
        self.place = place;
        self.stepped = Some(Instant::now());
        self.collector.journal.forget(place)?;
        Event::TookOver { events: taken, after: began.elapsed() }.tell();
        self.tell(false)?;
        Ok(true)
    }

    /// The events that were not taken over before, each once, with their ids.
    fn new_ones(
        &self,
        events: Vec<Taken>,
        counts: &mut Counts,
    ) -> Result<(Vec<Taken>, Vec<[u8; 16]>), Failure> {
        let ids: Vec<[u8; 16]> = events.iter().map(|event| id(&event.id)).collect();
        let known = self.workspace.store.known_messages(&ids)?;
        let mut seen = HashSet::with_capacity(ids.len());
        let (mut fresh, mut kept) = (Vec::with_capacity(events.len()), Vec::new());
        for (event, id) in events.into_iter().zip(ids) {
            if known.contains(&id) || !seen.insert(id) {
                let twice = (event.stream.clone(), "came twice, kept once".to_owned());
                *counts.entry(twice).or_default() += 1;
                continue;
            }
            fresh.push(event);
            kept.push(id);
        }
        Ok((fresh, kept))
    }

    fn take_over(
        &mut self,
        charter: &Charter,
        events: &[Taken],
        done: &mut Collected,
    ) -> Result<(), Failure> {
        let people = Span::begin("intake people");
        let whose = self.people.take_in(&self.workspace, charter, events, &mut done.counts)?;
        drop(people);
        let activities = Span::begin("intake activities");
        activities::write(&self.workspace, charter, events, &whose, done)?;
        drop(activities);
        for event in events {
            *self.untold.entry(event.stream.clone()).or_default() += 1;
        }
        Ok(())
    }

    /// Tells the ledger what came.
    fn tell(&mut self, now: bool) -> Result<(), Failure> {
        if self.untold.is_empty() || !(now || self.told.elapsed() >= BETWEEN_TELLINGS) {
            return Ok(());
        }
        let came = self.untold.iter();
        let came: Vec<String> =
            came.map(|(stream, events)| format!("{} of {stream}", count(*events))).collect();
        let mut told = Told::new(Act::Load, "our systems");
        told.reason = Some(format!("events: {}", came.join(", ")));
        let digest = self.workspace.charter_digest()?;
        self.workspace.book().log_none(&told, digest, self.workspace.clock.now())?;
        for (stream, events) in std::mem::take(&mut self.untold) {
            let charter = self.charter.as_ref();
            let stream = charter.and_then(|(_, charter)| Name::known(&stream, charter));
            Event::Collected { stream: stream.as_ref(), events }.tell();
        }
        self.told = Instant::now();
        Ok(())
    }
}

fn failed(failure: &Failure) {
    Event::Failed { work: Work::Intake, of: None, how: failure.into() }.tell();
}

/// The id of a message as bytes.
fn id(text: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    if hex::decode_to_slice(text, &mut bytes).is_err() {
        // Only we write ids; one that does not read is known by its text.
        bytes = crate::load::hash(&[text.as_bytes()]).to_be_bytes();
    }
    bytes
}
