//! What a browser, or a banner on the page, says of consent.
//!
//! Global Privacy Control (W3C draft, `Sec-GPC: 1`), the strings of the IAB (Transparency and Consent
//! Framework v2 and Global Privacy Platform, with the older `us_privacy`), and the categories that
//! Segment and `RudderStack` carry. A signal that is not there says nothing: it takes back neither a no
//! nor a yes.

use std::collections::BTreeMap;

use iab_gpp::sections::tcfeuv2::TcfEuV2;
use iab_gpp::v1::GPPString;
use serde_json::{Map, Value};

/// A string that is longer is not read.
const LONGEST: usize = 8_192;

/// The signals of one message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Signals {
    /// Whether sale and sharing are objected to.
    objects: bool,
    /// Which purposes of the Transparency and Consent Framework are agreed to, if that is said.
    purposes: Option<Vec<u16>>,
    /// What is agreed to or refused, by the name of the category.
    categories: BTreeMap<String, bool>,
}

impl Signals {
    /// What the request says, for all of its messages.
    pub(crate) fn of_request(gpc: bool, query: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut signals = Self { objects: gpc, ..Self::default() };
        signals.strings(&|names| names.iter().find_map(|name| query(name)));
        signals
    }

    /// The same with what one message says.
    pub(crate) fn with(&self, body: &Map<String, Value>) -> Self {
        let mut signals = self.clone();
        let Some(context) = body.get("context").and_then(Value::as_object) else { return signals };
        let consent = context.get("consent").and_then(Value::as_object);
        let text = |names: &[&str]| {
            let of = |map: &Map<String, Value>| {
                names.iter().find_map(|name| map.get(*name)?.as_str().map(ToOwned::to_owned))
            };
            consent.and_then(of).or_else(|| of(context))
        };
        signals.strings(&text);
        let says_gpc = |map: &Map<String, Value>| map.get("gpc").is_some_and(is_yes);
        signals.objects |= says_gpc(context) || consent.is_some_and(says_gpc);
        let chosen = consent.and_then(|consent| consent.get("categoryPreferences")?.as_object());
        for (name, said) in chosen.into_iter().flatten() {
            if let Some(said) = chosen_as(said) {
                signals.categories.insert(name.clone(), said);
            }
        }
        signals.managed(context);
        signals
    }

    /// What a column of the charter finds under `$gpc`, `$tcf.3` or `$consent.marketing`.
    pub(crate) fn find(&self, name: &str) -> Option<Value> {
        let said = match name.split_once('.') {
            None if name == "gpc" => self.objects.then_some(true),
            Some(("tcf", purpose)) => {
                let purpose: u16 = purpose.parse().ok()?;
                self.purposes.as_ref().map(|agreed| agreed.contains(&purpose))
            }
            Some(("consent", category)) => self.categories.get(category).copied(),
            _ => None,
        };
        said.map(Value::Bool)
    }

    fn strings(&mut self, text: &dyn Fn(&[&str]) -> Option<String>) {
        let short = |text: &String| text.len() <= LONGEST;
        if let Some(tcf) = text(&["gdpr_consent", "tcf", "tcString", "tcfString"]).filter(short)
            && let Ok(read) = tcf.parse::<TcfEuV2>()
        {
            self.purposes = Some(read.core.purpose_consents.into_iter().collect());
        }
        if let Some(gpp) = text(&["gpp", "gppString"]).filter(short) {
            self.platform(&gpp);
        }
        if let Some(us) = text(&["us_privacy", "usPrivacy", "uspString"]) {
            // 1YY-: version, notice given, opted out, covered by an agreement.
            self.objects |= matches!(us.as_bytes(), [b'1', _, b'Y' | b'y', ..]);
        }
    }

    /// Every section of a string of the Global Privacy Platform, whichever state it is of.
    fn platform(&mut self, text: &str) {
        let Ok(read) = text.parse::<GPPString>() else { return };
        for id in read.section_ids() {
            let Ok(section) = read.decode_section(*id) else { continue };
            if let iab_gpp::sections::Section::TcfEuV2(section) = section {
                self.purposes = Some(section.core.purpose_consents.into_iter().collect());
                continue;
            }
            if let Ok(section) = serde_json::to_value(&section) {
                self.objects |= opts_out(&section);
            }
        }
    }

