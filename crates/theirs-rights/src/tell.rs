//! Telling recipients and sources of erasures and corrections (GDPR Art. 17(2) and 19).
//!
//! Each is told of a person as it knows them and of nothing more: a recipient by the references that
//! stood in its lists, a source by the keys of its own records. A new value goes to those who had the
//! old one: to a recipient only if the charter in force still lets it have that column exactly and the
//! person did not stop its use, else it hears that its value is wrong; to a source only of records that
//! are surely the person's, as it would write them into somebody else's otherwise. What is told is
//! written down with the act, and named by its use, so that telling it again changes nothing.

mod confirm;
mod post;

use std::collections::{BTreeMap, BTreeSet};

use theirs_charter::{Coarseness, Meaning, Source};
use theirs_model::{Attribute, Slot, UseId, Value};
use theirs_people::{Believed, Profile, stop_of};
use theirs_store::{NewNotice, Notice, NoticeKind, Person, Record, StoreError, Tenure};
use theirs_uses::{Act, Told};

pub use self::confirm::{Brought, Informed};
pub(crate) use self::post::remove;
pub use self::post::{csv_name, notice_file, rows_of};
use crate::desk::{By, Desk, RightsError};

/// Before the name of a source that is told.
pub const SOURCE: &str = "source:";

/// What others are told.
#[derive(Debug, Clone, Copy)]
pub(crate) enum News<'n> {
    /// A person is erased.
    Erased,
    /// A value is another, or none.
    Corrected { column: &'n str, value: Option<&'n str> },
    /// A value was found wrong.
    Wrong { column: &'n str },
    /// A value is deleted.
    Deleted { column: &'n str },
    /// All use of a person's data is on hold, or no longer.
    Held { yes: bool },
}

impl<'n> News<'n> {
    fn kind(self) -> NoticeKind {
        match self {
            Self::Erased => NoticeKind::Erase,
            Self::Corrected { .. } => NoticeKind::Correct,
            Self::Wrong { .. } => NoticeKind::Wrong,
            Self::Deleted { .. } => NoticeKind::Delete,
            Self::Held { yes: true } => NoticeKind::Hold,
            Self::Held { yes: false } => NoticeKind::Release,
        }
    }

    fn column(self) -> Option<&'n str> {
        match self {
            Self::Corrected { column, .. } | Self::Wrong { column } | Self::Deleted { column } => {
                Some(column)
            }
            Self::Erased | Self::Held { .. } => None,
        }
    }

    /// Whether a list with these columns is concerned.
    fn concerns(self, columns: &[String]) -> bool {
        self.column().is_none_or(|column| columns.iter().any(|one| one == column))
    }

    /// The fields that are the same for everybody who may know the value.
    fn told(self) -> [String; 3] {
        let value = match self {
            Self::Corrected { value, .. } => value.unwrap_or_default(),
            _ => "",
        };
        let column = self.column().unwrap_or_default();
        [self.kind().word().to_owned(), column.to_owned(), value.to_owned()]
    }

    /// The same for those who may not.
    fn without_value(self) -> [String; 3] {
        match self {
            Self::Corrected { column, value: Some(_) } => Self::Wrong { column }.told(),
            other => other.told(),
        }
    }
}

/// A list that somebody was given, with a person in it.
#[derive(Clone)]
struct Given {
    list: UseId,
    slot: Slot,
    purpose: Option<String>,
}

impl Desk {
    /// Whom the erasure of this person is told to.
    pub(crate) fn to_tell_of_erasure(
        &self,
        person: &Person,
        records: &[Record],
        use_id: UseId,
    ) -> Result<Vec<NewNotice>, RightsError> {
        let mut notices = self.tell_recipients(person, News::Erased, false, use_id)?;
        let sources: BTreeSet<&str> = records.iter().map(|r| r.source.as_str()).collect();
        for source in sources.into_iter().filter_map(|name| self.charter.source(name)) {
            let theirs = records.iter().filter(|record| record.source == source.name);
            notices.extend(self.tell_source(source, theirs, News::Erased, use_id)?);
        }
        Ok(notices)
    }

