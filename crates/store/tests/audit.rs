//! The audit log: what is written past the program is named.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use ring::signature::Ed25519KeyPair;
use store::audit::{CheckpointSigner, Offence, sequence, verify};
use store::model::{Stream, StreamKind};
use store::{Store, StoreError};
use support::{Db, Raw, append, id, on_both_engines, some_events, stream};

on_both_engines!(
    a_log_that_nobody_touched_is_clean,
    leaves_that_wait_are_counted_and_no_offence,
    editing_any_column_of_any_event_is_named,
    editing_any_column_of_any_leaf_is_named,
    deleting_any_event_or_leaf_is_named,
    inserting_an_event_or_a_leaf_is_named,
    a_changed_tile_or_checkpoint_is_named_and_the_leaves_are_not_blamed,
    an_older_copy_of_the_database_is_seen_from_outside,
    a_log_rewritten_under_another_key_is_refused,
    the_sequencer_does_not_sign_on_top_of_a_changed_log,
    sequencers_that_run_at_once_give_every_leaf_one_index,
    a_log_longer_than_a_tile_is_clean_and_still_names_one_row,
);

fn signer(seed: u8) -> CheckpointSigner {
    let key = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    CheckpointSigner::new("eoffice.kab.example/audit", key).unwrap()
}

async fn run_sequencer(store: &Store, limit: u64) -> Option<store::audit::Checkpoint> {
    let mut tx = store.begin().await.unwrap();
    let made = sequence(&mut tx, limit, &signer(1)).await.unwrap();
    tx.commit().await.unwrap();
    made
}

async fn audit(store: &Store, outside: Option<&str>) -> store::audit::AuditReport {
    let mut tx = store.snapshot().await.unwrap();
    verify(&mut tx, &signer(1).verifier(), outside)
        .await
        .unwrap()
}

/// Three streams, sequenced in two steps, and a copy of the tables to restore from.
async fn a_log(db: &Db) {
    append(&db.store, &some_events(stream(1), 0, 3))
        .await
        .unwrap();
    append(&db.store, &some_events(stream(2), 0, 1))
        .await
        .unwrap();
    run_sequencer(&db.store, 3).await.unwrap();
    append(&db.store, &some_events(stream(3), 0, 2))
        .await
        .unwrap();
    append(&db.store, &some_events(stream(1), 3, 1))
        .await
        .unwrap();
    run_sequencer(&db.store, 100).await.unwrap();
    assert!(run_sequencer(&db.store, 100).await.is_none());
    for table in ["event", "leaf"] {
        db.raw
            .run(format!(
                "CREATE TABLE kept_{table} AS SELECT * FROM {table}"
            ))
            .await;
    }
}

async fn restore(raw: &Raw) {
    for table in ["event", "leaf"] {
        raw.run(format!("DELETE FROM {table}")).await;
        raw.run(format!("INSERT INTO {table} SELECT * FROM kept_{table}"))
            .await;
    }
}

/// Every event of [`a_log`] as (stream, version); the last is the newest.
fn rows() -> Vec<(Stream, u64)> {
    vec![
        (stream(1), 1),
        (stream(1), 2),
        (stream(1), 3),
        (stream(2), 1),
        (stream(3), 1),
        (stream(3), 2),
        (stream(1), 4),
    ]
}

fn is_row(raw: &Raw, (stream, version): (Stream, u64)) -> String {
    format!(
        "stream_kind = 'naskah' AND stream_id = {} AND version = {version}",
        raw.uuid(stream.id)
    )
}

/// Runs `sql`, expects the audit to name the row, puts the row back, expects a clean audit.
async fn is_named(db: &Db, sql: &str, name: &str) {
    assert_eq!(db.raw.run(sql).await, 1, "{sql}");
    let report = audit(&db.store, None).await;
    let told = serde_json::to_string(&report.offences).unwrap();
    assert!(told.contains(name), "{sql}\nshould name {name}\n{told}");
    restore(&db.raw).await;
    let report = audit(&db.store, None).await;
    assert!(report.is_clean(), "{:?}", report.offences);
}

async fn a_log_that_nobody_touched_is_clean(db: Db) {
    a_log(&db).await;
    let report = audit(&db.store, None).await;
    assert!(report.is_clean(), "{:?}", report.offences);
    assert_eq!(
        (report.events, report.leaves, report.waiting, report.size),
        (7, 7, 0, 7)
    );
}

async fn leaves_that_wait_are_counted_and_no_offence(db: Db) {
    append(&db.store, &some_events(stream(1), 0, 3))
        .await
        .unwrap();
    let report = audit(&db.store, None).await;
    assert!(report.is_clean(), "{:?}", report.offences);
    assert_eq!((report.waiting, report.size), (3, 0));
    run_sequencer(&db.store, 2).await.unwrap();
    let report = audit(&db.store, None).await;
    assert!(report.is_clean(), "{:?}", report.offences);
    assert_eq!((report.waiting, report.size), (1, 2));
}

