//! What campaigns decided for people, and why.
//!
//! One run is one use: what it chose among stands once, and for each person what was chosen, with what
//! chance, and the words for it. Rows keep the slot that a person had then, as the bitmaps of uses do,
//! so that merging and splitting people moves none of them; whoever reads finds the person of today.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use theirs_model::{Sequence, Slot, UseId};

use crate::store::{Store, StoreError, instant, slot, unsigned};

/// One run of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRun {
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// The campaign.
    pub campaign: String,
    /// The purpose that it acted for.
    pub purpose: String,
    /// What the campaign is called.
    pub called: String,
    /// When.
    pub at: Timestamp,
    /// What it chose among, as whoever decides writes it.
    pub actions: String,
    /// What each action cost for one person, as a JSON object; none of runs of before that was kept.
    pub costs: Option<String>,
}

/// What is decided for one person.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDecision {
    /// For whom.
    pub slot: Slot,
    /// What is done.
    pub action: String,
    /// The chance with which that was chosen, from 0 to 1.
    pub propensity: f64,
    /// The chance of every action, as whoever decides writes it.
    pub chances: String,
    /// Whether the person is one of those with whom the others are compared.
    pub control: bool,
    /// What the action was worth, as far as that was worked out.
    pub score: Option<f64>,
    /// What was looked at, as whoever decides writes it.
    pub looked_at: Option<String>,
    /// Why just this person.
    pub because: Option<String>,
    /// What would have changed it.
    pub would_change: Option<String>,
    /// What it would have been without data from outside.
    pub without_outside: Option<String>,
}

/// A decision on record, with the run that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptDecision {
    /// The use.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// What the action cost then, if that was kept and it cost anything.
    pub cost: Option<f64>,
    /// What was decided; its slot is that of the person as they are known today.
    pub made: NewDecision,
}

