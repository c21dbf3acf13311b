//! One contract, kept by both engines: keys, certificates, activations, intents.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use flow::id::{ActivationId, BlobId, IntentId, JabatanId, KeyId, NaskahId, PejabatId};
use store::model::{
    ActivationState, BlobRow, BoundKey, CrlRow, GivenUp, IntentState, KeyPlace, KeyPurpose,
    KeySecret, Lease, Level, NewActivation, NewCertificate, NewIntent, NewKey, Take,
};
use store::{StoreError, Tx};
use support::{Db, at, id, on_both_engines, sha};

on_both_engines!(
    uses_and_attempts_of_a_key_are_counted,
    a_key_is_sealed_anew_only_from_what_it_was,
    where_a_key_lies_is_kept_without_a_secret,
    a_certificate_is_revoked_once,
    crls_are_numbered_once,
    a_version_is_taken_from_an_activation_once,
    an_activation_that_is_over_gives_nothing,
    activations_of_a_dead_process_are_void,
    an_intent_goes_forward_only,
    an_intent_above_b_b_is_completed_with_its_timestamp_or_not_at_all,
    a_signature_that_is_given_up_is_forgotten_and_its_step_is_free,
    a_step_has_one_intent_that_is_not_released,
    a_lease_is_renewed_by_its_process_and_taken_over_once,
    an_intent_that_contradicts_itself_is_named_corrupt,
);

fn key(n: u128) -> NewKey {
    NewKey {
        id: KeyId::from_uuid(id(n)),
        pejabat: (n < 10).then(|| PejabatId::from_uuid(id(500))),
        purpose: if n < 10 {
            KeyPurpose::Official
        } else {
            KeyPurpose::IssuingCa
        },
        envelope: format!("{{\"n\":{n}}}"),
        created: at(i64::try_from(n).unwrap()),
    }
}

async fn uses_and_attempts_of_a_key_are_counted(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    for n in [1, 2, 11] {
        tx.insert_key(&key(n)).await.unwrap();
    }
    let first = key(1).id;
    tx.count_use(first).await.unwrap();
    tx.count_use(first).await.unwrap();
    assert_eq!(tx.count_attempt(first, at(3)).await.unwrap(), 1);
    assert_eq!(tx.count_attempt(first, at(4)).await.unwrap(), 2);
    let row = tx.key(first).await.unwrap().unwrap();
    assert_eq!(row.key, key(1));
    assert_eq!(
        (row.uses, row.failures, row.last_attempt),
        (2, 2, Some(at(4)))
    );
    tx.clear_attempts(first).await.unwrap();
    assert_eq!(tx.key(first).await.unwrap().unwrap().failures, 0);

    let ids = |rows: Vec<store::model::KeyRow>| {
        rows.into_iter().map(|row| row.key.id).collect::<Vec<_>>()
    };
    assert_eq!(
        ids(tx.keys().await.unwrap()),
        [key(1).id, key(2).id, key(11).id]
    );
    assert_eq!(
        ids(tx.keys_for(KeyPurpose::IssuingCa).await.unwrap()),
        [key(11).id]
    );
    assert_eq!(
        ids(tx.keys_of(PejabatId::from_uuid(id(500))).await.unwrap()),
        [key(1).id, key(2).id]
    );
    let unknown = KeyId::from_uuid(id(99));
    assert_eq!(tx.key(unknown).await.unwrap(), None);
    for refused in [
        tx.count_use(unknown).await,
        tx.count_attempt(unknown, at(1)).await.map(drop),
        tx.clear_attempts(unknown).await,
    ] {
        assert!(matches!(
            refused,
            Err(StoreError::Stale { table: "key", .. })
        ));
    }
    let twice = tx.insert_key(&key(1)).await;
    assert!(matches!(twice, Err(StoreError::Exists { table: "key" })));
}

async fn a_key_is_sealed_anew_only_from_what_it_was(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_key(&key(1)).await.unwrap();
    let (id, old) = (key(1).id, key(1).envelope);
    tx.reseal_key(id, &old, "{\"n\":\"new\"}").await.unwrap();
    let row = tx.key(id).await.unwrap().unwrap();
    assert_eq!(row.key.envelope, "{\"n\":\"new\"}");
    let late = tx.reseal_key(id, &old, "{}").await.unwrap_err();
    assert!(matches!(late, StoreError::Stale { table: "key", .. }));
}

