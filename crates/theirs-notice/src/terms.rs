//! What the laws have a word for: sale and sharing, location, special categories.

use serde::Serialize;
use theirs_charter::{Charter, Holds, Purpose, concerns};

/// Whether some purpose sells or shares data, shows ads elsewhere with it, or gives it to somebody who
/// uses it for their own ends (CCPA 1798.140(ad) and (ah)).
pub fn is_sold(charter: &Charter) -> bool {
    charter.purposes.iter().any(|purpose| is_sale(charter, purpose))
}

/// Whether a purpose counts as selling or sharing.
fn is_sale(charter: &Charter, purpose: &Purpose) -> bool {
    let own_ends =
        |key: &String| charter.recipient(key).is_none_or(|recipient| recipient.role != "processor");
    concerns("sale", &purpose.name, &purpose.category) || purpose.recipients.iter().any(own_ends)
}

/// Whether data are sold, and what a no to selling does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sale {
    /// They are not.
    None,
    /// They are, and a no to selling ends it.
    EndsAtNo,
    /// They are, and go on to be after such a no.
    GoesOn,
}

/// Whether a purpose sells, and whether a no to selling takes people out of it, as the engine decides that:
/// by the family of what it is for, and where people may object at all.
pub(crate) fn sale_of(charter: &Charter, purpose: &Purpose) -> Sale {
    let heeds_no = purpose.may_object && concerns("sale", &purpose.name, &purpose.category);
    match (is_sale(charter, purpose), heeds_no) {
        (false, _) => Sale::None,
        (true, true) => Sale::EndsAtNo,
        (true, false) => Sale::GoesOn,
    }
}

/// The same of a whole charter: a no to selling ends every sale, or not.
pub(crate) fn sale(charter: &Charter) -> Sale {
    let all = charter.purposes.iter().map(|purpose| sale_of(charter, purpose));
    all.max().unwrap_or(Sale::None)
}

/// How near to somebody the purposes of a charter look, the nearest of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Nearness {
    /// At no place at all.
    Nowhere,
    /// At the postal address that people gave.
    Address,
    /// At the town or postal area that somebody is in.
    Area,
    /// At where exactly somebody is.
    Exact,
}

/// Whether some purpose sees a column or an activity that says where somebody is.
pub fn is_located(charter: &Charter) -> bool {
    nearness(charter) >= Nearness::Area
}

/// How near the purposes look: by every column that they see, of people and of activities.
pub(crate) fn nearness(charter: &Charter) -> Nearness {
    let seen = charter.purposes.iter().flat_map(|purpose| {
        let of_activities = charter.activities().filter(|(source, _)| {
            purpose.activities.iter().any(|granted| granted.source == source.name)
        });
        let of_activities = of_activities.map(|(_, activity)| activity.category.clone());
        crate::notice::seen(charter, purpose).into_iter().chain(of_activities.collect::<Vec<_>>())
    });
    seen.map(|category| near(&category)).max().unwrap_or(Nearness::Nowhere)
}

fn near(category: &str) -> Nearness {
    match category {
        "location.coarse" => Nearness::Area,
        place if place.starts_with("location.") => Nearness::Exact,
        "contact.address" => Nearness::Address,
        _ => Nearness::Nowhere,
    }
}

/// Whether a purpose is for marketing, which anybody may refuse without a reason (GDPR Art. 21(2)).
pub(crate) fn is_marketing(purpose: &Purpose) -> bool {
    concerns("marketing", &purpose.name, &purpose.category)
}

/// Whether a charter holds data about children: of its clients' children, or of how old they are.
pub(crate) fn has_children(charter: &Charter) -> bool {
    const WORDS: [&str; 8] =
        ["child", "children", "kid", "kids", "minor", "minors", "enfant", "enfants"];
    let of_children =
        |name: &str| name.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word));
    let is_meant = |category: &str, names: &[&str]| {
        category == "household.children"
            || category.starts_with("demo.") && names.iter().any(|name| of_children(name))
    };
    charter.sources.iter().any(|source| match &source.holds {
        Holds::Identity(identity) => identity.columns.iter().any(|column| {
            column.attribute().is_some_and(|known| {
                let part = known.part.as_deref().unwrap_or_default();
                is_meant(&known.category.0, &[part, column.name.as_str()])
            })
        }),
        Holds::Activity(activity) => activity
            .columns
            .iter()
            .any(|column| is_meant(&column.category, &[column.name.as_str()])),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_told_by_what_is_seen() {
        assert_eq!(near("location.precise"), Nearness::Exact);
        assert_eq!(near("location.coarse"), Nearness::Area);
        assert_eq!(near("contact.address"), Nearness::Address);
        assert_eq!(near("purchase.history"), Nearness::Nowhere);
    }
}
