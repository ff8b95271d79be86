//! Whatever step of closing an epoch fails, all that was acknowledged is there, sealed once.

use super::*;

/// Logs a use and closes an epoch, while a step on the disk fails; says whether there was one.
fn fails_at(step: u64) -> bool {
    let shop = Shop::new();
    shop.used("our analysts", 0..3);
    let steps = shop.ledger.fail_step(step);
    let told = Told::new(Act::Statement, "our helpers");
    let members = [1, 2].into_iter().collect();
    let logged = shop.seals.book.log(&told, &members, Digest([0; 32]), at(0));
    let closed = shop.seals.close(at(60));
    let settled = shop.ledger.settle();
    let was_reached = steps() > step;
    let failed = logged.is_err() || closed.is_err() || settled.is_err();
    assert!(failed || !was_reached || steps() > step + 1, "step {step}");
    let shop = shop.reopen();
    let acknowledged = 1 + u64::from(logged.is_ok());
    let uses = shop.store.all_uses().unwrap();
    assert!(uses.len() as u64 >= acknowledged, "step {step}");
    while shop.seals.close(at(90)).unwrap().is_some() {}
    let audit = shop.seals.audit().unwrap();
    assert_eq!(audit.uses, uses.len() as u64, "step {step}");
    assert_eq!(verify(&shop.receipt(2), None).unwrap().uses, uses.len() as u64, "step {step}");
    let key = shop.ledger.verifier_key();
    theirs_ledger::verify(&shop.path().join("ledger"), &key, &mut |_, _| Ok(())).unwrap();
    was_reached
}

#[test]
fn a_failure_at_any_step_of_logging_and_sealing_loses_nothing_and_doubles_nothing() {
    let steps = (0..1_000).take_while(|step| fails_at(*step)).count();
    assert!(steps > 30, "there were only {steps} steps");
}

#[test]
fn an_epoch_that_the_store_forgot_comes_back_from_the_journal() {
    let shop = Shop::new();
    shop.used("our analysts", 0..3);
    shop.store.flush_uses().unwrap();
    let before = tempfile::tempdir().unwrap();
    complete::copy_all(shop.path(), before.path());
    let told = Told::new(Act::Statement, "our analysts");
    shop.seals.book.log(&told, &(0..3).collect(), Digest([0; 32]), at(0)).unwrap();
    shop.close();
    let epochs = shop.store.epochs().unwrap();
    let home = shop.leave();
    for file in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm"] {
        let _ = std::fs::remove_file(home.path().join(file));
        let _ = std::fs::copy(before.path().join(file), home.path().join(file));
    }
    let shop = Shop::open(home);
    assert_eq!(shop.store.epochs().unwrap(), epochs);
    assert_eq!(verify(&shop.receipt(1), None).unwrap().uses, 2);
    shop.seals.audit().unwrap();
}