async fn where_a_key_lies_is_kept_without_a_secret(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let places = [
        (KeyPlace::Imported, KeySecret::Passphrase),
        (
            KeyPlace::Token {
                provider: "hsm".to_owned(),
                label: "ttd kadis".to_owned(),
            },
            KeySecret::Pin,
        ),
        (
            KeyPlace::Service {
                provider: "psre".to_owned(),
                credential: "kred-1".to_owned(),
            },
            KeySecret::PinAndCode,
        ),
    ];
    for (n, (place, asks)) in (1..).zip(places) {
        tx.insert_key(&key(n)).await.unwrap();
        let bound = BoundKey {
            key: key(n).id,
            place,
            asks,
            issuers: "-----BEGIN CERTIFICATE-----".to_owned(),
        };
        assert_eq!(tx.bound_key(key(n).id).await.unwrap(), None);
        tx.insert_bound_key(&bound).await.unwrap();
        assert_eq!(tx.bound_key(key(n).id).await.unwrap(), Some(bound));
    }
}

async fn a_certificate_is_revoked_once(db: Db) {
    let certificate = |serial: u8| NewCertificate {
        issuer: key(11).id,
        serial: vec![0, serial],
        key: Some(key(1).id),
        der: vec![48, serial],
        not_before: at(i64::from(serial)),
        not_after: at(1000),
    };
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_certificate(&certificate(1)).await.unwrap();
    tx.insert_certificate(&certificate(2)).await.unwrap();
    let found = tx.certificates_of(key(1).id).await.unwrap();
    let serials: Vec<u8> = found.iter().map(|row| row.certificate.serial[1]).collect();
    assert_eq!(serials, [2, 1]);
    assert!(tx.revoked_by(key(11).id).await.unwrap().is_empty());
    tx.revoke_certificate(key(11).id, &[0, 1], at(9), "key_compromise")
        .await
        .unwrap();
    let again = tx
        .revoke_certificate(key(11).id, &[0, 1], at(10), "superseded")
        .await;
    assert!(matches!(
        again,
        Err(StoreError::Stale {
            table: "certificate",
            ..
        })
    ));
    let row = tx.certificate(key(11).id, &[0, 1]).await.unwrap().unwrap();
    assert_eq!(row.certificate, certificate(1));
    assert_eq!(row.revoked, Some((at(9), "key_compromise".to_owned())));
    assert_eq!(tx.revoked_by(key(11).id).await.unwrap(), [row]);
    assert_eq!(tx.certificate(key(11).id, &[9]).await.unwrap(), None);
    tx.commit().await.unwrap();
    let under_another_key = NewCertificate {
        issuer: key(12).id,
        key: Some(key(2).id),
        ..certificate(1)
    };
    for twice in [certificate(1), under_another_key] {
        let mut tx = db.store.begin().await.unwrap();
        let refused = tx.insert_certificate(&twice).await;
        assert!(matches!(
            refused,
            Err(StoreError::Exists {
                table: "certificate"
            })
        ));
    }
}

async fn crls_are_numbered_once(db: Db) {
    let crl = |number: u8| CrlRow {
        issuer: key(11).id,
        number: u64::from(number),
        der: vec![number],
        this_update: at(i64::from(number)),
    };
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(tx.newest_crl(key(11).id).await.unwrap(), None);
    for number in [9, 10] {
        tx.insert_crl(&crl(number)).await.unwrap();
    }
    assert_eq!(tx.newest_crl(key(11).id).await.unwrap(), Some(crl(10)));
    let twice = tx.insert_crl(&crl(10)).await;
    assert!(matches!(twice, Err(StoreError::Exists { table: "crl" })));
}

fn activation(n: u128, versions: &[&str]) -> NewActivation {
    NewActivation {
        id: ActivationId::from_uuid(id(n)),
        key: key(1).id,
        pejabat: PejabatId::from_uuid(id(500)),
        versions: versions.iter().map(|version| sha(version)).collect(),
        created: at(10),
        expires: at(310),
        node: "meja-1".to_owned(),
        epoch: "e1".to_owned(),
    }
}

