//! One contract, kept by both engines: accounts, sessions, keys of applications, requests, frozen signatures.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use flow::account::{AccountState, Grant, Language, Role, Scope};
use flow::id::{
    AccountId, ActivationId, ApiKeyId, JabatanId, KeyId, MandatId, OpdId, PejabatId, SessionId,
};
use flow::interval::Interval;
use flow::jabatan::{Holding, Jabatan, Kedudukan};
use flow::mandat::{Kapasitas, Mandat, MandatRow};
use flow::opd::Opd;
use flow::pejabat::Pejabat;
use flow::time::Zone;
use store::model::{
    ActivationState, ApiKeyRow, KeyPurpose, NewAccount, NewActivation, NewKey, NewRequest,
    SessionRow, StoredAnswer,
};
use store::{Store, StoreError, Tx};
use support::{Db, at, id, on_both_engines, sha};

on_both_engines!(
    an_account_reads_back_and_its_name_and_person_are_taken_once,
    an_account_is_found_by_the_nip_of_its_person,
    rights_state_and_password_of_an_account_change,
    an_account_elsewhere_is_tied_to_one_here,
    wrong_entries_are_counted_and_forgotten,
    a_code_is_taken_once_and_never_an_older_one,
    a_second_factor_counts_only_after_it_was_confirmed,
    sessions_end_one_by_one_or_together,
    a_key_of_an_application_is_void_once_and_for_all,
    a_request_is_claimed_once_and_answered_once,
    a_claim_is_taken_over_only_from_whoever_held_it,
    an_effect_without_an_answer_is_known_to_whoever_takes_the_claim_over,
    a_signature_is_frozen_once_and_its_activations_are_void,
    a_delegation_ends_early_or_never_begins,
    everybody_reads_the_office_as_it_was_last_committed,
);

fn account(n: u128, username: &str) -> NewAccount {
    NewAccount {
        id: AccountId::from_uuid(id(n)),
        username: username.to_owned(),
        pejabat: None,
        grants: vec![Grant {
            role: Role::Admin,
            opd: None,
        }],
        language: Language::Id,
        password: Some("$argon2id$x".to_owned()),
        created: at(0),
    }
}

fn person() -> Pejabat {
    Pejabat {
        id: PejabatId::from_uuid(id(500)),
        name: "Contoh Orang".to_owned(),
        gelar_depan: String::new(),
        gelar_belakang: String::new(),
        pangkat: None,
        nip: Some("190001012000011001".parse().unwrap()),
    }
}

async fn an_account_reads_back_and_its_name_and_person_are_taken_once(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_pejabat(&person(), None).await.unwrap();
    let first = NewAccount {
        pejabat: Some(person().id),
        ..account(1, "satu")
    };
    tx.insert_account(&first).await.unwrap();
    let row = tx.account(first.id).await.unwrap().unwrap();
    assert!(row.account == first);
    assert_eq!(
        (row.state, row.totp_since, row.totp_step),
        (AccountState::Active, None, 0)
    );
    let by_person = tx.account_of(person().id).await.unwrap().unwrap();
    assert!(by_person.account == first);
    tx.insert_account(&account(3, "dua")).await.unwrap();
    let names: Vec<String> = tx
        .accounts()
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.account.username)
        .collect();
    assert_eq!(names, ["dua", "satu"]);
    tx.commit().await.unwrap();
    for again in [
        account(2, "satu"),
        NewAccount {
            pejabat: Some(person().id),
            ..account(2, "tiga")
        },
    ] {
        let mut tx = db.store.begin().await.unwrap();
        let refused = tx.insert_account(&again).await;
        assert!(matches!(
            refused,
            Err(StoreError::Exists { table: "account" })
        ));
    }
}

async fn an_account_is_found_by_the_nip_of_its_person(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_pejabat(&person(), None).await.unwrap();
    let new = NewAccount {
        pejabat: Some(person().id),
        ..account(1, "satu")
    };
    tx.insert_account(&new).await.unwrap();
    for name in ["satu", "190001012000011001"] {
        let found = tx.account_by_name(name).await.unwrap();
        assert!(found.is_some_and(|row| row.account.id == new.id), "{name}");
    }
    assert!(
        tx.account_by_name("190001012000011002")
            .await
            .unwrap()
            .is_none()
    );
}

