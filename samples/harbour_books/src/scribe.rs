//! How people and clerks really write: letter case, spaces, slips, things left out.

use crate::{
    dice::Dice,
    person::{Person, Phone, Source},
};

const ABBREVIATIONS: &[(&str, &str)] =
    &[("Street", "St"), ("Road", "Rd"), ("Lane", "Ln"), ("Avenue", "Ave"), ("Close", "Cl")];

/// Writes one person's details into one source.
///
/// For a careful person nothing is misspelt or left out; only harmless habits vary.
pub(crate) struct Scribe<'a> {
    dice: &'a mut Dice,
    person: &'a Person,
    source: Source,
}

impl<'a> Scribe<'a> {
    pub(crate) fn new(dice: &'a mut Dice, person: &'a Person, source: Source) -> Self {
        Self { dice, person, source }
    }

    /// True this many times in a thousand, and never for a careful person.
    fn slips(&mut self, per_thousand: u32) -> bool {
        self.dice.chance(per_thousand) && !self.person.careful
    }

    /// The value, or nothing this many times in a thousand.
    pub(crate) fn unless_missing(&mut self, per_thousand: u32, value: String) -> String {
        if self.slips(per_thousand) { String::new() } else { value }
    }

    pub(crate) fn given(&mut self) -> String {
        self.name(self.person.given_in(self.source).to_owned())
    }

    pub(crate) fn family(&mut self) -> String {
        self.name(self.person.family_in(self.source).to_owned())
    }

    pub(crate) fn full_name(&mut self) -> String {
        if self.slips(25) {
            let initial: String = self.person.given_in(self.source).chars().take(1).collect();
            return format!("{initial}. {}", self.family());
        }
        if self.slips(12) {
            return format!("{}, {}", self.family(), self.given());
        }
        format!("{} {}", self.given(), self.family())
    }

    pub(crate) fn email(&mut self) -> String {
        let email = self.person.email_in(self.source).to_owned();
        if self.slips(40) {
            return email.to_uppercase();
        }
        if self.slips(30) {
            return capitalised(&email);
        }
        if self.slips(10) { format!(" {email}") } else { email }
    }

    pub(crate) fn phone(&mut self) -> String {
        let Phone { area, local } = &self.person.phone;
        match self.dice.weighted(&[(0, 50), (1, 12), (2, 16), (3, 12), (4, 10)]) {
            1 => format!("{area}-{}", local.replace(' ', "-")),
            2 => format!("{area}{local}").replace(' ', ""),
            3 => format!("+44 {} {local}", &area[1..]),
            4 => format!("+44{}{local}", &area[1..]).replace(' ', ""),
            _ => format!("{area} {local}"),
        }
    }

    pub(crate) fn street(&mut self) -> String {
        let street = self.person.home_in(self.source).street();
        let abbreviation = ABBREVIATIONS.iter().find(|(long, _)| street.ends_with(long));
        if let Some((long, short)) = abbreviation.filter(|_| self.dice.chance(240)) {
            return street.replace(long, short);
        }
        if self.slips(30) { street.to_lowercase() } else { street }
    }

    pub(crate) fn city(&mut self) -> String {
        let city = self.person.home_in(self.source).town().name.to_owned();
        if self.slips(40) {
            return city.to_uppercase();
        }
        if self.slips(15) { format!("{city} ") } else { city }
    }

    pub(crate) fn postcode(&mut self) -> String {
        let postcode = self.person.home_in(self.source).postcode();
        if self.slips(60) {
            return postcode.replace(' ', "");
        }
        if self.slips(50) { postcode.to_lowercase() } else { postcode }
    }

    fn name(&mut self, name: String) -> String {
        if self.slips(15) {
            return self.misspelt(&name);
        }
        if self.slips(20) {
            return name.to_uppercase();
        }
        if self.slips(20) {
            return name.to_lowercase();
        }
        if self.slips(10) { format!("{name} ") } else { name }
    }

    /// One slip of the finger after the first letter: two letters exchanged, one lost, one doubled.
    fn misspelt(&mut self, name: &str) -> String {
        let mut letters: Vec<char> = name.chars().collect();
        if letters.len() < 4 {
            return name.to_owned();
        }
        let place = 1 + self.dice.below(letters.len() - 2);
        match self.dice.below(3) {
            0 => letters.swap(place, place + 1),
            1 => {
                letters.remove(place);
            }
            _ => letters.insert(place, letters[place]),
        }
        letters.into_iter().collect()
    }
}

fn capitalised(email: &str) -> String {
    let mut first = true;
    let raise = |letter: char| {
        let raised = if first { letter.to_ascii_uppercase() } else { letter };
        first = letter == '.';
        raised
    };
    email.split_once('@').map_or_else(String::new, |(local, domain)| {
        let local: String = local.chars().map(raise).collect();
        format!("{local}@{domain}")
    })
}
