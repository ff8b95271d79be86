//! A message to each person: what the marketer wrote, why just they got it, where they read more of
//! that, and where they say no to it with one press.
//!
//! The links name a use and a sealed token, and nothing of the person. What we say beside the marketer's
//! text is said in every language of the charter: nobody knows which one a client reads.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::SignedDuration;
use theirs_charter::{Charter, Controller};
use theirs_marketing::{Action, Campaign, Decision, DecisionSink, Letter, Template};
use theirs_model::{Clock, UseId};
use theirs_words::Speech;

use crate::mail::{Mail, can_reach, part_of, post};
use crate::workspace::Workspace;

/// How long a message is worth sending.
const LASTS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// The messages of one action.
pub(super) struct Messages {
    outbox: PathBuf,
    controller: Controller,
    /// Each language of the charter, with the reason in it.
    speeches: Vec<(Speech, String)>,
    clock: Arc<dyn Clock>,
    /// How the world reaches the portal.
    base: String,
    letter: Letter,
    columns: Vec<String>,
    /// The place of the addresses among the columns.
    address: usize,
}

impl Messages {
    /// Those of an action; none if it sends none, or they could not say where the portal is.
    pub(super) fn of(
        workspace: &Workspace,
        charter: &Charter,
        campaign: &Campaign,
        action: &Action,
    ) -> Option<Self> {
        let speech = |language| {
            let speech = charter.speech(language);
            let words = campaign.translations.get(speech.code());
            let reason = words.and_then(|words| words.get(&action.reason));
            let reason = reason.unwrap_or(&action.reason).clone();
            (speech, reason)
        };
        Some(Self {
            outbox: workspace.folder.outbox(),
            controller: charter.controller.clone(),
            speeches: charter.languages().into_iter().map(speech).collect(),
            clock: Arc::clone(&workspace.clock),
            base: workspace.public()?,
            letter: action.letter.clone()?,
            columns: action.columns.clone(),
            address: action.address(charter)?,
        })
    }

    /// What a message says to one person.
    fn text(&self, decision: &Decision, no: &str) -> String {
        let why = format!("{}/why/{}", self.base, decision.why);
        let said = |(speech, reason): &(Speech, String)| {
            let why = speech.with("mail-why", "link", why.as_str());
            format!("{reason}\n{why}\n{}", speech.with("mail-stop", "link", no))
        };
        let ours: Vec<String> = self.speeches.iter().map(said).collect();
        format!("{}\n\n– – –\n\n{}", self.filled(decision, &self.letter.body), ours.join("\n\n"))
    }

    fn filled(&self, decision: &Decision, template: &Template) -> String {
        let of = |name: &str| self.columns.iter().position(|column| column == name);
        template
            .fill(|name| of(name).and_then(|at| decision.values.get(at)).map_or("", String::as_str))
    }

    fn on_record(&self, use_id: UseId) -> String {
        let said = |(speech, _): &(Speech, String)| {
            speech.with("mail-on-record", "use", use_id.to_string())
        };
        self.speeches.iter().map(said).collect::<Vec<_>>().join(" ")
    }
}

impl DecisionSink for Messages {
    fn begin(&mut self, _: UseId, _: &[String]) -> io::Result<()> {
        Ok(())
    }

    /// Each message is whole or not there; what a crash leaves out was told and never sent.
    fn take(&mut self, decision: &Decision) -> io::Result<bool> {
        let to = decision.values.get(self.address).map_or("", |address| address.trim());
        let Some(token) = decision.unsubscribe.as_ref().filter(|_| can_reach(to)) else {
            return Ok(false);
        };
        let no = format!("{}/no/{token}", self.base);
        let (at, part) = (self.clock.now(), part_of(&decision.reference));
        let mail = Mail {
            to,
            subject: &self.filled(decision, &self.letter.subject),
            text: &self.text(decision, &no),
            on_record: &self.on_record(decision.use_id),
            use_id: decision.use_id,
            part: Some(&part),
            unsubscribe: Some(&no),
            at,
            until: at.saturating_add(LASTS).unwrap_or(jiff::Timestamp::MAX),
        };
        post(&mail, &self.controller, &self.outbox)?;
        Ok(true)
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}
