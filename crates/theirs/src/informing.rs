//! People are told of what is new before it starts: of a source from outside (GDPR Art. 14), of a purpose
//! that their data did not have before (Art. 13(3)).
//!
//! Each gets one message for one state of the clause: by e-mail, if an address that is surely theirs is on
//! record, else by a letter, else, of a purpose alone, on their page. That they are told is on record as a
//! use before it leaves. A crash leaves a note whose message is laid again under the same use, so that
//! whoever gets it twice gets the same one.

use std::path::Path;

use askama::Template;
use jiff::SignedDuration;
use roaring::RoaringBitmap;
use serde::Serialize;
use theirs_charter::{
    Asker, Authority, Basis, Charter, Controller, Gate, Purpose, Source, Subject, SubjectKind,
};
use theirs_model::{Digest, Slot, UseId};
use theirs_notice::{news_of_purpose, news_of_source};
use theirs_people::{Concerned, concerned_by_purpose, concerned_by_source, without};
use theirs_rights::Desk;
use theirs_store::Begun;
use theirs_uses::{Act, Told, seen};
use theirs_words::Speech;

use crate::approving::{gate, no_key, record_refusal};
use crate::failure::Failure;
use crate::mail::{Mail, can_reach, lay_letter, post};
use crate::workspace::Workspace;

/// How long a message matters.
const LASTS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How the telling went.
#[derive(Debug, Default, Serialize, PartialEq, Eq)]
pub struct Informed {
    /// How many were written to by e-mail.
    pub by_mail: usize,
    /// For how many a letter lies in the outbox.
    pub by_letter: usize,
    /// For how many it stands on their page.
    pub on_page: usize,
    /// How many cannot be reached.
    pub unreachable: usize,
    /// How many are left, as one run tells so many and no more.
    pub left: usize,
    /// Whether everybody was told.
    pub is_done: bool,
}

/// What is told of.
enum News<'c> {
    Source(&'c Source),
    Purpose(&'c Purpose),
}

#[derive(Template)]
#[template(path = "news.html")]
struct Letter<'a> {
    t: &'a Speech,
    from: &'a Controller,
    to: &'a str,
    on: String,
    title: &'a str,
    paragraphs: Vec<&'a str>,
    on_record: &'a str,
}

/// What one run needs.
struct Round<'a> {
    workspace: &'a Workspace,
    charter: &'a Charter,
    desk: Desk,
    told: Told,
    subject: String,
    digest: Digest,
    title: String,
    text: String,
    /// Whether it is enough that it stands on somebody's page.
    may_stand_on_page: bool,
    how: Informed,
}

/// Tells the people whom something concerns of it, at most so many; `page` is where their page is.
pub fn inform(
    workspace: &Workspace,
    asker: &Asker,
    given: &str,
    page: &str,
    most: usize,
) -> Result<Informed, Failure> {
    crate::post::Address::at(page).map_err(Failure::Usage)?;
    let authority = workspace.authority()?;
    let gate = gate(&authority, given)?;
    let subject = &gate.subject;
    let told = telling(workspace, &authority, asker)?;
    let charter = authority.charter();
    if let Some(because) = needs_no_telling(workspace, charter, gate)? {
        return Err(Failure::Usage(format!(
            "nobody has to be told of {subject}: {because}. Nothing was sent; the notice tells of it"
        )));
    }
    let news = news(charter, subject)?;
    let concerned = concerned(workspace, charter, subject)?;
    let (title, text) = words(charter, &news, page);
    let told = Told { reason: Some(sentence(&news).to_owned()), ..told };
    let mut round = Round {
        workspace,
        charter,
        desk: workspace.desk()?,
        told,
        subject: subject.to_string(),
        digest: charter.announced(subject),
        title,
        text,
        may_stand_on_page: matches!(news, News::Purpose(_)),
        how: Informed::default(),
    };
    round.lay_again()?;
    round.tell(&concerned, most)?;
    Ok(round.how)
}

