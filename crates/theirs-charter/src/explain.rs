//! A purpose in plain words, for anybody who asks what it may do.

use std::fmt::Write;

use crate::charter::{Charter, Decide, Grant, Output, Purpose, Role};
use crate::vocabulary::category;

impl Charter {
    /// What this purpose may do, in words.
    pub fn explain(&self, purpose: &Purpose) -> String {
        let mut text = format!("{}\n\n", purpose.says);
        let _ = writeln!(text, "We may do this {}.", purpose.basis.in_words());
        text.push_str(&who(purpose));
        text.push_str(&self.what(purpose));
        text.push_str(&self.whom(purpose));
        if let Some(decide) = &purpose.decide {
            text.push_str(&self.picks(decide));
        }
        let _ = writeln!(text, "What this makes is kept for {}.", purpose.keep);
        text.push_str(&self.hands(purpose));
        text
    }

    fn what(&self, purpose: &Purpose) -> String {
        let mut text = match &purpose.output {
            Output::Rows => "It sees of each person:\n".to_owned(),
            Output::Aggregate { minimum_group, .. } => format!(
                "It sees nobody alone, only groups of {minimum_group} people or more, by:\n"
            ),
            Output::Verdict(trial) => format!(
                "Nobody sees anything of it. It tests until {} whether data from {} are needed: they \
                 have to bring {} more than without them. Only the verdict leaves. It is tested with:\n",
                trial.ends,
                self.source(&trial.source).map_or(trial.source.as_str(), |source| &source.called),
                trial.margin
            ),
        };
        for grant in purpose.columns.iter().filter(|grant| purpose.shows(&grant.column)) {
            let label = self.label(&grant.column).map(|label| format!(" ({label})"));
            let label = label.unwrap_or_default();
            let _ = writeln!(text, "  - {}{label}", with_coarseness(grant));
        }
        if purpose.columns.is_empty() {
            text.push_str("  - nothing by name\n");
        }
        for granted in &purpose.activities {
            let columns: Vec<String> = granted.columns.iter().map(with_coarseness_short).collect();
            let _ = writeln!(text, "  - from {}: {}", granted.source, columns.join(", "));
        }
        text
    }

    fn whom(&self, purpose: &Purpose) -> String {
        if purpose.recipients.is_empty() {
            return "It is given to nobody outside.\n".to_owned();
        }
        let mut text = String::new();
        for recipient in purpose.recipients.iter().filter_map(|key| self.recipient(key)) {
            let does = recipient.does.as_deref().unwrap_or("receives it");
            let _ = writeln!(
                text,
                "It may be given to {}, {}, which {does}.",
                recipient.name, recipient.country
            );
        }
        text
    }

    fn picks(&self, decide: &Decide) -> String {
        let to = self.recipient(&decide.to).map_or(decide.to.as_str(), |to| &to.name);
        format!(
            "People are picked by the rule: {}\n  - they are told why: {}\n  - {to} is given: {}\n",
            decide.due,
            decide.reason,
            decide.columns.join(", ")
        )
    }

    fn hands(&self, purpose: &Purpose) -> String {
        let may = |role: &&Role| role.purposes.contains(&purpose.name);
        let roles: Vec<&str> =
            self.roles.iter().filter(may).map(|role| role.says.as_str()).collect();
        match roles.split_last() {
            None => "Nobody may use it yet.\n".to_owned(),
            Some((only, [])) => format!("It may be used by {only}.\n"),
            Some((last, first)) => format!("It may be used by {} and {last}.\n", first.join(", ")),
        }
    }

    /// What clients read of a column, such as "Your postal address".
    pub fn label(&self, column: &str) -> Option<String> {
        let (attribute, _) = self.attribute(column)?;
        Some(category(&attribute.category.0)?.label.clone())
    }
}

fn who(purpose: &Purpose) -> String {
    let mut text = String::new();
    if let Some(topic) = &purpose.consent {
        let _ = writeln!(text, "It concerns only people who said yes to: {topic}.");
    }
    if let Some(age) = purpose.minimum_age {
        let _ = writeln!(
            text,
            "It concerns only people of {age} years or more; whose age we do not know is left out."
        );
    }
    if purpose.may_object {
        text.push_str("Anyone can say no, at once and without giving a reason.\n");
    }
    text
}

fn with_coarseness(grant: &Grant) -> String {
    let words = grant.coarseness.in_words();
    let comma = if words.is_empty() { "" } else { ", " };
    format!("{}{comma}{words}", grant.column)
}

fn with_coarseness_short(grant: &Grant) -> String {
    let words = grant.coarseness.in_words();
    if words.is_empty() { grant.column.clone() } else { format!("{} ({words})", grant.column) }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::read::tests::{sample, small};

    #[test]
    fn purpose_is_told_in_plain_words() {
        let charter = sample();
        let purpose = charter.purpose("birthday_offer").expect("the sample has it");
        assert_snapshot!(charter.explain(purpose), @"
        We send you a small gift voucher by post in the two weeks before your birthday.

        We may do this because you said yes.
        It concerns only people who said yes to: newsletter.
        Anyone can say no, at once and without giving a reason.
        It sees of each person:
          - given_name (Your name)
          - family_name (Your name)
          - street (Your postal address)
          - city (Your postal address)
          - postcode (Your postal address)
          - birth_date, only the day and month, not the year (Your date of birth or exact age)
        It may be given to Royal Letters, GB, which prints and posts our cards.
        People are picked by the rule: days_until(birth_date) between 0 and 13
          - they are told why: Your birthday is coming up, and you said yes to our newsletter.
          - Royal Letters is given: given_name, family_name, street, city, postcode
        What this makes is kept for 12 months.
        It may be used by our marketing team and our analysts.
        ");
    }

    #[test]
    fn purpose_over_activities_is_told_with_how_coarse_they_are() {
        let charter = sample();
        let purpose = charter.purpose("shop_figures").expect("the sample has it");
        assert_snapshot!(charter.explain(purpose), @"
        We count sales by genre, month and town, so that we know what to stock.

        We may do this because we have a fair reason.
        Anyone can say no, at once and without giving a reason.
        It sees of each person:
          - city (Your postal address)
          - birth_date, only as an age group of ten years (Your date of birth or exact age)
          - from orders: ordered_at (only the month and year), total (rounded to 5), channel
          - from order_lines: ordered_at (only the month and year), genre, price
          - from newsletter_opens: opened_at (only the month and year), issue
        It is given to nobody outside.
        What this makes is kept for 24 months.
        It may be used by our marketing team and our analysts.
        ");
    }

    #[test]
    fn purpose_that_nobody_uses_and_nobody_can_refuse_says_so() {
        let mut charter = small();
        charter.roles.clear();
        let mut purpose = charter.purposes.remove(0);
        purpose.columns.clear();
        purpose.activities.clear();
        purpose.may_object = false;
        purpose.decide = None;
        purpose.recipients.clear();
        assert_snapshot!(charter.explain(&purpose), @"
        We send you a card on your birthday.

        We may do this because you said yes.
        It concerns only people who said yes to: newsletter.
        It sees of each person:
          - nothing by name
        It is given to nobody outside.
        What this makes is kept for 12 months.
        Nobody may use it yet.
        ");
    }
}
