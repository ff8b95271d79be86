//! Numbers, days and moments as colleagues read them, in English.

use theirs_words::Speech;

/// A text without what a terminal would obey; only line ends stay. What would turn the direction of a
/// line goes too: behind it, a value could seem to say another thing.
pub fn plain(text: &str) -> String {
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept = |c: char| c == '\n' || !(c.is_control() || turns(c));
    text.chars().map(|c| if kept(c) { c } else { '\u{fffd}' }).collect()
}

/// A count with thousands set apart.
pub fn count(number: u64) -> String {
    Speech::default().count(number)
}

/// So many of a thing: 1 role, 2,000 roles.
pub fn some(number: usize, thing: &str) -> String {
    format!("{} {thing}{}", count(number as u64), if number == 1 { "" } else { "s" })
}

/// So many of a thing that stands in a list: 1 entry, 2 entries.
pub fn entries(number: u64) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{} entries", count(number)) }
}

/// So many people: 1 person, 2,000 people.
pub fn people(number: u64) -> String {
    if number == 1 { "1 person".to_owned() } else { format!("{} people", count(number)) }
}

/// The day of a moment in plain words, such as 2 March 2026.
pub fn day(at: jiff::Timestamp, zone: &jiff::tz::TimeZone) -> String {
    Speech::default().day(at, zone)
}

/// A day in plain words.
pub fn date(date: jiff::civil::Date) -> String {
    Speech::default().date(date)
}

/// A moment in plain words, such as 2 March 2026, 09:30.
pub fn moment(at: jiff::Timestamp, zone: &jiff::tz::TimeZone) -> String {
    Speech::default().moment(at, zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_thing_is_one_and_thousands_are_set_apart() {
        assert_eq!((some(1, "row"), some(0, "row")), ("1 row".into(), "0 rows".into()));
        assert_eq!((some(3_791, "row"), entries(1)), ("3,791 rows".into(), "1 entry".into()));
        assert_eq!((people(1), people(3_791)), ("1 person".into(), "3,791 people".into()));
    }
}
