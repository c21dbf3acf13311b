//! The institution's seal, and the receipts it is put on.

use std::time::Duration;

use custody::Reason;
use service::doctor::{self, State};
use service::housekeeping::housekeeping;
use service::key;
use service::verification::receipt::{Language, LetterDate, Mark, Receipt, Row, Seal, Section};
use service::verification::{
    self, Examination, Headline, Level as Reached, NotBelieved, seal_receipt,
};
use store::model::{CertificateRow, KeyPurpose, KeyRow, Level};

use crate::support::authority::{Manner, Tsa};
use crate::support::{HEAD_A, World, nota_dinas, on_both_engines};

on_both_engines!(
    a_founded_office_has_a_seal_and_its_receipts_are_intact,
    data_from_before_gets_one_seal_however_many_ask_at_once,
    a_serving_process_makes_the_seal_by_itself,
    a_seal_that_ends_is_replaced_and_earlier_receipts_stay_intact,
    a_revoked_seal_is_replaced_and_its_receipts_are_not_valid,
    a_receipt_carries_the_time_of_an_authority_that_answers,
    carried_words_are_believed_for_an_hour_and_only_as_they_were_written,
);

const DAY: i64 = 86_400;

fn receipt() -> Receipt {
    Receipt {
        language: Language::Id,
        issuer: "Pemerintah Kabupaten Contohrejo".to_owned(),
        title: "Tanda terima verifikasi".to_owned(),
        mark: Mark::Unsigned,
        headline: "Tidak ada tanda tangan elektronik".to_owned(),
        meaning: String::new(),
        warnings: Vec::new(),
        sections: vec![Section {
            heading: "Berkas".to_owned(),
            rows: vec![Row {
                label: "Nama".to_owned(),
                value: "#eval(\"1\")".to_owned(),
            }],
            items: Vec::new(),
        }],
        notes: Vec::new(),
        sha256: "00".repeat(32),
        seal: Seal {
            heading: "Disegel oleh".to_owned(),
            name: "Segel Elektronik Pemerintah Kabupaten Contohrejo".to_owned(),
            lines: Vec::new(),
            url: "https://tte.contohrejo.example/verifikasi".to_owned(),
        },
        date: LetterDate {
            year: 2026,
            month: 11,
            day: 24,
        },
        ident: "satu".to_owned(),
    }
}

async fn sealed(world: &World) -> Vec<u8> {
    seal_receipt(&world.app(), receipt()).await.unwrap()
}

async fn seals(world: &World) -> Vec<KeyRow> {
    world.rows().await.keys_for(KeyPurpose::Seal).await.unwrap()
}

async fn certificates(world: &World) -> Vec<CertificateRow> {
    let id = seals(world).await[0].key.id;
    world.rows().await.certificates_of(id).await.unwrap()
}

async fn a_founded_office_has_a_seal_and_its_receipts_are_intact(world: World) {
    let [seal] = &seals(&world).await[..] else {
        panic!("there is not one seal");
    };
    assert_eq!((seal.key.pejabat, seal.uses), (None, 0));
    assert!(!seal.key.envelope.is_empty());

    let pdf = sealed(&world).await;
    let report = world.judged_by_office(pdf.clone()).await;
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    let [one] = &report.signatures[..] else {
        panic!("{report:#?}");
    };
    let signer = one.signer.clone().unwrap();
    assert!(
        signer.contains("CN=Segel Elektronik Pemerintah Kabupaten Contohrejo"),
        "{signer}"
    );
    assert!(
        signer.contains("O=Pemerintah Kabupaten Contohrejo"),
        "{signer}"
    );
    assert!(!signer.contains("OU="), "{signer}");
    assert_eq!(
        (one.level, one.certifies),
        (Some(Reached::PadesBB), Some(1))
    );
    assert!(one.covers_whole_file);
    assert_eq!(world.judged(pdf.clone()).headline, Headline::Intact);
    assert_eq!(seals(&world).await[0].uses, 1);

    let mut changed = pdf;
    let middle = changed.len() / 3;
    changed[middle] ^= 1;
    assert_eq!(world.judged(changed).headline, Headline::Invalid);
    let checks = doctor::examine(&world.app()).await;
    let check = checks.iter().find(|check| check.name.contains("seal"));
    assert_eq!(
        check.map(|check| check.state),
        Some(State::Ok),
        "{checks:?}"
    );
    world.assert_audit_is_clean().await;
}

