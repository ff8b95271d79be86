//! Which area of life a kind of data is about, so that people find it where they look for it; and
//! whose word decides what is right there.

/// An area of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// How they are reached.
    Contact,
    /// Who they are.
    You,
    /// Where and with whom they live.
    Home,
    /// What they earn, spend and pay with.
    Money,
    /// What they bought.
    Bought,
    /// What they looked at, where they were, what they wrote.
    Visits,
    /// What they like, as they said.
    Likes,
    /// What is guessed of them, or bought about them.
    Guesses,
    /// Health, beliefs and the like.
    Delicate,
    /// The numbers they go by.
    Numbers,
}

impl Area {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Contact,
        Self::You,
        Self::Home,
        Self::Money,
        Self::Bought,
        Self::Visits,
        Self::Likes,
        Self::Guesses,
        Self::Delicate,
        Self::Numbers,
    ];

    /// The area of a data category, by its key in the vocabulary.
    pub fn of(category: &str) -> Self {
        match category {
            "gov.id" => return Self::Numbers,
            "location.precise" => return Self::Visits,
            "purchase.value" | "inferred.income" => return Self::Money,
            _ => {}
        }
        match category.split('.').next().unwrap_or_default() {
            "contact" => Self::Contact,
            "identity" | "demo" | "work" | "social" => Self::You,
            "household" | "location" => Self::Home,
            "payment" | "finance" => Self::Money,
            "purchase" => Self::Bought,
            "behaviour" => Self::Visits,
            "preference" => Self::Likes,
            "sensitive" => Self::Delicate,
            "id" => Self::Numbers,
            // What no area is known of is shown with what is questioned most.
            _ => Self::Guesses,
        }
    }

    /// The message that names it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Contact => "area-contact",
            Self::You => "area-you",
            Self::Home => "area-home",
            Self::Money => "area-money",
            Self::Bought => "area-bought",
            Self::Visits => "area-visits",
            Self::Likes => "area-likes",
            Self::Guesses => "area-guesses",
            Self::Delicate => "area-delicate",
            Self::Numbers => "area-numbers",
        }
    }
}

/// Whether the person themselves knows best what is right in a data category: their name and how they
/// are reached, not the number that we gave them, what we worked out or what they paid.
pub fn is_theirs_to_say(category: &str) -> bool {
    let areas = ["identity", "contact", "demo", "household", "work", "social", "preference"];
    let first = category.split('.').next().unwrap_or_default();
    areas.contains(&first) || first == "sensitive" || category == "location.coarse"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::categories;

    #[test]
    fn every_category_has_its_area_and_every_area_a_category() {
        let of = |area| categories().iter().filter(|one| Area::of(&one.key) == area).count();
        assert!(Area::ALL.iter().all(|area| of(*area) > 0));
        // The groups they are in, interests, life events, scores, and what brokers sell.
        assert_eq!(of(Area::Guesses), 5);
        assert_eq!(Area::of("contact.email"), Area::Contact);
        assert_eq!(Area::of("location.precise"), Area::Visits);
    }

    #[test]
    fn nobody_sets_their_own_number_or_what_was_worked_out() {
        for theirs in ["contact.phone", "identity.name", "demo.birthdate", "work.employer"] {
            assert!(is_theirs_to_say(theirs), "{theirs}");
        }
        for ours in ["id.customer", "inferred.income", "purchase.value", "profile.segment", "x"] {
            assert!(!is_theirs_to_say(ours), "{ours}");
        }
    }
}
