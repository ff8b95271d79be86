//! Who answers for the data.

use serde::Serialize;
use theirs_charter::{Charter, SupervisoryAuthority, country_name};

/// Who answers for the data (GDPR Art. 13(1)(a) and (b), 15).
#[derive(Debug, Clone, Serialize)]
pub struct Answering {
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: Option<String>,
    /// Its country, by name.
    pub country: Option<String>,
    /// Where clients write to.
    pub email: String,
    /// Where they write to about their data.
    pub privacy_contact: String,
    /// The data protection officer.
    pub data_protection_officer: Option<String>,
    /// Who stands for it.
    pub representative: Option<String>,
    /// Whom clients may complain to.
    pub authority: Option<SupervisoryAuthority>,
}

impl Answering {
    /// Who answers under a charter.
    pub fn of(charter: &Charter) -> Self {
        let own = charter.controller.clone();
        Self {
            name: own.name,
            address: own.address,
            country: own.country.map(|code| country_name(&code)),
            email: own.email,
            privacy_contact: own.privacy_contact,
            data_protection_officer: own.data_protection_officer,
            representative: own.representative,
            authority: own.authority,
        }
    }
}
