//! One load of one source, from its rows to the change that ends it.

use std::fmt::Write as _;
use std::path::Path;

use tempfile::NamedTempFile;
use theirs_charter::{Charter, Holds, SchemaChange, Source};
use theirs_ingest::{Aside, Bucket, Fetched, Object, SetAside};
use theirs_model::Digest;
use theirs_rights::Brought;
use theirs_store::{Load, SourceState};
use theirs_uses::{Act, Told};

use super::copied::{Outsiders, Reading};
use super::feed::{self, Feed};
use super::gathered::Gathered;
use super::known::Known;
use super::{
    How, Loaded, activity, bucket, digest_of, folder, gone, identity, nothing_new, schema, table,
    web,
};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// A load of one source.
pub(super) struct Loading<'l> {
    pub(super) workspace: &'l Workspace,
    pub(super) charter: &'l Charter,
    pub(super) source: &'l Source,
    pub(super) how: How,
}

impl Loading<'_> {
    /// Reads each file that was not read under this charter, and adds up what that came to.
    pub(super) fn files(
        &self,
        input: &Path,
        names: Vec<String>,
        progress: &Progress,
    ) -> Result<Loaded, Failure> {
        let known = Known::of(self.workspace, self.charter, self.source)?;
        let mut all = nothing_new(self.source, &self.source.place());
        all.nothing_there = names.is_empty();
        let mut outsiders = None;
        for label in names {
            let path = folder::below(input, &label)?;
            let digest = digest_of(&path)?;
            if !known.has(&label, &digest) {
                let others = match outsiders.take() {
                    Some(known) => known,
                    None => Outsiders::of(self, input)?,
                };
                others.refuse(self, &Reading { path: &path, digest: &digest })?;
                outsiders = Some(others);
                all.add(self.read(Feed::OneOf { path, label }, digest, progress)?);
            }
        }
        Ok(all)
    }

    /// Reads each object of a bucket that was not read at this version under this charter, and adds up
    /// what that came to. They are fetched a few at a time; what is loaded is loaded, whatever
    /// becomes of the next.
    pub(super) fn objects(&self, bucket: &Bucket, progress: &Progress) -> Result<Loaded, Failure> {
        let (workspace, source) = (self.workspace, self.source);
        web::forget_fetched(workspace)?;
        let known = Known::of(workspace, self.charter, source)?;
        let label = |object: &Object| bucket::label(source, object);
        let mut found = bucket.objects(source.file.as_deref().unwrap_or_default())?;
        let nothing_there = found.is_empty();
        found.retain(|object| !known.has(&label(object), &bucket::digest(object)));
        let mut all = Loaded { nothing_there, ..nothing_new(source, &source.place()) };
        let mut restless = None;
        for some in bucket::shares(&found) {
            let files: Vec<NamedTempFile> = some
                .iter()
                .map(|object| web::lay(workspace, &bucket::ending(object)))
                .collect::<Result<_, _>>()?;
            let wanted: Vec<_> = some.iter().zip(&files).map(|(o, f)| (o, f.as_file())).collect();
            let mut fault = None;
            for (fetched, file) in bucket.fetch(&wanted).into_iter().zip(&files) {
                match fetched {
                    Ok(Fetched::Read(object)) => {
                        all.add(self.laid(
                            file,
                            &label(&object),
                            bucket::digest(&object),
                            progress,
                        )?);
                    }
                    Ok(Fetched::Gone) => {}
                    Ok(Fetched::Restless(name)) => restless = Some(name),
                    Err(error) => fault = fault.or(Some(error)),
                }
            }
            fault.map_or(Ok(()), Err)?;
        }
        match restless {
            None => Ok(all),
            Some(name) => Err(Failure::Unsound(format!(
                "{}: {name} was written anew each time it was asked for; all else was loaded",
                source.place()
            ))),
        }
    }

    /// Reads one of several files that were laid down for this load.
    fn laid(
        &self,
        file: &NamedTempFile,
        label: &str,
        digest: Digest,
        progress: &Progress,
    ) -> Result<Loaded, Failure> {
        let (path, name) = (file.path().to_owned(), label.to_owned());
        let read = self.read(Feed::OneOf { path, label: name }, digest, progress);
        read.map_err(|failure| named(failure, file, label))
    }

    /// Reads what was fetched over HTTP.
    pub(super) fn fetched(
        &self,
        file: &NamedTempFile,
        progress: &Progress,
    ) -> Result<Loaded, Failure> {
        let (source, place) = (self.source, self.source.place());
        let path = file.path().to_owned();
        let digest = digest_of(&path)?;
        let is_empty = file.as_file().metadata()?.len() == 0;
        if is_empty
            || self.workspace.store.is_loaded(&source.name, &digest, &self.charter.digest)?
        {
            return Ok(Loaded { same: !is_empty, ..nothing_new(source, &place) });
        }
        let read = self.read(Feed::File { path, label: place.clone() }, digest, progress);
        read.map_err(|failure| named(failure, file, &place))
    }

    pub(super) fn read(
        &self,
        mut feed: Feed,
        digest: Digest,
        progress: &Progress,
    ) -> Result<Loaded, Failure> {
        let Self { workspace, charter, source, how } = *self;
        let file = feed.label().to_owned();
        let before = workspace.store.source_state(&source.name)?;
        let before = before.filter(|state| state.charter == charter.digest);
        let schema = source.pull.schema;
        let is_watched = schema::is_watched(schema);
        let columns = if is_watched { feed.columns(source)? } else { Vec::new() };
        let changes = match &before {
            Some(state) if is_watched => schema::changes(&state.columns, &columns),
            _ => Vec::new(),
        };
        if !changes.is_empty() {
            if schema == SchemaChange::Freeze {
                return Err(Failure::Unsound(schema::refusal(&file, &changes)));
            }
            return self.all_aside(&file, &changes);
        }
        let _turn = matches!(source.holds, Holds::Activity(_)).then(|| workspace.lake.turn());
        let had_rows = workspace.store.last_loads()?.iter().any(|load| load.source == source.name);
        let gathered = match &source.holds {
            Holds::Identity(identity) => {
                identity::read(workspace, charter, source, identity, &mut feed, how, progress)?
            }
            Holds::Activity(activity) => {
                activity::read(workspace, charter, source, activity, &mut feed, how, progress)?
            }
        };
        let state = self.state(&feed, before, columns, gathered.waiting)?;
        let load = self.record(&file, digest, &gathered);
        // What a load stopped before is told by the load that does it again.
        workspace.book().log_none(&told(source, &gathered), charter.digest, load.at)?;
        let Gathered { set_aside, files, hidden, .. } = &gathered;
        workspace.store.finish_load_at(&load, set_aside, files, hidden, state.as_ref())?;
        gone::take_out(workspace, charter, source, &gathered.gone_records)?;
        // Whoever was told of a correction may say by this that it is done.
        let outbox = workspace.folder.outbox();
        let brought = Brought { keys: &gathered.brought, aside: &gathered.held_back };
        workspace.desk()?.settle(&source.name, &brought, &outbox)?;
        Ok(Loaded {
            source: source.name.clone(),
            file,
            same: false,
            nothing_there: false,
            rows: gathered.rows,
            added: gathered.added,
            changed: gathered.changed,
            unchanged: gathered.unchanged,
            gone: gathered.gone,
            doubted: gathered.doubted,
            set_aside: gathered.set_aside_count,
            values_set_aside: gathered.values_set_aside,
            may_double: gathered.added > 0 && had_rows && feed::key(source).is_none(),
            unread_columns: gathered.unread_columns,
        })
    }

    /// What is kept of a source for its next load, if that needs anything.
    fn state(
        &self,
        feed: &Feed,
        before: Option<SourceState>,
        columns: Vec<(String, String)>,
        is_waiting: bool,
    ) -> Result<Option<SourceState>, Failure> {
        let (is_part, position) = match feed {
            Feed::Table(table) => (table.since.is_some(), table.until.clone()),
            Feed::File { .. } | Feed::OneOf { .. } => (false, None),
        };
        if position.is_none() && !schema::is_watched(self.source.pull.schema) {
            return Ok(None);
        }
        // Who waited before this part was read waits still.
        let waited = before.and_then(|state| state.waiting).filter(|_| is_part);
        let people = table::greatest_person(self.workspace, self.source)?;
        let waiting = waited.or_else(|| is_waiting.then_some(people));
        Ok(Some(SourceState { charter: self.charter.digest, position, waiting, columns }))
    }

    fn record(&self, file: &str, digest: Digest, gathered: &Gathered) -> Load {
        Load {
            source: self.source.name.clone(),
            file: file.to_owned(),
            digest,
            charter: self.charter.digest,
            at: self.workspace.clock.now(),
            rows: gathered.rows,
            added: gathered.added,
            changed: gathered.changed,
            unchanged: gathered.unchanged,
        }
    }

    /// Sets all rows aside, as their columns are others than they were.
    fn all_aside(&self, file: &str, changes: &[(String, String)]) -> Result<Loaded, Failure> {
        let mut gathered = Gathered::new(file);
        for (column, how) in changes {
            let reason = format!("{how}; none of its rows was read");
            let field = Some(column.clone());
            gathered.set_aside(self.source, SetAside { line: 0, field, reason, aside: Aside::Row });
        }
        // Of no digest, so that the same file is looked at again.
        let load = self.record(file, Digest([0; 32]), &gathered);
        self.workspace.book().log_none(
            &told(self.source, &gathered),
            self.charter.digest,
            load.at,
        )?;
        self.workspace.store.finish_load(&load, &gathered.set_aside, &[], &[])?;
        let set_aside = gathered.set_aside_count;
        Ok(Loaded { same: false, set_aside, ..nothing_new(self.source, file) })
    }
}

/// A failure that names what was fetched, and not the file that it was laid down in.
fn named(failure: Failure, file: &NamedTempFile, label: &str) -> Failure {
    match failure {
        Failure::Ingest(error) => {
            let shown = file.path().display().to_string();
            Failure::Unsound(error.to_string().replace(&shown, label))
        }
        other => other,
    }
}

/// What is told of a load. It names nobody: whose its rows are is found by joining them later.
fn told(source: &Source, gathered: &Gathered) -> Told {
    let act = if source.kind.is_outside() { Act::Enrichment } else { Act::Load };
    let mut told = Told::new(act, "our systems");
    told.reason = Some(format!(
        "{} of {} ({}): {} new, {} changed",
        some(gathered.rows),
        source.called,
        source.name,
        gathered.added,
        gathered.changed
    ));
    if let (Some(reason), true) = (&mut told.reason, gathered.gone > 0) {
        let _ = write!(reason, ", {} gone", gathered.gone);
    }
    told
}

fn some(rows: u64) -> String {
    crate::command::words::some(usize::try_from(rows).unwrap_or(usize::MAX), "row")
}
