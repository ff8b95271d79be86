//! Whoever gets rows is told under which name their use is on record.

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use futures::stream::poll_fn;
use theirs_store::{Folder, Keys, Store};
use tokio_postgres::{AsyncMessage, Client, NoTls};

use crate::fixture::World;
use crate::server::{Server, TOKEN};

/// A client with the notices that it gets.
async fn heard(server: &Server) -> (Client, UnboundedReceiver<String>) {
    let mut config = tokio_postgres::Config::new();
    config.host("127.0.0.1").port(server.address.port()).dbname("theirs");
    config.user("marketing").password(TOKEN);
    let (client, mut connection) = config.connect(NoTls).await.unwrap();
    let (told, notices) = unbounded();
    tokio::spawn(async move {
        let mut messages = poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notice(notice) = message {
                assert_eq!(notice.code().code(), "00000");
                let id = notice.detail().unwrap();
                assert_eq!(notice.message(), format!("use {id} is on record"));
                let _ = told.unbounded_send(id.to_owned());
            }
        }
    });
    (client, notices)
}

/// The names of all uses that concern somebody, in the order in which they were logged.
fn on_record(server: &Server) -> Vec<String> {
    let folder = Folder::create(server.folder.path()).unwrap();
    let key = Keys::of(&folder).unwrap().database();
    let store = Store::open(&folder.database(), &key).unwrap();
    let mut uses = store.all_uses().unwrap();
    uses.sort_by_key(|used| used.leaf);
    uses.iter().filter(|used| used.people > 0).map(|used| used.id.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_way_of_asking_tells_the_use_and_a_copy_too() {
    let server = Server::of(&World::here()).await;
    let (client, mut notices) = heard(&server).await;
    let before = on_record(&server).len();
    let all = "select given_name from offer.person";
    client.simple_query(all).await.unwrap();
    client.query(all, &[]).await.unwrap();
    let copy = client.copy_out(&format!("copy ({all}) to stdout")).await.unwrap();
    assert!(copy.count().await > 0);
    client.simple_query(&format!("begin; declare walk cursor for {all}; commit")).await.unwrap();
    client.simple_query(&format!("{all}; {all}")).await.unwrap();
    // The catalogue and the connection make no use.
    client.simple_query("select 1 from pg_catalog.pg_class; show search_path").await.unwrap();
    let uses = on_record(&server);
    assert_eq!(uses.len() - before, 6);
    for used in &uses[before..] {
        assert_eq!(notices.next().await.as_ref(), Some(used));
    }
    drop(client);
    assert_eq!(notices.next().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_wants_no_notices_gets_none_and_is_on_record_all_the_same() {
    let server = Server::of(&World::here()).await;
    let (client, mut notices) = heard(&server).await;
    let before = on_record(&server).len();
    client.simple_query("set client_min_messages = warning").await.unwrap();
    client.simple_query("select given_name from offer.person").await.unwrap();
    assert_eq!(on_record(&server).len() - before, 1);
    client.simple_query("reset client_min_messages").await.unwrap();
    client.simple_query("select given_name from offer.person").await.unwrap();
    assert_eq!(notices.next().await.as_ref(), on_record(&server).last());
    drop(client);
    assert_eq!(notices.next().await, None);
}
