//! Who is given the data of a charter's purpose, and when the notice calls that selling.
//!
//! A charter says of a recipient only whether it works for us; what it is stands in `name` and `does`,
//! in words. They are read for a few trades. Price: whoever describes an insurer as "a firm" has a firm.

use theirs_charter::{Basis as Ground, Charter, Purpose, concerns};

use crate::flow::{Ends, Gain, Recipient, Safeguard, Who};

/// By which words a trade is known, the more telling first.
const TRADES: [(Who, &[&str]); 6] = [
    (
        Who::AdPlatform,
        &[
            "shows ads",
            "shows you ads",
            "show ads",
            "ads on",
            "ads elsewhere",
            "advertis",
            "ad network",
            "ad exchange",
            "retarget",
        ],
    ),
    (Who::Insurer, &["insurer", "insurance", "insures"]),
    (Who::Lender, &["runs a bank", "lender", "lends", "credit score", "credit bureau", "loans"]),
    (Who::DataBroker, &["sells lists", "sells data", "data broker", "list broker", "swaps lists"]),
    (Who::Campaign, &["political", "party campaign", "election"]),
    (Who::Employer, &["recruit", "screens applicants", "employers"]),
];

/// The recipients of a purpose. A charter gives data abroad under a safeguard only, so none is missing.
pub(super) fn of(charter: &Charter, purpose: &Purpose) -> Vec<Recipient> {
    let of = |key: &String| {
        let known = charter.recipient(key)?;
        let works_for_us = known.role == "processor";
        let trade = trade(&known.name, known.does.as_deref().unwrap_or_default());
        let who = match (purpose.category.as_str(), trade, works_for_us) {
            // Who shows advertisements elsewhere is of the trade, whatever the contract calls it.
            ("advertise.audience", ..) | (_, Some(Who::AdPlatform), _) => Who::AdPlatform,
            (_, _, true) => Who::Processor,
            (_, Some(who), false) => who,
            (_, None, false) => Who::Partner,
        };
        let safeguard =
            if known.safeguard.is_some() { Safeguard::InPlace } else { Safeguard::NotNeeded };
        let ends = Some(if works_for_us { Ends::Ours } else { Ends::Own });
        let name = Some(known.name.clone());
        Some(Recipient { who, name, ends, gain: Gain::Nothing, contract: true, safeguard })
    };
    purpose.recipients.iter().filter_map(of).collect()
}

fn trade(name: &str, does: &str) -> Option<Who> {
    let words = format!("{name} {does}").to_lowercase();
    TRADES
        .iter()
        .find(|(_, known)| known.iter().any(|word| words.contains(word)))
        .map(|(who, _)| *who)
}

/// Whether the notice calls it selling or sharing: somebody with ends of their own is given data, or it
/// serves advertisements elsewhere. Keeping people out of them, by a processor, is neither.
pub(super) fn is_called_sale(purpose: &Purpose, recipients: &[Recipient]) -> bool {
    let own_ends = recipients.iter().any(Recipient::has_own_ends);
    let keeps_out = purpose.category == "advertise.suppress";
    own_ends || concerns("sale", &purpose.name, &purpose.category) && !keeps_out
}

/// The topic that the yes to a purpose was asked for, where somebody with ends of their own is given
/// data and other purposes rest on the same yes.
pub(super) fn asked_for(
    charter: &Charter,
    purpose: &Purpose,
    recipients: &[Recipient],
) -> Option<String> {
    let topic = purpose.consent.as_ref().filter(|_| purpose.basis == Ground::Consent)?;
    let is_shared = charter
        .purposes
        .iter()
        .any(|other| other.name != purpose.name && other.consent.as_ref() == Some(topic));
    let is_given = is_called_sale(purpose, recipients);
    (is_given && is_shared).then(|| topic.clone())
}
