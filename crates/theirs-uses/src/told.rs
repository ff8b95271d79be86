//! What is told of a use: the fields that people read, and the sentence they make.

use serde::{Deserialize, Serialize};
use theirs_ledger::EntryKind;
use theirs_words::{Speech, capital};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A question was asked of the data of many.
    Statement,
    /// It was decided what to do for people, or that nothing is done.
    Decision,
    /// People were picked and a list was given to a recipient.
    Share,
    /// People were picked, and each was written to by e-mail.
    Message,
    /// A colleague opened one person's record.
    Access,
    /// The person opened their own record.
    OwnAccess,
    /// A link to their own page was made for the person.
    Invitation,
    /// A receipt of the history of their data was made for the person.
    Receipt,
    /// A copy of everything that is held of the person was made for them.
    Report,
    /// A value was corrected.
    Correction,
    /// A consent was given or taken back.
    Consent,
    /// An objection was made or taken back.
    Objection,
    /// A value was contested, or that was decided or taken back.
    Contest,
    /// The use of a person's data was put on hold, or is so no longer.
    Restriction,
    /// Two records were compared to see whether they are one person's.
    Comparison,
    /// Something was asked for that a colleague answers, or a step was taken towards the answer.
    Request,
    /// A record was said not to be the person's, and was taken away from theirs.
    Split,
    /// Two records were said to be one person's, and were joined.
    Merge,
    /// A value was deleted, and is kept out.
    Deletion,
    /// A person was erased.
    Erasure,
    /// What a law asks to keep of people who were erased was read.
    Kept,
    /// Whoever was erased is let in again.
    Readmission,
    /// What is past its time was removed.
    Expiry,
    /// The folder was restored from a backup.
    Restoration,
    /// A file or folder with everything that is held was written, to be kept elsewhere.
    Backup,
    /// A source of our own was read in.
    Load,
    /// A source from outside was read in: a partner's, a broker's, or one that is public.
    Enrichment,
    /// Records were joined into people.
    Resolution,
    /// Something was refused.
    Refusal,
    /// A charter came into force.
    Charter,
    /// A principal was added or removed.
    Principal,
    /// Somebody turned a key of what waits for two, turned it back, or vetoed it.
    Approval,
    /// The person was told of something before it starts.
    Notice,
}

impl Act {
    pub(crate) fn entry_kind(self) -> EntryKind {
        match self {
            Self::Charter => EntryKind::Charter,
            Self::Principal
            | Self::Approval
            | Self::Resolution
            | Self::Restoration
            | Self::Backup
            | Self::Load
            | Self::Enrichment => EntryKind::Admin,
            _ => EntryKind::Use,
        }
    }

    /// The message that tells of it, without `deed-`; of a choice, what it is of.
    fn message(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Decision => "decision",
            Self::Share => "share",
            Self::Message => "message",
            Self::Access => "access",
            Self::OwnAccess => "own-access",
            Self::Invitation => "invitation",
            Self::Receipt => "receipt",
            Self::Report => "report",
            Self::Correction => "correction",
            Self::Consent => "consent",
            Self::Objection => "objection",
            Self::Contest => "contest",
            Self::Restriction => "hold",
            Self::Comparison => "comparison",
            Self::Request => "request",
            Self::Split => "split",
            Self::Merge => "merge",
            Self::Deletion => "deletion",
            Self::Erasure => "erasure",
            Self::Kept => "kept",
            Self::Readmission => "readmission",
            Self::Expiry => "expiry",
            Self::Restoration => "restoration",
            Self::Backup => "backup",
            Self::Load => "load",
            Self::Enrichment => "enrichment",
            Self::Resolution => "resolution",
            Self::Refusal => "refusal",
            Self::Charter => "charter",
            Self::Principal => "principal",
            Self::Approval => "approval",
            Self::Notice => "notice",
        }
    }

    /// Whether a colleague may do it for the person, so that it reads otherwise if they did it
    /// themselves.
    fn is_also_their_own(self) -> bool {
        matches!(
            self,
            Self::Invitation
                | Self::Receipt
                | Self::Report
                | Self::Correction
                | Self::Request
                | Self::Split
                | Self::Merge
                | Self::Deletion
                | Self::Erasure
                | Self::Readmission
                | Self::Refusal
        )
    }
}