async fn editing_any_column_of_any_event_is_named(db: Db) {
    a_log(&db).await;
    let raw = &db.raw;
    for row in rows() {
        let name = format!("{}/{}", row.0, row.1);
        for change in [
            "stream_kind = 'agenda'".to_owned(),
            format!("stream_id = {}", raw.uuid(id(99))),
            "version = 77".to_owned(),
            "kind = 'signed'".to_owned(),
            "body = body || ' '".to_owned(),
            "at = at + 1".to_owned(),
            format!("actor = {}", raw.bytes(&[8; 32])),
            format!("actor = {}", raw.bytes(&[])),
        ] {
            let sql = format!("UPDATE event SET {change} WHERE {}", is_row(raw, row));
            is_named(&db, &sql, &name).await;
        }
    }
}

async fn editing_any_column_of_any_leaf_is_named(db: Db) {
    a_log(&db).await;
    let raw = &db.raw;
    for row in rows() {
        let name = format!("{}/{}", row.0, row.1);
        for change in [
            "stream_kind = 'agenda'".to_owned(),
            format!("stream_id = {}", raw.uuid(id(99))),
            "version = 77".to_owned(),
        ] {
            let sql = format!("UPDATE leaf SET {change} WHERE {}", is_row(raw, row));
            is_named(&db, &sql, &name).await;
        }
        let leaf = leaf_id(raw, row).await;
        for change in [
            "idx = NULL",
            "idx = 5000",
            "idx = -1",
            "body = body || ' '",
            "body = replace(body, '\"at\":1', '\"at\":2')",
            "body = replace(body, '\"salt\":\"0', '\"salt\":\"1')",
            "body = ''",
        ] {
            let sql = format!("UPDATE leaf SET {change} WHERE {}", is_row(raw, row));
            is_named(&db, &sql, &leaf).await;
        }
        let other = id(4242);
        let sql = format!(
            "UPDATE leaf SET id = {} WHERE {}",
            raw.uuid(other),
            is_row(raw, row)
        );
        is_named(&db, &sql, &other.simple().to_string()).await;
    }
}

async fn leaf_id(raw: &Raw, row: (Stream, u64)) -> String {
    let sql = format!("SELECT id FROM leaf WHERE {}", is_row(raw, row));
    let found: uuid::Uuid = match raw {
        Raw::Lite(pool) => sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(pool)
            .await
            .unwrap(),
        Raw::Pg(pool) => sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(pool)
            .await
            .unwrap(),
    };
    found.simple().to_string()
}

async fn deleting_any_event_or_leaf_is_named(db: Db) {
    a_log(&db).await;
    for row in rows() {
        let name = format!("{}/{}", row.0, row.1);
        for table in ["event", "leaf"] {
            let sql = format!("DELETE FROM {table} WHERE {}", is_row(&db.raw, row));
            is_named(&db, &sql, &name).await;
        }
    }
}

async fn inserting_an_event_or_a_leaf_is_named(db: Db) {
    a_log(&db).await;
    let raw = &db.raw;
    for (stream, version) in [(stream(1), 5), (stream(9), 1)] {
        let name = format!("{stream}/{version}");
        let stream_id = raw.uuid(stream.id);
        let event = format!(
            "INSERT INTO event (stream_kind, stream_id, version, kind, body, at, actor)
             SELECT stream_kind, {stream_id}, {version}, kind, body, at, actor FROM event
             WHERE {}",
            is_row(raw, rows()[0])
        );
        is_named(&db, &event, &name).await;
        for index in ["NULL", "7", "700"] {
            let leaf = format!(
                "INSERT INTO leaf (id, stream_kind, stream_id, version, idx, body)
                 SELECT {}, stream_kind, {stream_id}, {version}, {index}, body FROM leaf
                 WHERE {}",
                raw.uuid(id(31)),
                is_row(raw, rows()[0])
            );
            is_named(&db, &leaf, &name).await;
        }
    }
}

async fn a_changed_tile_or_checkpoint_is_named_and_the_leaves_are_not_blamed(db: Db) {
    a_log(&db).await;
    let wrong = db.raw.bytes(&[0; 7 * 32]);
    db.raw
        .run("CREATE TABLE kept_tile AS SELECT * FROM log_tile")
        .await;
    db.raw
        .run(format!("UPDATE log_tile SET hashes = {wrong}"))
        .await;
    let report = audit(&db.store, None).await;
    assert_eq!(report.offences, [Offence::TileChanged { level: 0, n: 0 }]);
    db.raw.run("DELETE FROM log_tile").await;
    let report = audit(&db.store, None).await;
    assert!(report.offences.contains(&Offence::TileCount {
        stored: 0,
        expected: 1
    }));
    db.raw
        .run("INSERT INTO log_tile SELECT * FROM kept_tile")
        .await;
    assert!(audit(&db.store, None).await.is_clean());

    db.raw
        .run("UPDATE checkpoint SET note = replace(note, '3', '4') WHERE size = 3")
        .await;
    let report = audit(&db.store, None).await;
    assert!(
        matches!(
            report.offences[..],
            [Offence::CheckpointInvalid { size: 3, .. }]
        ),
        "{:?}",
        report.offences
    );
    db.raw.run("DELETE FROM checkpoint WHERE size = 7").await;
    let report = audit(&db.store, None).await;
    assert!(report.offences.contains(&Offence::HeadDiffers {
        recorded: 7,
        signed: 0
    }));
}

