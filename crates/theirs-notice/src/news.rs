//! The message by which people hear of data about them that came from outside (GDPR Art. 14), or of a
//! purpose that their data did not have before (Art. 13(3)).
//!
//! Everything in it is the charter's, or what the engine does whatever a charter says. Each thing that the
//! article asks for is a paragraph of its own, the right to say no among them (Art. 21(4)), and the last one
//! leads to the whole notice. Price: a source that many purposes could see makes a long message.

use theirs_charter::{Charter, Holds, Purpose, Recipient, Source, category, country_name};
use theirs_words::Speech;

use crate::answering::Answering;
use crate::notice::{Picks, categories, columns, kept, protected};

/// What people are told of a source from outside, in the language of `t`; `page` is where their page is.
pub fn news_of_source(charter: &Charter, source: &Source, page: &str, t: &Speech) -> String {
    let news = News { charter, page, t };
    let uses = uses(charter, source);
    let mut all = vec![news.who()];
    all.extend(news.what(source));
    all.push(news.whence(source));
    all.push(t.say(match (charter.admits(source), charter.trial_of(&source.name)) {
        (true, _) => "notice-outside-used",
        (false, Some(_)) => "notice-outside-tested",
        (false, None) => "mail-news-source-now",
    }));
    all.push(t.say(if uses.is_empty() { "mail-news-no-use" } else { "mail-news-uses" }));
    all.extend(uses.iter().map(|purpose| news.of_use(purpose)));
    all.push(news.given(&uses));
    all.push(t.with("mail-news-kept", "kept", t.again(&kept(charter, source))));
    let contact = charter.controller.privacy_contact.as_str();
    all.push(t.with_two("mail-news-source-no", "page", page, "contact", contact));
    all.push(t.say("mail-news-marketing"));
    all.extend(news.end());
    all.join("\n\n")
}

/// What people are told of a purpose; `seen` is what it looks at, in words.
pub fn news_of_purpose(
    charter: &Charter,
    purpose: &Purpose,
    seen: &str,
    page: &str,
    t: &Speech,
) -> String {
    let news = News { charter, page, t };
    let basis = t.again(purpose.basis.in_words());
    let mut why = vec![t.with_two("mail-news-purpose-why", "basis", basis, "seen", seen)];
    why.extend(news.interest(purpose));
    let no = if purpose.may_object { "mail-news-no" } else { "mail-news-ask" };
    let contact = charter.controller.privacy_contact.as_str();
    let mut all = vec![t.with("mail-news-purpose", "says", t.again(&purpose.says)), why.join(" ")];
    all.extend(news.picks(purpose));
    all.push(news.given(&[purpose]));
    all.push(news.keeps(purpose));
    all.push(t.with_two(no, "page", page, "contact", contact));
    all.extend(news.end());
    all.join("\n\n")
}

/// The purposes that may see something of a source from outside, once it may be used, and the one that
/// tests it.
fn uses<'c>(charter: &'c Charter, source: &Source) -> Vec<&'c Purpose> {
    let columns = columns(source);
    let may_see = |purpose: &&Purpose| match purpose.tests() {
        Some(trial) => trial.source == source.name,
        None => {
            purpose.columns.iter().any(|grant| columns.contains(&grant.column))
                || purpose.activities.iter().any(|granted| granted.source == source.name)
        }
    };
    charter.purposes.iter().filter(may_see).collect()
}

/// What is told by a charter.
struct News<'a> {
    charter: &'a Charter,
    page: &'a str,
    t: &'a Speech,
}

