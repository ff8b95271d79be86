//! When something happened, although the client's clock may be wrong.
//!
//! As Segment does: the client says by its own clock when it happened and when it sent, we know when
//! it came, and what lies between sending and coming is taken for the error of its clock.

use jiff::{SignedDuration, Timestamp};

/// Nobody waits longer than this to send what happened.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24 * 365 * 10);
/// 1990-01-01: an event that is said to be older is dated by when it came.
const FIRST_SECOND: i64 = 631_152_000;

/// When it happened by our clock; never later than it came.
pub(crate) fn corrected(
    said: Option<Timestamp>,
    sent: Option<Timestamp>,
    received: Timestamp,
) -> Timestamp {
    let Some(said) = said else { return received };
    let waited = sent.map(|sent| sent.duration_since(said));
    let at = match waited {
        // However far the clock is off, it runs as ours does.
        Some(waited) if waited.abs() < LONGEST_WAIT => {
            received.checked_sub(waited).unwrap_or(received)
        }
        _ => said,
    };
    if at.as_second() < FIRST_SECOND { received } else { at.min(received) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_that_is_an_hour_fast_or_stands_at_its_beginning_is_set_right() {
        for (said, sent) in [
            ("2026-03-02T10:59:00Z", "2026-03-02T11:00:00Z"),
            ("1970-01-01T00:00:10Z", "1970-01-01T00:01:10Z"),
        ] {
            let happened = corrected(Some(at(said)), Some(at(sent)), at("2026-03-02T10:00:00Z"));
            assert_eq!(happened, at("2026-03-02T09:59:00Z"));
        }
    }

    #[test]
    fn nothing_happens_after_it_came_nor_before_there_were_sites() {
        let received = at("2026-03-02T10:00:00Z");
        assert_eq!(corrected(Some(at("2031-01-01T00:00:00Z")), None, received), received);
        assert_eq!(corrected(Some(at("-009998-01-01T00:00:00Z")), None, received), received);
        assert_eq!(corrected(None, None, received), received);
        let sent = Some(at("2026-03-02T10:00:00Z"));
        assert_eq!(corrected(Some(at("2026-03-02T10:00:05Z")), sent, received), received);
        let old = at("2019-05-01T08:00:00Z");
        assert_eq!(corrected(Some(old), None, received), old);
    }
}
