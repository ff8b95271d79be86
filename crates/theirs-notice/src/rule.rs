//! The rule by which people are picked, in words that whoever is picked can read (GDPR Art. 13(2)(f)).
//!
//! A rule is a condition in SQL. What rules are mostly made of is said in words; one that holds anything
//! else is quoted as it is written, as a half-right sentence would be worse than none.

use theirs_words::Speech;

/// A rule in the language of `t`.
pub fn rule_in_words(rule: &str, t: &Speech) -> String {
    if rule.trim().eq_ignore_ascii_case("true") {
        return t.say("rule-everybody");
    }
    let words = tokens(rule).and_then(|tokens| Saying { tokens: &tokens, t }.conditions());
    words.unwrap_or_else(|| t.with("rule-as-written", "rule", rule))
}

/// A part of a rule.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Number(String),
    Text(String),
    Sign(String),
}

/// The parts of a rule; none if it has one that is not known.
fn tokens(rule: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = rule.trim_start();
    while let Some(first) = rest.chars().next() {
        let of = |fits: fn(char) -> bool| rest.find(|one| !fits(one)).unwrap_or(rest.len());
        let (token, length) = match first {
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = of(|one| one.is_ascii_alphanumeric() || one == '_');
                (Token::Name(rest[..length].to_owned()), length)
            }
            '0'..='9' => {
                let length = of(|one| one.is_ascii_digit() || one == '.');
                (Token::Number(rest[..length].to_owned()), length)
            }
            '\'' => {
                let length = rest[1..].find('\'')?;
                (Token::Text(rest[1..=length].to_owned()), length + 2)
            }
            '(' | ')' | ',' => (Token::Sign(first.to_string()), 1),
            '<' | '>' | '=' | '!' => {
                let length = of(|one| matches!(one, '<' | '>' | '=' | '!'));
                (Token::Sign(rest[..length].to_owned()), length)
            }
            _ => return None,
        };
        found.push(token);
        rest = rest[length..].trim_start();
    }
    Some(found)
}

/// What is left to say of a rule.
struct Saying<'s> {
    tokens: &'s [Token],
    t: &'s Speech,
}

impl Saying<'_> {
    /// Conditions that are joined by one word alone: of `and` beside `or` the order would be lost.
    fn conditions(mut self) -> Option<String> {
        let mut said = self.condition()?;
        let mut joint = None;
        while !self.tokens.is_empty() {
            let next = if self.word("and") { "rule-and" } else { "rule-or" };
            if next == "rule-or" && !self.word("or") || *joint.get_or_insert(next) != next {
                return None;
            }
            let other = self.condition()?;
            said = self.t.with_two(next, "left", said, "right", other);
        }
        Some(said)
    }

    fn condition(&mut self) -> Option<String> {
        let left = self.operand()?;
        if self.word("between") {
            let low = self.operand()?;
            let high = if self.word("and") { self.operand()? } else { return None };
            let values = [("left", left.into()), ("low", low.into()), ("high", high.into())];
            return Some(self.t.fill("rule-between", values));
        }
        if self.word("is") {
            let name = if self.word("not") { "rule-known" } else { "rule-not-known" };
            return self.word("null").then(|| self.t.with(name, "left", left));
        }
        if self.word("in") {
            let right = self.choice()?;
            return Some(self.t.with_two("rule-one-of", "left", left, "right", right));
        }
        let name = match self.sign()?.as_str() {
            "=" => "rule-is",
            "<>" | "!=" => "rule-is-not",
            "<" => "rule-less",
            "<=" => "rule-at-most",
            ">" => "rule-more",
            ">=" => "rule-at-least",
            _ => return None,
        };
        let right = self.operand()?;
        Some(self.t.with_two(name, "left", left, "right", right))
    }

    fn choice(&mut self) -> Option<String> {
        let mut all = Vec::new();
        let mut before = "(";
        while self.sign()? == before {
            all.push(self.operand()?);
            before = ",";
            if is_sign(self.tokens.first(), ")") {
                self.tokens = &self.tokens[1..];
                return Some(self.t.list(&all));
            }
        }
        None
    }

    fn operand(&mut self) -> Option<String> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        match first {
            Token::Number(number) => Some(self.t.number(number)),
            Token::Text(text) => Some(self.t.with("rule-text", "text", text)),
            Token::Name(name) if !is_sign(self.tokens.first(), "(") => {
                Some(self.t.with("rule-own", "what", self.t.name(name)))
            }
            Token::Name(name) if name.eq_ignore_ascii_case("days_until") => {
                let [open, Token::Name(column), close, rest @ ..] = self.tokens else {
                    return None;
                };
                let is_whole = is_sign(Some(open), "(") && is_sign(Some(close), ")");
                self.tokens = rest;
                is_whole.then(|| self.t.with("rule-days-until", "what", self.t.name(column)))
            }
            _ => None,
        }
    }

    fn sign(&mut self) -> Option<String> {
        let (Token::Sign(sign), rest) = self.tokens.split_first()? else { return None };
        self.tokens = rest;
        Some(sign.clone())
    }

    /// Takes this word, if it comes next.
    fn word(&mut self, wanted: &str) -> bool {
        let is_next = matches!(self.tokens.first(), Some(Token::Name(name)) if name.eq_ignore_ascii_case(wanted));
        if is_next {
            self.tokens = &self.tokens[1..];
        }
        is_next
    }
}

fn is_sign(token: Option<&Token>, wanted: &str) -> bool {
    matches!(token, Some(Token::Sign(sign)) if sign == wanted)
}

#[cfg(test)]
mod tests {
    use theirs_words::Language;

    use super::*;

    #[test]
    fn a_rule_reads_as_a_sentence_and_what_is_not_understood_as_it_is_written() {
        let english = Speech::default();
        let said = |rule: &str| rule_in_words(rule, &english);
        assert_eq!(
            said("days_until(birth_date) between 0 and 13"),
            "the number of days until your birth date comes round is from 0 to 13"
        );
        assert_eq!(said("true"), "everybody is picked");
        assert_eq!(
            said("city = 'Oldhaven' and points >= 1000"),
            "your city is “Oldhaven”, and your points is 1,000 or more"
        );
        assert_eq!(
            said("city in ('Oldhaven', 'Saltmouth')"),
            "your city is one of these: “Oldhaven” and “Saltmouth”"
        );
        assert_eq!(said("phone is not null"), "your phone is known");
        for odd in
            ["a = 1 and b = 2 or c = 3", "lower(city) = 'x'", "city like 'O%'", "a in (", "city"]
        {
            assert_eq!(said(odd), format!("as it is written for our systems, “{odd}”"));
        }
        let french = Speech::plain(Language::French);
        assert_eq!(
            rule_in_words("days_until(birth_date) between 0 and 13", &french),
            "le nombre de jours avant le retour de votre date de naissance est de 0 à 13"
        );
    }
}
