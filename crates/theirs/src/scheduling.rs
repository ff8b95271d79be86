//! Sources that are loaded again by themselves: as often as the charter says (`every`) while the
//! folder is served, and, under `theirs load --watch`, whenever their file changed.
//!
//! When a source was loaded last stands in the store, so that a restart neither forgets a load nor
//! does it at once again. Whoever is new is joined behind (`joining/live.rs`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use theirs_charter::Source;

use crate::failure::Failure;
use crate::load::{How, Loaded, choose, load_as};
use crate::progress::Progress;
use crate::telemetry::{Event, Name, Work};
use crate::workspace::Workspace;

/// How long it rests between two looks.
pub const REST: Duration = Duration::from_secs(2);

/// How often a table, a bucket or an address without `every` is asked under `--watch`.
const UNTOLD: Duration = Duration::from_mins(1);

/// What makes a source due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// What its charter says.
    AsPromised,
    /// That it changed, or what its charter says.
    Watched,
}

/// Which sources are due, by when they were last tried and what their files were like then.
#[derive(Default)]
pub struct Timetable {
    tried: BTreeMap<String, Instant>,
    files: BTreeMap<String, Vec<(PathBuf, u64, Option<SystemTime>)>>,
}

impl Timetable {
    /// Whether a source is due; if it is, that is taken for a try.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn is_due(
        &mut self,
        workspace: &Workspace,
        source: &Source,
        input: &Path,
        wish: Wish,
    ) -> Result<bool, Failure> {
        let every =
            source.pull.every.map(|every| Duration::from_secs(u64::from(every.minutes) * 60));
        let is_due = match (every, wish) {
            (Some(every), _) => self.is_past(workspace, source, every)?,
            (None, Wish::AsPromised) => false,
            (None, Wish::Watched) if source.file_here().is_some() => {
                self.has_changed(source, input)
            }
            (None, Wish::Watched) => {
                self.tried.get(&source.name).is_none_or(|tried| tried.elapsed() >= UNTOLD)
            }
        };
        if is_due {
            self.tried.insert(source.name.clone(), Instant::now());
        }
        Ok(is_due)
    }

    fn is_past(
        &self,
        workspace: &Workspace,
        source: &Source,
        every: Duration,
    ) -> Result<bool, Failure> {
        if let Some(tried) = self.tried.get(&source.name) {
            return Ok(tried.elapsed() >= every);
        }
        let loads = workspace.store.last_loads()?;
        let Some(last) = loads.iter().find(|load| load.source == source.name) else {
            return Ok(true);
        };
        let since = workspace.clock.now().duration_since(last.at);
        Ok(since.unsigned_abs() >= every)
    }

    /// Whether the files of a source are others, longer, or written anew.
    fn has_changed(&mut self, source: &Source, input: &Path) -> bool {
        let now = crate::load::look(input, &source.place());
        self.files.insert(source.name.clone(), now.clone()).is_none_or(|before| before != now)
    }
}

/// Loads what is due; tells of each load, and goes on after one that failed.
///
/// # Errors
/// No charter is in force, or the store cannot be read.
pub fn load_due(
    workspace: &Workspace,
    names: &[String],
    input: &Path,
    (wish, how): (Wish, How),
    timetable: &mut Timetable,
    tell: &mut dyn FnMut(&Source, Result<Loaded, Failure>),
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    for source in choose(&charter, names)? {
        if !timetable.is_due(workspace, source, input, wish)? {
            continue;
        }
        let _alone = workspace.alone();
        let progress = Progress::elsewhere(|_, _| {});
        tell(source, load_as(workspace, &charter, source, input, &progress, how));
    }
    Ok(())
}

/// Loads what is due while the folder is served, until this is dropped. A load that is under way then
/// ends with the process: it may stop anywhere.
pub struct Scheduling(Arc<AtomicBool>);

impl Scheduling {
    /// Begins, on a thread of its own.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub fn start(workspace: Workspace) -> std::io::Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_over);
        std::thread::Builder::new().name("scheduling".to_owned()).spawn(move || {
            let input = workspace.folder.root().to_owned();
            let mut timetable = Timetable::default();
            let wish = (Wish::AsPromised, How::default());
            while !told.load(Ordering::Relaxed) {
                let mut tell = |source: &Source, done: Result<Loaded, Failure>| {
                    if let Err(failure) = done {
                        // It is tried again in its time; `theirs load` says why, in words.
                        let (of, how) = (&Name::from(source), (&failure).into());
                        Event::Failed { work: Work::Load, of: Some(of), how }.tell();
                    }
                };
                if let Err(failure) =
                    load_due(&workspace, &[], &input, wish, &mut timetable, &mut tell)
                {
                    let how = (&failure).into();
                    Event::Failed { work: Work::Load, of: None, how }.tell();
                }
                std::thread::sleep(REST);
            }
        })?;
        Ok(Self(is_over))
    }
}

impl Drop for Scheduling {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
