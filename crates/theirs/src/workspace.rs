//! The wiring: everything a command needs of one working folder, opened once.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use theirs_charter::{Admission, Authority, Charter};
use theirs_ledger::{Cosigned, Ledger};
use theirs_linkage::Model;
use theirs_model::{Clock, Digest, FixedClock, Sequence, SystemClock};
use theirs_people::Following;
use theirs_query::{Asker, Door};
use theirs_rights::{Desk, Tally};
use theirs_store::{CharterVersion, Folder, Keys, Lake, PersonKeys, Settings, Shelf, Store};
use theirs_uses::{Act, Book, Seals, Told};

use crate::failure::Failure;
use crate::judging::judges;
use crate::login::{ClientLogin, StaffLogin};
use crate::looked::Looked;
use crate::mail::{Delivery, forget_old};
use crate::mirroring::Mirror;
use crate::public::address;
use crate::telling::Webhooks;
use crate::witnessing::Witnesses;

/// A working folder that this process owns.
pub struct Workspace {
    /// Where things lie; holds the lock.
    pub folder: Arc<Folder>,
    /// The database.
    pub store: Arc<Store>,
    /// The activities.
    pub lake: Lake,
    /// The secrets.
    pub keys: Keys,
    /// The log.
    pub ledger: Arc<Ledger>,
    /// Who cosigns it.
    pub witnesses: Arc<Witnesses>,
    /// Where it is laid for others, if anywhere.
    pub mirror: Option<Arc<Mirror>>,
    /// Who sends messages, if they do not stay in the outbox.
    pub delivery: Option<Arc<Delivery>>,
    /// How requests do that tell others of corrections.
    pub webhooks: Arc<Webhooks>,
    /// Where clients sign in as they do in the shop, if anywhere.
    pub login: Option<Arc<ClientLogin>>,
    /// Where colleagues sign in as they do at work, if anywhere.
    pub staff_login: Option<Arc<StaffLogin>>,
    /// How the world reaches the portal, if it does.
    public: Arc<Mutex<Option<String>>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The token of whoever asks, if it did not come from `tokens/`.
    token: Option<String>,
    /// The door for marketing, once it was opened.
    door: Arc<Mutex<Option<Arc<Door>>>>,
    /// The weights of linkage, as last read.
    model: Arc<Mutex<Option<KeptModel>>>,
    following: Arc<Following>,
    /// Held by whoever changes much at once.
    work: Arc<Mutex<()>>,
    /// Held by whoever writes the files that follow a change of the store.
    after: Arc<Mutex<()>>,
    /// The running count of what was done.
    pub tally: Arc<Mutex<Tally>>,
    /// What was found in sources when they were last held against the charter.
    pub looked: Arc<Looked>,
    /// When the folder last came back from a backup, once that was asked; no folder does while it is open.
    restored: Arc<OnceLock<Option<Timestamp>>>,
    /// What seals the uses, once it was opened.
    seals: Arc<Mutex<Option<Arc<Seals>>>>,
}

/// Weights, and the change that brought them.
struct KeptModel {
    since: Sequence,
    model: Arc<Model>,
}

impl Workspace {
    /// Makes a new working folder, or completes one.
    pub fn create(root: &Path) -> Result<(), Failure> {
        Folder::create(root)?;
        let folder = Folder::open(root, "theirs init")?;
        let keys = Keys::create(&folder)?;
        Store::open(&folder.database(), &keys.database())?;
        if !folder.ledger().join("checkpoint").exists() {
            Ledger::create(&folder.ledger(), "theirs/ledger", &keys.ledger_key_file())?;
        }
        Ok(())
    }

    /// Opens a working folder and finishes what a crash left undone.
    pub fn open(root: &Path, holder: &str) -> Result<Self, Failure> {
        let workspace = Self::open_at(root, holder, clock()?)?;
        workspace.does_not_go_back()?;
        Ok(workspace)
    }

    /// A pretended present must not lie before what is on record already.
    fn does_not_go_back(&self) -> Result<(), Failure> {
        if pretended_now().is_none() {
            return Ok(());
        }
        match self.store.latest_use()? {
            Some(latest) if self.clock.now() < latest => Err(Failure::Usage(format!(
                "THEIRS_NOW lies before the last use on record, of {latest}; time goes forward only"
            ))),
            _ => Ok(()),
        }
    }

