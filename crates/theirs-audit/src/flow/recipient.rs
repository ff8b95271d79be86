//! Who is given the data of a flow, for whose ends, for what in return.

use serde::{Deserialize, Serialize};

/// Who is given data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Recipient {
    /// What they are.
    pub who: Who,
    /// Their name, where it matters.
    #[serde(default)]
    pub name: Option<String>,
    /// For whose ends; by default ours if they work for us, else their own.
    #[serde(default)]
    pub ends: Option<Ends>,
    /// What we get for it.
    #[serde(default)]
    pub gain: Gain,
    /// Whether a contract binds them: true unless it is said that none does.
    #[serde(default = "bound")]
    pub contract: bool,
    /// Whether the data leaves for a country without an equal law, and what protects it there.
    #[serde(default)]
    pub safeguard: Safeguard,
}

fn bound() -> bool {
    true
}

/// What a recipient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// They work for us, on our word.
    Processor,
    /// A platform that shows advertisements.
    AdPlatform,
    /// A firm of the advertising trade.
    AdPartner,
    /// A firm that deals in data.
    DataBroker,
    /// An insurer.
    Insurer,
    /// An employer or who screens for one.
    Employer,
    /// A lender or who rates for one.
    Lender,
    /// The state.
    Government,
    /// A political party or campaign.
    Campaign,
    /// Another firm of our group.
    Group,
    /// Another firm.
    Partner,
    /// Anybody who looks.
    Public,
}

/// For whose ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// Ours alone.
    Ours,
    /// Also their own.
    Own,
    /// What the person asked for.
    ThePersons,
}

/// What is got for data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gain {
    /// Nothing.
    #[default]
    Nothing,
    /// Money.
    Money,
    /// A service, such as analytics or advertisements.
    Services,
    /// The data of others.
    Data,
}

/// What protects data abroad.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safeguard {
    /// It does not leave for a country without an equal law.
    #[default]
    NotNeeded,
    /// Clauses, rules or a decision of equality.
    InPlace,
    /// None.
    Missing,
}

impl Recipient {
    /// Whether they pay for the data, or give data of their own for it: who does buys it, whatever they are
    /// called and whatever the contract says (CCPA 1798.140(ad)).
    pub fn buys(&self) -> bool {
        matches!(self.gain, Gain::Money | Gain::Data)
    }

    /// Whether they may use the data for ends of their own. Nobody pays for what serves another alone.
    pub fn has_own_ends(&self) -> bool {
        match self.ends {
            _ if self.buys() => true,
            Some(ends) => ends == Ends::Own,
            None => self.who != Who::Processor,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::flow::read;

    /// Whether a flow with this recipient is a sale.
    fn pays(recipient: &str) -> bool {
        let text = format!("flows:\n- name: one\n  recipients: [{recipient}]\n");
        read("flow.yaml", &text).expect("a flow")[0].pays()
    }

    #[test]
    fn who_pays_in_money_or_data_buys_whatever_they_are_called() {
        assert!(pays("{ who: processor, gain: money }"));
        assert!(pays("{ who: processor, ends: ours, gain: data }"));
        assert!(pays("{ who: partner, gain: services }"));
        assert!(!pays("{ who: processor, gain: services }"));
        assert!(!pays("{ who: processor }"));
    }
}
