use insta::assert_snapshot;
use theirs_charter::Charter;

use super::*;
use crate::done::{Practice, Yeses};
use crate::flow::read;
use crate::price::{Price, Variant};

fn sample() -> Charter {
    let text = include_str!("../../../../samples/harbour_books/charter.yaml");
    Charter::read("charter.yaml", text).expect("the sample is sound")
}

fn journey() -> Charter {
    let text = include_str!("../../../../studies/complete_journey/charter.yaml");
    Charter::read("charter.yaml", text).expect("the study is sound")
}

/// What the sample's folder counts on its day.
fn sample_done() -> Done {
    let mut done = Done { people: 2_000, ..Done::default() };
    done.held.insert("lifestyle_broker".to_owned(), 656);
    done.concerned.insert("lifestyle_broker".to_owned(), 612);
    done.held.insert("web_events".to_owned(), 19_898);
    done.consents.insert("newsletter".to_owned(), Yeses { given: 837, too_old: 421 });
    let roles = ["marketing".to_owned()].into();
    done.purposes.insert("birthday_offer".to_owned(), Practice { uses: 1, shares: 1, roles });
    done
}

fn found(report: &Report) -> Vec<String> {
    report.findings.iter().map(|one| format!("{} {}", one.flow, one.rule)).collect()
}