    /// Whom a change of this person's data is told to: recipients who had what is wrong now, and
    /// sources that say otherwise.
    pub(crate) fn to_tell(
        &self,
        person: &Person,
        news: News<'_>,
        use_id: UseId,
    ) -> Result<Vec<NewNotice>, RightsError> {
        let (is_believed, is_stopped) = match news {
            News::Corrected { column, value } => {
                let (profile, _) = self.profile(person)?;
                (is_believed(&profile, column, value), is_stopped(&profile, column))
            }
            _ => (false, false),
        };
        let mut notices = Vec::new();
        if !is_believed {
            notices = self.tell_recipients(person, news, is_stopped, use_id)?;
        }
        let Some((attribute, _)) = news.column().and_then(|column| self.charter.attribute(column))
        else {
            return Ok(notices);
        };
        let (records, _) = self.shown(person, By::Person)?;
        let open = self.store.notices_of(person.slot)?;
        for (source, _) in self.charter.identities() {
            if source.kind.is_outside() {
                continue;
            }
            let was_told = was_told_otherwise(source, news, &open);
            let theirs = records.iter().filter(|record| record.source == source.name);
            let wrong = theirs.filter(|record| {
                let values = values(source, record, &attribute);
                let agrees = match news {
                    News::Corrected { value, .. } => values.iter().all(|one| Some(*one) == value),
                    _ => values.is_empty(),
                };
                !agrees || was_told && !values.is_empty()
            });
            notices.extend(self.tell_source(source, wrong, news, use_id)?);
        }
        Ok(notices)
    }

    fn tell_source<'r>(
        &self,
        source: &Source,
        records: impl Iterator<Item = &'r Record>,
        news: News<'_>,
        use_id: UseId,
    ) -> Result<Option<NewNotice>, RightsError> {
        // A source without rows of its own gets its records from the activities of others.
        if !source.is_read() {
            return Ok(None);
        }
        let row = |record: &Record| {
            let [what, column, value] = news.told();
            [use_id.to_string(), record.key.clone(), what, column, value]
        };
        let rows: Vec<[String; 5]> = records.map(row).collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let head = ["use_id", "key", "what", "column", "value"];
        let recipient = format!("{SOURCE}{}", source.name);
        Ok(Some(self.notice(recipient, Vec::new(), news, use_id, csv(news, head, &rows)?)))
    }

    /// Those who were given a list with the person; of a value whose use is stopped they hear that theirs
    /// is wrong, and no other.
    fn tell_recipients(
        &self,
        person: &Person,
        news: News<'_>,
        is_stopped: bool,
        use_id: UseId,
    ) -> Result<Vec<NewNotice>, RightsError> {
        let mut given: BTreeMap<String, Vec<Given>> = BTreeMap::new();
        for (told, one) in self.lists_with(person)? {
            if !news.concerns(&told.columns) {
                continue;
            }
            for name in &told.recipients {
                given.entry(self.recipient_key(name)).or_default().push(one.clone());
            }
        }
        let notice = |(recipient, lists): (String, Vec<Given>)| {
            let row = |given: &Given| {
                let reference = self.keys.reference(given.list, given.slot);
                let may_know = !is_stopped && self.may_know(&recipient, given, news);
                let [what, column, value] =
                    if may_know { news.told() } else { news.without_value() };
                [use_id.to_string(), given.list.to_string(), reference, what, column, value]
            };
            let rows: Vec<[String; 6]> = lists.iter().map(row).collect();
            let head = ["use_id", "list_use_id", "reference", "what", "column", "value"];
            let uses = lists.iter().map(|given| given.list).collect();
            Ok(self.notice(recipient, uses, news, use_id, csv(news, head, &rows)?))
        };
        given.into_iter().map(notice).collect()
    }

    /// The lists in which a person left the house, each with what was told of it.
    fn lists_with(&self, person: &Person) -> Result<Vec<(Told, Given)>, RightsError> {
        let tenures = self.store.tenures(person.slot)?;
        let mut lists = Vec::new();
        for (used, told) in self.book.history(person.slot)? {
            if told.act != Act::Share {
                continue;
            }
            let members = used.bitmap()?;
            let concerned = |tenure: &&Tenure| {
                members.contains(tenure.slot.0)
                    && (tenure.from..tenure.until).contains(&used.sequence)
            };
            let Some(tenure) = tenures.iter().find(concerned) else { continue };
            let given = Given { list: used.id, slot: tenure.slot, purpose: told.purpose.clone() };
            lists.push((told, given));
        }
        Ok(lists)
    }

    /// Whether a recipient may be given a value of the column by the purpose of an earlier list: as
    /// the charter in force says, and not if it was made coarse.
    fn may_know(&self, recipient: &str, given: &Given, news: News<'_>) -> bool {
        let purpose = given.purpose.as_deref().and_then(|name| self.charter.purpose(name));
        purpose.is_some_and(|purpose| {
            let mut granted = purpose.columns.iter().filter(|g| Some(&*g.column) == news.column());
            purpose.recipients.iter().any(|key| key == recipient)
                && granted.any(|grant| grant.coarseness == Coarseness::Exact)
        })
    }

    /// The key of a recipient by the name under which it was told; one that the charter no longer
    /// has is named as plainly as a file may be.
    fn recipient_key(&self, name: &str) -> String {
        let known = self.charter.recipients.iter().find(|recipient| recipient.name == name);
        known.map_or_else(|| post::plain(name), |recipient| recipient.key.clone())
    }

    fn notice(
        &self,
        recipient: String,
        uses: Vec<UseId>,
        news: News<'_>,
        use_id: UseId,
        body: String,
    ) -> NewNotice {
        let (kind, topic) = (news.kind(), news.column().map(str::to_owned));
        NewNotice { kind, use_id, at: self.now(), topic, recipient, uses, body }
    }
}

