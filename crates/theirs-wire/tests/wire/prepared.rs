//! What was prepared before a choice is carried out under it.

use jiff::Timestamp;
use theirs_model::RecordId;
use theirs_store::{ActKind, Folder, Keys, NewAct, Store};

use crate::fixture::World;
use crate::server::Server;

const ADA: &str = "select given_name from offer.person where given_name = 'Ada'";

fn object(server: &Server) {
    let folder = Folder::create(server.folder.path()).unwrap();
    let key = Keys::of(&folder).unwrap().database();
    let store = Store::open(&folder.database(), &key).unwrap();
    let act = NewAct {
        anchor: RecordId(1),
        kind: ActKind::Objection,
        topic: "marketing".to_owned(),
        content: Some("yes".to_owned()),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
        reason: None,
    };
    store.record_act(&act).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prepared_statement_does_not_see_who_objected_since() {
    let server = Server::of(&World::here()).await;
    let client = server.client("marketing").await;
    let prepared = client.prepare(ADA).await.unwrap();
    assert_eq!(client.query(&prepared, &[]).await.unwrap().len(), 1);
    object(&server);
    assert_eq!(client.query(&prepared, &[]).await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_does_a_transaction_or_another_purpose_in_the_search_path() {
    let server = Server::of(&World::here()).await;
    let client = server.client("analyst").await;
    client.simple_query("begin").await.unwrap();
    for purpose in ["service", "offer", "raw", "\"service\", figures", "figures, service"] {
        let path = format!("set search_path = {purpose}");
        let _ = client.simple_query(&path).await;
        let told = client.simple_query("select postcode from person").await;
        let told = format!("{told:?}");
        assert!(!told.contains("SM21 1AA"), "{purpose}: {told}");
        client.simple_query("rollback").await.unwrap();
        client.simple_query("begin").await.unwrap();
    }
    let marketing = server.client("marketing").await;
    marketing.simple_query("begin").await.unwrap();
    assert!(format!("{:?}", marketing.simple_query(ADA).await).contains("Ada"));
    object(&server);
    let told = format!("{:?}", marketing.simple_query(ADA).await.unwrap());
    assert!(!told.contains("Row(SimpleQueryRow"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_and_cursors_hold_no_more_than_a_select() {
    let server = Server::of(&World::here()).await;
    let client = server.client("marketing").await;
    for sql in [
        "begin; declare c cursor for select city from offer.person; fetch all from c; commit",
        "begin; declare c cursor with hold for select city from offer.person; commit; fetch all c",
        "declare d cursor for select postcode from offer.person; fetch all from d",
        "copy offer.person to '/tmp/out.csv'",
        "copy offer.person from stdin",
        "copy (select postcode from offer.person) to stdout",
        "copy raw.person to stdout",
        "copy offer.person (postcode) to stdout",
        "copy (select city from offer.person) to program 'cat'",
    ] {
        let told = format!("{:?}", client.simple_query(sql).await);
        assert!(!told.contains("CANARYTOWN") && !told.contains("SM21 1AA"), "{sql}: {told}");
        let _ = client.simple_query("rollback").await;
    }
    let copied = client.copy_out("copy offer.person to stdout").await.unwrap();
    let parts: Vec<_> = futures::StreamExt::collect(copied).await;
    let told = format!("{parts:?}");
    assert!(told.contains("Saltmouth") && !told.contains("CANARYTOWN"), "{told}");
}
