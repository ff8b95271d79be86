//! What is known of somebody, by area of life: each area with its values and with what they did there.

use theirs_charter::Area;
use theirs_rights::{ActivitySection, Dossier, Entry};

/// What is known of one area of life.
pub(super) struct Known<'a> {
    /// Its name on the page.
    pub(super) area: Area,
    /// Its values, in the order of the charter.
    pub(super) entries: Vec<&'a Entry>,
    /// What they did, in the order of the charter.
    pub(super) activities: Vec<&'a ActivitySection>,
}

impl Known<'_> {
    /// Where on the page it stands, which its message names too.
    pub(super) fn place(&self) -> &'static str {
        self.area.message()
    }

    /// How many values it has, and kinds of what they did.
    pub(super) fn size(&self) -> usize {
        self.entries.len() + self.activities.len()
    }
}

/// The areas of which anything is known, in the order in which they are shown.
pub(super) fn areas(record: &Dossier) -> Vec<Known<'_>> {
    let of = |area| Known {
        area,
        entries: record.entries.iter().filter(|entry| entry.area == area).collect(),
        activities: record.activities.iter().filter(|one| one.area == area).collect(),
    };
    let all = Area::ALL.into_iter().map(of);
    all.filter(|known| !known.entries.is_empty() || !known.activities.is_empty()).collect()
}
