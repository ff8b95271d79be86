//! A person's whole record: every value, where from, since when, what it is used for (GDPR Art. 15).

mod entry;

use std::collections::BTreeSet;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::Timestamp;
use serde::Serialize;
use theirs_charter::{Area, Charter, Purpose, category, concerns};
use theirs_model::RecordId;
use theirs_notice::{Picks, kept};
use theirs_people::{Choices, Profile, exclusion, has_objected, is_known_inside};
use theirs_store::{Person, PersonRows, Record};
use theirs_uses::Act;

pub(crate) use self::entry::is_theirs;
pub use self::entry::{Contested, Entry, Said, Using};
use self::entry::{active, entry, receivers};
use crate::desk::{By, Desk, RightsError};

/// Why no purpose uses the data of somebody of whom only outsiders speak.
pub const OUTSIDE_ONLY: &str = "known only from outside";

/// Everything on record about a person.
#[derive(Debug, Serialize)]
pub struct Dossier {
    /// The person's id.
    pub person: String,
    /// Every attribute that anything is known of.
    pub entries: Vec<Entry>,
    /// What happened, by activity.
    pub activities: Vec<ActivitySection>,
    /// What each purpose does with the person's data, or why it leaves them out.
    pub purposes: Vec<UsedFor>,
    /// Whether all use of the person's data is on hold.
    pub on_hold: bool,
    /// Whether the person said no to sale and sharing.
    #[serde(skip)]
    pub is_unsold: bool,
    /// Whether the person said no to all marketing.
    #[serde(skip)]
    pub is_unmarketed: bool,
    /// The topics to which the person said yes and did not take it back.
    #[serde(skip)]
    pub agreed: BTreeSet<String>,
    /// The records that were joined, and how sure that is.
    pub sources: Vec<SourceSection>,
    /// The household that was worked out, if one was.
    pub household: Option<HouseholdSection>,
    /// How many records are withheld from this view because they may be somebody else's.
    pub withheld: usize,
}

/// The rows of one activity.
#[derive(Debug, Serialize)]
pub struct ActivitySection {
    /// The activity.
    pub name: String,
    /// What clients read for its name.
    pub called: String,
    /// What clients read, such as "What you bought from us".
    pub label: String,
    /// How it was got.
    pub acquired: String,
    /// Which area of life it is about.
    #[serde(skip)]
    pub area: Area,
    /// How long each row is kept, in words.
    #[serde(skip)]
    pub kept: String,
    /// The purposes that look at it of this person.
    #[serde(skip)]
    pub used_for: Vec<Using>,
    /// The names of those who may be given it by these purposes.
    #[serde(skip)]
    pub may_go_to: Vec<String>,
    /// Whether it comes from outside, and so is not used.
    pub outside: bool,
    /// The columns.
    pub columns: Vec<String>,
    /// The rows, the latest last.
    pub rows: Vec<Vec<String>>,
}

/// What a purpose does with a person's data.
#[derive(Debug, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each stands by itself on the page")]
pub struct UsedFor {
    /// The purpose.
    pub name: String,
    /// The sentence said to the person.
    pub says: String,
    /// The legal basis in words.
    pub basis: &'static str,
    /// The fair reason it rests on, if it rests on one that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest: Option<String>,
    /// How long what it makes is kept.
    pub keep: String,
    /// How people are picked, if they are, without anybody deciding it for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picks: Option<Picks>,
    /// The names of those who may be given the data.
    pub recipients: Vec<String>,
    /// Whether it uses this person's data now.
    pub active: bool,
    /// Why it does not, in words.
    pub because: Option<&'static str>,
    /// Whether the person may object.
    pub may_object: bool,
    /// Whether this purpose by its name is on hold for the person.
    pub on_hold: bool,
    /// Whether the person said no to it, on hold or not.
    pub objected: bool,
    /// Whether that no was to this purpose alone, so that taking it back allows it.
    #[serde(skip)]
    pub objected_alone: bool,
    /// The topic of the yes it rests on, if it rests on one.
    pub consent: Option<String>,
}

