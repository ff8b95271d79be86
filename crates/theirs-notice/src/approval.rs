//! What two people had to say yes to, and what was stopped, as anybody may know it.
//!
//! It says what, why, how that stands, and which team said what on which day. It names nobody, and gives
//! no reasons: those are kept for colleagues, and may name somebody.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use theirs_charter::{Charter, Gate, Key, Need, SubjectKind};
use theirs_words::Speech;

/// A clause of the charter that needed two people, or that was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// Its name in the charter, such as `purpose:reading_tips`.
    pub subject: String,
    /// Whether it is what a role may do; of anything else `says` is all there is to say.
    #[serde(skip)]
    is_role: bool,
    /// What it is, in the charter's words to clients.
    pub says: String,
    /// Why it needed two people; none if it needed nobody and was stopped.
    pub because: Option<Because>,
    /// How it stands.
    pub stands: Stands,
    /// What was said of it as it is now, the earliest first.
    pub said: Vec<Word>,
}

/// Why something needed two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Its data come from outside.
    Outside,
    /// It tests data from outside.
    Trial,
    /// The first charter did not have it.
    New,
    /// It does more than in the first charter.
    Wider,
    /// Colleagues may do more than in the first charter.
    Trust,
    /// The press test marks it.
    Risky,
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// Both said yes.
    Agreed,
    /// Both said yes, and something else is missing before its data are used.
    LockedAway,
    /// A yes is missing.
    WaitsForKeys,
    /// Those whom it concerns were not all told.
    WaitsForTelling,
    /// The privacy officer stopped it.
    Stopped,
}

/// What a team said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Word {
    /// When.
    pub at: Timestamp,
    /// The team, by the name of its key.
    pub by: &'static str,
    /// What.
    pub what: What,
}

/// What can be said of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Yes.
    Yes,
    /// A yes was taken back.
    TakenBack,
    /// It was stopped.
    Stopped,
}

impl From<&Need> for Because {
    fn from(need: &Need) -> Self {
        match need {
            Need::Outside | Need::Formerly { .. } => Self::Outside,
            Need::Trial => Self::Trial,
            Need::New | Need::Otherwise(_) => Self::New,
            Need::Wider(_) => Self::Wider,
            Need::Trust { .. } => Self::Trust,
            Need::Risky { .. } => Self::Risky,
        }
    }
}

impl Approval {
    /// How a clause stands, with the keys that were turned back since; none if it needs nobody and nobody
    /// stopped it, or if the charter has no words for it.
    pub fn of(charter: &Charter, gate: &Gate, taken_back: &[(Key, Timestamp)]) -> Option<Self> {
        if gate.need.is_none() && gate.veto.is_none() {
            return None;
        }
        let word = |what| move |(key, at): (Key, Timestamp)| Word { at, by: key.name(), what };
        let yes = gate.turned.iter().map(|turn| (turn.key, turn.at)).map(word(What::Yes));
        let back = taken_back.iter().copied().map(word(What::TakenBack));
        let veto = gate.veto.iter().map(|turn| (turn.key, turn.at)).map(word(What::Stopped));
        let mut said: Vec<Word> = yes.chain(back).chain(veto).collect();
        said.sort_unstable();
        Some(Self {
            subject: gate.subject.to_string(),
            is_role: gate.subject.kind == SubjectKind::Role,
            says: says(charter, gate)?,
            because: gate.need.as_ref().map(Because::from),
            stands: stands(charter, gate),
            said,
        })
    }

    /// The heads of the table that [`Approval::row`] makes a row of.
    pub(crate) fn heads(t: &Speech) -> Vec<String> {
        [
            "trust-approvals-what",
            "trust-approvals-why",
            "trust-approvals-now",
            "trust-approvals-said",
        ]
        .map(|name| t.say(name))
        .to_vec()
    }

    /// It in the language of `t`.
    pub(crate) fn row(&self, t: &Speech, zone: &TimeZone) -> Vec<String> {
        let says = t.again(&self.says);
        let says = if self.is_role { t.with("trust-approvals-role", "name", says) } else { says };
        let because = t.say(match self.because {
            Some(Because::Outside) => "trust-because-outside",
            Some(Because::Trial) => "trust-because-trial",
            Some(Because::New) => "trust-because-new",
            Some(Because::Wider) => "trust-because-wider",
            Some(Because::Trust) => "trust-because-trust",
            Some(Because::Risky) => "trust-because-risky",
            None => "trust-because-none",
        });
        let stands = t.say(match self.stands {
            Stands::Agreed => "trust-stands-agreed",
            Stands::LockedAway => "trust-stands-locked",
            Stands::WaitsForKeys => "trust-stands-keys",
            Stands::WaitsForTelling => "trust-stands-telling",
            Stands::Stopped => "trust-stands-stopped",
        });
        let said: Vec<String> = self.said.iter().map(|word| word.said(t, zone)).collect();
        let said = if said.is_empty() { t.say("trust-said-nothing") } else { said.join("; ") };
        vec![says, because, stands, said]
    }
}