async fn rights_state_and_password_of_an_account_change(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let one = account(1, "satu");
    tx.insert_account(&one).await.unwrap();
    tx.lock_account(one.id).await.unwrap();
    let grants = [Grant {
        role: Role::TataUsaha,
        opd: Some(OpdId::from_uuid(id(7))),
    }];
    tx.set_grants(one.id, &grants).await.unwrap();
    tx.set_account_state(one.id, AccountState::Disabled)
        .await
        .unwrap();
    tx.set_language(one.id, Language::En).await.unwrap();
    tx.set_password(one.id, "$argon2id$y").await.unwrap();
    let row = tx.account(one.id).await.unwrap().unwrap();
    assert_eq!(row.account.grants, grants);
    assert_eq!(
        (row.state, row.account.language),
        (AccountState::Disabled, Language::En)
    );
    assert_eq!(row.account.password.as_deref(), Some("$argon2id$y"));
    let missing = AccountId::from_uuid(id(9));
    assert!(matches!(
        tx.lock_account(missing).await,
        Err(StoreError::Stale { .. })
    ));
}

async fn an_account_elsewhere_is_tied_to_one_here(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_account(&account(1, "satu")).await.unwrap();
    tx.insert_account(&account(2, "dua")).await.unwrap();
    let subject = "https://masuk.contohrejo.example 42";
    tx.set_oidc_subject(account(1, "").id, subject)
        .await
        .unwrap();
    let found = tx.account_by_oidc(subject).await.unwrap().unwrap();
    assert_eq!(found.account.username, "satu");
    assert_eq!(found.oidc_subject.as_deref(), Some(subject));
    let second = tx.set_oidc_subject(account(2, "").id, subject).await;
    assert!(matches!(second, Err(StoreError::Exists { .. })));
}

async fn wrong_entries_are_counted_and_forgotten(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let who = [3; 32];
    assert_eq!(tx.lock_logins(&who).await.unwrap().0, 0);
    tx.count_login(&who, at(1)).await.unwrap();
    tx.count_login(&who, at(2)).await.unwrap();
    assert_eq!(tx.lock_logins(&who).await.unwrap(), (2, at(2)));
    assert_eq!(tx.sweep_logins(at(2)).await.unwrap(), 0);
    tx.clear_logins(&who).await.unwrap();
    assert_eq!(tx.lock_logins(&who).await.unwrap().0, 0);
    tx.count_login(&who, at(3)).await.unwrap();
    assert_eq!(tx.sweep_logins(at(4)).await.unwrap(), 1);
}

async fn a_code_is_taken_once_and_never_an_older_one(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let one = account(1, "satu");
    tx.insert_account(&one).await.unwrap();
    assert!(
        !tx.take_totp_step(one.id, 100).await.unwrap(),
        "nothing is enrolled"
    );
    tx.offer_totp(one.id, "{}").await.unwrap();
    assert!(tx.take_totp_step(one.id, 100).await.unwrap());
    assert!(!tx.take_totp_step(one.id, 100).await.unwrap());
    assert!(!tx.take_totp_step(one.id, 99).await.unwrap());
    assert!(tx.take_totp_step(one.id, 101).await.unwrap());
}

async fn a_second_factor_counts_only_after_it_was_confirmed(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let one = account(1, "satu");
    tx.insert_account(&one).await.unwrap();
    assert!(matches!(
        tx.confirm_totp(one.id, at(1)).await,
        Err(StoreError::Stale { .. })
    ));
    tx.offer_totp(one.id, "{}").await.unwrap();
    assert_eq!(tx.account(one.id).await.unwrap().unwrap().totp_since, None);
    tx.confirm_totp(one.id, at(1)).await.unwrap();
    let row = tx.account(one.id).await.unwrap().unwrap();
    assert_eq!(
        (row.totp_since, row.totp_sealed.as_deref()),
        (Some(at(1)), Some("{}"))
    );
    assert!(matches!(
        tx.confirm_totp(one.id, at(2)).await,
        Err(StoreError::Stale { .. })
    ));
    tx.remove_totp(one.id).await.unwrap();
    let row = tx.account(one.id).await.unwrap().unwrap();
    assert_eq!(
        (row.totp_since, row.totp_sealed, row.totp_step),
        (None, None, 0)
    );
}

fn session(n: u128, of: u128) -> SessionRow {
    SessionRow {
        id: SessionId::from_uuid(id(n)),
        token_sha256: sha(&format!("token {n}")),
        account: AccountId::from_uuid(id(of)),
        agent: "Firefox".to_owned(),
        agent_class: "Firefox/Linux".to_owned(),
        address_class: "loopback".to_owned(),
        created: at(i64::try_from(n).unwrap()),
        last_seen: at(i64::try_from(n).unwrap()),
    }
}

