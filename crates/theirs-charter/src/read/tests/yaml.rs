//! Texts that are not YAML, or no map.

use insta::assert_snapshot;

use super::{changed, errors, refused};

#[test]
fn empty_file() {
    assert_snapshot!(errors(""), @r#"
    charter.yaml:1:1: this charter is empty
      "theirs init" writes a first one
    "#);
}

#[test]
fn only_comments() {
    assert_snapshot!(errors("# to be written\n\n"), @r#"
    charter.yaml:1:1: this charter is empty
      1 | # to be written
        | ^ "theirs init" writes a first one
    "#);
}

#[test]
fn list_instead_of_a_map() {
    assert_snapshot!(errors("- charter: 1\n- roles: []\n"), @r#"
    charter.yaml:1:1: a charter must be a map
      1 | - charter: 1
        | ^ write "name: value" lines
    "#);
}

#[test]
fn text_instead_of_a_map() {
    assert_snapshot!(errors("Dear reader"), @r#"
    charter.yaml:1:1: a charter must be a map
      1 | Dear reader
        | ^^^^^^^^^^^ write "name: value" lines
    "#);
}

#[test]
fn tab_in_the_indentation() {
    assert_snapshot!(refused("  crm:\n    kind: internal", "  crm:\n	kind: internal"), @r#"
    charter.yaml:7:1: a tab indents "kind: internal"
      7 | 	kind: internal
        | ^ YAML is indented with spaces only
    "#);
    assert_snapshot!(refused("    key: client_no\n", "    key: client_no\n    	time: updated\n"), @r#"
    charter.yaml:12:5: a tab indents "time: updated"
      12 |     	time: updated
         |     ^ YAML is indented with spaces only
    "#);
}

#[test]
fn bracket_left_open() {
    assert_snapshot!(refused("purposes: [card]", "purposes: [card"), @"
    charter.yaml:70:26: this is not YAML: mismatched bracket '[' closed by '}'
      70 |   marketing: { purposes: [card }
         |                          ^
    ");
    assert_snapshot!(errors("charter: [1"), @"
    charter.yaml:1:10: this is not YAML: unclosed bracket '['
      1 | charter: [1
        |          ^ close it with ] or }
    ");
}

#[test]
fn bracket_too_many() {
    assert_snapshot!(refused("contact.email: [crm]", "contact.email: [crm]]"), @"
    charter.yaml:50:23: this is not YAML: misplaced bracket
      50 |   contact.email: [crm]]
         |                       ^ nothing is open that this could close; a text of it needs quotes
    ");
}

#[test]
fn quote_left_open() {
    assert_snapshot!(refused(r#""%d/%m/%Y""#, r#""%d/%m/%Y"#), @r#"
    charter.yaml:15:49: this is not YAML: unclosed quote
      15 |       born: { category: demo.birthdate, format: "%d/%m/%Y }
         |                                                 ^ close the quote on this line
    "#);
}

#[test]
fn colon_in_a_text() {
    assert_snapshot!(refused("acquired: You bought from us.", "acquired: You bought: from us."), @r#"
    charter.yaml:21:25: this is not YAML: mapping values are not allowed in this context
      21 |     acquired: You bought: from us.
         |                         ^ is the indentation right? a text with ": " needs quotes
    "#);
}

#[test]
fn indentation_that_goes_astray() {
    assert_snapshot!(refused("    file: crm.csv", "   file: crm.csv"), @"
    charter.yaml:9:4: this is not YAML: while parsing a block mapping, did not find expected key
      9 |    file: crm.csv
        |    ^ is everything here indented as its neighbours are?
    ");
    assert_snapshot!(refused("    file: crm.csv", "     file: crm.csv"), @r#"
    charter.yaml:9:10: this is not YAML: mapping values are not allowed in this context
      9 |      file: crm.csv
        |          ^ is the indentation right? a text with ": " needs quotes
    "#);
}

#[test]
fn character_that_yaml_keeps() {
    assert_snapshot!(refused("key: client_no", "key: @client_no"), @"
    charter.yaml:11:10: this is not YAML: unexpected character: '@'
      11 |     key: @client_no
         |          ^ a text that begins with this character needs quotes
    ");
    assert_snapshot!(refused("key: client_no", "key: *client_no"), @"
    charter.yaml:11:10: this is not YAML: alias references unknown anchor
      11 |     key: *client_no
         |          ^ a text that begins with * needs quotes
    ");
}

#[test]
fn character_that_cannot_be_seen() {
    assert_snapshot!(refused("key: client_no", "key: client\u{1}no"), @r#"
    charter.yaml:11:10: this is not YAML: unexpected character: '\u{1}'
      11 |     key: client�no
         |          ^ take it out: it is a character that cannot be seen
    "#);
}

#[test]
fn two_documents() {
    assert_snapshot!(refused("sources:\n", "---\nsources:\n"), @r#"
    charter.yaml:6:1: a charter is one document, and a second begins here
      6 | sources:
        | ^ take out the line "---"
    "#);
}

#[test]
fn name_that_is_missing() {
    assert_snapshot!(refused("    key: client_no", "    : client_no"), @"
    charter.yaml:11:5: a name is missing here
      11 |     : client_no
         |     ^ write one before the colon
    ");
}

#[test]
fn name_that_is_a_list() {
    assert_snapshot!(refused("    key: client_no", "    [key]: client_no"), @"
    charter.yaml:11:5: a name must be a single text
      11 |     [key]: client_no
         |     ^ a text in [ ] or { } needs quotes
    ");
}

#[test]
fn text_in_two_pieces() {
    assert_snapshot!(refused("acquired: You bought from us.", "acquired: 'You bought' from us."), @"
    charter.yaml:21:28: this is not YAML: invalid trailing content after single-quoted scalar
      21 |     acquired: 'You bought' from us.
         |                            ^ put the whole text in one pair of quotes
    ");
}

#[test]
fn deep_nesting() {
    assert_snapshot!(errors(&"[".repeat(100_000)), @"
    charter.yaml:1:256: this is nested too deeply
      1 | …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
        |                                                                                  ^ no part of a charter is deeper than six levels
    ");
    let stairs: Vec<String> = (0..200).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_snapshot!(errors(&stairs.concat()), @"
    charter.yaml:65:65: this is nested too deeply
      65 |                                                                 a:
         |                                                                 ^ no part of a charter is deeper than six levels
    ");
}

#[test]
fn too_large() {
    assert_snapshot!(errors(&format!("charter: 1\n{}", "#".repeat(2 << 20))), @"charter.yaml:1:1: a charter has at most 1048576 bytes, this has 2097163");
}

#[test]
fn aliases_that_explode() {
    assert_snapshot!(errors(&bomb()), @"
    charter.yaml:7:8: this charter holds too many values
      7 | g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f]
        |        ^ write out what is repeated, or repeat less
    ");
}

#[test]
fn caret_stands_under_letters_that_are_wide_or_composed() {
    assert_snapshot!(refused("    key: client_no\n", "    key: client_no\n    日本q\u{301}: { é: 1 }\n"), @r#"
    charter.yaml:12:5: source "crm" has no field "日本q́"
      12 |     日本q́: { é: 1 }
         |     ^^^^^ known are: kind, called, acquired, file, table, collect, bucket, database, sheet, cursor, deletes, schema, url, items, next, every and 11 more
    "#);
    assert_snapshot!(errors("{ charter: 1, 時間帯: 東京, time_zone: 東京 }"), @r#"
    charter.yaml:1:1: a charter needs "controller", "sources", "purposes" and "roles"
      1 | { charter: 1, 時間帯: 東京, time_zone: 東京 }
        | ^
    charter.yaml:1:15: a charter has no field "時間帯"
      1 | { charter: 1, 時間帯: 東京, time_zone: 東京 }
        |               ^^^^^^ known are: charter, time_zone, language, controller, brand, sources, survivorship, linkage, recipients, purposes, roles, names, translations
    charter.yaml:1:35: unknown time zone "東京"
      1 | { charter: 1, 時間帯: 東京, time_zone: 東京 }
        |                                        ^^^^ use a name such as Europe/London or America/Toronto
    "#);
}

#[test]
fn what_an_alias_repeats_is_shown_where_it_was_written() {
    let text = changed("mail: contact.email", "mail: &mail contact.emial");
    let text =
        text.replace("city: contact.address.city", "town: *mail\n      city: contact.address.city");
    assert_snapshot!(errors(&text), @r#"
    charter.yaml:16:19: unknown category "contact.emial"
      16 |       mail: &mail contact.emial
         |                   ^^^^^^^^^^^^^ did you mean "contact.email"?
    "#);
}

/// Nine lines of aliases that stand for millions of values.
fn bomb() -> String {
    let repeat = |name: &str| vec![format!("*{name}"); 9].join(", ");
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let line = |pair: &[&str]| format!("{}: &{} [{}]\n", pair[1], pair[1], repeat(pair[0]));
    let lines: Vec<String> = names.windows(2).map(line).collect();
    format!("a: &a [x, x]\n{}", lines.concat())
}
