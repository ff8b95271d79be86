//! What a rule asks of a flow, and the words in which a flow is told.

use theirs_words::Speech;

use super::{
    AfterNo, Basis, Datum, Flaw, Flow, Gain, Offered, People, Proof, Recipient, Told, Who,
};

/// Categories that say how somebody behaves, or what they are taken for.
const BEHAVIOUR: [&str; 6] =
    ["behaviour", "purchase", "location", "inferred", "profile", "social.media"];
/// Categories that laws protect specially.
pub(crate) const SENSITIVE: [&str; 1] = ["sensitive."];

impl Flow {
    /// The key of its purpose; empty where there is none.
    pub fn purpose(&self) -> &str {
        self.purpose.as_ref().map_or("", |name| name.key())
    }

    /// Whether its purpose is of one of these families.
    pub fn is_for(&self, families: &[&str]) -> bool {
        families.iter().any(|family| self.purpose().starts_with(family))
    }

    /// Whether some data of it tells something of these categories.
    pub fn tells(&self, keys: &[&str]) -> bool {
        self.data.iter().any(|datum| datum.tells(keys))
    }

    /// The first datum of which this is true.
    pub fn datum(&self, is_meant: impl Fn(&Datum) -> bool) -> Option<&Datum> {
        self.data.iter().find(|datum| is_meant(datum))
    }

    /// Whether some datum is so.
    pub fn has(&self, is_meant: impl Fn(&Datum) -> bool) -> bool {
        self.datum(is_meant).is_some()
    }

    /// Whether its data only lie there: nothing needs them, coarse or whole.
    pub fn is_idle(&self) -> bool {
        self.purpose.is_none() && !self.has(|datum| datum.needed.is_some())
    }

    /// Whether it tells how people behave, or what they are taken for.
    pub fn is_behavioural(&self) -> bool {
        self.tells(&BEHAVIOUR)
    }

    /// Recipients that may use the data for ends of their own.
    pub fn others(&self) -> impl Iterator<Item = &Recipient> {
        self.recipients.iter().filter(|recipient| recipient.has_own_ends())
    }

    /// Whether anybody is given the data for ends of their own.
    pub fn leaves(&self) -> bool {
        self.others().next().is_some() || self.purpose() == "share.sell"
    }

    /// Whether something is got in return for the data.
    pub fn pays(&self) -> bool {
        self.purpose() == "share.sell" || self.others().any(|to| to.gain != Gain::Nothing)
    }

    /// Whether one of its recipients is of these.
    pub fn goes_to(&self, kinds: &[Who]) -> bool {
        self.recipients.iter().any(|to| kinds.contains(&to.who))
    }

    /// Whether it serves advertisements on the platforms of others.
    pub fn is_advertising(&self) -> bool {
        self.purpose() == "advertise.audience"
            || self.goes_to(&[Who::AdPlatform, Who::AdPartner])
                && self.purpose() != "advertise.suppress"
    }

    /// Whether it is marketing in the wide sense.
    pub fn is_marketing(&self) -> bool {
        self.is_for(&["marketing.", "advertise.", "personalise.", "enrich.", "share."])
    }

    /// What people are offered, said or implied by the basis.
    pub fn offered(&self) -> Offered {
        self.choice.offered.unwrap_or(match self.basis {
            Some(Basis::Consent) => Offered::OptIn,
            Some(Basis::LegitimateInterest) | None => Offered::OptOut,
            // Whoever offers something can be told to stop, unless somebody writes that they cannot.
            Some(basis) if basis != Basis::None && self.is_marketing() => Offered::OptOut,
            Some(_) => Offered::Nothing,
        })
    }

    /// Whether people said yes first, knowing to what, and can still say no.
    pub fn is_agreed(&self) -> bool {
        self.offered() == Offered::OptIn
            && !self.choice.flaws.iter().any(|flaw| *flaw != Flaw::Implied || self.leaves())
            && self.choice.asked_for.is_none()
            && self.choice.proof == Proof::Kept
            && self.choice.after_no != AfterNo::GoesOn
            && !self.is_hidden()
    }

    /// Whether each of them was told what it is before they said yes. A yes under a notice that
    /// nobody reads does not cure what people would not expect.
    pub fn is_knowingly_agreed(&self) -> bool {
        self.is_agreed() && self.told == Told::Individually
    }

    /// Whether people could not know of it.
    pub fn is_hidden(&self) -> bool {
        matches!(self.told, Told::Unclear | Told::Nowhere | Told::AgainstNotice)
    }

    /// Whether it is of people of this kind.
    pub fn is_of(&self, kinds: &[People]) -> bool {
        self.of.iter().any(|people| kinds.contains(people))
    }

    /// The labels of the data of which something is true, as a list in words.
    pub fn data_in_words(&self, is_meant: impl Fn(&Datum) -> bool) -> String {
        let mut names: Vec<&str> = Vec::new();
        for datum in self.data.iter().filter(|datum| is_meant(datum)) {
            let noun = noun(datum.category.key());
            if !names.contains(&noun) {
                names.push(noun);
            }
        }
        listed(&names)
    }

