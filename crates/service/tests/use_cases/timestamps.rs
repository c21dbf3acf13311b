//! Signatures with a time by an authority: what is asked, what is believed, and what a letter looks like that waits.

use flow::account::{Grant, Role};
use flow::id::{ActivationId, NaskahId};
use service::desk::{self, NextStep, PageRequest, TaskFilter, TaskKind};
use service::identity::Subject;
use service::sign::{self, BatchItemState, BatchState, FailureReason, ToSign, resume};
use service::verification::Level as Reached;
use service::{ServiceError, custody::Reason, jobs, key, naskah};
use store::model::{GivenUp, IntentState, Level};

use crate::support::authority::{Manner, Tsa};
use crate::support::{
    HEAD_A, STAFF_A, Step, World, actor, entered, nota_dinas, on_both_engines, opd, passphrase,
};

on_both_engines!(
    a_signature_carries_the_time_of_the_authority,
    the_second_authority_is_asked_when_the_first_fails,
    a_lying_or_silent_authority_leaves_the_letter_visibly_waiting,
    a_revoked_authority_is_not_believed,
    a_crash_before_the_timestamp_is_stored_leaves_the_same_signature_waiting,
    a_crash_before_the_waiting_is_stored_leaves_the_same_signature_waiting,
    a_crash_after_the_timestamp_is_stored_is_finished_with_it,
    an_outcome_that_was_not_committed_is_recorded_once,
    a_signature_that_is_given_up_is_forgotten_and_made_again,
    a_certificate_that_was_revoked_meanwhile_gets_no_time,
    a_batch_says_which_letters_wait_for_their_time,
    a_lower_level_for_later_letters_does_not_lower_those_that_wait,
);

async fn office(world: &mut World, level: Level) -> Tsa {
    let tsa = Tsa::start(&world.clock, 3650).await;
    world.want(level, &[&tsa]).await;
    world.issue_key(HEAD_A).await;
    tsa
}

/// A letter that waits for its signer, and the passphrase entered for it.
async fn ready(world: &World) -> (NaskahId, ActivationId) {
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    (id, world.activate(HEAD_A, shown).await.unwrap())
}

async fn head(world: &World) -> Subject {
    let grant = Grant {
        role: Role::Pejabat,
        opd: Some(opd('A')),
    };
    world.account("kepala-a", Some(HEAD_A), &[grant]).await;
    world.subject("kepala-a").await
}

/// Some time later the outbox tries what it has to.
async fn later(world: &World) {
    world.clock.advance(600);
    jobs::run_due_outside(&world.app()).await.unwrap();
}

fn awaiting<T: std::fmt::Debug>(outcome: &Result<T, ServiceError>) -> bool {
    matches!(outcome, Err(ServiceError::AwaitingTimestamp(_)))
}

async fn states(world: &World) -> Vec<IntentState> {
    world.intents().await.iter().map(|row| row.state).collect()
}

async fn assert_signed(world: &World, id: NaskahId) {
    assert_eq!(world.tahap(id).await.word(), "signed");
    let report = world.judged(world.exported(id).await);
    assert_eq!(report.headline.exit_code(), 0, "{report:#?}");
    let [signature] = &report.signatures[..] else {
        panic!("{report:#?}");
    };
    assert_eq!(signature.level, Some(Reached::PadesBT), "{signature:#?}");
    world.assert_audit_is_clean().await;
}

async fn a_signature_carries_the_time_of_the_authority(mut world: World) {
    let tsa = office(&mut world, Level::BT).await;
    let (id, activation) = ready(&world).await;
    world.sign(HEAD_A, id, activation).await.unwrap();
    assert_eq!(tsa.asked(), 1);
    assert_signed(&world, id).await;
    // Nobody else's signature is trusted for that authority.
    let stranger = world.judged(world.exported(id).await).signatures.remove(0);
    assert!(
        stranger
            .anchor
            .is_some_and(|anchor| !anchor.contains("Waktu"))
    );
    assert_eq!(world.rows().await.preservation(id).await.unwrap(), None);
}

async fn the_second_authority_is_asked_when_the_first_fails(mut world: World) {
    let first = Tsa::start(&world.clock, 3650).await;
    let second = Tsa::start(&world.clock, 3650).await;
    first.behave(Manner::OtherNonce);
    world.want(Level::BT, &[&first, &second]).await;
    world.issue_key(HEAD_A).await;
    let (id, activation) = ready(&world).await;
    world.sign(HEAD_A, id, activation).await.unwrap();
    assert_eq!((first.asked(), second.asked()), (1, 1));
    assert_signed(&world, id).await;
}

