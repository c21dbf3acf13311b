//! "Bekukan TTE saya": at once, whatever is under way, until an admin undoes it.

use flow::account::{Grant, Role};
use service::ServiceError;
use service::freeze::{freeze, is_frozen, unfreeze};

use crate::support::{HEAD_A, World, actor, nota_dinas, on_both_engines, opd};

on_both_engines!(a_frozen_signature_signs_nothing_until_an_admin_undoes_it);

async fn a_frozen_signature_signs_nothing_until_an_admin_undoes_it(world: World) {
    let app = world.app();
    world.issue_key(HEAD_A).await;
    let grant = Grant {
        role: Role::Pejabat,
        opd: Some(opd('A')),
    };
    world.account("kepala", Some(HEAD_A), &[grant]).await;
    let head = world.subject("kepala").await;
    let (letter, version) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, version).await.unwrap();

    freeze(&app, &head).await.unwrap();
    freeze(&app, &head).await.unwrap();
    let person = actor(HEAD_A).pejabat;
    assert_eq!(is_frozen(&app, person).await.unwrap(), Some(app.now()));
    let signed = world.sign(HEAD_A, letter, activation).await;
    let stopped = matches!(
        signed,
        Err(ServiceError::Frozen { .. } | ServiceError::NotActivated(_))
    );
    assert!(stopped, "{signed:?}");
    let again = world.activate(HEAD_A, version).await;
    assert!(matches!(again, Err(ServiceError::Frozen { pejabat }) if pejabat == person));
    assert!(world.intents().await.is_empty());

    let (admin, confirmed) = world.admin().await;
    let of_head = world.confirmed(&head).await;
    let by_herself = unfreeze(&app, &head, &of_head, person, "saya lagi").await;
    assert!(matches!(by_herself, Err(ServiceError::Forbidden { .. })));
    let without = unfreeze(&app, &admin, &confirmed, person, " ").await;
    assert!(matches!(without, Err(ServiceError::NoteMissing)));
    let reason = "Telepon genggam ditemukan kembali";
    unfreeze(&app, &admin, &confirmed, person, reason)
        .await
        .unwrap();
    let twice = unfreeze(&app, &admin, &confirmed, person, reason).await;
    assert!(matches!(twice, Err(ServiceError::NotFound { .. })));
    world.activate_and_sign(HEAD_A, letter, version).await;
    world.assert_audit_is_clean().await;
}
