//! Revocation: published, and final.

use std::fs;

use custody::Reason;
use flow::id::KeyId;
use service::{ServiceError, key};

use crate::support::{HEAD_A, World, nota_dinas, on_both_engines};

on_both_engines!(
    a_revoked_certificate_is_on_the_published_list_and_opens_for_nothing_more,
    an_activation_from_before_the_revocation_signs_nothing,
);

async fn a_revoked_certificate_is_on_the_published_list_and_opens_for_nothing_more(world: World) {
    let id = world.issue_key(HEAD_A).await;
    let (signed, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    world.activate_and_sign(HEAD_A, signed, shown).await;
    let pdf = world.exported(signed).await;
    assert!(!is_listed(&world, id).await);
    assert_eq!(world.judged(pdf.clone()).headline.exit_code(), 0);

    world.clock.advance(60);
    key::revoke(&world.app(), id, Reason::KeyCompromise)
        .await
        .unwrap();
    assert!(is_listed(&world, id).await);
    assert_eq!(world.judged(pdf).headline.exit_code(), 1);
    let (_, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await;
    assert!(
        matches!(activation, Err(ServiceError::NoKey(_))),
        "{activation:?}"
    );
    // Should the process have died before the list was in place, the command is simply given again.
    fs::remove_file(world.path("ca/issuing.crl")).unwrap();
    key::revoke(&world.app(), id, Reason::KeyCompromise)
        .await
        .unwrap();
    assert!(is_listed(&world, id).await);
    world.assert_audit_is_clean().await;
}

async fn an_activation_from_before_the_revocation_signs_nothing(world: World) {
    let key = world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    key::revoke(&world.app(), key, Reason::KeyCompromise)
        .await
        .unwrap();
    let signed = world.sign(HEAD_A, id, activation).await;
    assert!(matches!(signed, Err(ServiceError::NoKey(_))), "{signed:?}");
    assert_eq!(world.key(HEAD_A).await.uses, 0);
    world.assert_audit_is_clean().await;
}

/// Whether the published list names the key's certificate.
async fn is_listed(world: &World, key: KeyId) -> bool {
    let certificates = world.rows().await.certificates_of(key).await.unwrap();
    let serial = &certificates[0].certificate.serial;
    let list = fs::read(world.path("ca/issuing.crl")).unwrap();
    list.windows(serial.len()).any(|window| window == serial)
}
