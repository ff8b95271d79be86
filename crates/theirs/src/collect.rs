//! Events of sites and apps, from the request to the people they belong to.
//!
//! The way in ([`route`]) answers once an event is in the journal; a thread of its own ([`intake`])
//! takes it over from there into records and activities, several times a second, so that it is in
//! every answer within a second. Where that thread falls behind, clients are told to come later.

mod activities;
mod intake;
mod metrics;
mod people;
mod route;

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use theirs_charter::Charter;
use theirs_collect::{Journal, JournalKey, Newcomers, Plan, Rates, Taken};
use theirs_model::Clock;
use theirs_store::{Counts, Settings, Store, WriteKey};

use crate::failure::Failure;
use crate::workspace::Workspace;

pub use route::router;

use intake::Intake;
use metrics::Metrics;

/// How many events a key may bring in a second; ten times as many at once.
const MOST_A_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(199_999);

/// What the way in and the thread behind it share.
pub struct Collector {
    journal: Journal,
    plan: RwLock<Arc<Plan>>,
    keys: RwLock<HashMap<[u8; 32], Sender>>,
    rates: Rates,
    newcomers: Newcomers,
    /// By stream, the sources that know who is signed in, and browsers.
    sides: RwLock<HashMap<String, [Option<String>; 2]>>,
    store: Arc<Store>,
    /// What was not kept, by stream and reason, until it is written down.
    counts: Mutex<Counts>,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
}

/// Whoever holds a write key.
#[derive(Clone)]
struct Sender {
    stream: Arc<str>,
    server: bool,
}

impl Collector {
    fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whose a key is; the comparison is one of digests.
    fn sender(&self, key: &str) -> Option<Sender> {
        let digest = WriteKey::digest_of(key);
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned()
    }

    fn count(&self, stream: &str, outcome: &str, events: u64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((stream.to_owned(), outcome.to_owned())).or_default() += events;
    }

    /// Whom events of a stream name, by source and key, each once.
    fn named(&self, stream: &str, events: &[Taken]) -> Vec<(String, String)> {
        let sides = self.sides.read().unwrap_or_else(PoisonError::into_inner);
        let Some([users, visitors]) = sides.get(stream) else { return Vec::new() };
        let ids =
            events.iter().flat_map(|event| [(users, &event.user), (visitors, &event.visitor)]);
        let names = ids.filter_map(|(source, id)| Some((source.clone()?, id.clone()?)));
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn take_counts(&self) -> Counts {
        std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts again what could not be written down.
    fn count_again(&self, counts: Counts) {
        for ((stream, outcome), events) in counts {
            self.count(&stream, &outcome, events);
        }
    }

    /// Follows the charter in force, what of it waits, and the keys there are.
    fn follow(&self, charter: &Charter, workspace: &Workspace) -> Result<(), Failure> {
        let (waiting, known) = (workspace.authority()?.waiting_purposes(), self.plan());
        if known.charter != charter.digest || known.waiting != waiting {
            let plan = Arc::new(Plan::of(charter, waiting));
            *self.plan.write().unwrap_or_else(PoisonError::into_inner) = plan;
            *self.sides.write().unwrap_or_else(PoisonError::into_inner) = people::sides(charter);
        }
        let keys = workspace.store.write_keys()?.into_iter().filter(|key| key.revoked.is_none());
        let keys = keys.map(|key| {
            (key.digest, Sender { stream: key.stream.as_str().into(), server: key.server })
        });
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.collect();
        Ok(())
    }
}

/// Collecting, until it is dropped; what was acknowledged is taken over before that ends.
pub struct Collecting {
    collector: Arc<Collector>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Collecting {
    /// Begins, where the last one ended.
    pub fn start(workspace: Workspace) -> Result<Self, Failure> {
        let charter = workspace.charter()?;
        let place = workspace.store.collected_place()?;
        let key = JournalKey::new(workspace.keys.derive("events at rest"));
        let bounds = Settings::of(&workspace.folder)?.collect;
        let collector = Arc::new(Collector {
            journal: Journal::open(&workspace.folder.events(), place, key)?,
            plan: RwLock::new(Arc::new(Plan::of(
                &charter,
                workspace.authority()?.waiting_purposes(),
            ))),
            keys: RwLock::default(),
            rates: Rates::per_second(MOST_A_SECOND),
            newcomers: Newcomers::per_hour(bounds.new_visitors_per_hour),
            sides: RwLock::new(people::sides(&charter)),
            store: Arc::clone(&workspace.store),
            counts: Mutex::default(),
            clock: Arc::clone(&workspace.clock),
            metrics: Metrics::default(),
        });
        collector.follow(&charter, &workspace)?;
        let stop = Arc::new(AtomicBool::new(false));
        let (told, shared) = (Arc::clone(&stop), Arc::clone(&collector));
        let thread = std::thread::Builder::new()
            .name("intake".to_owned())
            .spawn(move || Intake::new(workspace, shared, place).run(&told))?;
        Ok(Self { collector, stop, thread: Some(thread) })
    }

    /// What the way in needs.
    pub fn collector(&self) -> Arc<Collector> {
        Arc::clone(&self.collector)
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
