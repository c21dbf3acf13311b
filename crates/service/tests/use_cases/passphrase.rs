//! Wrong passphrases: counted, slowed down, forgiven.

use flow::digest::Sha256;
use service::ServiceError;
use service::clock::Clock as _;

use crate::support::{HEAD_A, World, actor, on_both_engines};

on_both_engines!(
    a_wrong_passphrase_is_counted_in_the_database_and_leaves_no_activation,
    an_attempt_whose_process_dies_during_the_derivation_stays_counted,
    after_five_wrong_passphrases_even_the_right_one_waits_ever_longer,
    a_new_passphrase_opens_the_key_and_the_old_one_no_more,
);

async fn a_wrong_passphrase_is_counted_in_the_database_and_leaves_no_activation(mut world: World) {
    world.issue_key(HEAD_A).await;
    let error = world.enter_wrong(HEAD_A).await;
    assert!(matches!(error, ServiceError::WrongPassphrase(_)), "{error}");
    world.crash_and_restart().await;
    assert_eq!(world.key(HEAD_A).await.failures, 1);
    world.enter_wrong(HEAD_A).await;
    assert_eq!(world.key(HEAD_A).await.failures, 2);
    assert_eq!(world.raw.count("activation").await, 0);
    assert_eq!(world.key(HEAD_A).await.uses, 0);
    world.assert_audit_is_clean().await;
}

async fn an_attempt_whose_process_dies_during_the_derivation_stays_counted(mut world: World) {
    world.issue_key(HEAD_A).await;
    {
        let app = world.app();
        let right = crate::support::passphrase(HEAD_A);
        let versions = [Sha256::of(b"")];
        let entering =
            service::sign::activate(&app, actor(HEAD_A).pejabat, &right, None, &versions);
        let counted = async {
            while world.key(HEAD_A).await.failures == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            done = entering => panic!("the derivation ended before its attempt was counted: {done:?}"),
            () = counted => {}
        }
    }
    world.crash_and_restart().await;
    assert_eq!(world.key(HEAD_A).await.failures, 1);
    assert_eq!(world.raw.count("activation").await, 0);
}

async fn after_five_wrong_passphrases_even_the_right_one_waits_ever_longer(world: World) {
    world.issue_key(HEAD_A).await;
    for _ in 0..5 {
        let error = world.enter_wrong(HEAD_A).await;
        assert!(matches!(error, ServiceError::WrongPassphrase(_)), "{error}");
    }
    assert_waits(&world, 30).await;
    assert_eq!(world.key(HEAD_A).await.failures, 5, "nothing was tried");

    world.clock.advance(30);
    let error = world.enter_wrong(HEAD_A).await;
    assert!(matches!(error, ServiceError::WrongPassphrase(_)), "{error}");
    assert_waits(&world, 60).await;

    world.clock.advance(60);
    world.activate(HEAD_A, Sha256::of(b"")).await.unwrap();
    assert_eq!(world.key(HEAD_A).await.failures, 0);
    let error = world.enter_wrong(HEAD_A).await;
    assert!(matches!(error, ServiceError::WrongPassphrase(_)), "{error}");
}

async fn a_new_passphrase_opens_the_key_and_the_old_one_no_more(world: World) {
    let id = world.issue_key(HEAD_A).await;
    let (old, new) = (
        crate::support::passphrase(HEAD_A),
        custody::Passphrase::new("kalimat baru yang panjang".to_owned()),
    );
    let (app, official) = (world.app(), actor(HEAD_A).pejabat);
    let weak = custody::Passphrase::new("pendek".to_owned());
    let change = |from, to| service::key::change_passphrase(&app, official, from, to);
    let refused = change(&old, &weak).await;
    assert!(matches!(refused, Err(ServiceError::WeakPassphrase(_))));
    let refused = change(&new, &new).await;
    assert!(matches!(refused, Err(ServiceError::WrongPassphrase(_))));
    change(&old, &new).await.unwrap();
    assert_eq!(world.key(HEAD_A).await.failures, 0);
    let versions = [Sha256::of(b"")];
    let with_old = service::sign::activate(&app, official, &old, None, &versions).await;
    assert!(matches!(with_old, Err(ServiceError::WrongPassphrase(key)) if key == id));
    service::sign::activate(&app, official, &new, None, &versions)
        .await
        .unwrap();
    world.assert_audit_is_clean().await;
}

/// Whatever is entered waits until so many seconds after the last attempt, which was just now.
async fn assert_waits(world: &World, seconds: i64) {
    let until = world.clock.now().plus_seconds(seconds);
    world.clock.advance(seconds - 1);
    let right = world.activate(HEAD_A, Sha256::of(b"")).await.unwrap_err();
    let wrong = world.enter_wrong(HEAD_A).await;
    for error in [right, wrong] {
        let waits = matches!(&error, ServiceError::Wait { until: told, .. } if *told == until);
        assert!(waits, "{error}");
    }
    world.clock.advance(1 - seconds);
}
