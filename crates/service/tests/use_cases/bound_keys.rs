//! Keys that the vault did not make: bound once they were tried, used by their own rules, and lost to no crash.

use std::sync::Arc;
use std::time::Duration;

use custody::{Passphrase, Reason};
use flow::account::{Grant, Role};
use flow::digest::Sha256;
use flow::id::{ActivationId, KeyId, NaskahId};
use service::identity::Subject;
use service::key::{self, Flaw, KeyProblem, KeySource, Providers};
use service::sign::{
    self, BatchItemState, BatchState, BatchView, Entered, FailureReason, KeySecret, ToSign, resume,
};
use service::{App, ServiceError};
use signing::SignerError;
use signing::validate::Headline;
use store::model::{ActivationState, IntentState};
use tokio::task::JoinSet;

use crate::support::provider::{CODE, CREDENTIAL, Manner, NAME, PIN, Provider};
use crate::support::{HEAD_A, World, actor, entered, nota_dinas, on_both_engines, opd, passphrase};

on_both_engines!(
    letters_are_signed_at_a_service_as_many_by_one_authorisation_as_it_takes,
    a_wrong_pin_is_sent_once_and_stops_the_run_with_nothing_signed,
    a_service_that_is_silent_refuses_or_lies_signs_nothing_and_loses_nothing,
    a_code_is_asked_for_and_good_for_one_authorisation,
    what_is_not_the_officials_or_not_trusted_or_not_configured_is_not_bound,
    of_two_who_bind_a_key_at_once_one_does,
    a_crash_before_the_signature_was_stored_gives_the_letter_back,
    a_key_that_was_brought_along_signs_with_its_own_digest,
    a_key_that_is_revoked_or_frozen_opens_for_nothing_more,
);

const OWN: &str = "CONTOH ORANG 1";

fn pin() -> Passphrase {
    Passphrase::new(PIN.to_owned())
}

fn wrong_pin() -> Passphrase {
    Passphrase::new("000000".to_owned())
}

async fn bind(app: &Arc<App>, pin: &Passphrase) -> Result<KeyId, ServiceError> {
    let source = KeySource::Service {
        provider: NAME,
        credential: CREDENTIAL,
        pin,
        code: None,
    };
    key::bind(app, actor(HEAD_A).pejabat, source).await
}

fn problem<T: std::fmt::Debug>(refused: Result<T, ServiceError>) -> &'static str {
    match refused {
        Err(ServiceError::KeyPlace(problem)) => problem.word(),
        other => panic!("no problem of a key: {other:?}"),
    }
}

fn flaw<T: std::fmt::Debug>(refused: Result<T, ServiceError>) -> Flaw {
    match refused {
        Err(ServiceError::KeyPlace(KeyProblem::Unfit { flaw, .. })) => flaw,
        other => panic!("no key that is not fit: {other:?}"),
    }
}

/// A trusted service whose key is the head's.
async fn bound(world: &mut World) -> Option<(Provider, KeyId)> {
    let provider = Provider::start(world, OWN).await?;
    provider.trust(world);
    let id = bind(&world.app(), &pin()).await.unwrap();
    Some((provider, id))
}

async fn head(world: &World) -> Subject {
    let grant = Grant {
        role: Role::Pejabat,
        opd: Some(opd('A')),
    };
    world.account("kepala-a", Some(HEAD_A), &[grant]).await;
    world.subject("kepala-a").await
}

async fn to_sign(world: &World, subject: &Subject, count: usize) -> Vec<ToSign> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(world.submitted(&nota_dinas(&[HEAD_A])).await);
    }
    let prepared = sign::prepare_many(&world.app(), subject, &ids).await;
    let shown = prepared.into_iter().map(|(naskah, view)| ToSign {
        naskah,
        version_sha256: view.unwrap().version_sha256,
    });
    shown.collect()
}

