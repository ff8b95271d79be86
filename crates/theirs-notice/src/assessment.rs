//! Drafts of the two assessments that a purpose may need: the impact assessment (GDPR Art. 35(7)) and,
//! where it rests on a legitimate interest, the test of that interest (Art. 6(1)(f)).
//!
//! What can be measured is measured, what the charter says is said; what only people can judge is asked
//! for in so many words, and is never filled in for them.

use theirs_charter::{Basis, Charter, Coarseness, Output, Purpose, category};

use crate::paper::{Block, Paper, Section};
use crate::practice::Practice;

/// What an assessment is made of.
pub struct Assessment<'a> {
    /// The charter.
    pub charter: &'a Charter,
    /// The purpose.
    pub purpose: &'a Purpose,
    /// What was really done.
    pub practice: &'a Practice,
    /// How many people the purpose may see now.
    pub reached: u64,
    /// Whom it leaves out: why, after "people who", and how many.
    pub left_out: Vec<(String, u64)>,
}

/// From this tier on, data count as sensitive.
const SENSITIVE: u8 = 2;
/// What is asked of whoever finishes the draft.
const SAY: &str = "Say here:";

/// The draft of a purpose.
pub fn assess(of: &Assessment<'_>) -> Paper {
    let name = of.purpose.name.replace('_', " ");
    let mut sections = vec![of.need(), of.description(), of.necessity()];
    if of.purpose.basis == Basis::LegitimateInterest {
        sections.push(of.interest());
    }
    sections.extend([of.risks(), of.measures(), of.decision()]);
    Paper {
        language: "en",
        title: format!("Assessment of {name}"),
        lead: vec![format!(
            "A draft under Article 35(7){} of the General Data Protection Regulation. Figures are measured; where it says “{SAY}” people have to judge.",
            if of.purpose.basis == Basis::LegitimateInterest { " and Article 6(1)(f)" } else { "" }
        )],
        sections,
        foot: format!("Charter sha256:{}.", of.charter.digest),
    }
}