async fn a_lying_or_silent_authority_leaves_the_letter_visibly_waiting(mut world: World) {
    let tsa = office(&mut world, Level::BT).await;
    let subject = head(&world).await;
    for manner in [
        Manner::Down,
        Manner::OtherImprint,
        Manner::OtherNonce,
        Manner::Yesterday,
    ] {
        tsa.behave(manner);
        let (id, activation) = ready(&world).await;
        let signed = world.sign(HEAD_A, id, activation).await;
        assert!(awaiting(&signed), "{manner:?}: {signed:?}");
        assert_shown_as_waiting(&world, &subject, id).await;

        // Hours later it still waits, is in nobody's way, and explains itself.
        world.clock.advance(3 * 3600);
        jobs::run_due_outside(&world.app()).await.unwrap();
        resume(&world.app()).await.unwrap();
        assert_shown_as_waiting(&world, &subject, id).await;
        world.assert_audit_is_clean().await;

        tsa.behave(Manner::Honest);
        later(&world).await;
        assert_signed(&world, id).await;
        let counters = desk::counters(&world.app(), &subject).await.unwrap();
        assert_eq!(counters.awaiting_timestamp, 0);
    }
    assert_eq!(
        world.key(HEAD_A).await.uses,
        4,
        "each letter is signed once"
    );
}

/// Nothing of an outcome is stored, lists and the letter say so, and nothing else can be done with it.
async fn assert_shown_as_waiting(world: &World, subject: &Subject, id: NaskahId) {
    let app = world.app();
    assert_eq!(world.rows().await.versions(id).await.unwrap().len(), 1);
    assert_eq!(naskah::export(&app, id).await.unwrap(), None);
    let counters = desk::counters(&app, subject).await.unwrap();
    assert_eq!((counters.awaiting_timestamp, counters.unsigned), (1, 0));
    let page = PageRequest {
        after: None,
        limit: 10,
    };
    let tasks = desk::tasks(&app, subject, &TaskFilter::default(), page)
        .await
        .unwrap();
    let kinds: Vec<_> = tasks.items.iter().map(|task| task.kind).collect();
    assert!(kinds.contains(&TaskKind::AwaitTimestamp), "{kinds:?}");
    let view = desk::letter(&app, subject, id).await.unwrap();
    let NextStep::AwaitTimestamp { may_give_up, .. } = view.next else {
        panic!("{:?}", view.next);
    };
    assert!(may_give_up);
    let waiting = sign::pending(&app, &actor(HEAD_A)).await.unwrap();
    assert!(waiting.iter().all(|pending| pending.naskah != id));
    let shown = view.version_sha256.unwrap();
    let activation = world.activate(HEAD_A, shown).await.unwrap();
    let again = world.sign(HEAD_A, id, activation).await;
    assert!(awaiting(&again), "{again:?}");
    let staff = actor(STAFF_A);
    let cancelled = naskah::cancel(&app, &staff, id, staff.jabatan, "Tidak jadi.").await;
    assert!(awaiting(&cancelled), "{cancelled:?}");
    assert!(awaiting(&world.prepare(id).await));
}

async fn a_revoked_authority_is_not_believed(mut world: World) {
    let tsa = office(&mut world, Level::BLt).await;
    tsa.behave(Manner::Revoked);
    let (id, activation) = ready(&world).await;
    assert!(awaiting(&world.sign(HEAD_A, id, activation).await));
    assert_eq!(world.rows().await.versions(id).await.unwrap().len(), 1);
    // Where nobody tells whether it is revoked, the signature is made; its evidence is what waits then.
    tsa.behave(Manner::NoList);
    later(&world).await;
    assert_signed(&world, id).await;
}

async fn a_crash_before_the_timestamp_is_stored_leaves_the_same_signature_waiting(
    mut world: World,
) {
    let tsa = office(&mut world, Level::BT).await;
    let (id, activation) = ready(&world).await;
    world.raw.cut_power_at_intent("stamped").await;
    world.sign(HEAD_A, id, activation).await.unwrap_err();
    assert_eq!(
        (states(&world).await, tsa.asked()),
        (vec![IntentState::Signed], 1)
    );
    assert_waits_and_is_completed(&mut world, id).await;
}

