//! What the laws have a word for: sale and sharing, location, special categories.

use theirs_charter::{Charter, Purpose, concerns};

/// Whether some purpose sells or shares data, shows ads elsewhere with it, or gives it to somebody who
/// uses it for their own ends (CCPA 1798.140(ad) and (ah)).
pub fn is_sold(charter: &Charter) -> bool {
    let own_ends =
        |key: &String| charter.recipient(key).is_none_or(|recipient| recipient.role != "processor");
    charter.purposes.iter().any(|purpose| {
        concerns("sale", &purpose.name, &purpose.category)
            || purpose.recipients.iter().any(own_ends)
    })
}

/// Whether some purpose sees a column or an activity that says where somebody is.
pub fn is_located(charter: &Charter) -> bool {
    let place = |category: &str| category.starts_with("location.");
    charter.purposes.iter().any(|purpose| {
        let by_column = purpose.columns.iter().any(|grant| {
            let known = charter.attribute(&grant.column);
            known.is_some_and(|(attribute, _)| place(&attribute.category.0))
        });
        let mut all = charter.activities();
        by_column
            || all.any(|(source, activity)| {
                place(&activity.category)
                    && purpose.activities.iter().any(|grant| grant.source == source.name)
            })
    })
}

/// Whether a purpose is for marketing, which anybody may refuse without a reason (GDPR Art. 21(2)).
pub(crate) fn is_marketing(purpose: &Purpose) -> bool {
    concerns("marketing", &purpose.name, &purpose.category)
}
