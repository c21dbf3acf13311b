//! Cancelling a letter, and what becomes of its number.

use service::naskah::cancel;
use service::sign::resume;
use service::{ServiceError, naskah};
use store::model::{NomorRow, NomorState};

use crate::support::{HEAD_A, HEAD_B, STAFF_A, Step, World, actor, nota_dinas, on_both_engines};

on_both_engines!(
    a_cancelled_letter_leaves_its_number_as_a_tombstone_with_a_reason,
    a_letter_returned_after_it_was_numbered_leaves_a_tombstone_when_cancelled,
    a_number_whose_typesetting_failed_becomes_a_tombstone_when_the_letter_is_cancelled,
    a_number_whose_typesetting_failed_becomes_a_tombstone_when_a_signer_rejects_the_letter,
    a_letter_cancelled_after_the_first_of_two_signatures_keeps_its_partial_pdf,
    nothing_is_cancelled_while_a_signature_is_under_way,
);

async fn a_cancelled_letter_leaves_its_number_as_a_tombstone_with_a_reason(world: World) {
    let (id, _) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    cancel_by(&world, STAFF_A, id).await.unwrap();
    assert_eq!(world.tahap(id).await.word(), "cancelled");
    assert_tombstone(&world.numbers().await, "letter_cancelled");
    world.prepare(id).await.unwrap_err();
    let (next, _) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let tahap = world.tahap(next).await;
    assert_eq!(
        tahap.prepared().unwrap().nomor.urut(),
        2,
        "never given again"
    );
    world.assert_audit_is_clean().await;
}

async fn a_letter_returned_after_it_was_numbered_leaves_a_tombstone_when_cancelled(world: World) {
    let (id, _) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let head = actor(HEAD_A);
    naskah::return_for_revision(
        &world.app(),
        &head,
        id,
        head.jabatan,
        "Perbaiki paragraf kedua.",
    )
    .await
    .unwrap();
    cancel_by(&world, STAFF_A, id).await.unwrap();
    assert_tombstone(&world.numbers().await, "letter_cancelled");
    world.assert_audit_is_clean().await;
}

async fn a_number_whose_typesetting_failed_becomes_a_tombstone_when_the_letter_is_cancelled(
    world: World,
) {
    let id = world.submitted(&nota_dinas(&[HEAD_A])).await;
    world.worker.break_next(Step::Typeset);
    world.prepare(id).await.unwrap_err();
    cancel_by(&world, STAFF_A, id).await.unwrap();
    assert_tombstone(&world.numbers().await, "letter_cancelled");
    world.assert_audit_is_clean().await;
}

async fn a_number_whose_typesetting_failed_becomes_a_tombstone_when_a_signer_rejects_the_letter(
    world: World,
) {
    let id = world.submitted(&nota_dinas(&[HEAD_A])).await;
    world.worker.break_next(Step::Typeset);
    world.prepare(id).await.unwrap_err();
    let head = actor(HEAD_A);
    naskah::reject(&world.app(), &head, id, head.jabatan, "Tidak perlu.")
        .await
        .unwrap();
    assert_eq!(world.tahap(id).await.word(), "rejected");
    assert_tombstone(&world.numbers().await, "signer_refused");
    world.assert_audit_is_clean().await;
}

async fn a_letter_cancelled_after_the_first_of_two_signatures_keeps_its_partial_pdf(world: World) {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A, HEAD_B])).await;
    let first = world.activate_and_sign(HEAD_A, id, shown).await;
    cancel_by(&world, STAFF_A, id).await.unwrap_err();
    assert_eq!(
        world.tahap(id).await.word(),
        "signing",
        "the drafter alone cannot"
    );

    cancel_by(&world, HEAD_B, id).await.unwrap();
    let tahap = world.tahap(id).await;
    assert_eq!(tahap.word(), "cancelled");
    assert_eq!(tahap.signatures().len(), 1);
    assert_tombstone(&world.numbers().await, "signer_refused");
    let evidence = naskah::export(&world.app(), id).await.unwrap().unwrap();
    assert_eq!((evidence.version, evidence.sha256), (2, first.sha256));
    world.assert_audit_is_clean().await;
}

async fn nothing_is_cancelled_while_a_signature_is_under_way(mut world: World) {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    world.worker.break_next(Step::Embed);
    world.sign(HEAD_A, id, activation).await.unwrap_err();
    let busy = cancel_by(&world, STAFF_A, id).await;
    assert!(matches!(busy, Err(ServiceError::Busy(_))), "{busy:?}");
    let numbers = world.numbers().await;
    assert_eq!(numbers[0].state, NomorState::Reserved);

    world.crash_and_restart().await;
    resume(&world.app()).await.unwrap();
    assert_eq!(world.tahap(id).await.word(), "signed");
    world.assert_audit_is_clean().await;
}

async fn cancel_by(world: &World, n: u8, id: flow::id::NaskahId) -> Result<(), ServiceError> {
    let who = actor(n);
    cancel(&world.app(), &who, id, who.jabatan, "Rapat tidak jadi.").await
}

fn assert_tombstone(numbers: &[NomorRow], reason: &str) {
    let [row] = numbers else {
        panic!("{numbers:?}");
    };
    assert_eq!(row.state, NomorState::Cancelled);
    assert_eq!(row.reason.as_deref(), Some(reason));
}
