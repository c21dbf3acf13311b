//! Coming in: passwords, sessions, the step-up, keys of applications.

use custody::Passphrase;
use flow::account::{AccountState, Grant, Role, Scope};
use service::ServiceError;
use service::identity::{
    Client, NewApiKey, api_key_subject, change_password, confirm, create_api_key,
    end_other_sessions, end_session, log_in, log_out, operator, revoke_api_key, session_subject,
    sessions, set_state,
};

use crate::support::{
    HEAD_A, SECRETARY_A, STAFF_A, World, actor, client, on_both_engines, opd, password,
};

on_both_engines!(
    whoever_knows_name_and_password_comes_in_and_nobody_else,
    names_that_do_not_exist_wait_like_those_that_do,
    guesses_at_the_same_moment_wait_for_each_other,
    a_session_ends_when_it_is_idle_too_old_or_moved,
    sessions_are_listed_and_ended_by_their_owner_alone,
    the_step_up_is_ones_own_and_does_not_last,
    a_new_password_ends_the_other_sessions,
    a_key_of_an_application_is_its_account_narrowed,
    an_account_that_was_shut_out_is_out_at_once,
);

fn grant(role: Role) -> Grant {
    Grant {
        role,
        opd: Some(opd('A')),
    }
}

async fn whoever_knows_name_and_password_comes_in_and_nobody_else(world: World) {
    let app = world.app();
    world
        .account("sari", Some(SECRETARY_A), &[grant(Role::Pejabat)])
        .await;
    let closed = world.account("tutup", None, &[]).await;
    operator::set_state(&app, closed, AccountState::Disabled)
        .await
        .unwrap();

    let session = world.log_in("sari").await.unwrap();
    let subject = world.seen(&session).await.unwrap();
    assert_eq!(subject.pejabat, Some(actor(SECRETARY_A).pejabat));
    // Held, and acted for as Plh.
    let positions = [actor(SECRETARY_A).jabatan, actor(HEAD_A).jabatan];
    assert_eq!(subject.positions, positions);
    assert_eq!(subject.actor().unwrap(), actor(SECRETARY_A));
    assert_eq!(subject.session, Some(session.id));
    assert!(
        world.log_in(" Sari ").await.is_err(),
        "the password is another"
    );
    log_in(&app, " SARI ", &password("sari"), None, &client())
        .await
        .unwrap();

    for name in ["tiada", "tutup", ""] {
        let refused = world.log_in(name).await.err().unwrap();
        assert!(
            matches!(refused, ServiceError::LoginFailed),
            "{name}: {refused}"
        );
    }
    let wrong = Passphrase::new("sandi panjang lain".to_owned());
    let refused = log_in(&app, "sari", &wrong, None, &client()).await;
    assert!(matches!(refused, Err(ServiceError::LoginFailed)));
    let nothing = session_subject(&app, "bukan token", &client())
        .await
        .unwrap();
    assert_eq!(nothing, None);

    let rows = world
        .rows()
        .await
        .sessions_of(subject.account)
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    let row = world
        .rows()
        .await
        .account(subject.account)
        .await
        .unwrap()
        .unwrap();
    let hash = row.account.password.unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
}

async fn names_that_do_not_exist_wait_like_those_that_do(world: World) {
    let app = world.app();
    world.account("sari", None, &[]).await;
    let wrong = Passphrase::new("sandi panjang lain".to_owned());
    let mut answers = Vec::new();
    for name in ["sari", "tiada"] {
        let mut seen = Vec::new();
        for _ in 0..7 {
            let refused = log_in(&app, name, &wrong, None, &client()).await;
            seen.push(refused.err().unwrap().to_string());
        }
        answers.push(seen);
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0][4].contains("failed") && answers[0][5].contains("too many"));
    // Not even the right one is looked at, and after the delay it opens.
    let early = world.log_in("sari").await;
    assert!(matches!(early, Err(ServiceError::LoginWait { .. })));
    world.clock.advance(30);
    world.log_in("sari").await.unwrap();
    world.log_in("sari").await.unwrap();
}