impl News<'_> {
    /// Who answers, who stands for them, and their officer (Art. 14(1)(a) and (b)).
    fn who(&self) -> String {
        let (t, own) = (self.t, Answering::of(self.charter));
        let place = own.address.or_else(|| own.country.map(|country| t.again(&country)));
        let who = [Some(own.name), place, Some(own.email)];
        let who: Vec<String> = who.into_iter().flatten().collect();
        let mut said = vec![t.with("mail-news-who", "who", who.join(", "))];
        said.extend(own.representative.map(|one| t.with("mail-news-stands", "who", one)));
        said.extend(
            own.data_protection_officer.map(|one| t.with("report-officer", "officer", one)),
        );
        said.join(" ")
    }

    /// What is held, and of which categories (Art. 14(1)(d)).
    fn what(&self, source: &Source) -> Vec<String> {
        let t = self.t;
        let names: Vec<String> = match &source.holds {
            Holds::Identity(_) => columns(source).iter().map(|column| t.name(column)).collect(),
            Holds::Activity(_) => vec![t.name(&source.name)],
        };
        let keys = categories(source);
        let terms: Vec<_> = keys.iter().filter_map(|key| category(key)).collect();
        let labels: Vec<String> = terms.iter().map(|term| t.again(&term.label)).collect();
        let mut all = vec![
            t.with("mail-news-source", "what", t.list(&names)),
            t.with("mail-news-kinds", "kinds", labels.join("; ")),
        ];
        all.extend(terms.iter().filter_map(|term| {
            let law = term.special.as_deref()?;
            Some(protected(&term.label, law, t))
        }));
        all
    }

    /// Where it is from (Art. 14(2)(f)).
    fn whence(&self, source: &Source) -> String {
        let t = self.t;
        t.fill(
            "mail-news-whence",
            [
                ("called", t.again(&source.called).into()),
                ("kind", t.again(source.kind.in_words()).into()),
                ("acquired", t.again(&source.acquired).into()),
            ],
        )
    }

    /// A purpose, why it may be done, and for how long what comes of it is kept (Art. 14(1)(c), (2)(a), (b),
    /// (d) and (g)).
    fn of_use(&self, purpose: &Purpose) -> String {
        let t = self.t;
        let mut said = vec![
            t.with("mail-news-use", "says", t.again(&purpose.says)),
            t.with("report-may", "basis", t.again(purpose.basis.in_words())),
        ];
        said.extend(self.interest(purpose));
        let topic = purpose.consent.as_deref();
        said.extend(topic.map(|topic| t.with("report-needs-yes", "topic", t.title(topic))));
        said.push(self.keeps(purpose));
        said.extend(self.picks(purpose));
        said.join(" ")
    }

    fn interest(&self, purpose: &Purpose) -> Option<String> {
        let interest = self.t.again(purpose.interest.as_deref()?);
        Some(self.t.with("report-interest", "interest", interest))
    }

    fn keeps(&self, purpose: &Purpose) -> String {
        self.t.with("report-keeps", "keep", self.t.again(&purpose.keep.to_string()))
    }

    fn picks(&self, purpose: &Purpose) -> Option<String> {
        Some(Picks::of(self.charter, purpose.decide.as_ref()?).in_words(self.t))
    }

    /// Who may be given it, and what protects it abroad (Art. 14(1)(e) and (f)).
    fn given(&self, uses: &[&Purpose]) -> String {
        let is_given = |one: &&Recipient| uses.iter().any(|of| of.recipients.contains(&one.key));
        let receivers = self.charter.recipients.iter().filter(is_given);
        let receivers: Vec<String> = receivers.map(|one| self.receiver(one)).collect();
        match receivers.as_slice() {
            [] => self.t.say("mail-news-given-nobody"),
            names => self.t.with("mail-news-given", "names", names.join("; ")),
        }
    }

    fn receiver(&self, one: &Recipient) -> String {
        let t = self.t;
        let name = one.name.as_str();
        let (role, country) = (t.again(&one.role), t.again(&country_name(&one.country)));
        let about = [("name", name.into()), ("role", role.into()), ("country", country.into())];
        let said = t.fill("mail-news-receiver", about);
        match &one.safeguard {
            None => said,
            Some(safe) => {
                t.with_two("mail-news-safe", "receiver", said, "safeguard", t.again(safe))
            }
        }
    }

    /// Whom to complain to (Art. 14(2)(e)), and where everything stands.
    fn end(&self) -> [String; 2] {
        let t = self.t;
        let authority = self.charter.controller.authority.as_ref();
        let authority = authority.map_or_else(
            || t.say("mail-authority"),
            |known| format!("{} ({})", t.again(&known.name), known.contact),
        );
        let complain = t.with("mail-news-complain", "authority", authority);
        [complain, t.with("mail-news-notice", "notice", notice_at(self.page))]
    }
}

/// Where the notice is, beside the page of a person: on the same host.
fn notice_at(page: &str) -> String {
    let host: Vec<&str> = page.split('/').take(3).collect();
    format!("{}/notice", host.join("/"))
}

#[cfg(test)]
mod tests {
    use theirs_words::Language;

    use super::*;

    const SAMPLE: &str = include_str!("../../../samples/harbour_books/charter.yaml");
    const SMALL: &str = include_str!("../../theirs-charter/src/read/tests/small.yaml");
    const PAGE: &str = "https://privacy.shop.example";