async fn run(
    world: &World,
    subject: &Subject,
    letters: &[ToSign],
    pin: &Passphrase,
) -> (ActivationId, BatchView) {
    let app = world.app();
    let id = sign::begin_batch(&app, subject, letters, entered(pin)).await;
    let id = id.unwrap();
    for _ in 0..600 {
        let view = sign::batch(&app, subject, id).await.unwrap();
        if view.state != BatchState::Running {
            return (id, view);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the run does not end");
}

async fn activate(
    world: &World,
    version: Sha256,
    pin: &Passphrase,
) -> Result<ActivationId, ServiceError> {
    let versions = [version];
    sign::activate(&world.app(), actor(HEAD_A).pejabat, pin, None, &versions).await
}

async fn assert_signed(world: &World, id: NaskahId) {
    assert_eq!(world.tahap(id).await.word(), "signed");
    let report = world.judged_by_office(world.exported(id).await).await;
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
}

async fn letters_are_signed_at_a_service_as_many_by_one_authorisation_as_it_takes(
    mut world: World,
) {
    let Some((provider, id)) = bound(&mut world).await else {
        return;
    };
    assert_eq!(provider.authorised(), 1, "for the trial");
    let subject = head(&world).await;
    let own = sign::own_certificate(&world.app(), &subject).await;
    let own = own.unwrap().unwrap();
    assert_eq!((own.subject.as_str(), own.asks), (OWN, KeySecret::Pin));
    let letters = to_sign(&world, &subject, 3).await;
    let (_, view) = run(&world, &subject, &letters, &pin()).await;
    assert_eq!(view.state, BatchState::Done, "{view:?}");
    for letter in &letters {
        assert_signed(&world, letter.naskah).await;
    }
    assert_eq!(provider.authorised(), 3, "two together, and one");
    let row = world.key(HEAD_A).await;
    assert_eq!((row.key.id, row.uses, row.failures), (id, 3, 0));
    assert_eq!(row.key.envelope, "", "no secret is kept");
    world.assert_audit_is_clean().await;
}

async fn a_wrong_pin_is_sent_once_and_stops_the_run_with_nothing_signed(mut world: World) {
    let Some((provider, _)) = bound(&mut world).await else {
        return;
    };
    let subject = head(&world).await;
    let letters = to_sign(&world, &subject, 3).await;
    let (id, view) = run(&world, &subject, &letters, &wrong_pin()).await;
    assert_eq!(view.state, BatchState::Interrupted);
    let reason = FailureReason::WrongPin;
    // Which two went together is told by no promise.
    let count = |wanted| {
        let states = view.items.iter().map(|item| item.state);
        states.filter(|state| *state == wanted).count()
    };
    assert_eq!(count(BatchItemState::Failed { reason }), 2, "{view:?}");
    assert_eq!(count(BatchItemState::Waiting), 1, "{view:?}");
    assert_eq!(
        provider.pins(),
        [PIN, "000000"],
        "once at the binding, once now"
    );
    let intents = world.intents().await;
    assert!(intents.iter().all(|row| row.state == IntentState::Released));
    let activation = world.rows().await.activation(id).await.unwrap().unwrap();
    assert_ne!(activation.state, ActivationState::Live);
    assert_eq!(world.key(HEAD_A).await.failures, 1);
    world.assert_audit_is_clean().await;

    world.clock.advance(1);
    let (_, view) = run(&world, &subject, &letters, &pin()).await;
    assert_eq!(view.state, BatchState::Done, "{view:?}");
    assert_eq!(world.key(HEAD_A).await.failures, 0, "it was right");
    world.assert_audit_is_clean().await;
}

async fn a_service_that_is_silent_refuses_or_lies_signs_nothing_and_loses_nothing(
    mut world: World,
) {
    let Some((provider, _)) = bound(&mut world).await else {
        return;
    };
    let (letter, version) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    for (manner, word) in [
        (Manner::Down, "away"),
        (Manner::Denies, "denied"),
        (Manner::Disabled, "unfit"),
    ] {
        provider.behave(manner);
        assert_eq!(problem(activate(&world, version, &pin()).await), word);
    }
    assert!(world.intents().await.is_empty());
    let mut lost = 0;
    for manner in [Manner::Down, Manner::Denies, Manner::OtherHash] {
        provider.behave(Manner::Honest);
        world.clock.advance(900);
        let activation = activate(&world, version, &pin()).await.unwrap();
        provider.behave(manner);
        let refused = world.sign(HEAD_A, letter, activation).await.unwrap_err();
        let ServiceError::KeyUse(custody::KeyUseError::Signature(why)) = refused else {
            panic!("{refused}");
        };
        let as_it_was = match manner {
            Manner::Down => matches!(why, SignerError::Unreachable(_)),
            Manner::OtherHash => why == SignerError::WrongValue,
            _ => matches!(why, SignerError::Refused(_)),
        };
        assert!(as_it_was, "{manner:?}: {why}");
        lost += 1;
        let intents = world.intents().await;
        assert_eq!(intents.len(), lost);
        assert!(intents.iter().all(|row| row.state == IntentState::Released));
        world.assert_audit_is_clean().await;
    }
    provider.behave(Manner::Honest);
    world.clock.advance(900);
    let activation = activate(&world, version, &pin()).await.unwrap();
    world.sign(HEAD_A, letter, activation).await.unwrap();
    assert_signed(&world, letter).await;
    world.assert_audit_is_clean().await;
}

async fn a_code_is_asked_for_and_good_for_one_authorisation(mut world: World) {
    let Some(provider) = Provider::start(&mut world, OWN).await else {
        return;
    };
    provider.trust(&world);
    provider.want_code();
    let app = world.app();
    assert_eq!(problem(bind(&app, &pin()).await), "code-missing");
    let (pin, code) = (pin(), Passphrase::new(CODE.to_owned()));
    let with = |code| KeySource::Service {
        provider: NAME,
        credential: CREDENTIAL,
        pin: &pin,
        code: Some(code),
    };
    let official = actor(HEAD_A).pejabat;
    let wrong_code = wrong_pin();
    let wrong = key::bind(&app, official, with(&wrong_code)).await;
    assert_eq!(problem(wrong), "wrong-code");
    key::bind(&app, official, with(&code)).await.unwrap();
    let subject = head(&world).await;
    let own = sign::own_certificate(&app, &subject).await.unwrap();
    assert_eq!(own.unwrap().asks, KeySecret::PinAndCode);
    let letters = to_sign(&world, &subject, 3).await;
    let entered = Entered {
        passphrase: &pin,
        code: Some(&code),
        totp: None,
    };
    let refused = sign::begin_batch(&app, &subject, &letters, entered).await;
    let few = matches!(
        refused,
        Err(ServiceError::KeyPlace(KeyProblem::TooMany { most: 2 }))
    );
    assert!(few, "{refused:?}");
    let begun = sign::begin_batch(&app, &subject, &letters[..2], entered).await;
    let id = begun.unwrap();
    while sign::batch(&app, &subject, id).await.unwrap().state == BatchState::Running {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for letter in &letters[..2] {
        assert_signed(&world, letter.naskah).await;
    }
    world.assert_audit_is_clean().await;
}

async fn of_two_who_bind_a_key_at_once_one_does(mut world: World) {
    let Some(provider) = Provider::start(&mut world, OWN).await else {
        return;
    };
    provider.trust(&world);
    let mut running = JoinSet::new();
    for _ in 0..2 {
        let app = world.app();
        running.spawn(async move { bind(&app, &pin()).await });
    }
    let (bound, refused): (Vec<_>, Vec<_>) = running
        .join_all()
        .await
        .into_iter()
        .partition(Result::is_ok);
    assert_eq!((bound.len(), refused.len()), (1, 1), "{bound:?}");
    for refused in refused {
        assert_eq!(problem(refused), "bound");
    }
}

async fn what_is_not_the_officials_or_not_trusted_or_not_configured_is_not_bound(mut world: World) {
    let Some(provider) = Provider::start(&mut world, OWN).await else {
        return;
    };
    let app = world.app();
    assert_eq!(flaw(bind(&app, &pin()).await), Flaw::Untrusted, "no anchor");
    provider.trust(&world);
    assert_eq!(problem(bind(&app, &wrong_pin()).await), "wrong-pin");
    provider.behave(Manner::OtherHash);
    assert_eq!(problem(bind(&app, &pin()).await), "unfit", "a lie");
    provider.behave(Manner::Honest);
    let secret = pin();
    let named = |provider, credential| KeySource::Service {
        provider,
        credential,
        pin: &secret,
        code: None,
    };
    let official = actor(HEAD_A).pejabat;
    let unknown = key::bind(&app, official, named("lain", CREDENTIAL)).await;
    assert_eq!(problem(unknown), "not-configured");
    let no_such = key::bind(&app, official, named(NAME, "lain")).await;
    assert_eq!(problem(no_such), "denied");
    let other = actor(crate::support::SECRETARY_A).pejabat;
    let others = key::bind(&app, other, named(NAME, CREDENTIAL)).await;
    assert_eq!(problem(others), "other-person");
    assert_eq!(world.raw.count("bound_key").await, 0);

    bind(&app, &pin()).await.unwrap();
    assert_eq!(problem(bind(&app, &pin()).await), "bound");
    // The operator takes the service out of the configuration: its keys sign nothing, and nothing signs for them.
    world.providers = Providers::default();
    drop(app);
    world.crash_and_restart().await;
    let (_, version) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let refused = activate(&world, version, &pin()).await;
    assert_eq!(problem(refused), "not-configured");
}

async fn a_crash_before_the_signature_was_stored_gives_the_letter_back(mut world: World) {
    let Some((provider, _)) = bound(&mut world).await else {
        return;
    };
    let (letter, version) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = activate(&world, version, &pin()).await.unwrap();
    world.raw.cut_power_at_intent("signed").await;
    world.sign(HEAD_A, letter, activation).await.unwrap_err();
    assert_eq!(provider.authorised(), 2, "the service did sign");
    world.crash().await;
    world.raw.restore_power().await;
    world.start().await.unwrap();
    let resumed = resume(&world.app()).await.unwrap();
    assert_eq!((resumed.finished.len(), resumed.released), (0, 1));
    let dead = world.sign(HEAD_A, letter, activation).await;
    assert!(
        matches!(dead, Err(ServiceError::NotActivated(_))),
        "{dead:?}"
    );
    assert_eq!(provider.authorised(), 2, "nothing is sent again by itself");
    world.assert_audit_is_clean().await;

    world.clock.advance(1);
    let activation = activate(&world, version, &pin()).await.unwrap();
    world.sign(HEAD_A, letter, activation).await.unwrap();
    assert_signed(&world, letter).await;
    assert_eq!(world.key(HEAD_A).await.uses, 2, "the aborted use counts");
    world.assert_audit_is_clean().await;
}

async fn a_key_that_was_brought_along_signs_with_its_own_digest(mut world: World) {
    let Some(provider) = Provider::start(&mut world, OWN).await else {
        return;
    };
    provider.trust(&world);
    let app = world.app();
    let (opens, seals) = (pin(), passphrase(HEAD_A));
    let official = actor(HEAD_A).pejabat;
    let file = provider.p12("Contoh Orang 1", &opens);
    let import = |file, opens| KeySource::Import {
        file,
        file_passphrase: opens,
        passphrase: &seals,
    };
    let refused = key::bind(&app, official, import(&file, &seals)).await;
    assert_eq!(problem(refused), "wrong-pin");
    let refused = key::bind(&app, official, import(b"bukan berkas", &opens)).await;
    assert_eq!(flaw(refused), Flaw::Unreadable);
    key::bind(&app, official, import(&file, &opens))
        .await
        .unwrap();

    let (letter, version) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let refused = activate(&world, version, &opens).await;
    assert!(matches!(refused, Err(ServiceError::WrongPassphrase(_))));
    world.activate_and_sign(HEAD_A, letter, version).await;
    let [intent] = &world.intents().await[..] else {
        panic!("one intent was written");
    };
    assert_eq!(intent.intent.message_digest.len(), 48, "SHA-384");
    assert_signed(&world, letter).await;
    let new = Passphrase::new("kalimat baru yang panjang".to_owned());
    key::change_passphrase(&app, official, &seals, &new)
        .await
        .unwrap();
    let (_, version) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    activate(&world, version, &new).await.unwrap();
    world.assert_audit_is_clean().await;
}

async fn a_key_that_is_revoked_or_frozen_opens_for_nothing_more(mut world: World) {
    let vault = world.issue_key(HEAD_A).await;
    world.clock.advance(1);
    let Some((_provider, id)) = bound(&mut world).await else {
        return;
    };
    let app = world.app();
    let subject = head(&world).await;
    let (letter, version) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let (old, new) = (pin(), passphrase(HEAD_A));
    let elsewhere = key::change_passphrase(&app, actor(HEAD_A).pejabat, &old, &new).await;
    assert!(matches!(
        elsewhere,
        Err(ServiceError::Impossible {
            rule: "key-elsewhere"
        })
    ));
    let activation = activate(&world, version, &pin()).await.unwrap();
    key::revoke(&app, id, Reason::KeyCompromise).await.unwrap();
    let signed = world.sign(HEAD_A, letter, activation).await;
    assert!(matches!(signed, Err(ServiceError::NoKey(_))), "{signed:?}");
    // The one of the vault is the newest in force now.
    world.activate_and_sign(HEAD_A, letter, version).await;
    assert_eq!(
        world.rows().await.key(vault).await.unwrap().unwrap().uses,
        1
    );

    service::freeze::freeze(&app, &subject).await.unwrap();
    let frozen = activate(&world, version, &pin()).await;
    assert!(matches!(frozen, Err(ServiceError::Frozen { .. })));
    world.assert_audit_is_clean().await;
}