    /// Opens a working folder under a clock of one's own.
    pub fn open_at(root: &Path, holder: &str, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let folder = Folder::open(root, holder)?;
        let keys = Keys::of(&folder)?;
        let kept = [
            folder.database(),
            folder.secrets().join("ledger.key"),
            folder.ledger().join("checkpoint"),
        ];
        if let Some(path) = kept.iter().find(|path| !path.exists()) {
            return Err(lost(path));
        }
        let store = Arc::new(Store::open(&folder.database(), &keys.database())?);
        let people = keys.person_key_file();
        if !people.exists() && store.last_epoch()?.is_some() {
            return Err(lost(&people));
        }
        // A restore takes it to be lost where it is missing.
        std::fs::create_dir_all(folder.erasures())?;
        let ledger = Ledger::open(&folder.ledger(), &keys.ledger_key_file())?;
        is_as_cosigned(&ledger)?;
        let lake = Lake::of(&folder, &keys)?;
        let ledger = Arc::new(ledger);
        let settings = Settings::of(&folder)?;
        let witnesses = Witnesses::of(&settings.witnesses, &ledger)?;
        let delivery = settings.mail.as_ref().map(Delivery::of).transpose()?.map(Arc::new);
        let webhooks = Arc::new(Webhooks::new(settings.secrets));
        let login = settings.login.map(|login| ClientLogin::of(&login, &folder)).transpose()?;
        let staff_login = settings.staff_login;
        let staff_login = staff_login.map(|login| StaffLogin::of(&login, &folder)).transpose()?;
        let public = settings.public.as_deref();
        let public = public.map(|text| address(text, "theirs.yaml: public")).transpose()?;
        let mirror = Shelf::of(&folder)?.map(|shelf| Arc::new(Mirror::new(shelf)));
        let following = Arc::new(Following::new(&keys, &lake, judges()));
        let workspace = Self {
            folder: Arc::new(folder),
            store,
            lake,
            keys,
            ledger,
            witnesses: Arc::new(witnesses),
            mirror,
            delivery,
            webhooks,
            login: login.map(Arc::new),
            staff_login: staff_login.map(Arc::new),
            public: Arc::new(Mutex::new(public)),
            clock,
            token: given_token(),
            door: Arc::default(),
            model: Arc::default(),
            following,
            work: Arc::default(),
            after: Arc::default(),
            tally: Arc::default(),
            looked: Arc::default(),
            restored: Arc::default(),
            seals: Arc::default(),
        };
        workspace.book().drain()?;
        workspace.lake.sweep(&workspace.store)?;
        crate::sweeping::catch_up(&workspace)?;
        workspace.forget_old_mail()?;
        crate::load::forget_fetched(&workspace)?;
        Ok(workspace)
    }

    /// Removes messages that nobody has a use for any more.
    pub fn forget_old_mail(&self) -> Result<(), Failure> {
        let are_sent = self.delivery.is_some();
        Ok(forget_old(&self.folder.outbox(), are_sent, self.clock.now())?)
    }

    /// The same folder for somebody else who asks, with a connection of its own to the database.
    pub fn for_asker(&self, token: Option<String>) -> Result<Self, Failure> {
        Ok(Self {
            folder: Arc::clone(&self.folder),
            store: Arc::new(Store::open(&self.folder.database(), &self.keys.database())?),
            lake: self.lake.clone(),
            keys: self.keys.clone(),
            ledger: Arc::clone(&self.ledger),
            witnesses: Arc::clone(&self.witnesses),
            mirror: self.mirror.clone(),
            delivery: self.delivery.clone(),
            webhooks: Arc::clone(&self.webhooks),
            login: self.login.clone(),
            staff_login: self.staff_login.clone(),
            public: Arc::clone(&self.public),
            clock: Arc::clone(&self.clock),
            token,
            door: Arc::clone(&self.door),
            model: Arc::clone(&self.model),
            following: Arc::clone(&self.following),
            work: Arc::clone(&self.work),
            after: Arc::clone(&self.after),
            tally: Arc::clone(&self.tally),
            looked: Arc::clone(&self.looked),
            restored: Arc::clone(&self.restored),
            seals: Arc::clone(&self.seals),
        })
    }