async fn guesses_at_the_same_moment_wait_for_each_other(world: World) {
    world.account("sari", None, &[]).await;
    let mut guesses = Vec::new();
    for _ in 0..20 {
        let app = world.app();
        guesses.push(tokio::spawn(async move {
            let wrong = Passphrase::new("sandi panjang lain".to_owned());
            log_in(&app, "sari", &wrong, None, &client())
                .await
                .err()
                .unwrap()
        }));
    }
    let mut looked_at = 0;
    for guess in guesses {
        if matches!(guess.await.unwrap(), ServiceError::LoginFailed) {
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 5, "the free ones");
}

async fn a_session_ends_when_it_is_idle_too_old_or_moved(world: World) {
    let app = world.app();
    world.account("sari", None, &[]).await;
    let idle = world.log_in("sari").await.unwrap();
    world.clock.advance(29 * 60);
    assert!(world.seen(&idle).await.is_some());
    world.clock.advance(30 * 60);
    assert!(world.seen(&idle).await.is_none());

    let old = world.log_in("sari").await.unwrap();
    for _ in 0..(12 * 3 - 1) {
        world.clock.advance(20 * 60);
        assert!(world.seen(&old).await.is_some());
    }
    world.clock.advance(20 * 60);
    assert!(world.seen(&old).await.is_none());

    for elsewhere in [
        Client {
            address: "203.0.113.9".parse().ok(),
            ..client()
        },
        Client {
            agent: "curl/8.0".to_owned(),
            ..client()
        },
    ] {
        let stolen = world.log_in("sari").await.unwrap();
        let thief = session_subject(&app, &stolen.token, &elsewhere)
            .await
            .unwrap();
        assert_eq!(thief, None);
        assert!(
            world.seen(&stolen).await.is_none(),
            "it is over for its owner, too"
        );
    }
}

async fn sessions_are_listed_and_ended_by_their_owner_alone(world: World) {
    let app = world.app();
    world.account("sari", None, &[]).await;
    world.account("budi", None, &[]).await;
    let here = world.log_in("sari").await.unwrap();
    let there = world.log_in("sari").await.unwrap();
    let third = world.log_in("sari").await.unwrap();
    let sari = world.seen(&here).await.unwrap();
    let budi = world.subject("budi").await;
    let all = sessions(&app, &sari).await.unwrap();
    assert_eq!(all.len(), 3);
    let current: Vec<_> = all
        .iter()
        .filter(|one| one.current)
        .map(|one| one.id)
        .collect();
    assert_eq!(current, [here.id]);

    let not_his = end_session(&app, &budi, there.id).await;
    assert!(matches!(not_his, Err(ServiceError::NotFound { .. })));
    end_session(&app, &sari, there.id).await.unwrap();
    assert!(world.seen(&there).await.is_none());
    assert_eq!(end_other_sessions(&app, &sari).await.unwrap(), 1);
    assert!(world.seen(&third).await.is_none());
    log_out(&app, &sari).await.unwrap();
    assert!(world.seen(&here).await.is_none());
}

async fn the_step_up_is_ones_own_and_does_not_last(world: World) {
    let app = world.app();
    world.account("sari", None, &[]).await;
    let sari = world.subject("sari").await;
    let wrong = Passphrase::new("sandi panjang lain".to_owned());
    let refused = confirm(&app, &sari, &wrong, None).await;
    assert!(matches!(refused, Err(ServiceError::LoginFailed)));
    let (_, of_admin) = world.admin().await;
    let new = Passphrase::new("sandi yang baru".to_owned());
    let not_hers = change_password(&app, &sari, &of_admin, &new).await;
    assert!(matches!(not_hers, Err(ServiceError::Stepup)));
    let hers = world.confirmed(&sari).await;
    world.clock.advance(300);
    let late = change_password(&app, &sari, &hers, &new).await;
    assert!(matches!(late, Err(ServiceError::Stepup)));
    // Strangers who guess at the door do not slow the step-up of a session down.
    for _ in 0..6 {
        let _refused = log_in(&app, "sari", &wrong, None, &client()).await;
    }
    let hers = world.confirmed(&sari).await;
    change_password(&app, &sari, &hers, &new).await.unwrap();
}

async fn a_new_password_ends_the_other_sessions(world: World) {
    let app = world.app();
    world.account("sari", None, &[]).await;
    let here = world.log_in("sari").await.unwrap();
    let there = world.log_in("sari").await.unwrap();
    let sari = world.seen(&here).await.unwrap();
    let confirmed = world.confirmed(&sari).await;
    let weak = Passphrase::new("sandi".to_owned());
    let refused = change_password(&app, &sari, &confirmed, &weak).await;
    assert!(matches!(refused, Err(ServiceError::WeakPassphrase(10))));
    let new = Passphrase::new("sandi yang baru".to_owned());
    change_password(&app, &sari, &confirmed, &new)
        .await
        .unwrap();
    assert!(world.seen(&here).await.is_some());
    assert!(world.seen(&there).await.is_none());
    assert!(world.log_in("sari").await.is_err());
    log_in(&app, "sari", &new, None, &client()).await.unwrap();
}

async fn a_key_of_an_application_is_its_account_narrowed(world: World) {
    let app = world.app();
    let grants = [grant(Role::Konseptor)];
    world.account("sari", Some(STAFF_A), &grants).await;
    let sari = world.subject("sari").await;
    let confirmed = world.confirmed(&sari).await;
    let new = NewApiKey {
        name: "uji".to_owned(),
        scopes: [Scope::LettersRead].into(),
        expires: Some(app.now().plus_seconds(3600)),
        account: None,
    };
    let (id, key) = create_api_key(&app, &sari, &confirmed, &new).await.unwrap();
    assert!(key.starts_with("pena_") && key.len() == 57, "{}", key.len());
    let by_key = api_key_subject(&app, &key).await.unwrap().unwrap();
    assert_eq!(by_key.account, sari.account);
    assert_eq!(by_key.scopes, Some([Scope::LettersRead].into()));
    assert_eq!(
        (by_key.session, by_key.positions),
        (None, sari.positions.clone())
    );
    let forged = key.replace("pena_", "pena-");
    assert_eq!(api_key_subject(&app, &forged).await.unwrap(), None);

    // It does not change the account it stands for, even with the password.
    let by_key = api_key_subject(&app, &key).await.unwrap().unwrap();
    let confirmed_by_key = confirm(&app, &by_key, &password("sari"), None)
        .await
        .unwrap();
    let refused = create_api_key(&app, &by_key, &confirmed_by_key, &new).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden { .. })));

    // An admin makes none for a person, and one for an application.
    let (admin, of_admin) = world.admin().await;
    let integrator = world
        .account("simpeg", None, &[grant(Role::Integrator)])
        .await;
    let for_account = |account| NewApiKey {
        account: Some(account),
        ..new.clone()
    };
    let refused = create_api_key(&app, &admin, &of_admin, &for_account(sari.account)).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden { .. })));
    create_api_key(&app, &admin, &of_admin, &for_account(integrator))
        .await
        .unwrap();
    let refused = create_api_key(&app, &sari, &confirmed, &for_account(integrator)).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden { .. })));

    revoke_api_key(&app, &sari, id).await.unwrap();
    assert_eq!(api_key_subject(&app, &key).await.unwrap(), None);
    let (_, second) = create_api_key(&app, &sari, &confirmed, &new).await.unwrap();
    world.clock.advance(3600);
    assert_eq!(api_key_subject(&app, &second).await.unwrap(), None);
    world.assert_audit_is_clean().await;
}

async fn an_account_that_was_shut_out_is_out_at_once(world: World) {
    let app = world.app();
    let id = world.account("sari", None, &[]).await;
    let session = world.log_in("sari").await.unwrap();
    let (admin, confirmed) = world.admin().await;
    let own = set_state(
        &app,
        &admin,
        &confirmed,
        admin.account,
        AccountState::Disabled,
    )
    .await;
    assert!(matches!(own, Err(ServiceError::Forbidden { .. })));
    let sari = world.seen(&session).await.unwrap();
    let of_sari = world.confirmed(&sari).await;
    let not_hers = set_state(&app, &sari, &of_sari, admin.account, AccountState::Disabled).await;
    assert!(matches!(not_hers, Err(ServiceError::Forbidden { .. })));
    set_state(&app, &admin, &confirmed, id, AccountState::Disabled)
        .await
        .unwrap();
    assert!(world.seen(&session).await.is_none());
    assert!(world.log_in("sari").await.is_err());
    set_state(&app, &admin, &confirmed, id, AccountState::Active)
        .await
        .unwrap();
    world.log_in("sari").await.unwrap();
    world.assert_audit_is_clean().await;
}