impl Assessment<'_> {
    /// Whether an impact assessment is due at all (WP 248: two of nine criteria or more).
    fn need(&self) -> Section {
        let mut section = Section::new("need", "Is an assessment due?".to_owned());
        let signs = self.signs();
        let count = signs.len();
        section.text(match count {
            0 | 1 => format!(
                "{count} of the nine signs of the guidelines (WP 248 rev.01) show: it is probably not required, and does no harm."
            ),
            _ => format!(
                "{count} of the nine signs of the guidelines (WP 248 rev.01) show, and two are enough: it is probably required before the use begins."
            ),
        });
        if !signs.is_empty() {
            section.blocks.push(Block::List(signs));
        }
        section
    }

    fn signs(&self) -> Vec<String> {
        let purpose = self.purpose;
        let term = purpose.category.as_str();
        let mut signs = Vec::new();
        if ["marketing.", "personalise.", "advertise."].iter().any(|f| term.starts_with(f)) {
            signs.push("People are evaluated or put in groups.".to_owned());
        }
        if purpose.decide.is_some() {
            signs.push("A rule decides whom it concerns.".to_owned());
        }
        if self.kinds().iter().any(|(_, tier, special)| *tier >= 4 || *special) {
            signs.push("Some data are of a special category, or very private.".to_owned());
        }
        if self.reached >= 10_000 {
            signs.push(format!("It is done on a large scale: {} people.", self.reached));
        }
        let sources = self.charter.identities().count();
        if sources > 1 && !purpose.columns.is_empty() {
            signs.push(format!("Data of {sources} sources are matched or combined."));
        }
        if self.kinds().iter().any(|(key, ..)| key.starts_with("household.children")) {
            signs.push("Some of the people are children.".to_owned());
        }
        if self.kinds().iter().any(|(key, ..)| key.starts_with("location.precise")) {
            signs.push("People are watched where they are.".to_owned());
        }
        signs
    }

    /// The kinds of data, each with how private it is.
    fn kinds(&self) -> Vec<(String, u8, bool)> {
        let keys = crate::notice::seen(self.charter, self.purpose);
        let known = keys.into_iter().filter_map(|key| {
            let term = category(&key)?;
            Some((key, term.tier, term.special.is_some()))
        });
        known.collect()
    }

    /// A systematic description (Art. 35(7)(a)).
    fn description(&self) -> Section {
        let mut section = Section::new("description", "What is done".to_owned());
        let mut items = Vec::new();
        for line in self.charter.explain(self.purpose).lines().filter(|line| !line.is_empty()) {
            if let Some(item) = line.trim().strip_prefix("- ") {
                items.push(item.to_owned());
                continue;
            }
            if !items.is_empty() {
                section.blocks.push(Block::List(std::mem::take(&mut items)));
            }
            section.text(line);
        }
        let mut facts = vec![
            ("people it may see now".to_owned(), self.reached.to_string()),
            ("people known in all".to_owned(), self.practice.people.to_string()),
        ];
        if let Some(done) = self.practice.purposes.get(&self.purpose.name) {
            facts.push(("uses on record".to_owned(), done.uses.to_string()));
            facts.push(("people concerned so far".to_owned(), done.people.to_string()));
            for (to, given) in &done.given {
                facts.push((format!("lists given to {to}"), given.lists.to_string()));
            }
        }
        section.blocks.push(Block::Facts(facts));
        section
    }

    /// Necessity and proportionality (Art. 35(7)(b)).
    fn necessity(&self) -> Section {
        let mut section =
            Section::new("necessity", "Is it needed, and no more than needed?".to_owned());
        let grants = self
            .purpose
            .columns
            .iter()
            .chain(self.purpose.activities.iter().flat_map(|granted| &granted.columns));
        let (mut exact, mut coarse) = (0, 0);
        for grant in grants {
            if grant.coarseness == Coarseness::Exact { exact += 1 } else { coarse += 1 }
        }
        section.text(format!(
            "It sees {} columns: {exact} as they are, {coarse} made coarse.",
            exact + coarse
        ));
        let done = self.practice.purposes.get(&self.purpose.name);
        let unused: Vec<&str> = self
            .purpose
            .columns
            .iter()
            .map(|grant| grant.column.as_str())
            .filter(|column| done.is_some_and(|done| !done.columns.contains(*column)))
            .collect();
        if !unused.is_empty() && done.is_some_and(|done| done.uses > 0) {
            section.text(format!(
                "Of these it never saw {}: taking them out would cost nothing so far.",
                unused.join(", ")
            ));
        }
        section.text(format!("What it makes is kept for {}.", self.purpose.keep));
        section.strong(format!(
            "{SAY} why each of these columns is needed, and why no coarser one does."
        ));
        section
    }

    /// The test of a legitimate interest: purpose, necessity, balance.
    fn interest(&self) -> Section {
        let mut section =
            Section::new("interest", "The interest, and theirs against ours".to_owned());
        let said = self.purpose.interest.as_deref().unwrap_or("The charter names none.");
        section.text(format!("The interest, as people are told: {said}"));
        section.text(if self.purpose.may_object {
            "Anyone can say no, at once and without giving a reason."
        } else {
            "People cannot say no to it: Article 21(1) asks for compelling grounds then."
        });
        let known = self.reached + self.left_out.iter().map(|(_, count)| count).sum::<u64>();
        let told: Vec<String> = self
            .left_out
            .iter()
            .map(|(why, count)| format!("{count} of {known} people {why}"))
            .collect();
        if told.is_empty() {
            section.text(format!("Nobody of {known} people is left out by what they said."));
        } else {
            section.text("What people themselves said of it:");
            section.blocks.push(Block::List(told));
        }
        section.strong(format!(
            "{SAY} whether people would expect this of you, what it could do to them, and why your interest outweighs theirs."
        ));
        section
    }

    /// The risks to people (Art. 35(7)(c)).
    fn risks(&self) -> Section {
        let mut section = Section::new("risks", "What could happen to people".to_owned());
        let mut risks = Vec::new();
        let kinds = self.kinds();
        let private: Vec<String> = kinds
            .iter()
            .filter(|(_, tier, _)| *tier >= SENSITIVE)
            .filter_map(|(key, ..)| category(key).map(|term| term.label.to_lowercase()))
            .collect();
        if !private.is_empty() {
            risks.push(format!(
                "Private facts come to the eyes of colleagues or others: {}.",
                private.join("; ")
            ));
        }
        if kinds.iter().any(|(key, ..)| key.starts_with("inferred.")) {
            risks.push("A guess is wrong, or right and unwelcome.".to_owned());
        }
        for one in self.purpose.recipients.iter().filter_map(|key| self.charter.recipient(key)) {
            let ends = if one.role == "processor" {
                "does more with it than it was asked to"
            } else {
                "uses it for its own ends"
            };
            risks.push(format!("{} loses what it is given, or {ends}.", one.name));
        }
        if self.purpose.output == Output::Rows {
            risks.push(
                "Somebody is picked out by who they are, or joined with what others know of them."
                    .to_owned(),
            );
        }
        section.blocks.push(Block::List(risks));
        section.strong(format!(
            "{SAY} how likely each of these is, and how bad it would be for the person."
        ));
        section
    }

    /// The measures against them (Art. 35(7)(d)).
    fn measures(&self) -> Section {
        let mut section = Section::new("measures", "What is done against it".to_owned());
        let mut list = vec![
            "Every use is on record before its result leaves, and each person can read and prove it.".to_owned(),
            "A no, a hold or an erasure acts on the next query, and again when a list leaves.".to_owned(),
            "Names and numbers are pseudonyms of this purpose, which fit no other.".to_owned(),
        ];
        if let Output::Aggregate { minimum_group, .. } = self.purpose.output {
            list.push(format!(
                "Nobody is seen alone, only groups of {minimum_group} people or more."
            ));
        }
        if self.purpose.tests().is_some() {
            list.push("Nobody sees a row or a figure of it: only the verdict leaves.".to_owned());
        }
        if self.purpose.consent.is_some() {
            list.push("Only who said yes is in it, and each yes is kept as a record.".to_owned());
        }
        section.blocks.push(Block::List(list));
        section
    }

    fn decision(&self) -> Section {
        let mut section = Section::new("decision", "What was decided".to_owned());
        let officer = &self.charter.controller.data_protection_officer;
        section.blocks.push(Block::Facts(vec![
            (
                "advice of the data protection officer (Art. 35(2))".to_owned(),
                officer
                    .clone()
                    .map_or_else(|| "none is named".to_owned(), |one| format!("asked: {one}")),
            ),
            (
                "views of the people concerned (Art. 35(9))".to_owned(),
                format!("{SAY} whom you asked."),
            ),
            ("decision, by whom, on which day".to_owned(), SAY.to_owned()),
            ("looked at again on".to_owned(), SAY.to_owned()),
        ]));
        section
    }
}