/// One source record of a person.
#[derive(Debug, Serialize)]
pub struct SourceSection {
    /// The record's number.
    pub record: RecordId,
    /// The source.
    pub source: String,
    /// What clients read for its name.
    pub called: String,
    /// How it was got.
    pub acquired: String,
    /// Where that is from, in words.
    pub origin: &'static str,
    /// How sure we are that it is theirs, from 0 to 1.
    pub confidence: f64,
    /// Since when the source says so.
    pub since: Timestamp,
    /// Why it was taken as theirs, in a sentence, where somebody worked that out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// What is known of the people a person lives with; never who they are.
#[derive(Debug, Serialize)]
pub struct HouseholdSection {
    /// How many others.
    pub others: u64,
    /// What they share, in words.
    pub shares: String,
}

impl Desk {
    /// Opens a person's whole record; the access is on record before anything is shown.
    ///
    /// The person is not shown records that may be somebody else's; a colleague is.
    pub fn open(&self, person: &Person, by: By<'_>) -> Result<Dossier, RightsError> {
        let act = if by == By::Person { Act::OwnAccess } else { Act::Access };
        let told = self.telling(act, by)?;
        self.book.log_one(&told, person.slot, self.charter.digest, self.now())?;
        self.dossier(person, by)
    }

    /// Everything on record about a person, for whoever has put on record that they read it.
    pub(crate) fn dossier(&self, person: &Person, by: By<'_>) -> Result<Dossier, RightsError> {
        let (records, withheld) = self.shown(person, by)?;
        let acts = self.store.acts_of(person.slot)?;
        let profile = theirs_people::profile(&self.charter, &records, &acts);
        // What they chose, and who speaks of them, is read from all records, as it is when it is
        // enforced.
        let (enforced, all) = self.profile(person)?;
        let purposes = self.purposes(&enforced, is_known_inside(&self.charter, &all));
        let confidence = self.store.confidence_of(person.slot)?;
        let sure = |record: RecordId| confidence.get(&record).copied();
        let mut entries: Vec<Entry> = profile
            .attributes
            .iter()
            .map(|known| {
                let is_guarded = self.is_guarded(known.attribute.column());
                entry(&self.charter, known, &purposes, is_guarded, &sure)
            })
            .collect();
        for (column, informed) in self.informed(person)? {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.column == column) {
                entry.informed.push(informed);
            }
        }
        Ok(Dossier {
            person: person.id.to_string(),
            entries,
            activities: self.activities(&records, &purposes)?,
            on_hold: enforced.choices.restricts("all"),
            is_unsold: enforced.choices.objects("sale"),
            is_unmarketed: enforced.choices.objects("marketing"),
            agreed: agreed(&enforced),
            purposes,
            sources: records.iter().filter_map(|r| section(&self.charter, r, &sure)).collect(),
            household: self.store.household_of(person.slot)?.map(|household| HouseholdSection {
                others: household.others,
                shares: household.shares,
            }),
            withheld,
        })
    }

    pub(crate) fn shown(
        &self,
        person: &Person,
        by: By<'_>,
    ) -> Result<(Vec<Record>, usize), RightsError> {
        let mut records = self.store.records_of(person.slot)?;
        if by != By::Person {
            return Ok((records, 0));
        }
        let all = records.len();
        records.retain(|record| record.is_sure);
        let withheld = all - records.len();
        Ok((records, withheld))
    }

    /// The person for whom a link may be made under this name. A record that is not surely theirs
    /// leads to nobody's page: it would show one person's data to another.
    pub fn guest(&self, name: &str, by: By<'_>) -> Result<Person, RightsError> {
        let person = self.find(name, by)?;
        if name.contains(':') && !self.named(name)?.is_sure {
            return Err(RightsError::NotSure);
        }
        Ok(person)
    }

