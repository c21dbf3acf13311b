//! Codes of an authenticator: asked for once enrolled, good once, on every door the same.

use service::ServiceError;
use service::identity::{
    Subject, TotpEnrolment, begin_totp, check_second_factor, confirm, confirm_totp, log_in,
    operator, remove_totp,
};
use totp_rs::{Builder, Secret};

use crate::support::{World, client, on_both_engines, password};

on_both_engines!(
    a_second_factor_is_asked_for_once_it_was_confirmed,
    one_code_opens_one_door_once,
    guesses_of_codes_are_slowed_down,
);

/// What the authenticator shows now.
fn code(world: &World, enrolment: &TotpEnrolment) -> String {
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(enrolment.secret.as_str()).unwrap())
        .with_account_name("sari")
        .build()
        .unwrap();
    let seconds = world.app().now().micros() / 1_000_000;
    totp.generate(u64::try_from(seconds).unwrap()).to_string()
}

async fn enrolled(world: &World) -> (Subject, TotpEnrolment) {
    world.account("sari", None, &[]).await;
    let sari = world.subject("sari").await;
    let confirmed = world.confirmed(&sari).await;
    let enrolment = begin_totp(&world.app(), &sari, &confirmed).await.unwrap();
    let code = code(world, &enrolment);
    confirm_totp(&world.app(), &sari, &code).await.unwrap();
    world.clock.advance(30);
    (sari, enrolment)
}

async fn a_second_factor_is_asked_for_once_it_was_confirmed(world: World) {
    let app = world.app();
    world.account("sari", None, &[]).await;
    let sari = world.subject("sari").await;
    let confirmed = world.confirmed(&sari).await;
    let enrolment = begin_totp(&app, &sari, &confirmed).await.unwrap();
    assert!(enrolment.uri.starts_with("otpauth://totp/"));
    assert!(enrolment.qr_svg.contains("<svg"));
    let row = world
        .rows()
        .await
        .account(sari.account)
        .await
        .unwrap()
        .unwrap();
    assert!(!row.totp_sealed.unwrap().contains(enrolment.secret.as_str()));
    // Not yet: whoever cannot read the codes must not be locked out.
    world.log_in("sari").await.unwrap();
    let wrong = confirm_totp(&app, &sari, "000000").await;
    assert!(matches!(wrong, Err(ServiceError::SecondFactor)));
    confirm_totp(&app, &sari, &code(&world, &enrolment))
        .await
        .unwrap();

    world.clock.advance(30);
    let without = world.log_in("sari").await;
    assert!(matches!(without, Err(ServiceError::LoginFailed)));
    let again = begin_totp(&app, &sari, &confirmed).await;
    assert!(matches!(again, Err(ServiceError::Taken { .. })));
    let now = code(&world, &enrolment);
    log_in(&app, "sari", &password("sari"), Some(&now), &client())
        .await
        .unwrap();

    world.clock.advance(30);
    let missing = confirm(&app, &sari, &password("sari"), None).await;
    assert!(matches!(missing, Err(ServiceError::SecondFactor)));
    let now = code(&world, &enrolment);
    let confirmed = confirm(&app, &sari, &password("sari"), Some(&now))
        .await
        .unwrap();
    remove_totp(&app, &sari, &confirmed).await.unwrap();
    world.log_in("sari").await.unwrap();
    world.assert_audit_is_clean().await;
}

async fn one_code_opens_one_door_once(world: World) {
    let app = world.app();
    let (sari, enrolment) = enrolled(&world).await;
    let now = code(&world, &enrolment);
    let mut tries = Vec::new();
    for _ in 0..4 {
        let (app, now) = (world.app(), now.clone());
        tries.push(tokio::spawn(async move {
            check_second_factor(&app, sari.account, Some(&now)).await
        }));
    }
    let mut right = 0;
    for one in tries {
        right += usize::from(one.await.unwrap().is_ok());
    }
    assert_eq!(right, 1);
    let replayed = log_in(&app, "sari", &password("sari"), Some(&now), &client()).await;
    assert!(matches!(replayed, Err(ServiceError::LoginFailed)));
    // Nor does one that is older than the last.
    world.clock.advance(30);
    let newer = code(&world, &enrolment);
    check_second_factor(&app, sari.account, Some(&newer))
        .await
        .unwrap();
    let older = check_second_factor(&app, sari.account, Some(&now)).await;
    assert!(matches!(older, Err(ServiceError::SecondFactor)));
    let missing = check_second_factor(&app, sari.account, None).await;
    assert!(matches!(missing, Err(ServiceError::SecondFactor)));
    operator::remove_totp(&app, sari.account).await.unwrap();
    check_second_factor(&app, sari.account, None).await.unwrap();
}

async fn guesses_of_codes_are_slowed_down(world: World) {
    let app = world.app();
    let (sari, _) = enrolled(&world).await;
    let mut looked_at = 0;
    for guess in 0..12 {
        let code = format!("{guess:06}");
        match check_second_factor(&app, sari.account, Some(&code)).await {
            Err(ServiceError::SecondFactor) => looked_at += 1,
            Err(ServiceError::LoginWait { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(looked_at, 5);
}