impl Store {
    /// Keeps what a run decided.
    pub fn keep_decisions(
        &self,
        run: &DecisionRun,
        decisions: &[NewDecision],
    ) -> Result<(), StoreError> {
        self.change(|tx, sequence| {
            tx.prepare_cached(
                "insert into decision_run
                 (use, campaign, purpose, called, at, sequence, actions, costs)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                run.use_id.0,
                run.campaign,
                run.purpose,
                run.called,
                run.at.as_microsecond(),
                sequence.0.cast_signed(),
                run.actions,
                run.costs
            ])?;
            let mut keep = tx.prepare_cached(
                "insert into decision (slot, use, action, propensity, control, score, looked_at,
                 because, would_change, without_outside, chances)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?;
            for made in decisions {
                keep.execute(params![
                    made.slot.0,
                    run.use_id.0,
                    made.action,
                    made.propensity,
                    made.control,
                    made.score,
                    made.looked_at,
                    made.because,
                    made.would_change,
                    made.without_outside,
                    made.chances
                ])?;
            }
            Ok(())
        })
    }

    /// What was decided for a person, the latest first: also for those merged into them, and for whom
    /// they were split from, for as long as they were taken for part of them.
    pub fn decisions_for(
        &self,
        person: Slot,
    ) -> Result<Vec<(DecisionRun, KeptDecision)>, StoreError> {
        let tenures = self.tenures(person)?;
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!(
            "select {ROW}, sequence, campaign, purpose, called, actions, costs
             from decision join decision_run run using (use) where slot = ?1"
        ))?;
        let mut found = Vec::new();
        for tenure in tenures {
            let rows = query.query_map([tenure.slot.0], |row| {
                Ok((Sequence(unsigned(row, 13)?), run(row)?, read(row)?))
            })?;
            for row in rows {
                let (sequence, run, decision) = row?;
                if (tenure.from..tenure.until).contains(&sequence) {
                    found.push((run, decision));
                }
            }
        }
        found.sort_by_key(|(run, _)| (std::cmp::Reverse(run.at), run.use_id.0));
        Ok(found)
    }

    /// Everything that a campaign decided, the earliest first.
    pub fn decisions_of(&self, campaign: &str) -> Result<Vec<KeptDecision>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!(
            "select {ROW} from decision join decision_run run using (use)
             where campaign = ?1 order by at, use, slot"
        ))?;
        let rows = query.query_map([campaign], read)?;
        let mut found: Vec<KeptDecision> = rows.collect::<Result<_, _>>()?;
        drop(query);
        let mut survivor =
            connection.prepare_cached("select survivor from slot where slot = ?1")?;
        for decision in &mut found {
            decision.made.slot = current(&mut survivor, decision.made.slot)?;
        }
        Ok(found)
    }

    /// How often something was decided for people since an instant: what is not the action `but`, by all
    /// campaigns together, and whatever it is by the campaign `of`.
    pub fn decided_since(
        &self,
        since: Timestamp,
        but: Option<&str>,
        of: &str,
    ) -> Result<BTreeMap<Slot, u32>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select slot, count(*) from decision join decision_run run using (use)
             where at >= ?1 and (action <> ?2 or campaign = ?3) group by slot",
        )?;
        let rows = query.query_map(params![since.as_microsecond(), but, of], |row| {
            Ok((slot(row, 0)?, row.get(1)?))
        })?;
        let rows: Vec<(Slot, u32)> = rows.collect::<Result<_, _>>()?;
        let mut survivor =
            connection.prepare_cached("select survivor from slot where slot = ?1")?;
        let mut found = BTreeMap::new();
        for (slot, count) in rows {
            *found.entry(current(&mut survivor, slot)?).or_default() += count;
        }
        Ok(found)
    }

    /// The same of one person.
    pub fn decided_for_since(
        &self,
        person: Slot,
        since: Timestamp,
        but: Option<&str>,
        of: &str,
    ) -> Result<u32, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select count(*) from decision join decision_run run using (use)
             where slot in (select slot from slot where slot = ?1 or survivor = ?1)
             and at >= ?2 and (action <> ?3 or campaign = ?4)",
        )?;
        let which = params![person.0, since.as_microsecond(), but, of];
        Ok(query.query_row(which, |row| row.get(0))?)
    }

    /// By what each run of a campaign said that it was to be judged, as whoever decides wrote it; runs
    /// that did not say are left out.
    pub fn decision_terms(&self, campaign: &str) -> Result<BTreeMap<UseId, String>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select use, json_extract(actions, '$.terms') from decision_run where campaign = ?1",
        )?;
        let rows = query.query_map([campaign], |row| {
            Ok((UseId(row.get(0)?), row.get::<_, Option<String>>(1)?))
        })?;
        let mut found = BTreeMap::new();
        for row in rows {
            let (use_id, terms) = row?;
            if let Some(terms) = terms {
                found.insert(use_id, terms);
            }
        }
        Ok(found)
    }

    /// What a campaign decided last for a person since an instant, if it did.
    pub fn latest_decision(
        &self,
        person: Slot,
        campaign: &str,
        since: Timestamp,
    ) -> Result<Option<KeptDecision>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!(
            "select {ROW} from decision join decision_run run using (use)
             where slot in (select slot from slot where slot = ?1 or survivor = ?1)
             and campaign = ?2 and at >= ?3 order by at desc, use limit 1"
        ))?;
        let which = params![person.0, campaign, since.as_microsecond()];
        Ok(query.query_row(which, read).optional()?)
    }

    /// How often a campaign ran, when last, and for how many people.
    pub fn decision_runs(
        &self,
        campaign: &str,
    ) -> Result<(u64, Option<Timestamp>, u64), StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select count(distinct run.use), max(at), count(slot) from decision_run run
             left join decision using (use) where campaign = ?1",
        )?;
        Ok(query.query_row([campaign], |row| {
            let last = row.get::<_, Option<i64>>(1)?.map(|_| instant(row, 1)).transpose()?;
            Ok((unsigned(row, 0)?, last, unsigned(row, 2)?))
        })?)
    }

    /// How many decisions for a purpose were made before an instant.
    pub fn decisions_before(&self, purpose: &str, at: Timestamp) -> Result<u64, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select count(*) from decision join decision_run run using (use)
             where purpose = ?1 and at < ?2",
        )?;
        Ok(query.query_row(params![purpose, at.as_microsecond()], |row| unsigned(row, 0))?)
    }

    /// Forgets the decisions for a purpose that were made before an instant.
    pub fn forget_decisions_before(&self, purpose: &str, at: Timestamp) -> Result<(), StoreError> {
        self.change(|tx, _| {
            let which = params![purpose, at.as_microsecond()];
            tx.execute(
                "delete from decision where use in
                 (select use from decision_run where purpose = ?1 and at < ?2)",
                which,
            )?;
            tx.execute("delete from decision_run where purpose = ?1 and at < ?2", which)?;
            Ok(())
        })
    }
}

/// Forgets what decisions looked at of a person, and the words for them, which may tell it: a value of
/// theirs is deleted.
pub(crate) fn forget_what_was_looked_at(
    tx: &Transaction<'_>,
    person: Slot,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "update decision set looked_at = null, because = null, would_change = null
         where slot in (select slot from slot where slot = ?1 or survivor = ?1)",
    )?
    .execute([person.0])?;
    Ok(())
}

const ROW: &str = "use, run.at, slot, action, propensity, control, score, looked_at, because,
    would_change, without_outside, chances, json_extract(run.costs, '$.' || action)";

/// The slot that stands today for whoever had this one.
fn current(survivor: &mut rusqlite::CachedStatement<'_>, of: Slot) -> Result<Slot, StoreError> {
    let found: Option<u32> = survivor.query_row([of.0], |row| row.get(0))?;
    Ok(found.map_or(of, Slot))
}

