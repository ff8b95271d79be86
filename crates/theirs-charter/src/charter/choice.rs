//! The columns of sources that speak for people: that say whether they agree or object to something.

use super::{Charter, Meaning, Source};

/// A column of a source that says yes or no for people.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'c> {
    /// The source.
    pub source: &'c Source,
    /// Its name in the source.
    pub column: &'c str,
    /// What it says yes or no to.
    pub topic: &'c str,
    /// Whether it says that people object, rather than that they agree.
    pub is_objection: bool,
}

impl Charter {
    /// The columns that say yes or no for people, in the order of the text.
    pub fn voices(&self) -> Vec<Voice<'_>> {
        let mut all = Vec::new();
        for (source, identity) in self.identities() {
            for column in &identity.columns {
                let (topic, is_objection) = match &column.meaning {
                    Meaning::Consent(topic) => (topic, false),
                    Meaning::Objection(topic) => (topic, true),
                    Meaning::Attribute(_) => continue,
                };
                all.push(Voice { source, column: &column.name, topic, is_objection });
            }
        }
        all
    }
}

impl Voice<'_> {
    /// Whether two columns speak of one thing: both of a yes or both of a no, to the same topic.
    pub fn is_of_one_thing(&self, other: &Voice<'_>) -> bool {
        (self.is_objection, self.topic) == (other.is_objection, other.topic)
    }

    /// Whether it is one column, which says the same.
    pub fn is_as(&self, other: &Voice<'_>) -> bool {
        self.is_of_one_thing(other)
            && (&self.source.name, self.column) == (&other.source.name, other.column)
    }
}

#[cfg(test)]
mod tests {
    use crate::read::tests::small;

    #[test]
    fn a_column_speaks_for_people_if_it_holds_a_yes_or_a_no_and_no_value() {
        let charter = small();
        let told: Vec<_> = charter
            .voices()
            .iter()
            .map(|voice| (voice.source.name.clone(), voice.column, voice.topic, voice.is_objection))
            .collect();
        assert_eq!(told, [("crm".to_owned(), "yes", "newsletter", false)]);
        let voice = charter.voices()[0];
        assert!(voice.is_as(&charter.voices()[0]) && voice.is_of_one_thing(&voice));
    }
}