async fn a_version_is_taken_from_an_activation_once(db: Db) {
    let one = activation(1, &["a", "b"]);
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_key(&key(1)).await.unwrap();
    tx.insert_activation(&one).await.unwrap();
    assert_eq!(
        tx.take_version(one.id, sha("c"), at(20)).await.unwrap(),
        Take::Refused
    );
    assert_eq!(
        tx.take_version(one.id, sha("a"), at(20)).await.unwrap(),
        Take::Taken
    );
    assert_eq!(
        tx.take_version(one.id, sha("a"), at(20)).await.unwrap(),
        Take::Refused
    );
    let row = tx.activation(one.id).await.unwrap().unwrap();
    assert_eq!(
        (row.state, row.key, row.pejabat),
        (ActivationState::Live, one.key, one.pejabat)
    );
    assert_eq!((row.created, row.expires), (one.created, one.expires));
    assert_eq!((row.node, row.epoch), (one.node.clone(), one.epoch.clone()));
    let used: Vec<_> = row
        .versions
        .iter()
        .filter(|version| version.used_at.is_some())
        .map(|version| version.sha256)
        .collect();
    assert_eq!((row.versions.len(), used), (2, vec![sha("a")]));
    assert_eq!(
        tx.take_version(one.id, sha("b"), at(21)).await.unwrap(),
        Take::TakenLast
    );
    let row = tx.activation(one.id).await.unwrap().unwrap();
    assert_eq!(row.state, ActivationState::Spent);
    let refused = tx.end_activation(one.id, ActivationState::Void).await;
    assert!(matches!(
        refused,
        Err(StoreError::Stale {
            table: "activation",
            ..
        })
    ));
    let unknown = ActivationId::from_uuid(id(77));
    assert_eq!(tx.activation(unknown).await.unwrap(), None);
}

async fn an_activation_that_is_over_gives_nothing(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_key(&key(1)).await.unwrap();
    for n in 1..=2 {
        tx.insert_activation(&activation(n, &["a"])).await.unwrap();
    }
    let (first, second) = (activation(1, &[]).id, activation(2, &[]).id);
    for outside in [at(9), at(310), at(311)] {
        assert_eq!(
            tx.take_version(first, sha("a"), outside).await.unwrap(),
            Take::Refused
        );
    }
    tx.end_activation(first, ActivationState::Void)
        .await
        .unwrap();
    assert_eq!(
        tx.take_version(first, sha("a"), at(20)).await.unwrap(),
        Take::Refused
    );
    assert_eq!(tx.expire_activations(at(309)).await.unwrap(), 0);
    assert_eq!(tx.expire_activations(at(310)).await.unwrap(), 1);
    let row = tx.activation(second).await.unwrap().unwrap();
    assert_eq!(row.state, ActivationState::Expired);
}

async fn activations_of_a_dead_process_are_void(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_key(&key(1)).await.unwrap();
    let other_node = NewActivation {
        node: "meja-2".to_owned(),
        ..activation(2, &["a"])
    };
    let this_start = NewActivation {
        epoch: "e2".to_owned(),
        ..activation(3, &["a"])
    };
    for one in [&activation(1, &["a"]), &other_node, &this_start] {
        tx.insert_activation(one).await.unwrap();
    }
    assert_eq!(tx.void_dead_activations("meja-1", "e2").await.unwrap(), 1);
    let dead = tx.activation(activation(1, &[]).id).await.unwrap().unwrap();
    assert_eq!(dead.state, ActivationState::Void);
}

fn intent(n: u128, step: u64) -> NewIntent {
    NewIntent {
        id: IntentId::from_uuid(id(n)),
        naskah: NaskahId::from_uuid(id(300)),
        step,
        jabatan: JabatanId::from_uuid(id(301)),
        pejabat: PejabatId::from_uuid(id(500)),
        key: key(1).id,
        activation: activation(1, &[]).id,
        version_sha256: sha("a"),
        message_digest: vec![7; 48],
        tbs_blob: BlobId::from_uuid(id(700)),
        nomor: "000.1/1/2026".to_owned(),
        level: Level::BB,
        lease: Lease {
            node: "meja-1".to_owned(),
            epoch: "e1".to_owned(),
            renewed: at(20),
        },
        created: at(20),
    }
}

