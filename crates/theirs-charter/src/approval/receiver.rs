//! In what a recipient is otherwise than in the first charter.

use std::collections::BTreeSet;

use crate::charter::{Charter, Recipient};

/// Each way in which a recipient of the first charter is otherwise now; none if the first had no such one.
/// Never where it is told of corrections: an address may hold a password.
pub(super) fn otherwise(
    first: &Charter,
    charter: &Charter,
    is: &Recipient,
) -> Option<BTreeSet<String>> {
    let was = first.recipient(&is.key)?;
    let mut told = BTreeSet::new();
    let mut hold = |what: &str, was: Option<&str>, is: Option<&str>| {
        if was != is {
            let said = |text: Option<&str>| text.unwrap_or("not said").to_owned();
            told.insert(format!("its {what} is {}, and was {}", said(is), said(was)));
        }
    };
    hold("name", Some(&was.name), Some(&is.name));
    hold("country", Some(&was.country), Some(&is.country));
    hold("role", Some(&was.role), Some(&is.role));
    hold("contact", Some(&was.contact), Some(&is.contact));
    hold("task", was.does.as_deref(), is.does.as_deref());
    hold("safeguard", was.safeguard.as_deref(), is.safeguard.as_deref());
    if was.tell != is.tell {
        told.insert("it is told of corrections and erasures otherwise".to_owned());
    }
    let (before, now) = (given_for(first, is), given_for(charter, is));
    told.extend(now.difference(&before).map(|name| format!("{name} lists it")));
    told.extend(before.difference(&now).map(|name| format!("{name} lists it no more")));
    Some(told)
}

/// The purposes for which it may be given data.
fn given_for<'c>(charter: &'c Charter, recipient: &Recipient) -> BTreeSet<&'c str> {
    let lists_it = charter.purposes.iter().filter(|one| one.recipients.contains(&recipient.key));
    lists_it.map(|purpose| purpose.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests::{SMALL, small};

    #[test]
    fn what_is_otherwise_is_named_and_what_it_was() {
        let told = |right: &str, wrong: &str| {
            let next = Charter::read("charter.yaml", &SMALL.replacen(right, wrong, 1));
            let next = next.unwrap_or_else(|problems| panic!("{problems}"));
            let printer = next.recipient("printer").expect("it is there");
            otherwise(&small(), &next, printer).expect("it was there")
        };
        assert!(told("country: GB", "country: GB").is_empty());
        assert_eq!(
            Vec::from_iter(told("country: GB", "country: FR")),
            ["its country is FR, and was GB"]
        );
        assert_eq!(
            Vec::from_iter(told("name: Royal Printers", "does: prints cards, name: Royal Posters")),
            [
                "its name is Royal Posters, and was Royal Printers",
                "its task is prints cards, and was not said"
            ]
        );
    }
}
