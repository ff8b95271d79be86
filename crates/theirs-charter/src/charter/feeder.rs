//! The columns of sources that feed what a purpose sees.

use super::{Charter, Purpose, Source};

/// A column of a source from inside whose values stand in a column that a purpose sees. What comes from
/// outside stands in none before two people agree to that source itself.
#[derive(Debug, Clone)]
pub struct Feeder<'c> {
    /// What the purpose sees: a column of people, or an activity and a column of it (`orders.total`).
    pub fed: String,
    /// The source.
    pub source: &'c Source,
    /// Its name in the source.
    pub column: &'c str,
}

impl Charter {
    /// Every column that feeds what a purpose sees, in the order in which the purpose names what it sees.
    /// The purpose may be one of another version.
    pub fn feeders(&self, purpose: &Purpose) -> Vec<Feeder<'_>> {
        let mut all = Vec::new();
        for grant in &purpose.columns {
            for (source, identity) in self.identities() {
                let feeds = identity.columns.iter().filter(|column| {
                    column.attribute().is_some_and(|known| known.column() == grant.column)
                });
                all.extend(feeds.map(|column| Feeder {
                    fed: grant.column.clone(),
                    source,
                    column: &column.name,
                }));
            }
        }
        for granted in &purpose.activities {
            let found = self.activities().find(|(source, _)| source.name == granted.source);
            let Some((source, activity)) = found else { continue };
            for grant in &granted.columns {
                let known = activity.columns.iter().find(|column| column.name == grant.column);
                all.extend(known.map(|column| Feeder {
                    fed: format!("{}.{}", source.name, grant.column),
                    source,
                    column: column.from.as_deref().unwrap_or(&column.name),
                }));
            }
        }
        all.retain(|feeder| !feeder.source.kind.is_outside());
        all
    }
}

impl Feeder<'_> {
    /// Whether it is one column, which feeds the same.
    pub fn is_as(&self, other: &Feeder<'_>) -> bool {
        self.fed == other.fed
            && (&self.source.name, self.column) == (&other.source.name, other.column)
    }
}

#[cfg(test)]
mod tests {
    use crate::read::tests::small;

    #[test]
    fn what_a_purpose_sees_is_fed_by_columns_of_people_and_of_activities() {
        let charter = small();
        let card = charter.purpose("card").expect("it is there");
        let all = charter.feeders(card);
        let told: Vec<String> = all
            .iter()
            .map(|one| format!("{} of {}.{}", one.fed, one.source.name, one.column))
            .collect();
        assert!(told.contains(&"city of crm.city".to_owned()), "{told:?}");
        assert!(told.contains(&"orders.total of orders.total".to_owned()), "{told:?}");
        assert!(all.iter().all(|one| !one.source.kind.is_outside()), "{told:?}");
        assert!(all[0].is_as(&all[0]) && !all[0].is_as(&all[1]));
    }
}
