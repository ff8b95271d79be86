//! What people may object to beside a purpose by its name.

/// The topics that stand for several purposes.
///
/// `marketing` is direct marketing with its profiling (GDPR Art. 21(2) and (3)); `sale` is selling or
/// sharing data and ads elsewhere with it (CCPA 1798.120), which is also what Global Privacy Control
/// asks for; `all` is every purpose that may be objected to.
pub const OBJECTIONS: [&str; 3] = ["marketing", "sale", "all"];

/// Whether an objection to a topic concerns a purpose of this name and category.
pub fn concerns(topic: &str, purpose: &str, category: &str) -> bool {
    let families: &[&str] = match topic {
        "all" => return true,
        "marketing" => &["marketing.", "advertise.", "personalise."],
        "sale" => &["share.", "advertise."],
        name => return name == purpose,
    };
    families.iter().any(|family| category.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_concerns_its_families_and_a_name_itself() {
        assert!(concerns("sale", "ads", "advertise.audience"));
        assert!(concerns("sale", "partners", "share.sell"));
        assert!(!concerns("sale", "letters", "marketing.direct"));
        assert!(!concerns("marketing", "partners", "share.sell"));
        assert!(concerns("letters", "letters", "marketing.direct"));
        assert!(concerns("all", "letters", "service.order"));
    }
}
