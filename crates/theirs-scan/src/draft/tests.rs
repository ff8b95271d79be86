//! Every draft reads back as a charter without a problem.

use jiff::civil::date;
use tempfile::tempdir;
use theirs_charter::{Charter, Holds};

use super::{draft, slips, unplaced};
use crate::finding::ScannedTable;
use crate::table::{Column, Origin, Table};
use crate::{open, scan};

fn read(text: &str) -> Charter {
    Charter::read("charter.yaml", text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

fn scanned(name: &str, columns: &[(&str, &[&str])]) -> ScannedTable {
    let column = |(name, values): &(&str, &[&str])| Column::new(name, values.iter().copied());
    let columns: Vec<Column> = columns.iter().map(column).collect();
    let rows = columns.iter().map(|column| column.filled).max().unwrap_or(0);
    let origin = Origin::File { path: format!("in/{name}.csv"), table: None };
    let table =
        Table { origin, name: name.to_owned(), columns, unread: Vec::new(), rows, is_whole: true };
    scan(&table, date(2026, 3, 2))
}

#[test]
fn the_bookshop_is_drafted_as_its_own_charter_has_it() {
    let folder = tempdir().unwrap();
    harbour_books::write(folder.path(), harbour_books::SEED, harbour_books::TODAY).unwrap();
    std::fs::remove_file(folder.path().join("truth.csv")).unwrap();
    let shown = open(folder.path().to_str().unwrap()).unwrap();
    let tables: Vec<_> = shown.tables.iter().map(|table| scan(table, date(2026, 3, 2))).collect();
    let text = draft(&tables);
    let drafted = read(&text);
    let own = read(&std::fs::read_to_string(folder.path().join("charter.yaml")).unwrap());
    for source in &own.sources {
        let same =
            drafted.sources.iter().find(|d| (&d.file, &d.table) == (&source.file, &source.table));
        let same = same.unwrap_or_else(|| panic!("{} is not drafted\n{text}", source.name));
        match (&source.holds, &same.holds) {
            (Holds::Identity(own), Holds::Identity(drafted)) => assert_eq!(own.key, drafted.key),
            (Holds::Activity(own), Holds::Activity(drafted)) => {
                assert_eq!(
                    (&own.time, &own.person.column),
                    (&drafted.time, &drafted.person.column)
                );
            }
            _ => panic!("{} is drafted as something else\n{text}", source.name),
        }
    }
    assert!(drafted.sources.iter().any(|source| source.kind.is_outside()), "{text}");
}

#[test]
fn a_column_named_for_people_refers_to_a_key_of_another_name() {
    let clients = scanned(
        "Clients 2024",
        &[
            ("Kd_Nr", &["K-1", "K-2", "K-3", "K-4"]),
            ("First Name", &["Emma", "Hans", "Ada", "Paul"]),
            ("DOB", &["02/03/1961", "04/05/1970", "01/01/1999", "07/08/1984"]),
        ],
    );
    let visits = scanned(
        "visits",
        &[
            ("cust", &["K-1", "K-1", "K-3"]),
            ("at", &["2026-01-01 09:00:00", "2026-01-02 09:00:00", "2026-01-03 10:00:00"]),
            ("page", &["/a", "/b", "/a"]),
        ],
    );
    let text = draft(&[clients, visits]);
    assert!(text.contains("person: { source: clients_2024, column: cust }"), "{text}");
}

#[test]
fn a_small_draft_says_what_a_human_must_decide() {
    let clients = scanned(
        "Clients 2024",
        &[
            ("Client No", &["K-1", "K-2", "K-3", "K-4"]),
            ("First Name", &["Emma", "Hans", "Ada", "Paul"]),
            ("DOB", &["02/03/1961", "04/05/1970", "01/01/1999", "07/08/1984"]),
            ("Newsletter", &["yes", "no", "no", "yes"]),
            ("Favourite", &["red", "blue", "red", "green"]),
        ],
    );
    let visits = scanned(
        "visits",
        &[
            ("client_no", &["K-1", "K-1", "K-3", "K-2", "K-4"]),
            (
                "at",
                &[
                    "2026-01-01 09:00:00",
                    "2026-01-02 09:00:00",
                    "2026-01-03 10:00:00",
                    "2026-01-04 11:00:00",
                    "2026-01-05 12:00:00",
                ],
            ),
            ("page", &["/a", "/b", "/a", "/c", "/a"]),
        ],
    );
    let products = scanned("products", &[("sku", &["A", "B"]), ("price", &["1.00", "2.00"])]);
    let text = draft(&[clients, visits, products]);
    read(&text);
    insta::assert_snapshot!(text, @r#"
    # A draft, made by `theirs scan --draft` from what was found. Nothing in it is promised yet:
    # read it, put right what it guessed, and replace every sentence that begins with "Say here".
    # It is inert until `theirs charter apply`.
    charter: 1
    time_zone: Europe/London        # the zone in which your days begin and end

    controller:                     # who answers for the data
      name: Say here who you are
      email: hello@your-organisation.example

    sources:
      clients_2024:
        kind: internal              # or subject, if people typed it in; partner, broker or public
        called: Clients 2024
        acquired: Say here how you got this, as you would say it to the people in it.
        file: Clients 2024.csv
        holds: identity
        key: Client No
        columns:
          Client No: id.customer.client_no
          First Name: identity.name.given
          DOB: { category: demo.birthdate, format: "%d/%m/%Y" }  # or %m/%d/%Y: no value tells day from month
          Newsletter: { consent: newsletter }  # say what people agree or object to
          Favourite: preference.stated
      visits:
        kind: internal              # or subject, if people typed it in; partner, broker or public
        called: Visits
        acquired: Say here how you got this, as you would say it to the people in it.
        file: visits.csv
        time_zone: Europe/London    # instants in it do not say in which zone they were written
        holds: activity
        category: behaviour.browsing_own
        # key: the column that names a row, if there is one
        time: at
        person: { source: clients_2024, column: client_no }
        columns:
          at: timestamp
          page: text
      # Left out: in/products.csv. Nothing in it leads to a person.

    purposes:                       # what data may be used for: say yours; this one lets you answer people
      answer_you:
        category: service.support
        basis: contract
        says: We look up your details to answer you when you write to us.
        columns: [given_name]
        keep: 24 months

    roles:                          # which colleagues may use which purposes
      service: { says: our customer service, purposes: [answer_you] }
      privacy: { says: our privacy officer, purposes: [], may_see_records: true }
    "#);
}

#[test]
fn tables_of_nobody_and_of_anybody_make_a_charter_too() {
    read(&draft(&[]));
    let weird = scanned(
        "1 # odd: name\n",
        &[
            ("e-mail: \"x\" #", &["a@shop.example", "b@shop.example", "c@shop.example"]),
            ("email 2", &["d@shop.example", "e@shop.example", "f@shop.example"]),
            ("email", &["g@shop.example", "h@shop.example", "i@shop.example"]),
            ("vorname", &["Emma", "Hans", "Ada"]),
            ("nachname", &["Smith", "Jones", "Weber"]),
            ("person_id", &["1", "2", "3"]),
            ("age", &["31", "42", "53"]),
            ("dob", &["1961-12-03", "1970-01-01", "1988-02-02"]),
        ],
    );
    let again = scanned(
        "people",
        &[
            ("id", &["7", "8"]),
            ("email", &["q@shop.example", "r@shop.example"]),
            ("age", &["31", "x"]),
            ("birth_date", &["1961", "1970"]),
        ],
    );
    let orphan = scanned(
        "orders",
        &[
            ("customer_id", &["x-1", "x-2", "x-1"]),
            (
                "ordered_at",
                &["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z"],
            ),
        ],
    );
    let bought = scanned(
        "experian_append",
        &[
            ("urn", &["u-1", "u-2", "u-3"]),
            ("email", &["s@shop.example", "t@shop.example", "u@shop.example"]),
            ("mosaic_group", &["A", "B", "C"]),
            ("opt_in", &["yes", "no", "yes"]),
            ("do_not_call", &["yes", "no", "yes"]),
        ],
    );
    read(&draft(&[weird, again, orphan, bought]));
}

const MAILS: &[&str] = &["a@m.example", "b@m.example", "b@m.example", "c@m.example"];

#[test]
fn what_no_charter_can_bear_is_named_with_what_it_holds() {
    let faiths: &[&str] = &["hindu", "muslim", "muslim", "jewish"];
    let bare = scanned("bare", &[("mail", MAILS), ("religion", faiths)]);
    let products = scanned("products", &[("sku", &["A", "B"]), ("price", &["1.00", "2.00"])]);
    let left = unplaced(&[bare, products]);
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].what, "in/bare.csv");
    assert!(left[0].because.contains("no column says when"), "{}", left[0].because);
    let holds: Vec<&str> = left[0].holds.iter().map(|(_, category)| *category).collect();
    assert_eq!(holds, ["contact.email", "sensitive.religion"]);
}

#[test]
fn one_bought_column_does_not_make_its_file_bought() {
    let clients = scanned(
        "clients",
        &[
            ("client_id", &["1", "2", "3", "4"]),
            ("first_name", &["Emma", "Hans", "Ada", "Paul"]),
            ("mosaic_group", &["A01", "G28", "G28", "O63"]),
            ("kids_ages", &["3;5", "7", "7", "2"]),
            ("religion", &["hindu", "muslim", "muslim", "jewish"]),
        ],
    );
    let text = draft(&[clients]);
    let charter = read(&text);
    assert!(!charter.sources[0].kind.is_outside(), "{text}");
    for line in
        ["mosaic_group: external.broker  # it looks bought", "kids_ages: household.children"]
    {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn the_same_text_in_many_rows_gives_away_an_illness_all_the_same() {
    let notes = ["her mother has cancer, keep it between us please"; 40];
    let ids: Vec<String> = (0..40).map(|id| id.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let table = scanned("clients", &[("client_id", &ids), ("remarks", &notes)]);
    let told: Vec<_> = table.columns[1].findings.iter().map(|found| found.category).collect();
    assert!(told.contains(&"sensitive.health") || !slips(&[table]).is_empty(), "{told:?}");
}

#[test]
fn a_list_of_addresses_with_when_each_changed_is_of_people() {
    let emails: Vec<String> = (0..40).map(|number| format!("a{number}@reader.example")).collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let days: Vec<String> =
        (0..40).map(|number| format!("2026-02-{:02}", number % 28 + 1)).collect();
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    let numbers: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    for (name, columns, key) in [
        ("newsletter", vec![("email", &emails[..]), ("updated_at", &days[..])], "email"),
        ("logins", vec![("id", &numbers[..]), ("email", &emails), ("changed", &days)], "id"),
        ("liste", vec![("courriel", &emails[..]), ("modifie_le", &days)], "courriel"),
    ] {
        let charter = read(&draft(&[scanned(name, &columns)]));
        let Holds::Identity(identity) = &charter.sources[0].holds else { panic!("{name}") };
        assert_eq!((charter.sources.len(), identity.key.as_str()), (1, key), "{name}");
    }
    // Where something happened, and an address comes twice, it is what happened.
    let twice: Vec<&str> = emails.iter().map(|_| "a1@reader.example").collect();
    let visits = [("email", &twice[..]), ("visited_at", &days)];
    assert!(draft(&[scanned("visits", &visits)]).contains("holds: activity"));
}