    fn charter(text: &str) -> Charter {
        Charter::read("charter.yaml", text).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn told(charter: &Charter, source: &str, language: Language) -> String {
        let source = charter.source(source).expect("it is there");
        news_of_source(charter, source, PAGE, &charter.speech(language))
    }

    #[test]
    fn what_article_14_asks_for_is_told_in_each_language() {
        let charter = charter(SAMPLE);
        let english = told(&charter, "lifestyle_broker", Language::English);
        for part in [
            "We are Harbour Books Ltd, 4 Quay Street",
            "hello@harbour-books.example",
            "dpo@harbour-books.example",
            "Income or wealth band we estimate",
            "Glimpse Lifestyle Data (from a data broker)",
            "We did not ask you.",
            "Nobody uses it now.",
            "because we need it to do what you asked of us",
            "You find books that you like, and we sell more of them.",
            "It needs your yes to:",
            "A rule picks people for this",
            "Royal Letters (processor, ",
            "How long we keep it: with no set end, until you have it erased.",
            "What this makes is kept for 24 months.",
            "put right",
            "have it deleted",
            "take a copy home",
            "You may say no to marketing at any time.",
            "privacy@harbour-books.example",
            "Information Commissioner's Office (ico.org.uk/make-a-complaint)",
            "https://privacy.shop.example/notice",
        ] {
            assert!(english.contains(part), "{part}: {english}");
        }
        let french = told(&charter, "lifestyle_broker", Language::French);
        for part in [
            "Nous sommes Harbour Books Ltd",
            "d'un vendeur de données",
            "parce que nous en avons besoin pour faire ce que vous nous avez demandé",
            "Royal Letters (sous-traitant, ",
            "sans fin fixée, jusqu'à ce que vous le fassiez effacer",
            "vous plaindre",
            "https://privacy.shop.example/notice",
        ] {
            assert!(french.contains(part), "{part}: {french}");
        }
        assert_eq!(english.split("\n\n").count(), french.split("\n\n").count());
    }

    #[test]
    fn what_no_purpose_may_see_is_said_to_serve_nothing() {
        let text = told(&charter(SAMPLE), "app_locations", Language::English);
        for part in ["None of our uses looks at it yet.", "We give it to nobody."] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("We may do it"), "{text}");
    }

    #[test]
    fn how_long_it_is_kept_is_the_charter_s_word() {
        let kept = SAMPLE.replacen(
            "    file: broker.csv\n",
            "    file: broker.csv\n    keep: 6 months\n",
            1,
        );
        let text = told(&charter(&kept), "lifestyle_broker", Language::English);
        assert!(text.contains("6 months after you last did something with us"), "{text}");
    }

    #[test]
    fn a_test_is_told_with_its_reason_and_other_uses_are_not() {
        let trial = "purposes:
  try_broker:
    category: measure.campaign
    basis: legitimate interest
    interest: We buy nothing that we do not need.
    says: We test whether bought data would help.
    output: verdict
    tests: { source: broker, margin: 1.5 %, ends: 2027-03-01 }
    columns: [city, income_band]
    keep: 1 month
";
        let text =
            told(&charter(&SMALL.replacen("purposes:\n", trial, 1)), "broker", Language::English);
        for part in [
            "only a yes or a no comes out",
            "What for: We test whether bought data would help.",
            "because we have a fair reason",
            "We buy nothing that we do not need.",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("card on your birthday") && !text.contains("Nobody uses"), "{text}");
    }

    #[test]
    fn a_new_purpose_is_told_with_its_basis_its_time_and_who_is_given_something() {
        let charter = charter(SAMPLE);
        let card = charter.purpose("book_card").expect("it is there");
        let told =
            |language| news_of_purpose(&charter, card, "city", PAGE, &charter.speech(language));
        let (english, french) = (told(Language::English), told(Language::French));
        for part in [
            "We want to use your data for something new: We send you a card by post now and then",
            "We may, because we have a fair reason. For this we look at city.",
            "You hear of books that you may like",
            "Royal Letters (processor, ",
            "kept for 12 months",
            "Do it on your page",
            "complain to the Information Commissioner's Office",
            "https://privacy.shop.example/notice",
        ] {
            assert!(english.contains(part), "{part}: {english}");
        }
        assert!(french.contains("Nous voulons utiliser vos données pour quelque chose de nouveau"));
    }

    #[test]
    fn the_notice_is_on_the_host_of_the_page() {
        assert_eq!(notice_at("https://shop.example"), "https://shop.example/notice");
        assert_eq!(notice_at("https://shop.example/me/"), "https://shop.example/notice");
    }
}
