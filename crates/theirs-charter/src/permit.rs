//! A refusal is an answer: it names the clause of the charter, and the way out.

use std::fmt;

use theirs_model::nearest;

use crate::asker::Asker;
use crate::charter::{Charter, Purpose, Role, Trial};
use crate::problem::quoted;

/// The place in the charter that decides, such as `roles.marketing.purposes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause(pub String);

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a refusal rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The charter knows it and does not permit it.
    NotPermitted,
    /// The charter has no such thing; what is unknown is refused too.
    Unknown,
}

/// Why something is not permitted, and what would have to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("refused: {because} (clause {clause}); {change}")]
pub struct Refusal {
    /// The clause that refuses.
    pub clause: Clause,
    /// What it says to this request.
    pub because: String,
    /// What would have to change.
    pub change: String,
    /// What it rests on.
    pub ground: Ground,
}

impl Refusal {
    /// A refusal by `clause`.
    pub fn new(clause: &str, because: String, change: String) -> Self {
        let clause = Clause(clause.to_owned());
        Self { clause, because, change, ground: Ground::NotPermitted }
    }

    /// A refusal of something that the charter does not know.
    fn unknown(clause: &str, because: String, change: String) -> Self {
        Self { ground: Ground::Unknown, ..Self::new(clause, because, change) }
    }
}

impl Refusal {
    /// That none of these roles may use a purpose.
    pub(crate) fn no_purpose(roles: &[&Role], purpose: &str) -> Self {
        let change = match roles {
            [_] => format!("the charter would have to list {purpose} under it"),
            _ => format!("the charter would have to list {purpose} under one of them"),
        };
        let because = format!("{} may not use \"{purpose}\"", told(roles));
        Self::new(&format!("roles.{}.purposes", first(roles)), because, change)
    }

    /// That none of these roles may open a person's record.
    pub(crate) fn no_records(roles: &[&Role]) -> Self {
        let because = format!("{} may not open a person's record", told(roles));
        let change = "the charter would have to say may_see_records: true there".to_owned();
        Self::new(&format!("roles.{}.may_see_records", first(roles)), because, change)
    }

    /// That a purpose is there for a test, of which nothing but the verdict is seen.
    pub(crate) fn only_a_verdict(purpose: &str) -> Self {
        let because =
            format!("\"{purpose}\" only tests data from outside, and shows no row of them");
        let change = "`theirs need` has them tested".to_owned();
        Self::new(&format!("purposes.{purpose}.output"), because, change)
    }

    /// That a purpose tests nothing.
    pub(crate) fn no_trial(purpose: &str) -> Self {
        let because = format!("\"{purpose}\" tests no data from outside");
        let change =
            "the charter would have to say \"output: verdict\" and \"tests\" there".to_owned();
        Self::new(&format!("purposes.{purpose}.tests"), because, change)
    }

    /// That the time of a trial is over.
    pub(crate) fn trial_is_over(purpose: &str, trial: &Trial) -> Self {
        let because = format!("the trial ended on {}", trial.ends);
        let change =
            "the charter would have to name a later day, and its keys be turned anew".to_owned();
        Self::new(&format!("purposes.{purpose}.tests.ends"), because, change)
    }

    /// That a purpose gives nothing to a recipient.
    pub(crate) fn no_recipient(purpose: &Purpose, recipient: &str) -> Self {
        let because = format!("\"{}\" may not give anything to \"{recipient}\"", purpose.name);
        let change = "the charter would have to list it there".to_owned();
        Self::new(&format!("purposes.{}.recipients", purpose.name), because, change)
    }
}

impl Charter {
    /// The roles of a principal that there are, in the order of the charter.
    ///
    /// # Errors
    /// There is none of them; the nearest to the first.
    pub(crate) fn known_roles(&self, asker: &Asker) -> Result<Vec<&Role>, Refusal> {
        let is_theirs = |role: &&Role| asker.roles.contains(&role.name);
        let roles: Vec<&Role> = self.roles.iter().filter(is_theirs).collect();
        if !roles.is_empty() {
            return Ok(roles);
        }
        let name = asker.roles.first().map_or("", String::as_str);
        let known: Vec<&str> = self.roles.iter().map(|role| role.name.as_str()).collect();
        let hint = did_you_mean(name, &known);
        let because = format!("there is no role {}{hint}", quoted(name));
        let change = match known.as_slice() {
            [] => "the charter would have to declare one".to_owned(),
            known => format!("the roles are {}", known.join(", ")),
        };
        Err(Refusal::new("roles", because, change))
    }

    /// The purpose with this name.
    ///
    /// # Errors
    /// There is none; the nearest that there is.
    pub(crate) fn known_purpose(&self, name: &str) -> Result<&Purpose, Refusal> {
        self.purpose(name).ok_or_else(|| {
            let known: Vec<&str> = self.purposes.iter().map(|p| p.name.as_str()).collect();
            let hint = did_you_mean(name, &known);
            let because = format!("there is no purpose {}{hint}", quoted(name));
            let change = "a new purpose needs a new version of the charter".to_owned();
            Refusal::unknown("purposes", because, change)
        })
    }
}

