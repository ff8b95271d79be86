//! Birth dates as `yyyymmdd`, or `yyyymm` or `yyyy` when no more is known.
//!
//! A date that cannot be read is kept as its digits, so that the same mistake still compares; it
//! is not corrected.

/// Takes ISO text (also with a time behind it, or without hyphens).
pub(crate) fn birth_date(raw: &str) -> Option<String> {
    let date = super::clip(raw).trim().split(['T', ' ']).next()?;
    let groups: Vec<&str> = date.split(|c: char| !c.is_ascii_digit()).collect();
    let text = match groups.as_slice() {
        [year, month, day] if year.len() == 4 => format!("{year}{month:0>2}{day:0>2}"),
        [year, month] if year.len() == 4 => format!("{year}{month:0>2}"),
        _ => groups.concat(),
    };
    (text.len() >= 4 && text.bytes().any(|digit| digit != b'0')).then(|| {
        let mut text = text;
        text.truncate(8);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_dates_whole_and_partial() {
        assert_eq!(birth_date("1815-12-10"), Some("18151210".into()));
        assert_eq!(birth_date("1815-12-10T00:00:00Z"), Some("18151210".into()));
        assert_eq!(birth_date("18151210"), Some("18151210".into()));
        assert_eq!(birth_date("1815-12"), Some("181512".into()));
        assert_eq!(birth_date("1815"), Some("1815".into()));
        assert_eq!(birth_date("0000-00-00"), None);
        assert_eq!(birth_date("unknown"), None);
    }
}
