//! What is told of a use: the fields that people read, and the sentence they make.

use serde::{Deserialize, Serialize};
use theirs_ledger::EntryKind;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A question was asked of the data of many.
    Statement,
    /// People were picked and a list was given to a recipient.
    Share,
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
}

impl Act {
    pub(crate) fn entry_kind(self) -> EntryKind {
        match self {
            Self::Charter => EntryKind::Charter,
            Self::Principal
            | Self::Resolution
            | Self::Restoration
            | Self::Backup
            | Self::Load
            | Self::Enrichment => EntryKind::Admin,
            _ => EntryKind::Use,
        }
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
        }
    }

    /// The act in one sentence, to the person whose data it concerns.
    pub fn sentence(&self) -> String {
        let by = capital(&self.by);
        let seen = self.seen();
        match self.act {
            Act::Statement => format!("{by} looked at {seen} among those of many people."),
            Act::Share => {
                format!("{by} gave {seen} to {}.", list(&self.recipients))
            }
            Act::Access => format!("{by} opened your record to help you."),
            Act::OwnAccess => "You opened your record.".to_owned(),
            Act::Invitation if self.by == "you" => {
                format!(
                    "You asked for {}.",
                    self.reason.as_deref().unwrap_or("a link to this page")
                )
            }
            Act::Invitation => format!("{by} made you a link to this page."),
            Act::Receipt => {
                let of = self.reason.as_deref().unwrap_or("the history of your data");
                let made = if self.by == "you" { "You took" } else { "made you" };
                let by = if self.by == "you" { String::new() } else { format!("{by} ") };
                format!("{by}{made} a receipt of {of}.")
            }
            Act::Report if self.by == "you" => "You took a copy of all your data.".to_owned(),
            Act::Report => format!("{by} made you a copy of all your data."),
            Act::Correction => format!("{by} corrected {}.", list(&readable(&self.columns))),
            Act::Consent => self.choice(["yes to", "no longer yes to"]),
            Act::Objection => self.choice(["no to", "no longer no to"]),
            Act::Contest => self.contest(&by),
            Act::Restriction => self.choice(["\"not now\" to", "no longer \"not now\" to"]),
            Act::Comparison => format!("{by} compared two entries to see if both are yours."),
            Act::Request => format!("{by} {}.", self.subject()),
            Act::Split => format!("{by} said that an entry is not yours; it was taken away."),
            Act::Merge => format!("{by} said that two entries are both yours; they were joined."),
            Act::Deletion if self.by == "you" => {
                format!("You had your {} deleted.", list(&readable(&self.columns)))
            }
            Act::Deletion => {
                let (what, why) = (list(&readable(&self.columns)), self.subject());
                format!("{by} deleted your {what}: {why}.")
            }
            Act::Erasure => format!("{by} erased your data: {}.", self.subject()),
            Act::Kept => format!("{by} read what the law asks us to keep of you."),
            Act::Readmission => format!("{by} let us know you again, as you asked."),
            Act::Expiry => format!("{by} removed what was past its time: {}.", self.subject()),
            Act::Restoration => {
                format!("{by} brought data back from a backup: {}.", self.subject())
            }
            Act::Backup => format!("{by} made a backup: {}.", self.subject()),
            Act::Load => format!("{by} read in {}.", self.subject()),
            Act::Enrichment => format!("{by} read in, from outside, {}.", self.subject()),
            Act::Resolution => format!("{by} joined the entries that are yours."),
            Act::Refusal if self.by == "you" => {
                format!("You asked for something that we must not do: {}.", self.subject())
            }
            Act::Refusal => format!("{by} asked for data and was refused: {}.", self.subject()),
            Act::Charter => "A new version of our promise came into force.".to_owned(),
            Act::Principal => format!("{by} changed who may ask."),
        }
    }

    /// What the person said to a topic, which is told as `topic: yes` or `topic: no`.
    fn choice(&self, [yes, no]: [&str; 2]) -> String {
        let said = if self.by == "you" {
            "You said".to_owned()
        } else {
            format!("{} noted that you said", capital(&self.by))
        };
        match self.reason.as_deref().and_then(|reason| reason.rsplit_once(": ")) {
            Some((topic, "yes")) => format!("{said} {yes} {}.", topic_in_words(topic)),
            Some((topic, "no")) => format!("{said} {no} {}.", topic_in_words(topic)),
            _ => format!("{said} something about: {}.", self.subject()),
        }
    }

    /// How a contest came to stand: its stage is told as the reason.
    fn contest(&self, by: &str) -> String {
        let what = list(&readable(&self.columns));
        match self.reason.as_deref() {
            Some("taken back") => format!("{by} no longer said that your {what} may be wrong."),
            Some("upheld") => format!("{by} decided that your {what} was wrong. It is not used."),
            Some("dismissed") => format!("{by} decided that your {what} is right. It is used."),
            _ => format!("{by} said that your {what} may be wrong. It is not used until decided."),
        }
    }

    fn subject(&self) -> String {
        self.reason.clone().unwrap_or_else(|| list(&self.columns))
    }

    fn seen(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if !self.columns.is_empty() {
            parts.push(format!("your {}", list(&readable(&self.columns))));
        }
        if !self.activities.is_empty() {
            parts.push(format!("your {}", list(&readable(&self.activities))));
        }
        if parts.is_empty() { "whether you are counted".to_owned() } else { parts.join(" and ") }
    }
}

fn topic_in_words(topic: &str) -> String {
    match topic {
        "all" => "every use of your data".to_owned(),
        "sale" => "selling and sharing your data".to_owned(),
        "marketing" => "marketing with your data".to_owned(),
        other => format!("\"{}\"", other.replace('_', " ")),
    }
}

fn readable(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.replace('_', " ")).collect()
}

fn list(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_reads_as_a_sentence() {
        let mut told = Told::new(Act::Share, "our marketing team");
        told.columns = ["given_name".into(), "street".into(), "city".into()].into();
        told.recipients = ["Royal Letters".into()].into();
        assert_eq!(
            told.sentence(),
            "Our marketing team gave your given name, street and city to Royal Letters."
        );
        let said = |act, by, reason: &str| {
            let told = Told { reason: Some(reason.to_owned()), ..Told::new(act, by) };
            told.sentence()
        };
        assert_eq!(
            [
                said(Act::Objection, "you", "marketing: yes"),
                said(Act::Consent, "our privacy officer", "news_letter: no"),
                said(Act::Restriction, "you", "all: yes"),
            ],
            [
                "You said no to marketing with your data.",
                "Our privacy officer noted that you said no longer yes to \"news letter\".",
                "You said \"not now\" to every use of your data.",
            ]
        );
    }
}
