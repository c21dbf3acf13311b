//! At once: whoever comes second sees the first.

use std::collections::BTreeSet;
use std::sync::Arc;

use service::{ServiceError, naskah, sign};
use store::model::{IntentState, NomorState};
use tokio::task::JoinSet;

use crate::support::{HEAD_A, STAFF_A, World, actor, nota_dinas, on_both_engines};

on_both_engines!(
    letters_prepared_at_once_get_different_numbers_without_a_gap,
    of_two_signatures_of_one_step_at_once_one_is_made,
    a_letter_cancelled_while_it_is_signed_is_one_or_the_other,
    a_letter_cancelled_while_it_is_prepared_leaves_no_number_reserved,
    wrong_passphrases_entered_at_once_are_all_counted_and_five_are_tried,
);

async fn letters_prepared_at_once_get_different_numbers_without_a_gap(world: World) {
    let mut running = JoinSet::new();
    for _ in 0..8 {
        let id = world.submitted(&nota_dinas(&[HEAD_A])).await;
        let app = world.app();
        running.spawn(async move { naskah::prepare(&app, &actor(STAFF_A), id).await });
    }
    while let Some(prepared) = running.join_next().await {
        prepared.unwrap().unwrap();
    }
    let numbers: BTreeSet<u64> = world.numbers().await.iter().map(|row| row.urut).collect();
    assert_eq!(numbers, (1..=8).collect());
    world.assert_audit_is_clean().await;
}

async fn of_two_signatures_of_one_step_at_once_one_is_made(world: World) {
    world.issue_key(HEAD_A).await;
    for round in 1..=3 {
        let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
        let mut running = JoinSet::new();
        for _ in 0..2 {
            let app = world.app();
            let activation = world.activate(HEAD_A, shown).await.unwrap();
            running.spawn(async move { sign::sign(&app, &actor(HEAD_A), id, activation).await });
        }
        let outcomes = running.join_all().await;
        let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(made, 1, "{outcomes:?}");
        assert_eq!(world.rows().await.versions(id).await.unwrap().len(), 2);
        assert_eq!(completed(&world).await, round);
    }
    world.assert_audit_is_clean().await;
}

async fn a_letter_cancelled_while_it_is_signed_is_one_or_the_other(world: World) {
    world.issue_key(HEAD_A).await;
    for _ in 0..4 {
        let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
        let activation = world.activate(HEAD_A, shown).await.unwrap();
        let before = completed(&world).await;
        let (app, staff) = (world.app(), actor(STAFF_A));
        let cancelling = {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                naskah::cancel(&app, &staff, id, staff.jabatan, "Tidak jadi.").await
            })
        };
        let signed = sign::sign(&app, &actor(HEAD_A), id, activation).await;
        let cancelled = cancelling.await.unwrap();
        let made = completed(&world).await - before;
        match (&signed, &cancelled) {
            (Ok(_), Err(_)) => assert_eq!((made, world.tahap(id).await.word()), (1, "signed")),
            (Err(ServiceError::Refused(_)), Ok(())) => {
                assert_eq!((made, world.tahap(id).await.word()), (0, "cancelled"));
            }
            _ => panic!("{signed:?} and {cancelled:?}"),
        }
    }
    let reserved = world.numbers().await;
    assert!(reserved.iter().all(|row| row.state != NomorState::Reserved));
    world.assert_audit_is_clean().await;
}

async fn a_letter_cancelled_while_it_is_prepared_leaves_no_number_reserved(world: World) {
    for _ in 0..8 {
        let id = world.submitted(&nota_dinas(&[HEAD_A])).await;
        let (app, staff) = (world.app(), actor(STAFF_A));
        let preparing = {
            let app = Arc::clone(&app);
            tokio::spawn(async move { naskah::prepare(&app, &staff, id).await })
        };
        // Whether or not there is a number yet, the cancellation succeeds.
        naskah::cancel(&app, &staff, id, staff.jabatan, "Tidak jadi.")
            .await
            .unwrap();
        // What is not prepared yet never will be.
        let _ = preparing.await.unwrap();
        assert_eq!(world.tahap(id).await.word(), "cancelled");
        let held = world.rows().await.nomor_of(id).await.unwrap();
        assert_eq!(held, None);
    }
    world.assert_audit_is_clean().await;
}

async fn wrong_passphrases_entered_at_once_are_all_counted_and_five_are_tried(world: World) {
    world.issue_key(HEAD_A).await;
    let world = Arc::new(world);
    let mut running = JoinSet::new();
    for _ in 0..8 {
        let world = Arc::clone(&world);
        running.spawn(async move { world.enter_wrong(HEAD_A).await });
    }
    let errors = running.join_all().await;
    let tried = |error: &&ServiceError| matches!(error, ServiceError::WrongPassphrase(_));
    assert_eq!(errors.iter().filter(tried).count(), 5, "{errors:?}");
    assert_eq!(world.key(HEAD_A).await.failures, 5);
}

async fn completed(world: &World) -> usize {
    let intents = world.intents().await;
    let done = |row: &&store::model::IntentRow| row.state == IntentState::Completed;
    intents.iter().filter(done).count()
}