    /// `RudderStack`'s lists of what is allowed and denied.
    fn managed(&mut self, context: &Map<String, Value>) {
        let Some(managed) = context.get("consentManagement") else { return };
        for (list, said) in [("allowedConsentIds", true), ("deniedConsentIds", false)] {
            let names = managed.get(list).and_then(Value::as_array).into_iter().flatten();
            for name in names.filter_map(Value::as_str) {
                self.categories.insert(name.to_owned(), said);
            }
        }
    }
}

/// What is said of a category: a no in whatever way it is written is one, a yes only as the
/// specification has it.
fn chosen_as(value: &Value) -> Option<bool> {
    const NO: [&str; 6] = ["false", "no", "0", "off", "denied", "rejected"];
    match value {
        Value::Bool(said) => Some(*said),
        Value::String(text) => {
            NO.iter().any(|no| text.trim().eq_ignore_ascii_case(no)).then_some(false)
        }
        Value::Number(number) => (number.as_f64() == Some(0.0)).then_some(false),
        _ => None,
    }
}

fn is_yes(value: &Value) -> bool {
    matches!(value, Value::Bool(true)) || value.as_str() == Some("1") || value.as_i64() == Some(1)
}

/// Whether a section says anywhere that its person opts out of sale, sharing or advertising, or that
/// their browser sent Global Privacy Control.
fn opts_out(section: &Value) -> bool {
    const NAMES: [&str; 3] = ["sale_opt_out", "sharing_opt_out", "targeted_advertising_opt_out"];
    match section {
        Value::Object(fields) => fields.iter().any(|(name, value)| match value {
            Value::String(said) => {
                (NAMES.contains(&name.as_str()) && said == "OptedOut")
                    || (name == "opt_out_sale" && said == "Yes")
            }
            Value::Bool(said) => *said && name == "gpc",
            below => opts_out(below),
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(context: &Value) -> Signals {
        let Value::Object(body) = json!({ "context": context }) else { return Signals::default() };
        Signals::default().with(&body)
    }

    #[test]
    fn categories_of_both_clients_are_read() {
        let segment =
            said(&json!({ "consent": { "categoryPreferences": { "ads": false, "news": true } } }));
        assert_eq!(segment.find("consent.ads"), Some(Value::Bool(false)));
        assert_eq!(segment.find("consent.news"), Some(Value::Bool(true)));
        assert_eq!(segment.find("consent.other"), None);
        let rudder = said(&json!({ "consentManagement":
            { "allowedConsentIds": ["news"], "deniedConsentIds": ["ads"] } }));
        assert_eq!(rudder.find("consent.ads"), Some(Value::Bool(false)));
        assert_eq!(rudder.find("consent.news"), Some(Value::Bool(true)));
    }

    #[test]
    fn a_no_is_heeded_however_it_is_written_and_a_yes_is_not_guessed() {
        let of = |value: Value| {
            let context = json!({ "consent": { "categoryPreferences": { "ads": value } } });
            said(&context).find("consent.ads")
        };
        for no in [json!(false), json!("false"), json!(" No "), json!(0), json!("denied")] {
            assert_eq!(of(no.clone()), Some(Value::Bool(false)), "{no}");
        }
        for unclear in [json!("true"), json!(1), json!(null), json!({}), json!("maybe")] {
            assert_eq!(of(unclear.clone()), None, "{unclear}");
        }
    }

    #[test]
    fn strings_of_the_iab_are_read() {
        let tcf = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA";
        let read = said(&json!({ "consent": { "tcf": tcf } }));
        assert_eq!(read.find("tcf.1"), Some(Value::Bool(false)));
        assert_eq!(said(&json!({ "gpp": "not a string" })), Signals::default());
        assert_eq!(said(&json!({ "gpp": "DBABTA~1YYN" })).find("gpc"), Some(Value::Bool(true)));
        assert_eq!(said(&json!({ "gpp": "DBABTA~1YNN" })).find("gpc"), None);
        assert_eq!(said(&json!({ "usPrivacy": "1YY-" })).find("gpc"), Some(Value::Bool(true)));
        assert_eq!(said(&json!({ "usPrivacy": "1YN-" })).find("gpc"), None);
    }

    #[test]
    fn global_privacy_control_is_read_from_the_request_and_its_absence_says_nothing() {
        let asked = Signals::of_request(true, &|_| None);
        assert_eq!(asked.find("gpc"), Some(Value::Bool(true)));
        assert_eq!(Signals::of_request(false, &|_| None).find("gpc"), None);
        let query = |name: &str| (name == "us_privacy").then(|| "1YYN".to_owned());
        assert_eq!(Signals::of_request(false, &query).find("gpc"), Some(Value::Bool(true)));
    }
}