/// What is told of a use to everybody whom it concerns. It names roles, never colleagues, and
/// holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What was done.
    pub act: Act,
    /// By whom, such as "our marketing team".
    pub by: String,
    /// The role under which it was permitted, by its name in the charter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The purpose's name in the charter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The sentence said to the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// The legal basis in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// The columns that were seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The activities that were seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<String>,
    /// Who was given the data, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
    /// The reason given to each, or the clause that refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The language of the page on which the person said yes or no, by its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Told {
    /// An act of somebody, with nothing more to tell yet.
    pub fn new(act: Act, by: &str) -> Self {
        Self {
            act,
            by: by.to_owned(),
            role: None,
            purpose: None,
            says: None,
            basis: None,
            columns: Vec::new(),
            activities: Vec::new(),
            recipients: Vec::new(),
            reason: None,
            language: None,
        }
    }

    /// The act in one sentence, to the person whose data it concerns.
    pub fn sentence(&self, speech: &Speech) -> String {
        let name = match self.act {
            Act::Consent | Act::Objection | Act::Restriction => return self.choice(speech),
            Act::Contest => self.contest(),
            act => act.message(),
        };
        let own = match self.act {
            // Somebody else carried it.
            Act::Message if !self.recipients.is_empty() => "-by",
            act if self.by == YOU && act.is_also_their_own() => "-own",
            _ => "",
        };
        let by = speech.again(&self.by);
        speech.fill(
            &format!("deed-{name}{own}"),
            [
                ("By", capital(&by).into()),
                ("by", by.into()),
                ("seen", seen(&self.columns, &self.activities, speech).into()),
                ("to", self.receivers(speech).into()),
                ("columns", called(&self.columns, speech).into()),
                ("what", self.subject(speech).into()),
            ],
        )
    }

    /// Why it was done and on which basis, if it had a purpose.
    pub fn why(&self, speech: &Speech) -> Option<String> {
        let says = speech.again(self.says.as_deref()?);
        Some(match self.basis.as_deref() {
            Some(basis) => speech.with_two("deed-why", "says", says, "basis", speech.again(basis)),
            None => speech.with("deed-why-only", "says", says),
        })
    }

    /// What the person said to a topic, which is told as `topic: yes` or `topic: no`.
    fn choice(&self, speech: &Speech) -> String {
        let kind = self.act.message();
        let own = if self.by == YOU { "-own" } else { "" };
        let by = speech.again(&self.by);
        let (name, topic) = match self.reason.as_deref().and_then(|said| said.rsplit_once(": ")) {
            Some((topic, said @ ("yes" | "no"))) => (format!("deed-{kind}-{said}{own}"), topic),
            _ => (format!("deed-choice{own}"), ""),
        };
        let (name, to) = match topic.strip_prefix("column:") {
            // Of one value alone.
            Some(column) => (name.replacen("-hold", "-unused", 1), speech.name(column)),
            None => (name, in_words(topic, speech)),
        };
        let what = self.subject(speech);
        let own = [("topic", to), ("what", what), ("By", capital(&by)), ("by", by)];
        speech.fill(&name, own.map(|(variable, text)| (variable, text.into())))
    }

    /// How a contest came to stand: its stage is told as the reason.
    fn contest(&self) -> &'static str {
        match (self.reason.as_deref(), self.by == YOU) {
            (Some("taken back"), true) => "contest-back-own",
            (Some("taken back"), false) => "contest-back",
            (Some("proposed"), _) => "contest-proposed-own",
            (Some("accepted"), _) => "contest-accepted",
            (Some("upheld"), _) => "contest-upheld",
            (Some("dismissed"), _) => "contest-dismissed",
            (_, true) => "contest-own",
            (_, false) => "contest",
        }
    }

    fn subject(&self, speech: &Speech) -> String {
        match self.reason.as_deref() {
            // What was removed is told as a list.
            Some(said) if self.act == Act::Expiry => {
                said.split(", ").map(|part| speech.again(part)).collect::<Vec<_>>().join(", ")
            }
            Some(said) => speech.again(said),
            None if self.act == Act::Invitation => speech.say("a-link"),
            None if self.act == Act::Receipt => speech.say("a-history"),
            None => called(&self.columns, speech),
        }
    }

    fn receivers(&self, speech: &Speech) -> String {
        if self.recipients.is_empty() {
            speech.say("nobody")
        } else {
            speech.list(&self.recipients)
        }
    }
}

/// What somebody saw or was given, in words.
pub fn seen(columns: &[String], activities: &[String], speech: &Speech) -> String {
    let (columns, activities) = (called(columns, speech), called(activities, speech));
    match (columns.is_empty(), activities.is_empty()) {
        (true, true) => speech.say("seen-nothing"),
        (false, true) => speech.with("seen-columns", "columns", columns),
        (true, false) => speech.with("seen-activities", "activities", activities),
        (false, false) => {
            speech.with_two("seen-both", "columns", columns, "activities", activities)
        }
    }
}

/// The person whose data it is, as who acts.
pub const YOU: &str = "you";

fn in_words(topic: &str, speech: &Speech) -> String {
    match topic {
        "all" | "sale" | "marketing" => speech.topic(topic),
        other => speech.with("topic-one", "topic", speech.name(other)),
    }
}

fn called(names: &[String], speech: &Speech) -> String {
    speech.list(&names.iter().map(|name| speech.name(name)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_reads_as_a_sentence() {
        let english = &Speech::default();
        let mut told = Told::new(Act::Share, "our marketing team");
        told.columns = ["given_name".into(), "street".into(), "city".into()].into();
        told.recipients = ["Royal Letters".into()].into();
        assert_eq!(
            told.sentence(english),
            "Our marketing team gave your given name, street and city to Royal Letters."
        );
        let said = |act, by, reason: &str| {
            let told = Told { reason: Some(reason.to_owned()), ..Told::new(act, by) };
            told.sentence(english)
        };
        assert_eq!(
            [
                said(Act::Objection, "you", "marketing: yes"),
                said(Act::Consent, "our privacy officer", "news_letter: no"),
                said(Act::Restriction, "you", "all: yes"),
                said(Act::Restriction, "you", "column:birth_date: yes"),
                said(Act::Restriction, "our privacy officer", "column:birth_date: no"),
            ],
            [
                "You said no to marketing with your data.",
                "Our privacy officer noted that you said no longer yes to \"news letter\".",
                "You said \"not now\" to every use of your data.",
                "You had us stop using your birth date.",
                "Our privacy officer noted that we may use your birth date again.",
            ]
        );
    }
}
