//! Where rows come from that lie in no single file, and mistakes about that.

use super::{accepted, refused};
use crate::charter::{Deletes, Every, NextPage, SchemaChange};

const FILE: &str = "    file: crm.csv\n";

#[test]
fn a_source_may_be_a_table_of_a_database() {
    let charter = accepted(
        FILE,
        "    database: shop\n    table: client\n    cursor: changed\n    deletes: follow\n    \
         schema: set_aside\n    every: 6 hours\n",
    );
    let source = charter.source("crm").unwrap();
    assert_eq!((source.place().as_str(), source.is_read()), ("shop:client", true));
    assert_eq!(source.pull.cursor.as_deref(), Some("changed"));
    assert_eq!(
        (source.pull.deletes, source.pull.schema),
        (Deletes::Follow, SchemaChange::SetAside)
    );
    assert_eq!(source.pull.every, Some(Every { minutes: 360 }));
}

#[test]
fn a_source_may_be_files_in_a_bucket() {
    let charter =
        accepted(FILE, "    bucket: exports\n    file: crm/*.csv.gz\n    every: 1 hour\n");
    let source = charter.source("crm").unwrap();
    assert_eq!((source.place().as_str(), source.is_read()), ("exports:crm/*.csv.gz", true));
    assert_eq!((source.pull.bucket.as_deref(), source.file_here()), (Some("exports"), None));
}

#[test]
fn a_source_may_be_pages_over_http() {
    let with = |next: &str| {
        let text = format!("    url: https://a.example/x?size=2\n    items: data.rows\n{next}");
        let charter = accepted(FILE, &text);
        let source = charter.source("crm").unwrap().clone();
        assert_eq!(source.place(), "https://a.example/x", "what is asked is not told");
        source.pull.web.unwrap()
    };
    assert_eq!(with("").items, ["data", "rows"]);
    assert_eq!(with("    next: link\n").next, Some(NextPage::Link));
    let page = NextPage::Page { parameter: "p".into() };
    assert_eq!(with("    next: { page: p }\n").next, Some(page));
    let field = vec!["meta".to_owned(), "after".to_owned()];
    let cursor = NextPage::Cursor { field, parameter: "after".into() };
    assert_eq!(with("    next: { cursor: meta.after, parameter: after }\n").next, Some(cursor));
}

#[test]
fn what_does_not_go_together_is_said_where_it_stands() {
    for (fields, what) in [
        (
            "    file: crm.csv\n    database: shop\n    table: client\n",
            "a \"file\", a \"database\" or a \"url\"",
        ),
        ("    database: shop\n", "needs its \"table\""),
        ("    bucket: exports\n", "a source in a \"bucket\" needs its \"file\""),
        (
            "    bucket: exports\n    file: crm.csv\n    url: https://a.example\n",
            "a \"file\", a \"database\" or a \"url\"",
        ),
        ("    bucket: exports\n    file: crm/\n    deletes: follow\n", "belongs to a source in a"),
        (
            "    file: crm.csv\n    cursor: changed\n",
            "\"cursor\" belongs to a source in a \"database\"",
        ),
        ("    file: crm.csv\n    deletes: follow\n", "\"deletes\" belongs to a source in a"),
        ("    file: crm.csv\n    next: link\n", "belongs to a source with a \"url\""),
        (
            "    url: https://a.example\n    next: { page: p, cursor: a }\n",
            "does not say how to go on",
        ),
        ("    url: https://a.example\n    next: more\n", "\"next\" cannot be \"more\""),
        ("    url: https://a.example\n    items: a..b\n", "leads nowhere"),
        ("    file: crm.csv\n    table: a\n    sheet: a\n", "a \"table\" or a \"sheet\", not both"),
        ("    file: crm.csv\n    every: 5 weeks\n", "\"5 weeks\" is not a time between loads"),
        ("    file: crm.csv\n    every: 0 minutes\n", "is not a time between loads"),
        ("    file: crm.csv\n    schema: change\n", "known are: evolve, freeze, set_aside"),
        ("    file: crm.csv\n    query: select 1\n", "has no field \"query\""),
    ] {
        let said = refused(FILE, fields);
        assert!(said.contains(what), "{fields}{said}");
    }
}
