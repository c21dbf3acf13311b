//! What an activation allows, and what it does not.

use service::ServiceError;
use store::model::ActivationState;

use crate::support::{HEAD_A, HEAD_B, SECRETARY_A, World, nota_dinas, on_both_engines};

on_both_engines!(
    an_activation_signs_the_version_it_names_and_no_other,
    an_activation_is_spent_by_its_signature,
    after_five_minutes_an_activation_signs_nothing,
    one_officials_passphrase_makes_no_signature_of_another,
    a_later_signers_activation_names_the_version_with_the_earlier_signature,
    a_withdrawn_activation_signs_nothing,
);

async fn an_activation_signs_the_version_it_names_and_no_other(world: World) {
    world.issue_key(HEAD_A).await;
    let (one, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let (other, _) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    assert_not_activated(&world.sign(HEAD_A, other, activation).await);
    assert!(world.intents().await.is_empty());
    assert_eq!(world.key(HEAD_A).await.uses, 0);

    let signed = world.sign(HEAD_A, one, activation).await.unwrap();
    assert_eq!((signed.naskah, signed.version), (one, 2));
    assert_eq!(world.key(HEAD_A).await.uses, 1);
    world.assert_audit_is_clean().await;
}

async fn an_activation_is_spent_by_its_signature(world: World) {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    world.sign(HEAD_A, id, activation).await.unwrap();
    let row = world.rows().await.activation(activation).await.unwrap();
    let row = row.unwrap();
    assert_eq!(row.state, ActivationState::Spent);
    assert!(row.versions.iter().all(|version| version.used_at.is_some()));
    world.sign(HEAD_A, id, activation).await.unwrap_err();
    assert_eq!(world.intents().await.len(), 1);
    assert_eq!(world.key(HEAD_A).await.uses, 1);
}

async fn after_five_minutes_an_activation_signs_nothing(world: World) {
    world.issue_key(HEAD_A).await;
    let (in_time, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    world.clock.advance(299);
    world.sign(HEAD_A, in_time, activation).await.unwrap();

    let (late, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    world.clock.advance(300);
    assert_not_activated(&world.sign(HEAD_A, late, activation).await);
    assert_eq!(world.key(HEAD_A).await.uses, 1);
    world.assert_audit_is_clean().await;
}

async fn one_officials_passphrase_makes_no_signature_of_another(world: World) {
    world.issue_key(SECRETARY_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(SECRETARY_A, shown).await.unwrap();
    assert_not_activated(&world.sign(HEAD_A, id, activation).await);
    assert!(world.intents().await.is_empty());
    assert_eq!(world.key(SECRETARY_A).await.uses, 0);
}

async fn a_later_signers_activation_names_the_version_with_the_earlier_signature(world: World) {
    world.issue_key(HEAD_A).await;
    world.issue_key(HEAD_B).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A, HEAD_B])).await;
    let too_early = world.activate(HEAD_B, shown).await.unwrap();
    world.sign(HEAD_B, id, too_early).await.unwrap_err();
    let first = world.activate_and_sign(HEAD_A, id, shown).await;
    assert_not_activated(&world.sign(HEAD_B, id, too_early).await);

    let second = world.activate_and_sign(HEAD_B, id, first.sha256).await;
    assert_eq!(second.version, 3);
    assert_eq!(world.tahap(id).await.word(), "signed");
    let report = world.judged(world.exported(id).await);
    assert_eq!(report.headline.exit_code(), 0, "{report:#?}");
    assert_eq!(report.signatures.len(), 2);
    world.assert_audit_is_clean().await;
}

async fn a_withdrawn_activation_signs_nothing(world: World) {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    service::sign::deactivate(&world.app(), activation)
        .await
        .unwrap();
    assert_not_activated(&world.sign(HEAD_A, id, activation).await);
    let row = world.rows().await.activation(activation).await.unwrap();
    assert_eq!(row.unwrap().state, ActivationState::Void);
}

fn assert_not_activated(signed: &Result<service::sign::Signed, ServiceError>) {
    assert!(
        matches!(signed, Err(ServiceError::NotActivated(_))),
        "{signed:?}"
    );
}
