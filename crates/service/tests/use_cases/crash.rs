//! Killed between two steps of a signature: what the next process makes of it.

use service::ServiceError;
use service::sign::resume;
use store::model::{ActivationState, IntentState};

use crate::support::{HEAD_A, Step, World, nota_dinas, on_both_engines};

on_both_engines!(
    a_stored_signature_is_finished_by_the_next_process_and_never_made_again,
    a_signature_whose_outcome_was_not_committed_is_recorded_once,
    an_intent_without_a_signature_is_released_and_the_letter_signs_again,
    a_failed_step_is_settled_by_the_same_process_too,
);

async fn a_stored_signature_is_finished_by_the_next_process_and_never_made_again(mut world: World) {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    world.worker.break_next(Step::Embed);
    let broken = world.sign(HEAD_A, id, activation).await;
    assert!(matches!(broken, Err(ServiceError::Task(_))), "{broken:?}");
    let [intent] = &world.intents().await[..] else {
        panic!("one intent was written");
    };
    assert_eq!(intent.state, IntentState::Signed);
    let cms = intent.cms.clone().unwrap();

    world.clock.advance(3600);
    world.crash_and_restart().await;
    assert_finished_once(&world, id).await;
    assert!(holds_signature(&world.exported(id).await, &cms));
}

async fn a_signature_whose_outcome_was_not_committed_is_recorded_once(mut world: World) {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    world.raw.cut_power_at_intent("completed").await;
    world.sign(HEAD_A, id, activation).await.unwrap_err();
    assert_eq!(world.tahap(id).await.word(), "signing");
    let versions = world.rows().await.versions(id).await.unwrap();
    assert_eq!(versions.len(), 1, "no part of an outcome is stored");

    world.crash().await;
    world.raw.restore_power().await;
    world.start().await.unwrap();
    assert_finished_once(&world, id).await;
}

async fn an_intent_without_a_signature_is_released_and_the_letter_signs_again(mut world: World) {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let used = world.activate(HEAD_A, shown).await.unwrap();
    let unused = world.activate(HEAD_A, shown).await.unwrap();
    world.raw.cut_power_at_intent("signed").await;
    world.sign(HEAD_A, id, used).await.unwrap_err();
    assert_eq!(world.intents().await[0].state, IntentState::Intended);

    world.crash().await;
    world.raw.restore_power().await;
    world.start().await.unwrap();
    let resumed = resume(&world.app()).await.unwrap();
    assert_eq!((resumed.finished.len(), resumed.released), (0, 1));
    assert_eq!(world.intents().await[0].state, IntentState::Released);
    for dead in [used, unused] {
        let signed = world.sign(HEAD_A, id, dead).await;
        assert!(
            matches!(signed, Err(ServiceError::NotActivated(_))),
            "{signed:?}"
        );
    }
    let unused = world.rows().await.activation(unused).await.unwrap();
    assert_eq!(unused.unwrap().state, ActivationState::Void);
    world.assert_audit_is_clean().await;

    world.clock.advance(1);
    world.activate_and_sign(HEAD_A, id, shown).await;
    let states: Vec<_> = world.intents().await.iter().map(|row| row.state).collect();
    assert_eq!(states, [IntentState::Released, IntentState::Completed]);
    assert_eq!(world.key(HEAD_A).await.uses, 2, "the aborted use counts");
    world.assert_audit_is_clean().await;
}

async fn a_failed_step_is_settled_by_the_same_process_too(world: World) {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    world.worker.break_next(Step::Embed);
    world.sign(HEAD_A, id, activation).await.unwrap_err();
    assert_finished_once(&world, id).await;
}

/// Settling finishes the one signature, settling again does nothing, and everything reconciles.
async fn assert_finished_once(world: &World, id: flow::id::NaskahId) {
    let app = world.app();
    let resumed = resume(&app).await.unwrap();
    assert_eq!((resumed.finished.len(), resumed.released), (1, 0));
    assert_eq!(
        (resumed.finished[0].naskah, resumed.finished[0].version),
        (id, 2)
    );
    let again = resume(&app).await.unwrap();
    assert_eq!((again.finished.len(), again.released), (0, 0));

    let states: Vec<_> = world.intents().await.iter().map(|row| row.state).collect();
    assert_eq!(states, [IntentState::Completed]);
    assert_eq!(world.key(HEAD_A).await.uses, 1);
    assert_eq!(world.tahap(id).await.word(), "signed");
    let report = world.judged(world.exported(id).await);
    assert_eq!(report.headline.exit_code(), 0, "{report:#?}");
    assert_eq!(report.signatures.len(), 1);
    world.assert_audit_is_clean().await;
}

/// Whether the file carries exactly this CMS, as hexadecimal digits of either case.
fn holds_signature(pdf: &[u8], cms: &[u8]) -> bool {
    let digits = hex::encode(cms);
    pdf.windows(digits.len())
        .any(|window| window.eq_ignore_ascii_case(digits.as_bytes()))
}
