//! What a law asks to keep of somebody who is erased: which, for what, and until when
//! (GDPR Art. 17(3)(b)).
//!
//! A duty is a purpose of the charter with the basis `legal obligation`. It reaches as far as the
//! purpose sees: each activity granted to it, `keep` long from when it happened; and its columns of
//! the person as long as the last of those, or, where it is granted no activity, `keep` long from
//! when a source last said something new. Only what it sees exactly is kept; everything else goes.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Unit};
use serde::Serialize;
use theirs_charter::{Basis, Coarseness, Grant, Holds, Purpose, Retention};
use theirs_people::Profile;
use theirs_store::{NewKept, Record, StoreError};

use crate::desk::{Desk, RightsError};

/// What is kept for one duty.
#[derive(Debug, Clone, Serialize)]
pub struct Duty {
    /// The purpose.
    pub purpose: String,
    /// The sentence said to the person.
    pub says: String,
    /// What is kept: columns and activities, by name.
    pub of: Vec<String>,
    /// How many activities.
    pub activities: u64,
    /// Until when the last of it is kept.
    pub until: Timestamp,
}

/// What is kept of one thing.
#[derive(Serialize)]
struct Body<'b> {
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<&'b str>,
    values: BTreeMap<String, String>,
}

impl Desk {
    /// What is kept of a person, duty by duty, and how that is told.
    pub(crate) fn under_duty(
        &self,
        records: &[Record],
        profile: &Profile,
    ) -> Result<(Vec<NewKept>, Vec<Duty>), RightsError> {
        let (mut kept, mut duties) = (Vec::new(), Vec::new());
        for purpose in &self.charter.purposes {
            if purpose.basis != Basis::LegalObligation {
                continue;
            }
            let mut of_purpose = self.activities_under(purpose, records)?;
            let activities = of_purpose.len() as u64;
            let last_said = records.iter().map(|record| record.loaded).max();
            let until = match purpose.activities.as_slice() {
                [] => last_said.map(|said| ended(purpose.keep, said, &self.charter.time_zone)),
                _ => of_purpose.iter().map(|one| one.until).max(),
            };
            let Some(until) = until.filter(|until| *until > self.now()) else { continue };
            of_purpose.extend(columns_under(purpose, profile, until)?);
            let columns = exact(&purpose.columns).map(|grant| grant.column.clone());
            let sources = purpose.activities.iter().map(|grant| grant.source.clone());
            duties.push(Duty {
                purpose: purpose.name.clone(),
                says: purpose.says.clone(),
                of: columns.chain(sources).collect(),
                activities,
                until,
            });
            kept.extend(of_purpose);
        }
        Ok((kept, duties))
    }

    fn activities_under(
        &self,
        purpose: &Purpose,
        records: &[Record],
    ) -> Result<Vec<NewKept>, RightsError> {
        let mut kept = Vec::new();
        for grant in &purpose.activities {
            let Some(source) = self.charter.source(&grant.source) else { continue };
            let Holds::Activity(activity) = &source.holds else { continue };
            let rows = self.activities_with(&source.name, records)?;
            let times: Vec<Option<Timestamp>> = rows.times(&activity.time).collect();
            let values = rows.0.iter().map(|batch| values(batch, &grant.columns));
            let values = values.collect::<Result<Vec<_>, _>>()?;
            for (at, values) in times.into_iter().zip(values.into_iter().flatten()) {
                let Some(at) = at else { continue };
                let until = ended(purpose.keep, at, &self.charter.time_zone);
                if until > self.now() {
                    kept.push(entry(purpose, Some(&source.name), values, until)?);
                }
            }
        }
        Ok(kept)
    }
}

/// The end of a period that begins at an instant, by the controller's calendar.
pub(crate) fn ended(keep: Retention, from: Timestamp, zone: &TimeZone) -> Timestamp {
    moved(keep, from, zone, 1)
}

/// The instant before which a period that has not ended cannot have begun.
pub(crate) fn began(keep: Retention, now: Timestamp, zone: &TimeZone) -> Timestamp {
    moved(keep, now, zone, -1)
}

/// An instant so far from another; what lies beyond the calendar never comes.
fn moved(keep: Retention, from: Timestamp, zone: &TimeZone, direction: i64) -> Timestamp {
    let count = i64::from(keep.count) * direction;
    let span = match keep.unit {
        Unit::Year => Span::new().try_years(count),
        Unit::Month => Span::new().try_months(count),
        _ => Span::new().try_days(count),
    };
    let there = span.and_then(|span| from.to_zoned(zone.clone()).checked_add(span));
    let never = if direction > 0 { Timestamp::MAX } else { Timestamp::MIN };
    there.map_or(never, |there| there.timestamp())
}

fn exact(grants: &[Grant]) -> impl Iterator<Item = &Grant> {
    grants.iter().filter(|grant| grant.coarseness == Coarseness::Exact)
}

fn columns_under(
    purpose: &Purpose,
    profile: &Profile,
    until: Timestamp,
) -> Result<Option<NewKept>, RightsError> {
    let believed = |grant: &Grant| {
        let known = profile.attribute(&grant.column)?;
        Some((grant.column.clone(), known.current.as_ref()?.content().to_owned()))
    };
    let values: BTreeMap<String, String> = exact(&purpose.columns).filter_map(believed).collect();
    if values.is_empty() {
        return Ok(None);
    }
    entry(purpose, None, values, until).map(Some)
}

fn entry(
    purpose: &Purpose,
    activity: Option<&str>,
    values: BTreeMap<String, String>,
    until: Timestamp,
) -> Result<NewKept, RightsError> {
    let body = serde_json::to_string(&Body { activity, values })
        .map_err(|_| StoreError::Damaged("what is kept cannot be written as JSON"))?;
    Ok(NewKept { purpose: purpose.name.clone(), until, body })
}

/// What each row of a batch says in the columns that are granted exactly.
fn values(
    batch: &RecordBatch,
    grants: &[Grant],
) -> Result<Vec<BTreeMap<String, String>>, RightsError> {
    let options = FormatOptions::default();
    let mut columns = Vec::new();
    for grant in exact(grants) {
        if let Some(column) = batch.column_by_name(&grant.column) {
            let formatter = ArrayFormatter::try_new(column, &options).map_err(StoreError::from)?;
            columns.push((grant.column.as_str(), formatter));
        }
    }
    let row = |row: usize| {
        let value = |(name, formatter): &(&str, ArrayFormatter<'_>)| {
            ((*name).to_owned(), formatter.value(row).to_string())
        };
        columns.iter().map(value).collect()
    };
    Ok((0..batch.num_rows()).map(row).collect())
}
