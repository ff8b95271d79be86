//! What a message says: a plain text of the marketer's with places for columns, `{{given_name}}`.
//!
//! Nothing but names of columns stands between the braces, and what is put there is text: it is not
//! read again, and cannot begin a line of its own. So no value of a source can add a link or a
//! sentence that looks like ours. Price: no conditions and no loops.

/// The longest value that is put into a text, in characters.
const LONGEST: usize = 200;

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it is about.
    pub subject: Template,
    /// Its text.
    pub body: Template,
}

/// A text with places for columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(String),
}

impl Template {
    /// Reads a text; `Err` is the part that does not read.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, then)) = after.split_once("}}") else {
                return Err(format!("{{{{{after}"));
            };
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Column(name.trim().to_owned()));
            rest = then;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The columns that it names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Column(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text with the value of each column in its place.
    pub fn fill<'v>(&self, value: impl Fn(&str) -> &'v str) -> String {
        let fill = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Column(name) => {
                let plain = value(name).chars().map(|c| if c.is_control() { ' ' } else { c });
                plain.take(LONGEST).collect::<String>().trim().to_owned()
            }
        };
        self.0.iter().map(fill).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_takes_its_place_and_is_not_read_again() {
        let template = Template::parse("Dear {{ name }},\nin {{city}}: }} {").unwrap();
        assert_eq!(template.columns().collect::<Vec<_>>(), ["name", "city"]);
        let filled = template.fill(|column| match column {
            "name" => "{{city}}",
            _ => "York\r\nNo more of this: https://evil.example/",
        });
        let told = "Dear {{city}},\nin York  No more of this: https://evil.example/: }} {";
        assert_eq!(filled, told);
        let long = "x".repeat(1_000);
        assert_eq!(Template::parse("{{a}}").unwrap().fill(|_| &long).len(), LONGEST);
    }

    #[test]
    fn braces_that_do_not_close_are_told() {
        assert_eq!(Template::parse("Dear {{name, hello").unwrap_err(), "{{name, hello");
    }
}