/// Roles as a sentence begins with them.
fn told(roles: &[&Role]) -> String {
    match roles {
        [one] => format!("the role \"{}\"", one.name),
        several => {
            let names: Vec<String> =
                several.iter().map(|role| format!("\"{}\"", role.name)).collect();
            format!("the roles {}", names.join(", "))
        }
    }
}

fn first<'r>(roles: &[&'r Role]) -> &'r str {
    roles.first().map_or("", |role| &role.name)
}

fn did_you_mean(given: &str, known: &[&str]) -> String {
    let name = nearest(given, known.iter().copied());
    name.map(|name| format!(", did you mean \"{name}\"?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::read::tests::sample;
    use crate::{Asker, Authority, Charter, Ground, Policies, Refusal};

    fn authority(charter: Charter) -> Authority {
        Authority::new(charter.into(), &Policies::none()).expect("there are no policies")
    }

    fn refusal(role: &str, purpose: &str) -> Refusal {
        let asker = Asker::new("ana", [role]);
        authority(sample()).permit(&asker, purpose).expect_err("it is not permitted")
    }

    fn record(charter: Charter, role: &str) -> Result<String, Refusal> {
        authority(charter).permit_record(&Asker::new("ana", [role])).map(|role| role.name)
    }

    #[test]
    fn role_uses_a_purpose_that_is_listed_under_it() {
        let asker = Asker::new("ana", ["marketing"]);
        let leave = authority(sample()).permit(&asker, "birthday_offer").expect("permitted");
        let named = (leave.role.name.as_str(), leave.purpose.name.as_str());
        assert_eq!(named, ("marketing", "birthday_offer"));
    }

    #[test]
    fn role_is_refused_a_purpose_that_is_not_listed_under_it() {
        assert_snapshot!(refusal("marketing", "fulfil_order"), @r#"refused: the role "marketing" may not use "fulfil_order" (clause roles.marketing.purposes); the charter would have to list fulfil_order under it"#);
    }

    #[test]
    fn role_that_may_see_records_is_still_refused_every_purpose() {
        assert_snapshot!(refusal("privacy", "birthday_offer"), @r#"refused: the role "privacy" may not use "birthday_offer" (clause roles.privacy.purposes); the charter would have to list birthday_offer under it"#);
    }

    #[test]
    fn unknown_purpose_is_refused_with_the_nearest() {
        assert_snapshot!(refusal("marketing", "birthday_ofer"), @r#"refused: there is no purpose "birthday_ofer", did you mean "birthday_offer"? (clause purposes); a new purpose needs a new version of the charter"#);
        assert_snapshot!(refusal("marketing", "world_domination"), @r#"refused: there is no purpose "world_domination" (clause purposes); a new purpose needs a new version of the charter"#);
    }

    #[test]
    fn what_is_unknown_is_told_from_what_is_not_permitted() {
        assert_eq!(refusal("marketing", "birthday_ofer").ground, Ground::Unknown);
        assert_eq!(refusal("marketing", "fulfil_order").ground, Ground::NotPermitted);
        assert_eq!(refusal("markting", "birthday_offer").ground, Ground::NotPermitted);
    }

    #[test]
    fn unknown_role_is_refused_with_the_roles() {
        assert_snapshot!(refusal("markting", "birthday_offer"), @r#"refused: there is no role "markting", did you mean "marketing"? (clause roles); the roles are marketing, analyst, service, privacy, it"#);
        assert_snapshot!(refusal("", "birthday_offer"), @r#"refused: there is no role "" (clause roles); the roles are marketing, analyst, service, privacy, it"#);
        let mut charter = sample();
        charter.roles.clear();
        assert_snapshot!(record(charter, "privacy").expect_err("none"), @r#"refused: there is no role "privacy" (clause roles); the charter would have to declare one"#);
    }

    #[test]
    fn names_are_compared_letter_by_letter() {
        assert_snapshot!(refusal("Marketing", "birthday_offer"), @r#"refused: there is no role "Marketing", did you mean "marketing"? (clause roles); the roles are marketing, analyst, service, privacy, it"#);
        assert_snapshot!(refusal("marketing", "birthday_offer "), @r#"refused: there is no purpose "birthday_offer ", did you mean "birthday_offer"? (clause purposes); a new purpose needs a new version of the charter"#);
    }

    #[test]
    fn record_is_opened_only_by_a_role_that_may_see_records() {
        assert_eq!(record(sample(), "privacy").expect("permitted"), "privacy");
        assert_snapshot!(record(sample(), "marketing").expect_err("not permitted"), @r#"refused: the role "marketing" may not open a person's record (clause roles.marketing.may_see_records); the charter would have to say may_see_records: true there"#);
    }
}