    /// What its data tells of these categories, by what it is or gives away, as a list in words.
    pub fn told_in_words(&self, keys: &[&str]) -> String {
        let mut names: Vec<&str> = Vec::new();
        for datum in self.data.iter().filter(|datum| datum.tells(keys)) {
            let own = Some(&datum.category).filter(|_| datum.is(keys));
            for name in own.into_iter().chain(&datum.reveals) {
                let noun = noun(name.key());
                if !names.contains(&noun) {
                    names.push(noun);
                }
            }
        }
        listed(&names)
    }

    /// Its recipients with ends of their own, in words.
    pub fn others_in_words(&self) -> String {
        named(self.others())
    }

    /// Those of its recipients that are of these kinds, in words.
    pub fn those_in_words(&self, kinds: &[Who]) -> String {
        named(self.recipients.iter().filter(|to| kinds.contains(&to.who)))
    }

    /// How people were asked, where they did not knowingly say yes.
    pub fn how_asked(&self) -> &'static str {
        match self.offered() {
            Offered::OptIn if self.is_agreed() => "on a yes to what only a notice tells",
            Offered::OptIn => "on a yes that does not hold",
            Offered::OptOut => "unless people stop it",
            Offered::Nothing => "and gives people no say",
        }
    }

    /// Whose data it is, in words.
    pub fn people_in_words(&self) -> String {
        let names: Vec<&str> = self.of.iter().map(|people| people.in_words()).collect();
        listed(&names)
    }
}

impl People {
    /// The words for them.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Clients => "its clients",
            Self::Prospects => "people who never bought there",
            Self::Children => "children",
            Self::Teens => "teenagers",
            Self::Employees => "its own staff",
            Self::Strangers => "people who never dealt with it",
        }
    }
}

impl Who {
    /// The words for them.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Processor => "a firm that works for it",
            Self::AdPlatform => "an advertising platform",
            Self::AdPartner => "advertising firms",
            Self::DataBroker => "data brokers",
            Self::Insurer => "an insurer",
            Self::Employer => "employers",
            Self::Lender => "lenders",
            Self::Government => "the state",
            Self::Campaign => "political campaigns",
            Self::Group => "other firms of its group",
            Self::Partner => "other firms",
            Self::Public => "anybody who looks",
        }
    }
}

fn named<'f>(recipients: impl Iterator<Item = &'f Recipient>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for to in recipients {
        let name = to.name.as_deref().unwrap_or_else(|| to.who.in_words());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { "others".to_owned() } else { listed(&names) }
}

/// Joins words by commas and "and".
pub(crate) fn listed(names: &[&str]) -> String {
    Speech::default().list(names)
}

/// A category as the object of a sentence about somebody.
pub(crate) fn noun(key: &str) -> &'static str {
    const NOUNS: [(&str, &str); 43] = [
        ("identity.name", "names"),
        ("contact.email", "e-mail addresses"),
        ("contact.phone", "telephone numbers"),
        ("contact.address", "postal addresses"),
        ("id.customer", "customer numbers"),
        ("id.device", "device identifiers"),
        ("id.ip", "internet addresses"),
        ("demo.birthdate", "dates of birth"),
        ("demo.birthplace", "birthplaces"),
        ("demo.age_range", "age groups"),
        ("demo.gender", "gender"),
        ("demo.language", "language"),
        ("household.composition", "who lives with them"),
        ("household.children", "facts about their children"),
        ("purchase.history", "what they bought"),
        ("purchase.value", "what they spend"),
        ("payment.instrument", "payment details"),
        ("behaviour.browsing_own", "what they looked at on its pages"),
        ("behaviour.browsing_other", "what they looked at elsewhere"),
        ("behaviour.engagement", "which letters they opened"),
        ("behaviour.service", "what they asked for or used"),
        ("behaviour.location_store", "which shops they visited"),
        ("location.coarse", "the area they are in"),
        ("location.precise", "where exactly they were"),
        ("preference.stated", "what they said they like"),
        ("preference.consent", "their choices"),
        ("inferred.interest", "guesses at what interests them"),
        ("inferred.lifeevent", "guesses at events in their lives"),
        ("inferred.income", "guesses at their income"),
        ("inferred.propensity", "scores of what they will do"),
        ("profile.segment", "the groups they were put in"),
        ("finance.credit", "their credit and debts"),
        ("work.employer", "where they work"),
        ("social.media", "what they post"),
        ("sensitive.health", "their health"),
        ("sensitive.ethnicity", "their ethnic origin"),
        ("sensitive.religion", "their belief"),
        ("sensitive.politics", "their politics"),
        ("sensitive.sexuality", "their sexual orientation"),
        ("sensitive.union", "their union"),
        ("sensitive.biometric", "measures of their faces, voices or bodies"),
        ("gov.id", "identity numbers"),
        ("external.broker", "what data dealers sell of them"),
    ];
    NOUNS.iter().find(|(known, _)| *known == key).map_or("personal data", |(_, noun)| noun)
}
