//! May this role use this purpose? A refusal is an answer with the clause and the way out.

use std::fmt;

use crate::charter::{Charter, Purpose, Role};
use crate::problem::quoted;
use crate::vocabulary::nearest;

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

impl Charter {
    /// The purpose, if the role may use it.
    ///
    /// # Errors
    /// A refusal when the role or the purpose is unknown or the role may not use the purpose.
    pub fn permit(&self, role: &str, purpose: &str) -> Result<(&Role, &Purpose), Refusal> {
        let role = self.known_role(role)?;
        let Some(known) = self.purpose(purpose) else {
            let known: Vec<&str> = self.purposes.iter().map(|p| p.name.as_str()).collect();
            let hint = did_you_mean(purpose, &known);
            let because = format!("there is no purpose {}{hint}", quoted(purpose));
            let change = "a new purpose needs a new version of the charter".to_owned();
            return Err(Refusal::unknown("purposes", because, change));
        };
        if !role.purposes.contains(&known.name) {
            let because = format!("the role \"{}\" may not use \"{purpose}\"", role.name);
            let change = format!("the charter would have to list {purpose} under it");
            return Err(Refusal::new(&format!("roles.{}.purposes", role.name), because, change));
        }
        Ok((role, known))
    }

    /// The role, if it may open one person's whole record.
    ///
    /// # Errors
    /// A refusal when the role is unknown or has no such leave.
    pub fn permit_record(&self, role: &str) -> Result<&Role, Refusal> {
        let role = self.known_role(role)?;
        if !role.may_see_records {
            let because = format!("the role \"{}\" may not open a person's record", role.name);
            let change = "the charter would have to say may_see_records: true there".to_owned();
            let clause = format!("roles.{}.may_see_records", role.name);
            return Err(Refusal::new(&clause, because, change));
        }
        Ok(role)
    }

    fn known_role(&self, name: &str) -> Result<&Role, Refusal> {
        self.role(name).ok_or_else(|| {
            let known: Vec<&str> = self.roles.iter().map(|role| role.name.as_str()).collect();
            let hint = did_you_mean(name, &known);
            let because = format!("there is no role {}{hint}", quoted(name));
            let change = match known.as_slice() {
                [] => "the charter would have to declare one".to_owned(),
                known => format!("the roles are {}", known.join(", ")),
            };
            Refusal::new("roles", because, change)
        })
    }
}

fn did_you_mean(given: &str, known: &[&str]) -> String {
    let name = nearest(given, known.iter().copied());
    name.map(|name| format!(", did you mean \"{name}\"?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::read::tests::sample;
    use crate::{Ground, Refusal};

    fn refusal(role: &str, purpose: &str) -> Refusal {
        sample().permit(role, purpose).expect_err("it is not permitted")
    }

    #[test]
    fn role_uses_a_purpose_that_is_listed_under_it() {
        let charter = sample();
        let (role, purpose) = charter.permit("marketing", "birthday_offer").expect("permitted");
        assert_eq!((role.name.as_str(), purpose.name.as_str()), ("marketing", "birthday_offer"));
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
        assert_snapshot!(refusal("markting", "birthday_offer"), @r#"refused: there is no role "markting", did you mean "marketing"? (clause roles); the roles are marketing, analyst, service, privacy"#);
        assert_snapshot!(refusal("", "birthday_offer"), @r#"refused: there is no role "" (clause roles); the roles are marketing, analyst, service, privacy"#);
        let mut charter = sample();
        charter.roles.clear();
        assert_snapshot!(charter.permit_record("privacy").expect_err("none"), @r#"refused: there is no role "privacy" (clause roles); the charter would have to declare one"#);
    }

    #[test]
    fn names_are_compared_letter_by_letter() {
        assert_snapshot!(refusal("Marketing", "birthday_offer"), @r#"refused: there is no role "Marketing", did you mean "marketing"? (clause roles); the roles are marketing, analyst, service, privacy"#);
        assert_snapshot!(refusal("marketing", "birthday_offer "), @r#"refused: there is no purpose "birthday_offer ", did you mean "birthday_offer"? (clause purposes); a new purpose needs a new version of the charter"#);
    }

    #[test]
    fn record_is_opened_only_by_a_role_that_may_see_records() {
        let charter = sample();
        assert_eq!(charter.permit_record("privacy").expect("permitted").name, "privacy");
        assert_snapshot!(charter.permit_record("marketing").expect_err("not permitted"), @r#"refused: the role "marketing" may not open a person's record (clause roles.marketing.may_see_records); the charter would have to say may_see_records: true there"#);
    }
}