fn read(row: &Row<'_>) -> rusqlite::Result<KeptDecision> {
    Ok(KeptDecision {
        use_id: UseId(row.get(0)?),
        at: instant(row, 1)?,
        cost: row.get(12)?,
        made: NewDecision {
            slot: slot(row, 2)?,
            action: row.get(3)?,
            propensity: row.get(4)?,
            control: row.get(5)?,
            score: row.get(6)?,
            looked_at: row.get(7)?,
            because: row.get(8)?,
            would_change: row.get(9)?,
            without_outside: row.get(10)?,
            chances: row.get(11)?,
        },
    })
}

fn run(row: &Row<'_>) -> rusqlite::Result<DecisionRun> {
    Ok(DecisionRun {
        use_id: UseId(row.get(0)?),
        at: instant(row, 1)?,
        campaign: row.get(14)?,
        purpose: row.get(15)?,
        called: row.get(16)?,
        actions: row.get(17)?,
        costs: row.get(18)?,
    })
}

#[cfg(test)]
mod tests {
    use theirs_model::RecordId;

    use super::*;
    use crate::keys::Keys;
    use crate::person::{Found, Placement};
    use crate::record::IncomingRecord;

    fn run_of(id: u8, campaign: &str, at: i64) -> DecisionRun {
        DecisionRun {
            use_id: UseId([id; 16]),
            campaign: campaign.to_owned(),
            purpose: "letter".to_owned(),
            called: "The letter".to_owned(),
            at: Timestamp::from_second(at).unwrap(),
            actions: "{}".to_owned(),
            costs: Some("{\"card\":0.75}".to_owned()),
        }
    }

    fn made(slot: u32, action: &str) -> NewDecision {
        NewDecision {
            slot: Slot(slot),
            action: action.to_owned(),
            propensity: 0.45,
            chances: "{}".to_owned(),
            control: action == "none",
            score: None,
            looked_at: Some("{}".to_owned()),
            because: None,
            would_change: None,
            without_outside: None,
        }
    }

    /// People in the slots 0, 1 and 2.
    fn three_people() -> Store {
        let store = Store::in_memory().unwrap();
        let record = |key: u32| IncomingRecord {
            key: key.to_string(),
            since: None,
            columns: BTreeMap::new(),
        };
        let records: Vec<IncomingRecord> = (0..3).map(record).collect();
        store.upsert_records("crm", &records, Timestamp::UNIX_EPOCH).unwrap();
        let placement = |cluster: u32| Placement {
            record: RecordId(u64::from(cluster) + 1),
            cluster,
            confidence: 1.0,
        };
        let placements: Vec<Placement> = (0..3).map(placement).collect();
        let found = Found { placements: &placements, ..Found::default() };
        store.place(&found, "{}", &Keys::for_tests()).unwrap();
        store
    }

    #[test]
    fn decisions_are_found_by_person_and_by_campaign_and_go_with_their_time() {
        let store = three_people();
        let kept = [made(1, "card"), made(2, "none")];
        store.keep_decisions(&run_of(1, "spring", 10), &kept).unwrap();
        store.keep_decisions(&run_of(2, "autumn", 20), &kept[..1]).unwrap();
        let of_one = store.decisions_for(Slot(1)).unwrap();
        let campaigns: Vec<&str> = of_one.iter().map(|(run, _)| run.campaign.as_str()).collect();
        assert_eq!(campaigns, ["autumn", "spring"], "the latest first");
        let spring = store.decisions_of("spring").unwrap();
        assert_eq!(spring.iter().map(|one| one.made.slot.0).collect::<Vec<_>>(), [1, 2]);
        let costs: Vec<Option<f64>> = spring.iter().map(|one| one.cost).collect();
        assert_eq!(costs, [Some(0.75), None], "as it was when it was decided");
        let at = Timestamp::from_second(20).unwrap();
        assert_eq!(store.decision_runs("spring").unwrap().2, 2);
        let moment = |at| Timestamp::from_second(at).unwrap();
        let since = |at| store.decided_since(moment(at), Some("none"), "").unwrap();
        assert_eq!((since(10).get(&Slot(1)), since(10).get(&Slot(2))), (Some(&2), None));
        assert_eq!(since(15).get(&Slot(1)), Some(&1));
        // Of the campaign itself whatever it was; with no action named, of it alone.
        let with_own = store.decided_since(moment(10), Some("none"), "spring").unwrap();
        assert_eq!((with_own.get(&Slot(1)), with_own.get(&Slot(2))), (Some(&2), Some(&1)));
        let own = store.decided_since(moment(10), None, "spring").unwrap();
        assert_eq!((own.get(&Slot(1)), own.get(&Slot(2))), (Some(&1), Some(&1)));
        let of_two = store.decided_for_since(Slot(2), moment(10), None, "spring").unwrap();
        assert_eq!(of_two, 1);
        assert!(store.decision_terms("spring").unwrap().is_empty(), "it did not say");
        assert_eq!(store.decisions_before("letter", at).unwrap(), 2);
        store.forget_decisions_before("letter", at).unwrap();
        assert!(store.decisions_of("spring").unwrap().is_empty());
        assert_eq!(store.decisions_for(Slot(1)).unwrap().len(), 1);
    }
}
