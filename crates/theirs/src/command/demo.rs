//! `theirs demo`: the whole story on the shipped sample, told with the real output of each step.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use harbour_books::Source;
use jiff::{SignedDuration, Timestamp};
use theirs_model::Clock;

use super::{
    Output, charter, decide, ledger, load, outside, person, principal, resolve, serve, sql, status,
    why,
};
use crate::cli::ListenArgs;
use crate::failure::Failure;
use crate::load::How;
use crate::workspace::Workspace;

/// The file that marks a folder as the demonstration's own, to be made anew each time.
const MARK: &str = ".theirs-demo";

/// A clock that starts on the sample's day and runs on, and can leap.
struct StoryClock {
    started: Instant,
    leap_seconds: AtomicI64,
}

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        let morning = harbour_books::TODAY.at(9, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
        let morning = morning.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
        let leap = SignedDuration::from_secs(self.leap_seconds.load(Ordering::Relaxed));
        let ran = SignedDuration::try_from(self.started.elapsed()).unwrap_or_default();
        morning + leap + ran
    }
}

/// One teller, with what every step needs.
struct Story<'o> {
    out: &'o mut Output,
    workspace: Workspace,
    sources: PathBuf,
    clock: Arc<StoryClock>,
    maud: String,
}

pub(super) fn run(
    root: &Path,
    no_serve: bool,
    listen: &ListenArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    if out.is_json() {
        let message = "demo tells a story and has no --json; every other command has".to_owned();
        return Err(Failure::Usage(message));
    }
    let since = Instant::now();
    let folder = root.join("harbour_books_demo");
    clear(&folder)?;
    let sample = harbour_books::write(&folder, harbour_books::SEED, harbour_books::TODAY)?;
    std::fs::write(folder.join(MARK), "made by `theirs demo`; it is made anew each time\n")?;
    Workspace::create(&folder)?;
    let clock = Arc::new(StoryClock { started: Instant::now(), leap_seconds: AtomicI64::new(0) });
    let workspace =
        Workspace::open_at(&folder, "theirs demo", Arc::clone(&clock) as Arc<dyn Clock>)?;
    let crm = sample.planted.followed.keys(Source::Crm).next().unwrap_or_default();
    let maud = format!("crm:{crm}");
    let mut story = Story { out, workspace, sources: folder.clone(), clock, maud };
    story.tell(&sample)?;
    let Story { out, workspace, maud, .. } = story;
    let seconds = since.elapsed().as_secs_f64();
    out.line(&format!(
        "\nThat was the whole idea, in {seconds:.0} seconds. It all lies in {}.",
        folder.display()
    ))?;
    if no_serve {
        return Ok(());
    }
    let guest = workspace.desk()?.find(&maud, theirs_rights::By::Person)?;
    out.line("\nNow open Maud's page. In a shop, this link goes to her by e-mail.")?;
    serve::serve(workspace, listen, Some(guest), out)
}

/// Removes an earlier demonstration, and nothing else.
fn clear(folder: &Path) -> Result<(), Failure> {
    if !folder.exists() {
        return Ok(());
    }
    if !folder.join(MARK).exists() {
        let message =
            format!("{} is not of this demonstration's making; move it away", folder.display());
        return Err(Failure::Usage(message));
    }
    theirs_store::Folder::open(folder, "theirs demo").map(drop).or_else(|error| match error {
        theirs_store::FolderError::Missing(_) => Ok(()),
        other => Err(other),
    })?;
    std::fs::remove_dir_all(folder).map_err(|error| Failure::file(folder, error))
}