async fn a_crash_before_the_waiting_is_stored_leaves_the_same_signature_waiting(mut world: World) {
    let tsa = office(&mut world, Level::BT).await;
    let (id, activation) = ready(&world).await;
    tsa.behave(Manner::Down);
    world.raw.cut_power_at_intent("awaiting_timestamp").await;
    world.sign(HEAD_A, id, activation).await.unwrap_err();
    assert_eq!(states(&world).await, [IntentState::Signed]);
    tsa.behave(Manner::Honest);
    assert_waits_and_is_completed(&mut world, id).await;
}

/// The next process leaves it waiting by itself, without the network; the outbox completes the very signature.
async fn assert_waits_and_is_completed(world: &mut World, id: NaskahId) {
    let cms = world.intents().await[0].cms.clone();
    assert!(cms.is_some());
    world.crash().await;
    world.raw.restore_power().await;
    world.start().await.unwrap();
    let resumed = resume(&world.app()).await.unwrap();
    assert_eq!(
        (resumed.finished.len(), resumed.released, resumed.waiting),
        (0, 0, 1)
    );
    assert_eq!(states(world).await, [IntentState::AwaitingTimestamp]);
    world.assert_audit_is_clean().await;
    later(world).await;
    // Done again, nothing more is done.
    later(world).await;
    let intent = world.intents().await.remove(0);
    assert_eq!((intent.state, intent.cms), (IntentState::Completed, cms));
    assert_eq!(world.key(HEAD_A).await.uses, 1);
    assert_signed(world, id).await;
}

async fn a_crash_after_the_timestamp_is_stored_is_finished_with_it(mut world: World) {
    let tsa = office(&mut world, Level::BT).await;
    let (id, activation) = ready(&world).await;
    world.worker.break_next(Step::Embed);
    world.sign(HEAD_A, id, activation).await.unwrap_err();
    assert_eq!(states(&world).await, [IntentState::Stamped]);
    let token = world.intents().await[0].token.clone();
    world.clock.advance(3600);
    tsa.behave(Manner::Down);
    world.crash_and_restart().await;
    let resumed = resume(&world.app()).await.unwrap();
    assert_eq!((resumed.finished.len(), resumed.waiting), (1, 0));
    assert_eq!(
        (world.intents().await[0].token.clone(), tsa.asked()),
        (token, 1)
    );
    assert_signed(&world, id).await;
}

async fn an_outcome_that_was_not_committed_is_recorded_once(mut world: World) {
    let _tsa = office(&mut world, Level::BT).await;
    let (id, activation) = ready(&world).await;
    world.raw.cut_power_at_intent("completed").await;
    world.sign(HEAD_A, id, activation).await.unwrap_err();
    assert_eq!(world.tahap(id).await.word(), "signing");
    world.crash().await;
    world.raw.restore_power().await;
    world.start().await.unwrap();
    let resumed = resume(&world.app()).await.unwrap();
    assert_eq!(resumed.finished.len(), 1);
    assert_eq!(states(&world).await, [IntentState::Completed]);
    assert_signed(&world, id).await;
}

async fn a_signature_that_is_given_up_is_forgotten_and_made_again(mut world: World) {
    let tsa = office(&mut world, Level::BT).await;
    let subject = head(&world).await;
    tsa.behave(Manner::Down);
    let (id, activation) = ready(&world).await;
    assert!(awaiting(&world.sign(HEAD_A, id, activation).await));
    let app = world.app();
    let silent = sign::give_up(&app, &subject, id, "  ").await;
    assert!(matches!(silent, Err(ServiceError::NoteMissing)));
    world.account("staf-a", Some(STAFF_A), &[]).await;
    let staff = world.subject("staf-a").await;
    let foreign = sign::give_up(&app, &staff, id, "Tidak sabar.").await;
    assert!(
        matches!(foreign, Err(ServiceError::Forbidden { .. })),
        "{foreign:?}"
    );
    let why = "Layanan cap waktu tidak menjawab.";
    sign::give_up(&app, &subject, id, why).await.unwrap();
    let twice = sign::give_up(&app, &subject, id, why).await;
    assert!(
        matches!(twice, Err(ServiceError::Impossible { .. })),
        "{twice:?}"
    );
    let intent = world.intents().await.remove(0);
    assert_eq!(
        (intent.state, intent.cms, intent.given_up),
        (IntentState::Released, None, Some(GivenUp::ByPerson))
    );
    world.assert_audit_is_clean().await;

    // The outbox has nothing to do with it any more, even when the authority is back.
    tsa.behave(Manner::Honest);
    later(&world).await;
    assert_eq!(world.tahap(id).await.word(), "signing");
    let counters = desk::counters(&app, &subject).await.unwrap();
    assert_eq!((counters.awaiting_timestamp, counters.unsigned), (0, 1));
    let shown = world.tahap(id).await.current_version().unwrap();
    world.activate_and_sign(HEAD_A, id, shown).await;
    assert_eq!(world.key(HEAD_A).await.uses, 2, "the aborted use counts");
    assert_signed(&world, id).await;
}