impl Word {
    fn said(&self, t: &Speech, zone: &TimeZone) -> String {
        let who = t.say(match Key::named(self.by) {
            Some(Key::It) => "trust-who-it",
            Some(Key::Marketing) => "trust-who-marketing",
            Some(Key::Privacy) | None => "trust-who-privacy",
        });
        let what = match self.what {
            What::Yes => "trust-said-yes",
            What::TakenBack => "trust-said-back",
            What::Stopped => "trust-said-stopped",
        };
        t.with_two(what, "who", who, "day", t.day(self.at, zone))
    }
}

/// What a clause is, in the charter's words to clients.
fn says(charter: &Charter, gate: &Gate) -> Option<String> {
    let name = gate.subject.name.as_str();
    match gate.subject.kind {
        SubjectKind::Source => charter.source(name).map(|source| source.called.clone()),
        SubjectKind::Recipient => charter.recipient(name).map(|recipient| recipient.name.clone()),
        SubjectKind::Purpose => charter.purpose(name).map(|purpose| purpose.says.clone()),
        SubjectKind::Role => charter.role(name).map(|role| role.says.clone()),
    }
}

fn stands(charter: &Charter, gate: &Gate) -> Stands {
    let is_locked = || {
        let source = charter.source(&gate.subject.name);
        gate.subject.kind == SubjectKind::Source
            && source.is_some_and(|known| !charter.admits(known))
    };
    if gate.veto.is_some() {
        Stands::Stopped
    } else if !gate.missing().is_empty() {
        Stands::WaitsForKeys
    } else if gate.is_untold {
        Stands::WaitsForTelling
    } else if is_locked() {
        Stands::LockedAway
    } else {
        Stands::Agreed
    }
}

#[cfg(test)]
mod tests {
    use theirs_charter::{Marks, OnRecord, Turn, Turning, gates};
    use theirs_words::Language;

    use super::*;

    fn sample() -> Charter {
        let text = include_str!("../../../samples/harbour_books/charter.yaml");
        Charter::read("charter.yaml", text).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// A turn about the broker's file, on this day of March.
    fn turn(charter: &Charter, turning: Turning, key: Key, day: u8) -> Turn {
        let subject = "source:lifestyle_broker";
        let all = charter.subjects();
        let found = all.iter().find(|one| one.to_string() == subject).expect("it is there");
        Turn {
            subject: subject.to_owned(),
            digest: found.digest,
            turning,
            key,
            principal: format!("somebody of {}", key.name()),
            reason: "Ida talked to them".to_owned(),
            at: format!("2026-03-0{day}T09:00:00Z").parse().expect("an instant"),
        }
    }

    fn told(turns: Vec<Turn>, taken_back: &[(Key, Timestamp)]) -> (Approval, String) {
        let charter = sample();
        let record = OnRecord { turns, ..OnRecord::first(&charter) };
        let gates = gates(&charter, &Marks::none(), &record);
        let gate = gates.iter().find(|gate| gate.subject.name == "lifestyle_broker");
        let approval = Approval::of(&charter, gate.expect("a gate"), taken_back).expect("it waits");
        let row =
            |language| approval.row(&charter.speech(language), &charter.time_zone).join(" | ");
        let both = [Language::English, Language::French].map(row).join("\n");
        assert!(!both.contains("Ida") && !both.contains("somebody"), "{both}");
        (approval, both)
    }

    #[test]
    fn it_is_said_which_team_said_yes_on_which_day_and_neither_who_nor_why() {
        let charter = sample();
        let yes = |key, day| turn(&charter, Turning::Approve, key, day);
        let (approval, text) = told(vec![yes(Key::It, 2), yes(Key::Marketing, 3)], &[]);
        assert_eq!(approval.stands, Stands::LockedAway);
        assert_eq!(approval.because, Some(Because::Outside));
        for part in [
            "Glimpse Lifestyle Data",
            "our technical team on 2 March 2026",
            "on 3 March 2026",
            "le 2 mars 2026",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let json = serde_json::to_string(&approval).expect("it is plain data");
        assert!(json.contains("\"by\":\"it\"") && !json.contains("Ida"), "{json}");
    }

    #[test]
    fn what_waits_was_taken_back_or_was_stopped_is_said_to_be_so() {
        let charter = sample();
        assert_eq!(told(Vec::new(), &[]).0.stands, Stands::WaitsForKeys);
        let yes = turn(&charter, Turning::Approve, Key::It, 2);
        let back = turn(&charter, Turning::Withdraw, Key::Marketing, 4);
        let (approval, text) = told(vec![yes.clone()], &[(back.key, back.at)]);
        assert_eq!(approval.stands, Stands::WaitsForKeys);
        assert!(text.contains("took its yes back on 4 March 2026"), "{text}");
        let veto = turn(&charter, Turning::Veto, Key::Privacy, 5);
        let (approval, text) = told(vec![yes, veto], &[]);
        assert_eq!(approval.stands, Stands::Stopped);
        assert!(text.contains("our privacy officer stopped it on 5 March 2026"), "{text}");
    }

    #[test]
    fn what_needs_nobody_is_no_approval() {
        let charter = sample();
        let gates = gates(&charter, &Marks::none(), &OnRecord::first(&charter));
        let all = gates.iter().filter_map(|gate| Approval::of(&charter, gate, &[]));
        let subjects: Vec<String> = all.map(|one| one.subject).collect();
        assert_eq!(subjects, ["source:lifestyle_broker", "source:app_locations"]);
    }
}