impl Story<'_> {
    fn tell(&mut self, sample: &harbour_books::Summary) -> Result<(), Failure> {
        self.promise()?;
        self.join(sample)?;
        self.ask()?;
        self.send()?;
        self.look()?;
        self.put_right()?;
        self.next_month()?;
        self.prove()
    }

    fn chapter(&mut self, title: &str, text: &str) -> Result<(), Failure> {
        self.out.line(&format!("\n── {title} ──\n{text}"))?;
        Ok(())
    }

    fn command(&mut self, text: &str) -> Result<(), Failure> {
        self.out.line(&format!("\n$ theirs {text}"))?;
        Ok(())
    }

    fn promise(&mut self) -> Result<(), Failure> {
        self.chapter(
            "The promise",
            "Harbour Books, an invented shop, says in one file what it holds about people, why, and \
             for whom.",
        )?;
        self.command("check")?;
        charter::check(&self.sources, None, self.out)?;
        self.command("charter apply")?;
        charter::apply(&self.workspace, self.out)?;
        self.command("principal add ana --role marketing --save")?;
        principal::add(&self.workspace, "ana", &["marketing".to_owned()], true, self.out)?;
        self.command("principal add noor --role privacy --save")?;
        principal::add(&self.workspace, "noor", &["privacy".to_owned()], true, self.out)
    }

    fn join(&mut self, sample: &harbour_books::Summary) -> Result<(), Failure> {
        self.chapter(
            "Internal data first",
            "Tills, web shop, newsletter and support each know a part of each client. A broker's file \
             and an old app's location trail are there too: they are loaded, and no purpose may use \
             them.",
        )?;
        self.command("load")?;
        load::run(&self.workspace, &[], &self.sources, How::default(), self.out)?;
        self.command("status --rejected")?;
        status::run(&self.workspace, true, self.out)?;
        self.command("resolve --truth truth.csv")?;
        let truth = self.sources.join("truth.csv");
        let wishes = resolve::Wishes { truth: Some(&truth), ..resolve::Wishes::default() };
        resolve::run(&self.workspace, &wishes, self.out)?;
        let shop = sample.planted.followed.keys(Source::WebShop).next().unwrap_or_default();
        let (maud, shop) = (self.maud.clone(), format!("web_shop:{shop}"));
        self.command(&format!("why {maud} {shop} --as noor"))?;
        why::run(&self.workspace, &maud, &shop, "noor", self.out)?;
        self.command("outside")?;
        outside::run(&self.workspace, self.out)
    }

    fn ask(&mut self) -> Result<(), Failure> {
        self.chapter(
            "Marketing asks, for a stated purpose",
            "A purpose is a schema. What the promise does not permit does not exist in it.",
        )?;
        self.sql("select city, count(*) n from shop_figures.person group by city order by n desc limit 5")?;
        self.sql("select genre, sum(price) takings from shop_figures.order_lines group by genre order by takings desc limit 5")?;
        self.sql("select email from shop_figures.person")?;
        self.sql("select latitude from reading_tips.app_locations")?;
        self.sql("select * from answer_you.person")
    }

    fn sql(&mut self, statement: &str) -> Result<(), Failure> {
        self.command(&format!("sql --as ana '{statement}'"))?;
        match sql::run(&self.workspace, statement, "ana", self.out) {
            Err(Failure::Query(error)) => Ok(self.out.line(&format!("theirs: {error}"))?),
            other => other,
        }
    }

    fn send(&mut self) -> Result<(), Failure> {
        self.chapter(
            "Marketing sends a list",
            "A voucher for those whose birthday is near. Who said no is not on it, and is counted.",
        )?;
        self.command("decide birthday_offer --as ana")?;
        decide::run(&self.workspace, "birthday_offer", "ana", self.out)
    }

    fn look(&mut self) -> Result<(), Failure> {
        self.chapter(
            "Maud sees everything",
            "Maud Ellery-Finch got a voucher. Her birthday is in December. She looks.",
        )?;
        let maud = self.maud.clone();
        self.command(&format!("show {maud} --as noor"))?;
        person::show(&self.workspace, &maud, false, "noor", self.out)?;
        self.command(&format!("uses {maud} --as noor"))?;
        person::uses(&self.workspace, &maud, "noor", self.out)
    }

    fn put_right(&mut self) -> Result<(), Failure> {
        self.chapter(
            "Maud puts it right",
            "Her word outranks every source, from the next query on.",
        )?;
        let maud = self.maud.clone();
        self.command(&format!("correct {maud} birth_date 1961-12-03 --as noor"))?;
        person::correct(
            &self.workspace,
            &maud,
            "birth_date",
            Some("1961-12-03"),
            "noor",
            self.out,
        )?;
        self.command("decide birthday_offer --as ana")?;
        decide::run(&self.workspace, "birthday_offer", "ana", self.out)?;
        self.out.line("One fewer: Maud is no longer on it.")?;
        Ok(())
    }

    fn next_month(&mut self) -> Result<(), Failure> {
        self.chapter(
            "A month later",
            "The next export from the tills arrives. It still has Maud's wrong birthday.",
        )?;
        let days = harbour_books::NEXT_EXPORT_DAYS + 1;
        self.clock.leap_seconds.store(days * 86_400, Ordering::Relaxed);
        harbour_books::write_next_crm(&self.sources, harbour_books::SEED, harbour_books::TODAY)?;
        self.command("load crm")?;
        load::run(&self.workspace, &["crm".to_owned()], &self.sources, How::default(), self.out)?;
        self.command("resolve")?;
        resolve::run(&self.workspace, &resolve::Wishes::default(), self.out)?;
        let maud = self.maud.clone();
        self.command(&format!("show {maud} --as noor   (her birth date)"))?;
        person::show_column(&self.workspace, &maud, "birth_date", "noor", self.out)
    }

    fn prove(&mut self) -> Result<(), Failure> {
        self.chapter("The proof", "Every use above stands in a log that nobody can rewrite.")?;
        self.command("ledger verify")?;
        ledger::verify(&self.workspace, &[], self.out)
    }
}