async fn a_certificate_that_was_revoked_meanwhile_gets_no_time(mut world: World) {
    let tsa = office(&mut world, Level::BT).await;
    tsa.behave(Manner::Down);
    let (id, activation) = ready(&world).await;
    assert!(awaiting(&world.sign(HEAD_A, id, activation).await));
    world.clock.advance(60);
    let revoked = world.key(HEAD_A).await.key.id;
    key::revoke(&world.app(), revoked, Reason::KeyCompromise)
        .await
        .unwrap();
    tsa.behave(Manner::Honest);
    later(&world).await;
    let intent = world.intents().await.remove(0);
    assert_eq!(
        (intent.state, intent.given_up),
        (IntentState::Released, Some(GivenUp::Certificate))
    );
    assert_eq!(world.rows().await.versions(id).await.unwrap().len(), 1);
    world.assert_audit_is_clean().await;

    // With the next certificate the letter is signed.
    world.clock.advance(60);
    world.issue_key(HEAD_A).await;
    let shown = world.tahap(id).await.current_version().unwrap();
    world.activate_and_sign(HEAD_A, id, shown).await;
    assert_signed(&world, id).await;
}

async fn a_batch_says_which_letters_wait_for_their_time(mut world: World) {
    let tsa = office(&mut world, Level::BT).await;
    let subject = head(&world).await;
    tsa.behave(Manner::Down);
    let app = world.app();
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(world.submitted(&nota_dinas(&[HEAD_A])).await);
    }
    let prepared = sign::prepare_many(&app, &subject, &ids).await;
    let letters: Vec<ToSign> = prepared
        .into_iter()
        .map(|(naskah, view)| ToSign {
            naskah,
            version_sha256: view.unwrap().version_sha256,
        })
        .collect();
    let batch = sign::begin_batch(&app, &subject, &letters, entered(&passphrase(HEAD_A)))
        .await
        .unwrap();
    let view = settled(&world, &subject, batch).await;
    assert_eq!(view.state, BatchState::Done);
    let waits = |item: &sign::BatchItem| item.state == BatchItemState::AwaitingTimestamp;
    assert!(view.items.iter().all(waits), "{view:?}");

    sign::give_up(&app, &subject, ids[0], "Tidak menunggu.")
        .await
        .unwrap();
    tsa.behave(Manner::Honest);
    later(&world).await;
    let view = settled(&world, &subject, batch).await;
    for item in &view.items {
        let expected = item.naskah == ids[0];
        let given_up = BatchItemState::Failed {
            reason: FailureReason::GivenUp,
        };
        assert_eq!(item.state == given_up, expected, "{item:?}");
        assert_eq!(
            matches!(item.state, BatchItemState::Signed { .. }),
            !expected
        );
    }
}

async fn settled(world: &World, subject: &Subject, id: ActivationId) -> sign::BatchView {
    for _ in 0..600 {
        let view = sign::batch(&world.app(), subject, id).await.unwrap();
        if view.state != BatchState::Running {
            return view;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the batch does not end");
}

async fn a_lower_level_for_later_letters_does_not_lower_those_that_wait(mut world: World) {
    let tsa = office(&mut world, Level::BT).await;
    tsa.behave(Manner::Down);
    let (id, activation) = ready(&world).await;
    assert!(awaiting(&world.sign(HEAD_A, id, activation).await));
    world.want(Level::BB, &[&tsa]).await;
    let (plain, activation) = ready(&world).await;
    world.sign(HEAD_A, plain, activation).await.unwrap();
    later(&world).await;
    assert_eq!(world.tahap(id).await.word(), "signing");
    tsa.behave(Manner::Honest);
    later(&world).await;
    assert_signed(&world, id).await;
    let report = world.judged(world.exported(plain).await);
    assert_eq!(report.signatures[0].level, Some(Reached::PadesBB));
}
