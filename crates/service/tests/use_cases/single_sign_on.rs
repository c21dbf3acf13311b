//! Logging in with an identity provider: a faithful one is believed, and each lie is refused.

use service::identity::AccountState;
use service::identity::oidc::{self, Callback, LoggedIn, OidcError, SingleSignOn, TokenProblem};
use service::identity::operator;
use service::{Allow, Outside, ServiceError};
use zeroize::Zeroizing;

use crate::support::issuer::{CLIENT, Issuer, Lie, SECRET};
use crate::support::{World, client, on_both_engines};

on_both_engines!(
    the_first_log_in_ties_the_account_to_the_person_and_not_to_the_name,
    each_lie_of_a_provider_is_refused,
    a_code_is_good_once_and_only_for_the_browser_that_began,
    a_rotated_key_is_known_at_once,
    without_a_claim_an_admin_ties_accounts_and_a_closed_account_stays_closed,
    without_a_provider_there_is_none_to_ask,
);

async fn the_first_log_in_ties_the_account_to_the_person_and_not_to_the_name(mut world: World) {
    let issuer = offered(&mut world, Some("preferred_username")).await;
    let account = world.account("sari", None, &[]).await;
    let logged_in = log_in(&world, &issuer).await.unwrap();
    assert_eq!(logged_in.return_to, "/tugas");
    let subject = world.seen(&logged_in.session).await.unwrap();
    assert_eq!(subject.account, account);
    // Somebody else gets the name at the provider, and does not get the account.
    issuer.person("another", "sari");
    refused(&log_in(&world, &issuer).await);
    // The person gets another name there, and keeps the account.
    issuer.person("f3a1", "sari-lestari");
    assert!(log_in(&world, &issuer).await.is_ok());
    // Nobody here has that name.
    issuer.person("third", "tidak-ada");
    refused(&log_in(&world, &issuer).await);
    world.assert_audit_is_clean().await;
}

async fn each_lie_of_a_provider_is_refused(mut world: World) {
    let issuer = offered(&mut world, Some("preferred_username")).await;
    world.account("sari", None, &[]).await;
    let before = world.raw.count("session").await;
    for lie in Lie::ALL {
        issuer.lie(lie);
        let answer = log_in(&world, &issuer).await;
        let Err(ServiceError::Oidc(error)) = answer else {
            panic!("{lie:?} was believed");
        };
        let problem = match error {
            OidcError::Token(problem) => Some(problem),
            _ => None,
        };
        let expected = match lie {
            Lie::Nonce => Some(TokenProblem::Nonce),
            Lie::Audience | Lie::SecondAudience | Lie::Party => Some(TokenProblem::Audience),
            Lie::Expired | Lie::Future => Some(TokenProblem::Time),
            Lie::NoAlgorithm | Lie::PublicKeyAsSecret => Some(TokenProblem::Algorithm),
            Lie::Issuer => Some(TokenProblem::Issuer),
            Lie::OtherKey => Some(TokenProblem::Signature),
            Lie::None | Lie::NoToken | Lie::OtherMetadata | Lie::PlainTokenEndpoint => None,
        };
        assert_eq!(problem, expected, "{lie:?}: {error}");
    }
    assert_eq!(world.raw.count("session").await, before);
    issuer.lie(Lie::None);
    assert!(log_in(&world, &issuer).await.is_ok());
}

