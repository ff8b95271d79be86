//! The valid name that somebody may have meant: whoever refuses an unknown name says the nearest one.

/// The name among `known` that `given` was probably meant to be, if one is near.
///
/// At most a third of its letters may be wrong, and of a short name one. If none is near, it is the
/// only name that begins so.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 100;
    const SHORTEST_BEGINNING: usize = 3;
    let length = given.chars().take(LONGEST + 1).count();
    let known: Vec<&str> = known.into_iter().collect();
    let near = known
        .iter()
        .copied()
        .filter(|_| length > 1 && length <= LONGEST)
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .filter(|(distance, name)| *distance <= 1.max(length.min(name.chars().count()) / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name);
    let mut begun = known.iter().copied().filter(|name| name.starts_with(given));
    match (near, begun.next(), begun.next()) {
        (None, Some(only), None) if length >= SHORTEST_BEGINNING => Some(only),
        _ => near,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name_is_found_and_far_names_are_not() {
        let known = ["contact.email", "contact.phone"];
        assert_eq!(nearest("contact.emial", known), Some("contact.email"));
        assert_eq!(nearest("zzzzzzzzzzzzzzzz", known), None);
        assert_eq!(nearest("contact.email".repeat(9).as_str(), known), None);
    }

    #[test]
    fn beginning_of_one_name_only_is_that_name() {
        let known = ["transactions", "products", "promotions"];
        assert_eq!(nearest("trans", known), Some("transactions"));
        assert_eq!(nearest("pro", known), None);
        assert_eq!(nearest("tr", known), None);
    }

    #[test]
    fn short_name_is_near_only_if_one_letter_is_wrong() {
        assert_eq!(nearest("crn", ["orders", "crm"]), Some("crm"));
        assert_eq!(nearest("cry", ["orders", "web"]), None);
        assert_eq!(nearest("a", ["b"]), None);
        assert_eq!(nearest("", ["a"]), None);
    }
}
