//! The schema: equal on both engines, and never older than the program that wrote it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use flow::digest::Sha256;
use store::{Location, Store, StoreError};
use support::{Db, on_both_engines};

on_both_engines!(
    a_database_of_a_newer_program_is_refused,
    opening_twice_changes_nothing,
    erasing_leaves_nothing_that_stands_in_the_way_of_a_new_start,
    the_schema_is_the_checked_in_one,
);

async fn a_database_of_a_newer_program_is_refused(db: Db) {
    let checksum = db.raw.bytes(&[0; 48]);
    db.raw
        .run(format!(
            "INSERT INTO _sqlx_migrations
                 (version, description, installed_on, success, checksum, execution_time)
             VALUES (9999, 'later', CURRENT_TIMESTAMP, TRUE, {checksum}, 0)"
        ))
        .await;
    let refused = Store::open(&db.location).await.err().unwrap();
    assert!(
        matches!(refused, StoreError::Newer { found: 9999, .. }),
        "{refused}"
    );
}

async fn opening_twice_changes_nothing(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.put_meta("demo", "yes").await.unwrap();
    tx.commit().await.unwrap();
    let again = Store::open(&db.location).await.unwrap();
    let mut tx = again.snapshot().await.unwrap();
    assert_eq!(tx.meta("demo").await.unwrap().as_deref(), Some("yes"));
}

async fn erasing_leaves_nothing_that_stands_in_the_way_of_a_new_start(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.put_meta("demo", "yes").await.unwrap();
    tx.commit().await.unwrap();
    db.store.close().await;
    let peeked = store::peek(&db.location, "demo").await.unwrap();
    assert_eq!(peeked.as_deref(), Some("yes"));
    store::erase(&db.location).await.unwrap();
    assert_eq!(store::peek(&db.location, "demo").await.unwrap(), None);
    // The migrations make every table again, so one that was left would be refused.
    let again = Store::open(&db.location).await.unwrap();
    let mut tx = again.snapshot().await.unwrap();
    assert_eq!(tx.meta("demo").await.unwrap(), None);
}

/// Both engines are compared with one list, so they are equal to each other.
async fn the_schema_is_the_checked_in_one(db: Db) {
    let columns = db.raw.columns().await;
    let found: Vec<String> = columns
        .iter()
        .map(|(table, column)| format!("{table}.{column}"))
        .collect();
    let expected: Vec<&str> = include_str!("vectors/schema.txt").lines().collect();
    assert_eq!(
        found, expected,
        "the schema differs from tests/vectors/schema.txt"
    );
}

/// Whoever copies the file of a program that was stopped has all of it.
#[tokio::test]
async fn sqlite_is_one_file_again_once_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pena.db");
    let store = Store::open(&Location::Sqlite(path)).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.put_meta("demo", "yes").await.unwrap();
    tx.commit().await.unwrap();
    let key = Sha256::of(b"no key");
    assert!(store.key_holder(&key).await.unwrap().is_none());
    store.close().await;
    assert!(store.key_holder(&key).await.is_err(), "it is closed");
    let left = std::fs::read_dir(folder.path()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["pena.db"]);
}