/// What an intent names.
async fn groundwork(tx: &mut Tx) {
    tx.insert_key(&key(1)).await.unwrap();
    tx.insert_activation(&activation(1, &["a"])).await.unwrap();
    tx.insert_blob(&BlobRow {
        id: BlobId::from_uuid(id(700)),
        naskah: None,
        sealed_sha256: sha("s"),
        plain_sha256: sha("p"),
        length: 1,
        created: at(1),
    })
    .await
    .unwrap();
}

async fn an_intent_goes_forward_only(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    groundwork(&mut tx).await;
    let new = intent(1, 0);
    tx.insert_intent(&new).await.unwrap();
    let stored = tx.intent(new.id).await.unwrap().unwrap();
    assert_eq!(
        (&stored.intent, stored.state),
        (&new, IntentState::Intended)
    );
    assert_eq!((stored.cms, stored.changed), (None, at(20)));
    assert!(tx.complete_intent(new.id, at(21)).await.is_err());
    assert_eq!(tx.open_intents().await.unwrap().len(), 1);
    tx.set_cms(new.id, b"cms", at(21)).await.unwrap();
    let signed = tx.intent(new.id).await.unwrap().unwrap();
    assert_eq!(
        (signed.state, signed.changed),
        (IntentState::Signed, at(21))
    );
    assert_eq!(signed.cms.as_deref(), Some(&b"cms"[..]));
    for refused in [
        tx.set_cms(new.id, b"another", at(22)).await,
        tx.release_intent(new.id, at(22)).await,
    ] {
        assert!(matches!(
            refused,
            Err(StoreError::Stale {
                table: "intent",
                ..
            })
        ));
    }
    assert_eq!(tx.open_intents().await.unwrap().len(), 1);
    tx.complete_intent(new.id, at(23)).await.unwrap();
    assert!(tx.complete_intent(new.id, at(24)).await.is_err());
    assert!(tx.open_intents().await.unwrap().is_empty());
    let done = tx.intent(new.id).await.unwrap().unwrap();
    assert_eq!((done.state, done.changed), (IntentState::Completed, at(23)));
    assert_eq!(tx.intents().await.unwrap(), std::slice::from_ref(&done));
    assert_eq!(tx.intents_of(new.naskah).await.unwrap(), [done]);
    let unknown = IntentId::from_uuid(id(88));
    assert_eq!(tx.intent(unknown).await.unwrap(), None);
}

async fn an_intent_above_b_b_is_completed_with_its_timestamp_or_not_at_all(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    groundwork(&mut tx).await;
    let new = NewIntent {
        level: Level::BLta,
        ..intent(1, 0)
    };
    tx.insert_intent(&new).await.unwrap();
    assert!(tx.set_token(new.id, b"token", at(21)).await.is_err());
    tx.set_cms(new.id, b"cms", at(21)).await.unwrap();
    assert!(tx.complete_intent(new.id, at(22)).await.is_err());
    tx.await_timestamp(new.id, at(22)).await.unwrap();
    let waiting = tx.intent(new.id).await.unwrap().unwrap();
    assert_eq!(waiting.state, IntentState::AwaitingTimestamp);
    assert_eq!(tx.open_intents().await.unwrap(), [waiting]);
    assert!(tx.complete_intent(new.id, at(23)).await.is_err());
    tx.set_token(new.id, b"token", at(24)).await.unwrap();
    assert!(tx.set_token(new.id, b"another", at(25)).await.is_err());
    let gone = tx.give_up_intent(new.id, GivenUp::ByPerson, None, at(25));
    assert!(gone.await.is_err());
    let stamped = tx.intent(new.id).await.unwrap().unwrap();
    assert_eq!(
        (stamped.state, stamped.token.as_deref()),
        (IntentState::Stamped, Some(&b"token"[..]))
    );
    tx.complete_intent(new.id, at(26)).await.unwrap();
    let done = tx.intent(new.id).await.unwrap().unwrap();
    assert_eq!(
        (done.state, done.token),
        (IntentState::Completed, stamped.token)
    );

    // What needs no timestamp never waits for one.
    let plain = intent(2, 1);
    tx.insert_intent(&plain).await.unwrap();
    tx.set_cms(plain.id, b"cms", at(21)).await.unwrap();
    assert!(tx.await_timestamp(plain.id, at(22)).await.is_err());
    assert!(tx.set_token(plain.id, b"token", at(22)).await.is_err());
}

