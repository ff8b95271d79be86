//! The history line by line. Openings of one's own page on one day are one line, which opens to each, so
//! that they do not hide what others did.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use theirs_rights::Deed;
use theirs_uses::Act;

/// A line: one use, or the openings of a day, the latest first.
pub(super) struct Line<'a> {
    /// The day on which it was done.
    pub(super) day: Date,
    pub(super) deeds: Vec<&'a Deed>,
}

/// The lines of these uses, in their order; the openings of a day stand where the latest does.
pub(super) fn lines<'a>(
    deeds: impl IntoIterator<Item = &'a Deed>,
    zone: &TimeZone,
) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    let mut opened: BTreeMap<Date, usize> = BTreeMap::new();
    for deed in deeds {
        let day = deed.at.to_zoned(zone.clone()).date();
        if deed.told.act == Act::OwnAccess {
            let at = *opened.entry(day).or_insert(lines.len());
            if let Some(line) = lines.get_mut(at) {
                line.deeds.push(deed);
                continue;
            }
        }
        lines.push(Line { day, deeds: vec![deed] });
    }
    lines
}

#[cfg(test)]
mod tests {
    use theirs_model::UseId;
    use theirs_uses::Told;

    use super::*;

    fn deed(at: &str, act: Act) -> Deed {
        Deed {
            use_id: UseId([0; 16]),
            leaf: None,
            epoch: None,
            at: at.parse().unwrap(),
            sentence: String::new(),
            told: Told::new(act, "you"),
            left_out: Vec::new(),
            people: 1,
            charter: None,
        }
    }

    #[test]
    fn the_openings_of_a_day_are_one_line_and_nothing_is_lost() {
        let deeds = [
            deed("2026-11-24T12:00:00Z", Act::OwnAccess),
            deed("2026-11-24T11:00:00Z", Act::Statement),
            deed("2026-11-24T10:00:00Z", Act::OwnAccess),
            deed("2026-11-23T10:00:00Z", Act::OwnAccess),
            deed("2026-11-23T09:00:00Z", Act::Statement),
            deed("2026-11-23T08:00:00Z", Act::Statement),
        ];
        let lines = lines(&deeds, &TimeZone::UTC);
        let sizes: Vec<usize> = lines.iter().map(|line| line.deeds.len()).collect();
        assert_eq!(sizes, [2, 1, 1, 1, 1]);
        assert_eq!(sizes.iter().sum::<usize>(), deeds.len());
    }
}