async fn sessions_end_one_by_one_or_together(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    for (n, name) in [(1, "satu"), (2, "dua")] {
        tx.insert_account(&account(n, name)).await.unwrap();
    }
    for n in [11, 12, 13, 14] {
        tx.insert_session(&session(n, 1)).await.unwrap();
    }
    tx.insert_session(&session(15, 2)).await.unwrap();
    let owner = AccountId::from_uuid(id(1));
    let found = tx.session_by_token(&sha("token 12")).await.unwrap();
    assert_eq!(found, Some(session(12, 1)));
    assert_eq!(tx.session_by_token(&sha("token 9")).await.unwrap(), None);
    tx.touch_session(session(12, 1).id, at(60)).await.unwrap();
    tx.touch_session(session(12, 1).id, at(50)).await.unwrap();
    let seen = tx
        .session_by_token(&sha("token 12"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(seen.last_seen, at(60));
    let ids = |rows: Vec<SessionRow>| -> Vec<SessionId> { rows.iter().map(|row| row.id).collect() };
    let newest_first = [14, 13, 12, 11].map(|n| session(n, 1).id);
    assert_eq!(ids(tx.sessions_of(owner).await.unwrap()), newest_first);
    // Nobody ends the session of another.
    assert!(!tx.end_session(owner, session(15, 2).id).await.unwrap());
    assert!(tx.end_session(owner, session(11, 1).id).await.unwrap());
    // Idle since before 14, or begun before 13.
    assert_eq!(tx.sweep_sessions(at(13), at(14)).await.unwrap(), 2);
    tx.insert_session(&session(16, 1)).await.unwrap();
    assert_eq!(
        tx.end_sessions(owner, Some(session(16, 1).id))
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        ids(tx.sessions_of(owner).await.unwrap()),
        [session(16, 1).id]
    );
    assert_eq!(tx.end_sessions(owner, None).await.unwrap(), 1);
    assert_eq!(
        tx.sessions_of(AccountId::from_uuid(id(2)))
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn a_key_of_an_application_is_void_once_and_for_all(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_account(&account(1, "satu")).await.unwrap();
    let key = ApiKeyRow {
        id: ApiKeyId::from_uuid(id(20)),
        account: AccountId::from_uuid(id(1)),
        name: "simpeg".to_owned(),
        key_sha256: sha("key"),
        scopes: [Scope::LettersRead, Scope::Verify].into(),
        created: at(1),
        expires: Some(at(9)),
        revoked: None,
        last_used: None,
    };
    tx.insert_api_key(&key).await.unwrap();
    assert_eq!(tx.api_key(key.id).await.unwrap().as_ref(), Some(&key));
    tx.touch_api_key(key.id, at(2)).await.unwrap();
    tx.commit().await.unwrap();
    let (found, office) = db.store.key_holder(&sha("key")).await.unwrap().unwrap();
    assert_eq!((found.key, found.last_used), (key.id, Some(at(2))));
    assert_eq!((&found.scopes, found.revoked), (&key.scopes, None));
    assert_eq!(found.account.account.username, "satu");
    assert!(office.opd.is_empty());
    assert!(db.store.key_holder(&sha("other")).await.unwrap().is_none());
    let mut tx = db.store.begin().await.unwrap();
    tx.revoke_api_key(key.id, at(3)).await.unwrap();
    assert!(matches!(
        tx.revoke_api_key(key.id, at(4)).await,
        Err(StoreError::Stale { .. })
    ));
    let all = tx.api_keys(None).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].revoked, Some(at(3)));
    let of_nobody = Some(AccountId::from_uuid(id(9)));
    assert!(tx.api_keys(of_nobody).await.unwrap().is_empty());
}

fn request(n: u128) -> NewRequest {
    NewRequest {
        owner: "ses_1".to_owned(),
        key: "kunci".to_owned(),
        request_sha256: sha("request"),
        ticket: id(n),
        lease_until: at(60),
        expires: at(86_400),
    }
}

fn answer() -> StoredAnswer {
    StoredAnswer {
        status: 201,
        headers: vec![("location".to_owned(), "/api/v1/letters/x".to_owned())],
        body: b"{}".to_vec(),
    }
}

async fn a_request_is_claimed_once_and_answered_once(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_request(&request(1)).await.unwrap();
    tx.renew_request(id(1), at(90)).await.unwrap();
    let row = tx.request("ses_1", "kunci").await.unwrap().unwrap();
    assert_eq!((row.request.lease_until, row.answer), (at(90), None));
    assert!(tx.request("ses_2", "kunci").await.unwrap().is_none());
    tx.finish_request(id(1), &answer()).await.unwrap();
    let row = tx.request("ses_1", "kunci").await.unwrap().unwrap();
    assert_eq!(row.answer, Some(answer()));
    assert!(matches!(
        tx.finish_request(id(1), &answer()).await,
        Err(StoreError::Stale { .. })
    ));
    assert!(matches!(
        tx.renew_request(id(1), at(99)).await,
        Err(StoreError::Stale { .. })
    ));
    // What was answered cannot be called off.
    tx.abandon_request(id(1)).await.unwrap();
    assert!(tx.request("ses_1", "kunci").await.unwrap().is_some());
    tx.commit().await.unwrap();
    let mut tx = db.store.begin().await.unwrap();
    let second = tx.insert_request(&request(2)).await;
    assert!(matches!(second, Err(StoreError::Exists { .. })));
    drop(tx);
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(tx.sweep_requests(at(86_399)).await.unwrap(), 0);
    assert_eq!(tx.sweep_requests(at(86_400)).await.unwrap(), 1);
    tx.insert_request(&request(3)).await.unwrap();
    tx.abandon_request(id(3)).await.unwrap();
    assert!(tx.request("ses_1", "kunci").await.unwrap().is_none());
}

async fn an_effect_without_an_answer_is_known_to_whoever_takes_the_claim_over(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_request(&request(1)).await.unwrap();
    tx.note_effect(id(1)).await.unwrap();
    tx.note_effect(id(1)).await.unwrap();
    tx.take_over_request(id(1), &request(2), at(61))
        .await
        .unwrap();
    let row = tx.request("ses_1", "kunci").await.unwrap().unwrap();
    assert_eq!((row.answer, row.had_effect), (None, true));
    tx.finish_request(id(2), &answer()).await.unwrap();
    // After its time the key stands for another request.
    tx.take_over_request(id(2), &request(3), at(86_400))
        .await
        .unwrap();
    let row = tx.request("ses_1", "kunci").await.unwrap().unwrap();
    assert_eq!((row.answer, row.had_effect), (None, false));
    let late = tx.note_effect(id(2)).await;
    assert!(matches!(late, Err(StoreError::Stale { .. })));
}

async fn a_claim_is_taken_over_only_from_whoever_held_it(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_request(&request(1)).await.unwrap();
    tx.take_over_request(id(1), &request(2), at(61))
        .await
        .unwrap();
    let late = tx.take_over_request(id(1), &request(3), at(61)).await;
    assert!(matches!(late, Err(StoreError::Stale { .. })));
    assert!(matches!(
        tx.finish_request(id(1), &answer()).await,
        Err(StoreError::Stale { .. })
    ));
    tx.finish_request(id(2), &answer()).await.unwrap();
    // The answer stands until its time is over.
    let answered = tx.take_over_request(id(2), &request(4), at(100)).await;
    assert!(matches!(answered, Err(StoreError::Stale { .. })));
    tx.take_over_request(id(2), &request(4), at(86_400))
        .await
        .unwrap();
    assert_eq!(
        tx.request("ses_1", "kunci").await.unwrap().unwrap().answer,
        None
    );
}

async fn a_signature_is_frozen_once_and_its_activations_are_void(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_pejabat(&person(), None).await.unwrap();
    let key = KeyId::from_uuid(id(30));
    tx.insert_key(&NewKey {
        id: key,
        pejabat: Some(person().id),
        purpose: KeyPurpose::Official,
        envelope: "{}".to_owned(),
        created: at(0),
    })
    .await
    .unwrap();
    let mut live = Vec::new();
    for n in [31, 32] {
        let activation = ActivationId::from_uuid(id(n));
        live.push(activation);
        tx.insert_activation(&NewActivation {
            id: activation,
            key,
            pejabat: person().id,
            versions: vec![sha("version")],
            created: at(0),
            expires: at(300),
            node: "a".to_owned(),
            epoch: "1".to_owned(),
        })
        .await
        .unwrap();
    }
    assert_eq!(tx.frozen_since(person().id).await.unwrap(), None);
    assert!(tx.freeze_tte(person().id, at(5)).await.unwrap());
    assert!(!tx.freeze_tte(person().id, at(6)).await.unwrap());
    assert_eq!(tx.frozen_since(person().id).await.unwrap(), Some(at(5)));
    let mut void = tx.void_activations_of(person().id).await.unwrap();
    void.sort();
    assert_eq!(void, live);
    let row = tx.activation(live[0]).await.unwrap().unwrap();
    assert_eq!(row.state, ActivationState::Void);
    assert!(
        tx.void_activations_of(person().id)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(tx.unfreeze_tte(person().id).await.unwrap());
    assert!(!tx.unfreeze_tte(person().id).await.unwrap());
    tx.insert_office_note(&sha("sealed"), "sealed")
        .await
        .unwrap();
    let note = tx.office_note(&sha("sealed")).await.unwrap();
    assert_eq!(note.as_deref(), Some("sealed"));
}

async fn a_delegation_ends_early_or_never_begins(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let jabatan = office(&mut tx).await;
    for (n, from) in [(41, 0), (42, 100)] {
        let row = MandatRow {
            id: MandatId::from_uuid(id(n)),
            kapasitas: Kapasitas::Plh,
            of: jabatan,
            pejabat: Some(person().id),
            jabatan: None,
            through: None,
            sk: "800/001/CONTOH".to_owned(),
            kinds: std::collections::BTreeSet::new(),
            opd: None,
            from: at(from),
            until: at(200),
        };
        tx.insert_mandat(&Mandat::try_from(row).unwrap())
            .await
            .unwrap();
    }
    let (runs, ahead) = (MandatId::from_uuid(id(41)), MandatId::from_uuid(id(42)));
    tx.end_mandat(runs, at(50)).await.unwrap();
    assert!(matches!(
        tx.end_mandat(runs, at(60)).await,
        Err(StoreError::Stale { .. })
    ));
    assert!(matches!(
        tx.withdraw_mandat(runs, at(50)).await,
        Err(StoreError::Stale { .. })
    ));
    assert!(matches!(
        tx.end_mandat(ahead, at(50)).await,
        Err(StoreError::Stale { .. })
    ));
    tx.withdraw_mandat(ahead, at(50)).await.unwrap();
    let office = tx.office().await.unwrap();
    assert_eq!(office.mandat.len(), 1);
    assert_eq!(office.mandat[&runs].masa().until(), Some(at(50)));
}

async fn everybody_reads_the_office_as_it_was_last_committed(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let jabatan = office(&mut tx).await;
    tx.commit().await.unwrap();
    let other_node = Store::open(&db.location).await.unwrap();
    let mut before = db.store.snapshot().await.unwrap();
    for store in [&db.store, &other_node] {
        let mut tx = store.snapshot().await.unwrap();
        assert_eq!(
            tx.office().await.unwrap().holder(jabatan, at(9)),
            Some(person().id)
        );
    }
    assert_eq!(before.office().await.unwrap().holdings.len(), 1);

    // What was not committed is read by nobody else, and later by nobody at all.
    let mut undone = db.store.begin().await.unwrap();
    undone
        .end_holding(jabatan, person().id, at(5))
        .await
        .unwrap();
    assert_eq!(undone.office().await.unwrap().holder(jabatan, at(9)), None);
    drop(undone);
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(
        tx.office().await.unwrap().holder(jabatan, at(9)),
        Some(person().id)
    );
    tx.end_holding(jabatan, person().id, at(6)).await.unwrap();
    tx.commit().await.unwrap();
    for store in [&db.store, &other_node] {
        let mut tx = store.snapshot().await.unwrap();
        let office = tx.office().await.unwrap();
        assert_eq!(office.holder(jabatan, at(9)), None);
        assert_eq!(office.holder(jabatan, at(5)), Some(person().id));
        let again = tx.office().await.unwrap();
        assert!(std::sync::Arc::ptr_eq(&office, &again), "kept in memory");
    }
    drop(before);
    other_node.close().await;
}

async fn office(tx: &mut Tx) -> JabatanId {
    let opd = Opd {
        id: OpdId::from_uuid(id(50)),
        kode_unit: "DINAS".to_owned(),
        name: "DINAS CONTOH".to_owned(),
        address: vec!["Jalan Contoh 1".to_owned()],
        zone: Zone::Wib,
    };
    let jabatan = Jabatan {
        id: JabatanId::from_uuid(id(51)),
        opd: opd.id,
        title: "Kepala Dinas Contoh".to_owned(),
        kedudukan: Kedudukan::Lainnya,
        superior: None,
    };
    tx.insert_opd(&opd).await.unwrap();
    tx.insert_jabatan(&jabatan).await.unwrap();
    tx.insert_pejabat(&person(), None).await.unwrap();
    let interval = Interval::new(at(0), None).unwrap();
    let holding = Holding {
        jabatan: jabatan.id,
        pejabat: person().id,
        interval,
    };
    tx.insert_holding(&holding).await.unwrap();
    jabatan.id
}