    /// How the world reaches the portal, if it does: links in messages and lists lead there.
    pub fn public(&self) -> Option<String> {
        self.public.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes how the world reaches the portal.
    pub fn reached_at(&self, base: &str) {
        *self.public.lock().unwrap_or_else(PoisonError::into_inner) = Some(base.to_owned());
    }

    /// Waits until nobody else writes the files that follow a change of the store.
    pub fn following(&self) -> MutexGuard<'_, ()> {
        self.after.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else is changing much at once; nobody will be while the guard lives.
    pub fn alone(&self) -> MutexGuard<'_, ()> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The uses on record.
    pub fn book(&self) -> Book {
        Book::new(Arc::clone(&self.store), Arc::clone(&self.ledger))
    }

    /// What seals the uses, with a connection of its own to the database.
    pub fn seals(&self) -> Result<Arc<Seals>, Failure> {
        let mut seals = self.seals.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = &*seals {
            return Ok(Arc::clone(open));
        }
        let store = Arc::new(Store::open(&self.folder.database(), &self.keys.database())?);
        let book = Book::new(Arc::clone(&store), Arc::clone(&self.ledger));
        let keys = PersonKeys::open(&self.keys)?;
        let opened = Seals::new(store, book, keys, &self.folder.data());
        Ok(Arc::clone(seals.insert(Arc::new(opened))))
    }

    /// The door for marketing.
    pub fn door(&self) -> Result<Arc<Door>, Failure> {
        let mut door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = &*door {
            return Ok(Arc::clone(open));
        }
        let root = self.folder.root();
        let (ledger, clock) = (Arc::clone(&self.ledger), Arc::clone(&self.clock));
        let opened = Door::judged_by(root, ledger, clock, judges())?;
        Ok(Arc::clone(door.insert(Arc::new(opened))))
    }

    /// When the folder last came back from a backup, if it ever did.
    pub fn restored(&self) -> Result<Option<Timestamp>, Failure> {
        if let Some(known) = self.restored.get() {
            return Ok(*known);
        }
        let found = self.store.latest_of("restoration")?.map(|used| used.at);
        Ok(*self.restored.get_or_init(|| found))
    }

    /// The desk for requests of one person.
    pub fn desk(&self) -> Result<Desk, Failure> {
        Ok(Desk::new(
            Arc::clone(&self.store),
            self.lake.clone(),
            self.keys.clone(),
            self.book(),
            self.authority()?,
            Arc::clone(&self.clock),
        )
        .journalling(&self.folder.erasures()))
    }

    /// The weights by which records were joined, read once for as long as they stand.
    pub fn model(&self) -> Result<Option<Arc<Model>>, Failure> {
        let Some(since) = self.store.model_since()? else { return Ok(None) };
        let mut kept = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.as_ref().filter(|known| known.since == since) {
            return Ok(Some(Arc::clone(&known.model)));
        }
        let Some(text) = self.store.model()? else { return Ok(None) };
        let model: Model = serde_json::from_str(&text).map_err(std::io::Error::from)?;
        let model = Arc::new(model);
        *kept = Some(KeptModel { since, model: Arc::clone(&model) });
        Ok(Some(model))
    }

    /// The charter in force.
    pub fn charter(&self) -> Result<Arc<Charter>, Failure> {
        Ok(Arc::clone(self.authority()?.charter()))
    }

    /// The time zone of the charter in force.
    pub fn time_zone(&self) -> Result<TimeZone, Failure> {
        Ok(self.charter()?.time_zone.clone())
    }

    /// Who may do what, under the charter in force and what was approved.
    pub fn authority(&self) -> Result<Arc<Authority>, Failure> {
        Ok(self.following.authority(&self.store, self.clock.now())?)
    }

    /// How each source from outside stands now.
    pub fn admissions(&self) -> Result<Vec<Admission>, Failure> {
        Ok(self.following.admissions(&self.store, self.clock.now())?)
    }

    /// Puts the text of a charter in force with the policies beside it; says whether it was not
    /// already. Approvals of what the charter before had otherwise are over first.
    pub fn apply(&self, authority: &Authority) -> Result<bool, Failure> {
        let (charter, policies) = (authority.charter(), authority.policies());
        if let Some(known) = self.store.charter_in_force()?
            && known.digest == charter.digest
            && known.policies == *policies.files()
        {
            return Ok(false);
        }
        crate::approving::end_lapsed(self)?;
        let mut told = Told::new(Act::Charter, "our organisation");
        if !policies.is_empty() {
            told.reason = Some(format!("with policies of the digest {}", policies.digest()));
        }
        let now = self.clock.now();
        self.book().log_none(&told, charter.digest, now)?;
        let text = charter.text.clone();
        let policies = policies.files().clone();
        let version = CharterVersion { digest: charter.digest, text, policies, applied: now };
        self.store.apply_charter(&version, &charter.adopted(), &self.keys)?;
        Ok(true)
    }

    /// The principal of this name, with the token that was given for just this: one that is kept in
    /// `tokens/` does not do.
    pub fn authenticate_anew(&self, name: &str) -> Result<Asker, Failure> {
        let token = self.token.as_deref().ok_or_else(|| Failure::NoToken(name.to_owned()))?;
        self.authenticate_with(name, token)
    }

    /// The principal of this name, with its token from the environment or from `tokens/`.
    pub fn authenticate(&self, name: &str) -> Result<Asker, Failure> {
        if !is_name(name) {
            return Err(Failure::NotAuthenticated(name.to_owned()));
        }
        let saved = || std::fs::read_to_string(self.token_file(name)).ok();
        let token =
            self.token.clone().or_else(saved).ok_or_else(|| Failure::NoToken(name.to_owned()))?;
        self.authenticate_with(name, &token)
    }

    /// The principal of this name, with this token. That somebody came with a wrong one is on record.
    pub fn authenticate_with(&self, name: &str, token: &str) -> Result<Asker, Failure> {
        if let Some(principal) = self.store.authenticate(name, token.trim())? {
            return Ok(Asker { name: principal.name, roles: principal.roles });
        }
        self.record_turned_away()?;
        Err(Failure::NotAuthenticated(name.to_owned()))
    }

    /// Puts on record that somebody came without a right token.
    pub fn record_turned_away(&self) -> Result<(), Failure> {
        let mut told = Told::new(Act::Refusal, "somebody without a right token");
        told.reason = Some("principals".to_owned());
        self.book().log_none(&told, self.charter_digest()?, self.clock.now())?;
        Ok(())
    }

    /// Puts on record that who may ask has changed, or how they prove it; who it is does not go there.
    pub fn record_who_may_ask(&self, by: &str, reason: Option<&str>) -> Result<(), Failure> {
        let mut told = Told::new(Act::Principal, by);
        told.reason = reason.map(str::to_owned);
        self.book().log_none(&told, self.charter_digest()?, self.clock.now())?;
        Ok(())
    }

    /// Where a principal's token may be kept for the command line.
    pub fn token_file(&self, name: &str) -> std::path::PathBuf {
        self.folder.root().join("tokens").join(name)
    }

    /// The digest to log administrative acts under before any charter is in force.
    pub fn charter_digest(&self) -> Result<Digest, Failure> {
        Ok(self.store.charter_in_force()?.map_or(Digest([0; 32]), |version| version.digest))
    }
}

/// Whether a text may name a principal; such a name is also safe as a file's.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('.')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// The token that the environment gives.
pub fn given_token() -> Option<String> {
    std::env::var("THEIRS_TOKEN").ok().filter(|token| !token.is_empty())
}

/// The instant that this process takes for the present, if it is not the machine's.
pub fn pretended_now() -> Option<String> {
    std::env::var_os("THEIRS_NOW").map(|text| text.to_string_lossy().into_owned())
}

/// The clock of the machine, or the instant in `THEIRS_NOW`.
pub fn clock() -> Result<Arc<dyn Clock>, Failure> {
    let Some(text) = pretended_now() else { return Ok(Arc::new(SystemClock)) };
    let instant: Timestamp = text.parse().map_err(|_| {
        Failure::Usage("THEIRS_NOW must be an instant such as 2026-03-02T09:00:00Z".to_owned())
    })?;
    Ok(Arc::new(FixedClock(instant)))
}

/// That a file of the folder is not there.
fn lost(path: &Path) -> Failure {
    Failure::Unsound(format!("{} is missing; restore it from its backup", path.display()))
}

/// That the log has as much as a witness saw of it.
fn is_as_cosigned(ledger: &Ledger) -> Result<(), Failure> {
    let note = ledger.kept_cosigned();
    let seen = note.and_then(|note| Cosigned::read(&note, &ledger.verifier_key()).ok());
    match seen.map(|seen| seen.checkpoint.size) {
        Some(known) if known > ledger.size() => Err(Failure::Unsound(format!(
            "the ledger has {} entries, and a witness saw {known}: its end was cut off; restore \
             data/ledger from its backup or its copy",
            ledger.size()
        ))),
        _ => Ok(()),
    }
}