#[test]
fn the_sample_has_its_six_planted_practices_and_no_other() {
    let report = audit(&sample(), Some(&sample_done()), "charter.yaml");
    assert_snapshot!(found(&report).join("\n"), @r#"
    app_locations location.unused
    lifestyle_broker lifeevent.inferred
    lifestyle_broker broker.consent_unchecked
    birthday_offer consent.expired
    birth_date held.finer_than_needed
    analyst access.wide
    "#);
    let lines: Vec<Option<usize>> = report.findings.iter().map(|one| one.line).collect();
    assert!(lines.iter().all(Option::is_some), "{lines:?}");
}

#[test]
fn without_what_was_done_a_charter_shows_all_but_the_old_yeses() {
    let report = audit(&sample(), None, "charter.yaml");
    assert_eq!(report.findings.len(), 5);
    assert!(!report.findings.iter().any(|one| one.rule == "consent.expired"));
}

#[test]
#[allow(clippy::too_many_lines, reason = "all of it is what people read")]
fn the_sample_is_told_with_the_worst_first_and_the_treasure_last() {
    assert_snapshot!(audit(&sample(), Some(&sample_done()), "charter.yaml").to_string(), @r#"
    Harbour Books: 1 hard stop, 2 practices that were costly for others and 3 duties not kept.

    1. Exact positions lie here and nobody needs them
       app_locations, charter.yaml:187 (location.unused)
       what     Where you were: An old version of our phone app sent us where you were. Nobody should be
                using this. No purpose uses it.
       law      Hard stop. No purpose needs these positions, so nothing allows keeping them; they say
                where people sleep.
                Tim Hortons, 2022 (OPC with Quebec, Alberta and British Columbia): noted positions while
                its app was closed, to infer home, work and visits to competitors; found well founded
                (PIPEDA 2022-001); the authority could set no fine.
       trust    People refuse it. Outside the relationship: people accept that less than what a firm
                learns from them. Of six practices in a survey, a message that names a place one visited
                came fourth, the first that more people found creepy than welcome. It is of no use to
                them. A notice tells it.
       press    "Harbour Books keeps where exactly its clients were, and has not said what for."
       instead  Stop the collector, then delete the trail.
                If the nearest shop matters, keep which shop people bought in, and no position.
       costs    Nothing: no purpose uses it, so no result hangs on it.

    2. Family and life events are guessed at
       lifestyle_broker, charter.yaml:171 (lifeevent.inferred)
       what     Glimpse Lifestyle Data: A data broker offered us this file. We did not ask you. No
                purpose uses it. It has 656 rows, of 612 of 2,000 people.
       law      Costly for others. The best known case had no regulator: a guess at a pregnancy reached
                the family, and is told to this day. Where such a guess shows health, GDPR Art. 9
                applies.
                Target, 2012 (the press; no regulator): inferred pregnancy from baskets; coupons reached
                the family; no fine; a decade as the example of how not to.
       trust    People refuse it. Outside the relationship and guessed: the corner that people accept
                least. It is of no use to them. A notice tells it. Much of what brokers say of people is
                wrong, and people notice.
       press    "Harbour Books holds what others say of the families and lives of its clients."
       instead  Ask: "Is there a day you would like us to remember?"
                Let people choose a list (baby, moving house) themselves, and leave it again.
                Show the offer to everybody on the page, and address nobody by it.
       costs    Nothing: no purpose uses it, so no result hangs on it.

    3. Nobody checked what the people in a bought file agreed to
       lifestyle_broker, charter.yaml:171 (broker.consent_unchecked)
       what     Glimpse Lifestyle Data: A data broker offered us this file. We did not ask you. No
                purpose uses it. It has 656 rows, of 612 of 2,000 people.
       law      Costly for others. Whoever uses bought data answers for the yes that the seller says to
                have; that the seller warrants it is not enough.
                HUBSIDE.STORE, 2024 (CNIL SAN-2024-004): rang up people from brokers whose forms had
                misled them; EUR 525,000.
                Gravy Analytics / Venntel, 2025 (FTC): bought positions without checking suppliers'
                consent, and made groups by health, religion and politics; banned by a final order of
                January 2025.
       trust    People refuse it. Outside the relationship and guessed: the corner that people accept
                least. It is of no use to them. A notice tells it. Much of what brokers say of people is
                wrong, and people notice.
       press    "Harbour Books holds what data dealers say of its clients: names, e-mail addresses,
                postal addresses, guesses at their income, who lives with them and guesses at events in
                their lives."
       instead  Ask people themselves: a question on the account page, with the reason beside it.
                Use what your own sources say of the same (see the treasure below).
                Have each person's yes shown by the seller, check a sample, and tell people at once.
                Delete the file, if nothing needs it.
       costs    Nothing: no purpose uses it, so no result hangs on it.

    4. Some of those who said yes did so too long ago
       birthday_offer, charter.yaml:225 (consent.expired)
       what     We send you a small gift voucher by post in the two weeks before your birthday.
       law      A duty not kept. 421 yeses are older than they are let count here. Canada's law ends an
                implied one two years after the last purchase and six months after a question, and
                writing on is writing without one; elsewhere a yes has no fixed end, but must still be
                what people want.
                Compu-Finder, 2015 (CRTC): sent e-mails without consent and with an unsubscribe that did
                not work; CAD 1.1 million, reduced to CAD 200,000.
       trust    People doubt it. Inside the relationship, and said or seen there: what people accept
                best. Of six practices in a survey, the birthday offer was the most welcome. They were
                asked first, some long ago. A notice tells it.
       press    "Harbour Books counts on 421 yeses that people gave long ago."
       instead  Ask them once whether they still want it, and stop where no answer comes.
                Let every purchase or click renew the question, never the yes.

    5. It is kept more exactly than anything uses it
       birth_date, charter.yaml:34 (held.finer_than_needed)
       what     birth_date is kept whole, from crm and newsletter. The purposes see it only as an age
                group of ten years; only the day and month, not the year. Joining records compares it
                whole; a keyed digest would do for that.
       law      A duty not kept. Data is kept no more exactly than its purposes need (GDPR Art.
                5(1)(c)).
       trust    People accept it. Inside the relationship, and said or seen there: what people accept
                best. They can say no. A notice tells it.
       press    "Harbour Books keeps dates of birth more exactly than it uses them."
       instead  Keep what the purposes see: day and month for a birthday, ten years of age for figures.
                Ask new clients for the day and month alone, and say what for.
       costs    Nothing: no purpose sees it so exactly, so no result hangs on it.

    6. A role can come at more than its work needs
       analyst, charter.yaml:316 (access.wide)
       what     our analysts may use shop_figures, reading_tips, birthday_offer, book_card and
                town_figures.
       law      A duty not kept. analyst can do all that marketing can, and more. It never used
                shop_figures, reading_tips, birthday_offer, book_card and town_figures. Access goes with
                the work (GDPR Art. 25(2) and 32).
       trust    Nothing is known. None of the studies asked people about this.
       press    "Harbour Books lets some of its staff reach more of people's data than their work seems
                to need."
       instead  Take out of the role what another role does already, and what it never used.
                Give it the groups (`output: aggregate`) instead of the people.

    Unused treasure
       web_events: page, genre (what they looked at on its pages, 19,898 rows)
         - a reminder of what somebody left in the cart, once and by a letter they asked for
         - suggestions from the pages that people look at while signed in
         - a word when something they looked at is there again or costs less
       orders: total (what they spend)
         instead of lifestyle_broker.income_band, 656 rows
         - what they spend here says what they will spend here; an income does not

    The law is judged by precedents of one table, trust by two studies and a survey's order. No finding
    is no proof that a practice is lawful, and none says what would happen here.
    "#);
}

#[test]
fn the_grocer_hears_what_its_till_knows_and_nobody_asks() {
    let mut done = Done { people: 2_469, ..Done::default() };
    for (source, held) in [("demographics", 801), ("transactions", 1_469_307)] {
        done.held.insert(source.to_owned(), held);
    }
    let column = |name: &str| ("transactions".to_owned(), name.to_owned());
    done.spoken.insert(column("coupon_disc"), 1_559);
    done.spoken.insert(column("coupon_match_disc"), 1_013);
    assert_snapshot!(audit(&journey(), Some(&done), "charter.yaml").to_string(), @r#"
    Complete Journey study: 2 practices that were costly for others.

    1. Family and life events are guessed at
       demographics, charter.yaml:70 (lifeevent.inferred)
       what     demographics: We were offered this file about some of our households; you did not give
                it to us. No purpose uses it. It has 801 rows.
       law      Costly for others. The best known case had no regulator: a guess at a pregnancy reached
                the family, and is told to this day. Where such a guess shows health, GDPR Art. 9
                applies.
                Target, 2012 (the press; no regulator): inferred pregnancy from baskets; coupons reached
                the family; no fine; a decade as the example of how not to.
       trust    People refuse it. Outside the relationship and guessed: the corner that people accept
                least. It is of no use to them. A notice tells it. Much of what brokers say of people is
                wrong, and people notice.
       press    "Complete Journey study holds what others say of the families and lives of its clients."
       instead  Ask: "Is there a day you would like us to remember?"
                Let people choose a list (baby, moving house) themselves, and leave it again.
                Show the offer to everybody on the page, and address nobody by it.

    2. Nobody checked what the people in a bought file agreed to
       demographics, charter.yaml:70 (broker.consent_unchecked)
       what     demographics: We were offered this file about some of our households; you did not give
                it to us. No purpose uses it. It has 801 rows.
       law      Costly for others. Whoever uses bought data answers for the yes that the seller says to
                have; that the seller warrants it is not enough.
                HUBSIDE.STORE, 2024 (CNIL SAN-2024-004): rang up people from brokers whose forms had
                misled them; EUR 525,000.
                Gravy Analytics / Venntel, 2025 (FTC): bought positions without checking suppliers'
                consent, and made groups by health, religion and politics; banned by a final order of
                January 2025.
       trust    People refuse it. Outside the relationship and guessed: the corner that people accept
                least. It is of no use to them. A notice tells it. Much of what brokers say of people is
                wrong, and people notice.
       press    "Complete Journey study holds what data dealers say of its clients: age groups, guesses
                at their income, guesses at events in their lives, who lives with them and facts about
                their children."
       instead  Ask people themselves: a question on the account page, with the reason beside it.
                Use what your own sources say of the same (see the treasure below).
                Have each person's yes shown by the seller, check a sample, and tell people at once.
                Delete the file, if nothing needs it.

    Unused treasure
       transactions: basket_id (what they bought, 1,469,307 rows)
         - what goes with what they bought: two things that lie in one basket
         - a reminder when something is used up
       transactions: coupon_disc, coupon_match_disc (what they spend, 1,469,307 rows)
         coupon_disc says something of 1,559 of 2,469 people
         coupon_match_disc says something of 1,013 of 2,469 people
         - vouchers for those who use them, and none for those who buy anyway
         - thanking the most loyal, by what they spend rather than by a bought income
       transactions: sales_value, retail_disc, coupon_disc, coupon_match_disc (what they spend, 1,469,307 rows)
         instead of demographics.income, 801 rows
         coupon_disc says something of 1,559 of 2,469 people
         coupon_match_disc says something of 1,013 of 2,469 people
         - what they spend here says what they will spend here; an income does not

    The law is judged by precedents of one table, trust by two studies and a survey's order. No finding
    is no proof that a practice is lawful, and none says what would happen here.
    "#);
}

#[test]
fn what_people_accept_raises_nothing() {
    let text = "flows:\n- name: tips\n  purpose: personalise.recommend\n  basis: legitimate_interest\n  \
                data: [{ category: purchase.history }]\n";
    let report = audit_flows(&read("flows.yaml", text).expect("a flow"), "The shop", "flows.yaml");
    assert_snapshot!(report.summary(), @r#"Nothing was found in 1 practice of The shop."#);
    assert!(report.hard_stops() == 0 && report.two_keys.is_empty());
}

#[test]
fn a_program_reads_the_three_judgements_apart() {
    let text = "flows:\n- name: trail\n  data: [{ category: location.precise, source: partner }]\n";
    let report = audit_flows(&read("flows.yaml", text).expect("a flow"), "The shop", "flows.yaml");
    let json = serde_json::to_value(&report).expect("it is plain data");
    let finding = &json["findings"][0];
    assert_eq!(finding["regulatory"]["weight"], "hard_stop");
    assert_eq!(finding["trust"]["acceptance"], "refused");
    assert!(finding["oppositional"]["sentence"].as_str().expect("a text").starts_with("The shop "));
    assert_eq!(json["two_keys"]["trail"][0], "location.unused");
}

#[test]
fn sarif_points_at_the_lines_of_the_charter() {
    let report = audit(&sample(), None, "charter.yaml");
    let sarif: serde_json::Value =
        serde_json::from_str(&report.sarif().expect("it is written")).expect("it is JSON");
    let outcomes = sarif["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(outcomes.len(), report.findings.len());
    let text = sample().text;
    for (outcome, finding) in outcomes.iter().zip(&report.findings) {
        let place = &outcome["locations"][0]["physicalLocation"];
        let line = place["region"]["startLine"].as_u64().expect("a line");
        let line =
            text.lines().nth(usize::try_from(line).expect("small") - 1).expect("it is there");
        assert!(
            line.trim().starts_with("born:") || line.trim().starts_with(&finding.flow),
            "{line}"
        );
        assert_eq!(place["artifactLocation"]["uri"], "charter.yaml");
    }
    assert_eq!(sarif["version"], "2.1.0");
    assert!(sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("a list").len() > 40);
}

#[test]
fn the_page_loads_nothing_and_sets_the_sentence_of_each_finding() {
    let report = audit(&sample(), Some(&sample_done()), "charter.yaml");
    let page = report.page("2 March 2026").expect("it is made");
    let local = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!local.contains("<script") && !local.contains("http://") && !local.contains("src="));
    assert_eq!(page.matches("<blockquote>").count(), report.findings.len());
    assert!(page.contains("Unused treasure") && page.contains("<svg"));
}

#[test]
fn a_safer_variant_has_the_price_that_a_campaign_measured_and_what_is_unused_costs_nothing() {
    let mut done = sample_done();
    let without = Variant { says: "Without city".to_owned(), lost: [0.004, -0.01, 0.018] };
    let price = Price {
        campaign: "Our spring card".to_owned(),
        day: "2 March 2026".to_owned(),
        decisions: 1_204,
        variants: vec![without],
    };
    done.prices.insert("birthday_offer".to_owned(), vec![price]);
    let report = audit(&sample(), Some(&done), "charter.yaml");
    let costs = |flow: &str| {
        let found = report.findings.iter().find(|one| one.flow == flow);
        found.expect("it is found").costs.join(" ")
    };
    let price = "Measured for Our spring card on 2 March 2026 (1,204 decisions): Without city: 0.4 % of its \
                 profit lost (-1.0 to 1.8).";
    assert_eq!(costs("birthday_offer"), price);
    assert_snapshot!(costs("app_locations"), @"Nothing: no purpose uses it, so no result hangs on it.");
    assert_snapshot!(costs("birth_date"), @"Nothing: no purpose sees it so exactly, so no result hangs on it.");
    assert_eq!(costs("analyst"), "", "whoever may see less costs no result that was measured");
    let untold = audit(&sample(), None, "charter.yaml");
    assert!(untold.findings.iter().all(|one| one.costs.is_empty()));
}

#[test]
fn what_a_file_of_flows_leaves_out_is_asked_for() {
    let text = "flows:\n- name: tips\n  purpose: personalise.recommend\n  told: in_notice\n  \
                data: [{ category: purchase.history }]\n";
    let report = audit_flows(&read("flows.yaml", text).expect("a flow"), "This firm", "flows.yaml");
    assert!(report.findings.is_empty());
    let asked = report.assumed.iter().map(Assumed::in_words).collect::<Vec<_>>();
    let taken = "tips: that something allows it (basis), that people can say no, and it stops (choice) and that it \
                 ends in time (keep)";
    assert_eq!(asked.join("\n"), taken);
    assert_eq!(report.failing(FailOn::Keys), None);
    assert!(report.failing(FailOn::Any).is_some());
}

#[test]
fn of_a_draft_no_notice_tells_and_no_treasure_is_what_a_finding_names() {
    let basket = |report: &Report| {
        report.treasures.iter().any(|one| one.columns.contains(&"basket_id".to_owned()))
    };
    let bare = audit_beside(&journey(), None, DRAFT, Beside::default());
    assert!(basket(&bare));
    let mut beside = Beside::default();
    beside.slip("transactions.csv", "basket_id", "sensitive.health");
    let report = audit_beside(&journey(), None, DRAFT, beside);
    assert!(!basket(&report), "{report}");
    let told = report.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("No notice tells it yet.") && !told.contains("A notice tells it."));
}

#[test]
fn a_treasure_is_pointed_at_only_where_there_is_one() {
    let text = "flows:\n- name: bought\n  data: [{ category: inferred.income, source: broker }]\n";
    let report = audit_flows(&read("flows.yaml", text).expect("a flow"), "This firm", "flows.yaml");
    let told = report.to_string();
    assert!(told.contains("Use what your own sources say of the same."), "{told}");
    assert!(!told.contains("treasure below"), "{told}");
}

#[test]
fn what_was_taken_for_granted_of_many_flows_is_told_in_one_line() {
    let flow = |name: &str| format!("- name: {name}\n  data: [{{ category: contact.email }}]\n");
    let told = |names: &[&str]| {
        let flows: String = names.iter().map(|name| flow(name)).collect();
        let flows = read("flow.yaml", &format!("flows:\n{flows}")).expect("flows");
        let text = audit_flows(&flows, "This firm", "flow.yaml").to_string();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let few = told(&["a", "b", "c"]);
    assert!(few.contains("a: that something allows it (basis)"), "{few}");
    let many = told(&["a", "b", "c", "d"]);
    assert!(many.contains("Of 4 flows: that something allows it (basis) (of 4)"), "{many}");
    assert!(!many.contains("a: that"), "{many}");
}
