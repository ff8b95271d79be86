//! By what a run said that it was to be judged, which stands with it: what the file says later does not
//! change what was agreed on before anybody knew what came out.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::campaign::{Campaign, Outcome};

/// What is kept with each run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// By what it is judged.
    pub(crate) outcome: Outcome,
    /// A digest of the statement that gave what was looked at; nothing if nothing was.
    pub(crate) features: Option<String>,
}

/// A yardstick that stood when decisions were made, and is not that of the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// How many judged decisions were made under it.
    pub decisions: usize,
    /// What stood then.
    pub then: Outcome,
    /// Whether they are judged by it; not where the purpose does not see its columns any more.
    pub is_used: bool,
}

impl Terms {
    /// Those of a campaign as its file has it now.
    pub(crate) fn of(campaign: &Campaign) -> Self {
        Self { outcome: campaign.outcome.clone(), features: digest(campaign) }
    }
}

impl Outcome {
    /// Whether both measure the same.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let worth = (self.worth - other.worth).abs() <= 1e-12 * self.worth.abs();
        self.reads_like(other) && self.within_days == other.within_days && worth
    }

    /// Whether both read the same columns.
    pub(crate) fn reads_like(&self, other: &Self) -> bool {
        (&self.activity, &self.at, &self.value) == (&other.activity, &other.at, &other.value)
    }
}

/// The digest of a campaign's features. How lines are broken does not count.
pub(crate) fn digest(campaign: &Campaign) -> Option<String> {
    let words: Vec<&str> = campaign.features.as_deref()?.split_whitespace().collect();
    Some(hex::encode(Sha256::digest(words.join(" ").as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assign::tests::campaign;

    #[test]
    fn terms_are_read_as_they_were_written_and_a_yardstick_that_moved_is_seen() {
        let mut campaign = campaign(1);
        campaign.outcome.worth = 0.1;
        campaign.features = Some("select person_id,\n  n from letter.person".into());
        let then = Terms::of(&campaign);
        let read: Terms = serde_json::from_str(&serde_json::to_string(&then).unwrap()).unwrap();
        assert!(read.outcome.is_like(&campaign.outcome) && read.features == then.features);
        campaign.features = Some("select person_id, n from letter.person".into());
        assert_eq!(digest(&campaign), then.features, "the same statement in one line");
        campaign.features = Some("select person_id, m from letter.person".into());
        assert_ne!(digest(&campaign), then.features);
        campaign.outcome.worth = 7.0;
        assert!(!read.outcome.is_like(&campaign.outcome));
        assert!(read.outcome.reads_like(&campaign.outcome));
    }
}