async fn a_code_is_good_once_and_only_for_the_browser_that_began(mut world: World) {
    let issuer = offered(&mut world, Some("preferred_username")).await;
    world.account("sari", None, &[]).await;
    let app = world.app();
    let begun = oidc::begin(&app, "/").await.unwrap();
    let (code, state) = issuer.visit(&begun.url);
    let victim = oidc::begin(&app, "/").await.unwrap();
    let come_back = async |state_cookie: &str, code: &str, state: &str| {
        let callback = Callback {
            state_cookie,
            code,
            state,
        };
        oidc::finish(&app, &callback, &client()).await
    };
    // Somebody else's answer in this browser, no cookie, a forged one.
    for cookie in [victim.state_cookie.as_str(), "", "Zm9yZ2Vk"] {
        refused(&come_back(cookie, &code, &state).await);
    }
    assert!(come_back(&begun.state_cookie, &code, &state).await.is_ok());
    let again = come_back(&begun.state_cookie, &code, &state).await;
    assert!(matches!(again, Err(ServiceError::Oidc(OidcError::Code))));

    let begun = oidc::begin(&app, "/").await.unwrap();
    let (code, state) = issuer.visit(&begun.url);
    world.clock.advance(601);
    refused(&come_back(&begun.state_cookie, &code, &state).await);
    for secret in ["verifier", "nonce", state.as_str()] {
        assert!(!begun.state_cookie.contains(secret));
    }
}

async fn a_rotated_key_is_known_at_once(mut world: World) {
    let issuer = offered(&mut world, Some("preferred_username")).await;
    world.account("sari", None, &[]).await;
    assert!(log_in(&world, &issuer).await.is_ok());
    issuer.rotate_key();
    assert!(log_in(&world, &issuer).await.is_ok());
}

async fn without_a_claim_an_admin_ties_accounts_and_a_closed_account_stays_closed(
    mut world: World,
) {
    let issuer = offered(&mut world, None).await;
    let account = world.account("sari", None, &[]).await;
    refused(&log_in(&world, &issuer).await);
    let (admin, confirmed) = world.admin().await;
    let app = world.app();
    oidc::tie(&app, &admin, &confirmed, account, "f3a1")
        .await
        .unwrap();
    assert!(log_in(&world, &issuer).await.is_ok());
    let other = world.account("budi", None, &[]).await;
    let taken = oidc::tie(&app, &admin, &confirmed, other, "f3a1").await;
    assert!(matches!(taken, Err(ServiceError::Taken { .. })));
    let sari = world.subject("sari").await;
    let own = world.confirmed(&sari).await;
    let forbidden = oidc::tie(&app, &sari, &own, account, "x").await;
    assert!(matches!(forbidden, Err(ServiceError::Forbidden { .. })));
    operator::set_state(&app, account, AccountState::Disabled)
        .await
        .unwrap();
    refused(&log_in(&world, &issuer).await);
}

async fn without_a_provider_there_is_none_to_ask(world: World) {
    let absent = oidc::begin(&world.app(), "/").await;
    assert!(matches!(absent, Err(ServiceError::NotFound { .. })));
}

/// A provider, and a process that knows it.
async fn offered(world: &mut World, claim: Option<&str>) -> Issuer {
    let now = world.app().now().micros() / 1_000_000;
    let issuer = Issuer::start(now).await;
    let oidc = Allow::none().and_host_of(&issuer.url());
    world.outside = Outside::new(&Allow::none(), &oidc);
    world.single_sign_on = Some(
        SingleSignOn::new(
            &issuer.url(),
            CLIENT.to_owned(),
            Some(Zeroizing::new(SECRET.to_owned())),
            claim.map(str::to_owned),
        )
        .unwrap(),
    );
    world.crash_and_restart().await;
    issuer
}

/// The whole way: there, the provider's page, and back.
async fn log_in(world: &World, issuer: &Issuer) -> Result<LoggedIn, ServiceError> {
    let app = world.app();
    let begun = oidc::begin(&app, "/tugas").await?;
    let (code, state) = issuer.visit(&begun.url);
    let callback = Callback {
        state_cookie: &begun.state_cookie,
        code: &code,
        state: &state,
    };
    oidc::finish(&app, &callback, &client()).await
}

fn refused(answer: &Result<LoggedIn, ServiceError>) {
    assert!(matches!(answer, Err(ServiceError::LoginFailed)));
}
