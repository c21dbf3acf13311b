//! Many letters with one passphrase, and what a stranger learns of them.

use std::sync::Arc;
use std::time::Duration;

use custody::Passphrase;
use flow::account::{Grant, Role};
use flow::id::{ActivationId, NaskahId};
use flow::sifat::Keamanan;
use service::identity::Subject;
use service::sign::{self, BatchItemState, BatchState, BatchView, FailureReason, ToSign};
use service::verification::{self, Comparison, Headline, PublicState};
use service::{ServiceError, naskah};

use crate::support::{
    HEAD_A, STAFF_A, World, actor, entered, nota_dinas, on_both_engines, opd, passphrase,
    surat_dinas,
};

on_both_engines!(
    many_letters_are_signed_with_one_passphrase_and_each_says_what_became_of_it,
    letters_whose_date_turned_fail_saying_so_and_are_signed_once_prepared_again,
    a_letter_that_is_named_twice_begins_nothing_and_costs_no_attempt,
    a_version_that_was_not_shown_begins_nothing,
    strangers_learn_of_a_letter_once_it_is_signed_and_whether_their_file_is_it,
    of_a_secret_letter_strangers_learn_only_that_it_is_genuine,
);

async fn head(world: &World) -> Subject {
    world.issue_key(HEAD_A).await;
    let grant = Grant {
        role: Role::Pejabat,
        opd: Some(opd('A')),
    };
    world.account("kepala-a", Some(HEAD_A), &[grant]).await;
    world.subject("kepala-a").await
}

