//! The command line: what can be asked, and the help that teaches it.

mod arguments;
mod verb;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

pub use self::arguments::*;
pub use self::verb::*;

/// A customer data platform for marketing to each person alone, on data that stays theirs.
///
/// One file, charter.yaml, says what is held about people, from where, for which purposes and for
/// whom. theirs enforces it, tells it to each person, and logs every use where nobody can rewrite it.
///
/// A first walk:
///
///   theirs demo                       the whole story on an invented bookshop
///   theirs init && theirs check       a folder of your own, and its charter
///   theirs charter apply              puts the charter in force
///   theirs load && theirs resolve     reads the sources, joins records to people
///   theirs sql --as NAME 'select …'   asks, for one purpose
#[derive(Parser)]
#[command(version, max_term_width = 100, verbatim_doc_comment)]
pub struct Cli {
    /// The working folder: it holds charter.yaml and data/, and nothing else is needed.
    #[arg(long, short = 'C', global = true, default_value = ".", env = "THEIRS_FOLDER")]
    pub folder: PathBuf,
    /// Print JSON for programs instead of text for people.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Subcommand)]
#[allow(clippy::doc_markdown, reason = "the help shows SQL as it is typed")]
pub enum Verb {
    /// Make a working folder, with a charter to begin from.
    Init,
    /// Read charter.yaml and say everything that is wrong with it, with lines and hints.
    Check {
        /// Hold the practice against the promise instead: what the ledger tells, what is held beyond
        /// its time, what sources hold and the charter does not name, and what is late.
        #[arg(long)]
        against_practice: bool,
        /// A published copy of the notice, to be held against the charter in force too: a page (.html or
        /// .htm) or Markdown (.md) in any language of the charter, else JSON.
        #[arg(long, value_name = "FILE", requires = "against_practice")]
        notice: Option<PathBuf>,
        /// The folder that the charter's files lie in; the working folder by default.
        #[arg(long, value_name = "FOLDER", requires = "against_practice")]
        input: Option<PathBuf>,
    },
    /// Look into files, databases and pages, and say what is there that the charter does not say.
    ///
    /// Guesses what each column holds, from its name and a sample of its values, and prints no value.
    /// It needs no working folder and keeps nothing; in one, it holds what it finds against the
    /// charter in force. A page is opened in Chromium, and nothing on it is clicked.
    ///
    ///   theirs scan customers.csv orders.parquet exports/
    ///   theirs scan postgres://ana@db.example/shop --draft charter.yaml
    ///   theirs scan https://shop.example
    #[command(verbatim_doc_comment)]
    Scan {
        /// Files, folders of files, workbooks, `postgres://` addresses (the password in PGPASSWORD),
        /// or pages.
        #[arg(required = true, value_name = "SOURCE")]
        sources: Vec<String>,
        /// Write a charter of what was found, to read and put right.
        #[arg(long, value_name = "FILE")]
        draft: Option<PathBuf>,
        /// Hold it against this charter instead of the one in force.
        #[arg(long, value_name = "FILE")]
        charter: Option<PathBuf>,
    },
    /// Put the charter in force, explain what it lets a purpose do, or say what a new version changes.
    Charter {
        #[command(subcommand)]
        verb: CharterVerb,
    },
    /// Say who may ask, in which roles.
    Principal {
        #[command(subcommand)]
        verb: PrincipalVerb,
    },
    /// Read the sources that the charter names. Loading again changes only what changed.
    ///
    /// Each is a file or several, here or in a bucket, a table of a database, or pages over HTTP. A bad
    /// row is set aside with its place and the reason, never its values; the others stay. See them
    /// with `theirs status --rejected`.
    Load {
        /// Only these sources; all by default.
        sources: Vec<String>,
        /// The folder that the charter's files lie in; the working folder by default.
        #[arg(long, value_name = "FOLDER")]
        input: Option<PathBuf>,
        /// Read tables of databases from their beginning, whatever was read of them before.
        #[arg(long)]
        whole: bool,
        /// Follow deletions in tables, even if the table is empty or lost more than half of its rows.
        #[arg(long)]
        force: bool,
        /// Stay until Ctrl-C, and load a source when its file changed, or as often as the charter says.
        #[arg(long)]
        watch: bool,
    },
    /// Look into what could be a source.
    Source {
        #[command(subcommand)]
        verb: SourceVerb,
    },
    /// Collect events of sites and apps, by the clients that they have: Segment's or RudderStack's.
    ///
    /// `theirs serve` takes them under /v1/ on its port, each with a write key of its stream; which
    /// streams there are, and what is kept of them, says the charter (docs/collect.md).
    Collect {
        #[command(subcommand)]
        verb: CollectVerb,
    },
    /// Merge small files of activities into large ones, so that one person's lie in few places.
    ///
    /// `load` and `serve` do so by themselves, a tier of sizes at a time. Rows that were replaced,
    /// or are of people who were erased, are left out.
    Compact {
        /// Merge all files of each activity, whatever their sizes.
        #[arg(long)]
        whole: bool,
    },
    /// Join records to people, by comparing what they say of names, contacts and birth dates.
    ///
    /// The weights are learnt on the first run and kept, so that records which come later change
    /// nothing but the people they touch. What people said of joins (`theirs split`, `theirs
    /// merge`, "that is not me") always counts.
    Resolve {
        /// Learn the weights anew from the records there are now.
        #[arg(long)]
        refit: bool,
        /// Write a page with the weights, the sizes of people and the threshold curve.
        #[arg(long, value_name = "FILE.html")]
        report: Option<PathBuf>,
        /// Score the result against a CSV whose columns are a source, a record's key and a person.
        #[arg(long, value_name = "FILE")]
        truth: Option<PathBuf>,
    },
    /// Say why two records are, or are not, one person's: the weight of each comparison.
    Why {
        /// The first record, as SOURCE:KEY.
        first: String,
        /// The second record, as SOURCE:KEY.
        second: String,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Say what is held: records, people, activities, uses, and what was set aside.
    Status {
        /// List the rows that were set aside, with their place and the reason.
        #[arg(long)]
        rejected: bool,
    },
    /// Ask the data a question, for one purpose.
    ///
    /// A purpose is a schema: its tables are `person` and the activities it may use. What the
    /// charter does not permit does not exist there, and the error names the clause.
    ///
    ///   theirs sql --as ana 'select city, count(*) n from shop_figures.person group by city'
    #[command(verbatim_doc_comment)]
    Sql {
        /// One SELECT statement.
        statement: String,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Look after campaigns: what to do for whom, and what it gained.
    ///
    /// A campaign is a file of yours, campaigns/NAME.yaml (docs/campaigns.md). It chooses among what
    /// one purpose permits, and keeps some people as control.
    Campaign {
        #[command(subcommand)]
        verb: CampaignVerb,
    },
    /// Decide for a campaign what to do for each person, or pick those who are due for a purpose, and
    /// write the lists for the recipients.
    ///
    /// A list lands in outbox/ with only the columns the charter permits, a reason per person
    /// and the use id under which the ledger holds it. A campaign may also write to each person
    /// (`via: mail`), or send the list to its recipient's address (`via: webhook`); both wait in
    /// outbox/ until they go, and are asked about again then.
    Decide {
        /// A campaign of campaigns/, or a purpose whose `decide` in the charter says who is due.
        #[arg(value_name = "CAMPAIGN")]
        purpose: String,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Print a person's whole record: every value, who says so, and what it is used for.
    Show {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        /// Print every activity, not only the last few of each kind.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Record what a person says is right. It outranks every source and survives any load.
    Correct {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        /// The column, such as city.
        column: String,
        /// The right value; leave it out to take the value away.
        value: Option<String>,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Record that a person objects: to `marketing`, to `sale`, to `all`, or to one purpose.
    Object {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        /// What they object to.
        #[arg(default_value = "marketing")]
        topic: String,
        /// The person takes the objection back.
        #[arg(long)]
        withdraw: bool,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Record that a value may be wrong. It is used for nothing until that is decided.
    ///
    /// The person sees it marked on their page, and the reason once it is decided. Where it was
    /// found wrong, it stays out of use until `theirs correct` says what is right. Where the person
    /// said on their page what is right, `theirs show` shows it, and `--decide accepted` takes it.
    Contest {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        /// The column, such as city.
        column: String,
        /// The person takes that back.
        #[arg(long, conflicts_with = "decide")]
        withdraw: bool,
        /// How it was decided; --reason says why, and the person reads it.
        #[arg(long, value_name = "OUTCOME", requires = "why")]
        decide: Option<Outcome>,
        /// What is wrong, or why it was decided so.
        #[arg(long = "reason", value_name = "REASON", id = "why")]
        reason: Option<String>,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Put the use of a person's data on hold: every use, that for one purpose, or that of one value.
    ///
    /// They are left out of it from the next query on, whatever it rests on (GDPR Art. 18).
    Restrict {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        /// A purpose, or all.
        #[arg(default_value = "all")]
        purpose: String,
        /// Every use of one column alone, such as phone: it is used for nothing.
        #[arg(long, value_name = "COLUMN", conflicts_with = "purpose")]
        column: Option<String>,
        /// End it. Tell the person before (Art. 18(3)), and say why with --reason.
        #[arg(long, requires = "why")]
        lift: bool,
        /// Why.
        #[arg(long = "reason", value_name = "REASON", id = "why")]
        reason: Option<String>,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Record that a record is not the person's with whose records it was joined.
    ///
    /// It belongs to a person of its own from now on, whatever `resolve` finds later. Where it came
    /// by a `merge`, that is undone: each has their own records, id and history again. What was
    /// refused while they were one, both refuse.
    Split {
        /// The record, as SOURCE:KEY.
        record: String,
        #[command(flatten)]
        reason: ReasonArgs,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Record that two records are one person's, whatever `resolve` finds later.
    ///
    /// What either of them refused is refused from now on.
    Merge {
        /// The first record, as SOURCE:KEY.
        first: String,
        /// The second record, as SOURCE:KEY.
        second: String,
        #[command(flatten)]
        reason: ReasonArgs,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Delete one value of a person, such as their phone: what every source says of it, for good.
    ///
    /// It is in no answer from the next query on, and in no file within 24 hours. A load that brings
    /// it again leaves it out and counts it, until the person says what it is (`theirs correct`).
    /// Whoever was given it is told, and so are the sources. What a law asks to keep is refused.
    Delete {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        /// The column, such as phone.
        column: String,
        #[command(flatten)]
        ground: GroundArgs,
        /// Entries that a source knows by this value go whole, with all that they say.
        #[arg(long)]
        whole_entry: bool,
        /// Free the files at once, too.
        #[arg(long)]
        now: bool,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Erase a person: from every answer at once, from the files within 24 hours.
    ///
    /// Records, activities, corrections and choices go. What a law asks to keep (a purpose with the
    /// basis `legal obligation`) is laid apart, and said with its end. What is left to keep a later
    /// load from bringing them back holds no value. Recipients and sources are told by files in
    /// outbox/, and a confirmation for the person is written there.
    Erase {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        #[command(flatten)]
        ground: GroundArgs,
        /// Free the files at once, too.
        #[arg(long)]
        now: bool,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Let somebody who was erased in again, because they ask for it. The next load brings them.
    Readmit {
        /// A record as SOURCE:KEY, or a value as COLUMN=VALUE, such as email=ada@mail.example.
        #[arg(value_name = "NAME")]
        whom: String,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// List what a law asks to keep of people who were erased, for one purpose.
    Kept {
        /// The purpose; its role must be the asker's.
        purpose: String,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Free every file of whoever was erased, now. While `serve` runs this happens by itself.
    Sweep,
    /// Remove what is past the time that the charter gives it. While `serve` runs this happens daily.
    Expire {
        /// Only count.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the privacy notice, compiled from the charter with what was really done beside it.
    ///
    /// It tells the charter in force; where none is, charter.yaml as a draft. The portal shows it
    /// under /notice. `notice list` and `notice confirm` are about something else: whom erasures and
    /// corrections were told to.
    #[command(args_conflicts_with_subcommands = true)]
    Notice {
        #[command(flatten)]
        paper: PaperArgs,
        /// The language; the charter's own by default.
        #[arg(long)]
        language: Option<LanguageWord>,
        /// Tell charter.yaml as it stands, without what was done.
        #[arg(long)]
        draft: bool,
        #[command(subcommand)]
        verb: Option<NoticeVerb>,
    },
    /// Write the record of processing activities (GDPR Art. 30), with what was really done.
    Ropa {
        #[command(flatten)]
        paper: PaperArgs,
    },
    /// Draft the impact assessment of a purpose (GDPR Art. 35), and the test of a legitimate interest.
    ///
    /// Figures are measured; what only people can judge is asked for, and never filled in.
    Assess {
        /// The purpose.
        purpose: String,
        #[command(flatten)]
        paper: PaperArgs,
    },
    /// Back up the folder, while it is in use: data and keys apart, as they live differently long.
    Backup {
        /// Where both are written: theirs-data-TIME/ and theirs-keys-TIME.json.
        #[arg(value_name = "FOLDER", required_unless_present_any = ["data", "keys"])]
        into: Option<PathBuf>,
        /// Where the data are written instead; alone, only the data.
        #[arg(long, value_name = "FOLDER", conflicts_with = "into")]
        data: Option<PathBuf>,
        /// Where the keys are written instead; alone, only the keys.
        #[arg(long, value_name = "FILE", conflicts_with = "into")]
        keys: Option<PathBuf>,
        /// How many days the keys live; nothing restores from them later.
        #[arg(long, value_name = "DAYS", default_value_t = theirs_store::backup::LIFE_DAYS)]
        keys_days: u32,
        #[command(flatten)]
        passphrase: PassphraseArgs,
    },
    /// Restore a folder from its backups, into the working folder, which must have no data/.
    ///
    /// Whoever was erased since the backup is erased again before the folder counts. For that it
    /// needs the latest ledger/ and erasures/, or at least to know how far the ledger was.
    Restore {
        /// The backup of the data.
        data: PathBuf,
        /// The backup of the keys.
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
        /// A folder with the latest ledger/ and erasures/: the lost data/, or a copy of the two.
        #[arg(long, value_name = "FOLDER", required_unless_present = "witnessed")]
        log: Option<PathBuf>,
        /// The latest checkpoint that somebody else saw; the backup must know as much.
        #[arg(long, value_name = "FILE", conflicts_with = "log")]
        witnessed: Option<PathBuf>,
        #[command(flatten)]
        passphrase: PassphraseArgs,
    },
    /// Bring the database of an earlier version to this one's layout, and encrypt it.
    ///
    /// Every other command refuses a folder of an earlier layout, as does an earlier version one of
    /// this. The work is done in a copy beside it, data/before-upgrade/, which is checked (every page,
    /// every reference, how many rows each table has, every use against the ledger) and then takes the
    /// name of the database: whenever it is stopped, the old one or the new one is there, and whole.
    /// The old one is kept there, encrypted, until --keep or the next upgrade, and never longer than
    /// until somebody is erased. Make a backup before, all the same.
    #[command(after_help = "Examples:
  theirs upgrade --plan    what it would do, and how much of the disk it needs
  theirs upgrade           do it; no `theirs serve` may run meanwhile
  theirs upgrade --back    to the old database, as long as nothing was changed or logged since;
                           one that was in plain is written in plain again, for its version to read
  theirs upgrade --keep    stay, and remove the old one")]
    Upgrade {
        /// Say what it would do, and change nothing.
        #[arg(long, group = "wish")]
        plan: bool,
        /// Go back to the database of before; refused once anything was changed or logged since.
        #[arg(long, group = "wish")]
        back: bool,
        /// Remove the database of before: nothing goes back to it then.
        #[arg(long, group = "wish")]
        keep: bool,
    },
    /// List every use of a person's data, in words.
    Uses {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Write a person's receipt: what was done with their data, and proofs that anyone can check.
    ///
    /// It shows that each use is in the ledger and that none was left out. Whoever has it checks it
    /// without this folder: `theirs ledger verify FILE`. An epoch is closed first, so that all is
    /// sealed.
    Receipt {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        /// Where to write it; `receipt.json` in the working folder by default.
        #[arg(long, value_name = "FILE.json")]
        output: Option<PathBuf>,
        /// Write a page to read and print, too.
        #[arg(long, value_name = "FILE.html")]
        page: Option<PathBuf>,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Write a copy of everything that is held of a person, for them to read, keep or take away.
    ///
    /// It tells what the law asks an access report to tell: values with where each is from, what
    /// it is used for, who was given it by name, how long it is kept, and what they may ask for.
    /// What may be somebody else's stays out.
    Report {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        /// Where to write it, as a page (.html), JSON or CSV by its ending; may be given several
        /// times. `report.html` in the working folder by default.
        #[arg(long, value_name = "FILE")]
        output: Vec<PathBuf>,
        /// The language of the page, en or fr; the charter's own by default.
        #[arg(long, value_name = "CODE")]
        language: Option<LanguageWord>,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Tell what a person agreed to and took back, and write a receipt of it for them to keep.
    ///
    /// Its fields are those of ISO/IEC TS 27560:2023 (docs/consent.schema.json). What a source says
    /// that they agreed to is a record of its own, which names that source.
    Consent {
        /// A person's id, or one of their records as SOURCE:KEY.
        person: String,
        /// Where to write it, as a page (.html) or JSON by its ending; may be given several times.
        #[arg(long, value_name = "FILE")]
        output: Vec<PathBuf>,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// What people ask for that needs an answer, and by when the law wants it.
    #[command(visible_alias = "requests")]
    Request {
        #[command(subcommand)]
        verb: RequestVerb,
    },
    /// List what is not sure enough to act on, open one matter, or settle it.
    ///
    /// Entries that may be somebody else's are withheld from a page, an address of several people
    /// opens none of theirs, and what somebody sent away is nobody's yet. Opening a matter shows the
    /// entries beside each other, which is on record.
    Review {
        /// The number of a matter.
        number: Option<i64>,
        #[command(flatten)]
        settle: SettleArgs,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// List what waits for two keys, for whose, since when, and what it would do.
    ///
    /// A source from outside, a recipient that the first charter did not have, and a purpose that the
    /// press test marks do nothing until two people, one of IT and one of marketing, approved them
    /// as they are. A new purpose waits until the people whom it concerns were told.
    Pending {
        /// Also what two keys have opened.
        #[arg(long)]
        all: bool,
    },
    /// Turn your key of something that waits for two, or turn it back.
    ///
    /// What is approved is the clause as it is now; any change of it ends the approval. Your token is
    /// asked for again: it is read from standard input, or from a file.
    ///
    ///   theirs approve purpose:tips --reason 'we need it for …' --as ida < ida.token
    #[command(verbatim_doc_comment)]
    Approve {
        #[command(flatten)]
        turn: TurnArgs,
        /// Turn your key back; it stops at once.
        #[arg(long)]
        withdraw: bool,
    },
    /// Stop something, whatever keys are turned and however it is changed, or lift that.
    ///
    /// For the privacy officer. The token is asked for again, as for `approve`.
    Veto {
        #[command(flatten)]
        turn: TurnArgs,
        /// Lift the veto.
        #[arg(long)]
        withdraw: bool,
    },
    /// List each source from outside, with what is still missing before its data may be used.
    ///
    /// A verdict that they are necessary, two keys, the supplier's evidence of consent, and that everybody
    /// was told whom they are about; and by when the law wants that.
    Outside,
    /// Test whether data from outside add anything to what a campaign decides.
    ///
    /// The charter needs a purpose with `output: verdict` that tests the source, and its two keys
    /// (docs/approvals.md). Nobody sees a row: the verdict alone comes out, and is on record. What is
    /// not necessary is removed at once.
    Need {
        /// The source, as in the charter.
        source: String,
        /// The campaign whose decisions it is tested on, as in campaigns/NAME.yaml.
        #[arg(long, value_name = "NAME")]
        campaign: String,
        #[command(flatten)]
        asker: AskerArgs,
    },
    /// Tell the people whom a source from outside or a new purpose concerns, once each.
    ///
    /// By e-mail, if an address that is surely theirs is on record, else by a letter in outbox/letters/.
    /// A run that was cut short goes on where it was.
    Inform(InformArgs),
    /// Groups of people that are kept: a condition under a purpose, in segments/NAME.yaml.
    ///
    /// The page /marketing builds them without SQL.
    Segment {
        #[command(subcommand)]
        verb: SegmentVerb,
    },
    /// Say which roles can come at data of a category, when they last did, and how to stop them.
    WhoCan {
        /// The data category, such as contact.email; contact stands for all below it.
        category: String,
    },
    /// Press-test the charter: what the law, people and a competitor would say of each practice.
    ///
    /// Each practice is judged three times, and the three are never added up; each finding ends
    /// with safer variants, and what lies unused and harmless is listed last (docs/audit.md). In a
    /// working folder it reads the charter in force and counts what was really done.
    Audit(AuditArgs),
    /// Check the ledger or a receipt, and seal what was logged.
    Ledger {
        #[command(subcommand)]
        verb: LedgerVerb,
    },
    /// Watch the ledger of somebody else and cosign what only grew; --folder is the witness's own.
    ///
    /// For a second host, such as the data protection officer's. It keeps a key and the latest
    /// checkpoint that it saw, and refuses whatever does not continue that (C2SP tlog-witness).
    /// It speaks plain HTTP: put a server with TLS before it.
    Witness {
        /// The key of a log to watch, as its /ledger/key shows it; several by giving this several times.
        #[arg(long = "log", value_name = "ORIGIN+KEY", required = true)]
        logs: Vec<String>,
        /// Where it listens.
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8429")]
        listen: SocketAddr,
        /// Its name, such as dpo.shop.example/witness; once its key is made it keeps it.
        #[arg(long, value_name = "NAME", default_value = "theirs/witness")]
        name: String,
    },
    /// Offer the portal on this machine.
    Serve {
        #[command(flatten)]
        listen: ListenArgs,
        /// Print a one-time link to this person's page; if the portal runs already, from there.
        #[arg(long, value_name = "PERSON", requires = "name")]
        link: Option<String>,
        /// The principal who asks for the link; its role must be allowed to open records.
        #[arg(long = "as", value_name = "NAME", id = "name")]
        name: Option<String>,
    },
    /// Tell the whole story on the shipped sample, then serve the portal.
    Demo {
        /// Stop after the story.
        #[arg(long)]
        no_serve: bool,
        #[command(flatten)]
        listen: ListenArgs,
    },
}

impl Verb {
    /// What is told to IT while it runs. Commands that end tell by their answer, unless the
    /// environment asks for more; the story of the demonstration is interrupted by failures alone.
    pub fn log(&self) -> LogArgs {
        match self {
            Self::Serve { listen, .. } => {
                LogArgs { log: listen.log.log.or(Some(LogForm::Text)), ..listen.log }
            }
            Self::Demo { listen: ListenArgs { log: LogArgs { log: None, .. }, .. }, .. } => {
                LogArgs { log: Some(LogForm::Text), log_level: LogLevel::Warn }
            }
            Self::Demo { listen, .. } => listen.log,
            _ => LogArgs::of_environment(),
        }
    }

    /// The word it is asked for by.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Check { .. } => "check",
            Self::Scan { .. } => "scan",
            Self::Charter { .. } => "charter",
            Self::Principal { .. } => "principal",
            Self::Load { .. } => "load",
            Self::Collect { .. } => "collect",
            Self::Source { .. } => "source",
            Self::Compact { .. } => "compact",
            Self::Resolve { .. } => "resolve",
            Self::Why { .. } => "why",
            Self::Status { .. } => "status",
            Self::Sql { .. } => "sql",
            Self::Campaign { .. } => "campaign",
            Self::Decide { .. } => "decide",
            Self::Show { .. } => "show",
            Self::Correct { .. } => "correct",
            Self::Object { .. } => "object",
            Self::Contest { .. } => "contest",
            Self::Restrict { .. } => "restrict",
            Self::Split { .. } => "split",
            Self::Merge { .. } => "merge",
            Self::Delete { .. } => "delete",
            Self::Erase { .. } => "erase",
            Self::Readmit { .. } => "readmit",
            Self::Kept { .. } => "kept",
            Self::Sweep => "sweep",
            Self::Expire { .. } => "expire",
            Self::Notice { .. } => "notice",
            Self::Ropa { .. } => "ropa",
            Self::Assess { .. } => "assess",
            Self::Backup { .. } => "backup",
            Self::Restore { .. } => "restore",
            Self::Upgrade { .. } => "upgrade",
            Self::Uses { .. } => "uses",
            Self::Receipt { .. } => "receipt",
            Self::Report { .. } => "report",
            Self::Consent { .. } => "consent",
            Self::Request { .. } => "request",
            Self::Review { .. } => "review",
            Self::Pending { .. } => "pending",
            Self::Approve { .. } => "approve",
            Self::Veto { .. } => "veto",
            Self::Outside => "outside",
            Self::Need { .. } => "need",
            Self::Inform(_) => "inform",
            Self::Segment { .. } => "segment",
            Self::WhoCan { .. } => "who-can",
            Self::Audit(_) => "audit",
            Self::Ledger { .. } => "ledger",
            Self::Witness { .. } => "witness",
            Self::Serve { .. } => "serve",
            Self::Demo { .. } => "demo",
        }
    }
}

/// Reads the command line, or explains it and ends the process.
pub fn parse() -> Cli {
    Cli::parse()
}

/// Reads a command line that came from elsewhere; its paths are relative to `folder`.
pub fn parse_from(arguments: &[String], folder: &Path) -> Option<Cli> {
    let mut cli = Cli::try_parse_from(arguments).ok()?;
    let paths: Vec<&mut PathBuf> = match &mut cli.verb {
        Verb::Load { input, .. } => input.iter_mut().collect(),
        Verb::Resolve { truth, report, .. } => truth.iter_mut().chain(report).collect(),
        Verb::Receipt { output, page, .. } => output.iter_mut().chain(page).collect(),
        Verb::Audit(asked) => asked.paths().collect(),
        Verb::Report { output, .. } | Verb::Consent { output, .. } => output.iter_mut().collect(),
        Verb::Notice { paper, .. } | Verb::Ropa { paper } | Verb::Assess { paper, .. } => {
            paper.output.iter_mut().collect()
        }
        Verb::Check { notice, input, .. } => notice.iter_mut().chain(input).collect(),
        Verb::Backup { into, data, keys, passphrase, .. } => {
            let places = into.iter_mut().chain(data).chain(keys);
            places.chain(&mut passphrase.passphrase_file).collect()
        }
        _ => Vec::new(),
    };
    for path in paths {
        *path = folder.join(&*path);
    }
    Some(cli)
}
