//! Clients' data that leaves for something in return, and what others do with it.

use super::{Keys, Law, Rule};
use crate::flow::{AfterNo, Datum, Decides, Flow, Gain, Offered, Who};

const BROWSING: [&str; 1] = ["behaviour.browsing_other"];
const TRADE: [Who; 2] = [Who::AdPlatform, Who::AdPartner];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "sale.undisclosed",
        title: "Data is sold and people are not told",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P20", "P06", "P30", "P21"],
        gives_way_to: &[],
        applies: |flow| flow.pays() && flow.is_hidden(),
        asks: |_| {
            "Data given for money, services or other data is sold, whatever it is called; people \
             must be told and be able to stop it."
                .to_owned()
        },
        line: |flow| {
            format!(
                "sells {} to {} and does not say so.",
                flow.data_in_words(|_| true),
                flow.others_in_words()
            )
        },
        instead: &[
            "Stop the exchange, or say it where people see it and let one click end it.",
            "Bind the recipient to work for you alone, by contract.",
        ],
    },
    Rule {
        name: "sale.exchange",
        title: "Client lists are swapped",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P21"],
        gives_way_to: &[],
        applies: |flow| flow.others().any(|to| to.gain == Gain::Data) && !flow.is_agreed(),
        asks: |_| "A list for a list is a sale, without any money.".to_owned(),
        line: |_| "pays for other firms' client lists with its own clients.".to_owned(),
        instead: &[
            "Put the other firm's offer into your own letter, and give them no list.",
            "Let clients pick which partners may write to them.",
        ],
    },
    Rule {
        name: "sale.without_yes",
        title: "Data leaves for something in return, and nobody asked first",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P31", "P32"],
        gives_way_to: &[
            "sale.undisclosed",
            "sale.exchange",
            "location.precise.shared",
            "sensitive.shared",
            "health.to_ads",
            "profiles.sold",
            "browsing.sold",
            "children.shared",
        ],
        applies: |flow| flow.pays() && !flow.is_agreed(),
        asks: |_| {
            "Under some laws a way out is enough, under others only a yes before; people who find \
             out see no difference."
                .to_owned()
        },
        line: |flow| format!("sells {} unless people stop it.", flow.data_in_words(|_| true)),
        instead: &["Ask first.", "Bind the recipient to work for you alone, by contract."],
    },
    Rule {
        name: "given.for_their_ends",
        title: "Others are given it for ends of their own, and nobody asked first",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P27", "P21"],
        gives_way_to: &[
            "sale.without_yes",
            "location.precise.shared",
            "sensitive.shared",
            "health.to_ads",
            "profiles.sold",
            "adplatform.upload",
            "children.shared",
            "notice.sharing_unclear",
            "basis.contract_for_ads",
            "basis.missing_for_ads",
        ],
        applies: |flow| {
            let theirs = flow.is_marketing()
                || flow.is_for(&["improve.", "train.", "analytics.", "measure."]);
            theirs && flow.leaves() && !flow.pays() && !flow.is_agreed()
        },
        asks: |_| {
            "Whoever may use it for ends of their own is nobody's processor: people must be asked, or \
             at least expect it."
                .to_owned()
        },
        line: |flow| {
            let to = flow.others_in_words();
            format!("passes {} on to {to}, to do with as they like.", flow.data_in_words(|_| true))
        },
        instead: &[
            "Bind the recipient to work for you alone, by contract.",
            "Put the other firm's offer into your own letter, and give them no list.",
            "Ask first.",
        ],
    },
    Rule {
        name: "browsing.sold",
        title: "What people look at elsewhere is sold",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P30", "P31"],
        gives_way_to: &[],
        applies: |flow| flow.tells(&BROWSING) && flow.pays() && !flow.is_agreed(),
        asks: |_| {
            "What somebody reads or watches elsewhere may not be sold without a yes.".to_owned()
        },
        line: |flow| {
            format!(
                "watches what people look at elsewhere and sells it to {}.",
                flow.others_in_words()
            )
        },
        instead: &["Use what people look at on your own pages.", "Sell counts of groups."],
    },
    Rule {
        name: "enriched.sold",
        title: "Behaviour is sold together with what was bought about people",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P31"],
        gives_way_to: &[],
        applies: |flow| {
            let bought = |d: &Datum| {
                d.is_outside() && d.is(&["demo", "household", "finance", "inferred.income"])
            };
            let own = |d: &Datum| !d.is_outside() && d.is(&["behaviour", "purchase", "location"]);
            flow.pays() && flow.has(bought) && flow.has(own) && !flow.is_agreed()
        },
        asks: |_| {
            "Adding age, income and household to what somebody does needs a notice of its own and a yes.".to_owned()
        },
        line: |flow| {
            format!(
                "buys {}, adds it to what people do, and sells the lot.",
                flow.data_in_words(Datum::is_outside)
            )
        },
        instead: &["Leave out what was bought.", "Report in groups."],
    },
    Rule {
        name: "adplatform.upload",
        title: "A list of clients goes to an advertising platform without their yes",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P27", "P12"],
        gives_way_to: &[],
        applies: is_uploaded,
        asks: |flow| {
            let digest = if flow.has(|d| d.hashed) {
                " A digest of an address is still the address: the platform knows it too."
            } else {
                ""
            };
            format!(
                "What people gave for an order or a receipt is not given for advertising; they must be asked.{digest}"
            )
        },
        line: |flow| format!("tells {} who shops there.", flow.others_in_words()),
        instead: &[
            "Ask for a yes to exactly this, at the place where the address is given.",
            "Advertise by page and region, without a list.",
            "Measure with a control group on your own machines.",
        ],
    },
    Rule {
        name: "purpose.changed",
        title: "Data given for one thing is used for marketing",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P27"],
        gives_way_to: &["adplatform.upload"],
        applies: is_turned,
        asks: |_| {
            "What was given for one purpose is used for another only if people could expect it."
                .to_owned()
        },
        line: |flow| {
            format!(
                "takes {} for one thing and uses them for advertising.",
                flow.data_in_words(|d| d.given_for.is_some())
            )
        },
        instead: &[
            "Ask when you take it, with a box that is not ticked.",
            "Use the address for what it was given for.",
        ],
    },
    Rule {
        name: "recipient.no_contract",
        title: "No contract binds whoever is given the data",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &["P22"],
        gives_way_to: &[],
        applies: |flow| flow.recipients.iter().any(|to| !to.contract),
        asks: |_| {
            "Whoever is given personal data must be bound by a contract to what it is for."
                .to_owned()
        },
        line: |_| "hands data out without even a contract.".to_owned(),
        instead: &["Stop until the contract is signed."],
    },
    Rule {
        name: "eligibility.marketing_data",
        title: "Marketing data decides about work, credit, insurance or a home",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P60"],
        gives_way_to: &[],
        applies: decides_lives,
        asks: |_| {
            "Whoever sells data by which people get work, credit, cover or a home is a reporting \
             agency, with its duties (FCRA); a decision by machine needs more still (GDPR Art. 22)."
                .to_owned()
        },
        line: |flow| {
            let over = match flow.decides.first() {
                Some(Decides::Employment) => "who gets work",
                Some(Decides::Credit) => "who gets credit",
                Some(Decides::Housing) => "who gets a home",
                _ if flow.goes_to(&[Who::Employer]) => "who gets work",
                _ if flow.goes_to(&[Who::Lender]) => "who gets credit",
                _ => "who is insured and for how much",
            };
            format!("lets shopping and habits decide {over}.")
        },
        instead: &["Forbid such use by contract, and give nothing to those who could make it."],
    },
    Rule {
        name: "price.by_person",
        title: "Prices follow what people are taken for",
        law: Law::Duty,
        keys: Keys::Two,
        precedents: &[],
        gives_way_to: &[],
        applies: |flow| flow.decides.contains(&Decides::Price) && !flow.is_agreed(),
        asks: |_| {
            "No precedent of the table. In the European Union people must be told that a price was \
             made for them (Directive 2011/83/EU, Art. 6(1)(ea))."
                .to_owned()
        },
        line: |_| "shows people dearer prices if it takes them for rich.".to_owned(),
        instead: &["One price for all, and vouchers that anybody can ask for."],
    },
];