async fn ended(world: &World, subject: &Subject, id: ActivationId) -> BatchView {
    for _ in 0..600 {
        let view = sign::batch(&world.app(), subject, id).await.unwrap();
        if view.state != BatchState::Running {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the batch does not end");
}

async fn to_sign(world: &World, subject: &Subject, ids: &[NaskahId]) -> Vec<ToSign> {
    let prepared = sign::prepare_many(&world.app(), subject, ids).await;
    let shown = prepared.into_iter().map(|(naskah, view)| ToSign {
        naskah,
        version_sha256: view.unwrap().version_sha256,
    });
    shown.collect()
}

async fn many_letters_are_signed_with_one_passphrase_and_each_says_what_became_of_it(world: World) {
    let app = world.app();
    let subject = head(&world).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(world.submitted(&nota_dinas(&[HEAD_A])).await);
    }
    let letters = to_sign(&world, &subject, &ids).await;
    // Asked again on the same day, nothing is prepared anew.
    assert_eq!(to_sign(&world, &subject, &ids).await, letters);
    let wrong = Passphrase::new("bukan kata sandinya".to_owned());
    let refused = sign::begin_batch(&app, &subject, &letters, entered(&wrong)).await;
    assert!(matches!(refused, Err(ServiceError::WrongPassphrase(_))));
    world.clock.advance(60);
    let right = passphrase(HEAD_A);
    let id = sign::begin_batch(&app, &subject, &letters, entered(&right))
        .await
        .unwrap();
    let view = ended(&world, &subject, id).await;
    assert_eq!(view.state, BatchState::Done);
    assert_eq!(view.items.len(), 3);
    for item in &view.items {
        let signed = matches!(item.state, BatchItemState::Signed { version: 2, .. });
        assert!(
            signed && item.nomor.is_some() && item.hal.is_some(),
            "{item:?}"
        );
    }
    let certificate = sign::own_certificate(&app, &subject)
        .await
        .unwrap()
        .unwrap();
    assert!(
        certificate.issuer.contains("CA Penerbit"),
        "{certificate:?}"
    );
    world.assert_audit_is_clean().await;
}

async fn letters_whose_date_turned_fail_saying_so_and_are_signed_once_prepared_again(world: World) {
    let app = world.app();
    let subject = head(&world).await;
    let ids = [
        world.submitted(&nota_dinas(&[HEAD_A])).await,
        world.submitted(&nota_dinas(&[HEAD_A])).await,
    ];
    let letters = to_sign(&world, &subject, &ids).await;
    let right = passphrase(HEAD_A);
    // It is the day after the one that the letters carry.
    world.clock.advance(20 * 3600);
    let id = sign::begin_batch(&app, &subject, &letters, entered(&right))
        .await
        .unwrap();
    let view = ended(&world, &subject, id).await;
    for item in &view.items {
        let reason = FailureReason::Date;
        assert_eq!(item.state, BatchItemState::Failed { reason });
    }
    assert_eq!(view.state, BatchState::Done);
    // Prepared again, both can be signed.
    let letters = to_sign(&world, &subject, &ids).await;
    let id = sign::begin_batch(&app, &subject, &letters, entered(&right))
        .await
        .unwrap();
    let view = ended(&world, &subject, id).await;
    let signed = |item: &sign::BatchItem| matches!(item.state, BatchItemState::Signed { .. });
    assert!(view.items.iter().all(signed), "{view:?}");
}

async fn a_letter_that_is_named_twice_begins_nothing_and_costs_no_attempt(world: World) {
    let app = world.app();
    let subject = head(&world).await;
    let id = world.submitted(&nota_dinas(&[HEAD_A])).await;
    let once = to_sign(&world, &subject, &[id]).await;
    let twice = [once[0], once[0]];
    let wrong = Passphrase::new("bukan kata sandinya".to_owned());
    let refused = sign::begin_batch(&app, &subject, &twice, entered(&wrong)).await;
    let letters = matches!(refused, Err(ServiceError::Invalid { what: "letters" }));
    assert!(letters, "{refused:?}");
    let begun = sign::begin_batch(&app, &subject, &once, entered(&passphrase(HEAD_A))).await;
    let view = ended(&world, &subject, begun.unwrap()).await;
    assert_eq!(view.state, BatchState::Done);
}

async fn a_version_that_was_not_shown_begins_nothing(world: World) {
    let app = world.app();
    let subject = head(&world).await;
    let id = world.submitted(&nota_dinas(&[HEAD_A])).await;
    let mut letters = to_sign(&world, &subject, &[id]).await;
    letters[0].version_sha256 = flow::digest::Sha256::of(b"another");
    let refused = sign::begin_batch(&app, &subject, &letters, entered(&passphrase(HEAD_A))).await;
    assert!(
        matches!(refused, Err(ServiceError::Refused(_))),
        "{refused:?}"
    );
    assert!(world.intents().await.is_empty());
}

async fn strangers_learn_of_a_letter_once_it_is_signed_and_whether_their_file_is_it(world: World) {
    let app = world.app();
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&surat_dinas()).await;
    let row = world.rows().await.naskah(id).await.unwrap().unwrap();
    let code = row.code.unwrap();
    assert_eq!(verification::by_code(&app, &code).await.unwrap(), None);
    let pdf = {
        // The block was printed for the Plh.
        world.issue_key(crate::support::SECRETARY_A).await;
        world
            .activate_and_sign(crate::support::SECRETARY_A, id, shown)
            .await;
        world.exported(id).await
    };
    let public = verification::by_code(&app, &code).await.unwrap().unwrap();
    assert_eq!(public.state, PublicState::Valid);
    assert_eq!(public.hal.as_deref(), Some("Undangan Rapat Contoh"));
    assert!(public.signers[0].sk.is_some(), "{public:?}");
    let typed = row.typed_code.unwrap().to_lowercase();
    let found = verification::by_typed(&app, &public.nomor, &typed).await;
    assert_eq!(found.unwrap(), Some(code.clone()));
    let wrong = verification::by_typed(&app, &public.nomor, "0000-0000").await;
    assert_eq!(wrong.unwrap(), None);
    let (same, verdict) = verification::compare(&app, &code, Arc::new(pdf.clone()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(same, Comparison::Same { version: 2 });
    assert_eq!(verdict.report.headline, Headline::Intact);
    assert_eq!(verdict.known.unwrap().code, code);
    let download = verification::public_download(&app, &code).await.unwrap();
    assert_eq!(download.unwrap().pdf, pdf);
    let mut changed = pdf;
    changed.push(b'\n');
    let (other, verdict) = verification::compare(&app, &code, Arc::new(changed))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(other, Comparison::Different);
    assert_eq!(verdict.known, None);
    let picture = verification::public_picture(&app, &code, 0, 200).await;
    assert!(picture.unwrap().is_some());
}

async fn of_a_secret_letter_strangers_learn_only_that_it_is_genuine(world: World) {
    let app = world.app();
    world.issue_key(HEAD_A).await;
    let mut secret = nota_dinas(&[HEAD_A]);
    secret.content.keamanan = Keamanan::SangatRahasia;
    let (id, shown) = world.prepared(&secret).await;
    world.activate_and_sign(HEAD_A, id, shown).await;
    naskah::dispatch(&app, &actor(STAFF_A), id).await.unwrap();
    let row = world.rows().await.naskah(id).await.unwrap().unwrap();
    let code = row.code.unwrap();
    let public = verification::by_code(&app, &code).await.unwrap().unwrap();
    assert!(public.secret && public.hal.is_none() && public.signers.is_empty());
    assert_ne!(public.nomor, row.nomor.unwrap());
    assert_eq!(public.sha256, None);
    let picture = verification::public_picture(&app, &code, 0, 200).await;
    assert_eq!(picture.unwrap(), None);
    let download = verification::public_download(&app, &code).await;
    assert_eq!(download.unwrap(), None);
}