/// Why people need not be told of a purpose before it starts, if they need not and nobody was.
fn needs_no_telling(
    workspace: &Workspace,
    charter: &Charter,
    gate: &Gate,
) -> Result<Option<&'static str>, Failure> {
    let Some(purpose) = charter.purpose(&gate.subject.name) else { return Ok(None) };
    if gate.subject.kind != SubjectKind::Purpose || gate.is_untold {
        return Ok(None);
    }
    let announced = charter.announced(&gate.subject);
    let told = (gate.subject.to_string(), announced);
    if workspace.store.told_all(&workspace.keys)?.contains(&told) {
        return Ok(None);
    }
    let adopted = workspace.store.adopted(&workspace.keys)?;
    let is_of_first_day = adopted.iter().any(|(_, digest)| *digest == announced);
    Ok(Some(match (is_of_first_day, purpose.basis) {
        (true, _) => "it began on the first day, with the first charter, and is for the same since",
        (false, Basis::LegalObligation) => "a law asks for it, and it waits for nobody",
        (false, _) => "whoever it concerns is told by being asked for their yes",
    }))
}

/// Whom a clause concerns now.
pub fn concerned(
    workspace: &Workspace,
    charter: &Charter,
    subject: &Subject,
) -> Result<Concerned, Failure> {
    let store = &workspace.store;
    match news(charter, subject)? {
        News::Source(source) => Ok(concerned_by_source(store, &workspace.lake, source)?),
        News::Purpose(purpose) => {
            let today = charter.day(workspace.clock.now());
            Ok(concerned_by_purpose(store, charter, purpose, today)?)
        }
    }
}

fn news<'c>(charter: &'c Charter, subject: &Subject) -> Result<News<'c>, Failure> {
    let found = match subject.kind {
        SubjectKind::Source => charter.source(&subject.name).map(News::Source),
        SubjectKind::Purpose => charter.purpose(&subject.name).map(News::Purpose),
        SubjectKind::Recipient | SubjectKind::Role => None,
    };
    found.ok_or_else(|| {
        Failure::Usage(format!(
            "nobody is told of {subject} alone; people are told of source:NAME and purpose:NAME"
        ))
    })
}

/// Whoever holds a key may have people told.
fn telling(workspace: &Workspace, authority: &Authority, asker: &Asker) -> Result<Told, Failure> {
    let is_theirs =
        |role: &&theirs_charter::Role| role.key.is_some() && asker.roles.contains(&role.name);
    let Some(role) = authority.charter().roles.iter().find(is_theirs) else {
        let keys = theirs_charter::Key::ALL.map(|known| known.1);
        let refusal = no_key(authority, asker, &keys);
        record_refusal(workspace, authority, asker, &refusal)?;
        return Err(refusal.into());
    };
    let mut told = Told::new(Act::Notice, &role.says);
    told.role = Some(role.name.clone());
    Ok(told)
}

/// The charter's own sentence of it, which the person reads in the history of their data.
fn sentence<'c>(news: &News<'c>) -> &'c str {
    match news {
        News::Source(source) => &source.acquired,
        News::Purpose(purpose) => &purpose.says,
    }
}

/// The title and the text of a message, in every language of the charter: nobody knows which one a
/// client reads.
fn words(charter: &Charter, news: &News<'_>, page: &str) -> (String, String) {
    let speeches: Vec<Speech> =
        charter.languages().into_iter().map(|language| charter.speech(language)).collect();
    let titles: Vec<String> = speeches.iter().map(|speech| speech.say("mail-news")).collect();
    let texts: Vec<String> = speeches
        .iter()
        .map(|speech| match news {
            News::Source(source) => news_of_source(charter, source, page, speech),
            News::Purpose(purpose) => {
                news_of_purpose(charter, purpose, &looks_at(purpose, speech), page, speech)
            }
        })
        .collect();
    (titles.join(" / "), texts.join("\n\n– – –\n\n"))
}

/// What a purpose looks at, in words.
fn looks_at(purpose: &Purpose, speech: &Speech) -> String {
    let columns: Vec<String> = purpose.columns.iter().map(|grant| grant.column.clone()).collect();
    let activities: Vec<String> =
        purpose.activities.iter().map(|granted| granted.source.clone()).collect();
    seen(&columns, &activities, speech)
}

