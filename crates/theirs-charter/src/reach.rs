//! Who can come at data of a category: every role, by which purpose, in which column, how exactly.

use std::collections::BTreeSet;

use theirs_model::nearest;

use crate::charter::{Charter, Grant, Purpose, Role};
use crate::coarseness::Coarseness;
use crate::vocabulary::categories;

/// One way by which a role comes at data of a category.
#[derive(Debug, Clone, Copy)]
pub struct Reach<'c> {
    /// The role.
    pub role: &'c Role,
    /// The way.
    pub way: Way<'c>,
}

/// How a role comes at data.
#[derive(Debug, Clone, Copy)]
pub enum Way<'c> {
    /// By a purpose that includes the column.
    Purpose {
        /// The purpose.
        purpose: &'c Purpose,
        /// `person`, or the activity.
        table: &'c str,
        /// The column.
        column: &'c str,
        /// How exactly it is seen.
        coarseness: Coarseness,
    },
    /// By leave to open a person's whole record.
    Record,
}

impl Charter {
    /// Every way to data of a category, or of one below it, in the order of roles and purposes.
    ///
    /// # Errors
    /// There is no such category; the nearest one, if any.
    pub fn reach(&self, category: &str) -> Result<Vec<Reach<'_>>, Option<&'static str>> {
        let below = format!("{category}.");
        let is_meant = |key: &str| key == category || key.starts_with(&below);
        if !categories().iter().any(|known| is_meant(&known.key)) {
            let known = categories().iter().map(|known| known.key.as_str());
            return Err(nearest(category, known));
        }
        let mut ways = Vec::new();
        for role in &self.roles {
            let used = role.purposes.iter().filter_map(|name| self.purpose(name));
            ways.extend(used.flat_map(|purpose| self.ways(role, purpose, &is_meant)));
            if role.may_see_records {
                ways.push(Reach { role, way: Way::Record });
            }
        }
        Ok(ways)
    }

    /// The categories of everything that a purpose sees, with those above them.
    pub(crate) fn categories_of(&self, purpose: &Purpose) -> BTreeSet<String> {
        let of_people = purpose.columns.iter().filter_map(|grant| {
            self.attribute(&grant.column).map(|(attribute, _)| attribute.category.0)
        });
        let of_activities = purpose.activities.iter().flat_map(|granted| {
            let found = self.activities().find(|(source, _)| source.name == granted.source);
            let columns =
                found.map(|(_, activity)| activity.columns.as_slice()).unwrap_or_default();
            let is_granted = |name: &str| granted.columns.iter().any(|grant| grant.column == name);
            columns.iter().filter(move |c| is_granted(&c.name)).map(|c| c.category.clone())
        });
        let mut all = BTreeSet::new();
        for category in of_people.chain(of_activities) {
            let ends = category.match_indices('.').map(|(at, _)| at).chain([category.len()]);
            all.extend(ends.map(|end| category[..end].to_owned()));
        }
        all
    }

    fn ways<'c>(
        &'c self,
        role: &'c Role,
        purpose: &'c Purpose,
        is_meant: &impl Fn(&str) -> bool,
    ) -> Vec<Reach<'c>> {
        let way = |table: &'c str, grant: &'c Grant| {
            let Grant { column, coarseness } = grant;
            let coarseness = *coarseness;
            Reach { role, way: Way::Purpose { purpose, table, column, coarseness } }
        };
        let of_people = purpose.columns.iter().filter(|grant| {
            let attribute = self.attribute(&grant.column);
            attribute.is_some_and(|(attribute, _)| is_meant(&attribute.category.0))
        });
        let mut ways: Vec<Reach<'c>> = of_people.map(|grant| way("person", grant)).collect();
        for granted in &purpose.activities {
            let found = self.activities().find(|(source, _)| source.name == granted.source);
            let Some((_, activity)) = found else { continue };
            let category = |name: &str| {
                activity.columns.iter().find(|column| column.name == name).map(|c| &c.category)
            };
            let of_activity = granted
                .columns
                .iter()
                .filter(|grant| category(&grant.column).is_some_and(|key| is_meant(key)));
            ways.extend(of_activity.map(|grant| way(&granted.source, grant)));
        }
        ways
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests::sample;

    fn told(category: &str) -> Vec<String> {
        let charter = sample();
        let ways = charter.reach(category).expect("the category is known");
        ways.iter()
            .map(|reach| match reach.way {
                Way::Purpose { purpose, table, column, .. } => {
                    format!("{} {}.{table}.{column}", reach.role.name, purpose.name)
                }
                Way::Record => format!("{} records", reach.role.name),
            })
            .collect()
    }

    #[test]
    fn every_role_that_can_come_at_a_category_is_found_with_its_way() {
        let ways = told("contact.email");
        assert!(ways.contains(&"service fulfil_order.person.email".to_owned()), "{ways:?}");
        assert!(ways.contains(&"privacy records".to_owned()), "{ways:?}");
        assert!(!ways.iter().any(|way| way.starts_with("marketing")), "{ways:?}");
    }

    #[test]
    fn a_category_stands_for_those_below_it_and_an_unknown_one_is_refused() {
        assert!(told("contact").len() > told("contact.email").len());
        assert_eq!(sample().reach("contact.emial").unwrap_err(), Some("contact.email"));
        assert_eq!(sample().reach("nonsense at all").unwrap_err(), None);
    }
}