async fn an_older_copy_of_the_database_is_seen_from_outside(db: Db) {
    append(&db.store, &some_events(stream(1), 0, 2))
        .await
        .unwrap();
    let first = run_sequencer(&db.store, 100).await.unwrap();
    let report = audit(&db.store, Some(&first.note)).await;
    assert!(report.is_clean(), "{:?}", report.offences);

    // The same key signed a longer log elsewhere: this database is the older one.
    let note = {
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = Store::open(&store::Location::Sqlite(dir.path().join("b.db")))
            .await
            .unwrap();
        append(&elsewhere, &some_events(stream(1), 0, 3))
            .await
            .unwrap();
        run_sequencer(&elsewhere, 100).await.unwrap().note
    };
    let report = audit(&db.store, Some(&note)).await;
    assert_eq!(
        report.offences,
        [Offence::RolledBack {
            size: 2,
            outside: 3
        }]
    );

    // This log grew another way: at the outside size the roots differ.
    append(&db.store, &some_events(stream(5), 0, 2))
        .await
        .unwrap();
    run_sequencer(&db.store, 1).await.unwrap();
    run_sequencer(&db.store, 1).await.unwrap();
    let report = audit(&db.store, Some(&note)).await;
    assert_eq!(report.offences, [Offence::RootDiffers { size: 3 }]);
    let report = audit(&db.store, Some(&first.note)).await;
    assert!(report.is_clean(), "{:?}", report.offences);
}

async fn a_log_rewritten_under_another_key_is_refused(db: Db) {
    append(&db.store, &some_events(stream(1), 0, 2))
        .await
        .unwrap();
    let mut tx = db.store.begin().await.unwrap();
    sequence(&mut tx, 10, &signer(2)).await.unwrap();
    tx.commit().await.unwrap();
    let report = audit(&db.store, None).await;
    assert!(
        report
            .offences
            .iter()
            .any(|offence| matches!(offence, Offence::CheckpointInvalid { size: 2, .. })),
        "{:?}",
        report.offences
    );
}

async fn the_sequencer_does_not_sign_on_top_of_a_changed_log(db: Db) {
    a_log(&db).await;
    append(&db.store, &some_events(stream(6), 0, 1))
        .await
        .unwrap();
    let wrong = db.raw.bytes(&[0; 7 * 32]);
    db.raw
        .run(format!("UPDATE log_tile SET hashes = {wrong}"))
        .await;
    let mut tx = db.store.begin().await.unwrap();
    let refused = sequence(&mut tx, 10, &signer(1)).await.unwrap_err();
    assert!(
        matches!(
            refused,
            StoreError::Corrupt {
                table: "checkpoint",
                ..
            }
        ),
        "{refused}"
    );
}

async fn sequencers_that_run_at_once_give_every_leaf_one_index(db: Db) {
    let mut workers = tokio::task::JoinSet::new();
    for worker in 0..6u128 {
        let store = db.store.clone();
        workers.spawn(async move {
            for n in 0..5 {
                append(&store, &some_events(stream(100 * worker + n), 0, 2))
                    .await
                    .unwrap();
                run_sequencer(&store, 3).await;
            }
        });
    }
    workers.join_all().await;
    while run_sequencer(&db.store, 50).await.is_some() {}
    let report = audit(&db.store, None).await;
    assert!(report.is_clean(), "{:?}", report.offences);
    assert_eq!((report.leaves, report.size), (60, 60));
}

async fn a_log_longer_than_a_tile_is_clean_and_still_names_one_row(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    for n in 0..3u8 {
        tx.append(&some_events(stream(u128::from(n)), 0, 200))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    while run_sequencer(&db.store, 97).await.is_some() {}
    let report = audit(&db.store, None).await;
    assert!(report.is_clean(), "{:?}", report.offences);
    assert_eq!(report.size, 600);
    let row = (stream(1), 150);
    let leaf = leaf_id(&db.raw, row).await;
    db.raw
        .run(format!(
            "UPDATE leaf SET body = replace(body, '\"salt\":\"9', '\"salt\":\"8') WHERE {}",
            is_row(&db.raw, row)
        ))
        .await;
    let report = audit(&db.store, None).await;
    assert!(
        report.offences.iter().any(
            |offence| matches!(offence, Offence::LeafChanged { leaf: named, .. } if *named == leaf)
        ),
        "{:?}",
        report.offences
    );
    assert!(
        report.offences.len() <= 3,
        "only one row is blamed: {:?}",
        report.offences
    );
}

#[test]
fn stream_kinds_are_spelled_as_decided() {
    let words: Vec<&str> = StreamKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(words, ["naskah", "register", "agenda", "office"]);
}
