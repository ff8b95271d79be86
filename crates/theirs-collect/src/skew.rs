//! When something happened, although the client's clock may be wrong.
//!
//! As Segment does: the client says by its own clock when it happened and when it sent, we know when
//! it came, and what lies between sending and coming is taken for the error of its clock.

use jiff::{SignedDuration, Timestamp};

/// A clock that is further off than this says nothing.
const MOST: SignedDuration = SignedDuration::from_hours(24 * 365 * 20);

/// When it happened by our clock; never later than it came.
pub(crate) fn corrected(
    said: Option<Timestamp>,
    sent: Option<Timestamp>,
    received: Timestamp,
) -> Timestamp {
    let Some(said) = said else { return received };
    let at = match sent {
        Some(sent) if received.duration_since(sent).abs() < MOST => {
            received.checked_sub(sent.duration_since(said)).unwrap_or(received)
        }
        _ => said,
    };
    at.min(received)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_that_is_an_hour_fast_is_set_right() {
        let happened = corrected(
            Some(at("2026-03-02T10:59:00Z")),
            Some(at("2026-03-02T11:00:00Z")),
            at("2026-03-02T10:00:00Z"),
        );
        assert_eq!(happened, at("2026-03-02T09:59:00Z"));
    }

    #[test]
    fn nothing_happens_after_it_came() {
        let received = at("2026-03-02T10:00:00Z");
        assert_eq!(corrected(Some(at("2031-01-01T00:00:00Z")), None, received), received);
        assert_eq!(corrected(None, None, received), received);
        let sent = Some(at("2026-03-02T10:00:00Z"));
        assert_eq!(corrected(Some(at("2026-03-02T10:00:05Z")), sent, received), received);
    }
}