/// Whether a correction says what is believed already, so that nobody has anything wrong.
fn is_believed(profile: &Profile, column: &str, value: Option<&str>) -> bool {
    let known = profile.attribute(column).and_then(Believed::known);
    known.is_some() && known.map(Value::content) == value
}

/// Whether the person had the use of a value, or of all that is theirs, stopped: to hand out a new one
/// would be a use.
fn is_stopped(profile: &Profile, column: &str) -> bool {
    profile.choices.restricts("all") || profile.choices.restricts(&stop_of(column))
}

/// What a source's record says of an attribute.
pub(super) fn values<'r>(
    source: &Source,
    record: &'r Record,
    attribute: &Attribute,
) -> Vec<&'r str> {
    let said = columns(source, attribute).into_iter();
    said.filter_map(|name| record.columns.get(name).map(String::as_str)).collect()
}

/// The columns in which a source says an attribute.
pub(super) fn columns<'s>(source: &'s Source, attribute: &Attribute) -> Vec<&'s str> {
    let theirs_charter::Holds::Identity(identity) = &source.holds else { return Vec::new() };
    let means = |meaning: &Meaning| matches!(meaning, Meaning::Attribute(one) if one == attribute);
    let columns = identity.columns.iter().filter(|column| means(&column.meaning));
    columns.map(|column| column.name.as_str()).collect()
}

/// Whether a source was told something of the column that it did not confirm: what it says now may
/// be about to change to what is wrong by now.
fn was_told_otherwise(source: &Source, news: News<'_>, notices: &[Notice]) -> bool {
    notices.iter().any(|notice| {
        notice.recipient.strip_prefix(SOURCE) == Some(&source.name)
            && notice.topic.as_deref() == news.column()
            && (notice.told.is_some() || notice.laid.is_some())
            && notice.confirmed.is_none()
    })
}

/// The rows as CSV; of an erasure without the columns that say nothing then.
fn csv<const N: usize>(
    news: News<'_>,
    head: [&str; N],
    rows: &[[String; N]],
) -> Result<String, RightsError> {
    const FAILED: StoreError = StoreError::Damaged("a notice cannot be written as CSV");
    let kept = if news.column().is_some() { N } else { N - 2 };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&head[..kept]).map_err(|_| FAILED)?;
    for row in rows {
        writer.write_record(&row[..kept]).map_err(|_| FAILED)?;
    }
    let bytes = writer.into_inner().map_err(|_| FAILED)?;
    Ok(String::from_utf8(bytes).map_err(|_| FAILED)?)
}
