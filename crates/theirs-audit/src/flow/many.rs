//! Where a flow takes a list, it takes one thing alone too: `decides: price`, `data: { category: … }`.
//!
//! It reads what stands there by its form, so that a mistake within keeps its line; an enum that tries one
//! form after the other would lose it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// What is said to belong there, where neither stands.
pub(super) const EXPECTED: &str = "a list, or one of what it holds";

/// Reads a list, or one thing as a list of it.
pub(super) fn one_or_many<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    from.deserialize_any(OneOrMany(PhantomData))
}

struct OneOrMany<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMany<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        T::deserialize(StrDeserializer::new(text)).map(|one| vec![one])
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(|one| vec![one])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use crate::flow::read;

    #[test]
    fn one_thing_is_a_list_of_it_everywhere() {
        let one = "
flows:
- name: one
  of: teens
  data: { category: inferred.interest, from: purchase.history, reveals: sensitive.health }
  choice: { flaws: bundled, hurdles: hidden }
  recipients: { who: partner, gain: money }
  rights: { copy_lacks: sources }
  decides: price
  reach: { roles: analyst }
";
        let many = "
flows:
- name: one
  of: [teens]
  data: [{ category: inferred.interest, from: [purchase.history], reveals: [sensitive.health] }]
  choice: { flaws: [bundled], hurdles: [hidden] }
  recipients: [{ who: partner, gain: money }]
  rights: { copy_lacks: [sources] }
  decides: [price]
  reach: { roles: [analyst] }
";
        let [one, many] = [one, many]
            .map(|text| read("flow.yaml", text).unwrap_or_else(|found| panic!("{found}")));
        assert_eq!(one, many);
    }

    #[test]
    fn a_mistake_in_one_thing_alone_is_named_with_its_line() {
        for (field, told) in [
            ("decides: prize", "did you mean \"price\"?"),
            ("data: { category: contact.emial }", "did you mean \"contact.email\"?"),
            ("recipients: { whom: partner }", "did you mean \"who\"?"),
        ] {
            let text = format!("flows:\n- name: a\n  {field}\n");
            let said = read("flow.yaml", &text).expect_err("it is a mistake").to_string();
            assert!(said.contains("flow.yaml:3:") && said.contains(told), "{said}");
        }
        let said = read("flow.yaml", "flows:\n- name: a\n  decides: 5\n").expect_err("a mistake");
        assert!(said.to_string().contains("a list belongs here"), "{said}");
    }
}
