//! Objects in memory, as a bucket has them; `e2e/bucket` has a server.

use std::io::Read;
use std::path::PathBuf;

use object_store::PutPayload;

use super::*;

fn bucket(prefix: &str) -> Bucket {
    let address = BucketAddress::of(&format!("s3://shop/{prefix}")).unwrap();
    Bucket::at(Reach::Memory(InMemory::new()), address, PathBuf::from("exports:orders/")).unwrap()
}

impl Bucket {
    fn put(&self, name: &str, text: &str) {
        let (path, text) = (Path::from(name), PutPayload::from(text.to_owned()));
        self.runtime.block_on(self.store().put(&path, text)).unwrap();
    }

    fn remove(&self, name: &str) {
        self.runtime.block_on(self.store().delete(&Path::from(name))).unwrap();
    }

    fn named(&self, file: &str) -> Vec<String> {
        self.objects(file).unwrap().into_iter().map(|object| object.name).collect()
    }

    fn wrong(&self, file: &str) -> String {
        self.objects(file).unwrap_err().to_string()
    }
}

fn text(mut file: &File) -> String {
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_name_stands_for_one_object_those_of_a_folder_or_those_of_a_pattern() {
    let bucket = bucket("a/");
    for name in [
        "a/orders/2.csv",
        "a/orders/1.csv",
        "a/orders/.3.csv",
        "a/orders/read.me",
        "a/orders/old/0.csv",
        "a/crm.csv",
        "b/orders/9.csv",
    ] {
        bucket.put(name, "id\n1\n");
    }
    assert_eq!(bucket.named("crm.csv"), ["crm.csv"]);
    assert_eq!(bucket.named("orders/"), ["orders/1.csv", "orders/2.csv"]);
    assert_eq!(bucket.named("orders"), ["orders/1.csv", "orders/2.csv"]);
    assert_eq!(bucket.named("orders/*"), ["orders/1.csv", "orders/2.csv", "orders/read.me"]);
    assert_eq!(bucket.named("orders/2*.csv"), ["orders/2.csv"]);
    assert_eq!(bucket.named("*.csv"), ["crm.csv"]);
    assert_eq!(bucket.named("orders/x*.csv"), [""; 0], "the folder is there");
}

#[test]
fn what_is_not_there_is_answered_with_the_nearest_that_is() {
    let bucket = bucket("");
    for name in ["crm.csv", "orders/1.csv"] {
        bucket.put(name, "id\n1\n");
    }
    for (file, said) in [
        ("cmr.csv", "the bucket \"shop\" has no \"cmr.csv\"; did you mean \"crm.csv\"?"),
        ("order/", "has no \"order\"; did you mean \"orders/\"?"),
        ("order/*.csv", "has no \"order\"; did you mean \"orders/\"?"),
        ("visits/", "has no \"visits\"; there lie crm.csv, orders/"),
        ("o*/1.csv", "only the name of the file may have a *"),
        ("../crm.csv", "is no name of a file"),
        ("a//b/", "is no folder"),
    ] {
        let told = bucket.wrong(file);
        assert!(told.starts_with("exports:orders/: ") && told.contains(said), "{file}: {told}");
    }
}

#[test]
fn objects_are_fetched_whole_at_the_version_that_there_is() {
    let bucket = bucket("");
    bucket.put("1.csv", "a");
    bucket.put("2.csv", "bb");
    bucket.put("3.csv", "ccc");
    let listed = bucket.objects("*").unwrap();
    // One is written anew after it was listed, and one goes.
    bucket.put("2.csv", "BBBB");
    bucket.remove("3.csv");
    let files: Vec<File> = listed.iter().map(|_| tempfile::tempfile().unwrap()).collect();
    let wanted: Vec<(&Object, &File)> = listed.iter().zip(&files).collect();
    let fetched: Vec<Fetched> = bucket.fetch(&wanted).into_iter().map(Result::unwrap).collect();
    assert_eq!(fetched[0], Fetched::Read(listed[0].clone()));
    let Fetched::Read(second) = &fetched[1] else { panic!("{:?}", fetched[1]) };
    assert_eq!((second.name.as_str(), second.bytes), ("2.csv", 4));
    assert_ne!(second.version(), listed[1].version());
    assert_eq!(second, &bucket.objects("2.csv").unwrap()[0]);
    assert_eq!(fetched[2], Fetched::Gone);
    assert_eq!((text(&files[0]), text(&files[1])), ("a".to_owned(), "BBBB".to_owned()));
}

#[test]
fn an_object_that_is_too_large_is_not_asked_for() {
    let bucket = bucket("");
    bucket.put("1.csv", "a");
    let mut object = bucket.objects("1.csv").unwrap().remove(0);
    object.bytes = LARGEST_BYTES + 1;
    let file = tempfile::tempfile().unwrap();
    let said = bucket.fetch(&[(&object, &file)]).remove(0).unwrap_err().to_string();
    assert_eq!(said, "exports:orders/: 1.csv is larger than 8 GiB");
}

#[test]
fn a_server_that_is_not_there_is_named_and_no_key() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = BucketAddress::of("s3://shop/exports").unwrap();
    let address = address.served(&format!("http://{closed}"), true).unwrap();
    let address = address.within("us-east-1").keyed("id".into(), "hunter2".into());
    let reach = object_store::aws::AmazonS3Builder::new()
        .with_bucket_name("shop")
        .with_endpoint(format!("http://{closed}"))
        .with_allow_http(true)
        .with_access_key_id("id")
        .with_secret_access_key("hunter2")
        .with_retry(object_store::RetryConfig { max_retries: 0, ..Default::default() })
        .build()
        .unwrap();
    let bucket = Bucket::at(Reach::S3(Box::new(reach)), address, "exports:orders/".into()).unwrap();
    assert_eq!(
        bucket.wrong("orders/"),
        format!("exports:orders/: the bucket \"shop\" at http://{closed} does not answer")
    );
}
