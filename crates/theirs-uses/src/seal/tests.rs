//! Epochs and receipts on a real disk.

use std::path::Path;

use tempfile::TempDir;
use theirs_ledger::Ledger;
use theirs_model::Slot;
use theirs_receipt::{Receipt, ReceiptError, verify, verify_after};
use theirs_store::Keys;

use super::*;
use crate::{Act, Told};

mod complete;
mod crash;
mod erased;
mod stored;

/// A shop with people in slots, and a log.
struct Shop {
    home: TempDir,
    seals: Seals,
    ledger: Arc<Ledger>,
    store: Arc<Store>,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

impl Shop {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let key = home.path().join("ledger.key");
        Ledger::create(&home.path().join("ledger"), "shop.example/ledger", &key).unwrap();
        Self::open(home)
    }

    fn open(home: TempDir) -> Self {
        let path = home.path();
        let keys = Keys::open_or_create(path).unwrap();
        let key = path.join("ledger.key");
        let ledger = Arc::new(Ledger::open_by_hand(&path.join("ledger"), &key).unwrap());
        let store = Store::open(&path.join("store.sqlite"), &keys.database()).unwrap();
        let store = Arc::new(store);
        let book = Book::new(Arc::clone(&store), Arc::clone(&ledger));
        book.drain().unwrap();
        let keys = PersonKeys::open(&keys).unwrap();
        let seals = Seals::new(Arc::clone(&store), book, keys, path);
        Self { home, seals, ledger, store }
    }

    /// The database, behind the program's back.
    fn database(&self) -> rusqlite::Connection {
        let key = Keys::open_or_create(self.path()).unwrap().database();
        key.open(&self.path().join("store.sqlite")).unwrap()
    }

    fn reopen(self) -> Self {
        Self::open(self.leave())
    }

    /// Lets go of everything but the folder.
    fn leave(self) -> TempDir {
        let Self { home, seals, ledger, store } = self;
        drop((seals, ledger, store));
        home
    }

    fn path(&self) -> &Path {
        self.home.path()
    }

    /// Logs a use of these people's data by somebody.
    fn used(&self, by: &str, members: impl IntoIterator<Item = u32>) -> UseId {
        let told = Told::new(Act::Statement, by);
        let members: RoaringBitmap = members.into_iter().collect();
        let mut people = self.database();
        let people = people.transaction().unwrap();
        for slot in &members {
            let sql = "insert or ignore into slot (slot, person, opened) values (?1, ?1, 0)";
            people.execute(sql, [slot]).unwrap();
        }
        people.commit().unwrap();
        self.seals.book.log(&told, &members, Digest([0; 32]), at(0)).unwrap()
    }

    fn close(&self) -> Closed {
        self.seals.close(at(60)).unwrap().unwrap()
    }

    fn receipt(&self, slot: u32) -> Receipt {
        self.seals.receipt(Slot(slot), at(90)).unwrap()
    }

    /// Two epochs of uses of ten people, and one use that is not sealed.
    fn busy() -> Self {
        let shop = Self::new();
        shop.used("our analysts", 0..10);
        shop.used("our marketing team", [1, 3, 5]);
        shop.used("our analysts", 0..10);
        shop.used("nobody's", []);
        shop.close();
        shop.used("our marketing team", [3, 4]);
        shop.used("our helpers", [3]);
        shop.close();
        shop.used("our helpers", [3, 9]);
        shop
    }
}

#[test]
fn identical_uses_are_one_line_with_a_count_and_every_receipt_verifies() {
    let shop = Shop::busy();
    let closed = shop.store.batches(1).unwrap();
    let counts: Vec<_> = closed.iter().map(|batch| (batch.uses, batch.people)).collect();
    assert_eq!(counts, [(2, 10), (1, 3)]);
    let key = shop.ledger.verifier_key();
    let found = verify(&shop.receipt(3), Some(&key)).unwrap();
    assert_eq!((found.uses, found.lines, found.unsealed, found.withheld), (5, 4, 1, 0));
    assert_eq!(found.epoch, Some(2));
    let found = verify(&shop.receipt(0), Some(&key)).unwrap();
    assert_eq!((found.uses, found.lines, found.unsealed), (2, 1, 0));
    let audit = shop.seals.audit().unwrap();
    assert_eq!((audit.epochs, audit.lines, audit.uses, audit.commitments), (2, 4, 5, 16));
    assert_eq!((audit.people, audit.unsealed), (10, 1));
}

#[test]
fn a_receipt_is_written_and_read_as_one_text_and_holds_nothing_of_others() {
    let shop = Shop::busy();
    let receipt = shop.receipt(9);
    let text = receipt.write().unwrap();
    assert_eq!(Receipt::read(text.as_bytes()).unwrap(), receipt);
    assert!(text.contains("our analysts") && !text.contains("our marketing team"), "{text}");
}

#[test]
fn nothing_is_sealed_where_nothing_happened() {
    let shop = Shop::new();
    assert_eq!(shop.seals.close(at(0)).unwrap(), None);
    shop.used("our analysts", [2]);
    let found = verify(&shop.receipt(2), None).unwrap();
    assert_eq!((found.epoch, found.uses, found.unsealed), (None, 0, 1));
    assert_eq!(shop.close().epoch, 1);
    assert_eq!(shop.seals.close(at(0)).unwrap(), None);
}

#[test]
fn a_later_receipt_continues_an_earlier_one_and_not_the_other_way_round() {
    let shop = Shop::busy();
    let first = shop.receipt(3);
    shop.close();
    let second = shop.receipt(3);
    let key = shop.ledger.verifier_key();
    assert_eq!(verify_after(&second, &first, Some(&key)).unwrap().uses, 6);
    let replayed = verify_after(&first, &second, Some(&key)).unwrap_err();
    assert!(matches!(replayed, ReceiptError::Older { .. }));
    let others = verify_after(&second, &shop.receipt(4), Some(&key)).unwrap_err();
    assert!(matches!(others, ReceiptError::Older { .. } | ReceiptError::Gone(4)));
    let mut unproved = second;
    unproved.grown.clear();
    assert!(verify_after(&unproved, &first, None).is_err());
}

#[test]
fn the_heads_are_made_again_where_their_file_is_lost_or_changed() {
    let shop = Shop::busy();
    let before = shop.receipt(3);
    let file = shop.path().join("heads/heads");
    let mut bytes = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(shop.receipt(3).histories, before.histories);
    let last = bytes.len() - 40;
    bytes[last] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    shop.close();
    verify(&shop.receipt(3), None).unwrap();
    shop.seals.audit().unwrap();
}

#[test]
fn batches_wider_than_a_subtree_prove_each_of_their_people() {
    let shop = Shop::new();
    shop.used("our analysts", (0..700).filter(|slot| slot % 7 > 0));
    shop.used("our marketing team", 255..513);
    shop.close();
    for slot in [1, 6, 255, 256, 257, 300, 511, 512, 513, 699] {
        verify(&shop.receipt(slot), None).unwrap();
    }
}