impl Round<'_> {
    /// Lays out what a crash kept from it.
    fn lay_again(&mut self) -> Result<(), Failure> {
        for begun in self.workspace.store.begun_informing(&self.subject, &self.digest)? {
            self.lay(begun.slot, begun.use_id)?;
        }
        Ok(())
    }

    /// Tells everybody who was not told, at most so many; notes it when that is everybody.
    fn tell(&mut self, concerned: &Concerned, most: usize) -> Result<(), Failure> {
        let store = &self.workspace.store;
        let informed = store.informed(&self.subject, &self.digest)?;
        let missing = without(&concerned.slots, &informed);
        let mut told = 0;
        for (at, slot) in missing.iter().enumerate() {
            if told == most {
                self.how.left = missing.len() - at;
                break;
            }
            told += usize::from(self.tell_one(*slot)?);
        }
        let open = self.how.left + self.how.unreachable + usize::from(concerned.has_nobody);
        if open == 0 {
            let now = self.workspace.clock.now();
            let keys = &self.workspace.keys;
            store.end_campaign(&self.subject, &self.digest, keys, now)?;
            self.how.is_done = true;
        }
        Ok(())
    }

    /// Tells somebody, if they can be reached; says whether they can.
    fn tell_one(&mut self, slot: Slot) -> Result<bool, Failure> {
        if !self.may_stand_on_page && self.channel(slot)?.is_none() {
            self.how.unreachable += 1;
            return Ok(false);
        }
        let (workspace, at) = (self.workspace, self.workspace.clock.now());
        let members = RoaringBitmap::from_iter([slot.0]);
        let use_id = workspace.book().log(&self.told, &members, self.charter.digest, at)?;
        let begun = Begun { slot, use_id, at };
        workspace.store.begin_informing(&self.subject, &self.digest, begun)?;
        self.lay(slot, use_id)?;
        Ok(true)
    }

    /// Lays a message out under its use.
    fn lay(&mut self, slot: Slot, use_id: UseId) -> Result<(), Failure> {
        let (workspace, outbox) = (self.workspace, self.workspace.folder.outbox());
        match self.channel(slot)? {
            Some(Channel::Mail(to)) => {
                self.write(&to, use_id, &outbox)?;
                self.how.by_mail += 1;
            }
            Some(Channel::Letter(to)) => {
                self.print(&to, use_id, &outbox)?;
                self.how.by_letter += 1;
            }
            None => self.how.on_page += 1,
        }
        let now = workspace.clock.now();
        Ok(workspace.store.end_informing(&self.subject, &self.digest, slot, now)?)
    }

    /// How somebody is reached; not by what only an outsider says of them.
    fn channel(&self, slot: Slot) -> Result<Option<Channel>, Failure> {
        let Some(person) = self.workspace.store.person_at(slot)? else { return Ok(None) };
        let addresses = self.desk.addresses(&person)?;
        if let Some(address) = addresses.into_iter().find(|address| can_reach(address)) {
            return Ok(Some(Channel::Mail(address)));
        }
        Ok(self.desk.postal_address(&person)?.map(Channel::Letter))
    }

    fn write(&self, to: &str, use_id: UseId, outbox: &Path) -> Result<(), Failure> {
        let at = self.workspace.clock.now();
        let on_record = self.on_record(use_id);
        let mail = Mail {
            to,
            subject: &self.title,
            text: &self.text,
            on_record: &on_record,
            use_id,
            part: None,
            unsubscribe: None,
            at,
            until: at.saturating_add(LASTS).unwrap_or(jiff::Timestamp::MAX),
        };
        post(&mail, &self.charter.controller, outbox)?;
        Ok(())
    }

    fn print(&self, to: &str, use_id: UseId, outbox: &Path) -> Result<(), Failure> {
        let t = &self.charter.speech(self.charter.language);
        let on_record = self.on_record(use_id);
        let letter = Letter {
            t,
            from: &self.charter.controller,
            to,
            on: t.day(self.workspace.clock.now(), &self.charter.time_zone),
            title: &self.title,
            paragraphs: self.text.split("\n\n").collect(),
            on_record: &on_record,
        };
        let text = letter.render().map_err(|error| Failure::Unsound(error.to_string()))?;
        Ok(lay_letter(outbox, use_id, &text)?)
    }

    fn on_record(&self, use_id: UseId) -> String {
        let speech = self.charter.speech(self.charter.language);
        speech.with("mail-on-record", "use", use_id.to_string())
    }
}

/// How somebody is reached.
enum Channel {
    Mail(String),
    Letter(String),
}