    /// What each purpose does with a person, who may be known from outside only.
    fn purposes(&self, profile: &Profile, is_known_inside: bool) -> Vec<UsedFor> {
        let today = self.today();
        let called = |key: &str| Some(self.charter.recipient(key)?.name.clone());
        let used = |purpose: &Purpose| {
            let because =
                exclusion(purpose, profile, today).map(theirs_people::Exclusion::in_words);
            let because = because.or((!is_known_inside).then_some(OUTSIDE_ONLY));
            UsedFor {
                name: purpose.name.clone(),
                says: purpose.says.clone(),
                basis: purpose.basis.in_words(),
                interest: purpose.interest.clone(),
                keep: purpose.keep.to_string(),
                picks: purpose.decide.as_ref().map(|decide| Picks::of(&self.charter, decide)),
                recipients: purpose.recipients.iter().filter_map(|key| called(key)).collect(),
                active: because.is_none(),
                because,
                may_object: purpose.may_object,
                on_hold: profile.choices.restricts(&purpose.name),
                objected: has_objected(purpose, &profile.choices),
                objected_alone: is_alone(purpose, &profile.choices),
                consent: purpose.consent.clone(),
            }
        };
        self.charter.purposes.iter().map(used).collect()
    }

    fn activities(
        &self,
        records: &[Record],
        purposes: &[UsedFor],
    ) -> Result<Vec<ActivitySection>, RightsError> {
        let mut sections = Vec::new();
        for (source, activity) in self.charter.activities() {
            let found = self.activities_with(&source.name, records)?;
            let columns: Vec<String> = activity.columns.iter().map(|c| c.name.clone()).collect();
            let rows = texts(&found, &columns)?;
            if rows.is_empty() {
                continue;
            }
            let looks = |purpose: &&Purpose| {
                purpose.activities.iter().any(|grant| grant.source == source.name)
            };
            let looking: Vec<&Purpose> = self.charter.purposes.iter().filter(looks).collect();
            let using = active(purposes, looking.iter().map(|purpose| (*purpose, String::new())));
            sections.push(ActivitySection {
                area: Area::of(&activity.category),
                kept: kept(&self.charter, source),
                may_go_to: receivers(purposes, &using),
                used_for: using,
                name: source.name.clone(),
                called: source.called.clone(),
                label: category(&activity.category).map_or_else(String::new, |c| c.label.clone()),
                acquired: source.acquired.clone(),
                outside: source.kind.is_outside(),
                columns,
                rows,
            });
        }
        Ok(sections)
    }
}

fn texts(found: &PersonRows, columns: &[String]) -> Result<Vec<Vec<String>>, RightsError> {
    let options = FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.fZ"));
    let mut rows = Vec::new();
    for batch in &found.0 {
        let formatters = columns
            .iter()
            .filter_map(|name| batch.column_by_name(name))
            .map(|column| ArrayFormatter::try_new(column, &options))
            .collect::<Result<Vec<_>, _>>()
            .map_err(theirs_store::StoreError::from)?;
        for row in 0..batch.num_rows() {
            rows.push(formatters.iter().map(|format| format.value(row).to_string()).collect());
        }
    }
    Ok(rows)
}

/// The topics to which somebody said yes.
fn agreed(profile: &Profile) -> BTreeSet<String> {
    let said = profile.choices.consents.iter().filter(|(_, stated)| stated.yes);
    said.map(|(topic, _)| topic.clone()).collect()
}

/// Whether the one no that stands against a purpose is to the purpose itself.
fn is_alone(purpose: &Purpose, choices: &Choices) -> bool {
    let mut others = choices.objections.iter().filter(|(_, stated)| stated.yes);
    choices.objects(&purpose.name)
        && !others.any(|(topic, _)| {
            *topic != purpose.name && concerns(topic, &purpose.name, &purpose.category)
        })
}

fn section(
    charter: &Charter,
    record: &Record,
    sure: &dyn Fn(RecordId) -> Option<f64>,
) -> Option<SourceSection> {
    let source = charter.source(&record.source)?;
    Some(SourceSection {
        record: record.id,
        source: source.name.clone(),
        called: source.called.clone(),
        acquired: source.acquired.clone(),
        origin: source.in_words(),
        confidence: sure(record.id).unwrap_or(0.0),
        since: record.since,
        because: None,
    })
}