async fn a_signature_that_is_given_up_is_forgotten_and_its_step_is_free(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    groundwork(&mut tx).await;
    let new = NewIntent {
        level: Level::BT,
        ..intent(1, 0)
    };
    tx.insert_intent(&new).await.unwrap();
    tx.set_cms(new.id, b"cms", at(21)).await.unwrap();
    tx.await_timestamp(new.id, at(22)).await.unwrap();
    let note = Some(new.tbs_blob);
    tx.give_up_intent(new.id, GivenUp::ByPerson, note, at(23))
        .await
        .unwrap();
    let released = tx.intent(new.id).await.unwrap().unwrap();
    assert_eq!(
        (released.state, released.cms, released.given_up),
        (IntentState::Released, None, Some(GivenUp::ByPerson))
    );
    assert!(tx.set_token(new.id, b"token", at(24)).await.is_err());
    tx.insert_intent(&intent(2, 0)).await.unwrap();
}

async fn a_step_has_one_intent_that_is_not_released(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    groundwork(&mut tx).await;
    tx.insert_intent(&intent(1, 0)).await.unwrap();
    tx.insert_intent(&intent(2, 1)).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.store.begin().await.unwrap();
    let twice = tx.insert_intent(&intent(3, 0)).await;
    assert!(matches!(twice, Err(StoreError::Exists { table: "intent" })));
    drop(tx);

    let mut tx = db.store.begin().await.unwrap();
    tx.release_intent(intent(1, 0).id, at(30)).await.unwrap();
    tx.insert_intent(&intent(3, 0)).await.unwrap();
    tx.set_cms(intent(3, 0).id, b"cms", at(31)).await.unwrap();
    tx.complete_intent(intent(3, 0).id, at(32)).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.store.begin().await.unwrap();
    let after_completion = tx.insert_intent(&intent(4, 0)).await;
    assert!(matches!(
        after_completion,
        Err(StoreError::Exists { table: "intent" })
    ));
}

async fn a_lease_is_renewed_by_its_process_and_taken_over_once(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    groundwork(&mut tx).await;
    let new = intent(1, 0);
    tx.insert_intent(&new).await.unwrap();
    assert_eq!(tx.renew_leases("meja-1", "e2", at(25)).await.unwrap(), 0);
    assert_eq!(tx.renew_leases("meja-1", "e1", at(25)).await.unwrap(), 1);
    let to = Lease {
        node: "meja-2".to_owned(),
        epoch: "e9".to_owned(),
        renewed: at(60),
    };
    let stale = tx.take_over_lease(new.id, &new.lease, &to).await;
    assert!(matches!(
        stale,
        Err(StoreError::Stale {
            table: "intent",
            ..
        })
    ));
    let from = Lease {
        renewed: at(25),
        ..new.lease.clone()
    };
    tx.take_over_lease(new.id, &from, &to).await.unwrap();
    assert!(tx.take_over_lease(new.id, &from, &to).await.is_err());
    let row = tx.intent(new.id).await.unwrap().unwrap();
    assert_eq!(row.intent.lease, to);
}

async fn an_intent_that_contradicts_itself_is_named_corrupt(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    groundwork(&mut tx).await;
    tx.insert_intent(&intent(1, 0)).await.unwrap();
    tx.commit().await.unwrap();
    for change in ["state = 'signed'", "state = 'unheard'"] {
        db.raw.run(format!("UPDATE intent SET {change}")).await;
        let mut tx = db.store.snapshot().await.unwrap();
        let StoreError::Corrupt {
            table, id: named, ..
        } = tx.intents().await.unwrap_err()
        else {
            panic!("{change} was taken")
        };
        assert_eq!((table, named), ("intent", intent(1, 0).id.to_string()));
    }
}
