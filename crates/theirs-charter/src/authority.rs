//! Who may do what, by the charter in force.
//!
//! A principal may have several roles, and what one of them permits is permitted: of several that
//! do, the first in the order of the charter is the one on record. What is unknown is refused.

use std::sync::Arc;

use crate::asker::Asker;
use crate::charter::{Charter, Limits, Purpose, Role};
use crate::permit::Refusal;

/// Everything that decides who may do what.
pub struct Authority {
    charter: Arc<Charter>,
}

/// A principal's leave to use a purpose.
#[derive(Debug, Clone)]
pub struct Leave {
    /// The role under which it is permitted: the first in the charter's order of those that permit.
    pub role: Role,
    /// The purpose.
    pub purpose: Purpose,
}

impl Leave {
    /// What a purpose is to whoever writes the charter: under no role.
    pub fn unnarrowed(purpose: &Purpose) -> Self {
        let role = Role {
            name: String::new(),
            says: String::new(),
            purposes: Vec::new(),
            may_see_records: false,
            limits: Limits::MOST,
        };
        Self { role, purpose: purpose.clone() }
    }
}

impl Authority {
    /// The authority of a charter.
    pub fn new(charter: Arc<Charter>) -> Self {
        Self { charter }
    }

    /// The charter.
    pub fn charter(&self) -> &Arc<Charter> {
        &self.charter
    }

    /// The leave of a principal to use a purpose.
    ///
    /// # Errors
    /// A refusal when the roles or the purpose are unknown, or no role may use it.
    pub fn permit(&self, asker: &Asker, purpose: &str) -> Result<Arc<Leave>, Refusal> {
        let roles = self.charter.known_roles(asker)?;
        let known = self.charter.known_purpose(purpose)?;
        let role = roles.iter().find(|role| role.purposes.contains(&known.name));
        let role = role.ok_or_else(|| Refusal::no_purpose(&roles, purpose))?;
        Ok(Arc::new(Leave { role: (*role).clone(), purpose: known.clone() }))
    }

    /// The purposes that a principal may use, each once, in the order of its roles in the charter.
    pub fn usable(&self, asker: &Asker) -> Vec<String> {
        let roles = self.charter.known_roles(asker).unwrap_or_default();
        let mut usable: Vec<String> = Vec::new();
        for name in roles.iter().flat_map(|role| &role.purposes) {
            if !usable.contains(name) {
                usable.push(name.clone());
            }
        }
        usable
    }

    /// The role under which a principal may open one person's whole record.
    ///
    /// # Errors
    /// A refusal when no role is known, or none may.
    pub fn permit_record(&self, asker: &Asker) -> Result<Role, Refusal> {
        let roles = self.charter.known_roles(asker)?;
        let role = roles.iter().find(|role| role.may_see_records);
        role.map(|role| (*role).clone()).ok_or_else(|| Refusal::no_records(&roles))
    }

    /// Whether a recipient may be given what is seen for a purpose.
    ///
    /// # Errors
    /// A refusal when the charter does not list the recipient there.
    pub fn permit_share(&self, purpose: &Purpose, recipient: &str) -> Result<(), Refusal> {
        if purpose.recipients.iter().any(|key| key == recipient) {
            return Ok(());
        }
        Err(Refusal::no_recipient(purpose, recipient))
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::read::tests::sample;

    #[test]
    fn what_one_of_several_roles_permits_is_permitted_and_the_role_is_named() {
        let authority = Authority::new(Arc::new(sample()));
        let both = Asker::new("ana", ["privacy", "service", "marketing"]);
        let role = |purpose| authority.permit(&both, purpose).map(|leave| leave.role.name.clone());
        assert_eq!(role("birthday_offer").as_deref(), Ok("marketing"));
        assert_eq!(role("fulfil_order").as_deref(), Ok("service"));
        assert_eq!(authority.permit_record(&both).map(|role| role.name).as_deref(), Ok("privacy"));
        let two = Asker::new("ana", ["analyst", "marketing"]);
        let figures = authority.permit(&two, "shop_figures").expect("both may");
        assert_eq!(figures.role.name, "marketing", "the first in the charter, whatever is given");
        assert_snapshot!(authority.permit(&two, "fulfil_order").expect_err("neither may"), @r#"refused: the roles "marketing", "analyst" may not use "fulfil_order" (clause roles.marketing.purposes); the charter would have to list fulfil_order under one of them"#);
        let usable = authority.usable(&two);
        assert_eq!(usable, ["birthday_offer", "reading_tips", "shop_figures", "town_figures"]);
    }

    #[test]
    fn a_recipient_is_given_only_what_a_purpose_lists_it_for() {
        let charter = sample();
        let authority = Authority::new(Arc::new(charter.clone()));
        let offer = charter.purpose("birthday_offer").expect("the sample has it");
        assert!(authority.permit_share(offer, "royal_letters").is_ok());
        let figures = charter.purpose("shop_figures").expect("the sample has it");
        assert!(authority.permit_share(figures, "royal_letters").is_err());
    }
}