/// Whether something is used for what it was not given for; the shop's own letters after an order are
/// what people expect, as long as they can end them.
fn is_turned(flow: &Flow) -> bool {
    let family = |key: &str| key.split('.').next().unwrap_or_default().to_owned();
    let stops = flow.offered() == Offered::OptOut && flow.choice.after_no == AfterNo::Stops;
    let own_letters = stops && !flow.leaves() && flow.is_for(&["marketing.", "personalise."]);
    let turned = |datum: &Datum| {
        datum.given_for.as_ref().is_some_and(|given| {
            let (given, now) = (family(given.key()), family(flow.purpose()));
            given != now && !(own_letters && given == "service")
        })
    };
    flow.is_marketing() && flow.has(turned) && !flow.is_agreed()
}

/// Whether clients are named to the advertising trade; keeping people out of advertisements is not,
/// as long as nobody else may use the list.
fn is_uploaded(flow: &Flow) -> bool {
    let keeps_out = flow.purpose() == "advertise.suppress" && !flow.leaves();
    flow.goes_to(&TRADE)
        && flow.tells(&["contact", "identity", "purchase"])
        && !keeps_out
        && !flow.is_agreed()
}

fn decides_lives(flow: &Flow) -> bool {
    let lives = [Decides::Employment, Decides::Credit, Decides::Insurance, Decides::Housing];
    let decided = flow.decides.iter().any(|what| lives.contains(what));
    let given =
        flow.others().any(|to| matches!(to.who, Who::Employer | Who::Lender | Who::Insurer));
    let marketing =
        ["behaviour", "purchase", "inferred", "profile", "social.media", "location", "external"];
    (decided || given) && flow.tells(&marketing)
}
