//! Numbers, days and moments as people read them.

/// A text without what a terminal would obey; only line ends stay.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// A count with thousands set apart.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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

/// A day in plain words, such as 2 March 2026.
pub fn day(at: jiff::Timestamp, zone: &jiff::tz::TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %B %Y").to_string()
}

/// A moment in plain words, such as 2 March 2026, 09:30.
pub fn moment(at: jiff::Timestamp, zone: &jiff::tz::TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %B %Y, %H:%M").to_string()
}

/// Whether somebody who had a wrong value was told, and changed it.
pub fn informed(one: &theirs_rights::Informed, zone: &jiff::tz::TimeZone) -> String {
    let name = &one.name;
    match (one.is_source, one.told, one.confirmed) {
        (true, _, Some(at)) => format!("Changed in {name} on {}", day(at, zone)),
        (true, _, None) => format!("Not yet changed in {name}"),
        (false, Some(at), None) => format!("{name} had the old value; told on {}", day(at, zone)),
        (false, Some(told), Some(at)) => format!(
            "{name} had the old value; told on {}, done on {}",
            day(told, zone),
            day(at, zone)
        ),
        (false, None, Some(at)) => {
            format!("{name} had the old value; done on {}", day(at, zone))
        }
        (false, None, None) => format!("{name} had the old value; not told yet"),
    }
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