async fn data_from_before_gets_one_seal_however_many_ask_at_once(world: World) {
    let before = seals(&world).await[0].key.id;
    world.raw.forget_seal().await;
    assert_eq!(seals(&world).await, []);
    let checks = doctor::examine(&world.app()).await;
    let check = checks.iter().find(|check| check.name.contains("seal"));
    assert_eq!(
        check.map(|check| check.state),
        Some(State::Warn),
        "{checks:?}"
    );

    let made = tokio::join!(sealed(&world), sealed(&world), sealed(&world));
    for pdf in [made.0, made.1, made.2] {
        assert_eq!(world.judged(pdf).headline, Headline::Intact);
    }
    let [seal] = &seals(&world).await[..] else {
        panic!("there is not one seal");
    };
    assert_ne!(seal.key.id, before);
    assert_eq!(seal.uses, 3);
    assert_eq!(certificates(&world).await.len(), 1);
    world.assert_audit_is_clean().await;
}

async fn a_serving_process_makes_the_seal_by_itself(world: World) {
    world.raw.forget_seal().await;
    let working = housekeeping(&world.app());
    let mut patience = 200;
    while seals(&world).await.is_empty() {
        patience -= 1;
        assert!(patience > 0, "no seal was made");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    working.stop().await;
    assert_eq!(certificates(&world).await.len(), 1);
}

async fn a_seal_that_ends_is_replaced_and_earlier_receipts_stay_intact(world: World) {
    let first = sealed(&world).await;
    let before = seals(&world).await.remove(0);
    world.clock.advance(340 * DAY);
    let second = sealed(&world).await;
    let after = seals(&world).await.remove(0);
    assert_eq!(before.key.id, after.key.id);
    assert_ne!(
        before.key.envelope, after.key.envelope,
        "the key is the old one"
    );
    assert_eq!(certificates(&world).await.len(), 2);
    key::publish_crl(&world.app()).await.unwrap();
    for pdf in [first, second] {
        assert_eq!(world.judged(pdf).headline, Headline::Intact);
    }
    // Once it is renewed, it is not renewed again.
    sealed(&world).await;
    assert_eq!(certificates(&world).await.len(), 2);
}

async fn a_revoked_seal_is_replaced_and_its_receipts_are_not_valid(world: World) {
    let first = sealed(&world).await;
    let id = seals(&world).await[0].key.id;
    world.clock.advance(60);
    key::revoke(&world.app(), id, Reason::KeyCompromise)
        .await
        .unwrap();
    world.clock.advance(60);
    let second = sealed(&world).await;
    assert_eq!(world.judged(first).headline, Headline::Invalid);
    assert_eq!(world.judged(second).headline, Headline::Intact);
    world.assert_audit_is_clean().await;
}

async fn a_receipt_carries_the_time_of_an_authority_that_answers(mut world: World) {
    let tsa = Tsa::start(&world.clock, 3650).await;
    world.want(Level::BLta, &[&tsa]).await;
    let level = |pdf| {
        let report = world.judged(pdf);
        assert_eq!(report.headline, Headline::Intact, "{report:#?}");
        report.signatures[0].level
    };
    assert_eq!(level(sealed(&world).await), Some(Reached::PadesBT));
    tsa.behave(Manner::Down);
    assert_eq!(level(sealed(&world).await), Some(Reached::PadesBB));
}

async fn carried_words_are_believed_for_an_hour_and_only_as_they_were_written(world: World) {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    world.activate_and_sign(HEAD_A, id, shown).await;
    let pdf = std::sync::Arc::new(world.exported(id).await);
    let size = u64::try_from(pdf.len()).unwrap();
    let verdict = verification::examine(&world.app(), pdf, None)
        .await
        .unwrap();
    let root = "CN=CA Induk Pemerintah Kabupaten Contohrejo";
    assert!(verdict.basis.anchors.iter().any(|one| one.contains(root)));
    let found = Examination::new(verdict, Some("surat.pdf".repeat(100)));
    assert_eq!(found.name.as_ref().unwrap().chars().count(), 255);
    assert_eq!(found.size, size);

    let app = world.app();
    let carried = found.carried(&app).unwrap();
    assert_eq!(Examination::read(&app, &carried), Ok(found.clone()));
    for at in 0..carried.len() {
        let mut forged = carried.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        let read = Examination::read(&app, &forged);
        assert_eq!(read, Err(NotBelieved::Forged), "at {at}");
    }
    let (text, tag) = carried.split_once('.').unwrap();
    let halves = [
        text,
        tag,
        "",
        ".",
        &format!("{tag}.{text}"),
        &format!("{text}."),
    ];
    for forged in halves {
        assert_eq!(Examination::read(&app, forged), Err(NotBelieved::Forged));
    }

    world.clock.advance(3_600);
    assert_eq!(Examination::read(&app, &carried), Ok(found.clone()));
    world.clock.advance(1);
    assert_eq!(Examination::read(&app, &carried), Err(NotBelieved::Stale));
    // Written by a clock that is far ahead.
    let ahead = found.carried(&app).unwrap();
    world.clock.advance(-120);
    assert_eq!(Examination::read(&app, &ahead), Err(NotBelieved::Stale));
}
